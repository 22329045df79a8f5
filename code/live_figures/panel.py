"""A pair of axes of a figure and everything that can be put on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sympy as sm

from . import palette
from .artists import Artist
from .errors import FigureError
from .expressions import Grid, Items, Mesh, Range

X, Y = sm.symbols("X Y", real=True)
"""Where the pointer is, in data units: the symbols of ``draggable(sets=...)``."""


@dataclass(frozen=True)
class Handle:
    """A point of the drawing that can be dragged."""

    id: str
    panel: int
    at: tuple
    sets: dict
    label: str
    color: str
    keys: tuple


class Panel:
    """One pair of axes of a figure; made by :meth:`Figure.panel`."""

    def __init__(self, figure, number, *, xlim, ylim, xlabel, ylabel, options):
        self.figure, self.number = figure, number
        self.xlim, self.ylim = tuple(map(float, xlim)), tuple(map(float, ylim))
        self.xlabel, self.ylabel, self.title_text = xlabel, ylabel, options["title"]
        self.options = options
        self.statics = []

    def _error(self, message):
        raise FigureError(self.figure.name, message)

    def draw(self, function):
        """Draw fixed things with Matplotlib: ``function(ax)``, called once for each drawing.

        Use colours from ``live_figures.color("muted")`` so that they follow the theme.  Works as a
        decorator.
        """
        self.statics.append(function)
        return function

    # -- shapes -----------------------------------------------------------------------------
    def curve(self, id, y, over, *, points=200, color="ink", width=2.2, dash=None, **common):
        """A curve: ``y`` over ``over=(x, low, high)``, or parametric with ``y=(x_of_t, y_of_t)``.

        ``low`` and ``high`` may move.  ``points=None`` steps through whole numbers from low to
        high instead of an even grid.  ``check(x, **params)`` gives y, or (x, y) when parametric.
        """
        domain = self._domain(id, over, points)
        pair = tuple(y) if isinstance(y, (tuple, list)) else (domain.variable, y)
        style = {"width": width, "dash": dash}
        parametric = isinstance(y, (tuple, list))
        return self._add(
            id, "line", domain, pair, color, style, "parametric" if parametric else "curve", common
        )

    def area(self, id, low, high, over, *, x=None, points=200, color="gap", opacity=0.25, **common):
        """A filled area between ``low`` and ``high`` over ``over=(x, low, high)``.

        ``x=`` gives the horizontal place when the running variable is another one.
        ``check(x, **params)`` gets the running variable and gives (low, high), or
        (x, low, high) when ``x=`` is given.
        """
        domain = self._domain(id, over, points)
        columns = (domain.variable if x is None else x, low, high)
        return self._add(id, "area", domain, columns, color, {"opacity": opacity}, "area", common)

    def bars(
        self, id, heights, *, at=None, width=0.8, base=0, over=None, color="truth", opacity=1.0,
        **common,
    ):  # fmt: skip
        """Upright bars.  ``heights`` is a list of expressions, or one expression with
        ``over=(j, low, high)`` for whole numbers j.  ``at`` gives the centres (default 0, 1, …
        or j), ``width`` and ``base`` may be expressions.  ``check(**params)`` gives the heights of
        the tops (one number for each bar).
        """
        if over is not None:
            domain = self._domain(id, over, None)
            at = domain.variable if at is None else at
            columns = (at - sm.sympify(width) / 2, base, at + sm.sympify(width) / 2, heights)
        else:
            heights = list(heights)
            domain = Items(len(heights))
            at = list(range(len(heights))) if at is None else list(at)
            half = sm.sympify(width) / 2
            columns = ([a - half for a in at], base, [a + half for a in at], heights)
        return self._add(id, "boxes", domain, columns, color, {"opacity": opacity}, "bars", common)

    def boxes(
        self, id, left, low, right, high, *, over=None, color="truth", opacity=1.0, edge=True,
        **common,
    ):  # fmt: skip
        """Rectangles, each side an expression or a list of expressions (or ``over=`` as in bars).

        ``check(**params)`` gives (left, low, right, high), numbers or arrays.
        """
        domain, columns = self._rows(id, (left, low, right, high), over)
        style = {"opacity": opacity, "edge": edge}
        return self._add(id, "boxes", domain, columns, color, style, "boxes", common)

    def points(self, id, x, y, *, over=None, size=9, ring=True, color="ink", **common):
        """Dots at (x, y): expressions, lists of expressions, or ``over=(j, low, high)``.

        ``check(**params)`` gives (x, y), numbers or arrays.
        """
        domain, columns = self._rows(id, (x, y), over)
        style = {"size": size, "ring": ring}
        return self._add(id, "points", domain, columns, color, style, "points", common)

    def vline(self, id, x, *, low=None, high=None, color="neutral", width=1.4, dash=None, **common):
        """A vertical line at ``x``, over the whole height unless ``low``/``high`` are given.

        ``check(**params)`` gives x.
        """
        low = self.ylim[0] if low is None else low
        high = self.ylim[1] if high is None else high
        domain, columns = self._rows(id, (x, low, x, high), None)
        style = {"width": width, "dash": dash}
        return self._add(id, "segments", domain, columns, color, style, "vline", common)

    def hline(self, id, y, *, low=None, high=None, color="neutral", width=1.4, dash=None, **common):
        """A horizontal line at ``y``; ``check(**params)`` gives y."""
        low = self.xlim[0] if low is None else low
        high = self.xlim[1] if high is None else high
        domain, columns = self._rows(id, (low, y, high, y), None)
        style = {"width": width, "dash": dash}
        return self._add(id, "segments", domain, columns, color, style, "hline", common)

    def segment(
        self, id, start, end, *, over=None, arrow=False, color="neutral", width=1.6, dash=None,
        **common,
    ):  # fmt: skip
        """A straight piece from ``start=(x, y)`` to ``end=(x, y)``, with an arrow head if asked.

        Coordinates may be lists (several pieces).  ``check(**params)`` gives (x0, y0, x1, y1).
        """
        domain, columns = self._rows(id, (*start, *end), over)
        style = {"width": width, "dash": dash}
        kind = "arrows" if arrow else "segments"
        return self._add(id, kind, domain, columns, color, style, "segment", common)

    def label(
        self, id, text, at, *, values=None, color="ink", size=None, align="center",
        offset=(0, 0), bold=False, only=None, **common,
    ):  # fmt: skip
        """Text at the moving place ``at=(x, y)``; ``text`` may hold ``{name:.2f}`` fields that
        ``values`` fills.  ``offset`` is in pixels (right, up); ``align`` is left/center/right.
        Words between asterisks are set in italics.  ``check(**params)`` gives a dict with the
        values (and the place as ``"at": (x, y)`` when it moves).  ``only="wide"`` or
        ``only="narrow"`` keeps the label to one of the two drawings.
        """
        if only not in (None, "wide", "narrow"):
            self._error(f"{id}: only must be 'wide' or 'narrow', not {only!r}")
        domain, columns = self._rows(id, at, None)
        style = {"size": size, "align": align, "offset": tuple(offset), "bold": bold}
        style["only"] = only
        artist = self._add(id, "label", domain, columns, color, style, "label", common)
        self.figure._template(artist, text, values)
        return artist

    def heatmap(
        self, id, z, over_x, over_y, *, zlim, color="belief", below=None, levels=16, **common
    ):
        """Cells coloured from paper (``zlim[0]``) to ``color`` (``zlim[1]``).

        With a second colour ``below`` they run from ``below`` (``zlim[0]``) over paper in the
        middle to ``color``.

        ``over_x=(x, low, high, count)`` and ``over_y`` likewise are the cell centres, at most
        4,000 cells.  ``check(x, y, **params)`` gives z.
        """
        mesh = self._mesh(id, over_x, over_y)
        style = {"zlim": tuple(map(float, zlim)), "levels": levels, "below": below}
        if below is not None:
            palette.hex_of(below)
        columns = (mesh.u.variable, mesh.v.variable, z)
        return self._add(id, "heat", mesh, columns, color, style, "heatmap", common)

    def contour(
        self, id, z, over_u, over_v, *, levels, at=None, color="neutral", width=1.4, dash=None,
        tolerance=None, **common,
    ):  # fmt: skip
        """Lines where ``z`` takes the values ``levels``.

        ``over_u=(u, low, high, count)`` and ``over_v`` span the grid; ``at=(x, y)`` maps the grid
        to the axes (default: u and v themselves), which draws contours on a triangle without
        ragged edges.  ``check(x, y, **params)`` gives z; it must be within ``tolerance`` of the
        level along the drawn line (default: 5 % of the spread of the levels).  With
        ``infinite=True`` the grid is crowded at its edges, where ``z`` may be infinite.
        """
        mesh = self._mesh(id, over_u, over_v)
        x, y = at or (mesh.u.variable, mesh.v.variable)
        if common.get("infinite"):
            crowded = {grid.variable: _crowded(grid) for grid in (mesh.u, mesh.v)}
            x, y, z = (sm.sympify(e).subs(crowded, simultaneous=True) for e in (x, y, z))
        levels = tuple(float(level) for level in levels)
        spread = max(levels) - min(levels) or abs(levels[0]) or 1.0
        style = {"width": width, "dash": dash, "tolerance": tolerance or 0.05 * spread}
        artist = self._add(id, "contour", mesh, (x, y, z), color, style, "contour", common)
        artist.levels = levels
        return artist

    def draggable(self, id, at, *, sets=None, label, color="accent", keys=(0.02, 0.02)):
        """A point that the reader drags (pointer, touch, arrow keys).

        ``at=(x, y)`` says where it is.  ``sets={param: expression}`` says what the pointer's place
        (the symbols ``live_figures.X`` and ``Y``, in data units) makes of the parameters; results
        are held inside the ranges.  The default, for ``at=(a, b)`` with two parameters, is
        ``{a: X, b: Y}``.  An arrow key moves by ``keys``, as a share of the axes.  The handle is a
        focusable control; the drawing of the point is the handle's own.
        """
        at = tuple(sm.sympify(e) for e in at)
        if sets is None:
            sets = {s: p for s, p in zip(at, (X, Y), strict=True) if s in self.figure.symbols}
            if not sets:
                self._error(f"{id}: draggable needs sets= when its place is no plain parameter")
        sets = {getattr(k, "symbol", k): sm.sympify(v) for k, v in sets.items()}
        for symbol in sets:
            if symbol not in self.figure.symbols:
                self._error(f"{id}: draggable sets {symbol}, which is no parameter of the figure")
        self.figure._new_id(id)
        palette.hex_of(color)
        handle = Handle(id, self.number, at, sets, label, color, tuple(keys))
        self.figure.handles.append(handle)
        return handle

    # -- helpers ----------------------------------------------------------------------------
    def _domain(self, id, over, points):
        variable, low, high = over
        low, high = sm.sympify(low), sm.sympify(high)
        if not isinstance(variable, sm.Symbol):
            self._error(f"{id}: over= must begin with a SymPy symbol, not {variable!r}")
        if variable in self.figure.symbols:
            self._error(f"{id}: the running variable {variable} is a parameter already")
        if points is None:
            return Range(variable, low, high)
        if not 2 <= points <= 2000:
            self._error(f"{id}: points must be between 2 and 2000, not {points}")
        return Grid(variable, low, high, int(points))

    def _rows(self, id, columns, over):
        if over is not None:
            return self._domain(id, over, None), tuple(columns)
        lengths = {len(c) for c in columns if isinstance(c, (list, tuple, np.ndarray))}
        if len(lengths) > 1:
            self._error(f"{id}: lists of different lengths {sorted(lengths)}")
        count = lengths.pop() if lengths else 1
        return Items(count), tuple(
            list(c) if isinstance(c, (list, tuple, np.ndarray)) else c for c in columns
        )

    def _mesh(self, id, over_u, over_v):
        grids = []
        for variable, low, high, count in (over_u, over_v):
            grids.append(Grid(variable, sm.sympify(low), sm.sympify(high), int(count)))
        if grids[0].count * grids[1].count > 4000:
            self._error(f"{id}: more than 4,000 cells would miss the frame")
        return Mesh(*grids)

    def _add(self, id, kind, domain, columns, color, style, recipe, common):
        options = dict(common)
        label = {
            key.removeprefix("label_"): options.pop(key)
            for key in list(options)
            if key == "label" or key.startswith("label_")
        }
        visible = options.pop("visible", sm.true)
        artist = Artist(
            id=id,
            kind=kind,
            panel=self.number,
            domain=domain,
            columns=[self._sympify(c) for c in columns],
            color=color,
            style=style,
            visible=visible if visible is sm.true else sm.sympify(visible),
            infinite=options.pop("infinite", False),
            check=options.pop("check", None),
            recipe=recipe,
        )
        if options:
            self._error(f"{id}: unknown option {', '.join(sorted(options))}")
        self.figure._register(artist)
        if label:
            self._direct_label(artist, label)
        return artist

    @staticmethod
    def _sympify(column):
        if isinstance(column, (list, tuple)):
            return [sm.sympify(c) for c in column]
        return sm.sympify(column)

    def _direct_label(self, artist, label):
        """A label that rides on its artist: at ``label_at`` for curves, else at its first row."""
        text = label.pop("label", None)
        if text is None:
            self._error(f"{artist.id}: label_... options need label=")
        where = label.pop("at", None)
        first = [c[0] if isinstance(c, list) else c for c in artist.columns]
        if artist.kind in ("line", "area"):
            variable, low, high = artist.domain.variable, artist.domain.low, artist.domain.high
            where = (low + high) / 2 if where is None else where
            place = [sm.sympify(first[0]), sm.sympify(first[-1])]
            if artist.kind == "area":
                place[1] = (first[1] + first[2]) / 2
            place = [e.subs(variable, where) for e in place]
        elif artist.kind == "points":
            place = first
        elif artist.kind == "boxes":
            place = [(first[0] + first[2]) / 2, first[3]]
        elif artist.kind in ("segments", "arrows"):
            share = sm.Float(0.5) if where is None else sm.sympify(where)
            place = [first[0] + share * (first[2] - first[0])]
            place.append(first[1] + share * (first[3] - first[1]))
        else:
            self._error(f"{artist.id}: artists of kind {artist.kind} take no label=")
        values = label.pop("values", None)
        common = {"visible": artist.visible, "infinite": artist.infinite}
        child = self.label(
            f"{artist.id}-label", text, place, values=values,
            color=label.pop("color", artist.color),
            align=label.pop("align", "center"), offset=label.pop("offset", (0, 8)),
            size=label.pop("size", None), bold=label.pop("bold", False),
            only=label.pop("only", None),
            check=label.pop("check", None), **common,
        )  # fmt: skip
        child.parent = artist.id
        if label:
            self._error(f"{artist.id}: unknown option label_{', label_'.join(sorted(label))}")


def _crowded(grid):
    """The running variable with its values crowded at both ends of the grid."""
    share = (grid.variable - grid.low) / (grid.high - grid.low)
    return grid.low + (grid.high - grid.low) * sm.sin(sm.pi * share / 2) ** 2
