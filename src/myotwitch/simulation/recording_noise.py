"""What disturbs a recording: electrodes, baseline, mains, heart, movement, clipping and loss."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic.dataclasses import dataclass

from myotwitch.simulation.activity.settings import STRICT, Moment, Within, refuse
from myotwitch.simulation.disturbance_figures import figure_value
from myotwitch.simulation.heartbeat import WAVES, Heart

Microvolts = Annotated[float, Within(low=0, high=100_000, unit="uV")]
_Shared = tuple[NDArray[np.float64], NDArray[np.float32]]
"""How much each channel sees of some waves, and the waves."""
KNOTS_HZ = 5
"""Points a second between which the baseline runs straight."""


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Mains:
    """Hum of the mains: `peak_uv` **[uV]** of the fundamental, and what share of it each harmonic has.

    A harmonic at or above half the sampling rate is left out, as a recorder's filter takes it.
    """

    frequency_hz: Annotated[float, Within(low=45, high=65, unit="Hz")] = 50.0
    peak_uv: Microvolts = 2.0
    harmonics: tuple[Annotated[float, Within(low=0, high=2)], ...] = (0.1, 0.25)


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Heartbeat:
    """The heart seen by the electrodes: beats a minute **[1/min]** and the height of the R wave **[uV]**."""

    rate_per_min: Annotated[float, Within(low=20, high=250, unit="per minute")] = 65.0
    peak_uv: Microvolts = 100.0


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Movement:
    """Cables and skin move at one time `at_s`, for `lasting_s` **[s]**, by about `peak_uv` **[uV]**."""

    at_s: Moment
    lasting_s: Annotated[float, Within(low=0.1, high=60, unit="s")] = 1.5
    peak_uv: Microvolts = 500.0


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Lost:
    """A stretch that was not recorded, in whole seconds, as EDF has records of one second.

    Parameters
    ----------
    start_s, stop_s
        Ends **[s]**.
    channel
        Name of the channel that was off: it is flat. None: nothing was recorded; the file leaves the seconds out.
    """

    start_s: Annotated[int, Within(low=0, high=1e7, unit="s")]
    stop_s: Annotated[int, Within(low=0, high=1e7, unit="s")]
    channel: str | None = None

    def __post_init__(self) -> None:
        if self.stop_s <= self.start_s:
            refuse(f"it stops at {self.stop_s} s, not after its start at {self.start_s} s; exchange the two.")


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Disturbances:
    """What disturbs the recording.

    Parameters
    ----------
    electrode_uv
        Standard deviation of the noise of electrode and amplifier over the whole band **[uV]**.
    drift_uv
        Standard deviation of the wandering baseline **[uV]**.
    clipping_uv
        Largest value that the recorder takes, both ways **[uV]**; everything beyond is cut off. It sets the step of
        the file too: a 32,768th of it.
    mains, heartbeat
        None: there is none.
    movement, lost
        Any number of each.
    """

    electrode_uv: Microvolts = 2.5
    drift_uv: Microvolts = 10.0
    clipping_uv: Annotated[float, Within(low=10, high=1_000_000, unit="uV")] = 5000.0
    mains: Mains | None = None
    heartbeat: Heartbeat | None = None
    movement: tuple[Movement, ...] = ()
    lost: tuple[Lost, ...] = ()


class NoiseMaker:
    """Renders the disturbances of one recording block by block; the same seed gives the same samples.

    Parameters
    ----------
    settings
        What disturbs.
    channel_count, rate_hz
        Of the recording **[Hz]**.
    rng
        All chance comes from it.
    """

    def __init__(self, settings: Disturbances, channel_count: int, rate_hz: int, rng: np.random.Generator) -> None:
        self._settings, self._channels, self._rate_hz = settings, channel_count, rate_hz
        self._white, self._drift, self._hum, gains, beats, self._shake = rng.spawn(6)
        self._knot = self._drift.standard_normal(channel_count)
        self._off_hz, self._phase = 0.0, 0.0
        harmonics = 1 + (len(settings.mains.harmonics) if settings.mains else 0)
        # Every channel has its own share and phase of each harmonic, and its own view of each wave of the heart.
        self._hum_gain = gains.uniform(0.4, 1.6, (channel_count, harmonics))
        self._hum_phase = gains.normal(0, 0.3, (channel_count, harmonics))
        self._heart_gain = gains.uniform(0.8, 1.2, (channel_count, 1)) * gains.normal(
            1, 0.1, (channel_count, len(WAVES))
        )
        self._heart = Heart(settings.heartbeat.rate_per_min, beats) if settings.heartbeat else None
        self._moving = [(move.at_s, self._movement(move)) for move in settings.movement]

    def block(self, start_s: int, seconds: int) -> NDArray[np.float32]:
        """Return the disturbances of a block, float32[channels, samples] **[uV]**; blocks are asked for in order."""
        count = seconds * self._rate_hz
        out = self._white.standard_normal((self._channels, count), dtype=np.float32)
        out *= np.float32(self._settings.electrode_uv)
        if self._settings.drift_uv > 0:
            self._add_drift(out, seconds)
        # What all channels share, each in its own measure: one product for all of it.
        shared = [*self._hum_waves(seconds), *self._heart_waves(start_s, count)]
        if shared:
            gains = np.concatenate([gain for gain, _ in shared], axis=1).astype(np.float32)
            out += gains @ np.concatenate([waves for _, waves in shared])
        for at_s, wave in self._moving:
            first = round((at_s - start_s) * self._rate_hz)
            begin, end = max(first, 0), min(first + wave.shape[1], count)
            if begin < end:
                out[:, begin:end] += wave[:, begin - first : end - first]
        return out

    def _add_drift(self, out: NDArray[np.float32], seconds: int) -> None:
        keep = float(np.exp(-1 / (KNOTS_HZ * figure_value("drift.course.lasting"))))
        knots = np.empty((self._channels, seconds * KNOTS_HZ + 1), dtype=np.float32)
        knots[:, 0] = self._knot
        steps = self._drift.standard_normal((seconds * KNOTS_HZ, self._channels)) * np.sqrt(1 - keep**2)
        for place in range(seconds * KNOTS_HZ):
            self._knot = keep * self._knot + steps[place]
            knots[:, place + 1] = self._knot
        knots *= self._settings.drift_uv
        at = np.arange(out.shape[1]) * (KNOTS_HZ / self._rate_hz)
        left = np.minimum(at.astype(np.int64), knots.shape[1] - 2)
        part = (at - left).astype(np.float32)
        # All channels at once: many small steps would wait for the thread that works out the potentials.
        course = np.diff(knots, axis=1)[:, left]
        course *= part
        course += knots[:, left]
        out += course

    def _hum_waves(self, seconds: int) -> list[_Shared]:
        mains = self._settings.mains
        if mains is None:
            return []
        rates_hz = np.empty(seconds)
        for second in range(seconds):
            self._off_hz *= 1 - figure_value("mains.wander.back")
            self._off_hz += figure_value("mains.wander.step") * float(self._hum.standard_normal())
            rates_hz[second] = mains.frequency_hz + self._off_hz
        phase = self._phase + 2 * np.pi * np.cumsum(np.repeat(rates_hz, self._rate_hz)) / self._rate_hz
        self._phase = float(phase[-1] % (2 * np.pi))
        parts: list[_Shared] = []
        for place, share in enumerate((1.0, *mains.harmonics)):
            if (place + 1) * mains.frequency_hz >= self._rate_hz / 2:
                break
            turns = (place + 1) * phase
            waves = np.stack((np.sin(turns), np.cos(turns))).astype(np.float32)
            own = self._hum_phase[:, place]
            size = mains.peak_uv * share * self._hum_gain[:, place]
            parts.append((np.stack((size * np.cos(own), size * np.sin(own)), axis=1), waves))
        return parts

    def _heart_waves(self, start_s: int, count: int) -> list[_Shared]:
        if self._heart is None or self._settings.heartbeat is None:
            return []
        gains = self._settings.heartbeat.peak_uv * self._heart_gain
        return [(gains, self._heart.waves(start_s, count, self._rate_hz))]

    def _movement(self, move: Movement) -> NDArray[np.float32]:
        """Return the wave of one movement: slow noise under a hump, partly the same on all channels."""
        count = max(round(move.lasting_s * self._rate_hz), 2)
        knots = max(round(2 * figure_value("movement.form.fastest") * move.lasting_s), 4)
        rough = self._shake.standard_normal((self._channels, knots)) + 0.7 * self._shake.standard_normal(knots)
        from scipy.interpolate import CubicSpline

        smooth = CubicSpline(np.linspace(0, 1, knots), rough, axis=1)(np.linspace(0, 1, count))
        smooth *= np.hanning(count)
        return (move.peak_uv * smooth / max(float(np.abs(smooth).max()), 1e-9)).astype(np.float32)
