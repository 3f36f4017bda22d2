"""The page of a cause: what it is, how common, what it looks like, what speaks against it, what to do."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from myotwitch.anatomy import Region
from myotwitch.case import ANALYTES, FINDINGS, Asks
from myotwitch.causes import Cause, Urgency, load_catalogue
from myotwitch.causes.cause import ExposureLink, ExposureState, PriorRow, WeightTable
from myotwitch.causes.exposure import members
from myotwitch.causes.rare import RARE_CAUSE
from myotwitch.causes.vocabulary import DESCRIPTORS
from myotwitch.report.encyclopaedia.page import (
    Line,
    Page,
    PageKind,
    Section,
    Topic,
    bullets,
    known_words,
    prose,
    shortened,
)
from myotwitch.report.encyclopaedia.rare import list_of_rare_diseases
from myotwitch.report.encyclopaedia.rules import demands_alone, facts_with_finding, mentions_of_rules, rule_line
from myotwitch.report.encyclopaedia.words import (
    DESCRIPTOR_LABELS,
    ONCE_LIKELY,
    REGION_LABELS,
    amount_words,
    descriptor_words,
    duration_words,
    grade_words,
    share_words,
    spread_words,
    whom_words,
)
from myotwitch.report.wording import URGENCY
from myotwitch.sources import Figure
from myotwitch.substances import SUBSTANCES

LEAST_TOLD = 0.05
"""A finding is told to a person from this share of those who have the cause on."""
MOST_FINDINGS = 8
MOST_WARNINGS = 6
LEAST_PLACE = 0.1
AGES = range(121)
"""Ages of people **[years]**."""
WHOLE_POPULATION = (
    "This counts everybody of that age, whether they twitch or not. It is not your own chance: that depends on what "
    "else is there."
)


def cause_page(name: str) -> Page:
    """Return the page of the cause called `name`.

    Raises
    ------
    UnknownNameError
        If it is not in the catalogue.
    """
    catalogue = load_catalogue()
    cause = catalogue.cause(name)
    codes = ", ".join((*cause.icd10, *cause.hpo, *cause.mondo, *cause.mesh)) or "no codes"
    sections = (
        prose("What it is", f"Doctors call it: {cause.title} ({', '.join(cause.icd10) or 'no ICD-10 code'})."),
        prose("What happens in the body", cause.mechanism),
        prose("How it goes on", cause.time_course),
        _how_common(cause),
        *_looks(cause),
        _findings("What often goes with it", cause, (Asks.PERSON, Asks.DOCTOR)),
        _findings("What tests often show", cause, (Asks.TEST,)),
        *(list_of_rare_diseases() if name == RARE_CAUSE else ()),
        Section(heading="What speaks against it", lines=tuple(_against(cause))),
        Section(heading="Substances", lines=tuple(_substances(cause))),
        Section(heading="Laboratory values", lines=tuple(_labs(cause))),
        bullets("What helps", cause.what_helps),
        bullets("See a doctor if", cause.watch_for),
        bullets("What a doctor would do to make sure", cause.tests),
        _urgency(cause),
        _grades(cause),
    )
    return Page(
        topic=Topic(PageKind.CAUSE, name),
        title=cause.plain_title,
        doctor_title=f"{cause.title} ({codes}; {cause.group})",
        sections=sections,
        sources=tuple(catalogue.sources[key] for key in cause.source_keys()),
    )


def weight_figure(table: WeightTable, word: str) -> Figure:
    """Return one weight of a table of probabilities as a figure: the table's spread is a factor on its odds."""
    value = table.weights[word]
    odds = value / (1 - value) if value < 1 else math.inf
    low, high = (_from_odds(odds / table.spread), _from_odds(odds * table.spread))
    return Figure(
        value=value,
        unit="1",
        low=min(low, value),
        high=max(high, value),
        grade=table.grade,
        sources=table.sources,
        note=table.note,
    )


def window_words(link: ExposureLink) -> str:
    """Return in which time after the last intake, or after stopping, a cause can come from it."""
    after = "after the last intake" if link.state is ExposureState.TAKEN else "after stopping"
    if link.within_days is None:
        return f"from {duration_words(link.from_days * 24)} {after} on" if link.from_days else "at any time"
    until = duration_words(link.within_days * 24)
    if link.from_days:
        return f"from about {duration_words(link.from_days * 24)} to {until} {after}"
    return f"up to {until} {after}"


def _how_common(cause: Cause) -> Section:
    lines = []
    for number, row in enumerate(cause.priors):
        earlier = cause.priors[:number]
        if not all(_applies_at(age, earlier) for age in AGES if _applies_at(age, [row])):
            whom = whom_words(row, others=any(_overlap(row, one) for one in earlier))
            text = f"{whom} – {spread_words(row.probability)}"
            lines.append(Line(text=text, doctor_text=whom, figure=row.probability))
    return Section(heading="How common it is at any time", lines=(*lines, Line(text=WHOLE_POPULATION)))


def _applies_at(age_years: int, rows: Sequence[PriorRow]) -> bool:
    """Return True if one of the rows gives the prior of everybody of this age, whatever else is known."""
    return any(
        row.applies(age_years, row.sex, pregnant=row.pregnant) and row.sex is None and row.pregnant is None
        for row in rows
    )


def _overlap(one: PriorRow, other: PriorRow) -> bool:
    same_people = one.sex is None or other.sex is None or one.sex == other.sex
    return same_people and one.youngest <= other.oldest and other.youngest <= one.oldest


def _looks(cause: Cause) -> Iterable[Section]:
    if cause.places is not None:
        order = sorted(cause.places.weights, key=lambda region: -cause.places.weights[region])  # type: ignore[union-attr]
        yield Section(
            heading="Where those who have it notice it",
            lines=tuple(_place_line(cause.places, region, is_first=region == order[0]) for region in order),
        )
    lines = [
        Line(
            text=f"{DESCRIPTOR_LABELS[name]}: {descriptor_words(name, table.weights)}",
            doctor_text=_weights(name, table),
        )
        for name in DESCRIPTORS
        if (table := cause.descriptors.get(name)) is not None and any(table.weights.values())
    ]
    if cause.painful is not None:
        hurts = share_words(cause.painful.value)
        lines.append(Line(text=f"It hurts in {hurts}.", doctor_text="Painful", figure=cause.painful))
    yield Section(heading="What the twitching is like", lines=tuple(lines))


def _place_line(table: WeightTable, region: str, *, is_first: bool) -> Line:
    figure = weight_figure(table, region)
    label = REGION_LABELS[Region(region)]
    told = f"{label} – {share_words(figure.value)}" if is_first or figure.value >= LEAST_PLACE else ""
    return Line(text=told, doctor_text=label, figure=figure)


def _weights(name: str, table: WeightTable) -> str:
    told = ", ".join(f"{word} {weight:g}" for word, weight in table.weights.items())
    known = known_words(table.grade, table.sources)
    return f"{DESCRIPTOR_LABELS[name]}, relative weights: {told} (odds × or ÷ {table.spread:g}) {known}; {table.note}"


def _findings(heading: str, cause: Cause, asks: Sequence[Asks]) -> Section:
    answered = [item for item in cause.findings.items() if FINDINGS[item[0]].asks in asks]
    lines = [
        Line(
            text=f"{FINDINGS[name].label} – {share_words(figure.value)}" if figure.value >= LEAST_TOLD else "",
            doctor_text=f"{FINDINGS[name].label} ({name})",
            figure=figure,
            about=(Topic(PageKind.FINDING, name),),
        )
        for name, figure in sorted(answered, key=lambda item: -item[1].value)
    ]
    return Section(heading=f"{heading} (of those who have it)", lines=shortened(lines, MOST_FINDINGS))


def _against(cause: Cause) -> Iterable[Line]:
    for name, figure in sorted(cause.against.items(), key=lambda item: item[1].value):
        label = FINDINGS[name].label
        yield Line(
            text=label if figure.value < 1 else "",
            doctor_text=f"{label} ({name}), factor on the odds",
            figure=figure,
            about=(Topic(PageKind.FINDING, name),),
        )


def _substances(cause: Cause) -> Iterable[Line]:
    link = cause.exposure
    if link is not None:
        keys = sorted(members(link.substances, link.classes))
        names = ", ".join(SUBSTANCES[key].name.lower() for key in keys)
        verb = "taking" if link.state is ExposureState.TAKEN else "having stopped"
        usual = f", about {amount_words(link.usual_amount_mg)} a day" if link.usual_amount_mg is not None else ""
        share = "" if cause.feared else f" It comes on in {share_words(link.probability.value)} of those who do."
        about = tuple(Topic(PageKind.SUBSTANCE, key) for key in keys)
        yield Line(
            text=f"It comes from {verb} one of these{usual}: {names}; {window_words(link)}.{share}",
            doctor_text=f"Probability given exposure ({link.state}{usual}; {window_words(link)}; {names})",
            figure=link.probability,
            about=about,
        )
        yield Line(text="", doctor_text="Probability though the exposure is denied", figure=link.without)
        if link.recent_factor is not None:
            yield Line(
                text="It is likelier in the first weeks, or after the amount was raised.",
                doctor_text="Factor on the odds if begun or raised within 42 days",
                figure=link.recent_factor,
            )
    for name, figure in sorted(cause.risk_exposures.items(), key=lambda item: -item[1].value):
        yield _risk_line(name, figure)


def _risk_line(name: str, figure: Figure) -> Line:
    is_one = name in SUBSTANCES
    label = SUBSTANCES[name].name if is_one else f"{name} (a class)"
    likelier = "makes it likelier" if figure.value > 1 else "makes it less likely"
    keys = (name,) if is_one else sorted(members((), (name,)))
    return Line(
        text=f"{label} {likelier}.",
        doctor_text=f"{label}, factor on the odds",
        figure=figure,
        about=tuple(Topic(PageKind.SUBSTANCE, key) for key in keys),
    )


def _labs(cause: Cause) -> Iterable[Line]:
    for name, effect in cause.labs.items():
        analyte = ANALYTES[name]
        usual = analyte.reference_range()
        direction = (
            "low" if effect.mean < usual.low else "high" if effect.mean > usual.high else "within the usual range"
        )
        yield Line(
            text=f"{analyte.label}: {direction}, about {effect.mean:g} {analyte.unit} (usual: {usual.low:g} to "
            f"{usual.high:g})",
            doctor_text=f"{analyte.label}: mean {effect.mean:g}, SD {effect.sd:g} {analyte.unit} (usual {usual.low:g} "
            f"to {usual.high:g}) {known_words(effect.grade, effect.sources)} {effect.note}".rstrip(),
            about=(Topic(PageKind.ANALYTE, name),),
        )


def _urgency(cause: Cause) -> Section:
    """Return what the cause deserves once it is likely, and which of its findings alone make it more urgent."""
    first = Line(
        text=ONCE_LIKELY[cause.seriousness],
        doctor_text=f"Once likely: {URGENCY[cause.seriousness].for_doctor} ({cause.seriousness})",
    )
    return Section(heading="How soon", lines=(first, *shortened(list(_warnings(cause.findings)), MOST_WARNINGS)))


def _warnings(findings: Mapping[str, Figure]) -> Iterable[Line]:
    for rule, mentioned in mentions_of_rules():
        if (rule.urgency or Urgency.HARMLESS) < Urgency.URGENT:
            break
        for name in findings:
            if name in mentioned.findings and demands_alone(rule, facts_with_finding(name)):
                yield rule_line(rule, (Topic(PageKind.FINDING, name),), before=FINDINGS[name].label)


def _grades(cause: Cause) -> Section:
    graded = [item.grade for item in (*cause.figures(), *cause.tables())]
    return prose("How well this is known", f"{grade_words(graded).capitalize()}. Every one: --doctor, or --json.")


def _from_odds(odds: float) -> float:
    return odds / (1 + odds) if math.isfinite(odds) else 1.0
