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
    p, q = np.broadcast_arrays(p, q)
    terms = _weighted_log(p, p) - _weighted_log(p, q) + (q - p)
    near = np.abs(q - p) < 0.05 * np.abs(q + p)
    terms[near] = _term_by_series(p[near], q[near])
    return terms.sum(axis=-1)


def _term_by_series(p, q):
    """p log(p/q) − p + q for p near q, from log(q/p) = 2 artanh u = 2 (u + u³/3 + u⁵/5 + …)."""
    u = (q - p) / (q + p)
    tail = 0
    for k in (13, 11, 9, 7, 5, 3):
        tail = tail * u**2 + 1 / k
    return u * (q - p - 2 * p * u**2 * tail)


def binary_cross_entropy(p, q, *, base=None):
    (p, q), result_type = as_probabilities(p=p, q=q)
    return as_result(_binary_cross_entropy(p, q), base, result_type)
