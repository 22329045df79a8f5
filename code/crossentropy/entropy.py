"""Surprise and entropy: what one outcome tells, and what a distribution tells on average.

Chapter: ``chapters/entropy.md``.  Statements: ``derivations/entropy.py``.

Each public function checks its arguments and hands them to a private kernel of the same name.
A kernel takes real or complex arrays with the outcomes on the last axis, checks nothing, and is
the formula itself, on the simplex and off it; so a derivative can be taken straight through it.
"""

import numpy as np

from ._distributions import as_distributions, as_probabilities, as_result


def surprise(p, *, base=None):
    r"""Surprise of an outcome that has probability ``p``.

    Let :math:`p` denote a probability. Its surprise is

    .. math:: s(p) = -\log p .
    """
    (p,), result_type = as_probabilities(p=p)
    return as_result(_surprise(p), base, result_type)


def _surprise(p):
    """−log p, entry by entry; inf where p = 0."""
    with np.errstate(divide="ignore"):
        return 0 - np.log(p)


def entropy(p, *, axis=-1, base=None):
    (p,), result_type = as_distributions(axis, p=p)
    return as_result(_entropy(p), base, result_type)


def _entropy(p):
    """−Σ p log p over the last axis."""
    return 0 - _weighted_log(p, p).sum(axis=-1)


def _weighted_log(p, q):
    """p log q, entry by entry, with 0 log 0 = 0 and −inf where p > 0 = q."""
    with np.errstate(divide="ignore"):
        return p * np.log(np.where(p == 0, 1, q))


def perplexity(p, *, axis=-1, base=None):
    (p,), result_type = as_distributions(axis, p=p)
    as_result(0.0, base, result_type)
    return as_result(_perplexity(p), None, result_type)


def _perplexity(p):
    """exp(−Σ p log p) over the last axis."""
    return np.exp(_entropy(p))


def binary_entropy(p, *, base=None):
    (p,), result_type = as_probabilities(p=p)
    return as_result(_binary_cross_entropy(p, p), base, result_type)


def _binary_cross_entropy(p, q):
    """−p log q − (1 − p) log(1 − q), entry by entry, with the same care at 0 and 1."""
    with np.errstate(divide="ignore"):
        return 0 - _weighted_log(p, q) - (1 - p) * np.log1p(-np.where(p == 1, 0, q))
