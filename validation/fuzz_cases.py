"""Throws damaged and hostile texts at the case reader: each must be read, or refused with a CaseError, and at once.

``python validation/fuzz_cases.py --count 20000 --seed 1`` prints what came of them. Exit code 1 if anything else than a
case or a CaseError came out, or if one text took longer than ten seconds.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

import numpy as np

from myotwitch.case import FINDINGS, case_from_text
from myotwitch.errors import CaseError

EXAMPLES = Path(__file__).parents[1] / "examples" / "cases"
SLOWEST_ALLOWED_S = 10.0

# Pieces that have broken readers of YAML and JSON before.
TOKENS = [
    *(
        "{",
        "}",
        "[",
        "]",
        ":",
        ": ",
        ",",
        "- ",
        "? ",
        "|",
        ">",
        "'",
        '"',
        "#",
        "&a",
        "*a",
        "!!str",
        "!",
        "%YAML 1.1",
        "---",
    ),
    *("...", "<<", "~", "null", "true", "no", "yes", ".nan", "-.inf", "1e999", "0x1F", "0o7", "1_000", "9" * 5_000),
    *("\t", "\r", "\n\n", "\x00", "\x07", "\x85", "\u2028", "\ufeff", "\ud800", "\U0001f9ea", "é", "\\", "\\u0000"),
    *(
        "../",
        "/etc/passwd",
        "C:\\x",
        "HP:6000919",
        "HP:0003394",
        "schema",
        "myotwitch.case/2",
        "-1",
        "340",
        "0,5",
        "x" * 3_000,
    ),
    *('"\\ud800"', '{"a":' * 30, "[" * 30, "NaN", "Infinity", "2026-01-01", "12:30:45", "mmol/l", "µmol/L", "\\x41"),
]


class Mutator:
    """Damages texts in the ways in which people and attackers do."""

    def __init__(self, generator: np.random.Generator, texts: list[str]) -> None:
        self.generator = generator
        self.texts = texts
        self.ways = [
            self.cut,
            self.insert_token,
            self.replace_character,
            self.duplicate_line,
            self.drop_line,
            self.swap_lines,
            self.swap_words,
            self.shift_indentation,
            self.splice,
            self.repeat_piece,
        ]

    def number(self, below: int) -> int:
        return int(self.generator.integers(max(1, below)))

    def mutated(self) -> str:
        text = self.texts[self.number(len(self.texts))]
        for _ in range(1 + self.number(1 + self.number(6))):
            text = self.ways[self.number(len(self.ways))](text)
        return text[:200_000]

    def cut(self, text: str) -> str:
        start = self.number(len(text) + 1)
        return text[:start] + text[start + self.number(40) :]

    def insert_token(self, text: str) -> str:
        start = self.number(len(text) + 1)
        return text[:start] + TOKENS[self.number(len(TOKENS))] + text[start:]

    def replace_character(self, text: str) -> str:
        start = self.number(len(text))
        return text[:start] + chr(self.number(0x250)) + text[start + 1 :]

    def duplicate_line(self, text: str) -> str:
        lines = text.split("\n")
        lines.insert(self.number(len(lines)), lines[self.number(len(lines))])
        return "\n".join(lines)

    def drop_line(self, text: str) -> str:
        lines = text.split("\n")
        del lines[self.number(len(lines))]
        return "\n".join(lines)

    def swap_lines(self, text: str) -> str:
        lines = text.split("\n")
        one, other = self.number(len(lines)), self.number(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
        return "\n".join(lines)

    def swap_words(self, text: str) -> str:
        words = text.split(" ")
        one, other = self.number(len(words)), self.number(len(words))
        words[one], words[other] = words[other], words[one]
        return " ".join(words)

    def shift_indentation(self, text: str) -> str:
        lines = text.split("\n")
        row = self.number(len(lines))
        lines[row] = " " * self.number(5) + lines[row].lstrip()
        return "\n".join(lines)

    def splice(self, text: str) -> str:
        other = self.texts[self.number(len(self.texts))]
        return text[: self.number(len(text) + 1)] + other[self.number(len(other) + 1) :]

    def repeat_piece(self, text: str) -> str:
        start = self.number(len(text) + 1)
        piece = text[start : start + 1 + self.number(60)]
        return text[:start] + piece * (2 + self.number(50)) + text[start:]


def start_texts() -> list[str]:
    texts = [file.read_text(encoding="utf-8") for file in sorted(EXAMPLES.iterdir())]
    every_finding = [{"finding": name, "present": row % 2 == 0} for row, name in enumerate(FINDINGS)]
    large = {"person": {"age_years": 50}, "twitching": [{"place": "calf"}], "findings": every_finding}
    return [*texts, json.dumps(large), json.dumps(large, indent=1), ""]


def outcome_of(text: str, file_format: str) -> str:
    try:
        case_from_text(text, "fuzz", file_format)
    except CaseError as error:
        return "refused" if error.faults else "refused without a fault"
    except Exception:
        return traceback.format_exc(limit=-3)
    return "read"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000, help="number of texts")
    parser.add_argument("--seed", type=int, default=1, help="seed of the random generator")
    arguments = parser.parse_args()
    mutator = Mutator(np.random.default_rng(arguments.seed), start_texts())
    outcomes: Counter[str] = Counter()
    slowest_s, slowest_text = 0.0, ""
    began = time.perf_counter()
    for row in range(arguments.count):
        text = mutator.mutated()
        start = time.perf_counter()
        outcomes[outcome_of(text, "json" if text.startswith("{") and row % 3 else "yaml")] += 1
        taken_s = time.perf_counter() - start
        if taken_s > slowest_s:
            slowest_s, slowest_text = taken_s, text
    print(f"{arguments.count} texts in {time.perf_counter() - began:.0f} s, seed {arguments.seed}")
    for outcome, count in outcomes.most_common():
        print(f"{count:8d}  {outcome}")
    print(f"slowest: {slowest_s:.2f} s, {len(slowest_text)} characters, begins {slowest_text[:60]!r}")
    if sys.platform != "win32":
        import resource

        print(f"peak memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    return 0 if set(outcomes) <= {"read", "refused"} and slowest_s <= SLOWEST_ALLOWED_S else 1


if __name__ == "__main__":
    sys.exit(main())
