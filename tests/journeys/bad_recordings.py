"""Small recordings of every format, good and broken in one chosen way, for the tests of bad input."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 1000
SAMPLES = 3000
LARGEST_UV = 500.0

Samples = NDArray[np.float64]


def noise(samples: int = SAMPLES) -> Samples:
    """Two channels of muscle at rest [uV]."""
    return np.random.default_rng(7).normal(0, 5, (2, samples))


def write_edf(path: Path, signals: Samples, *, rate_hz: int = RATE_HZ) -> None:
    """An EDF or BDF file written by edfio, one second a record (or one sample, if that is all)."""
    import edfio

    kind, file = (edfio.BdfSignal, edfio.Bdf) if path.suffix == ".bdf" else (edfio.EdfSignal, edfio.Edf)
    made = [
        kind(row, rate_hz, label=f"EMG {index}", physical_dimension="uV", physical_range=(-LARGEST_UV, LARGEST_UV))
        for index, row in enumerate(signals)
    ]
    file(made, data_record_duration=min(1.0, signals.shape[1] / rate_hz)).write(path)  # type: ignore[arg-type]


def write_wfdb(path: Path, signals: Samples, *, rate_hz: float = RATE_HZ, stated: int | None = None) -> None:
    """A WFDB header and its signal file; `stated` is the number of samples that the header claims."""
    name = path.stem
    stored = np.where(np.isnan(signals), -32768, np.round(np.nan_to_num(signals) * 32767 / LARGEST_UV)).astype("<i2")
    path.with_suffix(".dat").write_bytes(stored.T.tobytes())
    lines = [f"{name} {len(signals)} {rate_hz:g} {signals.shape[1] if stated is None else stated}"]
    lines += [f"{name}.dat 16 {32767000 / LARGEST_UV:g}(0)/mV 16 0 0 0 0 EMG {row}" for row in range(len(signals))]
    path.with_suffix(".hea").write_text("\n".join(lines) + "\n")


def write_opensignals(path: Path, signals: Samples, *, rate_hz: int = RATE_HZ, stated: int | None = None) -> None:
    """An HDF5 file as OpenSignals writes it; `stated` is the number of samples that its attribute claims."""
    import h5py

    with h5py.File(path, "w") as file:
        device = file.create_group("00:07:80:00:00:01")
        device.attrs["sampling rate"] = np.int32(rate_hz)
        device.attrs["channels"] = np.arange(1, len(signals) + 1, dtype=np.int32)
        device.attrs["resolution"] = np.full(len(signals), 16, dtype=np.int32)
        device.attrs["nsamples"] = np.int32(signals.shape[1] if stated is None else stated)
        device.create_group("raw")
        for index, row in enumerate(signals, start=1):
            counts = np.clip(np.round(row * 65535 / (2 * LARGEST_UV) + 32768), 0, 65535).astype(np.uint16)
            dataset = device.create_dataset(f"raw/channel_{index}", data=counts.reshape(-1, 1))
            dataset.attrs["label"], dataset.attrs["sensor"] = f"CH{index}", "EMG"


def write_matlab(path: Path, signals: Samples, *, rate_hz: int = RATE_HZ) -> None:
    """A MATLAB 5 file as OTB's programs export it."""
    import scipy.io

    data, names = np.empty((1, 1), dtype=object), np.empty((len(signals), 1), dtype=object)
    data[0, 0] = signals.T.astype(np.float32)
    names[:, 0] = [f"Soleus - GR08MM1305 ({number + 1})[uV]" for number in range(len(signals))]
    content = {"Data": data, "SamplingFrequency": np.uint16(rate_hz), "Description": names}
    scipy.io.savemat(path, content, do_compression=False)


def write_csv(path: Path, signals: Samples, *, rate_hz: int = RATE_HZ) -> None:
    """A table of text with a column of times; a rate of 0 makes time stand still."""
    step_s = 1 / rate_hz if rate_hz else 0.0
    lines = [",".join(["time_s", *(f"emg {row}" for row in range(len(signals)))])]
    lines += [",".join([f"{index * step_s:.6f}", *map(_cell, column)]) for index, column in enumerate(signals.T)]
    path.write_text("\n".join(lines) + "\n")


def _cell(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.4f}"


def write_parquet(path: Path, signals: Samples, *, rate_hz: int = RATE_HZ) -> None:
    """A table of columns with a column of times; a rate of 0 makes time stand still."""
    import pyarrow
    import pyarrow.parquet

    times = np.arange(signals.shape[1]) / rate_hz if rate_hz else np.zeros(signals.shape[1])
    columns = {"time_s": times, **{f"emg {row}": signals[row] for row in range(len(signals))}}
    pyarrow.parquet.write_table(pyarrow.table(columns), path)


WRITERS: Mapping[str, Callable[..., None]] = {
    "edf": write_edf,
    "bdf": write_edf,
    "hea": write_wfdb,
    "h5": write_opensignals,
    "mat": write_matlab,
    "csv": write_csv,
    "parquet": write_parquet,
}
"""What writes each format, by the ending of its file."""


def body_of(path: Path) -> Path:
    """Return the file that holds the samples."""
    return path.with_suffix(".dat") if path.suffix == ".hea" else path


def write_zero_rate(path: Path) -> None:
    """Write a recording that claims zero samples a second."""
    if path.suffix in (".edf", ".bdf"):
        write_edf(path, noise())
        patch(path, 244, b"0       ")
    else:
        WRITERS[path.suffix[1:]](path, noise(), rate_hz=0)


def write_no_channel(path: Path) -> None:
    """Write a recording without a channel."""
    if path.suffix in (".edf", ".bdf"):
        write_edf(path, noise())
        content = path.read_bytes()[:256]
        path.write_bytes(content[:184] + b"256".ljust(8) + content[192:252] + b"0   ")
    else:
        WRITERS[path.suffix[1:]](path, noise()[:0])


def write_cut_off(path: Path) -> None:
    """Write a recording whose last third is missing, in the middle of a line where it is text."""
    WRITERS[path.suffix[1:]](path, noise())
    body = body_of(path)
    content = body.read_bytes()
    cut = len(content) * 2 // 3
    if body.suffix == ".csv":
        cut = content.index(b",", cut)
    body.write_bytes(content[:cut])


def write_lying_length(path: Path) -> None:
    """Write a recording that claims a thousand times more samples than it holds."""
    writer = WRITERS[path.suffix[1:]]
    if path.suffix in (".edf", ".bdf"):
        writer(path, noise())
        patch(path, 236, b"3000    ")
    elif path.suffix == ".mat":
        writer(path, noise())
        size = (SAMPLES * 2 * 4).to_bytes(4, "little")
        content = path.read_bytes()
        patch(path, content.index(size), (SAMPLES * 2 * 4000).to_bytes(4, "little"))
    elif path.suffix == ".parquet":
        writer(path, noise())
        # The footer's length stands in the last eight bytes, before the closing mark.
        patch(path, path.stat().st_size - 8, (10**9).to_bytes(4, "little"))
    else:
        writer(path, noise(), stated=SAMPLES * 1000)


def patch(path: Path, offset: int, content: bytes) -> None:
    """Overwrite bytes of a file."""
    with path.open("r+b") as stream:
        stream.seek(offset)
        stream.write(content)
