"""How well one log tells another: in sample, out of sample, by rank and by sign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.proxy.shares import NOTHING, Interval, normal_quantile, wilson

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Below this spread, in logs, all cities are alike but for rounding.
_NO_SPREAD = 1e-9
_LEAST_REGIONS = 3
# Less of the variance than this cannot be corrected for: the answer would be mostly the correction's.
_LEAST_SIGNAL = 0.2


@dataclass(frozen=True)
class Fit:
    """What light tells of another figure in one group of cities; NaN where nothing can be said.

    Parameters
    ----------
    cities
        With both figures.
    slope
        Of the other's log on that of light, with its interval.
    r, rank_r
        Pearson's correlation of the logs, and Spearman's, with their intervals.
    r2_out, r2_regions
        Share of the differences told in cities, and in regions, that the line had not seen.
    regions
        How many of them there were.
    median_error, median_error_without
        Half of the cities lie within this share of what the line says, out of sample; and of their mean.
    """

    cities: int
    slope: Interval = NOTHING
    r: Interval = NOTHING
    rank_r: Interval = NOTHING
    r2_out: float = np.nan
    r2_regions: float = np.nan
    regions: int = 0
    median_error: float = np.nan
    median_error_without: float = np.nan


def fit_line(
    x: Floats,
    y: Floats,
    folds: NDArray[np.int64],
    regions: NDArray[np.int64] | None = None,
    *,
    confidence: float,
) -> Fit:
    """Fit ``y = a + b x``, and try it on cities that it has not seen.

    Parameters
    ----------
    x, y
        Logs, or changes of logs, all finite.
    folds
        To which part each city belongs: each part is foretold from the others.
    regions
        Region of each city, as a number; each region is foretold from the others, from three regions on.
    confidence
        Of the intervals.

    Notes
    -----
    The slope's interval rests on HC3 errors, for dim towns scatter more than bright ones. Out of sample,
    ``R² = 1 − Σ (y − ŷ)² / Σ (y − ȳ)²`` with ŷ and ȳ both from the other parts: below zero, the mean of the
    other cities would have told more than light. Cost: one pass over the cities, and a sort for the ranks.

    References
    ----------
    MacKinnon, J. G. and White, H. (1985), Some heteroskedasticity-consistent covariance matrix estimators,
    Journal of Econometrics 29(3), 305–325, doi:10.1016/0304-4076(85)90158-7.
    Bonett, D. G. and Wright, T. A. (2000), Sample size requirements for estimating Pearson, Kendall and
    Spearman correlations, Psychometrika 65(1), 23–28, doi:10.1007/BF02294183.
    Campbell, J. Y. and Thompson, S. B. (2008), Predicting excess stock returns out of sample, Review of
    Financial Studies 21(4), 1509–1531, doi:10.1093/rfs/hhm055.

    Examples
    --------
    >>> x = np.arange(40.0)
    >>> found = fit_line(x, 2 * x + np.resize([0.5, -0.5], 40), np.arange(40) % 10, confidence=0.9)
    >>> round(found.slope.value, 2), found.r2_out > 0.99
    (2.0, True)
    """
    count = len(x)
    if count <= 3 or np.ptp(x) <= _NO_SPREAD or np.ptp(y) <= _NO_SPREAD:  # noqa: PLR2004 - Fisher's z needs four
        return Fit(count)
    x, y = x - x.mean(), y - y.mean()
    r = _correlation(x, y)
    rank = _correlation(ranks(x), ranks(y))
    out, errors, without = _unseen(x, y, folds)
    parts = 0 if regions is None else len(np.unique(regions))
    elsewhere = _unseen(x, y, regions)[0] if regions is not None and parts >= _LEAST_REGIONS else np.nan
    return Fit(
        count,
        _slope(x, y, confidence),
        _around(r, 1.0, count, confidence),
        _around(rank, np.sqrt(1 + rank * rank / 2), count, confidence),
        out,
        elsewhere,
        parts if parts >= _LEAST_REGIONS else 0,
        _middle(errors),
        _middle(without),
    )


def signal_share(changes: Floats, error_sd: Floats) -> float:
    """Return the share of the variance of measured changes that is not noise; NaN where it cannot be told.

    Parameters
    ----------
    changes
        Log changes as measured.
    error_sd
        Known standard deviation of the error of each; NaN where unknown, and then left out.

    Notes
    -----
    ``λ = (s² − mean σ²) / s²``. Noise in light pulls the slope towards zero by λ: ``b / λ`` would be found
    with perfect light. It does not make the forecast of a single city better. Below 0.2 there is too little
    to go by, and nothing is corrected.

    References
    ----------
    Fuller, W. A. (1987), Measurement Error Models, Wiley, section 1.2, doi:10.1002/9780470316665.

    Examples
    --------
    >>> signal_share(np.array([-1.0, 1.0, -1.0, 1.0]), np.full(4, 0.5)) == 1 - 0.25 / (4 / 3)
    True
    """
    known = np.isfinite(error_sd) & np.isfinite(changes)
    if known.sum() < 2:  # noqa: PLR2004 - a variance needs two
        return np.nan
    spread = float(np.var(changes[known], ddof=1))
    share = 1 - float(np.mean(error_sd[known] ** 2)) / spread if spread > 0 else np.nan
    return share if share >= _LEAST_SIGNAL else np.nan


def same_sign(x: Floats, y: Floats, confidence: float) -> tuple[Interval, float]:
    """Return the share of cities in which both rise or both fall, and what chance alone would give.

    Chance keeps how often each falls: where light rises everywhere, agreement means nothing. What does not
    move at all is left out.

    Examples
    --------
    >>> found, chance = same_sign(np.array([1.0, 1.0, 1.0, -1.0]), np.array([1.0, 1.0, -1.0, -1.0]), 0.9)
    >>> found.value, chance
    (0.75, 0.5)
    """
    moved = (x != 0) & (y != 0)
    up, rises = x[moved] > 0, y[moved] > 0
    if not len(up):
        return NOTHING, np.nan
    share, other = float(up.mean()), float(rises.mean())
    return wilson(int((up == rises).sum()), len(up), confidence), share * other + (1 - share) * (1 - other)


def ranks(values: Floats) -> Floats:
    """Return ranks from one, those of equals averaged.

    Examples
    --------
    >>> ranks(np.array([5.0, 1.0, 5.0])).tolist()
    [2.5, 1.0, 2.5]
    """
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    found: Floats = (np.cumsum(count) - (count - 1) / 2)[place]
    return found


def _slope(x: Floats, y: Floats, confidence: float) -> Interval:
    from scipy.special import stdtrit

    spread = float(x @ x)
    slope = float(x @ y) / spread
    left = (y - slope * x) / (1 - 1 / len(x) - x * x / spread)
    half = float(stdtrit(len(x) - 2, (1 + confidence) / 2)) * float(np.sqrt(((x * left) ** 2).sum())) / spread
    return Interval(slope, slope - half, slope + half)


def _correlation(x: Floats, y: Floats) -> float:
    x, y = x - x.mean(), y - y.mean()
    return float(np.clip(x @ y / np.sqrt((x @ x) * (y @ y)), -1, 1))


def _around(r: float, widening: float, count: int, confidence: float) -> Interval:
    z = np.arctanh(np.clip(r, -1 + 1e-15, 1 - 1e-15))
    half = normal_quantile(confidence) * widening / np.sqrt(count - 3)
    return Interval(r, float(np.tanh(z - half)), float(np.tanh(z + half)))


def _unseen(x: Floats, y: Floats, parts: NDArray[np.int64]) -> tuple[float, Floats, Floats]:
    """Return R² out of sample, and the errors of the line and of the mean alone; each part from the rest."""
    _, part = np.unique(parts, return_inverse=True)

    def rest(values: Floats | None) -> Floats:
        sums: Floats = np.bincount(part, values).astype(np.float64)
        others: Floats = sums.sum() - sums
        return others

    count = rest(None)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_x, mean_y = rest(x) / count, rest(y) / count
        slope = (rest(x * y) - count * mean_x * mean_y) / (rest(x * x) - count * mean_x**2)
    without = y - mean_y[part]
    errors = without - slope[part] * (x - mean_x[part])
    told = np.isfinite(errors)
    total = float(without[told] @ without[told])
    return (1 - float(errors[told] @ errors[told]) / total if total > 0 else np.nan), errors, without


def _middle(errors: Floats) -> float:
    """Return the median size of errors of logs as a share."""
    finite = errors[np.isfinite(errors)]
    return float(np.expm1(np.median(np.abs(finite)))) if len(finite) else np.nan
