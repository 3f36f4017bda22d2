"""What a case and its recordings say, in the form in which rules and inference use it.

The order in which a case tells things never matters: everything that is counted together is sorted here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from myotwitch.anatomy.places import REGION_OF_PLACE, Region
from myotwitch.case.analytes import albumin_corrected_calcium
from myotwitch.case.case import Case, Exposure, LabValue, TwitchingPlace
from myotwitch.case.vocabulary import Sex
from myotwitch.causes.vocabulary import bout_class, side_class, since_class
from myotwitch.twitches.events import Kind, Twitches

SIDE_OF_PLACE: Mapping[str, str] = MappingProxyType(
    {"one_arm": "one", "one_leg": "one", "one_side": "one", "both_arms": "both", "both_legs": "both"}
)
"""Places whose name says the side already."""

PAINFUL_WORDS = ("painful", "painless")

CHARACTER_OF_KIND: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.FASCICULATION: "flicker",
        Kind.MYOKYMIA: "ripple",
        Kind.NEUROMYOTONIA: "ripple",
        Kind.CRAMP: "cramp",
        Kind.MYOCLONUS: "jerk",
    }
)
"""What a measured kind of discharge looks like; other kinds are no twitching that a person could report."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Movement:
    """Twitching of one region, as one entry of the case or one recording tells it.

    Parameters
    ----------
    region, place
        Where.
    words
        By descriptor of `DESCRIPTORS` (and ``painful``) the words that were told.
    is_measured
        True if a recording found it and the person did not report it.
    """

    region: Region
    place: str
    words: Mapping[str, tuple[str, ...]] = field(hash=False)
    is_measured: bool = False

    @property
    def sort_key(self) -> tuple[object, ...]:
        """Most fully described first, then by name: the same for every order of telling."""
        told = sorted((name, *words) for name, words in self.words.items())
        return (self.is_measured, -len(told), self.region.value, self.place, told)


@dataclass(frozen=True, kw_only=True, slots=True)
class Laboratory:
    """A laboratory value **[unit of the analyte's catalogue row]** and its age **[days]**."""

    analyte: str
    value: float
    days_ago: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """Everything that is known, sorted.

    Parameters
    ----------
    age_years, sex, pregnant
        Of the person; sex is ``female``, ``male`` or None, pregnant None where not known.
    findings
        By name: True if present, False if denied. What is missing is unknown.
    finding_days
        By name: for how long a finding has been present **[days]**, where told.
    movements
        Twitching by entry.
    exposures
        As in the case, by substance.
    labs
        Laboratory values, the newest of each analyte; calcium is corrected for albumin where both are known.
    entries
        The entries of the case, for rules that ask about them.
    """

    age_years: float
    sex: str | None
    pregnant: bool | None
    findings: Mapping[str, bool]
    finding_days: Mapping[str, float] = field(default_factory=dict)
    movements: tuple[Movement, ...] = ()
    exposures: tuple[Exposure, ...] = ()
    labs: tuple[Laboratory, ...] = ()
    entries: tuple[TwitchingPlace, ...] = ()

    @property
    def regions(self) -> tuple[Region, ...]:
        """Regions in which the person reports movement, each once, in the order of `Region`."""
        reported = {movement.region for movement in self.movements if not movement.is_measured}
        return tuple(region for region in Region if region in reported)


def facts_from_case(case: Case, twitches: Sequence[Twitches] = ()) -> Facts:
    """Return what the case and the twitches found in its recordings say.

    A recording adds a movement only where the person reported none in that region.
    """
    person = case.person
    reported = tuple(_movement(entry) for entry in case.twitching if entry.place is not None)
    known = {movement.region for movement in reported}
    measured = tuple(movement for movement in _measured(twitches) if movement.region not in known)
    return Facts(
        age_years=person.age_years,
        sex=person.sex.value if person.sex in (Sex.FEMALE, Sex.MALE) else None,
        pregnant=person.pregnant,
        findings={state.finding: state.present for state in sorted(case.findings, key=lambda state: state.finding)},
        finding_days={
            state.finding: state.since_days for state in case.findings if state.present and state.since_days is not None
        },
        movements=tuple(sorted((*reported, *measured), key=lambda movement: movement.sort_key)),
        exposures=tuple(sorted(case.exposures, key=lambda exposure: (exposure.substance, repr(exposure)))),
        labs=_laboratories(case.labs),
        entries=case.twitching,
    )


def _movement(entry: TwitchingPlace) -> Movement:
    place = str(entry.place)
    words: dict[str, tuple[str, ...]] = {}
    if entry.character is not None:
        words["characters"] = (entry.character.value,)
    if entry.when:
        words["when"] = tuple(sorted(when.value for when in entry.when))
    if entry.since_days is not None:
        words["since"] = (since_class(entry.since_days),)
    if entry.bout_seconds is not None:
        words["bout"] = (bout_class(entry.bout_seconds),)
    if entry.trend is not None:
        words["trend"] = (entry.trend.value,)
    if entry.painful is not None:
        words["painful"] = (PAINFUL_WORDS[0] if entry.painful else PAINFUL_WORDS[1],)
    if place in SIDE_OF_PLACE:
        words["side"] = (SIDE_OF_PLACE[place],)
    elif entry.side is not None:
        words["side"] = (side_class(entry.side),)
    return Movement(region=REGION_OF_PLACE[place], place=place, words=words)


def _measured(twitches: Sequence[Twitches]) -> tuple[Movement, ...]:
    found: dict[Region, Movement] = {}
    for one in twitches:
        for row, kind in enumerate(one.kind):
            place = one.observation.channels[int(one.peak_channel_index[row])].place
            if place is None or kind not in CHARACTER_OF_KIND or place not in REGION_OF_PLACE:
                continue
            region = REGION_OF_PLACE[place]
            words = {"characters": (CHARACTER_OF_KIND[kind],)}
            found.setdefault(region, Movement(region=region, place=place, words=words, is_measured=True))
    return tuple(found.values())


def _laboratories(labs: Sequence[LabValue]) -> tuple[Laboratory, ...]:
    newest: dict[str, Laboratory] = {}
    for lab in sorted(labs, key=lambda lab: (lab.days_ago or 0.0, lab.analyte, lab.in_catalogue_unit)):
        newest.setdefault(
            lab.analyte,
            Laboratory(analyte=lab.analyte, value=lab.in_catalogue_unit, days_ago=lab.days_ago or 0.0),
        )
    calcium, albumin = newest.get("calcium"), newest.get("albumin")
    if calcium is not None and albumin is not None:
        corrected = max(albumin_corrected_calcium(calcium.value, albumin.value), 0.0)
        newest["calcium"] = Laboratory(analyte="calcium", value=corrected, days_ago=calcium.days_ago)
    return tuple(newest[name] for name in sorted(newest))
