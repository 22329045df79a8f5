"""Cross-entropy, derived, proved, computed and drawn: the functions of the book, in NumPy.

The names ``crossentropy.entropy`` and ``crossentropy.softmax`` mean the functions. The modules of
the same names are reached by ``from crossentropy.entropy import …``, which works as for every other
module.
"""

from .battle import (
    aim,
    feature_distances,
    fit_feature_weights,
    hit_rate,
    leave_one_out_log_likelihood,
    simulate_shots,
)
from .checking import central_difference, complex_step, directional_slopes
from .circle import (
    CircularKernel,
    GeodesicLaplace,
    VonMises,
    WrappedCauchy,
    WrappedLaplace,
    WrappedNormal,
)
from .continuous import (
    effective_width,
    gaussian_cross_entropy,
    gaussian_entropy,
    gaussian_kl_divergence,
    histogram_entropy,
    laplace_entropy,
    laplace_kl_divergence,
    uniform_entropy,
)
from .density import (
    Cauchy,
    Epanechnikov,
    Gaussian,
    Kernel,
    Laplace,
    StudentT,
    TopHat,
    kde_log_density,
    responsibilities,
)
from .density_loss import KDEGradients, kde_cross_entropy, kde_cross_entropy_with_gradient
from .entropy import binary_entropy, entropy, perplexity, surprise
from .fast_sums import laplace_cross_entropy_with_gradient, laplace_log_density
from .gradient import (
    linear_loss_and_gradient,
    softmax_cross_entropy_gradient,
    softmax_cross_entropy_with_gradient,
)
from .invariance import far_gradient
from .kl import binary_cross_entropy, cross_entropy, kl_divergence
from .learning import (
    em_step,
    exponentiated_gradient_step,
    fit_memory_weights,
    memory_gains,
)
from .memoryless import largest_slide, slide
from .softmax import log_softmax, log_sum_exp, softmax, softmax_cross_entropy
from .training import fit_softmax_regression, largest_step

__all__ = [
    "Cauchy",
    "CircularKernel",
    "Epanechnikov",
    "Gaussian",
    "GeodesicLaplace",
    "KDEGradients",
    "Kernel",
    "Laplace",
    "StudentT",
    "TopHat",
    "VonMises",
    "WrappedCauchy",
    "WrappedLaplace",
    "WrappedNormal",
    "aim",
    "binary_cross_entropy",
    "binary_entropy",
    "central_difference",
    "complex_step",
    "cross_entropy",
    "directional_slopes",
    "effective_width",
    "em_step",
    "entropy",
    "exponentiated_gradient_step",
    "far_gradient",
    "feature_distances",
    "fit_feature_weights",
    "fit_memory_weights",
    "fit_softmax_regression",
    "gaussian_cross_entropy",
    "gaussian_entropy",
    "gaussian_kl_divergence",
    "histogram_entropy",
    "hit_rate",
    "kde_cross_entropy",
    "kde_cross_entropy_with_gradient",
    "kde_log_density",
    "kl_divergence",
    "laplace_cross_entropy_with_gradient",
    "laplace_entropy",
    "laplace_kl_divergence",
    "laplace_log_density",
    "largest_slide",
    "largest_step",
    "leave_one_out_log_likelihood",
    "linear_loss_and_gradient",
    "log_softmax",
    "log_sum_exp",
    "memory_gains",
    "perplexity",
    "responsibilities",
    "simulate_shots",
    "slide",
    "softmax",
    "softmax_cross_entropy",
    "softmax_cross_entropy_gradient",
    "softmax_cross_entropy_with_gradient",
    "surprise",
    "uniform_entropy",
]
