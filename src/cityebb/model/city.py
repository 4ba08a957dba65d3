"""What a city is called in every table: an identity that does not depend on how it was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def city_ids(definition: str, longitude: NDArray[np.float64], latitude: NDArray[np.float64]) -> list[str]:
    """Name each city by its definition and the centre of its highest-valued cell.

    The cell is the one with the highest value over the epochs used (ties: north-west), so that the name
    depends neither on the order in which cities are found nor on the window read or its block size.

    Parameters
    ----------
    definition
        The name of the definition, as in the study.
    longitude, latitude
        Degrees, one a city; told to four decimals, about ten metres.

    Examples
    --------
    >>> import numpy as np
    >>> city_ids("lit", np.array([130.2791]), np.array([47.332]))
    ['lit_N47.3320E130.2791']
    """
    return [
        f"{definition}_{'N' if y >= 0 else 'S'}{abs(y):07.4f}{'E' if x >= 0 else 'W'}{abs(x):08.4f}"
        for x, y in zip(longitude.tolist(), latitude.tolist(), strict=True)
    ]
