"""The same figure as a Jupyter widget: values go both ways in a real JupyterLab."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
import sample_figures
from live_figures import widget

CELLS = [
    """
import sympy as sm
from live_figures import Figure

fig = Figure("lab", title="A line", alt="A line.", moving="It tilts.", caption="Tilt it.")
a = fig.slider("a", 0, 2, 1, step=0.1, label="a")
x = sm.Symbol("x")
fig.panel(xlim=(0, 1), ylim=(0, 2)).curve("line", a * x, (x, 0, 1))
fig.readout("end", "height {h:.1f}", {"h": a})

def note(change):
    with open("seen.txt", "a") as file:
        print(change["new"], file=file)

fig.params["a"].observe(note, "value")
fig
""",
    'fig.params["a"].value = 0.3',
]


def test_outside_a_kernel_there_is_no_widget():
    bundle = sample_figures.minimal()._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}


def test_while_the_site_is_built_there_is_no_widget(monkeypatch):
    import IPython

    class Shell:
        kernel = object()

    monkeypatch.setattr(IPython, "get_ipython", Shell)
    assert widget.live_front_end()
    monkeypatch.setenv("STATIC_BOOK_BUILD", "1")
    assert not widget.live_front_end()
    assert set(sample_figures.minimal()._repr_mimebundle_()) == {"text/html", "text/plain"}


def test_the_widget_follows_python_and_python_follows_the_widget():
    figure = sample_figures.simplex()
    front = widget.widget_of(figure)
    figure.params["q0"].value = 0.6
    assert front.values == pytest.approx({"q0": 0.6, "q1": 0.15, "q2": 0.25})
    seen = []
    figure.params["q1"].observe(lambda change: seen.append(change["new"]), "value")
    front.values = {"q0": 0.5, "q1": 0.5, "q2": 0.0}
    assert seen == [0.5]
    assert figure.params["q2"].value == 0
    assert widget.widget_of(figure) is front


def test_the_front_end_is_the_script_of_the_pages_with_an_export():
    front = widget.widget_class()
    assert str(front._esm).startswith(widget.script())
    assert str(front._esm).removeprefix(widget.script()).split() == (
        ["export", "default", "{", "render:", "globalThis.LiveFigures.render", "};"]
    )


@pytest.fixture
def lab(tmp_path):
    """The address of a JupyterLab that serves one notebook with ``CELLS``."""
    notebook = {
        "cells": [
            {"cell_type": "code", "id": f"c{i}", "metadata": {}, "outputs": [],
             "execution_count": None, "source": text.strip()}
            for i, text in enumerate(CELLS)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }  # fmt: skip
    root = tmp_path / "root"
    root.mkdir()
    (root / "figure.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root",
        "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
        "--IdentityProvider.token=", f"--ServerApp.root_dir={root}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.news_url=",
        "--LabApp.expose_app_in_browser=True",
    ]  # fmt: skip
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTER_DATA_DIR": str(tmp_path / "data"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "run"),
        "IPYTHONDIR": str(tmp_path / "ipython"),
    }
    environment.pop("STATIC_BOOK_BUILD", None)
    address = f"http://127.0.0.1:{port}"
    with open(tmp_path / "lab.log", "w") as log:
        server = subprocess.Popen(
            command, cwd=root, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait_for(address + "/api", server, tmp_path / "lab.log")
            yield address, root
        finally:
            server.terminate()
            try:
                server.wait(timeout=30)
            except subprocess.TimeoutExpired:  # a kernel that still starts can hold the server
                server.kill()
                server.wait()


def _wait_for(address, server, log):
    for _ in range(240):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.25)
    pytest.fail("JupyterLab did not start:\n" + log.read_text(encoding="utf-8")[-2000:])


def run_next_cell(page):
    """Run the selected cell and select the next, by JupyterLab's own command, not by its pixels.

    A click can meet a dialog that comes up late, and a key pressed before the kernel is connected
    is dropped; the command waits for neither the pointer nor the focus.
    """
    page.wait_for_function(
        "() => globalThis.jupyterapp?.shell.currentWidget?.sessionContext?"
        ".session?.kernel?.connectionStatus === 'connected'"
    )
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-cell-and-select-next')")


def test_in_jupyterlab_python_moves_the_picture_and_sees_the_hand(lab, browser):
    address, root = lab
    context = browser.new_context(viewport={"width": 1200, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(90_000)
    page.goto(f"{address}/lab/tree/figure.ipynb")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    run_next_cell(page)
    figure = page.locator("figure.lf.lf-live")
    figure.wait_for()
    line = figure.locator("svg:visible path[data-a=line]")
    before = line.get_attribute("d")

    run_next_cell(page)
    page.wait_for_function(
        "(d) => [...document.querySelectorAll('path[data-a=line]')].some("
        "(n) => n.getAttribute('d') !== d && n.getBoundingClientRect().width > 0)",
        arg=before,
    )
    figure.get_by_text("height 0.3").wait_for()
    slider = figure.get_by_role("slider")
    assert slider.input_value() == "0.3"

    box = slider.bounding_box()
    page.mouse.move(box["x"] + 11 + 0.15 * (box["width"] - 22), box["y"] + 22)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 5, box["y"] + 22, steps=10)
    page.mouse.up()
    figure.get_by_text("height 2.0").wait_for()
    for _ in range(100):
        if (root / "seen.txt").read_text().split()[-1] == "2.0":
            break
        time.sleep(0.1)
    seen = [float(v) for v in (root / "seen.txt").read_text().split()]
    assert seen[0] == 0.3
    assert seen[-1] == 2.0
    context.close()
