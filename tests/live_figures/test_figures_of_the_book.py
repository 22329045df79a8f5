"""Every figure of the book, driven in a browser and held against the library's numbers."""

import pytest
from live_figures import discover
from live_figures.testing import LEGIBLE, compare, random_states, unchecked

FIGURES = discover("crossentropy.figures")
WIDTHS = {"wide": 1280, "narrow": 360}


@pytest.mark.parametrize("name", FIGURES)
def test_every_moving_artist_has_an_independent_check(name):
    assert unchecked(FIGURES[name].make()) == []


@pytest.mark.parametrize("layout", WIDTHS)
@pytest.mark.parametrize("name", FIGURES)
def test_what_is_drawn_is_what_the_library_computes(name, layout, open_page):
    figure = FIGURES[name].make()
    page = open_page(figure, width=WIDTHS[layout])
    states = random_states(figure, 8, seed=1)
    assert compare(figure, page, states) == []
    for state in states[:3]:
        page.evaluate("([id, s]) => LiveFigures.get(id).set(s).redraw()", [name, state])
        assert page.evaluate(LEGIBLE, name) == []


@pytest.mark.parametrize("name", [n for n, entry in FIGURES.items() if entry.make().handles])
def test_what_can_be_dragged_moves_the_drawing_as_the_library_says(name, open_page):
    figure = FIGURES[name].make()
    page = open_page(figure)
    page.evaluate("(id) => LiveFigures.get(id).lock(false)", name)
    for k in range(len(figure.handles)):
        handle = page.locator(".lf-handle").nth(k)
        handle.scroll_into_view_if_needed()
        box = handle.bounding_box()
        before = page.evaluate("(id) => LiveFigures.get(id).values", name)
        page.mouse.move(box["x"] + 22, box["y"] + 22)
        page.mouse.down()
        page.mouse.move(box["x"] + 40, box["y"] + 10, steps=3)
        page.mouse.up()
        handle.press("ArrowLeft")
        values = page.evaluate("(id) => LiveFigures.get(id).values", name)
        assert values != before
        assert compare(figure, page, [values]) == []


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_belongs_to_the_chapter_of_its_module(name):
    assert FIGURES[name].make.__module__.endswith(f".{FIGURES[name].chapter}")
