"""The letters of the book, each with one meaning: the SymPy side of ``chapters/notation.md``.

A quantity that a page names (``H(P)``) is a concept here: what it stands for, written out in SymPy,
beside the library function that computes it. The checker holds the two against each other.
"""

from importlib import import_module

import sympy as sm
from checked_equations import (
    concept,
    distribution,
    index,
    real,
    size,
    sum_over,
)

# The package exports functions under the names of two of its modules, so modules are loaded by name.
_entropy = import_module("crossentropy.entropy")
_kl = import_module("crossentropy.kl")

# -- counts and positions ---------------------------------------------------------------------
C = size("C")  # classes (outcomes)
N = size("N")  # samples (shots)
c = index("c", C)  # a class
k = index("k", C)  # one class held fixed
n = index("n", N)  # a sample

# -- numbers ----------------------------------------------------------------------------------
x = real("x", 0)  # a positive number
p = real("p", 0, 1)  # the probability of one outcome of two
q = real("q", 0, 1)  # the believed probability of one outcome of two
t = real("t", 0, 1, closed=True)  # a mixing weight

# -- distributions over classes -----------------------------------------------------------------
P = distribution("P", "p", C)  # the truth
Q = distribution("Q", "q", C, positive=True)  # the belief
R = distribution("R", "r", C, positive=True)  # a third one
U = distribution("U", "u", C, formula=lambda c: 1 / C)  # the uniform distribution

# -- named quantities ---------------------------------------------------------------------------
H = concept(
    "H",
    lambda P: sum_over(lambda p: -p * sm.log(p), P),
    library=_entropy.entropy,
    kernel=_entropy._entropy,
)
CE = concept(
    "H",
    lambda P, Q: sum_over(lambda p, q: -p * sm.log(q), P, Q),
    library=_kl.cross_entropy,
    kernel=_kl._cross_entropy,
)
KL = concept(
    r"\mathrm{KL}",
    lambda P, Q: sum_over(lambda p, q: p * sm.log(p / q), P, Q),
    library=_kl.kl_divergence,
    # The kernel adds Σ(q − p), nothing for distributions; off the simplex it must go again.
    kernel=lambda p, q: _kl._kl_divergence(p, q) - (q - p).sum(),
    separator=r" \,\Vert\, ",
)
