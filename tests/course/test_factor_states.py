"""Illness, vaccination, the cycle and time before a screen as factors, by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from myotwitch.course.factor_states import ill_states, premenstrual_states, vaccinated_states
from myotwitch.course.factors import plain_factors, screen_course, usual_screen_h
from myotwitch.diary import Cycle, Diary, Entry, Illness, Pregnancy, Screen, Stress, Vaccination, hours_of

BEGIN = datetime(2026, 3, 4, 8, tzinfo=UTC)


def day(number: float) -> datetime:
    return BEGIN + timedelta(days=number)


def values(diary: Diary, name: str, *days: float) -> list[float | None]:
    """Return a factor's course at the given days; None where it is not known."""
    (factor,) = (factor for factor in plain_factors(diary) if factor.name == name)
    told = factor.course(hours_of(BEGIN) + 24 * np.array(days))[0]
    return [None if np.isnan(value) else float(value) for value in told]


def diary_of(*entries: Entry) -> Diary:
    return Diary(entries=entries)


def test_an_illness_lasts_from_its_beginning_to_its_end() -> None:
    diary = diary_of(Illness(time=day(3)), Illness(time=day(5.5), event="ended"))
    assert values(diary, "illness", 2.9, 3.1, 5.4, 5.6, 40) == [0, 1, 1, 0, 0]


def test_an_end_belongs_to_the_illness_that_it_names() -> None:
    diary = diary_of(
        Illness(time=day(0), text="Flu"),
        Illness(time=day(1), text="migraine"),
        Illness(time=day(2), event="ended", text="Migraine"),
        Illness(time=day(9), event="ended", text="flu"),
    )
    assert values(diary, "illness", 0.5, 1.5, 5, 8.9, 9.1) == [1, 1, 1, 1, 0]


def test_an_illness_without_an_end_is_sure_for_some_days_unknown_for_some_and_then_over() -> None:
    diary = diary_of(Illness(time=day(0), finding="fever"))
    assert values(diary, "illness", -0.1, 3.9, 4.1, 13.9, 14.1) == [0, 1, None, None, 0]


def test_before_an_end_without_a_beginning_it_is_not_known() -> None:
    diary = diary_of(Illness(time=day(20), event="ended"))
    assert values(diary, "illness", 5, 7, 19.9, 20.1) == [0, None, None, 0]


def test_a_condition_that_lasts_is_no_illness_that_comes_and_goes() -> None:
    assert ill_states(diary_of(Illness(time=day(0), finding="diabetes"))) is None
    assert ill_states(diary_of(Stress(time=day(0), level=3.0))) is None


def test_a_vaccination_counts_for_three_days() -> None:
    diary = diary_of(Vaccination(time=day(1)), Vaccination(time=day(2)))
    assert values(diary, "vaccination", 0.9, 1.1, 3.9, 4.9, 5.1) == [0, 1, 1, 1, 0]
    assert vaccinated_states(diary_of()) is None


def test_the_week_before_each_period_is_told_by_its_beginning() -> None:
    diary = diary_of(*(Cycle(time=day(number)) for number in (30, 58, 87)))
    assert values(diary, "cycle", 22.9, 23.1, 29.9, 30.1, 50.9, 51.1, 57.9, 79.9, 80.1) == [0, 1, 1, 0, 0, 1, 1, 0, 1]


def test_nothing_is_known_a_cycle_before_the_first_and_after_the_last_beginning() -> None:
    diary = diary_of(Cycle(time=day(30)), Cycle(time=day(58)))
    assert values(diary, "cycle", 7.9, 8.1, 58.1, 72.9, 73.1, 500) == [None, 0, 0, 0, None, None]


def test_the_middle_of_a_time_too_long_for_one_cycle_is_not_known() -> None:
    diary = diary_of(Cycle(time=day(0)), Cycle(time=day(57)))
    assert values(diary, "cycle", 14.9, 15.1, 49.9, 50.1, 56.9) == [0, None, None, 1, 1]


def test_a_second_beginning_soon_after_the_first_is_the_same_period() -> None:
    twice = diary_of(Cycle(time=day(0)), Cycle(time=day(2)), Cycle(time=day(28)))
    assert values(twice, "cycle", 1.5, 14, 20.9, 21.1) == [0, 0, 0, 1]


def test_ends_of_periods_alone_tell_of_no_cycle() -> None:
    assert premenstrual_states(diary_of(Cycle(time=day(0), event="ended"))) is None


@pytest.mark.parametrize("ended", [[], [Pregnancy(time=day(270), event="ended")]])
def test_pregnancy_has_no_days_before_a_period(ended: list[Pregnancy]) -> None:
    begins = [Cycle(time=day(number)) for number in (-28, 0, 60, 340)]
    diary = diary_of(*begins, Pregnancy(time=day(0)), *ended)
    assert values(diary, "cycle", -0.1, 0.1, 25, 55, 200, 339) == [1, None, None, None, None, 1]


def test_a_pregnancy_of_which_only_the_end_was_written_was_one_before() -> None:
    diary = diary_of(Cycle(time=day(0)), Pregnancy(time=day(10), event="ended"), Cycle(time=day(60)))
    assert values(diary, "cycle", -3, 5, 59) == [None, None, 1]


def test_time_before_a_screen_counts_for_a_day_in_steps_of_a_usual_day() -> None:
    diary = diary_of(
        Screen(time=day(0), duration_min=120),
        Screen(time=day(1), duration_min=60),
        Screen(time=day(1.25), duration_min=60),
        Screen(time=day(4), duration_min=240),
    )
    assert usual_screen_h(diary) == 2.0
    hour = 1 / 24
    told = values(diary, "screen", 0.9, 1, 1 + hour, 1 + 3 * hour, 2 + 8 * hour, 4 + 4 * hour, 5.1, 5.2)
    assert told == [None, *map(pytest.approx, (1.0, 1.0, 0.5, 0.0, 2.0, 0.8)), None]


def test_two_screens_at_once_count_once() -> None:
    twice = diary_of(*(Screen(time=day(number), duration_min=60) for number in (0, 0, 2)))
    assert screen_course(twice, 1.0)(np.array([hours_of(day(1))]))[0].tolist() == pytest.approx([1.0])


def test_each_factor_says_for_what_its_ratio_is() -> None:
    diary = diary_of(
        Screen(time=day(0), duration_min=90), Illness(time=day(1)), Vaccination(time=day(2)), Cycle(time=day(3))
    )
    assert [(factor.name, factor.usual_dose, factor.unit) for factor in plain_factors(diary)] == [
        ("screen", 1.5, "h a day"),
        ("illness", 1.0, "illness"),
        ("vaccination", 3.0, "days after"),
        ("cycle", 7.0, "days before"),
    ]


def test_a_screen_for_no_time_is_no_factor() -> None:
    assert plain_factors(diary_of(Screen(time=day(0), duration_min=0.0))) == []
