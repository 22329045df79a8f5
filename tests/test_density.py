"""What must hold for kernels on the line and for densities from memories."""

import dataclasses
import math
import re

import crossentropy as ce
import numpy as np
import pytest
import scipy.integrate
import scipy.stats
from crossentropy import kde_log_density, responsibilities
from crossentropy.density import Kernel, _log_density
from exact_kernels import log_kernel, mp, relative_error
from hypothesis import given, settings
from hypothesis import strategies as st

LINE = [
    ce.Gaussian(0.7),
    ce.Laplace(0.7),
    ce.StudentT(0.7, 3.5),
    ce.StudentT(0.7, 5),
    ce.Cauchy(0.7),
    ce.Epanechnikov(0.7),
    ce.TopHat(0.7),
]
CIRCLE = [
    ce.VonMises(4.0),
    ce.WrappedLaplace(0.7),
    ce.GeodesicLaplace(0.7),
    ce.WrappedNormal(0.7),
    ce.WrappedNormal(1.9),
    ce.WrappedCauchy(0.6),
]
KERNELS = LINE + CIRCLE
ENDS = (ce.Epanechnikov, ce.TopHat)
WHOLE = [kernel for kernel in KERNELS if not isinstance(kernel, ENDS)]


def named(kernel):
    return repr(kernel)


def width_of(kernel):
    """The field that ``bandwidth_slope`` is the derivative for."""
    return dataclasses.fields(kernel)[0].name


@st.composite
def memories(draw, most=8):
    """Points and logits, some of the points equal, the logits close together or far apart."""
    n = draw(st.integers(1, most))
    points = draw(
        st.lists(st.one_of(st.floats(-3, 3), st.sampled_from([0.0, 1.0])), min_size=n, max_size=n)
    )
    spread = draw(st.sampled_from([1e-6, 1.0, 20.0, 900.0]))
    logits = draw(st.lists(st.floats(-spread, spread), min_size=n, max_size=n))
    return np.array(points), np.array(logits)


# -- kernels on the line --------------------------------------------------------------------------
@pytest.mark.parametrize("kernel", LINE, ids=named)
def test_a_kernel_on_the_line_integrates_to_one(kernel):
    ends = 0.7 if isinstance(kernel, ENDS) else math.inf
    half, _ = scipy.integrate.quad(lambda t: math.exp(kernel.log_density(t)), 0, ends, epsabs=1e-13)
    assert abs(2 * half - 1) < 1e-10


@pytest.mark.parametrize(
    ("kernel", "theirs"),
    [
        (ce.Gaussian(0.3), scipy.stats.norm(scale=0.3)),
        (ce.Laplace(0.3), scipy.stats.laplace(scale=0.3)),
        (ce.StudentT(0.3, 4.5), scipy.stats.t(4.5, scale=0.3)),
        (ce.StudentT(2.0, 1e5), scipy.stats.t(1e5, scale=2)),
        (ce.StudentT(2.0, 1e12), scipy.stats.norm(scale=2)),
        (ce.Cauchy(0.3), scipy.stats.cauchy(scale=0.3)),
        (ce.TopHat(0.3), scipy.stats.uniform(-0.3, 0.6)),
        (ce.Epanechnikov(0.3), scipy.stats.beta(2, 2, loc=-0.3, scale=0.6)),
    ],
    ids=lambda part: named(part) if isinstance(part, ce.Kernel) else "scipy",
)
def test_the_densities_are_those_of_scipy(kernel, theirs):
    t = np.concatenate([np.linspace(-2, 2, 41), [0.29, -0.29, 0.0, 7.5]])
    expected = theirs.logpdf(t)
    np.testing.assert_allclose(kernel.log_density(t), expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("kernel", KERNELS, ids=named)
def test_the_log_densities_are_those_of_sixty_digits(kernel):
    exact = log_kernel(kernel)
    for t in (0.0, 1e-9, 0.3, -0.69, 0.7 - 1e-9, -2.5, 3.1):
        value = kernel.log_density(t)
        assert isinstance(value, np.float64)
        right = float(exact(exact.__globals__["mp"].mpf(t)))
        assert value == right or abs(value - right) < 1e-14 * max(1, abs(right))


@pytest.mark.parametrize("kernel", KERNELS, ids=named)
def test_the_slopes_are_the_derivatives(kernel):
    t, step = np.array([-2.9, -1.2, -0.65, -0.1, 0.05, 0.4, 0.69, 1.0, 3.0]), 1e-6
    if isinstance(kernel, ENDS):
        t = t[np.abs(t) < 0.7]
    ahead, behind = kernel.log_density(t + step), kernel.log_density(t - step)
    np.testing.assert_allclose(kernel.slope(t), (ahead - behind) / (2 * step), rtol=1e-7, atol=1e-8)
    name = width_of(kernel)
    width = getattr(kernel, name)
    ahead, behind = (
        dataclasses.replace(kernel, **{name: width + sign * step}).log_density(t)
        for sign in (1, -1)
    )
    slopes = kernel.bandwidth_slope(t)
    np.testing.assert_allclose(slopes, (ahead - behind) / (2 * step), rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("kernel", KERNELS, ids=named)
def test_a_kernel_is_symmetric_and_falls_with_the_distance(kernel):
    t = np.linspace(0, math.pi, 50)
    logs = kernel.log_density(t)
    np.testing.assert_array_equal(kernel.log_density(-t), logs)
    with np.errstate(invalid="ignore"):
        assert not (np.diff(logs) > 1e-15).any()
    np.testing.assert_array_equal(kernel.slope(-t[1:-1]), -kernel.slope(t[1:-1]))
    assert kernel.slope(0.0) == 0


@pytest.mark.parametrize("kernel", LINE[-2:], ids=named)
def test_outside_of_its_support_a_kernel_is_zero_and_has_no_slopes(kernel):
    t = np.array([-5, -0.71, 0.71, 1e300])
    assert (kernel.log_density(t) == -np.inf).all()
    assert (kernel.slope(t) == 0).all()
    assert (kernel.bandwidth_slope(t) == 0).all()


def test_a_top_hat_includes_its_brim_and_epanechnikov_is_zero_there():
    assert abs(ce.TopHat(0.7).log_density(0.7) + math.log(1.4)) < 1e-15
    assert ce.Epanechnikov(0.7).log_density(0.7) == -math.inf
    assert ce.Epanechnikov(0.7).slope(0.7) == ce.Epanechnikov(0.7).bandwidth_slope(0.7) == 0


@pytest.mark.parametrize("kernel", WHOLE, ids=named)
@pytest.mark.parametrize("t", [0.0, 1e-300, 1e155, -1e308])
def test_no_difference_is_too_small_or_too_large(kernel, t):
    values = kernel.log_density(t), kernel.slope(t), kernel.bandwidth_slope(t)
    assert not np.isnan(values).any()
    assert values[0] <= kernel.log_density(0.0)


@pytest.mark.parametrize("kernel", KERNELS, ids=named)
def test_the_shape_is_kept_and_the_argument_too(kernel):
    t = np.linspace(-1, 1, 6).reshape(2, 3)
    before = t.copy()
    for method in (kernel.log_density, kernel.slope, kernel.bandwidth_slope):
        result = method(t)
        assert result.shape == (2, 3)
        assert result.dtype == float
        assert method(t[1, 2]) == result[1, 2]
    np.testing.assert_array_equal(t, before)
    np.testing.assert_array_equal(kernel.log_density([0, 1]), kernel.log_density([0.0, 1.0]))


@pytest.mark.parametrize("kernel", KERNELS, ids=named)
def test_the_table_that_speed_asks_for_is_the_kernel(kernel):
    places, points = np.linspace(-3, 3, 13), np.linspace(-3.1, 3, 17)
    expected = np.exp(
        kernel.log_density(places[:, None] - points) - kernel.log_density(np.zeros(1))
    )
    for table in (
        kernel._table(places, points),
        Kernel._table(kernel, places, points),
        Kernel._relative(kernel, np.subtract.outer(places, points)),
    ):
        np.testing.assert_allclose(table, expected, rtol=2e-12, atol=1e-300)


def test_kernels_are_immutable_and_equal_by_their_numbers():
    assert ce.Gaussian(1) == ce.Gaussian(1.0) != ce.Laplace(1.0)
    assert len({ce.StudentT(1, 2), ce.StudentT(1.0, 2.0), ce.StudentT(1, 3)}) == 2
    assert repr(ce.Cauchy(2)) == "Cauchy(bandwidth=2.0)"
    with pytest.raises(dataclasses.FrozenInstanceError):
        ce.Gaussian(1).bandwidth = 2


def test_a_kernel_of_the_readers_own_is_one_class():
    @dataclasses.dataclass(frozen=True)
    class Sech(Kernel):
        bandwidth: float

        def _log_density(self, t):
            u = np.abs(t) / self.bandwidth
            return (
                math.log(1 / math.pi / self.bandwidth) - u - np.log1p(np.exp(-2 * u)) + math.log(2)
            )

        def _slope(self, t):
            return -np.tanh(t / self.bandwidth) / self.bandwidth

        def _bandwidth_slope(self, t):
            u = t / self.bandwidth
            return (u * np.tanh(u) - 1) / self.bandwidth

    kernel, points, z = Sech(0.5), np.array([-1.0, 0.2, 2.0]), np.array([0.3, 0.0, -1.0])
    whole = scipy.integrate.quad(lambda t: math.exp(kernel.log_density(t)), -30, 30, points=[0])[0]
    assert abs(whole - 1) < 1e-9
    found = ce.kde_cross_entropy_with_gradient(
        points, z, kernel, interval=(-1, 1), bins=20, positions=True, bandwidth=True
    )

    def loss(points, z, h):
        return ce.kde_cross_entropy(points, z, Sech(h), interval=(-1, 1), bins=20)

    slopes = ce.central_difference(lambda z: loss(points, z, 0.5), z)
    np.testing.assert_allclose(found.logits, slopes, atol=1e-9)
    slopes = ce.central_difference(lambda y: loss(y, z, 0.5), points)
    np.testing.assert_allclose(found.positions, slopes, atol=1e-9)
    slope = ce.central_difference(lambda h: loss(points, z, h[0]), np.array([0.5]))
    np.testing.assert_allclose(found.bandwidth, slope[0], atol=1e-9)


def test_a_kernel_of_the_readers_own_may_live_on_the_circle():
    @dataclasses.dataclass(frozen=True)
    class Cardioid(ce.CircularKernel):
        concentration: float

        def _log_density(self, t):
            return np.log1p(2 * self.concentration * np.cos(t)) - math.log(2 * math.pi)

        def _slope(self, t):
            c = self.concentration
            return -2 * c * np.sin(t) / (1 + 2 * c * np.cos(t))

        def _bandwidth_slope(self, t):
            return 2 * np.cos(t) / (1 + 2 * self.concentration * np.cos(t))

    kernel, points, z = Cardioid(0.3), np.array([3.0, -3.0, 0.5 + 20 * math.pi]), np.zeros(3)
    q = np.exp(kde_log_density([3.1, 3.1 - 2 * math.pi], points, z, kernel))
    np.testing.assert_allclose(q, (1 + 0.6 * np.cos(3.1 - points)).mean() / (2 * math.pi))
    r = responsibilities([3.1], points, z, kernel)[0]
    for bins in (20, 300):  # also where all kernels are nearly alike
        for c in (0.3, 1e-6):
            found = ce.kde_cross_entropy_with_gradient(
                points, z, Cardioid(c), interval=(-math.pi, math.pi), bins=bins, positions=True
            )
            slopes = ce.central_difference(
                lambda y, c=c, bins=bins: ce.kde_cross_entropy(
                    y, z, Cardioid(c), interval=(-math.pi, math.pi), bins=bins
                ),
                points,
            )
            np.testing.assert_allclose(found.positions, slopes, atol=1e-8)
            assert abs(found.logits.sum()) < 1e-14
    np.testing.assert_allclose(r.sum(), 1)


# -- densities ------------------------------------------------------------------------------------
@pytest.mark.parametrize("kernel", KERNELS, ids=named)
@settings(max_examples=15)
@given(memories())
def test_the_density_is_the_weighted_mean_of_the_kernels(kernel, memories):
    points, z = memories
    x = np.array([-2.0, 0.0, 0.3, 1.0])
    table = z + kernel.log_density(x[:, None] - points)
    peak = table.max(axis=1)
    safe = np.where(peak > -np.inf, peak, 0)
    with np.errstate(divide="ignore"):
        right = safe + np.log(np.exp(table - safe[:, None]).sum(axis=1)) - ce.log_sum_exp(z)
    np.testing.assert_allclose(kde_log_density(x, points, z, kernel), right, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(
        _log_density(z, kernel.log_density(x[:, None] - points)), right, rtol=1e-12, atol=1e-12
    )


@pytest.mark.parametrize("kernel", KERNELS, ids=named)
def test_a_density_of_memories_integrates_to_one(kernel):
    points, z = np.array([0.4, -1.0, 2.9]), np.array([0.2, -0.4, 0.9])
    if kernel.period:
        x, tail = np.linspace(-math.pi, math.pi, 4001), 0.0
    else:  # what a Cauchy kernel has beyond ±60 is 2h/60π
        x, tail = np.linspace(-60, 60, 40_001), 0.0075 if isinstance(kernel, ce.Cauchy) else 0.0
    q = np.exp(kde_log_density(x, points, z, kernel))
    assert abs(np.trapezoid(q, x) - (1 - tail)) < 3e-3


@pytest.mark.parametrize("kernel", WHOLE, ids=named)
@settings(max_examples=15)
@given(memories())
def test_responsibilities_are_a_softmax_for_each_place(kernel, memories):
    points, z = memories
    x = np.array([-2.0, 0.0, 0.3, 1.0, 9.0])
    r = responsibilities(x, points, z, kernel)
    assert r.shape == (5, points.size)
    np.testing.assert_allclose(r.sum(axis=1), 1, rtol=1e-13)
    table = z + kernel.log_density(x[:, None] - points)
    np.testing.assert_allclose(r, ce.softmax(table), rtol=1e-9, atol=1e-300)


@settings(max_examples=15)
@given(memories(), st.floats(-1e3, 1e3))
def test_a_shift_of_all_logits_changes_nothing(memories, shift):
    points, z = memories
    x = np.array([-1.0, 0.5])
    for kernel in WHOLE:
        q = kde_log_density(x, points, z, kernel)
        np.testing.assert_allclose(kde_log_density(x, points, z + shift, kernel), q, atol=1e-9)


def test_the_density_keeps_the_shape_of_the_places():
    x = np.linspace(-1, 1, 6).reshape(3, 1, 2)
    q = kde_log_density(x, [0, 1], [0, 0], ce.Gaussian(1))
    assert q.shape == (3, 1, 2)
    assert isinstance(kde_log_density(0.5, [0, 1], [0, 0], ce.Gaussian(1)), np.float64)
    assert kde_log_density([], [0], [0], ce.Gaussian(1)).shape == (0,)
    assert responsibilities([], [0], [0], ce.Gaussian(1)).shape == (0, 1)


def test_where_no_kernel_reaches_the_density_is_zero_and_nobody_is_responsible():
    kernel = ce.TopHat(0.5)
    np.testing.assert_array_equal(
        kde_log_density([0, 5], [0, 0.2], [0, 0], kernel), [kernel.log_density(0), -np.inf]
    )
    with pytest.raises(ValueError, match=r"^x must lie where some kernel reaches, but x\[1\] = 5"):
        responsibilities([0, 5], [0, 0.2], [0, 0], kernel)


@pytest.mark.parametrize("kernel", WHOLE, ids=named)
def test_the_memory_that_is_hardly_believed_in_may_explain_all(kernel):
    x, points, z = [0.0], [0.0, 1.0], [-2000.0, 0.0]
    q = kde_log_density(x, points, z, kernel)
    right = np.logaddexp(kernel.log_density(0) - 2000, kernel.log_density(1.0))
    np.testing.assert_allclose(q, right, rtol=1e-14)


def test_many_places_and_memories_give_what_few_at_a_time_give():
    rng = np.random.default_rng(0)
    points, z, x = rng.normal(size=700), rng.normal(size=700), rng.normal(size=333)
    for kernel in KERNELS:
        q = kde_log_density(x, points, z, kernel)
        parts = [kde_log_density(x[m : m + 1], points, z, kernel) for m in range(0, 333, 37)]
        np.testing.assert_allclose(q[::37], np.concatenate(parts), rtol=1e-13, atol=1e-13)


def test_the_complex_step_passes_the_private_density():
    rng = np.random.default_rng(1)
    z, table = rng.normal(size=4), rng.normal(size=(3, 4))
    for j in range(4):
        slopes = _log_density(z + 1e-30j * np.eye(4)[j], table).imag / 1e-30
        r = ce.softmax(z + table)[:, j]
        np.testing.assert_allclose(slopes, r - ce.softmax(z)[j], rtol=1e-13)


# -- refusals -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "make",
    [
        ce.Gaussian,
        ce.Laplace,
        lambda h: ce.StudentT(h, 3),
        ce.Cauchy,
        ce.Epanechnikov,
        ce.TopHat,
        ce.WrappedLaplace,
        ce.GeodesicLaplace,
        ce.WrappedNormal,
    ],
)
@pytest.mark.parametrize("bad", [0, -1.0, math.inf, math.nan, "1", None, True, 1j])
def test_a_bandwidth_that_is_not_positive_and_finite_is_refused(make, bad):
    message = f"bandwidth must be a finite number above 0, not {bad!r}"
    with pytest.raises(ValueError, match="^" + re.escape(message) + "$"):
        make(bad)


@pytest.mark.parametrize("bad", [0, -2, math.inf, math.nan, None])
def test_degrees_of_freedom_that_are_not_positive_and_finite_are_refused(bad):
    message = f"degrees_of_freedom must be a finite number above 0, not {bad!r}"
    with pytest.raises(ValueError, match="^" + re.escape(message) + "$"):
        ce.StudentT(1.0, bad)


@pytest.mark.parametrize(
    ("x", "points", "logits", "kernel", "message"),
    [
        ([0], [], [], ce.Gaussian(1), "points must hold at least one of its points, but it is"),
        ([0], [1, 2], [0], ce.Gaussian(1), "logits must hold one logit for each point, but there"),
        ([0], [[1]], [0], ce.Gaussian(1), "points must be one line of points, but its shape"),
        ([0], [1], 0.0, ce.Gaussian(1), "logits must be one line of logits, but its shape is ()"),
        ([0], [math.nan], [0], ce.Gaussian(1), "points must hold finite numbers, but points[0]"),
        ([0], [1], [-math.inf], ce.Gaussian(1), "logits must hold finite numbers, but logits[0]"),
        ([math.inf], [1], [0], ce.Gaussian(1), "x must hold finite numbers, but x[0] = inf"),
        (["0"], [1], [0], ce.Gaussian(1), "x must hold real numbers, but its type is <U1"),
        ([0], [1j], [0], ce.Gaussian(1), "points must hold real numbers, but its type is complex"),
        ([0], [1], [0], ce.Gaussian, "kernel must be a kernel such as Gaussian(0.1), not <class"),
        ([0], [1], [0], "gaussian", "kernel must be a kernel such as Gaussian(0.1), not 'gauss"),
        ([1e308], [-1e308], [0], ce.Gaussian(1), "points must be a finite distance away, but"),
    ],
)
def test_what_makes_no_density_is_refused_and_the_message_says_why(
    x, points, logits, kernel, message
):
    for function in (kde_log_density, responsibilities):
        with pytest.raises(ValueError, match="^" + re.escape(message)):
            function(x, points, logits, kernel)


def test_responsibilities_want_one_line_of_places():
    with pytest.raises(
        ValueError, match=re.escape("x must be one line of places, but its shape is ()")
    ):
        responsibilities(0.0, [0], [0], ce.Gaussian(1))


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_difference_that_is_no_number_is_refused(bad):
    message = f"difference must hold finite numbers, but difference[1] = {bad}"
    for kernel in KERNELS:
        for method in (kernel.log_density, kernel.slope, kernel.bandwidth_slope):
            with pytest.raises(ValueError, match="^" + re.escape(message)):
                method([0, bad])


def test_the_error_of_a_density_far_away_is_a_rounding_error():
    for kernel in WHOLE[:5]:
        exact = log_kernel(kernel)
        value = kde_log_density([1e6], [0.0], [0.0], kernel)[0]
        assert relative_error(value, exact(exact.__globals__["mp"].mpf(10) ** 6)) < 1e-15


@pytest.mark.parametrize("nu", [1e-300, 1e-9, 1e-6, 0.3, 7.0, 1e9, 1e103, 1e300])
@pytest.mark.parametrize("t", [1e-3, 0.5, 1.0, 40.0])
def test_students_kernel_keeps_its_digits_for_any_degrees_of_freedom(nu, t):
    h = 0.5
    kernel = ce.StudentT(h, nu)
    with mp.workdps(60):
        v, wide = mp.mpf(t) / h, mp.mpf(nu)
        right = (v * v - 1) / (1 + v * v / wide) / h
        assert abs(kernel.bandwidth_slope(t) - right) <= 1e-14 * max(abs(right), 1e-300)
        right = log_kernel(kernel)(mp.mpf(t)) if 1e-9 <= nu <= 1e9 else None
    assert np.isfinite(kernel.log_density(t))
    if right is not None:
        assert relative_error(kernel.log_density(t), right) < 1e-13
