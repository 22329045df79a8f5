"""The figures of the chapter *A million memories*.

Each function makes one figure and bears its name; the figure's caption names this script.
"""

import time
from functools import lru_cache

import numpy as np
import sympy as sm
from live_figures import Figure, color, figure

from crossentropy.density import Laplace, kde_log_density
from crossentropy.fast_sums import laplace_log_density

PLACES = np.array([1.0, 1.8, 4.5, 6.0, 6.6])
WEIGHTS = np.array([0.15, 0.25, 0.2, 0.1, 0.3])


@figure(chapter="fast_sums")
def one_walk():
    """Two walks along five memories: each carries one number, and their sum is the density."""
    fig = Figure(
        "one-walk",
        title="Each walker carries one number, and their sum is the density",
        alt="A line with five memories. The first walker goes right: what it carries jumps at each "
        "memory and decays in between. The second walker goes left and does the same in mirror "
        "image. Above both stands their sum, the density.",
        moving="Moving the place shows what the two walkers carry there; a wider bandwidth makes "
        "the decay slower.",
        caption="Walk to the right, from 0 to 9. The walker from the left picks up a weight at "
        "each memory and loses the same *share* of what it carries in each step. Does it need to "
        "remember where the memories were?",
    )
    x = fig.slider("x", 0, 9, 5.2, step=0.1, label="where you stand")
    h = fig.slider("h", 0.5, 3, 1, step=0.1, label="bandwidth *h*")
    place, weight = fig.data("place", PLACES), fig.data("weight", WEIGHTS)
    j = sm.Symbol("j", integer=True)
    t = sm.Symbol("t")

    def heard(at, side):
        """What all memories on one side of a place are worth there; a tie counts to the left."""
        passed = at >= place[j] if side == "behind" else at < place[j]
        decayed = weight[j] * sm.exp(-sm.Abs(at - place[j]) / h) / (2 * h)
        return sm.Sum(sm.Piecewise((decayed, passed), (0, True)), (j, 0, len(PLACES) - 1))

    def share(at, h, side):
        at = np.asarray(at, dtype=float)
        t = at[..., None] - PLACES
        there = t >= 0 if side == "behind" else t < 0
        return (np.where(there, WEIGHTS * np.exp(-abs(t) / h), 0) / (2 * h)).sum(-1)

    def density(at, h):
        at = np.atleast_1d(at)
        return np.exp(laplace_log_density(at, PLACES, np.log(WEIGHTS), Laplace(h)))

    panel = fig.panel(
        xlim=(0, 9), ylim=(0, 0.36), xlabel="place", ylabel="density", xticks=[0, 3, 6, 9],
        yticks=[0, 0.1, 0.2, 0.3],
    )  # fmt: skip

    @panel.draw
    def _(ax):
        for at, weight in zip(PLACES, WEIGHTS, strict=True):
            ax.plot([at, at], [0, weight / 4], color=color("ink"), linewidth=3)

    panel.curve(
        "sum", heard(t, "behind") + heard(t, "ahead"), (t, 0, 9), points=361, color="belief",
        width=2.6, check=lambda t, x, h: density(t, h),
    )  # fmt: skip
    panel.curve(
        "behind", heard(t, "behind"), (t, 0, x), points=241, color="accent", width=1.8,
        label="from the left", label_at=2.9, label_offset=(0, 12),
        check=lambda t, x, h: share(t, h, "behind"),
    )  # fmt: skip
    panel.curve(
        "ahead", heard(t, "ahead"), (t, x, 9), points=241, color="gap", width=1.8,
        label="from the right", label_at=7.6, label_offset=(0, 12),
        check=lambda t, x, h: share(t, h, "ahead"),
    )  # fmt: skip
    panel.points("right", x, heard(x, "behind"), color="accent", size=11,
                 check=lambda x, h: (x, share(x, h, "behind")))  # fmt: skip
    panel.points("left", x, heard(x, "ahead"), color="gap", size=11,
                 check=lambda x, h: (x, share(x, h, "ahead")))  # fmt: skip
    fig.readout(
        "numbers", "from the left {a:.3f}, from the right {b:.3f}: density {q:.3f}",
        {"a": heard(x, "behind"), "b": heard(x, "ahead"),
         "q": heard(x, "behind") + heard(x, "ahead")},
        color="belief",
        check=lambda x, h: {
            "a": share(x, h, "behind"), "b": share(x, h, "ahead"), "q": density(x, h)[0],
        },
    )  # fmt: skip
    return fig


COUNTS = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
DIRECT = 3  # so many of them are summed directly, too


def problem(count):
    """So many memories and as many places, spread over a stretch of 10, with random logits."""
    rng = np.random.default_rng(count)
    return rng.uniform(0, 10, count), rng.uniform(0, 10, count), rng.normal(0, 1, count)


def directly(x, points, logits, h):
    """The density by a table of all pairs, in tiles."""
    S = np.exp(logits - logits.max())
    S /= S.sum()
    parts = np.array_split(x, max(1, len(x) * len(points) // 2**20))
    return np.concatenate(
        [np.exp(-np.abs(part[:, None] - points) / h) @ S / (2 * h) for part in parts]
    )


@lru_cache(maxsize=1)
def times():
    """Seconds that each form takes at each count, on the machine that builds the page."""
    table = np.full((2, len(COUNTS)), np.nan)
    for column, count in enumerate(COUNTS):
        x, points, logits = problem(count)
        start = time.perf_counter()
        kde_log_density(x, points, logits, Laplace(0.5))
        table[0, column] = time.perf_counter() - start
        if column < DIRECT:
            start = time.perf_counter()
            directly(x, points, logits, 0.5)
            table[1, column] = time.perf_counter() - start
    return table


@figure(chapter="fast_sums")
def time_against_count():
    """How long both forms take, for 1000 to a million memories; the direct one extrapolated."""
    seconds = times()
    direct = seconds[1, DIRECT - 1] * (np.array(COUNTS) / COUNTS[DIRECT - 1]) ** 2.0
    direct[:DIRECT] = seconds[1, :DIRECT]
    fig = Figure(
        "time-against-count",
        title="Pairs grow with the square, a walk does not",
        alt="Seconds against the number of memories, both on logarithmic scales, as measured when "
        "this page was made. The points of the walk lie near a line of slope one and reach a "
        "million memories within seconds. Those of the direct sum lie on a line of slope two, "
        "measured up to ten thousand and continued from there to hours.",
        moving="Choosing a count moves the two marks along their lines and writes the times.",
        caption="Choose a million. The direct sum is not run there: from ten thousand on its line "
        "is continued with slope two. How many times longer would it take?",
    )
    which = fig.slider(
        "which", 0, len(COUNTS) - 1, 2, whole=True, label="memories, from a thousand to a million"
    )
    count = fig.data("count", np.array(COUNTS, dtype=float))
    walk, pairs = fig.data("walk", seconds[0]), fig.data("pairs", direct)
    k = sm.Symbol("k", integer=True)
    panel = fig.panel(
        xlim=(700, 1.5e6), ylim=(1e-4, 1e6), xscale="log", yscale="log", xlabel="memories",
        ylabel="seconds", xticks=[1e3, 1e4, 1e5, 1e6],
        xticklabels=["1000", "10 000", "100 000", "a million"],
        yticks=[1e-3, 1, 60, 3600, 86400],
        yticklabels=["0.001", "1 second", "1 minute", "1 hour", "1 day"],
    )  # fmt: skip
    for name, values, numbers, hue, text in [
        ("walk", walk, seconds[0], "belief", "one walk"),
        ("pairs", pairs, direct, "cost", "every pair"),
    ]:
        panel.curve(
            name, (count[k], values[k]), (k, 0, len(COUNTS) - 1), points=None, color=hue,
            label=text, label_at=4, label_offset=(0, -16) if name == "walk" else (-40, 8),
            check=lambda k, which, numbers=numbers: (
                np.array(COUNTS)[k.astype(int)], numbers[k.astype(int)]),
        )  # fmt: skip
        panel.points(
            f"{name}-all", count[k], values[k],
            over=(k, 0, (DIRECT if name == "pairs" else len(COUNTS)) - 1), color=hue, size=6,
            check=lambda which, numbers=numbers, name=name: tuple(
                np.array(part, dtype=float)[: DIRECT if name == "pairs" else None]
                for part in (COUNTS, numbers)
            ),
        )  # fmt: skip
        panel.points(
            f"{name}-now", count[which], values[which], color=hue, size=12,
            check=lambda which, numbers=numbers: (COUNTS[int(which)], numbers[int(which)]),
        )  # fmt: skip
    fig.readout(
        "numbers", "{n:.0f} memories: the walk {walk:.3g} s, every pair {pairs:.3g} s",
        {"n": count[which], "walk": walk[which], "pairs": pairs[which]}, color="belief",
        check=lambda which: {
            "n": COUNTS[int(which)], "walk": seconds[0, int(which)], "pairs": direct[int(which)],
        },
    )  # fmt: skip
    return fig
