"""Sphinx extension: puts the script and the style sheet on the pages that have a figure."""

from __future__ import annotations

from pathlib import Path

from docutils import nodes

from .widget import script, style_sheet

SCRIPT, STYLE = "live-figures.js", "live-figures.css"


def _write_assets(app):
    if app.builder.format != "html":
        return
    folder = Path(app.outdir) / "_static"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in ((SCRIPT, script()), (STYLE, style_sheet())):
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def _has_figure(doctree) -> bool:
    return doctree is not None and any(
        'data-lf="' in node.astext() for node in doctree.findall(nodes.raw)
    )


def _add_to_page(app, pagename, templatename, context, doctree):
    if 'data-lf="' in context.get("body", "") or _has_figure(doctree):
        app.add_js_file(SCRIPT, loading_method="defer")
        app.add_css_file(STYLE)


def _after(app, exception):
    if exception is None:
        _write_assets(app)


def setup(app):
    app.connect("html-page-context", _add_to_page)
    app.connect("build-finished", _after)
    app.connect("builder-inited", _write_assets)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
