"""What the app answers to, as an OpenAPI document that is true: pages, redirects, refusals and forms among it."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI

from myotwitch.web.forms import LONGEST_FIELD
from myotwitch.web.guard import UPLOAD_PATHS

PAGE = {"text/html": {"schema": {"type": "string"}}}
FAULT = {
    **PAGE,
    "application/json": {
        "schema": {"type": "object", "properties": {"detail": {"type": "string"}}, "required": ["detail"]}
    },
}
NO_CONTENT: dict[str, Any] = {}
UPLOAD = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
            "additionalProperties": {"type": "string"},
        }
    }
}
KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "/settings/export/": ("application/json", "text/csv", "application/fhir+json"),
        "/settings/backup": ("application/octet-stream",),
        "/recordings/{key}/wave": ("application/json",),
        "/recordings/{key}/events.json": ("application/json",),
        "/recordings/{key}/found.json": ("application/json",),
        "/recordings/{key}/events.csv": ("text/csv",),
        "/recordings/{key}/file": ("application/octet-stream",),
        "/recordings/{key}/verdict": ("application/json",),
        "/recordings/upload": ("application/json",),
        "/diary/import/upload": ("application/json",),
        "/doctor/": ("text/html", "application/pdf", "application/fhir+json", "application/json"),
    }
)
"""What is answered by addresses that begin so, where it is no page."""
REFUSALS = {
    "401": "There is no session.",
    "404": "There is no such page, or nothing of that name.",
    "422": "What was sent is not possible; the answer says why.",
}
REFUSALS_OF_FORMS = {
    "400": "The form is damaged.",
    "403": "The form is not of this session.",
    "408": "The request did not come to its end in time.",
    "409": "The same form is still being taken.",
    "413": "The request is too large.",
}
FORM = {
    "type": "object",
    "properties": {
        "csrf": {"type": "string", "description": "What the forms of a page carry; or the header X-CSRF-Token."}
    },
    "additionalProperties": {"type": "string", "maxLength": LONGEST_FIELD},
}


def document_of(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of the app.

    Method
    ------
    What FastAPI knows of parameters and JSON is kept. A handler that answers with a page, a file or a redirect tells
    FastAPI nothing of it; that, the refusals that every address has in common, and forms that are read field by field
    are added here.
    """
    document = copy.deepcopy(app.openapi())
    for path, method, operation in _operations(document):
        responses = operation["responses"]
        if _says_nothing(responses.get("200", {})):
            responses["200"] = {"description": "A page, a part of one, or a file.", "content": _kinds_of(path)}
            responses["202"] = {"description": "It is being worked out; ask again.", "content": NO_CONTENT}
            responses["204"] = {"description": "There is nothing to show yet.", "content": NO_CONTENT}
            if method == "post":
                responses["303"] = {"description": "It is done; here is where to go on.", "content": NO_CONTENT}
        refusals = {**REFUSALS, **(REFUSALS_OF_FORMS if method == "post" else {})}
        for status, description in refusals.items():
            responses[status] = {"description": description, "content": FAULT}
        if method == "post" and "requestBody" not in operation:
            is_upload = path in UPLOAD_PATHS
            content = UPLOAD if is_upload else {"application/x-www-form-urlencoded": {"schema": FORM}}
            operation["requestBody"] = {"content": content, "required": is_upload}
    document.get("components", {}).get("schemas", {}).pop("HTTPValidationError", None)
    document.get("components", {}).get("schemas", {}).pop("ValidationError", None)
    return document


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _says_nothing(response: dict[str, Any]) -> bool:
    """Tell whether FastAPI knows nothing of an answer: it then writes down any JSON."""
    content = response.get("content", {"application/json": {"schema": {}}})
    return list(content) == ["application/json"] and content["application/json"].get("schema") == {}


def _kinds_of(path: str) -> dict[str, Any]:
    known = next((kinds for begin, kinds in KINDS.items() if path.startswith(begin)), None)
    return PAGE if known is None else {kind: {"schema": {}} for kind in known}
