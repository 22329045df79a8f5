"""Signs that can be read off the way an expression is built."""

from __future__ import annotations

import sympy as sm

from .expressions import Concept, Group, Known, _Body
from .notation import Interval, Simplex, domain_of, is_declared


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
    """An affine expression in one bounded letter is smallest at one of the ends.

    ``strictly``: the ends themselves belong to the range only where it is closed.
    """
    with sm.evaluate(True):
        plain = sm.expand(node.doit())
        if plain.is_number:
            return bool(plain.is_positive if strictly else plain.is_nonnegative)
        entries = [
            e for e in plain.atoms(sm.Indexed) if isinstance(domain_of(e.base.label), Simplex)
        ]
        letters = entries or [s for s in plain.free_symbols if s.is_Symbol and is_declared(s)]
        if len(letters) != 1 or plain.atoms(sm.Indexed) != set(entries):
            return False
        (letter,) = letters
        if not entries and not isinstance(domain_of(letter), Interval):
            return False
        low, high = (0, 1) if entries else (domain_of(letter).low, domain_of(letter).high)
        slope = sm.diff(plain, letter)
        if not slope.is_number or slope == 0:
            return False
        ends = [plain.subs(letter, end) for end in (low, high)]
        reached = bool(entries) or domain_of(letter).closed
        return all(
            bool(end.is_extended_positive if strictly and reached else end.is_extended_nonnegative)
            for end in ends
        )
