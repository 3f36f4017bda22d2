"""Make the diary of the example person: three months, simulated and marked as such in every entry.

Run with ``python examples/make_example_person.py``; the same bytes come out every time. What is true of this person is
chosen here and nowhere else: coffee drives the twitching, short nights and stress add to it, magnesium and alcohol do
nothing, and from day 57 on the coffee is fewer. The curve of caffeine in the body is the program's own, so the example
shows how the app looks and proves nothing about it; the validation has a simulator of its own.

The table begins on a day of its own; `myotwitch.demonstration` moves it so that its last day is today.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from myotwitch.diary import ENTRY, Entry, table_text
from myotwitch.substances import SUBSTANCES, amount_in_body, peak_of_one_dose

FOLDER = Path(__file__).resolve().parents[1] / "src" / "myotwitch" / "demonstration"
BEGIN = datetime(2026, 1, 5, tzinfo=timezone(timedelta(hours=1)))
DAYS, MINUTES_A_DAY = 93, 1440
SEED = 20261127
MARK = "simulated"
"""Stands in the text of every entry, so that every export says it."""

LESS_COFFEE_DAY, MAGNESIUM_DAY = 56, 30
CUP_MG, CUPS_BEFORE, CUPS_AFTER = 90.0, 5.0, 1.6
BOUTS_PER_HOUR = 0.15
LOG_RATIO = {"cup": 0.45, "hour_of_sleep": -0.15, "stress": 0.08, "drift": 0.35}
"""Change of the log rate of twitching for a cup at its peak, an hour of sleep, a point of stress; sd of the drift."""
DRIFT_H = 12.0
WATCH_HOURS, WATCHED, LOGGED_UNWATCHED = (7, 11, 15, 19), 0.85, 0.3
PLACES = (  # place, side, muscle, share
    ("calf", "left", "gastrocnemius_medial_head", 0.3),
    ("calf", "left", "soleus", 0.13),
    ("calf", "right", "gastrocnemius_lateral_head", 0.25),
    ("eyelid", "left", "orbicularis_oculi_palpebral_part", 0.15),
    ("thigh", "right", "vastus_medialis", 0.1),
    ("thumb", "left", "abductor_pollicis_brevis", 0.07),
)
LABS = (
    ("magnesium", 0.84, "mmol/L"), ("potassium", 4.2, "mmol/L"), ("calcium", 2.36, "mmol/L"), ("ck", 182.0, "U/L"),
    ("tsh", 1.9, "mU/L"),
)  # fmt: skip
LOOKED_FOR = ("weakness", "muscle_wasting", "slurred_speech", "swallowing_difficulty", "numbness")

Floats = NDArray[np.float64]
Rows = list[dict[str, Any]]


def simulate(generator: np.random.Generator) -> list[Entry]:
    """Return the entries of the example person, in the order of their times."""
    rows: Rows = []
    stress = np.clip(4.5 + 1.6 * _wandering(generator, DAYS, 0.6), 0.0, 10.0)
    sleep_h, is_awake = _sleep(generator, stress, rows)
    cups = _coffee(generator, rows)
    _evenings(generator, stress, rows)
    log_rate = np.log(BOUTS_PER_HOUR) + _caffeine(cups) * LOG_RATIO["cup"]
    log_rate += np.repeat(LOG_RATIO["hour_of_sleep"] * (sleep_h - 7.0) + LOG_RATIO["stress"] * (stress - 4.5), 1440)
    keeps = np.exp(-1.0 / (60.0 * DRIFT_H))
    noise = generator.standard_normal(len(log_rate)) * np.sqrt(1.0 - keeps**2)
    log_rate += LOG_RATIO["drift"] * lfilter([1.0], [1.0, -keeps], noise)
    _bouts(generator, np.where(is_awake, np.exp(log_rate) / 60.0, 0.0), _watching(generator, rows), rows)
    _told_once(rows)
    entries = [_entry(row) for row in sorted(rows, key=lambda row: float(row["minute"]))]
    return [entry for entry in entries if entry.time < BEGIN + timedelta(days=DAYS)]


def _entry(row: dict[str, Any]) -> Entry:
    said = {name: value for name, value in row.items() if name != "minute"}
    time = BEGIN + timedelta(minutes=round(float(row["minute"])))
    return ENTRY.validate_python({"text": MARK, **said, "time": time})


def _wandering(generator: np.random.Generator, count: int, keeps: float) -> Floats:
    """Return a course with mean 0 and standard deviation 1 of which each value keeps a share of the one before."""
    steps = generator.standard_normal(count) * np.sqrt(1.0 - keeps**2)
    return np.asarray(lfilter([1.0], [1.0, -keeps], steps), dtype=np.float64)


def _sleep(generator: np.random.Generator, stress: Floats, rows: Rows) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the hours slept before each day, and who is awake minute by minute."""
    hours = np.clip(7.0 + 0.9 * _wandering(generator, DAYS, 0.2) - 0.25 * (stress - 4.5), 3.5, 9.5)
    awake = np.ones(DAYS * MINUTES_A_DAY, dtype=np.bool_)
    for day in range(DAYS):
        ends = day * MINUTES_A_DAY + round(6.75 * 60 + 15 * generator.standard_normal())
        begins = ends - round(60 * hours[day])
        awake[max(begins, 0) : ends] = False
        if begins >= 0:
            rows.append({"minute": begins, "kind": "sleep", "duration_min": float(ends - begins)})
    return hours, awake


def _coffee(generator: np.random.Generator, rows: Rows) -> Floats:
    """Return the minutes at which a cup was drunk."""
    cups: list[float] = []
    for day in range(DAYS):
        number = generator.poisson(CUPS_BEFORE if day < LESS_COFFEE_DAY else CUPS_AFTER)
        cups += sorted(day * MINUTES_A_DAY + np.round(60 * generator.uniform(7.2, 18.0, number)))
    rows += [{"minute": at, "kind": "intake", "substance": "caffeine", "amount": CUP_MG, "unit": "mg"} for at in cups]
    return np.array(cups)


def _caffeine(cups: Floats) -> Floats:
    """Return what is in the body minute by minute, in peaks of one cup."""
    hours = np.arange(DAYS * MINUTES_A_DAY) / 60.0
    caffeine = SUBSTANCES["caffeine"]
    return amount_in_body(caffeine, cups / 60.0, np.full(len(cups), CUP_MG), hours) / peak_of_one_dose(caffeine, CUP_MG)


def _evenings(generator: np.random.Generator, stress: Floats, rows: Rows) -> None:
    """Add stress, exercise, wine and hours before a screen."""
    for day in range(DAYS):
        at = day * MINUTES_A_DAY
        rows.append({"minute": at + 1265, "kind": "stress", "level": float(np.round(stress[day]))})
        if generator.random() < 0.4:
            effort = float(np.clip(np.round(generator.normal(5.0, 1.5)), 1, 10))
            lasts = float(generator.integers(25, 76))
            began = at + 60 * generator.uniform(16.5, 19)
            rows.append({"minute": began, "kind": "exercise", "effort": effort, "duration_min": lasts})
        if generator.random() < 0.3:
            amount = 14.0 * float(generator.integers(1, 3))
            began = at + 60 * generator.uniform(19, 21)
            rows.append({"minute": began, "kind": "intake", "substance": "alcohol", "amount": amount, "unit": "g"})
        if generator.random() < 0.35:
            lasts = float(30 * generator.integers(4, 15))
            rows.append({"minute": at + 545, "kind": "screen", "duration_min": lasts})
        if generator.random() < 0.09:
            severity = float(generator.integers(2, 6))
            rows.append({"minute": at + 300, "kind": "symptom", "finding": "muscle_cramps", "severity": severity})


def _watching(generator: np.random.Generator, rows: Rows) -> NDArray[np.bool_]:
    """Return which minutes are watched, and add the check-ins that say so."""
    watched = np.zeros(DAYS * MINUTES_A_DAY, dtype=np.bool_)
    for day in range(DAYS):
        for hour in WATCH_HOURS:
            if generator.random() < WATCHED:
                begins = day * MINUTES_A_DAY + 60 * hour
                watched[begins : begins + 240] = True
                rows.append({"minute": begins + 240, "kind": "check_in", "duration_min": 240.0})
    return watched


def _bouts(generator: np.random.Generator, rate: Floats, watched: NDArray[np.bool_], rows: Rows) -> None:
    shares = np.array([share for *_, share in PLACES])
    for minute in np.repeat(np.arange(len(rate)), generator.poisson(rate)):
        if not watched[minute] and generator.random() > LOGGED_UNWATCHED:
            continue
        place, side, muscle, _ = PLACES[generator.choice(len(PLACES), p=shares / shares.sum())]
        rows.append({
            "minute": int(minute), "kind": "bout", "place": place, "side": side, "muscle": muscle,
            "strength": float(np.clip(np.round(generator.normal(3.0, 1.2)), 1, 7)),
            "duration_s": float(np.round(np.exp(generator.normal(2.3, 0.8)))), "character": "flicker",
        })  # fmt: skip


def _told_once(rows: Rows) -> None:
    """Add what is said a few times only: signs looked for, fear, a blood sample, a recording, what was changed."""

    def at(day: int, hour: float, kind: str, **said: Any) -> None:
        rows.append({"minute": day * MINUTES_A_DAY + 60 * hour, "kind": kind, **said})

    for day in (3, 60, 88):
        for finding in LOOKED_FOR:
            at(day, 18.5, "symptom", finding=finding, severity=0.0)
    for day, severity in ((2, 7.0), (20, 6.0), (41, 3.0), (80, 2.0)):
        at(day, 22.0, "symptom", finding="fear_of_illness", severity=severity)
    at(14, 9.0, "illness", event="began", text=f"{MARK}: a cold")
    at(21, 9.0, "illness", event="ended", text=f"{MARK}: a cold")
    for analyte, value, unit in LABS:
        at(80, 8.25, "lab", analyte=analyte, value=value, unit=unit)
    at(MAGNESIUM_DAY, 20.0, "schedule", substance="magnesium_supplement", amount=300.0, unit="mg", at=("21:00",))
    at(LESS_COFFEE_DAY, 6.9, "note", text=f"{MARK}: from today on fewer coffees")
    recording = (FOLDER / "calf.edf").read_bytes()
    at(90, 20.5, "recording", sha256=hashlib.sha256(recording).hexdigest(), file="calf.edf", place="calf",
       side="right", duration_s=180.0)  # fmt: skip


def main() -> None:
    """Write ``example_diary.csv`` into the demonstration folder of the package."""
    entries = simulate(np.random.default_rng(SEED))
    (FOLDER / "example_diary.csv").write_text(table_text(entries), encoding="utf-8")


if __name__ == "__main__":
    main()
