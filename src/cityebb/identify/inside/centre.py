"""Where the centre of a city is, from which its parts are near or far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.inside._parts import ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.identify.inside._parts import Parts
    from cityebb.identify.inside.rules import Centre

    Floats = NDArray[np.float64]

# Of the quantity, so much lies in the parts that count as densest.
_DENSEST = 0.10
# Distances equal to a millimetre are equal: rounding must not tell which of two parts is nearer.
_DECIMALS = 6


def weighted_centre(parts: Parts, weight: Floats) -> tuple[Floats, Floats]:
    """Return the centre of each city's parts weighted by ``weight``; NaN where it has none."""
    whole = parts.total(weight)
    # From the middle of the parts, so that far-off axes cost no digits.
    number = np.maximum(parts.count(np.ones(parts.city.shape, bool)), 1)
    middle = parts.total(parts.x) / number, parts.total(parts.y) / number
    x, y = (
        origin + ratio(parts.total(weight * (at - origin[parts.city])), whole)
        for at, origin in zip((parts.x, parts.y), middle, strict=True)
    )
    return x, y


def centre_of(parts: Parts, how: Centre) -> tuple[Floats, Floats]:
    """Return one centre a city, the same for both dates: what moved is told elsewhere.

    Parameters
    ----------
    parts
        In order; those with a value at both dates count.
    how
        ``"mean"``, ``"densest"`` or ``"area"``; see :class:`~cityebb.identify.inside.InsideRules`.

    Returns
    -------
    x_km, y_km
        NaN for a city without anything at the first date.
    """
    known = parts.known
    if how == "area":
        return weighted_centre(parts, np.where(known, parts.area, 0.0))
    before = np.where(known, parts.before, 0.0)
    if how == "mean":
        return weighted_centre(parts, before)
    density = before / parts.area
    order = np.lexsort((-density, parts.city))
    city = parts.city[order]
    added = np.cumsum(before[order])
    starts = np.searchsorted(city, np.arange(parts.cities))
    before_city = np.concatenate([[0.0], added])[starts]
    first_above = added - before[order] - before_city[city] < _DENSEST * parts.total(before)[city]
    # Parts as dense as the last of them count too, so that their order does not.
    least = np.full(parts.cities, np.inf)
    np.minimum.at(least, city[first_above], density[order][first_above])
    return weighted_centre(parts, np.where(density >= least[parts.city], before, 0.0))


def distance_from(parts: Parts, x_km: Floats, y_km: Floats) -> Floats:
    """Return each part's distance from its city's centre in km, to a millimetre."""
    away = np.hypot(parts.x - x_km[parts.city], parts.y - y_km[parts.city])
    return np.asarray(np.round(away, _DECIMALS), np.float64)
