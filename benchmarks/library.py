"""The library against ``scipy.stats.entropy``; a part of ``make bench``.

Both sides compute the same numbers, which is asserted first. Calls are interleaved, so that a
busy machine slows both; what counts is the ratio of the medians. Ours includes the checks of the
arguments.
"""

import numpy as np
import scipy.stats
from _timing import interleaved_medians
from crossentropy import cross_entropy, entropy, kl_divergence

SHAPES = [(1, 10), (10_000, 10), (1_000, 1_000)]
BOUND = ("entropy", "kl_divergence")  # SciPy has these two as one call each
ALLOWED = 0.5  # at most half of SciPy's time


def contests(shape):
    """Name, our call and SciPy's call, on random distributions.

    Two more beliefs for the divergence, which computes terms with q near p in another way: one
    where all of them are near, and one where some are, the hardest case for it.
    """
    rng = np.random.default_rng(1948)
    p, q = (rng.dirichlet(np.ones(shape[1]), shape[0]) for _ in "pq")
    near = p * (1 + 1e-6 * rng.normal(size=shape))
    near /= near.sum(axis=-1, keepdims=True)
    mixed = 0.999 * p + 0.001 * q

    def scipy_entropy(*distributions):
        return scipy.stats.entropy(*distributions, axis=-1)

    yield "entropy", lambda: entropy(p), lambda: scipy_entropy(p)
    yield (
        "cross_entropy",
        lambda: cross_entropy(p, q),
        lambda: scipy_entropy(p) + scipy_entropy(p, q),
    )
    yield "kl_divergence", lambda: kl_divergence(p, q), lambda: scipy_entropy(p, q)
    yield "… 1e-6 apart", lambda: kl_divergence(p, near), lambda: scipy_entropy(p, near)
    yield "… some terms near", lambda: kl_divergence(p, mixed), lambda: scipy_entropy(p, mixed)


def main():
    print("Time of crossentropy over time of scipy.stats.entropy (cross-entropy: its two calls)\n")
    print(f"{'':20}{'shape':>14}{'ours':>12}{'SciPy':>12}{'ratio':>8}")
    worst = 0.0
    for shape in SHAPES:
        for name, ours, theirs in contests(shape):
            np.testing.assert_allclose(ours(), theirs(), rtol=1e-8, atol=1e-12)
            t, s = interleaved_medians([ours, theirs])
            print(f"{name:20}{shape!s:>14}{t * 1e6:>9.0f} µs{s * 1e6:>9.0f} µs{t / s:>8.2f}")
            if name in BOUND:
                worst = max(worst, t / s)
    print(f"\nLargest ratio of {' and '.join(BOUND)}: {worst:.2f}, allowed {ALLOWED}")
    return worst <= ALLOWED


if __name__ == "__main__":
    raise SystemExit(not main())
