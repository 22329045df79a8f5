"""A badly built figure raises while it is built, and the error names the figure."""

import numpy as np
import pytest
import sample_figures
import sympy as sm
from live_figures import Figure, FigureError, figure

x = sm.Symbol("x")


def plain():
    fig = Figure("bad", **sample_figures.WORDS)
    a = fig.slider("a", 0, 1, 0.5, label="a")
    return fig, a, fig.panel(xlim=(0, 1), ylim=(0, 1))


def unknown_symbol(fig, a, axes):
    axes.curve("c", x * sm.Symbol("b"), (x, 0, 1))


def twin_symbol(fig, a, axes):
    axes.curve("c", x * sm.Symbol("a"), (x, 0, 1))


def unknown_in_readout(fig, a, axes):
    fig.readout("r", "{v}", {"v": x})


def start_outside(fig, a, axes):
    fig.slider("b", 0, 1, 2, label="b")


def start_between_steps(fig, a, axes):
    fig.slider("b", 0, 1, 0.55, step=0.1, label="b")


def infinite_at_an_end(fig, a, axes):
    axes.curve("c", x / a, (x, 0, 1))


def infinite_inside(fig, a, axes):
    fig.readout("r", "{v}", {"v": sm.log(sm.Abs(a - 0.5) - 0.25)})


def infinite_at_a_corner(fig, a, axes):
    b = fig.slider("b", 0, 1, 0.5, label="b")
    axes.points("d", a, 1 / (2 - a - b))


def not_a_number_even_where_infinity_is_allowed(fig, a, axes):
    axes.curve("c", sm.log(x - a), (x, 0, 1), infinite=True)


def beyond_the_data(fig, a, axes):
    k = fig.slider("k", 0, 3, 0, whole=True, label="k")
    fig.readout("r", "{v}", {"v": fig.data("table", [1, 2, 3])[k]})


def same_id_twice(fig, a, axes):
    axes.vline("v", a)
    axes.hline("v", a)


def same_name_twice(fig, a, axes):
    fig.slider("a", 0, 1, 0.5, label="a")


def no_label(fig, a, axes):
    fig.slider("b", 0, 1, 0.5, label="")


def unknown_colour(fig, a, axes):
    axes.vline("v", a, color="puce")


def unknown_option(fig, a, axes):
    axes.vline("v", a, colour="truth")


def empty_field(fig, a, axes):
    fig.readout("r", "{v:.2f} {w}", {"v": a})


def unknown_format(fig, a, axes):
    fig.readout("r", "{v:.2e}", {"v": a})


def too_long_a_text(fig, a, axes):
    axes.draw(lambda ax: ax.text(0.5, 0.5, "a text that goes on and on and does not end here " * 2))


def shares_off_one(fig, a, axes):
    fig.shares_of_one(["u", "v"], [0.5, 0.6], labels=["u", "v"])


def ends_that_do_not_ascend(fig, a, axes):
    fig.panel(xlim=(1, 0), ylim=(0, 1))


def data_not_finite(fig, a, axes):
    fig.data("table", [1, np.nan])


def hiding_a_stranger(fig, a, axes):
    fig.predict("Which?", ["this", "that"], 0, "So.", hide=["nothing"])


def no_code(fig, a, axes):
    fig.readout("r", "{v}", {"v": sm.floor(a) + sm.Function("mystery")(a) ** 0})
    fig.readout("s", "{v}", {"v": sm.besselj(0, a)})


CASES = {
    no_code: "besselj",
    unknown_symbol: "c: unknown symbol b",
    twin_symbol: "same name, another symbol",
    unknown_in_readout: "r: unknown symbol x",
    start_outside: r"b: start 2 is outside the range \[0, 1\]",
    start_between_steps: "b: start 0.55 is not a whole number of steps",
    infinite_at_an_end: "c: not finite .* at a = 0",
    infinite_inside: "r: not finite",
    infinite_at_a_corner: "d: not finite .*a = 1, b = 1",
    not_a_number_even_where_infinity_is_allowed: "c: not finite",
    beyond_the_data: "r: not finite .*k = 3",
    same_id_twice: "'v' is used twice",
    same_name_twice: "'a' is used twice",
    no_label: "b: a control needs a label",
    unknown_colour: "unknown colour 'puce'",
    unknown_option: "unknown option colour",
    empty_field: r"field \{w\} has no value",
    unknown_format: "unknown number format '.2e'",
    too_long_a_text: "does not fit",
    shares_off_one: "sum of 1.1, not 1",
    ends_that_do_not_ascend: "xlim=.* ascending",
    data_not_finite: "'table' must be finite",
    hiding_a_stranger: "no artist 'nothing'",
}


@pytest.mark.parametrize("fault", CASES, ids=lambda fault: fault.__name__)
def test_a_fault_is_named_together_with_its_figure(fault):
    fig, a, axes = plain()

    def build():
        fault(fig, a, axes)
        fig.build()

    with pytest.raises(FigureError, match=r"(?s)figure 'bad': .*" + CASES[fault]):
        build()


@pytest.mark.parametrize("word", ["title", "caption", "alt", "moving"])
def test_a_figure_without_words_is_refused(word):
    with pytest.raises(FigureError, match=f"figure 'bad': {word} is missing"):
        Figure("bad", **(sample_figures.WORDS | {word: " "}))


def test_a_value_out_of_range_is_refused_from_python():
    fig, *_ = plain()
    with pytest.raises(FigureError, match=r"a = 3 is outside the range \[0, 1\]"):
        fig.params["a"].value = 3
    with pytest.raises(FigureError, match="unknown parameter 'b'"):
        fig.evaluate({"b": 1})


def test_a_figure_bears_the_name_of_its_function():
    @figure(chapter="none")
    def wrong_name_of_a_test():
        return plain()[0]

    with pytest.raises(ValueError, match="'bad' must bear its function's name"):
        wrong_name_of_a_test()


def test_a_good_figure_is_not_refused():
    fig, a, axes = plain()
    axes.curve("c", x * a, (x, 0, 1))
    assert fig.build().startswith("<figure")
