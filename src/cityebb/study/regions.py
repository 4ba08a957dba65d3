"""The regions of a study: which one each city lies in, by a boundary layer of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from cityebb.study.opening import Opened


def outlines_of(opened: Opened, name: str) -> gpd.GeoDataFrame:
    """Return a layer of boundaries on WGS 84."""
    from cityebb.harmonise.coordinates import transform_geometry

    layer, datum = opened.outlines[name].units, opened.datums[name]
    return layer if datum == "wgs84" else transform_geometry(layer, datum, "wgs84")


def with_regions(cities: pd.DataFrame, layer: gpd.GeoDataFrame, *, coded: bool) -> pd.DataFrame:
    """Return cities with the region of a layer that each lies in, in a column ``region``.

    Parameters
    ----------
    cities
        ``model.CITIES``.
    layer
        Boundaries by ``unit_id``, with ``name``, on WGS 84.
    coded
        Whether the cities are administrative units, whose codes begin with that of their region; where no
        code does, as for physical cities, the place of the city decides.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> from shapely import box
    >>> layer = gpd.GeoDataFrame({"name": ["West", None]}, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)],
    ...     index=pd.Index(["10", "20"], name="unit_id"), crs="EPSG:4326")
    >>> cities = pd.DataFrame({"lon": [0.5, 1.5, 9.0], "lat": 0.5}, index=["2001", "b", "c"])
    >>> with_regions(cities, layer, coded=False)["region"].fillna("-").tolist()
    ['West', '20', '-']
    >>> with_regions(cities, layer, coded=True)["region"].fillna("-").tolist()
    ['20', '20', '-']
    """
    import geopandas as gpd
    import pandas as pd

    from cityebb.harmonise import regions_of

    ids = layer.index.astype(str)
    names = pd.Series(layer["name"].to_numpy(), index=ids).fillna(pd.Series(ids, index=ids))
    place = np.full(len(cities), -1)
    if coded:
        found = regions_of(cities.index.astype(str).to_series(), ids.tolist())
        place = pd.Index(ids).get_indexer(pd.Index(found.to_numpy()))
    points = gpd.points_from_xy(cities["lon"], cities["lat"], crs="EPSG:4326")
    left = np.flatnonzero((place < 0) & cities["lon"].notna().to_numpy())
    at, inside = layer.sindex.query(points[left], predicate="within")
    place[left[at[::-1]]] = inside[::-1]  # of several that overlap, the first of the layer
    told = names.to_numpy(dtype=object)[place]
    told[place < 0] = None
    return cities.assign(region=told)
