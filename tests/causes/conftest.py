"""A catalogue of two causes, small enough to be computed by hand."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest

from myotwitch.anatomy.places import Region
from myotwitch.case import ANALYTES, FINDINGS
from myotwitch.causes.arrays import CatalogueArrays, arrays_from_catalogue
from myotwitch.causes.catalogue import Catalogue
from myotwitch.causes.catalogue_files import KnownNames, read_background, read_cause, read_finding_groups
from myotwitch.causes.vocabulary import DESCRIPTORS
from myotwitch.substances import CLASS_KEYS, SUBSTANCES

KNOWN = KnownNames(substances=SUBSTANCES, classes=CLASS_KEYS, analytes=ANALYTES, sources={})


def expert(value: float) -> dict[str, Any]:
    """Return a figure without spread, graded as a judgement."""
    return {"value": value, "low": value, "high": value, "grade": "expert", "note": "for the test"}


def cause_row(**changes: Any) -> dict[str, Any]:
    """Return the content of a sound cause file; `changes` replace or add entries, None removes one."""
    row: dict[str, Any] = {
        "name": "Testing",
        "plain_name": "Testing",
        "group": "benign",
        "icd10": ["G24.5"],
        "seriousness": "harmless",
        "mechanism": "It is tested.",
        "time_course": "Short.",
        "what_helps": ["Rest."],
        "watch_for": ["Pain."],
        "prior": [expert(0.1)],
        "findings": {"stress": expert(0.6)},
    }
    row.update(changes)
    return {name: value for name, value in row.items() if value is not None}


def background_row() -> dict[str, Any]:
    graded = {"grade": "expert", "spread": 1.0, "note": "for the test"}
    return {
        "findings": {name: expert(0.1) for name in FINDINGS},
        "places": {**graded, **{region.value: 0.01 for region in Region}},
        **{name: {**graded, **dict.fromkeys(words, 1.0)} for name, words in DESCRIPTORS.items()},
        "painful": expert(0.1),
        "follows": expert(0.06),
    }


def build_catalogue(causes: dict[str, dict[str, Any]], groups: list[dict[str, Any]]) -> Catalogue:
    faults: list[str] = []
    catalogue = Catalogue(
        causes=MappingProxyType({name: read_cause(name, row, KNOWN, faults) for name, row in causes.items()}),
        background=read_background(background_row(), KNOWN, faults),
        finding_groups=read_finding_groups({"group": groups}, KNOWN, faults),
        sources={},
    )
    assert faults == []
    return catalogue


@pytest.fixture(scope="session")
def small() -> CatalogueArrays:
    """Two causes: ``lid`` explains the eyelid and worry; ``salt`` explains legs, cramps and low magnesium."""
    graded = {"grade": "expert", "spread": 1.0, "note": "for the test"}
    lid = cause_row(
        findings={"stress": expert(0.6), "anxiety": expert(0.5)},
        places={**graded, "eyelid": 0.9},
        characters={**graded, "flicker": 1.0},
        against={"emg_normal": expert(0.5)},
    )
    salt = cause_row(
        prior=[{"ages": [0, 30], **expert(0.02)}, expert(0.05)],
        findings={"muscle_cramps": expert(0.8)},
        places={**graded, "leg": 0.6, "thigh": 0.5},
        characters={**graded, "cramp": 0.5, "flicker": 0.5},
        labs={"magnesium": {"mean": 0.5, "sd": 0.12, "grade": "expert", "note": "for the test"}},
        risk_exposures={"omeprazole": expert(5.0)},
    )
    groups = [{"name": "worry", "findings": ["stress", "anxiety"], "exponent": expert(0.5)}]
    return arrays_from_catalogue(build_catalogue({"lid": lid, "salt": salt}, groups))


@pytest.fixture(scope="session")
def make_cause_row() -> Any:
    return cause_row


@pytest.fixture(scope="session")
def make_figure() -> Any:
    return expert


@pytest.fixture(scope="session")
def known_names() -> KnownNames:
    return KNOWN


@pytest.fixture(scope="session")
def catalogue_of() -> Any:
    """Return a function that makes the arrays of a catalogue from the content of its files."""
    return lambda causes, groups: arrays_from_catalogue(build_catalogue(causes, groups))
