"""Densities of memories and their loss against PyTorch, SciPy and KDEpy.

    python benchmarks/density.py                the whole table
    python benchmarks/density.py --threads 1    the same with one core for everybody

All contestants compute the same numbers where they can, which is asserted first. Calls take turns
and the medians are compared; what counts is the ratio. Ours includes the checks of the arguments
and the sorting. A part of ``make bench``, which installs PyTorch and KDEpy; without them their rows
are left out.
"""

import argparse
import math

import mpmath
import numpy as np
import scipy.stats
from _timing import interleaved_medians
from crossentropy import (
    Cauchy,
    Gaussian,
    GeodesicLaplace,
    Laplace,
    StudentT,
    VonMises,
    WrappedCauchy,
    WrappedLaplace,
    WrappedNormal,
    kde_cross_entropy_with_gradient,
    kde_log_density,
    laplace_cross_entropy_with_gradient,
    laplace_log_density,
)
from softmax import Report, on_cores

try:
    import torch
except ImportError:
    torch = None
try:
    from KDEpy import FFTKDE
except ImportError:
    FFTKDE = None

SIZES = {1_000: 0.20, 4_000: 0.05}  # memories and bins, and our time over that of torch
WALKS = [10_000, 100_000, 1_000_000]
FAMILY = [Laplace, GeodesicLaplace, WrappedLaplace]
KERNELS = [
    Gaussian(0.3),
    Laplace(0.3),
    StudentT(0.3, 3),
    StudentT(0.3, 2.5),
    Cauchy(0.3),
    VonMises(10.0),
    WrappedNormal(0.3),
    WrappedCauchy(0.7),
    GeodesicLaplace(0.3),
    WrappedLaplace(0.3),
]
INTERVAL = (-1.0, 1.0)

TORCH = "loss + gradient: at most 0.20 (1000²) and 0.05 (4000²) of torch.logsumexp + backward"
EXP = "the same, Gaussian: at most 2.5 times one np.exp per pair"
ERROR = "a walk: relative error at most 1e-12 of all pairs in extended precision"
EXPONENT = "a walk: time grows from 10⁴ to 10⁶ with an exponent of at most 1.1"
SORTS = "a walk: at most 10 times the two argsorts at 10⁶ + 10⁶"
FFT = "a walk: loss and gradient not slower than KDEpy's FFTKDE, forward only, at 10⁶"
FAR = "10⁴ bandwidths away: right to 1e-12 where others give 0, inf or NaN"
NOTES = {
    TORCH: "Torch keeps several tables of all pairs; ours has a few rows at a time in the cache. "
    "Laplace kernels walk, smooth ones are summed at nodes.",
    EXP: "np.exp writes over the same small array again and again, which is the fastest it can.",
    ERROR: "10⁴ memories and bins; the gradient relative to its largest entry.",
    EXPONENT: "Loss and gradient; line, geodesic and wrapped circle.",
    SORTS: "The bins of a target are sorted, so that one of the two sorts is not needed.",
    FFT: "FFTKDE rounds the memories to its grid, and has no gradient.",
    FAR: "The gradient for the logits, against 60 digits.",
}


def memories(N, seed=1):
    rng = np.random.default_rng(seed)
    return rng.normal(size=N), rng.normal(size=N)


# -- everybody's log-kernels in torch -------------------------------------------------------------
def torch_log_kernel(kernel, t):
    """log K but for its normaliser, which a gradient does not see; written as one would."""
    match kernel:
        case Gaussian():
            return -0.5 * (t / kernel.bandwidth) ** 2
        case Laplace():
            return -t.abs() / kernel.bandwidth
        case StudentT() | Cauchy():
            nu = kernel.degrees_of_freedom
            return -(nu + 1) / 2 * torch.log1p((t / kernel.bandwidth) ** 2 / nu)
        case VonMises():
            return kernel.concentration * (torch.cos(t) - 1)
        case WrappedCauchy():
            rho = kernel.concentration
            return -torch.log(1 + rho**2 - 2 * rho * torch.cos(t))
    d = torch.remainder(t + math.pi, 2 * math.pi) - math.pi
    h = kernel.bandwidth
    match kernel:
        case GeodesicLaplace():
            return -d.abs() / h
        case WrappedLaplace():
            return torch.logaddexp(-d.abs() / h, (d.abs() - 2 * math.pi) / h)
        case WrappedNormal():
            images = [-0.5 * ((d + 2 * math.pi * k) / h) ** 2 for k in (-1, 0, 1)]
            return torch.logaddexp(torch.logaddexp(images[0], images[1]), images[2])


def torch_way(points, z, kernel, bins):
    """A call that gives PyTorch's loss, but for a constant, and its gradient."""
    a, b = INTERVAL
    x = torch.tensor(a + (b - a) * (np.arange(bins) + 0.5) / bins)
    points, z = torch.tensor(points), torch.tensor(z, requires_grad=True)

    def call():
        z.grad = None
        table = z + torch_log_kernel(kernel, x[:, None] - points)
        loss = torch.logsumexp(z, 0) - torch.logsumexp(table, 1).mean()
        loss.backward()
        return loss.item(), z.grad.numpy()

    return call


def compare_pairs(N, report):
    """Lines of the first table: our time over that of torch and of one np.exp per pair."""
    points, z = memories(N)
    tile = np.random.default_rng(2).normal(size=(16, 1000))
    room = np.empty_like(tile)

    def exps():
        for _ in range(N * N // tile.size):
            np.exp(tile, out=room)

    for kernel in KERNELS:
        calls = {
            "ours": lambda kernel=kernel: kde_cross_entropy_with_gradient(
                points, z, kernel, interval=INTERVAL, bins=N
            ),
            EXP: exps,
        }
        if torch:
            calls[TORCH] = torch_way(points, z, kernel, N)
            ours, theirs = calls["ours"]()[1], calls[TORCH]()[1]
            np.testing.assert_allclose(ours, theirs, atol=1e-9 * np.abs(ours).max())
        t = dict(zip(calls, interleaved_medians(calls.values(), seconds=3, least=3), strict=True))
        name, where = repr(kernel).replace("degrees_of_freedom", "ν"), f"{N}², {kernel}"
        line = f"{name:40}{N:>6}²{t['ours'] * 1e3:>9.1f} ms"
        ratio = t["ours"] / t[EXP]
        if isinstance(kernel, Gaussian):
            line += f"{report.add(EXP, ratio, 2.5, where):>10}"
        else:
            line += f"{ratio:>9.2f} "
        if torch:
            ratio = t["ours"] / t[TORCH]
            report.add(TORCH, ratio, SIZES[N], where)
            line += f"{ratio:>10.3f}{' ' if ratio <= SIZES[N] else '!'}{t[EXP] / t[TORCH]:>9.3f}"
        print(line, flush=True)


# -- walks -----------------------------------------------------------------------------------------
def brute_force(kernel, x, points, z):
    """Loss and gradient from all pairs in extended precision."""
    wide, turn = np.longdouble, np.longdouble("6.283185307179586476925286766559")
    h, z = wide(kernel.bandwidth), z.astype(wide)
    S = np.exp(z) / np.exp(z).sum()
    G, loss = np.zeros(points.size, wide), wide(0)
    for m in range(0, x.size, 20):
        d = np.abs(x[m : m + 20, None].astype(wide) - points)
        if kernel.period is None:
            K = np.exp(-d / h) / (2 * h)
        else:
            d = np.mod(d, turn)
            d = np.minimum(d, turn - d)
            if isinstance(kernel, GeodesicLaplace):
                K = np.exp(-d / h) / (-2 * h * np.expm1(-turn / 2 / h))
            else:
                K = (np.exp(-d / h) + np.exp((d - turn) / h)) / (-2 * h * np.expm1(-turn / h))
        q = K @ S
        loss -= np.log(q).sum() / x.size
        G += (1 / q) @ K / x.size
    return loss, S * (1 - G)


def compare_errors(report, N=10_000):
    """Lines of the second table."""
    points, z = memories(N)
    a, b = INTERVAL
    share = (np.arange(N) + 0.5) / N
    x = a * share[::-1] + b * share
    for make in FAMILY:
        kernel = make(0.02)
        loss, g = laplace_cross_entropy_with_gradient(points, z, kernel, interval=INTERVAL, bins=N)
        right, right_g = brute_force(kernel, x, points, z)
        errors = abs(loss / right - 1), np.abs(g - right_g).max() / np.abs(right_g).max()
        for what, error in zip(("loss", "gradient"), errors, strict=True):
            report.add(ERROR, float(error), 1e-12, f"{what}, {kernel}")
        print(f"{kernel!r:40}{float(errors[0]):>12.1e}{float(errors[1]):>12.1e}", flush=True)


def compare_walks(report):
    """Lines of the third table: time against N, and over the two sorts."""
    spent = {}
    for N in WALKS:
        points, z = memories(N)
        x = np.random.default_rng(3).normal(size=N)
        calls = {"sorts": lambda points=points, x=x: (np.argsort(points), np.argsort(x))}
        for make in FAMILY:
            calls[make.__name__] = lambda make=make, points=points, z=z, N=N: (
                laplace_cross_entropy_with_gradient(
                    points, z, make(0.02), interval=INTERVAL, bins=N
                )
            )
            calls[f"{make.__name__}, density only"] = lambda make=make, points=points, z=z, x=x: (
                laplace_log_density(x, points, z, make(0.02))
            )
        if FFTKDE:
            calls["FFTKDE"] = fft_way(points, z, N)
        t = dict(zip(calls, interleaved_medians(calls.values(), seconds=3, least=3), strict=True))
        for name, seconds in t.items():
            spent.setdefault(name, []).append(seconds)
    print(f"{'':32}" + "".join(f"{f'N = {N:,}':>18}" for N in WALKS) + f"{'exponent':>10}")
    for name, seconds in spent.items():
        exponent = math.log(seconds[-1] / seconds[0]) / math.log(WALKS[-1] / WALKS[0])
        line = f"{name:32}"
        for time, sort in zip(seconds, spent["sorts"], strict=True):
            line += f"{time * 1e3:>11.1f} ms{time / sort:>4.1f}"
        print(f"{line}{exponent:>10.2f}", flush=True)
        if name in [make.__name__ for make in FAMILY]:
            report.add(EXPONENT, exponent, 1.1, name)
            report.add(SORTS, seconds[-1] / spent["sorts"][-1], 10, name)
            if FFTKDE and name == "Laplace":
                report.add(FFT, seconds[-1] / spent["FFTKDE"][-1], 1, name)


def fft_way(points, z, N):
    """A call that gives KDEpy's density on a grid of N places."""
    weights, scale = np.exp(z - z.max()), 1 / (0.02 * math.sqrt(2))
    points = (
        scale * points
    )  # so that its bandwidth, the standard deviation, is 1: it fails for 0.02
    grid = np.linspace(points.min() - 40, points.max() + 40, N)
    return lambda: FFTKDE(kernel="exponential", bw=1.0).fit(points, weights).evaluate(grid)


# -- far away --------------------------------------------------------------------------------------
def compare_far(report):
    """What everybody says 10⁴ bandwidths away from the memories."""
    h, z = 1e-3, np.array([0.2, -0.5, 1.0, 0.0])
    points = np.array([10.0, 10.0005, 10.001, 10.002])
    x, S = np.array([0.0]), np.exp(z) / np.exp(z).sum()
    for kernel in (Gaussian(h), Laplace(h), Cauchy(h)):
        _, g = kde_cross_entropy_with_gradient(points, z, kernel, interval=(-1e-9, 1e-9), bins=1)
        exact = exact_gradient(kernel, points, z)
        error = float(np.abs(g / exact - 1).max())
        report.add(FAR, error, 1e-12, repr(kernel))
        log_q = kde_log_density(x, points, z, kernel)[0]
        print(f"{kernel!r:36} ours: log q {log_q:.6g}, gradient {g.round(6)}, error {error:.0e}")
    with np.errstate(all="ignore"):
        spread = math.sqrt(float(np.cov(points, aweights=S)))
        theirs = scipy.stats.gaussian_kde(points, bw_method=h / spread, weights=S)
        print(f"{'':36} SciPy's gaussian_kde: q = {theirs(x)[0]}, log q = {theirs.logpdf(x)[0]}")
        for name, bw in (("gaussian", 1.0), ("exponential", math.sqrt(2))) if FFTKDE else ():
            grid = np.linspace(-1 / h, 12 / h, 2**16)  # in bandwidths
            q = FFTKDE(kernel=name, bw=bw).fit(points / h, S).evaluate(grid) / h
            print(f"{'':36} KDEpy's FFTKDE, {name}: q = {np.interp(0.0, grid, q):.3g}")
        if torch:
            w = torch.tensor(z, requires_grad=True)
            K = torch.exp(-0.5 * (torch.tensor(points) / h) ** 2)
            loss = -torch.log((torch.softmax(w, 0) * K).sum())
            loss.backward()
            print(f"{'':36} torch, without logarithms: loss {loss.item()}, {w.grad.numpy()}")


def exact_gradient(kernel, points, z):
    """S − r at the place 0 in sixty digits."""
    with mpmath.workdps(60):
        h, y = mpmath.mpf(kernel.bandwidth), [mpmath.mpf(float(v)) for v in points]
        log_K = {
            Gaussian: lambda t: -((t / h) ** 2) / 2,
            Laplace: lambda t: -t / h,
            Cauchy: lambda t: -mpmath.log1p((t / h) ** 2),
        }[type(kernel)]
        logs = [log_K(t) for t in y]
        prior = [mpmath.exp(mpmath.mpf(float(v))) for v in z]
        after = [s * mpmath.exp(v - logs[0]) for s, v in zip(prior, logs, strict=True)]
        return np.array(
            [
                float(s / mpmath.fsum(prior) - r / mpmath.fsum(after))
                for s, r in zip(prior, after, strict=True)
            ]
        )


def main():
    """Print the tables; returns whether everything that is asked for was reached."""
    missing = [name for name, module in (("torch", torch), ("KDEpy", FFTKDE)) if module is None]
    if missing:
        print(f"Without {' and '.join(missing)}; to compare with all: pip install '.[bench]'\n")
    report = Report()
    print("Loss and gradient for the logits; our time over one np.exp per pair, over torch,")
    print("and in the last column that of np.exp over torch")
    print(f"{'kernel':40}{'pairs':>7}{'ours':>12}{'np.exp':>10}{'torch':>11}{'floor':>9}")
    for N in SIZES:
        compare_pairs(N, report)
    print("\nA walk along 10⁴ memories and bins: relative error of loss and gradient")
    compare_errors(report)
    print("\nA walk along N memories and N bins: time, and that over two argsorts")
    compare_walks(report)
    print("\n10⁴ bandwidths away")
    compare_far(report)
    return report.show(NOTES)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, choices=(1, 2), default=2)
    raise SystemExit(not on_cores(parser.parse_args().threads, main))
