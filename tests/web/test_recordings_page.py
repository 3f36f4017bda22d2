"""Uploading, searching, judging and exporting recordings, as a browser does it."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.web.conftest import ORIGIN, Browser
from tests.web.recordings_made import (
    FIRST_TWITCH_S,
    PERIOD_S,
    POTENTIAL_UV,
    kept_recording,
    recording_csv,
    searched,
    upload,
)

from myotwitch.diary import RecordingMade
from myotwitch.web.app import create_app
from myotwitch.web.pyramid import TILE_BINS
from myotwitch.web.recordings_kept import forget_recordings, measured_of
from myotwitch.web.sessions import Sessions
from myotwitch.web.settings import AppSettings


@pytest.fixture(scope="module")
def searched_store(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with a store and a recording that was uploaded and searched; and the address of the recording."""
    folder = tmp_path_factory.mktemp("searched")
    with browser_on(folder) as browser:
        return folder, kept_recording(browser, place="calf")


@pytest.fixture
def having(searched_store: tuple[Path, str], tmp_path: Path) -> Iterator[tuple[Browser, str]]:
    """A browser on a store of its own that has the recording, and its address."""
    folder, address = searched_store
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    with browser_on(tmp_path) as browser:
        yield browser, address


@contextmanager
def browser_on(folder: Path) -> Iterator[Browser]:
    sessions = Sessions()
    app = create_app(AppSettings(store=str(folder / "diary.db")), sessions)
    with Browser(app, base_url=ORIGIN, follow_redirects=False) as browser:
        assert browser.get(f"/enter/{sessions.new_link()}").status_code == 303
        yield browser


def folder_of(browser: Browser) -> Path:
    return Path(browser.app.state.workplace.recordings)  # type: ignore[attr-defined]


def entries_of(browser: Browser) -> tuple[RecordingMade, ...]:
    workplace = browser.app.state.workplace  # type: ignore[attr-defined]
    return tuple(workplace.diary(workplace.first_person).of(RecordingMade))


def left_over(browser: Browser) -> list[Path]:
    return [path for path in folder_of(browser).rglob("*") if path.name not in ("incoming", "imports")]


def test_a_recording_is_kept_searched_and_noted(browser: Browser) -> None:
    address = kept_recording(browser, place="calf", side="left", time="2026-03-04T10:00")
    (entry,) = entries_of(browser)
    assert (entry.file, entry.place, entry.side, entry.duration_s) == ("calf.csv", "calf", "left", 20.0)
    page = browser.get("/recordings").text
    assert "calf.csv" in page
    assert "11 twitches" in page
    assert address.endswith(entry.key)
    onsets = browser.get(f"{address}/events.json").json()["onset_s"]
    assert onsets == pytest.approx(np.arange(FIRST_TWITCH_S, 19, PERIOD_S), abs=0.01)


def test_a_recording_is_uploaded_without_scripts(browser: Browser) -> None:
    answer = upload(browser, ("calf.csv", recording_csv()), by_script=False)
    assert answer.status_code == 303
    assert searched(browser, answer.headers["location"])["step"] == "done"


def test_the_same_content_is_kept_once(browser: Browser) -> None:
    first = upload(browser, ("calf.csv", recording_csv()))
    second = upload(browser, ("other name.csv", recording_csv()))
    assert first.json() == second.json()
    assert len(entries_of(browser)) == 1


def test_taking_back_an_upload_takes_the_entry_and_bringing_it_back_needs_no_upload(
    having: tuple[Browser, str],
) -> None:
    browser, address = having
    browser.post(f"{address}/remove", headers={"origin": ORIGIN, "x-csrf-token": browser.csrf()})
    assert browser.get(address).status_code == 404
    assert browser.get(f"{address}/tile?group=0&bin=1&tile=0").status_code == 404
    browser.post("/undo", headers={"origin": ORIGIN, "x-csrf-token": browser.csrf()})
    assert browser.get(f"{address}/events.json").status_code == 200


def test_deleting_takes_the_file_and_leaves_the_entry(having: tuple[Browser, str]) -> None:
    browser, address = having
    browser.post(f"{address}/delete", headers={"origin": ORIGIN, "x-csrf-token": browser.csrf()})
    assert left_over(browser) == []
    assert "not on this computer" in browser.get(address).text
    assert len(entries_of(browser)) == 1


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([("notes.docx", b"text")], "not one recording of a known format"),
        ([("a.csv", b"")], "empty"),
        ([("a.edf", b"no such thing" * 100)], "a.edf ends in .edf"),
        ([("a.edf", b"0" + b" " * 255 + b"9" * 4000)], "a.edf"),
        ([("a.hea", b"a 1 250 100\na.dat 16 200 16 0 0 0 0 I\n")], "choose both together"),
        ([("a.hea", b"a 1 250 100\n../../etc/passwd 16\n"), ("a.dat", b"\0" * 200)], "did not come"),
        ([("a.csv", b"x\n1\n"), ("b.csv", b"x\n1\n")], "not one recording"),
    ],
)
def test_what_cannot_be_read_is_refused_with_help_and_leaves_nothing(
    browser: Browser, files: list[tuple[str, bytes]], sentence: str
) -> None:
    answer = upload(browser, *files)
    assert answer.status_code == 422
    assert sentence in answer.json()["detail"]
    assert str(folder_of(browser)) not in answer.json()["detail"]
    assert left_over(browser) == []
    assert entries_of(browser) == ()


@pytest.mark.parametrize(
    "name", ["../../../tmp/out.csv", "..\\..\\out.csv", "/etc/out.csv", "a\x00b.csv", "x" * 500 + ".csv"]
)
def test_the_name_of_an_upload_is_never_a_path(browser: Browser, name: str) -> None:
    answer = upload(browser, (name, recording_csv(duration_s=3)))
    assert answer.status_code == 200
    (entry,) = entries_of(browser)
    assert entry.file is not None
    assert not set(entry.file) & set("/\\\0\n")
    kept = [path.name for path in folder_of(browser).rglob("*.csv")]
    assert kept == ["recording.csv"]
    searched(browser, answer.json()["address"])


def test_a_wfdb_recording_is_kept_under_names_of_the_apps_own(browser: Browser) -> None:
    values = np.zeros(5000, dtype="<i2")
    for first in range(500, 4500, 900):
        values[first : first + len(POTENTIAL_UV)] = np.array(POTENTIAL_UV) * 10
    values += np.random.default_rng(2).normal(0, 15, 5000).astype("<i2")
    header = b"my calf 1 1000 5000\n".replace(b"my calf", b"calf")
    header += b"calf.dat 16 10000/mV 16 0 0 0 0 EMG\n"
    answer = upload(browser, ("calf.hea", header), ("calf.dat", values.tobytes()))
    assert searched(browser, answer.json()["address"])["step"] == "done"
    assert {path.suffix for path in folder_of(browser).rglob("recording*")} == {".hea", ".dat"}


def test_an_upload_without_the_sessions_token_is_refused_before_anything_is_kept(browser: Browser) -> None:
    answer = browser.post(
        "/recordings/upload", files=[("files", ("calf.csv", recording_csv()))], headers={"origin": ORIGIN}
    )
    assert answer.status_code == 403
    assert not folder_of(browser).exists() or left_over(browser) == []


def test_an_upload_larger_than_allowed_leaves_nothing(tmp_path: Path) -> None:
    settings, sessions = AppSettings(store=str(tmp_path / "diary.db"), largest_upload_bytes=100_000), Sessions()
    with Browser(create_app(settings, sessions), base_url=ORIGIN, follow_redirects=False) as browser:
        browser.get(f"/enter/{sessions.new_link()}")
        assert upload(browser, ("calf.csv", recording_csv())).status_code == 413

        def pieces() -> Any:
            yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n'
            for _ in range(20):
                yield b"1\n" * 5000

        headers = {"origin": ORIGIN, "x-csrf-token": browser.csrf(), "content-type": "multipart/form-data; boundary=x"}
        assert browser.post("/recordings/upload", content=pieces(), headers=headers).status_code == 413
        assert left_over(browser) == []


def test_an_upload_that_breaks_off_leaves_nothing(browser: Browser) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    headers = {
        "host": ORIGIN.removeprefix("http://"), "origin": ORIGIN, "cookie": cookie, "x-csrf-token": browser.csrf(),
        "content-type": "multipart/form-data; boundary=x",
    }  # fmt: skip
    begun = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n' + b"1\n" * 9000
    messages = [{"type": "http.request", "body": begun, "more_body": True}, {"type": "http.disconnect"}]
    seen = []

    async def receive() -> Any:
        if len(messages) == 1:
            seen.append(left_over(browser))
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(_: Any) -> None:
        pass

    scope = {
        "type": "http", "method": "POST", "path": "/recordings/upload", "raw_path": b"/recordings/upload",
        "query_string": b"", "http_version": "1.1", "scheme": "http", "root_path": "", "server": ("127.0.0.1", 8765),
        "client": ("127.0.0.1", 1), "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    try:
        asyncio.run(browser.app(scope, receive, send))
    except Exception as error:
        assert "Disconnect" in type(error).__name__
    assert any(path.name.startswith("file_") for path in seen[0])
    assert left_over(browser) == []


def test_a_file_that_turns_out_damaged_is_told_and_can_be_searched_again(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("myotwitch.web.recordings_work.run_apart", lambda *_, **__: _failed())
    address = upload(browser, ("calf.csv", recording_csv())).json()["address"]
    state = searched(browser, address)
    assert (state["step"], state["message"]) == ("failed", "calf.csv is damaged.")
    assert "calf.csv is damaged." in browser.get(address).text
    monkeypatch.undo()
    browser.post(f"{address}/again", headers={"origin": ORIGIN, "x-csrf-token": browser.csrf()})
    assert searched(browser, address)["step"] == "done"


def _failed() -> None:
    from myotwitch.web.apart_run import ApartError

    raise ApartError("recording.csv is damaged.")


def test_tiles_come_as_steps_of_every_channel(having: tuple[Browser, str]) -> None:
    browser, address = having
    group = browser.get(f"{address}/wave").json()["groups"][0]
    content = np.frombuffer(browser.get(f"{address}/tile?group=0&bin=1&tile=1").content, "<i2")
    steps = content.reshape(2, 2, TILE_BINS)
    first = round(FIRST_TWITCH_S * 1000) - TILE_BINS
    values = steps[0, 1, first : first + len(POTENTIAL_UV)] * group["step"][0] + group["middle"][0]
    assert values == pytest.approx(POTENTIAL_UV, abs=10)


@pytest.mark.parametrize(
    "query", ["group=0&bin=3&tile=0", "group=9&bin=1&tile=0", "group=0&bin=1&tile=99999999", "group=-1&bin=1&tile=0",
              "group=0&bin=1&tile=x", "group=0&bin=99999999999&tile=0", ""]
)  # fmt: skip
def test_tiles_that_there_are_not_are_refused(having: tuple[Browser, str], query: str) -> None:
    browser, address = having
    assert browser.get(f"{address}/tile?{query}").status_code == 422


def test_a_verdict_is_shown_counted_exported_and_counts_in_the_answer(having: tuple[Browser, str]) -> None:
    browser, address = having
    headers = {"origin": ORIGIN, "x-csrf-token": browser.csrf()}
    for event, verdict in ((0, "accepted"), (1, "rejected"), (2, "rejected"), (2, "open")):
        answer = browser.post(f"{address}/verdict", data={"event": event, "verdict": verdict}, headers=headers)
    assert answer.json() == {"accepted": 1, "rejected": 1}
    rows = list(csv.DictReader(io.StringIO(browser.get(f"{address}/events.csv").text)))
    assert [row["verdict"] for row in rows[:3]] == ["accepted", "rejected", ""]
    told = json.loads(browser.get(f"{address}/found.json").text)
    assert told["schema"] == "myotwitch.detection/1"
    assert [row.get("verdict") for row in told["twitches"][:3]] == ["accepted", "rejected", None]
    assert 'aria-pressed="true"' in browser.get(address).text
    workplace = browser.app.state.workplace  # type: ignore[attr-defined]
    (measured,) = measured_of(workplace, workplace.diary(workplace.first_person))
    assert len(measured) == len(rows) - 1
    assert {channel.place for channel in measured.observation.channels} == {"calf"}
    assert (
        browser.post(f"{address}/verdict", data={"event": 9999, "verdict": "open"}, headers=headers).status_code == 422
    )


def test_a_verdict_cut_short_by_a_pulled_plug_does_not_spoil_the_others(having: tuple[Browser, str]) -> None:
    browser, address = having
    headers = {"origin": ORIGIN, "x-csrf-token": browser.csrf()}
    browser.post(f"{address}/verdict", data={"event": 0, "verdict": "accepted"}, headers=headers)
    (file,) = folder_of(browser).rglob("verdicts.jsonl")
    with file.open("a", encoding="utf-8") as stream:
        stream.write('{"event": 1, "verd')
    answer = browser.post(f"{address}/verdict", data={"event": 3, "verdict": "rejected"}, headers=headers)
    assert answer.json() == {"accepted": 1, "rejected": 1}


def test_the_spectrum_has_its_peak_where_the_recording_has(browser: Browser) -> None:
    times_s = np.arange(10_000) / 1000
    wave = 50 * np.sqrt(2) * np.sin(2 * np.pi * 120 * times_s)
    content = "time_s,emg a\n" + "".join(f"{t:.3f},{v:.3f}\n" for t, v in zip(times_s, wave, strict=True))
    address = upload(browser, ("sine.csv", content.encode())).json()["address"]
    searched(browser, address)
    told = browser.get(f"{address}/spectrum?channel=0&start_s=1&stop_s=9").json()
    frequency_hz, density = np.array(told["frequency_hz"]), np.array(told["density"])
    assert frequency_hz[density.argmax()] == pytest.approx(120, abs=2)
    # The power under the curve is that of the sine: an effective value of 50.
    assert np.sqrt((density**2).sum() * frequency_hz[1]) == pytest.approx(50, rel=0.01)


def test_names_of_channels_are_text_and_no_formula(browser: Browser) -> None:
    content = recording_csv(duration_s=10).replace(b"emg a", b"=1+1|<script>alert(1)</script>", 1)
    address = upload(browser, ("<b>x</b>.csv", content)).json()["address"]
    searched(browser, address)
    page = browser.get(address).text
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page
    table = browser.get(f"{address}/events.csv").text
    assert ",=1+1" not in table
    assert "'=1+1" in table


def test_a_recording_of_another_diary_is_not_there(having: tuple[Browser, str]) -> None:
    browser, address = having
    headers = {"origin": ORIGIN, "x-csrf-token": browser.csrf()}
    browser.post("/settings/person", data={"new": "somebody else"}, headers=headers)
    for part in ("", "/wave", "/tile?group=0&bin=1&tile=0", "/events.json", "/events.csv", "/found.json", "/file"):
        assert browser.get(f"{address}{part}").status_code == 404


def test_forgetting_a_diary_deletes_its_recordings(having: tuple[Browser, str]) -> None:
    browser, _ = having
    workplace = browser.app.state.workplace  # type: ignore[attr-defined]
    assert forget_recordings(workplace, workplace.diary(workplace.first_person)) == 1
    assert left_over(browser) == []
