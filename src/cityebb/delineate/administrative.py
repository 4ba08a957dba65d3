"""Cities as administrative units: not where the city is, but what is governed and counted under its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel, ConfigDict, model_validator

from cityebb.delineate._labels import country_name
from cityebb.model import CITIES, UNKNOWN_SIZE, CityebbError, size_class
from cityebb.read.units import as_in_table

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

_SQUARE_METRES = 1e6


class AdministrativeParameters(BaseModel):
    """Administrative units: one ``[delineate.NAME]`` table of a study.

    Parameters
    ----------
    units
        The table whose units are meant, by its name in ``[read.NAME]``.
    outlines
        A boundary layer with their outlines, by its name in ``[read.NAME]``; default that onto which people
        are spread (``outlines`` in ``[harmonise]``); without any there is no map.
    country
        Two letters (ISO 3166-1), for tables of one country.

    Examples
    --------
    >>> AdministrativeParameters(units="people").outlines is None
    True
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    units: str
    outlines: str | None = None
    country: str | None = None

    @model_validator(mode="after")
    def _known(self) -> AdministrativeParameters:
        if self.country is not None and country_name(self.country, "en") == self.country:
            raise CityebbError("delineate.country_unknown", country=self.country)
        return self


def administrative_cities(
    counts: pd.DataFrame,
    outlines: gpd.GeoDataFrame | None = None,
    *,
    name: str,
    vintage: str,
    country: str | None = None,
    members: pd.DataFrame | None = None,
    places: pd.DataFrame | None = None,
) -> gpd.GeoDataFrame:
    """Return the units of a table of counts as cities.

    Parameters
    ----------
    counts
        ``model.COUNTS``; one city for each ``unit_id``, called as in the latest year.
    outlines
        Polygons indexed by ``unit_id``; units without one have neither place nor area.
    name
        Of the definition.
    vintage
        Date of the boundaries on which the counts stand.
    country
        Two letters.
    members
        ``model.MEMBERS`` where units were put together: a unit's outline is then that of all its members at
        the date of the outlines.
    places
        Columns ``unit_id``, ``lon`` and ``lat``: where units lie that have no outline.

    Returns
    -------
    GeoDataFrame
        ``model.CITIES`` and ``label_zh``, ``label_en``, which are all different: ``area_km2`` on the WGS 84
        ellipsoid, ``lon`` and ``lat`` of a point inside.
    """
    import geopandas as gpd
    import pandas as pd

    latest = counts.sort_values("year", kind="stable").groupby("unit_id", sort=True)["name"].last()
    frame = pd.DataFrame(index=pd.Index(latest.index.astype(str), name="city_id"))
    names = latest.where(latest.notna(), None).astype(object).to_numpy()
    frame["label_zh"] = frame["label_en"] = _labels(latest)
    frame["name_zh"], frame["name_en"] = names, names
    frame["near"] = False
    for column in ("district_zh", "district_en"):
        frame[column] = None
    frame["country"] = country
    shapes = _shapes(outlines, frame.index, members)
    frame["lon"], frame["lat"] = _inside(shapes)
    if places is not None and len(places):
        told = places.drop_duplicates("unit_id").set_index("unit_id").reindex(frame.index)
        for column in ("lon", "lat"):
            frame[column] = frame[column].fillna(told[column])
    frame["area_km2"] = _areas(shapes)
    frame["cells"] = np.int64(0)
    known = frame["area_km2"].notna().to_numpy()
    frame["size_class"] = UNKNOWN_SIZE
    frame.loc[known, "size_class"] = size_class(frame.loc[known, "area_km2"])
    frame["definition"], frame["boundary_vintage"] = name, vintage
    cities = gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326")
    return cities[["label_zh", "label_en", *CITIES.names]]


def _labels(names: pd.Series) -> list[str]:
    """Return what each unit is called: its name, with its code where several bear it, or its code alone."""
    shared = names.duplicated(keep=False)
    return [
        (f"{name} ({unit})" if several else name) if isinstance(name, str) else str(unit)
        for unit, name, several in zip(names.index, names, shared, strict=True)
    ]


def _shapes(
    outlines: gpd.GeoDataFrame | None, index: pd.Index, members: pd.DataFrame | None
) -> gpd.GeoSeries:
    """Return the outline of each unit, put together of its members where it has several."""
    import geopandas as gpd
    import pandas as pd

    if outlines is None:
        return gpd.GeoSeries([None] * len(index), index=index, crs="EPSG:4326")
    shapes = outlines.to_crs("EPSG:4326").geometry
    own = members["unit_id"] if members is not None and len(members) else index
    shapes.index = pd.Index(as_in_table(shapes.index, own))
    if members is not None and len(members):
        group = members.drop_duplicates("unit_id", keep="last").set_index("unit_id")["group_id"]
        known = shapes[shapes.index.isin(group.index)]
        shapes = gpd.GeoDataFrame(geometry=known).dissolve(group.loc[known.index].to_numpy()).geometry
    return gpd.GeoSeries(shapes.reindex(index), index=index, crs="EPSG:4326")


def _inside(shapes: gpd.GeoSeries) -> tuple[np.ndarray, np.ndarray]:
    """Return a point inside each outline; NaN where there is none."""
    lon, lat = np.full(len(shapes), np.nan), np.full(len(shapes), np.nan)
    there = shapes.notna().to_numpy()
    if there.any():
        points = shapes[there].representative_point()
        lon[there], lat[there] = points.x, points.y
    return lon, lat


def _areas(shapes: gpd.GeoSeries) -> np.ndarray:
    from pyproj import Geod

    ellipsoid = Geod(ellps="WGS84")
    found = [
        np.nan if shape is None or shape.is_empty else abs(ellipsoid.geometry_area_perimeter(shape)[0])
        for shape in shapes
    ]
    areas: np.ndarray = np.array(found, dtype=np.float64) / _SQUARE_METRES
    return areas
