r"""What the gradient of the kernel loss cannot see: how far away a cluster of memories is.

The chapter is ``chapters/invariance.md``, the statements are in ``derivations/invariance.py``.
"""

import math

import numpy as np

from ._logits import as_number
from ._memories import as_line
from .softmax import _softmax


def far_gradient(farther, logits, steepness):
    r"""Gradient for the logits that a shot leaves in memories that are all far from it.

    Let :math:`x + \xi_j` denote how far memory j is from the shot, where :math:`x` is the distance
    of the nearest one, and let :math:`\beta` denote what the log-slope :math:`-(\log K)'` of the
    kernel tends to. As :math:`x` grows, the gradient tends to :math:`S - \mathrm{softmax}(z -
    \beta \xi)`, where :math:`S` is the softmax of the logits :math:`z`.

    Identities: the gradient sums to 0; ``farther + a`` gives the same for every number ``a``.

    Args:
        farther: How much farther each memory is than the nearest one, or than any common distance:
            N finite numbers.
        logits: N finite numbers.
        steepness: :math:`\beta \geq 0`, per unit of ``farther``. 1/h for a Laplace kernel, which
            has this gradient at every distance; ``math.inf`` for a Gaussian: the nearest take all;
            0 for a Cauchy or Student kernel: nothing is learned.

    Returns:
        The limit of the gradient, N numbers in float64.

    Raises:
        ValueError: If ``farther`` or ``logits`` holds what is not a finite number, or if they
            differ in length; if ``steepness`` is below 0 or no number.

    Source:
        Derived in the chapter on what the gradient cannot see.

    Example:
        Two memories, one of them 10° farther away, as three kernels see them from afar:

        >>> far_gradient([0, 10], [0, 0], 1 / 10).round(4)
        array([-0.2311,  0.2311])
        >>> far_gradient([0, 10], [0, 0], math.inf)
        array([-0.5,  0.5])
        >>> far_gradient([0, 10], [0, 0], 0)
        array([0., 0.])

    See also:
        :func:`crossentropy.kde_cross_entropy_with_gradient`, :meth:`crossentropy.Kernel.slope`.
    """
    xi, z = as_line("farther", farther), as_line("logits", logits, "logits")
    if xi.size != z.size:
        raise ValueError(
            f"logits must hold one logit for each of the {xi.size} numbers of farther, "
            f"but there are {z.size}"
        )
    return _far_gradient(xi - xi.min(), z, _as_steepness(steepness))


def _far_gradient(xi, z, beta):
    """The limit for separations that start at 0."""
    behind = np.where(xi == 0, 0.0, -np.inf) if beta == math.inf else -beta * xi
    return _softmax(z) - _softmax(z + behind)


def _as_steepness(steepness):
    if isinstance(steepness, float) and steepness == math.inf:
        return math.inf
    return as_number("steepness", steepness, 0, attained=True)
