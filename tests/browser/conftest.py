"""The real server, and a real browser on it, in which nothing may go wrong unseen."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

CHROMIUM = os.environ.get("MYOTWITCH_CHROMIUM") or shutil.which("chromium")
LINK = re.compile(r"open at (https?://\S+)")
BROWSER_OPTIONS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PHONE, TABLET, DESKTOP = {"width": 360, "height": 740}, {"width": 768, "height": 1024}, {"width": 1280, "height": 900}
SIZES = {"phone": PHONE, "tablet": TABLET, "desktop": DESKTOP}
WORKED_OUT_MS = 60_000
"""So long may an answer take on a busy machine."""

WATCHES_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@dataclass(kw_only=True)
class Server:
    """A running ``myotwitch serve``, and what it said."""

    process: subprocess.Popen[str]
    link: str
    said: list[str]

    @property
    def address(self) -> str:
        return self.link.split("/enter/")[0]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        """End it as Ctrl+C does."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=20)


def start_server(store: Path | None, *options: str, environment: dict[str, str] | None = None) -> Server:
    """Start the app on a store, or on what the options name, and wait for its link."""
    where = [] if store is None else ["--store", str(store)]
    process = subprocess.Popen(
        [sys.executable, "-m", "myotwitch.web", *where, "--no-browser", *options],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
    )
    said: list[str] = []
    is_open = threading.Event()
    # Read to the end, so that a server that has much to say never waits for a reader.
    threading.Thread(target=_listen, args=(process, said, is_open), daemon=True).start()
    is_open.wait(timeout=60)
    link = LINK.search("".join(said))
    assert link is not None, f"The server did not start: {''.join(said)}"
    return Server(process=process, link=link.group(1), said=said)


def _listen(process: subprocess.Popen[str], said: list[str], is_open: threading.Event) -> None:
    assert process.stderr is not None
    with process.stderr:
        for line in process.stderr:
            said.append(line)
            if LINK.search(line):
                is_open.set()
    is_open.set()


def _served(store: Path | None, *options: str) -> Iterator[Server]:
    started = start_server(store, *options)
    yield started
    started.end()
    assert "Traceback" not in "".join(started.said), "".join(started.said)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of this test alone, on an empty store."""
    yield from _served(tmp_path / "diary.db")


@pytest.fixture(scope="package")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for all tests; each begins a diary of its own on it."""
    yield from _served(tmp_path_factory.mktemp("shared") / "diary.db")


@pytest.fixture(scope="package")
def example_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with three months of the example person; tests look and change nothing."""
    yield from _served(None, "--example", str(tmp_path_factory.mktemp("example") / "folder"))


@pytest.fixture(scope="package")
def driver() -> Iterator[Playwright]:
    """What starts browsers; there can be one of it at a time."""
    api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("needs Chromium; set MYOTWITCH_CHROMIUM to its path")
    with api.sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def chromium(driver: Playwright) -> Iterator[Browser]:
    """One browser for all tests; each opens a window of its own in it."""
    browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(BROWSER_OPTIONS))
    yield browser
    browser.close()


@dataclass(kw_only=True)
class Windows:
    """Opens windows of the browser, and remembers what went wrong in them.

    Parameters
    ----------
    browser
        Which one.
    faults
        Errors of scripts, words on the console, requests to elsewhere.
    """

    browser: Browser
    faults: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, address: str, **options: Any) -> Page:
        """Return a window of a phone that has opened an address, unless options say otherwise."""
        context = self.browser.new_context(**{"viewport": PHONE, "accept_downloads": True, **options})
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.add_init_script(WATCHES_SHIFTS)
        own = "/".join(address.split("/")[:3]) + "/"
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", lambda said: self._hear(page, said.type, said.text))
        page.on("request", lambda request: self._see(own, request.url))
        page.goto(address)
        return page

    def forgive(self, part: str) -> None:
        """Forget the faults that a test meant to bring about; there must be some."""
        others = [fault for fault in self.faults if part not in fault]
        assert others != self.faults
        self.faults[:] = others

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _hear(self, page: Page, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.faults.append(f"{page.url}: {text}")

    def _see(self, own: str, address: str) -> None:
        if not address.startswith((own, "data:", "blob:")):
            self.faults.append(f"asked for {address}")


@pytest.fixture
def windows(chromium: Browser) -> Iterator[Windows]:
    """Windows in which nothing may go wrong: no error, no word on the console, nothing loaded from elsewhere."""
    opened = Windows(browser=chromium)
    yield opened
    opened.close()
    assert opened.faults == []


@pytest.fixture(scope="package")
def _let_in(chromium: Browser) -> dict[str, Any]:
    """The cookies with which servers know this browser, by their address."""
    return {}


@dataclass(kw_only=True)
class App:
    """An app that lets this browser in as often as it likes."""

    server: Server
    windows: Windows
    cookies: dict[str, Any]
    person: str | None = None

    def open(self, path: str = "/", **options: Any) -> Page:
        """Return a window on a page of the app."""
        known = self.cookies.get(self.server.address)
        if known is None:
            context = self.windows.browser.new_context()
            context.request.get(self.server.link)
            known = self.cookies[self.server.address] = context.storage_state()
            context.close()
        if self.person is not None:
            _begin_diary(self, known)
        return self.windows.open(self.server.address + path, storage_state=known, **options)


def _begin_diary(app: App, known: Any) -> None:
    """Begin the diary of a new person, which the session then looks at."""
    context = app.windows.browser.new_context(storage_state=known)
    settings = context.request.get(f"{app.server.address}/settings").text()
    token = settings.split('name="csrf" content="')[1].split('"')[0]
    answer = context.request.post(
        f"{app.server.address}/settings/person",
        form={"csrf": token, "new": str(app.person)},
        headers={"Origin": app.server.address},
    )
    assert answer.ok, answer.text()
    app.person = None
    context.close()


@pytest.fixture
def app(shared_server: Server, windows: Windows, _let_in: dict[str, Any], request: pytest.FixtureRequest) -> App:
    """An app with an empty diary of this test's own."""
    person = f"{uuid4().hex[:8]} {request.node.originalname[:50]}"
    return App(server=shared_server, windows=windows, cookies=_let_in, person=person)


@pytest.fixture
def example(example_server: Server, windows: Windows, _let_in: dict[str, Any]) -> App:
    """An app with the three months of the example person."""
    return App(server=example_server, windows=windows, cookies=_let_in)


def settled(page: Page) -> Page:
    """Return a page once all parts of it are there."""
    page.locator("[data-load]").first.wait_for(state="detached", timeout=WORKED_OUT_MS)
    return page
