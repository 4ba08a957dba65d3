"""Where figures and ledger contradict each other: nobody can say on which boundaries a unit then stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.harmonise.audit._items import items

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

FINDING = "ledger_contradicted"


def contradictions(
    found: pd.DataFrame, refused: pd.DataFrame, members: pd.DataFrame, weights: pd.DataFrame
) -> pd.DataFrame:
    """List every unit that a contradiction of the ledger touches.

    Parameters
    ----------
    found
        As :func:`cityebb.harmonise.ledger.contradicted` returns: units counted after their end.
    refused
        ``model.LEDGER``: events of the period that were left out because they contradict others.
    members, weights
        ``model.MEMBERS`` and ``model.CROSSWALK`` of the comparable figures: what a unit became there.

    Returns
    -------
    DataFrame
        ``model.AUDIT``, kind ``ledger_contradicted``: the units of the event and what they are part of;
        ``related`` what the event does, ``evidence`` which it is, ``value`` the figure after the end.

    Examples
    --------
    >>> import pandas as pd
    >>> found = pd.DataFrame({"unit_id": ["B"], "name": ["b"], "vintage": ["2020"], "value": [2.1],
    ...     "event": ["1"], "date": ["2015"], "kind": ["merge"], "to": [("A",)]})
    >>> none = pd.DataFrame({"group_id": [], "unit_id": [], "from_unit": [], "to_unit": []})
    >>> contradictions(found, none, none, none)[["unit_id", "related"]].values.tolist()
    [['A', 'B → A'], ['B', 'B → A']]
    """
    rows = []
    for one in found.to_dict("records"):
        named = {one["unit_id"]: one["name"]}
        rows += [
            {
                "unit_id": unit,
                "name": named.get(unit),
                "year": one["vintage"],
                "value": one["value"],
                "related": f"{one['unit_id']} → {', '.join(one['to']) or '–'}",
                "evidence": f"{one['event']}: {one['date']} {one['kind']}",
            }
            for unit in _touched({one["unit_id"], *one["to"]}, members, weights)
        ]
    for event, links in refused.groupby(refused["event_id"].astype(str)) if len(refused) else ():
        pairs = links[["from_unit", "to_unit"]].astype(object).where(links.notna(), "–").astype(str)
        first = links.iloc[0]
        units = {code for column in pairs for code in pairs[column]} - {"–", ""}
        told = "; ".join(f"{before} → {after}" for before, after in pairs.itertuples(index=False))
        rows += [
            {
                "unit_id": unit,
                "year": str(first["date"])[:4],
                "related": told,
                "evidence": f"{event}: {first['date']} {first['kind']}",
            }
            for unit in _touched(units, members, weights)
        ]
    return items(FINDING, "warning", rows)


def _touched(units: Iterable[str], members: pd.DataFrame, weights: pd.DataFrame) -> list[str]:
    """Return the units and what they are part of on comparable boundaries."""
    own = set(map(str, units))
    groups = members.loc[members["unit_id"].astype(str).isin(own), "group_id"]
    later = weights.loc[weights["from_unit"].astype(str).isin(own), "to_unit"]
    return sorted(own | set(groups.astype(str)) | set(later.astype(str)))
