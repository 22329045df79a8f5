"""What the prose of the chapter on the slide says beside its equations."""

import contextlib
import io
import re
from math import cosh, exp, log
from pathlib import Path

import numpy as np
import pytest
from crossentropy import (
    Cauchy,
    Gaussian,
    Laplace,
    kde_cross_entropy_with_gradient,
    largest_slide,
    responsibilities,
    slide,
)
from crossentropy.figures.memoryless import error_of_the_centre, slopes

PAGE = (Path(__file__).parents[2] / "chapters" / "memoryless.md").read_text(encoding="utf-8")
FLAT = " ".join(PAGE.split())
TARGET = (-10.0, 10.0)
THREE = np.array([-25.0, 30.0, 45.0])


def logistic(t):
    return 1 / (1 + exp(-t))


def gradient(points, weights, kernel=None, **task):
    """The gradient for the target of the chapter, finely cut."""
    kernel = kernel or Laplace(10.0)
    task = {"interval": TARGET, "bins": 20_000} | task
    return kde_cross_entropy_with_gradient(points, np.log(weights), kernel, **task)[1]


def one_bin(kernel, *distances):
    """The first component of the gradient of one bin, for two memories of equal weight."""
    return 0.5 - responsibilities([0.0], np.array(distances), [0.0, 0.0], kernel)[0, 0]


NUMBERS = {  # what the page says, and what it must be the rounding of
    "turns $-0.2311$": gradient([30.0, 40.0], [0.5, 0.5])[0],
    "turns $-0.2311$ into $-0.1155$": gradient([0.0, 10.0], [0.5, 0.5])[0],
    "has grown from $-0.0310$": gradient(THREE, [0.2, 0.5, 0.3])[1],
    "from $-0.0310$ to $-0.1111$": gradient(slide(THREE, TARGET, 25), [0.2, 0.5, 0.3])[1],
    "the error is at most $0.03$": 14.4 / (16 * 30),
    "With $10°$ it is at most $0.09$": 14.4 / (16 * 10),
    "again in bandwidths: for memories at $30°$ and $40°$ and $w = 2$ it is $0.1155$": (
        error_of_the_centre(2.0, logistic(1))
    ),
    "the bound is $0.1201$": log(cosh(0.5)),
    "$w / 16$ is $0.125$": 2 / 16,
    "The Gaussian's pull weakens on the way in, from $-0.4975$": one_bin(Gaussian(1.0), 2, 4),
    "from $-0.4975$ to $-0.3808$": one_bin(Gaussian(1.0), 0, 2),
    "The Cauchy kernel's grows, from $-0.2727$": one_bin(Cauchy(1.0), 2, 4),
    "from $-0.2727$ to $-0.3333$": one_bin(Cauchy(1.0), 0, 2),
    "Laplace has $-0.3808$": one_bin(Laplace(1.0), 2, 4),
    r"$\sigma(1) = 0.7311$": logistic(1),
    r"$\frac12 - 0.7311 = -0.2311$": 0.5 - logistic(1),
    "That is $-0.1155$": gradient([0.0, 10.0], [0.5, 0.5], bins=4)[0],
    r"$\frac14 \cdot 0.99 \cdot 0.01$ is $0.0025$": 0.99 * 0.01 / 4,
    r"with $\omega = \log 99$ and $w = 1$ gives $0.0035$": 0.99 / 2
    + (np.log1p(99 / np.e) - np.log1p(99)) / 2,
    "the gradient is $-0.49$": 0.5 - 0.99,
    r"where the race is open: $0.0625$": 1 / 16,
}


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_in_the_prose_is_the_rounding_of_what_the_library_computes(text):
    assert text in FLAT
    shown = re.findall(r"[-+]?\d+(?:\.\d+)?", text)[-1]
    places = len(shown.partition(".")[2])
    assert abs(float(shown) - NUMBERS[text]) <= 0.5000001 * 10**-places


def test_the_gradients_of_the_counterexamples_are_those_of_their_equations():
    halved = gradient([0.0, 10.0], [0.5, 0.5])[0]
    assert halved == pytest.approx((0.5 - logistic(1)) / 2, abs=1e-8)
    mirrored = gradient([-30.0, 30.0], [0.7, 0.3])[0]
    assert mirrored == pytest.approx(0.7 - log((7 * exp(2) + 3) / (7 * exp(-2) + 3)) / 4, abs=1e-8)
    assert np.abs(gradient([0.0, 0.0], [0.7, 0.3])).max() < 1e-15


def test_two_memories_that_are_closer_together_keep_a_quarter():
    before, after = (gradient(p, [0.5, 0.5])[0] for p in ([30.0, 35.0], [0.0, 5.0]))
    assert after == pytest.approx(before / 4, abs=1e-8)


def test_the_three_memories_have_fifteen_degrees_to_the_edge():
    assert largest_slide(THREE, TARGET) == 15
    change = gradient(slide(THREE, TARGET, 15), [0.2, 0.5, 0.3]) - gradient(THREE, [0.2, 0.5, 0.3])
    assert np.abs(change).max() < 1e-14


def test_a_background_more_than_doubles_the_gradient_of_the_exercise():
    density = 0.25 * (exp(-3) + exp(-4))
    weight = 0.5 * exp(-3) / (1 + 0.5 * exp(-3))  # a background of height 1 has this share
    task = {"interval": (-1e-9, 1e-9), "bins": 1, "background": weight, "background_width": 1.0}
    before, after = (
        gradient([*at], [0.5, 0.5], Laplace(1.0), **task)[0] for at in ((3.0, 4.0), (0.0, 1.0))
    )
    plain = 0.5 - logistic(1)
    assert before == pytest.approx(plain * density / (density + 0.5 * exp(-3)), rel=1e-9)
    assert after / before > 2


def test_positions_keep_their_slopes_too_and_the_bandwidth_does_not():
    before, after = (
        kde_cross_entropy_with_gradient(
            at, [0.2, 0.5, 0.3], Laplace(8.0), interval=TARGET, positions=True, bandwidth=True
        )
        for at in (THREE, slide(THREE, TARGET, 12.0))
    )
    np.testing.assert_allclose(after.positions, before.positions, atol=1e-14)
    assert after.bandwidth - before.bandwidth == pytest.approx(12 / 8**2)
    assert after.loss - before.loss == pytest.approx(-12 / 8)


def test_for_a_target_without_its_outer_bins_the_slide_goes_on_to_the_first_that_counts():
    points, weights = np.array([30.0, 40.0, -55.0]), [0.3, 0.5, 0.2]
    target = [0, 0.25, 0.25, 0.25, 0.25, 0, 0, 0]  # the last bin that counts ends at 2.5 degrees
    first = gradient(points, weights, bins=8, target=target)
    ahead, passed = (
        gradient(slide(points, TARGET, s), weights, bins=8, target=target) for s in (28.7, 29.3)
    )
    np.testing.assert_allclose(ahead, first, atol=1e-14)
    assert np.abs(passed - first).max() > 1e-4


def test_memories_on_one_side_see_no_width():
    points = np.array([12.0, 30.0, 55.0])
    wide = kde_cross_entropy_with_gradient(
        points, [0.1, 0.2, 0.3], Laplace(10.0), interval=TARGET, bins=400
    )
    one = kde_cross_entropy_with_gradient(
        points, [0.1, 0.2, 0.3], Laplace(10.0), interval=TARGET, bins=1
    )
    assert wide[0] == pytest.approx(one[0], abs=1e-13)
    np.testing.assert_allclose(wide[1], one[1], atol=1e-14)


@pytest.mark.parametrize("h", [4.0, 10.0, 30.0])
def test_stopping_at_the_centre_costs_at_most_the_bound(h):
    rng = np.random.default_rng(3)
    for _ in range(50):
        w, share = rng.uniform(1, 40), rng.uniform(0.02, 0.98)
        error = abs(error_of_the_centre(w / h, share))
        assert error <= min(2 * h / w * log(cosh(w / (4 * h))), w / (16 * h)) + 1e-6


def test_in_the_figure_the_bars_wake_at_the_edge_and_not_before():
    state = {"w": 20, "h": 10, "kernel": 0, "sides": 0}
    first = slopes(0, **state)
    np.testing.assert_allclose(slopes(20, **state), first, atol=1e-14)
    assert np.abs(slopes(21, **state) - first).max() > 1e-4
    assert np.abs(slopes(30, **state | {"w": 0}) - first).max() > 1e-3
    one = slopes(0, **state | {"w": 0})
    np.testing.assert_allclose(slopes(30, **state | {"w": 0}), one, atol=1e-14)
    for kernel in (1, 2):
        other = state | {"kernel": kernel}
        assert np.abs(slopes(1, **other) - slopes(0, **other)).max() > 1e-4


def test_the_alternative_text_of_the_slide_gives_the_gradient_at_the_start():
    start = slopes(0, 20, 10, 0, 0)
    np.testing.assert_allclose(start, [-0.235, 0.042, 0.193], atol=5e-4)


def test_the_code_of_the_crowd_finds_rounding_twice_and_a_change_once():
    (block,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(block, {})
    changes = [float(line.split()[1]) for line in printed.getvalue().splitlines()]
    assert max(changes[:2]) < 1e-14
    assert changes[2] > 1e-4
