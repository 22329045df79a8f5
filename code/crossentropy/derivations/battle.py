"""Aiming for real: logits from features, where to aim, and the bandwidth that others foretell.

The page is ``chapters/battle.md``; its sections are the comments below.
"""

from importlib import import_module

import numpy as np
import sympy as sm
from checked_equations import (
    Diff,
    Integral,
    Rounded,
    Sum,
    approx,
    concept,
    definition,
    derivative,
    distribution,
    entry,
    eq,
    identity,
    index,
    inequality,
    invariance,
    le,
    limit,
    real,
    unevaluated,
    value,
    vector,
)
from sympy import erf, exp, log, sqrt

from .density import jitter
from .entropy import log_bound
from .notation import D, J, K_at, S, _shares, d, h, j, j_other, t, theta_mem, theta_one, x

_softmax = import_module("crossentropy.softmax")
_battle = import_module("crossentropy.battle")
_density = import_module("crossentropy.density")

half = sm.Rational(1, 2)

# -- letters of this chapter -----------------------------------------------------------------------
w = vector("w", D, apart="features")  # how much each feature counts
phi = vector(r"\varphi", J, D, nonnegative=True)  # how far a situation is from each memory's
d_held = index("d'", D)  # one feature held fixed
kappas = vector(r"\kappa", D, apart="features")  # what is added to a feature's distances everywhere
u = real("u", 0)  # half the width of the interval that hits


def _dummy():
    return sm.Dummy("s", integer=True, positive=True)


def _score(j):
    feature = _dummy()
    return exp(-Sum(w[feature] * phi[j, feature], (feature, 1, D)))


S_w = distribution(  # the weights of the memories, as a function of the weights of the features
    "S",
    "S",
    J,
    formula=_shares(_score),
    library=lambda w, phi: _softmax.softmax(-phi @ w),
    kernel=lambda w, phi: _softmax._softmax(-phi @ w),
    of=(w, phi),
    apart="of features",
)
r_w = distribution(
    "r",
    "r",
    J,
    formula=_shares(lambda j: _score(j) * K_at[j]),
    library=lambda w, phi, K: _softmax.softmax(-phi @ w + np.log(K)),
    kernel=lambda w, phi, K: _softmax._softmax(-phi @ w + np.log(K)),
    of=(w, phi, K_at),
    apart="of features",
)


def _foretold(theta):
    """The mean logarithm of the others' mean Laplace kernel at each memory."""
    one, other = _dummy(), _dummy()
    gap = sm.Abs(entry(theta, one) - entry(theta, other))
    others = Sum((1 - sm.KroneckerDelta(one, other)) * exp(-gap / h) / (2 * h), (other, 1, J))
    return Sum(log(others / (J - 1)), (one, 1, J)) / J


foretold = concept(  # how well each memory is foretold by the others, by Laplace kernels
    r"\operatorname{LOO}",
    lambda h, theta: _foretold(theta),
    library=lambda h, theta: _battle.leave_one_out_log_likelihood(theta, _density.Laplace(h)),
    shown=1,
)


def gauss(difference):
    """A Gaussian kernel."""
    return exp(-(difference**2) / (2 * h**2)) / (h * sqrt(2 * sm.pi))


with unevaluated():
    # -- logits from features ---
    feature_slope = derivative(
        "eq-feature-slope",
        Diff(-log(Sum(S_w[j] * K_at[j], (j, 1, J))), w[d_held]),
        eq(
            Sum((S_w[j] - r_w[j]) * (-phi[j, d_held]), (j, 1, J)),
            "{eq}`eq-one-bin-slope`, times the slope $-\\varphi_{jd'}$ of the logit",
        ),
        eq(
            Sum(r_w[j] * phi[j, d_held], (j, 1, J)) - Sum(S_w[j] * phi[j, d_held], (j, 1, J)),
            "split the sum",
        ),
        draws=60,
    )
    feature_shift = invariance(
        "eq-feature-shift",
        exp(-Sum(w[d] * (phi[j, d] + kappas[d]), (d, 1, D)))
        / Sum(exp(-Sum(w[d] * (phi[j_other, d] + kappas[d]), (d, 1, D))), (j_other, 1, J)),
        eq(S_w[j], "the same factor $e^{-\\sum_d w_d \\kappa_d}$ above and below the bar"),
    )

    # -- where to aim ---
    chance = Sum(
        S[j]
        * Integral(
            gauss(jitter), (jitter, theta_one - u - theta_mem[j], theta_one + u - theta_mem[j])
        ),
        (j, 1, J),
    )
    aim_slope = derivative(
        "eq-aim-slope",
        Diff(chance, theta_one),
        eq(
            Sum(S[j] * gauss(theta_one + u - theta_mem[j]), (j, 1, J))
            - Sum(S[j] * gauss(theta_one - u - theta_mem[j]), (j, 1, J)),
            "what a step of the aim adds at the upper end it loses at the lower one",
        ),
        draws=60,
    )
    on_a_heap = value(
        "eq-aim-on-a-heap",
        half * (half * erf(2 / sqrt(2)) - half * erf(-2 / sqrt(2)))
        + half * (half * erf(-4 / sqrt(2)) - half * erf(-8 / sqrt(2))),
        approx(
            Rounded(
                half * (half * erf(2 / sqrt(2)) - half * erf(-2 / sqrt(2)))
                + half * (half * erf(-4 / sqrt(2)) - half * erf(-8 / sqrt(2))),
                3,
            ),
            "95 percent of the near heap, next to nothing of the far one",
        ),
    )
    in_between = value(
        "eq-aim-in-between",
        half * (half * erf(7 / sqrt(2)) - half * erf(-1 / sqrt(2)))
        + half * (half * erf(1 / sqrt(2)) - half * erf(-7 / sqrt(2))),
        approx(
            Rounded(
                half * (half * erf(7 / sqrt(2)) - half * erf(-1 / sqrt(2)))
                + half * (half * erf(1 / sqrt(2)) - half * erf(-7 / sqrt(2))),
                3,
            ),
            "of each heap the half that looks here, and two thirds of the rest",
        ),
    )

    # -- a bandwidth that others foretell ---
    left_out = definition(
        "eq-left-out",
        foretold(h, theta_mem),
        1
        / J
        * Sum(
            log(
                1
                / (J - 1)
                * Sum(
                    (1 - sm.KroneckerDelta(j, j_other))
                    * (1 / (2 * h) * exp(-sm.Abs(theta_mem[j] - theta_mem[j_other]) / h)),
                    (j_other, 1, J),
                )
            ),
            (j, 1, J),
        ),
        sizes=range(2, 6),
        draws=60,
    )
    in_sample = limit(
        "eq-in-sample-limit",
        sm.Limit(log(half * gauss(0) + half * gauss(x)), h, 0, "+"),
        eq(sm.oo, "the memory's own kernel grows like $1 / h$"),
    )
    left_out_limit = limit(
        "eq-left-out-limit",
        sm.Limit(log(gauss(x)), h, 0, "+"),
        eq(-sm.oo, "$-x^2 / (2 h^2)$ falls faster than $-\\log h$ grows"),
    )
    two_memories = inequality(
        "eq-two-memories-bandwidth",
        log(gauss(x)),
        le(
            -log(x * sqrt(2 * sm.pi)) - half,
            "$\\log t \\le t - 1$ for $t = x^2 / h^2$",
            proof=half * log_bound.instance({x: x**2 / h**2}),
            tight={h: x},
        ),
    )

    # -- exercises ---
    two_memories_laplace = inequality(
        "eq-ex-two-memories-laplace",
        log(exp(-x / h) / (2 * h)),
        le(
            -log(2 * x) - 1,
            "$\\log t \\le t - 1$ for $t = x / h$",
            proof=log_bound.instance({x: x / h}),
            tight={h: x},
        ),
    )
    two_weights = value(
        "eq-ex-two-weights",
        1 / (1 + exp(-2)),
        approx(Rounded(1 / (1 + exp(-2)), 3), "logits $0$ and $-2$, so the odds are $e^{2}$"),
    )
    feature_scale = invariance(
        "eq-ex-feature-scale",
        exp(-Sum(w[d] / 10 * (10 * phi[j, d]), (d, 1, D)))
        / Sum(exp(-Sum(w[d] / 10 * (10 * phi[j_other, d]), (d, 1, D))), (j_other, 1, J)),
        eq(S_w[j], "the tens cancel in every term"),
    )
    aim_at_one = identity(
        "eq-ex-aim-at-one",
        gauss(0 + u) - gauss(0 - u),
        eq(0, "the kernel is the same on both sides"),
    )
    aim_at_two = identity(
        "eq-ex-aim-at-two",
        (half * gauss(x / 2 + u) + half * gauss(-x / 2 + u))
        - (half * gauss(x / 2 - u) + half * gauss(-x / 2 - u)),
        eq(
            half * (gauss(x / 2 + u) - gauss(-x / 2 - u))
            + half * (gauss(-x / 2 + u) - gauss(x / 2 - u)),
            "pair the ends that lie opposite",
        ),
        eq(0, "each pair holds a number and its negative, and the kernel is even"),
    )
    squared_weights = derivative(
        "eq-ex-squared-weights",
        Diff(exp(-(t**2) * x), t),
        eq(2 * t * (-x * exp(-(t**2) * x)), "the chain rule: $t^2$ changes at the rate $2 t$"),
    )
