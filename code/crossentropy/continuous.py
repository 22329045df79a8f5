r"""Entropy, cross-entropy and divergence of densities on a line.

The chapter is ``chapters/continuous.md``, the statements are in ``derivations/continuous.py``.

A density has a unit, one over that of the angle, and so every entropy here counts against one
unit of the angle: it may be negative. A divergence has no unit. Means and scales are real numbers
or arrays of them, which broadcast.
"""

import numpy as np

from ._distributions import (
    _as_real,
    _broadcast_shape,
    _first,
    _widen,
    as_distributions,
    as_result,
    by_blocks,
)
from .entropy import _entropy
from .kl import _kl_divergence


def uniform_entropy(width, *, base=None):
    r"""Differential entropy of the uniform density on an interval.

    Let :math:`w` denote the width of the interval. Then :math:`H = \log w`.

    Identities: 0 for a width of one unit, negative for less. Where the interval lies does not
    matter.

    Args:
        width: Widths, positive and finite, an array of any shape.
        base: ``None`` for nats, 2 for bits, or any finite number greater than 1.

    Returns:
        The entropies, in the shape of ``width``; a NumPy scalar for a single number. float32
        gives float32, integers give float64.

    Raises:
        ValueError: If a width is not positive and finite, or not a real number, or if ``base`` is
            not one of the above.

    Source:
        Shannon (1948), section 20.

    Example:
        >>> uniform_entropy([0.5, 1, 2], base=2)
        array([-1.,  0.,  1.])

    See also:
        :func:`crossentropy.effective_width`, the way back.
    """
    (width,), result_type = _as_numbers(("width",), width=width)
    return as_result(np.log(width), base, result_type)


def gaussian_entropy(scale, *, base=None):
    r"""Differential entropy of a Gaussian density.

    Let :math:`\sigma` denote its standard deviation. Then
    :math:`H = \log(\sigma \sqrt{2 \pi e})`. The mean does not matter.

    Identities: the largest entropy of all densities on the line with this standard deviation.
    Twice the scale is log 2 more.

    Args:
        scale: Standard deviations, positive and finite, an array of any shape.
        base: ``None`` for nats, 2 for bits, or any finite number greater than 1.

    Returns:
        The entropies, in the shape of ``scale``; types as for
        :func:`crossentropy.uniform_entropy`.

    Raises:
        ValueError: As :func:`crossentropy.uniform_entropy` does.

    Source:
        Shannon (1948), section 20.

    Example:
        >>> gaussian_entropy(1).round(4)
        np.float64(1.4189)

    See also:
        :func:`crossentropy.gaussian_cross_entropy`, :func:`crossentropy.gaussian_kl_divergence`.
    """
    (scale,), result_type = _as_numbers(("scale",), scale=scale)
    return as_result(np.log(scale) + np.log(2 * np.pi * np.e) / 2, base, result_type)


def laplace_entropy(scale, *, base=None):
    r"""Differential entropy of a Laplace density.

    Let :math:`\sigma` denote its scale, the mean distance from the centre. Then
    :math:`H = \log(2 e \sigma)`. The centre does not matter.

    Identities: the largest entropy of all densities on the line with this mean distance from a
    centre. Twice the scale is log 2 more.

    Args:
        scale: Scales, positive and finite, an array of any shape.
        base: ``None`` for nats, 2 for bits, or any finite number greater than 1.

    Returns:
        The entropies, in the shape of ``scale``; types as for
        :func:`crossentropy.uniform_entropy`.

    Raises:
        ValueError: As :func:`crossentropy.uniform_entropy` does.

    Source:
        Cover and Thomas (2006), chapter 8, for the definition.

    Example:
        >>> laplace_entropy([0.5, 1]).round(4)
        array([1.    , 1.6931])

    See also:
        :func:`crossentropy.laplace_kl_divergence`.
    """
    (scale,), result_type = _as_numbers(("scale",), scale=scale)
    return as_result(np.log(scale) + np.log(2 * np.e), base, result_type)


def histogram_entropy(p, width, *, axis=-1, base=None):
    r"""Differential entropy of a histogram: a density that is level within each bin.

    Let :math:`p_1, \dots, p_M` denote the probabilities of bins of width :math:`\Delta`. Then
    :math:`H = -\sum_{m=1}^{M} p_m \log \frac{p_m}{\Delta}`, the entropy of the bins plus
    :math:`\log \Delta`.

    Identity: ``histogram_entropy(p, width) == entropy(p) + log(width)``. For the bins of a density
    it is never below the entropy of the density, and tends to it as the bins shrink.

    Args:
        p: Probabilities, an array of any shape; each line of it along ``axis`` is a distribution.
        width: The width of every bin, a positive and finite number.
        axis: Where the bins lie.
        base: ``None`` for nats, 2 for bits, or any finite number greater than 1.

    Returns:
        The entropies, in the shape of ``p`` without ``axis``; a NumPy scalar for one histogram.
        The type is that of :func:`crossentropy.entropy`.

    Raises:
        ValueError: As :func:`crossentropy.entropy` does, and if ``width`` is not one positive and
            finite number.

    Source:
        Cover and Thomas (2006), section 8.3.

    Example:
        Two bins, half a unit wide and equally likely, make the uniform density of one unit:

        >>> histogram_entropy([1/2, 1/2], 0.5)
        np.float64(0.0)

    See also:
        :func:`crossentropy.entropy`.
    """
    (p,), result_type = as_distributions(axis, p=p)
    (width,), _ = _as_numbers(("width",), width=width)
    if np.ndim(width):
        raise ValueError(f"width must be a single number, but its shape is {np.shape(width)}")
    return as_result(by_blocks(_entropy, p) + np.log(width), base, result_type)


def gaussian_cross_entropy(mean, scale, believed_mean, believed_scale, *, base=None):
    r"""Cross-entropy of a Gaussian belief: what it costs, whatever the shape of the truth.

    Let :math:`\mu`, :math:`\sigma` denote mean and standard deviation of the truth, and
    :math:`\mu'`, :math:`\sigma'` those of a Gaussian belief. Then
    :math:`H(P, Q) = \log(\sigma' \sqrt{2 \pi})
    + \frac{\sigma^2 + (\mu - \mu')^2}{2 \sigma'^2}`.

    Identities: no other feature of the truth matters. A Laplace truth has the standard deviation
    √2 times its scale. For a Gaussian truth it is the
    sum of :func:`crossentropy.gaussian_entropy` and :func:`crossentropy.gaussian_kl_divergence`.

    Args:
        mean, believed_mean: Means, finite, arrays of any shape.
        scale, believed_scale: Standard deviations, positive and finite; all four broadcast.
        base: ``None`` for nats, 2 for bits, or any finite number greater than 1.

    Returns:
        The cross-entropies, in the shape that the arguments broadcast to; a NumPy scalar for
        single numbers. float32 gives float32, integers give float64.

    Raises:
        ValueError: If a mean is not finite, a scale not positive and finite, an entry not a real
            number; if the shapes do not broadcast; or if ``base`` is not one of the above.

    Source:
        Cover and Thomas (2006), chapter 8.

    Example:
        A belief that is right, and one that lies one standard deviation beside the truth:

        >>> gaussian_cross_entropy(0, 1, [0, 1], 1).round(4)
        array([1.4189, 1.9189])

    See also:
        :func:`crossentropy.gaussian_kl_divergence`.
    """
    numbers, result_type = _as_means_and_scales(mean, scale, believed_mean, believed_scale)
    return as_result(_gaussian_cross_entropy(*numbers), base, result_type)


def _gaussian_cross_entropy(mean, scale, believed_mean, believed_scale):
    """log(σ' √(2π)) + (σ² + (μ − μ')²) / 2σ'², entry by entry."""
    with np.errstate(over="ignore"):
        spread = (scale / believed_scale) ** 2 + ((mean - believed_mean) / believed_scale) ** 2
    return np.log(believed_scale) + np.log(2 * np.pi) / 2 + spread / 2


def gaussian_kl_divergence(mean, scale, believed_mean, believed_scale, *, base=None):
    r"""Divergence of one Gaussian density from another.

    Let :math:`\mu`, :math:`\sigma` denote mean and standard deviation of the truth, and
    :math:`\mu'`, :math:`\sigma'` those of the belief. Then
    :math:`\mathrm{KL}(P \,\Vert\, Q) = \log \frac{\sigma'}{\sigma}
    + \frac{\sigma^2 + (\mu - \mu')^2}{2 \sigma'^2} - \frac{1}{2}`.

    Identities: at least 0, and 0 only for equal densities. It does not depend on the unit of the
    angle. With equal scales it is half the square of the distance in scales.

    Args:
        mean, believed_mean: Means, finite, arrays of any shape.
        scale, believed_scale: Standard deviations, positive and finite; all four broadcast.
        base: ``None`` for nats, 2 for bits, or any finite number greater than 1.

    Returns:
        The divergences, as :func:`crossentropy.gaussian_cross_entropy` returns its numbers. They
        keep their digits where the two densities are nearly equal.

    Raises:
        ValueError: As :func:`crossentropy.gaussian_cross_entropy` does.

    Source:
        Kullback and Leibler (1951).

    Example:
        >>> gaussian_kl_divergence(0, 1, [0, 1, 2], 1)
        array([0. , 0.5, 2. ])

    See also:
        :func:`crossentropy.laplace_kl_divergence`, :func:`crossentropy.kl_divergence`.
    """
    numbers, result_type = _as_means_and_scales(mean, scale, believed_mean, believed_scale)
    return as_result(_gaussian_kl_divergence(*numbers), base, result_type)


def _gaussian_kl_divergence(mean, scale, believed_mean, believed_scale):
    """With ρ = σ/σ': (ρ − 1 − log ρ) + (ρ − 1)²/2 + (μ − μ')²/2σ'², three terms of one sign."""
    with np.errstate(over="ignore"):
        off = (scale - believed_scale) / believed_scale
        apart = (mean - believed_mean) / believed_scale
        return _excess(scale, believed_scale) + off**2 / 2 + apart**2 / 2


def laplace_kl_divergence(centre, scale, believed_centre, believed_scale, *, base=None):
    r"""Divergence of one Laplace density from another.

    Let :math:`\mu`, :math:`\sigma` denote centre and scale of the truth, :math:`\mu'`,
    :math:`\sigma'` those of the belief, and :math:`s = |\mu - \mu'|`. Then
    :math:`\mathrm{KL}(P \,\Vert\, Q) = \log \frac{\sigma'}{\sigma} + \frac{s}{\sigma'}
    + \frac{\sigma}{\sigma'} e^{-s / \sigma} - 1`.

    Identities: at least 0, and 0 only for equal densities. It does not depend on the unit of the
    angle. Far away it grows like the distance, where that of Gaussian densities grows like its
    square.

    Args:
        centre, believed_centre: Centres, finite, arrays of any shape.
        scale, believed_scale: Scales, positive and finite; all four broadcast.
        base: ``None`` for nats, 2 for bits, or any finite number greater than 1.

    Returns:
        The divergences, as :func:`crossentropy.gaussian_kl_divergence` returns them.

    Raises:
        ValueError: As :func:`crossentropy.gaussian_cross_entropy` does.

    Source:
        Kullback and Leibler (1951), for the divergence.

    Example:
        >>> laplace_kl_divergence(0, 1, [0, 1, 2], 1).round(4)
        array([0.    , 0.3679, 1.1353])

    See also:
        :func:`crossentropy.gaussian_kl_divergence`.
    """
    (centre, scale, believed_centre, believed_scale), result_type = _as_numbers(
        ("scale", "believed_scale"),
        centre=centre,
        scale=scale,
        believed_centre=believed_centre,
        believed_scale=believed_scale,
    )
    nats = _laplace_kl_divergence(centre, scale, believed_centre, believed_scale)
    return as_result(nats, base, result_type)


def _laplace_kl_divergence(centre, scale, believed_centre, believed_scale):
    """With ρ = σ/σ' and u = s/σ: (ρ − 1 − log ρ) + (s/σ') (e^−u − 1 + u)/u, of one sign."""
    with np.errstate(over="ignore"):
        apart = np.abs(centre - believed_centre)
        return _excess(scale, believed_scale) + apart / believed_scale * _rise(apart / scale)


def _excess(scale, believed_scale):
    """ρ − 1 − log ρ for ρ = σ/σ': the divergence computes it without cancellation."""
    scale, believed_scale = np.broadcast_arrays(scale, believed_scale)
    return _kl_divergence(believed_scale[..., None], scale[..., None]) / believed_scale


def _rise(u):
    """(e^−u − 1 + u)/u, from 0 to 1; by its series u/2 − u²/6 + u³/24 − … for small u."""
    few = np.minimum(u, 0.5)
    series = 0
    for k in range(16, 1, -1):
        series = (1 - series * few) / k
    many = np.maximum(u, 0.5)
    return np.where(u < 0.5, few * series, 1 + np.expm1(-many) / many)


def effective_width(entropy):
    r"""Width of the interval that is as unpredictable as a density.

    Let :math:`H` denote a differential entropy in nats. Then :math:`e^H` is the width of the
    uniform density with this entropy, in the unit of the angle.

    Identities: ``effective_width(uniform_entropy(width)) == width``. It is to a density what
    perplexity is to a distribution. It changes with the unit as any width does.

    Args:
        entropy: Differential entropies in nats, finite, an array of any shape.

    Returns:
        The widths, in the shape of ``entropy``; types as for
        :func:`crossentropy.uniform_entropy`.

    Raises:
        ValueError: If an entropy is not finite or not a real number.

    Source:
        Cover and Thomas (2006), section 8.2, for the volume that it measures.

    Example:
        A Gaussian and a Laplace density of scale 1:

        >>> effective_width([gaussian_entropy(1), laplace_entropy(1)]).round(2)
        array([4.13, 5.44])

    See also:
        :func:`crossentropy.perplexity`.
    """
    (entropy,), result_type = _as_numbers((), entropy=entropy)
    with np.errstate(over="ignore"):
        return as_result(np.exp(entropy), None, result_type)


def _as_means_and_scales(mean, scale, believed_mean, believed_scale):
    return _as_numbers(
        ("scale", "believed_scale"),
        mean=mean,
        scale=scale,
        believed_mean=believed_mean,
        believed_scale=believed_scale,
    )


def _as_numbers(positive, **arguments):
    """Check finite numbers given by name, those named in ``positive`` above 0; and their type."""
    arrays = {name: _as_real(name, values) for name, values in arguments.items()}
    result_type = np.result_type(np.float32, *arrays.values())
    for name, a in arrays.items():
        wrong = ~np.isfinite(a) | ((a <= 0) if name in positive else False)
        if wrong.any():
            where, value = _first(name, a, wrong)
            needed = "positive and finite" if name in positive else "finite"
            raise ValueError(f"{name} must be {needed}, but {where} = {value}")
    _broadcast_shape(arrays)
    return [_widen(a) for a in arrays.values()], result_type
