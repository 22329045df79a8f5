"""Live figures: drawn once by Matplotlib, moved in the browser by SymPy expressions.

An author writes Python only.  A figure is a function that returns a :class:`Figure`; whatever moves
is bound to a SymPy expression in the parameters; the engine compiles the expressions to JavaScript.
On the site the figure is static HTML that moves without a kernel; in JupyterLab the same object is a
widget.

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

Look at it with ``python -m live_figures crossentropy.figures.demo -o page.html``.  In the chapter, a
code cell ends with ``two_bumps()``.

**Controls** (methods of the figure; each returns the parameter's SymPy symbol; use that symbol, not
one of the same name that you made yourself):

- ``slider(name, low, high, start, *, label, step, unit="", digits, names={value: "name"},
  scale="log", whole=True, show=False)``
- ``shares_of_one(names, start, *, labels, low=0.0)``: sliders that always sum to 1 (returns symbols)
- ``checkbox(name, start=False, *, label)``: 0 or 1
- ``choice(name, options, start=0, *, label)``: the number of the option, for ``Piecewise`` or ``a[k]``
- ``player(name, steps, *, label, rate=10)``: play / step / reset over 0 … steps
- ``panel.draggable(id, at=(x, y), *, label, sets={param: expression in X, Y})``: a point to drag;
  parameters keep inside their ranges (with ``shares_of_one``: inside the simplex)
- ``predict(question, choices, answer, explanation, hide=[ids])``: the reader commits first

**Numbers**: ``a = fig.data("a", array)`` gives ``a[i]`` or ``a[i, j]`` from 0; sum over it with
``sympy.Sum(f(a[j]), (j, 0, n - 1))`` and it stays a loop.  Frames of a training run: store the table
and index it, ``loss[k]`` with ``k`` from ``player``.  ``w = fig.recurrence("w", start, lambda w, i: …,
steps)`` steps numbers forward in the browser; ``w[k]`` is the value after k steps.

**Artists** (methods of a panel made by ``fig.panel(xlim=, ylim=, xlabel=, ylabel=, …)``; several
panels stand side by side on wide screens and below each other on phones).  First an id, then
expressions; ``check`` gets all parameters by name and uses NumPy, arrays allowed:

===========  =============================================================  =======================
artist       expressions                                                    check returns
===========  =============================================================  =======================
curve        ``y, (x, low, high)``; ``(x_of_t, y_of_t), (t, low, high)``;   ``check(x, **params)``: y,
             ``points=None``: whole numbers from low to high (may move)     or (x, y) if parametric
area         ``low, high, (x, a, b)``; ``x=`` if the place is no variable   (low, high) or (x, low, high)
bars         ``heights`` list (``at=, width=, base=``), or one with         heights
             ``over=(j, first, last)``
boxes        ``left, low, right, high`` (expressions or lists)              (left, low, right, high)
points       ``x, y`` (expressions or lists, or ``over=``)                  (x, y)
vline/hline  ``x`` / ``y`` (``low=, high=`` may cut it)                     x / y
segment      ``(x0, y0), (x1, y1)``, ``arrow=True``                         (x0, y0, x1, y1)
label        ``text, (x, y), values={...}``, ``offset=(right, up)`` px      dict of values, ``at``
heatmap      ``z, (x, low, high, n), (y, low, high, n), zlim=``             ``check(x, y, **params)``: z
contour      ``z, (u, …, n), (v, …, n), levels=``, ``at=(x, y)`` maps       ``check(x, y, **params)``: z
fig.readout  ``text, values={...}``: a line of numbers, read aloud          dict of values
===========  =============================================================  =======================

Every artist takes ``color`` (a name of :mod:`live_figures.palette`: truth = P, belief = Q, gap = KL,
cost = cross-entropy, accent, neutral, muted), ``visible=`` (a SymPy condition, as ``sm.Eq(show, 1)``),
``infinite=True`` (may reach ±∞, never NaN; drawn at the edge, written ∞), ``check=``, and most take a
direct label: ``label="text", label_at=, label_offset=(right, up), label_align=, label_values=``
(with values also ``label_check=``); ``label_only="wide"`` keeps it off the phone's drawing.

**Texts**: ``{name:.3f}`` fields (``+ .2f .3g .0% d``), ``*p*`` for italics, Unicode (no ``$``).
0·log 0 is 0.  A minus sign is a true one.

**Errors** (:class:`FigureError`, with the figure's name) at build time: an unknown symbol, a start
outside its range, a number that is not finite anywhere within reach, missing title, alternative text
or caption, an id used twice, a text that does not fit.  Build with ``fig.build()``.

**From Python**: ``fig.params["s"].value = 2`` moves the widget, ``fig.params["s"].observe(...)`` sees
the reader's hand, ``fig.set({...})`` moves several, ``fig.evaluate({"s": 2})`` gives what is drawn, in data units.
"""

from .errors import FigureError
from .figure import Figure
from .palette import hex_of as color
from .panel import X, Y
from .registry import discover, figure

__all__ = ["Figure", "FigureError", "X", "Y", "color", "discover", "figure"]
