"""Rows without a code of their own (development zones, management districts): where their people are."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from cityebb.harmonise.audit._items import alike, items

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

# A parent and its parts agree within this share of the parent.
_ROUNDED = 1e-6
# Whole people.
_EXACT = 0.5
# Of more rows than this only all together are tried.
_TRIED = 12


def uncoded_within(counts: pd.DataFrame, totals: pd.DataFrame, uncoded: pd.DataFrame) -> pd.DataFrame:
    """Find the unit in which rows without a code lie: the one they stand under, if they fill its gap exactly.

    Parameters
    ----------
    counts
        ``model.COUNTS`` by division codes, one indicator and concept.
    totals
        Rows of the same table for the units above.
    uncoded
        ``model.COUNTS`` of the rows without a code; ``unit_id`` is the last code above them in the table.

    Returns
    -------
    DataFrame
        ``model.AUDIT``, one item a row. ``uncoded_within``, a remark: ``unit_id`` and ``name`` of the unit
        above, ``value`` the row's figure, ``related`` its name; the unit's coded children and these rows
        together are exactly the unit. ``uncoded``, a warning: nobody can say where it belongs. Rows that only
        sum coded ones (市辖区, 省直辖县级行政区划) are none.

    Examples
    --------
    >>> import pandas as pd
    >>> def table(rows):
    ...     frame = pd.DataFrame(rows, columns=["unit_id", "name", "value"])
    ...     return frame.assign(year=2020, indicator="people", concept="resident")
    >>> found = uncoded_within(table([("140105", "小店区", 5.0), ("140106", "迎泽区", 4.0)]),
    ...     table([("140100", "太原市", 11.0)]), table([("140106", "综改区", 2.0)]))
    >>> found[["finding", "unit_id", "name", "value", "related"]].to_numpy().tolist()
    [['uncoded_within', '140100', '太原市', 2.0, '综改区']]
    """
    import pandas as pd

    from cityebb.read.tables.codes import are_division_codes

    rows, above = alike(uncoded, counts), alike(totals, counts)
    rows = rows[rows["value"] > 0].drop_duplicates(["unit_id", "name", "year"])
    if rows.empty or not are_division_codes(counts["unit_id"].astype(str).drop_duplicates().tolist()):
        return items("uncoded_within", "info", [])
    known: list[dict[str, Any]] = []
    unknown: list[dict[str, Any]] = []
    for year, part in rows[rows["year"].isin(set(counts["year"]))].groupby("year"):
        look = _Look(counts[counts["year"] == year], above[above["year"] == year])
        left = look.place(part.assign(parent=part["unit_id"].astype(str).str[:4] + "00"), known)
        left = look.place(left.assign(parent=left["unit_id"].astype(str).str[:2] + "0000"), known)
        unknown += [_item(row, None, None) for row in left.to_dict("records")]
    parts = [items("uncoded_within", "info", known), items("uncoded", "warning", unknown)]
    full = [one for one in parts if len(one)]
    return pd.concat(full, ignore_index=True) if full else parts[0]


def _item(row: dict[Any, Any], parent: str | None, name: str | None) -> dict[str, Any]:
    return {
        "unit_id": parent,
        "name": name,
        "year": str(row["year"]),
        "indicator": row["indicator"],
        "value": row["value"],
        "related": row["name"],
    }


class _Look:
    """The coded figures of one year."""

    def __init__(self, counts: pd.DataFrame, totals: pd.DataFrame) -> None:
        codes = counts["unit_id"].astype(str)
        self.own = dict(zip(codes, counts["value"], strict=True))
        self.above = dict(zip(totals["unit_id"].astype(str), totals["value"], strict=True))
        self.names = dict(zip(totals["unit_id"].astype(str), totals["name"], strict=True))
        self.names.update(zip(codes, counts["name"], strict=True))
        # A figure that is missing leaves a gap of unknown size.
        self.sums: dict[str, float] = {}
        for stem in (codes.str[:4] + "00", codes.str[:2] + "0000"):
            self.sums.update(_sums(counts["value"], stem))

        self.coded = dict(self.sums)

    def place(self, rows: pd.DataFrame, known: list[dict[str, Any]]) -> pd.DataFrame:
        """Add an item for each row in its parent's gap; return the others, without sums of coded rows."""
        left = []
        for parent, there in rows.groupby("parent"):
            told = there.to_dict("records")
            filling = self._filling(str(parent), [row["value"] for row in told])
            known += [_item(told[place], str(parent), self.names.get(str(parent))) for place in filling]
            self._add(str(parent), sum(told[place]["value"] for place in filling))
            rest = [place for place in range(len(told)) if place not in filling]
            left += [
                there.index[place] for place in rest if not self._told(str(parent), told[place]["value"])
            ]
        return rows.loc[left]

    def _add(self, parent: str, value: float) -> None:
        for code in {parent, parent[:2] + "0000"} & set(self.sums):
            self.sums[code] += value

    def _filling(self, parent: str, values: Sequence[float]) -> list[int]:
        """Return which of the values are exactly what the unit has beyond its coded children."""
        whole = self.above.get(parent)
        if whole is None or parent in self.own or parent not in self.sums:
            return []
        gap = whole - self.sums[parent]
        if not gap > _EXACT:
            return []
        if abs(sum(values) - gap) <= max(_ROUNDED * whole, _EXACT):
            return list(range(len(values)))
        return next((list(some) for some in _some(len(values)) if _agree(values, some, gap)), [])

    def _told(self, parent: str, value: float) -> bool:
        """Whether a figure is one that coded rows of the province tell: a sum of them, or a part of one."""
        if parent in self.own:
            return True
        near = [*self.coded.items(), *self.above.items()]
        return any(code[:2] == parent[:2] and abs(total - value) <= _EXACT for code, total in near)


def _sums(values: pd.Series, stems: pd.Series) -> dict[str, float]:
    sums = values.groupby(stems).agg(lambda part: part.sum(skipna=False))
    return {str(stem): float(value) for stem, value in sums.items()}


def _agree(values: Sequence[float], some: tuple[int, ...], gap: float) -> bool:
    return abs(sum(values[place] for place in some) - gap) <= _EXACT


def _some(count: int) -> Iterator[tuple[int, ...]]:
    """Yield the choices among so many rows, the largest first."""
    if count <= _TRIED:
        for size in range(count - 1, 0, -1):
            yield from combinations(range(count), size)
