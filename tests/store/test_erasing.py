"""What is erased is nowhere in the folder any more, and what lies elsewhere is named."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from tests.store.stores import NOON, PASSPHRASE, Place, bout

from myotwitch.diary import Note, RecordingMade
from myotwitch.errors import StoreError, UnknownNameError
from myotwitch.store import (
    Store,
    add_entry,
    add_person,
    connecting,
    edit_entry,
    erase,
    export_diary,
    import_entries,
    names_in,
    open_store,
    read_diary,
    remove_entry,
    set_profile,
    undo,
    write_backup,
)

SECRET, KEPT, EDITED, REMOVED = "secretwordsofanna", "openwordsofbert", "editedwordsofanna", "removedwordsofanna"


def filled(store: Store) -> None:
    add_person(store, "anna")
    add_person(store, "bert")
    for number in range(5):
        add_entry(store, "anna", Note(time=NOON, text=f"{SECRET} {number} " + "y" * 300), command="test")
    import_entries(
        store, "anna", [bout(minute, text=f"{SECRET} {minute}") for minute in range(400)], source=f"{SECRET}.csv",
        command="test",
    )  # fmt: skip
    edited, removed = Note(time=NOON, text=EDITED), Note(time=NOON, text=REMOVED)
    for entry in (edited, removed):
        add_entry(store, "anna", entry, command="test")
    edit_entry(store, "anna", edited.key, {"text": SECRET}, command="test")
    remove_entry(store, "anna", removed.key, command="test")
    set_profile(store, "anna", {"birth_year": 1961}, command="test")
    undo(store, "anna", command="test")
    add_entry(store, "bert", Note(time=NOON, text=KEPT), command="test")


def found_in(folder: Path, words: str) -> list[str]:
    """Return the files of a folder that hold the bytes of some words."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and words.encode() in path.read_bytes())


def test_the_bytes_of_an_erased_person_are_nowhere_in_the_folder(tmp_path: Path) -> None:
    with open_store(tmp_path / "diary.db", create=True) as store:
        filled(store)
        for words in (SECRET, EDITED, REMOVED):
            assert found_in(tmp_path, words) != []
        erased = erase(store, "anna")
        # Still open: the log counts, too.
        for words in (SECRET, EDITED, REMOVED, "anna"):
            assert found_in(tmp_path, words) == []
        assert found_in(tmp_path, KEPT) != []
        assert [note.text for note in read_diary(store).of(Note)] == [KEPT]
    assert (erased.persons, erased.elsewhere) == (("anna",), ())
    assert erased.versions == 5 + 400 + 2 + 2
    for words in (SECRET, EDITED, REMOVED, "anna"):
        assert found_in(tmp_path, words) == []


def test_everybody_is_erased_at_once(place: Place, tmp_path: Path) -> None:
    with place.open() as store:
        filled(store)
        assert erase(store, None).persons == ("anna", "bert")
        assert names_in(store) == ()
        add_entry(store, None, bout(), command="test")
    for words in (SECRET, EDITED, REMOVED, KEPT):
        assert found_in(tmp_path, words) == []


def test_one_of_two_is_erased_from_every_kind_of_store(store: Store) -> None:
    filled(store)
    with pytest.raises(UnknownNameError):
        erase(store, "carl")
    erase(store, "anna")
    assert names_in(store) == ("bert",)
    assert len(read_diary(store, "bert").entries) == 1


def test_an_encrypted_store_never_shows_its_words(tmp_path: Path) -> None:
    with open_store(tmp_path / "diary.db", passphrase=PASSPHRASE, create=True) as store:
        filled(store)
        for words in (SECRET, KEPT, "diary_version"):
            assert found_in(tmp_path, words) == []
        assert len(read_diary(store, "anna").entries) > 400
    assert found_in(tmp_path, KEPT) == []


def test_copies_and_recordings_elsewhere_are_named_and_left_alone(file_store: Store, tmp_path: Path) -> None:
    filled(file_store)
    add_entry(file_store, "anna", RecordingMade(time=NOON, sha256="ab" * 32, file="calf.edf"), command="test")
    write_backup(file_store, tmp_path / "all.age", passphrase=PASSPHRASE)
    export_diary(file_store, "anna", tmp_path / "anna.csv", force=False)
    export_diary(file_store, "bert", tmp_path / "bert.csv", force=False)
    erased = erase(file_store, "anna")
    named = {Path(copy.file).name: (copy.kind, copy.is_encrypted, copy.is_there) for copy in erased.elsewhere}
    assert named == {
        "all.age": ("backup", True, True), "anna.csv": ("export", False, True), "calf.edf": ("recording", False, False)
    }  # fmt: skip
    assert (tmp_path / "all.age").exists()
    # The backup holds bert, too, so it stays known; anna's export does not.
    again = erase(file_store, "bert")
    assert {Path(copy.file).name for copy in again.elsewhere} == {"all.age", "bert.csv"}


def test_nothing_is_erased_while_another_program_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "BUSY_S", 0.2)
    with open_store(tmp_path / "diary.db", create=True) as store:
        filled(store)
        reader = sqlite3.connect(tmp_path / "diary.db", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM diary_version").fetchone()
        add_entry(store, "anna", bout(), command="test")
        with pytest.raises(StoreError, match="Another program is reading"):
            erase(store, "anna")
        assert names_in(store) == ("anna", "bert")
        reader.close()
        erase(store, "anna")
        assert found_in(tmp_path, SECRET) == []
