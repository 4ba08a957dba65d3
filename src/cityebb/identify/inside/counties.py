"""Four patterns in which the shrinking counties of a prefecture lie."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cityebb.identify.inside._parts import as_parts, ratio
from cityebb.identify.inside.centre import weighted_centre
from cityebb.identify.inside.neighbours import contiguous
from cityebb.identify.inside.patches import blocks, widest_opening
from cityebb.identify.inside.rules import LEAST_COUNTIES, InsideRules
from cityebb.identify.inside.states import part_states
from cityebb.model import COUNTIES, State
from cityebb.words import say

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.identify.inside._parts import Parts

_HALF_TURN = 180.0


class CountyPattern(StrEnum):
    """How the shrinking counties of a prefecture lie."""

    NONE = "none"
    WHOLE = "whole"
    RING = "ring"
    HOURGLASS = "hourglass"
    DICHOTOMOUS = "dichotomous"
    MIXED = "mixed"
    UNDETERMINED = "undetermined"

    def word(self, language: str | None = None) -> str:
        """Say it."""
        return say(f"identify.inside.county_pattern.{self.value}", language)


def county_patterns(
    counties: pd.DataFrame,
    *,
    threshold: float = 0.0,
    pairs: pd.DataFrame | None = None,
    least_parts: int = LEAST_COUNTIES,
    least_known: float = InsideRules.least_known,
) -> pd.DataFrame:
    """Name the pattern of shrinking counties in each prefecture.

    Parameters
    ----------
    counties
        ``model.PARTS``: ``city_id`` is the prefecture, ``part_id`` the county, its point one inside it (the
        seat, or a representative point of the outline).
    threshold
        A county shrinks if its change is at or below it; zero: any fall.
    pairs
        Columns ``city_id, part_id, neighbour_id``: which counties share a border. By default those between
        whose points no third lies.
    least_parts, least_known
        Fewer counties, or a smaller share of the area with a value at both dates, is undetermined.

    Returns
    -------
    DataFrame
        ``model.COUNTIES``, one row a prefecture.

    Notes
    -----
    The four names are those of Zhang Mingdou and Wang Ya'nan (2021) for 52 shrinking cities of the Yangtze
    belt: *whole* (全域式), *ring* (圈层式, shrinking counties enclose the others), *hourglass* (沙漏式,
    shrinking counties spread outwards from the others) and *dichotomous* (二分式, both face each other). They
    are told in words; **these rules are ours**, by blocks of adjoining counties. The first that holds:

    =========== =============================================================================
    none        no county shrinks
    whole       all do
    hourglass   the others are one block, shrinking counties two or more
    ring        both are one block, and seen from the middle of the others shrinking ones
                leave no opening of 180°
    dichotomous both are one block
    mixed       all else
    =========== =============================================================================

    References
    ----------
    Zhang M. and Wang Y. (2021), on urban shrinkage in the Yangtze River economic belt, Jianghan Tribune
    (江汉论坛) 2021(5), 32–40.

    Examples
    --------
    >>> row = pd.DataFrame({"city_id": "p", "part_id": list("abc"), "x_km": [0.0, 50.0, 100.0], "y_km": 0.0,
    ...                     "area_km2": 2500.0, "before": 100.0, "after": [90.0, 110.0, 90.0]})
    >>> county_patterns(row)["county_pattern"].tolist()
    ['hourglass']
    """
    parts = as_parts(counties)
    state = part_states(parts, threshold=threshold, alpha=InsideRules.alpha)
    edges = contiguous(parts, pairs)
    shrinking = state == State.SHRINKING.value
    others = (state == State.STABLE.value) | (state == State.GROWING.value)
    numbers = [_most(parts, blocks(parts, edges, which)) for which in (shrinking, others)]
    opening = _opening(parts, shrinking, others)
    known = parts.count(shrinking | others)
    share = ratio(parts.total(np.where(shrinking | others, parts.area, 0.0)), parts.total(parts.area))
    pattern = np.full(parts.cities, CountyPattern.MIXED.value, dtype=object)
    one_each = (numbers[0] == 1) & (numbers[1] == 1)
    for name, holds in (
        (CountyPattern.DICHOTOMOUS, one_each),
        (CountyPattern.RING, one_each & (opening < _HALF_TURN)),
        (CountyPattern.HOURGLASS, (numbers[0] > 1) & (numbers[1] == 1)),
        (CountyPattern.WHOLE, numbers[1] == 0),
        (CountyPattern.NONE, numbers[0] == 0),
    ):
        pattern[holds] = name.value
    reason = np.full(parts.cities, "identify.inside.reason.judged", dtype=object)
    for why, holds in (
        ("identify.inside.reason.coverage", share < least_known),
        ("identify.inside.reason.few_parts", known < least_parts),
    ):
        pattern[holds], reason[holds] = CountyPattern.UNDETERMINED.value, why
    found = {
        "city_id": parts.names.to_numpy(),
        "parts": np.bincount(parts.city, minlength=parts.cities),
        "known_parts": known,
        "shrinking_parts": parts.count(shrinking),
        "county_pattern": pattern,
        "shrinking_blocks": numbers[0],
        "other_blocks": numbers[1],
        "widest_opening": opening,
        "reason": reason,
    }
    return COUNTIES.check(pd.DataFrame(found)[COUNTIES.names])


def _most(parts: Parts, number: NDArray[np.int64]) -> NDArray[np.int64]:
    most = np.zeros(parts.cities, np.int64)
    np.maximum.at(most, parts.city, number)
    return most


def _opening(parts: Parts, shrinking: NDArray[np.bool_], others: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the widest opening between shrinking counties, seen from the middle of the others."""
    x, y = weighted_centre(parts, others.astype(float))
    city = parts.city[shrinking]
    opening = widest_opening(city, parts.x[shrinking] - x[city], parts.y[shrinking] - y[city], parts.cities)
    return np.where(np.isnan(x), np.nan, opening)
