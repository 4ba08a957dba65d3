"""One row of what light tells of another figure, and the word for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.proxy.fit import Fit, fit_line, same_sign, signal_share
from cityebb.identify.proxy.shares import NOTHING
from cityebb.identify.proxy.words import HOLDS_FROM, LEAST_CITIES, Holds, capped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def described(
    x: Floats,
    y: Floats,
    member: NDArray[np.bool_],
    parts: tuple[NDArray[np.int64], NDArray[np.int64] | None],
    error: Floats | None,
    confidence: float,
    caution: str,
) -> dict[str, object]:
    """Return what ``model.PROXY`` says of one group.

    Parameters
    ----------
    x, y
        Logs of light and of the other figure, or their changes; NaN where missing.
    member
        Who belongs to the group.
    parts
        Fold of each city, and its region where regions are known.
    error
        For changes: standard deviation of the error of each change of light, NaN where unknown.
    confidence
        Of the intervals.
    caution
        What the row is labelled with.
    """
    both = member & np.isfinite(x) & np.isfinite(y)
    count = int(both.sum())
    x, y = x[both], y[both]
    folds, regions = parts[0][both], None if parts[1] is None else parts[1][both]
    fit = fit_line(x, y, folds, regions, confidence=confidence) if count >= LEAST_CITIES else Fit(count)
    checked = np.isfinite(fit.slope.value)
    signs, chance, signal = NOTHING, np.nan, np.nan
    if checked and error is not None:
        signs, chance = same_sign(x, y, confidence)
        signal = signal_share(x, error[both])
    return {
        "cities": count,
        "slope": fit.slope.value,
        "slope_low": fit.slope.low,
        "slope_high": fit.slope.high,
        "slope_corrected": fit.slope.value / signal,
        "signal_share": signal,
        "r": fit.r.value,
        "r_low": fit.r.low,
        "r_high": fit.r.high,
        "r2": fit.r.value**2,
        "r2_out": fit.r2_out,
        "r2_regions": fit.r2_regions,
        "regions": fit.regions,
        "rank_r": fit.rank_r.value,
        "rank_r_low": fit.rank_r.low,
        "rank_r_high": fit.rank_r.high,
        "same_sign": signs.value,
        "same_sign_low": signs.low,
        "same_sign_high": signs.high,
        "same_sign_chance": chance,
        "median_error": fit.median_error,
        "median_error_without": fit.median_error_without,
        "proxy_word": capped(_word(fit), caution).value,
        "caution": caution,
    }


def _word(fit: Fit) -> Holds:
    if not np.isfinite(fit.slope.value):
        return Holds.NOT_CHECKED
    unseen = [value for value in (fit.r2_out, fit.r2_regions) if np.isfinite(value)]
    if fit.slope.low <= 0 or not fit.r2_out > 0:
        return Holds.NOT_SHOWN
    return Holds.HOLDS if min(unseen) >= HOLDS_FROM else Holds.WEAK
