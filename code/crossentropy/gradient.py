r"""Gradients: which way the loss falls, for the logits and for the weights of a linear model.

The chapter is ``chapters/gradient.md``, the statements are in ``derivations/gradient.py``. Public
functions check their arguments and private kernels compute, as in :mod:`crossentropy.entropy`.
"""

import numpy as np

from ._distributions import _as_real
from ._logits import (
    as_logits,
    as_targets,
    check_number,
    check_reduction,
    from_the_end,
    reduced,
)
from .softmax import _around_the_top, _loss_of_labels, _softmax_cross_entropy


def softmax_cross_entropy_gradient(logits, target, *, axis=-1, reduction="none"):
    return softmax_cross_entropy_with_gradient(logits, target, axis=axis, reduction=reduction)[1]


def softmax_cross_entropy_with_gradient(logits, target, *, axis=-1, reduction="none"):
    check_reduction(reduction)
    z, axis = as_logits("logits", logits, axis)
    y = as_targets(target, z, axis)
    losses = _softmax_cross_entropy(z, y) if y.ndim == z.ndim else _loss_of_labels(z, y)
    loss = reduced(losses, reduction)
    g = _gradient(z, y)
    if reduction == "mean":
        g /= losses.size
    return loss, from_the_end(g, axis)


def _gradient(z, y):
    """ŷ − y; at the top of each row as (1 − y) − (the ŷ of all others), which does not cancel."""
    if y.ndim < z.ndim:
        y = (y[..., None] == np.arange(z.shape[-1])).astype(z.dtype)
    u, _, others = _around_the_top(z)
    g = np.exp(u) / (1 + others[..., None]) - y
    i = np.argmax(z, axis=-1)[..., None]
    at_top = (1 - np.take_along_axis(y, i, axis=-1)) - (others / (1 + others))[..., None]
    np.put_along_axis(g, i, at_top, axis=-1)
    return g


def linear_loss_and_gradient(weights, features, target, *, bias=None, l2=0.0, reduction="sum"):
    check_reduction(reduction, ("sum", "mean"))
    W, X = _as_real("weights", weights), _as_real("features", features)
    l2 = check_number("l2", l2, 0, or_equal=True)
    b = None if bias is None else _as_real("bias", bias)
    Z = X @ W.T
    if b is not None:
        Z += b
    loss, G = softmax_cross_entropy_with_gradient(Z, target, reduction=reduction)
    loss = loss + l2 / 2 * np.vdot(W, W)
    gradient = G.T @ X + l2 * W
    return (loss, gradient) if b is None else (loss, gradient, G.sum(axis=0))


def _linear_loss(W, X, Y, b, l2):
    """Σ_n −Σ_c y_nc log softmax(W x_n + b)_c + l2/2 Σ W², for real or complex W and b."""
    Z = X @ W.T
    if b is not None:
        Z = Z + b
    return _softmax_cross_entropy(Z, Y).sum() + l2 / 2 * (W * W).sum()
