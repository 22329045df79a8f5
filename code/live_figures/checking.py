"""What makes a figure impossible to build: unknown symbols, numbers that are not finite."""

from __future__ import annotations

import numpy as np
import sympy as sm

from .errors import FigureError
from .expressions import Items, as_number
from .panel import X, Y


def check_parts(figure):
    """Raise :class:`FigureError` for the first part that is missing or unknown."""
    if not figure.panels:
        raise FigureError(figure.name, "it has no panel")
    _check_symbols(figure)
    _check_hidden(figure)


def _check_symbols(figure):
    arrays = {base.label for base in figure.arrays}
    arrays |= {b.label for r in figure.recurrences for b in r.bases}
    known = set(figure.symbols) | arrays
    for recurrence in figure.recurrences:
        inner = known | set(recurrence.symbols) | {recurrence.index}
        for part, scope in ((recurrence.start, known), (recurrence.update, inner)):
            for expression in part:
                _no_strangers(figure, "recurrence", expression, scope)
    for artist in figure.artists.values():
        domain = artist.domain
        running = set(domain.variables)
        for column in artist.columns:
            for expression in column if isinstance(column, (list, tuple)) else [column]:
                _no_strangers(figure, artist.id, expression, known | running)
        for grid in (getattr(domain, "u", domain), getattr(domain, "v", domain)):
            for end in ("low", "high"):
                if hasattr(grid, end):
                    _no_strangers(figure, artist.id, getattr(grid, end), known)
        for expression in (*artist.values.values(), artist.visible):
            _no_strangers(figure, artist.id, expression, known)
    for handle in figure.handles:
        for expression in handle.at:
            _no_strangers(figure, handle.id, expression, known)
        for expression in handle.sets.values():
            _no_strangers(figure, handle.id, expression, known | {X, Y})


def _no_strangers(figure, where, expression, known):
    expression = sm.sympify(expression)
    found = {s for s in expression.free_symbols if not isinstance(s, sm.Indexed)}
    strangers = sorted(found - known, key=str)
    if strangers:
        twins = [s for s in strangers if str(s) in {str(k) for k in known}]
        hint = " (same name, another symbol: use the one that the control returned)"
        raise FigureError(
            figure.name,
            f"{where}: unknown symbol {', '.join(map(str, strangers))}{hint if twins else ''}",
        )
    if expression.has(sm.nan, sm.zoo, sm.I):
        raise FigureError(figure.name, f"{where}: {expression} is not a real number")


def _check_hidden(figure):
    if figure.prediction:
        for id in figure.prediction.hide:
            if id not in figure.artists:
                raise FigureError(figure.name, f"predict: no artist {id!r} to hide")


def check_finite(figure, count=1000):
    """Every column and value at the start, all corners, the ends of each control, and draws."""

    states = figure.reachable(count)
    evaluator = figure.evaluator()
    known = evaluator.prepare(states)
    total = len(states)
    for artist in figure.artists.values():
        _, (shown,), _ = evaluator.columns(Items(1), [as_number(artist.visible)], known, total)
        shown = shown[:, 0] != 0
        running, columns, mask = evaluator.columns(artist.domain, artist.columns, known, total)
        _, values, _ = evaluator.columns(Items(1), list(artist.values.values()), known, total)
        checks = [(c, mask) for c in columns] + [(v, np.ones(v.shape, bool)) for v in values]
        for numbers, rows in checks:
            bad = np.isnan(numbers) if artist.infinite else ~np.isfinite(numbers)
            bad = bad & rows & shown[:, None]
            if bad.any():
                state, row = np.argwhere(bad)[0]
                at = dict(zip(figure.params, map(float, states[state]), strict=True))
                places = [
                    f"{v} = {r[state, row]:.4g}"
                    for v, r in zip(artist.domain.variables, running, strict=True)
                    if r.shape == numbers.shape
                ]
                where = ", ".join([f"{k} = {v:.4g}" for k, v in at.items()] + places)
                raise FigureError(
                    figure.name,
                    f"{artist.id}: not finite ({numbers[state, row]}) at {where}",
                )
    for handle in figure.handles:
        _, columns, _ = evaluator.columns(Items(1), list(handle.at), known, total)
        if not all(np.isfinite(c).all() for c in columns):
            raise FigureError(figure.name, f"{handle.id}: its place is not finite everywhere")
