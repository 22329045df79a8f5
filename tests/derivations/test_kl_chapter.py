"""What the prose of the chapter on divergence says beside its equations."""

import contextlib
import io
import re
from math import log, sqrt
from pathlib import Path

import numpy as np
import pytest
from crossentropy import cross_entropy, entropy, kl_divergence
from crossentropy.figures.kl import BELIEF, THETA, TRUTH, TWO_BUMPS, bump

PAGE = (Path(__file__).parents[2] / "chapters" / "kl.md").read_text(encoding="utf-8")
OPPOSITE = (1 / 8, 1 / 8, 1 / 4, 1 / 2)
SURE = np.array([1 / 8, 5 / 8, 1 / 4, 1e-15])
SEEN = np.array([4, 3, 1, 0])

NUMBERS = {  # what the page says, and what it must be the rounding of
    "$2.375$ bits": cross_entropy(TRUTH, BELIEF, base=2),
    "$2 - 1.75 = 0.25$ bits": kl_divergence(TRUTH, [1 / 4] * 4, base=2),
    "$0.0866$ nats for each halving": log(2) / 8,
    "not quite $1.5$ nats": log(1 / 8 / 1e-6) / 8,
    "$4.43$ nats": kl_divergence(TRUTH, SURE / SURE.sum()),
    r"$\log 4 - \log 0.01 = 5.99$ nats": log(4) - log(0.01),
    r"$-\log 0.99 = 0.0101$ nats": -log(0.99),
    "$41.2°$, which": sqrt(TWO_BUMPS @ THETA**2),
    r"$-\log 0.4 = 0.9163$ nats": -log(0.4),
    "$1.7918$": log(6),
    "The truth itself costs $1.2130$": entropy(TRUTH),
    "$0.0340$ nats": kl_divergence(TRUTH, (SEEN + 1) / 12),
    "a gap of $0.43$ nats per shot": kl_divergence(TRUTH, BELIEF),
}


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_in_the_prose_is_the_rounding_of_what_the_library_computes(text):
    assert text in " ".join(PAGE.split())
    shown = re.findall(r"\d+(?:\.\d+)?", text)[-1]
    places = len(shown.partition(".")[2])
    assert abs(float(shown) - NUMBERS[text]) <= 0.5000001 * 10**-places


def test_the_four_slopes_are_those_of_the_text():
    assert [-p / q for p, q in zip(TRUTH, BELIEF, strict=True)] == [-4, -0.5, -0.5, -1]


def test_the_angle_term_of_the_example_is_three_eighths_of_a_bit():
    u = np.full(4, 1 / 4)
    term = ((np.array(TRUTH) - u) * np.log2(u / np.array(OPPOSITE))).sum()
    assert term == pytest.approx(3 / 8)


def test_the_forward_fit_lies_between_the_bumps_and_the_reverse_fit_on_one():
    beliefs = np.array([bump(mu, 10) for mu in range(-60, 61)])
    assert abs(kl_divergence(TWO_BUMPS, beliefs).argmin() - 60) <= 1
    reverse = kl_divergence(beliefs, TWO_BUMPS)
    assert abs(abs(int(reverse.argmin()) - 60) - 40) <= 1
    assert reverse.min() == pytest.approx(log(2), abs=1e-3)


def test_a_hundred_shots_tell_truth_from_belief_by_the_factor_of_the_text():
    assert 100 * kl_divergence(TRUTH, BELIEF) == pytest.approx(43, abs=0.5)


def test_the_code_of_the_die_prints_the_numbers_of_its_solution():
    (block,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(block, {})
    solution = PAGE[PAGE.index("It prints $") :].partition(":::")[0]
    shown = re.findall(r"\$(?:\\beta = )?(\d\.\d{4})\$", solution)
    computed = [float(number) for number in re.findall(r"\d\.\d+", printed.getvalue())]
    assert [float(s) for s in shown[:8]] == [round(number, 4) for number in computed]
