"""What the prose of the chapter on what the gradient cannot see says beside its equations."""

import contextlib
import io
import re
from math import e, exp, inf, log, pi
from pathlib import Path

import numpy as np
import pytest
from crossentropy import (
    Cauchy,
    Gaussian,
    Kernel,
    Laplace,
    StudentT,
    far_gradient,
    kde_cross_entropy,
    kde_cross_entropy_with_gradient,
    responsibilities,
    softmax,
)
from crossentropy.figures.invariance import (
    KERNELS,
    PLACES,
    background,
    far_cluster,
    one_for_all,
)

PAGE = (Path(__file__).parents[2] / "chapters" / "invariance.md").read_text(encoding="utf-8")
TEXT = " ".join(PAGE.split())
BIN = {"interval": (-1e-9, 1e-9), "bins": 1}


def sigma(t):
    return 1 / (1 + exp(-t))


def one_shot(distances, kernel, **options):
    """Loss and gradient of equal memories for one narrow bin."""
    logits = np.zeros(len(distances))
    return kde_cross_entropy_with_gradient(distances, logits, kernel, **BIN, **options)


def first(distances, kernel, **options):
    return one_shot(distances, kernel, **options)[1][0]


def mirrored(distance, kernel):
    return kde_cross_entropy_with_gradient(
        [-distance, distance], np.log([0.7, 0.3]), kernel, interval=(-10, 10), bins=4000
    )[1][0]


def crossing(share, bandwidth=10.0):
    """From where on a background over 360° explains more than one Laplace memory does."""
    return bandwidth * log((1 - share) * 360 / (2 * bandwidth * share))


NUMBERS = {  # what the page says, and what it must be the rounding of
    "you pay $18.4$ nats": one_shot([150, 160], Laplace(10.0))[0],
    "the loss is $18.4$ nats": one_shot([150, 160], Laplace(10.0))[0],
    "pulls with $-0.4677$": 1 / 2 - 30 / 31,
    "with $-0.0587$": 10 / 11 - 30 / 31,
    "the number above is $-0.4820$": 1 / 2 - sigma(4),
    "pulled up, by $-0.0890$": 1 / 3 - 1 / (2 + exp(-1)),
    "$0.0438$ against $0.1198$": 112 / 935,
    "$0.0427$ becomes": mirrored(10, Gaussian(10.0)),
    "becomes $0.1868$": mirrored(160, Gaussian(10.0)),
    "the odds are $e^{15.5}": 150 * 10 / 100 + 100 / 200,
    "ceiling of $10.5$": -log(0.01 / 360),
    "falls by $\\log 7 = 1.9459$": log(7),
    "get beyond $\\sigma(\\frac12) = 0.6225$": sigma(1 / 2),
    "is a quarter of $91.9°$": 20 * log(99),
    "so $20.5°$": 5 * log(99) - 2.5,
    "(exactly, $98.0°$)": crossing(0.001),
    "to about $97.9°$": crossing(0.01) + 10 * log(10),
    "the crossing lay at $74.9°$": crossing(0.01),
    "so $t = 0.1082$": 1 / (1 + exp(5) * 20 / 360),
    "and the left side is $-0.4942$": 1 / 2 - sigma(pi + 2),
}


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_in_the_prose_is_the_rounding_of_what_the_library_computes(text):
    assert text in TEXT
    shown = re.findall(r"-?\d+(?:\.\d+)?", text.rstrip("$°{}) "))[-1]
    places = len(shown.partition(".")[2])
    assert abs(float(shown) - NUMBERS[text]) <= 0.5000001 * 10**-places


def test_the_far_shot_of_the_opening_costs_twelve_nats_more_and_teaches_the_same():
    (near, near_gradient), (far, far_gradient_) = (
        one_shot([x, x + 10], Laplace(10.0)) for x in (30, 150)
    )
    assert far - near == pytest.approx(12)
    assert np.allclose(near_gradient, far_gradient_, rtol=0, atol=1e-15)


def test_the_far_shot_of_the_opening_teaches_more_to_a_gaussian_and_little_to_a_cauchy():
    assert first([150, 160], Gaussian(10.0)) < first([30, 40], Gaussian(10.0)) < -0.4
    assert -0.04 < first([150, 160], Cauchy(10.0)) < 0


def test_the_odds_of_the_gaussian_are_five_million_to_one():
    r = responsibilities([0.0], [150, 160], [0, 0], Gaussian(10.0))[0]
    assert r[0] / r[1] == pytest.approx(5e6, rel=0.1)


def test_degrees_for_radians_leave_the_gradient_and_move_the_loss():
    degree = pi / 180
    loss, gradient = kde_cross_entropy_with_gradient(
        [30, 40], [0.5, 0], Gaussian(10.0), interval=(-10, 10)
    )
    in_radians, same = kde_cross_entropy_with_gradient(
        [30 * degree, 40 * degree],
        [0.5, 0],
        Gaussian(10 * degree),
        interval=(-10 * degree, 10 * degree),
    )
    assert np.allclose(gradient, same, rtol=1e-12)
    assert in_radians - loss == pytest.approx(log(degree))


def test_many_bins_do_not_let_the_kernels_be_recovered():
    """Two bins swapped: other kernels everywhere, the same mean of the shares."""
    K = np.array([[3.0, 1.0], [1.0, 2.0]])
    S = softmax([0.3, 0.0])
    shares = S * K / (K @ S)[:, None]
    swapped = S * K[::-1] / (K[::-1] @ S)[:, None]
    assert np.allclose(shares.mean(axis=0), swapped.mean(axis=0))
    assert not np.allclose(shares, swapped)


def test_memories_alike_from_every_bin_have_mean_shares_in_the_ratio_of_their_weights():
    logits = np.array([0.2, 1.3, -0.4])
    S = softmax(logits)
    gradient = kde_cross_entropy_with_gradient(
        [25, 25, 60], logits, Gaussian(10.0), interval=(-10, 10)
    )[1]
    shares = S - gradient
    assert shares[0] / shares[1] == pytest.approx(S[0] / S[1])


def test_the_mirrored_pair_tends_to_what_half_the_target_leaves():
    assert mirrored(1e5, Gaussian(10.0)) == pytest.approx(0.2, abs=1e-4)
    assert mirrored(10, Laplace(10.0)) == pytest.approx(mirrored(160, Laplace(10.0)), abs=1e-12)
    assert mirrored(160, Cauchy(10.0)) < mirrored(40, Cauchy(10.0)) < mirrored(10, Cauchy(10.0))


def test_the_background_is_the_posterior_probability_of_the_memories():
    for x in (15, 75, 120):
        plain = first([x, x + 10], Laplace(10.0))
        mixed = first([x, x + 10], Laplace(10.0), background=0.01, background_width=360)
        q = exp(-kde_cross_entropy([x, x + 10], [0, 0], Laplace(10.0), **BIN))
        assert mixed / plain == pytest.approx(0.99 * q / (0.99 * q + 0.01 / 360), rel=1e-9)


def test_beyond_the_crossing_the_gradient_falls_by_e_with_each_bandwidth():
    far, farther = (
        first([x, x + 10], Laplace(10.0), background=0.01, background_width=360) for x in (150, 160)
    )
    assert far / farther == pytest.approx(e, rel=1e-2)


@pytest.mark.parametrize("freedom", [1, 3])
def test_the_lesson_of_a_student_kernel_falls_like_one_over_the_distance(freedom):
    x = 1e7
    gradient = first([x, x + 10], StudentT(10.0, freedom))
    assert x * gradient == pytest.approx(-(freedom + 1) * 10 / 4, rel=1e-4)


def test_the_kernel_without_a_limit_swings_between_two_gradients():
    def gradient(x):
        return 1 / 2 - sigma(pi + np.sin(x + pi) - np.sin(x))

    for turn in (2 * pi * 10, 2 * pi * 1000):
        assert gradient(turn + pi / 2) == pytest.approx(1 / 2 - sigma(pi - 2))
        assert gradient(turn - pi / 2) == pytest.approx(1 / 2 - sigma(pi + 2))


def test_under_dilation_a_cauchy_kernel_tends_to_the_softmax_of_the_page():
    gradient = first([1e9, 3e9], Cauchy(10.0))
    assert gradient == pytest.approx((softmax([0, 0]) - softmax([0, -2 * log(3)]))[0], abs=1e-12)


def test_exercise_1_has_the_gradient_of_its_solution():
    S, K = np.array([1 / 2, 3 / 10, 1 / 5]), np.array([4, 1, 5])
    assert np.allclose(S * K / (S @ K), [20 / 33, 1 / 11, 10 / 33])
    assert np.allclose(S - S * K / (S @ K), [-7 / 66, 23 / 110, -17 / 165])


def test_exercise_6_a_mixture_has_the_far_gradient_of_its_heaviest_tail():
    class Mixed(Kernel):
        def _log_density(self, t):
            return np.logaddexp(
                log(0.9) + Gaussian(10.0)._log_density(t), log(0.1) + Cauchy(10.0)._log_density(t)
            )

        def _slope(self, t):
            raise NotImplementedError

    assert first([1e6, 1e6 + 10], Mixed()) == pytest.approx(0, abs=1e-4)


def test_exercise_10_a_laplace_kernel_is_three_million_times_lower_far_out():
    assert exp(15) == pytest.approx(3.3e6, rel=0.01)


def test_the_code_of_the_kernel_of_your_own_prints_the_numbers_of_its_solution():
    (block,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(block, {"__name__": __name__})
    lines = printed.getvalue().splitlines()
    slopes = [float(line.split()[1]) for line in lines[:4]]
    assert slopes == [0.005, 0.0462, 0.1, 0.1]
    assert "log-slopes of $0.005$, $0.0462$, $0.1$ and $0.1$" in TEXT
    gradients = [float(re.search(r"\[\s*(-?\d\.\d+)", line)[1]) for line in lines[:4]]
    assert "goes from $-0.071$ to $-0.2311$" in TEXT
    assert (gradients[0], gradients[-1]) == (-0.071, -0.2311)
    assert far_gradient([0, 10], [0, 0], 1 / 10)[0] == pytest.approx(-0.2311, abs=1e-4)


def test_the_three_limits_of_the_code_cell_are_those_of_the_three_kernels():
    for kernel, beta in [(Gaussian(10.0), inf), (Laplace(10.0), 0.1), (Cauchy(10.0), 0)]:
        distances = 1e6 + np.array([0, 4, 10])
        assert np.allclose(
            one_shot(distances, kernel)[1], far_gradient([0, 4, 10], np.zeros(3), beta), atol=1e-4
        )


def test_under_a_gaussian_a_memory_ends_up_with_the_part_of_the_target_nearest_to_it():
    far = 1e6
    gradient = kde_cross_entropy_with_gradient(
        [-far - 6, far, far + 1], np.zeros(3), Gaussian(10.0), interval=(-10, 10), bins=1000
    )[1]
    assert np.allclose(1 / 3 - gradient, [7 / 20, 13 / 20, 0], atol=1e-4)


def test_a_cluster_on_one_side_has_its_far_gradient_for_a_target_with_a_width_too():
    gradient = kde_cross_entropy_with_gradient(
        [50, 54, 60], np.zeros(3), Laplace(10.0), interval=(-10, 10)
    )[1]
    assert np.allclose(gradient, far_gradient([0, 4, 10], np.zeros(3), 0.1), atol=1e-12)


def test_with_many_bins_each_has_its_own_posterior():
    points, kernel, S = [15, 25], Laplace(10.0), np.array([0.5, 0.5])
    places = np.arange(-9.5, 10)
    r = responsibilities(places, points, [0, 0], kernel)
    q = np.exp(kernel.log_density(places[:, None] - np.array(points))) @ S
    gamma = 0.99 * q / (0.99 * q + 0.01 / 360)
    mixed = kde_cross_entropy_with_gradient(
        points, [0, 0], kernel, interval=(-10, 10), bins=20, background=0.01, background_width=360
    )[1]
    assert np.allclose((gamma[:, None] * (S - r)).mean(axis=0), mixed)


def test_the_figures_describe_their_first_state_in_numbers_that_hold():
    r = responsibilities([0.0], PLACES, np.zeros(3), Laplace(10.0))[0]
    assert r.round(2).tolist() == [0.22, 0.66, 0.12]
    assert "responsibility, 0.22, 0.66 and 0.12" in one_for_all().alt
    q = exp(-kde_cross_entropy([71, 81], [0, 0], Laplace(10.0), **BIN))
    assert 0.99 * q / (0.99 * q + 0.01 / 360) == pytest.approx(0.5, abs=0.01)
    assert "at 71°" in background().alt
    areas = [k.log_density(20) - k.log_density(30) for _, k, *_ in KERNELS]
    assert np.round(areas, 2).tolist() == [2.5, 1, 0.69]
    assert "areas 2.50, 1.00 and 0.69" in far_cluster().alt
