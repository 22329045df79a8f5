"""Signs that can be read off the way an expression is built."""

from __future__ import annotations

import sympy as sm

from .expressions import Concept, Group, Known, _Body
from .notation import Interval, Simplex, domain_of, is_declared

_MOST_BOUNDED = 4  # letters whose corners are visited


def is_nonnegative(node) -> bool:
    """Whether the way an expression is built shows that it is at least zero."""
    if isinstance(node, Known):
        return node.lemma is not None
    if node.is_Number:
        return bool(node >= 0)
    if isinstance(node, sm.Add):
        return all(is_nonnegative(a) for a in node.args) or _stays_above_zero(node)
    if isinstance(node, sm.Mul):
        doubtful = [a for a in node.args if not is_nonnegative(a)]
        return len(doubtful) % 2 == 0 and all(map(_is_nonpositive, doubtful))
    if isinstance(node, sm.Pow):
        if node.exp.is_Integer and node.exp % 2 == 0:
            return bool(node.base.is_extended_real) or is_nonnegative(node.base)
        return is_nonnegative(node.base)
    if isinstance(node, sm.Sum | sm.Product):
        return is_nonnegative(node.function) and all(low >= 1 for _, low, _ in node.limits)
    if isinstance(node, sm.Integral):
        ((_, low, high),) = node.limits
        return is_nonnegative(node.function) and bool((high - low).is_nonnegative)
    if isinstance(node, Group | _Body):
        return is_nonnegative(node.args[0])
    if isinstance(node, Concept):
        return is_nonnegative(node.expand_definition())
    if isinstance(node, sm.exp | sm.Abs):
        return True
    if isinstance(node, sm.Max):
        return any(is_nonnegative(a) for a in node.args)
    if isinstance(node, sm.Min):
        return all(is_nonnegative(a) for a in node.args)
    return bool(node.is_nonnegative)


def is_positive(node) -> bool:
    """Whether the way an expression is built shows that it is above zero."""
    if isinstance(node, Group | _Body):
        return is_positive(node.args[0])
    if isinstance(node, sm.Add):
        some = any(is_positive(a) for a in node.args)
        return (some and all(is_nonnegative(a) for a in node.args)) or _stays_above_zero(node, True)
    if isinstance(node, sm.Mul):
        doubtful = [a for a in node.args if not is_positive(a)]
        return len(doubtful) % 2 == 0 and all(map(_is_negative, doubtful))
    if isinstance(node, sm.Pow):
        return is_positive(node.base)
    if isinstance(node, sm.Sum | sm.Product):
        return is_positive(node.function) and all(low == 1 for _, low, _ in node.limits)
    return bool(node.is_positive)


def _is_nonpositive(node) -> bool:
    return bool(node.is_nonpositive) or (isinstance(node, sm.Add) and is_nonnegative(_turned(node)))


def _is_negative(node) -> bool:
    return bool(node.is_negative) or (isinstance(node, sm.Add) and is_positive(_turned(node)))


def _turned(node):
    with sm.evaluate(True):
        return sm.expand(-node.doit())


def _stays_above_zero(node, strictly: bool = False) -> bool:
    """Whether an expression that is affine in each bounded letter is above zero at every corner.

    In between it is an average of the corners. An open range does not hold its corners, so there
    one corner above zero is enough for a strict sign.
    """
    with sm.evaluate(True):
        plain = sm.expand(node.doit())
        if plain.is_number:
            return bool(plain.is_positive if strictly else plain.is_nonnegative)
        numbers = [s for s in plain.free_symbols if _finite_ends(s) >= 1]
        boxed = [s for s in numbers if _finite_ends(s) == 2]
        entries = [
            e
            for e in plain.atoms(sm.Indexed)
            if is_declared(e.base.label) and isinstance(domain_of(e.base.label), Simplex)
        ]
        return any(
            _corners_above_zero(plain, letters, strictly)
            for letters in (boxed, numbers, numbers + entries)
            if 0 < len(letters) <= _MOST_BOUNDED
        )


def _finite_ends(symbol) -> int:
    """How many ends of the range of a number are finite; 0 for every other letter."""
    if not (symbol.is_Symbol and is_declared(symbol)):
        return 0
    domain = domain_of(symbol)
    if not isinstance(domain, Interval):
        return 0
    return bool(domain.low.is_finite) + bool(domain.high.is_finite)


def _corners_above_zero(plain, letters, strictly) -> bool:
    if not all(sm.diff(plain, letter, 2) == 0 for letter in letters):
        return False
    corners, closed = [plain], True
    for letter in letters:
        if letter.is_Symbol:
            domain = domain_of(letter)
            ends, closed = (domain.low, domain.high), closed and domain.closed
        else:
            ends = (0, 1)
        corners = [corner.subs(letter, end) for corner in corners for end in ends]
    if not all(bool(corner.is_extended_nonnegative) for corner in corners):
        return False
    above = [bool(corner.is_extended_positive) for corner in corners]
    return not strictly or all(above) or (not closed and any(above))
