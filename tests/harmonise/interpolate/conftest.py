"""Small countries of squares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
from shapely import box

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def squares() -> Callable[..., gpd.GeoDataFrame]:
    """Give units that are boxes: code → (left, low, right, high) in degrees."""

    def make(**boxes: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame(
            index=list(boxes), geometry=[box(*bounds) for bounds in boxes.values()], crs="EPSG:4326"
        )

    return make
