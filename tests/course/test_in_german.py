"""What is said of a course, a plan and what came out of it is told in the language in use."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from tests.german import english_in

from myotwitch.course.changes_days import WatchedDays
from myotwitch.course.changes_own import own_process_of
from myotwitch.course.changes_regression import Interval
from myotwitch.course.course import Course
from myotwitch.course.document import course_document, sentence_of
from myotwitch.course.drivers import Driver, Verdict
from myotwitch.course.evidence import Claim
from myotwitch.course.experiment import Plan
from myotwitch.course.experiment_planning import Wish, make_plan
from myotwitch.course.experiment_text import entries_of, plan_from_code, plan_text
from myotwitch.course.factor_words import FACTOR_WORDS, step_words
from myotwitch.diary import Diary, DiaryPerson
from myotwitch.errors import RequestError
from myotwitch.language import in_language, retold

BEGIN = date(2026, 3, 2)
DRIVER = Driver(
    factor="caffeine", usual_dose=100.0, unit="mg", rate_ratio=1.8, interval=(1.25, 2.6), p_value=0.001, q_value=0.003,
    verdict=Verdict.RAISES, attributable_share=0.2, detectable_ratio=1.5, days_to_see=60.0, follows_clock=False,
)  # fmt: skip
VARIANTS = [
    *(replace(DRIVER, verdict=verdict) for verdict in Verdict),
    *(replace(DRIVER, factor=factor) for factor in (*FACTOR_WORDS, "magnesium_supplement")),
    replace(DRIVER, verdict=Verdict.CANNOT_TELL, follows_clock=True),
    replace(DRIVER, verdict=Verdict.CANNOT_TELL, days_to_see=None),
    replace(DRIVER, verdict=Verdict.CANNOT_TELL, interval=(0.01, 900.0)),
]


def days_watched() -> WatchedDays:
    bouts = np.random.default_rng(1).poisson(8.0, 90).astype(float)
    return WatchedDays(first=date(2025, 12, 1), bouts=bouts, exposure_h=np.full(90, 12.0))


def planned(substance: str = "coffee", **wish: float) -> Plan:
    return make_plan(substance, begin=BEGIN, seed=7, wish=Wish(**wish))  # type: ignore[arg-type]


@pytest.mark.parametrize("driver", VARIANTS, ids=str)
def test_what_is_said_of_a_factor_is_german(driver: Driver) -> None:
    with in_language("de"):
        sentence = sentence_of(driver)
    assert not english_in([sentence])
    assert driver.factor not in sentence
    assert "1.8" not in sentence


@pytest.mark.parametrize("unit", ["h a day", "illness", "days after", "days before", "session", "unit"])
def test_for_what_a_ratio_is_told_is_german(unit: str) -> None:
    with in_language("de"):
        assert not english_in([step_words("3", unit)])
        assert step_words("3", unit) != f"3 {unit}"


def test_numbers_of_a_factor_have_a_decimal_comma() -> None:
    with in_language("de"):
        assert sentence_of(DRIVER) == "Koffein: Damit zuckt es häufiger (mal 1,8; 95-%-Bereich 1,2 bis 2,6)."
    assert sentence_of(DRIVER) == "Twitching is more frequent with caffeine (times 1.8, 95 % interval 1.2 to 2.6)."


def test_the_course_for_programs_is_english_in_every_language() -> None:
    course = Course(observed_hours=100.0, bouts=40, rate_per_hour=0.4, drivers=(DRIVER,), inseparable=(), changes=(), patterns=None, in_body=())  # fmt: skip  # noqa: E501
    with in_language("de"):
        told = course_document(course)
    assert told == course_document(course)


@pytest.mark.parametrize("effect", ["raises", "lowers", "no_effect_seen", "cannot_tell"])
@pytest.mark.parametrize("source", ["experiment", "before_after", "factors"])
@pytest.mark.parametrize("about", ["caffeine", "sleep", "cycle", "vaccination"])
def test_a_claim_is_german(effect: str, source: str, about: str) -> None:
    claim = Claim(about=about, effect=effect, ratio=Interval(1.5, 1.2, 1.9), source=source)  # type: ignore[arg-type]
    with in_language("de"):
        assert not english_in([claim.sentence])


def test_a_plan_is_german_with_or_without_what_it_can_show() -> None:
    plans = [
        planned(),
        planned("magnesium", amount_mg=250.0),
        make_plan("alcohol", begin=BEGIN, seed=1, days=days_watched()),
    ]
    for plan in plans:
        with in_language("de"):
            lines = plan_text(plan).splitlines()
        assert len(lines) > 15
        assert not english_in(lines)
        assert any("02.03.2026" in line for line in lines)


def test_a_plan_is_kept_in_english_read_back_and_retold_in_german() -> None:
    plan = planned("magnesium", amount_mg=250.0)
    with in_language("de"):
        notes = [note.text or "" for note in entries_of(plan)]
        told = [retold(note) for note in notes]
    assert notes == [note.text for note in entries_of(plan)]
    assert plan_from_code(notes[0]) == plan
    assert all(note.startswith("Own experiment") for note in notes)
    assert not english_in(told)
    assert told[1].startswith(f"Eigener Versuch {plan.key}, Abschnitt 1 von ")
    assert "02.03.2026" in told[1]


def test_what_was_not_composed_is_not_retold() -> None:
    with in_language("de"):
        assert retold("I had coffee, from 8 to 10, and it twitched.") == "I had coffee, from 8 to 10, and it twitched."
        assert retold("") == ""
    assert retold("Own experiment 0a, period 1") == "Own experiment 0a, period 1"


REFUSED = [
    lambda: planned("sertraline"),
    lambda: planned("magnesium"),
    lambda: planned("magnesium", amount_mg=900.0),
    lambda: planned("coffee", amount_mg=0.0),
    lambda: Wish(ratio=1.0),
    lambda: Wish(pairs=99),
    lambda: Wish(period_days=1),
    lambda: make_plan(
        "coffee", begin=BEGIN, seed=1, diary=Diary(entries=(), person=DiaryPerson(birth_year=2015))
    ),
    lambda: replace(planned(), order=(True,)),
    lambda: planned("coffee", period_days=3),
    lambda: own_process_of(WatchedDays(first=BEGIN, bouts=np.zeros(3), exposure_h=np.zeros(3))),
]  # fmt: skip


@pytest.mark.parametrize("ask", REFUSED)
def test_a_refusal_is_german(ask) -> None:  # type: ignore[no-untyped-def]
    with in_language("de"), pytest.raises(RequestError) as told:
        ask()
    assert not english_in([str(told.value)])
