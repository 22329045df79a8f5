"""A classifier that learns: how far to step, what a step gains, and what a batch gets wrong.

The page is ``chapters/training.md``; its sections are the comments below.
"""

from importlib import import_module

import sympy as sm
from checked_equations import (
    At,
    Diff,
    Minimum,
    Product,
    Rounded,
    Sum,
    approx,
    concept,
    derivative,
    distribution,
    eq,
    identity,
    index,
    inequality,
    invariance,
    le,
    limit,
    real,
    unevaluated,
    value,
    vector,
)
from sympy import exp, log

from .notation import (
    C,
    D,
    L,
    N,
    P,
    W,
    c,
    d,
    d_other,
    ell,
    eta,
    k,
    k_all,
    lam,
    n,
    t,
    x_all,
    y,
    y_all,
    y_hat,
    y_hat_W,
    y_hat_z,
    z,
)

_softmax = import_module("crossentropy.softmax")
_gradient = import_module("crossentropy.gradient")

half = sm.Rational(1, 2)

# -- letters of this chapter -----------------------------------------------------------------------
rho = real(r"\rho", 0)  # how strongly a bowl bends
w = real("w")  # the weight of a model that has only one
lam_other = real(r"\lambda'", 0)  # another regulariser
W_other = vector(r"\tilde W", C, D)  # other weights
W_dot = vector(r"\dot W", C, D)  # the direction of a walk through the weights
z_dot = vector(r"\dot z", C, apart="one sample")  # how fast the scores move on a walk
G = vector("G", C, D)  # the gradient, as numbers
gamma = vector(r"\gamma", N)  # one entry of the gradient of each sample
n_other = index("n'", N)  # a sample, where n is taken
n_third = index("n''", N)  # a sample, where both are


def _dummy():
    return sm.Dummy("s", integer=True, positive=True)


def _walked(position):
    other = _dummy()
    everything = Sum(exp(z[other] + t * z_dot[other]), (other, 1, C))
    return exp(z[position] + t * z_dot[position]) / everything


y_walk = distribution(  # the belief of one sample after a walk of length t through its scores
    r"\hat y^{t}",
    r"\hat y^{t}",
    C,
    formula=_walked,
    library=lambda z, v, t: _softmax.softmax(z + t * v),
    kernel=lambda z, v, t: _softmax._softmax(z + t * v),
    of=(z, z_dot, t),
)


def _walked_score(sample, position):
    feature = _dummy()
    weight = W[position, feature] + t * W_dot[position, feature]
    return Sum(weight * x_all[sample, feature], (feature, 1, D))


def _walked_row(sample, position):
    other = _dummy()
    everything = Sum(exp(_walked_score(sample, other)), (other, 1, C))
    return exp(_walked_score(sample, position)) / everything


y_walk_W = distribution(  # the beliefs of all samples after a walk through the weights
    r"\hat{\mathbf{Y}}^{t}",
    r"\hat y^{t}",
    N,
    C,
    rows=True,
    formula=_walked_row,
    library=lambda W, V, t, X: _softmax.softmax(X @ (W + t * V).T),
    kernel=lambda W, V, t, X: _softmax._softmax(X @ (W + t * V).T),
    of=(W, W_dot, t, x_all),
    apart="of weights",
)
TORN = distribution(  # half on the first class, half on the second
    "T",
    "T",
    C,
    formula=lambda c: (sm.KroneckerDelta(c, 1) + sm.KroneckerDelta(c, 2)) / 2,
)


def _loss_and_penalty(W, lam, X, Y):
    return L(W, X, Y, lam).expand_definition()


L_OF = concept(  # the whole loss where its regulariser matters
    "L",
    _loss_and_penalty,
    library=lambda W, lam, X, Y: _gradient.linear_loss_and_gradient(W, X, Y, l2=lam)[0],
    kernel=lambda W, lam, X, Y: _gradient._linear_loss(W, X, Y, 0, lam),
    shown=2,
)


def squares(table):
    """The sum of the squares of all entries of a table of weights."""
    return Sum(Sum(table[c, d] ** 2, (d, 1, D)), (c, 1, C))


def speed(n, c):
    """How fast the score of class c of sample n moves on a walk in the direction W_dot."""
    return Sum(W_dot[c, d] * x_all[n, d], (d, 1, D))


def room(belief, speeds):
    """What a variance lacks to half the sum of squares, as squares: the proof of the bound."""
    pairs = speeds(c) + speeds(k) - 2 * sm.KroneckerDelta(c, k) * speeds(c)
    return half * Sum((1 - 2 * belief(c)) ** 2 * speeds(c) ** 2, (c, 1, C)) + half * Sum(
        Sum(belief(c) * belief(k) * pairs**2, (k, 1, C)), (c, 1, C)
    )


FEATURES = Sum(Sum(x_all[n, d] ** 2, (d, 1, D)), (n, 1, N))
with unevaluated():
    SPREAD = Sum(
        Sum(y_walk_W[n, c] * speed(n, c) ** 2, (c, 1, C))
        - Sum(y_walk_W[n, c] * speed(n, c), (c, 1, C)) ** 2,
        (n, 1, N),
    )
SPEEDS = Sum(Sum(speed(n, c) ** 2, (c, 1, C)), (n, 1, N))
ROOM_OF_SPREAD = Sum(
    room(lambda c: y_walk_W[n, c], lambda c: speed(n, c)),
    (n, 1, N),
)
ROOM_OF_SPEEDS = Sum(  # Lagrange's identity: what the Cauchy-Schwarz inequality leaves out
    Sum(
        Sum(
            Sum((W_dot[c, d] * x_all[n, d_other] - W_dot[c, d_other] * x_all[n, d]) ** 2 / 2,
                (d_other, 1, D)),
            (d, 1, D),
        ),
        (c, 1, C),
    ),
    (n, 1, N),
)  # fmt: skip

with unevaluated():
    # -- before the first step ---
    loss_at_zero = identity(
        "eq-loss-at-zero",
        At(ell(t * z, y), t, 0),
        eq(-Sum(y[c] * log(1 / C), (c, 1, C)), "all scores are zero, so every class gets $1/C$"),
        eq(log(C), "the target sums to one"),
    )
    whole_at_zero = identity(
        "eq-whole-loss-at-zero",
        At(L(t * W, x_all, y_all, lam), t, 0),
        eq(N * log(C), "{eq}`eq-loss-at-zero` for each sample; the regulariser is zero"),
    )
    first_step = identity(
        "eq-first-step",
        -eta * Sum((1 / C - sm.KroneckerDelta(k, k_all[n])) * x_all[n, d], (n, 1, N)),
        eq(
            eta
            * (
                Sum(sm.KroneckerDelta(k, k_all[n]) * x_all[n, d], (n, 1, N))
                - 1 / C * Sum(x_all[n, d], (n, 1, N))
            ),
            "split the sum; the minus sign turns both parts",
        ),
    )

    # -- how far is too far ---
    bowl = identity(
        "eq-bowl-step",
        rho / 2 * (w - eta * (rho * w)) ** 2,
        eq((1 - eta * rho) ** 2 * (rho / 2 * w**2), "$w$ is a common factor"),
    )
    one_weight = identity(
        "eq-one-weight",
        (-w + log(exp(w) + exp(-w))) + (w + log(exp(w) + exp(-w))),
        eq(2 * log(exp(w) + exp(-w)), "$w$ and $-w$ cancel"),
    )
    one_weight_slope = identity(
        "eq-one-weight-slope",
        (exp(w) / (exp(w) + exp(-w)) - 1) + exp(w) / (exp(w) + exp(-w)),
        eq((exp(w) - exp(-w)) / (exp(w) + exp(-w)), "one denominator"),
    )
    one_weight_map = derivative(
        "eq-one-weight-map",
        At(Diff(w - eta * ((exp(w) - exp(-w)) / (exp(w) + exp(-w))), w), w, 0),
        eq(1 - eta, "at $w = 0$ the fraction has slope $1$"),
    )

    # -- the descent lemma ---
    line_slope = derivative(
        "eq-walk-slope",
        Diff(ell(z + t * z_dot, y), t),
        eq(
            Sum((y_walk[c] - y[c]) * z_dot[c], (c, 1, C)),
            "the chain rule: $\\hat y - y$ after a walk of length $t$, times the speeds",
        ),
    )
    line_bend = derivative(
        "eq-walk-bend",
        Diff(Sum((y_walk[c] - y[c]) * z_dot[c], (c, 1, C)), t),
        eq(
            Sum(y_walk[c] * z_dot[c] ** 2, (c, 1, C)) - Sum(y_walk[c] * z_dot[c], (c, 1, C)) ** 2,
            "{eq}`eq-softmax-jacobian`: $\\hat y^t_c$ changes at the rate "
            "$\\hat y^t_c \\left(\\dot z_c - \\sum_k \\hat y^t_k \\dot z_k\\right)$",
        ),
    )
    variance_bound = inequality(
        "eq-variance-bound",
        Sum(P[c] * z_dot[c] ** 2, (c, 1, C)) - Sum(P[c] * z_dot[c], (c, 1, C)) ** 2,
        le(
            half * Sum(z_dot[c] ** 2, (c, 1, C)),
            "equality for two classes of probability $\\frac12$ and opposite speeds",
            proof=room(lambda c: P[c], lambda c: z_dot[c]),
            tight={P: TORN, z_dot: lambda c: sm.KroneckerDelta(c, 1) - sm.KroneckerDelta(c, 2)},
        ),
        sizes=range(2, 5),
    )
    variance_by_pairs = identity(
        "eq-variance-room",
        half * Sum(z_dot[c] ** 2, (c, 1, C))
        - (Sum(P[c] * z_dot[c] ** 2, (c, 1, C)) - Sum(P[c] * z_dot[c], (c, 1, C)) ** 2),
        eq(
            half * Sum((1 - 2 * P[c]) ** 2 * z_dot[c] ** 2, (c, 1, C))
            + half
            * Sum(
                Sum(
                    (1 - sm.KroneckerDelta(c, k)) * (P[c] * P[k] * (z_dot[c] + z_dot[k]) ** 2),
                    (k, 1, C),
                ),
                (c, 1, C),
            ),
            "multiply out and collect; $\\sum_k p_k = 1$",
        ),
    )
    descent_lemma = inequality(
        "eq-descent-lemma",
        ell(z + t * z_dot, y),
        le(
            ell(z, y)
            + t * Sum((y_hat[c] - y[c]) * z_dot[c], (c, 1, C))
            + t**2 / 4 * Sum(z_dot[c] ** 2, (c, 1, C)),
            "the gap is zero and level at $t = 0$, and it bends upwards by {eq}`eq-variance-bound`",
            proof=Minimum(t, 0, bend=variance_bound.instance({P: y_walk})),
            tight={t: 0},
        ),
    )
    score_step = inequality(
        "eq-score-step",
        ell(z - eta * (y_hat - y), y),
        le(
            ell(z, y) - eta * (1 - eta / 4) * Sum((y_hat[c] - y[c]) ** 2, (c, 1, C)),
            "{eq}`eq-descent-lemma` with $t = 1$ and $\\dot z = -\\eta (\\hat y - y)$",
            proof=descent_lemma.instance({t: 1, z_dot: lambda c: -eta * (y_hat[c] - y[c])}),
            tight={y: y_hat},
        ),
    )

    # -- the largest safe step ---
    weight_bend = inequality(
        "eq-steepest-bend",
        SPREAD + lam * squares(W_dot),
        le(
            half * SPEEDS + lam * squares(W_dot),
            "{eq}`eq-variance-bound` for each sample",
            proof=ROOM_OF_SPREAD,
            tight={W_dot: lambda *place: sm.Integer(0)},
        ),
        le(
            (half * FEATURES + lam) * squares(W_dot),
            "the Cauchy–Schwarz inequality for each score: the square of a sum of products is "
            "at most the product of the two sums of squares",
            proof=half * ROOM_OF_SPEEDS,
            tight={W_dot: lambda *place: sm.Integer(0)},
        ),
        sizes=range(1, 4),
    )
    spectral = identity(
        "eq-spectral",
        SPEEDS,
        eq(
            Sum(
                Sum(
                    Sum(
                        W_dot[c, d]
                        * Sum(x_all[n, d] * x_all[n, d_other], (n, 1, N))
                        * W_dot[c, d_other],
                        (d_other, 1, D),
                    ),
                    (d, 1, D),
                ),
                (c, 1, C),
            ),
            "multiply out the square, and sum over the samples first",
        ),
        sizes=range(1, 4),
        draws=60,
    )
    gain = identity(
        "eq-largest-step",
        eta * Sum(Sum(G[c, d] * (-G[c, d]), (d, 1, D)), (c, 1, C))
        + eta**2 / 2 * rho * Sum(Sum((-G[c, d]) ** 2, (d, 1, D)), (c, 1, C)),
        eq(
            -eta * (1 - eta * rho / 2) * squares(G),
            "the same squares in both parts",
        ),
    )
    weight_lemma = inequality(
        "eq-descent-lemma-weights",
        L(W + t * W_dot, x_all, y_all, lam),
        le(
            L(W, x_all, y_all, lam)
            + t
            * Sum(
                Sum(
                    (Sum((y_hat_W[n, c] - y_all[n, c]) * x_all[n, d], (n, 1, N)) + lam * W[c, d])
                    * W_dot[c, d],
                    (d, 1, D),
                ),
                (c, 1, C),
            )
            + t**2 / 2 * (half * FEATURES + lam) * squares(W_dot),
            "as before: zero and level at $t = 0$, and {eq}`eq-steepest-bend`",
            proof=Minimum(t, 0, bend=ROOM_OF_SPREAD + half * ROOM_OF_SPEEDS),
            tight={t: 0},
        ),
        sizes=range(1, 4),
    )

    # -- reading the loss ---
    read_back = identity(
        "eq-read-back",
        -(1 / N) * log(Product(y_hat_z[n, k_all[n]], (n, 1, N))),
        eq(
            -(1 / N) * Sum(log(y_hat_z[n, k_all[n]]), (n, 1, N)),
            "the logarithm of a product is a sum",
        ),
    )

    # -- batches ---
    batch_noise = identity(
        "eq-minibatch-noise",
        1 / N * Sum((N * gamma[n] - Sum(gamma[n_other], (n_other, 1, N))) ** 2, (n, 1, N)),
        eq(
            N * Sum(gamma[n] ** 2, (n, 1, N)) - Sum(gamma[n], (n, 1, N)) ** 2,
            "expand the square; the mixed term is twice the square of the sum",
        ),
    )

    # -- the path ---
    path = identity(
        "eq-lambda-path",
        (L_OF(W_other, lam, x_all, y_all) - L_OF(W, lam, x_all, y_all))
        + (L_OF(W, lam_other, x_all, y_all) - L_OF(W_other, lam_other, x_all, y_all)),
        eq(
            half * (lam_other - lam) * (squares(W) - squares(W_other)),
            "the losses of the samples cancel, and only the regularisers are left",
        ),
    )

    # -- exercises ---
    by_hand = value(
        "eq-ex-one-step",
        log(1 + exp(-1) + exp(-1)),
        eq(log(1 + 2 * exp(-1)), "the other two scores lie $1$ below that of the label"),
        approx(Rounded(log(1 + 2 * exp(-1)), 4), "before the step it was $\\log 3 = 1.0986$"),
    )
    thousand = value(
        "eq-ex-thousand",
        -log(sm.Rational(1, 1000)),
        eq(3 * log(10), "$1000 = 10^3$"),
        approx(Rounded(3 * log(10), 4), "in nats"),
    )
    best_step = identity(
        "eq-ex-best-step",
        -eta * (1 - eta * rho / 2),
        eq(-1 / (2 * rho) + rho / 2 * (eta - 1 / rho) ** 2, "complete the square"),
    )
    rescaled = invariance(
        "eq-ex-scale",
        L_OF(16 * W, 0, x_all / 16, y_all),
        eq(L_OF(W, 0, x_all, y_all), "the scores are the same"),
    )
    batch_of_two = identity(
        "eq-ex-two",
        1
        / N**2
        * Sum(
            Sum(
                (
                    N / 2 * (gamma[n] + gamma[n_other])
                    - Sum(gamma[n_third], (n_third, 1, N))
                )
                ** 2,
                (n_other, 1, N),
            ),
            (n, 1, N),
        ),
        eq(
            half * (N * Sum(gamma[n] ** 2, (n, 1, N)) - Sum(gamma[n], (n, 1, N)) ** 2),
            "expand the square: the mixed products only give squares of the whole sum",
        ),
    )  # fmt: skip
    cycle = identity(
        "eq-ex-cycle",
        w
        - (2 * w * ((exp(w) + exp(-w)) / (exp(w) - exp(-w))))
        * ((exp(w) - exp(-w)) / (exp(w) + exp(-w))),
        eq(-w, "the fraction and its inverse cancel"),
    )
    cycle_starts = limit(
        "eq-ex-cycle-starts",
        sm.Limit(2 * w * ((exp(w) + exp(-w)) / (exp(w) - exp(-w))), w, 0),
        eq(2, "$e^w - e^{-w}$ is about $2 w$ there"),
    )
    shift_free = inequality(
        "eq-ex-shift",
        Sum(P[c] * z_dot[c] ** 2, (c, 1, C)) - Sum(P[c] * z_dot[c], (c, 1, C)) ** 2,
        le(
            half * (Sum(z_dot[c] ** 2, (c, 1, C)) - 1 / C * Sum(z_dot[c], (c, 1, C)) ** 2),
            "{eq}`eq-variance-bound` for the speeds less their mean",
            proof=variance_bound.instance(
                {z_dot: lambda c: z_dot[c] - 1 / C * Sum(z_dot[k], (k, 1, C))}
            ),
            tight={z_dot: lambda c: sm.Integer(1)},
        ),
    )
    smaller_loss = inequality(
        "eq-ex-step-two",
        ell(z - 2 * (y_hat - y), y),
        le(
            ell(z, y) - Sum((y_hat[c] - y[c]) ** 2, (c, 1, C)),
            "{eq}`eq-descent-lemma` with $t = 1$ and $\\dot z = -2 (\\hat y - y)$",
            proof=descent_lemma.instance({t: 1, z_dot: lambda c: -2 * (y_hat[c] - y[c])}),
            tight={y: y_hat},
        ),
    )
