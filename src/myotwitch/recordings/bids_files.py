"""The sidecar files that BIDS keeps beside a recording: found by its rule of inheritance, read with their lines.

A BIDS name is a chain of entities and a suffix, such as ``sub-01_task-rest_emg.edf``. A sidecar holds for a recording
if all entities of its name are in the recording's name; it may lie in the same folder or in any folder above, up to the
root of the dataset, where ``dataset_description.json`` lies. A table is taken from the nearest folder; of JSON files
the nearer overrides the farther, entry by entry.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from myotwitch.errors import RecordingError
from myotwitch.language import _

_ENTITY = re.compile(r"([A-Za-z]+)-([A-Za-z0-9+]+)")
_LARGEST_SIDECAR_BYTES = 16 << 20
_DEEPEST_FOLDERS = 6
"""A recording lies at most four folders below its dataset's root; two more for derivatives."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BidsRow:
    """One row of a table.

    Parameters
    ----------
    file, line
        Where it stands, for messages; lines count from 1.
    cells
        Text by column, without the cells that are empty or ``n/a``.
    """

    file: str
    line: int
    cells: Mapping[str, str]

    def fault(self, message: str) -> RecordingError:
        """Return the error to raise where this row is at fault."""
        return RecordingError(
            _("{file}, line {line}: {message}").format(file=self.file, line=self.line, message=message)
        )

    def number(self, column: str) -> float | None:
        """Return a cell's number, or None where the row gives none.

        Raises
        ------
        RecordingError
            If the cell holds no number.
        """
        text = self.cells.get(column)
        if text is None:
            return None
        if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", text, re.ASCII):
            raise self.fault(
                _("column {column} holds {text}; it must be a number, or n/a where it is not known.").format(
                    column=column, text=repr(text)
                )
            )
        return float(text)


@dataclass(frozen=True, kw_only=True, slots=True)
class BidsName:
    """The entities of a BIDS name, such as ``(("sub", "01"), ("task", "rest"))``, and its suffix."""

    entities: frozenset[tuple[str, str]]
    suffix: str


def read_bids_name(stem: str) -> BidsName | None:
    """Return the parts of a file's name without extension, or None where it is no BIDS name.

    Examples
    --------
    >>> read_bids_name("sub-01_task-rest_emg").suffix
    'emg'
    >>> read_bids_name("calf recording") is None
    True
    """
    *chain, suffix = stem.split("_")
    found = [_ENTITY.fullmatch(part) for part in chain]
    entities = frozenset((match[1], match[2]) for match in found if match is not None)
    if len(entities) < len(chain) or not re.fullmatch(r"[A-Za-z0-9]+", suffix):
        return None
    return BidsName(entities=entities, suffix=suffix)


def find_sidecars(recording: Path, suffix: str, extension: str, free_entity: str = "") -> list[Path]:
    """Return the sidecars of one kind that hold for a recording, the nearest and most specific first.

    Parameters
    ----------
    recording
        The recording's file.
    suffix, extension
        The sidecar's kind, such as ``channels`` and ``.tsv``.
    free_entity
        An entity that the sidecar may have and the recording not, such as ``space``.

    Raises
    ------
    RecordingError
        If two sidecars in one folder hold equally well.
    """
    own = read_bids_name(recording.name.partition(".")[0])
    if own is None:
        return []
    found: list[Path] = []
    for folder in _folders(recording):
        named = [(read_bids_name(path.stem), path) for path in sorted(folder.glob(f"*{suffix}{extension}"))]
        fitting = [
            (len(name.entities), str(sorted(label for key, label in name.entities if key == free_entity)), path)
            for name, path in named
            if name is not None
            and name.suffix == suffix
            and {entity for entity in name.entities if entity[0] != free_entity} <= own.entities
        ]
        fitting.sort(key=lambda entry: (-entry[0], entry[2].name))
        for one, other in pairwise(fitting):
            if one[:2] == other[:2]:
                raise RecordingError(
                    _(
                        "{one} and {other} both describe {name} equally well. Keep one, or add to the name of "
                        "one what sets it apart."
                    ).format(one=one[2], other=other[2], name=recording.name)
                )
        found.extend(path for _, _, path in fitting)
    return found


def _folders(recording: Path) -> list[Path]:
    """Return the recording's folder and those above it up to the dataset's root; without a root its own alone."""
    folders = [recording.absolute().parent]
    while not (folders[-1] / "dataset_description.json").is_file():
        if len(folders) > _DEEPEST_FOLDERS or folders[-1].parent == folders[-1]:
            return folders[:1]
        folders.append(folders[-1].parent)
    return folders


def read_bids_table(path: Path, required: tuple[str, ...]) -> list[BidsRow]:
    """Return the rows of a BIDS table.

    Raises
    ------
    RecordingError
        If it is no text in UTF-8, a required column is missing, or a row has not as many cells as there are columns.
    """
    lines = _read_text(path).split("\n")
    columns = [column.strip() for column in lines[0].split("\t")]
    missing = [column for column in required if column not in columns]
    if missing or len(set(columns)) < len(columns):
        fault = _(
            "{path}, line 1: the table names a column twice. Columns are {columns}, divided by tabs; at least "
            "{required} are needed."
        )
        if missing:
            fault = _(
                "{path}, line 1: the table lacks the column {missing}. Columns are {columns}, divided by tabs; at "
                "least {required} are needed."
            )
        raise RecordingError(
            fault.format(
                path=path, missing=repr(missing[0]) if missing else "", columns=columns, required=list(required)
            )
        )
    rows: list[BidsRow] = []
    for line, text in enumerate(lines[1:], start=2):
        if not text.strip():
            continue
        cells = [cell.strip() for cell in text.split("\t")]
        if len(cells) != len(columns):
            raise RecordingError(
                _(
                    "{path}, line {line}: {cells_count} cells stand under {columns_count} columns. Divide "
                    "cells by one tab each, and write n/a where a value is not known."
                ).format(path=path, line=line, cells_count=len(cells), columns_count=len(columns))
            )
        given = {column: cell for column, cell in zip(columns, cells, strict=True) if cell not in {"", "n/a"}}
        rows.append(BidsRow(file=str(path), line=line, cells=given))
    return rows


def read_bids_document(path: Path) -> Mapping[str, object]:
    """Return the entries of a BIDS JSON file.

    Raises
    ------
    RecordingError
        If it is no text in UTF-8, is not JSON, or holds anything but an object.
    """
    try:
        document = json.loads(_read_text(path))
    except json.JSONDecodeError as error:
        raise RecordingError(
            _("{path}, line {lineno}: this is not JSON: {msg}. Correct that line.").format(
                path=path, lineno=error.lineno, msg=error.msg
            )
        ) from error
    except (ValueError, RecursionError) as error:
        raise RecordingError(
            _("{path}: this is not JSON that can be read: {error}.").format(path=path, error=error)
        ) from error
    if not isinstance(document, dict):
        raise RecordingError(
            _("{path}, line 1: a BIDS sidecar is an object in braces, not a {name}.").format(
                path=path, name=type(document).__name__
            )
        )
    return document


def _read_text(path: Path) -> str:
    """Return the text of a sidecar of bearable size."""
    try:
        if path.stat().st_size > _LARGEST_SIDECAR_BYTES:
            raise RecordingError(
                _("{path} has {st_size} bytes; a sidecar has at most {largest_sidecar_bytes}.").format(
                    path=path, st_size=path.stat().st_size, largest_sidecar_bytes=_LARGEST_SIDECAR_BYTES
                )
            )
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise RecordingError(
            _("{path} is not text in UTF-8 (byte {start}); save it as UTF-8.").format(path=path, start=error.start)
        ) from error
    except OSError as error:
        raise RecordingError(
            _("{path} cannot be read: {strerror}.").format(path=path, strerror=error.strerror or error)
        ) from error
