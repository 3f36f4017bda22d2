"""What methods say of simulated diaries, kept line by line, and the table of how often it is true."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from validation.diaries.rivals import RIVALS, Answers, Prepared, benjamini_hochberg
from validation.diaries.simulate import simulate
from validation.diaries.worlds import World

from myotwitch.course.drivers import drivers_of
from myotwitch.course.hours import watched_hours_of
from myotwitch.diary import Diary, table_from_text

OURS = "myotwitch"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What one method says of one diary: a row a factor of truth, low, middle, high, p and q.

    `factors` names them; lines made before they were kept name none.
    """

    world: str
    diary: int
    method: str
    seconds: float
    rows: list[list[float]]
    factors: list[str] = field(default_factory=list)


def lines_of(world_name: str, world: World, seed: int, diary_number: int, *, rivals: bool) -> list[Line]:
    """Return what each method says of one diary of a world."""
    # People of different worlds are different people, so that the last rows of the table rest on all of them.
    simulated = simulate(world, np.random.default_rng([seed, diary_number, zlib.crc32(world_name.encode())]))
    diary = Diary(entries=table_from_text(simulated.csv(), "simulated diary").entries)
    hours = watched_hours_of(diary)
    begin = time.process_time()
    drivers = drivers_of(diary, hours).drivers
    seconds = time.process_time() - begin
    rows = [
        [
            simulated.effects[driver.factor],
            *np.log([driver.interval[0], driver.rate_ratio, driver.interval[1]]).tolist(),
            driver.p_value,
            driver.q_value,
        ]
        for driver in drivers
    ]
    names = [driver.factor for driver in drivers]
    lines = [Line(world=world_name, diary=diary_number, method=OURS, seconds=seconds, rows=rows, factors=names)]
    if rivals:
        prepared = Prepared.of(diary, hours)
        truth = [simulated.effects[factor.name] for factor in prepared.factors]
        for name, method in RIVALS.items():
            begin = time.process_time()
            answers = method(prepared)
            seconds = time.process_time() - begin
            lines.append(
                Line(
                    world=world_name,
                    diary=diary_number,
                    method=name,
                    seconds=seconds,
                    rows=_rows(truth, answers),
                    factors=names,
                )
            )
    return lines


def _rows(truth: Sequence[float], answers: Answers) -> list[list[float]]:
    q = benjamini_hochberg(answers.p_value)
    columns = np.column_stack([truth, answers.low, answers.middle, answers.high, answers.p_value, q])
    return [[float(value) for value in row] for row in columns]


def run(worlds: Mapping[str, World], *, diaries: int, seed: int, out: Path, rivals: bool = True) -> list[Line]:
    """Return the lines of all diaries; those already in `out` are not made again."""
    done = read_lines(out)
    known = {(line.world, line.diary) for line in done}
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("a", encoding="utf-8") as file:
        for number in range(diaries):
            for name, world in worlds.items():
                if (name, number) in known:
                    continue
                made = lines_of(name, world, seed, number, rivals=rivals)
                file.writelines(json.dumps(_document(line)) + "\n" for line in made)
                file.flush()
                done += made
    return [line for line in done if line.world in worlds and line.diary < diaries]


def read_lines(path: Path) -> list[Line]:
    """Return the lines that a file holds; none if there is no such file."""
    if not path.exists():
        return []
    return [Line(**json.loads(text)) for text in path.read_text(encoding="utf-8").splitlines()]


def _document(line: Line) -> dict[str, object]:
    return {name: getattr(line, name) for name in ("world", "diary", "method", "seconds", "rows", "factors")}


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """How often what a method says is true, over some diaries.

    Parameters
    ----------
    diaries, factors
        How many there were.
    coverage
        Share of the 95 % intervals that hold the true effect; NaN where the method tells none.
    false_alarms
        Share of the harmless factors with p below 0.05.
    false_verdicts
        Share of the harmless factors with q below 0.05.
    diaries_with_false_verdict
        Share of the diaries with any of these.
    power
        Share of the real effects with q below 0.05 and the right sign.
    width
        Median length of the intervals on the log rate.
    seconds
        Mean processor time a diary **[s]**.
    """

    diaries: int
    factors: int
    coverage: float
    false_alarms: float
    false_verdicts: float
    diaries_with_false_verdict: float
    power: float
    width: float
    seconds: float


def score(lines: Iterable[Line]) -> Score:
    """Return how often what lines of one method say is true."""
    lines = list(lines)
    rows = np.array([row for line in lines for row in line.rows])
    diary = np.repeat(np.arange(len(lines)), [len(line.rows) for line in lines])
    truth, low, middle, high, p_value, q_value = rows.T
    is_real = truth != 0
    is_called = q_value < 0.05
    false = is_called & ~is_real
    right = is_called & (np.sign(middle) == np.sign(truth))
    told = np.isfinite(low)
    return Score(
        diaries=len(lines),
        factors=len(rows),
        coverage=float(np.mean((low <= truth)[told] & (truth <= high)[told])) if told.any() else float("nan"),
        false_alarms=float(np.mean(p_value[~is_real] < 0.05)),
        false_verdicts=float(np.mean(false[~is_real])),
        diaries_with_false_verdict=float(np.mean(np.bincount(diary, false, minlength=len(lines)) > 0)),
        power=float(np.mean(right[is_real])),
        width=float(np.median((high - low)[told])) if told.any() else float("nan"),
        seconds=float(np.mean([line.seconds for line in lines])),
    )


def table(lines: Sequence[Line]) -> str:
    """Return the scores as a table in Markdown: each method in each world, then over all worlds."""
    names = (
        "world",
        "method",
        "diaries",
        "coverage",
        "p < 0.05, harmless",
        "false verdicts",
        "diaries with one",
        "power",
    )
    head = "| " + " | ".join((*names, "width", "CPU s")) + " |\n" + "|---" * (len(names) + 2) + "|"
    worlds = list(dict.fromkeys(line.world for line in lines))
    methods = list(dict.fromkeys(line.method for line in lines))
    rows = [_row(world, method, [line for line in lines if line.world == world and line.method == method])
            for world in worlds for method in methods]  # fmt: skip
    rows += [_row("all", method, [line for line in lines if line.method == method]) for method in methods]
    return "\n".join([head, *rows])


def table_by_factor(lines: Sequence[Line]) -> str:
    """Return the program's scores of each factor of the lines that name them, as a table in Markdown."""
    ours = [line for line in lines if line.method == OURS]
    names = dict.fromkeys(name for line in ours for name in line.factors)
    head = "| factor | diaries | coverage | p < 0.05, harmless | false verdicts | power | width |\n" + "|---" * 7 + "|"
    rows = []
    for name in names:
        found = score(of_factor(line, name) for line in ours if name in line.factors)
        rows.append(
            f"| {name} | {found.diaries} | {100 * found.coverage:.1f} % | {100 * found.false_alarms:.1f} % "
            f"| {100 * found.false_verdicts:.1f} % | {found.power:.2f} | {found.width:.2f} |"
        )
    return "\n".join([head, *rows])


def of_factor(line: Line, name: str) -> Line:
    """Return a line with what it says of one factor alone."""
    return replace(line, rows=[row for row, factor in zip(line.rows, line.factors, strict=True) if factor == name])


def _row(world: str, method: str, lines: Sequence[Line]) -> str:
    found = score(lines)
    coverage = "-" if np.isnan(found.coverage) else f"{100 * found.coverage:.1f} %"
    width = "-" if np.isnan(found.width) else f"{found.width:.2f}"
    return (
        f"| {world} | {method} | {found.diaries} | {coverage} | {100 * found.false_alarms:.1f} % "
        f"| {100 * found.false_verdicts:.1f} % | {100 * found.diaries_with_false_verdict:.1f} % "
        f"| {found.power:.2f} | {width} | {found.seconds:.2f} |"
    )
