r"""Cross-entropy with a density of memories, and its gradient: prior minus responsibility.

The chapter is ``chapters/density_loss.md``, the statements are in ``derivations/density_loss.py``.
Public functions check their arguments and private ones compute, as in :mod:`crossentropy.density`.
"""

import math
from typing import NamedTuple

import numpy as np

from ._logits import as_number
from ._memories import as_count, as_interval, as_kernel, as_memories, as_target, check_reach
from .density import Kernel, Laplace, _log_density, _shares, tiles
from .softmax import _log_softmax


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
    return task.loss()


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
    loss, *gradients = task.loss_and_gradients(positions, bandwidth)
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
            if not isinstance(self.kernel, Laplace):
                raise ValueError(f"bins must be a whole number for {self.kernel}, not None")
            if target is not None:
                raise ValueError("target must be None, which is uniform, where bins is None")
            if self.background:
                raise ValueError("background must be 0 where bins is None")
            raise NotImplementedError
        else:
            M = as_count("bins", bins)
            self.p = as_target(target, M)
            self.x = _midpoints(self.interval, M)
        check_reach(self.points, np.array(self.interval))

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

    def loss(self):
        with np.errstate(over="ignore", under="ignore"):
            log_q = np.concatenate(
                [
                    _shares(self.x[tile], self.points, self.z, self.kernel)[0]
                    for tile in tiles(self.x.size, self.z.size)
                ]
            )
            return self._mean_surprise(self._with_background(log_q))

    def _with_background(self, log_q):
        if not self.background:
            return log_q
        apart = math.log(self.background) + self.log_uniform
        return np.logaddexp(apart, math.log1p(-self.background) + log_q)

    def _mean_surprise(self, log_q):
        return np.float64(0 - np.dot(self.p, np.where(self.p == 0, 0, log_q)))

    def loss_and_gradients(self, positions, bandwidth):
        log_S = _log_softmax(self.z)
        S = np.exp(log_S)
        log_q_all = np.empty(self.x.size)
        g = np.zeros(self.z.size)
        g_points = np.zeros(self.z.size) if positions else None
        g_bandwidth = np.float64(0) if bandwidth else None
        with np.errstate(over="ignore", under="ignore"):
            for tile in tiles(self.x.size, self.z.size):
                x, p = self.x[tile], self.p[tile]
                log_q, covered, u = _shares(x, self.points, self.z, self.kernel)
                log_q_all[tile] = mixed = self._with_background(log_q)
                if not self.background and (p[~covered] > 0).any():
                    self._refuse()
                log_gamma = math.log1p(-self.background) + log_q - mixed if self.background else 0.0
                weight = np.where(covered & (p > 0), p * np.exp(log_gamma), 0)
                r = np.exp(log_S + u)
                g -= weight @ np.where(u < 1, S * np.expm1(np.minimum(u, 1)), r - S)
                if positions or bandwidth:
                    r *= weight[:, None]
                    t = x[:, None] - self.points
                    if positions:
                        g_points += (r * self.kernel._slope(t)).sum(axis=0)
                    if bandwidth:
                        g_bandwidth -= (r * self.kernel._bandwidth_slope(t)).sum()
            return self._mean_surprise(log_q_all), g, g_points, g_bandwidth

    def _refuse(self):
        covered = np.concatenate(
            [
                _shares(self.x[tile], self.points, self.z, self.kernel)[1]
                for tile in tiles(self.x.size, self.z.size)
            ]
        )
        bare = np.flatnonzero(~covered & (self.p > 0))
        some = ", ".join(map(str, bare[:5])) + (", …" if bare.size > 5 else "")
        raise ValueError(
            f"no kernel reaches {bare.size} of the {self.x.size} bins ({some}; the first at "
            f"{self.x[bare[0]]:.6g}), so the loss is inf and has no gradient: widen the bandwidth, "
            f"set a background above 0, or give these bins no target"
        )


def _midpoints(interval, bins):
    """The midpoints of equal bins, mirrored wherever the interval is."""
    share = (np.arange(bins) + 0.5) / bins
    return interval[0] * share[::-1] + interval[1] * share
