"""The page of a laboratory value: what is usual, what low and high values point to, and when they are urgent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from myotwitch.case import ANALYTES
from myotwitch.case.analytes import CALCIUM_PER_ALBUMIN, NORMAL_ALBUMIN, Analyte
from myotwitch.causes import load_catalogue
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
        "measured": "Which way it acts was measured in people; how strongly is what the model predicts.",
        "partly measured": "Which way it acts is known from people; how strongly is what the model predicts.",
        "untested": "This is what a model predicts. It was not measured in people's nerves.",
    }
)


def analyte_page(name: str) -> Page:
    """Return the page of the analyte called `name`.

    Raises
    ------
    KeyError
        If it is not one of `ANALYTES`.
    """
    analyte = ANALYTES[name]
    alone, together = _rules(analyte)
    return Page(
        topic=Topic(PageKind.ANALYTE, name),
        title=analyte.label,
        doctor_title=f"{analyte.label} ({name}; {analyte.unit})",
        sections=(
            _usual(analyte),
            Section(heading="Low values point to", lines=tuple(_causes(analyte, is_low=True))),
            Section(heading="High values point to", lines=tuple(_causes(analyte, is_low=False))),
            Section(heading="What can lower it", lines=tuple(_lowering(name))),
            Section(heading="Urgent by itself", lines=alone),
            Section(heading="Urgent together with other signs", lines=together),
            *_in_a_nerve(name),
            prose("Units", f"Also accepted: {', '.join(unit for unit in analyte.factors if unit != analyte.unit)}."),
        ),
        sources=_sources(analyte),
    )


def _in_a_nerve(name: str) -> tuple[Section, ...]:
    """Return what the ion does to the simulated axon, and what of it was measured; nothing for other values."""
    from myotwitch.simulation.axon.explain import describe_ion
    from myotwitch.simulation.ion_curves import ION_OF_ANALYTE

    if name not in ION_OF_ANALYTE:
        return ()
    effect = describe_ion(ION_OF_ANALYTE[name])
    lines = (
        Line(text=KNOWN_TO_A_PERSON[effect.status], doctor_text=f"Known from people ({effect.status}): {effect.known}"),
        Line(text=effect.shown, doctor_text=f"In the model: {effect.shown} See docs/physiology.md."),
        Line(text=f"A picture of it: myotwitch explain {name} --plot {name}.png"),
    )
    return (Section(heading="In a motor nerve fibre, by simulation", lines=lines),)


def _usual(analyte: Analyte) -> Section:
    lines = []
    for one in analyte.ranges:
        told = f"{_whom(one.sex)} – {number_text(one.low)} to {number_text(one.high)} {analyte.unit}"
        lines.append(Line(text=told, doctor_text=f"{told} {known_words(one.grade, one.sources)} {one.note}".rstrip()))
    lines.append(Line(text="The range that your laboratory prints goes first."))
    if analyte.name == CORRECTED:
        lines.append(
            Line(
                text="It is corrected for albumin where both are known: "
                f"{CALCIUM_PER_ALBUMIN.value:g} mmol/L for each g/L below {NORMAL_ALBUMIN.value:g}.",
                doctor_text=f"Corrected to albumin {NORMAL_ALBUMIN.value:g} g/L; per g/L",
                figure=CALCIUM_PER_ALBUMIN,
                about=(Topic(PageKind.ANALYTE, "albumin"), Topic(PageKind.ANALYTE, "ionised_calcium")),
            )
        )
    lines.append(Line(text="", doctor_text="Possible in a living person", figure=analyte.plausible))
    return Section(heading="Usual in healthy adults", lines=tuple(lines))


def _whom(sex: str | None) -> str:
    return {"female": "women", "male": "men"}.get(sex or "", "adults")


def _causes(analyte: Analyte, *, is_low: bool) -> Iterable[Line]:
    usual = analyte.reference_range()
    moved = [
        (cause, effect)
        for cause in load_catalogue().causes.values()
        if (effect := cause.labs.get(analyte.name)) is not None
        and (effect.mean < usual.low if is_low else effect.mean > usual.high)
    ]
    for cause, effect in sorted(moved, key=lambda item: item[1].mean if is_low else -item[1].mean):
        yield Line(
            text=f"{cause.plain_title} – about {number_text(effect.mean)} {analyte.unit}",
            doctor_text=f"{cause.title}: mean {number_text(effect.mean)}, SD {number_text(effect.sd)} {analyte.unit} "
            f"{known_words(effect.grade, effect.sources)} {effect.note}".rstrip(),
            about=(Topic(PageKind.CAUSE, cause.name),),
        )


def _lowering(name: str) -> Iterable[Line]:
    keys = [key for key, substance in SUBSTANCES.items() if name in {lowered.value for lowered in substance.lowers}]
    if keys:
        names = ", ".join(SUBSTANCES[key].name for key in keys)
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
            before = " or ".join(threshold.words(analyte.unit) for threshold in others)
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
