"""From what is known to what the page for the doctor says, in the language in use."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import myotwitch
from myotwitch.case import FINDINGS, Asks
from myotwitch.diary import Bout
from myotwitch.language import _, language_in_use, ngettext
from myotwitch.report.letter.basis import Basis
from myotwitch.report.letter.choices import Part
from myotwitch.report.letter.content import Block, Column, Figure, FirstPage, ReportContent, Section, Table, Words
from myotwitch.report.letter.course_chart import course_figure
from myotwitch.report.letter.course_part import course_blocks, drivers_line
from myotwitch.report.letter.findings_part import (
    finding_blocks,
    flags,
    other_findings,
    short_names,
    states_of,
    warning_signs,
)
from myotwitch.report.letter.laboratory_part import laboratory_blocks, laboratory_table
from myotwitch.report.letter.measured_part import measured_blocks, measured_sentences
from myotwitch.report.letter.opinion_part import opinion, opinion_blocks
from myotwitch.report.letter.substances_part import substance_blocks, substances_table
from myotwitch.report.letter.twitching_part import body_figure, place_blocks, places_table
from myotwitch.report.letter.words import cleaned, day_text, length_text, listed, number_text, time_text, where_text

MOST_NOTES = 60
"""Notes on the page, the last ones."""
MOST_NAMED = 4
"""Places that the summary names."""


def content_of(basis: Basis) -> ReportContent:
    """Return everything that the page for the doctor says."""
    choices = basis.choices
    return ReportContent(
        language=language_in_use(),
        made=basis.now,
        title=_("Muscle twitching: summary for the doctor"),
        person=person_line(basis),
        stretch=_stretch(basis),
        labels=_labels(),
        first=FirstPage(
            question=Words(
                lead=_("Question"),
                text=cleaned(choices.question) or _("Does this twitching need to be looked into, and how soon?"),
            ),
            summary=summary(basis),
            places=places_table(basis),
            map=body_figure(basis),
            course=_course(basis),
            flags=flags(basis),
            findings=other_findings(basis),
            substances=substances_table(basis) if choices.has(Part.SUBSTANCES) else None,
            laboratory=laboratory_table(basis) if choices.has(Part.LABORATORY) else None,
            measured=measured_sentences(basis),
            opinion=opinion(basis) if choices.has(Part.OPINION) else None,
        ),
        details=tuple(section for section in _details(basis) if section.blocks),
        foot=_(
            "Made by myotwitch {version} from the person's own diary; not a medical device, and no substitute for an "
            "examination."
        ).format(version=myotwitch.__version__),
    )


def person_line(basis: Basis) -> str:
    """Return who it is about: name and age only where they were chosen."""
    person, choices = basis.told.person, basis.choices
    parts = [cleaned(choices.name)] if choices.name.strip() else []
    if person is not None:
        sexes = {"female": _("female"), "male": _("male"), "other": _("other sex")}
        parts += [sexes[str(person.sex)]] if str(person.sex) in sexes else []
        age = person.age_years(basis.at.date()) if choices.has(Part.AGE) else None
        if age is not None and person.birth_year is not None:
            parts.append(_("about {age} years (born {year})").format(age=round(age), year=person.birth_year))
        if person.weight_kg is not None and choices.has(Part.AGE):
            parts.append(_("{weight} kg").format(weight=number_text(person.weight_kg, 3)))
    return " · ".join(parts) or _("A person who keeps a diary of twitching")


def summary(basis: Basis) -> str:
    """Return the whole in a few sentences: what, where, how long, how often; which warning signs."""
    if not basis.told.entries:
        return _("The diary is empty so far.")
    if not basis.twitching:
        return _("No bout of twitching has been noted so far.")
    names = list(dict.fromkeys(where_text(place.place, place.muscle) for place in basis.twitching))
    where = listed(names[:MOST_NAMED])
    if len(names) > MOST_NAMED:
        more = len(names) - MOST_NAMED
        where = ngettext("{places} and {count} more place", "{places} and {count} more places", more).format(
            places=where, count=more
        )
    if all(place.place is None and place.muscle is None for place in basis.twitching):
        where = _("where is not told")
    sentences = [
        _("Twitching: {where}; {since}; {often}.").format(where=where, since=_since(basis), often=_often(basis))
    ]
    return " ".join([*sentences, _signs_sentence(basis)])


def _since(basis: Basis) -> str:
    known = [place.since_days for place in basis.twitching if place.since_days is not None]
    if not known:
        return _("since when is not known")
    bouts = basis.told.of(Bout)
    is_least = bool(bouts) and (bouts[0].time - (basis.told.first or bouts[0].time)).days < 3
    length = length_text(max(known))
    return (
        _("noticed for at least {length}").format(length=length)
        if is_least
        else _("for {length}").format(length=length)
    )


def _often(basis: Basis) -> str:
    counts = [place.bouts_per_day for place in basis.twitching if place.bouts_per_day is not None]
    if not counts:
        return _("how often is not known")
    return _("about {count} bouts a waking day").format(count=number_text(sum(counts)))


def _signs_sentence(basis: Basis) -> str:
    told, names = states_of(basis), short_names()
    present = [names[name] for name in warning_signs() if name in told and told[name].present]
    absent = [name for name in warning_signs() if name in told and not told[name].present]
    unasked = [name for name in warning_signs() if name not in told and FINDINGS[name].asks is Asks.PERSON]
    if present:
        return _("Warning signs told: {signs}.").format(signs=listed(present))
    if not absent:
        return _("No warning sign was told, but none has been asked for yet.")
    sentence = ngettext(
        "No warning sign was told; {count} was asked for and is absent, {unasked} not asked.",
        "No warning sign was told; {count} were asked for and are absent, {unasked} not asked.",
        len(absent),
    )
    return sentence.format(count=len(absent), unasked=len(unasked))


def _stretch(basis: Basis) -> str:
    if not basis.shown.entries:
        return _("made on {day}").format(day=day_text(basis.now.date()))
    first = basis.shown.first or basis.at
    return _("Diary of {first} to {last} · made on {day}").format(
        first=day_text(first.date()), last=day_text(basis.at.date()), day=day_text(basis.now.date())
    )


def _course(basis: Basis) -> Figure | None:
    figure = course_figure(basis.shown)
    line = drivers_line(basis)
    return figure if figure is None or not line else replace(figure, caption=f"{figure.caption} {line}.")


def _labels() -> dict[str, str]:
    return {
        "places": _("Where it twitches"),
        "course": _("Course"),
        "flags": _("Warning signs"),
        "findings": _("Other findings"),
        "substances": _("What is taken, and when it clears"),
        "laboratory": _("Laboratory"),
        "measured": _("Measured"),
        "advice": _("The program advises"),
        "opinion": _("What the program thinks, and how sure"),
        "notes": _("Notes of the person"),
        "details": _("Details"),
        "page": _("Page {number} of {count}"),
    }


def _details(basis: Basis) -> tuple[Section, ...]:
    choices, recorded = basis.choices, basis.recorded
    if not basis.told.entries:
        return (Section(title=_("How to read this"), blocks=_reading(basis)),)
    sections = [
        Section(title=_("Twitching by place"), blocks=place_blocks(basis)),
        Section(title=_("Course, and what goes with it"), blocks=course_blocks(basis)),
        Section(title=_("What is in the body"), blocks=substance_blocks(basis)),
        Section(title=_("Findings"), blocks=finding_blocks(basis)),
        Section(title=_("Laboratory values"), blocks=laboratory_blocks(basis)),
        Section(title=_("Recordings"), blocks=measured_blocks(basis) if recorded else ()),
    ]
    if choices.has(Part.OPINION):
        sections.append(Section(title=_("How the program comes to its opinion"), blocks=opinion_blocks(basis)))
    sections += [
        Section(title=_("Notes of the person"), blocks=_notes(basis) if choices.has(Part.NOTES) else ()),
        Section(title=_("How to read this"), blocks=_reading(basis)),
    ]
    return tuple(sections)


def note_rows(basis: Basis) -> list[tuple[str, str]]:
    """Return what the person wrote in own words in the stretch that is shown, each with its time."""
    return [
        (time_text(entry.time), text)
        for entry in basis.shown.entries
        if entry.text is not None and (text := cleaned(entry.text))
    ]


def _notes(basis: Basis) -> tuple[Block, ...]:
    rows = note_rows(basis)
    if not rows:
        return ()
    return (
        Table(
            columns=(Column(title=_("When"), share=1.0), Column(title=_("In the person's own words"), share=4.0)),
            rows=tuple(rows[-MOST_NOTES:]),
            remark=_("The last {count} notes.").format(count=MOST_NOTES) if len(rows) > MOST_NOTES else "",
        ),
    )


def _reading(basis: Basis) -> tuple[Block, ...]:
    blocks: list[Block] = [
        Words(
            text=_(
                "Everything here is what a person wrote down at home, and what a program made of it on the person's "
                "own computer. Silence is not zero: only watched time counts for how often it twitches. Since when it "
                "twitches and what was found is told from the whole diary; course, laboratory values and recordings "
                "are of the stretch named at the top."
            )
        )
    ]
    if any(not basis.choices.has(part) for part in Part):
        blocks.append(Words(text=_("The person chose what is on this page; the diary may hold more.")))
    return tuple(blocks)


def file_stem(made: datetime) -> str:
    """Return the beginning of a file's name, with the day."""
    return f"twitching-{made:%Y-%m-%d}"
