"""The letters of a book: symbols that know which values they may take.

Every letter is declared once, with the set it ranges over. The checker draws from that set, visits
its edges, and hands SymPy the assumptions that follow from it.

>>> from checked_equations import index, real, size, distribution
>>> n = size("n")
>>> i = index("i", n)
>>> P = distribution("P", "p", n)
>>> P[i]
p[i]
>>> domain_of(n)
Size(least=1)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import sympy as sm


@dataclass(frozen=True)
class Interval:
    """Real numbers between ``low`` and ``high``; a closed interval is visited at its ends."""

    low: sm.Expr
    high: sm.Expr
    closed: bool


@dataclass(frozen=True)
class Size:
    """A number of things: the length of a vector, a count."""

    least: int = 1


@dataclass(frozen=True)
class Index:
    """A position ``1 … size`` in a vector."""

    size: sm.Expr


@dataclass(frozen=True)
class Simplex:
    """Probabilities that sum to one; ``positive`` where no entry may be zero.

    With ``rows`` each line along the last axis sums to one: a table with a distribution per row.
    """

    shape: tuple[sm.Expr, ...]
    positive: bool
    rows: bool = False


@dataclass(frozen=True)
class Reals:
    """A vector of real numbers, positive, at least zero or summing to zero where said so."""

    shape: tuple[sm.Expr, ...]
    positive: bool = False
    zero_sum: bool = False
    nonnegative: bool = False


@dataclass(frozen=True)
class Labels:
    """A vector of ``size`` whole numbers, each between 1 and ``classes``."""

    shape: tuple[sm.Expr, ...]
    classes: sm.Expr


@dataclass(frozen=True)
class Permutation:
    """A rearrangement of ``1 … size``."""

    shape: tuple[sm.Expr, ...]


Domain = Interval | Size | Index | Simplex | Reals | Labels | Permutation


@dataclass(frozen=True)
class _Distribution:
    letter: sm.IndexedBase
    shape: tuple[sm.Expr, ...]
    formula: Callable[..., sm.Expr] | None
    library: Callable | None = None
    kernel: Callable | None = None
    of: tuple = ()


@dataclass
class Alphabet:
    """The letters of one book: what each ranges over, and which distribution owns which entries."""

    domains: dict[sm.Symbol, Domain] = field(default_factory=dict)
    distributions: dict[sm.Symbol, _Distribution] = field(default_factory=dict)
    owners: dict[sm.Symbol, sm.Symbol] = field(default_factory=dict)


_alphabet = Alphabet()


@contextmanager
def alphabet(letters: Alphabet | None = None) -> Iterator[Alphabet]:
    """Declare and use the letters of another book for a while.

    >>> from checked_equations import alphabet, real, size
    >>> with alphabet() as mine:
    ...     a = real("a", 0)
    >>> with alphabet():
    ...     a = size("a")  # no quarrel with the letter of the other book
    """
    global _alphabet
    before, _alphabet = _alphabet, Alphabet() if letters is None else letters
    try:
        yield _alphabet
    finally:
        _alphabet = before


def _declare(symbol: sm.Symbol, domain: Domain) -> sm.Symbol:
    known = _alphabet.domains.setdefault(symbol, domain)
    if known != domain:
        raise ValueError(
            f"letter {symbol} already ranges over {known}; it cannot also mean {domain}"
        )
    return symbol


def domain_of(symbol: sm.Symbol) -> Domain:
    """Return the set that ``symbol`` ranges over; ``ValueError`` where it was never declared."""
    if symbol not in _alphabet.domains:
        raise ValueError(f"letter {symbol} is used but not declared: say what it ranges over")
    return _alphabet.domains[symbol]


def is_declared(symbol: sm.Symbol) -> bool:
    """Return whether ``symbol`` has a set to range over."""
    return symbol in _alphabet.domains


def real(name: str, low=-sm.oo, high=sm.oo, *, closed: bool = False) -> sm.Symbol:
    """Declare a real number between ``low`` and ``high`` (ends included where ``closed``)."""
    low, high = sm.sympify(low), sm.sympify(high)
    if not low < high:
        raise ValueError(f"letter {name}: low = {low} must be below high = {high}")
    assumptions: dict[str, bool] = {"real": True}
    if low >= 0:
        assumptions = {"nonnegative": True} if closed and low == 0 else {"positive": True}
    elif high <= 0:
        assumptions = {"nonpositive": True} if closed and high == 0 else {"negative": True}
    return _declare(sm.Symbol(name, **assumptions), Interval(low, high, closed))


def size(name: str, *, least: int = 1) -> sm.Symbol:
    """Declare a count, at least ``least``."""
    return _declare(sm.Symbol(name, integer=True, positive=True), Size(least))


def index(name: str, length) -> sm.Symbol:
    """Declare a position between 1 and ``length``."""
    return _declare(sm.Symbol(name, integer=True, positive=True), Index(sm.sympify(length)))


def _shape(lengths) -> tuple[sm.Expr, ...]:
    return tuple(sm.sympify(length) for length in lengths)


class VectorLetter(sm.Symbol):
    """The letter of a vector, apart from a number that may be written with the same letter.

    Two vectors that are written with one letter, as a row and the table that it comes from, are
    told apart by ``apart``, which is not printed.
    """

    def __new__(cls, name: str, apart: str = "", **assumptions):
        cls._sanitize(assumptions, cls)
        letter = sm.Symbol.__xnew__(cls, name, **assumptions)
        letter.apart = apart
        return letter

    def _hashable_content(self):
        return (*super()._hashable_content(), self.apart)

    def __getnewargs_ex__(self):
        (name, *_), assumptions = super().__getnewargs_ex__()
        return (name, self.apart), assumptions


def _indexed(letter: str, apart: str = "", **assumptions) -> sm.IndexedBase:
    return sm.IndexedBase(VectorLetter(letter, apart, **assumptions))


def vector(
    letter: str,
    *lengths,
    positive: bool = False,
    zero_sum: bool = False,
    nonnegative: bool = False,
    apart: str = "",
) -> sm.IndexedBase:
    """Declare a vector (or matrix) of real numbers; ``zero_sum`` makes its entries add to zero.

    ``nonnegative`` entries may be zero, ``positive`` ones may not. ``apart`` is a word that keeps
    it apart from another vector written with the same letter.
    """
    sign = "positive" if positive else "nonnegative" if nonnegative else "real"
    base = _indexed(letter, apart, **{sign: True})
    _declare(base.label, Reals(_shape(lengths), positive, zero_sum, nonnegative))
    return base


def labels(letter: str, length, classes) -> sm.IndexedBase:
    """Declare a vector of class labels, each between 1 and ``classes``."""
    base = _indexed(letter, integer=True, positive=True)
    _declare(base.label, Labels(_shape([length]), sm.sympify(classes)))
    return base


def permutation(letter: str, length) -> sm.IndexedBase:
    """Declare a rearrangement of ``1 … length``."""
    base = _indexed(letter, integer=True, positive=True)
    _declare(base.label, Permutation(_shape([length])))
    return base


class Distribution(VectorLetter):
    """A probability distribution as a letter: ``P`` whose entries print as ``p_i``."""

    def __getitem__(self, position):
        return _alphabet.distributions[self].letter[position]

    @property
    def letter(self) -> sm.IndexedBase:
        return _alphabet.distributions[self].letter

    @property
    def shape(self) -> tuple[sm.Expr, ...]:
        return _alphabet.distributions[self].shape

    @property
    def formula(self) -> Callable[..., sm.Expr] | None:
        return _alphabet.distributions[self].formula

    @property
    def computed(self) -> tuple[Callable | None, Callable | None, tuple]:
        """The library function and the kernel that give the entries, and what they take."""
        info = _alphabet.distributions[self]
        return info.library, info.kernel, info.of


def distribution(
    name: str,
    letter: str,
    *lengths,
    positive: bool = False,
    rows: bool = False,
    formula: Callable | None = None,
    library: Callable | None = None,
    kernel: Callable | None = None,
    of: tuple = (),
    apart: str = "",
) -> Distribution:
    """Declare a distribution ``name`` with entries ``letter``.

    ``positive`` keeps every entry above zero when numbers are drawn. ``formula`` makes the entries
    known: ``formula(i)`` is entry *i* (the uniform distribution, a marginal, observed frequencies).
    ``rows`` makes each row of a table a distribution. ``library`` computes all entries at once
    from the arrays of the vectors ``of``, and ``kernel`` does the same without argument checks,
    for complex entries; every numeric check goes through them, the formula stays the other road.
    ``apart`` keeps it apart from another distribution with the same name and letter.
    The symbolic checks read every letter entry as positive; zeros are visited numerically.
    """
    base = _indexed(letter, apart, positive=True)
    symbol = Distribution(name, apart)
    info = _Distribution(base, _shape(lengths), formula, library, kernel, of)
    known = _alphabet.distributions.setdefault(symbol, info)
    if (known.letter, known.shape) != (info.letter, info.shape):
        raise ValueError(f"distribution {name} is already declared with other entries: {known}")
    _declare(base.label, Simplex(info.shape, positive, rows))
    owner = _alphabet.owners.setdefault(base.label, symbol)
    if owner != symbol:
        raise ValueError(f"letter {letter} already names the entries of {owner}, not of {name}")
    return symbol


def owner_of(label: sm.Symbol) -> Distribution | None:
    """Return the distribution whose entries are written with this letter, if there is one."""
    return _alphabet.owners.get(label)


def shape_of(argument) -> tuple[sm.Expr, ...]:
    """Return the lengths of a distribution, a vector, a tuple of numbers, or a sum of them."""
    if isinstance(argument, Distribution):
        return argument.shape
    if isinstance(argument, sm.IndexedBase):
        return domain_of(argument.label).shape
    if isinstance(argument, sm.Indexed):
        raise TypeError(f"{argument} has no length: it is one entry")
    if isinstance(argument, sm.Tuple):
        return (sm.Integer(len(argument)),)
    for part in getattr(argument, "args", ()):
        try:
            return shape_of(part)
        except TypeError:
            continue
    raise TypeError(f"{argument} has no length: expected a distribution, a tuple or a mixture")


def entry(argument, *position):
    """Return one entry of a distribution, a vector, a tuple of numbers, or a sum of them.

    ``entry(lam*P + (1 - lam)*Q, i)`` is ``lam*p[i] + (1 - lam)*q[i]``. A number that is added to a
    vector is added to each of its entries: ``entry(z + a, i)`` is ``z[i] + a``.
    """
    if isinstance(argument, Distribution):
        return argument.letter[position]
    if isinstance(argument, sm.IndexedBase):
        return argument[position]
    if isinstance(argument, sm.Tuple):
        (place,) = position
        if not sm.sympify(place).is_Integer:
            raise TypeError(f"entry {place} of the tuple {argument}: expected a whole number")
        return argument[int(place) - 1]
    if isinstance(argument, sm.Add | sm.Mul):
        parts = [entry(part, *position) if is_vector(part) else part for part in argument.args]
        return argument.func(*parts, evaluate=False)
    raise TypeError(f"{argument} has no entries: expected a distribution, a tuple or a mixture")


def is_vector(argument) -> bool:
    """Whether an argument has entries: a distribution, a vector, a tuple, or made of them."""
    if isinstance(argument, Distribution | sm.Tuple | sm.IndexedBase):
        return True
    return isinstance(argument, sm.Add | sm.Mul) and any(map(is_vector, argument.args))
