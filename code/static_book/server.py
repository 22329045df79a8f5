"""The book on localhost, and JupyterLab on its chapters."""

import functools
import http.server
import os
import sys
from pathlib import Path
from typing import NoReturn

LAB_SETTINGS = Path(__file__).with_name("lab")


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files, says nothing, and lets no browser keep an old page."""

    def end_headers(self) -> None:
        """Add the header that forbids caching without asking."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args) -> None:
        """Stay quiet."""


def make_server(folder: Path, port: int = 0) -> http.server.ThreadingHTTPServer:
    """Return a server of `folder` on localhost; port 0 takes any free one."""
    handler = functools.partial(QuietHandler, directory=str(folder))
    return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)


def serve(folder: Path, port: int) -> None:
    """Serve `folder` until Ctrl-C, on `port` or, where that is taken, on any free one."""
    try:
        server = make_server(folder, port)
    except OSError:
        server = make_server(folder)
    with server:
        address = f"http://localhost:{server.server_port}/"
        print(f"\nThe book is at {address} (Ctrl-C stops it)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


def lab(root: Path, arguments: list[str]) -> NoReturn:
    """Become JupyterLab on the chapters of the book; a double click opens one as a notebook.

    The setting that does this lies in this package and not in the reader's home.
    """
    paths = [str(LAB_SETTINGS), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    environment = {**os.environ, "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths))}
    command = [sys.executable, "-m", "jupyterlab", "--ServerApp.root_dir", str(root), *arguments]
    if not any(argument.startswith("--LabApp.default_url") for argument in arguments):
        command.append("--LabApp.default_url=/lab/tree/chapters")
    if os.geteuid() == 0:  # in a container everybody is root, and Jupyter refuses that
        command.append("--allow-root")
    os.chdir(root)
    os.execve(sys.executable, command, environment)
