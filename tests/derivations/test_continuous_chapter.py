"""What the prose of the chapter on the line says beside its equations."""

import contextlib
import io
import re
from math import e, exp, log, pi, sqrt
from pathlib import Path

import numpy as np
import pytest
from crossentropy import (
    effective_width,
    gaussian_cross_entropy,
    gaussian_entropy,
    gaussian_kl_divergence,
    histogram_entropy,
    laplace_entropy,
    laplace_kl_divergence,
    uniform_entropy,
)
from crossentropy.figures.continuous import SHOTS, laplace_bins

PAGE = (Path(__file__).parents[2] / "chapters" / "continuous.md").read_text(encoding="utf-8")
TEXT = " ".join(PAGE.split())
SHIFT = log(180 / pi)
FIVE = np.array([*SHOTS, 53])


def excess(width):
    """How much more the bins of a pointed density know not, by their width."""
    return histogram_entropy(laplace_bins(width), width) - laplace_entropy(10)


NUMBERS = {  # what the page says, and what it must be the rounding of
    "a height can be 57": 180 / pi,
    "afraid of a density of 57": 180 / pi,
    r"of $4.13\,\sigma$ for the bell": effective_width(gaussian_entropy(1)),
    r"of $5.44\,\sigma$ for the pointed": effective_width(laplace_entropy(1)),
    r"$1 / \sqrt{2 \pi e} = 0.242$ units": 1 / sqrt(2 * pi * e),
    "$-0.3267$ in radians": gaussian_entropy(pi / 18),
    "and $3.7215$": gaussian_entropy(10),
    "good to $0.04$ nats": excess(10),
    "Half as wide, to $0.01$": excess(5),
    "360 wide, in radians 6.28": 2 * pi,
    "$3.9 - 4.048 = -0.148$ in radians": 3.9 - SHIFT,
    "the loss went down by $4.048$": SHIFT,
    "$e^{-1} = 0.3679$ nats": laplace_kl_divergence(0, 10, 10, 10),
    "$2.6672 + 1.3810 = 4.0482$": SHIFT,
    r"$b \sqrt{e} = 1.6487\, b$": sqrt(e),
    "about $18$ percent": 100 * (1 - sqrt(e) / 2),
    "That is $1.8379$ nats": log(2 * pi),
    "That is $0.0724$ nats": (gaussian_cross_entropy(0, sqrt(2), 0, sqrt(2)) - laplace_entropy(1)),
    r"larger by $\log 360 = 5.8861$": log(360),
    "It prints $-0.0482$": 4.0 - SHIFT,
    "It prints $-0.0482$ and $-0.0621$": -1.9 + log(2 * pi),
}


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_in_the_prose_is_the_rounding_of_what_the_library_computes(text):
    assert text in TEXT
    shown = re.findall(r"-?\d+(?:\.\d+)?", text)[-1]
    places = len(shown.partition(".")[2])
    assert abs(float(shown) - NUMBERS[text]) <= 0.5000001 * 10**-places


def test_a_bell_as_far_away_as_it_is_wide_costs_half_a_nat_and_twice_as_far_four_times_that():
    assert gaussian_kl_divergence(0, 10, 10, 10) == 1 / 2
    assert gaussian_kl_divergence(0, 10, 20, 10) == 4 / 2


def test_the_pointed_gap_is_half_a_square_near_by_and_a_straight_line_far_away():
    assert laplace_kl_divergence(0, 1, 1e-4, 1) == pytest.approx(0.5e-8, rel=1e-3)
    far = laplace_kl_divergence(0, 1, np.array([50, 60]), 1)
    assert far[1] - far[0] == pytest.approx(10)


def test_mean_and_median_of_the_five_shots_are_those_of_the_text():
    half = np.degrees(np.arcsin(0.5 / 4))
    assert half == pytest.approx(7.2, abs=0.05)
    assert (FIVE.mean(), np.median(FIVE)) == (10, 0)
    assert (np.abs(FIVE - 10) <= half).sum() == 0
    assert (np.abs(FIVE - 0) <= half).sum() == 4
    assert np.abs(FIVE - 10).min() == 8


@pytest.mark.parametrize(
    ("low", "high", "shown"), [(1, 2, ("0", "1.0794")), (2, 2.9, ("-0.1054", "1.4782"))]
)
def test_which_dodger_has_more_entropy_depends_on_the_scale(low, high, shown):
    theta = np.linspace(low, high, 100_001)
    before = uniform_entropy(high - low)
    after = before + np.trapezoid(np.log(2 * theta), theta) / (high - low)
    for text, number in zip(shown, (before, after), strict=True):
        assert f"${text}$" in TEXT
        assert abs(float(text) - number) <= 0.50001e-4


def test_the_error_of_bins_falls_with_the_square_of_their_width():
    assert excess(5) / excess(2.5) == pytest.approx(4, rel=0.03)


def test_two_steps_cost_one_nat_and_one_double_step_two():
    assert 2 * gaussian_kl_divergence(0, 3, 3, 3) == 1
    assert gaussian_kl_divergence(0, 3, 6, 3) == 2


def test_the_place_that_the_pointed_gap_needs_lies_at_the_distance_of_the_text():
    s, sigma = 7.0, 10.0
    theta = np.arange(-600, 600, 0.001)
    areas = np.exp(-np.abs(theta) / sigma) / (2 * sigma) * 0.001
    mean = (areas * np.abs(theta - s)).sum()
    assert mean == pytest.approx(s + sigma * exp(-s / sigma), rel=1e-5)


def test_the_code_of_the_two_reports_prints_the_numbers_of_its_solution():
    (block,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(block, {})
    solution = PAGE[PAGE.index("It prints $") :].partition(":::")[0]
    shown = re.findall(r"\$(-?\d\.\d{4})\$", solution)
    assert shown == re.findall(r"is (-?\d\.\d{4}) per", printed.getvalue())
