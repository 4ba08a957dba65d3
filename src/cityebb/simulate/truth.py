"""Set the truth beside what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd

    from cityebb.simulate.country import Country


def match_truth(
    cities: gpd.GeoDataFrame,
    country: Country,
    *,
    start: int | Sequence[int],
    end: int | Sequence[int],
    threshold: float = 0.1,
) -> pd.DataFrame:
    """Return the true change of the town that each found city is, indexed by ``city_id``.

    A city answers for the town that owns its brightest cell (``lon``, ``lat``). A city that is no town, such
    as a mine's lights, is left out.

    Parameters
    ----------
    cities
        ``model.CITIES``.
    country
        The country in which they were found.
    start, end
        The years compared; several stand for their geometric mean.
    threshold
        Share from which a change counts, 0.1 for a tenth.

    Returns
    -------
    DataFrame
        ``name`` (Chinese and English), ``name_zh``, ``name_en``, ``change`` (share), ``state``, ``course``,
        ``lamps``, ``town`` (its row in ``country.towns``).
    """
    truth = country.truth(start, end, threshold=threshold)
    rows, columns = np.array(
        [country.grid.cell(x, y) for x, y in zip(cities["lon"], cities["lat"], strict=True)], np.int64
    ).reshape(-1, 2).T  # fmt: skip
    inside = (rows >= 0) & (rows < country.grid.shape[0]) & (columns >= 0) & (columns < country.grid.shape[1])
    owner = np.zeros(len(cities), np.int64)
    owner[inside] = country.owner[rows[inside], columns[inside]]
    known = owner > 0
    matched = truth.iloc[owner[known] - 1].reset_index(names="town")
    matched["name"] = matched["name_zh"] + " " + matched["name_en"]
    matched.index = cities.index[known]
    matched.index.name = "city_id"
    return matched[["name", "name_zh", "name_en", "change", "state", "course", "lamps", "town"]]
