"""Reads a table of no known program by a mapping that the person gives."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from myotwitch.case.checks import nearest_hint, shown
from myotwitch.diary.columns import LARGEST_BYTES, field_from_cell
from myotwitch.diary.entries import KINDS
from myotwitch.diary.imports.mapping import EntryRule, TableMapping, Value, check_mapping
from myotwitch.diary.imports.preview import Collector, ImportSettings, Preview
from myotwitch.diary.imports.reading import first_bytes, one_fault
from myotwitch.diary.imports.zones import Clock, TimeFault
from myotwitch.language import _, later, translated

NUMBERS = frozenset({"count", "duration_s", "duration_min", "value", "amount", "every_days"})
NO_MAPPING = later(
    "This is a table of no known program, so its columns need a mapping (--mapping "
    "FILE.toml). A first guess to correct is printed by --guess-mapping; the page "
    "docs/importing.md shows how a mapping is written."
)


def import_mapped(path: Path, settings: ImportSettings) -> Preview:
    """Return what a table holds, by the mapping in `settings`.

    Raises
    ------
    DiaryError
        If there is no mapping, it does not fit the table, or a row is at fault.
    """
    file = str(path)
    if settings.mapping is None:
        raise one_fault(file, translated(NO_MAPPING))
    mapping = check_mapping(settings.mapping, file)
    if settings.zone is None and mapping.zone is not None:
        settings = ImportSettings(
            zone=mapping.zone, effort=settings.effort, drink=settings.drink, skip_faulty=settings.skip_faulty
        )
    collector = Collector(source="table", file=file, settings=settings)
    reader = _Reader(collector, mapping)
    for line, row in rows_of(table_text_of(path, mapping.encoding), mapping, file):
        reader.take(row, line)
    return collector.preview()


def table_text_of(path: Path, encoding: str) -> str:
    """Return the text of a table.

    Raises
    ------
    DiaryError
        If it is too large, or not in this encoding.
    """
    content = first_bytes(path, LARGEST_BYTES + 1)
    if len(content) > LARGEST_BYTES:
        raise one_fault(
            str(path),
            _("The file is larger than {largest_bytes} MB; divide it.").format(
                largest_bytes=LARGEST_BYTES // 1_000_000
            ),
        )
    try:
        return content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        message = _("The text is not in {encoding}; save it as UTF-8, or name its encoding in the mapping.").format(
            encoding=encoding
        )
        raise one_fault(str(path), message) from error


def delimiter_of(text: str) -> str:
    """Return what most likely stands between the cells of a table, judged by its head."""
    head = text.split("\n", 1)[0]
    return max(",;\t", key=head.count)


def rows_of(text: str, mapping: TableMapping | None, file: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line and cells by column of every row that is not empty.

    Raises
    ------
    DiaryError
        If it is no CSV, or lacks a column that the mapping names.
    """
    delimiter = mapping.delimiter if mapping is not None and mapping.delimiter else delimiter_of(text)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip() for name in next(table, [])]
        for column in mapping.columns if mapping is not None else ():
            if column not in names:
                message = _("There is no column {column}.{hint} The table has {names}.").format(
                    column=shown(column), hint=nearest_hint(column, names), names=", ".join(map(shown, names[:30]))
                )
                raise one_fault(file, message, line=1)
        for cells in table:
            if any(cell.strip() for cell in cells):
                yield table.line_num, {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
    except csv.Error as error:
        raise one_fault(file, _("The row is no CSV: {error}.").format(error=error), line=table.line_num) from error


class _Reader:
    def __init__(self, collector: Collector, mapping: TableMapping) -> None:
        self._collector = collector
        self._mapping = mapping
        self._clock = Clock(collector)

    def take(self, row: Mapping[str, str], line: int) -> None:
        """Take one row; it counts as a record for each entry that it becomes."""
        rules = [rule for rule in self._mapping.entry if _applies(rule, row)]
        if not rules:
            self._collector.leave_out(_("Rows for which the mapping says no entry"), " ".join(row.values())[:80])
            return
        try:
            time = self._time(row)
        except TimeFault as error:
            self._collector.refuse(str(error), where="time", line=line, records=len(rules))
            return
        for rule in rules:
            self._take_rule(rule, row, time, line)

    def _take_rule(self, rule: EntryRule, row: Mapping[str, str], time: datetime, line: int) -> None:
        cell = row.get(rule.kind_column, "") if rule.kind_column else ""
        kind = rule.kind or rule.kind_words.get(cell, cell)
        if kind not in KINDS:
            if rule.kind_words:
                self._collector.leave_out(_("Rows whose kind the mapping does not name"), cell)
            else:
                self._collector.refuse(
                    _("The kind {kind} is not known.").format(kind=shown(kind)), where="kind", line=line
                )
            return
        document: dict[str, Any] = {"kind": kind, "time": time}
        for name, value in rule.fields.items():
            try:
                field, read = field_from_cell(kind, name, _cell(value, row, self._mapping.decimal, name))
            except ValueError as error:
                self._collector.refuse(str(error), where=name, line=line)
                return
            document[field] = read
        self._collector.add(document, line=line)

    def _time(self, row: Mapping[str, str]) -> datetime:
        text = " ".join(row.get(column, "") for column in self._mapping.time.columns).strip()
        if self._mapping.time.format is None:
            return self._clock.from_text(text)
        try:
            given = datetime.strptime(text, self._mapping.time.format)
        except ValueError as error:
            message = _("{text} is not a time as the mapping says, {format}.").format(
                text=shown(text), format=shown(self._mapping.time.format)
            )
            raise TimeFault(message) from error
        return self._clock.time(given)


def _applies(rule: EntryRule, row: Mapping[str, str]) -> bool:
    return all(row.get(column) for column in rule.needs) and all(
        row.get(column) == said for column, said in rule.only_if.items()
    )


def _cell(value: Value, row: Mapping[str, str], decimal: str, name: str) -> str:
    """Return a value as a cell of the contract's table; empty where there is none."""
    if value.constant is not None:
        return str(value.constant).lower() if isinstance(value.constant, bool) else str(value.constant)
    cell = row.get(value.column or "", "")
    cell = value.words.get(cell, cell)
    if name not in NUMBERS or not cell:
        return cell
    if decimal == ",":
        cell = cell.replace(".", "").replace(",", ".")
    if value.times == 1.0:
        return cell
    try:
        return repr(float(cell) * value.times)
    except ValueError as error:
        raise ValueError(_("{cell} is not a number.").format(cell=shown(cell))) from error
