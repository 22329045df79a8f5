"""The figure of ``chapters/game.md``: the angles that hit."""

import numpy as np
import sympy as sm
from live_figures import Figure, X, Y, color, figure

RADIUS = 0.5  # of the dodger: distances are measured in robots
FAR = 8.6  # where the drawing of the plane ends


@figure(chapter="game")
def angles_that_hit():
    """A disc seen from the origin, the interval of angles that meets it, and one shot."""
    fig = Figure(
        "angles-that-hit",
        title="From the robot's width to an interval of angles",
        caption="Drag the dodger away from you: the interval [a, b] shrinks. Then turn the shot "
        "until it only just hits. Between a and b every angle is as good as any other.",
        alt="A plane seen from above. You stand at the bottom. The dodger, a disc one robot wide, "
        "is 4 robots away at an angle of 20 degrees to the right. Two lines from you touch the "
        "disc at its edges, at 12.8 and 27.2 degrees. A shot at 5 degrees passes it "
        "on the left.",
        moving="moving the dodger moves the interval of angles that hit, which widens as the "
        "dodger comes nearer; turning the shot shows when it hits",
        height=430,
        narrow_height=250,
    )
    d = fig.slider("d", 1.5, 8, 4, step=0.1, label="distance of the dodger", unit="robots")
    place = fig.slider("place", -50, 50, 20, step=1, label="angle of the dodger", unit="°")
    shot = fig.slider("shot", -60, 60, 5, step=1, label="angle of the shot", unit="°")

    half = sm.asin(RADIUS / d) * 180 / sm.pi
    a, b = place - half, place + half
    hits = (shot >= a) & (shot <= b)

    def on(angle, radius):
        """The point of the plane at an angle (degrees, clockwise from straight up) and a radius."""
        return radius * sm.sin(angle * sm.pi / 180), radius * sm.cos(angle * sm.pi / 180)

    plane = fig.panel(
        xlim=(-8.6, 8.6), ylim=(-0.5, 9.7), aspect="equal", frame=False, xticks=[], yticks=[]
    )
    plane.draw(_ground)

    turn = sm.Symbol("turn", real=True)
    plane.segment(
        "edges", (0, 0), ([on(a, FAR)[0], on(b, FAR)[0]], [on(a, FAR)[1], on(b, FAR)[1]]),
        color="truth", dash=(4, 3), check=_edges,
    )  # fmt: skip
    plane.curve("arc", on(turn, FAR), (turn, a, b), points=40, color="truth", width=6, check=_arc)
    x, y = on(place, d)
    around = sm.Symbol("around", real=True)
    plane.curve(
        "dodger", (x + RADIUS * sm.cos(around), y + RADIUS * sm.sin(around)),
        (around, 0, 2 * sm.pi), points=60, color="truth", width=3, check=_dodger,
    )  # fmt: skip
    plane.segment("shot-line", (0, 0), on(shot, FAR), arrow=True, color="belief", width=2.4,
                  check=_shot)  # fmt: skip
    plane.points("you", [0], [0], size=13, color="ink")
    plane.label("you-name", "you", (0, 0), offset=(12, -4), align="left")
    plane.draggable(
        "dodger-handle", (x, y), label="the dodger", color="truth", keys=(0.02, 0.02),
        sets={d: sm.sqrt(X**2 + Y**2), place: sm.atan2(X, Y) * 180 / sm.pi},
    )  # fmt: skip

    plane.label("a", "a", on(a, FAR + 0.45), color="truth", bold=True, offset=(0, -4),
                check=_place_of_a)  # fmt: skip
    plane.label("b", "b", on(b, FAR + 0.45), color="truth", bold=True, offset=(0, -4),
                check=_place_of_b)  # fmt: skip
    fig.readout(
        "interval-text",
        "[a, b] = [{a:.1f}°, {b:.1f}°], {width:.1f}° wide at {d:.1f} robots",
        {"a": a, "b": b, "width": 2 * half, "d": d},
        color="truth",
        check=_numbers,
    )
    aim = {"shot": shot, "off": sm.Abs(shot - place), "half": half}
    fig.readout(
        "hit", "{shot:.0f}° hits: {off:.0f}° off the middle, {half:.1f}° allowed", aim,
        color="belief", visible=hits, check=_aim,
    )  # fmt: skip
    fig.readout(
        "miss", "{shot:.0f}° misses: {off:.0f}° off the middle, {half:.1f}° allowed", aim,
        color="belief", visible=sm.Not(hits), check=_aim,
    )  # fmt: skip
    return fig


def _ground(ax):
    """The arc on which angles are read, and a line every 15 degrees."""
    arc = np.radians(np.linspace(-60, 60, 121))
    ax.plot(FAR * np.sin(arc), FAR * np.cos(arc), color=color("muted"), lw=1.2, zorder=0)
    for side in arc[::15]:
        ends = [0, FAR * np.sin(side)], [0, FAR * np.cos(side)]
        ax.plot(*ends, color=color("grid"), lw=1, zorder=0)
    for angle in (-60, -30, 0, 30, 60):
        ax.text(
            *_on(angle, 0.88 * FAR),
            f"{angle}°".replace("-", "−"),
            color=color("muted"),
            ha="center",
            va="center",
            fontsize=11,
            bbox={"facecolor": color("paper"), "edgecolor": "none", "pad": 1},
        )


def _ends(d, place):
    """a and b from the tangents of a disc: sin(half the angle) is radius over distance."""
    half = np.degrees(np.arcsin(RADIUS / d))
    return place - half, place + half


def _on(angle, radius):
    return radius * np.sin(np.radians(angle)), radius * np.cos(np.radians(angle))


def _edges(d, place, shot):
    x, y = _on(np.array(_ends(d, place)), FAR)
    return np.zeros(2), np.zeros(2), x, y


def _arc(turn, d, place, shot):
    return _on(turn, FAR)


def _dodger(around, d, place, shot):
    x, y = _on(place, d)
    return x + RADIUS * np.cos(around), y + RADIUS * np.sin(around)


def _shot(d, place, shot):
    return 0, 0, *_on(shot, FAR)


def _numbers(d, place, shot):
    a, b = _ends(d, place)
    return {"a": a, "b": b, "width": b - a, "d": d}


def _place_of_a(d, place, shot):
    return {"at": _on(_ends(d, place)[0], FAR + 0.45)}


def _place_of_b(d, place, shot):
    return {"at": _on(_ends(d, place)[1], FAR + 0.45)}


def _aim(d, place, shot):
    return {"shot": shot, "off": abs(shot - place), "half": np.degrees(np.arcsin(RADIUS / d))}
