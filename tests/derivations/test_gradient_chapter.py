"""What the prose of the chapter on the gradient says beside its equations and figures."""

import contextlib
import io
import re
from math import exp, log, sqrt
from pathlib import Path

import numpy as np
import pytest
from crossentropy import (
    cross_entropy,
    entropy,
    linear_loss_and_gradient,
    softmax,
    softmax_cross_entropy,
    softmax_cross_entropy_gradient,
)
from crossentropy.figures.gradient import (
    FLIPPED,
    KIND,
    LAMBDAS,
    POINTS,
    _backwards,
    _squared,
    fits,
)
from scipy.optimize import minimize
from sklearn.datasets import load_digits

PAGE = (Path(__file__).parents[2] / "chapters" / "gradient.md").read_text(encoding="utf-8")
PROSE = " ".join(PAGE.split())
HAND = np.array([2.0, 1.0, 0.0])
SOFT = np.array([0.7, 0.2, 0.1])
E = np.exp(HAND)
GRAPH = _backwards(2.0, 1, np.array([1, 0.5, 0]))
BARELY = np.full(4, 0.51)
SURER = np.array([0.99, 0.99, 0.99, 0.49])

NUMBERS = {  # what the page says, and what it must be the rounding of
    "$e^2 = 7.3891$": E[0],
    "$e^1 = 2.7183$": E[1],
    "Their sum: $11.1073$": E.sum(),
    "The loss is $\\log 11.1073 - 1 = 1.4076$": softmax_cross_entropy(HAND, 1),
    "pushed down by $0.6652$": softmax(HAND)[0],
    "and $0.0900$, together exactly": softmax(HAND)[2],
    "$\\ell = \\log s - z_2$ | $2.4076": np.log(GRAPH["s"]),
    "$2.4076 - 1 = 1.4076$": GRAPH["loss"],
    "$1 / 11.1073 = 0.0900$": GRAPH["d_s"],
    "$0.6652$, $0.2447$": GRAPH["through"][1],
    "so $-0.7553$ together": GRAPH["d_z"][1],
    "$1.3305$": GRAPH["d_w"][0],
    "$1.3305$, $-1.5105$": GRAPH["d_w"][1],
    "$1.3305$, $-1.5105$, $0.1801$": GRAPH["d_w"][2],
    "| $0.2876$": GRAPH["d_x"],
    "Squared error pulls with $\\frac{1}{501}": (1000 / 1001) / (2 / 1001 * (1000 / 1001) ** 2),
    "$(-0.3667": 1 / 3 - 0.7,
    "$(-0.3667, 0.1333": 1 / 3 - 0.2,
    "$(-0.3667, 0.1333, 0.2333)": 1 / 3 - 0.1,
    "entropy of the target, $0.8018$": entropy(SOFT),
    "$1 / \\log 2 = 1.4427$": 1 / log(2),
    "$\\frac{8}{27} = 0.2963$": 8 / 27,
    "$\\lambda = 4 / (1 + e) = 1.0758$": 4 / (1 + exp(1)),
    "$\\log 100 = 4.605$": log(100),
    "squared error: $0.00199$": 2 / 1001 * (1000 / 1001) ** 2,
    "cross-entropy: $0.99900$": 1 - 1 / 1001,
    "logarithms of a product: $0.1859$": -np.log(SURER).mean(),
    "$0.6733$, with all four right": -np.log(BARELY).mean(),
}


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_in_the_prose_is_the_rounding_of_what_the_library_computes(text):
    assert text in PROSE
    shown = re.findall(r"-?\d+(?:\.\d+)?", text)[-1]
    places = len(shown.partition(".")[2])
    assert abs(float(shown) - NUMBERS[text]) <= 0.5000001 * 10**-places


def test_the_slopes_of_the_first_page_are_belief_minus_target():
    slopes = softmax_cross_entropy_gradient([log(2), 0, 0], 1)
    np.testing.assert_allclose(slopes, [1 / 2, -3 / 4, 1 / 4], rtol=1e-14)


def test_the_rounded_slopes_by_hand_miss_zero_by_what_the_text_says():
    rounded = softmax_cross_entropy_gradient(HAND, 1).round(4)
    assert rounded.sum() == pytest.approx(-0.0001)
    assert "$0.6652 - 0.7553 + 0.0900 = -0.0001$" in PROSE


def test_the_table_of_six_slopes_is_the_gradient_of_the_library():
    x = np.array([[3.0, -1.0]])
    W = np.outer([log(2), 0, 0], [1 / 3, 0])  # weights that give these scores
    _, gradient = linear_loss_and_gradient(W, x, [1])
    np.testing.assert_allclose(
        gradient, [[3 / 2, -1 / 2], [-9 / 4, 3 / 4], [3 / 4, -1 / 4]], rtol=1e-13
    )


def test_the_first_exercise_has_the_gradient_of_its_solution():
    gradient = softmax_cross_entropy_gradient(np.log([1, 2, 5]), 1)
    np.testing.assert_allclose(gradient, [1 / 8, -3 / 4, 5 / 8], rtol=1e-13)


def test_the_soft_target_is_reached_at_its_logarithms_and_costs_its_entropy():
    np.testing.assert_allclose(softmax_cross_entropy_gradient(np.log(SOFT), SOFT), 0, atol=1e-15)
    assert cross_entropy(SOFT, softmax(np.log(SOFT) + 3)) == pytest.approx(entropy(SOFT))


def test_four_right_answers_cost_more_than_three_and_a_wrong_one():
    assert (BARELY > 0.5).all()
    assert (SURER > 0.5).sum() == 3
    assert -np.log(SURER).mean() < -np.log(BARELY).mean()


def test_squared_error_of_a_softmax_pulls_hardest_at_a_third():
    leads = np.linspace(-8, 8, 1601)
    pulls = np.array([-_squared(lead)[1] for lead in leads])
    assert softmax([leads[pulls.argmax()], 0.0])[0] == pytest.approx(1 / 3, abs=3e-3)
    assert pulls.max() == pytest.approx(8 / 27, rel=1e-4)


@pytest.mark.parametrize("kind", [KIND, FLIPPED], ids=["separable", "flipped"])
def test_the_weights_that_the_figure_replays_have_no_slope(kind):
    for lam, v in zip(LAMBDAS, fits(kind), strict=True):
        W, b = np.array([v[:2], -v[:2]]) / 2, np.array([v[2], -v[2]]) / 2
        _, of_W, of_b = linear_loss_and_gradient(W, POINTS, kind, bias=b, l2=lam)
        np.testing.assert_allclose(of_W, 0, atol=1e-12)
        np.testing.assert_allclose(of_b, 0, atol=1e-12)


def test_only_the_separable_points_of_the_figure_let_the_weights_run_away():
    grown, settled = (
        np.linalg.norm(fits(kind)[:, :2], axis=1) / sqrt(2) for kind in (KIND, FLIPPED)
    )
    assert (np.diff(grown) > 0).all()
    assert grown[-1] > 10 > 5 > grown[20]
    assert settled[-1] == pytest.approx(settled[30], rel=1e-3)


def test_the_digits_can_be_separated_so_that_no_weights_are_best():
    images, k = load_digits(return_X_y=True)
    X = images / 16
    assert X.shape == (1797, 64)

    def loss(w):
        value, gradient = linear_loss_and_gradient(w.reshape(10, -1), X, k, l2=1e-2)
        return value, gradient.ravel()

    found = minimize(loss, np.zeros(640), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    W = found.x.reshape(10, -1)
    Z = X @ W.T
    own = Z[np.arange(len(k)), k]
    Z[np.arange(len(k)), k] = -np.inf
    assert (own > Z.max(axis=1)).all()
    bills = [linear_loss_and_gradient(scale * W, X, k)[0] for scale in (1, 2, 4, 8, 100)]
    assert (np.diff(bills) < 0).all()
    assert bills[-1] < 1e-6


def _printed(block):
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(block, {})
    return output.getvalue()


def _solution(word):
    """The code of the solution that prints ``word``."""
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    (block,) = (block for block in blocks if word in block)
    return _printed(block)


def test_the_code_of_the_shapes_prints_what_its_solution_says():
    lines = _solution("G @ X.T").splitlines()
    assert lines == ["A (3, 4) wrong", "B (3, 4) right", "C (4, 3) wrong", "D error"]
    for line in lines:
        assert f"`{line}`" in PROSE


def test_the_code_of_the_runaway_prints_the_numbers_of_its_solution():
    numbers = re.findall(r": (\d+\.\d+)", _solution("4 / lam"))
    assert len(numbers) == 4
    for number in numbers:
        assert f"${number}$" in PROSE


def test_the_code_of_the_hidden_layer_agrees_with_its_nudges():
    assert _solution("np.outer((W.T @ g)").split() == ["A", "True", "W", "True"]
