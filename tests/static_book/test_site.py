"""The files of the built book: whole, alone, light, and of use outside the site."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest

LINKS = {"a": "href", "link": "href", "script": "src", "img": "src", "source": "src"}


class Page(HTMLParser):
    """What the tests ask of a page: addresses, identifiers, pictures, headings."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links, self.loads, self.ids, self.images, self.headings = [], [], [], [], []
        self.text = path.read_text(encoding="utf-8")
        self.feed(self.text)

    def handle_starttag(self, tag: str, attributes: list) -> None:
        """Note what a tag says."""
        attributes = dict(attributes)
        address = attributes.get(LINKS.get(tag, ""))
        if address is not None:
            (self.links if tag == "a" else self.loads).append(address)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "img":
            self.images.append(attributes)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))


@pytest.fixture(scope="session")
def pages(site) -> dict[Path, Page]:
    """All pages of the book by path."""
    return {path: Page(path) for path in sorted(site.rglob("*.html"))}


def chapters_of(pages):
    return {path: page for path, page in pages.items() if path.parent.name == "chapters"}


def test_every_internal_link_leads_to_a_file_and_to_an_anchor_in_it(site, pages):
    broken = []
    for path, page in pages.items():
        for link in page.links + page.loads:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file() or not target.is_relative_to(site.resolve()):
                broken.append(f"{path.name}: {link} leads nowhere")
            elif target in pages and unquote(parts.fragment) not in ["", *pages[target].ids]:
                broken.append(f"{path.name}: {link} has no such anchor")
    assert not broken, "\n".join(broken)


def test_no_page_style_or_script_loads_from_another_host(site, pages):
    foreign = [
        f"{path.name}: {address}"
        for path, page in pages.items()
        for address in page.loads
        if urlsplit(address).scheme not in ("", "data") or urlsplit(address).netloc
    ]
    for style in site.rglob("*.css"):
        for address in re.findall(r"url\(([^)]*)\)|@import", style.read_text(encoding="utf-8")):
            if "//" in address and not address.strip("\"'").startswith("data:"):
                foreign.append(f"{style.name}: {address}")
    assert not foreign, "\n".join(foreign)


def test_every_picture_has_words_or_is_marked_as_ornament(pages):
    silent = [
        f"{path.name}: {image.get('src')}"
        for path, page in pages.items()
        for image in page.images
        if "alt" not in image
    ]
    assert not silent, "\n".join(silent)


def test_no_identifier_stands_twice_on_a_page(pages):
    twice = {
        path.name: sorted({name for name in page.ids if page.ids.count(name) > 1})
        for path, page in pages.items()
    }
    assert not {name: found for name, found in twice.items() if found}


def test_headings_start_with_one_h1_and_skip_no_level(pages):
    for path, page in pages.items():
        assert page.headings.count(1) == 1, path.name
        steps = pairwise(page.headings)
        assert all(after - before <= 1 for before, after in steps), (path.name, page.headings)


def test_mathematics_is_on_the_page_with_mathml_and_nothing_is_left_to_a_script(pages):
    for path, page in chapters_of(pages).items():
        assert page.text.count('class="katex"') == page.text.count("<math "), path.name
        assert "MathJax" not in page.text, path.name
        assert "bad-tex" not in page.text, path.name


def test_fonts_and_styles_come_with_their_licences(site):
    named = {path.name for path in (site / "_static/fonts").glob("LICENSE-*.txt")}
    assert named == {
        "LICENSE-katex.txt",
        "LICENSE-source-sans-3.txt",
        "LICENSE-source-serif-4.txt",
    }


def test_every_chapter_with_code_offers_a_valid_notebook_that_says_what_it_needs(site, pages):
    offered = {
        link.rpartition("/")[2]
        for page in pages.values()
        for link in page.links
        if link.endswith(".ipynb")
    }
    written = {path.name for path in (site / "notebooks").glob("*.ipynb")}
    assert written
    assert offered == written
    for name in written:
        notebook = nbformat.read(site / "notebooks" / name, as_version=4)
        nbformat.validate(notebook)
        first = notebook.cells[0].source
        assert "Python 3.11" in first
        assert "crossentropy.zip" in first
        prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        assert not re.findall(r"^:::|^```\{|\{(?:eq|doc|ref|cite[:\w]*)\}`", prose, re.MULTILINE)


def test_the_library_beside_the_notebooks_installs_and_imports(site, tmp_path):
    archive = site / "notebooks" / "crossentropy.zip"
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-build-isolation"]
    command += ["--quiet", "--target", str(tmp_path / "library"), str(archive)]
    subprocess.run(command, check=True, capture_output=True)
    path = f"import sys; sys.path.insert(0, {str(tmp_path / 'library')!r})"
    code = f"{path}; import crossentropy; print(crossentropy.__file__)"
    done = subprocess.run(
        [
            sys.executable,
            "-I",
            "-c",
            f"import sys; sys.path.insert(0, {str(tmp_path / 'library')!r}); {code}",
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith(str(tmp_path))


def test_a_downloaded_notebook_runs_from_start_to_end(site, tmp_path):
    notebooks = sorted((site / "notebooks").glob("*.ipynb"), key=lambda path: path.stat().st_size)
    target = tmp_path / notebooks[-1].name
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "notebook", "--execute"]
    done = subprocess.run(
        [*command, str(notebooks[-1]), "--output", str(target)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert nbformat.read(target, as_version=4).cells


def test_the_results_of_the_checks_are_published_with_the_pages(site):
    assert (site / "equations.json").read_text(encoding="utf-8").startswith("[")
