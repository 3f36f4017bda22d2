"""Takes from the elements of an Apple Health export what a diary needs, and counts the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from myotwitch.case.checks import shown
from myotwitch.diary.imports.apple_xml import Attributes
from myotwitch.diary.imports.conversions import severity_of_word
from myotwitch.diary.imports.nights import Stretch
from myotwitch.diary.imports.preview import MOST_ENTRIES, Collector
from myotwitch.diary.imports.zones import WITHOUT_ZONE, TimeFault, find_zone, fixed, zone_or_none
from myotwitch.language import _, translated
from myotwitch.sources import read_table
from myotwitch.units import SECONDS_PER_MINUTE

_WORDS = read_table("myotwitch.diary.imports", "apple_health.toml")
_SLEEP = "HKCategoryTypeIdentifierSleepAnalysis"
_ALCOHOL = "HKQuantityTypeIdentifierNumberOfAlcoholicBeverages"
_FLOW = ("HKCategoryTypeIdentifierMenstrualFlow", "HKCategoryTypeIdentifierVaginalBleeding")
_EFFORT = "HKQuantityTypeIdentifierWorkoutEffortScore"
_MASS = "HKQuantityTypeIdentifierBodyMass"
_USED = frozenset((*_WORDS["intake"], *_WORDS["symptom"], *_FLOW, _SLEEP, _ALCOHOL, _EFFORT, _MASS))
_METADATA = ("HKTimeZone", "HKMenstrualCycleStart")
_NO_RECORDS = ("ExportDate", "Me", "Correlation")
"""Elements below the root that are no records; those of a correlation also stand among the records themselves."""
MOST_KINDS = 2_000
SAME_START = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """Something taken: its time, substance, amount in a unit of the contract, and what tells it in a food log."""

    time: datetime
    substance: str
    amount: float
    unit: str
    mark: tuple[str, str, str]
    line: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A workout: its time, its duration **[min]**, and what it was."""

    time: datetime
    duration_min: float
    name: str
    line: int


class Records:
    """The records of one export, as they come by."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._zone = find_zone(collector.settings.zone) if collector.settings.zone is not None else None
        self._open: Attributes | None = None
        self._metadata: dict[str, str] = {}
        self._is_food = False
        self._weight: tuple[datetime, str] | None = None
        self._kept = 0
        self.line_of: Callable[[], int] = lambda: 0
        self.asleep: list[Stretch] = []
        self.in_bed: list[Stretch] = []
        self.sleep_sources: set[str] = set()
        self.sessions: list[Session] = []
        self.efforts: list[tuple[datetime, float]] = []
        self.taken: list[Taken] = []
        self.of_food: set[tuple[str, str, str]] = set()
        self.flow: list[tuple[datetime, bool]] = []
        self.other: Counter[str] = Counter()
        self._about: str = ""

    @property
    def hint(self) -> str:
        """What the export says about the person, in the words of ``diary person``."""
        weight = [f"weight_kg={self._weight[1]}"] if self._weight else []
        return " ".join(hint for hint in (self._about, *weight) if hint)

    def effort_of(self, session: Session) -> float | None:
        """Return the effort that the person rated a workout with; None where there is no rating."""
        return next((score for time, score in self.efforts if abs(time - session.time) <= SAME_START), None)

    def begin(self, name: str, attributes: Attributes, depth: int) -> None:
        """Take note of an element that begins."""
        if depth == 1:
            self._begin_record(name, attributes)
        elif depth == 2 and self._open is not None and name == "MetadataEntry":
            if attributes.get("key") in _METADATA:
                self._metadata[attributes["key"]] = attributes.get("value", "")
        elif depth == 2 and self._is_food and name == "Record" and attributes.get("type") in _WORDS["intake"]:
            self._keep()
            self.of_food.add(_mark(attributes))

    def finish(self, name: str, depth: int) -> None:
        """Take a record whose element ends."""
        if depth != 1:
            return
        attributes, self._open, self._is_food = self._open, None, False
        if attributes is None:
            return
        try:
            if name == "Workout":
                self._take_workout(attributes)
            else:
                self._take_record(attributes)
        except TimeFault as error:
            self._collector.refuse(str(error), where=name, line=self.line_of())

    def _begin_record(self, name: str, attributes: Attributes) -> None:
        kind = attributes.get("type", "") if name == "Record" else name
        if kind in _USED or name == "Workout":
            self._keep()
            self._open, self._metadata = attributes, {}
        elif name == "Correlation":
            self._is_food = kind == "Correlation" and "Food" in attributes.get("type", "")
        elif name == "Me":
            self._about = _about(attributes)
        elif name not in _NO_RECORDS:
            short = kind.removeprefix("HKQuantityTypeIdentifier").removeprefix("HKCategoryTypeIdentifier")[:60]
            self.other[short if short in self.other or len(self.other) < MOST_KINDS else "others"] += 1

    def _keep(self) -> None:
        self._kept += 1
        if self._kept > 2 * MOST_ENTRIES:
            raise self._collector.error(_("The export holds more records of these kinds than a life; divide it."))

    def _take_record(self, attributes: Attributes) -> None:
        kind = attributes["type"]
        start = self._time(attributes.get("startDate", ""))
        if kind == _SLEEP:
            self._take_sleep(attributes, start)
        elif kind in _FLOW:
            self._take_flow(attributes, start)
        elif kind in _WORDS["symptom"]:
            self._take_symptom(attributes, start)
        elif kind == _MASS:
            self._take_weight(attributes, start)
        elif kind == _EFFORT:
            self.efforts.append((start, self._number(attributes)))
            self._collector.use(1)
        else:
            self._take_intake(attributes, start)

    def _take_sleep(self, attributes: Attributes, start: datetime) -> None:
        value = attributes.get("value", "").removeprefix("HKCategoryValueSleepAnalysis")
        stop = self._time(attributes.get("endDate", ""))
        if stop < start:
            raise TimeFault(_("The sleep ends at {stop}, before it begins at {start}.").format(stop=stop, start=start))
        offset_min = (start.utcoffset() or timedelta()).total_seconds() / SECONDS_PER_MINUTE
        stretch = Stretch(start_s=start.timestamp(), stop_s=stop.timestamp(), offset_min=offset_min)
        if value.startswith("Asleep"):
            self.asleep.append(stretch)
            if len(self.sleep_sources) < 20:
                self.sleep_sources.add(attributes.get("sourceName", "")[:40])
        elif value == "InBed":
            self.in_bed.append(stretch)
        elif value == "Awake":
            self._collector.leave_out(_("Stages awake within sleep"))
        else:
            self._collector.leave_out(_("Stages of sleep of an unknown kind"), value)

    def _take_flow(self, attributes: Attributes, start: datetime) -> None:
        value = attributes.get("value", "")
        if value.endswith(("None", "NotPresent")):
            self._collector.leave_out(_("Days marked as without bleeding"))
        else:
            self.flow.append((start, self._metadata.get("HKMenstrualCycleStart") in ("1", "true", "YES")))

    def _take_symptom(self, attributes: Attributes, start: datetime) -> None:
        value = attributes.get("value", "")
        severity = 0.0 if value.endswith("NotPresent") else None
        if word := _WORDS["severity"].get(value):
            severity = severity_of_word(word)
        finding = _WORDS["symptom"][attributes["type"]]
        document = {"kind": "symptom", "time": start, "finding": finding, "severity": severity}
        self._collector.add(document, where=finding, line=self.line_of())

    def _take_weight(self, attributes: Attributes, start: datetime) -> None:
        self._collector.leave_out(_("Body weights; the diary keeps one, see the hint"))
        if attributes.get("unit") == "kg" and (self._weight is None or start > self._weight[0]):
            self._weight = start, attributes.get("value", "")[:10]

    def _take_intake(self, attributes: Attributes, start: datetime) -> None:
        kind, unit = attributes["type"], attributes.get("unit", "")
        known: Mapping[str, str] = {"count": "unit"} if kind == _ALCOHOL else _WORDS["unit"]
        if unit not in known:
            raise TimeFault(
                _("The unit {unit} is not known here; expected {known}.").format(
                    unit=shown(unit), known=", ".join(known)
                )
            )
        self.taken.append(
            Taken(
                time=start,
                substance="alcohol" if kind == _ALCOHOL else _WORDS["intake"][kind],
                amount=self._number(attributes),
                unit=known[unit],
                mark=_mark(attributes),
                line=self.line_of(),
            )
        )

    def _take_workout(self, attributes: Attributes) -> None:
        start, stop = (self._time(attributes.get(name, "")) for name in ("startDate", "endDate"))
        if stop < start:
            raise TimeFault(
                _("The workout ends at {stop}, before it begins at {start}.").format(stop=stop, start=start)
            )
        name = attributes.get("workoutActivityType", "").removeprefix("HKWorkoutActivityType")[:100]
        minutes = round((stop - start).total_seconds() / SECONDS_PER_MINUTE, 2)
        self.sessions.append(Session(time=start, duration_min=minutes, name=name or "Workout", line=self.line_of()))

    def _number(self, attributes: Attributes) -> float:
        try:
            return float(attributes.get("value", ""))
        except ValueError as error:
            raise TimeFault(_("{value} is not a number.").format(value=shown(attributes.get("value", "")))) from error

    def _time(self, text: str) -> datetime:
        """Return the time of a record, by the clock of where it happened as far as that is known."""
        try:
            time = datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-"))
            if time.tzinfo is None:
                raise TimeFault(translated(WITHOUT_ZONE).format(time=text))
            place = self._metadata.get("HKTimeZone")
            zone = self._zone or (zone_or_none(place) if place else None)
            return fixed(time if zone is None else time.astimezone(zone))
        except (ValueError, OverflowError) as error:
            raise TimeFault(_("{text} is not a time of an Apple Health export.").format(text=shown(text))) from error


def _mark(attributes: Attributes) -> tuple[str, str, str]:
    """Return what tells a record of a food log from others: its kind, time and amount."""
    return (
        attributes.get("type", "")[:100],
        attributes.get("startDate", "")[:40],
        attributes.get("value", "")[:40],
    )


def _about(attributes: Attributes) -> str:
    born = attributes.get("HKCharacteristicTypeIdentifierDateOfBirth", "")[:4]
    sex = attributes.get("HKCharacteristicTypeIdentifierBiologicalSex", "").removeprefix("HKBiologicalSex").lower()
    known = [f"birth_year={born}"] if born.isdecimal() else []
    return " ".join(known + ([f"sex={sex}"] if sex in ("female", "male", "other") else []))
