"""Cell areas and places."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityebb.grids import Grid
from cityebb.model import CityebbError


def degrees(step: float, shape: tuple[int, int], left: float = -180.0, top: float = 90.0) -> Grid:
    return Grid("EPSG:4326", (step, 0, left, 0, -step, top), shape)


def test_all_cells_together_are_the_earth() -> None:
    # Surface of the WGS 84 ellipsoid, National Imagery and Mapping Agency TR8350.2: 510,065,621.724 km².
    grid = degrees(0.5, (360, 720))
    assert math.isclose(grid.areas_km2(0, 360).sum() * 720, 510_065_621.724, rel_tol=1e-11)


def test_one_degree_at_the_equator_against_the_geodesic() -> None:
    from pyproj import Geod

    # A cell's sides are parallels, a polygon's are geodesics: many points along the parallels mend it.
    x = np.concatenate([np.linspace(0, 1, 2001), np.linspace(1, 0, 2001)])
    y = np.concatenate([np.full(2001, 59.0), np.full(2001, 60.0)])
    area, _ = Geod(ellps="WGS84").polygon_area_perimeter(x, y)
    assert math.isclose(degrees(1.0, (180, 360)).areas_km2(30, 31)[0, 0], abs(area) / 1e6, rel_tol=1e-7)


def test_equal_area_projections_keep_their_cells() -> None:
    for crs in ("EPSG:3035", "ESRI:54009", "EPSG:6933"):
        grid = Grid(crs, (1000.0, 0, 0, 0, -1000.0, 3_000_000), (5, 7))
        assert grid.is_equal_area
        assert np.allclose(grid.areas_km2(0, 5), 1.0, rtol=1e-12)


def test_other_projections_are_corrected_cell_by_cell() -> None:
    from pyproj import Geod, Transformer

    grid = Grid("EPSG:3857", (1000.0, 0, 1_000_000, 0, -1000.0, 7_000_000), (3, 4))
    assert not grid.is_equal_area
    x, y = grid.xy([0, 1, 1, 0], [0, 0, 1, 1])
    lon, lat = Transformer.from_crs("EPSG:3857", "EPSG:4326", always_xy=True).transform(x, y)
    true, _ = Geod(ellps="WGS84").polygon_area_perimeter(lon, lat)
    assert math.isclose(grid.areas_km2(0, 1)[0, 0], abs(true) / 1e6, rel_tol=1e-7)


def test_feet_are_not_metres() -> None:
    grid = Grid("EPSG:2229", (1000.0, 0, 6_400_000, 0, -1000.0, 1_900_000), (2, 2))  # US survey feet
    assert math.isclose(grid.areas_km2(0, 1)[0, 0], 0.3048006096**2, rel_tol=1e-3)


def test_it_wraps_only_round_the_whole_earth() -> None:
    assert degrees(0.5, (360, 720)).wraps
    assert not degrees(0.5, (360, 719), left=-179.5).wraps
    assert not Grid("ESRI:54009", (1000.0, 0, -18e6, 0, -1000.0, 9e6), (10, 36000)).wraps


@pytest.mark.parametrize(
    "transform", [(1, 0.1, 0, 0, -1, 0), (1, 0, 0, 0.1, -1, 0), (1, 0, 0, 0, 1, 0), (-1, 0, 0, 0, -1, 0)]
)
def test_what_is_not_north_up_is_refused(transform: tuple[float, ...]) -> None:
    with pytest.raises(CityebbError, match=r"gdalwarp"):
        Grid("EPSG:4326", transform, (2, 2))  # type: ignore[arg-type]


@given(st.integers(0, 179), st.integers(0, 359))
def test_a_cell_is_found_again_by_its_centre(row: int, column: int) -> None:
    for grid in (degrees(1.0, (180, 360)), Grid("EPSG:3035", (1000.0, 0, 4e6, 0, -1000.0, 3e6), (180, 360))):
        longitude, latitude = grid.lonlat([row], [column])
        assert grid.cell(float(longitude[0]), float(latitude[0])) == (row, column)
