"""Believing Q when the truth is P: cross-entropy, divergence, and what both of them cost.

The page is ``chapters/kl.md``; its sections are the comments below.
"""

import sympy as sm
from checked_equations import (
    At,
    Diff,
    Group,
    Minimum,
    Product,
    Rounded,
    Sum,
    approx,
    counterexample,
    definition,
    derivative,
    eq,
    ge,
    gt,
    identity,
    inequality,
    invariance,
    le,
    limit,
    lt,
    sum_over,
    unevaluated,
    value,
)
from sympy import exp, log, sqrt

from .notation import (
    BCE,
    CE,
    KL,
    B,
    C,
    H,
    N,
    P,
    Phat,
    Q,
    R,
    U,
    c,
    eps,
    k,
    mu,
    n,
    p,
    q,
    shots,
    sigma,
    t,
    theta,
    v,
    x,
)

with unevaluated():
    log_bound = inequality(
        "eq-log-bound-kl", log(x), le(x - 1, "the tangent at 1", proof=Minimum(x, 1), tight={x: 1})
    )


def fractions(*pairs):
    """Return a distribution of exact numbers: ``fractions((1, 2), (1, 2))`` is a fair coin."""
    return sm.Tuple(*(sm.Rational(*pair) for pair in pairs))


# The dodger of the chapter, your belief, no opinion at all, and the opposite belief.
TRUTH = fractions((1, 2), (1, 4), (1, 8), (1, 8))
BELIEF = fractions((1, 8), (1, 2), (1, 4), (1, 8))
NO_OPINION = fractions((1, 4), (1, 4), (1, 4), (1, 4))
OPPOSITE = fractions((1, 8), (1, 8), (1, 4), (1, 2))

with unevaluated():
    # -- what a wrong belief costs ---------------------------------------------------------------
    cross_entropy = definition("eq-cross-entropy", CE(P, Q), -Sum(P[c] * log(Q[c]), (c, 1, C)))
    cost_of_belief = value(
        "eq-cross-entropy-example",
        CE(TRUTH, BELIEF),
        eq(
            sm.Rational(1, 2) * log(8)
            + sm.Rational(1, 4) * log(2)
            + sm.Rational(1, 8) * log(4)
            + sm.Rational(1, 8) * log(8),
            "one term for each sector: the share of shots, times the charge",
        ),
        eq(sm.Rational(19, 8) * log(2), "$\\log 8 = 3 \\log 2$ and $\\log 4 = 2 \\log 2$"),
        approx(Rounded(sm.Rational(19, 8) * log(2), 4), "in nats; in bits it is $19/8 = 2.375$"),
    )
    affine = identity(
        "eq-cross-entropy-affine",
        CE(t * P + (1 - t) * R, Q),
        eq(t * CE(P, Q) + (1 - t) * CE(R, Q), "each term holds the truth to the first power"),
    )
    believing_the_truth = identity(
        "eq-cross-entropy-itself",
        CE(P, P),
        eq(H(P), "put $q_c = p_c$ into {eq}`eq-cross-entropy`"),
    )
    no_opinion = identity(
        "eq-cross-entropy-uniform",
        CE(P, U),
        eq(Sum(P[c] * log(C), (c, 1, C)), "the surprise of every outcome is $-\\log (1/C)$"),
        eq(log(C), "the probabilities sum to one"),
    )

    # -- the part of the bill that is yours -------------------------------------------------------
    divergence = definition("eq-kl", KL(P, Q), Sum(P[c] * log(P[c] / Q[c]), (c, 1, C)))
    splits = identity(
        "eq-kl-splits",
        CE(P, Q),
        eq(-Sum(P[c] * log(Q[c]), (c, 1, C)), "what cross-entropy means"),
        eq(
            -Sum(P[c] * log(P[c] * (Q[c] / P[c])), (c, 1, C)),
            "multiply and divide by $p_c$; an outcome with $p_c = 0$ has no term",
        ),
        eq(
            -Sum(P[c] * log(P[c]), (c, 1, C)) - Sum(P[c] * log(Q[c] / P[c]), (c, 1, C)),
            "the logarithm of a product is a sum, and the sum over $c$ splits",
        ),
        eq(
            -Sum(P[c] * log(P[c]), (c, 1, C)) + Sum(P[c] * log(P[c] / Q[c]), (c, 1, C)),
            "turn the fraction over: the sign of its logarithm changes",
        ),
        eq(H(P) + KL(P, Q), "give the two sums their names"),
    )
    split_example = value(
        "eq-kl-example",
        KL(TRUTH, BELIEF),
        eq(CE(TRUTH, BELIEF) - H(TRUTH), "{eq}`eq-kl-splits`"),
        eq(sm.Rational(19, 8) * log(2) - sm.Rational(7, 4) * log(2), "the two bills"),
        eq(sm.Rational(5, 8) * log(2), "$19/8 - 14/8$"),
        approx(Rounded(sm.Rational(5, 8) * log(2), 4), "in nats; in bits it is $5/8$"),
    )
    from_uniform = identity(
        "eq-kl-uniform",
        KL(P, U),
        eq(CE(P, U) - H(P), "{eq}`eq-kl-splits`"),
        eq(log(C) - H(P), "{eq}`eq-cross-entropy-uniform`"),
    )

    # -- no belief beats the truth ----------------------------------------------------------------
    gibbs = inequality(
        "eq-gibbs",
        KL(P, Q),
        ge(
            0,
            "{eq}`eq-log-bound` at $x = q_c / p_c$, term by term",
            proof=Sum(P[c] * log_bound.instance({x: Q[c] / P[c]}), (c, 1, C)),
            tight={Q: P},
        ),
    )
