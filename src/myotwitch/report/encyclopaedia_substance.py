"""The page of a substance: what it does, how long it stays, what it can bring about when taken or stopped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from myotwitch.causes import Cause, load_catalogue
from myotwitch.causes.cause import ExposureState
from myotwitch.causes.exposure import members
from myotwitch.report.encyclopaedia_cause import amount_words, window_words
from myotwitch.report.encyclopaedia_page import Line, Page, PageKind, Section, Topic, known_words, prose, shortened
from myotwitch.report.encyclopaedia_rules import finding_topics, mentions_of_rules, rule_line, sources_of_rules
from myotwitch.report.encyclopaedia_words import duration_words, grade_words, share_words, strength_word
from myotwitch.sources import Figure, Source, load_sources
from myotwitch.substances import SUBSTANCES, ClearingLaw, Effect, Substance, blood_alcohol_g_per_l, hours_until_gone

MOST_RULES = 6

EFFECT_LABELS: Mapping[Effect, str] = {
    Effect.TWITCH: "twitching",
    Effect.TREMOR: "trembling",
    Effect.MYOCLONUS: "jerks",
    Effect.CRAMP: "cramps",
    Effect.DYSTONIA: "muscles that pull and hold",
    Effect.TIC: "tics",
}

EXAMPLE_ALCOHOL_G, EXAMPLE_WEIGHT_KG, SOBER_G_PER_L = 40.0, 70.0, 0.01
"""The drinker of the example: about three or four small glasses; 0.01 g/L counts as gone."""


def substance_page(key: str) -> Page:
    """Return the page of the substance with this key.

    Raises
    ------
    KeyError
        If it is not one of `SUBSTANCES`.
    """
    substance = SUBSTANCES[key]
    figures = [
        figure
        for figure in (substance.half_life, substance.elimination_rate, substance.usual_amount)
        if figure is not None
    ]
    rules = _rules(key)
    other_names = f"Also called: {', '.join(substance.synonyms)}." if substance.synonyms else ""
    return Page(
        topic=Topic(PageKind.SUBSTANCE, key),
        title=substance.name,
        doctor_title=f"{substance.name} ({key}; {substance.class_label})",
        sections=(
            prose("What it is", f"Class: {substance.class_label}.", other_names),
            _effects(substance),
            _staying(substance),
            Section(heading="What taking it can bring about", lines=tuple(_brought(key, ExposureState.TAKEN))),
            Section(heading="What stopping it can bring about", lines=tuple(_brought(key, ExposureState.STOPPED))),
            Section(heading="What it makes likelier", lines=tuple(_risks(key, makes_likelier=True))),
            Section(heading="What it makes less likely", lines=tuple(_risks(key, makes_likelier=False))),
            rules,
            prose(
                "Good to know", "If a doctor prescribed it, do not stop it or change the amount on your own: ask first."
            ),
            prose(
                "How well this is known",
                f"{grade_words([substance.grade, *(figure.grade for figure in figures)]).capitalize()}.",
            ),
        ),
        sources=_sources(substance, figures),
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
        lines.append(Line(text=f"It can cause {_joined([EFFECT_LABELS[effect] for effect in substance.effects])}."))
    if substance.lowers:
        names = _joined([lowered.value.replace("_", " ") for lowered in substance.lowers])
        lines.append(
            Line(
                text=f"It can lower {names} in the blood.",
                about=tuple(Topic(PageKind.ANALYTE, lowered.value) for lowered in substance.lowers),
            )
        )
    return Section(heading="What it does", lines=tuple(lines))


def _staying(substance: Substance) -> Section:
    lines: list[Line] = []
    match substance.law:
        case ClearingLaw.FIRST_ORDER:
            lines.extend(_half_life(substance))
        case ClearingLaw.MICHAELIS_MENTEN:
            lines.extend(_alcohol(substance))
        case ClearingLaw.EFFECT_OUTLASTS:
            lines.append(
                Line(text="Its effect outlasts what can be found in the blood; no half-life tells when it is over.")
            )
    if substance.usual_amount is not None:
        amount = substance.usual_amount
        lines.append(
            Line(
                text=f"Adults who take it usually take about {amount_words(amount.value)} a day (from "
                f"{amount_words(amount.low)} to {amount_words(amount.high)}).",
                doctor_text="Usual daily amount",
                figure=amount,
            )
        )
    return Section(heading="How long it stays", lines=tuple(lines))


def _half_life(substance: Substance) -> Iterable[Line]:
    if substance.half_life is None:  # the table's own check forbids it; the type checker cannot know
        return
    figure, gone = substance.half_life, hours_until_gone(substance)
    yield Line(
        text=f"Half of it leaves the body in about {duration_words(figure.value)} (between "
        f"{duration_words(figure.low)} and {duration_words(figure.high)}).",
        doctor_text="Half-life",
        figure=figure,
    )
    yield Line(
        text=f"It is all but gone, 3 parts in 100 left, after about {duration_words(gone.value)} (between "
        f"{duration_words(gone.low)} and {duration_words(gone.high)}): five half-lives."
    )


def _alcohol(substance: Substance) -> Iterable[Line]:
    if substance.elimination_rate is None:  # the table's own check forbids it; the type checker cannot know
        return
    rate = substance.elimination_rate
    hours = [_hours_until_sober(number) for number in range(3)]
    yield Line(
        text=f"It leaves the blood at a steady pace, not by halves: about {rate.value:g} g/L an hour (between "
        f"{rate.low:g} and {rate.high:g}).",
        doctor_text="Fall at saturation (Michaelis-Menten)",
        figure=rate,
    )
    yield Line(
        text=f"An example: {EXAMPLE_ALCOHOL_G:g} g of pure alcohol, three or four small glasses, in a person of "
        f"{EXAMPLE_WEIGHT_KG:g} kg is gone after about {duration_words(hours[0])} (between "
        f"{duration_words(hours[1])} and {duration_words(hours[2])}). This does not tell whether someone may drive."
    )


def _hours_until_sober(end: int) -> float:
    """Return when **[h]** the example's alcohol is gone: at the value (0), or at the low (1) or high (2) end."""
    low, high = 0.0, 72.0
    while high - low > 0.05:
        middle = (low + high) / 2
        left = blood_alcohol_g_per_l(amount_g=EXAMPLE_ALCOHOL_G, weight_kg=EXAMPLE_WEIGHT_KG, hours=middle)[end]
        low, high = (middle, high) if left > SOBER_G_PER_L else (low, middle)
    return high


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


def _sources(substance: Substance, figures: Iterable[Figure]) -> tuple[Source, ...]:
    """Return what its own figures rest on, then what the causes and the rules that it takes part in rest on."""
    own, causes = load_sources("myotwitch.substances"), load_catalogue()
    keys = (*substance.sources, *(key for figure in figures for key in figure.sources))
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
    every = (*(own[key] for key in dict.fromkeys(keys)), *(causes.sources[key] for key in dict.fromkeys(others)))
    return tuple({source.citation: source for source in every}.values())


def _joined(words: Iterable[str]) -> str:
    every = list(words)
    return every[0] if len(every) == 1 else f"{', '.join(every[:-1])} and {every[-1]}"
