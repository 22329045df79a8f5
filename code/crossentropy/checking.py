r"""Checks of a gradient: slopes that know nothing of the formula they are held against.

The chapter is ``chapters/checking.md``, the statements are in ``derivations/checking.py``. The
function that is checked comes from you: it takes an array and gives one number, the loss.
"""

import math
from numbers import Number

import numpy as np

from ._distributions import _as_real
from ._logits import as_number

_ROUNDING = np.finfo(float).eps
_TO_THE_SIDE = 1e-30  # so small that its square vanishes beside any number that matters


def central_difference(f, x, *, step=None):
    r"""Gradient by central differences: each entry is moved a little up and a little down.

    Let :math:`x_i` denote an entry of ``x`` and :math:`\varepsilon` the step. Then the slope is
    taken to be :math:`(f(x_i + \varepsilon) - f(x_i - \varepsilon)) / (2 \varepsilon)`. The error
    is about :math:`\chi / \varepsilon + \alpha \varepsilon^2`: what rounding moves a value by,
    over the step, and what the quotient cuts off.

    Args:
        f: A function of one array that returns one finite real number.
        x: Where to differentiate, an array of any shape.
        step: How far to move, or ``None`` for :math:`2^{-52/3} \max(1, |x_i|)`.

    Returns:
        The slopes, float64, in the shape of ``x``. They cost two calls of ``f`` for each entry.

    Raises:
        ValueError: If ``f`` is no function or does not return one finite real number; if ``x`` does
            not hold finite real numbers; if ``step`` is not a finite number above 0, or so small
            that an entry of ``x`` does not move.

    Source:
        Dennis and Schnabel (1983), chapter 5.

    Example:
        The slope of a cube at 2 is 12, and a step of 0.1 adds its square:

        >>> central_difference(lambda x: x**3, 2.0, step=0.1).round(4)
        np.float64(12.01)

    See also:
        :func:`crossentropy.complex_step`, :func:`crossentropy.directional_slopes`.
    """
    x = _as_place(x)
    steps = _steps(x, step)
    value = _real_valued(f)
    slopes = np.empty(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += steps[i]
        down[i] -= steps[i]
        if not down[i] < x[i] < up[i]:
            raise ValueError(f"step must move every entry of x, but {x[i]} ± {steps[i]} is {x[i]}")
        slopes[i] = (value(up) - value(down)) / (up[i] - down[i])
    return slopes[()]


def complex_step(f, x, *, step=_TO_THE_SIDE):
    r"""Gradient by complex steps: each entry is moved to the side, and nothing is subtracted.

    Let :math:`x_i` denote an entry of ``x`` and :math:`\varepsilon` the step. Then the slope is
    taken to be the imaginary part of :math:`f(x_i + i \varepsilon)`, over :math:`\varepsilon`. The
    error is of order :math:`\varepsilon^2`, so a tiny step gives every digit.

    ``f`` must be made of arithmetic, ``exp``, ``log`` and the like. An absolute value, a norm or a
    conjugate in it throws the imaginary part away, and the slope with it. What is left may still be
    a complex number: compare with :func:`crossentropy.central_difference` once.

    Args:
        f: A function of one array that accepts complex entries and returns one finite complex
            number.
        x: Where to differentiate, a real array of any shape.
        step: How far to move.

    Returns:
        The slopes, float64, in the shape of ``x``. They cost one call of ``f`` for each entry.

    Raises:
        ValueError: If ``f`` is no function or does not return one finite complex number; if ``x``
            does not hold finite real numbers; if ``step`` is not a finite number above 0.

    Source:
        Squire and Trapp (1998).

    Example:
        >>> complex_step(lambda x: x**3, 2.0)
        np.float64(12.0)

    See also:
        :func:`crossentropy.central_difference`, :func:`crossentropy.directional_slopes`.
    """
    x = _as_place(x)
    step = as_number("step", step, 0, attained=False)
    value = _complex_valued(f)
    slopes = np.empty(x.shape)
    for i in np.ndindex(x.shape):
        aside = x.astype(complex)
        aside[i] += 1j * step
        slopes[i] = value(aside).imag / step
    return slopes[()]


def directional_slopes(f, gradient, x, *, count=20, seed=0, step=None):
    r"""Slopes along random directions, as the gradient claims them and as differences measure them.

    Let :math:`g` denote the gradient and :math:`\xi` a direction whose entries are drawn from a
    normal distribution and scaled to length 1. Then :math:`\sum_i \xi_i g_i` is claimed, and
    :math:`(f(x + \varepsilon \xi) - f(x - \varepsilon \xi)) / (2 \varepsilon)` is measured.

    Args:
        f: A function of one array that returns one finite real number.
        gradient: The gradient that is checked, an array of the shape of ``x``.
        x: Where to check, an array of any shape.
        count: How many directions, a whole number of at least 1.
        seed: The seed of the directions, a whole number of at least 0.
        step: How far to move, or ``None`` for :math:`2^{-52/3} \max(1, \max_i |x_i|)`.

    Returns:
        Two arrays of ``count`` numbers: claimed and measured. They cost two calls of ``f`` for each
        direction, however many entries ``x`` has.

    Raises:
        ValueError: If ``f`` is no function or does not return one finite real number; if ``x`` or
            ``gradient`` does not hold finite real numbers, or their shapes differ, or they are
            empty; if ``count``, ``seed`` or ``step`` is not one of the above.

    Example:
        A gradient with a wrong second entry:

        >>> claimed, measured = directional_slopes(lambda x: (x**2).sum(), [2, 4], [1, 3], count=3)
        >>> (np.abs(claimed - measured) > 1e-3).all()
        np.True_

    See also:
        :func:`crossentropy.central_difference`, :func:`crossentropy.complex_step`.
    """
    x, g = _as_place(x), _as_place(gradient, "gradient")
    if g.shape != x.shape:
        raise ValueError(f"gradient must have the shape of x, {x.shape}, not {g.shape}")
    if x.size == 0:
        raise ValueError(f"x must have an entry, but its shape is {x.shape}")
    count, seed = _whole("count", count, 1), _whole("seed", seed, 0)
    step = _steps(np.abs(x).max(), step)
    value = _real_valued(f)
    directions = np.random.default_rng(seed).normal(size=(count, *x.shape))
    claimed, measured = np.empty(count), np.empty(count)
    for i, xi in enumerate(directions):
        xi = xi / np.sqrt((xi * xi).sum())
        claimed[i] = (xi * g).sum()
        measured[i] = (value(x + step * xi) - value(x - step * xi)) / (2 * step)
    return claimed, measured


def _as_place(values, name="x"):
    """``values`` as float64, once they are checked: finite real numbers."""
    x = _as_real(name, values).astype(float)
    wrong = ~np.isfinite(x)
    if wrong.any():
        i = tuple(map(int, np.argwhere(wrong)[0]))
        where = f"{name}[{', '.join(map(str, i))}]" if i else name
        raise ValueError(f"{name} must hold finite numbers, but {where} = {x[i]}")
    return x


def _steps(x, step):
    """A step for each entry: as asked, or where rounding and what is cut off balance."""
    if step is None:
        return _ROUNDING ** (1 / 3) * np.maximum(1.0, np.abs(x))
    return np.full(np.shape(x), as_number("step", step, 0, attained=False))[()]


def _whole(name, value, least):
    is_whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not (is_whole and value >= least):
        raise ValueError(f"{name} must be a whole number of at least {least}, not {value!r}")
    return int(value)


def _real_valued(f):
    """``f`` with its result checked: one finite real number."""
    _check_function(f)

    def value(x):
        result = _one_number(f(x[()]), "real")
        if isinstance(result, complex) or not math.isfinite(result):
            raise ValueError(f"f must return a finite real number, not {result!r}")
        return result

    return value


def _complex_valued(f):
    """``f`` with its result checked: one finite complex number, its imaginary part not lost."""
    _check_function(f)

    def value(x):
        result = _one_number(f(x[()]), "complex")
        if not isinstance(result, complex):
            raise ValueError(
                f"f must return a complex number for complex x, not {result!r}: "
                "something in it (an absolute value, a norm) drops the imaginary part"
            )
        if not (math.isfinite(result.real) and math.isfinite(result.imag)):
            raise ValueError(f"f must return a finite complex number, not {result!r}")
        return result

    return value


def _check_function(f):
    if not callable(f):
        raise ValueError(f"f must be a function of one array, not {f!r}")


def _one_number(result, kind):
    if isinstance(result, np.ndarray) and result.ndim == 0:
        result = result[()]
    if not isinstance(result, Number) or isinstance(result, bool | np.bool_):
        shape = f"an array of shape {result.shape}" if isinstance(result, np.ndarray) else result
        raise ValueError(f"f must return one {kind} number, not {shape!s}")
    return result.item() if isinstance(result, np.generic) else result
