"""What the prose of the chapter on the circle says beside its equations."""

import contextlib
import io
import re
from math import acos, atanh, cos, degrees, exp, log, pi, radians, sin, sinh, sqrt, tanh
from pathlib import Path

import numpy as np
import pytest
from crossentropy import (
    Gaussian,
    GeodesicLaplace,
    VonMises,
    WrappedCauchy,
    WrappedLaplace,
    WrappedNormal,
    kde_cross_entropy_with_gradient,
)
from crossentropy.figures.circle import NAMES, gradient, kernel_of, pull
from scipy.integrate import quad

PAGE = (Path(__file__).parents[2] / "chapters" / "circle.md").read_text(encoding="utf-8")
TEXT = " ".join(PAGE.split())
TEN = radians(10)
KERNELS = [kernel_of(choice, 10) for choice in range(5)]
GEODESIC, WRAPPED, MISES, GAUSS, CAUCHY = KERNELS


def spoiled(way, h=TEN):
    """The bound of the chapter, by the longest way from a bin to a memory."""
    return tanh(log(1 + exp(-2 * (pi - way) / h)) / 4)


NUMBERS = {  # what the page says, and what it must be the rounding of
    "For $h = 20°$ that is $1.9998$": exp(
        WrappedLaplace(2 * TEN).log_density(pi) - GeodesicLaplace(2 * TEN).log_density(pi)
    ),
    r"begins at $\pi - 1 = 2.14$": pi - 1,
    "and $0.032$": spoiled(radians(170)),
    "by up to $0.1716$": spoiled(pi),
    r"For $\kappa = 1$ that is $0.4621$": tanh(1 / 2),
    "for $h = 10°$ that is 0.56": degrees(TEN**2 / pi),
    r"$\tanh(16.5 \cdot \sin 0.025) = 0.3906$": tanh(16.5 * sin(0.025)),
    r"$\sin\varrho = 0.1736$": sin(radians(170)),
    "the same steps give $0.0715$": tanh(16.5 * sin(radians(170)) * sin(0.025)),
    "the ratio is $0.9589$": VonMises(4).slope(1 / 2) / Gaussian(1 / 2).slope(1 / 2),
    r"for $\kappa = 4$ and $0.9983$": VonMises(100).slope(1 / 10) / Gaussian(1 / 10).slope(1 / 10),
    "At 90° it is $0.6366$": 2 / pi,
    r"$\cos\theta = \frac45$: 36.9": degrees(acos(4 / 5)),
    r"at $\theta = h$, 39.7": degrees(log(2)),
    "$1/h = 1.4427$": 1 / log(2),
    r"\frac{\pi\bar\varrho}{h^2} = 0.5493$": atanh(1 / 2),
    r"$\bar\varrho = 0.31": degrees(atanh(1 / 2) * TEN**2 / pi),
}


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_in_the_prose_is_the_rounding_of_what_the_library_computes(text):
    assert text in TEXT
    shown = re.findall(r"\d+(?:\.\d+)?", text)[-1]
    places = len(shown.partition(".")[2])
    assert abs(float(shown) - NUMBERS[text]) <= 0.5000001 * 10**-places


@pytest.mark.parametrize(("way", "lead", "power"), [(90, 3.8, -9), (120, 1.5, -6), (150, 6.2, -4)])
def test_the_bounds_of_the_wrapped_kernel_are_those_of_the_text(way, lead, power):
    assert f"${lead} \\cdot 10^{{{power}}}$" in TEXT
    assert spoiled(radians(way)) == pytest.approx(lead * 10**power, abs=0.05 * 10**power)


def test_wrapping_means_adding_all_turns_and_every_kernel_holds_one_unit():
    h = 0.7
    turns = 2 * pi * np.arange(-200_000, 200_001)
    for kernel, line in [
        (WrappedLaplace(h), lambda x: np.exp(-abs(x) / h) / (2 * h)),
        (WrappedNormal(h), lambda x: np.exp(-(x**2) / (2 * h**2)) / (h * sqrt(2 * pi))),
        (WrappedCauchy(exp(-h)), lambda x: h / (pi * (h**2 + x**2))),
    ]:
        for way in (0.0, 1.0, 2.5, pi):
            summed = line(way + turns).sum()
            assert np.exp(kernel.log_density(way)) == pytest.approx(summed, rel=1e-5)
    for kernel in KERNELS:
        total = quad(lambda way, kernel=kernel: 2 * np.exp(kernel.log_density(way)), 0, pi)[0]
        assert total == pytest.approx(1, abs=1e-9)


def slid(rng, width, keeps):
    """Memories outside a target and at least so far from its shadow, before and after a slide."""
    before = rng.uniform(width / 2, pi - width / 2 - keeps, 5) * rng.choice([-1, 1], 5)
    amount = rng.uniform(0, abs(before).min() - width / 2)
    return before, before - np.sign(before) * amount


def gradients(places, kernel, width, logits):
    interval = (-width / 2, width / 2)
    return [
        kde_cross_entropy_with_gradient(points, logits, kernel, interval=interval, bins=40)[1]
        for points in places
    ]


def test_the_slide_is_exact_for_the_geodesic_kernel_and_bounded_for_the_wrapped_one():
    rng = np.random.default_rng(5)
    largest = 0.0
    for _ in range(200):
        width, h, logits = rng.uniform(0.1, 1.5), rng.uniform(0.1, 3), rng.normal(0, 2, 5)
        keeps = rng.uniform(0, (pi - width) / 2)
        places = slid(rng, width, keeps)
        before, after = gradients(places, GeodesicLaplace(h), width, logits)
        np.testing.assert_allclose(after, before, atol=1e-14)
        before, after = gradients(places, WrappedLaplace(h), width, logits)
        rest = pi - abs(places[0]).max() - width / 2
        moved = abs(after - before).sum() / 2
        assert moved <= spoiled(pi - rest, h) + 1e-14 <= exp(-2 * rest / h) / 4 + 2e-14
        largest = max(largest, moved / spoiled(pi - rest, h))
    assert largest > 0.1  # the bound is not idle


def test_the_bound_of_the_wrapped_kernel_is_reached_as_the_text_says():
    logs = WrappedLaplace(0.05).log_density(np.array([[pi, 2], [pi - 1, 1]]))
    steps = logs[:, 0] - logs[:, 1]  # log-odds of the memory at the antipode, before and after
    lead = -steps.mean()
    shares = 1 / (1 + np.exp(-lead - steps))
    assert shares[0] - shares[1] == pytest.approx(spoiled(pi), rel=1e-9)
    assert "the slope moves by $0.1716$" in TEXT


def test_in_the_shadow_even_the_geodesic_kernel_notices():
    r = np.exp(GeodesicLaplace(0.5).log_density(-1 - np.array([[1.5, 3], [1, 2.5]])))
    r /= r.sum(axis=1, keepdims=True)
    assert r[0, 0] - r[1, 0] == pytest.approx(-0.4340, abs=5e-5)
    assert np.round(r[:, 0], 4).tolist() == [0.3933, 0.8273]
    assert [round(2 * pi - 4, 2), round(2 * pi - 3.5, 2)] == [2.28, 2.78]


def test_the_table_of_the_slide_says_what_the_text_says():
    memories = np.radians([30, 45, -60])
    after = memories - np.sign(memories) * radians(20)
    moved = [
        abs(np.subtract(*gradients((memories, after), kernel, radians(20), np.zeros(3)))).sum() / 2
        for kernel in KERNELS
    ]
    assert moved[0] < 1e-15
    assert 1e-13 < moved[1] < 1e-11
    assert all(0.085 < m < 0.135 for m in moved[2:])  # "about a tenth"


def test_two_lose_pull_and_one_gains():
    pulls = [
        [pull(kernel, middle, 60) for middle in (90, 30)]
        for kernel in (VonMises(2.0), WrappedNormal(1.0), WrappedCauchy(0.5))
    ]
    assert [near < far for far, near in pulls] == [True, True, False]
    assert np.round(-np.array(pulls[0]), 4).tolist() == [-0.3808, -0.2311]
    assert np.round(0.5 + np.array(pulls[1]), 4).tolist() == [0.8380, 0.6337]


def test_the_log_slopes_end_where_the_text_says():
    for kernel in (WRAPPED, MISES, GAUSS, CAUCHY):
        assert abs(kernel.slope(pi)) < 1e-10
    assert -GEODESIC.slope(pi - 1e-9) == pytest.approx(1 / TEN)
    assert -WRAPPED.slope(pi - 3 * TEN) == pytest.approx(1 / TEN, rel=0.01)
    ways = np.linspace(0.01, pi - 0.01, 500)
    assert ways[np.argmin(MISES.slope(ways))] == pytest.approx(pi / 2, abs=0.01)
    on_the_line = (pi - radians(1)) / TEN**2
    assert -GAUSS.slope(pi - radians(1)) > 0.9 * on_the_line


def test_no_pair_of_memories_departs_further_from_its_prior_than_the_text_says():
    rng = np.random.default_rng(6)
    kappa = 1.0
    ways = rng.uniform(0, pi, (5000, 2))
    odds = rng.normal(0, 2, 5000)
    step = np.diff(VonMises(kappa).log_density(ways))[:, 0]
    moved = abs(1 / (1 + np.exp(-odds - step)) - 1 / (1 + np.exp(-odds)))
    assert 0.9 * tanh(kappa / 2) < moved.max() <= tanh(kappa / 2)


def test_the_steepest_place_of_the_wrapped_cauchy_kernel_is_that_of_the_solution():
    h = log(2)
    ways = np.linspace(0.001, pi, 20_000)
    slopes = -WrappedCauchy(exp(-h)).slope(ways)
    assert slopes.max() == pytest.approx(4 / 3, rel=1e-6)
    assert slopes.max() == pytest.approx(1 / sinh(h), rel=1e-6)
    assert cos(ways[slopes.argmax()]) == pytest.approx(4 / 5, abs=1e-3)


def test_what_the_figure_of_the_antipode_says():
    mises = kernel_of(NAMES.index("von Mises"), 20)
    assert [round(float(pull(mises, way)), 2) for way in (90, 170)] == [0.31, 0.06]
    assert pull(kernel_of(NAMES.index("geodesic Laplace"), 20), 175) == pytest.approx(
        pull(kernel_of(NAMES.index("geodesic Laplace"), 20), 60)
    )


def test_what_the_figure_of_the_slide_says():
    start, shadow = np.array([60, 80, 130]), np.array([60, 80, 165])
    moved = [
        abs(gradient(start - 30, k) - gradient(start, k)).sum() / 2
        for k in (kernel_of(choice, 30) for choice in range(5))
    ]
    assert moved[0] < 1e-14
    assert moved[1] < 0.011
    assert min(moved[2:]) > 0.08
    geodesic = kernel_of(0, 30)
    assert abs(gradient(shadow - 30, geodesic) - gradient(shadow, geodesic)).sum() / 2 > 0.01


def test_the_code_of_exercise_3_prints_the_numbers_of_its_solution():
    (block,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(block, {})
    numbers = [float(line.split()[1]) for line in printed.getvalue().splitlines()]
    assert [round(number, 4) for number in numbers] == [0.9589, 0.9983, 0.6366]
