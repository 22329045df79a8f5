"""Every equation of the book: it holds, its page shows it, and planted mistakes in it are found."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest
from checked_equations import check
from checked_equations.book import Book
from checked_equations.mutations import survey

ROOT = Path(__file__).parents[1]
BOOK = Book.at(ROOT)
STATEMENTS = {one.label: one for one in BOOK.statements()}
FEWEST_MUTANTS = 200


@pytest.mark.parametrize("label", STATEMENTS)
def test_the_statement_holds(label, results):
    assert results[label]["ok"], results[label]["message"]


def test_kept_results_are_those_of_a_check_made_now(results):
    for label in list(STATEMENTS)[::60]:
        report = check(STATEMENTS[label])
        assert report.ok, report.message()
        assert results[label]["status"] == report.status


def test_pages_and_statements_are_in_step():
    problems = BOOK.audit()
    assert not problems, "\n" + "\n".join(problems)


def test_at_least_seventy_five_statements_are_more_than_definitions(capsys):
    kinds = Counter(one.kind for one in STATEMENTS.values())
    with capsys.disabled():
        print("\nstatements:", ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()))
    assert kinds.total() - kinds["definition"] >= 75


def test_the_exact_part_of_each_chapter_is_measured(results, capsys):
    seconds = Counter()
    for record in results.values():
        seconds[record["module"]] += record["exact_seconds"]
    with capsys.disabled():
        lines = (f"{module.rpartition('.')[2]} {spent:.1f} s" for module, spent in seconds.items())
        print("\nexact checks alone:", ", ".join(lines))
    assert seconds.total() > 0


def test_no_planted_mistake_survives(capsys):
    """A sample of every statement; ``python -m checked_equations mutate`` plants them all."""
    each = -(-FEWEST_MUTANTS // len(STATEMENTS))
    result = survey(list(STATEMENTS.values()), per_statement=each, quick=True)
    with capsys.disabled():
        print(f"\nplanted mistakes, {each} in each statement\n{result.table()}")
    assert len(result.outcomes) >= FEWEST_MUTANTS
    assert not result.survivors, "\n" + result.table()


def test_each_equation_is_listed_on_one_page_of_the_appendix():
    whole, part = (
        re.search(rf":{option}: (.*)", (ROOT / "chapters" / page).read_text(encoding="utf-8"))[1]
        for page, option in (("equations.md", "except"), ("equations_continuum.md", "only"))
    )
    assert whole == part
    toc = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    third = re.search(r"caption: A continuum of classes\n(.*?)  - caption", toc, re.DOTALL)[1]
    assert part.split() == re.findall(r"chapters/(\w+)", third)


# -- no mathematics by hand -----------------------------------------------------------------------
NAMING = {  # what may carry TeX of its own: names of letters and of quantities, and links of pages
    "concept", "distribution", "index", "labels", "matrix", "permutation", "real", "size", "vector",
    "Dummy", "Function", "Symbol", "Wild",
}  # fmt: skip
COMMAND = re.compile(r"\\[a-zA-Z]+|[_^]\{")
LETTER = re.compile(r"[A-Za-z]'?[_^]\{\w\}")  # a letter with an index, handed on to be declared


def called(call):
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def strings_with_tex(tree):
    """Yield (line, text) of TeX that is neither a name nor inline mathematics of a reason."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {id(part) for call in calls if called(call) in NAMING for part in ast.walk(call)}
    names |= {  # what a family of shapes is called
        id(one.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and "Family" in {getattr(b, "id", "") for b in node.bases}
        for one in node.body
        if isinstance(one, ast.Assign) and [getattr(t, "id", "") for t in one.targets] == ["symbol"]
    }
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if id(node) in names | docstrings or LETTER.fullmatch(node.value):
            continue
        outside = re.sub(r"(?<!\$)\$[^$]+\$(?!\$)", "", node.value)
        if COMMAND.search(outside) or "$$" in node.value:
            yield node.lineno, node.value


DERIVATIONS = sorted((ROOT / "code" / BOOK.derivations.replace(".", "/")).glob("*.py"))


@pytest.mark.parametrize("path", DERIVATIONS, ids=lambda path: path.stem)
def test_no_mathematics_is_written_by_hand(path):
    found = list(strings_with_tex(ast.parse(path.read_text(encoding="utf-8"))))
    assert not found, f"{path.name}: " + "; ".join(f"line {line}: {text}" for line, text in found)


@pytest.mark.parametrize(
    "source",
    [
        r'latex = r"\sum_{i} p_i"',
        r'eq(x, r"by \frac{1}{2} of it")',
        r'print(f"{x}_{{1}} \alpha")',
        'text = "$$ x $$"',
    ],
)
def test_mathematics_by_hand_would_be_found(source):
    assert list(strings_with_tex(ast.parse(source)))


@pytest.mark.parametrize(
    "source", [r'x = real(r"\lambda", 0)', r'eq(x, r"because $\log 1 = 0$, see {eq}`eq-a`")']
)
def test_names_and_reasons_may_carry_tex(source):
    assert not list(strings_with_tex(ast.parse(source)))
