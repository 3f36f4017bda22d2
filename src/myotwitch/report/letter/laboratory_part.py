"""Laboratory values against their reference ranges, those outside first."""

from __future__ import annotations

from dataclasses import dataclass

from myotwitch.case.analytes import ANALYTES, unit_factor
from myotwitch.diary import Lab
from myotwitch.language import _, ngettext, translated
from myotwitch.report.letter.basis import Basis
from myotwitch.report.letter.content import Block, Column, Table
from myotwitch.report.letter.words import day_text, number_text, value_text

MOST_VALUES = 8
"""Values on the first page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LabRow:
    """A laboratory value with its reference range in its own unit; `sign` is ``low``, ``high`` or empty."""

    entry: Lab
    low: float
    high: float
    sign: str


def lab_rows(basis: Basis) -> tuple[LabRow, ...]:
    """Return the values of the stretch that is shown, the last one first."""
    sex = None if basis.told.person is None else str(basis.told.person.sex)
    return tuple(_lab_row(entry, sex) for entry in reversed(basis.shown.of(Lab)))


def laboratory_table(basis: Basis) -> Table | None:
    """Return the last value of each analyte, those outside their range first; None where there is none."""
    last: dict[str, LabRow] = {}
    for row in lab_rows(basis):
        last.setdefault(row.entry.analyte, row)
    if not last:
        return None
    order = sorted(last.values(), key=lambda row: (not row.sign, row.entry.analyte))
    left_out = len(order) - MOST_VALUES
    more = ngettext("{count} more on the next pages.", "{count} more on the next pages.", max(left_out, 1))
    return _table(order[:MOST_VALUES], more.format(count=left_out) if left_out > 0 else "")


def laboratory_blocks(basis: Basis) -> tuple[Block, ...]:
    """Return every value of the stretch that is shown."""
    rows = lab_rows(basis)
    if not rows:
        return ()
    remark = _(
        "Reference ranges are those of adults from the program's sources; the laboratory's own range goes first."
    )
    return (_table(rows, remark),)


def _table(rows: tuple[LabRow, ...] | list[LabRow], remark: str) -> Table:
    return Table(
        columns=(
            Column(title=_("Value of"), share=1.9),
            Column(title=_("Result"), is_number=True, share=1.9),
            Column(title=_("Reference"), is_number=True, share=1.2),
            Column(title=_("Sample of"), share=1.2),
        ),
        rows=tuple(
            (
                translated(ANALYTES[row.entry.analyte].label),
                _result(row),
                _("{low} to {high}").format(low=number_text(row.low, 3), high=number_text(row.high, 3)),
                day_text(row.entry.time.date()),
            )
            for row in rows
        ),
        remark=remark,
    )


def _result(row: LabRow) -> str:
    result = f"{value_text(row.entry.value)} {row.entry.unit}"
    pattern = {"low": _("{value}, low"), "high": _("{value}, high")}.get(row.sign, "{value}")
    return pattern.format(value=result)


def _lab_row(entry: Lab, sex: str | None) -> LabRow:
    factor = unit_factor(entry.analyte, entry.unit)
    reference = ANALYTES[entry.analyte].reference_range(sex)
    low, high = reference.low / factor, reference.high / factor
    sign = "low" if entry.value < low else "high" if entry.value > high else ""
    return LabRow(entry=entry, low=low, high=high, sign=sign)
