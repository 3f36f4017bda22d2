"""Whatever is sent to any address of the OpenAPI document is answered as it says, and never by a fault of the app."""

from __future__ import annotations

import copy
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests.browser.conftest import Server, start_server
from tests.web.recordings_made import recording_csv

from myotwitch.diary import KINDS

schemathesis = pytest.importorskip("schemathesis", reason="needs schemathesis")

EXAMPLES = {"tame": 4, "wild": 6}
"""For each address; they are the same each time. Tame: what the app's forms offer; wild: anything."""
LONGEST_S = 30.0
"""On a busy machine, one example of each address after that."""
PAGES = (
    "/", "/diary", "/answer", "/answer/now", "/drives", "/recordings", "/learn", "/doctor", "/settings",
    "/diary/import",
    *(f"/diary/new/{kind}" for kind in KINDS if kind != "recording"),
)  # fmt: skip
CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_schema_conformance,
]
BEYOND_CHANCE = {
    "POST /recordings/upload", "POST /diary/import/upload", "GET /diary/import/look/{token}",
    "POST /diary/import/look/{token}", "POST /diary/import/keep/{token}", "POST /diary/import/drop/{token}",
    "POST /settings/erase", "POST /settings/passphrase",
    "POST /now/bout", "POST /answer/reply", "POST /drafts", "POST /recordings/{key}/remove",
    "POST /recordings/{key}/delete",
}  # fmt: skip
"""Addresses that chance never gets right; tests of their own do."""
TAME = ["", "1", "2026-03-04T21:30", "words of a person"]
LAST = ("undo", "remove", "delete", "erase", "person")
"""What takes away is asked for last, so that there is something for the others."""
STRANGE_KEYS = ["abcd1234", "none", "..%2f", "%00"]
LEFT_OUT = {"/leave"}
"""It ends the session that asks; test_guard asks for it."""


@dataclass(kw_only=True)
class Forms(HTMLParser):
    """The forms of pages: where they go, and which fields with which values they send."""

    fields: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    _action: str = ""
    _select: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._action = told["action"]
        elif tag in ("input", "select", "textarea", "button") and "name" in told:
            known = self.fields.setdefault(self._action, {}).setdefault(told["name"], set())
            known.update({told["value"]} if "value" in told else ())
            self._select = told["name"]
        elif tag == "option":
            self.fields[self._action][self._select].add(told.get("value", ""))


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Somebody who was let in, with what is needed to send forms."""

    client: httpx2.Client
    headers: Mapping[str, str]

    @classmethod
    def of(cls, server: Server) -> Visitor:
        client = httpx2.Client(base_url=server.address, timeout=60.0)
        client.get(server.link)
        page = client.get("/settings").text
        csrf = page.split('name="csrf" content="')[1].split('"')[0]
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        return cls(client=client, headers={"Origin": server.address, "X-CSRF-Token": csrf, "Cookie": cookie})

    def send(self, path: str, **fields: str) -> httpx2.Response:
        return self.client.post(path, data=fields, headers={**self.headers})


@pytest.fixture
def visitor(tmp_path: Path) -> Iterator[Visitor]:
    """Somebody in the real server, which has a few entries and a recording, and nothing to complain of."""
    server = start_server(tmp_path / "diary.db")
    one = Visitor.of(server)
    for number in range(3):
        one.send("/now/bout", where="gastrocnemius_medialis-left", count=str(number + 1))
    one.send("/now/intake", substance="caffeine", amount="90", unit="mg")
    sent = {"files": ("a.csv", recording_csv(duration_s=5))}
    address = one.client.post("/recordings/upload", files=sent, headers=one.headers).json()["address"]
    until = time.monotonic() + 60
    while one.client.get(f"{address}/state").json()["step"] != "done":
        assert time.monotonic() < until
        time.sleep(0.1)
    yield one
    one.client.close()
    server.end()
    assert "Traceback" not in "".join(server.said), "".join(server.said)


def with_what_pages_send(document: dict[str, Any], visitor: Visitor, manner: str) -> dict[str, Any]:
    """The document with the fields of the app's own forms and the keys of what there is, so that chance gets far."""
    forms = Forms()
    for page in PAGES:
        forms.feed(visitor.client.get(page).text)
    keys = re.findall(r"/diary/entry/([0-9a-f]+)", visitor.client.get("/diary?view=day").text)
    recordings = re.findall(r'href="/recordings/([0-9a-f]+)"', visitor.client.get("/recordings").text)
    topics = re.findall(r'/learn/about/cause/([a-z_]+)"', visitor.client.get("/learn").text)
    assert keys
    assert recordings
    assert topics
    known = {
        ("/diary/entry/", "key"): keys, ("/recordings/", "key"): recordings, ("/diary/new/", "kind"): list(KINDS),
        ("/learn/about/", "name"): topics, ("/learn/about/", "kind"): ["cause"],
    }  # fmt: skip
    for path, methods in document["paths"].items():
        for operation in methods.values():
            for parameter in operation.get("parameters", []):
                asked = ((begin, name) for begin, name in known if path.startswith(begin) and name == parameter["name"])
                if (found := next(asked, None)) is not None:
                    strange = STRANGE_KEYS if manner == "wild" else []
                    parameter["schema"] = {"enum": [*known[found], *strange]}
            body = operation.get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded")
            if body is not None and "additionalProperties" in body["schema"]:
                body["schema"] = schema_of(forms, path, manner)
    return document


def schema_of(forms: Forms, path: str, manner: str) -> dict[str, Any]:
    pattern = re.compile(re.sub(r"\{\w+\}", "[^/]+", path))
    fields: dict[str, set[str]] = {}
    for action, told in forms.fields.items():
        if pattern.fullmatch(action):
            for name, values in told.items():
                fields.setdefault(name, set()).update(values)
    anything = {"type": "string", "maxLength": 200}
    offered = {name: {"enum": sorted(values)[:300] or TAME} for name, values in fields.items() if name != "csrf"}
    if manner == "tame":
        return {"type": "object", "properties": offered, "required": list(offered), "additionalProperties": False}
    wild = {name: {"anyOf": [known, anything]} for name, known in offered.items()}
    return {"type": "object", "properties": wild, "additionalProperties": anything}


def held(operation: Any, visitor: Visitor, examples: int, until_s: float) -> tuple[set[int], str]:
    """Send an address what chance makes of its document; return the answers' statuses, and what does not hold."""
    seen: set[int] = set()

    @settings(
        max_examples=examples, database=None, derandomize=True, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def holds(case: Any) -> None:
        if seen and time.monotonic() > until_s:
            return
        response = case.call_and_validate(
            headers=dict(visitor.headers), checks=CHECKS, allow_redirects=False, timeout=60
        )
        seen.add(response.status_code)

    try:
        holds()
    except BaseExceptionGroup as error:  # all of them are wanted, not only the first
        return seen, f"{operation.label}: {error}"
    return seen, ""


def test_every_address_answers_whatever_comes_as_the_document_says(visitor: Visitor) -> None:
    reached: dict[str, set[int]] = {}
    faults, until_s = [], time.monotonic() + LONGEST_S
    told = visitor.client.get("/openapi.json").json()
    documents = {manner: with_what_pages_send(copy.deepcopy(told), visitor, manner) for manner in EXAMPLES}
    for manner, document in documents.items():
        schema = schemathesis.openapi.from_dict(document)
        schema.config.update(base_url=str(visitor.client.base_url))
        operations = [found.ok() for found in schema.get_all_operations()]
        for operation in sorted(operations, key=lambda one: one.path.endswith(LAST)):
            if operation.path not in LEFT_OUT:
                seen, fault = held(operation, visitor, EXAMPLES[manner], until_s)
                reached.setdefault(operation.label, set()).update(seen)
                faults += [fault] if fault else []
    assert faults == []
    assert len(reached) > 50
    assert sorted(label for label, seen in reached.items() if min(seen) >= 400 and label not in BEYOND_CHANCE) == []
    assert visitor.client.get("/").status_code == 200
