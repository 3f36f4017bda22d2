"""Diary: the dated entries of one person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Annotated, Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from myotwitch.case.case import Kilograms
from myotwitch.case.checks import Within
from myotwitch.case.vocabulary import Sex
from myotwitch.diary.entries import Entry, Intake, Schedule

FloatArray = NDArray[np.float64]
Centimetres = Annotated[float, Within(low=30.0, high=280.0, unit="cm")]
Years = Annotated[int, Field(ge=1880, le=2199)]
OneKind = TypeVar("OneKind", bound=BaseModel)


class DiaryPerson(BaseModel):
    """Whose diary it is, as far as it changes what is concluded."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    birth_year: Years | None = Field(default=None, description="Year of birth.")
    sex: Sex = Field(default=Sex.UNKNOWN, strict=False)
    weight_kg: Kilograms | None = Field(default=None, description="Body weight [kg].")
    height_cm: Centimetres | None = Field(default=None, description="Height [cm].")
    smokes: bool | None = Field(default=None, description="Smokes regularly: clears caffeine faster.")
    takes_pill: bool | None = Field(default=None, description="Takes oestrogen by mouth: clears caffeine more slowly.")
    liver_disease: bool | None = Field(default=None, description="The liver clears less than in health.")

    def age_years(self, at: date) -> float | None:
        """Return the age in the middle of what the year of birth allows **[years]**; None where it is not known."""
        return (
            None
            if self.birth_year is None
            else max(0.0, at.year + at.timetuple().tm_yday / 366 - self.birth_year - 0.5)
        )

    def to_document(self) -> dict[str, Any]:
        """Return what is known as plain JSON values."""
        return self.model_dump(mode="json", exclude_none=True)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, weakref_slot=True)
class Diary:
    """The entries of one person, in the order of time.

    Parameters
    ----------
    entries
        All entries; sorted by time in construction.
    person
        Whose diary it is; None where nothing is known.
    """

    entries: tuple[Entry, ...]
    person: DiaryPerson | None = None
    _of_kind: Mapping[type[BaseModel], tuple[Entry, ...]] = field(init=False, repr=False)
    _hours: dict[type[BaseModel], FloatArray] = field(init=False, repr=False)
    _taken: dict[datetime, tuple[Intake, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.entries, key=lambda entry: (entry.time, entry.key)))
        of_kind: dict[type[BaseModel], list[Entry]] = {}
        for entry in ordered:
            of_kind.setdefault(type(entry), []).append(entry)
        object.__setattr__(self, "entries", ordered)
        object.__setattr__(self, "_of_kind", {kind: tuple(entries) for kind, entries in of_kind.items()})
        object.__setattr__(self, "_hours", {})
        object.__setattr__(self, "_taken", {})

    def of(self, kind: type[OneKind]) -> tuple[OneKind, ...]:
        """Return the entries of one kind, in the order of time."""
        return cast(tuple[OneKind, ...], self._of_kind.get(kind, ()))

    def hours(self, kind: type[BaseModel]) -> FloatArray:
        """Return the times of the entries of one kind **[h since 1970, UTC]**, in order; worked out once, then kept."""
        if kind not in self._hours:
            hours = np.array([entry.hours for entry in self._of_kind.get(kind, ())], dtype=np.float64)
            hours.setflags(write=False)
            self._hours[kind] = hours
        return self._hours[kind]

    def after(self, kind: type[OneKind], begin_h: float) -> tuple[OneKind, ...]:
        """Return the entries of one kind later than a time **[h since 1970, UTC]**, in the order of time."""
        return self.of(kind)[int(np.searchsorted(self.hours(kind), begin_h, side="right")) :]

    def until(self, time: datetime) -> Diary:
        """Return the diary as it stood at a time: without what happened later; itself where nothing did."""
        if self.last is None or self.last <= time:
            return self
        return Diary(entries=tuple(entry for entry in self.entries if entry.time <= time), person=self.person)

    @property
    def first(self) -> datetime | None:
        """Time of the first entry."""
        return self.entries[0].time if self.entries else None

    @property
    def last(self) -> datetime | None:
        """Time of the last entry."""
        return self.entries[-1].time if self.entries else None

    def intakes(self, until: datetime | None = None) -> tuple[Intake, ...]:
        """Return everything taken up to a time (the last entry's, if none is given), doses by plan among it.

        Method
        ------
        A dose by plan is taken at its hour of the clock where the person was when the plan was written.
        """
        end = until or self.last
        if end is None:
            return ()
        taken = self._taken.get(end)
        if taken is None:
            planned = (dose for schedule in self.of(Schedule) for dose in doses_of(schedule, end))
            written = (intake for intake in self.of(Intake) if intake.time <= end)
            taken = tuple(sorted((*written, *planned), key=lambda intake: (intake.time, intake.key)))
            self._taken.clear()  # one time is asked for again and again, and no other is worth keeping
            self._taken[end] = taken
        return taken


def doses_of(schedule: Schedule, until: datetime) -> Iterable[Intake]:
    """Yield the doses that a plan stands for, up to a time."""
    end = until if schedule.until is None else min(until, schedule.until)
    day = schedule.time.replace(hour=0, minute=0, second=0, microsecond=0)
    while day <= end:
        for clock in sorted(schedule.at):
            hour, minute = map(int, clock.split(":"))
            time = day.replace(hour=hour, minute=minute)
            if schedule.time <= time <= end:
                yield Intake(time=time, substance=schedule.substance, amount=schedule.amount, unit=schedule.unit)
        day += timedelta(days=schedule.every_days)
