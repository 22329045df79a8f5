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
    entry,
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
_softmax = import_module("crossentropy.softmax")
_gradient = import_module("crossentropy.gradient")

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


# == Part II: scores, weights, samples =============================================================
D = size("D")  # features
d = index("d", D)  # a feature
d_other = index("d'", D)  # a feature, where d is taken

temperature = real("T", sm.Rational(1, 10))  # what the scores are divided by (or they underflow)
lam = real(r"\lambda", 0)  # the regulariser
eta = real(r"\eta", 0)  # the size of a step


def _dummy():
    return sm.Dummy("s", integer=True, positive=True)


def _share(score):
    """The softmax of scores that are given as a function of the class: a function of the class."""

    def entry(c):
        other = _dummy()
        return sm.exp(score(c)) / Sum(sm.exp(score(other)), (other, 1, C))

    return entry


# -- one sample: scores, target, belief, features ------------------------------------------------
z = vector("z", C)
y = distribution("y", "y", C)
y_hat = distribution(
    r"\hat y",
    r"\hat y",
    C,
    formula=_share(lambda c: z[c]),
    library=_softmax.softmax,
    kernel=_softmax._softmax,
    of=(z,),
)
y_hat_T = distribution(  # the same at another temperature
    r"\hat y^{(T)}",
    r"\hat y^{(T)}",
    C,
    formula=_share(lambda c: z[c] / temperature),
    library=lambda z, T: _softmax.softmax(z, temperature=T),
    kernel=lambda z, T: _softmax._softmax(z / T),
    of=(z, temperature),
)
x_one = vector("x", D)

# -- all samples, one in each row ------------------------------------------------------------------
W = vector("W", C, D)
b = vector("b", C)
x_all = vector("x", N, D, apart="rows")
z_all = vector("z", N, C, apart="rows")
k_all = labels("k", N, C)
y_all = distribution(r"\mathbf{Y}", "y", N, C, rows=True, apart="rows")
y_hot = distribution(  # the targets of labels that are certain
    r"\mathbf{Y}",
    "y",
    N,
    C,
    rows=True,
    formula=lambda n, c: sm.KroneckerDelta(c, k_all[n]),
    apart="labels",
)


def _linear(n, c):
    feature = _dummy()
    return Sum(W[c, feature] * x_all[n, feature], (feature, 1, D))


y_hat_z = distribution(  # the beliefs as a function of the scores
    r"\hat{\mathbf{Y}}",
    r"\hat y",
    N,
    C,
    rows=True,
    formula=lambda n, c: _share(lambda c: z_all[n, c])(c),
    library=_softmax.softmax,
    kernel=_softmax._softmax,
    of=(z_all,),
    apart="of scores",
)
y_hat_W = distribution(  # the same, once the scores are linear in the weights
    r"\hat{\mathbf{Y}}",
    r"\hat y",
    N,
    C,
    rows=True,
    formula=lambda n, c: _share(lambda c: _linear(n, c))(c),
    library=lambda W, X: _softmax.softmax(X @ W.T),
    kernel=lambda W, X: _softmax._softmax(X @ W.T),
    of=(W, x_all),
    apart="of weights",
)
y_hat_b = distribution(  # the same with a bias
    r"\hat{\mathbf{Y}}",
    r"\hat y",
    N,
    C,
    rows=True,
    formula=lambda n, c: _share(lambda c: _linear(n, c) + b[c])(c),
    library=lambda W, b, X: _softmax.softmax(X @ W.T + b),
    kernel=lambda W, b, X: _softmax._softmax(X @ W.T + b),
    of=(W, b, x_all),
    apart="of weights and bias",
)

# -- losses ----------------------------------------------------------------------------------------
LSE = concept(
    r"\operatorname{LSE}",
    lambda z: sm.log(sum_over(lambda z: sm.exp(z), z)),
    library=_softmax.log_sum_exp,
    kernel=_softmax._log_sum_exp,
)


def _loss_of_scores(z, y):
    one, other = _dummy(), _dummy()
    everything = Sum(sm.exp(entry(z, other)), (other, 1, C))
    return Sum(-entry(y, one) * sm.log(sm.exp(entry(z, one)) / everything), (one, 1, C))


ell = concept(  # the loss of one sample
    r"\ell",
    _loss_of_scores,
    library=_softmax.softmax_cross_entropy,
    kernel=_softmax._softmax_cross_entropy,
)


def _whole_loss(W, X, y, lam, b=None):
    n, c, d = _dummy(), _dummy(), _dummy()

    def score(c):
        feature = _dummy()
        linear = Sum(entry(W, c, feature) * entry(X, n, feature), (feature, 1, D))
        return linear if b is None else linear + entry(b, c)

    bill = Sum(Sum(-entry(y, n, c) * sm.log(_share(score)(c)), (c, 1, C)), (n, 1, N))
    return bill + lam / 2 * Sum(Sum(entry(W, c, d) ** 2, (d, 1, D)), (c, 1, C))


L = concept(  # the whole loss: the sum over the samples, and the regulariser
    "L",
    _whole_loss,
    library=lambda W, X, Y, lam: _gradient.linear_loss_and_gradient(W, X, Y, l2=lam)[0],
    kernel=lambda W, X, Y, lam: _gradient._linear_loss(W, X, Y, 0, lam),
    shown=1,
)
L_BIAS = concept(  # the same with a bias
    "L",
    lambda W, b, X, y, lam: _whole_loss(W, X, y, lam, b),
    library=lambda W, b, X, Y, lam: _gradient.linear_loss_and_gradient(W, X, Y, bias=b, l2=lam)[0],
    kernel=lambda W, b, X, Y, lam: _gradient._linear_loss(W, X, Y, b, lam),
    shown=2,
)


# == Part III: angles, memories, bins ==============================================================
J = size("J")  # memories
M = size("M")  # bins
j = index("j", J)  # a memory
held = index("l", J)  # one memory held fixed
j_other = index("j'", J)  # a memory, where j is taken
m = index("m", M)  # a bin

# -- angles ----------------------------------------------------------------------------------------
theta_one = real(r"\theta")  # an angle
theta_mem = vector(r"\theta", J, apart="memories")  # the angle of each memory
theta_bins = vector(r"\theta", M, apart="bins")  # the angle in the middle of each bin
left = real("a", -sm.oo, 0)  # the interval that would have hit, seen from a place inside it
right = real("b", 0)
width = real("w", 0)  # how wide that interval is
h = real("h", 0)  # the bandwidth of a kernel
slide = real("s", 0, closed=True)  # how far every memory moves towards the target

# -- kernels on the line: of a difference of angles and a bandwidth --------------------------------


def _on_the_line(name: str):
    """The library's kernel of that name, as a density of (difference, bandwidth, …)."""

    def density(difference, *shape):
        kernel = getattr(import_module("crossentropy.density"), name)(*shape)
        return float(np.exp(kernel.log_density(difference)))

    return density


K_GAUSS = concept(
    r"K^{\mathrm{Gauss}}",
    lambda x, h: 1 / (h * sm.sqrt(2 * sm.pi)) * sm.exp(-(x**2) / (2 * h**2)),
    library=_on_the_line("Gaussian"),
    shown=1,
)
K_LAPLACE = concept(
    r"K^{\mathrm{Laplace}}",
    lambda x, h: 1 / (2 * h) * sm.exp(-sm.Abs(x) / h),
    library=_on_the_line("Laplace"),
    shown=1,
)
K_CAUCHY = concept(
    r"K^{\mathrm{Cauchy}}",
    lambda x, h: h / (sm.pi * (h**2 + x**2)),
    library=_on_the_line("Cauchy"),
    shown=1,
)
K_STUDENT = concept(
    r"K^{\mathrm{Student}}",
    lambda x, h, nu: (
        sm.gamma((nu + 1) / 2)
        / (sm.gamma(nu / 2) * sm.sqrt(nu * sm.pi) * h)
        * (1 + x**2 / (nu * h**2)) ** (-(nu + 1) / 2)
    ),
    library=_on_the_line("StudentT"),
    shown=1,
)
K_TOPHAT = concept(
    r"K^{\mathrm{top}}",
    lambda x, h: sm.Piecewise((1 / (2 * h), sm.Abs(x) <= h), (0, True)),
    library=_on_the_line("TopHat"),
    shown=1,
)
K_EPANECHNIKOV = concept(
    r"K^{\mathrm{Epan}}",
    lambda x, h: sm.Piecewise((3 / (4 * h) * (1 - x**2 / h**2), sm.Abs(x) <= h), (0, True)),
    library=_on_the_line("Epanechnikov"),
    shown=1,
)

# -- the memories: weights, kernels at one angle, responsibilities ---------------------------------
z_mem = vector("z", J, apart="memories")
K_at = vector("K", J, positive=True)  # the kernel of each memory at the angle that is looked at


def _shares(score):
    """Shares in proportion to ``score(j)``: a function of the memory."""

    def entry(j):
        other = _dummy()
        return score(j) / Sum(score(other), (other, 1, J))

    return entry


S = distribution(
    "S",
    "S",
    J,
    formula=_shares(lambda j: sm.exp(z_mem[j])),
    library=_softmax.softmax,
    kernel=_softmax._softmax,
    of=(z_mem,),
)
r = distribution(
    "r",
    "r",
    J,
    formula=_shares(lambda j: sm.exp(z_mem[j]) * K_at[j]),
    library=lambda z, K: _softmax.softmax(z + np.log(K)),
    kernel=lambda z, K: _softmax._softmax(z + np.log(K)),
    of=(z_mem, K_at),
    apart="memories",
)


def _belief(z, K):
    one, other = _dummy(), _dummy()
    everything = Sum(sm.exp(entry(z, other)), (other, 1, J))
    return Sum(sm.exp(entry(z, one)) * entry(K, one), (one, 1, J)) / everything


def _log_belief(z, K):
    return _softmax._log_sum_exp(z + np.log(K)) - _softmax._log_sum_exp(z)


q_at = concept(  # the belief as a density, at one angle
    r"q(\theta)",
    _belief,
    library=lambda z, K: float(np.exp(_log_belief(z, K))),
    kernel=lambda z, K: np.exp(_log_belief(z, K)),
    brackets=("", ""),
    shown=0,
)
ell_q = concept(  # the loss at one angle, as a function of the logits
    r"\ell",
    lambda z, K: -sm.log(_belief(z, K)),
    library=lambda z, K: float(-_log_belief(z, K)),
    kernel=lambda z, K: -_log_belief(z, K),
    shown=1,
)

# -- many bins -------------------------------------------------------------------------------------
p_bins = distribution("P", "p", M, apart="bins")  # the target: how often each bin is right
K_bins = vector("K", M, J, positive=True, apart="bins")
r_bins = distribution(
    r"\mathbf{R}",
    "r",
    M,
    J,
    rows=True,
    formula=lambda m, j: _shares(lambda j: sm.exp(z_mem[j]) * K_bins[m, j])(j),
    library=lambda z, K: _softmax.softmax(z + np.log(K)),
    kernel=lambda z, K: _softmax._softmax(z + np.log(K)),
    of=(z_mem, K_bins),
    apart="bins",
)


def _loss_of_bins(z, K, p):
    m, one, other = _dummy(), _dummy(), _dummy()
    everything = Sum(sm.exp(entry(z, other)), (other, 1, J))
    belief = Sum(sm.exp(entry(z, one)) * entry(K, m, one), (one, 1, J)) / everything
    return Sum(-entry(p, m) * sm.log(belief), (m, 1, M))


def _bins(z, K, p):
    """The loss through the library's own kernel, for complex logits too."""
    return import_module("crossentropy.density_loss")._loss(z, np.log(K), p)


L_q = concept(  # the whole loss: what the belief costs on average over the bins
    "L",
    _loss_of_bins,
    library=_bins,
    kernel=_bins,
    shown=1,
)

logistic = concept(r"\sigma", lambda t: 1 / (1 + sm.exp(-t)))
