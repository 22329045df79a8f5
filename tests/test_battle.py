"""Simulated shots, logits from features, aims, hit rates, and leaving one out."""

import numpy as np
import pytest
from crossentropy import (
    Cauchy,
    Gaussian,
    Laplace,
    TopHat,
    aim,
    feature_distances,
    fit_feature_weights,
    hit_rate,
    kde_cross_entropy,
    kde_log_density,
    leave_one_out_log_likelihood,
    simulate_shots,
    softmax,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad


def test_a_seed_gives_the_same_shots_and_another_seed_gives_others():
    one, same, other = (simulate_shots(50, seed=s) for s in (3, 3, 4))
    assert (one.angles == same.angles).all()
    assert (one.features == same.features).all()
    assert (one.angles != other.angles).all()


def test_shots_are_what_the_game_says():
    shots = simulate_shots(4000, seed=0)
    assert shots.features.shape == (4000, 4)
    assert ((shots.features >= 0) & (shots.features <= 1)).all()
    robots = 2 + 6 * shots.features[:, 0]
    assert np.allclose(np.sin(np.radians(shots.half_widths)) * robots, 0.5)


def test_the_dodger_follows_its_speed_and_not_its_mood():
    shots = simulate_shots(4000, seed=0)
    free = shots.features[:, 2] < 0.3
    speed, mood = (np.corrcoef(shots.features[free, d], shots.angles[free])[0, 1] for d in (1, 3))
    assert speed > 0.7
    assert abs(mood) < 0.08


@pytest.mark.parametrize("count", [0, -1, 2.5, True, "3"])
def test_a_count_of_shots_that_is_none_is_refused(count):
    with pytest.raises(ValueError, match="count must be a whole number"):
        simulate_shots(count, seed=0)


def test_feature_distances_are_moduli():
    rng = np.random.default_rng(0)
    x, y = rng.random((3, 2)), rng.random((5, 2))
    phi = feature_distances(x, y)
    assert phi.shape == (3, 5, 2)
    assert phi[2, 4, 1] == abs(x[2, 1] - y[4, 1])


def test_features_that_differ_in_number_are_refused():
    with pytest.raises(ValueError, match="the same features in both"):
        feature_distances(np.zeros((2, 3)), np.zeros((2, 4)))
    with pytest.raises(ValueError, match="memories must have the shape"):
        feature_distances(np.zeros((2, 3)), np.zeros(3))


# -- learning -----------------------------------------------------------------------------------
def problem(shots=6, count=9, seed=0):
    memories, training = simulate_shots(count, seed=seed), simulate_shots(shots, seed=seed + 1)
    phi = feature_distances(training.features, memories.features)
    return phi, memories.angles, training.angles, training.half_widths


def loss_at(w, kernel, loss, bins=7):
    """The loss from the public functions, shot by shot."""
    phi, points, angles, half = problem()
    total = 0
    for far, at, u in zip(phi, angles, half, strict=True):
        z = -far @ w
        if loss == "mean of logs":
            total += kde_cross_entropy(points, z, kernel, interval=(at - u, at + u), bins=bins)
        else:
            middles = at + u * ((np.arange(bins) + 0.5) / bins * 2 - 1)
            total -= np.log(np.exp(kde_log_density(middles, points, z, kernel)).mean())
    return total / len(angles)


@pytest.mark.parametrize("loss", ["mean of logs", "log of mean"])
@pytest.mark.parametrize("kernel", [Gaussian(4.0), Laplace(3.0), Cauchy(2.0)])
def test_the_loss_is_that_of_the_public_functions_and_falls(kernel, loss):
    fit = fit_feature_weights(*problem(), kernel, loss=loss, bins=7, passes=8)
    assert fit.losses[0] == pytest.approx(loss_at(np.zeros(4), kernel, loss), rel=1e-12)
    assert fit.losses[-1] == pytest.approx(loss_at(fit.weights, kernel, loss), rel=1e-12)
    assert (np.diff(fit.losses) <= 0).all()
    assert fit.losses[-1] < fit.losses[0] - 0.01


@pytest.mark.parametrize("loss", ["mean of logs", "log of mean"])
def test_where_learning_ends_the_loss_is_flat(loss):
    kernel = Cauchy(6.0)
    fit = fit_feature_weights(*problem(), kernel, loss=loss, bins=7, passes=500)
    for d in range(4):
        step = 1e-4 * np.eye(4)[d]
        slope = loss_at(fit.weights + step, kernel, loss) - loss_at(
            fit.weights - step, kernel, loss
        )
        assert abs(slope / 2e-4) < 1e-3


def test_what_is_watched_is_kept_before_the_first_pass_and_after_each():
    fit = fit_feature_weights(*problem(), Laplace(3.0), passes=4, watch=lambda w: w)
    assert len(fit.watched) == len(fit.losses)
    assert (fit.watched[0] == 0).all()
    assert (fit.watched[-1] == fit.weights).all()


def test_learning_can_start_elsewhere():
    start = np.array([1.0, 2.0, 3.0, 4.0])
    fit = fit_feature_weights(*problem(), Laplace(3.0), passes=1, start=start, watch=lambda w: w)
    assert (fit.watched[0] == start).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"distances": np.zeros((6, 9))}, "distances must have the shape"),
        ({"points": np.zeros(8)}, "points must hold 9 numbers, but it holds 8"),
        ({"angles": np.full(6, np.nan)}, "angles must hold finite numbers"),
        ({"half_widths": np.zeros(6)}, "half_widths must all be above 0"),
        ({"loss": "square"}, "loss must be 'mean of logs' or 'log of mean'"),
        ({"bins": 0}, "bins must be a whole number of at least 1"),
        ({"bins": 2.5}, "bins must be a whole number of at least 1"),
        ({"passes": 0}, "passes must be a whole number of at least 1"),
        ({"kernel": TopHat(0.1)}, "full support"),
        ({"kernel": Laplace}, "kernel must be a kernel such as"),
        ({"distances": "near"}, "distances must"),
        ({"start": np.zeros(3)}, "start must hold 4 numbers"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused_by_name(change, message):
    names = ("distances", "points", "angles", "half_widths")
    given = dict(zip(names, problem(), strict=True)) | {"kernel": Laplace(3.0)} | change
    with pytest.raises(ValueError, match=message):
        fit_feature_weights(**given)


# -- aiming -------------------------------------------------------------------------------------
def chance(at, u, points, S, kernel):
    """The belief in an interval, by quadrature."""

    def q(x):
        return np.exp(kernel.log_density(x - points)) @ S

    return quad(q, at - u, at + u, points=sorted(p for p in points if abs(p - at) < u), limit=200)[
        0
    ]


@pytest.mark.parametrize("kernel", [Gaussian(2.0), Laplace(2.0), Cauchy(2.0)])
@pytest.mark.parametrize("u", [2.0, 6.0])
def test_no_other_angle_is_more_likely_to_hit(kernel, u):
    points, S = np.array([-12.0, -3.0, 4.0, 15.0]), np.array([0.3, 0.2, 0.3, 0.2])
    (best,) = aim(points, [S], kernel, [u])
    there = chance(best, u, points, S, kernel)
    for other in np.linspace(-25, 25, 41):
        assert chance(other, u, points, S, kernel) <= there + 2e-3


@settings(max_examples=30)
@given(st.floats(-20, 20), st.floats(0.5, 10))
def test_one_memory_is_aimed_at(place, u):
    assert abs(aim([place], [[1.0]], Gaussian(2.0), [u])[0] - place) <= 0.5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0], [1.0], Gaussian(1.0), [1]), "weights must have the shape"),
        (([0, 1], [[1.0]], Gaussian(1.0), [1]), "points must hold 1 numbers"),
        (([0], [[1.0]], Gaussian(1.0), [1, 2]), "half_widths must hold 1 numbers"),
        (([0], [[1.0]], Gaussian(1.0), [-1]), "half_widths must all be above 0, but one is -1.0"),
        (([0], [[1.0]], "Gaussian", [1]), "kernel must be a kernel such as"),
    ],
)
def test_aims_without_sense_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        aim(*arguments)
    with pytest.raises(ValueError, match="step must be a finite number above 0"):
        aim([0], [[1.0]], Gaussian(1.0), [1], step=0)


def test_the_hit_rate_counts_the_edge_as_a_hit():
    assert hit_rate([0, 0, 0], [4, 4.5, -4], [4, 4, 4]) == pytest.approx(2 / 3)
    with pytest.raises(ValueError, match="angles must hold 2 numbers"):
        hit_rate([0, 0], [1], [1, 1])
    with pytest.raises(ValueError, match="aims must hold at least one"):
        hit_rate([], [], [])


# -- leaving one out ----------------------------------------------------------------------------
@pytest.mark.parametrize("kernel", [Gaussian(2.0), Laplace(0.5), Cauchy(1.0), TopHat(30.0)])
def test_leaving_one_out_is_what_the_name_says(kernel):
    points = np.random.default_rng(1).normal(0, 5, 7)
    each = [
        kde_log_density([points[i]], np.delete(points, i), np.zeros(6), kernel)[0] for i in range(7)
    ]
    assert leave_one_out_log_likelihood(points, kernel) == pytest.approx(np.mean(each), rel=1e-13)


def test_a_memory_out_of_reach_of_all_others_costs_everything():
    assert leave_one_out_log_likelihood([0, 1, 9], TopHat(2.0)) == -np.inf


def test_leaving_one_out_of_one_is_refused():
    with pytest.raises(ValueError, match="at least two memories"):
        leave_one_out_log_likelihood([1.0], Laplace(1.0))


def test_far_memories_keep_their_digits():
    assert leave_one_out_log_likelihood([0, 1e6], Gaussian(1.0)) == pytest.approx(-5e11, rel=1e-11)


def test_the_uniform_softmax_of_no_weights_hears_every_memory_alike():
    phi = problem()[0]
    assert np.allclose(softmax(-phi @ np.zeros(4)), 1 / 9)
