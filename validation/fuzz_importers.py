"""Throws damaged and hostile files at every importer of the diary, and times a large Apple Health export.

Each file must become a preview or one `DiaryError`, and at once.

    python validation/fuzz_importers.py --count 20000 --seed 1
    python validation/fuzz_importers.py --apple-mb 100            time and memory of an export of that size

Exit code 1 if anything else came out, if one file took longer than ten seconds, or if the large export took more than
200 MiB above what the program itself needs.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import traceback
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np

from myotwitch.diary import ENTRY, Diary
from myotwitch.diary.exports import EXPORTERS
from myotwitch.diary.imports import IMPORTERS, ImportSettings, recognise
from myotwitch.errors import DiaryError

SLOWEST_ALLOWED_S = 10.0
MOST_ALLOWED_MIB = 200.0
AT = "2026-03-04T21:30:00+01:00"
MAPPING = {"time": {"columns": ["when"]}, "entry": [{"kind": "note", "fields": {"text": {"column": "what"}}}]}
SETTINGS = ImportSettings(zone="Europe/Berlin", effort=5.0, mapping=MAPPING, skip_faulty=True)
TOKENS = [
    *("{", "}", "[", "]", '"', "'", ",", ";", ":", "<", ">", "&amp;", "&a;", "<!--", "-->", "<![CDATA[", "#x(", ")"),
    *("\\", "\x00", "\x07", "\x85", "\u2028", "\ufeff", "\r", "\n\n", "\t", "9" * 5_000, "-1e999", "NaN", "Infinity"),
    *("null", "true", "<!DOCTYPE a [<!ENTITY a 'aa'>]>", "[" * 3_000, '{"a":' * 3_000, "<a>" * 300, "x" * 200_000),
    *("2026-02-30", "24:61", "1970-01-01T00:00:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"),
    *("HKTimeZone", "../../etc", "\ud800"),
]
APPLE_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE HealthData [\n<!ELEMENT HealthData (ExportDate,Me,(Record)*)>\n'
    "<!ATTLIST Record\n  type CDATA #REQUIRED\n>\n]>\n"
    '<HealthData locale="en_US">\n <ExportDate value="2026-03-10 09:00:00 +0100"/>\n'
)
HEART = (
    ' <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Watch" sourceVersion="11.1" device="&lt;&lt;HKDevice'
    ': 0x1&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch&gt;" unit="count/min" creationDate="{0} +0100" '
    'startDate="{0} +0100" endDate="{0} +0100" value="{1}">\n'
    '  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="0"/>\n </Record>\n'
)
SLEEP = (
    ' <Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Watch" startDate="{0} +0100" endDate="{1} +0100"'
    ' value="HKCategoryValueSleepAnalysis{2}">\n  <MetadataEntry key="HKTimeZone" value="Europe/Berlin"/>\n </Record>\n'
)
COFFEE = (
    ' <Record type="HKQuantityTypeIdentifierDietaryCaffeine" sourceName="Health" unit="mg" startDate="{0} +0100" '
    'endDate="{0} +0100" value="95"/>\n'
)


def start_files() -> dict[str, str]:
    """Return one sound file of each kind."""
    documents = [
        {"kind": "bout", "time": AT, "place": "calf", "count": 2},
        {"kind": "intake", "time": AT, "substance": "caffeine", "amount": 95.0, "unit": "mg"},
        {"kind": "lab", "time": AT, "analyte": "magnesium", "value": 0.8, "unit": "mmol/L"},
        {"kind": "schedule", "time": AT, "substance": "sertraline", "at": ["08:00"], "amount": 50.0, "unit": "mg"},
        {"kind": "symptom", "time": AT, "finding": "fatigue", "severity": 4.0},
    ]
    diary = Diary(entries=tuple(ENTRY.validate_python(document) for document in documents))
    night = {"logId": 1, "dateOfSleep": "2026-03-05", "startTime": "2026-03-04T23:10:00.000", "minutesAsleep": 412}
    run = {"logId": 9, "activityName": "Run", "startTime": "03/04/26 18:00:00", "duration": 2700000}
    event = {"note": "#coffee(2) #stress(4) #headache +home words", "end": 1772656200000, "offset": -60}
    day = '"4th Mar 2026","Wednesday"'
    return {
        "csv": EXPORTERS["csv"](diary),
        "json": EXPORTERS["json"](diary),
        "fhir": EXPORTERS["fhir"](diary),
        "table": "when,what\n2026-03-04T10:00:00,one\n2026-03-05T10:00:00,two\n",
        "apple_health": apple_day(datetime(2026, 3, 4), beats=3) + "</HealthData>",
        "fitbit": json.dumps([night, run]),
        "nomie": json.dumps({"nomie": {}, "trackers": {"coffee": {"uom": "num"}}, "events": [event]}),
        "bearable": "date,weekday,time of day,category,rating/amount,detail,notes\n"
        f'{day},"9:00","Meds/Supplements","50","Sertraline (mg)",""\n{day},"am","Symptom","1","Fatigue (Mild)","bad"\n'
        f'{day},"","Sleep","7:10","Asleep 23:20 - 06:40. In bed 22:50 - 07:00",". "\n',
    }


def apple_day(day: datetime, *, beats: int, head: str = APPLE_HEAD) -> str:
    """Return the records of one day: a night of stages, coffee, and as many heart rates as asked."""
    parts = [head]
    for hour, stage in enumerate(("AsleepCore", "AsleepDeep", "Awake", "AsleepREM", "AsleepCore", "AsleepREM")):
        start = day + timedelta(hours=hour)
        parts.append(SLEEP.format(start, start + timedelta(hours=1), stage))
    parts += [COFFEE.format(day + timedelta(hours=hour)) for hour in (8, 11, 15)]
    parts += [HEART.format(day + timedelta(seconds=30 * beat), 60 + beat % 40) for beat in range(beats)]
    return "".join(parts)


def damaged(text: str, others: list[str], generator: np.random.Generator) -> str:
    """Return a text damaged in one to five ways."""
    for _ in range(1 + int(generator.integers(5))):
        start = int(generator.integers(len(text) + 1))
        length = int(generator.integers(40))
        token = TOKENS[int(generator.integers(len(TOKENS)))]
        other = others[int(generator.integers(len(others)))]
        ways = (
            text[:start] + text[start + length :],
            text[:start] + token + text[start:],
            text[:start] + token + text[start + length :],
            text[:start] + chr(int(generator.integers(0x250))) + text[start + 1 :],
            text[:start] + text[start : start + length] * 20 + text[start:],
            text[:start],
            text[:start] + other[int(generator.integers(len(other) + 1)) :],
        )
        text = ways[int(generator.integers(len(ways)))]
    return text[:3_000_000]


def outcome_of(file: Path, importer: str | None) -> str:
    """Return what came of one file."""
    try:
        preview = IMPORTERS[importer or recognise(file)](file, SETTINGS)
    except DiaryError as error:
        return "refused" if error.faults else "refused without a fault"
    except Exception:
        return traceback.format_exc(limit=-3)
    adds_up = preview.records == preview.used + preview.left_out + preview.faulty
    return "read" if adds_up else "read, and the records do not add up"


def fuzz(count: int, seed: int) -> bool:
    """Return True if every damaged file became a preview or a refusal, at once."""
    generator = np.random.default_rng(seed)
    files = start_files()
    texts, names = list(files.values()), list(files)
    outcomes: Counter[str] = Counter()
    slowest_s, slowest = 0.0, ""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for row in range(count):
            name = names[row % len(names)]
            content = damaged(files[name], texts, generator).encode("utf-8", "surrogatepass")
            file = Path(folder) / "file"
            if row % 11 == 0:
                with ZipFile(file, "w", ZIP_DEFLATED) as archive:
                    archive.writestr("export.xml" if row % 2 else "sleep-2026.json", content)
                packed = bytearray(file.read_bytes())
                packed[int(generator.integers(len(packed)))] ^= int(generator.integers(256))
                content = bytes(packed)
            file.write_bytes(content)
            start = time.perf_counter()
            outcomes[outcome_of(file, name if row % 3 else None)] += 1
            taken_s = time.perf_counter() - start
            if taken_s > slowest_s:
                slowest_s, slowest = taken_s, f"{name}, {len(content)} bytes"
    print(f"{count} files in {time.perf_counter() - began:.0f} s, seed {seed}")
    for outcome, number in outcomes.most_common():
        print(f"{number:8d}  {outcome}")
    print(f"slowest: {slowest_s:.2f} s ({slowest}); peak memory of the process: {peak_mib():.0f} MiB")
    return set(outcomes) <= {"read", "refused"} and slowest_s <= SLOWEST_ALLOWED_S


def time_apple(megabytes: int) -> bool:
    """Return True if an export of so many megabytes is read within bounded memory."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "export.xml"
        days = 0
        with file.open("w", encoding="utf-8") as stream:
            stream.write(APPLE_HEAD)
            while stream.tell() < megabytes * 1_000_000:
                stream.write(apple_day(datetime(2010, 1, 1) + timedelta(days=days), beats=900, head=""))
                days += 1
            stream.write("</HealthData>\n")
        before_mib, start = peak_mib(), time.perf_counter()
        preview = IMPORTERS["apple_health"](file, ImportSettings())
        taken_s = time.perf_counter() - start
        print(
            f"{file.stat().st_size / 1e6:.0f} MB, {preview.records:,} records of {days} days, {len(preview.entries):,} "
            f"entries: {taken_s:.1f} s, {peak_mib() - before_mib:.0f} MiB above the {before_mib:.0f} MiB before"
        )
        is_right = preview.kinds == {"intake": 3 * days, "sleep": days}
        return is_right and peak_mib() - before_mib < MOST_ALLOWED_MIB


def peak_mib() -> float:
    """Return the largest memory that this process has had **[MiB]**."""
    if sys.platform == "win32":
        return 0.0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000, help="number of damaged files")
    parser.add_argument("--seed", type=int, default=1, help="seed of the random generator")
    parser.add_argument("--apple-mb", type=int, default=0, help="size of an Apple Health export to time instead")
    arguments = parser.parse_args()
    if arguments.apple_mb:
        return 0 if time_apple(arguments.apple_mb) else 1
    return 0 if fuzz(arguments.count, arguments.seed) else 1


if __name__ == "__main__":
    sys.exit(main())
