"""Size classes: of cities by their measured area, of administrative units by their people."""

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


# Lower bounds in people: those of China's standard for the size of cities (State Council, 国发〔2014〕51号,
# 20 November 2014), which counts the residents of the built urban area (城区常住人口). Bounds belong to the
# class above them there too.
PEOPLE_BOUNDS = (2e5, 5e5, 1e6, 3e6, 5e6, 1e7)
PEOPLE_CLASSES = ("<0.2M", "0.2M-0.5M", "0.5M-1M", "1M-3M", "3M-5M", "5M-10M", "10M+")
"""Classes of administrative units by their people, in millions."""


def people_class(people: ArrayLike) -> list[str]:
    """Return the class of each number of people; a bound belongs to the class above it.

    Examples
    --------
    >>> people_class([199_999, 200_000, 9_999_999, 24_870_895, float("nan")])
    ['<0.2M', '0.2M-0.5M', '5M-10M', '10M+', 'unknown']
    """
    told = np.asarray(people, np.float64)
    places = np.searchsorted(PEOPLE_BOUNDS, told, side="right")
    return [
        UNKNOWN_SIZE if missing else PEOPLE_CLASSES[place]
        for place, missing in zip(places.tolist(), np.isnan(told).tolist(), strict=True)
    ]
