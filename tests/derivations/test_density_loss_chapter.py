"""What the prose of the chapter on the loss of a kernel density says beside its equations."""

import contextlib
import io
import re
from math import exp, log, sqrt, tanh
from pathlib import Path

import numpy as np
import pytest
from crossentropy import (
    Epanechnikov,
    Gaussian,
    Laplace,
    TopHat,
    kde_cross_entropy,
    kde_cross_entropy_with_gradient,
    kde_log_density,
    responsibilities,
    softmax,
)
from crossentropy.figures import density_loss as figures

PAGE = (Path(__file__).parents[2] / "chapters" / "density_loss.md").read_text(encoding="utf-8")
TEXT = " ".join(PAGE.split())
WEIGHTS = np.array([0.5, 0.3, 0.2])
ONE_BIN = {"interval": (-0.5, 0.5), "bins": 1}


def sigma(t):
    return 1 / (1 + exp(-t))


def bend(S, r):
    return S * (1 - S) - r * (1 - r)


NUMBERS = {  # what the page says, and what it must be the rounding of
    r"the floor is $\log 20 = 2.9957": log(20),
    "$1 / 2400 = 0.00042": 1 / 2400,
    "$0.0000125": 0.1**2 / (4 * 10 * 20),
    r"(\sqrt 3 - 1) / (\sqrt 3 + 1) = 0.2679": tanh(log(3) / 4),
    "prints $4.0943": log(60),
    "It prints $0.7958": kde_cross_entropy(
        [-0.55, 0.55], [0, 0], Epanechnikov(0.52), interval=(-1, 1), bins=10
    ),
    "It prints $0.7958$, then $0.8850": kde_cross_entropy(
        [-0.55, 0.55], [0, 0], Epanechnikov(0.52), interval=(-1, 1), bins=20
    ),
}


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_in_the_prose_is_the_rounding_of_what_the_library_computes(text):
    assert text in TEXT
    shown = re.findall(r"\d+(?:\.\d+)?", text)[-1]
    places = len(shown.partition(".")[2])
    assert abs(float(shown) - NUMBERS[text]) <= 0.5000001 * 10**-places


def test_the_bend_has_both_signs_in_the_example():
    odds = log(3)
    assert bend(sigma(0), sigma(odds)) == pytest.approx(1 / 16)
    assert bend(sigma(-odds), sigma(0)) == pytest.approx(-1 / 16)
    assert r"$\frac14 - \frac{3}{16} = \frac{1}{16}$" in TEXT
    assert r"$\frac{3}{16} - \frac14 = -\frac{1}{16}$" in TEXT


def test_one_match_is_a_label_and_two_are_not():
    for places, slopes in [([-6, 28, 48], [-0.5, 0.3, 0.2]), ([-6, 10, 48], [-0.125, -0.075, 0.2])]:
        _, gradient = kde_cross_entropy_with_gradient(
            places, np.log(WEIGHTS), TopHat(15), **ONE_BIN
        )
        assert gradient == pytest.approx(slopes)
    assert "$(-0.125, -0.075, 0.2)$" in TEXT
    assert "$(-0.5, -0.7, 0.2)$" in TEXT
    np.testing.assert_allclose(0.125 / 0.075, 5 / 3)


def test_the_slope_does_not_change_beyond_the_farther_memory_under_a_laplace_kernel():
    def share(hit, kernel):
        return responsibilities([hit], figures.PAIR, [1, 0], kernel)[0, 0]

    assert share(31, Laplace(20)) == pytest.approx(share(80, Laplace(20)))
    assert share(80, Gaussian(20)) < 0.1 * share(31, Gaussian(20))


def test_midway_between_the_memories_of_the_figure_nothing_is_learnt():
    for kernel in (Gaussian(20), Laplace(20)):
        r = responsibilities([5], figures.PAIR, [1.7, 0], kernel)[0]
        assert r == pytest.approx(softmax([1.7, 0]))


def test_one_memory_costs_the_midpoint_rule_what_the_page_says():
    for M in (5, 8, 20):
        width = 20 / M
        exact = kde_cross_entropy([3.3], [0], Gaussian(10), interval=(-10, 10), bins=2**17)
        error = exact - kde_cross_entropy([3.3], [0], Gaussian(10), interval=(-10, 10), bins=M)
        assert error == pytest.approx(width**2 / 2400, rel=1e-5)
        share = (3.3 + 10) / width % 1
        share = min(share, 1 - share)
        exact = kde_cross_entropy([3.3], [0], Laplace(10), interval=(-10, 10), bins=None)
        error = exact - kde_cross_entropy([3.3], [0], Laplace(10), interval=(-10, 10), bins=M)
        assert error == pytest.approx(share**2 * width**2 / (10 * 20))
        assert error <= width**2 / (4 * 10 * 20)


def test_the_columns_of_the_table_fall_as_the_page_says():
    pair = {"points": [-6.37, 5.21], "logits": [0, 0], "interval": (-10, 10)}
    assert "points=[-6.37, 5.21]" in PAGE
    bins = [10, 20, 40, 80, 160, 320]
    errors = np.array(
        [
            [kde_cross_entropy(**pair, kernel=K, bins=M) for M in bins]
            - kde_cross_entropy(**pair, kernel=K, bins=2**18)
            for K in (Gaussian(10), Laplace(10), TopHat(12))
        ]
    )
    steps = np.abs(errors[:, :-1] / errors[:, 1:])
    assert steps[0] == pytest.approx(4, rel=0.02)
    assert np.exp(np.log(steps[1]).mean()) == pytest.approx(4, rel=0.2)
    assert np.ptp(steps[1]) > 5
    assert (errors[2] > 0).any()
    assert (errors[2] < 0).any()
    assert (steps[2] < 1.01).any()


def test_a_coarse_grid_misses_the_gap_between_two_hats():
    gap = {"points": [-6.3, 5.2], "logits": [0, 0], "kernel": TopHat(5), "interval": (-10, 10)}
    assert kde_cross_entropy(**gap, bins=200) == np.inf
    assert kde_cross_entropy(**gap, bins=4) == pytest.approx(log(20))
    np.testing.assert_allclose((-6.3 + 5, 5.2 - 5), (-1.3, 0.2))
    with pytest.raises(ValueError, match="of 200 bins"):
        kde_cross_entropy_with_gradient(**gap, bins=200)
    assert np.isfinite(kde_cross_entropy(**gap, bins=200, background=0.01))


def test_forty_bins_see_the_gap_of_the_last_exercise():
    for M in (40, 80):
        loss = kde_cross_entropy(
            [-0.55, 0.55], [0, 0], Epanechnikov(0.52), interval=(-1, 1), bins=M
        )
        assert loss == np.inf


def test_the_logarithm_of_the_average_is_blind_to_the_lead_of_mirrored_memories():
    middles = -10 + 20 * (np.arange(40) + 0.5) / 40
    chances = [
        np.exp(kde_log_density(middles, figures.HALVES, [t, 0], Gaussian(4))).mean()
        for t in (-3, 0, 3)
    ]
    assert chances == pytest.approx([chances[0]] * 3)


def test_mirrored_laplace_memories_have_one_slope_at_every_distance():
    for distance in (10, 20, 40, 80):
        _, slopes = kde_cross_entropy_with_gradient(
            [-distance, distance], np.log([0.7, 0.3]), Laplace(10), interval=(-10, 10), bins=None
        )
        assert slopes[0] == pytest.approx(0.0427, abs=5e-5)


def test_memories_on_one_side_make_one_bin_of_the_interval():
    places = [-30, -14, -22]
    wide = kde_cross_entropy_with_gradient(places, WEIGHTS, Laplace(10), interval=(-10, 10))
    one = kde_cross_entropy_with_gradient(places, WEIGHTS, Laplace(10), interval=(-1, 1), bins=1)
    assert wide[0] == pytest.approx(one[0])
    assert wide[1] == pytest.approx(one[1])


def test_all_of_asks_for_equal_weights():
    slopes = WEIGHTS - np.array([0.5, 0.5, 0])
    assert slopes == pytest.approx([0, -0.2, 0.2])
    assert "$(0, -0.2, 0.2)$" in TEXT


def test_the_largest_pull_lies_where_prior_and_posterior_are_mirrored():
    leads = np.linspace(-4, 4, 801)
    pulls = [sigma(t + log(3) / 2) - sigma(t - log(3) / 2) for t in leads]
    assert leads[np.argmax(pulls)] == pytest.approx(0, abs=0.01)
    assert max(pulls) == pytest.approx((sqrt(3) - 1) / (sqrt(3) + 1))


def test_the_code_of_the_solutions_prints_the_numbers_of_their_text():
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 2
    printed = io.StringIO()
    names = {
        "np": np, "TopHat": TopHat, "Epanechnikov": Epanechnikov,
        "kde_cross_entropy": kde_cross_entropy,
        "kde_cross_entropy_with_gradient": kde_cross_entropy_with_gradient,
    }  # fmt: skip
    with contextlib.redirect_stdout(printed):
        for block in blocks:
            exec(block, names)
    assert printed.getvalue().splitlines() == [
        "4.0943 [-0.4 -0.1  0.5]", "10 0.7958", "20 0.885", "40 inf", "80 inf",
    ]  # fmt: skip
