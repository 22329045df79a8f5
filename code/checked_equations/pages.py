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

from markdown_it import MarkdownIt
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

from .statements import Statement

_REASONS = "```{admonition} Reasons"
_BACK_TO_FORM = "write $$ … $$ (eq-label)"
_DIRECTIVE = re.compile(r"\{([\w:.-]+)\}")
_OPTION = re.compile(r"\s*:[\w-]+:")
_HOLD_CODE = {
    "code", "code-block", "code-cell", "csv-table", "doctest", "literalinclude", "mermaid",
    "parsed-literal", "sourcecode", "toctree",
}  # fmt: skip
_HTML_MATH = re.compile(
    r"<math\b|<script\b[^>]*math|\$\$|\\\[|\\\(|class=[\"']?math", re.IGNORECASE
)
_PREFIX = re.compile(r"[\s>]*")


@dataclass(frozen=True)
class Block:
    """A display equation of a page: its label, its LaTeX, its lines (first to last, from zero)."""

    page: str
    label: str
    latex: str
    first: int
    last: int


def _parser() -> MarkdownIt:
    """MyST as the site reads it, and every further way in which mathematics could be displayed."""
    return (
        MarkdownIt("commonmark", {"html": True})
        .enable("table")
        .use(front_matter_plugin)
        .use(myst_block_plugin)
        .use(myst_role_plugin)
        .use(colon_fence_plugin)
        .use(dollarmath_plugin, allow_labels=True, double_inline=True)
        .use(amsmath_plugin)
    )


def read_blocks(page: str, text: str) -> tuple[list[Block], list[str]]:
    """Return the labelled blocks of a page and a line for each display equation of another form.

    >>> blocks, offenders = read_blocks("page.md", "$$\\nx = x\\n$$ (eq-x)\\n\\n$$ y $$\\n")
    >>> blocks[0].label, blocks[0].latex
    ('eq-x', 'x = x')
    >>> offenders
    ['page.md:5: display equation without a label']
    """
    reader = _Reader(page, text.split("\n"))
    reader.read(text, 0)
    return reader.blocks, reader.offenders


class _Reader:
    """Walks through a page and the directives in it."""

    def __init__(self, page: str, lines: list[str]):
        self.page, self.lines = page, lines
        self.blocks: list[Block] = []
        self.offenders: list[str] = []
        self.parser = _parser()

    def object_to(self, line: int, problem: str) -> None:
        self.offenders.append(f"{self.page}:{line + 1}: {problem}")

    def read(self, text: str, start: int) -> None:
        """Read Markdown whose first line is line ``start`` of the page."""
        for token in self.parser.parse(text):
            line = start + token.map[0] if token.map else start
            if token.type == "math_block_label":
                self._block(token, line, start + token.map[1] - 1)
            elif token.type == "math_block":
                self.object_to(line, "display equation without a label")
            elif token.type == "amsmath":
                self.object_to(line, f"bare LaTeX environment: {_BACK_TO_FORM}")
            elif token.type in ("fence", "colon_fence"):
                self._fence(token, line)
            elif token.type == "html_block":
                self._html(token.content, line)
            elif token.type == "code_block" and "$$" in token.content:
                self.object_to(line, "$$ indented by four spaces is code")
            elif token.type == "inline":
                self._inline(token, line)

    def _block(self, token, first: int, last: int) -> None:
        if not _PREFIX.sub("", self.lines[first], count=1).startswith("$$"):
            self.object_to(first, "$$ does not begin a line")
            return
        latex = "\n".join(line.strip() for line in token.content.strip().split("\n"))
        self.blocks.append(Block(self.page, token.info, latex, first, last))

    def _fence(self, token, line: int) -> None:
        directive = _DIRECTIVE.match(token.info.strip())
        name = directive[1] if directive else ""
        if name == "math" or token.info.strip().startswith("math"):
            self.object_to(line, f"math directive: {_BACK_TO_FORM}")
        elif name == "raw":
            self._html(token.content, line)
        elif name == "eval-rst":
            if re.search(r"\.\. math::|\$\$", token.content):
                self.object_to(line, f"math directive: {_BACK_TO_FORM}")
        elif name and name not in _HOLD_CODE:
            self.read(_without_options(token.content), line + 1)

    def _html(self, html: str, line: int) -> None:
        if _HTML_MATH.search(re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)):
            self.object_to(line, f"mathematics inside HTML: {_BACK_TO_FORM}")

    def _inline(self, token, line: int) -> None:
        kinds = {child.type for child in token.children}
        raw = re.sub(r"(`+).+?\1", "", token.content, flags=re.DOTALL)
        text = " ".join(child.content for child in token.children if child.type == "text")
        math = [child.content for child in token.children if child.type.startswith("math_inline")]
        if "math_inline_double" in kinds or "$$" in text:
            self.object_to(line, "$$ inside a paragraph: give it lines of its own")
        if "\\[" in raw or "\\begin{" in text:
            self.object_to(line, f"bare LaTeX: {_BACK_TO_FORM}")
        if any("\\displaystyle" in formula for formula in math):
            self.object_to(line, f"displayed mathematics inside a line: {_BACK_TO_FORM}")
        for child in token.children:
            if child.type == "html_inline":
                self._html(child.content, line)


def _without_options(content: str) -> str:
    """Blank the options at the head of a directive, so that they are no paragraph."""
    lines = content.split("\n")
    for place, line in enumerate(lines):
        if not _OPTION.match(line):
            break
        lines[place] = ""
    return "\n".join(lines)


def _pages(folder: Path) -> list[Path]:
    """The Markdown files of a folder and the folders below it, hidden ones left out."""
    folder = Path(folder)
    return [
        path
        for path in sorted(folder.rglob("*.md"))
        if not any(part.startswith((".", "_")) for part in path.relative_to(folder).parts)
    ]


def _foreign_pages(folder: Path) -> list[Path]:
    """Pages in a form that cannot be read here."""
    folder = Path(folder)
    return [
        path
        for path in sorted([*folder.rglob("*.rst"), *folder.rglob("*.ipynb")])
        if not any(part.startswith((".", "_")) for part in path.relative_to(folder).parts)
    ]


def write_pages(statements: Iterable[Statement], folder: Path) -> list[Path]:
    """Write the LaTeX and the reasons of every statement into the pages; return what changed."""
    known = {s.label: s for s in statements}
    changed = []
    for path in _pages(folder):
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
        indent = _PREFIX.match(lines[block.first])[0]
        after = _end_of_reasons(lines, block.last)
        fresh = [
            "$$",
            *statement.latex().split("\n"),
            f"$$ ({block.label})",
            *_reason_lines(statement),
        ]
        lines[block.first : after + 1] = [(indent + line).rstrip() for line in fresh]
    return "\n".join(lines)


def _reason_lines(statement: Statement) -> list[str]:
    reasons = statement.reasons()
    if not any(reasons):
        return []
    # A line without a reason of its own rounds the number before it.
    items = [f"{number}. {reason or 'in numbers'}" for number, reason in enumerate(reasons, 1)]
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
    problems += [
        f"{path.name}: expected a page in Markdown; its equations cannot be held to statements"
        for path in _foreign_pages(folder)
    ]
    seen: dict[str, Block] = {}
    for path in _pages(folder):
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
    for path in _pages(folder):
        for block in read_blocks(path.name, path.read_text(encoding="utf-8"))[0]:
            found[block.label] = path.stem
    return found
