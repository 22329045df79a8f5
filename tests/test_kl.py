"""What must hold for cross-entropy and divergence."""

import math
import re

import mpmath
import numpy as np
import pytest
from crossentropy import (
    binary_cross_entropy,
    binary_entropy,
    cross_entropy,
    entropy,
    kl_divergence,
    surprise,
)
from crossentropy.kl import _binary_cross_entropy, _cross_entropy, _kl_divergence
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

mp = mpmath.mp.clone()
mp.dps = 50
ON_PAIRS = [cross_entropy, kl_divergence]


@st.composite
def pairs(draw, least=1, most=20):
    """Two distributions over the same outcomes, with zeros and very different sizes."""
    n = draw(st.integers(least, most))
    sizes = st.one_of(
        st.just(0.0), st.floats(1e-12, 1), st.integers(-300, 0).map(lambda k: 10.0**k)
    )
    weights = hnp.arrays(float, n, elements=sizes).filter(lambda w: w.sum() > 1e-9)
    p, q = draw(weights), draw(weights)
    return p / p.sum(), q / q.sum()


def exact_divergence(p, q):
    """Σ (p log(p/q) − p + q) in fifty digits."""
    total = mp.mpf(0)
    for a, b in zip(p.tolist(), q.tolist(), strict=True):
        if a > 0 == b:
            return mp.inf
        a, b = mp.mpf(a), mp.mpf(b)
        total += (a * mp.log(a / b) if a else 0) - a + b
    return total


def relative_error(value, exact):
    return float(abs(mp.mpf(float(value)) - exact) / exact)


@given(pairs())
def test_divergence_is_the_sum_in_fifty_digits(pair):
    exact = exact_divergence(*pair)
    if exact == mp.inf:
        assert kl_divergence(*pair) == np.inf
    else:
        # Rounded distributions: the sum counts to ten digits as soon as it is a number at all.
        assert float(abs(kl_divergence(*pair) - exact)) <= 1e-10 * float(exact) + 1e-300


@given(pairs())
def test_divergence_is_never_negative_and_never_nan(pair):
    assert kl_divergence(*pair) >= 0


@given(pairs())
def test_divergence_of_a_distribution_from_itself_is_exactly_zero(pair):
    p, _ = pair
    assert kl_divergence(p, p) == 0
    assert kl_divergence(p.astype(np.float32), p.astype(np.float32)) == 0


@pytest.mark.parametrize("apart", [0.3, 0.06, 0.03, 1e-3, 1e-6, 1e-9, 1e-12, 1e-15])
@pytest.mark.parametrize("n", [2, 3, 10, 1000])
def test_divergence_keeps_its_digits_however_close_the_two_are(apart, n):
    rng = np.random.default_rng(n)
    p = rng.dirichlet(np.ones(n))
    q = p * (1 + apart * rng.uniform(-1, 1, n))
    q /= q.sum()
    assert relative_error(kl_divergence(p, q), exact_divergence(p, q)) < 1e-11


@pytest.mark.parametrize("apart", [0.3, 1e-3, 1e-6])
def test_float32_divergence_is_as_good_as_its_entries(apart):
    rng = np.random.default_rng(5)
    p = rng.dirichlet(np.ones(50))
    q = p * (1 + apart * rng.uniform(-1, 1, 50))
    p, q = p.astype(np.float32), (q / q.sum()).astype(np.float32)
    d = kl_divergence(p, q)
    assert d.dtype == np.float32
    assert relative_error(d, exact_divergence(p, q)) < 1e-7


def test_the_plain_sum_would_have_lost_every_digit():
    p = np.array([0.2, 0.3, 0.5])
    q = p + 1e-9 * np.array([1, -2, 1])
    plain = (p * np.log(p / q)).sum()
    exact = exact_divergence(p, q)
    assert relative_error(plain, exact) > 1
    assert relative_error(kl_divergence(p, q), exact) < 1e-15 * 10


@pytest.mark.parametrize(
    ("p", "q"),
    [
        ([1, 0], [5e-324, 1]),
        ([0.75, 0.25], [1e-310, 1]),
        ([1e-310, 1], [0.25, 0.75]),
        ([1e-320, 1], [3e-320, 1]),
        ([1e-300, 1], [1.01e-300, 1]),
    ],
)
def test_divergence_stays_right_down_to_the_smallest_numbers(p, q):
    p, q = np.array(p), np.array(q)
    exact = exact_divergence(p, q)
    assert float(abs(kl_divergence(p, q) - exact)) <= 1e-10 * float(exact) + 5e-324


def test_a_belief_that_rules_out_what_happens_costs_infinitely_much():
    for function in ON_PAIRS:
        assert function([0.5, 0.5], [1, 0]) == np.inf
        assert function([1, 0], [0.5, 0.5]) == pytest.approx(math.log(2))
        assert function([1e-300, 1], [0, 1]) == np.inf
    assert binary_cross_entropy(1, 0) == np.inf
    assert binary_cross_entropy(0, 1) == np.inf


def test_what_neither_expects_nor_happens_counts_nothing():
    assert cross_entropy([0.5, 0.5, 0], [0.5, 0.5, 0], base=2) == 1
    assert kl_divergence([0.5, 0.5, 0], [0.25, 0.75, 0]) == kl_divergence([0.5, 0.5], [0.25, 0.75])
    assert not np.signbit(cross_entropy([1, 0], [1, 0]))


@given(pairs())
def test_cross_entropy_is_entropy_plus_divergence(pair):
    p, q = pair
    np.testing.assert_allclose(
        cross_entropy(p, q), entropy(p) + kl_divergence(p, q), rtol=1e-12, atol=1e-14
    )


@given(pairs())
def test_cross_entropy_with_itself_is_entropy(pair):
    p, _ = pair
    assert cross_entropy(p, p) == entropy(p)


@given(pairs())
def test_cross_entropy_is_the_surprise_expected_by_a_wrong_belief(pair):
    p, q = pair
    with np.errstate(invalid="ignore"):
        expected = np.where(p > 0, p * surprise(q), 0).sum()
    np.testing.assert_allclose(cross_entropy(p, q), expected, rtol=1e-13)


def test_divergence_is_not_symmetric():
    p, q = [0.5, 0.5], [0.75, 0.25]
    assert kl_divergence(p, q) == pytest.approx(math.log(4 / 3) / 2, rel=1e-14)
    assert kl_divergence(q, p) == pytest.approx(math.log(27 / 16) / 4, rel=1e-14)


@given(st.floats(0, 1), st.floats(0, 1))
def test_binary_cross_entropy_is_the_sum_in_fifty_digits(p, q):
    if (p > 0 == q) or (p < 1 == q):
        assert binary_cross_entropy(p, q) == np.inf
        return
    a, b = mp.mpf(p), mp.mpf(q)
    exact = -(a * mp.log(b) if a else 0) - ((1 - a) * mp.log1p(-b) if a < 1 else 0)
    assert float(abs(binary_cross_entropy(p, q) - exact)) <= 1e-15 * float(exact) + 1e-322


@given(st.floats(0, 1))
def test_binary_cross_entropy_with_itself_is_binary_entropy(p):
    assert binary_cross_entropy(p, p) == binary_entropy(p)


def test_a_label_leaves_one_term_of_the_binary_cross_entropy():
    q = np.array([0.25, 1e-20])
    np.testing.assert_allclose(binary_cross_entropy([[1], [0]], q), [-np.log(q), -np.log1p(-q)])


@given(pairs(), st.sampled_from([2, 10, 1.5]))
def test_a_base_divides_by_its_logarithm(pair, base):
    for function in ON_PAIRS:
        expected = function(*pair) / math.log(base)
        np.testing.assert_allclose(function(*pair, base=base), expected, rtol=1e-14)


def test_pairs_broadcast_and_the_distribution_may_lie_along_any_axis():
    rng = np.random.default_rng(6)
    p = rng.dirichlet(np.ones(4), (3, 1))
    q = rng.dirichlet(np.ones(4), 5)
    for function in ON_PAIRS:
        expected = [[function(p[i, 0], q[j]) for j in range(5)] for i in range(3)]
        np.testing.assert_allclose(function(p, q), expected, rtol=1e-13)
        np.testing.assert_allclose(function(p, q, axis=2), expected, rtol=1e-13)
        columns = function(p.swapaxes(1, 2), q.T, axis=1)
        np.testing.assert_allclose(columns, expected, rtol=1e-13)
        assert isinstance(function(q[0], q[1]), np.float64)


@pytest.mark.parametrize("shape", [(3_000, 10), (10, 3_000), (3, 2, 9_000), (2, 20_000)])
@pytest.mark.parametrize("function", ON_PAIRS)
def test_working_in_blocks_gives_what_one_pair_at_a_time_gives(function, shape):
    rng = np.random.default_rng(7)
    p = rng.dirichlet(np.ones(shape[-1]), shape[:-1])
    q = rng.dirichlet(np.ones(shape[-1]))
    np.testing.assert_allclose(
        function(p, q), np.apply_along_axis(lambda line: function(line, q), -1, p), rtol=1e-12
    )
    np.testing.assert_allclose(
        function(q, p), np.apply_along_axis(lambda line: function(q, line), -1, p), rtol=1e-12
    )


@pytest.mark.parametrize("function", [*ON_PAIRS, binary_cross_entropy])
def test_the_wider_of_two_types_is_the_type_of_the_result(function):
    single, double = np.array([0.5, 0.5], "f4"), np.array([0.5, 0.5])
    assert function(single, single).dtype == np.float32
    assert function(single, double).dtype == np.float64
    assert function(
        single, np.array([1, 1]) if function is binary_cross_entropy else [1, 0]
    ).dtype == (np.float64)
    assert function(double.astype("g"), single).dtype == np.longdouble


def test_each_argument_is_held_to_the_tolerance_of_its_own_type():
    rough = np.array([0.5, 0.5 + 1e-6], np.float32)
    cross_entropy(rough, [0.5, 0.5])
    with pytest.raises(ValueError, match="q must sum to 1"):
        cross_entropy(rough, rough.astype(float))


def test_the_arguments_are_never_modified_and_may_be_read_only():
    p, q = np.array([0.5, 0.5, 0]), np.array([0.5, 0.25, 0.25])
    p.flags.writeable = q.flags.writeable = False
    for function in [*ON_PAIRS, binary_cross_entropy]:
        function(p, q)
    np.testing.assert_array_equal([p, q], [[0.5, 0.5, 0], [0.5, 0.25, 0.25]])


@pytest.mark.parametrize("function", ON_PAIRS)
@pytest.mark.parametrize(
    ("p", "q", "message"),
    [
        ([0.5, 0.6], [0.5, 0.5], "p must sum to 1 along axis, but p sums to 1.1, off by +0.1 "),
        ([0.5, 0.5], [0.5, 0.4], "q must sum to 1 along axis, but q sums to 0.9, off by -0.1 "),
        ([0.5, 0.5], [1.5, -0.5], "q must hold probabilities, but q[1] = -0.5 is negative"),
        ([0.5, 0.5], [math.nan, 1], "q must hold probabilities, but q[0] = nan is not finite"),
        ([0.5, 0.5], 1.0, "q must have an axis of outcomes, but it is a single number"),
        (np.empty(0), [0.5, 0.5], "p has no outcomes: its shape is (0,), empty along axis"),
        ([0.5, 0.5], [1j, 0], "q must hold real numbers, but its type is complex128"),
        ([[1], [1, 0]], [1, 0], "p must be an array of numbers: "),
        (
            [0.5, 0.5],
            [1],
            "p has shape (2,), q has shape (1,): they need equally many outcomes along axis",
        ),
        ([0.5, 0.5], [1, 0, 0], "p has shape (2,), q has shape (3,): these do not broadcast"),
        (
            np.ones((2, 3, 1)),
            np.ones((4, 1)),
            "p has shape (2, 3, 1), q has shape (4, 1): these do not broadcast",
        ),
    ],
)
def test_what_is_no_pair_of_distributions_is_refused_by_name(function, p, q, message):
    with pytest.raises(ValueError, match="^" + re.escape(message)):
        function(p, q)


@pytest.mark.parametrize("function", ON_PAIRS)
def test_an_axis_counts_in_the_broadcast_shape(function):
    p, q = [0.5, 0.5], np.full((3, 2), 0.5)
    assert function(p, q, axis=1).shape == (3,)
    message = "p has shape (2,), q has shape (3, 2): they need equally many outcomes along axis"
    with pytest.raises(ValueError, match=re.escape(message)):
        function(p, q, axis=0)
    message = "axis must be an integer from -2 to 1 for p and q, not 2"
    with pytest.raises(ValueError, match=re.escape(message)):
        function(p, q, axis=2)


@pytest.mark.parametrize("function", [*ON_PAIRS, binary_cross_entropy])
@pytest.mark.parametrize("base", [1, 0, -2, 0.5, math.inf, math.nan, "2", True], ids=repr)
def test_a_base_that_gives_no_unit_is_refused(function, base):
    message = f"base must be None or a finite number greater than 1, not {base!r}"
    with pytest.raises(ValueError, match="^" + re.escape(message) + "$"):
        function([1.0], [1.0], base=base)


def test_binary_cross_entropy_refuses_by_name():
    with pytest.raises(ValueError, match=re.escape("q must hold probabilities, but q[1] = 1.5 is")):
        binary_cross_entropy([0, 1], [0.5, 1.5])
    message = "p has shape (2,), q has shape (3,): these do not broadcast"
    with pytest.raises(ValueError, match=re.escape(message)):
        binary_cross_entropy([0, 1], [0.5, 0.5, 0.5])


@given(
    hnp.arrays(float, (2, 3), elements=st.floats()),
    st.integers(0, 2).map(lambda i: np.eye(3)[i]),
)
def test_no_input_gives_nan(pair, certain):
    """Whatever the numbers: a result without NaN, or a ValueError that names an argument."""
    for p, q in [pair, (certain, pair[0]), (pair[0], certain)]:
        for function in [*ON_PAIRS, binary_cross_entropy]:
            assert is_free_of_nan_or_refused(function, p, q)


def is_free_of_nan_or_refused(function, p, q):
    try:
        return not np.isnan(function(p, q)).any()
    except ValueError as error:
        return str(error).startswith(("p ", "q "))


def random_points(complex_part):
    rng = np.random.default_rng(8)
    shape = (2, 4, 3)
    return rng.uniform(0.1, 2, shape) + complex_part * 1j * rng.normal(size=shape)


@pytest.mark.parametrize("complex_part", [0, 0.3])
def test_kernels_are_the_formula_off_the_simplex_for_complex_entries_too(complex_part):
    p, q = random_points(complex_part)
    plain = (p * (np.log(p) - np.log(q))).sum(axis=-1)
    np.testing.assert_allclose(_kl_divergence(p, q), plain + (q - p).sum(axis=-1), rtol=1e-12)
    np.testing.assert_allclose(_cross_entropy(p, q), -(p * np.log(q)).sum(axis=-1), rtol=1e-13)
    near = p * (1 + 0.01 * q)
    plain = (p * -np.log(1 + 0.01 * q)).sum(axis=-1)
    np.testing.assert_allclose(_kl_divergence(p, near), plain + (near - p).sum(axis=-1), rtol=1e-9)


@pytest.mark.parametrize("apart", [0.5, 1e-3])
def test_a_complex_step_through_the_kernels_gives_the_derivatives(apart):
    p = np.array([0.2, 0.3, 0.5])
    q = p + apart * np.array([0.1, 0.2, -0.3])
    step = 1e-30
    steps = 1j * step * np.eye(3)
    np.testing.assert_allclose(_cross_entropy(p, q + steps).imag / step, -p / q, rtol=1e-14)
    np.testing.assert_allclose(_cross_entropy(p + steps, q).imag / step, -np.log(q), rtol=1e-14)
    slopes = _kl_divergence(p, q + steps).imag / step
    np.testing.assert_allclose(slopes, 1 - p / q, rtol=1e-11)
    slopes = _kl_divergence(p + steps, q).imag / step
    np.testing.assert_allclose(slopes, np.log(p / q), rtol=1e-11)
    slopes = _binary_cross_entropy(p, q + 1j * step).imag / step
    np.testing.assert_allclose(slopes, (q - p) / (q * (1 - q)), rtol=1e-9)


def test_along_directions_that_sum_to_zero_the_slope_of_the_divergence_is_the_books():
    p, q = np.array([0.2, 0.3, 0.5]), np.array([0.4, 0.35, 0.25])
    for direction in ([1, -1, 0], [1, 1, -2]):
        slope = _kl_divergence(p, q + 1e-30j * np.array(direction)).imag / 1e-30
        assert slope == pytest.approx(-(p / q) @ direction, rel=1e-13)
