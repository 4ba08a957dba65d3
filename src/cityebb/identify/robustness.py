"""What many specifications say: of each city how many call it shrinking, of the count what moves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.decide import CODES, SHRINKING
from cityebb.model import DIMENSIONS, EFFECTS, ROBUSTNESS

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

NO_CITY = len(CODES)
"""The code of a city that a specification does not know."""


def robustness_of(
    states: NDArray[np.int8], choices: dict[str, NDArray[np.int64]], own: int, cities: pd.Index[str]
) -> pd.DataFrame:
    """Count for each city what the specifications say of it, and find the choice that matters most to it.

    Parameters
    ----------
    states
        Shape ``(specifications, cities)``: codes as in :data:`cityebb.identify.decide.CODES`, or
        :data:`NO_CITY`.
    choices
        By dimension the place of each specification's level among the levels of that dimension.
    own
        The place of the study's own specification.
    cities
        Ids, in the order of the columns.

    Returns
    -------
    DataFrame
        ``model.ROBUSTNESS``. ``flip`` is the largest difference, over the levels of one dimension, between
        the shares of their specifications that call the city shrinking; ``flipped_by`` that dimension, the
        first of equals, empty where no choice makes a difference.

    Examples
    --------
    >>> import pandas as pd
    >>> states = np.array([[1, 3], [1, 3], [0, 4], [0, 3]], np.int8)
    >>> choices = {"end": np.array([0, 0, 1, 1]), "epoch": np.array([0, 1, 0, 1])}
    >>> found = robustness_of(states, choices, 0, pd.Index(["a", "b"], name="city_id"))
    >>> found[["city_id", "shrinking", "no_city", "share_shrinking", "flipped_by"]].values.tolist()
    [['a', 2, 0, 0.5, 'end'], ['b', 0, 1, 0.0, '']]
    """
    import pandas as pd

    total = states.shape[0]
    counts = {code: (states == code).sum(axis=0) for code in range(NO_CITY + 1)}
    shrinking = states == SHRINKING
    flip, by = np.zeros(states.shape[1]), np.full(states.shape[1], "", dtype=object)
    for name, levels in choices.items():
        used = np.unique(levels)
        if used.size > 1:
            shares = np.array([shrinking[levels == level].mean(axis=0) for level in used])
            reach = np.ptp(shares, axis=0)
            more = reach > flip
            flip[more], by[more] = reach[more], name
    there = total - counts[NO_CITY]
    told = {state.value: counts[code] for code, state in enumerate(CODES)}
    found = pd.DataFrame(
        {
            "city_id": cities.to_numpy(),
            "specifications": np.full(states.shape[1], total),
            **{name: told[name] for name in ("shrinking", "growing", "stable", "undetermined")},
            "no_city": counts[NO_CITY],
            "share_shrinking": counts[SHRINKING] / total,
            "share_shrinking_as_city": np.divide(
                counts[SHRINKING], there, where=there > 0, out=np.full(states.shape[1], np.nan)
            ),
            "share_agreeing": (states == states[own]).mean(axis=0),
            "flipped_by": by,
            "flip": flip,
        }
    )
    return ROBUSTNESS.check(found)


def effects_of(sensitivity: pd.DataFrame) -> pd.DataFrame:
    """Return how far each choice moves the counts and the share of shrinking cities.

    Parameters
    ----------
    sensitivity
        ``model.SENSITIVITY``.

    Returns
    -------
    DataFrame
        ``model.EFFECTS``: a row a level of every dimension that has several, with the mean count and share of
        its specifications, and what its dimension explains of the variance over all specifications.

    Notes
    -----
    *Explained*: the main effect of an analysis of variance, ``Σ n_l (m_l − m)² / Σ (x − m)²`` over the levels
    ``l`` of a dimension. In a full grid these add up to at most one; what is left are interactions. Where
    some combinations are missing, dimensions overlap and the figures do not add up.
    """
    import pandas as pd

    rows = []
    count = sensitivity["shrinking"].to_numpy(np.float64)
    cities = sensitivity["cities"].to_numpy(np.float64)
    plain = sensitivity["plain_down"].to_numpy(np.float64)
    share = np.divide(count, cities, where=cities > 0, out=np.full(count.shape, np.nan))
    for name, column in DIMENSIONS.items():
        levels, kinds = pd.factorize(sensitivity[column])
        if len(kinds) > 1:
            explained = {
                "explains_count": _explained(count, levels),
                "explains_share": _explained(share, levels),
                "explains_plain": _explained(plain, levels),
            }
            rows += [
                {
                    "dimension": name,
                    "level": level_text(kind),
                    "specifications": int((levels == place).sum()),
                    "mean_shrinking": float(count[levels == place].mean()),
                    "mean_share": _mean(share[levels == place]),
                    "mean_plain": float(plain[levels == place].mean()),
                    **explained,
                }
                for place, kind in enumerate(kinds)
            ]
    return EFFECTS.check(pd.DataFrame(rows)[EFFECTS.names]) if rows else EFFECTS.empty()


def level_text(level: object) -> str:
    """Write a choice as text.

    Examples
    --------
    >>> level_text(8.0), level_text("union"), level_text(2016)
    ('8', 'union', '2016')
    """
    return f"{level:g}" if isinstance(level, float) else str(level)


def _mean(values: NDArray[np.float64]) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


def _explained(values: NDArray[np.float64], levels: NDArray[np.intp]) -> float:
    known = ~np.isnan(values)
    values, levels = values[known], levels[known]
    whole = float(((values - values.mean()) ** 2).sum()) if values.size else 0.0
    if whole <= 0:
        return float("nan")
    size = np.bincount(levels)
    mean = np.bincount(levels, values) / np.maximum(size, 1)
    return float(min((size * (mean - values.mean()) ** 2).sum() / whole, 1.0))
