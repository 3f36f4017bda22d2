"""The benchmark's figures as tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.detection.groups import has_twitches, is_kind, is_rest

BEGIN = "<!-- detection -->"
END = "<!-- /detection -->"
CEILING = "ceiling"
"""The detector that knows the true shapes; the others' share of its figure is shown."""
OURS = "myotwitch"
LABELS = {
    "f1": "F1",
    "sensitivity": "sensitivity",
    "precision": "precision",
    "false_per_min": "false/min",
    "onset_error_s": "onset error, ms",
    "agreement": "sources, AMI",
    "calibration_error": "confidence, off by",
}
FACTORS = {"onset_error_s": 1000.0}
DIGITS = {"false_per_min": 1}
Row = dict[str, Any]


def render_table(document: dict[str, Any]) -> str:
    """Return tables of what the document holds: summary, scenes, kinds, confidence; a column for each detector.

    Scenes with twitches show F1 and its interval, and with several units the agreement of sources; scenes of rest show
    false events a minute.
    """
    parts = [_summary(document), _scenes(document), _kinds(document), _confidence(document), _note(document)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _summary(document: dict[str, Any]) -> str:
    groups = [
        ("all with twitches", ("sensitivity", "precision", "f1", "onset_error_s", "calibration_error")),
        ("all disturbed", ("f1",)),
        ("all with several units", ("agreement",)),
        ("all rest", ("false_per_min",)),
    ]
    return _figures(document["groups"], [(scene, figure) for scene, figures in groups for figure in figures])


def _scenes(document: dict[str, Any]) -> str:
    wanted = []
    for scene in _in_order(document["rows"], "scene"):
        if is_rest(scene):
            wanted.append((scene, "false_per_min"))
        elif has_twitches(scene):
            wanted.append((scene, "f1"))
            if any(row["scene"] == scene and row["agreement"][0] is not None for row in document["rows"]):
                wanted.append((scene, "agreement"))
    return _figures(document["rows"], wanted)


def _figures(rows: Sequence[Row], wanted: Iterable[tuple[str, str]]) -> str:
    detectors = _in_order(rows, "detector")
    cells = {(row["scene"], row["detector"]): row for row in rows}
    with_share = CEILING in detectors and OURS in detectors
    lines = []
    for scene, figure in wanted:
        row = [cells.get((scene, detector)) for detector in detectors]
        if not any(cell and cell[figure][0] is not None for cell in row):
            continue
        shown = [_cell(cell[figure], figure) if cell else "–" for cell in row]
        share = [_share(cells.get((scene, OURS)), cells.get((scene, CEILING)), figure)] if with_share else []
        lines.append([scene, LABELS[figure], *shown, *share])
    head = ["scene", "figure", *detectors, *(["share of ceiling"] if with_share else [])]
    return _table(head, lines) if lines else ""


def _share(ours: Row | None, ceiling: Row | None, figure: str) -> str:
    if not ours or not ceiling or figure not in ("f1", "agreement", "sensitivity", "precision"):
        return "–"
    value, best = ours[figure][0], ceiling[figure][0]
    return f"{100 * value / best:.0f} %" if value is not None and best else "–"


def _kinds(document: dict[str, Any]) -> str:
    lines = []
    for row in document["rows"]:
        if not is_kind(row["scene"]) or row["named_right"][0] is None:
            continue
        shown = [_cell(row[f"named_{way}"], "share") for way in ("right", "unknown", "wrong", "missed")]
        lines.append([row["scene"].removeprefix("kind: "), row["detector"], *shown, _most_said(row["said"])])
    return (
        _table(["kind", "detector", "right", "unknown", "wrong", "missed", "named most often"], lines) if lines else ""
    )


def _most_said(said: dict[str, dict[str, int]]) -> str:
    counts: dict[str, int] = {}
    for by_name in said.values():
        for name, number in by_name.items():
            counts[name] = counts.get(name, 0) + number
    total = sum(counts.values())
    most = sorted(counts.items(), key=lambda item: -item[1])[:3]
    return ", ".join(f"{name} {100 * number / total:.0f} %" for name, number in most)


def _confidence(document: dict[str, Any]) -> str:
    lines = [
        [
            detector,
            f"{row['from']:.1f}–{row['from'] + 0.1:.1f}",
            str(row["events"]),
            f"{row['confidence']:.2f}",
            f"{row['true']:.2f}",
        ]
        for detector, bins in document["reliability"].items()
        for row in bins
    ]
    return _table(["detector", "confidence", "events", "mean confidence", "share true"], lines) if lines else ""


def _note(document: dict[str, Any]) -> str:
    used = ", ".join(f"{name} {number}" for name, number in document["versions"].items())
    return (
        f"Set `{document['set']}`, {document['records']} records a scene, pairs within "
        f"{document['tolerance_s'] * 1000:g} ms; in brackets 95 % intervals over records. {used}."
    )


def with_table(text: str, table: str) -> str:
    """Return the text of a page with the table put between its two marks.

    >>> with_table(f"a{BEGIN}old{END}b", "new").split()
    ['a<!--', 'detection', '-->', 'new', '<!--', '/detection', '-->b']
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"The page must hold the marks {BEGIN} and {END}.")
    return f"{before}{BEGIN}\n\n{table}\n{END}{after}"


def _cell(estimate: list[float | None], figure: str) -> str:
    if estimate[0] is None:
        return "–"
    factor, digits = FACTORS.get(figure, 1.0), DIGITS.get(figure, 2)
    value, low, high = (None if number is None else factor * number for number in estimate)
    interval = "" if low is None or high is None else f" ({low:.{digits}f}–{high:.{digits}f})"
    return f"{value:.{digits}f}{interval}"


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(line) + " |" for line in (head, ["---"] * len(head), *lines))


def _in_order(rows: Sequence[Row], key: str) -> list[str]:
    return list(dict.fromkeys(row[key] for row in rows))
