"""Statements: labelled chains of expressions, each link with its reason and its proof.

>>> import sympy as sm
>>> from checked_equations import check, eq, identity, real, unevaluated
>>> x, y = real("x", 0), real("y", 0)
>>> with unevaluated():
...     product_rule = identity(
...         "eq-log-product", sm.log(x * y), eq(sm.log(x) + sm.log(y), "logarithms turn products into sums"),
...     )
>>> check(product_rule).status
'proved'
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import ModuleType

import sympy as sm

from .expressions import Diff, Known, replace_letters
from .notation import Distribution, Interval, domain_of
from .printer import latex
from .symbolic import Certificate, Minimum, is_nonnegative, letters_of, undeclared

KINDS = (
    "definition",
    "identity",
    "derivative",
    "inequality",
    "limit",
    "invariance",
    "counterexample",
    "value",
)
RELATIONS = {"=": "=", "<=": r"\le", ">=": r"\ge", "<": "<", ">": ">", "~": r"\approx"}


@dataclass(frozen=True)
class Step:
    """One link of a chain: a relation, what stands on its right, the reason, and the proof."""

    relation: str
    right: sm.Expr
    reason: str = ""
    proof: Certificate | Minimum | None = None
    tight: dict | tuple | None = None

    def __post_init__(self):
        if self.relation not in RELATIONS:
            raise ValueError(f"relation {self.relation!r}: expected one of {', '.join(RELATIONS)}")


@dataclass(frozen=True)
class Statement:
    """A labelled chain ``first R1 right1 R2 right2 …``; each link is checked on its own.

    ``sizes`` bounds the lengths that are drawn and, where the general rules do not reach, decided
    one by one. ``realised`` gives numbers to letters that stand for unknown functions, and
    ``rewrites`` says what is assumed of them.
    """

    label: str
    kind: str
    first: sm.Expr
    steps: tuple[Step, ...]
    sizes: range = range(1, 5)
    draws: int = 200
    rewrites: tuple = ()
    realised: dict[str, Callable] = field(default_factory=dict)
    symbolic: bool = True
    note: str = ""

    def __post_init__(self):
        if not self.label.startswith("eq-") or self.label != self.label.lower():
            raise ValueError(f"label {self.label!r}: expected lower case, beginning with 'eq-'")
        if self.kind not in KINDS:
            raise ValueError(
                f"{self.label}: kind {self.kind!r}: expected one of {', '.join(KINDS)}"
            )
        if not self.steps:
            raise ValueError(f"{self.label}: a statement needs at least one link")
        strangers = undeclared(*self.sides)
        if strangers:
            names = ", ".join(sorted(s.name for s in strangers))
            raise ValueError(f"{self.label}: letters {names} are used but not declared")
        for number, (left, step) in enumerate(self.links, 1):
            if left == step.right or latex(left) == latex(step.right):
                raise ValueError(
                    f"{self.label}, link {number}: both sides are the same: {latex(left)}. "
                    "SymPy may have evaluated the step away: build it inside unevaluated()"
                )
            if (
                step.relation in ("<=", ">=")
                and step.tight is None
                and letters_of(left, step.right)
            ):
                raise ValueError(
                    f"{self.label}, link {number}: say where equality holds (tight=...), "
                    "so that a weaker bound would not pass"
                )

    @property
    def sides(self) -> tuple[sm.Expr, ...]:
        return (self.first, *(step.right for step in self.steps))

    @property
    def links(self) -> list[tuple[sm.Expr, Step]]:
        return list(zip(self.sides[:-1], self.steps, strict=True))

    @property
    def has_derivative(self) -> bool:
        return any(side.atoms(Diff) for side in self.sides)

    def lines(self) -> list[tuple[str, str, str]]:
        """Return (left, relation, right) in LaTeX for each line; only the first line has a left."""
        lefts = [latex(self.first)] + [""] * (len(self.steps) - 1)
        return [
            (left, RELATIONS[step.relation], latex(step.right))
            for left, step in zip(lefts, self.steps, strict=True)
        ]

    def latex(self) -> str:
        """Return what stands between the dollar signs of the page."""
        rows = self.lines()
        if len(rows) == 1:
            left, relation, right = rows[0]
            return f"{left} {relation} {right}"
        body = " \\\\\n".join(
            f"{left} &{relation} {right}".lstrip() for left, relation, right in rows
        )
        return "\\begin{aligned}\n" + body + "\n\\end{aligned}"

    def reasons(self) -> list[str]:
        """Return the reason of each line, empty where the page gives it in words around it."""
        return [step.reason for step in self.steps]

    def instance(self, letters: dict) -> Known:
        """Return the gap of this inequality with letters replaced: a quantity known to be >= 0.

        Only an inequality of one link has instances; what replaces a letter must lie in the set
        that the letter ranges over.
        """
        if self.kind != "inequality" or len(self.steps) != 1:
            raise ValueError(f"{self.label}: only an inequality of one link has instances")
        for letter, value in letters.items():
            if not isinstance(letter, Distribution):
                _require_inside(self.label, letter, sm.sympify(value))
        step = self.steps[0]
        small, large = (
            (self.first, step.right) if step.relation in ("<=", "<") else (step.right, self.first)
        )
        gap = sm.Add(large, sm.Mul(-1, small, evaluate=False), evaluate=False)
        return Known(replace_letters(gap, letters))


def _require_inside(label: str, letter: sm.Symbol, value: sm.Expr) -> None:
    domain = domain_of(letter)
    if not isinstance(domain, Interval):
        raise ValueError(f"{label}: cannot put {value} for {letter}")
    with sm.evaluate(False):
        above = domain.low == -sm.oo or is_nonnegative(value - domain.low)
        below = domain.high == sm.oo or is_nonnegative(domain.high - value)
    if not (above and below):
        raise ValueError(
            f"{label}: {value} is not shown to lie between {domain.low} and {domain.high}"
        )


# -- writing chains ---------------------------------------------------------------------------------
def eq(right, reason: str = "") -> Step:
    """Return the link ``= right``."""
    return Step("=", sm.sympify(right), reason)


def approx(right, reason: str = "") -> Step:
    """Return the link ``≈ right``; ``right`` is a ``Rounded`` number, exact behind its digits."""
    return Step("~", right, reason)


def _bound(relation):
    def step(right, reason: str = "", *, proof=None, tight=None) -> Step:
        if proof is not None and not isinstance(proof, Certificate | Minimum):
            proof = Certificate(proof)
        return Step(relation, sm.sympify(right), reason, proof, tight)

    return step


le = _bound("<=")
ge = _bound(">=")
lt = _bound("<")
gt = _bound(">")
le.__doc__ = """Return the link ``<= right``.

``proof`` is an expression that equals the gap and is visibly nonnegative, or a :class:`Minimum`.
``tight`` says where equality holds: ``{letter: value}``, or ``(letter, target)`` for a limit.
"""


def statement(kind: str, label: str, first, *steps: Step, **options) -> Statement:
    """Return a statement of any kind."""
    return Statement(label, kind, sm.sympify(first), tuple(steps), **options)


def definition(label: str, name, meaning, reason: str = "", **options) -> Statement:
    """State what a name means; the library function behind the name is held against it."""
    return statement("definition", label, name, eq(meaning, reason), **options)


def _of_kind(kind):
    def make(label: str, first, *steps: Step, **options) -> Statement:
        return statement(kind, label, first, *steps, **options)

    make.__name__ = kind
    make.__doc__ = f"Return a statement of kind {kind!r}; see :class:`Statement`."
    return make


identity = _of_kind("identity")
derivative = _of_kind("derivative")
inequality = _of_kind("inequality")
limit = _of_kind("limit")
invariance = _of_kind("invariance")
counterexample = _of_kind("counterexample")
value = _of_kind("value")


def statements_of(module: ModuleType) -> list[Statement]:
    """Return the statements that a derivations module defines, in the order of its text."""
    found: dict[str, Statement] = {}
    for name, thing in vars(module).items():
        for one in _statements_in(thing):
            if one.label in found and found[one.label] is not one:
                raise ValueError(f"{module.__name__}.{name}: label {one.label} is used twice")
            found[one.label] = one
    return list(found.values())


def _statements_in(thing) -> Iterable[Statement]:
    if isinstance(thing, Statement):
        return [thing]
    if isinstance(thing, list | tuple) and thing and all(isinstance(t, Statement) for t in thing):
        return thing
    return []
