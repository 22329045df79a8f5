"""Expressions: 0·log 0 = 0, domains to compute over, and the evaluation in NumPy.

Everything that moves in a figure is a SymPy expression in the figure's parameters.  This module
rewrites products with a logarithm so that a zero factor wins, and evaluates expressions in NumPy by
the rules that the browser follows (IEEE numbers; a missing array entry is not a number).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import sympy as sm
from sympy.printing.numpy import NumPyPrinter


class mul0(sm.Function):
    """``mul0(a, b)`` is ``a*b``, and 0 where ``a`` is 0 whatever ``b`` is."""

    nargs = 2


def zero_wins(expression: sm.Basic) -> sm.Basic:
    """Rewrite every product that has a logarithm in a factor, so that 0·log 0 gives 0.

    >>> x, y = sm.symbols("x y")
    >>> zero_wins(x * sm.log(x / y))
    mul0(x, log(x/y))
    """

    def rewrite(node):
        if not node.args:
            return node
        if isinstance(node, sm.Indexed):
            return node
        if isinstance(node, sm.Sum):
            return sm.Sum(rewrite(node.function), *node.limits)
        args = [rewrite(a) if isinstance(a, sm.Basic) else a for a in node.args]
        if isinstance(node, sm.Mul):
            logs = [a for a in args if a.has(sm.log)]
            rest = [a for a in args if not a.has(sm.log)]
            if logs and any(not a.is_number for a in rest):
                return mul0(sm.Mul(*rest), sm.Mul(*logs))
        return node.func(*args) if tuple(args) != node.args else node

    return rewrite(expression)


@dataclass(frozen=True)
class Items:
    """A fixed number of rows, each with its own expressions."""

    count: int

    @property
    def variables(self):
        return ()


@dataclass(frozen=True)
class Grid:
    """``count`` equal steps of a running variable from ``low`` to ``high`` (both may move)."""

    variable: sm.Symbol
    low: sm.Expr
    high: sm.Expr
    count: int

    @property
    def variables(self):
        return (self.variable,)


@dataclass(frozen=True)
class Range:
    """The whole numbers from ``low`` to ``high``, both included (both may move)."""

    variable: sm.Symbol
    low: sm.Expr
    high: sm.Expr

    @property
    def variables(self):
        return (self.variable,)


@dataclass(frozen=True)
class Mesh:
    """A grid in two running variables; the first one runs fastest."""

    u: Grid
    v: Grid

    @property
    def variables(self):
        return (self.u.variable, self.v.variable)


def as_number(condition):
    """A SymPy condition as an expression that is 1 or 0."""
    condition = sm.sympify(condition)
    if condition is sm.true:
        return sm.Integer(1)
    if condition is sm.false:
        return sm.Integer(0)
    return sm.Piecewise((1, condition), (0, True))


class _Batched:
    """An array with one copy per state: entry ``[s, i]`` belongs to state ``s``."""

    def __init__(self, values):
        self.values = values


def _take(array, *index):
    """Entry of ``array`` at whole-number ``index``; not a number outside, as in the browser."""
    index = [np.asarray(i, dtype=float) for i in index]
    if isinstance(array, _Batched):
        values = array.values
        (where,) = index
        where = np.broadcast_to(where, np.broadcast_shapes(where.shape, (len(values), 1)))
        inside = (where >= 0) & (where < values.shape[1]) & (where == np.floor(where))
        found = np.take_along_axis(values, np.where(inside, where, 0).astype(int), axis=1)
        return np.where(inside, found, np.nan)
    inside = np.ones(np.broadcast_shapes(*(i.shape for i in index)), bool)
    for i, size in zip(index, array.shape, strict=True):
        inside = inside & (i >= 0) & (i < size) & (i == np.floor(i))
    found = array[tuple(np.where(inside, i, 0).astype(int) for i in index)]
    return np.where(inside, found, np.nan)


def _sum(term, low, high):
    """Sum of ``term(j)`` for whole ``j`` from ``low`` to ``high`` (arrays: state by state)."""
    low, high = np.asarray(low, float), np.asarray(high, float)
    total = np.float64(0)
    for j in range(int(low.min()), int(high.max()) + 1):
        inside = (low <= j) & (j <= high)
        value = term(float(j))
        total = total + (value if inside.all() else np.where(inside, value, 0.0))
    return total


def _mul0(a, b):
    return np.where(np.equal(a, 0), 0.0, np.multiply(a, b))


_erf = np.vectorize(math.erf, otypes=[float])


class _Printer(NumPyPrinter):
    """NumPy code with sums as loops and array entries by :func:`_take`."""

    def _print_Sum(self, expr):
        code = self._print(expr.function)
        for variable, low, high in expr.limits:
            name = self._print(variable)
            code = f"_sum(lambda {name}: {code}, {self._print(low)}, {self._print(high)})"
        return code

    def _print_Indexed(self, expr):
        index = ", ".join(self._print(i) for i in expr.indices)
        return f"_take({self._print(expr.base.label)}, {index})"

    def _print_mul0(self, expr):
        return f"_mul0({self._print(expr.args[0])}, {self._print(expr.args[1])})"

    def _print_KroneckerDelta(self, expr):
        a, b = (self._print(arg) for arg in expr.args)
        return f"numpy.where(numpy.equal({a}, {b}), 1.0, 0.0)"

    def _print_erf(self, expr):
        return f"_erf({self._print(expr.args[0])})"

    def _print_Integer(self, expr):
        return f"{int(expr)}.0"

    def _print_Mod(self, expr):
        a, b = (self._print(arg) for arg in expr.args)
        return f"numpy.mod({a}, {b})"


def compile_numpy(arguments, expression):
    """A Python function of ``arguments`` (symbols) that computes ``expression`` on arrays."""
    return sm.lambdify(
        arguments,
        zero_wins(sm.sympify(expression)),
        modules=[{"_sum": _sum, "_take": _take, "_mul0": _mul0, "_erf": _erf}, "numpy"],
        printer=_Printer(
            {"fully_qualified_modules": False, "inline": True, "allow_unknown_functions": True}
        ),
    )


class Evaluator:
    """Evaluates expressions of one figure for many states of its parameters at once.

    ``parameters`` and ``data`` give the order of the symbols; ``recurrences`` (see
    :class:`live_figures.figure.Recurrence`) are stepped first, state by state.
    """

    def __init__(self, parameters, data, recurrences=()):
        self.parameters = list(parameters)
        self.data = dict(data)
        self.recurrences = list(recurrences)
        self._compiled = {}

    @property
    def _names(self):
        arrays = [base.label for base in self.data]
        histories = [base.label for r in self.recurrences for base in r.bases]
        return self.parameters + arrays + histories

    def _call(self, expression, known, extra=()):
        """``known`` maps symbols to arrays; ``extra`` are the running variables in scope."""
        key = (expression, tuple(extra))
        if key not in self._compiled:
            names = [*self._names, *extra]
            self._compiled[key] = compile_numpy(names, expression)
        values = [known.get(name) for name in [*self._names, *extra]]
        with np.errstate(all="ignore"):
            result = self._compiled[key](*values)
        return np.asarray(result, dtype=float)

    def prepare(self, states: np.ndarray) -> dict:
        """Known symbols for ``states`` (shape: states, parameters): columns and arrays."""
        known = {name: states[:, i : i + 1].astype(float) for i, name in enumerate(self.parameters)}
        known |= {base.label: array for base, array in self.data.items()}
        for recurrence in self.recurrences:
            count = len(states)
            now = [np.broadcast_to(self._call(e, known), (count, 1)) for e in recurrence.start]
            history = [list(now)]
            for step in range(recurrence.steps):
                local = dict(zip(recurrence.symbols, now, strict=True))
                local[recurrence.index] = np.float64(step)
                extra = (*recurrence.symbols, recurrence.index)
                now = [
                    np.broadcast_to(self._call(e, known | local, extra), (count, 1))
                    for e in recurrence.update
                ]
                history.append(now)
            for i, base in enumerate(recurrence.bases):
                known[base.label] = _Batched(np.concatenate([h[i] for h in history], axis=1))
        return known

    def columns(self, domain, columns, known, count):
        """The columns of an artist: a list of arrays (states, rows), and a mask of real rows.

        The first arrays are the running variables of ``domain``.
        """
        if isinstance(domain, Items):
            out = []
            for column in columns:
                cells = column if isinstance(column, (list, tuple)) else [column] * domain.count
                parts = [np.broadcast_to(self._call(e, known), (count, 1)) for e in cells]
                out.append(np.concatenate(parts, axis=1) if parts else np.zeros((count, 0)))
            return [], out, np.ones((count, domain.count), bool)
        if isinstance(domain, Mesh):
            u = self._steps(domain.u, known, count)
            v = self._steps(domain.v, known, count)
            u, v = np.tile(u, (1, v.shape[1])), np.repeat(v, domain.u.count, axis=1)
            running = [u, v]
        elif isinstance(domain, Grid):
            running = [self._steps(domain, known, count)]
        else:
            low = np.broadcast_to(self._call(domain.low, known), (count, 1))
            high = np.broadcast_to(self._call(domain.high, known), (count, 1))
            rows = max(int(np.floor(high - low).max()) + 1, 0)
            running = [low + np.arange(rows)[None, :]]
        local = dict(zip(domain.variables, running, strict=True))
        extra = tuple(domain.variables)
        out = [
            np.broadcast_to(self._call(e, known | local, extra), running[0].shape) for e in columns
        ]
        mask = np.ones(running[0].shape, bool)
        if isinstance(domain, Range):
            mask = running[0] <= high
        return running, out, mask

    def _steps(self, grid, known, count):
        low = np.broadcast_to(self._call(grid.low, known), (count, 1))
        high = np.broadcast_to(self._call(grid.high, known), (count, 1))
        return low + (high - low) * (np.arange(grid.count) / (grid.count - 1))[None, :]
