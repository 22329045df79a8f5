"""What is printed says what is meant: an independent reader of the LaTeX finds the same number."""

import re

import mpmath
import pytest
import sympy as sm
from checked_equations import (
    At,
    Diff,
    Group,
    Product,
    Rounded,
    Sum,
    identity,
    latex,
    unevaluated,
)
from checked_equations.statements import approx, eq, value
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_equations import KL, LETTERS, H, P, Q, T, i, j, k, lam, n, v, w, x, y
from sympy import exp, log

# -- a reader of LaTeX that knows nothing of SymPy ------------------------------------------------
TOKEN = re.compile(
    r"\\left\(|\\right\)|\\[a-zA-Z]+|\d+\.\d+|\d+|[a-zA-Z]|[{}_^+\-=()]|\s+", re.DOTALL
)
NUMBERS = {
    name: mpmath.mpf(number)
    for name, number in {"x": "1.37", "y": "0.61", "w": "-0.83", r"\lambda": "0.29"}.items()
}
VECTORS = {"p": [0.21, 0.34, 0.45], "q": [0.52, 0.13, 0.35], "v": [-1.1, 0.7, 2.3]}
LARGEST = 1e50
DIGITS = 60  # of the reader and of the reference, so that cancellation does not blur them
LENGTH = 3
LARGEST_EXPONENT = 1e4  # beyond it mpmath needs as many digits as the exponent is long


def exponential(exponent):
    """e to a power, refused where a tower of powers would take hours."""
    if abs(exponent) > LARGEST_EXPONENT:
        raise OverflowError(f"e to the power {mpmath.nstr(exponent, 3)}")
    return mpmath.exp(exponent)


class Reader:
    """Evaluates printed mathematics by the rules a reader goes by.

    A sum reaches over the product behind it and stops at + and −; a logarithm without parentheses
    takes one letter (with its index and power) or one fraction, and must not be followed by a
    factor that could be taken for a part of it.
    """

    def __init__(self, text, letters=None):
        self.tokens = [t for t in TOKEN.findall(text) if t.strip()]
        assert "".join(self.tokens) == re.sub(r"\s+", "", text), f"unreadable: {text}"
        self.place = 0
        self.letters = dict(letters or {})

    @property
    def next(self):
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self, expected=None):
        token = self.next
        assert expected is None or token == expected, f"{token!r} where {expected!r} was expected"
        self.place += 1
        return token

    def read(self):
        value = self.terms()
        assert self.next is None, f"left over: {self.tokens[self.place :]}"
        return value

    def terms(self):
        sign = -1 if self.next == "-" and self.take() else 1
        total = sign * self.product()
        while self.next in ("+", "-"):
            sign = 1 if self.take() == "+" else -1
            total += sign * self.product()
        return total

    def product(self):
        assert self.next not in ("-", "+", None), "two signs in a row"
        result = self.factor()
        while self.next not in ("+", "-", "}", r"\right)", ")", None):
            if self.next == r"\cdot":
                self.take()
            else:
                assert not self.next[0].isdigit(), "a number behind a factor, without a dot"
            result *= self.factor()
        return result

    def factor(self):
        if self.next == r"\log":
            return self.logarithm()
        if self.next in (r"\sum", r"\prod"):
            return self.big()
        value = self.atom()
        return self.power(value)

    def power(self, value):
        if self.next == "^":
            self.take()
            return value ** self.group()
        return value

    def group(self):
        self.take("{")
        value = self.terms()
        self.take("}")
        return value

    def atom(self):
        token = self.take()
        if token == r"\left(":
            value = self.terms()
            self.take(r"\right)")
            return value
        if token in (r"\frac", r"\tfrac"):
            above = self.group()
            return above / self.group()
        if token == r"\sqrt":
            return mpmath.sqrt(self.group())
        if token[0].isdigit():
            return mpmath.mpf(token)
        if token == "e" and self.next == "^":
            self.take()
            return exponential(self.group())
        if self.next == "_":
            self.take()
            self.take("{")
            where = self.letters[self.take()]
            self.take("}")
            return VECTORS[token][where - 1]
        if token == "n":
            return LENGTH
        return self.letters[token] if token in self.letters else NUMBERS[token]

    def logarithm(self):
        self.take(r"\log")
        closed = self.next == r"\left("
        value = mpmath.log(self.power(self.atom()))
        follower = self.next in ("+", "-", "}", r"\right)", r"\cdot", r"\log", None)
        assert closed or follower, f"log of a letter is followed by {self.next}"
        return value

    def big(self):
        kind = self.take()
        self.take("_")
        self.take("{")
        letter = self.take()
        self.take("=")
        low = int(self.terms())
        self.take("}")
        self.take("^")
        high = int(self.group())
        start, outside = self.place, dict(self.letters)
        values = []
        for number in range(low, high + 1):
            self.place, self.letters = start, outside | {letter: number}
            values.append(self.product())
        self.letters = outside
        return sum(values) if kind == r"\sum" else mpmath.fprod(values)


def exact_value(expression, letters=None):
    """Evaluate the SymPy tree, node by node, without its printer."""
    letters = letters or {}
    go = lambda node: exact_value(node, letters)  # noqa: E731
    if isinstance(expression, sm.Indexed):
        return VECTORS[expression.base.label.name][letters[expression.indices[0].name] - 1]
    if expression.is_Number:
        return mpmath.mpf(expression.p) / expression.q
    if expression == n:
        return LENGTH
    if expression.is_Symbol:
        name = expression.name
        return letters[name] if name in letters else NUMBERS[name]
    if isinstance(expression, sm.Sum | sm.Product):
        ((letter, low, high),) = expression.limits
        values = [
            exact_value(expression.function, letters | {letter.name: number})
            for number in range(int(go(low)), int(go(high)) + 1)
        ]
        return sum(values) if isinstance(expression, sm.Sum) else mpmath.fprod(values)
    parts = [go(argument) for argument in expression.args]
    if isinstance(expression, sm.Add):
        return sum(parts)
    if isinstance(expression, sm.Mul):
        return mpmath.fprod(parts)
    if isinstance(expression, sm.Pow):
        return parts[0] ** parts[1]
    if isinstance(expression, sm.log):
        return mpmath.log(parts[0])
    if isinstance(expression, sm.exp):
        return exponential(parts[0])
    return parts[0]  # Group, and the wrapper of a nested sum


# -- random expressions ---------------------------------------------------------------------------
p, q = (sm.IndexedBase(LETTERS.distributions[one].letter.label) for one in (P, Q))
LEAVES = st.sampled_from(
    [x, y, w, lam, n, p[i], q[i], v[i], sm.Integer(2), sm.Integer(-3), sm.Rational(3, 2),
     sm.Rational(1, 2), sm.Rational(-1, 2), sm.Integer(-1), sm.Integer(1)]
)  # fmt: skip


def build(children):
    two = st.tuples(children, children)
    three = st.tuples(children, children, children)
    return st.one_of(
        st.one_of(two, three).map(lambda parts: sm.Add(*parts, evaluate=False)),
        st.one_of(two, three).map(lambda parts: sm.Mul(*parts, evaluate=False)),
        two.map(lambda ab: sm.Mul(ab[0], sm.Pow(ab[1], -1, evaluate=False), evaluate=False)),
        two.map(lambda ab: sm.Mul(sm.Pow(ab[0], -1, evaluate=False), ab[1], evaluate=False)),
        children.map(lambda e: sm.Mul(-1, e, evaluate=False)),
        st.tuples(children, st.sampled_from([2, 3, -1, -2])).map(
            lambda be: sm.Pow(be[0], be[1], evaluate=False)
        ),
        children.map(lambda e: log(sm.Pow(e, 2, evaluate=False), evaluate=False)),
        st.sampled_from([log(x, evaluate=False), log(p[i], evaluate=False)]),
        two.map(
            lambda ab: log(
                sm.Mul(
                    sm.Pow(ab[0], 2, evaluate=False),
                    sm.Pow(sm.Pow(ab[1], 2, evaluate=False), -1, evaluate=False),
                    evaluate=False,
                ),
                evaluate=False,
            )
        ),
        children.map(lambda e: exp(e, evaluate=False)),
        children.map(lambda e: Sum(e, (i, 1, n))),
        children.map(lambda e: Sum(e, (j, 1, 2))),
        children.map(Group),
    )


EXPRESSIONS = st.recursive(LEAVES, build, max_leaves=12)


def settled(compute, *excused):
    """The number that ``compute`` gives, or None where rounding decides it, as in log(log(x/x))."""
    values = []
    for digits in (DIGITS, DIGITS + 30):
        with mpmath.workdps(digits):
            try:
                values.append(compute())
            except excused:
                return None
    value, finer = values
    same = value == finer or mpmath.almosteq(value, finer, rel_eps=1e-12, abs_eps=1e-12)
    return value if same else None


@given(EXPRESSIONS)
@settings(max_examples=400)
def test_a_reader_of_the_print_finds_the_value_of_the_expression(expression):
    with unevaluated():
        whole = Sum(expression, (i, 1, n))
        text = latex(whole)
        meant = settled(lambda: exact_value(whole), OverflowError, ZeroDivisionError, ValueError)
        if meant is None or isinstance(meant, mpmath.mpc) or not mpmath.isfinite(meant):
            return
        if abs(meant) > LARGEST:  # a tower of powers multiplies the rounding of its letters
            return
        read = settled(lambda: Reader(text).read(), ZeroDivisionError)
        if read is None:  # a quotient that is 1, or a difference that is 0, up to rounding
            return
        assert mpmath.almosteq(read, meant, rel_eps=1e-9, abs_eps=1e-9), text


def test_the_reader_itself_sees_a_missing_parenthesis():
    with pytest.raises(AssertionError):
        Reader(r"\log x y").read()
    with pytest.raises(AssertionError):
        Reader("x - -y").read()
    with pytest.raises(AssertionError):
        Reader("x 2").read()
    assert abs(Reader(r"\sum_{i=1}^{n} p_{i} - 1").read()) < 1e-12


# -- conventions, one by one ----------------------------------------------------------------------
def printed(build):
    with unevaluated():
        return latex(build())


@pytest.mark.parametrize(
    ("build", "text"),
    [
        (lambda: y + x, "y + x"),
        (lambda: y * x, "y x"),
        (lambda: x - y, "x - y"),
        (lambda: -x + y, "-x + y"),
        (lambda: x - (y + 1), r"x - \left(y + 1\right)"),
        (lambda: (x + y) * (x - y), r"\left(x + y\right) \left(x - y\right)"),
        (lambda: x / y, r"\frac{x}{y}"),
        (lambda: 1 / (x + y), r"\frac{1}{x + y}"),
        (lambda: (x + 1) / (y * (x + y)), r"\frac{x + 1}{y \left(x + y\right)}"),
        (lambda: sm.Mul(2, sm.Integer(3), evaluate=False), r"2 \cdot 3"),
        (
            lambda: sm.Rational(1, 2) * (1 / (sm.Integer(3) / 2)),
            r"\frac{1}{2 \cdot \frac{3}{2}}",
        ),
        (
            lambda: sm.Mul(x, sm.Mul(2, sm.Rational(-3, 2), evaluate=False), evaluate=False),
            r"x \cdot 2 \cdot \left(-\frac{3}{2}\right)",
        ),
        (
            lambda: sm.Mul(
                sm.Rational(1, 2),
                sm.Pow(sm.Mul(2, sm.Rational(-3, 2), evaluate=False), -1, evaluate=False),
                evaluate=False,
            ),
            r"\frac{1}{2 \cdot 2 \cdot \left(-\frac{3}{2}\right)}",
        ),
        (lambda: sm.Mul(x, -3, evaluate=False), r"x \cdot \left(-3\right)"),
        (lambda: sm.Mul(-1, sm.Mul(-1, x, evaluate=False), evaluate=False), r"-\left(-x\right)"),
        (lambda: sm.Rational(1, 2) * log(x), r"\frac{1}{2} \log x"),
        (lambda: log(x) / 2, r"\frac{\log x}{2}"),
        (lambda: log(x) * y, r"\left(\log x\right) y"),
        (lambda: log(x) * log(y), r"\left(\log x\right) \log y"),
        (lambda: y * log(x), r"y \log x"),
        (lambda: log(x / y), r"\log \frac{x}{y}"),
        (lambda: log(x + y), r"\log \left(x + y\right)"),
        (lambda: log(x * y), r"\log \left(x y\right)"),
        (lambda: log(x) ** 2, r"\left(\log x\right)^{2}"),
        (lambda: log(x**2), r"\log x^{2}"),
        (lambda: sm.sqrt(x), r"\sqrt{x}"),
        (lambda: x**-2, r"\frac{1}{x^{2}}"),
        (lambda: exp(-x), "e^{-x}"),
        (lambda: (x + y) ** 2, r"\left(x + y\right)^{2}"),
        (lambda: Sum(P[i], (i, 1, n)), r"\sum_{i=1}^{n} p_{i}"),
        (lambda: Sum(P[i] + x, (i, 1, n)), r"\sum_{i=1}^{n} \left(p_{i} + x\right)"),
        (lambda: Sum(-P[i], (i, 1, n)), r"\sum_{i=1}^{n} \left(-p_{i}\right)"),
        (
            lambda: Sum(P[i] * Sum(Q[j], (j, 1, n)), (i, 1, n)),
            r"\sum_{i=1}^{n} p_{i} \sum_{j=1}^{n} q_{j}",
        ),
        (lambda: Sum(P[i], (i, 1, n)) * x, r"\left(\sum_{i=1}^{n} p_{i}\right) x"),
        (lambda: Sum(x, (i, 1, sm.oo)), r"\sum_{i=1}^{\infty} x"),
        (lambda: Product(P[i], (i, 1, n)), r"\prod_{i=1}^{n} p_{i}"),
        (lambda: T[i, j], "t_{ij}"),
        (lambda: H(P), "H(P)"),
        (lambda: KL(P, Q), r"D(P \,\Vert\, Q)"),
        (
            lambda: H(sm.Tuple(sm.Rational(1, 2), sm.Rational(1, 2))),
            r"H(\tfrac{1}{2}, \tfrac{1}{2})",
        ),
        (
            lambda: KL(sm.Tuple(sm.Integer(1), sm.Integer(0)), Q),
            r"D((1, 0) \,\Vert\, Q)",
        ),
        (lambda: H(lam * P + (1 - lam) * Q), r"H(\lambda P + \left(1 - \lambda\right) Q)"),
        (lambda: Diff(x**2, x), r"\frac{\mathrm{d}}{\mathrm{d} x} x^{2}"),
        (lambda: Diff(x * y, x), r"\frac{\partial}{\partial x} x y"),
        (lambda: Diff(x * y, x, 2), r"\frac{\partial^{2}}{\partial x^{2}} x y"),
        (lambda: Diff(x + y, x), r"\frac{\partial}{\partial x} \left(x + y\right)"),
        (lambda: Diff(KL(P, Q), Q[k]), r"\frac{\partial}{\partial q_{k}} D(P \,\Vert\, Q)"),
        (lambda: At(x**2, x, sm.Integer(0)), r"\left. x^{2} \right|_{x = 0}"),
        (lambda: sm.Limit(x * log(x), x, 0, "+"), r"\lim_{x \downarrow 0} x \log x"),
        (lambda: sm.Limit(1 / w, w, sm.oo), r"\lim_{w \to \infty} \frac{1}{w}"),
        (lambda: sm.Limit(x + 1, x, 1, "-"), r"\lim_{x \to 1^{-}} \left(x + 1\right)"),
        (lambda: sm.KroneckerDelta(i, k), r"\delta_{i k}"),
        (lambda: sm.Function("F")(x + y), "F(x + y)"),
        (lambda: Group(x + y), r"\left(x + y\right)"),
    ],
)
def test_the_conventions_of_print(build, text):
    assert printed(build) == text


@pytest.mark.parametrize(
    ("number", "digits", "text"),
    [
        (log(2), 4, "0.6931"),
        (-log(2), 2, "-0.69"),
        (sm.Rational(1, 8), 2, "0.13"),
        (sm.Rational(-1, 8), 2, "-0.13"),
        (sm.Integer(2), 3, "2.000"),
        (sm.Rational(1, 1000), 2, "0.00"),
        (sm.Rational(-1, 1000), 2, "0.00"),
        (sm.Rational(1999, 1000), 2, "2.00"),
        (100 * log(2), 0, "69"),
    ],
)
def test_rounded_digits_come_from_the_exact_number(number, digits, text):
    assert latex(Rounded(number, digits)) == text


def test_a_chain_is_one_aligned_line_for_each_link():
    with unevaluated():
        chain = identity(
            "eq-chain", (x + y) ** 2, eq((x + y) * (x + y)), eq(x**2 + 2 * x * y + y**2)
        )
    assert chain.latex() == (
        "\\begin{aligned}\n"
        "\\left(x + y\\right)^{2} &= \\left(x + y\\right) \\left(x + y\\right) \\\\\n"
        "&= x^{2} + 2 x y + y^{2}\n"
        "\\end{aligned}"
    )


def test_a_single_link_stands_on_one_line():
    with unevaluated():
        one = value("eq-one", log(4), eq(2 * log(2)))
        two = value("eq-two", log(4), approx(Rounded(log(4), 3)))
    assert one.latex() == r"\log 4 = 2 \log 2"
    assert two.latex() == r"\log 4 \approx 1.386"


def test_nested_sums_in_one_call_print_one_sign_each():
    assert printed(lambda: Sum(T[i, j], (i, 1, n), (j, 1, n))).count(r"\sum") == 2
