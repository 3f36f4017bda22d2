"""Nothing is overwritten: every change adds a version, belongs to an action, and can be taken back as a whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from tests.store.stores import NOON, Place, SetClock, bout

from myotwitch.diary import Intake, Note
from myotwitch.errors import DiaryError, RequestError, UnknownNameError
from myotwitch.store import (
    Store,
    actions_of,
    add_entry,
    edit_entry,
    history_of,
    import_entries,
    living_entry,
    read_diary,
    read_profile,
    redo,
    remove_entry,
    set_profile,
    undo,
)
from myotwitch.store.tables import VERSION


def add(store: Store, entry: object) -> int:
    return add_entry(store, None, entry, command="test").action  # type: ignore[arg-type]


def test_what_was_added_is_there_after_closing(place: Place) -> None:
    entries = [
        bout(place="eyelid", side="left", count=3, duration_s=12.5, strength=4.0, painful=False, text="über Mittag ✓"),
        Intake(time=NOON, substance="caffeine", amount=95.0, unit="mg"),
    ]
    with place.open() as store:
        for entry in entries:
            add(store, entry)
    with place.open(create=False) as store:
        found = read_diary(store).entries
    assert sorted(found, key=lambda entry: entry.kind) == entries
    assert [entry.time.utcoffset() for entry in found] == [timedelta(hours=1)] * 2


def test_an_edit_adds_a_version_and_keeps_the_one_before(store: Store) -> None:
    entry = bout(count=1)
    add(store, entry)
    changed = edit_entry(store, None, entry.key, {"count": 4, "place": "calf"}, command="diary edit").entry
    assert (changed.key, changed.count, changed.place) == (entry.key, 4, "calf")  # type: ignore[union-attr]
    assert read_diary(store).entries == (changed,)
    versions = history_of(store, None, entry.key)
    assert [version.version for version in versions] == [1, 2]
    assert [version.entry for version in versions] == [entry, changed]
    assert [version.command for version in versions] == ["test", "diary edit"]


def test_an_edit_can_take_a_field_back(store: Store) -> None:
    entry = bout(place="calf", side="left")
    add(store, entry)
    assert edit_entry(store, None, entry.key, {"side": None}, command="test").entry.side is None  # type: ignore[union-attr]


def test_an_edit_that_is_not_possible_changes_nothing(store: Store) -> None:
    entry = bout(count=1)
    add(store, entry)
    with pytest.raises(DiaryError, match="too low"):
        edit_entry(store, None, entry.key, {"count": 0}, command="test")
    with pytest.raises(DiaryError, match="remove the entry and add another"):
        edit_entry(store, None, entry.key, {"kind": "note"}, command="test")
    with pytest.raises(RequestError, match="says that already"):
        edit_entry(store, None, entry.key, {"count": 1}, command="test")
    assert len(actions_of(store)) == len(history_of(store, None, entry.key)) == 1


def test_an_edit_of_the_muscle_moves_the_place_with_it(store: Store) -> None:
    entry = bout(muscle="gastrocnemius medialis")
    add(store, entry)
    changed = edit_entry(store, None, entry.key, {"muscle": "biceps brachii"}, command="test").entry
    assert (entry.place, changed.place) == ("calf", "upper_arm")  # type: ignore[union-attr]


def test_a_removed_entry_is_gone_and_its_history_stays(store: Store) -> None:
    entry, other = bout(count=1), bout(5, count=2)
    add(store, entry)
    add(store, other)
    _, key = remove_entry(store, None, entry.key[:12], command="test")
    assert key == entry.key
    assert read_diary(store).entries == (other,)
    assert [version.entry for version in history_of(store, None, entry.key)] == [entry, None]
    with pytest.raises(UnknownNameError, match="was removed"):
        remove_entry(store, None, entry.key, command="test")
    with pytest.raises(UnknownNameError, match="was removed"):
        living_entry(store, None, entry.key)


def test_undo_walks_back_and_redo_forward_again(store: Store) -> None:
    first, second = bout(count=1), bout(5, count=2)
    add(store, first)
    add(store, second)
    edited = edit_entry(store, None, first.key, {"count": 7}, command="test").entry
    states = [(), (first,), (first, second), (edited, second)]
    for state in reversed(states[:-1]):
        undo(store, None, command="test")
        assert read_diary(store).entries == state
    with pytest.raises(RequestError, match="nothing to undo"):
        undo(store, None, command="test")
    for state in states[1:]:
        redo(store, None, command="test")
        assert read_diary(store).entries == state
    with pytest.raises(RequestError, match="nothing to redo"):
        redo(store, None, command="test")
    undo(store, None, command="test")
    assert read_diary(store).entries == states[-2]


def test_undo_of_an_undo_by_its_number_is_a_redo(store: Store) -> None:
    entry = bout(count=1)
    add(store, entry)
    undone = undo(store, None, command="test")
    assert read_diary(store).entries == ()
    undo(store, None, undone.action, command="test")
    assert read_diary(store).entries == (entry,)
    assert [action.is_undone for action in actions_of(store)] == [False, True, False]


def test_an_import_is_undone_as_a_whole(store: Store) -> None:
    before = bout(-30, count=9)
    add(store, before)
    entries = [bout(minute, count=1 + minute) for minute in range(50)]
    imported = import_entries(store, None, entries, source="a.csv", command="diary import")
    assert len(read_diary(store).entries) == 51
    undone = undo(store, None, imported.action, command="test")
    assert undone.changes == 50
    assert read_diary(store).entries == (before,)
    assert import_entries(store, None, entries, source="a.csv", command="diary import").added != ()


def test_what_was_changed_later_is_not_undone_unsaid(store: Store) -> None:
    entries = [bout(minute, count=1 + minute) for minute in range(5)]
    imported = import_entries(store, None, entries, source="a.csv", command="diary import")
    edit = edit_entry(store, None, entries[2].key, {"count": 50}, command="test")
    with pytest.raises(RequestError, match=f"changed later by action {edit.action}"):
        undo(store, None, imported.action, command="test")
    assert len(read_diary(store).entries) == 5
    undo(store, None, edit.action, command="test")
    undo(store, None, imported.action, command="test")
    assert read_diary(store).entries == ()


def test_an_unknown_or_undone_action_is_refused(store: Store) -> None:
    number = add(store, bout())
    with pytest.raises(UnknownNameError, match="no action 99"):
        undo(store, None, 99, command="test")
    undo(store, None, number, command="test")
    with pytest.raises(RequestError, match="undone already"):
        undo(store, None, number, command="test")


def test_a_removal_is_undone(store: Store) -> None:
    entry = bout(count=3)
    add(store, entry)
    remove_entry(store, None, entry.key, command="test")
    undo(store, None, command="test")
    assert read_diary(store).entries == (entry,)


def test_what_is_known_of_the_person_is_versioned_and_undone_like_entries(store: Store) -> None:
    assert set_profile(store, None, {"birth_year": 1990, "sex": "female"}, command="test").birth_year == 1990
    changed = set_profile(store, None, {"birth_year": None, "weight_kg": 62.5}, command="test")
    assert (changed.birth_year, changed.weight_kg, changed.sex) == (None, 62.5, "female")
    undo(store, None, command="test")
    known = read_profile(store)
    assert known is not None
    assert (known.birth_year, known.weight_kg) == (1990, None)
    undo(store, None, command="test")
    assert read_profile(store) is None
    redo(store, None, command="test")
    assert read_diary(store).person == known


def test_a_profile_that_is_not_possible_is_refused_with_the_field(store: Store) -> None:
    with pytest.raises(DiaryError, match="birth_year: 1500 is too low"):
        set_profile(store, None, {"birth_year": 1500}, command="test")
    with pytest.raises(DiaryError, match="Did you mean 'weight_kg'"):
        set_profile(store, None, {"weight": 60.0}, command="test")


def test_keys_may_be_shortened_as_long_as_they_name_one(store: Store) -> None:
    twins = [bout(key="abcd" + "0" * 28), bout(1, key="abcd" + "1" * 28)]
    for entry in twins:
        add(store, entry)
    assert living_entry(store, None, "abcd0") == twins[0]
    assert living_entry(store, None, "ABCD1111") == twins[1]
    with pytest.raises(RequestError, match="Several entries"):
        living_entry(store, None, "abcd")
    with pytest.raises(UnknownNameError, match="begins with abcde"):
        living_entry(store, None, "abcde")
    for wrong in ("abc", "", "zzzz", "%%%%", "a_cd"):
        with pytest.raises(RequestError, match="no key"):
            living_entry(store, None, wrong)


def test_versions_are_in_order_though_the_clock_was_set_back(place: Place) -> None:
    clock = SetClock()
    entry = bout(count=1)
    with place.open(clock=clock) as store:
        add(store, entry)
        clock.now -= timedelta(days=400)
        edit_entry(store, None, entry.key, {"count": 2}, command="test")
        clock.now -= timedelta(days=400)
        edit_entry(store, None, entry.key, {"count": 3}, command="test")
        assert read_diary(store).entries[0].count == 3  # type: ignore[union-attr]
        undo(store, None, command="test")
        assert read_diary(store).entries[0].count == 2  # type: ignore[union-attr]
        recorded = [version.recorded for version in history_of(store, None, entry.key)]
    assert recorded[0] > recorded[1] > recorded[2]
    assert recorded[0] == datetime(2026, 3, 4, 12, tzinfo=UTC)


def test_a_part_of_the_diary_is_read_between_two_times(store: Store) -> None:
    entries = [bout(minute, count=1) for minute in range(10)]
    import_entries(store, None, entries, source="a.csv", command="test")
    part = read_diary(store, since=entries[2].time, until=entries[4].time.astimezone(UTC))
    assert part.entries == tuple(entries[2:5])


def test_a_diary_of_one_entry_is_a_diary(store: Store) -> None:
    only = Note(time=NOON, text="one")
    add(store, only)
    diary = read_diary(store)
    assert (diary.entries, diary.first, diary.last, diary.person) == ((only,), NOON, NOON, None)


def test_no_version_is_ever_changed_or_dropped(store: Store) -> None:
    entry = bout(count=1)
    add(store, entry)
    edit_entry(store, None, entry.key, {"count": 2}, command="test")
    with store.reading() as connection:
        before = connection.execute(select(VERSION).order_by(VERSION.c.version)).all()
    remove_entry(store, None, entry.key, command="test")
    undo(store, None, command="test")
    undo(store, None, command="test")
    redo(store, None, command="test")
    with store.reading() as connection:
        after = connection.execute(select(VERSION).order_by(VERSION.c.version)).all()
        last = connection.execute(select(func.max(VERSION.c.version))).scalar_one()
    assert after[: len(before)] == before
    assert last == len(after) == 6
