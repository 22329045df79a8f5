"""The one entry point through which every statement, and every planted mistake, is checked."""

from __future__ import annotations

import math
import time
import zlib
from dataclasses import asdict, dataclass, field

import mpmath
import numpy as np
import sympy as sm
from sympy.core.function import AppliedUndef, UndefinedFunction

from .expressions import Concept, Diff, replace_letters
from .matrices import Nabla
from .normal_form import Undecided, normal_form
from .notation import Distribution, Reals, Simplex, Size, domain_of
from .numeric import Evaluator, OffDomain, Slow, Underflow, draw, edges, relative_error
from .printer import latex, rounded_digits
from .statements import Statement, Step, eq
from .symbolic import Verdict, constant_sign, equal, letters_of, unknown_functions

TOLERANCE = 1e-9
SECOND_ORDER_TOLERANCE = 2e-7
_EDGE = "edge "
_EQUALITY = "equality "
_ASSUMPTION_DRAWS = 20
_CONCEPT_DRAWS = 3
_ROUNDING = 1e-14  # the gap of an inequality may miss zero by so much of the numbers met
_PROVED_LEMMAS: dict[int, Statement] = {}


# What SymPy and NumPy raise for expressions that make no sense; it becomes a failure of the link.
_REFUSALS = (
    ArithmeticError, AttributeError, LookupError, NotImplementedError, RecursionError, TypeError,
    ValueError,
)  # fmt: skip


class CheckFailed(AssertionError):
    """A statement did not pass; the message lists every link that failed."""


@dataclass
class LinkReport:
    """What was found about one link: exact verdict, largest error, and the first failure."""

    number: int
    left: str
    relation: str
    right: str
    symbolic: Verdict | None = None
    draws: int = 0
    max_error: float = 0.0
    road: str = ""
    without_value: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.failures


@dataclass
class Report:
    """What was found about a statement; ``status`` says in words what ran."""

    label: str
    kind: str
    links: list[LinkReport]
    methods: tuple[str, ...]
    definition: bool
    assumed_of: tuple[str, ...] = ()
    exact_seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return all(link.ok for link in self.links)

    @property
    def status(self) -> str:
        if not self.ok:
            return "failed"
        if self.definition:
            return "defined"
        verdicts = [link.symbolic for link in self.links]
        if any(v is None for v in verdicts):
            return "checked numerically"
        scopes = {v.scope for v in verdicts if v.scope.startswith("every ")}
        proved = f"proved for {', '.join(sorted(scopes))}" if scopes else "proved"
        names = ", ".join(self.assumed_of)
        return f"{proved} from what is assumed of {names}" if names else proved

    def message(self) -> str:
        """Return label, link, the two sides and the smallest counterexample of every failure."""
        lines = []
        for link in self.links:
            for failure in link.failures:
                lines.append(
                    f"{self.label}, link {link.number}: {link.left} {link.relation} {link.right}\n"
                    f"    {failure}"
                )
        return "\n".join(lines)

    def as_dict(self) -> dict:
        """Return the report as plain data for ``equations.json``."""
        verdicts = [asdict(link.symbolic) for link in self.links if link.symbolic]
        return {
            "status": self.status,
            "symbolic": {
                "method": ", ".join(dict.fromkeys(v["method"] for v in verdicts)) or "none",
                "sizes": ", ".join(dict.fromkeys(v["scope"] for v in verdicts)) or "none",
            },
            "numeric": {
                "draws": sum(link.draws for link in self.links),
                "max_relative_error": max((link.max_error for link in self.links), default=0.0),
            },
            "second_road": ", ".join(dict.fromkeys(k.road for k in self.links if k.road)) or None,
            "edges_without_value": sorted({e for link in self.links for e in link.without_value}),
        }


def check(
    statement: Statement, methods: tuple[str, ...] = ("symbolic", "numeric"), *, fast: bool = False
) -> Report:
    """Check every link of a statement and return the report.

    ``methods`` may be cut down to one of ``"symbolic"`` and ``"numeric"`` to see what each finds
    alone. ``fast`` stops at the first failure of a link (planted mistakes need no more).
    """
    links, exact_seconds = [], 0.0
    with sm.evaluate(True):
        for number, (left, step) in enumerate(statement.links, 1):
            link = LinkReport(number, latex(left), step.relation, latex(step.right))
            if "symbolic" in methods and statement.symbolic:
                start = time.process_time()
                _check_symbolic(statement, left, step, link)
                exact_seconds += time.process_time() - start
            if "numeric" in methods and not (fast and link.failures):
                try:
                    if number == 1:
                        _check_assumptions(statement, link)
                    with np.errstate(all="ignore"):  # what is not a number is met by OffDomain
                        _check_numeric(statement, left, step, link, fast)
                except _REFUSALS as refusal:
                    text = f"{type(refusal).__name__}: {refusal}"
                    link.failures.append(f"cannot be computed: {text}")
            links.append(link)
            if fast and link.failures:
                break
    assumed_of = sorted(
        {f.func.__name__ for pattern, _ in statement.rewrites for f in pattern.atoms(AppliedUndef)}
    )
    defined = statement.kind == "definition"
    return Report(
        statement.label, statement.kind, links, methods, defined, tuple(assumed_of), exact_seconds
    )


def require(statement: Statement) -> Report:
    """Check a statement; raise ``CheckFailed`` with the full message where it does not hold."""
    report = check(statement)
    if not report.ok:
        raise CheckFailed(report.message())
    return report


def _check_assumptions(statement: Statement, link: LinkReport) -> None:
    """What is assumed of unknown functions must hold for the functions that stand in for them."""
    rng = np.random.default_rng(zlib.crc32(statement.label.encode()))
    for pattern, value in statement.rewrites:
        wild = {w: sm.Dummy(w.name) for w in sorted(pattern.atoms(sm.Wild), key=str)}
        sides = [sm.sympify(side).xreplace(wild) for side in (pattern, value)]
        letters = letters_of(*sides)
        for _ in range(_ASSUMPTION_DRAWS):
            point = draw(letters, rng, statement.sizes)
            point |= {letter: float(rng.uniform(0.05, 3)) for letter in wild.values()}
            a, b = (float(Evaluator(dict(point), realised=statement.realised)(s)) for s in sides)
            if relative_error(a, b, 0.0) > TOLERANCE:
                where = shown_point(point)
                link.failures.append(
                    f"assumed {pattern} = {value}, but {a!r} is not {b!r} at {where}"
                )
                return


# -- exact -----------------------------------------------------------------------------------------
def _check_symbolic(statement: Statement, left, step: Step, link: LinkReport) -> None:
    try:
        link.symbolic = _verdict(statement, left, step)
    except Undecided as gap:
        link.symbolic = Verdict(False, "normal form", "", f"undecided: {gap}")
    except _REFUSALS as refusal:
        text = f"{type(refusal).__name__}: {refusal}"
        link.symbolic = Verdict(False, "normal form", "", f"cannot be checked: {text}")
    if not link.symbolic.ok:
        link.failures.append(f"not proved ({link.symbolic.method}): {link.symbolic.detail}")


def _verdict(statement: Statement, left, step: Step) -> Verdict:
    options = {"sizes": statement.sizes, "rewrites": statement.rewrites}
    if step.relation in ("=", "~"):
        infinite = _infinite_limit(left, step.right)
        return infinite if infinite else equal(left, step.right, **options)
    small, large = (left, step.right) if step.relation in ("<=", "<") else (step.right, left)
    gap = sm.Add(large, sm.Mul(-1, small, evaluate=False), evaluate=False)
    if not letters_of(left, step.right) and not unknown_functions(left, step.right):
        sign = constant_sign(gap)
        ok = sign > 0 if step.relation in ("<", ">") else sign == 0
        return Verdict(ok, "exact numbers", "these numbers", "" if ok else f"gap has sign {sign}")
    if step.proof is None:
        return Verdict(False, "inequality", "", "no proof is given (proof=...)")
    verdict = step.proof.check(gap, **options)
    if verdict.ok and step.relation in ("<", ">") and not step.proof.is_strict():
        return Verdict(False, verdict.method, "", "the gap is shown to be >= 0, not to be > 0")
    for lemma in step.proof.lemmas() if verdict.ok else ():
        _require_lemma(lemma)
    return verdict if not verdict.ok else _exactly_tight(gap, step, verdict, options)


def _require_lemma(lemma: Statement) -> None:
    """An inequality that a proof leans on must be proved itself."""
    if id(lemma) not in _PROVED_LEMMAS:
        ((left, step),) = lemma.links
        found = _verdict(lemma, left, step)
        if not found.ok:
            raise Undecided(
                f"the proof leans on {lemma.label}, which is not proved: {found.detail}"
            )
        _PROVED_LEMMAS[id(lemma)] = lemma


def _infinite_limit(left, right) -> Verdict | None:
    """A limit that is infinite cannot be subtracted: compare the values."""
    if right not in (sm.oo, -sm.oo):
        return None
    found = normal_form(left)
    return Verdict(
        found == right, "limit", "all values", "" if found == right else f"it is {found}"
    )


def _exactly_tight(gap, step: Step, verdict: Verdict, options) -> Verdict:
    """The case of equality: without it a weaker bound would pass."""
    if isinstance(step.tight, tuple):
        found = normal_form(_approach(gap, step.tight))
        if found != 0:
            letter, target = step.tight
            text = f"the gap tends to {found} as {letter} → {target}"
            return Verdict(False, verdict.method, "", text)
        return verdict
    if step.tight is None:
        return verdict
    there = replace_letters(gap, step.tight)
    closed = equal(there, sm.Integer(0), **options)
    if closed.ok:
        return verdict
    return Verdict(False, verdict.method, "", f"no equality at {step.tight}: gap {closed.detail}")


def _approach(gap, tight):
    """The limit of the gap on the way to where it closes, from inside the letter's range."""
    letter, target = tight
    target = sm.sympify(target)
    above = target != sm.oo and target == getattr(domain_of(letter), "high", None)
    return sm.Limit(gap, letter, target, "-" if above else "+")


# -- numbers ---------------------------------------------------------------------------------------
def _check_numeric(statement, left, step, link, fast) -> None:
    letters = letters_of(left, step.right)
    if left.atoms(sm.Limit) or step.right.atoms(sm.Limit):
        _check_limits(statement, left, step, link, letters)
        return
    rng = np.random.default_rng(zlib.crc32(f"{statement.label}/{link.number}".encode()))
    tolerance = _tolerance(left, step.right)
    if left.atoms(Diff, Nabla) or step.right.atoms(Diff, Nabla):
        link.road = "complex step" if tolerance == TOLERANCE else "differences of complex steps"
    points = _points(statement, letters, rng, step)
    worst = None
    for name, point in points:
        try:
            failure, error = _compare(statement, left, step, point, name, tolerance)
        except OffDomain as gap:
            known = {Slow: "slow series", Underflow: "underflow"}.get(type(gap))
            if not name.startswith(_EDGE) and known is None:
                link.failures.append(f"no value at {shown_point(point)} ({name}): {gap}")
                return
            at_edge = name.removeprefix(_EDGE)
            link.without_value.append(at_edge if name.startswith(_EDGE) else known)
            continue
        link.draws += 1
        link.max_error = max(link.max_error, error)
        if failure and (worst is None or _size(point) < _size(worst[1])):
            worst = (f"{failure} at {shown_point(point)} ({name})", point)
            if fast:
                break
    if worst:
        link.failures.append(worst[0])
    elif link.draws <= len(link.without_value):
        link.failures.append(f"only {link.draws} points could be evaluated")
    if not link.failures:
        _check_concepts(statement, left, step, letters, rng, link)
    if isinstance(step.tight, tuple) and not link.failures:
        _check_approach(statement, left, step, link, letters)
    if step.relation == "~":
        _check_digits(step, link)


def _points(statement, letters, rng, step):
    if not letters:
        yield "draw", {}
        return
    for name, point in edges(letters, statement.sizes):
        yield _EDGE + name, point
    for count in range(statement.draws):
        yield f"draw {count}", draw(letters, rng, statement.sizes)
    if step.relation in ("<=", ">=", "<", ">") and isinstance(step.tight, dict):
        sizes = {s: int(v) for s, v in step.tight.items() if _is_size(s)}
        others = [(s, v) for s, v in step.tight.items() if not _is_size(s)]
        if any(isinstance(s, UndefinedFunction) for s, _ in others):
            return  # an unknown function keeps the numbers it was given; this case is exact
        for count in range(20):
            point = draw(letters, rng, statement.sizes, sizes)
            yield f"{_EQUALITY}{count}", _at_equality(point, others)


def _is_size(letter) -> bool:
    return letter.is_Symbol and letter.is_integer and isinstance(domain_of(letter), Size)


def _check_concepts(statement, left, step, letters, rng, link) -> None:
    """What a concept is defined as must be what its library function computes."""
    nodes = sorted(left.atoms(Concept) | step.right.atoms(Concept), key=sm.default_sort_key)
    for count in range(_CONCEPT_DRAWS):
        point = draw(letters, rng, statement.sizes)
        for node in nodes:
            if node.library is None:
                continue
            try:
                a, b = (
                    float(Evaluator(dict(point), through, realised=statement.realised)(node))
                    for through in ("library", "definition")
                )
            except OffDomain:  # it stands in a sum or at a point that its letters are not given for
                continue
            if relative_error(a, b, 0.0) > TOLERANCE:
                link.failures.append(
                    f"{latex(node)}: the library computes {a!r}, the definition {b!r} "
                    f"at {shown_point(point)} (draw {count})"
                )
                return


def _at_equality(point, tight):
    """Move a drawn point to where equality is claimed."""
    moved = dict(point)
    for letter, target in tight:
        evaluator = Evaluator(dict(point))
        if isinstance(letter, Distribution):
            moved[letter.letter.label] = evaluator.vector(sm.sympify(target))
        elif isinstance(letter, sm.IndexedBase):
            table = np.empty(np.shape(moved[letter.label]))
            for place in np.ndindex(table.shape):
                table[place] = evaluator(target(*(sm.Integer(k + 1) for k in place)))
            moved[letter.label] = table
        else:
            moved[letter] = evaluator(target)
    return moved


def _tolerance(*sides) -> float:
    second = any(d.order > 1 or d.args[0].atoms(Diff) for side in sides for d in side.atoms(Diff))
    return SECOND_ORDER_TOLERANCE if second else TOLERANCE


def _compare(statement, left, step, point, name, tolerance):
    """Return what is wrong at one point (empty if nothing is) and the relative error."""
    sides = []
    scale = 0.0
    for side in (left, step.right):
        evaluator = Evaluator(dict(point), realised=statement.realised)
        sides.append(evaluator(side))
        scale = max(scale, evaluator.largest)
    a, b = (float(s) for s in sides)
    if step.relation in ("=", "~"):
        error = relative_error(a, b, scale)
        return (f"{a!r} against {b!r}" if error > tolerance else ""), error
    gap = b - a if step.relation in ("<=", "<") else a - b
    if math.isnan(gap):  # inf against inf
        return "", 0.0
    size = max(abs(a), abs(b), scale, 1.0) if math.isfinite(gap) else 0.0
    if gap < -_ROUNDING * size:
        return f"violated: {a!r} {step.relation} {b!r}", 0.0
    if name.startswith(_EQUALITY) and gap > tolerance * size:
        return f"no equality: {a!r} {step.relation} {b!r}", 0.0
    return "", 0.0


def _check_approach(statement, left, step, link, letters) -> None:
    """Walk to where the gap of an inequality closes."""
    letter = step.tight[0]
    others = [s for s in letters if s != letter]
    with sm.evaluate(False):
        way = _approach(left - step.right, step.tight)
    _check_limits(statement, way, eq(sm.Integer(0)), link, others)


def _check_digits(step, link):
    """The digits on the page are those of the exact number."""
    shown = float(rounded_digits(step.right))
    true = float(Evaluator({})(step.right.args[0]))
    digits = int(step.right.args[1])
    if abs(shown - true) > 0.5000001 * 10.0**-digits:
        link.failures.append(f"{shown} is not {true} rounded to {digits} digits")


def _check_limits(statement, left, step, link, letters) -> None:
    """Walk toward the limit with 200 digits and see the expression settle, or grow without end."""
    rng = np.random.default_rng(zlib.crc32(f"{statement.label}/{link.number}".encode()))
    link.road = "values on the way to the limit, 200 digits"
    for _ in range(12):
        point = draw(letters, rng, statement.sizes)
        with mpmath.workdps(200):
            exact = {s: _exactly(v, s, letters) for s, v in point.items()}
            try:
                sides = [_limit_value(statement, side, exact) for side in (left, step.right)]
            except OffDomain as gap:
                link.failures.append(f"no limit at {shown_point(point)}: {gap}")
                return
            error = float(_distance(*sides))
        link.draws += 1
        link.max_error = max(link.max_error, error)
        if error > TOLERANCE:
            a, b = (mpmath.nstr(s, 12) for s in sides)
            link.failures.append(f"{a} against {b} at {shown_point(point)}")
            return


def _exactly(value, symbol, letters):
    """Turn drawn floats into exact numbers that still obey their constraint."""
    if isinstance(value, float):
        return mpmath.mpf(value)
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        table = np.array([mpmath.mpf(float(v)) for v in value.flat], dtype=object).reshape(
            value.shape
        )
        domain = domain_of(symbol)
        if isinstance(domain, Simplex):
            return table / (table.sum(axis=-1, keepdims=True) if domain.rows else table.sum())
        if isinstance(domain, Reals) and domain.zero_sum:
            return table - table.sum() / table.size
        return table
    return value


def _limit_value(statement, side, exact):
    if not side.atoms(sm.Limit):
        return Evaluator(dict(exact), "definition", True, statement.realised)(side)
    if not isinstance(side, sm.Limit):
        parts = [_limit_value(statement, a, exact) for a in side.args]
        if isinstance(side, sm.Add):
            return sum(parts)
        if isinstance(side, sm.Mul):
            return mpmath.fprod(parts)
        raise OffDomain(f"a limit inside {type(side).__name__}")
    body, letter, target, direction = side.args
    if str(direction) == "+-":
        left, right = (
            _limit_value(statement, sm.Limit(body, letter, target, sign), exact) for sign in "-+"
        )
        if _distance(left, right) > TOLERANCE:
            raise OffDomain(
                f"{mpmath.nstr(left, 6)} from below, {mpmath.nstr(right, 6)} from above"
            )
        return right
    values = []
    for power in (10, 20, 40) if target.is_finite else (5, 10, 20):
        far = mpmath.mpf(10) ** power
        if target.is_finite:
            sign = -1 if str(direction) == "-" else 1
            where = mpmath.mpmathify(sm.N(target, 200)) + sign / far
        else:
            where = far if target == sm.oo else -far
        values.append(
            Evaluator(exact | {letter: where}, "definition", True, statement.realised)(body)
        )
    steps = [values[1] - values[0], values[2] - values[1]]
    if steps[1] and abs(steps[1]) >= 0.5 * abs(steps[0]):  # the steps do not shrink: it diverges
        return mpmath.inf if steps[1] > 0 else -mpmath.inf
    return values[-1]


def _distance(a, b):
    if a == b:
        return 0.0
    if mpmath.isinf(a) or mpmath.isinf(b):
        return math.inf
    return abs(a - b) / max(abs(a), abs(b), 1)


def _size(point) -> float:
    """How large a counterexample is: few entries first, then plain numbers."""
    return sum(np.size(v) for v in point.values()) + sum(
        float(v) for v in point.values() if isinstance(v, int)
    )


def shown_point(point) -> str:
    """Return a point as short text."""
    parts = []
    for letter, value in point.items():
        text = np.array2string(np.asarray(value), precision=4, separator=", ")
        parts.append(f"{letter} = {text}")
    return "; ".join(parts) or "these numbers"
