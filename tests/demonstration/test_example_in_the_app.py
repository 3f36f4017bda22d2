"""The app on the example person says on every page that nobody is meant; on anybody else's diary it does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.web.conftest import ORIGIN, Browser
from tests.web.recordings_made import searched

from myotwitch.demonstration import EXAMPLE_PERSON
from myotwitch.diary import RecordingMade
from myotwitch.errors import RequestError
from myotwitch.store import open_store, read_diary
from myotwitch.web.__main__ import main
from myotwitch.web.app import create_app
from myotwitch.web.example import example_store
from myotwitch.web.sessions import Sessions
from myotwitch.web.settings import AppSettings

MARK = "Example person, simulated."
PAGES = (
    "/", "/now/in-body", "/diary", "/diary?view=day", "/diary?view=year", "/diary/new/bout", "/diary/import", "/answer",
    "/drives", "/recordings", "/learn", "/learn/playground", "/doctor", "/settings",
)  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with example_store(tmp_path_factory.mktemp("example")) as made:
        yield made


@pytest.fixture(scope="module")
def browser(store: Path) -> Iterator[Browser]:
    sessions = Sessions()
    app = create_app(AppSettings(store=str(store)), sessions)
    with Browser(app, base_url=ORIGIN, follow_redirects=False) as client:
        assert client.get(f"/enter/{sessions.new_link()}").status_code == 303
        yield client


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_that_the_person_is_simulated(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 200
    assert MARK in answer.text


def test_pages_of_the_example_s_recording_say_so_too(browser: Browser, store: Path) -> None:
    with open_store(store) as there:
        (entry,) = read_diary(there).of(RecordingMade)
    assert searched(browser, f"/recordings/{entry.key}")["step"] == "done"
    assert MARK in browser.get(f"/recordings/{entry.key}").text


@pytest.mark.parametrize("name", ["json", "csv", "fhir"])
def test_an_export_says_in_its_name_and_in_itself_that_it_is_simulated(browser: Browser, name: str) -> None:
    answer = browser.submit(f"/settings/export/{name}")
    assert "diary_simulated." in answer.headers["content-disposition"]
    assert answer.text.count("simulated") > 1000


@pytest.mark.parametrize("form", ["html", "fhir"])
def test_the_page_for_the_doctor_is_of_the_example_person_by_name(browser: Browser, form: str) -> None:
    answer = browser.submit("/doctor/report", form=form, opinion="yes", name="Anna", alcohol_and_drugs="no")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].split("filename=")[1].startswith('"simulated-')
    assert EXAMPLE_PERSON in answer.text
    assert "Anna" not in answer.text


def test_the_diary_of_anybody_else_has_no_such_mark(browser: Browser) -> None:
    browser.submit("/settings/person", new="anna")
    assert MARK not in browser.get("/").text
    assert "diary.json" in browser.submit("/settings/export/json").headers["content-disposition"]
    assert json.loads(browser.submit("/settings/export/json").text)["entries"] == []
    browser.submit("/settings/person", person=EXAMPLE_PERSON)
    assert MARK in browser.get("/").text


def test_a_stranger_is_shown_nothing_of_it(store: Path) -> None:
    with Browser(create_app(AppSettings(store=str(store))), base_url=ORIGIN) as stranger:
        assert MARK not in stranger.get("/").text


def test_without_a_folder_nothing_is_kept() -> None:
    with example_store(None) as made:
        assert made.is_file()
    assert not made.parent.exists()


def test_the_example_and_a_store_of_one_s_own_are_never_mixed(capsys: pytest.CaptureFixture[str]) -> None:
    for option in (("--store", "me.db"), ("--person", "anna"), ("--recordings", "here")):
        assert main(["--example", *option]) == 2
        assert "opens the example person alone" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RequestError, match="Name another folder"), example_store(tmp_path / "file" / "below"):
        raise AssertionError
