"""A store that had no passphrase gets one, or another one: everything stays, and the old way in is closed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from myotwitch.diary import Note
from myotwitch.errors import StoreError
from myotwitch.store import (
    add_entry,
    add_person,
    history_of,
    open_store,
    passphrase,
    read_diary,
    restore_backup,
    set_passphrase,
    write_backup,
)

FIRST, SECOND = "four words are enough", "it's another one; 'quoted'"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "diary.db"
    with open_store(path, create=True) as store:
        add_person(store, "me")
        for text in ("a twitching eyelid", "better since the holiday"):
            add_entry(store, "me", Note(time=datetime(2026, 3, 2, 8, tzinfo=UTC), text=text), command="test")
    return path


def texts_in(path: Path, words: str | None) -> list[str]:
    with open_store(path, passphrase=words) as store:
        entries = read_diary(store).entries
        assert all(len(history_of(store, "me", entry.key)) == 1 for entry in entries)
        return sorted(entry.text for entry in entries if isinstance(entry, Note) and entry.text)


def test_a_plain_store_is_encrypted_whole_and_nothing_of_it_is_left_readable(file: Path) -> None:
    before = texts_in(file, None)
    set_passphrase(file, None, FIRST)
    assert texts_in(file, FIRST) == before
    for path in file.parent.iterdir():
        content = path.read_bytes()
        assert b"SQLite format 3" not in content
        assert b"eyelid" not in content
    with pytest.raises(StoreError):
        texts_in(file, None)


def test_another_passphrase_closes_the_first(file: Path) -> None:
    before = texts_in(file, None)
    set_passphrase(file, None, FIRST)
    set_passphrase(file, FIRST, SECOND)
    assert texts_in(file, SECOND) == before
    with pytest.raises(StoreError):
        texts_in(file, FIRST)


def test_a_wrong_or_short_passphrase_changes_nothing(file: Path) -> None:
    set_passphrase(file, None, FIRST)
    with pytest.raises(StoreError):
        set_passphrase(file, "not the passphrase", SECOND)
    with pytest.raises(StoreError, match="at least 12"):
        set_passphrase(file, FIRST, "short")
    assert len(texts_in(file, FIRST)) == 2


def test_one_rule_holds_wherever_a_passphrase_is_set_and_leaves_no_file(file: Path, tmp_path: Path) -> None:
    new, backup = tmp_path / "new.db", tmp_path / "backup.age"
    with pytest.raises(StoreError, match="1 sign; a new one needs at least 12"):
        open_store(new, passphrase="x", create=True)
    with open_store(file) as store, pytest.raises(StoreError, match="11 signs; a new one needs at least 12"):
        write_backup(store, backup, passphrase="a" * 11)
    assert not new.exists()
    assert not backup.exists()
    with open_store(new, passphrase="a" * 12, create=True) as store:
        assert store.is_encrypted


def test_what_has_a_shorter_passphrase_from_before_still_opens(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = texts_in(file, None)
    with monkeypatch.context() as earlier:
        earlier.setattr(passphrase, "SHORTEST", 1)
        with open_store(file) as store:
            write_backup(store, tmp_path / "old.age", passphrase="a")
        set_passphrase(file, None, "x")
    assert texts_in(file, "x") == before
    with open_store(file, passphrase="x") as store:
        add_entry(store, "me", Note(time=datetime(2026, 3, 4, 8, tzinfo=UTC), text="written on"), command="test")
    with open_store(tmp_path / "new.db", create=True) as store:
        assert restore_backup(store, tmp_path / "old.age", passphrase="a").versions == len(before)
    set_passphrase(file, "x", SECOND)
    assert len(texts_in(file, SECOND)) == len(before) + 1


def test_an_encrypted_store_is_written_on(file: Path) -> None:
    set_passphrase(file, None, FIRST)
    with open_store(file, passphrase=FIRST) as store:
        add_entry(store, "me", Note(time=datetime(2026, 3, 3, 8, tzinfo=UTC), text="again"), command="test")
    assert len(texts_in(file, FIRST)) == 3


def test_who_still_writes_with_the_old_way_in_is_told_and_nothing_is_lost(file: Path) -> None:
    with open_store(file) as old:
        with old.gate.shut():
            set_passphrase(file, None, FIRST)
        with pytest.raises(StoreError, match="send it again"):
            add_entry(old, "me", Note(time=datetime(2026, 3, 3, 8, tzinfo=UTC), text="late"), command="test")
    assert len(texts_in(file, FIRST)) == 2
