"""The catalogue as arrays: one column a cause, so that the evidence of a person is a few vector operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np

from myotwitch.anatomy.places import Region
from myotwitch.case.findings import FINDINGS
from myotwitch.causes.catalogue import Catalogue, load_catalogue
from myotwitch.causes.cause import Cause, PriorRow, WeightTable
from myotwitch.causes.movements import PAINFUL_WORDS
from myotwitch.causes.network import Floats, log_odds
from myotwitch.causes.settings import Counting, load_settings
from myotwitch.causes.vocabulary import DESCRIPTORS, normalise_words
from myotwitch.collecting import without_collecting
from myotwitch.sources import Figure

NORMAL_95 = 1.959964
"""Standard deviations within which 95 % of a normal distribution lies, on each side."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class WordTable:
    """One descriptor: what each cause, and the background, makes of each word.

    Parameters
    ----------
    words
        The words.
    by_cause
        Shape (words, causes): probability of the word if the cause brought the movement about.
    background
        Shape (words,).
    sd
        Shape (causes,): standard deviation of the logarithm of those probabilities.
    """

    words: tuple[str, ...]
    by_cause: Floats
    background: Floats
    sd: Floats


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CatalogueArrays:
    """The catalogue as arrays.

    Parameters
    ----------
    catalogue
        What they were made from.
    causes
        In the order of the columns.
    findings, row_of_finding
        Names in the order of the rows; their rows.
    link, link_sd
        Shape (findings, causes): probability that the cause brings the finding about; sd of its log odds.
    leak, leak_sd
        Shape (findings,): background of the finding; sd of its log odds.
    against, against_sd
        Shape (findings, causes): log factor on the odds of the cause where the finding is present; its sd.
    place, place_sd
        Shape (regions, causes), (causes,): probability that the cause makes movement noticed there; sd of its log.
    place_leak
        Shape (regions,).
    words
        By descriptor, ``painful`` among them.
    priors
        For each cause its rows with the log odds and their sd.
    conditional
        Positions of the causes whose prior depends on exposures or laboratory values.
    bound_to_nerves
        Positions of the causes that name the nerves or roots that they hit.
    group
        Shape (findings,): number of the finding's group, -1 where it is in none.
    group_exponent
        Shape (groups,).
    """

    catalogue: Catalogue
    causes: tuple[Cause, ...]
    findings: tuple[str, ...]
    row_of_finding: Mapping[str, int]
    link: Floats
    link_sd: Floats
    leak: Floats
    leak_sd: Floats
    against: Floats
    against_sd: Floats
    place: Floats
    place_sd: Floats
    place_leak: Floats
    words: Mapping[str, WordTable]
    priors: tuple[tuple[tuple[PriorRow, float, float], ...], ...]
    conditional: tuple[int, ...]
    bound_to_nerves: tuple[int, ...]
    group: np.ndarray[tuple[int], np.dtype[np.int64]]
    group_exponent: Floats

    def finding_row(self, name: str) -> int:
        """Return the row of a finding."""
        return self.row_of_finding[name]


@cache
def load_arrays() -> CatalogueArrays:
    """Return the catalogue of the package as arrays; made once, then kept."""
    with without_collecting():
        return arrays_from_catalogue(load_catalogue(), load_settings().counting)


def arrays_from_catalogue(catalogue: Catalogue, counting: Counting | None = None) -> CatalogueArrays:
    """Return a catalogue as arrays.

    Parameters
    ----------
    counting
        How often answers are mistaken; None: never.
    """
    causes, findings = tuple(catalogue.causes.values()), tuple(FINDINGS)
    background = catalogue.background
    link, link_sd = _matrix([cause.findings for cause in causes], findings)
    against, against_sd = _log_factors([cause.against for cause in causes], findings)
    figures = [background.findings[name] for name in findings]
    leak = np.array([figure.value for figure in figures])
    if counting is not None:
        link, leak = _as_answered(link, leak, counting)
    return CatalogueArrays(
        catalogue=catalogue,
        causes=causes,
        findings=findings,
        row_of_finding=MappingProxyType({name: row for row, name in enumerate(findings)}),
        link=link,
        link_sd=link_sd,
        leak=leak,
        leak_sd=np.array([log_odds_sd(figure) for figure in figures]),
        against=against,
        against_sd=against_sd,
        place=np.array([_place_column(cause.places) for cause in causes]).T.reshape(len(Region), len(causes)),
        place_sd=np.array([_spread_sd(cause.places) for cause in causes]),
        place_leak=_place_column(background.places),
        words={**{name: _word_table(catalogue, name) for name in DESCRIPTORS}, "painful": _painful_table(catalogue)},
        priors=tuple(tuple(_prior(row) for row in cause.priors) for cause in causes),
        conditional=tuple(
            place
            for place, cause in enumerate(causes)
            if cause.exposure is not None or cause.risk_exposures or cause.labs
        ),
        bound_to_nerves=tuple(place for place, cause in enumerate(causes) if cause.supply is not None),
        group=_group_numbers(catalogue, findings),
        group_exponent=np.array([group.exponent.value for group in catalogue.finding_groups]),
    )


def log_odds_sd(figure: Figure) -> float:
    """Return the standard deviation of the log odds of a probability whose 95 % spread is that of the figure."""
    ends = log_odds(np.array([figure.low, figure.high]))
    return float(ends[1] - ends[0]) / (2 * NORMAL_95)


def log_sd(figure: Figure) -> float:
    """Return the standard deviation of the logarithm of a factor whose 95 % spread is that of the figure."""
    return float(np.log(figure.high / figure.low)) / (2 * NORMAL_95)


def _matrix(columns: Sequence[Mapping[str, Figure]], rows: tuple[str, ...]) -> tuple[Floats, Floats]:
    values, sds = np.zeros((len(rows), len(columns))), np.zeros((len(rows), len(columns)))
    number = {name: row for row, name in enumerate(rows)}
    for column, figures in enumerate(columns):
        for name, figure in figures.items():
            values[number[name], column] = figure.value
            sds[number[name], column] = log_odds_sd(figure)
    return values, sds


def _as_answered(link: Floats, leak: Floats, counting: Counting) -> tuple[Floats, Floats]:
    """Return links and leaks of the answers, some of which are mistaken, from those of the findings.

    Method
    ------
    A yes is said with the probability e + (1 - e - d) p, where p is that of the finding, e that of a mistaken yes and d
    that of a mistaken no. So no single answer, however rare its finding, can outweigh all others. The rarer a finding,
    the rarer a mistaken yes to it: e grows with the root of the finding's share of other people, up to its largest.
    """
    mistaken_yes = np.minimum(counting.mistaken_yes, counting.mistaken_yes_root * np.sqrt(leak))
    kept = 1 - mistaken_yes - counting.mistaken_no
    said = mistaken_yes[:, None] + kept[:, None] * (1 - (1 - leak)[:, None] * (1 - link))
    said_alone = mistaken_yes + kept * leak
    return np.where(link > 0, (said - said_alone[:, None]) / (1 - said_alone)[:, None], 0.0), said_alone


def _log_factors(columns: Sequence[Mapping[str, Figure]], rows: tuple[str, ...]) -> tuple[Floats, Floats]:
    values, sds = np.zeros((len(rows), len(columns))), np.zeros((len(rows), len(columns)))
    number = {name: row for row, name in enumerate(rows)}
    for column, figures in enumerate(columns):
        for name, figure in figures.items():
            values[number[name], column] = np.log(figure.value)
            sds[number[name], column] = log_sd(figure)
    return values, sds


def _place_column(table: WeightTable | None) -> Floats:
    weights = {} if table is None else table.weights
    return np.array([weights.get(region.value, 0.0) for region in Region])


def _prior(row: PriorRow) -> tuple[PriorRow, float, float]:
    return row, float(log_odds(np.array(row.probability.value))), log_odds_sd(row.probability)


def _spread_sd(table: WeightTable | None) -> float:
    return 0.0 if table is None else float(np.log(table.spread)) / NORMAL_95


def _word_table(catalogue: Catalogue, name: str) -> WordTable:
    """Return one descriptor; a cause that says nothing about it has the background's distribution."""
    words = DESCRIPTORS[name]
    background = catalogue.background.descriptors[name]
    tables = [cause.descriptors.get(name, background) for cause in catalogue.causes.values()]
    columns = np.array([normalise_words(table.weights, words) for table in tables])
    return WordTable(
        words=words,
        by_cause=columns.T.reshape(len(words), len(tables)),
        background=np.array(normalise_words(background.weights, words)),
        sd=np.array([_spread_sd(table) for table in tables]),
    )


def _painful_table(catalogue: Catalogue) -> WordTable:
    background = catalogue.background.painful
    figures = [cause.painful or background for cause in catalogue.causes.values()]
    yes = np.array([figure.value for figure in figures])
    return WordTable(
        words=PAINFUL_WORDS,
        by_cause=np.stack([yes, 1 - yes]),
        background=np.array([background.value, 1 - background.value]),
        sd=np.array([log_odds_sd(figure) * (1 - figure.value) for figure in figures]),
    )


def _group_numbers(catalogue: Catalogue, findings: tuple[str, ...]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    number = {name: place for place, group in enumerate(catalogue.finding_groups) for name in group.findings}
    return np.array([number.get(name, -1) for name in findings], dtype=np.int64)
