"""What must hold for the sums of Laplace kernels in one walk: they are the sums of all pairs."""

import math
import re

import crossentropy as ce
import numpy as np
import pytest
from crossentropy import laplace_cross_entropy_with_gradient, laplace_log_density
from crossentropy.density_loss import _midpoints, _Tables, _Task
from crossentropy.fast_sums import _walk
from exact_kernels import loss_and_gradient, relative_error
from hypothesis import given, settings
from hypothesis import strategies as st
from test_density import memories

FAMILY = [ce.Laplace, ce.GeodesicLaplace, ce.WrappedLaplace]
WIDE = np.longdouble
TURN = WIDE("6.283185307179586476925286766559005768")


def brute_force(kernel, x, points):
    """log K of every pair, in extended precision."""
    h = WIDE(kernel.bandwidth)
    d = np.abs(x[:, None].astype(WIDE) - points.astype(WIDE))
    if kernel.period is None:
        return -d / h - np.log(2 * h)
    d = np.mod(d, TURN)
    d = np.minimum(d, TURN - d)
    if isinstance(kernel, ce.GeodesicLaplace):
        return -d / h - np.log(-2 * h * np.expm1(-TURN / 2 / h))
    return -d / h + np.log1p(np.exp(-(TURN - 2 * d) / h)) - np.log(-2 * h * np.expm1(-TURN / h))


def brute_loss_and_gradient(kernel, x, points, z, p):
    """By blocks of places, as the whole table is too large."""
    log_S = z.astype(WIDE) - z.max()
    log_S -= np.log(np.exp(log_S).sum())
    S, G, loss = np.exp(log_S), np.zeros(points.size, WIDE), WIDE(0)
    for m in range(0, x.size, 50):
        table = log_S + brute_force(kernel, x[m : m + 50], points)
        top = table.max(axis=1, keepdims=True)
        e = np.exp(table - top)
        whole = e.sum(axis=1)
        loss -= (p[m : m + 50] * (np.log(whole) + top[:, 0])).sum()
        G += (p[m : m + 50] / whole) @ e
    return loss, S - G, S


def scene(name, N):
    """Points and a bandwidth."""
    rng = np.random.default_rng(11)
    points = rng.normal(size=N)
    return {
        "spread out": (points, 0.1),
        "narrow kernels": (points, 1e-6),
        "wide kernels": (points, 30.0),
        "ties": (np.round(points, 1), 0.3),
        "far away on one side": (3 + 1e-4 * points, 1e-4),
        "far away on both sides": (np.where(points > 0, 1.5, -1.5) + 1e-5 * points, 1e-4),
    }[name]


SCENES = ["spread out", "narrow kernels", "wide kernels", "ties", "far away on one side"]
SCENES += ["far away on both sides"]


@pytest.mark.parametrize("make", FAMILY)
@pytest.mark.parametrize("name", SCENES)
def test_the_walk_gives_what_extended_precision_gives_for_all_pairs(make, name):
    N = 600
    points, h = scene(name, N)
    rng = np.random.default_rng(12)
    z, p, kernel = rng.normal(size=N), rng.dirichlet(np.ones(N)), make(h)
    x = _midpoints((-0.3, 0.7), N)
    loss, g = laplace_cross_entropy_with_gradient(
        points, z, kernel, interval=(-0.3, 0.7), bins=N, target=p
    )
    right, right_g, S = brute_loss_and_gradient(kernel, x, points, z, p)
    assert abs(loss - right) < 1e-12 * abs(right)
    assert (np.abs(g - right_g) <= 1e-12 * np.maximum(np.abs(right_g), S)).all()
    assert np.abs(g - right_g).max() < 1e-12 * np.abs(right_g).max()
    log_q = laplace_log_density(x, points, z, kernel)
    table = brute_force(kernel, x, points) + np.log(S)
    top = table.max(axis=1)
    expected = top + np.log(np.exp(table - top[:, None]).sum(axis=1))
    assert (np.abs(log_q - expected) <= 1e-12 * np.maximum(1, np.abs(expected))).all()


def test_ten_thousand_memories_and_bins_keep_twelve_digits_too():
    rng = np.random.default_rng(13)
    N = 10_000
    points, z, kernel = rng.normal(size=N), rng.normal(size=N), ce.Laplace(0.02)
    loss, g = laplace_cross_entropy_with_gradient(points, z, kernel, interval=(-1, 1), bins=N)
    x = _midpoints((-1, 1), N)
    some = rng.choice(N, 40, replace=False)  # all bins for some memories, all memories for some
    log_q = laplace_log_density(x, points, z, kernel)
    log_S = z.astype(WIDE) - np.log(np.exp(z.astype(WIDE)).sum())
    table = brute_force(kernel, x[some], points) + log_S
    expected = np.log(np.exp(table).sum(axis=1))
    assert np.abs(np.expm1(log_q[some] - expected)).max() < 1e-12
    assert abs(loss + log_q.mean()) < 1e-12
    G = np.exp(brute_force(kernel, x, points[some]) - log_q[:, None]).mean(axis=0)
    expected = np.exp(log_S[some]) * (1 - G)
    assert np.abs(g[some] - expected).max() < 1e-12 * np.abs(expected).max()


@pytest.mark.parametrize("make", FAMILY)
@settings(max_examples=60)
@given(
    memories=memories(),
    h=st.sampled_from([1e-3, 0.05, 0.5, 5.0]),
    interval=st.tuples(st.sampled_from([-2.0, -0.5, 0.0, 0.7]), st.sampled_from([0.2, 2.0, 6.0])),
    bins=st.integers(1, 9),
    background=st.sampled_from([0.0, 0.1]),
)
def test_walks_and_tables_agree_on_the_loss_and_all_gradients(
    make, memories, h, interval, bins, background
):
    points, z = memories
    a, width = interval
    arguments = points, z, make(h)
    more = {"interval": (a, a + width), "bins": bins, "background": background}
    found = laplace_cross_entropy_with_gradient(*arguments, **more, positions=True, bandwidth=True)
    task = _Task(*arguments, (a, a + width), bins, None, background, None)
    with np.errstate(over="ignore"):
        right = _Tables(task, True, True, True).results()
    np.testing.assert_allclose(found.loss, right[0], rtol=1e-12)
    np.testing.assert_allclose(found.logits, right[1], atol=1e-12)
    np.testing.assert_allclose(found.positions, right[2], atol=1e-11 / h)
    np.testing.assert_allclose(found.bandwidth, right[3], rtol=1e-10, atol=1e-11 / h)
    assert abs(found.logits.sum()) < 1e-13


@pytest.mark.parametrize("make", FAMILY)
def test_places_may_come_in_any_order_and_shape_and_from_any_turn(make):
    rng = np.random.default_rng(14)
    points, z, x = rng.normal(size=30), rng.normal(size=30), 9 * rng.normal(size=(4, 5))
    log_q = laplace_log_density(x, points, z, make(0.3))
    assert log_q.shape == (4, 5)
    table = z + make(0.3).log_density(x[..., None] - points)
    np.testing.assert_allclose(log_q, ce.log_sum_exp(table) - ce.log_sum_exp(z), rtol=1e-12)
    assert laplace_log_density([], points, z, make(0.3)).shape == (0,)


@pytest.mark.parametrize("make", FAMILY[1:])
def test_exactly_at_the_antipode_each_memory_is_heard_once(make):
    for angle in (0.0, 0.1, -2.0, 1.0):
        x = np.array([angle, np.nextafter(angle, 9)])
        found = laplace_log_density(x, [angle + math.pi], [0.0], make(0.4))
        np.testing.assert_allclose(found, make(0.4).log_density(math.pi), rtol=1e-13)


def test_the_functions_for_any_kernel_walk_where_it_pays():
    rng = np.random.default_rng(15)
    points, z = rng.normal(size=100_000), rng.normal(size=100_000)
    for make in FAMILY:  # as a table this would take minutes
        more = {"interval": (-1, 1), "bins": 50_000}
        loss, g = ce.kde_cross_entropy_with_gradient(points, z, make(0.05), **more)
        assert loss == ce.kde_cross_entropy(points, z, make(0.05), **more)
        other, other_g = laplace_cross_entropy_with_gradient(points, z, make(0.05), **more)
        assert loss == other
        np.testing.assert_array_equal(g, other_g)
        x = _midpoints((-1, 1), 50_000)
        log_q = ce.kde_log_density(x, points, z, make(0.05))
        np.testing.assert_allclose(-log_q.mean(), loss, rtol=1e-12)


def test_a_million_bandwidths_away_the_walk_has_all_digits_as_well():
    h, z = 1e-6, np.array([0.2, -0.5, 1.0, 0.0, -1.2])
    offsets = np.array([0, 1.3, 2.2, 3.1, 0.001])
    for points in (1 + h * offsets, np.sign([1, -1, 1, -1, -1]) * (1 + 0.1 * h * offsets)):
        for make in FAMILY:
            more = {"interval": (-0.5 * h, 0.7 * h), "bins": 3}
            loss, g = laplace_cross_entropy_with_gradient(points, z, make(h), **more)
            x = _midpoints((-0.5 * h, 0.7 * h), 3)
            right, right_g = loss_and_gradient(x, points, z, make(h), [1 / 3] * 3)
            assert relative_error(loss, right) < 1e-13
            assert max(relative_error(*pair) for pair in zip(g, right_g, strict=True)) < 1e-12


@given(st.integers(1, 70), st.integers(0, 10))
def test_a_walk_in_pieces_is_the_walk(N, seed):
    rng = np.random.default_rng(seed)
    factors, terms = rng.uniform(0, 1, N - 1), rng.uniform(0, 1, N)
    v = [terms[0]]
    for factor, term in zip(factors, terms[1:], strict=True):
        v.append(factor * v[-1] + term)
    np.testing.assert_allclose(_walk(np.multiply, np.add, factors, terms), v, rtol=1e-14)
    with np.errstate(divide="ignore"):
        logs = _walk(np.add, np.logaddexp, np.log(factors), np.log(terms))
    np.testing.assert_allclose(np.exp(logs), v, rtol=1e-13)


@pytest.mark.parametrize("kernel", [ce.Gaussian(1.0), ce.VonMises(1.0), None, ce.Laplace])
def test_other_kernels_are_refused(kernel):
    message = "^" + re.escape(
        f"kernel must be a Laplace kernel such as Laplace(0.1), not {kernel!r}"
    )
    with pytest.raises(ValueError, match=message):
        laplace_log_density([0], [0], [0], kernel)
    with pytest.raises(ValueError, match=message):
        laplace_cross_entropy_with_gradient([0], [0], kernel, interval=(0, 1))
