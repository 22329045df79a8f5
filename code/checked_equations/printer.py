r"""Typesetting of statements: a printer that keeps the order in which an expression was written.

>>> import sympy as sm
>>> from checked_equations import distribution, index, size, unevaluated, Sum
>>> n = size("n"); i = index("i", n); P = distribution("P", "p", n)
>>> with unevaluated():
...     latex(-Sum(P[i] * sm.log(P[i]), (i, 1, n)))
'-\\sum_{i=1}^{n} p_{i} \\log p_{i}'
"""

from __future__ import annotations

import re

import mpmath
import sympy as sm
from sympy.printing.latex import LatexPrinter, translate

from .expressions import Concept, Family, Group, Known, _Body

_NUMBER_OVER_NUMBER = re.compile(r"\\frac\{\d+\}\{\d+\}$")
_SUM_LIKE = (sm.Sum, sm.Product, sm.Limit, sm.Integral)


class BookPrinter(LatexPrinter):
    """A LaTeX printer for unevaluated expressions, in the conventions of the book.

    Terms and factors keep their order; a factor to the power −1 moves below the fraction bar; the
    logarithm of a letter takes no parentheses.
    """

    # -- sums of terms ------------------------------------------------------------------------
    def _print_Add(self, expr, order=None):
        pieces = []
        for place, term in enumerate(_flat(expr, sm.Add)):
            negative, size = _split_sign(term)
            body = self._term(size)
            if place == 0:
                pieces.append(("-" if negative else "") + body)
            else:
                pieces.append((" - " if negative else " + ") + body)
        return "".join(pieces)

    def _term(self, term):
        """A term with its sign in front: a sum, or a second sign, needs parentheses."""
        if isinstance(term, sm.Add) or _split_sign(term)[0]:
            return self._parenthesised(term)
        return self._print(term)

    def _parenthesised(self, expr):
        return rf"\left({self._print(expr)}\right)"

    # -- products -----------------------------------------------------------------------------
    def _print_Mul(self, expr):
        negative, body = _split_sign(expr)
        if negative:
            return f"-{self._term(body)}"
        over, under, behind = [], [], []
        for factor in _flat(body, sm.Mul):
            if isinstance(factor, sm.Pow) and _is_negative_number(factor.exp):
                exponent = -factor.exp
                power = (
                    factor.base if exponent == 1 else sm.Pow(factor.base, exponent, evaluate=False)
                )
                under.append(power)
            elif isinstance(factor, sm.Rational) and factor.p == 1 and factor.q != 1:
                under.append(sm.Integer(factor.q))
            else:
                over.append(factor)
                behind.append(bool(under))
        if not under:
            return self._row(over)
        # Sums, and logarithms that were written behind the divisor, stand beside the fraction.
        big = [
            place
            for place, factor in enumerate(over)
            if isinstance(factor, _SUM_LIKE) or (isinstance(factor, sm.log) and behind[place])
        ]
        over, beside = (over[: big[0]], over[big[0] :]) if big else (over, [])
        top = self._row(over) if over else "1"
        fraction = rf"\frac{{{top}}}{{{self._row(under)}}}"
        return f"{fraction} {self._row(beside)}" if beside else fraction

    def _row(self, factors):
        if len(factors) == 1:
            return self._print(factors[0])
        texts = []
        for place, factor in enumerate(factors):
            last = place == len(factors) - 1
            text = self._factor(factor, last=last)
            # 2 3 would read as 23, and 2 3/4 as a mixed number
            mixed = texts and texts[-1].isdigit() and _NUMBER_OVER_NUMBER.match(text)
            if texts and (factor.is_Number or text[0].isdigit() or mixed):
                texts.append(r"\cdot")
            texts.append(text)
        return " ".join(texts)

    def _factor(self, factor, *, last):
        if isinstance(factor, sm.Add) or (isinstance(factor, _SUM_LIKE) and not last):
            return self._parenthesised(factor)
        if isinstance(factor, sm.log) and not last:  # log x y would read as log(x y)
            return self._parenthesised(factor)
        if factor.is_Number and factor.is_negative:
            return self._parenthesised(factor)
        if isinstance(factor, sm.Mul) and _split_sign(factor)[0]:
            return self._parenthesised(factor)
        return self._print(factor)

    # -- powers -------------------------------------------------------------------------------
    def _print_Pow(self, expr):
        base, exponent = expr.args
        if exponent == sm.Rational(1, 2):
            return rf"\sqrt{{{self._print(base)}}}"
        if _is_negative_number(exponent):
            under = base if exponent == -1 else sm.Pow(base, -exponent, evaluate=False)
            return rf"\frac{{1}}{{{self._print(under)}}}"
        if isinstance(base, sm.log | sm.exp) or not (base.is_Atom or isinstance(base, sm.Indexed)):
            text = self._print(base) if isinstance(base, Group) else self._parenthesised(base)
        elif base.is_Number and (base.is_negative or not base.is_Integer):
            text = self._parenthesised(base)
        else:
            text = self._print(base)
        return f"{text}^{{{self._print(exponent)}}}"

    def _print_exp(self, expr, exp=None):
        return rf"e^{{{self._print(expr.args[0])}}}"

    def _print_Rational(self, expr):
        if expr.q == 1:
            return str(expr.p)
        sign = "-" if expr.p < 0 else ""
        return rf"{sign}\frac{{{abs(expr.p)}}}{{{expr.q}}}"

    def _print_Half(self, expr):
        return self._print_Rational(expr)

    # -- functions ----------------------------------------------------------------------------
    def _print_log(self, expr, exp=None):
        (argument,) = expr.args
        if self._encloses(argument):
            return rf"\log {self._print(argument)}"
        return rf"\log {self._parenthesised(argument)}"

    def _encloses(self, argument) -> bool:
        """Whether the argument of a logarithm reads unambiguously without parentheses."""
        if isinstance(argument, Known | _Body):
            return self._encloses(argument.args[0])
        if isinstance(argument, Group | sm.Indexed | sm.core.function.AppliedUndef):
            return True
        if isinstance(argument, Concept) and argument.brackets[0] == "(":
            return True
        if argument.is_Symbol or argument.is_Number or isinstance(argument, sm.NumberSymbol):
            return not argument.is_Number or bool(argument.is_nonnegative)
        if isinstance(argument, sm.Pow) and not _is_negative_number(argument.exp):
            return argument.exp == sm.Rational(1, 2) or isinstance(argument.base, sm.Symbol)
        return isinstance(argument, sm.Pow | sm.Mul) and _is_one_fraction(self._print(argument))

    def print_concept(self, expr):
        """Return the name of a concept with its arguments, as its author asked."""
        left, right = expr.brackets
        inside = expr.separator.join(
            ", ".join(self._small(part) for part in argument)
            if isinstance(argument, sm.Tuple) and len(expr.args) == 1 and not _is_named(argument)
            else self._small(argument)
            for argument in expr.args[: expr.shown]
        )
        return rf"{expr.symbol}{left}{inside}{right}"

    def _small(self, argument):
        """An argument in a list: fractions on one line, tuples in parentheses."""
        if isinstance(argument, sm.Tuple):
            name, bare = (argument.symbol, argument.bare) if _is_named(argument) else ("", False)
            return name if bare else rf"{name}({', '.join(self._small(part) for part in argument)})"
        return self._print(argument).replace(r"\frac", r"\tfrac")

    def _print_Tuple(self, expr):
        return self._small(expr)

    def _print_Group(self, expr):
        return self._parenthesised(expr.args[0])

    def _print__Body(self, expr):
        return self._print(expr.args[0])

    def _print_Known(self, expr):
        return self._print(expr.args[0])

    def _print_Rounded(self, expr):
        return rounded_digits(expr)

    def _print_AppliedUndef(self, expr):
        inside = ", ".join(self._print(argument) for argument in expr.args)
        return rf"{translate(expr.func.__name__)}({inside})"

    # -- letters ------------------------------------------------------------------------------
    def _print_Symbol(self, expr, style="plain"):
        return expr.name

    def _print_Distribution(self, expr):
        return expr.name

    def _print_Dummy(self, expr):
        return expr.name

    def _print_Indexed(self, expr):
        places = "".join if all(len(self._print(k)) == 1 for k in expr.indices) else ", ".join
        return f"{self._print(expr.base.label)}_{{{places(self._print(k) for k in expr.indices)}}}"

    def _print_KroneckerDelta(self, expr, exp=None):
        return rf"\delta_{{{self._print(expr.args[0])} {self._print(expr.args[1])}}}"

    # -- sums, limits, derivatives ------------------------------------------------------------
    def _print_Sum(self, expr):
        return self._big(r"\sum", expr)

    def _print_Product(self, expr):
        return self._big(r"\prod", expr)

    def _big(self, sign, expr):
        (letter, low, high), *rest = (tuple(limit) for limit in expr.limits)
        if rest:
            raise ValueError(f"{expr}: write nested sums with checked_equations.Sum")
        body = expr.function
        inner = self._print(body)
        if isinstance(body, sm.Add) or inner.startswith("-"):
            inner = rf"\left({inner}\right)"
        high = r"\infty" if high == sm.oo else self._print(high)
        return rf"{sign}_{{{self._print(letter)}={self._print(low)}}}^{{{high}}} {inner}"

    def _print_Integral(self, expr):
        ((letter, low, high),) = expr.limits
        ends = rf"_{{{self._print(low)}}}^{{{self._print(high)}}}"
        body = self._factor(expr.function, last=True)
        return rf"\int{ends} {body} \, \mathrm{{d}} {self._print(letter)}"

    def _print_Limit(self, expr):
        body, letter, target, direction = expr.args
        side = {"+": r"^{+}", "-": r"^{-}"}.get(str(direction), "")
        if target in (sm.oo, -sm.oo):
            side = ""
        if str(direction) == "+" and target == 0:
            arrow = rf"{self._print(letter)} \downarrow 0"
        else:
            arrow = rf"{self._print(letter)} \to {self._print(target)}{side}"
        return rf"\lim_{{{arrow}}} {self._factor(body, last=True)}"

    def _print_Diff(self, expr):
        body, letter = expr.args[0], self._print(expr.args[1])
        d = r"\partial" if _many_letters(body) else r"\mathrm{d}"
        power = f"^{{{expr.order}}}" if expr.order > 1 else ""
        head = rf"\frac{{{d}{power}}}{{{d} {letter}{power}}}"
        big = isinstance(body, _SUM_LIKE)
        return f"{head} {self._print(body) if big else self._factor(body, last=True)}"

    def _print_At(self, expr):
        body, letter, value = expr.args
        text = rf"\left. {self._print(body)} \right|"
        return rf"{text}_{{{self._print(letter)} = {self._print(value)}}}"

    def _print_Infinity(self, expr):
        return r"\infty"


def _is_named(argument) -> bool:
    return isinstance(argument, Family)


def _many_letters(body) -> bool:
    letters = {s for s in body.free_symbols if s.is_Symbol}
    return bool(body.atoms(sm.Indexed, sm.IndexedBase)) or len(letters) > 1


def _flat(expr, kind):
    """The terms or factors of nested sums or products, in written order."""
    for part in expr.args if isinstance(expr, kind) else [expr]:
        if isinstance(part, kind) and not (kind is sm.Mul and _split_sign(part)[0]):
            yield from _flat(part, kind)
        else:
            yield part


def _split_sign(term):
    """Return (negative, rest): whether a minus sign leads the term, and the term without it."""
    if term.is_Number and term.is_negative:
        return True, -term
    if isinstance(term, sm.Mul):
        first, *rest = term.args
        if first == -1 and rest:
            body = rest[0] if len(rest) == 1 else sm.Mul(*rest, evaluate=False)
            return True, body
        if first.is_Number and first.is_negative:
            return True, sm.Mul(-first, *rest, evaluate=False)
        negative, head = _split_sign(first) if isinstance(first, sm.Mul) else (False, first)
        if negative:
            return True, sm.Mul(head, *rest, evaluate=False)
    return False, term


def _is_negative_number(exponent) -> bool:
    return bool(exponent.is_Number and exponent.is_negative)


def _is_one_fraction(text: str) -> bool:
    r"""Whether the text is ``\frac{…}{…}`` and nothing beside it."""
    if not text.startswith(r"\frac{"):
        return False
    depth, groups = 0, 0
    for place, sign in enumerate(text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if sign == "}" and depth == 0:
            groups += 1
            if groups == 2:
                return place == len(text) - 1
    return False


def rounded_digits(node) -> str:
    """Return the decimal that a ``Rounded`` node shows, rounded half away from the exact value."""
    value, digits = node.args
    with mpmath.workdps(60):
        number = mpmath.mpf(str(sm.N(value.doit(), 55)))
        scaled = number * mpmath.mpf(10) ** int(digits)
        whole = int(mpmath.floor(abs(scaled) + mpmath.mpf("0.5")))
    sign = "-" if scaled < 0 and whole else ""
    text = str(whole).rjust(int(digits) + 1, "0")
    cut = len(text) - int(digits)
    return sign + text[:cut] + (f".{text[cut:]}" if digits > 0 else "")


def latex(expression) -> str:
    """Return the LaTeX of an expression, in the order in which it was written."""
    return BookPrinter({"order": "none"}).doprint(expression)
