"""The pieces that statements are built of, besides SymPy's own.

SymPy evaluates as soon as it can: ``log(exp(x))`` is ``x`` before anybody sees it. A page shows
steps, so what is shown is built inside :func:`unevaluated`, in the order of the book.

>>> import sympy as sm
>>> x = sm.Symbol("x", positive=True)
>>> sm.log(sm.exp(x))
x
>>> with unevaluated():
...     sm.log(sm.exp(x))
log(exp(x))
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import sympy as sm

from .notation import Distribution, entry, shape_of


def unevaluated():
    """Return a context in which SymPy builds expressions as they are written."""
    return sm.evaluate(False)


def Sum(body, *limits):
    """Return ``sympy.Sum`` with its body kept as written; nested sums stay nested."""
    with sm.evaluate(True):
        for limit in reversed(limits):
            holder = _Body(body) if isinstance(body, sm.Sum) else body
            body = sm.Sum(holder, limit)
    return body


def Product(body, *limits):
    """Return ``sympy.Product`` with its body kept as written."""
    with sm.evaluate(True):
        return sm.Product(body, *limits)


class _Body(sm.Function):
    """A transparent wrapper: keeps SymPy from merging a sum with the sum around it."""

    nargs = 1

    @classmethod
    def eval(cls, body):
        return None


class Group(sm.Function):
    """Parentheses that a reader should see: ``Group(a + b)`` prints ``(a + b)``."""

    nargs = 1

    @classmethod
    def eval(cls, body):
        return None


class Diff(sm.Function):
    """The derivative of an expression: ``Diff(f, x)``, ``Diff(f, x, 2)``.

    Printed with an upright or curly d by the number of letters; checked by differentiating after
    every concept in ``f`` has been written out, and numerically by a complex step through the
    library function itself.
    """

    @classmethod
    def eval(cls, *args):
        if len(args) not in (2, 3):
            raise TypeError("Diff expects an expression, a letter and at most an order")
        if not (args[1].is_Symbol or isinstance(args[1], sm.Indexed)):
            raise TypeError(f"Diff: cannot differentiate by {args[1]}: expected a letter")

    @property
    def order(self) -> int:
        return int(self.args[2]) if len(self.args) == 3 else 1


class At(sm.Function):
    """An expression with a letter set to a value, printed with a bar: ``At(f, x, 0)``."""

    nargs = 3

    @classmethod
    def eval(cls, *args):
        return None


class Rounded(sm.Function):
    """A decimal on the page that stands for an exact number: ``Rounded(log(2), 4)`` prints 0.6931.

    The checks use the exact number; the digits are rounded from it when it is printed.
    """

    nargs = 2

    @classmethod
    def eval(cls, *args):
        return None


class Known(sm.Function):
    """A quantity that an earlier inequality shows to be at least zero (see ``Statement.instance``)."""

    nargs = 1

    @classmethod
    def eval(cls, *args):
        return None


class Concept(sm.Function):
    """A named quantity of the book, such as *H(P)*; made with :func:`concept`."""

    symbol: str
    separator: str
    brackets: tuple[str, str]
    definition: Callable[..., sm.Expr]
    library: Callable | None
    kernel: Callable | None

    @classmethod
    def eval(cls, *args):
        return None

    def _latex(self, printer) -> str:
        return printer.print_concept(self)

    def expand_definition(self) -> sm.Expr:
        """Return what the concept stands for, one level down."""
        return type(self).definition(*self.args)


_serial = itertools.count()


def concept(
    symbol: str,
    definition: Callable[..., sm.Expr],
    *,
    library: Callable | None = None,
    kernel: Callable | None = None,
    separator: str = ", ",
    brackets: tuple[str, str] = ("(", ")"),
) -> type[Concept]:
    """Declare a quantity that pages name and that the library computes.

    ``definition(*arguments)`` writes it out in SymPy. ``library`` is the public function that
    computes it from arrays, one for each argument; every numeric check goes through it.
    ``kernel`` is the private function below its argument checks: derivatives are taken through it
    by a complex step, so it must accept complex entries off the simplex.
    """
    name = f"{''.join(filter(str.isalnum, symbol)) or 'concept'}_{next(_serial)}"
    body = {
        "symbol": symbol,
        "separator": separator,
        "brackets": brackets,
        "definition": staticmethod(definition),
        "library": staticmethod(library) if library else None,
        "kernel": staticmethod(kernel) if kernel else None,
    }
    return type(name, (Concept,), body)


def sum_over(body: Callable[..., sm.Expr], *arguments) -> sm.Expr:
    """Return the sum of ``body(entry of each argument)`` over all positions.

    ``sum_over(lambda p, q: -p*log(q), P, Q)`` is the cross-entropy of letters; for tuples of
    numbers it writes out the terms. Entries of two-way tables are summed over both positions.
    """
    lengths = shape_of(
        next(a for a in arguments if not isinstance(a, sm.Tuple))
        if any(not isinstance(a, sm.Tuple) for a in arguments)
        else arguments[0]
    )
    if any(isinstance(a, sm.Tuple) for a in arguments):
        (length,) = shape_of(next(a for a in arguments if isinstance(a, sm.Tuple)))
        terms = [body(*(entry(a, place) for a in arguments)) for place in range(1, int(length) + 1)]
        return sm.Add(*terms, evaluate=False)
    dummies = [sm.Dummy("s", integer=True, positive=True) for _ in lengths]
    inner = body(*(entry(a, *dummies) for a in arguments))
    return Sum(inner, *((dummy, 1, length) for dummy, length in zip(dummies, lengths, strict=True)))


def replace_letters(expression, replacements: dict):
    """Return ``expression`` with letters replaced, distributions together with their entries.

    ``{Q: P}`` turns ``Q`` into ``P`` and every ``q[i]`` into ``p[i]``; the value may also be a
    tuple of numbers or a mixture.
    """
    plain = {old: new for old, new in replacements.items() if not isinstance(old, Distribution)}
    dists = {old: new for old, new in replacements.items() if isinstance(old, Distribution)}
    letters = {old.letter.label: new for old, new in dists.items()}

    def walk(node):
        if node in plain:
            return sm.sympify(plain[node])
        if node in dists:
            return dists[node]
        if isinstance(node, sm.Indexed) and node.base.label in letters:
            return entry(letters[node.base.label], *(walk(place) for place in node.indices))
        if not node.args:
            return node
        return rebuild(node, [walk(argument) for argument in node.args])

    return walk(expression)


def rebuild(node, args):
    """Return ``node`` with other arguments and nothing evaluated."""
    if tuple(args) == node.args:
        return node
    if isinstance(node, sm.Add | sm.Mul | sm.Pow):
        return node.func(*args, evaluate=False)
    if isinstance(node, sm.Sum):
        return Sum(args[0], *args[1:])
    if isinstance(node, sm.Product | sm.Indexed | sm.Tuple):
        with sm.evaluate(True):
            return node.func(*args)
    with sm.evaluate(False):
        return node.func(*args)
