"""Files of other programs, made by hand after their documented forms; nobody's data."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from myotwitch.diary.imports import IMPORTERS, ImportSettings, Preview, recognise

BERLIN = ImportSettings(zone="Europe/Berlin")

APPLE_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 11 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
<!ELEMENT Record ((MetadataEntry|HeartRateVariabilityMetadataList)*)>
<!ATTLIST Record
  type          CDATA #REQUIRED
  unit          CDATA #IMPLIED
  value         CDATA #IMPLIED
  sourceName    CDATA #REQUIRED
  startDate     CDATA #REQUIRED
  endDate       CDATA #REQUIRED
>
]>
<HealthData locale="en_US">
 <ExportDate value="2026-03-10 09:00:00 +0100"/>
 <Me HKCharacteristicTypeIdentifierDateOfBirth="1990-05-01"
  HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexFemale"/>
"""
SLEEP = "HKCategoryTypeIdentifierSleepAnalysis"


def apple_record(
    kind: str, value: str, start: str, stop: str | None = None, unit: str = "", source: str = "Watch", inner: str = ""
) -> str:
    """Return one record; times are given as ``2026-03-04 23:10``, at +0100."""
    told = f' unit="{unit}"' if unit else ""
    return (
        f' <Record type="{kind}" sourceName="{source}"{told} startDate="{start}:00 +0100" '
        f'endDate="{stop or start}:00 +0100" value="{value}">{inner}</Record>\n'
    )


def asleep(stage: str, start: str, stop: str, source: str = "Watch") -> str:
    """Return one stage of sleep."""
    return apple_record(SLEEP, f"HKCategoryValueSleepAnalysis{stage}", start, stop, source=source)


def apple_file(folder: Path, parts: Iterable[str], *, name: str = "export.xml") -> Path:
    """Write an export, and return where."""
    file = folder / name
    file.write_text(APPLE_HEAD + "".join(parts) + "</HealthData>\n", encoding="utf-8")
    return file


def zipped(folder: Path, members: dict[str, str | bytes], name: str = "export.zip") -> Path:
    """Write an archive, and return where."""
    file = folder / name
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return file


def written(folder: Path, content: str | bytes | list[Any] | dict[str, Any], name: str) -> Path:
    """Write a text, or a document as JSON, and return where."""
    file = folder / name
    if isinstance(content, list | dict):
        content = json.dumps(content)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def preview_of(file: Path, settings: ImportSettings = BERLIN) -> Preview:
    """Return what a file holds, by the importer that its content names."""
    return IMPORTERS[recognise(file)](file, settings)


def reasons(preview: Preview) -> str:
    """Return all notices as one text."""
    return "\n".join(map(str, preview.notices))


def adds_up(preview: Preview) -> bool:
    """Return True if every record of the file is accounted for."""
    return preview.records == preview.used + preview.left_out + preview.faulty
