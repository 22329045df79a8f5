"""A book from end to end: settings, results and their cache, commands, the boxes on the site."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from checked_equations.__main__ import main
from checked_equations.book import Book
from checked_equations.sphinxext import _dots, outdated, sentences

LETTERS = """
import sympy as sm
from checked_equations import Diff, derivative, eq, identity, index, real, size, unevaluated, Sum
n = size("n")
i = index("i", n)
x, y = real("x", 0), real("y", 0)
"""
SHAPES = """
from .letters import *
with unevaluated():
    square = identity("eq-square", (x + y)**2, eq(x**2 + 2*x*y + y**2, "multiply out"))
"""
SLOPES = """
from .letters import *
from .shapes import square
with unevaluated():
    slope = derivative(
        "eq-slope", Diff(x**2, x), eq(2*x**(2 - 1), "the power rule"), eq(2*x, "count")
    )
"""


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A book of two statements, written and in step with its pages."""
    package = f"derivations_{abs(hash(tmp_path))}"
    files = {
        "pyproject.toml": f"""
            [tool.checked_equations]
            derivations = "{package}"
            chapters = "chapters"
            rests_on = ["code/**/*.py", "requirements.txt"]
        """,
        "requirements.txt": "sympy\n",
        f"code/{package}/__init__.py": "",
        f"code/{package}/letters.py": LETTERS,
        f"code/{package}/shapes.py": SHAPES,
        f"code/{package}/slopes.py": SLOPES,
        "chapters/shapes.md": "# Shapes\n\n$$\n$$ (eq-square)\n",
        "chapters/slopes.md": "# Slopes\n\n$$\n$$ (eq-slope)\n\n```{checked-equations}\n```\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path / "code")
    main(["write", "--root", str(tmp_path)])
    return tmp_path


def change(root, name, old, new):
    (path,) = root.rglob(name)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_book_without_settings_says_what_is_missing(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    with pytest.raises(ValueError, match="name derivations and chapters"):
        Book.at(tmp_path)


def test_a_statement_imported_by_another_module_is_counted_once(root):
    assert [s.label for s in Book.at(root).statements()] == ["eq-square", "eq-slope"]


def test_results_say_what_ran(root):
    square, slope = Book.at(root).results()
    assert (square["page"], slope["page"]) == ("shapes", "slopes")
    assert square["status"] == "proved"
    assert slope["second_road"] == "complex step"
    assert slope["numeric"]["draws"] >= 400
    assert slope["numeric"]["max_relative_error"] < 1e-9
    assert slope["lines"][1][1] == "="
    assert slope["reasons"] == ["the power rule", "count"]


def test_results_are_kept_while_the_code_is_the_same(root, monkeypatch):
    book = Book.at(root)
    cache = root / "cache.json"
    first = book.results(cache)
    monkeypatch.setattr(Book, "_run", lambda self: pytest.fail("checked again"))
    assert book.results(cache) == first


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("letters.py", "real", "real "),
        ("shapes.py", "multiply out", "multiply it out"),
        ("requirements.txt", "sympy", "sympy>1"),
    ],
)
def test_a_change_of_code_or_pins_runs_the_checks_again(root, name, old, new):
    book = Book.at(root)
    before = book.key()
    change(root, name, old, new)
    assert book.key() != before


def test_a_pattern_that_no_file_matches_is_an_error(root):
    change(root, "pyproject.toml", "rests_on = [", 'rests_on = ["codes/**/*.py", ')
    with pytest.raises(ValueError, match="no file matches 'codes"):
        Book.at(root).key()


def test_a_change_of_prose_moves_no_result(root):
    book = Book.at(root)
    before = book.key()
    change(root, "shapes.md", "# Shapes", "# Figures")
    assert book.key() == before


def test_failures_are_never_kept(root, monkeypatch):
    cache = root / "cache.json"
    monkeypatch.setattr(Book, "_run", lambda self: [{"label": "eq-square", "ok": False}])
    Book.at(root).results(cache)
    assert not cache.exists()


# -- commands -------------------------------------------------------------------------------------
def run(root, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "checked_equations", *arguments],
        cwd=root,
        env={"PYTHONPATH": str(root / "code"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_check_of_a_sound_book_exits_with_zero_and_writes_the_results(root):
    done = run(root, "check", "--json", "out/equations.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "2 of 2 statements hold; 0 problems\n"
    records = json.loads((root / "out/equations.json").read_text(encoding="utf-8"))
    wanted = {"label", "page", "latex", "kind", "symbolic", "numeric", "status"}
    assert all(wanted <= set(record) for record in records)


def test_check_of_a_wrong_statement_exits_with_one_and_says_why(root):
    change(root, "shapes.py", "2*x*y", "3*x*y")
    assert run(root, "write").returncode == 0
    done = run(root, "check", "--json", "out/equations.json")
    assert done.returncode == 1
    assert "eq-square, link 1" in done.stderr
    assert "1 of 2 statements hold" in done.stdout


def test_check_of_a_page_out_of_step_exits_with_one(root):
    change(root, "slopes.md", "2 x", "3 x")
    done = run(root, "check")
    assert done.returncode == 1
    assert "eq-slope differs from its statement" in done.stderr


def test_mutate_prints_the_table_and_exits_with_zero_when_nothing_survives(root):
    done = run(root, "mutate", "--only", "square")
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("kind")
    assert "eq-slope" not in done.stdout


# -- on the site ----------------------------------------------------------------------------------
CONF = """
project = "sample"
extensions = ["myst_parser", "checked_equations.sphinxext"]
myst_enable_extensions = ["dollarmath"]
root_doc = "shapes"
checked_equations_results = "../equations.json"
"""


def build(root) -> Path:
    """Build the sample book with Sphinx; return the folder of its pages."""
    main(["check", "--root", str(root), "--json", str(root / "equations.json")])
    (root / "chapters/conf.py").write_text(CONF, encoding="utf-8")
    page = root / "chapters/shapes.md"
    if "toctree" not in page.read_text(encoding="utf-8"):
        text = page.read_text(encoding="utf-8") + "\n```{toctree}\nslopes\n```\n"
        page.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-b", "html", "chapters", "site"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return root / "site"


def test_a_box_holds_lines_reasons_and_the_mark(root):
    html = (build(root) / "slopes.html").read_text(encoding="utf-8")
    assert html.count('class="equation-row"') == 2
    assert html.count('class="equation-reason"') == 2
    assert "the power rule" in html
    assert 'class="check-mark"' in html
    assert "A derivative of 2 links: proved." in html
    assert "By a second road: complex step." in html
    assert "Reasons" not in html  # the list below the block is merged into the box


def test_the_table_names_every_statement(root):
    html = (build(root) / "slopes.html").read_text(encoding="utf-8")
    assert 'id="checked-eq-square"' in html
    assert 'id="checked-eq-slope"' in html


def test_a_page_is_read_again_when_its_results_change(tmp_path):
    class Config:
        checked_equations_results = "equations.json"

    class Env:
        found_docs = frozenset({"shapes", "slopes", "prose"})
        checked_equations_tables = frozenset({"slopes"})

    env = Env()

    def stale(**changes):
        records = [
            {"label": "eq-a", "page": "shapes", "status": "proved"} | changes,
            {"label": "eq-b", "page": "prose", "status": "proved"},
        ]
        (tmp_path / "equations.json").write_text(json.dumps(records), encoding="utf-8")
        app = type("App", (), {"srcdir": tmp_path, "config": Config})
        return outdated(app, env, None, None, None)

    stale()
    assert stale() == []
    assert stale(status="failed") == ["shapes", "slopes"]


@pytest.mark.parametrize(
    ("relations", "dots"),
    [
        ([], ""),
        (["=", "="], r"= \cdots"),
        ([r"\le"], r"\le \cdots"),
        (["=", ">", "="], r"> \cdots"),
        ([r"\ge", ">"], r"> \cdots"),
    ],
)
def test_the_dots_for_the_middle_of_a_chain_keep_its_strongest_relation(relations, dots):
    assert _dots(relations) == dots


def test_sentences_name_what_is_not_checked():
    record = {
        "label": "eq-a", "kind": "identity", "lines": [[]], "module": "book.shapes",
        "status": "checked numerically", "symbolic": {"method": "none", "sizes": "none"},
        "numeric": {"draws": 12, "max_relative_error": 0.0}, "second_road": None,
    }  # fmt: skip
    texts = " ".join(sentences(record))
    assert "checked numerically" in texts
    assert "no difference at all" in texts
    assert "Exactly" not in texts
