"""The figures of the chapter *Letting the weights learn*.

Each function makes one figure and bears its name; the figure's caption names this script.
"""

from functools import lru_cache

import numpy as np
import sympy as sm
from live_figures import Figure, color, figure

from crossentropy.density import Gaussian, Laplace, kde_log_density
from crossentropy.density_loss import kde_cross_entropy
from crossentropy.learning import (
    em_step,
    exponentiated_gradient_step,
    fit_memory_weights,
    memory_gains,
)
from crossentropy.softmax import softmax

METHODS = ("EM", "exponentiated gradient", "descent")


def step_of(method, z, log_K, p, eta):
    """One step of a method, from logits to logits."""
    if method == 0:
        return em_step(z, log_K, p)
    if method == 1:
        return exponentiated_gradient_step(z, log_K, p, step=eta)
    return z + eta * softmax(z) * (memory_gains(z, log_K, p) - 1)


# -- three memories: one path, seen twice ---------------------------------------------------------
BINS = np.linspace(-16.5, 16.5, 12)  # midpoints of 12 bins, 3° wide
THREE = np.array([-9.0, 0.0, 9.0])
LOG_K3 = Laplace(6.0).log_density(BINS[:, None] - THREE)
_SHARES = np.exp(LOG_K3) @ [0.2, 0.3, 0.5]
P3 = (_SHARES / _SHARES.sum()).round(6)  # what the dodger does: it likes the right
P3 /= P3.sum()
STEPS3 = 40
HEIGHT = np.sqrt(3) / 2


def best_of_three():
    """The best weights, by many steps of EM."""
    z = np.zeros(3)
    for _ in range(4000):
        z = em_step(z, LOG_K3, P3)
    return softmax(z)


BEST3 = best_of_three()


def loss_of_three(weights):
    """The loss of weights that lie along the last axis."""
    return -np.log(weights @ np.exp(LOG_K3).T) @ P3


BEST_LOSS3 = float(loss_of_three(BEST3))


@lru_cache(maxsize=256)
def walk_of_three(method, eta, a, b):
    """Logits along a walk from (a, b, 0)."""
    z, walk = np.array([a, b, 0.0]), []
    for _ in range(STEPS3 + 1):
        walk.append(z)
        z = step_of(method, z, LOG_K3, P3, eta)
    return np.array(walk)


def in_triangle(weights):
    """Where three weights lie in the triangle: corners for memory 1, 2 (top) and 3."""
    return weights[..., 2] + weights[..., 1] / 2, HEIGHT * weights[..., 1]


def from_triangle(x, y):
    """The three weights of a place in the triangle."""
    second = y / HEIGHT
    third = x - second / 2
    return np.stack([1 - second - third, second, third], axis=-1)


@figure(chapter="learning")
def one_path():
    """One walk to the best weights, seen in the weights and in the logits."""
    fig = Figure(
        "one-path",
        title="The same walk twice: a bowl in the weights, a dent in the logits",
        alt="Left, a triangle whose corners give all weight to one of three memories; the contours "
        "of the loss are nested ovals around the best weights, which lie inside. Right, the plane "
        "of the logits: contours around one lowest point, that spread out into fans where the "
        "loss levels off. A walk of EM starts far out in both and ends in both at the lowest "
        "point.",
        moving="Dragging the start moves both walks. From every start EM comes near. Descent "
        "with the same number of steps creeps where the logits are far apart, and a long step of "
        "exponentiated gradient jumps past the lowest point.",
        caption="Drag the start in the right picture into a far corner, where the loss is almost "
        "level, and press play. Does any method get stuck there for good? Then choose "
        "*exponentiated gradient*, and set its step to 4.",
        height=380,
    )
    shown = fig.player("shown", STEPS3, start=STEPS3, label="steps taken", rate=6)
    method = fig.choice("method", list(METHODS), 0, label="method")
    eta = fig.slider("eta", 0.5, 4, 2, step=0.5, label="step *η* (EM has none)")
    a = fig.slider("a", -5.5, 5.5, 3.0, step=0.05, label="start, first logit", show=False)
    b = fig.slider("b", -5.5, 5.5, -3.0, step=0.05, label="start, second logit", show=False)
    K = fig.data("K", np.exp(LOG_K3))
    p = fig.data("p", P3)
    m, j = sm.symbols("m j", integer=True)
    u, v = sm.symbols("u v", real=True)
    last = len(BINS) - 1

    def shares(z1, z2, z3):
        top = sm.Max(z1, z2, z3)
        parts = [sm.exp(z - top) for z in (z1, z2, z3)]
        return [part / sm.Add(*parts) for part in parts]

    def belief(weights):
        return sm.Add(*(weights[k] * K[m, k] for k in range(3)))

    def loss(weights):
        return sm.Sum(-p[m] * sm.log(belief(weights)), (m, 0, last))

    def moved(z1, z2, z3, i):
        S = shares(z1, z2, z3)
        G = [sm.Sum(p[m] * K[m, k] / belief(S), (m, 0, last)) for k in range(3)]
        return [
            z
            + sm.Piecewise(
                (sm.log(g), sm.Eq(method, 0)),
                (eta * (g - 1), sm.Eq(method, 1)),
                (eta * s * (g - 1), True),
            )
            for z, g, s in zip((z1, z2, z3), G, S, strict=True)
        ]

    def walked(method, eta, a, b, **_):
        return walk_of_three(int(method), eta, a, b)

    def seen(shown, **state):
        return walked(**state)[: int(shown) + 1]

    def plane(z):
        return z[..., 0] - z[..., 2], z[..., 1] - z[..., 2]

    z1, z2, z3 = fig.recurrence(["z1", "z2", "z3"], [a, b, 0], moved, STEPS3)

    def weights_at(k):
        return shares(z1[k], z2[k], z3[k])

    def corner(weights):
        return weights[2] + weights[1] / 2, sm.Float(HEIGHT) * weights[1]

    levels = [BEST_LOSS3 + gap for gap in (0.01, 0.03, 0.08, 0.15, 0.25, 0.4, 0.65)]
    left = fig.panel(
        xlim=(-0.12, 1.12), ylim=(-0.14, 1.0), frame=False, aspect="equal", title="weights",
    )  # fmt: skip

    @left.draw
    def _(ax):
        ax.plot([0, 1, 0.5, 0], [0, 0, HEIGHT, 0], color=color("muted"), linewidth=1.2)
        for x, y, text, align in [
            (0.0, -0.09, "memory 1", "center"), (1.0, -0.09, "memory 3", "center"),
            (0.5, HEIGHT + 0.04, "memory 2", "center"),
        ]:  # fmt: skip
            ax.text(x, y, text, color=color("belief"), ha=align)

    spread = [u, (1 - u) * v, (1 - u) * (1 - v)]
    left.contour(
        "bowl", loss(spread), (u, 0.004, 0.996, 24), (v, 0.004, 0.996, 24), levels=levels,
        at=corner(spread), color="cost", width=1.1, tolerance=0.06,
        check=lambda x, y, **_: loss_of_three(from_triangle(x, y)),
    )  # fmt: skip
    right = fig.panel(
        xlim=(-6, 6), ylim=(-6, 6), xlabel="z₁ − z₃", ylabel="z₂ − z₃", aspect="equal",
        xticks=[-4, 0, 4], yticks=[-4, 0, 4], title="logits",
    )  # fmt: skip
    right.contour(
        "dent", loss(shares(u, v, sm.Integer(0))), (u, -6, 6, 30), (v, -6, 6, 30), levels=levels,
        color="cost", width=1.1, tolerance=0.06,
        check=lambda u, v, **_: loss_of_three(softmax(np.stack([u, v, 0 * u], axis=-1))),
    )  # fmt: skip
    best = in_triangle(BEST3)
    z_best = np.log(BEST3[:2] / BEST3[2])
    left.points("best-weights", *best, color="truth", size=13, check=lambda **_: best)
    right.points("best-logits", *z_best, color="truth", size=13, check=lambda **_: z_best)
    left.curve(
        "walk-weights", corner(weights_at(j)), (j, 0, shown), points=None, color="accent",
        width=1.6, check=lambda j, **s: in_triangle(softmax(seen(**s))),
    )  # fmt: skip
    left.points(
        "steps-weights", *corner(weights_at(j)), over=(j, 0, shown), color="accent", size=6,
        check=lambda **s: in_triangle(softmax(seen(**s))),
    )  # fmt: skip
    right.curve(
        "walk-logits", (z1[j] - z3[j], z2[j] - z3[j]), (j, 0, shown), points=None, color="accent",
        width=1.6, check=lambda j, **s: plane(seen(**s)),
    )  # fmt: skip
    right.points(
        "steps-logits", z1[j] - z3[j], z2[j] - z3[j], over=(j, 0, shown), color="accent", size=6,
        check=lambda **s: plane(seen(**s)),
    )  # fmt: skip
    right.draggable("begin", (a, b), label="where the walk starts", color="accent")
    now = weights_at(shown)
    fig.readout(
        "numbers",
        "after {k:.0f} steps: weights {w1:.3f}, {w2:.3f}, {w3:.3f}; loss {over:.4f} nats above "
        "the best",
        {"k": shown, "w1": now[0], "w2": now[1], "w3": now[2], "over": loss(now) - BEST_LOSS3},
        color="cost",
        check=lambda **s: {
            "k": s["shown"],
            **dict(zip(("w1", "w2", "w3"), softmax(seen(**s)[-1]), strict=True)),
            "over": loss_of_three(softmax(seen(**s)[-1])) - BEST_LOSS3,
        },
    )  # fmt: skip
    return fig


# -- eight memories: three ways -------------------------------------------------------------------
EIGHT = np.array([-38.0, -21, -11, -4, 2, 7, 19, 33])
INTERVAL = (-12.0, 12.0)
ETAS = (0.5, 1.0, 2.0, 3.0, 4.0, 8.0)
STEPS8 = 60
FLOOR = 1e-8


@lru_cache(maxsize=1)
def excesses():
    """Loss above the best after each step: EM, then both others for each step size."""
    common = {"interval": INTERVAL, "bins": 48, "tolerance": 0.0}
    kernel = Laplace(4.0)
    best = fit_memory_weights(EIGHT, kernel, steps=20000, **common).losses[-1]

    def run(method, step=None):
        fit = fit_memory_weights(EIGHT, kernel, method=method, step=step, steps=STEPS8, **common)
        return np.maximum(fit.losses - best, FLOOR)

    return (
        run("em"),
        np.array([run("exponentiated gradient", step) for step in ETAS]),
        np.array([run("descent", step) for step in ETAS]),
    )


@figure(chapter="learning")
def three_ways():
    """Loss above the best against steps, for three methods from the same start."""
    em, eg, gd = excesses()
    fig = Figure(
        "three-ways",
        title="Three ways to read one vector",
        alt="Loss above the best, on a logarithmic axis, against up to 60 steps from equal "
        "weights, with a step of 1 for two of the three methods. EM falls below a millionth; "
        "exponentiated gradient runs beside it; descent is still above three hundredths.",
        moving="Steps of 2 and 3 make exponentiated gradient faster than EM. At 4 it jumps and no "
        "longer settles. Descent gets faster with longer steps and, up to 4, never rises. "
        "EM does not change.",
        caption="Press play. Then raise the step from 1 to 2, 3, 4 and 8, and watch which curve "
        "breaks and which only bends. At 8 descent has no promise left, and goes down all the "
        "same.",
        height=360,
    )
    shown = fig.player("shown", STEPS8, start=STEPS8, label="steps taken", rate=12)
    which = fig.slider(
        "which", 0, len(ETAS) - 1, 1, step=1, whole=True, label="step *η*",
        names={i: f"η = {eta:g}" for i, eta in enumerate(ETAS)},
    )  # fmt: skip
    tables = [fig.data("em", em), fig.data("eg", eg), fig.data("gd", gd)]
    T = sm.Symbol("T", integer=True)
    panel = fig.panel(
        xlim=(0, 63), ylim=(3e-8, 3), xlabel="steps taken T", ylabel="loss above the best (nats)",
        yscale="log", yticks=[1e-7, 1e-5, 1e-3, 1e-1],
        yticklabels=["10⁻⁷", "10⁻⁵", "10⁻³", "0.1"], xticks=[0, 20, 40, 60],
    )  # fmt: skip

    def at(k, i):
        return [tables[0][i], tables[1][which, i], tables[2][which, i]][k]

    def numbers(k, which):
        return (em, eg[int(which)], gd[int(which)])[k]

    for k, hue in enumerate(["truth", "belief", "accent"]):
        panel.curve(
            f"way-{k}", (T, at(k, T)), (T, 0, shown), points=None, color=hue,
            width=3 if k == 0 else 2,
            check=lambda T, shown, which, k=k: (
                np.arange(int(shown) + 1), numbers(k, which)[: int(shown) + 1]
            ),
        )  # fmt: skip
        panel.points(
            f"end-{k}", shown, at(k, shown), color=hue, size=9,
            check=lambda shown, which, k=k: (shown, numbers(k, which)[int(shown)]),
        )  # fmt: skip
        panel.label(
            f"name-{k}", ["EM", "exponentiated gradient", "descent"][k],
            (2 if k < 2 else 26, [3e-6, 3e-7, 0.25][k]), color=hue, align="left", bold=True,
        )  # fmt: skip
    fig.readout(
        "numbers",
        "after {T:.0f} steps: EM {em:.6f}, exponentiated gradient {eg:.6f}, descent {gd:.6f} nats "
        "above the best",
        {"T": shown, "em": at(0, shown), "eg": at(1, shown), "gd": at(2, shown)},
        check=lambda shown, which: {
            "T": shown,
            "em": em[int(shown)],
            "eg": eg[int(which), int(shown)],
            "gd": gd[int(which), int(shown)],
        },
    )  # fmt: skip
    return fig


# -- the bandwidth and its normaliser --------------------------------------------------------------
FIVE = np.array([-26.0, -9.0, -3.0, 5.0, 14.0])
FIVE_Z = np.array([-1.0, 0.5, 0.5, 1.0, 0.0])
FIVE_BINS = 18
FIVE_X = (np.arange(FIVE_BINS) + 0.5) - 9  # midpoints of 18 bins of [−9, 9]
LOW_H, HIGH_H = 1.5, 60.0
GRID_H = np.geomspace(LOW_H, HIGH_H, 70)


def loss_with(h):
    """The loss with the whole Gaussian, for each bandwidth."""
    return np.array(
        [
            kde_cross_entropy(FIVE, FIVE_Z, Gaussian(float(one)), interval=(-9, 9), bins=FIVE_BINS)
            for one in np.atleast_1d(h)
        ]
    )


def loss_without(h):
    """The loss when the factor 1/(h √2π) is left out."""
    h = np.atleast_1d(h)
    return loss_with(h) - np.log(h) - np.log(2 * np.pi) / 2


@figure(chapter="learning")
def normaliser():
    """The loss against the bandwidth, with the normaliser of the kernel and without."""
    fig = Figure(
        "normaliser",
        title="Leave out the normaliser, and the bandwidth runs away",
        alt="Left, the belief of five memories at a bandwidth of 4 degrees, over the interval from "
        "minus 9 to 9 degrees. Right, two losses against the bandwidth on a logarithmic axis. "
        "With its normaliser the loss has a lowest point near 3 degrees. Without it the loss falls "
        "to zero and has none.",
        moving="A wider bandwidth flattens the belief. The upper dot runs through the valley, the "
        "lower one downhill for ever.",
        caption="Raise the bandwidth to 60°. The belief is then almost level and tells you "
        "nothing. Which of the two losses notices?",
    )
    h = fig.slider("h", LOW_H, HIGH_H, 4.0, scale="log", label="bandwidth *h*", unit="°", digits=1)
    S = softmax(FIVE_Z)
    weights = fig.data("S", S)
    place = fig.data("theta", FIVE)
    grid, whole, bare = (
        fig.data(name, values)
        for name, values in [
            ("grid", GRID_H), ("whole", loss_with(GRID_H)), ("bare", loss_without(GRID_H)),
        ]
    )  # fmt: skip
    j, m, i = sm.symbols("j m i", integer=True)
    x = sm.Symbol("x", real=True)

    def bumps(at):
        return sm.Sum(weights[j] * sm.exp(-((at - place[j]) ** 2) / (2 * h**2)), (j, 0, 4))

    scale = h * sm.sqrt(2 * sm.pi)
    lost = sm.Sum(-sm.log(bumps(m - sm.Rational(17, 2))), (m, 0, FIVE_BINS - 1)) / FIVE_BINS
    left = fig.panel(
        xlim=(-40, 40), ylim=(0, 0.13), xlabel="firing angle (°)", ylabel="density (1/°)",
        xticks=[-40, -20, 0, 20, 40], yticks=[0, 0.05, 0.1],
    )  # fmt: skip

    @left.draw
    def _(ax):
        ax.fill_between([-9, 9], 0, 1 / 18, color=color("truth"), alpha=0.2, linewidth=0)
        ax.text(0, 0.115, "would have hit", color=color("truth"), ha="center")
        ax.plot([-9, 9], [0.11, 0.11], color=color("truth"), linewidth=2)
        ax.plot(FIVE, 0 * FIVE + 0.002, "|", color=color("belief"), markersize=12)

    left.curve(
        "belief", bumps(x) / scale, (x, -40, 40), points=120, color="belief", width=3,
        check=lambda x, h: np.exp(kde_log_density(x, FIVE, FIVE_Z, Gaussian(h))),
    )  # fmt: skip
    right = fig.panel(
        xlim=(LOW_H * 0.9, HIGH_H * 1.1), ylim=(-0.2, 6), xlabel="bandwidth h (°)",
        ylabel="loss (nats)", xscale="log", xticks=[2, 5, 10, 20, 50],
        yticks=[0, 2, 4, 6],
    )  # fmt: skip
    last = len(GRID_H) - 1
    for name, table, values, hue, text, above in [
        ("whole", whole, loss_with, "cost", "with 1/h", 60),
        ("bare", bare, loss_without, "gap", "without", 28),
    ]:
        right.curve(
            name, (grid[i], table[i]), (i, 0, last), points=None, color=hue,
            label=text, label_at=above, label_offset=(0, 12), label_align="right",
            check=lambda i, h, values=values: (GRID_H, values(GRID_H)),
        )  # fmt: skip
        expression = lost + (sm.log(scale) if name == "whole" else 0)
        right.points(
            f"{name}-here", h, expression, color=hue, size=11,
            check=lambda h, values=values: (h, values(h)[0]),
        )  # fmt: skip
    fig.predict(
        "Every memory’s kernel loses its factor 1/h. Which bandwidth has the smallest loss then?",
        ["about the same one", "a smaller one", "none: wider is always better"],
        2,
        "Without 1/h a wide kernel is as high as a narrow one and reaches farther. The loss falls "
        "to 0 and never turns.",
        hide=["whole", "bare", "whole-label", "bare-label", "whole-here", "bare-here"],
    )
    fig.readout(
        "numbers", "with 1/h: {whole:.3f} nats; without: {bare:.3f}",
        {"whole": lost + sm.log(scale), "bare": lost}, color="cost",
        check=lambda h: {"whole": loss_with(h)[0], "bare": loss_without(h)[0]},
    )  # fmt: skip
    return fig
