"""The course in words and tables: what goes with the twitching, what changed, and how it goes over day and week."""

from __future__ import annotations

from myotwitch.course.drivers import Driver
from myotwitch.course.factor_words import factor_words, step_words
from myotwitch.diary import Bout
from myotwitch.language import _, ngettext
from myotwitch.report.course_text import change_sentence, pattern_sentences
from myotwitch.report.letter.basis import Basis
from myotwitch.report.letter.content import Block, Column, Items, Table, Words
from myotwitch.report.letter.course_chart import days_of_diary
from myotwitch.report.letter.substances_part import effect_text
from myotwitch.report.letter.words import capital, listed, number_text, substance_text
from myotwitch.substances import SUBSTANCES


def drivers_line(basis: Basis) -> str:
    """Return in a line which habits go with the twitching; empty where the diary holds none.

    Substances stand in their own table.
    """
    plain = [driver for driver in basis.course.drivers if driver.factor not in SUBSTANCES]
    words = [
        _("{factor}: {effect}").format(factor=factor_text(driver.factor), effect=effect_text(driver))
        for driver in plain
    ]
    return capital("; ".join(words))


def factor_text(factor: str) -> str:
    """Return what a factor is called."""
    if factor in SUBSTANCES:
        return substance_text(factor)
    return factor_words(factor)


def watched_sentence(basis: Basis) -> str:
    """Return for how long it was watched, and how often it twitched then."""
    days = days_of_diary(basis.shown)
    watched = sum(day.watched_h > 0 for day in days.values())
    noted = sum(bout.count for bout in basis.shown.of(Bout))
    outside = max(0, noted - basis.course.bouts)
    if basis.course.rate_per_hour is None:
        return ngettext(
            "{count} bout was noted; nobody said when it was watched, so that how often it twitches is not known.",
            "{count} bouts were noted; nobody said when it was watched, so that how often it twitches is not known.",
            noted,
        ).format(count=noted)
    sentence = _(
        "Watched for {hours} hours on {watched} of {days} days; {bouts} bouts in that time, {rate} an hour watched."
    ).format(
        hours=f"{basis.course.observed_hours:.0f}", watched=watched, days=len(days), bouts=basis.course.bouts,
        rate=number_text(basis.course.rate_per_hour),
    )  # fmt: skip
    if outside:
        more = ngettext(
            "{count} more bout was noted at other times and is not counted in the rate.",
            "{count} more bouts were noted at other times and are not counted in the rate.",
            outside,
        ).format(count=outside)
        return f"{sentence} {more}"
    return sentence


def course_blocks(basis: Basis) -> tuple[Block, ...]:
    """Return everything that is said of the course."""
    if not days_of_diary(basis.shown):
        return ()
    course = basis.course
    blocks: list[Block] = [Words(text=watched_sentence(basis))]
    changes = [change_sentence(change) for change in course.changes if change.is_clear]
    patterns = [] if course.patterns is None else pattern_sentences(course.patterns)
    if changes or patterns:
        blocks.append(Items(items=(*changes, *patterns)))
    if course.drivers:
        blocks.append(_drivers_table(course.drivers))
    for group in course.inseparable:
        names = listed(factor_text(factor) for factor in group)
        blocks.append(
            Words(text=_("{names} mostly come together and cannot be told apart.").format(names=capital(names)))
        )
    return tuple(blocks)


def _drivers_table(drivers: tuple[Driver, ...]) -> Table:
    rows = []
    for driver in drivers:
        rows.append((
            capital(factor_text(driver.factor)),
            step_words(number_text(driver.usual_dose, 3), driver.unit),
            effect_text(driver),
            _("from ×{ratio} on").format(ratio=number_text(driver.detectable_ratio)),
        ))  # fmt: skip
    return Table(
        columns=(
            Column(title=_("What"), share=1.6),
            Column(title=_("Per"), share=1.2),
            Column(title=_("Twitching with it (rate ratio, 95 %)"), share=2.4),
            Column(title=_("An effect would show"), share=1.3),
        ),
        rows=tuple(rows),
        remark=_(
            "The rate of bouts in watched time, other factors, hours of the day and slow drifts allowed for; verdicts "
            "at a false discovery rate of 5 %. What goes together need not be the cause."
        ),
    )
