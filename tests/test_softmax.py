"""What must hold for softmax, log-sum-exp and the loss of a softmax."""

import importlib
import math
import re
import sys

import crossentropy
import mpmath
import numpy as np
import pytest
import scipy.special
from crossentropy import (
    cross_entropy,
    entropy,
    kl_divergence,
    log_softmax,
    log_sum_exp,
    softmax,
    softmax_cross_entropy,
)
from crossentropy.softmax import _log_softmax, _log_sum_exp, _softmax, _softmax_cross_entropy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

mp = mpmath.mp.clone()
mp.dps = 50
ON_LOGITS = [softmax, log_softmax, log_sum_exp]
EPS = np.finfo(float).eps
SMALL = np.finfo(np.float32).eps


@st.composite
def logits(draw, least=1, most=12, impossible=True):
    """One row of logits up to ±10000, close together or far apart, some of them −inf."""
    n = draw(st.integers(least, most))
    spread = draw(st.sampled_from([1e-9, 1.0, 30.0, 1e4]))
    entries = st.floats(-spread, spread)
    if impossible:
        entries = st.one_of(entries, entries, entries, st.just(-np.inf))
    z = draw(hnp.arrays(float, n, elements=entries).filter(lambda z: z.max() > -np.inf))
    return z + draw(st.sampled_from([0.0, 100.0, -3000.0, 9000.0]))


def exact_sum(z, without=None):
    """Σ e^z in fifty digits."""
    terms = [x for c, x in enumerate(z) if c != without and x > -np.inf]
    return mp.fsum(mp.exp(mp.mpf(float(x))) for x in terms)


def exact_loss(z, k):
    """log Σ e^z − z_k in fifty digits, from the odds."""
    if z[k] == -np.inf:
        return mp.inf
    return mp.log1p(exact_sum(z, without=k) * mp.exp(-mp.mpf(float(z[k]))))


def relative_error(value, exact):
    """Relative to ``exact``, but for a few of the smallest number that float64 has."""
    if exact in (0, mp.inf):
        return 0.0 if value == exact else math.inf
    return float(max(0, abs(mp.mpf(float(value)) - exact) - mp.mpf(1e-322)) / exact)


# -- softmax -------------------------------------------------------------------------------------
@given(logits())
def test_softmax_is_the_quotient_in_fifty_digits(z):
    whole = exact_sum(z)
    for x, y_hat in zip(z, softmax(z), strict=True):
        exact = mp.exp(mp.mpf(float(x))) / whole if x > -np.inf else mp.mpf(0)
        # Scores are rounded once when they are measured from the top: half a unit of up to 745.
        assert float(abs(y_hat - exact)) <= 1e-13 * float(exact) + 1e-320


@given(logits())
def test_softmax_sums_to_one_and_no_entry_is_negative(z):
    y_hat = softmax(z)
    assert (y_hat >= 0).all()
    assert abs(y_hat.sum() - 1) <= 4 * EPS


@given(logits(), st.integers(-(2**20), 2**20))
def test_a_shift_common_to_all_scores_changes_nothing(z, a):
    z = np.round(z * 1024) / 1024  # so that adding an integer rounds nothing
    np.testing.assert_array_equal(softmax(z + a), softmax(z))
    np.testing.assert_array_equal(log_softmax(z + a), log_softmax(z))
    np.testing.assert_allclose(log_sum_exp(z + a), log_sum_exp(z) + a, rtol=1e-15, atol=1e-12)


@given(st.floats(-700, 700))
def test_two_classes_give_the_logistic_function(x):
    np.testing.assert_allclose(softmax([x, 0])[0], scipy.special.expit(x), rtol=1e-15)
    np.testing.assert_allclose(log_softmax([x, 0])[0], scipy.special.log_expit(x), rtol=1e-15)


@given(logits())
def test_larger_scores_never_get_less_belief(z):
    order = np.argsort(z)
    assert (np.diff(softmax(z)[order]) >= 0).all()


@pytest.mark.parametrize("kind", [float, np.float32])
def test_the_limits_of_the_temperature_are_shared_maximum_and_uniform(kind):
    z = np.array([[1, 3, 3, -2], [0, 0, -np.inf, -1e-3]], kind)
    for T in (1e-300, 1e-12):
        np.testing.assert_array_equal(
            softmax(z, temperature=T), [[0, 0.5, 0.5, 0], [0.5, 0.5, 0, 0]]
        )
    for T in (1e12, 1e300):
        third = 1 / kind(3)
        np.testing.assert_allclose(
            softmax(z, temperature=T), [[0.25] * 4, [third, third, 0, third]], rtol=1e-7
        )


@given(logits(impossible=False), st.sampled_from([0.25, 0.5, 2, 8, np.float32(4)]))
def test_a_temperature_divides_the_scores(z, T):
    np.testing.assert_allclose(softmax(z, temperature=T), softmax(z / T), rtol=1e-12, atol=1e-300)
    np.testing.assert_allclose(log_softmax(z, temperature=T), log_softmax(z / T), rtol=1e-12)


def test_temperature_one_is_no_temperature():
    z = np.random.default_rng(0).normal(size=(5, 4))
    np.testing.assert_array_equal(softmax(z, temperature=1), softmax(z))


def test_huge_scores_at_a_tiny_temperature_overflow_nowhere():
    z = [1e308, -1e308, 1e308]
    np.testing.assert_array_equal(softmax(z, temperature=1e-300), [0.5, 0, 0.5])
    np.testing.assert_array_equal(softmax(z), [0.5, 0, 0.5])
    np.testing.assert_allclose(log_softmax(z)[[0, 2]], -math.log(2), rtol=1e-15)


@given(logits())
def test_softmax_is_the_one_of_scipy(z):
    np.testing.assert_allclose(softmax(z), scipy.special.softmax(z), rtol=1e-13, atol=1e-320)


def test_an_impossible_class_has_no_belief_and_minus_infinite_logarithm():
    np.testing.assert_array_equal(softmax([0, -np.inf, 0]), [0.5, 0, 0.5])
    np.testing.assert_allclose(log_softmax([0, -np.inf, 0]), [-math.log(2), -np.inf, -math.log(2)])
    assert log_sum_exp([3, -np.inf]) == 3
    np.testing.assert_array_equal(log_softmax([-np.inf, 7]), [-np.inf, 0])


# -- log-softmax and log-sum-exp -----------------------------------------------------------------
@given(logits())
def test_log_softmax_keeps_its_digits_also_next_to_zero(z):
    for k, value in enumerate(log_softmax(z)):
        assert relative_error(-value, exact_loss(z, k)) <= 4e-15


@given(logits())
def test_log_softmax_of_log_softmax_is_itself(z):
    np.testing.assert_allclose(
        log_softmax(log_softmax(z)), log_softmax(z), rtol=1e-14, atol=1e-15 * len(z)
    )


@given(logits())
def test_log_sum_exp_is_the_logarithm_in_fifty_digits(z):
    exact = mp.log(exact_sum(z))
    assert float(abs(log_sum_exp(z) - exact)) <= 4 * EPS * max(1, abs(float(exact)), abs(z.max()))


@given(logits())
def test_log_sum_exp_lies_between_the_maximum_and_log_c_above_it(z):
    slack = 2 * EPS * abs(z.max())
    assert z.max() <= log_sum_exp(z) <= z.max() + math.log(len(z)) + slack + 2 * EPS


@given(logits(impossible=False))
def test_log_sum_exp_is_the_one_of_scipy(z):
    np.testing.assert_allclose(log_sum_exp(z), scipy.special.logsumexp(z), rtol=1e-13, atol=1e-14)


@given(logits(2, 2), logits(2, 2), st.floats(0, 1))
def test_log_sum_exp_is_convex(z, w, t):
    with np.errstate(invalid="ignore"):
        mixed = np.where(t == 0, w, np.where(t == 1, z, t * z + (1 - t) * w))
    if (mixed == -np.inf).all():
        return
    bound = (t * log_sum_exp(z) if t else 0) + ((1 - t) * log_sum_exp(w) if t < 1 else 0)
    assert log_sum_exp(mixed) <= bound + 1e-11


# -- the loss ------------------------------------------------------------------------------------
@given(logits())
def test_the_loss_of_a_label_is_right_in_fifty_digits(z):
    losses = softmax_cross_entropy([z] * len(z), np.arange(len(z)))
    for k, loss in enumerate(losses):
        assert relative_error(loss, exact_loss(z, k)) <= 4e-15


@pytest.mark.parametrize("shift", [0, 300, 1000, 9000, -9000])
@pytest.mark.parametrize("lead", [36.0, 37.0, 40.0, 100.0, 300.0, 600.0])
def test_a_loss_too_small_to_be_seen_in_the_belief_keeps_its_digits(lead, shift):
    z = np.array([lead, 0.0, -1.0, -2.5]) + shift
    assert 1 - softmax(z)[0] <= 4e-16
    exact = exact_loss(z, 0)
    assert 0 < exact < 1e-15
    assert relative_error(softmax_cross_entropy(z, 0), exact) <= 1e-14
    assert relative_error(softmax_cross_entropy(z, [1, 0, 0, 0]), exact) <= 1e-14
    assert relative_error(-log_softmax(z)[0], exact) <= 1e-14


@given(logits(), st.data())
def test_a_label_is_short_for_all_of_a_distribution_on_one_class(z, data):
    k = data.draw(st.integers(0, len(z) - 1))
    row = np.eye(len(z))[k]
    np.testing.assert_allclose(
        softmax_cross_entropy(z, row), softmax_cross_entropy(z, k), rtol=1e-14
    )


@given(logits(2, 8, impossible=False), st.integers(0, 2**32 - 1))
def test_the_loss_is_the_cross_entropy_of_target_and_softmax(z, seed):
    z = np.clip(z - z.max(), -500, 0)
    y = np.random.default_rng(seed).dirichlet(np.ones(len(z)))
    np.testing.assert_allclose(
        softmax_cross_entropy(z, y), cross_entropy(y, softmax(z)), rtol=1e-12
    )


def test_the_loss_is_the_divergence_for_a_label_and_more_by_the_entropy_otherwise():
    z, smooth = np.array([1.0, -0.5, 0.25, 2.0]), np.array([0.925, 0.025, 0.025, 0.025])
    np.testing.assert_allclose(
        softmax_cross_entropy(z, 0), kl_divergence([1, 0, 0, 0], softmax(z)), rtol=1e-14
    )
    gap = softmax_cross_entropy(z, smooth) - kl_divergence(smooth, softmax(z))
    np.testing.assert_allclose(gap, entropy(smooth), rtol=1e-13)


def test_equal_scores_cost_log_c_whatever_the_target():
    for C in (1, 2, 10, 1000):
        z = np.full(C, 7.5)
        np.testing.assert_allclose(softmax_cross_entropy(z, C - 1), math.log(C), rtol=1e-14)
        uniform = np.full(C, 1 / C)
        np.testing.assert_allclose(softmax_cross_entropy(z, uniform), math.log(C), rtol=1e-12)


def test_softmax_applied_twice_leaves_ten_classes_a_loss_that_cannot_go_below_a_bound():
    best = softmax_cross_entropy(np.eye(10)[0], 0)
    np.testing.assert_allclose(best, math.log(1 + 9 / math.e), rtol=1e-14)
    assert softmax_cross_entropy(softmax([1e4] + [0.0] * 9), 0) == best


def test_a_target_made_impossible_costs_infinitely_much():
    z = [[0, -np.inf, 1], [5, -np.inf, -np.inf]]
    np.testing.assert_array_equal(np.isinf(softmax_cross_entropy(z, [1, 1])), [True, True])
    np.testing.assert_array_equal(softmax_cross_entropy(z, [[0.5, 0.5, 0], [1, 0, 0]]), [np.inf, 0])
    assert softmax_cross_entropy(z, [0, 0])[1] == 0
    assert softmax_cross_entropy(z, [1, 0], reduction="mean") == np.inf


def test_what_is_impossible_and_no_target_costs_nothing():
    for target in (0, [1, 0, 0]):
        np.testing.assert_allclose(
            softmax_cross_entropy([1, -np.inf, 2], target), softmax_cross_entropy([1, 2], 0)
        )


@pytest.mark.parametrize("lead", [352.7, 650.3, 700.123, 1400.123])
def test_a_difference_of_scores_that_needs_rounding_costs_no_digits(lead):
    z = np.array([lead / 2 + 0.1, 0.1 - lead / 2, 1 / 3, -lead])
    for k in range(4):
        exact = exact_loss(z, k)
        assert relative_error(softmax_cross_entropy(z, k), exact) <= 2e-15
        assert relative_error(softmax_cross_entropy(z, np.eye(4)[k]), exact) <= 2e-15


@pytest.mark.parametrize("scale", [1, 1e4])
def test_scores_up_to_ten_thousand_either_way_overflow_nowhere(scale):
    z = scale * np.array([[1.0, -1.0, 0.5], [-1.0, -1.0, -1.0], [1.0, 1.0, -1.0]])
    for k in range(3):
        for row, loss in zip(z, softmax_cross_entropy(z, [k] * 3), strict=True):
            assert relative_error(loss, exact_loss(row, k)) <= 4e-15


def test_one_far_row_in_a_block_does_not_disturb_the_others():
    z = np.random.default_rng(1).normal(size=(7, 5))
    k = np.arange(7) % 5
    expected = softmax_cross_entropy(z, k)
    for far in ([1e4, 0, 0, -1e4, 1], [0, -np.inf, 0, 0, 0], [-800] * 5):
        z[3] = far
        losses = np.delete(softmax_cross_entropy(z, k), 3)
        np.testing.assert_allclose(losses, np.delete(expected, 3), rtol=1e-14)


@given(hnp.arrays(np.float32, (4, 6), elements=st.floats(-80, 80, width=32)))
def test_float32_losses_are_good_to_float32(z):
    for k in range(6):
        losses = softmax_cross_entropy(z, [k] * 4)
        assert losses.dtype == np.float32
        for row, loss in zip(z, losses, strict=True):
            exact = exact_loss(row, k)
            # A score is rounded once when it is measured from the top: 8 units at 160.
            assert float(abs(mp.mpf(float(loss)) - exact)) <= 2e-5 * float(exact) + 1e-36


def test_a_tiny_float32_loss_keeps_its_digits():
    z = np.array([30, 0, 1, -2], np.float32)
    loss = softmax_cross_entropy(z, 0)
    assert loss.dtype == np.float32
    assert relative_error(loss, exact_loss(z, 0)) <= 8 * SMALL


@pytest.mark.parametrize("C", [10, 1_000, 100_000])
def test_many_float32_classes_are_summed_with_care(C):
    z = np.random.default_rng(2).normal(size=(2, C)).astype(np.float32)
    exact = softmax_cross_entropy(z.astype(float), [0, C - 1])
    np.testing.assert_allclose(softmax_cross_entropy(z, [0, C - 1]), exact, rtol=1e-6)


# -- shapes, types, reductions --------------------------------------------------------------------
@pytest.mark.parametrize("function", ON_LOGITS)
def test_the_classes_may_lie_along_any_axis(function):
    z = np.random.default_rng(3).normal(size=(2, 3, 4))
    expected = np.array([[function(row) for row in block] for block in z])
    for axis in (0, 1, 2, -1, -2, -3):
        result = function(np.moveaxis(z, -1, axis), axis=axis)
        if function is not log_sum_exp:
            result = np.moveaxis(result, axis, -1)
        np.testing.assert_allclose(result, expected, rtol=1e-14)


def test_the_classes_of_the_loss_may_lie_along_any_axis():
    rng = np.random.default_rng(4)
    z, k, y = rng.normal(size=(2, 3, 4)), rng.integers(0, 4, (2, 3)), rng.dirichlet([1] * 4, (2, 3))
    labels = [[softmax_cross_entropy(z[i, j], k[i, j]) for j in range(3)] for i in range(2)]
    rows = [[softmax_cross_entropy(z[i, j], y[i, j]) for j in range(3)] for i in range(2)]
    for axis in (0, 1, 2, -1, -2, -3):
        turned = np.moveaxis(z, -1, axis)
        losses = softmax_cross_entropy(turned, k, axis=axis)
        np.testing.assert_allclose(losses, labels, rtol=1e-14)
        losses = softmax_cross_entropy(turned, np.moveaxis(y, -1, axis), axis=axis)
        np.testing.assert_allclose(losses, rows, rtol=1e-14)


@pytest.mark.parametrize("shape", [(9_000, 10), (10, 9_000), (3, 2, 20_000), (2, 90_000)])
def test_working_in_blocks_gives_what_one_row_at_a_time_gives(shape):
    rng = np.random.default_rng(5)
    z, k = 3 * rng.normal(size=shape), rng.integers(0, shape[-1], shape[:-1])
    results = [function(z) for function in ON_LOGITS] + [softmax_cross_entropy(z, k)]
    for i in rng.permutation(list(np.ndindex(shape[:-1])))[:50]:
        row = z[tuple(i)]
        expected = [function(row) for function in ON_LOGITS]
        expected.append(softmax_cross_entropy(row, k[tuple(i)]))
        for result, right in zip(results, expected, strict=True):
            np.testing.assert_allclose(result[tuple(i)], right, rtol=1e-12)


def test_the_order_of_entries_in_memory_does_not_matter():
    rng = np.random.default_rng(10)
    z, k, y = rng.normal(size=(6, 4)), rng.integers(0, 4, 6), rng.dirichlet(np.ones(4), 6)
    for other in (np.asfortranarray, lambda a: np.repeat(a, 2, axis=1)[:, ::2]):
        for function in ON_LOGITS:
            np.testing.assert_allclose(function(other(z)), function(z), rtol=1e-14)
        for target in (k, y, other(y)):
            losses = softmax_cross_entropy(z, y if target.ndim == 2 else k)
            np.testing.assert_allclose(softmax_cross_entropy(other(z), target), losses, rtol=1e-14)
            far = softmax_cross_entropy(900 * other(z), target)
            np.testing.assert_allclose(far, softmax_cross_entropy(900 * z, target), rtol=1e-14)


def test_a_reduction_makes_one_number_of_all_losses():
    rng = np.random.default_rng(6)
    z, k = rng.normal(size=(2, 3, 4)), rng.integers(0, 4, (2, 3))
    losses = softmax_cross_entropy(z, k)
    assert losses.shape == (2, 3)
    np.testing.assert_allclose(softmax_cross_entropy(z, k, reduction="sum"), losses.sum())
    np.testing.assert_allclose(softmax_cross_entropy(z, k, reduction="mean"), losses.mean())
    assert softmax_cross_entropy(z[0, 0], 1, reduction="mean") == softmax_cross_entropy(z[0, 0], 1)


def test_a_mean_of_huge_losses_does_not_overflow():
    z = [[1e308, 0.0], [1e308, 0.0], [1e308, 0.0]]
    np.testing.assert_allclose(softmax_cross_entropy(z, [1, 1, 1], reduction="mean"), 1e308)
    assert softmax_cross_entropy(z, [1, 1, 1], reduction="sum") == np.inf


def test_no_rows_have_no_losses_and_the_sum_zero():
    z, k = np.empty((0, 3)), np.empty(0, int)
    assert softmax(z).shape == log_softmax(z).shape == (0, 3)
    assert log_sum_exp(z).shape == softmax_cross_entropy(z, k).shape == (0,)
    assert softmax_cross_entropy(z, z).shape == (0,)
    assert softmax_cross_entropy(z, k, reduction="sum") == 0


@pytest.mark.parametrize(
    ("given_type", "result_type"),
    [("f2", "f4"), ("f4", "f4"), ("f8", "f8"), ("g", "g"), ("i1", "f8"), ("u8", "f8"), ("?", "f8")],
)
def test_floats_keep_their_type_and_whole_numbers_become_float64(given_type, result_type):
    z = np.array([[0, 1], [1, 0]], dtype=given_type)
    results = [function(z) for function in ON_LOGITS]
    results.append(softmax(z, temperature=0.5))
    for reduction in ("none", "sum", "mean"):
        results.append(softmax_cross_entropy(z, [0, 1], reduction=reduction))
        results.append(softmax_cross_entropy(z, [[0.5, 0.5], [0, 1]], reduction=reduction))
    assert [result.dtype for result in results] == [np.dtype(result_type)] * len(results)
    assert isinstance(log_sum_exp(z[0]), np.dtype(result_type).type)
    assert isinstance(softmax_cross_entropy(z[0], 1), np.dtype(result_type).type)


def test_longdouble_losses_are_better_than_float64():
    z = np.array([40, 0, 1], "g")
    loss = softmax_cross_entropy(z, 0)
    np.testing.assert_allclose(loss, np.log1p(np.exp(-z[0]) + np.exp(1 - z[0])), rtol=1e-17)


@pytest.mark.parametrize("kind", ["i1", "u1", "i4", "u8"])
def test_labels_may_be_integers_of_any_size(kind):
    z = np.random.default_rng(7).normal(size=(3, 4))
    np.testing.assert_array_equal(
        softmax_cross_entropy(z, np.array([0, 3, 1], kind)), softmax_cross_entropy(z, [0, 3, 1])
    )


def test_rows_of_integers_or_truth_values_are_distributions():
    z, k = np.random.default_rng(8).normal(size=(3, 4)), np.array([0, 3, 1])
    expected = softmax_cross_entropy(z, k)
    for rows in (np.eye(4, dtype=int)[k], np.arange(4) == k[:, None]):
        np.testing.assert_allclose(softmax_cross_entropy(z, rows), expected, rtol=1e-14)


def test_the_arguments_are_never_modified_and_may_be_read_only():
    z, k, y = np.array([[1.0, 2, 3], [0, 0, 1e4]]), np.array([0, 1]), np.full((2, 3), 1 / 3)
    for a in (z, k, y):
        a.flags.writeable = False
    for function in ON_LOGITS:
        function(z)
        function(z, axis=0)
    softmax(z, temperature=2)
    for target in (k, y):
        softmax_cross_entropy(z, target)
    np.testing.assert_array_equal(z, [[1, 2, 3], [0, 0, 1e4]])


def test_a_result_is_never_a_view_of_the_argument():
    z = np.zeros((1, 1))
    for function in ON_LOGITS:
        function(z)[...] = 5
    assert z[0, 0] == 0


# -- refusals -------------------------------------------------------------------------------------
BELOW = "must hold numbers below inf (-inf for an impossible class), but"
REFUSED_LOGITS = {
    f"{{}} {BELOW} {{}}[1, 0] = nan": [[1, 0], [math.nan, 1]],
    f"{{}} {BELOW} {{}}[0] = inf": [math.inf, -math.inf],
    "{} must leave some class possible, but {}[1, :] is -inf throughout": [
        [0, 1],
        [-math.inf, -math.inf],
    ],
    "{} must leave some class possible, but {} is -inf throughout": [-math.inf, -math.inf],
    "{} has no classes: its shape is (2, 0), empty along axis": np.empty((2, 0)),
    "{} must have an axis of outcomes, but it is a single number": 1.0,
    "{} must hold real numbers, but its type is complex128": [1j, 0],
    "{} must hold real numbers, but its type is <U3": ["1.0"],
    "{} must be an array of numbers: ": [[1], [0, 1]],
}


@pytest.mark.parametrize("function", ON_LOGITS)
@pytest.mark.parametrize("message", REFUSED_LOGITS)
def test_what_is_no_logit_is_refused_and_the_message_says_where(function, message):
    with pytest.raises(ValueError, match="^" + re.escape(message.replace("{}", "z"))):
        function(REFUSED_LOGITS[message])


@pytest.mark.parametrize("kind", ["labels", "rows"])
@pytest.mark.parametrize("message", REFUSED_LOGITS)
def test_the_loss_refuses_the_same_logits_for_labels_and_for_rows(message, kind):
    z = REFUSED_LOGITS[message]
    shape = np.shape(z) if "array of numbers" not in message else (2, 2)
    target = np.zeros(shape[:-1], int) if kind == "labels" else np.full(shape, 0.5)
    with pytest.raises(ValueError, match="^" + re.escape(message.replace("{}", "logits"))):
        softmax_cross_entropy(z, target)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("function", ON_LOGITS)
def test_one_bad_entry_among_many_blocks_is_found_along_any_axis(function, bad):
    z = np.zeros((10, 30_000))
    z[3, 20_000] = bad
    with pytest.raises(ValueError, match=re.escape(f"z[3, 20000] = {bad}")):
        function(z)
    with pytest.raises(ValueError, match=re.escape(f"z[3, 20000] = {bad}")):
        function(z, axis=0)
    z[:, 20_000] = -math.inf
    with pytest.raises(ValueError, match=re.escape("z[:, 20000] is -inf throughout")):
        function(z, axis=0)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("k", [0, 1])
def test_a_bad_logit_is_refused_whether_it_is_the_target_or_not(k, bad):
    z = np.zeros((20_000, 4))
    z[19_000, 1] = bad
    with pytest.raises(ValueError, match=re.escape(f"logits[19000, 1] = {bad}")):
        softmax_cross_entropy(z, np.full(20_000, k))


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ([0, 3], "target must hold labels from 0 to 2, but target[1] = 3"),
        ([-1, 0], "target must hold labels from 0 to 2, but target[0] = -1"),
        (
            np.array([0, 2**63], "u8"),
            f"target must hold labels from 0 to 2, but target[1] = {2**63}",
        ),
        (
            [0.0, 1.0],
            "target has the shape of labels, (2,), so it must hold integers, "
            "but its type is float64",
        ),
        (
            [True, False],
            "target has the shape of labels, (2,), so it must hold integers, but its type is bool",
        ),
        (
            0,
            "target must have shape (2,) to hold labels or (2, 3) to hold distributions, "
            "but its shape is ()",
        ),
        (
            [[0, 1, 2]],
            "target must have shape (2,) to hold labels or (2, 3) to hold distributions, "
            "but its shape is (1, 3)",
        ),
        ([[0], [1, 2]], "target must be an array of numbers: "),
        (
            [[1, 0, 0], [0.5, 0.4, 0]],
            "target must sum to 1 along axis, but target[1, :] sums to 0.9, off by -0.1 ",
        ),
        (
            [[1, 0, 0], [0.5, -0.5, 1]],
            "target must hold probabilities, but target[1, 1] = -0.5 is negative",
        ),
        (
            [[1, 0, 0], [0.5, math.nan, 0.5]],
            "target must hold probabilities, but target[1, 1] = nan is not finite",
        ),
        ([["a"] * 3] * 2, "target must hold real numbers, but its type is <U1"),
    ],
)
def test_what_is_no_target_is_refused_and_the_message_says_where(target, message):
    with pytest.raises(ValueError, match="^" + re.escape(message)):
        softmax_cross_entropy(np.zeros((2, 3)), target)


def test_places_are_told_in_the_indices_of_the_argument():
    z, y = np.zeros((2, 3, 4)), np.full((2, 3, 4), 1 / 3)
    y[1, :, 2] = 0.25
    with pytest.raises(ValueError, match=re.escape("target[1, :, 2] sums to 0.75, off by -0.25")):
        softmax_cross_entropy(z, y, axis=1)
    z[1, 2, 3] = math.nan
    with pytest.raises(ValueError, match=re.escape("logits[1, 2, 3] = nan")):
        softmax_cross_entropy(z, np.zeros((2, 4), int), axis=1)
    message = "target must hold labels from 0 to 2, but target[1, 3] = 3"
    k = np.zeros((2, 4), int)
    k[1, 3] = 3
    with pytest.raises(ValueError, match=re.escape(message)):
        softmax_cross_entropy(np.zeros((2, 3, 4)), k, axis=1)


BAD_TEMPERATURES = [0, -1, math.inf, math.nan, "1", True, 1j, None, 10**400]


@pytest.mark.parametrize("function", [softmax, log_softmax])
@pytest.mark.parametrize("T", BAD_TEMPERATURES, ids=lambda T: repr(T)[:9])
def test_a_temperature_that_is_not_positive_and_finite_is_refused(function, T):
    message = f"temperature must be a finite number above 0, not {T!r}"
    with pytest.raises(ValueError, match="^" + re.escape(message) + "$"):
        function([1.0, 2.0], temperature=T)


@pytest.mark.parametrize("reduction", ["average", "", None, ["mean"], "None"])
def test_an_unknown_reduction_is_refused(reduction):
    message = f"reduction must be 'none', 'sum' or 'mean', not {reduction!r}"
    with pytest.raises(ValueError, match="^" + re.escape(message) + "$"):
        softmax_cross_entropy([1.0, 2.0], 0, reduction=reduction)


def test_the_mean_of_no_losses_is_refused():
    message = "reduction must not be 'mean' for an empty batch, which has no mean"
    with pytest.raises(ValueError, match="^" + re.escape(message) + "$"):
        softmax_cross_entropy(np.empty((0, 3)), np.empty(0, int), reduction="mean")


@pytest.mark.parametrize("axis", [1, -2, None, 0.0, "0", True])
def test_an_axis_that_is_not_there_is_refused(axis):
    for function in ON_LOGITS:
        message = f"axis must be an integer from -1 to 0 for z, not {axis!r}"
        with pytest.raises(ValueError, match="^" + re.escape(message) + "$"):
            function([0.5, 0.5], axis=axis)
    message = f"axis must be an integer from -1 to 0 for logits, not {axis!r}"
    with pytest.raises(ValueError, match="^" + re.escape(message) + "$"):
        softmax_cross_entropy([0.5, 0.5], 0, axis=axis)


@given(hnp.arrays(st.sampled_from([float, np.float32]), (2, 3), elements=st.floats(width=32)))
def test_no_input_gives_nan(z):
    """Whatever the numbers: a result without NaN, or a ValueError that names the argument."""
    for function in [
        *ON_LOGITS,
        lambda z: softmax(z, temperature=1e-20),
        lambda z: softmax_cross_entropy(z, [0, 2]),
        lambda z: softmax_cross_entropy(z, [[1, 0, 0], [0, 0.5, 0.5]]),
    ]:
        assert is_free_of_nan_or_refused(function, z)


def is_free_of_nan_or_refused(function, z):
    try:
        return not np.isnan(function(z)).any()
    except ValueError as error:
        return str(error).startswith(("z ", "logits "))


# -- kernels --------------------------------------------------------------------------------------
def random_rows(complex_part):
    rng = np.random.default_rng(9)
    z = rng.normal(size=(2, 5, 4)) + complex_part * 1j * rng.normal(size=(2, 5, 4))
    return z, rng.uniform(0.1, 2, (2, 5, 4))


@pytest.mark.parametrize("complex_part", [0, 0.3])
def test_kernels_are_the_formula_off_the_simplex_for_complex_entries_too(complex_part):
    z, y = random_rows(complex_part)
    whole = np.exp(z).sum(axis=-1)
    np.testing.assert_allclose(_softmax(z), np.exp(z) / whole[..., None], rtol=1e-13)
    np.testing.assert_allclose(_log_sum_exp(z), np.log(whole), rtol=1e-13)
    plain = z - np.log(whole)[..., None]
    np.testing.assert_allclose(_log_softmax(z), plain, rtol=1e-12)
    np.testing.assert_allclose(_softmax_cross_entropy(z, y), -(y * plain).sum(axis=-1), rtol=1e-12)
    np.testing.assert_allclose(_softmax_cross_entropy(z[0, 0], y[0, 0]), -(y * plain).sum(-1)[0, 0])


@pytest.mark.parametrize("shift", [0, 1e4, -1e4])
def test_a_complex_step_through_the_kernels_gives_the_derivatives(shift):
    z, y = np.array([0.5, -1.25, 2.0, 0.0]) + shift, np.array([0.1, 0.2, 0.3, 0.9])
    step = 1e-30
    steps = 1j * step * np.eye(4)
    y_hat = softmax(z)
    slopes = _log_sum_exp(z + steps).imag / step
    np.testing.assert_allclose(slopes, y_hat, rtol=4e-15)
    slopes = _softmax(z + steps).imag / step
    np.testing.assert_allclose(slopes, y_hat * (np.eye(4) - y_hat[:, None]), rtol=4e-15)
    slopes = _log_softmax(z + steps).imag / step
    np.testing.assert_allclose(slopes, np.eye(4) - y_hat[:, None], rtol=4e-15)
    slopes = _softmax_cross_entropy(z + steps, y).imag / step
    np.testing.assert_allclose(slopes, y.sum() * y_hat - y, rtol=1e-14)
    slopes = _softmax_cross_entropy(z, y + steps).imag / step
    np.testing.assert_allclose(slopes, -log_softmax(z), rtol=1e-14)


def test_a_complex_step_passes_an_impossible_class():
    z = np.array([0.5, -np.inf, 1.0])
    slopes = _softmax_cross_entropy(z + 1e-30j * np.eye(3), np.array([1.0, 0, 0])).imag / 1e-30
    np.testing.assert_allclose(slopes, softmax(z) - [1, 0, 0], rtol=1e-14)


def test_the_name_softmax_is_the_function_and_its_module_is_still_found():
    module = importlib.import_module("crossentropy.softmax")
    assert crossentropy.softmax is softmax is module.softmax
    assert sys.modules["crossentropy.softmax"] is module
