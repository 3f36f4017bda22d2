"""Feeds damaged recordings to every reader: each must be read or refused with a message, never crash, hang or swell.

Small valid files of every format are made here, then bytes are flipped, cut out, put in or repeated. What was made is
opened, and its first and last second are read. Anything but success or a `MyotwitchError`, more than fifteen seconds,
or a gigabyte of memory is a failure: it is printed with its seed and saved under ``validation/output``.

    python validation/fuzz_readers.py --count 20000 --seed 1
    python validation/fuzz_readers.py --count 1 --seed 1 --format mat5 --first 137     (repeats one input)

Files are mutated in processes of their own, so that even a crash inside a format library is found and counted.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import re
import resource
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

OUTPUT = Path(__file__).parent / "output" / "fuzz_readers"
LONGEST_S = 15.0
LARGEST_KIB = 1_000_000
INPUTS_A_PROCESS = 500
RATE_HZ = 500.0


@dataclass(frozen=True, kw_only=True)
class Target:
    """A valid recording: the file to damage, the file to open, and whether its damage should look like text."""

    make: Callable[[Path, np.ndarray], None]
    damaged: str
    opened: str
    is_text: bool = False


@dataclass(kw_only=True)
class Tally:
    """What became of the inputs of one format."""

    read: int = 0
    refused: int = 0
    failed: int = 0
    slowest_s: float = 0.0
    slowest_index: int = -1
    peak_kib: int = 0
    failures: list[str] = field(default_factory=list)


def made_signals() -> np.ndarray:
    """Return three seconds of two channels [uV], always the same."""
    return np.round(np.random.default_rng(20260101).normal(0, 50, (2, 1500)), 2)


def make_edf(folder: Path, signals: np.ndarray) -> None:
    import edfio

    made = [
        edfio.EdfSignal(row, RATE_HZ, label=f"EMG {index}", physical_dimension="uV", physical_range=(-500, 500))
        for index, row in enumerate(signals)
    ]
    edfio.Edf(
        made,
        data_record_duration=min(1.0, signals.shape[1] / RATE_HZ),
        annotations=[edfio.EdfAnnotation(0, None, "start")],
    ).write(folder / "made.edf")


def make_bdf(folder: Path, signals: np.ndarray) -> None:
    import edfio

    made = [
        edfio.BdfSignal(row, RATE_HZ, label=f"EMG {index}", physical_dimension="uV", physical_range=(-500, 500))
        for index, row in enumerate(signals)
    ]
    edfio.Bdf(made, data_record_duration=min(1.0, signals.shape[1] / RATE_HZ)).write(folder / "made.bdf")


def make_wfdb(folder: Path, signals: np.ndarray) -> None:
    stored = np.where(np.isnan(signals), -32768, np.round(signals * 100)).astype("<i2")
    (folder / "made.dat").write_bytes(stored.T.tobytes())
    lines = [
        f"made 2 500 {signals.shape[1]}",
        *(f"made.dat 16 100000(0)/mV 16 0 0 0 0 EMG {index}" for index in range(2)),
    ]
    (folder / "made.hea").write_text("\n".join(lines) + "\n# needle electrode\n")


def make_wfdb_segments(folder: Path, signals: np.ndarray) -> None:
    for name in ("part_1", "part_2"):
        (folder / f"{name}.dat").write_bytes(np.round(signals[0, :750] * 10).astype("<i2").tobytes())
        (folder / f"{name}.hea").write_text(f"{name} 1 500 750\n{name}.dat 16 10000/mV 16 0 0 0 0 EMG\n")
    (folder / "made.hea").write_text("made/3 1 500 1600\npart_1 750\n~ 100\npart_2 750\n")


def make_opensignals(folder: Path, signals: np.ndarray) -> None:
    import h5py

    with h5py.File(folder / "made.h5", "w") as file:
        device = file.create_group("00:07:80:00:00:01")
        device.attrs["sampling rate"] = np.int32(RATE_HZ)
        device.attrs["channels"] = np.array([1, 2], dtype=np.int32)
        device.attrs["resolution"] = np.array([16, 16], dtype=np.int32)
        device.attrs["nsamples"] = np.int32(signals.shape[1])
        for index, row in enumerate(signals, start=1):
            counts = (row * 10 + 32768).astype(np.uint16).reshape(-1, 1)
            dataset = device.create_dataset(f"raw/channel_{index}", data=counts, chunks=True, compression="gzip")
            dataset.attrs["label"] = f"CH{index}"
            dataset.attrs["sensor"] = "EMG"


def make_mat5(folder: Path, signals: np.ndarray) -> None:
    import scipy.io

    data, names = np.empty((1, 1), dtype=object), np.empty((2, 1), dtype=object)
    data[0, 0] = signals.T.astype(np.float32)
    names[:, 0] = [f"Soleus - GR08MM1305 ({number})[uV]" for number in (1, 2)]
    content = {"Data": data, "SamplingFrequency": np.uint16(RATE_HZ), "Description": names}
    scipy.io.savemat(folder / "made.mat", content, do_compression=False)


def make_mat5_compressed(folder: Path, signals: np.ndarray) -> None:
    import scipy.io

    make_mat5(folder, signals)
    content = scipy.io.loadmat(folder / "made.mat")
    kept = {name: content[name] for name in ("Data", "SamplingFrequency", "Description")}
    scipy.io.savemat(folder / "made.mat", kept, do_compression=True)


def make_mat73(folder: Path, signals: np.ndarray) -> None:
    import h5py

    with h5py.File(folder / "made.mat", "w", userblock_size=512) as file:
        file.create_dataset("Data", data=signals, chunks=True, compression="gzip")
        file.create_dataset("SamplingFrequency", data=np.array([[RATE_HZ]]))
        references = np.empty((1, 2), dtype=h5py.ref_dtype)
        for index in range(2):
            codes = np.array([[ord(sign)] for sign in f"Soleus ({index + 1})[uV]"], dtype=np.uint16)
            references[0, index] = file.create_dataset(f"#refs#/{index}", data=codes).ref
        file.create_dataset("Description", data=references)
    with (folder / "made.mat").open("r+b") as stream:
        stream.write(b"MATLAB 7.3 MAT-file, made".ljust(124) + b"\x00\x02IM")


def make_csv(folder: Path, signals: np.ndarray) -> None:
    rows = [f"{index / RATE_HZ:.4f},{one},{two}" for index, (one, two) in enumerate(signals.T)]
    (folder / "made.csv").write_text("\n".join(["time_s,emg one,emg two", *rows]) + "\n")


def make_decimal_comma(folder: Path, signals: np.ndarray) -> None:
    rows = [f"{one};{two}".replace(".", ",") for one, two in signals.T]
    (folder / "made.txt").write_text("\n".join(["emg one;emg two", *rows]) + "\n")
    (folder / "made.json").write_text(json.dumps({"sampling_rate_hz": RATE_HZ, "unit": "uV"}))


def make_sidecar(folder: Path, signals: np.ndarray) -> None:
    make_csv(folder, signals)
    content = {
        "schema": "myotwitch.sidecar/1",
        "sampling_rate_hz": RATE_HZ,
        "unit": "mV",
        "scale": 0.001,
        "zero": 1,
        "side": "left",
        "channels": [{"name": "emg one", "muscle": "soleus", "position_mm": [0, 8], "kind": "surface_emg"}],
    }
    (folder / "made.json").write_text(json.dumps(content, indent=1))


def make_parquet(folder: Path, signals: np.ndarray, compression: str = "NONE") -> None:
    import pyarrow
    import pyarrow.parquet

    one, two = signals
    columns = {"time_s": np.arange(one.size) / RATE_HZ, "emg one": one.astype(np.float32), "emg two": two}
    pyarrow.parquet.write_table(
        pyarrow.table(columns), folder / "made.parquet", row_group_size=600, compression=compression
    )


def make_parquet_compressed(folder: Path, signals: np.ndarray) -> None:
    make_parquet(folder, signals, compression="ZSTD")


TARGETS: dict[str, Target] = {
    "edf": Target(make=make_edf, damaged="made.edf", opened="made.edf"),
    "bdf": Target(make=make_bdf, damaged="made.bdf", opened="made.bdf"),
    "wfdb": Target(make=make_wfdb, damaged="made.hea", opened="made.hea", is_text=True),
    "wfdb_signal": Target(make=make_wfdb, damaged="made.dat", opened="made.dat"),
    "wfdb_segments": Target(make=make_wfdb_segments, damaged="made.hea", opened="made.hea", is_text=True),
    "wfdb_segment": Target(make=make_wfdb_segments, damaged="part_2.hea", opened="made.hea", is_text=True),
    "opensignals": Target(make=make_opensignals, damaged="made.h5", opened="made.h5"),
    "mat5": Target(make=make_mat5, damaged="made.mat", opened="made.mat"),
    "mat5_compressed": Target(make=make_mat5_compressed, damaged="made.mat", opened="made.mat"),
    "mat73": Target(make=make_mat73, damaged="made.mat", opened="made.mat"),
    "csv": Target(make=make_csv, damaged="made.csv", opened="made.csv", is_text=True),
    "decimal_comma": Target(make=make_decimal_comma, damaged="made.txt", opened="made.txt", is_text=True),
    "sidecar": Target(make=make_sidecar, damaged="made.json", opened="made.csv", is_text=True),
    "parquet": Target(make=make_parquet, damaged="made.parquet", opened="made.parquet"),
    "parquet_compressed": Target(make=make_parquet_compressed, damaged="made.parquet", opened="made.parquet"),
}

_TELLING_BYTES = bytes([0, 1, 0x7F, 0x80, 0xFE, 0xFF]) + b'0129-+.,;:/\\"\n\r\t #~xeE{}[]'
_TELLING_NUMBERS = (b"0", b"-1", b"1e9", b"4294967295", b"99999999999999999999", b"nan", b"inf", b"0.0000001", b"../x")


def mutate(content: bytes, chance: random.Random, *, is_text: bool) -> bytes:
    """Return `content` with one to eight kinds of damage."""
    damaged = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5, 8))):
        if not damaged:
            break
        # Heads are where formats say how much will come, so half of the damage is done there.
        reach = len(damaged) if chance.random() < 0.5 else min(len(damaged), 1200)
        start = chance.randrange(reach)
        length = min(chance.choice((1, 1, 2, 4, 8, 64, 512)), len(damaged) - start)
        piece = bytes(damaged[start : start + length])
        match chance.randrange(8 if is_text else 7):
            case 0:
                damaged[start] ^= 1 << chance.randrange(8)
            case 1:
                damaged[start] = chance.choice(_TELLING_BYTES)
            case 2:
                del damaged[start : start + length]
            case 3:
                damaged[start:start] = chance.randbytes(length)
            case 4:
                damaged[start:start] = piece * chance.choice((1, 2, 50))
            case 5:
                del damaged[start:]
            case 6:
                damaged[start : start + length] = chance.choice((b"\x00", b"\xff", b"\x20")) * length
            case _:
                numbers = list(re.finditer(rb"\d+(\.\d+)?", bytes(damaged[:2000])))
                if numbers:
                    chosen = chance.choice(numbers)
                    damaged[chosen.start() : chosen.end()] = chance.choice(_TELLING_NUMBERS)
    return bytes(damaged)


def open_and_read(path: Path) -> None:
    """Open a recording and read the first and the last second of all its channels."""
    from myotwitch.recordings import open_recording

    recording = open_recording(path)
    for rate_hz, indexes in recording.channel_groups():
        available = recording.sample_count(indexes[0])
        second = min(available, max(1, min(round(rate_hz), 1_000_000)))
        recording.read(indexes, 0, second)
        recording.read(indexes, available - second, available)


def damaged_input(name: str, seed: int, index: int, folder: Path) -> bytes:
    """Return the damaged bytes of one input; the valid files lie in `folder`."""
    target = TARGETS[name]
    content = (folder / target.damaged).read_bytes()
    return mutate(content, random.Random(f"{seed} {name} {index}"), is_text=target.is_text)


def work(name: str, seed: int, first: int, last: int, answers: Connection) -> None:
    """Try inputs first to before last; for each, say which begins and then what became of it."""
    from myotwitch.errors import MyotwitchError

    warnings.simplefilter("ignore")
    target = TARGETS[name]
    with tempfile.TemporaryDirectory(prefix="fuzz-") as place:
        folder = Path(place)
        target.make(folder, made_signals())
        original = (folder / target.damaged).read_bytes()
        for index in range(first, last):
            (folder / target.damaged).write_bytes(original)
            (folder / target.damaged).write_bytes(damaged_input(name, seed, index, folder))
            answers.send(("begin", index, 0.0, 0, ""))
            begin = time.perf_counter()
            try:
                open_and_read(folder / target.opened)
                outcome, message = "read", ""
            except MyotwitchError as error:
                outcome, message = "refused", str(error)
            except BaseException as error:  # whatever else comes out is what is looked for
                outcome, message = "failed", f"{type(error).__name__}: {error}"
            peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            if peak_kib > LARGEST_KIB:
                outcome, message = "failed", f"{peak_kib} KiB of memory"
            answers.send((outcome, index, time.perf_counter() - begin, peak_kib, message))
            if peak_kib > LARGEST_KIB:
                return


def run_format(name: str, seed: int, first: int, count: int) -> Tally:
    """Return what became of `count` inputs of one format."""
    tally = Tally()
    spawn = multiprocessing.get_context("spawn")
    index, last = first, first + count
    while index < last:
        receiving, sending = spawn.Pipe(duplex=False)
        process = spawn.Process(target=work, args=(name, seed, index, min(index + INPUTS_A_PROCESS, last), sending))
        process.start()
        sending.close()
        index = _follow(name, seed, index, receiving, process, tally)
    return tally


def _follow(
    name: str, seed: int, index: int, receiving: Connection, process: multiprocessing.process.BaseProcess, tally: Tally
) -> int:
    """Note the answers of one process; return the index of the next input to try."""
    running = False
    while True:
        try:
            # A process has a minute to start and import; after that every input has its limit.
            answered = receiving.poll(LONGEST_S if running else 60.0)
            outcome, index, seconds, peak_kib, message = receiving.recv() if answered else ("hung", index, 0, 0, "")
        except EOFError:
            process.join()
            if running:
                _note_failure(tally, name, seed, index, f"the process died with exit code {process.exitcode}")
                return index + 1
            return index
        if outcome == "hung":
            process.kill()
            process.join()
            _note_failure(tally, name, seed, index, f"no answer within {LONGEST_S} s")
            return index + 1
        running = outcome == "begin"
        if running:
            continue
        index += 1
        tally.peak_kib = max(tally.peak_kib, peak_kib)
        if seconds > tally.slowest_s:
            tally.slowest_s, tally.slowest_index = seconds, index - 1
        if outcome == "failed":
            _note_failure(tally, name, seed, index - 1, message)
        elif outcome == "read":
            tally.read += 1
        else:
            tally.refused += 1


def _note_failure(tally: Tally, name: str, seed: int, index: int, message: str) -> None:
    tally.failed += 1
    OUTPUT.mkdir(parents=True, exist_ok=True)
    saved = OUTPUT / f"{name}-{seed}-{index}-{TARGETS[name].damaged}"
    with tempfile.TemporaryDirectory(prefix="fuzz-") as place:
        TARGETS[name].make(Path(place), made_signals())
        saved.write_bytes(damaged_input(name, seed, index, Path(place)))
    line = f"FAILED --format {name} --seed {seed} --first {index} --count 1: {message[:300]} (saved as {saved.name})"
    tally.failures.append(line)
    print(line, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=20_000, help="inputs altogether, shared among the formats")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first input of each format")
    parser.add_argument("--format", choices=list(TARGETS), action="append", help="only this format; may be repeated")
    options = parser.parse_args()
    names = options.format or list(TARGETS)
    each = -(-options.count // len(names))
    print(f"{'format':<20}{'inputs':>8}{'read':>8}{'refused':>9}{'failed':>8}{'slowest s':>11}{'peak MB':>9}")
    total = Tally()
    begin = time.perf_counter()
    for name in names:
        tally = run_format(name, options.seed, options.first, each)
        _print_row(name, each, tally)
        total.read += tally.read
        total.refused += tally.refused
        total.failed += tally.failed
        total.slowest_s = max(total.slowest_s, tally.slowest_s)
        total.peak_kib = max(total.peak_kib, tally.peak_kib)
    _print_row("all", each * len(names), total)
    print(f"seed {options.seed}, {time.perf_counter() - begin:.0f} s")
    return 1 if total.failed else 0


def _print_row(name: str, count: int, tally: Tally) -> None:
    print(
        f"{name:<20}{count:>8}{tally.read:>8}{tally.refused:>9}{tally.failed:>8}{tally.slowest_s:>11.3f}"
        f"{tally.peak_kib / 1024:>9.0f}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
