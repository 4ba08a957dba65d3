"""How fast density falls outwards, at both dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.inside._parts import ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.identify.inside._parts import Parts

    Floats = NDArray[np.float64]

# Two parameters are estimated, so three points are the least that leave an error.
_LEAST = 3


def gradients(parts: Parts, distance: Floats) -> dict[str, Floats]:
    """Fit ``ln D(r) = a − b r`` at both dates and compare the two.

    Parameters
    ----------
    parts
        In order; those with a density above zero at both dates count, the same at both.
    distance
        From the centre, km.

    Returns
    -------
    dict
        ``gradient_before``, ``gradient_after``: b, per km, above zero where density falls outwards;
        ``gradient_change``: after less before, below zero where the city becomes flatter; each with its
        standard error ``…_se``. NaN where fewer than three parts count or all are equally far.

    Notes
    -----
    Least squares weighted by area, so that each km² counts alike, whatever parts it is cut into. The change
    is the slope of ``ln (after / before)`` on ``r`` over the same parts; its error is that of this slope,
    smaller than those of both gradients would make it, since most of what a part is, it is at both dates.
    Neighbours are alike, so that true errors are larger than these.

    References
    ----------
    Clark, C. (1951), Urban population densities, Journal of the Royal Statistical Society A 114, 490–496,
    doi:10.2307/2981088.
    """
    used = parts.known & (parts.before > 0) & (parts.after > 0) & ~np.isnan(distance)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = {
            "before": np.log(parts.before / parts.area),
            "after": np.log(parts.after / parts.area),
            "change": np.log(parts.after / parts.before),
        }
    found = {}
    for name, log in logs.items():
        slope, error = _slope(parts, distance, np.where(used, log, 0.0), used)
        found[f"gradient_{name}"] = -slope
        found[f"gradient_{name}_se"] = error
    return found


def _slope(parts: Parts, distance: Floats, log: Floats, used: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return slope and standard error of ``log`` on ``distance`` city by city."""
    city, count = parts.city, parts.count(used)
    area = np.where(used, parts.area, 0.0)
    weight = area * ratio(count.astype(float), parts.total(area))[city]
    weight = np.where(used, weight, 0.0)
    whole = parts.total(weight)
    r = np.where(
        used, distance - ratio(parts.total(weight * np.where(used, distance, 0.0)), whole)[city], 0.0
    )
    y = np.where(used, log - ratio(parts.total(weight * log), whole)[city], 0.0)
    spread = parts.total(weight * r * r)
    # All at one distance, but for rounding.
    spread[spread <= 1e-9 * np.maximum(whole, 1.0)] = 0.0
    slope = ratio(parts.total(weight * r * y), spread)
    left = parts.total(weight * (y - np.nan_to_num(slope)[city] * r) ** 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(left / (count - 2) / spread)
    few = (count < _LEAST) | ~(spread > 0)
    return np.where(few, np.nan, slope), np.where(few, np.nan, error)
