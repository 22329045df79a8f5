"""The Sphinx extension: script and style sheet on the pages with a figure, and only there."""

import os
import subprocess
import sys

import pytest
import sample_figures
from live_figures import sphinxext
from live_figures.widget import script, style_sheet


@pytest.fixture
def site(tmp_path):
    """A built site of two pages, one of them with a figure."""
    (tmp_path / "conf.py").write_text("extensions = ['live_figures.sphinxext']\n")
    (tmp_path / "index.rst").write_text("Home\n====\n\n.. toctree::\n\n   moving\n")
    html = sample_figures.minimal().build()
    (tmp_path / "moving.rst").write_text(f"Moving\n======\n\n.. raw:: html\n\n   {html}\n")
    subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "-j", "2", "-b", "html", ".", "out"],
        cwd=tmp_path, check=True, env=os.environ | {"PYTHONWARNINGS": ""},
    )  # fmt: skip
    return tmp_path / "out"


def test_only_pages_with_a_figure_load_the_script(site):
    home, moving = ((site / f"{name}.html").read_text() for name in ("index", "moving"))
    assert sphinxext.SCRIPT not in home
    assert sphinxext.STYLE not in home
    assert moving.count(sphinxext.SCRIPT) == 1
    assert moving.count(sphinxext.STYLE) == 1
    assert "defer" in moving.split(sphinxext.SCRIPT)[0].rpartition("<script")[2]


def test_script_and_style_sheet_are_in_the_site(site):
    assert (site / "_static" / sphinxext.SCRIPT).read_text() == script()
    assert (site / "_static" / sphinxext.STYLE).read_text() == style_sheet()


def test_the_figure_moves_on_the_built_page(site, browser):
    with browser.new_context() as context:
        page = context.new_page()
        page.goto((site / "moving.html").as_uri())
        page.get_by_role("slider").press("End")
        page.get_by_text("height 2.00 nats").wait_for()
