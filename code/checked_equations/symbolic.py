"""Exact checks: equality for a general length or for every length up to a bound, and sign proofs."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import mpmath
import sympy as sm

from .expressions import Concept, Known, replace_letters
from .normal_form import Undecided, is_zero, normal_form
from .notation import (
    Distribution,
    Index,
    Interval,
    Labels,
    Permutation,
    Reals,
    Simplex,
    Size,
    domain_of,
    is_declared,
    owner_of,
)

_MOST_CASES = 400


@dataclass(frozen=True)
class Verdict:
    """What an exact check found: ``ok``, how (``method``) and for which sizes (``scope``)."""

    ok: bool
    method: str
    scope: str = ""
    detail: str = ""


# -- which letters does an expression need? ------------------------------------------------------
def letters_of(*expressions) -> list[sm.Symbol]:
    """Return the declared letters that the expressions depend on, sizes first, in a fixed order."""
    found: dict[sm.Symbol, None] = {}

    def visit(node):
        if isinstance(node, Distribution):
            if node.formula is None:
                add(node.letter.label)
            else:
                probes = [sm.Dummy(integer=True, positive=True) for _ in node.shape]
                visit_free(node.formula(*probes), set(probes))
                for length in node.shape:
                    visit(length)
        elif node.is_Symbol and is_declared(node):
            owner = owner_of(node)
            if owner is not None and owner.formula is not None:
                visit(owner)
            else:
                add(node)

    def add(symbol):
        if symbol in found:
            return
        domain = domain_of(symbol)
        for field in ("shape", "size", "classes"):
            parts = getattr(domain, field, ())
            for part in parts if isinstance(parts, tuple) else (parts,):
                visit_free(part, set())
        found[symbol] = None

    def visit_free(expression, bound):
        for symbol in sorted(expression.free_symbols - bound, key=sm.default_sort_key):
            if symbol.is_Symbol:
                visit(symbol)
        for name in sorted(expression.atoms(Concept), key=sm.default_sort_key):
            visit_free(name.expand_definition(), bound)

    for expression in expressions:
        visit_free(sm.sympify(expression), set())
    order = {Size: 0, Index: 2}
    return sorted(found, key=lambda s: (order.get(type(domain_of(s)), 1), s.name))


def undeclared(*expressions) -> set[sm.Symbol]:
    """Return the letters that no one declared."""
    free = set().union(*(sm.sympify(e).free_symbols for e in expressions))
    return {
        s for s in free if s.is_Symbol and not isinstance(s, Distribution) and not is_declared(s)
    }


# -- equality ------------------------------------------------------------------------------------
def equal(left, right, *, sizes: range, rewrites=()) -> Verdict:
    """Decide whether two expressions are equal: in general if the rules reach, else size by size."""
    difference = sm.Add(left, sm.Mul(-1, right, evaluate=False), evaluate=False)
    letters = letters_of(left, right)
    counts = [s for s in letters if isinstance(domain_of(s), Size)]
    reason = ""
    try:
        if is_zero(difference, rewrites):
            return Verdict(True, "normal form", general_scope(counts))
    except Undecided as gap:
        reason = str(gap)
    if not counts:
        return Verdict(
            False, "normal form", "", reason or f"difference {shown(difference, rewrites)}"
        )
    return _size_by_size(difference, letters, counts, sizes, rewrites)


def general_scope(counts) -> str:
    """Return the words for a proof that holds for every length."""
    return "general " + ", ".join(s.name for s in counts) if counts else "all values"


def shown(difference, rewrites=()) -> str:
    """Return the normal form of a difference as short text for a message."""
    try:
        text = str(normal_form(difference, rewrites))
    except Undecided as gap:
        text = f"undecided: {gap}"
    return text if len(text) < 160 else text[:157] + "..."


def _size_by_size(difference, letters, counts, sizes, rewrites) -> Verdict:
    largest = 0
    for lengths in sorted(
        itertools.product(
            *(range(max(sizes.start, domain_of(s).least), sizes.stop) for s in counts)
        ),
        key=sum,
    ):
        chosen = dict(zip(counts, lengths, strict=True))
        for case in finite_cases(letters, chosen):
            concrete = at_case(difference, chosen | case)
            try:
                zero = is_zero(concrete, rewrites)
            except Undecided as gap:
                return Verdict(False, "size by size", "", str(gap))
            if not zero:
                where = ", ".join(f"{s} = {v}" for s, v in (chosen | case).items() if s.is_Symbol)
                return Verdict(False, "size by size", "", f"differs at {where}: {shown(concrete)}")
        largest = max(largest, *lengths)
    names = ", ".join(s.name for s in counts)
    return Verdict(True, "rational functions", f"every {names} up to {largest}")


def finite_cases(letters, chosen):
    """Yield every choice of free positions, labels and rearrangements at the chosen sizes."""
    options = []
    for symbol in letters:
        domain = domain_of(symbol)
        if isinstance(domain, Index):
            options.append([(symbol, k) for k in range(1, int(_number(domain.size, chosen)) + 1)])
        elif isinstance(domain, Labels):
            (length,) = (int(_number(s, chosen)) for s in domain.shape)
            classes = range(1, int(_number(domain.classes, chosen)) + 1)
            options.append([(symbol, t) for t in itertools.product(classes, repeat=length)])
        elif isinstance(domain, Permutation):
            (length,) = (int(_number(s, chosen)) for s in domain.shape)
            options.append([(symbol, t) for t in itertools.permutations(range(1, length + 1))])
    for count, case in enumerate(itertools.product(*options)):
        if count == _MOST_CASES:
            return
        yield dict(case)


def _number(expression, chosen):
    return sm.sympify(expression).xreplace({s: sm.Integer(v) for s, v in chosen.items()})


def at_case(expression, case: dict):
    """Return an expression at concrete sizes, with probabilities as ratios of positive letters."""
    whole = {s: sm.Integer(v) for s, v in case.items() if not isinstance(v, tuple)}
    tables = {s: v for s, v in case.items() if isinstance(v, tuple)}
    with sm.evaluate(True):
        concrete = normal_form_keeping_letters(expression, whole)
        for _ in range(3):
            concrete = concrete.replace(
                lambda e: (
                    isinstance(e, sm.Indexed) and e.base.label in tables and e.indices[0].is_Integer
                ),
                lambda e: sm.Integer(tables[e.base.label][int(e.indices[0]) - 1]),
            )
            concrete = concrete.doit(deep=True) if tables else concrete
        return concrete.replace(_is_concrete_entry, lambda e: _as_ratio(e, whole))


def normal_form_keeping_letters(expression, whole):
    """Write out concepts and sums at concrete sizes, before any rule about totals applies."""
    from .expressions import At, Diff, Group, Rounded, _Body

    def walk(node):
        if isinstance(node, Concept):
            return walk(node.expand_definition())
        if isinstance(node, Group | Known | _Body | Rounded):
            return walk(node.args[0])
        if isinstance(node, Diff):
            return sm.diff(walk(node.args[0]), walk(node.args[1]), node.order)
        if isinstance(node, At):
            body, letter, value = node.args
            return walk(body).subs(letter, walk(value))
        if isinstance(node, sm.Indexed):
            places = tuple(walk(k) for k in node.indices)
            owner = owner_of(node.base.label)
            if owner is not None and owner.formula is not None:
                return walk(owner.formula(*places))
            return node.base[places]
        if isinstance(node, sm.Sum | sm.Product):
            ((letter, low, high),) = node.limits
            low, high = walk(low), walk(high)
            if high.is_Integer:
                parts = [
                    walk(replace_letters(node.function, {letter: sm.Integer(k)}))
                    for k in range(int(low), int(high) + 1)
                ]
                return sm.Add(*parts) if isinstance(node, sm.Sum) else sm.Mul(*parts)
            return type(node)(walk(node.function), (letter, low, high))
        if node in whole:
            return whole[node]
        if isinstance(node, sm.Mul):
            factors = [walk(a) for a in node.args]
            return sm.Integer(0) if any(f == 0 for f in factors) else sm.Mul(*factors)
        if not node.args:
            return node
        return node.func(*(walk(a) for a in node.args))

    return walk(expression)


def _is_concrete_entry(node) -> bool:
    if not isinstance(node, sm.Indexed) or not all(k.is_Integer for k in node.indices):
        return False
    domain = domain_of(node.base.label)
    return isinstance(domain, Simplex) or (isinstance(domain, Reals) and domain.zero_sum)


def _as_ratio(node, whole):
    domain = domain_of(node.base.label)
    lengths = [int(sm.sympify(s).xreplace(whole)) for s in domain.shape]
    places = list(itertools.product(*(range(1, length + 1) for length in lengths)))
    name = node.base.label.name
    here = tuple(int(k) for k in node.indices)
    if isinstance(domain, Simplex):
        letters = {k: sm.Symbol(_spelled(name, k), positive=True) for k in places}
        if len(places) == 1:
            return sm.Integer(1)
        return letters[here] / sm.Add(*letters.values())
    letters = {k: sm.Symbol(_spelled(name, k), real=True) for k in places[:-1]}
    return letters.get(here, -sm.Add(*letters.values()))


def _spelled(name, place) -> str:
    return f"{name}_{''.join(str(k) for k in place)}"


# -- signs ---------------------------------------------------------------------------------------
def is_nonnegative(node) -> bool:
    """Whether the way an expression is built shows that it is at least zero."""
    if isinstance(node, Known):
        return True
    if node.is_Number:
        return bool(node >= 0)
    if isinstance(node, sm.Add):
        return all(is_nonnegative(a) for a in node.args) or _stays_above_zero(node)
    if isinstance(node, sm.Mul):
        negative = sum(bool(a.is_Number and a.is_negative) for a in node.args)
        rest = [a for a in node.args if not (a.is_Number and a.is_negative)]
        return negative % 2 == 0 and all(is_nonnegative(a) for a in rest)
    if isinstance(node, sm.Pow):
        if node.exp.is_Integer and node.exp % 2 == 0:
            return True
        return is_nonnegative(node.base)
    if isinstance(node, sm.Sum):
        return is_nonnegative(node.function)
    if isinstance(node, Concept):
        return is_nonnegative(node.expand_definition())
    if isinstance(node, sm.exp | sm.Abs):
        return True
    if node.args and not isinstance(node, sm.Indexed | sm.Function):
        return all(is_nonnegative(a) for a in node.args)
    return bool(node.is_nonnegative)


def _stays_above_zero(node) -> bool:
    """An affine expression in one bounded letter is smallest at one of the ends."""
    with sm.evaluate(True):
        plain = sm.expand(node.doit())
    symbols = [s for s in plain.free_symbols if s.is_Symbol and is_declared(s)]
    entries = [e for e in plain.atoms(sm.Indexed) if isinstance(domain_of(e.base.label), Simplex)]
    letter = entries[0] if entries else (symbols[0] if len(symbols) == 1 else None)
    if letter is None or (entries and len(entries) > 1):
        return False
    if not entries and not isinstance(domain_of(letter), Interval):
        return False
    low, high = (0, 1) if entries else (domain_of(letter).low, domain_of(letter).high)
    slope = sm.diff(plain, letter)
    if slope.free_symbols:
        return False
    ends = [plain.subs(letter, end) for end in (low, high)]
    return all(bool(end >= 0) for end in ends)


@dataclass(frozen=True)
class Certificate:
    """A proof of ``gap >= 0``: the gap equals ``expression``, which is built from nonnegatives."""

    expression: sm.Expr

    def check(self, gap, *, sizes, rewrites=()) -> Verdict:
        verdict = equal(gap, self.expression, sizes=sizes, rewrites=rewrites)
        if not verdict.ok:
            return Verdict(
                False, "certificate", "", f"the gap is not the certificate: {verdict.detail}"
            )
        if not is_nonnegative(self.expression):
            return Verdict(False, "certificate", "", f"{self.expression} is not shown to be >= 0")
        return Verdict(True, "certificate of nonnegative terms", verdict.scope)


@dataclass(frozen=True)
class Minimum:
    """A proof of ``gap >= 0``: convex in one letter, with value and slope zero at one point."""

    letter: sm.Symbol
    at: sm.Expr

    def check(self, gap, *, sizes, rewrites=()) -> Verdict:
        form = normal_form(gap, rewrites)
        slope = sm.diff(form, self.letter)
        bend = sm.expand(sm.diff(slope, self.letter))
        for name, value in (("value", form), ("slope", slope)):
            if not is_zero(value.subs(self.letter, self.at)):
                return Verdict(
                    False, "convex minimum", "", f"the {name} at the minimum is not zero"
                )
        if not is_nonnegative(bend):
            return Verdict(False, "convex minimum", "", f"second derivative {bend} may be negative")
        return Verdict(True, "convex minimum", "all values")


def constant_sign(expression, digits: int = 60) -> int:
    """Return the sign of a number known exactly, decided with ``digits`` digits; 0 if it is zero."""
    form = normal_form(expression)
    if form == 0:
        return 0
    with mpmath.workdps(digits + 20):
        value = sm.N(form, digits)
        if abs(value) < sm.Float(10) ** (-(digits // 2)):
            raise Undecided(f"{form} is too close to zero to tell its sign")
    return 1 if value > 0 else -1
