"""What was begun in a form comes back until it is sent, is kept apart from the diary, and never grows or lasts."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from tests.store.stores import NOON, PASSPHRASE, Place, SetClock, bout
from tests.store.test_erasing import found_in

from myotwitch.diary import Note
from myotwitch.errors import RequestError, StoreError
from myotwitch.store import (
    Store,
    add_entry,
    add_person,
    drafts_of,
    drop_draft,
    edit_entry,
    erase,
    export_diary,
    keep_draft,
    open_store,
    read_diary,
    restore_backup,
    write_backup,
)
from myotwitch.store.drafts import LASTS, LONGEST_DRAFT, LONGEST_FORM, MOST_DRAFTS, MOST_FIELDS

FORM, OTHER = "/diary/new/note", "/diary/new/bout"
OLD = Path(__file__).parent / "old"
SECRET = "secretwordsofthedraft"


def test_a_draft_is_kept_for_each_person_and_form_and_written_over(store: Store) -> None:
    for name in ("anna", "bert"):
        add_person(store, name)
    keep_draft(store, "anna", FORM, {"text": "half a"})
    keep_draft(store, "anna", FORM, {"text": "half a sentence ü €"})
    keep_draft(store, "anna", OTHER, {"count": "2"})
    assert drafts_of(store, "anna") == {FORM: {"text": "half a sentence ü €"}, OTHER: {"count": "2"}}
    assert drafts_of(store, "bert") == {}
    assert drop_draft(store, "anna", FORM)
    assert not drop_draft(store, "anna", FORM)
    assert drafts_of(store, "anna") == {OTHER: {"count": "2"}}


def test_a_draft_outlives_the_program(place: Place) -> None:
    with place.open() as store:
        add_person(store, "anna")
        keep_draft(store, "anna", FORM, {"text": "half"})
    with place.open(create=False) as store:
        assert drafts_of(store, "anna") == {FORM: {"text": "half"}}


def test_what_is_sent_takes_its_draft_with_it_in_the_same_transaction(store: Store) -> None:
    add_person(store, "anna")
    keep_draft(store, "anna", FORM, {"text": "one"})
    keep_draft(store, "anna", OTHER, {"text": "two"})
    entry = add_entry(store, "anna", Note(time=NOON, text="one"), command="test", draft=FORM).entry
    assert set(drafts_of(store, "anna")) == {OTHER}
    edit_entry(store, "anna", entry.key, {"text": "three"}, command="test", draft=OTHER)
    assert drafts_of(store, "anna") == {}


def test_an_entry_that_is_refused_leaves_its_draft(store: Store) -> None:
    add_person(store, "anna")
    entry = add_entry(store, "anna", bout(), command="test").entry
    keep_draft(store, "anna", FORM, {"text": "one"})
    with pytest.raises(StoreError):
        add_entry(store, "anna", entry, command="test", draft=FORM)
    assert set(drafts_of(store, "anna")) == {FORM}


def test_a_draft_is_no_part_of_the_diary_its_exports_or_backups(place: Place, tmp_path: Path) -> None:
    with place.open() as store:
        add_person(store, "anna")
        add_entry(store, "anna", bout(), command="test")
        keep_draft(store, "anna", FORM, {"text": SECRET})
        assert len(read_diary(store, "anna").entries) == 1
        out = tmp_path / "out"
        out.mkdir()
        for ending in ("json", "csv", "fhir.json"):
            export_diary(store, "anna", out / f"diary.{ending}", force=False)
        write_backup(store, out / "plain.backup", passphrase=None)
        assert found_in(out, SECRET) == []
    with open_store(tmp_path / "new.db", create=True) as new:
        restore_backup(new, out / "plain.backup", passphrase=None)
        assert drafts_of(new, "anna") == {}


def test_no_byte_of_a_draft_is_left_of_an_erased_person(tmp_path: Path) -> None:
    with open_store(tmp_path / "diary.db", create=True) as store:
        for name in ("anna", "bert"):
            add_person(store, name)
            keep_draft(store, name, FORM, {"text": f"{SECRET} {name}"})
        assert found_in(tmp_path, f"{SECRET} anna") != []
        erase(store, "anna")
        assert found_in(tmp_path, f"{SECRET} anna") == []
        assert drafts_of(store, "bert") == {FORM: {"text": f"{SECRET} bert"}}


def test_a_draft_is_not_readable_in_an_encrypted_store(tmp_path: Path) -> None:
    with open_store(tmp_path / "diary.db", passphrase=PASSPHRASE, create=True) as store:
        add_person(store, "anna")
        keep_draft(store, "anna", FORM, {"text": SECRET})
        assert found_in(tmp_path, SECRET) == []
        assert drafts_of(store, "anna") == {FORM: {"text": SECRET}}


@pytest.mark.parametrize(
    ("form", "values"),
    [
        ("", {}),
        ("x" * (LONGEST_FORM + 1), {}),
        (FORM, {"text": "y" * LONGEST_DRAFT}),
        (FORM, {f"field_{number}": "" for number in range(MOST_FIELDS + 1)}),
    ],
)
def test_a_draft_larger_than_a_form_is_refused(file_store: Store, form: str, values: dict[str, str]) -> None:
    add_person(file_store, "anna")
    with pytest.raises(RequestError, match="at most"):
        keep_draft(file_store, "anna", form, values)
    assert drafts_of(file_store, "anna") == {}


def test_the_oldest_drafts_make_room_and_none_lasts_for_ever(place: Place) -> None:
    clock = SetClock()
    with place.open(clock=clock) as store:
        add_person(store, "anna")
        for number in range(MOST_DRAFTS + 3):
            clock.now += timedelta(minutes=1)
            keep_draft(store, "anna", f"/form/{number}", {"text": str(number)})
        assert list(drafts_of(store, "anna")) == [f"/form/{number}" for number in range(3, MOST_DRAFTS + 3)]
        clock.now += LASTS + timedelta(minutes=1)
        assert drafts_of(store, "anna") == {}
        keep_draft(store, "anna", FORM, {"text": "new"})
        clock.now -= LASTS
        assert set(drafts_of(store, "anna")) == {FORM}


def test_the_draft_of_an_old_store_is_still_there(tmp_path: Path) -> None:
    shutil.copy(OLD / "schema_2.db", tmp_path / "diary.db")
    with open_store(tmp_path / "diary.db", clock=SetClock(NOON)) as store:
        assert drafts_of(store, "anna") == {"/diary/new/bout": {"text": "half of a sentence", "count": "2"}}
