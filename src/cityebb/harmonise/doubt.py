"""How far figures that were spread on the ground may be off, learnt where both dates were counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from cityebb.harmonise.interpolate import AreaTable

UNTRIED = 1.0
"""Where no count can try a way, all that is in doubt may be off."""
_HALF = 0.5


def in_doubt(
    share: NDArray[np.float64], people: NDArray[np.float64], unweighed: NDArray[np.float64] | float = 0.0
) -> NDArray[np.float64]:
    """Return how many people of each piece of a spread unit may belong elsewhere.

    Of a unit that goes to one other whole, nobody is in doubt; of one that is divided, the smaller of what
    goes and what stays, for only so many can have been put wrong while most went right.

    Parameters
    ----------
    share
        Of the unit's people that goes with the piece, 0 to 1.
    people
        Of the unit.
    unweighed
        Share of the unit on which nobody knows the weight, so that its people lie evenly: what is known of
        the rest is in doubt ``1 / (1 - unweighed)`` times, never more than half of the unit.

    Examples
    --------
    >>> in_doubt(np.array([1.0, 0.9, 0.1, 0.5]), np.array([100.0, 100.0, 100.0, 100.0])).round(6).tolist()
    [0.0, 10.0, 10.0, 50.0]
    """
    smaller = np.minimum(share, 1 - share).clip(min=0.0)
    known = np.maximum(1 - np.asarray(unweighed, np.float64), np.finfo(np.float64).tiny)
    # Before the part without weight is put in, min(p, 1 - p) is at most min(share, 1 - share) / known.
    return np.minimum(smaller / known, _HALF) * people


def of_targets(table: AreaTable, people: pd.Series) -> pd.Series:
    """Return the people in doubt of each target unit, where all units are spread by a table."""
    import pandas as pd

    given = people.reindex(table.sources).fillna(0.0).to_numpy(np.float64)
    # The error is learnt per head in doubt: parts without weight must not make it look small elsewhere.
    pieces = in_doubt(table.share.clip(max=1.0), given[table.source])
    return pd.Series(np.bincount(table.target, pieces, len(table.targets)), table.targets)


def error_of_doubt(off: NDArray[np.float64], doubt: NDArray[np.float64]) -> float:
    """Return the standard error as a share of the people in doubt, learnt from units with a count.

    Parameters
    ----------
    off
        People spread less people counted, of each unit.
    doubt
        People in doubt.

    Returns
    -------
    float
        ``sqrt(Σ off² / Σ doubt²)`` over units with people in doubt: 0.3 says that some third of them are put
        wrong. People that moved between the two counts are in it, so that it is rather too large; all of them
        (:data:`UNTRIED`) where nothing can be learnt.

    Examples
    --------
    >>> error_of_doubt(np.array([30.0, -30.0]), np.array([60.0, 60.0]))
    0.5
    """
    known = np.isfinite(off) & np.isfinite(doubt) & (doubt > 0)
    if not known.any():
        return UNTRIED
    return float(np.sqrt((off[known] ** 2).sum() / (doubt[known] ** 2).sum()))
