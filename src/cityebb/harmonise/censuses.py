"""Several censuses joined unit by unit, with what does not match listed, and the course of each unit."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from cityebb.harmonise.ledger import consistent_units, to_groups
from cityebb.model import CityebbError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

COURSES = ("fell_throughout", "fell_again", "came_back", "fell_newly", "rose_throughout", "unknown")
"""What became of a unit over three or more censuses."""


@dataclass(frozen=True)
class Joined:
    """Figures of several censuses under one code each.

    Parameters
    ----------
    wide
        One row a unit with a figure in every census, one column a census; index ``unit_id``.
    names
        Of these units.
    unmatched
        ``unit_id``, ``name``, ``year``, ``value``, ``why``: every figure that found no counterpart in another
        census (``no_counterpart``), or is itself missing (``no_figure``).
    """

    wide: pd.DataFrame
    names: pd.Series
    unmatched: pd.DataFrame


def join_censuses(censuses: Mapping[int, pd.DataFrame], *, ledger: pd.DataFrame | None = None) -> Joined:
    """Join censuses by code, or by the finest units that a ledger makes comparable.

    Parameters
    ----------
    censuses
        By year: ``model.COUNTS`` of one indicator and concept on the boundaries of that census.
    ledger
        ``model.LEDGER``; without it, units are those that have the same code in every census.

    Raises
    ------
    CityebbError
        If there are fewer than two censuses, or one has no figure.

    Examples
    --------
    >>> import pandas as pd
    >>> def census(year, values):
    ...     rows = pd.DataFrame({"unit_id": list(values), "value": list(values.values())})
    ...     more = {"name": None, "vintage": str(year), "indicator": "people", "concept": "resident"}
    ...     return rows.assign(year=year, grade="census", source="x", unit="people", coverage=1.0, **more)
    >>> both = {2000: census(2000, {"a": 9.0, "b": 1.0}), 2010: census(2010, {"a": 8.0, "c": 1.0})}
    >>> found = join_censuses(both)
    >>> found.wide.to_dict("index"), found.unmatched["unit_id"].tolist()
    ({'a': {2000: 9.0, 2010: 8.0}}, ['b', 'c'])
    """
    import pandas as pd

    years = sorted(censuses)
    if len(years) < 2:  # noqa: PLR2004 - a change has two ends
        raise CityebbError("harmonise.one_census", years=", ".join(map(str, years)) or "–")
    rows = pd.concat(
        [censuses[year].assign(year=year, vintage=str(year)) for year in years], ignore_index=True
    )
    rows["unit_id"] = rows["unit_id"].astype(str)
    left = rows.iloc[:0]
    if ledger is not None:
        units: dict[object, pd.Series] = {
            str(year): part.drop_duplicates("unit_id").set_index("unit_id")["name"]
            for year, part in rows.groupby("year")
        }
        done = to_groups(rows, consistent_units(units, ledger).members)
        rows, left = done.counts, done.left
    wide = rows.pivot_table(index="unit_id", columns="year", values="value", dropna=False, aggfunc="first")
    wide = wide.reindex(columns=years)
    names = rows.sort_values("year", kind="stable").groupby("unit_id")["name"].last()
    whole = wide.notna().all(axis=1)
    rest = rows[~rows["unit_id"].isin(wide.index[whole])]
    lost = pd.concat([rest, left], ignore_index=True)[["unit_id", "name", "year", "value"]]
    lost["why"] = np.where(lost["value"].isna(), "no_figure", "no_counterpart")
    return Joined(wide[whole], names.reindex(wide.index[whole]), lost.reset_index(drop=True))


def courses(wide: pd.DataFrame) -> pd.Series:
    """Name the course of each unit over three or more censuses.

    Parameters
    ----------
    wide
        One row a unit, one column a census in order.

    Returns
    -------
    Series
        ``fell_throughout``: in every interval. ``fell_again``: fell, rose, and fell to the last census.
        ``came_back``: fell in an earlier interval, rose in the last. ``fell_newly``: rose before, fell in the
        last interval. ``rose_throughout``: never fell. ``unknown``: a figure is missing. A figure that does
        not change is no fall.

    Examples
    --------
    >>> import pandas as pd
    >>> wide = pd.DataFrame([[9, 8, 7], [9, 8, 9], [8, 9, 8], [7, 8, 9]], columns=[2000, 2010, 2020])
    >>> courses(wide).tolist()
    ['fell_throughout', 'came_back', 'fell_newly', 'rose_throughout']
    """
    import pandas as pd

    values = wide.to_numpy(np.float64)
    falls = np.stack([values[:, b] < values[:, a] for a, b in pairwise(range(values.shape[1]))], axis=1)
    any_before, last = falls[:, :-1].any(axis=1), falls[:, -1]
    found = np.full(len(wide), "rose_throughout", dtype=object)
    found[any_before & ~last] = "came_back"
    found[~any_before & last] = "fell_newly"
    found[any_before & last] = "fell_again"
    found[falls.all(axis=1)] = "fell_throughout"
    found[np.isnan(values).any(axis=1)] = "unknown"
    return pd.Series(found, index=wide.index)
