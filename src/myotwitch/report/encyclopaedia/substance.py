"""The page of a substance: what it does, how long it stays, what it can bring about when taken or stopped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from myotwitch.case import ANALYTES
from myotwitch.causes import Cause, load_catalogue
from myotwitch.causes.cause import ExposureState
from myotwitch.causes.exposure import members
from myotwitch.language import SOURCE_LANGUAGE, _, language_in_use, later, translated
from myotwitch.report.encyclopaedia.cause import window_words
from myotwitch.report.encyclopaedia.clearing import staying, withdrawal
from myotwitch.report.encyclopaedia.page import Line, Page, PageKind, Section, Topic, known_words, prose, shortened
from myotwitch.report.encyclopaedia.rules import finding_topics, mentions_of_rules, rule_line, sources_of_rules
from myotwitch.report.encyclopaedia.words import amount_words, grade_words, share_words, strength_word
from myotwitch.sources import Figure, Source, load_sources
from myotwitch.substances import SUBSTANCES, Claim, Effect, Substance

MOST_RULES = 6

EFFECT_LABELS: Mapping[Effect, str] = {
    Effect.TWITCH: later("twitching"),
    Effect.TREMOR: later("trembling"),
    Effect.MYOCLONUS: later("jerks"),
    Effect.CRAMP: later("cramps"),
    Effect.DYSTONIA: later("muscles that pull and hold"),
    Effect.TIC: later("tics"),
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
    synonyms = ", ".join(map(translated, substance.synonyms))
    other_names = _("Also called: {names}.").format(names=synonyms) if synonyms else ""
    name, label = translated(substance.name), translated(substance.class_label)
    return Page(
        topic=Topic(PageKind.SUBSTANCE, key),
        title=name,
        doctor_title=f"{name} ({key}; {label})",
        sections=(
            prose(_("What it is"), _("Class: {label}.").format(label=label), other_names),
            _effects(substance),
            staying(substance),
            withdrawal(substance),
            Section(heading=_("What taking it can bring about"), lines=tuple(_brought(key, ExposureState.TAKEN))),
            Section(heading=_("What stopping it can bring about"), lines=tuple(_brought(key, ExposureState.STOPPED))),
            Section(heading=_("What it makes likelier"), lines=tuple(_risks(key, makes_likelier=True))),
            Section(heading=_("What it makes less likely"), lines=tuple(_risks(key, makes_likelier=False))),
            _rules(key),
            prose(
                _("Good to know"),
                _("If a doctor prescribed it, do not stop it or change the amount on your own: ask first."),
            ),
            prose(_("How well this is known"), f"{grade_words(grades).capitalize()}."),
        ),
        sources=_sources(substance),
    )


def _effects(substance: Substance) -> Section:
    known, mechanism = known_words(substance.grade, substance.sources), translated(substance.mechanism)
    named = _("Mechanism: {mechanism}").format(mechanism=mechanism)
    lines = [
        Line(
            text=_("How it acts: it {mechanism}.").format(mechanism=mechanism) if mechanism else "",
            doctor_text=f"{named} {known} {translated(substance.note)}",
        )
    ]
    if substance.effects:
        told = _joined([translated(EFFECT_LABELS[effect]) for effect in substance.effects])
        claimed = _("Effects: {claims}").format(claims=_claimed(substance.effect_claims))
        lines.append(Line(text=_("It can cause {effects}.").format(effects=told), doctor_text=claimed))
    if substance.lowers:
        names = _joined([_in_a_row(ANALYTES[lowered.value].label) for lowered in substance.lowers])
        lines.append(
            Line(
                text=_("It can lower {names} in the blood.").format(names=names),
                doctor_text=_("Lowers: {claims}").format(claims=_claimed(substance.lowered_claims)),
                about=tuple(Topic(PageKind.ANALYTE, lowered.value) for lowered in substance.lowers),
            )
        )
    return Section(heading=_("What it does"), lines=tuple(lines))


def _claimed(claims: Iterable[Claim]) -> str:
    """Return claims with how each is known, for a doctor."""
    return "; ".join(
        f"{_claim_words(claim)} {known_words(claim.grade, claim.sources)} {translated(claim.note)}".rstrip(" .")
        for claim in claims
    )


def _brought(key: str, state: ExposureState) -> Iterable[Line]:
    linked: list[tuple[float, Cause]] = []
    for cause in load_catalogue().causes.values():
        link = cause.exposure
        if link is not None and link.state is state and key in members(link.substances, link.classes):
            linked.append((link.probability.value, cause))
    for _share, cause in sorted(linked, key=lambda item: -item[0]):
        link = cause.exposure
        if link is None:
            continue
        usual = "" if link.usual_amount_mg is None else amount_words(link.usual_amount_mg)
        told = {"amount": usual, "share": share_words(link.probability.value)}
        window = window_words(link)
        share = "" if cause.feared else f"{_share_pattern(state, has_amount=bool(usual)).format(**told)}; "
        who = _probability_pattern(state, has_amount=bool(usual)).format(cause=translated(cause.title), **told)
        yield Line(
            text=f"{translated(cause.plain_title)} – {share}{window}",
            doctor_text=f"{who}; {window}",
            figure=link.probability,
            about=(Topic(PageKind.CAUSE, cause.name),),
        )


def _share_pattern(state: ExposureState, *, has_amount: bool) -> str:
    if state is ExposureState.TAKEN:
        return _("{share} of those who take {amount} a day") if has_amount else _("{share} of those who take it")
    return _("{share} of those who stop {amount} a day") if has_amount else _("{share} of those who stop it")


def _probability_pattern(state: ExposureState, *, has_amount: bool) -> str:
    if state is ExposureState.TAKEN:
        some = _("{cause}, probability for those who take {amount} a day")
        return some if has_amount else _("{cause}, probability for those who take it")
    some = _("{cause}, probability for those who stop {amount} a day")
    return some if has_amount else _("{cause}, probability for those who stop it")


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
            text=f"{translated(cause.plain_title)} – {strength_word(ratio)}",
            doctor_text=_("{label}, factor on the odds").format(label=translated(cause.title)),
            figure=figure,
            about=(Topic(PageKind.CAUSE, cause.name),),
        )


def _rules(key: str) -> Section:
    lines = []
    for rule, told in mentions_of_rules():
        if key in told.taken or key in told.stopped:
            when = _("when taken") if key in told.taken else _("after stopping")
            lines.append(rule_line(rule, finding_topics(told.findings), before=when))
    return Section(heading=_("When it can be urgent (together with other signs)"), lines=shortened(lines, MOST_RULES))


def _sources(substance: Substance) -> tuple[Source, ...]:
    """Return what it rests on itself, then what the causes and the rules that it takes part in rest on."""
    own, causes = load_sources("myotwitch.substances"), load_catalogue()
    linked = [
        cause.exposure.probability
        for cause in causes.causes.values()
        if cause.exposure is not None and substance.key in members(cause.exposure.substances, cause.exposure.classes)
    ]
    risks = [
        figure for likelier in (True, False) for figure, _cause in _linked_risks(substance.key, makes_likelier=likelier)
    ]
    rules = [rule for rule, told in mentions_of_rules() if substance.key in told.taken | told.stopped]
    others = (*(key for figure in (*linked, *risks) for key in figure.sources), *sources_of_rules(rules))
    every = (*(own[key] for key in substance.cited), *(causes.sources[key] for key in dict.fromkeys(others)))
    return tuple({source.citation: source for source in every}.values())


def _joined(words: Iterable[str]) -> str:
    every = list(words)
    if len(every) == 1:
        return every[0]
    return _("{others} and {last}").format(others=", ".join(every[:-1]), last=every[-1])


def _in_a_row(label: str) -> str:
    """Return a label as it stands within a sentence; nouns are written large in German."""
    return label[:1].lower() + label[1:] if language_in_use() == SOURCE_LANGUAGE else translated(label)


def _claim_words(claim: Claim) -> str:
    if language_in_use() == SOURCE_LANGUAGE:
        return claim.what
    labels = {effect.value: label for effect, label in EFFECT_LABELS.items()}
    labels |= {name: analyte.label for name, analyte in ANALYTES.items()}
    return translated(labels.get(claim.what, claim.what))
