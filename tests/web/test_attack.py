"""What comes without a browser: paths, cookies, slow senders, taken ports, the way in from other computers."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from starlette.types import Message
from tests.browser.conftest import start_server
from tests.web.conftest import ORIGIN, Browser

from myotwitch.errors import RequestError
from myotwitch.web import guard
from myotwitch.web.guard import HEADERS
from myotwitch.web.server import listen
from myotwitch.web.sessions import Sessions
from myotwitch.web.settings import AppSettings

PASSWORD = "a long password of the person"


@pytest.mark.parametrize(
    "path",
    [
        "/static/x/../app.py", "/static/x/..%2fapp.py", "/static/x//etc/passwd", "/static/x/../../../../../../dev/zero",
        "/static/x/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/dev/zero", "/static/x/..%5c..%5capp.py",
        "/static/x/app.css%00", "/static/x/" + "a" * 5000,
    ],
)  # fmt: skip
def test_no_file_but_the_apps_own_is_ever_read(stranger: Browser, path: str) -> None:
    assert stranger.get(path).status_code == 404


def test_a_file_outside_is_not_served_though_its_digest_is_known(stranger: Browser) -> None:
    import hashlib

    from myotwitch.web import app

    outside = Path(app.__file__)
    digest = hashlib.sha256(outside.read_bytes()).hexdigest()[:16]
    for name in ("../app.py", "%2e%2e/app.py", str(outside)):
        assert stranger.get(f"/static/{digest}/{name}").status_code == 404


def test_cookies_of_other_programs_on_this_computer_do_no_harm(browser: Browser) -> None:
    own = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    browser.cookies.clear()
    for others in ('prefs={"a": [1, 2]}', "a=b=c; =; ;;", "myotwitch_9999=another", "x=\xe4\xf6"):
        headers = [(b"cookie", f"{others}; {own}".encode("latin-1"))]
        assert browser.get("/settings", headers=headers).status_code == 200, others
    assert browser.get("/settings", headers={"Cookie": "myotwitch_8765=" + "x" * 4000}).status_code == 401


def test_two_running_apps_do_not_put_out_each_others_session(settings: AppSettings) -> None:
    assert guard.cookie_name(settings) != guard.cookie_name(replace(settings, port=8766))


@pytest.mark.parametrize("length", ["9" * 5000, "-1", "1e3", "٣", "1 2", "0x10"])
def test_a_length_that_is_none_is_refused(browser: Browser, length: str) -> None:
    headers = [(b"content-length", length.encode()), (b"origin", ORIGIN.encode())]
    assert browser.post("/now/bout", headers=headers).status_code in (400, 413)


def test_a_fault_of_the_app_tells_nothing_of_itself_and_carries_every_header(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("secret of the inside")

    monkeypatch.setattr("myotwitch.web.pages.drafts.drafts_of", fails)
    for accepted in ("text/html", "application/json"):
        answer = browser.get("/drafts", headers={"Accept": accepted})
        assert answer.status_code == 500
        assert accepted in answer.headers["content-type"]
        assert "secret" not in answer.text
        assert "Error" not in answer.text
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, name
    assert "secret of the inside" in caplog.text


def test_a_sender_that_says_nothing_or_never_ends_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "SILENCE_S", 0.05)

    async def silent() -> Message:
        await asyncio.sleep(5)
        return {"type": "http.request"}

    async def dripping() -> Message:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def receive_all(receive: object) -> None:
        counted = guard._counted(receive, 1000, 0.2)  # type: ignore[arg-type]
        while True:
            await counted()

    for sender in (silent, dripping):
        began_s = time.monotonic()
        with pytest.raises(guard.TooSlowError):
            asyncio.run(receive_all(sender))
        assert time.monotonic() - began_s < 4


def test_a_browser_that_waits_for_a_long_answer_is_not_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "SILENCE_S", 0.01)
    messages = [{"type": "http.request", "body": b"x", "more_body": False}, {"type": "http.disconnect"}]

    async def receive() -> Message:
        await asyncio.sleep(0.0 if len(messages) == 2 else 0.1)
        return messages.pop(0)

    async def both() -> list[str]:
        counted = guard._counted(receive, 1000, 0.005)
        return [(await counted())["type"] for _ in range(2)]

    assert asyncio.run(both()) == ["http.request", "http.disconnect"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def test_a_port_is_held_from_the_moment_it_is_chosen(settings: AppSettings) -> None:
    asked = replace(settings, port=free_port())
    with listen(asked, 1) as first:
        assert first.getsockname() == ("127.0.0.1", asked.port)
        with pytest.raises(RequestError, match=f"Port {asked.port} of 127.0.0.1 is taken"):
            listen(asked, 1)
        with listen(asked, 5) as second:
            assert second.getsockname()[1] > asked.port
    with listen(asked, 1) as again:
        assert again.getsockname()[1] == asked.port


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a certificate for localhost, its key and a password."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("needs openssl to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-keyout", "key.pem", "-out", "certificate.pem", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    (folder / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    yield folder


@pytest.mark.parametrize(
    "given", [(), ("--password-file",), ("--certificate", "--private-key")], ids=["neither", "no_tls", "no_password"]
)
def test_without_password_and_tls_it_does_not_begin_to_listen_to_others(
    tls: Path, tmp_path: Path, given: tuple[str, ...]
) -> None:
    files = {"--password-file": "password", "--certificate": "certificate.pem", "--private-key": "key.pem"}
    options = [part for name in given for part in (name, str(tls / files[name]))]
    program = [sys.executable, "-m", "myotwitch.web", "--store", str(tmp_path / "x.db"), "--no-browser"]
    ended = subprocess.run(
        [*program, "--host", "0.0.0.0", *options], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 2
    assert "others can reach the app" in ended.stderr
    assert not (tmp_path / "x.db").exists()


def test_others_come_in_with_the_password_over_tls_alone(tls: Path, tmp_path: Path) -> None:
    port = free_port()
    server = start_server(
        tmp_path / "diary.db", "--host", "0.0.0.0", "--name", "localhost", "--port", str(port),
        "--password-file", str(tls / "password"), "--certificate", str(tls / "certificate.pem"),
        "--private-key", str(tls / "key.pem"),
    )  # fmt: skip
    assert "/enter/" not in server.link  # no link opens it without the password
    own = f"https://localhost:{port}"
    trusted = ssl.create_default_context(cafile=str(tls / "certificate.pem"))
    with httpx2.Client(base_url=own, verify=trusted, headers={"Origin": own}) as visitor:
        assert visitor.get("/").status_code == 401
        assert visitor.post("/enter/", data={"password": "a wrong password"}).status_code == 401
        assert visitor.get("/", headers={"Host": f"192.0.2.7:{port}"}).status_code == 400
        other = visitor.post("/enter/", data={"password": PASSWORD}, headers={"Origin": "https://evil.example"})
        assert other.status_code == 403
        entered = visitor.post("/enter/", data={"password": PASSWORD})
        assert entered.status_code == 303
        cookie = entered.headers["set-cookie"]
        assert cookie.startswith(f"__Host-myotwitch_{port}=")
        for flag in ("Secure", "HttpOnly", "SameSite=strict", "Path=/"):
            assert flag.lower() in cookie.lower()
        answer = visitor.get("/settings")
        assert answer.status_code == 200
        assert "max-age" in answer.headers["strict-transport-security"]
    with pytest.raises(httpx2.TransportError):
        httpx2.get(f"http://localhost:{port}/", timeout=10)
    server.end()


def test_links_that_nobody_used_are_few_and_end(sessions: Sessions) -> None:
    assert sessions.enter_by_link("\ud800") is None
    assert sessions.find("\ud800") is None
