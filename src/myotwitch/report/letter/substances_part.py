"""What is taken, when it will have left the body, and whether the twitching goes with it."""

from __future__ import annotations

from datetime import timedelta

from myotwitch.case import Exposure
from myotwitch.course.document import MOST_TOLD
from myotwitch.course.drivers import Driver
from myotwitch.diary import InBody
from myotwitch.language import _, ngettext
from myotwitch.report.letter.basis import Basis
from myotwitch.report.letter.content import Block, Column, Table, Words
from myotwitch.report.letter.words import (
    capital,
    length_text,
    listed,
    near_text,
    number_text,
    substance_text,
    time_text,
    value_text,
)
from myotwitch.units import MILLIGRAMS_PER_GRAM

MOST_SUBSTANCES = 7
"""Substances on the first page."""


def substances_table(basis: Basis) -> Table | None:
    """Return what is taken as the first page shows it; None where nothing was noted."""
    taken = [exposure for exposure in basis.exposures if exposure.taken is not False]
    denied = [exposure for exposure in basis.exposures if exposure.taken is False]
    if not taken and not denied:
        return None
    present = {row.substance: row for row in basis.in_body}
    taken.sort(key=lambda exposure: (exposure.substance not in present, exposure.stopped_days_ago is not None))
    remarks = []
    if denied:
        names = listed(substance_text(exposure.substance) for exposure in denied)
        remarks.append(_("Said not to be taken: {names}.").format(names=names))
    if len(taken) > MOST_SUBSTANCES:
        left_out = len(taken) - MOST_SUBSTANCES
        more = ngettext("{count} more on the next pages.", "{count} more on the next pages.", left_out)
        remarks.append(more.format(count=left_out))
    return Table(
        columns=(
            Column(title=_("What"), share=1.5),
            Column(title=_("Usually"), share=1.4),
            Column(title=_("Last taken"), share=1.2),
            Column(title=_("Gone if nothing more is taken"), share=2.3),
            Column(title=_("Twitching with it"), share=2.5),
        ),
        rows=tuple(_row(basis, exposure, present.get(exposure.substance)) for exposure in taken[:MOST_SUBSTANCES]),
        remark=" ".join(remarks),
    )


def substance_blocks(basis: Basis) -> tuple[Block, ...]:
    """Return what is in the body when the page is made, and what is taken beyond the first page."""
    blocks: list[Block] = []
    taken = [exposure for exposure in basis.exposures if exposure.taken is not False]
    if len(taken) > MOST_SUBSTANCES:
        names = listed(f"{substance_text(one.substance)} ({_usual(one)})" for one in taken)
        blocks.append(Words(lead=_("All that is taken"), text=names))
    if basis.in_body:
        blocks.append(_body_table(basis))
    return tuple(blocks)


def _body_table(basis: Basis) -> Table:
    rows = []
    for row in basis.in_body:
        low, high = number_text(row.now.low), number_text(row.now.high)
        amount = _("{now} {unit} ({low} to {high})").format(
            now=number_text(row.now.value), unit=_unit(row.unit), low=low, high=high
        )
        early, late = row.gone_by_interval
        rows.append((substance_text(row.substance), amount, time_text(early), time_text(row.gone_by), time_text(late)))
    return Table(
        columns=(
            Column(title=_("In the body on {time}").format(time=time_text(basis.now)), share=1.5),
            Column(title=_("Amount (in 95 of 100 people)"), share=2.0),
            Column(title=_("Gone at the earliest"), share=1.4),
            Column(title=_("usually"), share=1.4),
            Column(title=_("at the latest"), share=1.4),
        ),
        rows=tuple(rows),
        remark=_(
            "Worked out from what was noted, in a middle person and 300 others who clear it as differently as the "
            "sources say; gone: 3 % of the last peak is left. Not measured, and no advice on doses or on driving."
        ),
    )


def effect_text(driver: Driver | None) -> str:
    """Return what the diary shows of a factor, with the 95 % interval of the rate ratio."""
    if driver is None:
        return "–"
    low, high = driver.interval
    if high > MOST_TOLD * low:
        return _("cannot tell yet")
    figures = _("×{ratio}; {low} to {high}").format(
        ratio=number_text(driver.rate_ratio), low=number_text(low), high=number_text(high)
    )
    pattern = {
        "raises": _("more ({figures})"),
        "lowers": _("less ({figures})"),
        "no_effect_seen": _("no effect seen ({figures})"),
        "cannot_tell": _("cannot tell yet ({figures})"),
    }[driver.verdict.value]
    return pattern.format(figures=figures)


def _row(basis: Basis, exposure: Exposure, present: InBody | None) -> tuple[str, ...]:
    driver = next((one for one in basis.course.drivers if one.factor == exposure.substance), None)
    return (
        capital(substance_text(exposure.substance)),
        _usual(exposure),
        _last(basis, exposure),
        _gone(basis, exposure, present),
        effect_text(driver),
    )


def _usual(exposure: Exposure) -> str:
    if exposure.stopped_days_ago is not None:
        return _("stopped {length} ago").format(length=length_text(exposure.stopped_days_ago))
    amount = "" if exposure.amount_mg is None else _amount(exposure.amount_mg)
    often = "" if exposure.times_per_day is None else _often(exposure.times_per_day)
    return listed(word for word in (amount, often) if word) or _("not told")


def _amount(milligrams: float) -> str:
    if milligrams >= MILLIGRAMS_PER_GRAM:
        return f"{value_text(round(milligrams / MILLIGRAMS_PER_GRAM, 2))} g"
    return f"{value_text(float(f'{milligrams:.3g}'))} mg"


def _often(times_per_day: float) -> str:
    if times_per_day >= 0.75:
        return _("{count} a day").format(count=number_text(times_per_day))
    return _("{count} a week").format(count=number_text(times_per_day * 7))


def _last(basis: Basis, exposure: Exposure) -> str:
    if exposure.last_hours_ago is None:
        return "–"
    return near_text(basis.at - timedelta(hours=exposure.last_hours_ago), basis.now)


def _gone(basis: Basis, exposure: Exposure, present: InBody | None) -> str:
    if exposure.last_hours_ago is None:
        return "–"  # nothing tells when it was taken last
    if present is None:
        return _("gone")
    late = near_text(present.gone_by_interval[1], basis.now)
    if present.gone_by <= basis.now:
        return _("mostly gone; at the latest {late}").format(late=late)
    return _("{usual}; at the latest {late}").format(usual=near_text(present.gone_by, basis.now), late=late)


def _unit(unit: str) -> str:
    return _("units") if unit == "unit" else unit
