r"""Kernels on the circle: where far in one direction is near in the other.

The chapter is ``chapters/circle.md``, the statements are in ``derivations/circle.py``. Angles are
in radians, densities per radian. Every kernel takes any real difference and wraps it itself. SciPy
is asked for Bessel functions, and for nothing else.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ._logits import as_number
from .density import Kernel, _Banded, distance_gap

TURN = 2 * math.pi
LOST = 2.4492935982947064e-16  # 2π − TURN: what rounding took from a turn


@dataclass(frozen=True)
class CircularKernel(Kernel):
    """What all kernels on the circle share: angles in radians that differ by turns are one angle.

    To add one, write a class as for :class:`crossentropy.Kernel` that inherits from this class.
    Its methods take any real difference.
    """

    period: ClassVar[float] = TURN

    def _distance(self, t):
        return np.abs(_wrapped(t))

    def _home(self, places):
        return _wrapped(places)

    def _unwound(self, t):
        """Differences between −π and π, and how many turns were taken from them."""
        near = _wrapped(t)
        return near, np.rint((t - near) / TURN)

    def _turned(self, a, lost, turns):
        """a + lost less some turns, where all are summed before anything is rounded away."""
        return (a - turns * TURN) + (lost - turns * LOST)

    def _range(self, points, places):
        ordered = np.sort(_wrapped(points))
        ordered = np.concatenate([ordered[-1:], ordered, ordered[:1]])  # the ends are neighbours
        ordered[0] -= TURN
        ordered[-1] += TURN
        nearest = self._nearest(ordered, _wrapped(places))
        return nearest, math.pi - self._nearest(ordered, _wrapped(places + math.pi))


def _wrapped(t):
    """The difference of the same two angles that lies between −π and π."""
    if np.abs(t).max(initial=0) <= math.pi:
        return t
    rest = np.fmod(t, TURN)
    rest -= np.where(np.abs(t) < 1e15, LOST * np.rint((t - rest) / TURN), 0)
    return _turned(rest, np.rint(rest / TURN))


def _turned(t, turns):
    """t minus some turns, where a turn has twice as many digits as a number has."""
    return (t - turns * TURN) - turns * LOST


def _sines(gap, total):
    """cos t_0 − cos t, twice the product of two sines, where t − t_0 and t + t_0 are given."""
    return 2 * np.sin(0.5 * total) * np.sin(0.5 * gap)


def _half_sines(places, points, room):
    """sin((θ − θ_j)/2) for every pair, as a product of two thin matrices."""
    left = np.stack([np.sin(0.5 * places), np.cos(0.5 * places)], axis=1)
    return np.matmul(left, np.stack([np.cos(0.5 * points), -np.sin(0.5 * points)]), out=room)


def _folded(t):
    """How far angles at home are apart whose difference is t; ``t`` is written over."""
    np.abs(t, out=t)
    return np.minimum(t, TURN - t, out=t)


@dataclass(frozen=True)
class VonMises(CircularKernel):
    r"""The von Mises kernel: what the Gaussian becomes on a circle, if the cosine may bend it.

    .. math:: K(t) = \frac{e^{\kappa \cos t}}{2 \pi I_0(\kappa)}

    Args:
        concentration: :math:`\kappa`, a finite number above 0; for a large one the kernel is a
            Gaussian with bandwidth :math:`1 / \sqrt{\kappa}`.

    Raises:
        ValueError: If ``concentration`` is not one.

    Source:
        Mardia and Jupp (2000), section 3.5.4.

    Example:
        >>> np.exp(VonMises(2.0).log_density([0, np.pi])).round(5)
        array([0.51589, 0.00945])

    See also:
        :class:`crossentropy.WrappedNormal`, :class:`crossentropy.Gaussian`.
    """

    concentration: float

    def __post_init__(self):
        number = as_number("concentration", self.concentration, 0, attained=False)
        object.__setattr__(self, "concentration", number)

    def _log_density(self, t):
        from scipy.special import i0e

        kappa = self.concentration  # of log I_0 the part that is κ is in the cosine
        peak = -math.log(TURN) - math.log(float(i0e(kappa)))
        return peak - 2 * kappa * np.sin(0.5 * t) ** 2

    def _slope(self, t):
        return -self.concentration * np.sin(_wrapped(t))

    def _bandwidth_slope(self, t):
        return _one_less_bessel_ratio(self.concentration) - 2 * np.sin(0.5 * t) ** 2

    def _relative(self, t):
        t *= 0.5
        return self._of_half_sines(np.sin(t, out=t))

    def _stretch(self, farthest):
        return min(2 / self.concentration, 0.6 / math.sqrt(self.concentration), 0.6)

    def _table(self, places, points, room=None):
        if self.concentration > 1e3:  # the product is right to 1e-16, and here that matters
            return super()._table(places, points, room)
        return self._of_half_sines(_half_sines(places, points, room))

    def _of_half_sines(self, t):
        np.multiply(t, t, out=t)
        t *= -2 * self.concentration
        return np.exp(t, out=t)

    def _log_ratio(self, t, t_0, gap, total):
        return -self.concentration * _sines(gap, total)


def _one_less_bessel_ratio(kappa):
    """1 − I_1(κ)/I_0(κ); for large κ by its series, where the ratio is nearly 1."""
    if kappa < 300:
        from scipy.special import i0e, i1e

        return float(1 - i1e(kappa) / i0e(kappa))
    v = 1 / kappa
    return v * (
        1 / 2 + v * (1 / 8 + v * (1 / 8 + v * (25 / 128 + v * (13 / 32 + v * 1073 / 1024))))
    )


@dataclass(frozen=True)
class GeodesicLaplace(_Banded, CircularKernel):
    r"""The Laplace kernel of the shorter way round: every step away counts the same.

    .. math:: K(t) = \frac{e^{-|t| / h}}{2 h (1 - e^{-\pi / h})} \text{ for } |t| \le \pi

    Args:
        bandwidth: h, a finite number of radians above 0.

    Raises:
        ValueError: If ``bandwidth`` is not one.

    Source:
        Derived in the chapter on the circle.

    Example:
        >>> GeodesicLaplace(0.5).slope([3, 4])
        array([-2.,  2.])

    See also:
        :class:`crossentropy.WrappedLaplace`, :class:`crossentropy.Laplace`.
    """

    def _log_density(self, t):
        h = self.bandwidth
        peak = -math.log(2) - math.log(h) - math.log(-math.expm1(-math.pi / h))
        return peak - np.abs(_wrapped(t)) / h

    def _slope(self, t):
        t = _wrapped(t)
        return np.where(np.abs(t) < math.pi, -np.sign(t) / self.bandwidth, 0.0)

    def _bandwidth_slope(self, t):
        h = self.bandwidth
        v = math.pi / h
        pull = v / math.expm1(v) if v < 700 else 0.0  # towards the uniform density
        if v > 1e-3:
            return (np.abs(_wrapped(t)) / h - 1 + pull) / h
        # 1 − v/(e^v − 1) is v/2 − v²/12 + …: the difference would cancel
        return (np.abs(_wrapped(t)) / h - v / 2 + v * v / 12 - v**4 / 720) / h

    def _relative(self, t):
        t = _folded(t)
        t *= -1 / self.bandwidth
        return np.exp(t, out=t)

    def _log_ratio(self, t, t_0, gap, total):
        return -distance_gap(t, t_0, gap, total) / self.bandwidth


@dataclass(frozen=True)
class WrappedLaplace(_Banded, CircularKernel):
    r"""The Laplace kernel wound up: what falls on one point of the circle is added.

    .. math:: K(t) = \sum_{k} \frac{1}{2 h} e^{-|t + 2 \pi k| / h}
        = \frac{\cosh((\pi - |t|) / h)}{2 h \sinh(\pi / h)} \text{ for } |t| \le \pi

    Args:
        bandwidth: h, a finite number of radians above 0.

    Raises:
        ValueError: If ``bandwidth`` is not one.

    Source:
        Jammalamadaka and Kozubowski (2004).

    Example:
        >>> np.exp(WrappedLaplace(0.5).log_density([0, np.pi])).round(5)
        array([1.00001, 0.00373])

    See also:
        :class:`crossentropy.GeodesicLaplace`, :class:`crossentropy.Laplace`.
    """

    def _log_density(self, t):
        h, d = self.bandwidth, np.abs(_wrapped(t))
        peak = -math.log(2) - math.log(h) - math.log(-math.expm1(-TURN / h))
        return peak - d / h + np.log1p(np.exp(-2 * (math.pi - d) / h))

    def _slope(self, t):
        t = _wrapped(t)
        return -np.sign(t) * np.tanh((math.pi - np.abs(t)) / self.bandwidth) / self.bandwidth

    def _bandwidth_slope(self, t):
        h = self.bandwidth
        d = np.abs(_wrapped(t))
        v = (math.pi - d) / h  # of log cosh v − log h − log sinh(π/h)
        w = math.pi / h
        if w > 1:
            lose = 2 * w * math.exp(-2 * w) / -math.expm1(-2 * w)
            return (d / h - 1 + lose + 2 * v * np.exp(-2 * v) / (1 + np.exp(-2 * v))) / h
        if w > 0.03:
            return (w / math.tanh(w) - 1 - v * np.tanh(v)) / h
        # w/tanh w − 1 is w²/3 − w⁴/45 + …: the difference would cancel
        return (w * w / 3 - w**4 / 45 + 2 * w**6 / 945 - w**8 / 4725 - v * np.tanh(v)) / h

    def _relative(self, t):
        t = _folded(t)
        t *= -1 / self.bandwidth
        np.exp(t, out=t)
        far = math.exp(-TURN / self.bandwidth)
        if far > 0:
            t += far / t
            t /= 1 + far
        return t

    def _log_ratio(self, t, t_0, gap, total):
        h, d, d_0 = self.bandwidth, np.abs(t), np.abs(t_0)
        step = distance_gap(t, t_0, gap, total) / h
        # cosh v − cosh v_0 over cosh v_0; where it is large the logarithms may be subtracted
        middle = np.minimum((TURN - (d + d_0)) / (2 * h), 300)
        with np.errstate(over="ignore"):
            excess = -2 * np.sinh(middle) * np.sinh(0.5 * step) / np.cosh((math.pi - d_0) / h)
        near = (np.abs(excess) < 0.5) & (math.pi / h < 300)
        far = -step + (
            np.log1p(np.exp(-2 * (math.pi - d) / h)) - np.log1p(np.exp(-2 * (math.pi - d_0) / h))
        )
        return np.where(near, np.log1p(np.where(near, excess, 0)), far)


@dataclass(frozen=True)
class WrappedNormal(_Banded, CircularKernel):
    r"""The Gaussian kernel wound up: what falls on one point of the circle is added.

    .. math:: K(t) = \sum_{k} \frac{1}{h \sqrt{2 \pi}} e^{-(t + 2 \pi k)^2 / 2 h^2}
        = \frac{1}{2 \pi} \Bigl(1 + 2 \sum_{k \ge 1} e^{-k^2 h^2 / 2} \cos k t\Bigr)

    Args:
        bandwidth: h, the standard deviation before it is wound up, a finite number of radians
            above 0.

    Raises:
        ValueError: If ``bandwidth`` is not one.

    Source:
        Mardia and Jupp (2000), section 3.5.7.

    Example:
        >>> np.exp(WrappedNormal(1.0).log_density([0, np.pi])).round(5)
        array([0.39894, 0.00574])

    See also:
        :class:`crossentropy.VonMises`, :class:`crossentropy.Gaussian`.
    """

    # Up to a bandwidth of 1.5 the first series is summed, with two more images on both sides, and
    # beyond it the second one; what is left out is less than a rounding error of the sum.

    def _log_density(self, t):
        if self._wide():
            return np.log1p(self._waves(t)[0]) - math.log(TURN)
        t, h = _wrapped(t), self.bandwidth
        peak = -0.5 * math.log(TURN) - math.log(h)
        return peak - 0.5 * (t / h) ** 2 + np.log1p(self._images(t)[1:].sum(axis=0))

    def _slope(self, t):
        if self._wide():
            waves, slope, _ = self._waves(t)
            return slope / (1 + waves)
        t = _wrapped(t)
        shares = self._images(t)
        mean = (shares * self._places(t)).sum(axis=0) / shares.sum(axis=0)
        return -mean / self.bandwidth / self.bandwidth

    def _bandwidth_slope(self, t):
        if self._wide():
            waves, _, slope = self._waves(t)
            return slope / (1 + waves)
        t, h = _wrapped(t), self.bandwidth
        shares = self._images(t)
        squares = (self._places(t) / h) ** 2
        squares = np.multiply(shares, squares, out=np.zeros_like(shares), where=shares > 0)
        squares = squares.sum(axis=0) / shares.sum(axis=0)
        return (squares - 1) / h

    def _relative(self, t):
        h, d = self.bandwidth, _folded(t)
        if self._wide():
            return super()._relative(d)
        K = d / h
        np.multiply(K, K, out=K)
        K *= -0.5
        np.exp(K, out=K)
        if d.max(initial=0) < math.pi - 6 * h * h:
            return K
        np.subtract(math.pi, d, out=d)
        d /= h
        d *= -TURN / h
        image = np.exp(d, out=d)  # that from the other side, over the nearest one; then two more
        rest = math.exp(-2 * math.pi * TURN / h / h)
        if rest < 1e-36:
            image += 1
        else:
            image = 1 + image + rest / image + rest * image**2 + rest**3 / image**2
        # over what there is at 0, where the images add, too
        K *= image
        K /= 1 + 2 * math.exp(-math.pi * TURN / h / h) + 2 * rest**2
        return K

    def _stretch(self, farthest):
        return min(self.bandwidth * min(2 / math.pi * self.bandwidth, 0.6), 0.6)

    def _log_ratio(self, t, t_0, gap, total):
        h = self.bandwidth
        if self._wide():
            waves = np.zeros(np.broadcast_shapes(t.shape, t_0.shape))
            for k, a in self._powers():
                waves -= 4 * a * np.sin(0.5 * k * total) * np.sin(0.5 * k * gap)
            return np.log1p(waves / (1 + self._waves(t_0)[0]))
        others = [np.log1p(self._images(one)[1:].sum(axis=0)) for one in (t, t_0)]
        return -0.5 * (gap / h) * (total / h) + (others[0] - others[1])

    def _wide(self):
        return self.bandwidth > 1.5

    def _places(self, t):
        return t + TURN * np.array([0, -1, 1, -2, 2]).reshape(5, *(1,) * t.ndim)

    def _images(self, t):
        """The images of the Gaussian over the nearest of them: e^(((t² − (t + 2πk)²)/2h²)."""
        turns = TURN * np.array([0, -1, 1, -2, 2]).reshape(5, *(1,) * t.ndim)
        return np.exp(-(turns / self.bandwidth) * ((t + 0.5 * turns) / self.bandwidth))

    def _powers(self):
        h = self.bandwidth
        return [(k, math.exp(-0.5 * k * k * h * h)) for k in range(1, 8) if k * h < 38]

    def _waves(self, t):
        """Σ 2 e^(−k²h²/2) cos kt, and its derivatives for t and for h."""
        t = _wrapped(t)
        sums = np.zeros((3, *t.shape))
        for k, a in self._powers():
            wave = 2 * a * np.cos(k * t)
            sums[0] += wave
            sums[1] -= 2 * a * k * np.sin(k * t)
            sums[2] -= k * k * self.bandwidth * wave
        return sums


@dataclass(frozen=True)
class WrappedCauchy(CircularKernel):
    r"""The Cauchy kernel wound up.

    .. math:: K(t) = \frac{1 - \rho^2}{2 \pi (1 + \rho^2 - 2 \rho \cos t)}

    Args:
        concentration: :math:`\rho`, a number in [0, 1): 0 gives the uniform density. It is
            :math:`e^{-h}`, where h is the bandwidth before it is wound up.

    Raises:
        ValueError: If ``concentration`` is not one.

    Source:
        Mardia and Jupp (2000), section 3.5.7.

    Example:
        >>> np.exp(WrappedCauchy(0.5).log_density([0, np.pi])).round(5)
        array([0.47746, 0.05305])

    See also:
        :class:`crossentropy.Cauchy`.
    """

    concentration: float

    def __post_init__(self):
        try:
            rho = as_number("concentration", self.concentration, 0, attained=True)
        except ValueError:
            rho = 1.0
        if rho >= 1:
            raise ValueError(
                f"concentration must be a number in [0, 1), not {self.concentration!r}"
            )
        object.__setattr__(self, "concentration", rho)

    def _under(self, t):
        """1 + ρ² − 2ρ cos t, without cancellation."""
        rho = self.concentration
        return (1 - rho) ** 2 + 4 * rho * np.sin(0.5 * t) ** 2

    def _log_density(self, t):
        rho = self.concentration
        peak = math.log1p(rho) + math.log1p(-rho) - math.log(TURN)
        return peak - np.log(self._under(t))

    def _slope(self, t):
        return -2 * self.concentration * np.sin(_wrapped(t)) / self._under(t)

    def _bandwidth_slope(self, t):
        rho = self.concentration
        # cos t − ρ is 1 − ρ less a square
        rise = 2 * ((1 - rho) - 2 * np.sin(0.5 * t) ** 2) / self._under(t)
        return rise - 2 * rho / ((1 - rho) * (1 + rho))

    def _relative(self, t):
        t *= 0.5
        return self._of_half_sines(np.sin(t, out=t))

    def _stretch(self, farthest):
        # e^(±i t) = ρ are the poles, −log ρ away; the log-slope is at most 2ρ/(1 − ρ²)
        return min((1 - self.concentration) / 3, 0.6)

    def _table(self, places, points, room=None):
        if self.concentration > 0.99:  # the product is right to 1e-16, and here that matters
            return super()._table(places, points, room)
        return self._of_half_sines(_half_sines(places, points, room))

    def _of_half_sines(self, t):
        t *= 2 * math.sqrt(self.concentration) / (1 - self.concentration)
        np.multiply(t, t, out=t)
        t += 1
        return np.reciprocal(t, out=t)

    def _log_ratio(self, t, t_0, gap, total):
        excess = 2 * self.concentration * _sines(gap, total) / self._under(t_0)
        near = np.abs(excess) < 0.5
        far = np.log(self._under(t)) - np.log(self._under(t_0))
        return -np.where(near, np.log1p(np.where(near, excess, 0)), far)
