"""The answer of ``assess`` in the contract's JSON (``myotwitch.assessment/1``), and the list of ``causes``."""

from __future__ import annotations

from typing import Any

from myotwitch.causes.assessment import Assessment, Measured, RankedCause
from myotwitch.causes.catalogue import Catalogue

SCHEMA_NAME = "myotwitch.assessment/1"


def assessment_document(assessment: Assessment) -> dict[str, Any]:
    """Return the assessment as plain JSON values, in the contract's words."""
    return {
        "schema": SCHEMA_NAME,
        "urgency": assessment.urgency.value,
        "why": [
            {"text": reason.text, "doctor_text": reason.doctor_text, "rule": reason.rule, "source": reason.source}
            for reason in assessment.why
        ],
        "undecided": assessment.undecided,
        "causes": [_cause(ranked) for ranked in assessment.causes],
        "ask_next": [
            {
                "finding": question.finding,
                "question": question.question,
                "asks": question.asks.value,
                "information_bits": _rounded(question.information_bits),
            }
            for question in assessment.ask_next
        ],
        "would_change": [
            {"finding": change.finding, "label": change.label, "urgency": change.urgency.value}
            for change in assessment.would_change
        ],
        "watch_for": list(assessment.watch_for),
        "what_helps": list(assessment.what_helps),
        "measured": [_measured(measured) for measured in assessment.measured],
        "shared_supply": [
            {"kind": supply.kind.value, "key": supply.key, "name": supply.name, "plain_name": supply.plain_name}
            for supply in assessment.shared_supply
        ],
        "exposures": [
            {
                "substance": clearing.substance,
                "name": clearing.name,
                "gone_in_hours": {name: _rounded(hours) for name, hours in clearing.gone_in_hours._asdict().items()},
                "outlasts": clearing.outlasts,
                "causes": list(clearing.causes),
            }
            for clearing in assessment.clears
        ],
        "limits": list(assessment.limits),
    }


def causes_document(catalogue: Catalogue) -> list[dict[str, Any]]:
    """Return the catalogue as the contract's list: cause, name, codes, group and sources of each."""
    return [
        {
            "cause": cause.name,
            "name": cause.title,
            "plain_name": cause.plain_title,
            "icd10": list(cause.icd10),
            "group": cause.group.value,
            "feared": cause.feared,
            "seriousness": cause.seriousness.value,
            "sources": [catalogue.sources[key].citation for key in cause.source_keys()],
        }
        for cause in catalogue.causes.values()
    ]


def _cause(ranked: RankedCause) -> dict[str, Any]:
    cause = ranked.cause
    return {
        "cause": cause.name,
        "name": cause.title,
        "plain_name": cause.plain_title,
        "icd10": list(cause.icd10),
        "group": cause.group.value,
        "feared": cause.feared,
        "seriousness": cause.seriousness.value,
        "probability": _rounded(ranked.probability),
        "interval": [_rounded(end) for end in ranked.interval],
        "evidence": [
            {
                "finding": evidence.finding,
                "kind": evidence.kind.value,
                "label": evidence.label,
                "present": evidence.present,
                "log_odds": round(evidence.log_odds, 3),
                "source": evidence.source,
            }
            for evidence in ranked.evidence
        ],
    }


def _measured(measured: Measured) -> dict[str, Any]:
    summary = measured.summary
    interval = summary.rate_per_min_interval
    return {
        "file": measured.file,
        "places": list(measured.places),
        "count": summary.count,
        "rate_per_min": None if summary.rate_per_min is None else _rounded(summary.rate_per_min),
        "rate_per_min_interval": None if interval is None else [_rounded(end) for end in interval],
        "sources": summary.sources,
        "smallest_detectable_uv": summary.smallest_detectable_uv,
        "rate_per_min_ruled_out": summary.rate_per_min_ruled_out,
    }


def _rounded(value: float) -> float:
    """Return the value to three significant figures: more would claim too much."""
    return float(f"{value:.3g}")
