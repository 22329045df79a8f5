"""What the prose of the chapter on softmax says beside its equations."""

import contextlib
import io
import re
from math import e, exp, log
from pathlib import Path

import numpy as np
import pytest
from crossentropy import (
    binary_cross_entropy,
    binary_entropy,
    cross_entropy,
    entropy,
    kl_divergence,
    log_sum_exp,
    softmax,
    softmax_cross_entropy,
)
from crossentropy.figures.softmax import LOGITS, METHODS, PRECISIONS, SCORES, computed_losses

PAGE = (Path(__file__).parents[2] / "chapters" / "softmax.md").read_text(encoding="utf-8")
TEXT = " ".join(PAGE.split())
BELIEF = softmax(SCORES)
ODDS = np.array([0.6, 0.3, 0.1])
ONE_LEADER = softmax([1.0] + [0.0] * 9)
SMOOTHED = np.array([0.92, 0.02, 0.02, 0.02, 0.02])

NUMBERS = {  # what the page says, and what it must be the rounding of
    "$2.7183 / 11.1073 = 0.2447$": BELIEF[1],
    "$1 / 11.1073 = 0.0900$": BELIEF[2],
    "are one belief, $0.6652$": BELIEF[0],
    "three points of lead make $0.9526$": softmax([3, 0])[0],
    r"$\log 11.1073 = 2.4076$": log_sum_exp(SCORES),
    r"$\log \hat y_1 = 2 - 2.4076 = -0.4076$": log(BELIEF[0]),
    "give the leader $0.2320$": ONE_LEADER[0],
    "four nats of log-odds: $0.98$": softmax([0.2, 0], temperature=0.05)[0],
    r"$0.6 \cdot 0.4 = 0.24$": ODDS[0] * (1 - ODDS[0]),
    r"$0.3 \cdot 0.7 = 0.21$": ODDS[1] * (1 - ODDS[1]),
    r"$0.1 \cdot 0.9 = 0.09$": ODDS[2] * (1 - ODDS[2]),
    r"$-0.6 \cdot 0.3 = -0.18$": -ODDS[0] * ODDS[1],
    r"$-0.6 \cdot 0.1 = -0.06$": -ODDS[0] * ODDS[2],
    r"$-0.3 \cdot 0.1 = -0.03$": -ODDS[1] * ODDS[2],
    "$2.4076 - 2 = 0.4076$ nats": softmax_cross_entropy(SCORES, 0),
    "sector 2 costs $1.4076$": softmax_cross_entropy(SCORES, 1),
    "sector 3 costs $2.4076$": softmax_cross_entropy(SCORES, 2),
    "the loss below $0.3897$": entropy(SMOOTHED),
    "a lead of $3.83$": log(SMOOTHED[0] / SMOOTHED[1]),
    "In float32 the edge is at $103.97$": 150 * log(2),
    "the right answer is $(0.7311": softmax([-800, -801])[0],
    "costs $34.54$": -log(1e-15),
    "Whether $0.6652$ or $0.9503$": softmax([6, 3, 0])[0],
    "would have cost $0.6109$ nats": binary_entropy(0.7),
    r"$\log 10 = 2.3026$": log(10),
    "fall from $\\log 10 = 2.3026$ to $1.4612$": log(1 + 9 / e),
    "never falls below $1.4612$": log(1 + 9 / e),
    "never rises above $0.2320$": e / (e + 9),
    "a score of $88.72$ in float32": log(np.finfo(np.float32).max),
    "and $709.78$ in float64": log(np.finfo(np.float64).max),
    r"$\log (1 + e^{-1}) = 0.3133$": log(1 + exp(-1)),
    "So it is $1000.3133$": log_sum_exp([1000, 999]),
    r"$1000 + \log 2 = 1000.6931$": 1000 + log(2),
    r"$T = 2 / \log 10 = 0.8686$": 2 / log(10),
    "$1 / (1 + e) = 0.2689$": 1 / (1 + e),
    "$1 / (1 + e^{-1}) = 0.7311$": 1 / (1 + exp(-1)),
}


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_in_the_prose_is_the_rounding_of_what_the_library_computes(text):
    assert text in TEXT
    shown = re.findall(r"-?\d+(?:\.\d+)?", text.replace("float32", "").replace("float64", ""))[-1]
    places = len(shown.partition(".")[2])
    assert abs(float(shown) - NUMBERS[text]) <= 0.5000001 * 10**-places


def test_the_belief_far_from_the_boast_costs_half_as_much_again():
    boast, honest = binary_cross_entropy(0.7, 0.95), binary_entropy(0.7)
    assert boast / honest == pytest.approx(1.5, abs=0.05)


def test_the_tiny_loss_of_the_text_survives_in_the_library_alone():
    assert r"about $4.2 \cdot 10^{-18}$" in TEXT
    assert softmax_cross_entropy([40.0, 0.0], 0) == pytest.approx(4.2e-18, rel=0.02)
    assert 1 + exp(-40) == 1


def test_the_step_of_the_text_keeps_the_mean_score_and_lowers_the_entropy():
    step = np.array([1, -2, 1])
    assert step.sum() == step @ SCORES == 0
    for size in (-0.08, -0.04, 0.04, 0.08):
        assert entropy(BELIEF + size * step) < entropy(BELIEF)


def test_smoothing_makes_more_lead_than_the_best_one_worse():
    losses = [softmax_cross_entropy([lead, 0, 0, 0, 0], SMOOTHED) for lead in (2, log(46), 6, 10)]
    assert np.argmin(losses) == 1
    assert losses[1] == pytest.approx(entropy(SMOOTHED))


@pytest.mark.parametrize(
    ("method", "precision", "last"),
    [
        ("textbook softmax, then log", "float32", 88),
        ("textbook softmax, then log", "float64", 709),
        ("top score taken off, then log", "float32", 103),
        ("top score taken off, then log", "float64", 745),
        ("log-softmax: ŷ is never formed", "float32", 800),
        ("log-softmax: ŷ is never formed", "float64", 800),
    ],
)
def test_each_way_to_compute_the_loss_ends_where_the_text_says(method, precision, last):
    finite = np.isfinite(computed_losses(method, precision))
    assert LOGITS[finite].max() == last
    assert finite[: last + 1].all()


def test_the_last_lanes_of_the_figure_are_right_to_their_precision():
    exact = np.logaddexp(0, LOGITS)
    for precision, kind in PRECISIONS.items():
        computed = computed_losses(list(METHODS)[-1], precision)
        assert computed.dtype == kind
        np.testing.assert_allclose(computed, exact, rtol=4 * np.finfo(kind).eps)


def test_a_sum_overflows_though_no_term_does_and_everything_underflows():
    with np.errstate(over="ignore", invalid="ignore"):
        large, small = np.exp([709.5, 709.5]), np.exp([-800.0, -801.0])
        assert np.isfinite(large).all()
        assert (large / large.sum() == 0).all()
        assert np.isnan(small / small.sum()).all()


def test_a_small_number_inside_the_logarithm_makes_the_loss_flat_from_thirty_five_on():
    def loss(gap):
        return -log(softmax([gap, 0])[1] + 1e-15)

    assert loss(30) < loss(35) - 2
    assert loss(40) - loss(36) < 0.3
    assert loss(746) == pytest.approx(34.54, abs=0.005)


def test_softmax_of_a_softmax_halves_the_difference_of_two_scores_at_least():
    for gap in (0.1, 1, 5, 30):
        belief = softmax([gap, 0])
        assert belief[0] - belief[1] == pytest.approx(np.tanh(gap / 2))
        assert belief[0] - belief[1] < gap / 2


def test_the_gap_of_the_chord_is_made_of_two_divergences_as_the_text_says():
    rng = np.random.default_rng(3)
    z, other = rng.normal(size=(2, 4))
    between = 0.3 * z + 0.7 * other
    gap = 0.3 * log_sum_exp(z) + 0.7 * log_sum_exp(other) - log_sum_exp(between)
    middle = softmax(between)
    divergences = 0.3 * kl_divergence(middle, softmax(z)) + 0.7 * kl_divergence(
        middle, softmax(other)
    )
    assert gap == pytest.approx(divergences)


def test_the_same_beliefs_have_the_odds_of_exercise_six():
    assert 0.64 / 0.32 == 2
    assert 0.32 / 0.04 == 8
    assert 3 * log(2) == pytest.approx(log(8))
    beliefs = softmax([-1.5, -3, -4.5], temperature=1.5 / log(2))
    np.testing.assert_allclose(beliefs, [4 / 7, 2 / 7, 1 / 7])


def test_all_truths_with_one_mean_score_cost_the_same_under_the_softmax():
    step = 0.05 * np.array([1, -2, 1])
    assert cross_entropy(BELIEF + step, BELIEF) == pytest.approx(entropy(BELIEF))


def test_the_code_of_the_solutions_prints_the_numbers_beside_it():
    blocks = re.findall(
        r"^```python\n(.*?)^```\n\nIt prints (.*?)\.(?: A list|\n)", PAGE, re.S | re.M
    )
    assert len(blocks) == 2
    for block, words in blocks:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(block, {})
        computed = [float(number) for number in re.findall(r"-?\d+\.\d+", printed.getvalue())]
        shown = [float(number) for number in re.findall(r"-?\d+\.\d{4}", words)]
        assert list(dict.fromkeys(round(number, 4) for number in computed)) == shown
