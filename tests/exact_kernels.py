"""The kernels of the library in sixty digits, written down once more, for the tests."""

import crossentropy as ce
import mpmath

mp = mpmath.mp.clone()
mp.dps = 60


def line(kernel):
    """log K of a kernel on the line, as a function of a number of sixty digits."""
    h = mp.mpf(kernel.bandwidth)
    match kernel:
        case ce.Gaussian():
            return lambda t: -((t / h) ** 2) / 2 - mp.log(h * mp.sqrt(2 * mp.pi))
        case ce.Laplace():
            return lambda t: -abs(t) / h - mp.log(2 * h)
        case ce.StudentT() | ce.Cauchy():
            nu = mp.mpf(kernel.degrees_of_freedom)
            c = mp.loggamma((nu + 1) / 2) - mp.loggamma(nu / 2) - mp.log(h * mp.sqrt(mp.pi * nu))
            return lambda t: c - (nu + 1) / 2 * mp.log1p((t / h) ** 2 / nu)
        case ce.Epanechnikov():
            return lambda t: mp.log(3 * (1 - (t / h) ** 2) / (4 * h)) if abs(t) < h else -mp.inf
        case ce.TopHat():
            return lambda t: -mp.log(2 * h) if abs(t) <= h else -mp.inf


def wrapped(t):
    return t - 2 * mp.pi * mp.nint(t / (2 * mp.pi))


def circle(kernel):
    """log K of a kernel on the circle."""
    if isinstance(kernel, ce.VonMises):
        k = mp.mpf(kernel.concentration)
        if k < 1e4:
            c = mp.log(mp.besseli(0, k)) - k
        else:  # Hankel's expansion
            c = mp.log(mp.hyp2f0(0.5, 0.5, 1 / (2 * k))) - mp.log(2 * mp.pi * k) / 2
        return lambda t: -2 * k * mp.sin(t / 2) ** 2 - mp.log(2 * mp.pi) - c
    if isinstance(kernel, ce.WrappedCauchy):
        r = mp.mpf(kernel.concentration)
        top = (1 - r * r) / (2 * mp.pi)
        return lambda t: mp.log(top / ((1 - r) ** 2 + 4 * r * mp.sin(t / 2) ** 2))
    h = mp.mpf(kernel.bandwidth)
    if isinstance(kernel, ce.GeodesicLaplace):
        c = mp.log(2 * h * (1 - mp.exp(-mp.pi / h)))
        return lambda t: -abs(wrapped(t)) / h - c
    if isinstance(kernel, ce.WrappedLaplace):
        c = mp.log(2 * h * (1 - mp.exp(-2 * mp.pi / h)))
        return lambda t: (
            mp.log(mp.exp(-abs(wrapped(t)) / h) + mp.exp((abs(wrapped(t)) - 2 * mp.pi) / h)) - c
        )
    last = 4 + int(3 * h)
    turns = [2 * mp.pi * k for k in range(-last, last + 1)]
    c = mp.log(h * mp.sqrt(2 * mp.pi))
    return lambda t: (
        mp.log(mp.fsum(mp.exp(-(((wrapped(t) + turn) / h) ** 2) / 2) for turn in turns)) - c
    )


def log_kernel(kernel):
    return line(kernel) if kernel.period is None else circle(kernel)


def loss_and_gradient(x, points, z, kernel, p, background=0, u=1):
    """−Σ p log(ε u + (1 − ε) q) and its gradient for the logits, in sixty digits."""
    log_K, eps = log_kernel(kernel), mp.mpf(background)
    x, points, z, p = ([mp.mpf(float(v)) for v in line] for line in (x, points, z, p))
    whole = mp.fsum(mp.exp(v) for v in z)
    S = [mp.exp(v) / whole for v in z]
    loss, g = mp.mpf(0), [mp.mpf(0)] * len(z)
    for place, share in zip(x, p, strict=True):
        parts = [s * mp.exp(log_K(place - y)) for s, y in zip(S, points, strict=True)]
        q = mp.fsum(parts)
        mixed = eps * mp.mpf(u) + (1 - eps) * q
        loss -= share * mp.log(mixed)
        for j, (s, part) in enumerate(zip(S, parts, strict=True)):
            g[j] += share * (1 - eps) * (s * q - part) / mixed
    return loss, g


def relative_error(value, exact):
    return float(abs((mp.mpf(float(value)) - exact) / exact)) if exact else float(abs(value))
