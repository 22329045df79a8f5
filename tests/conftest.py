"""What all tests share: the book, built once in a session, and a browser to look at it."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from checked_equations.book import Book
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright
from static_book.browser import ADVICE, find

# Fixtures are found in any case; collected for doctests, files of one name would be taken for one.
collect_ignore_glob = ["conftest.py", "*/conftest.py"]

ROOT = Path(__file__).parents[1]

# No test fails because a machine is slow. New examples are looked for at home; CI asks the same of
# every change.
settings.register_profile("patient", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("patient")
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium: the one on the path, else Playwright's; never skipped."""
    path = find()
    if path is None:
        pytest.fail(ADVICE, pytrace=False)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def results() -> dict[str, dict]:
    """What a check of every statement found, by label.

    The results are kept under a digest of all that they rest on, where the build of the site looks
    for them too: one run checks each statement once.
    """
    kept = ROOT / "_build" / "checked" / "cache.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    with (kept.parent / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return {record["label"]: record for record in Book.at(ROOT).results(kept)}


@pytest.fixture(scope="session")
def site(testrun_uid: str, results: dict) -> Path:
    """Folder of the pages of this book, built from clean by the first process that asks."""
    build = ROOT / "_build"
    build.mkdir(exist_ok=True)
    with (build / ".tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        log = build / "tests.log"
        if not log.exists() or not log.read_text(encoding="utf-8").startswith(testrun_uid):
            command = [sys.executable, "-m", "static_book", "build", "--clean"]
            done = subprocess.run(
                command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            output = f"{testrun_uid} {done.returncode}\n{done.stdout}"
            log.write_text(output, encoding="utf-8")
        status, _, output = log.read_text(encoding="utf-8").partition("\n")
    if not status.endswith(" 0"):
        end = "\n".join(output.splitlines()[-15:])
        pytest.fail(f"the book does not build; {log} has it all:\n{end}", pytrace=False)
    return build / "html"
