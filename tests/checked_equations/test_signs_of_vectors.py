"""Vectors whose entries may be zero but not negative, and the first position of a vector."""

import numpy as np
import pytest
import sympy as sm
from checked_equations import (
    Sum,
    alphabet,
    check,
    ge,
    index,
    inequality,
    le,
    size,
    unevaluated,
    vector,
)
from checked_equations.numeric import draw
from checked_equations.signs import is_nonnegative, is_positive
from checked_equations.symbolic import letters_of


@pytest.fixture
def letters():
    with alphabet():
        n = size("n")
        yield n, index("i", n), vector("g", n, nonnegative=True)


def total_at_least(letters, bound, **options):
    n, i, g = letters
    with unevaluated():
        return inequality("eq-total", Sum(g[i], (i, 1, n)), ge(bound, **options))


def test_nonnegative_entries_carry_a_proof_whose_equality_needs_zeros(letters):
    n, i, g = letters
    proof, zero = Sum(g[i], (i, 1, n)), {g: lambda i: sm.Integer(0)}
    assert check(total_at_least(letters, 0, proof=proof, tight=zero)).ok


def test_a_total_of_entries_that_may_be_zero_is_not_shown_to_be_positive(letters):
    n, i, g = letters
    total = Sum(g[i], (i, 1, n))
    assert is_nonnegative(total)
    assert not is_positive(total)


def test_nonnegative_entries_are_drawn_with_zeros_and_without_negative_numbers(letters):
    _, i, g = letters
    rng = np.random.default_rng(0)
    drawn = [draw(letters_of(g[i]), rng, range(1, 5))[g.label] for _ in range(50)]
    numbers = np.concatenate(drawn)
    assert (numbers >= 0).all()
    assert (numbers == 0).any()
    assert (numbers > 0).any()


def test_what_may_be_negative_does_not_replace_nonnegative_entries(letters):
    n, i, g = letters
    bound = total_at_least(
        letters, 0, proof=Sum(g[i], (i, 1, n)), tight={g: lambda i: sm.Integer(0)}
    )
    with pytest.raises(ValueError, match="not shown to be at least zero"):
        bound.instance({g: lambda i: sm.Integer(-1) * i})


def test_equality_may_be_claimed_at_the_first_position_and_at_no_other_number():
    with alphabet():
        n = size("n")
        k, g = index("k", n), vector("g", n, nonnegative=True)
        i = index("i", n)
        whole = Sum(g[i], (i, 1, n))
        rest = Sum((1 - sm.KroneckerDelta(i, k)) ** 2 * g[i], (i, 1, n))
        with unevaluated():
            part = inequality("eq-part", g[k], le(whole, proof=rest, tight={n: 1, k: 1}))
        assert check(part).ok
        with pytest.raises(ValueError, match="not shown to lie where k does"):
            inequality("eq-part", g[k], le(whole, proof=rest, tight={n: 2, k: 2}))
