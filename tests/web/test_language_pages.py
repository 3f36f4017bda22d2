"""A walk over every page in German finds no English sentence."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from docs.messages import FIELD, catalogues, messages
from tests.web.conftest import ORIGIN, Browser

from myotwitch.anatomy import MUSCLES
from myotwitch.case import ANALYTES, FINDINGS
from myotwitch.causes import load_catalogue
from myotwitch.demonstration import write_example
from myotwitch.diary import KINDS, Bout
from myotwitch.store import open_store, read_diary
from myotwitch.substances import SUBSTANCES
from myotwitch.web.app import create_app
from myotwitch.web.sessions import Sessions
from myotwitch.web.settings import AppSettings

LEAST_SIGNS = 12
"""Shorter texts may be the same in both languages, or stand inside a German word."""
BEFORE = datetime(2026, 11, 27, 12, tzinfo=UTC)
CODES = re.compile(r"\[[^\]]*\]|\([a-z0-9_]+[;)]|HP:\d+[^;.)]*|https?://\S+")
"""Conditions of rules, keys of sources and findings, terms of the Human Phenotype Ontology: nothing to translate."""
WORD_BEGINS = re.compile(r"(?<!\w)\S")
TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL)
SHOWN_ATTRIBUTES = re.compile(r'\b(?:aria-label|title|placeholder|alt|data-(?!state|load|part|key)[a-z]+)="([^"]*)"')
OTHER_LANGUAGE = re.compile(r'<(\w+)[^>]*\blang="en"[^>]*>.*?</\1>', re.DOTALL)
WORDS_OF_ENGLISH = re.compile(
    r"\b(the|this|that|these|those|and|with|without|your|you|is|are|were|been|has|have|which|from|than|what)\b"
)


@cache
def english_texts() -> Mapping[str, tuple[str, ...]]:
    """What must not be read on a German page, by its first signs: the messages, cut where something is filled in."""
    known: dict[str, str] = {}
    for catalogue in catalogues("de").values():
        for entry in catalogue:
            known |= zip(_forms(entry.id), _forms(entry.string), strict=False)
    pieces = {
        piece
        for one, message in messages().items()
        for text in filter(None, (one, message.many))
        for part in FIELD.split(text)
        if len(piece := part.strip()) >= LEAST_SIGNS and piece.lower() not in known.get(text, "").lower()
    }
    german_words = {word for told in known.values() for word in re.findall(r"[\w-]+", told)}
    pieces -= german_words
    beginnings: dict[str, tuple[str, ...]] = {}
    for piece in sorted(pieces, key=len, reverse=True):
        beginnings[piece[:LEAST_SIGNS]] = (*beginnings.get(piece[:LEAST_SIGNS], ()), piece)
    return beginnings


def _forms(text: str | Sequence[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def messages_in(text: str) -> Iterator[str]:
    """The English messages that stand in a text, from the border of a word to that of another."""
    for border in WORD_BEGINS.finditer(text):
        begin = border.start()
        for piece in english_texts().get(text[begin : begin + LEAST_SIGNS], ()):
            if text.startswith(piece, begin) and not text[begin + len(piece) : begin + len(piece) + 1].isalnum():
                yield piece
                break


def shown_texts(page: str) -> list[str]:
    """What a person reads or hears on a page, less what is marked as English."""
    page = re.sub(r"<head>.*?</head>", lambda head: re.search(r"<title>.*?</title>", head[0])[0], page, flags=re.DOTALL)  # type: ignore[index]
    while (less := OTHER_LANGUAGE.sub(" ", page)) != page:
        page = less
    attributes = SHOWN_ATTRIBUTES.findall(page)
    texts = map(html.unescape, (*TAGS.sub("\n", page).split("\n"), *attributes))
    return [plain for text in texts if (plain := CODES.sub(" ", text)).strip()]


def english_in(page: str) -> set[str]:
    """English sentences on a page: texts of the messages, and lines in which many English words stand."""
    texts = shown_texts(page)
    found = {message for text in texts for message in messages_in(text)}
    found |= {text.strip() for text in texts if len(WORDS_OF_ENGLISH.findall(text)) >= 2}
    return found


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser that speaks German, on the example person."""
    store, sessions = write_example(tmp_path_factory.mktemp("example"), BEFORE), Sessions()
    with Browser(
        create_app(AppSettings(store=str(store)), sessions), base_url=ORIGIN, follow_redirects=False
    ) as client:
        client.headers["accept-language"] = "de"
        client.get(f"/enter/{sessions.new_link()}")
        yield client


def when_worked_out(browser: Browser, path: str) -> str:
    until = time.monotonic() + 120
    while (answer := browser.get(path)).status_code == 202:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert answer.status_code == 200
    return answer.text


PAGES = (
    "/", "/now/in-body", "/diary", "/diary?view=day&day=2026-11-20", "/diary?view=year", "/diary/import", "/answer",
    "/drives", "/recordings", "/learn", "/learn/playground", "/doctor", "/settings", "/nothing-there",
    *(f"/diary/new/{kind}" for kind in KINDS if kind != "recording"),
)  # fmt: skip
PARTS = ("/answer/now", "/drives/now", "/now/in-body/part")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_german(german: Browser, path: str) -> None:
    page = german.get(path).text
    assert '<html lang="de"' in page
    assert not english_in(page)


@pytest.mark.parametrize("path", PARTS)
def test_what_is_worked_out_is_told_in_german(german: Browser, path: str) -> None:
    assert not english_in(when_worked_out(german, path))


ENCYCLOPAEDIA = {
    "cause": list(load_catalogue().causes), "finding": list(FINDINGS), "substance": list(SUBSTANCES),
    "analyte": list(ANALYTES), "muscle": list(MUSCLES),
}  # fmt: skip


@pytest.mark.parametrize("kind", ENCYCLOPAEDIA)
def test_every_page_of_the_encyclopaedia_is_german(german: Browser, kind: str) -> None:
    found = {
        name: text
        for name in ENCYCLOPAEDIA[kind]
        if (text := english_in(german.get(f"/learn/about/{kind}/{name}").text))
    }
    assert not found, "\n".join(f"{name}: {sorted(text)[:3]}" for name, text in list(found.items())[:30])


def test_an_entry_and_its_history_are_german(german: Browser) -> None:
    with open_store(german.app.state.settings.store) as store:  # type: ignore[attr-defined]
        entry = read_diary(store).of(Bout)[-1]
    assert not english_in(german.get(f"/diary/entry/{entry.key}").text)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/now/none", {"hours": "99"}), ("/now/intake", {"substance": "xyzzy"}), ("/now/bout", {"where": "xyzzy"}),
        ("/now/bout", {"where": "calf", "count": "0"}), ("/diary/new/stress", {"level": "77"}),
        ("/settings/erase", {"sure": "x"}), ("/settings/backup", {"passphrase": "x"}),
        ("/settings/profile", {"birth_year": "1200"}), ("/drives/plan", {"substance": "caffeine", "begin": "x"}),
        ("/drives/plan", {"substance": "xyzzy", "begin": "2027-01-01"}),
    ],
)  # fmt: skip
def test_what_is_refused_is_told_in_german(german: Browser, path: str, fields: dict[str, str]) -> None:
    answer = german.submit(path, **fields)
    assert 400 <= answer.status_code < 500
    assert not english_in(answer.text)


def test_a_plan_of_an_experiment_is_german(german: Browser) -> None:
    answer = german.submit("/drives/plan", substance="caffeine", begin="2027-01-01")
    assert answer.status_code in (200, 422)
    assert not english_in(answer.text)


def test_the_report_is_german(german: Browser) -> None:
    answer = german.submit("/doctor/report", form="html", opinion="yes", substances="yes", alcohol_and_drugs="yes")
    assert answer.status_code == 200
    assert not english_in(answer.text)


def test_the_language_changes_at_once_and_stays(browser: Browser) -> None:
    assert '<html lang="en"' in browser.get("/settings").text
    browser.submit("/settings/looks", language="de", theme="auto")
    assert "Einstellungen" in browser.get("/settings").text
    assert '<html lang="de"' in browser.get("/").text
    browser.submit("/settings/looks", language="en", theme="auto")
    assert "Settings" in browser.get("/settings").text


def test_a_substance_is_found_by_its_german_name(browser: Browser, settings: AppSettings) -> None:
    browser.submit("/settings/looks", language="de", theme="auto")
    assert browser.submit("/now/intake", substance="Koffein", amount="90,5", unit="mg").status_code == 303
    with open_store(settings.store) as store:
        (intake,) = read_diary(store).entries
    assert dict(intake)["substance"] == "caffeine"


def test_a_file_that_cannot_be_read_is_told_in_german(browser: Browser, tmp_path: Path) -> None:
    browser.submit("/settings/looks", language="de", theme="auto")
    answer = browser.post(
        "/recordings/upload",
        data={"csrf": browser.csrf(), "time": "2026-03-04T10:15"},
        files={"files": ("broken.edf", b"0       nothing of an EDF file")},
        headers={"Origin": ORIGIN},
    )
    assert answer.status_code == 422
    assert not english_in(answer.text)
