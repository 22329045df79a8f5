r"""Softmax and its loss: how scores become belief, and what that belief costs.

The chapter is ``chapters/softmax.md``, the statements are in ``derivations/softmax.py``. Public
functions check their arguments and private kernels compute, as in :mod:`crossentropy.entropy`.
"""

import numpy as np

from ._logits import as_logits, as_targets, check_number, check_reduction, from_the_end, reduced


def softmax(z, *, axis=-1, temperature=1.0):
    z, axis = as_logits("z", z, axis)
    T = check_number("temperature", temperature, 0, or_equal=False)
    return from_the_end(_softmax(z, T), axis)


def _softmax(z, T=1.0):
    """e^{z/T} over its sum, over the last axis."""
    u, _, others = _around_the_top(z, T)
    e = np.exp(u, out=u)
    e /= 1 + others[..., None]
    return e


def log_softmax(z, *, axis=-1, temperature=1.0):
    z, axis = as_logits("z", z, axis)
    T = check_number("temperature", temperature, 0, or_equal=False)
    return from_the_end(_log_softmax(z, T), axis)


def _log_softmax(z, T=1.0):
    """z/T − LSE(z/T) over the last axis."""
    u, _, others = _around_the_top(z, T)
    u -= np.log1p(others)[..., None]
    return u


def log_sum_exp(z, *, axis=-1):
    z, _ = as_logits("z", z, axis)
    return _log_sum_exp(z)[()]


def _log_sum_exp(z):
    """log Σ e^z over the last axis."""
    _, top, others = _around_the_top(z)
    return top + np.log1p(others)


def softmax_cross_entropy(logits, target, *, axis=-1, reduction="none"):
    check_reduction(reduction)
    z, axis = as_logits("logits", logits, axis)
    y = as_targets(target, z, axis)
    losses = _softmax_cross_entropy(z, y) if y.ndim == z.ndim else _loss_of_labels(z, y)
    return reduced(losses, reduction)


def _softmax_cross_entropy(z, y):
    """−Σ y log softmax(z) over the last axis, where 0 log 0 = 0."""
    log_y_hat = _log_softmax(z)
    return 0 - (y * np.where(y == 0, 0, log_y_hat)).sum(axis=-1)


def _loss_of_labels(z, k):
    return 0 - np.take_along_axis(_log_softmax(z), k[..., None], axis=-1)[..., 0]


def _around_the_top(z, T=1.0):
    """(z − top)/T, the top, and Σ e^{(z − top)/T} without the term of the top itself.

    The top is the entry with the largest real part: no exponential overflows, and because its own
    term is 1, log1p of the others has every digit of the logarithm of the whole sum.
    """
    i = np.argmax(z.real, axis=-1)[..., None]
    top = np.take_along_axis(z, i, axis=-1)
    with np.errstate(over="ignore"):
        u = (z - top) / T
    e = np.exp(u)
    np.put_along_axis(e, i, 0, axis=-1)
    return u, top[..., 0], e.sum(axis=-1)
