"""The weights of memories learn: gains, three kinds of steps, and a certificate that is true."""

import math

import numpy as np
import pytest
from crossentropy import (
    Gaussian,
    Laplace,
    TopHat,
    em_step,
    exponentiated_gradient_step,
    fit_memory_weights,
    kde_cross_entropy_with_gradient,
    kl_divergence,
    memory_gains,
    softmax,
)
from hypothesis import given
from hypothesis import strategies as st

POINTS = np.array([-38.0, -21, -11, -4, 2, 7, 19, 33])
INTERVAL = (-12.0, 12.0)
METHODS = ("em", "exponentiated gradient", "descent")


def loss(z, log_K, p):
    """The loss, written as it is defined."""
    return -p @ np.log(np.exp(log_K) @ softmax(z))


@st.composite
def problems(draw):
    """Logits, a table of log-kernels and a target."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    memories, bins = draw(st.integers(1, 6)), draw(st.integers(1, 7))
    return (
        rng.normal(0, 3, memories),
        rng.normal(0, 2, (bins, memories)),
        rng.dirichlet(np.ones(bins)),
    )


@given(problems())
def test_the_gains_average_to_one_and_give_the_gradient_of_the_loss(problem):
    z, log_K, p = problem
    S, G = softmax(z), memory_gains(z, log_K, p)
    assert (S @ G).item() == pytest.approx(1, abs=1e-12)
    for j in range(z.size):
        moved = z.astype(complex)
        moved[j] += 1e-30j
        shares = np.exp(moved) / np.exp(moved).sum()
        slope = (-p @ np.log(np.exp(log_K) @ shares)).imag / 1e-30
        assert S[j] * (1 - G[j]) == pytest.approx(slope, rel=1e-9, abs=1e-13)
        assert S[j] - softmax(em_step(z, log_K, p))[j] == pytest.approx(slope, rel=1e-9, abs=1e-13)


@given(problems())
def test_em_goes_to_the_mean_responsibilities_and_gains_what_it_promises(problem):
    z, log_K, p = problem
    after = em_step(z, log_K, p)
    np.testing.assert_allclose(softmax(after), p @ softmax(z + log_K), rtol=1e-9)
    gained = loss(z, log_K, p) - loss(after, log_K, p)
    assert gained >= kl_divergence(softmax(after), softmax(z)) - 1e-12


@given(problems())
def test_no_weights_lie_farther_below_than_the_certificate_says(problem):
    z, log_K, p = problem
    bound = math.log(memory_gains(z, log_K, p).max())
    rng = np.random.default_rng(0)
    for rival in rng.normal(0, 4, (20, z.size)):
        assert loss(z, log_K, p) - loss(rival, log_K, p) <= bound + 1e-12


@given(problems(), st.floats(0.01, 3.99))
def test_a_step_of_descent_below_four_keeps_its_promise(problem, eta):
    z, log_K, p = problem
    g = softmax(z) * (1 - memory_gains(z, log_K, p))
    promise = loss(z, log_K, p) - eta * (1 - eta / 4) * (g @ g)
    assert loss(z - eta * g, log_K, p) <= promise + 1e-12


def test_a_step_of_exponentiated_gradient_multiplies_the_weights():
    rng = np.random.default_rng(1)
    z, log_K = rng.normal(size=4), rng.normal(size=(6, 4))
    expected = softmax(z) * np.exp(0.7 * memory_gains(z, log_K))
    after = exponentiated_gradient_step(z, log_K, step=0.7)
    np.testing.assert_allclose(softmax(after), expected / expected.sum(), rtol=1e-12)


@pytest.mark.parametrize("method", ["em", "exponentiated gradient"])
def test_a_fit_arrives_and_its_certificate_holds(method):
    fit = fit_memory_weights(POINTS, Laplace(4.0), interval=INTERVAL, method=method)
    assert fit.converged
    assert 0 <= fit.certificate <= 1e-6
    _, gradient = kde_cross_entropy_with_gradient(
        POINTS, fit.logits, Laplace(4.0), interval=INTERVAL
    )
    np.testing.assert_allclose(gradient, 0, atol=1e-5)
    best = fit_memory_weights(POINTS, Laplace(4.0), interval=INTERVAL, tolerance=1e-12, steps=9999)
    assert 0 <= fit.losses[-1] - best.losses[-1] <= fit.certificate


@pytest.mark.parametrize("method", METHODS)
def test_the_losses_of_a_fit_are_those_of_the_loss(method):
    fit = fit_memory_weights(
        POINTS, Gaussian(5.0), interval=INTERVAL, method=method, steps=3, tolerance=0, bins=20
    )
    value, _ = kde_cross_entropy_with_gradient(
        POINTS, fit.logits, Gaussian(5.0), interval=INTERVAL, bins=20
    )
    assert fit.losses[-1] == pytest.approx(value, rel=1e-12)
    assert len(fit.losses) == 4
    assert fit.weights.sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("method", ["em", "descent"])
def test_a_fit_never_goes_up(method):
    fit = fit_memory_weights(
        POINTS, Laplace(4.0), interval=INTERVAL, method=method, steps=200,
        step=None if method == "em" else 3.99,
    )  # fmt: skip
    assert (np.diff(fit.losses) <= 1e-14).all()


def test_shots_count_the_same_and_a_memory_out_of_reach_gets_nothing():
    fit = fit_memory_weights([0, 0.5, 3], TopHat(1.0), shots=[0.2, 0.9, 0.7])
    np.testing.assert_allclose(fit.weights, [0.5, 0.5, 0], atol=1e-12)
    assert fit.logits[2] == -math.inf
    assert fit.converged


def test_memories_far_from_every_bin_still_have_the_right_gains():
    fit = fit_memory_weights([1e6, 1e6 + 1], Laplace(1.0), interval=(-1, 1), steps=50)
    np.testing.assert_allclose(fit.weights, [1, 0], atol=1e-6)


@given(st.permutations(range(len(POINTS))))
def test_the_order_of_the_memories_does_not_matter(order):
    order = np.array(order)
    common = {"interval": INTERVAL, "steps": 20, "tolerance": 0, "bins": 12}
    one = fit_memory_weights(POINTS, Laplace(4.0), **common)
    other = fit_memory_weights(POINTS[order], Laplace(4.0), **common)
    np.testing.assert_allclose(other.weights, one.weights[order], rtol=1e-9)


GOOD = {"points": [0.0, 1.0], "kernel": Laplace(1.0), "interval": (-1, 1)}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"points": []}, "points"),
        ({"points": [0, math.nan]}, "points"),
        ({"kernel": Laplace}, "kernel"),
        ({"interval": (1, -1)}, "interval"),
        ({"interval": None}, "shots or an interval"),
        ({"shots": [0.0]}, "shots or an interval"),
        ({"shots": [math.inf], "interval": None}, "shots"),
        ({"shots": [0.0], "interval": None, "target": [1.0]}, "target"),
        ({"bins": 0}, "bins"),
        ({"target": [0.5, 0.6], "bins": 2}, "target"),
        ({"method": "newton"}, "method"),
        ({"step": 1.0}, "step"),
        ({"step": 0.0, "method": "descent"}, "step"),
        ({"steps": 0}, "steps"),
        ({"tolerance": -1}, "tolerance"),
        ({"start": [0.0]}, "log_kernels|start"),
        ({"start": [math.nan, 0.0]}, "start"),
        ({"start": [-math.inf, -math.inf]}, "start"),
        ({"kernel": TopHat(0.1)}, "no memory with a weight reaches"),
    ],
)
def test_bad_use_of_a_fit_is_refused_by_name(changes, message):
    with pytest.raises(ValueError, match=message):
        fit_memory_weights(**(GOOD | changes))


@pytest.mark.parametrize("step", [memory_gains, em_step, exponentiated_gradient_step])
@pytest.mark.parametrize(
    ("logits", "log_kernels", "target", "message"),
    [
        ([[0.0]], [[0.0]], None, "logits"),
        ([0.0, 0.0], [[0.0]], None, "log_kernels"),
        ([0.0], [[math.inf]], None, "log_kernels"),
        ([0.0], [[0.0]], [0.5], "target"),
        ([0.0], [[-math.inf]], None, "no memory"),
    ],
)
def test_bad_use_of_a_step_is_refused_by_name(step, logits, log_kernels, target, message):
    with pytest.raises(ValueError, match=message):
        step(logits, log_kernels, target)


def test_a_bin_without_target_need_not_be_reached():
    G = memory_gains([0.0, 0.0], [[0.0, 1.0], [-math.inf, -math.inf]], [1.0, 0.0])
    np.testing.assert_allclose(G, 2 * softmax([0.0, 1.0]), rtol=1e-12)
