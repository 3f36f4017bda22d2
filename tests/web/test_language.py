"""Every text has its German; the catalogues hold nothing that breaks a page."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from docs.messages import FIELD, catalogues, messages, missing
from starlette.concurrency import run_in_threadpool

from myotwitch.errors import UnknownNameError
from myotwitch.language import (
    LANGUAGES,
    SOURCE_LANGUAGE,
    _,
    chosen_language,
    digits,
    in_language,
    language_in_use,
    ngettext,
    translated,
)
from myotwitch.substances import find_substance

OTHERS = [code for code in LANGUAGES if code != SOURCE_LANGUAGE]
PARTS = sorted({message.part for message in messages().values()})
FOREIGN_QUOTES = re.compile(r"[\"“]")


def entries(language: str) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Each entry of the catalogues: its file, the texts, and what they are in the language."""
    for name, catalogue in catalogues(language).items():
        for entry in catalogue:
            if entry.id:
                texts = entry.id if isinstance(entry.id, tuple | list) else (entry.id,)
                told = entry.string if isinstance(entry.string, tuple | list) else (entry.string,)
                yield name, tuple(texts), tuple(told)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated(language: str, part: str) -> None:
    lacking = [f"{message.where}: {one}" for one, message in missing(language).items() if message.part == part]
    assert not lacking, f"{len(lacking)} texts of {part} lack {LANGUAGES[language]}:\n" + "\n".join(lacking[:40])


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_filled_in_is_the_same_in_every_language(language: str) -> None:
    wrong = []
    for name, texts, told in entries(language):
        for index, text in enumerate(told):
            mine, theirs = FIELD.findall(text), FIELD.findall(texts[min(index, len(texts) - 1)])
            # A form for one thing may leave its number out, and one for several may need it.
            extra = Counter(mine) - Counter(FIELD.findall("".join(texts)) * 3)
            if text and (extra if len(texts) > 1 else set(mine) != set(theirs)):
                wrong.append(f"{name}: {texts[0]!r} → {text!r}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_waits_for_a_look_and_each_plural_has_all_its_forms(language: str) -> None:
    for name, catalogue in catalogues(language).items():
        assert not [entry.id for entry in catalogue if entry.id and entry.fuzzy], name
        for entry in catalogue:
            if isinstance(entry.id, tuple | list):
                assert len(entry.string) == catalogue.num_plurals, f"{name}: {entry.id}"
                assert all(entry.string), f"{name}: {entry.id}"


@pytest.mark.parametrize("language", OTHERS)
def test_a_text_means_one_thing_in_all_files_of_a_language(language: str) -> None:
    known: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for _name, texts, told in entries(language):
        known.setdefault(texts, set()).add(told)
    assert not {texts: told for texts, told in known.items() if len(told) > 1}


@pytest.mark.parametrize("language", OTHERS)
def test_catalogues_hold_no_text_that_is_shown_nowhere(language: str) -> None:
    every = messages()
    unused = [
        f"{name}: {texts[0]}" for name, texts, _told in entries(language) if name == "app" if texts[0] not in every
    ]
    assert not unused, "\n".join(unused)


def test_german_speaks_to_a_person_with_courtesy_and_its_own_quotes() -> None:
    rude = re.compile(r"\b(du|dein|deine|deinen|deinem|deiner|dich|dir)\b")
    wrong = [
        f"{name}: {text}"
        for name, texts, told in entries("de")
        for text in told
        if rude.search(text) or ('"' in text and '"' not in "".join(texts))
    ]
    assert not wrong, "\n".join(wrong)


def test_the_language_holds_within_its_context_and_in_the_threads_it_waits_for() -> None:
    async def told() -> tuple[str, str, str]:
        with in_language("de"):
            inside, apart = language_in_use(), await run_in_threadpool(lambda: _("Now"))
        return inside, apart, language_in_use()

    assert asyncio.run(told()) == ("de", "Jetzt", "en")


def test_numbers_plurals_and_unknown_texts_follow_the_language() -> None:
    with in_language("de"):
        assert digits(1234.5, ",.1f") == "1.234,5"
        assert [ngettext("%(num)s bout", "%(num)s bouts", number) % {"num": number} for number in (1, 2)] == [
            "1 Zuckung", "2 Zuckungen",
        ]  # fmt: skip
        assert translated("a text that no catalogue has") == "a text that no catalogue has"
        assert translated("") == ""
    assert digits(1234.5, ",.1f") == "1,234.5"


def test_an_unknown_language_is_refused_and_the_one_before_comes_back() -> None:
    with pytest.raises(KeyError), in_language("xx"):
        pass
    with in_language("de"):
        with in_language("en"):
            assert language_in_use() == "en"
        assert language_in_use() == "de"


def test_errors_are_told_in_the_language_in_use_and_to_programs_in_english() -> None:
    with in_language("de"), pytest.raises(UnknownNameError) as told:
        find_substance("xyzzy")
    with pytest.raises(UnknownNameError) as plain:
        find_substance("xyzzy")
    assert str(told.value) != str(plain.value)


@pytest.mark.parametrize(
    ("kept", "accepted", "language"),
    [(None, "", "en"), (None, "de-AT,en;q=0.8", "de"), ("en", "de", "en"), ("fr", "de", "de"), (None, "fr, it", "en")],
)
def test_the_browser_is_asked_where_nobody_chose(kept: str | None, accepted: str, language: str) -> None:
    assert chosen_language(kept, accepted) == language
