"""Laws of the diary: what is written is read back; order and zone of what is given change nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from myotwitch.anatomy import PLACES, SIDES
from myotwitch.case import FINDINGS
from myotwitch.case.vocabulary import Character, When
from myotwitch.diary import (
    ENTRY,
    Bout,
    CheckIn,
    Diary,
    Entry,
    bout_times,
    hours_of,
    table_from_text,
    table_text,
    watched_hours,
    watched_stretches,
    within,
)
from myotwitch.diary.entries import fingerprint_of
from myotwitch.errors import DiaryError
from myotwitch.store.rows import entries_of, row_of
from myotwitch.substances import SUBSTANCES

OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1), timezones=OFFSETS)
TEXTS = st.none() | st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=40).filter(
    lambda text: text == text.strip() != ""
)
LEVELS = st.none() | st.floats(0.0, 10.0)
MINUTES = st.floats(0.0, 40_320.0)


def kind(name: str, **fields: Any) -> st.SearchStrategy[Entry]:
    """Entries of a kind; what is None is left out."""
    return st.fixed_dictionaries({"kind": st.just(name), "time": TIMES, "text": TEXTS, **fields}).map(
        lambda document: ENTRY.validate_python({key: value for key, value in document.items() if value is not None})
    )


AMOUNTS = st.tuples(st.floats(0.0, 5_000.0), st.sampled_from(["mg", "g", "ug", "ml", "unit"]))
INTAKES = st.builds(
    lambda time, substance, amount: ENTRY.validate_python(
        {"kind": "intake", "time": time, "substance": substance}
        | ({} if amount is None else {"amount": amount[0], "unit": amount[1]})
    ),
    TIMES, st.sampled_from(sorted(SUBSTANCES)), st.none() | AMOUNTS,
)  # fmt: skip
ENTRIES = st.one_of(
    kind(
        "bout", place=st.none() | st.sampled_from(PLACES), side=st.none() | st.sampled_from(SIDES),
        count=st.integers(1, 100_000), duration_s=st.none() | st.floats(0.0, 1e6), strength=LEVELS,
        painful=st.none() | st.booleans(), character=st.none() | st.sampled_from([str(word) for word in Character]),
        when=st.none() | st.sampled_from([str(word) for word in When]),
    ),
    kind("check_in", duration_min=MINUTES),
    INTAKES,
    kind("sleep", duration_min=MINUTES, to_bed=st.none() | TIMES),
    kind("stress", level=st.floats(0.0, 10.0)),
    kind("exercise", effort=st.floats(0.0, 10.0), duration_min=st.none() | MINUTES),
    kind("screen", duration_min=MINUTES),
    kind("symptom", finding=st.sampled_from(sorted(FINDINGS)), severity=LEVELS),
    kind("cycle", event=st.sampled_from(["began", "ended"])),
    kind("recording", sha256=st.binary(min_size=32, max_size=32).map(bytes.hex)),
)  # fmt: skip
DIARIES = st.lists(ENTRIES, max_size=12)


@given(entries=DIARIES)
def test_a_table_is_read_back_as_the_same_entries(entries: list[Entry]) -> None:
    back = table_from_text(table_text(entries), "x").entries
    assert [entry.fingerprint for entry in back] == [entry.fingerprint for entry in entries]
    assert [entry.time.utcoffset() for entry in back] == [entry.time.utcoffset() for entry in entries]


@given(entries=DIARIES)
def test_rows_of_the_store_are_read_back_as_the_same_entries(entries: list[Entry]) -> None:
    rows = [row_of(entry) for entry in entries]
    assert list(entries_of([(row["entry_key"], row["body"]) for row in rows])) == entries
    for entry, row in zip(entries, rows, strict=True):
        assert row["fingerprint"] == fingerprint_of(row["body"]) == entry.fingerprint
        assert row["time_us"] == round((entry.time - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))


@given(entries=DIARIES, seed=st.integers(0, 1000))
def test_the_order_in_which_entries_are_given_changes_nothing(entries: list[Entry], seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(entries))
    mixed = tuple(entries[index] for index in order)
    assert Diary(entries=mixed).entries == Diary(entries=tuple(entries)).entries
    times = [entry.hours for entry in Diary(entries=mixed).entries]
    assert times == sorted(times)


CHECK_INS = st.lists(st.builds(CheckIn, time=TIMES, duration_min=MINUTES), max_size=15)


@given(check_ins=CHECK_INS, offset=OFFSETS)
def test_the_zone_of_times_changes_no_watched_hour(check_ins: list[CheckIn], offset: timezone) -> None:
    moved = tuple(entry.model_copy(update={"time": entry.time.astimezone(offset)}) for entry in check_ins)
    one, other = watched_stretches(Diary(entries=tuple(check_ins))), watched_stretches(Diary(entries=moved))
    np.testing.assert_allclose(one, other, atol=1e-9)


@given(check_ins=CHECK_INS, more=CHECK_INS)
def test_more_check_ins_never_watch_less_and_never_more_than_they_last(
    check_ins: list[CheckIn], more: list[CheckIn]
) -> None:
    few, many = Diary(entries=tuple(check_ins)), Diary(entries=(*check_ins, *more))
    assert watched_hours(few) <= watched_hours(many) + 1e-5
    lasting = sum(entry.duration_min for entry in many.of(CheckIn)) / 60.0
    assert watched_hours(many) <= lasting + 1e-5 * (1 + len(many.entries))


@given(check_ins=CHECK_INS, times=st.lists(TIMES, max_size=10))
def test_a_bout_is_within_where_some_check_in_covers_it(check_ins: list[CheckIn], times: list[datetime]) -> None:
    diary = Diary(entries=(*check_ins, *(Bout(time=time) for time in times)))
    at_h, _ = bout_times(diary)
    found = within(watched_stretches(diary), at_h)
    for hour, is_within in zip(at_h, found, strict=True):
        distances = [max(end.hours - end.duration_min / 60.0 - hour, hour - end.hours) for end in diary.of(CheckIn)]
        nearest = min(distances, default=np.inf)
        if abs(nearest) > 1e-5:  # at the very ends, rounding decides
            assert bool(is_within) == (nearest < 0)


@settings(max_examples=200)
@given(text=st.text(max_size=200) | st.text("time,kind\n;\t\"'0123456789-:+TZboutcheck_in.", max_size=200))
def test_any_text_is_a_table_or_refused(text: str) -> None:
    try:
        table = table_from_text("time,kind,text\n" + text, "x")
    except DiaryError as error:
        assert error.faults
    else:
        assert all(hours_of(entry.time) == entry.hours for entry in table.entries)
