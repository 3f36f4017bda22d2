"""From a table of entries to what drives the twitching, an own experiment and an answer, on the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
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


def time_from_now(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat(timespec="seconds")


@pytest.fixture(scope="module")
def mixed(folder: Path) -> str:
    """A store with a day of this week, and with rows of the year after next."""
    year = 2 * 365 * 24.0
    rows = [
        f"{time_from_now(-30)},bout,eyelid,left,2,,,,",
        f"{time_from_now(-26)},check_in,,,,600,,,",
        f"{time_from_now(-3)},intake,,,,,caffeine,95,mg",
        f"{time_from_now(year)},intake,,,,,caffeine,95,mg",
        f"{time_from_now(year + 1)},check_in,,,,60,,,",
        f"{time_from_now(year + 0.5)},bout,eyelid,left,7,,,,",
    ]
    head = "time,kind,place,side,count,duration_min,substance,amount,unit"
    (folder / "mixed.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    said("diary", "import", "mixed.csv", "--store", "mixed.db", folder=folder)
    said("diary", "person", "birth_year=1985", "--store", "mixed.db", folder=folder)
    return "mixed.db"


def test_what_lies_ahead_counts_only_once_its_time_has_come(folder: Path, mixed: str) -> None:
    result = run("course", "--store", mixed, "--json", folder=folder)
    document = json.loads(result.stdout)
    assert (document["observed_hours"], document["bouts"]) == (10.0, 2)
    (caffeine,) = document["in_body"]
    assert abs(datetime.fromisoformat(caffeine["at"]) - datetime.now(UTC)) < timedelta(minutes=10)
    assert 20 < caffeine["now"] < 95
    assert "3 entries lie ahead of this computer's clock and do not count yet" in result.stderr
    assert "In the body now, on" in said("course", "--store", mixed, folder=folder)
    whole = said("course", "--store", mixed, "--at", time_from_now(3 * 365 * 24.0)[:10], "--json", folder=folder)
    assert (json.loads(whole)["observed_hours"], json.loads(whole)["bouts"]) == (11.0, 9)


def test_an_answer_of_a_mixed_diary_is_that_of_what_has_happened(folder: Path, mixed: str) -> None:
    rows = (folder / "mixed.csv").read_text(encoding="utf-8").splitlines()
    (folder / "past.csv").write_text("\n".join(rows[:4]), encoding="utf-8")
    said("diary", "import", "past.csv", "--store", "past.db", folder=folder)
    said("diary", "person", "birth_year=1985", "--store", "past.db", folder=folder)
    told = run("assess", "--store", mixed, "--json", folder=folder)
    assert json.loads(told.stdout) == json.loads(said("assess", "--store", "past.db", "--json", folder=folder))
    assert "do not count yet" in told.stderr


def test_a_diary_wholly_ahead_counts_whole_and_says_so(folder: Path) -> None:
    rows = ["2199-03-02T08:00:00+01:00,bout,2,", "2199-03-02T09:00:00+01:00,check_in,,120"]
    (folder / "ahead.csv").write_text("\n".join(["time,kind,count,duration_min", *rows]), encoding="utf-8")
    said("diary", "import", "ahead.csv", "--store", "ahead.db", folder=folder)
    result = run("course", "--store", "ahead.db", "--json", folder=folder)
    assert json.loads(result.stdout)["bouts"] == 2
    assert "Every entry lies ahead of this computer's clock" in result.stderr


def test_of_an_old_diary_the_body_is_looked_into_at_its_last_entry(folder: Path) -> None:
    rows = ["2026-01-10T09:00:00+01:00,check_in,60,,,", "2026-01-10T10:00:00+01:00,intake,,caffeine,95,mg"]
    rows.append("2026-01-10T14:00:00+01:00,check_in,60,,,")
    (folder / "old.csv").write_text(
        "\n".join(["time,kind,duration_min,substance,amount,unit", *rows]), encoding="utf-8"
    )
    said("diary", "import", "old.csv", "--store", "old.db", folder=folder)
    (row,) = json.loads(said("course", "--store", "old.db", "--json", folder=folder))["in_body"]
    assert row["at"] == "2026-01-10T14:00:00+01:00"
    assert 20 < row["now"] < 95
    assert "In the body on 2026-01-10 at 14:00, the time of the last entry" in " ".join(
        said("course", "--store", "old.db", folder=folder).split()
    )
    day = json.loads(said("course", "--store", "old.db", "--at", "2026-01-10", "--json", folder=folder))
    assert day["observed_hours"] == 2.0
    (row,) = day["in_body"]
    assert row["at"][:19] == "2026-01-10T23:59:59"
    listed = json.loads(said("diary", "list", "--until", "2026-01-10", "--store", "old.db", "--json", folder=folder))
    assert listed["count"] == 3


def test_a_plan_does_not_begin_in_the_past(folder: Path) -> None:
    refused = run("course", "plan", "caffeine", "--begin", "2020-01-01", "--keep", "--store", "me.db", folder=folder)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "would begin on 2020-01-01, which has passed" in refused.stderr
    today = datetime.now().astimezone().date().isoformat()
    assert f"from {today} to" in said("course", "plan", "caffeine", "--begin", today, "--store", "me.db", folder=folder)


def test_an_answer_can_be_asked_of_a_day_of_the_diary(folder: Path) -> None:
    rows = ["2026-01-10T09:00:00+01:00,bout,eyelid,", "2026-03-10T09:00:00+01:00,symptom,,weakness"]
    (folder / "two.csv").write_text("\n".join(["time,kind,place,finding", *rows]), encoding="utf-8")
    said("diary", "import", "two.csv", "--store", "two.db", folder=folder)
    said("diary", "person", "birth_year=1985", "--store", "two.db", folder=folder)
    early = json.loads(said("assess", "--store", "two.db", "--at", "2026-01-10", "--json", folder=folder))
    late = json.loads(said("assess", "--store", "two.db", "--at", "2026-03-10", "--json", folder=folder))
    assert early["urgency"] != late["urgency"]
    before = run("assess", "--store", "two.db", "--at", "2026-01-09", folder=folder)
    assert before.returncode == 2
    case = run("assess", "case.yaml", "--at", "2026-01-10", folder=folder)
    assert (case.returncode, "it goes with --store" in case.stderr) == (2, True)
    assert "'soon' is not a time" in run("assess", "--store", "two.db", "--at", "soon", folder=folder).stderr
