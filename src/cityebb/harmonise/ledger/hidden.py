"""How many people the taking together of units hides."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def hidden_people(members: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Count, by epoch, the people who live in groups of several units.

    Within such a group, what one unit loses to another cannot be seen.

    Parameters
    ----------
    members
        ``model.MEMBERS``.
    counts
        ``model.COUNTS`` of one indicator, concept and source, on the epochs' own boundaries.

    Returns
    -------
    DataFrame
        One row for each year and vintage: ``groups``; ``units``; ``merged_units``, those in a group with
        another of the same epoch; ``people`` of all units; ``hidden_people`` of the merged; ``hidden_share``;
        ``unknown_units``, those without a figure: they are in neither number.

    Examples
    --------
    >>> import pandas as pd
    >>> members = pd.DataFrame({"group_id": ["A", "A", "C"], "unit_id": ["A", "B", "C"],
    ...     "vintage": ["2000"] * 3})
    >>> counts = pd.DataFrame({"unit_id": ["A", "B", "C"], "year": [2000] * 3, "vintage": ["2000"] * 3,
    ...     "value": [10.0, 20.0, 70.0]})
    >>> hidden_people(members, counts)[["merged_units", "hidden_people", "hidden_share"]].values.tolist()
    [[2.0, 30.0, 0.3]]
    """
    keys = members[["group_id", "unit_id", "vintage"]].astype(str)
    keys["merged"] = keys.groupby(["group_id", "vintage"])["unit_id"].transform("size") > 1
    rows = counts[["unit_id", "year", "vintage", "value"]].copy()
    rows["unit_id"], rows["vintage"] = rows["unit_id"].astype(str), rows["vintage"].astype(str)
    years = rows[["year", "vintage"]].drop_duplicates()
    met = keys.merge(years, on="vintage").merge(rows, on=["unit_id", "year", "vintage"], how="left")
    met["hidden"] = met["value"].where(met["merged"], 0.0)
    met["unknown"] = met["value"].isna()
    found = met.groupby(["year", "vintage"], sort=True).agg(
        groups=("group_id", "nunique"),
        units=("unit_id", "size"),
        merged_units=("merged", "sum"),
        people=("value", "sum"),
        hidden_people=("hidden", "sum"),
        unknown_units=("unknown", "sum"),
    )
    found["hidden_share"] = (found["hidden_people"] / found["people"]).where(found["people"] > 0)
    return found.reset_index()
