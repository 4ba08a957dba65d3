"""What limits what may be said of a source without making its years incomparable."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from cityebb.harmonise._texture import UNRELIABILITY_FLOOR, correlation, pair_scatter, unreliability
from cityebb.harmonise._together import LEAST_REGIONS, LEAST_YEARS, QUARTER, changes

if TYPE_CHECKING:
    from cityebb.harmonise._view import View

# Less than one cell in a hundred not covered moves no sum of a region that is worth telling.
LEAST_UNCOVERED = 0.01
# A year is odd if a fifth of its picture is not confirmed by others, this many times more than usual, and
# if its cells scatter against their own city that much more than usual too (what takes whole cities is no
# texture). Population of Europe 2006: 33 % against 2 %, scatter 1.9 times that of the other years; lights of
# China 2012 in the north-east, where few lit cells are missing: 22 to 28 %, 3 to 9 times, scatter 1.8 times.
ODD_SHARE = 0.2
ODD = 3.0
ODD_SCATTER = 1.5
_SIDE = 2  # years on each side of a creep's beginning
# Below the lowest floor, or below twice that: studies keep cells at half their floor to try looser ones, and
# on 8-bit light there is nothing below half of 2.
_FLOOR_FACTORS = (1.0, 2.0)


@dataclass(frozen=True)
class Creep:
    """From when and below which floor dim light crept up; how it and the lit area have grown since."""

    year: int
    floor: float
    dim: float
    lit: float


def coverage(view: View) -> dict[int, float]:
    """Return the share of the candidate area that a year does not cover though others do, by year."""
    areas = view.areas_km2
    total = float(areas.sum())
    if not total or not view.says_dark:  # a source that cannot say "dark" may be dark there
        return {}
    shares = {year: float(areas[~view.covered[year]].sum()) / total for year in view.years}
    return {year: share for year, share in shares.items() if share >= LEAST_UNCOVERED}


def creep(view: View) -> Creep | None:
    """Return when the area of light below the floor grew by a quarter and more at once, for good.

    ``view`` is one era. The area of dim light is that of all positive cells of the whole grid less the lit
    ones; cells that only fall below the floor add none. Real growth lights dim and bright cells alike and
    year by year; a background that creeps up adds dim ones alone. Lit area counted below the floor then
    measures the background.
    """
    if view.stack.indicator != "light" or view.floor <= 0 or len(view.years) < LEAST_YEARS:
        return None
    found = (_creep_below(view, factor * view.floor) for factor in _FLOOR_FACTORS)
    return next((creep for creep in found if creep), None)


def _creep_below(view: View, floor: float) -> Creep | None:
    years = view.years
    census = view.cells.census
    own = census[census["source"] == view.source].set_index("year")["positive"]
    lit = np.array([(view.values(year) >= floor).sum() for year in years], np.float64)
    dim = np.array([own[year] for year in years], np.float64) - lit
    for place in range(_SIDE, len(years) - _SIDE + 1):
        grown = [
            float(area[place:].min()) / max(1.0, float(area[:place].max())) for area in (dim, lit, dim + lit)
        ]
        added = dim[:place].max() > 0 and grown[0] >= 1 + QUARTER and grown[2] >= 1 + QUARTER / 2
        if added and grown[0] > grown[1]:
            since = [float(area[-1] / max(1.0, float(np.median(area[:place])))) - 1 for area in (dim, lit)]
            return Creep(years[place], floor, *since)
    return None


def odd_texture(view: View) -> dict[int, float]:
    """Return years whose picture others do not confirm, with the share that is not confirmed.

    ``view`` is one era. At its ends, where no neighbour on the far side tells change from error, the change
    that is usual between inner years is taken off.
    """
    years = view.years
    if len(years) < LEAST_YEARS:
        return {}
    likeness = {pair: -np.log(max(correlation(view, *pair), 1e-6)) for pair in pairwise(years)}
    inner = {
        triple[1]: unreliability(view, triple) for triple in zip(years, years[1:], years[2:], strict=False)
    }
    losses = [
        (likeness[one, other] - (inner[one] + inner[other]) / 2) / (other - one)
        for one, other in pairwise(years[1:-1])
    ]
    yearly = max(float(np.median(losses)), 0.0)
    error = dict(inner)
    for edge, near, far in (years[:3], years[:-4:-1]):
        ordered = tuple(sorted((edge, near)))
        across = -np.log(max(correlation(view, edge, far), 1e-6))
        error[edge] = (
            likeness[ordered[0], ordered[1]]
            + across
            - likeness[min(near, far), max(near, far)]
            - 2 * yearly * abs(near - edge)
        )
    found = {}
    for year, own in error.items():
        rest = [value for other, value in error.items() if other != year and np.isfinite(value)]
        if not np.isfinite(own) or not rest:
            continue
        usual = max(float(np.median(rest)), UNRELIABILITY_FLOOR)
        share = 1 - float(np.exp(-own))
        if share >= ODD_SHARE and own >= ODD * usual and _scatters(view, year):
            found[year] = share
    return dict(sorted(found.items()))


def _scatters(view: View, year: int) -> bool:
    """Whether cells scatter against their own city more in changes to or from this year than in others.

    Not if whole cities part ways more than usual too: then something happened to them.
    """
    rest = view.over(other for other in view.years if other != year)
    spreads = []
    for part in (view, rest):
        pairs = [pair for pair in pairwise(part.years) if part is rest or year in pair]
        changed = changes(part)
        between = [
            float(np.subtract(*np.quantile(changed[pair].logs, (0.75, 0.25))))
            for pair in pairs
            if changed[pair].logs.size >= LEAST_REGIONS
        ]
        spreads.append((float(np.median([pair_scatter(part, *pair) for pair in pairs])), between))
    (own, own_between), (usual, usual_between) = spreads
    if own_between and usual_between and np.median(own_between) > ODD * np.median(usual_between):
        return False
    return own >= ODD_SCATTER * usual
