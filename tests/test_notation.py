"""The notation page and the letters of the statements are one list."""

import ast
import re
from pathlib import Path

import crossentropy
import pytest
import sympy as sm
from checked_equations import Distribution, latex
from crossentropy.derivations import notation

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "chapters" / "notation.md").read_text(encoding="utf-8")


def letters():
    """The names that notation.py gives, but helpers and imports."""
    tree = ast.parse(Path(notation.__file__).read_text(encoding="utf-8"))
    return [
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and not target.id.startswith("_")
    ]


@pytest.mark.parametrize("name", letters())
def test_every_letter_of_the_statements_stands_on_the_notation_page(name):
    assert f"`{name}`" in PAGE, f"{name} of notation.py is on no row of chapters/notation.md"


def printed():
    """What can be printed on its own: name and LaTeX; entries of a distribution by their letter."""
    for name in letters():
        thing = getattr(notation, name)
        if isinstance(thing, Distribution):
            yield name, latex(thing.letter.label)
        elif isinstance(thing, sm.IndexedBase):
            yield name, latex(thing.label)
        elif isinstance(thing, sm.Symbol):
            yield name, latex(thing)


@pytest.mark.parametrize(("name", "tex"), list(printed()))
def test_the_page_shows_a_letter_as_the_statements_print_it(name, tex):
    rows = [line for line in PAGE.splitlines() if f"`{name}`" in line]
    assert any(_bare(tex) in _bare(row) for row in rows), f"no row of `{name}` shows {tex}"


def _bare(tex):
    return re.sub(r"[{}\s]", "", tex)


@pytest.mark.parametrize("name", crossentropy.__all__)
def test_every_function_of_the_library_stands_on_the_notation_page(name):
    assert f"`{name}`" in PAGE
