"""Diary tables: the contract's columns, every fault with its line, and the way back."""

from __future__ import annotations

from pathlib import Path

import pytest

from myotwitch.diary import (
    Bout,
    CheckIn,
    Exercise,
    Intake,
    Lab,
    Note,
    Schedule,
    Stress,
    Symptom,
    field_from_cell,
    read_table,
    table_from_text,
    table_text,
)
from myotwitch.diary.columns import VALUE_FIELD
from myotwitch.errors import DiaryError

T = "2026-03-04T21:30:00+01:00"


def faults(text: str) -> list[tuple[int | None, str, str]]:
    with pytest.raises(DiaryError) as refused:
        table_from_text(text, "diary.csv")
    return [(fault.line, fault.path, fault.message) for fault in refused.value.faults]


def test_rows_at_fault_can_be_left_out_with_their_faults_told() -> None:
    text = f"time,kind,place,value\n{T},bout,eyelid,4\n{T},bout,eylid,40\n{T},stress,,3,,\n{T},stress,,3\n"
    assert [line for line, _, _ in faults(text)] == [3, 3, 4]
    table = table_from_text(text, "diary.csv", skip_faulty=True)
    assert (table.lines, table.faulty, [fault.line for fault in table.faults]) == ((2, 5), 2, [3, 3, 4])


def test_without_its_head_a_table_is_refused_however_much_may_be_left_out() -> None:
    with pytest.raises(DiaryError, match="kind is missing"):
        table_from_text(f"time,value\n{T},4\n", "diary.csv", skip_faulty=True)


def test_the_contract_s_columns_become_the_fields_of_each_kind() -> None:
    text = (
        "time,kind,place,side,count,duration_s,duration_min,value,substance,amount,unit,finding,analyte,text\n"
        f"{T},bout,eyelid,left,3,12.5,,4,,,,,,\n{T},check_in,,,,,60,,,,,,,\n{T},intake,,,,,,,caffeine,95,mg,,,\n"
        f"{T},sleep,,,,,450,,,,,,,\n{T},stress,,,,,,6,,,,,,\n{T},exercise,,,,,45,7,,,,,,\n"
        f"{T},symptom,,,,,,3,,,,headache,,\n{T},lab,,,,,,0.72,,,mmol/L,,magnesium,\n{T},note,,,,,,,,,,,,words\n"
    )
    table = table_from_text(text, "diary.csv")
    bout, check_in, intake, sleep, stress, exercise, symptom, lab, note = table.entries
    assert isinstance(bout, Bout)
    assert (bout.place, bout.side, bout.count, bout.duration_s, bout.strength) == ("eyelid", "left", 3, 12.5, 4.0)
    assert isinstance(check_in, CheckIn)
    assert check_in.duration_min == 60.0
    assert isinstance(intake, Intake)
    assert (intake.substance, intake.amount, intake.unit) == ("caffeine", 95.0, "mg")
    assert sleep.kind == "sleep"
    assert isinstance(stress, Stress)
    assert stress.level == 6.0
    assert isinstance(exercise, Exercise)
    assert (exercise.effort, exercise.duration_min) == (7.0, 45.0)
    assert isinstance(symptom, Symptom)
    assert (symptom.finding, symptom.severity) == ("headache", 3.0)
    assert isinstance(lab, Lab)
    assert (lab.analyte, lab.value, lab.unit) == ("magnesium", 0.72, "mmol/L")
    assert isinstance(note, Note)
    assert table.lines == tuple(range(2, 11))
    assert table.unused == {}


def test_a_bout_without_a_count_is_one() -> None:
    (bout,) = table_from_text(f"time,kind\n{T},bout\n", "x").entries
    assert isinstance(bout, Bout)
    assert bout.count == 1


@pytest.mark.parametrize("divider", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_any_usual_divider_and_line_ending_is_read(divider: str, ending: str) -> None:
    text = ending.join([divider.join(["Time", " KIND ", "text"]), divider.join([T, "note", '"a, b; c"'])])
    assert [entry.text for entry in table_from_text(text, "x").entries] == ["a, b; c"]


def test_empty_lines_missing_cells_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_bytes(b"\xef\xbb\xbf" + f"time,kind,place,text\n\n{T},bout\n,,,\n{T},note,,é\n".encode())
    table = read_table(tmp_path / "d.csv")
    assert [entry.kind for entry in table.entries] == ["bout", "note"]
    assert table.lines == (3, 5)


def test_every_fault_is_told_at_once_with_line_and_column() -> None:
    text = (
        "time,kind,place,value,count\n"
        f"{T},bout,eylid,11,0\n{T},bouts,,,\nnow,bout,,,\n{T},stress,,3.5 points,\n{T},bout,,,1.5\n{T},stress,,,\n"
    )
    told = faults(text)
    assert [(line, column) for line, column, _ in told] == [
        (2, "place"), (2, "count"), (2, "value"), (3, "kind"), (4, "time"), (5, "value"), (6, "count"), (7, "value")
    ]  # fmt: skip
    assert "Did you mean 'bout'" in told[3][2]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "The column time is missing"),
        ("when,kind\n", "The column time is missing"),
        (f"time,kind,plase\n{T},bout,calf\n", "Did you mean 'place'"),
        (f"time,kind,kind\n{T},bout,bout\n", "kind is there twice"),
        (f"time,kind\n{T},bout,calf\n", "3 cells, the head 2"),
        (f'time,kind,text\n{T},note,"open\n', "no CSV"),
        (f"time,kind,value\n{T},stress;3,5\n", "kind"),
        (f"time;kind;value\n{T};stress;3,5\n", "with a decimal point, as 3.5"),
        ("time,kind\n2026-03-04T21:30:00,bout\n", "no offset"),
        (f"time,kind,painful\n{T},bout,maybe\n", "neither true nor false"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_help(text: str, told: str) -> None:
    assert told in " ".join(message for _, _, message in faults(text))


def test_what_means_nothing_for_its_kind_is_told_and_not_kept() -> None:
    table = table_from_text(f"time,kind,place,value\n{T},check_in,,\n".replace("check_in,,", "stress,calf,3"), "x")
    assert table.unused == {"stress: place": 1}
    assert "place" not in table.entries[0].to_document()


def test_files_that_are_no_text_and_none_at_all_are_refused(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_bytes(b"time,kind\n\xff\xfe\x00")
    for path, told in ((tmp_path / "d.csv", "UTF-8"), (tmp_path / "none.csv", "no such file"), (tmp_path, "folder")):
        with pytest.raises(DiaryError, match=told):
            read_table(path)


def test_a_plan_is_written_and_read_with_its_times_of_the_day() -> None:
    plan = Schedule(
        time=T, substance="levothyroxine", amount=50.0, unit="ug", at=("08:00", "20:00"), every_days=2,  # type: ignore[arg-type]
        until="2026-04-01T00:00:00+02:00",  # type: ignore[arg-type]
    )  # fmt: skip
    (back,) = table_from_text(table_text([plan]), "x").entries
    assert back.fingerprint == plan.fingerprint


def test_only_columns_that_are_used_are_written() -> None:
    assert table_text([Note(time=T, text="a")]).splitlines()[0] == "time,kind,text"  # type: ignore[arg-type]
    assert table_text([]) == "time,kind\n"


def test_value_means_another_field_in_each_kind() -> None:
    for kind, field in VALUE_FIELD.items():
        assert field_from_cell(kind, "value", "3") == field_from_cell(kind, field, "3") == (field, 3.0)
    assert field_from_cell("bout", "colour", "red") == ("colour", "red")
    with pytest.raises(ValueError, match="decimal point"):
        field_from_cell("stress", "value", "3,5")
