"""Scores become belief: softmax, log-sum-exp, temperature, the loss of a softmax.

The page is ``chapters/softmax.md``; its sections are the comments below.
"""

import sympy as sm
from checked_equations import (
    Diff,
    Group,
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
    unevaluated,
    value,
    vector,
)
from sympy import exp, log

from .entropy import log_bound
from .kl import gibbs
from .notation import (
    BCE,
    CE,
    H_COIN,
    KL,
    LSE,
    ONE,
    C,
    H,
    P,
    Q,
    R,
    c,
    c_other,
    ell,
    k,
    kappa,
    t,
    temperature,
    v,
    x,
    y,
    y_hat,
    y_hat_T,
    z,
)

# Letters of this chapter: other scores, what they make, a mixture of scores, gaps below the top.
z_other = vector("z'", C)
gaps = vector(r"\Delta", C, nonnegative=True)


def _softmax_of(score):
    """Return the softmax of scores that are given as a function of the class."""
    return lambda c: exp(score(c)) / Sum(exp(score(c_other)), (c_other, 1, C))


y_other = distribution(r"\hat y'", r"\hat y'", C, formula=_softmax_of(lambda c: z_other[c]))
y_between = distribution(
    r"\bar y", r"\bar y", C, formula=_softmax_of(lambda c: t * z[c] + (1 - t) * z_other[c])
)


def share(*scores):
    """Return the first share of a softmax of numbers, written out."""
    return exp(scores[0]) / sm.Add(*map(exp, scores), evaluate=False)


def total(score):
    """Return the sum of exponentials of scores, over the classes."""
    return Sum(exp(score(c_other)), (c_other, 1, C))


with unevaluated():
    # -- from odds to belief ---
    softmax = definition("eq-softmax", y_hat[c], exp(z[c]) / total(lambda c: z[c]))
    odds = identity(
        "eq-softmax-odds",
        log(y_hat[c] / y_hat[k]),
        eq(log(exp(z[c]) / exp(z[k])), "both have the same denominator"),
        eq(z[c] - z[k], "the logarithm undoes the exponential"),
    )
    from_odds = identity(
        "eq-softmax-from-odds",
        1 / Sum(exp(z[c] - z[k]), (c, 1, C)),
        eq(
            exp(z[k]) / Sum(exp(z[c]), (c, 1, C)),
            "multiply above and below by $e^{z_k}$",
        ),
        eq(y_hat[k], "{eq}`eq-softmax`"),
    )
    three_scores = value(
        "eq-softmax-example",
        share(2, 1, 0),
        eq(exp(2) / (exp(2) + exp(1) + 1), "$e^0 = 1$"),
        approx(Rounded(exp(2) / (exp(2) + exp(1) + 1), 4), "$7.3891 / 11.1073$"),
    )
    inverse = identity(
        "eq-softmax-inverse",
        exp(log(y_hat[c])) / Sum(exp(log(y_hat[k])), (k, 1, C)),
        eq(y_hat[c] / Sum(y_hat[k], (k, 1, C)), "the exponential undoes the logarithm"),
        eq(y_hat[c], "a belief sums to one"),
    )

    # -- where zero lies ---
    shift = invariance(
        "eq-softmax-shift",
        exp(z[c] + kappa) / total(lambda c: z[c] + kappa),
        eq(
            exp(kappa) * exp(z[c]) / (exp(kappa) * total(lambda c: z[c])),
            "$e^{z + \\kappa} = e^{\\kappa} e^{z}$, and $e^{\\kappa}$ does not depend on the class",
        ),
        eq(y_hat[c], "$e^{\\kappa}$ cancels"),
    )
    logistic = identity(
        "eq-logistic",
        exp(z[1]) / (exp(z[1]) + exp(z[2])),
        eq(1 / (1 + exp(-(z[1] - z[2]))), "divide above and below by $e^{z_1}$"),
        sizes=range(2, 5),
    )

    # -- the logarithm of the sum ---
    lse = definition("eq-lse", LSE(z), log(Sum(exp(z[c]), (c, 1, C))))
    log_softmax = identity(
        "eq-log-softmax",
        log(y_hat[k]),
        eq(
            log(exp(z[k]) / Sum(exp(z[c]), (c, 1, C))),
            "{eq}`eq-softmax`",
        ),
        eq(z[k] - LSE(z), "the logarithm of a quotient; {eq}`eq-lse`"),
    )
    lse_low = inequality(
        "eq-lse-bounds-low",
        LSE(z) - z[k],
        eq(-log(y_hat[k]), "{eq}`eq-log-softmax`"),
        ge(
            0,
            "no probability is above $1$; equality when there is no other class",
            proof=log_bound.instance({x: y_hat[k]}) + (1 - y_hat[k]),
            tight={C: 1, k: 1},
        ),
    )
    lse_shift = identity(
        "eq-lse-shift",
        LSE(z + kappa),
        eq(
            LSE(z) + kappa,
            "the factor $e^{\\kappa}$ leaves the sum, and $\\log e^{\\kappa} = \\kappa$",
        ),
    )
    below = Sum(exp(-gaps[c]), (c, 1, C))
    lse_high = inequality(
        "eq-lse-bounds-high",
        LSE(kappa - gaps),
        eq(kappa + log(below), "{eq}`eq-lse-shift`"),
        le(
            kappa + log(C),
            "each of the $C$ terms is at most $1$; equality when all gaps are $0$",
            proof=log_bound.instance({x: below / C})
            + 1
            / C
            * Sum(exp(-gaps[c]) * (log_bound.instance({x: exp(gaps[c])}) + gaps[c]), (c, 1, C)),
            tight={gaps: lambda c: sm.Integer(0)},
        ),
    )
    lse_hard = limit(
        "eq-lse-hard",
        sm.Limit(log(exp(x) + exp(0)) - x, x, sm.oo),
        eq(0, "the difference is $\\log (1 + e^{-x})$, and $e^{-x}$ vanishes"),
    )

    # -- why exponentials ---
    maxent_bill = identity(
        "eq-maxent-bill",
        CE(P, y_hat),
        eq(-Sum(P[c] * log(y_hat[c]), (c, 1, C)), "what cross-entropy means"),
        eq(-Sum(P[c] * (z[c] - LSE(z)), (c, 1, C)), "{eq}`eq-log-softmax`"),
        eq(LSE(z) - Sum(P[c] * z[c], (c, 1, C)), "the probabilities sum to one"),
    )
    maxent = inequality(
        "eq-maxent",
        H(P) + Sum(P[c] * z[c], (c, 1, C)),
        le(
            LSE(z),
            "{eq}`eq-cheapest-belief` with the belief $\\hat y$, then {eq}`eq-maxent-bill`; "
            "equality exactly for $P = \\hat y$",
            proof=gibbs.instance({Q: y_hat}),
            tight={P: y_hat},
        ),
    )
    own_entropy = identity(
        "eq-softmax-entropy",
        H(y_hat),
        eq(LSE(z) - Sum(y_hat[c] * z[c], (c, 1, C)), "{eq}`eq-maxent-bill` with $P = \\hat y$"),
    )
    maxent_gap = identity(
        "eq-maxent-gap",
        H(y_hat) - H(P),
        eq(
            (LSE(z) - Sum(y_hat[c] * z[c], (c, 1, C))) - (CE(P, y_hat) - KL(P, y_hat)),
            "{eq}`eq-softmax-entropy`, and {eq}`eq-kl-splits`",
        ),
        eq(
            KL(P, y_hat) + Sum(P[c] * z[c], (c, 1, C)) - Sum(y_hat[c] * z[c], (c, 1, C)),
            "{eq}`eq-maxent-bill`: the two $\\operatorname{LSE}(z)$ cancel",
        ),
    )

    # -- temperature ---
    heated = definition(
        "eq-softmax-temperature",
        y_hat_T[c],
        exp(z[c] / temperature) / total(lambda c: z[c] / temperature),
    )
    heated_odds = identity(
        "eq-temperature-odds",
        log(y_hat_T[c] / y_hat_T[k]),
        eq((z[c] - z[k]) / temperature, "{eq}`eq-softmax-odds` for the scores $z_c / T$"),
    )
    heated_gaps = identity(
        "eq-temperature-gaps",
        exp((kappa - gaps[c]) / temperature) / total(lambda c: (kappa - gaps[c]) / temperature),
        eq(
            exp(-gaps[c] / temperature) / total(lambda c: -gaps[c] / temperature),
            "{eq}`eq-softmax-shift`: the top score goes",
        ),
    )
    cold = limit(
        "eq-temperature-cold",
        sm.Limit(exp(-x / temperature), temperature, 0, "+"),
        eq(0, "$x / T$ grows beyond every bound"),
    )
    tie = limit(
        "eq-temperature-tie",
        sm.Limit(share(2 / temperature, 2 / temperature, 1 / temperature), temperature, 0, "+"),
        eq(
            sm.Limit(1 / (2 + exp(-1 / temperature)), temperature, 0, "+"),
            "{eq}`eq-temperature-gaps` with the gaps $0, 0, 1$",
        ),
        eq(sm.Rational(1, 2), "{eq}`eq-temperature-cold`"),
    )
    hot = limit(
        "eq-temperature-hot",
        sm.Limit(y_hat_T[c], temperature, sm.oo),
        eq(1 / C, "every $z_c / T$ tends to $0$, and every exponential to $1$"),
    )
    mean_score = derivative(
        "eq-temperature-mean",
        Diff(Sum(y_hat_T[c] * z[c], (c, 1, C)), temperature),
        eq(
            -(Sum(y_hat_T[c] * z[c] ** 2, (c, 1, C)) - Sum(y_hat_T[c] * z[c], (c, 1, C)) ** 2)
            / temperature**2,
            "the quotient rule: a variance, over $T^2$",
        ),
    )

    # -- slopes ---
    lse_slope = derivative(
        "eq-lse-slope",
        Diff(LSE(z), z[k]),
        eq(
            exp(z[k]) / Sum(exp(z[c]), (c, 1, C)),
            "the chain rule: only the term $c = k$ moves",
        ),
        eq(y_hat[k], "{eq}`eq-softmax`"),
    )
    jacobian = derivative(
        "eq-softmax-jacobian",
        Diff(y_hat[c], z[k]),
        eq(
            (sm.KroneckerDelta(c, k) * exp(z[c]) * total(lambda c: z[c]) - exp(z[c]) * exp(z[k]))
            / total(lambda c: z[c]) ** 2,
            "the quotient rule: the numerator moves if $c = k$, the denominator in any case",
        ),
        eq(y_hat[c] * (sm.KroneckerDelta(c, k) - y_hat[k]), "cancel one denominator"),
    )
    zero_sum = identity(
        "eq-jacobian-rows",
        Sum(y_hat[c] * (sm.KroneckerDelta(c, k) - y_hat[k]), (c, 1, C)),
        eq(y_hat[k] - y_hat[k] * Sum(y_hat[c], (c, 1, C)), "only $c = k$ has $\\delta_{ck} = 1$"),
        eq(0, "a belief sums to one"),
    )
    mean_v = Sum(y_hat[k] * v[k], (k, 1, C))
    bend = identity(
        "eq-lse-bend",
        Sum(
            Sum(v[c] * (y_hat[c] * (sm.KroneckerDelta(c, k) - y_hat[k])) * v[k], (k, 1, C)),
            (c, 1, C),
        ),
        eq(
            Sum(y_hat[c] * v[c] ** 2, (c, 1, C)) - Sum(y_hat[c] * v[c], (c, 1, C)) ** 2,
            "the part with $\\delta_{ck}$, and the part without",
        ),
        eq(
            Sum(y_hat[c] * (v[c] - mean_v) ** 2, (c, 1, C)),
            "mean of squares less square of the mean: the variance of $v$ under $\\hat y$",
        ),
    )
    convex = inequality(
        "eq-lse-convex",
        LSE(t * z + (1 - t) * z_other),
        le(
            t * LSE(z) + (1 - t) * LSE(z_other),
            "{eq}`eq-gibbs` twice",
            proof=t * gibbs.instance({P: y_between, Q: y_hat})
            + (1 - t) * gibbs.instance({P: y_between, Q: y_other}),
            tight={z_other: lambda c: z[c]},
        ),
    )

    # -- the loss ---
    loss_scores = identity(
        "eq-loss-scores",
        -log(y_hat[k]),
        eq(-(z[k] - LSE(z)), "{eq}`eq-log-softmax`"),
        eq(-z[k] + LSE(z), "turn the sign"),
    )
    loss = definition("eq-loss", ell(z, y), -Sum(y[c] * log(y_hat[c]), (c, 1, C)))
    loss_soft = identity(
        "eq-loss-soft",
        ell(z, y),
        eq(-Sum(y[c] * (z[c] - LSE(z)), (c, 1, C)), "{eq}`eq-log-softmax`"),
        eq(LSE(z) - Sum(y[c] * z[c], (c, 1, C)), "a target sums to one"),
    )
    loss_kl = identity(
        "eq-loss-kl",
        ell(z, y) - H(y),
        eq(
            CE(y, y_hat) - H(y),
            "{eq}`eq-cross-entropy`: the loss is the bill of $\\hat y$ under $y$",
        ),
        eq(KL(y, y_hat), "{eq}`eq-kl-splits`"),
    )
    best_scores = value(
        "eq-smoothing-odds",
        log(sm.Rational(23, 25) / sm.Rational(1, 50)),
        eq(log(46), "$\\frac{23}{25} \\cdot 50 = 46$"),
        approx(Rounded(log(46), 4)),
    )

    # -- what an output means ---
    scaled = value(
        "eq-scaled-scores",
        share(6, 3, 0),
        eq(exp(6) / (exp(6) + exp(3) + 1), "$e^0 = 1$"),
        approx(Rounded(exp(6) / (exp(6) + exp(3) + 1), 4), "before it was $0.6652$"),
    )
    overconfident = counterexample(
        "eq-overconfident",
        BCE(sm.Rational(7, 10), sm.Rational(19, 20)),
        eq(
            sm.Rational(7, 10) * log(sm.Rational(20, 19)) + sm.Rational(3, 10) * log(20),
            "{eq}`eq-binary`: seven hits in ten, and a belief of $0.95$",
        ),
        gt(
            sm.Rational(7, 10) * log(sm.Rational(10, 7))
            + sm.Rational(3, 10) * log(sm.Rational(10, 3)),
            "$0.9346 > 0.6109$",
        ),
        eq(H_COIN(sm.Rational(7, 10)), "an honest $0.7$"),
    )
    other = Q[c] - Q[1] + 1
    all_seconds = Sum(exp(Q[c] - Q[1]), (c, 1, C))
    twice = inequality(
        "eq-twice",
        -log(exp(Q[1]) / Sum(exp(Q[c]), (c, 1, C))),
        eq(log(all_seconds), "divide above and below by $e^{q_1}$, and turn the fraction over"),
        ge(
            log(1 + (C - 1) * exp(-1)),
            "$q_c - q_1 \\ge -1$ for each of the other $C - 1$ classes",
            proof=log_bound.instance({x: (C * exp(-1) + (1 - exp(-1))) / all_seconds})
            + Sum(
                (1 - sm.KroneckerDelta(c, 1)) ** 2
                * exp(-1)
                * (log_bound.instance({x: exp(other)}) + other),
                (c, 1, C),
            )
            / all_seconds,
            tight={Q: ONE},
        ),
    )
    twice_ten = value(
        "eq-twice-ten",
        log(1 + 9 * exp(-1)),
        approx(Rounded(log(1 + 9 * exp(-1)), 4), "ten classes"),
    )

    # -- in floating point ---
    largest_single = value(
        "eq-overflow-single",
        log((2 - sm.Pow(2, -23)) * sm.Pow(2, 127)),
        approx(Rounded(log((2 - sm.Pow(2, -23)) * sm.Pow(2, 127)), 4), "float32"),
    )
    largest_double = value(
        "eq-overflow-double",
        log((2 - sm.Pow(2, -52)) * sm.Pow(2, 1023)),
        approx(Rounded(log((2 - sm.Pow(2, -52)) * sm.Pow(2, 1023)), 4), "float64"),
    )
    smallest_double = value(
        "eq-underflow-double",
        1075 * log(2),
        approx(Rounded(1075 * log(2), 4), "float64"),
    )
    stable = identity(
        "eq-softmax-stable",
        exp(z[c] - z[k]) / total(lambda c: z[c] - z[k]),
        eq(y_hat[c], "{eq}`eq-softmax-shift` with $\\kappa = -z_k$"),
    )
    stable_loss = identity(
        "eq-loss-stable",
        -log(y_hat[c]),
        eq(
            (z[k] - z[c]) + log(total(lambda c: z[c] - z[k])),
            "{eq}`eq-loss-scores`, with $z_k$ taken from every score",
        ),
    )

# -- exercises ---
with unevaluated():
    hand = value(
        "eq-ex-hand",
        share(log(6), log(3), log(1)),
        eq(6 / sm.Add(6, 3, 1, evaluate=False), "$e^{\\log 6} = 6$, and so on"),
        eq(sm.Rational(3, 5), "the others get $\\frac{3}{10}$ and $\\frac{1}{10}$"),
    )
    hand_loss = value(
        "eq-ex-hand-loss",
        -log(share(log(3), log(6), log(1))),
        eq(log(sm.Rational(10, 3)), "the second class has the share $\\frac{3}{10}$"),
        approx(Rounded(log(sm.Rational(10, 3)), 4)),
    )
    lse_hand = value(
        "eq-ex-lse-hand",
        LSE(sm.Tuple(0, 0, 0, 0)),
        eq(log(4), "four times $e^0 = 1$"),
        approx(Rounded(log(4), 4)),
    )
    lse_large = identity(
        "eq-ex-lse-large",
        LSE(sm.Tuple(kappa, kappa - 1)),
        eq(kappa + LSE(sm.Tuple(0, -1)), "{eq}`eq-lse-shift`"),
        eq(kappa + log(1 + exp(-1)), "$e^0 = 1$"),
    )
    logistic_loss = identity(
        "eq-ex-logistic-loss",
        -log(exp(z[1]) / (exp(z[1]) + exp(z[2]))),
        eq(
            log(1 + exp(-(z[1] - z[2]))),
            "{eq}`eq-logistic`; the logarithm of $1 / x$ is $-\\log x$",
        ),
        sizes=range(2, 5),
    )
    logistic_slope = derivative(
        "eq-ex-logistic-slope",
        Diff(1 / (1 + exp(-kappa)), kappa),
        eq(exp(-kappa) / (1 + exp(-kappa)) ** 2, "the chain rule, with $1 / u$ outside"),
        eq(
            Group(1 / (1 + exp(-kappa))) * (1 - 1 / (1 + exp(-kappa))),
            "$1 - 1 / (1 + e^{-\\kappa}) = e^{-\\kappa} / (1 + e^{-\\kappa})$",
        ),
    )
    cold_tie = limit(
        "eq-ex-cold",
        sm.Limit(
            share(3 / temperature, 3 / temperature, 1 / temperature, 0 / temperature),
            temperature,
            0,
            "+",
        ),
        eq(sm.Rational(1, 2), "two classes share the top"),
    )
    entropy_slope = derivative(
        "eq-ex-entropy-slope",
        Diff(H(y_hat_T), temperature),
        eq(
            (Sum(y_hat_T[c] * z[c] ** 2, (c, 1, C)) - Sum(y_hat_T[c] * z[c], (c, 1, C)) ** 2)
            / temperature**3,
            "{eq}`eq-softmax-entropy` for $z_c / T$: the mean moves by {eq}`eq-temperature-mean`, "
            "and the other parts cancel",
        ),
    )
    without = identity(
        "eq-ex-without",
        (exp(z[c]) / total(lambda c: z[c])) / (1 - exp(z[k]) / total(lambda c: z[c])),
        eq(exp(z[c]) / (total(lambda c: z[c]) - exp(z[k])), "multiply above and below by the sum"),
        sizes=range(2, 5),
    )
    merged = identity(
        "eq-ex-merged",
        log(exp(LSE(sm.Tuple(z[1], z[2]))) + exp(z[3])),
        eq(log((exp(z[1]) + exp(z[2])) + exp(z[3])), "the exponential undoes the logarithm"),
        eq(LSE(sm.Tuple(z[1], z[2], z[3])), "the same sum"),
        sizes=range(3, 6),
    )
    equal_odds = value(
        "eq-ex-equal-odds",
        share(2 * log(2), log(2), 0),
        eq(sm.Rational(4, 7), "$e^{2 \\log 2} = 4$"),
        approx(Rounded(sm.Rational(4, 7), 4)),
    )
    tangent = inequality(
        "eq-ex-tangent",
        LSE(z) + Sum(y_hat[c] * (z_other[c] - z[c]), (c, 1, C)),
        le(
            LSE(z_other),
            "the gap is $\\mathrm{KL}(\\hat y \\,\\Vert\\, \\hat y')$",
            proof=gibbs.instance({P: y_hat, Q: y_other}),
            tight={z_other: lambda c: z[c]},
        ),
    )
    two_labels = identity(
        "eq-ex-two-labels",
        t * ell(z, P) + (1 - t) * ell(z, R),
        eq(ell(z, t * P + (1 - t) * R), "{eq}`eq-cross-entropy-affine`"),
    )
    twice_two = value(
        "eq-ex-twice-two",
        log(1 + exp(-1)),
        approx(Rounded(log(1 + exp(-1)), 4)),
    )
