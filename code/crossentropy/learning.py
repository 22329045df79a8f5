r"""Learning the weights of the memories: three ways to read one vector, and a proof of arrival.

The chapter is ``chapters/learning.md``, the statements are in ``derivations/learning.py``. The
steps work on a table of log-kernels, one bin in each row and one memory in each column.
"""

import math
from typing import NamedTuple

import numpy as np

from ._distributions import _as_real
from ._logits import as_number
from ._memories import as_count, as_interval, as_kernel, as_line, as_target
from .density import Kernel
from .density_loss import _midpoints
from .softmax import _log_softmax, _log_sum_exp

METHODS = {"em": None, "exponentiated gradient": 1.0, "descent": 2.0}


class MemoryFit(NamedTuple):
    """What :func:`fit_memory_weights` gives back."""

    weights: np.ndarray
    logits: np.ndarray
    losses: np.ndarray
    certificate: float
    converged: bool


def memory_gains(logits, log_kernels, target=None):
    r"""Gains of the memories: how much higher each stands than the belief, on average.

    Let :math:`S` denote the softmax of the logits, :math:`q_m = \sum_j S_j K_{mj}` the belief in
    bin m and :math:`p` the target. Then :math:`G_j = \sum_m p_m K_{mj} / q_m`.

    Identities: :math:`\sum_j S_j G_j = 1`; the gradient of the loss for the logits is
    :math:`S_j (1 - G_j)`; the loss is at most ``log(max(gains))`` above the smallest that any
    weights have.

    Args:
        logits: The logits of the J memories, finite numbers or ``-inf`` for a memory without
            weight.
        log_kernels: The logarithms of the kernels, an array of shape (M, J): finite numbers, or
            ``-inf`` where a kernel does not reach.
        target: ``None`` for equally likely bins, else one probability for each of the M bins.

    Returns:
        The gains, a float64 array of shape (J,).

    Raises:
        ValueError: If an argument is not one of the above, or a bin with a target is reached by no
            memory with a weight.

    Source:
        Derived in the chapter on learning; Cover (1984) for log-optimal portfolios.

    Example:
        Two memories, two bins, equal weights:

        >>> memory_gains([0, 0], np.log([[4, 1], [2, 2]])).round(4)
        array([1.3, 0.7])

    See also:
        :func:`crossentropy.em_step`, :func:`crossentropy.exponentiated_gradient_step`.
    """
    return np.exp(_log_gains(*_checked(logits, log_kernels, target))[1])


def em_step(logits, log_kernels, target=None):
    r"""One step of EM for the weights of the memories: each gets its mean responsibility.

    The new weights are :math:`S^+_j = \sum_m p_m r_{mj} = S_j G_j`, where :math:`G` are the
    :func:`memory_gains`. In logits that adds :math:`\log G_j`. No step raises the loss.

    Identity: the gradient of the loss for the logits is
    ``softmax(logits) - softmax(em_step(logits, log_kernels))``.

    Args:
        logits: As for :func:`memory_gains`.
        log_kernels: As for :func:`memory_gains`.
        target: As for :func:`memory_gains`.

    Returns:
        The new logits, a float64 array of shape (J,); ``-inf`` for a memory that reaches no bin.

    Raises:
        ValueError: As :func:`memory_gains` does.

    Source:
        Dempster, Laird and Rubin (1977).

    Example:
        >>> from crossentropy import softmax
        >>> softmax(em_step([0, 0], np.log([[4, 1], [2, 2]]))).round(4)
        array([0.65, 0.35])

    See also:
        :func:`crossentropy.fit_memory_weights`.
    """
    z, log_K, p = _checked(logits, log_kernels, target)
    return z + _log_gains(z, log_K, p)[1]


def exponentiated_gradient_step(logits, log_kernels, target=None, *, step=1.0):
    r"""One step of exponentiated gradient: the logits move by the gains, less one.

    The weights are multiplied by :math:`e^{\eta (G_j - 1)}` and scaled to sum to 1, where
    :math:`G` are the :func:`memory_gains` and :math:`\eta` is the step. Near the best weights a
    step of 1 is almost :func:`em_step`, as :math:`\log G \approx G - 1` there.

    Args:
        logits: As for :func:`memory_gains`.
        log_kernels: As for :func:`memory_gains`.
        target: As for :func:`memory_gains`.
        step: The size of the step, a finite number above 0.

    Returns:
        The new logits, a float64 array of shape (J,).

    Raises:
        ValueError: As :func:`memory_gains` does, or if ``step`` is not one of the above.

    Source:
        Kivinen and Warmuth (1997).

    Example:
        >>> exponentiated_gradient_step([0, 0], np.log([[4, 1], [2, 2]])).round(4)
        array([ 0.3, -0.3])

    See also:
        :func:`crossentropy.em_step`.
    """
    z, log_K, p = _checked(logits, log_kernels, target)
    eta = as_number("step", step, 0, attained=False)
    return _moved(z, _log_gains(z, log_K, p)[1], "exponentiated gradient", eta)


def fit_memory_weights(
    points,
    kernel,
    *,
    shots=None,
    interval=None,
    bins=200,
    target=None,
    method="em",
    step=None,
    steps=1000,
    tolerance=1e-6,
    start=None,
):
    r"""Fit the weights of the memories to shots, or to an interval that would have hit.

    The loss is :math:`L = -\sum_m p_m \log \sum_j S_j K(\theta_m - \theta_j)`, where :math:`S` is
    the softmax of the logits. For shots, each of them is a bin of its own and all count the same.

    The three methods read one vector, the gains :math:`G`, in three ways. EM adds
    :math:`\log G_j` to the logits, exponentiated gradient :math:`\eta (G_j - 1)`, and descent
    :math:`\eta S_j (G_j - 1)`. EM never raises the loss, nor does descent with a step below 4.

    Args:
        points: The points of the J memories, finite numbers, at least one.
        kernel: A kernel, such as :class:`crossentropy.Laplace`.
        shots: Where the dodger was, finite numbers; or ``None``, and then there is an
        interval: The target's two ends (a, b), a < b.
        bins: How many bins the interval has.
        target: ``None`` for the uniform target, else one probability for each bin of the interval.
        method: ``"em"``, ``"exponentiated gradient"`` or ``"descent"``.
        step: The size of a step, a finite number above 0; ``None`` for 1 with exponentiated
            gradient and 2, the best promise, with descent. EM takes none.
        steps: How many steps at most, a whole number of at least 1.
        tolerance: Stop when the certificate is at most this, a number of at least 0.
        start: J logits to start from; ``None`` for equal weights.

    Returns:
        A named tuple of ``weights`` (J,); their ``logits``; ``losses``, before the first step and
        after each; the ``certificate``, :math:`\log \max_j G_j`: the loss is at most so far above
        the smallest that any weights have; and ``converged``, whether it met the tolerance.

    Raises:
        ValueError: If an argument is not one of the above; if there are shots and an interval, or
            neither; if no kernel reaches a bin with a target, so that every loss is infinite.

    Source:
        Derived in the chapter on learning.

    Example:
        >>> from crossentropy import Laplace
        >>> fit = fit_memory_weights([-30, 0, 25], Laplace(10.0), interval=(-8, 8))
        >>> fit.weights.round(3), fit.converged
        (array([0., 1., 0.]), True)

    See also:
        :func:`crossentropy.em_step`, :func:`crossentropy.kde_cross_entropy`.
    """
    points, kernel = as_line("points", points, "points"), as_kernel(kernel, Kernel)
    places, p = _places(shots, interval, bins, target, kernel)
    log_K = kernel.log_density(places[:, None] - points)
    z, log_K, p = _checked(np.zeros(points.size) if start is None else start, log_K, p, "start")
    if method not in METHODS:
        raise ValueError(f"method must be {' or '.join(map(repr, METHODS))}, not {method!r}")
    if method == "em" and step is not None:
        raise ValueError(f"step must be None for em, not {step!r}")
    eta = METHODS[method] if step is None else as_number("step", step, 0, attained=False)
    tolerance = as_number("tolerance", tolerance, 0, attained=True)
    losses = []
    for done in range(as_count("steps", steps) + 1):
        loss, log_G = _log_gains(z, log_K, p)
        losses.append(loss)
        certificate = max(float(log_G.max()), 0.0)
        if certificate <= tolerance or done == steps:
            break
        z = _moved(z, log_G, method, eta)
    weights = np.exp(_log_softmax(z))
    return MemoryFit(weights, z, np.array(losses), certificate, certificate <= tolerance)


def _log_gains(z, log_K, p):
    """The loss, and log G_j = log Σ p_m K_mj / q_m, from logits, log-kernels and a target."""
    log_S = _log_softmax(z)
    some = p > 0
    log_q = _log_sum_exp(log_S + log_K[some])
    terms = (np.log(p[some]) - log_q)[None, :] + log_K[some].T
    log_G = np.full(z.size, -math.inf)  # a memory that reaches no bin gains nothing
    reached = (terms > -math.inf).any(axis=1)
    log_G[reached] = _log_sum_exp(terms[reached])
    return float(0 - p[some] @ log_q), log_G


def _moved(z, log_G, method, eta):
    """One step of a method from the logits z."""
    if method == "em":
        return z + log_G
    excess = np.expm1(log_G)
    if method == "descent":
        excess = np.exp(_log_softmax(z)) * excess
    return z + eta * excess


def _checked(logits, log_kernels, target, name="logits"):
    """Logits, a table of log-kernels and a target that fit together, with a finite loss."""
    z, log_K = _as_real(name, logits), _as_real("log_kernels", log_kernels)
    if z.ndim != 1 or z.size == 0:
        raise ValueError(f"{name} must be one line of numbers, but its shape is {z.shape}")
    if log_K.ndim != 2 or log_K.shape[1] != z.size or log_K.shape[0] == 0:
        raise ValueError(
            f"log_kernels must have a row for each bin and {z.size} columns, one for each memory, "
            f"but its shape is {log_K.shape}"
        )
    for label, a in ((name, z), ("log_kernels", log_K)):
        if np.isnan(a).any() or (a == math.inf).any():
            raise ValueError(f"{label} must hold finite numbers or -inf, but it holds nan or inf")
    p = as_target(target, log_K.shape[0])
    if not (z > -math.inf).any():
        raise ValueError(f"{name} must give some memory a weight, but all are -inf")
    bare = np.flatnonzero(((z + log_K) == -math.inf).all(axis=1) & (p > 0))
    if bare.size:
        raise ValueError(
            f"no memory with a weight reaches {bare.size} of the {p.size} bins (the first is bin "
            f"{bare[0]}), so every loss is inf: widen the bandwidth or leave these bins out"
        )
    return z.astype(np.float64), log_K.astype(np.float64), p


def _places(shots, interval, bins, target, kernel):
    """Where the bins are, and how much each counts (``None`` for all the same)."""
    if (shots is None) == (interval is None):
        raise ValueError("give shots or an interval, one of the two")
    if interval is None:
        if target is not None:
            raise ValueError("target must be None where there are shots, which all count the same")
        return as_line("shots", shots, "angles"), None
    bins = as_count("bins", bins)
    return _midpoints(as_interval(interval, kernel.period), bins), as_target(target, bins)
