"""Statements of the chapter *Surprise and entropy*."""

import sympy as sm
from checked_equations import (
    Diff,
    Minimum,
    Rounded,
    Sum,
    approx,
    definition,
    derivative,
    eq,
    ge,
    identity,
    inequality,
    le,
    limit,
    statement,
    unevaluated,
    value,
)
from sympy import Integral, Rational, exp, log

from .notation import (
    H_BITS,
    H_COIN,
    H_GIVEN,
    H_JOINT,
    XX,
    XY,
    Y_AT_I,
    C,
    D,
    E,
    H,
    I,
    P,
    U,
    X,
    c,
    i,
    log2,
    p,
    perplexity,
    q,
    s,
    s_other,
    surprise,
    u,
    x,
)

# Unknown functions: f of an outcome (positive), f as a measure of surprise, F the same read in nats.
f = sm.Function("f", positive=True)
measure = sm.Function("f")
F = sm.Function("F")
amount = sm.Wild("amount")

# -- two tools --------------------------------------------------------------------------------------
bent = {"f": lambda place: 1 + 0.5 * place**2}
with unevaluated():
    log_bound = inequality("eq-log-bound", log(x), le(x - 1, proof=Minimum(x, 1), tight={x: 1}))
    expectation = definition("eq-expectation", E(f(X)), Sum(P[c] * f(c), (c, 1, C)), realised=bent)
    tangent_average = identity(
        "eq-tangent-average",
        E(log(E(f(X))) + f(X) / E(f(X)) - 1),
        eq(
            log(E(f(X))) + E(f(X)) / E(f(X)) - 1,
            "the average of a sum is the sum of the averages; numbers average to themselves",
        ),
        eq(log(E(f(X))), "the last two terms cancel"),
        realised=bent,
    )
    jensen = inequality(
        "eq-jensen",
        Sum(P[c] * log(f(c)), (c, 1, C)),
        le(
            log(Sum(P[c] * f(c), (c, 1, C))),
            proof=Sum(P[c] * log_bound.instance({x: f(c) / E(f(X))}), (c, 1, C)),
            tight={P: D},
        ),
        realised=bent,
    )

# -- surprise -----------------------------------------------------------------------------------------
linear = {"f": lambda p: -1.7 * sm.log(p), "F": lambda s: 1.7 * s}
with unevaluated():
    adds = definition(
        "eq-surprise-adds",
        measure(p * q),
        measure(p) + measure(q),
        rewrites=[(measure(p * q), measure(p) + measure(q))],
        realised=linear,
    )
    additive = identity(
        "eq-surprise-additive",
        F(s + s_other),
        eq(measure(exp(-s) * exp(-s_other)), r"what $F$ means, and $e^{-(s+s')} = e^{-s} e^{-s'}$"),
        eq(measure(exp(-s)) + measure(exp(-s_other)), "surprises add, {eq}`eq-surprise-adds`"),
        eq(F(s) + F(s_other), "what $F$ means, twice"),
        rewrites=[
            (F(s + s_other), measure(exp(-s) * exp(-s_other))),
            (measure(exp(-s) * exp(-s_other)), measure(exp(-s)) + measure(exp(-s_other))),
            (F(amount), measure(exp(-amount))),
        ],
        realised=linear,
    )
    averaged = identity(
        "eq-surprise-averaged",
        s_other * F(s),
        eq(Integral(F(s), (u, 0, s_other)), "$F(s)$ does not depend on $u$"),
        eq(
            Integral(F(s + u) - F(u), (u, 0, s_other)),
            "$F(s + u) = F(s) + F(u)$, {eq}`eq-surprise-additive`",
        ),
        rewrites=[(F(s + u), F(s) + F(u))],
        realised=linear,
    )
    # The rules of the integral for any F: it is linear, shifts, and splits at a point.
    symmetric = identity(
        "eq-surprise-symmetric",
        Integral(F(s + u) - F(u), (u, 0, s_other)),
        eq(
            Integral(F(u), (u, s, s + s_other)) - Integral(F(u), (u, 0, s_other)),
            "two integrals; in the first, $s + u$ becomes the variable",
        ),
        eq(
            Integral(F(u), (u, 0, s + s_other))
            - Integral(F(u), (u, 0, s))
            - Integral(F(u), (u, 0, s_other)),
            "from $s$ on is the whole way less the way to $s$",
        ),
        rewrites=[
            (
                Integral(F(s + u) - F(u), (u, 0, s_other)),
                Integral(F(u), (u, s, s + s_other)) - Integral(F(u), (u, 0, s_other)),
            ),
            (
                Integral(F(u), (u, s, s + s_other)),
                Integral(F(u), (u, 0, s + s_other)) - Integral(F(u), (u, 0, s)),
            ),
        ],
        realised={"F": lambda s: 1 + s**2 + 0.3 * s**3},
    )
    unique = identity(
        "eq-surprise-unique",
        measure(p),
        eq(F(-log(p)), r"what $F$ means: $e^{-s} = p$ for $s = -\log p$"),
        eq(-log(p) * F(1), "$F(s) = s\\,F(1)$"),
        rewrites=[
            (measure(p), F(-log(p))),
            (F(-log(p)), -log(p) * F(1)),
        ],
        realised=linear,
    )
    surprise_means = definition("eq-surprise", surprise(p), -log(p))
    bits = definition("eq-bits", log2(x), log(x) / log(2))

# -- entropy ------------------------------------------------------------------------------------------
with unevaluated():
    entropy_means = statement(
        "definition",
        "eq-entropy",
        H(P),
        eq(E(surprise(P[X])), "the surprise to expect"),
        eq(-Sum(P[c] * log(P[c]), (c, 1, C)), "surprises weighted by their probabilities"),
    )
    entropy_bits = identity(
        "eq-entropy-bits",
        H_BITS(P),
        eq(-Sum(P[c] * log2(P[c]), (c, 1, C)), "the same average, in bits"),
        eq(H(P) / log(2), r"each $\log_2$ is a $\log$ over the same $\log 2$, {eq}`eq-bits`"),
    )
    dodger = value(
        "eq-dodger",
        H(sm.Tuple(Rational(1, 2), Rational(1, 4), Rational(1, 8), Rational(1, 8))),
        eq(
            Rational(1, 2) * log(2)
            + Rational(1, 4) * log(4)
            + Rational(1, 8) * log(8)
            + Rational(1, 8) * log(8),
            r"$-\log \frac{1}{n} = \log n$",
        ),
        eq(
            Rational(1, 2) * log(2)
            + Rational(2, 4) * log(2)
            + Rational(3, 8) * log(2)
            + Rational(3, 8) * log(2),
            r"$\log 4 = 2 \log 2$ and $\log 8 = 3 \log 2$",
        ),
        eq(Rational(7, 4) * log(2), "add the fractions"),
        approx(Rounded(Rational(7, 4) * log(2), 4)),
    )
    vanishes = limit("eq-x-log-x", sm.Limit(x * log(x), x, 0, "+"), eq(sm.Integer(0)))
    sandwich = inequality(
        "eq-x-log-x-bound",
        -x * log(x),
        le(
            2 * sm.sqrt(x) - 2 * x,
            proof=2 * x * log_bound.instance({x: 1 / sm.sqrt(x)}),
            tight={x: 1},
        ),
    )
    contribution = inequality(
        "eq-contribution",
        -x * log(x),
        le(exp(-1), proof=x * log_bound.instance({x: 1 / (exp(1) * x)}), tight={x: exp(-1)}),
    )

# -- two outcomes -------------------------------------------------------------------------------------
with unevaluated():
    coin = definition("eq-coin", H_COIN(p), -p * log(p) - (1 - p) * log(1 - p))
    coin_slope = derivative(
        "eq-coin-slope",
        Diff(H_COIN(p), p),
        eq(-log(p) - 1 + log(1 - p) + 1, "the product rule, term by term"),
        eq(log((1 - p) / p), "a difference of logarithms"),
    )
    coin_bend = derivative(
        "eq-coin-bend",
        Diff(H_COIN(p), p, 2),
        eq(-1 / (1 - p) - 1 / p, r"the slope is $\log(1-p) - \log p$, {eq}`eq-coin-slope`"),
        eq(-1 / (p * (1 - p)), "a common denominator"),
    )
    coin_tangent = identity(
        "eq-coin-tangent",
        H_COIN(q) + (p - q) * log((1 - q) / q),
        eq(
            -q * log(q) - (1 - q) * log(1 - q) + (p - q) * (log(1 - q) - log(q)),
            "entropy and slope at $q$",
        ),
        eq(-p * log(q) - (1 - p) * log(1 - q), r"collect the terms with $\log q$ and $\log(1-q)$"),
    )
    coin_below_tangent = inequality(
        "eq-coin-below-tangent",
        H_COIN(p),
        le(
            -p * log(q) - (1 - p) * log(1 - q),
            proof=Minimum(p, q),
            tight={q: p},
        ),
    )
    coin_maximum = inequality(
        "eq-coin-maximum",
        H_COIN(p),
        le(
            log(2),
            proof=Minimum(p, Rational(1, 2)),
            tight={p: Rational(1, 2)},
        ),
    )

# -- how small, how large -----------------------------------------------------------------------------
with unevaluated():
    nonnegative = inequality(
        "eq-entropy-nonnegative",
        H(P),
        ge(
            0,
            proof=Sum(P[c] * (log_bound.instance({x: P[c]}) + (1 - P[c])), (c, 1, C)),
            tight={P: D},
        ),
    )
    collision = inequality(
        "eq-entropy-collision",
        H(P),
        ge(
            1 - Sum(P[c] ** 2, (c, 1, C)),
            proof=Sum(P[c] * log_bound.instance({x: P[c]}), (c, 1, C)),
            tight={P: D},
        ),
    )
    maximum = inequality(
        "eq-entropy-maximum",
        H(P),
        le(
            log(C),
            proof=Sum(P[c] * log_bound.instance({x: 1 / (C * P[c])}), (c, 1, C)),
            tight={P: U},
        ),
    )
    uniform = identity(
        "eq-entropy-uniform",
        H(U),
        eq(-Sum(1 / C * log(1 / C), (c, 1, C)), "every $u_c$ is $1/C$"),
        eq(-C * (1 / C) * log(1 / C), "$C$ equal terms"),
        eq(log(C), r"$C \cdot \frac{1}{C} = 1$, and $-\log \frac{1}{C} = +\log C$"),
    )
    perplexity_means = definition("eq-perplexity", perplexity(P), exp(H(P)))
    perplexity_uniform = identity(
        "eq-perplexity-uniform",
        perplexity(U),
        eq(exp(log(C)), "{eq}`eq-entropy-uniform`"),
        eq(C, "$e$ undoes the logarithm"),
    )
    perplexity_dodger = value(
        "eq-perplexity-dodger",
        perplexity(sm.Tuple(Rational(1, 2), Rational(1, 4), Rational(1, 8), Rational(1, 8))),
        eq(exp(Rational(7, 4) * log(2)), "{eq}`eq-dodger`"),
        eq(2 ** Rational(7, 4), r"$e^{\log 2} = 2$"),
        approx(Rounded(2 ** Rational(7, 4), 2)),
    )

# -- two questions: grouping, independence, concavity -------------------------------------------------
with unevaluated():
    two_questions = definition(
        "eq-joint-entropy",
        H_JOINT(XY),
        -Sum(Sum(XY[i, c] * log(XY[i, c]), (c, 1, C)), (i, 1, I)),
    )
    marginal = definition("eq-marginal", XX[i], Sum(XY[i, c], (c, 1, C)))
    given = definition("eq-given", Y_AT_I[c], XY[i, c] / XX[i])
    conditional = definition(
        "eq-conditional-entropy", H_GIVEN(XY), Sum(XX[i] * H_JOINT(Y_AT_I), (i, 1, I))
    )
    chain = identity(
        "eq-chain-rule",
        H_JOINT(XY),
        eq(
            -Sum(Sum(XY[i, c] * log(XX[i] * Y_AT_I[c]), (c, 1, C)), (i, 1, I)),
            "multiply along the branches, {eq}`eq-given`",
        ),
        eq(
            -Sum(Sum(XY[i, c] * log(XX[i]), (c, 1, C)), (i, 1, I))
            - Sum(Sum(XY[i, c] * log(Y_AT_I[c]), (c, 1, C)), (i, 1, I)),
            "the logarithm of a product",
        ),
        eq(
            -Sum(XX[i] * log(XX[i]), (i, 1, I))
            - Sum(XX[i] * Sum(Y_AT_I[c] * log(Y_AT_I[c]), (c, 1, C)), (i, 1, I)),
            r"$\sum_c \pi_{ic} = \pi^X_i$ on the left, {eq}`eq-given` on the right",
        ),
        eq(
            H_JOINT(XX) + Sum(XX[i] * H_JOINT(Y_AT_I), (i, 1, I)),
            "give the sums their names",
        ),
    )
