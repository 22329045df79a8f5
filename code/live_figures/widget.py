"""Where a figure shows itself: static HTML while the site is built, a Jupyter widget elsewhere."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


def script() -> str:
    """The one script of all pages."""
    return (HERE / "runtime.js").read_text(encoding="utf-8")


def style_sheet() -> str:
    """The one style sheet of all pages: the palette and the rules."""
    from . import palette

    return palette.style_sheet() + "\n" + (HERE / "runtime.css").read_text(encoding="utf-8")


def live_front_end() -> bool:
    """True inside a Jupyter kernel, unless the site is being built."""
    if os.environ.get("STATIC_BOOK_BUILD") == "1":
        return False
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    return getattr(get_ipython(), "kernel", None) is not None


@cache
def widget_class():
    """The widget, made when first needed: the package itself needs no Jupyter."""
    import anywidget
    import traitlets

    class FigureWidget(anywidget.AnyWidget):
        """The live figure as a Jupyter widget; ``values`` goes both ways."""

        _esm = script() + "\nexport default { render: globalThis.LiveFigures.render };\n"
        _css = style_sheet()
        html = traitlets.Unicode().tag(sync=True)
        values = traitlets.Dict().tag(sync=True)

    return FigureWidget


def widget_of(figure):
    """The figure's widget; its values and ``figure.params[...].value`` follow each other."""
    if figure._widget is not None:
        return figure._widget
    widget = widget_class()(html=figure.build(), values=figure.state())

    def to_python(change):
        figure.set(change["new"])

    def to_browser(_change):
        if not any(group.busy for group in figure.shares):
            widget.values = {name: p.value for name, p in figure.params.items()}

    widget.observe(to_python, "values")
    for parameter in figure.params.values():
        parameter.observe(to_browser, "value")
    figure._widget = widget
    return widget


def mimebundle(figure):
    """What IPython displays."""
    page = {"text/html": figure.build(), "text/plain": f"Figure({figure.name!r})"}
    if not live_front_end():
        return page
    bundle = widget_of(figure)._repr_mimebundle_()
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    return {**page, **(data or {})}, metadata
