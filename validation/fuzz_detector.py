"""Throws hostile recordings at the detector: each must be searched or refused with a message, and the answer be sound.

    python validation/fuzz_detector.py --count 20000 --seconds 1500
    python validation/fuzz_detector.py --count 1 --first 137     (repeats one recording)

Prints what came of them; exit code 1 if anything else than sound twitches or a `MyotwitchError` came out. Each
recording is made from its number alone.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from myotwitch.detection import DETECTORS, DetectionSettings, detect
from myotwitch.errors import MyotwitchError
from myotwitch.recordings import Channel, ChannelKind, Recording
from myotwitch.twitches import Twitches, detection_document
from myotwitch.twitches.summary import unsearched_stretches

Samples = NDArray[np.float64]
USUAL_RATES_HZ = (500.0, 1000.0, 2000.0, 2048.0, 4000.0, 10_000.0)
TOUCH_S = 1e-9
"""Two stretches that touch do not overlap, whatever the last digit says."""
MOST_SAMPLES = 20_000
"""Of one channel."""


class RecordingMaker:
    """Makes hostile recordings; each is one that a reader could hand on."""

    def __init__(self, number: int) -> None:
        self.chance = np.random.default_rng([20_261, number])
        self.signals: tuple[Callable[[int, float], Samples], ...] = (
            self.white,
            self.like_emg,
            self.like_emg,
            self.like_emg,
            self.even_train,
            self.sine,
            self.impulses,
            self.constant,
            self.walk,
            self.digits,
            self.repeated,
        )
        self.faults: tuple[Callable[[Samples], None], ...] = (
            self.lose,
            self.make_infinite,
            self.make_huge,
            self.hold,
            self.step,
            self.clip,
            self.spike,
            self.quieten,
            self.garble,
        )

    def recording(self) -> Recording:
        """Return a recording of one to six channels of one or two sampling rates."""
        rates = [self.rate_hz() for _ in range(self.one((1, 1, 1, 2)))]
        length = self.length(rates[0])
        duration_s = length / rates[0]
        count = self.one((1, 1, 1, 2, 2, 5))
        channels, rows = [], []
        for place in range(count):
            rate_hz = self.one(rates) if place else rates[0]
            size = round(duration_s * rate_hz)
            if size == 0 or size > MOST_SAMPLES:
                rate_hz, size = rates[0], length
            channels.append(self.channel(place, rate_hz))
            rows.append(self.signal(rows, size, rate_hz).astype(np.float32))

        def read(indexes: object, start: int, stop: int) -> NDArray[np.float32]:
            return np.stack([rows[index][start:stop] for index in indexes])  # type: ignore[attr-defined]

        return Recording(
            file="hostile",
            format_name="made",
            duration_s=duration_s,
            channels=tuple(channels),
            read_samples=read,
        )

    def settings(self) -> DetectionSettings:
        """Return mostly the usual settings."""
        if self.one((True, True, False)):
            return DetectionSettings(workers=1)
        return DetectionSettings(
            workers=1,
            detector=self.one(tuple(DETECTORS)),
            mains_hz=self.one(("auto", 50.0, 60.0, None)),
            false_alarms_per_min=float(10 ** self.chance.uniform(-3, 3)),
            low_hz=self.one((None, None, 2.0, 30.0, 200.0)),
            high_hz=self.one((None, None, 250.0, 3000.0)),
            threshold_factor=self.one((None, None, 2.0, 40.0)),
            block_s=self.one((10.0, 60.0)),
        )

    def rate_hz(self) -> float:
        if self.one((True, True, True, False)):
            return float(self.one(USUAL_RATES_HZ))
        return float(np.round(np.exp(self.chance.uniform(np.log(50), np.log(20_000))), self.one((0, 3))))

    def length(self, rate_hz: float) -> int:
        if self.below(12) == 0:
            return int(self.one((1, 2, 3, 10, 100, 1000)))
        seconds = np.exp(self.chance.uniform(np.log(1.8), np.log(15.0)))
        return max(1, min(round(seconds * rate_hz), MOST_SAMPLES))

    def channel(self, place: int, rate_hz: float) -> Channel:
        usual = (ChannelKind.SURFACE_EMG, ChannelKind.NEEDLE_EMG, ChannelKind.EMG)
        limit = self.one((None, None, None, 100.0, 32_767.0))
        return Channel(
            name=f"c{place}",
            sampling_rate_hz=rate_hz,
            kind=self.one((*usual, *usual, *ChannelKind)),
            unit=self.one(("uV", "uV", None)),
            position_mm=self.one((None, (8.0 * place, 0.0), (0.0, 0.0))),
            clipping_low=None if limit is None else -limit,
            clipping_high=limit,
        )

    def signal(self, before: list[NDArray[np.float32]], size: int, rate_hz: float) -> Samples:
        same = [row for row in before if row.size == size]
        if same and self.one((True, False, False, False)):
            row = float(self.one((1.0, -1.0, 0.3))) * self.one(same).astype(np.float64)
        else:
            row = sum((self.one(self.signals)(size, rate_hz) for _ in range(self.one((1, 1, 2, 3)))), np.zeros(size))
        for _ in range(self.one((0, 0, 0, 1, 2, 5))):
            first, last = np.sort(self.chance.integers(0, size + 1, 2))
            self.one(self.faults)(row[first:last])
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(row * (1.0 if self.below(5) else self.one((1e-6, 1e6, 1e30))))

    def white(self, size: int, _: float) -> Samples:
        return self.chance.normal(0, 10 ** self.chance.uniform(-3, 3), size)

    def like_emg(self, size: int, rate_hz: float) -> Samples:
        """Noise with potentials of a few units that fire by chance or in bursts, and now and then a contraction."""
        row = self.chance.normal(0, 4.0, size)
        for _ in range(self.one((1, 2, 4))):
            width_s = self.chance.uniform(0.0003, 0.004)
            reach = max(1, round(5 * width_s * rate_hz))
            time_s = np.arange(-reach, reach + 1) / rate_hz
            shape = (1 - (time_s / width_s) ** 2) * np.exp(-((time_s / width_s) ** 2) / 2)
            rate = 10 ** self.chance.uniform(-1, 2)
            starts = self.chance.uniform(0, size, self.chance.poisson(min(rate * size / rate_hz, 500)))
            for start in starts.astype(int):
                part = row[start : start + shape.size]
                part += self.chance.uniform(0.8, 1.2) * 4.0 * 10 ** self.chance.uniform(0.5, 1.5) * shape[: part.size]
        if self.one((True, False, False)):
            first, last = np.sort(self.chance.integers(0, size + 1, 2))
            row[first:last] += self.chance.normal(0, 100.0, last - first)
        return row

    def even_train(self, size: int, rate_hz: float) -> Samples:
        """The same potential at even times, up to faster than it lasts."""
        row = self.chance.normal(0, 3.0, size)
        period = rate_hz / 10 ** self.chance.uniform(0, 2.6)
        places = np.cumsum(period * (1 + self.one((0.0, 0.05, 0.3)) * self.chance.normal(size=int(size / period) + 1)))
        places = places[(places >= 0) & (places < size)].astype(int)
        shape = 50 * np.diff(np.hanning(max(3, round(rate_hz * self.chance.uniform(0.001, 0.012)))))
        row[places] += 60.0
        return np.convolve(row, shape / max(np.abs(shape).max(), 1e-9), "same") if size > shape.size else row

    def sine(self, size: int, rate_hz: float) -> Samples:
        frequency_hz = self.one((50.0, 60.0, 50.03, float(self.chance.uniform(0.01, rate_hz))))
        return 10 ** self.chance.uniform(-1, 4) * np.sin(2 * np.pi * frequency_hz * np.arange(size) / rate_hz)

    def impulses(self, size: int, _: float) -> Samples:
        row = np.zeros(size)
        row[self.chance.integers(0, size, self.below(1 + min(size, 200)))] = 10 ** self.chance.uniform(0, 6)
        return row

    def constant(self, size: int, _: float) -> Samples:
        return np.full(size, self.one((0.0, 1.0, -32_768.0, 1e-20, 1e9)))

    def walk(self, size: int, _: float) -> Samples:
        return np.cumsum(self.chance.normal(0, 10 ** self.chance.uniform(-2, 2), size))

    def digits(self, size: int, _: float) -> Samples:
        return np.round(self.chance.normal(0, self.one((0.2, 1.0, 5.0)), size)) * self.one((1.0, 4.88, 1000.0))

    def repeated(self, size: int, _: float) -> Samples:
        piece = self.chance.normal(0, 10.0, 1 + self.below(max(1, size // 2)))
        return np.resize(piece, size)

    def lose(self, part: Samples) -> None:
        part[:] = np.nan

    def make_infinite(self, part: Samples) -> None:
        part[:: self.one((1, 7))] = self.one((np.inf, -np.inf))

    def make_huge(self, part: Samples) -> None:
        part[:: self.one((1, 100))] = self.one((1e12, -3e38, 1e38))

    def hold(self, part: Samples) -> None:
        part[:] = part[0] if part.size else 0.0

    def step(self, part: Samples) -> None:
        part += 10 ** self.chance.uniform(1, 7)

    def clip(self, part: Samples) -> None:
        np.clip(part, -self.one((1.0, 10.0, 100.0)), 10.0, out=part)

    def spike(self, part: Samples) -> None:
        part[:1] = 1e7

    def quieten(self, part: Samples) -> None:
        part *= self.one((0.0, 1e-3, 1e-12))

    def garble(self, part: Samples) -> None:
        part[:] = self.chance.integers(-32_768, 32_768, part.size)

    def one(self, items: tuple | list):  # type: ignore[no-untyped-def, type-arg]  # one of any items
        return items[self.below(len(items))]

    def below(self, end: int) -> int:
        return int(self.chance.integers(end))


def faults_of(twitches: Twitches, recording: Recording) -> list[str]:
    """Return in what an answer breaks the contract."""
    observation, onset, stop = twitches.observation, twitches.onset_s, twitches.onset_s + twitches.duration_s
    silent = unsearched_stretches(observation)
    confidence = twitches.confidence
    checks = {
        "rows are not in order": np.all(np.diff(onset) >= 0),
        "an onset is outside the recording": np.all((onset >= 0) & (onset <= recording.duration_s)),
        "a duration is not above 0": np.all(twitches.duration_s > 0),
        "a row lies where no channel was searched": not any(
            np.any((onset < last - TOUCH_S) & (stop > first + TOUCH_S)) for first, last in silent
        ),
        "a confidence is no probability": np.all(np.isnan(confidence) | ((confidence >= 0) & (confidence <= 1))),
        "a kind is not that of its naming": all(
            naming.kind is kind for naming, kind in zip(twitches.naming, twitches.kind, strict=True)
        ),
        "there is a row without a naming": len(twitches.naming) == len(twitches),
        "a source has no shape": set(twitches.source.tolist()) - {-1} <= {shape.source for shape in twitches.shapes},
        "a size is not finite": np.all(np.isfinite(twitches.peak_to_noise)),
        "more was analysed than recorded": 0 <= observation.analysed_s <= observation.recorded_s * (1 + 1e-9),
        "a row was found and nothing analysed": not len(twitches) or observation.analysed_s > 0,
        "an excluded stretch is outside the recording": all(
            0 <= stretch.start_s < stretch.stop_s <= observation.recorded_s + 1e-6 for stretch in observation.excluded
        ),
        "a channel that cannot be used has no reason": all(
            channel.usable or channel.problem for channel in observation.channels
        ),
    }
    faults = [fault for fault, is_well in checks.items() if not is_well]
    try:
        json.dumps(detection_document(twitches), allow_nan=False)
    except ValueError:
        faults.append("the document holds a number that JSON has not")
    return faults


def outcome_of(number: int) -> tuple[str, str | None]:
    """Return what came of one recording, and the fault if it is one."""
    maker = RecordingMaker(number)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            recording, settings = maker.recording(), maker.settings()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            twitches = detect(recording, settings)
    except MyotwitchError as error:
        return ("refused", None) if str(error).strip() else ("failed", f"recording {number}: an error without words")
    except Exception:  # whatever it is, it is a fault, and the next recording is tried
        return "failed", f"recording {number}: {traceback.format_exc(limit=-4)}"
    faults = faults_of(twitches, recording)
    if faults:
        return "failed", f"recording {number}: {'; '.join(faults)}"
    return ("found" if len(twitches) else "none found" if twitches.observation.analysed_s else "not searched"), None


def fuzz(count: int, first: int = 0, seconds: float = math.inf) -> tuple[Counter[str], list[str]]:
    """Return how often what came of recordings, until there are enough or the time is over, and the faults."""
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    start = time.monotonic()
    for number in range(first, first + count):
        outcome, fault = outcome_of(number)
        outcomes[outcome] += 1
        if fault is not None:
            faults.append(fault)
        if time.monotonic() - start > seconds:
            break
    return outcomes, faults


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=math.inf)
    arguments = parser.parse_args()
    outcomes, faults = fuzz(arguments.count, arguments.first, arguments.seconds)
    for fault in faults[:20]:
        sys.stdout.write(f"{fault}\n")
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
    sys.stdout.write(f"{outcomes.total()} recordings: {told}; {len(faults)} faults\n")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
