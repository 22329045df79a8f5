"""What must hold for kernels on the circle."""

import dataclasses
import math
import re

import crossentropy as ce
import numpy as np
import pytest
import scipy.integrate
import scipy.stats
from exact_kernels import log_kernel, mp
from hypothesis import given, settings
from hypothesis import strategies as st

TURN = 2 * math.pi
BANDED = [ce.WrappedLaplace, ce.GeodesicLaplace, ce.WrappedNormal]
KERNELS = [
    *[make(h) for make in BANDED for h in (0.05, 0.7, 3.0, 40.0)],
    ce.WrappedNormal(1.49),
    ce.WrappedNormal(1.51),
    *[ce.VonMises(k) for k in (1e-3, 2.0, 299.0, 301.0, 4e4)],
    *[ce.WrappedCauchy(r) for r in (0.0, 0.4, 0.97)],
]


@pytest.mark.parametrize("kernel", KERNELS, ids=repr)
def test_a_kernel_on_the_circle_integrates_to_one_around_it(kernel):
    near = [0.001, 0.01, 0.03, 0.1, 0.3, 1.0]
    half, _ = scipy.integrate.quad(
        lambda t: math.exp(kernel.log_density(t)), 0, math.pi, points=near, limit=200, epsabs=1e-12
    )
    assert abs(2 * half - 1) < 1e-9


@pytest.mark.parametrize("kernel", KERNELS, ids=repr)
@settings(max_examples=10)
@given(t=st.floats(-math.pi, math.pi), turns=st.integers(-5, 5))
def test_any_difference_is_wrapped(kernel, t, turns):
    """Not more is lost than what a rounding error of the difference does to the density."""
    other = t + turns * TURN
    steepest = np.abs(kernel.slope(np.linspace(-3.1, 3.1, 999))).max()
    blur = 1e-14 * (1 + 2 * steepest)
    np.testing.assert_allclose(kernel.log_density(other), kernel.log_density(t), atol=blur)


@pytest.mark.parametrize("kernel", KERNELS, ids=repr)
@pytest.mark.parametrize("t", [0.0, 1e-8, 0.4, -2.0, 3.1, 3.14159265, 4.0, -9.0])
def test_the_log_densities_are_those_of_sixty_digits(kernel, t):
    right = float(log_kernel(kernel)(mp.mpf(t)))
    assert abs(kernel.log_density(t) - right) < 3e-14 * max(1, abs(right))


@pytest.mark.parametrize("kernel", KERNELS, ids=repr)
def test_the_slopes_are_those_of_sixty_digits(kernel):
    name = dataclasses.fields(kernel)[0].name
    width = getattr(kernel, name)
    step = mp.mpf(10) ** -20
    for t in (0.3, -1.1, 2.9, 3.2):

        def moved(by, t=t):
            return log_kernel(kernel)(mp.mpf(t) + by)

        def widened(by, t=t):
            wide = dataclasses.replace(kernel)
            object.__setattr__(wide, name, mp.mpf(width) + by)
            return log_kernel(wide)(mp.mpf(t))

        slope = float((moved(step) - moved(-step)) / (2 * step))
        assert abs(kernel.slope(t) - slope) <= 1e-11 * abs(slope) + 1e-15
        if width == 0:
            slope = float((widened(2 * step) - widened(0)) / (2 * step))
            assert abs(kernel.bandwidth_slope(t) - slope) <= 1e-11 * abs(slope)
        elif name == "bandwidth" or width < 1e4:
            slope = float((widened(step) - widened(-step)) / (2 * step))
            largest = abs(kernel.bandwidth_slope(np.array([0.0, math.pi]))).max()
            assert (
                abs(kernel.bandwidth_slope(t) - slope)
                <= 1e-11 * abs(slope) + 1e-13 * largest + 1e-15
            )


@pytest.mark.parametrize(
    ("kernel", "theirs"),
    [
        (ce.VonMises(3.5), scipy.stats.vonmises(3.5)),
        (ce.VonMises(800.0), scipy.stats.vonmises(800.0)),
        (ce.WrappedCauchy(0.6), scipy.stats.wrapcauchy(0.6)),
    ],
    ids=["von Mises", "von Mises, narrow", "wrapped Cauchy"],
)
def test_the_densities_are_those_of_scipy(kernel, theirs):
    t = np.linspace(0, 3.1, 50)
    np.testing.assert_allclose(kernel.log_density(t), theirs.logpdf(t), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("wound", "straight"),
    [
        (ce.WrappedLaplace(0.8), ce.Laplace(0.8)),
        (ce.WrappedNormal(0.8), ce.Gaussian(0.8)),
        (ce.WrappedNormal(2.0), ce.Gaussian(2.0)),
        (ce.WrappedCauchy(math.exp(-0.8)), ce.Cauchy(0.8)),
    ],
    ids=repr,
)
def test_a_wound_up_kernel_is_the_sum_of_its_images(wound, straight):
    turns = TURN * np.arange(-100_000, 100_001)
    t = np.array([0.0, 1.0, -2.5, math.pi])
    sums = np.exp(straight.log_density(t[:, None] + turns)).sum(axis=1)
    np.testing.assert_allclose(np.exp(wound.log_density(t)), sums, rtol=1e-5)


def test_a_geodesic_kernel_is_the_laplace_kernel_but_for_its_normaliser():
    t = np.linspace(-3.1, 3.1, 30)
    more = ce.GeodesicLaplace(0.8).log_density(t) - ce.Laplace(0.8).log_density(t)
    np.testing.assert_allclose(more, -math.log(-math.expm1(-math.pi / 0.8)), rtol=1e-12)


@pytest.mark.parametrize("scale", [1e6, 1e12, 1e18, 1e300])
def test_a_huge_concentration_is_a_gaussian(scale):
    """It would be inf − inf without scaled Bessel functions."""
    kernel, h = ce.VonMises(scale), 1 / math.sqrt(scale)
    gauss = ce.Gaussian(h)
    t = h * np.array([0, 0.5, -2.0])
    np.testing.assert_allclose(kernel.log_density(t), gauss.log_density(t), atol=1e-5)
    np.testing.assert_allclose(kernel.slope(t) * h, gauss.slope(t) * h, rtol=1e-5)
    # d/dκ = d/dh · dh/dκ, where h = κ^(−1/2)
    found = kernel.bandwidth_slope(t) * scale
    np.testing.assert_allclose(found, -gauss.bandwidth_slope(t) * h / 2, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("tiny", [1e-300, 1e-12])
def test_a_tiny_concentration_is_nearly_uniform(tiny):
    np.testing.assert_allclose(ce.VonMises(tiny).log_density([0, 2.0]), -math.log(TURN), rtol=1e-11)


def test_the_wrapped_cauchy_kernel_of_concentration_zero_is_uniform():
    kernel, t = ce.WrappedCauchy(0), np.array([0.0, 1.0, math.pi])
    np.testing.assert_allclose(kernel.log_density(t), -math.log(TURN), rtol=1e-15)
    assert (kernel.slope(t) == 0).all()
    np.testing.assert_allclose(kernel.bandwidth_slope(t), 2 * np.cos(t), atol=1e-15)


@pytest.mark.parametrize("kernel", KERNELS, ids=repr)
def test_at_the_antipode_the_ways_round_balance(kernel):
    """But for the geodesic kernel, which has a kink there, all of them are flat."""
    assert kernel.slope(0.0) == 0
    assert abs(kernel.slope(math.pi)) < 1e-10
    if isinstance(kernel, ce.GeodesicLaplace):
        assert kernel.slope(3.1) == -1 / kernel.bandwidth


@pytest.mark.parametrize("bad", [0, -1, math.inf, math.nan, None, "2"])
def test_a_concentration_that_is_not_positive_and_finite_is_refused(bad):
    message = f"concentration must be a finite number above 0, not {bad!r}"
    with pytest.raises(ValueError, match="^" + re.escape(message) + "$"):
        ce.VonMises(bad)


@pytest.mark.parametrize("bad", [1, 1.5, -1e-9, math.inf, math.nan, None])
def test_a_wrapped_cauchy_kernel_wants_a_concentration_from_zero_to_below_one(bad):
    message = f"concentration must be a number in [0, 1), not {bad!r}"
    with pytest.raises(ValueError, match="^" + re.escape(message) + "$"):
        ce.WrappedCauchy(bad)


@pytest.mark.parametrize("h", [1e-12, 1e-6, 0.01, 0.5, 3.0, 50.0, 300.0, 1e3])
def test_the_bandwidth_slope_of_a_wrapped_laplace_kernel_has_its_digits_at_any_width(h):
    with mp.workdps(60):
        d, wide = mp.mpf(1.5) * min(mp.mpf(h), 1), mp.mpf(h)
        v, w = (mp.pi - d) / wide, mp.pi / wide
        right = (w / mp.tanh(w) - 1 - v * mp.tanh(v)) / wide
        found = ce.WrappedLaplace(h).bandwidth_slope(float(d))
        scale = max(abs(right), (w / mp.tanh(w) - 1) / wide if h > 1 else 1 / wide)
        assert abs(found - right) < 1e-13 * scale
