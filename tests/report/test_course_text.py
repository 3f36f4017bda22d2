"""What is in the body is told with its time, in numbers that a person can read."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from myotwitch.course.course import course_of
from myotwitch.diary import CheckIn, Diary, Entry, Intake
from myotwitch.diary.counted import Moment
from myotwitch.language import digits, in_language
from myotwitch.report.course_text import course_text

NOON = datetime.fromisoformat("2026-01-10T12:00:00+01:00")


def told(*entries: Entry, at: datetime | None = None, moment: Moment = Moment.LAST_ENTRY) -> str:
    return " ".join(course_text(course_of(Diary(entries=entries), at), moment).split())


def taken(substance: str, amount: float, unit: str) -> Intake:
    return Intake(time=NOON, substance=substance, amount=amount, unit=unit)


WATCHED = CheckIn(time=NOON + timedelta(hours=1), duration_min=60.0)


@pytest.mark.parametrize(
    ("moment", "title"),
    [
        (Moment.NOW, "In the body now, on 2026-01-10 at 13:00"),
        (Moment.ASKED, "In the body on 2026-01-10 at 13:00"),
        (Moment.LAST_ENTRY, "In the body on 2026-01-10 at 13:00, the time of the last entry"),
    ],
)
def test_the_time_stands_over_what_is_in_the_body(moment: Moment, title: str) -> None:
    text = told(taken("caffeine", 95.0, "mg"), WATCHED, moment=moment)
    assert f"{title} • Caffeine: about" in text


def test_what_is_in_the_body_is_told_where_nothing_was_watched() -> None:
    text = told(taken("caffeine", 95.0, "mg"), at=NOON + timedelta(hours=1))
    assert "Silence is not zero" in text
    assert "Caffeine: about" in text


def test_large_amounts_are_written_out() -> None:
    text = told(taken("alcohol", 60.0, "g"), WATCHED)
    amount = re.search(r"about ([0-9,]+) mg \(([0-9,]+) to ([0-9,]+)\)", text)
    assert amount is not None, text
    assert all(len(figure) >= 6 for figure in amount.groups())
    assert "e+" not in text


def test_next_to_nothing_is_told_as_nothing() -> None:
    text = told(taken("caffeine", 95.0, "mg"), WATCHED, at=NOON + timedelta(days=1))
    assert "(0 to " in text
    assert not re.search("[0-9]e-", text)


def test_no_number_for_people_is_in_powers_of_ten() -> None:
    assert digits(30_480.0, ".3g") == "30,500"
    assert digits(1_234_567.0) == "1,234,570"
    with in_language("de"):
        assert digits(30_480.0, ".3g") == "30.500"
