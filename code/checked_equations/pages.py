"""Pages and statements: the LaTeX of a labelled block is the LaTeX of its statement.

Display mathematics of a page has one form::

    $$
    ...
    $$ (eq-label)

Everything between the dollar signs is written by :func:`write_pages` and compared by :func:`audit`.
The reasons of a derivation follow the block as a list, written by the same hand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .statements import Statement

_FENCE = re.compile(r"^\s*(`{3,}|~{3,})(.*)$")
_OPEN = re.compile(r"^\s*\$\$")
_CLOSE = re.compile(r"\$\$\s*(?:\((?P<label>[^)\s]+)\))?\s*$")
_BARE = re.compile(r"^\s*(\\begin\{(align|aligned|equation|gather|multline|eqnarray)\*?\}|\\\[)")
_REASONS = "```{admonition} Reasons"


@dataclass(frozen=True)
class Block:
    """A display equation of a page: its label, its LaTeX, its lines (first to last, from zero)."""

    page: str
    label: str
    latex: str
    first: int
    last: int


def read_blocks(page: str, text: str) -> tuple[list[Block], list[str]]:
    """Return the labelled blocks of a page and a line for each display equation of another form."""
    blocks, offenders = [], []
    lines = text.split("\n")
    fence = None
    prose: list[str] = []  # open fences that hold Markdown of their own
    place = 0
    while place < len(lines):
        line = lines[place]
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not mark[2].strip():
                fence = None
        elif mark and prose and mark[1].startswith(prose[-1]) and not mark[2].strip():
            prose.pop()
        elif mark:
            directive = mark[2].strip()
            if directive.startswith(("{math", "math")):
                offenders.append(f"{page}:{place + 1}: math directive: write $$ … $$ (eq-label)")
            if _holds_prose(directive):
                prose.append(mark[1])
            else:
                fence = mark[1]
        elif re.match(r"^\s*:{3,}\{math\}", line):
            offenders.append(f"{page}:{place + 1}: math directive: write $$ … $$ (eq-label)")
        elif _OPEN.match(line):
            last = _closing_line(lines, place)
            if last is None:
                offenders.append(f"{page}:{place + 1}: $$ is never closed")
                break
            label = _CLOSE.search(lines[last])["label"]
            if label is None:
                offenders.append(f"{page}:{place + 1}: display equation without a label")
            else:
                blocks.append(Block(page, label, _body(lines[place : last + 1]), place, last))
            place = last
        elif _BARE.match(line):
            offenders.append(
                f"{page}:{place + 1}: bare LaTeX environment: write $$ … $$ (eq-label)"
            )
        elif "$$" in re.sub(r"`[^`]*`", "", line):
            offenders.append(f"{page}:{place + 1}: $$ inside a line of text")
        place += 1
    return blocks, offenders


def _holds_prose(directive: str) -> bool:
    """Whether a fenced directive holds Markdown of its own (an admonition), not code."""
    name = re.match(r"\{([\w-]+)\}", directive)
    return bool(name) and name[1] in {
        "admonition", "note", "tip", "warning", "important", "dropdown", "margin", "sidebar",
        "seealso", "hint", "attention", "caution", "danger", "topic",
    }  # fmt: skip


def _closing_line(lines, first) -> int | None:
    opening = lines[first].strip()
    if len(opening) > 2 and _CLOSE.search(opening[2:]):
        return first
    for place in range(first + 1, len(lines)):
        if _CLOSE.search(lines[place]):
            return place
        if not lines[place].strip():
            return None
    return None


def _body(lines) -> str:
    joined = "\n".join(line.strip() for line in lines)
    return joined[2 : joined.rindex("$$")].strip()


def write_pages(statements: Iterable[Statement], folder: Path) -> list[Path]:
    """Write the LaTeX and the reasons of every statement into the pages; return what changed."""
    known = {s.label: s for s in statements}
    changed = []
    for path in sorted(Path(folder).glob("*.md")):
        old = path.read_text(encoding="utf-8")
        new = _rewritten(path.name, old, known)
        if new != old:
            path.write_text(new, encoding="utf-8")
            changed.append(path)
    return changed


def _rewritten(page: str, text: str, known: dict[str, Statement]) -> str:
    lines = text.split("\n")
    for block in reversed(read_blocks(page, text)[0]):
        statement = known.get(block.label)
        if statement is None:
            continue
        indent = re.match(r"\s*", lines[block.first])[0]
        after = _end_of_reasons(lines, block.last)
        fresh = [
            "$$",
            *statement.latex().split("\n"),
            f"$$ ({block.label})",
            *_reason_lines(statement),
        ]
        lines[block.first : after + 1] = [indent + line if line else "" for line in fresh]
    return "\n".join(lines)


def _reason_lines(statement: Statement) -> list[str]:
    reasons = statement.reasons()
    if not any(reasons):
        return []
    # A line without a reason of its own (a rounded number) keeps its place in the count.
    items = [f"{number}. {reason or '…'}" for number, reason in enumerate(reasons, 1)]
    return ["", _REASONS, ":class: reasons", *items, "```"]


def _end_of_reasons(lines, last: int) -> int:
    """Return the last line of the reasons that follow a block, or the block's own last line."""
    place = last + 1
    while place < len(lines) and not lines[place].strip():
        place += 1
    if place < len(lines) and lines[place].strip() == _REASONS:
        while place < len(lines) and lines[place].strip() != "```":
            place += 1
        return place
    return last


def audit(statements: Iterable[Statement], folder: Path) -> list[str]:
    """Return one line for everything that is out of step between pages and statements."""
    statements = list(statements)
    known = {s.label: s for s in statements}
    problems = [
        f"statement {label} is written {count} times"
        for label, count in Counter(s.label for s in statements).items()
        if count > 1
    ]
    seen: dict[str, Block] = {}
    for path in sorted(Path(folder).glob("*.md")):
        text = path.read_text(encoding="utf-8")
        blocks, offenders = read_blocks(path.name, text)
        problems += offenders
        lines = text.split("\n")
        for block in blocks:
            where = f"{block.page}:{block.first + 1}"
            if block.label in seen:
                other = seen[block.label]
                problems.append(
                    f"{where}: label {block.label} stands also at {other.page}:{other.first + 1}"
                )
            seen[block.label] = block
            problems += _compare(block, known.get(block.label), lines, where)
    problems += [
        f"statement {s.label} stands on no page" for s in statements if s.label not in seen
    ]
    problems += [
        f"{s.label}, link {number}: no reason" for s in statements for number in _unreasoned(s)
    ]
    return problems


def _compare(block: Block, statement: Statement | None, lines, where: str) -> list[str]:
    if statement is None:
        return [f"{where}: {block.label} has no statement"]
    problems = []
    if block.latex != statement.latex():
        problems.append(
            f"{where}: {block.label} differs from its statement (run make equations)\n"
            f"    page:      {block.latex}\n    statement: {statement.latex()}"
        )
    written = [s.strip() for s in lines[block.last + 1 : _end_of_reasons(lines, block.last) + 1]]
    if written != [s.strip() for s in _reason_lines(statement)]:
        problems.append(f"{where}: the reasons of {block.label} differ from its statement's")
    return problems


def _unreasoned(statement: Statement):
    """Links of a derivation that give no reason; a rounded number needs none."""
    if len(statement.steps) < 2:
        return
    for number, step in enumerate(statement.steps, 1):
        if not step.reason and step.relation != "~":
            yield number


def pages_of(folder: Path) -> dict[str, str]:
    """Return the page stem on which each label stands."""
    found = {}
    for path in sorted(Path(folder).glob("*.md")):
        for block in read_blocks(path.name, path.read_text(encoding="utf-8"))[0]:
            found[block.label] = path.stem
    return found
