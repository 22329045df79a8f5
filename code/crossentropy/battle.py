r"""Aiming for real: simulated battles, logits from features, and how often the shots hit.

The chapter is ``chapters/battle.md``, the statements are in ``derivations/battle.py``. SciPy is
loaded only by the fit.

Angles are in degrees.
"""

from typing import NamedTuple

import numpy as np

from ._logits import as_number
from ._memories import as_count, as_kernel, as_line, as_places
from .density import Kernel
from .softmax import _log_sum_exp, _softmax

FEATURES = ("distance", "speed", "wall", "mood")
LOSSES = ("mean of logs", "log of mean")
REACH = 40.0  # degrees: how far to the side the dodger can be when the bullet arrives


class Shots(NamedTuple):
    """What is known of shots: the situation when each was fired, and which angles hit.

    ``features`` has one row for each shot (N, D), scaled to lie between 0 and 1; ``angles`` is
    where the dodger was (N,), ``half_widths`` how much to either side still hits (N,), in degrees.
    """

    features: np.ndarray
    angles: np.ndarray
    half_widths: np.ndarray


def simulate_shots(count, *, seed):
    r"""Play ``count`` shots of the game against a dodger with habits.

    Four features describe a situation, each between 0 and 1: the *distance* (2 to 8 robots), the
    *speed* (0 is full speed to the left, 1 to the right), how near the *wall* ahead is, and a
    *mood* that has nothing to do with anything. The dodger mostly keeps going, so that its angle is
    proportional to its speed, less so near a wall; at a wall it often turns back; and one time in
    ten it does anything.

    Args:
        count: How many shots, a whole number, at least 1.
        seed: For ``numpy.random.default_rng``.

    Returns:
        A named tuple of ``features`` (N, 4), ``angles`` (N,) and ``half_widths`` (N,).

    Raises:
        ValueError: If ``count`` is not a whole number, at least 1.

    Example:
        >>> shots = simulate_shots(3, seed=1)
        >>> shots.features.shape, bool((abs(shots.angles) <= 60).all())
        ((3, 4), True)
    """
    count = as_count("count", count)
    rng = np.random.default_rng(seed)
    features = rng.random((count, len(FEATURES)))
    distance, speed, wall, _ = features.T
    ahead = REACH * (2 * speed - 1)
    turns_back = rng.random(count) < 0.1 + 0.7 * wall**2
    meant = np.where(turns_back, -0.5 * ahead, (1 - 0.4 * wall) * ahead)
    whim = rng.random(count) < 0.1
    angles = np.where(whim, rng.uniform(-REACH, REACH, count), meant + rng.normal(0, 3, count))
    half_widths = np.degrees(np.arcsin(0.5 / (2 + 6 * distance)))
    return Shots(features, angles, half_widths)


def feature_distances(features, memories):
    r"""How far situations are from remembered ones, feature by feature.

    .. math:: \varphi_{njd} = |x_{nd} - x_{jd}|

    Args:
        features: The situations to aim in, an array of shape (N, D).
        memories: The remembered situations, an array of shape (J, D).

    Returns:
        An array of shape (N, J, D).

    Raises:
        ValueError: If an argument is not a table of finite numbers, or their numbers of columns
            differ.

    Example:
        >>> feature_distances([[0, 1]], [[1, 1], [0, 0]])
        array([[[1., 0.],
                [0., 1.]]])
    """
    x = _as_array("features", features, "situations", "features")
    y = _as_array("memories", memories, "memories", "features")
    if x.shape[1] != y.shape[1]:
        raise ValueError(
            f"features has {x.shape[1]} columns and memories {y.shape[1]}: "
            "expected the same features in both"
        )
    return np.abs(x[:, None, :] - y[None, :, :])


class FeatureFit(NamedTuple):
    """What :func:`fit_feature_weights` gives back."""

    weights: np.ndarray
    losses: np.ndarray
    watched: list


def fit_feature_weights(
    distances,
    points,
    angles,
    half_widths,
    kernel,
    *,
    loss="mean of logs",
    bins=15,
    passes=60,
    start=None,
    watch=None,
):
    r"""Learn how much each feature counts, by walking downhill on the loss of Part III.

    The logit of memory :math:`j` in situation :math:`n` is
    :math:`z_{nj} = -\sum_d w_d \varphi_{njd}`. The loss is the mean over the shots of
    ``kde_cross_entropy``, each with its own interval, and its gradient is

    .. math:: \frac{\partial L}{\partial w_d} =
        \frac{1}{N} \sum_{n,j} (S_{nj} - \bar r_{nj}) (-\varphi_{njd}).

    Args:
        distances: :math:`\varphi`, an array of shape (N, J, D).
        points: The remembered angles, an array of shape (J,), in degrees.
        angles: Where the dodger was, an array of shape (N,), in degrees.
        half_widths: How much to either side still hits, an array of shape (N,), in degrees.
        kernel: A kernel on the line with a density above zero everywhere.
        loss: ``"mean of logs"`` averages :math:`-\log q` over the interval, as all of Part III
            does; ``"log of mean"`` is :math:`-\log` of the mean of :math:`q` over it.
        bins: Into how many bins an interval is cut.
        passes: How many iterations of L-BFGS (SciPy's) at most.
        start: The weights to start from (D,), or ``None`` for zeros: every memory counts the same.
        watch: A function of the weights; what it returns is kept, before the first pass and after
            each.

    Returns:
        A named tuple of ``weights`` (D,), ``losses`` before the first pass and after each, in nats
        per shot, and ``watched``.

    Raises:
        ValueError: If shapes do not fit or numbers are not finite, if a half width is not above
            0, if ``kernel`` is none, or if a bin is covered by no kernel.

    Example:
        Two memories, one as in the shot: the weight of the only feature grows.

        >>> from crossentropy import Gaussian
        >>> fit = fit_feature_weights([[[0.0], [1.0]]], [0, 20], [0], [5], Gaussian(4), passes=5)
        >>> bool(fit.weights[0] > 1)
        True
    """
    from scipy.optimize import minimize

    phi = _as_array("distances", distances, "shots", "memories", "features")
    kernel = as_kernel(kernel, Kernel)
    if loss not in LOSSES:
        raise ValueError(f"loss must be {LOSSES[0]!r} or {LOSSES[1]!r}, not {loss!r}")
    N, J, D = phi.shape
    points = as_line("points", points, length=J)
    angles = as_line("angles", angles, length=N)
    half = _as_half_widths(half_widths, N)
    bins, passes = as_count("bins", bins), as_count("passes", passes)
    w = np.zeros(D) if start is None else as_line("start", start, length=D)
    middles = (np.arange(bins) + 0.5) / bins * 2 - 1
    at = angles[:, None] + half[:, None] * middles  # (N, M)
    log_k = kernel.log_density(at[:, :, None] - points)  # (N, M, J)
    if not np.isfinite(log_k).any(axis=2).all():
        raise ValueError("kernel leaves bins without any memory: take one with full support")
    log_k = log_k.reshape(N * bins, J)

    # Rows over which a responsibility is shared out: memories in each bin, or in all bins at once.
    together = bins if loss == "log of mean" else 1

    def loss_and_gradient(w):
        z = -phi @ w
        S = _softmax(z)
        rows = (np.repeat(z, bins, axis=0) + log_k).reshape(-1, together * J)
        log_q = _log_sum_exp(rows) - np.log(together) - np.repeat(_log_sum_exp(z), bins // together)
        r = _softmax(rows).reshape(N, bins, J).sum(axis=1) * (together / bins)
        return float(-log_q.mean()), np.einsum("nj,njd->d", r - S, phi) / N

    losses, watched = [loss_and_gradient(w)[0]], [] if watch is None else [watch(w.copy())]

    def after(intermediate_result):
        losses.append(float(intermediate_result.fun))
        if watch is not None:
            watched.append(watch(intermediate_result.x.copy()))

    found = minimize(
        loss_and_gradient, w, jac=True, method="L-BFGS-B", callback=after,
        options={"maxiter": passes},
    )  # fmt: skip
    return FeatureFit(found.x, np.array(losses), watched)


def aim(points, weights, kernel, half_widths, *, reach=60.0, step=0.5):
    r"""The angles most likely to hit: where an interval as wide as the robot holds the most belief.

    .. math:: \theta^\ast = \arg\max_\theta \int_{\theta - u}^{\theta + u} q(\theta') \,
        \mathrm d\theta', \qquad q = \sum_j S_j K_j

    with :math:`u` the half width. It is looked for on a grid, by sums over the grid.

    Args:
        points: The remembered angles, an array of shape (J,), in degrees.
        weights: A belief over the memories for each shot, an array of shape (N, J).
        kernel: A kernel on the line.
        half_widths: How much to either side hits, an array of shape (N,), in degrees.
        reach: The grid runs from minus this to this, in degrees.
        step: The distance of its angles, in degrees.

    Returns:
        One angle for each shot, an array of shape (N,), in degrees.

    Raises:
        ValueError: If shapes do not fit or numbers are not finite, if ``kernel`` is none, or if a
            half width, ``step`` or ``reach`` is not above 0.

    Example:
        Two equal heaps of belief 6 degrees apart: a wide robot is best met in between, a narrow one
        on a heap.

        >>> from crossentropy import Gaussian
        >>> aim([0, 6], [[0.5, 0.5], [0.6, 0.4]], Gaussian(1), [8, 1])
        array([3., 0.])
    """
    S = _as_array("weights", weights, "shots", "memories")
    kernel = as_kernel(kernel, Kernel)
    points = as_line("points", points, length=S.shape[1])
    half = _as_half_widths(half_widths, S.shape[0])
    step, reach = (
        as_number("step", step, 0, attained=False),
        as_number("reach", reach, 0, attained=False),
    )
    count = int(np.floor(reach / step))
    grid = np.arange(-count, count + 1) * step
    q = S @ np.exp(kernel.log_density(grid[:, None] - points)).T  # (N, grid)
    middles = np.concatenate([np.zeros((len(q), 1)), np.cumsum((q[:, 1:] + q[:, :-1]) / 2, 1)], 1)
    best = np.empty(len(q))
    for n, below in enumerate(middles * step):
        high = np.interp(grid + half[n], grid, below)
        mass = high - np.interp(grid - half[n], grid, below)
        top = np.flatnonzero(mass >= mass.max() * (1 - 1e-9))
        best[n] = grid[top[len(top) // 2]]  # the middle one where many are as good
    return best


def hit_rate(aims, angles, half_widths):
    r"""The share of shots that hit: those with :math:`|\theta^\ast_n - \theta_n| \le u_n`.

    Args:
        aims: Where the shots went, an array of shape (N,).
        angles: Where the dodger was, an array of shape (N,).
        half_widths: How much to either side still hits, an array of shape (N,).

    Returns:
        A number between 0 and 1.

    Raises:
        ValueError: If there are no shots, the three differ in length or hold what is not finite,
            or a half width is not above 0.

    Example:
        >>> hit_rate([0, 10], [3, 20], [4, 4])
        0.5
    """
    aims = as_line("aims", aims)
    angles = as_line("angles", angles, length=len(aims))
    half = _as_half_widths(half_widths, len(aims))
    return float(np.mean(np.abs(aims - angles) <= half))


def leave_one_out_log_likelihood(points, kernel):
    r"""How well each memory is foretold by the others: the score that picks a bandwidth.

    .. math:: \frac1J \sum_{l=1}^{J} \log \frac{1}{J - 1} \sum_{j \ne l} K(\theta_l - \theta_j)

    Args:
        points: The remembered angles, an array of shape (J,), at least two.
        kernel: A kernel.

    Returns:
        The mean logarithm, in nats per memory; ``-inf`` where a memory is out of reach of all the
        others.

    Raises:
        ValueError: If there are fewer than two memories, one is not finite, or ``kernel`` is none.

    Source:
        Habbema, Hermans and van den Broek (1974); Duin (1976).

    Example:
        >>> from crossentropy import Laplace
        >>> round(leave_one_out_log_likelihood([0, 1], Laplace(1)), 4)  # -1 - log 2
        -1.6931
    """
    points = as_line("points", points)
    J, kernel = len(points), as_kernel(kernel, Kernel)
    if J < 2:
        raise ValueError("points must hold at least two memories")
    log_k = np.array(kernel.log_density(points[:, None] - points), dtype=float)
    np.fill_diagonal(log_k, -np.inf)
    if np.isneginf(log_k).all(axis=1).any():
        return float("-inf")
    return float((_log_sum_exp(log_k) - np.log(J - 1)).mean())


def _as_half_widths(values, count):
    half = as_line("half_widths", values, length=count)
    if (half <= 0).any():
        raise ValueError(f"half_widths must all be above 0, but one is {half.min()}")
    return half


def _as_array(name, values, *axes):
    """An array of finite numbers with these axes, none of them empty."""
    a = as_places(name, values)
    if a.ndim != len(axes) or not a.size:
        raise ValueError(f"{name} must have the shape ({', '.join(axes)}), but has {a.shape}")
    return a
