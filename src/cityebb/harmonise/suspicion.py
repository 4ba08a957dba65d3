"""Changes of boundary that no ledger tells: a base that two publications give differently, a jump of area."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

AREA_JUMP = 0.005
"""An area that changes by more than this share is another territory; less is measured anew."""
BASE_CHANGE = 0.001
"""A base that another publication gives differently by more than this share stands on other boundaries."""

# A unit must differ this many robust standard deviations more than the others do.
_DEVIATIONS = 6.0
_MAD_TO_SD = 1.482602218505602
# Of fewer units nothing is learnt of how the others differ, or how figures are rounded.
_FEW = 10
# Where the usual figure differs by more than this, it is another figure, as of a part of the people.
_ANOTHER = 0.05
_GRAINS = (10_000, 1_000, 100, 10, 1)


def areas_between(areas: pd.DataFrame | None, start: int, end: int) -> pd.DataFrame | None:
    """Return each unit's first and last area in a period.

    Parameters
    ----------
    areas
        ``model.COUNTS`` of areas, km².
    start, end
        The years compared.

    Returns
    -------
    DataFrame or None
        ``unit_id``, ``before``, ``after`` of units with areas of two years; ``None`` where there is none.

    Examples
    --------
    >>> rows = [("A", 2010, 8.0), ("A", 2020, 9.0), ("B", 2020, 1.0)]
    >>> areas = pd.DataFrame(rows, columns=["unit_id", "year", "value"])
    >>> areas_between(areas, 2010, 2020).to_numpy().tolist()
    [['A', 8.0, 9.0]]
    """
    if areas is None or areas.empty:
        return None
    rows = areas[areas["year"].between(start, end) & (areas["value"] > 0)].sort_values("year", kind="stable")
    rows = rows.assign(unit_id=rows["unit_id"].astype(str)).drop_duplicates(["unit_id", "year"])
    each = rows.groupby("unit_id")
    found = pd.DataFrame({"before": each["value"].first(), "after": each["value"].last()})
    found = found[each.size() > 1].reset_index()
    return found if len(found) else None


def suspect_areas(units: pd.Index, areas: pd.DataFrame) -> pd.Series:
    """Return, by unit, what is to be said of an area that jumps.

    Parameters
    ----------
    units
        Those looked at.
    areas
        ``unit_id``, ``before``, ``after``, km².
    """
    known = areas.drop_duplicates("unit_id").set_index("unit_id").reindex(units)
    before, after = (known[name].to_numpy(np.float64) for name in ("before", "after"))
    far = _apart(before, after, AREA_JUMP)
    told = [f"{one:.1f} → {other:.1f} km²" for one, other in zip(before[far], after[far], strict=True)]
    return pd.Series(told, index=units[far], dtype=object)


def same_figures(reported: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Return those of other publications that tell the same figures, and not for instance a part of them.

    Parameters
    ----------
    reported, others
        ``model.COUNTS`` of one indicator and concept.
    """
    keys = ["unit_id", "year"]
    own = reported[[*keys, "value"]].drop_duplicates(keys)
    met = others[[*keys, "source", "value"]].merge(own, on=keys, suffixes=("", "_own"))
    met = met[(met["value"] > 0) & (met["value_own"] > 0)]
    apart = (met["value"] / met["value_own"] - 1).abs().groupby(met["source"]).agg(["median", "size"])
    other = apart.index[(apart["median"] > _ANOTHER) & (apart["size"] >= _FEW)]
    return others[others["source"].isin(set(met["source"])) & ~others["source"].isin(other)]


def suspect_bases(reported: pd.DataFrame, others: pd.DataFrame, *, start: int, end: int) -> pd.Series:
    """Return, by unit, what is to be said of a figure that another publication gives differently.

    Parameters
    ----------
    reported, others
        ``model.COUNTS`` of one indicator and concept.
    start, end
        The years compared; both are looked at.

    Notes
    -----
    Where another publication gives all figures differently, as after a revision, that tells nothing of one
    unit: the difference must be far from the median of all, by the median absolute deviation.
    """
    own = reported.assign(unit_id=reported["unit_id"].astype(str)).drop_duplicates(["unit_id", "year"])
    values = {year: own[own["year"] == year].set_index("unit_id")["value"] for year in (start, end)}
    told: dict[str, dict[str, None]] = {}
    beside = others.assign(unit_id=others["unit_id"].astype(str))
    for year in (start, end):
        rows = beside[beside["year"] == year].drop_duplicates(["unit_id", "source"])
        for source, part in rows.groupby("source", sort=True):
            theirs = part.set_index("unit_id")["value"]
            units = values[year].index.intersection(theirs.index)
            one, other = (column.reindex(units).to_numpy(np.float64) for column in (values[year], theirs))
            far = _apart(one, other, BASE_CHANGE)
            mine = own.loc[own["year"] == year, "source"]
            for unit, printed, again in zip(units[far], one[far], other[far], strict=True):
                text = f"{year}: {printed:,.0f} ({mine.iloc[0]}) / {again:,.0f} ({source})"
                fixed = float(values[end if year == start else start].get(unit, np.nan))
                text += _changes(fixed, printed, again, forwards=year == start)
                told.setdefault(str(unit), {})[text] = None
    return pd.Series({unit: "; ".join(texts) for unit, texts in told.items()}, dtype=object)


def _changes(fixed: float, one: float, other: float, *, forwards: bool) -> str:
    """Return the change between a figure and either of two, from these to it or back."""
    if not fixed > 0:
        return ""
    pair = [fixed / base - 1 if forwards else base / fixed - 1 for base in (one, other)]
    return f": {pair[0]:+.1%} / {pair[1]:+.1%}"


def _apart(one: NDArray[np.float64], other: NDArray[np.float64], least: float) -> NDArray[np.bool_]:
    """Return which pairs differ by more than a share, by more than rounding, and more than the others do."""
    known = (one > 0) & (other > 0)
    change = np.zeros(one.shape)
    change[known] = np.log(other[known] / one[known])
    middle = scale = grain = 0.0
    if known.sum() >= _FEW:
        middle = float(np.median(change[known]))
        scale = _MAD_TO_SD * float(np.median(np.abs(change[known] - middle)))
        grain = (grain_of(one[known]) + grain_of(other[known])) / 2
    far: NDArray[np.bool_] = known & (np.abs(np.expm1(change)) > least)
    far &= np.abs(change - middle) > max(_DEVIATIONS * scale, least)
    return far & (np.abs(other - one) > grain)


def grain_of(values: NDArray[np.float64]) -> float:
    """Return the power of ten that all figures are rounded to; 0 where they have decimals or are few.

    Examples
    --------
    >>> grain_of(np.arange(12) * 300.0), grain_of(np.arange(12) / 4), grain_of(np.array([100.0]))
    (100.0, 0.0, 0.0)
    """
    if len(values) < _FEW:
        return 0.0
    return float(next((grain for grain in _GRAINS if not (values % grain).any()), 0))
