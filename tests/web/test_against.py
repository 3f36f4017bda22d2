"""Twitches against what is in the body: what was watched is drawn, and what was not is told apart from nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from myotwitch.diary import Bout, CheckIn, Diary, Intake
from myotwitch.web.against_drawing import BIN_H, DAYS, against_drawing, fortnight_of

LAST = datetime(2026, 3, 14, 12, tzinfo=UTC)


def diary_of(*, with_coffee: bool = True) -> Diary:
    entries: list[Bout | CheckIn | Intake] = []
    for day in range(10):
        at = LAST - timedelta(days=day)
        entries.append(CheckIn(time=at, duration_min=300))
        entries.append(Bout(time=at - timedelta(hours=1), place="calf", count=1 + day % 3))
        if with_coffee:
            entries.append(Intake(time=at - timedelta(hours=4), substance="caffeine", amount=90, unit="mg"))
    return Diary(entries=tuple(sorted(entries, key=lambda entry: entry.time)))


def test_every_watched_stretch_with_bouts_has_a_bar_and_every_unwatched_one_a_sign() -> None:
    found = fortnight_of(diary_of(), ["caffeine"])
    assert found is not None
    drawn = str(against_drawing(*found))
    assert drawn.count('class="bouts"') == 10
    assert drawn.count('class="unknown"') == round(24 * DAYS / BIN_H) - 10
    assert drawn.count('class="amount"') == 1


def test_what_was_not_taken_has_no_course() -> None:
    found = fortnight_of(diary_of(), ["caffeine", "ethanol"])
    assert found is not None
    assert [curve.substance for curve in found[1]] == ["caffeine"]


def test_without_anything_taken_or_watched_nothing_is_drawn() -> None:
    assert fortnight_of(diary_of(with_coffee=False), []) is None
    assert fortnight_of(Diary(entries=()), ["caffeine"]) is None
    coffee = Intake(time=LAST, substance="caffeine", amount=90, unit="mg")
    assert fortnight_of(Diary(entries=(coffee,)), ["caffeine"]) is None
