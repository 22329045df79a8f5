"""The figures of the chapter *Where ŷ − y comes from*.

Each function makes one figure and bears its name; the figure's caption names this script.
"""

import numpy as np
import sympy as sm
from live_figures import Figure, color, figure

from crossentropy.gradient import linear_loss_and_gradient, softmax_cross_entropy_gradient
from crossentropy.softmax import softmax, softmax_cross_entropy

SECTORS = ["sector 1", "2", "3"]


def _softmax(scores):
    """Softmax of a list of expressions."""
    total = sm.Add(*map(sm.exp, scores))
    return [sm.exp(z) / total for z in scores]


@figure(chapter="gradient")
def miss():
    """Scores and a target: one arrow for each score, belief minus target, and all sum to zero."""
    fig = Figure(
        "miss",
        title="One pull upwards, the same pull downwards, shared out",
        alt="Left, three pairs of bars: the target, all on sector 2, and the belief 0.5, 0.25, "
        "0.25. Right, an arrow for each score with the length of belief minus target: up 0.5 for "
        "sector 1, down 0.75 for sector 2, up 0.25 for sector 3.",
        moving="Raising a score lengthens its belief and all arrows follow; they always sum to "
        "zero. With a softened target the arrows of the other sectors shrink or turn around.",
        caption="The arrows are the slopes of the loss; learning walks against them. Raise the "
        "score of sector 2 until all arrows are nearly gone. Then soften the target: they come "
        "back, and now they ask you to believe *less* in sector 2.",
    )
    scores = [
        fig.slider(f"z{c}", -5, 5, start, step=0.1, label=f"score of sector {c}")
        for c, start in [(1, 0.7), (2, 0.0), (3, 0.0)]
    ]
    hit = fig.choice("hit", SECTORS, 1, label="where the dodger was")
    sure = fig.slider(
        "sure", 0.4, 1, 1, step=0.05, label="target for that sector",
        names={1: "certain"},
    )  # fmt: skip
    belief = _softmax(scores)
    target = [sm.Piecewise((sure, sm.Eq(hit, c)), ((1 - sure) / 2, True)) for c in range(3)]
    slopes = [q - p for q, p in zip(belief, target, strict=True)]

    def state(z1, z2, z3, hit, sure):
        y = np.full(3, (1 - sure) / 2)
        y[int(hit)] = sure
        return np.array([z1, z2, z3]), y

    left = fig.panel(
        xlim=(-0.6, 2.6), ylim=(0, 1.12), xlabel="", ylabel="probability",
        xticks=[0, 1, 2], xticklabels=SECTORS, yticks=[0, 0.5, 1],
    )  # fmt: skip
    left.bars(
        "target", target, at=[c - 0.2 for c in range(3)], width=0.36, color="truth",
        check=lambda **s: state(**s)[1],
    )  # fmt: skip
    left.bars(
        "belief", belief, at=[c + 0.2 for c in range(3)], width=0.36, color="belief",
        check=lambda **s: softmax(state(**s)[0]),
    )  # fmt: skip
    left.label("target-name", "target *y*", (-0.55, 1.03), color="truth", align="left", bold=True)
    left.label("belief-name", "belief *ŷ*", (2.55, 1.03), color="belief", align="right", bold=True)
    right = fig.panel(
        xlim=(-0.6, 2.6), ylim=(-1.15, 1.15), xlabel="", ylabel="belief − target",
        xticks=[0, 1, 2], xticklabels=SECTORS, yticks=[-1, -0.5, 0, 0.5, 1],
        yticklabels=["−1", "−0.5", "0", "0.5", "1"],
    )  # fmt: skip

    @right.draw
    def _(ax):
        ax.axhline(0, color=color("neutral"), linewidth=1)

    right.segment(
        "slopes", ([0, 1, 2], [0, 0, 0]), ([0, 1, 2], slopes), arrow=True, color="gap", width=4,
        check=lambda **s: (
            [0, 1, 2], [0, 0, 0], [0, 1, 2], softmax_cross_entropy_gradient(*state(**s)),
        ),
    )  # fmt: skip
    for c in range(3):
        right.label(
            f"slope-{c}", "{g:+.2f}", (c + 0.08, slopes[c] / 2), values={"g": slopes[c]},
            color="gap", align="left", bold=True, offset=(2, -4),
            check=lambda c=c, **s: {
                "g": softmax_cross_entropy_gradient(*state(**s))[c],
                "at": (c + 0.08, softmax_cross_entropy_gradient(*state(**s))[c] / 2),
            },
        )  # fmt: skip
    cost = sm.log(sm.Add(*map(sm.exp, scores))) - sm.Add(
        *(p * z for p, z in zip(target, scores, strict=True))
    )
    fig.predict(
        "The arrow of sector 2 points down by 0.75. The other two point up. How long are they "
        "together?",
        ["longer than 0.75", "0.75", "shorter than 0.75"],
        1,
        "Belief and target both sum to one, so their difference sums to zero. The push on the "
        "wrong sectors is the pull on the right one, shared out by belief.",
        hide=["slopes", "slope-0", "slope-1", "slope-2", "numbers"],
    )
    fig.readout(
        "numbers", "loss {cost:.3f} nats;  slopes {a:+.3f} {b:+.3f} {c:+.3f} = {total:.3f}",
        {"cost": cost, "a": slopes[0], "b": slopes[1], "c": slopes[2], "total": sm.Add(*slopes)},
        check=lambda **s: {
            "cost": softmax_cross_entropy(*state(**s)),
            **dict(zip("abc", softmax_cross_entropy_gradient(*state(**s)), strict=True)),
            "total": 0.0,
        },
    )  # fmt: skip
    return fig


STAGES = [
    "forwards only",
    "1 at the loss",
    "log s: 1/s",
    "the sum passes it on",
    "times each exponential",
    "minus 1 at the true class",
    "times x: the weights",
    "times w: the feature",
]


def _backwards(x, hit, w):
    """All numbers of the graph, forwards and backwards, for one feature and three weights."""
    z = w * x
    e = np.exp(z)
    y = np.eye(3)[int(hit)]
    back = softmax_cross_entropy_gradient(z, y)
    _, of_w = linear_loss_and_gradient(w[:, None], np.array([[x]]), np.array([int(hit)]))
    return {
        "x": x, "z": z, "e": e, "s": e.sum(), "loss": softmax_cross_entropy(z, y),
        "d_s": 1 / e.sum(), "through": softmax(z), "d_z": back, "d_w": of_w[:, 0], "d_x": w @ back,
    }  # fmt: skip


ROWS = [2, 1, 0]  # heights of the three classes
NODES = ["feature", "weights", "scores", "exp", "sum", "loss"]
EDGES = {  # by the step at which a slope passes, from right to left: x, heights, x, heights
    2: (5, [1], 4, [1]),
    3: (4, [1] * 3, 3, ROWS),
    4: (3, ROWS, 2, ROWS),
    6: (2, ROWS, 1, ROWS),
    7: (1, ROWS, 0, [1] * 3),
}


def _edges(stage):
    """The edges of a stage, which stop short of the numbers at their ends: (x0, y0, x1, y1)."""
    x0, y0, x1, y1 = (np.array(side, float) for side in EDGES[stage])
    room = 0.22
    x0, x1 = np.broadcast_to(x0, y0.shape), np.broadcast_to(x1, y1.shape)
    return (
        x0 + room * (x1 - x0), y0 + room * (y1 - y0), x1 + room * (x0 - x1), y1 + room * (y0 - y1)
    )  # fmt: skip


@figure(chapter="gradient")
def graph():
    """The loss of one sample as a graph of small steps, run forwards and then backwards."""
    fig = Figure(
        "graph",
        title="Forwards above each line, backwards below it",
        alt="A graph from left to right: a feature x = 2; three weights 1, 0.5, 0; three scores "
        "2, 1, 0, each a weight times x; three exponentials 7.39, 2.72, 1; their sum 11.11; the "
        "loss 1.408. Below them the way back: 1 at the loss, 0.090 at the sum and at each "
        "exponential, and belief minus target at the scores: 0.665, −0.755, 0.090.",
        moving="Each step of the player writes the next numbers of the way back, from the loss on "
        "the right to the weights and the feature on the left. Step 0 takes them all away.",
        caption="Start over with the player, and step backwards. Before each step, say which "
        "numbers come next. At which step does the softmax appear, although nobody computed it? "
        "Where does the target come in (blue)?",
        height=360, narrow_height=340,
    )  # fmt: skip
    step = fig.player(
        "step", len(STAGES) - 1, start=5, label="step backwards", rate=0.8,
        names=dict(enumerate(STAGES)),
    )  # fmt: skip
    x = fig.slider("x", -2, 3, 2, step=0.1, label="feature *x*")
    hit = fig.choice("hit", ["class 1", "class 2", "class 3"], 1, label="true class")
    weights = np.array([1, 0.5, 0])
    rows = ROWS
    scores = [sm.Rational(w) * x for w in weights]
    exps = [sm.exp(z) for z in scores]
    total = sm.Add(*exps)
    label = [sm.Piecewise((1, sm.Eq(hit, c)), (0, True)) for c in range(3)]
    loss = sm.log(total) - sm.Add(*(p * z for p, z in zip(label, scores, strict=True)))
    slopes = [e / total - p for e, p in zip(exps, label, strict=True)]

    def numbers(step, x, hit):
        return _backwards(x, hit, weights)

    panel = fig.panel(xlim=(-0.45, 5.4), ylim=(-0.6, 2.8), frame=False)

    @panel.draw
    def _(ax):
        for stage in EDGES:
            x0, y0, x1, y1 = _edges(stage)
            ax.plot([x0, x1], [y0, y1], color=color("grid"), linewidth=2, zorder=0)
        for place, name in enumerate(NODES):
            ax.text(place, 2.62, name, ha="center", color=color("muted"))

    def put(name, text, at, expression, find, since=None):
        panel.label(
            name, text, at, values={"v": expression}, color="ink" if since is None else "gap",
            bold=since is not None, visible=sm.true if since is None else sm.Ge(step, since),
            check=lambda **s: {"v": find(numbers(**s), s["step"])},
        )  # fmt: skip

    up, down = 0.07, -0.2
    of_x = sm.Add(*(sm.Rational(w) * g for w, g in zip(weights, slopes, strict=True)))
    put("x", "{v:.1f}", (0, 1 + up), x, lambda m, _: m["x"])
    put("s", "{v:.2f}", (4, 1 + up), total, lambda m, _: m["s"])
    put("loss", "{v:.3f}", (5, 1 + up), loss, lambda m, _: m["loss"])
    put("back-loss", "{v:.0f}", (5, 1 + down), sm.Integer(1), lambda m, _: 1, 1)
    put("back-s", "{v:.3f}", (4, 1 + down), 1 / total, lambda m, _: m["d_s"], 2)
    put("back-x", "{v:.3f}", (0, 1 + down), of_x, lambda m, _: m["d_x"], 7)
    for c, row in enumerate(rows):
        share = exps[c] / total
        put(
            f"w{c}", "{v:.1f}", (1, row + up), sm.Rational(weights[c]), lambda m, _, c=c: weights[c]
        )
        put(f"z{c}", "{v:.2f}", (2, row + up), scores[c], lambda m, _, c=c: m["z"][c])
        put(f"e{c}", "{v:.2f}", (3, row + up), exps[c], lambda m, _, c=c: m["e"][c])
        put(f"back-e{c}", "{v:.3f}", (3, row + down), 1 / total, lambda m, _: m["d_s"], 3)
        put(
            f"back-z{c}", "{v:.3f}", (2, row + down),
            sm.Piecewise((share, step < 5), (slopes[c], True)),
            lambda m, step, c=c: m["through"][c] if step < 5 else m["d_z"][c], 4,
        )  # fmt: skip
        put(
            f"back-w{c}", "{v:.3f}", (1, row + down), slopes[c] * x,
            lambda m, _, c=c: m["d_w"][c], 6,
        )  # fmt: skip
    place = sm.Add(*(sm.Piecewise((row, sm.Eq(hit, c)), (0, True)) for c, row in enumerate(rows)))
    panel.label(
        "target", "−1", (2.5, place + up), color="truth", bold=True, visible=sm.Ge(step, 5),
        check=lambda step, x, hit: {"at": (2.5, 2 - hit + up)},
    )  # fmt: skip
    for stage in EDGES:
        x0, y0, x1, y1 = (list(side) for side in _edges(stage))
        panel.segment(
            f"flow-{stage}", (x0, y0), (x1, y1), arrow=True, color="gap", width=2,
            visible=sm.Eq(step, stage), check=lambda stage=stage, **s: _edges(stage),
        )  # fmt: skip
    fig.readout(
        "slopes", "belief minus target: {a:.3f}  {b:.3f}  {c:.3f}",
        dict(zip("abc", slopes, strict=True)), color="gap", visible=sm.Ge(step, 5),
        check=lambda **s: dict(zip("abc", numbers(**s)["d_z"], strict=True)),
    )  # fmt: skip
    return fig


def _squared(gap):
    """Squared error of a two-class softmax and its slope in the right score, by its Jacobian."""
    y_hat = softmax([gap, 0.0])
    miss = y_hat - np.array([1, 0])
    slopes = (np.diag(y_hat) - np.outer(y_hat, y_hat)) @ miss
    return (miss**2).sum() / 2, slopes[0]


@figure(chapter="gradient")
def squares():
    """Cross-entropy and squared error of a softmax with two classes: loss, and pull."""
    fig = Figure(
        "squares",
        title="The pull of a confident mistake: one holds on, the other lets go",
        alt="Left, two losses against the lead of the right score over the wrong one. "
        "Cross-entropy falls in a straight line from 8 and bends to 0. Squared error is a step "
        "from 1 down to 0, flat on both sides. Right, how hard each pulls: cross-entropy pulls "
        "with 1 far on the left; squared error has a hump and pulls with 0.002 at a lead of −6.9.",
        moving="Further to the left the pull of cross-entropy tends to 1 and that of squared error "
        "to 0. Their pulls are of one size only near the middle.",
        caption="A lead of −6.9 is a belief of one in a thousand in the right class. Slide to the "
        "right until squared error pulls hardest. How wrong is the model there?",
    )
    lead = fig.slider("lead", -8, 8, -6.9, step=0.1, label="lead of the right score")
    s = sm.Symbol("s", real=True)

    def belief(s):
        return 1 / (1 + sm.exp(-s))

    def bill(s):
        return sm.log(1 + sm.exp(-s))

    def square(s):
        return (1 - belief(s)) ** 2

    def pull(s):
        return 1 - belief(s)

    def square_pull(s):
        return 2 * belief(s) * (1 - belief(s)) ** 2

    found = {
        "bill": lambda s: softmax_cross_entropy([s, 0.0], 0),
        "square": lambda s: _squared(s)[0],
        "pull": lambda s: -softmax_cross_entropy_gradient([s, 0.0], 0)[0],
        "square-pull": lambda s: -_squared(s)[1],
    }
    ticks = {"xticks": [-8, -4, 0, 4, 8], "xticklabels": ["−8", "−4", "0", "4", "8"]}
    left = fig.panel(
        xlim=(-8, 8), ylim=(0, 8), xlabel="lead of the right score", ylabel="loss",
        yticks=[0, 2, 4, 6, 8], **ticks,
    )  # fmt: skip
    right = fig.panel(
        xlim=(-8, 8), ylim=(0, 1.1), xlabel="lead of the right score", ylabel="pull",
        yticks=[0, 0.5, 1], **ticks,
    )  # fmt: skip
    for panel, name, expression, hue, text, at, offset in [
        (left, "bill", bill, "cost", "cross-entropy", -3, (52, 6)),
        (left, "square", square, "accent", "squared error", -5, (12, 10)),
        (right, "pull", pull, "cost", "cross-entropy", 0.3, (50, 12)),
        (right, "square-pull", square_pull, "accent", "squared error", -3, (-32, 14)),
    ]:
        panel.curve(
            name, expression(s), (s, -8, 8), color=hue, width=3, label=text, label_at=at,
            label_offset=offset,
            check=lambda s, lead, name=name: np.array([found[name](v) for v in s]),
        )  # fmt: skip
        panel.points(
            f"{name}-here", lead, expression(lead), color=hue, size=11,
            check=lambda lead, name=name: (lead, found[name](lead)),
        )  # fmt: skip
    fig.predict(
        "The model gives the right class one in a thousand. Which loss pulls harder on the score?",
        ["squared error", "both the same", "cross-entropy, about 500 times"],
        2,
        "The softmax is flat there. Squared error multiplies by that flatness; cross-entropy "
        "divides it out again.",
        hide=[
            "pull",
            "pull-label",
            "pull-here",
            "square-pull",
            "square-pull-label",
            "square-pull-here",
            "numbers",
        ],
    )
    fig.readout(
        "numbers", "belief in the right class {q:.4f};  pulls: {pull:.4f} and {square:.4f}",
        {"q": belief(lead), "pull": pull(lead), "square": square_pull(lead)},
        check=lambda lead: {
            "q": softmax([lead, 0.0])[0], "pull": found["pull"](lead),
            "square": found["square-pull"](lead),
        },
    )  # fmt: skip
    return fig


POINTS = np.array(
    [
        [-2.2, 1.4], [-1.6, -0.3], [-1.1, 1.0], [-0.7, 2.1], [-2.5, -1.5], [-0.9, -1.0],
        [1.9, 0.9], [1.0, -1.3], [2.3, -0.6], [0.8, 0.4], [1.4, -2.2], [0.2, -2.0],
    ]
)  # fmt: skip
KIND = np.repeat([0, 1], 6)
FLIPPED = np.where(np.arange(12) == 7, 0, KIND)
LAMBDAS = 10.0 ** (2 - 0.2 * np.arange(41))


def fits(kind):
    """Return the best W and b for each λ, by Newton's method from the λ before it."""
    sign = np.where(np.asarray(kind) == 0, 1.0, -1.0)
    X = np.column_stack([POINTS, np.ones(len(POINTS))])
    v = np.zeros(3)  # the weights of class 1 less those of class 2, and the biases
    found = []
    for lam in LAMBDAS:
        penalty = lam / 2 * np.array([1, 1, 0])  # the bias is not regularised
        for _ in range(60):
            miss = 1 / (1 + np.exp(sign * (X @ v)))
            slope = -(X.T * sign) @ miss + penalty * v
            bend = (X.T * (miss * (1 - miss))) @ X + np.diag(penalty)
            step = np.linalg.solve(bend, slope)
            v = v - step / max(1.0, np.abs(step).max())
        found.append(v)
    return np.array(found)


@figure(chapter="gradient")
def separable():
    """The boundary and the length of W as λ vanishes, for separable data and with one flip."""
    fig = Figure(
        "separable",
        title="When the classes can be separated, W grows without end",
        alt="Left, six points of each of two kinds in a plane, a boundary between them and two "
        "parallel lines where the belief is 0.9 in one kind or the other, far apart. Right, the "
        "length of W against λ on logarithmic axes: for separable data it climbs as λ falls; with "
        "one flipped label it levels off.",
        moving="As λ falls the two lines close in on the boundary, because the weights grow: every "
        "belief becomes certain. With one label flipped the lines stop moving.",
        caption="Press play: λ falls a hundred million times, and the zone of doubt closes. Then "
        "flip the label of one point and play again. Which weights stay finite?",
    )
    last = len(LAMBDAS) - 1
    step = fig.player(
        "step", last, start=10, label="regulariser *λ*", rate=8,
        names={i: f"λ = {lam:.2g}" for i, lam in enumerate(LAMBDAS)},
    )  # fmt: skip
    flip = fig.checkbox("flip", label="flip the label of one point")
    found = [fits(KIND), fits(FLIPPED)]
    norms = [np.sqrt((v[:, :2] ** 2).sum(axis=1) / 2) for v in found]
    tables = [
        [fig.data(f"v{place}_{kind}", found[kind][:, place]) for place in range(3)]
        for kind in (0, 1)
    ]
    lengths = [fig.data(f"norm_{kind}", norms[kind]) for kind in (0, 1)]
    lam = fig.data("lam", LAMBDAS)

    def now(place):
        a, b = (tables[kind][place][step] for kind in (0, 1))
        return sm.Piecewise((b, sm.Eq(flip, 1)), (a, True))

    a, b, shift = (now(place) for place in range(3))

    def line(level):
        """Two far points of the line where one kind leads by ``level``."""
        squared = a**2 + b**2
        foot = [(level - shift) * a / squared, (level - shift) * b / squared]
        way = [-6 * b / sm.sqrt(squared), 6 * a / sm.sqrt(squared)]
        return (foot[0] - way[0], foot[1] - way[1]), (foot[0] + way[0], foot[1] + way[1])

    def drawn(level):
        def check(step, flip):
            w, shift = np.split(found[int(flip)][int(step)], [2])
            length = np.linalg.norm(w)
            foot = (level - shift) * w / length**2
            way = 6 * np.array([-w[1], w[0]]) / length
            return (*(foot - way), *(foot + way))

        return check

    left = fig.panel(
        xlim=(-3.2, 3.2), ylim=(-3.2, 3.2), xlabel="feature 1", ylabel="feature 2", aspect="equal",
        xticks=[-2, 0, 2], xticklabels=["−2", "0", "2"], yticks=[-2, 0, 2],
        yticklabels=["−2", "0", "2"],
    )  # fmt: skip
    left.segment("boundary", *line(0), color="ink", width=2.5, check=drawn(0))
    for name, level in [("nine", np.log(9)), ("one", -np.log(9))]:
        left.segment(
            name, *line(level), color="belief", width=1.6, dash=(4, 3), check=drawn(level)
        )  # fmt: skip
    plain = [i for i in range(12) if i != 7]
    for kind, hue in [(0, "truth"), (1, "accent")]:
        mine = [i for i in plain if KIND[i] == kind]
        left.points(
            f"kind-{kind}", list(POINTS[mine, 0]), list(POINTS[mine, 1]), color=hue,
            check=lambda mine=mine, **s: (POINTS[mine, 0], POINTS[mine, 1]),
        )  # fmt: skip
        left.points(
            f"odd-{kind}", *POINTS[7], color=hue, size=13, visible=sm.Eq(flip, 1 - kind),
            check=lambda **s: tuple(POINTS[7]),
        )  # fmt: skip
    right = fig.panel(
        xlim=(1e-6, 100), ylim=(0.03, 100), xlabel="λ", ylabel="length of W", xscale="log",
        yscale="log", xticks=[1e-6, 1e-4, 1e-2, 1, 100],
        xticklabels=["10⁻⁶", "10⁻⁴", "10⁻²", "1", "100"], yticks=[0.1, 1, 10, 100],
        yticklabels=["0.1", "1", "10", "100"],
    )  # fmt: skip
    j = sm.Symbol("j", integer=True)
    for kind, hue, text, offset in [
        (0, "gap", "separable", (8, 12)), (1, "neutral", "one label flipped", (16, -18)),
    ]:  # fmt: skip
        right.curve(
            f"length-{kind}", (lam[j], lengths[kind][j]), (j, 0, last), points=None, color=hue,
            width=3, label=text, label_at=26, label_offset=offset,
            check=lambda j, step, flip, kind=kind: (
                LAMBDAS[j.astype(int)], norms[kind][j.astype(int)],
            ),
        )  # fmt: skip
        right.points(
            f"here-{kind}", lam[step], lengths[kind][step], color=hue, size=12,
            visible=sm.Eq(flip, kind),
            check=lambda step, flip, kind=kind: (LAMBDAS[int(step)], norms[kind][int(step)]),
        )  # fmt: skip
    fig.predict(
        "λ becomes a million times smaller. What do the best weights do, when a line separates "
        "the two kinds?",
        ["they settle", "they grow, and never stop", "they turn around"],
        1,
        "Larger weights along a separating direction always lower the loss, so only λ holds them "
        "back. The growth is slow: about the logarithm of 1/λ.",
        hide=["length-0", "length-0-label", "length-1", "length-1-label", "here-0", "here-1"],
    )
    length = sm.Piecewise((lengths[1][step], sm.Eq(flip, 1)), (lengths[0][step], True))
    fig.readout(
        "numbers", "λ = {lam:.2g}: length of W {length:.2f}, zone of doubt {width:.2f} wide",
        {"lam": lam[step], "length": length, "width": 2 * np.log(9) / sm.sqrt(a**2 + b**2)},
        check=lambda step, flip: {
            "lam": LAMBDAS[int(step)], "length": norms[int(flip)][int(step)],
            "width": np.sqrt(2) * np.log(9) / norms[int(flip)][int(step)],
        },
    )  # fmt: skip
    return fig
