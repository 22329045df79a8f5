"""The slide: how far memories may move towards the target unseen by a Laplace kernel.

The chapter is ``chapters/memoryless.md``, the statements are in ``derivations/memoryless.py``.
"""

import numpy as np

from ._logits import as_number
from ._memories import as_count, as_interval, as_line


def largest_slide(points, interval, *, bins=None):
    r"""How far all points may slide towards a target before a Laplace kernel notices.

    Let :math:`\theta_j` denote the points and [a, b] the target. Up to the amount
    :math:`\min_j \max(a - \theta_j, \theta_j - b)`, the way from the nearest point to its edge, the
    gradient of :func:`crossentropy.kde_cross_entropy` for the logits stays as it is, for every
    target on [a, b] and whatever the logits and the bandwidth are. A point in [a, b] leaves no
    room: the amount is 0.

    Identities: ``largest_slide(slide(points, interval, s), interval)`` is
    ``largest_slide(points, interval) - s`` for an ``s`` up to that amount.

    Args:
        points: The N points of the memories, one line of finite numbers.
        interval: The target's two ends (a, b), finite numbers, a < b, in the unit of ``points``.
        bins: ``None`` for a target that fills [a, b]. Of M equal bins only the midpoints count:
            for a loss over M bins the points may slide on to the outermost midpoint, by
            (b − a) / 2M more.

    Returns:
        The amount, a float, at least 0, in the unit of ``points``.

    Raises:
        ValueError: If ``points`` holds what is not a finite number or nothing at all; if
            ``interval`` is not two finite numbers a < b, or ``bins`` no whole number of at least 1.

    Source:
        Derived in the chapter on the slide.

    Example:
        The nearest memory is 20 degrees from the target; ten bins leave room for one degree more:

        >>> largest_slide([30.0, -45.0], (-10, 10))
        20.0
        >>> largest_slide([30.0, -45.0], (-10, 10), bins=10)
        21.0

    See also:
        :func:`crossentropy.slide`, :func:`crossentropy.kde_cross_entropy_with_gradient`.
    """
    theta = as_line("points", points, "points")
    a, b = as_interval(interval, None)
    if bins is not None:
        spare = (b - a) / (2 * as_count("bins", bins))
        a, b = a + spare, b - spare
    return max(float(np.maximum(a - theta, theta - b).min()), 0.0)


def slide(points, interval, amount):
    r"""Points that have all moved by the same amount towards the centre of a target.

    Let :math:`\theta_j` denote the points, c the centre of [a, b] and s the amount. A point above
    c moves to :math:`\theta_j - s`, a point below it to :math:`\theta_j + s`. None may pass the
    centre; up to :func:`crossentropy.largest_slide`, none passes its edge.

    Args:
        points: The N points of the memories, one line of finite numbers.
        interval: The target's two ends (a, b), finite numbers, a < b, in the unit of ``points``.
        amount: How far each of them moves, at least 0 and at most the smallest distance from a
            point to the centre.

    Returns:
        The points after the slide, float64 of shape (N,). The argument is left as it is.

    Raises:
        ValueError: If ``points`` holds what is not a finite number or nothing at all; if
            ``interval`` is not two finite numbers a < b; if ``amount`` is no finite number,
            negative, or would take a point past the centre.

    Source:
        Derived in the chapter on the slide.

    Example:
        >>> slide([30.0, -45.0], (-10, 10), 20.0)
        array([ 10., -25.])

    See also:
        :func:`crossentropy.largest_slide`.
    """
    theta = as_line("points", points, "points")
    a, b = as_interval(interval, None)
    amount = as_number("amount", amount, 0, attained=True)
    offset = theta - (a / 2 + b / 2)
    room = float(np.abs(offset).min())
    if amount > room:
        raise ValueError(
            f"amount must be at most {room:.6g}, the distance from the centre of the interval to "
            f"the nearest of the points, not {amount:.6g}"
        )
    return theta - np.sign(offset) * amount
