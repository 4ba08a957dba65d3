"""Sums that do not agree: children and parents, units and nation, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.harmonise.audit._items import alike, items, names_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

# A parent that differs from its children by less than this has been rounded.
ROUNDED = 1e-6
# Children that sum to their parent within this are its parts.
PARTS = 1e-4
_SHOWN = 6
# Findings whose figures are in no unit's.
_NOT_COUNTED = ("uncoded_within", "uncoded")
# Of a division code down to the county.
_DIGITS = 6


def parents_beside_children(counts: pd.DataFrame) -> pd.DataFrame:
    """Find units that are the sum of others in the same table: who adds all of them counts people twice.

    A unit is a parent if its code, without the zeros or the last digit at its end, begins the codes of at
    least two others, and its figure is their sum within one in ten thousand.

    Parameters
    ----------
    counts
        ``model.COUNTS`` of one indicator, concept and source.

    Returns
    -------
    DataFrame
        ``model.AUDIT``, kind ``parent_beside_children``: ``value`` the parent's figure, ``expected`` the sum
        of its children, ``related`` their codes. One further item a year, without a unit: ``value`` the plain
        sum of all rows, ``expected`` the sum without parents.

    Examples
    --------
    >>> import pandas as pd
    >>> counts = pd.DataFrame({"unit_id": ["31010", "31011", "31012", "31020"], "name": list("pabc"),
    ...     "year": 2010, "value": [60.0, 40.0, 20.0, 5.0], "indicator": "people"})
    >>> found = parents_beside_children(counts)
    >>> found["unit_id"].tolist()[0], found["related"].tolist()[0], found["expected"].tolist()
    ('31010', '31011, 31012', [60.0, 65.0])
    """
    found = []
    indicator = str(counts["indicator"].iloc[0]) if len(counts) else None
    for year in sorted(counts["year"].unique().tolist()):
        rows = counts[counts["year"] == year]
        codes = rows["unit_id"].astype(str).to_numpy()
        values = dict(zip(codes.tolist(), rows["value"].tolist(), strict=True))
        names = dict(zip(codes.tolist(), rows["name"].tolist(), strict=True))
        parents = parents_of(values)
        whole = float(np.nansum(rows["value"]))
        inside: set[str] = set()
        for parent, children in parents.items():
            inside |= {child for child in children if child in parents}
            found.append(
                {
                    "unit_id": parent,
                    "name": names[parent],
                    "year": str(year),
                    "indicator": indicator,
                    "value": values[parent],
                    "expected": sum(values[child] for child in children),
                    "related": _told(children),
                }
            )
        if parents:
            # Grandchildren are in their parents: taking every parent out once leaves the finest units.
            less = whole - sum(values[parent] for parent in parents)
            found.append(
                {
                    "year": str(year),
                    "indicator": indicator,
                    "value": whole,
                    "expected": less,
                    "difference": whole - less,
                    "related": str(len(parents)),
                }
            )
    return items("parent_beside_children", "warning", found)


def parents_of(values: Mapping[str, float]) -> dict[str, list[str]]:
    """Return the units that are sums of others, with their parts: the nearest level below that agrees."""
    import bisect

    codes = sorted(values)
    found: dict[str, list[str]] = {}
    for code in codes:
        stems = dict.fromkeys((code.rstrip("0"), code[:-1]))
        for stem in stems:
            if not stem or (stem == code and not code.endswith("0")):
                continue
            first = bisect.bisect_left(codes, stem)
            last = bisect.bisect_left(codes, stem + "\uffff")
            below = [other for other in codes[first:last] if other != code and values[other] == values[other]]
            parts = _adding_up(code, below, values)
            if parts:
                found[code] = parts
                break
    return found


def _adding_up(code: str, below: list[str], values: Mapping[str, float]) -> list[str]:
    """Return those of the units below that add up to the unit, by how far their codes go."""
    whole = values[code]
    if not whole > 0 or len(below) < 2:  # noqa: PLR2004 - one part is the whole
        return []
    same = [one for one in below if len(one) == len(code)]
    upper, lower = [one for one in same if one.endswith("00")], [one for one in same if one[-2:] != "00"]
    for parts in (same, upper, lower, below):
        if len(parts) > 1 and abs(sum(values[one] for one in parts) - whole) <= PARTS * whole:
            return parts
    return []


def against_parents(
    counts: pd.DataFrame, totals: pd.DataFrame, *, within: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Compare units with the rows of the same table that sum them, by the levels of division codes.

    Parameters
    ----------
    counts, totals
        ``model.COUNTS`` of one indicator and concept; the rows above them.
    within
        ``model.AUDIT``, kind ``uncoded_within``: rows without a code that belong to a parent as well.

    Returns
    -------
    DataFrame
        ``model.AUDIT``, kind ``parent_differs``: ``value`` the sum of the children, ``expected`` the parent's
        own figure. Parents without any child in the table are passed over.
    """
    from cityebb.read.tables.codes import are_division_codes, level_of, parent_of

    codes = counts["unit_id"].astype(str)
    if totals.empty or not are_division_codes(codes.drop_duplicates().tolist()):
        return items("parent_differs", "warning", [])
    above = alike(totals, counts).drop_duplicates(["unit_id", "year"])
    own = above["unit_id"].astype(str)
    of_level = own.map({code: level_of(code) for code in own.unique() if len(code) == _DIGITS})
    found = []
    for depth, parents in (("prefecture", codes.map(parent_of)), ("province", codes.str[:2] + "0000")):
        sums = counts.groupby([parents, "year"])["value"].agg(lambda part: part.sum(skipna=False)).to_dict()
        for (parent, year), value in _uncoded(within, depth).items():
            if (parent, year) in sums:
                sums[parent, year] += value
        for row in above[of_level == depth].to_dict("records"):
            value = sums.get((row["unit_id"], row["year"]), np.nan)
            if abs(value - row["value"]) > ROUNDED * row["value"]:
                found.append(
                    {
                        "unit_id": row["unit_id"],
                        "name": row["name"],
                        "year": str(row["year"]),
                        "indicator": row["indicator"],
                        "value": value,
                        "expected": row["value"],
                        "difference": value - row["value"],
                    }
                )
    return items("parent_differs", "warning", found)


def _uncoded(within: pd.DataFrame | None, depth: str) -> dict[tuple[str, int], float]:
    """Return what rows without a code add to each parent of a level and year."""
    if within is None or within.empty:
        return {}
    parents = within["unit_id"] if depth == "prefecture" else within["unit_id"].str[:2] + "0000"
    found: dict[tuple[str, int], float] = {}
    for parent, year, value in zip(parents, within["year"].astype("int64"), within["value"], strict=True):
        found[parent, year] = found.get((parent, year), 0.0) + value
    return found


def against_nation(
    counts: pd.DataFrame, nation: Mapping[int, float], *, explained: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Compare the sum of all units with the national total.

    Parameters
    ----------
    counts
        ``model.COUNTS`` of one indicator and concept.
    nation
        The national total by year.
    explained
        Other findings of the audit; those with a unit and a difference are named as parts of the gap, and
        so are people in rows without a code.

    Returns
    -------
    DataFrame
        ``model.AUDIT``, kind ``nation_differs``; never one number alone: ``related`` names the units
        without a figure and those whose own findings are largest.
    """
    found = []
    for year, total in sorted(nation.items()):
        rows = counts[counts["year"] == year]
        if rows.empty:
            continue
        own = float(np.nansum(rows["value"]))
        if abs(own - total) <= ROUNDED * total:
            continue
        missing = rows[rows["value"].isna()]
        named = [f"{row['name']} ({row['unit_id']}): –" for row in missing.head(_SHOWN).to_dict("records")]
        if explained is not None and len(explained):
            largest = _parts_of_gap(explained[explained["year"].eq(str(year))])
            named += [
                f"{_title(row)}: {row['difference']:+,.0f}" for row in largest.head(_SHOWN).to_dict("records")
            ]
        found.append(
            {
                "year": str(year),
                "indicator": str(rows["indicator"].iloc[0]),
                "value": own,
                "expected": float(total),
                "difference": own - float(total),
                "related": "; ".join(named) or None,
            }
        )
    return items("nation_differs", "warning", found)


def _parts_of_gap(explained: pd.DataFrame) -> pd.DataFrame:
    """Return units with what each adds to or takes from the sum, the largest first."""
    import pandas as pd

    lost = explained[explained["finding"].isin(_NOT_COUNTED)]
    lost = lost.assign(name=lost["name"].fillna(lost["related"]), difference=-lost["value"])
    lost = lost.groupby(["unit_id", "name"], dropna=False)["difference"].sum().reset_index()
    known = explained.loc[explained["difference"].notna(), ["unit_id", "name", "difference"]]
    parts = pd.concat([lost, known], ignore_index=True) if len(lost) else known
    return parts.reindex(parts["difference"].abs().sort_values(ascending=False, kind="stable").index)


def conserved(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Compare the sums before and after figures were put on other boundaries.

    Returns
    -------
    DataFrame
        ``model.AUDIT``, kind ``not_conserved``, for each year in which people were lost or made: ``value``
        after, ``expected`` before. ``related`` names the units that have no figure after.
    """
    found = []
    names = names_of(after) if len(after) else None
    for year in sorted(set(before["year"])):
        one = float(np.nansum(before.loc[before["year"] == year, "value"]))
        rows = after[after["year"] == year]
        other = float(np.nansum(rows["value"]))
        if abs(one - other) <= 1e-9 * max(one, 1):
            continue
        gaps = rows.loc[rows["value"].isna(), "unit_id"].head(_SHOWN)
        told = [f"{names[unit]} ({unit})" if names is not None else str(unit) for unit in gaps]
        found.append(
            {
                "year": str(year),
                "value": other,
                "expected": one,
                "difference": other - one,
                "related": "; ".join(told) or None,
            }
        )
    return items("not_conserved", "warning", found)


def _title(row: Mapping[Any, Any]) -> str:
    return f"{row['name']} ({row['unit_id']})" if isinstance(row["unit_id"], str) else str(row["name"])


def _told(codes: list[str]) -> str:
    return ", ".join(codes[:_SHOWN]) + (f" … ({len(codes)})" if len(codes) > _SHOWN else "")
