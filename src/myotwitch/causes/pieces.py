"""The pieces of evidence of a person, each with what would be known without it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from myotwitch.anatomy.muscles import MUSCLES
from myotwitch.anatomy.places import PLACE_LABELS
from myotwitch.case.analytes import ANALYTES
from myotwitch.case.case import OwnEffect
from myotwitch.case.findings import FINDINGS
from myotwitch.causes.facts import Facts
from myotwitch.causes.movements import Movement
from myotwitch.course.factor_words import factor_words
from myotwitch.language import _, digits, translated
from myotwitch.substances.substance import SUBSTANCES

SOMEWHERE = "somewhere"
"""Stands for the place of a twitching of which the place was not told."""


class EvidenceKind(StrEnum):
    """What a piece of evidence is."""

    FINDING = "finding"
    TWITCHING = "twitching"
    MEASURED = "measured"
    EXPOSURE = "exposure"
    LAB = "lab"
    OWN_EFFECT = "own_effect"


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One piece of evidence, and the facts without it."""

    kind: EvidenceKind
    name: str
    label: str
    present: bool
    rest: Facts

    @property
    def key(self) -> str:
        """Kind and name: different for every piece of a person."""
        return f"{self.kind}:{self.name}"


def pieces_of(facts: Facts) -> tuple[Piece, ...]:
    """Return every piece of evidence of a person."""
    return (
        *_movement_pieces(facts),
        *_finding_pieces(facts),
        *_exposure_pieces(facts),
        *_lab_pieces(facts),
        *_own_pieces(facts),
    )


def _movement_pieces(facts: Facts) -> list[Piece]:
    pieces, seen = [], set[str]()
    for place, movement in enumerate(facts.movements):
        name = f"twitching:{movement.place or SOMEWHERE}"
        while name in seen:
            name += "'"
        seen.add(name)
        rest = tuple(other for position, other in enumerate(facts.movements) if position != place)
        pieces.append(
            Piece(
                kind=EvidenceKind.MEASURED if movement.is_measured else EvidenceKind.TWITCHING,
                name=name,
                label=_twitching_of(movement),
                present=True,
                rest=replace(facts, movements=rest),
            )
        )
    return pieces


def _twitching_of(movement: Movement) -> str:
    if movement.place is None:
        return _("twitching")
    where = PLACE_LABELS[movement.place] if movement.muscle is None else MUSCLES[movement.muscle].name
    return _("twitching of the {where}").format(where=translated(where))


def _finding_pieces(facts: Facts) -> list[Piece]:
    return [
        Piece(
            kind=EvidenceKind.FINDING,
            name=name,
            label=FINDINGS[name].label,
            present=present,
            rest=replace(
                facts, findings={other: is_there for other, is_there in facts.findings.items() if other != name}
            ),
        )
        for name, present in facts.findings.items()
    ]


def _exposure_pieces(facts: Facts) -> list[Piece]:
    names = dict.fromkeys(exposure.substance for exposure in facts.exposures)
    return [
        Piece(
            kind=EvidenceKind.EXPOSURE,
            name=name,
            label=SUBSTANCES[name].name,
            present=any(
                exposure.is_taken or exposure.stopped_days_ago is not None
                for exposure in facts.exposures
                if exposure.substance == name
            ),
            rest=replace(facts, exposures=tuple(other for other in facts.exposures if other.substance != name)),
        )
        for name in names
    ]


def _lab_pieces(facts: Facts) -> list[Piece]:
    return [
        Piece(
            kind=EvidenceKind.LAB,
            name=lab.analyte,
            label=_("{analyte} {value} {unit}").format(
                analyte=translated(ANALYTES[lab.analyte].label),
                value=digits(lab.value, ".3g"),
                unit=ANALYTES[lab.analyte].unit,
            ),
            present=True,
            rest=replace(facts, labs=tuple(other for other in facts.labs if other.analyte != lab.analyte)),
        )
        for lab in facts.labs
    ]


def _own_pieces(facts: Facts) -> list[Piece]:
    names = dict.fromkeys(effect.factor for effect in facts.own_effects)
    return [
        Piece(
            kind=EvidenceKind.OWN_EFFECT,
            name=f"own:{name}",
            label=_own_words(name, next(effect for effect in facts.own_effects if effect.factor == name)),
            present=any(effect.low > 1 for effect in facts.own_effects if effect.factor == name),
            rest=replace(facts, own_effects=tuple(other for other in facts.own_effects if other.factor != name)),
        )
        for name in names
    ]


def _own_words(name: str, effect: OwnEffect) -> str:
    if effect.low > 1:
        words = _("own diary: more twitching with {factor}")
    elif effect.high < 1:
        words = _("own diary: less twitching with {factor}")
    else:
        words = _("own diary: no clear difference with {factor}")
    return words.format(factor=factor_words(name))
