"""What is known of a person's twitching, and the files that say it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from myotwitch.case.analytes import (
    ANALYTES,
    Analyte,
    ReferenceRange,
    albumin_corrected_calcium,
    find_analyte,
    glucose_corrected_sodium,
    to_catalogue_unit,
)
from myotwitch.case.findings import FINDINGS, Asks, Finding, FindingGroup, find_finding
from myotwitch.case.read import case_from_document, case_from_text, read_case
from myotwitch.case.vocabulary import HABITS, Character, KnownBy, Sex, Trend, When
from myotwitch.case.write import case_to_json, case_to_yaml

if TYPE_CHECKING:
    from myotwitch.case.case import (
        Case,
        Exposure,
        FindingState,
        LabValue,
        OwnEffect,
        Person,
        RecordingReference,
        TwitchingPlace,
    )
    from myotwitch.case.phenopacket_out import case_to_phenopacket, not_expressed
    from myotwitch.case.schema import case_schema

__all__ = [
    "ANALYTES",
    "FINDINGS",
    "HABITS",
    "Analyte",
    "Asks",
    "Case",
    "Character",
    "Exposure",
    "Finding",
    "FindingGroup",
    "FindingState",
    "KnownBy",
    "LabValue",
    "OwnEffect",
    "Person",
    "RecordingReference",
    "ReferenceRange",
    "Sex",
    "Trend",
    "TwitchingPlace",
    "When",
    "albumin_corrected_calcium",
    "case_from_document",
    "case_from_text",
    "case_schema",
    "case_to_json",
    "case_to_phenopacket",
    "case_to_yaml",
    "find_analyte",
    "find_finding",
    "glucose_corrected_sodium",
    "not_expressed",
    "read_case",
    "to_catalogue_unit",
]

_LOADED_WHEN_ASKED = {
    **dict.fromkeys(
        ("Case", "Exposure", "FindingState", "LabValue", "OwnEffect", "Person", "RecordingReference", "TwitchingPlace"),
        "myotwitch.case.case",
    ),
    "case_schema": "myotwitch.case.schema",
    **dict.fromkeys(("case_to_phenopacket", "not_expressed"), "myotwitch.case.phenopacket_out"),
}


def __getattr__(name: str) -> Any:
    """Return a type of the case; these are loaded when first asked for, because loading takes a tenth of a second."""
    if name not in _LOADED_WHEN_ASKED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LOADED_WHEN_ASKED[name]), name)
