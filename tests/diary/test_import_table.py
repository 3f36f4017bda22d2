from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from tests.diary.import_files import adds_up, reasons, written

from myotwitch.diary import Bout, Intake, Symptom
from myotwitch.diary.imports import IMPORTERS, ImportSettings, guess_mapping, read_mapping, recognise
from myotwitch.errors import DiaryError

TABLE = "Datum;Uhrzeit;Kaffee (mg);Zucken;Ort\n04.03.2026;08:30;95,5;;\n05.03.2026;22:10;;3;Wade\n06.03.2026;07:00;;;\n"
MAPPING: dict[str, Any] = tomllib.loads("""
delimiter = ";"
decimal = ","
zone = "Europe/Berlin"
[time]
columns = ["Datum", "Uhrzeit"]
format = "%d.%m.%Y %H:%M"
[[entry]]
kind = "intake"
needs = ["Kaffee (mg)"]
fields.substance = { constant = "caffeine" }
fields.amount = { column = "Kaffee (mg)" }
fields.unit = { constant = "mg" }
[[entry]]
kind = "bout"
needs = ["Zucken"]
fields.count = { column = "Zucken" }
fields.place = { column = "Ort", words = { Wade = "calf" } }
""")


def read(folder: Path, text: str, mapping: dict[str, Any], **settings: Any) -> Any:
    file = written(folder, text, "table.csv")
    return IMPORTERS["table"](file, ImportSettings(mapping=mapping, **settings))


def test_a_wide_table_becomes_entries_as_the_mapping_says(tmp_path: Path) -> None:
    preview = read(tmp_path, TABLE, MAPPING)
    coffee, bout = preview.entries
    assert isinstance(coffee, Intake) and isinstance(bout, Bout)
    assert (coffee.time.isoformat(), coffee.amount) == ("2026-03-04T08:30:00+01:00", 95.5)
    assert (bout.count, bout.place) == (3, "calf")
    assert (preview.records, preview.left_out) == (3, 1) and adds_up(preview)


def test_the_zone_of_the_person_goes_before_that_of_the_mapping(tmp_path: Path) -> None:
    assert read(tmp_path, TABLE, MAPPING, zone="UTC").entries[0].time.isoformat() == "2026-03-04T08:30:00+00:00"


def test_a_column_can_tell_the_kind_and_numbers_can_be_scaled(tmp_path: Path) -> None:
    mapping = {
        "time": {"columns": ["when"]},
        "entry": [{"kind_column": "what", "kind_words": {"pain": "symptom"},
                   "fields": {"finding": {"constant": "headache"}, "value": {"constant": 4}}},
                  {"kind": "intake", "needs": ["cups"], "fields": {"substance": {"constant": "coffee"},
                   "amount": {"column": "cups", "times": 95}, "unit": {"constant": "mg"}}}],
    }  # fmt: skip
    text = "when,what,cups\n2026-03-04T08:00+01:00,pain,2\n2026-03-05T08:00+01:00,mood,\n"
    preview = read(tmp_path, text, mapping)
    assert preview.kinds == {"intake": 1, "symptom": 1}
    assert [entry.amount for entry in preview.entries if isinstance(entry, Intake)] == [190.0]
    assert [entry.severity for entry in preview.entries if isinstance(entry, Symptom)] == [4.0]
    assert "does not name" in reasons(preview) and adds_up(preview)


def test_without_a_mapping_nothing_is_read_and_the_way_is_shown(tmp_path: Path) -> None:
    file = written(tmp_path, TABLE, "table.csv")
    assert recognise(file) == "table"
    with pytest.raises(DiaryError, match="--mapping"):
        IMPORTERS["table"](file, ImportSettings())


def test_every_faulty_row_is_told_at_once(tmp_path: Path) -> None:
    text = TABLE.replace("95,5", "viel").replace("05.03.2026", "35.03.2026")
    with pytest.raises(DiaryError) as caught:
        read(tmp_path, text, MAPPING)
    assert [fault.line for fault in caught.value.faults] == [None, 2, 3]
    preview = read(tmp_path, text, MAPPING, skip_faulty=True)
    assert (preview.used, preview.faulty, preview.left_out) == (0, 2, 1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"time": {"columns": ["Zeit"]}}, "There is no column 'Zeit'"),
        ({"time": {}}, "missing"),
        ({"decimal": ";"}, "mapping.decimal"),
        ({"surprise": 1}, "mapping.surprise"),
        ({"entry": [{"kind": "twich"}]}, "The kind 'twich' is not known"),
        ({"entry": [{"kind": "bout", "fields": {"plcae": {"constant": "calf"}}}]}, "The field 'plcae' is not known"),
        ({"entry": [{"kind": "bout", "fields": {"place": {}}}]}, "give one of the two"),
    ],
)
def test_a_mapping_that_does_not_fit_is_told(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    with pytest.raises(DiaryError, match=said):
        read(tmp_path, TABLE, {**MAPPING, **change})


def test_the_guess_is_a_mapping_that_reads_the_table(tmp_path: Path) -> None:
    text = "Date;Coffee (mg);Eyelid twitching;Fatigue;Weather;Notes\n04.03.2026 08:30;95,5;2;3;rain;ok\n"
    file = written(tmp_path, text, "table.csv")
    guess = guess_mapping(file)
    assert '# The column "Weather" was not understood.' in guess
    mapping = read_mapping(written(tmp_path, guess, "mapping.toml"))
    preview = IMPORTERS["table"](file, ImportSettings(mapping=mapping, zone="Europe/Berlin"))
    assert preview.kinds == {"bout": 1, "intake": 1, "note": 1, "symptom": 1}
    assert any(isinstance(entry, Intake) and entry.amount == 95.5 for entry in preview.entries)


def test_a_day_first_and_a_month_first_date_are_both_offered(tmp_path: Path) -> None:
    guess = guess_mapping(written(tmp_path, "Date,Coffee\n03/04/2026 08:30,1\n", "table.csv"))
    assert '"%d/%m/%Y %H:%M"   # could also be %m/%d/%Y %H:%M' in guess
