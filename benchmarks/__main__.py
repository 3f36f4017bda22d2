"""Runs the benchmarks: ``python -m benchmarks [detection|assessment|inference|speed|startup|axon|all] [--write-docs]``.

Each runs as a process of its own and writes JSON to ``benchmarks/output``. ``--write-docs`` puts what lies there into
``docs/benchmarks.md``.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

MODULES = {
    "detection": "benchmarks.detection.run",
    "assessment": "benchmarks.assessment",
    "inference": "benchmarks.inference",
    "speed": "benchmarks.speed",
    "startup": "benchmarks.startup",
    "axon": "benchmarks.axon",
}
"""The module of each benchmark; a new one is one line here."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("which", nargs="?", default="all", choices=[*MODULES, "all"])
    parser.add_argument("--write-docs", action="store_true", help="put the results into docs/benchmarks.md")
    wanted = parser.parse_args()
    chosen = list(MODULES) if wanted.which == "all" else [wanted.which]
    failed = []
    for number, name in enumerate(chosen, start=1):
        print(f"[{number}/{len(chosen)}] {name} ...", file=sys.stderr, flush=True)
        begin = time.monotonic()
        code = subprocess.run([sys.executable, "-m", MODULES[name]], check=False).returncode
        print(f"[{number}/{len(chosen)}] {name}: {time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True)
        if code:
            failed.append(name)
    if wanted.write_docs:
        from docs.benchmarks_page import write_benchmarks

        write_benchmarks()
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    raise SystemExit(main())
