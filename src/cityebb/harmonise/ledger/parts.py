"""Shares that a ledger lacks, from the figures of the parts: a prefecture's from those of its counties."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def shares_from_parts(ledger: pd.DataFrame, parts: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Fill in the shares of splits from the people of the parts that went to each side.

    Parameters
    ----------
    ledger
        ``model.LEDGER``, with splits of units without shares.
    parts
        ``unit_id``, ``from_unit``, ``to_unit``: which part of which unit went where.
    figures
        ``unit_id``, ``value``: the people of the parts just before.

    Returns
    -------
    DataFrame
        The ledger; a share is filled in only where every part of the unit has a figure.

    Examples
    --------
    >>> import pandas as pd
    >>> ledger = pd.DataFrame({"event_id": ["1", "1"], "kind": "split", "from_unit": ["P", "P"],
    ...     "to_unit": ["A", "B"], "share": [None, None]})
    >>> parts = pd.DataFrame({"unit_id": ["1", "2", "3"], "from_unit": "P", "to_unit": ["A", "A", "B"]})
    >>> people = pd.DataFrame({"unit_id": ["1", "2", "3"], "value": [10.0, 20.0, 70.0]})
    >>> shares_from_parts(ledger, parts, people)["share"].tolist()
    [0.3, 0.7]
    """
    value = figures.drop_duplicates("unit_id").set_index("unit_id")["value"]
    met = parts.assign(value=parts["unit_id"].map(value))
    whole = met.groupby("from_unit")["value"].agg(lambda part: part.sum(skipna=False))
    side = met.groupby(["from_unit", "to_unit"])["value"].sum()
    filled = ledger.copy()
    share = [
        side.get((before, after), 0.0) / whole[before]
        if before in whole.index and whole[before] > 0
        else given
        for before, after, given in zip(ledger["from_unit"], ledger["to_unit"], ledger["share"], strict=True)
    ]
    wanted = (ledger["kind"] == "split") & ledger["share"].isna()
    filled["share"] = filled["share"].astype("float64")
    filled.loc[wanted, "share"] = [one for one, take in zip(share, wanted, strict=True) if take]
    return filled
