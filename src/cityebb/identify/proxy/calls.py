"""What it is worth that light calls a city: of the called, how many move the same way by the other figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.proxy.shares import Interval, likelihood_ratio, wilson
from cityebb.identify.proxy.words import HOLDS_FROM, LEAST_CITIES, Holds, capped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Group = tuple[str, str, Flags]

DIRECTIONS = ("shrinking", "growing")
"""Which way a call goes, in the words of :class:`cityebb.model.State`."""
# A likelihood ratio below this alters what one believes to a degree that is rarely important.
_TELLING = 2.0
CALLED_BY = ("verdict", "plain", "relative")
"""A verdict's state; the plain rule; the plain rule on light against the median of all cities."""


def calls_of(
    light: Floats,
    other: Floats,
    states: NDArray[np.str_] | None,
    groups: Sequence[Group],
    threshold: float,
    confidence: float,
    caution: str = "",
) -> list[dict[str, object]]:
    """Set every way to call a city beside what the other figure did.

    Parameters
    ----------
    light, other
        Log changes, one a city; NaN where there is none.
    states
        Verdict of each city, where there are verdicts; empty where a city has none.
    groups
        Name of the grouping, name of the group, and who belongs.
    threshold
        Of the plain rule, a negative share; a rise is called from the mirror share on.
    confidence
        Of the intervals.
    caution
        What the rows are labelled with.

    Returns
    -------
    list of dict
        Rows of ``model.PROXY_CALLS``, but for the pair and the years.

    Notes
    -----
    The other figure falls where its change is below zero: the question is whether people left at all. The
    base rate is the share that falls among all cities of the group: a call that is right no oftener than that
    tells nothing. *Weak*: the likelihood ratio is above one with confidence. *Holds*: besides, it is two or
    more, and half of the calls or more are right with confidence; where nearly all cities grow, a call of
    growth that is nearly always right tells next to nothing. With fewer than 20 called cities it is not
    checked.

    References
    ----------
    Jaeschke, R., Guyatt, G. H. and Sackett, D. L. (1994), Users' guides to the medical literature III.B, JAMA
    271(9), 703–707, doi:10.1001/jama.1994.03510330081039: below two, a call alters little.
    """
    return [
        {"called_by": way, "direction": direction, "by": by, "group": group}
        | _worth(called & member, true & member, known & member, confidence, caution)
        for way, direction, called, true, known in _ways(light, other, states, threshold)
        for by, group, member in groups
    ]


def _ways(
    light: Floats, other: Floats, states: NDArray[np.str_] | None, threshold: float
) -> Iterator[tuple[str, str, Flags, Flags, Flags]]:
    both = np.isfinite(light) & np.isfinite(other)
    middle = float(np.median(light[np.isfinite(light)])) if np.isfinite(light).any() else np.nan
    lines = (np.log1p(threshold), np.log1p(-threshold))
    # A change of exactly the threshold is called, whatever rounding did to its log.
    hair = 1e-12
    for direction, line, sign in zip(DIRECTIONS, lines, (-1.0, 1.0), strict=True):
        true = both & (sign * other > 0)
        if states is not None:
            judged = (states != "") & np.isfinite(other)
            yield "verdict", direction, judged & (states == direction), judged & (sign * other > 0), judged
        yield "plain", direction, both & (sign * (light - line) >= -hair), true, both
        yield "relative", direction, both & (sign * (light - middle - line) >= -hair), true, both


def _worth(called: Flags, true: Flags, known: Flags, confidence: float, caution: str) -> dict[str, object]:
    cases, calls, hits, trues = (int(flags.sum()) for flags in (known, called, called & true, true))
    ppv = wilson(hits, calls, confidence)
    base = wilson(trues, cases, confidence)
    ratio = likelihood_ratio(hits, calls, trues, cases, confidence)
    return {
        "cities": cases,
        "called": calls,
        "called_rightly": hits,
        "ppv": ppv.value,
        "ppv_low": ppv.low,
        "ppv_high": ppv.high,
        "base_rate": base.value,
        "base_rate_low": base.low,
        "base_rate_high": base.high,
        "sensitivity": hits / trues if trues else np.nan,
        "likelihood_ratio": ratio.value,
        "likelihood_ratio_low": ratio.low,
        "likelihood_ratio_high": ratio.high,
        "proxy_word": capped(_word(calls, ppv, ratio), caution).value,
        "caution": caution,
    }


def _word(calls: int, ppv: Interval, ratio: Interval) -> Holds:
    if calls < LEAST_CITIES:
        return Holds.NOT_CHECKED
    if not ratio.low > 1:
        return Holds.NOT_SHOWN
    told = ratio.value >= _TELLING and ppv.low >= HOLDS_FROM
    return Holds.HOLDS if told else Holds.WEAK
