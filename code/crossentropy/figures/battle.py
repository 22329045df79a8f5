"""The figures of the chapter *Aiming for real*.

Each function makes one figure and bears its name; the figure's caption names this script.
"""

from functools import lru_cache

import numpy as np
import sympy as sm
from live_figures import Figure, color, figure

from crossentropy.battle import (
    FEATURES,
    aim,
    feature_distances,
    fit_feature_weights,
    hit_rate,
    leave_one_out_log_likelihood,
    simulate_shots,
)
from crossentropy.density import Cauchy, Gaussian, Laplace, kde_log_density
from crossentropy.softmax import softmax

KERNEL = Laplace(3.0)  # degrees
REMEMBERED, TRAINING, HELD_OUT = 120, 200, 600
PASSES = 10


@lru_cache(maxsize=1)
def battles():
    """Memories, shots to learn from, and shots that are held out."""
    return (
        simulate_shots(REMEMBERED, seed=5),
        simulate_shots(TRAINING, seed=6),
        simulate_shots(HELD_OUT, seed=7),
    )


@lru_cache(maxsize=1)
def learned():
    """The weights of the features after each pass, the losses, and the hit rates held out."""
    memories, training, held_out = battles()
    far = feature_distances(held_out.features, memories.features)

    def rate(w):
        aims = aim(memories.angles, softmax(-far @ w), KERNEL, held_out.half_widths)
        return w, hit_rate(aims, held_out.angles, held_out.half_widths)

    fit = fit_feature_weights(
        feature_distances(training.features, memories.features), memories.angles, training.angles,
        training.half_widths, KERNEL, bins=11, passes=PASSES, watch=rate,
    )  # fmt: skip
    weights, rates = zip(*fit.watched, strict=True)
    return np.round(weights, 3), np.round(fit.losses, 4), np.round(rates, 4)


@figure(chapter="battle")
def what_counts():
    """The weights of four features, and the hit rate, as the weights are learnt."""
    weights, losses, rates = learned()
    last = len(losses) - 1
    fig = Figure(
        "what-counts",
        title="Learning finds out which features count, and the shots begin to hit",
        alt=f"Left, four bars, one for each feature: speed stands at {weights[-1][1]:.1f}, wall at "
        f"{weights[-1][2]:.1f}, distance and mood close to zero. Right, the share of held-out "
        f"shots that hit against passes: it climbs from {rates[0]:.0%} to {rates[-1]:.0%}.",
        moving="Two passes do nearly all of it: the bars of speed and wall stand up, and the hit "
        "rate has doubled. Then speed keeps growing, and the hit rate does not.",
        caption="Go back to pass 0, where every memory counts the same, and step forward. Which "
        "feature does the dodger's habit hang on? Which one is noise?",
    )
    shown = fig.player("shown", last, start=last, label="passes", rate=2)
    table = fig.data("weights", weights)
    left = fig.panel(
        xlim=(-0.6, 3.6), ylim=(-4, 28), xlabel="", ylabel="weight", title="what each counts",
        xticks=[0, 1, 2, 3], xticklabels=list(FEATURES), yticks=[0, 10, 20],
    )  # fmt: skip
    left.draw(lambda ax: ax.axhline(0, color=color("muted"), linewidth=1))
    left.bars(
        "counts", [table[shown, d] for d in range(4)], width=0.6, color="accent",
        check=lambda shown: weights[int(shown)],
    )  # fmt: skip
    right = fig.panel(
        xlim=(0, last), ylim=(0, 0.8), xlabel="passes", ylabel="held-out shots that hit",
        yticks=[0, 0.2, 0.4, 0.6, 0.8], yticklabels=["0", "20%", "40%", "60%", "80%"],
        xticks=list(range(0, last + 1, 2)),
    )  # fmt: skip
    k = sm.Symbol("k", integer=True)
    hits, bill = fig.data("hits", rates), fig.data("bill", losses)
    right.curve(
        "rates", (k, hits[k]), (k, 0, shown), points=None, color="belief", width=2.6,
        check=lambda k, shown: (k, rates[k.astype(int)]),
    )  # fmt: skip
    right.points(
        "rate-now", shown, hits[shown], color="belief", size=12,
        check=lambda shown: (shown, rates[int(shown)]),
    )  # fmt: skip
    fig.readout(
        "numbers", "loss on the training shots {loss:.3f} nats, held-out hits {rate:.1%}",
        {"loss": bill[shown], "rate": hits[shown]}, color="belief",
        check=lambda shown: {"loss": losses[int(shown)], "rate": rates[int(shown)]},
    )  # fmt: skip
    return fig


FEW = 60  # memories that one shot is drawn with


def _laplace_below(t, h):
    """The share of a Laplace kernel below a difference."""
    return (1 + sm.sign(t) * (1 - sm.exp(-sm.Abs(t) / h))) / 2


@figure(chapter="battle")
def one_shot():
    """One situation: which memories count, the belief that they make, and a shot to place."""
    memories = battles()[0]
    f, angles = memories.features[:FEW], memories.angles[:FEW]
    final = learned()[0][-1]
    h, half = KERNEL.bandwidth, 7.2  # a dodger four robots away
    fig = Figure(
        "one-shot",
        title="Similar situations speak louder, and tell you where to aim",
        alt="Above, sixty points: how much each remembered angle counts when the dodger speeds to "
        "the right, far from a wall. A dozen of them, to the right, stand out. Below, the belief "
        "that they make, a hill to the right, and the interval that a shot at 10 degrees covers.",
        moving="Changing speed or wall lets other memories speak up and the hill moves; turning "
        "the learnt weights off spreads the belief over all of them.",
        caption="Drag the shot to where it hits most likely. Then let the dodger come near a wall "
        "and aim again: now it sometimes turns back. Last, switch the learning off. (Sixty "
        "memories, the two features that count, a dodger four robots away.)",
    )
    speed = fig.slider("speed", 0, 1, 0.85, step=0.05, label="speed: 0 left, 1 right", digits=2)
    wall = fig.slider("wall", 0, 1, 0.1, step=0.05, label="wall ahead: 0 far, 1 near", digits=2)
    shot = fig.slider("shot", -50, 50, 10, step=1, label="where you aim", unit="°")
    on = fig.checkbox("on", True, label="learnt weights")
    j = sm.Symbol("j", integer=True)
    x = sm.Symbol("x")
    a = fig.data("a", np.round(angles, 2))
    fs, fw = fig.data("fs", np.round(f[:, 1], 3)), fig.data("fw", np.round(f[:, 2], 3))
    score = -on * (float(final[1]) * sm.Abs(speed - fs[j]) + float(final[2]) * sm.Abs(wall - fw[j]))
    all_of_them = sm.Sum(sm.exp(score), (j, 0, FEW - 1))

    def shares(speed, wall, on):
        far = final[1] * np.abs(speed - np.round(f[:, 1], 3))
        far = far + final[2] * np.abs(wall - np.round(f[:, 2], 3))
        return softmax(-on * far)

    def belief(x, speed, wall, on):
        z = np.log(shares(speed, wall, on))
        return np.exp(kde_log_density(x, np.round(angles, 2), z, KERNEL))

    top = fig.panel(
        xlim=(-50, 50), ylim=(0, 0.4), xlabel="", ylabel="weight", title="memories", xticks=[],
        yticks=[0, 0.2, 0.4],
    )  # fmt: skip
    top.points(
        "memories", a[j], sm.exp(score) / all_of_them, over=(j, 0, FEW - 1), color="accent",
        size=6, check=lambda speed, wall, shot, on: (
            np.round(angles, 2), shares(speed, wall, on)),
    )  # fmt: skip
    low = fig.panel(
        xlim=(-50, 50), ylim=(0, 0.1), xlabel="angle (degrees)", ylabel="belief (1/degree)",
        yticks=[0, 0.05, 0.1], xticks=[-40, -20, 0, 20, 40],
    )  # fmt: skip
    density = sm.Sum(
        sm.exp(score) * sm.exp(-sm.Abs(x - a[j]) / h) / (2 * h), (j, 0, FEW - 1)
    ) / all_of_them  # fmt: skip
    low.area(
        "covered", 0, density, (x, shot - half, shot + half), color="accent", points=60,
        check=lambda x, speed, wall, shot, on: (0 * x, belief(x, speed, wall, on)),
    )  # fmt: skip
    low.curve(
        "belief", density, (x, -50, 50), color="belief", points=201,
        check=lambda x, speed, wall, shot, on: belief(x, speed, wall, on),
    )  # fmt: skip
    low.vline("shot-line", shot, color="ink", dash=(4, 3), check=lambda shot, **_: shot)
    chance = sm.Sum(
        sm.exp(score)
        * (_laplace_below(shot + half - a[j], h) - _laplace_below(shot - half - a[j], h)),
        (j, 0, FEW - 1),
    ) / all_of_them  # fmt: skip

    def chances(speed, wall, shot, on):
        t = np.round(angles, 2)

        def below(t):
            return np.where(t < 0, np.exp(-abs(t) / h) / 2, 1 - np.exp(-abs(t) / h) / 2)

        return shares(speed, wall, on) @ (below(shot + half - t) - below(shot - half - t))

    fig.readout(
        "chance", "you believe that this shot hits with {chance:.1%}", {"chance": chance},
        color="belief",
        check=lambda **s: {"chance": chances(**s)},
    )  # fmt: skip
    return fig


WATCHED = 24  # remembered angles that a bandwidth is chosen for
KERNELS = (Gaussian, Laplace, Cauchy)
BANDWIDTHS = np.round(np.geomspace(0.2, 40, 61), 4)


@lru_cache(maxsize=1)
def scores():
    """For each kernel and bandwidth: the mean log-likelihood in sample, and with one left out."""
    angles = np.round(battles()[0].angles[:WATCHED], 1)
    table = np.empty((len(KERNELS), len(BANDWIDTHS), 2))
    for row, kind in enumerate(KERNELS):
        for column, h in enumerate(BANDWIDTHS):
            inside = kde_log_density(angles, angles, np.zeros(WATCHED), kind(h)).mean()
            table[row, column] = inside, leave_one_out_log_likelihood(angles, kind(h))
    return angles, np.round(table, 4)


@figure(chapter="battle")
def left_out():
    """One set of angles, a kernel and a bandwidth: likelihood in sample and with one left out."""
    angles, table = scores()
    start = int(np.argmax(table[1, :, 1]))
    fig = Figure(
        "left-out",
        title="Asked about themselves, memories want no width at all",
        alt="Left, the belief that 24 remembered angles make with a Laplace kernel. Right, two "
        "curves against the bandwidth: the score in sample climbs without end as the bandwidth "
        "shrinks; the score with each memory left out has a top, at about "
        f"{BANDWIDTHS[start]:.1f} degrees.",
        moving="A narrower bandwidth turns the belief into spikes, lifts the score in sample and "
        "drops the score with one left out.",
        caption="Make the bandwidth as narrow as it goes: the belief becomes a comb, and the "
        "score in sample applauds. The other curve has left the picture: read its number. Then "
        "climb it to its top.",
    )
    place = fig.slider(
        "place", 0, len(BANDWIDTHS) - 1, start, whole=True, label="bandwidth, from 0.2° to 40°"
    )  # fmt: skip
    kind = fig.choice("kind", [k.__name__ for k in KERNELS], 1, label="kernel")
    widths = fig.data("widths", BANDWIDTHS)
    a = fig.data("a", angles)
    j, k = sm.symbols("j k", integer=True)
    x = sm.Symbol("x")
    h = widths[place]
    t = (x - a[j]) / h
    body = sm.Piecewise(
        (sm.exp(-(t**2) / 2) / sm.sqrt(2 * sm.pi), sm.Eq(kind, 0)),
        (sm.exp(-sm.Abs(t)) / 2, sm.Eq(kind, 1)),
        (1 / (sm.pi * (1 + t**2)), True),
    )

    def belief(x, place, kind):
        kernel = KERNELS[int(kind)](BANDWIDTHS[int(place)])
        return np.exp(kde_log_density(x, angles, np.zeros(WATCHED), kernel))

    left = fig.panel(
        xlim=(-50, 50), ylim=(0, 0.08), xlabel="angle (degrees)", ylabel="belief (1/degree)",
        xticks=[-40, -20, 0, 20, 40], yticks=[0, 0.04, 0.08],
    )  # fmt: skip
    left.curve(
        "belief", sm.Sum(body / h, (j, 0, WATCHED - 1)) / WATCHED, (x, -50, 50), points=301,
        color="belief", check=lambda x, place, kind: belief(x, place, kind),
    )  # fmt: skip
    left.points("memories", a[j], 0.0012, over=(j, 0, WATCHED - 1), color="ink", size=5,
                check=lambda **_: (angles, np.full(WATCHED, 0.0012)))  # fmt: skip
    right = fig.panel(
        xlim=(0.2, 40), ylim=(-6.5, -2), xlabel="bandwidth (degrees)", xscale="log",
        ylabel="mean log-likelihood (nats)", xticks=[0.3, 1, 3, 10, 30],
        xticklabels=["0.3", "1", "3", "10", "30"], yticks=[-6, -5, -4, -3, -2],
    )  # fmt: skip
    for i, (name, text, hue, at) in enumerate(
        [("inside", "in sample", "gap", 10), ("left", "one left out", "truth", 42)]
    ):
        values = fig.data(name, table[:, :, i])
        right.curve(
            name, (widths[k], values[kind, k]), (k, 0, len(BANDWIDTHS) - 1), points=None,
            color=hue, label=text, label_at=at, label_offset=(26, 6) if i == 0 else (-34, 12),
            check=lambda k, place, kind, i=i: (
                BANDWIDTHS[k.astype(int)], table[int(kind), k.astype(int), i]),
        )  # fmt: skip
        right.points(
            f"{name}-now", h, values[kind, place], color=hue, size=12,
            check=lambda place, kind, i=i: (
                BANDWIDTHS[int(place)], table[int(kind), int(place), i]),
        )  # fmt: skip
    inside, outside = (fig.data(n, table[:, :, i]) for i, n in enumerate(("in2", "out2")))
    fig.readout(
        "numbers", "bandwidth {h:.2f}°: in sample {inside:.3f}, one left out {outside:.3f} nats",
        {"h": h, "inside": inside[kind, place], "outside": outside[kind, place]}, color="truth",
        check=lambda place, kind: {
            "h": BANDWIDTHS[int(place)], "inside": table[int(kind), int(place), 0],
            "outside": table[int(kind), int(place), 1],
        },
    )  # fmt: skip
    return fig
