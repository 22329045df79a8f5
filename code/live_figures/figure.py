"""The author's interface: a figure, its panels, and what can be put on them."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sympy as sm

from . import palette
from .artists import COLUMNS, Artist, contour_segments, fields, fill_template, valid_format
from .checking import check_finite, check_parts
from .controls import Checkbox, Choice, Player, Shares, Slider
from .errors import FigureError
from .expressions import Evaluator, Items, as_number
from .panel import Panel
from .render import compile_figure, render_html


@dataclass(frozen=True)
class Recurrence:
    """Arrays stepped in the browser: ``start`` at step 0, then ``update`` at each step."""

    bases: tuple
    symbols: tuple
    index: sm.Symbol
    start: tuple
    update: tuple
    steps: int


@dataclass(frozen=True)
class Prediction:
    """A question that the reader answers before the figure unlocks."""

    question: str
    choices: tuple
    answer: int
    explanation: str
    hide: tuple


class Figure:
    """A live figure.  See the guide in :mod:`live_figures`.

    ``name`` is also the id on the page; ``alt`` describes the first state, ``moving`` says what
    changes when the reader moves a control (both are read aloud; ``moving`` is the line shown where
    JavaScript is off); ``caption`` asks the reader to do something.
    """

    def __init__(self, name, *, title, caption, alt, moving, height=340, narrow_height=280):
        if not re.fullmatch(r"[a-z][a-z0-9-]*", name or ""):
            raise FigureError(str(name), "the name must be lower-case words joined by hyphens")
        self.name = name
        for key, text in {"title": title, "caption": caption, "alt": alt, "moving": moving}.items():
            if not isinstance(text, str) or not text.strip():
                raise FigureError(name, f"{key} is missing")
        self.title, self.caption, self.alt, self.moving = title, caption, alt, moving
        self.height, self.narrow_height = height, narrow_height
        self.params, self.shares, self.panels = {}, [], []
        self.artists, self.handles, self.arrays, self.recurrences = {}, [], {}, []
        self.prediction = None
        self.source = _caller_file()
        self._ids, self._built, self._widget, self._evaluator = set(), None, None, None

    @property
    def alt_text(self):
        """What is read aloud in place of the picture."""
        return f"{self.alt.strip()} {self.moving.strip()}".replace("*", "")

    # -- controls ---------------------------------------------------------------------------
    @property
    def symbols(self):
        """The parameters' symbols, in the order in which they were made."""
        return {p.symbol: p for p in self.params.values()}

    def slider(
        self, name, low, high, start, *, label, step=None, unit="", digits=None, names=None,
        scale="linear", whole=False, show=True,
    ):  # fmt: skip
        """A slider; returns its SymPy symbol.

        ``names={0.5: "fair"}`` names special values, ``scale="log"`` moves by equal ratios,
        ``whole=True`` gives whole numbers, ``show=False`` hides it (for a draggable point).
        """
        return self._slider(
            name, low, high, start, label=label, unit=unit, whole=whole, step=step, digits=digits,
            names=names, scale=scale, show=show,
        )  # fmt: skip

    def _slider(self, name, low, high, start, **options):
        return self._control(Slider(self.name, name, low, high, start, **options))

    def shares_of_one(self, names, start, *, labels, low=0.0, step=0.01, show=True):
        """Sliders that always sum to 1, none below ``low``; returns their symbols.

        Moving one makes the others give or take in proportion.
        """
        start = [float(s) for s in start]
        if abs(sum(start) - 1) > 1e-9:
            raise FigureError(self.name, f"shares {names} start at a sum of {sum(start):g}, not 1")
        if not 0 <= low < 1 / len(start):
            raise FigureError(self.name, f"shares {names}: low = {low:g} leaves no room")
        high = 1 - (len(start) - 1) * low
        common = {
            "unit": "", "whole": False, "step": step, "digits": None, "names": None,
            "scale": "linear", "show": show, "free": True,
        }  # fmt: skip
        symbols = tuple(
            self._slider(n, low, high, s, label=text, **common)
            for n, s, text in zip(names, start, labels, strict=True)
        )
        self.shares.append(Shares([self.params[n] for n in names], low))
        return symbols

    def checkbox(self, name, start=False, *, label):
        """A check box; returns a symbol that is 0 or 1."""
        return self._control(Checkbox(self.name, name, start, label=label))

    def choice(self, name, options, start=0, *, label):
        """A drop-down; returns a symbol that is the number of the option, from 0."""
        return self._control(Choice(self.name, name, options, start, label=label))

    def player(self, name, steps, *, start=0, label, rate=10, unit="", names=None):
        """Play, step and reset over the whole numbers 0 … ``steps``; returns the step's symbol.

        Use it with :meth:`recurrence` or to index :meth:`data`.
        """
        return self._control(
            Player(
                self.name, name, steps, rate=rate, start=start, label=label, unit=unit,
                names=names, show=True,
            )
        )  # fmt: skip

    def _control(self, parameter):
        if parameter.name in self.params or parameter.name in self._array_names():
            raise FigureError(self.name, f"the name {parameter.name!r} is used twice")
        self.params[parameter.name] = parameter
        return parameter.symbol

    # -- numbers ----------------------------------------------------------------------------
    def data(self, name, values):
        """Numbers computed by NumPy; returns an indexed base, ``a[i]`` or ``a[i, j]`` from 0.

        Sum over it with ``sympy.Sum(a[j], (j, 0, n - 1))``: a loop in the browser.
        """
        values = np.array(values, float)
        if values.ndim not in (1, 2) or not values.size:
            raise FigureError(self.name, f"data {name!r} must be a list or a table of numbers")
        if not np.isfinite(values).all():
            raise FigureError(self.name, f"data {name!r} must be finite")
        if not name.isidentifier() or name in self.params or name in self._array_names():
            raise FigureError(self.name, f"data name {name!r} is no identifier or used twice")
        base = sm.IndexedBase(name)
        self.arrays[base] = np.array([float(f"{v:.9g}") for v in values.flat]).reshape(values.shape)
        return base

    def recurrence(self, names, start, update, steps):
        """Step numbers forward in the browser; returns one indexed base for each name.

        ``start`` is a list of expressions, ``update(*now, i)`` returns the list of the next values
        from the present ones (symbols) and the step number ``i``.  Entry ``[k]`` of a base is the
        value after k steps, k = 0 … ``steps``.
        """
        names = [names] if isinstance(names, str) else list(names)
        if not 1 <= steps <= 5000:
            raise FigureError(self.name, f"recurrence of {steps} steps; expected 1 to 5000")
        now = tuple(sm.Symbol(f"{n}_now", real=True) for n in names)
        index = sm.Symbol("step_index", real=True)
        following = update(*now, index)
        following = following if isinstance(following, (list, tuple)) else [following]
        start = start if isinstance(start, (list, tuple)) else [start]
        if not len(names) == len(start) == len(following):
            raise FigureError(self.name, f"recurrence {names}: start and update differ in length")
        bases = tuple(sm.IndexedBase(n) for n in names)
        for n in names:
            if not n.isidentifier() or n in self.params or n in self._array_names():
                raise FigureError(
                    self.name, f"recurrence name {n!r} is no identifier or used twice"
                )
        self.recurrences.append(
            Recurrence(
                bases, now, index, tuple(map(sm.sympify, start)),
                tuple(map(sm.sympify, following)), int(steps),
            )
        )  # fmt: skip
        return bases if len(bases) > 1 else bases[0]

    def _array_names(self):
        names = {base.label.name for base in self.arrays}
        return names | {b.label.name for r in self.recurrences for b in r.bases}

    # -- drawing ----------------------------------------------------------------------------
    def panel(
        self, *, xlim, ylim, xlabel="", ylabel="", title="", width=1.0, aspect=None, frame=True,
        xticks=None, yticks=None, xticklabels=None, yticklabels=None, xscale="linear",
        yscale="linear", grid=True, height=None, narrow_height=None,
    ):  # fmt: skip
        """A pair of axes with fixed limits (axes never run away under a slider).

        Panels stand side by side in the wide drawing, with relative ``width``, and below each other
        in the narrow one.  ``aspect="equal"`` gives both axes the same unit, ``frame=False`` hides
        axes and ticks, ``xscale="log"`` is logarithmic.
        """
        limits = {"xlim": xlim, "ylim": ylim}
        for key, (low, high) in limits.items():
            if not (np.isfinite([float(low), float(high)]).all() and low < high):
                raise FigureError(self.name, f"{key}={low, high} must be finite and ascending")
        options = {
            "title": title, "width": width, "aspect": aspect, "frame": frame, "xticks": xticks,
            "yticks": yticks, "xticklabels": xticklabels, "yticklabels": yticklabels,
            "xscale": xscale, "yscale": yscale, "grid": grid, "height": height,
            "narrow_height": narrow_height,
        }  # fmt: skip
        panel = Panel(
            self, len(self.panels), xlim=xlim, ylim=ylim, xlabel=xlabel, ylabel=ylabel,
            options=options,
        )  # fmt: skip
        self.panels.append(panel)
        return panel

    def readout(self, id, text, values=None, *, color="ink", visible=sm.true, infinite=False,
                check=None):  # fmt: skip
        """A line of numbers below the drawing, announced to screen readers.

        ``text`` holds fields, ``"H = {H:.3f} nats"``; ``check(**params)`` gives a dict of values.
        """
        artist = Artist(
            id=id, kind="readout", panel=None, domain=Items(1), columns=[], color=color,
            visible=sm.sympify(visible), infinite=infinite, check=check, recipe="readout",
        )  # fmt: skip
        self._register(artist)
        self._template(artist, text, values)
        return artist

    def predict(self, question, choices, answer, explanation, *, hide=()):
        """Ask for the reader's prediction first.

        ``answer`` is the number of the right choice, from 0.  The controls unlock, the artists
        named in ``hide`` appear, and ``explanation`` is shown after the reader commits.
        """
        if len(choices) < 2 or not 0 <= answer < len(choices):
            raise FigureError(self.name, "predict: two choices or more, and answer one of them")
        self.prediction = Prediction(question, tuple(choices), answer, explanation, tuple(hide))

    def _new_id(self, id):
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", id):
            raise FigureError(self.name, f"artist id {id!r} must be letters, digits and hyphens")
        if id in self._ids:
            raise FigureError(self.name, f"the artist id {id!r} is used twice")
        self._ids.add(id)
        self._built = None

    def _register(self, artist):
        self._new_id(artist.id)
        if artist.color not in palette.LIGHT:
            raise FigureError(
                self.name,
                f"{artist.id}: unknown colour {artist.color!r}; choose one of "
                f"{', '.join(palette.NAMES)}",
            )
        if artist.kind != "readout":
            assert len(artist.columns) == len(COLUMNS[artist.kind])
        self.artists[artist.id] = artist

    def _template(self, artist, text, values):
        values = {k: sm.sympify(v) for k, v in (values or {}).items()}
        used = fields(text)
        for name, spec in used:
            if name not in values:
                raise FigureError(self.name, f"{artist.id}: field {{{name}}} has no value")
            if not valid_format(spec):
                raise FigureError(self.name, f"{artist.id}: unknown number format {spec!r}")
        unused = set(values) - {name for name, _ in used}
        if unused:
            raise FigureError(self.name, f"{artist.id}: values not shown: {sorted(unused)}")
        artist.template, artist.values = text, values

    # -- values -----------------------------------------------------------------------------
    def state(self, values=None) -> dict:
        """All parameter values, with ``values`` put in and shares settled; checks the ranges."""
        state = {name: p.value for name, p in self.params.items()}
        values = {k: float(v) for k, v in (values or {}).items()}
        for name, value in values.items():
            if name not in self.params:
                raise FigureError(self.name, f"unknown parameter {name!r}")
            self.params[name]._inside({"value": value})
        for group in self.shares:
            asked = {i: values[n] for i, n in enumerate(group.names) if n in values}
            if asked:
                settled = group.settle(np.array([state[n] for n in group.names]), asked)
                values |= dict(zip(group.names, map(float, settled), strict=True))
        return state | values

    def set(self, values):
        """Move several parameters at once; shares stay at a sum of 1."""
        state = self.state(values)
        for group in self.shares:
            group.assign([state.pop(name) for name in group.names])
        for name, value in state.items():
            self.params[name].value = value

    def evaluate(self, values=None) -> dict:
        """What is drawn at ``values``: artist id → array (rows, columns), by SymPy and NumPy.

        Texts give a dict of their values, the written ``text`` and, for labels, ``at``.
        Contours give rows (level, x0, y0, x1, y1); hidden artists give None.
        """
        state = self.state(values)
        row = np.array([[state[n] for n in self.params]])
        evaluator = self.evaluator()
        known = evaluator.prepare(row)
        out = {}
        for artist in self.artists.values():
            out[artist.id] = self._evaluate(artist, evaluator, known)
        return out

    def _evaluate(self, artist, evaluator, known):
        _, (shown,), _ = evaluator.columns(Items(1), [as_number(artist.visible)], known, 1)
        if not shown[0, 0]:
            return None
        _, columns, mask = evaluator.columns(artist.domain, artist.columns, known, 1)
        columns = [c[0][mask[0]] for c in columns]
        if artist.kind in ("label", "readout"):
            _, values, _ = evaluator.columns(Items(1), list(artist.values.values()), known, 1)
            numbers = {k: float(v[0, 0]) for k, v in zip(artist.values, values, strict=True)}
            result = {**numbers, "text": fill_template(artist.template, numbers)}
            if artist.kind == "label":
                result["at"] = tuple(float(c[0]) for c in columns)
            return result
        if artist.kind == "contour":
            return _contour_rows(artist, columns)
        return np.stack(columns, axis=1)

    def evaluator(self) -> Evaluator:
        """The NumPy evaluator of the figure's expressions; it keeps what it has compiled."""
        parts = (len(self.params), len(self.arrays), len(self.recurrences))
        if self._evaluator is None or self._evaluator[0] != parts:
            made = Evaluator(list(self.symbols), self.arrays, self.recurrences)
            self._evaluator = (parts, made)
        return self._evaluator[1]

    def reachable(self, count=1000, seed=0) -> np.ndarray:
        """States to check: the start, the ends of each control, corners, and random draws."""
        rng = np.random.default_rng(seed)
        names = list(self.params)
        start = np.array([p.start for p in self.params.values()])
        rows = [start]
        for i, name in enumerate(names):
            for end in (self.params[name].low, self.params[name].high):
                row = start.copy()
                row[i] = end
                rows.append(row)
        if len(names) <= 10:
            ends = [(p.low, p.high) for p in self.params.values()]
            rows += list(np.array(np.meshgrid(*ends)).reshape(len(names), -1).T) if names else []
        table = np.array(rows).reshape(len(rows), len(names))
        draws = np.stack([p.draws(rng, count) for p in self.params.values()], 1) if names else None
        table = np.concatenate([table, draws]) if names else table
        for group in self.shares:
            where = [names.index(n) for n in group.names]
            corners = group.corners()
            table[:, where] = group.draws(rng, len(table))
            table[0, where] = start[where]
            extra = np.repeat(table[:1], len(corners), axis=0)
            extra[:, where] = corners
            table = np.concatenate([table, extra])
        return table

    # -- showing ----------------------------------------------------------------------------
    def build(self):
        """Check the figure and draw it; returns the HTML.  Raises :class:`FigureError`."""
        if self._built is None:
            check_parts(self)
            try:
                description = compile_figure(self)
            except ValueError as error:
                raise FigureError(self.name, str(error)) from error
            check_finite(self)
            self._built = render_html(self, description)
        return self._built

    def _repr_mimebundle_(self, include=None, exclude=None):
        from .widget import mimebundle

        return mimebundle(self)


def _contour_rows(artist, columns):
    shape = (artist.domain.v.count, artist.domain.u.count)
    x, y, z = (c.reshape(shape) for c in columns)
    rows = []
    for level in artist.levels:
        cuts = contour_segments(z, level)
        for u0, v0, u1, v1 in cuts:
            ends = [(_between(g, u0, v0), _between(g, u1, v1)) for g in (x, y)]
            rows.append((level, ends[0][0], ends[1][0], ends[0][1], ends[1][1]))
    return np.array(rows, float).reshape(-1, 5)


def _between(grid, u, v):
    """A value on an edge of the grid, straight between its two ends."""
    i, j = int(np.floor(v)), int(np.floor(u))
    s, t = v - i, u - j
    if s == 0 and t == 0:
        return grid[i, j]
    if s == 0:
        return grid[i, j] + t * (grid[i, j + 1] - grid[i, j])
    return grid[i, j] + s * (grid[i + 1, j] - grid[i, j])


def _caller_file() -> str:
    """Folder and file of the script that makes the figure, as named in its caption."""
    here = Path(__file__).parent
    for frame in inspect.stack()[1:]:
        path = Path(frame.filename)
        if path.parent != here and path.suffix == ".py":
            return f"{path.parent.name}/{path.name}"
    return ""
