r"""Cross-entropy with a density of memories, and its gradient: prior minus responsibility.

The chapter is ``chapters/density_loss.md``, the statements are in ``derivations/density_loss.py``.
Public functions check their arguments and private ones compute, as in :mod:`crossentropy.density`.
"""

import math
from typing import NamedTuple

import numpy as np

from . import fast_sums
from ._logits import as_number
from ._memories import as_count, as_interval, as_kernel, as_memories, as_target, check_reach
from .density import Kernel, Laplace, _log_density, _shares, tiles, top_from_others
from .softmax import _log_softmax

SOUND = 1e-100  # a q above it, in units of the kernel's peak, has all its digits


class KDEGradients(NamedTuple):
    """The loss in nats and its gradients; one that was not asked for is ``None``."""

    loss: np.float64
    logits: np.ndarray
    positions: np.ndarray | None
    bandwidth: np.float64 | None


def kde_cross_entropy(
    points,
    logits,
    kernel,
    *,
    interval,
    bins=200,
    target=None,
    background=0.0,
    background_width=None,
):
    r"""Cross-entropy of a target on an interval with the density of the memories.

    Let :math:`q(\theta) = \sum_j S_j K(\theta - \theta_j)`, where :math:`S` is the softmax of the
    logits, and let :math:`p` denote the target on the midpoints :math:`\theta_m` of M equal bins
    of the interval [a, b]. Then :math:`L = -\sum_{m=1}^{M} p_m \log q(\theta_m)`. For a uniform
    target it is the midpoint rule for :math:`-\frac{1}{b - a} \int_a^b \log q(\theta) \,
    d\theta`; ``bins=None`` gives that integral itself.

    With a background :math:`\varepsilon` the density is :math:`(1 - \varepsilon) q + \varepsilon
    u`, where :math:`u` is uniform: over the circle for a kernel on the circle, else over
    ``background_width``.

    Identities: ``logits + a`` gives the same for every number ``a``; without a bin that no kernel
    reaches it is finite, else ``inf``, unless there is a background.

    Args:
        points: The N points of the memories, one line of finite numbers.
        logits: N finite numbers. ``-inf`` is refused: leave that memory out.
        kernel: A kernel, such as :class:`crossentropy.Laplace`.
        interval: The target's two ends (a, b), finite numbers, a < b; on the circle at most one
            turn apart. In the unit of ``points``, as are the bandwidth of the kernel and
            ``background_width``.
        bins: How many bins, M ≥ 1. ``None`` stands for the integral; for a Laplace kernel, a
            uniform target and no background only.
        target: ``None`` for the uniform target, else one probability for each bin.
        background: :math:`\varepsilon` in [0, 1).
        background_width: Over what length the background is spread, at least that of the interval;
            ``None`` stands for b − a, or for the whole circle. If angles on a line come from a
            circle, it is 360 or 2π.

    Returns:
        The loss in nats, a float64. The density is per unit of ``points``, so it depends on that
        unit; its gradient for the logits does not.

    Raises:
        ValueError: If ``points`` or ``logits`` holds what is not a finite number; if there are no
            points or not as many as logits; if ``kernel`` is none, or ``interval``, ``bins``,
            ``background`` or ``background_width`` is not one of the above; if ``target`` is no
            distribution over the bins.

    Source:
        Derived in the chapter on this loss.

    Example:
        One memory in the middle of the target. It would be log 2 = 0.6931 at the memory itself:

        >>> kde_cross_entropy([0.0], [0.0], Laplace(1.0), interval=(-1, 1)).round(4)
        np.float64(1.1931)

        A top-hat does not reach all of it:

        >>> from crossentropy import TopHat
        >>> kde_cross_entropy([0.0], [0.0], TopHat(0.5), interval=(-1, 1))
        np.float64(inf)

    See also:
        :func:`crossentropy.kde_cross_entropy_with_gradient`, :func:`crossentropy.cross_entropy`.
    """
    task = _Task(points, logits, kernel, interval, bins, target, background, background_width)
    return task.evaluate()[0]


def kde_cross_entropy_with_gradient(
    points,
    logits,
    kernel,
    *,
    interval,
    bins=200,
    target=None,
    background=0.0,
    background_width=None,
    positions=False,
    bandwidth=False,
):
    r"""Cross-entropy of a target with the density of the memories, and its gradients.

    In the letters of :func:`crossentropy.kde_cross_entropy`, let :math:`r_{mj}` denote the
    responsibility of memory j for bin m. Then

    - :math:`\partial L / \partial z_j = S_j - \sum_m p_m r_{mj}`,
    - :math:`\partial L / \partial \theta_j = \sum_m p_m r_{mj} \, (\log K)'(\theta_m - \theta_j)`,
    - :math:`\partial L / \partial h = -\sum_m \sum_j p_m r_{mj} \, \partial_h \log K`.

    With a background each bin counts :math:`\gamma_m = (1 - \varepsilon) q / ((1 - \varepsilon) q +
    \varepsilon u)`, the probability that it was no background: :math:`p_m \gamma_m` takes the
    place of :math:`p_m`, and :math:`S_j \sum_m p_m \gamma_m` that of :math:`S_j`. Where no kernel
    reaches, :math:`\gamma_m` is 0.

    Identities: the gradient for the logits sums to 0; it does not change if K is multiplied by a
    number.

    Args:
        points, logits, kernel, interval, bins, target, background, background_width: As for
            :func:`crossentropy.kde_cross_entropy`.
        positions: Whether the gradient for the points is wanted, too.
        bandwidth: Whether the derivative for the bandwidth of the kernel is wanted, too, or for
            its concentration.

    Returns:
        The loss in nats and its gradient for the logits, of shape (N,), both float64. If more is
        wanted, a named tuple ``loss``, ``logits``, ``positions`` of shape (N,), ``bandwidth``,
        where ``None`` stands for what is not.

    Raises:
        ValueError: As :func:`crossentropy.kde_cross_entropy` does; if no kernel reaches a bin of
            the target and there is no background: then the loss is ``inf`` whatever the logits
            are, and has no gradient. The message says which bins.

    Source:
        Derived in the chapter on this loss.

    Example:
        The target is as wide as two bandwidths, and both memories lie to its right:

        >>> loss, gradient = kde_cross_entropy_with_gradient(
        ...     [30, 40], [0, 0], Laplace(10.0), interval=(-10, 10)
        ... )
        >>> gradient.round(8)
        array([-0.23105858,  0.23105858])

        The memories themselves are drawn to the left, where the target is:

        >>> kde_cross_entropy_with_gradient(
        ...     [30, 40], [0, 0], Laplace(10.0), interval=(-10, 10), positions=True
        ... ).positions.round(4)
        array([0.0731, 0.0269])

    See also:
        :func:`crossentropy.kde_cross_entropy`, :func:`crossentropy.responsibilities`.
    """
    task = _Task(points, logits, kernel, interval, bins, target, background, background_width)
    loss, *gradients = task.evaluate(True, positions, bandwidth)
    return KDEGradients(loss, *gradients) if positions or bandwidth else (loss, gradients[0])


def _loss(logits, log_kernels, target):
    """−Σ p_m log Σ S_j K_mj, where S is the softmax of the logits, which may be complex."""
    log_q = _log_density(logits, log_kernels)
    return 0 - np.dot(target, np.where(target == 0, 0, log_q))


class _Task:
    """Checked arguments, and what is computed from them."""

    def __init__(
        self, points, logits, kernel, interval, bins, target, background, background_width
    ):
        self.points, self.z = as_memories(points, logits)
        self.kernel = as_kernel(kernel, Kernel)
        self.interval = as_interval(interval, self.kernel.period)
        self.exact = bins is None
        self.background = as_number("background", background, 0, attained=True)
        if self.background >= 1:
            raise ValueError(f"background must be a number in [0, 1), not {background!r}")
        self.log_uniform = self._log_uniform(background_width)
        if self.exact:
            self._check_exact(target)
        else:
            M = as_count("bins", bins)
            self.p = as_target(target, M)
            self.x = _midpoints(self.interval, M)
        check_reach(self.points, np.array(self.interval), self.kernel.period)

    def _log_uniform(self, width):
        period = self.kernel.period
        least = self.interval[1] - self.interval[0]
        if width is None:
            return -math.log(least if period is None else period)
        width = as_number("background_width", width, 0, attained=False)
        if width < least * (1 - 1e-12):
            raise ValueError(
                f"background_width must be at least the width of the interval, {least:.6g}, "
                f"not {width!r}"
            )
        return -math.log(width)

    def _check_exact(self, target):
        if not isinstance(self.kernel, Laplace):
            raise ValueError(
                f"bins must be a whole number of at least 1 for {self.kernel}; "
                f"only a Laplace kernel has the integral, bins=None"
            )
        if target is not None:
            raise ValueError("target must be None, which is uniform, where bins is None")
        if self.background:
            raise ValueError(f"background must be 0 where bins is None, not {self.background!r}")

    def evaluate(self, logits=False, positions=False, bandwidth=False):
        """The loss and its gradients; those that are not wanted are ``None``."""
        with np.errstate(over="ignore", under="ignore"):
            if self.exact or fast_sums.pays(self.kernel, self.points, self.x.size):
                return fast_sums.loss_and_gradients(self, logits, positions, bandwidth)
            return _Tables(self, logits, positions, bandwidth).results()

    def with_background(self, log_q):
        """log q of the density with the background, and how much of it is no background."""
        if not self.background:
            return log_q, 1.0
        apart = math.log(self.background) + self.log_uniform
        memories = math.log1p(-self.background) + log_q
        mixed = np.logaddexp(apart, memories)
        return mixed, np.exp(memories - mixed)

    def mean_surprise(self, log_q):
        """−Σ p log q over the bins, where 0 log 0 = 0."""
        return np.float64(0 - np.dot(self.p, np.where(self.p == 0, 0, log_q)))


class _Tables:
    """Tables of some bins and all memories, one after the other.

    Most bins have kernels that are sound numbers and differ: K and q are computed as they are, and
    each memory gathers G_j = Σ p_m K_mj/q_m. The other bins take the longer way with logarithms,
    :func:`crossentropy.density._shares`.
    """

    def __init__(self, task, logits, positions, bandwidth):
        self.task, self.kernel = task, task.kernel
        self.log_S = _log_softmax(task.z)
        self.S = np.exp(self.log_S)
        N = task.z.size
        self.gather = logits or positions or bandwidth
        self.G = np.zeros(N)
        self.held = 0.0
        self.g_rest = np.zeros(N)
        self.g_points = np.zeros(N) if positions else None
        self.g_bandwidth = 0.0 if bandwidth else None
        self.log_q = np.empty(task.x.size)
        self.bare = []
        peak = float(self.kernel._log_density(np.zeros(1))[0])
        home = self.kernel._home(task.points)
        places = self.kernel._home(task.x)
        alike = self._alike(home, places) if self.gather else np.zeros(task.x.size, bool)
        for tile in tiles(task.x.size, N):
            self._by_values(tile, places[tile], home, peak, alike[tile])

    def _alike(self, points, places):
        """Where all kernels are so nearly equal that r − S would lose digits."""
        nearest, farthest = self.kernel._range(points, places)
        logs = self.kernel._log_density(np.array([nearest, farthest]).reshape(-1))
        logs = logs.reshape(2, -1)
        with np.errstate(invalid="ignore"):
            return logs[0] - logs[1] < 0.01

    def _by_values(self, tile, places, points, peak, alike):
        K = self.kernel._table(places, points)
        q = K @ self.S
        sound = (q > SOUND) & ~alike
        if sound.all():
            rest, q_sound = None, q
        else:
            rest, q_sound = np.flatnonzero(~sound), np.where(sound, q, 1)
        log_q, gamma = self.task.with_background(np.log(q_sound) + peak)
        self.log_q[tile] = log_q
        if self.gather:
            weight = self.task.p[tile] * gamma
            if rest is not None:
                weight[rest] = 0
            self.held += weight.sum()
            weight /= q_sound
            self.G += weight @ K
            if self.g_points is not None or self.g_bandwidth is not None:
                K *= self.S
                K *= weight[:, None]
                self._gather_slopes(K, np.subtract.outer(places, points))
        if rest is not None:
            where = tile.start + rest
            for part in tiles(rest.size, points.size):
                self._by_logarithms(where[part])

    def _by_logarithms(self, at):
        task = self.task
        log_q, covered, u = _shares(task.x[at], task.points, task.z, self.kernel)
        self.log_q[at], gamma = task.with_background(log_q)
        if not self.gather:
            return
        self.bare.extend(at[~covered & (task.p[at] > 0)].tolist())
        weight = np.where(covered, task.p[at] * gamma, 0)
        r = np.exp(self.log_S + u)
        terms = np.where(u < 1, self.S * np.expm1(np.minimum(u, 1)), r - self.S)
        self.g_rest -= weight @ terms
        if self.g_points is not None or self.g_bandwidth is not None:
            r *= weight[:, None]
            self._gather_slopes(r, np.subtract.outer(task.x[at], task.points))

    def _gather_slopes(self, r, t):
        line, counts = t.reshape(-1), r > 0  # a slope may be infinite where nothing is explained
        if self.g_points is not None:
            slopes = self.kernel._slope(line).reshape(t.shape)
            self.g_points += np.multiply(r, slopes, out=np.zeros_like(r), where=counts).sum(axis=0)
        if self.g_bandwidth is not None:
            slopes = self.kernel._bandwidth_slope(line).reshape(t.shape)
            self.g_bandwidth -= np.multiply(r, slopes, out=np.zeros_like(r), where=counts).sum()

    def results(self):
        if self.bare and not self.task.background:
            self._refuse()
        loss = self.task.mean_surprise(self.log_q)
        if not self.gather:
            return loss, None, None, None
        g = top_from_others(self.S * (self.held - self.G) + self.g_rest, self.S)
        bandwidth = None if self.g_bandwidth is None else np.float64(self.g_bandwidth)
        return loss, g, self.g_points, bandwidth

    def _refuse(self):
        some = ", ".join(map(str, self.bare[:5])) + (", …" if len(self.bare) > 5 else "")
        raise ValueError(
            f"kernel must reach every bin of the target, but {len(self.bare)} of "
            f"{self.task.x.size} bins are out of reach ({some}; the first is at "
            f"{self.task.x[self.bare[0]]:.6g}): their loss is inf and has no gradient. Set a "
            f"background above 0, widen the bandwidth, or give them a target of 0"
        )


def _midpoints(interval, bins):
    """The midpoints of equal bins, mirrored wherever the interval is."""
    share = (np.arange(bins) + 0.5) / bins
    return interval[0] * share[::-1] + interval[1] * share
