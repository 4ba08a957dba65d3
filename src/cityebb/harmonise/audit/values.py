"""Figures that cannot well be: jumps no neighbour makes, and zeros that stand for nothing."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from cityebb.harmonise.audit._items import items, names_of, wide

if TYPE_CHECKING:
    import pandas as pd

# A change this many robust standard deviations from the median is no neighbour's.
DEVIATIONS = 6.0
# Changes smaller than this are no jump however calm the others are.
LEAST_CHANGE = 0.25
_MAD_TO_SD = 1.482602218505602
_LEAST_UNITS = 10
# On the log scale: a half more than usual, and a quarter.
_LARGE, _SMALL = float(np.log(1.5)), float(np.log(1.25))
_OWN_DIGITS = 2


def jumps(counts: pd.DataFrame) -> pd.DataFrame:
    """Find changes between neighbouring years that stand far out among all units.

    Logarithms of the changes are compared with their median; the scale is the median absolute deviation.

    Returns
    -------
    DataFrame
        ``model.AUDIT``, kind ``jump``: ``value`` after, ``expected`` what the median change would have given,
        ``evidence`` the two years and the change.
    """
    table, names = wide(counts), names_of(counts)
    found = []
    for before, after in pairwise(sorted(table.columns)):
        one, other = table[before].to_numpy(float), table[after].to_numpy(float)
        known = (one > 0) & (other > 0)
        if known.sum() < _LEAST_UNITS:
            continue
        change = np.full(len(table), np.nan)
        change[known] = np.log(other[known] / one[known])
        middle = np.nanmedian(change)
        scale = _MAD_TO_SD * np.nanmedian(np.abs(change - middle))
        far = known & (np.abs(change - middle) > DEVIATIONS * max(scale, 1e-6))
        far &= np.abs(np.expm1(change)) >= LEAST_CHANGE
        order = np.argsort(-np.abs(change - middle), kind="stable")
        found += [
            {
                "unit_id": str(table.index[place]),
                "name": names.get(table.index[place]),
                "year": str(after),
                "value": float(other[place]),
                "expected": float(one[place] * np.exp(middle)),
                "difference": float(other[place] - one[place] * np.exp(middle)),
                "evidence": f"{before}–{after}: {np.expm1(change[place]):+.1%}",
            }
            for place in order.tolist()
            if far[place]
        ]
    return items("jump", "warning", found)


def exchanged(counts: pd.DataFrame) -> pd.DataFrame:
    """Find two units under one parent whose figures of a year look exchanged.

    One falls and one rises by half and more of what is usual, and neither would by a quarter if the earlier
    figures of the two, or the later ones, changed places. Units of one parent are those whose codes are alike
    but for the last two characters.

    Returns
    -------
    DataFrame
        ``model.AUDIT``, kind ``exchanged``, one row a unit: ``value`` after, ``expected`` what the other has,
        ``related`` the other.
    """
    table, names = wide(counts), names_of(counts)
    parent = np.array([str(unit)[:-_OWN_DIGITS] for unit in table.index])
    found = []
    for before, after in pairwise(sorted(table.columns)):
        one, other = table[before].to_numpy(float), table[after].to_numpy(float)
        known = (one > 0) & (other > 0)
        if not known.any():
            continue
        logs = np.log(np.where(known, one, np.nan)), np.log(np.where(known, other, np.nan))
        middle = np.nanmedian(logs[1] - logs[0])
        change = logs[1] - logs[0] - middle
        for low in np.flatnonzero(change <= -_LARGE).tolist():
            for high in np.flatnonzero((change >= _LARGE) & (parent == parent[low])).tolist():
                crossed = logs[1][[low, high]] - logs[0][[high, low]] - middle
                if np.abs(crossed).max() <= _SMALL:
                    found += [
                        {
                            "unit_id": str(table.index[place]),
                            "name": names.get(table.index[place]),
                            "year": f"{before}/{after}",
                            "value": float(other[place]),
                            "expected": float(other[twin]),
                            "related": str(table.index[twin]),
                            "evidence": f"{np.expm1(change[place] + middle):+.1%}",
                        }
                        for place, twin in ((low, high), (high, low))
                    ]
    return items("exchanged", "warning", found)


def zeros(counts: pd.DataFrame) -> pd.DataFrame:
    """Find zeros of units that have people in other years: gaps, most likely.

    Returns
    -------
    DataFrame
        ``model.AUDIT``, kind ``zero``: ``expected`` the median of the unit's other figures.
    """
    table, names = wide(counts), names_of(counts)
    values = table.to_numpy(float)
    some = np.nanmax(np.where(np.isnan(values), -1, values), axis=1, initial=-1) > 0
    found = []
    for row in np.flatnonzero(some & (values == 0).any(axis=1)).tolist():
        usual = float(np.median(values[row][values[row] > 0]))
        found += [
            {
                "unit_id": str(table.index[row]),
                "name": names.get(table.index[row]),
                "year": str(table.columns[column]),
                "value": 0.0,
                "expected": usual,
            }
            for column in np.flatnonzero(values[row] == 0).tolist()
        ]
    return items("zero", "warning", found)
