"""Where ŷ − y comes from: the slope of the loss in scores and in weights, and how the loss bends.

The page is ``chapters/gradient.md``; its sections are the comments below.
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
    ge,
    gt,
    identity,
    index,
    inequality,
    invariance,
    le,
    limit,
    lt,
    matrix,
    nabla,
    ones,
    size,
    times,
    transposed,
    unevaluated,
    value,
    vector,
    whole,
)
from sympy import exp, log, pi, sqrt

from .entropy import log_bound
from .kl import fractions
from .notation import (
    BCE,
    CE,
    L_BIAS,
    LSE,
    ONE,
    C,
    D,
    L,
    N,
    Q,
    W,
    b,
    beta,
    c,
    c_other,
    d,
    d_other,
    ell,
    eta,
    k,
    k_all,
    lam,
    log2,
    mu,
    n,
    p,
    q,
    sigma,
    temperature,
    theta,
    x,
    x_all,
    y,
    y_all,
    y_hat,
    y_hat_b,
    y_hat_T,
    y_hat_W,
    y_hat_z,
    y_hot,
    z,
    z_all,
)

_softmax = import_module("crossentropy.softmax")
_gradient = import_module("crossentropy.gradient")

half = sm.Rational(1, 2)

# -- letters of this chapter -----------------------------------------------------------------------
y_free = vector(r"\tilde y", C)  # targets that need not sum to one
z_dot = vector(r"\dot z", N, C)  # how fast the scores move on a walk through the weights
W_dot = vector(r"\dot W", C, D)  # the direction of that walk
kappas = vector(r"\kappa", D)  # what is added to a column of the weights everywhere
D_raw = size("D_{0}")  # features below a hidden layer
d_raw = index("d_{0}", D_raw)
A = vector("A", D, D_raw)  # weights of a hidden layer
x_raw = vector("x^{0}", D_raw)  # features below a hidden layer


def _own():
    return sm.Dummy("s", integer=True, positive=True)


def _score(n, c, W, X):
    feature = _own()
    return Sum(entry(W, c, feature) * entry(X, n, feature), (feature, 1, D))


def _loss_of_sample(n, W, X, y):
    one, other = _own(), _own()
    everything = Sum(exp(_score(n, other, W, X)), (other, 1, C))
    return Sum(-entry(y, n, one) * log(exp(_score(n, one, W, X)) / everything), (one, 1, C))


def _penalty(W, lam):
    one, feature = _own(), _own()
    return lam / 2 * Sum(Sum(entry(W, one, feature) ** 2, (feature, 1, D)), (one, 1, C))


z_linear = concept(  # the score of class c for sample n
    "z",
    _score,
    library=lambda n, c, W, X: (X @ W.T)[n - 1, c - 1],
    kernel=lambda n, c, W, X: (X @ W.T)[n - 1, c - 1],
    brackets=("_{", "}"),
    separator=" ",
    shown=2,
)
z_biased = concept(  # the same with a bias
    "z",
    lambda n, c, W, b, X: _score(n, c, W, X) + entry(b, c),
    library=lambda n, c, W, b, X: (X @ W.T + b)[n - 1, c - 1],
    kernel=lambda n, c, W, b, X: (X @ W.T + b)[n - 1, c - 1],
    brackets=("_{", "}"),
    separator=" ",
    shown=2,
)
ell_n = concept(  # the loss of sample n
    r"\ell",
    _loss_of_sample,
    library=lambda n, W, X, Y: _softmax.softmax_cross_entropy(X @ W.T, Y)[n - 1],
    kernel=lambda n, W, X, Y: _softmax._softmax_cross_entropy(X @ W.T, Y)[n - 1],
    brackets=("_{", "}"),
    shown=1,
)
L_SUM = concept(  # the whole loss again, with its regulariser in sight
    "L",
    lambda W, lam, X, y: L.definition(W, X, y, lam),
    library=lambda W, lam, X, Y: L.library(W, X, Y, lam),
    kernel=lambda W, lam, X, Y: L.kernel(W, X, Y, lam),
    shown=2,
)


def _mean_loss(W, lam, X, y):
    sample = _own()
    return 1 / N * Sum(_loss_of_sample(sample, W, X, y), (sample, 1, N)) + _penalty(W, lam)


L_MEAN = concept(  # the mean over the samples in place of the sum
    r"\bar L",
    _mean_loss,
    library=lambda W, lam, X, Y: _gradient.linear_loss_and_gradient(
        W, X, Y, l2=lam, reduction="mean"
    )[0],
    kernel=lambda W, lam, X, Y: (
        _gradient._linear_loss(W, X, Y, 0, 0) / len(X) + lam / 2 * (W * W).sum()
    ),
    shown=2,
)


def _hidden(d):
    """A hidden unit: a logistic squash of a weighted sum."""
    raw = _own()
    return 1 / (1 + exp(-Sum(A[d, raw] * x_raw[raw], (raw, 1, D_raw))))


def _score_above(c):
    unit = _own()
    return Sum(W[c, unit] * _hidden(unit), (unit, 1, D))


def _belief_above(c):
    other = _own()
    return exp(_score_above(c)) / Sum(exp(_score_above(other)), (other, 1, C))


y_hat_A = distribution(  # the belief of one sample with a hidden layer
    r"\hat y", r"\hat y", C, formula=_belief_above, apart="of hidden weights"
)
hidden = concept(  # the value of hidden unit d
    "x",
    lambda d, A, x: _hidden(d),
    library=lambda d, A, x: (1 / (1 + np.exp(-A @ x)))[d - 1],
    kernel=lambda d, A, x: (1 / (1 + np.exp(-A @ x)))[d - 1],
    brackets=("_{", "}"),
    shown=1,
)

W_ = matrix("W", W)
b_ = matrix("b", b)
X_ = matrix(r"\mathbf{X}", x_all)
Y_ = matrix(r"\mathbf{Y}", y_all)
Z_ = matrix(r"\mathbf{Z}", z_all)
Y_HAT_Z = matrix(r"\hat{\mathbf{Y}}", y_hat_z)
Y_HAT_W = matrix(r"\hat{\mathbf{Y}}", y_hat_W)
Y_HAT_B = matrix(r"\hat{\mathbf{Y}}", y_hat_b)


def squares(W):
    """Return the sum of all squares in a table of weights, as the page writes it."""
    return Sum(Sum(W[c, d] ** 2, (d, 1, D)), (c, 1, C))


with unevaluated():
    EXPS = exp(2) + sm.E + 1  # of the scores 2, 1, 0

    # -- what a miss should change ---
    one_bill = value(
        "eq-one-miss",
        CE(fractions((0, 1), (1, 1), (0, 1)), fractions((1, 2), (1, 4), (1, 4))),
        eq(log(4), "only the sector that came counts, and you gave it a quarter"),
        approx(Rounded(log(4), 4)),
    )

    # -- two roads ---
    through_belief = derivative(
        "eq-y-hat-minus-y",
        Diff(ell(z, y), z[k]),
        eq(
            Sum(Group(-(y[c] / y_hat[c])) * Diff(y_hat[c], z[k]), (c, 1, C)),
            "chain rule: $z_k$ moves every $\\hat y_c$, and each has the slope {eq}`eq-slope`",
        ),
        eq(
            Sum(
                Group(-(y[c] / y_hat[c])) * Group(y_hat[c] * (sm.KroneckerDelta(c, k) - y_hat[k])),
                (c, 1, C),
            ),
            "{eq}`eq-softmax-jacobian`",
        ),
        eq(
            -Sum(y[c] * (sm.KroneckerDelta(c, k) - y_hat[k]), (c, 1, C)),
            "$\\hat y_c$ cancels",
        ),
        eq(
            -Sum(y[c] * sm.KroneckerDelta(c, k), (c, 1, C)) + y_hat[k] * Sum(y[c], (c, 1, C)),
            "the sum splits, and $\\hat y_k$ does not depend on $c$",
        ),
        eq(
            y_hat[k] - y[k],
            "in the first sum only $c = k$ is left; in the second the targets sum to one",
        ),
    )
    through_lse = derivative(
        "eq-y-hat-minus-y-lse",
        Diff(ell(z, y), z[k]),
        eq(
            Diff(LSE(z), z[k]) - Diff(Sum(y[c] * z[c], (c, 1, C)), z[k]),
            "{eq}`eq-loss-soft`: what all scores achieve less what the target achieves",
        ),
        eq(
            y_hat[k] - y[k],
            "{eq}`eq-lse-slope`; in the second sum only $y_k z_k$ holds $z_k$",
        ),
    )

    # -- what the arrows say ---
    sums_to_zero = identity(
        "eq-gradient-sums-to-zero",
        Sum(y_hat[c] - y[c], (c, 1, C)),
        eq(Sum(y_hat[c], (c, 1, C)) - Sum(y[c], (c, 1, C)), "the sum splits"),
        eq(0, "both are distributions"),
    )
    bounded = inequality(
        "eq-gradient-bounded",
        Sum((Q[c] - y[c]) ** 2, (c, 1, C)),
        le(
            2 * (1 - Sum(Q[c] * y[c], (c, 1, C))),
            "expand the square; a probability is at least its own square",
            proof=Sum(Q[c] * (1 - Q[c]), (c, 1, C)) + Sum(y[c] * (1 - y[c]), (c, 1, C)),
            tight={Q: ONE, y: ONE},
        ),
    )
    by_hand_one = value(
        "eq-by-hand-one",
        exp(2) / EXPS,
        approx(Rounded(exp(2) / EXPS, 4), "$7.3891 / 11.1073$; the target is $0$"),
    )
    by_hand_two = value(
        "eq-by-hand-two",
        sm.E / EXPS - 1,
        approx(Rounded(sm.E / EXPS - 1, 4), "$2.7183 / 11.1073 - 1$; the target is $1$"),
    )
    by_hand_three = value(
        "eq-by-hand-three",
        1 / EXPS,
        approx(Rounded(1 / EXPS, 4), "$1 / 11.1073$; the target is $0$"),
    )

    # -- from scores to weights ---
    linear_scores = definition(
        "eq-linear-scores", z_linear(n, c, W, x_all), Sum(W[c, d] * x_all[n, d], (d, 1, D))
    )
    score_slope = derivative(
        "eq-score-slope",
        Diff(z_linear(n, c, W, x_all), W[k, d]),
        eq(
            sm.KroneckerDelta(c, k) * x_all[n, d],
            "only the score of class $k$ holds $W_{kd}$, and there $x_{nd}$ stands beside it",
        ),
    )
    weight_gradient_one = derivative(
        "eq-weight-gradient-one",
        Diff(ell_n(n, W, x_all, y_all), W[k, d]),
        eq(
            Sum((y_hat_W[n, c] - y_all[n, c]) * Diff(z_linear(n, c, W, x_all), W[k, d]), (c, 1, C)),
            "chain rule, with {eq}`eq-y-hat-minus-y` for each score",
        ),
        eq(
            Sum((y_hat_W[n, c] - y_all[n, c]) * sm.KroneckerDelta(c, k) * x_all[n, d], (c, 1, C)),
            "{eq}`eq-score-slope`",
        ),
        eq((y_hat_W[n, k] - y_all[n, k]) * x_all[n, d], "only $c = k$ is left"),
    )
    feature_gradient = derivative(
        "eq-feature-gradient",
        Diff(ell_n(n, W, x_all, y_all), x_all[n, d]),
        eq(
            Sum(
                (y_hat_W[n, c] - y_all[n, c]) * Diff(z_linear(n, c, W, x_all), x_all[n, d]),
                (c, 1, C),
            ),
            "chain rule: a feature enters every score",
        ),
        eq(
            Sum((y_hat_W[n, c] - y_all[n, c]) * W[c, d], (c, 1, C)),
            "$W_{cd}$ stands beside $x_{nd}$",
        ),
    )

    # -- many samples ---
    whole_loss = definition(
        "eq-whole-loss",
        L(W, x_all, y_all, lam),
        Sum(ell_n(n, W, x_all, y_all), (n, 1, N)) + lam / 2 * squares(W),
    )
    penalty_slope = derivative(
        "eq-penalty-slope",
        Diff(lam / 2 * Sum(Sum(W[c, d_other] ** 2, (d_other, 1, D)), (c, 1, C)), W[k, d]),
        eq(lam * W[k, d], "of all the squares only that of $W_{kd}$ moves"),
    )
    weight_gradient = derivative(
        "eq-weight-gradient",
        Diff(L(W, x_all, y_all, lam), W[k, d]),
        eq(
            Sum(Diff(ell_n(n, W, x_all, y_all), W[k, d]), (n, 1, N)) + lam * W[k, d],
            "the slope of a sum is the sum of the slopes; {eq}`eq-penalty-slope`",
        ),
        eq(
            Sum((y_hat_W[n, k] - y_all[n, k]) * x_all[n, d], (n, 1, N)) + lam * W[k, d],
            "{eq}`eq-weight-gradient-one` for each sample",
        ),
    )
    labels_gradient = identity(
        "eq-weight-gradient-labels",
        Sum((y_hat_W[n, k] - y_hot[n, k]) * x_all[n, d], (n, 1, N)),
        eq(
            Sum((y_hat_W[n, k] - sm.KroneckerDelta(k, k_all[n])) * x_all[n, d], (n, 1, N)),
            "the target of sample $n$ is one at its own class $k_n$",
        ),
    )
    one_k = counterexample(
        "eq-one-k",
        (half - 1) * 3 + Group(half) * 2,
        eq(-half, "each sample with its own class: the target is $1$, then $0$"),
        gt((half - 1) * 3 + (half - 1) * 2, "both with the class of the first"),
        eq(-sm.Rational(5, 2), "five times as long, and for a loss that nobody wants"),
    )
    biased_scores = definition(
        "eq-biased-scores",
        z_biased(n, c, W, b, x_all),
        Sum(W[c, d] * x_all[n, d], (d, 1, D)) + b[c],
    )
    bias_gradient = derivative(
        "eq-bias-gradient",
        Diff(L_BIAS(W, b, x_all, y_all, lam), b[k]),
        eq(
            Sum(y_hat_b[n, k] - y_all[n, k], (n, 1, N)),
            "{eq}`eq-weight-gradient-one` with the feature $1$; the bias is not regularised",
        ),
    )
    mean_loss = definition(
        "eq-mean-loss",
        L_MEAN(W, lam, x_all, y_all),
        1 / N * Sum(ell_n(n, W, x_all, y_all), (n, 1, N)) + lam / 2 * squares(W),
    )
    mean_gradient = derivative(
        "eq-mean-gradient",
        Diff(L_MEAN(W, lam, x_all, y_all), W[k, d]),
        eq(
            1 / N * Sum((y_hat_W[n, k] - y_all[n, k]) * x_all[n, d], (n, 1, N)) + lam * W[k, d],
            "as before; $\\frac{1}{N}$ stands before the data and not before the regulariser",
        ),
    )
    sum_or_mean = identity(
        "eq-sum-or-mean",
        L_SUM(W, N * lam, x_all, y_all),
        eq(
            Sum(ell_n(n, W, x_all, y_all), (n, 1, N)) + N * lam / 2 * squares(W),
            "{eq}`eq-whole-loss` with $N \\lambda$",
        ),
        eq(
            N * L_MEAN(W, lam, x_all, y_all),
            "{eq}`eq-mean-loss`: take out the factor $N$",
        ),
    )
    minibatch = identity(
        "eq-minibatch-unbiased",
        1 / N * Sum(N * Group((y_hat_W[n, k] - y_all[n, k]) * x_all[n, d]), (n, 1, N)),
        eq(
            Sum((y_hat_W[n, k] - y_all[n, k]) * x_all[n, d], (n, 1, N)),
            "each sample is drawn with probability $\\frac{1}{N}$, and $N$ does not depend on $n$",
        ),
    )

    # -- the same in tables ---
    scores_gradient_matrix = derivative(
        "eq-scores-gradient-matrix",
        whole(nabla(Group(-Sum(Sum(y_all[n, c] * log(y_hat_z[n, c]), (c, 1, C)), (n, 1, N))), Z_))[
            n, c
        ],
        eq(whole(Y_HAT_Z - Y_)[n, c], "{eq}`eq-y-hat-minus-y` in each row"),
    )
    weight_gradient_matrix = derivative(
        "eq-weight-gradient-matrix",
        whole(nabla(L(W, x_all, y_all, lam), W_))[c, d],
        eq(
            whole(times(transposed(Y_HAT_W - Y_), X_) + lam * W_)[c, d],
            "{eq}`eq-weight-gradient`: the sum over $n$ is the product of a row and a column",
        ),
    )
    bias_gradient_matrix = derivative(
        "eq-bias-gradient-matrix",
        whole(nabla(L_BIAS(W, b, x_all, y_all, lam), b_))[c],
        eq(
            whole(times(transposed(Y_HAT_B - Y_), ones(N)))[c],
            "{eq}`eq-bias-gradient`: a column of ones adds up the samples",
        ),
    )
    feature_gradient_matrix = derivative(
        "eq-feature-gradient-matrix",
        whole(nabla(L(W, x_all, y_all, lam), X_))[n, d],
        eq(
            whole(times(Y_HAT_W - Y_, W_))[n, d],
            "{eq}`eq-feature-gradient`: the sum over $c$ is the product of a row and a column",
        ),
    )

    # -- a hidden layer ---
    hidden_units = definition(
        "eq-hidden-unit",
        hidden(d, A, x_raw),
        1 / (1 + exp(-Sum(A[d, d_raw] * x_raw[d_raw], (d_raw, 1, D_raw)))),
    )
    hidden_gradient = derivative(
        "eq-hidden-gradient",
        Diff(-Sum(y[c] * log(y_hat_A[c]), (c, 1, C)), A[d, d_raw]),
        eq(
            Group(Sum((y_hat_A[c] - y[c]) * W[c, d], (c, 1, C)))
            * Diff(hidden(d, A, x_raw), A[d, d_raw]),
            "chain rule: {eq}`eq-feature-gradient` says what the unit is worth",
        ),
        eq(
            Group(Sum((y_hat_A[c] - y[c]) * W[c, d], (c, 1, C)))
            * hidden(d, A, x_raw)
            * (1 - hidden(d, A, x_raw))
            * x_raw[d_raw],
            "the slope of the logistic function is itself times what it lacks to one",
        ),
        sizes=range(1, 4),
    )

    # -- how the loss bends ---
    loss_bend = derivative(
        "eq-loss-bend",
        Diff(y_hat[k] - y[k], z[c_other]),
        eq(
            y_hat[k] * (sm.KroneckerDelta(k, c_other) - y_hat[c_other]),
            "the target stays; the rest is {eq}`eq-softmax-jacobian`",
        ),
    )
    weight_hessian = derivative(
        "eq-weight-hessian",
        Diff(
            Sum((y_hat_W[n, k] - y_all[n, k]) * x_all[n, d], (n, 1, N)) + lam * W[k, d],
            W[c_other, d_other],
        ),
        eq(
            Sum(
                y_hat_W[n, k]
                * (sm.KroneckerDelta(k, c_other) - y_hat_W[n, c_other])
                * x_all[n, d]
                * x_all[n, d_other],
                (n, 1, N),
            )
            + lam * sm.KroneckerDelta(k, c_other) * sm.KroneckerDelta(d, d_other),
            "{eq}`eq-loss-bend` for each sample, and a second feature from the chain rule",
        ),
    )
    walk_bend = inequality(
        "eq-weight-bend",
        Sum(
            Sum(
                Sum(
                    z_dot[n, c]
                    * y_hat_z[n, c]
                    * (sm.KroneckerDelta(c, c_other) - y_hat_z[n, c_other])
                    * z_dot[n, c_other],
                    (c_other, 1, C),
                ),
                (c, 1, C),
            ),
            (n, 1, N),
        )
        + lam * squares(W_dot),
        eq(
            Sum(
                Sum(
                    y_hat_z[n, c]
                    * (z_dot[n, c] - Sum(y_hat_z[n, c_other] * z_dot[n, c_other], (c_other, 1, C)))
                    ** 2,
                    (c, 1, C),
                ),
                (n, 1, N),
            )
            + lam * squares(W_dot),
            "expand the square: the variance of the speeds under the belief $\\hat y_n$",
        ),
        ge(
            lam * squares(W_dot),
            "a sum of squares, with weights that are not negative",
            proof=Sum(
                Sum(
                    y_hat_z[n, c]
                    * (z_dot[n, c] - Sum(y_hat_z[n, c_other] * z_dot[n, c_other], (c_other, 1, C)))
                    ** 2,
                    (c, 1, C),
                ),
                (n, 1, N),
            ),
            tight={z_dot: lambda *place: sm.Integer(1)},
        ),
    )
    flat = invariance(
        "eq-flat-weights",
        exp(Sum((W[c, d] + kappas[d]) * x_all[n, d], (d, 1, D)))
        / Sum(exp(Sum((W[c_other, d] + kappas[d]) * x_all[n, d], (d, 1, D))), (c_other, 1, C)),
        eq(
            y_hat_W[n, c],
            "each score grows by the same $\\sum_d \\kappa_d x_{nd}$, which cancels",
        ),
    )
    columns = identity(
        "eq-columns-sum-to-zero",
        Sum(Sum((y_hat_z[n, c] - y_all[n, c]) * x_all[n, d], (n, 1, N)) + lam * W[c, d], (c, 1, C)),
        eq(
            Sum(Sum(y_hat_z[n, c] - y_all[n, c], (c, 1, C)) * x_all[n, d], (n, 1, N))
            + lam * Sum(W[c, d], (c, 1, C)),
            "sum over the classes first",
        ),
        eq(
            lam * Sum(W[c, d], (c, 1, C)),
            "{eq}`eq-gradient-sums-to-zero` for each sample",
        ),
        sizes=range(1, 4),
    )

    # -- no best weights ---
    odds = identity(
        "eq-odds-against",
        (1 - y_hat[k]) / y_hat[k],
        eq(1 / y_hat[k] - 1, "divide term by term"),
        eq(
            Sum(exp(z[c] - z[k]), (c, 1, C)) - 1,
            "one over the softmax; $e^{-z_k}$ moves into the sum",
        ),
    )
    below_odds = inequality(
        "eq-loss-below-odds",
        -log(q),
        le(
            (1 - q) / q,
            "{eq}`eq-log-bound` at $x = 1 / q$",
            proof=log_bound.instance({x: 1 / q}),
            tight=(q, 1),
        ),
    )
    runs_away = limit(
        "eq-runs-away",
        sm.Limit(2 * log(1 + exp(-beta)), beta, sm.oo),
        eq(0, "$e^{-\\beta}$ vanishes, and $\\log 1 = 0$"),
    )
    never_level = derivative(
        "eq-never-level",
        Diff(2 * log(1 + exp(-beta)), beta),
        eq(-2 / (1 + exp(beta)), "chain rule, then multiply above and below by $e^{\\beta}$"),
    )
    held_back = derivative(
        "eq-held-back",
        Diff(2 * log(1 + exp(-beta)) + lam * beta**2 / 4, beta),
        eq(-2 / (1 + exp(beta)) + lam * beta / 2, "{eq}`eq-never-level` and the regulariser"),
    )

    # -- why not squares ---
    squared_gradient = derivative(
        "eq-squared-gradient",
        Diff(half * Sum((y_hat[c] - y[c]) ** 2, (c, 1, C)), z[k]),
        eq(
            Sum(
                (y_hat[c] - y[c]) * Group(y_hat[c] * (sm.KroneckerDelta(c, k) - y_hat[k])),
                (c, 1, C),
            ),
            "chain rule and {eq}`eq-softmax-jacobian`: here nothing cancels",
        ),
        eq(
            y_hat[k] * (y_hat[k] - y[k] - Sum(y_hat[c] * (y_hat[c] - y[c]), (c, 1, C))),
            "take $\\hat y_k$ out",
        ),
    )
    squared_two = identity(
        "eq-squared-two",
        q * (q - 1 - (q * (q - 1) + (1 - q) * (1 - q))),
        eq(-2 * q * (1 - q) ** 2, "$q - 1$ stands in every term: take it out twice"),
    )
    squared_vanishes = limit(
        "eq-squared-vanishes",
        sm.Limit(-2 * q * (1 - q) ** 2, q, 0, "+"),
        eq(0, "the factor $q$ in front"),
    )
    crossentropy_insists = limit(
        "eq-cross-entropy-insists",
        sm.Limit(q - 1, q, 0, "+"),
        eq(-1, "nothing in front"),
    )
    squared_numbers = counterexample(
        "eq-confident-mistake",
        2 * Group(sm.Rational(1, 1001)) * sm.Rational(1000, 1001) ** 2,
        eq(sm.Rational(2_000_000, 1_003_003_001), "squared error: $0.00199$"),
        lt(sm.Rational(1000, 1001), "cross-entropy: $0.99900$"),
        eq(1 - sm.Rational(1, 1001), "all but one part in $1001$"),
    )
    squared_bend = derivative(
        "eq-squared-bend",
        q * (1 - q) * Diff(-2 * q * (1 - q) ** 2, q),
        eq(
            2 * q * (1 - q) ** 2 * (3 * q - 1),
            "product rule; $q$ itself has the slope $q (1 - q)$ in the score",
        ),
    )
    lower_loss = counterexample(
        "eq-lower-loss",
        -(sm.Rational(3, 4) * log(sm.Rational(99, 100)))
        - sm.Rational(1, 4) * log(sm.Rational(49, 100)),
        eq(
            -sm.Rational(1, 4) * log(sm.Rational(99, 100) ** 3 * Group(sm.Rational(49, 100))),
            "logarithms of a product: $0.1859$, with one answer of four wrong",
        ),
        lt(log(sm.Rational(100, 51)), "$0.6733$, with all four right"),
        eq(-log(sm.Rational(51, 100)), "turn the fraction over"),
    )

# -- exercises -------------------------------------------------------------------------------------
NEITHER = fractions((7, 10), (2, 10), (1, 10))

with unevaluated():
    three_bill = value(
        "eq-ex-three",
        CE(fractions((0, 1), (1, 1), (0, 1)), fractions((1, 8), (1, 4), (5, 8))),
        eq(log(4), "$e^{z}$ is $1$, $2$, $5$, together $8$; class $2$ has a quarter"),
        approx(Rounded(log(4), 4)),
    )
    three_gradient = value(
        "eq-ex-three-pull",
        sm.Rational(2, 8) - 1,
        eq(-Group(sm.Rational(1, 8) + sm.Rational(5, 8)), "what the other two have"),
        eq(-sm.Rational(3, 4), "add the two"),
    )
    soft_bill = value(
        "eq-ex-soft",
        CE(NEITHER, fractions((1, 3), (1, 3), (1, 3))),
        eq(log(3), "{eq}`eq-cross-entropy-uniform`"),
        approx(Rounded(log(3), 4)),
    )
    in_bits = derivative(
        "eq-ex-bits",
        Diff(-Sum(y[c] * log2(y_hat[c]), (c, 1, C)), z[k]),
        eq(
            1 / log(2) * Diff(ell(z, y), z[k]),
            "$\\log_2$ is $\\log$ over $\\log 2$, and a factor stays",
        ),
        eq((y_hat[k] - y[k]) / log(2), "{eq}`eq-y-hat-minus-y`"),
    )
    at_temperature = derivative(
        "eq-ex-temperature",
        Diff(-Sum(y[c] * log(y_hat_T[c]), (c, 1, C)), z[k]),
        eq(
            (y_hat_T[k] - y[k]) / temperature,
            "{eq}`eq-y-hat-minus-y` for the scores $z_c / T$, times the slope of $z_k / T$",
        ),
    )
    multi_label = derivative(
        "eq-ex-multi-label",
        Diff(-Sum(y_free[c] * log(y_hat[c]), (c, 1, C)), z[k]),
        eq(
            -Sum(y_free[c] * (sm.KroneckerDelta(c, k) - y_hat[k]), (c, 1, C)),
            "as in {eq}`eq-y-hat-minus-y`, as far as nothing is said about the total",
        ),
        eq(y_hat[k] * Sum(y_free[c], (c, 1, C)) - y_free[k], "the sum splits, and the total stays"),
    )
    multi_label_numbers = counterexample(
        "eq-ex-multi-label-numbers",
        sm.Rational(1, 3) * 2 - 1,
        eq(-sm.Rational(1, 3), "the slope of the loss in $z_1$"),
        gt(sm.Rational(1, 3) - 1, "what $\\hat y_1 - \\tilde y_1$ would say"),
        eq(-sm.Rational(2, 3), "twice as much"),
    )
    one_coin_each = derivative(
        "eq-ex-one-coin-each",
        Diff(BCE(p, 1 / (1 + exp(-z[k]))), z[k]),
        eq(
            1 / (1 + exp(-z[k])) - p,
            "{eq}`eq-binary-slope`, times the slope $q (1 - q)$ of the logistic function",
        ),
    )
    bias_shares = identity(
        "eq-ex-bias-shares",
        1 / N * Sum(y_hat_b[n, k] - y_all[n, k], (n, 1, N)),
        eq(
            1 / N * Sum(y_hat_b[n, k], (n, 1, N)) - 1 / N * Sum(y_all[n, k], (n, 1, N)),
            "the sum splits",
        ),
    )
    gaussian = identity(
        "eq-ex-gaussian",
        -log(1 / (sigma * sqrt(2 * pi)) * exp(-((theta[c] - mu) ** 2) / (2 * sigma**2))),
        eq(
            (theta[c] - mu) ** 2 / (2 * sigma**2) + log(sigma * sqrt(2 * pi)),
            "the logarithm of a product; it undoes the exponential",
        ),
    )
    gaussian_slope = derivative(
        "eq-ex-gaussian-slope",
        Diff((theta[c] - mu) ** 2 / (2 * sigma**2) + log(sigma * sqrt(2 * pi)), mu),
        eq((mu - theta[c]) / sigma**2, "the width does not move"),
    )
    laplace = identity(
        "eq-ex-laplace",
        -log(1 / (2 * sigma) * exp(-sm.Abs(theta[c] - mu) / sigma)),
        eq(sm.Abs(theta[c] - mu) / sigma + log(2 * sigma), "the same two steps"),
    )
    columns_decay = identity(
        "eq-ex-columns-decay",
        Sum(
            W[c, d] - eta * ((y_hat_W[n, c] - y_all[n, c]) * x_all[n, d] + lam * W[c, d]),
            (c, 1, C),
        ),
        eq(
            (1 - eta * lam) * Sum(W[c, d], (c, 1, C)),
            "the sum splits; {eq}`eq-gradient-sums-to-zero`",
        ),
    )
    steepest = inequality(
        "eq-ex-steepest",
        2 * q * (1 - q) ** 2,
        le(
            sm.Rational(8, 27),
            "the gap is $2 (q - \\frac{1}{3})^2 (\\frac{4}{3} - q)$",
            proof=2 * (q - sm.Rational(1, 3)) ** 2 * (sm.Rational(4, 3) - q),
            tight={q: sm.Rational(1, 3)},
        ),
    )
    where_it_stops = value(
        "eq-ex-where-it-stops",
        -2 / (1 + sm.E) + Group(4 / (1 + sm.E)) / 2,
        eq(0, "$\\beta = 1$ and $\\lambda = 4 / (1 + e)$ in {eq}`eq-held-back`"),
    )
