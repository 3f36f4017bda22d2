"""A page of others, in a real browser that the app let in, reads nothing, changes nothing and runs nothing."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.browser.conftest import BROWSER_OPTIONS, CHROMIUM, Server, start_server
from tests.web.recordings_made import recording_csv

from myotwitch.diary import KINDS
from myotwitch.store import names_in, open_store, read_diary

playwright = pytest.importorskip("playwright.sync_api")
if CHROMIUM is None:
    pytest.skip("needs Chromium; set MYOTWITCH_CHROMIUM to its path", allow_module_level=True)

EVIL = "evil.example"
OWN_WORD = "This is the diary of"
"""What only somebody who was let in may read."""


@dataclass(kw_only=True)
class Attacker:
    """A web server of somebody else on this computer, with a page for each path."""

    port: int
    pages: dict[str, str] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)

    def page(self, body: str) -> str:
        """Serve a page; return its path."""
        path = f"/{len(self.pages)}"
        self.pages[path] = f"<!doctype html><title>nice page</title><body>{body}</body>"
        return path


@pytest.fixture(scope="module")
def attacker() -> Iterator[Attacker]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            attacker.heard.append(self.path)
            content = attacker.pages.get(self.path, "").encode()
            self.send_response(200 if content else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        attacker = Attacker(port=server.server_port)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield attacker
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser(driver: playwright.Playwright) -> Iterator[playwright.Browser]:
    """A browser for which the attacker's name leads to this computer, as after a rebinding."""
    rule = f"--host-resolver-rules=MAP {EVIL} 127.0.0.1, MAP *.{EVIL} 127.0.0.1"
    launched = driver.chromium.launch(executable_path=CHROMIUM, args=[*BROWSER_OPTIONS, rule])
    yield launched
    launched.close()


@dataclass(kw_only=True)
class Victim:
    """Somebody whose browser was let into the app and now looks at other pages, too."""

    server: Server
    store: Path
    context: playwright.BrowserContext
    page: playwright.Page

    @property
    def port(self) -> int:
        return int(urlsplit(self.server.address).port or 0)

    def counted(self) -> int:
        """How many entries all diaries hold."""
        with open_store(self.store) as store:
            return sum(len(read_diary(store, name).entries) for name in names_in(store))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    store = tmp_path_factory.mktemp("attacked") / "diary.db"
    server = start_server(store)
    yield server, store
    server.end()
    assert "Traceback" not in "".join(server.said), "".join(server.said)


@pytest.fixture(scope="module")
def cookies(browser: playwright.Browser, app: tuple[Server, Path]) -> Any:
    context = browser.new_context()
    context.request.get(app[0].link)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def victim(browser: playwright.Browser, app: tuple[Server, Path], cookies: Any) -> Iterator[Victim]:
    context = browser.new_context(storage_state=cookies)
    page = context.new_page()
    page.set_default_timeout(15_000)
    one = Victim(server=app[0], store=app[1], context=context, page=page)
    page.goto(f"{app[0].address}/settings")
    assert OWN_WORD in page.content()
    yield one
    context.close()


def origins(attacker: Attacker) -> tuple[str, ...]:
    """Where the attacker's pages are seen: another site, and the app's own host name on another port."""
    return (f"http://{EVIL}:{attacker.port}", f"http://127.0.0.1:{attacker.port}")


def test_a_name_that_was_bound_anew_to_this_computer_shows_nothing(victim: Victim) -> None:
    for path in ("/", "/settings", "/openapi.json", "/health"):
        answer = victim.page.goto(f"http://{EVIL}:{victim.port}{path}")
        assert answer.status == 400
        assert OWN_WORD not in victim.page.content()


def test_no_form_or_script_of_another_page_changes_anything(victim: Victim, attacker: Attacker) -> None:
    before = victim.counted()
    target = f"{victim.server.address}/diary/new/note"
    scripted = attacker.page("")
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain"):
        path = attacker.page(
            f'<form method="post" action="{target}" enctype="{kind}"><input name="text" value="evil">'
            f'<input name="csrf" value=""></form><script>document.forms[0].submit()</script>'
        )
        for origin in origins(attacker):
            with victim.page.expect_response(lambda answer: answer.url == target) as sent:
                victim.page.goto(origin + path)
            assert sent.value.status == 403, (origin, kind)
    for origin in origins(attacker):
        victim.page.goto(origin + scripted)
        tried = victim.page.evaluate(
            """async (target) => {
              const body = new URLSearchParams({ text: "evil", csrf: "" });
              const told = [];
              const ask = (options) => fetch(target, { method: "POST", body, ...options })
                .then((answer) => answer.type, () => "refused");
              for (const mode of ["cors", "no-cors"])
                for (const credentials of ["include", "omit"]) told.push(await ask({ mode, credentials }));
              told.push(await ask({ headers: { "X-CSRF-Token": "x" } }));
              navigator.sendBeacon(target, body);
              return told;
            }""",
            target,
        )
        assert set(tried) <= {"refused", "opaque"}
    victim.page.wait_for_timeout(200)
    assert victim.counted() == before


def test_no_frame_shows_the_app_to_be_clicked_unseen(victim: Victim, attacker: Attacker) -> None:
    for origin in origins(attacker):
        for element in ("iframe src", "object data", "embed src"):
            victim.page.goto(origin + attacker.page(f'<{element}="{victim.server.address}/settings" width="600">'))
            victim.page.wait_for_timeout(150)
            for frame in victim.page.frames[1:]:
                assert OWN_WORD not in frame.content()
                assert frame.locator("form").count() == 0


def test_another_page_reads_nothing_of_the_app(victim: Victim, attacker: Attacker) -> None:
    script = """async (address) => {
      const told = {};
      for (const path of ["/settings", "/drafts", "/openapi.json"]) {
        for (const mode of ["cors", "no-cors"])
          told[mode + path] = await fetch(address + path, { mode, credentials: "include" })
            .then(async (answer) => answer.type + " " + await answer.text(), () => "refused");
        for (const [tag, source] of [["script", "src"], ["img", "src"], ["link", "href"]])
          told[tag + path] = await new Promise((done) => {
            const element = document.createElement(tag);
            element.rel = "stylesheet";
            element.onload = () => done("loaded");
            element.onerror = () => done("refused");
            element[source] = address + path;
            document.body.append(element);
          });
      }
      const opened = window.open(address + "/settings");
      await new Promise((done) => setTimeout(done, 700));
      try { told.opened = opened.document.body.innerText; } catch { told.opened = "refused"; }
      told.severed = opened === null || opened.closed;
      told.frames = opened === null ? 0 : opened.length;
      return told;
    }"""
    for origin in origins(attacker):
        victim.page.goto(origin + attacker.page(""))
        told = victim.page.evaluate(script, victim.server.address)
        assert told.pop("severed") is True
        assert told.pop("frames") == 0
        assert {name: what for name, what in told.items() if what not in ("refused", "opaque ", "")} == {}


def test_no_socket_opens(victim: Victim, attacker: Attacker) -> None:
    for origin in (*origins(attacker), victim.server.address):
        victim.page.goto(origin + (attacker.page("") if origin != victim.server.address else "/settings"))
        opened = victim.page.evaluate(
            """(address) => new Promise((done) => {
              let socket;
              try { socket = new WebSocket(address); } catch { done(false); return; }
              socket.onopen = () => done(true);
              socket.onerror = () => done(false);
            })""",
            victim.server.address.replace("http", "ws") + "/",
        )
        assert opened is False


def test_the_link_lets_in_one_browser_and_its_cookie_is_out_of_reach(
    browser: playwright.Browser, tmp_path: Path
) -> None:
    server = start_server(tmp_path / "diary.db")
    first, second = browser.new_context(), browser.new_context()
    page, late = first.new_page(), second.new_page()
    page.goto(server.link)
    assert page.url == f"{server.address}/"  # the secret of the link is gone from the address
    assert late.goto(server.link).status == 401
    assert OWN_WORD not in late.content()
    cookie = next(one for one in first.cookies() if one["name"] == f"myotwitch_{urlsplit(server.address).port}")
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"], cookie["domain"]) == (
        True,
        "Strict",
        "/",
        "127.0.0.1",
    )
    assert cookie["expires"] == -1  # it goes with the browser
    page.goto(f"{server.address}/diary/new/note")
    page.fill("#text", "words of the person")
    page.wait_for_timeout(600)
    kept = page.evaluate(
        "async () => [document.cookie, localStorage.length, sessionStorage.length,"
        " (await indexedDB.databases()).length, (await caches.keys()).length,"
        " (await navigator.serviceWorker.getRegistrations()).length]"
    )
    assert kept == ["", 0, 0, 0, 0, 0]
    page.goto(f"{server.address}/settings")
    page.get_by_role("button", name="Close the diary in this browser").click()
    page.get_by_role("heading", name="This diary is closed").wait_for()
    assert [one for one in first.cookies() if one["name"] == cookie["name"]] == []
    second.add_cookies([cookie])
    for path in ("/", "/settings", "/drafts"):
        assert late.goto(server.address + path).status == 401
    page.go_back()
    assert OWN_WORD not in page.content()
    first.close()
    second.close()
    server.end()


# What a person, or whoever gave them a file, may write anywhere.
LONG = (
    """"'></textarea></title><script>hit("long")</script><img src=x onerror=hit("image")>"""
    """<svg onload=hit("svg")>{{7*1911}}"""
)
SHORT = "<img src=x onerror=hit(1)><b id=bold>"
SUM = "13377"

PARTS = """(from) => ({
  links: [...from.querySelectorAll("a[href]")].map((link) => link.getAttribute("href")),
  forms: [...from.querySelectorAll('form[method="post"]')].map((form) => ({
    action: form.getAttribute("action"),
    fields: [...form.elements].filter((field) => field.name && field.type !== "file").map((field) => ({
      name: field.name, value: field.value, type: field.type, length: field.maxLength,
      options: field.options ? [...field.options].map((option) => option.value) : [],
    })),
  })),
})"""
FETCHED = f"""async (path) => {{
  const answer = await fetch(path, {{ headers: {{ Accept: "text/html" }} }});
  return answer.ok ? ({PARTS})(new DOMParser().parseFromString(await answer.text(), "text/html")) : null;
}}"""
"""What is on a page: of the page that is open, and of one that is fetched without opening it."""

GOOD = {
    "count": "2", "every_days": "1", "at": "08:00", "amount": "90", "unit": "mg", "duration_min": "30", "value": "0.8",
    "level": "5", "effort": "5", "severity": "5", "strength": "5", "duration_s": "5", "where": "deltoideus-left",
    "amount_mg": "", "birth_year": "1980", "weight_kg": "70", "height_cm": "170", "age_years": "40", "hours": "1",
    "substance": "caffeine", "muscle": "", "until": "", "to_bed": "", "reply": "y",
}  # fmt: skip
NOT_WALKED = (
    "/leave",
    "/settings/erase",
    "/settings/backup",
    "/settings/passphrase",
    "/recordings/upload",
    "/diary/import/upload",
    "/settings/looks",
)
"""They end the session or the diary, or take secrets or files; files are tried by themselves."""


def filled(form: dict[str, Any]) -> dict[str, str]:
    """What a person who fills in a form in earnest may send."""
    values: dict[str, str] = {}
    for one in form["fields"]:
        name, value = one["name"], one["value"]
        if one["type"] in ("radio", "checkbox", "submit") and name in values:
            continue
        choices = [option for option in one["options"] if option]
        good = GOOD.get(name, "")
        if choices:
            wanted = (good, "mmol/l" if name == "unit" else "", value, choices[0])
            value = next(one for one in wanted if one in choices)
        elif not value and (one["type"] not in ("hidden", "submit") or name in ("where", "since")):
            value = good
        values[name] = value
    return values


def texts(form: dict[str, Any]) -> list[tuple[str, int]]:
    """The fields into which anything can be written, with how much."""
    kinds = ("text", "search", "textarea", "hidden", "number", "tel", "email", "url")
    names = [(one["name"], one["length"]) for one in form["fields"] if one["type"] in kinds]
    return [(name, length) for name, length in dict(names).items() if name not in ("csrf", "draft", "offset_min")]


def walk(visit: Callable[[str], list[str] | None]) -> list[str]:
    """Visit every kind of page that links lead to; of those that differ by a name alone, a few."""
    waiting = ["/", "/answer", "/drives", "/now/in-body", "/learn", "/doctor", "/recordings", "/diary?view=day"]
    waiting += [f"/diary/new/{kind}" for kind in KINDS if kind != "recording"]
    seen, kinds, walked = set(waiting), Counter[str](), []
    while waiting:
        path = waiting.pop(0)
        links = visit(path)
        if links is None:
            continue
        walked.append(path)
        for link in links:
            kind = re.sub(r"=[^&#]*", "=", re.sub(r"/(entry|recordings|look|about)/.*", r"/\1/*", link))
            is_page = link.startswith("/") and not link.endswith((".csv", ".json", "/file")) and link not in seen
            if is_page and kinds[kind] < (8 if "/entry/" in kind else 1):
                kinds[kind] += 1
                seen.add(link)
                waiting.append(link)
    return walked


def test_nothing_that_is_written_anywhere_runs_on_any_page(browser: playwright.Browser, tmp_path: Path) -> None:
    server = start_server(tmp_path / "diary.db")
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.link)
    stored = _write_everywhere(context, page, server)
    assert {"/diary/new/note", "/diary/new/bout", "/diary/new/symptom", "/now/bout", "/settings/person"} <= stored
    seen: list[str] = []
    page.expose_function("hit", lambda *what: seen.append(f"ran {what} on {page.url}"))
    page.add_init_script(
        "addEventListener('securitypolicyviolation', (event) => hit('policy ' + event.violatedDirective));"
    )
    page.on("dialog", lambda dialog: seen.append(f"dialog on {page.url}"))
    page.on("pageerror", lambda error: seen.append(f"{error} on {page.url}"))

    def look(path: str) -> list[str] | None:
        assert "hit" not in path
        answer = page.goto(server.address + path)
        if answer is None or answer.status >= 400:
            return None
        page.locator("[data-load]").first.wait_for(state="detached", timeout=60_000)
        assert page.locator("#bold").count() == 0, path
        assert SUM not in page.locator("main").inner_text(), path
        if any(word in page.content() for word in ("hit(1)", "hit(&quot;long", 'hit("long')):
            shown.append(path)
        return list(page.evaluate(f"({PARTS})(document)")["links"])

    shown: list[str] = []
    walked = walk(look)
    assert any("/diary/entry/" in path for path in walked)
    assert any(path.startswith("/recordings/") for path in walked)
    assert len(shown) > 10, shown  # what was written does stand on pages, as text
    _open_reports(context, page, server)
    assert seen == []
    context.close()
    server.end()
    assert "Traceback" not in "".join(server.said), "".join(server.said)


def _write_everywhere(context: playwright.BrowserContext, page: playwright.Page, server: Server) -> set[str]:
    """Write scripts into every field of every form, one at a time; return the forms that were taken."""
    taken: set[str] = set()
    _upload_everything(context, page, server)

    def send(action: str, values: dict[str, str]) -> bool:
        answer = context.request.post(
            server.address + action,
            form={**values, "csrf": _token(context, server)},
            headers={"Origin": server.address},
            max_redirects=0,
        )
        assert answer.status < 500, (action, values)
        if answer.status < 400:
            taken.add(action)
        return answer.status < 400

    forms: dict[str, dict[str, Any]] = {}

    def collect(path: str) -> list[str] | None:
        found = page.evaluate(FETCHED, path)
        for form in found["forms"] if found else ():
            names = {one["name"] for one in form["fields"]}
            key = re.sub(r"[0-9a-f]{8,}", "*", form["action"]) + str(sorted(names))
            if form["action"] not in NOT_WALKED and "remove" not in key and "delete" not in key:
                forms.setdefault(key, form)
        return list(found["links"]) if found else None

    walk(collect)
    # A new diary is opened at once, so names come last.
    for form in sorted(forms.values(), key=lambda one: one["action"] in ("/settings/person", "/undo")):
        for name, length in texts(form):
            payload = LONG if length < 0 or length >= len(LONG) else SHORT[: length if length > 0 else None]
            is_taken = send(form["action"], {**filled(form), name: payload})
            if not is_taken and payload != SHORT:
                send(form["action"], {**filled(form), name: SHORT})
    send("/settings/person", {"person": "me"})
    return taken


def _token(context: playwright.BrowserContext, server: Server) -> str:
    return str(context.request.get(f"{server.address}/drafts").json()["csrf"])


def _upload_everything(context: playwright.BrowserContext, page: playwright.Page, server: Server) -> None:
    """Upload files whose names and contents hold scripts, and keep drafts of such."""
    headers = {"Origin": server.address, "X-CSRF-Token": _token(context, server), "Accept": "application/json"}

    def upload(path: str, name: str, content: bytes) -> dict[str, str]:
        file = {"name": name, "mimeType": "text/csv", "buffer": content}
        answer = context.request.post(server.address + path, multipart={"files": file}, headers=headers)
        assert answer.ok, answer.text()
        return dict(answer.json())

    recording = recording_csv(duration_s=5).replace(b"emg a", f"emg {SHORT}".encode())
    upload("/recordings/upload", f"{SHORT}.csv", recording)
    time = (datetime.now().astimezone() - timedelta(hours=2)).isoformat(timespec="seconds")
    diary = f'time,kind,text\n{time},note,"{SHORT} {{{{7*1911}}}}"\n'.encode()
    upload("/diary/import/upload", f"{SHORT}.csv", diary)
    look = upload("/diary/import/upload", f"{SHORT}.csv", diary)["address"]
    page.goto(server.address + look)
    assert SHORT in page.locator("main").inner_text()
    page.locator('form[action*="/keep/"] button').click()
    page.wait_for_url("**/diary")
    for form in ("/diary/new/note", "/now/intake", "/settings/profile"):
        values = json.dumps({"text": LONG, "substance": SHORT, "birth_year": SHORT})
        context.request.post(f"{server.address}/drafts", form={"form": form, "values": values}, headers=headers)


def _open_reports(context: playwright.BrowserContext, page: playwright.Page, server: Server) -> None:
    """Make the page for the doctor in every form, with scripts in its fields, and open it as a file on the disk."""
    page.goto(f"{server.address}/doctor")
    (form,) = (one for one in page.evaluate(f"({PARTS})(document)")["forms"] if one["action"] == "/doctor/report")
    for kind in ("html", "pdf", "fhir"):
        values = {**filled(form), **{name: SHORT for name, _ in texts(form)}, "form": kind}
        values["csrf"] = _token(context, server)
        headers = {"Origin": server.address}
        answer = context.request.post(server.address + form["action"], form=values, headers=headers)
        assert answer.ok, answer.text()
        assert answer.headers["content-disposition"].startswith("attachment")
        if kind == "html":
            page.goto("about:blank")
            page.set_content(answer.text())
            assert page.locator("#bold").count() == 0
            assert SHORT in page.locator("body").inner_text()
