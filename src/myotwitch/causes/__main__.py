"""Check the catalogue and its rules: ``python -m myotwitch.causes``."""

from __future__ import annotations

import sys

from myotwitch.causes.catalogue import read_catalogue
from myotwitch.causes.rules import read_rules


def main() -> int:
    """Print every fault of the catalogue and its rules, or that all are sound; return the exit code, 0 or 1."""
    catalogue, faults = read_catalogue()
    every = list(faults)
    rules = read_rules(catalogue.sources, every)
    for fault in every:
        sys.stdout.write(f"{fault}\n")
    figures = sum(len(cause.figures()) for cause in catalogue.causes.values()) + len(catalogue.background.findings)
    verdict = f"{len(every)} faults" if every else "all sound"
    sys.stdout.write(
        f"{len(catalogue.causes)} causes, {figures} figures, {len(catalogue.sources)} sources, "
        f"{len(rules)} rules, {verdict}\n"
    )
    return 1 if every else 0


if __name__ == "__main__":
    raise SystemExit(main())
