"""How well found sources agree with true motor units: mutual information, adjusted for chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from myotwitch.errors import RequestError


def adjusted_mutual_information(first: NDArray[np.integer], second: NDArray[np.integer]) -> float:
    """Return the agreement of two labellings of the same events: 1 where they are the same, about 0 by chance.

    Parameters
    ----------
    first, second
        One label an event; names of labels do not matter. At least one event.

    Raises
    ------
    RequestError
        If the labellings differ in length or are empty.

    Method
    ------
    (MI - E) / (mean of both entropies - E), E being the expectation of MI over all permutations of one labelling
    (hypergeometric). Where both have only one label, or every event its own, the result is 1.

    Sources
    -------
    Vinh NX, Epps J, Bailey J (2010) Information theoretic measures for clusterings comparison. Journal of Machine
    Learning Research 11:2837-2854.

    Examples
    --------
    >>> adjusted_mutual_information(np.array([0, 0, 1, 1]), np.array([5, 5, 3, 3]))
    1.0
    """
    if first.shape != second.shape or first.ndim != 1 or not first.size:
        raise RequestError(f"Labels of the same events are needed; got shapes {first.shape} and {second.shape}.")
    table = _contingency(first, second)
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    total = int(table.sum())
    if rows.size == columns.size and rows.size in (1, total):
        return 1.0
    information = _mutual_information(table, rows, columns, total)
    expected = _expected_information(rows, columns, total)
    mean_entropy = (_entropy(rows, total) + _entropy(columns, total)) / 2
    span = mean_entropy - expected
    if abs(span) < 1e-15:
        return 0.0
    return float(round((information - expected) / span, 12))


def _contingency(first: NDArray[np.integer], second: NDArray[np.integer]) -> NDArray[np.int64]:
    _, row = np.unique(first, return_inverse=True)
    _, column = np.unique(second, return_inverse=True)
    table = np.zeros((row.max() + 1, column.max() + 1), dtype=np.int64)
    np.add.at(table, (row, column), 1)
    return table


def _entropy(counts: NDArray[np.int64], total: int) -> float:
    share = counts / total
    return float(-np.sum(share * np.log(share)))


def _mutual_information(
    table: NDArray[np.int64], rows: NDArray[np.int64], columns: NDArray[np.int64], total: int
) -> float:
    row, column = np.nonzero(table)
    counts = table[row, column]
    return float(np.sum(counts / total * np.log(total * counts / (rows[row] * columns[column]))))


def _expected_information(rows: NDArray[np.int64], columns: NDArray[np.int64], total: int) -> float:
    from scipy.special import gammaln

    log_factorial = gammaln(np.arange(total + 1) + 1.0)
    expected = 0.0
    for row in rows:
        for column in columns:
            counts = np.arange(max(1, row + column - total), min(row, column) + 1)
            log_chance = (
                log_factorial[row]
                + log_factorial[column]
                + log_factorial[total - row]
                + log_factorial[total - column]
                - log_factorial[total]
                - log_factorial[counts]
                - log_factorial[row - counts]
                - log_factorial[column - counts]
                - log_factorial[total - row - column + counts]
            )
            information = counts / total * np.log(total * counts / (row * column))
            expected += float(np.sum(information * np.exp(log_chance)))
    return expected
