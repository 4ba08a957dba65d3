"""Size classes of cities by their measured area."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# Lower bounds in km². Noise falls with size, so counts are always told by class.
SIZE_BOUNDS_KM2 = (5.0, 10.0, 20.0, 50.0, 200.0)
SIZE_CLASSES = ("<5", "5-10", "10-20", "20-50", "50-200", "200+")
UNKNOWN_SIZE = "unknown"
"""The class of a unit whose area is not known."""


def size_class(area_km2: ArrayLike) -> list[str]:
    """Return the class of each area; a bound belongs to the class above it.

    Examples
    --------
    >>> size_class([4.9, 5, 19.99, 1000])
    ['<5', '5-10', '10-20', '200+']
    """
    places = np.searchsorted(SIZE_BOUNDS_KM2, np.asarray(area_km2, np.float64), side="right")
    return [SIZE_CLASSES[place] for place in places.tolist()]
