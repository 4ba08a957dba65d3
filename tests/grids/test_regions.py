"""Labels and outlines against what one can see, and against other libraries."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from cityebb.grids import ArrayLayer, Cells, Criterion, Grid, Stack, label, peaks, runs, scan, trace


def cells_of(picture: np.ndarray, *, world: bool = False) -> Cells:
    picture = np.asarray(picture, np.uint8)
    step = 360 / picture.shape[1] if world else 1.0
    grid = Grid("EPSG:4326", (step, 0, -180 if world else 0, 0, -1.0, picture.shape[0]), picture.shape)
    layer = ArrayLayer(2000, grid, "uint8", "2000", values=picture)
    stack = Stack("lights", "light", "density", "DN", (layer,))
    if not picture.any():
        return Cells(grid, *np.zeros((2, 0), np.int32), {}, {}, (), pd.DataFrame())
    return scan({"lights": stack}, [Criterion("lights", 1)])


def outlines(picture: np.ndarray, connectivity: int = 8) -> list:
    cells = cells_of(picture)
    labels = label(cells, np.ones(len(cells), bool), connectivity=connectivity)
    return list(trace(*runs(cells, labels), grid=cells.grid)[1])


PICTURES = hnp.arrays(
    np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=11), elements=st.integers(0, 1)
)


@given(PICTURES, st.sampled_from([4, 8]))
def test_labels_equal_scipy(picture: np.ndarray, connectivity: int) -> None:
    cells = cells_of(picture)
    found = label(cells, np.ones(len(cells), bool), connectivity=connectivity)
    structure = np.ones((3, 3)) if connectivity == 8 else None
    expected, _ = ndimage.label(picture, structure)
    assert np.array_equal(found, expected[cells.rows, cells.columns])


@settings(max_examples=60, deadline=None)
@given(PICTURES, st.sampled_from([4, 8]))
def test_outlines_are_valid_and_are_the_cells(picture: np.ndarray, connectivity: int) -> None:
    cells = cells_of(picture)
    labels = label(cells, np.ones(len(cells), bool), connectivity=connectivity)
    numbers, shapes = trace(*runs(cells, labels), grid=cells.grid)
    assert numbers.tolist() == list(range(1, int(labels.max(initial=0)) + 1))
    for number, shape in zip(numbers, shapes, strict=True):
        inside = labels == number
        left, top = cells.grid.xy(cells.columns[inside], cells.rows[inside])
        whole = shapely.union_all(shapely.box(left, top - 1, left + 1, top))
        assert shape.is_valid
        assert shape.symmetric_difference(whole).area == 0


def test_a_ring_with_a_hole() -> None:
    (shape,) = outlines(np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]]))
    assert shape.geom_type == "Polygon"
    assert len(shape.interiors) == 1
    assert shape.area == 8
    assert shape.exterior.is_ccw


def test_corners_only_are_parts_that_touch() -> None:
    (shape,) = outlines(np.array([[1, 0], [0, 1]]))
    assert shape.geom_type == "MultiPolygon"
    assert len(shape.geoms) == 2
    assert len(outlines(np.array([[1, 0], [0, 1]]), connectivity=4)) == 2


def test_a_hole_that_touches_its_outline_in_a_corner() -> None:
    (shape,) = outlines(np.array([[1, 1, 0], [1, 0, 1], [1, 1, 1]]))
    assert shape.is_valid
    assert shape.area == 7


def test_a_city_across_the_date_line_is_one_city_with_two_parts() -> None:
    picture = np.zeros((3, 8), np.uint8)
    picture[1, [0, 7]] = 1
    cells = cells_of(picture, world=True)
    labels = label(cells, np.ones(2, bool), connectivity=4)
    assert labels.tolist() == [1, 1]
    _, shapes = trace(*runs(cells, labels), grid=cells.grid)
    assert [part.bounds for part in shapes[0].geoms] == [(-180, 1, -135, 2), (135, 1, 180, 2)]


def test_peaks_are_the_highest_and_among_equals_the_north_western() -> None:
    labels = np.array([1, 1, 2, 1, 2], np.int32)
    assert peaks(labels, np.array([3.0, 7.0, 1.0, 7.0, np.nan])).tolist() == [1, 2]


@pytest.mark.parametrize("connectivity", [4, 8])
def test_nothing_to_keep_is_no_region(connectivity: int) -> None:
    cells = cells_of(np.ones((2, 2)))
    labels = label(cells, np.zeros(4, bool), connectivity=connectivity)
    assert labels.tolist() == [0, 0, 0, 0]
    assert len(trace(*runs(cells, labels), grid=cells.grid)[1]) == 0
