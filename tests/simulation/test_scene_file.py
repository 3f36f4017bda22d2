from pathlib import Path
from typing import Any

import pytest

from myotwitch.errors import RequestError
from myotwitch.simulation.activity import CLASSES
from myotwitch.simulation.scene_file import read_scene, scene_from

GALLERY = sorted((Path(__file__).resolve().parents[2] / "examples" / "scenes").glob("*.toml"))
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
        ({"duration_s": 1e9}, r"duration_s: 1e\+09 s is not possible; allowed is 1 to 604800 s"),
        ({"duration_s": 10**9}, r"duration_s: 1e\+09 s is not possible"),
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
    ],
)
def test_a_scene_that_cannot_be_is_refused_with_what_was_given_and_what_is_allowed(
    change: dict[str, Any], told: str
) -> None:
    with pytest.raises(RequestError, match=told):
        scene_from({**SOUND, **change})


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
    long = [{"muscle": "gastrocnemius", "name": f"the calf of the {side} leg"} for side in ("left", "right")]
    with pytest.raises(RequestError, match="give the sites shorter names"):
        scene_from({**SOUND, "site": long})
    two[1]["side"] = "right"
    with pytest.raises(RequestError, match="does not say at which site; allowed are left calf, right calf"):
        scene_from({**SOUND, "site": two, "cramp": [{}]})
    assert scene_from({**SOUND, "site": two, "cramp": [{"site": "right calf"}]}).channel_names() == (
        "EMG left calf",
        "EMG right calf",
    )
