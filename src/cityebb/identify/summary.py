"""Counts by total, country and size class, the undetermined beside every count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cityebb.model import PEOPLE_CLASSES, SIZE_CLASSES, SUMMARY, Persistence, PlainState, State

if TYPE_CHECKING:
    from collections.abc import Iterator

TOTAL = "total"
# The group of cities whose country or class is not known.
UNKNOWN = "unknown"


def summarise(verdicts: pd.DataFrame, cities: pd.DataFrame) -> pd.DataFrame:
    """Count verdicts in total, by country and by size class.

    Parameters
    ----------
    verdicts
        ``model.VERDICTS`` of one source, indicator, rule and specification.
    cities
        ``model.CITIES``, indexed by ``city_id``.

    Returns
    -------
    DataFrame
        ``model.SUMMARY``: the total first, then countries by falling number of cities, then size classes by
        area, or by people, as ``cities`` has them. Persistence is counted among all cities, not only among
        the shrinking.
    """
    ids = pd.Index(verdicts["city_id"])
    of_cities = cities[["country", "size_class"]].reindex(ids).astype("object").fillna(UNKNOWN)
    rows = [_row(verdicts, TOTAL, TOTAL)]
    for by in of_cities.columns:
        groups = of_cities[by].to_numpy()
        rows.extend(_row(verdicts[groups == group], by, group) for group in _order(by, groups))
    return pd.DataFrame(rows, columns=SUMMARY.names)


def _order(by: str, groups: np.ndarray) -> Iterator[str]:
    names, counts = np.unique(groups.astype(str), return_counts=True)
    if by == "size_class":
        yield from sorted(names.tolist(), key=[*SIZE_CLASSES, *PEOPLE_CLASSES, UNKNOWN].index)
    else:
        yield from (name for _, name in sorted(zip((-counts).tolist(), names.tolist(), strict=True)))


def _row(part: pd.DataFrame, by: str, group: str) -> dict[str, object]:
    state, plain, course = (part[name].value_counts() for name in ("state", "plain", "persistence"))
    change = part["change"].median() if len(part) else np.nan
    return {
        "by": by,
        "group": group,
        "cities": len(part),
        **{s.value: int(state.get(s.value, 0)) for s in State},
        "plain_down": int(plain.get(PlainState.DOWN.value, 0)),
        "plain_up": int(plain.get(PlainState.UP.value, 0)),
        "no_baseline": int(plain.get(PlainState.NO_BASELINE.value, 0)),
        **{
            p.value: int(course.get(p.value, 0))
            for p in (Persistence.PERSISTENT, Persistence.CAME_BACK, Persistence.LATE, Persistence.RELAPSED)
        },
        "median_change": float(change),
    }
