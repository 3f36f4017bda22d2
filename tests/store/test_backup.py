"""A backup holds everything, opens with its passphrase alone, and comes back into any kind of store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.store.stores import PASSPHRASE, Place, bout

from myotwitch.errors import StoreError, UnknownNameError
from myotwitch.store import (
    Store,
    actions_of,
    add_entry,
    add_person,
    edit_entry,
    export_diary,
    history_of,
    names_in,
    open_store,
    read_diary,
    redo,
    remove_entry,
    restore_backup,
    set_profile,
    undo,
    write_backup,
)

WORDS = "a text that must not be readable"


def filled(store: Store) -> None:
    """Two persons with some history each."""
    for name in ("anna", "bert"):
        if name not in names_in(store):
            add_person(store, name)
        entries = [bout(minute, count=1 + minute, text=WORDS) for minute in range(4)]
        for entry in entries:
            add_entry(store, name, entry, command="test")
        edit_entry(store, name, entries[0].key, {"count": 50}, command="test")
        remove_entry(store, name, entries[1].key, command="test")
        set_profile(store, name, {"birth_year": 1990}, command="test")
        undo(store, name, command="test")


def everything(store: Store) -> object:
    """All that a store says of its persons."""
    return {
        name: (
            read_diary(store, name).entries,
            read_diary(store, name).person,
            actions_of(store, name),
            [history_of(store, name, entry.key) for entry in read_diary(store, name).entries],
        )
        for name in names_in(store)
    }


def test_everything_comes_back_into_a_file(place: Place, tmp_path: Path) -> None:
    # What is encrypted is the plain backup, and to find the key of a passphrase takes seconds: one kind is enough.
    passphrase = PASSPHRASE if place.passphrase else None
    with place.open() as store:
        filled(store)
        before = everything(store)
        kept = write_backup(store, tmp_path / "diary.backup", passphrase=passphrase)
    assert (kept.persons, kept.versions) == (("anna", "bert"), 12)
    with open_store(tmp_path / "new.db", create=True) as new:
        assert restore_backup(new, tmp_path / "diary.backup", passphrase=passphrase) == kept
        assert everything(new) == before
        redo(new, "anna", command="test")
        assert read_diary(new, "anna").person is not None


def test_a_backup_of_a_file_comes_back_into_every_kind_of_store(place: Place, tmp_path: Path) -> None:
    with open_store(tmp_path / "old.db", create=True) as old:
        filled(old)
        before = everything(old)
        write_backup(old, tmp_path / "diary.backup", passphrase=None)
    with place.open() as new:
        add_entry(new, "carl", bout(), command="test")
        restore_backup(new, tmp_path / "diary.backup", passphrase=None)
        assert names_in(new) == ("carl", "anna", "bert")
        both = everything(new)
        add_entry(new, "anna", bout(99), command="test")
    assert {name: both[name] for name in ("anna", "bert")} == before  # type: ignore[index]


def test_from_one_postgresql_database_to_another(postgresql: Callable[[], str], tmp_path: Path) -> None:
    with open_store(postgresql(), create=True) as old:
        filled(old)
        before = everything(old)
        write_backup(old, tmp_path / "diary.backup", passphrase=None)
    with open_store(postgresql(), create=True) as new:
        restore_backup(new, tmp_path / "diary.backup", passphrase=None)
        assert everything(new) == before


def test_an_encrypted_backup_shows_nothing_and_opens_with_its_passphrase_alone(
    file_store: Store, tmp_path: Path
) -> None:
    filled(file_store)
    backup = tmp_path / "diary.age"
    write_backup(file_store, backup, passphrase=PASSPHRASE)
    content = backup.read_bytes()
    assert content.startswith(b"age-encryption.org/v1")
    assert WORDS.encode() not in content
    assert backup.stat().st_mode & 0o077 == 0
    with open_store(tmp_path / "new.db", create=True) as new:
        with pytest.raises(StoreError, match="does not open the backup"):
            restore_backup(new, backup, passphrase="other words")
        with pytest.raises(StoreError, match="is encrypted"):
            restore_backup(new, backup, passphrase=None)
        backup.write_bytes(content[:-40])
        with pytest.raises(StoreError, match="damaged or cut off"):
            restore_backup(new, backup, passphrase=PASSPHRASE)
        assert names_in(new) == ()


def test_a_plain_backup_is_a_store_that_can_be_opened(file_store: Store, tmp_path: Path) -> None:
    filled(file_store)
    write_backup(file_store, tmp_path / "plain.db", passphrase=None)
    with open_store(tmp_path / "plain.db") as copy:
        assert everything(copy) == everything(file_store)


def test_a_store_that_was_copied_as_a_file_can_be_restored_too(tmp_path: Path) -> None:
    with open_store(tmp_path / "diary.db", create=True) as store:
        filled(store)
        before = everything(store)
    with open_store(tmp_path / "new.db", create=True) as new:
        restore_backup(new, tmp_path / "diary.db", passphrase=None)
        assert everything(new) == before


def test_a_store_in_use_is_no_backup(file_store: Store, tmp_path: Path) -> None:
    filled(file_store)
    with open_store(tmp_path / "new.db", create=True) as new, pytest.raises(StoreError, match="store in use"):
        restore_backup(new, tmp_path / "diary.db", passphrase=None)


def test_nothing_is_written_over(file_store: Store, tmp_path: Path) -> None:
    filled(file_store)
    backup = tmp_path / "diary.backup"
    write_backup(file_store, backup, passphrase=None)
    content = backup.read_bytes()
    with pytest.raises(StoreError, match="exists already"):
        write_backup(file_store, backup, passphrase=None)
    before = everything(file_store)
    with pytest.raises(StoreError, match="diary of anna, bert already"):
        restore_backup(file_store, backup, passphrase=None)
    assert (backup.read_bytes(), everything(file_store)) == (content, before)
    write_backup(file_store, backup, passphrase=None, force=True)


def test_one_person_can_be_brought_back_alone(file_store: Store, tmp_path: Path) -> None:
    filled(file_store)
    write_backup(file_store, tmp_path / "b", passphrase=None)
    with open_store(tmp_path / "new.db", create=True) as new:
        with pytest.raises(UnknownNameError, match="It holds anna, bert"):
            restore_backup(new, tmp_path / "b", passphrase=None, person="carl")
        restore_backup(new, tmp_path / "b", passphrase=None, person="bert")
        assert names_in(new) == ("bert",)


@pytest.mark.parametrize("content", [b"", b"no backup at all", b"SQLite format 3\x00" + b"\x07" * 2000])
def test_what_is_no_backup_is_refused(file_store: Store, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b").write_bytes(content)
    with pytest.raises(StoreError, match=r"no backup|damaged"):
        restore_backup(file_store, tmp_path / "b", passphrase=None)
    with pytest.raises(StoreError, match="no such file"):
        restore_backup(file_store, tmp_path / "missing", passphrase=None)
    assert names_in(file_store) == ()


def test_a_backup_that_cannot_be_written_leaves_nothing_behind(file_store: Store, tmp_path: Path) -> None:
    filled(file_store)
    with pytest.raises(StoreError, match="cannot be written"):
        write_backup(file_store, tmp_path / "missing" / "b", passphrase=None)
    assert {path.name for path in tmp_path.iterdir()} <= {"diary.db", "diary.db-wal", "diary.db-shm"}


def test_an_export_is_written_whole_and_known(file_store: Store, tmp_path: Path) -> None:
    filled(file_store)
    assert export_diary(file_store, "anna", tmp_path / "a.json", force=False) == 3
    with pytest.raises(StoreError, match="exists already"):
        export_diary(file_store, "anna", tmp_path / "a.json", force=False)
