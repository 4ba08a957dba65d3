"""How often a coin, tossed once a year, falls so many times running: what a run is worth."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def chance_of_run(run: int, tosses: int) -> float:
    """Return the probability that ``tosses`` fair coins hold ``run`` heads in a row, or more.

    Parameters
    ----------
    run
        Length of the run, 1 or more.
    tosses
        How many coins: a series of ten years has nine yearly changes.

    Notes
    -----
    Exact, by the number of sequences without such a run: with ``a(n) = P(no run in n)``,
    ``a(n) = a(n − 1) − 2^−(run + 1) · a(n − run − 1)``, ``a(run) = 1 − 2^−run``, and 1 below. Under a coin
    that falls and rises alike, 238 of the 512 courses of ten years hold three falls running: 46.5 %.

    References
    ----------
    Feller, W. (1968), An Introduction to Probability Theory and Its Applications I, XIII.7 (from memory).

    Examples
    --------
    >>> chance_of_run(3, 9) * 512
    238.0
    >>> chance_of_run(3, 2)
    0.0
    """
    return 1 - float(_without_run(tosses)[run, tosses]) if run <= tosses else 0.0


def chance_in_stretches(run: NDArray[np.int64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return, for each row, the chance of a run of ``run`` or more inside its unbroken stretches.

    Parameters
    ----------
    run
        One a row; where below 1, the answer is NaN.
    known
        Shape ``(rows, tosses)``: false breaks the stretch, as a missing year does.

    Returns
    -------
    ndarray
        ``1 − Π (1 − P(run, stretch))`` over the stretches of a row.

    Examples
    --------
    >>> known = np.array([[True] * 9, [True] * 4 + [False] + [True] * 4])
    >>> (chance_in_stretches(np.array([3, 3]), known) * 512).tolist()
    [238.0, 174.0]
    """
    rows, tosses = known.shape
    table = _without_run(tosses)
    asked = np.clip(run, 1, tosses + 1)
    length = np.zeros(rows, dtype=np.int64)
    without = np.ones(rows)
    for column in range(tosses):
        here = known[:, column]
        without = np.where(here, without, without * table[asked, length])
        length = np.where(here, length + 1, 0)
    without *= table[asked, length]
    return np.where(run >= 1, 1 - without, np.nan)


@lru_cache(maxsize=8)
def _without_run(most: int) -> NDArray[np.float64]:
    """Return ``P(no run of r or more in n)``, shape ``(most + 2, most + 1)``; row 0 is not used."""
    table = np.ones((most + 2, most + 1))
    for run in range(1, most + 1):
        table[run, run] = 1 - 0.5**run
        for tosses in range(run + 1, most + 1):
            table[run, tosses] = table[run, tosses - 1] - 0.5 ** (run + 1) * table[run, tosses - run - 1]
    table.flags.writeable = False
    return table
