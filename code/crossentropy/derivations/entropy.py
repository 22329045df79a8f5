"""Statements of the chapter *Surprise and entropy*."""

import sympy as sm
from checked_equations import (
    Diff,
    Group,
    Minimum,
    Rounded,
    Sum,
    approx,
    counterexample,
    definition,
    derivative,
    eq,
    ge,
    identity,
    inequality,
    invariance,
    le,
    limit,
    lt,
    statement,
    unevaluated,
    value,
)
from sympy import Rational, exp, log

from .notation import (
    FLAT,
    GROUPS,
    H_BITS,
    H_COIN,
    H_GIVEN,
    H_JOINT,
    ONE,
    XX,
    XY,
    Y_AT_I,
    Y_GIVEN_X,
    YY,
    C,
    E,
    H,
    P,
    R,
    U,
    X,
    c,
    c_other,
    i,
    i_other,
    log2,
    n,
    p,
    perplexity,
    q,
    s,
    s_other,
    shuffle,
    surprise,
    t,
    u,
    x,
)

# Unknown functions: g pays for a class, f measures surprise, F does so by amounts of surprise.
g = sm.Function("g", positive=True)
f = sm.Function("f")
F = sm.Function("F")
amount = sm.Wild("amount")

# -- two tools ---
bent = {"g": lambda place: 1 + 0.5 * place**2}
with unevaluated():
    log_bound = inequality("eq-log-bound", log(x), le(x - 1, proof=Minimum(x, 1), tight={x: 1}))
    expectation = definition("eq-expectation", E(g(X)), Sum(P[c] * g(c), (c, 1, C)), realised=bent)
    tangent_average = identity(
        "eq-tangent-average",
        E(log(x) + g(X) / x - 1),
        eq(log(x) + E(g(X)) / x - 1),
        realised=bent,
    )
    jensen = inequality(
        "eq-jensen",
        Sum(P[c] * log(g(c)), (c, 1, C)),
        le(
            log(Sum(P[c] * g(c), (c, 1, C))),
            proof=Sum(P[c] * log_bound.instance({x: g(c) / E(g(X))}), (c, 1, C)),
            tight={P: ONE},
        ),
        realised=bent,
    )

# -- surprise ---


def integral(body, limits):
    """Return the integral with its body as written; unevaluated, SymPy puts a factor 1 into it."""
    with sm.evaluate(True):
        return sm.Integral(body, limits)


linear = {"f": lambda p: -1.7 * sm.log(p), "F": lambda s: 1.7 * s}
with unevaluated():
    adds = definition(
        "eq-surprise-adds",
        f(p * q),
        f(p) + f(q),
        rewrites=[(f(p * q), f(p) + f(q))],
        realised=linear,
    )
    additive = identity(
        "eq-surprise-additive",
        F(s + s_other),
        eq(f(exp(-s) * exp(-s_other)), r"what $F$ means, and $e^{-(s+s')} = e^{-s} e^{-s'}$"),
        eq(f(exp(-s)) + f(exp(-s_other)), "surprises add, {eq}`eq-surprise-adds`"),
        eq(F(s) + F(s_other), "what $F$ means, twice"),
        rewrites=[
            (F(s + s_other), f(exp(-s) * exp(-s_other))),
            (f(exp(-s) * exp(-s_other)), f(exp(-s)) + f(exp(-s_other))),
            (F(amount), f(exp(-amount))),
        ],
        realised=linear,
    )
    averaged = identity(
        "eq-surprise-averaged",
        s_other * F(s),
        eq(integral(F(s), (u, 0, s_other)), "$F(s)$ does not depend on $u$"),
        eq(
            integral(F(s + u) - F(u), (u, 0, s_other)),
            "$F(s + u) = F(s) + F(u)$, {eq}`eq-surprise-additive`",
        ),
        rewrites=[(F(s + u), F(s) + F(u))],
        realised=linear,
    )
    # The rules of the integral for any F: it is linear, shifts, and splits at a point.
    symmetric = identity(
        "eq-surprise-symmetric",
        integral(F(s + u) - F(u), (u, 0, s_other)),
        eq(
            integral(F(u), (u, s, s + s_other)) - integral(F(u), (u, 0, s_other)),
            "two integrals; in the first, $s + u$ becomes the variable",
        ),
        eq(
            integral(F(u), (u, 0, s + s_other))
            - integral(F(u), (u, 0, s))
            - integral(F(u), (u, 0, s_other)),
            "from $s$ on is the whole way less the way to $s$",
        ),
        rewrites=[
            (
                integral(F(s + u) - F(u), (u, 0, s_other)),
                integral(F(u), (u, s, s + s_other)) - integral(F(u), (u, 0, s_other)),
            ),
            (
                integral(F(u), (u, s, s + s_other)),
                integral(F(u), (u, 0, s + s_other)) - integral(F(u), (u, 0, s)),
            ),
        ],
        realised={"F": lambda s: 1 + s**2 + 0.3 * s**3},
    )
    unique = identity(
        "eq-surprise-unique",
        f(p),
        eq(F(-log(p)), r"what $F$ means: $e^{-s} = p$ for $s = -\log p$"),
        eq(-F(1) * log(p), "$F(s) = s\\,F(1)$"),
        rewrites=[
            (f(p), F(-log(p))),
            (F(-log(p)), -F(1) * log(p)),
        ],
        realised=linear,
    )
    surprise_means = definition("eq-surprise", surprise(p), -log(p))
    bits = definition("eq-bits", log2(x), log(x) / log(2))

# -- entropy ---
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

# -- two outcomes ---
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
            proof=p * log_bound.instance({x: q / p})
            + (1 - p) * log_bound.instance({x: (1 - q) / (1 - p)}),
            tight={q: p},
        ),
    )
    coin_maximum = inequality(
        "eq-coin-maximum",
        H_COIN(p),
        le(
            log(2),
            proof=coin_below_tangent.instance({q: Rational(1, 2)}),
            tight={p: Rational(1, 2)},
        ),
    )

# -- how small, how large ---
with unevaluated():
    nonnegative = inequality(
        "eq-entropy-nonnegative",
        H(P),
        ge(
            0,
            proof=Sum(P[c] * (log_bound.instance({x: P[c]}) + (1 - P[c])), (c, 1, C)),
            tight={P: ONE},
        ),
    )
    collision = inequality(
        "eq-entropy-collision",
        H(P),
        ge(
            1 - Sum(P[c] ** 2, (c, 1, C)),
            proof=Sum(P[c] * log_bound.instance({x: P[c]}), (c, 1, C)),
            tight={P: ONE},
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
        eq(-Sum(Group(1 / C) * log(1 / C), (c, 1, C)), "every $u_c$ is $1/C$"),
        eq(-C * Group(1 / C) * log(1 / C), "$C$ equal terms"),
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

# -- two questions: grouping, independence, concavity ---
with unevaluated():
    two_questions = definition(
        "eq-joint-entropy",
        H_JOINT(XY),
        -Sum(Sum(XY[i, c] * log(XY[i, c]), (c, 1, C)), (i, 1, GROUPS)),
    )
    marginal = definition("eq-marginal", XX[i], Sum(XY[i, c], (c, 1, C)))
    given = definition("eq-given", Y_AT_I[c], XY[i, c] / XX[i])
    conditional = definition(
        "eq-conditional-entropy", H_GIVEN(Y_GIVEN_X), Sum(XX[i] * H_JOINT(Y_AT_I), (i, 1, GROUPS))
    )
    chain = identity(
        "eq-chain-rule",
        H_JOINT(XY),
        eq(
            -Sum(Sum(XY[i, c] * log(XX[i] * Y_AT_I[c]), (c, 1, C)), (i, 1, GROUPS)),
            "multiply along the branches, {eq}`eq-given`",
        ),
        eq(
            -Sum(Sum(XY[i, c] * (log(XX[i]) + log(Y_AT_I[c])), (c, 1, C)), (i, 1, GROUPS)),
            "the logarithm of a product",
        ),
        eq(
            -Sum(XX[i] * log(XX[i]), (i, 1, GROUPS))
            - Sum(XX[i] * Sum(Y_AT_I[c] * log(Y_AT_I[c]), (c, 1, C)), (i, 1, GROUPS)),
            r"two sums; $\sum_c \pi_{ic} = \pi^X_i$ in the first, {eq}`eq-given` in the second",
        ),
        eq(
            H_JOINT(XX) + Sum(XX[i] * H_JOINT(Y_AT_I), (i, 1, GROUPS)),
            "give the sums their names",
        ),
    )
    shannon_tree = value(
        "eq-shannon-tree",
        H(sm.Tuple(Rational(1, 2), Rational(1, 3), Rational(1, 6))),
        eq(
            H(sm.Tuple(Rational(1, 2), Rational(1, 2)))
            + Rational(1, 2) * H(sm.Tuple(Rational(2, 3), Rational(1, 3))),
            "first a fair question; half of the time a second one",
        ),
        eq(
            log(2) + Rational(1, 2) * (log(3) - Rational(2, 3) * log(2)),
            r"$\log \frac{3}{2} = \log 3 - \log 2$",
        ),
        eq(Rational(2, 3) * log(2) + Rational(1, 2) * log(3), "collect"),
        approx(Rounded(Rational(2, 3) * log(2) + Rational(1, 2) * log(3), 4)),
    )
    independent = identity(
        "eq-independent",
        -Sum(Sum(XX[i] * YY[c] * log(XX[i] * YY[c]), (c, 1, C)), (i, 1, GROUPS)),
        eq(
            -Sum(Sum(XX[i] * YY[c] * (log(XX[i]) + log(YY[c])), (c, 1, C)), (i, 1, GROUPS)),
            "the logarithm of a product",
        ),
        eq(
            -Sum(XX[i] * log(XX[i]), (i, 1, GROUPS)) - Sum(YY[c] * log(YY[c]), (c, 1, C)),
            "two double sums; in each of them the other distribution sums to 1",
        ),
        eq(H_JOINT(XX) + H_JOINT(YY), "give the sums their names"),
    )
    marginals = Sum(XY[i, c_other], (c_other, 1, C)) * Sum(XY[i_other, c], (i_other, 1, GROUPS))
    subadditive = inequality(
        "eq-subadditive",
        H_JOINT(XY),
        le(
            -Sum(Sum(XY[i, c] * log(marginals), (c, 1, C)), (i, 1, GROUPS)),
            "{eq}`eq-log-bound` at $x = \\pi^X_i \\pi^Y_c / \\pi_{ic}$, both sums written "
            "out; its right sides, weighted by $\\pi_{ic}$, sum to at most 0",
            proof=Sum(
                Sum(XY[i, c] * log_bound.instance({x: marginals / XY[i, c]}), (c, 1, C)),
                (i, 1, GROUPS),
            ),
            tight={XY: FLAT},
        ),
        eq(H_JOINT(XX) + H_JOINT(YY), "the logarithm of a product, and sum what can be summed"),
    )
    conditioning = inequality(
        "eq-conditioning",
        H_GIVEN(Y_GIVEN_X),
        le(
            H_JOINT(YY),
            proof=Sum(
                Sum(XY[i, c] * log_bound.instance({x: marginals / XY[i, c]}), (c, 1, C)),
                (i, 1, GROUPS),
            ),
            tight={XY: FLAT},
        ),
    )
    relabel = invariance(
        "eq-relabel",
        -Sum(P[shuffle[c]] * log(P[shuffle[c]]), (c, 1, C)),
        eq(H(P)),
    )
    same_entropy = value(
        "eq-same-entropy",
        H(sm.Tuple(Rational(1, 2), Rational(1, 2), 0, 0)),
        eq(log(2), "two equal terms; $0 \\log 0 = 0$"),
        eq(H(sm.Tuple(Rational(1, 2), 0, Rational(1, 2), 0)), "the same two terms"),
    )
    rare = value(
        "eq-rare",
        Rational(1, 1024) * log2(1024),
        eq(10 * Rational(1, 1024), "$1024 = 2^{10}$"),
        approx(Rounded(Rational(10, 1024), 4)),
    )
with unevaluated():
    mixture = t * P + (1 - t) * R
    mixed = t * P[c] + (1 - t) * R[c]
    concave = inequality(
        "eq-entropy-concave",
        H(mixture),
        ge(
            t * H(P) + (1 - t) * H(R),
            proof=Sum(
                t * P[c] * log_bound.instance({x: mixed / P[c]})
                + (1 - t) * R[c] * log_bound.instance({x: mixed / R[c]}),
                (c, 1, C),
            ),
            tight={R: P},
        ),
    )

# -- exercises ---
with unevaluated():
    ex_three = value(
        "eq-ex-three-sectors",
        H(sm.Tuple(Rational(1, 2), Rational(1, 4), Rational(1, 4))),
        eq(Rational(1, 2) * log(2) + 2 * Rational(1, 4) * log(4), "one sector and two equal ones"),
        eq(Rational(3, 2) * log(2), r"$\log 4 = 2 \log 2$"),
        approx(Rounded(Rational(3, 2) * log(2), 4)),
    )
    ex_slope = derivative(
        "eq-ex-contribution-slope",
        Diff(-x * log(x), x),
        eq(-log(x) - 1, "the product rule"),
    )
    ex_dyadic = value(
        "eq-ex-dyadic",
        H_BITS(sm.Tuple(Rational(1, 2), Rational(1, 4), Rational(1, 8), Rational(1, 8))),
        eq(
            Rational(1, 2) * 1 + Rational(1, 4) * 2 + Rational(1, 8) * 3 + Rational(1, 8) * 3,
            r"$-\log_2 2^{-n} = n$",
        ),
        eq(Rational(7, 4), "add"),
    )
    ex_geometric_mean = identity(
        "eq-ex-geometric-mean",
        p * Sum(n * (1 - p) ** (n - 1), (n, 1, sm.oo)),
        eq(p * (1 / p**2), "the derivative of the geometric series"),
        eq(1 / p, "cancel"),
    )
    ex_geometric = identity(
        "eq-ex-geometric",
        H_COIN(p) + (1 - p) * (H_COIN(p) / p),
        eq(p * (H_COIN(p) / p) + (1 - p) * (H_COIN(p) / p), "multiply and divide by $p$"),
        eq(H_COIN(p) / p, "$p + (1 - p) = 1$"),
    )
    ex_geometric_bits = value(
        "eq-ex-geometric-bits",
        Sum(n * Rational(1, 2) ** n, (n, 1, sm.oo)),
        eq(sm.Integer(2), "{eq}`eq-ex-geometric-mean` at $p = \\frac{1}{2}$"),
    )
    ex_twelve = value(
        "eq-ex-twelve",
        log(24) / log(3),
        eq(1 + 3 * log(2) / log(3), r"$24 = 3 \cdot 2^3$"),
        approx(Rounded(log(24) / log(3), 3)),
    )
    ex_twelve_first = value(
        "eq-ex-twelve-first",
        H(sm.Tuple(Rational(1, 4), Rational(1, 2), Rational(1, 4))),
        eq(Rational(3, 2) * log(2), "{eq}`eq-ex-three-sectors`, in another order"),
        lt(log(3), r"$2^3 < 3^2$"),
        eq(H(sm.Tuple(Rational(1, 3), Rational(1, 3), Rational(1, 3))), "{eq}`eq-entropy-uniform`"),
    )
    ways = [1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1]
    ex_dice = value(
        "eq-ex-dice",
        H(sm.Tuple(*(Rational(k, 36) for k in ways))),
        eq(
            log(36) - (2 * (2 * log(2) + 3 * log(3) + 4 * log(4) + 5 * log(5)) + 6 * log(6)) / 36,
            r"$-\log \frac{n}{36} = \log 36 - \log n$",
        ),
        approx(
            Rounded(
                log(36)
                - (2 * (2 * log(2) + 3 * log(3) + 4 * log(4) + 5 * log(5)) + 6 * log(6)) / 36,
                4,
            )
        ),
    )
    ex_confusing = counterexample(
        "eq-ex-confusing",
        H(sm.Tuple(Rational(9, 10), Rational(1, 10))),
        eq(log(10) - Rational(9, 10) * log(9), r"$-\log \frac{9}{10} = \log 10 - \log 9$"),
        lt(log(2), "the numbers"),
        eq(H(sm.Tuple(Rational(1, 2), Rational(1, 2))), "two equal terms"),
    )
    ex_known = inequality(
        "eq-ex-known-chance",
        -p * log(p) - Sum((1 - p) * R[c] * log((1 - p) * R[c]), (c, 1, C)),
        eq(
            -p * log(p)
            - (1 - p) * log(1 - p) * Sum(R[c], (c, 1, C))
            - (1 - p) * Sum(R[c] * log(R[c]), (c, 1, C)),
            "the logarithm of a product",
        ),
        eq(H_COIN(p) + (1 - p) * H(R), r"$\sum_c r_c = 1$; give the sums their names"),
        le(
            H_COIN(p) + (1 - p) * log(C),
            "{eq}`eq-entropy-maximum` for $R$",
            proof=(1 - p) * maximum.instance({P: R}),
            tight={R: U},
        ),
    )
