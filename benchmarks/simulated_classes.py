"""What ``detect`` makes of every simulated class of activity: the table of docs/simulation.md.

    python -m benchmarks.simulated_classes [--seeds 3]

Two pairs on the skin of tibialis anterior, or a needle in it; an event counts as visible from eight times the
standard deviation of the electrode noise. Discharges match within 10 ms, movements within 50 ms.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.results import markdown_table, setting, told_setting, write_result
from myotwitch.detection import detect
from myotwitch.recordings import open_recording
from myotwitch.scoring import match_events
from myotwitch.simulation.scene_file import scene_from
from myotwitch.simulation.simulate import simulate
from myotwitch.twitches import read_twitch_table

VISIBLE = 8.0
SKIN = {"muscle": "tibialis anterior", "electrodes": {"along_mm": [20.0, 45.0]}}
NEEDLE = {"muscle": "tibialis anterior", "electrodes": {"kind": "needle", "along_mm": [25.0]}}
ONE_REGULAR = {"fibres": 1, "regular_share": 1.0}


@dataclass(frozen=True, kw_only=True)
class Case:
    name: str
    activity: str | None
    settings: dict[str, Any] = field(default_factory=dict)
    site: dict[str, Any] = field(default_factory=lambda: SKIN)
    is_movement: bool = False

    def content(self, seed: int) -> dict[str, Any]:
        """Return the scene."""
        rate_hz = 10_000 if self.site is NEEDLE else 2000
        head = {"schema": "myotwitch.scene/1", "title": self.name, "site": [self.site], "noise": {"mains": {}}}
        activity = {self.activity: [self.settings]} if self.activity else {}
        return {**head, "duration_s": 60, "seed": seed, "sampling_rate_hz": rate_hz, **activity}


CASES = (
    Case(name="fasciculation, benign at 20 a minute", activity="fasciculation", settings={"rate_per_min": 20.0}),
    Case(name="fasciculation, ALS", activity="fasciculation", settings={"pattern": "als"}),
    Case(name="fibrillation, one regular fibre", activity="fibrillation", settings=ONE_REGULAR, site=NEEDLE),
    Case(
        name="fibrillation, one irregular fibre",
        activity="fibrillation",
        settings={"fibres": 1, "regular_share": 0.0},
        site=NEEDLE,
    ),
    Case(name="fibrillation, three fibres", activity="fibrillation", site=NEEDLE),
    Case(name="positive sharp waves, one fibre", activity="positive_sharp_wave", settings=ONE_REGULAR, site=NEEDLE),
    Case(name="myotonia, one fibre", activity="myotonia", settings={"fibres": 1}, site=NEEDLE),
    Case(name="myotonia, two fibres", activity="myotonia", site=NEEDLE),
    Case(name="complex repetitive", activity="complex_repetitive", site=NEEDLE),
    Case(name="myokymia, one unit, skin", activity="myokymia", settings={"units": 1}),
    Case(name="myokymia, two units, skin", activity="myokymia"),
    Case(name="myokymia, two units, needle", activity="myokymia", site=NEEDLE),
    Case(name="neuromyotonia, one unit, skin", activity="neuromyotonia", settings={"units": 1}),
    Case(name="neuromyotonia, one unit, needle", activity="neuromyotonia", settings={"units": 1}, site=NEEDLE),
    Case(name="cramp", activity="cramp"),
    Case(name="myoclonus, cortical", activity="myoclonus", settings={"rate_per_min": 15.0}, is_movement=True),
    Case(name="hypnic jerk", activity="hypnic_jerk", settings={"rate_per_hour": 500.0}, is_movement=True),
    Case(name="tic", activity="tic", settings={"rate_per_min": 12.0}, is_movement=True),
    Case(name="tremor, parkinsonian", activity="tremor", settings={"origin": "parkinson"}, is_movement=True),
    Case(name="voluntary", activity="voluntary", settings={"hold_s": 4.0, "rest_s": 8.0}, is_movement=True),
    Case(name="rest", activity=None),
)


def measured(case: Case, seeds: int) -> dict[str, Any]:
    """Return how much of a class was found, left out, and called what."""
    visible = found = left_out = 0
    called: Counter[str] = Counter()
    everything: Counter[str] = Counter()
    for seed in range(1, seeds + 1):
        with tempfile.TemporaryDirectory() as folder:
            files = Path(folder) / "a.edf", Path(folder) / "a.csv"
            simulate(scene_from(case.content(seed)), *files)
            twitches = detect(open_recording(files[0]))
            rows = [row for row in read_twitch_table(files[1]) if row["peak_to_noise"] >= VISIBLE]
        onsets = np.array([row["onset_s"] for row in rows])
        matches = match_events(twitches.onset_s, onsets, 0.05 if case.is_movement else 0.01)
        is_out = np.zeros(onsets.size, dtype=bool)
        for stretch in twitches.observation.excluded:
            is_out |= (onsets >= stretch.start_s - 0.05) & (onsets <= stretch.stop_s)
        is_out[matches.true_index] = False
        visible, found, left_out = visible + onsets.size, found + len(matches), left_out + int(is_out.sum())
        called.update(twitches.kind[index].value for index in matches.found_index)
        everything.update(kind.value for kind in twitches.kind)
    return {"visible": visible, "found": found, "left_out": left_out, "called": dict(called), "all": dict(everything)}


def told(name: str, result: dict[str, Any]) -> tuple[str, ...]:
    """Return one line of the table."""
    whole = max(result["visible"], 1)
    ranked = sorted(result["called"].items(), key=lambda item: -item[1])
    names = ", ".join(f"{kind.replace('_', ' ')} {count / max(result['found'], 1):.0%}" for kind, count in ranked[:3])
    others = sum(result["all"].values()) - result["found"]
    shares = (f"{result['found'] / whole:.0%}", f"{result['left_out'] / whole:.0%}")
    return (name, str(result["visible"]), *shares, names or "–", str(others))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    wanted = parser.parse_args()
    results = {case.name: measured(case, wanted.seeds) for case in CASES}
    outcome = {"setting": setting(), "seeds": wanted.seeds, "classes": results}
    write_result("simulated_classes", outcome)
    print(told_setting(outcome["setting"]), "\n")
    head = ("class", "visible events", "found", "left out", "called", "other rows")
    print(markdown_table(head, [told(name, result) for name, result in results.items()]))


if __name__ == "__main__":
    main()
