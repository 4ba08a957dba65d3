"""What a change between two figures is worth beside the error of counting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cityebb.identify.counted import COUNT_ERRORS
from cityebb.identify.rules.grounds import share_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.identify.rules.protocol import Yearly


def error_of(series: Yearly, stated: float | None = None) -> float:
    """Return the relative standard error of one figure.

    Parameters
    ----------
    series
        Where it has a ``grade``, the error of counts of that grade
        (:data:`~cityebb.identify.counted.COUNT_ERRORS`).
    stated
        It wins.

    Returns
    -------
    float
        NaN where it is not known: two figures alone cannot tell it.

    Examples
    --------
    >>> from cityebb.identify.rules import Values
    >>> error_of(Values((2010, 2020), np.ones((1, 2)))), error_of(Values((2010,), np.ones((1, 1))), 0.01)
    (nan, 0.01)
    """
    if stated is not None:
        return stated
    return COUNT_ERRORS.get(str(getattr(series, "grade", "")), float("nan"))


def margin(change: NDArray[np.float64], error: float, confidence: float) -> dict[str, NDArray[np.float64]]:
    """Return the interval of a change between two figures with independent errors, and its chance.

    Parameters
    ----------
    change
        Share of the start.
    error
        Relative standard error of each figure; NaN where not known.
    confidence
        Of the interval.

    Returns
    -------
    dict
        ``change``; ``low`` and ``high``, ``exp(ln(1 + change) ∓ z · √2 · error) − 1``; ``p``, one-sided, the
        chance of a change as large in its direction where there was none.

    Examples
    --------
    >>> found = margin(np.array([-0.02]), 0.005, 0.9)
    >>> [round(float(found[name][0]), 4) for name in ("low", "high", "p")]
    [-0.0313, -0.0085, 0.0021]
    """
    from scipy.special import ndtr, ndtri

    usable = change > -1
    logs = np.log1p(change, where=usable, out=np.full(change.shape, np.nan))
    spread = np.sqrt(2) * (error if error > 0 else np.nan)
    half = ndtri((1 + confidence) / 2) * spread
    return {
        "change": change,
        "low": share_of(logs - half),
        "high": share_of(logs + half),
        "p": ndtr(-np.abs(logs) / spread),
    }


def sure(same: NDArray[np.bool_], known: NDArray[np.bool_]) -> object:
    """Write whether a verdict is the same at both ends of the interval; missing where there is none."""
    found = pd.array(same, dtype="boolean")
    found[~known] = pd.NA
    return found
