"""Whole assessments with the catalogue of the package."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from myotwitch.case import FINDINGS, case_from_document
from myotwitch.causes import Assessment, Urgency, assess, assessment_document, causes_document, load_catalogue
from myotwitch.causes.arrays import load_arrays
from myotwitch.causes.enumeration import StatePosterior
from myotwitch.causes.facts import facts_from_case
from myotwitch.causes.questions import expected_information, what_would_change
from myotwitch.causes.rules import load_rules
from myotwitch.twitches import Extent, Kind, Observation, ObservedChannel, Twitches


def document(**parts: Any) -> dict[str, Any]:
    return {
        "schema": "myotwitch.case/1",
        "person": {"age_years": 35, "sex": "male"},
        "twitching": [{"place": "eyelid"}],
        **parts,
    }


def answer(**parts: Any) -> Assessment:
    return assess(case_from_document(document(**parts)))


def said(**findings: bool) -> list[dict[str, Any]]:
    return [{"finding": name, "present": present} for name, present in findings.items()]


def twitches_at(place: str, count: int = 5, kind: Kind = Kind.FASCICULATION) -> Twitches:
    channel = ObservedChannel(name="one", sampling_rate_hz=2000.0, usable=True, place=place, unit=None)
    return Twitches(
        observation=Observation(
            file="one.edf", recorded_s=60.0, channels=(channel,), analysed_s=60.0, detector="for the test"
        ),
        onset_s=np.linspace(1, 50, count),
        duration_s=np.full(count, 0.01),
        peak_to_peak_uv=np.full(count, np.nan),
        peak_to_noise=np.full(count, 12.0),
        on_channel=np.ones((count, 1), dtype=np.bool_),
        peak_channel_index=np.zeros(count, dtype=np.int64),
        kind=(kind,) * count,
        extent=(Extent.UNKNOWN,) * count,
        source=np.full(count, -1, dtype=np.int64),
        burst=np.full(count, -1, dtype=np.int64),
        isolated=np.ones(count, dtype=np.bool_),
        confidence=np.full(count, np.nan),
    )


@pytest.mark.parametrize("place", ["eyelid", "calf", "abdomen", "thumb", "thigh"])
def test_only_an_age_and_a_place_get_a_calm_and_useful_answer(place: str) -> None:
    assessment = answer(twitching=[{"place": place}])
    assert assessment.urgency <= Urgency.WATCH
    assert not any(ranked.feared and ranked.probability > 0.01 for ranked in assessment.causes)
    assert len(assessment.what_helps) >= 3
    assert len(assessment.watch_for) >= 3
    assert assessment.ask_next
    assert "not a medical device" in " ".join(assessment.limits)
    assert "Not said" in " ".join(assessment.limits)


def test_the_same_case_always_gets_the_same_answer() -> None:
    assert assessment_document(answer()) == assessment_document(answer())


def test_an_emergency_is_told_whatever_the_ranking_says() -> None:
    assessment = answer(findings=said(first_seizure_now=True))
    assert assessment.urgency is Urgency.EMERGENCY
    assert all(reason.text and reason.source for reason in assessment.why)


def test_twitching_with_normal_strength_is_not_sent_to_a_doctor() -> None:
    calm = said(weakness=False, muscle_wasting=False, slurred_speech=False, swallowing_difficulty=False)
    entry = {"place": "calf", "character": "flicker", "when": ["rest"], "since_days": 200, "trend": "stable"}
    assert answer(twitching=[entry], findings=calm).urgency <= Urgency.WATCH


def test_evidence_names_its_contribution_and_its_source() -> None:
    assessment = answer(findings=said(stress=True, half_face_spasm=False))
    told = {evidence.finding: evidence for ranked in assessment.causes for evidence in ranked.evidence}
    assert told["twitching:eyelid"].log_odds != 0
    assert all(evidence.source for evidence in told.values())
    by_cause = {ranked.cause.name: ranked for ranked in assessment.causes}
    stress = {evidence.finding: evidence.log_odds for evidence in by_cause["stress_twitching"].evidence}
    assert stress["stress"] > 0


def test_the_document_is_plain_json_with_the_fields_of_the_contract() -> None:
    plain = json.loads(json.dumps(assessment_document(answer(findings=said(stress=True)))))
    assert {
        "schema", "urgency", "why", "undecided", "causes", "ask_next", "watch_for", "what_helps", "measured", "limits"
    } <= set(plain)  # fmt: skip
    assert {"cause", "name", "icd10", "probability", "interval", "evidence"} <= set(plain["causes"][0])
    assert {"finding", "present", "log_odds", "source"} <= set(plain["causes"][0]["evidence"][0])
    assert {"finding", "question", "information_bits"} <= set(plain["ask_next"][0])


def test_the_list_of_causes_has_the_fields_of_the_contract() -> None:
    rows = causes_document(load_catalogue())
    assert len(rows) == len(load_catalogue().causes)
    assert all({"cause", "name", "icd10", "group", "sources"} <= set(row) for row in rows)


def test_a_measured_twitch_is_weak_evidence_and_is_summarised() -> None:
    case = case_from_document(document(recordings=[{"file": "one.edf", "place": "upper_arm"}]))
    without, measured = assess(case), assess(case, [twitches_at("upper_arm")])
    assert measured.measured[0].summary.count == 5
    assert measured.measured[0].places == ("upper_arm",)
    assert any("scale of the recording is unknown" in limit for limit in measured.limits)
    reported = answer(twitching=[{"place": "eyelid"}, {"place": "upper_arm", "character": "flicker"}])
    bfs = "benign_fasciculation_syndrome"
    low, middle, high = (probability_of(one, bfs) for one in (without, measured, reported))
    assert low <= middle <= high


def probability_of(assessment: Assessment, cause: str) -> float:
    return next((ranked.probability for ranked in assessment.causes if ranked.cause.name == cause), 0.0)


def test_a_recording_of_a_place_that_was_told_adds_no_second_report() -> None:
    case = case_from_document(document(twitching=[{"place": "upper_arm"}]))
    assert facts_from_case(case, [twitches_at("forearm")]).movements == facts_from_case(case).movements


def test_what_would_change_the_answer_is_told_with_the_urgency_it_would_bring() -> None:
    facts = facts_from_case(case_from_document(document()))
    changes = what_would_change(facts, load_rules(), Urgency.HARMLESS)
    assert changes[0].urgency is Urgency.EMERGENCY
    answered = replace(facts, findings={changes[0].finding: False})
    assert changes[0].finding not in {
        change.finding for change in what_would_change(answered, load_rules(), Urgency.HARMLESS)
    }


def test_a_question_whose_answer_is_certain_tells_nothing_and_a_perfect_test_tells_all() -> None:
    is_on = np.array([[0.0], [1.0]])
    states = StatePosterior(causes=np.array([0]), is_on=is_on, weight=np.array([0.5, 0.5]))
    gains = expected_information(states, np.array([[0.0], [1.0], [0.5]]), np.array([0.3, 1e-12, 0.2]), np.ones(1))
    assert gains[0] == pytest.approx(0.0, abs=1e-9)
    assert gains[1] == pytest.approx(1.0, abs=1e-6)
    assert 0 < gains[2] < 1


def test_what_was_answered_is_not_asked_again_and_when_all_is_answered_nothing_is_asked() -> None:
    unasked = answer().ask_next
    answered = answer(findings=[{"finding": question.finding, "present": False} for question in unasked]).ask_next
    assert {question.finding for question in unasked}.isdisjoint(question.finding for question in answered)
    assert answer(findings=[{"finding": name, "present": False} for name in FINDINGS]).ask_next == ()


def test_intervals_hold_the_probability_and_have_width() -> None:
    for ranked in answer(findings=said(stress=True)).causes:
        low, high = ranked.interval
        assert 0 <= low <= ranked.probability <= high <= 1
        assert high > low


def test_the_arrays_have_a_column_for_every_cause() -> None:
    arrays = load_arrays()
    assert arrays.link.shape[1] == len(load_catalogue().causes) == arrays.place.shape[1]
