"""Reads sleep and exercise of a Fitbit archive (Google Takeout): its JSON files, or the archive as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from myotwitch.case.checks import shown
from myotwitch.diary.imports.apple_health import NO_EFFORT
from myotwitch.diary.imports.preview import MOST_ENTRIES, Collector, ImportSettings, Preview
from myotwitch.diary.imports.reading import first_bytes, json_from_stream, open_archive, open_member, read_json
from myotwitch.diary.imports.zones import Clock, TimeFault
from myotwitch.language import _, digits, later
from myotwitch.units import SECONDS_PER_MINUTE

MEMBER = re.compile(r"(?:^|/)(?:sleep|exercise)-[^/]*\.json$", re.IGNORECASE)
MOST_FILES = 5_000
TWICE = later("Records that stand in the archive twice")
EXERCISE_CLOCK = later(
    "Times of exercise are read by the clock of the zone; Fitbit does not say by which clock "
    "they are written, so compare one with what you remember"
)
_SHORT_TIME = "%m/%d/%y %H:%M:%S"


def import_fitbit(path: Path, settings: ImportSettings) -> Preview:
    """Return what a Fitbit archive, or one of its files ``sleep-….json`` and ``exercise-….json``, holds.

    Raises
    ------
    DiaryError
        If it is none, is damaged, or a record of it is at fault; its times have no offset, so a zone is needed.
    """
    collector = Collector(source="fitbit", file=str(path), settings=settings)
    reader = _Reader(collector)
    for name, document in _documents(collector, path):
        for index, record in enumerate(_list_of(collector, document, name)):
            reader.take(record, f"{name}[{index}]" if name else f"[{index}]")
    return collector.preview()


def is_fitbit(document: Any) -> bool:
    """Return True if a JSON document is one of Fitbit's files of sleep or exercise."""
    if isinstance(document, dict):
        document = document.get("sleep", document.get("activities"))
    if not isinstance(document, list) or not document or not isinstance(document[0], dict):
        return False
    return {"dateOfSleep", "minutesAsleep"} <= set(document[0]) or {"activityName", "startTime"} <= set(document[0])


def _documents(collector: Collector, path: Path) -> Iterator[tuple[str, Any]]:
    if not first_bytes(path, 4).startswith(b"PK"):
        yield "", read_json(path)
        return
    with open_archive(path) as archive:
        members = [member for member in archive.infolist() if MEMBER.search(member.filename)]
        if not members or len(members) > MOST_FILES:
            raise collector.error(_("The archive holds no files sleep-….json or exercise-….json of Fitbit."))
        for member in sorted(members, key=lambda member: member.filename):
            name = member.filename.rpartition("/")[2][:80]
            with open_member(archive, member, collector.file) as stream:
                yield name, json_from_stream(stream, collector.file)


def _list_of(collector: Collector, document: Any, name: str) -> list[Any]:
    if isinstance(document, dict):  # as the web service answers
        document = document.get("sleep", document.get("activities"))
    if not isinstance(document, list):
        raise collector.error(_("The file is no list of sleep or exercise."), where=name)
    return document


class _Reader:
    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._clock = Clock(collector)
        self._seen: set[str] = set()

    def take(self, record: Any, where: str) -> None:
        """Take one record."""
        if not isinstance(record, dict):
            self._collector.refuse(_("A record is a block of fields."), where=where)
            return
        kind = "sleep" if "dateOfSleep" in record else "exercise" if "activityName" in record else ""
        mark = f"{kind} {record.get('logId')} {str(record.get('startTime'))[:40]}"[:100]
        if not kind:
            self._collector.leave_out(_("Records that are neither sleep nor exercise"))
        elif "logId" in record and mark in self._seen:
            self._collector.leave_out(TWICE)
        else:
            self._seen.add(mark)
            if len(self._seen) > 2 * MOST_ENTRIES:
                raise self._collector.error(_("The archive holds more records than a life; divide it."))
            try:
                (self._take_sleep if kind == "sleep" else self._take_exercise)(record, where)
            except TimeFault as error:
                self._collector.refuse(str(error), where=where)

    def _take_sleep(self, record: Mapping[str, Any], where: str) -> None:
        start = self._clock.from_text(record.get("startTime"))
        falling = _number(record, "minutesToFallAsleep") or 0.0
        asleep = _number(record, "minutesAsleep")
        if asleep is None:
            raise TimeFault(_("minutesAsleep is missing; without it the sleep has no duration."))
        try:
            time = start + timedelta(minutes=falling)
        except OverflowError as error:
            raise TimeFault(
                _("{falling} minutes to fall asleep are not possible.").format(falling=digits(falling))
            ) from error
        to_bed = start if falling else None
        self._collector.add({"kind": "sleep", "time": time, "duration_min": asleep, "to_bed": to_bed}, where=where)

    def _take_exercise(self, record: Mapping[str, Any], where: str) -> None:
        effort = self._collector.settings.effort
        name = str(record.get("activityName"))[:100]
        if effort is None:
            self._collector.leave_out(NO_EFFORT, name)
            return
        time = self._exercise_time(record.get("startTime"))
        milliseconds = _number(record, "activeDuration")
        milliseconds = _number(record, "duration") if milliseconds is None else milliseconds
        minutes = None if milliseconds is None else milliseconds / 1000 / SECONDS_PER_MINUTE
        document = {"kind": "exercise", "time": time, "effort": effort, "duration_min": minutes, "text": name}
        self._collector.add(document, where=where)

    def _exercise_time(self, text: Any) -> datetime:
        if isinstance(text, str) and "/" in text[:3]:
            try:
                time = self._clock.time(datetime.strptime(text[:40], _SHORT_TIME))
            except ValueError as error:
                raise TimeFault(_("{text} is not a time.").format(text=shown(text))) from error
            self._collector.tell(EXERCISE_CLOCK, text)
            return time
        return self._clock.from_text(text)


def _number(record: Mapping[str, Any], name: str) -> float | None:
    value = record.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TimeFault(_("{name} cannot be {value}; it is a number.").format(name=name, value=shown(value)))
    return float(value)
