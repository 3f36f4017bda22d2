"""Why a cause is where it is: the contribution of each piece of evidence, found by leaving it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from myotwitch.causes.arrays import CatalogueArrays
from myotwitch.causes.cause import Cause
from myotwitch.causes.network import Floats
from myotwitch.causes.pieces import EvidenceKind, Piece
from myotwitch.language import _, translated
from myotwitch.sources import Figure
from myotwitch.substances.substance import SUBSTANCES

LEAST_CONTRIBUTION = 0.05
"""Contributions to the log odds smaller than this are not told."""


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


def evidence_for(
    cause: Cause, column: int, pieces: Sequence[Piece], arrays: CatalogueArrays, changes: Mapping[str, Floats]
) -> tuple[Evidence, ...]:
    """Return the evidence for and against one cause, the strongest first.

    Parameters
    ----------
    column
        Position of the cause within `changes`.
    pieces, changes
        All that is known, and from `contributions` what each of it changes.
    """
    told = []
    for piece in pieces:
        change = float(changes[piece.key][column])
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
    # Rounded, so that what is equal but for the order of adding up is told in the same order every time.
    return tuple(sorted(told, key=lambda evidence: (-round(abs(evidence.log_odds), 9), evidence.finding)))


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
        case EvidenceKind.OWN_EFFECT:
            figures = (cause.follows.get(piece.name.removeprefix("own:")), arrays.catalogue.background.follows)
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
    return _("expert estimate: {note}").format(note=translated(note)) if note else ""
