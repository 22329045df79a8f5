"""The figures of the chapter *The loss and its gradient*.

Each function makes one figure and bears its name; the figure's caption names this script.
"""

import numpy as np
import sympy as sm
from live_figures import Figure, color, figure

from crossentropy.density import Gaussian, Laplace, kde_log_density, responsibilities
from crossentropy.density_loss import kde_cross_entropy_with_gradient
from crossentropy.softmax import softmax

PAIR = (-20, 30)  # degrees: the two memories of the first figure
WEIGHTS = (0.5, 0.3, 0.2)  # of the three memories of the second
HAT = 15  # half the width of the hat, in degrees
PLACES = (-6, 28, 48)  # of the three memories; the second match stands elsewhere
SECOND_MATCH = 10
HALVES = (-5, 5)  # the two memories of the third figure, each in its half of the target
BINS = 40


def _gauss(difference, h):
    return sm.exp(-((difference / h) ** 2) / 2) / (h * sm.sqrt(2 * sm.pi))


def _laplace(difference, h):
    return sm.exp(-sm.Abs(difference) / h) / (2 * h)


@figure(chapter="density_loss")
def prior_minus_responsibility():
    """Two memories and the angle that hit: weights before, shares after, and their difference."""
    fig = Figure(
        "prior-minus-responsibility",
        title="Each memory learns its weight less its share of the hit",
        alt="Left, two bells around memories at −20° and 30° and their sum; a line at 20° marks "
        "the angle that hit. Right, three bars for each memory: its weight before the shot, 0.731 "
        "and 0.269; its share of the belief at 20°, 0.294 and 0.706; and the difference, 0.437 "
        "and −0.437.",
        moving="Moving the angle towards a memory raises that memory's share and turns its slope "
        "negative. The two slopes are always opposite. At 5°, in the middle, both are zero.",
        caption="Move the angle that hit to 5°, midway: both slopes are zero, whatever the logits "
        "are. Then move it to 60° and farther, once with each kernel. Which one stops changing its "
        "mind?",
        narrow_height=260,
    )
    z1 = fig.slider("z1", -3, 3, 1, step=0.1, label="logit *z*₁ of the memory at −20°")
    z2 = fig.slider("z2", -3, 3, 0, step=0.1, label="logit *z*₂ of the memory at 30°")
    hit = fig.slider("hit", -80, 80, 20, step=1, label="the angle that hit", unit="°")
    h = fig.slider("h", 15, 40, 20, step=1, label="bandwidth *h*", unit="°")
    kind = fig.choice("kind", ["Gaussian", "Laplace"], 0, label="kernel")
    S = [sm.exp(z) / (sm.exp(z1) + sm.exp(z2)) for z in (z1, z2)]

    def kernel(difference):
        return sm.Piecewise(
            (_gauss(difference, h), sm.Eq(kind, 0)), (_laplace(difference, h), True)
        )

    def made(h, kind):
        return (Gaussian if kind == 0 else Laplace)(float(h))

    def shares(z1, z2, hit, h, kind):
        before = softmax([z1, z2])
        after = responsibilities([hit], PAIR, [z1, z2], made(h, kind))[0]
        return before, after

    def density(x, z1, z2, h, kind):
        return np.exp(kde_log_density(x, PAIR, [z1, z2], made(h, kind)))

    # The share of a memory from its log-odds: far away, both kernels are as good as zero.
    exponents = [
        sm.Piecewise(
            (-(((hit - place) / h) ** 2) / 2, sm.Eq(kind, 0)), (-sm.Abs(hit - place) / h, True)
        )
        for place in PAIR
    ]
    odds = z1 + exponents[0] - z2 - exponents[1]
    r = [1 / (1 + sm.exp(-odds)), 1 / (1 + sm.exp(odds))]

    x = sm.Symbol("x", real=True)
    left = fig.panel(
        xlim=(-90, 90), ylim=(0, 0.035), xlabel="firing angle (°)", ylabel="belief per degree",
        xticks=[-80, -20, 30, 80], yticks=[0, 0.01, 0.02, 0.03], width=1.15,
    )  # fmt: skip
    parts = [S[i] * kernel(x - place) for i, place in enumerate(PAIR)]
    for i, part in enumerate(parts):
        left.curve(
            f"part-{i + 1}", part, (x, -90, 90), points=181, color="neutral", width=1.3,
            dash=(4, 3),
            check=lambda x, i=i, **s: shares(**s)[0][i]
            * np.exp(made(s["h"], s["kind"]).log_density(x - PAIR[i])),
        )  # fmt: skip
    left.curve(
        "belief", parts[0] + parts[1], (x, -90, 90), points=181, color="belief", width=2.6,
        check=lambda x, z1, z2, hit, h, kind: density(x, z1, z2, h, kind),
    )  # fmt: skip
    left.vline("hit-line", hit, color="truth", width=2, check=lambda **s: s["hit"])
    left.label(
        "hit-name", "hit", (hit, 0.029), color="truth", bold=True, align="left", offset=(5, 0),
        check=lambda **s: {"at": (s["hit"], 0.029)},
    )  # fmt: skip

    @left.draw
    def _(ax):
        for i, place in enumerate(PAIR):
            ax.axvline(place, color=color("muted"), linewidth=0.8, dashes=(2, 3))
            ax.text(place, 0.0335, f"memory {i + 1}", color=color("neutral"), ha="center")

    right = fig.panel(
        xlim=(-0.5, 1.5), ylim=(-1, 1), xlabel="", ylabel="share, slope",
        xticks=[0, 1], xticklabels=["memory 1", "memory 2"], yticks=[-1, -0.5, 0, 0.5, 1],
    )  # fmt: skip

    @right.draw
    def _(ax):
        ax.axhline(0, color=color("muted"), linewidth=1)

    right.bars(
        "prior", S, at=[-0.27, 0.73], width=0.25, color="belief", check=lambda **s: shares(**s)[0]
    )
    right.bars("share", r, at=[0, 1], width=0.25, color="truth", check=lambda **s: shares(**s)[1])
    right.bars(
        "slope", [S[0] - r[0], S[1] - r[1]], at=[0.27, 1.27], width=0.25, color="gap",
        check=lambda **s: shares(**s)[0] - shares(**s)[1],
    )  # fmt: skip
    right.label("prior-name", "*S*", (-0.27, -0.12), color="belief", bold=True)
    right.label("share-name", "*r*", (0, -0.12), color="truth", bold=True)
    right.label("slope-name", "*S* − *r*", (0.3, -0.9), color="gap", bold=True)
    fig.readout(
        "first", "memory 1: S − r = {S:.3f} − {r:.3f} = {g:+.3f}",
        {"S": S[0], "r": r[0], "g": S[0] - r[0]}, color="gap",
        check=lambda **s: {
            "S": shares(**s)[0][0], "r": shares(**s)[1][0],
            "g": shares(**s)[0][0] - shares(**s)[1][0],
        },
    )  # fmt: skip
    fig.readout(
        "second", "memory 2: S − r = {S:.3f} − {r:.3f} = {g:+.3f}",
        {"S": S[1], "r": r[1], "g": S[1] - r[1]}, color="gap",
        check=lambda **s: {
            "S": shares(**s)[0][1], "r": shares(**s)[1][1],
            "g": shares(**s)[0][1] - shares(**s)[1][1],
        },
    )  # fmt: skip
    return fig


@figure(chapter="density_loss")
def towards_a_hat():
    """A kernel that turns into a hat: with one match the slopes become those of a label."""
    fig = Figure(
        "towards-a-hat",
        title="A hat makes a label of one match, and not of two",
        alt="Left, a kernel with a point at the angle that hit, and three memories on it at −6°, "
        "28° and 48°. Right, their slopes −0.360, 0.181 and 0.179 as bars, each beside a tick "
        "where the note puts it: −0.5, 0.3 and 0.2.",
        moving="Raising the steepness turns the kernel into a hat, and the bars reach the ticks. "
        "With the second match switched on, the ticks of the first two fall to −0.5 and −0.7, "
        "and the bars stay far above them, at −0.125 and −0.075.",
        caption="Drag the steepness to the right: the bars reach the ticks, where the note puts "
        "them. Then switch on the second match and look again at the first two.",
        narrow_height=260,
    )
    k = fig.slider("k", 1, 40, 1, scale="log", step=0.1, label="steepness of the kernel")
    second = fig.checkbox("second", label="a second match: memory 2 at 10°")
    places = [
        sm.Integer(PLACES[0]),
        sm.Piecewise((sm.Integer(SECOND_MATCH), sm.Eq(second, 1)), (sm.Integer(PLACES[1]), True)),
        sm.Integer(PLACES[2]),
    ]

    def kernel(place):
        return sm.exp(-((sm.Abs(place) / HAT) ** k))

    weighed = [
        sm.Rational(str(S)) * kernel(place) for S, place in zip(WEIGHTS, places, strict=True)
    ]
    belief = sm.Add(*weighed)
    slopes = [sm.Rational(str(S)) - part / belief for S, part in zip(WEIGHTS, weighed, strict=True)]
    claims = [
        sm.Rational(str(WEIGHTS[0])) - 1,
        sm.Rational(str(WEIGHTS[1])) - second,
        sm.Rational(str(WEIGHTS[2])),
    ]

    def placed(second):
        return np.array([PLACES[0], SECOND_MATCH if second else PLACES[1], PLACES[2]], float)

    def gradient(k, second):
        return WEIGHTS - softmax(np.log(WEIGHTS) - (np.abs(placed(second)) / HAT) ** k)

    def claimed(second):
        return WEIGHTS - np.array([1, 1 if second else 0, 0])

    u = sm.Symbol("u", real=True)
    left = fig.panel(
        xlim=(-60, 60), ylim=(0, 1.25), xlabel="memory, from the angle that hit (°)",
        ylabel="kernel", xticks=[-45, -15, 0, 15, 45], yticks=[0, 0.5, 1],
    )  # fmt: skip
    left.curve(
        "kernel", kernel(u), (u, -60, 60), points=241, color="neutral",
        check=lambda u, k, second: np.exp(-((np.abs(u) / HAT) ** k)),
    )  # fmt: skip
    left.points(
        "memories", places, [kernel(p) for p in places], color="belief", size=11,
        check=lambda k, second: (placed(second), np.exp(-((np.abs(placed(second)) / HAT) ** k))),
    )  # fmt: skip
    for i, place in enumerate(places):
        left.label(
            f"name-{i + 1}", f"{i + 1}", (place, kernel(place)), color="belief", bold=True,
            offset=(0, 9),
            check=lambda k, second, i=i: {
                "at": (placed(second)[i], np.exp(-((np.abs(placed(second)[i]) / HAT) ** k))),
            },
        )  # fmt: skip
    right = fig.panel(
        xlim=(-0.6, 2.6), ylim=(-1, 0.5), xlabel="", ylabel="slope *S* − *r*",
        xticks=[0, 1, 2], xticklabels=["memory 1", "2", "3"], yticks=[-1, -0.5, 0, 0.5],
    )  # fmt: skip

    @right.draw
    def _(ax):
        ax.axhline(0, color=color("muted"), linewidth=1)

    right.bars("slopes", slopes, width=0.5, color="gap", check=gradient)
    right.segment(
        "claims", ([i - 0.38 for i in range(3)], claims), ([i + 0.38 for i in range(3)], claims),
        color="ink", width=3,
        check=lambda k, second: (
            np.arange(3) - 0.38, claimed(second), np.arange(3) + 0.38, claimed(second),
        ),
    )  # fmt: skip
    right.label(
        "claim-name", "the note", (0.42, claims[0]), color="ink", align="left", offset=(0, -4),
        check=lambda k, second: {"at": (0.42, claimed(second)[0])},
    )  # fmt: skip
    fig.predict(
        "Two memories match, and the kernel is a hat. Do their slopes become S − 1, as for labels?",
        ["yes, both", "no: they share one hit between them"],
        1,
        "All slopes sum to zero. With S − 1 for two memories they would sum to −1. "
        "Each match gets its share of one hit.",
        hide=["slopes", "numbers"],
    )
    fig.readout(
        "numbers", "slopes {g1:+.3f}, {g2:+.3f}, {g3:+.3f}; by the note {c1:+.1f}, {c2:+.1f}, "
        "{c3:+.1f}",
        {f"g{i + 1}": slopes[i] for i in range(3)} | {f"c{i + 1}": claims[i] for i in range(3)},
        color="gap",
        check=lambda k, second: {f"g{i + 1}": gradient(k, second)[i] for i in range(3)}
        | {f"c{i + 1}": claimed(second)[i] for i in range(3)},
    )  # fmt: skip
    return fig


@figure(chapter="density_loss")
def whose_voice():
    """The average of the logarithm hears every angle alike, the other loss those it believed in."""
    fig = Figure(
        "whose-voice",
        title="Who is heard: every angle, or those you believed in",
        alt="Left, over the target from −10° to 10°: a flat line, the weight of each angle in the "
        "average of the logarithm, and a curve high on the left, its weight in the logarithm of "
        "the average. Right, the slopes of the two memories: 0.222 and −0.222 for the first loss, "
        "zero and zero for the second.",
        moving="Moving weight to one memory bends the curve towards it and leaves the line flat. "
        "The slopes of the first loss pull it back, those of the second stay zero.",
        caption="Give memory 1 almost everything. The right half of the target is now badly "
        "covered. Which loss complains?",
        narrow_height=260,
    )
    t = fig.slider("t", -4, 4, 2, step=0.1, label="lead *z*₁ − *z*₂ of memory 1, at −5°")
    h = fig.slider("h", 2, 10, 4, step=0.5, label="bandwidth *h*", unit="°")
    S = [1 / (1 + sm.exp(-t)), 1 / (1 + sm.exp(t))]
    middles = -10 + 20 * (np.arange(BINS) + 0.5) / BINS
    i = sm.Symbol("i", integer=True)
    x = sm.Symbol("x", real=True)
    middle = -10 + sm.Rational(20, BINS) * (i + sm.Rational(1, 2))

    def belief(at):
        return S[0] * _gauss(at - HALVES[0], h) + S[1] * _gauss(at - HALVES[1], h)

    hit_chance = sm.Sum(belief(middle), (i, 0, BINS - 1)) / BINS
    shared = sm.Sum(S[0] * _gauss(middle - HALVES[0], h) / belief(middle), (i, 0, BINS - 1)) / BINS
    averaged = sm.Sum(S[0] * _gauss(middle - HALVES[0], h), (i, 0, BINS - 1)) / BINS
    even = S[0] - shared
    weighted = S[0] - averaged / hit_chance

    def seen(t, h):
        return np.exp(kde_log_density(middles, HALVES, [t, 0], Gaussian(float(h))))

    def slope_even(t, h):
        return kde_cross_entropy_with_gradient(
            HALVES, [t, 0], Gaussian(float(h)), interval=(-10, 10), bins=BINS
        )[1]

    def slope_weighted(t, h):
        q = seen(t, h)
        r = responsibilities(middles, HALVES, [t, 0], Gaussian(float(h)))
        return softmax([t, 0]) - (q / q.sum()) @ r

    left = fig.panel(
        xlim=(-10, 10), ylim=(0, 0.21), xlabel="angle in the target (°)",
        ylabel="weight per degree", xticks=[-10, -5, 0, 5, 10], yticks=[0, 0.1, 0.2],
    )  # fmt: skip

    @left.draw
    def _(ax):
        ax.plot([-10, 10], [1 / 20, 1 / 20], color=color("truth"), linewidth=2.6)
        ax.text(9.7, 1 / 20 + 0.004, "average of the log", color=color("truth"), ha="right")

    left.curve(
        "weight", belief(x) / hit_chance / 20, (x, -10, 10), points=81, color="belief", width=2.6,
        check=lambda x, t, h: np.exp(kde_log_density(x, HALVES, [t, 0], Gaussian(float(h))))
        / seen(t, h).mean() / 20,
    )  # fmt: skip
    left.label(
        "weight-name", "log of the average", (-9.7, 0.145), color="belief", align="left", bold=True
    )
    right = fig.panel(
        xlim=(-0.5, 1.5), ylim=(-0.6, 0.6), xlabel="", ylabel="slope",
        xticks=[0, 1], xticklabels=["memory 1", "memory 2"], yticks=[-0.5, 0, 0.5],
    )  # fmt: skip

    @right.draw
    def _(ax):
        ax.axhline(0, color=color("muted"), linewidth=1)

    right.bars("even", [even, -even], at=[-0.18, 0.82], width=0.34, color="truth", check=slope_even)
    right.bars(
        "weighted", [weighted, -weighted], at=[0.18, 1.18], width=0.34, color="belief",
        check=slope_weighted,
    )  # fmt: skip
    for place, sign in [(0.2, 1), (1.2, -1)]:
        right.label(
            f"weighted-{'first' if sign > 0 else 'second'}", "{slope:.3f}", (place, 0),
            values={"slope": sign * weighted}, color="belief", bold=True, offset=(0, 6),
            check=lambda t, h, sign=sign: {"slope": sign * slope_weighted(t, h)[0]},
        )  # fmt: skip
    log_average = -sm.Sum(sm.log(belief(middle)), (i, 0, BINS - 1)) / BINS
    fig.readout(
        "losses", "average of −log q: {even:.3f} nats; −log of the average: {hit:.3f} nats",
        {"even": log_average, "hit": -sm.log(hit_chance)}, color="cost",
        check=lambda t, h: {
            "even": -np.log(seen(t, h)).mean(), "hit": -np.log(seen(t, h).mean()),
        },
    )  # fmt: skip
    fig.readout(
        "slopes", "slope of memory 1: {even:+.3f} and {hit:+.3f}",
        {"even": even, "hit": weighted}, color="gap",
        check=lambda t, h: {"even": slope_even(t, h)[0], "hit": slope_weighted(t, h)[0]},
    )  # fmt: skip
    return fig
