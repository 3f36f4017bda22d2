"""A whole diary as a FHIR bundle (type collection), with the person, this program as device, and where it came from."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

import myotwitch
from myotwitch.diary.diary import Diary, DiaryPerson
from myotwitch.diary.exports.fhir_resources import Resource, instant_text, resource_of

_NAMESPACE = uuid.UUID("6d796f74-7769-5463-8000-64696172793a")
"""Names of this program's own; its bytes spell the program's name."""
_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
_GENDER = {"female": "female", "male": "male", "other": "other", "unknown": "unknown"}


def bundle_json(diary: Diary) -> str:
    """Return a diary as the text of a FHIR bundle, written now."""
    return json.dumps(bundle_of(diary, datetime.now(UTC)), ensure_ascii=False, indent=1) + "\n"


def bundle_of(diary: Diary, written: datetime) -> Resource:
    """Return a diary as a FHIR R4 bundle of one resource for each entry.

    Parameters
    ----------
    diary
        The diary.
    written
        When the bundle is written; stands in its time stamp and its provenance.

    Method
    ------
    Every resource has the address ``urn:uuid:`` of its entry's key, so that a bundle that is exported again can be
    recognised. The person has no name and no number: the bundle is the diary's content, not an identity.
    """
    patient, device = (f"urn:uuid:{uuid.uuid5(_NAMESPACE, name)}" for name in ("patient", "device"))
    resources = [(patient, _patient(diary.person)), (device, _device())]
    resources += [(_address(entry.key), resource_of(entry, {"reference": patient})) for entry in diary.entries]
    provenance = {
        "resourceType": "Provenance",
        "target": [{"reference": address} for address, _ in resources],
        "recorded": instant_text(written),
        "agent": [
            {
                "type": {"coding": [{"system": _PARTICIPANT, "code": "assembler"}]},
                "who": {"reference": device},
            }
        ],
    }
    address = f"urn:uuid:{uuid.uuid5(_NAMESPACE, instant_text(written))}"
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": instant_text(written),
        "entry": [{"fullUrl": url, "resource": resource} for url, resource in (*resources, (address, provenance))],
    }


def _address(key: str) -> str:
    return f"urn:uuid:{uuid.UUID(key)}"


def _patient(person: DiaryPerson | None) -> dict[str, Any]:
    patient: dict[str, Any] = {"resourceType": "Patient"}
    if person is not None:
        patient["gender"] = _GENDER[str(person.sex)]
        if person.birth_year is not None:
            patient["birthDate"] = str(person.birth_year)
    return patient


def _device() -> dict[str, Any]:
    return {
        "resourceType": "Device",
        "deviceName": [{"name": "myotwitch", "type": "model-name"}],
        "version": [{"value": myotwitch.__version__}],
    }
