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
from myotwitch.language import SOURCE_LANGUAGE, _, digits, language_in_use, later, translated
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
    WORD_LABELS,
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
WHOLE_POPULATION = later(
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
    codes = ", ".join((*cause.icd10, *cause.hpo, *cause.mondo, *cause.mesh)) or _("no codes")
    sections = (
        prose(
            _("What it is"),
            _("Doctors call it: {title} ({codes}).").format(
                title=translated(cause.title), codes=", ".join(cause.icd10) or _("no ICD-10 code")
            ),
        ),
        prose(_("What happens in the body"), translated(cause.mechanism)),
        prose(_("How it goes on"), translated(cause.time_course)),
        _how_common(cause),
        *_looks(cause),
        _findings(_("What often goes with it (of those who have it)"), cause, (Asks.PERSON, Asks.DOCTOR)),
        _findings(_("What tests often show (of those who have it)"), cause, (Asks.TEST,)),
        *(list_of_rare_diseases() if name == RARE_CAUSE else ()),
        Section(heading=_("What speaks against it"), lines=tuple(_against(cause))),
        Section(heading=_("Substances"), lines=tuple(_substances(cause))),
        Section(heading=_("Laboratory values"), lines=tuple(_labs(cause))),
        bullets(_("What helps"), [translated(text) for text in cause.what_helps]),
        bullets(_("See a doctor if"), [translated(text) for text in cause.watch_for]),
        bullets(_("What a doctor would do to make sure"), [translated(text) for text in cause.tests]),
        _urgency(cause),
        _grades(cause),
    )
    return Page(
        topic=Topic(PageKind.CAUSE, name),
        title=translated(cause.plain_title),
        doctor_title=f"{translated(cause.title)} ({codes}; {translated(cause.group)})",
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
    is_taken, early = link.state is ExposureState.TAKEN, duration_words(link.from_days * 24)
    if link.within_days is None:
        taken, stopped = _("from {early} after the last intake on"), _("from {early} after stopping on")
        return (taken if is_taken else stopped).format(early=early) if link.from_days else _("at any time")
    if link.from_days:
        taken = _("from about {early} to {late} after the last intake")
        stopped = _("from about {early} to {late} after stopping")
    else:
        taken, stopped = _("up to {late} after the last intake"), _("up to {late} after stopping")
    return (taken if is_taken else stopped).format(early=early, late=duration_words(link.within_days * 24))


def _how_common(cause: Cause) -> Section:
    lines = []
    for number, row in enumerate(cause.priors):
        earlier = cause.priors[:number]
        if not all(_applies_at(age, earlier) for age in AGES if _applies_at(age, [row])):
            whom = whom_words(row, others=any(_overlap(row, one) for one in earlier))
            text = f"{whom} – {spread_words(row.probability)}"
            lines.append(Line(text=text, doctor_text=whom, figure=row.probability))
    return Section(heading=_("How common it is at any time"), lines=(*lines, Line(text=translated(WHOLE_POPULATION))))


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
            heading=_("Where those who have it notice it"),
            lines=tuple(_place_line(cause.places, region, is_first=region == order[0]) for region in order),
        )
    lines = [
        Line(
            text=f"{translated(DESCRIPTOR_LABELS[name])}: {descriptor_words(name, table.weights)}",
            doctor_text=_weights(name, table),
        )
        for name in DESCRIPTORS
        if (table := cause.descriptors.get(name)) is not None and any(table.weights.values())
    ]
    if cause.painful is not None:
        hurts = share_words(cause.painful.value)
        lines.append(
            Line(text=_("It hurts in {share}.").format(share=hurts), doctor_text=_("Painful"), figure=cause.painful)
        )
    yield Section(heading=_("What the twitching is like"), lines=tuple(lines))


def _place_line(table: WeightTable, region: str, *, is_first: bool) -> Line:
    figure = weight_figure(table, region)
    label = translated(REGION_LABELS[Region(region)])
    told = f"{label} – {share_words(figure.value)}" if is_first or figure.value >= LEAST_PLACE else ""
    return Line(text=told, doctor_text=label, figure=figure)


def _weights(name: str, table: WeightTable) -> str:
    told = ", ".join(f"{_word_of(word)} {digits(weight)}" for word, weight in table.weights.items())
    return _("{label}, relative weights: {told} (odds × or ÷ {spread}) {known}; {note}").format(
        label=translated(DESCRIPTOR_LABELS[name]),
        told=told,
        spread=digits(table.spread),
        known=known_words(table.grade, table.sources),
        note=translated(table.note),
    )


def _word_of(word: str) -> str:
    return word if language_in_use() == SOURCE_LANGUAGE else translated(WORD_LABELS[word])


def _findings(heading: str, cause: Cause, asks: Sequence[Asks]) -> Section:
    answered = [item for item in cause.findings.items() if FINDINGS[item[0]].asks in asks]
    lines = [
        Line(
            text=f"{translated(FINDINGS[name].label)} – {share_words(figure.value)}"
            if figure.value >= LEAST_TOLD
            else "",
            doctor_text=f"{translated(FINDINGS[name].label)} ({name})",
            figure=figure,
            about=(Topic(PageKind.FINDING, name),),
        )
        for name, figure in sorted(answered, key=lambda item: -item[1].value)
    ]
    return Section(heading=heading, lines=shortened(lines, MOST_FINDINGS))


def _against(cause: Cause) -> Iterable[Line]:
    for name, figure in sorted(cause.against.items(), key=lambda item: item[1].value):
        label = translated(FINDINGS[name].label)
        yield Line(
            text=label if figure.value < 1 else "",
            doctor_text=_("{label}, factor on the odds").format(label=f"{label} ({name})"),
            figure=figure,
            about=(Topic(PageKind.FINDING, name),),
        )


def _substances(cause: Cause) -> Iterable[Line]:
    link = cause.exposure
    if link is not None:
        keys = sorted(members(link.substances, link.classes))
        names = ", ".join(_in_a_row(SUBSTANCES[key].name) for key in keys)
        taken, stopped = (
            _("It comes from taking one of these: {names}; {window}."),
            _("It comes from having stopped one of these: {names}; {window}."),
        )
        if link.usual_amount_mg is not None:
            taken = _("It comes from taking one of these, about {amount} a day: {names}; {window}.")
            stopped = _("It comes from having stopped one of these, about {amount} a day: {names}; {window}.")
        amount = "" if link.usual_amount_mg is None else amount_words(link.usual_amount_mg)
        text = (taken if link.state is ExposureState.TAKEN else stopped).format(
            names=names, window=window_words(link), amount=amount
        )
        if not cause.feared:
            comes_on = _("It comes on in {share} of those who do.").format(share=share_words(link.probability.value))
            text = f"{text} {comes_on}"
        about = tuple(Topic(PageKind.SUBSTANCE, key) for key in keys)
        yield Line(
            text=text,
            doctor_text=_exposure_words(link, amount, names),
            figure=link.probability,
            about=about,
        )
        yield Line(text="", doctor_text=_("Probability though the exposure is denied"), figure=link.without)
        if link.recent_factor is not None:
            yield Line(
                text=_("It is likelier in the first weeks, or after the amount was raised."),
                doctor_text=_("Factor on the odds if begun or raised within 42 days"),
                figure=link.recent_factor,
            )
    for name, figure in sorted(cause.risk_exposures.items(), key=lambda item: -item[1].value):
        yield _risk_line(name, figure)


def _in_a_row(name: str) -> str:
    """Return a name as it stands within a sentence; nouns are written large in German."""
    return name.lower() if language_in_use() == SOURCE_LANGUAGE else translated(name)


def _exposure_words(link: ExposureLink, amount: str, names: str) -> str:
    state = translated(link.state.value)
    if amount:
        state = _("{state}, about {amount} a day").format(state=state, amount=amount)
    return _("Probability given exposure ({state}; {window}; {names})").format(
        state=state, window=window_words(link), names=names
    )


def _risk_line(name: str, figure: Figure) -> Line:
    is_one = name in SUBSTANCES
    label = translated(SUBSTANCES[name].name) if is_one else _("{name} (a class)").format(name=translated(name))
    pattern = _("{label} makes it likelier.") if figure.value > 1 else _("{label} makes it less likely.")
    keys = (name,) if is_one else sorted(members((), (name,)))
    return Line(
        text=pattern.format(label=label),
        doctor_text=_("{label}, factor on the odds").format(label=label),
        figure=figure,
        about=tuple(Topic(PageKind.SUBSTANCE, key) for key in keys),
    )


def _labs(cause: Cause) -> Iterable[Line]:
    for name, effect in cause.labs.items():
        analyte = ANALYTES[name]
        usual = analyte.reference_range()
        if effect.mean < usual.low:
            pattern = _("{analyte}: low, about {mean} {unit} (usual: {low} to {high})")
        elif effect.mean > usual.high:
            pattern = _("{analyte}: high, about {mean} {unit} (usual: {low} to {high})")
        else:
            pattern = _("{analyte}: within the usual range, about {mean} {unit} (usual: {low} to {high})")
        told = {
            "analyte": translated(analyte.label),
            "unit": analyte.unit,
            "mean": digits(effect.mean),
            "low": digits(usual.low),
            "high": digits(usual.high),
        }
        known = f"{known_words(effect.grade, effect.sources)} {translated(effect.note)}".rstrip()
        figures = _("{analyte}: mean {mean}, SD {sd} {unit} (usual {low} to {high})")
        yield Line(
            text=pattern.format(**told),
            doctor_text=f"{figures.format(sd=digits(effect.sd), **told)} {known}",
            about=(Topic(PageKind.ANALYTE, name),),
        )


def _urgency(cause: Cause) -> Section:
    """Return what the cause deserves once it is likely, and which of its findings alone make it more urgent."""
    first = Line(
        text=translated(ONCE_LIKELY[cause.seriousness]),
        doctor_text=_("Once likely: {advice} ({seriousness})").format(
            advice=translated(URGENCY[cause.seriousness].for_doctor), seriousness=translated(cause.seriousness.value)
        ),
    )
    return Section(heading=_("How soon"), lines=(first, *shortened(list(_warnings(cause.findings)), MOST_WARNINGS)))


def _warnings(findings: Mapping[str, Figure]) -> Iterable[Line]:
    for rule, mentioned in mentions_of_rules():
        if (rule.urgency or Urgency.HARMLESS) < Urgency.URGENT:
            break
        for name in findings:
            if name in mentioned.findings and demands_alone(rule, facts_with_finding(name)):
                yield rule_line(rule, (Topic(PageKind.FINDING, name),), before=translated(FINDINGS[name].label))


def _grades(cause: Cause) -> Section:
    graded = [item.grade for item in (*cause.figures(), *cause.tables())]
    told = _("{known}. Every one: --doctor, or --json.").format(known=grade_words(graded).capitalize())
    return prose(_("How well this is known"), told)


def _from_odds(odds: float) -> float:
    return odds / (1 + odds) if math.isfinite(odds) else 1.0
