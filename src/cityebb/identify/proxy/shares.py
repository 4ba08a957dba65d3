"""Shares of few cases, and what a call is worth, with their intervals."""

from __future__ import annotations

import math
from typing import NamedTuple


class Interval(NamedTuple):
    """A figure between its bounds; NaN where there is none."""

    value: float
    low: float
    high: float


NOTHING = Interval(math.nan, math.nan, math.nan)


def normal_quantile(confidence: float) -> float:
    """Return how many standard deviations a two-sided interval of this confidence reaches.

    Examples
    --------
    >>> round(normal_quantile(0.95), 2)
    1.96
    """
    from scipy.special import ndtri

    return float(ndtri((1 + confidence) / 2))


def wilson(hits: int, cases: int, confidence: float) -> Interval:
    """Return a share with Wilson's score interval, which neither leaves 0–1 nor closes on few cases.

    References
    ----------
    Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference, Journal of the
    American Statistical Association 22, 209–212, doi:10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> [round(value, 3) for value in wilson(0, 10, 0.95)], [round(value, 3) for value in wilson(5, 10, 0.95)]
    ([0.0, 0.0, 0.278], [0.5, 0.237, 0.763])
    """
    if not cases:
        return NOTHING
    z = normal_quantile(confidence)
    share, spread = hits / cases, z * z / cases
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / cases + spread / cases / 4)
    low = 0.0 if hits == 0 else max(middle - half, 0.0)
    return Interval(share, low, 1.0 if hits == cases else min(middle + half, 1.0))


def likelihood_ratio(hits: int, called: int, true: int, cases: int, confidence: float) -> Interval:
    """Return how much oftener a call falls on a true case than on a false one.

    Parameters
    ----------
    hits
        Called, and true.
    called, true
        All that are called; all that are true.
    cases
        All.
    confidence
        Of the interval, on the log scale.

    Returns
    -------
    Interval
        ``(hits / true) / ((called − hits) / (cases − true))``; 1 where a call tells nothing. Where a cell is
        empty, a half is added to each. NaN where all cases are true, or none.

    References
    ----------
    Simel, D. L., Samsa, G. P. and Matchar, D. B. (1991), Likelihood ratios with confidence, Journal of
    Clinical Epidemiology 44(8), 763–770, doi:10.1016/0895-4356(91)90128-V.

    Examples
    --------
    >>> round(likelihood_ratio(40, 50, 100, 200, 0.9).value, 6)
    4.0
    """
    if true in (0, cases):
        return NOTHING
    cells = [hits, true - hits, called - hits, cases - true - (called - hits)]
    more = 0.5 if 0 in cells else 0.0
    both, missed, wrongly, neither = (cell + more for cell in cells)
    ratio = (both / (both + missed)) / (wrongly / (wrongly + neither))
    error = math.sqrt(1 / both - 1 / (both + missed) + 1 / wrongly - 1 / (wrongly + neither))
    reach = math.exp(normal_quantile(confidence) * error)
    return Interval(ratio, ratio / reach, ratio * reach)
