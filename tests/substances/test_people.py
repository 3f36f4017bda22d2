"""How differently people clear the same substance."""

from __future__ import annotations

import numpy as np
import pytest

from myotwitch.substances import (
    Circumstance,
    FirstOrderLaw,
    SaturableLaw,
    amounts_over_time,
    find_substance,
    half_life_in,
    interval_of,
    law_in_people,
)
from myotwitch.substances.absorption import absorption_of
from myotwitch.substances.people import even_normal_scores, in_people
from myotwitch.substances.washout import alcohol_figures


def half_lives(name: str, *circumstances: Circumstance) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    law = law_in_people(find_substance(name), circumstances).law
    assert isinstance(law, FirstOrderLaw)
    return np.log(2.0) / law.elimination_per_h


def test_the_first_person_is_the_middle_one_and_half_of_the_others_lie_on_either_side() -> None:
    found = half_lives("caffeine")
    assert found[0] == pytest.approx(5.0)
    assert np.mean(found[1:] < 5.0) == pytest.approx(0.5, abs=0.01)


def test_the_sample_has_the_spread_of_the_figure() -> None:
    low, high = np.percentile(half_lives("caffeine")[1:], [2.5, 97.5], method="weibull")
    assert low == pytest.approx(1.5, rel=0.08)
    assert high == pytest.approx(9.5, rel=0.08)


@pytest.mark.parametrize("figures", [1, 2, 3, 5, 6])
def test_the_scores_cover_every_figure_evenly_and_apart_from_the_others(figures: int) -> None:
    scores = even_normal_scores(300, figures)
    assert np.abs(scores.mean(axis=0)).max() < 0.06
    assert np.abs(scores.std(axis=0) - 1.0).max() < 0.06
    assert np.abs(np.corrcoef(scores.T) - np.eye(figures)).max() < 0.12


def test_circumstances_shift_the_middle_person_as_the_washout_does() -> None:
    caffeine = find_substance("caffeine")
    for circumstance in (Circumstance.SMOKING, Circumstance.PREGNANCY, Circumstance.LIVER_CIRRHOSIS):
        expected = half_life_in(caffeine, [circumstance])
        shifted = half_lives("caffeine", circumstance)
        assert shifted[0] == pytest.approx(expected.value)
        low, high = np.percentile(shifted[1:], [2.5, 97.5])
        assert expected.low < low < shifted[0] < high < expected.high


def test_what_has_no_shift_has_no_influence() -> None:
    assert half_lives("nicotine", Circumstance.PREGNANCY).tolist() == half_lives("nicotine").tolist()


def test_the_same_question_gets_the_same_answer() -> None:
    assert half_lives("sertraline").tolist() == half_lives("sertraline").tolist()


DAYS = np.array([8.0, 11.0, 15.0])
COFFEES = np.concatenate([DAYS + 24.0 * day for day in range(-3, 1)])


@pytest.mark.parametrize(
    ("name", "taken", "dose", "at"),
    [
        ("caffeine", COFFEES, 95.0, [12.0, 18.0, 23.0, 32.0]),
        ("caffeine", np.array([8.0]), 100.0, [8.5, 10.0, 14.0, 20.0]),
        ("nicotine", COFFEES, 1.2, [12.0, 16.0, 20.0]),
        ("sertraline", 8.0 + 24.0 * np.arange(-30.0, 1.0), 50.0, [9.0, 14.0, 40.0]),
        ("magnesium", np.array([8.0]), 300.0, [9.0, 12.0, 24.0]),
    ],
)
def test_the_band_holds_95_percent_of_people_drawn_at_random(
    name: str, taken: np.ndarray[tuple[int], np.dtype[np.float64]], dose: float, at: list[float]
) -> None:
    """20,000 people drawn anew from the same figures; 0.2 % is the error of so many, the rest that of the sample."""
    substance, random, people = find_substance(name), np.random.default_rng(5), 20_000
    absorption = absorption_of(substance)
    assert absorption.half_life is not None
    half_life = in_people(absorption.half_life, random.normal(size=people))
    at_once = np.full(people, np.inf)
    rate = at_once if absorption.rate is None else in_people(absorption.rate, random.normal(size=people))
    truth = FirstOrderLaw(elimination_per_h=np.log(2.0) / half_life, absorption_per_h=rate)
    doses, times = np.full(len(taken), dose), np.array(at)
    amounts = amounts_over_time(truth, taken, doses, times)
    low, high = interval_of(amounts_over_time(law_in_people(substance).law, taken, doses, times))
    assert np.mean((amounts >= low) & (amounts <= high), axis=0) == pytest.approx(0.95, abs=0.017)


def test_the_band_of_alcohol_holds_95_percent_of_people_drawn_at_random() -> None:
    substance, random, people = find_substance("alcohol"), np.random.default_rng(6), 2_000
    rate = absorption_of(substance).rate
    assert rate is not None
    fall, constant, volume, absorption = (
        in_people(figure, random.normal(size=people)) for figure in (*alcohol_figures("male"), rate)
    )
    space_mg = volume * 80.0 * 1000.0
    truth = SaturableLaw(largest_mg_per_h=fall * space_mg, constant_mg=constant * space_mg, absorption_per_h=absorption)
    doses = np.array([19.0, 20.0, 21.0]), np.full(3, 15_000.0)
    amounts = amounts_over_time(truth, *doses, np.array([20.0, 22.0, 24.0]))
    law = law_in_people(substance, weight_kg=80.0, sex="male").law
    low, high = interval_of(amounts_over_time(law, *doses, np.array([20.0, 22.0, 24.0])))
    held = np.mean((amounts >= low) & (amounts <= high), axis=0)
    assert held[:2] == pytest.approx(0.95, abs=0.02)
    assert held[2] >= 0.93  # the low end is an empty body, so that all who are empty belong to it


def test_of_an_unknown_weight_the_alcohol_in_the_blood_is_less_certain() -> None:
    alcohol = find_substance("alcohol")
    doses = np.zeros(1), np.array([30_000.0])
    widths = []
    for weight in (72.0, None):
        people = law_in_people(alcohol, weight_kg=weight)
        assert people.space_l is not None
        low, high = interval_of(amounts_over_time(people.law, *doses, np.array([1.0]))[:, 0] / people.space_l)
        widths.append(float(high - low))
    assert widths[1] > 1.1 * widths[0]
