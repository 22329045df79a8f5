"""Trust, but differentiate: how far a numerical slope can be trusted, and slips that it finds.

The page is ``chapters/checking.md``; its sections are the comments below.
"""

import numpy as np
import sympy as sm
from checked_equations import (
    At,
    Diff,
    Group,
    Rounded,
    Sum,
    approx,
    concept,
    counterexample,
    derivative,
    eq,
    ge,
    gt,
    identity,
    inequality,
    limit,
    lt,
    real,
    unevaluated,
    value,
    vector,
)
from sympy import exp, log, sqrt

from .notation import (
    CE,
    KL,
    LSE,
    C,
    D,
    H,
    N,
    W,
    c,
    d,
    d_other,
    ell,
    k,
    k_all,
    lam,
    n,
    t,
    x,
    x_all,
    x_one,
    y,
    y_hat,
    y_hat_z,
    z,
)

half = sm.Rational(1, 2)
third = sm.Rational(1, 3)

# Draws of the two steps keep away from zero: there a difference drowns in rounding, as the chapter
# shows, and the two sides of an identity would not agree in numbers.
step = real(r"\varepsilon", sm.Rational(1, 100))  # how far a letter is nudged
best = real(r"\varepsilon_{*}", sm.Rational(1, 100))  # the step where the error is smallest
rounding = real(r"\chi", 0)  # how far rounding may move a value of the loss
cut = real(r"\alpha", 0)  # what a difference quotient cuts off, for a step of one
xi = vector(r"\xi", C)  # a random direction, free in every entry
zeta = vector(r"\zeta", C)  # what a gradient is wrong by

Im = concept(  # the imaginary part
    r"\operatorname{Im}",
    lambda value: sm.im(sm.expand(value, complex=True)),
    library=np.imag,
    kernel=np.imag,
    brackets=(r"\,\left[", r"\right]"),
)


def loss(shift):
    """The loss of two scores, log 2 and 0, whose first one is nudged; the second class is true."""
    return LSE(sm.Tuple(log(2) + shift if shift else log(2), 0))


with unevaluated():
    # -- a difference in place of a derivative ---
    by_hand = value(
        "eq-check-by-hand",
        (LSE(sm.Tuple(log(sm.Rational(11, 5)), 0)) - LSE(sm.Tuple(log(sm.Rational(20, 11)), 0)))
        / (2 * log(sm.Rational(11, 10))),
        eq(
            (log(sm.Rational(16, 5)) - log(sm.Rational(31, 11))) / (2 * log(sm.Rational(11, 10))),
            "$\\frac{11}{5} + 1 = \\frac{16}{5}$ and $\\frac{20}{11} + 1 = \\frac{31}{11}$",
        ),
        approx(
            Rounded(
                (log(sm.Rational(16, 5)) - log(sm.Rational(31, 11)))
                / (2 * log(sm.Rational(11, 10))),
                5,
            ),
            "$0.1270589 / 0.1906204$",
        ),
    )
    forward_square = identity(
        "eq-forward-square",
        ((x + step) ** 2 - x**2) / step,
        eq((2 * x * step + step**2) / step, "the square of a sum; $x^2$ cancels"),
        eq(2 * x + step, "divide by $\\varepsilon$"),
    )
    central_cube = identity(
        "eq-central-cube",
        ((x + step) ** 3 - (x - step) ** 3) / (2 * step),
        eq(
            (6 * x**2 * step + 2 * step**3) / (2 * step),
            "of the two cubes, the terms with $x^3$ and $\\varepsilon^2$ cancel",
        ),
        eq(3 * x**2 + step**2, "divide by $2 \\varepsilon$"),
    )
    forward_error = limit(
        "eq-forward-error",
        sm.Limit(((loss(step) - loss(0)) / step - sm.Rational(2, 3)) / step, step, 0, "+"),
        eq(sm.Rational(1, 9), "half of the bend, which is $\\frac{2}{3} \\cdot \\frac{1}{3}$"),
    )
    central_error = limit(
        "eq-central-error",
        sm.Limit(
            ((loss(step) - loss(-step)) / (2 * step) - sm.Rational(2, 3)) / step**2, step, 0, "+"
        ),
        eq(-sm.Rational(1, 81), "a sixth of the third derivative, which is $-\\frac{2}{27}$"),
    )

    # -- the best step ---
    total_slope = derivative(
        "eq-step-slope",
        Diff(rounding / step + cut * step**2, step),
        eq(-(rounding / step**2) + 2 * cut * step, "the first part falls, the second one grows"),
    )
    best_step = inequality(
        "eq-best-step",
        2 * cut * best**3 / step + cut * step**2,
        ge(
            3 * cut * best**2,
            "the gap is $\\frac{\\alpha}{\\varepsilon} (\\varepsilon - \\varepsilon_*)^2 "
            "(\\varepsilon + 2 \\varepsilon_*)$: equality at $\\varepsilon = \\varepsilon_*$",
            proof=(cut / step) * (step - best) ** 2 * (step + 2 * best),
            tight={step: best},
        ),
    )
    best_central = value(
        "eq-best-central",
        (81 * 2 ** sm.Integer(-54)) ** third,
        eq(
            3 * 3**third * 2 ** sm.Integer(-18),
            "$81 = 27 \\cdot 3$, and a third of $54$ is $18$",
        ),
        approx(Rounded(sm.Rational(3, 2**18) * 3**third, 7)),
    )

    # -- a step to the side ---
    complex_cube = identity(
        "eq-complex-cube",
        Im((x + sm.I * step) ** 3) / step,
        eq((3 * x**2 * step - step**3) / step, "$i^2 = -1$ and $i^3 = -i$"),
        eq(3 * x**2 - step**2, "divide by $\\varepsilon$: no difference was taken"),
    )

    # -- what no check of slopes can see ---
    both_wrong = limit(
        "eq-both-wrong",
        sm.Limit(2 * (LSE(sm.Tuple(x, 0)) - x), x, sm.oo),
        eq(0, "$\\log (e^{x} + 1) - x = \\log (1 + e^{-x})$"),
    )

    # -- all entries at once ---
    direction = derivative(
        "eq-check-direction",
        At(Diff(ell(z + t * xi, y), t), t, 0),
        eq(
            Sum(xi[c] * (y_hat[c] - y[c]), (c, 1, C)),
            "the chain rule: a score moves by $\\xi_c$ and has the slope {eq}`eq-y-hat-minus-y`",
        ),
    )
    blind = identity(
        "eq-blind-ones",
        Sum(y_hat[c] - sm.KroneckerDelta(c, k), (c, 1, C)),
        eq(
            Sum(y_hat[c], (c, 1, C)) - Sum(sm.KroneckerDelta(c, k), (c, 1, C)),
            "the sum splits",
        ),
        eq(0, "beliefs sum to one, and so does a label, whichever class $k$ it names"),
    )
    signs = identity(
        "eq-sign-directions",
        half * (zeta[1] + zeta[2]) ** 2 + half * (zeta[1] - zeta[2]) ** 2,
        eq(zeta[1] ** 2 + zeta[2] ** 2, "the mixed terms cancel"),
        sizes=range(2, 5),
    )

    # -- slips: the letter of the regulariser ---
    slip_index = identity(
        "eq-slip-index",
        lam / 2 * Sum(Sum(W[k, d] ** 2, (d, 1, D)), (c, 1, C)),
        eq(
            C * (lam / 2 * Sum(W[k, d] ** 2, (d, 1, D))),
            "the inner sum does not hold $c$: it is added up $C$ times",
        ),
    )
    slip_index_slope = derivative(
        "eq-slip-index-slope",
        Diff(lam / 2 * Sum(Sum(W[k, d] ** 2, (d, 1, D)), (c, 1, C)), W[k, d_other]),
        eq(C * lam * W[k, d_other], "{eq}`eq-slip-index`, and the square of one entry is left"),
    )
    slip_index_numbers = counterexample(
        "eq-slip-index-numbers",
        2 * Group(sm.Integer(1) ** 2 + sm.Integer(2) ** 2),
        eq(10, "the first row, once for each class"),
        lt(30, "and the second row is not punished at all"),
        eq(
            sm.Integer(1) ** 2 + sm.Integer(2) ** 2 + sm.Integer(3) ** 2 + sm.Integer(4) ** 2,
            "each entry once",
        ),
    )

    # -- slips: the shape of the weights ---
    slip_turned = counterexample(
        "eq-slip-turned",
        (sm.Rational(2, 3) - 1) * 2,
        eq(-sm.Rational(2, 3), "first class, second feature: $(\\hat y_1 - y_1) x_2$"),
        lt(third, "not even the sign is right"),
        eq(
            (1 - sm.Rational(2, 3)) * 1,
            "what stands there after the turn: $(\\hat y_2 - y_2) x_1$",
        ),
    )
    same_length = identity(
        "eq-slip-same-length",
        Sum(Sum(((y_hat[c] - y[c]) * x_one[d]) ** 2, (d, 1, D)), (c, 1, C)),
        eq(
            Group(Sum((y_hat[c] - y[c]) ** 2, (c, 1, C))) * Sum(x_one[d] ** 2, (d, 1, D)),
            "the square of a product; each sum has a letter of its own",
        ),
    )

    # -- slips: the class that belongs to the sample ---
    slip_class = identity(
        "eq-slip-one-class",
        Sum((y_hat_z[n, c] - sm.KroneckerDelta(c, k)) * x_all[n, d], (n, 1, N))
        - Sum((y_hat_z[n, c] - sm.KroneckerDelta(c, k_all[n])) * x_all[n, d], (n, 1, N)),
        eq(
            Sum(
                (sm.KroneckerDelta(c, k_all[n]) - sm.KroneckerDelta(c, k)) * x_all[n, d],
                (n, 1, N),
            ),
            "the beliefs cancel, sample by sample",
        ),
    )
    slip_class_numbers = counterexample(
        "eq-slip-one-class-numbers",
        (half - 1) * 1 + (half - 1) * (-1),
        eq(0, "both samples are told class 1: the two halves cancel"),
        gt(-1, "and the right slope is not zero"),
        eq(
            (half - 1) * 1 - half,
            "the second sample shows class 2: its $y_1$ is $0$",
        ),
    )

    # -- slips: sum against mean ---
    slip_sum_numbers = value(
        "eq-slip-sum-numbers",
        4 * (sm.Rational(2, 3) - 1) + 8 / (3 * log(2)) * Group(half * log(2)),
        eq(-sm.Rational(4, 3) + sm.Rational(4, 3), "$\\log 2$ cancels"),
        eq(0, "the sum is at its lowest point"),
    )
    slip_mean_numbers = counterexample(
        "eq-slip-mean-numbers",
        Group(sm.Rational(2, 3) - 1) + 8 / (3 * log(2)) * Group(half * log(2)),
        eq(-third + sm.Rational(4, 3), "the losses count a quarter, the regulariser all of it"),
        eq(1, "the mean is not"),
    )

    # -- slips: zero times log zero ---
    slip_product = limit(
        "eq-slip-zero-times",
        sm.Limit(x * log(exp(-(1 / x))), x, 0, "+"),
        eq(-1, "$\\log e^{-1/x} = -1/x$, and $x$ cancels"),
    )
    slip_patch = counterexample(
        "eq-slip-patch",
        -log(sm.Integer(10) ** sm.Integer(-12)),
        eq(12 * log(10), "the logarithm of a power"),
        approx(Rounded(12 * log(10), 2), "and not $800$"),
    )

    # -- slips: cross-entropy and divergence ---
    soft = sm.Tuple(sm.Rational(3, 4), sm.Rational(1, 4))
    slip_zero = counterexample(
        "eq-slip-zero",
        CE(soft, soft) - KL(soft, soft),
        eq(H(soft), "the belief is the label: the divergence is zero"),
        eq(2 * log(2) - sm.Rational(3, 4) * log(3), "$\\log 4 = 2 \\log 2$"),
        approx(Rounded(2 * log(2) - sm.Rational(3, 4) * log(3), 4)),
    )

    # -- exercises ---
    ex_forward = inequality(
        "eq-ex-forward-step",
        cut * best**2 / step + cut * step,
        ge(
            2 * cut * best,
            "the gap is $\\frac{\\alpha}{\\varepsilon} (\\varepsilon - \\varepsilon_*)^2$",
            proof=(cut / step) * (step - best) ** 2,
            tight={step: best},
        ),
    )
    ex_forward_numbers = value(
        "eq-ex-forward-numbers",
        sqrt(2 * 2 ** sm.Integer(-53) * 9),
        eq(3 * 2 ** sm.Integer(-26), "$2 \\cdot 2^{-53} = 2^{-52}$"),
        approx(Rounded(sm.Rational(3, 2**26), 10)),
    )
    ex_richardson = identity(
        "eq-ex-richardson",
        4 * third * (((x + step / 2) ** 3 - (x - step / 2) ** 3) / step)
        - third * (((x + step) ** 3 - (x - step) ** 3) / (2 * step)),
        eq(
            4 * third * Group(3 * x**2 + step**2 / 4) - third * Group(3 * x**2 + step**2),
            "{eq}`eq-central-cube` with $\\varepsilon / 2$ and with $\\varepsilon$",
        ),
        eq(3 * x**2, "$\\frac{4}{3} - \\frac{1}{3} = 1$, and $\\varepsilon^2$ cancels"),
    )
    ex_second = identity(
        "eq-ex-second-difference",
        ((x + step) ** 4 - 2 * x**4 + (x - step) ** 4) / step**2,
        eq(
            (12 * x**2 * step**2 + 2 * step**4) / step**2,
            "odd powers of $\\varepsilon$ cancel, and so does $x^4$",
        ),
        eq(12 * x**2 + 2 * step**2, "divide by $\\varepsilon^2$"),
    )
    ex_kink = counterexample(
        "eq-ex-kink",
        (sm.Abs(sm.Rational(1, 4) + 1) - sm.Abs(sm.Rational(1, 4) - 1)) / 2,
        eq((sm.Rational(5, 4) - sm.Rational(3, 4)) / 2, "the kink at $0$ lies between the two"),
        eq(sm.Rational(1, 4), "the slope at $\\frac{1}{4}$ is $1$"),
    )
    ex_patch_slope = derivative(
        "eq-ex-patch-slope",
        Diff(-log(y_hat[k] + rounding), z[k]),
        eq(
            -(y_hat[k] * (1 - y_hat[k]) / (y_hat[k] + rounding)),
            "the chain rule; $\\hat y_k$ moves with its own score as in {eq}`eq-softmax-jacobian`",
        ),
    )
    ex_missed = value(
        "eq-ex-missed",
        half ** sm.Integer(10),
        eq(1 / sm.Integer(1024), "ten halves"),
        approx(Rounded(half ** sm.Integer(10), 5)),
    )
