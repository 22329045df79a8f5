"""``python -m live_figures package.figures.module [name …] -o page.html``: look at figures."""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

from .preview import page
from .registry import REGISTRY


def main():
    """Write a page with the figures of one module."""
    parser = argparse.ArgumentParser(prog="live_figures", description=__doc__)
    parser.add_argument("module", help="module with figures, as crossentropy.figures.entropy")
    parser.add_argument("names", nargs="*", help="names of figures (default: all of the module)")
    parser.add_argument("-o", "--output", type=Path, default=Path("figures.html"))
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    arguments = parser.parse_args()
    importlib.import_module(arguments.module)
    made = [
        entry.make()
        for name, entry in REGISTRY.items()
        if entry.make.__module__ == arguments.module
        and (not arguments.names or name in arguments.names)
    ]
    if not made:
        parser.error(f"no such figure in {arguments.module}")
    arguments.output.write_text(page(*made, theme=arguments.theme), encoding="utf-8")
    print(f"{len(made)} figure(s) in {arguments.output}")


if __name__ == "__main__":
    main()
