"""The figures of ``chapters/index.md``: one expression drawn, and what needs what."""

from dataclasses import dataclass

import numpy as np
import sympy as sm
from IPython.display import HTML
from live_figures import Figure, figure

from ..derivations.notation import CE, KL, H
from ..entropy import entropy
from ..kl import cross_entropy, kl_divergence


@figure(chapter="index")
def one_expression():
    """Cross-entropy of two coins, split into entropy and gap.

    The three bars are drawn from the SymPy definitions of H(P), H(P, Q) and KL(P ‖ Q) that the
    statements of the book are made of, and compared with the library's numbers.
    """
    fig = Figure(
        "one-expression",
        title="What you pay is what you must pay, plus a gap",
        caption="Drag your belief q toward the truth p and watch the gap close. Then move the "
        "truth: the middle bar is what even the right belief costs.",
        alt="Three horizontal bars on one scale of nats. The top bar is the cross-entropy, 1.19. "
        "The middle bar is the entropy of the truth, 0.61. The bottom bar begins where the middle "
        "one ends, is 0.58 long, and ends where the top one ends.",
        moving="moving the belief changes the gap, and only the gap; it closes when the belief "
        "equals the truth",
        height=230,
        narrow_height=220,
    )
    p = fig.slider("p", 0, 1, 0.7, step=0.01, label="truth: chance p of left")
    q = fig.slider("q", 0.1, 0.9, 0.2, step=0.01, label="belief: chance q of left")
    truth, belief = sm.Tuple(p, 1 - p), sm.Tuple(q, 1 - q)
    cost, must, gap = (
        quantity.expand_definition()
        for quantity in (CE(truth, belief), H(truth), KL(truth, belief))
    )

    panel = fig.panel(
        xlim=(0, 3.7),
        ylim=(-0.15, 2.75),
        xlabel="nats per shot",
        yticks=[],
        xticks=[0, 0.5, 1, 1.5, 2],
    )
    panel.boxes("cost", 0, 2, cost, 2.6, color="cost", check=_cost)
    panel.boxes("must", 0, 1, must, 1.6, color="truth", check=_must)
    panel.boxes("gap", must, 0, must + gap, 0.6, color="gap", check=_gap)
    panel.vline("must-end", must, low=0, high=1.6, dash=(3, 3), check=_must_end)
    panel.vline("cost-end", cost, low=0, high=2.6, dash=(3, 3), check=_cost_end)
    panel.label(
        "cost-name", "H(P, Q) {cost:.3f}", (2.42, 2.3), values={"cost": cost}, color="cost",
        align="left", bold=True, offset=(0, -4), check=_number_of_cost,
    )  # fmt: skip
    panel.label(
        "must-name", "H(P) {must:.3f}", (2.42, 1.3), values={"must": must}, color="truth",
        align="left", bold=True, offset=(0, -4), check=_number_of_must,
    )  # fmt: skip
    panel.label(
        "gap-name", "KL(P ‖ Q) {gap:.3f}", (2.42, 0.3), values={"gap": gap}, color="gap",
        align="left", bold=True, offset=(0, -4), check=_number_of_gap,
    )  # fmt: skip
    fig.readout(
        "sum",
        "H(P, Q) = H(P) + KL(P ‖ Q):  {cost:.3f} = {must:.3f} + {gap:.3f} nats",
        {"cost": cost, "must": must, "gap": gap},
        check=_numbers,
    )
    return fig


def _pairs(p, q):
    return np.array([p, 1 - p]), np.array([q, 1 - q])


def _numbers(p, q):
    truth, belief = _pairs(p, q)
    return {
        "cost": cross_entropy(truth, belief),
        "must": entropy(truth),
        "gap": kl_divergence(truth, belief),
    }


def _number_of_cost(p, q):
    return {"cost": _numbers(p, q)["cost"]}


def _number_of_must(p, q):
    return {"must": _numbers(p, q)["must"]}


def _number_of_gap(p, q):
    return {"gap": _numbers(p, q)["gap"]}


def _cost(p, q):
    return 0, 2, _numbers(p, q)["cost"], 2.6


def _must(p, q):
    return 0, 1, _numbers(p, q)["must"], 1.6


def _gap(p, q):
    numbers = _numbers(p, q)
    return numbers["must"], 0, numbers["cost"], 0.6


def _must_end(p, q):
    return _numbers(p, q)["must"]


def _cost_end(p, q):
    return _numbers(p, q)["cost"]


@dataclass(frozen=True)
class Box:
    """A chapter, or a group of chapters, in the graph of the book; sizes in SVG units."""

    left: int
    top: int
    width: int
    lines: tuple[str, ...]
    here: bool = False

    @property
    def bottom(self):
        return self.top + 20 + 18 * len(self.lines)

    def svg(self):
        """A full edge for what is here, a dashed one for what is to come."""
        edge = 'stroke-width="2"' if self.here else 'stroke-dasharray="4 3"'
        weight = 600 if self.here else 400
        texts = "".join(
            f'<text x="{self.left + self.width / 2:g}" y="{self.top + 24 + 18 * row}" '
            f'text-anchor="middle" fill="currentColor" font-weight="{weight}">{text}</text>'
            for row, text in enumerate(self.lines)
        )
        return (
            f'<rect x="{self.left}" y="{self.top}" width="{self.width}" '
            f'height="{self.bottom - self.top}" rx="6" fill="var(--surface, none)" '
            f'stroke="currentColor" {edge}/>{texts}'
        )


BOXES = {
    "start": Box(10, 6, 320, ("The game · Notation · What you need",), True),
    "entropy": Box(10, 68, 155, ("I · Surprise", "and entropy"), True),
    "kl": Box(10, 148, 155, ("I · Believing Q when", "the truth is P"), True),
    "stars": Box(185, 148, 145, ("I · Information ★", "codes ★")),
    "softmax": Box(10, 228, 155, ("II · Scores become", "belief"), True),
    "gradient": Box(10, 308, 155, ("II · Where ŷ − y", "comes from"), True),
    "training": Box(10, 388, 155, ("II · A classifier", "that learns"), True),
    "checking": Box(185, 388, 145, ("II · Trust, but", "differentiate ★"), True),
    "continuous": Box(185, 228, 145, ("III · When outcomes", "become a line"), True),
    "density": Box(185, 308, 145, ("III · Remembering", "angles"), True),
    "density_loss": Box(10, 486, 155, ("III · The loss and", "its gradient"), True),
    "invariance": Box(10, 566, 155, ("III · What the gradient", "cannot see"), True),
    "learning": Box(185, 566, 145, ("III · Letting the", "weights learn"), True),
    "memoryless": Box(10, 646, 155, ("III · The slide",), True),
    "battle": Box(185, 646, 145, ("III · Aiming for real",), True),
    "circle": Box(10, 708, 155, ("III · Around", "the circle ★"), True),
    "fast_sums": Box(185, 708, 145, ("III · A million", "memories ★"), True),
}
ARROWS = (  # from what is needed to what needs it
    "M87 44V66", "M87 124V146", "M165 170H183", "M87 204V226", "M87 284V306", "M87 364V386",
    "M165 346H175V410H183", "M165 190H175V244H183", "M257 284V306", "M165 268H175V326H183",
    "M10 336H4V514H8", "M330 336H342V474H120V484", "M87 444V460H257V564", "M165 514H175V584H183",
    "M87 542V564", "M87 622V644", "M257 622V644", "M87 684V706", "M165 665H175V728H183",
)  # fmt: skip
SUMMARY = (
    "Graph of the book. Everything begins with the game, the notation and what you need. Entropy "
    "comes next, then believing Q when the truth is P. From there one way leads to softmax, its "
    "gradient, training, and a chapter on checking gradients that can be skipped. Another leads to "
    "densities; with softmax, to the density that remembers angles. The gradient and that density "
    "meet in the loss of Part III. It leads to what its gradient cannot see, the slide and, to "
    "skip, the circle and a million memories; and, with training, to weights that learn and to "
    "aiming for real. To come are information and codes, which need only Part I."
)


def what_needs_what():
    """Return the graph of the book as SVG in the colours of the page; it needs no script."""
    shapes = [f'<path d="{way}" marker-end="url(#need)"/>' for way in ARROWS]
    return HTML(
        f'<svg viewBox="0 0 350 770" role="img" aria-label="{SUMMARY}" '
        'style="display:block;width:100%;max-width:30rem;font:13px var(--sans, sans-serif)">'
        '<defs><marker id="need" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="currentColor"/></marker>'
        '</defs><g fill="none" stroke="currentColor">'
        + "".join(shapes)
        + "</g>"
        + "".join(box.svg() for box in BOXES.values())
        + "</svg>"
    )
