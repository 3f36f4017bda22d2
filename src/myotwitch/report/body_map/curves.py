"""Smooth closed curves through a few points, as text for a drawing and as points for a test."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

HANDLE = 0.36
"""Length of a handle as a share of its side: a little more than a third makes round things round."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Knot:
    """A point of a curve; at a corner the curve turns at once."""

    x: float
    y: float
    is_corner: bool = False

    def mirrored(self) -> Knot:
        """Return the point on the other side of the middle line."""
        return Knot(x=-self.x, y=self.y, is_corner=self.is_corner)


Ring = tuple[Knot, ...]
"""A closed curve."""


def ring_from_text(text: str) -> Ring:
    """Return the curve that a table gives as ``x,y x,y …``; a star marks a corner.

    Raises
    ------
    ValueError
        If a part is no point, or there is one alone.
    """
    knots = []
    for word in text.split():
        x, y = word.rstrip("*").split(",")
        knots.append(Knot(x=float(x), y=float(y), is_corner=word.endswith("*")))
    if len(knots) < 2:
        raise ValueError(f"A closed curve needs points; given were {text[:60]!r}.")
    return tuple(knots)


def mirrored(ring: Ring) -> Ring:
    """Return the curve on the other side of the middle line."""
    return tuple(knot.mirrored() for knot in reversed(ring))


def clockwise(ring: Ring) -> Ring:
    """Return the curve in the direction of the clock, so that curves that overlap add up to one area."""
    points = [(knot.x, knot.y) for knot in ring]
    twice_area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True))
    return ring if twice_area > 0 else tuple(reversed(ring))


def joined(half: Ring) -> Ring:
    """Return the whole curve of a half that begins and ends on the middle line."""
    other = [knot.mirrored() for knot in reversed(half) if abs(knot.x) > 1e-9]
    return (*half, *other)


def path_text(rings: Sequence[Ring]) -> str:
    """Return closed curves as the text of an SVG path."""
    return "".join(_ring_text(ring) for ring in rings)


def _ring_text(ring: Ring) -> str:
    parts = [f"M{_number(ring[0].x)} {_number(ring[0].y)}"]
    for first, one, two, last in _sides(ring):
        del first
        numbers = (one[0], one[1], two[0], two[1], last.x, last.y)
        parts.append("C" + " ".join(_number(value) for value in numbers))
    return "".join(parts) + "Z"


def polygon(ring: Ring, steps: int = 6) -> list[tuple[float, float]]:
    """Return points along a curve, some on each of its sides."""
    points = []
    for first, one, two, last in _sides(ring):
        for step in range(steps):
            t = step / steps
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
            corners = ((first.x, first.y), one, two, (last.x, last.y))
            x, y = (
                sum(weight * corner[axis] for weight, corner in zip(weights, corners, strict=True)) for axis in (0, 1)
            )
            points.append((x, y))
    return points


def _sides(ring: Ring) -> list[tuple[Knot, tuple[float, float], tuple[float, float], Knot]]:
    """Return each side with the ends of its two handles.

    Method
    ------
    The direction at a point is that from its neighbour before to its neighbour after; a handle is as long as a share of
    its side, so that the curve stays near the points however uneven they lie.
    """
    count = len(ring)
    directions = [_direction(ring[at - 1], ring[at], ring[(at + 1) % count]) for at in range(count)]
    sides = []
    for at, first in enumerate(ring):
        after = (at + 1) % count
        last = ring[after]
        length = HANDLE * math.hypot(last.x - first.x, last.y - first.y)
        one, two = directions[at], directions[after]
        sides.append((
            first,
            (first.x + one[0] * length, first.y + one[1] * length),
            (last.x - two[0] * length, last.y - two[1] * length),
            last,
        ))  # fmt: skip
    return sides


def _direction(before: Knot, at: Knot, after: Knot) -> tuple[float, float]:
    x, y = after.x - before.x, after.y - before.y
    length = math.hypot(x, y)
    return (0.0, 0.0) if at.is_corner or length == 0 else (x / length, y / length)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0").replace("-0.0", "0")


def is_inside(x: float, y: float, points: Sequence[tuple[float, float]]) -> bool:
    """Return whether a point lies inside a polygon."""
    inside = False
    for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def middle_of(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the centre of the area of a polygon."""
    twice_area = x_sum = y_sum = 0.0
    for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True):
        cross = x1 * y2 - x2 * y1
        twice_area += cross
        x_sum += (x1 + x2) * cross
        y_sum += (y1 + y2) * cross
    if abs(twice_area) < 1e-9:
        return points[0]
    return x_sum / (3 * twice_area), y_sum / (3 * twice_area)


def open_path_text(line: Ring) -> str:
    """Return a smooth line that does not close as the text of an SVG path."""
    begin, end = line[0], line[-1]
    bare = (Knot(x=begin.x, y=begin.y, is_corner=True), *line[1:-1], Knot(x=end.x, y=end.y, is_corner=True))
    closed = _ring_text(bare)
    return closed[: closed.rindex("C")]
