"""The diary's commands as a person and a program use them, start to finish, each in its own process."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import termios
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.ready_program import run_program

PROGRAM = str(Path(sys.executable).parent / "myotwitch")

TABLE = """\
time,kind,place,side,count,duration_min,value,substance,amount,unit,finding,analyte,text
2026-03-04T08:00:00+01:00,bout,eyelid,left,3,,4,,,,,,
2026-03-04T09:00:00+01:00,check_in,,,,120,,,,,,,
2026-03-04T09:30:00+01:00,intake,,,,,,caffeine,95,mg,,,
2026-03-04T23:10:00+01:00,sleep,,,,430,,,,,,,
2026-03-05T18:00:00+01:00,stress,,,,,6,,,,,,
2026-03-05T18:30:00+01:00,exercise,,,,45,7,,,,,,
2026-03-05T21:00:00+01:00,symptom,,,,,3,,,,headache,,
2026-03-06T08:00:00+01:00,lab,,,,,0.72,,,mmol/L,,magnesium,
2026-03-06T12:00:00+01:00,note,,,,,,,,,,,"a day, with words"
"""


class Desk:
    """A folder in which commands are run on one store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.variables = {"MYOTWITCH_STORE": "me.db", "TZ": "Europe/Berlin"}
        (folder / "diary.csv").write_text(TABLE, encoding="utf-8")

    def run(self, *arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        return run_program("diary", *arguments, folder=self.folder, variables={**self.variables, **variables})

    def said(self, *arguments: str | Path, **variables: str) -> str:
        result = self.run(*arguments, **variables)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def document(self, *arguments: str | Path, **variables: str) -> Any:
        result = self.run(*arguments, "--json", **variables)
        assert result.returncode == 0, result.stderr
        assert result.stderr == ""
        return json.loads(result.stdout)

    def refused(self, *arguments: str | Path, **variables: str) -> str:
        result = self.run(*arguments, **variables)
        assert (result.returncode, result.stdout) == (2, "")
        assert result.stderr.startswith("myotwitch: ")
        assert "Traceback" not in result.stderr
        return result.stderr


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """With the table imported."""
    desk.said("import", "diary.csv")
    return desk


def test_the_contract_s_import_makes_the_store_and_says_what_was_added(desk: Desk) -> None:
    document = desk.document("import", "diary.csv", "--store", "new.db", MYOTWITCH_STORE="")
    assert (document["schema"], document["added"], document["duplicates"]) == ("myotwitch.diary_import/1", 9, 0)
    assert document["kinds"]["bout"] == 1
    assert document["notices"] == []
    again = desk.document("import", "diary.csv", "--store", "new.db")
    assert (again["added"], again["duplicates"], again["action"]) == (0, 9, None)
    assert desk.document("list", "--store", "new.db")["count"] == 9


def test_a_preview_changes_nothing_and_makes_no_store(desk: Desk) -> None:
    assert desk.document("import", "diary.csv", "--preview")["added"] == 9
    assert [path.name for path in desk.folder.iterdir()] == ["diary.csv"]
    desk.said("import", "diary.csv")
    assert "0 entries would be added, 9 already there" in desk.said("import", "diary.csv", "--preview")


def test_an_import_is_taken_back_as_a_whole_and_done_again(filled: Desk) -> None:
    filled.said("add", "stress", "3")
    assert "Undone action 1" in filled.said("undo", "1")
    assert [entry["kind"] for entry in filled.document("list")["entries"]] == ["stress"]
    assert filled.document("redo")["changes"] == 9
    assert filled.document("list")["count"] == 10


def test_a_faulty_table_is_refused_whole_with_every_line(desk: Desk) -> None:
    lines = TABLE.splitlines()
    lines[1] = lines[1].replace("eyelid", "eylid")
    lines[6] = lines[6].replace(",7,", ",70,")
    (desk.folder / "diary.csv").write_text("\n".join(lines), encoding="utf-8")
    told = desk.refused("import", "diary.csv")
    assert "line 2 place" in told
    assert "Did you mean 'eyelid'" in told
    assert "line 7" in told
    assert not (desk.folder / "me.db").exists()
    left_out = desk.document("import", "diary.csv", "--skip-faulty")
    assert (left_out["added"], left_out["faulty"], left_out["records"]) == (7, 2, 9)
    assert "2 records at fault were left out, such as: line 2 place" in left_out["notices"][0]


def test_rows_in_the_future_are_kept_with_a_notice(desk: Desk) -> None:
    ahead = (datetime.now(UTC) + timedelta(days=30)).isoformat(timespec="seconds")
    (desk.folder / "diary.csv").write_text(f"time,kind,text\n{ahead},note,later\n", encoding="utf-8")
    document = desk.document("import", "diary.csv")
    assert document["added"] == 1
    assert document["notices"] == [
        f"1 entry lies in the future (on {ahead[:10]}); it is kept and counts once its time has come."
    ]


def test_an_entry_is_added_at_a_time_by_this_computer_s_clock(desk: Desk) -> None:
    document = desk.document("add", "bout", "--place", "calf", "--count", "2", "--time", "2026-07-05 21:30")
    assert (document["schema"], document["change"]) == ("myotwitch.diary_change/1", "added")
    assert document["entry"].items() >= {"place": "calf", "count": 2, "time": "2026-07-05T21:30:00+02:00"}.items()
    assert document["key"] == document["entry"]["key"] == desk.document("list")["entries"][0]["key"]
    assert "place=eyelid" in desk.said("add", "bout", "eyelid")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["bout", "eylid"], "Did you mean 'eyelid'"),
        (["bouts"], "Did you mean 'bout'"),
        (["bout", "--time", "soon"], "is not a time"),
        (["bout", "--time", "2099-01-01T00:00:00+01:00"], "lies in the future"),
        (["sleep", "83h"], "More than 24 h in one go is not possible"),
        (["check_in", "40320"], "More than 25 h in one go is not possible"),
        (["intake", "alcohol", "500", "ml"], "write half a litre of beer of 5 % as 25 ml"),
        (["sleep", "7h30", "to_bed=22:50", "--time", "2026-03-01 22:40"], "People lie down before they fall asleep"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_makes_no_store(desk: Desk, words: list[str], told: str) -> None:
    assert told in desk.refused("add", *words)
    assert not (desk.folder / "me.db").exists()


def test_what_is_unlikely_is_kept_and_told(desk: Desk) -> None:
    shown = desk.run("add", "intake", "alcohol", "150", "ml")
    assert shown.returncode == 0
    assert "150 ml: Millilitres of alcohol are of pure alcohol" in shown.stderr
    document = desk.document("add", "intake", "caffeine", "95", "g")
    assert ["look whether the unit is the right one" in notice for notice in document["notices"]] == [True]
    assert desk.document("add", "intake", "caffeine", "95", "mg")["notices"] == []


def test_an_empty_file_and_another_encoding_are_told_as_what_they_are(desk: Desk) -> None:
    for name, content, told in (
        ("empty.csv", b"", "The file is empty"),
        ("blank.csv", b"\xef\xbb\xbf\r\n", "The file is empty"),
        ("marked.csv", TABLE.encode("utf-16"), "The text is in UTF-16, and UTF-8 is needed"),
        ("unmarked.csv", TABLE.encode("utf-16-le"), "The text is in UTF-16"),
        ("large.csv", TABLE.encode("utf-32"), "The text is in UTF-32"),
    ):
        (desk.folder / name).write_bytes(content)
        assert told in desk.refused("import", name)
    assert not (desk.folder / "me.db").exists()


def test_an_entry_is_corrected_removed_and_its_history_shown(filled: Desk) -> None:
    key = filled.document("list", "--kind", "bout")["entries"][0]["key"]
    changed = filled.document("edit", key[:8], "count=5", "side=", "value=2.5", "time=2026-03-04 08:05")
    assert changed["entry"].items() >= {
        "count": 5, "strength": 2.5, "time": "2026-03-04T08:05:00+01:00", "place": "eyelid"
    }.items()  # fmt: skip
    assert "side" not in changed["entry"]
    assert "says that already" in filled.refused("edit", key[:8], "count=5")
    filled.said("remove", key[:8])
    versions = filled.document("history", key[:8])["versions"]
    assert [version["entry"]["count"] if version["entry"] else None for version in versions] == [3, 5, None]
    assert "was removed" in filled.refused("edit", key[:8], "count=7")
    filled.said("undo")
    actions = filled.document("history")["actions"]
    assert [action["kind"] for action in actions] == ["import", "edit", "remove", "undo"]
    assert [action["undone"] for action in actions] == [False, False, True, False]
    assert "diary import diary.csv: 9 versions" in filled.said("history")


def test_the_list_can_be_narrowed(filled: Desk) -> None:
    assert filled.document("list", "--since", "2026-03-05", "--until", "2026-03-05")["count"] == 3
    assert filled.document("list", "--place", "eyelid")["count"] == 1
    assert filled.document("list", "--kind", "stress", "--kind", "note")["count"] == 2
    assert len(filled.document("list", "--last", "2")["entries"]) == 2
    shown = filled.said("list", "--kind", "intake")
    assert "substance=caffeine amount=95 unit=mg" in shown
    assert "no such entry" in filled.said("list", "--place", "calf")
    assert "is not known" in filled.refused("list", "--kind", "bouts")
    assert "(7 earlier entries" in filled.said("list", "--last", "2")


@pytest.mark.parametrize("command", [["list"], ["export", "x.csv"], ["undo"], ["history"], ["backup", "x", "--plain"]])
def test_a_missing_store_is_refused_with_how_to_make_one(desk: Desk, command: list[str]) -> None:
    assert "make it with: myotwitch diary import" in desk.refused(*command)
    assert "No store is named" in desk.refused(*command, MYOTWITCH_STORE="")
    assert [path.name for path in desk.folder.iterdir()] == ["diary.csv"]


def test_what_is_exported_imports_as_the_same(filled: Desk) -> None:
    filled.said("person", "birth_year=1990", "sex=female", "smokes=no")
    for name in ("out.json", "out.csv", "out.fhir.json"):
        assert filled.document("export", name)["entries"] == 9
    assert "exists already" in filled.refused("export", "out.csv")
    assert "must end in" in filled.refused("export", "out.txt")
    for name in ("out.json", "out.csv"):
        assert filled.document("import", name)["duplicates"] == 9
        assert filled.document("import", name, "--store", f"{name}.db")["added"] == 9
    assert filled.document("person", "--store", "out.json.db")["profile"]["birth_year"] == 1990
    assert filled.document("list", "--store", "out.json.db") == filled.document("list")


def test_an_encrypted_store_and_backup_need_the_passphrase(desk: Desk) -> None:
    (desk.folder / "words").write_text("many quiet words\n", encoding="utf-8")
    secret = {"MYOTWITCH_PASSPHRASE": "many quiet words"}
    desk.said("import", "diary.csv", "--encrypt", **secret)
    assert b"caffeine" not in (desk.folder / "me.db").read_bytes()
    assert "is needed" in desk.refused("list")
    assert "does not open" in desk.refused("list", MYOTWITCH_PASSPHRASE="others")
    assert desk.document("list", "--passphrase-file", "words")["count"] == 9
    assert desk.document("backup", "diary.age", **secret)["encrypted"]
    assert "is needed" in desk.refused("restore", "diary.age", "--store", "new.db")
    desk.said("restore", "diary.age", "--store", "new.db", "--passphrase-file", "words")
    assert desk.document("list", "--store", "new.db")["count"] == 9
    assert "not encrypted" in desk.run("list", "--store", "new.db", **secret).stderr


def test_a_restore_that_fails_makes_no_store(filled: Desk) -> None:
    filled.said("backup", "diary.age", MYOTWITCH_BACKUP_PASSPHRASE="many quiet words")
    filled.said("backup", "plain.db", "--plain")
    (filled.folder / "cut.db").write_bytes((filled.folder / "plain.db").read_bytes()[:5000])
    other = {"MYOTWITCH_BACKUP_PASSPHRASE": "other quiet words"}
    assert "does not open" in filled.refused("restore", "diary.age", "--store", "new.db", **other)
    assert "no person 'carl'" in filled.refused("restore", "plain.db", "--person", "carl", "--store", "new.db")
    filled.refused("restore", "cut.db", "--store", "new.db")
    assert not list(filled.folder.glob("new.db*"))


def test_a_passphrase_that_is_set_is_long_enough_everywhere(filled: Desk) -> None:
    short = {"MYOTWITCH_PASSPHRASE": "x"}
    assert "at least 12" in filled.refused("add", "note", "hello", "--encrypt", "--store", "new.db", **short)
    assert "at least 12" in filled.refused("import", "diary.csv", "--encrypt", "--store", "new.db", **short)
    assert "at least 12" in filled.refused("person", "birth_year=1990", "--encrypt", "--store", "new.db", **short)
    told = filled.refused("backup", "b.age", MYOTWITCH_BACKUP_PASSPHRASE="a")
    assert "at least 12" in told
    assert "the backup's own as MYOTWITCH_BACKUP_PASSPHRASE" in told
    filled.said("backup", "plain.db", "--plain")
    assert "at least 12" in filled.refused("restore", "plain.db", "--encrypt", "--store", "new.db", **short)
    assert not (filled.folder / "new.db").exists()
    assert not (filled.folder / "b.age").exists()


def test_a_plain_backup_must_be_asked_for(filled: Desk) -> None:
    assert "Passphrase of the backup is needed" in filled.refused("backup", "diary.age")
    filled.said("backup", "plain.db", "--plain")
    filled.said("restore", "plain.db", "--store", "new.db")
    assert filled.document("list", "--store", "new.db") == filled.document("list")
    assert "of me already" in filled.refused("restore", "plain.db", "--store", "new.db")


def test_several_persons_are_kept_apart(filled: Desk) -> None:
    filled.said("person", "--new", "--person", "anna", "weight_kg=62")
    assert "several persons" in filled.refused("list")
    assert "Did you mean 'anna'" in filled.refused("list", "--person", "ana")
    assert filled.document("list", "--person", "anna")["count"] == 0
    assert filled.document("person", "--person", "anna")["profile"] == {"sex": "unknown", "weight_kg": 62.0}
    assert filled.document("import", "diary.csv", "--person", "anna")["added"] == 9
    assert "is too low" in filled.refused("person", "birth_year=12", "--person", "anna")


def test_erasing_asks_and_names_what_lies_elsewhere(filled: Desk) -> None:
    filled.said("export", "out.csv")
    assert "--person NAME, or --all" in filled.refused("erase", "--yes")
    assert "add --yes" in filled.refused("erase", "--all")
    document = filled.document("erase", "--person", "me", "--yes")
    assert (document["persons"], document["versions"]) == (["me"], 9)
    assert [Path(copy["file"]).name for copy in document["elsewhere"]] == ["out.csv"]
    assert b"caffeine" not in (filled.folder / "me.db").read_bytes()
    assert "nobody" in filled.refused("list")


def test_a_passphrase_is_asked_for_unseen_on_a_terminal(desk: Desk) -> None:
    desk.said("import", "diary.csv", "--encrypt", MYOTWITCH_PASSPHRASE="many quiet words")
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [PROGRAM, "diary", "list", "--json"], cwd=desk.folder, env={**os.environ, **desk.variables}, stdin=follower,
        stdout=subprocess.PIPE, stderr=follower, text=True, start_new_session=True,
    )  # fmt: skip
    os.close(follower)
    shown = ""
    while "Passphrase" not in shown:
        shown += os.read(leader, 1000).decode()
    while termios.tcgetattr(leader)[3] & termios.ECHO:
        time.sleep(0.02)
    os.write(leader, b"many quiet words\n")
    printed, _ = process.communicate(timeout=60)
    shown += os.read(leader, 10_000).decode()
    os.close(leader)
    assert process.returncode == 0, shown
    assert "quiet" not in shown
    assert json.loads(printed)["count"] == 9


def test_help_names_every_kind_and_what_it_may_say() -> None:
    from myotwitch.diary import KINDS

    shown = subprocess.run([PROGRAM, "diary", "add", "--help"], capture_output=True, text=True, check=True).stdout
    assert [kind for kind in KINDS if kind not in shown] == []
