r"""Matrix form: an equation between tables, printed whole and checked entry by entry.

A table is named once, and tables are added, multiplied and transposed. ``whole(table)[c, d]`` is
the entry in row *c* and column *d*, and prints as the whole table: the page shows the matrix, the
exact checks see the sums behind its entries, and the numeric ones NumPy's own products. A vector is
a table with one column. Tables whose shapes do not fit are refused when they are written down.

>>> import sympy as sm
>>> from checked_equations import eq, check, identity, index, latex, size, unevaluated, vector
>>> n, m = size("n"), size("m"); i = index("i", m)
>>> A = matrix(r"\mathbf{A}", vector("A", n, m)); x = matrix(r"\mathbf{x}", vector("x", n))
>>> with unevaluated():
...     turned = identity(
...         "eq-turned",
...         whole(times(transposed(A), x))[i],
...         eq(whole(transposed(times(transposed(x), A)))[i], "turn both around"),
...     )
>>> latex(turned.first)
'\\mathbf{A}^{\\mathsf{T}} \\mathbf{x}'
>>> check(turned).status
'proved'
>>> times(A, x)
Traceback (most recent call last):
...
checked_equations.matrices.Misfit: a table with m columns cannot stand before one with n rows
"""

from __future__ import annotations

import itertools

import sympy as sm

from .expressions import Concept, Diff, Node, Sum
from .notation import Distribution, shape_of

_serial = itertools.count()


class Misfit(TypeError):
    """What is written is no table, or its shapes do not fit."""


class Table(Node):
    """A table with rows and columns; the functions of this module make them."""

    @property
    def shape(self) -> tuple[sm.Expr, sm.Expr]:
        raise NotImplementedError

    def cell(self, row, column) -> sm.Expr:
        """Return the entry in a row and a column, written out."""
        raise NotImplementedError


class _Named(Table):
    nargs = 1

    @property
    def shape(self):
        lengths = shape_of(self.args[0])
        return lengths if len(lengths) == 2 else (lengths[0], sm.Integer(1))

    def cell(self, row, column):
        letter = self.args[0]
        letter = letter.letter if isinstance(letter, Distribution) else letter
        return letter[row, column] if len(shape_of(letter_of(self))) == 2 else letter[row]

    def _latex(self, printer):
        return self.symbol


def letter_of(named: _Named):
    """Return the vector or the distribution behind a named table."""
    return named.args[0]


def matrix(symbol: str, letter) -> Table:
    """Return the table of all entries of a vector or a distribution, printed as ``symbol``."""
    if len(shape_of(letter)) > 2:
        raise Misfit(f"{letter} has {len(shape_of(letter))} positions: a table has two at most")
    return type(f"Matrix_{next(_serial)}", (_Named,), {"symbol": symbol})(letter)


class Transposed(Table):
    """A table with its rows as columns."""

    nargs = 1

    @property
    def shape(self):
        return shape(self.args[0])[::-1]

    def cell(self, row, column):
        return cell(self.args[0], column, row)

    def _latex(self, printer):
        (table,) = self.args
        plain = isinstance(table, _Named | Ones)
        inside = printer._print(table) if plain else printer._parenthesised(table)
        return rf"{inside}^{{\mathsf{{T}}}}"


class Times(Table):
    """The product of two tables: rows of the first against columns of the second."""

    nargs = 2

    @classmethod
    def _require(cls, left, right):
        inner, outer = shape(left)[1], shape(right)[0]
        if inner != outer:
            raise Misfit(f"a table with {inner} columns cannot stand before one with {outer} rows")

    @property
    def shape(self):
        return shape(self.args[0])[0], shape(self.args[1])[1]

    def cell(self, row, column):
        left, right = self.args
        inner = shape(left)[1]
        if inner == 1:
            one = sm.Integer(1)
            return sm.Mul(cell(left, row, one), cell(right, one, column), evaluate=False)
        k = sm.Dummy("k", integer=True, positive=True)
        product = sm.Mul(cell(left, row, k), cell(right, k, column), evaluate=False)
        return Sum(product, (k, 1, inner))

    def _latex(self, printer):
        return " ".join(
            printer._parenthesised(part) if isinstance(part, sm.Add) else printer._print(part)
            for part in self.args
        )


class Ones(Table):
    """A column of ones."""

    nargs = 1

    @property
    def shape(self):
        return self.args[0], sm.Integer(1)

    def cell(self, row, column):
        return sm.Integer(1)

    def _latex(self, printer):
        return r"\mathbf{1}"


class Diagonal(Table):
    """A square table with a column on its diagonal and zeros elsewhere."""

    nargs = 1

    @property
    def shape(self):
        length, _ = shape(self.args[0])
        return length, length

    def cell(self, row, column):
        entry = cell(self.args[0], row, sm.Integer(1))
        return sm.Mul(sm.KroneckerDelta(row, column), entry, evaluate=False)

    def _latex(self, printer):
        return rf"\operatorname{{diag}}({printer._print(self.args[0])})"


class Nabla(Table):
    """The slopes of a number in every entry of a named table, in the shape of that table."""

    nargs = 2

    @property
    def shape(self):
        return self.args[1].shape

    def cell(self, row, column):
        body, table = self.args
        return Diff(body, table.cell(row, column))

    def _latex(self, printer):
        body, table = self.args
        big = isinstance(body, sm.Add)
        inside = printer._parenthesised(body) if big else printer._print(body)
        return rf"\nabla_{{{printer._print(table)}}} {inside}"


def transposed(table) -> Table:
    """Return the transpose of a table."""
    return Transposed(table)


def times(first, second, *more) -> Table:
    """Return a product of tables; ``Misfit`` where their shapes do not fit."""
    product = Times(first, second)
    return times(product, *more) if more else product


def ones(length) -> Table:
    """Return a column of ones."""
    return Ones(length)


def diagonal(column) -> Table:
    """Return the square table with a column on its diagonal."""
    return Diagonal(column)


def nabla(body, table: Table) -> Table:
    """Return the table of the slopes of ``body`` in the entries of a named table."""
    if not isinstance(table, _Named):
        raise Misfit(f"{table} is not a named table: slopes are taken in its entries")
    return Nabla(body, table)


def _split(product) -> tuple[list, sm.Expr]:
    """The numbers in front of a table, and the table."""
    tables = [factor for factor in product.args if is_table(factor)]
    if len(tables) != 1:
        raise Misfit(f"{product}: write a product of tables with times(…)")
    return [factor for factor in product.args if factor is not tables[0]], tables[0]


def is_table(node) -> bool:
    """Whether a node is a table, a sum of tables, or a multiple of one."""
    if isinstance(node, Table):
        return True
    return isinstance(node, sm.Add | sm.Mul) and any(map(is_table, node.args))


def shape(node) -> tuple[sm.Expr, sm.Expr]:
    """Return the numbers of rows and columns; ``Misfit`` for what is no table."""
    if isinstance(node, Table):
        return node.shape
    if isinstance(node, sm.Mul) and is_table(node):
        return shape(_split(node)[1])
    if isinstance(node, sm.Add) and is_table(node):
        shapes = [shape(term) for term in node.args]
        if len(set(shapes)) > 1:
            texts = " + ".join(f"{rows} × {columns}" for rows, columns in shapes)
            raise Misfit(f"tables of different shapes cannot be added: {texts}")
        return shapes[0]
    raise Misfit(f"{node} is no table")


def cell(node, row, column) -> sm.Expr:
    """Return one entry of a table, a sum of tables, or a multiple of one."""
    if isinstance(node, Table):
        return node.cell(row, column)
    if isinstance(node, sm.Mul):
        numbers, table = _split(node)
        return sm.Mul(*numbers, cell(table, row, column), evaluate=False)
    return sm.Add(*(cell(term, row, column) for term in node.args), evaluate=False)


class Whole(Concept):
    """One entry of a table that prints as the whole table; made with :func:`whole`."""

    symbol, separator, brackets, binds, shown = "", "", ("", ""), frozenset(), None
    definition = library = kernel = None

    @classmethod
    def _require(cls, table, *position):
        rows, columns = shape(table)
        if len(position) != (1 if columns == 1 else 2):
            raise Misfit(f"{len(position)} positions for an entry of a {rows} × {columns} table")

    @property
    def position(self) -> tuple[sm.Expr, sm.Expr]:
        """The row and the column."""
        row, *column = self.args[1:]
        return row, column[0] if column else sm.Integer(1)

    def expand_definition(self) -> sm.Expr:
        return cell(self.args[0], *self.position)

    def _latex(self, printer) -> str:
        return printer._print(self.args[0])


class whole:
    """``whole(table)[c, d]``: the entry of a table, printed as the table; ``[c]`` for a column."""

    def __init__(self, table):
        shape(table)
        self.table = table

    def __getitem__(self, position):
        position = position if isinstance(position, tuple) else (position,)
        return Whole(self.table, *position)
