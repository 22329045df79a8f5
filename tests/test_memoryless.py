"""The slide in numbers: what moves and how far, and what the gradient makes of it."""

import numpy as np
import pytest
from crossentropy import (
    Gaussian,
    Laplace,
    kde_cross_entropy_with_gradient,
    largest_slide,
    slide,
)
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

INTERVAL = (-10.0, 10.0)


@st.composite
def memories_outside(draw):
    """Points on both sides of an interval, their logits, and a bandwidth."""
    count = draw(st.integers(1, 6))
    beyond = draw(arrays(float, count, elements=st.floats(0, 50)))
    sides = draw(arrays(bool, count))
    logits = draw(arrays(float, count, elements=st.floats(-5, 5)))
    return np.where(sides, 10 + beyond, -10 - beyond), logits, draw(st.floats(2, 40))


@given(memories_outside(), st.floats(0, 1), st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_up_to_the_largest_slide_no_target_gives_another_gradient(drawn, share, bins, seed):
    points, logits, h = drawn
    target = np.random.default_rng(seed).dirichlet(np.ones(bins))
    task = {"interval": INTERVAL, "bins": bins, "target": target}
    s = share * largest_slide(points, INTERVAL)
    loss, gradient = kde_cross_entropy_with_gradient(points, logits, Laplace(h), **task)
    moved, same = kde_cross_entropy_with_gradient(
        slide(points, INTERVAL, s), logits, Laplace(h), **task
    )
    np.testing.assert_allclose(same, gradient, rtol=0, atol=1e-12)
    assert moved == pytest.approx(loss - s / h, abs=1e-11)


@pytest.mark.parametrize("bins", [1, 4, 10])
def test_over_bins_the_slide_may_go_on_to_the_outermost_midpoint(bins):
    points, logits = np.array([30.0, 40.0, -55.0]), [0.0, 0.5, -0.3]
    s = largest_slide(points, INTERVAL, bins=bins)
    assert s == 20 + 10 / bins

    def gradient(amount):
        at = slide(points, INTERVAL, amount)
        return kde_cross_entropy_with_gradient(
            at, logits, Laplace(10.0), interval=INTERVAL, bins=bins
        )[1]

    np.testing.assert_allclose(gradient(s), gradient(0.0), rtol=0, atol=1e-14)
    if bins > 1:
        assert np.abs(gradient(s + 1.0) - gradient(0.0)).max() > 1e-3


def test_a_gaussian_kernel_notices_at_once():
    points = np.array([30.0, 40.0])
    before, after = (
        kde_cross_entropy_with_gradient(
            slide(points, INTERVAL, s), [0.0, 0.0], Gaussian(10.0), interval=INTERVAL
        )[1]
        for s in (0.0, 1.0)
    )
    assert np.abs(after - before).max() > 1e-3


def test_a_memory_inside_the_target_leaves_no_room():
    assert largest_slide([9.9, 40.0], INTERVAL) == 0
    assert largest_slide([10.0, 40.0], INTERVAL) == 0
    assert largest_slide([10.5, 40.0], INTERVAL) == 0.5


def test_each_memory_moves_to_its_own_side_and_the_argument_stays():
    points = np.array([-50.0, 0.0, 30.0])
    np.testing.assert_array_equal(slide(points, (-30, 10), 5), [-45.0, -5.0, 25.0])
    np.testing.assert_array_equal(points, [-50.0, 0.0, 30.0])
    np.testing.assert_array_equal(slide([3.0, 5.0], (-1, 1), 3), [0.0, 2.0])


BAD = {
    "points must hold at least one": lambda: largest_slide([], INTERVAL),
    "points must hold finite": lambda: slide([np.inf], INTERVAL, 1),
    "points must be one line": lambda: slide([[1.0]], INTERVAL, 1),
    "interval must be finite numbers a < b": lambda: largest_slide([1.0], (1, 1)),
    "interval must be two numbers": lambda: slide([1.0], (1, 2, 3), 0),
    "bins must be a whole number": lambda: largest_slide([1.0], INTERVAL, bins=0),
    "amount must be a finite number of at least 0": lambda: slide([30.0], INTERVAL, -1),
    "amount must be at most 30": lambda: slide([30.0, -45.0], INTERVAL, 31),
}


@pytest.mark.parametrize("message", BAD)
def test_bad_arguments_are_named(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()


@pytest.mark.parametrize("amount", [np.nan, np.inf, "1", None, True])
def test_an_amount_that_is_no_number_is_refused(amount):
    with pytest.raises(ValueError, match="amount must be a finite number"):
        slide([30.0], INTERVAL, amount)
