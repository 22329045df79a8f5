"""TeX becomes HTML with MathML, or an error."""

import re

import pytest
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
