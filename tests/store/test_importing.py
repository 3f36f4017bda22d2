"""An import adds what is new, once, all of it or nothing."""

from __future__ import annotations

from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.stores import NOON, bout

from myotwitch.diary import Entry, Note
from myotwitch.errors import StoreError
from myotwitch.store import (
    Store,
    actions_of,
    edit_entry,
    import_entries,
    open_store,
    preview_import,
    read_diary,
    remove_entry,
)
from myotwitch.store.importing import Imported


def bring(store: Store, entries: list[Entry]) -> Imported:
    return import_entries(store, None, entries, source="a.csv", command="diary import")


def same(entries: list[int]) -> list[Entry]:
    """Entries that say the same where the numbers are the same, each with a key of its own."""
    return [bout(number, count=1 + number) for number in entries]


def test_the_same_file_twice_adds_nothing_and_is_no_action(store: Store) -> None:
    assert len(bring(store, same([1, 2, 3])).added) == 3
    again = bring(store, same([1, 2, 3]))
    assert (again.action, again.added, len(again.duplicates)) == (None, (), 3)
    assert len(actions_of(store)) == 1


def test_two_equal_rows_of_one_file_stay_two(store: Store) -> None:
    assert len(bring(store, same([1, 1])).added) == 2
    assert len(bring(store, same([1, 1, 1])).added) == 1
    assert len(read_diary(store).entries) == 3


def test_an_entry_that_was_corrected_does_not_come_back(store: Store) -> None:
    first = bring(store, same([1, 2]))
    edit_entry(store, None, first.added[0].key, {"count": 40}, command="test")
    assert bring(store, same([1, 2])).added == ()


def test_an_entry_answers_for_one_row_only(store: Store) -> None:
    first = bring(store, same([1]))
    edit_entry(store, None, first.added[0].key, {"count": 40}, command="test")
    rows: list[Entry] = [bout(1, count=2), bout(1, count=40)]
    result = bring(store, rows)
    assert (list(result.added), list(result.duplicates)) == ([rows[0]], [rows[1]])


def test_an_entry_that_was_removed_comes_with_the_next_import(store: Store) -> None:
    first = bring(store, same([1]))
    remove_entry(store, None, first.added[0].key, command="test")
    assert len(bring(store, same([1])).added) == 1


def test_entries_that_differ_in_anything_are_no_duplicates(store: Store) -> None:
    bring(store, [Note(time=NOON, text="a")])
    assert len(bring(store, [Note(time=NOON, text="b")]).added) == 1


def test_a_preview_says_the_same_and_changes_nothing(store: Store) -> None:
    bring(store, same([1, 2]))
    shown = preview_import(store, None, same([2, 3]))
    assert (shown.action, len(shown.added), len(shown.duplicates)) == (None, 1, 1)
    assert len(read_diary(store).entries) == 2


def test_entries_keep_their_keys_and_a_known_key_is_not_added_again(store: Store) -> None:
    entry = bout(1)
    assert bring(store, [entry]).added == (entry,)
    changed = entry.model_copy(update={"count": 9})
    assert bring(store, [changed]).duplicates == (changed,)


def test_one_key_for_two_entries_is_refused_and_nothing_is_added(store: Store) -> None:
    bring(store, same([9]))
    twins: list[Entry] = [bout(1, key="a" * 32), bout(2, key="a" * 32)]
    with pytest.raises(StoreError, match="stands twice"):
        bring(store, [*same([3]), *twins])
    assert len(read_diary(store).entries) == 1


@settings(max_examples=30)
@given(files=st.lists(st.lists(st.integers(0, 4), max_size=8), min_size=1, max_size=4))
def test_after_any_imports_each_row_is_there_as_often_as_in_the_file_that_had_it_most(files: list[list[int]]) -> None:
    with TemporaryDirectory() as folder, open_store(f"{folder}/diary.db", create=True) as store:
        for rows in files:
            bring(store, same(rows))
        found = [entry.count - 1 for entry in read_diary(store).entries] if any(files) else []  # type: ignore[union-attr]
    assert sorted(found) == sorted(
        number for number in range(5) for _ in range(max(rows.count(number) for rows in files))
    )
