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
from sympy import atan, cos, cosh, exp, log, pi, sin, sinh, tan, tanh

from .entropy import log_bound
from .notation import h, logistic, theta_one
from .notation import slide as s
from .notation import x as positive

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
    )
    wrapped_cauchy = identity(
        "eq-wrapped-cauchy",
        K_WRAPPED_CAUCHY(rho, h),
        eq(
            1 / (2 * pi) + 1 / pi * Sum(exp(-turns * h) * cos(turns * rho), (turns, 1, sm.oo)),
            "waves",
        ),
        eq(sinh(h) / (2 * pi * (cosh(h) - cos(rho))), "geometric"),
    )
    wrapped_cauchy_total = derivative(
        "eq-wrapped-cauchy-total",
        Diff(1 / pi * atan((cosh(h) + 1) / sinh(h) * tan(rho / 2)), rho),
        eq(sinh(h) / (2 * pi * (cosh(h) - cos(rho))), "x"),
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
        le(positive, "x", proof=sm.Integer(0), tight=(positive, 0)),
    )
