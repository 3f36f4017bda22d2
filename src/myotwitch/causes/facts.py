"""What a case and its recordings say, in the form in which rules and inference use it.

The order in which a case tells things never matters: everything that is counted together is sorted here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from myotwitch.anatomy.places import Region
from myotwitch.case.analytes import albumin_corrected_calcium, glucose_corrected_sodium
from myotwitch.case.case import Case, Exposure, LabValue, OwnEffect, TwitchingPlace
from myotwitch.case.vocabulary import Sex
from myotwitch.causes.movements import (
    EmptyRecording,
    Movement,
    empty_recordings,
    measured_movements,
    reported_movement,
)
from myotwitch.twitches.events import Twitches


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
        Laboratory values, the newest of each analyte; where both are known, calcium is corrected for albumin and sodium
        for glucose.
    entries
        The entries of the case, for rules that ask about them.
    empty_recordings
        Regions that were recorded and did not twitch.
    weight_kg
        Body weight **[kg]**; None where not known.
    own_effects
        What the person's own diary shows of substances and habits, by name.
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
    empty_recordings: tuple[EmptyRecording, ...] = ()
    weight_kg: float | None = None
    own_effects: tuple[OwnEffect, ...] = ()

    @property
    def present(self) -> frozenset[str]:
        """Names of the findings that are there."""
        return frozenset(name for name, is_there in self.findings.items() if is_there)

    @property
    def regions(self) -> tuple[Region, ...]:
        """Regions in which the person reports movement, each once, in the order of `Region`."""
        reported = {movement.region for movement in self.movements if not movement.is_measured} - {None}
        return tuple(region for region in Region if region in reported)


def facts_from_case(case: Case, twitches: Sequence[Twitches] = ()) -> Facts:
    """Return what the case and the twitches found in its recordings say.

    A recording adds a movement only where the person reported none in that region.
    """
    person = case.person
    reported = tuple(reported_movement(entry) for entry in case.twitching)
    known = {movement.region for movement in reported}
    measured = tuple(movement for movement in measured_movements(twitches) if movement.region not in known)
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
        empty_recordings=empty_recordings(twitches),
        weight_kg=person.weight_kg,
        own_effects=tuple(sorted(case.own_effects, key=lambda effect: (effect.factor, repr(effect)))),
    )


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
    sodium, glucose = newest.get("sodium"), newest.get("glucose")
    if sodium is not None and glucose is not None:
        corrected = glucose_corrected_sodium(sodium.value, glucose.value)
        newest["sodium"] = Laboratory(analyte="sodium", value=corrected, days_ago=sodium.days_ago)
    return tuple(newest[name] for name in sorted(newest))
