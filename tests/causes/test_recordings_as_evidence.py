"""What a recording showed, and did not show, as evidence: little, and more in the upper arm than in the calf."""

from __future__ import annotations

import numpy as np
import pytest

from myotwitch.case import case_from_document
from myotwitch.causes.arrays import load_arrays
from myotwitch.causes.evidence import network_from_facts
from myotwitch.causes.facts import Facts, facts_from_case
from myotwitch.causes.movements import empty_recordings
from myotwitch.causes.network import Network
from myotwitch.causes.settings import load_settings
from myotwitch.twitches import Extent, Kind, Observation, ObservedChannel, Twitches

ALS = "amyotrophic_lateral_sclerosis"


def recording(place: str, count: int, seconds: float = 600.0, *, usable: bool = True) -> Twitches:
    channel = ObservedChannel(name="one", sampling_rate_hz=2000.0, usable=usable, place=place)
    observation = Observation(
        file=f"{place}.edf", recorded_s=seconds, channels=(channel,), analysed_s=seconds, detector="for the test"
    )
    return Twitches(
        observation=observation,
        onset_s=np.linspace(1, seconds - 1, count),
        duration_s=np.full(count, 0.01),
        peak_to_peak_uv=np.full(count, np.nan),
        peak_to_noise=np.full(count, 12.0),
        on_channel=np.ones((count, 1), dtype=np.bool_),
        peak_channel_index=np.zeros(count, dtype=np.int64),
        kind=(Kind.FASCICULATION,) * count,
        extent=(Extent.UNKNOWN,) * count,
        source=np.full(count, -1, dtype=np.int64),
        burst=np.full(count, -1, dtype=np.int64),
        isolated=np.ones(count, dtype=np.bool_),
        confidence=np.full(count, np.nan),
    )


def facts(*twitches: Twitches) -> Facts:
    document = {"schema": "myotwitch.case/1", "person": {"age_years": 60}, "twitching": [{"place": "eyelid"}]}
    return facts_from_case(case_from_document(document), twitches)


def network(*twitches: Twitches) -> Network:
    return network_from_facts(facts(*twitches), load_arrays(), load_settings()).network


def column(name: str) -> int:
    return [cause.name for cause in load_arrays().causes].index(name)


def denied(*twitches: Twitches) -> float:
    return float(network(*twitches).denied[column(ALS)] / network().denied[column(ALS)])


def test_a_recording_without_any_twitch_speaks_weakly_against_what_would_twitch_there() -> None:
    assert 0.5 < denied(recording("upper_arm", 0)) < 1
    assert network(recording("upper_arm", 0)).event_count == network().event_count


def test_an_upper_arm_tells_more_than_a_calf_and_a_long_recording_more_than_a_short_one() -> None:
    assert denied(recording("upper_arm", 0)) < denied(recording("calf", 0)) < 1
    assert denied(recording("upper_arm", 0, 600.0)) < denied(recording("upper_arm", 0, 20.0)) < 1


def test_what_was_not_searched_or_did_twitch_says_nothing_against_anything() -> None:
    assert denied(recording("upper_arm", 0, usable=False)) == 1.0
    assert denied(recording("upper_arm", 4)) == 1.0
    assert empty_recordings([recording("calf", 0), recording("calf", 3)]) == ()


@pytest.mark.parametrize(("more", "less"), [("upper_arm", "calf"), ("upper_arm", "thigh"), ("thigh", "foot")])
def test_a_twitch_found_in_an_arm_counts_more_than_one_in_a_calf(more: str, less: str) -> None:
    arrays = load_arrays()

    def exponent(place: str) -> float:
        plain = network_from_facts(facts(), arrays, load_settings()).network
        found = network(recording(place, 3))
        leak = next(value for value in found.leak if value not in plain.leak)
        return float(np.log(leak))

    def expected(place: str) -> float:
        words, region = arrays.words["characters"], facts(recording(place, 3)).movements[-1].region
        row = words.words.index("flicker")
        largest = max(float(words.by_cause[row].max()), float(words.background[row]))
        background = arrays.place_leak[[str(one) for one in type(region)].index(str(region))]
        return float(np.log(background) + np.log(words.background[row] / largest))

    assert exponent(more) / expected(more) > exponent(less) / expected(less)


def test_twitches_found_in_three_regions_are_widespread_as_well() -> None:
    two = network(recording("upper_arm", 3), recording("thigh", 3))
    three = network(recording("upper_arm", 3), recording("thigh", 3), recording("chest", 3))
    assert three.event_count == two.event_count + 2
