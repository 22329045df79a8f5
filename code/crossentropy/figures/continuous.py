"""The figures of the chapter *When outcomes become a line*.

Each function makes one figure and bears its name; the figure's caption names this script.
"""

import numpy as np
import sympy as sm
from live_figures import Figure, color, figure

from crossentropy.continuous import (
    effective_width,
    gaussian_entropy,
    histogram_entropy,
    laplace_entropy,
    uniform_entropy,
)
from crossentropy.entropy import entropy

SCALE = 10  # of the Laplace density that is cut into bins, in degrees
WIDEST = 40  # the widest bin, in degrees


def laplace_bins(width):
    """Return the probabilities of bins of a Laplace density of scale 10°, from its centre on."""
    edges = width * np.arange(int(600 / width) + 1)
    half = -np.diff(np.exp(-edges / SCALE)) / 2
    return np.concatenate([half[::-1], half]) / (2 * half.sum())


@figure(chapter="continuous")
def bins():
    """A density cut into ever finer bins: their entropy grows, less their width it settles."""
    fig = Figure(
        "bins",
        title="Entropy of bins grows without end; add log Δ and it settles",
        alt="Left, a pointed density of scale 10° and its histogram with bins 20° wide. Right, "
        "against the width of the bins from 40° down to 0.6°: the entropy of the bins rises, "
        "soon in a straight line, from 0.8 to 4.5 nats, log Δ falls from 3.7 to −0.5, and their "
        "sum starts at 4.5 and settles on 3.996, the entropy of the density.",
        moving="Each halving of the bins takes log 2 = 0.69 from log Δ and adds more and more "
        "nearly that to their entropy; the steps hug the curve, and the sum comes down to the "
        "dashed line.",
        caption="Halve the bins five times. The steps melt into the curve, and the entropy of the "
        "bins climbs each time by more nearly 0.69. Which of the three dots has come to rest?",
    )
    k = fig.slider(
        "k", 0, 6, 1, whole=True, label="halvings of a bin of 40°",
        names={i: f"{i}: {WIDEST / 2**i:g}°" for i in range(7)},
    )  # fmt: skip
    width = WIDEST / 2**k
    i = sm.Symbol("i", integer=True)
    t, v = sm.symbols("t v", real=True)

    def density(t):
        return np.exp(-np.abs(t) / SCALE) / (2 * SCALE)

    left = fig.panel(
        xlim=(-80, 80), ylim=(0, 0.055), xlabel="firing angle (°)", ylabel="density (per °)",
        xticks=[-80, -40, 0, 40, 80], yticks=[0, 0.025, 0.05],
    )  # fmt: skip
    near = sm.Max(i, -i - 1) * width  # the nearer edge of bin i
    height = sm.exp(-near / SCALE) * (1 - sm.exp(-width / SCALE)) / (2 * width)
    first = -2 * 2**k

    def heights(k):
        width = WIDEST / 2**k
        edges = np.abs(width * np.arange(-2 * 2**k, 2 * 2**k + 1))
        below = np.exp(-edges / SCALE) / 2
        return np.abs(np.diff(below)) / width

    left.boxes(
        "steps", i * width, 0, (i + 1) * width, height, over=(i, first, -first - 1),
        color="truth", opacity=0.35,
        check=lambda k: (
            WIDEST / 2**k * np.arange(-2 * 2**k, 2 * 2**k), 0,
            WIDEST / 2**k * np.arange(-2 * 2**k + 1, 2 * 2**k + 1), heights(int(k)),
        ),
    )  # fmt: skip
    left.curve(
        "density", sm.exp(-sm.Abs(t) / SCALE) / (2 * SCALE), (t, -80, 80), points=321,
        color="truth", width=2.4, check=lambda t, k: density(t),
    )  # fmt: skip
    left.label("name", "density *p*(*θ*)", (14, 0.04), color="truth", align="left", bold=True)
    right = fig.panel(
        xlim=(0, 6), ylim=(-1, 5.4), xlabel="width of a bin (°)", ylabel="nats",
        xticks=[0, 1, 2, 3, 4, 5, 6], xticklabels=["40", "20", "10", "5", "2.5", "", "0.6"],
        yticks=[0, 1, 2, 3, 4, 5],
    )  # fmt: skip
    floor = float(laplace_entropy(SCALE))

    @right.draw
    def _(ax):
        ax.axhline(floor, color=color("truth"), linewidth=1, dashes=(4, 3))
        ax.axhline(0, color=color("muted"), linewidth=0.8)

    def of_bins(halvings):
        ratio = sm.exp(-WIDEST / 2**halvings / sm.Integer(SCALE))
        return sm.log(2) - sm.log(1 - ratio) - ratio / (1 - ratio) * sm.log(ratio)

    def in_numbers(halvings):
        widths = WIDEST / 2.0 ** np.atleast_1d(halvings)
        return np.array([entropy(laplace_bins(w)) for w in widths]), np.log(widths)

    def sums(halvings):
        widths = WIDEST / 2.0 ** np.atleast_1d(halvings)
        return np.array([histogram_entropy(laplace_bins(w), w) for w in widths])

    log_width = sm.log(WIDEST) - v * sm.log(2)
    for name, expression, hue, check, text, where, offset in [
        ("of-bins", of_bins(v), "cost", lambda v, k: in_numbers(v)[0], "entropy of bins", 3.3,
         (-44, 8)),
        ("of-width", log_width, "muted", lambda v, k: in_numbers(v)[1], "log Δ", 4.2, (28, 6)),
        ("sum", of_bins(v) + log_width, "truth", lambda v, k: sums(v), "sum", 0.6, (0, 12)),
    ]:  # fmt: skip
        right.curve(
            name, expression, (v, 0, 6), points=61, color=hue, label=text, label_at=where,
            label_offset=offset, check=check,
        )  # fmt: skip
        right.points(
            f"{name}-here", k, expression.subs(v, k), color=hue, size=11,
            check=lambda k, check=check: (k, check(k, k)[0]),
        )  # fmt: skip
    right.label("limit", "H(P)", (3.6, floor - 0.42), color="truth", bold=True)
    fig.readout(
        "numbers", "bins {h:.3f}, log Δ {w:.3f}, sum {sum:.3f}; the density {floor:.3f} nats",
        {
            "h": of_bins(k), "w": sm.log(width), "sum": of_bins(k) + sm.log(width),
            "floor": floor,
        },
        check=lambda k: {
            "h": in_numbers(k)[0][0], "w": in_numbers(k)[1][0], "sum": sums(k)[0], "floor": floor,
        },
    )  # fmt: skip
    return fig


SHAPES = ["uniform", "Gaussian", "Laplace"]


def shape_density(t, shape, width):
    """Return the height at t of the density of that shape, centred at 0."""
    if shape == 0:
        return np.where(np.abs(t) <= width / 2, 1 / width, 0)
    if shape == 1:
        return np.exp(-((t / width) ** 2) / 2) / (width * np.sqrt(2 * np.pi))
    return np.exp(-np.abs(t) / width) / (2 * width)


def shape_entropy(shape, width):
    """Return the entropy of the density of that shape."""
    return [uniform_entropy, gaussian_entropy, laplace_entropy][int(shape)](width)


@figure(chapter="continuous")
def squeeze():
    """A density squeezed sideways: it rises above 1 while its entropy falls below 0."""
    fig = Figure(
        "squeeze",
        title="Squeezed, a density rises past 1 and its entropy falls past 0",
        alt="Left, a Gaussian bump of width 0.5 radians, 0.80 high, and a level box 2.07 radians "
        "wide and 0.48 high that is as unpredictable. Right, entropy against the width on a "
        "logarithmic axis: a straight line that crosses zero at 0.24 radians; the dot stands at "
        "0.73 nats.",
        moving="Squeezing the bump makes it higher than 1 and slides the dot down the line, below "
        "zero; the box always has the area of the bump. Other shapes move the line up or down.",
        caption="Squeeze the bell. It passes the height 1 at σ = 0.40, and nothing is wrong with "
        "it. Its entropy is 0 only at 0.24, where the box is one radian wide.",
    )
    shape = fig.choice("shape", SHAPES, 1, label="shape")
    width = fig.slider(
        "width", 0.05, 2, 0.5, step=0.01, label="width *w* of the interval, or scale *σ*",
        unit="rad",
    )  # fmt: skip
    t, v = sm.symbols("t v", real=True)

    def pick(*three):
        return sm.Piecewise(
            (three[0], sm.Eq(shape, 0)), (three[1], sm.Eq(shape, 1)), (three[2], True)
        )

    height = pick(
        sm.Piecewise((1 / width, sm.Abs(t) <= width / 2), (0, True)),
        sm.exp(-((t / width) ** 2) / 2) / (width * sm.sqrt(2 * sm.pi)),
        sm.exp(-sm.Abs(t) / width) / (2 * width),
    )
    nats = pick(sm.log(v), sm.log(v * sm.sqrt(2 * sm.pi * sm.E)), sm.log(2 * sm.E * v))
    here = nats.subs(v, width)
    left = fig.panel(
        xlim=(-2, 2), ylim=(0, 3), xlabel="firing angle (rad)", ylabel="density (per rad)",
        xticks=[-2, -1, 0, 1, 2], yticks=[0, 1, 2, 3],
    )  # fmt: skip

    @left.draw
    def _(ax):
        ax.axhline(1, color=color("muted"), linewidth=1, dashes=(3, 3))

    box = sm.exp(here)
    left.boxes(
        "box", -box / 2, 0, box / 2, 1 / box, color="accent", opacity=0.2,
        check=lambda shape, width: (
            -effective_width(shape_entropy(shape, width)) / 2, 0,
            effective_width(shape_entropy(shape, width)) / 2,
            1 / effective_width(shape_entropy(shape, width)),
        ),
    )  # fmt: skip
    left.curve(
        "density", height, (t, -2, 2), points=401, color="truth", width=2.6,
        check=lambda t, shape, width: shape_density(t, shape, width),
    )  # fmt: skip
    left.label("one", "height 1", (-1.95, 1.1), color="muted", align="left")
    right = fig.panel(
        xlim=(0.05, 2), ylim=(-3, 3), xlabel="width or scale (rad)", ylabel="entropy (nats)",
        xscale="log", xticks=[0.05, 0.1, 0.2, 0.5, 1, 2],
        xticklabels=["0.05", "0.1", "0.2", "0.5", "1", "2"], yticks=[-3, -2, -1, 0, 1, 2, 3],
    )  # fmt: skip

    @right.draw
    def _(ax):
        ax.axhline(0, color=color("muted"), linewidth=1, dashes=(3, 3))

    right.curve(
        "entropy", nats, (v, 0.05, 2), points=60, color="truth",
        check=lambda v, shape, width: shape_entropy(shape, v),
    )  # fmt: skip
    right.points(
        "here", width, here, color="truth", size=12,
        check=lambda shape, width: (width, shape_entropy(shape, width)),
    )  # fmt: skip
    fig.readout(
        "numbers", "highest density {top:.2f} per rad; entropy {h:+.3f} nats",
        {"top": height.subs(t, 0), "h": here}, color="truth",
        check=lambda shape, width: {
            "top": shape_density(0.0, shape, width), "h": shape_entropy(shape, width),
        },
    )  # fmt: skip
    fig.readout(
        "box-number", "effective width {box:.3f} rad: a level density so wide has this entropy",
        {"box": box}, color="accent",
        check=lambda shape, width: {"box": effective_width(shape_entropy(shape, width))},
    )  # fmt: skip
    return fig


SHOTS = np.array([-4.0, -1.0, 0.0, 2.0])  # four shots that stay; the fifth one moves
SIGMA = 10  # width of both beliefs, in degrees


@figure(chapter="continuous")
def outlier():
    """Bills of five shots against the centre of a Gaussian and of a Laplace belief."""
    fig = Figure(
        "outlier",
        title="One far shot pulls the mean along and leaves the median",
        alt="Bills per shot against the centre of the belief, for shots at −4°, −1°, 0°, 2° and "
        "3°. The Gaussian bill is a parabola, the Laplace bill is made of straight pieces; both "
        "are lowest at 0°, which is mean and median.",
        moving="Moving the fifth shot moves the parabola's lowest point by a fifth of the way; "
        "the lowest corner of the other curve stays between −1° and 0°.",
        caption="Drag the fifth shot from 3° out to 53°, then back and beyond −4°. Watch the two "
        "lowest points: where would you fire?",
    )
    far = fig.slider("far", -60, 60, 3, step=1, label="the fifth shot", unit="°")
    m = sm.Symbol("m", real=True)
    shots = [*SHOTS, far]

    def bill_gauss(m):
        squares = sm.Add(*((a - m) ** 2 for a in shots)) / 5
        return sm.log(SIGMA * sm.sqrt(2 * sm.pi)) + squares / (2 * SIGMA**2)

    def bill_laplace(m):
        return sm.log(2 * SIGMA) + sm.Add(*(sm.Abs(a - m) for a in shots)) / 5 / SIGMA

    def charges(m, far, shape):
        distances = np.atleast_1d(m)[:, None] - np.array([*SHOTS, far])
        return -np.log(shape_density(distances, shape, SIGMA)).mean(axis=1)

    mean = sm.Add(*shots) / 5
    median = sm.Min(sm.Max(far, -1), 0)
    panel = fig.panel(
        xlim=(-60, 60), ylim=(2, 10), xlabel="centre of the belief (°)",
        ylabel="bill per shot (nats)", xticks=[-60, -30, 0, 30, 60], yticks=[2, 4, 6, 8, 10],
    )  # fmt: skip
    for name, bill, hue, shape, best, exact in [
        ("gauss", bill_gauss, "cost", 1, mean, np.mean),
        ("laplace", bill_laplace, "belief", 2, median, np.median),
    ]:
        panel.curve(
            name, bill(m), (m, -60, 60), points=241, color=hue, width=2.6,
            check=lambda m, far, shape=shape: charges(m, far, shape),
        )  # fmt: skip
        panel.points(
            f"{name}-best", best, bill(best), color=hue, size=12,
            check=lambda far, shape=shape, exact=exact: (
                exact([*SHOTS, far]), charges(exact([*SHOTS, far]), far, shape)[0],
            ),
        )  # fmt: skip
    panel.points(
        "shots", shots, [2.3] * 5, color="truth", size=9,
        check=lambda far: ([*SHOTS, far], [2.3] * 5),
    )  # fmt: skip
    panel.label("shots-name", "shots", (-58, 2.3), color="truth", align="left", bold=True)
    for name, text, bill, hue, shape, best, exact, up in [
        ("gauss", "Gaussian", bill_gauss, "cost", 1, mean, np.mean, 34),
        ("laplace", "Laplace", bill_laplace, "belief", 2, median, np.median, -18),
    ]:
        panel.label(
            f"{name}-name", text, (best, bill(best)), color=hue, bold=True, offset=(0, up),
            check=lambda far, shape=shape, exact=exact: {
                "at": (exact([*SHOTS, far]), charges(exact([*SHOTS, far]), far, shape)[0]),
            },
        )  # fmt: skip
    fig.predict(
        "The fifth shot moves from 3° to 53°. How far does the best centre move?",
        [
            "10° for both beliefs",
            "10° for the Gaussian one, not at all for the Laplace one",
            "50° for the Gaussian one, 10° for the Laplace one",
        ],
        1,
        "The mean moves by a fifth of 50°. The median is the middle shot, at 0° before and after.",
        hide=["gauss-best", "laplace-best", "best"],
    )
    fig.readout(
        "best", "lowest at: mean {mean:+.1f}° (Gaussian), median {median:+.1f}° (Laplace)",
        {"mean": mean, "median": median},
        check=lambda far: {"mean": np.mean([*SHOTS, far]), "median": np.median([*SHOTS, far])},
    )  # fmt: skip
    return fig
