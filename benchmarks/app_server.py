"""The real server of the app as a benchmark sees it: started, entered by its link, asked over HTTP, ended."""

from __future__ import annotations

import http.client
import json
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

PATIENCE_S = 120.0
CSRF = re.compile(r'name="csrf" content="([^"]+)"')


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """One answer: its status, its content, and what it cost."""

    status: int
    content: bytes
    wall_ms: float
    processor_ms: float


@dataclass(kw_only=True)
class Server:
    """A running ``myotwitch serve``; every request goes over one connection, as of one browser."""

    process: subprocess.Popen[str]
    port: int
    link: str
    started_s: float
    cookie: str = ""
    csrf: str = ""
    _connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)

    @property
    def processor_s(self) -> float:
        """Time that the server has spent computing, all its threads together **[s]**."""
        # The clock of another process, as clock_getcpuclockid(3) of Linux makes it.
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def get(self, path: str) -> Answered:
        """Return the answer to a request, waited for to its last byte."""
        return self._ask("GET", path, None, {})

    def post(self, path: str, fields: Mapping[str, str]) -> Answered:
        """Send a form of the app's own page."""
        body = urlencode({"csrf": self.csrf, **fields}).encode()
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def upload(self, path: str, name: str, content: bytes, fields: Mapping[str, str]) -> Any:
        """Send a file as the page's script does, and return what the app answers."""
        mark = secrets.token_hex(16)
        parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
                 for key, value in fields.items()]  # fmt: skip
        head = f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        body = b"".join([*parts, head.encode(), content, f"\r\n--{mark}--\r\n".encode()])
        headers = {"Content-Type": f"multipart/form-data; boundary={mark}", "X-CSRF-Token": self.csrf}
        return json.loads(self._ask("POST", path, body, headers).content)

    def enter(self) -> Answered:
        """Come in by the link, and return the first page."""
        path = self.link.split(f":{self.port}", 1)[1]
        self._connection.request("GET", path)
        answer = self._connection.getresponse()
        answer.read()
        self.cookie = answer.headers["Set-Cookie"].split(";", 1)[0]
        page = self.get("/")
        found = CSRF.search(page.content.decode())
        if found is None:
            raise SystemExit(f"The first page is no page of the app: {page.status}.")
        self.csrf = found.group(1)
        return page

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answered:
        own = {"Cookie": self.cookie, "Origin": f"http://127.0.0.1:{self.port}", **headers}
        processor_s, began_s = self.processor_s, time.perf_counter()
        self._connection.request(method, path, body, own)
        answer = self._connection.getresponse()
        content = answer.read()
        wall_ms = 1000 * (time.perf_counter() - began_s)
        return Answered(
            status=answer.status, content=content, wall_ms=wall_ms, processor_ms=1000 * (self.processor_s - processor_s)
        )


@contextmanager
def running_server(store: Path) -> Iterator[Server]:
    """Give the app running on a store; it is ended afterwards."""
    began_s = time.perf_counter()
    command = [sys.executable, "-m", "myotwitch.web", "--store", str(store), "--no-browser"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        told = next((line for line in process.stderr if "/enter/" in line), "")
        if not told:
            raise SystemExit("The app did not start.")
        link = told[told.index("http") :].strip()
        port = int(link.split("/")[2].rsplit(":", 1)[1])
        yield Server(process=process, port=port, link=link, started_s=time.perf_counter() - began_s)
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        process.stderr.close()
