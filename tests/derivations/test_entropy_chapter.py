"""What the entropy chapter quotes as code runs, and it finds its own text wherever it is read."""

import re
import shutil
from pathlib import Path

import jupytext
import numpy as np
import pytest
from crossentropy import entropy

CHAPTER = Path(__file__).parents[2] / "chapters" / "entropy.md"
TEXT = CHAPTER.read_text(encoding="utf-8")
CELLS = re.findall(r"^```\{code-cell\} ipython3\n(?::[^\n]*\n)*(.*?)\n```", TEXT, flags=re.S | re.M)
QUOTED = re.findall(r"^```python\n(.*?)\n```", TEXT, flags=re.S | re.M)


def _run(*pieces):
    names = {}
    for piece in pieces:
        exec(compile(piece, "chapters/entropy.md", "exec"), names)
    return names


@pytest.fixture
def letters_in(tmp_path, monkeypatch):
    """Run the cells that count letters in an empty folder, after ``put`` laid a file there."""

    def count(put):
        put(tmp_path)
        monkeypatch.chdir(tmp_path)
        names = _run(*(cell for cell in CELLS if "figures" not in cell))
        return "".join(names["letters"])

    return count


def test_every_cell_and_every_quoted_answer_of_the_chapter_runs_in_order(monkeypatch, capsys):
    monkeypatch.chdir(CHAPTER.parent)
    assert len(QUOTED) == 3
    names = _run(*CELLS, *QUOTED)
    printed = capsys.readouterr().out
    assert "24 different records for 24 cases" in printed
    after_known = entropy(names["joint"], base=2) - entropy(names["p"], base=2)
    assert 0 < after_known < entropy(names["p"], base=2)


def test_the_numbers_that_the_chapter_quotes_for_letters_are_what_it_prints(monkeypatch):
    monkeypatch.chdir(CHAPTER.parent)
    names = _run(*CELLS, *QUOTED)
    quoted = re.search(
        r"about ([\d.]+) bits for a letter, ([\d.]+) for a pair and ([\d.]+) for a letter after"
        r".*? some ([\d.]+) bits below",
        TEXT,
    )
    one, two = names["one"], names["two"]
    printed = [one, two, two - one, 2 * one - two]
    assert np.allclose([float(number) for number in quoted.groups()], printed, rtol=0, atol=0.1)


def test_the_chapter_counts_the_same_letters_as_markdown_and_as_a_notebook(letters_in):
    def as_markdown(folder):
        shutil.copy(CHAPTER, folder)

    def as_notebook(folder):
        (folder / "entropy.md").unlink()
        jupytext.write(jupytext.read(CHAPTER), folder / "entropy.ipynb")

    markdown = letters_in(as_markdown)
    assert len(markdown) > 10_000
    assert letters_in(as_notebook) == markdown


def test_without_its_text_the_chapter_says_so_and_goes_on(letters_in, capsys):
    letters = letters_in(lambda folder: None)
    assert "no entropy.md or entropy.ipynb" in capsys.readouterr().out
    assert letters.startswith("inmostsentences")


def test_no_formula_and_no_code_is_counted_among_the_letters(letters_in):
    letters = letters_in(lambda folder: shutil.copy(CHAPTER, folder))
    for foreign in ("mathbb", "begin", "printf", "codecell", "pyfunc", "eqentropy"):
        assert foreign not in letters


def test_the_plan_for_twelve_coins_finds_each_false_coin_on_a_simulated_balance():
    plan = _run(QUOTED[-1])["plan"]
    found = {}
    for coin in range(12):
        for excess in (+1, -1):
            weights = np.ones(12)
            weights[coin] += 0.1 * excess
            record = tuple(np.sign((plan * weights[:, None]).sum(axis=0).round(9)))
            assert found.setdefault(record, (coin, excess)) == (coin, excess)
    assert len(found) == 24
