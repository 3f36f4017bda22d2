"""Run the benchmark of detection, or a part of it.

python -m benchmarks.detection.run [--set report] [--records 6] [--scenes PATTERN] [--peers PATTERN]

Writes JSON and tables in Markdown to ``benchmarks/output``; the tables are what ``docs/benchmarks.md`` shows. A pattern
is part of a name, or has ``*`` and ``?``; several are joined by ``;``.
"""

from __future__ import annotations

import argparse
import json
import time
import zlib
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

import numpy as np

from benchmarks.detection.answer import Peer
from benchmarks.detection.figures import FIGURES, TOLERANCE_S, RecordingResult, estimated, reliability, result_of
from benchmarks.detection.groups import grouped, is_kind
from benchmarks.detection.materials import load_materials
from benchmarks.detection.peers import NAMING, PEERS, versions
from benchmarks.detection.scene import Scene
from benchmarks.detection.scenes import SCENES
from benchmarks.detection.table import render_table, with_table

OUTPUT = Path(__file__).resolve().parents[1] / "output"
RESAMPLES = 300
Results = dict[str, dict[str, list[RecordingResult]]]
"""By scene, then by detector."""


@lru_cache(maxsize=8)
def make_scene(set_name: str, name: str, record: int) -> Scene:
    """Return one recording of a scene; it depends on the set, its name and its number only."""
    chance = np.random.default_rng([zlib.crc32(f"{set_name} {name}".encode()), record])
    return SCENES[name](load_materials(set_name), chance)


def score_all(
    peers: Mapping[str, Peer], set_name: str, records: int, scenes: Sequence[str] = tuple(SCENES)
) -> tuple[Results, dict[str, float]]:
    """Return the result of every peer in every record of every scene, and the seconds that each peer worked."""
    results: Results = {}
    seconds = dict.fromkeys(peers, 0.0)
    for name in scenes:
        results[name] = {peer: [] for peer in peers}
        for record in range(records):
            scene = make_scene(set_name, name, record)
            for peer, find in peers.items():
                if is_kind(name) and peer not in NAMING:
                    continue
                began = time.perf_counter()
                answer = find(scene)
                seconds[peer] += time.perf_counter() - began
                if answer is not None:
                    results[name][peer].append(result_of(answer, scene))
    return results, seconds


def as_document(results: Results, set_name: str, records: int) -> dict[str, object]:
    """Return all figures with their intervals over records as plain values: by scene, by group of scenes, by bin."""
    rows = [_row(scene, peer, found) for scene, by_peer in results.items() for peer, found in by_peer.items() if found]
    pooled = {
        group: {peer: _pooled(results, peer, names) for peer in next(iter(results.values()))}
        for group, names in grouped(results).items()
    }
    groups = [_row(group, peer, found) for group, by_peer in pooled.items() for peer, found in by_peer.items() if found]
    bins = {peer: reliability(_pooled(results, peer, list(results))) for peer in next(iter(results.values()))}
    return {
        "set": set_name,
        "records": records,
        "tolerance_s": TOLERANCE_S,
        "versions": versions(),
        "rows": rows,
        "groups": groups,
        "reliability": {peer: found for peer, found in bins.items() if found},
    }


def _pooled(results: Results, peer: str, scenes: Iterable[str]) -> list[RecordingResult]:
    return [result for scene in scenes for result in results[scene][peer]]


def _row(scene: str, peer: str, found: Sequence[RecordingResult]) -> dict[str, object]:
    said: dict[str, dict[str, int]] = {}
    for result in found:
        for (kind, name), number in result.said.items():
            by_name = said.setdefault(kind, {})
            by_name[name] = by_name.get(name, 0) + number
    figures = {name: estimated(found, statistic, RESAMPLES) for name, statistic in FIGURES.items()}
    return {"scene": scene, "detector": peer, **figures, "said": said}


def chosen(names: Iterable[str], pattern: str | None) -> list[str]:
    """Return the names that a pattern takes; all without one.

    >>> chosen(["rest", "rest, pairs", "grid"], "rest,*;grid")
    ['rest, pairs', 'grid']
    """
    if pattern is None:
        return list(names)
    parts = [part.strip() for part in pattern.split(";") if part.strip()]
    globs = [part if set(part) & set("*?") else f"*{part}*" for part in parts]
    return [name for name in names if any(fnmatchcase(name.lower(), glob.lower()) for glob in globs)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", default="report", choices=["tune", "report"])
    parser.add_argument("--records", default=6, type=int)
    parser.add_argument("--scenes", help="which scenes")
    parser.add_argument("--peers", help="which detectors")
    parser.add_argument("--into", type=Path, help="a Markdown file that holds the two marks of the table")
    choice = parser.parse_args()
    began = time.perf_counter()
    scenes = chosen(SCENES, choice.scenes)
    peers = {name: PEERS[name] for name in chosen(PEERS, choice.peers)}
    if not scenes or not peers:
        parser.error(f"Nothing has such a name. Scenes: {', '.join(SCENES)}. Detectors: {', '.join(PEERS)}.")
    results, seconds = score_all(peers, choice.set, choice.records, scenes)
    document = as_document(results, choice.set, choice.records)
    table = render_table(document)
    part = "" if len(scenes) == len(SCENES) and len(peers) == len(PEERS) else "_part"
    OUTPUT.mkdir(exist_ok=True)
    (OUTPUT / f"detection_{choice.set}{part}.json").write_text(json.dumps(document, indent=1), encoding="utf-8")
    (OUTPUT / f"detection_{choice.set}{part}.md").write_text(table, encoding="utf-8")
    if choice.into is not None:
        choice.into.write_text(with_table(choice.into.read_text(encoding="utf-8"), table), encoding="utf-8")
    print(table)
    print("Seconds at work:", ", ".join(f"{peer} {spent:.1f}" for peer, spent in seconds.items()))
    print(f"{time.perf_counter() - began:.0f} s in all")


if __name__ == "__main__":
    main()
