"""What the prose of the chapter on checking says beside its equations."""

import contextlib
import io
import re
from math import log
from pathlib import Path

import numpy as np
import pytest
from checked_equations import matrix, times, vector
from crossentropy import (
    central_difference,
    complex_step,
    directional_slopes,
    linear_loss_and_gradient,
    log_sum_exp,
    softmax,
)
from crossentropy.derivations import notation
from crossentropy.figures import checking
from crossentropy.figures.checking import (
    PROGRAMS,
    STEPS,
    evidence,
    library,
    loss,
    relative_error,
    suspect_a,
    suspect_b,
    suspect_c,
)

PAGE = (Path(__file__).parents[2] / "chapters" / "checking.md").read_text(encoding="utf-8")
W, X, LABELS = evidence()
START = np.zeros_like(W)


def nudged(shift):
    return log_sum_exp([log(2) + shift, 0])


def after(program, steps):
    """Losses of gradient descent from zero, with λ = 0.1 and a step of 0.1, as on the page."""
    V, losses = START, [loss(START, X, LABELS, 0.1)]
    for _ in range(steps):
        V = V - 0.1 * program(V, X, LABELS, 0.1)
        losses.append(loss(V, X, LABELS, 0.1))
    return np.array(losses)


def error_of(program, place, l2):
    right = complex_step(lambda V: loss(V, X, LABELS, l2), place)
    return program(place, X, LABELS, l2) - right


NUDGE = log(11 / 10)
BY_HAND = (nudged(NUDGE) - nudged(-NUDGE)) / (2 * NUDGE)
CENTRAL = (81 / 2**54) ** (1 / 3)  # the best central step of the example

NUMBERS = {  # what the page says, and what it must be the rounding of
    "by $\\log \\frac{11}{10}$, which is $0.0953$": NUDGE,
    "misses $\\frac23$ by $0.00011$": 2 / 3 - BY_HAND,
    "the second is $-0.00011$": NUDGE**2 / 81,
    "near $\\log 3 = 1.0986$": log(3),
    "even ahead of the library, $2.326$": after(suspect_c, 50)[-1],
    "$2.326$ against $2.380$": after(library, 50)[-1],
    "After four hundred it is behind, $2.450$": after(suspect_c, 400)[-1],
    "$2.450$ against $2.268$": after(library, 400)[-1],
    "wrong by $1.65$": np.abs(error_of(suspect_c, W, 1.0)).max(),
    "here $5 \\log 4 = 6.931$": loss(START, X, LABELS, 0.0),
    "this loss is $0.0001$": 2 * (log_sum_exp([10, 0]) - 10),
    "The right one is $10.0001$": 2 * log_sum_exp([10, 0]) - 10,
    "below $e^{-745.13}$": 1075 * log(2),
    "a difference of $3.3$": np.abs(W).max(),
}
POWERS = {  # the same for numbers written with a power of ten
    "$3 \\alpha \\varepsilon_*^2 = 1.0 \\cdot 10^{-11}$": 3 / 81 * CENTRAL**2,
    "cube root of $2^{-52}$ is $6.1 \\cdot 10^{-6}$": 2 ** (-52 / 3),
    "\\frac29 \\cdot 3 \\cdot 2^{-26} = 9.9 \\cdot 10^{-9}$": 2 / 9 * 3 * 2**-26,
    "$1.2 \\cdot 10^{-4}$, and what": 2 ** (-52 / 4),
}
FLAT = " ".join(PAGE.split())


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_in_the_prose_is_the_rounding_of_what_the_library_computes(text):
    assert text in FLAT
    shown = re.findall(r"\d+(?:\.\d+)?", text)[-1]
    places = len(shown.partition(".")[2])
    assert abs(float(shown) - NUMBERS[text]) <= 0.5000001 * 10**-places


@pytest.mark.parametrize("text", POWERS)
def test_a_power_of_ten_in_the_prose_is_the_rounding_of_what_is_computed(text):
    assert text in FLAT
    head, power = re.findall(r"([\d.]+) \\cdot 10\^\{(-\d+)\}", text)[-1]
    assert abs(float(head) - POWERS[text] / 10.0 ** int(power)) <= 0.0500001


@pytest.mark.parametrize("program", PROGRAMS)
def test_all_four_losses_fall_at_each_of_fifty_steps(program):
    assert (np.diff(after(program, 50)) < 0).all()


def test_only_the_library_agrees_with_what_is_measured():
    for program in PROGRAMS:
        claimed, measured = directional_slopes(
            lambda V: loss(V, X, LABELS, 0.1), program(W, X, LABELS, 0.1), W
        )
        agrees = np.abs(claimed - measured).max() < 1e-8
        assert agrees == (program is library)


def test_the_errors_of_the_suspects_bear_the_marks_that_the_page_names():
    a, b, c = (error_of(program, W, 1.0) for program in (suspect_a, suspect_b, suspect_c))
    assert np.abs(a.sum(axis=0)).min() > 0.1
    np.testing.assert_allclose(error_of(suspect_a, W, 0.0), a, atol=1e-12)
    np.testing.assert_allclose(b.sum(axis=0), 0, atol=1e-12)
    assert np.linalg.matrix_rank(b, tol=1e-9) == 1 < np.linalg.matrix_rank(a, tol=1e-9)
    np.testing.assert_array_equal(X[-1], [-0.2, 0.5, 1.9])
    np.testing.assert_allclose(b / X[-1], np.broadcast_to((b / X[-1])[:, :1], b.shape))
    np.testing.assert_allclose(c / W, -0.5, atol=1e-12)


def test_suspect_c_passes_at_zero_to_sixteen_digits():
    assert np.abs(error_of(suspect_c, START, 1.0)).max() < 1e-15


def test_the_measured_slopes_of_the_figure_have_as_many_digits_as_the_text_says():
    best = {way: min(relative_error(way, step) for step in STEPS) for way in checking.WAYS}
    at = {
        way: STEPS[int(np.argmin([relative_error(way, step) for step in STEPS]))]
        for way in ("forward", "central")
    }
    assert 1e-9 < best["forward"] < 1e-7
    assert 1e-13 < best["central"] < 1e-10
    assert best["side"] == 0
    assert 1e-8 <= at["forward"] <= 1e-7
    assert 1e-6 <= at["central"] <= 1e-4
    assert relative_error("forward", 1e-16) > 1
    assert 1 + 1e-16 == 1


def test_differences_and_complex_steps_agree_with_the_library_as_far_as_the_page_says():
    def whole(V):
        return loss(V, X, LABELS, 0.1)

    right = library(W, X, LABELS, 0.1)
    assert np.abs(central_difference(whole, W) - right).max() < 1e-9
    assert np.abs(complex_step(whole, W) - right).max() < 1e-14


def test_weights_with_a_column_for_each_sample_have_nothing_to_multiply():
    found = matrix("W", vector("W^{found}", notation.C, notation.N))
    with pytest.raises(TypeError, match="N columns cannot stand before one with D rows"):
        times(found, matrix("x", notation.x_one))


def test_the_turned_product_of_the_example_is_wrong_as_the_page_says():
    slope = np.array([2 / 3, 1 / 3]) - [1, 0]
    right = np.outer(slope, [1, 2])
    assert right[0, 1] == pytest.approx(-2 / 3)
    assert right.T[0, 1] == pytest.approx(1 / 3)
    assert np.linalg.norm(right) == np.linalg.norm(right.T)


def test_the_two_samples_with_one_class_have_the_slopes_of_the_page():
    x = np.array([[1.0], [-1.0]])
    right = linear_loss_and_gradient(np.zeros((2, 1)), x, [0, 1])[1]
    wrong = linear_loss_and_gradient(np.zeros((2, 1)), x, [0, 0])[1]
    assert (right[0, 0], wrong[0, 0]) == (-1, 0)


def test_sum_and_mean_have_the_slopes_of_the_page_where_the_sum_is_lowest():
    w = log(2) / 2
    weights, lam = np.array([[w], [-w]]), 8 / (3 * log(2))
    np.testing.assert_allclose(softmax(weights[:, 0]), [2 / 3, 1 / 3])
    x, labels = np.ones((4, 1)), np.zeros(4, int)
    of_sum = linear_loss_and_gradient(weights, x, labels, l2=lam)[1]
    of_mean = linear_loss_and_gradient(weights, x, labels, l2=lam, reduction="mean")[1]
    np.testing.assert_allclose(of_sum, 0, atol=1e-15)
    np.testing.assert_allclose(of_mean, [[1], [-1]])


def test_slips_that_need_the_regulariser_are_gone_without_it():
    place = checking.square_evidence()
    right = library(*place, 0.0)
    gone = [name for name, slip in checking.SLIPS.items() if np.allclose(slip(*place, 0.0), right)]
    assert gone == ["the letter of the regulariser"]
    mean = checking.slip_mean(*place, 0.0)
    np.testing.assert_allclose(right / mean, len(place[1]))
    turned = checking.slip_turn(*place, 0.0)
    assert np.linalg.norm(turned) == pytest.approx(np.linalg.norm(right))


def test_rearranged_samples_keep_the_loss_and_rearranged_labels_do_not():
    order = np.arange(len(X))[::-1]
    right = linear_loss_and_gradient(W, X, LABELS)[0]
    together = linear_loss_and_gradient(W, X[order], LABELS[order])[0]
    assert together == pytest.approx(right)
    assert abs(linear_loss_and_gradient(W, X, LABELS[order])[0] - right) > 0.1


def test_the_code_of_the_norm_prints_the_number_of_its_solution():
    block = next(
        b for b in re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
        if "linalg.norm" in b
    )  # fmt: skip
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(block, {})
    difference, agrees = printed.getvalue().split()
    assert float(difference) == pytest.approx(3.3)
    assert agrees == "True"


def test_the_code_of_the_three_lines_shows_the_lines_that_are_named():
    block = next(
        b for b in re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
        if "getsource" in b
    )  # fmt: skip
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(block, {})
    for piece in ("axis=0", "len(X) - 1", "l2 / 2 * W"):
        assert piece in printed.getvalue()
