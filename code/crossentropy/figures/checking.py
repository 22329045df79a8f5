"""The figures of the chapter *Trust, but differentiate*, and the programs that it puts on trial.

Each function with a decorator makes one figure and bears its name; the figure's caption names this
script.
"""

import numpy as np
import sympy as sm
from live_figures import Figure, color, figure

from crossentropy.checking import directional_slopes
from crossentropy.gradient import linear_loss_and_gradient
from crossentropy.softmax import _log_sum_exp

# -- the error of a measured slope, for every step -----------------------------------------------
STEPS = 10.0 ** (np.arange(-64, 1) / 4)
SLOPE = 2 / 3  # of the loss log(2 e^ε + 1) at ε = 0
NOTHING = 1e-17  # where an error of exactly zero is drawn
WAYS = {"forward": "accent", "central": "gap", "side": "cost"}


def nudged_loss(shift):
    """The loss of the scores log 2 and 0 when the first one is nudged and the second is true."""
    return _log_sum_exp(np.array([np.log(2) + shift, 0]))


def measured_slope(way, step):
    """The slope of :func:`nudged_loss` at 0, as one of three quotients gives it."""
    if way == "forward":
        return (nudged_loss(step) - nudged_loss(0)) / step
    if way == "central":
        return (nudged_loss(step) - nudged_loss(-step)) / (2 * step)
    return nudged_loss(1j * step).imag / step


def relative_error(way, step):
    """How far the quotient is off, as a share of the slope."""
    return abs(measured_slope(way, step) / SLOPE - 1)


def _power(step):
    """A step as it is written: ``1.8 · 10⁻⁸``."""
    head, tail = f"{step:.1e}".split("e")
    digits = str(int(tail)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{digits}" if head == "1.0" else f"{head} · 10{digits}"


@figure(chapter="checking")
def difference_step():
    """Error of three measured slopes against the step, from 1e-16 to 1."""
    fig = Figure(
        "difference-step",
        title="Too small a step is as bad as too large a one, unless you step to the side",
        alt="Relative error of a measured slope against the step, both on logarithmic axes, from "
        "10⁻¹⁶ to 1. The forward difference falls to about 10⁻⁸ at a step near 10⁻⁸ and rises "
        "again to the left. The central difference falls to about 10⁻¹¹ at a step near 10⁻⁵. The "
        "complex step falls until 10⁻¹⁶ at a step near 10⁻⁸ and stays there.",
        moving="Moving the step slides three dots along the curves. Left of the valleys the two "
        "differences jump up and down and lose all digits; the complex step keeps its own.",
        caption="Drag the step from 1 to the left. Stop where each of the three is best, and read "
        "off how many digits it has. An error of exactly zero is drawn on the lower edge.",
        height=400,
    )
    last = len(STEPS) - 1
    step = fig.slider(
        "step", 0, last, 32, whole=True, label="step *ε*",
        names={i: _power(step) for i, step in enumerate(STEPS)},
    )  # fmt: skip
    errors = {way: np.array([relative_error(way, step) for step in STEPS]) for way in WAYS}
    numbers = {way: np.maximum(values, NOTHING) for way, values in errors.items()}
    steps = fig.data("steps", STEPS)
    tables = {way: fig.data(way, values) for way, values in numbers.items()}
    exact = {way: fig.data(f"{way}_exact", values) for way, values in errors.items()}
    panel = fig.panel(
        xlim=(1e-16, 1), ylim=(1e-17, 10), xlabel="step ε", ylabel="relative error", xscale="log",
        yscale="log", xticks=[1e-16, 1e-12, 1e-8, 1e-4, 1],
        xticklabels=["10⁻¹⁶", "10⁻¹²", "10⁻⁸", "10⁻⁴", "1"], yticks=[1e-16, 1e-12, 1e-8, 1e-4, 1],
        yticklabels=["10⁻¹⁶", "10⁻¹²", "10⁻⁸", "10⁻⁴", "1"],
    )  # fmt: skip

    ends = {  # straight lines: what rounding may do, and what is cut off
        "rounding": [(1e-16, 2.0**-53 / 1e-16), (1, 2.0**-53)],
        "cut-forward": [(1e-16, 1e-16 / 9), (1, 1 / 9)],
        "cut-central": [(3e-8, (3e-8) ** 2 / 81), (1, 1 / 81)],
    }
    for name, ((start, low), (end, high)) in ends.items():
        panel.segment(
            name, (start, low / SLOPE), (end, high / SLOPE), color="muted", width=1, dash=(3, 3)
        )
    panel.label("rounding-name", "rounding", (2e-12, 4e-3), color="muted", align="left")
    panel.label("cut-name", "cut off", (1e-2, 2e-10), color="muted", align="left")
    j = sm.Symbol("j", integer=True)
    names = {
        "forward": ("forward", 46, (-30, 8)),
        "central": ("central", 37, (-14, -30)),
        "side": ("to the side", 22, (0, 10)),
    }
    for way, hue in WAYS.items():
        text, at, offset = names[way]
        panel.curve(
            way, (steps[j], tables[way][j]), (j, 0, last), points=None, color=hue,
            label=text, label_at=at, label_offset=offset, label_bold=True,
            check=lambda j, step, way=way: (STEPS[j.astype(int)], numbers[way][j.astype(int)]),
        )  # fmt: skip
    panel.vline(
        "here", steps[step], color="neutral", dash=(2, 3), check=lambda step: STEPS[int(step)]
    )
    for way, hue in WAYS.items():
        panel.points(
            f"{way}-here", steps[step], tables[way][step], color=hue, size=11,
            check=lambda step, way=way: (
                STEPS[int(step)],
                max(relative_error(way, STEPS[int(step)]), NOTHING),
            ),
        )  # fmt: skip
    shown_with = [f"{way}-{part}" for way in WAYS for part in ("label", "here")]
    fig.predict(
        "You take central differences in 64-bit numbers. Which step gives the smallest error?",
        ["10⁻¹⁶, the smaller the better", "about 10⁻⁸", "about 10⁻⁵", "about 10⁻²"],
        2,
        "Below 10⁻⁵ rounding takes more digits than the smaller step gives back.",
        hide=[*WAYS, *shown_with, *ends, "rounding-name", "cut-name"],
    )
    fig.readout(
        "errors", "forward {forward:.1g}, central {central:.1g}, to the side {side:.1g}",
        {way: exact[way][step] for way in WAYS},
        check=lambda step: {way: relative_error(way, STEPS[int(step)]) for way in WAYS},
    )  # fmt: skip
    return fig


# -- three programs on trial ---------------------------------------------------------------------
def loss(W, X, labels, l2):
    """The whole loss, for real or complex weights: five lines that nobody doubts."""
    Z = X @ W.T
    top = Z.real.max(axis=1, keepdims=True)
    log_sums = top[:, 0] + np.log(np.exp(Z - top).sum(axis=1))
    true_scores = Z[np.arange(len(X)), labels]
    return (log_sums - true_scores).sum() + l2 / 2 * (W * W).sum()


def suspect_a(W, X, labels, l2):
    """Claim the gradient of the whole loss; one line is wrong."""
    Z = X @ W.T
    Y_hat = np.exp(Z - Z.max())
    Y_hat /= Y_hat.sum(axis=0)
    G = Y_hat - np.eye(len(W))[labels]
    return G.T @ X + l2 * W


def suspect_b(W, X, labels, l2):
    """Claim the gradient of the whole loss; one line is wrong."""
    gradient = l2 * W
    for n in range(len(X) - 1):
        z = W @ X[n]
        y_hat = np.exp(z - z.max())
        y_hat /= y_hat.sum()
        y_hat[labels[n]] -= 1
        gradient = gradient + np.outer(y_hat, X[n])
    return gradient


def suspect_c(W, X, labels, l2):
    """Claim the gradient of the whole loss; one line is wrong."""
    Z = X @ W.T
    Y_hat = np.exp(Z - Z.max(axis=1, keepdims=True))
    Y_hat /= Y_hat.sum(axis=1, keepdims=True)
    Y_hat[np.arange(len(X)), labels] -= 1
    return Y_hat.T @ X + l2 / 2 * W


def library(W, X, labels, l2):
    """The gradient of the book's library, for comparison."""
    return linear_loss_and_gradient(W, X, labels, l2=l2)[1]


def evidence(seed=3):
    """Weights, features and labels: four classes, three features, five samples."""
    rng = np.random.default_rng(seed)
    W = rng.normal(size=(4, 3)).round(1)
    X = rng.normal(size=(5, 3)).round(1)
    return W, X, np.array([0, 2, 1, 3, 2])


PROGRAMS = [library, suspect_a, suspect_b, suspect_c]
DIRECTIONS = 20


def _directions(size):
    """The directions of :func:`directional_slopes`, read off from slopes of single entries."""
    flat = [
        directional_slopes(lambda x, i=i: x[i], np.eye(size)[i], np.zeros(size), count=DIRECTIONS)
        for i in range(size)
    ]
    return np.array([claimed for claimed, _ in flat]).T


@figure(chapter="checking")
def suspects():
    """Claims of three programs against measured slopes: along directions, and entry by entry."""
    fig = Figure(
        "suspects",
        title="A right gradient lies on the diagonal, in every direction",
        alt="Left, twenty random directions: the slope that suspect B claims against the slope "
        "that is measured. Most dots lie off the diagonal. Right, the twelve entries of the "
        "gradient, three for each class: bars for what is measured, dots for what is claimed.",
        moving="Choosing a program, changing the regulariser or leaving out samples moves dots "
        "and bars. The dots of a right gradient all lie on the diagonal and on the bars.",
        caption="Choose a suspect. Then set λ to 0, and afterwards take fewer samples. What makes "
        "it agree, and what changes how far it is off? That tells you which line to read.",
        height=360,
    )
    W, X, labels = evidence()
    program = fig.choice(
        "program", ["the library", "suspect A", "suspect B", "suspect C"], 2, label="program"
    )
    lam = fig.slider("lam", 0, 1, 1, step=0.05, label="regulariser *λ*")
    count = fig.slider("count", 1, 5, 5, whole=True, label="samples *N*")
    rows = [one(W, X[:n], labels[:n], 0.0).ravel() for one in PROGRAMS for n in range(1, 6)]
    shares = [one(0 * W + 1, 0 * X, labels, 1.0)[0, 0] for one in PROGRAMS]
    base, share = fig.data("base", rows), fig.data("share", shares)
    weights = fig.data("weights", W.ravel())
    directions = _directions(W.size)
    along = fig.data("along", np.array(rows) @ directions.T)
    weights_along = fig.data("weights_along", directions @ W.ravel())
    i = sm.Symbol("i", integer=True)
    row = 5 * program + count - 1

    def right(values, extra):
        return values[count - 1, i] + lam * extra[i]

    def claim(values, extra):
        return values[row, i] + lam * share[program] * extra[i]

    def claims(program, lam, count):
        return PROGRAMS[program](W, X[:count], labels[:count], lam)

    def slopes(program, lam, count):
        claimed, measured = directional_slopes(
            lambda W: loss(W, X[:count], labels[:count], lam), claims(program, lam, count), W
        )
        return measured, claimed

    def entries(lam, count):
        return library(W, X[:count], labels[:count], lam).ravel()

    left = fig.panel(
        xlim=(-4.5, 4.5), ylim=(-4.5, 4.5), xlabel="measured", ylabel="claimed", aspect="equal",
        xticks=[-4, -2, 0, 2, 4], yticks=[-4, -2, 0, 2, 4], title="along 20 directions",
    )  # fmt: skip
    left.draw(lambda ax: ax.plot([-4.5, 4.5], [-4.5, 4.5], color=color("truth"), linewidth=1.2))
    left.points(
        "directions", right(along, weights_along), claim(along, weights_along),
        over=(i, 0, DIRECTIONS - 1), color="belief", size=7, check=slopes,
    )  # fmt: skip
    panel = fig.panel(
        xlim=(-0.7, 11.7), ylim=(-4.5, 4.5), ylabel="slope", xticks=[1, 4, 7, 10],
        xticklabels=["class 1", "2", "3", "4"], yticks=[-4, -2, 0, 2, 4], width=1.5,
        title="entry by entry",
    )  # fmt: skip
    panel.bars(
        "measured", right(base, weights), over=(i, 0, W.size - 1), width=0.7, color="truth",
        opacity=0.6, check=lambda program, lam, count: entries(lam, count),
    )  # fmt: skip
    panel.points(
        "claimed", i, claim(base, weights), over=(i, 0, W.size - 1), color="belief", size=9,
        check=lambda **s: (np.arange(W.size), claims(**s).ravel()),
    )  # fmt: skip
    panel.label("measured-name", "measured", (-0.4, 3.9), color="truth", align="left", bold=True)
    panel.label("claimed-name", "claimed", (-0.4, 3.2), color="belief", align="left", bold=True)
    wrong = sm.Abs(claim(base, weights) - right(base, weights))
    apart = sm.Max(*(wrong.subs(i, place) for place in range(W.size)))
    fig.readout(
        "apart", "largest difference of an entry: {apart:.3f}", {"apart": apart}, color="gap",
        check=lambda program, lam, count: {
            "apart": np.abs(claims(program, lam, count).ravel() - entries(lam, count)).max()
        },
    )  # fmt: skip
    return fig


# -- slips as they circulate ---------------------------------------------------------------------
def slip_index(W, X, labels, l2):
    """The regulariser of the first class, counted once for each class."""
    right = library(W, X, labels, 0.0)
    right[0] += len(W) * l2 * W[0]
    return right


def slip_class(W, X, labels, l2):
    """Every sample is told the class of the first one."""
    return library(W, X, np.full(len(X), labels[0]), l2)


def slip_mean(W, X, labels, l2):
    """The loss is a mean, and the regulariser keeps what belonged to the sum."""
    return library(W, X, labels, 0.0) / len(X) + l2 * W


def slip_turn(W, X, labels, l2):
    """The outer product the wrong way round; it fits because there are as many features."""
    return (library(W, X, labels, 0.0)).T + l2 * W


SLIPS = {
    "the letter of the regulariser": slip_index,
    "one class for all samples": slip_class,
    "sum against mean": slip_mean,
    "the product turned around": slip_turn,
}


def square_evidence(seed=8):
    """Weights, features and labels with as many features as classes, so that nothing misfits."""
    rng = np.random.default_rng(seed)
    W = rng.normal(size=(3, 3)).round(1)
    X = rng.normal(size=(4, 3)).round(1)
    return W, X, np.array([0, 2, 1, 2])


@figure(chapter="checking")
def slips():
    """The right gradient against what each slip makes of it, entry by entry."""
    fig = Figure(
        "slips",
        title="What each slip does to the nine entries of a gradient",
        alt="The nine entries of a gradient, three for each class: bars for the right ones, dots "
        "for those of a slip. The letter of the regulariser is the slip: the first three dots lie "
        "off their bars, and the other six miss their share of the regulariser.",
        moving="Choosing another slip or another regulariser moves the dots; the bars move with "
        "the regulariser only.",
        caption="Set λ to 0: which slips are gone? Then choose *the product turned around*, and "
        "compare the two lengths.",
        height=320,
    )
    W, X, labels = square_evidence()
    size = W.size
    slip = fig.choice("slip", list(SLIPS), 0, label="slip")
    lam = fig.slider("lam", 0, 0.5, 0.5, step=0.05, label="regulariser *λ*")
    programs = [library, *SLIPS.values()]
    base = [one(W, X, labels, 0.0).ravel() for one in programs]
    extra = [
        one(W, X, labels, 1.0).ravel() - flat for one, flat in zip(programs, base, strict=True)
    ]
    base, extra = fig.data("base", base), fig.data("extra", extra)
    i = sm.Symbol("i", integer=True)
    right = base[0, i] + lam * extra[0, i]
    wrong = base[slip + 1, i] + lam * extra[slip + 1, i]

    def entries(program, lam):
        return program(W, X, labels, lam).ravel()

    def chosen(slip, lam):
        return entries(list(SLIPS.values())[slip], lam)

    panel = fig.panel(
        xlim=(-0.7, 8.7), ylim=(-4.5, 4.5), ylabel="slope", xticks=[1, 4, 7],
        xticklabels=["class 1", "class 2", "class 3"], yticks=[-4, -2, 0, 2, 4],
    )  # fmt: skip
    panel.bars(
        "right", right, over=(i, 0, size - 1), width=0.7, color="truth", opacity=0.6,
        check=lambda slip, lam: entries(library, lam),
    )  # fmt: skip
    panel.points(
        "slipped", i, wrong, over=(i, 0, size - 1), color="gap", size=10,
        check=lambda slip, lam: (np.arange(size), chosen(slip, lam)),
    )  # fmt: skip
    panel.label("right-name", "right", (-0.5, 3.9), color="truth", align="left", bold=True)
    panel.label("slipped-name", "with the slip", (-0.5, 3.1), color="gap", align="left", bold=True)

    def length(entry):
        return sm.sqrt(sm.Add(*(entry.subs(i, place) ** 2 for place in range(size))))

    fig.readout(
        "lengths", "length of the right gradient {right:.3f}, of the other one {wrong:.3f}",
        {"right": length(right), "wrong": length(wrong)},
        check=lambda slip, lam: {
            "right": np.linalg.norm(entries(library, lam)),
            "wrong": np.linalg.norm(chosen(slip, lam)),
        },
    )  # fmt: skip
    return fig
