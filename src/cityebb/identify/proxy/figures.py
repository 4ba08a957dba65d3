"""Figures of one source in the same cities, whatever table they come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import CityebbError, gather, may_show_shrinking

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

_IDS = ("city_id", "unit_id")


@dataclass(frozen=True)
class Figures:
    """The figures of all cities by year, with what they count; a :class:`~cityebb.identify.rules.Yearly`.

    Parameters
    ----------
    years
        Ascending.
    values
        Shape ``(cities, years)``; NaN is missing.
    indicator, source, concept, grade
        As in ``model.PANEL``; ``concept`` is one of ``model.CONCEPTS`` for people.
    """

    years: tuple[int, ...]
    values: NDArray[np.float64]
    indicator: str
    source: str
    concept: str = "unknown"
    grade: str = "unknown"

    @property
    def counts_people(self) -> bool:
        """Whether these are people, so that it matters which."""
        return self.indicator.removesuffix("_sum").startswith(("people", "population"))

    def logs(self, years: Sequence[int]) -> NDArray[np.float64]:
        """Return the mean log of some years, one a city; NaN where one of them is missing, zero or less.

        Raises
        ------
        CityebbError
            If there is no such year.
        """
        absent = sorted(set(years) - set(self.years))
        if absent or not years:
            raise CityebbError(
                "identify.proxy.year_missing",
                source=self.source,
                indicator=self.indicator,
                missing=", ".join(map(str, absent)) or "–",
                found=", ".join(map(str, self.years)),
            )
        chosen = np.asarray(self.values, np.float64)[:, [self.years.index(year) for year in years]]
        usable = np.isfinite(chosen) & (chosen > 0)
        logs = np.log(chosen, where=usable, out=np.full(chosen.shape, np.nan))
        mean: NDArray[np.float64] = logs.mean(axis=1)
        return mean


def figures_of(
    frame: pd.DataFrame,
    cities: pd.Index[str],
    *,
    indicator: str,
    source: str | None = None,
    concept: str | None = None,
    links: pd.Series | None = None,
    min_coverage: float = 0.95,
) -> Figures:
    """Arrange one indicator of a tidy table as cities by years.

    Parameters
    ----------
    frame
        ``model.PANEL`` (by ``city_id``) or ``model.COUNTS`` (by ``unit_id``).
    cities
        City ids, in the order wanted.
    indicator
        For example ``"light_sum"`` or ``"people"``.
    source, concept
        Which, where the table holds several.
    links
        City id by unit id, where rows are of units and not of cities (see :func:`one_each`): the units of a
        city are added up. A city with a unit that has no value in a year has none itself.
    min_coverage
        A value with less coverage is missing.

    Returns
    -------
    Figures
        All years of the table; negative and infinite values are missing.

    Raises
    ------
    CityebbError, Faults
        If there are no such rows, if units, concepts, sources or grades differ, or if a row occurs twice.

    Examples
    --------
    >>> import pandas as pd
    >>> counts = pd.DataFrame({"unit_id": ["u1", "u2", "u1", "u2"], "year": [2010, 2010, 2020, 2020],
    ...     "indicator": "people", "concept": "resident", "grade": "census", "source": "census",
    ...     "value": [3.0, 4.0, 2.0, None], "unit": "people", "coverage": 1.0})
    >>> links = pd.Series({"u1": "a", "u2": "a"})
    >>> figures_of(counts, pd.Index(["a"]), indicator="people", links=links).values
    array([[ 7., nan]])
    """
    import pandas as pd

    name = next((column for column in _IDS if column in frame), _IDS[0])
    rows = _chosen(frame, name, indicator, source, concept)
    ids = rows[name].astype(str)
    values = rows["value"].to_numpy(np.float64, na_value=np.nan)
    covered = rows["coverage"].to_numpy(np.float64, na_value=0.0) >= min_coverage
    values = np.where(np.isfinite(values) & (values >= 0) & covered, values, np.nan)
    years = tuple(sorted(int(year) for year in rows["year"].unique()))
    column = pd.Index(years).get_indexer(pd.Index(rows["year"]))
    units = pd.Index(cities if links is None else links.index.astype(str))
    row = units.get_indexer(pd.Index(ids))
    by_unit = np.full((len(units), len(years)), np.nan)
    by_unit[row[row >= 0], column[row >= 0]] = values[row >= 0]
    if links is not None:
        by_unit = _added(by_unit, pd.Index(cities).get_indexer(pd.Index(links.astype(str))), len(cities))
    grades = sorted(rows["grade"].astype(str).unique(), key=may_show_shrinking)
    return Figures(
        years,
        by_unit,
        indicator,
        str(rows["source"].iloc[0]),
        str(rows["concept"].iloc[0]),
        grades[0],
    )


def one_each(links: pd.DataFrame) -> pd.Series:
    """Return the city by unit from ``model.LINKS``, each unit with one city only.

    Where several cities are linked to one unit, it goes to the one that holds most of it (``other_share``,
    then ``city_share``, then the order given): its people must not be counted several times over.

    Returns
    -------
    Series
        City ids by unit id, for ``links`` of :func:`figures_of`.

    Examples
    --------
    >>> import pandas as pd
    >>> links = pd.DataFrame({"city_id": ["a", "b", "c"], "other_id": ["u", "u", "v"],
    ...     "other_share": [0.1, 0.4, None], "city_share": [1.0, 1.0, None]})
    >>> one_each(links).to_dict()
    {'u': 'b', 'v': 'c'}
    """
    best = links.sort_values(
        ["other_share", "city_share"], ascending=False, na_position="last", kind="stable"
    ).drop_duplicates("other_id")
    return best.set_index("other_id")["city_id"].rename_axis(None)


def _added(by_unit: NDArray[np.float64], place: NDArray[np.intp], cities: int) -> NDArray[np.float64]:
    found = np.zeros((cities, by_unit.shape[1]))
    linked = place >= 0
    np.add.at(found, place[linked], by_unit[linked])
    found[~np.isin(np.arange(cities), place[linked])] = np.nan
    return found


def _chosen(
    frame: pd.DataFrame, name: str, indicator: str, source: str | None, concept: str | None
) -> pd.DataFrame:
    wanted = (name, "year", "indicator", "concept", "grade", "source", "value", "unit", "coverage")
    with gather() as fault:
        for column in wanted:
            if column not in frame:
                fault(CityebbError("model.column_missing", table="panel", column=column))
    rows = frame[frame["indicator"] == indicator]
    for column, value in (("source", source), ("concept", concept)):
        if value is not None:
            rows = rows[rows[column] == value]
    told = source or _listed(rows["source"]) or "–"
    if rows.empty:
        raise CityebbError("identify.no_rows", indicator=indicator, source=told)
    kinds = {column: _listed(rows[column]) for column in ("source", "unit", "concept")}
    with gather() as fault:
        if rows["source"].iloc[0] != kinds["source"]:
            fault(CityebbError("identify.proxy.sources_differ", indicator=indicator, found=told))
        for column, key in (("unit", "identify.units_differ"), ("concept", "identify.concepts_differ")):
            if rows[column].iloc[0] != kinds[column]:
                fault(CityebbError(key, indicator=indicator, source=told, found=kinds[column]))
    twice = rows.duplicated([name, "year"])
    if twice.any():
        first = rows[twice].iloc[0]
        raise CityebbError(
            "identify.rows_twice",
            indicator=indicator,
            source=told,
            count=int(twice.sum()),
            city=first[name],
            year=int(first["year"]),
        )
    return rows


def _listed(values: pd.Series) -> str:
    return ", ".join(sorted({str(value) for value in values.unique()}))
