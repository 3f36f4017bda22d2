"""The page for the doctor as a FHIR R4 document: what it says as coded resources, with the PDF inside.

What the program thinks is told as the conclusion of a DiagnosticReport, never as a Condition: neither a diary nor a
program makes a diagnosis. Only fields are used that R4 and R4B share.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Sequence
from html import escape

import myotwitch
from myotwitch.diary.exports.fhir_codes import local
from myotwitch.diary.exports.fhir_resources import Resource, instant_text
from myotwitch.report.letter.basis import Basis
from myotwitch.report.letter.choices import Part
from myotwitch.report.letter.content import ReportContent
from myotwitch.report.letter.fhir_statements import Group, groups_of
from myotwitch.report.letter.words import cleaned

_NAMESPACE = uuid.UUID("6d796f74-7769-5463-8000-6c6574746572")
"""Names of this program's own; its bytes spell the program's name."""
_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


def report_bundle(basis: Basis, content: ReportContent, pdf: bytes) -> Resource:
    """Return the page as a FHIR bundle of type document.

    Parameters
    ----------
    basis, content
        What it is made from, and what it says.
    pdf
        The page itself, which goes with it.
    """
    stamp = instant_text(content.made)
    place = uuid.uuid5(_NAMESPACE, f"{stamp} {content.person}")

    def address(name: str) -> str:
        return f"urn:uuid:{uuid.uuid5(place, name)}"

    patient, device = {"reference": address("patient")}, {"reference": address("device")}
    groups = groups_of(basis, content, patient)
    addresses = [[address(f"{group.name} {number}") for number in range(len(group.resources))] for group in groups]
    report = _diagnostic_report(basis, content, pdf, patient)
    report["result"] = [
        {"reference": url}
        for group, urls in zip(groups, addresses, strict=True)
        for url, resource in zip(urls, group.resources, strict=True)
        if resource["resourceType"] == "Observation"
    ]
    sections = [_section(group, urls, content) for group, urls in zip(groups, addresses, strict=True)]
    entries = [
        (
            address("composition"),
            _composition(content, patient, device, [*sections, _report_section(content, address("report"))]),
        ),
        (patient["reference"], _patient(basis)),
        (device["reference"], _device()),
        (address("report"), report),
        *(
            pair
            for group, urls in zip(groups, addresses, strict=True)
            for pair in zip(urls, group.resources, strict=True)
        ),
    ]
    provenance = _provenance([url for url, _resource in entries], stamp, device)
    return {
        "resourceType": "Bundle",
        "language": content.language,
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{place}"},
        "type": "document",
        "timestamp": stamp,
        "entry": [
            {"fullUrl": url, "resource": resource} for url, resource in (*entries, (address("provenance"), provenance))
        ],
    }


def bundle_text(bundle: Resource) -> str:
    """Return a bundle as the text of a file."""
    return json.dumps(bundle, ensure_ascii=False, indent=1) + "\n"


def _composition(content: ReportContent, patient: Resource, device: Resource, sections: Sequence[Resource]) -> Resource:
    return {
        "resourceType": "Composition",
        "language": content.language,
        "status": "final",
        "type": local("report", "Summary of a diary of muscle twitching"),
        "subject": patient,
        "date": instant_text(content.made),
        "author": [device],
        "title": content.title,
        "section": list(sections),
    }


def _section(group: Group, urls: Sequence[str], content: ReportContent) -> Resource:
    section: Resource = {"title": content.labels[group.name], "text": _narrative(group.words)}
    if urls:
        section["entry"] = [{"reference": url} for url in urls]
    return section


def _report_section(content: ReportContent, url: str) -> Resource:
    words = [content.first.summary, f"{content.first.question.lead}: {content.first.question.text}"]
    words += [f"{flag.title}: {flag.text}" for flag in content.first.flags]
    if content.first.opinion is not None:
        words += [_conclusion(content)]
    return {"title": content.title, "text": _narrative(words), "entry": [{"reference": url}]}


def _narrative(words: Sequence[str]) -> Resource:
    """Return paragraphs as the XHTML that FHIR allows; the words are escaped."""
    paragraphs = "".join(f"<p>{escape(cleaned(text))}</p>" for text in words) or "<p>–</p>"
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{paragraphs}</div>'}


def _diagnostic_report(basis: Basis, content: ReportContent, pdf: bytes, patient: Resource) -> Resource:
    report: Resource = {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "code": local("report", "Summary of a diary of muscle twitching"),
        "subject": patient,
        "issued": instant_text(content.made),
    }
    if basis.shown.first is not None:
        report["effectivePeriod"] = {"start": instant_text(basis.shown.first), "end": instant_text(basis.at)}
    if content.first.opinion is not None:
        report["conclusion"] = _conclusion(content)
    report["presentedForm"] = [
        {
            "contentType": "application/pdf",
            "language": content.language,
            "data": base64.b64encode(pdf).decode(),
            "title": content.title,
            "creation": instant_text(content.made),
        }
    ]
    return report


def _conclusion(content: ReportContent) -> str:
    opinion = content.first.opinion
    if opinion is None:
        return ""
    thoughts = [
        ", ".join(part for part in (f"{thought.name}: {thought.likelihood}", thought.sureness) if part)
        for thought in opinion.thoughts
    ]
    return cleaned(" ".join([opinion.headline, *opinion.reasons, *(f"{words}." for words in thoughts), content.foot]))


def _patient(basis: Basis) -> Resource:
    patient: Resource = {"resourceType": "Patient"}
    name, person = cleaned(basis.choices.name), basis.told.person
    if name:
        patient["name"] = [{"text": name}]
    if person is not None:
        patient["gender"] = str(person.sex)
        if person.birth_year is not None and basis.choices.has(Part.AGE):
            patient["birthDate"] = str(person.birth_year)
    return patient


def _device() -> Resource:
    return {
        "resourceType": "Device",
        "deviceName": [{"name": "myotwitch", "type": "model-name"}],
        "version": [{"value": myotwitch.__version__}],
    }


def _provenance(targets: Sequence[str], stamp: str, device: Resource) -> Resource:
    assembler = {"type": {"coding": [{"system": _PARTICIPANT, "code": "assembler"}]}, "who": device}
    return {
        "resourceType": "Provenance",
        "target": [{"reference": url} for url in targets],
        "recorded": stamp,
        "agent": [assembler],
    }
