"""The slide: what a Laplace kernel forgets, and where it remembers again.

The page is ``chapters/memoryless.md``; its sections are the comments below.
"""

from importlib import import_module

import numpy as np
import sympy as sm
from checked_equations import (
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
    distribution,
    entry,
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
from sympy import cosh, exp, log, sinh, tanh

from .notation import (
    K_CAUCHY,
    K_GAUSS,
    K_LAPLACE,
    J,
    M,
    S,
    h,
    held,
    j,
    left,
    logistic,
    m,
    p_bins,
    r,
    right,
    t,
    u,
    x,
)
from .notation import _softmax as softmax_of_the_library
from .notation import slide as s
from .notation import theta_one as theta
from .notation import width as w
from .notation import z_mem as z

# -- letters of this chapter ---------------------------------------------------------------------
phi_one = real(r"\phi", 0, closed=True)  # the way from a memory to the edge, after the slide
phi = vector(r"\phi", J, nonnegative=True, apart="memories")  # the same for each memory
psi = vector(r"\psi", M, J, nonnegative=True, apart="bins")  # the way from that edge to each bin
psi_row = vector(r"\psi", M, nonnegative=True, apart="one side")  # if it is the same for all
x_other = real("x'", 0)  # a second distance
omega = real(r"\omega")  # log-odds of one memory against another
f = vector("f", J, positive=True, apart="memories")  # what the kernel of a memory is multiplied by
K = sm.Function("K", positive=True)  # an unknown kernel, as a function of the distance
F = sm.Function("F")  # how far its logarithm has fallen
G = sm.Function("G")  # the same, by ratios of distances
v = real("v")  # a logarithm of a distance
v_other = real("v'")

half = sm.Rational(1, 2)
quarter = sm.Rational(1, 4)


# -- the loss as a function of logits and ways ---------------------------------------------------
def _number():
    return sm.Dummy("s", integer=True, positive=True)


def _weighted(z, way, h):
    """Σ S_j K_j with a Laplace kernel; ``way(j)`` is the distance of memory j."""
    one, other = _number(), _number()
    kernel = 1 / (2 * h) * exp(-way(one) / h)
    everything = Sum(exp(entry(z, other)), (other, 1, J))
    return Sum(exp(entry(z, one)) * kernel, (one, 1, J)) / everything


def _many_bins(z, phi, psi, p, h):
    place = _number()
    belief = _weighted(z, lambda j: entry(phi, j) + entry(psi, place, j), h)
    return Sum(-entry(p, place) * log(belief), (place, 1, M))


def _loss_of_ways(z, ways, p, h):
    """The library's loss for a table of distances; complex logits are welcome."""
    kernel = import_module("crossentropy.density").Laplace(float(h))
    loss = import_module("crossentropy.density_loss")._loss
    return loss(z, kernel.log_density(np.asarray(ways, float)), p)


def _library_of_bins(z, phi, psi, p, h):
    return _loss_of_ways(z, np.asarray(phi) + np.asarray(psi), p, h)


def _library_of_one_bin(z, phi, h):
    return _loss_of_ways(z, np.asarray(phi)[None, :], np.ones(1), h)


ell_ways = concept(  # the loss at one angle, by the way from there to each memory
    r"\ell",
    lambda z, phi, h: -log(_weighted(z, lambda j: entry(phi, j), h)),
    library=_library_of_one_bin,
    kernel=_library_of_one_bin,
    shown=2,
)
L_ways = concept(  # the whole loss, by the way from each memory to the edge, then on to the bin
    "L", _many_bins, library=_library_of_bins, kernel=_library_of_bins, shown=2
)


def _shares_at(name, way, *of):
    """The responsibilities at one angle, for distances ``way(j)``."""

    def formula(one):
        other = _number()
        return (
            exp(z[one])
            * exp(-way(one) / h)
            / Sum(exp(z[other]) * exp(-way(other) / h), (other, 1, J))
        )

    def library(z, h, phi, s=0.0):
        return softmax_of_the_library.softmax(np.asarray(z) - (np.asarray(phi) + s) / h)

    return distribution(
        name, name, J, formula=formula, library=library, kernel=library, of=(z, h, phi, *of),
        apart=name,
    )  # fmt: skip


r_here = _shares_at("r", lambda j: phi[j])
r_before = _shares_at("r'", lambda j: phi[j] + s, s)
tail = concept(r"\Pr", lambda x, h: exp(-x / h), brackets=("(X > ", ")"), shown=1)

# -- one bin -------------------------------------------------------------------------------------
with unevaluated():
    factor = identity(
        "eq-slide-factor",
        K_LAPLACE(x + s, h),
        eq(1 / (2 * h) * exp(-(x + s) / h), "{eq}`eq-kernel-laplace`; a distance is not negative"),
        eq(
            exp(-s / h) * Group(1 / (2 * h) * exp(-x / h)),
            "a sum in the exponent is a product of exponentials",
        ),
        eq(exp(-s / h) * K_LAPLACE(x, h), "the kernel at the new distance"),
    )
    one_bin = invariance(
        "eq-slide-one-bin",
        Diff(ell_ways(z, phi + s, h), z[held]),
        eq(
            S[held] - r_before[held],
            "{eq}`eq-one-bin-slope`: weight minus responsibility, at the old distances",
        ),
        eq(
            S[held] - r_here[held],
            "{eq}`eq-slide-factor`: $e^{-s/h}$ stands above the fraction bar and in every term "
            "below it",
        ),
        eq(Diff(ell_ways(z, phi, h), z[held]), "{eq}`eq-one-bin-slope` at the new distances"),
    )
    waiting = definition("eq-waiting", tail(x, h), exp(-x / h))
    memoryless = identity(
        "eq-memoryless",
        tail(s + u, h),
        eq(exp(-(s + u) / h), "{eq}`eq-waiting`"),
        eq(exp(-s / h) * exp(-u / h), "a sum in the exponent is a product"),
        eq(tail(s, h) * tail(u, h), "{eq}`eq-waiting`, twice"),
    )

# -- a target with a width; angles in bandwidths, so 10° is 1 --------------------------------------
with unevaluated():
    before = value(
        "eq-slide-before",
        half
        - half
        * Integral(
            exp(-(3 - theta)) / (exp(-(3 - theta)) + exp(-(4 - theta))),
            (theta, -1, 1),
        ),
        eq(
            half - half * Integral(logistic(1), (theta, -1, 1)),
            "divide by $e^{-(3 - \\theta)}$: the angle $\\theta$ is gone",
        ),
        eq(half - logistic(1), "the mean of a constant"),
        approx(Rounded(half - 1 / (1 + exp(-1)), 4), "in numbers"),
    )
    symmetric = identity(
        "eq-logistic-mirror",
        logistic(-omega),
        eq(exp(-omega) / (exp(-omega) + 1), "multiply above and below by $e^{-\\omega}$"),
        eq(1 - logistic(omega), "what is missing to one"),
    )
    halved = counterexample(
        "eq-slide-halved",
        half
        - half
        * (
            Integral(logistic(1), (theta, -1, 0)) + Integral(logistic(1 - 2 * theta), (theta, 0, 1))
        ),
        eq(
            half - half * (logistic(1) + half),
            "{eq}`eq-logistic-mirror`: $1 - 2\\theta$ runs from $1$ to $-1$, so the second mean is "
            "$\\frac{1}{2}$",
        ),
        eq(half * Group(half - logistic(1)), "one half of {eq}`eq-slide-before`"),
        approx(Rounded(half * (half - 1 / (1 + exp(-1))), 4), "in numbers"),
    )
    both_before = value(
        "eq-slide-both-sides",
        sm.Rational(7, 10) - half * Integral(7 / (7 + 3 * exp(2 * theta)), (theta, -1, 1)),
        eq(
            sm.Rational(7, 10) - quarter * log((7 * exp(2) + 3) / (7 * exp(-2) + 3)),
            "$-\\frac{1}{2} \\log (7 e^{-2\\theta} + 3)$ has the slope that is integrated",
        ),
        approx(
            Rounded(sm.Rational(7, 10) - quarter * log((7 * exp(2) + 3) / (7 * exp(-2) + 3)), 4),
            "in numbers",
        ),
    )
    zeroed = counterexample(
        "eq-slide-zeroed",
        sm.Rational(7, 10)
        - 7 * K_LAPLACE(theta, 1) / (7 * K_LAPLACE(theta, 1) + 3 * K_LAPLACE(theta, 1)),
        eq(sm.Rational(7, 10) - sm.Rational(7, 10), "the kernel cancels, in every bin"),
        eq(0, "weight and responsibility agree: nothing is left to learn"),
    )

# -- the theorem -----------------------------------------------------------------------------------
with unevaluated():
    way_right = identity(
        "eq-slide-way-right",
        sm.Abs((right + phi_one) - ((1 - t) * left + t * right)),
        eq(
            phi_one + (1 - t) * (right - left),
            "the memory lies above the whole interval: no bars are needed",
        ),
    )
    way_left = identity(
        "eq-slide-way-left",
        sm.Abs((left - phi_one) - ((1 - t) * left + t * right)),
        eq(phi_one + t * (right - left), "it lies below all of it: the bars turn the sign"),
    )
    shift = identity(
        "eq-slide-shift",
        L_ways(z, phi, psi, p_bins, h),
        eq(
            L_ways(z, phi + s, psi, p_bins, h) - s / h,
            "$e^{-s/h}$ leaves the sum over $j$, and the $p_m$ sum to one",
        ),
    )
    to_edge = invariance(
        "eq-slide-to-edge",
        Diff(L_ways(z, phi, psi, p_bins, h), z[held]),
        eq(
            Diff(L_ways(z, phi + s, psi, p_bins, h) - s / h, z[held]),
            "{eq}`eq-slide-shift`",
        ),
        eq(
            Diff(L_ways(z, phi + s, psi, p_bins, h), z[held]),
            "$s/h$ does not depend on the logits",
        ),
    )
    to_outermost = identity(
        "eq-slide-outermost",
        sm.Abs(
            (right - (right - left) / (2 * M) + phi_one) - (left + (m - half) * (right - left) / M)
        ),
        eq(
            phi_one + (M - m) * (right - left) / M,
            "the midpoint of bin $m$; no bin lies above the last",
        ),
    )

# -- how wrong the centre is -----------------------------------------------------------------------
with unevaluated():
    passed = identity(
        "eq-slide-passed",
        log(K_LAPLACE(u, 1) / K_LAPLACE(x, 1)),
        eq(x - u, "the memory that was passed is $u$ behind the bin, the other one $x$ ahead"),
        eq((x + u) - 2 * u, "with both ahead it would be their distance, $x + u$"),
    )
    step = inequality(
        "eq-logistic-step",
        logistic(2 * omega + 2 * x) - logistic(2 * omega - 2 * x),
        le(
            tanh(x),
            "at most with zero in the middle, $\\omega = 0$; and "
            "$\\sigma(2x) - \\sigma(-2x) = (e^{2x} - 1) / (e^{2x} + 1) = \\tanh x$",
            proof=2
            * sinh(2 * x)
            * sinh(omega) ** 2
            / ((cosh(2 * x) + cosh(2 * omega)) * (cosh(2 * x) + 1)),
            tight={omega: 0},
        ),
    )
    log_cosh = inequality(
        "eq-log-cosh",
        log(cosh(x)),
        le(x**2 / 2, proof=Minimum(x, 0, bend=tanh(x) ** 2), tight={x: 0}),
    )
    area = identity(
        "eq-slide-area",
        Integral(tanh(u / 2), (u, 0, w / 2)),
        eq(
            2 * log(cosh(w / 4)),
            "$2 \\log \\cosh \\frac{u}{2}$ has the slope $\\tanh \\frac{u}{2}$",
        ),
        draws=60,
    )
    error = inequality(
        "eq-slide-error",
        2 * log(cosh(w / 4)),
        le(
            w**2 / 16,
            "{eq}`eq-log-cosh` at $x = \\frac{w}{4}$",
            proof=2 * log_cosh.instance({x: w / 4}),
            tight={w: 0},
        ),
    )
    pair_error = identity(
        "eq-slide-pair-error",
        Integral(logistic(omega) - logistic(omega - 2 * u), (u, 0, w / 2)),
        eq(
            w / 2 * logistic(omega) - half * log((1 + exp(omega)) / (1 + exp(omega - w))),
            "$-\\frac{1}{2} \\log (1 + e^{\\omega - 2u})$ has the slope $\\sigma(\\omega - 2u)$",
        ),
        draws=60,
    )
    narrow = limit(
        "eq-slide-narrow",
        sm.Limit(
            (w / 2 * logistic(omega) - half * log((1 + exp(omega)) / (1 + exp(omega - w)))) / w**2,
            w,
            0,
            "+",
        ),
        eq(
            logistic(omega) * (1 - logistic(omega)) / 4,
            "the slope of $\\sigma$ is $\\sigma (1 - \\sigma)$, and over all bins the log-odds "
            "fall by $\\frac{w}{4}$ on average",
        ),
    )
    wide = limit(
        "eq-slide-wide",
        sm.Limit(2 / w * log(cosh(w / 4)), w, sm.oo, "-"),
        eq(half, "$\\log \\cosh x$ is $x - \\log 2$ up to what vanishes"),
    )

# -- only the exponential --------------------------------------------------------------------------
falling = {"K": lambda x: 0.7 * np.exp(-1.3 * x), "F": lambda x: 1.3 * x}
curved = {"K": lambda x: 1 / (1 + x * x)}
with unevaluated():
    multiplies_rule = (K(x + s), K(x) * K(s) / K(0))
    only_ratio = identity(
        "eq-kernel-odds",
        exp(omega) * K(x) / (exp(omega) * K(x) + K(x_other)),
        eq(
            logistic(omega + log(K(x) / K(x_other))),
            "divide by the numerator, and write what is left as an exponential",
        ),
        realised=curved,
    )
    multiplies = definition(
        "eq-kernel-multiplies",
        K(x + s) * K(0),
        K(x) * K(s),
        rewrites=[multiplies_rule],
        realised=falling,
    )
    additive = identity(
        "eq-kernel-additive",
        F(x + s),
        eq(-log(K(x + s) / K(0)), "what $F$ means"),
        eq(
            -log(Group(K(x) / K(0)) * Group(K(s) / K(0))),
            "{eq}`eq-kernel-multiplies`, over $K(0)^2$",
        ),
        eq(F(x) + F(s), "the logarithm of a product is a sum"),
        rewrites=[
            (F(x + s), -log(K(x + s) / K(0))),
            (F(x), -log(K(x) / K(0))),
            (F(s), -log(K(s) / K(0))),
            multiplies_rule,
        ],
        realised={"K": lambda x: 0.7 * np.exp(-1.3 * x), "F": lambda x: 1.3 * x},
    )
    exponential = identity(
        "eq-only-exponential",
        K(x),
        eq(K(0) * exp(-F(x)), "what $F$ means"),
        eq(K(0) * exp(-x * F(1)), "$F(x) = x F(1)$, as in {eq}`eq-surprise-unique`"),
        rewrites=[(K(x), K(0) * exp(-F(x))), (F(x), x * F(1))],
        realised=falling,
    )
    gauss = counterexample(
        "eq-slide-gauss",
        half - K_GAUSS(2, 1) / (K_GAUSS(2, 1) + K_GAUSS(4, 1)),
        eq(half - logistic(6), "$\\frac{4^2 - 2^2}{2} = 6$"),
        lt(half - logistic(2), "$\\sigma$ grows"),
        eq(half - K_GAUSS(0, 1) / (K_GAUSS(0, 1) + K_GAUSS(2, 1)), "$\\frac{2^2 - 0^2}{2} = 2$"),
    )
    cauchy = counterexample(
        "eq-slide-cauchy",
        half - K_CAUCHY(2, 1) / (K_CAUCHY(2, 1) + K_CAUCHY(4, 1)),
        eq(
            -sm.Rational(3, 11),
            "$\\frac{1}{2} - \\frac{17}{22}$, from $1 + 2^2 = 5$ and $1 + 4^2 = 17$",
        ),
        gt(-sm.Rational(1, 3), "eleven is more than nine"),
        eq(
            half - K_CAUCHY(0, 1) / (K_CAUCHY(0, 1) + K_CAUCHY(2, 1)),
            "$\\frac{1}{2} - \\frac{5}{6}$",
        ),
    )

# -- sharpness -------------------------------------------------------------------------------------
with unevaluated():
    weakens = identity(
        "eq-slide-weakens",
        r[held] - r[held] * f[held] / Sum(r[j] * f[j], (j, 1, J)),
        eq(
            r[held] * Group(Sum(r[j] * f[j], (j, 1, J)) - f[held]) / Sum(r[j] * f[j], (j, 1, J)),
            "a common denominator",
        ),
        eq(
            r[held] * Sum(r[j] * (f[j] - f[held]), (j, 1, J)) / Sum(r[j] * f[j], (j, 1, J)),
            "the responsibilities sum to one",
        ),
    )
    faint = limit(
        "eq-slide-faint",
        sm.Limit(1 / t * (t * exp(v) / (t * exp(v) + (1 - t))), t, 0, "+"),
        eq(exp(v), "$t$ cancels, and the denominator tends to one"),
    )
    more = inequality(
        "eq-slide-clipped",
        cosh(x),
        le(cosh(x + 2 * u), proof=2 * sinh(x + u) * sinh(u), tight={u: 0}),
    )
    lucky = counterexample(
        "eq-slide-lucky",
        half - half * Integral(logistic(-2 * theta), (theta, -1, 1)),
        eq(0, "{eq}`eq-logistic-mirror`: the bins at $\\theta$ and at $-\\theta$ add up to one"),
        eq(half - logistic(0), "after the slide: both memories at the centre"),
    )

# -- exercises -----------------------------------------------------------------------------------
with unevaluated():
    four_bins = value(
        "eq-ex-four-bins",
        half - quarter * (logistic(1) + logistic(1) + logistic(half) + logistic(-half)),
        eq(half - quarter * (2 * logistic(1) + 1), "{eq}`eq-logistic-mirror` for the last two"),
        eq(half * Group(half - logistic(1)), "half of what it was"),
    )
    quartered = value(
        "eq-ex-quartered",
        half - half * (logistic(half) + half * half + half * logistic(-half)),
        eq(
            half - half * (sm.Rational(3, 4) + half * logistic(half)),
            "{eq}`eq-logistic-mirror`",
        ),
        eq(quarter * Group(half - logistic(half)), "collect"),
    )
    own_bandwidth = identity(
        "eq-ex-own-bandwidth",
        K_LAPLACE(x + s * h, h),
        eq(exp(-s) * K_LAPLACE(x, h), "{eq}`eq-slide-factor` with $s h$ in the place of $s$"),
    )
    one_side = value(
        "eq-ex-slide-one-side",
        half - K_LAPLACE(1, 1) / (K_LAPLACE(1, 1) + K_LAPLACE(2, 1)),
        eq(half - logistic(1), "divide by the numerator"),
        approx(Rounded(half - 1 / (1 + exp(-1)), 4)),
    )
    one_sided = identity(
        "eq-ex-one-sided",
        -Sum(p_bins[m] * log(Sum(S[j] * exp(-(phi[j] + psi_row[m])), (j, 1, J))), (m, 1, M)),
        eq(
            -Sum(p_bins[m] * (log(Sum(S[j] * exp(-phi[j]), (j, 1, J))) - psi_row[m]), (m, 1, M)),
            "$e^{-\\psi_m}$ leaves the sum over $j$",
        ),
        eq(
            Sum(p_bins[m] * psi_row[m], (m, 1, M)) - log(Sum(S[j] * exp(-phi[j]), (j, 1, J))),
            "the $p_m$ sum to one",
        ),
    )
    gauss_squares = identity(
        "eq-ex-gauss-squares",
        K_GAUSS(sm.sqrt(x**2 + s), h),
        eq(exp(-s / (2 * h**2)) * K_GAUSS(x, h), "the square takes the root away"),
    )
    background_before = value(
        "eq-ex-background",
        quarter * (exp(-3) + exp(-4)) / (quarter * (exp(-3) + exp(-4)) + half * exp(-3)),
        eq((1 + exp(-1)) / (3 + exp(-1)), "divide by $\\frac{1}{4} e^{-3}$"),
        approx(Rounded((1 + exp(-1)) / (3 + exp(-1)), 4), "in numbers"),
    )
    background_after = value(
        "eq-ex-background-after",
        quarter * (1 + exp(-1)) / (quarter * (1 + exp(-1)) + half * exp(-3)),
        eq((1 + exp(-1)) / (1 + exp(-1) + 2 * exp(-3)), "divide by $\\frac{1}{4}$"),
        approx(Rounded((1 + exp(-1)) / (1 + exp(-1) + 2 * exp(-3)), 4), "in numbers"),
    )
    power = identity(
        "eq-ex-power",
        G(v + v_other),
        eq(-log(K(exp(v) * exp(v_other)) / K(1)), "what $G$ means"),
        eq(
            -log(Group(K(exp(v)) / K(1)) * Group(K(exp(v_other)) / K(1))),
            "the demand, over $K(1)^2$",
        ),
        eq(G(v) + G(v_other), "what $G$ means, twice"),
        rewrites=[
            (G(v + v_other), -log(K(exp(v) * exp(v_other)) / K(1))),
            (G(v), -log(K(exp(v)) / K(1))),
            (G(v_other), -log(K(exp(v_other)) / K(1))),
            (K(exp(v) * exp(v_other)), K(exp(v)) * K(exp(v_other)) / K(1)),
        ],
        realised={"K": lambda x: 0.7 * x**-1.3, "G": lambda v: 1.3 * v},
    )
