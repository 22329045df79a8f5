"""Colours with a meaning: the same meaning has the same colour in every figure.

Each name has one value for light pages and one for dark pages.  Both sets keep their distance for
readers who do not see red and green apart, and reach a contrast of 4.5 against the page, so that
a label can wear the colour of its curve.  Matplotlib draws with the light value; the page uses the
CSS variable ``--lf-<name>``.
"""

LIGHT = {
    "truth": "#0067a5",
    "belief": "#c24a00",
    "gap": "#a3308a",
    "cost": "#007a5a",
    "accent": "#866800",
    "neutral": "#47505c",
    "muted": "#6a7280",
    "grid": "#dfe3e8",
    "ink": "#1c2024",
    "paper": "#ffffff",
}
DARK = {
    "truth": "#5cb8f2",
    "belief": "#ff9a57",
    "gap": "#ec8fd6",
    "cost": "#43d0a5",
    "accent": "#e6cf4a",
    "neutral": "#b9c1cc",
    "muted": "#98a1ad",
    "grid": "#333a43",
    "ink": "#e6e9ed",
    "paper": "#14181e",
}
NAMES = tuple(LIGHT)
_NAME_OF = {value: name for name, value in LIGHT.items()}


def hex_of(name: str) -> str:
    """The light value of a colour name.

    >>> hex_of("truth")
    '#0067a5'
    """
    if name not in LIGHT:
        raise ValueError(f"unknown colour {name!r}; choose one of {', '.join(NAMES)}")
    return LIGHT[name]


def css_of(name: str) -> str:
    """The CSS value of a colour name: the page's variable, or the light value where there is none.

    >>> css_of("truth")
    'var(--lf-truth,#0067a5)'
    """
    return f"var(--lf-{name},{hex_of(name)})"


def name_of(value: str) -> str | None:
    """The colour name of a light value, or None for a colour outside the palette."""
    return _NAME_OF.get(value.lower())


def style_sheet() -> str:
    """The CSS variables for light pages, dark pages (site and JupyterLab) and print."""

    def block(selector, colours):
        body = "".join(f"--lf-{name}:{value};" for name, value in colours.items())
        return f"{selector}{{{body}}}"

    def on_page(colours):
        """The paper is the page's own background where the page names it."""
        page = f"var(--pst-color-background,var(--jp-layout-color0,{colours['paper']}))"
        return colours | {"paper": page}

    dark = (
        'html[data-theme="dark"] .lf,body[data-jp-theme-light="false"] .lf,.lf[data-theme="dark"]'
    )
    return "\n".join(
        [
            block(".lf", on_page(LIGHT)),
            block(dark, on_page(DARK)),
            "@media print{" + block(f".lf,{dark}", LIGHT) + "}",
        ]
    )
