"""A city's own figure, and beside it the sum of its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cityebb.identify.inside._parts import change, ratio
from cityebb.model import TOGETHER, CityebbError, State

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DIFFERS = 0.01
"""A city's figure and the sum of its parts that lie further apart than this share are said to differ."""

JUDGED = "identify.inside.reason.judged"
NO_PARTS = "identify.inside.reason.no_parts"
NO_PART_KNOWN = "identify.inside.reason.no_part_known"

_NEEDED = ("city_id", "part_id", "before", "after", "state")
_STATES = (State.SHRINKING, State.STABLE, State.GROWING, State.UNDETERMINED)


def city_and_parts(cities: pd.DataFrame, parts: pd.DataFrame, *, differs: float = DIFFERS) -> pd.DataFrame:
    """Set every city's figures beside the sum of its parts: a city may fall while parts of it grow.

    Parameters
    ----------
    cities
        Indexed by ``city_id``, with ``before``, ``after`` (missing is NaN) and ``state``.
    parts
        ``city_id``, ``part_id``, ``before``, ``after``, ``state`` and, where known, ``area_km2`` (NaN where
        not). Cities that are not in ``cities`` are left out.
    differs
        From which share on both figures of a date are said to differ.

    Returns
    -------
    DataFrame
        ``model.TOGETHER``, one row a city, in the order of ``cities``. Shares are of the parts' figures at
        the first date, and of their area, over parts with a value at both dates. Areas and densities stand
        only where every such part has an area.

    Raises
    ------
    CityebbError
        If a column is missing.

    Notes
    -----
    ``differs_before = Σ before / before of the city − 1`` over all parts with a value at that date; so too
    ``differs_after``. The density is that of the land, ``Σ p / Σ a``; the *lived* density is that in which
    the average inhabitant lives, ``Σ p² / a / Σ p`` [1]_: it falls also where a city of equal people and
    area spreads from its dense parts to its thin ones.

    References
    ----------
    .. [1] Craig, J. (1984), Averaging population density, Demography 21(3), 405–412.

    Examples
    --------
    >>> city = pd.DataFrame({"before": [30.0], "after": [27.0], "state": ["shrinking"]}, index=["c"])
    >>> parts = pd.DataFrame({"city_id": "c", "part_id": ["core", "edge"], "before": [20.0, 10.0],
    ...                       "after": [15.0, 12.0], "state": ["shrinking", "growing"]})
    >>> found = city_and_parts(city, parts).iloc[0]
    >>> found["state"], int(found["growing_parts"]), round(float(found["growing_before_share"]), 2)
    ('shrinking', 1, 0.33)
    """
    for name, frame, needed in (("parts", parts, _NEEDED), ("cities", cities, ("before", "after", "state"))):
        for column in needed:
            if column not in frame:
                raise CityebbError("model.column_missing", table=name, column=column)
    place = cities.index.get_indexer(pd.Index(parts["city_id"]))
    mine = parts[place >= 0]
    summed = _Summed(place[place >= 0], len(cities))
    before, after = (mine[name].to_numpy(np.float64) for name in ("before", "after"))
    known = ~(np.isnan(before) | np.isnan(after))
    own = {name: cities[name].to_numpy(np.float64) for name in ("before", "after")}
    start, end = summed(before, known), summed(after, known)
    state = mine["state"].to_numpy(dtype=object)
    area = mine["area_km2"].to_numpy(np.float64) if "area_km2" in mine else np.full(len(mine), np.nan)
    apart = {
        f"differs_{name}": change(own[name], summed(values, ~np.isnan(values)))
        for name, values in (("before", before), ("after", after))
    }
    wide = [np.abs(np.nan_to_num(value)) > differs for value in apart.values()]
    found: dict[str, Any] = {
        "city_id": cities.index.to_numpy(),
        **own,
        "change": change(own["before"], own["after"]),
        "state": cities["state"].to_numpy(),
        "parts": summed.count(np.ones(len(mine), bool)),
        "known_parts": summed.count(known),
        "parts_before": start,
        "parts_after": end,
        "parts_change": change(start, end),
        **apart,
        "differs": wide[0] | wide[1],
        **{f"{each.value}_parts": summed.count(state == each.value) for each in _STATES},
        **_by_area(summed, area, known, before, after, state),
    }
    for each in (State.SHRINKING, State.GROWING):
        found[f"{each.value}_before_share"] = _share(summed(before, known & (state == each.value)), start)
    found["reason"] = np.select(
        [found["parts"] == 0, found["known_parts"] == 0], [NO_PARTS, NO_PART_KNOWN], JUDGED
    )
    return TOGETHER.check(pd.DataFrame(found)[TOGETHER.names])


class _Summed:
    """Adds up by city; a city without anything to add has NaN."""

    def __init__(self, place: NDArray[np.intp], cities: int) -> None:
        self.place, self.cities = place, cities

    def count(self, which: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(self.place[which], minlength=self.cities).astype(np.int64)

    def __call__(self, values: Floats, which: NDArray[np.bool_]) -> Floats:
        # In the order of size: whatever order parts come in, sums have the same bits.
        place, chosen = self.place[which], values[which]
        order = np.lexsort((chosen, place))
        added = np.bincount(place[order], chosen[order], minlength=self.cities).astype(np.float64)
        return np.where(self.count(which) > 0, added, np.nan)


def _by_area(
    summed: _Summed,
    area: Floats,
    known: NDArray[np.bool_],
    before: Floats,
    after: Floats,
    state: NDArray[np.object_],
) -> dict[str, Floats]:
    """Return areas, shares of area and densities, where every part has an area."""
    drawn = known & (area > 0)
    whole = np.where(summed.count(drawn) == summed.count(known), summed(area, drawn), np.nan)
    found = {"area_km2": whole}
    for each in (State.SHRINKING, State.GROWING):
        part = np.nan_to_num(summed(area, drawn & (state == each.value)))
        found[f"{each.value}_area_share"] = _share(part, whole)
    for name, values in (("before", before), ("after", after)):
        total = summed(values, drawn)
        squared = np.divide(values**2, area, out=np.full(area.shape, np.nan), where=drawn)
        found[f"land_density_{name}"] = ratio(total, whole)
        found[f"lived_density_{name}"] = np.where(
            np.isnan(whole), np.nan, ratio(summed(squared, drawn), total)
        )
    return found


def _share(part: Floats, whole: Floats) -> Floats:
    there = ~np.isnan(whole)
    return np.where(there, np.minimum(ratio(np.nan_to_num(part), np.nan_to_num(whole)), 1.0), np.nan)
