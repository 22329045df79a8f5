"""The loss of a softmax and its gradient against PyTorch, JAX, SciPy and scikit-learn.

    python benchmarks/softmax.py                the whole table
    python benchmarks/softmax.py --threads 1    the same with one core for everybody
    python benchmarks/softmax.py --steps        what each step of cleverness buys

All contestants compute the same numbers, which is asserted first. Calls take turns and the medians
are compared, so that a busy machine slows all alike; what counts is the ratio. Everybody has two
cores at most; with one, less depends on what else the machine does. Ours includes the checks of
the arguments. A part of ``make bench``, which installs PyTorch and JAX; without them their rows
are left out.
"""

import argparse
import os
import textwrap

import mpmath
import numpy as np
import scipy.special
from _timing import interleaved_medians
from crossentropy import linear_loss_and_gradient
from crossentropy import softmax_cross_entropy_with_gradient as ours
from sklearn._loss import HalfMultinomialLoss
from sklearn.linear_model._linear_loss import LinearModelLoss
from threadpoolctl import threadpool_limits

try:
    import torch
    from torch.nn.functional import cross_entropy as torch_cross_entropy
except ImportError:
    torch = None
try:
    import jax
    from jax import numpy as jnp
except ImportError:
    jax = None

SMALL = (64, 10)
SHAPES = [SMALL, (10_000, 10), (10_000, 1_000), (100_000, 100)]
WEIGHTS = [(10_000, 784, 10), (10_000, 1_000, 1_000)]  # samples, features, classes
DTYPES = [np.float64, np.float32]
PAUSE = 0.05  # seconds: after their work, threads wait busily for more of it
OF_TORCH, OF_TORCH_SMALL, OF_EXP, OF_PRODUCTS, DIGITS = 0.15, 0.45, 2.7, 1.10, 1e-14

TORCH = f"at most {OF_TORCH} of torch's cross_entropy + backward; {OF_TORCH_SMALL} for {SMALL}"
EXP = f"at most {OF_EXP} times one np.exp"
SCIPY = "ahead of SciPy's log_softmax + softmax"
JAX = "ahead of JAX's jit(value_and_grad)"
PRODUCTS = f"at most {OF_PRODUCTS} times the two matrix products of the step"
SKLEARN = "never slower than scikit-learn's LinearModelLoss.loss_gradient"
EXACT = f"relative error at most {DIGITS} next to certainty"
SHORT = ["torch", "np.exp", "SciPy", "JAX", "floor"]
NOTES = {
    TORCH: "The floor is the time of np.exp alone over that of torch. No way of ours is below it, "
    "and where NumPy has no vectorised exponential it is itself above what is asked for.",
    EXP: f"Not judged for {SMALL}, where a call costs more than its work.",
    SCIPY: "Two functions, each with its own exponential.",
    JAX: "Compiled before it is measured; it computes in float64 where the logits are.",
    PRODUCTS: "A block of features is fetched once for both products, which pays for much of the "
    "rest. The floor is the products and one np.exp of the logits, one after the other.",
    SKLEARN: "With as many threads of OpenMP as everybody else has.",
    EXACT: "The loss and the gradient at the label, where ŷ rounds to 1.",
}


class Report:
    """Holds measured values against what is asked for, and says what was missed."""

    def __init__(self):
        self.rows = {}

    def add(self, row, value, reach, where):
        """A value of a row and what it must not exceed; returns it as text, marked if it does."""
        self.rows.setdefault(row, []).append((value, reach, where))
        return f"{value:.2f}{' ' if value <= reach else '!'}"

    def show(self, notes):
        """One line for each row, with a note; returns whether nothing was missed."""
        print("\nWhat is asked for (! above: missed)")
        for row, note in notes.items():
            values = self.rows.get(row)
            if values is None:
                print(f"  not measured  {row}")
            else:
                missed = [f"{v:.3g} at {where}" for v, reach, where in values if not v <= reach]
                print(f"  {'MISSED' if missed else 'reached':12}  {row}")
                worst = max(values, key=lambda one: one[0] / one[1])
                text = "; ".join(missed) or f"worst {worst[0]:.3g} at {worst[2]}"
                print(textwrap.fill(text, 96, initial_indent=" " * 16, subsequent_indent=" " * 16))
            print(textwrap.fill(note, 96, initial_indent=" " * 16, subsequent_indent=" " * 16))
        return all(v <= reach for values in self.rows.values() for v, reach, _ in values)


# -- the loss and its gradient for the logits -----------------------------------------------------
def scipy_way(z, k):
    """Loss and gradient from the two functions of SciPy."""
    at = np.arange(len(z)), k
    loss = -scipy.special.log_softmax(z, axis=1)[at].mean()
    gradient = scipy.special.softmax(z, axis=1)
    gradient[at] -= 1
    gradient /= len(z)
    return loss, gradient


def torch_way(z, k):
    """A call that gives PyTorch's loss and gradient: forward and backward."""
    z, k = torch.tensor(z, requires_grad=True), torch.tensor(k)

    def call():
        z.grad = None
        loss = torch_cross_entropy(z, k)
        loss.backward()
        return loss.item(), z.grad.numpy()

    return call


def jax_way(z, k):
    """A call that gives JAX's loss and gradient, compiled."""

    def loss(z, k):
        return -jnp.take_along_axis(jax.nn.log_softmax(z), k[:, None], axis=1).mean()

    both, z, k = jax.jit(jax.value_and_grad(loss)), jnp.asarray(z), jnp.asarray(k)
    return lambda: jax.block_until_ready(both(z, k))


def logits(shape, dtype):
    """Scores and labels as a model might have them."""
    rng = np.random.default_rng(1948)
    return (3 * rng.normal(size=shape)).astype(dtype), rng.integers(0, shape[1], shape[0])


def compare_on_logits(shape, dtype, report):
    """A line of the first table: our time over everybody else's."""
    z, k = logits(shape, dtype)
    calls = {
        "ours": lambda: ours(z, k, reduction="mean"),
        EXP: lambda: np.exp(z),
        SCIPY: lambda: scipy_way(z, k),
    }
    if torch:
        calls[TORCH] = torch_way(z, k)
    if jax:
        calls[JAX] = jax_way(z, k)
    right, rough = calls["ours"](), 1e-4 if dtype == np.float32 else 1e-10
    for name in calls.keys() - {"ours", EXP}:
        loss, gradient = calls[name]()
        np.testing.assert_allclose(loss, right[0], rtol=rough)
        np.testing.assert_allclose(gradient, right[1], rtol=rough, atol=rough / len(z))
    small, where = shape == SMALL, f"{shape} {np.dtype(dtype)}"
    row = min(50, max(1, 10**6 // z.size))
    seconds = min(15, 3 + z.size / 1e6)
    medians = interleaved_medians(calls.values(), seconds, in_a_row=row, pause=PAUSE)
    t = dict(zip(calls, medians, strict=True))
    reach = {TORCH: OF_TORCH_SMALL if small else OF_TORCH, EXP: OF_EXP, SCIPY: 1, JAX: 1}
    line = f"{shape!s:>14} {np.dtype(dtype)}{t['ours'] * 1e6:>9.0f} µs"
    for name in (TORCH, EXP, SCIPY, JAX):
        if name not in t:
            line += f"{'–':>9} "
        elif name == EXP and small:  # where the calls cost more than the work: told, not judged
            line += f"{t['ours'] / t[name]:>9.2f} "
        else:
            line += f"{report.add(name, t['ours'] / t[name], reach[name], where):>10}"
    print(line + (f"{t[EXP] / t[TORCH]:>9.2f}" if torch else ""), flush=True)


# -- one step of a linear model --------------------------------------------------------------------
def compare_on_weights(shape, report, threads):
    """A line of the second table: loss and gradient for the weights, with a regulariser."""
    N, D, C = shape
    rng = np.random.default_rng(1949)
    X, W, k = rng.normal(size=(N, D)), 0.03 * rng.normal(size=(C, D)), rng.integers(0, C, N)
    G = rng.normal(size=(N, C))
    model = LinearModelLoss(base_loss=HalfMultinomialLoss(n_classes=C), fit_intercept=False)
    labels, coefficients = k.astype(float), np.asfortranarray(W)
    calls = {
        "ours": lambda: linear_loss_and_gradient(W, X, k, l2=0.1, reduction="mean"),
        PRODUCTS: lambda: (X @ W.T, G.T @ X),
        SKLEARN: lambda: model.loss_gradient(
            coefficients, X, labels, l2_reg_strength=0.1, n_threads=threads
        ),
    }
    for result, right in zip(calls["ours"](), calls[SKLEARN](), strict=True):
        np.testing.assert_allclose(result, right, rtol=1e-9, atol=1e-12)
    calls[EXP] = lambda: np.exp(G)
    medians = interleaved_medians(calls.values(), 20 if C > 100 else 5, pause=PAUSE)
    t = dict(zip(calls, medians, strict=True))
    line = f"{f'{N}×{D}×{C}':>20}{t['ours'] * 1e3:>9.1f} ms"
    for name, reach in ((PRODUCTS, OF_PRODUCTS), (SKLEARN, 1)):
        ratio = t["ours"] / t[name]
        line += f"{report.add(name, ratio, reach, f'{N}×{D}×{C}'):>12}"
    print(f"{line}{1 + t[EXP] / t[PRODUCTS]:>12.2f}", flush=True)


# -- digits ---------------------------------------------------------------------------------------
def digits(lead):
    """Relative errors of (loss, gradient at the label) next to certainty, by contestant."""
    z, k = np.array([[lead, 0.0, -1.0, -2.5]]), np.array([0])
    with mpmath.workdps(50):
        odds = mpmath.fsum(mpmath.exp(mpmath.mpf(x) - mpmath.mpf(lead)) for x in z[0, 1:])
        exact = mpmath.log1p(odds), -odds / (1 + odds)
    ways = {"ours": lambda: ours(z, k), SCIPY: lambda: scipy_way(z, k)}
    if torch:
        ways[TORCH] = torch_way(z, k)
    if jax:
        ways[JAX] = jax_way(z, k)
    errors = {}
    for name, way in ways.items():
        loss, gradient = way()
        values = float(np.squeeze(loss)), float(gradient[0, 0])
        errors[name] = [
            float(abs((value - right) / right)) for value, right in zip(values, exact, strict=True)
        ]
    return errors


def compare_digits(report):
    """The third table: relative errors of loss and gradient."""
    leads = (37.0, 100.0, 300.0, 700.25)
    for lead in leads:
        errors = digits(lead)
        for what, error in zip(("loss", "gradient"), errors["ours"], strict=True):
            report.add(EXACT, error, DIGITS, f"{what}, lead {lead}")
        line = "".join(f"{f'{a:.0e}, {b:.0e}':>20}" for a, b in errors.values())
        print(f"{lead:>8.2f}{line}", flush=True)


# -- what each step of cleverness buys -----------------------------------------------------------
def textbook(z, k):
    """The formulas, one line each."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    y_hat = e / e.sum(axis=1, keepdims=True)
    y = np.eye(z.shape[1], dtype=z.dtype)[k]
    loss = -(y * np.log(y_hat)).sum(axis=1).mean()
    return loss, (y_hat - y) / len(z)


def label_is_a_place(z, k):
    """One logarithm and one subtraction for each row, where its label is."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    y_hat = e / e.sum(axis=1, keepdims=True)
    at = np.arange(len(z)), k
    loss = -np.log(y_hat[at]).mean()
    y_hat[at] -= 1
    return loss, y_hat / len(z)


def all_at_once(work):
    """Loss and gradient by a function that fills the gradient in and returns the losses."""

    def run(z, k):
        g = np.empty_like(z)
        return work(z, k, g, 1 / len(z)).mean(), g

    return run


def by_blocks(work, entries=2**16):
    """The same for some rows at a time, so that their numbers stay in the cache."""

    def run(z, k):
        g, losses = np.empty_like(z), np.empty(len(z), z.dtype)
        step = max(1, entries // z.shape[1])
        for i in range(0, len(z), step):
            rows = slice(i, i + step)
            losses[rows] = work(z[rows], k[rows], g[rows], 1 / len(z))
        return losses.mean(), g

    return run


def in_place(z, k, g, scale):
    """One array is written over and over, and the division by N is part of the other one."""
    np.subtract(z, z.max(axis=1, keepdims=True), out=g)
    np.exp(g, out=g)
    at = np.arange(len(z)), k
    own, total = g[at], g.sum(axis=1)
    g *= (scale / total)[:, None]
    g[at] -= scale
    return np.log(total / own)


def sums_as_product(z, k, g, scale):
    """Sums along the rows by the library for matrix products."""
    np.subtract(z, z.max(axis=1, keepdims=True), out=g)
    np.exp(g, out=g)
    at = np.arange(len(z)), k
    own, total = g[at], g @ np.ones(g.shape[1], g.dtype)
    g *= (scale / total)[:, None]
    g[at] -= scale
    return np.log(total / own)


def odds(z, k, g, scale):
    """No maximum, no shift: own and others, checked afterwards. Small losses get their digits."""
    np.exp(z, out=g)
    at = np.arange(len(z)), k
    own = g[at]
    g[at] = 0
    others = g @ np.ones(g.shape[1], g.dtype)
    total = own + others
    if not (own.min() > 1e-18 and total.max() < 1e18):
        raise ValueError("these logits need a shift")
    g *= (scale / total)[:, None]
    g[at] = -others * scale / total
    return np.log1p(others / own)


def flat(z, k, g, scale):
    """One index in place of two: the place of the label in the whole block."""
    np.exp(z, out=g)
    at = np.arange(0, g.size, g.shape[1]) + k
    own = g.take(at)
    g.reshape(-1)[at] = 0
    others = g @ np.ones(g.shape[1], g.dtype)
    total = own + others
    if not (own.min() > 1e-18 and total.max() < 1e18):
        raise ValueError("these logits need a shift")
    g *= (scale / total)[:, None]
    g.reshape(-1)[at] = -others * scale / total
    return np.log1p(others / own)


STEPS = {
    "textbook, five lines": textbook,
    "the label is a place": label_is_a_place,
    "in place": all_at_once(in_place),
    "blocks for the cache": by_blocks(in_place),
    "row sums as a product": by_blocks(sums_as_product),
    "odds, no maximum": by_blocks(odds),
    "flat index, take": by_blocks(flat),
    "the library, all checks": lambda z, k: ours(z, k, reduction="mean"),
}


def compare_steps():
    """A table: the time of each step over one np.exp, for every shape and type."""
    cases = [(shape, dtype) for dtype in DTYPES for shape in SHAPES[1:]]
    columns = []
    for shape, dtype in cases:
        z, k = logits(shape, dtype)
        right, rough = ours(z, k, reduction="mean"), 1e-4 if dtype == np.float32 else 1e-10
        for step in STEPS.values():
            loss, gradient = step(z, k)
            np.testing.assert_allclose(loss, right[0], rtol=rough)
            np.testing.assert_allclose(gradient, right[1], rtol=rough, atol=rough / len(z))
        calls = [lambda z=z: np.exp(z)]
        calls += [lambda step=step, z=z, k=k: step(z, k) for step in STEPS.values()]
        first, *others = interleaved_medians(calls, min(20, 3 + z.size / 5e5))
        columns.append([t / first for t in others])
    print("Time over one np.exp of the same array\n")
    print(f"{'':24}" + "".join(f"{shape!s:>14}" for shape, _ in cases))
    print(f"{'':24}" + "".join(f"{np.dtype(dtype)!s:>14}" for _, dtype in cases))
    for name, values in zip(STEPS, zip(*columns, strict=True), strict=True):
        print(f"{name:24}" + "".join(f"{value:>14.2f}" for value in values))


def main(threads):
    """Print the tables; returns whether everything that is asked for was reached."""
    missing = [name for name, module in (("torch", torch), ("jax", jax)) if module is None]
    if missing:
        print(f"Without {' and '.join(missing)}; to compare with all: pip install '.[bench]'\n")
    report = Report()
    print(
        "Loss and gradient for logits: our time over theirs; the last column is np.exp over torch"
    )
    print(f"{'shape':>14} {'type':7}{'ours':>12}" + "".join(f"{n:>10}" for n in SHORT), flush=True)
    for dtype in DTYPES:
        for shape in SHAPES:
            compare_on_logits(shape, dtype, report)
    print("\nLoss and gradient for weights with a regulariser, float64: our time over theirs")
    head = (
        f"{'samples×features×classes':>24}{'ours':>8}{'products':>12}{'sklearn':>12}{'floor':>12}"
    )
    print(head, flush=True)
    for shape in WEIGHTS:
        compare_on_weights(shape, report, threads)
    print("\nRelative errors of loss and gradient at a label that leads by so much, in 50 digits")
    names = ["ours", "SciPy"] + ["torch"] * bool(torch) + ["JAX"] * bool(jax)
    print(f"{'lead':>8}" + "".join(f"{name:>20}" for name in names), flush=True)
    compare_digits(report)
    return report.show(NOTES)


def on_cores(count, work, *arguments):
    """Call ``work`` where every pool of threads has so many cores at most."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])
    if torch:
        torch.set_num_threads(count)
    if jax:  # makes its pool later, when it first computes, with as many threads as it has cores
        jax.config.update("jax_enable_x64", True)
    with threadpool_limits(count):
        return work(*arguments)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, choices=(1, 2), default=2)
    parser.add_argument("--steps", action="store_true")
    chosen = parser.parse_args()
    if chosen.steps:
        on_cores(chosen.threads, compare_steps)
    else:
        raise SystemExit(not on_cores(chosen.threads, main, chosen.threads))
