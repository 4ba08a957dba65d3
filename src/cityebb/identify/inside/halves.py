"""The inner and the outer half of a city: equal in area, or equal in what was there at the first date."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cityebb.identify.inside._parts import change

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.identify.inside._parts import Parts

    Floats = NDArray[np.float64]

_HALF = 0.5


class Halves(NamedTuple):
    """One value a city, and for each part the share of it that belongs to the inner half."""

    radius_km: Floats
    inner_change: Floats
    outer_change: Floats
    inner: Floats


def halves(parts: Parts, distance: Floats, weight: Floats) -> Halves:
    """Cut each city into halves of equal weight by distance from its centre, and compare both.

    Parameters
    ----------
    parts
        In order; those with a value at both dates count.
    distance
        From the centre, km.
    weight
        What each half holds half of: area, or the quantity at the first date.

    Returns
    -------
    Halves
        A ring of parts at one distance that the line cuts is shared out between both halves, so that neither
        the order of parts nor cutting one in two changes anything. NaN for a city without weight.
    """
    usable = parts.known & ~np.isnan(distance)
    weights = np.where(usable, weight, 0.0)
    order = np.lexsort((distance, parts.city))
    city, apart = parts.city[order], distance[order]
    new = np.ones(city.size, bool)
    new[1:] = (city[1:] != city[:-1]) | (apart[1:] != apart[:-1])
    ring = np.cumsum(new) - 1
    ring_city = city[new]
    ring_weight = np.bincount(ring, weights[order], minlength=ring_city.size).astype(np.float64)
    nearer = _nearer(ring_weight, ring_city, parts.cities)
    half = parts.total(weights)[ring_city] * _HALF
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.clip((half - nearer) / ring_weight, 0.0, 1.0)
    share[~(ring_weight > 0)] = np.nan
    inner = np.empty(city.size)
    inner[order] = share[ring]
    inner[~usable] = np.nan
    radius = np.full(parts.cities, np.nan)
    reached = share > 0
    np.fmax.at(radius, ring_city[reached], apart[new][reached])
    inside = np.nan_to_num(inner)
    outside = np.where(np.isnan(inner), 0.0, 1 - inside)
    changes = [
        change(
            parts.total(np.where(usable, parts.before, 0.0) * part),
            parts.total(np.where(usable, parts.after, 0.0) * part),
        )
        for part in (inside, outside)
    ]
    return Halves(radius, changes[0], changes[1], inner)


def _nearer(ring_weight: Floats, ring_city: NDArray[np.int64], cities: int) -> Floats:
    """Return what lies nearer than each ring, city by city."""
    added = np.concatenate([[0.0], np.cumsum(ring_weight)])
    starts = np.searchsorted(ring_city, np.arange(cities))
    nearer: Floats = added[:-1] - added[starts][ring_city]
    return nearer
