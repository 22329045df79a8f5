"""Exact checks: equality for a general length or for every length up to a bound, and signs."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import mpmath
import sympy as sm
from sympy.core.function import AppliedUndef, UndefinedFunction

from .expressions import (
    At,
    Concept,
    Diff,
    Group,
    Known,
    Rounded,
    _Body,
    bound_letters,
    replace_letters,
    written_out,
)
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
from .signs import is_nonnegative, is_positive

_MOST_CASES = 400  # choices of positions, labels and rearrangements tried at one size


@dataclass(frozen=True)
class Verdict:
    """What an exact check found: ``ok``, how (``method``) and for which sizes (``scope``)."""

    ok: bool
    method: str
    scope: str = ""
    detail: str = ""


# -- which letters does an expression need? ------------------------------------------------------
def _free_letters(node) -> set[sm.Symbol]:
    """The letters that nothing binds; SymPy's ``free_symbols`` cancels factors before it looks."""
    if node.is_Symbol:
        return {node}
    if isinstance(node, At):
        body, letter, value = node.args
        return _free_letters(body) - {letter} | _free_letters(value)
    return set().union(*map(_free_letters, node.args)) - bound_letters(node)


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
        for symbol in sorted(_free_letters(expression) - bound, key=sm.default_sort_key):
            visit(symbol)
        for name in sorted(expression.atoms(Concept), key=sm.default_sort_key):
            visit_free(name.expand_definition(), bound)

    for expression in expressions:
        visit_free(sm.sympify(expression), set())
    order = {Size: 0, Index: 2}
    return sorted(found, key=lambda s: (order.get(type(domain_of(s)), 1), s.name))


def unknown_functions(*expressions) -> set[str]:
    """Return the names of the unknown functions that the expressions depend on."""
    return {f.func.__name__ for e in expressions for f in sm.sympify(e).atoms(AppliedUndef)}


def undeclared(*expressions) -> set[sm.Symbol]:
    """Return the letters that no one declared."""
    free = set().union(*(sm.sympify(e).free_symbols for e in expressions))
    return {
        s for s in free if s.is_Symbol and not isinstance(s, Distribution) and not is_declared(s)
    }


# -- equality ------------------------------------------------------------------------------------
def equal(left, right, *, sizes: range, rewrites=()) -> Verdict:
    """Decide whether two expressions are equal: in general if the rules reach, else by size."""
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
    skipped = []
    for lengths in sorted(
        itertools.product(
            *(range(max(sizes.start, domain_of(s).least), sizes.stop) for s in counts)
        ),
        key=sum,
    ):
        chosen = dict(zip(counts, lengths, strict=True))
        if count_cases(letters, chosen) > _MOST_CASES:
            skipped.append(max(lengths))
            continue
        for case in finite_cases(letters, chosen):
            concrete = at_case(difference, chosen | case)
            try:
                zero = not _differs_somewhere(concrete) and is_zero(concrete, rewrites)
            except Undecided as gap:
                return Verdict(False, "size by size", "", str(gap))
            if not zero:
                where = ", ".join(f"{s} = {v}" for s, v in (chosen | case).items() if s.is_Symbol)
                return Verdict(False, "size by size", "", f"differs at {where}: {shown(concrete)}")
    names = ", ".join(s.name for s in counts)
    largest = min([sizes.stop, *skipped]) - 1
    if largest < sizes.start:
        return Verdict(False, "size by size", "", f"too many cases at the smallest {names}")
    return Verdict(True, "rational functions", f"every {names} up to {largest}")


def _differs_somewhere(concrete) -> bool:
    """Whether an expression is visibly not zero at one exact point: no need to simplify it then."""
    if concrete.atoms(AppliedUndef, sm.Sum, sm.Product, sm.Limit, sm.Integral, sm.Piecewise):
        return False
    letters = sorted(concrete.atoms(sm.Symbol, sm.Indexed) - _labels(concrete), key=str)
    point = {letter: _inner_point(letter, place) for place, letter in enumerate(letters)}
    with sm.evaluate(True):
        value = sm.N(concrete.xreplace(point), 40)
    return bool(value.is_Float and abs(value) > sm.Float(10) ** -20)


def _labels(expression) -> set:
    """The letters of vectors, which stand inside their entries."""
    inside = {entry.base.label for entry in expression.atoms(sm.Indexed)}
    return inside | set().union(*(e.free_symbols for e in expression.atoms(sm.Indexed)), set())


def _inner_point(letter, place: int) -> sm.Rational:
    """An exact number inside the range of a letter, another one for each place."""
    share = sm.Rational(2 * place + 3, 4 * place + 11)
    if letter.is_Symbol and is_declared(letter) and isinstance(domain_of(letter), Interval):
        low, high = domain_of(letter).low, domain_of(letter).high
        if low.is_finite and high.is_finite:
            return low + share * (high - low)
        if low.is_finite:
            return low + 3 * share
        if high.is_finite:
            return high - 3 * share
    return 3 * share


def count_cases(letters, chosen) -> int:
    """Return how many choices :func:`finite_cases` goes through."""
    total = 1
    for symbol in letters:
        domain = domain_of(symbol)
        if isinstance(domain, Index):
            total *= int(_number(domain.size, chosen))
        elif isinstance(domain, Labels):
            total *= int(_number(domain.classes, chosen)) ** int(_number(domain.shape[0], chosen))
        elif isinstance(domain, Permutation):
            total *= math.factorial(int(_number(domain.shape[0], chosen)))
    return total


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
    for case in itertools.product(*options):
        yield dict(case)


def _number(expression, chosen):
    return sm.sympify(expression).xreplace({s: sm.Integer(v) for s, v in chosen.items()})


def at_case(expression, case: dict):
    """Return an expression at concrete sizes, with probabilities as ratios of positive letters."""
    whole = {s: sm.Integer(v) for s, v in case.items() if not isinstance(v, tuple)}
    tables = {s: v for s, v in case.items() if isinstance(v, tuple)}
    with sm.evaluate(True):
        concrete = _spelled_out(expression, whole, tables)
        return concrete.replace(_is_concrete_entry, lambda e: _as_ratio(e, whole))


def _spelled_out(expression, whole, tables):
    """Write out concepts and sums at concrete sizes, before any rule about totals applies.

    ``whole`` gives sizes and positions, ``tables`` the entries of labels and rearrangements.
    """

    def walk(node):
        if isinstance(node, Concept):
            return walk(node.expand_definition())
        if isinstance(node, Group | Known | _Body | Rounded):
            return walk(node.args[0])
        if isinstance(node, Diff):
            return sm.diff(walk(node.args[0]), walk(node.args[1]), node.order)
        if isinstance(node, At):
            body, letter, value = node.args
            return replace_letters(walk(body), {letter: walk(value)})
        if isinstance(node, sm.Indexed):
            places = tuple(walk(k) for k in node.indices)
            if node.base.label in tables and places[0].is_Integer:
                return sm.Integer(tables[node.base.label][int(places[0]) - 1])
            owner = owner_of(node.base.label)
            if owner is not None and owner.formula is not None:
                return walk(written_out(owner.formula, places))
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
        if domain.rows:
            places = [k for k in places if k[:-1] == here[:-1]]
        letters = {k: sm.Symbol(_spelled(name, k), positive=True) for k in places}
        if len(places) == 1:
            return sm.Integer(1)
        return letters[here] / sm.Add(*letters.values())
    letters = {k: sm.Symbol(_spelled(name, k), real=True) for k in places[:-1]}
    return letters.get(here, -sm.Add(*letters.values()))


def _spelled(name, place) -> str:
    return f"{name}_{''.join(str(k) for k in place)}"


# -- where letters may go -------------------------------------------------------------------------
def is_distribution(value) -> bool:
    """Whether a value is a distribution: a letter, numbers that sum to one, or a mixture."""
    if isinstance(value, Distribution):
        return True
    with sm.evaluate(True):
        if isinstance(value, sm.Tuple):
            return all(a.is_number and a >= 0 for a in value) and is_zero(sm.Add(*value, -1))
        weights = []
        for part in sm.Add.make_args(value):
            factors = list(sm.Mul.make_args(part))
            whole = [f for f in factors if isinstance(f, Distribution | sm.Tuple)]
            if len(whole) != 1 or not is_distribution(whole[0]):
                return False
            rest = [f for f in factors if f is not whole[0]]
            weights.append(rest[0] if len(rest) == 1 else sm.Mul(*rest))
        return all(map(is_nonnegative, weights)) and is_zero(sm.Add(*weights, -1))


def lies_inside(letter, value) -> bool:
    """Whether ``value`` is shown to lie where ``letter`` ranges, or at the border."""
    if isinstance(letter, Distribution):
        return is_distribution(value)
    if isinstance(letter, UndefinedFunction):
        positive = letter(sm.Dummy(real=True)).is_positive
        return callable(value) and (not positive or is_positive(value(sm.Dummy(real=True))))
    if isinstance(letter, sm.IndexedBase):
        domain = domain_of(letter.label)
        if not callable(value) or not isinstance(domain, Reals) or domain.zero_sum:
            return False
        sample = value(*(sm.Dummy(integer=True, positive=True) for _ in domain.shape))
        return has_sign_of(domain, sm.sympify(sample))
    domain = domain_of(letter)
    value = sm.sympify(value)
    if isinstance(domain, Size):
        return bool(value.is_Integer and value >= domain.least)
    if isinstance(domain, Index):
        same = value.is_Symbol and is_declared(value) and domain_of(value) == domain
        return bool(same or value == 1)  # the first position is always there
    if not isinstance(domain, Interval):
        return False
    above = domain.low == -sm.oo or is_nonnegative(sm.Add(value, -domain.low, evaluate=False))
    below = domain.high == sm.oo or is_nonnegative(
        sm.Add(domain.high, sm.Mul(-1, value, evaluate=False), evaluate=False)
    )
    return above and below


def has_sign_of(domain: Reals, sample) -> bool:
    """Whether ``sample`` is shown to have the sign that the entries of a vector have."""
    if domain.positive:
        return is_positive(sample)
    return not domain.nonnegative or is_nonnegative(sample)


def where(letter) -> str:
    """Return in words the set that a letter ranges over."""
    if isinstance(letter, Distribution):
        return "distributions"
    if isinstance(letter, UndefinedFunction):
        return "above zero" if letter(sm.Dummy(real=True)).is_positive else "anywhere"
    domain = domain_of(getattr(letter, "label", letter))
    if isinstance(domain, Interval):
        return f"between {domain.low} and {domain.high}"
    return str(domain)


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

    def lemmas(self) -> list:
        """Return the statements that the proof leans on."""
        return [known.lemma for known in self.expression.atoms(Known)]

    def is_strict(self) -> bool:
        """Whether the expression is above zero, not only at least zero."""
        return is_positive(self.expression)


@dataclass(frozen=True)
class Minimum:
    """A proof of ``gap >= 0``: convex in one letter, with value and slope zero at one point.

    ``bend`` is for a gap whose second derivative does not show its sign: an expression that equals
    it and is visibly nonnegative, such as an instance of a proved inequality.
    """

    letter: sm.Symbol
    at: sm.Expr
    bend: sm.Expr | None = None

    def check(self, gap, *, sizes, rewrites=()) -> Verdict:
        if not isinstance(domain_of(self.letter), Interval) or not lies_inside(
            self.letter, sm.sympify(self.at)
        ):
            where = f"{self.letter} = {self.at}"
            return Verdict(False, "convex minimum", "", f"{where} is not where the letter ranges")
        form = normal_form(gap, rewrites)
        slope = sm.diff(form, self.letter)
        bend = sm.diff(slope, self.letter)
        for name, value in (("value", form), ("slope", slope)):
            if not is_zero(value.subs(self.letter, self.at)):
                return Verdict(
                    False, "convex minimum", "", f"the {name} at the minimum is not zero"
                )
        if self.bend is not None:
            shown = Certificate(self.bend).check(bend, sizes=sizes, rewrites=rewrites)
            return Verdict(shown.ok, "convex minimum", shown.scope, shown.detail)
        if not (is_nonnegative(sm.expand(bend)) or is_nonnegative(sm.factor(bend))):
            return Verdict(False, "convex minimum", "", f"second derivative {bend} may be negative")
        return Verdict(True, "convex minimum", "all values")

    def lemmas(self) -> list:
        """Return the statements that the proof leans on."""
        return [] if self.bend is None else Certificate(self.bend).lemmas()

    def is_strict(self) -> bool:
        """Whether the gap stays above zero: no, it is zero at the minimum."""
        return False


def constant_sign(expression, digits: int = 60) -> int:
    """Return the sign of an exactly known number, decided with ``digits`` digits; 0 for zero."""
    form = normal_form(expression)
    if is_zero(form):
        return 0
    with mpmath.workdps(digits + 20):
        value = sm.N(form, digits)
        if not value.is_Float:
            raise Undecided(f"{form} is not a real number")
        if abs(value) < sm.Float(10) ** (-(digits // 2)):
            raise Undecided(f"{form} is too close to zero to tell its sign")
    return 1 if value > 0 else -1
