"""Kills, full disks, other writers, clocks and zones: what was confirmed is kept, what was not is not half there."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from tests.store.postgresql_server import programs, running_server, url_of, without_server
from tests.store.stores import NOON, Place, bout

from myotwitch.diary import CheckIn, Note, watched_stretches
from myotwitch.errors import StoreError
from myotwitch.store import Store, actions_of, add_entry, history_of, import_entries, names_in, open_store, read_diary

ROOT = Path(__file__).resolve().parents[2]
PROCESSES, THREADS, EACH = 3, 8, 12


def test_kills_at_random_moments_lose_nothing_that_was_confirmed() -> None:
    """The large version: ``python -m validation.diary_store.kills --kills 200``."""
    command = [sys.executable, "-m", "validation.diary_store.kills", "--kills", "20", "--seed", "7"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert " 0 faults" in result.stdout
    assert "0 confirmed" not in result.stdout


def test_kills_of_writers_to_postgresql_lose_nothing_either(postgresql: Callable[[], str]) -> None:
    command = [sys.executable, "-m", "validation.diary_store.kills", "--kills", "8", "--store", postgresql()]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert " 0 faults" in result.stdout


FILL = """
import json, resource, sys
from myotwitch.diary import Note
from myotwitch.errors import StoreError
from myotwitch.store import add_entry, open_store
from tests.store.postgresql_server import programs, running_server, url_of, without_server
from tests.store.stores import NOON
address, limit = sys.argv[1], int(sys.argv[2])
confirmed, refused = [], None
with open_store(address, create=True) as store:
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    for number in range(4000):
        entry = Note(time=NOON, text=f"{number} " + "x" * 1900)
        try:
            add_entry(store, None, entry, command="test")
        except StoreError as error:
            refused = str(error)
            break
        confirmed.append(entry.key)
print(json.dumps({"confirmed": confirmed, "refused": refused}))
"""


def fill(file: Path, limit: int = 0) -> tuple[list[str], str]:
    """Add entries until the disk is full; return the confirmed keys and the message."""
    command = [sys.executable, "-c", FILL, str(file), str(limit)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    return told["confirmed"], told["refused"]


def test_a_file_that_may_not_grow_keeps_what_was_confirmed(tmp_path: Path) -> None:
    confirmed, refused = fill(tmp_path / "diary.db", limit=600_000)
    assert "is full" in refused
    assert "Make room" in refused
    with open_store(tmp_path / "diary.db") as store:
        assert [entry.key for entry in read_diary(store).entries if entry.key not in confirmed] == []
        assert len(read_diary(store).entries) == len(confirmed) > 10
        add_entry(store, None, bout(), command="test")


def test_a_full_disk_keeps_what_was_confirmed(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mounting, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small disk cannot be mounted here; the test before limits the file instead")
    try:
        confirmed, refused = fill(disk / "diary.db")
        assert "is full" in refused
        with open_store(disk / "diary.db") as store:
            assert sorted(entry.key for entry in read_diary(store).entries) == sorted(confirmed)
            with pytest.raises(StoreError, match="is full"):
                import_entries(store, None, [bout(n, text="y" * 900) for n in range(2000)], source="b", command="test")
            assert len(read_diary(store).entries) == len(confirmed) > 10
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_store_with_no_room_left_says_so(file_store: Store) -> None:
    add_entry(file_store, None, bout(), command="test")
    with pytest.raises(StoreError, match="is full"), file_store.writing() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count={pages}"))
        connection.execute(text("CREATE TABLE big AS SELECT randomblob(100000) AS x"))


def write_some(address: str, passphrase: str | None, who: int) -> None:
    with open_store(address, passphrase=passphrase, create=True) as store:
        for number in range(EACH):
            entry = Note(time=NOON + timedelta(minutes=number), text=f"writer {who} {number}")
            add_entry(store, "anna", entry, command="test")


def check_all_written(store: Store, writers: int) -> None:
    texts = sorted(note.text for note in read_diary(store, "anna").of(Note) if note.text)
    assert texts == sorted(f"writer {who} {number}" for who in range(writers) for number in range(EACH))
    assert [action.number for action in actions_of(store, "anna")] == list(range(1, writers * EACH + 1))
    assert names_in(store) == ("anna",)


def test_processes_that_make_and_write_one_store_at_once_take_turns(place: Place) -> None:
    context = multiprocessing.get_context("spawn")
    arguments = [(place.address, place.passphrase, who) for who in range(PROCESSES)]
    processes = [context.Process(target=write_some, args=given) for given in arguments]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    with place.open(create=False) as store:
        check_all_written(store, PROCESSES)


def test_threads_of_one_program_take_turns(place: Place) -> None:
    faults: list[BaseException] = []
    with place.open() as store:

        def write(who: int) -> None:
            try:
                for number in range(EACH):
                    entry = Note(time=NOON + timedelta(minutes=number), text=f"writer {who} {number}")
                    add_entry(store, "anna", entry, command="test")
                    read_diary(store, "anna")
            except BaseException as error:
                faults.append(error)

        threads = [threading.Thread(target=write, args=(who,)) for who in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == []
        check_all_written(store, THREADS)


def test_a_reader_sees_one_state_while_another_writes(file_store: Store) -> None:
    add_entry(file_store, None, bout(), command="test")
    with file_store.reading() as connection:
        count = text("SELECT count(*) FROM diary_version")
        assert connection.execute(count).scalar_one() == 1
        add_entry(file_store, None, bout(1), command="test")
        assert connection.execute(count).scalar_one() == 1
    assert len(read_diary(file_store).entries) == 2


def test_a_writer_that_never_ends_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from myotwitch.store import connecting

    monkeypatch.setattr(connecting, "BUSY_S", 0.2)
    with open_store(tmp_path / "diary.db", create=True) as first, open_store(tmp_path / "diary.db") as second:
        add_entry(first, None, bout(), command="test")
        with first.writing() as connection:
            connection.execute(text("UPDATE diary_person SET name = 'x'"))
            with pytest.raises(StoreError, match="Another program writes"):
                add_entry(second, None, bout(1), command="test")
        assert names_in(second) == ("x",)


def test_an_import_that_fails_halfway_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from myotwitch.store import rows

    add_entry(store, None, bout(), command="test")
    monkeypatch.setattr(rows, "ROWS_AT_ONCE", 10)
    entries = [bout(minute) for minute in range(30)]
    broken = entries[25].model_copy(update={"kind": None})  # what no table takes
    with pytest.raises(StoreError):
        import_entries(store, None, [*entries[:25], broken], source="b", command="test")
    assert len(read_diary(store).entries) == len(actions_of(store)) == 1


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_on_the_days_when_the_clock_is_changed_no_time_is_lost_or_watched_twice(place: Place, day: str) -> None:
    zone = ZoneInfo("Europe/Berlin")
    midnight = datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=zone)
    ends = [(midnight.astimezone(ZoneInfo("UTC")) + timedelta(hours=hour)).astimezone(zone) for hour in range(1, 25)]
    entries = [CheckIn(time=end.replace(tzinfo=end.tzinfo), duration_min=60.0) for end in ends]
    with place.open() as store:
        import_entries(store, None, entries, source="a", command="test")
        found = read_diary(store).entries
    assert [entry.time.utcoffset() for entry in found] == [end.utcoffset() for end in ends]
    assert len({entry.time.utcoffset() for entry in found}) == 2
    assert [(later.hours - earlier.hours) for earlier, later in pairwise(found)] == [1.0] * 23
    with place.open() as store:
        stretches = watched_stretches(read_diary(store))
    assert stretches[:, 1] - stretches[:, 0] == pytest.approx([24.0])


def test_entries_of_a_traveller_keep_their_offsets_and_stand_in_the_order_of_time(store: Store) -> None:
    tokyo = Note(time=datetime.fromisoformat("2026-03-05T01:00:00+09:00"), text="first, on a later date")
    lima = Note(time=datetime.fromisoformat("2026-03-04T12:00:00-05:00"), text="second, on an earlier date")
    nepal = Note(time=datetime.fromisoformat("2026-03-05T00:00:00.123456+05:45"), text="third")
    import_entries(store, None, [nepal, lima, tokyo], source="a", command="test")
    assert read_diary(store).entries == (tokyo, lima, nepal)
    offsets = [entry.time.utcoffset() for entry in read_diary(store).entries]
    assert offsets == [timedelta(hours=9), timedelta(hours=-5), timedelta(hours=5, minutes=45)]
    assert history_of(store, None, nepal.key)[0].entry == nepal


def test_entries_of_the_future_and_the_distant_past_are_kept(store: Store) -> None:
    entries = [
        Note(time=datetime.fromisoformat("2199-12-31T23:59:59.999999+00:00"), text="late"),
        Note(time=datetime.fromisoformat("1900-01-01T00:00:00+00:00"), text="early"),
    ]
    import_entries(store, None, entries, source="a", command="test")
    assert read_diary(store).entries == (entries[1], entries[0])


def test_a_server_that_dies_is_told() -> None:
    binaries = programs()
    if binaries is None:
        without_server()
    with running_server(binaries) as folder, open_store(url_of(folder, "postgres"), create=True) as store:
        add_entry(store, None, bout(), command="test")
        postmaster = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGQUIT)
        with pytest.raises(StoreError, match="no connection"):
            for minute in range(100):
                add_entry(store, None, bout(minute), command="test")
