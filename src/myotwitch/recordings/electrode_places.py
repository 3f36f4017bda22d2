"""Where the electrodes of a BIDS dataset lie, as positions of channels on one grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from myotwitch.language import _
from myotwitch.recordings.bids_files import BidsRow, find_sidecars, read_bids_document, read_bids_name, read_bids_table
from myotwitch.recordings.recording import Channel

_MILLIMETRES_PER_UNIT: Mapping[str, float] = {"m": 1000.0, "cm": 10.0, "mm": 1.0, "um": 0.001}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """One electrode: its coordinates as given, and the system (name and group) that they belong to."""

    x: float
    y: float
    system: str
    group: str


def place_channels(
    channels: Sequence[Channel], rows: Mapping[int, BidsRow], recording: Path
) -> tuple[list[Channel], list[str]]:
    """Return the channels with the positions that ``electrodes.tsv`` gives, and what to note.

    Parameters
    ----------
    channels
        All channels of the recording.
    rows
        The row of ``channels.tsv`` of each channel that has one, by the channel's index.
    recording
        The recording's file.

    Raises
    ------
    RecordingError
        If a sidecar is malformed, or a channel names an electrode that the table does not hold.

    Method
    ------
    A channel lies where its ``signal_electrode`` lies, or, where the table has no such column, the electrode of the
    channel's own name. Positions are (x, y). They are given only where they can be compared: in a unit of length, and
    all in one coordinate system and group; the standard names no distance between two grids.
    """
    tables = find_sidecars(recording, "electrodes", ".tsv")
    if not tables:
        return list(channels), []
    electrodes = _read_electrodes(tables[0])
    found = {
        index: place
        for index, channel in enumerate(channels)
        if (place := _place_of(channel, rows.get(index), electrodes)) is not None
    }
    if not found:
        return list(channels), [_("{name} gives a position for none of the channels.").format(name=tables[0].name)]
    systems = sorted({(place.system, place.group) for place in found.values()})
    if len(systems) > 1:
        return list(channels), [
            _(
                "{name} has {systems_count} groups or coordinate systems without a common measure; no position is used."
            ).format(name=tables[0].name, systems_count=len(systems))
        ]
    scale = _millimetres(recording, systems[0][0])
    if scale is None:
        return list(channels), [
            _("The coordinates of {name} are in no stated length (coordsystem.json); no position is used.").format(
                name=tables[0].name
            )
        ]
    placed = list(channels)
    for index, place in found.items():
        placed[index] = replace(channels[index], position_mm=(place.x * scale, place.y * scale))
    return placed, []


def _read_electrodes(table: Path) -> dict[tuple[str, str], _Place | None]:
    """Return the electrodes by (name, group); None where an electrode's coordinates are not known."""
    electrodes: dict[tuple[str, str], _Place | None] = {}
    for row in read_bids_table(table, ("name", "x", "y")):
        name, group = row.cells.get("name"), row.cells.get("group", "")
        if name is None:
            raise row.fault(_("the electrode has no name."))
        if (name, group) in electrodes:
            raise row.fault(
                _("electrode {name} stands in the table already; tell two grids apart by the column group.").format(
                    name=repr(name)
                )
            )
        x, y = row.number("x"), row.number("y")
        system = row.cells.get("coordinate_system", "")
        electrodes[name, group] = None if x is None or y is None else _Place(x=x, y=y, system=system, group=group)
    return electrodes


def _place_of(
    channel: Channel, row: BidsRow | None, electrodes: Mapping[tuple[str, str], _Place | None]
) -> _Place | None:
    """Return where a channel lies, or None where the tables do not say."""
    stated = row.cells.get("signal_electrode") if row is not None else None
    group = row.cells.get("group", "") if row is not None else ""
    name = stated or channel.name
    fitting = [key for key in electrodes if key[0] == name and (key[1] == group or not group or not key[1])]
    if row is not None and stated is not None and len(fitting) != 1:
        fault = _("is not in electrodes.tsv") if not fitting else _("stands in electrodes.tsv more than once")
        raise row.fault(
            _("signal_electrode {stated} {fault}. Correct its name, or its group in both tables.").format(
                stated=repr(stated), fault=fault
            )
        )
    return electrodes[fitting[0]] if len(fitting) == 1 else None


def _millimetres(recording: Path, system: str) -> float | None:
    """Return how many millimetres one unit of a coordinate system is, or None where no length is stated.

    The standard's text calls the entry ``EMGCoordinateUnits``, its examples ``EMGCoordinateSystemUnits``; the system is
    either the ``space`` of the file's name or, in earlier drafts, an object in the file.
    """
    for path in find_sidecars(recording, "coordsystem", ".json", free_entity="space"):
        document = read_bids_document(path)
        name = read_bids_name(path.stem)
        space = next((label for key, label in name.entities if key == "space"), "") if name is not None else ""
        nested = document.get(system)
        entries = nested if isinstance(nested, dict) else document
        if space in ("", system) or not system:
            unit = entries.get("EMGCoordinateUnits", entries.get("EMGCoordinateSystemUnits"))
            return _MILLIMETRES_PER_UNIT.get(unit) if isinstance(unit, str) else None
    return None
