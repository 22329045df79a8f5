"""Cross-entropy, derived, proved, computed and drawn: the functions of the book, in NumPy.

The name ``crossentropy.entropy`` means the function. The module of the same name is reached by
``from crossentropy.entropy import …``, which works as for every other module.
"""

from .entropy import binary_entropy, entropy, perplexity, surprise
from .kl import binary_cross_entropy, cross_entropy, kl_divergence

__all__ = [
    "binary_cross_entropy",
    "binary_entropy",
    "cross_entropy",
    "entropy",
    "kl_divergence",
    "perplexity",
    "surprise",
]
