"""The picture of the page for the doctor in docs/report.md; remake it with ``python -m docs.letter_picture``.

The person is made up and the bouts are simulated; the recording is that of ``myotwitch demo``.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np

import myotwitch
from myotwitch.diary import (
    Bout,
    CheckIn,
    Diary,
    DiaryPerson,
    Entry,
    Exercise,
    Intake,
    Lab,
    Note,
    RecordingMade,
    Schedule,
    Sleep,
    Stress,
    Symptom,
)
from myotwitch.pipeline import measure, report_basis
from myotwitch.report.letter import Choices, Part, Recorded, Span, content_of, png_pages

PICTURE = Path(__file__).parent / "pictures" / "letter.png"
ZONE = timezone(timedelta(hours=1))
FIRST, LAST = datetime(2026, 8, 24, tzinfo=ZONE), datetime(2026, 11, 22, 21, tzinfo=ZONE)
PLACES = (("orbicularis_oculi", "left", 0.38), ("gastrocnemius", "right", 0.3), ("gastrocnemius", "left", 0.18))
ABSENT = (
    "weakness", "progressive_weakness", "muscle_wasting", "slurred_speech", "swallowing_difficulty",
    "breathless_at_rest", "loss_of_awareness", "fever", "weight_loss", "family_mnd", "numbness",
)  # fmt: skip
CALF = Path(myotwitch.__file__).parent / "demonstration" / "calf.edf"


def example_diary() -> Diary:
    """Return three months of somebody whose eyelid and calves twitch, more after coffee and short nights."""
    random = np.random.default_rng(7)
    entries: list[Entry] = []
    for number in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=number)
        entries += _day(day, random, is_away=number % 29 in (11, 12, 13))
    entries += [Symptom(time=LAST - timedelta(days=20), finding=name, severity=0.0) for name in ABSENT]
    present = ("fear_of_illness", "sleep_deprivation", "muscle_cramps")
    entries += [Symptom(time=LAST - timedelta(days=ago), finding=name) for name in present for ago in (60, 40, 12)]
    taken = LAST - timedelta(days=18, hours=12)
    for analyte, value, unit in (
        ("magnesium", 0.66, "mmol/L"), ("potassium", 4.1, "mmol/L"), ("calcium", 2.36, "mmol/L"), ("tsh", 1.8, "mU/L"),
        ("ck", 148.0, "U/L"),
    ):  # fmt: skip
        entries.append(Lab(time=taken, analyte=analyte, value=value, unit=unit))
    entries += [
        Schedule(
            time=FIRST + timedelta(days=40, hours=8), substance="sertraline", amount=50.0, unit="mg", at=("08:00",)
        ),
        Note(time=LAST - timedelta(days=9), text="Lifted boxes all day, the calf went on for an hour in the evening."),
        RecordingMade(
            time=LAST - timedelta(days=4), sha256="0" * 64, file="calf.edf", place="calf", side="right", duration_s=60.0
        ),
    ]
    return Diary(entries=tuple(entries), person=DiaryPerson(birth_year=1988, sex="female"))


def _day(day: datetime, random: np.random.Generator, *, is_away: bool) -> list[Entry]:
    coffees, hours_asleep = int(random.integers(1, 5)), float(random.uniform(5.0, 7.6))
    entries: list[Entry] = [
        Sleep(time=day, duration_min=round(60 * hours_asleep)),
        Stress(time=day + timedelta(hours=21), level=float(random.integers(2, 8))),
    ]
    entries += [
        Intake(time=day + timedelta(hours=8 + 3 * cup), substance="caffeine", amount=95.0, unit="mg")
        for cup in range(coffees)
    ]
    if day.weekday() in (4, 5):
        entries.append(Intake(time=day + timedelta(hours=20), substance="alcohol", amount=24.0, unit="g"))
    if day.weekday() in (1, 6):
        entries.append(Exercise(time=day + timedelta(hours=18), effort=6.0, duration_min=50.0))
    if is_away:
        return [entry for entry in entries if not isinstance(entry, Stress)]
    entries += [CheckIn(time=day + timedelta(hours=hour), duration_min=120.0) for hour in (12, 17, 21)]
    rate = 0.45 * (1.0 + 0.35 * coffees) * (1.0 + 0.2 * (7.0 - hours_asleep))
    for muscle, side, share in PLACES:
        for _bout in range(int(random.poisson(rate * 6 * share))):
            hour = float(random.choice((10.2, 15.2, 19.2))) + float(random.uniform(0.0, 1.7))
            entries.append(
                Bout(
                    time=day + timedelta(hours=hour), muscle=muscle, side=side, character="flicker", when="rest",
                    duration_s=float(np.round(random.lognormal(3.0, 0.6))), strength=float(random.integers(1, 5)),
                    painful=False,
                )
            )  # fmt: skip
    return entries


def example_recording() -> Recorded:
    """Return the recording of the example, searched."""
    made = LAST - timedelta(days=4)
    found = measure(CALF).twitches
    return Recorded(name="calf.edf", made=made, place="calf", muscle=None, side="right", twitches=found)


def main() -> None:
    """Write the picture."""
    question = "Is it dangerous, and do I need an EMG?"
    choices = Choices(parts=frozenset(Part), span=Span.QUARTER, name="Simulated example", question=question)
    basis = report_basis(example_diary(), choices, [example_recording()], now=LAST.astimezone(UTC).astimezone(ZONE))
    PICTURE.write_bytes(png_pages(content_of(basis), dots_per_inch=110.0)[0])


if __name__ == "__main__":
    main()
