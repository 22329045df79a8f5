"""Numerical checks: random draws, named edges, and derivatives by a second road.

An expression is evaluated as it is written on the page, node by node; a concept is handed to the
library function that computes it. So the two sides of a link are two different computations.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache

import mpmath
import numpy as np
import sympy as sm

from .expressions import At, Concept, Diff, Group, Known, Rounded, _Body
from .matrices import (
    Diagonal,
    Nabla,
    Ones,
    Table,
    Times,
    Transposed,
    Whole,
    is_table,
    letter_of,
    shape,
)
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
    entry,
    is_vector,
    owner_of,
    shape_of,
)

_STEP = 1e-30
_MOST_TERMS = 2_000
_NEGLIGIBLE = 1e-18
_FLOOR = 1e-6  # logarithms of what differs from 1 by rounding are uncertain; zero is not reached


class OffDomain(Exception):
    """The expression has no value at this point."""


class Slow(OffDomain):
    """The series has a value at this point, but not within the terms that are added up."""


class Underflow(OffDomain):
    """The expression has a value at this point, but an exponential in it is too small."""


@dataclass
class Evaluator:
    """Evaluate expressions at one point.

    ``values`` maps letters to numbers or arrays; ``through`` says what a concept is computed by:
    its public ``library`` function, its private ``kernel``, or its ``definition``. ``exact``
    switches to mpmath numbers of the working precision. ``largest`` remembers the largest term met,
    the scale against which rounding is judged.
    """

    values: dict
    through: str = "library"
    exact: bool = False
    realised: dict = field(default_factory=dict)
    largest: float = 0.0
    underflown: bool = False  # an exponential has come out as zero

    def __call__(self, node):
        try:
            value = self._value(sm.sympify(node))
        except (OverflowError, ZeroDivisionError) as refusal:
            raise OffDomain(f"{node}: {refusal}") from refusal
        if _is_nan(value):
            raise OffDomain(f"{node} is not a number here")
        return value

    # one method per kind of node, chosen by the first class that fits
    def _value(self, node):
        method = _method_for(type(node))
        if method is None:
            raise OffDomain(f"no rule evaluates {type(node).__name__}: {node}")
        return method(self, node)

    def _unknown_function(self, node):
        return self.realised[type(node).__name__](*(self._value(a) for a in node.args))

    def _number(self, node):
        if node.is_infinite:
            return math.inf if node.is_extended_positive else -math.inf
        if self.exact:
            whole = node.is_Rational
            return (
                mpmath.mpf(node.p) / node.q
                if whole
                else mpmath.mpmathify(sm.N(node, mpmath.mp.dps))
            )
        return int(node) if node.is_Integer else float(node)

    def _symbol(self, node):
        if node not in self.values:
            raise OffDomain(f"letter {node} has no value")
        return self.values[node]

    def _indexed(self, node):
        places = tuple(int(self._value(k)) for k in node.indices)
        label = node.base.label
        owner = owner_of(label)
        if label in self.values:
            array = np.asarray(self.values[label])
        elif owner is None or owner.formula is None:
            raise OffDomain(f"letter {label} has no value")
        else:
            array = self._computed(owner)
            if array is None:
                return self._value(_entry_by_formula(owner.formula, places))
        if not all(1 <= k <= length for k, length in zip(places, array.shape, strict=True)):
            raise OffDomain(f"{node} asks for entry {places} of an array of shape {array.shape}")
        return array[tuple(k - 1 for k in places)]

    def _computed(self, owner):
        """All entries of a distribution from its library function, None where it has none."""
        library, kernel, of = owner.computed
        function = {"library": library, "kernel": kernel}.get(self.through)
        if function is None or self.exact:
            return None
        try:
            return np.asarray(function(*(self.vector(argument) for argument in of)))
        except ValueError as refusal:
            raise OffDomain(f"the library refuses: {refusal}") from refusal

    def _add(self, node):
        terms = [self._value(a) for a in node.args]
        self._note(terms)
        return _total(terms)

    def _note(self, terms):
        for term in terms:
            size = abs(term)
            if size > self.largest and size < math.inf:
                self.largest = float(size)

    def _mul(self, node):
        factors = [self._value(a) for a in node.args]
        if any(factor == 0 for factor in factors):
            return factors[0] * 0 if abs(factors[0]) < math.inf else 0.0
        result = factors[0]
        for factor in factors[1:]:
            result = result * factor
        return result

    def _pow(self, node):
        base, exponent = self._value(node.base), self._value(node.exp)
        if base == 0 and _real(exponent) < 0:
            return math.inf
        if not _is_complex(base) and base < 0 and exponent != int(_real(exponent)):
            raise OffDomain(f"{base} to the power {exponent} is not real")
        return base**exponent

    def _log(self, node):
        argument = self._value(node.args[0])
        if self.exact:
            return mpmath.log(argument) if argument != 0 else -mpmath.inf
        if _is_complex(argument):
            return np.log(argument)
        if argument < 0:
            raise OffDomain(f"log of {argument}")
        if argument == 0 and self.underflown:
            raise Underflow("an exponential is too small for a number, its logarithm is not")
        return math.log(argument) if argument > 0 else -math.inf

    def _exp(self, node):
        argument = self._value(node.args[0])
        if self.exact:
            return mpmath.exp(argument)
        if _is_complex(argument):
            return np.exp(argument)
        value = math.exp(argument)
        self.underflown |= value == 0 and argument > -math.inf
        return value

    def _inside(self, node):
        return self._value(node.args[0])

    def _sum(self, node):
        return _total(self._terms(node))

    def _terms(self, node):
        ((letter, low, high),) = node.limits
        low, high = self._value(low), self._value(high)
        if high == math.inf:
            return [self._series(node.function, letter, int(low))]
        terms = []
        for k in range(int(low), int(high) + 1):
            terms.append(self._with({letter: k}, node.function))
        self._note(terms)
        return terms

    def _series(self, body, letter, low):
        """Add up a series term by term; no extrapolation, which would sum divergent ones too."""
        total, largest, calm = 0, 0, 0
        block, before = 0, math.inf  # the largest terms of this stretch and of the one before
        for count in range(_MOST_TERMS):
            term = self._with({letter: low + count}, body)
            size = abs(term)
            total, largest, block = total + term, max(largest, size), max(block, size)
            calm = calm + 1 if size <= _NEGLIGIBLE * max(abs(total), largest) else 0
            if calm == 20:
                return total
            if count % 500 == 499:
                if block >= before:
                    raise OffDomain(f"the series over {letter} does not settle")
                block, before = 0, block
        raise Slow(f"the series over {letter} settles slowly")

    def _product(self, node):
        result = 1
        ((letter, low, high),) = node.limits
        for k in range(int(self._value(low)), int(self._value(high)) + 1):
            result = result * self._with({letter: k}, node.function)
        return result

    def _with(self, changes, body):
        saved = {s: self.values[s] for s in changes if s in self.values}
        self.values.update(changes)
        try:
            return self._value(body)
        finally:
            for s in changes:
                del self.values[s]
            self.values.update(saved)

    def _delta(self, node):
        a, b = (self._value(x) for x in node.args)
        return 1 if a == b else 0

    def _extremum(self, node):
        values = [self._value(a) for a in node.args]
        if any(_is_nan(value) for value in values):
            raise OffDomain(f"{node} compares something that is not a number")
        return (max if isinstance(node, sm.Max) else min)(values, key=_real)

    def _abs(self, node):
        value = self._value(node.args[0])
        return value if _real(value) >= 0 else -value

    def _known_function(self, node):
        """A function of SymPy by its namesake in NumPy, or in mpmath where NumPy has none."""
        values = [self._value(a) for a in node.args]
        fast = _FUNCTIONS[node.func]
        if fast and not self.exact:
            value = fast(*values)
            if np.isinf(value) and not any(map(np.isinf, values)):
                raise OverflowError(f"{node.func.__name__} of {values[0]}")
            return value if _is_complex(value) else float(value)
        plain = [mpmath.mpmathify(complex(v) if _is_complex(v) else v) for v in values]
        if self.exact:
            return getattr(mpmath, node.func.__name__)(*plain)
        with mpmath.workdps(50 if any(map(_is_complex, values)) else 20):  # a step of 1e-30 counts
            value = getattr(mpmath, node.func.__name__)(*plain)
        return complex(value) if isinstance(value, mpmath.mpc) else float(value)

    def _sign(self, node):
        value = _real(self._value(node.args[0]))
        return int(value > 0) - int(value < 0)

    def _piecewise(self, node):
        for value, condition in node.args:
            if condition == True or self._holds(condition):  # noqa: E712 (a SymPy truth value)
                return self._value(value)
        raise OffDomain(f"no branch of {node} applies")

    def _holds(self, condition):
        left, right = (_real(self._value(side)) for side in condition.args)
        return {
            sm.Eq: left == right,
            sm.Ne: left != right,
            sm.Lt: left < right,
            sm.Le: left <= right,
            sm.Gt: left > right,
            sm.Ge: left >= right,
        }[type(condition)]

    def _concept(self, node):
        function = {"library": node.library, "kernel": node.kernel or None}.get(self.through)
        if function is None or self.exact:
            return self._value(_written_out(node))
        arguments = [self.vector(argument) for argument in node.args]
        try:
            value = function(*arguments)
        except ValueError as refusal:
            raise OffDomain(f"the library refuses: {refusal}") from refusal
        if _is_nan(value):
            raise OffDomain(f"the library gives no number for {node}")
        self._note([value])
        return value

    def _whole(self, node):
        """One entry of a table, by NumPy's products of whole tables."""
        if self.through == "definition" or self.exact:
            return self._value(node.expand_definition())
        row, column = (int(self._value(place)) - 1 for place in node.position)
        value = self.table(node.args[0])[row, column]
        self._note([value])
        return value

    def table(self, node):
        """Return a table as an array of two dimensions; a vector is a column."""
        if isinstance(node, sm.Add):
            return sum(self.table(term) for term in node.args)
        if isinstance(node, sm.Mul):
            numbers = [a for a in node.args if not is_table(a)]
            (one,) = (a for a in node.args if is_table(a))
            return math.prod(self._value(a) for a in numbers) * self.table(one)
        if isinstance(node, Times):
            return self.table(node.args[0]) @ self.table(node.args[1])
        if isinstance(node, Transposed):
            return self.table(node.args[0]).T
        if isinstance(node, Ones):
            return np.ones((int(self._value(node.args[0])), 1))
        if isinstance(node, Diagonal):
            return np.diag(self.table(node.args[0])[:, 0])
        if isinstance(node, Nabla):
            lengths = [int(self._value(length)) for length in shape(node)]
            slopes = np.empty(lengths)
            for place in np.ndindex(*lengths):
                slopes[place] = self._value(node.cell(*(sm.Integer(k + 1) for k in place)))
            return slopes
        assert isinstance(node, Table)
        array = self.vector(letter_of(node))
        return array if array.ndim == 2 else array[:, None]

    def vector(self, argument):
        """Return the entries of a distribution, a vector, a tuple or a sum of them as an array."""
        if not is_vector(argument):
            return self._value(argument)
        letter = argument.letter if isinstance(argument, Distribution) else argument
        if isinstance(letter, sm.IndexedBase) and letter.label in self.values:
            return np.asarray(self.values[letter.label])
        if isinstance(argument, Distribution):
            array = self._computed(argument)
            if array is not None:
                return array
        lengths = [int(self._value(length)) for length in shape_of(argument)]
        entries = [self._value(_entry_of(argument, place)) for place in np.ndindex(*lengths)]
        return np.array(entries).reshape(lengths)

    def _integral(self, node):
        ((letter, low, high),) = node.limits
        low, high = (mpmath.mpmathify(self._value(end)) for end in (low, high))
        stepped = isinstance(low + high, mpmath.mpc)  # a complex step of an end
        number = mpmath.mpmathify if self.exact else complex if stepped else float
        inside = {k for k in self._corners(node.function, letter) if low.real < k < high.real}
        points = [low, *sorted(inside), high]
        total, doubt = mpmath.quad(
            lambda t: self._with({letter: number(t)}, node.function), points, error=True
        )
        if doubt > 1e-9 * max(1, abs(total)):
            raise OffDomain(f"quadrature over {letter} does not settle")
        return number(total)

    def _corners(self, body, letter):
        """Where quadrature must cut: at zero, where peaks stand, and where a modulus bends."""
        yield mpmath.mpf(0)
        for modulus in body.atoms(sm.Abs):
            (argument,) = modulus.args
            slope = sm.diff(argument, letter)
            if slope != 0 and not slope.has(letter):
                try:
                    at_zero = self._with({letter: 0}, argument)
                    yield mpmath.mpmathify(-at_zero / self._value(slope))
                except OffDomain:  # it stands in a sum whose letter has no value here
                    continue

    def _at(self, node):
        body, letter, value = node.args
        return self._with({letter: self._value(value)}, body)

    def _diff(self, node):
        body, letter = node.args[0], node.args[1]
        if node.order == 1 and not body.atoms(Diff):
            return self._complex_step(body, letter)
        if node.order == 1:
            return self._difference(letter, lambda moved: moved._value(body))
        if node.order == 2 and not body.atoms(Diff):
            return self._difference(letter, lambda moved: moved._complex_step(body, letter))
        raise OffDomain(f"no second road for a derivative of order {node.order}")

    def _complex_step(self, body, letter):
        """Differentiate through the library's kernel: Im f(x + ih)/h loses no digits."""
        stepped = Evaluator(self._moved(letter, 1j * _STEP), "kernel", False, self.realised)
        slope = float(np.imag(stepped._value(body))) / _STEP
        self.largest = max(self.largest, abs(slope))
        return slope

    def _difference(self, letter, function):
        """A five-point difference of a first derivative, which is itself a complex step."""
        step = 3e-3 * _room(letter, self._value(letter))
        weights = {-2: 1, -1: -8, 1: 8, 2: -1}
        terms = []
        for k, weight in weights.items():
            moved = Evaluator(self._moved(letter, k * step), "kernel", False, self.realised)
            terms.append(weight * function(moved))
        return sum(terms) / (12 * step)

    def _moved(self, letter, shift) -> dict:
        """The point with one letter, or one entry of a vector, shifted."""
        values = dict(self.values)
        if isinstance(letter, sm.Indexed):
            places = tuple(int(self._value(k)) - 1 for k in letter.indices)
            array = np.array(values[letter.base.label], dtype=np.result_type(shift, float))
            array[places] += shift
            values[letter.base.label] = array
        else:
            values[letter] = values[letter] + shift
        return values


def _room(letter, where) -> float:
    """How far a letter may move before it leaves its set."""
    if letter.is_Symbol and isinstance(domain_of(letter), Interval):
        ends = (domain_of(letter).low, domain_of(letter).high)
        near = [abs(where - float(end)) for end in ends if end.is_finite]
        return min(near, default=max(abs(where), 1.0))
    if isinstance(letter, sm.Indexed) and not letter.base.label.is_positive:
        return max(abs(where), 1.0)
    return abs(where) or 1.0


def _is_complex(value) -> bool:
    return isinstance(value, complex | np.complexfloating)


def _real(value):
    return value.real if _is_complex(value) else value


def _is_nan(value) -> bool:
    return bool(value != value)


def _total(terms):
    """Add terms; +inf and -inf together have no value."""
    reals = [t for t in terms if not _is_complex(t)]
    if any(t == math.inf for t in reals) and any(t == -math.inf for t in reals):
        raise OffDomain("inf - inf")
    return sum(terms)


# Functions of SymPy, and what computes them where NumPy does; mpmath uses SymPy's names.
_FUNCTIONS = {
    sm.sin: np.sin, sm.cos: np.cos, sm.tan: np.tan, sm.asin: np.arcsin, sm.acos: np.arccos,
    sm.atan: np.arctan, sm.sinh: np.sinh, sm.cosh: np.cosh, sm.tanh: np.tanh, sm.atanh: np.arctanh,
    sm.erf: None, sm.erfc: None, sm.besseli: None, sm.polylog: None, sm.gamma: None,
}  # fmt: skip

_METHODS = [
    (sm.Number, Evaluator._number), (sm.NumberSymbol, Evaluator._number),
    (sm.core.numbers.Infinity, Evaluator._number),
    (sm.core.numbers.ImaginaryUnit, lambda self, node: 1j), (Distribution, Evaluator._symbol),
    (sm.Indexed, Evaluator._indexed), (sm.Symbol, Evaluator._symbol),
    (sm.Add, Evaluator._add), (sm.Mul, Evaluator._mul), (sm.Pow, Evaluator._pow),
    (sm.log, Evaluator._log), (sm.exp, Evaluator._exp),
    (Group, Evaluator._inside), (Known, Evaluator._inside), (_Body, Evaluator._inside),
    (Rounded, Evaluator._inside), (sm.Sum, Evaluator._sum), (sm.Product, Evaluator._product),
    (sm.KroneckerDelta, Evaluator._delta), (sm.Max, Evaluator._extremum),
    (sm.Min, Evaluator._extremum), (sm.Abs, Evaluator._abs), (sm.Piecewise, Evaluator._piecewise),
    (sm.sign, Evaluator._sign), (tuple(_FUNCTIONS), Evaluator._known_function),
    (Whole, Evaluator._whole), (Concept, Evaluator._concept),
    (sm.Integral, Evaluator._integral), (At, Evaluator._at),
    (Diff, Evaluator._diff), (sm.core.function.AppliedUndef, Evaluator._unknown_function),
]  # fmt: skip


@cache
def _method_for(kind: type):
    """Return the method for a kind of node: that of the first class in the list that fits."""
    return next((method for known, method in _METHODS if issubclass(kind, known)), None)


@lru_cache(maxsize=8192)
def _entry_by_formula(formula: Callable[..., sm.Expr], places: tuple[int, ...]):
    """Return one entry of a distribution that is known by a formula."""
    return formula(*(sm.Integer(k) for k in places))


@lru_cache(maxsize=8192)
def _entry_of(argument, place: tuple[int, ...]):
    """Return one entry of a distribution, a tuple or a mixture, counted from zero."""
    return entry(argument, *(sm.Integer(k + 1) for k in place))


@lru_cache(maxsize=8192)
def _written_out(name: Concept):
    """Return what a concept stands for; writing it out anew at every point would take long."""
    return name.expand_definition()


# -- points ---------------------------------------------------------------------------------------
def draw(letters, rng: np.random.Generator, sizes: range, fixed: dict | None = None) -> dict:
    """Return random values for the letters (sizes first, as ``letters_of`` orders them).

    ``fixed`` gives the values of some of them beforehand.
    """
    values: dict = dict(fixed or {})
    for symbol in letters:
        if symbol not in values:
            values[symbol] = _draw_one(domain_of(symbol), rng, sizes, values)
    return values


def _lengths(shape, values):
    evaluate = Evaluator(values)
    return tuple(int(evaluate(length)) for length in shape)


def _draw_one(domain, rng, sizes, values):
    if isinstance(domain, Size):
        return int(rng.integers(max(sizes.start, domain.least), max(sizes.stop, domain.least + 1)))
    if isinstance(domain, Index):
        return int(rng.integers(1, _lengths([domain.size], values)[0] + 1))
    if isinstance(domain, Interval):
        return _draw_real(domain, rng)
    lengths = _lengths(domain.shape, values)
    if isinstance(domain, Simplex):
        return _draw_distribution(lengths, rng, domain.rows)
    if isinstance(domain, Reals):
        signed = not (domain.positive or domain.nonnegative)
        array = rng.normal(0, 2, lengths) if signed else rng.lognormal(0, 1, lengths)
        if domain.nonnegative:
            array *= rng.random(lengths) < 0.75  # some entries are zero
        return array - array.mean() if domain.zero_sum else array
    if isinstance(domain, Labels):
        return rng.integers(1, _lengths([domain.classes], values)[0] + 1, lengths)
    assert isinstance(domain, Permutation)
    return rng.permutation(lengths[0]) + 1


def _draw_real(domain: Interval, rng):
    low, high = float(domain.low), float(domain.high)
    if math.isinf(low) and math.isinf(high):
        return float(rng.normal(0, 2))
    if math.isinf(high):
        return low + float(rng.lognormal(0, 1.5))
    if math.isinf(low):
        return high - float(rng.lognormal(0, 1.5))
    return float(low + (high - low) * rng.uniform(1e-6, 1 - 1e-6))


def _draw_distribution(lengths, rng, rows):
    concentration = float(rng.choice([0.3, 1.0, 5.0]))
    weights = np.maximum(rng.gamma(concentration, size=lengths), 1e-12)
    return weights / (weights.sum(axis=-1, keepdims=True) if rows else weights.sum())


def edges(letters, sizes: range):
    """Yield named edge points: zeros, certainty, uniformity, tiny masses, ends of intervals."""
    rng = np.random.default_rng(0)
    for length in sorted({sizes.start, min(sizes.start + 2, sizes.stop - 1)}):
        base = draw(letters, rng, range(length, length + 1))
        yield f"size {length}", base
        for symbol in letters:
            for name, value in _edge_values(domain_of(symbol), base[symbol]):
                yield f"{symbol}: {name}", base | {symbol: value}
        shared = [s for s in letters if isinstance(domain_of(s), Simplex)]
        if len({np.shape(base[s]) for s in shared}) == 1 and len(shared) > 1:
            yield "equal distributions", base | dict.fromkeys(shared, base[shared[0]])


def _edge_values(domain, value):
    if isinstance(domain, Interval) and domain.closed:
        for end in (domain.low, domain.high):
            if end.is_finite:
                yield f"end {end}", float(end)
    if isinstance(domain, Interval) and not domain.closed:
        for end, sign in ((domain.low, 1), (domain.high, -1)):
            if end.is_finite:
                yield f"near {end}", float(end) + sign * (1e-5 if end else 1e-9)
    if isinstance(domain, Simplex):
        # One line after the other: all of the table, or each of its rows.
        lines = np.shape(value)[-1] if domain.rows else np.size(value)

        def table(line):
            return np.tile(line, np.size(value) // lines).reshape(np.shape(value))

        places = np.arange(lines)
        yield "uniform", table(np.full(lines, 1 / lines))
        yield "almost certain", table(np.where(places == 0, 1 - 1e-9 * (lines - 1), 1e-9))
        if not domain.positive:
            yield "certain", table(np.where(places == lines - 1, 1.0, 0.0))
            if lines > 2:
                yield "one zero", table(np.where(places == 0, 0.0, 1 / (lines - 1)))


def relative_error(left, right, scale) -> float:
    """Return |left − right| over the larger side or the largest term met on the way."""
    if left == right:
        return 0.0
    if not (math.isfinite(left) and math.isfinite(right)):
        return math.inf
    return abs(left - right) / max(abs(left), abs(right), scale, _FLOOR)
