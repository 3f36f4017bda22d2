"""Write a scene as a recording and a table of its true twitches.

python -m benchmarks.detection.write "SNR 8 with lost (NaN)" --out scene.edf --truth truth.csv [--set tune] [--record 0]

The recording can then be searched with ``myotwitch detect``. EDF has no lost samples, so NaN becomes zero there; a name
that ends in ``.hea`` writes WFDB, which has them. The table has the columns of ``myotwitch detect --table``.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.detection.backgrounds import noise_sd
from benchmarks.detection.materials import Samples
from benchmarks.detection.run import make_scene
from benchmarks.detection.scene import Scene
from benchmarks.detection.scenes import SCENES
from myotwitch.recordings import ChannelKind
from myotwitch.twitches import Kind
from myotwitch.twitches.events import is_isolated
from myotwitch.twitches.table import CHANNEL_SEPARATOR, COLUMNS

END_SHARE = 0.1
"""A potential ends where it last leaves this share of its peak."""
SEEN_SDS = 3.0
"""A channel whose peak is so many noise SDs saw the discharge."""
JERK_S = 0.25
WIDEST_UV = 3_000_000.0


def write_recording(scene: Scene, path: Path) -> None:
    """Write the samples of a scene as EDF (``.edf``) or WFDB (``.hea``)."""
    if path.suffix == ".hea":
        _write_wfdb(scene, path)
    elif path.suffix == ".edf":
        _write_edf(scene, path)
    else:
        raise SystemExit(f"The recording {path} must end in .edf or .hea.")


def write_truth(scene: Scene, path: Path) -> None:
    """Write a row for each discharge that has to be found; sizes and lengths are the unit's, as a mean."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(truth_rows(scene))


def truth_rows(scene: Scene) -> list[dict[str, Any]]:
    """Return the discharges of a scene with the column names of section 3 of the contract."""
    names = channel_names(scene)
    sd = noise_sd(scene.background, scene.rate_hz)
    isolated = is_isolated(scene.onset_s)
    rows = []
    for index, onset_s in enumerate(scene.onset_s):
        potential, onset = _potential(scene, index)
        height = np.abs(potential).max(axis=1)
        peak = int(np.argmax(height / sd))
        end = int(np.flatnonzero(np.abs(potential[peak]) >= END_SHARE * height[peak])[-1])
        seen = [name for row, name in enumerate(names) if height[row] >= SEEN_SDS * sd[row] or row == peak]
        rows.append(
            {
                "onset_s": round(float(onset_s), 5),
                "duration_s": round(max(end - onset, 1) / scene.rate_hz, 5),
                "peak_to_peak_uv": round(float(np.ptp(potential[peak])), 2),
                "peak_to_noise": round(float(height[peak] / sd[peak]), 2),
                "channels": CHANNEL_SEPARATOR.join(seen),
                "peak_channel": names[peak],
                "kind": scene.kinds[index].value,
                "extent": "unknown",
                "source": int(scene.unit[index]),
                "burst": "" if scene.burst[index] < 0 else int(scene.burst[index]),
                "isolated": bool(isolated[index]),
                "confidence": 1.0,
            }
        )
    return rows


def channel_names(scene: Scene) -> list[str]:
    """Return names that say what the channels are."""
    kind = "needle" if scene.channel_kind is ChannelKind.NEEDLE_EMG else "surface"
    return [f"EMG {kind} {row + 1}" for row in range(scene.samples.shape[0])]


def _potential(scene: Scene, index: int) -> tuple[Samples, int]:
    """The potential of a discharge and the sample of its onset; of a jerk, what it put into the recording."""
    if scene.kinds[index] is not Kind.MYOCLONUS:
        shape = scene.shapes[scene.unit[index]]
        return shape.samples, shape.onset
    first = max(0, round((scene.onset_s[index] - 0.01) * scene.rate_hz))
    span = slice(first, first + round(JERK_S * scene.rate_hz))
    return (scene.plain - scene.background)[:, span], round(scene.onset_s[index] * scene.rate_hz) - first


def _write_edf(scene: Scene, path: Path) -> None:
    import edfio

    if not np.isfinite(scene.samples).all():
        print("EDF has no lost samples; they are written as zeros.", file=sys.stderr)
    samples = np.clip(np.nan_to_num(scene.samples), -WIDEST_UV, WIDEST_UV)
    is_needle = scene.channel_kind is ChannelKind.NEEDLE_EMG
    signals = []
    for name, row in zip(channel_names(scene), samples, strict=True):
        widest = float(np.ceil(1.01 * np.abs(row).max() + 1))
        signals.append(
            edfio.EdfSignal(
                row,
                scene.rate_hz,
                label=name,
                transducer_type="concentric needle electrode" if is_needle else "surface electrode",
                physical_dimension="uV",
                physical_range=(-widest, widest),
            )
        )
    edfio.Edf(signals, data_record_duration=1).write(path)


def _write_wfdb(scene: Scene, path: Path) -> None:
    import wfdb

    names = channel_names(scene)
    wfdb.wrsamp(
        path.stem,
        fs=scene.rate_hz,
        units=["uV"] * len(names),
        sig_name=names,
        p_signal=scene.samples.T,
        fmt=["16"] * len(names),
        adc_gain=[30_000 / float(np.nanmax(np.abs(row)) + 1) for row in scene.samples],
        baseline=[0] * len(names),
        write_dir=str(path.parent),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scene", help="its name, as in the table")
    parser.add_argument("--set", default="tune", choices=["tune", "report"])
    parser.add_argument("--record", default=0, type=int)
    parser.add_argument("--out", type=Path, required=True, help="the recording, .edf or .hea")
    parser.add_argument("--truth", type=Path, help="the true twitches, .csv")
    choice = parser.parse_args()
    if choice.scene not in SCENES:
        parser.error(f"There is no scene {choice.scene!r}; there is {'; '.join(SCENES)}.")
    scene = make_scene(choice.set, choice.scene, choice.record)
    write_recording(scene, choice.out)
    if choice.truth is not None:
        write_truth(scene, choice.truth)
    print(f"{choice.out}: {scene.duration_s:g} s, {len(scene.samples)} channels, {scene.onset_s.size} discharges")


if __name__ == "__main__":
    main()
