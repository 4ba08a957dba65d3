"""Small countries of squares."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import pytest
from shapely import box


@pytest.fixture
def squares() -> Callable[..., gpd.GeoDataFrame]:
    """Give units that are boxes: code → (left, low, right, high) in degrees."""

    def make(**boxes: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame(
            index=list(boxes), geometry=[box(*bounds) for bounds in boxes.values()], crs="EPSG:4326"
        )

    return make
