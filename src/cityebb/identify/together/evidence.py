"""What each source says of each city, and what that may count for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import EVIDENCE, may_show_shrinking
from cityebb.words import say

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pandas as pd
    from numpy.typing import NDArray

# Counts of those who live in the city itself; all other concepts are of somebody else, or of more or fewer.
RESIDENTS = frozenset({"resident", "urban_area"})
# Two periods can be set side by side if so much of the shorter lies in both.
LEAST_PERIOD = 0.5
# A unit found by outlines is the city itself if so much of either lies in the other.
_LEAST_SHARE = 0.5


class Says(StrEnum):
    """What a source's change amounts to, noise left aside."""

    DOWN = "down"
    LEVEL = "level"
    UP = "up"
    NOTHING = "nothing"

    def word(self, language: str | None = None) -> str:
        """Say it."""
        return say(f"identify.together.says.{self.value}", language)


class Role(StrEnum):
    """What a source counts for in the verdict on a city."""

    COUNTS = "counts"
    STANDS_IN = "stands_in"
    CONTEXT = "context"
    BESIDE = "beside"
    NOT_TRUSTED = "not_trusted"
    OTHER_PERIOD = "other_period"

    def word(self, language: str | None = None) -> str:
        """Say it."""
        return say(f"identify.together.role.{self.value}", language)


@dataclass(frozen=True)
class Told:
    """One comparison, as evidence.

    Parameters
    ----------
    comparison
        Its name.
    verdicts
        ``model.VERDICTS`` of its own cities or units.
    cities
        These, ``model.CITIES``.
    grade
        Of its figures, see :data:`cityebb.model.GRADES`.
    links
        ``model.LINKS`` from the cities of which the rows tell; ``None`` where these are the same.
    registered
        Whether its figures, whatever they are called, look like those of registered people.
    """

    comparison: str
    verdicts: pd.DataFrame
    cities: pd.DataFrame
    grade: str
    links: pd.DataFrame | None = None
    registered: bool = False


def evidence_of(told: Sequence[Told], *, counts: Collection[str] = ()) -> pd.DataFrame:
    """Return what every comparison says of every city.

    Parameters
    ----------
    told
        The comparisons; the first is that of the cities of which the rows tell.
    counts
        Names of comparisons whose linked units count as the city itself, whatever their outlines say.

    Returns
    -------
    DataFrame
        ``model.EVIDENCE``, city by city in the order of the first comparison, and in it by comparison;
        ``against`` and ``why`` are left for :func:`~cityebb.identify.together.combine`.

    Notes
    -----
    The role of a source, the first that holds:

    ============= ======================================================================================
    other_period  less than half of the shorter period lies in the first comparison's; or the same figures
                  over another period, after those named before
    context       it is known of another unit: found by outlines, of which half of either does not lie in
                  the other; or an administrative unit and a physical city, paired without outlines, so
                  that nobody knows. A region's people are not its city's
    beside        it tells of something else: output, jobs, built-up land, registered people, the people
                  of all towns of a region
    not_trusted   people as carried forward, modelled, or of a source or concept that nobody states
    counts        residents, counted
    stands_in     light
    ============= ======================================================================================
    """
    import pandas as pd

    first = told[0]
    base = first.verdicts["city_id"]
    period = _period(first.verdicts)
    parts = [
        _rows(each, None if place == 0 else each.links, base).assign(
            other_kind=_from_cells(each) != _from_cells(first)
        )
        for place, each in enumerate(told)
    ]
    rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
    rows["says"] = _says(rows)
    rows["role"] = _roles(rows, period, counts)
    rows["against"], rows["why"] = False, ""
    order = pd.Series(np.arange(len(base)), index=base.to_numpy())
    names = {each.comparison: place for place, each in enumerate(told)}
    rows["place"], rows["turn"] = rows["city_id"].map(order), rows["comparison"].map(names)
    rows = rows.sort_values(["place", "turn"], kind="stable").reset_index(drop=True)
    registered = {each.comparison for each in told if each.registered}
    rows.loc[rows["comparison"].isin(registered) & (rows["role"] == Role.COUNTS), "role"] = Role.BESIDE.value
    return EVIDENCE.check(rows[EVIDENCE.names])


def _from_cells(told: Told) -> bool:
    """Whether the cities of a comparison are physical ones, drawn from cells."""
    return "cells" in told.cities and bool((told.cities["cells"] > 0).any())


def _rows(told: Told, links: pd.DataFrame | None, base: pd.Series) -> pd.DataFrame:
    """Return the verdicts of one comparison by the city of which they tell."""
    import pandas as pd

    if links is None:
        same = told.verdicts[told.verdicts["city_id"].isin(base)]
        nothing = dict.fromkeys(("other_id", "other_zh", "other_en", "linked_by"))
        rows = same.assign(**nothing, city_share=np.nan, other_share=np.nan)
    else:
        names = told.cities[["name_zh", "name_en"]].set_axis(["other_zh", "other_en"], axis=1)
        there = told.verdicts.rename(columns={"city_id": "other_id"})
        kept = links[["city_id", "other_id", "linked_by", "city_share", "other_share"]]
        rows = kept.merge(there, on="other_id").merge(names, left_on="other_id", right_index=True)
    found: pd.DataFrame = rows.assign(comparison=told.comparison, grade=told.grade)
    for name in ("other_id", "other_zh", "other_en", "linked_by"):
        found[name] = pd.Series(found[name], dtype="object").where(found[name].notna(), None)
    return found


def _says(rows: pd.DataFrame) -> NDArray[np.object_]:
    change, line = rows["change"].to_numpy(), rows["threshold"].to_numpy()
    said = np.full(len(rows), Says.LEVEL.value, dtype=object)
    said[change <= line] = Says.DOWN.value
    said[change >= -line] = Says.UP.value
    said[(change == 0) & (line == 0)] = Says.LEVEL.value
    said[np.isnan(change)] = Says.NOTHING.value
    return said


def _roles(rows: pd.DataFrame, period: tuple[int, int], counts: Collection[str]) -> NDArray[np.object_]:
    """Give each row its role; the later overwrites the earlier, so the weightiest comes last."""
    people, light = rows["indicator"] == "people", rows["indicator"] == "light"
    trusted = rows["grade"].map(may_show_shrinking) & (rows["concept"] != "unknown")
    shared = rows[["city_share", "other_share"]].min(axis=1)
    elsewhere = rows["linked_by"].eq("outline") & ~(shared >= _LEAST_SHARE)
    elsewhere |= rows["other_kind"] & rows["linked_by"].isin(["stated", "point", "name"])
    elsewhere &= ~rows["comparison"].isin(list(counts))
    start, end = _years(rows["start"], 0), _years(rows["end"], -1)
    common = np.minimum(end, period[1]) - np.maximum(start, period[0])
    shorter = np.minimum(end - start, period[1] - period[0])
    again = rows.duplicated(["city_id", "source", "indicator", "concept"])
    role = np.full(len(rows), Role.STANDS_IN.value, dtype=object)
    for name, holds in (
        (Role.COUNTS, people),
        (Role.NOT_TRUSTED, people & ~trusted),
        (Role.BESIDE, ~light & ~(people & rows["concept"].isin([*RESIDENTS, "unknown"]))),
        (Role.CONTEXT, elsewhere),
        (Role.OTHER_PERIOD, (common < LEAST_PERIOD * shorter) | again),
    ):
        role[np.asarray(holds, np.bool_)] = name.value
    return role


def _years(texts: pd.Series, place: int) -> NDArray[np.int64]:
    """Return the first or last year of each text such as ``2013`` or ``2013–2015``."""
    return np.asarray(texts.str.split("–").str[place].astype("int64"))


def _period(verdicts: pd.DataFrame) -> tuple[int, int]:
    return int(_years(verdicts["start"], 0)[0]), int(_years(verdicts["end"], -1)[0])
