"""From the tidy panel to one array of cities by years, with what is wrong in it named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cityebb.model import PANEL, CityebbError, gather, may_show_shrinking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Series:
    """The yearly values of all cities.

    Parameters
    ----------
    years
        In order.
    values
        Shape ``(cities, years)``, in the panel's unit; NaN where missing, infinite, negative or too little
        covered. Zero is a value.
    sd
        Same shape: standard deviation from quantisation alone, zero where the panel gives none.
    seen
        ``bool``, one a city: has any number at all.
    infinite, negative
        ``bool``, shape ``(cities, years)``: what was left out, and why.
    concept
        What is counted.
    carried
        ``bool``, shape ``(cities, years)``: a figure carried forward rather than counted (see
        :func:`cityebb.model.may_show_shrinking`).
    grade
        The one grade of all values in these years; empty where several meet.
    """

    years: tuple[int, ...]
    values: NDArray[np.float64]
    sd: NDArray[np.float64]
    seen: NDArray[np.bool_]
    infinite: NDArray[np.bool_]
    negative: NDArray[np.bool_]
    concept: str
    carried: NDArray[np.bool_]
    grade: str

    def columns(self, years: Sequence[int]) -> list[int]:
        """Return the places of ``years``."""
        return [self.years.index(year) for year in years]

    def of(self, year: int) -> NDArray[np.float64]:
        """Return the values of one year, one a city."""
        return self.values[:, self.years.index(year)]

    @property
    def logs(self) -> NDArray[np.float64]:
        """Natural logarithms; NaN where the value is missing or zero."""
        positive = self.values > 0
        return np.log(self.values, where=positive, out=np.full_like(self.values, np.nan))

    @property
    def quantisation(self) -> NDArray[np.float64]:
        """Standard deviation from quantisation on the log scale, ``sd / value``; zero where undefined."""
        positive = self.values > 0
        return np.divide(self.sd, self.values, where=positive, out=np.zeros_like(self.values))


def series_of(
    panel: pd.DataFrame,
    cities: pd.Index[str],
    *,
    indicator: str,
    source: str,
    years: Sequence[int],
    min_coverage: float,
) -> Series:
    """Arrange a panel as cities by years.

    Parameters
    ----------
    panel
        ``model.PANEL``; rows of other sources, indicators, years and cities are passed over.
    cities
        City ids, in the order wanted.
    indicator
        As in the panel, for example ``"light_sum"``.
    source
        The source's name.
    years
        Wanted years; one that the panel lacks is all missing.
    min_coverage
        A value with less coverage is missing.

    Raises
    ------
    CityebbError, Faults
        If a column or every row is missing, if a (city, year) occurs twice, if units or concepts differ.
    """
    with gather() as fault:
        for name in PANEL.names:
            if name not in panel:
                fault(CityebbError("model.column_missing", table=PANEL.name, column=name))
    rows = panel[(panel["indicator"] == indicator) & (panel["source"] == source)]
    if rows.empty:
        raise CityebbError("identify.no_rows", indicator=indicator, source=source)
    _check(rows, indicator, source)
    ordered = tuple(sorted(set(years)))
    row = cities.get_indexer(pd.Index(rows["city_id"]))
    column = pd.Index(ordered).get_indexer(pd.Index(rows["year"]))
    used = (row >= 0) & (column >= 0)
    place = row[used] * len(ordered) + column[used]
    shape = (len(cities), len(ordered))

    def spread(name: str, empty: float) -> NDArray[np.float64]:
        flat = np.full(shape[0] * shape[1], empty)
        flat[place] = rows[name].to_numpy(np.float64, na_value=np.nan)[used]
        return flat.reshape(shape)

    values, sd = spread("value", np.nan), spread("sd", 0.0)
    coverage = spread("coverage", 0.0)
    grades = rows["grade"].astype(str)
    weak = ~grades.map({grade: may_show_shrinking(grade) for grade in grades.unique()}).to_numpy(bool)
    carried = np.zeros(shape[0] * shape[1], dtype=bool)
    carried[place] = weak[used]
    met = grades[used].unique()
    return arranged(
        ordered,
        values,
        sd,
        coverage,
        min_coverage=min_coverage,
        concept=str(rows["concept"].iloc[0]),
        carried=carried.reshape(shape),
        grade=str(met[0]) if len(met) == 1 else "",
    )


def arranged(
    years: tuple[int, ...],
    values: NDArray[np.float64],
    sd: NDArray[np.float64],
    coverage: NDArray[np.float64],
    *,
    min_coverage: float,
    concept: str,
    carried: NDArray[np.bool_],
    grade: str,
) -> Series:
    """Return measured arrays of cities by years as series, what cannot be used left out and named."""
    infinite, negative = np.isinf(values), values < 0
    seen = np.isnan(values).sum(axis=1) < values.shape[1]
    values = np.where(infinite | negative | (coverage < min_coverage), np.nan, values)
    sd = np.where(np.isfinite(sd), sd, 0.0)
    return Series(years, values, sd, seen, infinite, negative, concept, carried, grade)


def _check(rows: pd.DataFrame, indicator: str, source: str) -> None:
    with gather() as fault:
        twice = rows.duplicated(["city_id", "year"])
        if twice.any():
            first = rows[twice].iloc[0]
            fault(
                CityebbError(
                    "identify.rows_twice",
                    indicator=indicator,
                    source=source,
                    count=int(twice.sum()),
                    city=first["city_id"],
                    year=int(first["year"]),
                )
            )
        for column, key in (("unit", "identify.units_differ"), ("concept", "identify.concepts_differ")):
            found = sorted(str(value) for value in rows[column].unique())
            if len(found) > 1:
                fault(CityebbError(key, indicator=indicator, source=source, found=", ".join(found)))
