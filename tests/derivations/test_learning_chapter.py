"""What the prose of the chapter on learning says beside its equations."""

import contextlib
import io
import re
from math import log, tanh
from pathlib import Path

import numpy as np
import pytest
from crossentropy import Laplace, em_step, fit_memory_weights, kl_divergence, memory_gains, softmax
from crossentropy.figures.learning import BEST3, ETAS, GRID_H, excesses, loss_with, loss_without

PAGE = (Path(__file__).parents[2] / "chapters" / "learning.md").read_text(encoding="utf-8")
TEXT = " ".join(PAGE.split())
FOUR_ONE = np.log([[4, 1], [2, 2]])
OWN = np.log([[4, 1], [1, 4]])
POINTS = [-38, -21, -11, -4, 2, 7, 19, 33]
EIGHT = {"points": POINTS, "kernel": Laplace(4.0), "interval": (-12, 12)}


def loss(z, log_K):
    return -np.log(np.exp(log_K) @ softmax(z)).mean()


WRONG = np.array([-20.0, 0])
GAINS = memory_gains(WRONG, FOUR_ONE)

NUMBERS = {  # what the page says, and what it must be the rounding of
    "(4 / 2.5 + 2 / 2) = 1.3$": memory_gains([0, 0], FOUR_ONE)[0],
    "(1 / 2.5 + 2 / 2) = 0.7$": memory_gains([0, 0], FOUR_ONE)[1],
    r"$-\frac12 \log 4 = -0.6931$": log(4) / 2,
    r"$-\log 2.5 = -0.9163$": log(2.5),
    "The loss is $0.6931$": loss(WRONG, FOUR_ONE) + log(8) / 2,
    "the gain of memory 1 is $2.5$": GAINS[0],
    r"$\log 2.5 = 0.9163$": log(GAINS.max()),
    r"$\tanh \frac18 = 0.1244$": tanh(1 / 8),
    r"$\log \frac{13}{12} = 0.0800$": log(13 / 12),
    r"\Vert\, S) = 0.0457$": kl_divergence(softmax(em_step([0, 0], FOUR_ONE)), [0.5, 0.5]),
    "$0.2350 < 0.2624$": log(1.3),
    r"by about $9.21$": log(1e4),
    r"$\log 5 = 1.609$": log(5),
}


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_in_the_prose_is_the_rounding_of_what_the_library_computes(text):
    assert text in TEXT
    shown = re.findall(r"\d+(?:\.\d+)?", text)[-1]
    places = len(shown.partition(".")[2])
    assert abs(float(shown) - NUMBERS[text]) <= 0.5000001 * 10**-places


def test_a_tiny_gradient_hides_a_whole_bit():
    slope = softmax(WRONG)[0] * (1 - GAINS[0])
    assert r"$-3.1 \cdot 10^{-9}$" in TEXT
    assert slope == pytest.approx(-3.1e-9, abs=0.05e-9)
    assert loss(WRONG, FOUR_ONE) + log(8) / 2 == pytest.approx(log(2), abs=1e-8)


def test_the_loss_of_two_memories_levels_off_on_both_sides_of_its_dip():
    for far in (30, -30):
        assert loss(np.array([far, 0.0]), OWN) == pytest.approx(-log(4) / 2, abs=1e-9)
    assert loss(np.zeros(2), OWN) == pytest.approx(-log(2.5))
    low, middle, high = (loss(np.array([log(lead), 0.0]), OWN) for lead in (2, 8, 32))
    assert "$-0.8105 < -0.7935$" in TEXT
    assert (low + high) / 2 == pytest.approx(-0.8105, abs=5e-5)
    assert middle == pytest.approx(-0.7935, abs=5e-5)


def test_four_of_eight_memories_get_nothing_and_the_loss_is_3_37_before_the_best_is_known():
    fit = fit_memory_weights(**EIGHT)
    assert fit.converged
    assert (fit.weights < 1e-4).sum() == 4
    assert fit.losses[-1] == pytest.approx(3.365, abs=1e-3)


def test_descent_has_not_met_the_tolerance_where_both_others_have():
    for method, step in [("em", None), ("exponentiated gradient", 2), ("descent", 3.9)]:
        fit = fit_memory_weights(**EIGHT, method=method, step=step, steps=2000)
        assert fit.converged == (method != "descent")


def test_the_promise_of_em_holds_for_the_eight_memories():
    em, _, _ = excesses()
    assert (em <= np.log(8) / (np.arange(len(em)) + 1)).all()


def test_exponentiated_gradient_jumps_from_a_step_of_four_on_and_descent_never_rises_below_four():
    _, eg, descent = excesses()
    for eta, up, down in zip(ETAS, eg, descent, strict=True):
        assert (np.diff(up) > 1e-9).any() == (eta >= 4)
        if eta <= 4:
            assert (np.diff(down) <= 1e-14).all()
    assert eg[ETAS.index(2.0), -1] <= eg[ETAS.index(1.0), -1] < 1e-6
    assert excesses()[0][-1] < 1e-6
    assert descent[ETAS.index(1.0), -1] > 0.03


def test_the_best_weights_of_the_three_memories_lie_inside():
    assert BEST3.min() > 0.1
    assert BEST3.sum() == pytest.approx(1)


def test_with_its_normaliser_the_loss_has_a_valley_and_without_it_falls_for_ever():
    assert GRID_H[loss_with(GRID_H).argmin()] == pytest.approx(3, abs=0.5)
    assert (np.diff(loss_without(GRID_H)) < 0).all()


def test_the_best_weights_of_exercise_two_are_more_extreme_than_the_dodger():
    z = np.log([11 / 12, 1 / 12])
    np.testing.assert_allclose(memory_gains(z, OWN, [3 / 4, 1 / 4]), 1, rtol=1e-12)


def test_the_true_distance_of_equal_weights_is_below_its_certificate():
    assert "$0.2350 < 0.2624$" in TEXT
    assert loss(np.zeros(2), FOUR_ONE) + log(8) / 2 == pytest.approx(0.2350, abs=5e-5)


def test_exercise_one_has_its_gains_and_new_weights():
    log_K = np.log([[3, 1], [1, 2]])
    np.testing.assert_allclose(memory_gains([0, 0], log_K), [13 / 12, 11 / 12])
    np.testing.assert_allclose(softmax(em_step([0, 0], log_K)), [13 / 24, 11 / 24])


def test_exercise_ten_counts_its_steps():
    assert np.ceil(log(1e4) / log(5)) == 6
    assert np.ceil(log(1e4) / 4) == 3
    weight, steps = 1e-6, 0
    while weight < 1e-2:
        weight *= np.exp(4 * weight)
        steps += 1
    assert steps == pytest.approx(250_000, rel=0.01)


def test_the_code_of_exercise_eight_prints_the_numbers_of_its_solution():
    (block,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(block, {})
    solution = PAGE[PAGE.index("A step of $1$ leads to") :].partition(":::")[0]
    shown = [float(s) for s in re.findall(r"\d\.\d{4}", solution)]
    lines = [re.findall(r"\d\.\d+", line) for line in printed.getvalue().splitlines()]
    first, second = ([float(number) for number in line] for line in lines)
    assert shown == [*first[:2], first[2], first[3], *second[:2], second[3]]
