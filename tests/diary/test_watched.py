"""Watched time: the union of check-ins; what lies outside is unknown, not zero."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from myotwitch.diary import Bout, CheckIn, Diary, bout_times, hours_of, watched_hours, watched_stretches, within

NOON = datetime.fromisoformat("2026-03-04T12:00:00+01:00")


def diary(*check_ins: tuple[float, float]) -> Diary:
    """A diary with check-ins, each of its end and its length in minutes from noon."""
    return Diary(
        entries=tuple(CheckIn(time=NOON + timedelta(minutes=end), duration_min=length) for end, length in check_ins)
    )


def minutes(given: Diary) -> list[list[float]]:
    return ((watched_stretches(given) - hours_of(NOON)) * 60.0).round(6).tolist()


@pytest.mark.parametrize(
    ("check_ins", "expected"),
    [
        ([], []),
        ([(60, 60)], [[0, 60]]),
        ([(60, 0)], []),
        ([(120, 30), (60, 60)], [[0, 60], [90, 120]]),
        ([(60, 60), (120, 60)], [[0, 120]]),
        ([(60, 60), (90, 60)], [[0, 90]]),
        ([(300, 300), (60, 20), (200, 10)], [[0, 300]]),
        ([(60, 60), (60, 60)], [[0, 60]]),
    ],
)
def test_stretches_end_at_their_check_in_and_are_joined_where_they_touch(
    check_ins: list[tuple[float, float]], expected: list[list[float]]
) -> None:
    assert minutes(diary(*check_ins)) == expected
    assert watched_hours(diary(*check_ins)) == pytest.approx(sum(end - begin for begin, end in expected) / 60.0)


def test_hourly_check_ins_over_three_years_are_one_stretch() -> None:
    given = diary(*((60 * hour, 60) for hour in range(3 * 365 * 24)))
    assert len(watched_stretches(given)) == 1
    assert watched_hours(given) == pytest.approx(3 * 365 * 24)


def test_a_minute_between_two_check_ins_is_not_watched() -> None:
    assert len(watched_stretches(diary((60, 60), (121, 60)))) == 2


def test_bouts_are_counted_with_what_they_stand_for_and_the_ends_belong_to_the_stretch() -> None:
    bouts = [Bout(time=NOON + timedelta(minutes=at), count=count) for at, count in ((-1, 2), (0, 3), (60, 1), (61, 9))]
    given = Diary(entries=(*bouts, *diary((60, 60)).entries))
    times, counts = bout_times(given)
    assert counts.tolist() == [2.0, 3.0, 1.0, 9.0]
    assert within(watched_stretches(given), times).tolist() == [False, True, True, False]


def test_nothing_is_within_no_stretch() -> None:
    assert within(np.empty((0, 2)), np.array([1.0, 2.0])).tolist() == [False, False]
    assert bout_times(diary())[0].shape == (0,)


def test_a_night_in_which_the_clock_is_changed_is_as_long_as_it_was() -> None:
    for text, hours in (("2026-03-29T08:00:00+02:00", 8.0), ("2026-10-25T08:00:00+01:00", 8.0)):
        end = datetime.fromisoformat(text)
        night = Diary(entries=(CheckIn(time=end, duration_min=hours * 60.0),))
        ((begin, stop),) = watched_stretches(night)
        assert stop - begin == pytest.approx(hours)
        assert stop == hours_of(end)


def test_stretches_are_apart_and_in_order_whatever_was_logged() -> None:
    rng = np.random.default_rng(3)
    given = diary(*((float(end), float(length)) for end, length in rng.uniform(0, 3000, (200, 2))))
    stretches = watched_stretches(given)
    assert (stretches[:, 1] > stretches[:, 0]).all()
    assert all(later[0] > earlier[1] for earlier, later in pairwise(stretches))
    # The slow twin: every minute is watched if one of the check-ins covers it.
    grid = hours_of(NOON) + (np.arange(-3000, 3000) + 0.4321) / 60.0
    covered = np.zeros(len(grid), dtype=bool)
    for check_in in given.of(CheckIn):
        covered |= (grid >= check_in.hours - check_in.duration_min / 60.0) & (grid <= check_in.hours)
    np.testing.assert_array_equal(within(stretches, grid), covered)
