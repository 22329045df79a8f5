r"""Laplace kernels in linear time: what has no memory can be handed on.

The chapter is ``chapters/fast_sums.md``, the statements are in ``derivations/fast_sums.py``.

Whoever stands at x and hears a Laplace kernel decay from all memories to the left, hears after one
step all of it weaker by the same factor: :math:`A(x + s) = e^{-s / h} A(x)`, as long as no memory
lies in between. So the sum of N kernels at M places takes one walk along the sorted memories in
place of N·M exponentials. The gradient is the same walk backwards: at each memory what arrives is
split, a share stays, the rest is handed on.

All is exact but for rounding, and nothing cancels: only positive numbers are added, and every
exponent is the distance to a neighbour.

How it is laid out: Let x run over an interval. The memories inside of it are *near* and walked
along in both directions. Those left and right of it are *far*: all places hear them from one side,
so two cumulative sums hold what their first ones sum to. On the circle the memories are rolled out,
and each place hears one whole turn of them, half of it from each side (geodesic), or all turns
(wrapped).
"""

import math

import numpy as np

from ._memories import as_kernel, as_memories, as_places, check_reach
from .circle import LOST, TURN, GeodesicLaplace, WrappedLaplace
from .density import Laplace, distance_gap, top_from_others
from .softmax import _log_softmax

FAMILY = Laplace, GeodesicLaplace, WrappedLaplace
MODERATE = 600.0  # logits may be so far apart that their exponentials are still sound numbers


def laplace_log_density(x, points, logits, kernel):
    r"""Log-density of Laplace kernels around memories, in one walk along them.

    The numbers are those of :func:`crossentropy.kde_log_density`, which calls this function where
    it pays. After sorting the time is that of N + M steps.

    Args:
        x: The places, finite numbers, an array of any shape with M entries.
        points: The N points of the memories, finite numbers, in the unit of ``x``.
        logits: N finite numbers.
        kernel: A :class:`crossentropy.Laplace`, :class:`crossentropy.GeodesicLaplace` or
            :class:`crossentropy.WrappedLaplace`.

    Returns:
        The logarithms of the density in float64, in the shape of ``x``.

    Raises:
        ValueError: As :func:`crossentropy.kde_log_density` does; if the kernel is no Laplace
            kernel.

    Source:
        Derived in the chapter on fast sums.

    Example:
        >>> laplace_log_density([0.0], [-1, 1], [0.3, -0.3], Laplace(1.0)).round(4)
        array([-1.6931])

    See also:
        :func:`crossentropy.kde_log_density`,
        :func:`crossentropy.laplace_cross_entropy_with_gradient`.
    """
    x = as_places("x", x)
    points, z = as_memories(points, logits)
    kernel = as_kernel(kernel, FAMILY, "a Laplace kernel such as Laplace(0.1)")
    check_reach(points, x)
    with np.errstate(over="ignore", under="ignore"):
        return _log_density_of_any(x.reshape(-1), points, z, kernel).reshape(x.shape)[()]


def laplace_cross_entropy_with_gradient(
    points,
    logits,
    kernel,
    *,
    interval,
    bins=200,
    target=None,
    background=0.0,
    background_width=None,
    positions=False,
    bandwidth=False,
):
    r"""Cross-entropy of a target with Laplace kernels around memories, in two walks along them.

    Arguments, results and refusals are those of
    :func:`crossentropy.kde_cross_entropy_with_gradient`, which calls this function where it pays.
    After sorting the time is that of N + M steps, also for the exact integral, ``bins=None``.

    Args:
        points, logits, interval, bins, target, background, background_width, positions, bandwidth:
            As for :func:`crossentropy.kde_cross_entropy_with_gradient`.
        kernel: A :class:`crossentropy.Laplace`, :class:`crossentropy.GeodesicLaplace` or
            :class:`crossentropy.WrappedLaplace`.

    Returns:
        The loss in nats and its gradient for the logits, or the named tuple if more is wanted.

    Raises:
        ValueError: As :func:`crossentropy.kde_cross_entropy_with_gradient` does; if the kernel is
            no Laplace kernel.

    Source:
        Derived in the chapter on fast sums.

    Example:
        >>> loss, gradient = laplace_cross_entropy_with_gradient(
        ...     [30, 40], [0, 0], Laplace(10.0), interval=(-10, 10), bins=None
        ... )
        >>> gradient.round(8)
        array([-0.23105858,  0.23105858])

    See also:
        :func:`crossentropy.kde_cross_entropy_with_gradient`.
    """
    from .density_loss import KDEGradients, _Task

    as_kernel(kernel, FAMILY, "a Laplace kernel such as Laplace(0.1)")
    task = _Task(points, logits, kernel, interval, bins, target, background, background_width)
    with np.errstate(over="ignore", under="ignore"):
        loss, *gradients = loss_and_gradients(task, True, positions, bandwidth)
    return KDEGradients(loss, *gradients) if positions or bandwidth else (loss, gradients[0])


# -- what the loss and the density ask for ---------------------------------------------------------
def pays(kernel, points, places):
    """Whether walking is faster than a table, and as right.

    Where all kernels are nearly equal, r − S is a small difference, which only the table forms
    without cancellation.
    """
    return (
        isinstance(kernel, FAMILY)
        and points.size * places > 30_000
        and min(np.ptp(points), kernel.period or math.inf) > 0.01 * kernel.bandwidth
    )


def _log_density_of_any(x, points, z, kernel):
    """log q at places in any order, all of the line or the circle."""
    log_q = np.empty(x.size)
    if kernel.period is not None:
        x = np.mod(x, TURN)
    order = np.argsort(x)
    for part in _at_most_half_a_turn(x[order], kernel):
        walk = _Walk(x[order[part]], points, z, kernel)
        log_q[order[part]] = walk.log_q
    return log_q


def loss_and_gradients(task, logits, positions, bandwidth):
    """The loss, and its gradients as far as they are wanted."""
    S = np.exp(_log_softmax(task.z))
    if task.exact:
        return _exact(task, S, logits, positions, bandwidth)
    log_q, held = np.empty(task.x.size), np.float64(0)
    r = np.zeros(S.size) if logits else None
    g_points = np.zeros(S.size) if positions else None
    g_bandwidth = np.float64(0) if bandwidth else None
    for part in _at_most_half_a_turn(task.x, task.kernel):
        walk = _Walk(task.x[part], task.points, task.z, task.kernel)
        log_q[part], gamma = task.with_background(walk.log_q)
        weight = task.p[part] * gamma
        if not (logits or positions or bandwidth):
            continue
        held += weight.sum()
        left, right = walk.received(weight)
        if logits:
            r += left + right
        if positions:
            g_points += (right - left + walk.met(weight)) / task.kernel.bandwidth
        if bandwidth:
            g_bandwidth -= np.dot(weight, walk.bandwidth_slopes())
    g = top_from_others(S * held - r, S) if logits else None
    return task.mean_surprise(log_q), g, g_points, g_bandwidth


def _at_most_half_a_turn(x, kernel):
    """Slices of the sorted places, on the circle none of them wider than half a turn."""
    if kernel.period is None or x.size == 0 or x[-1] - x[0] <= math.pi:
        return [slice(0, x.size)] if x.size else []
    cuts = np.searchsorted(x, [x[0] + 0.5 * (x[-1] - x[0])])
    half = int(cuts[0])
    return [slice(0, half), slice(half, x.size)]


# -- the walk --------------------------------------------------------------------------------------
class _Walk:
    """All kernels at sorted places, and the way back from the places to the memories.

    Four sums reach each place: those of the far and of the near memories on its left and on its
    right. Each is known at its first memory, ``ends``, and decays from there to the place.
    """

    def __init__(self, x, points, z, kernel):
        self.x, self.kernel, self.h, self.N = x, kernel, kernel.bandwidth, points.size
        line = kernel.period is None
        y, low = (points, np.zeros(points.size)) if line else _rolled(points, x[0] - math.pi)
        order = np.argsort(y, kind="stable")
        y, low, log_S = y[order], low[order], _log_softmax(z)[order]
        first, last = np.zeros(x.size, int), np.full(x.size, self.N)  # what each place hears
        if not line:
            y, low, order, log_S = _three_turns(y, low, order, log_S)
        here = np.searchsorted(y, x, side="right")
        inner, outer = int(np.searchsorted(y, x[0])), int(here[-1])
        if isinstance(kernel, WrappedLaplace):  # one turn on both sides; the rest is a factor
            first, last = np.full(x.size, inner - self.N), np.full(x.size, outer + self.N)
        elif not line:
            first = np.clip(np.searchsorted(y, x - math.pi, side="right"), outer - self.N, inner)
            last = first + self.N
        self.order, self.inner, self.outer, self.y = order, inner, outer, y
        near = slice(inner, outer)
        back = slice(outer - 1, inner - 1 if inner else None, -1) if outer > inner else near
        ahead = slice(outer, last.max())
        behind = slice(inner - 1, first.min() - 1 if first.min() else None, -1)
        if inner == first.min():
            behind = slice(0, 0)
        more = 0.0  # how much more the farther turns add to the far memories
        if isinstance(kernel, WrappedLaplace):
            more = -math.log(-math.expm1(-TURN / self.h))
        self.sums = [
            _Far(y, low, log_S, behind, inner - first - 1, self.h, more),
            _Near(y, low, log_S, near, here - inner - 1, self.h),
            _Near(y, low, log_S, back, outer - here - 1, self.h),
            _Far(y, low, log_S, ahead, last - outer - 1, self.h, more),
        ]
        self._weigh()

    def _weigh(self):
        """The share of each of the four sums in q, and log q.

        They are compared with the largest of them. How much farther away one is, is a small
        difference of two distances, formed as in :func:`crossentropy.density.distance_gap`.
        """
        logs, ends, lows = (
            np.array(a) for a in zip(*(s.at_places() for s in self.sums), strict=True)
        )
        t = (self.x - ends) - lows
        height = logs - np.abs(t) / self.h
        top = height.argmax(axis=0)
        pick = top, np.arange(self.x.size)
        if np.abs(t[pick]).max(initial=0) > 50 * self.h:
            both = ends + ends[pick]
            back = both - ends
            lost = (ends - (both - back)) + (ends[pick] - back)
            gap = (ends[pick] - ends) + (lows[pick] - lows)
            total = (2 * self.x - both) - lost - (lows + lows[pick])
            shares = (logs - logs[pick]) - distance_gap(t, t[pick], gap, total) / self.h
        else:
            shares = height - height[pick]
        np.exp(shares, out=shares)
        whole = shares.sum(axis=0)
        shares /= whole
        self.shares, self.distances = shares, np.abs(t)
        self.log_rest = height[pick] + np.log(whole)  # log q without the factor 1/2h
        self.log_q = self.log_rest - math.log(2) - math.log(self.h)
        if isinstance(self.kernel, GeodesicLaplace):
            self.log_q -= math.log(-math.expm1(-math.pi / self.h))

    def received(self, weight):
        """Σ_m p_m r_mj of every memory: what comes from places on its right, and on its left."""
        sides = []
        for pair in ((0, 1), (2, 3)):
            side = np.zeros(self.N)
            for k in pair:
                s = self.sums[k]
                if s.size:
                    # a memory may be there twice, once in every turn
                    side += np.bincount(
                        self.order[s.part], s.spread(weight * self.shares[k]), self.N
                    )
            sides.append(side)
        return sides

    def met(self, weight):
        """Σ_m p_m r_mj over the places that lie on the memory itself, which count to no side."""
        y = self.y[self.inner : self.outer]
        m = np.minimum(np.searchsorted(self.x, y), self.x.size - 1)
        s = self.sums[1]
        own = np.where(self.x[m] == y, weight[m] * np.exp((s.log_S + s.top) - self.log_rest[m]), 0)
        return np.bincount(self.order[self.inner : self.outer], own, self.N)

    def bandwidth_slopes(self):
        """∂ log q / ∂h at the places: the mean distance tells it."""
        mean = sum(
            share * (s.mean_distances() + distance)
            for share, s, distance in zip(self.shares, self.sums, self.distances, strict=True)
            if s.size
        )
        slope = (mean / self.h - 1) / self.h
        if isinstance(self.kernel, WrappedLaplace) and self.h > TURN / MODERATE:
            turns = self.shares[0] + self.shares[3]  # these hear farther turns, too
            slope += turns * TURN / math.expm1(TURN / self.h) / self.h**2
        if isinstance(self.kernel, GeodesicLaplace) and self.h > math.pi / MODERATE:
            slope += math.pi / math.expm1(math.pi / self.h) / self.h**2
        return slope


class _Sum:
    """A sum of kernels of some memories, in the order in which one walks along them."""

    def __init__(self, y, low, log_S, part, at, h):
        self.part, self.at, self.h = part, at, h
        self.y, self.low = y[part], low[part]
        self.size = self.y.size
        self.top = log_S[part].max() if self.size else 0.0
        self.log_S = log_S[part] - self.top  # 0 for the largest, so that it counts 1
        self.moderate = self.log_S.min(initial=0) > -MODERATE
        self.heard = np.maximum(at, 0)

    def _at_places(self, ends):
        """The logarithm of the sum that each place hears, and where it is that large."""
        if not self.size:
            return np.full(self.at.size, -math.inf), np.zeros(self.at.size), np.zeros(self.at.size)
        logs = self.log[self.heard] + self.top
        logs[self.at < 0] = -math.inf
        return logs, self.y[ends], self.low[ends]

    def _arrived(self, mass):
        """The mass of all places that hear the sum at the same memory."""
        return np.bincount(self.heard, np.where(self.at < 0, 0, mass), self.size)


class _Near(_Sum):
    """A_l = Σ_{k ≤ l} S_k e^(−|y_l − y_k|/h) at every memory l."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.steps = np.abs(np.diff(self.y) + np.diff(self.low)) / self.h
        if not self.size:
            return
        decay = np.exp(-self.steps)
        if self.moderate:
            S = np.exp(self.log_S)
            A = _walk(np.multiply, np.add, decay, S)
            self.log, self.own, self.passed = np.log(A), S / A, decay * A[:-1] / A[1:]
        else:
            self.log = _walk(np.add, np.logaddexp, -self.steps, self.log_S)
            self.own = np.exp(self.log_S - self.log)
            self.passed = np.exp(self.log[:-1] - self.steps - self.log[1:])

    def at_places(self):
        return self._at_places(self.heard)

    def spread(self, mass):
        """What each memory keeps of the mass that comes in at the places."""
        return (
            self.own
            * _walk(np.multiply, np.add, self.passed[::-1], self._arrived(mass)[::-1])[::-1]
        )

    def mean_distances(self):
        """How far the memories are away on average from where the sum is known."""
        extra = np.append(0.0, self.passed * self.steps * self.h)
        return _walk(np.multiply, np.add, self.passed, extra)[self.heard]


class _Far(_Sum):
    """F_l = Σ_{k ≤ l} S_k e^(−|y_0 − y_k|/h), which is heard from the first memory on."""

    def __init__(self, y, low, log_S, part, at, h, more):
        super().__init__(y, low, log_S, part, at, h)
        if not self.size:
            return
        self.away = np.abs((self.y - self.y[0]) + (self.low - self.low[0]))
        self.log_e = self.log_S - self.away / h
        if self.moderate:
            self.e = np.exp(self.log_e)
            self.F = np.cumsum(self.e)
            self.log = np.log(self.F) + more
        else:
            self.log = np.logaddexp.accumulate(self.log_e) + more
        self.more = more

    def at_places(self):
        return self._at_places(np.zeros(self.at.size, int))

    def spread(self, mass):
        """What each memory keeps of the mass that comes in at the places."""
        arrived = self._arrived(mass)
        if self.moderate:
            return self.e * np.cumsum((arrived / self.F)[::-1])[::-1]
        with np.errstate(divide="ignore"):
            shares = np.log(arrived) - (self.log - self.more)
        return np.exp(self.log_e + np.logaddexp.accumulate(shares[::-1])[::-1])

    def mean_distances(self):
        """How far the memories are away on average from the first one."""
        terms = np.exp(self.log_e - self.log_e.max()) * self.away
        scale = np.exp(self.log - self.more - self.log_e.max())
        return (np.cumsum(terms) / scale)[self.heard]


def _walk(times, plus, factors, terms):
    """v_0 = t_0, v_l = f_l · v_(l−1) + t_l: a recurrence that NumPy walks in many places at once.

    The line is cut into about √N pieces of √N steps. All pieces are walked side by side; then
    what each one hands on is added to the next.
    """
    N = terms.size
    if N == 0:
        return terms
    one = 1.0 if times is np.multiply else 0.0
    nothing = 0.0 if times is np.multiply else -math.inf
    L = max(1, math.isqrt(N - 1) + 1)
    B = -(-N // L)
    f, v = np.full(B * L, one), np.full(B * L, nothing)
    f[1:N], f[0], v[:N] = factors, nothing if times is np.multiply else -math.inf, terms
    f, v = np.ascontiguousarray(f.reshape(B, L).T), np.ascontiguousarray(v.reshape(B, L).T)
    for i in range(1, L):
        plus(v[i], times(f[i], v[i - 1]), out=v[i])
        times(f[i], f[i - 1], out=f[i])
    carry, carried = nothing, np.empty(B)
    for b, (factor, last) in enumerate(zip(f[-1].tolist(), v[-1].tolist(), strict=True)):
        carried[b] = carry
        carry = plus(times(factor, carry), last) if times is np.add else factor * carry + last
    plus(v, times(f, carried, out=f), out=v)
    return v.T.reshape(-1)[:N]


def _rolled(points, start):
    """Angles in the turn that begins at ``start``, and what rounding took from them."""
    turns = np.floor((points - start) / TURN)
    moved = turns * TURN
    y = points - moved
    back = points - y
    return y, (back - moved) - turns * LOST


def _three_turns(y, low, order, log_S):
    """The turn before, the turn itself and the one after it."""
    ys, lows = [], []
    for turn in (-TURN, 0.0, TURN):
        there = y + turn
        back = there - y
        ys.append(there)
        lows.append(low + ((turn - back) + math.copysign(LOST, turn) * (turn != 0)))
    return np.concatenate(ys), np.concatenate(lows), np.tile(order, 3), np.tile(log_S, 3)


# -- the integral ----------------------------------------------------------------------------------
NODES, WEIGHTS = np.polynomial.legendre.leggauss(10)


def _exact(task, S, logits, positions, bandwidth):
    """Loss and gradients for the integral over the interval: between two memories it is known.

    There q is e^α + e^β, where α falls and β climbs by 1/h, so α + β is constant and q is
    e^((α + β)/2) · 2 cosh(s/2) for s = β − α, which climbs by 2/h.
    """
    a, b = task.interval
    h, w = task.kernel.bandwidth, b - a
    inside = np.sort(task.points[(task.points > a) & (task.points < b)])
    cuts = np.concatenate([[a], inside, [b]])
    keep = np.append(True, np.diff(cuts) > 0)
    cuts = cuts[keep]
    walk = _Walk(cuts, task.points, task.z, task.kernel)
    lengths = np.diff(cuts)
    with np.errstate(divide="ignore"):
        left = np.log(walk.shares[0] + walk.shares[1])[:-1]
        right = np.log(walk.shares[2] + walk.shares[3])[:-1]
        start = right - left
    end = start + 2 * lengths / h
    log_q = np.where(
        np.isfinite(start),
        lengths * (walk.log_q[:-1] + 0.5 * (np.where(np.isfinite(start), left + right, 0)))
        + 0.5 * h * _between(_log_cosh, _log_cosh_integral, start, end),
        lengths * 0.5 * (walk.log_q[:-1] + walk.log_q[1:]),
    )
    loss = np.float64(-log_q.sum() / w)
    if not (logits or positions or bandwidth):
        return loss, None, None, None
    # of each stretch: how much of it the left side explains, and the right one
    mass_left = np.where(
        np.isfinite(start),
        0.5 * h * _between(lambda s: _logistic(-s), lambda s: -_softplus(-s), start, end),
        np.where(start < 0, lengths, 0),
    )
    mass_right = np.where(
        np.isfinite(start),
        0.5 * h * _between(_logistic, _softplus, start, end),
        np.where(start > 0, lengths, 0),
    )
    sides = []
    for pair, mass, side in (((0, 1), mass_left, left), ((2, 3), mass_right, right)):
        total = np.zeros(S.size)
        for k in pair:
            s = walk.sums[k]
            if s.size:
                with np.errstate(invalid="ignore", divide="ignore"):
                    part = np.where(mass > 0, mass / w * walk.shares[k][:-1] / np.exp(side), 0)
                total += np.bincount(walk.order[s.part], s.spread(np.append(part, 0.0)), S.size)
        sides.append(total)
    g = top_from_others(S - (sides[0] + sides[1]), S) if logits else None
    g_points = (sides[1] - sides[0]) / h if positions else None
    g_bandwidth = None
    if bandwidth:
        mean = _mean_distance(walk, start, end, lengths, (mass_left, mass_right), (left, right))
        g_bandwidth = np.float64((1 - mean / w / h) / h)
    return loss, g, g_points, g_bandwidth


def _mean_distance(walk, start, end, lengths, masses, sides):
    """∫ Σ_j r_j |x − θ_j| dx: from where each sum is known, and on to x."""
    h, total = walk.h, 0.0
    inside = np.isfinite(start)
    for pair, mass, side, sign in (
        ((0, 1), masses[0], sides[0], 1),
        ((2, 3), masses[1], sides[1], -1),
    ):
        for k in pair:
            s = walk.sums[k]
            if s.size:
                with np.errstate(invalid="ignore", divide="ignore"):
                    share = np.where(mass > 0, walk.shares[k][:-1] / np.exp(side), 0)
                reach = (s.mean_distances() + walk.distances[k])[:-1]
                total += np.dot(share * mass, reach)
        # how much x has moved since the beginning of the stretch, on the side's share
        moved = np.where(
            inside,
            _moved(start, end, sign, h),
            np.where(mass > 0, 0.5 * lengths**2, 0),
        )
        total += sign * moved.sum()
    return total


def _moved(start, end, sign, h):
    """∫ (x − x_0) σ(∓s) dx over a stretch that begins at x_0, where s is ``start``."""
    start, end = (np.where(np.isfinite(start), a, 0) for a in (start, end))
    near = end - start < 1
    middle, half = 0.5 * (start + end), 0.5 * (end - start)
    s = middle + half * NODES[:, None]
    short = half * (WEIGHTS[:, None] * (s - start) * _logistic(-sign * s)).sum(axis=0)
    if near.all():
        return 0.25 * h * h * short

    def primitive(s):  # of s σ(−s): −s log(1 + e^−s) + ∫ log(1 + e^−s)
        return -s * _softplus(-s) + _softplus_integral(s)

    if sign > 0:
        long = primitive(end) - primitive(start) - start * (_softplus(-start) - _softplus(-end))
    else:
        long = 0.5 * (end - start) ** 2 - (
            primitive(end) - primitive(start) - start * (_softplus(-start) - _softplus(-end))
        )
    return 0.25 * h * h * np.where(near, short, long)


def _between(f, primitive, start, end):
    """∫ f ds from start to end: by ten nodes where they are close, and the primitive cancels."""
    start, end = (np.where(np.isfinite(start), a, 0) for a in (start, end))
    middle, half = 0.5 * (start + end), 0.5 * (end - start)
    near = half < 0.5
    short = np.zeros(start.shape)
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        short += weight * f(middle + node * np.where(near, half, 0))
    if near.all():
        return short * half
    return np.where(near, short * half, primitive(end) - primitive(start))


def _softplus(s):
    """log(1 + e^s)."""
    return np.maximum(s, 0) + np.log1p(np.exp(-np.abs(s)))


def _logistic(s):
    """1/(1 + e^−s)."""
    e = np.exp(-np.abs(s))
    return np.where(s < 0, e, 1) / (1 + e)


def _log_cosh(s):
    """log(2 cosh(s/2))."""
    return 0.5 * np.abs(s) + np.log1p(np.exp(-np.abs(s)))


def _log_cosh_integral(s):
    """∫ of it from 0 to s."""
    d = np.abs(s)
    return np.sign(s) * (0.25 * d * d + math.pi**2 / 12 + _dilogarithm(d))


def _softplus_integral(s):
    """A primitive of log(1 + e^−s)."""
    d = np.abs(s)
    return np.where(s < 0, -(math.pi**2) / 6 - 0.5 * d * d - _dilogarithm(d), _dilogarithm(d))


def _dilogarithm(d):
    """Li₂(−e^−d) for d ≥ 0."""
    from scipy.special import spence

    return spence(1 + np.exp(-d))
