import numpy as np
import pytest

from myotwitch.twitches import Excluded, ExclusionReason, Extent, Kind, Observation, ObservedChannel, Twitches


@pytest.fixture
def make_observation():
    def make(analysed_s=50.0, unit="uV"):
        return Observation(
            file="calf.edf",
            recorded_s=60.0,
            channels=(
                ObservedChannel(name="a", sampling_rate_hz=1000.0, usable=True, unit=unit, noise=2.1),
                ObservedChannel(name="b", sampling_rate_hz=500.0, usable=False, problem="It is lost."),
            ),
            analysed_s=analysed_s,
            excluded=(Excluded(start_s=0.0, stop_s=10.0, channels=("a",), reason=ExclusionReason.MOVEMENT),),
            detector="threshold: by hand",
            smallest_detectable=9.0,
            notes=("A note.",),
        )

    return make


@pytest.fixture
def make_observation_of():
    """Make an observation of any length of the channels a and b, of which some are usable."""

    def make(recorded_s, analysed_s=None, channels=("a",), excluded=()):
        return Observation(
            file="made.edf",
            recorded_s=recorded_s,
            channels=tuple(
                ObservedChannel(name=name, sampling_rate_hz=1000.0, usable=name in channels) for name in ("a", "b")
            ),
            analysed_s=recorded_s if analysed_s is None else analysed_s,
            excluded=excluded,
            detector="shapes: by hand",
        )

    return make


@pytest.fixture
def make_twitches(make_observation):
    """Make twitches at given onsets, all on channel a; single columns may be replaced."""

    def make(onsets=(12.0, 12.1, 40.0), observation=None, **columns):
        count = len(onsets)
        table = {
            "onset_s": np.array(onsets, dtype=float),
            "duration_s": np.full(count, 0.011),
            "peak_to_peak_uv": np.full(count, 84.0),
            "peak_to_noise": np.full(count, 20.0),
            "on_channel": np.tile([True, False], (count, 1)),
            "peak_channel_index": np.zeros(count, dtype=np.int64),
            "kind": (Kind.FASCICULATION,) * count,
            "extent": (Extent.BUNDLE,) * count,
            "source": np.full(count, -1),
            "burst": np.full(count, -1),
            "isolated": np.zeros(count, dtype=bool),
            "confidence": np.full(count, np.nan),
        }
        return Twitches(observation=observation or make_observation(), **{**table, **columns})

    return make
