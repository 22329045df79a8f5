"""Logits and targets come in here: the checks that softmax, its loss and its gradient share."""

import math
from numbers import Real

import numpy as np

from ._distributions import _as_distribution, _as_real, _axis_from_the_end, _first, _slice_through

REDUCTIONS = ("none", "sum", "mean")


def as_logits(name, values, axis):
    """Check logits, and turn their classes to the last axis; return them and that axis.

    The axis is counted from the end. Integers become float64, types shorter than float32 become
    float32, and every other type stays what it is.
    """
    z = _as_real(name, values)
    if z.dtype.itemsize < 4:
        z = z.astype(np.float32)
    axis = _axis_from_the_end(axis, {name: z})
    if z.shape[axis] == 0:
        raise ValueError(f"{name} has no classes: its shape is {z.shape}, empty along axis")
    z = to_the_end(z, axis)
    top = z.max(
        axis=-1
    )  # NaN wins every maximum, +inf all others; −inf wins where there is nothing else
    if not np.isfinite(top).all():
        refuse_logits(name, z, axis)
    return z, axis


def refuse_logits(name, z, axis):
    """Say where logits, with their classes on the last axis, are none."""
    wrong = np.isnan(z) | (z == math.inf)
    if wrong.any():
        a = from_the_end(z, axis)
        where, value = _first(name, a, from_the_end(wrong, axis))
        raise ValueError(
            f"{name} must hold finite numbers, or -inf for what is impossible, "
            f"but {where} = {value}"
        )
    i = tuple(np.argwhere((z == -math.inf).all(axis=-1))[0])
    where = name + _slice_through(i, z.ndim + axis)
    raise ValueError(f"{name} must leave a class possible, but {where} is -inf throughout")


def as_targets(target, z, axis):
    """Check the target of the logits ``z``, which have their classes on the last axis.

    Returns labels, with one axis less than ``z``, or rows of the shape of ``z``: their number of
    axes tells which.
    """
    try:
        y = np.asarray(target)
    except ValueError as error:
        raise ValueError(f"target must be an array of numbers: {error}") from None
    shape = from_the_end(z, axis).shape
    labels_shape = z.shape[:-1]
    if y.shape == shape:
        y = _as_real("target", y)
        return _as_distribution("target", y, axis).astype(z.dtype, copy=False)
    if y.shape != labels_shape:
        raise ValueError(
            f"target must have shape {labels_shape} for labels or {shape} for distributions, "
            f"not {y.shape}"
        )
    if y.dtype.kind not in "iu":
        raise ValueError(
            f"target has the shape of labels, {labels_shape}, and must hold integers then, "
            f"but its type is {y.dtype}"
        )
    C = z.shape[-1]
    wrong = (y < 0) | (y >= C)
    if wrong.any():
        where, value = _first("target", y, wrong)
        raise ValueError(f"target must hold labels from 0 to {C - 1}, but {where} = {value}")
    return y.astype(np.intp, copy=False)


def check_number(name, value, least, *, or_equal):
    """``value`` as a float, once it is checked: finite, and above ``least`` or equal to it."""
    is_number = isinstance(value, Real) and not isinstance(value, bool | np.bool_)
    if not (is_number and (least < value or (or_equal and least == value)) and value < math.inf):
        expected = f"at least {least}" if or_equal else f"above {least}"
        raise ValueError(f"{name} must be a finite number {expected}, not {value!r}")
    return float(value)


def check_reduction(reduction, allowed=REDUCTIONS):
    if reduction not in allowed:
        words = ", ".join(map(repr, allowed[:-1])) + f" or {allowed[-1]!r}"
        raise ValueError(f"reduction must be {words}, not {reduction!r}")


def reduced(losses, reduction):
    """One number for all losses, or all of them."""
    if reduction == "none":
        return losses[()]
    if reduction == "mean" and losses.size == 0:
        raise ValueError("reduction must be 'none' or 'sum' for an empty batch: it has no mean")
    return losses.sum() if reduction == "sum" else losses.mean()


def to_the_end(a, axis):
    """``a`` with ``axis``, counted from the end, as the last one."""
    return a if axis == -1 else np.moveaxis(a, axis, -1)


def from_the_end(a, axis):
    """``a`` with its last axis put where ``axis`` says."""
    return a if axis == -1 else np.moveaxis(a, -1, axis)
