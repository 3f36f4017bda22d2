"""Run the benchmark: ``python -m benchmarks.detection.run [--set report] [--records 6]``.

Writes JSON and a table in Markdown to ``benchmarks/output``; the table is what ``docs/benchmarks.md`` shows.
"""

from __future__ import annotations

import argparse
import json
import math
import time
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.detection.materials import load_materials
from benchmarks.detection.peers import PEERS, Peer, versions
from benchmarks.detection.scenes import SCENES
from benchmarks.detection.table import render_table, with_table
from myotwitch.scoring import (
    RecordingScore,
    bootstrap,
    f1,
    false_per_min,
    match_events,
    median_onset_error_s,
    precision,
    score_recording,
    sensitivity,
)

OUTPUT = Path(__file__).resolve().parents[1] / "output"
TOLERANCE_S = 0.010
FIGURES = {
    "f1": f1,
    "sensitivity": sensitivity,
    "precision": precision,
    "false_per_min": false_per_min,
    "onset_error_s": median_onset_error_s,
}


def score_all(
    peers: Mapping[str, Peer], set_name: str, records: int, scenes: Sequence[str] = tuple(SCENES)
) -> dict[str, dict[str, list[RecordingScore]]]:
    """Return the score of every peer in every record of every scene; a record depends only on its names and number."""
    materials = load_materials(set_name)
    scores: dict[str, dict[str, list[RecordingScore]]] = {}
    seconds = dict.fromkeys(peers, 0.0)
    for name in scenes:
        scores[name] = {peer: [] for peer in peers}
        for record in range(records):
            chance = np.random.default_rng([zlib.crc32(f"{set_name} {name}".encode()), record])
            scene = SCENES[name](materials, chance)
            observed_s = scene.samples.shape[1] / scene.rate_hz
            for peer, find in peers.items():
                began = time.perf_counter()
                found = find(scene)
                seconds[peer] += time.perf_counter() - began
                if found is None:
                    continue
                matches = match_events(found, scene.onset_s, TOLERANCE_S)
                scores[name][peer].append(score_recording(matches, observed_s))
    print("seconds at work:", {peer: round(spent, 1) for peer, spent in seconds.items()})
    return scores


def as_document(
    scores: Mapping[str, Mapping[str, list[RecordingScore]]], set_name: str, records: int
) -> dict[str, object]:
    """Return all figures with their intervals over records as plain values."""
    rows = []
    for scene, by_peer in scores.items():
        for peer, found in by_peer.items():
            if not found:
                continue
            row: dict[str, object] = {"scene": scene, "detector": peer}
            for figure, statistic in FIGURES.items():
                estimate = bootstrap(found, statistic, np.random.default_rng(0), resamples=300)
                row[figure] = [
                    None if math.isnan(value) else round(value, 5)
                    for value in (estimate.value, estimate.low, estimate.high)
                ]
            rows.append(row)
    return {"set": set_name, "records": records, "tolerance_s": TOLERANCE_S, "versions": versions(), "rows": rows}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", default="report", choices=["tune", "report"])
    parser.add_argument("--records", default=6, type=int)
    parser.add_argument("--into", type=Path, help="a Markdown file that holds the two marks of the table")
    choice = parser.parse_args()
    began = time.perf_counter()
    scores = score_all(PEERS, choice.set, choice.records)
    document = as_document(scores, choice.set, choice.records)
    OUTPUT.mkdir(exist_ok=True)
    (OUTPUT / f"detection_{choice.set}.json").write_text(json.dumps(document, indent=1), encoding="utf-8")
    table = render_table(document)
    (OUTPUT / f"detection_{choice.set}.md").write_text(table, encoding="utf-8")
    if choice.into is not None:
        choice.into.write_text(with_table(choice.into.read_text(encoding="utf-8"), table), encoding="utf-8")
    print(table)
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
