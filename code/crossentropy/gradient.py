r"""Gradients: which way the loss of a softmax falls, for the logits and for the weights.

The chapter is ``chapters/gradient.md``, the statements are in ``derivations/gradient.py``. Public
functions check their arguments and private kernels compute, as in :mod:`crossentropy.softmax`.
"""

from functools import partial

import numpy as np

from ._logits import (
    as_logits,
    as_matrix,
    as_number,
    as_rows,
    as_targets,
    check_logits,
    check_mean,
    check_reduction,
    from_rows,
    refuse_entries,
    refuse_logits,
)
from .softmax import (
    BLOCK,
    LARGE_BLOCK,
    _blocks,
    _expected_surprise,
    _from_the_top,
    _joined,
    _odds_against_labels,
    _reduced,
    _scale,
    _softmax_cross_entropy,
)

ROWS = 1024  # samples whose features stay in the cache between the two products with them


def softmax_cross_entropy_gradient(logits, target, *, axis=-1, reduction="none"):
    r"""Gradient of the loss of a softmax for the logits: belief minus truth.

    Let :math:`\hat y` denote the softmax of the logits and :math:`y` the target. Then
    :math:`\partial \ell / \partial z_c = \hat y_c - y_c`. At a logit of ``-inf`` this formula
    holds by definition: 0 where the class is not the target, −1 where it is and the loss is
    ``inf``.

    Identities: it sums to 0 along ``axis`` and lies between −1 and 1; it is the derivative of
    :func:`crossentropy.softmax_cross_entropy`. At the label it is computed as minus the belief in
    all other classes, so it keeps its digits when :math:`\hat y_k` rounds to 1.

    Args:
        logits: Logits, an array of any shape.
        target: Labels, which are integers from 0 to C − 1 in the shape of ``logits`` without
            ``axis``; or distributions in the shape of ``logits``.
        axis: Where the classes lie.
        reduction: Of which loss: ``"none"`` or ``"sum"`` for the sum of all, ``"mean"`` for the
            mean, whose gradient is the number of rows times smaller.

    Returns:
        The gradient, in the shape and the type of ``logits``; integers give float64. It is per
        nat: in bits divide by log 2.

    Raises:
        ValueError: As :func:`crossentropy.softmax_cross_entropy` does.

    Source:
        Bridle (1990).

    Example:
        Three scores, and the second class is right:

        >>> softmax_cross_entropy_gradient([0, np.log(2), np.log(5)], 1).round(12)
        array([ 0.125, -0.75 ,  0.625])

    See also:
        :func:`crossentropy.softmax_cross_entropy`, :func:`crossentropy.linear_loss_and_gradient`.
    """
    return softmax_cross_entropy_with_gradient(logits, target, axis=axis, reduction=reduction)[1]


def softmax_cross_entropy_with_gradient(logits, target, *, axis=-1, reduction="none"):
    r"""Loss of a softmax and its gradient for the logits, from one pass of exp.

    Let :math:`\hat y` denote the softmax of the logits and :math:`y` the target. The loss is
    :math:`\ell = -\sum_{c=1}^{C} y_c \log \hat y_c`, the gradient is
    :math:`\partial \ell / \partial z_c = \hat y_c - y_c`.

    Identity: the two results are those of :func:`crossentropy.softmax_cross_entropy` and
    :func:`crossentropy.softmax_cross_entropy_gradient`.

    Args:
        logits: Logits, an array of any shape.
        target: Labels, which are integers from 0 to C − 1 in the shape of ``logits`` without
            ``axis``; or distributions in the shape of ``logits``.
        axis: Where the classes lie.
        reduction: ``"none"``, ``"sum"`` or ``"mean"``, for the loss and its gradient. The gradient
            is one of the sum for ``"none"``, too.

    Returns:
        The loss in nats and its gradient, in the type of ``logits``.

    Raises:
        ValueError: As :func:`crossentropy.softmax_cross_entropy` does.

    Source:
        Bridle (1990).

    Example:
        >>> loss, gradient = softmax_cross_entropy_with_gradient([[0, 0], [0, 0]], [0, 1])
        >>> loss.round(4)
        array([0.6931, 0.6931])
        >>> gradient
        array([[-0.5,  0.5],
               [ 0.5, -0.5]])

    See also:
        :func:`crossentropy.softmax_cross_entropy`,
        :func:`crossentropy.softmax_cross_entropy_gradient`.
    """
    check_reduction(reduction)
    z, axis = as_logits("logits", logits, axis)
    y = as_targets(target, z.shape, axis, z.dtype)
    table = as_rows(z, axis)
    check_mean(reduction, len(table))
    gradient = np.empty(table.shape, z.dtype)
    scale = 1 / len(table) if reduction == "mean" else 1
    losses = _losses_and_gradient(
        table, y, gradient, scale, lambda: refuse_logits("logits", z, axis)
    )
    return _reduced(losses, reduction, z, axis), from_rows(gradient, z, axis)


def _losses_and_gradient(logits, target, gradient, scale, refuse):
    """The loss of each row of a table of logits; its gradient, times ``scale``, is filled in.

    The target is labels or a table, too. Where the table holds no logits, ``refuse`` is called.
    """
    labels = target.ndim == 1
    parts = []
    for z, y, g in _blocks(logits, target, gradient, size=LARGE_BLOCK if labels else BLOCK):
        if labels:
            loss, total = _odds_against_labels(z, y, g, refuse)
            _scale(g, scale / total)
        else:
            check_logits(z, refuse)
            loss, g[:] = _loss_and_gradient(z, y)
            g *= scale
        parts.append(loss)
    return _joined(parts, logits.dtype)


def _loss_and_gradient(z, y):
    """−Σ y log ŷ and ŷ − y of each row, for ŷ = softmax(z).

    At the top of a row ŷ − y is (1 − y) minus the belief in all others: both small if both are.
    """
    at, u, e, others = _from_the_top(z)
    u -= np.log1p(others)[:, None]
    e /= (1 + others)[:, None]
    e -= y
    e.reshape(-1)[at] = (1 - y.take(at)) - others / (1 + others)
    return _expected_surprise(y, u), e


def linear_loss_and_gradient(weights, features, target, *, bias=None, l2=0.0, reduction="sum"):
    r"""Loss of a linear model and its gradient for the weights: belief minus truth, times features.

    Let :math:`\mathbf X` denote the features, one sample in each row, and :math:`W` the weights,
    one class in each row. The logits are :math:`\mathbf Z = \mathbf X W^\top`, plus the bias
    :math:`b` of each class, and :math:`\hat{\mathbf Y}` their softmax. Then
    :math:`L = \sum_{n=1}^{N} \ell_n + \frac{\lambda}{2} \lVert W \rVert^2` has the gradient
    :math:`(\hat{\mathbf Y} - \mathbf Y)^\top \mathbf X + \lambda W`, and
    :math:`(\hat{\mathbf Y} - \mathbf Y)^\top \mathbf 1` for the bias. The mean divides the sum
    over samples by :math:`N`, and the regulariser not.

    Args:
        weights: The weights :math:`W`, of shape (C, D).
        features: The features :math:`\mathbf X`, of shape (N, D).
        target: N labels, which are integers from 0 to C − 1, or an (N, C) array of distributions.
        bias: ``None``, or C numbers that are added to the logits. It is not regularised.
        l2: The regulariser :math:`\lambda`, a finite number of at least 0.
        reduction: ``"sum"`` or ``"mean"`` over the samples.

    Returns:
        The loss in nats, its gradient of shape (C, D), and with a bias its gradient of shape (C,).
        float32 stays float32, integers give float64.

    Raises:
        ValueError: If ``weights``, ``features`` or ``bias`` has another shape or an entry that is
            not finite or not a real number; if there are no classes; if logits or the gradient
            overflow; if ``target`` would be refused by :func:`crossentropy.softmax_cross_entropy`;
            if ``l2`` or ``reduction`` is not one of the above; if the mean over no samples is
            asked for.

    Source:
        Böhning (1992).

    Example:
        Two samples with three features each, two classes, and weights that know nothing yet:

        >>> X = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 2.0]])
        >>> loss, gradient = linear_loss_and_gradient(np.zeros((2, 3)), X, [0, 1])
        >>> loss.round(4)
        np.float64(1.3863)
        >>> gradient
        array([[-0.5,  0.5,  0. ],
               [ 0.5, -0.5,  0. ]])

    See also:
        :func:`crossentropy.softmax_cross_entropy_with_gradient`.
    """
    check_reduction(reduction, allowed=("sum", "mean"))
    W = as_matrix("weights", weights, "C", "D")
    C, D = W.shape
    X = as_matrix("features", features, "N", D)
    N = len(X)
    b = None if bias is None else as_matrix("bias", bias, C)
    lam = as_number("l2", l2, 0, attained=True)
    if C == 0:
        raise ValueError(f"weights has no classes: its shape is {W.shape}")
    check_mean(reduction, N)
    dtype = np.result_type(np.float32, W, X, *([] if b is None else [b]))
    W = W.astype(dtype, copy=False)
    refuse_entries("weights", W)
    if b is not None:
        refuse_entries("bias", b)
    y = as_targets(target, (N, C), -1, dtype)
    scale = 1 / N if reduction == "mean" else 1
    losses, gradient, *bias_gradient = _linear_losses_and_gradient(W, X, y, b, lam, scale)
    if not np.isfinite(gradient).all():
        raise ValueError("features, weights and l2 must give a finite gradient, but it overflows")
    loss = _reduced(losses, reduction, losses, -1)
    if lam:
        with np.errstate(over="ignore"):
            loss += lam / 2 * np.vdot(W, W)
    return loss, gradient, *bias_gradient


def _linear_losses_and_gradient(W, X, y, b, lam, scale):
    """The loss of each sample, and the gradient of ``scale`` times their sum plus lam/2 Σ W².

    A block of samples is fetched once for both products: its logits, and its part of the gradient.
    """
    N, C = len(X), len(W)
    losses = np.empty(N, W.dtype)
    Z, G = np.empty((2, min(N, ROWS), C), W.dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        gradient, bias_gradient = lam * W, np.zeros(C, W.dtype)
        for i in range(0, N, ROWS):
            rows = slice(i, i + ROWS)
            x = X[rows]
            z, g = Z[: len(x)], G[: len(x)]
            np.matmul(x, W.T, out=z)
            if b is not None:
                z += b
            refuse = partial(_refuse_product, X, z, i)
            losses[rows] = _losses_and_gradient(z, y[rows], g, scale, refuse)
            gradient += g.T @ x
            if b is not None:
                bias_gradient += np.ones(len(x), g.dtype) @ g
    return (losses, gradient) if b is None else (losses, gradient, bias_gradient)


def _refuse_product(X, z, i):
    """Say why ``z``, the logits of the samples from ``i`` on, are none. The weights are finite."""
    refuse_entries("features", X)
    n = i + int(np.argmin(np.isfinite(z.max(axis=-1))))
    raise ValueError(
        f"weights and features must give finite logits, but those of features[{n}, :] overflow"
    )


def _linear_loss(W, X, Y, b, lam):
    """−Σ Y log softmax(X Wᵀ + b) + lam/2 Σ W²; without bias ``b`` is 0."""
    return _softmax_cross_entropy(X @ W.T + b, Y).sum() + lam / 2 * (W * W).sum()
