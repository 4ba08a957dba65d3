"""Changes of boundary that no ledger tells: a base that two publications give differently, an area that jumps."""

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
    >>> areas = pd.DataFrame({"unit_id": ["A", "A", "B"], "year": [2010, 2020, 2020], "value": [8.0, 9.0, 1.0]})
    >>> areas_between(areas, 2010, 2020).to_numpy().tolist()
    [['A', 8.0, 9.0]]
    """
    if areas is None or areas.empty:
        return None
    rows = areas[areas["year"].between(start, end) & (areas["value"] > 0)].sort_values("year", kind="stable")
    rows = rows.assign(unit_id=rows["unit_id"].astype(str)).drop_duplicates(["unit_id", "year"])
    each = rows.groupby("unit_id")
    found = pd.DataFrame({"before": each["value"].first(), "after": each["value"].last()})
    found = found[each["year"].nunique() > 1].reset_index()
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
    beside = beside[beside["year"].isin((start, end))].drop_duplicates(["unit_id", "year", "source"])
    for (year, source), rows in beside.groupby(["year", "source"], sort=True):
        theirs = rows.set_index("unit_id")["value"]
        units = values[int(year)].index.intersection(theirs.index)
        one, other = (part.reindex(units).to_numpy(np.float64) for part in (values[int(year)], theirs))
        mine = own.loc[own["year"] == year, "source"].iloc[0] if len(units) else ""
        for place in np.flatnonzero(_apart(one, other, BASE_CHANGE)).tolist():
            unit = str(units[place])
            text = f"{year}: {one[place]:,.0f} ({mine}) / {other[place]:,.0f} ({source})"
            changes = _changes(values, unit, int(year) == start, one[place], other[place], start, end)
            told.setdefault(unit, {})[text + changes] = None
    return pd.Series({unit: "; ".join(texts) for unit, texts in told.items()}, dtype=object)


def _changes(
    values: dict[int, pd.Series], unit: str, first: bool, one: float, other: float, start: int, end: int
) -> str:
    """Return the change by either figure."""
    if first:
        after = float(values[end].get(unit, np.nan))
        pair = (after / one - 1, after / other - 1)
    else:
        before = float(values[start].get(unit, np.nan))
        pair = (one / before - 1, other / before - 1) if before > 0 else (np.nan, np.nan)
    return "" if np.isnan(pair).any() else f": {pair[0]:+.1%} / {pair[1]:+.1%}"


def _apart(one: NDArray[np.float64], other: NDArray[np.float64], least: float) -> NDArray[np.bool_]:
    """Return which pairs differ by more than a share, by more than rounding, and more than the others do."""
    known = (one > 0) & (other > 0)
    change = np.zeros(one.shape)
    change[known] = np.log(other[known] / one[known])
    middle = scale = grain = 0.0
    if known.sum() >= _FEW:
        middle = float(np.median(change[known]))
        scale = _MAD_TO_SD * float(np.median(np.abs(change[known] - middle)))
        grain = max(_grain(one[known]), _grain(other[known]))
    far: NDArray[np.bool_] = known & (np.abs(np.expm1(change)) > least)
    far &= np.abs(change - middle) > max(_DEVIATIONS * scale, least)
    return far & (np.abs(other - one) > grain)


def _grain(values: NDArray[np.float64]) -> float:
    """Return the power of ten that all figures are rounded to; 0 where they have decimals."""
    return float(next((grain for grain in _GRAINS if not (values % grain).any()), 0))
