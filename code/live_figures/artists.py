"""What moves in a drawing.  An artist binds a domain and columns of expressions to a shape.

The *columns* are numbers in data units (see ``COLUMNS``); the browser turns them into one SVG path
per artist, Python does the same for the first picture.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import sympy as sm

COLUMNS = {
    "line": ("x", "y"),
    "area": ("x", "low", "high"),
    "boxes": ("left", "low", "right", "high"),
    "points": ("x", "y"),
    "segments": ("x0", "y0", "x1", "y1"),
    "arrows": ("x0", "y0", "x1", "y1"),
    "label": ("x", "y"),
    "readout": (),
    "heat": ("x", "y", "z"),
    "contour": ("x", "y", "z"),
}


@dataclass
class Artist:
    """One moving (or fixed) artist; made by the methods of a panel."""

    id: str
    kind: str
    panel: int | None
    domain: object
    columns: list
    color: str = "ink"
    style: dict = field(default_factory=dict)
    visible: sm.Basic = sm.true
    infinite: bool = False
    check: Callable | None = None
    template: str = ""
    values: dict = field(default_factory=dict)
    parent: str | None = None
    levels: tuple = ()
    recipe: str = ""

    def expressions(self):
        """Every expression of the artist, for checks of symbols."""
        for column in self.columns:
            yield from column if isinstance(column, (list, tuple)) else [column]
        yield from self.values.values()
        yield self.visible


FIELD = re.compile(r"\{(\w+)(?::([^}]*))?\}")
SPEC = re.compile(r"^(\+?)(?:\.(\d+))?([fgd%]?)$")


def fields(template: str) -> list[tuple[str, str]]:
    """Names and format specifications in a text template.

    >>> fields("H = {H:.2f} nats")
    [('H', '.2f')]
    """
    return [(m[1], m[2] or ".3f") for m in FIELD.finditer(template)]


def valid_format(spec: str) -> bool:
    """True for the few formats that Python and the browser both write: +  .2f  .3g  .0%  d."""
    return bool(SPEC.match(spec))


def format_value(value: float, spec: str) -> str:
    """One number as both Python and the browser write it: a true minus sign, ∞, no minus zero.

    >>> format_value(-0.00001, ".2f"), format_value(-1.5, "+.1f"), format_value(0.25, ".0%")
    ('0.00', '−1.5', '25%')
    """
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    plus, digits, kind = SPEC.match(spec).groups()
    if kind == "%":
        text = _fixed(abs(value) * 100, int(digits or 0)) + "%"
    elif kind == "d":
        text = _fixed(abs(value), 0)
    elif kind == "g":
        text = f"{abs(value):.{digits or 6}g}"
    else:
        text = _fixed(abs(value), int(digits or 3))
    zero = not re.search("[1-9]", text)
    sign = "" if zero else "−" if value < 0 else plus
    return sign + text


def _fixed(value: float, digits: int) -> str:
    """Decimal text with halves rounded up, as the browser's ``toFixed`` does."""
    return str(Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def fill_template(template: str, values: dict) -> str:
    """The template with its values written in.

    >>> fill_template("H = {H:.2f} nats", {"H": 0.6931})
    'H = 0.69 nats'
    """
    return FIELD.sub(lambda m: format_value(float(values[m[1]]), m[2] or ".3f"), template)


FAR = 9999.0


def _number(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _pair(x, y) -> str:
    return f"{_number(x)} {_number(y)}"


def to_pixels(values, axis) -> np.ndarray:
    """Data values to drawing pixels along one axis: ``a + b*value`` (log10 first when asked)."""
    a, b, log = axis
    values = np.asarray(values, float)
    with np.errstate(all="ignore"):
        pixels = a + b * (np.log10(values) if log else values)
    pixels = np.where(np.isnan(pixels), math.copysign(FAR, -b) if log else np.nan, pixels)
    return np.clip(pixels, -FAR, FAR)


def path_of(artist: Artist, columns, axes) -> str:
    """The ``d`` attribute of an artist's path from its columns and the two pixel axes."""
    ax, ay = axes
    px = [to_pixels(c, ax if i % 2 == 0 else ay) for i, c in enumerate(columns)]
    if artist.kind == "line":
        x, y = px
        return "M" + "L".join(_pair(*p) for p in zip(x, y, strict=True)) if len(x) else ""
    if artist.kind == "area":
        x = to_pixels(columns[0], ax)
        low, high = to_pixels(columns[1], ay), to_pixels(columns[2], ay)
        there = [_pair(*p) for p in zip(x, high, strict=True)]
        back = [_pair(*p) for p in zip(x, low, strict=True)][::-1]
        return "M" + "L".join(there + back) + "Z" if len(x) else ""
    if artist.kind == "boxes":
        left, low, right, high = px
        return "".join(
            f"M{_pair(a, b)}H{_number(c)}V{_number(d)}H{_number(a)}Z"
            for a, b, c, d in zip(left, low, right, high, strict=True)
        )
    if artist.kind == "points":
        return "".join(f"M{_pair(x, y)}h0" for x, y in zip(*px, strict=True))
    if artist.kind == "segments":
        return "".join(f"M{_pair(a, b)}L{_pair(c, d)}" for a, b, c, d in zip(*px, strict=True))
    if artist.kind == "arrows":
        return "".join(_arrow(*ends) for ends in zip(*px, strict=True))
    raise TypeError(f"artists of kind {artist.kind!r} have no path")


def _arrow(a, b, c, d):
    shaft = f"M{_pair(a, b)}L{_pair(c, d)}"
    length = math.hypot(c - a, d - b)
    if length < 1:
        return shaft
    size = min(8.0, length / 2)
    ux, uy = (c - a) / length * size, (d - b) / length * size
    wing = 0.55
    one = _pair(c - ux - wing * uy, d - uy + wing * ux)
    two = _pair(c - ux + wing * uy, d - uy - wing * ux)
    return f"{shaft}M{one}L{_pair(c, d)}L{two}"


def contour_segments(z: np.ndarray, level: float):
    """Marching squares: segments in grid units, as (u0, v0, u1, v1) rows, shape (n, 4).

    ``z`` has shape (rows along v, columns along u); cells with a corner that is not finite are left
    out.  The browser runs the same algorithm.
    """
    rows, cols = z.shape
    out = []
    for v in range(rows - 1):
        for u in range(cols - 1):
            a, b, c, d = z[v, u], z[v, u + 1], z[v + 1, u + 1], z[v + 1, u]
            if not math.isfinite(a + b + c + d):
                continue
            code = (a > level) + 2 * (b > level) + 4 * (c > level) + 8 * (d > level)
            if code in (0, 15):
                continue
            ends = {0: (a, b), 1: (b, c), 2: (d, c), 3: (a, d)}
            for pair in _CASES[code]:
                row = []
                for edge in pair:
                    cut = _cut(*ends[edge], level)
                    row += [u + cut, v + edge // 2] if edge % 2 == 0 else [u + (edge == 1), v + cut]
                out.append(row)
    return np.array(out, float).reshape(-1, 4)


def _cut(low, high, level):
    return (level - low) / (high - low)


_CASES = {
    1: ((3, 0),),
    2: ((0, 1),),
    3: ((3, 1),),
    4: ((1, 2),),
    5: ((3, 0), (1, 2)),
    6: ((0, 2),),
    7: ((3, 2),),
    8: ((2, 3),),
    9: ((2, 0),),
    10: ((0, 1), (2, 3)),
    11: ((2, 1),),
    12: ((1, 3),),
    13: ((1, 0),),
    14: ((0, 3),),
}
