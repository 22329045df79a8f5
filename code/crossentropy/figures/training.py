"""The figures of the chapter *A classifier that learns*.

Each function makes one figure and bears its name; the figure's caption names this script.
"""

from functools import lru_cache

import numpy as np
import sympy as sm
from live_figures import Figure, color, figure

from crossentropy.gradient import linear_loss_and_gradient
from crossentropy.softmax import softmax, softmax_cross_entropy
from crossentropy.training import fit_softmax_regression, largest_step

# -- one weight -----------------------------------------------------------------------------------
ONE_X = np.ones((2, 1))  # two samples that look the same
ONE_K = np.array([0, 1])  # and have different labels
ONE_STEPS = 12


def one_weight_loss(w):
    """The loss of the weights (w, −w) on two equal samples with different labels."""
    w = np.atleast_1d(np.asarray(w, float))
    scores = np.stack([w, -w], axis=-1)
    return sum(softmax_cross_entropy(scores, np.full(len(w), k)) for k in ONE_K)


@lru_cache(maxsize=256)
def one_weight_walk(start, step):
    """The first weight along a walk of gradient descent from (start, −start)."""
    W, walk = np.array([[start], [-start]]), []
    for _ in range(ONE_STEPS + 1):
        walk.append(W[0, 0])
        W = W - step * linear_loss_and_gradient(W, ONE_X, ONE_K)[1]
    return np.array(walk)


@figure(chapter="training")
def promise():
    """A loss, the parabola that lies above it, and where a step lands."""
    fig = Figure(
        "promise",
        title="The parabola is a promise: the loss lies below it",
        alt="A loss with one valley at weight 0, where it is 1.39 nats. At weight 1.5 a parabola "
        "touches it from above. A step of 1 lands at weight 0.59, in the valley of the parabola: "
        "there the parabola promises at most 2.28 nats, and the loss is 1.72.",
        moving="A longer step slides along the parabola: down to its valley at step 1, back up to "
        "the starting height at step 2, and above it beyond. The points of the walk settle in "
        "the valley of the loss for steps below 2 and jump from side to side beyond.",
        caption="Move the step from 0.1 to 2 and watch where it lands on the parabola. Then set "
        "the start to 0.5 and go a little past 2.",
    )
    start = fig.slider("start", -2.5, 2.5, 1.5, step=0.1, label="start *w*")
    step = fig.slider(
        "step", 0.1, 3.4, 1.0, step=0.1, label="step *η*", names={1: "best promise", 2: "largest"}
    )
    u = sm.Symbol("u", real=True)
    j = sm.Symbol("j", integer=True)

    def loss(w):
        return 2 * sm.log(sm.exp(w) + sm.exp(-w))

    def slope(w):
        return (sm.exp(w) - sm.exp(-w)) / (sm.exp(w) + sm.exp(-w))

    def parabola(w):
        return loss(start) + 2 * slope(start) * (w - start) + (w - start) ** 2

    def bound(w, start):
        return one_weight_loss(start)[0] + 2 * np.tanh(start) * (w - start) + (w - start) ** 2

    walk = fig.recurrence("walk", [start], lambda w, i: w - step * slope(w), ONE_STEPS)
    panel = fig.panel(
        xlim=(-3, 3), ylim=(0, 8), xlabel="first weight w (the other is −w)",
        ylabel="loss (nats)", xticks=[-3, -2, -1, 0, 1, 2, 3], yticks=[0, 2, 4, 6, 8],
    )  # fmt: skip
    panel.curve(
        "parabola", parabola(u), (u, -3, 3), points=120, color="gap", dash=(5, 4),
        check=lambda u, start, step: bound(u, start),
    )  # fmt: skip
    panel.curve(
        "loss", loss(u), (u, -3, 3), points=120, color="cost", width=3,
        check=lambda u, start, step: one_weight_loss(u),
    )  # fmt: skip
    panel.curve(
        "walk", (walk[j], loss(walk[j])), (j, 0, ONE_STEPS), points=None, color="accent", width=1.2,
        check=lambda j, start, step: (
            one_weight_walk(start, step), one_weight_loss(one_weight_walk(start, step))
        ),
    )  # fmt: skip
    panel.points(
        "walk-points", walk[j], loss(walk[j]), over=(j, 1, ONE_STEPS), color="accent", size=7,
        check=lambda start, step: (
            one_weight_walk(start, step)[1:], one_weight_loss(one_weight_walk(start, step)[1:])
        ),
    )  # fmt: skip
    panel.hline(
        "level", loss(start), color="muted", width=1,
        check=lambda start, step: one_weight_loss(start)[0],
    )  # fmt: skip
    panel.points(
        "now", start, loss(start), color="cost", size=12,
        check=lambda start, step: (start, one_weight_loss(start)[0]),
    )  # fmt: skip
    panel.segment(
        "fall", (walk[1], parabola(walk[1])), (walk[1], loss(walk[1])), color="gap",
        check=lambda start, step: (
            one_weight_walk(start, step)[1], bound(one_weight_walk(start, step)[1], start),
            one_weight_walk(start, step)[1], one_weight_loss(one_weight_walk(start, step)[1])[0],
        ),
    )  # fmt: skip
    panel.points(
        "promised", walk[1], parabola(walk[1]), color="gap", size=10,
        check=lambda start, step: (
            one_weight_walk(start, step)[1], bound(one_weight_walk(start, step)[1], start),
        ),
    )  # fmt: skip
    panel.label("loss-name", "loss", (-2.9, 3.6), color="cost", align="left", bold=True)
    panel.label("parabola-name", "promise", (-2.9, 7.2), color="gap", align="left", bold=True)
    fig.predict(
        "The walk starts at 1.5, where the parabola touches the loss. Which is the longest step "
        "that does not land higher on the parabola?",
        ["1", "2", "3"],
        1,
        "At 1 you stand in the valley of the parabola, at 2 on its other side, as high as before. "
        "Past 2 it promises nothing. The loss lies below it, so a longer step can be lucky.",
        hide=["walk", "walk-points"],
    )
    fig.readout(
        "numbers", "now {now:.3f}, promised at most {promised:.3f}, reached {reached:.3f} nats",
        {"now": loss(start), "promised": parabola(walk[1]), "reached": loss(walk[1])},
        check=lambda start, step: {
            "now": one_weight_loss(start)[0],
            "promised": bound(one_weight_walk(start, step)[1], start),
            "reached": one_weight_loss(one_weight_walk(start, step)[1])[0],
        },
    )  # fmt: skip
    fig.readout(
        "end", "after 12 steps: weight {w:+.3f}, loss {loss:.3f} nats",
        {"w": walk[ONE_STEPS], "loss": loss(walk[ONE_STEPS])}, color="accent",
        check=lambda start, step: {
            "w": one_weight_walk(start, step)[-1],
            "loss": one_weight_loss(one_weight_walk(start, step)[-1])[0],
        },
    )  # fmt: skip
    return fig


# -- two features ---------------------------------------------------------------------------------
def two_feature_data(seed=0):
    """Two classes of 14 samples: wide in the first feature, told apart by the second."""
    rng = np.random.default_rng(seed)
    k = np.repeat([0, 1], 14)
    X = rng.normal(0, 1, (28, 2)) * [1.2, 0.4] + np.where(k == 0, 1, -1)[:, None] * [0.1, 0.25]
    return (X - X.mean(axis=0)).round(2), k


TWO_X, TWO_K = two_feature_data()
TWO_STEPS = 40
BOWL = np.linalg.norm(TWO_X, 2) ** 2 / 2  # how strongly the samples can bend the loss


def pair(w1, w2):
    """The weights of two classes that are each other's opposite."""
    return np.array([[w1, w2], [-w1, -w2]])


@lru_cache(maxsize=256)
def two_feature_walk(w1, w2, step, l2):
    """Weights (w1, w2) of the first class along a walk of gradient descent."""
    W, walk = pair(w1, w2), []
    for _ in range(TWO_STEPS + 1):
        walk.append(W[0])
        W = W - step * linear_loss_and_gradient(W, TWO_X, TWO_K, l2=l2)[1]
    return np.array(walk)


def two_feature_loss(w1, w2, l2):
    """The loss of pairs of weights."""
    w1, w2 = np.broadcast_arrays(np.asarray(w1, float), np.asarray(w2, float))
    return np.array(
        [
            linear_loss_and_gradient(pair(a, b), TWO_X, TWO_K, l2=l2)[0]
            for a, b in zip(w1.ravel(), w2.ravel(), strict=True)
        ]
    ).reshape(w1.shape)


@figure(chapter="training")
def two_features():
    """Gradient descent on the contours of a loss, beside what the weights make of the plane."""
    fig = Figure(
        "two-features",
        title="One walk, seen on the loss and on the data",
        alt="Left, contours of the loss over the two weights: a long valley. A walk of 12 steps "
        "comes from the left, bounces between the two slopes of the valley, and turns towards its "
        "bottom. Right, 28 samples of two classes; a line through the middle divides the plane "
        "into a blue and a yellow region, and most samples lie in the region of their colour.",
        moving="Longer steps bounce harder across the valley and, past the largest safe step, no "
        "longer settle. A larger regulariser makes the valley round and moves its bottom towards "
        "zero. The dividing line turns with each step.",
        caption="Press play. Then set the step to 0.3, to 1 and to 1.5 of the largest safe one. "
        "Last, raise the regulariser to 10 and see what it does to valley and regions. You can "
        "drag the starting point.",
        height=360,
    )
    shown = fig.player("shown", TWO_STEPS, start=12, label="steps taken", rate=6)
    share = fig.slider(
        "share", 0.05, 1.8, 1.0, step=0.05, label="step, in largest safe steps",
        names={1: "the largest"},
    )  # fmt: skip
    l2 = fig.slider("l2", 0.1, 30, 0.3, scale="log", label="regulariser *λ*", digits=2)
    a = fig.slider("a", -2.5, 2.5, -2.0, step=0.05, label="start, first weight", show=False)
    b = fig.slider("b", -1.0, 4.0, -0.5, step=0.05, label="start, second weight", show=False)
    x1, x2 = (fig.data(f"x{d + 1}", TWO_X[:, d]) for d in (0, 1))
    sign = fig.data("sign", np.where(TWO_K == 0, 1, -1))
    n, j = sm.symbols("n j", integer=True)
    u, v = sm.symbols("u v", real=True)
    last = len(TWO_X) - 1
    step = share * 2 / (float(BOWL) + l2)

    def size(share, l2):
        return share * largest_step(TWO_X, l2=l2, bias=False)

    def miss(w1, w2):
        """The second class's belief where the label is the first, and minus the other way."""
        return -sign[n] / (1 + sm.exp(2 * sign[n] * (w1 * x1[n] + w2 * x2[n])))

    def moved(w1, w2, i):
        return [
            w1 - step * (sm.Sum(miss(w1, w2) * x1[n], (n, 0, last)) + l2 * w1),
            w2 - step * (sm.Sum(miss(w1, w2) * x2[n], (n, 0, last)) + l2 * w2),
        ]

    def loss(w1, w2):
        margin = 2 * sign[n] * (w1 * x1[n] + w2 * x2[n])
        bill = sm.Max(0, -margin) + sm.log(1 + sm.exp(-sm.Abs(margin)))
        return sm.Sum(bill, (n, 0, last)) + l2 * (w1**2 + w2**2)

    def walked(share, l2, a, b, **_):
        return two_feature_walk(a, b, size(share, l2), l2)

    def here(shown, **state):
        return walked(**state)[int(shown)]

    p, q = fig.recurrence(["p", "q"], [a, b], moved, TWO_STEPS)
    left = fig.panel(
        xlim=(-2.6, 2.6), ylim=(-1.1, 4.1), xlabel="first weight", ylabel="second weight",
        xticks=[-2, -1, 0, 1, 2], yticks=[-1, 0, 1, 2, 3, 4], aspect="equal", title="loss",
    )  # fmt: skip
    left.contour(
        "valley", loss(u, v), (u, -2.6, 2.6, 40), (v, -1.1, 4.1, 40),
        levels=(16, 17, 18.5, 21, 24, 28, 33, 40, 50, 65, 85, 120), color="cost", width=1.1,
        tolerance=0.5, check=lambda u, v, l2, **_: two_feature_loss(u, v, l2),
    )  # fmt: skip
    left.curve(
        "walk", (p[j], q[j]), (j, 0, shown), points=None, color="accent", width=1.6,
        check=lambda j, shown, **s: tuple(walked(**s)[: int(shown) + 1].T),
    )  # fmt: skip
    left.points(
        "places", p[j], q[j], over=(j, 0, shown), color="accent", size=6,
        check=lambda shown, **s: tuple(walked(**s)[: int(shown) + 1].T),
    )  # fmt: skip
    left.draggable("begin", (a, b), label="where the walk starts", color="accent")
    left.points("here", p[shown], q[shown], color="belief", size=12, check=lambda **s: here(**s))
    right = fig.panel(
        xlim=(-2.6, 2.6), ylim=(-2.6, 2.6), xlabel="first feature", ylabel="second feature",
        xticks=[-2, -1, 0, 1, 2], yticks=[-2, -1, 0, 1, 2], aspect="equal", title="regions",
    )  # fmt: skip
    right.heatmap(
        "regions", 1 / (1 + sm.exp(-2 * (p[shown] * u + q[shown] * v))),
        (u, -2.5, 2.5, 26), (v, -2.5, 2.5, 26), zlim=(-0.7, 1.7), color="truth", below="accent",
        levels=24,
        check=lambda u, v, **s: softmax(np.stack([u, v], axis=-1) @ pair(*here(**s)).T)[..., 0],
    )  # fmt: skip
    slant = sm.sqrt(p[shown] ** 2 + q[shown] ** 2 + sm.Float(1e-12))

    def border(**s):
        w1, w2 = here(**s)
        r = np.sqrt(w1**2 + w2**2 + 1e-12)
        return -4 * w2 / r, 4 * w1 / r, 4 * w2 / r, -4 * w1 / r

    right.segment(
        "border", (-4 * q[shown] / slant, 4 * p[shown] / slant),
        (4 * q[shown] / slant, -4 * p[shown] / slant), color="ink", width=2, check=border,
    )  # fmt: skip
    right.points(
        "first", *TWO_X[TWO_K == 0].T, color="truth", size=9, check=lambda **_: TWO_X[TWO_K == 0].T
    )
    right.points(
        "second", *TWO_X[TWO_K == 1].T, color="accent", size=9,
        check=lambda **_: TWO_X[TWO_K == 1].T,
    )  # fmt: skip
    right.label("first-name", "class 1", (-2.5, 2.2), color="truth", align="left", bold=True)
    right.label("second-name", "class 2", (2.5, -2.4), color="accent", align="right", bold=True)
    fig.readout(
        "numbers", "step {eta:.3f}: after {k:.0f} steps the loss is {loss:.2f} nats",
        {"eta": step, "k": shown, "loss": loss(p[shown], q[shown])}, color="cost",
        check=lambda **s: {
            "eta": size(s["share"], s["l2"]), "k": s["shown"],
            "loss": two_feature_loss(*here(**s), s["l2"]),
        },
    )  # fmt: skip
    fig.readout(
        "right", "{hits:.0f} of 28 samples lie in the region of their class",
        {
            "hits": sm.Sum(
                sm.Piecewise((1, sign[n] * (p[shown] * x1[n] + q[shown] * x2[n]) > 0), (0, True)),
                (n, 0, last),
            )
        },
        check=lambda **s: {
            "hits": ((TWO_X @ pair(*here(**s)).T).argmax(axis=1) == TWO_K).sum()
        },
    )  # fmt: skip
    return fig


# -- digits ---------------------------------------------------------------------------------------
SEED = 0
TRAINING = 1200


@lru_cache(maxsize=1)
def digits():
    """Handwritten digits with pixels from 0 to 1: training features and labels, test ones."""
    from sklearn.datasets import load_digits

    X, k = load_digits(return_X_y=True)
    order = np.random.default_rng(SEED).permutation(len(X))
    first, rest = order[:TRAINING], order[TRAINING:]
    return X[first] / 16, k[first], X[rest] / 16, k[rest]


def on_test(W, b):
    """Mean loss and share of right answers on the digits that were not learnt from."""
    _, _, X, k = digits()
    scores = X @ W.T + b
    loss = softmax_cross_entropy(scores, k, reduction="mean")
    return float(loss), float((scores.argmax(axis=1) == k).mean())


def on_training(W, b):
    """Mean loss on the digits that are learnt from, without the regulariser."""
    X, k, _, _ = digits()
    return float(softmax_cross_entropy(X @ W.T + b, k, reduction="mean"))


def _fit(*, l2, **options):
    """A fit to the training digits, on one thread: the tables are small."""
    from threadpoolctl import threadpool_limits

    X, k, _, _ = digits()
    with threadpool_limits(1):
        return fit_softmax_regression(X, k, l2=l2, progress=False, **options)


ITERATIONS = 49
CURVE_L2 = (0.0, 0.1, 10.0, 100.0)


@lru_cache(maxsize=1)
def learning():
    """For each regulariser: training loss, test loss and share right, after each iteration."""
    rows = []
    for l2 in CURVE_L2:
        fit = _fit(
            l2=l2, method="l-bfgs", passes=ITERATIONS,
            watch=lambda W, b: (on_training(W, b), *on_test(W, b)),
        )  # fmt: skip
        seen = fit.watched + [fit.watched[-1]] * (ITERATIONS + 1 - len(fit.watched))
        rows.append(np.array(seen))
    return np.array(rows)


@figure(chapter="training")
def learning_curves():
    """Training and test loss of the digits against iterations, for four regularisers."""
    fig = Figure(
        "learning-curves",
        title="One curve falls for ever, the other one turns",
        alt="Mean losses of the digits on a logarithmic axis against iterations of L-BFGS, without "
        "a regulariser. Both start at log 10 = 2.303 nats. The training loss falls ever faster, "
        "below 0.001 after 36 iterations; the test loss falls to 0.122 after 16 and then rises.",
        moving="With a regulariser of 0.1 the test loss no longer rises; with 10 and 100 both "
        "curves level off early, and higher.",
        caption="Press play and stop where *you* would stop. Then choose a regulariser of 0.1 and "
        "play again: you no longer need to choose the moment.",
    )
    table = learning()
    shown = fig.player("shown", ITERATIONS, start=ITERATIONS, label="iterations", rate=10)
    which = fig.choice(
        "which", [f"λ = {l2:g}" for l2 in CURVE_L2], 0, label="regulariser"
    )  # fmt: skip
    names = ("train", "test", "hits")
    data = {name: fig.data(name, table[:, :, i]) for i, name in enumerate(names)}
    j = sm.Symbol("j", integer=True)
    panel = fig.panel(
        xlim=(0, ITERATIONS), ylim=(1e-6, 4), yscale="log", xlabel="iterations",
        ylabel="mean loss (nats)", xticks=[0, 10, 20, 30, 40],
        yticks=[1e-6, 1e-4, 1e-2, 1], yticklabels=["0.000001", "0.0001", "0.01", "1"],
    )  # fmt: skip

    @panel.draw
    def _(ax):
        ax.axhline(np.log(10), color=color("muted"), linewidth=1, dashes=(3, 3))
        ax.text(48.5, np.log(10) * 1.12, "log 10", color=color("muted"), ha="right")

    for i, (name, hue) in enumerate([("train", "accent"), ("test", "cost")]):
        panel.curve(
            name, (j, data[name][which, j]), (j, 0, shown), points=None, color=hue, width=2.6,
            check=lambda j, shown, which, i=i: (j, table[int(which), j.astype(int), i]),
        )  # fmt: skip
        panel.points(
            f"{name}-now", shown, data[name][which, shown], color=hue, size=11,
            check=lambda shown, which, i=i: (shown, table[int(which), int(shown), i]),
        )  # fmt: skip
    panel.label("test-name", "test digits", (2, 0.0001), color="cost", align="left", bold=True)
    panel.label(
        "train-name", "training digits", (2, 0.00002), color="accent", align="left", bold=True
    )
    fig.readout(
        "losses", "training {train:.3g}, test {test:.3f} nats: {bits:.3f} bits a digit",
        {
            "train": data["train"][which, shown], "test": data["test"][which, shown],
            "bits": data["test"][which, shown] / sm.log(2),
        },
        color="cost",
        check=lambda shown, which: {
            "train": table[int(which), int(shown), 0], "test": table[int(which), int(shown), 1],
            "bits": table[int(which), int(shown), 1] / np.log(2),
        },
    )  # fmt: skip
    fig.readout(
        "hits", "{hits:.1%} of the test digits are read right",
        {"hits": data["hits"][which, shown]},
        check=lambda shown, which: {"hits": table[int(which), int(shown), 2]},
    )  # fmt: skip
    return fig


BATCHES = (TRAINING, 120, 12)
STEPS_OF_BATCHES = (1, 8)  # in largest safe steps
PASSES = 20
BATCH_L2 = 1.0


@lru_cache(maxsize=1)
def batch_runs():
    """Mean of the whole loss after each pass: for each step and each size of the batches."""
    X, _, _, _ = digits()
    largest = largest_step(X, l2=BATCH_L2)
    return np.array(
        [
            [
                _fit(
                    l2=BATCH_L2, step=times * largest, passes=PASSES,
                    batch_size=None if size == TRAINING else size, seed=1,
                ).losses / TRAINING
                for size in BATCHES
            ]
            for times in STEPS_OF_BATCHES
        ]
    )  # fmt: skip


@lru_cache(maxsize=1)
def batch_floor():
    """The smallest loss that the batches could reach, as a mean."""
    fit = _fit(l2=BATCH_L2, method="l-bfgs", passes=400, tolerance=1e-5)
    return float(fit.losses[-1] / TRAINING)


@figure(chapter="training")
def minibatches():
    """The whole loss against passes over the data, for three sizes of batches."""
    fig = Figure(
        "minibatches",
        title="Small batches run ahead, and then they tremble",
        alt="Loss a digit against passes over the 1,200 training digits, for batches of 1,200, 120 "
        "and 12 and the largest safe step. After 5 passes the whole batch is at 1.99 nats, "
        "batches of 120 at 0.81 and batches of 12 at 0.29, close to the smallest loss of 0.24.",
        moving="With a step eight times as long the whole batch goes faster as well, and the "
        "batches of 12 stop falling: they jump about, above the smallest loss.",
        caption="Press play and compare after two passes. Then take the longer step: which batch "
        "can no longer use it?",
    )
    runs, floor = batch_runs(), batch_floor()
    shown = fig.player("shown", PASSES, start=5, label="passes over the data", rate=4)
    long = fig.choice(
        "long", ["the largest safe step", "eight times as long"], 0, label="step"
    )  # fmt: skip
    j = sm.Symbol("j", integer=True)
    top = 2.6
    panel = fig.panel(
        xlim=(0, PASSES), ylim=(0, top), xlabel="passes over the data",
        ylabel="loss a digit (nats)", xticks=[0, 5, 10, 15, 20], yticks=[0, 0.5, 1, 1.5, 2, 2.5],
    )  # fmt: skip

    @panel.draw
    def _(ax):
        ax.axhline(floor, color=color("muted"), linewidth=1, dashes=(3, 3))
        ax.text(19.8, floor - 0.15, "smallest", color=color("muted"), ha="right")

    hues = ("truth", "accent", "belief")
    for i, (size, hue) in enumerate(zip(BATCHES, hues, strict=True)):
        losses = fig.data(f"batch{size}", runs[:, i])
        panel.curve(
            f"curve-{size}", (j, losses[long, j]), (j, 0, shown), points=None, color=hue,
            check=lambda j, shown, long, i=i: (j, runs[int(long), i, j.astype(int)]),
        )  # fmt: skip
        panel.points(
            f"now-{size}", shown, losses[long, shown], color=hue, size=10,
            check=lambda shown, long, i=i: (shown, runs[int(long), i, int(shown)]),
        )  # fmt: skip
        fig.readout(
            f"loss-{size}", f"batches of {size:,}: {{loss:.3f}} nats a digit",
            {"loss": losses[long, shown]}, color=hue,
            check=lambda shown, long, i=i: {"loss": runs[int(long), i, int(shown)]},
        )  # fmt: skip
    return fig


PATH_L2 = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 1000)


@lru_cache(maxsize=1)
def path():
    """Weights, and (training loss, test loss, share right), for each regulariser of the path."""
    tables, numbers, start = [], [], None
    for l2 in reversed(PATH_L2):  # each fit starts where the one before ended
        fit = _fit(l2=l2, method="l-bfgs", passes=400, start=start)
        start = (fit.weights, fit.bias)
        tables.append(fit.weights)
        numbers.append((on_training(*start), *on_test(*start)))
    return np.array(tables[::-1]), np.array(numbers[::-1])


COLUMNS, ROWS = 52, 17  # five images of 8 by 8 in each of two rows, with room between them


def sheet(W):
    """The weights of ten digits as one sheet of ten images, upside up, 0 between them."""
    sheet = np.zeros((ROWS, COLUMNS))
    for digit, row in enumerate(W):
        up, right = 9 * (1 - digit // 5), 11 * (digit % 5)
        sheet[up : up + 8, right : right + 8] = row.reshape(8, 8)[::-1]
    return sheet


@figure(chapter="training")
def weights_as_images():
    """The weights of ten digits as images, along the path of the regulariser."""
    fig = Figure(
        "weights-as-images",
        title="What the classifier looks for, digit by digit",
        alt="Ten images of 8 by 8 cells, the weights of the digits 0 to 9 for a regulariser of 10. "
        "Blue cells speak for the digit, orange ones against it: the 0 wants a ring with an empty "
        "middle. Below, the test loss against the regulariser, a valley with its bottom of 0.074 "
        "nats at 0.03, and the training loss, which only grows.",
        moving="A large regulariser leaves smooth, pale images, close to average digits. A small "
        "one leaves spotty, strong images that read the training digits almost perfectly and the "
        "test digits worse.",
        caption="Slide from right to left. Where do the images stop looking like digits? Where is "
        "the test loss smallest? The colours are scaled to the largest weight of each picture.",
        height=330,
    )
    tables, numbers = path()
    scale = np.abs(tables).max(axis=(1, 2))
    sheets = np.array([sheet(W) for W in tables]) / scale[:, None, None]
    cells = sheets.reshape(len(PATH_L2), -1).round(1)  # as fine as the colours are
    which = fig.slider(
        "which", 0, len(PATH_L2) - 1, PATH_L2.index(10), whole=True, label="regulariser *λ*",
        names={i: f"λ = {l2:g}" for i, l2 in enumerate(PATH_L2)},
    )  # fmt: skip
    data = fig.data("cells", cells)
    l2s = fig.data("l2s", PATH_L2)
    u, v = sm.symbols("u v", real=True)
    top = fig.panel(
        xlim=(-3.2, COLUMNS - 0.5), ylim=(-0.5, ROWS - 0.5), frame=False, aspect="equal",
        title="blue speaks for a digit, orange against it", width=2.2, narrow_height=150,
    )  # fmt: skip
    top.heatmap(
        "images", data[which, sm.floor(v * COLUMNS + u + sm.Rational(1, 2))],
        (u, 0, COLUMNS - 1, COLUMNS), (v, 0, ROWS - 1, ROWS), zlim=(-1, 1), color="truth",
        below="belief", levels=21,
        check=lambda u, v, which: cells[
            int(which), (np.rint(v) * COLUMNS + np.rint(u)).astype(int)
        ],
    )  # fmt: skip
    for digit in range(10):
        place = 11 * (digit % 5) - 1.6, 9 * (1 - digit // 5) + 5.5
        top.label(f"digit-{digit}", str(digit), place, bold=True)
    below = fig.panel(
        xlim=(0.007, 1400), ylim=(0.005, 4), xscale="log", yscale="log", xlabel="regulariser λ",
        ylabel="mean loss (nats)", xticks=[0.01, 1, 100],
        xticklabels=["0.01", "1", "100"], yticks=[0.01, 0.1, 1],
        yticklabels=["0.01", "0.1", "1"],
    )  # fmt: skip
    j = sm.Symbol("j", integer=True)
    last = len(PATH_L2) - 1
    for i, (name, hue) in enumerate([("train", "accent"), ("test", "cost")]):
        losses = fig.data(name, numbers[:, i])
        below.curve(
            name, (l2s[j], losses[j]), (j, 0, last), points=None, color=hue, width=2.4,
            check=lambda j, which, i=i: (
                np.array(PATH_L2)[j.astype(int)], numbers[j.astype(int), i],
            ),
        )  # fmt: skip
        below.points(
            f"{name}-now", l2s[which], losses[which], color=hue, size=11,
            check=lambda which, i=i: (PATH_L2[int(which)], numbers[int(which), i]),
        )  # fmt: skip
    below.label("test-name", "test", (0.012, 0.11), color="cost", align="left", bold=True)
    below.label("train-name", "training", (0.3, 0.02), color="accent", align="left", bold=True)
    hits, sizes = fig.data("hits", numbers[:, 2]), fig.data("sizes", scale)
    test = fig.data("tested", numbers[:, 1])
    fig.readout(
        "numbers", "test: {loss:.3f} nats, {bits:.3f} bits a digit, perplexity {pp:.3f}",
        {"loss": test[which], "bits": test[which] / sm.log(2), "pp": sm.exp(test[which])},
        color="cost",
        check=lambda which: {
            "loss": numbers[int(which), 1], "bits": numbers[int(which), 1] / np.log(2),
            "pp": np.exp(numbers[int(which), 1]),
        },
    )  # fmt: skip
    fig.readout(
        "hits", "{hits:.1%} of the test digits are read right; the largest weight is {size:.2f}",
        {"hits": hits[which], "size": sizes[which]},
        check=lambda which: {"hits": numbers[int(which), 2], "size": scale[int(which)]},
    )  # fmt: skip
    return fig
