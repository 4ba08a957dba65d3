"""What happens to all cities together: lit cells missing, jumps that come and go, steps that stay."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from numpy.typing import NDArray

    from cityebb.harmonise._view import View

    Floats = NDArray[np.float64]

# A year with a quarter or more of the lit cells missing does not belong. The lights of China lack 31 % in
# 2012 and never more than 3 % after; the next case is Syria 2008, modelled from an older sensor, with 22 %.
QUARTER = 0.25
# A common jump that by itself carries a city across the usual line of 10 %.
TENTH = -float(np.log(1 - 0.10))
# A step of a quarter (x 4/3 or x 3/4) in one year in nearly every city is no country's life.
STEP_OF_A_JOINT = -float(np.log(1 - QUARTER))
# "Shared by all": this share of the cities goes at least half the way. A war that hits half of them stays
# near 0.5, a fault of the year comes near 1; in China 76 % of the regions lack an eighth or more of their lit
# cells in 2012, 41 % and fewer in other years.
MOST = 2 / 3
HALF = 0.5
# For a joint, this share goes at least a quarter of the way: small cities flicker by 18 % from year to year,
# so that of a step by a quarter 5 to 10 % of them show less; a war in three of four cities is still below.
NEARLY_ALL = 0.8
# Hampel's identifier: an outlier lies this many robust SDs from the median; 3 is usual, 4 keeps series of
# twenty years below one false alarm in fifty.
OUTLYING = 4.0
# With fewer cities "all" means nothing: of ten, all move one way by chance in 2 of 1,000 years.
LEAST_REGIONS = 10
LEAST_CELLS_OF_REGION = 10
LEAST_LIT_OF_REGION = 5  # a ratio of smaller counts says nothing
SIDE_YEARS = 3  # on each side: the median of three bears one bad year
LEAST_YEARS = 4  # three changes are the fewest among which one can stand out
_FROM_MEDIAN_ABSOLUTE = 1.4826022185056018  # to the SD of a normal distribution


@dataclass(frozen=True)
class Change:
    """How regions changed between two years: log changes, one a region, sorted."""

    logs: Floats
    years: int

    @property
    def median(self) -> float:
        """Their median; 0 where there are none."""
        return float(np.median(self.logs)) if self.logs.size else 0.0

    def share(self, bound: float) -> float:
        """Return the share of regions that changed by ``bound`` or more in its direction."""
        if self.logs.size < LEAST_REGIONS:
            return 0.0
        return float((self.logs >= bound if bound > 0 else self.logs <= bound).mean())


@dataclass(frozen=True)
class Stranger:
    """A year that does not belong: what shows it, and how large it is."""

    year: int
    evidence: str
    size: float


def strangers(view: View, odd: Container[int] = ()) -> list[Stranger]:
    """Return the years that do not belong, in order.

    ``odd`` are years of another texture: at an end of the series, where lit cells are missing, that stands in
    for cities that agree (in the west of China every third region is too small to tell in 2012).
    """
    years = view.years
    if len(years) < LEAST_YEARS:
        return []
    found = {stranger.year: stranger for stranger in _jumping(years, changes(view))}
    found |= {stranger.year: stranger for stranger in _dark(view, odd)}
    return [found[year] for year in sorted(found)]


def changes(view: View) -> dict[tuple[int, int], Change]:
    """Return how the regions' sums changed between neighbouring years, over the cells both years cover."""
    size = np.bincount(view.regions, minlength=1)
    wide = size >= LEAST_CELLS_OF_REGION
    wide[0] = False
    found = {}
    for one, other in pairwise(view.years):
        both = view.covered[one] & view.covered[other]
        region = view.regions[both]
        weights = view.areas_km2[both]
        sums = [
            np.bincount(region, view.values(year)[both] * weights, minlength=size.size)
            for year in (one, other)
        ]
        known = wide & (sums[0] > 0) & (sums[1] > 0)
        logs = np.log(sums[1][known] / sums[0][known])
        found[one, other] = Change(np.sort(logs), other - one)
    return found


def shared_steps(view: View) -> dict[int, tuple[float, bool]]:
    """Return lasting common steps of level: the year before, the step in logs, and whether it is a joint.

    ``view`` holds no strangers, so that what came and went is gone already.
    """
    years = view.years
    if len(years) < LEAST_YEARS:
        return {}
    changed = changes(view)
    yearly, scale = _usual(changed, ())
    steps = {}
    for place, pair in enumerate(pairwise(years)):
        usual = yearly * changed[pair].years
        step = changed[pair].median - usual
        if abs(step) < max(TENTH, OUTLYING * scale) or changed[pair].share(usual + HALF * step) < MOST:
            continue
        lasts = 0 < place < len(years) - 2
        joint = (
            lasts
            and abs(step) >= STEP_OF_A_JOINT
            and changed[pair].share(usual + QUARTER * step) >= NEARLY_ALL
        )
        steps[pair[0]] = step, joint
    return steps


def _usual(changed: dict[tuple[int, int], Change], without: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """Return the typical yearly change of the regions' median, and the robust SD of changes around it."""
    others = [change for pair, change in changed.items() if pair not in without]
    yearly = float(np.median([change.median / change.years for change in others]))
    spread = float(np.median([abs(change.median - yearly * change.years) for change in others]))
    return yearly, max(_FROM_MEDIAN_ABSOLUTE * spread, TENTH / OUTLYING)


def _jumping(years: tuple[int, ...], changed: dict[tuple[int, int], Change]) -> Iterable[Stranger]:
    """Yield inner years at which all regions jump and come back."""
    if len(changed) < LEAST_YEARS:
        return
    for before, year, after in zip(years, years[1:], years[2:], strict=False):
        there, back = changed[before, year], changed[year, after]
        yearly, scale = _usual(changed, ((before, year), (year, after)))
        usual = yearly * there.years, yearly * back.years
        legs = there.median - usual[0], usual[1] - back.median
        jump = min(legs, key=abs)
        if legs[0] * legs[1] <= 0 or abs(jump) < max(TENTH, OUTLYING * scale):
            continue
        shares = there.share(usual[0] + HALF * legs[0]), back.share(usual[1] - HALF * legs[1])
        if min(shares) >= MOST:
            yield Stranger(year, "comes_and_goes", float(np.expm1(sum(legs) / 2)))


def _dark(view: View, odd: Container[int]) -> Iterable[Stranger]:
    """Yield years in which a quarter or more of the lit cells are missing."""
    years = view.years
    usual = [_lit_ratio(view, pair[1], (pair[0],)) for pair in pairwise(years)]
    for place, year in enumerate(years):
        sides = years[max(0, place - SIDE_YEARS) : place], years[place + 1 : place + 1 + SIDE_YEARS]
        ratios = [_lit_ratio(view, year, side) for side in sides if side]
        if len(ratios) == 1:
            inward = years[1] if place == 0 else years[-2]
            ratios.append(_lit_ratio(view, year, (inward,)))
            if not _stands_out(usual, 0 if place == 0 else -1):
                continue
        if not ratios or max(ratios) > 1 - QUARTER:
            continue
        beside = [years[near] for near in (place - 1, place + 1) if 0 <= near < len(years)]
        losing = [_losing(view, year, near) for near in beside]
        if min(regions for regions, _ in losing) >= LEAST_REGIONS:
            at_an_end = len(beside) == 1
            everywhere = min(share for _, share in losing) >= MOST or (at_an_end and year in odd)
        else:
            everywhere = len(beside) > 1  # too few cities to ask; at an end it might be the city's own
        if everywhere:
            yield Stranger(year, "lit_cells_missing", 1 - max(ratios))


def _lit_ratio(view: View, year: int, others: Sequence[int]) -> float:
    """Return the median ratio of lit cells to those of other years, over the cells both years cover."""
    ratios = []
    for other in others:
        covered = view.covered[year] & view.covered[other]
        lit = [int((view.lit_by_year[which] & covered).sum()) for which in (year, other)]
        ratios.append(lit[0] / lit[1] if lit[1] else 1.0)
    return float(np.median(ratios)) if ratios else 1.0


def _stands_out(ratios: Sequence[float], place: int) -> bool:
    """Whether one yearly change of lit cells lies far from the others."""
    logs = np.log(np.maximum(ratios, 1e-9))
    rest = np.delete(logs, place)
    spread = _FROM_MEDIAN_ABSOLUTE * float(np.median(np.abs(rest - np.median(rest))))
    far = abs(float(logs[place] - np.median(rest)))
    return far >= OUTLYING * max(spread, TENTH / OUTLYING)


def _losing(view: View, year: int, other: int) -> tuple[int, float]:
    """Return how many regions can be told, and which share of them lost half a quarter of their lit cells."""
    covered = view.covered[year] & view.covered[other]
    size = np.bincount(view.regions, minlength=1)
    counts = [
        np.bincount(view.regions[covered & view.lit_by_year[which]], minlength=size.size)
        for which in (year, other)
    ]
    known = (size >= LEAST_CELLS_OF_REGION) & (counts[1] >= LEAST_LIT_OF_REGION)
    known[0] = False
    losing = counts[0][known] <= (1 - HALF * QUARTER) * counts[1][known]
    return losing.size, float(losing.mean()) if losing.size else 0.0
