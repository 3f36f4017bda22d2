"""The page of a laboratory value: what is usual, what low and high values point to, and when they are urgent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from myotwitch.case import ANALYTES
from myotwitch.case.analytes import CALCIUM_PER_ALBUMIN, NORMAL_ALBUMIN, Analyte
from myotwitch.causes import load_catalogue
from myotwitch.language import _, digits, later, translated
from myotwitch.report.encyclopaedia.page import Line, Page, PageKind, Section, Topic, known_words, number_text, prose
from myotwitch.report.encyclopaedia.rules import (
    demands_alone,
    finding_topics,
    mentions_of_rules,
    rule_line,
    sources_of_rules,
)
from myotwitch.sources import Source, load_sources, read_table
from myotwitch.substances import SUBSTANCES

CORRECTED = "calcium"
"""The analyte that is corrected for albumin."""
KNOWN_TO_A_PERSON: Mapping[str, str] = MappingProxyType(
    {
        "measured": later("Which way it acts was measured in people; how strongly is what the model predicts."),
        "partly measured": later("Which way it acts is known from people; how strongly is what the model predicts."),
        "untested": later("This is what a model predicts. It was not measured in people's nerves."),
    }
)
READING = later(
    "Less current means that the fibre answers more readily, more current less readily. It is one fibre of a model: "
    "what a person feels does not follow from it."
)
NOTHING_TOLD = later("It was not measured in people's nerves, and a model cannot tell it.")
"""Of an ion of which not even the direction of the effect is safe."""


def analyte_page(name: str) -> Page:
    """Return the page of the analyte called `name`.

    Raises
    ------
    KeyError
        If it is not one of `ANALYTES`.
    """
    analyte = ANALYTES[name]
    alone, together = _rules(analyte)
    units = ", ".join(unit for unit in analyte.factors if unit != analyte.unit)
    return Page(
        topic=Topic(PageKind.ANALYTE, name),
        title=translated(analyte.label),
        doctor_title=f"{translated(analyte.label)} ({name}; {analyte.unit})",
        sections=(
            _usual(analyte),
            Section(heading=_("Low values point to"), lines=tuple(_causes(analyte, is_low=True))),
            Section(heading=_("High values point to"), lines=tuple(_causes(analyte, is_low=False))),
            Section(heading=_("What can lower it"), lines=tuple(_lowering(name))),
            Section(heading=_("Urgent by itself"), lines=alone),
            Section(heading=_("Urgent together with other signs"), lines=together),
            *_in_a_nerve(name),
            prose(_("Units"), _("Also accepted: {units}.").format(units=units)),
        ),
        sources=_sources(analyte),
    )


def _in_a_nerve(name: str) -> tuple[Section, ...]:
    """Return what the ion does to the simulated axon, and what of it was measured; nothing for other values."""
    from myotwitch.simulation.axon.explain import UNSAFE, describe_ion
    from myotwitch.simulation.ion_curves import ION_OF_ANALYTE

    if name not in ION_OF_ANALYTE:
        return ()
    effect = describe_ion(ION_OF_ANALYTE[name])
    is_told = effect.ion not in UNSAFE
    known = _("Known from people ({status}): {known}").format(
        status=translated(effect.status), known=translated(effect.known)
    )
    lines = (
        *_ionised_part(name, effect.usual_mmol_per_l),
        Line(text=translated(KNOWN_TO_A_PERSON[effect.status] if is_told else NOTHING_TOLD), doctor_text=known),
        Line(
            text=effect.shown, doctor_text=_("In the model: {shown} See docs/physiology.md.").format(shown=effect.shown)
        ),
        *((Line(text=translated(READING)),) if is_told else ()),
        Line(text=_("A picture of it: myotwitch explain {name} --plot {name}.png").format(name=name)),
    )
    return (Section(heading=_("In a motor nerve fibre, by simulation"), lines=lines),)


def _ionised_part(name: str, usual_mmol_per_l: float) -> tuple[Line, ...]:
    """Return how the part of an ion that acts relates to the total that laboratories report; nothing for other ions."""
    from myotwitch.simulation.axon.explain import QUANTITY

    if name not in QUANTITY:
        return ()
    analyte = ANALYTES[name]
    reference = analyte.reference_range()
    text = _(
        "The {label} of a laboratory value, usually {low} to {high} {unit}, is the total. Only its ionised part acts "
        "on the fibre, usually about {usual} {unit}, and only that is meant here."
    )
    told = {"label": translated(name), "unit": analyte.unit, "usual": number_text(usual_mmol_per_l)}
    return (Line(text=text.format(low=number_text(reference.low), high=number_text(reference.high), **told)),)


def _usual(analyte: Analyte) -> Section:
    lines = []
    for one in analyte.ranges:
        told = _("{whom} – {low} to {high} {unit}").format(
            whom=_whom(one.sex), low=number_text(one.low), high=number_text(one.high), unit=analyte.unit
        )
        known = f"{known_words(one.grade, one.sources)} {translated(one.note)}".rstrip()
        lines.append(Line(text=told, doctor_text=f"{told} {known}"))
    lines.append(Line(text=_("The range that your laboratory prints goes first.")))
    if analyte.name == CORRECTED:
        lines.append(
            Line(
                text=_(
                    "It is corrected for albumin where both are known: {value} mmol/L for each g/L below {normal}."
                ).format(value=digits(CALCIUM_PER_ALBUMIN.value), normal=digits(NORMAL_ALBUMIN.value)),
                doctor_text=_("Corrected to albumin {normal} g/L; per g/L").format(normal=digits(NORMAL_ALBUMIN.value)),
                figure=CALCIUM_PER_ALBUMIN,
                about=(Topic(PageKind.ANALYTE, "albumin"), Topic(PageKind.ANALYTE, "ionised_calcium")),
            )
        )
    lines.append(Line(text="", doctor_text=_("Possible in a living person"), figure=analyte.plausible))
    return Section(heading=_("Usual in healthy adults"), lines=tuple(lines))


def _whom(sex: str | None) -> str:
    return {"female": _("women"), "male": _("men")}.get(sex or "", _("adults"))


def _causes(analyte: Analyte, *, is_low: bool) -> Iterable[Line]:
    usual = analyte.reference_range()
    moved = [
        (cause, effect)
        for cause in load_catalogue().causes.values()
        if (effect := cause.labs.get(analyte.name)) is not None
        and (effect.mean < usual.low if is_low else effect.mean > usual.high)
    ]
    figures = _("{cause}: mean {mean}, SD {sd} {unit}")
    for cause, effect in sorted(moved, key=lambda item: item[1].mean if is_low else -item[1].mean):
        told = {"mean": number_text(effect.mean), "sd": number_text(effect.sd), "unit": analyte.unit}
        known = f"{known_words(effect.grade, effect.sources)} {translated(effect.note)}".rstrip()
        yield Line(
            text=_("{cause} – about {mean} {unit}").format(cause=translated(cause.plain_title), **told),
            doctor_text=f"{figures.format(cause=translated(cause.title), **told)} {known}",
            about=(Topic(PageKind.CAUSE, cause.name),),
        )


def _lowering(name: str) -> Iterable[Line]:
    keys = [key for key, substance in SUBSTANCES.items() if name in {lowered.value for lowered in substance.lowers}]
    if keys:
        names = ", ".join(translated(SUBSTANCES[key].name) for key in keys)
        yield Line(text=f"{names}.", about=tuple(Topic(PageKind.SUBSTANCE, key) for key in keys))


def _rules(analyte: Analyte) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Return the rules that a value alone can set off, and those that need more, each with its threshold."""
    alone: list[Line] = []
    together: list[Line] = []
    for rule, told in mentions_of_rules():
        thresholds = [threshold for threshold in told.thresholds if threshold.analyte == analyte.name]
        enough = [threshold for threshold in thresholds if demands_alone(rule, threshold.facts())]
        alone += [rule_line(rule, before=threshold.words(analyte.unit)) for threshold in enough]
        if others := [threshold for threshold in thresholds if threshold not in enough]:
            before = _(" or ").join(threshold.words(analyte.unit) for threshold in others)
            together.append(rule_line(rule, finding_topics(told.findings), before=before))
    return tuple(alone), tuple(together)


def _sources(analyte: Analyte) -> tuple[Source, ...]:
    room, causes = load_sources("myotwitch.case"), load_catalogue()
    keys = [key for reference in analyte.ranges for key in reference.sources]
    if analyte.name == CORRECTED:
        keys += [*CALCIUM_PER_ALBUMIN.sources, *NORMAL_ALBUMIN.sources]
    effects = [cause.labs[analyte.name] for cause in causes.causes.values() if analyte.name in cause.labs]
    rules = [
        rule
        for rule, told in mentions_of_rules()
        if any(threshold.analyte == analyte.name for threshold in told.thresholds)
    ]
    others = dict.fromkeys((*(key for effect in effects for key in effect.sources), *sources_of_rules(rules)))
    axon, shown = load_sources("myotwitch.simulation"), read_table("myotwitch.simulation.axon", "evidence.toml")
    of_axon = shown.get(analyte.name, {}).get("sources", ())
    return (
        *(room[key] for key in dict.fromkeys(keys)),
        *(causes.sources[key] for key in others),
        *(axon[key] for key in of_axon),
    )
