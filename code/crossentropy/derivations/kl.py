"""Believing Q when the truth is P: cross-entropy, divergence, and what both of them cost.

The page is ``chapters/kl.md``; its sections are the comments below.
"""

import sympy as sm
from checked_equations import (
    At,
    Diff,
    Group,
    Product,
    Rounded,
    Sum,
    approx,
    counterexample,
    definition,
    derivative,
    distribution,
    eq,
    ge,
    gt,
    identity,
    inequality,
    invariance,
    le,
    limit,
    lt,
    unevaluated,
    value,
)
from sympy import exp, log, sqrt

from .entropy import g, jensen, log_bound
from .notation import (
    BCE,
    CE,
    GROUPS,
    H_COIN,
    KL,
    Q_BETA,
    Q_MU,
    Q_XX,
    XX,
    XY,
    C,
    H,
    N,
    P,
    Phat,
    Q,
    R,
    U,
    beta,
    c,
    c_other,
    i,
    k,
    kappa,
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

half = sm.Rational(1, 2)


def fractions(*pairs):
    """Return a distribution of exact numbers: ``fractions((1, 2), (1, 2))`` is a fair coin."""
    return sm.Tuple(*(sm.Rational(*pair) for pair in pairs))


def on_four_sectors(name, letter, *shares):
    """Return a distribution over four sectors with a name and known numbers."""
    return distribution(
        name,
        letter,
        4,
        formula=lambda c: sum(
            sm.Rational(*share) * sm.KroneckerDelta(c, place)
            for place, share in enumerate(shares, 1)
        ),
    )


# The dodger of the chapter, your belief, no opinion at all, and the opposite belief.
P4 = on_four_sectors("P_{4}", "p^{4}", (1, 2), (1, 4), (1, 8), (1, 8))
Q4 = on_four_sectors("Q_{4}", "q^{4}", (1, 8), (1, 2), (1, 4), (1, 8))
U4 = on_four_sectors("U_{4}", "u^{4}", (1, 4), (1, 4), (1, 4), (1, 4))
R4 = on_four_sectors("R_{4}", "r^{4}", (1, 8), (1, 8), (1, 4), (1, 2))

with unevaluated():
    # -- what a wrong belief costs ---
    cross_entropy = definition("eq-cross-entropy", CE(P, Q), -Sum(P[c] * log(Q[c]), (c, 1, C)))
    cost_of_belief = value(
        "eq-cross-entropy-example",
        CE(P4, Q4),
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

    # -- the part of the bill that is yours ---
    divergence = definition("eq-kl", KL(P, Q), Sum(P[c] * log(P[c] / Q[c]), (c, 1, C)))
    splits = identity(
        "eq-kl-splits",
        CE(P, Q),
        eq(-Sum(P[c] * log(Q[c]), (c, 1, C)), "what cross-entropy means"),
        eq(
            -Sum(P[c] * log(P[c] * Group(Q[c] / P[c])), (c, 1, C)),
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
        KL(P4, Q4),
        eq(CE(P4, Q4) - H(P4), "{eq}`eq-kl-splits`"),
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

    # -- no belief beats the truth ---
    gibbs = inequality(
        "eq-gibbs",
        KL(P, Q),
        ge(
            0,
            "equality exactly for $Q = P$",
            proof=Sum(P[c] * log_bound.instance({x: Q[c] / P[c]}), (c, 1, C)),
            tight={Q: P},
        ),
    )
    gibbs_by_bound = inequality(
        "eq-gibbs-by-bound",
        KL(P, Q),
        eq(-Sum(P[c] * log(Q[c] / P[c]), (c, 1, C)), "turn the fraction over"),
        ge(
            -Sum(Q[c] - P[c], (c, 1, C)),
            "{eq}`eq-log-bound` at $x = q_c / p_c$, times $p_c$: each term is at most $q_c - p_c$",
            proof=Sum(P[c] * log_bound.instance({x: Q[c] / P[c]}), (c, 1, C)),
            tight={Q: P},
        ),
        eq(0, "both distributions sum to one"),
    )
    gibbs_by_jensen = inequality(
        "eq-gibbs-by-jensen",
        -KL(P, Q),
        eq(Sum(P[c] * log(Q[c] / P[c]), (c, 1, C)), "turn the fraction over"),
        le(
            log(Sum(P[c] * Group(Q[c] / P[c]), (c, 1, C))),
            "{eq}`eq-jensen`: the mean of logarithms is at most the logarithm of the mean",
            proof=jensen.instance({g: lambda c: Q[c] / P[c]}),
            tight={Q: P},
        ),
        le(
            log(Sum(Q[c], (c, 1, C))),
            "$p_c$ cancels; an outcome with $p_c = 0$ had no term and now gets $q_c$",
            proof=sm.S.Zero,
            tight={Q: P},
        ),
        eq(0, "the logarithm of one"),
    )
    gibbs_with_room = inequality(
        "eq-gibbs-hellinger",
        KL(P, Q),
        eq(-2 * Sum(P[c] * log(sqrt(Q[c] / P[c])), (c, 1, C)), "$\\log x = 2 \\log \\sqrt{x}$"),
        ge(
            -2 * Sum(sqrt(P[c] * Q[c]) - P[c], (c, 1, C)),
            "{eq}`eq-log-bound` at $x = \\sqrt{q_c / p_c}$, times $p_c$",
            proof=2 * Sum(P[c] * log_bound.instance({x: sqrt(Q[c] / P[c])}), (c, 1, C)),
            tight={Q: P},
        ),
        eq(
            Sum((sqrt(P[c]) - sqrt(Q[c])) ** 2, (c, 1, C)),
            "expand the square; both distributions sum to one",
        ),
    )
    cheapest_belief = inequality(
        "eq-cheapest-belief",
        CE(P, Q),
        ge(
            H(P),
            "the gap is $\\mathrm{KL}(P \\,\\Vert\\, Q)$",
            proof=gibbs.instance({}),
            tight={Q: P},
        ),
    )
    smallest_is_not_zero = counterexample(
        "eq-smallest-not-zero",
        CE(P4, P4),
        eq(sm.Rational(7, 4) * log(2), "the belief is perfect"),
        approx(Rounded(sm.Rational(7, 4) * log(2), 4), "and yet every shot costs this on average"),
    )

    # -- ruling out what happens ---
    term_explodes = limit(
        "eq-term-explodes",
        sm.Limit(-p * log(q), q, 0, "+"),
        eq(sm.oo, "$\\log q$ falls below every bound, and $p > 0$"),
    )
    halving = identity(
        "eq-halving",
        -p * log(q / 2),
        eq(-p * log(q) + p * log(2), "the logarithm of a quotient"),
    )
    ruled_out = limit(
        "eq-ruled-out",
        sm.Limit(KL(fractions((1, 2), (1, 2)), sm.Tuple(1 - t, t)), t, 0, "+"),
        eq(
            sm.oo,
            "{eq}`eq-term-explodes`; the other term tends to $\\frac{1}{2} \\log \\frac{1}{2}$",
        ),
    )
    insurance = inequality(
        "eq-insurance",
        -log(t * R[k] + (1 - t) * Q[k]),
        le(
            -log(R[k]) - log(t),
            "the mixture is at least $t r_k$, and $-\\log$ falls",
            proof=log_bound.instance({x: t * R[k] / (t * R[k] + (1 - t) * Q[k])})
            + (1 - t) * Q[k] / (t * R[k] + (1 - t) * Q[k]),
            tight={t: 1},
        ),
    )

    # -- not a distance ---
    asymmetric = counterexample(
        "eq-kl-asymmetric",
        KL(P4, Q4),
        eq(sm.Rational(5, 8) * log(2), "{eq}`eq-kl-example`"),
        gt(sm.Rational(1, 2) * log(2), "five eighths are more than four"),
        eq(KL(Q4, P4), "$-\\frac{2}{8} + \\frac{1}{2} + \\frac{1}{4} + 0 = \\frac{1}{2}$ of a bit"),
    )
    no_triangle = counterexample(
        "eq-kl-triangle",
        KL(P4, U4) + KL(U4, R4),
        eq(sm.Rational(1, 4) * log(2) + sm.Rational(1, 4) * log(2), "two short hops"),
        lt(sm.Rational(7, 8) * log(2), "four eighths are less than seven"),
        eq(KL(P4, R4), "one leap"),
    )
    three_points = identity(
        "eq-three-points",
        KL(P, R),
        eq(Sum(P[c] * log(P[c] / R[c]), (c, 1, C)), "what divergence means"),
        eq(
            Sum(P[c] * log(P[c] / Q[c]), (c, 1, C)) + Sum(P[c] * log(Q[c] / R[c]), (c, 1, C)),
            "multiply and divide by $q_c$ inside the logarithm",
        ),
        eq(
            KL(P, Q)
            + Sum(Q[c] * log(Q[c] / R[c]), (c, 1, C))
            + Sum((P[c] - Q[c]) * log(Q[c] / R[c]), (c, 1, C)),
            "$p_c = q_c + (p_c - q_c)$ in front of the second logarithm",
        ),
        eq(
            KL(P, Q) + KL(Q, R) + Sum((P[c] - Q[c]) * log(Q[c] / R[c]), (c, 1, C)),
            "give the middle sum its name",
        ),
    )

# The dodger that goes to either side and never stays, and two beliefs about it.
TWO_BUMPS = fractions((1, 2), (0, 1), (1, 2))
COVERING = fractions((1, 4), (1, 2), (1, 4))
SEEKING = fractions((1, 1), (0, 1), (0, 1))

with unevaluated():
    # -- one bump for two ---
    covering = value(
        "eq-covering",
        KL(TWO_BUMPS, COVERING),
        eq(sm.Rational(1, 2) * log(2) + sm.Rational(1, 2) * log(2), "two sectors of share 1/2"),
        eq(log(2), "the two halves together"),
    )
    seeking = value(
        "eq-seeking",
        KL(SEEKING, TWO_BUMPS),
        eq(log(2), "your belief has one sector only: $1 \\cdot \\log (1 / \\frac{1}{2})$"),
    )
    height = exp(-((theta[c] - mu) ** 2) / (2 * sigma**2))
    bump = definition(
        "eq-bump", Q_MU[c], height / Sum(exp(-((theta[k] - mu) ** 2) / (2 * sigma**2)), (k, 1, C))
    )
    bump_bill = identity(
        "eq-bump-bill",
        CE(P, Q_MU),
        eq(-Sum(P[c] * log(Q_MU[c]), (c, 1, C)), "what cross-entropy means"),
        eq(
            Sum(P[c] * ((theta[c] - mu) ** 2 / (2 * sigma**2)), (c, 1, C))
            + log(Sum(exp(-((theta[k] - mu) ** 2) / (2 * sigma**2)), (k, 1, C))),
            "the logarithm of {eq}`eq-bump`; the second part is the same for every $c$",
        ),
    )
    moment_mean = derivative(
        "eq-moment-mean",
        Diff(KL(P, Q_MU), mu),
        eq(
            (Sum(Q_MU[c] * theta[c], (c, 1, C)) - Sum(P[c] * theta[c], (c, 1, C))) / sigma**2,
            "differentiate both parts of {eq}`eq-bump-bill`; the entropy of $P$ does not move",
        ),
        sizes=range(1, 4),
    )
    moment_width = derivative(
        "eq-moment-width",
        Diff(KL(P, Q_MU), sigma),
        eq(
            (
                Sum(Q_MU[c] * (theta[c] - mu) ** 2, (c, 1, C))
                - Sum(P[c] * (theta[c] - mu) ** 2, (c, 1, C))
            )
            / sigma**3,
            "the same two parts, differentiated in $\\sigma$",
        ),
        sizes=range(1, 4),
    )
    moment_bend = derivative(
        "eq-moment-bend",
        Diff(Sum(Q_MU[c] * theta[c], (c, 1, C)), mu),
        eq(
            (Sum(Q_MU[c] * theta[c] ** 2, (c, 1, C)) - Sum(Q_MU[c] * theta[c], (c, 1, C)) ** 2)
            / sigma**2,
            "the quotient rule: the variance of the bump over $\\sigma^2$",
        ),
        sizes=range(1, 4),
    )

    # -- small mistakes ---
    nearby_slope = derivative(
        "eq-nearby-slope",
        Diff(KL(P, (1 - t) * P + t * R), t),
        eq(
            -Sum(P[c] * (R[c] - P[c]) / ((1 - t) * P[c] + t * R[c]), (c, 1, C)),
            "the derivative of $-p_c \\log q_c$ is $-p_c / q_c$ times that of $q_c$",
        ),
    )
    nearby_bend = derivative(
        "eq-nearby-bend",
        At(Diff(-Sum(P[c] * (R[c] - P[c]) / ((1 - t) * P[c] + t * R[c]), (c, 1, C)), t), t, 0),
        eq(
            At(Sum(P[c] * (R[c] - P[c]) ** 2 / ((1 - t) * P[c] + t * R[c]) ** 2, (c, 1, C)), t, 0),
            "the derivative of $1 / q_c$ is $-1 / q_c^2$ times that of $q_c$",
        ),
        eq(
            Sum(P[c] * ((R[c] - P[c]) / P[c]) ** 2, (c, 1, C)),
            "at $t = 0$ the belief is $P$",
        ),
    )
    small_mistake = value(
        "eq-small-mistake",
        KL(fractions((1, 2), (1, 2)), fractions((11, 20), (9, 20))),
        eq(-sm.Rational(1, 2) * log(sm.Rational(99, 100)), "$4 \\cdot 0.55 \\cdot 0.45 = 0.99$"),
        approx(Rounded(-sm.Rational(1, 2) * log(sm.Rational(99, 100)), 6)),
    )
    coin_half_square = limit(
        "eq-half-square",
        sm.Limit(KL(fractions((1, 2), (1, 2)), sm.Tuple(half + t, half - t)) / t**2, t, 0, "+"),
        eq(
            2, "half of $\\frac{1}{2} (1 / \\frac{1}{2})^2 + \\frac{1}{2} (1 / \\frac{1}{2})^2 = 4$"
        ),
    )

    # -- what was seen ---
    one_hot = identity(
        "eq-one-hot",
        -Sum(sm.KroneckerDelta(c, k) * log(Q[c]), (c, 1, C)),
        eq(-log(Q[k]), "only the term $c = k$ is left"),
    )
    empirical = definition(
        "eq-empirical", Phat[c], 1 / N * Sum(sm.KroneckerDelta(c, shots[n]), (n, 1, N))
    )
    likelihood = identity(
        "eq-likelihood",
        -(1 / N) * log(Product(Q[shots[n]], (n, 1, N))),
        eq(
            -(1 / N) * Sum(log(Q[shots[n]]), (n, 1, N)),
            "the logarithm of a product is a sum",
        ),
        eq(
            -(1 / N) * Sum(Sum(sm.KroneckerDelta(c, shots[n]) * log(Q[c]), (c, 1, C)), (n, 1, N)),
            "{eq}`eq-one-hot` for each shot",
        ),
        eq(
            -Sum((1 / N * Sum(sm.KroneckerDelta(c, shots[n]), (n, 1, N))) * log(Q[c]), (c, 1, C)),
            "sum over the shots first: $\\log q_c$ does not depend on $n$",
        ),
        eq(CE(Phat, Q), "{eq}`eq-empirical`, then {eq}`eq-cross-entropy`"),
    )
    best_fit = inequality(
        "eq-best-fit",
        CE(Phat, Q),
        ge(
            H(Phat),
            "{eq}`eq-cheapest-belief` with what was seen as the truth",
            proof=gibbs.instance({P: Phat}),
            tight={Q: Phat},
        ),
    )

    # -- two outcomes ---
    binary = definition("eq-binary", BCE(p, q), -p * log(q) - (1 - p) * log(1 - q))
    binary_is_cross_entropy = identity(
        "eq-binary-two-classes",
        BCE(p, q),
        eq(CE(sm.Tuple(p, 1 - p), sm.Tuple(q, 1 - q)), "two classes: it happens, or it does not"),
    )
    binary_slope = derivative(
        "eq-binary-slope",
        Diff(BCE(p, q), q),
        eq(-(p / q) + (1 - p) / (1 - q), "term by term; $1 - q$ falls as $q$ grows"),
        eq((q - p) / (q * (1 - q)), "over a common denominator"),
    )

    # -- which way to change ---
    slope = derivative(
        "eq-slope",
        Diff(CE(P, Q), Q[k]),
        eq(-(P[k] / Q[k]), "only the term $c = k$ contains $q_k$, and $\\log$ has slope $1 / q_k$"),
    )
    slope_bend = derivative(
        "eq-slope-bend",
        Diff(-(P[k] / Q[k]), Q[k]),
        eq(P[k] / Q[k] ** 2, "never negative: the bill bends upwards in every $q_k$"),
    )
    slope_explodes = limit(
        "eq-slope-explodes",
        sm.Limit(-(p / q), q, 0, "+"),
        eq(-sm.oo, "$p > 0$ stays, $q$ vanishes"),
    )
    only_differences = invariance(
        "eq-only-differences",
        Sum(v[c] * (-(P[c] / Q[c]) + kappa), (c, 1, C)),
        eq(
            -Sum(v[c] * (P[c] / Q[c]), (c, 1, C)) + kappa * Sum(v[c], (c, 1, C)),
            "the sum splits, and $\\kappa$ does not depend on $c$",
        ),
        eq(-Sum(v[c] * (P[c] / Q[c]), (c, 1, C)), "a direction along the simplex sums to zero"),
    )
    toward = derivative(
        "eq-toward-truth",
        At(Diff(CE(P, (1 - t) * Q + t * P), t), t, 0),
        eq(-Sum((P[c] - Q[c]) * (P[c] / Q[c]), (c, 1, C)), "slope times direction, summed"),
        eq(
            -Sum((P[c] - Q[c]) * (P[c] / Q[c] - 1), (c, 1, C)),
            "{eq}`eq-only-differences` with $\\kappa = 1$",
        ),
        eq(-Sum((P[c] - Q[c]) ** 2 / Q[c], (c, 1, C)), "$p_c / q_c - 1 = (p_c - q_c) / q_c$"),
    )

# -- exercises ---
SMOOTHED = sm.Tuple(*[sm.Rational(23, 25)] + [sm.Rational(1, 50)] * 4)
SEEN = fractions((1, 2), (3, 8), (1, 8), (0, 1))
ADD_ONE = fractions((5, 12), (1, 3), (1, 6), (1, 12))
KINDS = fractions((7, 8), (1, 8))
KINDS_BELIEVED = fractions((1, 2), (1, 2))


def coin(heads):
    """Return a coin as a distribution: heads, and the rest."""
    return sm.Tuple(heads, 1 - heads)


with unevaluated():
    opposite_bill = value(
        "eq-ex-opposite",
        CE(P4, R4),
        eq(
            sm.Rational(1, 2) * log(8)
            + sm.Rational(1, 4) * log(8)
            + sm.Rational(1, 8) * log(4)
            + sm.Rational(1, 8) * log(2),
            "one term for each sector",
        ),
        eq(sm.Rational(21, 8) * log(2), "$3/2 + 3/4 + 1/4 + 1/8 = 21/8$"),
        approx(Rounded(sm.Rational(21, 8) * log(2), 4)),
    )
    two_coins = identity(
        "eq-ex-coins",
        KL(sm.Tuple(p, 1 - p), sm.Tuple(q, 1 - q)),
        eq(p * log(p / q) + (1 - p) * log((1 - p) / (1 - q)), "two outcomes, two terms"),
        eq(BCE(p, q) - H_COIN(p), "{eq}`eq-kl-splits` for two classes"),
    )
    two_coins_slope = derivative(
        "eq-ex-coins-slope",
        Diff(KL(sm.Tuple(p, 1 - p), sm.Tuple(q, 1 - q)), q),
        eq((q - p) / (q * (1 - q)), "{eq}`eq-binary-slope`: the entropy of $P$ does not move"),
    )
    fair_then_not = counterexample(
        "eq-ex-coins-numbers",
        KL(fractions((1, 2), (1, 2)), fractions((1, 4), (3, 4))),
        eq(
            sm.Rational(1, 2) * log(sm.Rational(4, 3)),
            "$\\frac{1}{2} \\log 2 + \\frac{1}{2} \\log \\frac{2}{3}$",
        ),
        gt(sm.Rational(3, 4) * log(3) - log(2), "$0.1438 > 0.1308$"),
        eq(
            KL(fractions((1, 4), (3, 4)), fractions((1, 2), (1, 2))),
            "$\\frac{1}{4} \\log \\frac{1}{2} + \\frac{3}{4} \\log \\frac{3}{2}$",
        ),
    )
    coin_triangle = counterexample(
        "eq-ex-triangle",
        KL(fractions((1, 2), (1, 2)), fractions((1, 4), (3, 4)))
        + KL(fractions((1, 4), (3, 4)), fractions((1, 16), (15, 16))),
        eq(
            sm.Rational(1, 2) * log(sm.Rational(4, 3))
            + Group(sm.Rational(1, 2) * log(2) + sm.Rational(3, 4) * log(sm.Rational(4, 5))),
            "two hops",
        ),
        lt(sm.Rational(1, 2) * log(sm.Rational(64, 15)), "$0.3231 < 0.7254$"),
        eq(KL(fractions((1, 2), (1, 2)), fractions((1, 16), (15, 16))), "one leap"),
    )
    die_cost = identity(
        "eq-ex-die-cost",
        CE(P, Q_BETA),
        eq(
            -Sum(P[c] * log(exp(beta * c) / Sum(exp(beta * k), (k, 1, C))), (c, 1, C)),
            "what cross-entropy means",
        ),
        eq(
            log(Sum(exp(beta * k), (k, 1, C))) - beta * Sum(c * P[c], (c, 1, C)),
            "the logarithm of a quotient; the probabilities sum to one",
        ),
    )
    die_bound = inequality(
        "eq-ex-die",
        H(P),
        le(
            log(Sum(exp(beta * k), (k, 1, C))) - beta * Sum(c * P[c], (c, 1, C)),
            "{eq}`eq-cheapest-belief` with the belief $Q^{\\beta}$, then {eq}`eq-ex-die-cost`",
            proof=gibbs.instance({Q: Q_BETA}),
            tight={P: Q_BETA},
        ),
    )
    wrong_prior = identity(
        "eq-ex-prior",
        Sum(
            Sum(XY[i, c] * log(XY[i, c] * XX[i] / (XY[i, c] * Q_XX[i])), (c, 1, C)), (i, 1, GROUPS)
        ),
        eq(
            Sum(Sum(XY[i, c] * log(XX[i] / Q_XX[i]), (c, 1, C)), (i, 1, GROUPS)),
            "the joint probability cancels inside the logarithm",
        ),
        eq(Sum(XX[i] * log(XX[i] / Q_XX[i]), (i, 1, GROUPS)), "sum over the sectors first"),
    )
    wrong_prior_numbers = value(
        "eq-ex-prior-numbers",
        KL(KINDS, KINDS_BELIEVED),
        eq(
            sm.Rational(7, 8) * log(sm.Rational(7, 4)) + sm.Rational(1, 8) * log(sm.Rational(1, 4)),
            "two kinds, two terms",
        ),
        eq(
            sm.Rational(7, 8) * log(7) - 2 * log(2),
            "$\\log 4 = 2 \\log 2$, once with $\\frac{7}{8}$ and once with $\\frac{1}{8}$",
        ),
        approx(Rounded(sm.Rational(7, 8) * log(7) - 2 * log(2), 4)),
    )
    merging = inequality(
        "eq-ex-merge",
        (P[1] + P[2]) * log((P[1] + P[2]) / (Q[1] + Q[2])),
        le(
            P[1] * log(P[1] / Q[1]) + P[2] * log(P[2] / Q[2]),
            "{eq}`eq-log-bound` twice",
            proof=P[1] * log_bound.instance({x: (Q[1] / P[1]) * ((P[1] + P[2]) / (Q[1] + Q[2]))})
            + P[2] * log_bound.instance({x: (Q[2] / P[2]) * ((P[1] + P[2]) / (Q[1] + Q[2]))}),
            tight={Q: P},
        ),
        sizes=range(2, 5),
    )
    chi_squared = inequality(
        "eq-ex-chi-squared",
        KL(P, Q),
        le(
            Sum(P[c] * (P[c] / Q[c] - 1), (c, 1, C)),
            "{eq}`eq-log-bound` at $x = p_c / q_c$",
            proof=Sum(P[c] * log_bound.instance({x: P[c] / Q[c]}), (c, 1, C)),
            tight={Q: P},
        ),
        eq(
            Sum((P[c] - Q[c]) ** 2 / Q[c], (c, 1, C)),
            "expand the square; both distributions sum to one",
        ),
    )
    smoothed_floor = value(
        "eq-ex-smoothing",
        H(SMOOTHED),
        eq(
            -(sm.Rational(23, 25) * log(sm.Rational(23, 25)))
            - 4 * (sm.Rational(1, 50) * log(sm.Rational(1, 50))),
            "one large share and four small ones",
        ),
        approx(
            Rounded(
                -(sm.Rational(23, 25) * log(sm.Rational(23, 25)))
                - 4 * (sm.Rational(1, 50) * log(sm.Rational(1, 50))),
                4,
            )
        ),
    )
    add_one = value(
        "eq-ex-add-one",
        CE(P4, ADD_ONE),
        eq(
            sm.Rational(1, 2) * log(sm.Rational(12, 5))
            + sm.Rational(1, 4) * log(3)
            + sm.Rational(1, 8) * log(6)
            + sm.Rational(1, 8) * log(12),
            "the charges are the logarithms of $12/5$, $12/4$, $12/2$ and $12/1$",
        ),
        approx(
            Rounded(
                sm.Rational(1, 2) * log(sm.Rational(12, 5))
                + sm.Rational(1, 4) * log(3)
                + sm.Rational(1, 8) * log(6)
                + sm.Rational(1, 8) * log(12),
                4,
            )
        ),
    )
    two_shots = identity(
        "eq-ex-two-shots",
        Sum(Sum(P[c] * P[k] * log(P[c] * P[k] / (Q[c] * Q[k])), (k, 1, C)), (c, 1, C)),
        eq(
            Sum(Sum(P[c] * P[k] * (log(P[c] / Q[c]) + log(P[k] / Q[k])), (k, 1, C)), (c, 1, C)),
            "the logarithm of a product",
        ),
        eq(
            Sum(P[c] * log(P[c] / Q[c]), (c, 1, C)) + Sum(P[k] * log(P[k] / Q[k]), (k, 1, C)),
            "in each part, sum first over the letter that the logarithm does not hold",
        ),
        eq(2 * KL(P, Q), "the same number twice"),
    )
    two_dodgers = identity(
        "eq-ex-two-dodgers",
        t * KL(P, Q) + (1 - t) * KL(R, Q),
        eq(
            t * CE(P, Q) + (1 - t) * CE(R, Q) - t * H(P) - (1 - t) * H(R),
            "{eq}`eq-kl-splits` twice",
        ),
        eq(
            CE(t * P + (1 - t) * R, Q) - t * H(P) - (1 - t) * H(R),
            "{eq}`eq-cross-entropy-affine`",
        ),
        eq(
            KL(t * P + (1 - t) * R, Q) + H(t * P + (1 - t) * R) - t * H(P) - (1 - t) * H(R),
            "{eq}`eq-kl-splits` for the mixture",
        ),
    )
    PART = Sum(R[c_other], (c_other, 1, k))
    part_of_truth = identity(
        "eq-ex-part",
        Sum(
            (R[c] / PART) * log((R[c] / PART) / R[c]),
            (c, 1, k),
        ),
        eq(
            -Sum((R[c] / PART) * log(PART), (c, 1, k)),
            "$r_c$ cancels, and what is left is turned over",
        ),
        eq(-log(PART), "the shares of the first $k$ sectors sum to one"),
    )
