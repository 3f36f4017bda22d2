"""A server that is killed, a closed lid and a torn line lose nothing that was confirmed, and double nothing."""

from __future__ import annotations

import os
import random
import signal
import socket
import sqlite3
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx2
import pytest
from tests.browser.conftest import Server, start_server

from myotwitch.diary import Note
from myotwitch.store import open_store, read_diary

KILLS = int(os.environ.get("MYOTWITCH_KILLS", "2"))
"""More take longer: each begins with a start of the server."""
SENDERS = 4
FORM = "/diary/new/note"


class Visitor:
    """Somebody who was let in by the link."""

    def __init__(self, server: Server) -> None:
        self.client = httpx2.Client(base_url=server.address, timeout=30.0, headers={"Origin": server.address})
        assert self.client.get(server.link).status_code == 303

    def token(self) -> str:
        return str(self.client.get("/drafts").json()["csrf"])

    def write(self, text: str, token: str) -> int:
        return self.client.post(FORM, data={"csrf": token, "text": text}).status_code


def notes(store: Path) -> list[str]:
    with open_store(store) as opened:
        return [str(note.text) for note in read_diary(opened).of(Note)]


def test_killed_at_any_moment_it_keeps_all_that_was_confirmed(tmp_path: Path) -> None:
    store, chance = tmp_path / "diary.db", random.Random(7)
    confirmed: list[str] = []
    for kill in range(KILLS):
        server = start_server(store)
        visitor = Visitor(server)
        token, is_over = visitor.token(), threading.Event()

        def send(sender: int, kill: int = kill, visitor: Visitor = visitor, token: str = token) -> None:
            for number in range(10_000):
                text = f"kill {kill} sender {sender} note {number}"
                try:
                    status = visitor.write(text, token)
                except httpx2.TransportError:
                    return
                assert status == 303
                confirmed.append(text)

        before = len(confirmed)
        senders = [threading.Thread(target=send, args=(number,)) for number in range(SENDERS)]
        for sender in senders:
            sender.start()
        while len(confirmed) < before + 3:
            is_over.wait(0.005)
        is_over.wait(chance.uniform(0.0, 0.3))
        server.kill()
        for sender in senders:
            sender.join()
        visitor.client.close()
        kept = Counter(notes(store))
        assert [text for text in confirmed if kept[text] != 1] == []
        assert max(kept.values()) == 1
        with sqlite3.connect(store) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.close()
        # What was on its way when it was killed may be kept or not, but nothing else is.
        assert sum(kept.values()) <= len(confirmed) + SENDERS * (kill + 1)


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_closed_lid_keeps_the_session_and_what_was_on_its_way(tmp_path: Path) -> None:
    server = start_server(tmp_path / "diary.db")
    visitor = Visitor(server)
    token = visitor.token()
    server.process.send_signal(signal.SIGSTOP)
    answers: list[int] = []
    sender = threading.Thread(target=lambda: answers.append(visitor.write("sent while it slept", token)))
    sender.start()
    time.sleep(1.0)
    assert answers == []
    server.process.send_signal(signal.SIGCONT)
    sender.join(timeout=30)
    assert answers == [303]
    assert visitor.client.get("/settings").status_code == 200
    assert notes(tmp_path / "diary.db") == ["sent while it slept"]
    visitor.client.close()
    server.end()


def test_a_form_whose_answer_was_lost_can_be_sent_again_without_harm(tmp_path: Path) -> None:
    server = start_server(tmp_path / "diary.db")
    visitor = Visitor(server)
    token = visitor.token()
    body = urlencode({"csrf": token, "text": "sent into the dark"})
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.client.cookies.items())
    where = urlsplit(server.address)
    request = (
        f"POST {FORM} HTTP/1.1\r\nHost: {where.netloc}\r\nOrigin: {server.address}\r\nCookie: {cookie}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )
    for _ in range(3):
        with socket.create_connection((where.hostname or "", where.port or 0)) as line:
            line.sendall(request.encode())
    until = time.monotonic() + 20
    while not notes(tmp_path / "diary.db"):
        assert time.monotonic() < until
    assert visitor.write("sent into the dark", token) == 303
    assert notes(tmp_path / "diary.db") == ["sent into the dark"]
    visitor.client.close()
    server.end()
    assert "Traceback" not in "".join(server.said), "".join(server.said)
