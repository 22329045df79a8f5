"""What the gradient cannot see: the height of the kernel, and how far away the memories are.

The page is ``chapters/invariance.md``; its sections are the comments below.
"""

from importlib import import_module

import sympy as sm
from checked_equations import (
    Diff,
    Group,
    Integral,
    Rounded,
    Sum,
    approx,
    concept,
    counterexample,
    derivative,
    eq,
    gt,
    identity,
    inequality,
    invariance,
    le,
    limit,
    lt,
    real,
    unevaluated,
    value,
    vector,
)
from sympy import cosh, exp, log, sin, sqrt, tanh

from .entropy import log_bound
from .notation import (
    K_CAUCHY,
    J,
    K_at,
    K_bins,
    L_q,
    M,
    S,
    ell_q,
    h,
    held,
    j,
    logistic,
    m,
    p_bins,
    q_at,
    r,
    r_bins,
    t,
    x,
    z_mem,
)

half = sm.Rational(1, 2)
third = sm.Rational(1, 3)
one, three, seven, nine, ten, thirty, ninety_nine = map(sm.Integer, (1, 3, 7, 9, 10, 30, 99))

# -- letters of this chapter -----------------------------------------------------------------------
alpha = real(r"\alpha", 0)  # what the height of every kernel is multiplied by
alpha_bins = vector(r"\alpha", M, positive=True, apart="bins")  # another factor at each bin
alpha_mem = vector(r"\alpha", J, positive=True, apart="memories")  # another for each memory
S_one = real("S_{1}", 0, 1)  # the weight of the nearest memory
S_two = real("S_{2}", 0, 1)  # that of the next one, where there are three
x_between = real("x'", 0)  # a distance that an integral runs over
xi = real(r"\xi", 0)  # how much farther another memory lies than the nearest
xi_other = real(r"\xi'", 0)  # how much farther yet a third one
xi_mem = vector(r"\xi", J, nonnegative=True, apart="memories")  # how much farther each one lies
stretch = real(r"\varrho", 1)  # how many times as far the farther memory lies
u = real("u", 0)  # the height of a flat background
q_here = real(r"q(\theta)", 0)  # the belief of the memories at one angle, as a number
phi_mem = vector(r"\varphi", J, apart="memories")  # minus the log of each kernel at the bin
phi = sm.Function(r"\varphi", real=True)  # minus the logarithm of an unknown kernel
K = sm.Function("K", positive=True)  # an unknown kernel
R = sm.Function("R", positive=True)  # what its ratio tends to


def _minus_log(name, formula):
    """Minus the logarithm of a kernel, as a quantity of its own; the library computes it so."""

    def library(x, h):
        kernel = getattr(import_module("crossentropy.density"), KERNELS[name])(h)
        return -float(kernel.log_density(x))

    return concept(rf"\varphi^{{\mathrm{{{name}}}}}", formula, library=library, shown=1)


KERNELS = {"Gauss": "Gaussian", "Laplace": "Laplace", "Cauchy": "Cauchy"}
PHI_GAUSS = _minus_log("Gauss", lambda x, h: x**2 / (2 * h**2) + log(h * sqrt(2 * sm.pi)))
PHI_LAPLACE = _minus_log("Laplace", lambda x, h: sm.Abs(x) / h + log(2 * h))
PHI_CAUCHY = _minus_log("Cauchy", lambda x, h: log(h**2 + x**2) - log(h / sm.pi))


def two(farther_over_nearer):
    """The gradient of the nearer of two memories at one bin, from the ratio of their kernels."""
    return S_one - S_one / (S_one + (1 - S_one) * farther_over_nearer)


def _sigma(score):
    """The logistic function, written out."""
    return 1 / (1 + exp(-score))


with unevaluated():
    # -- a taller kernel ---
    amplitude = invariance(
        "eq-amplitude",
        Diff(-log(Sum(S[j] * Group(alpha * K_at[j]), (j, 1, J))), z_mem[held]),
        eq(
            S[held]
            - S[held] * Group(alpha * K_at[held]) / Sum(S[j] * Group(alpha * K_at[j]), (j, 1, J)),
            "{eq}`eq-one-bin-slope` for kernels of height $\\alpha K_j$",
        ),
        eq(
            S[held] - alpha * (S[held] * K_at[held]) / (alpha * Sum(S[j] * K_at[j], (j, 1, J))),
            "$\\alpha$ is the same for every memory, so it leaves the sum",
        ),
        eq(S[held] - r[held], "$\\alpha$ cancels"),
    )
    amplitude_loss = identity(
        "eq-amplitude-loss",
        -log(Sum(S[j] * Group(alpha * K_at[j]), (j, 1, J))),
        eq(-log(alpha * q_at(z_mem, K_at)), "$\\alpha$ leaves the sum"),
        eq(ell_q(z_mem, K_at) - log(alpha), "the logarithm of a product"),
    )
    amplitude_bins = derivative(
        "eq-amplitude-bins",
        Diff(
            -Sum(
                p_bins[m] * log(Sum(S[j] * Group(alpha_bins[m] * K_bins[m, j]), (j, 1, J))),
                (m, 1, M),
            ),
            z_mem[held],
        ),
        eq(
            Diff(
                L_q(z_mem, K_bins, p_bins) - Sum(p_bins[m] * log(alpha_bins[m]), (m, 1, M)),
                z_mem[held],
            ),
            "{eq}`eq-amplitude-loss` at each bin",
        ),
        eq(
            S[held] - Sum(p_bins[m] * r_bins[m, held], (m, 1, M)),
            "the second sum holds no logit; {eq}`eq-bins-slope`",
        ),
    )
    ten_times = counterexample(
        "eq-amplitude-ten",
        half - thirty / (thirty + 10),
        eq(
            -sm.Rational(1, 4),
            "heights $30$ and $10$: the responsibility is $\\frac{3}{4}$, as before",
        ),
        gt(10 * (-sm.Rational(1, 4)), "ten times the gradient"),
        eq(-sm.Rational(5, 2), "and no component of a gradient is below $-1$"),
    )
    converse = derivative(
        "eq-amplitude-converse",
        q_at(z_mem, K_at) * (1 - Diff(ell_q(z_mem, K_at), z_mem[held]) / S[held]),
        eq(
            q_at(z_mem, K_at) * (r[held] / S[held]),
            "{eq}`eq-one-bin-slope`: the slope over $S_l$ is $1 - r_l / S_l$",
        ),
        eq(K_at[held], "{eq}`eq-responsibility`"),
    )

    # -- which scale cancels ---
    one_taller = identity(
        "eq-one-taller",
        S[held]
        * Group(alpha_mem[held] * K_at[held])
        / Sum(S[j] * Group(alpha_mem[j] * K_at[j]), (j, 1, J)),
        eq(
            exp(z_mem[held] + log(alpha_mem[held]))
            * K_at[held]
            / Sum(exp(z_mem[j] + log(alpha_mem[j])) * K_at[j], (j, 1, J)),
            "$S_j$ is $e^{z_j}$ over a sum that cancels, and $\\alpha_j = e^{\\log \\alpha_j}$",
        ),
    )
    one_taller_numbers = counterexample(
        "eq-one-taller-numbers",
        half - thirty / (thirty + 1),
        eq(-sm.Rational(29, 62), "the first kernel alone is ten times as tall"),
        lt(
            sm.Rational(10, 11) - ten * 3 / (ten * 3 + 1),
            "against a logit that is $\\log 10$ higher, which makes $S_1 = \\frac{10}{11}$",
        ),
        eq(
            -sm.Rational(20, 341),
            "the same responsibility $\\frac{30}{31}$, held against another weight",
        ),
    )
    bandwidth_counts = counterexample(
        "eq-bandwidth-counts",
        logistic(0) - logistic(4),
        eq(half - logistic(4), "$h = 0.1$: the distances differ by four bandwidths"),
        lt(half - logistic(sm.Rational(2, 5)), "at $h = 1$; the number above is $-0.4820$"),
        approx(Rounded(half - _sigma(sm.Rational(2, 5)), 4), "in numbers"),
    )

    # -- equal distances ---
    equal_distances = identity(
        "eq-equal-distances",
        S[held] - S[held] * alpha / Sum(S[j] * alpha, (j, 1, J)),
        eq(S[held] - S[held] / Sum(S[j], (j, 1, J)), "the common height cancels"),
        eq(0, "the weights sum to one"),
    )
    equal_pair = identity(
        "eq-equal-pair",
        (S[held] - Sum(p_bins[m] * r_bins[m, held], (m, 1, M))) / S[held],
        eq(
            1 - Sum(p_bins[m] * (K_bins[m, held] / Sum(S[j] * K_bins[m, j], (j, 1, J))), (m, 1, M)),
            "each $r_{ml}$ holds the factor $S_l$",
        ),
    )
    third_stays = counterexample(
        "eq-third-stays",
        third - exp(-1) / (2 * exp(-1) + exp(-2)),
        eq(third - 1 / (2 + exp(-1)), "one away, nearer than the third: pulled up, by $-0.0890$"),
        lt(
            third - exp(-4) / (2 * exp(-4) + exp(-2)),
            "four away, farther than the third",
        ),
        eq(third - 1 / (2 + exp(2)), "cancel $e^{-4}$"),
        approx(Rounded(third - 1 / (2 + exp(2)), 4), "pushed down"),
    )
    mirrored = counterexample(
        "eq-mirror",
        sm.Rational(7, 10) - (seven * 3 / (seven * 3 + 3) + seven / (seven + 3 * three)) / 2,
        eq(sm.Rational(7, 160), "$\\frac{7}{8}$ in one bin, $\\frac{7}{16}$ in the other"),
        lt(
            sm.Rational(7, 10) - (seven * 9 / (seven * 9 + 3) + seven / (seven + 3 * nine)) / 2,
            "farther away, where the ratio of the kernels is $9$",
        ),
        eq(sm.Rational(112, 935), "$\\frac{21}{22}$ and $\\frac{7}{34}$"),
    )

    # -- far away ---
    far_area = identity(
        "eq-far-area",
        phi(x + xi) - phi(x),
        eq(
            Integral(Diff(phi(x_between), x_between), (x_between, x, x + xi)),
            "a difference is the area under the slope",
        ),
        realised={phi.__name__: lambda v: v**2 / (1 + v**2) + v / 50},
    )
    far_softmax = identity(
        "eq-far-softmax",
        S[held] * exp(-phi_mem[held]) / Sum(S[j] * exp(-phi_mem[j]), (j, 1, J)),
        eq(
            exp(z_mem[held] - phi_mem[held]) / Sum(exp(z_mem[j] - phi_mem[j]), (j, 1, J)),
            "$S_j$ is $e^{z_j}$ over a sum that cancels",
        ),
    )
    far_laplace = identity(
        "eq-far-laplace",
        PHI_LAPLACE(x + xi_mem[held], h) - PHI_LAPLACE(x, h),
        eq((x + xi_mem[held]) / h - x / h, "{eq}`eq-kernel-laplace`; $2h$ cancels"),
        eq(xi_mem[held] / h, "the distance $x$ is gone"),
    )
    far_gauss_cools = identity(
        "eq-far-gauss-cools",
        PHI_GAUSS(x + xi_mem[held], h) - PHI_GAUSS(x, h),
        eq(
            ((x + xi_mem[held]) ** 2 - x**2) / (2 * h**2),
            "{eq}`eq-kernel-gauss`; the factor in front cancels",
        ),
        eq(
            x / h**2 * xi_mem[held] + xi_mem[held] ** 2 / (2 * h**2),
            "$(x + \\xi)^2 - x^2 = 2 x \\xi + \\xi^2$",
        ),
    )
    far_gauss = limit(
        "eq-far-gauss",
        sm.Limit(two(exp(-(x / h**2 * xi + xi**2 / (2 * h**2)))), x, sm.oo),
        eq(S_one - 1, "the exponential vanishes; the responsibility is $S_1 / S_1$"),
    )
    far_cauchy_cost = identity(
        "eq-far-cauchy-cost",
        PHI_CAUCHY(x + xi, h) - PHI_CAUCHY(x, h),
        eq(
            log((h**2 + (x + xi) ** 2) / (h**2 + x**2)),
            "{eq}`eq-kernel-cauchy`; $h$ and $\\pi$ cancel",
        ),
    )
    far_cauchy = limit(
        "eq-far-cauchy",
        sm.Limit(two((h**2 + x**2) / (h**2 + (x + xi) ** 2)), x, sm.oo),
        eq(0, "the fraction tends to $1$, and the responsibility to $S_1$"),
    )

    # -- a background ---
    background_slope = derivative(
        "eq-background-slope",
        Diff(-log(t * u + (1 - t) * q_at(z_mem, K_at)), z_mem[held]),
        eq(
            -((1 - t) * (S[held] * (K_at[held] - q_at(z_mem, K_at))))
            / (t * u + (1 - t) * q_at(z_mem, K_at)),
            "$q(\\theta)$ moves at the rate $S_l (K_l - q(\\theta))$",
        ),
        eq(
            (1 - t)
            * q_at(z_mem, K_at)
            / (t * u + (1 - t) * q_at(z_mem, K_at))
            * Group(S[held] - r[held]),
            "$S_l K_l = q(\\theta) r_l$, {eq}`eq-responsibility`",
        ),
    )
    background_logistic = identity(
        "eq-background-share",
        (1 - t) * q_here / (t * u + (1 - t) * q_here),
        eq(
            logistic(log((1 - t) / (t * u)) + log(q_here)),
            "{eq}`eq-logistic` for the two terms below",
        ),
    )
    background_bound = inequality(
        "eq-background-bound",
        (1 - t) * q_here / (t * u + (1 - t) * q_here),
        le(
            (1 - t) * q_here / (t * u),
            "a smaller denominator",
            proof=((1 - t) * q_here) ** 2 / (t * u * (t * u + (1 - t) * q_here)),
            tight={t: 1},
        ),
    )
    background_loss = inequality(
        "eq-background-loss",
        -log(t * u + (1 - t) * q_here),
        le(
            -log(u) - log(t),
            "the mixture is at least $t u$, and $-\\log$ falls",
            proof=log_bound.instance({x: t * u / (t * u + (1 - t) * q_here)})
            + (1 - t) * q_here / (t * u + (1 - t) * q_here),
            tight={t: 1},
        ),
    )
    background_far = limit(
        "eq-background-far",
        sm.Limit(
            (1 - t) * exp(-x / h) / (t * u + (1 - t) * exp(-x / h)),
            x,
            sm.oo,
        ),
        eq(0, "the exponential vanishes"),
    )
    background_half = value(
        "eq-background-half",
        10 * log(ninety_nine * 360 / 20),
        eq(10 * log(1782), "$\\frac{1 - t}{t} = 99$, $\\frac{1}{u} = 360$, $2h = 20$"),
        approx(Rounded(10 * log(1782), 1), "degrees"),
    )
    background_height = counterexample(
        "eq-background-height",
        2 / (one + 2) * Group(half - three / (three + 1)),
        eq(-sm.Rational(1, 6), "$q = 2$: it is $\\frac{2}{3}$ of $-\\frac{1}{4}$"),
        gt(
            20 / (one + 20) * Group(half - thirty / (thirty + 10)),
            "every kernel is ten times as tall, and $q = 20$",
        ),
        eq(-sm.Rational(5, 21), "$\\frac{20}{21}$ of $-\\frac{1}{4}$"),
    )

    # -- no fourth kind ---
    ratio_chain = identity(
        "eq-ratio-chain",
        K(x + xi + xi_other) / K(x),
        eq(
            Group(K(x + xi + xi_other) / K(x + xi)) * Group(K(x + xi) / K(x)),
            "multiply and divide by $K(x + \\xi)$",
        ),
        realised={"K": lambda v: sm.exp(-v / 3) if isinstance(v, sm.Expr) else 1 / (1 + v * v)},
    )
    ratio_multiplies = identity(
        "eq-ratio-multiplies",
        -log(R(xi + xi_other)),
        eq(-log(R(xi) * R(xi_other)), "{eq}`eq-ratio-chain` as $x \\to \\infty$"),
        eq(-log(R(xi)) - log(R(xi_other)), "the logarithm of a product"),
        rewrites=[(R(xi + xi_other), R(xi) * R(xi_other))],
        realised={"R": lambda v: 2.0 ** (-v)},
    )
    no_limit = identity(
        "eq-no-limit",
        (x + sm.pi + sin(x + sm.pi)) - (x + sin(x)),
        eq(sm.pi - 2 * sin(x), "$\\sin(x + \\pi) = -\\sin x$"),
    )
    no_limit_numbers = counterexample(
        "eq-no-limit-numbers",
        half - logistic(sm.pi + 2),
        lt(half - logistic(sm.pi - 2), "half a turn of the sine farther out"),
        approx(Rounded(half - _sigma(sm.pi - 2), 4), "and the left side is $-0.4942$"),
    )
    far_rate = limit(
        "eq-far-rate",
        sm.Limit(x * two((1 + x**2) / (1 + (x + xi) ** 2)), x, sm.oo),
        eq(-2 * xi * (S_one * (1 - S_one)), "the fraction is about $1 - 2 \\xi / x$"),
    )
    far_stretched = limit(
        "eq-far-stretched",
        sm.Limit(K_CAUCHY(stretch * x, h) / K_CAUCHY(x, h), x, sm.oo),
        eq(1 / stretch**2, "$x^2$ outweighs $h^2$"),
    )

    # -- exercises ---
    by_hand = value(
        "eq-ex-by-hand",
        half - half * 28 / (half * 28 + sm.Rational(3, 10) * 7 + sm.Rational(1, 5) * 35),
        eq(half - 7 * 2 / (7 * sm.Rational(33, 10)), "$7$ leaves all three terms"),
        eq(-sm.Rational(7, 66), "$\\frac{1}{2} - \\frac{20}{33}$"),
    )
    recovered = value(
        "eq-ex-recover",
        (1 - (-sm.Rational(1, 4)) / half) / (1 - sm.Rational(1, 8) / sm.Rational(1, 4)),
        eq(sm.Rational(3, 2) / half, "$r_1 / S_1$ over $r_2 / S_2$"),
        eq(3, "the first kernel is three times as tall there as the second"),
    )
    certain = identity(
        "eq-ex-certain",
        ((h**2 / xi * log(99) - xi / 2) / h**2) * xi + xi**2 / (2 * h**2),
        eq(log(99), "$\\xi^2 / (2 h^2)$ cancels"),
    )
    certain_numbers = value(
        "eq-ex-certain-numbers",
        sm.Rational(100, 5) * log(99) - sm.Rational(5, 2),
        approx(Rounded(20 * log(99) - sm.Rational(5, 2), 1), "degrees"),
    )
    tie = limit(
        "eq-ex-tie",
        sm.Limit(
            S_one
            / (S_one + S_two + (1 - S_one - S_two) * exp(-(x / h**2 * xi + xi**2 / (2 * h**2)))),
            x,
            sm.oo,
        ),
        eq(S_one / (S_one + S_two), "the third term vanishes"),
    )
    sech_slope = derivative(
        "eq-ex-sech",
        Diff(log(cosh(x / h)), x),
        eq(tanh(x / h) / h, "the chain rule; $\\sinh / \\cosh = \\tanh$"),
    )
    sech_limit = limit(
        "eq-ex-sech-limit",
        sm.Limit(tanh(x / h) / h, x, sm.oo),
        eq(1 / h, "$\\tanh$ tends to $1$"),
    )
    stretched_slope = derivative(
        "eq-ex-stretched",
        Diff(sqrt(x / h), x),
        eq(1 / (2 * sqrt(h * x)), "the power rule"),
    )
    stretched_limit = limit(
        "eq-ex-stretched-limit",
        sm.Limit(1 / (2 * sqrt(h * x)), x, sm.oo),
        eq(0, "the root grows without end"),
    )
    mixed_tail = limit(
        "eq-ex-mixed-tail",
        sm.Limit(exp(-(x**2) / 2) * (1 + x**2), x, sm.oo),
        eq(0, "an exponential falls faster than any power grows"),
    )
    two_bandwidths = limit(
        "eq-ex-bandwidths",
        sm.Limit(
            S_one
            - S_one
            * exp(-(x**2) / 2)
            / (S_one * exp(-(x**2) / 2) + (1 - S_one) * (half * exp(-(x**2) / 8))),
            x,
            sm.oo,
        ),
        eq(S_one, "$e^{-x^2/2}$ over $e^{-x^2/8}$ vanishes"),
    )
    learned_background = limit(
        "eq-ex-background-logit",
        sm.Limit(
            S_one - S_one * u / (S_one * u + (1 - S_one) * exp(-x / h)),
            x,
            sm.oo,
        ),
        eq(S_one - 1, "the exponential vanishes; the responsibility is $S_1 u / (S_1 u)$"),
    )
    tenfold = value(
        "eq-ex-tenfold",
        10 * log(10),
        approx(Rounded(10 * log(10), 1), "degrees for each factor of ten"),
    )
