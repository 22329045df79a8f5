"""A Chromium for the browser tests: one on the path, else Playwright's, else one line of advice."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
ADVICE = (
    "The browser tests need Chromium: install it (Debian: apt install chromium), "
    "put it on the path, and run make test again."
)


def on_the_path() -> str | None:
    """Return a Chromium or Chrome found on this machine, or None."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or (str(MAC) if MAC.exists() else None)


def of_playwright() -> str | None:
    """Return Playwright's own Chromium if it is installed, or None."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def find() -> str | None:
    """Return the path of a Chromium, or None."""
    return on_the_path() or of_playwright()


def _runs(*command: str) -> bool:
    print("+", *command, flush=True)
    return subprocess.run(command).returncode == 0


def install() -> str | None:
    """Install a Chromium and return its path, or None where every way fails.

    With root's rights the libraries that it needs are installed as well, and the package of the
    system is the last resort; otherwise only Playwright's own copy is tried.
    """
    playwright = [sys.executable, "-m", "playwright", "install"]
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root and _runs(*playwright, "--with-deps", "chromium"):
        return find()
    if not root and _runs(*playwright, "chromium"):
        return find()
    if root and shutil.which("apt-get"):
        _runs("apt-get", "update")
        _runs("apt-get", "install", "-y", "chromium")
    return find()
