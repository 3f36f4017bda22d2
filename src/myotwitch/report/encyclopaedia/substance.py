"""The page of a substance: what it does, how long it stays, what it can bring about when taken or stopped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from myotwitch.case import ANALYTES
from myotwitch.causes import Cause, load_catalogue
from myotwitch.causes.cause import ExposureState
from myotwitch.causes.exposure import members
from myotwitch.report.encyclopaedia.cause import window_words
from myotwitch.report.encyclopaedia.clearing import staying, withdrawal
from myotwitch.report.encyclopaedia.page import Line, Page, PageKind, Section, Topic, known_words, prose, shortened
from myotwitch.report.encyclopaedia.rules import finding_topics, mentions_of_rules, rule_line, sources_of_rules
from myotwitch.report.encyclopaedia.words import amount_words, grade_words, share_words, strength_word
from myotwitch.sources import Figure, Source, load_sources
from myotwitch.substances import SUBSTANCES, Claim, Effect, Substance

MOST_RULES = 6

EFFECT_LABELS: Mapping[Effect, str] = {
    Effect.TWITCH: "twitching",
    Effect.TREMOR: "trembling",
    Effect.MYOCLONUS: "jerks",
    Effect.CRAMP: "cramps",
    Effect.DYSTONIA: "muscles that pull and hold",
    Effect.TIC: "tics",
}


def substance_page(key: str) -> Page:
    """Return the page of the substance with this key.

    Raises
    ------
    KeyError
        If it is not one of `SUBSTANCES`.
    """
    substance = SUBSTANCES[key]
    claims = (*substance.effect_claims, *substance.lowered_claims)
    grades = [substance.grade, *(claim.grade for claim in claims), *(figure.grade for figure in substance.figures)]
    other_names = f"Also called: {', '.join(substance.synonyms)}." if substance.synonyms else ""
    return Page(
        topic=Topic(PageKind.SUBSTANCE, key),
        title=substance.name,
        doctor_title=f"{substance.name} ({key}; {substance.class_label})",
        sections=(
            prose("What it is", f"Class: {substance.class_label}.", other_names),
            _effects(substance),
            staying(substance),
            withdrawal(substance),
            Section(heading="What taking it can bring about", lines=tuple(_brought(key, ExposureState.TAKEN))),
            Section(heading="What stopping it can bring about", lines=tuple(_brought(key, ExposureState.STOPPED))),
            Section(heading="What it makes likelier", lines=tuple(_risks(key, makes_likelier=True))),
            Section(heading="What it makes less likely", lines=tuple(_risks(key, makes_likelier=False))),
            _rules(key),
            prose(
                "Good to know", "If a doctor prescribed it, do not stop it or change the amount on your own: ask first."
            ),
            prose("How well this is known", f"{grade_words(grades).capitalize()}."),
        ),
        sources=_sources(substance),
    )


def _effects(substance: Substance) -> Section:
    known = known_words(substance.grade, substance.sources)
    lines = [
        Line(
            text=f"How it acts: it {substance.mechanism}." if substance.mechanism else "",
            doctor_text=f"Mechanism: {substance.mechanism} {known} {substance.note}",
        )
    ]
    if substance.effects:
        told = _joined([EFFECT_LABELS[effect] for effect in substance.effects])
        lines.append(Line(text=f"It can cause {told}.", doctor_text=f"Effects: {_claimed(substance.effect_claims)}"))
    if substance.lowers:
        labels = [ANALYTES[lowered.value].label for lowered in substance.lowers]
        names = _joined([label[:1].lower() + label[1:] for label in labels])
        lines.append(
            Line(
                text=f"It can lower {names} in the blood.",
                doctor_text=f"Lowers: {_claimed(substance.lowered_claims)}",
                about=tuple(Topic(PageKind.ANALYTE, lowered.value) for lowered in substance.lowers),
            )
        )
    return Section(heading="What it does", lines=tuple(lines))


def _claimed(claims: Iterable[Claim]) -> str:
    """Return claims with how each is known, for a doctor."""
    return "; ".join(
        f"{claim.what} {known_words(claim.grade, claim.sources)} {claim.note}".rstrip(" .") for claim in claims
    )


def _brought(key: str, state: ExposureState) -> Iterable[Line]:
    linked: list[tuple[float, Cause]] = []
    for cause in load_catalogue().causes.values():
        link = cause.exposure
        if link is not None and link.state is state and key in members(link.substances, link.classes):
            linked.append((link.probability.value, cause))
    for _, cause in sorted(linked, key=lambda item: -item[0]):
        link = cause.exposure
        if link is None:
            continue
        usual = f" {amount_words(link.usual_amount_mg)} a day" if link.usual_amount_mg is not None else " it"
        verb = "take" if state is ExposureState.TAKEN else "stop"
        share = "" if cause.feared else f"{share_words(link.probability.value)} of those who {verb}{usual}; "
        yield Line(
            text=f"{cause.plain_title} – {share}{window_words(link)}",
            doctor_text=f"{cause.title}, probability for those who {verb}{usual}; {window_words(link)}",
            figure=link.probability,
            about=(Topic(PageKind.CAUSE, cause.name),),
        )


def _linked_risks(key: str, *, makes_likelier: bool) -> list[tuple[Figure, Cause]]:
    """Return the causes on whose odds taking it has an influence, with the factor, the strongest first."""
    told: list[tuple[Figure, Cause]] = []
    for cause in load_catalogue().causes.values():
        for name, figure in cause.risk_exposures.items():
            named = members((name,), ()) if name in SUBSTANCES else members((), (name,))
            if key in named and (figure.value > 1) is makes_likelier:
                told.append((figure, cause))
    return sorted(told, key=lambda item: -item[0].value if makes_likelier else item[0].value)


def _risks(key: str, *, makes_likelier: bool) -> Iterable[Line]:
    for figure, cause in _linked_risks(key, makes_likelier=makes_likelier):
        ratio = figure.value if makes_likelier else 1 / figure.value
        yield Line(
            text=f"{cause.plain_title} – {strength_word(ratio)}",
            doctor_text=f"{cause.title}, factor on the odds",
            figure=figure,
            about=(Topic(PageKind.CAUSE, cause.name),),
        )


def _rules(key: str) -> Section:
    lines = []
    for rule, told in mentions_of_rules():
        if key in told.taken or key in told.stopped:
            when = "when taken" if key in told.taken else "after stopping"
            lines.append(rule_line(rule, finding_topics(told.findings), before=when))
    return Section(heading="When it can be urgent (together with other signs)", lines=shortened(lines, MOST_RULES))


def _sources(substance: Substance) -> tuple[Source, ...]:
    """Return what it rests on itself, then what the causes and the rules that it takes part in rest on."""
    own, causes = load_sources("myotwitch.substances"), load_catalogue()
    linked = [
        cause.exposure.probability
        for cause in causes.causes.values()
        if cause.exposure is not None and substance.key in members(cause.exposure.substances, cause.exposure.classes)
    ]
    risks = [
        figure for likelier in (True, False) for figure, _ in _linked_risks(substance.key, makes_likelier=likelier)
    ]
    rules = [rule for rule, told in mentions_of_rules() if substance.key in told.taken | told.stopped]
    others = (*(key for figure in (*linked, *risks) for key in figure.sources), *sources_of_rules(rules))
    every = (*(own[key] for key in substance.cited), *(causes.sources[key] for key in dict.fromkeys(others)))
    return tuple({source.citation: source for source in every}.values())


def _joined(words: Iterable[str]) -> str:
    every = list(words)
    return every[0] if len(every) == 1 else f"{', '.join(every[:-1])} and {every[-1]}"
