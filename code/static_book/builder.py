"""The build: checks first, then Sphinx with warnings as errors, and nothing half true left over.

Everything is configured in ``_config.yml`` and ``_toc.yml``, as Jupyter Book reads them; a plain
``jupyter-book build .`` gives the same pages from the results of the last checks.
"""

import fcntl
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_book.config import get_final_config
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.console import color_terminal, nocolor
from sphinx.util.docutils import docutils_namespace, patch_docutils


class BuildError(Exception):
    """A build that failed; the message says where to look."""


def sphinx_config(root: Path) -> dict:
    """Return the Sphinx configuration that Jupyter Book derives from the book's ``_config.yml``."""
    config, _ = get_final_config(
        user_yaml=root / "_config.yml",
        cli_config={"latex_individualpages": False},
        sourcedir=root,
        raise_on_invalid=True,
    )
    return config


def run_checks(root: Path, commands: list[str]) -> None:
    """Run the commands that must succeed before a page is built, each as ``python -m …``.

    Raises
    ------
    BuildError
        If one of them fails; what it printed says why.
    """
    for command in commands:
        done = subprocess.run([sys.executable, "-m", *shlex.split(command)], cwd=root)
        if done.returncode:
            raise BuildError(f"python -m {command} failed; no page was built.")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other build works in `folder`, and keep others waiting."""
    folder.mkdir(exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build(root: Path, *, clean: bool = False) -> Path:
    """Build the book at `root` and return the folder of its pages, ``_build/html``.

    With `clean`, pages and Sphinx environment are dropped first; what was executed is kept, under
    its key.

    Sphinx reports a warning only for a page that it reads, so a second run after a failure would
    come out green.  Hence a note, ``_build/.sound``, exists only between a good build and the next
    one: without it the Sphinx environment is dropped.  The execution cache stays.

    Raises
    ------
    BuildError
        If a check fails, or if Sphinx warns about anything.
    """
    with alone(root / "_build"):
        return _build(root, clean=clean)


def _build(root: Path, *, clean: bool) -> Path:
    pages, doctrees, sound = (root / "_build" / name for name in ("html", ".doctrees", ".sound"))
    config = sphinx_config(root)
    run_checks(root, config.get("static_book_checks", []))
    if clean or not sound.exists():
        shutil.rmtree(doctrees, ignore_errors=True)
    if clean:
        shutil.rmtree(pages, ignore_errors=True)
    sound.unlink(missing_ok=True)
    os.environ["STATIC_BOOK_BUILD"] = "1"
    if not color_terminal():
        nocolor()
    try:
        with patch_docutils(root), docutils_namespace():
            app = Sphinx(
                srcdir=root,
                confdir=None,
                outdir=pages,
                doctreedir=doctrees,
                buildername="html",
                confoverrides=config,
                warningiserror=True,
                keep_going=True,
            )
            app.build()
    except SphinxError as error:
        raise BuildError(f"{error.category}: {error}") from error
    finally:
        del os.environ["STATIC_BOOK_BUILD"]
    if app.statuscode:
        raise BuildError("Sphinx warned, and a warning is an error; mend it and build again.")
    for result in config.get("static_book_results", []):
        shutil.copy(root / result, pages)
    sound.touch()
    return pages
