"""What must hold for entropies, bills and gaps of densities."""

import math

import mpmath
import numpy as np
import pytest
from crossentropy import (
    effective_width,
    entropy,
    gaussian_cross_entropy,
    gaussian_entropy,
    gaussian_kl_divergence,
    histogram_entropy,
    laplace_entropy,
    laplace_kl_divergence,
    uniform_entropy,
)
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

mp = mpmath.mp.clone()
mp.dps = 200  # the exact formulas cancel
ENTROPIES = {
    uniform_entropy: stats.uniform,
    gaussian_entropy: stats.norm,
    laplace_entropy: stats.laplace,
}
DIVERGENCES = {gaussian_kl_divergence: stats.norm, laplace_kl_divergence: stats.laplace}
OF_FOUR = [gaussian_cross_entropy, *DIVERGENCES]
scales = st.floats(1e-3, 1e3)
places = st.floats(-1e3, 1e3)


@given(scales)
def test_entropies_are_those_of_scipy(scale):
    for ours, theirs in ENTROPIES.items():
        expected = theirs(scale=scale).entropy()
        np.testing.assert_allclose(ours(scale), expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("ours", ENTROPIES)
@pytest.mark.parametrize("scale", [0.05, 1.0, 12.0])
def test_an_entropy_is_the_integral_of_minus_p_log_p(ours, scale):
    density = ENTROPIES[ours](scale=scale)
    ends = (0, scale) if ours is uniform_entropy else (-40 * scale, 40 * scale)
    area, _ = integrate.quad(
        lambda t: -density.pdf(t) * density.logpdf(t), *ends, points=[0], limit=200
    )
    assert ours(scale) == pytest.approx(area, abs=1e-9)


@pytest.mark.parametrize("ours", DIVERGENCES)
@pytest.mark.parametrize(
    "four", [(0, 1, 0, 2), (0, 1, 3, 1), (-2, 0.5, 1, 0.7), (5, 3, 4.9, 2.9), (0, 1, -6, 2)]
)
def test_a_divergence_is_the_integral_of_p_log_of_the_ratio(ours, four):
    mean, scale, other, other_scale = four
    p, q = (DIVERGENCES[ours](m, s) for m, s in [(mean, scale), (other, other_scale)])
    low, high = mean - 40 * scale, mean + 40 * scale
    area, _ = integrate.quad(
        lambda t: p.pdf(t) * (p.logpdf(t) - q.logpdf(t)), low, high,
        points=[mean, other], limit=400,
    )  # fmt: skip
    assert ours(*four) == pytest.approx(area, abs=1e-9)


@pytest.mark.parametrize("truth", [stats.norm(1, 2), stats.laplace(1, 2), stats.uniform(-3, 5)])
def test_a_gaussian_belief_charges_for_mean_and_deviation_only(truth):
    belief = stats.norm(0.3, 1.7)
    low, high = truth.ppf(1e-16), truth.isf(1e-16)
    area, _ = integrate.quad(
        lambda t: -truth.pdf(t) * belief.logpdf(t), low, high, points=[1.0], limit=200
    )
    assert gaussian_cross_entropy(truth.mean(), truth.std(), 0.3, 1.7) == pytest.approx(area)


@given(places, scales, places, scales)
def test_a_bill_is_entropy_plus_gap(mean, scale, other, other_scale):
    bill = gaussian_cross_entropy(mean, scale, other, other_scale)
    gap = gaussian_kl_divergence(mean, scale, other, other_scale)
    np.testing.assert_allclose(bill, gaussian_entropy(scale) + gap, rtol=1e-12, atol=1e-12)


def exact_gaussian(mean, scale, other, other_scale):
    mean, scale, other, other_scale = map(mp.mpf, (mean, scale, other, other_scale))
    spread = (scale**2 + (mean - other) ** 2) / (2 * other_scale**2)
    return mp.log(other_scale / scale) + spread - mp.mpf(1) / 2


def exact_laplace(mean, scale, other, other_scale):
    mean, scale, other, other_scale = map(mp.mpf, (mean, scale, other, other_scale))
    apart = abs(mean - other)
    far = (apart + scale * mp.exp(-apart / scale)) / other_scale
    return mp.log(other_scale / scale) + far - 1


@given(places, scales, places, scales)
def test_gaps_keep_their_digits_and_are_never_negative(mean, scale, other, other_scale):
    four = mean, scale, other, other_scale
    for ours, exact in [
        (gaussian_kl_divergence, exact_gaussian),
        (laplace_kl_divergence, exact_laplace),
    ]:
        assert ours(*four) >= 0
        np.testing.assert_allclose(ours(*four), float(exact(*four)), rtol=1e-13, atol=1e-190)


@pytest.mark.parametrize("nudge", [1e-3, 1e-6, 1e-9, 1e-12])
def test_gaps_keep_their_digits_for_nearly_equal_densities(nudge):
    for four in [(0, 1, nudge, 1), (0, 1, 0, 1 + nudge), (0, 1 + nudge, nudge, 1)]:
        assert gaussian_kl_divergence(*four) == pytest.approx(float(exact_gaussian(*four)), 1e-13)
        assert laplace_kl_divergence(*four) == pytest.approx(float(exact_laplace(*four)), 1e-13)


def test_the_gap_of_a_density_from_itself_is_plus_zero():
    for gap in DIVERGENCES:
        assert gap(0.3, 0.7, 0.3, 0.7) == 0
        assert not np.signbit(gap(0.3, 0.7, 0.3, 0.7))


@given(places, scales, places, scales, st.floats(0.01, 100))
def test_a_unit_moves_bills_by_its_logarithm_and_gaps_not_at_all(mean, scale, other, wide, unit):
    four = np.array([mean, scale, other, wide])
    for gap in DIVERGENCES:
        np.testing.assert_allclose(gap(*(unit * four)), gap(*four), rtol=1e-9, atol=1e-20)
    bill = gaussian_cross_entropy(*four) + math.log(unit)
    np.testing.assert_allclose(gaussian_cross_entropy(*(unit * four)), bill, rtol=1e-12, atol=1e-12)
    for h in ENTROPIES:
        np.testing.assert_allclose(h(unit * scale), h(scale) + math.log(unit), atol=1e-12)


def test_a_gap_may_be_too_large_for_a_number_but_is_never_nan():
    assert gaussian_kl_divergence(0, 1e200, 0, 1e-200) == math.inf
    assert laplace_kl_divergence(0, 1e200, 0, 1e-200) == math.inf
    assert gaussian_cross_entropy(1e300, 1, -1e300, 1e-300) == math.inf
    assert laplace_kl_divergence(0, 1e-200, 1, 1e-200) == pytest.approx(1e200)


def test_the_entropy_of_a_histogram_is_that_of_its_bins_and_the_logarithm_of_their_width():
    p = np.random.default_rng(0).dirichlet(np.ones(7), 4)
    np.testing.assert_allclose(histogram_entropy(p, 0.2), entropy(p) + math.log(0.2), rtol=1e-14)
    np.testing.assert_allclose(histogram_entropy(p.T, 0.2, axis=0), histogram_entropy(p, 0.2))


@pytest.mark.parametrize("law", [stats.norm, stats.laplace, stats.expon])
def test_bins_never_know_more_than_the_density_and_in_the_end_as_much(law):
    excess = []
    for width in [1, 0.5, 0.25, 0.125]:
        edges = np.arange(-40, 40 + width, width)
        p = np.diff(law.cdf(edges))
        excess.append(histogram_entropy(p / p.sum(), width) - law.entropy())
    assert all(e > 0 for e in excess)
    ratios = np.array(excess[:-1]) / excess[1:]
    np.testing.assert_allclose(ratios, 4, rtol=0.05)


def test_the_effective_width_is_the_width_of_a_level_density():
    assert effective_width(uniform_entropy(0.3)) == pytest.approx(0.3)
    assert effective_width(gaussian_entropy(1)) == pytest.approx(math.sqrt(2 * math.pi * math.e))
    assert effective_width(laplace_entropy(1)) == pytest.approx(2 * math.e)


def test_a_base_divides_by_its_logarithm():
    for h in ENTROPIES:
        assert h(0.7, base=2) == pytest.approx(h(0.7) / math.log(2))
    for function in OF_FOUR:
        four = (0, 1, 2, 3)
        assert function(*four, base=2) == pytest.approx(function(*four) / math.log(2))
    assert histogram_entropy([0.5, 0.5], 1, base=2) == 1


def test_arguments_broadcast_and_types_are_kept():
    means = np.linspace(-1, 1, 3)[:, None]
    wide = np.array([0.5, 1, 2, 4], dtype=np.float32)
    for function in OF_FOUR:
        table = function(means, 1, 0, wide)
        assert table.shape == (3, 4)
        assert table[2, 3] == pytest.approx(function(1.0, 1, 0, 4), rel=1e-6)
        assert function(np.float32(0), wide, np.float32(0), wide).dtype == np.float32
    assert uniform_entropy(wide).dtype == np.float32
    assert isinstance(gaussian_entropy(1), np.float64)


@pytest.mark.parametrize("wrong", [0, -1, math.inf, math.nan, [1, 0.0]])
def test_a_width_or_scale_that_is_not_positive_and_finite_is_refused_by_name(wrong):
    for function in ENTROPIES:
        name = "width" if function is uniform_entropy else "scale"
        with pytest.raises(ValueError, match=f"{name} must be positive and finite, but {name}"):
            function(wrong)
    for function in OF_FOUR:
        with pytest.raises(ValueError, match=r"^scale must be positive and finite"):
            function(0, wrong, 0, 1)
        with pytest.raises(ValueError, match=r"^believed_scale must be positive and finite"):
            function(0, 1, 0, wrong)


@pytest.mark.parametrize("wrong", [math.inf, math.nan, [0.0, -math.inf]])
def test_a_place_that_is_not_finite_is_refused_by_name(wrong):
    for function in OF_FOUR:
        with pytest.raises(ValueError, match="must be finite, but"):
            function(wrong, 1, 0, 1)
        with pytest.raises(ValueError, match=r"^believed_.* must be finite"):
            function(0, 1, wrong, 1)
    with pytest.raises(ValueError, match=r"^entropy must be finite"):
        effective_width(wrong)


def test_other_nonsense_is_refused():
    with pytest.raises(ValueError, match="real numbers"):
        uniform_entropy(1j)
    with pytest.raises(ValueError, match="do not broadcast"):
        gaussian_kl_divergence([0, 1], 1, [0, 1, 2], 1)
    with pytest.raises(ValueError, match="base must be"):
        gaussian_entropy(1, base=1)
    with pytest.raises(ValueError, match="width must be a single number"):
        histogram_entropy([0.5, 0.5], [1, 2])
    with pytest.raises(ValueError, match="width must be positive"):
        histogram_entropy([0.5, 0.5], 0)
    with pytest.raises(ValueError, match="sum to 1"):
        histogram_entropy([0.5, 0.6], 1)
