"""Figures that use every artist and every control once, with independent checks in NumPy."""

import math

import numpy as np
import sympy as sm
from live_figures import Figure, X, Y

WORDS = {
    "title": "A title that says what to look at",
    "alt": "The first state.",
    "moving": "Moving a control changes the picture.",
    "caption": "Drag *a* and watch.",
}


def minimal(name="minimal", **words):
    """One slider, one curve, one readout."""
    fig = Figure(name, **(WORDS | words))
    a = fig.slider("a", 0, 2, 1, step=0.1, label="*a*, height", unit="nats", names={1: "one"})
    x = sm.Symbol("x")
    axes = fig.panel(xlim=(0, 1), ylim=(0, 2), xlabel="place", ylabel="height (nats)")
    axes.curve("line", a * x, (x, 0, 1), check=lambda x, a: a * x, label="line", label_at=0.5)
    fig.readout("end", "height {h:.2f} nats", {"h": a}, check=lambda a: {"h": a})
    return fig


def shapes():
    """Every shape, on a linear and on a logarithmic axis."""
    fig = Figure("shapes", **WORDS)
    a = fig.slider("a", 0.5, 2, 1, step=0.1, label="a")
    b = fig.slider("b", 0.1, 10, 1, scale="log", label="b")
    on = fig.checkbox("on", True, label="show the line")
    which = fig.choice("which", ["sine", "cosine"], label="wave")
    x, t, u, v, j = sm.symbols("x t u v j")
    left = fig.panel(xlim=(-1, 4), ylim=(-2, 3), xlabel="x", ylabel="y")
    wave = sm.Piecewise((sm.sin(a * x), sm.Eq(which, 0)), (sm.cos(a * x), True))

    def numpy_wave(x, which, a):
        return [np.sin, np.cos][which](a * x)

    left.curve(
        "wave", wave, (x, -1, 2 + a), points=50, visible=sm.Eq(on, 1), dash=(4, 2),
        check=lambda x, a, which, **_: numpy_wave(x, which, a), label="wave", label_at=0.5,
    )  # fmt: skip
    left.curve(
        "ring", (1 + a * sm.cos(t) / 2, sm.sin(t)), (t, 0, 2 * sm.pi), points=40,
        check=lambda t, a, **_: (1 + a * np.cos(t) / 2, np.sin(t)),
    )  # fmt: skip
    left.area("band", -a, x / 4, (x, 0, a), check=lambda x, a, **_: (-a, x / 4))
    left.bars("bars", [a, a**2, 1 / a], check=lambda a, **_: [a, a**2, 1 / a], label="first")
    left.bars(
        "more", a / (1 + j), over=(j, 0, 3), width=0.3, base=-1,
        check=lambda a, **_: a / (1 + np.arange(4)),
    )  # fmt: skip
    left.boxes("box", a - 1, 0, a, 1, check=lambda a, **_: (a - 1, 0, a, 1))
    left.points("dots", [a, 2], [1, a], check=lambda a, **_: ([a, 2], [1, a]), label="dot")
    left.vline("post", a, check=lambda a, **_: a, label="post", label_at=0.9)
    left.hline("rail", -a / 2, low=0, high=a, check=lambda a, **_: -a / 2)
    left.segment("stick", (0, 0), (a, 1), arrow=True, check=lambda a, **_: (0, 0, a, 1))
    left.label(
        "note", "*a* is {a:+.2f} or {p:.0%}", (a, 2), values={"a": a, "p": a / 2},
        check=lambda a, **_: {"a": a, "p": a / 2, "at": (a, 2)},
    )  # fmt: skip
    right = fig.panel(xlim=(0.1, 10), ylim=(0.01, 100), xscale="log", yscale="log", xlabel="b")
    right.points("log-dot", b, b**2, check=lambda b, **_: (b, b**2))
    right.curve("power", x**a, (x, sm.Rational(1, 10), 10), check=lambda x, a, **_: x**a)
    map_ = fig.panel(xlim=(0, 1), ylim=(0, 1), aspect="equal", frame=False)
    map_.heatmap(
        "heat", u * v * a, (u, 0, 1, 12), (v, 0, 1, 12), zlim=(0, 2),
        check=lambda x, y, a, **_: a * x * y,
    )  # fmt: skip
    map_.contour(
        "levels", a * (u - sm.Rational(1, 2)) ** 2 + v, (u, 0, 1, 30), (v, 0, 1, 30),
        levels=(0.25, 0.5, 1), at=(u * (1 - v), v), tolerance=0.02,
        check=lambda x, y, a, **_: a * (x / np.maximum(1 - y, 1e-12) - 0.5) ** 2 + y,
    )  # fmt: skip
    fig.readout(
        "all", "{a:.3f} {b:.3g} {n:d}", {"a": a, "b": b, "n": which},
        check=lambda a, b, which, **_: {"a": a, "b": b, "n": which},
    )  # fmt: skip
    return fig


def simplex():
    """Shares that sum to one, a point to drag on their triangle, and a divergence that explodes."""
    fig = Figure("simplex", **WORDS)
    q = fig.shares_of_one(
        ["q0", "q1", "q2"], [0.2, 0.3, 0.5], labels=["first", "second", "third"], low=0.0
    )
    p = [sm.Rational(1, 2), sm.Rational(1, 2), sm.Integer(0)]
    divergence = sum(a * sm.log(a / b) for a, b in zip(p, q, strict=True) if a)
    height = sm.sqrt(3) / 2
    tri = fig.panel(xlim=(0, 1), ylim=(0, 0.9), aspect="equal", frame=False)
    x, y = q[1] + q[2] / 2, height * q[2]
    tri.draggable(
        "q", (x, y), label="Q",
        sets={q[0]: 1 - X - Y / (2 * height), q[1]: X - Y / (2 * height), q[2]: Y / height},
    )  # fmt: skip
    bars = fig.panel(xlim=(-0.6, 2.6), ylim=(0, 1), ylabel="share", xticks=[0, 1, 2])
    bars.bars("q-bars", q, color="belief", check=lambda q0, q1, q2: [q0, q1, q2])
    fig.readout(
        "kl", "KL = {kl:.3f} nats", {"kl": divergence},
        infinite=True, color="gap", check=lambda q0, q1, q2: {"kl": _kl(q0, q1)},
    )  # fmt: skip
    return fig


def _kl(q0, q1):
    return np.inf if 0 in (q0, q1) else -0.5 * np.log(4 * q0 * q1)


def descent(steps=40):
    """A recurrence, a stored run and a player; the path grows with the step."""
    fig = Figure("descent", **WORDS)
    k = fig.player("k", steps, start=3, label="step", rate=30)
    rate = fig.slider("rate", 0.05, 0.9, 0.3, label="step size")
    u, v = fig.recurrence(
        ["u", "v"], [2, 1], lambda u, v, i: (u - rate * u, v - rate * v / (i + 1)), steps
    )
    stored = fig.data("stored", np.exp(-np.arange(steps + 1) / 8))
    i = sm.Symbol("i", integer=True)

    def run(rate):
        path = [(2.0, 1.0)]
        for step in range(steps):
            a, b = path[-1]
            path.append((a - rate * a, b - rate * b / (step + 1)))
        return np.array(path)

    axes = fig.panel(xlim=(0, 2), ylim=(0, 1), xlabel="u", ylabel="v")
    axes.curve(
        "path", (u[i], v[i]), (i, 0, k), points=None,
        check=lambda i, k, rate: run(rate)[: k + 1].T,
    )  # fmt: skip
    axes.points("now", u[k], v[k], check=lambda k, rate: run(rate)[k], label="now")
    fig.readout(
        "loss", "loss {loss:.4f}", {"loss": stored[k]},
        check=lambda k, rate: {"loss": np.exp(-k / 8)},
    )  # fmt: skip
    return fig


def mixture(count=20):
    """The slope of the log-likelihood of a mixture of ``count`` bumps: sums stay loops."""
    fig = Figure("mixture", **WORDS)
    h = fig.slider("h", 0.1, 2, 0.5, label="width")
    m = fig.slider("m", -1, 1, 0, label="shift")
    places = np.linspace(-2, 2, count)
    a = fig.data("places", places)
    x = sm.Symbol("x")
    j = sm.Symbol("j", integer=True)
    total = sm.Sum(sm.exp(-(((x - m - a[j]) / h) ** 2) / 2), (j, 0, count - 1))
    axes = fig.panel(xlim=(-3, 3), ylim=(-40, 40), xlabel="x", ylabel="slope")

    def slope(x, h, m):
        z = (np.asarray(x)[:, None] - m - places) / h
        weights = np.exp(-(z**2) / 2)
        return (weights * z).sum(1) / weights.sum(1) / h

    axes.curve("slope", sm.diff(sm.log(total), m), (x, -3, 3), points=300, check=slope)
    return fig


def sums(size=6):
    """Double sums, sums with an end that moves, stored frames, conditions and special functions."""
    fig = Figure("sums", **WORDS)
    n = fig.slider("n", 1, size, 3, whole=True, label="terms")
    c = fig.slider("c", -1, 1, 0.5, step=0.1, label="c")
    table = np.cos(np.arange(4)[:, None] * np.arange(size) / 3)
    row = fig.choice("row", ["a", "b", "c", "d"], label="row")
    a, frames = fig.data("a", np.arange(1, size + 1) / size), fig.data("frames", table)
    x = sm.Symbol("x")
    i, j, k = sm.symbols("i j k", integer=True)
    weights = np.arange(1, size + 1) / size
    inner = sm.Sum(a[j] * a[k] * sm.exp(-((x - c * a[j]) ** 2)), (k, 0, j), (j, 0, n - 1))
    axes = fig.panel(xlim=(-2, 2), ylim=(-2, 6), xlabel="x")

    def double(x, n, c, row):
        return sum(
            weights[j] * weights[: j + 1].sum() * np.exp(-((x - c * weights[j]) ** 2))
            for j in range(n)
        )

    axes.curve("double", inner, (x, -2, 2), points=60, check=double)
    axes.curve(
        "frame", (i / 4, frames[row, i]), (i, 0, size - 1), points=None,
        check=lambda i, n, c, row: (i / 4, table[row]),
        visible=sm.And(c > -0.5, sm.Or(n < 4, c < 0.5)),
    )  # fmt: skip
    axes.curve(
        "step", sm.Piecewise((sm.erf(x), x < c), (sm.erf(c), True)), (x, -2, 2), points=40,
        check=lambda x, n, c, row: [math.erf(min(v, c)) for v in x],
    )  # fmt: skip
    pick = sm.Sum(sm.KroneckerDelta(j, n) * a[j - 1], (j, 1, size))
    entropy = -sm.Sum(a[j] * sm.log(a[j]), (j, 0, n - 1))
    fig.readout(
        "picked", "{pick:.3f} {h:.3f}", {"pick": pick, "h": entropy},
        check=lambda n, c, row: {
            "pick": weights[n - 1], "h": -(weights[:n] * np.log(weights[:n])).sum(),
        },
    )  # fmt: skip
    return fig


def question():
    """A figure that asks before it moves."""
    fig = minimal("question")
    fig.predict(
        "What happens to the end of the line when *a* doubles?",
        ["It stays.", "It doubles.", "It falls."],
        1,
        "The height is *a* itself.",
        hide=["end"],
    )
    return fig


ALL = (minimal, shapes, simplex, descent, mixture, sums, question)
