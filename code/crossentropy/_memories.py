"""Memories and kernels come in here: the checks that density, circle and loss share."""

import math
import operator

import numpy as np

from ._distributions import _as_distribution, _as_real, _first


def as_line(name, values, unit="numbers", length=None):
    """One line of finite numbers in float64, at least one of them, or as many as told."""
    a = _as_real(name, values)
    if a.ndim != 1:
        raise ValueError(f"{name} must be one line of {unit}, but its shape is {a.shape}")
    if a.size == 0:
        raise ValueError(f"{name} must hold at least one of its {unit}, but it is empty")
    if length is not None and a.size != length:
        raise ValueError(f"{name} must hold {length} {unit}, but it holds {a.size}")
    return _finite(name, a)


def as_memories(points, logits):
    """The points and logits of the memories, one of each for every memory."""
    points, logits = as_line("points", points, "points"), as_line("logits", logits, "logits")
    if points.size != logits.size:
        raise ValueError(
            f"logits must hold one logit for each point, but there are {points.size} points "
            f"and {logits.size} logits"
        )
    return points, logits


def as_places(name, values):
    """An array of finite numbers in float64, of any shape."""
    return _finite(name, _as_real(name, values))


def as_kernel(kernel, family, wanted="a kernel such as Gaussian(0.1)"):
    """``kernel``, if it is one of the family and not, say, its class or its name."""
    if not isinstance(kernel, family):
        raise ValueError(f"kernel must be {wanted}, not {kernel!r}")
    return kernel


def as_interval(interval, period):
    """The two ends of the target, the smaller first and a number apart."""
    a = _as_real("interval", interval)
    if a.shape != (2,):
        raise ValueError(f"interval must be two numbers (a, b), but its shape is {a.shape}")
    left, right = (float(end) for end in a)
    if not (left < right and right - left < math.inf):
        raise ValueError(f"interval must be finite numbers a < b, not ({left}, {right})")
    if period is not None and right - left > period * (1 + 1e-12):
        raise ValueError(
            f"interval must be at most one turn wide, {period:.6g}, for a kernel on the circle, "
            f"not {right - left:.6g}"
        )
    return left, right


def as_count(name, value):
    """A whole number of at least 1."""
    try:
        count = 0 if isinstance(value, bool | np.bool_) else operator.index(value)
    except TypeError:
        count = 0
    if count < 1:
        raise ValueError(f"{name} must be a whole number of at least 1, not {value!r}")
    return count


def as_target(target, bins):
    """The probability of each bin."""
    if target is None:
        return np.full(bins, 1 / bins)
    p = _as_real("target", target)
    if p.shape != (bins,):
        raise ValueError(
            f"target must hold one probability for each of the {bins} bins, "
            f"but its shape is {p.shape}"
        )
    return _as_distribution("target", p, -1).astype(float)


def check_reach(points, places, period):
    """Refuse what lies so far apart that the distance is no number, or an angle without digits."""
    lows, highs = points.min(), points.max()
    if places.size:
        lows, highs = min(lows, places.min()), max(highs, places.max())
    if not float(highs) - float(lows) < math.inf:
        raise ValueError("points must be a finite distance away, but the distance overflows")
    if period is not None and max(-lows, highs) > 1e15:
        raise ValueError("points and places must be angles below 1e15: larger ones have no digits")


def _finite(name, a):
    wrong = ~np.isfinite(a)
    if wrong.any():
        where, value = _first(name, a, wrong)
        raise ValueError(f"{name} must hold finite numbers, but {where} = {value}")
    return a.astype(np.float64)
