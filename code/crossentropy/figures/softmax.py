"""The figures of the chapter *Scores become belief*.

Each function makes one figure and bears its name; the figure's caption names this script.
"""

import numpy as np
import sympy as sm
from live_figures import Figure, color, figure

from crossentropy.entropy import entropy
from crossentropy.softmax import log_softmax, log_sum_exp, softmax

SCORES = (2.0, 1.0, 0.0)
TIED = (2.0, 2.0, 1.0, 0.0)


def _shares(weights):
    """Each weight over their sum, as expressions."""
    return [w / sm.Add(*weights) for w in weights]


@figure(chapter="softmax")
def common_shift():
    """Scores of three sectors, a common shift, and the belief that they make."""
    fig = Figure(
        "common-shift",
        title="The beliefs follow the differences, not the scores",
        alt="Left, three bars: the scores 2, 1 and 0 of sectors 1 to 3. Right, the beliefs that "
        "softmax makes of them: 0.665, 0.245 and 0.090.",
        moving="Moving one score changes all three beliefs. Moving the common shift lifts or "
        "lowers all scores together and leaves the beliefs where they are.",
        caption="Move the common shift from end to end and watch the right side. Then raise one "
        "score by 1: the odds of its sector against each other one grow by the factor e = 2.718.",
    )
    z = [
        fig.slider(f"z{c}", -3, 3, score, step=0.1, label=f"score of sector {c}")
        for c, score in enumerate(SCORES, 1)
    ]
    shift = fig.slider("shift", -4, 4, 0, step=0.1, label="common shift *κ*")

    def scores(z1, z2, z3, shift):
        return np.array([z1, z2, z3]) + shift

    sectors = ["sector 1", "2", "3"]
    left = fig.panel(
        xlim=(-0.6, 2.6), ylim=(-7.5, 7.5), ylabel="score", xticks=[0, 1, 2],
        xticklabels=sectors, yticks=[-6, -3, 0, 3, 6],
    )  # fmt: skip

    @left.draw
    def _(ax):
        ax.axhline(0, color=color("neutral"), linewidth=1)

    left.bars(
        "scores", [s + shift for s in z], width=0.5, color="accent",
        check=lambda **s: scores(**s),
    )  # fmt: skip
    right = fig.panel(
        xlim=(-0.6, 2.6), ylim=(0, 1.1), ylabel="belief", xticks=[0, 1, 2], xticklabels=sectors,
        yticks=[0, 0.5, 1],
    )  # fmt: skip
    beliefs = _shares([sm.exp(s + shift) for s in z])
    right.bars(
        "beliefs", beliefs, width=0.5, color="belief", check=lambda **s: softmax(scores(**s))
    )
    for c in range(3):
        right.label(
            f"belief-{c + 1}", "{y:.3f}", (c, beliefs[c]), values={"y": beliefs[c]},
            color="belief", bold=True, offset=(0, 9),
            check=lambda c=c, **s: {
                "y": softmax(scores(**s))[c], "at": (c, softmax(scores(**s))[c]),
            },
        )  # fmt: skip
    fig.predict(
        "You add 4 to all three scores. What happens to the beliefs?",
        ["all of them grow", "the largest one grows", "nothing"],
        2,
        "Every exponential grows by the same factor, and so does their sum. It cancels.",
        hide=["beliefs", "belief-1", "belief-2", "belief-3"],
    )
    fig.readout(
        "odds", "sector 1 against sector 2: scores differ by {gap:+.1f}, odds {odds:.3g} to 1",
        {"gap": z[0] - z[1], "odds": beliefs[0] / beliefs[1]},
        check=lambda **s: {
            "gap": s["z1"] - s["z2"],
            "odds": softmax(scores(**s))[0] / softmax(scores(**s))[1],
        },
    )  # fmt: skip
    return fig


@figure(chapter="softmax")
def heat():
    """Beliefs against temperature, with a first place that is shared or not."""
    fig = Figure(
        "heat",
        title="Cold belief goes to the top, and a shared top shares it",
        alt="Left, the beliefs in four sectors with scores 2, 2, 1 and 0 at temperature 1: 0.40, "
        "0.40, 0.15 and 0.05. Right, the four beliefs against the temperature on a logarithmic "
        "axis. On the cold side two of them meet at one half and two at zero, on the hot side all "
        "four at one quarter.",
        moving="Moving the temperature moves a line through the curves and the bars with it. "
        "Giving sector 1 a lead splits the upper curve: on the cold side one part goes to 1, the "
        "other to 0.",
        caption="Cool down to 0.05: the two leaders share everything. Now give sector 1 a lead of "
        "0.2 and look again. Then heat up to 20: the scores hardly matter.",
    )
    T = fig.slider("T", 0.05, 20, 1, scale="log", digits=2, label="temperature *T*")
    lead = fig.slider("lead", 0, 1, 0, step=0.05, label="lead of sector 1", names={0: "tie"})
    gaps = [0, lead, 1 + lead, 2 + lead]
    u = sm.Symbol("u", real=True)

    def beliefs(temperature):
        return _shares([sm.exp(-g / temperature) for g in gaps])

    def computed(temperature, lead):
        return softmax(np.add(TIED, [lead, 0, 0, 0]), temperature=float(temperature))

    left = fig.panel(
        xlim=(-0.6, 3.6), ylim=(0, 1.1), ylabel="belief", xticks=[0, 1, 2, 3],
        xticklabels=["sector 1", "2", "3", "4"], yticks=[0, 0.25, 0.5, 0.75, 1],
    )  # fmt: skip
    left.bars(
        "bars", beliefs(T), width=0.6, color="belief",
        check=lambda T, lead: computed(T, lead),
    )  # fmt: skip
    for c in range(4):
        left.label(
            f"number-{c + 1}", "{y:.2f}", (c, beliefs(T)[c]), values={"y": beliefs(T)[c]},
            color="belief", bold=True, offset=(0, 9),
            check=lambda T, lead, c=c: {
                "y": computed(T, lead)[c], "at": (c, computed(T, lead)[c]),
            },
        )  # fmt: skip
    right = fig.panel(
        xlim=(0.05, 20), ylim=(0, 1.1), xlabel="temperature", xscale="log",
        xticks=[0.05, 0.2, 1, 5, 20], xticklabels=["0.05", "0.2", "1", "5", "20"],
        yticks=[0, 0.25, 0.5, 0.75, 1], yticklabels=["0", "1/4", "1/2", "3/4", "1"], width=1.3,
    )  # fmt: skip
    right.vline("now", T, color="muted", dash=(3, 3), check=lambda T, lead: T)
    hues = ["belief", "belief", "neutral", "muted"]
    for c in range(4):
        right.curve(
            f"way-{c + 1}", (10**u, beliefs(10**u)[c]), (u, np.log10(0.05), np.log10(20)),
            points=120, color=hues[c], width=2.6 if c < 2 else 1.8,
            check=lambda u, T, lead, c=c: (
                10**u, np.array([computed(t, lead)[c] for t in 10.0**u]),
            ),
        )  # fmt: skip
        right.points(
            f"at-{c + 1}", T, beliefs(T)[c], color=hues[c], size=9,
            check=lambda T, lead, c=c: (T, computed(T, lead)[c]),
        )  # fmt: skip
        right.label(
            f"name-{c + 1}", f"{c + 1}", (T, beliefs(T)[c]), color=hues[c], bold=True,
            offset=[(-11, 5), (11, 5), (-11, 5), (11, 5)][c],
            check=lambda T, lead, c=c: {"at": (T, computed(T, lead)[c])},
        )  # fmt: skip
    fig.predict(
        "Sectors 1 and 2 share the top score. What does the belief in sector 1 tend to as T falls "
        "to 0?",
        ["1: the winner takes all", "1/2: the winners share", "1/4: all are equal"],
        1,
        "The two leading terms stay equal at every temperature, and all others vanish.",
        hide=[*(f"{what}-{c}" for what in ("way", "at", "name") for c in (1, 2, 3, 4))],
    )
    heated = beliefs(T)
    fig.readout(
        "numbers", "T = {T:.2f}: entropy {H:.3f} of at most 1.386 nats",
        {"T": T, "H": -sm.Add(*(y * sm.log(y) for y in heated))},
        check=lambda T, lead: {"T": T, "H": entropy(computed(T, lead))},
    )  # fmt: skip
    return fig


@figure(chapter="softmax")
def soft_maximum():
    """Log-sum-exp between the maximum and the maximum plus log C."""
    fig = Figure(
        "soft-maximum",
        title="LSE: the maximum with its corner rounded off",
        alt="Against the score of one class, three curves for three classes, two of which have "
        "score 0: the maximum, flat at 0 and then a straight line up; above it by log 3 the same "
        "with a shift; and between the two log-sum-exp, smooth, touching the upper one where all "
        "scores are 0 and approaching the lower one on the right.",
        moving="Moving the score moves a point along the middle curve. More classes lift the upper "
        "curve, and the middle one where the scores are equal.",
        caption="Find the score at which LSE touches the upper curve. Then find where it cannot "
        "be told from the maximum. How does the answer change with 20 classes?",
    )
    x = fig.slider("x", -5, 8, 1.5, step=0.1, label="score of class 1")
    C = fig.slider("C", 2, 20, 3, whole=True, label="classes; all others have score 0")
    u = sm.Symbol("u", real=True)
    panel = fig.panel(
        xlim=(-5, 8), ylim=(-1.4, 11.5), xlabel="score of class 1", ylabel="",
        xticks=[-4, -2, 0, 2, 4, 6, 8], yticks=[0, 2, 4, 6, 8, 10],
    )  # fmt: skip

    def lse(x):
        return sm.log(sm.exp(x) + C - 1)

    def computed(x, classes):
        x = np.atleast_1d(x)
        rest = np.zeros((len(x), int(classes) - 1))
        return log_sum_exp(np.concatenate([x[:, None], rest], axis=1))

    def top(x):
        return np.maximum(x, 0)

    panel.area(
        "between", sm.Max(u, 0), sm.Max(u, 0) + sm.log(C), (u, -5, 8), color="gap", opacity=0.15,
        points=131, check=lambda u, x, C: (top(u), top(u) + np.log(C)),
    )  # fmt: skip
    panel.curve(
        "high", sm.Max(u, 0) + sm.log(C), (u, -5, 8), points=131, color="gap",
        label="max + log *C*", label_at=-3.2, label_offset=(0, 10),
        check=lambda u, x, C: top(u) + np.log(C),
    )  # fmt: skip
    panel.curve(
        "low", sm.Max(u, 0), (u, -5, 8), points=131, color="truth", label="max", label_at=5.6,
        label_offset=(16, -16), check=lambda u, x, C: top(u),
    )  # fmt: skip
    panel.curve(
        "lse", lse(u), (u, -5, 8), points=131, color="cost", width=3,
        check=lambda u, x, C: computed(u, C),
    )  # fmt: skip
    panel.points(
        "here", x, lse(x), color="cost", size=11, check=lambda x, C: (x, computed(x, C)[0])
    )
    panel.label(
        "lse-name", "LSE", (x, lse(x)), color="cost", bold=True, offset=(14, -20),
        check=lambda x, C: {"at": (x, computed(x, C)[0])},
    )  # fmt: skip
    fig.readout(
        "numbers", "{low:.3f} ≤ LSE = {lse:.3f} ≤ {high:.3f}",
        {"low": sm.Max(x, 0), "lse": lse(x), "high": sm.Max(x, 0) + sm.log(C)}, color="cost",
        check=lambda x, C: {
            "low": top(x), "lse": computed(x, C)[0], "high": top(x) + np.log(C),
        },
    )  # fmt: skip
    return fig


LOGITS = np.arange(801)


def textbook(z):
    """−log of the second share, as the definition has it."""
    e = np.exp(z)
    return -np.log(e[:, 1] / e.sum(axis=1))


def shifted(z):
    """The same with the top score taken off before the exponential."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return -np.log(e[:, 1] / e.sum(axis=1))


def never_formed(z):
    """The same through log-sum-exp: the share itself is never formed."""
    return -log_softmax(z)[:, 1]


METHODS = {
    "textbook softmax, then log": textbook,
    "top score taken off, then log": shifted,
    "log-softmax: ŷ is never formed": never_formed,
}
PRECISIONS = {"float32": np.float32, "float64": np.float64}


def computed_losses(method, precision):
    """What a way of computing gives for the scores (z, 0), z = 0 … 800, true class 2."""
    z = np.stack([LOGITS, 0 * LOGITS], axis=1).astype(precision)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        return METHODS[method](z)


@figure(chapter="softmax")
def overflow():
    """One logit from 0 to 800, three ways to compute the loss, two precisions."""
    fig = Figure(
        "overflow",
        title="One loss, three ways to compute it, two precisions",
        alt="Six horizontal bars, the loss of sector 2 as computed for the scores (400, 0), with a "
        "mark at 400, the true loss. In float64 all three bars reach it. In float32 the textbook "
        "form is infinite from 89 on and the careful softmax from 104 on; only log-softmax is "
        "right.",
        moving="Moving the logit moves the marks, and the bars follow as far as they can: the "
        "textbook form to 88 in float32 and to 709 in float64, the careful softmax to 103 and to "
        "745, log-softmax all the way to 800.",
        caption="The marks are the true loss. Lower the logit until all six bars reach them, then "
        "raise it past 709 and 745. What you see is no formula: NumPy computed the numbers in the "
        "precision named, and they are replayed.",
        height=360,
        narrow_height=360,
    )
    z = fig.slider("z", 0, 800, 400, whole=True, label="score of sector 1; sector 2 has 0")
    levels = [head - 0.95 * line for head in (7.9, 4.9, 1.9) for line in (1, 2)]
    panel = fig.panel(
        xlim=(0, 1180), ylim=(-0.7, 8.6), xlabel="loss of sector 2, as computed (nats)",
        xticks=[0, 200, 400, 600, 800], yticks=levels, yticklabels=list(PRECISIONS) * 3,
        grid=False,
    )  # fmt: skip
    low, high = [level - 0.4 for level in levels], [level + 0.4 for level in levels]
    panel.segment(
        "true", ([z] * 6, low), ([z] * 6, high), color="ink", width=2.4,
        check=lambda z: ([z] * 6, low, [z] * 6, high),
    )  # fmt: skip

    @panel.draw
    def _(ax):
        for head, method in zip((7.9, 4.9, 1.9), METHODS, strict=True):
            ax.text(8, head, method, color=color("ink"), va="center", fontweight="bold")

    lanes = [(method, precision) for method in METHODS for precision in PRECISIONS]
    for lane, (level, (method, precision)) in enumerate(zip(levels, lanes, strict=True)):
        losses = computed_losses(method, precision)
        last = int(np.flatnonzero(np.isfinite(losses))[-1])
        end = fig.data(f"loss{lane}", losses[: last + 1])[sm.Min(z, last)]

        def drawn(z, losses=losses, last=last):
            return losses[min(int(z), last)]

        panel.boxes(
            f"bar-{lane}", 0, level - 0.33, end, level + 0.33, color="cost",
            check=lambda z, level=level, drawn=drawn: (0, level - 0.33, drawn(z), level + 0.33),
        )  # fmt: skip
        panel.label(
            f"loss-{lane}", "{loss:.1f}", (end, level), values={"loss": end}, align="left",
            offset=(6, -4), visible=z <= last if last < 800 else sm.true,
            check=lambda z, level=level, drawn=drawn: {"loss": drawn(z), "at": (drawn(z), level)},
        )  # fmt: skip
        if last < 800:
            panel.label(
                f"lost-{lane}", "∞ from {first:.0f}", (end, level), values={"first": last + 1},
                align="left", offset=(6, -4), bold=True, color="gap", visible=z > last,
                check=lambda z, level=level, losses=losses, drawn=drawn: {
                    "first": np.isfinite(losses).argmin(), "at": (drawn(z), level),
                },
            )  # fmt: skip
    return fig
