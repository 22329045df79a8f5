"""The figures of the chapter *Believing Q when the truth is P*.

Each function makes one figure and bears its name; the figure's caption names this script.
"""

import numpy as np
import sympy as sm
from live_figures import Figure, X, Y, color, figure

from crossentropy.entropy import entropy
from crossentropy.kl import binary_cross_entropy, cross_entropy, kl_divergence

TRUTH = (1 / 2, 1 / 4, 1 / 8, 1 / 8)
BELIEF = (1 / 8, 1 / 2, 1 / 4, 1 / 8)
SECTORS = ["sector 1", "2", "3", "4"]


def _cost(truth, belief):
    """Cross-entropy of lists of expressions."""
    return sm.Add(*(-sm.sympify(p) * sm.log(q) for p, q in zip(truth, belief, strict=True)))


def _gap(truth, belief):
    """Divergence of lists of expressions."""
    return sm.Add(*(p * sm.log(p / q) for p, q in zip(truth, belief, strict=True)))


@figure(chapter="kl")
def bill():
    """A belief over four sectors against a fixed truth: the bill is a fixed part and a gap."""
    fig = Figure(
        "bill",
        title="Your belief moves the gap, and nothing but the gap",
        alt="Left, four pairs of bars: the truth 0.5, 0.25, 0.125, 0.125 and your belief 0.125, "
        "0.5, 0.25, 0.125. Right, one stacked bar: 1.213 nats that even the right belief costs, "
        "and on top a gap of 0.433 nats, together 1.646. A dashed line at log 4 = 1.386 is the "
        "bill of no opinion.",
        moving="Moving a share of the belief stretches or closes the gap; the lower part of the "
        "bill never moves. The gap is gone when the two sets of bars agree.",
        caption="Give sector 1 half of your belief and watch the gap shrink. Then try to push the "
        "bill *below* the blue part.",
    )
    q = fig.shares_of_one(
        ["q1", "q2", "q3", "q4"], BELIEF, low=0.005, step=0.005,
        labels=[f"belief in sector {c}" for c in (1, 2, 3, 4)],
    )  # fmt: skip

    def beliefs(q1, q2, q3, q4):
        return np.array([q1, q2, q3, q4]) / (q1 + q2 + q3 + q4)

    left = fig.panel(
        xlim=(-0.6, 3.6), ylim=(0, 1), xlabel="", ylabel="probability", width=1.5,
        xticks=[0, 1, 2, 3], xticklabels=SECTORS,
    )  # fmt: skip

    @left.draw
    def _(ax):
        ax.bar(np.arange(4) - 0.2, TRUTH, 0.36, color=color("truth"))

    left.bars(
        "belief", list(q), at=[c + 0.2 for c in range(4)], width=0.36, color="belief",
        check=beliefs,
    )  # fmt: skip
    left.label("truth-name", "truth *P*", (-0.55, 0.9), color="truth", align="left", bold=True)
    left.label("belief-name", "belief *Q*", (-0.55, 0.8), color="belief", align="left", bold=True)
    right = fig.panel(
        xlim=(0, 1), ylim=(0, 3), xlabel="", ylabel="nats per shot", xticks=[], yticks=[0, 1, 2, 3]
    )
    floor = entropy(TRUTH)
    cost = _cost(TRUTH, q)

    @right.draw
    def _(ax):
        ax.bar(0.3, floor, 0.4, color=color("truth"))
        ax.axhline(np.log(4), color=color("muted"), linewidth=1, dashes=(3, 3))
        ax.text(0.98, np.log(4) + 0.06, "no opinion: log 4", color=color("muted"), ha="right")

    right.boxes(
        "gap", 0.1, float(floor), 0.5, cost, color="gap",
        check=lambda **q: (0.1, floor, 0.5, cross_entropy(TRUTH, beliefs(**q))),
    )  # fmt: skip
    right.label("floor-name", "H(P)", (0.54, 0.6), color="truth", align="left", bold=True)
    right.label(
        "gap-name", "gap {gap:.3f}", (0.54, cost), values={"gap": cost - floor}, color="gap",
        align="left", bold=True, offset=(0, 10),
        check=lambda **q: {
            "gap": kl_divergence(TRUTH, beliefs(**q)),
            "at": (0.54, cross_entropy(TRUTH, beliefs(**q))),
        },
    )  # fmt: skip
    fig.readout(
        "sum", "H(P, Q) = H(P) + KL(P ‖ Q):  {cost:.3f} = {floor:.3f} + {gap:.3f} nats",
        {"cost": cost, "floor": floor, "gap": _gap(TRUTH, q)},
        check=lambda **q: {
            "cost": cross_entropy(TRUTH, beliefs(**q)),
            "floor": floor,
            "gap": kl_divergence(TRUTH, beliefs(**q)),
        },
    )  # fmt: skip
    return fig


@figure(chapter="kl")
def ruled_out():
    """One belief is halved again and again: its term grows without end, unless p is zero."""
    fig = Figure(
        "ruled-out",
        title="Each halving of one belief adds the same to its term",
        alt="Left, the four terms of the bill; the term of sector 4 is 0.26 nats. Right, the bill "
        "against the number of halvings of the belief in sector 4: it rises almost in a straight "
        "line from 1.65 nats, above a floor of 1.21, and never levels off.",
        moving="Each halving raises the bar of sector 4 by 0.087 nats. Ruling the sector out makes "
        "it infinite. If the dodger never goes there, the bar is empty whatever you believe.",
        caption="Halve your belief in sector 4 twenty times. Then rule it out: the bar leaves the "
        "picture. Now let the dodger stay out of sector 4 as well: the term is 0, and the bill is "
        "as finite as any.",
    )
    times = fig.slider("times", 0, 20, 0, whole=True, label="halvings of your belief in sector 4")
    never = fig.checkbox("never", label="rule sector 4 out: belief 0")
    absent = fig.checkbox("absent", label="the dodger never goes there: truth 0")
    last = sm.Piecewise((0, sm.Eq(never, 1)), (2 ** (-times) / 8, True))
    rest = [sm.Rational(8, 7) * sm.Rational(b) * (1 - last) for b in BELIEF[:3]]
    belief = [*rest, last]
    truth = [
        *(sm.Piecewise((sm.Rational(8, 7) * sm.Rational(p), sm.Eq(absent, 1)),
                       (sm.Rational(p), True)) for p in TRUTH[:3]),
        sm.Piecewise((0, sm.Eq(absent, 1)), (sm.Rational(1, 8), True)),
    ]  # fmt: skip

    def pair(times, never, absent):
        last = np.where(never, 0.0, 2.0**-times / 8)
        q = np.array([*(8 / 7 * b * (1 - last) for b in BELIEF[:3]), last])
        p = np.array([4 / 7, 2 / 7, 1 / 7, 0]) if absent else np.array(TRUTH)
        return p, q

    def terms_of(p, q):
        with np.errstate(divide="ignore"):
            return np.where(p > 0, -p * np.log(np.where(p > 0, q, 1)), 0)

    left = fig.panel(
        xlim=(-0.6, 3.6), ylim=(0, 2.4), xlabel="", ylabel="terms of the bill (nats)",
        xticks=[0, 1, 2, 3], xticklabels=SECTORS,
    )  # fmt: skip
    left.bars(
        "terms", [-p * sm.log(q) for p, q in zip(truth, belief, strict=True)],
        width=0.6, color="cost", infinite=True, check=lambda **s: terms_of(*pair(**s)),
    )  # fmt: skip
    left.label(
        "last", "belief {q:.3g}", (2.6, 2.15), values={"q": last}, color="belief", bold=True,
        align="right",
        check=lambda **s: {"q": pair(**s)[1][3]},
    )  # fmt: skip
    right = fig.panel(
        xlim=(0, 20), ylim=(0, 4), xlabel="halvings", ylabel="bill (nats)",
        xticks=[0, 5, 10, 15, 20],
    )  # fmt: skip
    k = sm.Symbol("k", integer=True)
    way = [sm.Rational(8, 7) * sm.Rational(b) * (1 - 2 ** (-k) / 8) for b in BELIEF[:3]]
    cost = _cost(truth, belief)
    floor = -sm.Add(*(p * sm.log(p) for p in truth))
    right.hline(
        "floor", floor, color="truth", label="H(P)", label_offset=(18, 8),
        check=lambda **s: entropy(pair(**s)[0]),
    )  # fmt: skip
    right.curve(
        "way", _cost(truth, [*way, 2 ** (-k) / 8]), (k, 0, 20), points=None, color="cost",
        label="H(P, Q)", label_at=13, label_offset=(0, 18),
        check=lambda k, times, never, absent: np.array(
            [cross_entropy(*pair(i, False, absent)) for i in k]
        ),
    )  # fmt: skip
    right.points(
        "here", times, cost, color="cost", size=11, infinite=True,
        check=lambda **s: (s["times"], cross_entropy(*pair(**s))),
    )  # fmt: skip
    fig.readout(
        "numbers", "bill {cost:.3f} nats, of which the term of sector 4 is {term:.3f}",
        {"cost": cost, "term": -truth[3] * sm.log(last)}, color="cost", infinite=True,
        check=lambda **s: {
            "cost": cross_entropy(*pair(**s)), "term": terms_of(*pair(**s))[3],
        },
    )  # fmt: skip
    return fig


HEIGHT = np.sqrt(3) / 2


def _place(w):
    """Where a distribution over three sectors lies in the triangle."""
    return w[1] + w[2] / 2, w[2] * HEIGHT


def _drawn_triangle(ax):
    ax.plot([0, 1, 0.5, 0], [0, 0, HEIGHT, 0], color=color("neutral"), linewidth=1.2)
    for x, y, text, side, level in [
        (0, -0.03, "all on 1", "left", "top"), (1, -0.03, "all on 2", "right", "top"),
        (0.5, HEIGHT + 0.02, "all on 3", "center", "bottom"),
    ]:  # fmt: skip
        ax.text(x, y, text, ha=side, va=level, color=color("muted"))


@figure(chapter="kl")
def triangle():
    """Lines of equal gap around P on the triangle of three sectors, in both directions."""
    fig = Figure(
        "triangle",
        title="Equal gaps from P, counted in the two directions",
        alt="Two triangles whose points are the distributions over three sectors. In both, rings "
        "surround the point P at (0.6, 0.3, 0.1). Left, rings of the gap KL(P ‖ ·): they never "
        "touch the sides. Right, rings of KL(· ‖ P): the outer ones are cut off by the sides. A "
        "point Q at (0.2, 0.3, 0.5) lies 0.498 from P on the left and 0.585 on the right.",
        moving="Dragging P or Q moves the rings and both numbers; the two numbers agree only in "
        "special places and, nearly, when P and Q are close.",
        caption="Drag *Q* on to a side of the triangle: one gap explodes, the other does not. Then "
        "drag it close to *P*: the two gaps become equal. The rings lie at 0.02, 0.1, 0.25, 0.5 "
        "and 1 nat.",
        height=330,
        narrow_height=300,
    )
    labels = ["sector 1", "sector 2", "sector 3"]
    p = fig.shares_of_one(
        ["p1", "p2", "p3"], (0.6, 0.3, 0.1), low=0.02, show=False,
        labels=[f"truth, {name}" for name in labels],
    )  # fmt: skip
    q = fig.shares_of_one(
        ["q1", "q2", "q3"], (0.2, 0.3, 0.5), low=0.0, show=False,
        labels=[f"belief, {name}" for name in labels],
    )  # fmt: skip
    u, v = sm.symbols("u v", real=True)
    ring = [1 - u, u * (1 - v), u * v]

    def shares(state, letter):
        w = np.array([state[f"{letter}{c}"] for c in (1, 2, 3)])
        return w / w.sum()

    def back(x, y):
        third = y / HEIGHT
        second = x - third / 2
        w = np.clip(np.stack([1 - second - third, second, third], axis=-1), 0, 1)
        return w / w.sum(axis=-1, keepdims=True)

    third = Y / HEIGHT
    sets = [1 - (X - third / 2) - third, X - third / 2, third]
    for name, z, check in [
        ("out", _gap(p, ring), lambda x, y, **s: kl_divergence(shares(s, "p"), back(x, y))),
        ("back", _gap(ring, p), lambda x, y, **s: kl_divergence(back(x, y), shares(s, "p"))),
    ]:
        panel = fig.panel(
            xlim=(-0.06, 1.06), ylim=(-0.12, 0.98), frame=False, aspect="equal",
            title="KL(P ‖ ·)" if name == "out" else "KL(· ‖ P)",
        )  # fmt: skip
        panel.draw(_drawn_triangle)
        panel.contour(
            f"rings-{name}", z, (u, 0, 1, 41), (v, 0, 1, 41), levels=(0.02, 0.1, 0.25, 0.5, 1.0),
            at=_place(ring), color="gap", infinite=True, tolerance=0.05, check=check,
        )  # fmt: skip
        if name == "out":
            panel.draggable(
                "p", _place(p), sets=dict(zip(p, sets, strict=True)), label="truth P",
                color="truth",
            )  # fmt: skip
            panel.draggable(
                "q", _place(q), sets=dict(zip(q, sets, strict=True)), label="belief Q",
                color="belief",
            )  # fmt: skip
        else:
            panel.points(
                "p-there", *_place(p), color="truth", size=12,
                check=lambda **s: _place(shares(s, "p")),
            )  # fmt: skip
            panel.points(
                "q-there", *_place(q), color="belief", size=12,
                check=lambda **s: _place(shares(s, "q")),
            )  # fmt: skip
        for letter, w, hue in [("p", p, "truth"), ("q", q, "belief")]:
            panel.label(
                f"{letter}-name-{name}", letter.upper(), _place(w), color=hue, bold=True,
                offset=(0, 12),
                check=lambda letter=letter, **s: {"at": _place(shares(s, letter))},
            )  # fmt: skip
    fig.readout(
        "out", "KL(P ‖ Q) = {gap:.3f} nats", {"gap": _gap(p, q)}, color="gap", infinite=True,
        check=lambda **s: {"gap": kl_divergence(shares(s, "p"), shares(s, "q"))},
    )  # fmt: skip
    fig.readout(
        "back", "KL(Q ‖ P) = {gap:.3f} nats", {"gap": _gap(q, p)}, color="gap",
        check=lambda **s: {"gap": kl_divergence(shares(s, "q"), shares(s, "p"))},
    )  # fmt: skip
    return fig


THETA = -177.5 + 5 * np.arange(72)


def bump(mu, sigma):
    """Return a normal curve read off at the middles of 72 sectors of 5°, summing to one."""
    weights = np.exp(-((THETA - mu) ** 2) / (2 * sigma**2))
    return weights / weights.sum()


TWO_BUMPS = (bump(-40, 10) + bump(40, 10)) / 2


@figure(chapter="kl")
def one_bump():
    """One bump fitted to two: the forward gap has one valley between them, the reverse gap two."""
    fig = Figure(
        "one-bump",
        title="One direction wants to cover, the other one to choose",
        alt="Left, a truth with bumps at −40° and 40° and a wide belief in the middle that covers "
        "both. Right, the two gaps against the centre of the belief, at the present width: "
        "KL(P ‖ Q) is a bowl with its bottom at 0°; KL(Q ‖ P) lies far above it.",
        moving="Narrowing the belief turns KL(P ‖ Q) into a steep bowl, still lowest in the "
        "middle, while KL(Q ‖ P) gets two valleys, one on each bump.",
        caption="Set the width to 15 and drag the centre from one bump to the other. Which gap "
        "falls on the bumps, which one between them?",
    )
    mu = fig.slider("mu", -60, 60, 0, step=1, label="centre *μ*", unit="°")
    sigma = fig.slider("sigma", 6, 60, 41, step=0.5, label="width *σ*", unit="°")
    truth = fig.data("truth", TWO_BUMPS)
    surprise = fig.data("surprise", -np.log(TWO_BUMPS))
    j, c = sm.symbols("j c", integer=True)
    m = sm.Symbol("m", real=True)
    angle = -sm.Rational(355, 2) + 5 * j
    floor = float(entropy(TWO_BUMPS))
    square = float(TWO_BUMPS @ THETA**2)  # the mean angle is 0, as the bumps are mirror images

    def exponent(at, centre):
        return -((at - centre) ** 2) / (2 * sigma**2)

    def forward(centre):
        scale = sm.Sum(sm.exp(exponent(angle, centre)), (j, 0, 71))
        spread = (square + centre**2) / (2 * sigma**2)
        return spread + sm.log(scale) - floor

    def reverse(centre):
        scale = sm.Sum(sm.exp(exponent(angle, centre)), (j, 0, 71))
        prices = sm.Sum(
            sm.exp(exponent(angle, centre)) * (exponent(angle, centre) + surprise[j]), (j, 0, 71)
        )
        return prices / scale - sm.log(scale)

    left = fig.panel(
        xlim=(-100, 100), ylim=(0, 0.22), xlabel="firing angle (°)", ylabel="probability",
        xticks=[-80, -40, 0, 40, 80], yticks=[0, 0.1, 0.2],
    )  # fmt: skip
    at = -sm.Rational(355, 2) + 5 * c
    scale = sm.Sum(sm.exp(exponent(angle, mu)), (j, 0, 71))
    left.area(
        "truth-fill", 0, truth[c], (c, 15, 56), x=at, points=None, color="truth", opacity=0.25,
        check=lambda c, **s: (-177.5 + 5 * c, 0 * c, TWO_BUMPS[c.astype(int)]),
    )  # fmt: skip
    left.curve(
        "truth-line", (at, truth[c]), (c, 15, 56), points=None, color="truth",
        label="truth *P*", label_at=44, label_offset=(26, 8),
        check=lambda c, **s: (-177.5 + 5 * c, TWO_BUMPS[c.astype(int)]),
    )  # fmt: skip
    left.curve(
        "belief", (at, sm.exp(exponent(at, mu)) / scale), (c, 15, 56), points=None,
        color="belief", width=3,
        check=lambda c, mu, sigma: (-177.5 + 5 * c, bump(mu, sigma)[c.astype(int)]),
    )  # fmt: skip
    left.label(
        "belief-name", "belief *Q*", (mu, 1 / scale), color="belief", bold=True, offset=(0, 10),
        check=lambda mu, sigma: {
            "at": (mu, 1 / np.exp(-((THETA - mu) ** 2) / (2 * sigma**2)).sum()),
        },
    )  # fmt: skip
    right = fig.panel(
        xlim=(-60, 60), ylim=(0, 8), xlabel="centre of the belief (°)", ylabel="gap (nats)",
        xticks=[-40, 0, 40], yticks=[0, 2, 4, 6, 8],
    )  # fmt: skip

    def gaps(centre, sigma, direction):
        beliefs = np.array([bump(mu, sigma) for mu in np.atleast_1d(centre)])
        pair = (TWO_BUMPS, beliefs) if direction == "forward" else (beliefs, TWO_BUMPS)
        return kl_divergence(*pair)

    for direction, expression, hue in [("forward", forward, "gap"), ("reverse", reverse, "accent")]:
        right.curve(
            direction, expression(m), (m, -60, 60), points=61, color=hue,
            check=lambda m, mu, sigma, way=direction: gaps(m, sigma, way),
        )  # fmt: skip
        right.points(
            f"{direction}-here", mu, expression(mu), color=hue, size=11,
            check=lambda mu, sigma, way=direction: (mu, gaps(mu, sigma, way)[0]),
        )  # fmt: skip
    fig.predict(
        "You narrow the belief to a width of 15°. Where is KL(P ‖ Q) smallest then?",
        ["on one of the bumps", "between them, where the dodger never is"],
        1,
        "On one bump the other one is ruled out, and that costs more than being "
        "half wrong about both. KL(Q ‖ P) decides the other way.",
        hide=["forward", "forward-here", "reverse", "reverse-here"],
    )
    fig.readout(
        "forward-number", "forward: KL(P ‖ Q) = {gap:.3f} nats", {"gap": forward(mu)}, color="gap",
        check=lambda mu, sigma: {"gap": gaps(mu, sigma, "forward")[0]},
    )  # fmt: skip
    fig.readout(
        "reverse-number", "reverse: KL(Q ‖ P) = {gap:.3f} nats", {"gap": reverse(mu)},
        color="accent", check=lambda mu, sigma: {"gap": gaps(mu, sigma, "reverse")[0]},
    )  # fmt: skip
    return fig


SIZES = np.unique(np.geomspace(1, 10_000, 81).round().astype(int))
RUNS = 3


def _bills(seed=7):
    """Bills of the fixed belief and of the fitted one, for each run and each number of shots."""
    rng = np.random.default_rng(seed)
    shots = rng.choice(4, size=(RUNS, SIZES[-1]), p=TRUTH)
    counts = np.cumsum(shots[:, :, None] == np.arange(4), axis=1)[:, SIZES - 1]
    seen = counts / SIZES[:, None]
    return cross_entropy(seen, BELIEF), entropy(seen)


def _expected_fit():
    """Expected entropy of what was seen, exactly: counts are binomial, sector by sector."""
    log_factorial = np.concatenate([[0], np.cumsum(np.log(np.arange(1, SIZES[-1] + 1)))])
    expected = []
    for size in SIZES:
        count = np.arange(1, size + 1)
        ways = log_factorial[size] - log_factorial[count] - log_factorial[size - count]
        share = count / size
        expected.append(
            sum(
                np.exp(ways + count * np.log(p) + (size - count) * np.log(1 - p))
                @ (-share * np.log(share))
                for p in TRUTH
            )
        )
    return np.array(expected)


@figure(chapter="kl")
def sample_size():
    """Empirical bills against the number of shots: a fixed belief, and the best fit."""
    fig = Figure(
        "sample-size",
        title="A fixed belief is billed fairly, the best fit too low",
        alt="Bills against the number of shots, on a logarithmic axis, for three runs up to 20 "
        "shots. Thin curves for a fixed belief scatter around 1.646 nats; their expectation, a "
        "thick line, lies on it from the first shot on. Thin curves for the best fit scatter as "
        "well; their expectation starts at 0 and rises towards 1.213 nats from below.",
        moving="With more shots both bundles narrow, the upper one on H(P, Q), the lower one on "
        "H(P); the thick lower line never crosses H(P).",
        caption="Press play. The thick lines are averages over all runs that could be. Which of "
        "the two is at its dashed line from the first shot, and which one only in the end?",
    )
    fixed, fitted = _bills()
    expected = {
        "fixed": np.full(len(SIZES), cross_entropy(TRUTH, BELIEF)),
        "fitted": _expected_fit(),
    }
    last = len(SIZES) - 1
    start = int(np.searchsorted(SIZES, 20))
    shots = fig.player(
        "shots", last, start=start, label="number of shots", rate=12,
        names={i: f"{size:,} shots" for i, size in enumerate(SIZES)},
    )  # fmt: skip
    size = fig.data("size", SIZES)
    tables = {"fixed": fig.data("fixed", fixed), "fitted": fig.data("fitted", fitted)}
    means = {name: fig.data(f"{name}_mean", values) for name, values in expected.items()}
    numbers = {"fixed": fixed, "fitted": fitted}
    panel = fig.panel(
        xlim=(0.9, 11_000), ylim=(0, 2.3), xlabel="shots", ylabel="nats per shot", xscale="log",
        xticks=[1, 10, 100, 1000, 10_000], xticklabels=["1", "10", "100", "1,000", "10,000"],
    )  # fmt: skip

    @panel.draw
    def _(ax):
        for level, text, hue in [
            (cross_entropy(TRUTH, BELIEF), "H(P, Q)", "cost"), (entropy(TRUTH), "H(P)", "truth"),
        ]:  # fmt: skip
            ax.axhline(level, color=color(hue), linewidth=1, dashes=(4, 3))
            ax.text(10_500, level + 0.05, text, color=color(hue), ha="right")

    j = sm.Symbol("j", integer=True)
    for name, hue in [("fixed", "cost"), ("fitted", "truth")]:
        for run in range(RUNS):
            panel.curve(
                f"{name}-{run}", (size[j], tables[name][run, j]), (j, 0, shots), points=None,
                color=hue, width=1.2,
                check=lambda j, shots, name=name, run=run: (
                    SIZES[j.astype(int)], numbers[name][run, j.astype(int)],
                ),
            )  # fmt: skip
        panel.curve(
            f"{name}-mean", (size[j], means[name][j]), (j, 0, shots), points=None, color=hue,
            width=4,
            check=lambda j, shots, name=name: (
                SIZES[j.astype(int)], expected[name][j.astype(int)],
            ),
        )  # fmt: skip
        panel.points(
            f"{name}-ends", [size[shots]] * RUNS, [tables[name][r, shots] for r in range(RUNS)],
            color=hue, size=8,
            check=lambda shots, name=name: (
                [SIZES[int(shots)]] * RUNS, numbers[name][:, int(shots)],
            ),
        )  # fmt: skip
    fig.readout(
        "expected", "{n:.0f} shots, on average: belief Q {fixed:.3f}, best fit {fitted:.3f} nats",
        {"n": size[shots], "fixed": means["fixed"][shots], "fitted": means["fitted"][shots]},
        check=lambda shots: {
            "n": SIZES[int(shots)],
            "fixed": expected["fixed"][int(shots)],
            "fitted": expected["fitted"][int(shots)],
        },
    )  # fmt: skip
    return fig


@figure(chapter="kl")
def yes_or_no():
    """Binary cross-entropy against the belief, with its slope and its floor."""
    fig = Figure(
        "yes-or-no",
        title="The bowl of one yes-or-no question",
        alt="The bill against the belief q in a hit, for a truth of 0.7: a bowl that rises without "
        "end at both sides, with its lowest point 0.611 nats at q = 0.7. At q = 0.3 the bill is "
        "0.950 and a tangent falls with slope −1.90.",
        moving="Moving the belief rolls the tangent along the bowl, level at the truth. Moving the "
        "truth to 0 or 1 opens one side of the bowl: its floor is then 0.",
        caption="Roll the tangent to the bottom: it lies at the truth, but not at height 0. Then "
        "set the truth to 1, a label: now the floor is 0, at a belief that is never quite reached.",
    )
    p = fig.slider("p", 0, 1, 0.7, step=0.05, label="truth *p*", names={0: "never", 1: "always"})
    q = fig.slider("q", 0.02, 0.98, 0.3, step=0.01, label="belief *q*")
    r = sm.Symbol("r", real=True)

    def cost(r):
        return -p * sm.log(r) - (1 - p) * sm.log(1 - r)

    slope = (q - p) / (q * (1 - q))
    panel = fig.panel(
        xlim=(0, 1), ylim=(0, 3), xlabel="belief in a hit", ylabel="bill (nats)",
        xticks=[0, 0.25, 0.5, 0.75, 1], xticklabels=["0", "0.25", "0.5", "0.75", "1"],
        yticks=[0, 1, 2, 3],
    )  # fmt: skip
    floor = -p * sm.log(p) - (1 - p) * sm.log(1 - p)
    panel.hline(
        "floor", floor, color="truth", dash=(4, 3),
        check=lambda p, q: binary_cross_entropy(p, p),
    )  # fmt: skip
    panel.label(
        "floor-name", "H(p)", (0.02, floor), color="truth", align="left", offset=(0, 8),
        check=lambda p, q: {"at": (0.02, binary_cross_entropy(p, p))},
    )  # fmt: skip
    panel.curve(
        "tangent", cost(q) + slope * (r - q), (r, 0, 1), points=2, color="accent",
        check=lambda r, p, q: (
            binary_cross_entropy(p, q) + (-p / q + (1 - p) / (1 - q)) * (r - q)
        ),
    )  # fmt: skip
    panel.curve(
        "bowl", cost(r), (r, 0.002, 0.998), points=250, color="cost", width=3,
        check=lambda r, p, q: binary_cross_entropy(p, r),
    )  # fmt: skip
    panel.points(
        "here", q, cost(q), color="cost", size=12,
        check=lambda p, q: (q, binary_cross_entropy(p, q)),
    )  # fmt: skip
    fig.readout(
        "numbers", "bill {cost:.3f} = floor {floor:.3f} + gap {gap:.3f} nats",
        {"cost": cost(q), "floor": floor, "gap": cost(q) - floor}, color="cost",
        check=lambda p, q: {
            "cost": binary_cross_entropy(p, q),
            "floor": binary_cross_entropy(p, p),
            "gap": kl_divergence([p, 1 - p], [q, 1 - q]),
        },
    )  # fmt: skip
    fig.readout(
        "slope", "slope (q − p) / (q (1 − q)) = {slope:+.2f}", {"slope": slope}, color="accent",
        check=lambda p, q: {"slope": -p / q + (1 - p) / (1 - q)},
    )  # fmt: skip
    return fig
