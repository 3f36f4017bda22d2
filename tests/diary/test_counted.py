"""What lies ahead of the clock has not happened: it does not count, and does not decide what time is meant."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from myotwitch.diary import Bout, CheckIn, Diary, DiaryPerson, Entry, Intake, Note, Schedule
from myotwitch.diary.counted import CLOCKS_DIFFER, FRESH, Counted, Moment, counted_at
from myotwitch.errors import RequestError
from myotwitch.pipeline import answer_from_diary, case_of_diary, report_basis
from myotwitch.report.letter import PARTS, Choices, Span

NOW = datetime.fromisoformat("2026-11-27T14:00:00+01:00")
DAY = timedelta(days=1)
PERSON = DiaryPerson(birth_year=1985)


def bout(time: datetime, count: int = 1) -> Bout:
    return Bout(time=time, place="eyelid", side="left", count=count)


def watched(time: datetime, hours: float) -> CheckIn:
    return CheckIn(time=time, duration_min=60 * hours)


def coffee(time: datetime) -> Intake:
    return Intake(time=time, substance="caffeine", amount=95.0, unit="mg")


def diary(*entries: Entry) -> Diary:
    return Diary(entries=entries, person=PERSON)


def mixed() -> Diary:
    """Two bouts in ten hours watched yesterday and a coffee this morning; more of all in 2031."""
    later = NOW + 4 * 365 * DAY
    return diary(
        bout(NOW - 1.2 * DAY, 2), watched(NOW - DAY, 10), coffee(NOW - timedelta(hours=6)),
        coffee(later), watched(later + timedelta(hours=1), 1), bout(later + timedelta(minutes=30), 7),
    )  # fmt: skip


def ahead(told: Diary) -> list[Entry]:
    return [entry for entry in told.entries if entry.time > NOW]


def test_of_a_mixed_diary_only_what_has_happened_counts() -> None:
    counted = counted_at(mixed(), NOW)
    assert ahead(counted.diary) == []
    assert len(counted.diary.entries) == 3
    assert (counted.waiting, counted.is_all_ahead) == (3, False)


def test_what_is_asked_for_counts_though_it_lies_ahead() -> None:
    counted = counted_at(mixed(), NOW, NOW + 2000 * DAY)
    assert len(counted.diary.entries) == 6
    assert (counted.moment, counted.at, counted.waiting) == (Moment.ASKED, NOW + 2000 * DAY, 0)


def test_a_diary_wholly_ahead_counts_as_if_its_last_entry_had_just_been_written() -> None:
    whole = diary(bout(NOW + DAY), watched(NOW + 2 * DAY, 3))
    counted = counted_at(whole, NOW)
    assert counted.diary is whole
    assert (counted.moment, counted.at, counted.is_all_ahead) == (Moment.LAST_ENTRY, NOW + 2 * DAY, True)


def test_an_empty_diary_has_no_time() -> None:
    counted = counted_at(diary(), NOW)
    assert (counted.at, counted.is_all_ahead, counted.waiting) == (None, False, 0)


@pytest.mark.parametrize(
    ("age", "moment"),
    [
        (timedelta(0), Moment.NOW),
        (FRESH - timedelta(seconds=1), Moment.NOW),
        (FRESH, Moment.LAST_ENTRY),
        (300 * DAY, Moment.LAST_ENTRY),
    ],
)
def test_a_diary_that_is_being_kept_is_looked_at_now_and_another_at_its_last_entry(
    age: timedelta, moment: Moment
) -> None:
    counted = counted_at(diary(coffee(NOW - age)), NOW)
    assert counted.moment is moment
    assert counted.at == (NOW if moment is Moment.NOW else NOW - age)


def test_an_entry_by_a_clock_that_is_a_little_ahead_counts_and_is_not_in_the_future_of_the_look() -> None:
    soon = NOW + CLOCKS_DIFFER
    assert counted_at(diary(bout(NOW - DAY), coffee(soon)), NOW).at == soon
    assert counted_at(diary(bout(NOW - DAY), coffee(soon + timedelta(seconds=1))), NOW).at == NOW


def test_what_is_meant_for_later_is_not_told_as_waiting() -> None:
    plan = Schedule(time=NOW + DAY, substance="magnesium", amount=300.0, unit="mg", at=("08:00",))
    counted = counted_at(diary(bout(NOW - DAY), plan, Note(time=NOW + 9 * DAY, text="Own experiment is done.")), NOW)
    assert counted.waiting == 0
    assert len(counted.diary.entries) == 1


def test_the_case_tells_of_what_has_happened_at_the_last_entry_whose_time_has_come() -> None:
    case = case_of_diary(mixed(), now=NOW)
    past = case_of_diary(diary(*mixed().entries[:3]), now=NOW)
    assert case == past
    assert case != case_of_diary(mixed(), mixed().last, now=NOW)
    assert case.person.age_years == pytest.approx(41.4, abs=0.1)


def test_a_diary_whose_only_bouts_lie_ahead_has_no_case_yet() -> None:
    with pytest.raises(RequestError, match="neither a bout nor a recording"):
        answer_from_diary(diary(coffee(NOW - DAY), bout(NOW + DAY)), now=NOW)
    assert answer_from_diary(diary(coffee(NOW - DAY), bout(NOW + DAY)), NOW + 2 * DAY, now=NOW).case.twitching


def test_the_case_of_a_day_that_is_asked_for_knows_nothing_of_later_ones() -> None:
    told = diary(bout(NOW - 40 * DAY), coffee(NOW - DAY), bout(NOW - DAY))
    early = case_of_diary(told, NOW - 39 * DAY, now=NOW)
    assert early.exposures == ()
    assert case_of_diary(told, now=NOW).exposures != ()


def test_the_page_for_the_doctor_leaves_out_what_lies_ahead() -> None:
    choices = Choices(parts=frozenset(part for part, is_on in PARTS.items() if is_on), span=Span.YEAR)
    basis = report_basis(mixed(), choices, now=NOW)
    assert basis.at == NOW - timedelta(hours=6)
    assert basis.now == NOW
    assert basis.course.bouts == 2
    assert [row.at for row in basis.in_body] == [NOW]


def test_nothing_of_a_counted_diary_is_ahead_of_its_look() -> None:
    for told in (mixed(), diary(bout(NOW + DAY)), diary(coffee(NOW - 9 * DAY))):
        counted: Counted = counted_at(told, NOW)
        assert counted.at is not None
        assert all(entry.time <= counted.at for entry in counted.diary.entries)
