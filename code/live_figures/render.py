"""The picture: Matplotlib draws it once, wide and narrow; the SVG is slimmed and its colours named.

Text stays text and takes the page's font.  It is measured with DejaVu Sans, which is wider than the
usual screen fonts, so what fits here fits there.
"""

from __future__ import annotations

import html
import json
import re
from io import StringIO
from xml.etree import ElementTree

import matplotlib
import numpy as np
import sympy as sm
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.ticker import NullFormatter

from . import palette
from .artists import fill_template, path_of, to_pixels
from .errors import FigureError
from .expressions import Items, as_number
from .javascript import Program
from .panel import X, Y

LAYOUTS = {"wide": {"width": 720, "font": 13.5}, "narrow": {"width": 328, "font": 12.5}}
GAP = 26
_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}"


def _settings(font, salt):
    hexes = palette.LIGHT
    return {
        "svg.fonttype": "none",
        "svg.hashsalt": salt,
        "text.parse_math": False,
        "font.family": "DejaVu Sans",
        "font.size": font,
        "axes.titlesize": font,
        "axes.labelsize": font,
        "xtick.labelsize": font * 0.95,
        "ytick.labelsize": font * 0.95,
        "path.simplify": False,
        "text.color": hexes["ink"],
        "axes.edgecolor": hexes["muted"],
        "axes.labelcolor": hexes["neutral"],
        "xtick.color": hexes["muted"],
        "ytick.color": hexes["muted"],
        "xtick.labelcolor": hexes["neutral"],
        "ytick.labelcolor": hexes["neutral"],
        "axes.unicode_minus": True,
        "grid.color": hexes["grid"],
        "grid.linewidth": 1,
    }


class Drawing:
    """One layout of a figure: Matplotlib axes placed in pixels, ready to be drawn."""

    def __init__(self, figure, layout):
        self.figure, self.layout = figure, layout
        self.width = LAYOUTS[layout]["width"]
        self.font = LAYOUTS[layout]["font"]
        panels = figure.panels
        if layout == "wide":
            heights = [p.options["height"] or figure.height for p in panels]
            self.height = max(heights)
            shares = np.array([p.options["width"] for p in panels], float)
            widths = (self.width - GAP * (len(panels) - 1)) * shares / shares.sum()
            lefts = np.concatenate([[0], np.cumsum(widths + GAP)[:-1]])
            self.cells = [
                (x, 0.0, w, float(self.height)) for x, w in zip(lefts, widths, strict=True)
            ]
        else:
            heights = [p.options["narrow_height"] or figure.narrow_height for p in panels]
            self.height = sum(heights) + (GAP - 10) * (len(panels) - 1)
            self.cells, bottom = [], self.height
            for h in heights:
                self.cells.append((0.0, float(bottom - h), float(self.width), float(h)))
                bottom -= h + GAP - 10
        self.canvas = Canvas(figsize=(self.width / 72, self.height / 72), dpi=72)
        FigureCanvasSVG(self.canvas)
        self.axes = [self._panel(p) for p in panels]
        self._place()

    def _panel(self, panel):
        options = panel.options
        ax = self.canvas.add_axes((0.1, 0.1, 0.8, 0.8))
        ax.set(xscale=options["xscale"], yscale=options["yscale"])
        ax.set(xlim=panel.xlim, ylim=panel.ylim)
        ax.patch.set_visible(False)
        for side in ("top", "right", "left"):
            ax.spines[side].set_visible(False)
        ax.tick_params(which="both", length=0, pad=6)
        ax.set_axisbelow(True)
        if options["xticks"] is not None:
            ax.set_xticks(options["xticks"], options["xticklabels"])
        elif self.layout == "narrow" and options["xscale"] == "linear":
            ax.locator_params(axis="x", nbins=5)
        if options["yticks"] is not None:
            ax.set_yticks(options["yticks"], options["yticklabels"])
        elif options["yscale"] == "linear":
            ax.locator_params(axis="y", nbins=6 if self.layout == "wide" else 5)
        if options["grid"]:
            ax.grid(axis="y")
        for axis, scale, labels in (
            (ax.xaxis, options["xscale"], options["xticklabels"]),
            (ax.yaxis, options["yscale"], options["yticklabels"]),
        ):
            if scale == "log" and labels is None:
                axis.set_major_formatter(lambda value, _: f"{value:g}")
                axis.set_minor_formatter(NullFormatter())
        if panel.xlabel:
            ax.set_xlabel(panel.xlabel, loc="right")
        if not options["frame"]:
            ax.set_axis_off()
        for function in panel.statics:
            function(ax)
        ax.set(xlim=panel.xlim, ylim=panel.ylim)
        return ax

    def _place(self):
        """Find margins that hold tick labels and titles: two rounds of measuring are enough."""
        self.heads = [[] for _ in self.axes]
        margins = [(30.0, 10.0, 10.0, 26.0)] * len(self.axes)
        for _ in range(3):
            for i, (ax, cell) in enumerate(zip(self.axes, self.cells, strict=True)):
                left, right, top, bottom = margins[i]
                self._position(i, ax, cell, left, right, top, bottom)
            for text in [t for texts in self.heads for t in texts]:
                text.remove()
            self.heads = [self._head(i, ax) for i, ax in enumerate(self.axes)]
            renderer = self.canvas._get_renderer()
            margins = [
                self._overhang(ax, texts, renderer)
                for ax, texts in zip(self.axes, self.heads, strict=True)
            ]
            if self.layout == "wide":  # panels side by side begin and end at the same heights
                top, bottom = (max(m[k] for m in margins) for k in (2, 3))
                margins = [(left, right, top, bottom) for left, right, *_ in margins]

    def _position(self, i, ax, cell, left, right, top, bottom):
        x, y, w, h = cell
        panel = self.figure.panels[i]
        x, y, w, h = x + left, y + bottom, w - left - right, h - top - bottom
        if w < 40 or h < 40:
            raise FigureError(
                self.figure.name, f"panel {i} has no room in the {self.layout} drawing"
            )
        if panel.options["aspect"] == "equal":
            dx, dy = (np.diff(limits)[0] for limits in (panel.xlim, panel.ylim))
            unit = min(w / dx, h / dy)
            x, y = x + (w - unit * dx) / 2, y + (h - unit * dy) / 2
            w, h = unit * dx, unit * dy
        ax.set_position((x / self.width, y / self.height, w / self.width, h / self.height))

    def _head(self, i, ax):
        """The panel's title and the label of the vertical axis, above the axes on the left."""
        panel = self.figure.panels[i]
        texts = []
        lines = [t for t in (panel.title_text, panel.ylabel) if t]
        box = ax.get_window_extent()
        for k, line in enumerate(reversed(lines)):
            title = line == panel.title_text
            texts.append(
                self.canvas.text(
                    max(self.cells[i][0], box.x0 - 28 * (panel.options["frame"])) / self.width,
                    (box.y1 + 9 + k * self.font * 1.35) / self.height,
                    line,
                    color=palette.hex_of("ink" if title else "neutral"),
                    fontweight="bold" if title else "normal",
                )
            )
        return texts

    def _overhang(self, ax, texts, renderer):
        inner = ax.get_window_extent(renderer)
        boxes = [t.get_window_extent(renderer) for t in texts]
        outer = ax.get_tightbbox(renderer)
        left = inner.x0 - outer.x0
        right = outer.x1 - inner.x1
        top = max([outer.y1] + [b.y1 for b in boxes]) - inner.y1
        bottom = inner.y0 - outer.y0
        return (max(left, 6) + 1, max(right, 6) + 1, max(top, 6) + 2, max(bottom, 6) + 1)

    # -- pixels -----------------------------------------------------------------------------
    def axis_maps(self, i):
        """``((a, b, log, low, high), …)`` for x and y: pixel = a + b * value, y downwards."""
        ax, panel = self.axes[i], self.figure.panels[i]
        box = ax.get_window_extent()
        maps = []
        for limits, scale, near, far in (
            (panel.xlim, panel.options["xscale"], box.x0, box.x1),
            (panel.ylim, panel.options["yscale"], self.height - box.y0, self.height - box.y1),
        ):
            log = scale == "log"
            low, high = (np.log10(limits) if log else np.array(limits)).tolist()
            b = (far - near) / (high - low)
            maps.append((float(near - b * low), float(b), int(log), *limits))
        return tuple(maps)

    def svg(self, states) -> tuple[str, dict, dict]:
        """The slim SVG text, the layout for the browser, and the room of each label."""
        maps = [self.axis_maps(i) for i in range(len(self.axes))]
        parts, rooms = {}, {}
        for order, artist in enumerate(self.figure.artists.values()):
            if artist.kind == "readout":
                continue
            ax = self.axes[artist.panel]
            axes = tuple(m[:3] for m in maps[artist.panel])
            holder = PathPatch(
                Path([(0, 0), (1, 1)]), transform=None, gid=f"lf:{artist.id}",
                zorder=3 + order / 1000, clip_on=False,
            )  # fmt: skip
            ax.add_artist(holder)
            parts[artist.id] = self._element(artist, states[artist.id], axes, rooms)
        self._inside()
        text = self._slim(parts)
        layout = {
            "width": self.width,
            "height": self.height,
            "panels": [[list(map(_tidy, m)) for m in pair] for pair in maps],
        }
        return text, layout, rooms

    def _inside(self):
        """Raise if a fixed text leaves the drawing."""
        renderer = self.canvas._get_renderer()
        ticks = set().union(*(_tick_texts(ax) for ax in self.axes))  # the margins hold these
        for text in self.canvas.findobj(matplotlib.text.Text):
            if text in ticks or not text.get_visible() or not text.get_text().strip():
                continue
            box = text.get_window_extent(renderer)
            slack = 0.1 * box.width + 2
            if box.x0 < -slack or box.x1 > self.width + slack or box.y1 > self.height + 3:
                raise FigureError(
                    self.figure.name,
                    f"text {text.get_text()!r} does not fit into the {self.layout} drawing",
                )

    def _clip(self, panel):
        return f"{self.figure.name}-{self.layout}-{panel}"

    def _element(self, artist, state, axes, rooms):
        """The SVG of one moving artist at the first state."""
        color = palette.css_of(artist.color)
        style, hidden = artist.style, ";display:none" if state is None else ""
        clip = f' clip-path="url(#{self._clip(artist.panel)})"'
        mark = f'data-a="{artist.id}"'
        if artist.kind == "label":
            return self._label(artist, state, axes, rooms, color, hidden, mark)
        stroke = f"fill:none;stroke:{color};stroke-width:{style.get('width', 1)}"
        dash = style.get("dash")
        if dash:
            stroke += f";stroke-dasharray:{' '.join(map(str, dash))}"
        if artist.kind == "contour":
            rows = np.zeros((0, 5)) if state is None else state
            out = []
            for level in artist.levels:
                part = rows[rows[:, 0] == level][:, 1:].T if len(rows) else np.zeros((4, 0))
                d = path_of(_as_kind("segments"), part, axes)
                out.append(f'<path {mark}{clip} style="{stroke}{hidden}" d="{d}"/>')
            return "".join(out)
        if artist.kind == "heat":
            return self._heat(artist, state, axes, clip, mark, hidden)
        d = "" if state is None else path_of(artist, list(np.asarray(state).T), axes)
        if artist.kind == "points":
            wide = f' clip-path="url(#{self._clip(artist.panel)}p)"'
            out, size = "", style["size"]
            if style["ring"]:
                ring = (
                    f"fill:none;stroke:{palette.css_of('paper')};stroke-width:{size + 3};"
                    "stroke-linecap:round"
                )
                out = f'<path {mark}{wide} style="{ring}{hidden}" d="{d}"/>'
            dot = f"fill:none;stroke:{color};stroke-width:{size};stroke-linecap:round"
            return out + f'<path {mark}{wide} style="{dot}{hidden}" d="{d}"/>'
        if artist.kind in ("area", "boxes"):
            paint = f"fill:{color};fill-opacity:{style['opacity']}"
            if style.get("edge"):
                paint += f";stroke:{color};stroke-width:1"
        else:
            cap = "" if dash else ";stroke-linecap:round"
            paint = stroke + cap + ";stroke-linejoin:round"
        return f'<path {mark}{clip} style="{paint}{hidden}" d="{d}"/>'

    def _label(self, artist, state, axes, rooms, color, hidden, mark):
        style = artist.style
        size = (style["size"] or 1.0) * self.font
        text = fill_template(artist.template, state) if state else artist.template
        width = text_width(text, size)
        left, right = {
            "left": (0, width), "center": (width / 2, width / 2), "right": (width, 0)
        }[style["align"]]  # fmt: skip
        room = [round(left + 2, 1), round(right + 2, 1), round(size, 1)]
        rooms.setdefault(artist.id, []).append(room)
        x = y = 0.0
        if state:
            px, py = (float(to_pixels(v, a)) for v, a in zip(state["at"], axes, strict=True))
            x = min(max(px + style["offset"][0], room[0]), max(room[0], self.width - room[1]))
            y = min(max(py - style["offset"][1], room[2]), self.height - 4)
        anchor = {"left": "start", "center": "middle", "right": "end"}[style["align"]]
        weight = ";font-weight:600" if style["bold"] else ""
        if style["only"] not in (None, self.layout):
            weight += ";visibility:hidden"
        return (
            f'<text {mark} class="lf-label" x="{x:.2f}" y="{y:.2f}" '
            f'style="font-size:{size:.4g}px;text-anchor:{anchor};fill:{color}{weight}{hidden}">'
            f"{_italics(text)}</text>"
        )

    def _heat(self, artist, state, axes, clip, mark, hidden):
        levels, (low, high) = artist.style["levels"], artist.style["zlim"]
        nu, nv = artist.domain.u.count, artist.domain.v.count
        cells = np.zeros((0, 3)) if state is None else state
        out = []
        half = (0, 0)
        if len(cells):
            half = (
                (cells[nu - 1, 0] - cells[0, 0]) / (nu - 1) / 2,
                (cells[-1, 1] - cells[0, 1]) / (nv - 1) / 2,
            )
        which = np.floor(np.clip((cells[:, 2] - low) / (high - low) * levels, 0, levels - 1))
        for level in range(levels):
            x, y, _ = cells[which == level].T
            box = (x - half[0], y - half[1], x + half[0], y + half[1])
            share, hue = (level + 0.5) / levels, artist.color
            if artist.style["below"] is not None:
                share = 2 * share - 1
                hue = artist.style["below"] if share < 0 else hue
            paint = (
                f"shape-rendering:crispEdges;fill:color-mix(in srgb,"
                f"{palette.css_of(hue)} {round(100 * abs(share))}%,{palette.css_of('paper')})"
            )
            d = path_of(_as_kind("boxes"), box, axes)
            out.append(f'<path {mark}{clip} style="{paint}{hidden}" d="{d}"/>')
        return "".join(out)

    # -- slimming ---------------------------------------------------------------------------
    def _slim(self, parts):
        stream = StringIO()
        self.canvas.savefig(stream, format="svg", transparent=True, metadata={"Date": None})
        root = ElementTree.fromstring(stream.getvalue())
        self._prefix = f"{self.figure.name}-{self.layout}-"
        body = "".join(self._node(child, parts) for child in root)
        clips = ""
        for i, ax in enumerate(self.axes):
            box = ax.get_window_extent()
            for suffix, pad in (("", 1.5), ("p", 9)):
                clips += (
                    f'<clipPath id="{self._clip(i)}{suffix}"><rect x="{box.x0 - pad:.2f}" '
                    f'y="{self.height - box.y1 - pad:.2f}" width="{box.width + 2 * pad:.2f}" '
                    f'height="{box.height + 2 * pad:.2f}"/></clipPath>'
                )
        return (
            f'<svg data-lf-layout="{self.layout}" viewBox="0 0 {self.width} {self.height}" '
            f'role="img" aria-label="{html.escape(self.figure.alt_text)}">'
            f"<defs>{clips}</defs>{body}</svg>"
        )

    def _node(self, node, parts):
        tag = node.tag.replace(_SVG, "")
        if tag in ("metadata", "style"):
            return ""
        name = node.get("id", "")
        if tag == "g" and name.startswith("lf:"):
            return parts[name[3:]]
        inner = "".join(self._node(child, parts) for child in node)
        if tag == "text":
            return self._text(node)
        if tag in ("g", "defs"):
            keep = {k: v for k, v in node.attrib.items() if k not in ("id",)}
            if not inner:
                return ""
            if tag == "g" and not keep:
                return inner
            return f"<{tag}{self._attributes(keep)}>{inner}</{tag}>"
        attributes = dict(node.attrib)
        if tag != "clipPath" and not (tag == "path" and "d" in attributes and name):
            attributes.pop("id", None) if tag != "clipPath" else None
        return f"<{tag}{self._attributes(attributes)}>{inner}</{tag}>"

    def _text(self, node):
        style = dict(
            part.split(":", 1) for part in node.get("style", "").replace(": ", ":").split("; ")
            if ":" in part
        )  # fmt: skip
        style.pop("font-family", None)
        keep = [f"{k}:{self._paint(v)}" for k, v in style.items()]
        attributes = {"x": node.get("x"), "y": node.get("y")}
        turn = node.get("transform", "")
        if turn and not re.match(r"rotate\(-?0[ )]", turn):
            attributes["transform"] = turn
        attributes["style"] = ";".join(keep)
        text = "".join(node.itertext())
        return f"<text{self._attributes(attributes)}>{_italics(text)}</text>"

    def _attributes(self, attributes):
        out = []
        for key, value in attributes.items():
            if value is None:
                continue
            key = key.replace(_XLINK, "")
            if key == "id":
                value = self._prefix + value
            elif key == "href":
                value = "#" + self._prefix + value[1:]
            elif key == "clip-path":
                value = value.replace("#", "#" + self._prefix)
            elif key == "style":
                value = re.sub(r": ", ":", self._paint(value))
            elif key in ("d", "transform", "x", "y", "width", "height"):
                value = re.sub(
                    r"-?\d+\.\d+", lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), value
                )
                value = re.sub(r"\s*\n\s*", "", value).replace(" z", "Z")
                value = re.sub(r"([MLCQHV]) ", r"\1", value)
            out.append(f' {key}="{html.escape(value)}"')
        return "".join(out)

    @staticmethod
    def _paint(style):
        def swap(match):
            name = palette.name_of(match[0])
            return palette.css_of(name) if name else match[0]

        return re.sub(r"#[0-9a-fA-F]{6}", swap, style)


def _tick_texts(ax):
    return {*ax.get_xticklabels(which="both"), *ax.get_yticklabels(which="both")}


class _as_kind:
    def __init__(self, kind):
        self.kind = kind


def text_width(text, size):
    """Width in pixels in DejaVu Sans, without the asterisks that mark italics."""
    text = text.replace("*", "").strip()
    return float(TextPath((0, 0), text, size=size).get_extents().width) if text else 0.0


def _tidy(value):
    return float(f"{value:.8g}")


def _italics(text):
    parts = html.escape(text, quote=False).split("*")
    return "".join(
        f'<tspan font-style="italic">{p}</tspan>' if i % 2 else p for i, p in enumerate(parts)
    )


def _emphasis(text):
    parts = html.escape(text, quote=False).split("*")
    return "".join(f"<em>{p}</em>" if i % 2 else p for i, p in enumerate(parts))


def compile_figure(figure) -> dict:
    """The description that the browser reads: controls, code, data and artists."""
    shapes = {base: values.shape for base, values in figure.arrays.items()}
    program = Program(list(figure.symbols), shapes, figure.recurrences)
    artists = []
    for artist in figure.artists.values():
        entry = {"id": artist.id, "kind": artist.kind}
        if artist.kind != "readout":
            entry |= {"panel": artist.panel, "out": program.add(artist.domain, artist.columns)}
        if artist.visible is not sm.true:
            entry["shown"] = program.add(Items(1), [as_number(artist.visible)])
        if artist.kind in ("label", "readout"):
            entry |= {"template": artist.template, "names": list(artist.values)}
            if artist.values or artist.kind == "readout":
                entry["values"] = program.add(Items(1), list(artist.values.values()))
        if artist.kind == "label":
            entry["offset"] = list(artist.style["offset"])
        if artist.kind in ("heat", "contour"):
            entry["mesh"] = [artist.domain.u.count, artist.domain.v.count]
        if artist.kind == "heat":
            entry |= {"zlim": artist.style["zlim"], "levels": artist.style["levels"]}
        if artist.kind == "contour":
            entry["at"] = list(artist.levels)
        artists.append(entry)
    handles = []
    for handle in figure.handles:
        drag = Program([*figure.symbols, X, Y], shapes, figure.recurrences)
        drag.add(Items(1), list(handle.sets.values()))
        handles.append(
            {
                "id": handle.id, "panel": handle.panel, "label": handle.label,
                "color": palette.css_of(handle.color), "keys": handle.keys,
                "sets": [figure.symbols[s].name for s in handle.sets],
                "out": program.add(Items(1), list(handle.at)), "code": drag.body(),
            }
        )  # fmt: skip
    predict = figure.prediction
    return {
        "title": figure.title,
        "params": [p.spec() for p in figure.params.values()],
        "shares": [g.spec() for g in figure.shares],
        "data": {
            base.label.name: [float(f"{v:.9g}") for v in values.flat]
            for base, values in figure.arrays.items()
        },
        "code": program.body(),
        "artists": artists,
        "handles": handles,
        "predict": predict and {"answer": predict.answer, "hide": list(predict.hide)},
    }


def render_html(figure, spec) -> str:
    """The figure as static HTML: two drawings, numbers, words and the description ``spec``."""
    states = figure.evaluate({name: p.start for name, p in figure.params.items()})
    drawings, rooms = [], {}
    spec["layouts"] = []
    for layout, settings in LAYOUTS.items():
        with matplotlib.rc_context(_settings(settings["font"], figure.name + layout)):
            svg, description, room = Drawing(figure, layout).svg(states)
        drawings.append(svg)
        spec["layouts"].append(description)
        for id, parts in room.items():
            rooms.setdefault(id, []).extend(parts)
    for entry in spec["artists"]:
        if entry["id"] in rooms:
            entry["room"] = rooms[entry["id"]]
    name = f"fig-{figure.name}"
    readouts = "".join(
        f'<p data-a="{a.id}" style="--lf-c:{palette.css_of(a.color)}"'
        f"{' hidden' if states[a.id] is None else ''}>"
        f"{_emphasis(states[a.id]['text']) if states[a.id] else ''}</p>"
        for a in figure.artists.values()
        if a.kind == "readout"
    )
    data = json.dumps(spec, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    visible = [p for p in figure.params.values() if getattr(p, "show", True)]
    rows = sum(2 if p.kind == "player" else 1 for p in visible)
    shape = LAYOUTS["wide"]["width"] / spec["layouts"][0]["height"]
    return (
        f'<figure class="lf" id="{name}" data-lf="{figure.name}" '
        f'aria-labelledby="{name}-title" style="--lf-half:{-(-rows // 2)};'
        f'--lf-shape:{shape:.3f}">'
        f'<p class="lf-title" id="{name}-title">{_emphasis(figure.title)}</p>'
        f"{_prediction(figure)}"
        f'<div class="lf-drawing">{"".join(drawings)}</div>'
        + (f'<div class="lf-readouts">{readouts}</div>' if readouts else "")
        + f'<div class="lf-controls"></div>'
        f'<p class="lf-still">{_emphasis(figure.moving)}</p>'
        f'<figcaption><span class="lf-words">{_emphasis(figure.caption)}</span>'
        f'<span class="lf-foot"><span class="lf-source">{html.escape(figure.source)}</span>'
        f'<span class="lf-tools"></span></span></figcaption>'
        f'<script type="application/json">{data}</script></figure>'
    )


def _prediction(figure):
    predict = figure.prediction
    if predict is None:
        return ""
    choices = "".join(f"<li>{_emphasis(c)}</li>" for c in predict.choices)
    letter = "abcdefgh"[predict.answer]
    return (
        f'<div class="lf-predict"><p class="lf-question">{_emphasis(predict.question)}</p>'
        f'<ol>{choices}</ol><p class="lf-answer">Answer: ({letter}) '
        f"{_emphasis(predict.choices[predict.answer])}. {_emphasis(predict.explanation)}</p></div>"
    )
