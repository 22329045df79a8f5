"""What a far shot teaches: the limit of the gradient."""

import math

import numpy as np
import pytest
from crossentropy import (
    Cauchy,
    Gaussian,
    Laplace,
    StudentT,
    far_gradient,
    kde_cross_entropy_with_gradient,
    softmax,
)
from hypothesis import given
from hypothesis import strategies as st

FARTHER = np.array([0.0, 2.0, 0.5, 7.0])
LOGITS = np.array([0.3, -1.0, 1.1, 2.0])


def at_distance(distance, kernel):
    """The gradient of one narrow bin around 0 for the cluster of above, that far away."""
    return kde_cross_entropy_with_gradient(
        distance + FARTHER, LOGITS, kernel, interval=(-1e-9, 1e-9), bins=1
    )[1]


@pytest.mark.parametrize("distance", [0.1, 3.0, 1e3, 1e6])
def test_a_laplace_kernel_has_its_far_gradient_at_every_distance(distance):
    limit = far_gradient(FARTHER, LOGITS, 1 / 2)
    assert np.allclose(at_distance(distance, Laplace(2.0)), limit, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("kernel", "steepness", "distance"),
    [(Gaussian(2.0), math.inf, 1e3), (Cauchy(2.0), 0, 1e9), (StudentT(2.0, 3.0), 0, 1e9)],
)
def test_the_gradient_of_a_cluster_that_moves_away_tends_to_the_far_gradient(
    kernel, steepness, distance
):
    limit = far_gradient(FARTHER, LOGITS, steepness)
    assert np.abs(at_distance(1.0, kernel) - limit).max() > 0.01
    assert np.allclose(at_distance(distance, kernel), limit, rtol=0, atol=1e-7)


def test_memories_that_tie_for_the_nearest_share_by_their_weights():
    S = softmax([1.0, 2.0, 0.5])
    gradient = far_gradient([3, 3, 4], [1.0, 2.0, 0.5], math.inf)
    assert np.allclose(gradient, S - [S[0] / (S[0] + S[1]), S[1] / (S[0] + S[1]), 0])


@given(
    st.lists(st.tuples(st.floats(-50, 50), st.floats(-20, 20)), min_size=1, max_size=6),
    st.floats(0, 30) | st.just(math.inf),
    st.floats(-100, 100),
)
def test_the_far_gradient_sums_to_zero_and_knows_no_common_distance(pairs, steepness, common):
    farther, logits = np.array(pairs).T
    gradient = far_gradient(farther, logits, steepness)
    assert abs(gradient.sum()) < 1e-12
    if steepness < math.inf:  # rounding of the sum may break a tie
        assert np.allclose(far_gradient(farther + common, logits, steepness), gradient, atol=1e-9)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0, 1], [0], 1), "logits must hold one logit for each of the 2 numbers of farther"),
        (([], [], 1), "farther must hold at least one"),
        (([0, math.nan], [0, 0], 1), "farther must hold finite numbers"),
        (([0, 1], [0, math.inf], 1), "logits must hold finite numbers"),
        (([0, 1], [0, 0], -1), "steepness must be a finite number of at least 0"),
        (([0, 1], [0, 0], math.nan), "steepness must be"),
        (([0, 1], [0, 0], "1"), "steepness must be"),
        (([[0, 1]], [0, 0], 1), "farther must be one line"),
    ],
)
def test_the_far_gradient_refuses_what_has_no_meaning(arguments, message):
    with pytest.raises(ValueError, match=message):
        far_gradient(*arguments)
