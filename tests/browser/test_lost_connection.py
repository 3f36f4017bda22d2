"""A half-filled form outlives a killed server and a closed page; a lost connection is told, and doubles nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browser.conftest import App, Server, start_server

from myotwitch.diary import Note
from myotwitch.store import open_store, read_diary

playwright = pytest.importorskip("playwright.sync_api")

WORDS = "In the evening, after a long day, it twitched ünder the eye"


class Place:
    """Where a server runs that is killed and started again, on the same port."""

    def __init__(self, store: Path) -> None:
        self.store = store
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.server = self.started()

    def started(self) -> Server:
        self.server = start_server(self.store, "--port", str(self.port))
        return self.server

    def notes(self) -> list[str | None]:
        with open_store(self.store) as store:
            return [note.text for note in read_diary(store).of(Note)]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path / "diary.db")
    yield made
    made.server.end()
    assert "Traceback" not in "".join(made.server.said), "".join(made.server.said)


@pytest.fixture
def page(chromium: playwright.Browser, place: Place) -> Iterator[playwright.Page]:
    context = chromium.new_context()
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    opened.goto(place.server.link)
    yield opened
    context.close()


def is_kept(answer: playwright.Response) -> bool:
    return answer.url.endswith("/drafts") and answer.request.method == "POST" and answer.status == 200


def written(page: playwright.Page, form: str, words: str) -> None:
    """Write into a form, until the server has it."""
    page.goto(form)
    with page.expect_response(is_kept):
        page.fill("#text", words)


def test_a_half_filled_form_comes_back_after_the_server_was_killed(page: playwright.Page, place: Place) -> None:
    form = f"{place.server.address}/diary/new/note"
    written(page, form, WORDS)
    with page.expect_response(is_kept):
        page.fill("#time", "2026-11-01T21:30")
    place.server.kill()
    page.goto(place.started().link)
    page.goto(form)
    page.get_by_text("You had begun this and not kept it").wait_for()
    assert page.input_value("#text") == WORDS
    assert page.input_value("#time") == "2026-11-01T21:30"
    page.get_by_role("button", name="Keep").click()
    page.wait_for_url("**/diary")
    assert place.notes() == [WORDS]
    page.goto(form)
    page.wait_for_load_state("networkidle")
    assert page.input_value("#text") == ""
    assert page.get_by_text("You had begun this").count() == 0


def test_a_lost_connection_is_told_and_nothing_is_lost_or_doubled(page: playwright.Page, place: Place) -> None:
    page.goto(f"{place.server.address}/diary/new/note")
    page.fill("#text", WORDS)
    place.server.kill()
    page.get_by_role("button", name="Keep").click()
    page.get_by_text("The app does not answer. What you wrote still stands here").wait_for()
    assert page.input_value("#text") == WORDS
    link = place.started().link
    page.get_by_role("button", name="Keep").click()
    page.get_by_text("The app was started anew").wait_for()
    assert page.input_value("#text") == WORDS
    assert place.notes() == []
    page.context.new_page().goto(link)
    page.get_by_role("button", name="Keep").dblclick()
    page.wait_for_url("**/diary")
    assert place.notes() == [WORDS]


def test_starting_empty_forgets_what_was_begun(app: App) -> None:
    page = app.open("/diary/new/note")
    written(page, page.url, WORDS)
    page.reload()
    with page.expect_response("**/drafts/drop"):
        page.get_by_role("button", name="Start empty").click()
    assert page.input_value("#text") == ""
    page.reload()
    page.wait_for_load_state("networkidle")
    assert page.input_value("#text") == ""


def test_what_was_begun_on_the_map_comes_back_with_its_place(app: App) -> None:
    page = app.open("/")
    page.evaluate(
        "document.dispatchEvent(new CustomEvent('part-chosen', { detail: { name: 'deltoideus-left', near: [] } }))"
    )
    page.locator("#sheet details summary").click()
    with page.expect_response(is_kept):
        page.fill("#sheet-text", WORDS)
    page.reload()
    page.locator("#sheet[open]").wait_for()
    assert page.input_value("#sheet-text") == WORDS
    page.locator("#sheet .done").click()
    page.get_by_text("Noted.").wait_for()
    page.reload()
    page.wait_for_load_state("networkidle")
    assert page.locator("#sheet[open]").count() == 0
    page.goto(f"{app.server.address}/diary?view=day")
    (entry,) = page.locator(".entries li").all()
    assert WORDS in entry.inner_text()
    assert "left" in entry.inner_text()
