"""A running app, seen from its own page and from others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from myotwitch.web.app import create_app
from myotwitch.web.sessions import Sessions
from myotwitch.web.settings import AppSettings

ORIGIN = "http://127.0.0.1:8765"


class Browser(TestClient):
    """A client that behaves as a browser on the app's own pages."""

    def csrf(self) -> str:
        """The token that this session's forms carry."""
        return self.get("/settings").text.split('name="csrf" content="')[1].split('"')[0]

    def submit(self, path: str, **fields: str) -> Response:
        """Send a form of the app's own page."""
        return self.post(path, data={"csrf": self.csrf(), **fields}, headers={"Origin": ORIGIN})


@pytest.fixture
def settings(tmp_path: Path) -> AppSettings:
    return AppSettings(store=str(tmp_path / "diary.db"))


@pytest.fixture
def sessions() -> Sessions:
    return Sessions()


@pytest.fixture
def stranger(settings: AppSettings, sessions: Sessions) -> Iterator[Browser]:
    """A browser that was not let in."""
    with Browser(create_app(settings, sessions), base_url=ORIGIN, follow_redirects=False) as client:
        yield client


@pytest.fixture
def browser(stranger: Browser, sessions: Sessions) -> Browser:
    """A browser that came in by the one-time link."""
    answer = stranger.get(f"/enter/{sessions.new_link()}")
    assert answer.status_code == 303
    return stranger
