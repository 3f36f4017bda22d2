"""A recording written as EDF, or EDF+D where seconds are missing, record by record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

import numpy as np
from numpy.typing import NDArray

from myotwitch.simulation.render import Block
from myotwitch.simulation.scene import Scene

LOWEST, HIGHEST = -32_768, 32_767
TEXT_SAMPLES = 8
"""Samples of two bytes that the text of a record has in a file with gaps."""
BEGUN = ("01.01.00", "00.00.00")
"""A simulated recording has no date; this one is fixed, so that the same scene gives the same bytes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Signal:
    """What the header says of one signal."""

    label: str
    transducer: str
    unit: str
    physical: tuple[str, str]
    samples: int


class EdfWriter:
    """Writes the blocks of one scene.

    Parameters
    ----------
    scene
        The scene.
    stream
        Open for bytes.

    Method: records of one second. Missing seconds are left out and the file is discontinuous (EDF+D): each record tells
    when it began. A step of the file is a 32,768th of what the recorder takes.
    """

    def __init__(self, scene: Scene, stream: IO[bytes]) -> None:
        self._stream, self._rate_hz = stream, scene.sampling_rate_hz
        limits = [scene.noise.clipping_uv] * len(scene.channel_names())
        limits += [site.force_up_to_mn or 0.0 for site in scene.force_sites()]
        self._limits = np.array(limits, dtype=np.float32)[:, None]
        lost = {
            second for item in scene.noise.lost if item.channel is None for second in range(item.start_s, item.stop_s)
        }
        self._has_gaps = bool(lost)
        records = sum(second not in lost for second in range(scene.duration_s))
        stream.write(_header(_signals(scene, has_gaps=self._has_gaps), records, has_gaps=self._has_gaps))

    def write(self, block: Block) -> None:
        """Append the recorded seconds of a block."""
        scale = np.float32(HIGHEST - LOWEST) / (2 * self._limits)
        samples = np.concatenate((block.samples, block.force_mn)) if block.force_mn.size else block.samples
        stored = samples + self._limits
        stored *= scale
        np.rint(stored, out=stored)
        stored += np.float32(LOWEST)
        np.clip(stored, LOWEST, HIGHEST, out=stored)
        records = stored.reshape(stored.shape[0], block.seconds, self._rate_hz).transpose(1, 0, 2).astype("<i2", "C")
        if not self._has_gaps:
            self._stream.write(records.data)
            return
        for second in np.flatnonzero(~block.is_lost):
            self._stream.write(records[second].data)
            self._stream.write(
                f"+{block.start_s + second}\x14\x14\x00".encode("ascii").ljust(2 * TEXT_SAMPLES, b"\x00")
            )


def _signals(scene: Scene, *, has_gaps: bool) -> list[_Signal]:
    limit = f"{scene.noise.clipping_uv:.6g}"
    signals = [
        _Signal(
            label=name,
            transducer="concentric needle (simulated)" if site.electrodes.kind == "needle" else "surface (simulated)",
            unit="uV",
            physical=(f"-{limit}", limit),
            samples=scene.sampling_rate_hz,
        )
        for site in scene.site
        for name in site.channel_names()
    ]
    for site in scene.force_sites():
        limit = f"{site.force_up_to_mn:.6g}"
        signals.append(
            _Signal(
                label=site.force_name,
                transducer="force (simulated)",
                unit="mN",
                physical=(f"-{limit}", limit),
                samples=scene.sampling_rate_hz,
            )
        )
    if has_gaps:
        signals.append(
            _Signal(label="EDF Annotations", transducer="", unit="", physical=("-1", "1"), samples=TEXT_SAMPLES)
        )
    return signals


def _header(signals: list[_Signal], records: int, *, has_gaps: bool) -> bytes:
    first = (
        ("0", 8),
        ("X X X simulated", 80),
        ("Startdate 01-JAN-2000 X X myotwitch_simulation", 80),
        (BEGUN[0], 8),
        (BEGUN[1], 8),
        (str(256 * (len(signals) + 1)), 8),
        ("EDF+D" if has_gaps else "", 44),
        (str(records), 8),
        ("1", 8),
        (str(len(signals)), 4),
    )
    columns = (
        ([signal.label for signal in signals], 16),
        ([signal.transducer for signal in signals], 80),
        ([signal.unit for signal in signals], 8),
        ([signal.physical[0] for signal in signals], 8),
        ([signal.physical[1] for signal in signals], 8),
        ([str(LOWEST)] * len(signals), 8),
        ([str(HIGHEST)] * len(signals), 8),
        ([""] * len(signals), 80),
        ([str(signal.samples) for signal in signals], 8),
        ([""] * len(signals), 32),
    )
    text = "".join(_cell(value, width) for value, width in first)
    text += "".join(_cell(value, width) for values, width in columns for value in values)
    return text.encode("ascii")


def _cell(value: str, width: int) -> str:
    plain = value.encode("ascii", "replace").decode("ascii")
    return plain[:width].ljust(width)


def recorded_samples(stored: NDArray[np.int16], limit_uv: float) -> NDArray[np.float64]:
    """Return the microvolts that stored numbers stand for.

    Examples
    --------
    >>> recorded_samples(np.array([-32768, 32767], dtype=np.int16), 5000.0).tolist()
    [-5000.0, 5000.0]
    """
    return (stored.astype(np.float64) - LOWEST) / (HIGHEST - LOWEST) * 2 * limit_uv - limit_uv
