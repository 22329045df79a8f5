"""A page with nothing but figures: for authors who want to look, and for the browser tests."""

from __future__ import annotations

import html

from .widget import script, style_sheet


def page(*figures, theme="light", width="46rem") -> str:
    """A complete HTML page that shows ``figures``, script and style sheet included."""
    body = "\n".join(figure.build() for figure in figures)
    titles = html.escape(", ".join(figure.name for figure in figures))
    return f"""<!doctype html>
<html lang="en" data-theme="{theme}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{titles}</title><link rel="icon" href="data:,">
<style>{style_sheet()}
body{{max-width:{width};margin:0 auto;padding:0 1rem;background:#fff}}
html[data-theme="dark"] body{{background:#14181e}}</style>
<script>addEventListener("DOMContentLoaded",()=>{{{script()}}})</script></head>
<body>
{body}
</body></html>
"""
