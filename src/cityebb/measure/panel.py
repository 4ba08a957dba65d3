"""The panel: sum, mean and lit area of every city in every year, with what is missing and what is coarse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cityebb.grids import sums
from cityebb.measure.coverage import once_dense
from cityebb.model import PANEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cityebb.delineate import Cities
    from cityebb.grids import Cells

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class YearOfRegions:
    """One year of all regions; arrays with one value a region, NaN where nothing valid is inside.

    ``total`` in the stack's ``sum_unit``, ``mean`` in its ``mean_unit``, ``area_km2`` with a value above
    zero, ``coverage`` the share of the area with a valid value, ``total_sd`` and ``mean_sd`` what the
    source's smallest step leaves open.
    """

    total: Floats
    mean: Floats
    area_km2: Floats
    coverage: Floats
    total_sd: Floats
    mean_sd: Floats


def measure_regions(
    cells: Cells,
    labels: NDArray[np.int32],
    source: str,
    year: int,
    *,
    areas_km2: Floats,
    dense: NDArray[np.bool_] | None = None,
) -> YearOfRegions:
    """Add one year of one source up by region.

    Parameters
    ----------
    cells
        Candidate cells.
    labels
        Region of each cell, 0 outside.
    source, year
        Which layer.
    areas_km2
        ``cells.areas_km2()``.
    dense
        :func:`cityebb.measure.once_dense`, where it is already at hand; used only for a source whose zero is
        missing where a region is all zero.

    Notes
    -----
    Densities and shares: ``sum = Σ v·A``, ``mean = Σ v·A / Σ A``; counts: ``sum = Σ v``,
    ``mean = Σ v / Σ A``, over valid cells. A step ``s`` leaves each cell open by a uniform error of variance
    ``s²/12``, taken as
    independent between cells: ``sd(Σ v·A) = s/√12 · √Σ A²``, ``sd(Σ v) = s/√12 · √n``.
    Cell by cell in row order, so that no way of reading changes a bit.
    """
    stack = cells.stacks[source]
    values = cells.values(source, year)
    valid = ~np.isnan(values)
    if stack.zero == "missing_where_region_is_all_zero":
        if dense is None:
            dense = once_dense(cells, labels, source, areas_km2=areas_km2)
        valid &= (values != 0) | ~dense
    area = sums(labels, areas_km2)
    valid_area = sums(labels, np.where(valid, areas_km2, 0.0))
    lit_area = sums(labels, np.where(valid & (values > 0), areas_km2, 0.0))
    weights = np.ones_like(values) if stack.kind == "count" else areas_km2
    total = sums(labels, values * weights)
    if stack.zero == "missing_where_region_is_all_zero":
        valid_area = np.where(lit_area > 0, valid_area, 0.0)
    variance = sums(labels, np.where(valid, weights**2, 0.0)) * (stack.step or 0.0) ** 2 / 12
    empty = valid_area <= 0
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / valid_area
        mean_sd = np.sqrt(variance) / valid_area
        coverage = np.clip(valid_area / area, 0, 1)

    def known(found: Floats) -> Floats:
        return np.where(empty, np.nan, found)

    return YearOfRegions(
        total=known(total),
        mean=known(mean),
        area_km2=known(lit_area),
        coverage=np.where(empty, 0.0, coverage),
        total_sd=known(np.sqrt(variance)),
        mean_sd=known(mean_sd),
    )


def measure(cells: Cells, cities: Cities, source: str, years: Sequence[int] | None = None) -> pd.DataFrame:
    """Measure every city in every year of one source.

    Parameters
    ----------
    cells
        Candidate cells with all years' values.
    cities
        Cities delineated on these cells.
    source
        Name of the stack.
    years
        Which years; all by default.

    Returns
    -------
    DataFrame
        ``model.PANEL``: for each city and year ``<indicator>_sum``, ``<indicator>_mean`` and
        ``<indicator>_area`` (km² with a value above zero).
    """
    stack = cells.stacks[source]
    areas_km2 = cells.areas_km2()
    wanted = list(stack.years if years is None else years)
    dense = None
    if stack.zero == "missing_where_region_is_all_zero":
        dense = once_dense(cells, cities.labels, source, areas_km2=areas_km2)
    found = [
        measure_regions(cells, cities.labels, source, year, areas_km2=areas_km2, dense=dense)
        for year in wanted
    ]
    parts = []
    for suffix, unit in (("sum", stack.sum_unit), ("mean", stack.mean_unit), ("area", "km²")):
        value, sd = {
            "sum": ([y.total for y in found], [y.total_sd for y in found]),
            "mean": ([y.mean for y in found], [y.mean_sd for y in found]),
            "area": ([y.area_km2 for y in found], [np.full(len(cities.frame), np.nan) for _ in found]),
        }[suffix]
        parts.append(
            pd.DataFrame(
                {
                    "city_id": np.repeat(cities.frame.index.to_numpy(), len(wanted)),
                    "year": np.tile(np.array(wanted, np.int64), len(cities.frame)),
                    "indicator": f"{stack.indicator}_{suffix}",
                    "source": source,
                    "value": _by_city(value),
                    "sd": _by_city(sd),
                    "coverage": _by_city([y.coverage for y in found]),
                    "unit": unit,
                    "concept": stack.concept,
                    "grade": stack.grade,
                }
            )
        )
    return PANEL.check(pd.concat(parts, ignore_index=True))


def _by_city(yearly: list[Floats]) -> Floats:
    """Turn one array a year into the years of the first city, of the second, and so on."""
    stacked: Floats = np.array(yearly, np.float64).T.ravel()
    return stacked
