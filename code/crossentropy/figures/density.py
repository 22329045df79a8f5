"""Figures of the chapter on densities of memories: ``chapters/density.md``."""

import numpy as np
import sympy as sm
from live_figures import Figure, X, color, figure

from crossentropy.density import Cauchy, Gaussian, Laplace, TopHat, kde_log_density

KERNELS = ("Gaussian", "Laplace", "top-hat", "Cauchy")

# Directions that 76 turtles took after treatment, in degrees, as printed by Fisher (1993), data
# set B.3, from Stephens (1969). They are counted from 0 to 360 there.
TURTLES = np.array([
    8, 9, 13, 13, 14, 18, 22, 27, 30, 34, 38, 38, 40, 44, 45, 47, 48, 48, 48, 48,
    50, 53, 56, 57, 58, 58, 61, 63, 64, 64, 64, 65, 65, 68, 70, 73, 78, 78, 78, 83,
    83, 88, 88, 88, 90, 92, 92, 93, 95, 96, 98, 100, 103, 106, 113, 118, 138, 153, 153, 155,
    204, 215, 223, 226, 237, 238, 243, 244, 250, 251, 257, 268, 285, 319, 343, 350,
])  # fmt: skip


def around_zero(degrees):
    """Return directions between −180° and 180°."""
    return (np.asarray(degrees) + 180) % 360 - 180


def _at_least(a, b):
    """1 where ``a`` is at least ``b``, else 0."""
    return sm.Piecewise((1, a >= b), (0, True))


def _kernel(kind, x, h):
    """The four kernels as one expression; ``kind`` is the number of the choice."""
    kernels = (
        sm.exp(-(x**2) / (2 * h**2)) / (h * sm.sqrt(2 * sm.pi)),
        sm.exp(-sm.Abs(x) / h) / (2 * h),
        _at_least(h, sm.Abs(x)) / (2 * h),
        h / (sm.pi * (h**2 + x**2)),
    )
    return sum(sm.KroneckerDelta(kind, k) * kernel for k, kernel in enumerate(kernels))


def _density(x, points, weights, kind, h):
    """The same by the library."""
    kernel = (Gaussian, Laplace, TopHat, Cauchy)[int(kind)](h)
    shape = np.shape(x)
    return np.exp(kde_log_density(np.ravel(x), points, np.log(weights), kernel)).reshape(shape)


@figure(chapter="density")
def bin_edges():
    """A histogram of the turtles whose bins can be moved, and a sum of kernels beside it."""
    fig = Figure(
        "bin-edges",
        title="A histogram depends on where its bins begin; the curve has no bins",
        alt="Directions of 76 turtles as ticks below a histogram with bins of 30°. Most of it "
        "lies between 0° and 120°, with two bars of equal height from 30° to 90°; a small hill "
        "stands near −120°. A smooth curve follows both hills and has its top at 60°.",
        moving="Moving the bins changes the heights of the bars, while the curve stands still. A "
        "wider bandwidth melts its hills together, a narrower one splits them into spikes.",
        caption="Move the edges of the bins by 15°. Two equal bars were highest; and now? Take the "
        "bandwidth to 4 and to 60: which hills do you believe?",
    )
    start = fig.slider("start", 0, 29, 0, step=1, label="bins begin at −180° +", unit="°")
    h = fig.slider("h", 4, 60, 15, step=1, label="bandwidth *h*", unit="°")
    kind = fig.choice("kind", KERNELS, label="kernel")
    places = around_zero(TURTLES)
    turtles = fig.data("turtles", places)
    i, k = sm.symbols("i k", integer=True)
    x = sm.Symbol("x", real=True)
    panel = fig.panel(
        xlim=(-180, 180), ylim=(-0.0009, 0.018), xlabel="direction (°)",
        ylabel="density (per degree)",
        xticks=[-180, -90, 0, 90, 180], yticks=[0, 0.004, 0.008, 0.012],
    )  # fmt: skip

    @panel.draw
    def _(ax):
        ax.vlines(places, -0.0006, -0.0001, color=color("truth"), linewidth=1)

    low = -210 + start + 30 * k
    inside = _at_least(turtles[i], low) * (1 - _at_least(turtles[i], low + 30))
    last = len(places) - 1
    panel.bars(
        "bars", sm.Sum(inside, (i, 0, last)) / (len(places) * 30), at=low + 15, width=30,
        over=(k, 0, 12), color="truth", opacity=0.35,
        check=lambda start, h, kind: (
            np.histogram(places, np.arange(-210, 181, 30) + start)[0] / (len(places) * 30)
            if start else
            np.histogram(places, np.append(np.arange(-210, 180, 30), 179.5))[0]
            / (len(places) * 30)
        ),
    )  # fmt: skip
    panel.curve(
        "curve", sm.Sum(_kernel(kind, x - turtles[i], h), (i, 0, last)) / len(places),
        (x, -180, 180), points=240, color="belief", width=3,
        check=lambda x, start, h, kind: _density(x, places, np.ones(len(places)), kind, h),
    )  # fmt: skip
    return fig


TINY = 1e-300  # where no memory reaches, its share is 0 and not 0 / 0
WEIGHTS = (0.5, 0.3, 0.2)
SHADES = (0.85, 0.5, 0.22)


@figure(chapter="density")
def remembered_angles():
    """Three memories, their kernels stacked to a density, and the shares of each in it."""
    fig = Figure(
        "remembered-angles",
        title="Each memory spreads its weight; at every angle it owns a share",
        alt="Left, three memories at −30°, 0° and 25° with weights 0.5, 0.3 and 0.2: their "
        "Gaussian kernels of bandwidth 12°, stacked, make the belief. Right, the same shares "
        "stretched to fill the height from 0 to 1 at every angle: memory 1 owns the left, "
        "memory 3 the right, memory 2 a part of the middle. A line marks the angle 12°.",
        moving="Dragging a memory moves its hill and its share. A wider bandwidth blurs the "
        "shares; a narrower one hands more to the nearest, but under Cauchy never all. The line "
        "reads off the shares at another angle.",
        caption="Drag the angle θ to 60° under each kernel. Which kernel gives it to memory 3 "
        "almost whole, which leaves memory 1 a fifth, and which has nothing to say there?",
    )
    kind = fig.choice("kind", KERNELS, label="kernel")
    h = fig.slider("h", 6, 40, 12, step=0.5, label="bandwidth *h*", unit="°")
    bin_ = fig.slider("angle", -60, 60, 12, step=0.5, label="angle *θ*", unit="°")
    starts = (-30, 0, 25)
    memories = [
        fig.slider(f"memory{j}", -50, 50, at, step=0.5, label=f"memory {j}", unit="°", show=False)
        for j, at in enumerate(starts, 1)
    ]
    x = sm.Symbol("x", real=True)

    def pieces(x):
        return [w * _kernel(kind, x - at, h) for w, at in zip(WEIGHTS, memories, strict=True)]

    def numbers(x, s):
        points = [s["memory1"], s["memory2"], s["memory3"]]
        x = np.asarray(x, float)
        return np.stack([
            w * _density(x, [at], [1.0], s["kind"], s["h"])
            for w, at in zip(WEIGHTS, points, strict=True)
        ])  # fmt: skip

    def shares(x, s):
        own = numbers(x, s)
        total = own.sum(0)
        return np.divide(own, total, out=np.zeros_like(own), where=total > 0)

    left = fig.panel(
        xlim=(-60, 60), ylim=(-0.003, 0.05), xlabel="firing angle (°)",
        ylabel="belief (per degree)", xticks=[-60, -30, 0, 30, 60], yticks=[0, 0.02, 0.04],
    )  # fmt: skip
    right = fig.panel(
        xlim=(-60, 60), ylim=(0, 1), xlabel="firing angle (°)", ylabel="responsibility",
        xticks=[-60, -30, 0, 30, 60], yticks=[0, 0.5, 1], yticklabels=["0", "0.5", "1"],
    )  # fmt: skip
    own = pieces(x)
    total = sm.Add(*own) + TINY
    there = pieces(bin_)
    density = sm.Add(*there) + TINY
    for j in range(3):
        below, above = sm.Add(*own[:j]), sm.Add(*own[: j + 1])
        left.area(
            f"piece{j + 1}", below, above, (x, -60, 60), points=240, color="belief",
            opacity=SHADES[j],
            check=lambda x, j=j, **s: (numbers(x, s)[:j].sum(0), numbers(x, s)[: j + 1].sum(0)),
        )  # fmt: skip
        right.area(
            f"share{j + 1}",
            below / total, above / total,
            (x, -60, 60), points=240, color="belief", opacity=SHADES[j],
            check=lambda x, j=j, **s: (shares(x, s)[:j].sum(0), shares(x, s)[: j + 1].sum(0)),
        )  # fmt: skip
    left.curve(
        "belief", total, (x, -60, 60), points=240, color="belief", width=2.5,
        check=lambda x, **s: numbers(x, s).sum(0),
    )  # fmt: skip
    for panel, name in ((left, "here"), (right, "there")):
        panel.vline(name, bin_, color="truth", width=2, check=lambda angle, **s: angle)
    for j, at in enumerate(memories, 1):
        left.label(
            f"name{j}", str(j), (at, 0), color="ink", bold=True, offset=(0, 14),
            check=lambda j=j, **s: {"at": (s[f"memory{j}"], 0)},
        )  # fmt: skip
        left.draggable(
            f"drag{j}", (at, 0), sets={at: X}, label=f"memory {j}", color="neutral",
            keys=(1 / 120, 0.02),
        )  # fmt: skip
    left.draggable(
        "drag-angle", (bin_, 0.047), sets={bin_: X}, label="angle θ", color="truth",
        keys=(1 / 120, 0.02),
    )  # fmt: skip
    fig.readout(
        "numbers", "at *θ*: belief {q:.4f} per degree, shares {r1:.2f}, {r2:.2f}, {r3:.2f}",
        {"q": density} | {
            f"r{j + 1}": e / density for j, e in enumerate(there)
        },
        color="belief",
        check=lambda angle, **s: {"q": numbers(angle, s).sum()} | {
            f"r{j + 1}": float(shares(angle, s)[j]) for j in range(3)
        },
    )  # fmt: skip
    return fig


@figure(chapter="density")
def log_slopes():
    """What distance costs under three kernels, and how fast that price rises."""
    fig = Figure(
        "log-slopes",
        title="Distance costs: more and more, always the same, less and less",
        alt="Left, minus the logarithm of three kernels against the distance, each from 0 at "
        "distance 0: a parabola (Gaussian), a straight line (Laplace), a curve that flattens "
        "(Cauchy). Right, their slopes: a rising line, a level line, a hump that falls to 0. A "
        "mark stands at 20°.",
        moving="Moving the mark outwards raises the slope of the Gaussian, leaves that of the "
        "Laplace and, beyond one bandwidth, lowers that of the Cauchy.",
        caption="Drag the distance outwards. Where do the three slopes meet, and where is the "
        "Cauchy slope at its highest?",
    )
    distance = fig.slider("distance", 0, 60, 20, step=0.5, label="distance", unit="°")
    h = fig.slider("h", 5, 30, 10, step=0.5, label="bandwidth *h*", unit="°")
    x = sm.Symbol("x", real=True)
    prices = {
        "gauss": ("Gaussian", x**2 / (2 * h**2), x / h**2, Gaussian, "truth"),
        "laplace": ("Laplace", x / h, 1 / h, Laplace, "belief"),
        "cauchy": ("Cauchy", sm.log(1 + x**2 / h**2), 2 * x / (h**2 + x**2), Cauchy, "cost"),
    }
    left = fig.panel(
        xlim=(0, 60), ylim=(0, 8), xlabel="distance (°)", ylabel="price (nats)",
        xticks=[0, 20, 40, 60], yticks=[0, 2, 4, 6, 8],
    )  # fmt: skip
    right = fig.panel(
        xlim=(0, 60), ylim=(0, 0.3), xlabel="distance (°)", ylabel="log-slope (nats per degree)",
        xticks=[0, 20, 40, 60], yticks=[0, 0.1, 0.2, 0.3],
    )  # fmt: skip
    labels = {
        "gauss": {"label": "Gaussian", "label_at": sm.Min(3.2 * h, 50), "label_align": "right",
                  "label_offset": (-8, 4)},
        "laplace": {"label": "Laplace", "label_at": sm.Min(6.5 * h, 57), "label_align": "right",
                    "label_offset": (-8, 8)},
        "cauchy": {"label": "Cauchy", "label_at": 57, "label_align": "right",
                   "label_offset": (0, -26)},
    }  # fmt: skip
    for name, (_, price, slope, kernel, hue) in prices.items():

        def cost(x, h, kernel=kernel):
            return kernel(h).log_density(0.0) - kernel(h).log_density(np.asarray(x, float))

        def steepness(x, h, kernel=kernel):
            slope = -kernel(h).slope(np.asarray(x, float))
            return np.where(np.asarray(x) == 0, 1 / h, slope) if kernel is Laplace else slope

        left.curve(
            f"{name}-price", price, (x, 0, 60), color=hue, **labels[name],
            check=lambda x, distance, h, cost=cost: cost(x, h),
        )  # fmt: skip
        right.curve(
            f"{name}-slope", slope, (x, 0, 60), color=hue,
            check=lambda x, distance, h, steepness=steepness: steepness(x, h),
        )  # fmt: skip
        left.points(
            f"{name}-here", distance, price.subs(x, distance), color=hue,
            check=lambda distance, h, cost=cost: (distance, cost(distance, h)),
        )  # fmt: skip
        right.points(
            f"{name}-there", distance, sm.sympify(slope).subs(x, distance), color=hue,
            check=lambda distance, h, steepness=steepness: (distance, steepness(distance, h)),
        )  # fmt: skip
        fig.readout(
            f"{name}-number", f"{prices[name][0]}: price {{p:.2f}}, slope {{s:.3f}} per degree",
            {"p": price.subs(x, distance), "s": sm.sympify(slope).subs(x, distance)}, color=hue,
            check=lambda distance, h, cost=cost, steepness=steepness: {
                "p": float(cost(distance, h)), "s": float(steepness(distance, h)),
            },
        )  # fmt: skip
    return fig


PLACES, SHARES, SOFTNESS = (-10.0, 10.0), (0.5, 0.5), 1.5
SHOTS = 120


def _dodger(seed=5):
    """Where the dodger stood in each shot: near one of two places."""
    rng = np.random.default_rng(seed)
    return rng.choice(PLACES, SHOTS, p=SHARES) + rng.logistic(0, SOFTNESS, SHOTS)


def dodger_density(x):
    """The dodger's own density: two logistic bumps."""
    x = np.asarray(x, float)[..., None]
    e = np.exp(-np.abs(x - np.array(PLACES)) / SOFTNESS)
    return (e / (SOFTNESS * (1 + e) ** 2)) @ np.array(SHARES)


def blurred_density(x, w):
    """The same blurred by a top-hat of width ``w``: a difference of two distribution functions."""
    x = np.asarray(x, float)[..., None] - np.array(PLACES)

    def below(x):
        return 0.5 * (1 + np.tanh(x / (2 * SOFTNESS)))

    return (below(x + w / 2) - below(x - w / 2)) @ np.array(SHARES) / w


@figure(chapter="density")
def blurred_target():
    """Intervals that would have hit, averaged over shots: the dodger's density, blurred."""
    fig = Figure(
        "blurred-target",
        title="Averaged intervals show the dodger through a window one robot wide",
        alt="The dodger's density has two narrow bumps, at −10° and 10°. The average of 120 "
        "intervals, each 29° wide, is a staircase near the blurred density: a hill "
        "at 0°, and on both sides a shoulder half as high that ends beyond 20°.",
        moving="A narrow robot lets the average show both bumps; a wide one makes one hill of "
        "them, highest in the middle, where the dodger seldom is.",
        caption="Take the width from 29° down to 10°. From which width on are there two hills? "
        "Then go back to 29°, play from the first shot and watch the staircase settle.",
    )
    w = fig.slider("w", 2, 40, 29, step=0.5, label="width *w*", unit="°")
    shot = fig.player("shot", SHOTS - 1, start=SHOTS - 1, label="number of shots", rate=15,
        names={k: f"{k + 1} shot{'s' * (k > 0)}" for k in range(SHOTS)},
    )  # fmt: skip
    middles = _dodger()
    middle = fig.data("middle", middles)
    i = sm.Symbol("i", integer=True)
    x = sm.Symbol("x", real=True)
    panel = fig.panel(
        xlim=(-40, 40), ylim=(0, 0.1), xlabel="firing angle (°)", ylabel="density (per degree)",
        xticks=[-40, -20, 0, 20, 40], yticks=[0, 0.02, 0.04, 0.06, 0.08],
    )  # fmt: skip

    def bump(x):
        e = sm.exp(-sm.Abs(x) / SOFTNESS)
        return e / (SOFTNESS * (1 + e) ** 2)

    def below(x):
        return 1 / (1 + sm.exp(-x / SOFTNESS))

    own = sum(s * bump(x - at) for s, at in zip(SHARES, PLACES, strict=True))
    blurred = sum(
        s * (below(x - at + w / 2) - below(x - at - w / 2))
        for s, at in zip(SHARES, PLACES, strict=True)
    ) / w  # fmt: skip
    hits = _at_least(w / 2, sm.Abs(x - middle[i]))
    average = sm.Sum(hits, (i, 0, shot)) / ((shot + 1) * w)

    def seen(x, w, shot):
        near = np.abs(np.asarray(x, float)[..., None] - middles[: int(shot) + 1]) <= w / 2
        return near.mean(-1) / w

    panel.curve(
        "own", own, (x, -40, 40), points=320, color="truth", label="dodger", label_at=-10,
        label_offset=(-28, -4), check=lambda x, w, shot: dodger_density(x),
    )  # fmt: skip
    panel.curve(
        "average", average, (x, -40, 40), points=320, color="cost", width=1.6,
        label="average", label_at=24, label_align="left", label_offset=(6, 12),
        check=lambda x, w, shot: seen(x, w, shot),
    )  # fmt: skip
    panel.curve(
        "blurred", blurred, (x, -40, 40), points=320, color="accent", width=3,
        label="blurred", label_at=0, label_offset=(0, 12),
        check=lambda x, w, shot: blurred_density(x, w),
    )  # fmt: skip
    centre = blurred.subs(x, 0)
    aside = blurred.subs(x, 10)
    fig.predict(
        "The dodger stands near −10° or near 10°, as often here as there. It is two robots "
        "away and looks 29° wide. Where do you aim?",
        ["at −10° or at 10°, where it stands", "at 0°, between its places"],
        1,
        "At 0° both places are within half a robot, so nearly every shot hits. At 10° every "
        "second one does.",
        hide=["average", "average-label", "blurred", "blurred-label", "numbers"],
    )
    fig.readout(
        "numbers", "chance to hit: aimed at 0° {a:.0%}, aimed at 10° {b:.0%}",
        {"a": centre * w, "b": aside * w}, color="accent",
        check=lambda w, shot: {
            "a": float(blurred_density(0, w)) * w, "b": float(blurred_density(10, w)) * w,
        },
    )  # fmt: skip
    return fig
