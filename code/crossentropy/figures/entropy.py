"""The figures of the chapter *Surprise and entropy*.

Each function makes one figure and bears its name; the figure's caption names this script.
"""

import numpy as np
import sympy as sm

from crossentropy.entropy import entropy
from live_figures import Figure, color, figure


@figure(chapter="entropy")
def coin():
    """Binary entropy with a tangent above and a chord below: what concave means."""
    fig = Figure(
        "coin",
        title="The tangent stays above the curve, the chord below it",
        alt="The entropy of a coin against the chance of heads: a dome from 0 at p = 0 up to "
        "0.693 nats at p = 0.5 and back to 0 at p = 1. At p = 0.25 the entropy is 0.562 nats; the "
        "tangent there stays above the dome, the chord to q = 0.9 stays below it.",
        moving="Moving p slides the tangent along the dome; its slope falls from steep to flat at "
        "p = 0.5 and turns negative beyond. Moving q swings the chord.",
        caption="Drag *p* to 0.5: the tangent lies flat at the top, where the coin is hardest to "
        "guess. Then look for a *p* and a *q* whose chord rises above the curve. There are none.",
    )
    p = fig.slider(
        "p", 0.01, 0.99, 0.25, step=0.01, label="*p*, chance of heads", names={0.5: "fair coin"}
    )
    q = fig.slider("q", 0.01, 0.99, 0.9, step=0.01, label="*q*, other end of the chord")
    x, t = sm.symbols("x t", real=True)

    def H(r):
        return -r * sm.log(r) - (1 - r) * sm.log(1 - r)

    mixed = (1 - t) * p + t * q
    slope = sm.log((1 - p) / p)

    def h(r):
        return entropy(np.stack([r, 1 - np.asarray(r)]), axis=0)

    def tangent(at, p):
        return h(p) + np.log((1 - p) / p) * (at - p)

    axes = fig.panel(
        xlim=(0, 1), ylim=(0, 1), xlabel="chance of heads", ylabel="entropy (nats)",
        xticks=[0, 0.25, 0.5, 0.75, 1], xticklabels=["0", "0.25", "0.5", "0.75", "1"],
        yticks=[0, 0.25, 0.5, float(np.log(2)), 1],
        yticklabels=["0", "0.25", "0.5", "log 2", "1"],
    )  # fmt: skip
    axes.draw(lambda ax: ax.axhline(np.log(2), color=color("muted"), linewidth=1, dashes=(2, 3)))
    axes.area(
        "sag", (1 - t) * H(p) + t * H(q), H(mixed), (t, 0, 1), x=mixed, color="gap", opacity=0.15,
        check=lambda t, p, q: (
            (1 - t) * p + t * q, (1 - t) * h(p) + t * h(q), h((1 - t) * p + t * q),
        ),
    )  # fmt: skip
    axes.curve(
        "tangent", H(p) + slope * (x - p), (x, 0, 1), points=2, color="accent",
        check=lambda x, p, q: tangent(x, p),
    )  # fmt: skip
    axes.segment(
        "chord", (p, H(p)), (q, H(q)), color="gap", width=2.2, label="chord",
        label_offset=(0, -20), check=lambda p, q: (p, h(p), q, h(q)),
    )  # fmt: skip
    axes.curve(
        "dome", H(x), (x, 0, 1), points=201, color="truth", width=3, check=lambda x, p, q: h(x)
    )
    axes.points(
        "ends", [p, q], [H(p), H(q)], color="truth", size=11,
        check=lambda p, q: ([p, q], h([p, q])),
    )  # fmt: skip
    side = sm.Piecewise((0.16, p < 0.5), (-0.16, True))
    axes.label(
        "tangent-name", "tangent at *p*", (p + side / 8, H(p) + slope * side), color="accent",
        offset=(0, 10),
        check=lambda p, q: {
            "at": (p + (s := 0.16 if p < 0.5 else -0.16) / 8, tangent(p + s, p)),
        },
    )  # fmt: skip
    fig.readout(
        "entropy", "*H*(*p*) = {nats:.3f} nats = {bits:.3f} bits",
        {"nats": H(p), "bits": H(p) / sm.log(2)}, color="truth",
        check=lambda p, q: {"nats": h(p), "bits": entropy([p, 1 - p], base=2)},
    )  # fmt: skip
    fig.readout(
        "slope", "slope at *p*: {slope:+.2f} nats per unit", {"slope": slope}, color="accent",
        check=lambda p, q: {"slope": np.log(1 - p) - np.log(p)},
    )  # fmt: skip
    return fig
