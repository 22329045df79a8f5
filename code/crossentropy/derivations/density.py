"""Remembering angles: a density made of memories, and which memory answers for an angle.

The page is ``chapters/density.md``; its sections are the comments below.
"""

from importlib import import_module

import sympy as sm
from checked_equations import (
    At,
    Diff,
    Group,
    Integral,
    Sum,
    concept,
    counterexample,
    definition,
    derivative,
    eq,
    gt,
    identity,
    inequality,
    le,
    limit,
    lt,
    real,
    unevaluated,
    value,
    vector,
)
from sympy import Abs, erf, exp, log, oo, pi, sqrt

from .notation import (
    K_CAUCHY,
    K_GAUSS,
    K_LAPLACE,
    K_TOPHAT,
    C,
    J,
    K_at,
    N,
    P,
    Phat,
    S,
    c,
    h,
    held,
    j,
    j_other,
    left,
    mu,
    n,
    p,
    q_at,
    r,
    right,
    shots,
    sigma,
    theta,
    theta_mem,
    theta_one,
    width,
    x,
    z_mem,
)

_density = import_module("crossentropy.density")

one, two, four = sm.Integer(1), sm.Integer(2), sm.Integer(4)
half, third, eighth = sm.Rational(1, 2), sm.Rational(1, 3), sm.Rational(1, 8)


def times(a, b):
    """Return the product of two whole numbers as it is written."""
    return sm.Mul(sm.Integer(a), sm.Integer(b), evaluate=False)


K = sm.Function("K", positive=True)  # any kernel
K_again = vector("K'", J, positive=True)  # the kernels at a second angle
jitter = real(r"\vartheta")  # how far a drawn angle is from its memory
stands = real(r"\varphi")  # where the dodger stands
some_kernel = {"K": lambda x: 1 / (1 + x * x)}


def _log_kernel(name, letter, formula):
    """The logarithm of a kernel as a quantity of its own: far away the kernel itself underflows."""
    return concept(
        rf"\log K^{{\mathrm{{{letter}}}}}",
        formula,
        library=lambda x, h: float(getattr(_density, name)(h).log_density(x)),
        shown=1,
    )


LOG_GAUSS = _log_kernel(
    "Gaussian", "Gauss", lambda x, h: -(x**2) / (2 * h**2) - log(h * sqrt(2 * pi))
)
LOG_LAPLACE = _log_kernel("Laplace", "Laplace", lambda x, h: -Abs(x) / h - log(2 * h))
LOG_CAUCHY = _log_kernel("Cauchy", "Cauchy", lambda x, h: log(h / pi) - log(h**2 + x**2))

with unevaluated():
    # -- from histogram to kernel ---
    top_hat = definition(
        "eq-kernel-tophat",
        K_TOPHAT(theta_one, h),
        sm.Piecewise((1 / (2 * h), sm.Le(Abs(theta_one), h)), (0, True)),
    )
    top_hat_one = identity(
        "eq-tophat-one",
        Integral(1 / (2 * h), (theta_one, -h, h)),
        eq(1, "height $1/2h$, width $2h$"),
        draws=50,
    )

    # -- the density of the memories ---
    kde = definition("eq-kde", q_at(z_mem, K_at), Sum(S[j] * K_at[j], (j, 1, J)))
    kde_one = identity(
        "eq-kde-one",
        Sum(S[j] * Integral(1 / (2 * h), (jitter, -h, h)), (j, 1, J)),
        eq(Sum(S[j], (j, 1, J)), "{eq}`eq-tophat-one`: every kernel integrates to one"),
        eq(1, "the weights sum to one"),
        draws=50,
        sizes=range(1, 4),
    )

    # -- which memory answers for an angle ---
    responsibility = definition(
        "eq-responsibility",
        r[j],
        S[j] * K_at[j] / Sum(S[j_other] * K_at[j_other], (j_other, 1, J)),
    )
    joint = identity(
        "eq-two-stories",
        S[held] * K_at[held],
        eq(
            Group(Sum(S[j] * K_at[j], (j, 1, J)))
            * Group(S[held] * K_at[held] / Sum(S[j] * K_at[j], (j, 1, J))),
            "multiply and divide by the density",
        ),
        eq(q_at(z_mem, K_at) * r[held], "{eq}`eq-kde`, {eq}`eq-responsibility`"),
    )
    shares_of_one = identity(
        "eq-responsibilities-sum",
        Sum(r[j], (j, 1, J)),
        eq(Sum(S[j] * K_at[j], (j, 1, J)) / q_at(z_mem, K_at), "the divisor is the same for all"),
        eq(1, "{eq}`eq-kde`"),
    )
    a_softmax = identity(
        "eq-responsibility-softmax",
        r[j],
        eq(
            S[j] * K_at[j] / Sum(S[j_other] * K_at[j_other], (j_other, 1, J)),
            "{eq}`eq-responsibility`",
        ),
        eq(
            exp(z_mem[j]) * K_at[j] / Sum(exp(z_mem[j_other]) * K_at[j_other], (j_other, 1, J)),
            "the divisor of the softmax $S$ cancels",
        ),
        eq(
            exp(z_mem[j] + log(K_at[j]))
            / Sum(exp(z_mem[j_other] + log(K_at[j_other])), (j_other, 1, J)),
            "$K_j = e^{\\log K_j}$",
        ),
    )
    odds = identity(
        "eq-responsibility-odds",
        log(r[j] / r[held]),
        eq(log(S[j] * K_at[j] / (S[held] * K_at[held])), "the density cancels"),
        eq(
            Group(z_mem[j] - z_mem[held]) + log(K_at[j] / K_at[held]),
            "$\\log (S_j / S_l) = z_j - z_l$",
        ),
    )
    on_average = identity(
        "eq-responsibility-mean",
        S[held] * Integral(1 / (2 * h), (jitter, -h, h)),
        eq(S[held], "{eq}`eq-tophat-one`: the kernel integrates to one"),
        draws=50,
    )
    three_at_ten = value(
        "eq-three-at-ten",
        times(2, 1) / (times(2, 1) + times(1, 2) + times(1, 2)),
        eq(third, "two sixths"),
    )

    # -- four kernels ---
    gauss = definition(
        "eq-kernel-gauss",
        K_GAUSS(theta_one, h),
        1 / (h * sqrt(2 * pi)) * exp(-(theta_one**2) / (2 * h**2)),
    )
    laplace = definition(
        "eq-kernel-laplace", K_LAPLACE(theta_one, h), 1 / (2 * h) * exp(-Abs(theta_one) / h)
    )
    cauchy = definition(
        "eq-kernel-cauchy", K_CAUCHY(theta_one, h), h / (pi * (h**2 + theta_one**2))
    )
    gauss_mass = identity(
        "eq-gauss-mass",
        2 * Integral(1 / (h * sqrt(2 * pi)) * exp(-(theta_one**2) / (2 * h**2)), (theta_one, 0, x)),
        eq(erf(x / (h * sqrt(2))), "what the error function is, in the unit $h \\sqrt{2}$"),
        draws=50,
    )
    laplace_mass = identity(
        "eq-laplace-mass",
        2 * Integral(1 / (2 * h) * exp(-theta_one / h), (theta_one, 0, x)),
        eq(1 - exp(-x / h), "the antiderivative is $-\\frac{1}{2} e^{-\\theta / h}$"),
        draws=50,
    )
    cauchy_mass = identity(
        "eq-cauchy-mass",
        2 * Integral(h / (pi * (h**2 + theta_one**2)), (theta_one, 0, x)),
        eq(
            2 / pi * sm.atan(x / h),
            "the antiderivative is $\\frac{1}{\\pi} \\operatorname{atan} (\\theta / h)$",
        ),
        draws=50,
    )
    all_mass = [
        limit(
            "eq-gauss-one",
            sm.Limit(erf(x / (h * sqrt(2))), x, oo),
            eq(
                1,
                "known from the square of $\\int e^{-v^2} \\mathrm dv$, in polar coordinates",
            ),
        ),
        limit(
            "eq-laplace-one", sm.Limit(1 - exp(-x / h), x, oo), eq(1, "the exponential vanishes")
        ),
        limit(
            "eq-cauchy-one",
            sm.Limit(2 / pi * sm.atan(x / h), x, oo),
            eq(1, "the arctangent tends to $\\pi / 2$"),
        ),
    ]
    gauss_spread = identity(
        "eq-gauss-spread",
        2 * Integral(x**2 * (1 / (h * sqrt(2 * pi)) * exp(-(x**2) / (2 * h**2))), (x, 0, oo)),
        eq(h**2, "by parts: $x^2 K = x \\cdot x K$, and $x K$ is the derivative of $-h^2 K$"),
        draws=50,
    )
    laplace_spread = identity(
        "eq-laplace-spread",
        2 * Integral(x**2 * (1 / (2 * h) * exp(-x / h)), (x, 0, oo)),
        eq(2 * h**2, "by parts, twice"),
        draws=50,
    )
    tophat_spread = identity(
        "eq-tophat-spread",
        Integral(theta_one**2 * (1 / (2 * h)), (theta_one, -h, h)),
        eq(h**2 / 3, "the antiderivative is $\\theta^3 / 6 h$"),
        draws=50,
    )
    cauchy_inside = identity(
        "eq-cauchy-inside",
        2 * Integral(theta_one**2 * (h / (pi * (h**2 + theta_one**2))), (theta_one, 0, x)),
        eq(
            2 * h / pi * (x - h * sm.atan(x / h)),
            "$\\frac{\\theta^2}{h^2 + \\theta^2} = 1 - \\frac{h^2}{h^2 + \\theta^2}$",
        ),
        draws=50,
    )
    cauchy_spread = limit(
        "eq-cauchy-spread",
        sm.Limit(2 * h / pi * (x - h * sm.atan(x / h)), x, oo),
        eq(oo, "$x$ grows without end, the arctangent stays below $\\pi / 2$"),
    )

    # -- bandwidth ---
    kde_spread = identity(
        "eq-kde-spread",
        Sum(
            S[j] * Integral((theta_mem[j] + jitter - mu) ** 2 * (1 / (2 * h)), (jitter, -h, h)),
            (j, 1, J),
        ),
        eq(
            Sum(S[j] * ((theta_mem[j] - mu) ** 2 + h**2 / 3), (j, 1, J)),
            "the way to memory $j$, and the jitter around it, {eq}`eq-tophat-spread`",
        ),
        eq(
            Sum(S[j] * (theta_mem[j] - mu) ** 2, (j, 1, J)) + h**2 / 3,
            "the weights sum to one",
        ),
        draws=50,
        sizes=range(1, 4),
    )

    two_shares_wide = limit(
        "eq-wide",
        sm.Limit(p / (p + (1 - p) * exp(-3 * x**2 / (2 * h**2))), h, oo),
        eq(p, "the exponential tends to $1$"),
    )
    two_shares_narrow = limit(
        "eq-narrow",
        sm.Limit(p / (p + (1 - p) * exp(-3 * x**2 / (2 * h**2))), h, 0, "+"),
        eq(1, "the exponential tends to $0$"),
    )

    # -- log-slope ---
    slope_gauss = derivative(
        "eq-log-slope-gauss",
        -Diff(LOG_GAUSS(x, h), x),
        eq(x / h**2, "$-\\log K$ is $x^2 / 2 h^2$ and a constant"),
    )
    slope_laplace = derivative(
        "eq-log-slope-laplace",
        -Diff(LOG_LAPLACE(x, h), x),
        eq(1 / h, "$-\\log K$ is $x / h$ and a constant"),
    )
    slope_cauchy = derivative(
        "eq-log-slope-cauchy",
        -Diff(LOG_CAUCHY(x, h), x),
        eq(2 * x / (h**2 + x**2), "$-\\log K$ is $\\log (h^2 + x^2)$ and a constant"),
    )
    slope_bound = inequality(
        "eq-log-slope-bound",
        2 * x / (h**2 + x**2),
        le(
            1 / h,
            "$(x - h)^2 \\ge 0$",
            proof=(x - h) ** 2 / (h * (h**2 + x**2)),
            tight={x: h},
        ),
    )
    slope_fades = limit(
        "eq-log-slope-fades", sm.Limit(2 * x / (h**2 + x**2), x, oo), eq(0, "it is below $2 / x$")
    )

    # -- a peak is no memory, a bandwidth no weight ---
    two_into_one = derivative(
        "eq-two-into-one",
        At(
            Diff(
                -((theta_one - x) / (2 * h**2)) * K_GAUSS(theta_one - x, h)
                - (theta_one + x) / (2 * h**2) * K_GAUSS(theta_one + x, h),
                theta_one,
            ),
            theta_one,
            0,
        ),
        eq(
            (x**2 - h**2) / h**4 * K_GAUSS(x, h),
            "the product rule; at $0$ both memories are at the distance $x$",
        ),
    )
    peak = counterexample(
        "eq-peak-is-no-memory",
        half * K_GAUSS(8, 10) + half * K_GAUSS(8, 10),
        eq(
            1 / (20 * sqrt(2 * pi)) * Group(2 * exp(-sm.Rational(8, 25))),
            "in the middle both memories are 8° away",
        ),
        gt(
            1 / (20 * sqrt(2 * pi)) * Group(1 + exp(-sm.Rational(32, 25))),
            "$2 e^{-8/25} = 1.452$ against $1 + e^{-32/25} = 1.278$",
        ),
        eq(
            half * K_GAUSS(0, 10) + half * K_GAUSS(16, 10),
            "at a memory one is 0° away and the other one 16°",
        ),
    )
    wider_at_home = counterexample(
        "eq-wider-at-home",
        two / (two + 1),
        eq(sm.Rational(2, 3), "twice as wide, so half as high: $2$ in place of $4$"),
        lt(sm.Rational(4, 5), "ten fifteenths against twelve"),
        eq(four / (four + 1), "both alike: at home $4$, and $1$ from two halvings away"),
    )
    wider_abroad = counterexample(
        "eq-wider-abroad",
        one / (one + 2),
        eq(third, "half as high, and only two halvings of 20° away"),
        gt(sm.Rational(1, 5), "a third is more than a fifth"),
        eq(one / (one + 4), "both alike: four halvings of 10° against two"),
    )

    # -- the interval that would have hit ---
    target_one = identity(
        "eq-target-one",
        Integral(1 / (right - left), (theta_one, left, right)),
        eq(1, "height $1 / (b - a)$, width $b - a$"),
        draws=50,
    )
    averaged = identity(
        "eq-averaged-targets",
        1 / N * Sum(K(theta_one - theta[shots[n]]), (n, 1, N)),
        eq(
            1
            / N
            * Sum(
                Sum(sm.KroneckerDelta(c, shots[n]) * K(theta_one - theta[c]), (c, 1, C)), (n, 1, N)
            ),
            "only the term $c = x_n$ is left of the inner sum",
        ),
        eq(
            Sum(Phat[c] * K(theta_one - theta[c]), (c, 1, C)),
            "sum over the shots first, {eq}`eq-empirical`",
        ),
        realised=some_kernel,
    )
    blurred_spread = identity(
        "eq-blurred-spread",
        Sum(
            P[c] * Integral((theta[c] + jitter - mu) ** 2 / width, (jitter, -width / 2, width / 2)),
            (c, 1, C),
        ),
        eq(
            Sum(P[c] * (theta[c] - mu) ** 2, (c, 1, C)) + width**2 / 12,
            "{eq}`eq-kde-spread` with $h = w / 2$",
        ),
        draws=50,
        sizes=range(1, 4),
    )
    hit_chance = identity(
        "eq-hit-chance",
        Integral(
            1 / (sigma * sqrt(2 * pi)) * exp(-(stands**2) / (2 * sigma**2)),
            (stands, theta_one - width / 2, theta_one + width / 2),
        ),
        eq(
            half
            * (
                erf((theta_one + width / 2) / (sigma * sqrt(2)))
                - erf((theta_one - width / 2) / (sigma * sqrt(2)))
            ),
            "{eq}`eq-gauss-mass`, up to either end",
        ),
        draws=50,
    )
    between = counterexample(
        "eq-between-two-places",
        half * K_TOPHAT(10, 12) + half * K_TOPHAT(-10, 12),
        eq(sm.Rational(1, 24), "both places are within 12° of 0°"),
        gt(sm.Rational(1, 48), "twice as much"),
        eq(
            half * K_TOPHAT(0, 12) + half * K_TOPHAT(20, 12),
            "the other place is 20° away from 10°",
        ),
    )

    # -- exercises ---
    ex_window = value(
        "eq-ex-window",
        third * K_TOPHAT(2, 4) + third * K_TOPHAT(-1, 4) + third * K_TOPHAT(-7, 4),
        eq(third * eighth + third * eighth + third * 0, "two memories within 4°"),
        eq(sm.Rational(1, 12), "per degree"),
    )
    ex_at_zero = value(
        "eq-ex-at-zero",
        times(2, 2) / (times(2, 2) + times(1, 4) + times(1, 1)),
        eq(sm.Rational(4, 9), "four of $4 + 4 + 1$"),
    )
    ex_epanechnikov = identity(
        "eq-ex-epanechnikov",
        Integral(3 / (4 * h) * (1 - theta_one**2 / h**2), (theta_one, -h, h)),
        eq(
            3 / (4 * h) * Group(2 * h - 2 * h / 3),
            "the antiderivative is $\\theta - \\theta^3 / 3 h^2$",
        ),
        eq(1, "$\\frac{3}{4 h} \\cdot \\frac{4 h}{3}$"),
        draws=50,
    )
    ex_epanechnikov_spread = identity(
        "eq-ex-epanechnikov-spread",
        Integral(theta_one**2 * (3 / (4 * h) * (1 - theta_one**2 / h**2)), (theta_one, -h, h)),
        eq(3 / (4 * h) * Group(2 * h**3 / 3 - 2 * h**3 / 5), "each power on its own"),
        eq(h**2 / 5, "$\\frac{3}{4 h} \\cdot \\frac{4 h^3}{15}$"),
        draws=50,
    )
    ex_logistic = derivative(
        "eq-ex-logistic",
        -Diff(-x / h - 2 * log(1 + exp(-x / h)) - log(h), x),
        eq(
            1 / h - 2 / h * (exp(-x / h) / (1 + exp(-x / h))),
            "the chain rule",
        ),
        eq(1 / h * ((1 - exp(-x / h)) / (1 + exp(-x / h))), "over one divisor"),
    )
    ex_logistic_near = limit(
        "eq-ex-logistic-near",
        sm.Limit((1 - exp(-x / h)) / (x * h * (1 + exp(-x / h))), x, 0, "+"),
        eq(1 / (2 * h**2), "$1 - e^{-x/h}$ is about $x / h$"),
    )
    ex_logistic_far = limit(
        "eq-ex-logistic-far",
        sm.Limit(1 / h * ((1 - exp(-x / h)) / (1 + exp(-x / h))), x, oo),
        eq(1 / h, "the exponentials vanish"),
    )
    ex_second_look = identity(
        "eq-ex-second-look",
        r[j] * K_again[j] / Sum(r[j_other] * K_again[j_other], (j_other, 1, J)),
        eq(
            S[j]
            * K_at[j]
            * K_again[j]
            / Sum(S[j_other] * K_at[j_other] * K_again[j_other], (j_other, 1, J)),
            "{eq}`eq-responsibility`; the density $q(\\theta)$ cancels",
        ),
    )
    ex_no_peak = derivative(
        "eq-ex-no-peak",
        Diff(-p / h * exp(-theta_one / h) + (1 - p) / h * exp(theta_one / h), theta_one),
        eq(
            (p * exp(-theta_one / h) + (1 - p) * exp(theta_one / h)) / h**2,
            "each exponential gives another $\\pm 1 / h$",
        ),
    )
    ex_shifted = identity(
        "eq-ex-shifted",
        1 / h * Integral(1 / h, (jitter, x - h, 0)),
        eq(1 / h * (1 - x / h), "the starts that keep both in one bin have the length $h - x$"),
        draws=50,
    )
    ex_hits = value(
        "eq-ex-hits",
        12 * (2 * third * K_TOPHAT(2, 6) + third * K_TOPHAT(-7, 6)),
        eq(
            12 * (2 * third * (1 / sm.Integer(12)) + third * 0), "only the first place is within 6°"
        ),
        eq(2 * third, "the width cancels"),
    )
