"""What must hold for the checks of a gradient."""

import numpy as np
import pytest
from crossentropy import central_difference, complex_step, directional_slopes
from crossentropy import linear_loss_and_gradient as loss_and_gradient
from crossentropy.figures.checking import loss as whole_loss
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

RNG = np.random.default_rng(5)
X = RNG.normal(size=(7, 3))
LABELS = RNG.integers(4, size=7)
W = RNG.normal(size=(4, 3))
BOTH = [central_difference, complex_step]
NUMBERS = hnp.arrays(float, st.integers(1, 6), elements=st.floats(-3, 3))


def loss(W):
    return whole_loss(W, X, LABELS, 0.3)


GRADIENT = loss_and_gradient(W, X, LABELS, l2=0.3)[1]


@pytest.mark.parametrize(("slopes", "tolerance"), [(central_difference, 1e-9), (complex_step, 0)])
def test_both_roads_agree_with_the_gradient_of_the_library(slopes, tolerance):
    np.testing.assert_allclose(slopes(loss, W), GRADIENT, rtol=1e-13, atol=tolerance)


@given(NUMBERS)
def test_a_complex_step_loses_no_digit(x):
    np.testing.assert_allclose(complex_step(lambda x: np.exp(x).sum(), x), np.exp(x), rtol=1e-15)


@given(NUMBERS)
def test_a_central_difference_is_exact_for_a_square_but_for_rounding(x):
    slopes = central_difference(lambda x: (x**2).sum(), x, step=0.25)
    np.testing.assert_allclose(slopes, 2 * x, atol=1e-13)


def test_a_central_difference_errs_by_the_square_of_its_step_for_a_cube():
    for step in [0.5, 0.1, 0.01]:
        assert central_difference(lambda x: x**3, 2.0, step=step) == pytest.approx(12 + step**2)


def test_a_complex_step_of_a_cube_errs_by_the_square_of_its_step_the_other_way():
    assert complex_step(lambda x: x**3, 2.0, step=0.1) == pytest.approx(12 - 0.01)


def test_the_usual_step_grows_with_the_entry_that_it_moves():
    x = np.array([1e8, 1e-3])
    slopes = central_difference(lambda x: (x**2).sum(), x)
    np.testing.assert_allclose(slopes[0], 2e8, rtol=1e-9)


@pytest.mark.parametrize("slopes", BOTH)
def test_the_result_has_the_shape_of_the_place_and_a_number_for_a_number(slopes):
    assert slopes(lambda W: (W * W).sum(), np.ones((2, 3))).shape == (2, 3)
    assert isinstance(slopes(lambda x: x * x, 3), np.float64)
    assert slopes(lambda x: x.sum(), np.zeros((0, 2))).shape == (0, 2)


@pytest.mark.parametrize("slopes", BOTH)
def test_the_place_is_not_modified(slopes):
    x = np.ones(3)
    slopes(lambda x: (x * x).sum(), x)
    assert (x == 1).all()


def test_a_right_gradient_agrees_along_every_direction_and_a_wrong_one_along_none():
    claimed, measured = directional_slopes(loss, GRADIENT, W, count=50)
    np.testing.assert_allclose(claimed, measured, atol=1e-8)
    wrong = GRADIENT.copy()
    wrong[2, 1] += 0.5
    claimed, measured = directional_slopes(loss, wrong, W, count=50)
    assert (np.abs(claimed - measured) > 1e-6).all()


def test_directions_have_length_one_and_follow_the_seed():
    x = np.array([1.0, -2.0, 0.5])
    first = directional_slopes(lambda x: (x * x).sum(), 2 * x, x, count=5, seed=3)
    again = directional_slopes(lambda x: (x * x).sum(), 2 * x, x, count=5, seed=3)
    other = directional_slopes(lambda x: (x * x).sum(), 2 * x, x, count=5, seed=4)
    np.testing.assert_array_equal(first, again)
    assert not np.isclose(first[0], other[0]).any()
    assert (np.abs(first[0]) <= np.linalg.norm(2 * x)).all()
    (bend,) = directional_slopes(lambda v: v**2, 0.0, 0.0, count=1, step=0.5)[1]
    assert bend == 0


@pytest.mark.parametrize("slopes", BOTH)
@pytest.mark.parametrize(
    ("f", "x", "step", "message"),
    [
        (3, [1.0], 1e-3, "f must be a function"),
        (lambda x: x, [1.0, 2.0], 1e-3, r"f must return one \w+ number, not an array of shape"),
        (lambda x: "loss", [1.0], 1e-3, r"f must return one \w+ number, not loss"),
        (lambda x: x[0] * np.inf, [1.0], 1e-3, r"f must return a finite \w+ number"),
        (lambda x: x[0], [1.0, np.nan], 1e-3, r"x must hold finite numbers, but x\[1\] = nan"),
        (lambda x: x[0], [1j], 1e-3, "x must hold real numbers"),
        (lambda x: x[0], [1.0], 0, "step must be a finite number above 0"),
        (lambda x: x[0], [1.0], np.inf, "step must be a finite number above 0"),
    ],
)
def test_bad_input_is_refused_by_name(slopes, f, x, step, message):
    with np.errstate(invalid="ignore"), pytest.raises(ValueError, match=message):
        slopes(f, x, step=step)


def test_a_step_that_rounding_swallows_is_refused():
    with pytest.raises(ValueError, match=r"step must move every entry of x, but 1\.0 ± 1e-17"):
        central_difference(lambda x: x.sum(), [1.0], step=1e-17)


def test_a_function_that_drops_the_imaginary_part_is_refused():
    with pytest.raises(ValueError, match="drops the imaginary part"):
        complex_step(lambda x: np.linalg.norm(x) ** 2, [1.0, 2.0])


def test_a_complex_result_is_refused_where_a_real_one_is_expected():
    with pytest.raises(ValueError, match="f must return a finite real number"):
        central_difference(lambda x: x[0] * (1 + 1j), [1.0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"gradient": [1.0]}, r"gradient must have the shape of x, \(2,\), not \(1,\)"),
        ({"gradient": [1.0, np.inf]}, r"gradient must hold finite numbers, but gradient\[1\]"),
        ({"count": 0}, "count must be a whole number of at least 1, not 0"),
        ({"count": 2.0}, "count must be a whole number"),
        ({"count": True}, "count must be a whole number"),
        ({"seed": -1}, "seed must be a whole number of at least 0, not -1"),
        ({"step": -1.0}, "step must be a finite number above 0"),
        ({"x": np.zeros((0,)), "gradient": np.zeros((0,))}, "x must have an entry"),
    ],
)
def test_bad_input_for_directions_is_refused_by_name(change, message):
    arguments = {"x": [1.0, 2.0], "gradient": [2.0, 4.0]} | change
    with pytest.raises(ValueError, match=message):
        directional_slopes(lambda x: (x * x).sum(), **arguments)
