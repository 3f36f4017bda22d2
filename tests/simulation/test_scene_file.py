import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from myotwitch.errors import RequestError
from myotwitch.simulation.activity import CLASSES
from myotwitch.simulation.axon.axon import Axon
from myotwitch.simulation.axon.discharges import spontaneous_discharges
from myotwitch.simulation.muscle import muscle_shapes
from myotwitch.simulation.scene_file import read_scene, scene_from

ROOT = Path(__file__).resolve().parents[2]
GALLERY = sorted((ROOT / "examples" / "scenes").glob("*.toml"))
SOUND: dict[str, Any] = {
    "schema": "myotwitch.scene/1",
    "title": "A calf",
    "site": [{"muscle": "gastrocnemius"}],
}


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_every_scene_of_the_gallery_reads_and_says_what_it_rests_on(path: Path) -> None:
    scene = read_scene(path)
    comment = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    assert "Mechanism:" in "\n".join(comment)
    assert scene.title
    assert scene.mechanism


def test_the_gallery_holds_every_mechanism_of_the_mission() -> None:
    assert {path.stem for path in GALLERY} >= {
        *("healthy_rest", "eyelid_flicker", "calf_after_running", "low_calcium", "low_magnesium", "high_potassium"),
        *("pinched_l5_root", "caffeine_like_drive", "falling_asleep", "benign_fasciculation", "als", "neuromyotonia"),
        "belly_wall_under_heartbeat",
    }


def test_a_scene_can_hold_every_class_of_activity() -> None:
    needle = {"muscle": "gastrocnemius", "electrodes": {"kind": "needle"}}
    scene = scene_from({**SOUND, "site": [needle], **{name: [{}] for name in CLASSES}})
    assert [name for name, _ in scene.activities()] == list(CLASSES)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"nerve": {"calcium_mmol_per_l": -1.0}},
            "nerve.calcium_mmol_per_l: -1 mmol/L is not possible; allowed is 0.05 to",
        ),
        ({"site": []}, "there is no site"),
        ({"site": [{"muscle": "gastrocnemius", "electrodes": {"along_mm": []}}]}, "there are no electrodes"),
        ({"duration_s": 1e9}, "duration_s: 1000000000 s is not possible; allowed is 1 to 604800 s"),
        ({"duration_s": 10**9}, "duration_s: 1000000000 s is not possible"),
        ({"duration_s": 0}, "duration_s: 0 s is not possible"),
        ({"duration_s": "long"}, 'duration_s: "long" is not possible'),
        ({"site": [{"muscle": "gastrocnemus"}]}, "site\\[0\\]: .*gastrocnemus.*Did you mean"),
        ({"site": [{}]}, "site\\[0\\].muscle: it is missing"),
        ({"site": [{"muscle": "platysma"}]}, "cannot be simulated yet.*Allowed are tibialis_anterior"),
        ({"fasciculations": [{}]}, "fasciculations: there is no such entry. Did you mean 'fasciculation'"),
        ({"myokymia": [{"unit": 2}]}, "myokymia\\[0\\].unit: there is no such entry. Did you mean 'units'"),
        ({"noise": {"mains": {"frequency": 50.0}}}, "noise.mains.frequency: .*Did you mean 'frequency_hz'"),
        ({"tremor": [{"origin": "cold"}]}, "origin: \"cold\" is not possible; allowed is 'physiological'"),
        ({"fibrillation": [{}]}, "single fibres, which electrodes on the skin cannot show; take a needle"),
        ({"cramp": [{"site": "thigh"}]}, "names the unknown site 'thigh'"),
        ({"cramp": [{"start_s": 5.0, "stop_s": 3.0}]}, "before it starts"),
        ({"cramp": [{"start_s": 500.0}]}, "starts at 500 s, but the scene ends at 60 s"),
        ({"cramp": [{"bout_s": 5.0}]}, "bout_s and pause_s go together"),
        ({"fasciculation": [{"units": 1, "rate_per_min": 400.0}]}, "too many for 1 units"),
        ({"nerve": {"channels": {"natrium": 2.0}}}, "The channel 'natrium' is unknown"),
        ({"noise": {"lost": [{"start_s": 0, "stop_s": 5}]}}, "shorten the scene"),
        ({"noise": {"lost": [{"start_s": 3, "stop_s": 5, "channel": "EMG calv"}]}}, "Allowed are EMG calf"),
        ({"schema": "myotwitch.scene/9"}, "allowed is 'myotwitch.scene/1'"),
        ({"seed": float("nan")}, "seed: "),
        ({"seed": 2**32}, "seed: 4294967296 is not possible; allowed is 0 to 4294967295"),
        ({"site": {"muscle": "soleus"}}, r"site: it is one block; .* write \[\[site\]\], with double brackets"),
        ({"noise": {"lost": {"start_s": 3}}}, r"write \[\[noise.lost\]\]"),
        ({"nerve": [{}]}, r"nerve: it is a list of blocks; .* write \[nerve\], with single brackets"),
        ({"nerve": {"temperature_c": 30.0}}, "Did you mean 'temperature_celsius'"),
        ({"nerve": {"temperature_celsius": 15.0}}, "15 °C is not possible; allowed is 20 to 42 °C"),
        ({"noise": {"lost": [{"start_s": 60, "stop_s": 70}]}}, "noise.lost starts at 60 s, but the scene ends at 60 s"),
        ({"noise": {"lost": [{"start_s": 50, "stop_s": 60}]}}, "a file begins and ends with a recorded second"),
        ({"noise": {"movement": [{"at_s": 60.0}]}}, "noise.movement comes at 60 s, but the scene ends at 60 s"),
    ],
)
def test_a_scene_that_cannot_be_is_refused_with_what_was_given_and_what_is_allowed(
    change: dict[str, Any], told: str
) -> None:
    with pytest.raises(RequestError, match=told):
        scene_from({**SOUND, **change})


def site(**changes: Any) -> dict[str, Any]:
    return {**SOUND, "site": [{"muscle": "soleus", **changes}]}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "Fuß"}, "the name 'Fuß' cannot name a channel of an EDF file; allowed are letters without accents"),
        ({"name": "a\tb"}, "cannot name a channel"),
        ({"name": " calf"}, "cannot name a channel"),
        ({"name": ""}, "cannot name a channel"),
        ({"name": "a|b"}, r"holds '\|', which stands between channels in the table of the truth; .* such as '-'"),
        ({"name": "a calf so long"}, "has 14 letters; EDF keeps 16 .* which leaves 12 here. Give a shorter name"),
        ({"name": "left calves", "force_up_to_mn": 10.0}, "which leaves 10 here"),
        ({"electrodes": {"across_mm": 200.0}}, "lie beside the muscle: soleus reaches 35 mm to both sides"),
        ({"electrodes": {"kind": "needle", "across_mm": -36.0}}, "Give a smaller across_mm"),
        ({"electrodes": {"kind": "grid", "columns": 64, "rows": 4, "spacing_mm": 100.0}}, "the grid reaches 3150 mm"),
    ],
)
def test_a_site_that_no_file_could_name_or_no_muscle_reach_is_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(RequestError, match=told):
        scene_from(site(**changes))


@pytest.mark.parametrize("kind", ["bipolar", "grid", "needle"])
@pytest.mark.parametrize("name", ["calf", "left leg", "R-12 (b)"])
def test_a_name_stands_whole_in_every_channel_of_its_site(kind: str, name: str) -> None:
    scene = scene_from(site(name=name, electrodes={"kind": kind}, force_up_to_mn=10.0))
    names = (*scene.channel_names(), scene.site[0].force_name)
    assert all(name in channel and len(channel) <= 16 and channel.isascii() for channel in names)
    assert len(set(names)) == len(names)


def test_the_axon_of_a_scene_has_the_temperature_that_the_scene_says() -> None:
    warm, cool = (scene_from({**SOUND, "nerve": {"temperature_celsius": value}}).nerve.axon() for value in (37.0, 30.0))
    assert (warm.temperature_celsius, cool.temperature_celsius) == (37.0, 30.0)
    assert scene_from(SOUND).nerve.axon() == Axon(balance=warm.balance)


@pytest.mark.parametrize("temperature_celsius", [20.0, 42.0])
def test_a_healthy_axon_is_silent_at_both_ends_of_the_temperatures_that_a_scene_may_have(
    temperature_celsius: float,
) -> None:
    axon = scene_from({**SOUND, "nerve": {"temperature_celsius": temperature_celsius}}).nerve.axon()
    assert spontaneous_discharges(axon, duration_s=5.0, seed=1).size == 0


def test_a_colder_last_node_without_fast_potassium_fires_more_slowly_within_its_bursts() -> None:
    def interval_s(temperature_celsius: float) -> float:
        lost = {"channels": {"fast_potassium_under_myelin": 0.1}, "at_last_node": True}
        nerve = {**lost, "temperature_celsius": temperature_celsius}
        onsets = spontaneous_discharges(scene_from({**SOUND, "nerve": nerve}).nerve.axon(), duration_s=10.0, seed=1)
        apart = np.diff(onsets)
        return float(np.median(apart[apart < 0.05]))

    assert interval_s(30.0) > 1.1 * interval_s(37.0)


def test_the_scene_of_neuromyotonia_and_the_documents_tell_the_rate_that_the_model_has() -> None:
    path = ROOT / "examples" / "scenes" / "neuromyotonia.toml"
    scene = read_scene(path)
    apart = np.diff(spontaneous_discharges(scene.nerve.axon(), duration_s=30.0, seed=3))
    rate_hz = 1 / np.median(apart[apart < 0.02])
    page = next(
        line
        for line in (ROOT / "docs" / "simulation.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| `neuromyotonia` | multiplets and trains | one unit")
    )
    told = [int(rate) for text in (scene.mechanism, page) for rate in re.findall(r"\((\d+) Hz\)", text)]
    told += [int(rate) for rate in re.findall(r"# .*?(\d+) Hz within them", path.read_text(encoding="utf-8"))]
    assert len(told) == 3
    assert told == pytest.approx([rate_hz] * 3, rel=0.02)


def test_the_documents_name_exactly_the_muscles_that_can_be_simulated() -> None:
    text = (ROOT / "docs" / "simulation.md").read_text(encoding="utf-8")
    named = re.findall(r"`(\w+)`", text.split("<!-- muscles -->")[1].split("<!-- /muscles -->")[0])
    assert named == sorted(muscle_shapes())


def test_all_faults_of_a_scene_are_told_at_once() -> None:
    with pytest.raises(RequestError) as told:
        scene_from({**SOUND, "duration_s": -1, "sampling_rate_hz": 10, "noise": {"electrode_uv": -2.0}, "sites": []})
    assert "4 faults" in str(told.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"title = ", "is not TOML"), (b"\xff\xfe", "not UTF-8"), (b"# x\n" * 300_000, "larger than")],
)
def test_a_file_that_is_no_scene_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "scene.toml"
    path.write_bytes(content)
    with pytest.raises(RequestError, match=told):
        read_scene(path)
    with pytest.raises(RequestError, match="cannot be read"):
        read_scene(tmp_path / "missing.toml")


def test_two_sites_need_names_and_activities_say_where() -> None:
    two = [{"muscle": "gastrocnemius", "side": "left"}, {"muscle": "gastrocnemius", "side": "left"}]
    with pytest.raises(RequestError, match="two sites are called 'left calf'"):
        scene_from({**SOUND, "site": two})
    needles = {"kind": "needle"}
    long = [{"muscle": muscle, "side": "left", "electrodes": needles} for muscle in ("soleus", "tibialis anterior")]
    with pytest.raises(RequestError, match="give the sites shorter names"):
        scene_from({**SOUND, "site": long})
    two[1]["side"] = "right"
    with pytest.raises(RequestError, match="does not say at which site; allowed are left calf, right calf"):
        scene_from({**SOUND, "site": two, "cramp": [{}]})
    assert scene_from({**SOUND, "site": two, "cramp": [{"site": "right calf"}]}).channel_names() == (
        "EMG left calf",
        "EMG right calf",
    )
