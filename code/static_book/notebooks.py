"""Every chapter as an ``.ipynb`` to download, readable in a Jupyter that knows nothing of MyST.

Equations keep their labels: ``$$ … $$ (eq-x)`` stands as it is, and a reference to it becomes
``(eq-x)``, so that the two still find each other.
"""

import re
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import jupytext
import nbformat
from myst_nb.core.read import is_myst_markdown_notebook
from pybtex.database import BibliographyData, parse_file

FOLDER = "notebooks"
FENCE = re.compile(r"^(?P<fence>:{3,}|`{3,}|~{3,})\{(?P<name>[^}\s]+)\}[ \t]*(?P<title>.*)$")
OPTION = re.compile(r"^:([\w-]+):[ \t]*(.*)$")
ROLE = re.compile(r"\{(?P<name>[\w:.+-]+)\}`(?P<text>[^`]+)`")
CITATIONS = {"cite", "cite:p", "cite:t", "cite:ps", "cite:ts", "cite:author", "cite:year"}
LEFT_OUT = {"toctree", "tableofcontents", "contents", "bibliography", "eval-rst"}


def is_notebook(source: Path) -> bool:
    """Tell whether a source file is a MyST notebook, as MyST-NB itself decides it."""
    return source.suffix == ".md" and is_myst_markdown_notebook(source.read_text(encoding="utf-8"))


def address(app, docname: str) -> str | None:
    """Return where the page's notebook lies in the site, or None for a page that is none."""
    if docname not in app.env.found_docs or not is_notebook(Path(app.env.doc2path(docname))):
        return None
    return f"{FOLDER}/{Path(docname).name}.ipynb"


def plain_roles(text: str, bibliography: BibliographyData) -> str:
    """Replace MyST roles outside code by what they say.

    >>> plain_roles("By {eq}`eq-gibbs`, see {doc}`the game <game>`.", BibliographyData())
    'By (eq-gibbs), see the game.'
    """

    def say(match: re.Match) -> str:
        name, text = match["name"], match["text"]
        if name == "eq":
            return f"({text})"
        if name in CITATIONS:
            return "; ".join(_author_year(key.strip(), bibliography) for key in text.split(","))
        titled = re.fullmatch(r"(.+?)\s*<[^>]+>", text, flags=re.DOTALL)
        if titled:
            return titled[1]
        if name in {"sub", "sup"}:
            return f"<{name}>{text}</{name}>"
        if name.startswith("py:") or name in {"func", "class", "mod", "meth", "obj", "data"}:
            return f"`{text.rpartition('.')[2] if text.startswith('~') else text}`"
        return text

    return ROLE.sub(say, text)


def _author_year(key: str, bibliography: BibliographyData) -> str:
    if key not in bibliography.entries:
        return f"[{key}]"
    entry = bibliography.entries[key]
    names = [_family_name(person) for person in entry.persons.get("author", [])]
    people = " and ".join(names) if len(names) < 3 else f"{names[0]} et al."
    return f"{people} ({entry.fields.get('year', 'no year')})"


def _family_name(person) -> str:
    return " ".join(map(str, [*person.rich_prelast_names, *person.rich_last_names]))


def plain_markdown(text: str, bibliography: BibliographyData) -> str:
    """Turn MyST Markdown into Markdown that any Jupyter shows well.

    Folded admonitions become ``<details>``, the others a bold title above their body; roles become
    text, labels of sections vanish, links to chapters become links to notebooks.
    """
    return "\n".join(_plain_lines(text.splitlines(), bibliography)).strip("\n")


def _plain_lines(lines: list[str], bibliography: BibliographyData) -> list[str]:
    out, position = [], 0
    while position < len(lines):
        line = lines[position]
        opening = FENCE.match(line)
        if opening:
            end = _closing(lines, position, opening["fence"])
            out += _plain_directive(opening, lines[position + 1 : end], bibliography)
            position = end + 1
        elif line.startswith(("```", "~~~")):
            end = _closing(lines, position, re.match(r"`+|~+", line)[0])
            out += lines[position : end + 1]
            position = end + 1
        else:
            if not re.fullmatch(r"\([\w.-]+\)=|%.*|\{[.#][^}]*\}", line.strip()):
                linked = re.sub(r"\]\(([\w/.-]+)\.md(#[\w-]*)?\)", r"](\1.ipynb)", line)
                out.append(plain_roles(linked, bibliography))
            position += 1
    return out


def _closing(lines: list[str], start: int, fence: str) -> int:
    closing = re.compile(rf"^{re.escape(fence[0])}{{{len(fence)},}}\s*$")
    depth = 0
    for position in range(start + 1, len(lines)):
        inner = FENCE.match(lines[position])
        if inner and inner["fence"] == fence:  # the same fence nested: count it
            depth += 1
        elif closing.match(lines[position]):
            if not depth:
                return position
            depth -= 1
    return len(lines)


def _plain_directive(opening: re.Match, body: list[str], bibliography) -> list[str]:
    name, title = opening["name"], opening["title"].strip()
    options = {}
    while body and (option := OPTION.match(body[0])):
        options[option[1]] = option[2]
        body = body[1:]
    if name in LEFT_OUT or name.startswith("auto"):
        return []
    if name in {"code", "code-block"}:
        return [f"```{title}", *body, "```"]
    if name in {"figure", "image"}:
        return [f"![{options.get('alt', '')}]({title})", "", *_plain_lines(body, bibliography)]
    said = plain_roles(title, bibliography)
    heading = said or name.rpartition("-")[2].capitalize()
    inner = _plain_lines(body, bibliography)
    if "dropdown" in options.get("class", "").split() or name == "dropdown":
        return ["<details>", f"<summary>{heading}</summary>", "", *inner, "", "</details>", ""]
    if name in {"div", "container", "grid", "grid-item", "table", "list-table"}:
        return inner
    return [f"**{heading}**", "", *inner, ""]


def notebook(source: Path, *, needs: str, bibliography: BibliographyData) -> nbformat.NotebookNode:
    """Return a chapter as a notebook whose first cell is `needs`."""
    book = jupytext.read(source, fmt="md:myst")
    cells = [nbformat.v4.new_markdown_cell(needs)]
    for cell in book.cells:
        if cell.cell_type == "markdown":
            cell.source = plain_markdown(cell.source, bibliography)
            if not cell.source:
                continue
        cell.metadata = {key: value for key, value in cell.metadata.items() if key == "tags"}
        cells.append(cell)
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    metadata = {"kernelspec": {**book.metadata.kernelspec}, "language_info": {"name": "python"}}
    metadata["kernelspec"].setdefault("language", "python")
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def needs_text(app, docname: str) -> str:
    """Return the first cell: where the notebook comes from, and what it needs to run."""
    config = app.config
    minimum = "3.11"
    tested = ", ".join(f"{package} {version(package)}" for package in config.static_book_needs)
    chapter = app.env.titles[docname].astext()
    lines = [
        f"*This notebook is the chapter “{chapter}” of the book “{config.html_title}”.*",
        "",
        f"**It needs** Python {minimum} or newer"
        + (f" and {', '.join(config.static_book_needs)}." if config.static_book_needs else "."),
    ]
    if config.static_book_library:
        library, archive = config.static_book_library, f"{config.static_book_library}.zip"
        lines += [
            f"It imports the book's library `{library}`: load `{archive}` from the same folder of "
            f"the site, put it beside this notebook, and run",
            "",
            f'    python -m pip install "./{archive}[notebooks]"',
            "",
            "in the environment of the kernel; this installs the packages as well.",
        ]
    python = ".".join(map(str, sys.version_info[:2]))
    lines += ["", f"Built and run with Python {python}" + (f", {tested}." if tested else ".")]
    return "\n".join(lines)


def bibliography_of(app) -> BibliographyData:
    """Return the book's bibliography; empty where it has none."""
    entries = {}
    for file in getattr(app.config, "bibtex_bibfiles", []):
        entries.update(parse_file(str(Path(app.srcdir) / file)).entries)
    return BibliographyData(entries)


def write_notebooks(app, error) -> None:
    """Write the notebooks, and the library as an archive that pip installs, beside the pages."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    bibliography = bibliography_of(app)
    for docname in sorted(app.env.found_docs):
        target = address(app, docname)
        if target:
            source = Path(app.env.doc2path(docname))
            book = notebook(source, needs=needs_text(app, docname), bibliography=bibliography)
            nbformat.validate(book)
            (Path(app.outdir) / target).write_text(nbformat.writes(book) + "\n", encoding="utf-8")
    if app.config.static_book_library:
        write_library(Path(app.srcdir), app.config, folder)


def write_library(root: Path, config, folder: Path) -> None:
    """Pack the code and what installing it needs; equal files give an equal archive."""
    from static_book.truth import files_below

    name = config.static_book_library
    with zipfile.ZipFile(folder / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for part in ["pyproject.toml", "README.md", "LICENSE", *config.static_book_code]:
            for file in files_below(root / part):
                entry = zipfile.ZipInfo(f"{name}/{file.relative_to(root).as_posix()}")
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, file.read_bytes())


def setup(app) -> None:
    """Write the notebooks after every build."""
    app.add_config_value("static_book_library", "", "env", [str])
    app.connect("build-finished", write_notebooks)
