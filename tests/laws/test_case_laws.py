"""Laws of case files: what is written is read back, and whatever the text, it is read or refused."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from myotwitch.anatomy import MUSCLES, PLACES, SIDES
from myotwitch.case import (
    ANALYTES,
    FINDINGS,
    Case,
    Character,
    Sex,
    Trend,
    When,
    albumin_corrected_calcium,
    case_from_document,
    case_from_text,
    case_to_json,
    case_to_yaml,
    to_catalogue_unit,
)
from myotwitch.errors import CaseError
from myotwitch.substances import SUBSTANCES


def optional(fields: dict[str, SearchStrategy[Any]], **required: SearchStrategy[Any]) -> SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required, optional=fields)


def numbers(low: float, high: float) -> SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False) | st.integers(int(low) + 1, int(high))


days = numbers(0, 3_000)

people = optional(
    {"sex": st.sampled_from([sex.value for sex in Sex]), "pregnant": st.booleans(), "weight_kg": numbers(1, 300)},
    age_years=numbers(10, 110),
)

twitchings = optional(
    {
        "side": st.sampled_from(SIDES),
        "since_days": days,
        "bout_seconds": numbers(0, 86_400),
        "bouts_per_day": numbers(0, 10_000),
        "character": st.sampled_from([character.value for character in Character]),
        "when": st.lists(st.sampled_from([when.value for when in When]), unique=True),
        "painful": st.booleans(),
        "visible": st.booleans(),
        "trend": st.sampled_from([trend.value for trend in Trend]),
        "muscle": st.sampled_from(list(MUSCLES)),
    },
    place=st.sampled_from(PLACES),
)

findings = st.builds(
    lambda name, state: {"finding": name, **state},
    st.sampled_from(list(FINDINGS)),
    st.just({"present": False}) | optional({"since_days": days}, present=st.just(True)),
)

exposures = st.builds(
    lambda name, state: {"substance": name, **state},
    st.sampled_from(list(SUBSTANCES)),
    st.just({"taken": False})
    | optional({"amount_mg": numbers(1, 100_000)}, stopped_days_ago=days)
    | optional(
        {"taken": st.just(True), "amount_mg": numbers(1, 100_000), "times_per_day": numbers(0, 20), "since_days": days}
    ),
)


@st.composite
def labs(draw: st.DrawFn) -> dict[str, Any]:
    analyte = ANALYTES[draw(st.sampled_from(list(ANALYTES)))]
    unit = draw(st.sampled_from(list(analyte.factors)))
    fraction = draw(st.floats(0.001, 0.999))
    low, high = analyte.plausible.low, analyte.plausible.high
    value = (low + fraction * (high - low)) / analyte.factors[unit]
    return {"analyte": analyte.name, "value": value, "unit": unit, **draw(optional({"days_ago": days}))}


# Names that a writer of YAML must quote, and any other text.
texts = st.sampled_from(
    ["no", "null", "1e5", "0x1F", "~", "&a", "*a", "!a", "- a", "a: b", "#", "1_000", "2026-01-01"]
) | (st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=40))
file_names = texts.map(lambda text: text + ".edf").filter(
    lambda name: not name.startswith(("/", "\\")) and ".." not in name and name[1:2] != ":"
)
recordings = optional({"place": st.sampled_from(PLACES), "side": st.sampled_from(SIDES)}, file=file_names)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    def entries(strategy: SearchStrategy[Any], *keys: str) -> list[Any]:
        return draw(st.lists(strategy, max_size=4, unique_by=lambda entry: tuple(entry.get(key) for key in keys)))

    document = {
        "person": draw(people),
        "twitching": entries(twitchings, "place", "muscle", "side", "character"),
        "findings": entries(findings, "finding"),
        "exposures": entries(exposures, "substance"),
        "labs": entries(labs(), "analyte"),
        "recordings": entries(recordings, "file"),
        "notes": draw(st.lists(texts, max_size=2)),
    }
    assume(document["twitching"] or document["recordings"])
    return document


@given(document=documents())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_any_case_written_as_yaml_or_json_is_read_back_the_same(document: dict[str, Any]) -> None:
    case = case_from_document(document)
    assert case_from_text(case_to_yaml(case), "law", "yaml") == case
    assert case_from_text(case_to_json(case), "law", "json") == case
    assert Case.model_validate(case.to_document()) == case


@given(document=documents(), order=st.randoms(use_true_random=False))
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_the_order_of_fields_changes_nothing(document: dict[str, Any], order: Any) -> None:
    shuffled = list(document.items())
    order.shuffle(shuffled)
    assert case_from_document(dict(shuffled)) == case_from_document(document)


@given(text=st.text(max_size=300))
@example(text="\x85: a")
@example(text="a:\u2028b")
@example(text="%YAML 9.9\n---\na: b")
@example(text="%TAG ! tag:x,2000:\n---\n!a b")
@example(text="!<%zz> a")
@example(text='"\\UFFFFFFFF"')
@example(text='a: "\\x"')
@example(text="? |\n  a\n: >-5\n b")
def test_whatever_the_text_it_is_read_or_refused_with_a_case_error(text: str) -> None:
    for file_format in ("yaml", "json"):
        try:
            assert isinstance(case_from_text(text, "law", file_format), Case)
        except CaseError as error:
            assert error.faults
            assert all(fault.message for fault in error.faults)


plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.sampled_from(list(FINDINGS)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
fields = st.sampled_from(
    [*Case.model_fields, "schema", "place", "muscle", "finding", "substance", "analyte", "unit", "file"]
)


@given(document=st.dictionaries(fields, plain_values | st.lists(st.dictionaries(fields, plain_values, max_size=4))))
@settings(max_examples=150)
def test_whatever_stands_in_the_known_fields_it_is_read_or_refused_with_a_case_error(document: dict[str, Any]) -> None:
    try:
        assert isinstance(case_from_document(document), Case)
    except CaseError as error:
        assert error.faults


@given(document=documents(), faults=st.integers(1, 3))
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_every_unknown_field_is_a_fault_of_its_own(document: dict[str, Any], faults: int) -> None:
    broken = {**document, **{f"unknown_{number}": 1 for number in range(faults)}}
    try:
        case_from_text(json.dumps(broken), "law", "json")
    except CaseError as error:
        assert len(error.faults) == faults
    else:
        raise AssertionError("an unknown field was read")


@given(entry=labs())
def test_a_value_means_the_same_in_every_unit(entry: dict[str, Any]) -> None:
    analyte = ANALYTES[entry["analyte"]]
    in_catalogue = to_catalogue_unit(entry["analyte"], entry["value"], entry["unit"])
    for unit, factor in analyte.factors.items():
        again = to_catalogue_unit(analyte.name, in_catalogue / factor, unit)
        assert abs(again - in_catalogue) <= 1e-9 * in_catalogue


@given(calcium=st.floats(0.5, 7), albumin=st.floats(5, 90), more=st.floats(0, 10))
def test_more_albumin_never_raises_the_corrected_calcium(calcium: float, albumin: float, more: float) -> None:
    assert albumin_corrected_calcium(calcium, albumin + more) <= albumin_corrected_calcium(calcium, albumin)
