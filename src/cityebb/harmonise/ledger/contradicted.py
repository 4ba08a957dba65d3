"""Units that a ledger ends and that a table goes on to count."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from cityebb.harmonise.ledger._steps import steps_of, whole
from cityebb.harmonise.ledger.dates import moments

if TYPE_CHECKING:
    import pandas as pd


def contradicted(counts: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """Find units with figures of a date before which an event ended them or took all their people.

    Of the first date nothing is found: what came before it is not looked at.

    Parameters
    ----------
    counts
        ``model.COUNTS``; ``vintage`` tells on which date's boundaries a figure stands.
    ledger
        ``model.LEDGER``: events that hold.

    Returns
    -------
    DataFrame
        ``unit_id``, ``name``, ``vintage`` and ``value`` of the first such figure; ``event``, its ``date`` and
        ``kind``; ``to``, the units that it leads to. A code that another event makes again is none.

    Examples
    --------
    >>> import pandas as pd
    >>> ledger = pd.DataFrame({"event_id": ["1"], "date": ["2015"], "kind": ["merge"], "from_unit": ["B"],
    ...     "to_unit": ["A"], "share": [1.0]})
    >>> counts = pd.DataFrame({"unit_id": ["A", "B", "A", "B"], "name": ["a", "b"] * 2,
    ...     "vintage": ["2010", "2010", "2020", "2020"], "value": [7.0, 2.0, 7.0, 2.1]})
    >>> contradicted(counts, ledger)[["unit_id", "vintage", "event", "to"]].values.tolist()
    [['B', '2020', '1', ('A',)]]
    """
    import pandas as pd

    columns = ["unit_id", "name", "vintage", "value", "event", "date", "kind", "to"]
    rows = counts[counts["value"].notna()]
    rows = rows.assign(unit_id=rows["unit_id"].astype(str), vintage=rows["vintage"].astype(str))
    epochs = sorted(set(rows["vintage"]), key=lambda text: float(moments([text])[0]))
    if ledger.empty or not epochs:
        return pd.DataFrame(columns=columns)
    dates = dict(zip(ledger["event_id"].astype(str), ledger["date"].astype(str), strict=True))
    ended: dict[str, tuple[str, str, tuple[str, ...]]] = {}
    told: dict[str, list[object]] = {}
    for before, epoch in pairwise(epochs):
        here = (
            rows[(rows["vintage"] == epoch) & (rows["value"] > 0)]
            .drop_duplicates("unit_id")
            .set_index("unit_id")
        )
        for step in steps_of(ledger, before, epoch, set(here.index)):
            for unit in step.ends | whole(step):
                to = {link.after for link in step.links if link.before == unit and link.after}
                ended[unit] = (step.event_id, step.kind, tuple(sorted(to)))
            for unit in step.makes - whole(step):
                ended.pop(unit, None)
        for unit in sorted(set(here.index) & set(ended) - set(told)):
            event, kind, to_units = ended[unit]
            figure = here.loc[unit]
            told[unit] = [
                *(unit, figure["name"], epoch, float(figure["value"])),
                *(event, dates.get(event), kind, to_units),
            ]
    return pd.DataFrame(list(told.values()), columns=columns)
