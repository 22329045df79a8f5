"""A book as the checker sees it: where its statements and its pages are, and what a run found."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import pkgutil
import tomllib
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .check import check
from .pages import audit, pages_of, write_pages
from .statements import Statement, statements_of


@dataclass(frozen=True)
class Book:
    """The settings below ``[tool.checked_equations]`` in ``pyproject.toml``.

    ``derivations`` is the package whose modules hold the statements, ``chapters`` the folder of the
    pages; ``rests_on`` lists, as glob patterns, the files that decide whether a result is still
    true: the statements, the library that they speak of, the checker, the pins.
    """

    root: Path
    derivations: str
    chapters: Path
    rests_on: tuple[str, ...]

    @classmethod
    def at(cls, root: Path | str = ".") -> Book:
        """Read the settings of the book at ``root``."""
        root = Path(root).resolve()
        path = root / "pyproject.toml"
        settings = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {})
        if "checked_equations" not in settings:
            raise ValueError(f"{path}: no [tool.checked_equations]: name derivations and chapters")
        mine = settings["checked_equations"]
        return cls(root, mine["derivations"], root / mine["chapters"], tuple(mine["rests_on"]))

    def modules(self) -> list[str]:
        """Return the names of the modules with statements, in alphabetical order."""
        package = importlib.import_module(self.derivations)
        names = sorted(info.name for info in pkgutil.iter_modules(package.__path__))
        return [f"{self.derivations}.{name}" for name in names]

    def statements(self) -> list[Statement]:
        """Return every statement of the book."""
        return [s for name in self.modules() for s in statements_of(importlib.import_module(name))]

    def audit(self) -> list[str]:
        """Return what is out of step between pages and statements, one line each."""
        return audit(self.statements(), self.chapters)

    def write(self) -> list[Path]:
        """Write the statements into the pages; return the pages that changed."""
        return write_pages(self.statements(), self.chapters)

    def key(self) -> str:
        """Return a digest of everything that a result depends on."""
        digest = hashlib.sha256()
        files = set()
        for pattern in self.rests_on:
            found = set(self.root.glob(pattern))
            if not found:
                raise ValueError(f"rests_on: no file matches {pattern!r} below {self.root}")
            files |= found
        for path in sorted(files):
            digest.update(str(path.relative_to(self.root)).encode())
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def results(self, cache: Path | None = None) -> list[dict]:
        """Check every statement and return one record each, kept in ``cache`` while it holds."""
        key = self.key()
        if cache is not None and cache.exists():
            kept = json.loads(cache.read_text(encoding="utf-8"))
            if kept["key"] == key:
                return self._placed(kept["results"])
        records = self._run()
        if cache is not None and all(r["ok"] for r in records):
            cache.parent.mkdir(parents=True, exist_ok=True)
            cache.write_text(json.dumps({"key": key, "results": records}), encoding="utf-8")
        return self._placed(records)

    def _run(self) -> list[dict]:
        jobs = [
            (name, s.label)
            for name in self.modules()
            for s in statements_of(importlib.import_module(name))
        ]
        workers = max(1, min(os.cpu_count() or 1, 8))
        if workers == 1 or len(jobs) < 8:
            return [_record(*job) for job in jobs]
        with ProcessPoolExecutor(workers) as pool:
            return list(pool.map(_record, *zip(*jobs, strict=True), chunksize=2))

    def _placed(self, records: list[dict]) -> list[dict]:
        pages = pages_of(self.chapters)
        return [record | {"page": pages.get(record["label"])} for record in records]


def _record(module: str, label: str) -> dict:
    """Check one statement and describe it and what was found as plain data."""
    found = {s.label: s for s in statements_of(importlib.import_module(module))}
    one = found[label]
    report = check(one)
    return {
        "label": one.label,
        "page": None,
        "module": module,
        "latex": one.latex(),
        "lines": [list(line) for line in one.lines()],
        "reasons": one.reasons(),
        "kind": one.kind,
        **report.as_dict(),
        "ok": report.ok,
        "message": report.message(),
        "exact_seconds": report.exact_seconds,
    }
