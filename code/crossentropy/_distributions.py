"""Arguments come in here and results go out: the checks that every public function shares."""

import math
import operator
from numbers import Real

import numpy as np

BLOCK = 2**14  # entries that a kernel works on at a time: its intermediate arrays stay in the cache


def as_distributions(axis, **arguments):
    """Check distributions given by name, and turn their outcomes to the last axis.

    Returns the arrays, ready for a kernel, and the type of the result. Kernels work in float64
    (or longer, if an argument is longer), so that float32 costs accuracy only once, at the end.
    """
    arrays = {name: _as_real(name, values) for name, values in arguments.items()}
    result_type = np.result_type(np.float32, *arrays.values())
    axis = _axis_from_the_end(axis, arrays)
    _check_shapes(axis, arrays)
    return [_as_distribution(name, a, axis) for name, a in arrays.items()], result_type


def as_probabilities(**arguments):
    """Check arrays of single probabilities, given by name; return them and the result's type."""
    arrays = {name: _as_real(name, values) for name, values in arguments.items()}
    result_type = np.result_type(np.float32, *arrays.values())
    for name, a in arrays.items():
        _check_entries(name, a)
        if a.max(initial=0) > 1:
            where, value = _first(name, a, a > 1)
            raise ValueError(f"{name} must hold probabilities, but {where} = {value} is above 1")
    _broadcast_shape(arrays)
    return [_widen(a) for a in arrays.values()], result_type


def as_result(nats, base, result_type):
    """Turn nats into the unit of ``base`` and the promised type."""
    return np.asarray(nats / nats_per_unit(base)).astype(result_type)[()]


def by_blocks(kernel, *arrays):
    """What ``kernel`` gives for all distributions, computed some of them at a time."""
    arrays = np.broadcast_arrays(*arrays)
    if arrays[0].size <= BLOCK:
        return kernel(*arrays)
    *shape, n = arrays[0].shape
    rows = [a.reshape(-1, n) for a in arrays]
    step = max(1, BLOCK // n)
    blocks = [[a[i : i + step] for a in rows] for i in range(0, len(rows[0]), step)]
    return np.concatenate([kernel(*block) for block in blocks]).reshape(shape)


def nats_per_unit(base):
    """log base, once ``base`` is checked: what one unit of information is worth in nats."""
    if base is None:
        return 1.0
    is_number = isinstance(base, Real) and not isinstance(base, bool)
    if not (is_number and 1 < base < math.inf and math.log(base) > 0):
        raise ValueError(f"base must be None or a finite number greater than 1, not {base!r}")
    return math.log(base)


def _as_real(name, values):
    """``values`` as a real floating-point array; integers and truth values become float64."""
    try:
        a = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} must be an array of numbers: {error}") from None
    if a.dtype.kind in "iub":
        return a.astype(np.float64)
    if a.dtype.kind != "f":
        raise ValueError(f"{name} must hold real numbers, but its type is {a.dtype}")
    return a


def _widen(a):
    return a.astype(np.result_type(a, np.float64), copy=False)


def _axis_from_the_end(axis, arrays):
    """``axis`` of the broadcast arrays, counted from the end, where every array agrees on it."""
    for name, a in arrays.items():
        if a.ndim == 0:
            raise ValueError(f"{name} must have an axis of outcomes, but it is a single number")
    d = max(a.ndim for a in arrays.values())
    try:
        i = operator.index(axis)
    except TypeError:
        i = d
    if isinstance(axis, bool) or not -d <= i < d:
        names = " and ".join(arrays)
        raise ValueError(f"axis must be an integer from {-d} to {d - 1} for {names}, not {axis!r}")
    return i - d if i >= 0 else i


def _check_shapes(axis, arrays):
    for name, a in arrays.items():
        if a.ndim >= -axis and a.shape[axis] == 0:
            raise ValueError(f"{name} has no outcomes: its shape is {a.shape}, empty along axis")
    _broadcast_shape(arrays)
    if len({a.shape[axis] if a.ndim >= -axis else None for a in arrays.values()}) > 1:
        raise ValueError(f"{_shapes(arrays)}: they need equally many outcomes along axis")


def _broadcast_shape(arrays):
    try:
        return np.broadcast_shapes(*(a.shape for a in arrays.values()))
    except ValueError:
        raise ValueError(f"{_shapes(arrays)}: these do not broadcast") from None


def _shapes(arrays):
    return ", ".join(f"{name} has shape {a.shape}" for name, a in arrays.items())


def _as_distribution(name, a, axis):
    _check_entries(name, a)
    p = np.moveaxis(_widen(a), axis, -1)
    with np.errstate(over="ignore"):
        excess = np.einsum("...c->...", p) - 1  # for short rows faster than p.sum(axis=-1)
    tolerance = max(1e-9, 16 * math.sqrt(p.shape[-1]) * np.finfo(a.dtype).eps)
    wrong = np.abs(excess) > tolerance
    if wrong.any():
        i = tuple(np.argwhere(wrong)[0])
        where = name + _slice_through(i, a.ndim + axis)
        raise ValueError(
            f"{name} must sum to 1 along axis, but {where} sums to {excess[i] + 1:.12g}, "
            f"off by {excess[i]:+.3g} (tolerance {tolerance:.3g})"
        )
    return p


def _check_entries(name, a):
    if not (a.min(initial=0) >= 0 and a.max(initial=0) < math.inf):
        where, value = _first(name, a, ~(a >= 0) | (a == math.inf))
        kind = "negative" if -math.inf < value < 0 else "not finite"
        raise ValueError(f"{name} must hold probabilities, but {where} = {value} is {kind}")


def _first(name, a, wrong):
    """Where ``wrong`` is first true, spelt as Python would index it, and the entry there."""
    i = tuple(np.argwhere(wrong)[0])
    return (f"{name}[{', '.join(map(str, i))}]" if i else name), a[i]


def _slice_through(i, axis):
    """The index of one distribution: ``[3, :]`` for row 3; nothing if there is only one."""
    return f"[{', '.join([*map(str, i[:axis]), ':', *map(str, i[axis:])])}]" if i else ""
