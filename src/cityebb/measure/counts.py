"""Figures of administrative units as a panel: they are measured already, and only take its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import PANEL

if TYPE_CHECKING:
    import pandas as pd


def panel_of_counts(counts: pd.DataFrame, *, source: str) -> pd.DataFrame:
    """Return counts on comparable boundaries as a panel.

    Parameters
    ----------
    counts
        ``model.COUNTS`` on one set of boundaries, one concept an indicator.
    source
        Name of the source in the study.

    Returns
    -------
    DataFrame
        ``model.PANEL``: ``indicator`` is ``people_sum`` for ``people`` and so on, since a unit's figure is a
        total; ``sd`` is that of the counts where they have one, else not known and NaN.

    Examples
    --------
    >>> import pandas as pd
    >>> counts = pd.DataFrame({"unit_id": ["1"], "name": ["A"], "year": [2020], "vintage": ["2020"],
    ...     "indicator": ["people"], "concept": ["resident"], "grade": ["census"], "source": ["x"],
    ...     "value": [5.0], "unit": ["people"], "coverage": [1.0]})
    >>> panel_of_counts(counts, source="book")[["indicator", "value", "concept", "grade"]].to_dict("list")
    {'indicator': ['people_sum'], 'value': [5.0], 'concept': ['resident'], 'grade': ['census']}
    """
    import pandas as pd

    panel = pd.DataFrame(
        {
            "city_id": counts["unit_id"].to_numpy(),
            "year": counts["year"].to_numpy(np.int64),
            "indicator": (counts["indicator"].astype(str) + "_sum").to_numpy(),
            "source": source,
            "value": counts["value"].to_numpy(np.float64),
            "sd": counts["sd"].to_numpy(np.float64) if "sd" in counts else np.nan,
            "coverage": counts["coverage"].to_numpy(np.float64),
            "unit": counts["unit"].to_numpy(),
            "concept": counts["concept"].to_numpy(),
            "grade": counts["grade"].to_numpy(),
        }
    )
    return panel[PANEL.names]


def mark_negative(counts: pd.DataFrame, negative: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Return counts in which a unit with a figure below zero shows it, so that no verdict rests on the rest.

    Parameters
    ----------
    counts
        ``model.COUNTS`` on one set of boundaries, one concept an indicator.
    negative
        ``model.COUNTS`` of the figures below zero that the table told.
    members
        ``model.MEMBERS``: which units were joined; may be empty.

    Examples
    --------
    >>> import pandas as pd
    >>> from cityebb.model import MEMBERS
    >>> rows = pd.DataFrame({"unit_id": ["1"], "year": [2020], "indicator": "people", "concept": "resident",
    ...     "value": [5.0]})
    >>> below = rows.assign(year=2010, value=-5.0)
    >>> mark_negative(rows, below, MEMBERS.empty())["value"].tolist()
    [5.0, -5.0]
    """
    import pandas as pd

    if not len(negative):
        return counts
    groups = members.drop_duplicates("unit_id").set_index("unit_id")["group_id"]
    own = negative["unit_id"]
    found = negative.assign(unit_id=groups.reindex(own).fillna(own.set_axis(own)).to_numpy())
    kinds = pd.MultiIndex.from_frame(counts[["unit_id", "indicator", "concept"]])
    found = found[pd.MultiIndex.from_frame(found[["unit_id", "indicator", "concept"]]).isin(kinds)]
    key = ["unit_id", "year", "indicator", "concept"]
    found = found.drop_duplicates(key)
    if not len(found):
        return counts
    other = ~pd.MultiIndex.from_frame(counts[key]).isin(pd.MultiIndex.from_frame(found[key]))
    same = {name: counts[name].iloc[0] for name in ("grade", "source", "unit") if name in counts}
    return pd.concat([counts[other], found.assign(**same)], ignore_index=True)[list(counts.columns)]
