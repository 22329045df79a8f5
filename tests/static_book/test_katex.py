"""TeX becomes HTML with MathML, or an error."""

import re

import pytest
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document
from static_book import katex


@pytest.fixture(autouse=True)
def node_process():
    yield
    katex.stop()


def test_aligned_lines_are_typeset_with_mathml_for_screen_readers():
    html = katex.render(r"\begin{aligned} a &= b \\ &= c \end{aligned}", display=True)
    assert "<math" in html
    assert html.count("<mtr>") == 2


@pytest.mark.parametrize("tex", [r"\frac{1", r"\unknown{x}", "x^{2", r"\begin{aligned} a", "é"])
def test_bad_tex_is_an_error_that_quotes_it(tex):
    with pytest.raises(katex.TexError, match=r"KaTeX parse error|LaTeX-incompatible"):
        katex.render(tex)


def test_the_style_sheet_asks_only_for_fonts_that_are_there(tmp_path):
    katex.copy_style(tmp_path)
    style = (tmp_path / "katex/katex.css").read_text()
    named = set(re.findall(r"url\(([^)]+)\)", style))
    there = {f"fonts/{path.name}" for path in (tmp_path / "katex/fonts").iterdir()}
    assert named == there


def test_rendering_goes_on_after_the_process_was_stopped():
    assert katex.render("x_1") == katex.render.__wrapped__("x_1")
    katex.stop()
    assert "<math" in katex.render("x_2")


def together(*parts):
    """A paragraph after the transform: each text or formula with the box that holds it."""
    document = new_document("page", get_default_settings())
    paragraph = nodes.paragraph("", "", *parts)
    document += paragraph
    katex.KeepTogether(document).run()
    return [
        ("together" in child.get("classes", ()), child.astext())
        if isinstance(child, nodes.Element)
        else child.astext()
        for child in paragraph
    ]


def test_a_short_formula_keeps_the_brackets_and_points_that_touch_it():
    x, y = nodes.math("", "x"), nodes.math("", r"\hat y")
    parts = nodes.Text(", "), x, nodes.Text(", ("), y, nodes.Text("): and so on\n")
    assert together(*parts) == [", ", (True, "x,"), " ", (True, r"(\hat y):"), " and so on\n"]


def test_a_formula_alone_is_kept_on_its_line_and_a_long_one_may_be_broken():
    assert together(nodes.math("", "x + 1")) == [(True, "x + 1")]
    long = nodes.math("", r"\sum_{j=1}^{J} S_j K_j = q(x) + \varepsilon u(x)")
    assert together(nodes.Text("("), long, nodes.Text(").")) == ["(", (False, long.astext()), ")."]
