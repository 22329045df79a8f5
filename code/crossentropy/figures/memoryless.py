"""The figures of the chapter *The slide*.

Each function makes one figure and bears its name; the figure's caption names this script.
"""

from functools import lru_cache

import numpy as np
import sympy as sm
from live_figures import Figure, color, figure

from crossentropy.density import Cauchy, Gaussian, Laplace, responsibilities
from crossentropy.density_loss import kde_cross_entropy_with_gradient
from crossentropy.memoryless import slide

KERNELS = (Laplace, Gaussian, Cauchy)
WEIGHTS = np.array([0.35, 0.4, 0.25])
START = {0: np.array([30.0, -38.0, 50.0]), 1: np.array([30.0, 38.0, 50.0])}
ROOM = 30  # from the nearest memory to the centre
BINS = 40
HUES = ("belief", "accent", "neutral")


def positions(s, sides):
    """Where the three memories are after a slide."""
    return slide(START[int(sides)], (-1, 1), float(s))


@lru_cache(maxsize=4096)
def slopes(s, w, h, kernel, sides):
    """The gradient after a slide, by the library; a width of 0 is one bin at the centre."""
    points, logits, kernel = positions(s, sides), np.log(WEIGHTS), KERNELS[int(kernel)](h)
    if w == 0:
        return WEIGHTS - responsibilities([0.0], points, logits, kernel)[0]
    ends = (-w / 2, w / 2)
    return kde_cross_entropy_with_gradient(points, logits, kernel, interval=ends, bins=BINS)[1]


@figure(chapter="memoryless")
def the_slide():
    """All memories glide towards the centre; the gradient, as bars and against the slide."""
    fig = Figure(
        "the-slide",
        title="All memories glide towards the target: when does the gradient wake?",
        alt="Three panels. Left, a target from −10° to +10° and three memories, at +30°, −38° and "
        "+50°, as stems as high as their weights. Middle, three bars, the gradient of the logits: "
        "−0.235, +0.042 and +0.193. Right, the same three numbers against the amount of slide: "
        "with the Laplace kernel three level lines up to a slide of 20°, where memory 1 reaches "
        "the edge; beyond, up to the centre at 30°, they bend.",
        moving="Play moves all memories towards the centre by the same angle. The bars stand "
        "still until the first memory is at the edge, then they move. Another kernel makes them "
        "move from the first degree on, a narrow Gaussian only a little; a width of zero makes "
        "them stand still up to the centre.",
        caption="Press play, and watch the bars when memory 1 reaches the edge. Then set the width "
        "to zero and play again. Then try the other kernels, and all memories on one side.",
        height=330,
        narrow_height=215,
    )
    s = fig.player("s", ROOM, start=0, label="slide *s*", unit="°", rate=6)
    w = fig.slider("w", 0, 40, 20, step=2, label="width of the target *w*", unit="°",
                   names={0: "one bin"})  # fmt: skip
    h = fig.slider("h", 4, 30, 10, step=1, label="bandwidth *h*", unit="°")
    kernel = fig.choice("kernel", ["Laplace", "Gaussian", "Cauchy"], label="kernel")
    sides = fig.choice("sides", ["on both sides", "on one side"], label="memories")
    m = sm.Symbol("m", integer=True)
    g = sm.Symbol("g", real=True)

    def places(s):
        return [30 - s, sm.Piecewise((s - 38, sm.Eq(sides, 0)), (38 - s, True)), 50 - s]

    def height(difference):
        x = difference / h
        return sm.Piecewise(
            (sm.exp(-sm.Abs(x)), sm.Eq(kernel, 0)), (sm.exp(-(x**2) / 2), sm.Eq(kernel, 1)),
            (1 / (1 + x**2), True),
        )  # fmt: skip

    def gradient(s):
        theta = w * ((m + sm.Rational(1, 2)) / BINS - sm.Rational(1, 2))
        parts = [
            sm.Float(S) * height(theta - place) for S, place in zip(WEIGHTS, places(s), strict=True)
        ]
        return [
            sm.Float(S) - sm.Sum(part / sm.Add(*parts), (m, 0, BINS - 1)) / BINS
            for S, part in zip(WEIGHTS, parts, strict=True)
        ]

    line = fig.panel(
        xlim=(-60, 60), ylim=(0, 0.62), xlabel="angle (°)", ylabel="weight",
        xticks=[-50, -25, 0, 25, 50], yticks=[0, 0.2, 0.4], width=1.25,
    )  # fmt: skip
    line.boxes(
        "target", -w / 2, 0, w / 2, 0.5, color="truth", opacity=0.18, edge=False,
        check=lambda s, w, h, kernel, sides: (-w / 2, 0, w / 2, 0.5),
    )  # fmt: skip
    line.vline("centre", 0, low=0, high=0.5, color="truth", dash=(4, 3))
    line.draw(
        lambda ax: ax.text(0, 0.52, "target: edges and centre", color=color("truth"), ha="center")
    )
    for side, name in ((-1, "left"), (1, "right")):
        line.vline(
            f"edge-{name}", side * w / 2, low=0, high=0.5, color="truth", width=1.8,
            check=lambda s, w, h, kernel, sides, side=side: side * w / 2,
        )  # fmt: skip
    for k, (place, hue) in enumerate(zip(places(s), HUES, strict=True)):
        line.segment(
            f"stem-{k + 1}", (place, 0), (place, WEIGHTS[k]), color=hue, width=3,
            check=lambda k=k, **now: (
                positions(now["s"], now["sides"])[k], 0,
                positions(now["s"], now["sides"])[k], WEIGHTS[k],
            ),
        )  # fmt: skip
        line.points(
            f"memory-{k + 1}", place, WEIGHTS[k], color=hue, size=11, label=str(k + 1),
            check=lambda k=k, **now: (positions(now["s"], now["sides"])[k], WEIGHTS[k]),
        )  # fmt: skip
    bars = fig.panel(
        xlim=(-0.6, 2.6), ylim=(-0.72, 0.48), ylabel="gradient", xticks=[0, 1, 2],
        xticklabels=["memory 1", "2", "3"], yticks=[-0.5, -0.25, 0, 0.25], width=0.9,
    )  # fmt: skip
    bars.draw(lambda ax: ax.axhline(0, color=color("neutral"), linewidth=1))
    now, first = gradient(s), gradient(sm.Integer(0))
    for k, hue in enumerate(HUES):
        bars.bars(
            f"bar-{k + 1}", [now[k]], at=[k], width=0.6, color=hue, opacity=0.75,
            check=lambda k=k, **now: slopes(**now)[k],
        )  # fmt: skip
        bars.hline(
            f"start-{k + 1}", first[k], low=k - 0.42, high=k + 0.42, color="ink", width=2,
            check=lambda k=k, **now: slopes(**now | {"s": 0})[k],
        )  # fmt: skip
    bars.draw(lambda ax: ax.text(2.5, 0.4, "line: at the start", color=color("ink"), ha="right"))
    edge = ROOM - w / 2
    awake = sm.Or(s > edge + w / (2 * BINS), sm.And(sm.Ne(kernel, 0), s > 0))
    for state, shown, hue in [("asleep", sm.Not(awake), "muted"), ("awake", awake, "gap")]:
        bars.label(
            state, state, (1, -0.62), color=hue, bold=True, visible=shown,
            check=lambda s, w, h, kernel, sides: {},
        )  # fmt: skip
    ways = fig.panel(
        xlim=(0, ROOM), ylim=(-0.72, 0.48), xlabel="slide (°)", ylabel="gradient",
        xticks=[0, 10, 20, 30], yticks=[-0.5, -0.25, 0, 0.25],
    )  # fmt: skip
    ways.vline(
        "stop", edge, color="truth", width=1.8, label="edge", label_at=0.05,
        label_offset=(-18, 0), check=lambda s, w, h, kernel, sides: ROOM - w / 2,
    )  # fmt: skip
    ways.vline("here", s, color="muted", dash=(3, 3), check=lambda s, **rest: s)
    for k, hue in enumerate(HUES):
        ways.curve(
            f"way-{k + 1}", gradient(g)[k], (g, 0, ROOM), points=61, color=hue, width=2.6,
            label=str(k + 1), label_at=2, label_offset=(0, 5),
            check=lambda g, k=k, **now: np.array([slopes(**now | {"s": float(s)})[k] for s in g]),
        )  # fmt: skip
        ways.points(
            f"at-{k + 1}", s, now[k], color=hue, size=9,
            check=lambda k=k, **now: (now["s"], slopes(**now)[k]),
        )  # fmt: skip
    fig.predict(
        "All memories glide towards the centre, each by the same angle, with a Laplace kernel. "
        "When does the gradient begin to change?",
        [
            "with the first degree",
            "when the first memory reaches the edge of the target",
            "when the first memory reaches the centre",
        ],
        1,
        "As long as no memory has entered the target, every bin sees all kernels grow by the same "
        "factor, and that cancels. A bin that a memory has passed sees that memory move away.",
        hide=[
            "asleep",
            "awake",
            *(f"{what}-{k}" for what in ("bar", "start", "way", "at") for k in (1, 2, 3)),
            *(f"way-{k}-label" for k in (1, 2, 3)),
        ],
    )
    fig.readout(
        "numbers", "slide {s:.0f}°, to the edge {edge:.0f}°: gradient {g1:+.3f}, {g2:+.3f}, "
        "{g3:+.3f}; largest change so far {change:.3f}",
        {
            "s": s, "edge": edge, "g1": now[0], "g2": now[1], "g3": now[2],
            "change": sm.Max(*(sm.Abs(a - b) for a, b in zip(now, first, strict=True))),
        },
        check=lambda **now: {
            "s": now["s"], "edge": ROOM - now["w"] / 2,
            **dict(zip(("g1", "g2", "g3"), slopes(**now), strict=True)),
            "change": np.abs(slopes(**now) - slopes(**now | {"s": 0})).max(),
        },
    )  # fmt: skip
    return fig


@figure(chapter="memoryless")
def worth_of_a_step():
    """What a step towards the bin adds to the logarithm of a kernel, against the distance."""
    fig = Figure(
        "worth-of-a-step",
        title="Only a straight logarithm makes every step worth the same",
        alt="What a step of 6° towards the bin adds to the logarithm of the kernel, against the "
        "distance before the step, for a bandwidth of 15°. Laplace: a level line at 0.4. Gaussian: "
        "a straight line that rises from 0.08 to 1.52. Cauchy: a hump, highest near 18°, that "
        "falls towards zero.",
        moving="A longer step or a smaller bandwidth lifts the level line; the other two curves "
        "change their shape, and neither of them becomes level.",
        caption="Two memories at 20° and 50° slide by the same step. Read off what each of them "
        "gains. Can the Gaussian give both the same? Cauchy nearly does at s = 8°, h = 27°: for "
        "this pair, and for which others?",
    )
    s = fig.slider("s", 1, 8, 6, step=0.5, label="step *s*", unit="°")
    h = fig.slider("h", 12, 30, 15, step=1, label="bandwidth *h*", unit="°")
    x = sm.Symbol("x", real=True)
    panel = fig.panel(
        xlim=(0, 60), ylim=(0, 3.2), xlabel="distance before the step (°)",
        ylabel="gain in log K (nats)", xticks=[0, 10, 20, 30, 40, 50, 60], yticks=[0, 1, 2, 3],
    )  # fmt: skip
    gains = {
        "Laplace": s / h,
        "Gaussian": (2 * x * s - s**2) / (2 * h**2),
        "Cauchy": sm.log((h**2 + x**2) / (h**2 + (x - s) ** 2)),
    }
    hues = {"Laplace": "belief", "Gaussian": "truth", "Cauchy": "gap"}
    places = {"Laplace": (58, (0, 8)), "Gaussian": (42, (-36, 10)), "Cauchy": (30, (0, -17))}

    def gained(kernel, x, s, h):
        made = {"Laplace": Laplace, "Gaussian": Gaussian, "Cauchy": Cauchy}[kernel](h)
        return made.log_density(x - s) - made.log_density(x)

    for name, gain in gains.items():
        at, offset = places[name]
        panel.curve(
            name.lower(), gain, (x, s, 60), points=101, color=hues[name], width=2.8,
            label=name, label_at=at, label_offset=offset,
            check=lambda x, s, h, name=name: gained(name, x, s, h),
        )  # fmt: skip
    for place in (20, 50):
        panel.points(
            f"two-{place}", [place] * 3, [g.subs(x, place) for g in gains.values()],
            color="ink", size=8,
            check=lambda s, h, place=place: (
                [place] * 3, [gained(name, place, s, h) for name in gains],
            ),
        )  # fmt: skip
    fig.readout(
        "numbers", "from 20° and from 50°: Laplace {a:.3f} and {b:.3f}, Gaussian {c:.3f} and "
        "{d:.3f}, Cauchy {e:.3f} and {f:.3f}",
        {
            key: gains[name].subs(x, place)
            for key, (name, place) in zip(
                "abcdef", [(n, p) for n in gains for p in (20, 50)], strict=True
            )
        },
        check=lambda s, h: {
            key: gained(name, place, s, h)
            for key, (name, place) in zip(
                "abcdef", [(n, p) for n in gains for p in (20, 50)], strict=True
            )
        },
    )  # fmt: skip
    return fig


def error_of_the_centre(ratio, share):
    """What sliding a pair on to the centre adds to the gradient of the nearer memory."""
    logits = np.array([np.log(share / (1 - share)) - ratio, 0.0])
    at_edge = np.array([ratio / 2, 3 * ratio / 2])
    ends = (-ratio / 2, ratio / 2)
    edge, centre = (
        kde_cross_entropy_with_gradient(
            slide(at_edge, ends, s), logits, Laplace(1.0), interval=ends, bins=1000
        )[1][0]
        for s in (0.0, ratio / 2)
    )
    return centre - edge


def bound(ratio):
    """(2h/w) log cosh(w/4h), without overflow."""
    return 2 / ratio * (np.logaddexp(ratio / 4, -ratio / 4) - np.log(2))


@figure(chapter="memoryless")
def error_at_the_centre():
    """Width over bandwidth against the error of stopping at the centre, and its bounds."""
    fig = Figure(
        "error-at-the-centre",
        title="A narrow target forgives the centre, a wide one does not",
        alt="The error in the gradient from sliding on to the centre, against the width of the "
        "target over the bandwidth, from 0.1 to 40. A straight bound, w/16h, meets a bent one that "
        "ends near one half. Below both runs the error of a pair in which the nearer memory has "
        "share 0.73: at a width of two bandwidths it is 0.116, and the bent bound is 0.120.",
        moving="Moving the width moves a point along the curves. Moving the share of the nearer "
        "memory raises or lowers the curve of the pair, which never crosses the bent bound.",
        caption="Set the width to one bandwidth: how large can the error be? Then move the share "
        "until the curve of the pair comes nearest to the bent bound at your width.",
    )
    x = fig.slider("x", 0.1, 40, 2, scale="log", digits=2, label="width over bandwidth *w/h*")
    share = fig.slider("share", 0.05, 0.99, 0.73, step=0.01, label="share of the nearer memory")
    u = sm.Symbol("u", real=True)
    odds = share / (1 - share)

    def pair(x):
        return share / 2 - sm.log((1 + odds) / (1 + odds * sm.exp(-x))) / (2 * x)

    def bent(x):
        return 2 / x * sm.log((sm.exp(x / 4) + sm.exp(-x / 4)) / 2)

    panel = fig.panel(
        xlim=(0.1, 40), ylim=(0, 0.56), xlabel="width over bandwidth", xscale="log",
        ylabel="error in the gradient", xticks=[0.1, 0.3, 1, 3, 10, 40],
        xticklabels=["0.1", "0.3", "1", "3", "10", "40"],
        yticks=[0, 0.125, 0.25, 0.375, 0.5], yticklabels=["0", "1/8", "1/4", "3/8", "1/2"],
    )  # fmt: skip
    low, high = -1.0, float(np.log10(40))
    panel.curve(
        "straight", (10**u, 10**u / 16), (u, low, float(np.log10(8.5))), points=81,
        color="muted", dash=(4, 3), label="w / 16h", label_at=0.72, label_offset=(-34, 6),
        check=lambda u, x, share: (10**u, 10**u / 16),
    )  # fmt: skip
    panel.curve(
        "bent", (10**u, bent(10**u)), (u, low, high), points=81, color="cost", width=2.6,
        label="bound", label_at=1.2, label_offset=(-10, 14),
        check=lambda u, x, share: (10**u, bound(10**u)),
    )  # fmt: skip
    panel.curve(
        "pair", (10**u, pair(10**u)), (u, low, high), points=41, color="gap", width=2.6,
        label="this pair", label_at=1.3, label_offset=(0, 7),
        check=lambda u, x, share: (
            10**u, np.array([error_of_the_centre(ratio, share) for ratio in 10.0**u]),
        ),
    )  # fmt: skip
    panel.points("at-bound", x, bent(x), color="cost", size=9, check=lambda x, share: (x, bound(x)))
    panel.points(
        "at-pair", x, pair(x), color="gap", size=11,
        check=lambda x, share: (x, error_of_the_centre(x, share)),
    )  # fmt: skip
    fig.readout(
        "numbers", "w/h = {x:.2f}: error {pair:.4f}, bound {bent:.4f}, w/16h = {straight:.4f}",
        {"x": x, "pair": pair(x), "bent": bent(x), "straight": x / 16}, color="gap",
        check=lambda x, share: {
            "x": x, "pair": error_of_the_centre(x, share), "bent": bound(x), "straight": x / 16,
        },
    )  # fmt: skip
    return fig
