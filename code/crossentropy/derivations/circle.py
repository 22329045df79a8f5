"""Around the circle: kernels of the way round, where the slide survives, and the antipode.

The page is ``chapters/circle.md``; its sections are the comments below.
"""

from importlib import import_module

import numpy as np
import sympy as sm
from checked_equations import (
    At,
    Diff,
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
from .notation import h, logistic
from .notation import slide as s
from .notation import theta_one as theta
from .notation import x as positive
from .notation import x as log_x

half = sm.Rational(1, 2)

# -- letters of this chapter -----------------------------------------------------------------------
rho = real(r"\varrho", 0, pi, closed=True)  # the short way between two angles
rest = real(r"\bar\varrho", 0)  # what is left of the way to the antipode
theta_other = real(r"\theta'")  # a second angle
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
    r"K^{\mathrm{wrapped}}",
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
        Sum(exp(-((way + 2 * pi * turns) ** 2) / (2 * h**2)), (turns, 0, sm.oo))
        + Sum(exp(-((2 * pi * turns - way) ** 2) / (2 * h**2)), (turns, 1, sm.oo))
    )
    / (h * sm.sqrt(2 * pi)),
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
    # -- ways round ---
    geodesic = definition(
        "eq-geodesic-laplace", K_GEODESIC(rho, h), exp(-rho / h) / (2 * h * (1 - exp(-pi / h)))
    )
    geodesic_total = identity(
        "eq-geodesic-total",
        2 * Integral(exp(-rho / h) / (2 * h * (1 - exp(-pi / h))), (rho, 0, pi)),
        eq(1, "$\\int_0^{\\pi} e^{-\\varrho/h} \\, \\mathrm{d}\\varrho = h (1 - e^{-\\pi/h})$"),
        draws=60,
    )
    wrapped = identity(
        "eq-wrapped-laplace",
        K_WRAPPED(rho, h),
        eq(
            1 / (2 * h) * Sum(exp(-(rho + 2 * pi * turns) / h), (turns, 0, sm.oo))
            + 1 / (2 * h) * Sum(exp(-(2 * pi * turns - rho) / h), (turns, 1, sm.oo)),
            "the ways one way round, and the ways the other way round",
        ),
        eq(
            (exp(-rho / h) + exp(-(2 * pi - rho) / h)) / (2 * h * (1 - exp(-2 * pi / h))),
            "two geometric series with the ratio $e^{-2\\pi/h}$",
        ),
        eq(
            cosh((pi - rho) / h) / (2 * h * sinh(pi / h)),
            "multiply above and below by $e^{\\pi/h}$",
        ),
        draws=60,
    )
    mises = definition(
        "eq-von-mises", K_MISES(rho, kappa), exp(kappa * cos(rho)) / (2 * pi * sm.besseli(0, kappa))
    )
    wrapped_gauss = definition(
        "eq-wrapped-gauss",
        K_WRAPPED_GAUSS(rho, h),
        1
        / (h * sm.sqrt(2 * pi))
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
            "waves",
        ),
        eq(sinh(h) / (2 * pi * (cosh(h) - cos(rho))), "geometric"),
        draws=60,
    )

    # -- where the slide survives ---
    geodesic_slide = identity(
        "eq-geodesic-slide",
        exp(-(rho - s) / h) / (2 * h * (1 - exp(-pi / h))),
        eq(exp(s / h) * K_GEODESIC(rho, h), "the same factor whatever the way $\\varrho$ was"),
    )
    cut_locus = counterexample(
        "eq-cut-locus",
        (half - 1 / (1 + exp(4 - 2 * pi))) - (half - 1 / (1 + exp(6 - 2 * pi))),
        eq(1 / (1 + exp(6 - 2 * pi)) - 1 / (1 + exp(4 - 2 * pi)), "the prior did not move"),
        approx(Rounded(1 / (1 + exp(6 - 2 * pi)) - 1 / (1 + exp(4 - 2 * pi)), 4)),
    )
    wrapped_slide = identity(
        "eq-wrapped-slide",
        cosh((pi - rho + s) / h) / (2 * h * sinh(pi / h)),
        eq(
            exp(s / h)
            * ((1 + exp(-2 * (pi - rho + s) / h)) / (1 + exp(-2 * (pi - rho) / h)))
            * K_WRAPPED(rho, h),
            "take $e^{(\\pi - \\varrho + s)/h}$ and $e^{(\\pi - \\varrho)/h}$ out of the two cosines",
        ),
    )
    tanh_bound = inequality(
        "eq-tanh-bound",
        tanh(positive),
        le(
            positive,
            "the slope of $\\tanh x$ is one at $x = 0$ and falls from there on",
            proof=Minimum(positive, 0, bend=2 * sinh(positive) / cosh(positive) ** 3),
            tight=(positive, 0),
        ),
    )

# How far below x the hyperbolic tangent stays for the x that the wrapped kernel brings.
ROOM = tanh_bound.instance({positive: log(1 + exp(-2 * rest / h)) / 4})

with unevaluated():
    wrapped_error = inequality(
        "eq-wrapped-error",
        tanh(log(1 + exp(-2 * rest / h)) / 4),
        le(
            log(1 + exp(-2 * rest / h)) / 4,
            "{eq}`eq-tanh-bound`",
            proof=ROOM,
            tight=(rest, sm.oo),
        ),
        le(
            exp(-2 * rest / h) / 4,
            "{eq}`eq-log-bound` at $x = 1 + e^{-2 \\bar\\varrho / h}$",
            proof=log_bound.instance({log_x: 1 + exp(-2 * rest / h)}) / 4,
            tight=(rest, sm.oo),
        ),
    )
    wrapped_worst = value(
        "eq-wrapped-worst",
        tanh(log(2) / 4),
        eq((sqrt(2) - 1) / (sqrt(2) + 1), "$\\tanh t = (e^{2t} - 1) / (e^{2t} + 1)$"),
        eq(3 - 2 * sqrt(2), "multiply above and below by $\\sqrt{2} - 1$"),
        approx(Rounded(3 - 2 * sqrt(2), 4)),
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
    cauchy_slide = counterexample(
        "eq-wrapped-cauchy-slide",
        half - share(K_WRAPPED_CAUCHY, pi / 3, 2 * pi / 3, log(2)),
        eq(-sm.Rational(1, 5), "$\\frac{4}{3}$ against $\\frac{4}{7}$"),
        gt(-sm.Rational(1, 4), "one fifth is less than one fourth"),
        eq(half - share(K_WRAPPED_CAUCHY, 0, pi / 3, log(2)), "$4$ against $\\frac{4}{3}$"),
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
            "x",
        ),
        symbolic=False,
    )

    # -- the antipode ---
    antipode = derivative(
        "eq-antipode",
        At(Diff(F(cos(rho)), rho), rho, pi),
        eq(0, "x"),
        realised={"F": lambda c: np.exp(2 * c) + c**2},
    )
    mises_slope = derivative(
        "eq-log-slope-von-mises",
        -Diff(log(K_MISES(rho, kappa)), rho),
        eq(kappa * sin(rho), "x"),
    )
    wrapped_slope = derivative(
        "eq-log-slope-wrapped",
        -Diff(log(K_WRAPPED(rho, h)), rho),
        eq(1 / h * tanh((pi - rho) / h), "x"),
    )
    mises_most = identity(
        "eq-von-mises-most",
        logistic(kappa) - logistic(-kappa),
        eq(tanh(kappa / 2), "x"),
    )

    # -- exercises ---
    doubled = identity(
        "eq-ex-antipode-height",
        K_WRAPPED(pi, h) / K_GEODESIC(pi, h),
        eq((1 - exp(-pi / h)) / (exp(-pi / h) * sinh(pi / h)), "x"),
        eq(2 / (1 + exp(-pi / h)), "x"),
    )
    cauchy_slope = derivative(
        "eq-ex-wrapped-cauchy-slope",
        -Diff(log(K_WRAPPED_CAUCHY(theta, h)), theta),
        eq(sin(theta) / (cosh(h) - cos(theta)), "x"),
    )
    cauchy_steepest = inequality(
        "eq-ex-wrapped-cauchy-steepest",
        sinh(h) * sin(theta),
        le(
            cosh(h) - cos(theta),
            "x",
            proof=2 * (cosh(h / 2) * sin(theta / 2) - sinh(h / 2) * cos(theta / 2)) ** 2,
            tight={h: log(2), theta: atan(sm.Rational(3, 4))},
        ),
    )
    cluster = identity(
        "eq-ex-cluster",
        kappa * cos(rho - delta / 2) - kappa * cos(rho + delta / 2),
        eq(2 * kappa * sin(rho) * sin(delta / 2), "x"),
    )
    two_images = derivative(
        "eq-ex-wrapped-gauss-slope",
        Diff(rho**2 / (2 * h**2) - log(1 + exp(-2 * pi * (pi - rho) / h**2)), rho),
        eq(
            (rho - pi) / h**2 + pi / h**2 * tanh(pi * (pi - rho) / h**2),
            "x",
        ),
    )
