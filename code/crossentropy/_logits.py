"""Logits and their targets come in here: the checks that softmax, its loss and its gradient share.

An array of logits is looked at as a table: one row for each distribution, one column for each
class. Whether its entries are sound is not asked here. The kernels find out on the way, from sums
and maxima that they need anyway, and call :func:`refuse_logits` when they are not.
"""

import math
from numbers import Real

import numpy as np

from ._distributions import (
    _as_distribution,
    _as_real,
    _axis_from_the_end,
    _first,
    _slice_through,
)


def as_logits(name, values, axis):
    """An array of logits, and where its classes lie, counted from the end.

    Integers become float64 and what is shorter than float32 becomes float32; every other type
    stays.
    """
    z = _as_real(name, values)
    if z.dtype.itemsize < 4:
        z = z.astype(np.float32)
    if type(axis) is not int or axis != -1 or z.ndim == 0:
        axis = _axis_from_the_end(axis, {name: z})
    if z.shape[axis] == 0:
        raise ValueError(f"{name} has no classes: its shape is {z.shape}, empty along axis")
    return z, axis


def as_rows(a, axis=-1):
    """``a`` as a table, with what lies along ``axis`` in its rows."""
    if axis != -1:
        a = np.moveaxis(a, axis, -1)
    elif a.ndim == 2:
        return a
    return a.reshape(math.prod(a.shape[:-1]), a.shape[-1])


def from_rows(rows, like, axis):
    """A table in the shape of ``like``: what :func:`as_rows` did, undone."""
    if axis == -1:
        return rows if like.ndim == 2 else rows.reshape(like.shape)
    return np.moveaxis(rows.reshape(np.moveaxis(like, axis, -1).shape), -1, axis)


def as_targets(target, shape, axis, dtype):
    """The targets of logits of that shape and type: the label of each row, or distributions.

    The shape tells which; labels come back as one line, distributions as a table.
    """
    try:
        y = np.asarray(target)
    except ValueError as error:
        raise ValueError(f"target must be an array of numbers: {error}") from None
    if y.shape == shape:
        y = _as_distribution("target", _as_real("target", y), axis)
        return as_rows(y.astype(dtype, copy=False))
    C = shape[axis]
    one_each = without(shape, axis)
    if y.shape != one_each:
        raise ValueError(
            f"target must have shape {one_each} to hold labels or {shape} to hold distributions, "
            f"but its shape is {y.shape}"
        )
    if y.dtype.kind not in "iu":
        raise ValueError(
            f"target has the shape of labels, {one_each}, so it must hold integers, "
            f"but its type is {y.dtype}"
        )
    k = y.reshape(-1).astype(np.intp, copy=False)
    if k.size and np.maximum.reduce(k.view(np.uintp)) >= C:  # a negative label is a huge one here
        where, value = _first("target", y, (y < 0) | (y >= C))
        raise ValueError(f"target must hold labels from 0 to {C - 1}, but {where} = {value}")
    return k


def without(shape, axis):
    """A shape without ``axis``, which counts from the end."""
    return shape[:axis] + shape[axis:][1:]


def check_logits(z, refuse):
    """Call ``refuse`` unless no entry of the table ``z`` is NaN or +inf, and no row all −inf."""
    if not z.max() < math.inf or (z.min() == -math.inf and z.max(axis=-1).min() == -math.inf):
        refuse()


def refuse_logits(name, z, axis):
    """Raise, and say which entry or row of ``z`` it is that makes them no logits."""
    wrong = np.isnan(z) | (z == math.inf)
    if wrong.any():
        where, value = _first(name, z, wrong)
        raise ValueError(
            f"{name} must hold numbers below inf (-inf for an impossible class), "
            f"but {where} = {value}"
        )
    i = tuple(np.argwhere((z == -math.inf).all(axis=axis))[0])
    where = name + _slice_through(i, z.ndim + axis)
    raise ValueError(f"{name} must leave some class possible, but {where} is -inf throughout")


def as_matrix(name, values, *shape):
    """A real array of the given shape, where a letter stands for any size."""
    a = _as_real(name, values)
    if a.ndim != len(shape) or any(
        isinstance(n, int) and n != m for n, m in zip(shape, a.shape, strict=True)
    ):
        wanted = f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"
        raise ValueError(f"{name} must have shape {wanted}, but its shape is {a.shape}")
    return a


def refuse_entries(name, a):
    """Raise if an entry of ``a`` is not finite, and say which."""
    wrong = ~np.isfinite(a)
    if wrong.any():
        where, value = _first(name, a, wrong)
        raise ValueError(f"{name} must hold finite numbers, but {where} = {value}")


def as_number(name, value, least, *, attained):
    """A finite number from ``least`` on; ``attained`` says whether it may be ``least`` itself."""
    if isinstance(value, Real) and not isinstance(value, bool | np.bool_):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if least < number < math.inf or (attained and number == least):
            return number
    wanted = f"of at least {least}" if attained else f"above {least}"
    raise ValueError(f"{name} must be a finite number {wanted}, not {value!r}")


def check_reduction(reduction, allowed=("none", "sum", "mean")):
    """Refuse a word that is not among those allowed."""
    if not (isinstance(reduction, str) and reduction in allowed):
        words = f"{', '.join(map(repr, allowed[:-1]))} or {allowed[-1]!r}"
        raise ValueError(f"reduction must be {words}, not {reduction!r}")


def check_mean(reduction, N):
    """Refuse the mean over no rows."""
    if reduction == "mean" and N == 0:
        raise ValueError("reduction must not be 'mean' for an empty batch, which has no mean")
