"""Events of the very year of a census, which may have come before the count or after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pandas as pd


def after_the_count(
    ledger: pd.DataFrame, units_by_epoch: Mapping[object, Collection[str]]
) -> tuple[pd.DataFrame, list[str]]:
    """Put events after a census that still lists the units they end.

    A ledger that tells years only does not say whether an event of 2010 came before the census of 2010. The
    census itself says: where it lists every unit that the event ends, the event came later.

    Parameters
    ----------
    ledger
        ``model.LEDGER``.
    units_by_epoch
        The codes that each epoch lists.

    Returns
    -------
    ledger
        With such events dated on the first day of the next year.
    moved
        Their ``event_id``.

    Examples
    --------
    >>> import pandas as pd
    >>> ledger = pd.DataFrame({"event_id": ["1", "2"], "date": ["2010", "2010"], "kind": "merge",
    ...     "from_unit": ["B", "C"], "to_unit": ["A", "A"]})
    >>> found, moved = after_the_count(ledger, {2010: ["A", "B"]})
    >>> found["date"].tolist(), moved
    (['2011-01-01', '2010'], ['1'])
    """
    listed = {str(epoch): set(map(str, units)) for epoch, units in units_by_epoch.items()}
    rows = ledger[ledger["date"].isin(listed) & (ledger["kind"] != "transfer") & ledger["from_unit"].notna()]
    if rows.empty:
        return ledger, []
    moved = []
    for event, links in rows.groupby("event_id", sort=True):
        ended = set(links["from_unit"].astype(str)) - set(links["to_unit"].dropna().astype(str))
        there = listed[str(links["date"].iloc[0])]
        if ended and ended <= there:
            moved.append(str(event))
    later = ledger["event_id"].astype(str).isin(moved) & ledger["date"].isin(listed)
    dates = ledger["date"].where(~later, (ledger["date"].str[:4].astype(int) + 1).astype(str) + "-01-01")
    return ledger.assign(date=dates), moved
