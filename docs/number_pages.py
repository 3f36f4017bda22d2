"""Writes the pages that show every number of the project with its grade and sources, from its own data tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from docs.graded_entries import GRADES, Entry, KnownSource, cited_keys, declared_sources, graded_entries, tables

HEAD = "<!-- Made by `make docs` from the tables in src/myotwitch; changes belong there. -->\n"
READINGS = {
    "full": "read whole",
    "excerpt": "the passage used was read",
    "abstract": "only its abstract was read",
    "secondary": "not read itself; another text that was read reports it",
}
CATALOGUE = "causes/catalogue/"
OTHER_PAGES = {
    "background": ("Background: people without any cause", ("causes/background.toml", "causes/finding_groups.toml")),
    "settings": ("Choices of inference and advice", ("causes/settings.toml", "causes/wording.toml")),
    "substances": (
        "Substances",
        ("substances/substances.toml", "substances/alcohol.toml", "substances/absorption.toml"),
    ),
    "diary": ("A diary told as a case", ("diary/case_windows.toml",)),
    "entries": ("Up to where an entry can be meant as it says", ("diary/limits.toml",)),
    "imports": ("Values of imported files", ("diary/imports/conversions.toml",)),
    "factors": ("How long what a diary tells counts as a factor", ("course/factors.toml",)),
    "experiments": ("What may be tried by oneself", ("course/experiment_substances.toml",)),
    "servings": ("Usual servings", ("web/servings.toml",)),
    "laboratory": (
        "Laboratory values",
        ("case/analytes.toml", "case/calcium_correction.toml", "case/sodium_correction.toml"),
    ),
    "reassurance": ("What a person who is afraid is told", ("report/reassurance.toml",)),
    "axon": (
        "The simulated axon",
        tuple(
            f"simulation/{name}.toml"
            for name in (
                *(f"axon/{part}" for part in ("ions", "divalents", "gates", "membrane", "pools")),
                *(f"axon/{part}" for part in ("norms", "evidence", "anchors", "cable")),
                "ion_ranges",
            )
        ),
    ),
    "simulated_muscle": (
        "Simulated muscle and electrodes",
        ("simulation/muscle/figures.toml", "simulation/muscle/shapes.toml"),
    ),
    "simulated_activity": (
        "Simulated activity and disturbances",
        ("simulation/activity/statistics.toml", "simulation/recording_noise.toml"),
    ),
    "twitch_times": ("Contraction times of muscles", ("anatomy/twitch_times.toml",)),
}
"""Pages that are no group of causes: title, and the tables they show."""


def number_pages() -> dict[str, str]:
    """Return the text of every page, by its path below ``docs``."""
    entries, sources = graded_entries(), declared_sources()
    content = tables()
    groups: dict[str, list[str]] = {}
    for file, table in content.items():
        if file.startswith(CATALOGUE):
            groups.setdefault(table["group"], []).append(file)
    pages = {
        f"numbers/{group}.md": _cause_page(group, files, content, entries) for group, files in sorted(groups.items())
    }
    for name, (title, files) in OTHER_PAGES.items():
        pages[f"numbers/{name}.md"] = _table_page(title, files, entries)
    shown = {file for _, files in OTHER_PAGES.values() for file in files} | {"anatomy/muscles.csv"}
    if left := [entry for entry in entries if entry.file not in shown and not entry.file.startswith(CATALOGUE)]:
        raise ValueError(f"No page shows the numbers of {left[0].file}; add it to OTHER_PAGES.")
    pages["numbers/rules.md"] = _rules_page(content)
    pages["numbers/sources.md"] = _sources_page(sources)
    pages["numbers.md"] = _index_page(entries, sources, groups, content)
    return pages


def _index_page(
    entries: Sequence[Entry],
    sources: Sequence[KnownSource],
    groups: dict[str, list[str]],
    content: dict[str, dict[str, Any]],
) -> str:
    text = [
        f"{HEAD}# Every number and its grade",
        "Every number about medicine or physiology that the program uses is data with a grade:",
        "- **sourced**: a text that was read states it;\n"
        "- **derived**: arithmetic on sourced numbers, shown in the note;\n"
        "- **expert**: a judgement. Its reasoning stands in the note, and its spread is wide.",
        "Most numbers on which causes depend are judgements, and the program says so in every answer. The intervals "
        "that it shows follow from their spreads. The spread is that within which 95 % of what the truth may be lies.",
        "## How many of each",
        _table(("room", *GRADES, "all"), _count_rows(entries)),
        "## By page",
    ]
    rows = []
    for group, files in sorted(groups.items()):
        own = [entry for entry in entries if entry.file in files]
        rows.append((f"[causes: {group.replace('_', ' ')}](numbers/{group}.md)", str(len(files)), *_grade_counts(own)))
    for name, (title, files) in OTHER_PAGES.items():
        own = [entry for entry in entries if entry.file in files]
        rows.append((f"[{title}](numbers/{name}.md)", "", *_grade_counts(own)))
    text.append(_table(("page", "causes", *GRADES, "all"), rows))
    rule_count = sum(len(table.get("rule", ())) for file, table in content.items() if "/rules/" in file)
    text.append(
        f"The {rule_count} rules of urgency stand in [rules](numbers/rules.md). Place, nerve and roots of each muscle, "
        "with its grade, stand in [`muscles.csv`](../src/myotwitch/anatomy/muscles.csv)."
    )
    text.append("## Sources")
    readings = Counter(source.reading for source in sources)
    text.append(
        _table(("how it was read", "sources"), [(READINGS[reading], str(readings[reading])) for reading in READINGS])
    )
    text.append(f"All {len(sources)} are listed in [sources](numbers/sources.md).")
    return _joined(text)


def _count_rows(entries: Sequence[Entry]) -> list[tuple[str, ...]]:
    rooms = sorted({entry.room for entry in entries})
    rows = [(room, *_grade_counts([entry for entry in entries if entry.room == room])) for room in rooms]
    return [*rows, ("**all**", *_grade_counts(entries))]


def _grade_counts(entries: Iterable[Entry]) -> tuple[str, ...]:
    counts = Counter(entry.grade for entry in entries)
    return (*(str(counts[grade]) for grade in GRADES), str(counts.total()))


def _cause_page(group: str, files: Sequence[str], content: dict[str, dict[str, Any]], entries: Sequence[Entry]) -> str:
    text = [
        f"{HEAD}# Numbers: causes of the group {group.replace('_', ' ')}",
        "Probabilities, factors on the odds and weights, as [the catalogue's form](../catalogue.md) explains them. "
        "All pages: [every number](../numbers.md).",
    ]
    for file in files:
        table = content[file]
        text.append(f"## {table['name']}")
        text.append(f"`{file.removeprefix(CATALOGUE).removesuffix('.toml')}` · {', '.join(table['icd10'])}")
        text.append(_entry_table(entry for entry in entries if entry.file == file))
        if general := table.get("sources"):
            text.append(f"Sources of its text: {_keys(general)}.")
    return _joined(text)


def _table_page(title: str, files: Sequence[str], entries: Sequence[Entry]) -> str:
    text = [f"{HEAD}# Numbers: {title}", "All pages: [every number](../numbers.md)."]
    for file in files:
        own = [entry for entry in entries if entry.file == file]
        if own:
            text += [f"## `{file}`", _entry_table(own)]
    return _joined(text)


def _entry_table(entries: Iterable[Entry]) -> str:
    rows = [
        (
            f"`{entry.name}`",
            entry.text,
            entry.spread,
            entry.grade,
            _keys(entry.sources),
            ". ".join(part.rstrip(".") for part in (entry.population, entry.note) if part),
        )
        for entry in entries
    ]
    return _table(("entry", "value", "95 % spread", "grade", "sources", "in whom, and why"), rows)


def _rules_page(content: dict[str, dict[str, Any]]) -> str:
    text = [
        f"{HEAD}# Rules of urgency",
        "They are evaluated before the ranking, which never overrules them. All pages: [every number](../numbers.md).",
    ]
    for file, table in content.items():
        if "/rules/" not in file:
            continue
        rows = [
            (
                f"`{rule['name']}`",
                rule.get("urgency") or f"at most {rule['at_most']}",
                f"`{' '.join(rule['when'].split())}`",
                _keys(rule.get("sources", ())),
                rule.get("note", ""),
            )
            for rule in table.get("rule", ())
        ]
        text += [
            f"## {file.split('/')[-1].removesuffix('.toml').replace('_', ' ')}",
            _table(("rule", "urgency", "when", "sources", "note"), rows),
        ]
    return _joined(text)


def _sources_page(sources: Sequence[KnownSource]) -> str:
    cited = cited_keys()
    text = [f"{HEAD}# Sources", "What was read, and how. All pages: [every number](../numbers.md)."]
    for room in sorted({source.room for source in sources}):
        rows = [
            (
                f'<a id="{source.key}"></a>`{source.key}`',
                f"{source.citation} <{source.link}>"
                if source.link.startswith("http")
                else f"{source.citation} {source.link}",
                READINGS[source.reading],
                str(cited.get(room, {}).get(source.key, 0)),
            )
            for source in sources
            if source.room == room
        ]
        text += [f"## {room}", _table(("key", "source", "how it was read", "cited"), rows)]
    return _joined(text)


def _keys(keys: Iterable[str]) -> str:
    return ", ".join(f"[{key}](sources.md#{key})" for key in keys)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in line) + " |" for line in lines
    )


def _joined(text: Iterable[str]) -> str:
    return "\n\n".join(text) + "\n"
