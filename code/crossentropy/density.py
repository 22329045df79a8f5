r"""Densities from memories: a kernel around every remembered point, weighted by a softmax.

The chapter is ``chapters/density.md``, the statements are in ``derivations/density.py``; kernels on
the circle are in :mod:`crossentropy.circle`.

Public functions check their arguments and private ones compute, as in :mod:`crossentropy.softmax`.
All is done with logarithms, and two cancellations that logarithms do not cure are gone round:

- Far away the logarithms themselves are huge, and what counts is a small difference of two. A
  kernel gives it as a whole, from the differences and sums of places (``Kernel._log_ratio``).
- Where all memories explain a place nearly alike, :math:`r_j - S_j` is a small difference, too. It
  comes from :math:`S_j (e^{u_j} - 1)`, where :math:`u_j = \log K_j - \log q`.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ._logits import as_number
from ._memories import as_kernel, as_memories, as_places, check_reach
from .softmax import _log_softmax, _log_sum_exp

TILE = 2**20  # bytes of a table of places and memories that is worked on at a time


@dataclass(frozen=True)
class Kernel:
    r"""What all kernels share: symmetric densities that fall with the distance.

    A kernel spreads the belief in one memory around its place: :math:`K(\theta - \theta_j)`, where
    :math:`\int K = 1`. Kernels are immutable and equal if they are of one kind with equal numbers.

    To add one, write a frozen dataclass that inherits from this class, with its numbers as
    fields, checked in ``__post_init__``, and with the methods ``_log_density``, ``_slope`` and
    ``_bandwidth_slope``, which take an array of differences in float64 and check nothing. All else
    works then. Where speed matters add ``_relative``, and ``_stretch`` if it is smooth; where
    memories 1000 bandwidths away matter add ``_log_ratio``. A kernel that ends sets ``ends``, one
    on the circle inherits from :class:`crossentropy.CircularKernel`.
    """

    period: ClassVar[float | None] = None
    ends: ClassVar[bool] = False  # whether the kernel is 0 from some distance on
    even: ClassVar[float] = 1.0  # how many times faster a table is for evenly spaced places

    def log_density(self, difference):
        r"""Logarithm of the density, :math:`\log K(t)`, with its normaliser.

        Args:
            difference: Places minus memories, :math:`t = \theta - \theta_j`: finite numbers, an
                array of any shape. Kernels on the circle wrap it themselves.

        Returns:
            The logarithms in float64, in the shape of ``difference``; ``-inf`` where the kernel
            ends. The density itself is per unit of ``difference``.

        Raises:
            ValueError: If ``difference`` holds what is not a finite number.
        """
        return self._of(self._log_density, difference)

    def slope(self, difference):
        r"""How the log-density climbs with the difference: :math:`\partial \log K / \partial t`.

        It is minus the derivative for the place of the memory. At a kink it is the mean of both
        sides, 0; outside of the support it is 0, too, for nothing is explained from there.

        Args:
            difference: As for :meth:`log_density`.

        Returns:
            The slopes in float64, per unit of ``difference``, in its shape.

        Raises:
            ValueError: If ``difference`` holds what is not a finite number.
        """
        return self._of(self._slope, difference)

    def bandwidth_slope(self, difference):
        r"""How the log-density climbs with the bandwidth, or with the concentration.

        The derivative is for the number that the kernel is made with,
        :math:`\partial \log K / \partial h` or :math:`\partial \log K / \partial \kappa`. The
        normaliser takes part. Outside of the support it is 0.

        Args:
            difference: As for :meth:`log_density`.

        Returns:
            The slopes in float64, in the shape of ``difference``.

        Raises:
            ValueError: If ``difference`` holds what is not a finite number.
        """
        return self._of(self._bandwidth_slope, difference)

    def _of(self, method, difference):
        t = as_places("difference", difference)
        with np.errstate(over="ignore", under="ignore"):
            return method(t.reshape(-1)).reshape(t.shape)[()]

    def _log_density(self, t):
        raise NotImplementedError

    def _slope(self, t):
        raise NotImplementedError

    def _bandwidth_slope(self, t):
        raise NotImplementedError

    def _relative(self, t):
        """K(t)/K(0) for differences of places at home. The array ``t`` may be written over."""
        K = self._log_density(t.reshape(-1)) - self._log_density(np.zeros(1))
        return np.exp(K, out=K).reshape(t.shape)

    def _table(self, places, points, room=None):
        """K/K(0) for each of the places at home and each of the points at home.

        ``room`` is an array for the table, to be written over.
        """
        return self._relative(np.subtract.outer(places, points, out=room))

    def _log_ratio(self, t, t_0, gap, total):
        """log K(t) − log K(t_0) for K(t_0) > 0, where ``gap`` is t − t_0 and ``total`` t + t_0.

        The latter two are exact but for one rounding each, however much cancels in them. On the
        circle all are those of angles between −π and π.
        """
        return self._log_density(t) - self._log_density(t_0)

    def _stretch(self, farthest):
        """Half the length on which K and its derivatives are told by 20 samples; 0 if none is.

        ``farthest`` is how far away a memory may be. On such a stretch a polynomial of degree 19
        through Chebyshev's nodes differs from K by no more than rounding does, and K by no more
        than a factor e⁴ from itself. That needs log-slopes below 2 over half the length, and no
        pole nearer than 3 of these halves in the complex plane.
        """
        return 0.0

    def _distance(self, t):
        """How far away a memory is at the difference ``t``."""
        return np.abs(t)

    def _home(self, places):
        """The same places, on the circle as angles between −π and π."""
        return places

    def _range(self, points, places):
        """How far away the nearest and the farthest point is from each place."""
        ordered = np.sort(points)
        farthest = np.maximum(np.abs(places - ordered[0]), np.abs(places - ordered[-1]))
        return self._nearest(ordered, places), farthest

    def _nearest(self, ordered, places):
        """How far away the nearest of the sorted points is from each place."""
        after = np.searchsorted(ordered, places)
        sides = [ordered[np.maximum(after - 1, 0)], ordered[np.minimum(after, ordered.size - 1)]]
        return np.minimum(*(self._distance(places - side) for side in sides))


@dataclass(frozen=True)
class _Banded(Kernel):
    """A kernel with a bandwidth h."""

    bandwidth: float

    def __post_init__(self):
        object.__setattr__(
            self, "bandwidth", as_number("bandwidth", self.bandwidth, 0, attained=False)
        )


@dataclass(frozen=True)
class Gaussian(_Banded):
    r"""The Gaussian kernel: far memories count less and less, the nearest takes all.

    .. math:: K(t) = \frac{1}{h \sqrt{2 \pi}} e^{-t^2 / 2 h^2}

    Args:
        bandwidth: The standard deviation h, a finite number above 0, in the unit of the places.

    Raises:
        ValueError: If ``bandwidth`` is not one.

    Source:
        Silverman (1986), section 3.3.

    Example:
        >>> Gaussian(2.0).log_density([0, 2]).round(4)
        array([-1.6121, -2.1121])
        >>> Gaussian(2.0).slope(2.0)
        np.float64(-0.5)

    See also:
        :class:`crossentropy.Laplace`, :class:`crossentropy.StudentT`.
    """

    even: ClassVar[float] = 3.0

    def _log_density(self, t):
        u = t / self.bandwidth
        return -0.5 * u * u - (0.5 * math.log(2 * math.pi) + math.log(self.bandwidth))

    def _slope(self, t):
        return -t / self.bandwidth / self.bandwidth

    def _bandwidth_slope(self, t):
        u = t / self.bandwidth
        return (u * u - 1) / self.bandwidth

    def _stretch(self, farthest):
        return self.bandwidth * min(2 * (self.bandwidth / farthest), 0.6)

    def _table(self, places, points, room=None):
        """Evenly spaced places in blocks of rows: each block is the last one times a power.

        K(t + s)/K(t) is e^(−ts/h²) times what is alike for all memories. The walk begins in the
        middle of the rows and is at most a quarter of a bandwidth long, where nothing overflows.
        """
        R, h = places.size, self.bandwidth
        reach, size = places[-1] - places[0], np.abs(places).max()
        K = np.empty((R, points.size)) if room is None else room
        if not 0 < reach < 0.125 * h * R or R < 4 or size > 30 * h:
            return super()._table(places, points, K)
        if reach > 0.5 * h:
            for half in (slice(0, R // 2), slice(R // 2, R)):
                self._table(places[half], points, K[half])
            return K
        step = reach / (R - 1)
        if np.abs(np.diff(places) - step).max() > 1e-15 * max(size, h):
            return super()._table(places, points, K)
        middle = R // 2
        t = places[middle] - points
        t /= h
        K[middle] = np.exp(-0.5 * t * t)
        t = np.clip(t, -40, 40)  # where K is 0 already, so that no power of 0 is infinite
        for rows, sign in ((K[middle:], -1), (K[middle::-1], 1)):
            power, done = np.exp(sign * step / h * t), 1
            while done < len(rows):  # as many rows again, that much farther on
                more = min(done, len(rows) - done)
                np.multiply(rows[:more], power, out=rows[done : done + more])
                np.multiply(power, power, out=power)
                done += more
        k = np.arange(R) - middle
        K *= np.exp(-0.5 * (k * (step / h)) ** 2)[:, None]
        return K

    def _relative(self, t):
        t *= math.sqrt(0.5) / self.bandwidth
        np.multiply(t, t, out=t)
        np.negative(t, out=t)
        return np.exp(t, out=t)

    def _log_ratio(self, t, t_0, gap, total):
        return -0.5 * (gap / self.bandwidth) * (total / self.bandwidth)


@dataclass(frozen=True)
class Laplace(_Banded):
    r"""The Laplace kernel: every step away counts the same.

    .. math:: K(t) = \frac{1}{2 h} e^{-|t| / h}

    Args:
        bandwidth: The mean distance h, a finite number above 0, in the unit of the places.

    Raises:
        ValueError: If ``bandwidth`` is not one.

    Source:
        Laplace (1774).

    Example:
        >>> Laplace(2.0).log_density([0, 2]).round(4)
        array([-1.3863, -2.3863])
        >>> Laplace(2.0).slope([-3, 3])
        array([ 0.5, -0.5])

    See also:
        :class:`crossentropy.GeodesicLaplace` and :class:`crossentropy.WrappedLaplace` on the
        circle.
    """

    def _log_density(self, t):
        return -np.abs(t) / self.bandwidth - (math.log(2) + math.log(self.bandwidth))

    def _slope(self, t):
        return -np.sign(t) / self.bandwidth

    def _bandwidth_slope(self, t):
        return (np.abs(t) / self.bandwidth - 1) / self.bandwidth

    def _relative(self, t):
        np.abs(t, out=t)
        t *= -1 / self.bandwidth
        return np.exp(t, out=t)

    def _log_ratio(self, t, t_0, gap, total):
        return -distance_gap(t, t_0, gap, total) / self.bandwidth


def distance_gap(t, t_0, gap, total):
    """|t| − |t_0|, which is plus or minus t − t_0 or t + t_0."""
    return np.where(t < 0, -1, 1) * np.where((t < 0) == (t_0 < 0), gap, total)


@dataclass(frozen=True)
class _HeavyTailed(_Banded):
    """What Student's and Cauchy's kernel share."""

    def _unit(self):
        """h √ν, the distance at which the log-slope is largest."""
        return self.bandwidth * math.sqrt(self.degrees_of_freedom)

    def _log_density(self, t):
        nu = self.degrees_of_freedom
        peak = _log_gamma_step(nu / 2) - 0.5 * (math.log(nu) + math.log(math.pi))
        return peak - math.log(self.bandwidth) - (nu + 1) / 2 * _log1p_square(t / self._unit())

    def _slope(self, t):
        u = t / self._unit()
        return -(self.degrees_of_freedom + 1) / self._unit() * _over_one_plus_square(u)

    def _bandwidth_slope(self, t):
        u = t / self._unit()
        v = t / self.bandwidth
        with np.errstate(divide="ignore", invalid="ignore"):
            large = (self.degrees_of_freedom - 1 / u / u) / (1 + 1 / u / u)
            small = (v * v - 1) / (1 + u * u)
        return np.where(np.abs(u) > 1, large, small) / self.bandwidth

    def _relative(self, t):
        half = (self.degrees_of_freedom + 1) / 2
        t *= 1 / self._unit()
        np.multiply(t, t, out=t)
        if half > 100:  # what rounding takes from 1 + t² would be taken that often
            np.log1p(t, out=t)
        else:
            t += 1
            if half == int(half) < 5:  # whole powers are products
                np.reciprocal(t, out=t)
                if half % 2 == 0:
                    np.multiply(t, t, out=t)
                return t if half < 3 else np.multiply(t, t if half == 4 else t * t, out=t)
            np.log(t, out=t)
        t *= -half
        return np.exp(t, out=t)

    def _stretch(self, farthest):
        pole = self._unit()
        u = min(max(farthest / pole, 1e-300), 1)  # the log-slope is steepest at 1
        least = 2 / (self.degrees_of_freedom + 1) * (1 + u * u) / u
        return min(pole * min(least, 1 / 3), 0.6 * self.bandwidth)

    def _log_ratio(self, t, t_0, gap, total):
        unit = self._unit()
        u, u_0 = t / unit, t_0 / unit
        below = np.hypot(1, u_0)
        # (1 + u²)/(1 + u_0²) − 1; where it is not small, the logarithms may be subtracted
        excess = (gap / unit / below) * (total / unit / below)
        near = np.abs(excess) < 0.5
        ratio = np.log1p(np.where(near, excess, 0))
        if not near.all():
            far = _log1p_square(u) - _log1p_square(u_0)
            ratio = np.where(near, ratio, far)
        return -(self.degrees_of_freedom + 1) / 2 * ratio


def _log1p_square(u):
    """log(1 + u²), also where u² is too large for a number."""
    u = np.abs(u)
    large = u > 1e100
    return np.where(large, 2 * np.log(np.where(large, u, 1)), np.log1p(np.where(large, 0, u) ** 2))


def _over_one_plus_square(u):
    """u/(1 + u²), also where u² is too large for a number."""
    large = np.abs(u) > 1e100
    v = np.where(large, 0, u)
    return np.where(large, 1 / np.where(large, u, 1), v / (1 + v * v))


def _log_gamma_step(a):
    """log Γ(a + ½) − log Γ(a); for large a by its series, where the two would cancel."""
    if a < 200:
        return math.lgamma(a + 0.5) - math.lgamma(a)
    return 0.5 * math.log(a) - 1 / (8 * a) + 1 / (192 * a) / a / a


@dataclass(frozen=True)
class StudentT(_HeavyTailed):
    r"""Student's kernel: heavy tails, so that far memories teach less.

    .. math:: K(t) = \frac{\Gamma(\frac{\nu + 1}{2})}{h \sqrt{\pi \nu} \, \Gamma(\frac{\nu}{2})}
        \Bigl(1 + \frac{t^2}{\nu h^2}\Bigr)^{-(\nu + 1) / 2}

    Args:
        bandwidth: The scale h, a finite number above 0, in the unit of the places.
        degrees_of_freedom: :math:`\nu`, a finite number above 0. One gives
            :class:`crossentropy.Cauchy`, many come near :class:`crossentropy.Gaussian`.

    Raises:
        ValueError: If one of them is not.

    Source:
        Student (1908).

    Example:
        >>> StudentT(1.0, degrees_of_freedom=3).log_density([0, 2]).round(4)
        array([-1.0009, -2.6955])

    See also:
        :class:`crossentropy.Cauchy`, :class:`crossentropy.Gaussian`.
    """

    degrees_of_freedom: float

    def __post_init__(self):
        super().__post_init__()
        nu = as_number("degrees_of_freedom", self.degrees_of_freedom, 0, attained=False)
        object.__setattr__(self, "degrees_of_freedom", nu)


@dataclass(frozen=True)
class Cauchy(_HeavyTailed):
    r"""The Cauchy kernel: tails so heavy that far memories teach next to nothing.

    .. math:: K(t) = \frac{1}{\pi h (1 + t^2 / h^2)}

    Args:
        bandwidth: The half width at half height h, a finite number above 0, in the unit of the
            places.

    Raises:
        ValueError: If ``bandwidth`` is not one.

    Source:
        Student (1908) has it as the kernel of one degree of freedom.

    Example:
        >>> np.exp(Cauchy(1.0).log_density([0, 1])).round(4)
        array([0.3183, 0.1592])

    See also:
        :class:`crossentropy.StudentT`, :class:`crossentropy.WrappedCauchy` on the circle.
    """

    degrees_of_freedom: ClassVar[float] = 1.0


@dataclass(frozen=True)
class Epanechnikov(_Banded):
    r"""The Epanechnikov kernel: a parabola that ends.

    .. math:: K(t) = \frac{3}{4 h} \Bigl(1 - \frac{t^2}{h^2}\Bigr) \text{ for } |t| < h

    Args:
        bandwidth: Half of its width h, a finite number above 0, in the unit of the places.

    Raises:
        ValueError: If ``bandwidth`` is not one.

    Source:
        Epanechnikov (1969).

    Example:
        >>> np.exp(Epanechnikov(2.0).log_density([0, 1, 2])).round(5)
        array([0.375  , 0.28125, 0.     ])

    See also:
        :class:`crossentropy.TopHat`.
    """

    ends: ClassVar[bool] = True

    def _height(self, t):
        """1 − t²/h², or 0 outside."""
        d, h = np.abs(t), self.bandwidth
        return np.maximum((h - d) / h, 0) * np.minimum((h + d) / h, 2)

    def _log_density(self, t):
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log(self._height(t)) + (math.log(0.75) - math.log(self.bandwidth))

    def _slope(self, t):
        u, height = self._inside(t)
        return -2 * u / height / self.bandwidth

    def _bandwidth_slope(self, t):
        u, height = self._inside(t)
        return np.where(height < math.inf, 2 * u * u / height - 1, 0) / self.bandwidth

    def _inside(self, t):
        """t/h and 1 − t²/h²; outside 0 and infinite."""
        height = np.where(np.abs(t) < self.bandwidth, self._height(t), 0)
        inside = height > 0
        return np.where(inside, t, 0) / self.bandwidth, np.where(inside, height, math.inf)

    def _relative(self, t):
        t *= 1 / self.bandwidth
        np.multiply(t, t, out=t)
        np.subtract(1, t, out=t)
        return np.maximum(t, 0, out=t)

    def _log_ratio(self, t, t_0, gap, total):
        excess = -(gap / self.bandwidth) * (total / self.bandwidth) / self._height(t_0)
        near = np.abs(excess) < 0.5
        far = self._log_density(t) - self._log_density(t_0)
        return np.where(near, np.log1p(np.where(near, excess, 0)), far)


@dataclass(frozen=True)
class TopHat(_Banded):
    r"""The top-hat kernel: all or nothing.

    .. math:: K(t) = \frac{1}{2 h} \text{ for } |t| \le h

    Args:
        bandwidth: Half of its width h, a finite number above 0, in the unit of the places.

    Raises:
        ValueError: If ``bandwidth`` is not one.

    Source:
        Rosenblatt (1956).

    Example:
        >>> TopHat(0.5).log_density([0, 0.5, 0.6])
        array([  0.,   0., -inf])

    See also:
        :class:`crossentropy.Epanechnikov`.
    """

    ends: ClassVar[bool] = True

    def _log_density(self, t):
        height = -math.log(2) - math.log(self.bandwidth)
        return np.where(np.abs(t) <= self.bandwidth, height, -math.inf)

    def _slope(self, t):
        return np.zeros_like(t)

    def _bandwidth_slope(self, t):
        return np.where(np.abs(t) <= self.bandwidth, -1 / self.bandwidth, 0.0)

    def _relative(self, t):
        return (np.abs(t, out=t) <= self.bandwidth).astype(float)


# -- the density of all memories ------------------------------------------------------------------
def kde_log_density(x, points, logits, kernel):
    r"""Log-density of a belief that is spread around memories: the logarithm of a weighted mean.

    Let :math:`\theta_1, \theta_2, \dots` denote the points of the memories and :math:`S` the
    softmax of their logits. Then :math:`q(x) = \sum_j S_j K(x - \theta_j)`.

    Identity: ``exp`` of it integrates to 1, over the line or once around the circle.

    Args:
        x: The places, finite numbers, an array of any shape with M entries.
        points: The N points of the memories, finite numbers, in the unit of ``x``.
        logits: N finite numbers. ``-inf`` is refused: leave that memory out.
        kernel: A kernel, such as :class:`crossentropy.Gaussian`.

    Returns:
        The logarithms of :math:`q` in float64, in the shape of ``x``, of a density per unit of
        ``x``; ``-inf`` where no kernel reaches.

    Raises:
        ValueError: If ``x``, ``points`` or ``logits`` holds what is not a finite number; if there
            are no points or not as many as logits; if ``kernel`` is none.

    Source:
        Parzen (1962), there with equal weights.

    Example:
        Two memories, and a place that is as far from one as from the other:

        >>> kde_log_density([0.0], [-1, 1], [0.3, -0.3], Laplace(1.0)).round(4)
        array([-1.6931])

    See also:
        :func:`crossentropy.responsibilities`, :func:`crossentropy.kde_cross_entropy`.
    """
    x = as_places("x", x)
    points, z = as_memories(points, logits)
    kernel = as_kernel(kernel, Kernel)
    check_reach(points, x, kernel.period)
    from . import fast_sums

    places = x.reshape(-1)
    with np.errstate(over="ignore", under="ignore"):
        if fast_sums.pays(kernel, points, x.size):
            log_q = fast_sums._log_density_of_any(places, points, z, kernel)
        else:
            log_q = np.empty(x.size)
            for tile in tiles(x.size, points.size):
                log_q[tile] = _shares(places[tile], points, z, kernel)[0]
    return log_q.reshape(x.shape)[()]


def responsibilities(x, points, logits, kernel):
    r"""Responsibility of each memory for each place: who explains what happened there.

    Let :math:`S` denote the softmax of the logits and :math:`q(x) = \sum_j S_j K(x - \theta_j)`.
    Draw memory j with probability :math:`S_j` and jitter its point by the kernel; then
    :math:`r_j(x) = S_j K(x - \theta_j) / q(x)` is the probability that it was j, given x.

    Identities: each row sums to 1; it is ``softmax(logits + kernel.log_density(x - points))``.

    Args:
        x: M places, one line of finite numbers.
        points: The N points of the memories, finite numbers, in the unit of ``x``.
        logits: N finite numbers. ``-inf`` is refused: leave that memory out.
        kernel: A kernel, such as :class:`crossentropy.Gaussian`.

    Returns:
        The responsibilities in float64, of shape (M, N). Only this function makes so large an
        array.

    Raises:
        ValueError: As :func:`crossentropy.kde_log_density` does; if ``x`` is not one line; if no
            kernel reaches a place, which then has no responsibilities.

    Source:
        Bishop (2006), section 9.2, for the name.

    Example:
        >>> responsibilities([0.0, 5.0], [-1, 1], [0, 0], Laplace(1.0)).round(4)
        array([[0.5   , 0.5   ],
               [0.1192, 0.8808]])

    See also:
        :func:`crossentropy.kde_log_density`, :func:`crossentropy.softmax`.
    """
    x = as_places("x", x)
    if x.ndim != 1:
        raise ValueError(f"x must be one line of places, but its shape is {x.shape}")
    points, z = as_memories(points, logits)
    kernel = as_kernel(kernel, Kernel)
    check_reach(points, x, kernel.period)
    r, log_S = np.empty((x.size, points.size)), _log_softmax(z)
    with np.errstate(over="ignore", under="ignore"):
        for tile in tiles(x.size, points.size):
            _, covered, u = _shares(x[tile], points, z, kernel)
            if not covered.all():
                m = tile.start + int(np.argmin(covered))
                raise ValueError(
                    f"x must lie where some kernel reaches, but x[{m}] = {x[m]} does not"
                )
            r[tile] = np.exp(log_S + u)
    return r


def top_from_others(g, S):
    """A gradient for the logits, where a memory with nearly all belief has what others leave.

    There S_j − r_j cancels, and the components sum to zero.
    """
    top = S.argmax()
    if S[top] > 0.5:
        g[top] = 0 - np.delete(g, top).sum()
    return g


def tiles(M, N, size=TILE):
    """Slices of M places that make tables with N memories of about ``size`` bytes each."""
    step = max(1, size // (8 * N))
    return [slice(m, min(M, m + step)) for m in range(0, M, step)]


def _log_density(logits, log_kernels):
    """log Σ S_j K_mj of each row m, where S is the softmax of the logits, which may be complex."""
    table = logits + log_kernels
    reached = table.real.max(axis=-1, keepdims=True) > -math.inf
    log_q = _log_sum_exp(np.where(reached, table, 0)) - _log_sum_exp(logits)
    return np.where(reached[..., 0], log_q, -math.inf)


def _shares(x, points, z, kernel):
    """log q at each place, whether a kernel reaches it, and log r_mj − log S_j, a table.

    The memory with the largest share is looked for first, and all others are compared with it:
    let ρ_j = log K_j − log K_top. Then q/K_top = Σ S_j e^ρ_j = 1 + Σ S_j (e^ρ_j − 1), and the
    second form keeps the digits when all kernels are nearly equal.
    """
    log_S = _log_softmax(z)
    S = np.exp(log_S)
    t = x[:, None] - points
    rows = np.arange(len(x))
    rho = _log_ratios(x, points, t, kernel._distance(t).argmin(axis=1), kernel)
    covered = rho.max(axis=1) > -math.inf
    for _ in range(3):  # once, but where ratios overflow
        top = (z + rho).argmax(axis=1)
        rho = _log_ratios(x, points, t, top, kernel)
        if rho.max() < math.inf:
            break
    rho[~covered] = 0
    terms = np.where(rho < 1, S * np.expm1(np.minimum(rho, 1)), np.exp(log_S + rho) - S)
    excess = terms.sum(axis=1)
    near = np.abs(excess) < 0.5
    far = log_S[top] + np.log(np.exp(log_S + rho - log_S[top][:, None]).sum(axis=1))
    log_ratio = np.where(near, np.log1p(np.where(near, excess, 0)), far)
    log_q = kernel._log_density(t[rows, top]) + log_ratio
    return np.where(covered, log_q, -math.inf), covered, rho - log_ratio[:, None]


def _log_ratios(x, points, t, at, kernel):
    """log K_mj − log K_m,at: a table; all −inf in the rows that no kernel reaches."""
    x, one = x[:, None], points[at][:, None]
    t_0 = x - one
    gap, gap_lost = _exact_sum(one, -points)
    both, both_lost = _exact_sum(one, points)
    total, total_lost = _exact_sum(2 * x, -both)
    total_lost = total_lost - both_lost
    with np.errstate(invalid="ignore", divide="ignore"):
        if kernel.period is None:
            t_w, t_0w, gap, total = t, t_0, gap + gap_lost, total + total_lost
        else:
            (t_w, n), (t_0w, n_0) = kernel._unwound(t), kernel._unwound(t_0)
            gap = kernel._turned(gap, gap_lost, n - n_0)
            total = kernel._turned(total, total_lost, n + n_0)
        rho = kernel._log_ratio(t_w, t_0w, gap, total)
    rho[np.isnan(rho)] = -math.inf
    rho[np.arange(len(x)), at] = np.where(_reaches(kernel, t_0[:, 0]), 0, -math.inf)
    return rho


def _exact_sum(a, b):
    """a + b, and what rounding took from it."""
    total = a + b
    back = total - a
    return total, (a - (total - back)) + (b - back)


def _reaches(kernel, t):
    """Whether the kernel is above 0, though perhaps smaller than a number can be."""
    return np.full(t.shape, True) if not kernel.ends else kernel._log_density(t) > -math.inf
