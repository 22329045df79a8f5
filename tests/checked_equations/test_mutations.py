"""Planted mistakes: named ones by hand, and that the survey plants, judges and reports them all."""

from dataclasses import replace

import pytest
import sympy as sm
from checked_equations import (
    At,
    Diff,
    Sum,
    check,
    counterexample,
    derivative,
    eq,
    identity,
    limit,
    lt,
    mutations,
    unevaluated,
    value,
)
from checked_equations.mutations import KINDS, Mutant, judge, mutants_of, survey
from sample_equations import KL, H, P, Q, gibbs, i, j, k, log_bound, n, v, x, y
from sympy import log

with unevaluated():
    HALVES = sm.Tuple(sm.Rational(1, 2), sm.Rational(1, 2))


def kinds_of(statement):
    return {mutant.kind for mutant in mutants_of(statement)}


def book():
    with unevaluated():
        return [
            identity("eq-split", KL(P, Q), eq(-Sum(P[i] * log(Q[i]), (i, 1, n)) - H(P))),
            derivative("eq-slope", Diff(KL(P, Q), Q[k]), eq(-P[k] / Q[k])),
            derivative("eq-bend", At(Diff(x**3, x), x, y), eq(3 * y**2)),
            limit("eq-vanish", sm.Limit(x * log(x), x, 0, "+"), eq(sm.Integer(0))),
            value("eq-coin", H(HALVES), eq(log(2))),
            log_bound,
            gibbs,
        ]


def test_every_kind_of_mistake_is_planted():
    planted = set().union(*map(kinds_of, book()))
    with unevaluated():
        two_positions = identity("eq-two", v[k] * Q[j], eq(Q[j] * v[k]))
    assert planted | kinds_of(two_positions) == set(KINDS)


def test_no_planted_mistake_survives():
    result = survey(book(), per_statement=12)
    assert result.survivors == []
    assert result.count("rejected") > 50
    table = result.table()
    assert table.splitlines()[0].split()[:2] == ["kind", "mutants"]
    assert "SURVIVED" not in table


def test_a_mistake_that_changes_nothing_is_called_equivalent():
    with unevaluated():
        one = identity("eq-a", x + y, eq(y + x))
        swapped = Mutant("eq-a", "operator", 1, one.sides[1], (x + y) * 1)
    outcome = judge(one, swapped)
    assert (outcome.verdict, outcome.symbolic, outcome.numeric) == ("equivalent", False, False)


def test_a_mistake_that_cannot_be_written_down_counts_for_no_check():
    with unevaluated():
        one = identity("eq-a", x + y, eq(y + x))
    outcome = judge(one, Mutant("eq-a", "operator", 1, one.sides[1], one.sides[0]))
    assert (outcome.verdict, outcome.refused) == ("rejected", True)
    assert not outcome.symbolic
    assert not outcome.numeric


def test_a_survivor_is_reported_as_one():
    """A checker that sees nothing: the bound between numbers hangs on no equality."""
    with unevaluated():
        loose = counterexample("eq-a", log(2), lt(sm.Integer(1)))
    result = survey([loose])
    assert result.survivors
    assert "SURVIVED eq-a" in result.table()


NAMED = {
    "wrong sign": lambda: (0, -1 * KL(P, Q)),
    "dropped term": lambda: (1, -Sum(P[i] * log(Q[i]), (i, 1, n))),
    "swapped index": lambda: (1, -Sum(P[i] * log(Q[k]), (i, 1, n)) - H(P)),
    "swapped arguments": lambda: (0, KL(Q, P)),
    "missing factor": lambda: (1, -Sum(log(Q[i]), (i, 1, n)) - H(P)),
    "coefficient off by one part in a million": lambda: (
        1,
        -(1 + sm.Rational(1, 10**6)) * Sum(P[i] * log(Q[i]), (i, 1, n)) - H(P),
    ),
    "sum that starts one late": lambda: (1, -Sum(P[i] * log(Q[i]), (i, 2, n)) - H(P)),
}


@pytest.mark.parametrize("mistake", NAMED)
def test_the_mistakes_that_the_design_names_are_rejected_twice_over(mistake):
    right = book()[0]
    with unevaluated():
        side, changed = NAMED[mistake]()
        wrong = Mutant(right.label, mistake, side, right.sides[side], changed).applied_to(right)
    assert check(right).ok
    assert not check(wrong, ("symbolic",)).ok
    assert not check(wrong, ("numeric",)).ok


@pytest.mark.parametrize("shift", [sm.Rational(1, 10**6), -sm.Rational(1, 10**6)])
@pytest.mark.parametrize("statement", [log_bound, gibbs], ids=["log bound", "Gibbs"])
def test_weakened_and_strengthened_bounds_are_rejected_twice_over(statement, shift):
    (step,) = statement.steps
    with unevaluated():
        moved = replace(statement, steps=(replace(step, right=step.right + shift),))
    assert not check(moved, ("symbolic",)).ok
    assert not check(moved, ("numeric",)).ok


def test_a_mistake_that_cannot_be_printed_is_refused_and_credited_to_no_check(monkeypatch):
    mutant = next(mutants_of(gibbs))

    def endless(self, statement):
        raise RecursionError("as SymPy's printer does for some powers")

    monkeypatch.setattr(Mutant, "applied_to", endless)
    outcome = judge(gibbs, mutant)
    assert (outcome.verdict, outcome.refused) == ("rejected", True)
    assert not outcome.symbolic
    assert not outcome.numeric


def test_a_quick_judge_asks_for_proofs_only_where_numbers_reject_nothing():
    right = book()[0]
    with unevaluated():
        wrong = Mutant(right.label, "sign", 0, right.sides[0], -1 * KL(P, Q))
        same = Mutant(right.label, "operator", 0, right.sides[0], KL(P, Q) * 1)
    slow, quick = judge(right, wrong), judge(right, wrong, quick=True)
    assert (slow.verdict, slow.symbolic, slow.numeric) == ("rejected", True, True)
    assert (quick.verdict, quick.symbolic, quick.numeric) == ("rejected", False, True)
    assert judge(right, same, quick=True).verdict == "equivalent"


def test_a_proof_that_takes_too_long_is_broken_off_and_rejects_nothing(monkeypatch):
    def endless(statement, methods, *, fast):
        while methods == ("symbolic",):
            pass
        return check(statement, methods, fast=fast)

    right = book()[0]
    with unevaluated():
        wrong = Mutant(right.label, "sign", 0, right.sides[0], -1 * KL(P, Q))
    monkeypatch.setattr(mutations, "check", endless)
    monkeypatch.setattr(mutations, "_PATIENCE", 0.5)
    outcome = judge(right, wrong)
    assert (outcome.verdict, outcome.symbolic, outcome.numeric) == ("rejected", False, True)
