"""The page for the doctor in the app: what is chosen, and the three files."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from tests.web.conftest import ORIGIN, Browser

from myotwitch.diary import Bout, CheckIn, Entry, Intake, Lab, Note, RecordingMade
from myotwitch.store import add_entry, set_profile

NOW = datetime.now(UTC).replace(microsecond=0)
USUAL = dict.fromkeys(("measured", "substances", "laboratory", "feelings", "opinion", "age"), "yes")


def fill(browser: Browser, *more: Entry) -> None:
    """Give the diary of the app some days, and the person a year of birth."""
    workplace = browser.app.state.workplace  # type: ignore[attr-defined]
    person = workplace.first_person
    entries = [Bout(time=NOW - timedelta(days=day, hours=1), place="calf", side="left") for day in range(12)]
    entries += [CheckIn(time=NOW - timedelta(days=day), duration_min=180.0) for day in range(12)]
    for entry in (*entries, *more):
        add_entry(workplace.store, person, entry, command="test")
    set_profile(workplace.store, person, {"birth_year": 1988}, command="test")


def test_an_empty_diary_has_no_page_to_take_along(browser: Browser) -> None:
    page = browser.get("/doctor")
    assert page.status_code == 200
    assert 'action="/doctor/report"' not in page.text


@pytest.mark.parametrize(
    ("form", "media", "begins", "ending"),
    [
        ("pdf", "application/pdf", b"%PDF-", ".pdf"),
        ("html", "text/html", b"<!doctype html>", ".html"),
        ("fhir", "application/fhir+json", b"{", ".fhir.json"),
        ("png", "image/png", b"\x89PNG", ".png"),
    ],
)
def test_each_form_comes_as_a_file_with_the_day_in_its_name(
    browser: Browser, form: str, media: str, begins: bytes, ending: str
) -> None:
    fill(browser)
    answer = browser.submit("/doctor/report", form=form, **USUAL)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media)
    assert answer.content.lstrip().startswith(begins)
    assert (
        answer.headers["content-disposition"] == f'attachment; filename="twitching-{datetime.now():%Y-%m-%d}{ending}"'
    )


def test_without_the_token_of_the_form_nothing_is_made(browser: Browser) -> None:
    fill(browser)
    answer = browser.post("/doctor/report", data={"form": "html"}, headers={"Origin": ORIGIN})
    assert answer.status_code == 403


def test_alcohol_and_drugs_must_be_decided_if_the_diary_tells_of_them(browser: Browser) -> None:
    fill(browser, Intake(time=NOW, substance="alcohol", amount=20, unit="g"))
    assert 'name="alcohol_and_drugs"' in browser.get("/doctor").text
    refused = browser.submit("/doctor/report", form="html", **USUAL)
    assert refused.status_code == 422
    with_them = browser.submit("/doctor/report", form="html", alcohol_and_drugs="yes", **USUAL)
    without = browser.submit("/doctor/report", form="html", alcohol_and_drugs="no", **USUAL)
    assert "Alcohol (ethanol)" in with_them.text
    assert "Alcohol" not in without.text


def test_what_is_not_ticked_is_in_none_of_the_files(browser: Browser) -> None:
    fill(
        browser,
        Lab(time=NOW, analyte="magnesium", value=0.6173, unit="mmol/L"),
        Note(time=NOW, text="ZEBRAFINCH"),
        RecordingMade(time=NOW, sha256="0" * 64, file="gruyere.edf"),
    )
    nothing = browser.submit("/doctor/report", form="fhir")
    bundle = json.dumps(
        [
            entry["resource"]
            for entry in nothing.json()["entry"]
            if entry["resource"]["resourceType"] != "DiagnosticReport"
        ]
    )
    page = browser.submit("/doctor/report", form="html").text
    for word in ("0.6173", "ZEBRAFINCH", "gruyere", "1988"):
        assert word not in page
        assert word not in bundle
    full = browser.submit("/doctor/report", form="html", notes="yes", **USUAL).text
    assert all(word in full for word in ("0.6173", "ZEBRAFINCH", "gruyere", "1988"))


def test_the_name_stands_on_the_page_and_is_kept_nowhere(browser: Browser) -> None:
    fill(browser)
    answer = browser.submit("/doctor/report", form="html", name="Anna <b>Beispiel</b>", question="Is it ALS?", **USUAL)
    assert "Anna &lt;b&gt;Beispiel&lt;/b&gt;" in answer.text
    assert "Is it ALS?" in answer.text
    assert "Beispiel" not in browser.get("/doctor").text
    again = browser.submit("/doctor/report", form="html", **USUAL)
    assert "Beispiel" not in again.text


def test_it_is_written_in_the_language_of_the_app(browser: Browser) -> None:
    fill(browser)
    browser.cookies.set("myotwitch_language", "de")
    answer = browser.submit("/doctor/report", form="html", **USUAL)
    assert '<html lang="de">' in answer.text
    assert "Warnzeichen" in answer.text


@pytest.mark.parametrize("fields", [{"form": "docx"}, {"span": "decade"}, {"name": "x" * 81}, {"question": "x" * 301}])
def test_what_is_no_choice_is_refused_in_words(browser: Browser, fields: dict[str, str]) -> None:
    fill(browser)
    answer = browser.submit("/doctor/report", **fields)
    assert answer.status_code == 422
