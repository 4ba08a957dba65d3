"""Texture: what a series is like from one year to the next, whatever the level of its values."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cityebb.harmonise._view import View

    Floats = NDArray[np.float64]

# Fewer cells say nothing reliable: the standard error of a scatter from 100 is 7 %.
LEAST_CELLS = 100
# A region's own mean is removed from its cells; from fewer cells hardly anything would be left.
LEAST_CELLS_OF_REGION = 5
# Scatter and unreliability below these are as good as none: half a per cent is far from the usual line
# of 10 %, and logs of still smaller numbers would be jumps between nothings, such as rounding.
SCATTER_FLOOR = 0.005
UNRELIABILITY_FLOOR = 0.005
# Mean absolute deviation to standard deviation under the normal distribution, sqrt(pi / 2).
_FROM_MEAN_ABSOLUTE = 1.2533141373155001
# A source whose values are as good as all different within a year is continuous: then two equal values of a
# cell are no chance. The float products at hand have shares above 0.99, 8-bit and head counts below 0.01.
_CONTINUOUS = 0.5
# Years are compared on the cells that all of them cover if these are so large a share of the sample.
_MOST_OF_SAMPLE = 0.8


def scatter(view: View, years: tuple[int, int, int]) -> float:
    """Return by how much cells of one city disagree about the middle year's change.

    The SD of ``log x(b) - (1 - w) log x(a) - w log x(c)`` with ``w = (b - a) / (c - a)``, each region's own
    mean removed, over ``sqrt(1 + (1 - w)² + w²)``: the noise of a cell's log value in one year where noise
    is all there is. Growth of any kind, campaigns and wars that take a whole city cancel.

    Returns
    -------
    float
        In logs, at least ``SCATTER_FLOOR``; NaN from fewer than ``LEAST_CELLS`` cells.

    Notes
    -----
    The estimator of scale is the mean absolute deviation, which unlike the median of absolute deviations
    does not fall to 0 where most cells are saturated.
    """
    first, middle, last = years
    weight = (middle - first) / (last - first)
    return _spread_within_cities(view, {first: weight - 1, middle: 1.0, last: -weight})


def pair_scatter(view: View, one: int, other: int) -> float:
    """Return by how much cells of one city disagree about the change between two years; in logs."""
    return _spread_within_cities(view, {one: -1.0, other: 1.0})


def _spread_within_cities(view: View, weights: Mapping[int, float]) -> float:
    """Return the SD of a weighted sum of log values, less each region's mean, over the weights' norm."""
    chosen = view.sampled & (view.regions > 0)
    for year in weights:
        chosen = chosen & view.lit_by_year[year]
    region = view.regions[chosen]
    counts = np.bincount(region, minlength=1)
    wide = counts[region] >= LEAST_CELLS_OF_REGION
    if int(wide.sum()) < LEAST_CELLS:
        return float("nan")
    region = region[wide]
    counts = np.maximum(np.bincount(region), 1)
    bend = np.zeros(region.size)
    for year, weight in weights.items():
        bend += weight * np.log(view.values(year)[chosen][wide])
    bend -= (np.bincount(region, bend) / counts)[region]
    bend *= np.sqrt(counts / np.maximum(counts - 1, 1))[region]
    norm = float(np.sqrt(sum(weight**2 for weight in weights.values())))
    return max(_FROM_MEAN_ABSOLUTE * float(np.abs(bend).mean()) / norm, SCATTER_FLOOR)


def unreliability(view: View, years: tuple[int, int, int]) -> float:
    """Return ``-log`` of the share of the middle year's picture that its neighbours confirm.

    Heise's reliability ``r(a, b) r(b, c) / r(a, c)`` from rank correlations over cells: what truly changed
    between two years lowers both products alike and cancels; what is odd about the middle year remains.

    Returns
    -------
    float
        At least ``UNRELIABILITY_FLOOR``; NaN if it cannot be told.

    References
    ----------
    Heise, D. R. (1969), Separating reliability and stability in test-retest correlation, American
    Sociological Review 34(1), 93-101, doi:10.2307/2092790.
    """
    first, middle, last = years
    across = correlation(view, first, last)
    joined = correlation(view, first, middle) * correlation(view, middle, last)
    if not (joined > 0 and across > 0):
        return float("nan")
    return max(float(-np.log(joined / across)), UNRELIABILITY_FLOOR)


def correlation(view: View, one: int, other: int) -> float:
    """Return Spearman's rank correlation of two years over the cells that both cover."""
    pair = min(one, other), max(one, other)
    if pair not in view.likeness:
        view.likeness[pair] = _correlation(view, *pair)
    return view.likeness[pair]


def _correlation(view: View, one: int, other: int) -> float:
    both = view.ranked
    if both.sum() < _MOST_OF_SAMPLE * view.sampled.sum():
        both = view.sampled & view.covered[one] & view.covered[other]
    if int(both.sum()) < LEAST_CELLS:
        return float("nan")
    ranks = [_ranks(view.values(year)[both]) for year in (one, other)]
    if min(float(np.ptp(rank)) for rank in ranks) == 0:
        return float("nan")
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def repeats(view: View) -> dict[tuple[int, int], float] | None:
    """Return for neighbouring years the share of lit cells whose value is exactly the same in both.

    ``None`` if the source's values are rounded, so that equal values are no evidence.
    """
    shares = {}
    for year in view.years:
        values = view.values(year)[view.sampled]
        values = values[values > 0]
        if values.size < LEAST_CELLS or np.unique(values).size < _CONTINUOUS * values.size:
            return None
    for one, other in pairwise(view.years):
        both = view.sampled & (view.values(one) > 0) & (view.values(other) > 0)
        same = view.values(one)[both] == view.values(other)[both]
        shares[one, other] = float(same.mean()) if same.size >= LEAST_CELLS else 0.0
    return shares


def _ranks(values: Floats) -> Floats:
    """Return ranks, ties sharing their mean."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(counts) - (counts - 1) / 2
    ranks: Floats = mean_rank[places]
    return ranks
