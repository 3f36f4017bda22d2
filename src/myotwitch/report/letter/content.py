"""ReportContent: everything that the page for the doctor says, in the reader's language, before it is laid out.

Both forms for people (PDF, web page) are laid out from this one value, so that they cannot say different things. Texts
are plain: whoever lays them out must not read them as markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from myotwitch.causes import Urgency


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """Head of a column.

    Parameters
    ----------
    title
        What it is called.
    is_number
        True if its cells stand on its right edge.
    share
        Its part of the width against the others.
    is_cited
        True if its cells are titles of sources, which stay in English.
    """

    title: str
    is_number: bool = False
    share: float = 1.0
    is_cited: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table, with a remark below it."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    remark: str = ""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a row of the table has another number of cells than there are columns")


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A drawing as SVG, what it shows for those who do not see it, and what stands below it."""

    svg: str
    alt: str
    caption: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """A paragraph; `lead` is what it begins with in bold."""

    text: str
    lead: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Items:
    """A list of points."""

    items: tuple[str, ...]


Block = Table | Figure | Words | Items


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A part of the details."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Flag:
    """Warning signs of one state.

    Parameters
    ----------
    state
        ``present``, ``untold`` (none told), ``absent`` (asked for and not there), ``unasked``, or
        ``unexamined`` (only an examination tells).
    title, text
        What the state is called; the signs.
    """

    state: str
    title: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Thought:
    """A cause that the program considers.

    Parameters
    ----------
    name
        What it is called.
    likelihood
        As a natural frequency with its range; in words alone for a feared disease.
    sureness
        How sure that is, in a word or two.
    because
        What speaks for and against it.
    """

    name: str
    likelihood: str
    sureness: str
    because: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Opinion:
    """What the program thinks.

    Parameters
    ----------
    urgency
        For the colour.
    headline
        What it advises, in the doctor's words.
    reasons
        The rules behind it.
    thoughts
        The causes in the order of their likelihood.
    remark
        What the figures mean.
    """

    urgency: Urgency
    headline: str
    reasons: tuple[str, ...]
    thoughts: tuple[Thought, ...]
    remark: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FirstPage:
    """The page that is read in a minute; None or empty where there is nothing to say.

    Parameters
    ----------
    question
        What the doctor is asked.
    summary
        The whole in two or three sentences.
    places, map
        What twitches, as a table and as a drawing.
    course
        How often, over time.
    flags
        Warning signs by state.
    findings
        Other findings, present and absent.
    substances, laboratory
        What is taken and when it clears; laboratory values.
    measured
        A sentence for each recording.
    opinion
        What the program thinks, and how sure.
    """

    question: Words
    summary: str
    places: Table | None
    map: Figure | None
    course: Figure | None
    flags: tuple[Flag, ...]
    findings: tuple[Words, ...]
    substances: Table | None
    laboratory: Table | None
    measured: tuple[str, ...]
    opinion: Opinion | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportContent:
    """Everything that the page for the doctor says.

    Parameters
    ----------
    language
        Its code.
    made
        When it was made.
    title, person, stretch
        The head: what it is, of whom, and of which time.
    labels
        Headings of the first page by name: ``places``, ``course``, ``flags``, ``findings``, ``substances``,
        ``laboratory``, ``measured``, ``advice``, ``opinion``, ``details``, ``page``.
    first
        The first page.
    details
        What stands behind it.
    foot
        What it is and is not, in a sentence; stands below every page.
    """

    language: str
    made: datetime
    title: str
    person: str
    stretch: str
    labels: dict[str, str]
    first: FirstPage
    details: tuple[Section, ...]
    foot: str
