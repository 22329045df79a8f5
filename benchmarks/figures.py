"""How fast every figure of the book redraws, and how large it is.

    python benchmarks/figures.py            all figures, with a five-second drag each
    python benchmarks/figures.py coin …     only these

For each figure, in headless Chromium: the time of one redraw at random values (median, 95th
percentile), the frames that a five-second drag of its first control misses, the compressed size of
its HTML.  Beside it, the same drawing redrawn through a kernel: what ``ipywidgets.interact`` runs
for each value, with Matplotlib drawing the same coordinates and encoding a PNG (the way to the
browser and back is not even counted).
"""

from __future__ import annotations

import contextlib
import gzip
import io
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import ipywidgets
import matplotlib
import numpy as np
from live_figures import discover
from live_figures.testing import open_figures, random_states
from live_figures.widget import script, style_sheet
from playwright.sync_api import sync_playwright

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
REDRAW = """([id, states]) => {
  const figure = LiveFigures.get(id), times = [];
  for (const state of states) {
    figure.set(state, true);
    const start = performance.now();
    figure.redraw();
    times.push(performance.now() - start);
  }
  return times;
}"""
WATCH = """() => {
  window.frames_seen = [];
  const tick = (time) => { frames_seen.push(time); window.watching = requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
}"""


def redraw_times(page, figure, count=400):
    """Milliseconds of ``count`` redraws at random values."""
    states = random_states(figure, count, seed=3)
    page.evaluate(REDRAW, [figure.name, states[:50]])
    return page.evaluate(REDRAW, [figure.name, states])


def dropped_frames(page, figure, seconds=5.0):
    """Frames missed while the first control is dragged to and fro, and frames in all.

    A frame is missed for each further 1/60 s beyond one and a half between two frames.
    """
    root = page.locator(f"#fig-{figure.name}")
    question = root.locator(".lf-choices input")
    if question.count():  # a figure that asks first moves once it is answered
        question.first.check()
        root.locator(".lf-commit").click()
    target = root.locator(":is(input[type=range], .lf-handle)").first
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    middle, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    reach = max(box["width"], 120) * 0.45
    page.mouse.move(middle, y)
    page.mouse.down()
    page.evaluate(WATCH)
    start, step = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        step += 1
        page.mouse.move(middle + reach * np.sin(step / 12), y)
    times = page.evaluate("() => { cancelAnimationFrame(watching); return frames_seen; }")
    page.mouse.up()
    gaps = np.diff(times)
    return int(np.sum(np.round(gaps[gaps > 25] / (1000 / 60)) - 1)), len(times)


def kernel_times(figure, count=15):
    """Milliseconds of the callback that ``interact`` would run, Matplotlib figure and PNG."""
    sliders = {
        name: ipywidgets.FloatSlider(value=p.start, min=p.low, max=p.high, step=0.001)
        for name, p in figure.params.items()
    }

    def draw(**values):
        canvas = matplotlib.figure.Figure(figsize=(7.2, 3.4), dpi=144)
        axes = canvas.subplots(1, len(figure.panels), squeeze=False)[0]
        for ax, panel in zip(axes, figure.panels, strict=True):
            ax.set(xlim=panel.xlim, ylim=panel.ylim, xlabel=panel.xlabel, ylabel=panel.ylabel)
        for id, numbers in figure.evaluate(values).items():
            artist = figure.artists[id]
            if isinstance(numbers, np.ndarray) and numbers.size:
                axes[artist.panel].plot(numbers[:, 0], numbers[:, 1])
        canvas.savefig(io.BytesIO(), format="png")

    times = []
    with contextlib.redirect_stdout(io.StringIO()):  # interact clears the terminal
        controls = ipywidgets.interactive(draw, **sliders)
        for state in random_states(figure, count, seed=4):
            for name, value in state.items():
                sliders[name].value = value
            start = time.perf_counter()
            controls.update()
            times.append(1000 * (time.perf_counter() - start))
        controls.close()
    return times


def main(names):
    """Print one line for each figure."""
    from matplotlib.backends import backend_agg  # noqa: F401  (the canvas that writes PNG)

    figures = [
        e.make() for n, e in discover("crossentropy.figures").items() if not names or n in names
    ]
    shared = len(gzip.compress((script() + style_sheet()).encode()))
    print(f"script and style sheet, shared by all pages: {shared / 1000:.1f} kB compressed\n")
    print(
        f"{'figure':28}{'kB':>6}{'redraw ms':>11}{'95 %':>8}{'dropped':>9}{'frames':>8}"
        f"{'kernel ms':>11}{'ratio':>8}"
    )
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        path = shutil.which("chromium") or playwright.chromium.executable_path
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for figure in figures:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            open_figures(page, Path(folder) / "page.html", figure)
            times = redraw_times(page, figure)
            missed = dropped_frames(page, figure)
            page.close()
            kernel = statistics.median(kernel_times(figure))
            size = len(gzip.compress(figure.build().encode())) / 1000
            median = statistics.median(times)
            print(
                f"{figure.name:28}{size:6.1f}{median:11.2f}{np.percentile(times, 95):8.2f}"
                f"{missed[0]:>9}{missed[1]:>8}{kernel:11.0f}{kernel / max(median, 0.05):8.0f}"
            )
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
