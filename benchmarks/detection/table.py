"""The benchmark's figures as a table in Markdown."""

from __future__ import annotations

from typing import Any

BEGIN = "<!-- detection benchmark: begin -->"
END = "<!-- detection benchmark: end -->"


def render_table(document: dict[str, Any]) -> str:
    """Return a table with a row for each scene and a column for each detector.

    Scenes with twitches show F1 and its interval; scenes of rest show false events a minute.
    """
    rows = document["rows"]
    detectors = list(dict.fromkeys(row["detector"] for row in rows))
    scenes = list(dict.fromkeys(row["scene"] for row in rows))
    cells = {(row["scene"], row["detector"]): row for row in rows}
    lines = ["| scene | figure | " + " | ".join(detectors) + " |", "|---" * (len(detectors) + 2) + "|"]
    for scene in scenes:
        figure = "false_per_min" if scene.startswith("rest") else "f1"
        shown = [
            _cell(cells[scene, detector][figure], figure) if (scene, detector) in cells else "–"
            for detector in detectors
        ]
        lines.append(f"| {scene} | {'false/min' if figure != 'f1' else 'F1'} | " + " | ".join(shown) + " |")
    errors = [_median_error(rows, detector) for detector in detectors]
    lines.append("| all with twitches | onset error, ms | " + " | ".join(errors) + " |")
    used = ", ".join(f"{name} {number}" for name, number in document["versions"].items())
    note = (
        f"Set `{document['set']}`, {document['records']} records of 60 s a scene, pairs within "
        f"{document['tolerance_s'] * 1000:g} ms; in brackets 95 % intervals over records. {used}."
    )
    return "\n".join([*lines, "", note, ""])


def with_table(text: str, table: str) -> str:
    """Return the text of a page with the table put between its two marks.

    >>> with_table(f"a{BEGIN}old{END}b", "new").split()
    ['a<!--', 'detection', 'benchmark:', 'begin', '-->', 'new', '<!--', 'detection', 'benchmark:', 'end', '-->b']
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"The page must hold the marks {BEGIN} and {END}.")
    return f"{before}{BEGIN}\n\n{table}\n{END}{after}"


def _cell(estimate: list[float | None], figure: str) -> str:
    value, low, high = estimate
    if value is None:
        return "none found"
    digits = 2 if figure == "f1" else 1
    interval = "" if low is None or high is None else f" ({low:.{digits}f}–{high:.{digits}f})"
    return f"{value:.{digits}f}{interval}"


def _median_error(rows: list[dict[str, Any]], detector: str) -> str:
    errors = sorted(
        row["onset_error_s"][0] for row in rows if row["detector"] == detector and row["onset_error_s"][0] is not None
    )
    return f"{errors[len(errors) // 2] * 1000:.2f}" if errors else "–"
