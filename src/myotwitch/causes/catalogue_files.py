"""Turns the files of the catalogue into causes, background and groups of findings; collects every fault of a file."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from myotwitch.anatomy.muscles import MUSCLES
from myotwitch.anatomy.places import Region
from myotwitch.anatomy.supply import nerves_of
from myotwitch.case.findings import FINDINGS
from myotwitch.case.vocabulary import HABITS
from myotwitch.causes.cause import (
    Background,
    Cause,
    ExposureLink,
    ExposureState,
    FindingGroup,
    LabEffect,
    PriorRow,
    Supply,
    WeightTable,
)
from myotwitch.causes.toml_reader import TomlReader
from myotwitch.causes.vocabulary import DESCRIPTORS, CauseGroup, Urgency
from myotwitch.sources import Source

REGIONS = tuple(region.value for region in Region)
CODE_FORMS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "icd10": re.compile(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?"),
        "hpo": re.compile(r"HP:\d{7}"),
        "mondo": re.compile(r"MONDO:\d{7}"),
        "mesh": re.compile(r"[CD]\d{6,9}"),
    }
)
TEXTS = ("name", "plain_name", "mechanism", "time_course")
LISTS = ("what_helps", "watch_for", "tests", "sources")
TABLES = (
    "prior",
    "exposure",
    "findings",
    "against",
    "risk_exposures",
    "places",
    "painful",
    "labs",
    "supply",
    "follows",
)
ENTRIES = (*TEXTS, *LISTS, *TABLES, *CODE_FORMS, *DESCRIPTORS, "group", "feared", "seriousness")
PRIOR_CONDITIONS = ("ages", "sex", "pregnant")


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownNames:
    """The names that a catalogue file may use: substances, their classes, analytes, and the sources."""

    substances: Collection[str]
    classes: Collection[str]
    analytes: Collection[str]
    sources: Mapping[str, Source]


def read_cause(name: str, row: Mapping[str, Any], known: KnownNames, faults: list[str]) -> Cause:
    """Return the cause that the file ``<name>.toml`` with the content `row` tells; faults are added to `faults`."""
    reader = TomlReader(row, f"{name}.toml", faults, known.sources)
    reader.allow(ENTRIES)
    findings = reader.table("findings")
    against = reader.table("against")
    risks = reader.table("risk_exposures")
    places = reader.table("places")
    cause = Cause(
        name=name,
        title=reader.text("name"),
        plain_title=reader.text("plain_name"),
        group=reader.word("group", CauseGroup),
        feared=reader.flag("feared", default=False),
        seriousness=reader.word("seriousness", Urgency),
        mechanism=reader.text("mechanism"),
        time_course=reader.text("time_course"),
        what_helps=reader.texts("what_helps", needed=True),
        watch_for=reader.texts("watch_for", needed=True),
        tests=reader.texts("tests"),
        sources=reader.keys("sources"),
        priors=_priors(reader),
        exposure=_exposure(reader, known),
        findings={} if findings is None else findings.figures(FINDINGS, "finding"),
        against={} if against is None else against.figures(FINDINGS, "finding", is_probability=False),
        risk_exposures={} if risks is None else _risk_exposures(risks, known),
        places=None if places is None else places.weights(REGIONS, highest=0.999),
        descriptors=_descriptors(reader),
        painful=reader.optional_figure("painful"),
        labs=_labs(reader, known),
        supply=_supply(reader),
        follows=_follows(reader, known),
        **_codes(reader),
    )
    if set(cause.findings) & set(cause.against):
        both = sorted(set(cause.findings) & set(cause.against))[0]
        reader.fault(f"the finding {both} stands in [findings] and in [against]; it can only speak one way")
    if not (cause.findings or cause.places or cause.labs):
        reader.fault("changes nothing: it needs [findings], [places] or [labs]")
    return cause


def read_background(row: Mapping[str, Any], known: KnownNames, faults: list[str]) -> Background:
    """Return the background that ``background.toml`` with the content `row` tells; faults are added to `faults`."""
    reader = TomlReader(row, "background.toml", faults, known.sources)
    reader.allow(("findings", "places", "painful", "follows", *DESCRIPTORS))
    findings = reader.table("findings")
    figures = {} if findings is None else findings.figures(FINDINGS, "finding")
    for name in FINDINGS:
        if name not in figures:
            reader.fault(f"[findings] has no background probability for {name}")
    places = reader.table("places")
    descriptors = _descriptors(reader)
    for name in DESCRIPTORS:
        if name not in descriptors:
            reader.fault(f"the table [{name}] is missing")
    for region in REGIONS:
        if places is not None and region not in places.row:
            reader.fault(f"[places] has no probability for {region}")
    if places is None:
        reader.fault("the table [places] is missing")
        places = reader
    return Background(
        findings=figures,
        places=places.weights(REGIONS, highest=0.999),
        descriptors=descriptors,
        painful=reader.figure("painful"),
        follows=reader.figure("follows"),
    )


def read_finding_groups(row: Mapping[str, Any], known: KnownNames, faults: list[str]) -> tuple[FindingGroup, ...]:
    """Return the groups that ``finding_groups.toml`` with the content `row` tells; faults are added to `faults`."""
    reader = TomlReader(row, "finding_groups.toml", faults, known.sources)
    reader.allow(("group",))
    groups, seen = [], dict[str, str]()
    for table in reader.tables("group"):
        table.allow(("name", "findings", "exponent"))
        group = FindingGroup(
            name=table.text("name"), findings=table.texts("findings", needed=True), exponent=_exponent(table)
        )
        for finding in group.findings:
            if finding not in FINDINGS:
                table.fault(f"the finding {finding!r} is not known")
            if finding in seen:
                table.fault(f"the finding {finding} is already in the group {seen[finding]}")
            seen[finding] = group.name
        groups.append(group)
    return tuple(groups)


def _exponent(table: TomlReader) -> Any:
    figure = table.figure("exponent", is_probability=False)
    if figure.high > 1:
        table.fault("the exponent must lie above 0 and not above 1")
    return figure


def _codes(reader: TomlReader) -> dict[str, tuple[str, ...]]:
    codes = {name: reader.texts(name) for name in CODE_FORMS}
    for name, form in CODE_FORMS.items():
        for code in codes[name]:
            if not form.fullmatch(code):
                reader.fault(f"{code!r} has not the form of a code of {name}")
    return codes


def _priors(reader: TomlReader) -> tuple[PriorRow, ...]:
    rows = []
    tables = reader.tables("prior")
    for index, table in enumerate(tables):
        ages = table.row.get("ages", [0, 150])
        if not (isinstance(ages, list) and len(ages) == 2 and 0 <= ages[0] <= ages[1] <= 150):
            table.fault(f"ages must be two ascending numbers from 0 to 150, got {ages!r}")
            ages = [0, 150]
        sex = table.row.get("sex")
        if sex not in (None, "female", "male"):
            table.fault(f"sex must be female or male, got {sex!r}")
        pregnant = table.flag("pregnant", default=False) if "pregnant" in table.row else None
        is_last = index == len(tables) - 1
        if is_last and any(name in table.row for name in PRIOR_CONDITIONS):
            table.fault("the last prior must have no condition, so that it fits everybody else")
        rows.append(
            PriorRow(
                probability=table.own_figure(PRIOR_CONDITIONS),
                youngest=float(ages[0]),
                oldest=float(ages[1]),
                sex=sex,
                pregnant=pregnant,
            )
        )
    if not rows:
        reader.fault("at least one [[prior]] is needed")
    return tuple(rows)


def _exposure(reader: TomlReader, known: KnownNames) -> ExposureLink | None:
    table = reader.table("exposure")
    if table is None:
        return None
    figures = ("probability", "without", "recent_factor")
    table.allow(("substances", "classes", "state", "usual_amount_mg", "within_days", "from_days", *figures))
    substances, classes = table.texts("substances"), table.texts("classes")
    _check_known(table, substances, known.substances, "substance")
    _check_known(table, classes, known.classes, "class of substances")
    if not substances and not classes:
        table.fault("names neither substances nor classes")
    return ExposureLink(
        substances=substances,
        classes=classes,
        state=table.word("state", ExposureState),
        usual_amount_mg=table.number("usual_amount_mg", low=1e-9),
        from_days=table.number("from_days", 0.0) or 0.0,
        within_days=table.number("within_days"),
        probability=table.figure("probability"),
        without=table.figure("without"),
        recent_factor=table.optional_figure("recent_factor", is_probability=False),
    )


def _risk_exposures(table: TomlReader, known: KnownNames) -> dict[str, Any]:
    return table.figures((*known.substances, *known.classes), "substance or class", is_probability=False)


def _follows(reader: TomlReader, known: KnownNames) -> dict[str, Any]:
    table = reader.table("follows")
    return {} if table is None else table.figures((*known.substances, *HABITS), "substance or habit")


def _descriptors(reader: TomlReader) -> dict[str, WeightTable]:
    tables = {name: reader.table(name) for name in DESCRIPTORS}
    return {name: table.weights(DESCRIPTORS[name]) for name, table in tables.items() if table is not None}


def _labs(reader: TomlReader, known: KnownNames) -> dict[str, LabEffect]:
    labs = reader.table("labs")
    if labs is None:
        return {}
    _check_known(labs, tuple(labs.row), known.analytes, "analyte")
    effects = {}
    for name in labs.row:
        table = labs.table(name)
        if table is None:
            continue
        table.allow(("mean", "sd", "grade", "sources", "note"))
        mean, sd = table.number("mean"), table.number("sd", low=1e-9)
        if mean is None or sd is None:
            table.fault("needs mean and sd")
            continue
        effects[name] = LabEffect(mean=mean, sd=sd, **table.grading())
    return effects


def _supply(reader: TomlReader) -> Supply | None:
    table = reader.table("supply")
    if table is None:
        return None
    table.allow(("roots", "nerves"))
    roots, nerves = table.texts("roots"), table.texts("nerves")
    driving = {*(root for muscle in MUSCLES.values() for root in muscle.roots)}
    _check_known(table, roots, driving, "root")
    _check_known(table, nerves, {nerve for muscle in MUSCLES.values() for nerve in nerves_of(muscle)}, "nerve")
    if not roots and not nerves:
        table.fault("names neither roots nor nerves")
    return Supply(roots=roots, nerves=nerves)


def _check_known(table: TomlReader, names: Collection[str], known: Collection[str], what: str) -> None:
    for name in names:
        if name not in known:
            table.fault(f"the {what} {name!r} is not known")
