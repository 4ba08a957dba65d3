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
