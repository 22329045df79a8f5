"""What must hold for surprise, entropy and perplexity."""

import importlib
import json
import math
import re
import subprocess
import sys

import crossentropy
import mpmath
import numpy as np
import pytest
from crossentropy import binary_entropy, cross_entropy, entropy, perplexity, surprise
from crossentropy.entropy import _binary_cross_entropy, _entropy, _perplexity, _surprise
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

mp = mpmath.mp.clone()
mp.dps = 50
ON_DISTRIBUTIONS = [entropy, perplexity]
ON_PROBABILITIES = [surprise, binary_entropy]


@st.composite
def distributions(draw, least=1, most=20):
    """Distributions with zeros and with entries of very different sizes."""
    n = draw(st.integers(least, most))
    sizes = st.one_of(
        st.just(0.0), st.floats(1e-12, 1), st.integers(-300, 0).map(lambda k: 10.0**k)
    )
    weights = draw(hnp.arrays(float, n, elements=sizes).filter(lambda w: w.sum() > 1e-9))
    return weights / weights.sum()


def exact_entropy(p):
    return -mp.fsum(mp.mpf(float(x)) * mp.log(mp.mpf(float(x))) for x in p if x > 0)


@given(distributions())
def test_entropy_is_the_sum_in_fifty_digits(p):
    assert float(abs(entropy(p) - exact_entropy(p))) <= 1e-14 * max(1, math.log(len(p)))


@given(distributions())
def test_entropy_lies_between_zero_and_log_of_the_number_of_outcomes(p):
    assert -1e-15 <= entropy(p) <= math.log(len(p)) + 1e-15 * len(p)


@given(distributions(), st.randoms())
def test_entropy_does_not_depend_on_the_order_of_the_outcomes(p, random):
    shuffled = p.copy()
    random.shuffle(shuffled)
    np.testing.assert_allclose(entropy(shuffled), entropy(p), rtol=1e-13, atol=1e-15)


@given(distributions(), distributions())
def test_entropies_of_independent_parts_add(p, r):
    joint = np.outer(p, r).ravel()
    np.testing.assert_allclose(entropy(joint), entropy(p) + entropy(r), rtol=1e-12, atol=1e-14)


@given(distributions())
def test_an_outcome_that_never_happens_changes_nothing(p):
    np.testing.assert_allclose(entropy([*p, 0]), entropy(p), rtol=1e-14)


@pytest.mark.parametrize("n", [1, 2, 3, 10, 1000, 100_000])
def test_the_uniform_distribution_has_entropy_plus_log_n_and_perplexity_n(n):
    p = np.full(n, 1 / n)
    np.testing.assert_allclose(entropy(p), math.log(n), rtol=1e-13)
    np.testing.assert_allclose(perplexity(p), n, rtol=1e-12)


def test_a_certain_outcome_has_entropy_plus_zero_and_perplexity_one():
    for p in ([1], [1, 0], [0, 0, 1.0]):
        assert entropy(p) == 0
        assert not np.signbit(entropy(p))
        assert perplexity(p) == 1


def test_a_dyadic_source_has_the_entropy_found_by_hand():
    assert entropy([1 / 2, 1 / 4, 1 / 8, 1 / 8], base=2) == 1.75


def test_entropy_stays_right_down_to_the_smallest_number():
    assert entropy([1, 5e-324]) == pytest.approx(float(exact_entropy([1, 5e-324])), rel=1e-1)
    assert entropy([1, 1e-300]) == pytest.approx(float(exact_entropy([1, 1e-300])), rel=1e-14)


@given(distributions(), st.sampled_from([2, 10, math.e, 1.5, np.float32(4), 10**400]))
def test_a_base_divides_by_its_logarithm_and_leaves_perplexity_alone(p, base):
    np.testing.assert_allclose(entropy(p, base=base), entropy(p) / math.log(base), rtol=1e-14)
    assert perplexity(p, base=base) == perplexity(p)


@given(distributions())
def test_perplexity_is_e_to_the_entropy(p):
    np.testing.assert_allclose(perplexity(p), np.exp(entropy(p)), rtol=1e-14)


def test_surprise_is_zero_for_the_certain_and_infinite_for_the_impossible():
    s = surprise([1, 0.5, 0], base=2)
    np.testing.assert_array_equal(s, [0, 1, np.inf])
    assert not np.signbit(s[0])


def test_entropy_is_the_expected_surprise():
    p = np.array([0.5, 0.3, 0.2])
    np.testing.assert_allclose(entropy(p), p @ surprise(p), rtol=1e-15)


@given(st.floats(0, 1))
def test_binary_entropy_is_the_entropy_of_two_outcomes(p):
    exact = exact_entropy([p]) - ((1 - mp.mpf(p)) * mp.log1p(-mp.mpf(p)) if p < 1 else 0)
    assert float(abs(binary_entropy(p) - exact)) <= 4e-16 * float(exact) + 1e-322
    np.testing.assert_allclose(binary_entropy(p), entropy([p, 1 - p]), atol=1e-15)


def test_the_distribution_may_lie_along_any_axis():
    p = np.random.default_rng(0).dirichlet(np.ones(4), (2, 3))
    expected = [[entropy(line) for line in block] for block in p]
    for axis in (0, 1, 2, -1, -2, -3):
        turned = np.moveaxis(p, -1, axis)
        np.testing.assert_allclose(entropy(turned, axis=axis), expected, rtol=1e-14)
        np.testing.assert_allclose(perplexity(turned, axis=axis), np.exp(expected), rtol=1e-14)
    assert entropy(p, axis=np.int64(-1)).shape == (2, 3)


@pytest.mark.parametrize(
    "shape", [(3_000, 10), (10, 3_000), (3, 2, 9_000), (2, 20_000), (1, 40_000)]
)
def test_working_in_blocks_gives_what_one_distribution_at_a_time_gives(shape):
    p = np.random.default_rng(1).dirichlet(np.ones(shape[-1]), shape[:-1])
    expected = np.apply_along_axis(entropy, -1, p)
    np.testing.assert_allclose(entropy(p), expected, rtol=1e-13)
    np.testing.assert_allclose(entropy(np.moveaxis(p, -1, 0), axis=0), expected, rtol=1e-13)


def test_no_distributions_give_no_entropies():
    assert entropy(np.empty((0, 3))).shape == (0,)
    assert perplexity(np.empty((2, 0, 3))).shape == (2, 0)


@pytest.mark.parametrize(
    ("given_type", "result_type"),
    [("f2", "f4"), ("f4", "f4"), ("f8", "f8"), ("g", "g"), ("i1", "f8"), ("u8", "f8"), ("?", "f8")],
)
@pytest.mark.parametrize("function", [*ON_DISTRIBUTIONS, *ON_PROBABILITIES])
def test_floats_keep_their_type_and_whole_numbers_become_float64(function, given_type, result_type):
    p = np.array([[0, 1], [1, 0]], dtype=given_type)
    assert function(p).dtype == np.dtype(result_type)
    assert isinstance(entropy(p[0]), np.dtype(result_type).type)


def test_lists_of_python_numbers_become_float64():
    assert entropy([1, 0]).dtype == np.float64
    assert entropy([0.5, 0.5]).dtype == np.float64


@given(distributions())
def test_float32_costs_one_rounding_and_no_more(p):
    p = p.astype(np.float32)
    expected = float(exact_entropy(p))
    assert abs(float(entropy(p)) - expected) <= 6e-8 * abs(expected) + 1e-14


def test_many_float32_outcomes_pass_although_their_sum_is_rough():
    p = np.random.default_rng(2).dirichlet(np.ones(100_000)).astype(np.float32)
    assert entropy(p).dtype == np.float32


@pytest.mark.parametrize(
    ("dtype", "n", "tolerance"),
    [("f8", 4, 1e-9), ("f4", 4, 16 * 2 * 2.0**-23), ("f4", 64, 16 * 8 * 2.0**-23)],
)
def test_a_sum_may_miss_one_by_the_tolerance_of_its_type(dtype, n, tolerance):
    p = np.full(n, 1 / n, dtype=dtype)
    p[0] += 0.9 * tolerance
    entropy(p)
    p[0] += 0.2 * tolerance
    with pytest.raises(ValueError, match="p must sum to 1"):
        entropy(p)


def test_the_argument_is_never_modified_and_may_be_read_only():
    p = np.array([[0.5, 0.5, 0], [0, 1, 0]])
    p.flags.writeable = False
    for function in ON_DISTRIBUTIONS + ON_PROBABILITIES:
        function(p)
    np.testing.assert_array_equal(p, [[0.5, 0.5, 0], [0, 1, 0]])


REFUSED_DISTRIBUTIONS = {
    "p must hold probabilities, but p[1] = -0.5 is negative": [1.5, -0.5],
    "p must hold probabilities, but p[1, 0] = nan is not finite": [[1, 0], [math.nan, 1]],
    "p must hold probabilities, but p[0] = inf is not finite": [math.inf, -math.inf],
    "p must hold probabilities, but p[1] = -inf is not finite": [1, -math.inf],
    "p must sum to 1 along axis, but p sums to 1.1, off by +0.1 (tolerance 1e-09)": [0.5, 0.6],
    "p must sum to 1 along axis, but p[1, :] sums to 0.9, off by -0.1 (tolerance 1e-09)": [
        [1, 0],
        [0.9, 0],
    ],
    "p must sum to 1 along axis, but p sums to inf, off by +inf (tolerance 1e-09)": [1e308] * 3,
    "p has no outcomes: its shape is (2, 0), empty along axis": np.empty((2, 0)),
    "p must have an axis of outcomes, but it is a single number": 1.0,
    "p must hold real numbers, but its type is complex128": [1j],
    "p must hold real numbers, but its type is object": [None],
    "p must hold real numbers, but its type is <U3": ["1.0"],
    "p must be an array of numbers: ": [[1], [0.5, 0.5]],
}


@pytest.mark.parametrize("function", ON_DISTRIBUTIONS)
@pytest.mark.parametrize("message", REFUSED_DISTRIBUTIONS)
def test_what_is_no_distribution_is_refused_and_the_message_says_where(function, message):
    with pytest.raises(ValueError, match="^" + re.escape(message)):
        function(REFUSED_DISTRIBUTIONS[message])


def test_the_place_of_a_wrong_sum_is_told_in_the_indices_of_the_argument():
    p = np.full((2, 3, 4), 1 / 3)
    p[1, :, 2] = 0.25
    with pytest.raises(ValueError, match=re.escape("p[1, :, 2] sums to 0.75, off by -0.25")):
        entropy(p, axis=1)


@pytest.mark.parametrize("function", ON_PROBABILITIES)
@pytest.mark.parametrize(
    ("p", "message"),
    [
        ([0.5, 1.25], "p must hold probabilities, but p[1] = 1.25 is above 1"),
        (-0.5, "p must hold probabilities, but p = -0.5 is negative"),
        ([[math.nan]], "p must hold probabilities, but p[0, 0] = nan is not finite"),
        (math.inf, "p must hold probabilities, but p = inf is not finite"),
        ("0.5", "p must hold real numbers, but its type is <U3"),
    ],
)
def test_what_is_no_probability_is_refused_and_the_message_says_where(function, p, message):
    with pytest.raises(ValueError, match="^" + re.escape(message) + "$"):
        function(p)


@pytest.mark.parametrize("function", ON_DISTRIBUTIONS)
@pytest.mark.parametrize("axis", [1, -2, None, 0.0, "0", True, (0,)])
def test_an_axis_that_is_not_there_is_refused(function, axis):
    message = f"axis must be an integer from -1 to 0 for p, not {axis!r}"
    with pytest.raises(ValueError, match="^" + re.escape(message) + "$"):
        function([0.5, 0.5], axis=axis)


BAD_BASES = [1, 0, -2, 0.5, math.inf, math.nan, "2", True, 2j, [2], 1 + np.longdouble(1e-19)]


@pytest.mark.parametrize("function", ON_DISTRIBUTIONS + ON_PROBABILITIES)
@pytest.mark.parametrize("base", BAD_BASES, ids=repr)
def test_a_base_that_gives_no_unit_is_refused(function, base):
    message = f"base must be None or a finite number greater than 1, not {base!r}"
    with pytest.raises(ValueError, match="^" + re.escape(message) + "$"):
        function([1.0], base=base)


@given(hnp.arrays(float, hnp.array_shapes(max_dims=3, max_side=4), elements=st.floats()))
def test_no_input_gives_nan(p):
    """Whatever the numbers: a result without NaN, or a ValueError that names the argument."""
    for function in ON_DISTRIBUTIONS + ON_PROBABILITIES:
        assert is_free_of_nan_or_refused(function, p)


def is_free_of_nan_or_refused(function, p):
    try:
        return not np.isnan(function(p)).any()
    except ValueError as error:
        return str(error).startswith("p ")


@pytest.mark.parametrize("kernel", [_entropy, _perplexity])
def test_kernels_are_the_formula_off_the_simplex_for_complex_entries_too(kernel):
    rng = np.random.default_rng(3)
    p = rng.uniform(0.1, 2, (4, 3)) + 1j * rng.normal(size=(4, 3))
    plain = -(p * np.log(p)).sum(axis=-1)
    expected = plain if kernel is _entropy else np.exp(plain)
    np.testing.assert_allclose(kernel(p), expected, rtol=1e-13)
    np.testing.assert_allclose(kernel(p.real).imag, 0)


def test_a_complex_step_through_the_kernel_gives_the_derivative():
    p = np.array([0.2, 0.3, 0.5])
    step = 1e-30
    slopes = _entropy(p + 1j * step * np.eye(3)).imag / step
    np.testing.assert_allclose(slopes, -np.log(p) - 1, rtol=1e-15)
    np.testing.assert_allclose(_surprise(p + 1j * step).imag / step, -1 / p, rtol=1e-15)
    slopes = _binary_cross_entropy(p + 1j * step, p + 1j * step).imag / step
    np.testing.assert_allclose(slopes, np.log((1 - p) / p), rtol=1e-14, atol=1e-15)


def test_the_package_offers_its_functions_and_nothing_else():
    assert crossentropy.__all__ == sorted(crossentropy.__all__)
    for name in crossentropy.__all__:
        assert callable(getattr(crossentropy, name))


def test_the_name_entropy_is_the_function_and_its_module_is_still_found():
    import crossentropy.entropy

    module = importlib.import_module("crossentropy.entropy")
    assert crossentropy.entropy is entropy is module.entropy
    assert sys.modules["crossentropy.entropy"] is module
    assert crossentropy.kl.cross_entropy is cross_entropy


def test_loading_the_library_loads_numpy_and_nothing_else():
    """Packages that come in with ``import crossentropy`` and not with ``import numpy``."""
    script = """
import json, sys, numpy
before = set(sys.modules)
import crossentropy
print(json.dumps(sorted({name.split(".")[0] for name in set(sys.modules) - before})))
"""
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout
    loaded = set(json.loads(output)) - sys.stdlib_module_names
    assert loaded - {"numpy"} == {"crossentropy"}  # NumPy may load parts of its own later
