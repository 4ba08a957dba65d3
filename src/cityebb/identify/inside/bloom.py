"""Where the light of a sensor spreads so far that a town's centre and edge cannot be told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.inside._parts import ratio
from cityebb.identify.inside.centre import weighted_centre

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.identify.inside._parts import Parts
    from cityebb.identify.inside.neighbours import Edges

    Floats = NDArray[np.float64]

DMSP_BLOOM_KM = 7.0
"""Twice the mean distance by which DMSP's light spreads in China, 3.5 km (Cao and others 2019)."""

_DMSP_UNIT = "DN"
# DMSP is published on cells of 30 arc-seconds, 0.93 km from north to south; VIIRS on half of that or less.
_DMSP_CELL_KM = 0.7
# Li and others (2020) bring VIIRS down to what DMSP would have seen.
_DMSP_NAMES = ("dmsp", "ols", "li_2020")


def bloom_km(product: str | None = None, unit: str | None = None, cell_km: float | None = None) -> float:
    """Return how wide a town must be for its inside to be seen, in km; 0 where light does not spread.

    Parameters
    ----------
    product
        Of the source, for example ``"dmsp"``, ``"dmsp_like"`` or ``"vnl"``. Where it is given, it decides.
    unit
        Of its values: digital numbers (``"DN"``, ``"DN·km²"``) without a product are taken for DMSP's,
    cell_km
        unless their cells are finer than its grid of 30 arc-seconds, as are those of VIIRS, which some
        publish as digital numbers too.

    References
    ----------
    Cao, X. and others (2019), A simple self-adjusting model for correcting the blooming effects in DMSP-OLS
    nighttime light images, Remote Sensing of Environment 224, 401–411, doi:10.1016/j.rse.2019.02.019.

    Examples
    --------
    >>> bloom_km("dmsp"), bloom_km("vnl", "nW/cm²/sr"), bloom_km(unit="DN"), bloom_km(unit="DN", cell_km=0.5)
    (7.0, 0.0, 7.0, 0.0)
    """
    if product is not None:
        return DMSP_BLOOM_KM if any(name in product.lower() for name in _DMSP_NAMES) else 0.0
    counted = unit is not None and unit.split("·")[0].strip() == _DMSP_UNIT
    fine = cell_km is not None and cell_km < _DMSP_CELL_KM
    return DMSP_BLOOM_KM if counted and not fine else 0.0


def cell_km(parts: Parts, edges: Edges) -> float | None:
    """Return how far apart rows of a grid are, in km; ``None`` where parts are not cells."""
    if parts.row is None or parts.col is None:
        return None
    below = (parts.col[edges.start] == parts.col[edges.end]) & (edges.start < edges.end)
    apart = np.abs(parts.y[edges.start[below]] - parts.y[edges.end[below]])
    return float(np.median(apart)) if apart.size else None


def width_km(parts: Parts) -> Floats:
    """Return the width of each city: the short axis of the ellipse with the same second moments.

    Notes
    -----
    ``4 √λ``, λ the smaller eigenvalue of the covariance of the area: the diameter of a disc, 1.15 times the
    short side of a rectangle. It holds each part's own extent, taken as a square's: ``A / 12``.
    """
    whole = parts.total(parts.area)
    x, y = (
        at - mid[parts.city]
        for at, mid in zip((parts.x, parts.y), weighted_centre(parts, parts.area), strict=True)
    )
    own = ratio(parts.total(parts.area**2), whole) / 12
    xx, yy, xy = (ratio(parts.total(parts.area * value), whole) for value in (x * x, y * y, x * y))
    smaller = (xx + yy) / 2 - np.hypot((xx - yy) / 2, xy) + own
    width: Floats = 4 * np.sqrt(np.maximum(smaller, 0.0))
    return width
