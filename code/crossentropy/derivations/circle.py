"""Around the circle: kernels of the way round, where the slide survives, and the antipode.

The page is ``chapters/circle.md``; its sections are the comments below.
"""

from importlib import import_module

import numpy as np
import sympy as sm
from checked_equations import (
    At,
    Diff,
    Group,
    Integral,
    Minimum,
    Rounded,
    Sum,
    approx,
    concept,
    counterexample,
    definition,
    derivative,
    eq,
    gt,
    identity,
    inequality,
    le,
    lt,
    real,
    unevaluated,
    value,
)
from sympy import atan, cos, cosh, exp, log, pi, sin, sinh, sqrt, tanh

from .entropy import log_bound
from .notation import h, logistic, t
from .notation import slide as s
from .notation import theta_one as theta
from .notation import width as w
from .notation import x as positive

half = sm.Rational(1, 2)

# -- letters of this chapter -----------------------------------------------------------------------
rho = real(r"\varrho", 0, pi, closed=True)  # the short way between two angles
rest = real(r"\bar\varrho", 0)  # what is left of the way to the antipode
kappa = real(r"\kappa", 0)  # how concentrated a von Mises kernel is
delta = real(r"\delta", 0, pi, closed=True)  # how far apart the memories of a cluster are
turns = sm.Symbol(r"\tau", integer=True, nonnegative=True)  # a number of times round
F = sm.Function("F")  # a kernel as a function of the cosine


def _on_the_circle(name: str, shape=float):
    """The library's kernel of that name, as a density of (way, bandwidth or concentration)."""

    def density(way, size):
        kernel = getattr(import_module("crossentropy.circle"), name)(shape(size))
        return float(np.exp(kernel.log_density(way)))

    return density


K_GEODESIC = concept(
    r"K^{\mathrm{geodesic}}",
    lambda way, h: exp(-way / h) / (2 * h * (1 - exp(-pi / h))),
    library=_on_the_circle("GeodesicLaplace"),
    shown=1,
)
K_WRAPPED = concept(
    r"K^{\mathrm{wr.Laplace}}",
    lambda way, h: cosh((pi - way) / h) / (2 * h * sinh(pi / h)),
    library=_on_the_circle("WrappedLaplace"),
    shown=1,
)
K_MISES = concept(
    r"K^{\mathrm{Mises}}",
    lambda way, kappa: exp(kappa * cos(way)) / (2 * pi * sm.besseli(0, kappa)),
    library=_on_the_circle("VonMises"),
    shown=1,
)
K_WRAPPED_GAUSS = concept(
    r"K^{\mathrm{wr.Gauss}}",
    lambda way, h: (
        (
            Sum(exp(-((way + 2 * pi * turns) ** 2) / (2 * h**2)), (turns, 0, sm.oo))
            + Sum(exp(-((2 * pi * turns - way) ** 2) / (2 * h**2)), (turns, 1, sm.oo))
        )
        / (h * sm.sqrt(2 * pi))
    ),
    library=_on_the_circle("WrappedNormal"),
    shown=1,
)
K_WRAPPED_CAUCHY = concept(
    r"K^{\mathrm{wr.Cauchy}}",
    lambda way, h: sinh(h) / (2 * pi * (cosh(h) - cos(way))),
    library=_on_the_circle("WrappedCauchy", lambda h: float(np.exp(-h))),
    shown=1,
)


def share(kernel, near, far, size):
    """The share of the nearer of two memories of equal weight."""
    return kernel(near, size) / (kernel(near, size) + kernel(far, size))


def images(way):
    """Two images on each side of a wrapped Gauss kernel of bandwidth one: no more can be seen."""
    return sm.Add(*(exp(-((way + 2 * pi * k) ** 2) / 2) for k in range(-2, 3)))


with unevaluated():
    # -- two ways round ---
    geodesic = definition(
        "eq-geodesic-laplace", K_GEODESIC(rho, h), exp(-rho / h) / (2 * h * (1 - exp(-pi / h)))
    )
    geodesic_total = identity(
        "eq-geodesic-total",
        2 * Integral(exp(-rho / h) / (2 * h * (1 - exp(-pi / h))), (rho, 0, pi)),
        eq(
            1,
            "$-h e^{-\\varrho/h}$ has the slope $e^{-\\varrho/h}$: it gains $h (1 - e^{-\\pi/h})$",
        ),
        draws=60,
    )
    wrapped = identity(
        "eq-wrapped-laplace",
        K_WRAPPED(rho, h),
        eq(
            1 / (2 * h) * Sum(exp(-(rho + 2 * pi * turns) / h), (turns, 0, sm.oo))
            + 1 / (2 * h) * Sum(exp(-(2 * pi * turns - rho) / h), (turns, 1, sm.oo)),
            "the ways that set out the short way round, and those that set out the long way",
        ),
        eq(
            (exp(-rho / h) + exp(-(2 * pi - rho) / h)) / (2 * h * (1 - exp(-2 * pi / h))),
            "two geometric series: every turn multiplies by $e^{-2\\pi/h}$",
        ),
        eq(
            cosh((pi - rho) / h) / (2 * h * sinh(pi / h)),
            "multiply above and below by $e^{\\pi/h}$, and halve both",
        ),
        draws=60,
    )
    wrapped_gauss = definition(
        "eq-wrapped-gauss",
        K_WRAPPED_GAUSS(rho, h),
        1
        / (h * sqrt(2 * pi))
        * (
            Sum(exp(-((rho + 2 * pi * turns) ** 2) / (2 * h**2)), (turns, 0, sm.oo))
            + Sum(exp(-((2 * pi * turns - rho) ** 2) / (2 * h**2)), (turns, 1, sm.oo))
        ),
        symbolic=False,
        draws=60,
    )
    wrapped_cauchy = identity(
        "eq-wrapped-cauchy",
        K_WRAPPED_CAUCHY(rho, h),
        eq(
            1 / (2 * pi) + 1 / pi * Sum(exp(-turns * h) * cos(turns * rho), (turns, 1, sm.oo)),
            "as waves: the one that fits $\\tau$ times round has the height $e^{-\\tau h} / \\pi$",
        ),
        eq(
            sinh(h) / (2 * pi * (cosh(h) - cos(rho))),
            "$\\cos \\tau \\varrho = \\frac{1}{2} (e^{i \\tau \\varrho} + e^{-i \\tau \\varrho})$: "
            "two geometric series",
        ),
        draws=60,
    )
    mises = definition(
        "eq-von-mises", K_MISES(rho, kappa), exp(kappa * cos(rho)) / (2 * pi * sm.besseli(0, kappa))
    )
    doubled = identity(
        "eq-antipode-height",
        K_WRAPPED(pi, h) / K_GEODESIC(pi, h),
        eq(
            (1 - exp(-pi / h)) / (exp(-pi / h) * sinh(pi / h)),
            "$\\cosh 0 = 1$, and $2 h$ cancels",
        ),
        eq(
            2 / (1 + exp(-pi / h)),
            "$2 e^{-\\pi/h} \\sinh \\frac{\\pi}{h} = 1 - e^{-2\\pi/h}$, a difference of squares",
        ),
    )

    # -- where the slide survives ---
    short_way = inequality(
        "eq-short-way",
        (pi - w - rest) + (1 - t) * w,
        eq(pi - rest - t * w, "$w$ cancels"),
        le(
            pi,
            "what the memory keeps from the shadow is at least zero, and so is $t w$",
            proof=rest + t * w,
            tight={t: 0, rest: 0},
        ),
    )
    geodesic_slide = identity(
        "eq-geodesic-slide",
        exp(-(rho - s) / h) / (2 * h * (1 - exp(-pi / h))),
        eq(exp(s / h) * K_GEODESIC(rho, h), "the factor does not know how long the way was"),
    )
    cut_locus = counterexample(
        "eq-cut-locus",
        share(K_GEODESIC, sm.Rational(5, 2), 2 * pi - 4, half)
        - share(K_GEODESIC, 2, 2 * pi - sm.Rational(7, 2), half),
        eq(
            1 / (1 + exp(13 - 4 * pi)) - 1 / (1 + exp(11 - 4 * pi)),
            "$2 (\\frac{5}{2} - (2\\pi - 4)) = 13 - 4\\pi$, and "
            "$2 (2 - (2\\pi - \\frac{7}{2})) = 11 - 4\\pi$",
        ),
        approx(
            Rounded(1 / (1 + exp(13 - 4 * pi)) - 1 / (1 + exp(11 - 4 * pi)), 4),
            "$0.3933 - 0.8273$",
        ),
    )

    # -- where it almost survives ---
    wrapped_slide = identity(
        "eq-wrapped-slide",
        cosh((pi - rho + s) / h) / (2 * h * sinh(pi / h)),
        eq(
            exp(s / h)
            * ((1 + exp(-2 * (pi - rho + s) / h)) / (1 + exp(-2 * (pi - rho) / h)))
            * K_WRAPPED(rho, h),
            "$2 \\cosh t = e^t (1 + e^{-2t})$, once above and once below",
        ),
    )
    tanh_bound = inequality(
        "eq-tanh-below",
        tanh(positive),
        le(
            positive,
            "equal at $x = 0$, and the slope of the left side, $1 / \\cosh^2 x$, is at most one",
            proof=Minimum(positive, 0, bend=2 * sinh(positive) / cosh(positive) ** 3),
            tight={positive: 0},
        ),
    )

# How far tanh x stays below x for the x that the wrapped kernel brings.
ROOM = tanh_bound.instance({positive: log(1 + exp(-2 * rest / h)) / 4})

with unevaluated():
    wrapped_error = inequality(
        "eq-wrapped-error",
        tanh(log(1 + exp(-2 * rest / h)) / 4),
        le(
            log(1 + exp(-2 * rest / h)) / 4,
            "{eq}`eq-tanh-below`",
            proof=ROOM,
            tight=(rest, sm.oo),
        ),
        le(
            exp(-2 * rest / h) / 4,
            "{eq}`eq-log-bound` at $x = 1 + e^{-2 \\bar\\varrho / h}$",
            proof=log_bound.instance({positive: 1 + exp(-2 * rest / h)}) / 4,
            tight=(rest, sm.oo),
        ),
    )
    wrapped_worst = value(
        "eq-wrapped-worst",
        tanh(log(2) / 4),
        eq((sqrt(2) - 1) / (sqrt(2) + 1), "$\\tanh t = (e^{2t} - 1) / (e^{2t} + 1)$"),
        eq(3 - 2 * sqrt(2), "multiply above and below by $\\sqrt{2} - 1$"),
        approx(Rounded(3 - 2 * sqrt(2), 4), "in numbers"),
    )

    # -- where it does not ---
    mises_slide = counterexample(
        "eq-von-mises-slide",
        half - share(K_MISES, pi / 3, 2 * pi / 3, 2),
        eq(half - logistic(2), "$2 \\cos \\frac{\\pi}{3} - 2 \\cos \\frac{2 \\pi}{3} = 2$"),
        lt(half - logistic(1), "$-0.3808 < -0.2311$"),
        eq(
            half - share(K_MISES, 0, pi / 3, 2),
            "$2 \\cos 0 - 2 \\cos \\frac{\\pi}{3} = 1$",
        ),
    )
    gauss_slide = counterexample(
        "eq-wrapped-gauss-slide",
        share(K_WRAPPED_GAUSS, pi / 3, 2 * pi / 3, 1) - share(K_WRAPPED_GAUSS, 0, pi / 3, 1),
        approx(
            Rounded(
                images(pi / 3) / (images(pi / 3) + images(2 * pi / 3))
                - images(0) / (images(0) + images(pi / 3)),
                4,
            ),
            "$0.8380 - 0.6337$; one turn either way is enough",
        ),
        symbolic=False,
    )
    cauchy_slide = counterexample(
        "eq-wrapped-cauchy-slide",
        half - share(K_WRAPPED_CAUCHY, pi / 3, 2 * pi / 3, log(2)),
        eq(-sm.Rational(1, 5), "the kernels are as $\\frac{4}{3}$ to $\\frac{4}{7}$"),
        gt(-sm.Rational(1, 4), "one fifth is less than one fourth"),
        eq(
            half - share(K_WRAPPED_CAUCHY, 0, pi / 3, log(2)),
            "the kernels are as $4$ to $\\frac{4}{3}$",
        ),
    )

    # -- the antipode ---
    antipode = derivative(
        "eq-antipode",
        At(Diff(F(cos(rho)), rho), rho, pi),
        eq(0, "the chain rule brings the factor $-\\sin \\varrho$, and $\\sin \\pi = 0$"),
        realised={"F": lambda c: np.exp(2 * c) + c**2},
    )
    mises_slope = derivative(
        "eq-log-slope-von-mises",
        -Diff(log(K_MISES(rho, kappa)), rho),
        eq(kappa * sin(rho), "the logarithm is $\\kappa \\cos \\varrho$, up to a constant"),
    )
    wrapped_slope = derivative(
        "eq-log-slope-wrapped",
        -Diff(log(K_WRAPPED(rho, h)), rho),
        eq(
            1 / h * tanh((pi - rho) / h),
            "the slope of $\\log \\cosh t$ is $\\tanh t$; the inner slope is $-\\frac{1}{h}$",
        ),
    )
    mises_most = identity(
        "eq-von-mises-most",
        logistic(kappa) - logistic(-kappa),
        eq(
            (exp(kappa) - 1) / (1 + exp(kappa)),
            "$\\sigma(\\kappa) = e^{\\kappa} / (1 + e^{\\kappa})$ and "
            "$\\sigma(-\\kappa) = 1 / (1 + e^{\\kappa})$",
        ),
        eq(tanh(kappa / 2), "multiply above and below by $e^{-\\kappa/2}$"),
    )

    # -- exercises ---
    by_hand = value(
        "eq-ex-circle-room",
        exp(-2 * Group(pi / 9) / Group(pi / 9)) / 4,
        eq(exp(-2) / 4, "the memory keeps one bandwidth from the shadow"),
        approx(Rounded(exp(-2) / 4, 4), "in numbers"),
    )
    cluster = identity(
        "eq-ex-cluster",
        kappa * cos(rho - delta / 2) - kappa * cos(rho + delta / 2),
        eq(
            2 * kappa * sin(rho) * sin(delta / 2),
            "$\\cos(u - v) - \\cos(u + v) = 2 \\sin u \\sin v$",
        ),
    )
    cauchy_slope = derivative(
        "eq-ex-wrapped-cauchy-slope",
        -Diff(log(K_WRAPPED_CAUCHY(theta, h)), theta),
        eq(
            sin(theta) / (cosh(h) - cos(theta)),
            "only $\\log (\\cosh h - \\cos \\theta)$ depends on $\\theta$",
        ),
    )
    cauchy_steepest = inequality(
        "eq-ex-wrapped-cauchy-steepest",
        sinh(h) * sin(theta),
        le(
            cosh(h) - cos(theta),
            "the gap is $2 \\left(\\cosh \\frac{h}{2} \\sin \\frac{\\theta}{2} - "
            "\\sinh \\frac{h}{2} \\cos \\frac{\\theta}{2}\\right)^2$",
            proof=2 * (cosh(h / 2) * sin(theta / 2) - sinh(h / 2) * cos(theta / 2)) ** 2,
            tight={h: log(2), theta: atan(sm.Rational(3, 4))},
        ),
    )
    two_images = derivative(
        "eq-ex-wrapped-gauss-slope",
        Diff(rho**2 / (2 * h**2) - log(1 + exp(-2 * pi * (pi - rho) / h**2)), rho),
        eq(
            rho / h**2
            - 2
            * pi
            / h**2
            * (exp(-2 * pi * (pi - rho) / h**2) / (1 + exp(-2 * pi * (pi - rho) / h**2))),
            "the chain rule",
        ),
        eq(
            (rho - pi) / h**2 + pi / h**2 * tanh(pi * (pi - rho) / h**2),
            "$\\frac{e^{-2t}}{1 + e^{-2t}} = \\frac{1}{2} - \\frac{1}{2} \\tanh t$",
        ),
    )
