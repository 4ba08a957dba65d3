"""The finest units that can be compared over a period: what ever exchanged people stays together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.harmonise.ledger._grades import ranked
from cityebb.harmonise.ledger._steps import steps_of
from cityebb.harmonise.ledger.dates import moments
from cityebb.model import COUNTS, MEMBERS, CityebbError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd


@dataclass(frozen=True)
class ConsistentUnits:
    """The groups of units that can be compared over all epochs.

    Parameters
    ----------
    members
        ``model.MEMBERS``: which units of which epoch make up a group.
    unmatched
        ``unit_id``, ``vintage``, ``what``: units that ``vanished`` after an epoch or ``appeared`` in one
        without any event that says where from or where to. Their groups do not reach over all epochs.
    groups
        Number of groups with members in every epoch.
    merged
        By epoch: how many units are in a group with another of the same epoch.
    """

    members: pd.DataFrame
    unmatched: pd.DataFrame
    groups: int
    merged: dict[str, int]


class _Forest:
    """Union-find with path halving."""

    def __init__(self) -> None:
        self.parent: list[int] = []

    def new(self) -> int:
        self.parent.append(len(self.parent))
        return len(self.parent) - 1

    def find(self, node: int) -> int:
        parent = self.parent
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    def join(self, one: int, other: int) -> None:
        first, second = self.find(one), self.find(other)
        if first != second:
            self.parent[max(first, second)] = min(first, second)


def consistent_units(
    units_by_epoch: Mapping[object, Iterable[str] | pd.Series], ledger: pd.DataFrame
) -> ConsistentUnits:
    """Return the finest units that can be compared over all epochs.

    A graph has a node for each unit in each epoch, and an edge wherever people passed from one to another;
    its connected components are the units (union-find). A code that ends and is used again later is another
    unit.

    Parameters
    ----------
    units_by_epoch
        For each epoch (a year, or a date as text) the codes of its units; a Series gives their names, indexed
        by code.
    ledger
        ``model.LEDGER``; order of rows does not matter.

    Returns
    -------
    ConsistentUnits
        A group is called by the smallest code that it has in the last epoch in which it has any.

    References
    ----------
    Kondo, K. (2023), Municipality-level panel data and municipal mergers in Japan, RIETI Technical Paper
    23-T-001; Dong, L., Du, R. and Liu, Y., the same rule for China's counties.

    Examples
    --------
    >>> import pandas as pd
    >>> ledger = pd.DataFrame({"event_id": ["1"], "date": ["2005"], "kind": ["merge"], "from_unit": ["B"],
    ...     "to_unit": ["A"], "share": [1.0]})
    >>> found = consistent_units({2000: ["A", "B", "C"], 2010: ["A", "C"]}, ledger)
    >>> found.groups, found.members.groupby("group_id")["unit_id"].agg(list).to_dict()
    (2, {'A': ['A', 'B', 'A'], 'C': ['C', 'C']})
    """
    epochs = sorted(units_by_epoch, key=lambda epoch: float(moments([epoch])[0]))
    if np.isnan(moments(epochs)).any():
        raise CityebbError("harmonise.epoch_wrong", epochs=", ".join(map(str, epochs)))
    forest = _Forest()
    named = {epoch: _names(units_by_epoch[epoch]) for epoch in epochs}
    nodes: dict[object, dict[str, int]] = {}
    alive: dict[str, int] = {}
    gone: list[tuple[str, str, str]] = []
    for place, epoch in enumerate(epochs):
        if place:
            ended = _walk(ledger, epochs[place - 1], epoch, alive, forest)
            gone += [
                (unit, str(epochs[place - 1]), "vanished")
                for unit in sorted(set(nodes[epochs[place - 1]]) - set(named[epoch]) - ended)
            ]
            gone += [(unit, str(epoch), "appeared") for unit in sorted(set(named[epoch]) - set(alive))]
        here = {unit: alive[unit] if unit in alive else forest.new() for unit in named[epoch]}
        nodes[epoch] = here
        alive = dict(here)
    return _gather(epochs, named, nodes, forest, gone)


def _walk(
    ledger: pd.DataFrame, start: object, end: object, alive: dict[str, int], forest: _Forest
) -> set[str]:
    """Let the events of a period happen to the units alive; return the units that ended in one."""
    ended: set[str] = set()
    for step in steps_of(ledger, start, end, alive):
        before = {unit: alive.setdefault(unit, forest.new()) for unit in sorted(step.needs)}
        for unit in step.ends:
            alive.pop(unit, None)
            ended.add(unit)
        for link in step.links:
            if not link.after or link.share == 0:
                continue
            after = alive.setdefault(link.after, forest.new())
            if link.before:
                forest.join(before[link.before], after)
        ended -= step.makes
    return ended


def _names(units: Iterable[str] | pd.Series) -> dict[str, str | None]:
    import pandas as pd

    if isinstance(units, pd.Series):
        return {
            str(unit): None if pd.isna(name) else str(name)
            for unit, name in zip(units.index, units, strict=True)
        }
    return dict.fromkeys(map(str, units))


def _gather(
    epochs: list[object],
    named: dict[object, dict[str, str | None]],
    nodes: dict[object, dict[str, int]],
    forest: _Forest,
    gone: list[tuple[str, str, str]],
) -> ConsistentUnits:
    import pandas as pd

    called: dict[int, str] = {}
    for epoch in reversed(epochs):
        mine: dict[int, str] = {}
        for unit in sorted(nodes[epoch]):
            mine.setdefault(forest.find(nodes[epoch][unit]), unit)
        for root, unit in mine.items():
            called.setdefault(root, unit)
    ids = _distinct(called)
    rows = [
        (ids[forest.find(node)], unit, named[epoch][unit], str(epoch))
        for epoch in epochs
        for unit, node in nodes[epoch].items()
    ]
    members = pd.DataFrame(rows, columns=MEMBERS.names)
    order = members["vintage"].map({str(epoch): place for place, epoch in enumerate(epochs)})
    members = members.assign(order=order).sort_values(["group_id", "order", "unit_id"], kind="stable")
    members = members.drop(columns="order").reset_index(drop=True)
    sizes = members.groupby(["group_id", "vintage"])["unit_id"].transform("size")
    merged = members[sizes > 1].groupby("vintage").size()
    reach = members.groupby("group_id")["vintage"].nunique()
    return ConsistentUnits(
        members,
        pd.DataFrame(gone, columns=["unit_id", "vintage", "what"]),
        int((reach == len(epochs)).sum()),
        {str(epoch): int(merged.get(str(epoch), 0)) for epoch in epochs},
    )


def _distinct(called: dict[int, str]) -> dict[int, str]:
    """Tell groups apart whose code is that of another, as where a code was used twice."""
    taken: dict[str, int] = {}
    found = {}
    for root in sorted(called):
        unit = called[root]
        taken[unit] = taken.get(unit, 0) + 1
        found[root] = unit if taken[unit] == 1 else f"{unit}#{taken[unit]}"
    return found


@dataclass(frozen=True)
class Grouped:
    """Figures of units added up to those of their groups.

    Parameters
    ----------
    counts
        ``model.COUNTS`` of the groups, called as in the last epoch, ``vintage`` from the first to the last
        epoch. A group of which a member has no figure has none either: NaN, with the share of members that
        have one as ``coverage``.
    left
        The rows that belong to no group.
    recoded
        ``unit_id``, ``vintage``, ``group_id``: rows that stand under a code their unit had at another epoch
        only, as offices rewrite old tables with new codes. They are used where a group lacks just as many
        members at that epoch.
    """

    counts: pd.DataFrame
    left: pd.DataFrame
    recoded: pd.DataFrame


def to_groups(counts: pd.DataFrame, members: pd.DataFrame) -> Grouped:
    """Add the figures of units up to those of their groups.

    Parameters
    ----------
    counts
        ``model.COUNTS``; ``vintage`` must be one of the members' epochs.
    members
        ``model.MEMBERS``.

    Examples
    --------
    >>> import pandas as pd
    >>> counts = pd.DataFrame({"unit_id": ["A", "B"], "name": ["a", "b"], "year": [2000] * 2,
    ...     "vintage": ["2000"] * 2, "indicator": ["people"] * 2, "concept": ["resident"] * 2,
    ...     "grade": ["census"] * 2, "source": ["x"] * 2, "value": [100.0, 10.0], "unit": ["people"] * 2,
    ...     "coverage": [1.0] * 2})
    >>> members = pd.DataFrame({"group_id": ["A", "A"], "unit_id": ["A", "B"], "name": ["a", "b"],
    ...     "vintage": ["2000"] * 2})
    >>> to_groups(counts, members).counts["value"].tolist()
    [110.0]
    """
    keys = members[["group_id", "unit_id", "vintage"]].astype(str)
    rows = counts.assign(unit_id=counts["unit_id"].astype(str), vintage=counts["vintage"].astype(str))
    joined = rows.reset_index(drop=True).merge(keys, on=["unit_id", "vintage"], how="left")
    recoded = _recoded(joined, keys)
    joined.loc[recoded.index, "group_id"] = recoded["group_id"]
    outside = joined["group_id"].isna().to_numpy()
    added = _added(joined[~outside], keys)
    added["name"] = added["unit_id"].map(_called(members))
    epochs = sorted(set(members["vintage"].astype(str)), key=lambda text: float(moments([text])[0]))
    added["vintage"] = epochs[0] if len(epochs) == 1 else f"{epochs[0]}–{epochs[-1]}"
    return Grouped(
        added[COUNTS.names].reset_index(drop=True), counts[outside], recoded.reset_index(drop=True)
    )


def _added(joined: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """Return one row a group and figure, missing where a member's is."""
    size = keys.groupby(["group_id", "vintage"]).size().rename("size").reset_index()
    by = ["group_id", "year", "vintage", "indicator", "concept", "source", "unit"]
    rank, grades = ranked(joined["grade"])
    added = (
        joined.assign(grade=rank)
        .groupby(by, sort=True)
        .agg(value=("value", "sum"), known=("value", "count"), grade=("grade", "min"))
    )
    added = added.reset_index().merge(size, on=["group_id", "vintage"])
    added["grade"] = added["grade"].map(grades)
    added["coverage"] = (added["known"] / added["size"]).clip(upper=1.0)
    added.loc[added["known"] != added["size"], "value"] = np.nan
    return added.rename(columns={"group_id": "unit_id"})


def _recoded(joined: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose code is a member of one group at other epochs, where that group lacks as many."""
    import pandas as pd

    outside = joined[joined["group_id"].isna()]
    groups = keys.groupby("unit_id")["group_id"].agg(["nunique", "first"])
    known = groups.loc[groups["nunique"] == 1, "first"]
    found = outside.assign(group_id=outside["unit_id"].map(known))
    found = found[found["group_id"].notna()]
    there = joined.loc[joined["value"].notna(), ["group_id", "unit_id", "vintage"]]
    wanted = keys.merge(there.drop_duplicates(), how="left", indicator=True)
    lacking = wanted[wanted["_merge"] == "left_only"].groupby(["group_id", "vintage"]).size()
    offered = found.groupby(["group_id", "vintage"])["unit_id"].nunique()
    agree = lacking.index[lacking.reindex(lacking.index) == offered.reindex(lacking.index)]
    pairs = pd.MultiIndex.from_frame(found[["group_id", "vintage"]])
    return found.loc[pairs.isin(agree), ["unit_id", "vintage", "group_id"]]


def _called(members: pd.DataFrame) -> pd.Series:
    """Return each group's name: that of its unit of the same code, latest first, else its first unit's."""
    ordered = members.assign(
        own=members["group_id"] == members["unit_id"], when=moments(members["vintage"])
    ).sort_values(["own", "when"], ascending=False, kind="stable")
    return ordered.drop_duplicates("group_id").set_index("group_id")["name"]
