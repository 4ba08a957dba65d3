"""Joints from texture: a lasting step in what a series is like, found by a two-sample test at every place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from cityebb.harmonise._texture import correlation, repeats, scatter, unreliability

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from cityebb.harmonise._view import View

    Floats = NDArray[np.float64]

# The noise of a verdict is estimated from all years of one era. Where the noise variance of two parts
# differs by a factor of two, a one-sided test meant to be wrong in 5 % of cases is wrong in 12 %
# (1.645 / sqrt 2 = 1.16 standard deviations): smaller steps are no reason to cut a series. Known joints have
# variance ratios of 3 and more (see the tests); the lights of China 2013-2022 stay below 1.4.
LEAST_VARIANCE_RATIO = 2.0
# How many standard errors the best of all places must lie apart, by number of years, for 5 % false joints
# over all places and both measures. From 20,000 simulated series a length whose years have log-normal noise
# of their own (SD of its log 0.2 and 0.6; the larger value is given): triples that overlap by two years are
# alike, which tables for independent values do not know. The tests draw such series again. Known joints reach
# 14.7 (Syria, Chen), 9.9 (Paris, Chen), 6.6 (Paris, Li) and 4.8 (Syria, Li; 21 years); without a joint China
# reaches 2.4 (10 years) and Paris 2000-2010 4.8 (11 years).
CRITICAL = {
    8: 7.5,
    9: 6.4,
    10: 5.8,
    11: 5.45,
    12: 5.2,
    13: 5.05,
    14: 5.0,
    16: 4.75,
    18: 4.65,
    20: 4.6,
    25: 4.55,
}
# Triples of years on each side of a joint that do not reach across it: an era has two years more.
LEAST_TRIPLES = 2
# Year-to-year SD of log texture taken for granted where a few values agree by chance.
LEAST_SPREAD = 0.05
# Independent measurements of continuous light never agree to the last digit. A series that is modelled in
# part repeats itself: shares of 5 to 50 % in both known cases, exactly 0 in measured years.
REPEATS = 0.05
NO_REPEATS = 0.01
_STABILITY = 0.1  # see _locate
_REACH = 2  # places: triples that reach across blur the test's best place by as much
LEAST_PAIRS = 2  # pairs of years on each side: one pair alone may be a copy by mistake


@dataclass(frozen=True)
class Joint:
    """A joint: the year before it, what shows it, and the values of that evidence before and after."""

    year: int
    evidence: str
    before: float
    after: float

    @property
    def size(self) -> float:
        """After over before."""
        return self.after / self.before if self.before else float("inf")


def texture_joints(view: View) -> list[Joint]:
    """Return joints where the texture of a series changes for good, in order of years.

    Repeats of exact values are a fact and need no test. Scatter and unreliability are compared before and
    after every year by Student's two-sample statistic on their logs, triples that reach across left out;
    the best place counts if it passes ``CRITICAL``, and both sides are searched again (binary
    segmentation). The triples leave the place open by a year or two; see :func:`_locate`.

    References
    ----------
    Vostrikova, L. Ju. (1981), Detecting "disorder" in multidimensional random processes, Soviet Mathematics
    Doklady 24, 55-59. The largest of many two-sample statistics has critical values of its own: Lund, R. and
    Reeves, J. (2002), Detection of undocumented changepoints: a revision of the two-phase regression model,
    Journal of Climate 15(17), 2547-2554, doi:10.1175/1520-0442(2002)015<2547:DOUCAR>2.0.CO;2.
    """
    years = view.years
    likeness = {pair: correlation(view, *pair) for pair in pairwise(years)}
    measures = {
        name: {
            triple[1]: float(np.log(measure(view, triple)))
            for triple in zip(years, years[1:], years[2:], strict=False)
        }
        for name, measure in (("scatter", scatter), ("unreliability", unreliability))
    }
    joints = _segment(years, measures, likeness)
    shares = repeats(view)
    found = _end_of_repeats(years, shares, likeness) if shares else None
    if found:
        # Where repeats end is known best; a step of texture next to it is the same joint.
        place = years.index(found.year)
        near = [abs(years.index(joint.year) - place) <= 1 for joint in joints]
        joints = [
            replace(joint, year=found.year) if n else joint for joint, n in zip(joints, near, strict=True)
        ]
        joints.append(found)
    return sorted(joints, key=lambda joint: (joint.year, joint.evidence))


def least_years() -> int:
    """Return how many years it takes to test for a joint."""
    return 2 * (LEAST_TRIPLES + 2)


def _segment(
    years: tuple[int, ...],
    measures: Mapping[str, Mapping[int, float]],
    likeness: Mapping[tuple[int, int], float],
) -> list[Joint]:
    best: tuple[float, int, Joint] | None = None
    places = range(LEAST_TRIPLES + 1, len(years) - LEAST_TRIPLES - 2)
    critical = float(np.interp(len(years), list(CRITICAL), list(CRITICAL.values())))
    for name, by_year in measures.items():
        ratio = LEAST_VARIANCE_RATIO if name == "unreliability" else np.sqrt(LEAST_VARIANCE_RATIO)
        for place in places:
            before = _finite(by_year, years[1:place])
            after = _finite(by_year, years[place + 2 : -1])
            if min(before.size, after.size) < LEAST_TRIPLES:
                continue
            middle = float(np.median(before)), float(np.median(after))
            strength = _two_sample(before, after)
            if strength < critical or abs(middle[1] - middle[0]) < np.log(ratio):
                continue
            if best is None or strength > best[0]:
                best = strength, place, Joint(years[place], name, *(float(np.exp(log)) for log in middle))
    if best is None:
        return []
    place = _locate(years, best[1], measures, likeness)
    joint = replace(best[2], year=years[place])
    left = _segment(years[: place + 1], measures, likeness)
    right = _segment(years[place + 1 :], measures, likeness)
    return [*left, joint, *right]


def _locate(
    years: tuple[int, ...],
    best: int,
    measures: Mapping[str, Mapping[int, float]],
    likeness: Mapping[tuple[int, int], float],
) -> int:
    """Return the place of a joint, at most two from the best of the tests.

    A joint shows in two ways: scatter steps (the two triples that reach across mix both sides in known
    proportions, and a change of structure adds the same to both), and the two years beside it are less alike
    than their own noise explains (Heise's stability). A stability lower by ``_STABILITY`` weighs as much as
    one triple that is off by a factor of e in variance.
    """
    scatters, noise = measures["scatter"], measures["unreliability"]
    usual = float(np.median([value for value in map(np.exp, noise.values()) if np.isfinite(value)] or [0.0]))
    window = range(max(1, best - _REACH), min(len(years) - 1, best + _REACH + 2))
    costs = {}
    for place in range(max(1, best - _REACH), min(len(years) - 2, best + _REACH + 1)):
        before = _finite(scatters, years[1:place])
        after = _finite(scatters, years[place + 2 : -1])
        if not (before.size and after.size):
            continue
        low, high = (float(np.exp(2 * np.median(side))) for side in (before, after))
        seen = {triple: float(np.exp(2 * scatters[years[triple]])) for triple in window}
        mixed = {place: (5 * low + high) / 6, place + 1: (low + 5 * high) / 6}
        extra = max(0.0, float(np.mean([seen[at] - value for at, value in mixed.items()])))
        misfit = 0.0
        for triple, value in seen.items():
            expected = mixed[triple] + extra if triple in mixed else (low if triple < place else high)
            misfit += float(np.log(value / expected)) ** 2 if np.isfinite(value) else 0.0
        pair = years[place], years[place + 1]
        own = [float(np.exp(noise[year])) if year in noise else usual for year in pair]
        loss = -float(np.log(max(likeness[pair], 1e-6))) - sum(own) / 2
        costs[place] = misfit - (loss / _STABILITY if np.isfinite(loss) else 0.0)
    return min(costs, key=lambda place: (costs[place], abs(place - best))) if costs else best


def _finite(by_year: Mapping[int, float], years: Sequence[int]) -> Floats:
    values = [by_year[year] for year in years]
    return np.array([value for value in values if np.isfinite(value)], np.float64)


def _two_sample(before: Floats, after: Floats) -> float:
    """Return how many pooled standard errors two means lie apart."""
    squares = float(((before - before.mean()) ** 2).sum() + ((after - after.mean()) ** 2).sum())
    spread = max(float(np.sqrt(squares / (before.size + after.size - 2))), LEAST_SPREAD)
    error = spread * float(np.sqrt(1 / before.size + 1 / after.size))
    return float(abs(after.mean() - before.mean())) / error


def _end_of_repeats(
    years: tuple[int, ...],
    shares: Mapping[tuple[int, int], float],
    likeness: Mapping[tuple[int, int], float],
) -> Joint | None:
    """Return the joint where exact repeats end, or begin."""
    pairs = [pair for pair in pairwise(years) if pair in shares]
    repeated = [shares[pair] for pair in pairs]
    for place in range(LEAST_PAIRS, len(pairs) - LEAST_PAIRS + 1):
        sides = repeated[:place], repeated[place:]
        for many, few in (sides, sides[::-1]):
            if np.median(many) < REPEATS or max(few) >= NO_REPEATS:
                continue
            if (repeated[place - 1] if many is sides[0] else repeated[place]) < NO_REPEATS:
                continue
            # The year between the two pairs has a share in both; it belongs to the one it is more like.
            pair = min(pairs[place - 1 : place + 1], key=lambda pair: likeness[pair])
            return Joint(pair[0], "repeats", float(np.median(sides[0])), float(np.median(sides[1])))
    return None
