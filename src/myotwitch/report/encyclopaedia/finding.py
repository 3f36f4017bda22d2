"""The page of a finding: what it asks, which causes it points to, and when it is urgent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from myotwitch.case import FINDINGS, Asks, Finding
from myotwitch.causes import Catalogue, Cause, load_catalogue
from myotwitch.causes.rules import Rule
from myotwitch.report.encyclopaedia.page import Line, Page, PageKind, Section, Topic, prose, shortened
from myotwitch.report.encyclopaedia.rules import (
    EXAMPLE_AGE_YEARS,
    Mentions,
    demands_alone,
    facts_with_finding,
    finding_topics,
    mentions_of_rules,
    rule_line,
    sources_of_rules,
)
from myotwitch.report.encyclopaedia.words import grade_words, share_words, spread_words, strength_word
from myotwitch.sources import Figure

MOST_CAUSES = 6
MOST_RULES = 6
LEAST_RATIO = 1.2
"""A cause that makes the finding less likelier than this is not told to a person."""

WHO_ANSWERS = {
    Asks.PERSON: "You can answer it yourself.",
    Asks.DOCTOR: "A doctor answers it after looking at you.",
    Asks.TEST: "A test answers it.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Pointed:
    """A cause to which a finding points.

    Parameters
    ----------
    cause
        The cause.
    link
        Probability that the cause brings the finding about.
    ratio
        How much likelier the finding is in those who have the cause than in others.
    prior
        Share of adults of the example age who have the cause, whether they twitch or not.
    """

    cause: Cause
    link: Figure
    ratio: float
    prior: float


def finding_page(name: str) -> Page:
    """Return the page of the finding called `name`.

    Raises
    ------
    KeyError
        If it is not one of `FINDINGS`.
    """
    finding, catalogue = FINDINGS[name], load_catalogue()
    leak = catalogue.background.findings[name]
    pointed = causes_pointed_to(name, catalogue)
    rules = [(rule, told) for rule, told in mentions_of_rules() if name in told.findings]
    figures = [leak, *(one.link for one in pointed), *_against_figures(name, catalogue)]
    keys = dict.fromkeys(
        (*(key for figure in figures for key in figure.sources), *sources_of_rules([rule for rule, _ in rules]))
    )
    return Page(
        topic=Topic(PageKind.FINDING, name),
        title=finding.label,
        doctor_title=f"{finding.label} ({name}; {finding.group}; {_hpo(finding)})",
        sections=(
            prose("The question", finding.question, WHO_ANSWERS[finding.asks], f"Code: {_hpo(finding)}."),
            _background(leak),
            _causes("What most often explains it", sorted(pointed, key=lambda one: -one.prior * one.ratio)),
            _causes("What it points to most strongly", sorted(pointed, key=lambda one: -one.ratio)),
            Section(heading="What it speaks against", lines=shortened(list(_against(name, catalogue)), MOST_CAUSES)),
            *_urgent(name, rules),
            Section(heading="Counted together with", lines=tuple(_group(name, catalogue))),
            prose("How well this is known", f"{grade_words([figure.grade for figure in figures]).capitalize()}."),
        ),
        sources=tuple(catalogue.sources[key] for key in keys),
    )


def causes_pointed_to(name: str, catalogue: Catalogue) -> tuple[Pointed, ...]:
    """Return every cause that brings the finding about, with how much likelier it makes it.

    Method
    ------
    Share with the finding among those who have the cause alone, 1 - (1 - leak)(1 - link), over the leak.
    """
    leak = catalogue.background.findings[name].value
    return tuple(
        Pointed(
            cause=cause,
            link=cause.findings[name],
            ratio=(1 - (1 - leak) * (1 - cause.findings[name].value)) / leak,
            prior=adult_prior(cause),
        )
        for cause in catalogue.causes.values()
        if name in cause.findings
    )


def adult_prior(cause: Cause) -> float:
    """Return the share of adults of the example age, of any sex, who have the cause at a time."""
    rows = (row for row in cause.priors if row.applies(EXAMPLE_AGE_YEARS, None, pregnant=None))
    return next(rows).probability.value


def _hpo(finding: Finding) -> str:
    return f"{finding.hpo_id} {finding.hpo_name}" if finding.hpo_id else "no HPO term"


def _background(leak: Figure) -> Section:
    text = f"In people without any of the causes listed here, {spread_words(leak)} would say yes."
    line = Line(text=text, doctor_text="Yes without any cause of the catalogue", figure=leak)
    return Section(heading="How common it is", lines=(line,), is_prose=True)


def _causes(heading: str, ordered: Sequence[Pointed]) -> Section:
    lines = []
    for rank, one in enumerate(ordered):
        words = f"{one.cause.plain_title} – {strength_word(one.ratio)}; {share_words(one.prior)} adults have it"
        lines.append(
            Line(
                text=words if rank < MOST_CAUSES and one.ratio >= LEAST_RATIO else "",
                doctor_text=f"{one.cause.title}: likelihood ratio {one.ratio:.3g}, prior {one.prior:.2g}, link",
                figure=one.link,
                about=(Topic(PageKind.CAUSE, one.cause.name),),
            )
        )
    return Section(heading=f"{heading} (adults of {EXAMPLE_AGE_YEARS:g})", lines=tuple(lines))


def _against(name: str, catalogue: Catalogue) -> Iterable[Line]:
    speaking = [cause for cause in catalogue.causes.values() if name in cause.against]
    for cause in sorted(speaking, key=lambda cause: cause.against[name].value):
        figure = cause.against[name]
        told = f"{cause.plain_title} – {strength_word(1 / figure.value)}" if 0 < figure.value < 1 else ""
        yield Line(
            text=told,
            doctor_text=f"{cause.title}, factor on the odds",
            figure=figure,
            about=(Topic(PageKind.CAUSE, cause.name),),
        )


def _against_figures(name: str, catalogue: Catalogue) -> list[Figure]:
    return [cause.against[name] for cause in catalogue.causes.values() if name in cause.against]


def _urgent(name: str, rules: Sequence[tuple[Rule, Mentions]]) -> Iterable[Section]:
    facts = facts_with_finding(name)
    alone = [rule for rule, _ in rules if demands_alone(rule, facts)]
    together = [(rule, told) for rule, told in rules if rule not in alone]
    yield Section(heading="Urgent by itself", lines=tuple(rule_line(rule) for rule in alone))
    lines = [rule_line(rule, finding_topics(told.findings - {name})) for rule, told in together]
    yield Section(heading="Urgent together with other signs", lines=shortened(lines, MOST_RULES))


def _group(name: str, catalogue: Catalogue) -> Iterable[Line]:
    for group in catalogue.finding_groups:
        if name in group.findings:
            others = [other for other in group.findings if other != name]
            labels = "; ".join(FINDINGS[other].label for other in others)
            yield Line(
                text="",
                doctor_text=f"{labels}. Every answer but the most telling counts to the power of",
                figure=group.exponent,
                about=finding_topics(others),
            )
