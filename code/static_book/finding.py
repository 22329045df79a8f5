"""The search of the site: an index of sections, read by a script on the search page.

A result is a section and the words around the match.  The index is a script that assigns a
variable, because a page opened from a disk may load scripts and nothing else.
"""

import json
import re
from collections.abc import Iterator

from docutils import nodes

SILENT = (nodes.title, nodes.math_block, nodes.comment, nodes.raw, nodes.image)


def sections(document: nodes.document) -> Iterator[tuple[str, str, str]]:
    """Yield anchor, title and text of every section; an ellipsis stands for each formula."""
    for section in document.findall(nodes.section):
        title = section.next_node(nodes.title)
        text = " ".join(_words(child) for child in section if not isinstance(child, nodes.section))
        yield section["ids"][0], title.astext(), re.sub(r"\s+", " ", text).strip()


def _words(node: nodes.Node) -> str:
    if isinstance(node, nodes.math):
        return "…"
    if isinstance(node, SILENT):
        return ""
    if isinstance(node, nodes.Text):
        return node.astext()
    gap = "" if isinstance(node, nodes.TextElement) else " "
    return gap.join(_words(child) for child in node.children)


def write_index(app, error) -> None:
    """Write ``_static/search-index.js``: a list of [page, page title, anchor, title, text]."""
    if error or app.builder.format != "html":
        return
    rows = []
    for docname in sorted(app.env.found_docs):
        page, page_title = app.builder.get_target_uri(docname), app.env.titles[docname].astext()
        for anchor, title, text in sections(app.env.get_doctree(docname)):
            rows.append([page, page_title, anchor, title, text])
    body = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    target = app.outdir / "_static" / "search-index.js"
    target.write_text(f"window.bookIndex={body};\n", encoding="utf-8")


def setup(app) -> None:
    """Replace Sphinx's search, which fetches pages and so fails on a disk, by this one."""
    app.connect("builder-inited", lambda app: setattr(app.builder, "search", False))
    app.connect("html-collect-pages", lambda app: [("search", {}, "search.html")])
    app.connect("build-finished", write_index)
