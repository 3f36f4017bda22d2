"""The encyclopaedia: the page of any cause, finding, substance, laboratory value, muscle or rare disease, by any name.

Every sentence and number of a page is read from the catalogues: what the ranking and the rules use is what is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from myotwitch.report.encyclopaedia.analyte import analyte_page
from myotwitch.report.encyclopaedia.cause import cause_page
from myotwitch.report.encyclopaedia.finding import finding_page
from myotwitch.report.encyclopaedia.muscle import muscle_page
from myotwitch.report.encyclopaedia.names import find_topics
from myotwitch.report.encyclopaedia.page import Page, PageKind, Topic
from myotwitch.report.encyclopaedia.rare import rare_disease_page
from myotwitch.report.encyclopaedia.substance import substance_page

_MAKERS: Mapping[PageKind, Callable[[str], Page]] = MappingProxyType(
    {
        PageKind.CAUSE: cause_page,
        PageKind.FINDING: finding_page,
        PageKind.SUBSTANCE: substance_page,
        PageKind.ANALYTE: analyte_page,
        PageKind.MUSCLE: muscle_page,
        PageKind.RARE: rare_disease_page,
    }
)


def explain(name: str) -> Page:
    """Return the page of what `name` means; where it can mean several, of the most meaningful, naming the others.

    Raises
    ------
    UnknownNameError
        If nothing is called so; the message gives the nearest names.

    Examples
    --------
    >>> explain("coffee").title
    'Caffeine'
    """
    topic, *others = find_topics(name)
    return replace(page_of(topic), also=tuple(others))


def page_of(topic: Topic) -> Page:
    """Return the page of a topic of the catalogues."""
    return _MAKERS[topic.kind](topic.key)
