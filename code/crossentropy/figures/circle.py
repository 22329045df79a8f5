"""The figures of the chapter *Around the circle*.

Each function makes one figure and bears its name; the figure's caption names this script.
"""

import numpy as np
import sympy as sm
from live_figures import Figure, X, Y, color, figure

from crossentropy.circle import (
    GeodesicLaplace,
    VonMises,
    WrappedCauchy,
    WrappedLaplace,
    WrappedNormal,
)
from crossentropy.density import Cauchy, Gaussian, Laplace
from crossentropy.softmax import softmax

NAMES = ["geodesic Laplace", "wrapped Laplace", "von Mises", "wrapped Gauss", "wrapped Cauchy"]
GEODESIC, WRAPPED, MISES = range(3)
DEGREE = sm.pi / 180


def _on_circle(way, h, choice):
    """A kernel of the way round, up to a factor, in SymPy; angles in degrees."""
    way, h = way * DEGREE, h * DEGREE
    wrapped = (sm.exp(-way / h) + sm.exp(-(2 * sm.pi - way) / h)) / 2
    gauss = sm.Add(*(sm.exp(-((way + 2 * sm.pi * k) ** 2) / (2 * h**2)) for k in (-1, 0, 1)))
    cauchy = 1 / ((sm.exp(h) + sm.exp(-h)) / 2 - sm.cos(way))
    return sm.Piecewise(
        (sm.exp(-way / h), sm.Eq(choice, 0)),
        (wrapped, sm.Eq(choice, 1)),
        (sm.exp((sm.cos(way) - 1) / h**2), sm.Eq(choice, 2)),
        (gauss, sm.Eq(choice, 3)),
        (cauchy, True),
    )


def _on_line(way, h, choice):
    """The kernel of the line that goes with it."""
    way, h = way * DEGREE, h * DEGREE
    return sm.Piecewise(
        (sm.exp(-way / h), choice < 2),
        (sm.exp(-(way**2) / (2 * h**2)), choice < 4),
        (1 / (h**2 + way**2), True),
    )


def kernel_of(choice, h):
    """The library's kernel of that number; the bandwidth in degrees."""
    h = np.radians(h)
    return [
        GeodesicLaplace(h), WrappedLaplace(h), VonMises(h**-2), WrappedNormal(h),
        WrappedCauchy(np.exp(-h)),
    ][int(choice)]  # fmt: skip


def twin_of(choice, h):
    """The library's kernel on the line that goes with it."""
    h = np.radians(h)
    return [Laplace(h), Laplace(h), Gaussian(h), Gaussian(h), Cauchy(h)][int(choice)]


def pull(kernel, middle, apart=10):
    """How far the share of the nearer of two memories of equal weight exceeds its prior."""
    near, far = (np.asarray(middle, float)[..., None] + np.array([-apart, apart]) / 2).T
    logs = np.stack([kernel.log_density(np.radians(np.abs(way))) for way in (near, far)], -1)
    return softmax(logs)[..., 0] - 0.5


def _round_panel(fig, **options):
    """A circle seen from above: 0° at the top, clockwise."""
    panel = fig.panel(
        xlim=(-1.45, 1.45), ylim=(-1.45, 1.45), xlabel="", ylabel="", frame=False, aspect="equal",
        **options,
    )  # fmt: skip

    @panel.draw
    def _(ax):
        t = np.linspace(0, 2 * np.pi, 181)
        ax.plot(np.sin(t), np.cos(t), color=color("muted"), linewidth=1)

    return panel


def _at(angle, radius=1):
    return radius * sm.sin(angle * DEGREE), radius * sm.cos(angle * DEGREE)


def place(angle, radius=1):
    """Where an angle in degrees lies in the drawing."""
    t = np.radians(angle)
    return radius * np.sin(t), radius * np.cos(t)


def _steepness(way, h, choice):
    """How much of itself a kernel loses per degree, −∂ log K/∂ϱ, in SymPy; angles in degrees."""
    way, h = way * DEGREE, h * DEGREE
    behind = sm.exp(-2 * (sm.pi - way) / h)
    turns = [way + 2 * sm.pi * k for k in (-1, 0, 1)]
    images = [sm.exp(-(turn**2) / (2 * h**2)) for turn in turns]
    mean = sm.Add(*(turn * image for turn, image in zip(turns, images, strict=True)))
    slope = sm.Piecewise(
        (1 / h, sm.Eq(choice, 0)),
        ((1 - behind) / (1 + behind) / h, sm.Eq(choice, 1)),
        (sm.sin(way) / h**2, sm.Eq(choice, 2)),
        (mean / sm.Add(*images) / h**2, sm.Eq(choice, 3)),
        (sm.sin(way) / ((sm.exp(h) + sm.exp(-h)) / 2 - sm.cos(way)), True),
    )
    return slope * DEGREE


@figure(chapter="circle")
def five_kernels():
    """Five kernels of the circle with one bandwidth: their heights and their log-slopes."""
    fig = Figure(
        "five-kernels",
        title="Five ways to fall",
        alt="Left, the heights of five kernels with a bandwidth of 40° against the way round, on a "
        "logarithmic scale; that of the geodesic Laplace kernel is a straight line and stands out. "
        "Right, how many per cent of its height each kernel loses per degree: a constant 2.5 for "
        "geodesic Laplace, the same for wrapped Laplace until it drops to 0 near 180°, an arch "
        "for von Mises, a ramp with a steep end for wrapped Gauss, a hill at 37° with a long "
        "descent for wrapped Cauchy.",
        moving="A smaller bandwidth makes all fall faster; the drop of wrapped Laplace and of "
        "wrapped Gauss moves closer to the antipode, the arch of von Mises stays symmetric about "
        "90°.",
        caption="Choose one kernel after the other. Which of them are flat at the antipode? Then "
        "make the bandwidth small: which two cannot be told apart any more, nearly all the way "
        "round?",
    )
    choice = fig.choice("kernel", NAMES, GEODESIC, label="kernel")
    h = fig.slider("h", 10, 60, 40, step=1, label="bandwidth *h*", unit="°")
    way = sm.Symbol("way", real=True)
    common = {"xlim": (0, 180), "xlabel": "way round ϱ (°)", "xticks": [0, 45, 90, 135, 180]}
    left = fig.panel(
        ylim=(-6, 0.3), ylabel="height, as a power of ten", yticks=[-6, -4, -2, 0], **common
    )
    right = fig.panel(
        ylim=(0, 10), ylabel="falls by so many % per degree", yticks=[0, 2, 4, 6, 8, 10], **common
    )

    def height(way, h, choice):
        top = _on_circle(way, h, choice) / _on_circle(sm.Integer(0), h, choice)
        return sm.log(top) / sm.log(10)

    def known_height(way, h, kernel):
        logs = kernel_of(kernel, h).log_density(np.radians([*np.atleast_1d(way), 0]))
        return (logs[:-1] - logs[-1]) / np.log(10)

    def known_steepness(way, h, kernel):
        return -100 * kernel_of(kernel, h).slope(np.radians(way)) * np.pi / 180

    for name, panel, what, known in (
        ("height", left, height, known_height),
        ("steepness", right, lambda *more: 100 * _steepness(*more), known_steepness),
    ):
        for number, kernel in enumerate(NAMES):
            panel.curve(
                f"{name}-{kernel.replace(' ', '-')}", what(way, h, number), (way, 0.5, 179.5),
                points=180, color="muted", width=1.4,
                check=lambda way, h, known=known, number=number, **s: known(way, h, number),
            )  # fmt: skip
        panel.curve(
            name, what(way, h, choice), (way, 0.5, 179.5), points=180, color="belief", width=3,
            check=lambda way, h, kernel, known=known: known(way, h, kernel),
        )  # fmt: skip
    fig.readout(
        "loss",
        "falls by {near:.2f}% per degree at 45° and by {far:.2f}% at 170°",
        {
            "near": 100 * _steepness(sm.Integer(45), h, choice),
            "far": 100 * _steepness(sm.Integer(170), h, choice),
        },
        color="belief",
        check=lambda kernel, h: {
            "near": known_steepness(45.0, h, kernel),
            "far": known_steepness(170.0, h, kernel),
        },
    )  # fmt: skip
    return fig


@figure(chapter="circle")
def antipode():
    """A pair of memories on a circle: the pull on the nearer one, against the way to it."""
    fig = Figure(
        "antipode",
        title="At the antipode, every pull ends",
        alt="Left, a circle with the bin at the top, its antipode at the bottom, and two memories "
        "10° apart at 85° and 95°. Right, the pull on the nearer memory against the way to the "
        "pair, for a von Mises kernel of bandwidth 20°: it rises to 0.31 at 90° and falls back to "
        "0 at 180°. A dashed curve for a Gauss kernel on the line rises on towards 0.5.",
        moving="Dragging the pair round moves a point along the curve; it comes back to 0 at the "
        "antipode for every kernel: slowly for von Mises, within about one bandwidth for wrapped "
        "Laplace, in the last 2° for wrapped Gauss, and only where the pair straddles the antipode "
        "for geodesic Laplace.",
        caption="Drag the pair to 170° and try all five kernels there. Which of them still pull as "
        "they would on the line (dashed)? Then drag it over the antipode, and watch the two "
        "memories change parts.",
    )  # fmt: skip
    where = fig.slider("where", -180, 180, 90, step=1, label="middle of the pair", unit="°")
    choice = fig.choice("kernel", NAMES, MISES, label="kernel")
    h = fig.slider("h", 10, 60, 20, step=1, label="bandwidth *h*", unit="°")
    way = sm.Symbol("way", real=True)
    t = sm.Symbol("t", real=True)

    def expression(kernel, middle, last):
        near, far = kernel(sm.Abs(middle - 5), h, choice), kernel(last, h, choice)
        return near / (near + far) - sm.Rational(1, 2)

    def on_circle(middle):
        return expression(_on_circle, middle, sm.Min(middle + 5, 355 - middle))

    left = _round_panel(fig)

    @left.draw
    def _(ax):
        ax.plot([0], [1], marker="v", markersize=11, color=color("truth"))
        ax.text(0, 0.72, "bin", color=color("truth"), ha="center", weight="bold")
        ax.plot([0], [-1], marker="x", markersize=10, color=color("accent"), markeredgewidth=2.5)
        ax.text(0, -0.85, "antipode", color=color("accent"), ha="center", weight="bold")

    left.curve(
        "way", _at(t, 1.09), (t, 0, where), points=61, color="belief", width=2,
        check=lambda t, **s: place(t, 1.09),
    )  # fmt: skip
    left.draggable(
        "pair", _at(where, 1.28), sets={where: sm.atan2(X, Y) / DEGREE}, label="pair of memories",
        color="belief", keys=(0.03, 0.03),
    )  # fmt: skip
    left.points(
        "memories", *zip(_at(where - 5), _at(where + 5), strict=True), color="belief", size=10,
        check=lambda where, **s: place(where + np.array([-5, 5])),
    )  # fmt: skip
    left.label(
        "way-name", "{way:.0f}°", _at(where / 2, 0.66), values={"way": sm.Abs(where)},
        color="belief", bold=True,
        check=lambda where, **s: {"way": abs(where), "at": place(where / 2, 0.66)},
    )  # fmt: skip
    right = fig.panel(
        xlim=(0, 190), ylim=(0, 0.55), xlabel="way to the pair (°)",
        ylabel="pull on the nearer memory", xticks=[0, 45, 90, 135, 180],
        yticks=[0, 0.1, 0.2, 0.3, 0.4, 0.5], width=1.3,
    )  # fmt: skip

    @right.draw
    def _(ax):
        ax.axvline(180, color=color("accent"), linewidth=1.4, dashes=(4, 3))

    right.curve(
        "line", expression(_on_line, way, way + 5), (way, 0, 180), points=91, color="muted",
        width=1.6, dash=(5, 4), label="on the line", label_at=135,
        check=lambda way, where, kernel, h: pull(twin_of(kernel, h), way),
    )  # fmt: skip
    right.curve(
        "circle", on_circle(way), (way, 0, 180), points=181, color="belief", width=3,
        check=lambda way, where, kernel, h: pull(kernel_of(kernel, h), way),
    )  # fmt: skip
    right.points(
        "here", sm.Abs(where), on_circle(sm.Abs(where)), color="belief", size=12,
        check=lambda where, kernel, h: (abs(where), pull(kernel_of(kernel, h), abs(where))),
    )  # fmt: skip
    fig.predict(
        "A von Mises kernel pulls on the nearer of the two memories with 0.31 when the pair is at "
        "90°. You drag it on to 170°. How strong is the pull there?",
        ["stronger, as for Gauss on the line", "about the same", "much weaker"],
        2,
        "0.06. Beyond 90° the ways to the two memories differ by as much as before, but the "
        "kernel has nearly stopped falling.",
        hide=["circle", "line"],
    )
    fig.readout(
        "pull",
        "way {way:.0f}°: r − S = {pull:+.3f} for the nearer memory, on the line {line:+.3f}",
        {
            "way": sm.Abs(where),
            "pull": on_circle(sm.Abs(where)),
            "line": expression(_on_line, sm.Abs(where), sm.Abs(where) + 5),
        },
        color="belief",
        check=lambda where, kernel, h: {
            "way": abs(where),
            "pull": pull(kernel_of(kernel, h), abs(where)),
            "line": pull(twin_of(kernel, h), abs(where)),
        },
    )  # fmt: skip
    return fig


WEIGHTS = (0.1, 0.2, 0.7)
NEAR = (60, 80)
HALF_WIDTH = 30
BINS = 31
BIN_ANGLES = HALF_WIDTH * ((2 * np.arange(BINS) + 1) / BINS - 1)


def gradient(angles, kernel):
    """The gradient S − mean of r over the bins; angles in degrees."""
    ways = np.radians(BIN_ANGLES[:, None] - np.asarray(angles, float))
    r = softmax(np.log(WEIGHTS) + kernel.log_density(ways))
    return np.array(WEIGHTS) - r.mean(axis=0)


@figure(chapter="circle")
def circle_slide():
    """Three memories glide towards a target on the circle: who notices?"""
    fig = Figure(
        "circle-slide",
        title="The slide needs room in front and room behind",
        alt="Left, a circle with a target from −30° to 30° at the top, its shadow of the same "
        "width at the bottom, and three memories at 60°, 80° and 130°. Right, three pairs of "
        "bars: the gradient before the slide and now. All pairs agree.",
        moving="Sliding moves all memories towards the target. With the geodesic kernel the bars "
        "stand still, until the far memory is put into the shadow. With the wrapped Laplace "
        "kernel they move by a little, with the others by much.",
        caption="Slide all the way: nothing moves. Now put the far memory at 165°, in the shadow "
        "of the target, and slide again. Then put it back and try the other kernels.",
    )
    s = fig.slider("s", 0, 30, 0, step=0.5, label="slide *s*", unit="°")
    far = fig.slider("far", 100, 175, 130, step=1, label="far memory", unit="°")
    choice = fig.choice("kernel", NAMES, GEODESIC, label="kernel")
    h = fig.slider("h", 10, 60, 30, step=1, label="bandwidth *h*", unit="°")
    j, k, m = sm.symbols("j k m", integer=True)
    weight = fig.data("weight", WEIGHTS)
    fixed = fig.data("fixed", [*NEAR, 0])  # the third place is the reader's
    start = [*map(sm.Integer, NEAR), far]
    now = [angle - s for angle in start]

    def height(j, slide):
        angle = fixed[j] + far * sm.KroneckerDelta(j, 2) - slide
        at = HALF_WIDTH * (sm.Rational(2, BINS) * m + sm.Rational(1, BINS) - 1)
        apart = sm.sqrt((angle - at) ** 2)
        return weight[j] * _on_circle(180 - sm.sqrt((180 - apart) ** 2), h, choice)

    def slope(j, slide):
        total = sm.Sum(height(k, slide), (k, 0, 2))
        return weight[j] - sm.Sum(height(j, slide) / total, (m, 0, BINS - 1)) / BINS

    before, after = (
        fig.recurrence(
            name, slope(0, slide), lambda _, i, slide=slide: slope(i + 1, slide), len(WEIGHTS) - 1
        )
        for name, slide in [("slopes_before", 0), ("slopes_after", s)]
    )

    def places(far, s):
        return np.array([*NEAR, far]) - s

    left = _round_panel(fig)

    @left.draw
    def _(ax):
        t = np.radians(np.linspace(-HALF_WIDTH, HALF_WIDTH, 41))
        ax.plot(np.sin(t), np.cos(t), color=color("truth"), linewidth=7, solid_capstyle="butt")
        ax.text(0, 1.2, "target", color=color("truth"), ha="center", weight="bold")
        ax.plot(np.sin(t), -np.cos(t), color=color("accent"), linewidth=7, solid_capstyle="butt")
        ax.text(0, -1.33, "its shadow", color=color("accent"), ha="center", weight="bold")

    starts = [_at(angle) for angle in start]
    left.points(
        "starts", [x for x, _ in starts], [y for _, y in starts], color="muted", size=7,
        check=lambda far, **s: place(places(far, 0)),
    )  # fmt: skip
    here = [_at(angle) for angle in now]
    left.points(
        "memories", [x for x, _ in here], [y for _, y in here], color="belief", size=12,
        check=lambda s, far, **rest: place(places(far, s)),
    )  # fmt: skip
    names = [_at(angle, 0.8) for angle in now]
    for number, (x, y) in enumerate(names, 1):
        left.label(
            f"name-{number}", str(number), (x, y), color="belief", bold=True, offset=(0, -4),
            check=lambda s, far, number=number, **rest: {
                "at": place(places(far, s)[number - 1], 0.8),
            },
        )  # fmt: skip
    right = fig.panel(
        xlim=(-0.6, 2.6), ylim=(-0.9, 0.8), xlabel="memory", ylabel="gradient S − r",
        xticks=[0, 1, 2], xticklabels=["1", "2", "3"], yticks=[-0.8, -0.4, 0, 0.4, 0.8], width=1.3,
    )  # fmt: skip
    right.draw(lambda ax: ax.axhline(0, color=color("neutral"), linewidth=1))
    right.bars(
        "before", before[j], at=j - 0.2, width=0.36, over=(j, 0, 2), color="muted",
        check=lambda far, kernel, h, **s: gradient(places(far, 0), kernel_of(kernel, h)),
    )  # fmt: skip
    right.bars(
        "after", after[j], at=j + 0.2, width=0.36, over=(j, 0, 2), color="belief",
        check=lambda s, far, kernel, h: gradient(places(far, s), kernel_of(kernel, h)),
    )  # fmt: skip
    right.label("before-name", "before", (-0.5, 0.66), color="muted", align="left", bold=True)
    right.label("after-name", "now", (-0.5, 0.52), color="belief", align="left", bold=True)
    fig.readout(
        "change", "so much of the gradient has moved: {change:.5f}",
        {"change": sm.Sum(sm.Abs(after[j] - before[j]), (j, 0, 2)) / 2}, color="gap",
        check=lambda s, far, kernel, h: {
            "change": np.abs(
                gradient(places(far, s), kernel_of(kernel, h))
                - gradient(places(far, 0), kernel_of(kernel, h))
            ).sum() / 2,
        },
    )  # fmt: skip
    return fig
