"""Commands: ``python -m checked_equations check|write|mutate`` in the root of a book."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from .book import Book
from .mutations import survey

_PRIVATE = ("ok", "message", "exact_seconds")  # of one run, and no result


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0 only where nothing is wrong."""
    parser = argparse.ArgumentParser(prog="checked_equations", description=__doc__)
    parser.add_argument("command", choices=["check", "write", "mutate"])
    parser.add_argument("--root", default=".", help="the root of the book")
    parser.add_argument("--json", type=Path, help="where 'check' writes its results")
    parser.add_argument("--only", default="", help="labels that contain this")
    parser.add_argument("--sample", type=int, help="mutants of each statement; all by default")
    options = parser.parse_args(arguments)
    book = Book.at(options.root)
    return {"check": _check, "write": _write, "mutate": _mutate}[options.command](book, options)


def _check(book: Book, options) -> int:
    cache = options.json.with_name("cache.json") if options.json else None
    records = book.results(cache)
    problems = [r["message"] for r in records if not r["ok"]] + book.audit()
    if options.json:
        public = [{k: v for k, v in r.items() if k not in _PRIVATE} for r in records]
        text = json.dumps(public, indent=1, ensure_ascii=False) + "\n"
        if not options.json.exists() or options.json.read_text(encoding="utf-8") != text:
            options.json.parent.mkdir(parents=True, exist_ok=True)
            options.json.write_text(text, encoding="utf-8")
    print("\n".join(problems), file=sys.stderr) if problems else None
    good = sum(r["ok"] for r in records)
    print(f"{good} of {len(records)} statements hold; {len(problems)} problems")
    return 1 if problems else 0


def _write(book: Book, options) -> int:
    for path in book.write():
        print(f"wrote {path.relative_to(book.root)}")
    problems = book.audit()
    print("\n".join(problems), file=sys.stderr) if problems else None
    return 1 if problems else 0


def _mutate(book: Book, options) -> int:
    chosen = [s for s in book.statements() if options.only in s.label]
    result = survey(chosen, options.sample)
    print(result.table())
    return 1 if result.survivors else 0


if __name__ == "__main__":
    sys.exit(main())
