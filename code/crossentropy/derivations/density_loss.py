"""The loss of a kernel density with softmax weights, and its gradient: prior minus responsibility.

The page is ``chapters/density_loss.md``; its sections are the comments below.
"""

from importlib import import_module

import numpy as np
import sympy as sm
from checked_equations import (
    Diff,
    Group,
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
    gt,
    identity,
    index,
    inequality,
    labels,
    le,
    limit,
    lt,
    real,
    unevaluated,
    value,
    vector,
)
from sympy import exp, log

from .entropy import integral, log_bound
from .notation import (
    LSE,
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
    j_other,
    left,
    logistic,
    m,
    p_bins,
    q_at,
    r,
    r_bins,
    right,
    theta_mem,
    theta_one,
    x,
    z_mem,
)

_softmax = import_module("crossentropy.softmax")

half = sm.Rational(1, 2)
quarter = sm.Rational(1, 4)

# -- letters of this chapter -----------------------------------------------------------------------
lead = real("t")  # how many points the first of two memories is ahead
psi = real(r"\psi")  # what the angle adds to that: the log-ratio of the two kernels
K_two = real("K_{2}", 0)  # the kernel of the second memory at the angle
held_other = index("l'", J)  # a second memory held fixed
kappa = real(r"\kappa", 0)  # how high a hat is
# The memories whose hat covers the angle: 1 or 0 for each. (What is said of them holds for any
# numbers, and is checked for any.)
hits = vector("A", J, positive=True)
q_of = sm.Function("q", positive=True)  # a belief as a density, whatever it is made of
gap = real(r"\Delta", 0)  # the width of a bin
hat_belief = real("u", 0)  # the belief at an angle that fewer and fewer hats cover
offset = real("u")  # how far an angle lies from the middle of its bin, of the interval
q_given = vector("q", M, positive=True, apart="bins")  # the belief at each bin, as numbers
CERTAIN = distribution(  # a target with everything in the first bin
    "O", "o", M, formula=lambda m: sm.KroneckerDelta(m, 1), apart="bins"
)


def _dummy():
    return sm.Dummy("s", integer=True, positive=True)


def _is_covered(j, A):
    return A[j]


LSE_K = concept(  # log-sum-exp of the logits once the kernels have spoken
    r"\operatorname{LSE}",
    lambda z, K: log(Sum(exp(z[j] + log(K[j])), (j, 1, J))),
    library=lambda z, K: _softmax.log_sum_exp(z + np.log(K)),
    kernel=lambda z, K: _softmax._log_sum_exp(z + np.log(K)),
    separator=r" + \log ",
)
covers = concept(
    r"\mathbf{1}",
    _is_covered,
    library=lambda j, A: float(A[j - 1]),
    brackets=("[", "]"),
    separator=r" \in ",
)


def _sum_of_matches(A, z):
    one = _dummy()
    everything = Sum(exp(entry(z, j_other)), (j_other, 1, J))
    return Sum(exp(entry(z, one)) / everything * _is_covered(one, A), (one, 1, J))


S_of = concept(  # S(A): what the memories that match have together
    "S",
    _sum_of_matches,
    library=lambda A, z: float(_softmax.softmax(z) @ A),
    kernel=lambda A, z: (_softmax._softmax(z) * A).sum(),
    shown=1,
)


def _belief_at_bin(m, z, K):
    one = _dummy()
    everything = Sum(exp(entry(z, j_other)), (j_other, 1, J))
    return Sum(exp(entry(z, one)) * entry(K, m, one), (one, 1, J)) / everything


def _belief_of_bins(m, z, K):
    return (K[m - 1] * _softmax._softmax(z)).sum()


q_bin = concept(  # the belief as a density, at bin m
    "q",
    _belief_at_bin,
    library=_belief_of_bins,
    kernel=_belief_of_bins,
    brackets=(r"(\theta_{", "})"),
    shown=1,
)


def share(*weights):
    """Return the first share of weights, written out."""
    return weights[0] / sm.Add(*weights, evaluate=False)


with unevaluated():
    mixed = logistic(lead) * exp(psi) + 1 - logistic(lead)

    # -- two memories and one angle ---
    two_memories = derivative(
        "eq-two-memories",
        Diff(-log(logistic(lead) * exp(psi) * K_two + (1 - logistic(lead)) * K_two), lead),
        eq(
            Diff(-log(mixed), lead),
            "$K_2$ leaves the logarithm as $-\\log K_2$, which does not move",
        ),
        eq(
            -(logistic(lead) * (1 - logistic(lead)) * (exp(psi) - 1) / mixed),
            "chain rule; the slope of $\\sigma$ is $\\sigma (1 - \\sigma)$, "
            "{eq}`eq-softmax-jacobian` for two",
        ),
        eq(
            logistic(lead) - logistic(lead) * exp(psi) / mixed,
            "over a common denominator this is the line above",
        ),
        eq(
            logistic(lead) - logistic(lead + psi),
            "divide above and below by $\\sigma(t) e^{\\psi}$: "
            "$(1 - \\sigma(t)) / \\sigma(t) = e^{-t}$",
        ),
    )
    two_by_hand = value(
        "eq-two-memories-by-hand",
        logistic(0) - logistic(log(3)),
        eq(half - sm.Rational(3, 4), "odds of $1 : 1$ before the shot, of $3 : 1$ after it"),
        eq(-quarter, "a slope for memory 1, and the opposite for memory 2"),
    )
    two_label = limit(
        "eq-two-memories-label",
        sm.Limit(logistic(lead) - logistic(lead + psi), psi, sm.oo),
        eq(logistic(lead) - 1, "$e^{-\\psi}$ vanishes: the second memory cannot have done it"),
    )

    # -- what a shot costs, what an interval costs ---
    one_bin_loss = definition(
        "eq-one-bin-loss", ell_q(z_mem, K_at), -log(Sum(S[j] * K_at[j], (j, 1, J)))
    )
    width_of = right - left
    interval_loss = identity(
        "eq-interval-loss",
        -(1 / width_of) * integral(log(q_of(theta_one)), (theta_one, left, right)),
        eq(
            log(width_of)
            + 1
            / width_of
            * integral(log(1 / width_of / q_of(theta_one)), (theta_one, left, right)),
            "multiply and divide by the height $1 / (b - a)$ of the target; the part with "
            "$\\log (b - a)$ does not depend on $\\theta$",
        ),
        realised={"q": lambda angle: 0.5 + 0.001 * float(angle)},
    )
    bins_loss = definition(
        "eq-bins-loss",
        L_q(z_mem, K_bins, p_bins),
        -Sum(p_bins[m] * log(q_bin(m, z_mem, K_bins)), (m, 1, M)),
    )

    # -- prior minus responsibility ---
    exps = Sum(exp(z_mem[j_other]), (j_other, 1, J))
    one_bin_slope = derivative(
        "eq-one-bin-slope",
        Diff(ell_q(z_mem, K_at), z_mem[held]),
        eq(
            -(1 / q_at(z_mem, K_at)) * Sum(K_at[j] * Diff(S[j], z_mem[held]), (j, 1, J)),
            "chain rule: $-\\log$ has slope $-1 / q$, and $z_l$ moves every $S_j$",
        ),
        eq(
            -(1 / q_at(z_mem, K_at))
            * Sum(K_at[j] * Group(S[j] * (sm.KroneckerDelta(j, held) - S[held])), (j, 1, J)),
            "{eq}`eq-softmax-jacobian`",
        ),
        eq(
            -(S[held] * K_at[held] / q_at(z_mem, K_at))
            + S[held] / q_at(z_mem, K_at) * Sum(S[j] * K_at[j], (j, 1, J)),
            "in the first part only $j = l$ is left; in the second, $S_l$ does not depend on $j$",
        ),
        eq(
            S[held] - r[held],
            "the sum is $q(\\theta)$ and cancels; the first part is $r_l$, {eq}`eq-responsibility`",
        ),
    )
    one_bin_split = identity(
        "eq-one-bin-split",
        ell_q(z_mem, K_at),
        eq(
            -log(Sum(exp(z_mem[j]) / exps * K_at[j], (j, 1, J))),
            "{eq}`eq-one-bin-loss`, with the softmax written out",
        ),
        eq(
            log(Sum(exp(z_mem[j]), (j, 1, J))) - log(Sum(exp(z_mem[j]) * K_at[j], (j, 1, J))),
            "the denominator is common to all terms; the logarithm of a quotient",
        ),
        eq(
            log(Sum(exp(z_mem[j]), (j, 1, J))) - log(Sum(exp(z_mem[j] + log(K_at[j])), (j, 1, J))),
            "a factor $K_j$ is a summand $\\log K_j$ in the exponent",
        ),
        eq(LSE(z_mem) - LSE_K(z_mem, K_at), "{eq}`eq-lse`, twice"),
    )
    one_bin_slope_lse = derivative(
        "eq-one-bin-slope-lse",
        Diff(ell_q(z_mem, K_at), z_mem[held]),
        eq(
            Diff(LSE(z_mem), z_mem[held]) - Diff(LSE_K(z_mem, K_at), z_mem[held]),
            "{eq}`eq-one-bin-split`",
        ),
        eq(
            exp(z_mem[held]) / Sum(exp(z_mem[j]), (j, 1, J))
            - exp(z_mem[held] + log(K_at[held])) / Sum(exp(z_mem[j] + log(K_at[j])), (j, 1, J)),
            "{eq}`eq-lse-slope` for both; $\\log K_l$ does not move with $z_l$",
        ),
        eq(S[held] - r[held], "softmax of the logits; softmax of what the kernels left of them"),
    )

    # -- what the numbers say ---
    against_belief = identity(
        "eq-slope-against-belief",
        S[held] - r[held],
        eq(S[held] - S[held] * K_at[held] / q_at(z_mem, K_at), "{eq}`eq-responsibility`"),
        eq(S[held] * (1 - K_at[held] / q_at(z_mem, K_at)), "$S_l$ stands in both"),
    )
    cancel = identity(
        "eq-slopes-cancel",
        Sum(S[j] - Sum(p_bins[m] * r_bins[m, j], (m, 1, M)), (j, 1, J)),
        eq(
            Sum(S[j], (j, 1, J)) - Sum(p_bins[m] * Sum(r_bins[m, j], (j, 1, J)), (m, 1, M)),
            "the sum splits; add up the memories of one bin first",
        ),
        eq(
            1 - Sum(p_bins[m], (m, 1, M)),
            "weights sum to one, and so do the responsibilities at each bin",
        ),
        eq(0, "the target sums to one"),
    )

    # -- a label that moves ---
    moving_label = counterexample(
        "eq-moving-label",
        logistic(log(3)) - logistic(log(3) + log(3)),
        eq(sm.Rational(3, 4) - sm.Rational(9, 10), "odds of $3 : 1$ before, of $9 : 1$ after"),
        lt(
            sm.Rational(3, 4) - sm.Rational(3, 4),
            "with the old responsibility for a label you would have arrived",
        ),
        eq(0, "no slope: a label stays where it is"),
    )
    one_bin_bend = derivative(
        "eq-one-bin-bend",
        Diff(S[held] - r[held], z_mem[held_other]),
        eq(
            S[held] * (sm.KroneckerDelta(held, held_other) - S[held_other])
            - r[held] * (sm.KroneckerDelta(held, held_other) - r[held_other]),
            "{eq}`eq-softmax-jacobian` for both: each is a softmax of $z$ plus what does not move",
        ),
    )

    # -- a kernel that is zero or one ---
    any_of_loss = identity(
        "eq-any-of-loss",
        -log(Sum(S[j] * kappa * covers(j, hits), (j, 1, J))),
        eq(
            -log(Sum(S[j] * covers(j, hits), (j, 1, J))) - log(kappa),
            "the height of the hats is common to all terms",
        ),
        eq(-log(S_of(hits, z_mem)) - log(kappa), "name the sum: the weight of all that match"),
    )
    any_of_slope = derivative(
        "eq-any-of-slope",
        Diff(-log(S_of(hits, z_mem)) - log(kappa), z_mem[held]),
        eq(
            S[held] - S[held] * covers(held, hits) / S_of(hits, z_mem),
            "{eq}`eq-one-bin-slope`: of the weight that matches, memory $l$ has this share",
        ),
    )

# The three weights of the counterexample; the first two memories match.
S_1, S_2, S_3 = half, sm.Rational(3, 10), sm.Rational(1, 5)

with unevaluated():
    two_matches = counterexample(
        "eq-two-matches",
        S_1 - sm.Rational(5, 8),
        eq(-sm.Rational(1, 8), "the weights that match are $5 : 3$, so its share is $5 / 8$"),
        gt(S_1 - 1, "the claim pulls four times as hard"),
        eq(-half, "$\\frac{1}{2} - 1$"),
    )
    two_matches_second = counterexample(
        "eq-two-matches-second",
        S_2 - sm.Rational(3, 8),
        eq(-sm.Rational(3, 40), "its share is $3 / 8$"),
        gt(S_2 - 1, "the claim pulls more than nine times as hard"),
        eq(-sm.Rational(7, 10), "$\\frac{3}{10} - 1$"),
    )
    two_matches_sum = counterexample(
        "eq-two-matches-sum",
        -sm.Rational(1, 8) - sm.Rational(3, 40) + sm.Rational(1, 5),
        eq(0, "the slopes cancel, {eq}`eq-slopes-cancel`"),
        gt(-half - sm.Rational(7, 10) + sm.Rational(1, 5), "the claimed ones do not"),
        eq(-1, "one hit was counted twice"),
    )
    no_match = limit(
        "eq-no-match",
        sm.Limit(-log(hat_belief), hat_belief, 0, "+"),
        eq(sm.oo, "$\\log u$ falls below every bound"),
    )

    # -- all the angles together ---
    bins_slope = derivative(
        "eq-bins-slope",
        Diff(L_q(z_mem, K_bins, p_bins), z_mem[held]),
        eq(
            Sum(p_bins[m] * Diff(-log(q_bin(m, z_mem, K_bins)), z_mem[held]), (m, 1, M)),
            "{eq}`eq-bins-loss`: the slope of a sum; the target does not move",
        ),
        eq(
            Sum(p_bins[m] * (S[held] - r_bins[m, held]), (m, 1, M)),
            "{eq}`eq-one-bin-slope` at each bin",
        ),
        eq(
            S[held] * Sum(p_bins[m], (m, 1, M)) - Sum(p_bins[m] * r_bins[m, held], (m, 1, M)),
            "the sum splits, and $S_l$ does not depend on $m$: one prior for all bins",
        ),
        eq(
            S[held] - Sum(p_bins[m] * r_bins[m, held], (m, 1, M)),
            "the target sums to one",
        ),
    )

    # -- what bins cost ---
    midpoint_square = identity(
        "eq-midpoint-square",
        1 / gap * integral((theta_one + offset) ** 2 / (2 * h**2), (offset, -gap / 2, gap / 2)),
        eq(
            theta_one**2 / (2 * h**2) + gap**2 / (24 * h**2),
            "the term with $2 \\theta u$ cancels; the mean of $u^2$ is $\\Delta^2 / 12$",
        ),
    )
    midpoint_kink = identity(
        "eq-midpoint-kink",
        1 / gap
        * Group(
            integral(offset / h, (offset, 0, x * gap))
            + integral(offset / h, (offset, 0, (1 - x) * gap))
        ),
        eq(
            (x**2 + (1 - x) ** 2) * gap / (2 * h),
            "two triangles, one on each side of the memory",
        ),
        eq(
            (half - x) * gap / h + x**2 * gap / h,
            "$x^2 + (1 - x)^2 = 1 - 2 x + 2 x^2$",
        ),
    )  # fmt: skip

    # -- bins that no memory covers ---
    touching_zero = value(
        "eq-touching-zero",
        -integral(log(offset * (2 - offset)), (offset, 0, 1)),
        eq(
            -integral(log(offset), (offset, 0, 1)) - integral(log(2 - offset), (offset, 0, 1)),
            "the logarithm of a product",
        ),
        eq(
            1 - (2 * log(2) - 1),
            "$\\log u$ has the antiderivative $u \\log u - u$, and $u \\log u$ vanishes at $0$",
        ),
        approx(Rounded(2 - 2 * log(2), 4)),
    )

    # -- the average of the logarithm ---
    log_of_mean = inequality(
        "eq-log-of-mean",
        -log(Sum(p_bins[m] * q_given[m], (m, 1, M))),
        le(
            -Sum(p_bins[m] * log(q_given[m]), (m, 1, M)),
            "{eq}`eq-jensen`; equality if the belief is equally high at all bins of the target",
            proof=Sum(
                p_bins[m]
                * log_bound.instance({x: q_given[m] / Sum(p_bins[m] * q_given[m], (m, 1, M))}),
                (m, 1, M),
            ),
            tight={p_bins: CERTAIN},
        ),
    )
    log_of_mean_example = counterexample(
        "eq-log-of-mean-example",
        -half * log(sm.Rational(9, 10)) - half * log(sm.Rational(1, 10)),
        eq(
            log(10) - log(3),
            "$\\frac{9}{10} \\cdot \\frac{1}{10} = \\left(\\frac{3}{10}\\right)^2$",
        ),
        gt(log(2), "$1.2040 > 0.6931$"),
        eq(
            -log(half * sm.Rational(9, 10) + half * sm.Rational(1, 10)),
            "the average of the two is $\\frac{1}{2}$",
        ),
    )
    averaged_kernel = Sum(p_bins[m] * K_bins[m, held], (m, 1, M))
    hit_chance = Sum(p_bins[m] * q_bin(m, z_mem, K_bins), (m, 1, M))
    hit_slope = derivative(
        "eq-hit-slope",
        Diff(-log(hit_chance), z_mem[held]),
        eq(
            S[held] - S[held] * averaged_kernel / hit_chance,
            "{eq}`eq-one-bin-slope` with the kernels averaged over the target",
        ),
        eq(
            S[held]
            - Sum(p_bins[m] * q_bin(m, z_mem, K_bins) * r_bins[m, held], (m, 1, M)) / hit_chance,
            "$S_l K_l(\\theta_m) = q(\\theta_m)\\, r_{ml}$, {eq}`eq-responsibility`",
        ),
    )

    # -- all memories outside ---
    outside_share = identity(
        "eq-outside-share",
        1 / width_of * integral(logistic(lead - 2 * theta_one), (theta_one, left, right)),
        eq(
            1 / (2 * width_of)
            * Group(log(1 + exp(lead - 2 * left)) - log(1 + exp(lead - 2 * right))),
            "$\\log (1 + e^{x})$ has the slope $\\sigma(x)$; here $x$ falls by $2$ for each "
            "bandwidth",
        ),
    )  # fmt: skip
    odds = sm.Rational(7, 3)
    outside_example = value(
        "eq-outside-example",
        sm.Rational(7, 10) - quarter * (log(1 + odds * exp(2)) - log(1 + odds * exp(-2))),
        approx(
            Rounded(
                sm.Rational(7, 10) - quarter * (log(1 + odds * exp(2)) - log(1 + odds * exp(-2))), 4
            ),
            "$a = -1$, $b = 1$ and $e^t = 7 / 3$, in bandwidths",
        ),
    )

# -- exercises ---
evidence = real(r"\psi", 0)  # half of the log-ratio of two kernels, where it is positive
owners = labels("o", M, J)  # the one memory that covers each bin
tens = (sm.Rational(2, 5), sm.Rational(1, 10), half)  # weights of three memories, two of which hit

with unevaluated():
    three_belief = value(
        "eq-ex-three-belief",
        half * 1 + quarter * 2 + quarter * 4,
        eq(half + half + 1, "weight times kernel, memory by memory"),
        eq(2, "the belief, in the unit of the kernels"),
    )
    three_third = value(
        "eq-ex-three-third",
        quarter - sm.Integer(1) / 2,
        eq(-quarter, "the prior of memory 3, less its share of the belief"),
    )
    hat_loss = value(
        "eq-ex-hat-loss",
        -log((tens[0] + tens[1]) * sm.Rational(1, 30)),
        eq(log(60), "together they have one half, and a hat is $1 / 30$ per degree high"),
        approx(Rounded(log(60), 4)),
    )
    hat_first = value(
        "eq-ex-hat-first",
        tens[0] - sm.Rational(4, 5),
        eq(-sm.Rational(2, 5), "the weights that match are $4 : 1$"),
    )
    hat_second = value(
        "eq-ex-hat-second",
        tens[1] - sm.Rational(1, 5),
        eq(-sm.Rational(1, 10), "its share is $1 / 5$"),
    )
    share_slope = derivative(
        "eq-ex-responsibility-slope",
        Diff(r[held], z_mem[held_other]),
        eq(
            Diff(S[held], z_mem[held_other]) * (K_at[held] / q_at(z_mem, K_at))
            + S[held] * K_at[held] * Diff(1 / q_at(z_mem, K_at), z_mem[held_other]),
            "product rule; $K_l$ does not move",
        ),
        eq(
            S[held] * (sm.KroneckerDelta(held, held_other) - S[held_other])
            * (K_at[held] / q_at(z_mem, K_at))
            + S[held] * K_at[held] * ((S[held_other] - r[held_other]) / q_at(z_mem, K_at)),
            "{eq}`eq-softmax-jacobian`; the slope of $1 / q = e^{-\\log q}$ is that of $-\\log q$, "
            "{eq}`eq-one-bin-slope`, times $1 / q$",
        ),
        eq(
            r[held] * (sm.KroneckerDelta(held, held_other) - S[held_other])
            + r[held] * (S[held_other] - r[held_other]),
            "{eq}`eq-responsibility`, twice",
        ),
        eq(
            r[held] * (sm.KroneckerDelta(held, held_other) - r[held_other]),
            "the weight $S_{l'}$ cancels",
        ),
    )  # fmt: skip
    agreement = Sum(r_bins[1, j] * r_bins[2, j], (j, 1, J))
    agreement_slope = derivative(
        "eq-ex-agreement-slope",
        Diff(agreement, z_mem[held]),
        eq(
            Sum(
                Diff(r_bins[1, j], z_mem[held]) * r_bins[2, j]
                + r_bins[1, j] * Diff(r_bins[2, j], z_mem[held]),
                (j, 1, J),
            ),
            "product rule in each term",
        ),
        eq(
            2 * r_bins[1, held] * r_bins[2, held]
            - (r_bins[1, held] + r_bins[2, held]) * agreement,
            "{eq}`eq-ex-responsibility-slope`: in the parts with $\\delta_{jl}$ only $j = l$ is "
            "left",
        ),
        sizes=range(2, 5),
    )  # fmt: skip
    one_match = derivative(
        "eq-ex-one-match",
        Diff(-Sum(p_bins[m] * log(S[owners[m]] * kappa), (m, 1, M)), z_mem[held]),
        eq(
            -Sum(p_bins[m] * (sm.KroneckerDelta(held, owners[m]) - S[held]), (m, 1, M)),
            "$\\log S_o$ has the slope $\\delta_{lo} - S_l$; $\\kappa$ does not move",
        ),
        eq(
            S[held] - Sum(p_bins[m] * sm.KroneckerDelta(held, owners[m]), (m, 1, M)),
            "the target sums to one",
        ),
    )
    all_of = inequality(
        "eq-ex-all-of",
        -log(half * S[1] + half * S[2]),
        le(
            -half * log(S[1]) - half * log(S[2]),
            "{eq}`eq-jensen`; equality for $S_1 = S_2$",
            proof=half * log_bound.instance({x: S[1] / (half * S[1] + half * S[2])})
            + half * log_bound.instance({x: S[2] / (half * S[1] + half * S[2])}),
            tight={z_mem: lambda j: sm.S.Zero},
        ),
        sizes=range(2, 5),
    )
    all_of_slope = derivative(
        "eq-ex-all-of-slope",
        Diff(-half * log(S[1]) - half * log(S[2]), z_mem[held]),
        eq(
            S[held] - half * (sm.KroneckerDelta(held, 1) + sm.KroneckerDelta(held, 2)),
            "$\\log S_k$ has the slope $\\delta_{lk} - S_l$",
        ),
        sizes=range(2, 5),
    )
    largest_pull = inequality(
        "eq-ex-largest-pull",
        logistic(lead + evidence) - logistic(lead - evidence),
        le(
            (exp(evidence) - 1) / (exp(evidence) + 1),
            "over a common denominator, the square $(e^{t} - 1)^2$ is left",
            proof=(log_bound.instance({x: exp(evidence)}) + evidence)
            * (exp(lead) - 1) ** 2
            / ((exp(evidence) + 1) * (1 + exp(lead + evidence)) * (1 + exp(lead - evidence))),
            tight={lead: 0},
        ),
    )
    hit_is_blind = identity(
        "eq-ex-hit-blind",
        -log(half * logistic(lead) * kappa + half * (1 - logistic(lead)) * kappa),
        eq(-log(kappa / 2), "the two weights sum to one"),
    )
    two_halves = derivative(
        "eq-ex-two-halves",
        Diff(-half * log(logistic(lead) * kappa) - half * log((1 - logistic(lead)) * kappa), lead),
        eq(logistic(lead) - half, "$\\log \\sigma(t)$ has the slope $1 - \\sigma(t)$"),
    )
    enough_gauss = value(
        "eq-ex-bins-gauss",
        20 / sm.sqrt(sm.Rational(24 * 100, 1000)),
        approx(Rounded(20 / sm.sqrt(sm.Rational(24 * 100, 1000)), 2), "so $13$ bins will do"),
    )
    enough_laplace = value(
        "eq-ex-bins-laplace",
        20 / sm.sqrt(sm.Rational(4 * 10 * 20, 1000)),
        approx(Rounded(20 / sm.sqrt(sm.Rational(4 * 10 * 20, 1000)), 2), "so $23$ bins will do"),
    )
    one_side = identity(
        "eq-ex-one-side",
        -log(Sum(S[j] * exp(-(offset - theta_mem[j])), (j, 1, J))),
        eq(
            -log(exp(-offset) * Sum(S[j] * exp(theta_mem[j]), (j, 1, J))),
            "the factor $e^{-u}$ is common to all memories and leaves the sum",
        ),
        eq(
            offset - log(Sum(S[j] * exp(theta_mem[j]), (j, 1, J))),
            "the logarithm of a product",
        ),
    )
