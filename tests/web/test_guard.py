"""Nobody but the person comes in, and no other page can use the app in their name."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import ORIGIN, Browser

from myotwitch.errors import RequestError
from myotwitch.store import open_store, read_diary
from myotwitch.web.app import create_app
from myotwitch.web.guard import HEADERS, LARGEST_FORM_BYTES
from myotwitch.web.sessions import IDLE_S, LINK_LASTS_S, LONGEST_S, PAUSE_S, TRIES, Sessions
from myotwitch.web.settings import AppSettings

PAGES = ("/", "/diary", "/diary?view=year", "/answer", "/learn", "/learn/playground", "/settings", "/openapi.json")
OWN = {"Origin": ORIGIN}


def entries(settings: AppSettings) -> int:
    with open_store(settings.store) as store:
        return len(read_diary(store).entries)


@pytest.mark.parametrize("path", PAGES)
def test_without_a_session_no_page_is_shown(stranger: Browser, path: str) -> None:
    assert stranger.get(path).status_code == 401


@pytest.mark.parametrize("path", PAGES)
def test_with_a_session_every_page_is_shown_with_every_protecting_header(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 200
    for name, value in HEADERS.items():
        assert answer.headers[name] == value, name


@pytest.mark.parametrize("path", ["/static/0/app.css", "/nowhere", "/enter/wrong", "/health"])
def test_refusals_and_open_answers_carry_the_headers_too(stranger: Browser, path: str) -> None:
    answer = stranger.get(path)
    assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_policy_allows_no_inline_script_and_no_frame() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    for name in ("default-src", "base-uri", "object-src"):
        assert f"{name} 'none'" in policy


def test_a_link_lets_in_once(stranger: Browser, sessions: Sessions) -> None:
    link = sessions.new_link()
    assert stranger.get(f"/enter/{link}").status_code == 303
    assert stranger.get(f"/enter/{link}").status_code == 401


def test_the_session_cookie_is_for_this_site_and_no_script(stranger: Browser, sessions: Sessions) -> None:
    cookie = stranger.get(f"/enter/{sessions.new_link()}").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_links_and_sessions_end_by_themselves() -> None:
    now = [0.0]
    sessions = Sessions(clock=lambda: now[0])
    link, token = sessions.new_link(), sessions.enter_by_link(sessions.new_link())
    now[0] = LINK_LASTS_S + 1
    assert sessions.enter_by_link(link) is None
    assert sessions.find(token) is not None
    now[0] += IDLE_S + 1
    assert sessions.find(token) is None
    used = sessions.enter_by_link(sessions.new_link())
    began = now[0]
    while now[0] - began <= LONGEST_S:
        assert sessions.find(used) is not None
        now[0] += IDLE_S / 2
    assert sessions.find(used) is None


def test_leaving_ends_the_session_and_clears_the_browser(browser: Browser) -> None:
    answer = browser.submit("/leave")
    assert '"storage"' in answer.headers["clear-site-data"]
    assert browser.get("/").status_code == 401


def test_leaving_everywhere_ends_every_session(browser: Browser, sessions: Sessions) -> None:
    other = sessions.enter_by_link(sessions.new_link())
    assert browser.submit("/leave", everywhere="yes").status_code == 401
    assert sessions.find(other) is None


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:80", "localhost.evil.example:8765", "", "0.0.0.0:8765"]
)
def test_a_name_that_was_bound_to_this_machine_is_not_answered(browser: Browser, host: str) -> None:
    assert browser.get("/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "https://127.0.0.1:8765"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_what_another_page_sends_changes_nothing(
    browser: Browser, settings: AppSettings, headers: dict[str, str]
) -> None:
    form = {"csrf": browser.csrf(), "place": "calf"}
    assert browser.post("/now/bout", data=form, headers=headers).status_code == 403
    assert entries(settings) == 0


@pytest.mark.parametrize("token", ["", "x", "wrong" * 10])
def test_a_form_without_the_session_s_own_token_changes_nothing(
    browser: Browser, settings: AppSettings, token: str
) -> None:
    assert browser.post("/now/bout", data={"csrf": token, "place": "calf"}, headers=OWN).status_code == 403
    assert browser.post("/learn/playground/axon", json={}, headers={**OWN, "X-CSRF-Token": token}).status_code == 403
    assert entries(settings) == 0


def test_the_app_s_own_form_is_kept(browser: Browser, settings: AppSettings) -> None:
    assert browser.submit("/now/bout", place="calf", side="left").status_code == 303
    assert entries(settings) == 1


@pytest.mark.parametrize("target", ["image", "script", "iframe", "style"])
def test_other_pages_may_not_take_parts_of_the_app(browser: Browser, target: str) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": target}
    assert browser.get("/diary", headers=headers).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_only_get_and_post_are_answered(browser: Browser, method: str) -> None:
    assert browser.request(method, "/", headers=OWN).status_code == 405


def test_a_form_that_is_too_large_is_refused_by_what_it_says_and_by_what_it_sends(browser: Browser) -> None:
    large = "x" * (LARGEST_FORM_BYTES + 1)
    assert browser.submit("/now/bout", text=large).status_code == 413
    script = {**OWN, "X-CSRF-Token": browser.csrf(), "Accept": "application/json", "Accept-Language": "de"}
    told = browser.post("/now/bout", data={"text": large}, headers=script)
    assert told.json() == {"detail": "Das ist zu groß; höchstens 1 MB werden angenommen."}

    def pieces() -> object:
        for _ in range(20):
            yield b"y" * 100_000

    headers = {**OWN, "X-CSRF-Token": browser.csrf(), "Content-Type": "application/json"}
    answer = browser.post("/learn/playground/axon", content=pieces(), headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 413


def test_what_a_person_writes_is_shown_as_text_and_never_run(browser: Browser) -> None:
    attack = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    assert browser.submit("/diary/new/note", text=attack).status_code == 303
    shown = browser.get("/diary").text
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "&lt;script&gt;" in shown


def test_nothing_of_the_person_goes_into_addresses(browser: Browser) -> None:
    answer = browser.submit("/now/bout", place="calf", text="secret words")
    assert answer.headers["location"] == "/"


def test_a_way_back_to_another_site_is_not_taken(browser: Browser) -> None:
    browser.submit("/now/bout", place="calf")
    assert browser.submit("/undo", back="//evil.example").headers["location"] == "/"
    browser.submit("/now/bout", place="calf")
    assert browser.submit("/undo", back="https://evil.example/").headers["location"] == "/"


def test_open_to_others_it_needs_password_and_tls() -> None:
    with pytest.raises(RequestError, match="password"):
        AppSettings(store="x.db", host="0.0.0.0")
    with pytest.raises(RequestError, match="password"):
        AppSettings(store="x.db", host="192.168.1.2", password_hash="x")


def test_wrong_passwords_make_every_further_one_wait(tmp_path: object) -> None:
    from argon2 import PasswordHasher

    now = [0.0]
    sessions = Sessions(clock=lambda: now[0])
    kept = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("a right password")
    assert sessions.enter_by_password("a right password", kept) is not None
    for _ in range(TRIES):
        assert sessions.enter_by_password("wrong", kept) is None
    assert sessions.enter_by_password("a right password", kept) is None
    now[0] += PAUSE_S + 1
    assert sessions.enter_by_password("a right password", kept) is not None


def test_with_tls_the_cookie_is_bound_to_the_host(settings: AppSettings, tmp_path: object) -> None:
    from dataclasses import replace
    from pathlib import Path

    secure = replace(
        settings, host="192.0.2.7", password_hash="x", certificate=Path("c.pem"), private_key=Path("k.pem")
    )
    sessions = Sessions()
    with TestClient(create_app(secure, sessions), base_url="https://192.0.2.7:8765", follow_redirects=False) as client:
        answer = client.get(f"/enter/{sessions.new_link()}")
        assert answer.headers["set-cookie"].startswith("__Host-")
        assert "secure" in answer.headers["set-cookie"].lower()
        assert "max-age" in answer.headers["strict-transport-security"]
        assert client.get("/settings").status_code == 200
