"""The figures of the chapter *What the gradient cannot see*.

Each function makes one figure and bears its name; the figure's caption names this script.
"""

import numpy as np
import sympy as sm
from live_figures import Figure, color, figure

from crossentropy.density import Cauchy, Gaussian, Laplace, kde_log_density, responsibilities
from crossentropy.density_loss import kde_cross_entropy_with_gradient
from crossentropy.softmax import softmax

BANDWIDTH = 10.0
PLACES = np.array([-18.0, 7.0, 24.0])  # three memories around a bin at 0°
ONE_BIN = {"interval": (-1e-9, 1e-9), "bins": 1}
KERNELS = [  # name, library kernel, log-slope and minus the logarithm for a bandwidth of 10°
    ("Gaussian", Gaussian(BANDWIDTH), "neutral", lambda x: x / 100, lambda x: x**2 / 200),
    ("Laplace", Laplace(BANDWIDTH), "accent", lambda x: sm.Rational(1, 10), lambda x: x / 10),
    (
        "Cauchy", Cauchy(BANDWIDTH), "cost", lambda x: 2 * x / (100 + x**2),
        lambda x: sm.log(100 + x**2),
    ),
]  # fmt: skip


@figure(chapter="invariance")
def one_for_all():
    """Kernels made taller: all of them, one of them, or one logit raised instead."""
    fig = Figure(
        "one-for-all",
        title="Taller for all: no bar moves. Taller for one: every responsibility does",
        alt="Left, Laplace kernels of three memories at −18°, 7° and 24°, all three times as tall "
        "as at first, and a shot at 0°. Right, for each memory two bars: its weight, 0.33, and its "
        "responsibility, 0.22, 0.66 and 0.12.",
        moving="Changing the factor for all kernels stretches the picture on the left and leaves "
        "the bars where they are. For the first kernel alone it moves all responsibilities; for "
        "the first logit it moves the weights as well.",
        caption="Drag the factor from end to end: on the right nothing moves. Then let it act on "
        "the first kernel only, and on the first logit: which bars move now?",
    )
    factor = fig.slider("factor", 0.25, 4, 3, step=0.05, label="factor *α*")
    who = fig.choice(
        "who", ["every kernel", "the first kernel only", "the first logit, by log α"], 0,
        label="α acts on",
    )  # fmt: skip
    theta = sm.Symbol("theta", real=True)

    def tall(k):
        for_one = sm.Eq(who, 1) if k == 0 else sm.false
        return sm.Piecewise((factor, sm.Or(sm.Eq(who, 0), for_one)), (1, True))

    def density(k, at):
        return tall(k) * sm.exp(-sm.Abs(at - PLACES[k]) / 10) / 20

    def heights(factor, who):
        tall = {0: np.full(3, factor), 1: np.array([factor, 1, 1]), 2: np.ones(3)}
        return tall[int(who)]

    def weights_and_shares(factor, who):
        z = np.array([np.log(factor) if who == 2 else 0.0, 0.0, 0.0])
        S = softmax(z)
        raised = z + np.log(heights(factor, who))
        return S, responsibilities([0.0], PLACES, raised, Laplace(BANDWIDTH))[0]

    left = fig.panel(
        xlim=(-50, 50), ylim=(0, 0.21), xlabel="angle (°)", ylabel="height of the kernels",
        xticks=[-40, -20, 0, 20, 40],
    )  # fmt: skip

    @left.draw
    def _(ax):
        ax.axvline(0, color=color("truth"), linewidth=1.4, dashes=(4, 3))
        ax.text(-1.5, 0.195, "shot", color=color("truth"), ha="right")

    for k, hue in enumerate(["belief", "neutral", "muted"]):
        left.curve(
            f"kernel-{k + 1}", density(k, theta), (theta, -50, 50), points=201, color=hue,
            width=3 if k == 0 else 2,
            check=lambda theta, factor, who, k=k: heights(factor, who)[k]
            * np.exp(Laplace(BANDWIDTH).log_density(theta - PLACES[k])),
        )  # fmt: skip
        left.label(
            f"kernel-name-{k + 1}", str(k + 1), (PLACES[k], density(k, PLACES[k])), color=hue,
            bold=True, offset=(0, 7),
            check=lambda factor, who, k=k: {"at": (PLACES[k], heights(factor, who)[k] / 20)},
        )  # fmt: skip
    left.points(
        "seen", [0] * 3, [density(k, 0) for k in range(3)], color="truth", size=9,
        check=lambda factor, who: (
            [0] * 3, heights(factor, who) * np.exp(Laplace(BANDWIDTH).log_density(PLACES)),
        ),
    )  # fmt: skip
    first = sm.Piecewise((factor, sm.Eq(who, 2)), (1, True))
    S = [first / (first + 2), 1 / (first + 2), 1 / (first + 2)]
    parts = [S[k] * density(k, 0) for k in range(3)]
    r = [part / sm.Add(*parts) for part in parts]
    right = fig.panel(
        xlim=(-0.6, 2.6), ylim=(0, 1), xlabel="memory", ylabel="weight, responsibility",
        xticks=[0, 1, 2], xticklabels=["1", "2", "3"],
    )  # fmt: skip
    right.bars(
        "weights", S, at=[k - 0.22 for k in range(3)], width=0.34, color="belief",
        check=lambda **s: weights_and_shares(**s)[0],
    )  # fmt: skip
    right.bars(
        "shares", r, at=[k + 0.22 for k in range(3)], width=0.34, color="truth",
        check=lambda **s: weights_and_shares(**s)[1],
    )  # fmt: skip
    right.label("weight-name", "weight *S*", (-0.55, 0.94), color="belief", align="left", bold=True)
    right.label(
        "share-name", "responsibility *r*", (-0.55, 0.84), color="truth", align="left", bold=True
    )
    fig.readout(
        "gradient", "gradient S − r = ({g1:+.4f}, {g2:+.4f}, {g3:+.4f})",
        {f"g{k + 1}": S[k] - r[k] for k in range(3)}, color="gap",
        check=lambda **s: dict(
            zip(
                ["g1", "g2", "g3"], np.subtract(*weights_and_shares(**s)), strict=True,
            )
        ),
    )  # fmt: skip
    fig.readout(
        "loss", "loss {loss:.3f} nats", {"loss": -sm.log(sm.Add(*parts))},
        check=lambda factor, who: {
            "loss": -np.log(
                weights_and_shares(factor, who)[0]
                @ (heights(factor, who) * np.exp(Laplace(BANDWIDTH).log_density(PLACES)))
            )
        },
    )  # fmt: skip
    fig.predict(
        "You make every kernel four times as tall. What becomes of the gradient?",
        ["it is four times as large", "it is smaller", "it stays as it is"],
        2,
        "A responsibility is a part over the whole, and both hold the factor: it cancels. Only the "
        "loss moves, by the logarithm of the factor.",
    )
    return fig


def gradients(x, xi, kernel):
    """The gradient of the nearer of two equal memories, for each distance of an array."""
    pairs = [[one, one + xi] for one in np.atleast_1d(x)]
    return np.array(
        [kde_cross_entropy_with_gradient(p, [0, 0], kernel, **ONE_BIN)[1][0] for p in pairs]
    )


@figure(chapter="invariance")
def far_cluster():
    """Two memories at a distance: the area under the log-slope between them, and the gradient."""
    fig = Figure(
        "far-cluster",
        title="The area under the log-slope is what a far shot teaches",
        alt="Left, log-slopes against the distance for a bandwidth of 10°: a rising straight line "
        "for the Gaussian, a level line at 0.1 for Laplace, a hump that decays for Cauchy. Strips "
        "below them from 20° to 30° have areas 2.50, 1.00 and 0.69. Right, the gradient of the "
        "nearer memory against the distance: it falls to −0.5 for the Gaussian, stays at −0.231 "
        "for Laplace and rises towards 0 for Cauchy.",
        moving="Moving the two memories away makes the strip of the Gaussian grow, leaves that "
        "of Laplace as it is and, from 20° on, shrinks that of Cauchy; the three points on the "
        "right follow.",
        caption="Push the pair out to 60° and watch the three areas. Then pull it in to 0°: which "
        "kernel teaches most close by? Change the separation as well.",
    )
    x = fig.slider("x", 0, 60, 20, step=1, label="distance of the nearer memory", unit="°")
    xi = fig.slider("xi", 2, 20, 10, step=1, label="the other is farther by", unit="°")
    v = sm.Symbol("v", nonnegative=True)
    left = fig.panel(
        xlim=(0, 80), ylim=(0, 0.85), xlabel="distance (°)", ylabel="log-slope (1/°)",
        xticks=[0, 20, 40, 60, 80], yticks=[0, 0.2, 0.4, 0.6, 0.8],
    )  # fmt: skip
    right = fig.panel(
        xlim=(0, 60), ylim=(-0.54, 0.04), xlabel="distance of the nearer memory (°)",
        ylabel="gradient of the nearer one, S − r", xticks=[0, 20, 40, 60],
    )  # fmt: skip
    labels = {"Gaussian": (36, (-6, 4), "right"), "Laplace": (66, (0, 7), "center"),
              "Cauchy": (73, (0, 4), "center")}  # fmt: skip
    ends = {"Gaussian": (40, (0, 10)), "Laplace": (48, (0, 8)), "Cauchy": (48, (0, 7))}
    hidden = []
    for name, kernel, hue, slope, cost in KERNELS:
        low = name.lower()
        left.area(
            f"area-{low}", 0, slope(v), (v, x, x + xi), points=41, color=hue,
            check=lambda v, x, xi, kernel=kernel: (0 * v, -kernel.slope(v) + 0 * v),
        )  # fmt: skip
        at, offset, align = labels[name]
        left.curve(
            f"slope-{low}", slope(v), (v, sm.Rational(1, 10), 80), points=161, color=hue,
            label=name, label_at=at, label_offset=offset, label_align=align,
            check=lambda v, x, xi, kernel=kernel: -kernel.slope(v),
        )  # fmt: skip
        at, offset = ends[name]
        gained = cost(v + xi) - cost(v)
        right.curve(
            f"gradient-{low}", sm.Rational(1, 2) - 1 / (1 + sm.exp(-gained)), (v, 0, 60),
            points=121, color=hue, label=name, label_at=at, label_offset=offset,
            check=lambda v, x, xi, kernel=kernel: gradients(v, xi, kernel),
        )  # fmt: skip
        here = (cost(x + xi) - cost(x)).subs(v, x)
        right.points(
            f"here-{low}", x, sm.Rational(1, 2) - 1 / (1 + sm.exp(-here)), color=hue, size=10,
            check=lambda x, xi, kernel=kernel: (x, gradients(x, xi, kernel)[0]),
        )  # fmt: skip
        hidden += [f"gradient-{low}", f"gradient-{low}-label", f"here-{low}"]
    areas = {name[0].lower(): cost(x + xi) - cost(x) for name, *_, cost in KERNELS}

    def areas_of(x, xi):
        return {
            name[0].lower(): float(kernel.log_density(x) - kernel.log_density(x + xi))
            for name, kernel, *_ in KERNELS
        }

    fig.readout(
        "areas", "areas: Gaussian {g:.2f}, Laplace {l:.2f}, Cauchy {c:.2f} nats", areas,
        check=areas_of,
    )  # fmt: skip
    fig.readout(
        "gradients", "gradients: Gaussian {g:.3f}, Laplace {l:.3f}, Cauchy {c:.3f}",
        {k: sm.Rational(1, 2) - 1 / (1 + sm.exp(-a)) for k, a in areas.items()}, color="gap",
        check=lambda x, xi: {
            name[0].lower(): gradients(x, xi, kernel)[0] for name, kernel, *_ in KERNELS
        },
    )  # fmt: skip
    fig.predict(
        "The pair of memories moves away from the shot. With which kernel does the shot teach "
        "less and less?",
        ["Gaussian", "Laplace", "Cauchy", "all three"],
        2,
        "The area under the log-slope between the two memories decides. For Cauchy the log-slope "
        "dies out. For Laplace it is level. For the Gaussian it climbs.",
        hide=[*hidden, "areas", "gradients"],
    )
    return fig


@figure(chapter="invariance")
def background():
    """A flat background under the belief: from where on it explains the shot, and what is left."""
    fig = Figure(
        "background",
        title="Where the background explains the shot, little is learned",
        alt="Left, on a logarithmic scale, what two Laplace memories give to a shot at a distance: "
        "a straight line that falls through a level line, the background of one hundredth, at "
        "71°. Right, the gradient of the nearer memory: −0.23 close by, half of that at 71°, and "
        "0 from about 120° on; a dashed line at −0.23 is the gradient without a background.",
        moving="A larger share raises the level line and moves the crossing closer; the gradient "
        "begins to vanish there. Another kernel changes the falling line and the dashed one.",
        caption="Two memories share the belief, so the lines cross a little nearer than for one. "
        "Make the background ten times smaller: how far does the crossing move? Then take "
        "the Gaussian: without a background it teaches most when it is farthest off.",
    )
    t = fig.slider("t", 1e-4, 0.5, 0.01, scale="log", digits=4, label="share of the background *t*")
    which = fig.choice("which", [name for name, *_ in KERNELS], 1, label="kernel")
    x = fig.slider("x", 0, 170, 90, step=1, label="distance of the shot", unit="°")
    v = sm.Symbol("v", nonnegative=True)
    tops = [1 / (10 * sm.sqrt(2 * sm.pi)), sm.Rational(1, 20), 10 / sm.pi]

    def chosen(parts):
        return sm.Piecewise(
            (parts[0], sm.Eq(which, 0)), (parts[1], sm.Eq(which, 1)), (parts[2], True)
        )

    def of(k, at):
        return tops[k] * sm.exp(-KERNELS[k][4](at))

    def q(at):
        return chosen([(of(k, at) + of(k, at + 10)) / 2 for k in range(3)])

    def plain(at):
        costs = [KERNELS[k][4](at + 10) - KERNELS[k][4](at) for k in range(3)]
        return sm.Rational(1, 2) - 1 / (1 + sm.exp(-chosen(costs)))

    def heard(at):
        return (1 - t) * q(at) / (t / 360 + (1 - t) * q(at))

    def density(at, which):
        kernel = KERNELS[int(which)][1]
        pairs = [[one, one + 10] for one in np.atleast_1d(at)]
        return np.exp([kde_log_density([0.0], p, [0, 0], kernel)[0] for p in pairs])

    def slopes(at, which, share):
        kernel = KERNELS[int(which)][1]
        options = ONE_BIN | {"background": share, "background_width": 360}
        pairs = [[one, one + 10] for one in np.atleast_1d(at)]
        return np.array(
            [kde_cross_entropy_with_gradient(p, [0, 0], kernel, **options)[1][0] for p in pairs]
        )

    left = fig.panel(
        xlim=(0, 170), ylim=(1e-11, 1), yscale="log", xlabel="distance of the shot (°)",
        ylabel="density there (1/°)", xticks=[0, 45, 90, 135],
        yticks=[1e-10, 1e-7, 1e-4, 1e-1], yticklabels=["10⁻¹⁰", "10⁻⁷", "10⁻⁴", "10⁻¹"],
    )  # fmt: skip
    left.curve(
        "memories", (1 - t) * q(v), (v, 0, 170), points=171, color="belief", label="memories",
        label_at=20, label_offset=(8, 8), label_align="left",
        check=lambda v, t, which, x: (1 - t) * density(v, which),
    )  # fmt: skip
    left.hline(
        "flat", t / 360, color="truth", label="background", label_offset=(6, 8),
        label_align="left", check=lambda t, which, x: t / 360,
    )  # fmt: skip
    left.points(
        "here", x, (1 - t) * q(x), color="belief", size=10,
        check=lambda t, which, x: (x, (1 - t) * density(x, which)[0]),
    )  # fmt: skip
    right = fig.panel(
        xlim=(0, 170), ylim=(-0.54, 0.04), xlabel="distance of the shot (°)",
        ylabel="gradient of the nearer memory", xticks=[0, 45, 90, 135],
    )  # fmt: skip
    right.curve(
        "plain", plain(v), (v, 0, 170), points=171, color="neutral", width=1.4, dash=(4, 3),
        label="without", label_at=150, label_offset=(0, 8),
        check=lambda v, t, which, x: slopes(v, which, 0.0),
    )  # fmt: skip
    right.curve(
        "with", heard(v) * plain(v), (v, 0, 170), points=171, color="gap", width=3,
        label="with", label_at=150, label_offset=(0, -14),
        check=lambda v, t, which, x: slopes(v, which, t),
    )  # fmt: skip
    right.points(
        "learned", x, heard(x) * plain(x), color="gap", size=10,
        check=lambda t, which, x: (x, slopes(x, which, t)[0]),
    )  # fmt: skip
    fig.readout(
        "posterior", "the memories explain the shot with probability {share:.4f}",
        {"share": heard(x)}, color="belief",
        check=lambda t, which, x: {
            "share": (1 - t) * density(x, which)[0]
            / (t / 360 + (1 - t) * density(x, which)[0])
        },
    )  # fmt: skip
    fig.readout(
        "slope", "gradient {with:.4f}, without a background {without:.4f}",
        {"with": heard(x) * plain(x), "without": plain(x)}, color="gap",
        check=lambda t, which, x: {
            "with": slopes(x, which, t)[0], "without": slopes(x, which, 0.0)[0],
        },
    )  # fmt: skip
    return fig
