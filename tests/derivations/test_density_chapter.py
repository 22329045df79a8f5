"""What the prose of the chapter on densities of memories says beside its equations."""

import contextlib
import io
import re
from math import atan, exp, log, pi, sqrt
from pathlib import Path

import numpy as np
import pytest
from crossentropy import (
    Cauchy,
    Gaussian,
    Laplace,
    TopHat,
    kde_log_density,
    responsibilities,
)
from crossentropy.figures.density import TURTLES, around_zero, blurred_density
from scipy.special import erf

PAGE = (Path(__file__).parents[2] / "chapters" / "density.md").read_text(encoding="utf-8")
TEXT = " ".join(PAGE.split())
HALVING = Laplace(10 / log(2))
ON_TURTLES = around_zero(TURTLES)


def wrap(width):
    """The standard deviation of a uniform density."""
    return width / sqrt(12)


NUMBERS = {  # what the page says, and what it must be the rounding of
    "adds $17.3$ square degrees": 14.4**2 / 12,
    "a standard deviation of $4.2$°": wrap(14.4),
    "as much as a standard deviation of $8.4$": wrap(29),
    "$2 e^{-8/25} = 1.452$": 2 * exp(-0.32),
    "1 + e^{-32/25} = 1.278$": 1 + exp(-1.28),
}


@pytest.mark.parametrize("text", [text for text in NUMBERS if "e^" not in text])
def test_a_number_in_the_prose_is_the_rounding_of_what_is_computed(text):
    assert text in TEXT
    _is_rounded(text)


@pytest.mark.parametrize("text", [text for text in NUMBERS if "e^" in text])
def test_a_number_in_a_reason_is_the_rounding_of_what_is_computed(text):
    assert text in TEXT
    _is_rounded(text)


def _is_rounded(text):
    shown = re.findall(r"\d+(?:\.\d+)?", text)[-1]
    places = len(shown.partition(".")[2])
    assert abs(float(shown) - NUMBERS[text]) <= 0.5000001 * 10**-places


def test_within_one_and_three_bandwidths_lie_the_shares_of_the_text():
    assert "Within one bandwidth lie 68 %, 63 % and 50 %." in TEXT
    assert "Within three, 99.7 %, 95 % and 80 %." in TEXT
    for x, shares in ((1, (0.68, 0.63, 0.50)), (3, (0.997, 0.95, 0.80))):
        masses = (erf(x / sqrt(2)), 1 - exp(-x), 2 / pi * atan(x))
        assert masses == pytest.approx(shares, abs=0.005)


def test_there_are_seventy_six_turtles_and_a_gap_of_49_degrees_at_the_cut():
    assert len(TURTLES) == 76
    places = np.sort(ON_TURTLES)
    assert places[0] + 360 - places[-1] == 49
    assert np.diff(places).max() < 49


def test_the_turtles_are_those_of_the_published_list_by_its_sums():
    # Both sums were taken from the list as the R package circular ships it (fisherB3).
    assert TURTLES.sum() == 8233
    assert (TURTLES**2).sum() == 1_457_611
    assert list(TURTLES) == sorted(TURTLES)


@pytest.mark.parametrize(
    ("start", "best"), [(-180, {(30, 60): 18, (60, 90): 18}), (-165, {(45, 75): 22})]
)
def test_the_highest_bars_are_those_of_the_text(start, best):
    counts, edges = np.histogram(ON_TURTLES, np.arange(start, start + 331, 30))
    highest = {
        (int(edges[k]), int(edges[k + 1])): int(counts[k])
        for k in np.flatnonzero(counts == counts.max())
    }
    assert highest == best


def test_three_memories_share_an_angle_as_worked_by_hand():
    rows = responsibilities([10, 0], [-10, 0, 20], np.log([1 / 2, 1 / 4, 1 / 4]), HALVING)
    np.testing.assert_allclose(rows, [[1 / 3, 1 / 3, 1 / 3], [4 / 9, 4 / 9, 1 / 9]], rtol=1e-12)


@pytest.mark.parametrize(("angle", "alike", "wider"), [(0, 4 / 5, 2 / 3), (40, 1 / 5, 1 / 3)])
def test_a_wider_memory_owns_less_at_home_and_more_abroad(angle, alike, wider):
    narrow = np.exp(HALVING.log_density(np.array([angle, angle - 20.0])))
    wide = np.exp(Laplace(20 / log(2)).log_density(float(angle)))
    assert narrow[0] / narrow.sum() == pytest.approx(alike)
    assert wide / (wide + narrow[1]) == pytest.approx(wider)


def test_laplace_answers_alike_at_every_distance_and_cauchy_forgets():
    def first(kernel, far):
        return responsibilities([0.0], [far, far + 10], [0, 0], kernel(10))[0, 0]

    assert first(Laplace, 1000) == pytest.approx(first(Laplace, 10))
    assert first(Laplace, 10) == pytest.approx(1 / (1 + exp(-1)))
    assert first(Gaussian, 1000) == pytest.approx(1)
    assert first(Cauchy, 1000) == pytest.approx(0.5, abs=0.01)


def test_drawing_and_jittering_gives_back_the_prior():
    rng = np.random.default_rng(1)
    points, logits = np.array([-30, 0, 25]), np.log([0.5, 0.3, 0.2])
    drawn = points[rng.choice(3, size=20_000, p=np.exp(logits))] + rng.normal(0, 12, 20_000)
    mean = responsibilities(drawn, points, logits, Gaussian(12)).mean(axis=0)
    np.testing.assert_allclose(mean, np.exp(logits), atol=0.01)


def test_two_equal_gaussian_memories_are_two_hills_only_beyond_two_bandwidths():
    angles = np.linspace(-30, 30, 6001)
    for x, hills in ((9.5, 1), (10.5, 2)):
        q = kde_log_density(angles, [-x, x], [0, 0], Gaussian(10))
        assert np.sum((q[1:-1] > q[:-2]) & (q[1:-1] > q[2:])) == hills


def test_the_counts_and_areas_of_the_turtles_are_printed_by_the_code():
    (block,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(block, {})
    lines = printed.getvalue()
    counts = [int(n) for n in re.findall(r"^(?:4|10|20|60) (\d+) ", lines, re.MULTILINE)]
    areas = [float(n) for n in re.findall(r"\] (\d\.\d+)", lines)]
    assert "It finds 14, 5, 2 and 1 peaks." in TEXT
    assert counts == [14, 5, 2, 1]
    assert [round(area, 4) for area in areas[2:]] == [0.9936, 0.9274]


def test_an_angle_between_the_places_of_exercise_8_always_hits():
    for angle in (1, 4):
        assert max(abs(angle + 2), abs(angle - 7)) <= 6
    assert (2 * -2 + 7) / 3 == 1


def test_the_middle_always_hits_a_dodger_at_two_places():
    q = np.exp(kde_log_density([0, 10], [-10, 10], [0, 0], TopHat(12)))
    np.testing.assert_allclose(24 * q, [1, 1 / 2])


def test_between_two_hills_nearly_every_shot_hits():
    assert 29 * blurred_density(0, 29) > 0.95
    assert 29 * blurred_density(10, 29) == pytest.approx(0.5, abs=0.02)
