"""Cross-entropy and Kullback–Leibler divergence: what it costs to believe Q when P is true.

The chapter is ``chapters/kl.md``, the statements are in ``derivations/kl.py``. Public functions
check their arguments and private kernels compute, as in :mod:`crossentropy.entropy`.
"""

import numpy as np

from ._distributions import as_distributions, as_probabilities, as_result, by_blocks
from .entropy import _binary_cross_entropy, _weighted_log


def cross_entropy(p, q, *, axis=-1, base=None):
    r"""Cross-entropy: the surprise to expect when you believe ``q`` and the truth is ``p``.

    Let :math:`p_1, \dots, p_C` denote the true and :math:`q_1, \dots, q_C` the believed
    probabilities of :math:`C` outcomes. Then :math:`H(P, Q) = -\sum_{c=1}^{C} p_c \log q_c`,
    where :math:`0 \log 0 = 0`. It is ``inf`` when an outcome with p > 0 has q = 0.

    Identities: ``cross_entropy(p, q) == entropy(p) + kl_divergence(p, q)``; for a given ``p`` it is
    smallest at ``q = p``, where it is ``entropy(p)`` and not 0.

    Args:
        p: True probabilities, an array of any shape; each line along ``axis`` is a distribution.
            They are used as they are, never rescaled.
        q: Believed probabilities, with as many outcomes as ``p``. The other axes broadcast.
        axis: Where the outcomes lie in the broadcast arrays.
        base: ``None`` for nats, 2 for bits, or any finite number greater than 1.

    Returns:
        The cross-entropies, in the broadcast shape without ``axis``; a NumPy scalar for one pair.
        float32 gives float32 (computed in float64 and rounded once), integers give float64.

    Raises:
        ValueError: If ``p`` or ``q`` has a negative or non-finite entry, is empty along ``axis``,
            does not sum to 1 along it, or does not hold real numbers; if their shapes do not fit;
            if ``axis`` or ``base`` is not one of the above. A sum may miss 1 by
            max(1e-9, 16 √C eps), with the eps of that argument's type.

    Source:
        Cover and Thomas (2006), theorem 5.4.3, as the length of a code made for the wrong
        distribution; Good (1952) for the score.

    Example:
        A fair coin, believed to show heads three times in four:

        >>> cross_entropy([0.5, 0.5], [0.75, 0.25], base=2).round(4)
        np.float64(1.2075)

    See also:
        :func:`crossentropy.entropy`, :func:`crossentropy.kl_divergence`,
        :func:`crossentropy.binary_cross_entropy`.
    """
    (p, q), result_type = as_distributions(axis, p=p, q=q)
    return as_result(by_blocks(_cross_entropy, p, q), base, result_type)


def _cross_entropy(p, q):
    """−Σ p log q over the last axis."""
    return 0 - _weighted_log(p, q).sum(axis=-1)


def kl_divergence(p, q, *, axis=-1, base=None):
    r"""Kullback–Leibler divergence: the extra surprise from believing ``q`` instead of ``p``.

    Let :math:`p_1, \dots, p_C` denote the true and :math:`q_1, \dots, q_C` the believed
    probabilities of :math:`C` outcomes. Then
    :math:`\mathrm{KL}(P \,\Vert\, Q) = \sum_{c=1}^{C} p_c \log (p_c / q_c)`, where
    :math:`0 \log 0 = 0`. It is ``inf`` when an outcome with p > 0 has q = 0.

    It is computed as :math:`\sum_{c=1}^{C} (p_c \log (p_c / q_c) - p_c + q_c)`, which is the same
    number because both distributions sum to 1. No term of this sum is negative, so nothing
    cancels: the result is never negative, and accurate however close ``q`` is to ``p``.

    Identities: 0 exactly when ``q`` equals ``p``; in general not the same as
    ``kl_divergence(q, p)``; ``kl_divergence(p, q) == cross_entropy(p, q) - entropy(p)``.

    Args:
        p: True probabilities, an array of any shape; each line along ``axis`` is a distribution.
            They are used as they are, never rescaled.
        q: Believed probabilities, with as many outcomes as ``p``. The other axes broadcast.
        axis: Where the outcomes lie in the broadcast arrays.
        base: ``None`` for nats, 2 for bits, or any finite number greater than 1.

    Returns:
        The divergences, in the broadcast shape without ``axis``; a NumPy scalar for one pair.
        float32 gives float32 (computed in float64 and rounded once), integers give float64.

    Raises:
        ValueError: As :func:`crossentropy.cross_entropy` does.

    Source:
        Kullback and Leibler (1951), section 2.

    Example:
        The truth is a fair coin, then a coin with two heads; the belief never changes:

        >>> kl_divergence([[0.5, 0.5], [1, 0]], [0.75, 0.25], base=2).round(4)
        array([0.2075, 0.415 ])

        A belief that rules out what happens:

        >>> kl_divergence([0.5, 0.5], [1, 0])
        np.float64(inf)

    See also:
        :func:`crossentropy.cross_entropy`, :func:`crossentropy.entropy`.
    """
    (p, q), result_type = as_distributions(axis, p=p, q=q)
    return as_result(by_blocks(_kl_divergence, p, q), base, result_type)


def _kl_divergence(p, q):
    """Σ (p log(p/q) − p + q) over the last axis.

    For distributions −p + q sums to nothing, so this is Σ p log(p/q); but no term is negative
    and none cancels against another. Off the simplex it is larger than Σ p log(p/q) by Σq − Σp:
    its derivative in q is 1 − p/q, the book's −p/q along every direction that sums to zero.
    """
    p, q = np.broadcast_arrays(p, q)
    near = np.abs(q - p) < 0.03 * np.abs(q + p)
    share = np.count_nonzero(near) / max(near.size, 1)
    if share > 0.5:  # the formula that more terms need runs over all of them
        terms, others, formula = _terms_by_series(p, q), ~near, _terms_by_logs
    else:
        terms, others, formula = _terms_by_logs(p, q), near, _terms_by_series
    if 0 < share < 1:
        terms[others] = formula(p[others], q[others])
    return terms.sum(axis=-1)


def _terms_by_logs(p, q):
    """p log(p/q) − p + q: two logarithms, because p/q can overflow; and 0 log 0 = 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = p * (np.log(p) - np.log(q))
    terms[p == 0] = 0
    return terms + (q - p)


def _terms_by_series(p, q):
    """p log(p/q) − p + q for p near q, where log(q/p) = 2 artanh u = 2 (u + u³/3 + u⁵/5 + …)."""
    d = q - p
    with np.errstate(invalid="ignore"):  # 0/0 where both are 0, which are not near
        u = d / (q + p)
    v = u * u
    tail = 1 / 11
    for k in (9, 7, 5, 3):
        tail = tail * v + 1 / k
    return u * (d - 2 * p * v * tail)


def binary_cross_entropy(p, q, *, base=None):
    r"""Cross-entropy of two coins: the truth shows heads with probability ``p``, you believe ``q``.

    Let :math:`p` and :math:`q` denote the true and the believed probability of the first of two
    outcomes. Then :math:`H(p, q) = -p \log q - (1 - p) \log(1 - q)`, where :math:`0 \log 0 = 0`.
    A label 1 or 0 for ``p`` leaves one of the two terms.

    Identity: ``binary_cross_entropy(p, q)`` is ``cross_entropy([p, 1 - p], [q, 1 - q])``, but it
    stays accurate for a tiny ``q``.

    Args:
        p: True probabilities (or labels 0 and 1), an array of any shape.
        q: Believed probabilities. The shapes broadcast.
        base: ``None`` for nats, 2 for bits, or any finite number greater than 1.

    Returns:
        The cross-entropy of each pair, in the broadcast shape; a NumPy scalar for two numbers.
        float32 gives float32, integers give float64.

    Raises:
        ValueError: If an entry is negative, above 1, not finite or not a real number; if the
            shapes do not broadcast; if ``base`` is not one of the above.

    Source:
        Good (1952), the score of a belief about two outcomes.

    Example:
        Three labels, and what was believed about them:

        >>> binary_cross_entropy([1, 0, 1], [0.5, 0.75, 0], base=2)
        array([ 1.,  2., inf])

    See also:
        :func:`crossentropy.cross_entropy`, :func:`crossentropy.binary_entropy`.
    """
    (p, q), result_type = as_probabilities(p=p, q=q)
    return as_result(_binary_cross_entropy(p, q), base, result_type)
