"""What must hold for the gradient of the loss, for the logits and for the weights."""

import math
import re

import mpmath
import numpy as np
import pytest
from crossentropy import (
    linear_loss_and_gradient,
    log_softmax,
    softmax,
    softmax_cross_entropy,
    softmax_cross_entropy_gradient,
    softmax_cross_entropy_with_gradient,
)
from crossentropy.gradient import _linear_loss, _loss_and_gradient
from crossentropy.softmax import _softmax_cross_entropy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

mp = mpmath.mp.clone()
mp.dps = 50
STEP = 1e-30


@st.composite
def logits(draw, least=1, most=10, impossible=True):
    """One row of logits up to ±10000, close together or far apart, some of them −inf."""
    n = draw(st.integers(least, most))
    spread = draw(st.sampled_from([1e-9, 1.0, 30.0, 1e4]))
    entries = st.floats(-spread, spread)
    if impossible:
        entries = st.one_of(entries, entries, entries, st.just(-np.inf))
    z = draw(hnp.arrays(float, n, elements=entries).filter(lambda z: z.max() > -np.inf))
    return z + draw(st.sampled_from([0.0, 100.0, -3000.0, 9000.0]))


def exact_gradient(z, k):
    """ŷ − y in fifty digits; at the label minus the belief in all others."""
    e = [mp.exp(mp.mpf(float(x))) if x > -np.inf else mp.mpf(0) for x in z]
    others = mp.fsum(e[:k] + e[k + 1 :])
    return [-others / (others + e[k]) if c == k else x / (others + e[k]) for c, x in enumerate(e)]


def assert_right(gradient, exact, rtol):
    for value, right in zip(gradient, exact, strict=True):
        assert float(abs(mp.mpf(float(value)) - right)) <= rtol * float(abs(right)) + 1e-150


# -- for the logits -------------------------------------------------------------------------------
@given(logits())
def test_the_gradient_is_belief_minus_truth_in_fifty_digits(z):
    gradients = softmax_cross_entropy_gradient([z] * len(z), np.arange(len(z)))
    for k, gradient in enumerate(gradients):
        assert_right(gradient, exact_gradient(z, k), rtol=4e-15)


@pytest.mark.parametrize("shift", [0, 300, 1000, 9000, -9000])
@pytest.mark.parametrize("lead", [36.0, 37.0, 40.0, 100.0, 300.0])
def test_a_gradient_too_small_to_be_seen_in_the_belief_keeps_its_digits(lead, shift):
    z = np.array([lead, 0.0, -1.0, -2.5]) + shift
    assert softmax(z)[0] - 1 in (0, -math.ulp(0.5), -2 * math.ulp(0.5))
    exact = exact_gradient(z, 0)
    for target in (0, [1, 0, 0, 0]):
        gradient = softmax_cross_entropy_gradient(z, target)
        assert -1e-15 < gradient[0] < 0
        assert_right(gradient, exact, rtol=1e-14)


@given(logits(), st.data())
def test_the_gradient_sums_to_zero_and_lies_between_minus_one_and_one(z, data):
    k = data.draw(st.integers(0, len(z) - 1))
    for target in (k, np.eye(len(z))[k], np.full(len(z), 1 / len(z))):
        gradient = softmax_cross_entropy_gradient(z, target)
        assert abs(gradient.sum()) <= 1e-15 * len(z)
        assert (np.abs(gradient) <= 1 + 1e-15).all()


@given(logits(), st.integers(0, 2**32 - 1))
def test_the_gradient_for_a_distribution_is_the_one_of_the_labels_weighted(z, seed):
    y = np.random.default_rng(seed).dirichlet(np.ones(len(z)))
    of_labels = softmax_cross_entropy_gradient([z] * len(z), np.arange(len(z)))
    gradient = softmax_cross_entropy_gradient(z, y)
    np.testing.assert_allclose(gradient, y @ of_labels, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(gradient, softmax(z) - y, atol=4e-16)


@given(logits(impossible=False), st.integers(-(2**20), 2**20))
def test_a_shift_common_to_all_scores_changes_no_gradient(z, a):
    z = np.round(z * 1024) / 1024  # so that adding an integer rounds nothing
    k = [0] * 2
    moved = softmax_cross_entropy_gradient([z, z + a], k)
    np.testing.assert_allclose(moved[0], moved[1], rtol=1e-14, atol=1e-150)


@given(logits(impossible=False), st.data())
def test_a_complex_step_through_the_loss_gives_the_gradient(z, data):
    k = data.draw(st.integers(0, len(z) - 1))
    y = np.eye(len(z))[k]
    slopes = _softmax_cross_entropy(z + 1j * STEP * np.eye(len(z)), y).imag / STEP
    gradient = softmax_cross_entropy_gradient(z, k)
    np.testing.assert_allclose(slopes, gradient, rtol=1e-13, atol=4e-16)


def test_central_differences_of_the_loss_give_the_gradient():
    rng = np.random.default_rng(0)
    z, k, y = rng.normal(size=6), 2, rng.dirichlet(np.ones(6))
    step = 1e-5
    for target in (k, y):
        up, down = (
            softmax_cross_entropy([z + s * e for e in np.eye(6)], [target] * 6)
            for s in (step, -step)
        )
        slopes = (up - down) / (2 * step)
        np.testing.assert_allclose(softmax_cross_entropy_gradient(z, target), slopes, atol=1e-10)


def test_three_scores_worked_by_hand():
    z = np.log([1, 2, 5])
    loss, gradient = softmax_cross_entropy_with_gradient(z, 1)
    np.testing.assert_allclose(loss, math.log(4), rtol=1e-15)
    np.testing.assert_allclose(gradient, [1 / 8, -3 / 4, 5 / 8], rtol=1e-15)


def test_a_target_that_the_belief_meets_has_gradient_zero():
    z = np.array([0.3, -1.0, 2.0])
    np.testing.assert_allclose(softmax_cross_entropy_gradient(z, softmax(z)), 0, atol=2e-16)


def test_where_a_class_is_impossible_the_gradient_is_still_belief_minus_truth():
    z = [0, -np.inf, 0]
    for target in (0, [1, 0, 0]):
        loss, gradient = softmax_cross_entropy_with_gradient(z, target)
        np.testing.assert_allclose(loss, math.log(2))
        np.testing.assert_allclose(gradient, [-0.5, 0, 0.5])
    for target in (1, [0, 1, 0]):
        loss, gradient = softmax_cross_entropy_with_gradient(z, target)
        assert loss == np.inf
        np.testing.assert_allclose(gradient, [0.5, -1, 0.5])
    loss, gradient = softmax_cross_entropy_with_gradient(z, [0.5, 0.5, 0])
    assert loss == np.inf
    np.testing.assert_allclose(gradient, [0, -0.5, 0.5], atol=1e-16)


def test_one_class_has_no_loss_and_no_gradient():
    for target in ([0, 0], [[1.0], [1.0]]):
        loss, gradient = softmax_cross_entropy_with_gradient([[3.0], [-4e3]], target)
        np.testing.assert_array_equal(loss, [0, 0])
        np.testing.assert_array_equal(gradient, [[0], [0]])


@given(logits(), st.data())
def test_one_pass_gives_what_the_two_functions_give(z, data):
    k = data.draw(st.integers(0, len(z) - 1))
    for target in (k, np.eye(len(z))[k]):
        loss, gradient = softmax_cross_entropy_with_gradient(z, target)
        np.testing.assert_allclose(loss, softmax_cross_entropy(z, target), rtol=1e-15)
        np.testing.assert_array_equal(gradient, softmax_cross_entropy_gradient(z, target))


@pytest.mark.parametrize("targets", ["labels", "rows"])
def test_a_reduction_holds_for_loss_and_gradient(targets):
    rng = np.random.default_rng(1)
    z = rng.normal(size=(2, 3, 4))
    y = rng.integers(0, 4, (2, 3)) if targets == "labels" else rng.dirichlet([1] * 4, (2, 3))
    losses, gradients = softmax_cross_entropy_with_gradient(z, y)
    assert losses.shape == (2, 3)
    loss, gradient = softmax_cross_entropy_with_gradient(z, y, reduction="sum")
    np.testing.assert_allclose(loss, losses.sum())
    np.testing.assert_array_equal(gradient, gradients)
    loss, gradient = softmax_cross_entropy_with_gradient(z, y, reduction="mean")
    np.testing.assert_allclose(loss, losses.mean())
    np.testing.assert_allclose(gradient, gradients / 6, rtol=1e-15)


@pytest.mark.parametrize("targets", ["labels", "rows"])
def test_the_classes_may_lie_along_any_axis(targets):
    rng = np.random.default_rng(2)
    z = rng.normal(size=(2, 3, 4))
    labels = targets == "labels"
    y = rng.integers(0, 4, (2, 3)) if labels else rng.dirichlet([1] * 4, (2, 3))
    each = [[softmax_cross_entropy_gradient(z[i, j], y[i, j]) for j in range(3)] for i in range(2)]
    for axis in (0, 1, 2, -1, -2, -3):
        turned = y if labels else np.moveaxis(y, -1, axis)
        gradient = softmax_cross_entropy_gradient(np.moveaxis(z, -1, axis), turned, axis=axis)
        assert gradient.shape == np.moveaxis(z, -1, axis).shape
        np.testing.assert_allclose(np.moveaxis(gradient, axis, -1), each, rtol=1e-14)


@pytest.mark.parametrize("spread", [1, 900])
def test_the_order_of_entries_in_memory_does_not_matter(spread):
    rng = np.random.default_rng(17)
    z, k, y = spread * rng.normal(size=(6, 4)), rng.integers(0, 4, 6), rng.dirichlet([1] * 4, 6)
    for other in (np.asfortranarray, lambda a: np.repeat(a, 2, axis=1)[:, ::2]):
        for target in (k, y):
            gradient = softmax_cross_entropy_gradient(z, target)
            turned = target if target is k else other(y)
            moved = softmax_cross_entropy_gradient(other(z), turned)
            np.testing.assert_allclose(moved, gradient, rtol=1e-14, atol=1e-300)


@pytest.mark.parametrize("spread", [3, 1000])
@pytest.mark.parametrize("shape", [(9_000, 10), (10, 9_000), (2, 90_000)])
def test_working_in_blocks_gives_what_one_row_at_a_time_gives(shape, spread):
    rng = np.random.default_rng(3)
    z, k = spread * rng.normal(size=shape), rng.integers(0, shape[-1], shape[:-1])
    losses, gradients = softmax_cross_entropy_with_gradient(z, k)
    for n in rng.integers(0, len(z), 50):
        loss, gradient = softmax_cross_entropy_with_gradient(z[n], k[n])
        np.testing.assert_allclose(losses[n], loss, rtol=1e-13)
        np.testing.assert_allclose(gradients[n], gradient, rtol=1e-12, atol=1e-300)


def test_one_far_row_in_a_block_does_not_disturb_the_others():
    z = np.random.default_rng(4).normal(size=(7, 5))
    k = np.arange(7) % 5
    expected = softmax_cross_entropy_gradient(z, k)
    for far in ([1e4, 0, 0, -1e4, 1], [0, -np.inf, 0, 0, 0], [-800] * 5):
        z[3] = far
        gradient = softmax_cross_entropy_gradient(z, k)
        np.testing.assert_allclose(np.delete(gradient, 3, 0), np.delete(expected, 3, 0), rtol=1e-13)


@given(hnp.arrays(np.float32, (4, 6), elements=st.floats(-80, 80, width=32)))
def test_float32_gradients_are_good_to_float32(z):
    for k in range(6):
        gradient = softmax_cross_entropy_gradient(z, [k] * 4)
        assert gradient.dtype == np.float32
        for row, part in zip(z, gradient, strict=True):
            for value, right in zip(part, exact_gradient(row, k), strict=True):
                assert float(abs(mp.mpf(float(value)) - right)) <= 1e-6 * float(abs(right)) + 1e-26


@pytest.mark.parametrize(
    ("given_type", "result_type"),
    [("f2", "f4"), ("f4", "f4"), ("f8", "f8"), ("g", "g"), ("i1", "f8"), ("u8", "f8"), ("?", "f8")],
)
def test_the_gradient_has_the_type_of_the_logits(given_type, result_type):
    z = np.array([[0, 1], [1, 0]], dtype=given_type)
    for reduction in ("none", "sum", "mean"):
        for target in ([0, 1], [[0.5, 0.5], [0, 1]]):
            loss, gradient = softmax_cross_entropy_with_gradient(z, target, reduction=reduction)
            assert gradient.dtype == loss.dtype == np.dtype(result_type)


def test_no_rows_have_no_gradient():
    z, k = np.empty((0, 3)), np.empty(0, int)
    for target in (k, z):
        loss, gradient = softmax_cross_entropy_with_gradient(z, target)
        assert loss.shape == (0,)
        assert gradient.shape == (0, 3)
        assert softmax_cross_entropy_with_gradient(z, target, reduction="sum")[0] == 0


def test_the_arguments_are_never_modified_and_may_be_read_only():
    z, k, y = np.array([[1.0, 2, 3], [0, 0, 1e4]]), np.array([0, 1]), np.full((2, 3), 1 / 3)
    W, X, b = np.ones((3, 2)), np.ones((2, 2)), np.ones(3)
    before = [a.copy() for a in (z, k, y, W, X, b)]
    for a in (z, k, y, W, X, b):
        a.flags.writeable = False
    for target in (k, y):
        softmax_cross_entropy_with_gradient(z, target, reduction="mean")
        linear_loss_and_gradient(W, X, target, bias=b, l2=0.5)
    for a, was in zip((z, k, y, W, X, b), before, strict=True):
        np.testing.assert_array_equal(a, was)


ON_LOGITS = [softmax_cross_entropy_gradient, softmax_cross_entropy_with_gradient]


@pytest.mark.parametrize("function", ON_LOGITS)
@pytest.mark.parametrize(
    ("z", "target", "message"),
    [
        (
            [[1, 0], [0, math.nan]],
            [0, 0],
            "logits must hold numbers below inf (-inf for an impossible class), "
            "but logits[1, 1] = nan",
        ),
        (
            [[1, math.inf], [0, 0]],
            [[1, 0], [1, 0]],
            "logits must hold numbers below inf (-inf for an impossible class), "
            "but logits[0, 1] = inf",
        ),
        (
            [[0, 1], [-math.inf, -math.inf]],
            [0, 0],
            "logits must leave some class possible, but logits[1, :] is -inf throughout",
        ),
        (
            [[0, 1], [-math.inf, -math.inf]],
            [[1, 0], [1, 0]],
            "logits must leave some class possible, but logits[1, :] is -inf throughout",
        ),
        (np.zeros((2, 0)), [0, 0], "logits has no classes: its shape is (2, 0), empty along axis"),
        ([0, 1], 2, "target must hold labels from 0 to 1, but target = 2"),
        ([0, 1], 1.0, "target has the shape of labels, (), so it must hold integers, "),
        ([0, 1], [0.5, 0.6], "target must sum to 1 along axis, but target sums to 1.1, "),
        (
            [0, 1],
            [0, 1, 0],
            "target must have shape () to hold labels or (2,) to hold distributions, "
            "but its shape is (3,)",
        ),
    ],
)
def test_what_makes_no_loss_makes_no_gradient(function, z, target, message):
    with pytest.raises(ValueError, match="^" + re.escape(message)):
        function(z, target)


@pytest.mark.parametrize("function", ON_LOGITS)
def test_reductions_and_axes_that_are_not_there_are_refused(function):
    with pytest.raises(ValueError, match=r"^reduction must be 'none', 'sum' or 'mean', not 'max'$"):
        function([0.0, 1], 0, reduction="max")
    with pytest.raises(
        ValueError, match=r"^axis must be an integer from -1 to 0 for logits, not 1"
    ):
        function([0.0, 1], 0, axis=1)
    with pytest.raises(ValueError, match=r"^reduction must not be 'mean' for an empty batch"):
        function(np.empty((0, 3)), np.empty(0, int), reduction="mean")


@given(hnp.arrays(st.sampled_from([float, np.float32]), (2, 3), elements=st.floats(width=32)))
def test_no_input_gives_nan(z):
    """Whatever the numbers: a bounded gradient for logits, a ValueError for everything else."""
    sound = (z < np.inf).all() and (z > -np.inf).any(axis=1).all()
    for target in ([0, 2], [[1, 0, 0], [0, 0.5, 0.5]]):
        if sound:
            loss, gradient = softmax_cross_entropy_with_gradient(z, target)
            assert not np.isnan(loss).any()
            assert (np.abs(gradient) <= 1 + 1e-6).all()
        else:
            with pytest.raises(ValueError, match=r"^logits "):
                softmax_cross_entropy_with_gradient(z, target)


# -- for the weights ------------------------------------------------------------------------------
def problem(seed, N=7, D=4, C=3, dtype=float):
    """Weights, features, labels, distributions and biases."""
    rng = np.random.default_rng(seed)
    k = rng.integers(0, C, N)
    arrays = rng.normal(size=(C, D)), rng.normal(size=(N, D)), rng.normal(size=C)
    W, X, b = (a.astype(dtype) for a in arrays)
    return W, X, k, rng.dirichlet(np.ones(C), N), b


@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("targets", ["labels", "rows"])
@pytest.mark.parametrize("biased", [True, False])
@pytest.mark.parametrize("l2", [0, 0.3])
def test_loss_and_gradient_of_a_linear_model_are_the_formulas(reduction, targets, biased, l2):
    W, X, k, rows, b = problem(5)
    y = np.eye(3)[k] if targets == "labels" else rows
    Z = X @ W.T + (b if biased else 0)
    n = 7 if reduction == "mean" else 1
    results = linear_loss_and_gradient(
        W,
        X,
        k if targets == "labels" else rows,
        bias=b if biased else None,
        l2=l2,
        reduction=reduction,
    )
    assert len(results) == 2 + biased
    loss = -(y * log_softmax(Z)).sum() / n + l2 / 2 * (W**2).sum()
    np.testing.assert_allclose(results[0], loss, rtol=1e-14)
    np.testing.assert_allclose(results[1], (softmax(Z) - y).T @ X / n + l2 * W, atol=1e-14)
    if biased:
        np.testing.assert_allclose(results[2], (softmax(Z) - y).sum(axis=0) / n, atol=1e-14)


@given(st.integers(0, 2**32 - 1), st.sampled_from([0, 0.25, 10.0]))
def test_a_complex_step_through_the_linear_loss_gives_both_gradients(seed, l2):
    W, X, k, rows, b = problem(seed)
    for target, y in ((k, np.eye(3)[k]), (rows, rows)):
        _, gradient, bias_gradient = linear_loss_and_gradient(W, X, target, bias=b, l2=l2)
        for c, d in np.ndindex(W.shape):
            direction = np.zeros_like(W)
            direction[c, d] = 1
            slope = _linear_loss(W + 1j * STEP * direction, X, y, b, l2).imag / STEP
            np.testing.assert_allclose(gradient[c, d], slope, rtol=1e-12, atol=1e-13)
        for c, direction in enumerate(np.eye(3)):
            slope = _linear_loss(W, X, y, b + 1j * STEP * direction, l2).imag / STEP
            np.testing.assert_allclose(bias_gradient[c], slope, rtol=1e-12, atol=1e-13)


def test_the_regulariser_is_added_once_and_leaves_the_bias_alone():
    W, X, k, _, b = problem(6)
    for reduction in ("sum", "mean"):
        plain = linear_loss_and_gradient(W, X, k, bias=b, reduction=reduction)
        loss, gradient, bias_gradient = linear_loss_and_gradient(
            W, X, k, bias=b, l2=0.5, reduction=reduction
        )
        np.testing.assert_allclose(loss - plain[0], 0.25 * (W**2).sum(), rtol=1e-13)
        np.testing.assert_allclose(gradient - plain[1], 0.5 * W, rtol=1e-13)
        np.testing.assert_array_equal(bias_gradient, plain[2])


@given(st.integers(0, 2**32 - 1))
def test_every_column_of_the_gradient_sums_to_zero_without_a_regulariser(seed):
    W, X, k, rows, b = problem(seed)
    for target in (k, rows):
        _, gradient, bias_gradient = linear_loss_and_gradient(W, X, target, bias=b)
        np.testing.assert_allclose(gradient.sum(axis=0), 0, atol=1e-13)
        np.testing.assert_allclose(bias_gradient.sum(), 0, atol=1e-13)


def test_a_bias_is_the_weight_of_a_feature_that_is_always_one():
    W, X, k, _, b = problem(7)
    loss, gradient, bias_gradient = linear_loss_and_gradient(W, X, k, bias=b)
    wide = linear_loss_and_gradient(np.column_stack([W, b]), np.column_stack([X, np.ones(7)]), k)
    np.testing.assert_allclose(loss, wide[0], rtol=1e-14)
    np.testing.assert_allclose(np.column_stack([gradient, bias_gradient]), wide[1], atol=1e-14)


def test_weights_of_zero_cost_log_c_for_each_sample():
    _, X, k, _, _ = problem(8)
    loss, _ = linear_loss_and_gradient(np.zeros((3, 4)), X, k, l2=5.0, reduction="mean")
    np.testing.assert_allclose(loss, math.log(3), rtol=1e-14)


@pytest.mark.parametrize("targets", ["labels", "rows"])
@pytest.mark.parametrize("N", [1, 1023, 1024, 1025, 5000])
def test_working_in_blocks_gives_what_all_samples_at_once_give(N, targets):
    W, X, k, rows, b = problem(9, N=N, D=5, C=4)
    y = np.eye(4)[k] if targets == "labels" else rows
    results = linear_loss_and_gradient(W, X, k if targets == "labels" else rows, bias=b, l2=0.1)
    G = softmax(X @ W.T + b) - y
    np.testing.assert_allclose(results[0], _linear_loss(W, X, y, b, 0.1), rtol=1e-12)
    np.testing.assert_allclose(results[1], G.T @ X + 0.1 * W, rtol=1e-10, atol=1e-11)
    np.testing.assert_allclose(results[2], G.sum(axis=0), rtol=1e-10, atol=1e-11)


def test_no_samples_leave_the_regulariser():
    W, X, k, _, b = problem(10, N=0)
    loss, gradient, bias_gradient = linear_loss_and_gradient(W, X, k, bias=b, l2=2.0)
    np.testing.assert_allclose(loss, (W**2).sum())
    np.testing.assert_allclose(gradient, 2 * W)
    np.testing.assert_array_equal(bias_gradient, [0, 0, 0])


def test_without_features_only_the_bias_learns():
    loss, gradient, bias_gradient = linear_loss_and_gradient(
        np.empty((2, 0)), np.empty((4, 0)), [0, 0, 0, 1], bias=[0, 0]
    )
    np.testing.assert_allclose(loss, 4 * math.log(2))
    assert gradient.shape == (2, 0)
    np.testing.assert_allclose(bias_gradient, [-1, 1])


def test_weights_far_out_overflow_nowhere():
    W, X = np.array([[1e4], [-1e4], [0]]), np.array([[1.0], [-1.0]])
    loss, gradient = linear_loss_and_gradient(W, X, [1, 1])
    assert loss == 2e4
    np.testing.assert_array_equal(gradient, [[1], [-1], [0]])


@pytest.mark.parametrize("dtype", ["f4", "f8", "g"])
def test_a_linear_model_keeps_the_type_of_its_numbers(dtype):
    W, X, k, rows, b = problem(11, dtype=dtype)
    for target in (k, rows):
        results = linear_loss_and_gradient(W, X, target, bias=b, l2=0.1, reduction="mean")
        assert [result.dtype for result in results] == [np.dtype(dtype)] * 3


def test_the_wider_of_several_types_is_the_type_of_the_result():
    W, X, k, _, b = problem(12, dtype=np.float32)
    assert linear_loss_and_gradient(W.astype(float), X, k)[1].dtype == np.float64
    assert linear_loss_and_gradient(W, X.astype(float), k)[1].dtype == np.float64
    assert linear_loss_and_gradient(W, X, k, bias=b.astype(float))[1].dtype == np.float64
    assert linear_loss_and_gradient(W.astype("f2"), X.astype("f2"), k)[1].dtype == np.float32
    assert linear_loss_and_gradient(W.astype(int), X.astype(int), k)[1].dtype == np.float64


def test_features_may_be_a_view_in_any_order():
    W, X, k, _, b = problem(13, N=3000, D=6)
    expected = linear_loss_and_gradient(W, X, k, bias=b)
    for other in (np.asfortranarray(X), np.repeat(X, 2, axis=1)[:, ::2]):
        results = linear_loss_and_gradient(W, other, k, bias=b)
        for result, right in zip(results, expected, strict=True):
            np.testing.assert_allclose(result, right, rtol=1e-10, atol=1e-11)


W, X, k = np.ones((3, 2)), np.ones((4, 2)), np.zeros(4, int)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"weights": np.ones(3)}, "weights must have shape (C, D), but its shape is (3,)"),
        ({"features": np.ones((4, 3))}, "features must have shape (N, 2), but its shape is (4, 3)"),
        ({"features": np.ones(2)}, "features must have shape (N, 2), but its shape is (2,)"),
        ({"bias": np.ones(2)}, "bias must have shape (3,), but its shape is (2,)"),
        ({"bias": 1.0}, "bias must have shape (3,), but its shape is ()"),
        ({"weights": np.ones((0, 2))}, "weights has no classes: its shape is (0, 2)"),
        (
            {"weights": [[1, 0], [math.inf, 0], [0, 0]]},
            "weights must hold finite numbers, but weights[1, 0] = inf",
        ),
        ({"bias": [0, math.nan, 0]}, "bias must hold finite numbers, but bias[1] = nan"),
        ({"weights": [[1j, 0]]}, "weights must hold real numbers, but its type is complex128"),
        ({"features": [["1", "2"]]}, "features must hold real numbers, but its type is <U1"),
        ({"bias": [[1], [1, 2]]}, "bias must be an array of numbers: "),
        (
            {"target": [0, 0, 0, 3]},
            "target must hold labels from 0 to 2, but target[3] = 3",
        ),
        (
            {"target": [0, 0, 0]},
            "target must have shape (4,) to hold labels or (4, 3) to hold distributions, "
            "but its shape is (3,)",
        ),
        ({"target": [0.0] * 4}, "target has the shape of labels, (4,), so it must hold integers, "),
        (
            {"target": np.full((4, 3), 0.3)},
            "target must sum to 1 along axis, but target[0, :] sums to 0.9, off by -0.1 ",
        ),
        ({"l2": -1e-9}, "l2 must be a finite number of at least 0, not -1e-09"),
        ({"l2": math.inf}, "l2 must be a finite number of at least 0, not inf"),
        ({"l2": math.nan}, "l2 must be a finite number of at least 0, not nan"),
        ({"l2": "1"}, "l2 must be a finite number of at least 0, not '1'"),
        ({"l2": True}, "l2 must be a finite number of at least 0, not True"),
        ({"reduction": "none"}, "reduction must be 'sum' or 'mean', not 'none'"),
        (
            {"features": np.ones((0, 2)), "target": k[:0], "reduction": "mean"},
            "reduction must not be 'mean' for an empty batch, which has no mean",
        ),
    ],
)
def test_a_linear_model_refuses_by_name(arguments, message):
    with pytest.raises(ValueError, match="^" + re.escape(message)):
        linear_loss_and_gradient(**{"weights": W, "features": X, "target": k} | arguments)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("C", [1, 2, 3, 10])
@pytest.mark.parametrize("N", [1, 2, 3000])
def test_a_feature_that_is_not_finite_is_found_whatever_its_weight(bad, N, C):
    rng = np.random.default_rng(14)
    features, y = rng.normal(size=(N, 5)), rng.dirichlet(np.ones(C), N)
    features[N - 1, 3] = bad
    message = f"features must hold finite numbers, but features[{N - 1}, 3] = {bad}"
    for weight in (0.0, 1.0, -1.0, rng.normal(size=C)):
        weights = rng.normal(size=(C, 5))
        weights[:, 3] = weight
        for target in (rng.integers(0, C, N), y):
            with pytest.raises(ValueError, match="^" + re.escape(message) + "$"):
                linear_loss_and_gradient(weights, features, target)


@pytest.mark.parametrize("sign", [1, -1])
def test_logits_that_overflow_are_refused(sign):
    features = np.ones((1500, 2))
    features[1200] = sign * 1e308
    message = (
        "weights and features must give finite logits, but those of features[1200, :] overflow"
    )
    with pytest.raises(ValueError, match="^" + re.escape(message) + "$"):
        linear_loss_and_gradient(np.full((3, 2), 9.0), features, np.zeros(1500, int))


def test_weights_whose_squares_overflow_cost_infinitely_much_only_with_a_regulariser():
    huge = np.array([[1e200, 0], [0, 0]])
    features = np.array([[1e-199, 0]])
    assert linear_loss_and_gradient(huge, features, [0], l2=1e-3)[0] == np.inf
    assert linear_loss_and_gradient(huge, features, [0])[0] < 1e-4


@given(
    hnp.arrays(float, (2, 3), elements=st.floats()),
    hnp.arrays(float, (4, 3), elements=st.floats()),
    hnp.arrays(float, 2, elements=st.floats()),
)
def test_no_linear_model_gives_nan(weights, features, bias):
    """Whatever the numbers: results without NaN, or a ValueError that names the argument."""
    assert is_free_of_nan_or_refused(weights, features, bias)


def is_free_of_nan_or_refused(weights, features, bias):
    try:
        results = linear_loss_and_gradient(weights, features, [0, 1, 1, 0], bias=bias, l2=0.5)
    except ValueError as error:
        return str(error).startswith(("weights ", "features", "bias "))
    return not any(np.isnan(result).any() for result in results)


def test_a_gradient_that_overflows_is_refused():
    message = "features, weights and l2 must give a finite gradient, but it overflows"
    with pytest.raises(ValueError, match="^" + re.escape(message) + "$"):
        linear_loss_and_gradient(np.zeros((2, 1)), np.full((4, 1), 1e308), [0, 0, 0, 0])
    with pytest.raises(ValueError, match="^" + re.escape(message) + "$"):
        linear_loss_and_gradient([[1e160], [0.0]], [[0.0]], [0], l2=1e160)


# -- kernels --------------------------------------------------------------------------------------
def test_the_loss_beside_the_gradient_is_the_one_of_the_other_kernel():
    rng = np.random.default_rng(15)
    z, y = 20 * rng.normal(size=(50, 6)), rng.dirichlet(np.ones(6), 50)
    loss, gradient = _loss_and_gradient(z, y)
    np.testing.assert_array_equal(loss, _softmax_cross_entropy(z, y))
    np.testing.assert_allclose(gradient, softmax(z) - y, atol=4e-16)


def test_the_linear_kernel_takes_complex_weights_and_targets_off_the_simplex():
    W, X, _, y, b = problem(16)
    W, y = W + 0.1j, 3 * y
    Z = X @ W.T + b
    plain = -(y * (Z - np.log(np.exp(Z).sum(axis=1))[:, None])).sum() + 0.2 / 2 * (W**2).sum()
    np.testing.assert_allclose(_linear_loss(W, X, y, b, 0.2), plain, rtol=1e-13)
