"""False discovery within each city: every city is a family of tests of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def benjamini_hochberg_within(p: Floats, group: NDArray[np.int64]) -> Floats:
    """Adjust p-values as :func:`cityebb.identify.benjamini_hochberg` does, each group by itself.

    Parameters
    ----------
    p
        One a test; NaN where there was none: it counts for nothing and stays NaN.
    group
        Whole numbers from 0 on. What else stands in the table then does not change a city's result.

    Examples
    --------
    >>> p = np.array([0.01, 0.04, 0.03, 0.04])
    >>> benjamini_hochberg_within(p, np.array([0, 0, 0, 1])).tolist()
    [0.03, 0.04, 0.04, 0.04]
    """
    q = np.full(p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    if not tested.size:
        return q
    order = tested[np.lexsort((p[tested], group[tested]))]
    groups = group[order]
    sizes = np.bincount(groups)
    starts = np.cumsum(sizes) - sizes
    rank = np.arange(order.size) - starts[groups] + 1
    raw = p[order] * (sizes[groups] / rank)
    lowest = pd.Series(raw[::-1]).groupby(groups[::-1]).cummin().to_numpy()[::-1]
    q[order] = np.minimum(lowest, 1.0)
    return q
