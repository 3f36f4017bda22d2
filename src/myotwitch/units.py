"""The one unit chosen for each quantity, and the few conversions.

Inside the program a voltage is in microvolts, a time in seconds from the recording's start, a rate in hertz, a
concentration in the unit of its analyte's catalogue row. Other units are converted where a file is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MICROVOLTS_PER_UNIT: Mapping[str, float] = MappingProxyType(
    {"V": 1e6, "mV": 1e3, "uV": 1.0, "µV": 1.0, "μV": 1.0, "nV": 1e-3}
)
"""Microvolts in one of each voltage unit that recordings use. Both signs for micro occur in real files."""

SECONDS_PER_DAY = 86_400.0
SECONDS_PER_MINUTE = 60.0
HOURS_PER_DAY = 24.0
MINUTES_PER_HOUR = 60.0
MILLIGRAMS_PER_GRAM = 1000.0


def microvolts_per(unit: str) -> float | None:
    """Return how many microvolts one `unit` is, or None where `unit` is no known voltage.

    Case matters for nothing but the prefix: ``MV`` (megavolt) is not read as millivolt, while ``mv`` and ``uv`` are.

    Examples
    --------
    >>> microvolts_per("mV")
    1000.0
    >>> microvolts_per("uv")
    1.0
    >>> microvolts_per("adc counts") is None
    True
    """
    text = unit.strip()
    if text in MICROVOLTS_PER_UNIT:
        return MICROVOLTS_PER_UNIT[text]
    if text.endswith("v"):
        return MICROVOLTS_PER_UNIT.get(text[:-1] + "V")
    return None
