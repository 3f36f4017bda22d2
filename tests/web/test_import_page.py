"""A file of another program is looked at first, and taken as a whole or not at all."""

from __future__ import annotations

import html
import io
from pathlib import Path

import pytest
from httpx2 import Response
from tests.web.conftest import ORIGIN, Browser

TABLE = (
    "time,kind,place,substance,amount,unit\n"
    "2026-03-02T21:30+01:00,bout,eyelid,,,\n"
    "2026-03-02T08:00+01:00,intake,,caffeine,95,mg\n"
)
BEARABLE = "date,weekday,time of day,category,rating/amount,detail,notes\n2nd Mar 2026,Monday,am,Symptom,2,Headache,\n"
FOREIGN = "Datum,Caffeine (mg)\n2026-03-02 08:00,95\n"


def send(browser: Browser, content: str | bytes, *, by_script: bool = True, name: str = "file.csv") -> Response:
    csrf = browser.csrf()
    headers = {"origin": ORIGIN, **({"x-csrf-token": csrf} if by_script else {})}
    data = content.encode() if isinstance(content, str) else content
    return browser.post(
        "/diary/import/upload", data={"csrf": csrf}, files=[("files", (name, io.BytesIO(data)))], headers=headers
    )


def post(browser: Browser, address: str, **values: str) -> Response:
    return browser.post(address, data={"csrf": browser.csrf(), **values}, headers={"origin": ORIGIN})


def kept(browser: Browser) -> int:
    workplace = browser.app.state.workplace  # type: ignore[attr-defined]
    return len(workplace.diary(workplace.first_person).entries)


def imports_of(browser: Browser) -> Path:
    return Path(browser.app.state.workplace.recordings) / "imports"  # type: ignore[attr-defined]


def waiting_files(browser: Browser) -> list[Path]:
    return [path for path in imports_of(browser).rglob("*") if path.is_file()]


def token_of(answer: Response) -> str:
    address: str = answer.json()["address"]
    return address.rsplit("/", 1)[1]


def test_nothing_is_kept_before_the_person_says_so_and_all_of_it_is_taken_back_in_one_step(browser: Browser) -> None:
    answer = send(browser, TABLE)
    token = token_of(answer)
    page = browser.get(f"/diary/import/look/{token}").text
    assert "Twitching" in page
    assert "From 2 Mar 2026 to 2 Mar 2026." in page
    assert kept(browser) == 0
    assert post(browser, f"/diary/import/keep/{token}").status_code == 303
    assert kept(browser) == 2
    assert "2 entries are in the diary now." in browser.get("/diary").text
    post(browser, "/undo")
    assert kept(browser) == 0


def test_the_file_is_deleted_once_the_person_decided(browser: Browser) -> None:
    for step in ("keep", "drop"):
        token = token_of(send(browser, TABLE))
        assert waiting_files(browser)
        assert post(browser, f"/diary/import/{step}/{token}").status_code == 303
        assert waiting_files(browser) == []
        assert browser.get(f"/diary/import/look/{token}").status_code == 404
    assert list((browser.app.state.workplace.recordings / "incoming").iterdir()) == []  # type: ignore[attr-defined]


def test_what_the_diary_says_already_is_told_and_not_added_again(browser: Browser) -> None:
    post(browser, f"/diary/import/keep/{token_of(send(browser, TABLE))}")
    token = token_of(send(browser, TABLE))
    assert "2 entries are in the diary already" in browser.get(f"/diary/import/look/{token}").text
    post(browser, f"/diary/import/keep/{token}")
    assert kept(browser) == 2


def test_a_file_is_imported_without_scripts(browser: Browser) -> None:
    answer = send(browser, TABLE, by_script=False)
    assert answer.status_code == 303
    assert "Twitching" in browser.get(answer.headers["location"]).text


def test_a_zone_is_asked_for_where_the_file_has_none(browser: Browser) -> None:
    token = token_of(send(browser, BEARABLE))
    page = browser.get(f"/diary/import/look/{token}").text
    assert "do not say their time zone" in page
    assert "--zone" not in page
    assert "data-own-zone" in page
    post(browser, f"/diary/import/look/{token}", importer="bearable", zone="Europe/Berlin")
    assert "Keep all of it" in browser.get(f"/diary/import/look/{token}").text


def test_the_columns_of_a_foreign_table_are_guessed_shown_and_corrected(browser: Browser) -> None:
    token = token_of(send(browser, FOREIGN))
    page = browser.get(f"/diary/import/look/{token}").text
    assert "a first guess stands here" in page
    post(browser, f"/diary/import/look/{token}", importer="table", mapping="nonsense = [", zone="Europe/Berlin")
    assert "no TOML" in browser.get(f"/diary/import/look/{token}").text
    guessed = page.split('id="mapping"')[1].split(">", 1)[1].split("</textarea>")[0]
    post(browser, f"/diary/import/look/{token}", importer="table", mapping=html.unescape(guessed), zone="Europe/Berlin")
    assert "Keep all of it" in browser.get(f"/diary/import/look/{token}").text


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02" * 100, b"PK\x03\x04 no archive", b"{" * 50_000, b"<x/>"])
def test_what_no_program_writes_is_told_and_nothing_is_kept(browser: Browser, content: bytes) -> None:
    answer = send(browser, content)
    if answer.status_code == 422:
        assert "empty" in answer.json()["detail"]
        return
    token = token_of(answer)
    page = browser.get(f"/diary/import/look/{token}").text
    assert "Keep all of it" not in page
    assert 'class="fault"' in page
    assert post(browser, f"/diary/import/keep/{token}").status_code == 422
    assert kept(browser) == 0


def test_an_import_belongs_to_the_session_and_the_diary_that_began_it(browser: Browser) -> None:
    token = token_of(send(browser, TABLE))
    post(browser, "/settings/person", new="somebody else")
    for step in ("look", "keep", "drop"):
        assert post(browser, f"/diary/import/{step}/{token}").status_code == 404
    assert kept(browser) == 0


def test_an_import_is_cleared_away_after_half_an_hour(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("myotwitch.web.imports_waiting.LASTS_S", -1.0)
    answer = send(browser, TABLE)
    assert answer.status_code == 404
    assert waiting_files(browser) == []


def test_text_of_a_file_is_text_on_the_page(browser: Browser) -> None:
    content = TABLE.replace("eyelid", "<script>alert(1)</script>")
    page = browser.get(f"/diary/import/look/{token_of(send(browser, content, name='<b>x</b>.csv'))}").text
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page
