"""Reads a table that Bearable exports: symptoms, what was taken, sleep, and the notes beside them.

Its maker documents no columns; these are those of exports that people have published. Ratings of mood and energy, and
factors of whole days, have no place in this diary and are counted.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from myotwitch.case.checks import shown
from myotwitch.diary.columns import read_text
from myotwitch.diary.imports.conversions import (
    conversion,
    finding_of_words,
    severity_of_word,
    substance_of_words,
    twitching_of_words,
)
from myotwitch.diary.imports.nomie import NO_UNIT
from myotwitch.diary.imports.preview import Collector, ImportSettings, Preview
from myotwitch.diary.imports.zones import Clock, TimeFault
from myotwitch.language import _, later

NEEDED = ("date", "time of day", "category", "rating/amount", "detail")
PARTS = ("pre", "am", "mid", "pm")
PART_TOLD = later(
    "Only the part of the day is told (pre, am, mid, pm); the middle of six hours from midnight stands for it"
)
_DATE = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)? ([A-Za-z]{3})[a-z]* (\d{4})$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DETAIL = re.compile(r"^(.*?)\s*\(([^()]*)\)$")
_ASLEEP = re.compile(r"Asleep (\d{1,2}):(\d{2}) ?- ?(\d{1,2}):(\d{2})")
_IN_BED = re.compile(r"In bed (\d{1,2}):(\d{2})")
_UNITS = {"mg": "mg", "g": "g", "mcg": "ug", "ug": "ug", "µg": "ug", "ml": "ml",
          "tablet": "unit", "tablets": "unit", "pill": "unit", "pills": "unit", "capsule": "unit",
          "capsules": "unit"}  # fmt: skip


def import_bearable(path: Path, settings: ImportSettings) -> Preview:
    """Return what a table of Bearable holds.

    Raises
    ------
    DiaryError
        If it is none, or a row of it is at fault; its times have no offset, so a zone is needed.
    """
    collector = Collector(source="bearable", file=str(path), settings=settings)
    reader = _Reader(collector)
    table = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    try:
        names = [name.strip().lower() for name in next(table, [])]
        if missing := [name for name in NEEDED if name not in names]:
            raise collector.error(
                _("The head lacks {missing}; it is no table of Bearable.").format(missing=", ".join(missing)), line=1
            )
        for cells in table:
            if any(cell.strip() for cell in cells):
                reader.take({name: cell.strip() for name, cell in zip(names, cells, strict=False)}, table.line_num)
    except csv.Error as error:
        raise collector.error(_("The row is no CSV: {error}.").format(error=error), line=table.line_num) from error
    return collector.preview()


class _Reader:
    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._clock = Clock(collector)

    def take(self, row: Mapping[str, str], line: int) -> None:
        """Take one row."""
        take = {"symptom": self._symptom, "meds/supplements": self._intake, "sleep": self._sleep}
        category = row.get("category", "").lower()
        try:
            document = take[category](row) if category in take else None
            if document is None:
                self._leave_out(row, line)
                return
        except TimeFault as error:
            self._collector.refuse(str(error), where=row.get("category", "")[:40], line=line)
            return
        notes = row.get("notes", "")
        text = notes[:2000] if any(sign.isalpha() for sign in notes) else None
        self._collector.add({"text": text, **document}, line=line)

    def _leave_out(self, row: Mapping[str, str], line: int) -> None:
        notes, category = row.get("notes", ""), row.get("category", "")[:40]
        at = self._at(row) if any(sign.isalpha() for sign in notes) else None
        if at is not None:
            self._collector.add({"kind": "note", "time": at, "text": notes[:2000]}, line=line)
            return
        reasons = {
            "symptom": _("{kind}: names no finding of this diary, or no time"),
            "meds/supplements": _("{kind}: names no substance it knows, or no time"),
        }
        reason = reasons.get(category.lower(), _("{kind}: has no place in this diary, or no time"))
        kind = category or _("A row without a category")
        self._collector.leave_out(reason.format(kind=kind), row.get("detail", ""))

    def _symptom(self, row: Mapping[str, str]) -> dict[str, Any] | None:
        name, word = _parts(row.get("detail", ""))
        severity = severity_of_word(word)
        is_twitching, place = twitching_of_words(name)
        finding = finding_of_words(name)
        if finding is None and not is_twitching and name.lower() != "stress":
            return None
        at = self._at(row)
        if at is None:
            return None
        if is_twitching:
            return {"kind": "bout", "time": at, "place": place, "strength": severity}
        if name.lower() == "stress" and severity is not None:
            return {"kind": "stress", "time": at, "level": severity}
        return {"kind": "symptom", "time": at, "finding": finding, "severity": severity}

    def _intake(self, row: Mapping[str, str]) -> dict[str, Any] | None:
        name, unit = _parts(row.get("detail", ""))
        substance = substance_of_words(name)
        if substance is None:
            return None
        at = self._at(row)
        if at is None:
            return None
        amount = row.get("rating/amount", "").replace(",", ".")
        known = _UNITS.get(unit.lower())
        if not amount or known is None:
            self._collector.tell(NO_UNIT, row["detail"])
            return {"kind": "intake", "time": at, "substance": substance}
        try:
            return {"kind": "intake", "time": at, "substance": substance, "amount": float(amount), "unit": known}
        except ValueError as error:
            raise TimeFault(_("The amount {amount} is not a number.").format(amount=shown(amount))) from error

    def _sleep(self, row: Mapping[str, str]) -> dict[str, Any] | None:
        asleep = _ASLEEP.search(row.get("detail", ""))
        lasted = re.match(r"^(\d{1,2}):(\d{2})$", row.get("rating/amount", ""))
        if asleep is None or lasted is None:
            return None
        woke = _day(row)
        start, stop = _clock(asleep[1], asleep[2]), _clock(asleep[3], asleep[4])
        day = woke if start < stop else woke - timedelta(days=1)
        at = self._clock.time(datetime.combine(day, start))
        bed = _IN_BED.search(row["detail"])
        to_bed = None
        if bed is not None:
            lay = _clock(bed[1], bed[2])
            to_bed = self._clock.time(datetime.combine(day if lay <= start else day - timedelta(days=1), lay))
        self._collector.tell(_("The date of a sleep is taken as the day of waking"), row["detail"])
        minutes = int(lasted[1]) * 60.0 + int(lasted[2])
        return {"kind": "sleep", "time": at, "duration_min": minutes, "to_bed": to_bed}

    def _at(self, row: Mapping[str, str]) -> datetime | None:
        """Return when a row happened; None where neither a time nor a part of the day is told."""
        told = row.get("time of day", "").lower()
        day = _day(row)
        if clock := re.match(r"^(\d{1,2}):(\d{2})$", told):
            return self._clock.time(datetime.combine(day, _clock(clock[1], clock[2])))
        if told not in PARTS:
            return None
        self._collector.tell(PART_TOLD, told)
        hour = int(conversion("part_of_day", told, "h").value)
        return self._clock.time(datetime.combine(day, time(hour)))


def _day(row: Mapping[str, str]) -> date:
    """Return the date of a row, written as ``22nd Sep 2020`` or as ``2020-09-22``."""
    given = row.get("date formatted") or row.get("date", "")
    try:
        if match := _DATE.match(given):
            return date(int(match[3]), _MONTHS.index(match[2].lower()) + 1, int(match[1]))
        return date.fromisoformat(given)
    except ValueError as error:
        raise TimeFault(
            _("{given} is not a date of Bearable, such as 22nd Sep 2020.").format(given=shown(given))
        ) from error


def _clock(hours: str, minutes: str) -> time:
    try:
        return time(int(hours), int(minutes))
    except ValueError as error:
        raise TimeFault(
            _("{hours}:{minutes} is not a time of the day.").format(hours=hours, minutes=minutes)
        ) from error


def _parts(detail: str) -> tuple[str, str]:
    """Return the name and what stands in brackets behind it: a severity or a unit."""
    match = _DETAIL.match(detail[:200])
    return (match[1], match[2]) if match else (detail[:200], "")
