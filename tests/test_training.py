"""What must hold for the functions of the chapter on training."""

import math
import subprocess
import sys

import numpy as np
import pytest
from crossentropy import fit_softmax_regression, largest_step, linear_loss_and_gradient
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

ONE = np.ones((2, 1)), np.array([0, 1])  # two samples that look the same, with different labels


def problem(seed, N=40, D=3, C=4):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(N, D)) * rng.uniform(0.5, 2, size=D)
    k = (X @ rng.normal(size=(D, C)) + rng.gumbel(size=(N, C))).argmax(axis=1)
    k[:C] = np.arange(C)  # every class is there
    return X, k


def fit(*arguments, **options):
    return fit_softmax_regression(*arguments, progress=False, **options)


# -- the optimum ---
@pytest.mark.parametrize("l2", [0.1, 10.0])
@pytest.mark.parametrize("method", ["gradient descent", "l-bfgs"])
def test_the_fit_is_the_one_of_scikit_learn(method, l2):
    X, k = problem(1)
    ours = fit(X, k, l2=l2, method=method, passes=20_000, tolerance=1e-7)
    theirs = LogisticRegression(C=1 / l2, tol=1e-10, max_iter=10_000).fit(X, k)
    assert ours.converged
    np.testing.assert_allclose(ours.weights, theirs.coef_, rtol=1e-4, atol=1e-5)
    bias = ours.bias - ours.bias.mean()  # the same added to each bias changes nothing
    np.testing.assert_allclose(bias, theirs.intercept_ - theirs.intercept_.mean(), atol=1e-4)


def test_the_fit_is_the_one_that_scipy_finds_from_the_loss_alone():
    X, k = problem(2)
    shape = (4, 3)
    found = minimize(
        lambda row: linear_loss_and_gradient(row.reshape(shape), X, k, l2=1)[0],
        np.zeros(12), method="L-BFGS-B", options={"ftol": 1e-15, "gtol": 1e-8, "maxfun": 10**5},
    )  # fmt: skip
    ours = fit(X, k, l2=1, bias=False, method="l-bfgs")
    np.testing.assert_allclose(ours.weights, found.x.reshape(shape), atol=1e-4)
    assert ours.bias is None


def test_both_methods_end_at_the_same_weights_wherever_they_start():
    X, k = problem(3)
    away = np.random.default_rng(0).normal(size=(4, 3)), np.array([1.0, 2.0, -1.0, -2.0])
    fits = [
        fit(X, k, l2=0.5, method=method, start=start, passes=20_000, tolerance=1e-7)
        for method in ("gradient descent", "l-bfgs")
        for start in (None, away)
    ]
    assert all(one.converged for one in fits)
    for one in fits[1:]:
        np.testing.assert_allclose(one.weights, fits[0].weights, atol=1e-4)


def test_the_columns_of_the_best_weights_sum_to_zero():
    X, k = problem(4)
    best = fit(X, k, l2=0.3, method="l-bfgs", start=np.ones((4, 3)), tolerance=1e-8)
    np.testing.assert_allclose(best.weights.sum(axis=0), 0, atol=1e-6)


def test_targets_that_are_distributions_are_fitted_as_such():
    X, k = problem(5)
    hard, soft = np.eye(4)[k], np.eye(4)[k] * 0.9 + 0.025
    same = fit(X, k, l2=1, passes=30)
    np.testing.assert_allclose(fit(X, hard, l2=1, passes=30).losses, same.losses)
    assert fit(X, soft, l2=1, passes=30).losses[-1] > same.losses[-1]


# -- steps ---
@settings(max_examples=40)
@given(
    seed=st.integers(0, 10**6), share=st.floats(0.01, 1), l2=st.floats(0, 50), bias=st.booleans()
)
def test_no_step_up_to_the_largest_safe_one_raises_the_loss(seed, share, l2, bias):
    X, k = problem(seed, N=12)
    start = np.random.default_rng(seed).normal(size=(4, 3)) * 3
    step = share * largest_step(X, l2=l2, bias=bias)
    losses = fit(X, k, l2=l2, bias=bias, step=step, passes=15, start=start).losses
    assert (np.diff(losses) <= 1e-12 * losses[:-1]).all()


def test_a_step_just_past_the_largest_one_never_settles():
    X, k = ONE
    start = np.array([[0.01], [-0.01]])
    below = fit(X, k, bias=False, step=1.98, passes=2000, start=start)
    past = fit(X, k, bias=False, step=2.02, passes=2000, start=start)
    assert largest_step(X, bias=False) == pytest.approx(2)
    assert below.converged
    assert below.losses[-1] == pytest.approx(2 * math.log(2))
    assert not past.converged
    assert past.losses[-1] > below.losses[-1] + 1e-3
    again = fit(X, k, bias=False, step=2.02, passes=1, start=past.weights)
    np.testing.assert_allclose(again.weights, -past.weights, rtol=1e-6)


def test_a_walk_that_explodes_ends_with_an_infinite_loss_and_its_last_finite_weights():
    X, k = problem(6)
    gone = fit(X, k, l2=10, step=1.0, passes=100_000)
    assert gone.losses[-1] == math.inf
    assert np.isfinite(gone.losses[:-1]).all()
    assert np.isfinite(gone.weights).all()
    assert not gone.converged
    again, *_ = linear_loss_and_gradient(gone.weights, X, k, bias=gone.bias, l2=10)
    assert again == pytest.approx(gone.losses[-2])


def test_the_largest_step_is_two_over_the_strongest_bend_that_features_allow():
    X, _ = problem(7)
    values = np.linalg.eigvalsh(X.T @ X)
    assert largest_step(X, l2=3, bias=False) == pytest.approx(2 / (values[-1] / 2 + 3))
    ones = np.column_stack([X, np.ones(len(X))])
    assert largest_step(X, l2=3) == pytest.approx(largest_step(ones, l2=3, bias=False))
    assert largest_step(np.zeros((3, 2)), bias=False) == math.inf


def test_a_flat_loss_stays_where_it_is():
    flat = fit(np.zeros((3, 2)), [0, 1, 2], bias=False)
    assert flat.converged
    np.testing.assert_allclose(flat.losses, 3 * math.log(3))


# -- history ---
def test_the_first_loss_is_that_of_no_opinion():
    X, k = problem(8)
    for method in ("gradient descent", "l-bfgs"):
        assert fit(X, k, method=method, passes=0).losses == pytest.approx([40 * math.log(4)])


def test_one_pass_is_one_step_against_the_gradient():
    X, k = problem(9)
    start = np.ones((4, 3)), np.zeros(4)
    _, dW, db = linear_loss_and_gradient(*(start[0], X, k), bias=start[1], l2=2)
    one = fit(X, k, l2=2, step=0.01, passes=1, start=start)
    np.testing.assert_allclose(one.weights, 1 - 0.01 * dW)
    np.testing.assert_allclose(one.bias, -0.01 * db)


@pytest.mark.parametrize("method", ["gradient descent", "l-bfgs"])
def test_what_is_watched_goes_along_with_the_losses(method):
    X, k = problem(10)
    seen = fit(
        X, k, l2=1, method=method, passes=10,
        watch=lambda W, b: linear_loss_and_gradient(W, X, k, bias=b, l2=1)[0],
    )  # fmt: skip
    assert len(seen.losses) == 11
    np.testing.assert_allclose(seen.watched, seen.losses)


@pytest.mark.parametrize("options", [{}, {"batch_size": 7, "seed": 0}, {"method": "l-bfgs"}])
def test_arguments_are_not_modified(options):
    X, k = problem(11)
    start = np.ones((4, 3)), np.ones(4)
    before = X.copy(), k.copy(), start[0].copy(), start[1].copy()
    fit(X, k, passes=3, start=start, **options)
    for a, b in zip((X, k, *start), before, strict=True):
        np.testing.assert_array_equal(a, b)


# -- batches ---
def test_a_seed_fixes_the_batches():
    X, k = problem(12)
    runs = [fit(X, k, batch_size=7, seed=seed, passes=5).losses for seed in (1, 1, 2)]
    np.testing.assert_array_equal(runs[0], runs[1])
    assert (runs[0][1:] != runs[2][1:]).all()


def test_a_batch_of_all_samples_is_no_other_step_than_the_whole():
    X, k = problem(13)
    whole, batch = (fit(X, k, l2=1, passes=5, batch_size=size, seed=0) for size in (None, 40))
    np.testing.assert_allclose(batch.weights, whole.weights)


def test_batches_of_a_pass_with_a_tiny_step_add_up_to_a_whole_step_for_each_batch():
    X, k = problem(14)
    whole = fit(X, k, l2=1, step=1e-9, passes=4).weights
    batches = fit(X, k, l2=1, step=1e-9, passes=1, batch_size=10, seed=0).weights
    np.testing.assert_allclose(batches, whole, rtol=1e-5)


# -- what is refused ---
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"features": [1, 2]}, "features must have shape"),
        ({"features": np.zeros((0, 2)), "target": []}, "features must hold a sample"),
        ({"features": [[math.nan], [1]]}, r"features must hold finite numbers.*\[0, 0\]"),
        ({"features": [["a"], ["b"]]}, "features"),
        ({"target": [0, 1, 0]}, "target must have shape"),
        ({"target": [0, -1]}, r"target must hold labels.*-1"),
        ({"target": [0.0, 1.0]}, "target has the shape of labels"),
        ({"target": [[0.5, 0.6], [1, 0]]}, "target"),
        ({"l2": -1}, "l2 must be a finite number of at least 0"),
        ({"step": 0}, "step must be a finite number above 0"),
        ({"step": math.inf}, "step must be a finite number above 0"),
        ({"passes": -1}, "passes must be a whole number at least 0"),
        ({"passes": 2.0}, "passes must be a whole number"),
        ({"batch_size": 0}, "batch_size must be a whole number from 1 to 2"),
        ({"batch_size": 3}, "batch_size must be a whole number from 1 to 2"),
        ({"tolerance": -1e-3}, "tolerance must be a finite number"),
        ({"method": "newton"}, "method must be 'gradient descent' or 'l-bfgs'"),
        ({"method": "l-bfgs", "step": 0.1}, "step must be None for l-bfgs"),
        ({"method": "l-bfgs", "batch_size": 1}, "batch_size must be None for l-bfgs"),
        ({"start": np.zeros((3, 1))}, r"start must have shape \(2, 1\)"),
        ({"start": (np.zeros((2, 1)), np.zeros(3))}, r"start must have shape \(2,\)"),
        ({"start": (np.zeros((2, 1)), np.zeros(2)), "bias": False}, "start must be weights"),
        ({"start": [[math.inf], [0]]}, "start must hold finite numbers"),
        ({"watch": 3}, "watch must be a function"),
    ],
)
def test_bad_arguments_are_named(options, message):
    arguments = {"features": ONE[0], "target": ONE[1]} | options
    with pytest.raises(ValueError, match=message):
        fit(arguments.pop("features"), arguments.pop("target"), **arguments)


def test_the_largest_step_refuses_what_is_no_table():
    with pytest.raises(ValueError, match="features must have shape"):
        largest_step([1, 2, 3])
    with pytest.raises(ValueError, match="l2 must be a finite number"):
        largest_step([[1]], l2=math.inf)


# -- the bar ---
def test_a_fit_shorter_than_a_second_shows_no_bar(capsys):
    fit_softmax_regression(*ONE, passes=3)
    assert capsys.readouterr() == ("", "")


def test_a_fit_longer_than_a_second_shows_a_bar(capsys, monkeypatch):
    import tqdm

    monkeypatch.setattr(tqdm, "tqdm", lambda passes, *, delay, **_: tqdm_without(passes, delay))
    shown = []

    def tqdm_without(passes, delay):
        shown.append(delay)
        return passes

    fit_softmax_regression(*ONE, passes=3)
    assert shown == [1]


def test_a_fit_needs_no_bar():
    code = (
        "import sys; sys.modules['tqdm'] = None\n"
        "from crossentropy import fit_softmax_regression as fit\n"
        "print(len(fit([[1.0], [2.0]], [0, 1], passes=3).losses))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["4"]
