"""What the prose of the chapter on training says beside its equations."""

import contextlib
import io
import re
from functools import cache
from math import cosh, exp, log, log2, tanh
from pathlib import Path

import numpy as np
import pytest
from crossentropy import (
    fit_softmax_regression,
    largest_step,
    linear_loss_and_gradient,
    softmax_cross_entropy,
)
from crossentropy.figures import training as figures
from scipy.optimize import brentq
from threadpoolctl import threadpool_limits

PAGE = (Path(__file__).parents[2] / "chapters" / "training.md").read_text(encoding="utf-8")
TEXT = " ".join(PAGE.split())
JUMP = brentq(lambda w: 2 * w - 3 * tanh(w), 0.1, 5)  # where steps of 3 end up
ONE = figures.ONE_X, figures.ONE_K


def one_weight(w):
    return 2 * log(2 * cosh(w))


@cache
def best():
    """The fit of the chapter: test loss and share right for a regulariser of 1."""
    X, k, _, _ = figures.digits()
    with threadpool_limits(1):
        fit = fit_softmax_regression(X, k, l2=1, method="l-bfgs", progress=False)
    assert fit.converged
    return figures.on_test(fit.weights, fit.bias)


def at(l2):
    return figures.path()[1][figures.PATH_L2.index(l2)]


NUMBERS = {  # what the page says, and what computes the number that it must be the rounding of
    r"$\log 10 = 2.3026$": lambda: log(10),
    "and $2763.1$": lambda: 1200 * log(10),
    r"$\eta = 0.1$ the factor is $0.64$": lambda: (1 - 0.1 * 2) ** 2,
    r"$\eta = 0.9$ it is $0.64$": lambda: (1 - 0.9 * 2) ** 2,
    r"$\eta = 1.1$ it is $1.44$": lambda: (1 - 1.1 * 2) ** 2,
    "steps you are $38$": lambda: 1.44**10,
    r"$2 \log 2 = 1.3863$": lambda: 2 * log(2),
    "The slope is $0.9051$": lambda: tanh(1.5),
    "you land at $w = 0.5949$": lambda: 1.5 - tanh(1.5),
    "the loss falls from $3.0972$": lambda: one_weight(1.5),
    "falls from $3.0972$ to $1.7211$": lambda: one_weight(1.5 - tanh(1.5)),
    "The next step lands at $0.0615$": lambda: figures.one_weight_walk(1.5, 1.0)[2],
    "jumping between $w = 1.2878$": lambda: JUMP,
    "the loss stands at $2.7224$": lambda: one_weight(JUMP),
    "where the loss is $1.6265$": lambda: one_weight(0.5),
    r"Here it is $\pm 0.8586$": lambda: tanh(JUMP),
    r"\frac34 \cdot \frac34 = 0.5625$": lambda: 1 * (1 - 1 / 4) * 3 / 4,
    r"$\log 4 = 1.3863$": lambda: log(4),
    r"$\log 4 = 1.3863$ to $0.7437$": lambda: softmax_cross_entropy([3 / 4] + [-1 / 4] * 3, 0),
    "by $0.6426$": lambda: log(4) - softmax_cross_entropy([3 / 4] + [-1 / 4] * 3, 0),
    "It looks tiny: $0.00029$": lambda: largest_step(figures.digits()[0], l2=1),
    "For the mean, with $\\lambda / N$, it would be $0.35$": lambda: (
        1200 * largest_step(figures.digits()[0], l2=1)
    ),
    "A mean loss of $0.1495$": lambda: best()[0],
    "and it is $0.2157$": lambda: best()[0] / log(2),
    r"$\log_2 10 = 3.3219$": lambda: log2(10),
    "$e^{-0.1495} = 0.8611$": lambda: exp(-best()[0]),
    "Its inverse, $1.1613$": lambda: exp(best()[0]),
    "among $1.16$": lambda: exp(best()[0]),
    "falls from $0.067$": lambda: figures.learning()[0, 16, 0],
    "to $0.0000019$": lambda: figures.learning()[0, -1, 0],
    "*rises* from $0.122$": lambda: figures.learning()[0, 16, 1],
    "from $0.122$ to $0.439$": lambda: figures.learning()[0, -1, 1],
    r"the test digits $95.5\,\%$": lambda: 100 * figures.learning()[0, -1, 2],
    r"where it was $96.6\,\%$": lambda: 100 * figures.learning()[0, 16, 2],
    "it is at $0.560$": lambda: figures.batch_runs()[0, 2, 1],
    "the whole batch is at $2.234$": lambda: figures.batch_runs()[0, 0, 1],
    "the smallest loss of $0.2406$": figures.batch_floor,
    "it is smallest, $0.074$": lambda: at(0.03)[1],
    r"they read $72.5\,\%$": lambda: 100 * at(1000)[2],
    r"it is flat: $97.8\,\%$": lambda: 100 * at(1)[2],
    r"reads 97.8": lambda: 100 * at(1)[2],
    "about $0.6$": lambda: 100 * (at(1)[2] * (1 - at(1)[2]) / 597) ** 0.5,
    r"\frac34 \cdot \frac23 = 0.5$": lambda: (1 - 1 / 4) * (4 / 9 + 2 / 9),
    "It is $0.5472$": lambda: log(3) - log(1 + 2 / np.e),
    "be $9.97$": lambda: log2(1000),
    r"$0.05 / \log 2 = 0.0721$": lambda: 0.05 / log(2),
    "so $7213$": lambda: 1e5 * 0.05 / log(2),
    "$0.90$ kilobytes": lambda: 1e5 * 0.05 / log(2) / 8 / 1000,
    "$41.5$ kilobytes": lambda: 1e5 * log2(10) / 8 / 1000,
    "$e^{0.05} = 1.0513$": lambda: exp(0.05),
}


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_in_the_prose_is_the_rounding_of_what_the_library_computes(text):
    assert text in TEXT
    shown = re.findall(r"\d+(?:\.\d+)?", text)[-1]
    places = len(shown.partition(".")[2])
    assert abs(float(shown) - NUMBERS[text]()) <= 0.5000001 * 10**-places


def test_the_split_has_the_sizes_of_the_text():
    X, _, X_test, _ = figures.digits()
    assert (X.shape, len(X_test)) == ((1200, 64), 597)
    assert "puts $N = 1200$ images aside" in TEXT
    assert "keeps 597" in TEXT
    assert len(X) + len(X_test) == 1797


def test_the_chapter_makes_the_same_split_as_its_figures():
    source = PAGE[PAGE.index("pixels, labels =") :].partition("print(")[0]
    names = {"np": np}
    exec("from sklearn.datasets import load_digits\n" + source, names)
    mine = (names["X"], names["k"], names["X_test"], names["k_test"])
    for a, b in zip(mine, figures.digits(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_training_digits_can_be_told_apart_without_a_mistake():
    X, k, _, _ = figures.digits()
    with threadpool_limits(1):
        fit = fit_softmax_regression(X, k, method="l-bfgs", passes=49, progress=False)
    assert ((X @ fit.weights.T + fit.bias).argmax(axis=1) == k).all()


def test_sixteen_iterations_have_the_smallest_test_loss_without_a_regulariser():
    assert figures.learning()[0, :, 1].argmin() == 16


def test_the_test_loss_is_smallest_at_the_regulariser_of_the_text():
    assert figures.PATH_L2[figures.path()[1][:, 1].argmin()] == 0.03
    assert round(100 * at(0.1)[2], 1) == round(100 * at(1)[2], 1)


def test_less_regulariser_means_larger_weights_and_a_smaller_training_loss():
    tables, numbers = figures.path()
    assert (np.diff((tables**2).sum(axis=(1, 2))) < 0).all()
    assert (np.diff(numbers[:, 0]) > 0).all()


def test_weights_for_a_huge_regulariser_look_like_those_of_the_first_step():
    X, k, _, _ = figures.digits()
    first = -linear_loss_and_gradient(np.zeros((10, 64)), X, k)[1]
    W = figures.path()[0][figures.PATH_L2.index(1000)]
    assert np.corrcoef(first.ravel(), W.ravel())[0, 1] > 0.9


def test_long_steps_with_batches_of_twelve_stay_above_the_smallest_loss_and_jump():
    tail = figures.batch_runs()[1, 2, 5:]
    assert tail.min() > figures.batch_floor() + 0.02
    assert (np.diff(tail) > 0).sum() >= 5


@pytest.mark.parametrize(("share", "arrives"), [(1.2, True), (1.25, False)])
def test_the_two_features_have_the_border_of_the_text(share, arrives):
    X, k = figures.TWO_X, figures.TWO_K
    step = share * largest_step(X, l2=0.3, bias=False)
    start = figures.pair(-2.0, -0.5)
    run = fit_softmax_regression(
        X, k, l2=0.3, bias=False, step=step, passes=3000, start=start, progress=False
    )
    assert run.converged == arrives
    assert f"${share}$" in TEXT


def test_steps_of_three_raise_the_loss_of_the_two_shots_and_keep_it_there():
    walk = figures.one_weight_walk(0.5, 3.0)
    assert abs(abs(walk[-1]) - JUMP) < 1e-4
    assert one_weight(walk[-1]) > one_weight(0.5)


ALTS = {  # what the alternative texts say, and what computes it
    ("promise", "it is 1.39 nats"): lambda: one_weight(0),
    ("promise", "lands at weight 0.59"): lambda: figures.one_weight_walk(1.5, 1.0)[1],
    ("promise", "promises at most 2.28"): lambda: one_weight(1.5) - tanh(1.5) ** 2,
    ("promise", "the loss is 1.72"): lambda: one_weight(1.5 - tanh(1.5)),
    ("learning_curves", "log 10 = 2.303"): lambda: figures.learning()[0, 0, 1],
    ("learning_curves", "test loss falls to 0.122"): lambda: figures.learning()[0, 16, 1],
    ("minibatches", "the whole batch is at 1.99"): lambda: figures.batch_runs()[0, 0, 5],
    ("minibatches", "batches of 120 at 0.81"): lambda: figures.batch_runs()[0, 1, 5],
    ("minibatches", "batches of 12 at 0.29"): lambda: figures.batch_runs()[0, 2, 5],
    ("minibatches", "smallest loss of 0.24"): figures.batch_floor,
    ("weights_as_images", "its bottom of 0.074"): lambda: at(0.03)[1],
}


@pytest.mark.parametrize(("name", "text"), ALTS)
def test_a_number_in_an_alternative_text_is_the_rounding_of_what_is_drawn(name, text):
    assert text in getattr(figures, name)().alt
    shown = text.split()[-1] if text[-1].isdigit() else text.split()[-2]
    places = len(shown.partition(".")[2])
    assert abs(float(shown) - ALTS[name, text]()) <= 0.5000001 * 10**-places


def test_the_training_loss_is_below_a_thousandth_after_the_iterations_of_the_text():
    assert "below 0.001 after 36 iterations" in figures.learning_curves().alt
    losses = figures.learning()[0, :, 0]
    assert losses[36] < 1e-3 < losses[35]


def blocks():
    return re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("number", [0, 1])
def test_the_code_of_a_solution_prints_what_the_solution_says(number):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), threadpool_limits(1):
        exec(blocks()[number], {})
    assert printed.getvalue().split() == [["1.998", "2.000"], ["0.869", "True"]][number]
    assert "It prints $1.998$ and $2.000$" in TEXT
    assert "a largest weight of $0.869$ and `True`" in TEXT
