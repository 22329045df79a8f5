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
from sympy.core.function import AppliedUndef

from .notation import Distribution, entry, owner_of, shape_of


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


def Integral(body, *limits):
    """Return ``sympy.Integral`` with its body kept as written."""
    with sm.evaluate(True):
        return sm.Integral(body, *limits)


class Node(sm.Function):
    """A node that is built as written: its arguments are checked, nothing is evaluated."""

    def __new__(cls, *args, **options):
        args = [sm.sympify(argument) for argument in args]
        cls._require(*args)
        return super().__new__(cls, *args, evaluate=False)

    @classmethod
    def _require(cls, *args) -> None:
        """Raise ``TypeError`` for arguments that make no sense."""


class _Body(Node):
    """A transparent wrapper: keeps SymPy from merging a sum with the sum around it."""

    nargs = 1


class Group(Node):
    """Parentheses that a reader should see: ``Group(a + b)`` prints ``(a + b)``."""

    nargs = 1


class Diff(Node):
    """The derivative of an expression: ``Diff(f, x)``, ``Diff(f, x, 2)``.

    Printed with an upright or curly d by the number of letters; checked by differentiating after
    every concept in ``f`` has been written out, and numerically by a complex step through the
    library function itself. The entries of a distribution move one by one, off the simplex.
    """

    @classmethod
    def _require(cls, *args):
        if len(args) not in (2, 3):
            raise TypeError("Diff expects an expression, a letter and at most an order")
        if not (args[1].is_Symbol or isinstance(args[1], sm.Indexed)):
            raise TypeError(f"Diff: cannot differentiate by {args[1]}: expected a letter")
        if len(args) == 3 and not (args[2].is_Integer and args[2] >= 1):
            raise TypeError(f"Diff: order {args[2]}: expected a whole number, 1 or more")

    @property
    def order(self) -> int:
        return int(self.args[2]) if len(self.args) == 3 else 1


class At(Node):
    """An expression with a letter set to a value, printed with a bar: ``At(f, x, 0)``."""

    nargs = 3

    @classmethod
    def _require(cls, *args):
        if not args[1].is_Symbol:
            raise TypeError(f"At: cannot set {args[1]} to a value: expected a letter")


class Rounded(Node):
    """A decimal on the page that stands for an exact number: ``Rounded(log(2), 4)`` prints 0.6931.

    The checks use the exact number; the digits are rounded from it when it is printed.
    """

    nargs = 2

    @classmethod
    def _require(cls, *args):
        if not (args[1].is_Integer and args[1] >= 0):
            raise TypeError(f"Rounded: {args[1]} digits: expected a whole number, 0 or more")


class Family(sm.Tuple):
    """Numbers that pick one member of a family by name: ``Gauss(mu, sigma)`` in ``H(Gauss(…))``.

    A subclass sets ``symbol``, what is printed in front of the numbers, and perhaps ``bare``, to
    print the name alone. A concept that takes one gets the numbers as an array.
    """

    symbol: str
    bare = False


class Known(Node):
    """A quantity that an inequality shows to be at least zero; ``Statement.instance`` makes it.

    A node of this kind that no statement vouches for proves nothing.
    """

    nargs = 1

    @property
    def lemma(self):
        """The statement that vouches for this quantity, or ``None``."""
        return _VOUCHED.get(self)


_VOUCHED: dict[Known, object] = {}


def vouch(gap, lemma) -> Known:
    """Return ``gap`` as a quantity that ``lemma`` shows to be at least zero."""
    known = Known(gap)
    _VOUCHED[known] = lemma
    return known


class Concept(Node):
    """A named quantity of the book, such as *H(P)*; made with :func:`concept`."""

    symbol: str
    separator: str
    brackets: tuple[str, str]
    binds: frozenset[sm.Symbol]
    definition: Callable[..., sm.Expr]
    library: Callable | None
    kernel: Callable | None
    shown: int | None

    def _latex(self, printer) -> str:
        return printer.print_concept(self)

    def expand_definition(self) -> sm.Expr:
        """Return what the concept stands for, one level down."""
        return written_out(type(self).definition, self.args)


def written_out(formula: Callable[..., sm.Expr], arguments) -> sm.Expr:
    """Return ``formula(*arguments)``; ``ValueError`` where a sum in it binds a letter of them."""
    result = formula(*arguments)
    free = set().union(*(sm.sympify(a).free_symbols for a in arguments))
    if free:
        inside = set().union(*map(_all_bound, arguments))
        caught = (_all_bound(result) - inside) & free
        if caught:
            names = ", ".join(sorted(s.name for s in caught))
            raise ValueError(
                f"{result} binds {names}, which stands in {', '.join(map(str, arguments))}: "
                "sum over a letter of its own there (sum_over, or sympy.Dummy)"
            )
    return result


def _all_bound(expression) -> set[sm.Symbol]:
    return set().union(*map(bound_letters, sm.preorder_traversal(expression)))


_serial = itertools.count()


def concept(
    symbol: str,
    definition: Callable[..., sm.Expr],
    *,
    library: Callable | None = None,
    kernel: Callable | None = None,
    separator: str = ", ",
    brackets: tuple[str, str] = ("(", ")"),
    binds: tuple[sm.Symbol, ...] = (),
    shown: int | None = None,
) -> type[Concept]:
    """Declare a quantity that pages name and that the library computes.

    ``definition(*arguments)`` writes it out in SymPy. ``library`` is the public function that
    computes it from arrays, one for each argument; every numeric check goes through it.
    ``kernel`` is the private function below its argument checks: derivatives are taken through it
    by a complex step, so it must accept complex entries off the simplex. ``binds`` names letters
    that the quantity runs over, as an expectation does over its random variable. ``shown`` prints
    so many arguments only: a loss that depends on the data may be written with its weights alone.
    """
    name = f"{''.join(filter(str.isalnum, symbol)) or 'concept'}_{next(_serial)}"
    body = {
        "symbol": symbol,
        "separator": separator,
        "brackets": brackets,
        "binds": frozenset(binds),
        "definition": staticmethod(definition),
        "library": staticmethod(library) if library else None,
        "kernel": staticmethod(kernel) if kernel else None,
        "shown": shown,
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
        with sm.evaluate(False):  # 0 log 0 is a matter of the normal form
            terms = [body(*(entry(a, k) for a in arguments)) for k in range(1, int(length) + 1)]
        return sm.Add(*terms, evaluate=False)
    dummies = [sm.Dummy("s", integer=True, positive=True) for _ in lengths]
    inner = body(*(entry(a, *dummies) for a in arguments))
    return Sum(inner, *((dummy, 1, length) for dummy, length in zip(dummies, lengths, strict=True)))


def replace_letters(expression, replacements: dict):
    """Return ``expression`` with letters replaced, distributions together with their entries.

    ``{Q: P}`` turns ``Q`` into ``P`` and every ``q[i]`` into ``p[i]``; the value may also be a
    tuple of numbers or a mixture. A vector letter or an unknown function is replaced by a Python
    function of its position: ``{y: lambda c: q[c] / p[c]}``. Letters that a sum, an integral or a
    limit binds are left alone, and renamed where a new letter would fall under their spell.
    """
    formulas = {_head(old): new for old, new in replacements.items() if callable(new)}
    replacements = {old: sm.sympify(new) for old, new in replacements.items() if not callable(new)}
    hidden = {getattr(s, "letter", s) for s in replacements} | set(formulas)
    if _hidden_letters(expression) & hidden:
        expression = spelled_out(expression)
    entries = {
        old.letter.label: new for old, new in replacements.items() if isinstance(old, Distribution)
    }
    arriving = set().union(
        *(new.free_symbols for new in replacements.values()),
        *(formula(sm.Dummy()).free_symbols for formula in formulas.values()),
    )

    def walk(node, active):
        if node in active:
            return active[node]
        if isinstance(node, sm.Indexed) and node.base.label in entries:
            places = (walk(place, active) for place in node.indices)
            return entry(entries[node.base.label], *places)
        if formulas and _head(node) in formulas:
            places = node.indices if isinstance(node, sm.Indexed) else node.args
            return formulas[_head(node)](*(walk(place, active) for place in places))
        if not node.args:
            return node
        bound = bound_letters(node)
        if bound:
            return walk_binder(node, bound, active)
        return rebuild(node, [walk(argument, active) for argument in node.args])

    def walk_binder(node, bound, active):
        inside = {old: new for old, new in active.items() if old not in bound}
        for letter in bound & arriving:
            inside[letter] = sm.Dummy(letter.name, **letter.assumptions0)
        body, *rest = node.args
        rest = [
            sm.Tuple(inside.get(part[0], part[0]), *(walk(end, active) for end in part[1:]))
            if isinstance(part, sm.Tuple)
            else inside.get(part, part)
            if part in bound
            else walk(part, active)
            for part in rest
        ]
        return rebuild(node, [walk(body, inside), *rest])

    return walk(expression, replacements)


def _hidden_letters(expression) -> set:
    """What an expression depends on without showing it: lengths, and letters inside formulas."""
    owners = set(expression.atoms(Distribution))
    vectors = {a for c in expression.atoms(Concept) for a in _whole_vectors(c)}
    owners |= {owner_of(e.base.label) for e in expression.atoms(sm.Indexed)} - {None}
    hidden = set()
    for one in owners:
        hidden |= set().union(*(length.free_symbols for length in one.shape))
        if one.formula is not None:
            inside = one.formula(*(sm.Dummy(integer=True, positive=True) for _ in one.shape))
            hidden |= {getattr(owner_of(s), "letter", s) for s in inside.free_symbols}
            hidden |= {e.base.label for e in inside.atoms(sm.Indexed)}
            hidden |= _hidden_letters(inside)
    return hidden | {one.label for one in vectors}


def _whole_vectors(name):
    """The vectors that a concept takes as they are, without an index."""
    for argument in name.args:
        for part in sm.preorder_traversal(argument):
            if isinstance(part, sm.Indexed):
                continue
            if isinstance(part, sm.Add | sm.Mul):
                yield from (a for a in part.args if isinstance(a, sm.IndexedBase))
        if isinstance(argument, sm.IndexedBase):
            yield argument


def spelled_out(expression):
    """Return an expression with every concept and every distribution with a formula written out."""
    if isinstance(expression, Concept):
        return spelled_out(expression.expand_definition())
    if isinstance(expression, sm.Indexed):
        owner = owner_of(expression.base.label)
        if owner is not None and owner.formula is not None:
            return spelled_out(written_out(owner.formula, expression.indices))
    if not expression.args or isinstance(expression, sm.Indexed):
        return expression
    return rebuild(expression, [spelled_out(argument) for argument in expression.args])


def _head(thing):
    """What an entry or a value of an unknown function belongs to: the letter, the function."""
    if isinstance(thing, sm.IndexedBase):
        return thing.label
    if isinstance(thing, sm.Indexed):
        return thing.base.label
    return thing.func if isinstance(thing, AppliedUndef) else thing


def bound_letters(node) -> set[sm.Symbol]:
    """Return the letters that a sum, product, integral, limit or bar binds in its body."""
    if isinstance(node, sm.Sum | sm.Product | sm.Integral):
        return {limit[0] for limit in node.limits}
    if isinstance(node, sm.Limit | At):
        return {node.args[1]}
    return set(node.binds) if isinstance(node, Concept) else set()


def rebuild(node, args):
    """Return ``node`` with other arguments and nothing evaluated."""
    if tuple(args) == node.args:
        return node
    if isinstance(node, sm.Add | sm.Mul | sm.Pow):
        return node.func(*args, evaluate=False)
    if isinstance(node, sm.Sum):
        return Sum(args[0], *args[1:])
    if isinstance(node, sm.Product | sm.Integral | sm.Indexed | sm.Tuple):
        with sm.evaluate(True):
            return node.func(*args)
    with sm.evaluate(False):
        return node.func(*args)
