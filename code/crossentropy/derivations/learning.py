"""Letting the weights learn: one loss, its best weights, and three ways to walk there.

The page is ``chapters/learning.md``; its sections are the comments below.
"""

from importlib import import_module

import numpy as np
import sympy as sm
from checked_equations import (
    At,
    Diff,
    Group,
    Minimum,
    Rounded,
    Sum,
    approx,
    concept,
    counterexample,
    definition,
    derivative,
    distribution,
    entry,
    eq,
    ge,
    identity,
    inequality,
    labels,
    le,
    lt,
    real,
    unevaluated,
    value,
    vector,
)
from sympy import exp, log, tanh

from .entropy import log_bound
from .notation import (
    K_GAUSS,
    K_LAPLACE,
    KL,
    LSE,
    J,
    K_at,
    K_bins,
    L_q,
    M,
    S,
    eta,
    h,
    held,
    j,
    j_other,
    kappa,
    logistic,
    m,
    p_bins,
    r_bins,
    t,
    theta_bins,
    theta_mem,
    width,
    x,
    z_mem,
)

_density = import_module("crossentropy.density")
_density_loss = import_module("crossentropy.density_loss")
_softmax = import_module("crossentropy.softmax")

half = sm.Rational(1, 2)


def _dummy():
    return sm.Dummy("s", integer=True, positive=True)


# -- letters of this chapter -----------------------------------------------------------------------
omega = distribution(r"\omega", r"\omega", J, positive=True, apart="weights")  # any weights
omega_rival = distribution(r"\omega'", r"\omega'", J, positive=True, apart="weights")
z_rival = vector("z'", J, apart="memories")  # other logits, and the weights that they make
slack = vector("u", J, nonnegative=True, apart="gains")  # by what log G_j lies below the largest
largest = real(r"G_{\max}", 0)  # the largest gain
z_dot = vector(r"\dot z", J, apart="memories")  # how fast the logits move on a walk
r_any = distribution(r"\mathbf{R}", "r", M, J, rows=True, apart="any")  # any responsibilities
j_bins = labels("j", M, J)  # the one memory that reaches a bin
k_rows = distribution("K", "K", J, M, rows=True, apart="rows")  # kernels that sum to one
Lam = real(r"\Lambda", 0)  # a quarter of the range of the log-kernels


def _loss_of_weights(weights, K, p):
    m, j = _dummy(), _dummy()
    return Sum(-entry(p, m) * log(Sum(entry(weights, j) * entry(K, m, j), (j, 1, J))), (m, 1, M))


L_w = concept(  # the loss as a function of the weights
    "L",
    _loss_of_weights,
    library=lambda weights, K, p: _density_loss._loss(np.log(weights), np.log(K), p),
    kernel=lambda weights, K, p: (
        _density_loss._loss(np.log(weights), np.log(K), p) - np.log(weights.sum())
    ),
    shown=1,
)


def _gain(place, weights, K, p):
    m, j = _dummy(), _dummy()
    q = Sum(entry(weights, j) * entry(K, m, j), (j, 1, J))
    return Sum(entry(p, m) * entry(K, m, place) / q, (m, 1, M))


def _library_gain(place, weights, K, p):
    gains = import_module("crossentropy.learning").memory_gains
    return gains(np.log(weights), np.log(K), p)[int(place) - 1]


def _named_gain(symbol):
    return concept(
        symbol,
        _gain,
        library=_library_gain,
        kernel=lambda place, weights, K, p: (p / (K @ weights)) @ K[:, int(place) - 1],
        shown=1,
        brackets=("_{", "}"),
    )


GAIN, GAIN_RIVAL = _named_gain("G"), _named_gain("G'")


def gain(place, weights=omega):
    """Return G of a memory: how much higher it stands than the belief, on average."""
    named = GAIN_RIVAL if weights is omega_rival else GAIN
    return named(place, weights, K_bins, p_bins)


def q_of(weights):
    """Return the belief in the middle of bin m."""
    return Sum(weights[j] * K_bins[m, j], (j, 1, J))


def q_one(weights):
    """Return the belief at the one angle that is looked at."""
    return Sum(weights[j] * K_at[j], (j, 1, J))


def _new_weights(weights, K, p):
    return weights * (p / (K @ weights) @ K)


omega_new = distribution(  # what one step of EM makes of any weights
    r"\omega^{+}",
    r"\omega^{+}",
    J,
    formula=lambda j: omega[j] * gain(j),
    library=_new_weights,
    kernel=_new_weights,
    of=(omega, K_bins, p_bins),
    apart="weights",
)
rival_new = distribution(
    r"\omega'^{+}",
    r"\omega'^{+}",
    J,
    formula=lambda j: omega_rival[j] * gain(j, omega_rival),
    library=_new_weights,
    kernel=_new_weights,
    of=(omega_rival, K_bins, p_bins),
    apart="weights",
)


def _em_weights(z, K, p):
    step = import_module("crossentropy.learning").em_step
    return _softmax.softmax(step(z, np.log(K), p))


S_new = distribution(  # what one step of EM makes of the softmax weights
    "S^{+}",
    "S^{+}",
    J,
    formula=lambda j: Sum(p_bins[m] * r_bins[m, j], (m, 1, M)),
    library=_em_weights,
    kernel=lambda z, K, p: p @ _softmax._softmax(z + np.log(K)),
    of=(z_mem, K_bins, p_bins),
)


def _softmax_of(score):
    """Return the softmax of scores that are given as a function of the memory."""

    def share(j):
        other = _dummy()
        return exp(score(j)) / Sum(exp(score(other)), (other, 1, J))

    return share


S_rival = distribution(
    "S'",
    "S'",
    J,
    formula=_softmax_of(lambda j: z_rival[j]),
    library=_softmax.softmax,
    kernel=_softmax._softmax,
    of=(z_rival,),
)
S_walk = distribution(  # the weights after a walk of length t through the logits
    "S^{t}",
    "S^{t}",
    J,
    formula=_softmax_of(lambda j: z_mem[j] + t * z_dot[j]),
    library=lambda z, v, t: _softmax.softmax(z + t * v),
    kernel=lambda z, v, t: _softmax._softmax(z + t * v),
    of=(z_mem, z_dot, t),
)


def _walked_share(m, j):
    other = _dummy()
    everything = Sum(exp(z_mem[other] + t * z_dot[other]) * K_bins[m, other], (other, 1, J))
    return exp(z_mem[j] + t * z_dot[j]) * K_bins[m, j] / everything


r_walk = distribution(  # the responsibilities after the same walk
    r"\mathbf{R}^{t}",
    "r^{t}",
    M,
    J,
    rows=True,
    formula=_walked_share,
    library=lambda z, v, t, K: _softmax.softmax(z + t * v + np.log(K)),
    kernel=lambda z, v, t, K: _softmax._softmax(z + t * v + np.log(K)),
    of=(z_mem, z_dot, t, K_bins),
)


def variance(weights):
    """Return the variance of the speeds: mean of squares less square of the mean."""
    return Sum(weights(j) * z_dot[j] ** 2, (j, 1, J)) - Sum(weights(j) * z_dot[j], (j, 1, J)) ** 2


def spread(weights):
    """Return the same variance as a sum of squares."""
    centre = Sum(weights(j_other) * z_dot[j_other], (j_other, 1, J))
    return Sum(weights(j) * (z_dot[j] - centre) ** 2, (j, 1, J))


def room(weights):
    """Return what a variance lacks to half the squares, as squares; see eq-variance-room."""
    pairs = z_dot[j] + z_dot[j_other] - 2 * sm.KroneckerDelta(j, j_other) * z_dot[j]
    return half * Sum((1 - 2 * weights(j)) ** 2 * z_dot[j] ** 2, (j, 1, J)) + half * Sum(
        Sum(weights(j) * weights(j_other) * pairs**2, (j_other, 1, J)), (j, 1, J)
    )


# -- two memories and two bins, as numbers: each bin has four times as much of its own memory ----
def _pair(one, other):
    both = exp(one) + exp(other)
    return (
        -log((4 * exp(one) + exp(other)) / both) / 2 - log((exp(one) + 4 * exp(other)) / both) / 2
    )


def _numbers(one, other):
    table = np.log([[4.0, 1.0], [1.0, 4.0]])
    return float(_density_loss._loss(np.array([one, other]), table, np.array([0.5, 0.5])))


L_PAIR = concept("L", _pair, library=_numbers)


# -- positions and bandwidths ----
def _loss_of_places(kernel):
    def loss(theta, h, z, places, p):
        m, j = _dummy(), _dummy()
        body = kernel(entry(places, m) - entry(theta, j), h)
        share = _softmax_of(lambda j: entry(z, j))
        return Sum(-entry(p, m) * log(Sum(share(j) * body, (j, 1, J))), (m, 1, M))

    return loss


def _log_gauss(x, h):
    return -(x**2) / (2 * h**2) - np.log(h) - np.log(2 * np.pi) / 2


def _log_laplace(x, h):
    return -np.where(np.real(x) < 0, -x, x) / h - np.log(2 * h)


def _computed(log_kernel):
    return lambda theta, h, z, places, p: _density_loss._loss(
        z, log_kernel(places[:, None] - theta, h), p
    )


def _shares_of_places(log_kernel):
    return lambda theta, h, z, places: _softmax._softmax(z + log_kernel(places[:, None] - theta, h))


L_GAUSS = concept(
    r"L^{\mathrm{Gauss}}",
    _loss_of_places(K_GAUSS),
    library=_computed(lambda x, h: _density.Gaussian(h).log_density(x)),
    kernel=_computed(_log_gauss),
    shown=2,
)
L_LAPLACE = concept(
    r"L^{\mathrm{Laplace}}",
    _loss_of_places(K_LAPLACE),
    library=_computed(lambda x, h: _density.Laplace(h).log_density(x)),
    kernel=_computed(_log_laplace),
    shown=2,
)
L_BARE = concept(  # the Gaussian without its normaliser
    r"L^{\mathrm{bare}}",
    _loss_of_places(lambda x, h: exp(-(x**2) / (2 * h**2))),
    library=_computed(lambda x, h: -(x**2) / (2 * h**2)),
    kernel=_computed(lambda x, h: -(x**2) / (2 * h**2)),
    shown=2,
)


def _responsible(kernel):
    def share(m, j):
        other = _dummy()
        everything = Sum(
            exp(z_mem[other]) * kernel(theta_bins[m] - theta_mem[other], h), (other, 1, J)
        )
        return exp(z_mem[j]) * kernel(theta_bins[m] - theta_mem[j], h) / everything

    return share


r_gauss = distribution(
    r"\mathbf{R}",
    "r",
    M,
    J,
    rows=True,
    formula=_responsible(K_GAUSS),
    library=_shares_of_places(_log_gauss),
    kernel=_shares_of_places(_log_gauss),
    of=(theta_mem, h, z_mem, theta_bins),
    apart="Gauss",
)
r_laplace = distribution(
    r"\mathbf{R}",
    "r",
    M,
    J,
    rows=True,
    formula=_responsible(K_LAPLACE),
    library=_shares_of_places(_log_laplace),
    kernel=_shares_of_places(_log_laplace),
    of=(theta_mem, h, z_mem, theta_bins),
    apart="Laplace",
)
places = (theta_mem, h, z_mem, theta_bins, p_bins)


with unevaluated():
    # -- the best weights ---
    loss_of_weights = definition(
        "eq-loss-of-weights",
        L_w(omega, K_bins, p_bins),
        -Sum(p_bins[m] * log(q_of(omega)), (m, 1, M)),
    )
    mixed = t * q_one(omega) + (1 - t) * q_one(omega_rival)
    convex = inequality(
        "eq-weights-convex",
        -log(mixed),
        le(
            -t * log(q_one(omega)) - (1 - t) * log(q_one(omega_rival)),
            "{eq}`eq-log-bound` at $x$ = each of the two beliefs over the mixed one, with the "
            "weights $t$ and $1 - t$",
            proof=t * log_bound.instance({x: q_one(omega) / mixed})
            + (1 - t) * log_bound.instance({x: q_one(omega_rival) / mixed}),
            tight={omega_rival: omega},
        ),
    )
    gains = definition(
        "eq-gain", gain(held), Sum(p_bins[m] * (K_bins[m, held] / q_of(omega)), (m, 1, M))
    )
    move_weight = derivative(
        "eq-move-weight",
        At(
            Diff(
                -Sum(p_bins[m] * log((1 - t) * q_of(omega) + t * K_bins[m, held]), (m, 1, M)),
                t,
            ),
            t,
            0,
        ),
        eq(
            -Sum(p_bins[m] * ((K_bins[m, held] - q_of(omega)) / q_of(omega)), (m, 1, M)),
            "the derivative of $-\\log$, and what is inside moves from $q_m$ towards $K_{ml}$",
        ),
        eq(1 - gain(held), "{eq}`eq-gain`; the target sums to one"),
    )
    gain_mean = identity(
        "eq-gain-mean",
        Sum(omega[j] * gain(j), (j, 1, J)),
        eq(
            Sum(p_bins[m], (m, 1, M)),
            "sum over the memories first: $\\sum_j \\omega_j K_{mj}$ is the denominator",
        ),
        eq(1, "the target sums to one"),
    )
    best_weights = inequality(
        "eq-best-weights",
        L_w(omega_rival, K_bins, p_bins),
        ge(
            L_w(omega, K_bins, p_bins) + Sum(omega_rival[j] * (1 - gain(j)), (j, 1, J)),
            "{eq}`eq-log-bound` in each bin, at $x$ = the rival's belief over yours",
            proof=Sum(
                p_bins[m] * log_bound.instance({x: q_of(omega_rival) / q_of(omega)}), (m, 1, M)
            ),
            tight={omega_rival: omega},
        ),
    )

    # -- how far from the best ---
    ratio = q_of(omega_rival) / q_of(omega)
    mean_ratio = Sum(omega_rival[j] * gain(j), (j, 1, J))
    certificate = inequality(
        "eq-certificate",
        L_w(omega, K_bins, p_bins) - L_w(omega_rival, K_bins, p_bins),
        eq(Sum(p_bins[m] * log(ratio), (m, 1, M)), "a difference of logarithms"),
        le(
            log(Sum(p_bins[m] * ratio, (m, 1, M))),
            "{eq}`eq-jensen`: the mean of logarithms is at most the logarithm of the mean",
            proof=Sum(p_bins[m] * log_bound.instance({x: ratio / mean_ratio}), (m, 1, M)),
            tight={omega_rival: omega},
        ),
        eq(log(mean_ratio), "sum over the bins first: {eq}`eq-gain`"),
    )
    below = Sum(omega_rival[j] * exp(-slack[j]), (j, 1, J))
    certificate_top = inequality(
        "eq-certificate-top",
        log(Sum(omega_rival[j] * (largest * exp(-slack[j])), (j, 1, J))),
        le(
            log(largest),
            "a mean is at most the largest; equality when all gains are the same",
            proof=log_bound.instance({x: below})
            + Sum(
                omega_rival[j]
                * exp(-slack[j])
                * (log_bound.instance({x: exp(slack[j])}) + slack[j]),
                (j, 1, J),
            ),
            tight={slack: lambda j: sm.Integer(0)},
        ),
    )
    by_hand = value(
        "eq-certificate-example",
        -half * log(5) - (-half * log(8)),
        eq(half * log(sm.Rational(8, 5)), "the difference of two logarithms"),
        lt(
            log(sm.Rational(13, 10)),
            "$0.2350 < 0.2624$: $\\frac85 < \\left(\\frac{13}{10}\\right)^2$",
        ),
    )

    # -- not a bowl ---
    not_convex = counterexample(
        "eq-not-convex",
        half * L_PAIR(log(2), 0) + half * L_PAIR(log(32), 0),
        eq(
            -sm.Rational(1, 4) * log(6) - sm.Rational(1, 4) * log(sm.Rational(516, 121)),
            "the two beliefs are $3$ and $2$, then $\\frac{129}{33}$ and $\\frac{36}{33}$",
        ),
        lt(-half * log(sm.Rational(44, 9)), "$-0.8105 < -0.7935$"),
        eq(L_PAIR(log(8), 0), "the two beliefs are $\\frac{11}{3}$ and $\\frac43$"),
    )
    stationary = inequality(
        "eq-stationary-is-best",
        L_q(z_rival, K_bins, p_bins),
        ge(
            L_q(z_mem, K_bins, p_bins) + Sum(S_rival[j] / S[j] * (S[j] - S_new[j]), (j, 1, J)),
            "{eq}`eq-best-weights` for the weights $S$ and $S'$",
            proof=Sum(p_bins[m] * log_bound.instance({x: q_of(S_rival) / q_of(S)}), (m, 1, M)),
            tight={z_rival: lambda j: z_mem[j]},
        ),
    )

    # -- old minus new ---
    em_step = identity(
        "eq-em-step",
        S_new[held],
        eq(Sum(p_bins[m] * r_bins[m, held], (m, 1, M)), "the mean over the target"),
        eq(S[held] * gain(held, S), "$r_{ml} = S_l K_{ml} / q_m$, and {eq}`eq-gain`"),
    )
    old_minus_new = derivative(
        "eq-old-minus-new",
        Diff(L_q(z_mem, K_bins, p_bins), z_mem[held]),
        eq(S[held] - Sum(p_bins[m] * r_bins[m, held], (m, 1, M)), "{eq}`eq-bins-slope`"),
        eq(S[held] - S_new[held], "{eq}`eq-em-step`"),
        eq(S[held] * (1 - gain(held, S)), "{eq}`eq-em-step` once more"),
    )
    em_logits = identity(
        "eq-em-logits",
        exp(z_mem[held] + log(gain(held, S))) / Sum(exp(z_mem[j] + log(gain(j, S))), (j, 1, J)),
        eq(
            S[held] * gain(held, S) / Sum(S[j] * gain(j, S), (j, 1, J)),
            "$e^{\\log G} = G$; divide above and below by $\\sum_{j'} e^{z_{j'}}$",
        ),
        eq(S_new[held], "{eq}`eq-gain-mean`: the denominator is $1$"),
    )
    eg_step = identity(
        "eq-eg-step",
        exp(z_mem[held] + eta * (gain(held, S) - 1))
        / Sum(exp(z_mem[j] + eta * (gain(j, S) - 1)), (j, 1, J)),
        eq(
            S[held] * exp(eta * gain(held, S)) / Sum(S[j] * exp(eta * gain(j, S)), (j, 1, J)),
            "$e^{-\\eta}$ and $\\sum_{j'} e^{z_{j'}}$ cancel",
        ),
    )
    descent_step = identity(
        "eq-descent-step",
        z_mem[held] - eta * (S[held] - S_new[held]),
        eq(z_mem[held] + eta * (S[held] * (gain(held, S) - 1)), "{eq}`eq-old-minus-new`"),
    )
    below_eg = inequality(
        "eq-em-below-eg",
        log(gain(held)),
        le(
            gain(held) - 1,
            "{eq}`eq-log-bound` at $x = G_l$",
            proof=log_bound.instance({x: gain(held)}),
            tight={K_bins: lambda *place: sm.Integer(1)},
        ),
    )

    # -- what a step promises ---
    em_descends = inequality(
        "eq-em-descends",
        L_w(omega, K_bins, p_bins) - L_w(omega_new, K_bins, p_bins),
        ge(
            KL(omega_new, omega),
            "{eq}`eq-jensen` in each bin, with the responsibilities as weights",
            proof=Sum(
                p_bins[m]
                * Sum(
                    omega[j]
                    * K_bins[m, j]
                    / q_of(omega)
                    * log_bound.instance(
                        {
                            x: gain(j)
                            * q_of(omega)
                            / Sum(omega_new[j_other] * K_bins[m, j_other], (j_other, 1, J))
                        }
                    ),
                    (j, 1, J),
                ),
                (m, 1, M),
            ),
            tight={K_bins: lambda *place: sm.Integer(1)},
        ),
    )
    em_example = value(
        "eq-em-example",
        -half * log(5) - (-half * log(sm.Rational(59, 10))),
        eq(half * log(sm.Rational(59, 50)), "the difference of two logarithms"),
        approx(
            Rounded(half * log(sm.Rational(59, 50)), 4),
            "and $\\operatorname{KL}(S^{+} \\,\\Vert\\, S) = 0.0457$",
        ),
    )
    walk_bend = derivative(
        "eq-mixture-bend",
        Diff(
            Sum((S_walk[j] - Sum(p_bins[m] * r_walk[m, j], (m, 1, M))) * z_dot[j], (j, 1, J)),
            t,
        ),
        eq(
            variance(lambda j: S_walk[j])
            - Sum(p_bins[m] * (variance(lambda j: r_walk[m, j])), (m, 1, M)),
            "{eq}`eq-walk-bend` for each of the two softmaxes",
        ),
    )
    bend_between = inequality(
        "eq-bend-between",
        -half * Sum(z_dot[j] ** 2, (j, 1, J)),
        le(
            variance(lambda j: omega[j])
            - Sum(p_bins[m] * (variance(lambda j: r_any[m, j])), (m, 1, M)),
            "a variance is at least $0$, and {eq}`eq-variance-bound` in each bin",
            proof=spread(lambda j: omega[j])
            + Sum(p_bins[m] * room(lambda j: r_any[m, j]), (m, 1, M)),
            tight={z_dot: lambda j: sm.Integer(0)},
        ),
        le(
            half * Sum(z_dot[j] ** 2, (j, 1, J)),
            "{eq}`eq-variance-bound`, and a variance is at least $0$",
            proof=room(lambda j: omega[j])
            + Sum(p_bins[m] * spread(lambda j: r_any[m, j]), (m, 1, M)),
            tight={z_dot: lambda j: sm.Integer(0)},
        ),
    )
    descent = inequality(
        "eq-mixture-descent",
        L_q(z_mem + t * z_dot, K_bins, p_bins),
        le(
            L_q(z_mem, K_bins, p_bins)
            + t * Sum((S[j] - S_new[j]) * z_dot[j], (j, 1, J))
            + t**2 / 4 * Sum(z_dot[j] ** 2, (j, 1, J)),
            "the gap is zero and level at $t = 0$, and it bends upwards by {eq}`eq-bend-between`",
            proof=Minimum(
                t,
                0,
                bend=room(lambda j: S_walk[j])
                + Sum(p_bins[m] * spread(lambda j: r_walk[m, j]), (m, 1, M)),
            ),
            tight={t: 0},
        ),
    )
    below_four = inequality(
        "eq-step-below-four",
        L_q(z_mem - eta * (S - S_new), K_bins, p_bins),
        le(
            L_q(z_mem, K_bins, p_bins)
            - eta * (1 - eta / 4) * Sum((S[j] - S_new[j]) ** 2, (j, 1, J)),
            "{eq}`eq-mixture-descent` with $t = 1$ and $\\dot z = -\\eta (S - S^{+})$",
            proof=descent.instance({t: 1, z_dot: lambda j: -eta * (S[j] - S_new[j])}),
            tight={K_bins: lambda *place: sm.Integer(1)},
        ),
    )

    # -- positions and bandwidth ---
    offset = theta_bins[m] - theta_mem[held]
    position_gauss = derivative(
        "eq-position-slope",
        Diff(L_GAUSS(*places), theta_mem[held]),
        eq(
            -Sum(p_bins[m] * r_gauss[m, held] * (offset / h**2), (m, 1, M)),
            "only memory $l$ moves: its kernel rises at the rate {eq}`eq-log-slope-gauss`",
        ),
        eq(
            (
                Sum(p_bins[m] * r_gauss[m, held], (m, 1, M)) * theta_mem[held]
                - Sum(p_bins[m] * r_gauss[m, held] * theta_bins[m], (m, 1, M))
            )
            / h**2,
            "split the difference",
        ),
    )
    position_laplace = derivative(
        "eq-position-slope-laplace",
        Diff(L_LAPLACE(*places), theta_mem[held]),
        eq(
            -(1 / h) * Sum(p_bins[m] * r_laplace[m, held] * sm.sign(offset), (m, 1, M)),
            "the same with {eq}`eq-log-slope-laplace`, away from the kink",
        ),
    )
    distance = theta_bins[m] - theta_mem[j]
    bandwidth_gauss = derivative(
        "eq-bandwidth-slope",
        Diff(L_GAUSS(*places), h),
        eq(
            1 / h
            - 1 / h**3 * Sum(p_bins[m] * Sum(r_gauss[m, j] * distance**2, (j, 1, J)), (m, 1, M)),
            "$\\log K$ holds $-\\log h$ and $-(\\theta_m - \\theta_j)^2 / (2 h^2)$",
        ),
    )
    bandwidth_laplace = derivative(
        "eq-bandwidth-slope-laplace",
        Diff(L_LAPLACE(*places), h),
        eq(
            1 / h
            - 1
            / h**2
            * Sum(p_bins[m] * Sum(r_laplace[m, j] * sm.Abs(distance), (j, 1, J)), (m, 1, M)),
            "$\\log K$ holds $-\\log h$ and $-\\lvert \\theta_m - \\theta_j \\rvert / h$",
        ),
    )
    no_normaliser = derivative(
        "eq-no-normaliser",
        Diff(L_BARE(*places), h),
        eq(
            -(1 / h**3) * Sum(p_bins[m] * Sum(r_gauss[m, j] * distance**2, (j, 1, J)), (m, 1, M)),
            "the responsibilities are the same, and $1 / h$ is gone",
        ),
    )

    # -- the geometry of the steps (star) ---
    natural = identity(
        "eq-natural",
        Sum(
            S[held] * (sm.KroneckerDelta(held, j) - S[j]) * (1 - gain(j, S)),
            (j, 1, J),
        ),
        eq(
            S[held] * (1 - gain(held, S)) - S[held] * (1 - Sum(S[j] * gain(j, S), (j, 1, J))),
            "the part with $\\delta_{lj}$, and the part without",
        ),
        eq(S[held] - S_new[held], "{eq}`eq-gain-mean`, then {eq}`eq-em-step`"),
    )
    bregman = identity(
        "eq-bregman",
        LSE(z_rival) - LSE(z_mem) - Sum(S[j] * (z_rival[j] - z_mem[j]), (j, 1, J)),
        eq(
            Sum(S[j] * ((z_mem[j] - LSE(z_mem)) - (z_rival[j] - LSE(z_rival))), (j, 1, J)),
            "the weights sum to one",
        ),
        eq(KL(S, S_rival), "{eq}`eq-log-softmax` twice"),
    )
    mirror = derivative(
        "eq-mirror-descent",
        Diff(Sum((S[j] - S_new[j]) * z_rival[j], (j, 1, J)) + KL(S, S_rival), z_rival[held]),
        eq(
            (S[held] - S_new[held]) + (S_rival[held] - S[held]),
            "{eq}`eq-bregman`, and the slope of $\\operatorname{LSE}$ is the softmax",
        ),
        eq(S_rival[held] - S_new[held], "$S_l$ cancels"),
    )
    progress = inequality(
        "eq-em-progress",
        L_w(omega, K_bins, p_bins) - L_w(omega_rival, K_bins, p_bins),
        le(
            Sum(rival_new[j] * log(gain(j) / gain(j, omega_rival)), (j, 1, J)),
            "{eq}`eq-log-bound` at $G'_j q'_m / (G_j q_m)$, weighted with $p_m r'_{mj}$; "
            "the weighted mean of these numbers is $\\sum_j \\omega'_j G'_j = 1$",
            proof=Sum(
                p_bins[m]
                * Sum(
                    omega_rival[j]
                    * K_bins[m, j]
                    / q_of(omega_rival)
                    * log_bound.instance(
                        {x: gain(j, omega_rival) / gain(j) * q_of(omega_rival) / q_of(omega)}
                    ),
                    (j, 1, J),
                ),
                (m, 1, M),
            ),
            tight={omega_rival: omega},
        ),
    )
    A, T = exp(2 * Lam), exp(kappa)
    tanh_bound = inequality(
        "eq-tanh-bound",
        logistic(kappa + 2 * Lam) - logistic(kappa - 2 * Lam),
        le(
            tanh(Lam),
            "largest in the middle, at $\\kappa = 0$",
            proof=(log_bound.instance({x: A}) + 2 * Lam)
            * A
            * (1 - T) ** 2
            / ((A + 1) * (1 + T * A) * (T + A)),
            tight={kappa: 0},
        ),
    )

    # -- kinship (star) ---
    attention = identity(
        "eq-attention",
        S[held]
        * K_LAPLACE(theta_bins[m] - theta_mem[held], 1 / x)
        / Sum(S[j] * K_LAPLACE(theta_bins[m] - theta_mem[j], 1 / x), (j, 1, J)),
        eq(
            exp(z_mem[held] - x * sm.Abs(theta_bins[m] - theta_mem[held]))
            / Sum(exp(z_mem[j] - x * sm.Abs(theta_bins[m] - theta_mem[j])), (j, 1, J)),
            "the normaliser of the kernel and that of $S$ cancel",
        ),
    )

    # -- exercises ---
    ex_gains = value(
        "eq-ex-gains",
        half * Group(3 / sm.Integer(2)) + half * (1 / (sm.Integer(3) / 2)),
        eq(sm.Rational(13, 12), "$\\frac34 + \\frac13$"),
    )
    ex_two = value(
        "eq-ex-two-memories",
        sm.Rational(3, 4) * (4 / (sm.Integer(15) / 4))
        + sm.Rational(1, 4) * (1 / (sm.Integer(5) / 4)),
        eq(sm.Rational(4, 5) + sm.Rational(1, 5), "each quotient"),
        eq(1, "five fifths"),
    )
    ex_labels = identity(
        "eq-ex-labels",
        S[held] * Sum(p_bins[m] * (sm.KroneckerDelta(held, j_bins[m]) / S[j_bins[m]]), (m, 1, M)),
        eq(
            Sum(p_bins[m] * sm.KroneckerDelta(held, j_bins[m]), (m, 1, M)),
            "where $\\delta$ is not zero, $j_m = l$, and $S_l$ cancels",
        ),
    )
    ex_truth = identity(
        "eq-ex-truth",
        Sum(
            Group(Sum(omega[j] * k_rows[j, m], (j, 1, J)))
            * (k_rows[held, m] / Sum(omega[j] * k_rows[j, m], (j, 1, J))),
            (m, 1, M),
        ),
        eq(Sum(k_rows[held, m], (m, 1, M)), "the target is the denominator"),
        eq(1, "the kernel of a memory sums to one over the bins"),
    )
    ex_corner = identity(
        "eq-ex-corner",
        Sum(
            p_bins[m]
            * exp(-(theta_bins[m] - theta_mem[held]) / h + (theta_bins[m] - theta_mem[1]) / h),
            (m, 1, M),
        ),
        eq(
            Sum(p_bins[m] * exp(-(theta_mem[1] - theta_mem[held]) / h), (m, 1, M)),
            "$\\theta_m$ cancels in every bin",
        ),
        eq(exp(-(theta_mem[1] - theta_mem[held]) / h), "the target sums to one"),
    )
    ex_border = derivative(
        "eq-ex-border",
        At(Diff(kappa - eta * (exp(kappa) / (exp(kappa) + exp(-kappa)) - half), kappa), kappa, 0),
        eq(1 - eta / 2, "the fraction has slope $\\frac12$ there"),
    )
    ex_width = derivative(
        "eq-ex-width",
        Diff(log(2 * h) + width / (4 * h), h),
        eq(1 / h - width / (4 * h**2), "term by term"),
        eq((4 * h - width) / (4 * h**2), "one denominator"),
    )
    ex_steps = value(
        "eq-ex-steps",
        log(1000) / sm.Rational(1, 100),
        eq(300 * log(10), "$1000 = 10^3$"),
        approx(Rounded(300 * log(10), 1), "so $T = 690$ will do"),
    )
