"""Fifty requests at once on a diary of three years: pages, entries, drafts, uploads, imports, all without an error."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import httpx2
import pytest
from tests.browser.conftest import Server, start_server
from tests.web.recordings_made import recording_csv

from myotwitch.diary import Bout, CheckIn, Entry, Intake, Note, RecordingMade
from myotwitch.store import add_person, import_entries, open_store, read_diary

AT_ONCE = 50
DAYS, BOUTS_A_DAY, INTAKES_A_DAY, WATCHED_A_DAY = 1095, 18, 6, 3
PLACES = ("calf", "eyelid", "thigh", "hand", "foot")
PAGES = (
    "/", "/diary?view=day", "/diary?view=year", "/answer", "/drives", "/learn", "/recordings", "/settings", "/drafts",
    "/now/in-body/part",
)  # fmt: skip
WELL = {200, 202, 303}

Ask = Callable[[httpx2.Client, str], httpx2.Response]


def three_years() -> Iterator[Entry]:
    """Some 30,000 entries, up to yesterday."""
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for day in range(DAYS):
        begin = midnight - timedelta(days=DAYS - day)
        for number in range(BOUTS_A_DAY):
            yield Bout(time=begin + timedelta(minutes=480 + 50 * number), place=PLACES[(day + number) % 5], side="left")
        for number in range(INTAKES_A_DAY):
            time = begin + timedelta(minutes=450 + 130 * number)
            yield Intake(time=time, substance="caffeine", amount=90.0, unit="mg")
        for number in range(WATCHED_A_DAY):
            yield CheckIn(time=begin + timedelta(minutes=700 + 200 * number), duration_min=120.0)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    file = tmp_path / "three_years.db"
    with open_store(file, create=True) as opened:
        add_person(opened, "me")
        import_entries(opened, "me", list(three_years()), source="made", command="test")
    return file


@pytest.fixture
def server(store: Path) -> Iterator[Server]:
    started = start_server(store)
    yield started
    started.end()
    assert "Traceback" not in "".join(started.said), "".join(started.said)


def asks() -> list[tuple[str, Ask]]:
    """Fifty things to ask for, of every kind."""
    recording = recording_csv(duration_s=5)
    table = f"time,kind,text\n{datetime.now(UTC).isoformat()},note,imported\n".encode()

    def page(path: str) -> Ask:
        return lambda client, _: client.get(path)

    def note(number: int) -> Ask:
        return lambda client, csrf: client.post("/diary/new/note", data={"csrf": csrf, "text": f"note {number}"})

    def bout(number: int) -> Ask:
        return lambda client, csrf: client.post(
            "/now/bout", data={"csrf": csrf, "place": "calf", "count": str(number + 1)}
        )

    def draft(number: int) -> Ask:
        values = {"form": f"/diary/new/f{number}", "values": '{"text":"half"}'}
        return lambda client, csrf: client.post("/drafts", data=values, headers={"X-CSRF-Token": csrf})

    def sent(path: str, name: str, content: bytes) -> Ask:
        files = {"files": (name, content)}
        return lambda client, csrf: client.post(path, files=files, headers={"X-CSRF-Token": csrf})

    return [
        *((path, page(path)) for path in (*PAGES, *PAGES)),
        *(("note", note(number)) for number in range(10)),
        *(("bout", bout(number)) for number in range(10)),
        *(("draft", draft(number)) for number in range(5)),
        *(("upload", sent("/recordings/upload", "a.csv", recording + b"\n" * number)) for number in range(3)),
        *(("import", sent("/diary/import/upload", "a.csv", table)) for _ in range(2)),
    ]


def test_fifty_requests_at_once_are_all_answered_well(server: Server, store: Path) -> None:
    with httpx2.Client(base_url=server.address) as visitor:
        visitor.get(server.link)
        cookies, csrf = dict(visitor.cookies), visitor.get("/drafts").json()["csrf"]
        visitor.get("/", timeout=60.0)
    begin, wanted = threading.Barrier(AT_ONCE), asks()
    assert len(wanted) == AT_ONCE

    def ask(told: tuple[str, Ask]) -> tuple[str, int, float]:
        client = httpx2.Client(
            base_url=server.address, cookies=cookies, timeout=120.0, headers={"Origin": server.address}
        )
        with client:
            begin.wait()
            answer = told[1](client, csrf)
        return told[0], answer.status_code, answer.elapsed.total_seconds()

    with ThreadPoolExecutor(AT_ONCE) as senders:
        answers = list(senders.map(ask, wanted))
    print(f"longest {max(one[2] for one in answers):.2f} s, median {median(one[2] for one in answers):.2f} s")
    assert [one for one in answers if one[1] not in WELL] == []
    with open_store(store) as opened:
        diary = read_diary(opened, "me")
    assert sorted(str(note.text) for note in diary.of(Note)) == sorted(f"note {number}" for number in range(10))
    assert len(diary.of(Bout)) == DAYS * BOUTS_A_DAY + 10
    assert len(diary.of(RecordingMade)) == 3
