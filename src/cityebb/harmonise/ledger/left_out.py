"""List the events that a ledger's check left out, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import UNUSED

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.harmonise.ledger.check import CheckedLedger


def left_out(ledger: pd.DataFrame, checked: CheckedLedger, *, file: str) -> pd.DataFrame:
    """Return the events that are not used, one row each.

    Parameters
    ----------
    ledger
        ``model.LEDGER``, as it was checked.
    checked
        What :func:`check_ledger` found, called with ``strict=False``.
    file
        Where the ledger is from.

    Returns
    -------
    DataFrame
        ``model.UNUSED``: ``row`` counts the rows of the ledger from 1 and is the event's first; ``text`` has
        its id, date, kind and links; ``reason`` is a key of the catalogue.

    Examples
    --------
    >>> import pandas as pd
    >>> from cityebb.harmonise.ledger import check_ledger
    >>> ledger = pd.DataFrame({"event_id": ["1", "1"], "date": "2005", "kind": "split",
    ...     "from_unit": ["A", "A"], "from_name": None, "to_unit": ["B", "C"], "to_name": None,
    ...     "share": [0.5, 0.4], "share_of": "people", "people": None, "evidence": None,
    ...     "confidence": "certain"})
    >>> left_out(ledger, check_ledger(ledger, strict=False), file="changes.csv")["text"].tolist()
    ['1: 2005 split A → B, A → C']
    """
    import pandas as pd

    rows = checked.refused
    if not len(rows):
        return UNUSED.empty()
    first = pd.Series(np.arange(1, len(ledger) + 1), index=ledger["event_id"].astype(str))
    first = first[~first.index.duplicated()]
    links = _unit(rows, "from") + " → " + _unit(rows, "to")
    told = rows.assign(event_id=rows["event_id"].astype(str), links=links)
    events = told.groupby("event_id", sort=False).agg(
        date=("date", "first"), kind=("kind", "first"), links=("links", ", ".join), reason=("reason", "first")
    )
    what = events["date"].astype(str) + " " + events["kind"].astype(str) + " " + events["links"]
    return pd.DataFrame(
        {
            "file": file,
            "sheet": None,
            "row": first.loc[events.index].to_numpy("int64"),
            "column": None,
            "text": (events.index + ": " + what).to_numpy(),
            "reason": [f"harmonise.unused.{key.partition('.')[2]}" for key in events["reason"]],
        }
    )[UNUSED.names]


def _unit(rows: pd.DataFrame, side: str) -> pd.Series:
    """Return codes with names, where there are names; a dash where there is no unit."""
    code, name = (rows[f"{side}_{what}"].astype(object) for what in ("unit", "name"))
    code = code.where(code.notna(), "–").astype(str)
    return (code + " " + name.where(name.notna(), "").astype(str)).str.strip()
