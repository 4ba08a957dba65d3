"""False discovery: how many of those called are called by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def benjamini_hochberg(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Adjust p-values so that calling all with ``q ≤ α`` makes a share of at most ``α`` false calls.

    Parameters
    ----------
    p
        One a test, 0 to 1; NaN where there was no test: it counts for nothing and stays NaN.

    Returns
    -------
    ndarray
        Adjusted values ``q ≥ p`` in the order of ``p``: with m tests and ranks r,
        ``q_(r) = min over s ≥ r of (m · p_(s) / s)``, at most 1. Cost: one sort.

    References
    ----------
    Benjamini, Y. and Hochberg, Y. (1995), Controlling the false discovery rate, Journal of the Royal
    Statistical Society B 57, 289–300, doi:10.1111/j.2517-6161.1995.tb02031.x.

    Examples
    --------
    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03, np.nan])).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    q = np.full(p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    if not tested.size:
        return q
    order = tested[np.argsort(p[tested], kind="stable")]
    ranks = np.arange(1, order.size + 1)
    raw = p[order] * (order.size / ranks)
    q[order] = np.minimum(np.minimum.accumulate(raw[::-1])[::-1], 1.0)
    return q
