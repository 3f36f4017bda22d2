"""Electrodes on the skin and needles in the muscle: where they are and what each channel measures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RequestError

MOST_CHANNELS = 4096


class ElectrodeKind(StrEnum):
    """How electrodes are arranged."""

    BIPOLAR = "bipolar"
    """Pairs on the skin; a channel is the forward electrode less the backward one."""
    GRID = "grid"
    """Rows and columns on the skin."""
    NEEDLE = "needle"
    """Concentric needles: core against cannula."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Electrodes:
    """Where a recording's channels are.

    Parameters
    ----------
    kind
        How they are arranged.
    position_mm
        float64[channels, 2]: place of each channel along the fibres (from the muscle's middle) and across them
        **[mm]**. A pair's place is its middle.
    spacing_mm
        Distance of the two electrodes of a channel, and of a grid's neighbours **[mm]**; 0 where it means nothing.
    differential
        Whether a channel on the skin is the difference of two electrodes; else it is measured against a far one.
    turned_deg
        Angle of pairs to the fibres **[degrees]**: 0 along, 90 across.
    radius_mm
        Radius of the discs on the skin **[mm]**; 0 is a point.
    depth_mm
        Depth of the needles' tips below the surface of the muscle **[mm]**; None on the skin.

    Raises
    ------
    RequestError
        If there is no channel, a place is not finite, or a size cannot be.
    """

    kind: ElectrodeKind
    position_mm: NDArray[np.float64]
    spacing_mm: float
    differential: bool
    turned_deg: float = 0.0
    radius_mm: float = 0.0
    depth_mm: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", ElectrodeKind(self.kind))
        places = np.array(self.position_mm, dtype=np.float64)
        if places.ndim != 2 or places.shape[1] != 2 or not 1 <= places.shape[0] <= MOST_CHANNELS:
            raise RequestError(
                f"Places of electrodes have the shape {places.shape}; give one row (along, across) in mm for each of "
                f"1 to {MOST_CHANNELS} channels."
            )
        if not np.all(np.isfinite(places)):
            raise RequestError("A place of an electrode is not a finite number; give (along, across) in mm.")
        if self.kind is ElectrodeKind.BIPOLAR and not self.differential:
            raise RequestError("Bipolar electrodes are differential; use the kind 'grid' for single electrodes.")
        is_pair = self.differential and self.kind is not ElectrodeKind.NEEDLE
        if not math.isfinite(self.spacing_mm) or self.spacing_mm < 0 or (is_pair and self.spacing_mm == 0):
            raise RequestError(f"Electrodes are {self.spacing_mm} mm apart; a pair needs a distance above 0 mm.")
        if not 0 <= self.radius_mm <= 20 or (is_pair and 2 * self.radius_mm > self.spacing_mm):
            raise RequestError(
                f"Discs of radius {self.radius_mm} mm stand {self.spacing_mm} mm apart; a radius is 0 to 20 mm, and "
                "discs of a pair must not overlap."
            )
        if (self.depth_mm is None) == (self.kind is ElectrodeKind.NEEDLE):
            raise RequestError(f"Electrodes of kind {self.kind} have depth {self.depth_mm}: needles alone have one.")
        places.flags.writeable = False
        object.__setattr__(self, "position_mm", places)

    @property
    def channel_count(self) -> int:
        """How many channels there are."""
        return int(self.position_mm.shape[0])

    def points(self) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64] | None]:
        """Return the places of all electrodes on the skin, and how channels are made of them.

        Returns
        -------
        (float64[points, 2], int64[channels], int64[channels] or None)
            Places (along, across) **[mm]**, each once; for each channel the electrode that counts positive, and the
            one that counts negative, or None where channels are measured against a far electrode.
        """
        if not self.differential:
            return self.position_mm.copy(), np.arange(self.channel_count), None
        angle = math.radians(self.turned_deg)
        half = 0.5 * self.spacing_mm * np.array([math.cos(angle), math.sin(angle)])
        ends = np.concatenate([self.position_mm + half, self.position_mm - half])
        places, which = np.unique(ends.round(6), axis=0, return_inverse=True)
        return places, which.ravel()[: self.channel_count], which.ravel()[self.channel_count :]


def bipolar_pair(
    *,
    along_mm: float,
    across_mm: float = 0.0,
    spacing_mm: float = 20.0,
    turned_deg: float = 0.0,
    radius_mm: float = 5.0,
) -> Electrodes:
    """Return one pair of discs on the skin, as used in the clinic."""
    return Electrodes(
        kind=ElectrodeKind.BIPOLAR,
        position_mm=np.array([[along_mm, across_mm]]),
        spacing_mm=spacing_mm,
        differential=True,
        turned_deg=turned_deg,
        radius_mm=radius_mm,
    )


def electrode_grid(
    *,
    rows: int = 8,
    columns: int = 8,
    spacing_mm: float = 8.0,
    along_mm: float = 0.0,
    across_mm: float = 0.0,
    differential: bool = False,
    radius_mm: float = 1.0,
) -> Electrodes:
    """Return a grid on the skin centred on a place; rows run along the fibres, and the row changes fastest.

    With `differential` a channel is an electrode of the grid less the one before it along the fibres, so that there is
    one row of channels fewer.

    Examples
    --------
    >>> [electrode_grid(rows=8, columns=8, differential=pairs).channel_count for pairs in (False, True)]
    [64, 56]
    """
    if rows < (2 if differential else 1) or columns < 1:
        raise RequestError(f"A grid of {rows} x {columns} electrodes was asked; it needs at least one channel.")
    lines = rows - 1 if differential else rows
    along = along_mm + spacing_mm * (np.arange(lines) - 0.5 * (lines - 1))
    across = across_mm + spacing_mm * (np.arange(columns) - 0.5 * (columns - 1))
    places = np.stack([np.tile(along, columns), np.repeat(across, lines)], axis=1)
    return Electrodes(
        kind=ElectrodeKind.GRID,
        position_mm=places,
        spacing_mm=spacing_mm,
        differential=differential,
        radius_mm=radius_mm,
    )


def needle_electrode(*, along_mm: float, across_mm: float, depth_mm: float) -> Electrodes:
    """Return one concentric needle whose core lies at a place in the muscle."""
    return Electrodes(
        kind=ElectrodeKind.NEEDLE,
        position_mm=np.array([[along_mm, across_mm]]),
        spacing_mm=0.0,
        differential=True,
        depth_mm=depth_mm,
    )
