"""`myotwitch explain` and `myotwitch questions` as a person and a program use them, in their own process."""

from __future__ import annotations

import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest
from tests.ready_program import run_program

from myotwitch.case import FINDINGS, read_case
from myotwitch.causes import assess
from myotwitch.report.dialogue import INTRODUCTION, NOT_UNDERSTOOD, NOTHING_BEFORE, Ending

PROGRAM = str(Path(sys.executable).parent / "myotwitch")
ROOT = Path(__file__).resolve().parents[2]
DEMONSTRATION = ROOT / "src" / "myotwitch" / "demonstration"
PATIENCE_S = 60.0

CALF = "person: {age_years: 34}\ntwitching:\n  - place: calf\n"
EMERGENCY = "person: {age_years: 71}\ntwitching:\n  - place: calf\nfindings:\n" + "".join(
    f"  - {{finding: {name}, present: true}}\n"
    for name in ("saddle_numbness", "bladder_bowel_dysfunction", "back_pain")
)


def run(
    *arguments: str | Path, folder: Path | None = None, lines: str | bytes = ""
) -> subprocess.CompletedProcess[str]:
    """Run myotwitch with the lines as its input and return what it printed."""
    given = lines if isinstance(lines, bytes) else lines.encode()
    return run_program(*arguments, folder=folder, given=given)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a case that leaves much open, and one that is an emergency already."""
    (tmp_path / "calf.yaml").write_text(CALF, encoding="utf-8")
    (tmp_path / "emergency.yaml").write_text(EMERGENCY, encoding="utf-8")
    return tmp_path


class Terminal:
    """A process on a terminal of its own, to be watched and typed at."""

    def __init__(self, *arguments: str, folder: Path) -> None:
        self.leader, follower = pty.openpty()
        self.seen = ""
        self.process = subprocess.Popen(
            [PROGRAM, *arguments], cwd=folder, stdin=follower, stdout=follower, stderr=follower,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "100"}, start_new_session=True,
            preexec_fn=_own_terminal,  # noqa: PLW1509  (the process needs a terminal that can interrupt it)
        )  # fmt: skip
        os.close(follower)

    def wait_for(self, text: str, times: int = 1) -> None:
        """Read until `text` has been seen so many times."""
        until = time.monotonic() + PATIENCE_S
        while self.seen.count(text) < times:
            assert time.monotonic() < until, f"{text!r} never came; seen:\n{self.seen}"
            if not self._read() and self.process.poll() is not None:
                break
        assert self.seen.count(text) >= times, f"{text!r} never came; seen:\n{self.seen}"

    def type(self, text: str) -> None:
        """Type `text`."""
        os.write(self.leader, text.encode())

    def end(self) -> int:
        """Read until the process has ended and return its exit code."""
        until = time.monotonic() + PATIENCE_S
        while self._read() or self.process.poll() is None:
            assert time.monotonic() < until, f"it never ended; seen:\n{self.seen}"
        os.close(self.leader)
        return self.process.returncode

    def _read(self) -> bool:
        """Read what there is, waiting a little for it; return False where nothing came."""
        # The end of a terminal is not told alike everywhere, so nothing waits for it.
        if not select.select([self.leader], [], [], 0.1)[0]:
            return False
        try:
            read = os.read(self.leader, 65_536)
        except OSError:
            return False
        self.seen += read.decode(errors="replace").replace("\r\n", "\n")
        return bool(read)


def _own_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (("caffeine",), "half-lives"),
        (("eyelid", "myokymia"), "HARMLESS EYELID TWITCHING"),
        (("HP:0003394",), "MUSCLE CRAMPS"),
        (("G12.21",), "MOTOR NEURONE DISEASE"),
        (("magnesium",), "Also: substance magnesium_supplement"),
        (("gastrocnemius",), "Roots"),
    ],
)
def test_explain_prints_the_page_of_what_is_named(name: tuple[str, ...], told: str) -> None:
    result = run("explain", *name)
    assert (result.returncode, result.stderr) == (0, "")
    assert told in result.stdout


def test_explain_prints_one_json_document_with_every_number() -> None:
    document = json.loads(run("explain", "hypomagnesaemia", "--json").stdout)
    assert (document["schema"], document["kind"], document["name"]) == (
        "myotwitch.page/1", "cause", "hypomagnesaemia"
    )  # fmt: skip
    lines = [line for part in document["sections"] for line in part["lines"]]
    figures = [line["figure"] for line in lines if line["figure"] is not None]
    assert figures
    assert all(figure["low"] <= figure["value"] <= figure["high"] for figure in figures)
    assert {key for figure in figures for key in figure["sources"]} <= {one["key"] for one in document["sources"]}


def test_explain_gives_a_doctor_the_numbers_with_their_sources() -> None:
    for_person, for_doctor = run("explain", "ALS").stdout, run("explain", "ALS", "--doctor").stdout
    assert "xu_2020" in for_doctor
    assert "xu_2020" not in for_person


@pytest.mark.parametrize(
    ("name", "told"), [("magnesum", "magnesium"), ("myokymia", "eyelid_myokymia"), ("", "is no name")]
)
def test_explain_of_an_unknown_name_ends_with_code_2_and_the_nearest_names(name: str, told: str) -> None:
    result = run("explain", name)
    assert (result.returncode, result.stdout) == (2, "")
    assert told in result.stderr
    assert "Traceback" not in result.stderr


def test_a_program_can_answer_the_questions_and_gets_the_final_assessment(folder: Path) -> None:
    result = run("questions", "calf.yaml", "--json", "--out", "done.yaml", folder=folder, lines="n\n" * 100)
    assert result.returncode == 0, result.stderr
    document = json.loads(result.stdout)
    schema = json.loads((ROOT / "docs" / "schema" / "assessment.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    completed = read_case(folder / "done.yaml")
    assert completed.findings
    assert all(not state.present for state in completed.findings)
    assert document["urgency"] == assess(completed).urgency.value
    assert INTRODUCTION in result.stderr


def test_the_questions_end_where_no_answer_would_change_the_advice(folder: Path) -> None:
    result = run("questions", "calf.yaml", folder=folder, lines="n\n" * 100)
    assert Ending.SETTLED in result.stdout or Ending.ENOUGH in result.stdout
    assert "Limits" in result.stdout


def test_no_more_questions_are_asked_than_allowed(folder: Path) -> None:
    result = run("questions", "calf.yaml", "--most", "3", "--out", "done.json", folder=folder, lines="n\n" * 100)
    assert len(read_case(folder / "done.json").findings) == 3
    assert Ending.ENOUGH in result.stdout


def test_a_question_that_was_not_known_is_not_asked_again_and_goes_back_on_wish(folder: Path) -> None:
    first = next(iter(assess(read_case(folder / "calf.yaml")).ask_next)).finding
    skipped = run("questions", "calf.yaml", "--most", "4", "--out", "a.yaml", folder=folder, lines="?\nn\nn\nn\n")
    assert skipped.stdout.count(f". {FINDINGS[first].question}") == 1
    assert first not in {state.finding for state in read_case(folder / "a.yaml").findings}
    again = run("questions", "calf.yaml", "--out", "b.yaml", folder=folder, lines="b\nn\nb\nmaybe\ny\nq\n")
    assert NOTHING_BEFORE in again.stdout
    assert NOT_UNDERSTOOD in again.stdout
    assert [(state.finding, state.present) for state in read_case(folder / "b.yaml").findings] == [(first, True)]


@pytest.mark.parametrize("lines", ["", "q\n", "\n\n", b"\xff\xfe\n", "y" * 5000], ids=repr)
def test_the_end_of_the_input_ends_the_questions_politely(folder: Path, lines: str | bytes) -> None:
    result = run("questions", "calf.yaml", folder=folder, lines=lines)
    assert result.returncode == 0, result.stderr
    assert Ending.STOPPED in result.stdout
    assert "Limits" in result.stdout


def test_questions_work_without_any_input_at_all(folder: Path) -> None:
    result = subprocess.run(
        ["sh", "-c", f"exec {PROGRAM} questions calf.yaml <&-"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert (result.returncode, "Traceback" in result.stderr) == (0, False)
    assert Ending.STOPPED in result.stdout


def test_an_emergency_is_told_at_once_and_asks_nothing_more(folder: Path) -> None:
    result = run("questions", "emergency.yaml", folder=folder, lines="n\n" * 100)
    assert Ending.EMERGENCY in result.stdout
    assert "\n1. " not in result.stdout
    assert "PLEASE GET MEDICAL HELP NOW" in result.stdout


def test_only_a_doctor_is_asked_for_signs_and_tests(folder: Path) -> None:
    asked = {}
    for option in ([], ["--doctor"]):
        arguments = ["questions", "calf.yaml", "--most", "60", "--out", "done.yaml", *option]
        # Whoever knows none of what a person can tell is left with what an examination shows.
        assert run(*arguments, folder=folder, lines="n\nn\n" + "?\n" * 22 + "n\n" * 20).returncode == 0
        asked[bool(option)] = {FINDINGS[state.finding].asks.value for state in read_case(folder / "done.yaml").findings}
    assert asked[False] == {"person"}
    assert "doctor" in asked[True]


@pytest.mark.parametrize(
    ("out", "told"),
    [("done.txt", ".yaml"), ("absent/done.yaml", "no folder"), ("taken.yaml", "is a folder")],
)
def test_a_target_that_cannot_be_written_is_told_before_the_first_question(folder: Path, out: str, told: str) -> None:
    (folder / "taken.yaml").mkdir()
    result = run("questions", "calf.yaml", "--out", out, folder=folder, lines="n\n")
    assert (result.returncode, result.stdout) == (2, "")
    assert told in result.stderr


def test_a_case_with_recordings_is_completed_beside_them(folder: Path) -> None:
    shutil.copytree(DEMONSTRATION, folder, dirs_exist_ok=True)
    (folder / "elsewhere").mkdir()
    refused = run("questions", "case.yaml", "--out", "elsewhere/done.yaml", folder=folder, lines="q\n")
    assert refused.returncode == 2
    assert "recordings" in refused.stderr
    kept = run("questions", "case.yaml", "--most", "1", "--out", "done.yaml", "--json", folder=folder, lines="n\n")
    assert json.loads(kept.stdout)["measured"]
    before, after = read_case(folder / "case.yaml"), read_case(folder / "done.yaml")
    assert after.findings[:-1] == before.findings
    assert after.model_copy(update={"findings": ()}) == before.model_copy(update={"findings": ()})


def test_on_a_terminal_a_person_is_prompted_and_can_keep_the_answers(folder: Path) -> None:
    terminal = Terminal("questions", "calf.yaml", "--most", "2", folder=folder)
    terminal.wait_for("1. ")
    terminal.wait_for("y/n/?/b/q:")
    terminal.type("n\n")
    terminal.wait_for("y/n/?/b/q:", times=2)
    terminal.type("y\n")
    terminal.wait_for("Keep the case")
    terminal.type("kept.txt\n")
    terminal.wait_for("must end in")
    terminal.wait_for("Keep the case", times=2)
    terminal.type("kept.yaml\n")
    assert terminal.end() == 0
    assert [state.present for state in read_case(folder / "kept.yaml").findings] == [False, True]


def test_the_end_of_typing_ends_the_questions_on_a_terminal(folder: Path) -> None:
    terminal = Terminal("questions", "calf.yaml", folder=folder)
    terminal.wait_for("y/n/?/b/q:")
    terminal.type("\x04")
    assert terminal.end() == 0
    assert Ending.STOPPED in terminal.seen


def test_an_interruption_ends_with_code_130_and_keeps_what_was_answered(folder: Path) -> None:
    terminal = Terminal("questions", "calf.yaml", "--out", "kept.yaml", folder=folder)
    terminal.wait_for("y/n/?/b/q:")
    terminal.type("n\n")
    terminal.wait_for("y/n/?/b/q:", times=2)
    terminal.type("\x03")
    assert terminal.end() == 130
    assert "Traceback" not in terminal.seen
    assert len(read_case(folder / "kept.yaml").findings) == 1


def test_an_interrupted_program_ends_with_code_130(folder: Path) -> None:
    process = subprocess.Popen(
        [PROGRAM, "questions", "calf.yaml"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    while "1. " not in process.stdout.readline():
        pass
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert "Traceback" not in told
