"""The letters of the book, each with one meaning: the SymPy side of ``chapters/notation.md``.

A quantity that a page names (``H(P)``) is a concept here: what it stands for, written out in SymPy,
beside the library function that computes it. The checker holds the two against each other.
"""

from importlib import import_module

import sympy as sm
from checked_equations import (
    Sum,
    concept,
    distribution,
    index,
    labels,
    real,
    size,
    sum_over,
    vector,
)

# The package exports functions under the names of two of its modules, so modules are loaded by name.
_entropy = import_module("crossentropy.entropy")
_kl = import_module("crossentropy.kl")

# -- counts and positions ---------------------------------------------------------------------
C = size("C")  # classes (outcomes)
N = size("N")  # samples (shots)
G = size("G")  # groups of classes; the answers to a first question
c = index("c", C)  # a class
k = index("k", C)  # one class held fixed
n = index("n", N)  # a sample
X = index("X", C)  # the class that happens, before it is known
g = index("g", G)  # a group of classes
b = index("b", C)  # a class, where c is taken

# -- numbers ----------------------------------------------------------------------------------
x = real("x", 0)  # a positive number
p = real("p", 0, 1)  # the probability of one outcome of two
q = real("q", 0, 1)  # the believed probability of one outcome of two
t = real("t", 0, 1, closed=True)  # a mixing weight
s = real("s", 0, closed=True)  # an amount of surprise
s_other = real("s'", 0, closed=True)  # another one
u = real("u", 0, closed=True)  # the surprise that an integral runs over
v = vector("v", C, positive=True)  # a value for each class
eps = real(r"\varepsilon", -1, 1)  # a small step away from a distribution
mu = real(r"\mu")  # the centre of a bump
sigma = real(r"\sigma", 0)  # the width of a bump

# -- distributions over classes -----------------------------------------------------------------
P = distribution("P", "p", C)  # the truth
Q = distribution("Q", "q", C, positive=True)  # the belief
R = distribution("R", "r", C, positive=True)  # a third one
U = distribution("U", "u", C, formula=lambda c: 1 / C)  # the uniform distribution
D = distribution("D", "d", C, formula=lambda c: sm.KroneckerDelta(c, 1))  # a certain outcome

# -- two questions: the answers X = g and Y = c together, one by one, and Y once X is known -------
XY = distribution("X, Y", r"\pi", G, C)
XX = distribution(
    "X", r"\pi^{X}", G, formula=lambda g: sum_over_index(lambda b: XY[g, b], b, C)
)
YY = distribution(
    "Y", r"\pi^{Y}", C, formula=lambda c: sum_over_index(lambda g: XY[g, c], g, G)
)

# -- vectors over classes and over shots ---------------------------------------------------------
v = vector("v", C, zero_sum=True)  # a direction from one distribution towards another
theta = vector(r"\theta", C)  # the angle in the middle of each sector
shots = labels("x", N, C)  # the class that each shot showed

# -- distributions made of others ------------------------------------------------------------------
Phat = distribution(  # what was seen: the share of each class among the shots
    r"\hat P",
    r"\hat p",
    C,
    formula=lambda c: sm.Mul(
        1 / N, Sum(sm.KroneckerDelta(c, shots[n]), (n, 1, N)), evaluate=False
    ),
)


def _height(c):
    """The height of a bump at the angle of sector c, before it is made to sum to one."""
    return sm.exp(-((theta[c] - mu) ** 2) / (2 * sigma**2))


B = distribution(  # a bump: a normal curve, read off at the sectors
    "B", "b", C, formula=lambda c: _height(c) / Sum(_height(k), (k, 1, C))
)

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
BCE = concept(
    "H",
    lambda p, q: -p * sm.log(q) - (1 - p) * sm.log(1 - q),
    library=_kl.binary_cross_entropy,
    kernel=_kl._binary_cross_entropy,
)
