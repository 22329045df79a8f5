"""What a page rests on, and how nothing stale is shown.

jupyter-cache looks at the code cells of a chapter and nothing else.  A chapter also rests on the
library it imports, on the pinned packages, and on its own text (it may read itself).  So the
cache lives in a folder named by a sum of the first two, and a chapter whose text changed loses
its entry.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from jupyter_cache import get_cache

IGNORED = {"__pycache__", ".ipynb_checkpoints", "node_modules"}


def files_below(path: Path) -> Iterator[Path]:
    """Yield `path` or the files below it in a fixed order, without what tools leave behind."""
    if path.is_file():
        yield path
        return
    for file in sorted(path.rglob("*")):
        inner = file.relative_to(path).parts
        left_behind = any(part in IGNORED or part.endswith(".egg-info") for part in inner)
        if file.is_file() and not left_behind:
            yield file


def fingerprint(paths: Iterable[Path]) -> str:
    """Return a sum over names and contents of the files at and below `paths`.

    A path that does not exist counts as well, so that adding the file changes the sum.
    """
    total = hashlib.sha256()
    for path in paths:
        total.update(f"{path.name}\0".encode())
        for file in files_below(path):
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            total.update(f"{file.relative_to(path.parent)}\0{content}\0".encode())
    return total.hexdigest()[:16]


def execution_cache(folder: Path, key: str) -> Path:
    """Return the execution cache for `key` inside `folder`, and delete those of other keys."""
    folder.mkdir(parents=True, exist_ok=True)
    for other in folder.iterdir():
        if other.name != key:
            shutil.rmtree(other)
    cache = folder / key
    cache.mkdir(exist_ok=True)
    return cache


def forget_changed_texts(cache: Path, chapters: Iterable[Path]) -> list[Path]:
    """Delete the cached executions of chapters whose text changed; return those chapters.

    The sums of the texts are noted at once and not after the build: whatever a failed build
    executed was executed with the text noted here.
    """
    note = cache / "texts.json"
    known = json.loads(note.read_text(encoding="utf-8")) if note.exists() else {}
    texts = {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in chapters}
    changed = [path for path in texts if path in known and known[path] != texts[path]]
    if changed:
        records = get_cache(cache)
        for record in records.list_cache_records():
            if record.uri in changed:
                records.remove_cache(record.pk)
    note.write_text(json.dumps(texts, indent=1), encoding="utf-8")
    return [Path(path) for path in changed]
