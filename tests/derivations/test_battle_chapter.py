"""What the prose of the chapter on aiming says beside its equations."""

import contextlib
import io
import re
from math import erf, sqrt
from pathlib import Path

import numpy as np
import pytest
from crossentropy import (
    Cauchy,
    Gaussian,
    Laplace,
    aim,
    feature_distances,
    fit_feature_weights,
    hit_rate,
    kde_log_density,
    leave_one_out_log_likelihood,
    softmax,
)
from crossentropy.figures.battle import BANDWIDTHS, KERNEL, battles, learned, scores

SOURCE = (Path(__file__).parents[2] / "chapters" / "battle.md").read_text(encoding="utf-8")
PAGE = " ".join(SOURCE.split())
MEMORIES, TRAINING, HELD_OUT = battles()
FAR = feature_distances(HELD_OUT.features, MEMORIES.features)


def hits(w, kernel=KERNEL):
    aims = aim(MEMORIES.angles, softmax(-FAR @ w), kernel, HELD_OUT.half_widths)
    return hit_rate(aims, HELD_OUT.angles, HELD_OUT.half_widths)


def test_the_sizes_are_those_of_the_figures():
    sizes = [len(part.angles) for part in battles()]
    assert sizes == [120, 200, 600]
    assert "simulate_shots(120, seed=5)" in PAGE
    assert "simulate_shots(200, seed=6)" in PAGE
    assert "simulate_shots(600, seed=7)" in PAGE


def test_four_numbers_lift_the_hit_rate_from_28_to_60_percent():
    weights, _, rates = learned()
    ahead = hit_rate(np.zeros(600), HELD_OUT.angles, HELD_OUT.half_widths)
    assert round(100 * ahead) == 28
    assert round(100 * hits(np.zeros(4))) == 28
    assert round(100 * rates[-1]) == 60
    assert "from 28% to 60%" in PAGE
    assert (weights[-1].round() == [0, 20, 5, 0]).all()


def test_the_nearest_memory_alone_hits_49_times_in_a_hundred():
    nearest = (FAR @ learned()[0][-1]).argmin(axis=1)
    rate = hit_rate(MEMORIES.angles[nearest], HELD_OUT.angles, HELD_OUT.half_widths)
    assert round(100 * rate) == 49
    assert "49 in a hundred instead of 60" in PAGE


def test_kernels_and_losses_cannot_be_told_apart_on_these_shots():
    near = feature_distances(TRAINING.features, MEMORIES.features)
    struck = {}
    for loss in ("mean of logs", "log of mean"):
        for kernel in (Gaussian(4.0), Laplace(3.0), Cauchy(2.0)):
            w = fit_feature_weights(
                near, MEMORIES.angles, TRAINING.angles, TRAINING.half_widths, kernel, loss=loss,
                bins=11,
            ).weights  # fmt: skip
            aims = aim(MEMORIES.angles, softmax(-FAR @ w), kernel, HELD_OUT.half_widths)
            miss = np.abs(aims - HELD_OUT.angles)
            struck[loss, type(kernel).__name__] = miss <= HELD_OUT.half_widths
    rates = [hit.mean() for hit in struck.values()]
    assert f"between {min(rates):.1%} and {max(rates):.1%}" in PAGE
    gauss, cauchy = struck["mean of logs", "Gaussian"], struck["mean of logs", "Cauchy"]
    assert ((gauss & ~cauchy).sum(), (cauchy & ~gauss).sum()) == (15, 7)
    assert "disagree on 22, which go 15 to 7" in PAGE
    assert 2 * sqrt(22) / 2 > 15 - 11
    pairs = [(a, b) for a in struck.values() for b in struck.values()]
    for a, b in pairs:
        apart, lead = (a != b).sum(), abs(int(a.sum()) - int(b.sum()))
        assert lead <= 2 * sqrt(apart)


def test_memories_applaud_a_bandwidth_that_foretells_nothing():
    some = MEMORIES.angles[:24].round(1)
    inside = kde_log_density(some, some, np.zeros(24), Laplace(0.01)).mean()
    assert f"{inside:.3f}" == "0.734"
    assert "$0.734$ nats each" in PAGE
    assert round(leave_one_out_log_likelihood(some, Laplace(0.01))) == -174
    assert "scores $-174$" in PAGE


def test_the_bandwidth_of_the_list_is_the_best_one_of_the_figure():
    _, table = scores()
    assert round(BANDWIDTHS[table[1, :, 1].argmax()], 2) == 5.25
    assert "5.25" in PAGE


def test_between_two_narrow_heaps_is_the_worst_place_for_a_narrow_robot():
    def chance(at, u):
        def below(t):
            return erf(t / sqrt(2)) / 2

        return sum(below(at + u - t) - below(at - u - t) for t in (-3, 3)) / 2

    assert chance(0, 1) < min(chance(at, 1) for at in (-3, -1, 1, 3))
    assert f"{chance(0, 2):.3f}" == "0.159"
    assert "it would be only $0.159$" in PAGE
    assert f"{chance(3, 4):.3f}" == "0.511"
    assert "On a heap it would be $0.511$" in PAGE
    assert aim([0, 6], [[0.5, 0.5]] * 2, Gaussian(1.0), [2, 4]).tolist() == [6, 3]


def test_copies_of_memories_foretell_each_other():
    some = MEMORIES.angles[:24].round(1)
    every = [leave_one_out_log_likelihood(np.tile(some, 2), Laplace(h)) for h in (0.5, 0.05, 0.005)]
    assert every[0] < every[1] < every[2]
    five = np.concatenate([some, some[:5]])
    few = [leave_one_out_log_likelihood(five, Laplace(h)) for h in (0.5, 0.05, 0.005)]
    assert few[0] > few[1] > few[2]


@pytest.mark.parametrize("number", [4, 7, 8])
def test_the_code_of_a_solution_prints_the_numbers_that_it_says(number):
    solution = SOURCE.split(f"Exercise {number}:")[1].split("\n:::\n")[1]
    (block,) = re.findall(r"^```python\n(.*?)^```", solution, re.DOTALL | re.MULTILINE)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(block, {})
    said = re.findall(r"-?\d+\.\d+", solution.split("It prints")[1].split("\n")[0])
    found = re.findall(r"-?\d+\.\d+", re.sub(r"h = [\d.]+°", "", printed.getvalue()))
    if number == 7:
        after, before = found[1::2], sorted(found[::2], key=float)
        found = [*after, before[0], before[-1]]
    assert said == found
