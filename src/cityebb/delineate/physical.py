"""Physical cities: connected built-up land, with outline, footprint, identity and name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.delineate._seam import between_half_turns, unwrapped
from cityebb.delineate.regions import find_regions
from cityebb.grids import peaks, runs, trace
from cityebb.model import CITIES, FOOTPRINTS, CityebbError, city_ids, size_class
from cityebb.words import say_unit

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from cityebb.delineate.parameters import DelineateParameters
    from cityebb.delineate.regions import Regions
    from cityebb.grids import Cells


@dataclass(frozen=True)
class Cities:
    """Cities of one definition.

    Parameters
    ----------
    frame
        ``model.CITIES``; outlines in EPSG:4326.
    footprints
        ``model.FOOTPRINTS``: the cells of each city as runs.
    labels
        One a candidate cell: 0 outside, else the place of its city in ``frame``, from 1 on.
    """

    frame: gpd.GeoDataFrame
    footprints: pd.DataFrame
    labels: NDArray[np.int32]


def delineate(
    cells: Cells,
    parameters: DelineateParameters,
    *,
    name: str,
    years: tuple[int, int],
    named: bool = True,
    progress: Callable[[str, int, int], None] | None = None,
) -> Cities:
    """Find the physical cities that a definition makes of candidate cells.

    Parameters
    ----------
    cells
        From :func:`cityebb.grids.scan`.
    parameters
        The definition.
    name
        Its name; part of each ``city_id``.
    years
        First and last year of the comparison.
    named
        Whether to look up what the cities are called.
    progress
        Told ``("delineate", steps done, 3)``.

    Returns
    -------
    Cities
        In the order of their first cell, row by row.

    Raises
    ------
    CityebbError
        If no city is found.
    """
    tell = progress or (lambda _stage, _done, _total: None)
    regions = find_regions(cells, parameters, years=years)
    if not len(regions):
        raise _nothing_found(cells, parameters, years)
    tell("delineate", 1, 3)
    frame = _frame(cells, regions, parameters, name, years)
    footprints = _footprints(cells, regions, frame.index)
    tell("delineate", 2, 3)
    if named:
        from cityebb.delineate.names import name_cities

        found = name_cities(frame.geometry)
        frame[list(found.columns)] = found
    tell("delineate", 3, 3)
    CITIES.check(frame)
    return Cities(frame, FOOTPRINTS.check(footprints), regions.labels)


def _nothing_found(cells: Cells, parameters: DelineateParameters, years: tuple[int, int]) -> CityebbError:
    first, last = parameters.years or years
    sources = cells.census[cells.census["source"].isin(list(parameters.where))]
    return CityebbError(
        "delineate.no_city",
        where=", ".join(
            f"{source} ≥ {value:g} {say_unit(cells.stacks[source].mean_unit)}"
            for source, value in parameters.where.items()
        ),
        area=parameters.min_area_km2,
        years=f"{first}, {last}",
        highest=", ".join(
            f"{source} {group['highest'].max():g}" for source, group in sources.groupby("source", sort=False)
        ),
    )


def _frame(
    cells: Cells, regions: Regions, parameters: DelineateParameters, name: str, years: tuple[int, int]
) -> gpd.GeoDataFrame:
    import geopandas as gpd
    import pandas as pd

    longitude, latitude = _peaks(cells, regions, parameters, years)
    if not (np.isfinite(longitude) & np.isfinite(latitude)).all():
        raise CityebbError("delineate.off_earth", crs=cells.grid.name)
    _, outlines = trace(*runs(cells, regions.labels), grid=cells.grid)
    geometry = gpd.GeoSeries(outlines, crs=cells.grid.crs)
    if not cells.grid.is_geographic:
        geometry = gpd.GeoSeries(unwrapped(geometry.to_crs("EPSG:4326").to_numpy()))
    count = len(regions)
    first, last = parameters.years or years
    frame = pd.DataFrame(
        {
            "name_zh": pd.Series([None] * count, dtype="object"),
            "name_en": pd.Series([None] * count, dtype="object"),
            "near": np.zeros(count, bool),
            "district_zh": pd.Series([None] * count, dtype="object"),
            "district_en": pd.Series([None] * count, dtype="object"),
            "country": pd.Series([None] * count, dtype="object"),
            "lon": longitude,
            "lat": latitude,
            "area_km2": regions.area_km2,
            "cells": regions.cells,
            "size_class": size_class(regions.area_km2),
            "definition": name,
            "boundary_vintage": f"{parameters.epoch} {first}, {last}",
        }
    )
    frame["geometry"] = between_half_turns(geometry.to_numpy())
    frame.index = pd.Index(city_ids(name, longitude, latitude), name="city_id")
    return gpd.GeoDataFrame(frame, geometry="geometry", crs="EPSG:4326")


def _peaks(
    cells: Cells, regions: Regions, parameters: DelineateParameters, years: tuple[int, int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitude and latitude of each city's highest-valued cell over the epochs used."""
    source = next(iter(parameters.where))
    there = cells.stacks[source].years
    used = [year for year in parameters.years or years if year in there] or [there[0]]
    highest = np.fmax.reduce([cells.values(source, year) for year in used])
    at = peaks(regions.labels, highest)
    return cells.grid.lonlat(cells.rows[at], cells.columns[at])


def _footprints(cells: Cells, regions: Regions, city_id: pd.Index) -> pd.DataFrame:
    import pandas as pd

    region, row, first, last = runs(cells, regions.labels)
    return pd.DataFrame({"city_id": city_id.to_numpy()[region - 1], "row": row, "first": first, "last": last})
