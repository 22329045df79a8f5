"""What must hold for the loss of a density of memories and for its gradients."""

import dataclasses
import itertools
import math
import re
import tracemalloc
from functools import partial

import crossentropy as ce
import numpy as np
import pytest
import scipy.integrate
from crossentropy import kde_cross_entropy, kde_cross_entropy_with_gradient
from crossentropy.density_loss import _loss, _midpoints, _polynomial, _Tables
from exact_kernels import log_kernel, loss_and_gradient, mp, relative_error
from hypothesis import given, settings
from hypothesis import strategies as st
from test_density import CIRCLE, ENDS, KERNELS, WHOLE, memories, width_of

BINS = 7


def loss_of(points, z, kernel, **more):
    return kde_cross_entropy(points, z, kernel, **({"interval": (-0.4, 0.9), "bins": BINS} | more))


def gradients_of(points, z, kernel, **more):
    return kde_cross_entropy_with_gradient(
        points,
        z,
        kernel,
        **({"interval": (-0.4, 0.9), "bins": BINS, "positions": True, "bandwidth": True} | more),
    )


def covering(kernel):
    """Memories that reach every bin."""
    rng = np.random.default_rng(3)
    points = np.concatenate([np.linspace(-0.5, 1, 5), rng.normal(size=4)])
    return points, rng.normal(size=9)


def target(seed=4, bins=BINS):
    return np.random.default_rng(seed).dirichlet(np.ones(bins))


# -- far away, in sixty digits ---------------------------------------------------------------------
def unit(name):
    """One kernel of bandwidth h for each of those that reach everywhere."""
    return {
        "Gaussian": ce.Gaussian,
        "Laplace": ce.Laplace,
        "StudentT": partial(ce.StudentT, degrees_of_freedom=3),
        "StudentT, nearly normal": partial(ce.StudentT, degrees_of_freedom=1e9),
        "Cauchy": ce.Cauchy,
        "VonMises": lambda h: ce.VonMises(1 / h**2),
        "WrappedNormal": ce.WrappedNormal,
        "WrappedLaplace": ce.WrappedLaplace,
        "GeodesicLaplace": ce.GeodesicLaplace,
        "WrappedCauchy": lambda h: ce.WrappedCauchy(1 - h),
    }[name]


NAMES = [
    "Gaussian",
    "Laplace",
    "StudentT",
    "StudentT, nearly normal",
    "Cauchy",
    "VonMises",
    "WrappedNormal",
    "WrappedLaplace",
    "GeodesicLaplace",
    "WrappedCauchy",
]
STEPS = np.array([0.0, 1.3, 2.2, 3.1, 0.001])
BOTH = np.array([1, -1, 1, -1, -1])
STEPS_FAR = 1 + 1e-7 * STEPS
SCENES = {
    "near": (0.3, 0.0, np.array([0.3, -1.0, 0.9, 2.8, -2.2])),
    "where numbers end": (0.01, 0.0, 0.38 + 0.001 * STEPS),
    "a million bandwidths to one side": (1e-6, 0.0, 1 + 1e-6 * STEPS),
    "a million bandwidths to both sides": (1e-6, 0.0, BOTH * (1 + 1e-7 * STEPS)),
    "a million bandwidths to both sides of 1.2": (1e-6, 1.2, 1.2 + BOTH * (1 + 1e-7 * STEPS)),
    "where angles wrap": (1e-6, math.pi, math.pi - 2 * math.pi * (BOTH < 0) + BOTH * STEPS_FAR),
    "a thousand bandwidths away": (1e-3, 0.0, 1 + 1e-3 * STEPS),
    "one near, the others far": (1e-6, 0.0, np.array([2e-6, 1.0, 1.000001, -0.5, -0.50001])),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scene", SCENES)
def test_wherever_the_memories_are_all_digits_of_the_gradient_are_right(name, scene):
    h, centre, points = SCENES[scene]
    kernel, z = unit(name)(h), np.array([0.2, -0.5, 1.0, 0.0, -1.2])
    interval, p = (centre - 0.5 * h, centre + 0.7 * h), [0.3, 0.1, 0.6]
    loss, g = kde_cross_entropy_with_gradient(
        points, z, kernel, interval=interval, bins=3, target=p
    )
    exact, exact_g = loss_and_gradient(_midpoints(interval, 3), points, z, kernel, p)
    assert relative_error(loss, exact) < 1e-13
    assert max(relative_error(*pair) for pair in zip(g, exact_g, strict=True)) < 1e-12


@pytest.mark.parametrize("name", NAMES)
def test_kernels_wider_than_all_there_is_leave_a_small_gradient_with_all_its_digits(name):
    h = {"WrappedNormal": 4.0, "WrappedCauchy": 1 - 1e-6}.get(name, 1e5)
    points, z = np.array([0.3, 0.2, -1.0, 0.5, 0.9]), np.array([0.2, -0.5, 1.0, 0.0, -1.2])
    kernel = unit(name)(h)
    _, g = kde_cross_entropy_with_gradient(points, z, kernel, interval=(-0.1, 0.5), bins=3)
    _, exact = loss_and_gradient(_midpoints((-0.1, 0.5), 3), points, z, kernel, [1 / 3] * 3)
    assert max(relative_error(*pair) for pair in zip(g, exact, strict=True)) < 1e-12


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lead", [40.0, 700.0, 5000.0])
def test_a_memory_with_nearly_all_belief_still_has_its_digits(name, lead):
    points, z = np.array([0.2, 0.5, -0.4]), np.array([lead, 0.0, 0.3])
    kernel = unit(name)(0.3)
    _, g = kde_cross_entropy_with_gradient(points, z, kernel, interval=(-0.1, 0.5), bins=3)
    _, exact = loss_and_gradient(_midpoints((-0.1, 0.5), 3), points, z, kernel, [1 / 3] * 3)
    for value, right in zip(g, exact, strict=True):
        assert relative_error(value, right) < 1e-11 or abs(right) < 1e-300


@pytest.mark.parametrize("name", NAMES)
def test_with_a_background_the_vanishing_gradient_has_its_digits_too(name):
    kernel, points, z = unit(name)(0.01), np.array([0.5, 0.51, 0.52]), np.array([0.1, -0.3, 0.0])
    more = {"interval": (-0.1, 0.1), "bins": 3, "background": 0.01}
    loss, g = kde_cross_entropy_with_gradient(points, z, kernel, **more)
    u = 5.0 if kernel.period is None else 1 / (2 * math.pi)
    x = _midpoints((-0.1, 0.1), 3)
    exact, exact_g = loss_and_gradient(x, points, z, kernel, [1 / 3] * 3, 0.01, u)
    assert relative_error(loss, exact) < 1e-13
    for value, right in zip(g, exact_g, strict=True):
        # log q of −1000 is rounded to 1e-13
        assert relative_error(value, right) < 1e-11 or abs(right) < 1e-300


# -- definition and derivatives --------------------------------------------------------------------
@pytest.mark.parametrize("kernel", KERNELS, ids=repr)
@pytest.mark.parametrize("background", [0.0, 0.2])
def test_the_loss_is_the_mean_surprise_over_the_bins(kernel, background):
    points, z = covering(kernel)
    p, x = target(), _midpoints((-0.4, 0.9), BINS)
    q = np.exp(ce.kde_log_density(x, points, z, kernel))
    u = 1 / 1.3 if kernel.period is None else 1 / (2 * math.pi)
    right = -np.dot(p, np.log(background * u + (1 - background) * q))
    found = loss_of(points, z, kernel, target=p, background=background)
    np.testing.assert_allclose(found, right, rtol=1e-13)
    loss, g = kde_cross_entropy_with_gradient(
        points, z, kernel, interval=(-0.4, 0.9), bins=BINS, target=p, background=background
    )
    assert loss == found
    assert isinstance(loss, np.float64)
    r = ce.responsibilities(x, points, z, kernel)
    gamma = (1 - background) * q / (background * u + (1 - background) * q)
    np.testing.assert_allclose(g, (p * gamma) @ (ce.softmax(z) - r), atol=1e-14)


@pytest.mark.parametrize("kernel", KERNELS, ids=repr)
@pytest.mark.parametrize("background", [0.0, 0.2])
def test_the_gradients_are_the_slopes_of_the_loss(kernel, background):
    points, z = covering(kernel)
    more = {"target": target(), "background": background}
    found = gradients_of(points, z, kernel, **more)
    slopes = ce.central_difference(lambda z: loss_of(points, z, kernel, **more), z)
    np.testing.assert_allclose(found.logits, slopes, atol=1e-8)
    slopes = ce.central_difference(lambda y: loss_of(y, z, kernel, **more), points)
    np.testing.assert_allclose(found.positions, slopes, atol=1e-7)
    name = width_of(kernel)

    def widened(width):
        return loss_of(points, z, dataclasses.replace(kernel, **{name: float(width[0])}), **more)

    slope = ce.central_difference(widened, np.array([getattr(kernel, name)]))
    np.testing.assert_allclose(found.bandwidth, slope[0], atol=1e-7)


@pytest.mark.parametrize("kernel", KERNELS, ids=repr)
def test_a_complex_step_through_the_private_loss_is_the_gradient(kernel):
    points, z = covering(kernel)
    p, x = target(), _midpoints((-0.4, 0.9), BINS)
    table = kernel.log_density(x[:, None] - points)
    np.testing.assert_allclose(_loss(z, table, p), loss_of(points, z, kernel, target=p), rtol=1e-13)
    slopes = [_loss(z + 1e-30j * one, table, p).imag / 1e-30 for one in np.eye(z.size)]
    g = gradients_of(points, z, kernel, target=p).logits
    np.testing.assert_allclose(g, slopes, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("kernel", WHOLE, ids=repr)
@settings(max_examples=12)
@given(memories=memories(), shift=st.floats(-100, 100), background=st.sampled_from([0.0, 0.1]))
def test_the_gradient_sums_to_zero_and_a_shift_of_the_logits_changes_nothing(
    kernel, memories, shift, background
):
    points, z = memories
    found = gradients_of(points, z, kernel, background=background)
    assert abs(found.logits.sum()) < 1e-14
    assert (np.abs(found.logits) <= 1).all()
    other = gradients_of(points, z + shift, kernel, background=background)
    np.testing.assert_allclose(other.loss, found.loss, rtol=1e-12, atol=1e-10)
    np.testing.assert_allclose(other.logits, found.logits, atol=1e-10)
    np.testing.assert_allclose(other.positions, found.positions, atol=1e-9)


@pytest.mark.parametrize("kernel", KERNELS, ids=repr)
def test_a_factor_of_all_kernels_moves_the_loss_and_no_gradient(kernel):
    """Amplitude invariance, on the tables of the private loss."""
    points, z = covering(kernel)
    p, x = target(), _midpoints((-0.4, 0.9), BINS)
    table = kernel.log_density(x[:, None] - points)
    factors = np.random.default_rng(5).normal(size=BINS)
    moved = table + 50 * factors[:, None]
    np.testing.assert_allclose(_loss(z, moved, p), _loss(z, table, p) - 50 * np.dot(p, factors))
    for one in np.eye(z.size):
        slopes = [_loss(z + 1e-30j * one, t, p).imag / 1e-30 for t in (table, moved)]
        np.testing.assert_allclose(slopes[1], slopes[0], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("kernel", KERNELS, ids=repr)
@pytest.mark.parametrize(("M", "N"), [(3, 20_000), (500, 90), (1, 1), (90, 500)])
def test_tiles_give_what_one_table_gives(kernel, M, N):
    rng = np.random.default_rng(6)
    points, z, p = rng.uniform(-1, 1.5, N), rng.normal(size=N), target(bins=M)
    points[0] = 0.2
    kernel = dataclasses.replace(kernel, bandwidth=2.0) if isinstance(kernel, ENDS) else kernel
    table = kernel.log_density(_midpoints((-0.4, 0.9), M)[:, None] - points)
    loss, g = kde_cross_entropy_with_gradient(
        points, z, kernel, interval=(-0.4, 0.9), bins=M, target=p
    )
    np.testing.assert_allclose(loss, _loss(z, table, p), rtol=1e-12)
    right = ce.softmax(z) - p @ ce.softmax(z + table)
    np.testing.assert_allclose(g, right, rtol=1e-10, atol=1e-15)


SMOOTH = [
    ce.Gaussian(0.3),
    ce.StudentT(0.3, 0.2),
    ce.StudentT(0.3, 2.5),
    ce.StudentT(0.3, 40.0),
    ce.StudentT(0.3, 1e6),
    ce.Cauchy(0.3),
    ce.VonMises(0.05),
    ce.VonMises(12.0),
    ce.VonMises(2e3),
    ce.WrappedNormal(0.3),
    ce.WrappedNormal(2.5),
    ce.WrappedCauchy(0.0),
    ce.WrappedCauchy(0.05),
    ce.WrappedCauchy(0.7),
    ce.WrappedCauchy(0.995),
]


@pytest.mark.parametrize("kernel", SMOOTH, ids=repr)
@pytest.mark.parametrize("farthest", [0.01, 0.2, 0.9, 3.1])
def test_on_a_stretch_twenty_samples_tell_a_kernel_and_its_derivatives(kernel, farthest):
    half = min(kernel._stretch(farthest), farthest)
    log_K = log_kernel(kernel)
    for middle in (0.0, 0.5 * half, 0.5 * farthest, farthest - half):
        nodes, matrix = _polynomial(np.linspace(middle - half, middle + half, 12))
        x = np.linspace(middle - half, middle + half, 12)
        at_nodes, right = ([mp.exp(log_K(mp.mpf(t)) - log_K(0)) for t in v] for v in (nodes, x))
        found = matrix @ np.array(at_nodes, float)
        np.testing.assert_allclose(found, np.array(right, float), rtol=4e-15)
        for slope in (kernel.slope, kernel.bandwidth_slope):
            right = slope(x) * np.exp(kernel.log_density(x))
            found = matrix @ (slope(nodes) * np.exp(kernel.log_density(nodes)))
            np.testing.assert_allclose(found, right, atol=2e-14 * np.abs(right).max())


@pytest.mark.parametrize("kernel", KERNELS, ids=repr)
def test_no_stretch_is_promised_for_a_kernel_with_a_kink_or_an_end(kernel):
    kinked = isinstance(kernel, (*ENDS, ce.Laplace, ce.WrappedLaplace, ce.GeodesicLaplace))
    assert (kernel._stretch(1.0) == 0) == kinked


def with_rows_counted(kernel, points, z, monkeypatch, M=700):
    """The gradients for many bins, once as they come and once bin by bin, and rows of tables."""
    rows, table = [], _Tables._table

    def counted(self, places, part):
        rows.append(places.size)
        return table(self, places, part)

    monkeypatch.setattr(_Tables, "_table", counted)
    found = []
    for nodes in (ce.density_loss.NODES, M):
        monkeypatch.setattr(ce.density_loss, "NODES", nodes)
        rows.append(0)
        more = {"target": target(bins=M), "background": 0.01, "background_width": 7.0}
        found.append((gradients_of(points, z, kernel, bins=M, **more), sum(rows)))
        rows.clear()
    return found


def assert_same(found, right):
    np.testing.assert_allclose(found.loss, right.loss, rtol=1e-14)
    for value, known in zip(found[1:], right[1:], strict=True):
        np.testing.assert_allclose(value, known, atol=2e-14 * np.abs(known).max())


@pytest.mark.parametrize("kernel", SMOOTH, ids=repr)
def test_bins_closer_than_a_kernel_can_bend_cost_no_more_than_nodes(kernel, monkeypatch):
    rng = np.random.default_rng(12)
    turns = 0 if kernel.period is None else 2 * math.pi * rng.integers(-2, 3, 70)
    points, z = rng.uniform(-0.8, 1.3, 70) + turns, rng.normal(size=70)
    (found, rows), (direct, all_rows) = with_rows_counted(kernel, points, z, monkeypatch)
    assert all_rows == 700
    assert (rows <= 300) != (kernel in (ce.VonMises(2e3), ce.WrappedCauchy(0.995)))  # narrow
    assert_same(found, direct)


def test_memories_too_many_for_one_table_are_taken_in_parts(monkeypatch):
    rng = np.random.default_rng(13)
    points, z = rng.uniform(-0.8, 1.3, 7000), rng.normal(size=7000)
    (found, rows), (direct, _) = with_rows_counted(ce.Gaussian(0.3), points, z, monkeypatch)
    assert rows % 80 == 0  # twenty nodes, two parts, for q and for the gradient
    assert_same(found, direct)


def test_no_table_of_all_bins_and_memories_is_made():
    rng = np.random.default_rng(7)
    points, z = rng.normal(size=2000), rng.normal(size=2000)
    tracemalloc.start()
    for kernel in (ce.Gaussian(0.3), ce.StudentT(0.3, 2.5), ce.WrappedNormal(0.5)):
        kde_cross_entropy_with_gradient(points, z, kernel, interval=(-1, 1), bins=2000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1.2e7 < 8 * 2000 * 2000


# -- known values ----------------------------------------------------------------------------------
def test_thirty_and_forty_degrees_have_the_gradient_that_the_logistic_function_tells():
    kernel = ce.Laplace(10.0)
    right = 0.5 - 1 / (1 + math.exp(-1))
    for bins in (1, 200, None):
        _, g = kde_cross_entropy_with_gradient(
            [30, 40], [0, 0], kernel, interval=(-10, 10), bins=bins
        )
        np.testing.assert_allclose(g, [right, -right], rtol=1e-13)
    _, g = kde_cross_entropy_with_gradient([0, 10], [0, 0], kernel, interval=(-10, 10), bins=None)
    np.testing.assert_allclose(g, [right / 2, -right / 2], rtol=1e-12)


def test_one_match_of_a_top_hat_is_ordinary_classification():
    z = np.array([0.5, -1.0, 2.0])
    _, g = kde_cross_entropy_with_gradient(
        [0.0, 5.0, 9.0], z, ce.TopHat(1.0), interval=(-0.5, 0.5), bins=4
    )
    np.testing.assert_allclose(g, ce.softmax(z) - [1, 0, 0], rtol=1e-14)


def test_the_unit_of_angles_shifts_the_loss_and_leaves_the_gradient():
    rng = np.random.default_rng(8)
    points, z = rng.normal(size=5), rng.normal(size=5)
    turn = 180 / math.pi
    one = gradients_of(points, z, ce.Gaussian(0.3))
    other = gradients_of(
        turn * points, z, ce.Gaussian(0.3 * turn), interval=(-0.4 * turn, 0.9 * turn)
    )
    np.testing.assert_allclose(other.loss - one.loss, math.log(turn), rtol=1e-12)
    np.testing.assert_allclose(other.logits, one.logits, atol=1e-14)


def test_a_background_for_the_whole_circle_may_be_told_to_a_kernel_on_the_line():
    more = {"interval": (-10, 10), "bins": 5, "background": 0.1}
    loss = kde_cross_entropy([1e5], [0], ce.Gaussian(1.0), background_width=360, **more)
    np.testing.assert_allclose(loss, math.log(3600), rtol=1e-14)
    loss = kde_cross_entropy([1e5], [0], ce.Gaussian(1.0), **more)
    np.testing.assert_allclose(loss, math.log(200), rtol=1e-14)


def test_on_the_circle_whole_turns_of_a_memory_or_of_the_target_do_not_matter():
    rng = np.random.default_rng(9)
    points, z = rng.normal(size=6), rng.normal(size=6)
    moved = points + 2 * math.pi * rng.integers(-2, 3, 6)
    for kernel in CIRCLE:
        one = gradients_of(points, z, kernel)
        for other in (
            gradients_of(moved, z, kernel),
            gradients_of(points, z, kernel, interval=(-0.4 - 4 * math.pi, 0.9 - 4 * math.pi)),
        ):
            for value, right in zip(other, one, strict=True):
                np.testing.assert_allclose(value, right, atol=1e-12)


def test_one_bin_is_its_midpoint_and_mirrored_intervals_have_mirrored_bins():
    assert kde_cross_entropy([1.0], [0], ce.Laplace(1.0), interval=(0, 2), bins=1) == math.log(2)
    x = _midpoints((-0.3, 0.3), 8)
    np.testing.assert_array_equal(x, -x[::-1])
    np.testing.assert_allclose(_midpoints((1, 3), 4), [1.25, 1.75, 2.25, 2.75])


def test_a_uniform_target_is_what_none_means_and_200_bins_are_the_default():
    points, z = covering(ce.Gaussian(1.0))
    given_one = kde_cross_entropy(
        points, z, ce.Gaussian(1.0), interval=(0, 1), bins=200, target=np.full(200, 1 / 200)
    )
    assert kde_cross_entropy(points, z, ce.Gaussian(1.0), interval=(0, 1)) == given_one


@pytest.mark.parametrize(
    ("points", "interval"),
    [
        (1 + np.linspace(-1, 1, 30), (1, 1 + 4e-16)),
        (1e9 + np.linspace(-1, 1, 30), (1e9, 1e9 + 1e-6)),
        (1e9 + np.linspace(0, 1e-6, 60), (1e9, 1e9 + 1.2e-7)),
    ],
)
def test_bins_that_lie_closer_than_numbers_do_are_one_place(points, interval):
    kernel, z = ce.Cauchy(np.ptp(points) / 2), np.zeros(points.size)
    one = kde_cross_entropy_with_gradient(points, z, kernel, interval=interval, bins=1)
    many = kde_cross_entropy_with_gradient(points, z, kernel, interval=interval, bins=1000)
    np.testing.assert_allclose(many[0], one[0], rtol=0.1, atol=1e-6)
    assert np.isfinite(many[1]).all()
    few = kde_cross_entropy_with_gradient(points, z, kernel, interval=interval, bins=20)
    np.testing.assert_allclose(many[0], few[0], atol=5e-3)
    np.testing.assert_allclose(many[1], few[1], atol=5e-3)


@pytest.mark.parametrize("bins", [4, 50, 400])
@pytest.mark.parametrize("far", [1e2, 1e4, 1e6, 1e300])
def test_one_memory_far_beyond_all_numbers_has_a_gradient(bins, far):
    found = kde_cross_entropy_with_gradient(
        [0, far], [0, 0], ce.Gaussian(1.0), interval=(-0.5, 0.5), bins=bins, positions=True,
        bandwidth=True,
    )  # fmt: skip
    np.testing.assert_allclose(found.logits, [-0.5, 0.5], rtol=1e-14)
    np.testing.assert_allclose(found.positions, 0, atol=1e-15)
    np.testing.assert_allclose(found.bandwidth, 1 - (1 - 1 / bins**2) / 12, rtol=1e-13)


def test_a_great_many_bins_take_room_for_themselves_and_not_for_their_nodes():
    points, z = np.linspace(-1, 1, 30), np.zeros(30)
    tracemalloc.start()
    kde_cross_entropy_with_gradient(points, z, ce.Cauchy(0.3), interval=(-0.1, 0.1), bins=300_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 150 * 300_000  # a matrix of bins and nodes would take 160 for each bin


# -- the integral ----------------------------------------------------------------------------------
def test_two_memories_a_thousand_bandwidths_apart_share_what_lies_between_them():
    h = 1e-3
    loss, g = kde_cross_entropy_with_gradient(
        [0.0, 1.0], [0, 0], ce.Laplace(h), interval=(0, 1), bins=None
    )
    np.testing.assert_allclose(
        loss, 1 / (4 * h) + math.log(4 * h) - h * math.pi**2 / 12, rtol=1e-13
    )
    np.testing.assert_allclose(g, 0, atol=1e-15)


def test_a_stretch_much_shorter_than_the_bandwidth_keeps_its_digits():
    loss, _ = kde_cross_entropy_with_gradient(
        [0.0, 1e-4], [25.0, 0.0], ce.Laplace(100.0), interval=(0, 1e-4), bins=None
    )
    # all but 1e-11 of the belief is in the first memory, half a stretch away on average
    np.testing.assert_allclose(loss, math.log(200) + 5e-7, rtol=1e-13)


@settings(max_examples=25)
@given(memories(), st.sampled_from([0.05, 0.4, 1.0, 30.0]), st.floats(-3, 3), st.floats(0.05, 3))
def test_without_bins_the_loss_is_the_integral(memories, h, a, width):
    points, z = memories
    z = np.clip(z, -20, 20)
    kernel, b = ce.Laplace(h), a + width
    cuts = [a, *sorted({y for y in points if a < y < b}), b]

    def mean(f):
        parts = [(low, high) for low, high in itertools.pairwise(cuts) if high - low > 1e-12]
        return sum(scipy.integrate.quad(f, *part, epsabs=1e-12)[0] for part in parts) / width

    found = gradients_of(points, z, kernel, interval=(a, b), bins=None)
    right = -mean(lambda x: ce.kde_log_density(x, points, z, kernel))
    np.testing.assert_allclose(found.loss, right, rtol=1e-9, atol=1e-9)
    assert loss_of(points, z, kernel, interval=(a, b), bins=None) == found.loss
    shares = [
        mean(lambda x, j=j: ce.responsibilities([x], points, z, kernel)[0, j])
        for j in range(2)[: len(z)]
    ]
    np.testing.assert_allclose(found.logits[:2], ce.softmax(z)[:2] - shares, atol=1e-9)


@pytest.mark.parametrize("h", [0.05, 0.5, 20.0])
def test_the_gradients_of_the_integral_are_its_slopes(h):
    points, z = covering(None)
    found = gradients_of(points, z, ce.Laplace(h), bins=None)
    slopes = ce.central_difference(lambda z: loss_of(points, z, ce.Laplace(h), bins=None), z)
    np.testing.assert_allclose(found.logits, slopes, atol=1e-9)
    slopes = ce.central_difference(lambda y: loss_of(y, z, ce.Laplace(h), bins=None), points)
    np.testing.assert_allclose(found.positions, slopes, atol=1e-8 / h)
    slope = ce.central_difference(
        lambda h: loss_of(points, z, ce.Laplace(h[0]), bins=None), np.array([h])
    )
    np.testing.assert_allclose(found.bandwidth, slope[0], atol=1e-8 / h)
    assert abs(found.logits.sum()) < 1e-14


def test_a_million_bandwidths_away_the_integral_is_the_bin_at_the_edge():
    z, h = np.array([0.3, -0.2, 0.1]), 1e-6
    points = 1 + h * np.array([0.0, 1.5, 0.4])
    found = gradients_of(points, z, ce.Laplace(h), interval=(-h, h), bins=None)
    right = gradients_of(points, z, ce.Laplace(h), interval=(-h, h), bins=3)
    np.testing.assert_allclose(found.logits, right.logits, rtol=1e-13)


# -- out of reach ----------------------------------------------------------------------------------
@pytest.mark.parametrize("make", ENDS)
def test_bins_that_no_kernel_reaches_cost_infinitely_much_and_have_no_gradient(make):
    arguments = [0.0, 0.1], [0, 0], make(0.55)
    more = {"interval": (-1, 1), "bins": 10}
    assert kde_cross_entropy(*arguments, **more) == np.inf
    message = (
        "kernel must reach every bin of the target, but 4 of 10 bins are out of reach "
        "(0, 1, 8, 9; the first is at -0.9)"
    )
    with pytest.raises(ValueError, match=re.escape(message) + ".* background"):
        kde_cross_entropy_with_gradient(*arguments, **more)
    found = kde_cross_entropy_with_gradient(
        *arguments, **more, background=0.1, positions=True, bandwidth=True
    )
    assert np.isfinite(found.loss)
    assert all(np.isfinite(part).all() for part in found)


def test_many_bins_out_of_reach_are_counted_and_the_first_are_named():
    with pytest.raises(
        ValueError, match=re.escape("200 of 200 bins are out of reach (0, 1, 2, 3, 4, …;")
    ):
        kde_cross_entropy_with_gradient([9.0], [0], ce.TopHat(1.0), interval=(-1, 1))


def test_out_of_reach_of_all_kernels_a_background_leaves_its_own_loss_and_no_gradient():
    found = gradients_of([50.0, 60.0], [0, 1], ce.TopHat(1.0), background=0.25)
    np.testing.assert_allclose(found.loss, -math.log(0.25 / 1.3))
    for part in found[1:]:
        np.testing.assert_array_equal(part, 0)


def test_a_bin_without_target_need_not_be_reached():
    p = [0.0, 0.5, 0.5, 0.0]
    loss, g = kde_cross_entropy_with_gradient(
        [0.0, 0.2], [0, 0], ce.TopHat(0.6), interval=(-2, 2), bins=4, target=p
    )
    np.testing.assert_allclose(loss, 0.5 * math.log(2 * 1.2) + 0.5 * math.log(1.2), rtol=1e-13)
    np.testing.assert_allclose(g, [-0.25, 0.25], atol=1e-15)


@given(
    st.lists(st.floats(-1e100, 1e100), min_size=3, max_size=3),
    st.lists(st.floats(-1e100, 1e100), min_size=3, max_size=3),
    st.sampled_from([1e-100, 1e-9, 1.0, 1e9, 1e100]),
    st.sampled_from([0.0, 0.3]),
)
@settings(max_examples=20)
def test_no_input_gives_nan(points, z, h, background):
    """Whatever the numbers: results without NaN, or a ValueError that names an argument."""
    kernels = [ce.Gaussian(h), ce.Laplace(h), ce.StudentT(h, 2.5), ce.TopHat(h), ce.Epanechnikov(h)]
    kernels += [ce.WrappedLaplace(h), ce.GeodesicLaplace(h), ce.WrappedNormal(h), ce.VonMises(h)]
    for kernel in kernels:
        for bins in (3, None) if isinstance(kernel, ce.Laplace) and not background else (3,):
            more = {"bins": bins, "background": background}
            assert is_free_of_nan_or_refused(points, z, kernel, more)


def is_free_of_nan_or_refused(points, z, kernel, more):
    try:
        return not any(np.isnan(part).any() for part in gradients_of(points, z, kernel, **more))
    except ValueError as error:
        return str(error).startswith(("kernel ", "points "))


# -- refusals --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"interval": (1, 1)}, "interval must be finite numbers a < b, not (1.0, 1.0)"),
        ({"interval": (2, 1)}, "interval must be finite numbers a < b, not (2.0, 1.0)"),
        ({"interval": (0, math.inf)}, "interval must be finite numbers a < b, not (0.0, inf)"),
        ({"interval": (math.nan, 1)}, "interval must be finite numbers a < b, not (nan, 1.0)"),
        ({"interval": (-1e308, 1e308)}, "interval must be finite numbers a < b, not (-1e+308"),
        ({"interval": 3}, "interval must be two numbers (a, b), but its shape is ()"),
        ({"interval": (1, 2, 3)}, "interval must be two numbers (a, b), but its shape is (3,)"),
        ({"bins": 0}, "bins must be a whole number of at least 1, not 0"),
        ({"bins": -3}, "bins must be a whole number of at least 1, not -3"),
        ({"bins": 2.5}, "bins must be a whole number of at least 1, not 2.5"),
        ({"bins": True}, "bins must be a whole number of at least 1, not True"),
        ({"bins": None}, "bins must be a whole number of at least 1 for Gaussian(bandwidth=1.0); "),
        ({"target": [1]}, "target must hold one probability for each of the 7 bins, but its shape"),
        ({"target": [0.5] * 7}, "target must sum to 1 along axis, but target sums to 3.5"),
        ({"target": [1, 1, -1, 0, 0, 0, 0]}, "target must hold probabilities, but target[2] = -1"),
        ({"background": 1}, "background must be a number in [0, 1), not 1"),
        ({"background": -0.1}, "background must be a finite number of at least 0, not -0.1"),
        ({"background": math.nan}, "background must be a finite number of at least 0, not nan"),
        ({"background_width": 0}, "background_width must be a finite number above 0, not 0"),
        ({"background_width": 1}, "background_width must be at least the width of the interval"),
        ({"points": [0, 1]}, "logits must hold one logit for each point, but there are 2 points"),
        ({"points": []}, "points must hold at least one of its points, but it is empty"),
        ({"points": [math.inf]}, "points must hold finite numbers, but points[0] = inf"),
        ({"logits": [-math.inf]}, "logits must hold finite numbers, but logits[0] = -inf"),
        ({"kernel": None}, "kernel must be a kernel such as Gaussian(0.1), not None"),
        ({"points": [1.7e308], "interval": (-1e308, 0)}, "points must be a finite distance away"),
        ({"kernel": ce.VonMises(1), "interval": (0, 7)}, "interval must be at most one turn wide"),
        ({"kernel": ce.GeodesicLaplace(1), "bins": None}, "bins must be a whole number of at lea"),
        (
            {"kernel": ce.Laplace(1), "bins": None, "target": [1.0]},
            "target must be None, which is uniform, where bins is None",
        ),
        (
            {"kernel": ce.Laplace(1), "bins": None, "background": 0.1},
            "background must be 0 where bins is None, not 0.1",
        ),
    ],
)
def test_what_makes_no_loss_is_refused_and_the_message_says_why(more, message):
    arguments = {"points": [0], "logits": [0], "kernel": ce.Gaussian(1)}
    arguments |= {"interval": (-1, 1), "bins": 7} | more
    for function in (kde_cross_entropy, kde_cross_entropy_with_gradient):
        with pytest.raises(ValueError, match="^" + re.escape(message)):
            function(**arguments)


def test_a_whole_turn_is_not_too_wide():
    for left in (-math.pi, 0.1, 1e3):
        loss = kde_cross_entropy(
            [0.0], [0.0], ce.VonMises(1.0), interval=(left, left + 2 * math.pi), bins=50
        )
        np.testing.assert_allclose(loss, math.log(2 * math.pi * np.i0(1)), rtol=1e-9)


def test_only_what_is_asked_for_is_returned():
    arguments = [0.0], [0.0], ce.Gaussian(1.0)
    result = kde_cross_entropy_with_gradient(*arguments, interval=(-1, 1))
    assert len(result) == 2
    result = kde_cross_entropy_with_gradient(*arguments, interval=(-1, 1), positions=True)
    assert result.positions.shape == (1,)
    assert result.bandwidth is None
    result = kde_cross_entropy_with_gradient(*arguments, interval=(-1, 1), bandwidth=True)
    assert result.positions is None
    assert isinstance(result.bandwidth, np.float64)


def test_arguments_are_never_modified_and_may_be_read_only():
    points, z, p = np.array([0.1, 4.0, -7.0]), np.array([0.0, 1.0, 2.0]), np.full(BINS, 1 / BINS)
    for a in (points, z, p):
        a.flags.writeable = False
    for kernel in WHOLE:
        gradients_of(points, z, kernel, target=p)
