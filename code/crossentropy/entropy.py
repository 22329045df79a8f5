r"""Surprise and entropy: what one outcome tells, and what a distribution tells on average.

The chapter is ``chapters/entropy.md``, the statements are in ``derivations/entropy.py``.

Each public function checks its arguments and hands them to a private kernel. A kernel takes real
or complex arrays with the outcomes on the last axis and checks nothing. It computes the formula,
on the simplex and off it, so that a derivative can be taken straight through it.
"""

import numpy as np

from ._distributions import as_distributions, as_probabilities, as_result, by_blocks, nats_per_unit


def surprise(p, *, base=None):
    r"""Surprise of an outcome that has probability ``p``.

    Let :math:`p` denote a probability. Then :math:`s(p) = -\log p`: nothing for a certain outcome,
    and ``inf`` for an impossible one.

    Identity: ``surprise(p * r) == surprise(p) + surprise(r)``: independent surprises add.

    Args:
        p: Probabilities between 0 and 1, an array of any shape. They need not sum to one.
        base: ``None`` for nats, 2 for bits, or any finite number greater than 1.

    Returns:
        The surprise of each entry, in the shape of ``p``; a NumPy scalar for a single number.
        float32 gives float32, integers give float64.

    Raises:
        ValueError: If an entry of ``p`` is negative, above 1, not finite or not a real number, or
            if ``base`` is not one of the above.

    Source:
        Shannon (1948), introduction, for the logarithm as the measure.

    Example:
        >>> surprise([1, 0.5, 0.125, 0], base=2)
        array([ 0.,  1.,  3., inf])

    See also:
        :func:`crossentropy.entropy`, the surprise to expect.
    """
    (p,), result_type = as_probabilities(p=p)
    return as_result(_surprise(p), base, result_type)


def _surprise(p):
    """−log p, entry by entry; inf where p = 0."""
    with np.errstate(divide="ignore"):
        return 0 - np.log(p)


def entropy(p, *, axis=-1, base=None):
    r"""Entropy of a distribution: the surprise to expect from it.

    Let :math:`p_1, \dots, p_C` denote the probabilities of :math:`C` outcomes. Then
    :math:`H(P) = -\sum_{c=1}^{C} p_c \log p_c`, where :math:`0 \log 0 = 0`.

    Identities: ``entropy(p)`` is 0 when one outcome is certain, and log C when all are equally
    likely; it lies between for every other distribution. The order of the outcomes does not
    matter. ``entropy(p) == cross_entropy(p, p)``.

    Args:
        p: Probabilities, an array of any shape; each line of it along ``axis`` is a distribution.
            They are used as they are, never rescaled.
        axis: Where the outcomes lie.
        base: ``None`` for nats, 2 for bits, or any finite number greater than 1.

    Returns:
        The entropies, in the shape of ``p`` without ``axis``; a NumPy scalar for one
        distribution. float32 gives float32 (computed in float64 and rounded once), integers give
        float64.

    Raises:
        ValueError: If ``p`` has a negative or non-finite entry, is empty along ``axis``, does not
            sum to 1 along it, or does not hold real numbers; if ``axis`` or ``base`` is not one
            of the above. A sum may miss 1 by max(1e-9, 16 √C eps), with the eps of the type of
            ``p``.

    Source:
        Shannon (1948), section 6.

    Example:
        A fair coin, and a coin with two heads:

        >>> entropy([[0.5, 0.5], [1, 0]], base=2)
        array([1., 0.])

    See also:
        :func:`crossentropy.surprise`, :func:`crossentropy.perplexity`,
        :func:`crossentropy.cross_entropy`.
    """
    (p,), result_type = as_distributions(axis, p=p)
    return as_result(by_blocks(_entropy, p), base, result_type)


def _entropy(p):
    """−Σ p log p over the last axis."""
    return 0 - _weighted_log(p, p).sum(axis=-1)


def _weighted_log(p, q):
    """p log q, entry by entry, with 0 log 0 = 0 and −inf where p > 0 = q."""
    with np.errstate(divide="ignore"):
        return p * np.log(np.where(p == 0, 1, q))


def perplexity(p, *, axis=-1, base=None):
    r"""Perplexity of a distribution: its effective number of outcomes.

    Let :math:`H(P)` denote the entropy of :math:`P` in nats. The perplexity is
    :math:`e^{H(P)}`. With the entropy in units of ``base`` it is ``base**H``, which is the same
    number: ``base`` is checked as elsewhere and changes nothing.

    Identities: 1 when one outcome is certain, C when C outcomes are equally likely, between 1 and
    C otherwise.

    Args:
        p: Probabilities, an array of any shape; each line of it along ``axis`` is a distribution.
        axis: Where the outcomes lie.
        base: As in :func:`crossentropy.entropy`; without effect.

    Returns:
        The perplexities, in the shape of ``p`` without ``axis``; a NumPy scalar for one
        distribution. The type is that of :func:`crossentropy.entropy`. Perplexity has no unit.

    Raises:
        ValueError: As :func:`crossentropy.entropy` does.

    Source:
        Jelinek, Mercer, Bahl and Baker (1977), for the name; Shannon (1948) for the entropy.

    Example:
        A die with six equal faces, and one that shows only two of them:

        >>> perplexity([[1/6] * 6, [1/2, 1/2, 0, 0, 0, 0]]).round(12)
        array([6., 2.])

    See also:
        :func:`crossentropy.entropy`.
    """
    (p,), result_type = as_distributions(axis, p=p)
    nats_per_unit(base)
    return as_result(by_blocks(_perplexity, p), None, result_type)


def _perplexity(p):
    """exp(−Σ p log p) over the last axis."""
    return np.exp(_entropy(p))


def binary_entropy(p, *, base=None):
    r"""Entropy of a coin that shows heads with probability ``p``.

    Let :math:`p` denote the probability of the first of two outcomes. Then
    :math:`H(p) = -p \log p - (1 - p) \log(1 - p)`, where :math:`0 \log 0 = 0`.

    Identities: ``binary_entropy(p)`` is ``entropy([p, 1 - p])``, but it stays accurate for a tiny
    ``p``. It is the same for ``1 - p``, and largest at 1/2, where it is log 2.

    Args:
        p: Probabilities between 0 and 1, an array of any shape.
        base: ``None`` for nats, 2 for bits, or any finite number greater than 1.

    Returns:
        The entropy for each entry, in the shape of ``p``; a NumPy scalar for a single number.
        float32 gives float32, integers give float64.

    Raises:
        ValueError: If an entry of ``p`` is negative, above 1, not finite or not a real number, or
            if ``base`` is not one of the above.

    Source:
        Shannon (1948), section 6, figure 7.

    Example:
        >>> binary_entropy([0, 0.5, 1], base=2)
        array([0., 1., 0.])

    See also:
        :func:`crossentropy.entropy`, :func:`crossentropy.binary_cross_entropy`.
    """
    (p,), result_type = as_probabilities(p=p)
    return as_result(_binary_cross_entropy(p, p), base, result_type)


def _binary_cross_entropy(p, q):
    """−p log q − (1 − p) log(1 − q), entry by entry, with 0 log 0 = 0 at both ends."""
    with np.errstate(divide="ignore"):
        return 0 - _weighted_log(p, q) - (1 - p) * np.log1p(-np.where(p == 1, 0, q))
