"""Pages and statements: what counts as display mathematics, what is written, what is refused."""

import pytest
import sympy as sm
from checked_equations import eq, identity, unevaluated
from checked_equations.pages import audit, pages_of, read_blocks, write_pages
from sample_equations import H, P, U, n, w, x, y
from sympy import log


@pytest.fixture
def square():
    with unevaluated():
        return identity("eq-square", (x + y) ** 2, eq(x**2 + 2 * x * y + y**2))


@pytest.fixture
def chain():
    with unevaluated():
        return identity(
            "eq-chain", H(U), eq(H(P) * 0 + log(n), "what $U$ is"), eq(log(n) * 1, "one factor")
        )


def page(folder, text, name="page.md"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def offenders(text):
    return read_blocks("page.md", text)[1]


def labels(text):
    return [block.label for block in read_blocks("page.md", text)[0]]


# -- what counts ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "$$\nx\n$$ (eq-a)\n",
        "$$ x $$ (eq-a)\n",
        "$$\n$$ (eq-a)\n",
        "> $$\n> x\n> $$ (eq-a)\n",
        "- item\n\n  $$\n  x\n  $$ (eq-a)\n",
        ":::{note}\n$$\nx\n$$ (eq-a)\n:::\n",
        "```{admonition} Solution\n:class: dropdown\n$$\nx\n$$ (eq-a)\n```\n",
        "````{note}\n```{tip}\n$$\nx\n$$ (eq-a)\n```\n````\n",
        ":::::{exercise}\n::::{note}\n$$\nx\n$$ (eq-a)\n::::\n:::::\n",
        "```{note}\nwords\n```\n\n$$\nx\n$$ (eq-a)\n",
        "```{code-cell}\n1\n```\n\n$$\nx\n$$ (eq-a)\n",
        "---\njupytext: 1\n---\n\n# Title\n\n$$\nx\n$$ (eq-a)\n",
    ],
)
def test_a_labelled_block_is_found_wherever_markdown_stands(text):
    assert labels(text) == ["eq-a"]
    assert offenders(text) == []


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("$$\nx\n$$\n", 1, "without a label"),
        ("- $$ x $$\n", 1, "without a label"),
        ("1. $$\n   x\n   $$ (eq-a)\n", 1, "does not begin a line"),
        ("text $$x$$ text\n", 1, "inside a paragraph"),
        ("text\n$$\nx\n$$ (eq-a)\n", 1, "inside a paragraph"),
        ("| a |\n|---|\n| $$x$$ |\n", 3, "inside a paragraph"),
        ("# Title $$x$$\n", 1, "inside a paragraph"),
        ("> $$ x $$\n", 1, "without a label"),
        ("$$\nx\n\nnever closed\n", 1, "inside a paragraph"),
        ("text\n\n    $$\n    x\n    $$ (eq-a)\n", 3, "four spaces"),
        ("```{math}\nx\n```\n", 1, "math directive"),
        ("~~~{math}\nx\n~~~\n", 1, "math directive"),
        (":::{math}\n:label: eq-a\nx\n:::\n", 1, "math directive"),
        ("```math\nx\n```\n", 1, "math directive"),
        ("````{note}\n```{math}\nx\n```\n````\n", 2, "math directive"),
        (":::{unknown-box}\n\n$$ x $$\n:::\n", 3, "without a label"),
        ("```{figure} a.svg\nCaption\n\n$$ x $$\n```\n", 4, "without a label"),
        ("```{note}\nwords\n```\n\n$$ x $$\n", 5, "without a label"),
        ("\\begin{align}\nx\n\\end{align}\n", 1, "bare LaTeX"),
        ("text\n\\begin{equation}x\\end{equation}\n", 2, "bare LaTeX"),
        ("\\[ x \\]\n", 1, "bare LaTeX"),
        ("text \\[ x \\] text\n", 1, "bare LaTeX"),
        ("$\\displaystyle \\sum x$\n", 1, "displayed mathematics inside a line"),
        ("<div>\n$$ x $$\n</div>\n", 1, "inside HTML"),
        ("<div>\\[ x \\]</div>\n", 1, "inside HTML"),
        ("<math><mi>x</mi></math>\n", 1, "inside HTML"),
        ('text <span class="math">x</span>\n', 1, "inside HTML"),
        ("```{raw} html\n<math></math>\n```\n", 1, "inside HTML"),
        ("```{eval-rst}\n.. math:: x\n```\n", 1, "math directive"),
    ],
)
def test_every_other_form_is_objected_to_with_its_line(text, line, problem):
    (found,) = offenders(text)
    assert found.startswith(f"page.md:{line}: ")
    assert problem in found


@pytest.mark.parametrize(
    "text",
    [
        "costs $5 and `$$` and $x$\n",
        "```{code-cell}\nprint('$$')\n```\n",
        "```python\nr'$$ x $$'\n```\n",
        "`\\[` is code\n",
        "% $$ x $$ (eq-a)\n",
        "<!-- $$ x $$ (eq-a) -->\n",
        "{eq}`eq-a` and $\\hat y - y$\n",
    ],
)
def test_what_is_not_displayed_is_left_alone(text):
    assert offenders(text) == []
    assert labels(text) == []


# -- what is written ------------------------------------------------------------------------------
def test_write_fills_the_block_and_the_reasons_and_then_changes_nothing(tmp_path, chain):
    path = page(tmp_path, "# T\n\n$$\n$$ (eq-chain)\n\nafter\n")
    assert write_pages([chain], tmp_path) == [path]
    text = path.read_text(encoding="utf-8")
    assert chain.latex() in text
    assert "1. what $U$ is\n2. one factor\n" in text
    assert text.endswith("\n\nafter\n")
    assert audit([chain], tmp_path) == []
    assert write_pages([chain], tmp_path) == []


def test_write_replaces_old_reasons(tmp_path, chain, square):
    path = page(tmp_path, "$$\n$$ (eq-chain)\n")
    write_pages([chain], tmp_path)
    old = path.read_text(encoding="utf-8")
    path.write_text(old.replace("one factor", "something else"), encoding="utf-8")
    assert any("reasons of eq-chain" in line for line in audit([chain], tmp_path))
    write_pages([chain], tmp_path)
    assert path.read_text(encoding="utf-8") == old


@pytest.mark.parametrize("prefix", ["  ", "> "])
def test_write_keeps_the_indentation(tmp_path, square, prefix):
    start = "- item\n\n" if prefix == "  " else ""
    path = page(tmp_path, f"{start}{prefix}$$\n{prefix}$$ (eq-square)\n")
    write_pages([square], tmp_path)
    assert f"\n{prefix}{square.latex()}\n" in "\n" + path.read_text(encoding="utf-8")
    assert audit([square], tmp_path) == []


def test_the_page_of_a_label_is_known(tmp_path, square):
    page(tmp_path, "$$\n$$ (eq-square)\n", "part/shapes.md")
    assert pages_of(tmp_path) == {"eq-square": "shapes"}


# -- what is objected to --------------------------------------------------------------------------
def test_all_offenders_are_listed_at_once(tmp_path, square, chain):
    with unevaluated():
        nowhere = identity("eq-nowhere", x + y, eq(y + x))
    page(tmp_path, "$$\nx = 1\n$$ (eq-square)\n\n$$ z $$ (eq-stranger)\n\n$$ y $$\n", "a.md")
    page(tmp_path, "$$\n$$ (eq-square)\n\n$$\n$$ (eq-chain)\n", "b.md")
    page(tmp_path, "A page\n", "c.rst")
    problems = "\n".join(audit([square, chain, nowhere, square], tmp_path))
    for problem in (
        "statement eq-square is written 2 times",
        "c.rst: expected a page in Markdown",
        "a.md:7: display equation without a label",
        "a.md:5: eq-stranger has no statement",
        "a.md:1: eq-square differs from its statement",
        "b.md:1: label eq-square stands also at a.md:1",
        "b.md:4: the reasons of eq-chain differ",
        "statement eq-nowhere stands on no page",
    ):
        assert problem in problems


def test_a_changed_character_on_the_page_is_found(tmp_path, square):
    path = page(tmp_path, "$$\n$$ (eq-square)\n")
    write_pages([square], tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("2 x y", "3 x y"), encoding="utf-8")
    (problem,) = audit([square], tmp_path)
    assert "x^{2} + 3 x y + y^{2}" in problem
    assert "x^{2} + 2 x y + y^{2}" in problem


def test_a_changed_statement_is_found(tmp_path, square):
    page(tmp_path, "$$\n$$ (eq-square)\n")
    write_pages([square], tmp_path)
    with unevaluated():
        changed = identity("eq-square", (x + y) ** 2, eq(x**2 + y**2 + 2 * x * y))
    assert len(audit([changed], tmp_path)) == 1


def test_a_link_of_a_derivation_without_a_reason_is_found(tmp_path):
    with unevaluated():
        bare = identity("eq-bare", w + w, eq(2 * w), eq(w * sm.Integer(2), "turned around"))
    page(tmp_path, "$$\n$$ (eq-bare)\n")
    write_pages([bare], tmp_path)
    assert audit([bare], tmp_path) == ["eq-bare, link 1: no reason"]


def test_pages_in_hidden_folders_are_not_pages(tmp_path, square):
    page(tmp_path, "$$\n$$ (eq-square)\n")
    page(tmp_path, "$$ z $$\n", ".ipynb_checkpoints/page.md")
    page(tmp_path, "$$ z $$\n", "_build/page.md")
    write_pages([square], tmp_path)
    assert audit([square], tmp_path) == []
