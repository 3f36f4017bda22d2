"""What was begun is kept and comes back; a form that is sent twice is taken once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from httpx2 import Response
from tests.web.conftest import ORIGIN, Browser

from myotwitch.diary import Bout, Note
from myotwitch.store import drafts_of, open_store, read_diary
from myotwitch.store.drafts import LONGEST_DRAFT
from myotwitch.web.sessions import Sessions
from myotwitch.web.settings import AppSettings

FORM = "/diary/new/note"


def keep(browser: Browser, form: str, token: str | None = None, **values: str) -> Response:
    """Keep a draft as the page's script does."""
    headers = {"Origin": ORIGIN, "X-CSRF-Token": token or browser.csrf()}
    return browser.post("/drafts", data={"form": form, "values": json.dumps(values)}, headers=headers)


def drafts(browser: Browser) -> dict[str, dict[str, str]]:
    kept: dict[str, dict[str, str]] = browser.get("/drafts").json()["drafts"]
    return kept


def notes(settings: AppSettings) -> list[str | None]:
    with open_store(settings.store) as store:
        return [note.text for note in read_diary(store).of(Note)]


def test_a_draft_is_kept_told_and_dropped(browser: Browser) -> None:
    assert keep(browser, FORM, text="half a sentence", csrf="x", sure="me").json() == {"kept": True}
    assert drafts(browser) == {FORM: {"text": "half a sentence"}}
    browser.post("/drafts/drop", data={"form": FORM}, headers={"Origin": ORIGIN, "X-CSRF-Token": browser.csrf()})
    assert drafts(browser) == {}


def test_sending_a_form_takes_its_draft_and_one_that_comes_late_is_none(
    browser: Browser, settings: AppSettings
) -> None:
    token = browser.csrf()
    keep(browser, FORM, token, text="half")
    sent = browser.post(FORM, data={"csrf": token, "draft": FORM, "text": "whole"}, headers={"Origin": ORIGIN})
    assert sent.status_code == 303
    assert drafts(browser) == {}
    assert keep(browser, FORM, token, text="half").json() == {"kept": False}
    assert drafts(browser) == {}
    assert keep(browser, FORM, text="another").json() == {"kept": True}
    assert notes(settings) == ["whole"]


def test_a_form_that_is_refused_or_is_another_leaves_the_draft(browser: Browser) -> None:
    keep(browser, "/now/intake", amount="x")
    assert browser.submit("/now/intake", draft="/now/intake", substance="caffeine", amount="x").status_code == 422
    assert browser.submit("/now/intake", substance="caffeine", amount="90", unit="mg").status_code == 303
    assert drafts(browser) == {"/now/intake": {"amount": "x"}}


def test_a_profile_takes_its_draft_too(browser: Browser) -> None:
    keep(browser, "/settings/profile", birth_year="19")
    assert browser.submit("/settings/profile", draft="/settings/profile", birth_year="1990").status_code == 303
    assert drafts(browser) == {}


def test_drafts_belong_to_their_person_and_go_with_them(browser: Browser, settings: AppSettings) -> None:
    keep(browser, FORM, text="of me")
    browser.submit("/settings/person", new="anna")
    assert drafts(browser) == {}
    keep(browser, FORM, text="of anna")
    assert browser.submit("/settings/erase", sure="anna").status_code == 200
    assert drafts(browser) == {FORM: {"text": "of me"}}
    with open_store(settings.store) as store:
        assert drafts_of(store, "me") == {FORM: {"text": "of me"}}


@pytest.mark.parametrize(
    ("form", "values"),
    [
        (FORM, "no json"), (FORM, "[1]"), (FORM, '{"text": 1}'), (FORM, '{"a b": "x"}'),
        (FORM, json.dumps({"text": "x" * LONGEST_DRAFT})), (FORM, json.dumps({f"f{n}": "" for n in range(61)})),
        ("evil", "{}"), ("/" + "x" * 200, "{}"), ("/diary?text=secret", "{}"),
    ],
)  # fmt: skip
def test_what_is_no_draft_is_refused(browser: Browser, form: str, values: str) -> None:
    headers = {"Origin": ORIGIN, "X-CSRF-Token": browser.csrf(), "Accept": "application/json"}
    answer = browser.post("/drafts", data={"form": form, "values": values}, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert drafts(browser) == {}


def test_drafts_are_for_whoever_was_let_in_with_the_session_s_token(stranger: Browser, sessions: Sessions) -> None:
    assert stranger.get("/drafts").status_code == 401
    stranger.get(f"/enter/{sessions.new_link()}")
    assert keep(stranger, FORM, token="wrong", text="x").status_code == 403


def test_the_same_form_sent_again_is_taken_once_and_answered_the_same(browser: Browser, settings: AppSettings) -> None:
    form = {"csrf": browser.csrf(), "text": "once"}
    first, second = (browser.post(FORM, data=form, headers={"Origin": ORIGIN}) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert notes(settings) == ["once"]


def test_the_same_form_sent_at_the_same_moment_is_taken_once(browser: Browser, settings: AppSettings) -> None:
    form = {"csrf": browser.csrf(), "text": "once"}

    def send(_: int) -> int:
        return browser.post(FORM, data=form, headers={"Origin": ORIGIN}).status_code

    with ThreadPoolExecutor(8) as senders:
        assert set(senders.map(send, range(8))) == {303}
    assert notes(settings) == ["once"]


def test_other_words_or_another_page_are_another_form(browser: Browser, settings: AppSettings) -> None:
    token = browser.csrf()
    for text in ("one", "two"):
        assert browser.post(FORM, data={"csrf": token, "text": text}, headers={"Origin": ORIGIN}).status_code == 303
    assert browser.submit(FORM, text="one").status_code == 303
    assert sorted(map(str, notes(settings))) == ["one", "one", "two"]


def test_a_form_that_was_refused_may_be_sent_again(browser: Browser, settings: AppSettings) -> None:
    token = browser.csrf()
    for count, status in (("none", 422), ("none", 422), ("2", 303)):
        form = {"csrf": token, "place": "calf", "count": count}
        assert browser.post("/now/bout", data=form, headers={"Origin": ORIGIN}).status_code == status
    with open_store(settings.store) as store:
        assert [bout.count for bout in read_diary(store).of(Bout)] == [2]


def test_an_undo_sent_twice_takes_back_one_thing(browser: Browser, settings: AppSettings) -> None:
    for text in ("one", "two"):
        browser.submit(FORM, text=text)
    form = {"csrf": browser.csrf(), "back": "/"}
    for _ in range(2):
        assert browser.post("/undo", data=form, headers={"Origin": ORIGIN}).status_code == 303
    assert notes(settings) == ["one"]


def test_a_script_is_told_in_json_what_is_wrong(browser: Browser) -> None:
    headers = {"Origin": ORIGIN, "X-CSRF-Token": browser.csrf(), "Accept": "application/json"}
    answer = browser.post("/now/bout", data={"place": "nowhere"}, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    browser.cookies.clear()
    assert browser.get("/drafts", headers={"Accept": "application/json"}).json() == {"detail": "This diary is closed"}
