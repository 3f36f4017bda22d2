"""What lies ahead of the clock, as an import may bring it, changes nothing on the pages until its time has come."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from tests.web.conftest import Browser

from myotwitch.diary import Bout, CheckIn, Diary, DiaryPerson, Intake
from myotwitch.store import import_entries, open_store, read_diary, set_profile
from myotwitch.web.drives_found import found_in
from myotwitch.web.pages.answer import answered_from, missing_in
from myotwitch.web.settings import AppSettings

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)
PAST = (
    Bout(time=NOW - 20 * HOUR, place="eyelid", count=2),
    CheckIn(time=NOW - 10 * HOUR, duration_min=600.0),
    Intake(time=NOW - 15 * HOUR, substance="caffeine", amount=95.0, unit="mg"),
)
AHEAD = (
    Bout(time=NOW + 9000 * HOUR, place="calf", count=7),
    CheckIn(time=NOW + 9001 * HOUR, duration_min=60.0),
    Intake(time=NOW + 9002 * HOUR, substance="alcohol", amount=14.0, unit="g"),
)
PERSON = DiaryPerson(birth_year=1985)


def test_what_drives_it_and_the_fortnight_are_of_what_has_happened() -> None:
    found = found_in(Diary(entries=(*PAST, *AHEAD), person=PERSON), NOW)
    assert (found.course.observed_hours, found.course.bouts) == (10.0, 2)
    assert [driver.factor for driver in found.course.drivers] == ["caffeine"]
    assert found.fortnight is not None
    assert found.fortnight[2] < NOW + 25 * HOUR


def test_the_answer_is_that_of_what_has_happened() -> None:
    mixed, past = Diary(entries=(*PAST, *AHEAD), person=PERSON), Diary(entries=PAST, person=PERSON)
    assert answered_from(mixed, frozenset(), now=NOW).case == answered_from(past, frozenset(), now=NOW).case
    assert missing_in(Diary(entries=(*PAST[1:], *AHEAD), person=PERSON), NOW) == ["twitching"]


def test_the_pages_show_what_has_happened(browser: Browser, settings: AppSettings) -> None:
    with open_store(settings.store) as store:
        import_entries(store, None, (*PAST, *AHEAD), source="test", command="test")
        set_profile(store, None, {"birth_year": 1985}, command="test")
    until = time.monotonic() + 60
    while (answer := browser.get("/drives/now")).status_code == 202:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert "caffeine" in answer.text.lower()
    assert "alcohol" not in answer.text.lower()
    home = browser.get("/").text
    assert "Eyelid" in home
    assert browser.get("/answer").status_code == 200


def test_a_form_refuses_what_cannot_be(browser: Browser, settings: AppSettings) -> None:
    for kind, fields in (
        ("sleep", {"duration_min": "4980"}),
        ("check_in", {"duration_min": "40320"}),
        ("intake", {"substance": "alcohol", "amount": "500", "unit": "ml"}),
        ("sleep", {"duration_min": "430", "to_bed": "2026-03-04T10:16"}),
    ):
        answer = browser.submit(f"/diary/new/{kind}", time="2026-03-04T10:15", **fields)
        assert answer.status_code == 422, kind
        assert "is not possible" in answer.text or "before they fall asleep" in answer.text
    with open_store(settings.store) as store:
        assert read_diary(store).entries == ()


def test_a_plan_that_would_begin_in_the_past_is_refused(browser: Browser) -> None:
    browser.submit("/diary/new/note", time="2026-03-04T10:15", text="hello")
    answer = browser.submit("/drives/plan", substance="caffeine", begin="2020-01-01")
    assert answer.status_code == 422
    assert "which has passed" in answer.text
