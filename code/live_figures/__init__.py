"""Live figures: drawn once by Matplotlib, moved in the browser by SymPy expressions.

An author writes Python only.  A figure is a function that returns a :class:`Figure`; whatever
moves is bound to a SymPy expression in the parameters; the engine compiles the expressions to
JavaScript.  On the site the figure is static HTML that moves without a kernel; in JupyterLab the
same object is a widget.

A full example, ``figures/demo.py``::

    import numpy as np
    import sympy as sm
    from live_figures import Figure, color, figure

    @figure(chapter="demo")                     # the chapter's stem
    def two_bumps():                            # Figure's name: the same, with hyphens
        fig = Figure(
            "two-bumps",
            title="The wider the bump, the lower it stands",         # says what to look at
            alt="A bell curve of width 1, 0.4 high at its centre.",  # describes the first state
            moving="Moving the width spreads the bell and lowers it.",  # what changes
            caption="Drag the width to 2: the peak falls by *half*.",  # asks for an action
        )
        s = fig.slider("s", 0.5, 3, 1, step=0.05, label="width *s*", unit="m", names={1: "start"})
        x = sm.Symbol("x")
        density = sm.exp(-((x / s) ** 2) / 2) / (s * sm.sqrt(2 * sm.pi))

        def bell(x, s):                         # the independent check: NumPy, never SymPy
            return np.exp(-((x / s) ** 2) / 2) / (s * np.sqrt(2 * np.pi))

        axes = fig.panel(xlim=(-6, 6), ylim=(0, 0.9), xlabel="place (m)", ylabel="density (1/m)")
        axes.draw(lambda ax: ax.axvline(0, color=color("muted"), linewidth=1))  # fixed things
        axes.curve("bell", density, (x, -6, 6), color="truth", check=bell,
                   label="density", label_at=1.5, label_align="left")  # rides on the curve
        peak = density.subs(x, 0)
        axes.points("peak", 0, peak, color="truth", check=lambda s: (0, bell(0, s)))
        fig.readout("height", "height {h:.3f} per metre", {"h": peak}, color="truth",
                    check=lambda s: {"h": bell(0, s)})
        return fig

Look at it with ``python -m live_figures crossentropy.figures.demo -o page.html``.  In the
chapter, a code cell ends with ``two_bumps()``.

**Controls** (methods of the figure; each returns the parameter's SymPy symbol: use that one, not
one of the same name that you made yourself):

- ``slider(name, low, high, start, *, label, step, unit="", digits, names={value: "name"},
  scale="log", whole=True, show=False)``
- ``shares_of_one(names, start, *, labels, low=0.0)``: sliders that always sum to 1
- ``checkbox(name, start=False, *, label)``: 0 or 1
- ``choice(name, options, start=0, *, label)``: the option's number, for ``Piecewise`` or ``a[k]``
- ``player(name, steps, *, label, rate=10)``: play / step / reset over 0 … steps
- ``panel.draggable(id, at=(x, y), *, label, sets={param: expression in X, Y})``: a point to drag;
  parameters keep inside their ranges (with ``shares_of_one``: inside the simplex)
- ``predict(question, choices, answer, explanation, hide=[ids])``: the reader commits first

**Numbers**: ``a = fig.data("a", array)`` gives ``a[i]`` or ``a[i, j]`` from 0; sum over it with
``sympy.Sum(f(a[j]), (j, 0, n - 1))`` and it stays a loop.  Frames of a training run: store the
table and index it, ``loss[k]`` with ``k`` from ``player``; a stored curve is
``curve(id, (x[i], frames[k, i]), (i, 0, n - 1), points=None)``.
``w = fig.recurrence("w", start, lambda w, i: …, steps)`` steps numbers forward in the browser;
``w[k]`` is the value after k steps.

**Artists** are methods of a panel, ``fig.panel(xlim=, ylim=, xlabel=, ylabel=, title=, width=,
aspect=, frame=, xticks=, xticklabels=, xscale=, …)``; several panels stand side by side on wide
screens and below each other on phones.  First comes an id, then expressions.  ``check`` is the
independent second opinion: it gets all parameters by name, uses the NumPy library, and returns
what is drawn (arrays or numbers).

- ``curve(id, y, (x, low, high))``; check: ``check(x, **params)`` → y.
  Parametric: ``curve(id, (x, y), (t, low, high))``; check: ``check(t, **params)`` → (x, y).
  ``points=None`` steps through whole numbers from low to high (both may move)
- ``area(id, low, high, (x, a, b))``; check(x, …) → (low, high).  With ``x=`` where the place is
  not the running variable: check(t, …) → (x, low, high)
- ``bars(id, heights, at=, width=, base=)``, a list, or one height with ``over=(j, first, last)``;
  check → heights
- ``boxes(id, left, low, right, high)``: expressions or lists; check → (left, low, right, high)
- ``points(id, x, y)``: expressions, lists, or ``over=``; check → (x, y)
- ``vline(id, x)``, ``hline(id, y)``: ``low=, high=`` may cut it; check → x or y
- ``segment(id, (x0, y0), (x1, y1), arrow=True)``; check → (x0, y0, x1, y1)
- ``label(id, text, (x, y), values={…}, offset=(right, up), align="left")``; check → the values as
  a dict, with ``"at": (x, y)`` where the place moves
- ``heatmap(id, z, (x, low, high, n), (y, low, high, n), zlim=)``; check(x, y, …) → z
- ``contour(id, z, (u, low, high, n), (v, low, high, n), levels=, at=(x, y))``;
  check(x, y, …) → z.  ``at`` maps the grid, for example to a triangle
- ``fig.readout(id, text, values)``: a line of numbers, read aloud; check → the values as a dict
- ``panel.draw(lambda ax: …)``: fixed things, with Matplotlib and ``live_figures.color("muted")``

Every artist takes ``color`` (a name of :mod:`live_figures.palette`: truth = P, belief = Q,
gap = KL, cost = cross-entropy, accent, neutral, muted), ``visible=`` (a SymPy condition, as
``sm.Eq(show, 1)``), ``infinite=True`` (may reach ±∞, never NaN; drawn at the edge, written ∞) and
``check=``.  Most take a direct label that rides on them: ``label="text", label_at=,
label_offset=(right, up), label_align=, label_color=, label_values=`` (with values also
``label_check=``), ``label_only="wide"`` (not on phones).

**Texts**: ``{name:.3f}`` fields (``+ .2f .3g .0% d``), ``*p*`` for italics, Unicode (no ``$``).
0·log 0 is 0.  A minus sign is a true one.

**Errors** (:class:`FigureError`, with the figure's name) at build time: an unknown symbol, a start
outside its range or between two steps, a number that is not finite anywhere within reach, a
missing title, alternative text or caption, an id used twice, a text that does not fit.
``fig.build()`` runs all checks.

**From Python**: ``fig.params["s"].value = 2`` moves the widget, ``fig.params["s"].observe(...)``
sees the reader's hand, ``fig.set({...})`` moves several, ``fig.evaluate({"s": 2})`` gives what is
drawn, in data units.  In the browser, ``LiveFigures.get("two-bumps")`` has ``set({s: 2})``,
``values``, ``coordinates()`` and ``reset()``.  The site may name its font in ``--lf-font``.
"""

from .errors import FigureError
from .figure import Figure
from .palette import hex_of as color
from .panel import X, Y
from .registry import discover, figure

__all__ = ["Figure", "FigureError", "X", "Y", "color", "discover", "figure"]
