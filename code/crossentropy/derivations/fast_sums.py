"""A million memories: sums of Laplace kernels that are carried along instead of added up anew.

The page is ``chapters/fast_sums.md``; its sections are the comments below.
"""

import sympy as sm
from checked_equations import (
    Rounded,
    Sum,
    approx,
    concept,
    definition,
    entry,
    eq,
    identity,
    invariance,
    real,
    unevaluated,
    value,
    vector,
)
from sympy import exp, log

from .notation import J, K_bins, M, S, h, held, j, m, p_bins, r_bins, x

half = sm.Rational(1, 2)

# -- letters of this chapter -----------------------------------------------------------------------
phi = vector(r"\phi", J, positive=True, apart="behind")  # how far behind each memory lies
gap = real("g", 0)  # the next step of the walk
sent = vector("u", M)  # what each bin sends out
first = real(r"\alpha")  # a logarithm
second = real(r"\alpha'", 0)  # by how much a larger logarithm exceeds it
turns = sm.Symbol(r"\tau", integer=True, nonnegative=True)


def _dummy():
    return sm.Dummy("s", integer=True, positive=True)


def _left(phi):
    one = _dummy()
    return Sum(S[one] * exp(-entry(phi, one) / h), (one, 1, J))


carried = concept("A", _left)  # what all memories behind are still worth


with unevaluated():
    million = sm.Integer(10) ** 6

    # -- what is handed on ---
    what_is_carried = definition(
        "eq-carried", carried(phi), Sum(S[j] * exp(-phi[j] / h), (j, 1, J))
    )
    carry = identity(
        "eq-carry",
        carried(phi + gap),
        eq(
            Sum(S[j] * (exp(-gap / h) * exp(-phi[j] / h)), (j, 1, J)),
            "every memory is farther by $g$; a sum in the exponent is a product",
        ),
        eq(exp(-gap / h) * carried(phi), "the factor is the same for all of them"),
    )
    carry_log = identity(
        "eq-carry-log",
        log(carried(phi + gap)),
        eq(log(carried(phi)) - gap / h, "the logarithm of {eq}`eq-carry`"),
    )
    add_logs = identity(
        "eq-add-logs",
        log(exp(first + second) + exp(first)),
        eq(
            log(exp(first + second) * (1 + exp(-second))),
            "the larger one is a factor of both",
        ),
        eq(first + second + log(1 + exp(-second)), "the logarithm of a product"),
    )
    by_hand = value(
        "eq-carry-by-hand",
        half * (half * (half * sm.Rational(1, 4) + sm.Rational(1, 4)) + 0) + half,
        eq(
            sm.Rational(1, 4) * (1 / sm.Pow(2, 3)) + sm.Rational(1, 4) * (1 / sm.Pow(2, 2)) + half,
            "the same, memory by memory: one at a distance of $3$, one of $2$, one of $0$",
        ),
        eq(sm.Rational(19, 32), "$\\frac{1}{32} + \\frac{2}{32} + \\frac{16}{32}$"),
    )
    steps = value(
        "eq-number-of-steps",
        sm.Integer(10) ** 6
        * sm.Integer(10) ** 6
        / (2 * (sm.Integer(10) ** 6 + sm.Integer(10) ** 6)),
        eq(sm.Integer(250000), "a pair each, against two walks past all"),
    )

    # -- and the gradient ---
    other_way = identity(
        "eq-other-way-round",
        Sum(p_bins[m] * r_bins[m, held], (m, 1, M)),
        eq(
            S[held]
            * Sum(
                p_bins[m] / Sum(S[j] * K_bins[m, j], (j, 1, J)) * K_bins[m, held],
                (m, 1, M),
            ),
            "{eq}`eq-responsibility` in each bin; the weight $S_l$ is common to all",
        ),
    )
    transposed = identity(
        "eq-same-table",
        Sum(S[j] * Sum(K_bins[m, j] * sent[m], (m, 1, M)), (j, 1, J)),
        eq(
            Sum(sent[m] * Sum(K_bins[m, j] * S[j], (j, 1, J)), (m, 1, M)),
            "one table, added up by columns or by rows",
        ),
    )

    # -- what else can be carried ---
    all_turns = identity(
        "eq-all-turns",
        Sum(exp(-(x + 2 * sm.pi * turns) / h), (turns, 0, sm.oo)),
        eq(
            exp(-x / h) / (1 - exp(-2 * sm.pi / h)),
            "a geometric series: each turn is weaker by the same factor",
        ),
    )
    two_numbers = identity(
        "eq-two-numbers",
        (1 + (x + gap) / h) * exp(-(x + gap) / h),
        eq(
            exp(-gap / h) * ((1 + x / h) * exp(-x / h)) + gap / h * exp(-gap / h) * exp(-x / h),
            "split $x + g$; both parts get the factor of the step",
        ),
    )

    # -- exercises ---
    moving_average = identity(
        "eq-ex-moving-average",
        exp(-1 / h) * (x / (1 - exp(-1 / h))) + x,
        eq(x / (1 - exp(-1 / h)), "one denominator"),
    )
    no_carry = identity(
        "eq-ex-gauss-step",
        exp(-((x + gap) ** 2) / (2 * h**2)),
        eq(
            exp(-(gap**2) / (2 * h**2)) * exp(-x * gap / h**2) * exp(-(x**2) / (2 * h**2)),
            "square the sum; a sum in the exponent is a product",
        ),
    )
    too_large = value(
        "eq-ex-too-large",
        log(sm.Integer(2)) * 1024,
        approx(Rounded(log(sm.Integer(2)) * 1024, 1), "numbers of 64 bits end at $2^{1024}$"),
    )
    sum_of_two = invariance(
        "eq-ex-two-rates",
        (exp(-(x + gap) / h) - exp(-2 * (x + gap) / h) / 2),
        eq(
            exp(-gap / h) * exp(-x / h) - exp(-2 * gap / h) * (exp(-2 * x / h) / 2),
            "each exponential is carried by its own factor",
        ),
    )
