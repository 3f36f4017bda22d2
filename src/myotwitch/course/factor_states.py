"""Factors that hold or do not: illness, the days after a vaccination, the days before a period."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np

from myotwitch.course.hours import FloatArray
from myotwitch.diary import Cycle, Diary, Illness, Pregnancy, Vaccination, within
from myotwitch.diary.findings_at import lasting_days
from myotwitch.diary.in_body import LONGEST_PREGNANCY_DAYS
from myotwitch.diary.watched import merged_stretches
from myotwitch.diary.windows import case_windows
from myotwitch.sources import Figure, check_sources_known, figure_from_row, load_sources, read_table
from myotwitch.units import HOURS_PER_DAY

ROOM = "myotwitch.course"
TABLE = "factors.toml"

Stretch = tuple[float, float]
"""Begin and end **[h since 1970, UTC]**."""


@cache
def lasting_figure(name: str) -> Figure:
    """Return for how long something counts **[d]**, as the table says.

    Raises
    ------
    TableError
        If the row is no complete figure, or names an unknown source.
    """
    where = f"The row {name} of {TABLE}"
    figure = figure_from_row(read_table(ROOM, TABLE)[name], "d", where)
    check_sources_known(figure.sources, load_sources(ROOM), where)
    return figure


@dataclass(frozen=True, kw_only=True, slots=True)
class States:
    """When something held, and when that is not known; at all other times it did not.

    Parameters
    ----------
    held
        Stretches in which it held.
    unknown
        Stretches in which that is not known, where they are not of `held`.
    step
        For what the rate ratio is told: being ill, or so many days.
    """

    held: tuple[Stretch, ...]
    unknown: tuple[Stretch, ...]
    step: float

    def course(self) -> Callable[[FloatArray], FloatArray]:
        """Return 1 where it held, 0 where it did not, NaN where that is not known, float64[1, times]."""
        held, unknown = (merged_stretches(np.reshape(some, (-1, 2))) for some in (self.held, self.unknown))

        def course(at: FloatArray) -> FloatArray:
            return np.where(within(held, at), 1.0, np.where(within(unknown, at), np.nan, 0.0))[np.newaxis]

        return course


def ill_states(diary: Diary) -> States | None:
    """Return when the person was ill; None where no entry tells of an illness that passes.

    Method
    ------
    An end belongs to the last open beginning of the same illness, else to the last open one. Of an illness without an
    end the table says how long it surely lasts, and from when on it is over; in between it is not known, and so is the
    time before an end without a beginning. A condition that lasts, such as diabetes, is none that comes and goes.
    """
    if not diary.of(Illness):
        return None
    days = lasting_figure("illness_days")
    surely_h, over_h = days.low * HOURS_PER_DAY, days.high * HOURS_PER_DAY
    waiting: list[Illness] = []
    held: list[Stretch] = []
    unknown: list[Stretch] = []
    for entry in diary.of(Illness):
        if entry.event == "began":
            waiting.append(entry)
        elif waiting:
            began = next((one for one in reversed(waiting) if _names(one) == _names(entry)), waiting[-1])
            waiting.remove(began)
            held.append((began.hours, entry.hours))
        else:
            unknown.append((entry.hours - over_h, entry.hours))
    for entry in waiting:
        if entry.finding is None or lasting_days(entry.finding, case_windows()) is not None:
            held.append((entry.hours, entry.hours + surely_h))
            unknown.append((entry.hours, entry.hours + over_h))
    return States(held=tuple(held), unknown=tuple(unknown), step=1.0) if held or unknown else None


def _names(entry: Illness) -> tuple[str | None, str | None]:
    return entry.finding, None if entry.text is None else entry.text.strip().casefold()


def vaccinated_states(diary: Diary) -> States | None:
    """Return the days after a vaccination; None where there was none."""
    if not diary.of(Vaccination):
        return None
    days = lasting_figure("vaccination_days").value
    held = tuple((entry.hours, entry.hours + days * HOURS_PER_DAY) for entry in diary.of(Vaccination))
    return States(held=held, unknown=(), step=days)


def premenstrual_states(diary: Diary) -> States | None:
    """Return the days before a period; None where no beginning of one was written.

    Method
    ------
    The days before each beginning are told by it, also those before the first. A cycle is at least so long as 97.5 of
    100 are: up to its last days it is not among them. Where two beginnings lie further apart than in 97.5 of 100
    cycles, one may not have been written: the middle is not known. Nothing is known long before the first beginning
    and long after the last, nor in pregnancy.
    """
    begins = _beginnings(diary)
    if not begins:
        return None
    cycle, days = lasting_figure("cycle_days"), lasting_figure("premenstrual_days").value
    last_h = days * HOURS_PER_DAY
    surely_h, longest_h = cycle.low * HOURS_PER_DAY, cycle.high * HOURS_PER_DAY
    pregnant = _pregnant(diary)
    held = [(begin - last_h, begin) for begin in begins if not _overlaps(pregnant, begin - last_h, begin)]
    unknown = [
        (-np.inf, begins[0] - surely_h),
        *((one + surely_h - last_h, other) for one, other in pairwise(begins) if other - one > longest_h),
        (begins[-1] + surely_h - last_h, np.inf),
        *pregnant,
    ]
    return States(held=tuple(held), unknown=tuple(unknown), step=days)


def _beginnings(diary: Diary) -> list[float]:
    """Return when periods began **[h since 1970, UTC]**; one soon after another is the same."""
    entries = [entry for entry in diary.of(Cycle) if entry.event == "began"]
    least_h = lasting_figure("one_bleeding_days").value * HOURS_PER_DAY if entries else 0.0
    begins: list[float] = []
    for entry in entries:
        if not begins or entry.hours - begins[-1] >= least_h:
            begins.append(entry.hours)
    return begins


def _pregnant(diary: Diary) -> list[Stretch]:
    """Return the pregnancies; one without an end lasts as long as any does, one without a beginning did."""
    longest_h = LONGEST_PREGNANCY_DAYS * HOURS_PER_DAY
    stretches: list[Stretch] = []
    began: float | None = None
    for entry in diary.of(Pregnancy):
        if entry.event == "ended" and began is None:
            stretches.append((entry.hours - longest_h, entry.hours))
        elif began is not None:
            stretches.append((began, min(entry.hours, began + longest_h)))
        began = entry.hours if entry.event == "began" else None
    if began is not None:
        stretches.append((began, began + longest_h))
    return stretches


def _overlaps(stretches: Sequence[Stretch], begin: float, end: float) -> bool:
    return any(one < end and begin < other for one, other in stretches)
