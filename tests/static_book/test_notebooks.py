"""A chapter as a notebook: plain Markdown around code, with its equations and their labels."""

import nbformat
import pytest
from pybtex.database import parse_string
from static_book.notebooks import is_notebook, notebook, plain_markdown, plain_roles

BIBLIOGRAPHY = parse_string(
    """
    @article{one, author = {Shannon, Claude E.}, year = {1948}, title = {T}}
    @book{two, author = {Cover, Thomas M. and Thomas, Joy A.}, year = {2006}, title = {T}}
    @book{three, author = {A, B. and C, D. and E, F.}, year = {1999}, title = {T}}
    """,
    "bibtex",
)
HEADER = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---
"""


@pytest.mark.parametrize(
    ("myst", "plain"),
    [
        ("{eq}`eq-gibbs`", "(eq-gibbs)"),
        ("{cite}`one`", "Shannon (1948)"),
        ("{cite:p}`one,two`", "Shannon (1948); Cover and Thomas (2006)"),
        ("{cite:t}`three`", "A et al. (1999)"),
        ("{cite}`unknown`", "[unknown]"),
        ("{doc}`the game <game>`", "the game"),
        ("{func}`~crossentropy.entropy`", "`entropy`"),
        ("{py:func}`crossentropy.entropy`", "`crossentropy.entropy`"),
        ("x{sub}`1`", "x<sub>1</sub>"),
        ("no role: `{eq}` alone", "no role: `{eq}` alone"),
    ],
)
def test_a_role_becomes_what_it_says(myst, plain):
    assert plain_roles(myst, BIBLIOGRAPHY) == plain


def test_an_equation_keeps_its_label():
    text = "$$ a = b $$ (eq-ab)"
    assert plain_markdown(text, BIBLIOGRAPHY) == text


def test_an_admonition_becomes_a_bold_title_above_its_body():
    text = ":::{admonition} Exercise: {eq}`eq-x`\n:class: exercise\nDo it.\n:::"
    assert plain_markdown(text, BIBLIOGRAPHY) == "**Exercise: (eq-x)**\n\nDo it."
    assert plain_markdown("```{note}\nMind.\n```", BIBLIOGRAPHY) == "**Note**\n\nMind."


def test_a_folded_solution_becomes_details_with_its_nested_blocks():
    text = (
        "::::{admonition} Solution\n:class: dropdown solution\n\nBefore.\n\n"
        ":::{admonition} Reasons\n:class: reasons\n1. One.\n:::\n\n$$ x $$ (eq-x)\n::::"
    )
    plain = plain_markdown(text, BIBLIOGRAPHY)
    assert plain.startswith("<details>\n<summary>Solution</summary>\n\n")
    assert plain.endswith("</details>")
    assert "**Reasons**" in plain
    assert "1. One." in plain
    assert "$$ x $$ (eq-x)" in plain
    assert ":::" not in plain


def test_blocks_with_the_same_fence_nest():
    text = ":::{note}\n:::{tip}\nInner.\n:::\nOuter.\n:::\nAfter."
    plain = plain_markdown(text, BIBLIOGRAPHY)
    assert plain.index("Inner.") < plain.index("Outer.") < plain.index("After.")
    assert ":::" not in plain


def test_labels_comments_and_generated_blocks_vanish_and_links_lead_to_notebooks():
    text = "(here)=\n% a remark\n## Title\n[KL](kl.md#part)\n\n```{bibliography}\n:style: x\n```"
    assert plain_markdown(text, BIBLIOGRAPHY) == "## Title\n[KL](kl.ipynb)"


def test_code_in_a_fence_stays_untouched():
    text = "```python\nx = '{eq}`a`'\n```"
    assert plain_markdown(text, BIBLIOGRAPHY) == text
    with_name = "```{code-block} python\n:linenos:\nx = 1\n```"
    assert plain_markdown(with_name, BIBLIOGRAPHY) == "```python\nx = 1\n```"


def test_a_chapter_becomes_a_valid_notebook_that_begins_with_its_needs(tmp_path):
    source = tmp_path / "chapter.md"
    source.write_text(
        HEADER
        + "# Title\n\nSee {eq}`eq-x`.\n\n"
        + "```{code-cell} ipython3\n:tags: [hide-input]\n\n1 + 1\n```\n",
        encoding="utf-8",
    )
    assert is_notebook(source)
    book = notebook(source, needs="It needs much.", bibliography=BIBLIOGRAPHY)
    nbformat.validate(book)
    assert [cell.cell_type for cell in book.cells] == ["markdown", "markdown", "code"]
    assert book.cells[0].source == "It needs much."
    assert book.cells[1].source == "# Title\n\nSee (eq-x)."
    assert book.cells[2].source == "1 + 1"
    assert book.cells[2].metadata.tags == ["hide-input"]
    assert book.metadata.kernelspec.name == "python3"


def test_a_page_without_a_kernel_is_no_notebook(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Only text\n", encoding="utf-8")
    assert not is_notebook(page)
