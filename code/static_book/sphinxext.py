"""Sphinx extension of the site: its parts, its theme, and the keys that keep it true."""

import shutil
from pathlib import Path
from urllib.parse import quote

from sphinx.application import Sphinx
from sphinx.config import Config

from static_book import blocks, finding, katex, notebooks
from static_book.node import node_modules
from static_book.truth import execution_cache, fingerprint, forget_changed_texts

THEME = Path(__file__).with_name("theme")
TEXT_FONTS = {
    "text.woff2": "@fontsource/source-serif-4/files/source-serif-4-latin-400-normal.woff2",
    "text-italic.woff2": "@fontsource/source-serif-4/files/source-serif-4-latin-400-italic.woff2",
    "text-bold.woff2": "@fontsource/source-serif-4/files/source-serif-4-latin-600-normal.woff2",
    "sans.woff2": "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2",
    "sans-greek.woff2": (
        "@fontsource-variable/source-sans-3/files/source-sans-3-greek-wght-normal.woff2"
    ),
}
# Stock files whose work book.css and search.js do, and those of sphinx-design, for its blocks only.
REPLACED = ("documentation_options", "doctools", "sphinx_highlight", "pygments", "mystnb")
DESIGN = ("sphinx-design", "design-tabs")


def key_the_build(app: Sphinx, config: Config) -> None:
    """Key execution by code and pins, and every page also by the results of the checks."""
    root = Path(app.srcdir)
    rests_on = [root / path for path in [*config.static_book_code, *config.static_book_pins]]
    key = fingerprint(rests_on)
    cache = execution_cache(Path(app.outdir).parent / ".jupyter_cache", key)
    config.nb_execution_cache_path = str(cache)
    results = [root / path for path in config.static_book_results]
    config.static_book_fingerprint = fingerprint([*rests_on, *results])


def forget(app: Sphinx, env, added, changed, removed) -> list[str]:
    """Before reading: drop the cached executions of chapters whose text is another now."""
    chapters = [Path(env.doc2path(docname)) for docname in sorted(env.found_docs)]
    forget_changed_texts(Path(app.config.nb_execution_cache_path), chapters)
    return []


def copy_fonts(app: Sphinx) -> None:
    """Put KaTeX's style and all fonts beside the pages, under their licences."""
    if app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    katex.copy_style(static)
    fonts = static / "fonts"
    fonts.mkdir(parents=True, exist_ok=True)
    for name, source in TEXT_FONTS.items():
        shutil.copy(node_modules() / source, fonts / name)
    for package in ("@fontsource/source-serif-4", "@fontsource-variable/source-sans-3", "katex"):
        licence = f"LICENSE-{package.rpartition('/')[2]}.txt"
        shutil.copy(node_modules() / package / "LICENSE", fonts / licence)


def dress_page(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Give the page only the scripts and styles that it uses, and the links of its buttons."""

    has_design = 'class="sd-' in context.get("body", "")

    def wanted(asset) -> bool:
        name = str(getattr(asset, "filename", asset)).removeprefix("_static/")
        if name.startswith(REPLACED):
            return False
        return has_design or not name.startswith(DESIGN)

    context["script_files"] = [asset for asset in context["script_files"] if wanted(asset)]
    context["css_files"] = [asset for asset in context["css_files"] if wanted(asset)]
    favicon = (THEME / "static" / "favicon.svg").read_text(encoding="utf-8")
    context["favicon_data"] = f"data:image/svg+xml,{quote(favicon)}"
    notebook = notebooks.address(app, pagename)
    context["notebook"] = context["pathto"](notebook, 1) if notebook else None
    context["author"] = app.config.author
    context["on_disk"] = pagename in app.env.found_docs


def write_entrance(app: Sphinx, error) -> None:
    """Write ``index.html`` where the home page is not at the root of the site."""
    if error or app.builder.format != "html" or app.config.root_doc == "index":
        return
    target = app.builder.get_target_uri(app.config.root_doc)
    title = app.config.html_title
    page = (
        f'<!doctype html>\n<html lang="{app.config.language}">\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{title}</title>\n<link rel="icon" href="data:,">\n'
        f'<meta http-equiv="refresh" content="0; url={target}">\n'
        f'<main><h1>{title}</h1><p><a href="{target}">Open the book</a></p></main>\n</html>\n'
    )
    (Path(app.outdir) / "index.html").write_text(page, encoding="utf-8")


def remove_former_pages(app: Sphinx, error) -> None:
    """Delete what was written for chapters that are no longer in the book."""
    if error or app.builder.format != "html":
        return
    site, docnames = Path(app.outdir), app.env.found_docs
    kept = {site / "index.html", site / "search.html"}
    kept |= {Path(app.builder.get_outfilename(docname)) for docname in docnames}
    kept |= {site / "_sources" / app.env.doc2path(docname, base=False) for docname in docnames}
    kept |= {site / (notebooks.address(app, docname) or "") for docname in docnames}
    written = [*site.rglob("*.html"), *site.glob("_sources/**/*"), *site.glob("notebooks/*.ipynb")]
    for file in written:
        if file.is_file() and file not in kept and not file.is_relative_to(site / "_static"):
            file.unlink()


def setup(app: Sphinx) -> dict:
    """Connect everything; order matters where a comment says so."""
    app.add_config_value("static_book_code", ["code"], "env", [list])
    app.add_config_value("static_book_pins", ["requirements.txt", "constraints.txt"], "env", [list])
    app.add_config_value("static_book_results", [], "env", [list])
    app.add_config_value("static_book_checks", [], "", [list])
    app.add_config_value("static_book_fingerprint", "", "env", [str])
    app.add_config_value("static_book_needs", [], "env", [list])
    app.add_config_value("comments_config", {}, "")  # Jupyter Book always sets it
    app.add_html_theme("static_book", str(THEME))
    app.connect("config-inited", key_the_build)
    app.connect("env-get-outdated", forget)
    app.connect("builder-inited", copy_fonts)
    app.add_css_file("katex/katex.css", priority=100)
    app.add_css_file("book.css", priority=200)
    app.add_js_file("book.js", loading_method="defer")
    for part in (katex, blocks, finding, notebooks):
        part.setup(app)
    app.connect("html-page-context", dress_page, priority=900)  # after all others added files
    app.connect("build-finished", write_entrance)
    app.connect("build-finished", remove_former_pages)
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": False}
