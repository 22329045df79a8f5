"""The figures of the chapter *Surprise and entropy*.

Each function makes one figure and bears its name; the figure's caption names this script.
"""

import numpy as np
import sympy as sm
from live_figures import Figure, color, figure

from crossentropy.entropy import binary_entropy, entropy, perplexity, surprise


@figure(chapter="entropy")
def coin():
    """Binary entropy with a tangent above and a chord below: what concave means."""
    fig = Figure(
        "coin",
        title="The tangent stays above the curve, the chord below it",
        alt="The entropy of a coin against the chance of heads: a dome from 0 at p = 0 up to "
        "0.693 nats at p = 0.5 and back to 0 at p = 1. The tangent at q = 0.25 stays above the "
        "dome; the chord from there to p = 0.8, where the entropy is 0.500 nats, stays below it.",
        moving="Moving q slides the tangent along the dome; its slope falls from steep to flat at "
        "q = 0.5 and turns negative beyond. Moving p swings the chord.",
        caption="Drag *q* to 0.5: the tangent lies flat at the top, where the coin is hardest to "
        "guess. Then look for a *p* and a *q* whose chord rises above the curve. There are none.",
    )
    p = fig.slider(
        "p", 0.01, 0.99, 0.8, step=0.01, label="*p*, chance of heads", names={0.5: "fair coin"}
    )
    q = fig.slider("q", 0.01, 0.99, 0.25, step=0.01, label="*q*, where the tangent touches")
    x, t = sm.symbols("x t", real=True)

    def H(r):
        return -r * sm.log(r) - (1 - r) * sm.log(1 - r)

    mixed = (1 - t) * p + t * q
    slope = sm.log((1 - q) / q)

    def h(r):
        return entropy(np.stack([r, 1 - np.asarray(r)]), axis=0)

    def tangent(at, q):
        return h(q) + np.log((1 - q) / q) * (at - q)

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
        "tangent", H(q) + slope * (x - q), (x, 0, 1), points=2, color="accent",
        check=lambda x, p, q: tangent(x, q),
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
    side = sm.Piecewise((0.16, q < 0.5), (-0.16, True))
    axes.label(
        "tangent-name", "tangent at *q*", (q + side / 8, H(q) + slope * side), color="accent",
        offset=(0, 10),
        check=lambda p, q: {
            "at": (q + (s := 0.16 if q < 0.5 else -0.16) / 8, tangent(q + s, q)),
        },
    )  # fmt: skip
    fig.readout(
        "entropy", "*H*(*p*) = {nats:.3f} nats = {bits:.3f} bits",
        {"nats": H(p), "bits": H(p) / sm.log(2)}, color="truth",
        check=lambda p, q: {"nats": h(p), "bits": entropy([p, 1 - p], base=2)},
    )  # fmt: skip
    fig.readout(
        "slope", "slope at *q*: {slope:+.2f} nats per unit", {"slope": slope}, color="accent",
        check=lambda p, q: {"slope": np.log(1 - q) - np.log(q)},
    )  # fmt: skip
    return fig


@figure(chapter="entropy")
def tangent():
    """The logarithm below its tangents: the inequality under all others."""
    fig = Figure(
        "tangent",
        title="The logarithm stays below each of its tangents",
        alt="The curve of log x, rising ever more slowly, and its tangent at 1, the line x − 1. "
        "They touch at 1. At x = 2.5 the curve is at 0.916 and the line above it at 1.5.",
        moving="Moving x shows the gap between curve and line, which closes only where they touch. "
        "Moving a rolls the line along the curve; the curve never rises above it.",
        caption="Move *x* through 1 and watch the gap close and open again. Then move *a*: every "
        "other tangent does the same at its own point. With *a* at an average, this is Jensen's "
        "inequality.",
    )
    at = fig.slider("x", 0.1, 4, 2.5, step=0.05, label="*x*, where you compare")
    a = fig.slider(
        "a", 0.25, 4, 1, step=0.05, label="*a*, where the line touches", names={1: "x − 1"}
    )
    r = sm.Symbol("r", real=True)
    line = sm.log(a) + r / a - 1

    def above(r, a):
        return np.log(a) + (r - a) / a

    axes = fig.panel(
        xlim=(0, 4.2), ylim=(-2.5, 3), xlabel="x", ylabel="", xticks=[0, 1, 2, 3, 4],
        yticks=[-2, -1, 0, 1, 2, 3],
    )  # fmt: skip
    axes.curve(
        "line", line, (r, 0, 4.2), points=2, color="accent", label="tangent at *a*", label_at=3.2,
        label_align="right", label_offset=(-8, 6), check=lambda r, x, a: above(r, a),
    )  # fmt: skip
    axes.curve(
        "log", sm.log(r), (r, 0.05, 4.2), color="truth", width=3, label="log *x*", label_at=3.7,
        label_offset=(0, -24), check=lambda r, x, a: np.log(r),
    )  # fmt: skip
    axes.segment(
        "gap", (at, sm.log(at)), (at, line.subs(r, at)), color="neutral", width=3,
        check=lambda x, a: (x, np.log(x), x, above(x, a)),
    )  # fmt: skip
    axes.points("touch", a, sm.log(a), color="accent", size=11, check=lambda x, a: (a, np.log(a)))
    fig.readout(
        "numbers", "log *x* = {log:.3f}, tangent {line:.3f}, gap {gap:.3f}",
        {"log": sm.log(at), "line": line.subs(r, at), "gap": line.subs(r, at) - sm.log(at)},
        check=lambda x, a: {
            "log": np.log(x), "line": above(x, a), "gap": above(x, a) - np.log(x),
        },
    )  # fmt: skip
    return fig


@figure(chapter="entropy")
def contribution():
    """What one outcome adds to the entropy, as the area of a box: probability times surprise."""
    fig = Figure(
        "contribution",
        title="What one outcome adds: probability times surprise",
        alt="Left, the surprise −log p falls from very high at p = 0 to 0 at p = 1; below it a "
        "box, p = 0.05 wide and 3.00 nats high. Right, the area of the box for every p: a hump "
        "that starts at 0, is highest at p = 0.37 and ends at 0.",
        moving="Moving p to the left makes the box higher and thinner, to the right lower and "
        "wider. Its area is largest near p = 0.37.",
        caption="Drag *p* toward 0: the surprise grows without end, and the area vanishes all the "
        "same.",
        height=320,
    )
    p = fig.slider("p", 0.005, 1, 0.05, step=0.005, label="*p*, chance of the outcome")
    r = sm.Symbol("r", real=True)
    surprising = fig.panel(
        xlim=(0, 1), ylim=(0, 5.5), xlabel="probability p", ylabel="surprise (nats)",
        xticks=[0, 0.25, 0.5, 0.75, 1], xticklabels=["0", "0.25", "0.5", "0.75", "1"],
    )  # fmt: skip
    surprising.boxes(
        "box", 0, 0, p, -sm.log(p), color="truth", opacity=0.3,
        check=lambda p: (0, 0, p, surprise(p)),
    )  # fmt: skip
    surprising.curve(
        "surprise", -sm.log(r), (r, 0.004, 1), points=300, color="truth",
        label="−log *p*", label_at=0.3, label_align="left", label_offset=(6, 6),
        check=lambda r, p: surprise(r),
    )  # fmt: skip
    adding = fig.panel(
        xlim=(0, 1), ylim=(0, 0.5), xlabel="probability p", ylabel="area of the box (nats)",
        xticks=[0, 0.25, 0.5, 0.75, 1], xticklabels=["0", "0.25", "0.5", "0.75", "1"],
        yticks=[0, 0.1, 0.2, 0.3, float(np.exp(-1)), 0.5],
        yticklabels=["0", "0.1", "0.2", "0.3", "1/e", "0.5"],
    )  # fmt: skip
    adding.curve(
        "area", -r * sm.log(r), (r, 0, 1), points=200, color="truth",
        label="−*p* log *p*", label_at=0.62, label_align="left", label_offset=(6, 8),
        check=lambda r, p: r * surprise(np.maximum(r, 1e-300)),
    )  # fmt: skip
    adding.points(
        "here", p, -p * sm.log(p), color="truth", size=12, check=lambda p: (p, p * surprise(p))
    )
    fig.readout(
        "numbers", "{p:.3f} wide × {s:.3f} nats high = {area:.4f} nats",
        {"p": p, "s": -sm.log(p), "area": -p * sm.log(p)}, color="truth",
        check=lambda p: {"p": p, "s": surprise(p), "area": p * surprise(p)},
    )  # fmt: skip
    fig.predict(
        "Which outcome adds most to the entropy?",
        ("one in a hundred", "one in ten", "one in three", "nine in ten"),
        2,
        "The rare one is very surprising, but hardly ever; the common one is never surprising. The "
        "largest area is at 1/e, a bit more than one in three.",
        hide=("area", "area-label", "here"),
    )
    return fig


@figure(chapter="entropy")
def heights():
    """Four probabilities, their entropy, and the equally likely outcomes they are worth."""
    fig = Figure(
        "heights",
        title="How many equal sectors are these four worth?",
        alt="Four bars, 0.5, 0.25, 0.125 and 0.125 high. Over them an outline 3.36 wide and 0.30 "
        "high, with the same area as the bars together. The entropy is 1.213 nats.",
        moving="Making the bars more equal widens and lowers the outline, up to 4 wide at "
        "entropy log 4. Giving all to one bar shrinks it to 1 wide at entropy 0.",
        caption="Give everything to one sector; then make all four equal. Then find heights that "
        "are worth about 2 sectors without using just two.",
    )
    p = fig.shares_of_one(
        ["p1", "p2", "p3", "p4"],
        [0.5, 0.25, 0.125, 0.125],
        labels=[f"*p*{sub}, sector {number}" for number, sub in enumerate("₁₂₃₄", 1)],
        step=0.005,
    )
    total = -sum(part * sm.log(part) for part in p)

    def H(**p):
        return entropy(list(p.values()))

    def worth(**p):
        return perplexity(list(p.values()))

    axes = fig.panel(
        xlim=(0, 4.2), ylim=(0, 1.05), xlabel="sectors", ylabel="probability",
        xticks=[0, 1, 2, 3, 4], yticks=[0, 0.25, 0.5, 0.75, 1],
        yticklabels=["0", "0.25", "0.5", "0.75", "1"],
    )  # fmt: skip
    axes.bars(
        "bars", list(p), at=[0.5, 1.5, 2.5, 3.5], width=0.9, color="truth", opacity=0.8,
        check=lambda **p: list(p.values()),
    )  # fmt: skip
    axes.segment(
        "outline", ([0, sm.exp(total)], [sm.exp(-total), 0]),
        ([sm.exp(total), sm.exp(total)], [sm.exp(-total), sm.exp(-total)]),
        color="accent", width=3,
        check=lambda **p: (
            [0, worth(**p)], [1 / worth(**p), 0], [worth(**p)] * 2, [1 / worth(**p)] * 2,
        ),
    )  # fmt: skip
    fig.readout(
        "entropy", "*H* = {nats:.3f} nats = {bits:.3f} bits; at most log 4 = {most:.3f} nats",
        {"nats": total, "bits": total / sm.log(2), "most": sm.log(4)}, color="truth",
        check=lambda **p: {
            "nats": H(**p), "bits": entropy(list(p.values()), base=2), "most": entropy([0.25] * 4),
        },
    )  # fmt: skip
    fig.readout(
        "worth", "*e*ᴴ = {worth:.3f} equally likely sectors, {each:.3f} each",
        {"worth": sm.exp(total), "each": sm.exp(-total)}, color="accent",
        check=lambda **p: {"worth": worth(**p), "each": 1 / worth(**p)},
    )  # fmt: skip
    return fig


@figure(chapter="entropy")
def tree():
    """Two questions on a tree: the entropies of its forks, weighted, add up to the whole."""
    fig = Figure(
        "tree",
        title="Ask at once or question by question: the bars are equally long",
        alt="Left, a square cut first into left and right, with probabilities 0.5 and 0.5, then "
        "each of them into two sectors. The four sectors have probabilities 0.5 × 0.8, 0.5 × 0.2, "
        "0.5 × 0.5 and 0.5 × 0.5. Right, two bars of equal length: the entropy of the four sectors "
        "at once, and below it the entropy of the first question followed by those of the second "
        "ones, each times its weight.",
        moving="Moving a fork changes the probabilities of its branches and the length of its "
        "piece. The two bars stay equally long.",
        caption="Move the first fork to 0.9: the second question on the right is hardly ever "
        "asked, and its piece shrinks with its weight. Which setting makes the bars longest?",
        height=330,
        narrow_height=250,
    )
    g = fig.slider("g", 0, 1, 0.5, step=0.01, label="first fork: chance of left")
    a = fig.slider("a", 0, 1, 0.8, step=0.01, label="fork on the left: chance of sector 1")
    b = fig.slider("b", 0, 1, 0.5, step=0.01, label="fork on the right: chance of sector 3")

    def fork(r):
        return -r * sm.log(r) - (1 - r) * sm.log(1 - r)

    leaves = [g * a, g * (1 - a), (1 - g) * b, (1 - g) * (1 - b)]
    whole = -sum(leaf * sm.log(leaf) for leaf in leaves)
    first, second, third = fork(g), g * fork(a), (1 - g) * fork(b)

    def sectors(g, a, b):
        return np.array([g * a, g * (1 - a), (1 - g) * b, (1 - g) * (1 - b)])

    def pieces(g, a, b):
        return binary_entropy(g), g * binary_entropy(a), (1 - g) * binary_entropy(b)

    cuts = fig.panel(
        xlim=(0, 2), ylim=(0, 1), xlabel="", ylabel="probability", xticks=[0.5, 1.5],
        xticklabels=["first question", "second question"], grid=False,
        yticks=[0, 0.25, 0.5, 0.75, 1], yticklabels=["0", "0.25", "0.5", "0.75", "1"],
    )  # fmt: skip
    cuts.boxes(
        "halves", [0.02, 0.02], [1 - g, 0], [0.98, 0.98], [1, 1 - g], color="truth", opacity=0.35,
        check=lambda g, a, b: ([0.02] * 2, [1 - g, 0], [0.98] * 2, [1, 1 - g]),
    )  # fmt: skip
    low = [1 - leaves[0], 1 - g, (1 - g) * (1 - b), 0]
    high = [1, 1 - leaves[0], 1 - g, (1 - g) * (1 - b)]

    def stacked(**forks):
        ends = 1 - np.cumsum(sectors(**forks))
        return [1.02] * 4, ends, [1.98] * 4, ends + sectors(**forks)

    cuts.boxes("sectors", [1.02] * 4, low, [1.98] * 4, high, color="accent", opacity=0.35,
               check=stacked)  # fmt: skip
    big = sm.Rational(7, 100)
    for name, at, share, count in (
        ("left", (0.5, 1 - g / 2), g, lambda g, a, b: g),
        ("right", (0.5, (1 - g) / 2), 1 - g, lambda g, a, b: 1 - g),
    ):
        cuts.label(
            name, name + " {share:.2f}", at, values={"share": share}, offset=(0, -5),
            visible=share >= big, check=lambda count=count, **forks: {"share": count(**forks)},
        )  # fmt: skip
    for number, leaf in enumerate(leaves):
        cuts.label(
            f"sector-{number + 1}", f"sector {number + 1}: {{share:.2f}}",
            (1.5, (low[number] + high[number]) / 2), values={"share": leaf}, offset=(0, -5),
            visible=leaf >= big,
            check=lambda number=number, **forks: {"share": sectors(**forks)[number]},
        )  # fmt: skip

    bars = fig.panel(
        xlim=(0, 1.45), ylim=(0, 2), xlabel="entropy (nats)", ylabel="", yticks=[],
        xticks=[0, 0.5, 1, float(np.log(4))], xticklabels=["0", "0.5", "1", "log 4"],
    )  # fmt: skip
    bars.boxes(
        "at-once", 0, 1.25, whole, 1.65, color="truth", opacity=0.8,
        check=lambda **forks: (0, 1.25, entropy(sectors(**forks)), 1.65),
    )  # fmt: skip
    bars.boxes(
        "first", 0, 0.35, first, 0.75, color="truth", opacity=0.35,
        check=lambda **forks: (0, 0.35, pieces(**forks)[0], 0.75),
    )  # fmt: skip
    bars.boxes(
        "second", [first, first + second], 0.35, [first + second, first + second + third], 0.75,
        color="accent", opacity=0.35,
        check=lambda **forks: (
            np.cumsum(pieces(**forks))[:2], 0.35, np.cumsum(pieces(**forks))[1:], 0.75,
        ),
    )  # fmt: skip
    bars.label("at-once-name", "four sectors at once", (0, 1.7), align="left", offset=(2, 4),
               color="truth", check=lambda **forks: {"at": (0, 1.7)})  # fmt: skip
    bars.label("pieces-name", "question by question", (0, 0.8), align="left", offset=(2, 4),
               check=lambda **forks: {"at": (0, 0.8)})  # fmt: skip
    fig.readout(
        "whole", "at once: {whole:.3f} nats", {"whole": whole}, color="truth",
        check=lambda **forks: {"whole": entropy(sectors(**forks))},
    )  # fmt: skip
    fig.readout(
        "sum", "first {first:.3f} + left {g:.2f} × {left:.3f} + right {r:.2f} × {right:.3f}",
        {"first": first, "g": g, "left": fork(a), "r": 1 - g, "right": fork(b)},
        check=lambda g, a, b: {
            "first": binary_entropy(g), "g": g, "left": binary_entropy(a), "r": 1 - g,
            "right": binary_entropy(b),
        },
    )  # fmt: skip
    return fig
