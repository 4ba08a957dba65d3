"""What a study's tables tell of the figures of one comparison beside these figures themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from cityebb.harmonise import Beside
    from cityebb.read import ReadTable

_AREA = "area"


def beside(tables: Mapping[str, ReadTable], source: str, series: pd.DataFrame) -> Beside:
    """Return the same figures in other files and tables, the areas of the units, and rows without a code.

    Parameters
    ----------
    tables
        The study's tables by name.
    source
        The table of the comparison.
    series
        Its figures: one indicator and concept.

    Returns
    -------
    Beside
        ``totals``: rows of the comparison's own table that sum others. ``others``: figures of the same
        indicator and concept for units and years of the series, from later files of the same table and from
        all other tables, each with its source. ``areas``: of the comparison's own table first; an area that
        an earlier table tells is not taken again.
    """
    import pandas as pd

    from cityebb.harmonise import Beside

    kind = series[["indicator", "concept"]].iloc[0]
    own = tables[source]
    rest = [table for name, table in tables.items() if name != source]
    told = pd.concat([own.others, *(frame for table in rest for frame in (table.counts, table.others))])
    same = (told["indicator"] == kind["indicator"]) & (told["concept"] == kind["concept"])
    known = told["unit_id"].isin(set(series["unit_id"])) & told["year"].isin(set(series["year"]))
    areas = pd.concat([frame for table in (own, *rest) for frame in (table.counts, table.others)])
    areas = areas[areas["indicator"] == _AREA].drop_duplicates(["unit_id", "year"])
    return Beside(
        totals=own.totals[own.totals["year"].isin(set(series["year"]))].reset_index(drop=True),
        others=told[same & known & told["value"].notna()].reset_index(drop=True),
        areas=areas.reset_index(drop=True),
        uncoded=own.uncoded,
    )
