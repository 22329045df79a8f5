"""What the prose of the chapter on a million memories says beside its equations."""

import contextlib
import io
import re
from pathlib import Path

import numpy as np
import pytest
from crossentropy import Laplace, kde_cross_entropy_with_gradient, kde_log_density
from crossentropy.figures.fast_sums import COUNTS, DIRECT, directly, problem

PAGE = (Path(__file__).parents[2] / "chapters" / "fast_sums.md").read_text(encoding="utf-8")


def test_a_million_million_kernels_take_close_to_three_hours():
    assert 2.7 < 1e12 / 1e8 / 3600 < 3
    assert "close to three hours" in PAGE


def test_halving_by_hand_gives_the_number_of_the_text():
    carried = 1 / 4
    for step, weight in ((1, 1 / 4), (1, 0), (1, 1 / 2)):
        carried = carried * 2.0**-step + weight
    assert carried == 19 / 32
    h = 1 / np.log(2)
    q = np.exp(kde_log_density([3.0], [0, 1, 3], np.log([1 / 4, 1 / 4, 1 / 2]), Laplace(h)))
    assert q[0] * 2 * h == pytest.approx(19 / 32)


def test_the_walk_is_right_to_twelve_digits():
    x, points, logits = problem(COUNTS[0])
    walked = kde_log_density(x, points, logits, Laplace(0.5))
    assert np.abs(np.exp(walked) / directly(x, points, logits, 0.5) - 1).max() < 1e-12
    assert "twelve digits" in " ".join(PAGE.split())


def test_far_away_the_logarithm_is_right_where_the_density_is_too_small():
    far = kde_log_density([2000.0], [0.0, 1.0], [0.0, 0.0], Laplace(2.0))[0]
    by_hand = -1999 / 2 + np.log((1 + np.exp(-1 / 2)) / 2) - np.log(4)
    assert far == pytest.approx(by_hand, rel=1e-14)
    assert far / np.log(10) < -400
    assert "below $10^{-400}$" in PAGE


def test_the_slopes_of_many_memories_sum_to_zero():
    rng = np.random.default_rng(1)
    points, logits = rng.normal(0, 30, 20_000), rng.normal(0, 1, 20_000)
    _, slopes = kde_cross_entropy_with_gradient(
        points, logits, Laplace(2.0), interval=(-10, 10), bins=20_000
    )
    assert abs(slopes.sum()) < 1e-12


def test_the_direct_sum_is_measured_up_to_the_count_that_the_figure_says():
    assert COUNTS[DIRECT - 1] == 10_000
    assert COUNTS[-1] == 1_000_000


def test_exponentials_of_the_exercise_overflow():
    assert np.log(np.finfo(float).max) < 360 / 0.5


def test_the_code_of_the_walk_prints_what_its_solution_says():
    (block,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(block, {})
    assert printed.getvalue() == "True\n"
