r"""Training: walking downhill until the weights of a linear model fit.

The chapter is ``chapters/training.md``, the statements are in ``derivations/training.py``. SciPy
and tqdm are loaded only by the fit that needs them.
"""

import math
from numbers import Integral
from typing import NamedTuple

import numpy as np

from ._logits import as_matrix, as_number, as_targets, refuse_entries
from .gradient import linear_loss_and_gradient

METHODS = ("gradient descent", "l-bfgs")


class Fit(NamedTuple):
    """What a fit gives back; see :func:`fit_softmax_regression`."""

    weights: np.ndarray
    bias: np.ndarray | None
    losses: np.ndarray
    watched: list
    converged: bool


def largest_step(features, *, l2=0.0, bias=True):
    r"""The largest safe step: below it, no step of gradient descent can raise the loss.

    Let :math:`\mathbf X` denote the features, one sample in each row, with a column of ones if
    there is a bias, :math:`\|\mathbf X\|` its largest singular value and :math:`\lambda` the
    regulariser. The loss of :func:`crossentropy.linear_loss_and_gradient`, summed over the samples,
    bends by at most :math:`\rho = \frac12 \|\mathbf X\|^2 + \lambda` in any direction, and the
    largest safe step is :math:`2 / \rho`.

    Args:
        features: The samples, an array of shape (N, D).
        l2: The regulariser :math:`\lambda`, a finite number, at least 0.
        bias: Whether the model has a bias.

    Returns:
        The step, a float; ``inf`` if the loss is flat (all features zero, no bias, no regulariser).

    Raises:
        ValueError: If ``features`` is not a table of finite real numbers, or ``l2`` is negative or
            not finite.

    Source:
        Böhning (1992) for the bound; Nesterov (2018) for the step.

    Example:
        Two samples with the one feature 1 and no bias: the squares sum to 2.

        >>> round(largest_step([[1], [1]], bias=False), 12)
        2.0

    See also:
        :func:`crossentropy.fit_softmax_regression`.
    """
    X = _as_table(features)
    l2 = as_number("l2", l2, 0, attained=True)
    if bias:
        X = np.column_stack([X, np.ones(len(X))])
    rho = np.linalg.norm(X, 2) ** 2 / 2 + l2
    return float(2 / rho) if rho > 0 else math.inf


def fit_softmax_regression(
    features,
    target,
    *,
    l2=0.0,
    bias=True,
    method="gradient descent",
    step=None,
    passes=1000,
    batch_size=None,
    seed=None,
    tolerance=1e-6,
    start=None,
    watch=None,
    progress=True,
):
    r"""Fit the weights of a linear model with a softmax: walk downhill from zero.

    The loss is that of :func:`crossentropy.linear_loss_and_gradient`, summed over the samples:
    :math:`L(W, b) = \sum_n \ell_n + \frac{\lambda}{2} \sum_{c,d} W_{cd}^2`.

    Gradient descent takes one step ``W -= step * gradient`` in each pass over the data. With a
    ``batch_size`` it takes one step for each batch of a fresh shuffle, with the gradient of the
    batch scaled to the size of the data. L-BFGS chooses directions and steps itself.

    A walk that diverges is reported, not hidden: when the squares of the weights overflow, the last
    entry of ``losses`` is ``inf``, the walk stops, ``converged`` is False, and the weights are
    those of the last finite loss. A walk that jumps from side to side for ever has a finite loss
    and ``converged`` False.

    Args:
        features: The samples, an array of shape (N, D).
        target: N labels from 0 to C − 1, the largest of which sets C, or an array of shape (N, C)
            whose rows are distributions.
        l2: The regulariser :math:`\lambda`, a finite number, at least 0. The bias has none.
        bias: Whether to fit a bias.
        method: ``"gradient descent"`` or ``"l-bfgs"`` (by SciPy).
        step: The size of a step, a finite number above 0. ``None`` takes half the
            :func:`largest_step`, which promises most, or 1 if that is less. L-BFGS takes none.
        passes: How many passes over the data at most (iterations of L-BFGS).
        batch_size: How many samples in a batch; ``None`` for all of them.
        seed: Of the shuffles, for ``numpy.random.default_rng``.
        tolerance: Stop when no entry of the gradient exceeds this times N. A walk in batches takes
            all its passes.
        start: Weights (C, D) to start from, or a pair of weights and bias (C,). ``None`` for zeros.
        watch: A function of weights and bias; what it returns is kept, before the first pass and
            after each.
        progress: Whether to show a progress bar once a fit has taken a second, if tqdm is there.

    Returns:
        A named tuple of ``weights`` (C, D); ``bias`` (C,) or ``None``; ``losses``, the whole loss
        before the first pass and after each; ``watched``, likewise; and ``converged``, whether the
        gradient met the tolerance. All is computed in float64.

    Raises:
        ValueError: If an argument is not one of the above; the message names it and says what was
            expected.

    Source:
        Cauchy (1847) for the steps; Robbins and Monro (1951) for batches; Liu and Nocedal (1989)
        for L-BFGS.

    Example:
        Two classes along one feature, and one sample on the wrong side:

        >>> x = np.array([[-2.0], [-1.0], [1.0], [2.0], [1.5]])
        >>> fit = fit_softmax_regression(x, [0, 0, 1, 1, 0], l2=0.1, passes=200, progress=False)
        >>> fit.losses[[0, 1, -1]].round(3), fit.converged
        (array([3.466, 2.503, 2.137]), True)

    See also:
        :func:`crossentropy.largest_step`, :func:`crossentropy.linear_loss_and_gradient`.
    """
    X = _as_table(features)
    y, C = _as_target(target, len(X))
    l2 = as_number("l2", l2, 0, attained=True)
    tolerance = as_number("tolerance", tolerance, 0, attained=True) * len(X)
    passes = _whole("passes", passes, 0)
    if batch_size is not None:
        batch_size = _whole("batch_size", batch_size, 1, len(X))
    if method not in METHODS:
        raise ValueError(f"method must be {' or '.join(map(repr, METHODS))}, not {method!r}")
    if watch is not None and not callable(watch):
        raise ValueError(f"watch must be a function of weights and bias, not {watch!r}")
    W, b = _start(start, C, X.shape[1], bias)
    if method == "l-bfgs":
        for name, value in {"step": step, "batch_size": batch_size, "seed": seed}.items():
            if value is not None:
                raise ValueError(f"{name} must be None for l-bfgs, not {value!r}")
        return _l_bfgs(X, y, W, b, l2, passes, tolerance, watch, progress)
    if step is None:
        step = min(largest_step(X, l2=l2, bias=bias) / 2, 1.0)
    step = as_number("step", step, 0, attained=False)
    rng = np.random.default_rng(seed)
    return _descend(X, y, W, b, l2, step, passes, batch_size, rng, tolerance, watch, progress)


def _descend(X, y, W, b, l2, step, passes, batch_size, rng, tolerance, watch, progress):
    """Gradient descent: one step a pass, or one a batch."""
    N = len(X)
    history = _History(watch)
    for done in _bar(passes + 1, progress):
        loss, dW, db = _loss_and_gradient(W, b, X, y, l2)
        if not history.add(loss, W, b):
            break
        converged = batch_size is None and _largest(dW, db) <= tolerance
        if converged or done == passes:
            return history.fit(converged)
        if batch_size is None:
            W, b = _moved(W, b, step, dW, db)
            continue
        order = rng.permutation(N)
        for first in range(0, N, batch_size):
            batch = order[first : first + batch_size]
            share = len(batch) / N
            _, dW, db = _loss_and_gradient(W, b, X[batch], y[batch], l2 * share)
            if dW is None:
                break
            W, b = _moved(W, b, step / share, dW, db)
    return history.fit(False)


def _l_bfgs(X, y, W, b, l2, passes, tolerance, watch, progress):
    """SciPy's L-BFGS on weights and bias, laid out in one row."""
    from scipy.optimize import minimize

    history = _History(watch)
    C, D = W.shape

    def unpacked(row):
        return row[: C * D].reshape(C, D), None if b is None else row[C * D :]

    def packed(dW, db):
        return np.concatenate([dW.ravel(), () if db is None else db])

    def objective(row):
        loss, dW, db = _loss_and_gradient(*unpacked(row), X, y, l2)
        return loss, np.zeros(row.size) if dW is None else packed(dW, db)

    def seen(row):
        history.add(objective(row)[0], *(None if a is None else a.copy() for a in unpacked(row)))

    row = packed(W, b)
    seen(row)
    bar = iter(_bar(passes, progress))

    def callback(row):
        next(bar, None)
        seen(row)

    if passes:
        options = {"maxiter": passes, "maxfun": 20 * passes + 20, "gtol": tolerance, "ftol": 0}
        row = minimize(
            objective, row, jac=True, method="L-BFGS-B", callback=callback, options=options
        ).x
    return history.fit(bool(np.abs(objective(row)[1]).max(initial=0) <= tolerance))


class _History:
    """The losses of a walk, what was watched, and the last weights with a finite loss."""

    def __init__(self, watch):
        self.watch, self.losses, self.watched, self.last = watch, [], [], None

    def add(self, loss, W, b):
        self.losses.append(loss)
        if loss == math.inf:
            return False
        self.last = W, b
        if self.watch is not None:
            self.watched.append(self.watch(W, b))
        return True

    def fit(self, converged):
        return Fit(*self.last, np.array(self.losses), self.watched, bool(converged))


def _loss_and_gradient(W, b, X, y, l2):
    """The whole loss and its gradient; ``inf`` and no gradient where squares overflow."""
    with np.errstate(over="ignore", invalid="ignore"):
        size = np.vdot(W, W) + (0 if b is None else np.vdot(b, b))
    if not size < math.inf:
        return math.inf, None, None
    loss, dW, *db = linear_loss_and_gradient(W, X, y, bias=b, l2=l2)
    return float(loss), dW, db[0] if db else None


def _moved(W, b, step, dW, db):
    with np.errstate(over="ignore", invalid="ignore"):
        return W - step * dW, None if b is None else b - step * db


def _largest(dW, db):
    return max(np.abs(dW).max(initial=0), 0 if db is None else np.abs(db).max(initial=0))


def _bar(passes, progress):
    """Whole numbers below ``passes``, with a progress bar after a second."""
    if progress:
        try:
            from tqdm import tqdm
        except ImportError:  # a fit without a bar is a fit
            return range(passes)
        return tqdm(range(passes), desc="passes", delay=1, leave=False)
    return range(passes)


def _as_table(features):
    X = as_matrix("features", features, "N", "D").astype(float, copy=False)
    if not len(X):
        raise ValueError("features must hold a sample, but it is empty")
    refuse_entries("features", X)
    return X


def _as_target(target, N):
    """The targets of N samples, and how many classes they have."""
    y = np.asarray(target) if np.ndim(target) == 1 else as_matrix("target", target, N, "C")
    C = y.shape[-1]
    if y.ndim == 1:
        C = max(int(y.max(initial=0)), 0) + 1 if y.dtype.kind in "iu" else 1
    return as_targets(y, (N, C), -1, float), C


def _start(start, C, D, bias):
    """Where a walk starts: the weights, and the bias or ``None``."""
    if not isinstance(start, tuple):
        start = (np.zeros((C, D)) if start is None else start, np.zeros(C) if bias else None)
    if len(start) != 2 or (start[1] is not None) != bool(bias):
        raise ValueError(
            "start must be weights, or weights and a bias if there is one, "
            f"not {len(start)} arrays with bias={bias!r}"
        )
    W = as_matrix("start", start[0], C, D).astype(float)
    b = None if start[1] is None else as_matrix("start", start[1], C).astype(float)
    for a in (W,) if b is None else (W, b):
        refuse_entries("start", a)
    return W, b


def _whole(name, value, least, most=None):
    is_whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not (is_whole and value >= least and (most is None or value <= most)):
        limits = f"at least {least}" if most is None else f"from {least} to {most}"
        raise ValueError(f"{name} must be a whole number {limits}, not {value!r}")
    return int(value)
