"""Letting the weights learn: one loss, its best weights, and three ways to walk there.

The page is ``chapters/learning.md``; its sections are the comments below.
"""

import sympy as sm
from checked_equations import (
    At,
    Diff,
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
from sympy import exp, log

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
    logistic,
    m,
    p_bins,
    r_bins,
    t,
    theta_bins,
    theta_mem,
    x,
    z_mem,
)

half = sm.Rational(1, 2)


def _dummy():
    return sm.Dummy("s", integer=True, positive=True)


# -- letters of this chapter -----------------------------------------------------------------------
omega = distribution(
    r"\omega", r"\omega", J, positive=True, apart="weights"
)  # any weights of the memories
omega_rival = distribution(r"\omega'", r"\omega'", J, positive=True, apart="weights")  # other ones
z_rival = vector("z'", J, apart="memories")  # other logits
slack = vector("u", J, nonnegative=True)  # how far the logarithm of a gain lies below the largest
gamma = real(r"\gamma", 0)  # the largest gain
z_dot = vector(r"\dot z", J, apart="memories")  # how fast the logits move on a walk


def _loss_of_weights(weights, K, p):
    m, j = _dummy(), _dummy()
    return Sum(-entry(p, m) * log(Sum(entry(weights, j) * entry(K, m, j), (j, 1, J))), (m, 1, M))


L_w = concept("L", _loss_of_weights, shown=1)


def _gain(place, weights, K, p):
    m, j = _dummy(), _dummy()
    q = Sum(entry(weights, j) * entry(K, m, j), (j, 1, J))
    return Sum(entry(p, m) * entry(K, m, place) / q, (m, 1, M))


GAIN = concept("G", _gain, shown=1, brackets=("_{", "}"))


def gain(place, weights=omega):
    """Return G of a memory: how much higher it stands than the belief, on average."""
    return GAIN(place, weights, K_bins, p_bins)


def q_of(weights):
    """Return the belief in the middle of bin m as a sum over the memories."""
    return Sum(weights[j] * K_bins[m, j], (j, 1, J))


def q_one(weights):
    """Return the belief at the one angle that is looked at."""
    return Sum(weights[j] * K_at[j], (j, 1, J))


omega_new = distribution(  # what one step of EM makes of any weights
    r"\omega^{+}", r"\omega^{+}", J, formula=lambda j: omega[j] * gain(j)
)
rival_new = distribution(
    r"\omega'^{+}", r"\omega'^{+}", J, formula=lambda j: omega_rival[j] * gain(j, omega_rival)
)
S_new = distribution(
    "S^{+}", "S^{+}", J, formula=lambda j: Sum(p_bins[m] * r_bins[m, j], (m, 1, M))
)


def _rival_share(j):
    other = _dummy()
    return exp(z_rival[j]) / Sum(exp(z_rival[other]), (other, 1, J))


S_rival = distribution(
    "S'", "S'", J,
    formula=_rival_share,
)  # fmt: skip


def _walked(j):
    other = _dummy()
    return exp(z_mem[j] + t * z_dot[j]) / Sum(exp(z_mem[other] + t * z_dot[other]), (other, 1, J))


S_walk = distribution("S^{t}", "S^{t}", J, formula=_walked)


def _walked_share(m, j):
    other = _dummy()
    everything = Sum(exp(z_mem[other] + t * z_dot[other]) * K_bins[m, other], (other, 1, J))
    return exp(z_mem[j] + t * z_dot[j]) * K_bins[m, j] / everything


r_walk = distribution("r^{t}", "r^{t}", M, J, rows=True, formula=_walked_share)


def mean(weights, values):
    return Sum(weights(j) * values(j), (j, 1, J))


def variance(weights):
    return Sum(weights(j) * z_dot[j] ** 2, (j, 1, J)) - Sum(weights(j) * z_dot[j], (j, 1, J)) ** 2


def spread(weights):
    """The same variance as a sum of squares."""
    centre = Sum(weights(j_other) * z_dot[j_other], (j_other, 1, J))
    return Sum(weights(j) * (z_dot[j] - centre) ** 2, (j, 1, J))


def room(weights):
    """What a variance lacks to half the squares, as squares; see eq-variance-room."""
    pairs = z_dot[j] + z_dot[j_other] - 2 * sm.KroneckerDelta(j, j_other) * z_dot[j]
    return half * Sum((1 - 2 * weights(j)) ** 2 * z_dot[j] ** 2, (j, 1, J)) + half * Sum(
        Sum(weights(j) * weights(j_other) * pairs**2, (j_other, 1, J)), (j, 1, J)
    )


with unevaluated():
    # -- best weights ---
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
            "",
            proof=t * log_bound.instance({x: q_one(omega) / mixed})
            + (1 - t) * log_bound.instance({x: q_one(omega_rival) / mixed}),
            tight={omega_rival: omega},
        ),
    )
    gains = definition(
        "eq-gain", gain(held), Sum(p_bins[m] * (K_bins[m, held] / q_of(omega)), (m, 1, M))
    )
    moving = derivative(
        "eq-move-weight",
        At(
            Diff(-Sum(p_bins[m] * log((1 - t) * q_of(omega) + t * K_bins[m, held]), (m, 1, M)), t),
            t,
            0,
        ),
        eq(-Sum(p_bins[m] * ((K_bins[m, held] - q_of(omega)) / q_of(omega)), (m, 1, M)), ""),
        eq(1 - gain(held), ""),
    )
    gain_mean = identity(
        "eq-gain-mean",
        Sum(omega[j] * gain(j), (j, 1, J)),
        eq(Sum(p_bins[m], (m, 1, M)), ""),
        eq(1, ""),
    )
    best = inequality(
        "eq-best-weights",
        L_w(omega_rival, K_bins, p_bins),
        ge(
            L_w(omega, K_bins, p_bins) + Sum(omega_rival[j] * (1 - gain(j)), (j, 1, J)),
            "",
            proof=Sum(
                p_bins[m] * log_bound.instance({x: q_of(omega_rival) / q_of(omega)}), (m, 1, M)
            ),
            tight={omega_rival: omega},
        ),
    )
    ratio = q_of(omega_rival) / q_of(omega)
    mean_ratio = Sum(omega_rival[j] * gain(j), (j, 1, J))
    certificate = inequality(
        "eq-certificate",
        L_w(omega, K_bins, p_bins) - L_w(omega_rival, K_bins, p_bins),
        eq(Sum(p_bins[m] * log(ratio), (m, 1, M)), ""),
        le(
            log(Sum(p_bins[m] * ratio, (m, 1, M))),
            "",
            proof=Sum(p_bins[m] * log_bound.instance({x: ratio / mean_ratio}), (m, 1, M)),
            tight={omega_rival: omega},
        ),
        eq(log(mean_ratio), ""),
    )
    below = Sum(omega_rival[j] * exp(-slack[j]), (j, 1, J))
    certificate_top = inequality(
        "eq-certificate-top",
        log(Sum(omega_rival[j] * (gamma * exp(-slack[j])), (j, 1, J))),
        le(
            log(gamma),
            "",
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
    # -- em ---
    new = identity(
        "eq-em-step",
        S_new[held],
        eq(Sum(p_bins[m] * r_bins[m, held], (m, 1, M)), ""),
        eq(S[held] * gain(held, S), ""),
    )
    omn = derivative(
        "eq-old-minus-new",
        Diff(L_q(z_mem, K_bins, p_bins), z_mem[held]),
        eq(S[held] - Sum(p_bins[m] * r_bins[m, held], (m, 1, M)), ""),
        eq(S[held] - S_new[held], ""),
        eq(S[held] * (1 - gain(held, S)), ""),
    )
    stationary = inequality(
        "eq-stationary-is-best",
        L_q(z_rival, K_bins, p_bins),
        ge(
            L_q(z_mem, K_bins, p_bins) + Sum(S_rival[j] / S[j] * (S[j] - S_new[j]), (j, 1, J)),
            "",
            proof=Sum(p_bins[m] * log_bound.instance({x: q_of(S_rival) / q_of(S)}), (m, 1, M)),
            tight={z_rival: lambda j: z_mem[j]},
        ),
    )
    em_descends = inequality(
        "eq-em-descends",
        L_w(omega, K_bins, p_bins) - L_w(omega_new, K_bins, p_bins),
        ge(
            KL(omega_new, omega),
            "",
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
    em_exponent = identity(
        "eq-em-exponent",
        exp(z_mem[held] + log(gain(held, S))) / Sum(exp(z_mem[j] + log(gain(j, S))), (j, 1, J)),
        eq(S[held] * gain(held, S) / Sum(S[j] * gain(j, S), (j, 1, J)), ""),
        eq(S_new[held], ""),
    )
    # -- bend ---
    bend = derivative(
        "eq-mixture-bend",
        Diff(Sum((S_walk[j] - Sum(p_bins[m] * r_walk[m, j], (m, 1, M))) * z_dot[j], (j, 1, J)), t),
        eq(
            variance(lambda j: S_walk[j])
            - Sum(p_bins[m] * (variance(lambda j: r_walk[m, j])), (m, 1, M)),
            "",
        ),
    )
    descent = inequality(
        "eq-mixture-descent",
        L_q(z_mem + t * z_dot, K_bins, p_bins),
        le(
            L_q(z_mem, K_bins, p_bins)
            + t * Sum((S[j] - S_new[j]) * z_dot[j], (j, 1, J))
            + t**2 / 4 * Sum(z_dot[j] ** 2, (j, 1, J)),
            "",
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
            "",
            proof=descent.instance({t: 1, z_dot: lambda j: -eta * (S[j] - S_new[j])}),
            tight={K_bins: lambda *place: sm.Integer(1)},
        ),
    )
    progress = inequality(
        "eq-em-progress",
        L_w(omega, K_bins, p_bins) - L_w(omega_rival, K_bins, p_bins),
        le(
            Sum(rival_new[j] * log(gain(j) / gain(j, omega_rival)), (j, 1, J)),
            "",
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
