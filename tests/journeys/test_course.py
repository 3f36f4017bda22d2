"""From a table of entries to what drives the twitching, an own experiment and an answer, on the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from tests.ready_program import run_program
from validation.diaries.simulate import simulate
from validation.diaries.worlds import TUNING

from myotwitch.course.document_schema import course_schema

PROGRAM = str(Path(sys.executable).with_name("myotwitch"))
CONTRACT = {"observed_hours", "bouts", "rate_per_hour", "factors", "changes", "in_body"}


def run(*arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return run_program(*arguments, folder=folder, timeout_s=180)


def said(*arguments: str | Path, folder: Path) -> str:
    result = run(*arguments, folder=folder)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the store of a simulated person."""
    folder = tmp_path_factory.mktemp("course")
    world = replace(TUNING["poisson"], days=120)
    (folder / "diary.csv").write_text(simulate(world, np.random.default_rng(11)).csv(), encoding="utf-8")
    said("diary", "import", "diary.csv", "--store", "me.db", folder=folder)
    said("diary", "person", "birth_year=1985", "sex=female", "--store", "me.db", folder=folder)
    return folder


def test_the_course_is_the_contract_s_document_and_has_every_factor_of_the_diary(folder: Path) -> None:
    document = json.loads(said("course", "--store", "me.db", "--json", folder=folder))
    Draft202012Validator(course_schema()).validate(document)
    assert document["schema"] == "myotwitch.course/1"
    assert set(document) >= CONTRACT
    written = (folder / "diary.csv").read_text(encoding="utf-8")
    substances = {line.split(",")[4] for line in written.splitlines()[1:] if line.split(",")[1] == "intake"}
    factors = {row["factor"] for row in document["factors"]}
    assert factors >= substances | {"stress", "sleep", "exercise"}
    for row in document["factors"]:
        low, high = row["interval"]
        assert 0 < low < row["rate_ratio"] < high < float("inf")
        assert row["verdict"] in ("raises", "lowers", "no_effect_seen", "cannot_tell")
        assert (row["verdict"] in ("raises", "lowers")) == (row["q_value"] < 0.05)


def test_in_words_it_says_what_it_cannot_tell(folder: Path) -> None:
    text = said("course", "--store", "me.db", folder=folder)
    assert "hours watched" in text
    assert "95 %" in text


def test_an_experiment_is_planned_kept_and_told_to_be_under_way(folder: Path) -> None:
    first = said(
        "course", "plan", "caffeine", "--seed", "3", "--begin", "2031-01-06", "--store", "me.db", folder=folder
    )
    again = said("course", "plan", "coffee", "--seed", "3", "--begin", "2031-01-06", "--store", "me.db", folder=folder)
    assert first == again
    assert "Chance has decided the order" in first
    assert "no plan" in said("course", "outcome", "--store", "me.db", folder=folder)
    said(
        "course",
        "plan",
        "caffeine",
        "--seed",
        "3",
        "--begin",
        "2031-01-06",
        "--keep",
        "--store",
        "me.db",
        folder=folder,
    )
    assert "still going" in said("course", "outcome", "--store", "me.db", folder=folder)
    said("diary", "undo", "--store", "me.db", folder=folder)
    assert "no plan" in said("course", "outcome", "--store", "me.db", folder=folder)


def test_a_prescribed_medicine_is_not_tried(folder: Path) -> None:
    refused = run("course", "plan", "sertraline", "--store", "me.db", folder=folder)
    assert refused.returncode == 2
    assert "doctor" in refused.stderr


def test_the_answer_can_be_asked_of_the_diary_itself(folder: Path) -> None:
    said("diary", "add", "bout", "eyelid", "left", "--store", "other.db", folder=folder)
    said("diary", "person", "birth_year=1990", "--store", "other.db", folder=folder)
    document = json.loads(said("assess", "--store", "other.db", "--json", folder=folder))
    assert document["schema"] == "myotwitch.assessment/1"
    assert document["urgency"] in ("harmless", "watch")
    assert run("assess", folder=folder).returncode == 2


def test_a_diary_of_one_entry_or_of_nothing_watched_has_a_course(folder: Path) -> None:
    said("diary", "add", "intake", "caffeine", "95", "mg", "--store", "one.db", folder=folder)
    document = json.loads(said("course", "--store", "one.db", "--json", folder=folder))
    assert document["rate_per_hour"] is None
    assert "Silence is not zero" in said("course", "--store", "one.db", folder=folder)


def test_a_store_that_is_not_there_is_told(folder: Path) -> None:
    missing = run("course", "--store", "nowhere.db", folder=folder)
    assert missing.returncode == 2
    assert "There is no store" in missing.stderr
