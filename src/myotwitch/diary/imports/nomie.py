"""Reads a Nomie backup (JSON) or its table (CSV): tags that name something this diary knows, and plain notes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from myotwitch.diary.columns import read_text
from myotwitch.diary.imports.conversions import finding_of_words, substance_of_words, twitching_of_words
from myotwitch.diary.imports.preview import Collector, ImportSettings, Preview
from myotwitch.diary.imports.reading import first_bytes, read_json
from myotwitch.diary.imports.zones import Clock, TimeFault, from_milliseconds
from myotwitch.language import _, later
from myotwitch.units import SECONDS_PER_MINUTE

HEAD = ("epoch", "start", "end", "offset", "tracker", "value", "note")
_TAG = re.compile(r"#([^\s#@+()\[\],.!?;:]{1,60})(?:\(([^()]{0,30})\))?")
_OTHER_TAGS = re.compile(r"(?<!\S)[@+][^\s#@+]{1,60}")
_CLOCK = re.compile(r"^(\d{1,3}):(\d{2})(?::(\d{2}))?$")
_UNITS = {"mg": "mg", "milligram": "mg", "g": "g", "gram": "g", "mcg": "ug", "ug": "ug", "microgram": "ug",
          "ml": "ml", "milliliter": "ml", "num": "unit", "count": "unit", "tick": "unit", "": "unit"}  # fmt: skip
NO_UNIT = later("The amount is not told in a unit that the diary knows; taken without it")
PAIRED_OFFSET = later("Offsets are those that Nomie wrote, which may be those of the export; name a zone to be sure")


def import_nomie(path: Path, settings: ImportSettings) -> Preview:
    """Return what a backup or a table of Nomie holds.

    Raises
    ------
    DiaryError
        If it is none, or a record of it is at fault; a backup tells no offset, so a zone is needed.
    """
    collector = Collector(source="nomie", file=str(path), settings=settings)
    if first_bytes(path, 100).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        _read_backup(collector, read_json(path))
    else:
        _read_rows(collector, read_text(path))
    return collector.preview()


def is_nomie(document: Any) -> bool:
    """Return True if a JSON document is a backup of Nomie."""
    return isinstance(document, dict) and "nomie" in document and isinstance(document.get("events"), list)


def _read_backup(collector: Collector, document: Any) -> None:
    if not is_nomie(document):
        raise collector.error(_("The document is no backup of Nomie: it has no events."))
    trackers = document.get("trackers")
    reader = _Reader(collector, trackers if isinstance(trackers, dict) else {}, is_table=False)
    for index, event in enumerate(document["events"]):
        where = f"events[{index}]"
        if not isinstance(event, dict):
            collector.refuse(_("An event is a block of fields."), where=where)
            continue
        note = event.get("note")
        note = note[:20_000] if isinstance(note, str) else ""
        tags = list(_TAG.finditer(note))
        words = _OTHER_TAGS.sub("", _TAG.sub("", note)).strip()
        moment = event.get("end"), event.get("offset")
        for tag in tags:
            reader.take(tag[1], tag[2], moment, where, None)
        if words and (not tags or any(sign.isalpha() for sign in words)):
            reader.take_note(words, moment, where, None)
        elif not tags:
            collector.leave_out(_("Events without a tag or a word"))


def _read_rows(collector: Collector, text: str) -> None:
    reader = _Reader(collector, {}, is_table=True)
    for line, row in _rows(collector, text):
        moment = row.get("epoch"), row.get("offset")
        tag = row.get("tracker", "")
        if tag == "note":
            reader.take_note(row.get("note", ""), moment, "", line)
        else:
            reader.take(tag, row.get("value"), moment, "", line)


def _rows(collector: Collector, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    # Nomie writes no quotes, and blanks for signs that would need them.
    table = csv.reader(io.StringIO(text, newline=""))
    try:
        names = next(table, [])
        if tuple(names[: len(HEAD)]) != HEAD:
            raise collector.error(
                _("The head is not that of a table of Nomie: {head}.").format(head=", ".join(HEAD)), line=1
            )
        for cells in table:
            if cells:
                yield table.line_num, dict(zip(names, cells, strict=False))
    except csv.Error as error:
        raise collector.error(_("The row is no CSV: {error}.").format(error=error), line=table.line_num) from error


Moment = tuple[Any, Any]


class _Reader:
    def __init__(self, collector: Collector, trackers: Mapping[str, Any], *, is_table: bool) -> None:
        self._collector = collector
        self._trackers = trackers
        self._is_table = is_table
        self._clock = Clock(collector)

    def take_note(self, words: str, moment: Moment, where: str, line: int | None) -> None:
        """Take plain words."""
        self._add({"kind": "note", "text": words[:2000]}, moment, where, line)

    def take(self, tag: str, value: str | None, moment: Moment, where: str, line: int | None) -> None:
        """Take one tag with its value."""
        words = tag.replace("_", " ")
        for kind in (self._twitching, self._stress, self._sleep, self._symptom, self._intake):
            document = kind(words, tag, value)
            if document is not None:
                self._add(document, moment, where, line)
                return
        self._collector.leave_out(_("Tags that name nothing that this diary keeps"), f"#{tag}")

    def _add(self, document: dict[str, Any], moment: Moment, where: str, line: int | None) -> None:
        try:
            offset = _number(str(moment[1])) if moment[1] not in (None, "") else None
            # Nomie counts minutes west of UTC, as browsers do.
            time = self._clock.instant(from_milliseconds(moment[0]), offset_min=None if offset is None else -offset)
            if not self._clock.is_set:
                self._collector.tell(PAIRED_OFFSET)
            if "asleep_s" in document:
                time -= timedelta(seconds=document.pop("asleep_s"))
        except (TimeFault, OverflowError, ValueError) as error:
            self._collector.refuse(str(error), where=where, line=line)
            return
        self._collector.add({**document, "time": time}, where=where, line=line)

    def _twitching(self, words: str, _: str, value: str | None) -> dict[str, Any] | None:
        is_twitching, place = twitching_of_words(words)
        if not is_twitching:
            return None
        count = _number(value)
        return {"kind": "bout", "place": place, "count": int(count) if count and count.is_integer() else 1}

    def _stress(self, words: str, _: str, value: str | None) -> dict[str, Any] | None:
        level = _number(value)
        return {"kind": "stress", "level": level} if words.lower() == "stress" and level is not None else None

    def _sleep(self, words: str, tag: str, value: str | None) -> dict[str, Any] | None:
        seconds = _seconds(value) if self._uom(tag) == "timer" or (value and ":" in value) else None
        if words.lower() not in ("sleep", "slept") or seconds is None:
            return None
        return {"kind": "sleep", "duration_min": seconds / SECONDS_PER_MINUTE, "asleep_s": seconds}

    def _symptom(self, words: str, tag: str, value: str | None) -> dict[str, Any] | None:
        finding = finding_of_words(words)
        if finding is None:
            return None
        tracker = self._trackers.get(tag)
        is_scale = isinstance(tracker, dict) and str(tracker.get("max")) == "10" and tracker.get("type") == "range"
        return {"kind": "symptom", "finding": finding, "severity": _number(value) if is_scale else None}

    def _intake(self, words: str, tag: str, value: str | None) -> dict[str, Any] | None:
        substance = substance_of_words(words)
        if substance is None:
            return None
        unit = None if self._is_table else _UNITS.get(self._uom(tag))
        amount = 1.0 if not value else _number(value)
        if unit is None or amount is None:
            self._collector.tell(NO_UNIT, f"#{tag}")
            return {"kind": "intake", "substance": substance}
        return {"kind": "intake", "substance": substance, "amount": amount, "unit": unit}

    def _uom(self, tag: str) -> str:
        tracker = self._trackers.get(tag)
        return str(tracker.get("uom", ""))[:20].lower() if isinstance(tracker, dict) else ""


def _number(value: str | None) -> float | None:
    try:
        return float(value) if value else None
    except ValueError:
        return None


def _seconds(value: str | None) -> float | None:
    clock = _CLOCK.match(value or "")
    if clock is None:
        return _number(value)
    return int(clock[1]) * 3600.0 + int(clock[2]) * 60.0 + int(clock[3] or 0)
