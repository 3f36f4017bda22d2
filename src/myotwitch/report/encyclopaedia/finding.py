"""The page of a finding: what it asks, which causes it points to, and when it is urgent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from myotwitch.case import FINDINGS, Asks, Finding
from myotwitch.causes import Catalogue, Cause, load_catalogue
from myotwitch.causes.rules import Rule
from myotwitch.language import _, digits, later, translated
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
    Asks.PERSON: later("You can answer it yourself."),
    Asks.DOCTOR: later("A doctor answers it after looking at you."),
    Asks.TEST: later("A test answers it."),
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
        (*(key for figure in figures for key in figure.sources), *sources_of_rules([rule for rule, _told in rules]))
    )
    label, code = translated(finding.label), _("Code: {code}.").format(code=_hpo(finding))
    known = f"{grade_words([figure.grade for figure in figures]).capitalize()}."
    return Page(
        topic=Topic(PageKind.FINDING, name),
        title=label,
        doctor_title=f"{label} ({name}; {translated(finding.group)}; {_hpo(finding)})",
        sections=(
            prose(_("The question"), translated(finding.question), translated(WHO_ANSWERS[finding.asks]), code),
            _background(leak),
            _causes(
                _("What most often explains it (adults of {age})"),
                sorted(pointed, key=lambda one: -one.prior * one.ratio),
            ),
            _causes(
                _("What it points to most strongly (adults of {age})"), sorted(pointed, key=lambda one: -one.ratio)
            ),
            Section(heading=_("What it speaks against"), lines=shortened(list(_against(name, catalogue)), MOST_CAUSES)),
            *_urgent(name, rules),
            Section(heading=_("Counted together with"), lines=tuple(_group(name, catalogue))),
            prose(_("How well this is known"), known),
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
    return f"{finding.hpo_id} {finding.hpo_name}" if finding.hpo_id else _("no HPO term")


def _background(leak: Figure) -> Section:
    text = _("In people without any of the causes listed here, {share} would say yes.").format(share=spread_words(leak))
    line = Line(text=text, doctor_text=_("Yes without any cause of the catalogue"), figure=leak)
    return Section(heading=_("How common it is"), lines=(line,), is_prose=True)


def _causes(heading: str, ordered: Sequence[Pointed]) -> Section:
    lines = []
    for rank, one in enumerate(ordered):
        words = _("{cause} – {strength}; {share} adults have it").format(
            cause=translated(one.cause.plain_title),
            strength=strength_word(one.ratio),
            share=share_words(one.prior),
        )
        figures = _("{cause}: likelihood ratio {ratio}, prior {prior}, link").format(
            cause=translated(one.cause.title), ratio=digits(one.ratio, ".3g"), prior=digits(one.prior, ".2g")
        )
        lines.append(
            Line(
                text=words if rank < MOST_CAUSES and one.ratio >= LEAST_RATIO else "",
                doctor_text=figures,
                figure=one.link,
                about=(Topic(PageKind.CAUSE, one.cause.name),),
            )
        )
    return Section(heading=heading.format(age=digits(EXAMPLE_AGE_YEARS)), lines=tuple(lines))


def _against(name: str, catalogue: Catalogue) -> Iterable[Line]:
    speaking = [cause for cause in catalogue.causes.values() if name in cause.against]
    for cause in sorted(speaking, key=lambda cause: cause.against[name].value):
        figure = cause.against[name]
        told = f"{translated(cause.plain_title)} – {strength_word(1 / figure.value)}" if 0 < figure.value < 1 else ""
        yield Line(
            text=told,
            doctor_text=_("{label}, factor on the odds").format(label=translated(cause.title)),
            figure=figure,
            about=(Topic(PageKind.CAUSE, cause.name),),
        )


def _against_figures(name: str, catalogue: Catalogue) -> list[Figure]:
    return [cause.against[name] for cause in catalogue.causes.values() if name in cause.against]


def _urgent(name: str, rules: Sequence[tuple[Rule, Mentions]]) -> Iterable[Section]:
    facts = facts_with_finding(name)
    alone = [rule for rule, _told in rules if demands_alone(rule, facts)]
    together = [(rule, told) for rule, told in rules if rule not in alone]
    yield Section(heading=_("Urgent by itself"), lines=tuple(rule_line(rule) for rule in alone))
    lines = [rule_line(rule, finding_topics(told.findings - {name})) for rule, told in together]
    yield Section(heading=_("Urgent together with other signs"), lines=shortened(lines, MOST_RULES))


def _group(name: str, catalogue: Catalogue) -> Iterable[Line]:
    for group in catalogue.finding_groups:
        if name in group.findings:
            others = [other for other in group.findings if other != name]
            labels = "; ".join(translated(FINDINGS[other].label) for other in others)
            counted = _("{labels}. Every answer but the most telling counts to the power of").format(labels=labels)
            yield Line(
                text="",
                doctor_text=counted,
                figure=group.exponent,
                about=finding_topics(others),
            )
