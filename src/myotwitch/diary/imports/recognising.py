"""Finds out from its content which program a file comes from."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from myotwitch.diary.document import SCHEMA_NAME
from myotwitch.diary.imports.apple_xml import HEAD_BYTES, find_health_member, is_health_xml
from myotwitch.diary.imports.bearable import NEEDED as BEARABLE_COLUMNS
from myotwitch.diary.imports.fhir import is_fhir
from myotwitch.diary.imports.fitbit import MEMBER, is_fitbit
from myotwitch.diary.imports.nomie import HEAD as NOMIE_COLUMNS
from myotwitch.diary.imports.nomie import is_nomie
from myotwitch.diary.imports.reading import first_bytes, one_fault, open_archive, read_json
from myotwitch.language import _, later, translated

UNKNOWN = later(
    "No program is known that writes such a file. Known are tables (CSV), Apple Health "
    "(export.zip or export.xml), Fitbit, Nomie, Bearable, FHIR R4 in JSON, and this "
    "program's own JSON."
)
_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
"""By which mark texts begin that are in another encoding than UTF-8."""
_DOCUMENTS: Mapping[str, Callable[[Any], bool]] = {
    "json": lambda document: isinstance(document, dict) and document.get("schema") == SCHEMA_NAME,
    "fhir": is_fhir,
    "nomie": is_nomie,
    "fitbit": is_fitbit,
}


def recognise(path: Path) -> str:
    """Return the name of the importer for a file, judged by its content and never by its name.

    Raises
    ------
    DiaryError
        If the file cannot be read, or no importer reads such files.
    """
    head = first_bytes(path, HEAD_BYTES)
    if not head.strip(b"\xef\xbb\xbf \r\n\t"):
        raise one_fault(str(path), _("The file is empty; export it once more, or name another."))
    encoding = _other_encoding(head)
    if encoding is not None:
        raise one_fault(
            str(path),
            _("The text is in {encoding}, and UTF-8 is needed; save it as UTF-8 (in Excel: CSV UTF-8).").format(
                encoding=encoding
            ),
        )
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith(b"PK"):
        return _of_archive(path)
    if start.startswith(b"<"):
        if is_health_xml(head):
            return "apple_health"
        raise one_fault(str(path), translated(UNKNOWN))
    if start.startswith((b"{", b"[")):
        return _of_document(path)
    return _of_table(path, head)


def _other_encoding(head: bytes) -> str | None:
    """Return in which encoding a text is that is not in UTF-8, as far as its beginning shows it; None otherwise."""
    for mark, name in _OTHER_ENCODINGS:
        if head.startswith(mark):
            return name
    # Without a mark every second byte of Latin letters is zero, as in no other text.
    halves = (head[:64:2], head[1:64:2])
    return "UTF-16" if len(head) >= 8 and any(not half.strip(b"\0") for half in halves) else None


def _of_archive(path: Path) -> str:
    with open_archive(path) as archive:
        if any(MEMBER.search(name) for name in archive.namelist()):
            return "fitbit"
        if find_health_member(archive, str(path)) is not None:
            return "apple_health"
    raise one_fault(
        str(path), _("The archive holds nothing that is known. {unknown}").format(unknown=translated(UNKNOWN))
    )


def _of_document(path: Path) -> str:
    document = read_json(path)
    for name, fits in _DOCUMENTS.items():
        if fits(document):
            return name
    raise one_fault(str(path), translated(UNKNOWN))


def _of_table(path: Path, head: bytes) -> str:
    line = head.split(b"\n", 1)[0].decode("utf-8-sig", errors="replace").strip()
    if "\0" in line or not any(sign in line for sign in ",;\t"):
        raise one_fault(str(path), translated(UNKNOWN))
    delimiter = max(",;\t", key=line.count)
    names = [name.strip().strip('"').lower() for name in line.split(delimiter)]
    if {"time", "kind"} <= set(names):
        return "csv"
    if set(BEARABLE_COLUMNS) <= set(names):
        return "bearable"
    if tuple(names[: len(NOMIE_COLUMNS)]) == NOMIE_COLUMNS:
        return "nomie"
    return "table"
