"""Where the light of a sensor spreads so far that a town's centre and edge cannot be told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.inside._parts import ratio
from cityebb.identify.inside.centre import weighted_centre

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.identify.inside._parts import Parts

    Floats = NDArray[np.float64]

DMSP_BLOOM_KM = 7.0
"""Twice the mean distance by which DMSP's light spreads in China, 3.5 km (Cao and others 2019)."""

_DMSP_UNITS = ("DN",)
_DMSP_NAMES = ("dmsp", "ols")


def bloom_km(product: str | None = None, unit: str | None = None) -> float:
    """Return how wide a town must be for its inside to be seen, in km; 0 where light does not spread.

    Parameters
    ----------
    product
        Of the source, for example ``"dmsp"`` or ``"vnl"``.
    unit
        Of its values: a digital number (``"DN"``, ``"DN·km²"``) is DMSP's, also where another sensor was made
        to look like it.

    References
    ----------
    Cao, X. and others (2019), A simple self-adjusting model for correcting the blooming effects in DMSP-OLS
    nighttime light images, Remote Sensing of Environment 224, 401–411, doi:10.1016/j.rse.2019.02.019.

    Examples
    --------
    >>> bloom_km(unit="DN"), bloom_km("vnl", "nW/cm²/sr")
    (7.0, 0.0)
    """
    named = product is not None and any(name in product.lower() for name in _DMSP_NAMES)
    counted = unit is not None and unit.split("·")[0].strip() in _DMSP_UNITS
    return DMSP_BLOOM_KM if named or counted else 0.0


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
