"""A small book of its own for the tests of the checker: letters, quantities, statements."""

import numpy as np
import sympy as sm
from checked_equations import (
    Minimum,
    Sum,
    alphabet,
    concept,
    distribution,
    ge,
    index,
    inequality,
    labels,
    le,
    permutation,
    real,
    size,
    sum_over,
    unevaluated,
    vector,
)
from sympy import log


def entropy(p):
    """−Σ p log p, with 0 log 0 = 0."""
    p = np.asarray(p)
    if np.isrealobj(p) and (np.any(p < 0) or abs(p.sum() - 1) > 1e-9):
        raise ValueError("p must be a distribution")
    return -np.sum(np.where(p == 0, 0, p * np.log(np.where(p == 0, 1, p))))


def divergence(p, q):
    """Σ p log(p/q) of two arrays."""
    return float(np.sum(p[p > 0] * np.log(p[p > 0] / q[p > 0])))


def divergence_kernel(p, q):
    """The same off the simplex, for complex entries."""
    return np.sum(p * np.log(p / q))


with alphabet() as LETTERS:
    n = size("n")
    m = size("m")
    i = index("i", n)
    j = index("j", n)
    k = index("k", n)
    P = distribution("P", "p", n)
    Q = distribution("Q", "q", n, positive=True)
    R = distribution("R", "r", n, positive=True)
    U = distribution("U", "u", n, formula=lambda place: 1 / n)
    T = distribution("T", "t", n, m)
    x = real("x", 0)
    y = real("y", 0)
    w = real("w")
    z = real("z")
    lam = real(r"\lambda", 0, 1, closed=True)
    a = real("a", 0, 1)
    s = index("s", sm.oo)
    pi = permutation(r"\pi", n)
    v = vector("v", n)
    d = vector("d", n, zero_sum=True)
    c = labels("c", m, n)
    H = concept("H", lambda P: sum_over(lambda p: -p * log(p), P), library=entropy, kernel=entropy)
    KL = concept(
        "D",
        lambda P, Q: sum_over(lambda p, q: p * log(p / q), P, Q),
        library=divergence,
        kernel=divergence_kernel,
        separator=r" \,\Vert\, ",
    )
    with unevaluated():
        log_bound = inequality(
            "eq-log-bound", log(x), le(x - 1, "tangent", proof=Minimum(x, 1), tight={x: 1})
        )
        gibbs = inequality(
            "eq-gibbs",
            KL(P, Q),
            ge(
                0,
                proof=Sum(P[i] * log_bound.instance({x: Q[i] / P[i]}), (i, 1, n)),
                tight={Q: P},
            ),
        )
