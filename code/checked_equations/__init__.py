"""Checked equations: a display equation of a book is one SymPy object that is printed and checked.

An author declares the letters (:func:`real`, :func:`size`, :func:`index`, :func:`distribution`, …),
names quantities with :func:`concept`, and writes statements inside :func:`unevaluated`::

    with unevaluated():
        splits = identity(
            "eq-kl-splits",
            H(P, Q),
            eq(-Sum(P[i] * log(Q[i]), (i, 1, n)), "what cross-entropy means"),
            eq(H(P) + KL(P, Q), "..."),
        )

``python -m checked_equations write`` puts the LaTeX into the labelled blocks of the chapters,
``python -m checked_equations check`` checks every statement symbolically and numerically.
"""

from .check import CheckFailed, Report, check, require
from .expressions import (
    At,
    Concept,
    Diff,
    Group,
    Integral,
    Product,
    Rounded,
    Sum,
    concept,
    replace_letters,
    sum_over,
    unevaluated,
)
from .normal_form import normal_form
from .notation import (
    Distribution,
    alphabet,
    distribution,
    domain_of,
    entry,
    index,
    labels,
    permutation,
    real,
    shape_of,
    size,
    vector,
)
from .printer import latex
from .statements import (
    Statement,
    Step,
    approx,
    counterexample,
    definition,
    derivative,
    eq,
    ge,
    gt,
    identity,
    inequality,
    invariance,
    le,
    limit,
    lt,
    statement,
    statements_of,
    value,
)
from .symbolic import Certificate, Minimum

__all__ = [
    "At",
    "Certificate",
    "CheckFailed",
    "Concept",
    "Diff",
    "Distribution",
    "Group",
    "Integral",
    "Minimum",
    "Product",
    "Report",
    "Rounded",
    "Statement",
    "Step",
    "Sum",
    "alphabet",
    "approx",
    "check",
    "concept",
    "counterexample",
    "definition",
    "derivative",
    "distribution",
    "domain_of",
    "entry",
    "eq",
    "ge",
    "gt",
    "identity",
    "index",
    "inequality",
    "invariance",
    "labels",
    "latex",
    "le",
    "limit",
    "lt",
    "normal_form",
    "permutation",
    "real",
    "replace_letters",
    "require",
    "shape_of",
    "size",
    "statement",
    "statements_of",
    "sum_over",
    "unevaluated",
    "value",
    "vector",
]
