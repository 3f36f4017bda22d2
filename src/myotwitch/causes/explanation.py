"""Why a cause is where it is: the contribution of each piece of evidence, found by leaving it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from myotwitch.anatomy.places import PLACE_LABELS
from myotwitch.case.analytes import ANALYTES
from myotwitch.case.findings import FINDINGS
from myotwitch.causes.arrays import CatalogueArrays
from myotwitch.causes.cause import Cause
from myotwitch.causes.enumeration import Positions, state_posterior
from myotwitch.causes.evidence import network_from_facts
from myotwitch.causes.facts import Facts
from myotwitch.causes.network import Floats, log_odds
from myotwitch.causes.settings import Settings
from myotwitch.sources import Figure
from myotwitch.substances.substance import SUBSTANCES

LEAST_CONTRIBUTION = 0.05
"""Contributions to the log odds smaller than this are not told."""


class EvidenceKind(StrEnum):
    """What a piece of evidence is."""

    FINDING = "finding"
    TWITCHING = "twitching"
    MEASURED = "measured"
    EXPOSURE = "exposure"
    LAB = "lab"


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What one piece of evidence does to one cause.

    Parameters
    ----------
    kind
        What it is.
    finding
        Name of the finding, of the substance or of the analyte; ``twitching:<place>`` for an entry of the twitching.
    label
        The same in plain words.
    present
        False where it was denied.
    log_odds
        By how much it changed the log odds of the cause; negative: it speaks against it.
    source
        Where the number behind it comes from: a citation, or the reasoning of a judgement.
    """

    kind: EvidenceKind
    finding: str
    label: str
    present: bool
    log_odds: float
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One piece of evidence, and the facts without it."""

    kind: EvidenceKind
    name: str
    label: str
    present: bool
    rest: Facts


def pieces_of(facts: Facts) -> tuple[Piece, ...]:
    """Return every piece of evidence of a person."""
    return (*_movement_pieces(facts), *_finding_pieces(facts), *_exposure_pieces(facts), *_lab_pieces(facts))


def contributions(facts: Facts, arrays: CatalogueArrays, settings: Settings, kept: Positions) -> Mapping[str, Floats]:
    """Return for every piece of evidence by how much it changed the log odds of the causes at the positions `kept`.

    Method
    ------
    The joint posterior of these causes with and without the piece; the others count with their prior.
    """
    whole = _kept_log_odds(facts, arrays, settings, kept)
    return {
        f"{piece.kind}:{piece.name}": whole - _kept_log_odds(piece.rest, arrays, settings, kept)
        for piece in pieces_of(facts)
    }


def evidence_for(
    cause: Cause, column: int, facts: Facts, arrays: CatalogueArrays, changes: Mapping[str, Floats]
) -> tuple[Evidence, ...]:
    """Return the evidence for and against one cause, the strongest first.

    Parameters
    ----------
    column
        Position of the cause within `changes`.
    changes
        From `contributions`.
    """
    told = []
    for piece in pieces_of(facts):
        change = float(changes[f"{piece.kind}:{piece.name}"][column])
        if abs(change) >= LEAST_CONTRIBUTION:
            told.append(
                Evidence(
                    kind=piece.kind,
                    finding=piece.name,
                    label=piece.label,
                    present=piece.present,
                    log_odds=change,
                    source=_source_of(piece, cause, arrays),
                )
            )
    return tuple(sorted(told, key=lambda evidence: (-abs(evidence.log_odds), evidence.finding)))


def _kept_log_odds(facts: Facts, arrays: CatalogueArrays, settings: Settings, kept: Positions) -> Floats:
    network = network_from_facts(facts, arrays, settings).network
    return log_odds(state_posterior(network, kept).marginals())


def _movement_pieces(facts: Facts) -> list[Piece]:
    pieces, seen = [], set[str]()
    for place, movement in enumerate(facts.movements):
        name = f"twitching:{movement.place}"
        while name in seen:
            name += "'"
        seen.add(name)
        rest = tuple(other for position, other in enumerate(facts.movements) if position != place)
        pieces.append(
            Piece(
                kind=EvidenceKind.MEASURED if movement.is_measured else EvidenceKind.TWITCHING,
                name=name,
                label=f"twitching of the {PLACE_LABELS[movement.place]}",
                present=True,
                rest=replace(facts, movements=rest),
            )
        )
    return pieces


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
            label=f"{ANALYTES[lab.analyte].label} {lab.value:.3g} {ANALYTES[lab.analyte].unit}",
            present=True,
            rest=replace(facts, labs=tuple(other for other in facts.labs if other.analyte != lab.analyte)),
        )
        for lab in facts.labs
    ]


def _source_of(piece: Piece, cause: Cause, arrays: CatalogueArrays) -> str:
    """Return the citation, or the reasoning, of the number that ties the piece to the cause."""
    figures: Sequence[Figure | None]
    match piece.kind:
        case EvidenceKind.FINDING:
            background = arrays.catalogue.background.findings[piece.name]
            figures = (cause.findings.get(piece.name), cause.against.get(piece.name), background)
        case EvidenceKind.EXPOSURE:
            substance = SUBSTANCES[piece.name]
            figures = (
                cause.risk_exposures.get(piece.name),
                *(figure for name, figure in cause.risk_exposures.items() if substance.belongs_to(name)),
                None if cause.exposure is None else cause.exposure.probability,
            )
        case EvidenceKind.LAB:
            effect = cause.labs.get(piece.name)
            return "" if effect is None else _cite(effect.sources, effect.note, arrays)
        case _:
            places = cause.places or arrays.catalogue.background.places
            return _cite(places.sources, places.note, arrays)
    known = next((figure for figure in figures if figure is not None), None)
    return "" if known is None else _cite(known.sources, known.note, arrays)


def _cite(keys: Sequence[str], note: str, arrays: CatalogueArrays) -> str:
    if keys:
        return "; ".join(arrays.catalogue.sources[key].citation for key in keys)
    return f"expert estimate: {note}" if note else ""


def kept_positions(order: Sequence[int], most: int) -> Positions:
    """Return the positions of the first causes of a ranking, ascending."""
    return np.sort(np.array(order[:most], dtype=np.int64))
