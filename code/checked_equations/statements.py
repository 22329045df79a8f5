"""Statements: labelled chains of expressions, each link with its reason and its proof.

>>> import sympy as sm
>>> from checked_equations import check, eq, identity, real, unevaluated
>>> x, y = real("x", 0), real("y", 0)
>>> with unevaluated():
...     product_rule = identity(
...         "eq-log-product",
...         sm.log(x * y),
...         eq(sm.log(x) + sm.log(y), "logarithms turn products into sums"),
...     )
>>> check(product_rule).status
'proved'
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import ModuleType

import sympy as sm
from sympy.core.function import AppliedUndef

from .expressions import Diff, Known, Rounded, replace_letters, vouch
from .matrices import Nabla
from .notation import Reals, domain_of
from .printer import latex
from .symbolic import (
    Certificate,
    Minimum,
    has_sign_of,
    is_positive,
    letters_of,
    lies_inside,
    undeclared,
    unknown_functions,
    where,
)

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
_LABEL = re.compile(r"eq-[a-z0-9]+(-[a-z0-9]+)*")
_ORDER = ("<=", ">=", "<", ">")
_KINDS_WITH_ORDER = ("inequality", "counterexample", "value")
_FEWEST_SIZES = 3
_FEWEST_DRAWS = 50
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


def _calling_module() -> str:
    """Return the module that writes a statement: the first one outside this package."""
    frame = sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").split(".")[0] == __package__:
        frame = frame.f_back
    return frame.f_globals.get("__name__", "")


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
    module: str = field(default_factory=_calling_module, compare=False)

    def __post_init__(self):
        if not _LABEL.fullmatch(self.label):
            raise ValueError(
                f"label {self.label!r}: expected lower case, digits and hyphens, "
                "beginning with 'eq-'"
            )
        problem = self._problem()
        if problem:
            raise ValueError(f"{self.label}: {problem}")
        for number, (left, step) in enumerate(self.links, 1):
            problem = self._problem_of_link(left, step)
            if problem:
                raise ValueError(f"{self.label}, link {number}: {problem}")

    def _problem(self) -> str:
        """What is wrong with the statement as a whole, empty if nothing is."""
        if self.kind not in KINDS:
            return f"kind {self.kind!r}: expected one of {', '.join(KINDS)}"
        if not self.steps:
            return "a statement needs at least one link"
        ordered = any(step.relation in _ORDER for step in self.steps)
        if ordered and self.kind not in _KINDS_WITH_ORDER:
            return f"kind {self.kind!r} holds equalities only; call it an inequality"
        if not ordered and self.kind == "inequality":
            return "an inequality needs a link with <=, >=, < or >"
        for kind, nodes in (("derivative", (Diff, Nabla)), ("limit", (sm.Limit,))):
            if self.kind == kind and not any(side.atoms(*nodes) for side in self.sides):
                return f"kind {kind!r} needs a side with {nodes[0].__name__}"
        if self.sizes.step != 1 or self.sizes.start < 1 or len(self.sizes) < _FEWEST_SIZES:
            return f"sizes {self.sizes}: expected at least {_FEWEST_SIZES} lengths from 1 on"
        if self.draws < _FEWEST_DRAWS:
            return f"draws {self.draws}: expected at least {_FEWEST_DRAWS}"
        strangers = undeclared(*self.sides)
        if strangers:
            return (
                f"letters {', '.join(sorted(s.name for s in strangers))} are used but not declared"
            )
        unknown = unknown_functions(*self.sides)
        if unknown - set(self.realised):
            names = ", ".join(sorted(unknown - set(self.realised)))
            return f"unknown functions {names} need numbers: realised={{name: function}}"
        for pattern, value in self.rewrites:
            if not pattern.atoms(AppliedUndef):
                return f"rewrite of {pattern}: only what is assumed of an unknown function is one"
            if not pattern.atoms(sm.Wild) >= sm.sympify(value).atoms(sm.Wild):
                return f"rewrite of {pattern}: {value} holds a wild letter of its own"
        return ""

    def _problem_of_link(self, left, step: Step) -> str:
        """What is wrong with one link, empty if nothing is."""
        if left == step.right or latex(left) == latex(step.right):
            return (
                f"both sides are the same: {latex(left)}. "
                "SymPy may have evaluated the step away: build it inside unevaluated()"
            )
        if (step.relation == "~") != isinstance(step.right, Rounded):
            return "a rounded number, and nothing else, stands alone after ≈: approx(Rounded(...))"
        inside = step.right.args[0] if isinstance(step.right, Rounded) else step.right
        if left.atoms(Rounded) or inside.atoms(Rounded):
            return "nothing follows from a rounded number: write it last"
        sides = (left, step.right)
        if step.relation in _ORDER and (letters_of(*sides) or unknown_functions(*sides)):
            return self._problem_of_tightness(step)
        return ""

    def _problem_of_tightness(self, step: Step) -> str:
        if step.tight is None:
            return "say where equality holds (tight=...), so that a weaker bound would not pass"
        if isinstance(step.tight, tuple):
            letter, target = step.tight
            within = target in (sm.oo, -sm.oo) or lies_inside(letter, target)
            return "" if within else f"{letter} cannot tend to {target}: it lies {where(letter)}"
        if step.relation in ("<", ">"):
            return "a strict bound is approached, never reached: tight=(letter, limit)"
        for letter, value in step.tight.items():
            if not lies_inside(letter, value):
                return f"{value} is not shown to lie where {letter} does: {where(letter)}"
        return ""

    @property
    def sides(self) -> tuple[sm.Expr, ...]:
        return (self.first, *(step.right for step in self.steps))

    @property
    def links(self) -> list[tuple[sm.Expr, Step]]:
        return list(zip(self.sides[:-1], self.steps, strict=True))

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
            _require_inside(self.label, letter, value)
        step = self.steps[0]
        small, large = (
            (self.first, step.right) if step.relation in ("<=", "<") else (step.right, self.first)
        )
        gap = sm.Add(large, sm.Mul(-1, small, evaluate=False), evaluate=False)
        return vouch(replace_letters(gap, letters), self)


def _require_inside(label: str, letter, value) -> None:
    """Refuse what is not shown to lie in the set that a letter ranges over."""
    if callable(value):
        sample = value(sm.Dummy("position", integer=True, positive=True))
        if not _has_needed_sign(letter, sample):
            needed = "positive" if _needs_positive(letter) else "at least zero"
            raise ValueError(f"{label}: {sample} for {letter} is not shown to be {needed}")
    elif not lies_inside(letter, sm.sympify(value)):
        raise ValueError(
            f"{label}: {value} is not shown to lie where {letter} does: {where(letter)}"
        )


def _has_needed_sign(letter, sample) -> bool:
    if isinstance(letter, sm.IndexedBase):
        domain = domain_of(letter.label)
        if not isinstance(domain, Reals) or domain.zero_sum:
            raise ValueError(f"{letter} cannot be replaced by a formula: it is {domain}")
        return has_sign_of(domain, sm.sympify(sample))
    return not _needs_positive(letter) or is_positive(sample)


def _needs_positive(letter) -> bool:
    if isinstance(letter, sm.IndexedBase):
        return domain_of(letter.label).positive
    return bool(letter(sm.Dummy()).is_positive)


# -- writing chains -------------------------------------------------------------------------------
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
    """Return the statements that a derivations module defines, in the order of its text.

    What it imports from another module of the book belongs to that one.
    """
    found: dict[str, Statement] = {}
    for name, thing in vars(module).items():
        for one in _statements_in(thing):
            if one.module != module.__name__:
                continue
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
