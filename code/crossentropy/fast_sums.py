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
from .circle import LOST, TURN, GeodesicLaplace, WrappedLaplace, _wrapped
from .density import Laplace, distance_gap, top_from_others
from .softmax import _log_softmax

FAMILY = Laplace, GeodesicLaplace, WrappedLaplace
PLACES = 2**13  # so many at a time, so that what is computed for them stays in the cache
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
    check_reach(points, x, kernel.period)
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
    After sorting the time is that of N + M steps, also for the exact integral, ``bins=None``. Where
    all memories are within a hundredth of a bandwidth, the gradient is a small difference, and a
    walk loses digits that the other function keeps.

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
    if not isinstance(kernel, FAMILY) or points.size * places <= 30_000:
        return False
    range_ = np.ptp(points) / kernel.bandwidth
    if kernel.period is not None:
        range_ = min(range_, math.pi / kernel.bandwidth)
    if isinstance(kernel, WrappedLaplace):  # flat at the antipode
        range_ = min(range_, (math.pi / kernel.bandwidth) ** 2 / 2)
    return range_ > 0.01


def _log_density_of_any(x, points, z, kernel):
    """log q at places in any order, all of the line or the circle."""
    log_q, log_S = np.empty(x.size), _log_softmax(z)
    if kernel.period is not None:
        x = _wrapped(x)
    order = np.argsort(x)
    for part in _at_most_half_a_turn(x[order], kernel):
        walk = _Walk(x[order[part]], points, log_S, kernel)
        log_q[order[part]] = walk.log_q
    return log_q


def loss_and_gradients(task, logits, positions, bandwidth):
    """The loss, and its gradients as far as they are wanted."""
    log_S = _log_softmax(task.z)
    S = np.exp(log_S)
    if task.exact:
        return _exact(task, log_S, logits, positions, bandwidth)
    log_q, held = np.empty(task.x.size), np.float64(0)
    r = np.zeros(S.size) if logits else None
    g_points = np.zeros(S.size) if positions else None
    g_bandwidth = np.float64(0) if bandwidth else None
    for part in _at_most_half_a_turn(task.x, task.kernel):
        walk = _Walk(task.x[part], task.points, log_S, task.kernel, distances=bandwidth)
        log_q[part], gamma = task.with_background(walk.log_q)
        weight = task.p[part] * gamma
        if not (logits or positions or bandwidth):
            continue
        held += weight.sum()
        left, right = walk.received(weight)
        if logits:
            r += walk.of_memories(left + right)
        if positions:
            g_points += walk.of_memories(right - left + walk.met(weight)) / task.kernel.bandwidth
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

    def __init__(self, x, points, log_S, kernel, distances=False):
        self.x, self.kernel, self.h, self.N = x, kernel, kernel.bandwidth, points.size
        line = kernel.period is None
        y, low = (points, None) if line else _rolled(points, x[0] - math.pi)
        self.order = order = np.argsort(y)
        y, log_S = y[order], log_S[order]
        if line:
            low = np.zeros(y.size)
        else:
            y, low, log_S = _three_turns(y, low[order], log_S)
        here = np.searchsorted(y, x, side="right")
        inner, outer = int(np.searchsorted(y, x[0])), int(here[-1])
        first, last, more = 0, self.N, 0.0  # what each place hears
        if isinstance(kernel, WrappedLaplace):  # one turn on both sides; the rest is a factor
            first, last = inner - self.N, outer + self.N
            more = -math.log(-math.expm1(-TURN / self.h))
        elif not line:
            first = np.clip(np.searchsorted(y, x - math.pi, side="right"), outer - self.N, inner)
            last = first + self.N
        self.y, self.inner, self.outer = y, inner, outer
        sums = [
            (0, _Far, _backwards(np.min(first), inner), inner - first - 1, more),
            (0, _Near, slice(inner, outer), here - inner - 1, 0.0),
            (1, _Near, _backwards(inner, outer), outer - here - 1, 0.0),
            (1, _Far, slice(outer, np.max(last)), last - outer - 1, more),
        ]
        sums = [
            (side, kind(y[part], low[part], log_S[part], part, at, self.h, extra))
            for side, kind, part, at, extra in sums
        ]
        self.sides, self.sums = zip(*((side, s) for side, s in sums if s.size), strict=True)
        self.shares = np.empty((len(self.sums), x.size))
        self.distances = np.empty(self.shares.shape) if distances else None
        self.log_shares = np.empty(self.shares.shape) if distances else None
        self.log_rest = np.empty(x.size)  # log q without the normaliser
        for m in range(0, x.size, PLACES):
            self._weigh(slice(m, m + PLACES))
        self.log_q = self.log_rest - (math.log(2) + math.log(self.h))
        if isinstance(kernel, GeodesicLaplace):
            self.log_q -= math.log(-math.expm1(-math.pi / self.h))

    def _weigh(self, block):
        """The share of each of the sums in q at some places, and log q.

        They are compared with the largest of them. How much farther away one is, is a small
        difference of two distances, formed as in :func:`crossentropy.density.distance_gap`.
        """
        x = self.x[block]
        logs, ends, lows = (
            np.array(a) for a in zip(*(s.at_places(block, x.size) for s in self.sums), strict=True)
        )
        t = (x - ends) - lows
        height = logs - np.abs(t) / self.h
        shares, m = height, np.arange(x.size)
        for _ in range(3):  # once, but where the logarithms are so large that the first look errs
            pick = shares.argmax(axis=0), m
            if np.abs(t[pick]).max() <= 50 * self.h:
                shares = height - height[pick]
                break
            both = ends + ends[pick]
            back = both - ends
            lost = (ends - (both - back)) + (ends[pick] - back)
            gap = (ends[pick] - ends) + (lows[pick] - lows)
            total = (2 * x - both) - lost - (lows + lows[pick])
            shares = (logs - logs[pick]) - distance_gap(t, t[pick], gap, total) / self.h
            if shares.max() < 1:
                break
        if self.log_shares is not None:
            self.log_shares[:, block] = shares
        np.exp(shares, out=shares)
        whole = shares.sum(axis=0)
        np.divide(shares, whole, out=self.shares[:, block])
        if self.log_shares is not None:
            self.log_shares[:, block] -= np.log(whole)
        self.log_rest[block] = height[pick] + np.log(whole)
        if self.distances is not None:
            self.distances[:, block] = np.abs(t)

    def received(self, weight, shares=None):
        """Σ_m p_m r_mj of all memories in order: from places on their right, and on their left."""
        sides = np.zeros((2, self.y.size))
        for side, s, share in zip(
            self.sides, self.sums, self.shares if shares is None else shares, strict=True
        ):
            sides[side, s.part] += s.spread(weight * share)
        return sides

    def of_memories(self, a):
        """What belongs to the memories in order, all turns of it together, as they were given."""
        result = np.empty(self.N)
        result[self.order] = a if a.size == self.N else a.reshape(3, self.N).sum(axis=0)
        return result

    def met(self, weight):
        """Σ_m p_m r_mj over the places that lie on the memory itself, which count to no side."""
        own = np.zeros(self.y.size)
        for side, s in zip(self.sides, self.sums, strict=True):
            if side == 0 and isinstance(s, _Near):
                m = np.minimum(np.searchsorted(self.x, s.y), self.x.size - 1)
                met = np.flatnonzero(self.x[m] == s.y)
                m = m[met]
                own[self.inner + met] = weight[m] * np.exp(
                    (s.log_S[met] + s.top) - self.log_rest[m]
                )
        return own

    def bandwidth_slopes(self):
        """∂ log q / ∂h at the places: the mean distance tells it."""
        mean, turns = np.zeros((2, self.x.size))
        for s, share, distance in zip(self.sums, self.shares, self.distances, strict=True):
            mean += _product(share, s.mean_distances() + distance)
            turns += share if isinstance(s, _Far) else 0  # those hear farther turns, too
        slope = (mean / self.h - 1) / self.h
        if isinstance(self.kernel, WrappedLaplace) and self.h > TURN / MODERATE:
            slope += turns * TURN / math.expm1(TURN / self.h) / self.h**2
        if isinstance(self.kernel, GeodesicLaplace) and self.h > math.pi / MODERATE:
            slope += math.pi / math.expm1(math.pi / self.h) / self.h**2
        return slope


def _backwards(start, stop):
    """The slice of all from ``stop`` down to ``start``, the latter included."""
    if start == stop:
        return slice(0, 0)
    return slice(stop - 1, start - 1 if start else None, -1)


def _product(share, a):
    """Their product, 0 where the share is, whatever is shared."""
    return np.multiply(share, a, out=np.zeros_like(share), where=share > 0)


class _Sum:
    """A sum of kernels of some memories, in the order in which one walks along them.

    ``at`` is the last memory that each place hears; −1 for none.
    """

    def __init__(self, y, low, log_S, part, at, h, more):
        self.y, self.low, self.part, self.at, self.h, self.more = y, low, part, at, h, more
        self.size = y.size
        if self.size:
            self.top = log_S.max()
            self.log_S = log_S - self.top  # 0 for the largest, so that it counts 1
            self.moderate = self.log_S.min() > -MODERATE
            self.sum_up()
            self.log += self.top + more

    def at_places(self, block, count):
        """The logarithm of the sum that each place hears, and where it is that large."""
        at = self.at[block] if np.ndim(self.at) else np.full(count, self.at)
        ends = self.ends(np.maximum(at, 0))
        logs = self.log[at]
        logs[at < 0] = -math.inf
        return logs, self.y[ends], self.low[ends]

    def _arrived(self, mass):
        """The mass of all places that hear the sum at the same memory."""
        if not np.ndim(self.at):
            arrived = np.zeros(self.size)
            arrived[self.at] = mass.sum()
            return arrived
        if self.at.min() < 0:
            mass = np.where(self.at < 0, 0, mass)
        return np.bincount(np.maximum(self.at, 0), mass, self.size)


class _Near(_Sum):
    """A_l = Σ_{k ≤ l} S_k e^(−|y_l − y_k|/h) at every memory l."""

    def sum_up(self):
        self.steps = np.abs(np.diff(self.y) + np.diff(self.low)) / self.h
        if self.moderate:
            S, decay = np.exp(self.log_S), np.exp(-self.steps)
            A = _walk(np.multiply, np.add, decay, S)
            self.log, self.own, self.passed = np.log(A), S / A, decay * A[:-1] / A[1:]
        else:
            self.log = _walk(np.add, np.logaddexp, -self.steps, self.log_S)
            self.own = np.exp(self.log_S - self.log)
            self.passed = np.exp(self.log[:-1] - self.steps - self.log[1:])

    def ends(self, at):
        return at

    def spread(self, mass):
        """What each memory keeps of the mass that comes in at the places."""
        arrived = self._arrived(mass)
        return self.own * _walk(np.multiply, np.add, self.passed[::-1], arrived[::-1])[::-1]

    def mean_distances(self):
        """How far the memories are away on average from where the sum is known."""
        extra = np.append(0.0, self.passed * self.steps * self.h)
        return _walk(np.multiply, np.add, self.passed, extra)[np.maximum(self.at, 0)]


class _Far(_Sum):
    """F_l = Σ_{k ≤ l} S_k e^(−|y_0 − y_k|/h), which is heard from the first memory on."""

    def sum_up(self):
        self.away = np.abs((self.y - self.y[0]) + (self.low - self.low[0]))
        self.log_e = self.log_S - self.away / self.h
        if self.moderate:
            self.e = np.exp(self.log_e)
            self.F = np.cumsum(self.e)
            self.log = np.log(self.F)
        else:
            self.log_F = np.logaddexp.accumulate(self.log_e)
            self.log = self.log_F.copy()

    def ends(self, at):
        return np.zeros(at.size, int)

    def spread(self, mass):
        """What each memory keeps of the mass that comes in at the places."""
        arrived = self._arrived(mass)
        if self.moderate:
            return self.e * np.cumsum((arrived / self.F)[::-1])[::-1]
        with np.errstate(divide="ignore"):
            shares = np.log(arrived) - self.log_F
        return np.exp(self.log_e + np.logaddexp.accumulate(shares[::-1])[::-1])

    def mean_distances(self):
        """How far the memories are away on average from the first one."""
        at = np.maximum(self.at, 0)
        if self.moderate:
            return (np.cumsum(self.e * self.away) / self.F)[at]
        with np.errstate(divide="ignore"):
            sums = np.logaddexp.accumulate(self.log_e + np.log(self.away))
        return np.exp(sums - self.log_F)[at]


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


def _three_turns(y, low, log_S):
    """The turn before, the turn itself and the one after it."""
    ys, lows = [], []
    for turn in (-TURN, 0.0, TURN):
        there = y + turn
        back = there - y
        ys.append(there)
        lows.append(low + ((turn - back) + math.copysign(LOST, turn) * (turn != 0)))
    return np.concatenate(ys), np.concatenate(lows), np.tile(log_S, 3)


# -- the integral ----------------------------------------------------------------------------------
NODES, WEIGHTS = np.polynomial.legendre.leggauss(10)


def _exact(task, log_S, logits, positions, bandwidth):
    """Loss and gradients for the integral over the interval: between two memories it is known.

    There q is e^α + e^β, where α falls and β climbs by 1/h, so α + β is constant and q is
    e^((α + β)/2) · 2 cosh(s/2) for s = β − α, which climbs by 2/h.
    """
    a, b = task.interval
    h, w = task.kernel.bandwidth, b - a
    inside = task.points[(task.points > a) & (task.points < b)]
    cuts = np.unique(np.concatenate([[a], inside, [b]]))
    walk = _Walk(cuts, task.points, log_S, task.kernel, distances=True)
    lengths = np.diff(cuts)
    halves = np.full((2, cuts.size), -math.inf)  # logarithms: what each side explains at the cuts
    for side, share in zip(walk.sides, walk.log_shares, strict=True):
        halves[side] = np.logaddexp(halves[side], share)
    left, right = halves[:, :-1]
    start = right - left
    half = lengths / h  # half of what s climbs on each stretch
    end = start + 2 * half
    both = np.isfinite(start)  # else all memories are on one side
    log_q = np.where(
        both,
        lengths * (walk.log_q[:-1] + 0.5 * np.where(both, left + right, 0))
        + _between(_log_cosh, _log_cosh_integral, start, end, h, half),
        lengths * 0.5 * (walk.log_q[:-1] + walk.log_q[1:]),
    )
    loss = np.float64(-log_q.sum() / w)
    if not (logits or positions or bandwidth):
        return loss, None, None, None
    # of each stretch: how much of it the left side explains, and the right one
    masses = [
        np.where(
            both,
            _between(f, primitive, start, end, h, half),
            np.where(all_of_it, lengths, 0),
        )
        for f, primitive, all_of_it in (
            (lambda s: _logistic(-s), lambda s, h: -0.5 * h * _softplus(-s), start < 0),
            (_logistic, lambda s, h: 0.5 * h * _softplus(s), start > 0),
        )
    ]
    shares = np.zeros(walk.shares.shape)  # of each sum in the mass of its side
    for side, part, share in zip(walk.sides, shares, walk.log_shares, strict=True):
        whole = halves[side, :-1]
        some = share[:-1] > -math.inf
        part[:-1] = np.exp(np.where(some, share[:-1], 0) - np.where(some, whole, 0)) * some
        part[:-1] *= masses[side]
    received = walk.received(np.full(cuts.size, 1 / w), shares)
    S = np.exp(log_S)
    g = top_from_others(S - walk.of_memories(received.sum(axis=0)), S) if logits else None
    g_points = walk.of_memories(received[1] - received[0]) / h if positions else None
    g_bandwidth = None
    if bandwidth:
        mean = _mean_distance(walk, shares, masses, start, end, lengths)
        g_bandwidth = np.float64((1 - mean / w / h) / h)
    return loss, g, g_points, g_bandwidth


def _mean_distance(walk, shares, masses, start, end, lengths):
    """∫ Σ_j r_j |x − θ_j| dx: from where each sum is known, and on to x."""
    total = 0.0
    for s, share, distance in zip(walk.sums, shares, walk.distances, strict=True):
        total += _product(share, s.mean_distances() + distance).sum()
    settled = (start >= 40) | (end <= -40)  # where one side explains all
    start, end = (np.where(settled, 0, a) for a in (start, end))
    for mass, sign in zip(masses, (1, -1), strict=True):
        # how much x has moved since the beginning of the stretch, on the side's share
        moved = np.where(
            settled,
            np.where(mass > 0.5 * lengths, 0.5 * lengths**2, 0),
            _moved(start, end, sign, walk.h, np.where(settled, 0, lengths / walk.h)),
        )
        total += sign * moved.sum()
    return total


def _moved(start, end, sign, h, half):
    """∫ (x − x_0) σ(∓s) dx over a stretch that begins at x_0, where s is ``start``.

    ``half`` is (end − start)/2, which is better known than the two.
    """
    near = half < 0.5
    inner = np.where(near, half, 0)
    way = inner * (1 + NODES[:, None])
    short = inner * (WEIGHTS[:, None] * way * _logistic(-sign * (start + way))).sum(axis=0)
    short *= 0.25 * h * h
    if near.all():
        return short
    # (h/2)² ∫ (s − s_0) σ(−s) ds, and what is missing to half the square of the length
    long = _primitive(end, h) - _primitive(start, h)
    long -= (0.5 * h * start) * (0.5 * h * (_softplus(-start) - _softplus(-end)))
    if sign < 0:
        long = 0.5 * (h * half) ** 2 - long
    return np.where(near, short, long)


def _primitive(s, h):
    """(h/2)² times a primitive of s σ(−s): −s log(1 + e^−s) and one of log(1 + e^−s)."""
    y, d = 0.5 * h * s, np.abs(s)
    rest = 0.25 * h * h * _dilogarithm(d)
    pi = 0.5 * h * math.pi
    return np.where(s < 0, -pi * pi / 6 - 0.5 * y * y - rest, rest) - y * (0.5 * h * _softplus(-s))


def _between(f, primitive, start, end, h, half):
    """h/2 ∫ f ds from start to end: by ten nodes where they are close and the primitive cancels."""
    start, end = (np.where(np.isfinite(start), a, 0) for a in (start, end))
    middle = start + half
    near = half < 0.5
    short = np.zeros(start.shape)
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        short += weight * f(middle + node * np.where(near, half, 0))
    short *= 0.5 * h * np.where(near, half, 0)
    if near.all():
        return short
    return np.where(near, short, primitive(end, h) - primitive(start, h))


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


def _log_cosh_integral(s, h):
    """h/2 times the integral of it from 0 to s."""
    d = np.abs(s)
    return (0.125 * h * s) * d + 0.5 * h * np.sign(s) * (math.pi**2 / 12 + _dilogarithm(d))


def _dilogarithm(d):
    """Li₂(−e^−d) for d ≥ 0."""
    from scipy.special import spence

    return spence(1 + np.exp(-d))
