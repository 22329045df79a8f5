"""What the reader moves: sliders, check boxes, drop-downs, players and shares that sum to one.

Each control is a :class:`Parameter`: it has a SymPy symbol for the author, a ``value`` trait that
Python can read, set and observe, and a plain description for the browser.
"""

from __future__ import annotations

import math

import numpy as np
import sympy as sm
import traitlets

from .errors import FigureError

RESERVED = {"P", "D", "Z", "ln", "exp"}


class Parameter(traitlets.HasTraits):
    """One number that the reader can move."""

    value = traitlets.Float()
    kind = "parameter"

    def __init__(self, figure, name, low, high, start, *, label, unit="", whole=False):
        if not name.isidentifier() or name in RESERVED or name.startswith("_"):
            raise FigureError(figure, f"parameter name {name!r} is not a plain identifier")
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise FigureError(figure, f"{name}: the range must be finite and low < high")
        if not low <= start <= high:
            raise FigureError(
                figure, f"{name}: start {start:g} is outside the range [{low:g}, {high:g}]"
            )
        if not label:
            raise FigureError(figure, f"{name}: a control needs a label")
        super().__init__(value=float(start))
        self.figure, self.name, self.label, self.unit = figure, name, label, unit
        self.low, self.high, self.start, self.whole = float(low), float(high), float(start), whole
        self.symbol = sm.Symbol(name, integer=True) if whole else sm.Symbol(name, real=True)

    @traitlets.validate("value")
    def _inside(self, proposal):
        value = proposal["value"]
        if hasattr(self, "high") and not self.low <= value <= self.high:
            raise FigureError(
                self.figure,
                f"{self.name} = {value:g} is outside the range [{self.low:g}, {self.high:g}]",
            )
        if getattr(self, "whole", False) and value != round(value):
            raise FigureError(self.figure, f"{self.name} = {value:g} must be a whole number")
        return value

    def draws(self, rng, count):
        """Random reachable values, shape (count,)."""
        if self.whole:
            return rng.integers(int(self.low), int(self.high) + 1, count).astype(float)
        return rng.uniform(self.low, self.high, count)

    def spec(self):
        """The description that the browser reads."""
        return {
            "name": self.name,
            "kind": self.kind,
            "low": self.low,
            "high": self.high,
            "start": self.start,
            "label": self.label,
            "unit": self.unit,
            "whole": self.whole,
        }


def _round_step(span):
    """A hundredth of ``span`` rounded down to 1, 2 or 5 times a power of ten.

    >>> _round_step(1.9), _round_step(1), _round_step(6)
    (0.01, 0.01, 0.05)
    """
    size = 10.0 ** math.floor(math.log10(span / 100) + 1e-9)
    lead = next(lead for lead in (5, 2, 1) if lead * size <= span / 100 * (1 + 1e-9))
    return float(f"{lead * size:.6g}")


class Slider(Parameter):
    """A range input; ``names`` gives names to special values, ``scale="log"`` equal ratios."""

    kind = "slider"

    def __init__(self, figure, name, low, high, start, *, step, digits, names, scale, show,
                 free=False, **rest):  # fmt: skip
        super().__init__(figure, name, low, high, start, **rest)
        if scale not in ("linear", "log"):
            raise FigureError(figure, f"{name}: scale must be 'linear' or 'log', not {scale!r}")
        if scale == "log" and low <= 0:
            raise FigureError(figure, f"{name}: a logarithmic slider needs low > 0")
        if step is None:
            step = 1.0 if self.whole else _round_step(high - low)
        if step <= 0 or step > high - low:
            raise FigureError(figure, f"{name}: step {step:g} does not fit into the range")
        if digits is None:
            digits = 0 if self.whole else max(0, -math.floor(math.log10(step) + 1e-9))
        self.step, self.digits, self.scale, self.show = float(step), digits, scale, show
        self.names = {float(k): v for k, v in (names or {}).items()}
        if scale == "linear":
            steps = (start - low) / step
            if abs(steps - round(steps)) > 1e-6 and not free:
                raise FigureError(
                    figure,
                    f"{name}: start {start:g} is not a whole number of steps {step:g} "
                    f"above {low:g}",
                )
        for special in self.names:
            if not low <= special <= high:
                raise FigureError(figure, f"{name}: the named value {special:g} is out of range")

    def draws(self, rng, count):
        if self.scale == "log":
            return np.exp(rng.uniform(math.log(self.low), math.log(self.high), count))
        return super().draws(rng, count)

    def spec(self):
        return super().spec() | {
            "step": self.step,
            "digits": self.digits,
            "scale": self.scale,
            "names": [[k, v] for k, v in self.names.items()],
            "show": self.show,
        }


class Player(Slider):
    """A whole-number slider with play, step and reset buttons; ``rate`` is in steps a second."""

    kind = "player"

    def __init__(self, figure, name, steps, *, rate, **rest):
        super().__init__(
            figure, name, 0, steps, whole=True, step=1, digits=0, scale="linear", **rest
        )
        self.rate = rate

    def spec(self):
        return super().spec() | {"rate": self.rate}


class Choice(Parameter):
    """A drop-down; its value is the number of the option, from 0."""

    kind = "choice"

    def __init__(self, figure, name, options, start, **rest):
        if len(options) < 2:
            raise FigureError(figure, f"{name}: a drop-down needs two options or more")
        super().__init__(figure, name, 0, len(options) - 1, start, whole=True, **rest)
        self.options = list(options)

    def spec(self):
        return super().spec() | {"options": self.options}


class Checkbox(Parameter):
    """A check box; its value is 0 or 1."""

    kind = "checkbox"

    def __init__(self, figure, name, start, **rest):
        super().__init__(figure, name, 0, 1, int(start), whole=True, **rest)


class Shares:
    """Sliders that always sum to one, none below ``low``.

    When one moves, the others give or take in proportion to what they have above ``low``.
    """

    def __init__(self, parameters, low):
        self.parameters, self.low = list(parameters), float(low)
        self.busy = False
        for parameter in self.parameters:
            parameter.observe(self._one_moved, "value")

    @property
    def names(self):
        return [p.name for p in self.parameters]

    def _one_moved(self, change):
        """A share was set from Python: the others give or take."""
        if self.busy:
            return
        moved = self.parameters.index(change["owner"])
        old = np.array([p.value for p in self.parameters])
        old[moved] = change["old"]
        self.assign(self.settle(old, {moved: change["new"]}))

    def assign(self, values):
        """Set all shares at once."""
        self.busy = True
        try:
            for parameter, value in zip(self.parameters, values, strict=True):
                parameter.value = float(min(max(value, parameter.low), parameter.high))
        finally:
            self.busy = False

    def settle(self, old: np.ndarray, new: dict) -> np.ndarray:
        """The shares after some of them were asked to take ``new`` values (index → value)."""
        size, low = len(old), self.low
        spare = 1 - size * low
        excess = np.maximum(np.asarray(old, float) - low, 0)
        if len(new) == 1:
            ((i, value),) = new.items()
            mine = min(max(value - low, 0.0), spare)
            others = np.delete(np.arange(size), i)
            total = excess[others].sum()
            left = spare - mine
            weights = excess[others] / total if total > 0 else np.full(size - 1, 1 / (size - 1))
            excess[others], excess[i] = left * weights, mine
        else:
            for i, value in new.items():
                excess[i] = max(value - low, 0.0)
            total = excess.sum()
            excess = excess * (spare / total) if total > 0 else np.full(size, spare / size)
        return low + excess

    def draws(self, rng, count):
        """Random shares, shape (count, size): uniform over the reachable simplex, corners too."""
        size = len(self.parameters)
        spare = 1 - size * self.low
        return self.low + spare * rng.dirichlet(np.ones(size), count)

    def corners(self):
        size = len(self.parameters)
        return self.low + (1 - size * self.low) * np.eye(size)

    def spec(self):
        return {"names": self.names, "low": self.low}
