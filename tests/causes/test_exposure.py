"""What was taken or stopped, in proportion to what is left in the body."""

from __future__ import annotations

import math
from typing import Any

import pytest

from myotwitch.case.case import Exposure
from myotwitch.causes.catalogue_files import read_cause
from myotwitch.causes.cause import Cause
from myotwitch.causes.exposure import LogOdds, exposed_log_odds, members, risk_log_factor
from myotwitch.causes.settings import load_settings
from myotwitch.substances import find_substance

COUNTING = load_settings().counting
PRIOR = LogOdds(value=math.log(0.05 / 0.95), sd=0.5)


@pytest.fixture
def coffee(make_cause_row: Any, make_figure: Any, known_names: Any) -> Cause:
    exposure = {
        "substances": ["caffeine"],
        "state": "taken",
        "usual_amount_mg": 200,
        "within_days": 1.5,
        "probability": make_figure(0.2),
        "without": make_figure(0.001),
        "recent_factor": make_figure(3.0),
    }
    return cause_of(make_cause_row(exposure=exposure), known_names)


@pytest.fixture
def sedative_withdrawal(make_cause_row: Any, make_figure: Any, known_names: Any) -> Cause:
    exposure = {
        "classes": ["benzodiazepine"],
        "state": "stopped",
        "from_days": 1,
        "within_days": 14,
        "probability": make_figure(0.4),
        "without": make_figure(0.0001),
    }
    return cause_of(make_cause_row(exposure=exposure), known_names)


def cause_of(row: dict[str, Any], known_names: Any) -> Cause:
    faults: list[str] = []
    cause = read_cause("testing", row, known_names, faults)
    assert faults == []
    return cause


def probability(cause: Cause, *exposures: Exposure) -> float:
    odds = math.exp(exposed_log_odds(cause, PRIOR, exposures, COUNTING).value)
    return odds / (1 + odds)


def test_where_nothing_is_said_the_prior_holds(coffee: Cause) -> None:
    assert exposed_log_odds(coffee, PRIOR, (), COUNTING) == PRIOR
    assert exposed_log_odds(coffee, PRIOR, (Exposure(substance="alcohol"),), COUNTING) == PRIOR


def test_the_usual_amount_has_the_stated_probability(coffee: Cause) -> None:
    assert probability(coffee, Exposure(substance="caffeine", amount_mg=200)) == pytest.approx(0.2)


def test_twice_the_amount_acts_as_two_chances(coffee: Cause) -> None:
    assert probability(coffee, Exposure(substance="caffeine", amount_mg=100, times_per_day=4)) == pytest.approx(
        1 - 0.8**2
    )


def test_after_one_half_life_half_of_it_still_acts(coffee: Cause) -> None:
    half_life = find_substance("caffeine").half_life
    assert half_life is not None
    taken = Exposure(substance="caffeine", amount_mg=200, last_hours_ago=half_life.value)
    assert probability(coffee, taken) == pytest.approx(1 - 0.8**0.5)


def test_long_after_the_last_intake_it_is_as_if_it_had_not_been_taken(coffee: Cause) -> None:
    taken = Exposure(substance="caffeine", amount_mg=200, last_hours_ago=48.0)
    assert probability(coffee, taken) == pytest.approx(0.001)


def test_a_hangover_comes_as_the_alcohol_leaves_and_is_over_after_its_days(
    make_cause_row: Any, make_figure: Any, known_names: Any
) -> None:
    figures = {"probability": make_figure(0.2), "without": make_figure(0.001)}
    days = {"from_days": 0.25, "within_days": 2.0}
    exposure = {"substances": ["alcohol"], "state": "taken", "usual_amount_mg": 60_000, **days, **figures}
    hangover = cause_of(make_cause_row(exposure=exposure), known_names)

    def after(hours: float) -> float:
        return probability(hangover, Exposure(substance="alcohol", amount_mg=60_000, last_hours_ago=hours))

    assert after(0) == pytest.approx(0.2)
    assert after(24) == pytest.approx(1 - 0.8**0.5)
    assert after(49) == pytest.approx(0.001)


def test_what_is_denied_leaves_what_happens_without_it(coffee: Cause) -> None:
    assert probability(coffee, Exposure(substance="caffeine", taken=False)) == pytest.approx(0.001)


def test_a_new_substance_is_likelier_to_be_the_cause(coffee: Cause) -> None:
    new = probability(coffee, Exposure(substance="caffeine", amount_mg=200, since_days=10))
    assert new / (1 - new) == pytest.approx(3 * 0.25)


def test_denying_one_medicine_of_a_class_says_little_of_the_class(sedative_withdrawal: Cause) -> None:
    one = probability(sedative_withdrawal, Exposure(substance="diazepam", taken=False))
    assert 0.0001 < one < 0.05


def test_a_withdrawal_counts_only_within_its_days(sedative_withdrawal: Cause) -> None:
    def stopped(days: float) -> float:
        return probability(sedative_withdrawal, Exposure(substance="alprazolam", stopped_days_ago=days))

    assert stopped(3) == pytest.approx(0.4)
    assert stopped(0.5) < 0.05
    assert stopped(60) < 0.05


def test_who_still_takes_it_is_not_in_withdrawal(sedative_withdrawal: Cause) -> None:
    assert probability(sedative_withdrawal, Exposure(substance="alprazolam")) < 0.05


def test_risks_multiply_up_to_a_limit(make_cause_row: Any, make_figure: Any, known_names: Any) -> None:
    risks = {"omeprazole": make_figure(5.0), "loop diuretic": make_figure(4.0), "cisplatin": make_figure(90.0)}
    cause = cause_of(make_cause_row(risk_exposures=risks), known_names)
    some = (Exposure(substance="omeprazole"), Exposure(substance="furosemide"))
    every = (*some, Exposure(substance="cisplatin"))
    assert risk_log_factor(cause, some, COUNTING).value == pytest.approx(math.log(20))
    assert risk_log_factor(cause, every, COUNTING).value == pytest.approx(math.log(COUNTING.risk_ratio_limit))


def test_a_class_stands_for_all_its_substances() -> None:
    assert {"sertraline", "citalopram"} <= members((), ("SSRI",))
