"""A small book of its own for the tests of the build, and pages of the real one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
NOTEBOOK = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---
"""
FILES = {
    "_toc.yml": """
format: jb-book
root: chapters/index
chapters:
  - file: chapters/numbers
  - file: chapters/letters
  - file: chapters/marks
""",
    "chapters/index.md": "# A small book\n\nIts first page, with $x^2$.\n",
    "chapters/numbers.md": NOTEBOOK
    + """
# Numbers

A line of prose.

$$ a^2 + b^2 = c^2 $$ (eq-pythagoras)

See {eq}`eq-pythagoras`.

```{code-cell} ipython3
from sample_library import ANSWER

print("the answer is", ANSWER)
```

:::{admonition} Solution
:class: dropdown
Folded words.
:::
""",
    "chapters/letters.md": NOTEBOOK
    + """
# Letters

This page counts itself.

```{code-cell} ipython3
from pathlib import Path

print("letters:", len(Path("letters.md").read_text()))
```
""",
    "chapters/marks.md": "# Marks\n\nChecked: {mark}`eq-pythagoras`.\n",
    "library/sample_library.py": "ANSWER = 41\n",
    "library/sample_statement.py": """
from pathlib import Path

STATUS = "proved"

if __name__ == "__main__":
    assert STATUS != "refuted", "a statement is refuted"
    Path("_build/results.txt").write_text(STATUS)
""",
    "library/sample_marks.py": """
from pathlib import Path

from docutils import nodes


def mark(name, rawtext, text, lineno, inliner, options=None, content=None):
    status = Path(inliner.document.settings.env.app.srcdir, "_build/results.txt").read_text()
    return [nodes.Text(f"{text} is {status}")], []


def setup(app):
    app.add_role("mark", mark)
""",
    "pins.txt": "numpy==2\n",
}


class SampleBook:
    """A book in a temporary folder, configured as the real one, with a library of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name, text in FILES.items():
            self.write(name, text)
        config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
        config |= {"title": "A small book", "logo": ""}
        config = {key: config[key] for key in config if not key.startswith("bibtex")}
        own = ("checked_equations.", "live_figures.", "sphinxcontrib.")
        options = config["sphinx"]["config"]
        sphinx = {key: options[key] for key in options if not key.startswith("bibtex")}
        config["sphinx"]["config"] = sphinx
        sphinx["extensions"] = [
            *(name for name in sphinx["extensions"] if not name.startswith(own)),
            "sample_marks",
        ]
        sphinx |= {
            "static_book_code": ["library"],
            "static_book_pins": ["pins.txt"],
            "static_book_checks": ["sample_statement"],
            "static_book_results": ["_build/results.txt"],
            "static_book_library": "",
            "static_book_needs": [],
        }
        self.write("_config.yml", yaml.safe_dump(config))

    def write(self, name: str, text: str) -> None:
        """Write a file of the book."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        """Replace `old`, which must be there, by `new`."""
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def build(self) -> subprocess.CompletedProcess:
        """Build the book as ``make book`` does."""
        return subprocess.run(
            [sys.executable, "-m", "static_book", "build"],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": str(self.root / "library")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def page(self, stem: str) -> str:
        """Return the HTML of a built page."""
        return (self.root / f"_build/html/chapters/{stem}.html").read_text(encoding="utf-8")


@pytest.fixture
def book(tmp_path: Path) -> SampleBook:
    """A small book, not yet built."""
    return SampleBook(tmp_path)
