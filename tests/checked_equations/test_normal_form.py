"""Every rule of the normal form with a right rewrite and with wrong ones that look like it."""

import pytest
import sympy as sm
from checked_equations import (
    At,
    Diff,
    Group,
    Product,
    Rounded,
    Sum,
    concept,
    normal_form,
    sum_over,
    unevaluated,
)
from checked_equations.normal_form import Undecided, is_zero
from sample_equations import KL, H, P, Q, R, T, U, a, c, d, i, j, k, lam, m, n, pi, s, v, w, x, y, z
from sympy import KroneckerDelta, exp, log

o = sm.Dummy("o", integer=True, positive=True)

RIGHT_AND_WRONG = {
    "the modulus of what has a visible sign needs no bars": (
        lambda: (sm.Abs(-x - (1 - lam) * y), x + (1 - lam) * y),
        lambda: (sm.Abs(x - (1 - lam) * y), x - (1 - lam) * y),
    ),
    "hyperbolic functions are exponentials": (
        lambda: (sm.tanh(x), (exp(2 * x) - 1) / (exp(2 * x) + 1)),
        lambda: (sm.tanh(x), (exp(x) - 1) / (exp(x) + 1)),
    ),
    "sine and cosine add up": (
        lambda: (sm.cos(x + y) - sm.cos(x), -2 * sm.sin(x + y / 2) * sm.sin(y / 2)),
        lambda: (sm.cos(x + y) - sm.cos(x), -2 * sm.sin(x + y) * sm.sin(y / 2)),
    ),
    "halves of an exponent are letters of their own": (
        lambda: (1 / (1 + exp(-x / 2)) - 1 / (1 + exp(x / 2)), sm.tanh(x / 4)),
        lambda: (1 / (1 + exp(-x / 2)) - 1 / (1 + exp(x / 2)), sm.tanh(x / 2)),
    ),
    "what an integral gives is brought to normal form": (
        lambda: (sm.Integral(1 / (1 + exp(-s)), (s, 0, 1)), log((1 + exp(1)) / 2)),
        lambda: (sm.Integral(1 / (1 + exp(-s)), (s, 0, 1)), log((1 + exp(1)) / 3)),
    ),
    "letters of sums are renamed": (
        lambda: (Sum(P[i] * log(Q[i]), (i, 1, n)), Sum(P[j] * log(Q[j]), (j, 1, n))),
        lambda: (Sum(P[i] * log(Q[i]), (i, 1, n)), Sum(P[j] * log(Q[k]), (j, 1, n))),
    ),
    "sums are linear": (
        lambda: (Sum(2 * v[i] + x, (i, 1, n)), 2 * Sum(v[i], (i, 1, n)) + n * x),
        lambda: (Sum(2 * v[i] + x, (i, 1, n)), 2 * Sum(v[i], (i, 1, n)) + x),
    ),
    "a factor moves out of a sum": (
        lambda: (Sum(x * v[i], (i, 1, n)), x * Sum(v[i], (i, 1, n))),
        lambda: (Sum(Q[i] * v[i], (i, 1, n)), Q[k] * Sum(v[i], (i, 1, n))),
    ),
    "a product of sums is not a sum of products": (
        lambda: (
            Sum(Q[i], (i, 1, n)) * Sum(v[j], (j, 1, n)),
            Sum(Q[i] * v[j], (i, 1, n), (j, 1, n)),
        ),
        lambda: (Sum(R[i] * v[i], (i, 1, n)), Sum(R[i], (i, 1, n)) * Sum(v[i], (i, 1, n))),
    ),
    "the square of a sum is a double sum": (
        lambda: (Sum(v[i], (i, 1, n)) ** 2, Sum(v[i] * v[j], (i, 1, n), (j, 1, n))),
        lambda: (Sum(v[i], (i, 1, n)) ** 2, Sum(v[i] ** 2, (i, 1, n))),
    ),
    "finite sums change places": (
        lambda: (
            Sum(Sum(T[i, o] * v[i], (i, 1, n)), (o, 1, m)),
            Sum(Sum(T[i, o] * v[i], (o, 1, m)), (i, 1, n)),
        ),
        lambda: (
            Sum(T[i, j] * v[i], (i, 1, n), (j, 1, n)),
            Sum(T[i, j] * v[j], (i, 1, n), (j, 1, n)),
        ),
    ),
    "a denominator cancels against the inner sum that it is": (
        lambda: (
            Sum(Sum(x * T[i, o] / Sum(T[j, o], (j, 1, n)), (o, 1, m)), (i, 1, n)),
            x * m,
        ),
        lambda: (
            Sum(Sum(x * T[i, o] ** 2 / Sum(T[j, o], (j, 1, n)), (o, 1, m)), (i, 1, n)),
            x * m,
        ),
    ),
    "an inner sum hides the letter of the outer one": (
        lambda: (
            Sum(P[i] * Sum(v[i], (i, 1, n)), (i, 1, n)),
            Sum(v[j], (j, 1, n)),
        ),
        lambda: (
            Sum(P[i] * Sum(v[i], (i, 1, n)), (i, 1, n)),
            Sum(P[i] * v[i], (i, 1, n)),
        ),
    ),
    "a delta picks the term of a declared position": (
        lambda: (Sum(KroneckerDelta(i, k) * v[i], (i, 1, n)), v[k]),
        lambda: (Sum(KroneckerDelta(i, k) * v[i], (i, 1, n)), v[j]),
    ),
    "a delta picks nothing outside the range": (
        lambda: (Sum(KroneckerDelta(i, 1) * v[i], (i, 1, n)), v[1]),
        lambda: (Sum(KroneckerDelta(i, k) * v[i], (i, 2, n)), v[k]),
    ),
    "a delta with a number beyond the length picks nothing": (
        lambda: (Sum(KroneckerDelta(i, 3) * v[i], (i, 1, 3)), v[3]),
        lambda: (Sum(KroneckerDelta(i, 3) * v[i], (i, 1, n)), v[3]),
    ),
    "a delta between two summed letters leaves one": (
        lambda: (
            Sum(KroneckerDelta(i, j) * v[i] * Q[j], (i, 1, n), (j, 1, n)),
            Sum(v[i] * Q[i], (i, 1, n)),
        ),
        lambda: (
            Sum(KroneckerDelta(i, j) * v[i] * Q[j], (i, 1, n), (j, 1, n)),
            Sum(v[i], (i, 1, n)),
        ),
    ),
    "a delta picks the class of a label": (
        lambda: (Sum(KroneckerDelta(i, c[1]) * v[i], (i, 1, n)), v[c[1]]),
        lambda: (Sum(KroneckerDelta(i, c[1]) * v[i], (i, 1, m)), v[c[1]]),
    ),
    "a rearranged sum is the sum": (
        lambda: (Sum(v[pi[i]], (i, 1, n)), Sum(v[i], (i, 1, n))),
        lambda: (Sum(v[pi[i]] * Q[i], (i, 1, n)), Sum(v[i] * Q[i], (i, 1, n))),
    ),
    "a part of a rearranged sum is not": (
        lambda: (Sum(log(v[pi[i]] ** 2 + 1), (i, 1, n)), Sum(log(v[i] ** 2 + 1), (i, 1, n))),
        lambda: (Sum(v[pi[i]], (i, 1, n - 1)), Sum(v[i], (i, 1, n - 1))),
    ),
    "the entries of a distribution sum to one": (
        lambda: (Sum(P[i], (i, 1, n)), sm.Integer(1)),
        lambda: (Sum(P[i], (i, 2, n)), sm.Integer(1)),
    ),
    "only a whole distribution sums to one": (
        lambda: (Sum(T[i, o], (i, 1, n), (o, 1, m)), sm.Integer(1)),
        lambda: (Sum(T[i, k], (i, 1, n)), sm.Integer(1)),
    ),
    "squares of entries do not sum to one": (
        lambda: (Sum(P[i] * x, (i, 1, n)), x),
        lambda: (Sum(P[i] ** 2, (i, 1, n)), sm.Integer(1)),
    ),
    "entries of a diagonal do not sum to one": (
        lambda: (Sum(U[i], (i, 1, n)), sm.Integer(1)),
        lambda: (Sum(T[i, i], (i, 1, n)), sm.Integer(1)),
    ),
    "a zero-sum vector sums to zero": (
        lambda: (Sum(d[i], (i, 1, n)), sm.Integer(0)),
        lambda: (Sum(v[i], (i, 1, n)), sm.Integer(0)),
    ),
    "a formula stands for its distribution": (
        lambda: (U[k], 1 / n),
        lambda: (U[k], sm.Integer(1)),
    ),
    "a constant is added up length times": (
        lambda: (Sum(x, (i, 1, n)), n * x),
        lambda: (Sum(x, (i, 1, n)), (n - 1) * x),
    ),
    "a sum over known positions is written out": (
        lambda: (Sum(v[i], (i, 2, 3)), v[2] + v[3]),
        lambda: (Sum(v[i], (i, 2, 3)), v[1] + v[2]),
    ),
    "log of a product of positive letters": (
        lambda: (log(x * P[k] / y), log(x) + log(P[k]) - log(y)),
        lambda: (log(x * P[k] / y), log(x) + log(P[k]) + log(y)),
    ),
    "log of a product of two numbers of any sign stays whole": (
        lambda: (log(x * w), log(x) + log(w)),
        lambda: (log(w * z), log(w) + log(z)),
    ),
    "log of a square of any number stays whole": (
        lambda: (log(x**2), 2 * log(x)),
        lambda: (log(w**2), 2 * log(w)),
    ),
    "log of 1 - a for a between 0 and 1": (
        lambda: (log((1 - a) / a), log(1 - a) - log(a)),
        lambda: (log((1 - w) / x), log(1 - w) + log(x)),
    ),
    "log of a mixture is no mixture of logs": (
        lambda: (
            log(x / (lam * x + (1 - lam) * y)),
            log(x) - log(lam * x + (1 - lam) * y),
        ),
        lambda: (log(lam * x + (1 - lam) * y), lam * log(x) + (1 - lam) * log(y)),
    ),
    "log of numbers": (
        lambda: (log(sm.Rational(8, 9)), 3 * log(2) - 2 * log(3)),
        lambda: (log(sm.Rational(8, 9)), 2 * log(2) - 3 * log(3)),
    ),
    "exp and log undo each other": (
        lambda: (exp(-y * log(x)), x ** (-y)),
        lambda: (exp(-y * log(x)), -(x**y)),
    ),
    "log of exp of a real number": (
        lambda: (log(exp(w)), w),
        lambda: (log(exp(w)), sm.Abs(w)),
    ),
    "exp of a sum": (
        lambda: (exp(w + z), exp(w) * exp(z)),
        lambda: (exp(w * z), exp(w) * exp(z)),
    ),
    "the root of a square is an absolute value": (
        lambda: (sm.sqrt(w**2), sm.Abs(w)),
        lambda: (sm.sqrt(w**2), w),
    ),
    "fractions": (
        lambda: (1 / x + 1 / y, (x + y) / (x * y)),
        lambda: (1 / x + 1 / y, 2 / (x + y)),
    ),
    "fractions below a sum": (
        lambda: (Sum(Q[i] / (Q[i] + x) + x / (Q[i] + x), (i, 1, n)), n + 0 * x),
        lambda: (Sum(Q[i] / (Q[i] + x), (i, 1, n)), 1 / (1 + x)),
    ),
    "log of a product over positions": (
        lambda: (log(Product(P[i], (i, 1, n))), Sum(log(P[i]), (i, 1, n))),
        lambda: (log(Product(P[i], (i, 1, n))), log(Sum(P[i], (i, 1, n)))),
    ),
    "a concept is its definition": (
        lambda: (KL(P, Q) + H(P), -Sum(P[i] * log(Q[i]), (i, 1, n))),
        lambda: (KL(P, Q) + H(Q), -Sum(P[i] * log(Q[i]), (i, 1, n))),
    ),
    "arguments of a concept have an order": (
        lambda: (KL(P, P), sm.Integer(0)),
        lambda: (KL(P, Q), KL(Q, P)),
    ),
    "0 log 0 is 0": (
        lambda: (H(sm.Tuple(sm.Integer(1), sm.Integer(0))), sm.Integer(0)),
        lambda: (H(sm.Tuple(sm.Integer(1), sm.Integer(0))), log(2)),
    ),
    "a geometric series": (
        lambda: (Sum((1 - a) ** s, (s, 0, sm.oo)), 1 / a),
        lambda: (Sum((1 - a) ** s, (s, 1, sm.oo)), 1 / a),
    ),
    "a geometric series of exponentials": (
        lambda: (Sum(exp(-(w + 2 * s) / x), (s, 0, sm.oo)), exp(-w / x) / (1 - exp(-2 / x))),
        lambda: (Sum(exp(-(w + 2 * s) / x), (s, 1, sm.oo)), exp(-w / x) / (1 - exp(-2 / x))),
    ),
    "a geometric series of waves": (
        lambda: (
            Sum(exp(-s * x) * sm.cos(s * w), (s, 0, sm.oo)),
            (1 - exp(-x) * sm.cos(w)) / (1 - 2 * exp(-x) * sm.cos(w) + exp(-2 * x)),
        ),
        lambda: (
            Sum(exp(-s * x) * sm.cos(s * w), (s, 0, sm.oo)),
            (1 - exp(-x) * sm.sin(w)) / (1 - 2 * exp(-x) * sm.cos(w) + exp(-2 * x)),
        ),
    ),
    "roots of whole numbers": (
        lambda: ((sm.sqrt(2) - 1) / (sm.sqrt(2) + 1), 3 - 2 * sm.sqrt(2)),
        lambda: ((sm.sqrt(2) - 1) / (sm.sqrt(2) + 1), 3 - 2 * sm.sqrt(3)),
    ),
    "a derivative by an entry": (
        lambda: (Diff(Sum(P[i] * log(Q[i]), (i, 1, n)), Q[k]), P[k] / Q[k]),
        lambda: (Diff(Sum(P[i] * log(Q[i]), (i, 1, n)), Q[k]), P[j] / Q[j]),
    ),
    "entries move one by one": (
        lambda: (Diff(Sum(Q[i], (i, 1, n)), Q[k]), sm.Integer(1)),
        lambda: (Diff(Sum(Q[i], (i, 1, n)), Q[k]), sm.Integer(0)),
    ),
    "a second derivative": (
        lambda: (Diff(x * log(x), x, 2), 1 / x),
        lambda: (Diff(x * log(x), x, 2), log(x) + 1),
    ),
    "a value at a point": (
        lambda: (At(Diff(x**2, x), x, sm.Integer(3)), sm.Integer(6)),
        lambda: (At(Diff(x**2, x), x, sm.Integer(3)), sm.Integer(9)),
    ),
    "a limit": (
        lambda: (sm.Limit(x * log(x), x, 0, "+"), sm.Integer(0)),
        lambda: (sm.Limit(log(x) * sm.sqrt(x) + 1, x, 0, "+"), sm.Integer(0)),
    ),
    "visible parentheses and rounded numbers are transparent": (
        lambda: (Group(x + Rounded(log(2), 3)), x + log(2)),
        lambda: (Group(x + Rounded(log(2), 3)), x + sm.Rational(693, 1000)),
    ),
    "an integral": (
        lambda: (sm.Integral(w, (w, 0, x)), x**2 / 2),
        lambda: (sm.Integral(w, (w, 0, x)), x**2),
    ),
}


def shown_zero(pair):
    left, right = pair
    try:
        return is_zero(sm.Add(left, sm.Mul(-1, right, evaluate=False), evaluate=False))
    except Undecided:
        return False


@pytest.mark.parametrize("rule", RIGHT_AND_WRONG)
def test_right_rewrites_are_shown(rule):
    with unevaluated():
        pair = RIGHT_AND_WRONG[rule][0]()
    assert shown_zero(pair)


@pytest.mark.parametrize("rule", RIGHT_AND_WRONG)
def test_wrong_rewrites_are_not_shown(rule):
    with unevaluated():
        pair = RIGHT_AND_WRONG[rule][1]()
    assert not shown_zero(pair)


@pytest.mark.parametrize(
    "build",
    [
        lambda: Sum(x**s, (s, 0, sm.oo)),  # converges for x < 1 only
        lambda: Sum(exp(w * s), (s, 0, sm.oo)),  # converges for w < 0 only
        lambda: Sum(1, (i, 3, n)),  # is empty for n < 3, where n - 2 is not
        lambda: sm.Limit(sm.Abs(w) / w, w, 0, "+-"),  # differs from both sides
        lambda: Sum(Sum(v[j], (j, 1, i)), (i, 1, n)),  # ranges that hang together
        lambda: P + 1,  # a distribution is no number
    ],
)
def test_what_the_rules_do_not_reach_is_left_undecided(build):
    with unevaluated():
        expression = build()
    with pytest.raises(Undecided):
        normal_form(expression)


def test_nothing_follows_from_a_form_without_value():
    with pytest.raises(Undecided):
        is_zero(1 / sm.Add(x, -x, evaluate=False))


def test_a_definition_may_not_bind_the_letter_of_its_argument():
    greedy = concept("G", lambda term: Sum(term * P[i], (i, 1, n)))
    with unevaluated():
        caught = greedy(v[i])
        free = greedy(v[k])
    with pytest.raises(ValueError, match="binds i"):
        normal_form(caught)
    assert is_zero(free - v[k])


def test_sum_over_binds_a_letter_that_no_argument_can_hold():
    tilted = concept("G", lambda P: sum_over(lambda p: p * v[i], P))
    with unevaluated():
        assert is_zero(tilted(P) - v[i])
