"""Reads an Apple Health export: sleep, exercise, what was taken, symptoms and periods; everything else is counted."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

from myotwitch.diary.imports.apple_records import Records
from myotwitch.diary.imports.apple_xml import HealthXml, open_export
from myotwitch.diary.imports.conversions import conversion, drink_g
from myotwitch.diary.imports.nights import nights_of
from myotwitch.diary.imports.preview import Collector, ImportSettings, Preview
from myotwitch.diary.times import EPOCH
from myotwitch.language import _, later
from myotwitch.sources import read_table
from myotwitch.units import SECONDS_PER_MINUTE

ROOM = "myotwitch.diary.imports"
NO_EFFORT = later("Exercise whose effort is not told; say which effort stands for it, such as --effort 5")
OF_FOOD = later("Minerals of logged food, which are no supplement")


def import_apple_health(path: Path, settings: ImportSettings) -> Preview:
    """Return what an export of Apple Health (``export.xml``, or ``export.zip`` as a whole) holds.

    Method
    ------
    Stages of sleep less than `night_gap` apart are one night, of several devices together. Times are told by the clock
    of the place where they happened if the record names its zone, else as they stand; a named zone goes first.

    Raises
    ------
    DiaryError
        If it is no such export, is damaged or hostile, or a record of it is at fault.
    """
    collector = Collector(source="apple_health", file=str(path), settings=settings)
    if settings.drink is not None:
        drink_g(settings.drink)  # an unknown country is told before gigabytes are read
    records = Records(collector)
    reader = HealthXml(str(path), records.begin, records.finish)
    records.line_of = lambda: reader.line
    with open_export(path) as stream:
        reader.read(stream)
    _add_sleep(collector, records)
    _add_exercise(collector, records)
    _add_taken(collector, records)
    _add_periods(collector, records)
    _tell_the_rest(collector, records)
    return collector.preview()


def _add_sleep(collector: Collector, records: Records) -> None:
    gap_s = conversion("night_gap", "", "min").value * SECONDS_PER_MINUTE
    nights = nights_of(records.asleep, records.in_bed, gap_s)
    for night in nights:
        place = timezone(timedelta(minutes=night.offset_min))
        time = (EPOCH + timedelta(seconds=night.start_s)).astimezone(place)
        to_bed = None if night.to_bed_s is None else (EPOCH + timedelta(seconds=night.to_bed_s)).astimezone(place)
        document = {
            "kind": "sleep",
            "time": time,
            "duration_min": round(night.asleep_s / SECONDS_PER_MINUTE, 2),
            "to_bed": to_bed,
        }
        collector.add(document, records=night.stages, where=f"sleep of {time:%Y-%m-%d}")
        collector.use(night.beds)
    if idle := len(records.in_bed) - sum(night.beds for night in nights):
        collector.leave_out(
            _("Time in bed without a record of sleep: it does not say that the person slept"), count=idle
        )
    if len(records.sleep_sources) > 1:
        names = ", ".join(sorted(records.sleep_sources))
        collector.tell(_("Sleep of several devices or apps was joined; each moment counts once"), names, len(nights))


def _add_exercise(collector: Collector, records: Records) -> None:
    for session in records.sessions:
        effort = records.effort_of(session)
        if effort is None:
            effort = collector.settings.effort
        if effort is None:
            collector.leave_out(NO_EFFORT, f"{session.name} on {session.time:%Y-%m-%d}")
            continue
        document = {
            "kind": "exercise",
            "time": session.time,
            "effort": effort,
            "duration_min": session.duration_min,
            "text": session.name,
        }
        collector.add(document, where=f"workout of {session.time:%Y-%m-%d}", line=session.line)


def _add_taken(collector: Collector, records: Records) -> None:
    not_of_food = frozenset(read_table(ROOM, "apple_health.toml")["not_of_food"]["substances"])
    country = collector.settings.drink
    for taken in records.taken:
        if taken.substance in not_of_food and taken.mark in records.of_food:
            collector.leave_out(OF_FOOD, taken.substance)
            continue
        amount, unit = taken.amount, taken.unit
        if taken.substance == "alcohol" and country is not None:
            amount, unit = amount * drink_g(country), "g"
        document = {"kind": "intake", "time": taken.time, "substance": taken.substance, "amount": amount, "unit": unit}
        collector.add(document, where=taken.substance, line=taken.line)
    if country is None and any(taken.substance == "alcohol" for taken in records.taken):
        collector.tell(_("Alcohol is kept as a number of drinks; --drink us (gb, au …) tells how much one holds"))


def _add_periods(collector: Collector, records: Records) -> None:
    gap = timedelta(days=conversion("period_gap", "", "d").value)
    days = sorted(records.flow, key=lambda day: day[0])
    is_marked = any(is_first for _, is_first in days)
    last: datetime | None = None
    for time, is_first in days:
        begins = is_first if is_marked else last is None or time - last > gap
        last = time
        if begins:
            collector.add({"kind": "cycle", "time": time, "event": "began"}, where=f"period of {time:%Y-%m-%d}")
        else:
            collector.use(1)


def _tell_the_rest(collector: Collector, records: Records) -> None:
    if records.other:
        most = ", ".join(f"{name} {count:,}" for name, count in records.other.most_common(5))
        collector.leave_out(_("Kinds of records that this diary does not use"), most, sum(records.other.values()))
    if records.hint:
        collector.tell(_("About the person; set it with: myotwitch diary person"), records.hint)
