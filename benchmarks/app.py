"""How fast the pages of the app come with a diary of three years, and how fast the app starts.

    python -m benchmarks.app [--write-docs]

A diary of about 30,000 entries is simulated by `validation.diaries`; its bouts get muscles,
and it ends today. The real server runs on it, with a recording. Every address that its own OpenAPI document names for
reading is asked for over HTTP: again and again when everything is worked out, and once more right after an entry was
added, while the answer is being worked out anew. The time of the server's processor is told beside that of the clock,
because other programs that run at the same time change the latter alone.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from docs.benchmarks_page import replaced
from validation.diaries.simulate import simulate
from validation.diaries.worlds import REPORTED

from benchmarks.app_server import Server, running_server
from benchmarks.results import markdown_table, setting, told_setting, write_result
from myotwitch.anatomy import MUSCLES
from myotwitch.demonstration import example_recording

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "app.md"
DAYS, SEED = 3 * 365, 5
GOAL_MS, GOAL_START_S = 150.0, 2.0
PATIENCE_S = 300.0
NOT_ASKED = ("/diary/import/look/{token}", "/recordings/{key}/file")
"""A preview needs an import under way; a file as large as it is says nothing of the app."""
QUERIES = {
    "/diary": ("?view=day", "?view=week", "?view=year"),
    "/recordings/{key}/tile": ("?group=0&bin=8&tile=0",),
    "/recordings/{key}/spectrum": ("?channel=0&start_s=0&stop_s=60",),
}
FILLED = {
    "/diary/new/{kind}": ("bout", "symptom"),
    "/learn/about/{kind}/{name}": ("cause/benign_fasciculation_syndrome", "substance/caffeine", "muscle/gastrocnemius"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=40, help="requests of each page")
    parser.add_argument("--entries", type=int, default=10, help="entries after which each page is asked for")
    parser.add_argument("--starts", type=int, default=5, help="starts of the app")
    parser.add_argument("--store", type=Path, help="another store than the simulated one; entries are added to it")
    parser.add_argument("--write-docs", action="store_true", help="put the tables into docs/app.md")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = given.store or three_years_until_today(Path(folder))
        result = measure(store, given.repeats, given.entries, given.starts)
    write_result("app", result)
    text = render(result)
    print(text)
    if given.write_docs:
        PAGE.write_text(replaced(PAGE.read_text(encoding="utf-8"), "speed", text), encoding="utf-8")


def three_years_until_today(folder: Path) -> Path:
    """Return a store with a simulated diary of three years that ends now, with muscles."""
    generator = np.random.default_rng(SEED)
    rows = list(csv.DictReader(io.StringIO(simulate(replace(REPORTED["drifting"], days=DAYS), generator).csv())))
    later = datetime.now(UTC).replace(microsecond=0) - max(datetime.fromisoformat(row["time"]) for row in rows)
    muscles = [key for key, muscle in MUSCLES.items() if muscle.place is not None]
    for row in rows:
        row["time"] = (datetime.fromisoformat(row["time"]) + later).isoformat()
        row["muscle"] = str(generator.choice(muscles[:40])) if row["kind"] == "bout" else ""
        row["side"] = str(generator.choice(["left", "right"])) if row["kind"] == "bout" else ""
    table, store = folder / "three_years.csv", folder / "three_years.db"
    with table.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    program = [sys.executable, "-m", "myotwitch.cli", "diary"]
    subprocess.run([*program, "import", table, "--store", store, "--json"], check=True, capture_output=True)
    subprocess.run([*program, "person", "birth_year=1985", "--store", store], check=True, capture_output=True)
    return store


def measure(store: Path, repeats: int, entries: int, starts: int) -> dict[str, Any]:
    """Return what the starts and the pages cost."""
    about = setting(("myotwitch", "fastapi", "uvicorn", "jinja2", "sqlalchemy"))
    begun = [_start(store) for _ in range(starts)]
    with running_server(store) as server:
        server.enter()
        recording = _with_recording(server)
        pages = _pages(server, recording)
        _settle(server, pages)
        settled = _asked(server, pages, repeats)
        after = _asked_after_entries(server, pages, entries)
    return {**about, "starts": begun, "repeats": repeats, "entries_added": entries, "settled": settled, "after": after}


def _start(store: Path) -> dict[str, float]:
    began_s = time.perf_counter()
    with running_server(store) as server:
        until_link_s = server.processor_s
        server.enter()
        return {"first_page_s": time.perf_counter() - began_s, "link_s": server.started_s,
                "link_processor_s": until_link_s, "processor_s": server.processor_s}  # fmt: skip


def _with_recording(server: Server) -> str:
    told = server.upload("/recordings/upload", "calf.edf", example_recording(), {"place": "calf", "side": "right"})
    if "address" not in told:
        raise SystemExit(f"The recording was refused: {told}.")
    address = str(told["address"])
    until_s = time.monotonic() + PATIENCE_S
    while json.loads(server.get(f"{address}/state").content)["step"] != "done":
        if time.monotonic() > until_s:
            raise SystemExit("The recording was not searched.")
        time.sleep(0.2)
    return address.rsplit("/", 1)[1]


def _pages(server: Server, recording: str) -> list[str]:
    """Return every address for reading that the app names, with keys and names filled in."""
    entry = _any_entry(server)
    found: list[str] = []
    for path, methods in json.loads(server.get("/openapi.json").content)["paths"].items():
        if "get" not in methods or path in NOT_ASKED:
            continue
        base = path.split("{", 1)[0]
        if path in FILLED:
            found += [base + rest for rest in FILLED[path]]
            continue
        key = recording if base.startswith("/recordings") else entry
        found += [path.replace("{key}", key) + query for query in QUERIES.get(path, ("",))]
    unfilled = [path for path in found if "{" in path]
    if unfilled:
        raise SystemExit(f"The benchmark does not know what to fill in: {', '.join(unfilled)}.")
    return found


def _any_entry(server: Server) -> str:
    page = server.get("/diary?view=week").content.decode()
    return page.split("/diary/entry/", 1)[1].split('"', 1)[0].split("/", 1)[0]


def _settle(server: Server, pages: Sequence[str]) -> None:
    """Wait until nothing is being worked out any more."""
    until_s = time.monotonic() + PATIENCE_S
    while waiting := [path for path in pages if server.get(path).status == 202]:
        if time.monotonic() > until_s:
            raise SystemExit(f"Never worked out: {', '.join(waiting)}.")
        time.sleep(0.2)
    time.sleep(1.0)


def _asked(server: Server, pages: Sequence[str], repeats: int) -> dict[str, dict[str, float]]:
    """Return what each page costs: every page in turn, again and again."""
    costs: dict[str, list[tuple[float, float]]] = {path: [] for path in pages}
    sizes: dict[str, int] = {}
    for _ in range(repeats):
        for path in pages:
            answer = server.get(path)
            if answer.status not in (200, 202, 204):
                raise SystemExit(f"{path} answers {answer.status}.")
            costs[path].append((answer.wall_ms, answer.processor_ms))
            sizes[path] = len(answer.content)
    return {path: {**_summary(found), "bytes": sizes[path]} for path, found in costs.items()}


def _asked_after_entries(server: Server, pages: Sequence[str], entries: int) -> dict[str, dict[str, float]]:
    """Return what each page costs right after an entry was added, while its consequences are being worked out."""
    costs: dict[str, list[tuple[float, float]]] = {path: [] for path in ("add an entry", *pages)}
    for number in range(entries):
        # Each page stands first once in a while, so that none profits from those before it.
        first = number * len(pages) // entries
        noted = server.post("/now/bout", {"place": "calf", "side": "left"})
        if noted.status != 303:
            raise SystemExit(f"An entry was refused: {noted.status}.")
        costs["add an entry"].append((noted.wall_ms, noted.processor_ms))
        for path in (*pages[first:], *pages[:first]):
            answer = server.get(path)
            costs[path].append((answer.wall_ms, answer.processor_ms))
        _settle(server, pages)
    return {path: _summary(found) for path, found in costs.items()}


def _summary(costs: Sequence[tuple[float, float]]) -> dict[str, float]:
    walls = [wall for wall, _ in costs]
    return {
        "median_ms": statistics.median(walls),
        "p95_ms": float(np.percentile(walls, 95)),
        "longest_ms": max(walls),
        "processor_ms": statistics.fmean(processor for _, processor in costs),
    }


def render(result: Mapping[str, Any]) -> str:
    """Return the result as tables in Markdown."""
    rows = []
    for path, cost in result["settled"].items():
        after = result["after"][path]
        numbers = (cost["median_ms"], cost["p95_ms"], cost["processor_ms"], after["median_ms"], after["longest_ms"])
        rows.append([f"`{_shown(path)}`", *(f"{value:.0f}" for value in numbers), f"{cost['bytes'] / 1000:.0f}"])
    head = ("page", "median, ms", "p95, ms", "processor, ms", "after an entry: median, ms", "longest, ms", "size, kB")
    begun = result["starts"]
    first_s, link_s, link_processor_s, processor_s = (
        statistics.median(start[name] for start in begun)
        for name in ("first_page_s", "link_s", "link_processor_s", "processor_s")
    )
    added = result["after"]["add an entry"]
    slow = sum(cost["p95_ms"] > GOAL_MS for cost in result["settled"].values())
    return "\n\n".join((
        markdown_table(head, rows),
        f"Each page was asked for {result['repeats']} times, in turn; {slow} of {len(rows)} are above {GOAL_MS:.0f} ms "
        f"(p95). *After an entry*: asked for once right after each of {result['entries_added']} entries, while the "
        f"answer was worked out anew beside it; adding one took {added['median_ms']:.0f} ms (median).",
        f"From the start of the program to its whole first page {first_s:.2f} s (median of {len(begun)} starts; the "
        f"link is printed after {link_s:.2f} s); of the processor {processor_s:.2f} s, {link_processor_s:.2f} s of "
        f"them until the link. Goal: {GOAL_START_S:.0f} s.",
        f"{told_setting(dict(result))} Remade by `python -m benchmarks.app --write-docs`.",
    ))  # fmt: skip


def _shown(path: str) -> str:
    words = path.split("/")
    return "/".join("KEY" if len(word.split("?")[0]) == 32 and "?" not in word else word for word in words)


if __name__ == "__main__":
    main()
