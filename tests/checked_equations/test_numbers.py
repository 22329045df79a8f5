"""What the numeric side computes: functions by name, integrals with corners and narrow peaks."""

import math

import numpy as np
import pytest
import sympy as sm
from checked_equations import Diff, alphabet, check, derivative, eq, identity, real, unevaluated
from checked_equations.numeric import Evaluator, OffDomain


@pytest.fixture
def letters():
    with alphabet():
        yield real("x"), real("h", 0)


@pytest.mark.parametrize(
    ("function", "same"),
    [
        (sm.sin, math.sin), (sm.cos, math.cos), (sm.tan, math.tan), (sm.asin, math.asin),
        (sm.acos, math.acos), (sm.atan, math.atan), (sm.sinh, math.sinh), (sm.cosh, math.cosh),
        (sm.tanh, math.tanh), (sm.atanh, math.atanh), (sm.erf, math.erf), (sm.erfc, math.erfc),
        (sm.gamma, math.gamma),
    ],
)  # fmt: skip
def test_a_function_is_computed_by_its_namesake(function, same):
    assert Evaluator({})(function(sm.Rational(3, 7), evaluate=False)) == pytest.approx(
        same(3 / 7), rel=1e-14
    )


def test_a_step_into_the_complex_plane_keeps_its_digits_in_a_bessel_function(letters):
    _, h = letters
    with unevaluated():
        right = derivative("eq-right", Diff(sm.besseli(0, h), h), eq(sm.besseli(1, h)))
        wrong = derivative("eq-wrong", Diff(sm.besseli(0, h), h), eq(1.000001 * sm.besseli(1, h)))
    assert check(right, methods=("numeric",)).ok
    assert not check(wrong, methods=("numeric",)).ok


def test_what_overflows_has_no_value_instead_of_an_infinite_one():
    with np.errstate(all="ignore"), pytest.raises(OffDomain, match="cosh"):
        Evaluator({})(sm.cosh(sm.Integer(1000), evaluate=False))


def test_an_integral_is_cut_where_a_modulus_bends(letters):
    x, h = letters
    density = sm.exp(-sm.Abs(x - sm.Rational(1, 3)) / h) / (2 * h)
    whole = Evaluator({h: 0.01})(sm.Integral(density, (x, -1, 2)))
    assert whole == pytest.approx(1, abs=1e-12)


def test_an_integral_that_quadrature_cannot_settle_has_no_value(letters):
    x, h = letters
    density = sm.exp(-(x**2) / (2 * h**2)) / (h * sm.sqrt(2 * sm.pi))
    with pytest.raises(OffDomain, match="does not settle"):
        Evaluator({h: 1e-9})(sm.Integral(density, (x, -sm.oo, sm.oo)))


def test_a_wrong_total_of_a_density_is_found(letters):
    x, h = letters
    with unevaluated():
        density = sm.exp(-sm.Abs(x) / h) / (2 * h)
        wrong = identity("eq-wrong", sm.Integral(density, (x, -sm.oo, sm.oo)), eq(2), draws=50)
        right = identity("eq-right", sm.Integral(density, (x, -sm.oo, sm.oo)), eq(1), draws=50)
    assert check(right).ok
    found = check(wrong)
    assert len(found.links[0].failures) == 2  # exactly, and by numbers


def test_the_logarithm_of_what_underflows_has_no_value_instead_of_an_infinite_one(letters):
    _, h = letters
    with sm.evaluate(False):
        tiny = sm.log(sm.exp(-1 / h))
    assert Evaluator({h: 0.01})(tiny) == pytest.approx(-100)
    with pytest.raises(OffDomain, match="too small"):
        Evaluator({h: 1e-9})(tiny)
    assert Evaluator({h: 0.0})(sm.log(h)) == -math.inf


def test_the_slope_of_an_integral_in_its_ends_is_seen_in_the_complex_plane(letters):
    x, h = letters
    area = sm.Integral(x**4, (x, -h, 2 * h))
    with unevaluated():
        right = derivative("eq-right", Diff(area, h), eq(2 * (2 * h) ** 4 + h**4))
        wrong = derivative("eq-wrong", Diff(area, h), eq(2 * (2 * h) ** 4 - h**4))
    assert check(right, methods=("numeric",)).ok
    assert not check(wrong, methods=("numeric",)).ok
