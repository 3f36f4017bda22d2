"""The page for the doctor on the command line, from a table of entries to the three files."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from tests.ready_program import run_program

ROWS = """time,kind,place,side,count,duration_min,substance,amount,unit,analyte,value,text
2026-03-02T12:00+01:00,bout,eyelid,left,2,,,,,,,
2026-03-02T13:00+01:00,check_in,,,,180,,,,,,
2026-03-02T09:00+01:00,intake,,,,,caffeine,90,mg,,,
2026-03-02T21:00+01:00,intake,,,,,alcohol,20,g,,,
2026-03-03T09:00+01:00,lab,,,,,,,mmol/L,magnesium,0.6173,
2026-03-03T10:00+01:00,note,,,,,,,,,,ZEBRAFINCH
"""


def run(*arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return run_program(*arguments, folder=folder, timeout_s=120)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    (folder / "diary.csv").write_text(ROWS, encoding="utf-8")
    imported = run("diary", "import", "diary.csv", "--store", "me.db", folder=folder)
    assert imported.returncode == 0, imported.stderr
    assert run("diary", "person", "birth_year=1985", "--store", "me.db", folder=folder).returncode == 0
    return folder


def report(folder: Path, file: str, *options: str) -> subprocess.CompletedProcess[str]:
    return run("diary", "report", file, "--store", "me.db", *options, folder=folder)


@pytest.mark.parametrize(("file", "begins"), [("a.pdf", b"%PDF-"), ("a.html", b"<!doctype"), ("a.fhir.json", b"{")])
def test_each_form_is_written_with_what_was_chosen(folder: Path, file: str, begins: bytes) -> None:
    done = report(folder, file, "--without", "alcohol_and_drugs", "--with", "notes", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["schema"] == "myotwitch.diary_report/1"
    assert "notes" in told["parts"]
    assert "alcohol_and_drugs" not in told["parts"]
    content = (folder / file).read_bytes()
    assert content.lstrip().startswith(begins)
    assert len(content) == told["bytes"]
    if begins != b"%PDF-":
        assert b"ZEBRAFINCH" in content
        assert b"0.6173" in content
        assert b"lcohol" not in content


def test_whether_alcohol_and_drugs_are_told_must_be_said(folder: Path) -> None:
    undecided = report(folder, "b.pdf")
    assert undecided.returncode == 2
    assert "--without alcohol_and_drugs" in undecided.stderr
    assert not (folder / "b.pdf").exists()
    assert report(folder, "b.html", "--with", "alcohol_and_drugs").returncode == 0
    assert "Alcohol (ethanol)" in (folder / "b.html").read_text(encoding="utf-8")


def test_a_file_is_not_written_over_unasked(folder: Path) -> None:
    (folder / "c.html").write_text("mine", encoding="utf-8")
    assert report(folder, "c.html", "--without", "substances").returncode == 2
    assert (folder / "c.html").read_text(encoding="utf-8") == "mine"
    assert report(folder, "c.html", "--without", "substances", "--force").returncode == 0


@pytest.mark.parametrize(
    "options",
    [("--with", "note"), ("--span", "decade"), ("--with", "notes", "--without", "notes"), ("--name", "x" * 81)],
)
def test_what_is_no_choice_ends_with_a_sentence_and_code_2(folder: Path, options: tuple[str, ...]) -> None:
    refused = report(folder, "d.html", "--without", "alcohol_and_drugs", *options)
    assert refused.returncode == 2
    assert refused.stderr.startswith("myotwitch: ")
    assert "Traceback" not in refused.stderr
    assert report(folder, "d.docx", "--without", "alcohol_and_drugs").returncode == 2
