"""From stages of sleep, of one device or several, to nights and naps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """A stretch in which somebody slept or lay in bed, as one record tells it.

    Parameters
    ----------
    start_s, stop_s
        Its ends **[s since 1970, UTC]**.
    offset_min
        Offset from UTC of the clock that it was written by **[min]**.
    """

    start_s: float
    stop_s: float
    offset_min: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Night:
    """One sleep, a night's or a nap.

    Parameters
    ----------
    start_s
        When the person fell asleep **[s since 1970, UTC]**.
    asleep_s
        Time asleep **[s]**, each moment counted once whatever the number of devices.
    to_bed_s
        When the person lay down **[s since 1970, UTC]**; None where it is not told.
    offset_min
        Offset from UTC of the clock **[min]**.
    stages
        Records of sleep that it is made of.
    beds
        Records of lying in bed that it is made of.
    """

    start_s: float
    asleep_s: float
    to_bed_s: float | None
    offset_min: float
    stages: int
    beds: int


def nights_of(asleep: Iterable[Stretch], in_bed: Iterable[Stretch], gap_s: float) -> list[Night]:
    """Return the nights that stretches of sleep make, in the order of time.

    Method
    ------
    Stretches with less than `gap_s` awake between them are one night; overlapping ones count once. A stretch in bed
    belongs to the night that it overlaps, and the earliest tells when the person lay down.
    """
    beds = sorted(in_bed, key=lambda stretch: stretch.start_s)
    nights = []
    first_bed = 0
    for group in _groups(sorted(asleep, key=lambda stretch: stretch.start_s), gap_s):
        start_s, stop_s = group[0].start_s, max(stretch.stop_s for stretch in group)
        while first_bed < len(beds) and beds[first_bed].stop_s <= start_s:
            first_bed += 1
        own = _overlapping(beds, first_bed, start_s, stop_s)
        first_bed += len(own)
        before = [stretch.start_s for stretch in own if stretch.start_s <= start_s]
        nights.append(
            Night(
                start_s=start_s,
                asleep_s=_covered_s(group),
                to_bed_s=min(before, default=None),
                offset_min=group[0].offset_min,
                stages=len(group),
                beds=len(own),
            )
        )
    return nights


def _groups(stretches: Sequence[Stretch], gap_s: float) -> list[list[Stretch]]:
    groups: list[list[Stretch]] = []
    last_s = float("-inf")
    for stretch in stretches:
        if stretch.start_s - last_s > gap_s:
            groups.append([])
        groups[-1].append(stretch)
        last_s = max(last_s, stretch.stop_s)
    return groups


def _overlapping(beds: Sequence[Stretch], first: int, start_s: float, stop_s: float) -> list[Stretch]:
    found = []
    for stretch in beds[first:]:
        if stretch.start_s >= stop_s:
            break
        if stretch.stop_s > start_s:
            found.append(stretch)
    return found


def _covered_s(group: Sequence[Stretch]) -> float:
    covered_s, last_s = 0.0, float("-inf")
    for stretch in group:
        covered_s += max(0.0, stretch.stop_s - max(stretch.start_s, last_s))
        last_s = max(last_s, stretch.stop_s)
    return covered_s
