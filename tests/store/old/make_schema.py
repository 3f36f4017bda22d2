"""Makes the store that the tests keep of a schema, and what it says; run once, when a schema is released.

    python -m tests.store.old.make_schema

Never remake the files of a schema that was released: they stand for what lies on people's disks.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.store.old.told import told

from myotwitch.diary import table_from_text
from myotwitch.store import (
    add_entry,
    add_person,
    edit_entry,
    import_entries,
    keep_draft,
    open_store,
    remove_entry,
    set_profile,
    undo,
)
from myotwitch.store.schema import NEWEST

FOLDER = Path(__file__).parent

ROWS = """\
time,kind,place,side,count,duration_s,duration_min,value,substance,amount,unit,finding,analyte,painful,character,when,at,every_days,until,to_bed,event,sha256,file,text
2026-03-01T08:00:00+01:00,bout,eyelid,left,3,12.5,,4.0,,,,,,false,flicker,rest,,,,,,,,while reading
2026-03-01T09:00:00+01:00,check_in,,,,,120.0,,,,,,,,,,,,,,,,,
2026-03-01T09:30:00+01:00,intake,,,,,,,caffeine,95.0,mg,,,,,,,,,,,,,
2026-03-01T10:00:00+01:00,schedule,,,,,,,levothyroxine,50.0,ug,,,,,,08:00 20:00,1,2026-04-01T00:00:00+02:00,,,,,
2026-03-01T23:10:00+01:00,sleep,,,,,430.0,,,,,,,,,,,,,2026-03-01T22:45:00+01:00,,,,
2026-03-02T18:00:00+01:00,stress,,,,,,6.0,,,,,,,,,,,,,,,,
2026-03-02T18:30:00+01:00,exercise,,,,,45.0,7.0,,,,,,,,,,,,,,,,
2026-03-02T20:00:00+01:00,screen,,,,,90.0,,,,,,,,,,,,,,,,,
2026-03-02T21:00:00+01:00,symptom,,,,,,3.0,,,,headache,,,,,,,,,,,,
2026-03-03T08:00:00+01:00,lab,,,,,,0.72,,,mmol/L,,magnesium,,,,,,,,,,,
2026-03-03T09:00:00+01:00,cycle,,,,,,,,,,,,,,,,,,,began,,,
2026-03-03T09:30:00+01:00,illness,,,,,,,,,,,,,,,,,,,began,,,a cold
2026-03-03T10:00:00+01:00,vaccination,,,,,,,,,,,,,,,,,,,,,,tetanus
2026-03-03T11:00:00+01:00,recording,calf,left,,180.0,,,,,,,,,,,,,,,,0000000000000000000000000000000000000000000000000000000000000000,calf.edf,
2026-03-03T12:00:00+01:00,note,,,,,,,,,,,,,,,,,,,,,,plain words
"""


def main() -> None:
    clock = iter(datetime(2026, 3, 4, 12, tzinfo=UTC) + timedelta(minutes=minute) for minute in range(10_000))
    file = FOLDER / f"schema_{NEWEST}.db"
    if file.exists():
        raise SystemExit(f"{file} exists; the file of a released schema is never made again.")
    with open_store(file, create=True, clock=lambda: next(clock)) as store:
        for name in ("anna", "bert"):
            add_person(store, name)
        entries = table_from_text(ROWS, "made").entries
        import_entries(store, "anna", entries, source="made.csv", command="diary import")
        add_entry(store, "bert", entries[0], command="diary add")
        edit_entry(store, "anna", entries[0].key, {"count": 5}, command="diary edit")
        remove_entry(store, "anna", entries[-1].key, command="diary remove")
        undo(store, "anna", command="diary undo")
        set_profile(store, "anna", {"birth_year": 1990, "sex": "female"}, command="diary person")
        keep_draft(store, "anna", "/diary/new/bout", {"text": "half of a sentence", "count": "2"})
        document = told(store)
    (FOLDER / f"schema_{NEWEST}.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
