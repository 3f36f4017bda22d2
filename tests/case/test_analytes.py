"""Laboratory values: conversions against published factors, ranges, and what is not possible."""

from __future__ import annotations

import pytest

from myotwitch.case import (
    ANALYTES,
    albumin_corrected_calcium,
    find_analyte,
    glucose_corrected_sodium,
    to_catalogue_unit,
)
from myotwitch.case.analytes import ROOM, ReferenceRange, unit_factor
from myotwitch.case.concentration import factor_between, parse_unit, plain_unit
from myotwitch.errors import RequestError, TableError, UnknownNameError
from myotwitch.sources import Grade, load_sources

CONTRACT = (
    "magnesium sodium potassium calcium ionised_calcium albumin phosphate bicarbonate glucose creatinine ck tsh "
    "free_t4 vitamin_b12 vitamin_d lithium lactate"
)

# Factors as tables for authors of medical journals print them, to the digits that they print.
PRINTED_FACTORS = [
    ("magnesium", "mg/dL", 0.4114, 4),
    ("magnesium", "mEq/L", 0.5, 4),
    ("calcium", "mg/dL", 0.2495, 4),
    ("calcium", "mEq/L", 0.5, 4),
    ("sodium", "mEq/L", 1.0, 4),
    ("potassium", "mEq/L", 1.0, 4),
    ("albumin", "g/dL", 10.0, 4),
    ("phosphate", "mg/dL", 0.3229, 4),
    ("bicarbonate", "mEq/L", 1.0, 4),
    ("glucose", "mg/dL", 0.05551, 5),
    ("creatinine", "mg/dL", 88.4, 1),
    ("ck", "ukat/L", 60.0, 4),
    ("free_t4", "ng/dL", 12.87, 2),
    ("vitamin_b12", "pg/mL", 0.738, 3),
    ("vitamin_d", "ng/mL", 2.5, 1),
    ("lithium", "mEq/L", 1.0, 4),
    ("lactate", "mg/dL", 0.111, 3),
]


def test_the_analytes_are_those_of_the_contract_in_its_order() -> None:
    assert list(ANALYTES) == CONTRACT.split()


@pytest.mark.parametrize(("analyte", "unit", "factor", "digits"), PRINTED_FACTORS)
def test_conversion_factors_agree_with_printed_tables(analyte: str, unit: str, factor: float, digits: int) -> None:
    assert round(unit_factor(analyte, unit), digits) == pytest.approx(factor, rel=1e-12)


@pytest.mark.parametrize("name", list(ANALYTES))
def test_every_analyte_accepts_its_own_unit_unchanged_and_knows_its_sources(name: str) -> None:
    analyte = ANALYTES[name]
    assert analyte.factors[analyte.unit] == 1.0
    known = load_sources(ROOM)
    for reference in analyte.ranges:
        assert set(reference.sources) <= set(known)
        assert analyte.plausible.low < reference.low < reference.high < analyte.plausible.high


@pytest.mark.parametrize("name", list(ANALYTES))
def test_ordinary_values_are_possible_in_every_accepted_unit(name: str) -> None:
    analyte = ANALYTES[name]
    middle = analyte.reference_range().mean
    for unit, factor in analyte.factors.items():
        assert to_catalogue_unit(name, middle / factor, unit) == pytest.approx(middle)


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("mmol/l", "mmol/L"),
        ("µmol/L", "umol/L"),
        ("μg/l", "ug/L"),
        ("mcg/mL", "ug/mL"),
        ("mIU/L", "mU/L"),
        ("IU/l", "U/L"),
    ],
)
def test_spellings_of_one_unit_are_one_unit(given: str, plain: str) -> None:
    assert plain_unit(given) == plain


@pytest.mark.parametrize("given", ["MMOL/L", "Mmol/L", "mmol", "mol/m3", "percent", "", "mg/DL"])
def test_other_spellings_are_not_guessed(given: str) -> None:
    with pytest.raises(RequestError, match="does not fit Magnesium"):
        unit_factor("magnesium", given)


def test_an_enzyme_activity_is_never_turned_into_a_concentration() -> None:
    with pytest.raises(TableError, match="activity"):
        factor_between("U/L", "mmol/L", 24.3, 2)


def test_grams_need_a_molar_mass_only_where_moles_are_wanted() -> None:
    assert factor_between("g/dL", "g/L", None, None) == 10.0
    with pytest.raises(TableError, match="molar mass"):
        factor_between("g/dL", "mmol/L", None, None)


def test_what_is_no_concentration_is_no_unit() -> None:
    assert parse_unit("mmHg") is None
    with pytest.raises(TableError, match="no unit"):
        factor_between("mmHg", "mmol/L", None, None)


def test_magnesium_of_55_mmol_per_l_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(RequestError, match=r"Magnesium of 55 mmol/L is not possible; allowed is 0\.02 to 20 mmol/L"):
        to_catalogue_unit("magnesium", 55, "mmol/L")


def test_calcium_in_mg_per_dl_with_the_wrong_unit_is_refused_with_the_likely_one() -> None:
    with pytest.raises(RequestError, match=r"In .*mg/dL it would be an ordinary value"):
        to_catalogue_unit("calcium", 9.4, "mmol/L")


def test_the_range_of_an_unknown_sex_spans_both() -> None:
    ck = ANALYTES["ck"]
    male, female, unknown = (ck.reference_range(sex) for sex in ("male", "female", None))
    assert (unknown.low, unknown.high) == (min(male.low, female.low), max(male.high, female.high))
    assert unknown.grade is Grade.DERIVED


def test_mean_and_sd_put_the_ends_at_the_2_5_and_97_5_percent_points() -> None:
    reference = ANALYTES["sodium"].reference_range()
    assert reference.mean - 1.959964 * reference.sd == pytest.approx(reference.low)
    assert reference.mean + 1.959964 * reference.sd == pytest.approx(reference.high)


def test_corrected_calcium_adds_a_fiftieth_of_a_mmol_for_each_gram_of_missing_albumin() -> None:
    assert albumin_corrected_calcium(2.0, 40.0) == pytest.approx(2.0)
    assert albumin_corrected_calcium(2.0, 20.0) == pytest.approx(2.4)


def test_corrected_sodium_adds_1_6_mmol_for_each_100_mg_of_glucose_above_100() -> None:
    assert glucose_corrected_sodium(130.0, 5.0) == 130.0
    assert glucose_corrected_sodium(130.0, 5.55 + 4 * 5.55) == pytest.approx(136.4, abs=0.1)


def test_an_unknown_analyte_brings_the_nearest_and_all() -> None:
    with pytest.raises(UnknownNameError, match=r"Did you mean 'magnesium'.*Allowed are magnesium, sodium"):
        find_analyte("magnesum")


def test_a_range_without_source_or_reason_cannot_be_built() -> None:
    with pytest.raises(TableError, match="names no source"):
        ReferenceRange(low=1.0, high=2.0, sex=None, grade=Grade.SOURCED, sources=(), note="")
    with pytest.raises(TableError, match="says not why"):
        ReferenceRange(low=1.0, high=2.0, sex=None, grade=Grade.EXPERT, sources=(), note="")
    with pytest.raises(TableError, match="is empty"):
        ReferenceRange(low=2.0, high=2.0, sex=None, grade=Grade.EXPERT, sources=(), note="why")
