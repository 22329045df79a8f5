"""The commands behind ``make``; ``python -m static_book --help`` lists them."""

import argparse
import sys
from pathlib import Path

from static_book import browser


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m static_book", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="folder of _config.yml")
    commands = parser.add_subparsers(dest="command", required=True)
    clean = commands.add_parser("build", help="check the equations, then build _build/html")
    clean.add_argument("--clean", action="store_true", help="read and write every page anew")
    serve = commands.add_parser("serve", help="build, then serve on localhost")
    serve.add_argument("--port", type=int, default=8000)
    commands.add_parser("lab", help="JupyterLab on the chapters; further options go to it")
    commands.add_parser("set-up", help="fetch the pinned Node packages")
    commands.add_parser("browser", help="find or install the Chromium that the tests drive")
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command != "lab":
        parser.error(f"unknown options: {' '.join(rest)}")
    root = options.root.resolve()
    if options.command in ("build", "serve"):
        return _build(root, options)
    if options.command == "lab":
        from static_book.server import lab

        lab(root, rest)
    if options.command == "set-up":
        from static_book.node import node_modules

        print("Node packages:", node_modules())
        return 0
    found = browser.find() or browser.install()
    if not found:
        print(browser.ADVICE, file=sys.stderr)
        return 1
    print("Chromium:", found)
    return 0


def _build(root: Path, options: argparse.Namespace) -> int:
    from static_book.builder import BuildError, build
    from static_book.server import serve

    try:
        pages = build(root, clean=getattr(options, "clean", False))
    except BuildError as error:
        print(f"\nThe build failed. {error}", file=sys.stderr)
        return 1
    print(f"\nThe pages are in {pages}")
    if options.command == "serve":
        serve(pages, options.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
