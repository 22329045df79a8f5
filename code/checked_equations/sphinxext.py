"""Sphinx extension: equation boxes with reasons and the mark, and the table of every equation.

A labelled math block of a page becomes a box: one row for each line of the chain, the reason beside
it (below it on a narrow screen), the number, and a mark that unfolds to how the equation was
checked. The results come from the file that ``python -m checked_equations check --json`` wrote.
"""

from __future__ import annotations

import hashlib
import json
from html import escape
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

WORDS = {
    "definition": "a definition",
    "identity": "an identity",
    "derivative": "a derivative",
    "inequality": "an inequality",
    "limit": "a limit",
    "invariance": "an invariance",
    "counterexample": "a counterexample",
    "value": "a worked number",
}


class equations_table(nodes.General, nodes.Element):
    """Placeholder for the table of every equation."""


class EquationsTable(SphinxDirective):
    """The directive ``{checked-equations}``: every statement and how it was checked.

    A book with many statements may spread them over pages: ``:only:`` names the pages whose
    equations are listed, ``:except:`` those whose equations are listed elsewhere.
    """

    option_spec: ClassVar = {"only": directives.unchanged, "except": directives.unchanged}

    def run(self):
        return [equations_table(**{name: self.options.get(name, "") for name in self.option_spec})]


def _lists(table, page: str) -> bool:
    """Whether a table with these options lists the equations of a page."""
    if table["only"]:
        return page in table["only"].split()
    return page not in table["except"].split()


def results_of(app: Sphinx) -> dict[str, dict]:
    """Return the results of the last check by label; ``ExtensionError`` where there are none."""
    path = Path(app.srcdir) / app.config.checked_equations_results
    if not path.exists():
        raise ExtensionError(
            f"{path} is missing: run python -m checked_equations check --json {path}"
        )
    return {record["label"]: record for record in json.loads(path.read_text(encoding="utf-8"))}


def _digest(records) -> str:
    return hashlib.sha256(json.dumps(list(records), sort_keys=True).encode()).hexdigest()


def outdated(app: Sphinx, env, added, changed, removed) -> list[str]:
    """Name the pages whose marks are no longer true, and the appendix when any result changed."""
    records = results_of(app)
    now = {"": _digest(records.values())}
    for docname in env.found_docs:
        stem = docname.rpartition("/")[2]
        mine = [r for r in records.values() if r["page"] == stem]
        now[docname] = _digest(mine)
    before = getattr(env, "checked_equations_digests", {})
    env.checked_equations_digests = now
    tables = set(getattr(env, "checked_equations_tables", {}))
    stale = {name for name, digest in now.items() if name and before.get(name) != digest}
    return sorted((stale | (tables if before.get("") != now[""] else set())) & env.found_docs)


def note_tables(app: Sphinx, doctree) -> None:
    """Remember which pages hold the table."""
    env = app.env
    tables = dict(getattr(env, "checked_equations_tables", {}))
    tables.pop(env.docname, None)
    for table in doctree.findall(equations_table):
        tables[env.docname] = {name: table[name] for name in ("only", "except")}
    env.checked_equations_tables = tables


def merge_tables(app: Sphinx, env, docnames, other) -> None:
    """Bring together what parallel readers remembered."""
    mine = getattr(env, "checked_equations_tables", {})
    env.checked_equations_tables = mine | getattr(other, "checked_equations_tables", {})


class EquationBoxes(SphinxPostTransform):
    """Replace labelled math blocks by boxes with reasons and marks."""

    default_priority = 50
    formats = ("html",)

    def run(self, **kwargs) -> None:
        records = results_of(self.app)
        for block in list(self.document.findall(nodes.math_block)):
            record = records.get(block.get("label") or "")
            if record is None:
                continue
            reasons = _reasons_after(block)
            block.replace_self(self._box(block, record, reasons))
        for table in list(self.document.findall(equations_table)):
            shown = {k: r for k, r in records.items() if r["page"] and _lists(table, r["page"])}
            table.replace_self(self._table(shown))

    def _box(self, block, record, reasons):
        number = equation_number(self.env, self.env.docname, block["label"])
        name = f"Equation {number}" if number else "Equation"
        size = "equation-chain" if len(record["lines"]) > 1 else "equation-single"
        yield_rows = [
            self._row(line, reasons[place] if place < len(reasons) else None)
            for place, line in enumerate(record["lines"])
        ]
        link = f"#equation-{block['label']}"
        return [
            _raw(f'<div class="equation-box {size}" id="equation-{escape(block["label"])}">'),
            _raw(f'<div class="equation-scroll" tabindex="0" role="region" aria-label="{name}">'),
            *(node for row in yield_rows for node in row),
            _raw("</div>"),
            _raw(
                f'<a class="equation-number" href="{link}" aria-label="Link to {name.lower()}">'
                f"({number})</a>"
            )
            if number
            else _raw(""),
            *self._mark(record),
            _raw("</div>"),
        ]

    def _row(self, line, reason):
        left, relation, right = line
        row = [_raw('<div class="equation-row">')]
        row += _cell("equation-lhs", [nodes.math("", rf"\displaystyle {left}")] if left else [])
        row += _cell("equation-rhs", [nodes.math("", rf"\displaystyle {{}} {relation} {right}")])
        if reason is not None:
            words = [child.deepcopy() for child in reason.children]
            row += _cell("equation-reason", [nodes.paragraph("", "", *words)])
        return [*row, _raw("</div>")]

    def _mark(self, record):
        tables = getattr(self.env, "checked_equations_tables", {})
        targets = sorted(name for name, table in tables.items() if _lists(table, record["page"]))
        more = []
        if targets:
            target = targets[0]
            link = make_refnode(
                self.app.builder,
                self.env.docname,
                target,
                f"checked-{record['label']}",
                nodes.Text("every equation, checked"),
            )
            more = [nodes.paragraph("", "", nodes.Text("See "), link, nodes.Text("."))]
        facts = [nodes.paragraph("", "", *_code_spans(text)) for text in sentences(record)]
        return [
            _raw(
                '<details class="check-mark"><summary aria-label="How this was checked: '
                f'{escape(record["status"])}"><span aria-hidden="true">✓ '
                f"{escape(record['status'])}</span></summary>"
                '<div class="check-mark-body">'
            ),
            *facts,
            *more,
            _raw("</div></details>"),
        ]

    def _table(self, records):
        """A list of every statement, by page, each with how it was checked."""
        built = []
        domain = self.env.get_domain("math")
        pages = list(dict.fromkeys(r["page"] for r in records.values()))
        order = [d.rpartition("/")[2] for d in _reading_order(self.env)]
        for page in sorted(pages, key=lambda p: order.index(p) if p in order else len(order)):
            docname = next(d for d in self.env.found_docs if d.rpartition("/")[2] == page)
            title = self.env.titles[docname].astext()
            entries = [r for r in records.values() if r["page"] == page]
            section = nodes.section(ids=[f"checked-on-{page}"])
            section += nodes.title("", title)
            for record in sorted(
                entries, key=lambda r: domain.get_equation_number_for(r["label"]) or 0
            ):
                section += self._entry(record, docname, domain)
            built.append(section)
        return built

    def _entry(self, record, docname, domain):
        label = record["label"]
        number = equation_number(self.env, docname, label)
        link = make_refnode(
            self.app.builder,
            self.env.docname,
            docname,
            f"equation-{label}",
            nodes.Text(f"({number}) {label}"),
        )
        left, relation, right = record["lines"][0]
        if len(record["lines"]) > 1:
            last = record["lines"][-1]
            dots = _dots([line[1] for line in record["lines"][1:-1]])
            right = rf"{right} {dots} {last[1]} {last[2]}"
        whole = rf"\displaystyle {left} {relation} {right}"
        facts = " ".join(sentences(record))
        return [
            _raw(f'<div class="checked-entry" id="checked-{escape(label)}">'),
            nodes.paragraph("", "", link, classes=["checked-label"]),
            _raw(
                '<div class="equation-scroll" tabindex="0" role="region" '
                f'aria-label="{escape(label)}">'
            ),
            nodes.paragraph("", "", nodes.math("", whole)),
            _raw("</div>"),
            nodes.paragraph("", "", *_code_spans(facts)),
            _raw("</div>"),
        ]


def _dots(relations) -> str:
    """What stands for the middle of a chain: dots, after the strongest of its relations."""
    if not relations:
        return ""
    strict = {r"\le": 1, r"\ge": 1, "<": 2, ">": 2}
    return rf"{max(relations, key=lambda relation: strict.get(relation, 0))} \cdots"


def equation_number(env, docname: str, label: str) -> str:
    """Return the number shown beside an equation: with its chapter where chapters have numbers."""
    numbers = env.toc_fignumbers.get(docname, {}).get("displaymath", {})
    return ".".join(map(str, numbers.get(f"equation-{label}", ())))


def sentences(record: dict) -> list[str]:
    """Return in plain words what ran for a statement; code stands between backquotes."""
    kind = WORDS[record["kind"]].capitalize()
    links = len(record["lines"])
    symbolic, numeric = record["symbolic"], record["numeric"]
    texts = [f"{kind}{f' of {links} links' if links > 1 else ''}: {record['status']}."]
    if symbolic["method"] != "none":
        texts.append(f"Exactly, by {symbolic['method']} ({symbolic['sizes']}).")
    if numeric["draws"]:
        error = numeric["max_relative_error"]
        size = f"largest relative error {error:.1e}" if error else "no difference at all"
        if record["kind"] == "inequality":
            size = "no violation"
        points = "1 point" if numeric["draws"] == 1 else f"{numeric['draws']} points"
        texts.append(f"Numerically, at {points}: {size}.")
    if record["second_road"]:
        texts.append(f"By a second road: {record['second_road']}.")
    texts.append(f"Statement in `{record['module'].replace('.', '/')}.py`.")
    return texts


def _reasons_after(block) -> list[nodes.Element]:
    """Take the list of reasons that follows a block out of the page and return its items."""
    parent = block.parent
    place = parent.index(block) + 1
    while place < len(parent) and isinstance(parent[place], nodes.target | nodes.comment):
        place += 1
    if place < len(parent) and "reasons" in getattr(parent[place], "attributes", {}).get(
        "classes", []
    ):
        holder = parent[place]
        parent.remove(holder)
        return [item[0] for item in holder.findall(nodes.list_item)]
    return []


def _reading_order(env) -> list[str]:
    order, waiting = [], [env.config.root_doc]
    while waiting:
        name = waiting.pop(0)
        if name in order:
            continue
        order.append(name)
        waiting = [*env.toctree_includes.get(name, []), *waiting]
    return order


def _raw(html: str) -> nodes.raw:
    return nodes.raw("", html, format="html")


def _cell(name: str, children) -> list[nodes.Node]:
    return [_raw(f'<div class="{name}">'), *children, _raw("</div>")]


def _code_spans(text: str) -> list[nodes.Node]:
    return [
        nodes.literal("", part) if place % 2 else nodes.Text(part)
        for place, part in enumerate(text.split("`"))
        if part
    ]


def setup(app: Sphinx) -> dict:
    """Register the extension."""
    app.add_config_value("checked_equations_results", "_build/checked/equations.json", "env")
    app.add_node(equations_table)
    app.add_directive("checked-equations", EquationsTable)
    app.add_post_transform(EquationBoxes)
    app.connect("env-get-outdated", outdated)
    app.connect("doctree-read", note_tables)
    app.connect("env-merge-info", merge_tables)
    return {
        "version": "1",
        "env_version": 2,  # raised when what is remembered in the environment changes its form
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
