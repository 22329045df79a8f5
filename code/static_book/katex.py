"""Mathematics typeset while the site is built: TeX in, HTML with MathML out.

One Node process stays open for the whole build and answers line by line.  A formula takes it
about a millisecond, so renderings are remembered only for the length of a build: Sphinx writes
nothing but the pages that changed, and a cache on disk would have to be kept true for nothing.
"""

import atexit
import json
import os
import re
import shutil
import subprocess
from functools import cache
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from static_book.node import node, node_modules

LOGGER = logging.getLogger(__name__)
SCRIPT = Path(__file__).with_name("render.cjs")
SHORT = 16  # letters and signs of a formula that is not broken, and fits on a phone


class TexError(ValueError):
    """TeX that KaTeX refuses; the message is KaTeX's own."""


@cache
def _process() -> subprocess.Popen:
    environment = {**os.environ, "NODE_PATH": str(node_modules())}
    return subprocess.Popen(
        [node(), SCRIPT],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


@atexit.register
def stop() -> None:
    """End the Node process, if one runs; the next rendering starts another."""
    if _process.cache_info().currsize:
        process = _process()
        process.stdin.close()
        process.wait()
        process.stdout.close()
        _process.cache_clear()


@cache
def render(tex: str, *, display: bool = False) -> str:
    r"""Return the HTML of one formula, with MathML inside for screen readers.

    Parameters
    ----------
    tex : str
        TeX without dollar signs.
    display : bool
        Whether the formula stands on a line of its own.

    Raises
    ------
    TexError
        If KaTeX refuses the TeX; unknown commands and doubtful constructions are errors.

    Examples
    --------
    >>> "<math" in render("x^2"), "katex-display" in render("x^2", display=True)
    (True, True)
    >>> render(r"\unknown")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    static_book.katex.TexError: KaTeX parse error: Undefined control sequence
    """
    process = _process()
    process.stdin.write(json.dumps({"tex": tex, "displayMode": display}) + "\n")
    process.stdin.flush()
    answer = json.loads(process.stdout.readline())
    if "error" in answer:
        raise TexError(answer["error"])
    return answer["html"]


def _html(tex: str, node: nodes.Element, *, display: bool) -> str:
    """Render a formula of the book; refused TeX is a warning at its line, and shown as it is."""
    try:
        return render(tex, display=display)
    except TexError as error:
        LOGGER.warning("%s in %r", error, tex, location=node, type="katex")
        return f'<code class="bad-tex">{escape(tex)}</code>'


class KeepTogether(SphinxPostTransform):
    """Keep a short formula on one line, with the brackets and the punctuation that touch it.

    Browsers may break a line on both sides of a formula, whatever stands there.
    """

    default_priority = 120
    formats = ("html",)

    def run(self, **kwargs) -> None:
        """Wrap the short formulas of the document with what touches them."""
        for formula in list(self.document.findall(nodes.math)):
            if len(re.sub(r"\\[a-zA-Z]+|[{}_^\s]", _one_letter, formula.astext())) > SHORT:
                continue
            parent, place = formula.parent, formula.parent.index(formula)
            before = self._cut(parent, place - 1, r"(.*?)([(\[“‘—]*)\Z", 1)
            after = self._cut(parent, place + 1, r"([-–.,;:!?)\]’”°%…]*)(.*)\Z", 0)
            if before or after:
                box = nodes.inline(classes=["together"])
                formula.replace_self(box)
                box += [*before, formula, *after]
            else:
                formula["classes"].append("together")

    def _cut(self, parent, place, pattern, touching):
        """Take what touches the formula from its neighbour, if that is text, and return it."""
        if not 0 <= place < len(parent) or not isinstance(parent[place], nodes.Text):
            return []
        parts = list(re.match(pattern, parent[place].astext(), re.DOTALL).groups())
        touches = parts.pop(touching)
        if not touches:
            return []
        parent[place] = nodes.Text(parts[0])
        return [nodes.Text(touches)]


def _one_letter(match) -> str:
    """A command prints about one sign, brackets and spaces print none."""
    return "x" if match[0].startswith("\\") else ""


def visit_math(translator, node: nodes.math) -> None:
    """Write an inline formula."""
    classes = " ".join(["math", *node.get("classes", [])])
    body = _html(node.astext(), node, display=False)
    translator.body.append(f'<span class="{classes}">{body}</span>')
    raise nodes.SkipNode


def visit_math_block(translator, node: nodes.math_block) -> None:
    """Write a display formula: a box that scrolls by itself, then number and permanent link."""
    name, eqno = "Equation", ""
    if node.get("number"):
        number = get_node_equation_number(translator, node)
        name = f"Equation {number}"
        anchor = node["ids"][0] if node["ids"] else f"equation-{node['label']}"
        eqno = (
            f'<span class="equation-number">({number})'
            f'<a class="headerlink" href="#{escape(anchor)}" title="Link to this equation">#</a>'
            "</span>"
        )
    body = _html(node.astext(), node, display=True)
    translator.body.append(
        translator.starttag(node, "div", CLASS="math-display")
        + f'<div class="math-scroll" role="group" tabindex="0" aria-label="{escape(name)}">'
        + f"{body}</div>{eqno}</div>\n"
    )
    raise nodes.SkipNode


def copy_style(static: Path) -> None:
    """Copy KaTeX's style sheet and its WOFF2 fonts, no older formats, to `static`/katex."""
    source = node_modules() / "katex" / "dist"
    fonts = static / "katex" / "fonts"
    fonts.mkdir(parents=True, exist_ok=True)
    for font in source.glob("fonts/*.woff2"):
        shutil.copy(font, fonts)
    style = (source / "katex.min.css").read_text(encoding="utf-8")
    style = re.sub(r',url\([^)]*\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)', "", style)
    (static / "katex" / "katex.css").write_text(style, encoding="utf-8")


def setup(app) -> None:
    """Register the renderer and choose it."""
    app.add_html_math_renderer("katex", (visit_math, None), (visit_math_block, None))
    app.add_post_transform(KeepTogether)
    app.connect("config-inited", lambda _, config: setattr(config, "html_math_renderer", "katex"))
    app.connect("build-finished", lambda *_: stop())
