"""Many persons in one store, kept apart."""

from __future__ import annotations

import pytest
from tests.store.stores import bout

from myotwitch.errors import StoreError, UnknownNameError
from myotwitch.store import (
    Store,
    actions_of,
    add_entry,
    add_person,
    import_entries,
    living_entry,
    names_in,
    read_diary,
    read_profile,
    set_profile,
    undo,
)


def test_the_first_entry_makes_the_person_who_needs_no_name_while_alone(store: Store) -> None:
    assert names_in(store) == ()
    with pytest.raises(StoreError, match="nobody"):
        read_diary(store)
    add_entry(store, None, bout(), command="test")
    assert names_in(store) == ("me",)
    assert read_diary(store, "me").entries == read_diary(store).entries


def test_the_first_person_can_be_named(store: Store) -> None:
    add_entry(store, "anna", bout(), command="test")
    assert names_in(store) == ("anna",)


def test_what_is_one_person_s_is_never_another_s(store: Store) -> None:
    entry = bout(count=5)
    add_entry(store, "anna", entry, command="test")
    add_person(store, "bert")
    assert read_diary(store, "bert").entries == ()
    imported = import_entries(store, "bert", [entry, bout(5)], source="a.csv", command="test")
    assert len(imported.added) == 2
    set_profile(store, "bert", {"birth_year": 1950}, command="test")
    assert read_profile(store, "anna") is None
    assert [action.number for action in actions_of(store, "anna")] == [1]
    assert [action.number for action in actions_of(store, "bert")] == [1, 2]
    undo(store, "bert", command="test")
    undo(store, "bert", command="test")
    assert read_diary(store, "bert").entries == ()
    assert living_entry(store, "anna", entry.key) == entry


def test_among_several_one_must_be_named(store: Store) -> None:
    add_person(store, "anna")
    add_person(store, "bert")
    with pytest.raises(StoreError, match=r"several persons .* anna, bert"):
        add_entry(store, None, bout(), command="test")


def test_an_unknown_name_is_refused_with_the_nearest_and_how_to_make_one(store: Store) -> None:
    add_person(store, "anna")
    for act in (
        lambda: read_diary(store, "ana"),
        lambda: add_entry(store, "ana", bout(), command="test"),
        lambda: undo(store, "ana", command="test"),
    ):
        with pytest.raises(UnknownNameError, match=r"Did you mean 'anna'\?.*--new --person ana"):
            act()
    assert names_in(store) == ("anna",)


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "two\nlines", "a\x00b"])
def test_a_name_that_cannot_be_shown_is_refused(file_store: Store, name: str) -> None:
    with pytest.raises(StoreError, match="1 to 60 signs"):
        add_person(file_store, name)


def test_a_name_is_given_once(store: Store) -> None:
    add_person(store, "Zoë O'Neil; DROP TABLE")
    with pytest.raises(StoreError, match="already"):
        add_person(store, "Zoë O'Neil; DROP TABLE")
    assert names_in(store) == ("Zoë O'Neil; DROP TABLE",)
