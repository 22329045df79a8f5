"""The book on localhost, and JupyterLab on its chapters."""

import os
import re
import subprocess
import sys
import threading
import urllib.request

import pytest
from static_book.server import make_server


def test_the_server_serves_a_folder_and_forbids_stale_copies(tmp_path):
    (tmp_path / "page.html").write_text("words")
    with make_server(tmp_path) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with urllib.request.urlopen(f"http://localhost:{server.server_port}/page.html") as answer:
            assert answer.read() == b"words"
            assert answer.headers["Cache-Control"] == "no-cache"
        server.shutdown()


@pytest.fixture
def lab(book, tmp_path_factory):
    """Address of a JupyterLab on the small book, with a home and settings of its own."""
    home = tmp_path_factory.mktemp("home")
    command = [sys.executable, "-m", "static_book", "lab", "--no-browser", "--port=0"]
    process = subprocess.Popen(
        [*command, "--ServerApp.token=", "--ServerApp.password="],
        cwd=book.root,
        env={
            **os.environ,
            "HOME": str(home),
            "PYTHONPATH": str(book.root / "library"),
            "JUPYTER_PLATFORM_DIRS": "1",
            "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    address = None
    for line in process.stderr:
        found = re.search(r"http://(?:localhost|127\.0\.0\.1):\d+/lab\S*", line)
        if found:
            address = found[0]
            break
    drain = threading.Thread(target=process.stderr.read, daemon=True)
    drain.start()
    yield address
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:  # a server that is still starting a kernel may never end
        process.kill()
        process.wait()
    drain.join()
    process.stderr.close()


def test_in_jupyterlab_a_double_click_opens_a_chapter_as_a_notebook(lab, browser):
    assert lab is not None
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(lab)
    page.locator(".jp-DirListing-item", has_text="numbers.md").dblclick(timeout=60_000)
    page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell", timeout=60_000)
    page.wait_for_selector(".jp-NotebookPanel h1", timeout=60_000)
    fold = page.locator(".jp-NotebookPanel .myst details.dropdown", has_text="Solution")
    fold.wait_for(timeout=60_000)
    assert ":::" not in page.inner_text(".jp-NotebookPanel")
    context.close()
