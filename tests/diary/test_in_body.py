"""What is in the body, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from myotwitch.diary import CheckIn, Diary, DiaryPerson, Intake, Pregnancy, Schedule, Symptom, hours_of
from myotwitch.diary.doses import doses_taken
from myotwitch.diary.in_body import InBody, circumstances_at, curve_in_body, in_body
from myotwitch.substances import Circumstance, find_substance, hours_until_gone

NOON = datetime.fromisoformat("2026-03-04T12:00:00+01:00")


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def took(substance: str, at: datetime, amount: float | None = None, unit: str | None = None) -> Intake:
    return Intake(time=at, substance=substance, amount=amount, unit=unit)


def row_of(entries: list[Intake], at: datetime, person: DiaryPerson | None = None) -> InBody:
    (row,) = in_body(Diary(entries=tuple(entries), person=person), at)
    return row


def test_a_coffee_is_there_and_gone_as_its_half_life_tells() -> None:
    row = row_of([took("caffeine", NOON, 95.0, "mg")], NOON + hours(6))
    assert (row.substance, row.unit) == ("caffeine", "mg")
    assert row.now.value == pytest.approx(95 * 1.034 * 2 ** (-6 / 5), rel=0.01)
    assert row.now.low < row.now.value < row.now.high < 95
    gone_h = (row.gone_by - NOON) / hours(1)
    peak_h = 0.83
    assert gone_h == pytest.approx(peak_h + hours_until_gone(find_substance("caffeine")).value, rel=0.02)
    early, late = row.gone_by_interval
    assert early < row.gone_by < late


def test_the_document_is_the_row_of_the_contract() -> None:
    document = row_of([took("caffeine", NOON, 95.0, "mg")], NOON + hours(6)).to_document()
    assert document["substance"] == "caffeine"
    assert document["unit"] == "mg"
    low, high = document["interval"]
    assert low < document["now"] < high
    assert datetime.fromisoformat(document["gone_by"]) > NOON


def test_times_keep_the_offset_that_the_person_last_wrote() -> None:
    abroad = CheckIn(time=datetime.fromisoformat("2026-03-04T09:00:00-05:00"), duration_min=60)
    diary = Diary(entries=(took("caffeine", NOON, 95.0, "mg"), abroad))
    (row,) = in_body(diary, datetime.fromisoformat("2026-03-04T16:00:00+00:00"))
    assert row.to_document()["gone_by"].endswith("-05:00")


def test_what_is_gone_in_nearly_everyone_is_not_listed() -> None:
    diary = Diary(entries=(took("caffeine", NOON, 95.0, "mg"),))
    assert len(in_body(diary, NOON + hours(30))) == 1
    assert in_body(diary, NOON + timedelta(days=6)) == ()
    assert in_body(diary, NOON - hours(1)) == ()
    assert in_body(Diary(entries=())) == ()


def test_the_last_taken_comes_first() -> None:
    entries = [took("caffeine", NOON, 95.0, "mg"), took("magnesium", NOON + hours(1), 300.0, "mg")]
    rows = in_body(Diary(entries=tuple(entries)), NOON + hours(2))
    assert [row.substance for row in rows] == ["magnesium_supplement", "caffeine"]


def test_a_dose_of_nothing_leaves_nothing() -> None:
    diary = Diary(entries=(took("caffeine", NOON, 0.0, "mg"),))
    assert in_body(diary, NOON + hours(1)) == ()


def test_alcohol_is_told_in_grams_a_litre_too() -> None:
    person = DiaryPerson(sex="male", weight_kg=80.0)
    row = row_of([took("alcohol", NOON, 40.0, "g")], NOON + hours(2), person)
    assert row.concentration_g_per_l is not None
    assert 0.3 < row.concentration_g_per_l.value < 40 / (0.68 * 80)
    assert row.now.value / (0.68 * 80 * 1000) == pytest.approx(row.concentration_g_per_l.value, rel=1e-6)
    assert row.to_document()["concentration"]["unit"] == "g/L"


def test_drinks_and_millilitres_of_alcohol_are_masses() -> None:
    drinks = row_of([took("alcohol", NOON, 2.0, "unit")], NOON + hours(1))
    grams = row_of([took("alcohol", NOON, 24.0, "g")], NOON + hours(1))
    assert drinks.now == pytest.approx(grams.now)
    millilitres = row_of([took("alcohol", NOON, 24.0 / 0.789, "ml")], NOON + hours(1))
    assert millilitres.now == pytest.approx(grams.now, rel=1e-3)


def test_cigarettes_are_counted_where_no_mass_is_told() -> None:
    row = row_of([took("nicotine", NOON - hours(2), 1.0, "unit"), took("nicotine", NOON, 1.0, "unit")], NOON)
    assert row.unit == "unit"
    assert row.now.value == pytest.approx(1.5, rel=1e-6)


def test_a_dose_without_an_amount_is_the_usual_one() -> None:
    entries = [took("sertraline", NOON - timedelta(days=day), 50.0, "mg") for day in range(1, 5)]
    told = row_of([*entries, took("sertraline", NOON, 50.0, "mg")], NOON + hours(5))
    assumed = row_of([*entries, took("sertraline", NOON)], NOON + hours(5))
    assert assumed.now == pytest.approx(told.now)
    assert (told.assumed_doses, assumed.assumed_doses) == (0, 1)


def test_doses_by_plan_build_up() -> None:
    plan = Schedule(time=NOON - timedelta(days=40), substance="sertraline", amount=50.0, unit="mg", at=("12:00",))
    (row,) = in_body(Diary(entries=(plan,)), NOON + hours(6))
    assert row.now.value > 90.0


def test_doses_are_gathered_by_substance_in_one_unit() -> None:
    entries = (
        took("caffeine", NOON, 0.1, "g"),
        took("caffeine", NOON + hours(1), 1.0, "unit"),
        took("coffee", NOON + hours(2)),
    )
    doses = doses_taken(Diary(entries=entries))["caffeine"]
    assert doses.unit == "mg"
    assert doses.amounts.tolist() == [100.0, 100.0, 100.0]
    assert doses.is_assumed.tolist() == [False, True, True]
    assert doses.usual == 100.0


def test_the_curve_goes_through_what_is_there_now_and_its_band_holds_it() -> None:
    entries = tuple(took("caffeine", NOON + hours(shift), 95.0, "mg") for shift in (-28, -24, -4, 0))
    diary, at = Diary(entries=entries), NOON + hours(3)
    at_h = hours_of(NOON) + np.arange(-30.0, 12.0, 0.5)
    curve = curve_in_body(diary, "caffeine", at_h)
    (row,) = in_body(diary, at)
    here = int(np.argmin(np.abs(at_h - hours_of(at))))
    assert (curve.middle[here], curve.low[here], curve.high[here]) == pytest.approx(
        (row.now.value, row.now.low, row.now.high), rel=1e-3
    )
    assert np.all(curve.low <= curve.middle)
    assert np.all(curve.middle <= curve.high)
    assert curve.high[:4].tolist() == [0.0, 0.0, 0.0, 0.0]


def test_the_curve_of_what_was_never_taken_is_nothing() -> None:
    curve = curve_in_body(Diary(entries=()), "caffeine", np.array([1.0, 2.0]))
    assert curve.high.tolist() == [0.0, 0.0]


def test_old_doses_are_left_out_without_a_trace() -> None:
    """Three years of coffees are as the last weeks of them."""
    recent = [took("caffeine", NOON - timedelta(days=day), 95.0, "mg") for day in range(30)]
    older = [took("caffeine", NOON - timedelta(days=day), 95.0, "mg") for day in range(30, 1095)]
    assert row_of([*older, *recent], NOON + hours(4)).now == pytest.approx(
        row_of(recent, NOON + hours(4)).now, rel=1e-3
    )


def test_smokers_clear_coffee_faster_and_the_pregnant_more_slowly() -> None:
    coffee = [took("caffeine", NOON, 95.0, "mg")]
    plain = row_of(coffee, NOON + hours(8))
    smoker = row_of(coffee, NOON + hours(8), DiaryPerson(smokes=True))
    assert smoker.now.value < plain.now.value
    assert smoker.gone_by < plain.gone_by
    began = Pregnancy(time=NOON - timedelta(days=220))
    (pregnant,) = in_body(Diary(entries=(began, *coffee)), NOON + hours(8))
    assert pregnant.now.value > plain.now.value
    assert pregnant.gone_by > plain.gone_by


def test_what_the_diary_tells_of_the_person_are_its_circumstances() -> None:
    person = DiaryPerson(birth_year=1950, smokes=True, takes_pill=False, liver_disease=True)
    assert circumstances_at(Diary(entries=(), person=person), NOON) == {
        Circumstance.SMOKING, Circumstance.LIVER_CIRRHOSIS, Circumstance.OVER_65,
    }  # fmt: skip
    assert circumstances_at(Diary(entries=()), NOON) == frozenset()


@pytest.mark.parametrize(("days", "counts"), [(100, False), (220, True), (320, False)])
def test_only_the_last_third_of_a_pregnancy_counts(days: int, counts: bool) -> None:
    began = Pregnancy(time=NOON - timedelta(days=days))
    assert (Circumstance.PREGNANCY in circumstances_at(Diary(entries=(began,)), NOON)) is counts
    ended = Pregnancy(time=NOON - timedelta(days=1), event="ended")
    assert Circumstance.PREGNANCY not in circumstances_at(Diary(entries=(began, ended)), NOON)


def test_fluvoxamine_counts_while_it_is_there() -> None:
    diary = Diary(entries=(took("fluvoxamine", NOON, 100.0, "mg"),))
    assert Circumstance.FLUVOXAMINE in circumstances_at(diary, NOON + hours(20))
    assert Circumstance.FLUVOXAMINE not in circumstances_at(diary, NOON + timedelta(days=6))


def test_a_scarred_liver_counts_until_it_is_denied() -> None:
    present = Symptom(time=NOON, finding="liver_cirrhosis", severity=5.0)
    absent = Symptom(time=NOON + hours(2), finding="liver_cirrhosis", severity=0.0)
    diary = Diary(entries=(present, absent))
    assert Circumstance.LIVER_CIRRHOSIS in circumstances_at(diary, NOON + hours(1))
    assert Circumstance.LIVER_CIRRHOSIS not in circumstances_at(diary, NOON + hours(3))
