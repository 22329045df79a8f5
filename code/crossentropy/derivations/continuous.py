"""When outcomes become a line: densities, their entropy, and what a unit does to it.

The page is ``chapters/continuous.md``; its sections are the comments below.
"""

import itertools
import math

import numpy as np
import sympy as sm
from checked_equations import (
    Diff,
    Family,
    Group,
    Integral,
    Rounded,
    Sum,
    approx,
    concept,
    counterexample,
    definition,
    derivative,
    distribution,
    eq,
    ge,
    identity,
    index,
    inequality,
    invariance,
    le,
    limit,
    real,
    size,
    unevaluated,
    value,
    vector,
)
from sympy import Abs, exp, log, pi, sqrt

from crossentropy import continuous as library

from .entropy import log_bound
from .notation import N, mu, n, sigma, x

# -- letters of this chapter -------------------------------------------------------------------
theta = real(r"\theta")  # an angle
phi = real(r"\varphi")  # the same angle in another unit
omega = real(r"\omega", 0)  # how many new units the old one has
Delta = real(r"\Delta", 0)  # the width of a bin
left = real("a", -sm.oo, 0)  # the interval of angles that would have hit, 0 inside it
right = real("b", 0)
mu_other = real(r"\mu'")  # centre and width of the belief, where the truth has some as well
sigma_other = real(r"\sigma'", sm.Rational(1, 2))
gamma = real(r"\gamma", 0, 1)  # what each bin holds of the one before
s = real("s", 0)  # how far the centres lie apart
M = size("M")
m = index("m", M)
p_bins = distribution("p", "p", M, apart="bins of a density")
n_other = index("n'", N)  # a shot, where n is taken
theta_shots = vector(r"\theta", N, apart="shots")  # the angle that each shot showed

# Two densities that may be any (on the circle, in radians), and how a scale is stretched.
p = sm.Function("p", positive=True)
q = sm.Function("q", positive=True)
stretch = sm.Function("g'", positive=True)
q_set = sm.Function("q", positive=True)  # a belief with something to set
SOME = {
    "p": lambda theta: (1 + 0.6 * math.sin(theta)) / (2 * math.pi),
    "q": lambda theta: (1 + 0.5 * math.cos(theta)) / (2 * math.pi),
    "g'": lambda theta: 1 + theta**2,
}


class Truth(Family):
    """The truth as a density."""

    symbol, bare = "P", True


class Belief(Family):
    """The belief as a density."""

    symbol, bare = "Q", True


ALL = (theta, -pi, pi)
P = Truth(sm.Lambda(theta, p(theta)))
Q = Belief(sm.Lambda(theta, q(theta)))
ONE_P = Integral(p(theta), (theta, -pi, pi))
ONE_Q = Integral(q(theta), (theta, -pi, pi))
WHOLE = [(ONE_P, sm.Integer(1)), (ONE_Q, sm.Integer(1))]  # each density holds all of the belief


class Uniform(Family):
    """The same density everywhere between two angles."""

    symbol = r"\mathrm{Uniform}"

    def log_height(self, at):
        return -log(self.args[1] - self.args[0])


class Gauss(Family):
    """A bump whose logarithm falls with the square of the distance."""

    symbol = r"\mathrm{Gauss}"

    def log_height(self, at, side):
        mu, sigma = self.args
        return -((at - mu) ** 2) / (2 * sigma**2) - log(sigma * sqrt(2 * pi))


class Laplace(Family):
    """A bump whose logarithm falls with the distance itself."""

    symbol = r"\mathrm{Laplace}"

    def log_height(self, at, side):
        mu, sigma = self.args
        return -side * (at - mu) / sigma - log(2 * sigma)


def _bill(truth, belief):
    """−∫ p log q, from the centre of the truth, cut where a Laplace density has its kink."""
    if isinstance(truth, Uniform):
        return Integral(
            -belief.log_height(theta) / (truth.args[1] - truth.args[0]), (theta, *truth.args)
        )
    with sm.evaluate(True):
        apart = sm.expand(belief.args[0] - truth.args[0])
    cuts = [0] if isinstance(truth, Laplace) else []
    if isinstance(belief, Laplace) and apart != 0:
        if not apart.is_nonnegative:
            raise ValueError(f"the belief must lie to the right of the truth, not {apart} from it")
        cuts = [0, apart]
    ends = [-sm.oo, *cuts, sm.oo]
    pieces = []
    for low, high in itertools.pairwise(ends):
        middle = sm.Integer(1 if high == sm.oo else -1 if low == -sm.oo else 0)
        sides = [middle or sm.Integer(1), middle or sm.Integer(-1)]
        height = exp(truth.log_height(truth.args[0] + theta, sides[0]))
        charge = -belief.log_height(truth.args[0] + theta, sides[1])
        pieces.append(Integral(height * charge, (theta, low, high)))
    return sm.Add(*pieces)


# -- names: heights of densities, entropies, bills and gaps ------------------------------------
p_uniform = concept(r"p^{\mathrm{Uniform}}", lambda theta, a, b: 1 / (b - a), shown=1)
p_gauss = concept(
    r"p^{\mathrm{Gauss}}",
    lambda theta, mu, sigma: exp(-((theta - mu) ** 2) / (2 * sigma**2)) / (sigma * sqrt(2 * pi)),
    shown=1,
)
p_laplace = concept(
    r"p^{\mathrm{Laplace}}",
    lambda theta, mu, sigma: exp(-Abs(theta - mu) / sigma) / (2 * sigma),
    shown=1,
)
H = concept("H", lambda P: Integral(-P[0](theta) * log(P[0](theta)), (theta, -pi, pi)))
CE = concept("H", lambda P, Q: Integral(-P[0](theta) * log(Q[0](theta)), (theta, -pi, pi)))
KL = concept(
    r"\operatorname{KL}",
    lambda P, Q: Integral(P[0](theta) * log(P[0](theta) / Q[0](theta)), (theta, -pi, pi)),
    separator=r" \,\Vert\, ",
)
H_UNIFORM = concept(
    "H", lambda P: _bill(P, P), library=lambda P: library.uniform_entropy(P[1] - P[0])
)
H_GAUSS = concept("H", lambda P: _bill(P, P), library=lambda P: library.gaussian_entropy(P[1]))
H_LAPLACE = concept("H", lambda P: _bill(P, P), library=lambda P: library.laplace_entropy(P[1]))
CE_LAPLACE_GAUSS = concept(
    "H",
    _bill,
    library=lambda P, Q: library.gaussian_cross_entropy(P[0], math.sqrt(2) * P[1], *Q),
)
KL_GAUSS = concept(
    r"\operatorname{KL}",
    lambda P, Q: _bill(P, Q) - _bill(P, P),
    library=lambda P, Q: library.gaussian_kl_divergence(*P, *Q),
    separator=r" \,\Vert\, ",
)
KL_LAPLACE = concept(
    r"\operatorname{KL}",
    lambda P, Q: _bill(P, Q) - _bill(P, P),
    library=lambda P, Q: library.laplace_kl_divergence(*P, *Q),
    separator=r" \,\Vert\, ",
)
KL_UNIFORM = concept(
    r"\operatorname{KL}",
    lambda P, Q: _bill(P, Q) - _bill(P, P),
    separator=r" \,\Vert\, ",
)

INTERVAL = Uniform(left, right)
GAUSS = Gauss(mu, sigma)
LAPLACE = Laplace(mu, sigma)

MEAN = Sum(theta_shots[n_other], (n_other, 1, N)) / N
SIGN = concept(r"\operatorname{sign}", sm.sign, library=np.sign)

with unevaluated():
    PART = (1 - gamma) / 2 * gamma ** (m - 1)
    # -- a density is belief per width ---
    sector = identity(
        "eq-sector-laplace",
        Integral(1 / (2 * sigma) * exp(-theta / sigma), (theta, 0, Delta)),
        eq(
            sm.Rational(1, 2) * (1 - exp(-Delta / sigma)),
            "$-\\sigma e^{-\\theta / \\sigma}$ has the slope $e^{-\\theta / \\sigma}$",
        ),
        draws=50,
    )
    height = limit(
        "eq-density-limit",
        sm.Limit((1 - exp(-Delta / sigma)) / (2 * Delta), Delta, 0, "+"),
        eq(1 / (2 * sigma), "$1 - e^{-u}$ is close to $u$ for a small $u = \\Delta / \\sigma$"),
    )
    gauss = definition(
        "eq-density-gauss",
        p_gauss(theta, mu, sigma),
        1 / (sigma * sqrt(2 * pi)) * exp(-((theta - mu) ** 2) / (2 * sigma**2)),
    )
    laplace = definition(
        "eq-density-laplace",
        p_laplace(theta, mu, sigma),
        1 / (2 * sigma) * exp(-Abs(theta - mu) / sigma),
    )
    uniform = definition("eq-density-uniform", p_uniform(theta, left, right), 1 / (right - left))
    above_one = counterexample(
        "eq-density-above-one",
        p_uniform(0, -pi / 360, pi / 360),
        eq(180 / pi, "one over the width, and one degree is $\\pi / 180$ radians"),
        approx(Rounded(180 / pi, 4), "and yet the area is $1$"),
    )

    # -- the expected surprise of a density ---
    entropy = definition(
        "eq-differential-entropy", H(P), -Integral(p(theta) * log(p(theta)), ALL), realised=SOME
    )
    entropy_uniform = identity(
        "eq-entropy-interval",
        H_UNIFORM(INTERVAL),
        eq(
            -Integral(1 / (right - left) * log(1 / (right - left)), (theta, left, right)),
            "the density is level",
        ),
        eq(-log(1 / (right - left)), "a constant over its width"),
        eq(log(right - left), "turn the fraction over"),
    )
    gauss_variance = identity(
        "eq-gauss-variance",
        2
        * Integral(
            1 / (sigma * sqrt(2 * pi)) * exp(-(theta**2) / (2 * sigma**2)) * theta**2,
            (theta, 0, sm.oo),
        ),
        eq(
            sigma**2,
            "by parts: one $\\theta$ goes with the exponential, the other one is differentiated",
        ),
        draws=50,
    )
    entropy_gauss = identity(
        "eq-entropy-gauss",
        H_GAUSS(GAUSS),
        eq(H_GAUSS(Gauss(0, sigma)), "slide the bump to $0$: no height changes"),
        eq(
            log(sigma * sqrt(2 * pi)) + sigma**2 / (2 * sigma**2),
            "the mean of minus the logarithm of {eq}`eq-density-gauss`; {eq}`eq-gauss-variance`",
        ),
        eq(log(sigma * sqrt(2 * pi * sm.E)), "$\\frac{1}{2} = \\log \\sqrt{e}$"),
    )
    entropy_laplace = identity(
        "eq-entropy-laplace",
        H_LAPLACE(LAPLACE),
        eq(
            2
            * Integral(
                1 / (2 * sigma) * exp(-theta / sigma) * (theta / sigma + log(2 * sigma)),
                (theta, 0, sm.oo),
            ),
            "slide the bump to $0$; both halves give the same",
        ),
        eq(1 + log(2 * sigma), "the mean of the distance is $\\sigma$"),
        eq(log(2 * sm.E * sigma), "$1 = \\log e$"),
        draws=50,
    )
    negative = counterexample(
        "eq-entropy-negative",
        H_UNIFORM(Uniform(-pi / 360, pi / 360)),
        eq(log(pi / 180), "{eq}`eq-entropy-interval`"),
        approx(Rounded(log(pi / 180), 4), "$\\pi / 180 < 1$"),
    )
    width_gauss = identity(
        "eq-width-gauss",
        exp(H_GAUSS(GAUSS)),
        eq(sigma * sqrt(2 * pi * sm.E), "{eq}`eq-entropy-gauss`"),
    )
    width_laplace = identity(
        "eq-width-laplace",
        exp(H_LAPLACE(LAPLACE)),
        eq(2 * sm.E * sigma, "{eq}`eq-entropy-laplace`"),
    )

    # -- bins ---
    bins = identity(
        "eq-bins-entropy",
        -Sum(Delta * Group(p_bins[m] / Delta) * log(p_bins[m] / Delta), (m, 1, M)),
        eq(
            -Sum(p_bins[m] * log(p_bins[m] / Delta), (m, 1, M)), "width times height is probability"
        ),
        eq(
            -Sum(p_bins[m] * log(p_bins[m]), (m, 1, M)) + log(Delta),
            "the logarithm of a quotient; the probabilities sum to one",
        ),
    )
    IN_BIN = Integral(p(theta), (theta, 0, Delta))
    bins_above = inequality(
        "eq-bins-above",
        -Integral(p(theta) * log(p(theta)), (theta, 0, Delta)),
        le(
            -IN_BIN * log(IN_BIN / Delta),
            "{eq}`eq-log-bound` at $x$ = the mean height over $p(\\theta)$, times $p(\\theta)$",
            proof=Integral(
                p(theta) * log_bound.instance({x: IN_BIN / (Delta * p(theta))}), (theta, 0, Delta)
            ),
            tight={p: lambda theta: sm.Integer(1)},
        ),
        realised=SOME,
        draws=50,
    )
    bins_laplace = identity(
        "eq-bins-laplace",
        -2 * Sum(PART * log(PART), (m, 1, sm.oo)),
        eq(
            log(2) - log(1 - gamma) - gamma / (1 - gamma) * log(gamma),
            "one side sums to $\\frac{1}{2}$; the mean number $m$ is $\\frac{1}{1 - \\gamma}$",
        ),
    )
    bins_limit = limit(
        "eq-bins-limit",
        sm.Limit(
            log(2)
            - log(1 - exp(-Delta / sigma))
            + Delta / sigma * (exp(-Delta / sigma) / (1 - exp(-Delta / sigma)))
            + log(Delta),
            Delta,
            0,
            "+",
        ),
        eq(log(2 * sm.E * sigma), "$1 - e^{-u} \\approx u$ for small $u = \\Delta / \\sigma$"),
        eq(H_LAPLACE(LAPLACE), "{eq}`eq-entropy-laplace`"),
    )

    # -- the unit ---
    unit = identity(
        "eq-change-of-unit",
        -Integral(
            p(phi / omega) / omega * log(p(phi / omega) / omega), (phi, -omega * pi, omega * pi)
        ),
        eq(
            -Integral(p(theta) * log(p(theta) / omega), ALL),
            "$\\varphi = \\omega \\theta$: each width is $\\omega$ times as large",
        ),
        eq(H(P) + log(omega), "the logarithm of a quotient; the density integrates to one"),
        rewrites=WHOLE[:1],
        realised=SOME,
        draws=50,
    )
    degrees = value("eq-degrees", log(180 / pi), approx(Rounded(log(180 / pi), 4)))
    unit_slope = derivative(
        "eq-unit-slope",
        Diff(-log(q_set(theta, mu) / omega), mu),
        eq(Diff(-log(q_set(theta, mu)) + log(omega), mu), "the logarithm of a quotient"),
        eq(Diff(-log(q_set(theta, mu)), mu), "$\\log \\omega$ does not hold $\\mu$"),
        realised=SOME | {"q": lambda theta, mu: 1 / (2 + (theta - mu) ** 2)},
    )
    entropy_stretched = identity(
        "eq-entropy-stretched",
        -Integral(
            Group(p(theta) / stretch(theta))
            * Group(log(p(theta) / stretch(theta)))
            * stretch(theta),
            ALL,
        ),
        eq(
            -Integral(p(theta) * log(p(theta) / stretch(theta)), ALL),
            "the stretch cancels in front",
        ),
        eq(H(P) + Integral(p(theta) * log(stretch(theta)), ALL), "the logarithm of a quotient"),
        realised=SOME,
    )

    # -- bills and gaps ---
    bill = definition(
        "eq-density-cross-entropy",
        CE(P, Q),
        -Integral(p(theta) * log(q(theta)), ALL),
        realised=SOME,
    )
    gap = definition(
        "eq-density-kl", KL(P, Q), Integral(p(theta) * log(p(theta) / q(theta)), ALL), realised=SOME
    )
    splits = identity(
        "eq-density-splits",
        CE(P, Q),
        eq(
            -Integral(p(theta) * log(p(theta)), ALL)
            + Integral(p(theta) * log(p(theta) / q(theta)), ALL),
            "multiply and divide by $p(\\theta)$ inside the logarithm",
        ),
        eq(H(P) + KL(P, Q), "give the two integrals their names"),
        realised=SOME,
    )
    gibbs = inequality(
        "eq-density-gibbs",
        KL(P, Q),
        eq(-Integral(p(theta) * log(q(theta) / p(theta)), ALL), "turn the fraction over"),
        ge(
            -Integral(q(theta) - p(theta), ALL),
            "{eq}`eq-log-bound` at $x = q(\\theta) / p(\\theta)$, times $p(\\theta)$",
            proof=Integral(p(theta) * log_bound.instance({x: q(theta) / p(theta)}), ALL),
            tight={q: p},
        ),
        eq(0, "both densities integrate to one"),
        rewrites=WHOLE,
        realised=SOME,
    )
    survives = invariance(
        "eq-kl-survives",
        Integral(
            Group(p(theta) / stretch(theta))
            * Group(log(p(theta) / stretch(theta)) - log(q(theta) / stretch(theta)))
            * stretch(theta),
            ALL,
        ),
        eq(
            Integral(p(theta) * log(p(theta) / q(theta)), ALL),
            "the stretch cancels, inside and in front",
        ),
        eq(KL(P, Q), "{eq}`eq-density-kl`"),
        realised=SOME,
    )

    # -- closed forms ---
    cost_gauss = identity(
        "eq-cost-gauss",
        CE_LAPLACE_GAUSS(LAPLACE, Gauss(mu_other, sigma_other)),
        eq(
            log(sigma_other * sqrt(2 * pi))
            + (2 * sigma**2 + (mu - mu_other) ** 2) / (2 * sigma_other**2),
            "variance plus squared distance of the centres",
        ),
    )
    kl_gauss = identity(
        "eq-kl-gauss",
        KL_GAUSS(GAUSS, Gauss(mu_other, sigma_other)),
        eq(
            log(sigma_other * sqrt(2 * pi))
            + (sigma**2 + (mu - mu_other) ** 2) / (2 * sigma_other**2)
            - sm.Rational(1, 2)
            - log(sigma * sqrt(2 * pi)),
            "{eq}`eq-density-splits`: the bill, with variance plus squared distance as the "
            "mean square around $\\mu'$, less {eq}`eq-entropy-gauss`",
        ),
        eq(
            log(sigma_other / sigma)
            + (sigma**2 + (mu - mu_other) ** 2) / (2 * sigma_other**2)
            - sm.Rational(1, 2),
            "a difference of logarithms",
        ),
    )
    kl_laplace = identity(
        "eq-kl-laplace",
        KL_LAPLACE(LAPLACE, Laplace(mu + s, sigma_other)),
        eq(
            log(2 * sigma_other) + (s + sigma * exp(-s / sigma)) / sigma_other - 1 - log(2 * sigma),
            "the mean distance from $\\mu'$, over $\\sigma'$; {eq}`eq-entropy-laplace`",
        ),
        eq(
            log(sigma_other / sigma) + s / sigma_other + sigma / sigma_other * exp(-s / sigma) - 1,
            "a difference of logarithms",
        ),
    )

    # -- likelihoods ---
    gauss_likelihood = identity(
        "eq-likelihood-gauss",
        -Sum(log(p_gauss(theta_shots[n], mu, sigma)), (n, 1, N)),
        eq(
            N * log(sigma * sqrt(2 * pi))
            + Sum((theta_shots[n] - mu) ** 2, (n, 1, N)) / (2 * sigma**2),
            "the logarithm of {eq}`eq-density-gauss`",
        ),
    )
    laplace_likelihood = identity(
        "eq-likelihood-laplace",
        -Sum(log(p_laplace(theta_shots[n], mu, sigma)), (n, 1, N)),
        eq(
            N * log(2 * sigma) + Sum(Abs(theta_shots[n] - mu), (n, 1, N)) / sigma,
            "the logarithm of {eq}`eq-density-laplace`",
        ),
    )
    squares = identity(
        "eq-mean-is-best",
        Sum((theta_shots[n] - mu) ** 2, (n, 1, N)),
        eq(
            Sum((theta_shots[n] - MEAN) ** 2, (n, 1, N)) + N * (MEAN - mu) ** 2,
            "go over the mean; the mixed term sums to zero",
        ),
    )
    gauss_slope = derivative(
        "eq-slope-gauss",
        Diff(Sum((theta_shots[n] - mu) ** 2, (n, 1, N)) / (2 * sigma**2), mu),
        eq((N * mu - Sum(theta_shots[n], (n, 1, N))) / sigma**2, "the inner derivative is $-1$"),
    )
    laplace_slope = derivative(
        "eq-slope-laplace",
        Diff(Sum(Abs(theta_shots[n] - mu), (n, 1, N)) / sigma, mu),
        eq(Sum(SIGN(mu - theta_shots[n]), (n, 1, N)) / sigma, "$|u|$ has slope $\\pm 1$"),
    )
    outlier = counterexample(
        "eq-outlier",
        (sm.Integer(-4) - 1 + 0 + 2 + 53) / sm.Integer(5),
        eq(10, "four of the five lie to the left of it, and none is nearer than $8°$"),
    )

# -- exercises ---
with unevaluated():
    ex_interval = value(
        "eq-ex-interval",
        H_UNIFORM(Uniform(-pi / 25, pi / 25)),
        eq(log(2 * pi / 25), "$14.4° = 2 \\pi / 25$"),
        approx(Rounded(log(2 * pi / 25), 4)),
    )
    ex_interval_degrees = value(
        "eq-ex-interval-degrees",
        H_UNIFORM(Uniform(-sm.Rational(36, 5), sm.Rational(36, 5))),
        eq(log(sm.Rational(72, 5)), "$14.4 = 72 / 5$"),
        approx(Rounded(log(sm.Rational(72, 5)), 4)),
    )
    ex_triangle = identity(
        "eq-ex-tent",
        -2
        * Integral((right - theta) / right**2 * log((right - theta) / right**2), (theta, 0, right)),
        eq(
            log(right) + sm.Rational(1, 2),
            "with $u = (b - \\theta) / b$, twice the integral of $-u \\log u$ is $\\frac{1}{2}$",
        ),
        draws=50,
    )
    ex_exponential = identity(
        "eq-ex-exponential",
        Integral(1 / sigma * exp(-theta / sigma) * (theta / sigma + log(sigma)), (theta, 0, sm.oo)),
        eq(1 + log(sigma), "the mean of $\\theta$ is $\\sigma$"),
        eq(H_LAPLACE(LAPLACE) - log(2), "{eq}`eq-entropy-laplace`"),
        draws=50,
    )
    ex_nested = identity(
        "eq-ex-nested",
        KL_UNIFORM(INTERVAL, Uniform(2 * left, 2 * right)),
        eq(log(2), "the ratio of the two heights is $2$ on all of $[a, b]$"),
    )
    ex_circle = inequality(
        "eq-ex-circle",
        H(P),
        le(
            -Integral(p(theta) * log(1 / (2 * pi)), ALL),
            "{eq}`eq-density-gibbs` with the belief $q(\\theta) = 1 / (2 \\pi)$",
            proof=Integral(p(theta) * log_bound.instance({x: 1 / (2 * pi * p(theta))}), ALL),
            tight={p: lambda theta: 1 / (2 * pi)},
        ),
        eq(log(2 * pi), "a constant; the density integrates to one"),
        rewrites=WHOLE[:1],
        realised=SOME,
    )
    ex_laplace_gauss = identity(
        "eq-ex-laplace-gauss",
        CE_LAPLACE_GAUSS(LAPLACE, Gauss(mu, sqrt(2) * sigma)) - H_LAPLACE(LAPLACE),
        eq(
            log(sqrt(2) * sigma * sqrt(2 * pi)) + sm.Rational(1, 2) - 1 - log(2 * sigma),
            "{eq}`eq-cost-gauss`, {eq}`eq-entropy-laplace`",
        ),
        eq(
            sm.Rational(1, 2) * log(pi) - sm.Rational(1, 2),
            "$\\sqrt{2} \\sqrt{2 \\pi} = 2 \\sqrt{\\pi}$",
        ),
    )
    ex_width_gauss = derivative(
        "eq-ex-width-gauss",
        Diff(N * log(sigma) + Sum((theta_shots[n] - mu) ** 2, (n, 1, N)) / (2 * sigma**2), sigma),
        eq(N / sigma - Sum((theta_shots[n] - mu) ** 2, (n, 1, N)) / sigma**3, "term by term"),
    )
    ex_width_laplace = derivative(
        "eq-ex-width-laplace",
        Diff(N * log(sigma) + Sum(Abs(theta_shots[n] - mu), (n, 1, N)) / sigma, sigma),
        eq(N / sigma - Sum(Abs(theta_shots[n] - mu), (n, 1, N)) / sigma**2, "term by term"),
    )
    ex_halving = identity(
        "eq-ex-halves",
        -2 * Sum(p_bins[m] / 2 * log(p_bins[m] / 2), (m, 1, M)),
        eq(
            -Sum(p_bins[m] * log(p_bins[m]), (m, 1, M)) + log(2),
            "the logarithm of a quotient; the probabilities sum to one",
        ),
    )
    ex_shift = identity(
        "eq-ex-same-bell",
        KL_GAUSS(GAUSS, Gauss(mu_other, sigma)),
        eq((mu - mu_other) ** 2 / (2 * sigma**2), "{eq}`eq-kl-gauss` with $\\sigma' = \\sigma$"),
    )
    ex_two_losses = value(
        "eq-ex-two-losses",
        4 - sm.Mul(-1, sm.Rational(19, 10), evaluate=False) - log(360),
        approx(Rounded(4 + sm.Rational(19, 10) - log(360), 4)),
    )
