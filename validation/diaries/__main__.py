"""Asks how often what is said of simulated diaries is true, of this program and of its rivals.

``python -m validation.diaries`` prints the table of the reported worlds, 300 diaries each. What was made is kept in
``validation/output`` and is not made again, so that a run can be cut off. With ``--write-docs`` the table is put into
``docs/course.md``, and what is said of each factor where more is written.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from validation.diaries.scores import run, table, table_by_factor
from validation.diaries.worlds import REPORTED, TUNING

ROOT = Path(__file__).parents[2]
BEGIN = "<!-- table of python -m validation.diaries: begin -->"
BEGIN_BY_FACTOR = "<!-- table of python -m validation.diaries --by-factor: begin -->"
END = "<!-- end -->"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m validation.diaries", description=__doc__)
    parser.add_argument("--worlds", choices=("reported", "tuning"), default="reported")
    parser.add_argument("--diaries", type=int, default=300)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--no-rivals", action="store_true")
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--by-factor", action="store_true", help="Say it of each factor, where lines name them.")
    parser.add_argument("--write-docs", action="store_true")
    given = parser.parse_args()
    worlds = REPORTED if given.worlds == "reported" else TUNING
    chosen = {name: world for name, world in worlds.items() if not given.only or name in given.only}
    out = ROOT / "validation" / "output" / f"diaries_{given.worlds}_{given.seed}.jsonl"
    lines = run(chosen, diaries=given.diaries, seed=given.seed, out=out, rivals=not given.no_rivals)
    text = table(lines)
    by_factor = table_by_factor(lines)
    print(by_factor if given.by_factor else text)
    if given.write_docs:
        page = ROOT / "docs" / "course.md"
        for begin, told in ((BEGIN, text), (BEGIN_BY_FACTOR, by_factor)):
            before, rest = page.read_text(encoding="utf-8").split(begin)
            page.write_text(f"{before}{begin}\n\n{told}\n\n{END}{rest.split(END, 1)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
