"""Cross-entropy and Kullback–Leibler divergence: what it costs to believe Q when P is true.

Chapter: ``chapters/kl.md``.  Statements: ``derivations/kl.py``.

As in :mod:`crossentropy.entropy`, a public function checks and a private kernel computes.
"""

import numpy as np

from ._distributions import as_distributions, as_probabilities, as_result
from .entropy import _binary_cross_entropy, _weighted_log


def cross_entropy(p, q, *, axis=-1, base=None):
    (p, q), result_type = as_distributions(axis, p=p, q=q)
    return as_result(_cross_entropy(p, q), base, result_type)


def _cross_entropy(p, q):
    """−Σ p log q over the last axis."""
    return 0 - _weighted_log(p, q).sum(axis=-1)


def kl_divergence(p, q, *, axis=-1, base=None):
    (p, q), result_type = as_distributions(axis, p=p, q=q)
    return as_result(_kl_divergence(p, q), base, result_type)


def _kl_divergence(p, q):
    """Σ (p log(p/q) − p + q) over the last axis.

    For distributions −p + q sums to nothing, so this is Σ p log(p/q); but no term is negative
    and none cancels against another. Off the simplex it is larger than Σ p log(p/q) by Σq − Σp:
    its derivative in q is 1 − p/q, the book's −p/q along every direction that sums to zero.
    """
    d = q - p
    u = d / np.where(p + q == 0, 1, p + q)
    near = u * (d - 2 * p * u**2 * _artanh_tail(u**2))
    return np.where(np.abs(u) < 0.05, near, p * _log_ratio(p, q) + d).sum(axis=-1)


def _log_ratio(p, q):
    """log(p/q), and 0 where p = 0. Square roots, because p/q itself can overflow."""
    with np.errstate(divide="ignore"):
        return 2 * np.log(np.sqrt(np.where(p == 0, 1, p)) / np.sqrt(np.where(p == 0, 1, q)))


def _artanh_tail(v):
    """(artanh u − u)/u³ = 1/3 + v/5 + v²/7 + … at v = u²; exact to rounding for u < 0.05."""
    tail = 0
    for k in (15, 13, 11, 9, 7, 5, 3):
        tail = tail * v + 1 / k
    return tail


def binary_cross_entropy(p, q, *, base=None):
    (p, q), result_type = as_probabilities(p=p, q=q)
    return as_result(_binary_cross_entropy(p, q), base, result_type)
