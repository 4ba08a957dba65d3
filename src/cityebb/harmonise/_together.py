"""What happens to all cities together: lit cells missing, jumps that come and go, steps that stay."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cityebb.harmonise._view import View

# A year with a quarter or more of the lit cells missing does not belong. The lights of China lack 31 % in
# 2012; no other year of the series at hand lacks more than 3 % against both sides.
QUARTER = 0.25
# A common jump that by itself carries a city across the usual line of 10 %.
TENTH = -float(np.log(1 - 0.10))
# A step of a quarter (x 4/3 or x 3/4) in one year in nearly every city is no country's life.
STEP_OF_A_JOINT = -float(np.log(1 - QUARTER))
# "Shared by all": more than chance and more than a war that hits half of them. China 2012: 84 % of the
# regions that changed had lost lit cells.
MOST = 0.75
NEARLY_ALL = 0.90
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
    """How regions changed between two years: the median log change, and the shares that rose and fell."""

    median: float
    rose: float
    fell: float
    regions: int

    def shared(self, direction: float, share: float) -> bool:
        """Whether at least that share of the regions went that way."""
        return self.regions >= LEAST_REGIONS and (self.rose if direction > 0 else self.fell) >= share


@dataclass(frozen=True)
class Stranger:
    """A year that does not belong: what shows it, and how large it is."""

    year: int
    evidence: str
    size: float


def strangers(view: View) -> list[Stranger]:
    """Return the years that do not belong, in order."""
    years = view.years
    if len(years) < LEAST_YEARS:
        return []
    found = {stranger.year: stranger for stranger in _jumping(years, changes(view))}
    found |= {stranger.year: stranger for stranger in _dark(view)}
    return [found[year] for year in sorted(found)]


def changes(view: View) -> dict[tuple[int, int], Change]:
    """Return how the regions' sums changed between neighbouring years, over the cells both years cover."""
    size = np.bincount(view.regions)
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
        if logs.size:
            moved = max(1, int((logs != 0).sum()))
            found[one, other] = Change(
                float(np.median(logs)),
                float((logs > 0).sum() / moved),
                float((logs < 0).sum() / moved),
                int(logs.size),
            )
        else:
            found[one, other] = Change(0.0, 0.0, 0.0, 0)
    return found


def shared_steps(view: View) -> dict[int, tuple[float, bool]]:
    """Return lasting common steps of level: the year before, the step in logs, and whether it is a joint.

    ``view`` holds no strangers, so that what came and went is gone already.
    """
    years = view.years
    if len(years) < LEAST_YEARS:
        return {}
    changed = changes(view)
    excess, scale = _excess(changed, ())
    steps = {}
    for place, pair in enumerate(pairwise(years)):
        step = excess[pair]
        if abs(step) < TENTH or abs(step) < OUTLYING * scale or not changed[pair].shared(step, MOST):
            continue
        lasts = 0 < place < len(years) - 2
        joint = lasts and abs(step) >= STEP_OF_A_JOINT and changed[pair].shared(step, NEARLY_ALL)
        steps[pair[0]] = step, joint
    return steps


def _excess(
    changed: dict[tuple[int, int], Change], without: Sequence[tuple[int, int]]
) -> tuple[dict[tuple[int, int], float], float]:
    """Return each change beyond the typical yearly one, and the robust SD of those that are not left out."""
    spans = {pair: pair[1] - pair[0] for pair in changed}
    others = [pair for pair in changed if pair not in without]
    yearly = float(np.median([changed[pair].median / spans[pair] for pair in others]))
    excess = {pair: change.median - yearly * spans[pair] for pair, change in changed.items()}
    spread = float(np.median([abs(excess[pair]) for pair in others]))
    return excess, max(_FROM_MEDIAN_ABSOLUTE * spread, TENTH / OUTLYING)


def _jumping(years: tuple[int, ...], changed: dict[tuple[int, int], Change]) -> Iterable[Stranger]:
    """Yield inner years at which all regions jump and come back."""
    for before, year, after in zip(years, years[1:], years[2:], strict=False):
        there, back = (before, year), (year, after)
        if len(changed) < LEAST_YEARS:
            return
        excess, scale = _excess(changed, (there, back))
        legs = excess[there], -excess[back]
        jump = min(legs, key=abs)
        if legs[0] * legs[1] <= 0 or abs(jump) < max(TENTH, OUTLYING * scale):
            continue
        if changed[there].shared(jump, MOST) and changed[back].shared(-jump, MOST):
            yield Stranger(year, "comes_and_goes", float(np.expm1(sum(legs) / 2)))


def _dark(view: View) -> Iterable[Stranger]:
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
        nearest = years[place + 1] if place == 0 else years[place - 1]
        regions, lost = _losing(view, year, nearest)
        inner = 0 < place < len(years) - 1
        if lost >= MOST if regions >= LEAST_REGIONS else inner:
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
    return far >= OUTLYING * max(spread, STEP_OF_A_JOINT / OUTLYING)


def _losing(view: View, year: int, other: int) -> tuple[int, float]:
    """Return how many regions can be told, and which share of those that changed had fewer lit cells."""
    covered = view.covered[year] & view.covered[other]
    size = np.bincount(view.regions)
    counts = [
        np.bincount(view.regions[covered & view.lit_by_year[which]], minlength=size.size)
        for which in (year, other)
    ]
    known = (size >= LEAST_CELLS_OF_REGION) & (np.maximum(*counts) >= LEAST_LIT_OF_REGION)
    known[0] = False
    fewer, more = (int((known & sign).sum()) for sign in (counts[0] < counts[1], counts[0] > counts[1]))
    return int(known.sum()), fewer / max(1, fewer + more)
