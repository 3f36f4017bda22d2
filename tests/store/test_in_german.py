"""Why a store cannot do what was asked is told in the language in use."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.german import english_in

from myotwitch.diary import Note
from myotwitch.errors import MyotwitchError
from myotwitch.language import in_language, translated
from myotwitch.store import Store, add_entry, add_person, edit_entry, open_store, read_diary, remove_entry, undo
from myotwitch.store.faults import KEPT, SENTENCES

NOTE = Note.model_validate({"time": "2026-03-04T21:30:00+01:00", "text": "a note"})

ASKED: dict[str, Callable[[Store], object]] = {
    "nothing to undo": lambda store: (undo(store, None, command="test"), undo(store, None, command="test")),
    "no such action": lambda store: undo(store, None, 99, command="test"),
    "no such person": lambda store: read_diary(store, "nobody"),
    "a person twice": lambda store: add_person(store, "me"),
    "no name": lambda store: add_person(store, "\x07"),
    "no such entry": lambda store: remove_entry(store, None, "0" * 32, command="test"),
    "no key": lambda store: remove_entry(store, None, "xyz", command="test"),
    "nothing changed": lambda store: edit_entry(store, None, NOTE.key, {"text": "a note"}, command="test"),
    "another kind": lambda store: edit_entry(store, None, NOTE.key, {"kind": "bout"}, command="test"),
}


@pytest.mark.parametrize("asked", ASKED)
def test_a_refusal_is_german(asked: str, tmp_path: Path) -> None:
    with in_language("de"), open_store(tmp_path / "tagebuch.db", create=True) as store:
        add_person(store, "me")
        add_entry(store, None, NOTE, command="test")
        with pytest.raises(MyotwitchError) as told:
            ASKED[asked](store)
    assert not english_in([told_without_paths(told.value, tmp_path)])


def told_without_paths(error: MyotwitchError, folder: Path) -> str:
    """The words of an error, less what is no language: paths, and commands to be typed."""
    return re.sub(r"(mit|so): (myotwitch )?diary .*|postgresql://\S+", "", str(error).replace(str(folder), ""))


@pytest.mark.parametrize("name", ["missing/tagebuch.db", "tagebuch.db", "postgresql:///"])
def test_why_there_is_no_store_is_german(name: str, tmp_path: Path) -> None:
    with in_language("de"), pytest.raises(MyotwitchError) as told:
        open_store(name if "://" in name else tmp_path / name, create=name.startswith("missing"))
    assert not english_in([told_without_paths(told.value, tmp_path)])


def test_what_databases_complain_of_is_told_in_german() -> None:
    with in_language("de"):
        assert not english_in(translated(sentence) for _signs, sentence in SENTENCES)
        assert translated(KEPT) != KEPT
