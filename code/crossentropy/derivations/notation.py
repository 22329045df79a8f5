"""The letters of the book, each with one meaning: the SymPy side of ``chapters/notation.md``.

A quantity that a page names (``H(P)``) is a concept here: what it stands for, written out in SymPy,
beside the library function that computes it. The checker holds the two against each other.
"""

from importlib import import_module

import numpy as np
import sympy as sm
from checked_equations import (
    Sum,
    concept,
    distribution,
    index,
    labels,
    permutation,
    real,
    replace_letters,
    size,
    sum_over,
    vector,
)

# The package exports functions under the names of two of its modules: load those by name.
_entropy = import_module("crossentropy.entropy")
_kl = import_module("crossentropy.kl")

# -- counts and positions ---------------------------------------------------------------------
C = size("C")  # classes (outcomes)
N = size("N")  # samples (shots)
GROUPS = size("I")  # groups of classes: the answers to a first question
c = index("c", C)  # a class
k = index("k", C)  # one class held fixed
shuffle = permutation(r"\tau", C)  # a rearrangement of the classes
n = index("n", N)  # a sample
X = index("X", C)  # the class that happens, before it is known
i = index("i", GROUPS)  # a group of classes
i_other = index("i'", GROUPS)  # a group, where i is taken
c_other = index("c'", C)  # a class, where c is taken

# -- numbers ----------------------------------------------------------------------------------
x = real("x", 0)  # a positive number
p = real("p", 0, 1)  # the probability of one outcome of two
q = real("q", 0, 1)  # the believed probability of one outcome of two
t = real("t", 0, 1, closed=True)  # a mixing weight
s = real("s", 0, closed=True)  # an amount of surprise
s_other = real("s'", 0, closed=True)  # another one
u = real("u", 0, closed=True)  # the surprise that an integral runs over
mu = real(r"\mu")  # the centre of a bump
sigma = real(r"\sigma", sm.Rational(1, 2))  # the width of a bump (narrower ones underflow)
beta = real(r"\beta")  # how steeply scores become belief
kappa = real(r"\kappa")  # a constant that is added everywhere

# -- distributions over classes -----------------------------------------------------------------
P = distribution("P", "p", C)  # the truth
Q = distribution("Q", "q", C, positive=True)  # the belief
R = distribution("R", "r", C, positive=True)  # a third one
U = distribution("U", "u", C, formula=lambda c: 1 / C)  # the uniform distribution
ONE = distribution("O", "o", C, formula=lambda c: sm.KroneckerDelta(c, 1))  # all on one class

# -- two questions: the answers X = i and Y = c together, one by one, and Y once X is known -------
XY = distribution("X, Y", r"\pi", GROUPS, C)
Q_XX = distribution("Q^{X}", "q^{X}", GROUPS, positive=True)  # what is believed about X
XX = distribution("X", r"\pi^{X}", GROUPS, formula=lambda i: Sum(XY[i, c], (c, 1, C)))
YY = distribution("Y", r"\pi^{Y}", C, formula=lambda c: Sum(XY[i, c], (i, 1, GROUPS)))
FLAT = distribution(  # two independent questions, each with equally likely answers
    r"\bar X, \bar Y", r"\bar\pi", GROUPS, C, formula=lambda i, c: 1 / (GROUPS * C)
)
Y_GIVEN_X = distribution(
    r"Y \mid X", r"\pi^{Y \mid X}", GROUPS, C, formula=lambda i, c: XY[i, c] / XX[i]
)
Y_AT_I = distribution(r"Y \mid X = i", r"\pi^{Y \mid i}", C, formula=lambda c: XY[i, c] / XX[i])

# -- vectors over classes and over shots ---------------------------------------------------------
v = vector("v", C, zero_sum=True)  # a direction from one distribution towards another
theta = vector(r"\theta", C)  # the angle in the middle of each sector
shots = labels("x", N, C)  # the class that each shot showed

# -- distributions made of others ------------------------------------------------------------------
Phat = distribution(  # what was seen: the share of each class among the shots
    r"\hat P",
    r"\hat p",
    C,
    formula=lambda c: sm.Mul(1 / N, Sum(sm.KroneckerDelta(c, shots[n]), (n, 1, N)), evaluate=False),
)


def _height(c):
    """The height of a bump at the angle of sector c, before it is made to sum to one."""
    return sm.exp(-((theta[c] - mu) ** 2) / (2 * sigma**2))


Q_MU = distribution(  # a bump as a belief: a normal curve, read off at the sectors
    r"Q^{\mu}", r"q^{\mu}", C, formula=lambda c: _height(c) / Sum(_height(k), (k, 1, C))
)
Q_BETA = distribution(  # a slope as a belief: each class is the same factor above the one before
    r"Q^{\beta}",
    r"q^{\beta}",
    C,
    formula=lambda c: sm.exp(beta * c) / Sum(sm.exp(beta * k), (k, 1, C)),
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
    r"\operatorname{KL}",
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


# -- surprise, expectation, and entropy by other names ------------------------------------------
def _weighted_sum(body, place):
    return Sum(P[place] * replace_letters(body, {X: place}), (place, 1, C))


surprise = concept("s", lambda p: -sm.log(p), library=_entropy.surprise, kernel=_entropy._surprise)
E = concept(  # the expectation of what depends on the class X that happens, drawn from P
    r"\mathbb{E}",
    lambda body: _weighted_sum(body, sm.Dummy("c", integer=True, positive=True)),
    brackets=("[", "]"),
    binds=(X,),
)
log2 = concept(
    r"\log_{2}", lambda x: sm.log(x) / sm.log(2), library=lambda x: np.log2(x) if x else -np.inf
)
H_BITS = concept(
    "H_{2}",
    lambda P: sum_over(lambda p: -p * sm.log(p) / sm.log(2), P),
    library=lambda p: _entropy.entropy(p, base=2),
)
H_COIN = concept(
    "H",
    lambda p: -p * sm.log(p) - (1 - p) * sm.log(1 - p),
    library=_entropy.binary_entropy,
    kernel=lambda p: _entropy._binary_cross_entropy(p, p),
)
H_JOINT = concept(  # H[X, Y], H[X]: the entropy of answers to questions
    "H",
    lambda table: sum_over(lambda p: -p * sm.log(p), table),
    library=lambda table: _entropy.entropy(np.ravel(table)),
    brackets=("[", "]"),
)
H_GIVEN = concept(  # H[Y | X]: what is left of Y, on average, once X is known
    "H",
    lambda table: Sum(XX[i] * H_JOINT(Y_AT_I), (i, 1, GROUPS)),
    brackets=("[", "]"),
)
perplexity = concept(
    r"\mathrm{PP}",
    lambda P: sm.exp(H(P)),
    library=_entropy.perplexity,
    kernel=_entropy._perplexity,
)
