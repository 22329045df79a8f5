r"""Cross-entropy with a density of memories, and its gradient: prior minus responsibility.

The chapter is ``chapters/density_loss.md``, the statements are in ``derivations/density_loss.py``.
Public functions check their arguments and private ones compute, as in :mod:`crossentropy.density`.
"""

import itertools
import math
from typing import NamedTuple

import numpy as np

from . import fast_sums
from ._logits import as_number
from ._memories import as_count, as_interval, as_kernel, as_memories, as_target, check_reach
from .density import TILE, Kernel, Laplace, _log_density, _shares, tiles, top_from_others
from .softmax import _log_softmax

SOUND = 1e-100  # a q above it, in units of the kernel's peak, has all its digits
NODES = 20  # samples of a kernel on one stretch, see Kernel._stretch


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
    """Tables of some places and all memories, one after the other.

    The places are bins, or where bins lie so close together that a kernel cannot bend between
    them, a few nodes in their stead: what is asked for at the bins is a polynomial through the
    nodes, that is, a matrix times what is there.

    Most bins have kernels that are sound numbers and differ: K and q are computed as they are, and
    each memory gathers G_j = Σ p_m K_mj/q_m. The other bins take the longer way with logarithms,
    :func:`crossentropy.density._shares`.
    """

    def __init__(self, task, logits, positions, bandwidth):
        self.task, self.kernel = task, task.kernel
        self.log_S = _log_softmax(task.z)
        self.S = np.exp(self.log_S)
        M, N = task.x.size, task.z.size
        self.gather = logits or positions or bandwidth
        self.G = np.zeros(N)
        self.held = 0.0
        self.g_rest = np.zeros(N)
        self.g_points = np.zeros(N) if positions else None
        self.g_bandwidth = 0.0 if bandwidth else None
        self.log_q = np.empty(M)
        self.bare = []
        self.peak = float(self.kernel._log_density(np.zeros(1))[0])
        self.home = self.kernel._home(task.points)
        self.alike = np.zeros(M, bool)
        if self.gather:
            self.alike = self._alike(self.home, self.kernel._home(task.x))
        self.room = np.empty(min(max(TILE // 8, N), M * N))
        stretches = self._stretches()
        if NODES * (stretches * N * self.kernel.even + M) < M * N:
            for bins in self._cut(stretches):
                self._by_values(bins, *_polynomial(task.x[bins]))
        else:
            for bins in tiles(M, N):
                self._by_values(bins, task.x[bins])

    def _stretches(self):
        """In how many parts the interval is cut for polynomials; infinitely many for none."""
        a, b = self.task.interval
        ends = self.task.points.min(), self.task.points.max()
        farthest = max(b - ends[0], ends[1] - a)
        half = self.kernel._stretch(farthest if self.kernel.period is None else math.pi)
        if not half > 0:
            return math.inf
        stretches = math.ceil(min((b - a) / 2 / half, 1e9))
        stretches = max(stretches, -(-self.task.x.size // (TILE // (8 * NODES))))
        resolved = (b - a) / stretches > 1e4 * np.spacing(max(abs(a), abs(b)))
        return stretches if resolved else math.inf  # else nodes would fall on one number

    def _cut(self, stretches):
        """Slices of the bins, equally long parts of the interval."""
        ends = np.linspace(*self.task.interval, stretches + 1)[1:-1]
        cuts = [0, *np.searchsorted(self.task.x, ends).tolist(), self.task.x.size]
        return [slice(m, n) for m, n in itertools.pairwise(cuts)]

    def _alike(self, points, places):
        """Where all kernels are so nearly equal that r − S would lose digits."""
        nearest, farthest = self.kernel._range(points, places)
        logs = self.kernel._log_density(np.array([nearest, farthest]).reshape(-1))
        logs = logs.reshape(2, -1)
        with np.errstate(invalid="ignore"):
            return logs[0] - logs[1] < 0.01

    def _by_values(self, bins, places, from_nodes=None):
        """Add what these bins give; ``places`` are theirs, or nodes and the matrix from these."""
        nodes = self.kernel._home(places)
        parts = [slice(0, self.S.size)] if from_nodes is None else tiles(self.S.size, nodes.size)
        q = 0.0
        for part in parts:
            K = self._table(nodes, part)
            q = q + K @ self.S[part]
        if from_nodes is not None:
            q = from_nodes @ q
        sound = (q > SOUND) & ~self.alike[bins]
        q = np.where(sound, q, 1)
        self.log_q[bins], gamma = self.task.with_background(np.log(q) + self.peak)
        if self.gather:
            weight = np.where(sound, self.task.p[bins] * gamma, 0)
            self.held += weight.sum()
            weight /= q
            if from_nodes is not None:
                weight = weight @ from_nodes
            for part in parts:
                if len(parts) > 1:
                    K = self._table(nodes, part)
                self.G[part] += weight @ K
                if self.g_points is not None or self.g_bandwidth is not None:
                    K *= self.S[part]
                    K *= weight[:, None]
                    self._gather_slopes(K, np.subtract.outer(nodes, self.home[part]), part)
        if not sound.all():
            rest = bins.start + np.flatnonzero(~sound)
            for some in tiles(rest.size, self.S.size):
                self._by_logarithms(rest[some])

    def _table(self, places, part):
        """K/K(0) of places and a part of the memories, all at home, always in the same room."""
        shape = places.size, part.stop - part.start
        room = self.room[: math.prod(shape)].reshape(shape)
        return self.kernel._table(places, self.home[part], room)

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
            self._gather_slopes(r, np.subtract.outer(task.x[at], task.points), slice(None))

    def _gather_slopes(self, r, t, part):
        line, counts = t.reshape(-1), r != 0  # a slope may be infinite where nothing is explained

        def shares(slopes):
            slopes = slopes.reshape(t.shape)
            return np.multiply(r, slopes, out=np.zeros_like(r), where=counts)

        if self.g_points is not None:
            self.g_points[part] += shares(self.kernel._slope(line)).sum(axis=0)
        if self.g_bandwidth is not None:
            self.g_bandwidth -= shares(self.kernel._bandwidth_slope(line)).sum()

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


def _polynomial(x):
    """Nodes on a stretch of places, and the matrix that takes values there to the places.

    Berrut and Trefethen (2004): the second barycentric formula, for the nodes as they are rounded.
    """
    middle, half = 0.5 * (x[0] + x[-1]), 0.5 * (x[-1] - x[0])
    nodes = middle + half * np.cos(math.pi * (np.arange(NODES) + 0.5) / NODES)
    u, v = (x - middle) / half, (nodes - middle) / half
    gaps = 2 * np.subtract.outer(v, v)
    np.fill_diagonal(gaps, 1)
    gap = np.subtract.outer(u, v)
    met = gap == 0
    matrix = 1 / gaps.prod(axis=1) / np.where(met, 1, gap)
    matrix /= matrix.sum(axis=1, keepdims=True)
    return nodes, np.where(met.any(axis=1, keepdims=True), met, matrix)


def _midpoints(interval, bins):
    """The midpoints of equal bins, mirrored wherever the interval is."""
    share = (np.arange(bins) + 0.5) / bins
    return interval[0] * share[::-1] + interval[1] * share
