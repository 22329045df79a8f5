"""Nothing stale is shown, a failure stays one, and only what changed is done again."""

import shutil
import time

EXECUTED = "Executed notebook in"


def built(book):
    done = book.build()
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_a_changed_number_of_the_library_shows_on_an_unchanged_page(book):
    built(book)
    assert "the answer is 41" in book.page("numbers")
    book.change("library/sample_library.py", "41", "42")
    built(book)
    assert "the answer is 42" in book.page("numbers")


def test_changed_pins_execute_every_chapter_again(book):
    built(book)
    book.change("pins.txt", "2", "3")
    assert built(book).count(EXECUTED) == 2


def test_a_changed_result_shows_on_a_page_with_a_mark(book):
    built(book)
    assert "eq-pythagoras is proved" in book.page("marks")
    book.change("library/sample_statement.py", '"proved"', '"computed"')
    built(book)
    assert "eq-pythagoras is computed" in book.page("marks")
    assert (book.root / "_build/html/results.txt").read_text() == "computed"


def test_a_changed_line_of_prose_shows_and_executes_its_own_chapter_only(book):
    built(book)
    book.change("chapters/numbers.md", "A line of prose.", "Another line of prose.")
    assert built(book).count(EXECUTED) == 1
    assert "Another line of prose." in book.page("numbers")


def test_a_chapter_that_reads_itself_is_executed_again_when_its_prose_changes(book):
    built(book)
    before = len((book.root / "chapters/letters.md").read_text())
    assert f"letters: {before}" in book.page("letters")
    book.change("chapters/letters.md", "This page", "This very page")
    built(book)
    assert f"letters: {before + 5}" in book.page("letters")
    book.change("chapters/letters.md", "This very page", "This page")
    built(book)
    assert f"letters: {before}" in book.page("letters")


def test_a_second_build_with_nothing_changed_reads_and_executes_nothing(book):
    built(book)
    start = time.perf_counter()
    output = built(book)
    assert time.perf_counter() - start < 15
    assert "0 added, 0 changed, 0 removed" in output
    assert EXECUTED not in output


def test_a_failed_build_stays_failed_until_mended_and_keeps_what_was_executed(book):
    book.change("chapters/index.md", "Its first page", "Its first page, see {ref}`nowhere`")
    for _ in range(2):
        done = book.build()
        assert done.returncode == 1
        assert "nowhere" in done.stdout
    assert EXECUTED not in done.stdout
    book.change("chapters/index.md", ", see {ref}`nowhere`", "")
    assert EXECUTED not in built(book)


def test_a_refuted_statement_stops_the_build_before_any_page(book):
    book.change("library/sample_statement.py", '"proved"', '"refuted"')
    done = book.build()
    assert done.returncode == 1
    assert "a statement is refuted" in done.stdout
    assert "no page was built" in done.stdout
    assert not (book.root / "_build/html").exists()


def test_a_cell_that_raises_fails_the_build_with_its_traceback(book):
    book.change("chapters/numbers.md", "from sample_library", "1 / 0\nfrom sample_library")
    done = book.build()
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stdout


def test_a_cell_that_warns_fails_the_build(book):
    book.change("chapters/numbers.md", "print(", 'import warnings\nwarnings.warn("stale")\nprint(')
    done = book.build()
    assert done.returncode == 1
    assert "stderr" in done.stdout


def test_bad_tex_fails_the_build_and_names_file_and_line(book):
    book.change("chapters/index.md", "$x^2$", r"$\frac{x$")
    done = book.build()
    assert done.returncode == 1
    assert "chapters/index.md:3: WARNING: KaTeX parse error" in done.stdout


def test_stray_files_in_the_root_break_nothing(book):
    book.write("NOTES.md", "# Notes\n\n{ref}`nowhere`\n")
    book.write(".venv/lib/package/README.md", "# Somebody else's\n\n$\\frac{$\n")
    book.write("chapters/draft.md", "# A draft\n\n{ref}`nowhere`\n")
    built(book)
    assert not list((book.root / "_build/html").rglob("NOTES*"))
    assert not list((book.root / "_build/html").rglob("draft*"))


def test_a_chapter_taken_out_of_the_book_leaves_no_page(book):
    built(book)
    book.change("_toc.yml", "  - file: chapters/marks\n", "")
    (book.root / "chapters/marks.md").unlink()
    built(book)
    assert not list((book.root / "_build/html").rglob("marks*"))
    assert "marks.html" not in book.page("index")


def test_a_clean_build_brings_back_deleted_pages(book):
    built(book)
    shutil.rmtree(book.root / "_build/html/chapters")
    (book.root / "_build/.sound").unlink()
    built(book)
    assert "Its first page" in book.page("index")


def test_a_dropdown_becomes_details_and_an_equation_keeps_number_and_address(book):
    built(book)
    page = book.page("numbers")
    assert '<summary class="admonition-title">Solution</summary>' in page
    assert 'id="equation-eq-pythagoras"' in page
    assert '<a class="reference internal" href="#equation-eq-pythagoras">(1)</a>' in page
    assert "<math" in page


def test_hidden_code_lies_in_a_fold_that_is_named_by_what_is_seen(book):
    book.change("chapters/numbers.md", "from sample", ":tags: [hide-input]\n\nfrom sample")
    built(book)
    assert "<summary>The code of this cell</summary>" in book.page("numbers")
    assert 'aria-label="Toggle' not in book.page("numbers")
