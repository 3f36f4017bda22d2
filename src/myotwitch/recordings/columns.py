"""A recording made of named columns of numbers, as CSV and Parquet hold them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RecordingError
from myotwitch.language import _, digits
from myotwitch.recordings.channel_kinds import guess_channel_kind
from myotwitch.recordings.recording import Channel, Recording
from myotwitch.recordings.sidecar import SAME_RATE, Sidecar, read_sidecar, sidecar_path
from myotwitch.recordings.spool import SampleSpool, SpooledTable, read_from_table
from myotwitch.recordings.time_column import TIME_COLUMN_NAMES, find_time_column, sampling_rate_from_times

MOST_COLUMNS = 4096


def check_column_names(names: Sequence[str], file: str) -> None:
    """Pass if there is a sensible number of columns and each has a name of its own.

    Raises
    ------
    RecordingError
        Naming the first column that breaks this.
    """
    if len(names) > MOST_COLUMNS:
        raise RecordingError(
            _("{file} has {names_count} columns; a recording has at most {most_columns}.").format(
                file=file, names_count=len(names), most_columns=MOST_COLUMNS
            )
        )
    for index, name in enumerate(names):
        if not name.strip():
            raise RecordingError(
                _("{file} has no name for column {index}; give each column a name of its own.").format(
                    file=file, index=index + 1
                )
            )
        if name in names[:index]:
            raise RecordingError(
                _("{file} has two columns named {name}; give each column a name of its own.").format(
                    file=file, name=repr(name)
                )
            )


def recording_from_columns(
    path: Path,
    format_name: str,
    names: list[str],
    batches: Iterable[Sequence[NDArray[np.floating]]],
    first_line: int | None = None,
    empty_rows_at_end: int = 0,
) -> Recording:
    """Return the recording that columns hold.

    Parameters
    ----------
    path
        The file as the user named it; its sidecar gives the sampling rate where no column of times does.
    format_name
        Name of its format.
    names
        Names of the columns, checked by `check_column_names`.
    batches
        Pieces of the table from front to back: one array a column, NaN where a sample is missing.
    first_line
        Line of the first sample, for messages; None where the format has no lines.
    empty_rows_at_end
        Rows at the end that are no samples, such as empty lines at the end of a text.

    Raises
    ------
    RecordingError
        If neither times nor sidecar give a rate, they contradict each other, or a number is infinite.
    """
    file = str(path)
    time_index = find_time_column(names)
    sidecar = read_sidecar(path, is_needed=time_index is None)
    if time_index is None and (sidecar is None or sidecar.sampling_rate_hz is None):
        raise RecordingError(
            _(
                "{file} states no sampling rate. Add a column of seconds named {time_column_names}, or "
                'lay the sidecar {name} beside it with {{"sampling_rate_hz": 2000, "unit": "uV"}}.'
            ).format(file=file, time_column_names=" or ".join(TIME_COLUMN_NAMES), name=sidecar_path(path).name)
        )
    signal_indexes = [index for index in range(len(names)) if index != time_index]
    if not signal_indexes:
        raise RecordingError(
            _("{file} holds no channel: its only column {names} holds times.").format(file=file, names=repr(names[0]))
        )
    with _spooled(file, names, signal_indexes, time_index) as (samples, times):
        for batch in batches:
            samples.append([batch[index] for index in signal_indexes])
            if times is not None and time_index is not None:
                times.append([batch[time_index]])
        row_count = max(0, samples.row_count - empty_rows_at_end)
        table = samples.finish(row_count)
        times_table = None if times is None else times.finish(row_count)
    if len(table) == 0:
        raise RecordingError(_("{file} holds no samples below its column names; export it again.").format(file=file))
    rate_hz = _sampling_rate(file, times_table, sidecar, first_line)
    return Recording(
        file=file,
        format_name=format_name,
        duration_s=len(table) / rate_hz,
        channels=tuple(_channel(names[index], rate_hz) for index in signal_indexes),
        read_samples=read_from_table(table),
        notes=_notes(path, sidecar),
    )


@contextmanager
def _spooled(
    file: str, names: list[str], signal_indexes: list[int], time_index: int | None
) -> Iterator[tuple[SampleSpool, SampleSpool | None]]:
    samples = SampleSpool(file, [names[index] for index in signal_indexes])
    times = None if time_index is None else SampleSpool(file, [names[time_index]], np.float64)
    try:
        yield samples, times
    finally:
        samples.discard()
        if times is not None:
            times.discard()


def _sampling_rate(file: str, times_s: SpooledTable | None, sidecar: Sidecar | None, first_line: int | None) -> float:
    """Return the rate [Hz] that times or sidecar give; that one of them does was asked before anything was read."""
    stated = None if sidecar is None else sidecar.sampling_rate_hz
    if stated is not None and (times_s is None or len(times_s) == 1):
        return stated
    from_times = sampling_rate_from_times(np.empty((0, 1)) if times_s is None else times_s, file, first_line)
    if stated is None:
        return from_times
    if abs(stated - from_times) > SAME_RATE * from_times:
        raise RecordingError(
            _(
                "The sidecar of {file} states {stated} Hz, but its column of times gives {from_times} "
                "Hz. Correct one, or remove it."
            ).format(file=file, stated=stated, from_times=digits(from_times, ".6g"))
        )
    return stated


def _channel(name: str, rate_hz: float) -> Channel:
    return Channel(name=name, sampling_rate_hz=rate_hz, kind=guess_channel_kind(name))


def _notes(path: Path, sidecar: Sidecar | None) -> tuple[str, ...]:
    if sidecar is not None and sidecar.unit is not None:
        return ()
    return (
        _(
            "{name} states no unit, so its scale is unknown and no microvolts are claimed; a sidecar "
            '{name_2} with {{"unit": "uV"}} states it.'
        ).format(name=path.name, name_2=sidecar_path(path).name),
    )
