r"""Softmax and its loss: how scores become belief, and what that belief costs.

The chapter is ``chapters/softmax.md``, the statements are in ``derivations/softmax.py``.

Public functions check their arguments and private kernels compute, as in
:mod:`crossentropy.entropy`. They measure scores from the top of their row: the exponential of the
largest is then 1, no other is larger, and log1p of the sum of the others keeps every digit of a
small loss. Labels have a shorter way, which :func:`_odds_against_labels` describes.
"""

import math

import numpy as np

from ._logits import (
    as_logits,
    as_number,
    as_rows,
    as_targets,
    check_logits,
    check_mean,
    check_reduction,
    from_rows,
    refuse_logits,
    without,
)

BLOCK = 2**17  # bytes of logits that a kernel works on at a time, so that they stay in the cache
LARGE_BLOCK = 2**19  # the same for a kernel that makes no other array of that size

# Scores up to here have exponentials whose quotients, sums and sums of quotients are numbers.
_MODERATE = {t: (np.finfo(t).maxexp // 2 - 16) * math.log(2) for t in "fdg"}
_LEAST = {t: np.exp(np.dtype(t).type(-moderate)) for t, moderate in _MODERATE.items()}


def softmax(z, *, axis=-1, temperature=1.0):
    r"""Softmax: scores become belief.

    Let :math:`z_1, \dots, z_C` denote the logits of :math:`C` classes and :math:`T` the
    temperature. Then :math:`\hat y_c = e^{z_c / T} / \sum_{k=1}^{C} e^{z_k / T}`. A logit of
    ``-inf`` makes its class impossible.

    Identities: the result sums to 1 along ``axis``; ``softmax(z + a) == softmax(z)`` for every
    number ``a``; for two classes it is the logistic function of the difference of the logits. For
    a temperature towards 0 the largest logits share the whole, for one towards infinity all
    classes do.

    Args:
        z: Logits, an array of any shape.
        axis: Where the classes lie.
        temperature: A finite number above 0, which divides the logits.

    Returns:
        The beliefs, in the shape of ``z``. float32 stays float32, integers give float64.

    Raises:
        ValueError: If an entry of ``z`` is NaN, +inf or not a real number; if all of a row are
            ``-inf``; if ``z`` is empty along ``axis``; if ``axis`` or ``temperature`` is not one
            of the above.

    Source:
        Bridle (1990), for the name and the use; Luce (1959) for odds from scores.

    Example:
        >>> softmax([0, np.log(2), np.log(5)]).round(12)
        array([0.125, 0.25 , 0.625])

        Half the temperature squares the odds:

        >>> softmax([0, np.log(2), np.log(5)], temperature=0.5).round(4)
        array([0.0333, 0.1333, 0.8333])

    See also:
        :func:`crossentropy.log_softmax`, :func:`crossentropy.softmax_cross_entropy`.
    """
    return _along(_softmax, z, axis, temperature)


def _softmax(z):
    """e^z over its sum, over the last axis."""
    rows = _as_table(z)
    e = rows - _spread(_tops(rows.real), rows)
    np.exp(e, out=e)
    e /= _spread(_row_sums(e), e)
    return e.reshape(z.shape)


def log_softmax(z, *, axis=-1, temperature=1.0):
    r"""Logarithm of softmax: minus the surprise of each class.

    Let :math:`z_1, \dots, z_C` denote the logits of :math:`C` classes and :math:`T` the
    temperature. Then :math:`\log \hat y_c = z_c / T - \log \sum_{k=1}^{C} e^{z_k / T}`. It is a
    number where :math:`\hat y_c` is too small for one, and keeps its digits where
    :math:`\hat y_c` rounds to 1. An impossible class has ``-inf``.

    Identities: ``exp(log_softmax(z)) == softmax(z)``; ``log_softmax(log_softmax(z))`` is
    ``log_softmax(z)``; at temperature 1 it is ``z - log_sum_exp(z)``, but without the cancellation.

    Args:
        z: Logits, an array of any shape.
        axis: Where the classes lie.
        temperature: A finite number above 0, which divides the logits.

    Returns:
        The logarithms in nats, in the shape of ``z``. float32 stays float32, integers give
        float64.

    Raises:
        ValueError: As :func:`crossentropy.softmax` does.

    Source:
        Blanchard, Higham and Higham (2021), section 4.

    Example:
        >>> log_softmax([0, 1000])
        array([-1000.,     0.])

    See also:
        :func:`crossentropy.softmax`, :func:`crossentropy.log_sum_exp`.
    """
    return _along(_log_softmax, z, axis, temperature)


def _log_softmax(z):
    """z − log Σ e^z over the last axis."""
    _, u, _, others = _from_the_top(z)
    u -= np.log1p(others)[:, None]
    return u.reshape(z.shape)


def log_sum_exp(z, *, axis=-1):
    r"""Log-sum-exp: a smooth maximum, and what softmax divides by.

    Let :math:`z_1, \dots, z_C` denote the logits of :math:`C` classes. Then
    :math:`\operatorname{LSE}(z) = \log \sum_{c=1}^{C} e^{z_c}`.

    Identities: ``max(z) <= log_sum_exp(z) <= max(z) + log(C)``;
    ``log_sum_exp(z + a) == log_sum_exp(z) + a``; its gradient is ``softmax(z)``.

    Args:
        z: Logits, an array of any shape. ``-inf`` adds nothing to the sum.
        axis: Where the classes lie.

    Returns:
        One number in nats for each row, in the shape of ``z`` without ``axis``; a NumPy scalar
        for one row. float32 stays float32, integers give float64.

    Raises:
        ValueError: As :func:`crossentropy.softmax` does.

    Source:
        Blanchard, Higham and Higham (2021), section 4.

    Example:
        Two equal logits give log 2 more than one of them, also where e to the 1000 is too large:

        >>> (log_sum_exp([[0, 0], [1000, 1000]]) - [0, 1000]).round(4)
        array([0.6931, 0.6931])

    See also:
        :func:`crossentropy.softmax`, :func:`crossentropy.log_softmax`.
    """
    z, axis = as_logits("z", z, axis)
    sums = np.empty(without(z.shape, axis), z.dtype)
    _row_by_row(_log_sum_exp, z, axis, sums.reshape(-1))
    return sums[()]


def _log_sum_exp(z):
    """log Σ e^z over the last axis."""
    at, _, _, others = _from_the_top(z)
    return (z.take(at) + np.log1p(others)).reshape(z.shape[:-1])


def softmax_cross_entropy(logits, target, *, axis=-1, reduction="none"):
    r"""Loss of a softmax: the surprise at the target of who believes the logits.

    Let :math:`z_1, \dots, z_C` denote the logits, :math:`\hat y` their softmax, and :math:`y` a
    distribution or the label :math:`k`, which is short for all of it on class :math:`k`. Then
    :math:`\ell = -\sum_{c=1}^{C} y_c \log \hat y_c`, where :math:`0 \log 0 = 0`; for a label
    :math:`\ell = \log \sum_{c=1}^{C} e^{z_c} - z_k`. It is ``inf`` when the target is a class that
    a logit of ``-inf`` makes impossible.

    Identities: ``softmax_cross_entropy(z, y) == cross_entropy(y, softmax(z))``; for a label it is
    ``-log_softmax(z)[k]``. It is computed from the sum without the target's own term, so a loss as
    small as 1e-300 still has all its digits.

    Args:
        logits: Logits, an array of any shape.
        target: Labels, which are integers from 0 to C − 1 in the shape of ``logits`` without
            ``axis``; or distributions in the shape of ``logits``.
        axis: Where the classes lie.
        reduction: ``"none"`` for every loss, ``"sum"`` or ``"mean"`` for one number.

    Returns:
        The losses in nats, in the shape of ``logits`` without ``axis``; a NumPy scalar for one
        row, the sum or the mean. The type is that of ``logits``: float32 stays float32, integers
        give float64.

    Raises:
        ValueError: If an entry of ``logits`` is NaN, +inf or not a real number; if all of a row
            are ``-inf``; if ``logits`` is empty along ``axis``; if the shape of ``target`` fits
            neither labels nor distributions, a label is no integer from 0 to C − 1, or a
            distribution would be refused by :func:`crossentropy.entropy`; if ``axis`` or
            ``reduction`` is not one of the above; if the mean of no losses is asked for.

    Source:
        Bridle (1990); Good (1952) for the score of a belief.

    Example:
        Three scores, and what each of the three answers would have cost:

        >>> softmax_cross_entropy([[0, np.log(2), np.log(5)]] * 3, [0, 1, 2]).round(4)
        array([2.0794, 1.3863, 0.47  ])

        Two thirds on the last class, one third on the first:

        >>> softmax_cross_entropy([0, np.log(2), np.log(5)], [1/3, 0, 2/3]).round(4)
        np.float64(1.0065)

    See also:
        :func:`crossentropy.softmax_cross_entropy_gradient`, :func:`crossentropy.cross_entropy`.
    """
    check_reduction(reduction)
    z, axis = as_logits("logits", logits, axis)
    y = as_targets(target, z.shape, axis, z.dtype)
    losses = _losses(as_rows(z, axis), y, lambda: refuse_logits("logits", z, axis))
    return _reduced(losses, reduction, z, axis)


def _softmax_cross_entropy(z, y):
    """−Σ y log softmax(z) over the last axis."""
    return _expected_surprise(y, _log_softmax(z))


def _expected_surprise(y, log_y_hat):
    """−Σ y log ŷ over the last axis, where 0 log 0 = 0."""
    return 0 - np.einsum("...c,...c->...", y, np.where(y == 0, 0, log_y_hat))


def _losses(logits, target, refuse):
    """The loss of each row of a table of logits; the target is labels or a table, too.

    Where the table holds no logits, ``refuse`` is called.
    """
    parts = []
    for z, y in _blocks(logits, target):
        if y.ndim == 1:
            loss, _ = _odds_against_labels(z, y, np.empty(z.shape, z.dtype), refuse)
        else:
            check_logits(z, refuse)
            loss = _softmax_cross_entropy(z, y)
        parts.append(loss)
    return _joined(parts, logits.dtype)


def _odds_against_labels(z, k, e, refuse):
    """The losses of labels, log1p of the odds against them, and the sums Σ e^z.

    Fills ``e`` with e^z, and at the label of each row with minus the sum of the others: all that
    is missing to ŷ − y is the division by Σ e^z.

    Nothing is subtracted, so nothing cancels. That works where scores are moderate, which the
    largest one tells beforehand, and the smallest e^z of a label afterwards. If not, the logits
    are checked and measured from the top of their row. NaN and inf end there, too.
    """
    if z.max() < _MODERATE[z.dtype.char]:
        own, others = _balance(np.exp(z, out=e), _places(z, k))
        if own.min() > _LEAST[z.dtype.char]:
            return _log1p(others / own), own + others
    check_logits(z, refuse)
    parts = [_odds_from_the_top(*block) for block in _blocks(z, k, e)]
    return [np.concatenate(part) for part in zip(*parts, strict=True)]


def _odds_from_the_top(z, k, e):
    """The same with all scores measured from the top of their row, which then counts 1."""
    u, e[:] = _exp_from(z, _tops(z))
    at = _places(z, k)
    own, others = _balance(e, at)
    return _log1p(others + (own - 1)) - u.take(at), own + others


def _balance(e, at):
    """Put at one place of each row minus the sum of the others; what was there, and that sum."""
    line = e.reshape(-1)
    own = line.take(at)
    line[at] = 0
    others = _row_sums(e)
    line[at] = -others
    return own, others


def _places(z, c):
    """Where the columns ``c``, one for each row, are when all rows are one line."""
    at = np.arange(0, z.size, z.shape[1])
    at += c
    return at


def _row_sums(e):
    """As a matrix product: along short rows faster than ``e.sum(axis=1)``."""
    return e.dot(np.ones(e.shape[1], e.dtype))


def _spread(x, e):
    """Each number of ``x`` all along a row of ``e``: for short rows faster than ``x[:, None]``."""
    return x.repeat(e.shape[1]).reshape(e.shape)


def _scale(e, factors):
    """Multiply each row of ``e`` by its factor."""
    if e.shape[1] > 32:
        e *= factors[:, None]
    else:
        for rows, factor in _blocks(e, factors):
            rows *= _spread(factor, rows)


def _tops(z):
    """The largest of each row. Short rows are laid side by side, so that all advance at once."""
    return z.max(axis=1) if z.shape[1] > 64 else np.ascontiguousarray(z.T).max(axis=0)


def _log1p(x):
    """log(1 + x). For many x faster than NumPy's: what 1 + x loses is added to its logarithm."""
    if x.size < 1000:
        return np.log1p(x)
    u = 1 + x
    lost = u - 1
    np.subtract(x, lost, out=lost)
    lost /= u
    lost += np.log(u, out=u)
    return lost


def _from_the_top(z):
    """Where the tops are, z − top, e^(z − top), and its sums without the top, as tables.

    The top of a row is the entry with the largest real part. Its own exponential is 1; in its
    place stands minus the sum of the others.
    """
    rows = _as_table(z)
    at = _places(rows, np.argmax(rows.real, axis=1))
    u, e = _exp_from(rows, rows.take(at))
    return at, u, e, _balance(e, at)[1]


def _exp_from(z, top):
    """z − top, and its exponential, where the digits that the difference loses are put back.

    Of a difference of −700 only 5e-14 is lost, but the exponential turns that into a factor.
    """
    top = _spread(top, z)
    with np.errstate(over="ignore", invalid="ignore"):
        u = z - top
        near = u - z  # −top, as far as it came through
        lost = (z - (u - near)) - (top + near)
    if not np.isfinite(u.real.min(initial=0)):
        lost[~np.isfinite(u)] = 0  # −inf loses nothing
    e = np.exp(u)
    e += e * lost
    return u, e


def _as_table(z):
    return np.ascontiguousarray(z.reshape(-1, z.shape[-1]))


def _along(kernel, z, axis, temperature):
    """What ``kernel`` makes of every row of ``z``, in the shape of ``z``."""
    z, axis = as_logits("z", z, axis)
    T = as_number("temperature", temperature, 0, attained=False)
    table = np.empty(as_rows(z, axis).shape, z.dtype)
    _row_by_row(kernel, z, axis, table, T)
    return from_rows(table, z, axis)


def _row_by_row(kernel, z, axis, results, T=1.0):
    """Fill ``results`` with what ``kernel`` makes of the rows, some of them at a time."""
    with np.errstate(over="ignore"):  # −1e308 − 1e308 may as well be −inf
        for rows, result in _blocks(as_rows(z, axis), results):
            check_logits(rows, lambda: refuse_logits("z", z, axis))
            result[:] = kernel(_heated(rows, T))


def _heated(z, T):
    """Logits that are z/T but for a common shift: 0 at the top, so that none overflows upwards."""
    if T == 1:
        return z
    u = (z - _tops(z)[:, None]).astype(np.result_type(z, float))
    return (u / T).astype(z.dtype)


def _reduced(losses, reduction, z, axis):
    """One number for all losses, or all of them in the shape of ``z`` without ``axis``."""
    if reduction == "none":
        return losses.reshape(without(z.shape, axis))[()]
    check_mean(reduction, losses.size)
    if reduction == "mean":
        return np.add.reduce(losses / losses.size)
    with np.errstate(over="ignore"):
        return np.add.reduce(losses)


def _blocks(*tables, size=BLOCK):
    """Tables with as many of the rows at a time as the first has in ``size`` bytes."""
    N, C = tables[0].shape
    step = max(1, size // (C * tables[0].itemsize))
    if 0 < N <= step:
        return [tables]
    return [[table[i : i + step] for table in tables] for i in range(0, N, step)]


def _joined(parts, dtype):
    """The numbers of all blocks in one line."""
    return parts[0] if len(parts) == 1 else np.concatenate([np.empty(0, dtype), *parts])
