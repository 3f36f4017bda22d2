"""A cause of twitching as its file in the catalogue tells it: text, prior, what it does, and where each number
comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from myotwitch.causes.vocabulary import CauseGroup, Urgency
from myotwitch.sources import Figure, Grade


class ExposureState(StrEnum):
    """Whether a cause comes from taking a substance or from having stopped it."""

    TAKEN = "taken"
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True, slots=True)
class PriorRow:
    """The probability that a cause is active now in the people to whom the row applies.

    Parameters
    ----------
    probability
        In a person of the general population (not: in one who twitches).
    youngest, oldest
        Ages to which it applies, both included **[years]**.
    sex
        ``female`` or ``male``; None for all.
    pregnant
        Whether it applies to pregnancy only, or outside it only; None for both.
    """

    probability: Figure
    youngest: float = 0.0
    oldest: float = 150.0
    sex: str | None = None
    pregnant: bool | None = None

    def applies(self, age_years: float, sex: str | None, *, pregnant: bool | None) -> bool:
        """Return True if it is meant for such a person; an age lasts until the next birthday."""
        return (
            self.youngest <= age_years < self.oldest + 1
            and self.sex in (None, sex)
            and (self.pregnant is None or self.pregnant == bool(pregnant))
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ExposureLink:
    """How a cause depends on what was taken or stopped.

    Parameters
    ----------
    substances, classes
        Names of substances and of classes of substances that count.
    state
        Taken, or stopped (a withdrawal).
    usual_amount_mg
        Daily amount to which `probability` belongs **[mg]**; None for any amount.
    from_days, within_days
        Stretch after stopping in which it counts **[days]**; None for no end. Of what is taken only where the effect
        comes as the substance leaves: `from_days` above 0 says when.
    probability
        That the cause is active, given the exposure.
    without
        That it is active though the exposure is denied.
    recent_factor
        Factor on the odds if the substance was begun or raised within 42 days; None for none.
    """

    substances: tuple[str, ...]
    classes: tuple[str, ...]
    state: ExposureState
    usual_amount_mg: float | None
    from_days: float
    within_days: float | None
    probability: Figure
    without: Figure
    recent_factor: Figure | None


@dataclass(frozen=True, kw_only=True, slots=True)
class WeightTable:
    """A table of weights that is graded as a whole, such as the characters that a cause favours.

    Parameters
    ----------
    weights
        Weight or probability by name.
    spread
        Factor on the odds within which 95 % of what the truth may be lies.
    grade, sources, note
        As of a figure.
    """

    weights: Mapping[str, float]
    spread: float
    grade: Grade
    sources: tuple[str, ...]
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LabEffect:
    """Values of an analyte while a cause is active: a normal distribution, in the unit of the analyte's catalogue
    row.
    """

    mean: float
    sd: float
    grade: Grade
    sources: tuple[str, ...]
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Supply:
    """The nerves and roots of which a cause hits one, by the names of the anatomy; knowledge of names, without figures.

    Parameters
    ----------
    roots
        Such as ``C7``.
    nerves
        Keys of nerves, such as ``median``.
    """

    roots: tuple[str, ...]
    nerves: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """One cause of twitching, or of what is taken for it.

    Parameters
    ----------
    name
        Its name in the contract, such as ``eyelid_myokymia``.
    title, plain_title
        The doctor's name, and the name that a person understands.
    group
        Which part of medicine it belongs to.
    icd10, hpo, mondo, mesh
        Codes; the first ICD-10 code is the main one.
    feared
        True if its probability is never shown to a person as a bare percentage.
    seriousness
        What it deserves once it is likely.
    mechanism, time_course
        What happens in the body; how it begins, lasts and ends.
    what_helps, watch_for, tests
        What to do, after which changes to see a doctor, and what a doctor would do to make sure.
    sources
        Keys of the sources of the text.
    priors
        In order; the first row that applies counts.
    exposure
        None where the cause needs no exposure.
    findings
        Probability that a person in whom the cause is active says yes; only findings on which it has an influence.
    against
        Factor on the odds of the cause where a finding is present.
    risk_exposures
        Factor on the prior odds where a substance is taken.
    places
        Probability that it makes a person notice movement in a region; empty for none.
    descriptors
        Tables by descriptor of `DESCRIPTORS`; a descriptor that is missing is as in the background.
    painful
        Probability that the movement is painful; None as in the background.
    labs
        By analyte.
    supply
        The nerves and roots that it hits; None where it is not bound to any.
    follows
        By substance or habit: probability that twitching from this cause becomes more frequent with it.
    """

    name: str
    title: str
    plain_title: str
    group: CauseGroup
    icd10: tuple[str, ...]
    hpo: tuple[str, ...]
    mondo: tuple[str, ...]
    mesh: tuple[str, ...]
    feared: bool
    seriousness: Urgency
    mechanism: str
    time_course: str
    what_helps: tuple[str, ...]
    watch_for: tuple[str, ...]
    tests: tuple[str, ...]
    sources: tuple[str, ...]
    priors: tuple[PriorRow, ...]
    exposure: ExposureLink | None
    findings: Mapping[str, Figure]
    against: Mapping[str, Figure]
    risk_exposures: Mapping[str, Figure]
    places: WeightTable | None
    descriptors: Mapping[str, WeightTable]
    painful: Figure | None
    labs: Mapping[str, LabEffect]
    supply: Supply | None = None
    follows: Mapping[str, Figure] = field(default_factory=dict)

    def figures(self) -> tuple[Figure, ...]:
        """Return every single figure that it holds; tables graded as a whole are not among them."""
        exposure = self.exposure
        from_exposure = () if exposure is None else (exposure.probability, exposure.without, exposure.recent_factor)
        every = (
            *(row.probability for row in self.priors),
            *from_exposure,
            *self.findings.values(),
            *self.against.values(),
            *self.risk_exposures.values(),
            *self.follows.values(),
            self.painful,
        )
        return tuple(figure for figure in every if figure is not None)

    def tables(self) -> tuple[WeightTable | LabEffect, ...]:
        """Return every table that is graded as a whole."""
        places = () if self.places is None else (self.places,)
        return (*places, *self.descriptors.values(), *self.labs.values())

    def source_keys(self) -> tuple[str, ...]:
        """Return the keys of all sources that it cites, each once, in the order of their first use."""
        graded = (*self.figures(), *self.tables())
        return tuple(dict.fromkeys((*self.sources, *(key for item in graded for key in item.sources))))


@dataclass(frozen=True, kw_only=True, slots=True)
class Background:
    """What is said, and what movement is noticed, where none of the causes is active.

    Parameters
    ----------
    findings
        Probability of a yes, for every finding of the contract.
    places
        Probability of movement by region.
    descriptors
        Distribution by descriptor of `DESCRIPTORS`.
    painful
        Probability that such movement is painful.
    follows
        Probability that twitching becomes more frequent with any one substance or habit.
    """

    findings: Mapping[str, Figure]
    places: WeightTable
    descriptors: Mapping[str, WeightTable]
    painful: Figure
    follows: Figure


@dataclass(frozen=True, kw_only=True, slots=True)
class FindingGroup:
    """Findings that are not independent, given the causes.

    Parameters
    ----------
    name
        Its name.
    findings
        Names of its findings.
    exponent
        Power to which every answer but the most telling one is raised; 1 counts each in full, 0 not at all.
    """

    name: str
    findings: tuple[str, ...]
    exponent: Figure
