"""Puts what the benchmarks measured into ``benchmarks.md``, between the marks that its hand-written text leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks import assessment, axon, inference, speed, startup
from benchmarks.detection.table import render_table
from benchmarks.results import read_result

PAGE = Path(__file__).with_name("benchmarks.md")

SECTIONS: Mapping[str, tuple[str, Callable[[dict[str, Any]], str]]] = {
    "detection": ("detection_report", render_table),
    "assessment": ("assessment", assessment.render),
    "speed": ("speed", speed.render),
    "inference": ("inference", inference.render),
    "startup": ("startup", startup.render),
    "axon": ("axon", axon.render),
}
"""For each mark on the page: the name of the result, and what makes a table of it."""


def write_benchmarks() -> list[str]:
    """Write the results that lie in ``benchmarks/output`` into the page; return the sections that were written.

    A section without a result keeps what it shows: results are measured on purpose, and only then.
    """
    text = PAGE.read_text(encoding="utf-8")
    written = []
    for name, (result_name, render) in SECTIONS.items():
        result = read_result(result_name)
        if result is None:
            continue
        text = replaced(text, name, render(result))
        written.append(name)
    PAGE.write_text(text, encoding="utf-8")
    return written


def replaced(text: str, name: str, content: str) -> str:
    """Return the page with other content between the marks of one section.

    Examples
    --------
    >>> print(replaced("<!-- speed -->\\nold\\n<!-- /speed -->", "speed", "new"))
    <!-- speed -->
    <BLANKLINE>
    new
    <BLANKLINE>
    <!-- /speed -->
    """
    opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, _, rest = text.partition(opening)
    _, found, after = rest.partition(closing)
    if not found:
        raise ValueError(f"benchmarks.md lacks the marks {opening} and {closing}.")
    return f"{before}{opening}\n\n{content.strip()}\n\n{closing}{after}"
