"""The engine draws what its expressions say: every artist, both layouts, every control."""

import math
import re
import textwrap

import live_figures
import numpy as np
import pytest
import sample_figures
import sympy as sm
from live_figures import Figure
from live_figures.artists import format_value
from live_figures.expressions import Items
from live_figures.javascript import Program
from live_figures.render import compile_figure
from live_figures.testing import LEGIBLE, compare, random_states, unchecked


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("make", sample_figures.ALL, ids=lambda make: make.__name__)
def test_every_artist_is_drawn_where_its_check_says(make, width, open_page):
    figure = make()
    page = open_page(figure, width=width)
    assert compare(figure, page, random_states(figure, 8, seed=2)) == []
    assert page.evaluate(LEGIBLE, figure.name) == []
    assert unchecked(figure) == []


def test_a_wrong_check_is_noticed_for_every_artist(open_page):
    figure = sample_figures.shapes()
    page = open_page(figure)
    kinds = {a.id: a.check for a in figure.artists.values() if a.check}

    def shifted(told):
        if isinstance(told, dict):
            return {k: np.add(v, 0.3) if k == "at" else v + 0.3 for k, v in told.items()}
        return tuple(np.add(t, 0.3) for t in told) if isinstance(told, tuple) else np.add(told, 0.3)

    for id, check in kinds.items():
        figure.artists[id].check = lambda *a, check=check, **k: shifted(check(*a, **k))
    state = {"a": 1.0, "b": 1.0, "on": 1, "which": 0}
    found = compare(figure, page, [state])
    assert {re.match(r"shapes/([\w-]+)", line)[1] for line in found} == set(kinds)


def test_an_artist_without_a_check_is_listed():
    figure = sample_figures.minimal()
    figure.artists["line"].check = None
    assert unchecked(figure) == ["line"]


def javascript(page, expression, **values):
    """The value of one expression, compiled and run in the browser."""
    symbols = sorted(expression.free_symbols, key=str)
    program = Program(symbols, {})
    program.add(Items(1), [expression])
    row = [values[str(s)] for s in symbols]
    code = "([code, P]) => new Function('P', 'D', code)(P, {})[0][0][0]"
    return page.evaluate(code, [program.body(), row])


x, y, p, q, r = sm.symbols("x y p q r")


@pytest.mark.parametrize(
    ("expression", "values", "expected"),
    [
        (p * sm.log(p), {"p": 0}, 0.0),
        (p * sm.log(p / q), {"p": 0, "q": 0}, 0.0),
        (-p * sm.log(q), {"p": 0, "q": 0}, 0.0),
        (p * (sm.log(p) - sm.log(q)), {"p": 0, "q": 0.5}, 0.0),
        (p * sm.log(p / q), {"p": 0.5, "q": 0}, np.inf),
        ((1 - p) * sm.log(1 - p) + p * sm.log(p), {"p": 1}, 0.0),
        (x ** sm.Rational(1, 3) / y**2, {"x": 8.0, "y": 3.0}, 2 / 9),
        (1 / x**2, {"x": 3.0}, 1 / 9),
        (sm.Piecewise((x**2, x > 1), (-x, True)), {"x": 0.5}, -0.5),
        (sm.Max(x, y) - sm.Min(x, y), {"x": 1.0, "y": 4.0}, 3.0),
        (sm.Mod(x, 3), {"x": -1.0}, 2.0),
        (sm.erf(x), {"x": 0.3}, math.erf(0.3)),
        (sm.erf(x), {"x": -2.6}, math.erf(-2.6)),
        (sm.erf(x), {"x": 2.4}, math.erf(2.4)),
        (sm.erf(x) * 1e-3 + sm.EulerGamma, {"x": 0}, float(sm.EulerGamma)),
        (sm.Abs(sm.sin(x)), {"x": -1.0}, np.sin(1)),
    ],
    ids=str,
)
def test_the_browser_computes_as_numpy_does(expression, values, expected, open_page):
    page = open_page()
    assert javascript(page, expression, **values) == pytest.approx(expected, abs=1e-15)


def test_zero_times_an_infinite_logarithm_is_zero_in_numpy_too():
    fig = Figure("zero", **sample_figures.WORDS)
    a = fig.slider("a", 0, 1, 0.5, label="a")
    fig.panel(xlim=(0, 1), ylim=(0, 1))
    fig.readout("r", "{v:.2f}", {"v": -a * sm.log(a) + a * sm.log(a / (2 * a))})
    fig.build()
    assert fig.evaluate({"a": 0})["r"]["v"] == 0


def test_a_sum_over_data_stays_a_loop():
    five = compile_figure(sample_figures.mixture(5))["code"]
    many = compile_figure(sample_figures.mixture(200))["code"]
    assert len(many) < len(five) + 10
    assert len(many) < 1000
    assert many.count("exp(") == 1


def test_what_does_not_depend_on_the_loop_is_computed_outside_it():
    fig = Figure("outside", **sample_figures.WORDS)
    a = fig.slider("a", 0, 1, 0.5, label="a")
    axes = fig.panel(xlim=(0, 1), ylim=(0, 1))
    axes.curve("c", sm.exp(a) * sm.sin(a) * x, (x, 0, 1))
    code = compile_figure(fig)["code"]
    assert code.index("sin") < code.index("for(")


def test_a_part_shared_inside_a_loop_finds_what_was_computed_outside(open_page):
    fig = Figure("shared", **sample_figures.WORDS)
    a = fig.slider("a", 0, 1, 0.5, label="a")
    part = x * sm.sin(a) + 1
    axes = fig.panel(xlim=(0, 1), ylim=(-1, 3))
    axes.curve(
        "c", part * sm.cos(part), (x, 0, 1),
        check=lambda x, a: (x * np.sin(a) + 1) * np.cos(x * np.sin(a) + 1),
    )  # fmt: skip
    assert compare(fig, open_page(fig), random_states(fig, 3, seed=0)) == []


def test_contours_reach_to_where_z_is_infinite(open_page):
    fig = Figure("steep", **sample_figures.WORDS)
    a = fig.slider("a", 0.5, 1, 0.5, label="a")
    u, v = sm.symbols("u v")
    axes = fig.panel(xlim=(0, 1), ylim=(0, 1))
    contour = axes.contour(
        "c", -a * sm.log(u) - v, (u, 0, 1, 41), (v, 0, 1, 41), levels=(0.5, 2), infinite=True,
        check=lambda x, y, a: -a * np.log(x) - y,
    )  # fmt: skip
    assert compare(fig, open_page(fig), random_states(fig, 3, seed=0)) == []
    rows = fig.evaluate()["c"]
    for level in contour.levels:
        heights = rows[rows[:, 0] == level][:, [2, 4]]
        assert heights.min() < 0.01
        assert heights.max() > 0.99


@pytest.mark.parametrize("spec", [".0f", ".3f", "+.2f", ".3g", "g", "d", ".1%", "", ".12g"])
def test_python_and_the_browser_write_the_same_numbers(spec, open_page):
    rng = np.random.default_rng(0)
    numbers = [0.0, -0.0, 0.125, 0.5, 2.5, -1e-9, 123456.789, 1e-7, 0.1 + 0.2]
    numbers += list(rng.normal(size=200) * 10 ** rng.uniform(-6, 6, 200))
    code = "([numbers, spec]) => numbers.map((n) => LiveFigures.format(n, spec))"
    written = open_page().evaluate(code, [list(map(float, numbers)), spec])
    assert written == [format_value(float(n), spec) for n in numbers]


def test_a_figure_can_hold_its_shares_at_one_from_python():
    figure = sample_figures.simplex()
    for state in ({"q0": 1}, {"q1": 0}, {"q0": 0.4, "q1": 0.1}, {"q0": 0, "q1": 0, "q2": 0}):
        assert sum(figure.state(state).values()) == pytest.approx(1)
    assert figure.state({"q0": 0.6}) == pytest.approx({"q0": 0.6, "q1": 0.15, "q2": 0.25})


def test_the_example_of_the_guide_works(open_page):
    block = re.search(r"::\n\n((?:    .*\n|\n)+)", live_figures.__doc__)[1]
    scope = {}
    exec(textwrap.dedent(block), scope)
    figure = scope["two_bumps"]()
    assert unchecked(figure) == []
    assert compare(figure, open_page(figure), random_states(figure, 4, seed=0)) == []


def test_the_drawing_is_the_same_every_time():
    assert sample_figures.shapes().build() == sample_figures.shapes().build()


def test_the_first_state_is_in_the_static_picture():
    figure = sample_figures.minimal()
    assert "height 1.00 nats" in figure.build()
    path = re.search(r'<path data-a="line"[^>]* d="M([\d. ]+)L', figure.build())[1]
    assert len(path.split()) == 2


def test_a_heat_map_with_two_colours_shows_paper_in_the_middle(open_page):
    fig = Figure("two-colours", title="T", alt="A.", moving="It moves.", caption="Move it.")
    a = fig.slider("a", -1, 1, 0.5, step=0.1, label="a")
    u, v = sm.symbols("u v")
    fig.panel(xlim=(0, 1), ylim=(0, 1)).heatmap(
        "map", a * (2 * u - 1), (u, 0, 1, 9), (v, 0, 1, 3), zlim=(-1, 1), levels=9,
        color="truth", below="gap", check=lambda x, y, a: a * (2 * x - 1),
    )  # fmt: skip
    page = open_page(fig)
    assert compare(fig, page, random_states(fig, 4, seed=3)) == []
    paints = page.evaluate(
        "() => [...document.querySelectorAll('svg [data-a=map]')].map((n) => n.style.fill)"
    )
    text = " ".join(paints)
    assert "truth" in text
    assert "gap" in text
    assert any(re.search(r"\b0%", paint) for paint in paints), text
