"""Tests for figures: drive a figure in a browser and compare what is drawn with NumPy.

``compare`` moves every control of a figure to given values, reads the coordinates back from the SVG
attributes, and holds them against the ``check`` functions that the author attached, which use the
library and not the expressions of the drawing.
"""

from __future__ import annotations

import re

import numpy as np
import sympy as sm

from .artists import fill_template, format_value, to_pixels
from .preview import page as make_page

PIXEL = 0.02
"""Largest distance in drawing pixels; coordinates are written with two decimals."""

DRIVE = """([id, states]) => {
  const figure = LiveFigures.get(id), seen = [];
  for (const state of states) {
    for (const [name, value] of Object.entries(state)) {
      const input = document.getElementById(figure.id + '-' + name);
      if (!input || input.matches(':disabled')) { figure.set({[name]: value}); continue; }
      if (input.type === 'checkbox') input.checked = value === 1;
      else {
        const spec = figure.spec.params.find((p) => p.name === name);
        input.value = spec.scale === 'log'
          ? 400 * Math.log(value / spec.low) / Math.log(spec.high / spec.low) : value;
      }
      const kind = input.tagName === 'SELECT' ? 'change' : 'input';
      input.dispatchEvent(new Event(kind, {bubbles: true}));
    }
    seen.push({values: figure.values, locked: figure.locked, drawn: figure.coordinates()});
  }
  return seen;
}"""

LEGIBLE = """(id) => {
  const figure = LiveFigures.get(id), svg = figure.now.svg, bad = [];
  const scale = svg.getBoundingClientRect().width / figure.now.spec.width;
  for (const text of svg.querySelectorAll('text')) {
    if (!text.textContent.trim() || !text.checkVisibility({visibilityProperty: true})) continue;
    const box = text.getBBox(), size = parseFloat(getComputedStyle(text).fontSize) * scale;
    if (size < 11) bad.push(`"${text.textContent}" is ${size.toFixed(1)} px high`);
    if (text.getAttribute('transform')) continue;
    if (box.x < -3 || box.x + box.width > figure.now.spec.width + 3 || box.y < -3
        || box.y + box.height > figure.now.spec.height + 6)
      bad.push(`"${text.textContent}" leaves the drawing`);
  }
  return bad;
}"""


def depends_on_parameters(figure, artist) -> bool:
    """True for an artist that moves when a control moves."""
    moving = set(figure.symbols) | {b.label for r in figure.recurrences for b in r.bases}
    expressions = [sm.sympify(e) for e in artist.expressions()]
    domain = artist.domain
    for grid in (getattr(domain, "u", domain), getattr(domain, "v", domain)):
        expressions += [getattr(grid, end) for end in ("low", "high") if hasattr(grid, end)]
    return any(e.free_symbols & moving for e in expressions)


def unchecked(figure) -> list[str]:
    """Ids of moving artists that have no independent ``check``."""
    return [
        artist.id
        for artist in figure.artists.values()
        if artist.check is None
        and not (artist.parent and not artist.values)
        and depends_on_parameters(figure, artist)
    ]


def random_states(figure, count, seed) -> list[dict]:
    """Reachable values of all parameters: the start, then random ones."""
    table = figure.reachable(count, seed)
    rows = np.concatenate([table[:1], table[-count:]])
    return [dict(zip(figure.params, map(float, row), strict=True)) for row in rows]


def compare(figure, page, states) -> list[str]:
    """Differences between the drawing in ``page`` (a Playwright page) and the checks: a list."""
    problems = []
    layout = page.evaluate(
        "(id) => LiveFigures.get(id).layouts.indexOf(LiveFigures.get(id).now)", figure.name
    )
    specs = page.evaluate("(id) => LiveFigures.get(id).spec", figure.name)
    for seen in page.evaluate(DRIVE, [figure.name, states]):
        values = {
            name: int(value) if figure.params[name].whole else float(value)
            for name, value in seen["values"].items()
        }
        expected = figure.evaluate(values)
        if seen["locked"]:
            expected |= dict.fromkeys(figure.prediction.hide)
        for entry in specs["artists"]:
            artist = figure.artists[entry["id"]]
            drawn = seen["drawn"][artist.id]
            for fault in _faults(
                artist, entry, drawn, expected[artist.id], values, specs["layouts"][layout], layout
            ):
                problems.append(f"{figure.name}/{artist.id} at {values}: {fault}")
    return problems


def _faults(artist, entry, drawn, expected, values, layout, number):
    if (drawn is None) != (expected is None):
        yield f"drawn {drawn is not None}, expected {expected is not None}"
        return
    if drawn is None:
        return
    if artist.kind == "readout":
        yield from _text_faults(artist, drawn["text"], expected, values)
        return
    axes = [tuple(m[:3]) for m in layout["panels"][artist.panel]]
    if artist.kind == "label":
        yield from _text_faults(artist, drawn["text"], expected, values)
        place = expected["at"]
        if artist.check is not None and "at" in (told := artist.check(**values)):
            place = told["at"]
        left, right, up = entry["room"][number]
        want = [float(to_pixels(v, a)) for v, a in zip(place, axes, strict=True)]
        want[0] = np.clip(want[0] + entry["offset"][0], left, max(left, layout["width"] - right))
        want[1] = np.clip(want[1] - entry["offset"][1], up, layout["height"] - 4)
        if np.abs(np.subtract(want, drawn["pixels"])).max() > PIXEL:
            yield f"label at {drawn['pixels']}, expected {want}"
        return
    drawn = np.array(drawn, float).reshape(len(drawn), -1)
    if artist.kind == "heat":
        yield from _heat_faults(artist, drawn, expected, values)
        return
    if artist.kind == "contour":
        yield from _contour_faults(artist, drawn, expected, values, axes)
        return
    yield from _apart("expression", drawn, expected, artist, axes)
    if artist.check is not None:
        yield from _apart("check", drawn, _told(artist, expected, values, drawn), artist, axes)


def _told(artist, expected, values, drawn):
    """The columns that the author's check gives."""
    rows = len(expected)
    running = expected[:, 0]
    check, recipe = artist.check, artist.recipe
    if recipe in ("parametric", "area") and artist.columns[0] != artist.domain.variable:
        low, high = (float(_end(e, values)) for e in (artist.domain.low, artist.domain.high))
        count = getattr(artist.domain, "count", None)
        running = np.linspace(low, high, count) if count else np.arange(low, high + 0.5)
    if recipe == "curve":
        columns = (running, check(running, **values))
    elif recipe == "parametric":
        columns = check(running, **values)
    elif recipe == "area":
        told = check(running, **values)
        columns = told if len(told) == 3 else (running, *told)
    elif recipe == "bars":
        columns = (*expected.T[:3], check(**values))
    elif recipe == "vline":
        x = check(**values)
        columns = (x, expected[:, 1], x, expected[:, 3])
    elif recipe == "hline":
        y = check(**values)
        columns = (expected[:, 0], y, expected[:, 2], y)
    else:
        columns = check(**values)
    return np.stack([np.broadcast_to(np.asarray(c, float), (rows,)) for c in columns], axis=1)


def _end(expression, values):
    return sm.sympify(expression).subs({s: values[str(s)] for s in expression.free_symbols})


def _apart(name, drawn, expected, artist, axes):
    if drawn.shape != expected.shape:
        yield f"{name}: drawn {drawn.shape[0]} rows, expected {expected.shape[0]}"
        return
    if artist.kind == "area":
        which = [axes[0], axes[1], axes[1]]
    else:
        which = [axes[i % 2] for i in range(drawn.shape[1])]
    for column, axis in enumerate(which):
        got = to_pixels(drawn[:, column], axis)
        want = to_pixels(expected[:, column], axis)
        gap = np.abs(got - want)
        gap = np.where(np.isnan(gap), np.inf, gap)
        if gap.size and gap.max() > PIXEL:
            row = int(gap.argmax())
            yield (
                f"{name}: row {row}, column {column} drawn at {drawn[row, column]:.6g}, "
                f"expected {expected[row, column]:.6g} ({gap[row]:.3g} px apart)"
            )
            return


def _heat_faults(artist, drawn, expected, values):
    levels, (low, high) = artist.style["levels"], artist.style["zlim"]
    x, y = (drawn[:, 1] + drawn[:, 3]) / 2, (drawn[:, 2] + drawn[:, 4]) / 2
    if len(drawn) != len(expected):
        yield f"{len(drawn)} cells drawn, expected {len(expected)}"
        return
    order, wanted = np.lexsort((x.round(3), y.round(3))), expected[:, 2]
    if artist.check is not None:
        wanted = np.asarray(artist.check(expected[:, 0], expected[:, 1], **values), float)
    share = np.clip((wanted - low) / (high - low) * levels, 0, levels - 1e-9)
    gap = np.abs(drawn[order, 0] + 0.5 - share)
    if gap.max() > 0.5 + 1e-6:
        yield f"a cell is {gap.max():.3g} colour levels off"


def _contour_faults(artist, drawn, expected, values, axes):
    if drawn.shape[0] != expected.shape[0]:
        yield f"{len(drawn)} pieces drawn, expected {len(expected)}"
        return
    if not len(drawn):
        return
    for column, axis in zip((1, 2, 3, 4), (*axes, *axes), strict=True):
        gap = np.abs(to_pixels(drawn[:, column], axis) - to_pixels(expected[:, column], axis))
        if gap.max() > PIXEL:
            yield f"a piece is {gap.max():.3g} px off"
            return
    if artist.check is not None:
        for x, y in ((expected[:, 1], expected[:, 2]), (expected[:, 3], expected[:, 4])):
            off = np.abs(np.asarray(artist.check(x, y, **values), float) - expected[:, 0])
            for row in np.flatnonzero(~(off <= artist.style["tolerance"])):
                if not _crosses_nearby(artist, x[row], y[row], expected[row, 0], values, axes):
                    yield (
                        f"z is {off[row]:.3g} away from its level at {x[row]:.4g}, {y[row]:.4g} "
                        f"(tolerance {artist.style['tolerance']:.3g})"
                    )
                    return


def _crosses_nearby(artist, x, y, level, values, axes, reach=0.75):
    """True if z passes ``level`` within ``reach`` drawing pixels of a point: steep ground."""
    seen = []
    for turn in np.arange(8) * np.pi / 4:
        step = reach * np.cos(turn) / axes[0][1], reach * np.sin(turn) / axes[1][1]
        try:
            seen.append(float(np.squeeze(artist.check(x + step[0], y + step[1], **values))))
        except ValueError:  # outside the domain of z
            continue
    return bool(seen) and min(seen) <= level <= max(seen)


NUMBER = re.compile(r"[+−-]?(?:∞|\d+(?:\.\d+)?(?:e[+-]\d+)?)")


def _text_faults(artist, text, expected, values):
    numbers = {name: expected[name] for name in artist.values}
    if artist.check is not None and artist.values:
        told = {k: float(v) for k, v in artist.check(**values).items() if k != "at"}
        if set(told) != set(numbers):
            yield f"check gives {sorted(told)}, the text shows {sorted(numbers)}"
            return
        numbers = told
    want = fill_template(artist.template, numbers).replace("*", "")
    if text != want and not _same_but_last_digit(text, want):
        yield f"text {text!r}, expected {want!r}"


def _same_but_last_digit(text, want):
    if NUMBER.sub("#", text) != NUMBER.sub("#", want):
        return False
    for a, b in zip(NUMBER.findall(text), NUMBER.findall(want), strict=True):
        if a == b:
            continue
        if "∞" in a + b:
            return False
        decimals = len(a.partition(".")[2].partition("e")[0])
        one, other = (float(n.replace("−", "-")) for n in (a, b))
        if abs(one - other) > 1.01 * 10.0**-decimals:
            return False
    return True


def open_figures(page, path, *figures, hash="", **options):
    """Write a page with ``figures`` to ``path`` and open it in ``page``; errors are collected.

    Returns the list that console errors and exceptions go to.
    """
    path.write_text(make_page(*figures, **options), encoding="utf-8")
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.goto(path.as_uri() + hash)
    return errors


__all__ = [
    "compare",
    "depends_on_parameters",
    "format_value",
    "open_figures",
    "random_states",
    "unchecked",
]
