"""Blocks that stock HTML does not serve well: folds, wide tables, the list of literature.

Admonitions of class ``dropdown`` become ``<details>``, which needs no script; a table stands in a
box that scrolls by itself; an entry of the bibliography is an item of its list; the fold of hidden
code is named by what is seen.
"""

from html import escape

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.transforms.post_transforms import SphinxPostTransform


class Fold(nodes.General, nodes.Element):
    """An admonition that opens and closes."""


class FoldTitle(nodes.TextElement):
    """The line of a fold that is always shown."""


class FoldDropdowns(SphinxPostTransform):
    """Turn every admonition of class ``dropdown`` into a fold; class ``open`` opens it."""

    default_priority = 100
    formats = ("html",)

    def run(self, **kwargs) -> None:
        """Replace the admonitions of the document."""
        for admonition in list(self.document.findall(nodes.Admonition)):
            if "dropdown" not in admonition.get("classes", []):
                continue
            title = FoldTitle()
            if isinstance(admonition[0], nodes.title):
                title += admonition.pop(0).children
            else:
                title += nodes.Text(admonition.tagname.capitalize())
            fold = Fold("", title, *admonition.children, **admonition.attributes)
            admonition.replace_self(fold)


def visit_fold(translator, node: Fold) -> None:
    """Open the tag."""
    attributes = {"open": ""} if "open" in node["classes"] else {}
    translator.body.append(translator.starttag(node, "details", CLASS="admonition", **attributes))


def depart_fold(translator, node: Fold) -> None:
    """Close the tag."""
    translator.body.append("</details>\n")


def visit_fold_title(translator, node: FoldTitle) -> None:
    """Open the tag."""
    translator.body.append('<summary class="admonition-title">')


def depart_fold_title(translator, node: FoldTitle) -> None:
    """Close the tag."""
    translator.body.append("</summary>\n")


class BoxTables(SphinxPostTransform):
    """Put every table into a box that scrolls when the screen is too narrow."""

    default_priority = 110
    formats = ("html",)

    def run(self, **kwargs) -> None:
        """Wrap the tables of the document."""
        for table in list(self.document.findall(nodes.table)):
            box = nodes.container(classes=["table-scroll"])
            table.replace_self(box)
            box += table


def visit_citation(translator, node: nodes.citation) -> None:
    """Write an entry of the bibliography as Sphinx does, but as an item of its list."""
    type(translator).visit_citation(translator, node)
    translator.body[-1] = translator.body[-1].replace("doc-biblioentry", "listitem")


def depart_citation(translator, node: nodes.citation) -> None:
    """Close it as Sphinx does."""
    type(translator).depart_citation(translator, node)


def visit_hidden_code(translator, node: HideCodeCellNode) -> None:
    """Open the fold of a cell tagged ``hide-input``; its name is the text that is seen."""
    classes = " ".join(["hide", *node["classes"]])
    translator.body.append(f'<details class="{classes}">\n')
    translator.body.append(f"<summary>{escape(node['prompt_show'])}</summary>\n")


def depart_hidden_code(translator, node: HideCodeCellNode) -> None:
    """Close the tag."""
    translator.body.append("</details>\n")


def setup(app) -> None:
    """Register the nodes and the transforms."""
    hidden_code = (visit_hidden_code, depart_hidden_code)
    app.add_node(HideCodeCellNode, override=True, html=hidden_code)
    app.add_post_transform(BoxTables)
    app.add_node(nodes.citation, override=True, html=(visit_citation, depart_citation))
    app.add_node(Fold, html=(visit_fold, depart_fold))
    app.add_node(FoldTitle, html=(visit_fold_title, depart_fold_title))
    app.add_post_transform(FoldDropdowns)
