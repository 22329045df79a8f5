"""Pages with figures for the tests of the engine."""

import pytest
from live_figures.testing import open_figures


@pytest.fixture
def open_page(browser, tmp_path):
    """``open_page(figure, …, width=1280, hash="", **context)``: a page opened from a file.

    The test fails when the page reports an error.
    """
    contexts, errors = [], []

    def opened(*figures, width=1280, height=900, hash="", theme="light", **options):
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        path = tmp_path / f"page{len(contexts)}.html"
        errors.append(open_figures(page, path, *figures, theme=theme, hash=hash))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [e for found in errors for e in found] == []
