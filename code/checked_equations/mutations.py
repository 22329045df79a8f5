"""Planted mistakes: every statement is changed in many small ways, and the checker must object.

A mutant goes through :func:`checked_equations.check`, the same entry point as the statement itself,
with nothing edited by hand. It is *rejected* when a check fails, *equivalent* when the changed side
is proved equal to the old one (``a + b`` with its terms swapped is no mistake), and a *survivor*
otherwise. A book has no survivors.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import sympy as sm

from .check import check
from .expressions import At, Concept, Diff, Rounded, rebuild
from .matrices import Misfit, Times, Transposed, Whole
from .normal_form import Undecided, normal_form
from .notation import Index, Interval, Labels, Permutation, domain_of, is_declared
from .printer import latex
from .statements import Statement
from .symbolic import equal

NUDGE = sm.Rational(1, 10**6)
_PATIENCE = 60.0  # seconds for one check of one mutant
KINDS = (
    "sign", "operator", "index", "range", "arguments", "factor", "term", "constant", "letter",
    "target", "bound", "relation",
)  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A planted mistake: its kind, where it sits, and the side that was changed."""

    label: str
    kind: str
    side: int
    before: sm.Expr
    after: sm.Expr
    relations: tuple[str, ...] = ()

    def applied_to(self, statement: Statement) -> Statement:
        """Return the statement with the mistake in it; ``ValueError`` if it may not be written."""
        sides = list(statement.sides)
        sides[self.side] = self.after
        relations = self.relations or tuple(step.relation for step in statement.steps)
        steps = tuple(
            replace(step, right=right, relation=relation)
            for step, right, relation in zip(statement.steps, sides[1:], relations, strict=True)
        )
        return replace(statement, first=sides[0], steps=steps)


def mutants_of(statement: Statement) -> Iterator[Mutant]:
    """Yield the planted mistakes of a statement, each changed side once."""
    with sm.evaluate(False):
        for place, side in enumerate(statement.sides):
            seen = {side}
            for kind, changed in _changes(side, _positions(statement)):
                if changed not in seen:
                    seen.add(changed)
                    yield Mutant(statement.label, kind, place, side, changed)
        yield from _bounds(statement)


def _bounds(statement: Statement) -> Iterator[Mutant]:
    """Inequalities weakened and strengthened by one part in a million, and turned around."""
    turned = {"<=": ">=", ">=": "<=", "<": ">", ">": "<"}
    relations = tuple(step.relation for step in statement.steps)
    for number, step in enumerate(statement.steps):
        if step.relation not in turned:
            continue
        for sign in (1, -1):
            moved = sm.Add(step.right, sign * NUDGE, evaluate=False)
            yield Mutant(statement.label, "bound", number + 1, step.right, moved)
        other = (*relations[:number], turned[step.relation], *relations[number + 1 :])
        yield Mutant(statement.label, "relation", number + 1, step.right, step.right, other)


def _positions(statement: Statement) -> list[sm.Symbol]:
    """The letters of positions that occur in a statement: candidates for a swapped index."""
    letters = {s for side in statement.sides for s in _all_symbols(side)}
    return sorted(
        (s for s in letters if is_declared(s) and isinstance(domain_of(s), Index)),
        key=lambda s: s.name,
    )


def _all_symbols(expression):
    return expression.atoms(sm.Symbol)


def _changes(side: sm.Expr, positions) -> Iterator[tuple[str, sm.Expr]]:
    """Yield (kind, changed side) for a change at every node of a side."""
    for sign in (1, -1):
        yield "constant", sm.Mul(1 + sign * NUDGE, side, evaluate=False)
    yield "sign", sm.Mul(-1, side, evaluate=False)
    for node, put in _nodes(side, lambda changed: changed):
        for kind, change in _changes_here(node, positions):
            try:
                changed = put(change if isinstance(change, sm.Basic) else change())
            except Misfit:  # tables whose shapes do not fit cannot even be written down
                continue
            yield kind, changed


def _nodes(node, put: Callable) -> Iterator[tuple[sm.Expr, Callable]]:
    """Yield every node that a mistake may sit in, with the function that puts a new one there."""
    yield node, put
    arguments = node.args
    if isinstance(node, sm.Indexed):
        return
    if isinstance(node, sm.Sum | sm.Product | sm.Integral):
        arguments = node.args[:1]  # the limits are changed by the kind "index"
    if isinstance(node, sm.Limit | Rounded):
        arguments = node.args[:1]
    if isinstance(node, Diff | At):
        arguments = node.args[:1]
    for place, argument in enumerate(arguments):
        if not isinstance(argument, sm.Expr | sm.Tuple):
            continue

        def put_here(changed, place=place, node=node, put=put):
            return put(rebuild(node, [*node.args[:place], changed, *node.args[place + 1 :]]))

        yield from _nodes(argument, put_here)


def _changes_here(node, positions) -> Iterator[tuple[str, sm.Expr | Callable]]:
    """Yield (kind, changed node); a function that makes it where it may not fit together."""
    if isinstance(node, sm.Add):
        for place, term in enumerate(node.args):
            others = [*node.args[:place], *node.args[place + 1 :]]
            yield "sign", rebuild(node, [*node.args[:place], -term, *node.args[place + 1 :]])
            yield "term", others[0] if len(others) == 1 else rebuild(node, others)
        yield "operator", sm.Mul(*node.args, evaluate=False)
    elif isinstance(node, sm.Mul):
        for place, factor in enumerate(node.args):
            others = [*node.args[:place], *node.args[place + 1 :]]
            kind = "sign" if factor == -1 else "factor"
            yield kind, others[0] if len(others) == 1 else rebuild(node, others)
            if isinstance(factor, sm.Pow) and factor.exp == -1:
                turned = [*node.args[:place], factor.base, *node.args[place + 1 :]]
                yield "operator", rebuild(node, turned)
        if -1 not in node.args:
            yield "operator", sm.Add(*node.args, evaluate=False)
    elif isinstance(node, Times):
        yield "arguments", lambda: Times(*reversed(node.args))
    elif isinstance(node, Transposed):
        yield "operator", node.args[0]
    elif isinstance(node, Concept) and not isinstance(node, Whole) and len(node.args) > 1:
        yield "arguments", node.func(*reversed(node.args))
    elif isinstance(node, sm.Indexed):
        yield from _other_positions(node, positions)
    elif isinstance(node, sm.Sum) and node.limits[0][1] == 1 and node.limits[0][2] != 1:
        (letter, low, high) = node.limits[0]
        yield "range", rebuild(node, [node.args[0], sm.Tuple(letter, low + 1, high)])
        if high != sm.oo:
            yield "range", rebuild(node, [node.args[0], sm.Tuple(letter, low, high - 1)])
    elif isinstance(node, sm.Limit):
        yield from _other_targets(node)
    elif isinstance(node, At):
        body, letter, value = node.args
        yield "target", rebuild(node, [body, letter, sm.Add(value, NUDGE, evaluate=False)])
        yield "target", body
    elif isinstance(node, Diff):
        yield from _other_letters(node, positions)
    elif node.is_Number and node.is_finite and node not in (0, -1):
        for sign in (1, -1):
            yield "constant", sm.Mul(1 + sign * NUDGE, node, evaluate=True)


def _other_targets(node) -> Iterator[tuple[str, sm.Expr]]:
    """The limit taken somewhere else, or not taken."""
    body, letter, target, direction = node.args
    if target.is_finite:
        yield "target", sm.Limit(body, letter, target + NUDGE, str(direction))
    else:
        yield "target", sm.Limit(body, letter, 0, "+")
    yield "term", body


def _other_letters(node, positions) -> Iterator[tuple[str, sm.Expr]]:
    """The derivative by another letter, of another order, or not taken."""
    body, letter, *order = node.args
    if isinstance(letter, sm.Indexed):
        others = [changed for _, changed in _other_positions(letter, positions)]
    else:
        others = [
            s
            for s in sorted(body.free_symbols, key=lambda s: s.name)
            if s != letter and is_declared(s) and isinstance(domain_of(s), Interval)
        ]
    for other in others:
        yield "letter", rebuild(node, [body, other, *order])
    yield (
        "letter",
        rebuild(node, [body, letter, sm.Integer(2 if node.order == 1 else node.order - 1)]),
    )


def _other_positions(node, positions) -> Iterator[tuple[str, sm.Expr]]:
    if len(node.indices) == 2:
        yield "index", node.base[node.indices[1], node.indices[0]]
    for place, here in enumerate(node.indices):
        for other in positions:
            if other != here and _same_range(node, place, here, other):
                places = [*node.indices[:place], other, *node.indices[place + 1 :]]
                yield "index", node.base[tuple(places)]


def _same_range(node, place, here, other) -> bool:
    label = node.base.label
    if not is_declared(label) or isinstance(domain_of(label), Labels | Permutation):
        return False
    return domain_of(other).size == domain_of(label).shape[place]


# -- putting them to the test ---------------------------------------------------------------------
@dataclass(frozen=True)
class Outcome:
    """What became of a mutant: rejected as a whole, and by each check alone.

    ``refused`` mutants raise as they are written down, before any check runs.
    """

    mutant: Mutant
    verdict: str
    symbolic: bool
    numeric: bool
    refused: bool = False


def judge(statement: Statement, mutant: Mutant, *, quick: bool = False) -> Outcome:
    """Put one mutant through the checker; ``quick`` stops at the first check that rejects it.

    A wrong statement can keep SymPy busy for hours, so the exact check has a limit; what it has
    not rejected by then counts as passed.
    """
    try:
        with sm.evaluate(False):
            changed = mutant.applied_to(statement)
    except (ValueError, TypeError, RecursionError):  # the last: what SymPy cannot print
        return Outcome(mutant, "rejected", False, False, refused=True)
    numeric = not _passes(changed, "numeric")
    symbolic = not (quick and numeric) and not _passes(changed, "symbolic")
    if symbolic or numeric:
        return Outcome(mutant, "rejected", symbolic, numeric)
    try:
        same = not mutant.relations and _equivalent(mutant, statement)
    except _TimeUp:
        same = False
    return Outcome(mutant, "equivalent" if same else "survived", symbolic, numeric)


class _TimeUp(BaseException):
    """The limit is reached; no handler of errors may swallow this."""


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raise ``_TimeUp`` after so long, where the system can (in the main thread of a process)."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGALRM"):
        yield
        return

    def stop(number, frame):
        raise _TimeUp

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _passes(statement: Statement, method: str) -> bool:
    try:
        with _at_most(_PATIENCE):
            return check(statement, (method,), fast=True).ok
    except _TimeUp:
        return True


def _equivalent(mutant: Mutant, statement: Statement) -> bool:
    """Whether the changed side is proved equal to the old one, if need be size by size."""
    with sm.evaluate(True), _at_most(_PATIENCE):
        try:
            old, new = (normal_form(s, statement.rewrites) for s in (mutant.before, mutant.after))
            if old == new:
                return True
        except Undecided:
            pass
        return equal(
            mutant.before, mutant.after, sizes=statement.sizes, rewrites=statement.rewrites
        ).ok


_HEADS = (
    "kind", "mutants", "equivalent", "rejected", "unwritable", "symbolic alone", "numeric alone",
)  # fmt: skip
_ROW = "{:<10} {:>8} {:>11} {:>9} {:>11} {:>15} {:>14}"


@dataclass
class Survey:
    """The outcome of all mutants of a book."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def survivors(self) -> list[Outcome]:
        return [o for o in self.outcomes if o.verdict == "survived"]

    def count(self, verdict: str) -> int:
        return sum(o.verdict == verdict for o in self.outcomes)

    def table(self) -> str:
        """Return rejections by kind and by check, then the survivors."""
        rows = [_ROW.format(*_HEADS)]
        totals = Counter(o.mutant.kind for o in self.outcomes)
        for kind in [*(k for k in KINDS if totals[k]), "all"]:
            these = [o for o in self.outcomes if kind in ("all", o.mutant.kind)]
            wrong = [o for o in these if o.verdict != "equivalent"]
            rows.append(
                _ROW.format(
                    kind,
                    len(these),
                    len(these) - len(wrong),
                    sum(o.verdict == "rejected" for o in wrong),
                    sum(o.refused for o in wrong),
                    sum(o.symbolic for o in wrong),
                    sum(o.numeric for o in wrong),
                )
            )
        rows += [
            f"SURVIVED {o.mutant.label}, side {o.mutant.side}, {o.mutant.kind}: "
            f"{latex(o.mutant.before)}  became  {latex(o.mutant.after)}"
            for o in self.survivors
        ]
        return "\n".join(rows)


def survey(
    statements: list[Statement], per_statement: int | None = None, *, quick: bool = False
) -> Survey:
    """Judge the mutants of all statements; ``per_statement`` takes an even sample of each.

    ``quick`` asks for the exact check only where the numbers have rejected nothing.
    Where a sample begins depends on the label, so that together they meet every kind of mistake.
    """
    jobs = []
    for statement in statements:
        mutants = list(mutants_of(statement))
        if per_statement and len(mutants) > per_statement:
            step = len(mutants) / per_statement
            start = zlib.crc32(statement.label.encode()) % int(step)
            mutants = [mutants[start + int(k * step)] for k in range(per_statement)]
        jobs += [(statement, mutant) for mutant in mutants]
    return Survey(_judge_all(jobs, quick))


_JOBS: list = []


def _judge_numbered(number: int, quick: bool) -> tuple[str, bool, bool, bool]:
    outcome = judge(*_JOBS[number], quick=quick)
    return outcome.verdict, outcome.symbolic, outcome.numeric, outcome.refused


def _judge_all(jobs, quick: bool) -> list[Outcome]:
    """Judge in parallel; the workers are forked, since concepts carry functions."""
    workers = os.cpu_count() or 1
    if workers == 1 or "fork" not in multiprocessing.get_all_start_methods() or len(jobs) < 20:
        return [judge(*job, quick=quick) for job in jobs]
    _JOBS[:] = jobs
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        numbers = range(len(jobs))
        verdicts = list(pool.map(_judge_numbered, numbers, [quick] * len(jobs), chunksize=4))
    return [Outcome(mutant, *verdict) for (_, mutant), verdict in zip(jobs, verdicts, strict=True)]
