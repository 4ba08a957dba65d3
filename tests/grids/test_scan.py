"""One pass over the files: the same bits however it is cut."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cityebb.grids import ArrayLayer, Cells, Criterion, DaskExecutor, Grid, Stack, ThreadExecutor, label, scan
from cityebb.grids.scan import _count
from cityebb.model import CityebbError, Faults


def grid_of(shape: tuple[int, int], *, world: bool = False) -> Grid:
    return Grid("EPSG:4326", (360 / shape[1] if world else 0.01, 0, -180, 0, -0.01, 50), shape)


def stack_of(years: dict[int, np.ndarray], *, world: bool = False, **more: object) -> Stack:
    layer = {key: more.pop(key) for key in ("nodata", "scale", "offset") if key in more}
    grid = grid_of(next(iter(years.values())).shape, world=world)
    layers = tuple(
        ArrayLayer(year, grid, str(values.dtype), f"{year}.tif", values=values, **layer)
        for year, values in sorted(years.items())
    )
    settings = {"indicator": "light", "kind": "density", "unit": "DN"} | more
    return Stack("lights", layers=layers, **settings)


def same(a: Cells, b: Cells) -> bool:
    return (
        np.array_equal(a.rows, b.rows)
        and np.array_equal(a.columns, b.columns)
        and all(np.array_equal(a.raw[name], b.raw[name], equal_nan=True) for name in a.raw)
        and a.census.equals(b.census)
    )


RASTERS = hnp.arrays(
    np.float32, hnp.array_shapes(min_dims=2, max_dims=2, max_side=12), elements=st.floats(0, 9, width=32)
)


@settings(max_examples=40)
@given(RASTERS, st.integers(1, 13), st.integers(1, 3))
def test_height_and_workers_change_no_bit(values: np.ndarray, height: int, workers: int) -> None:
    stacks = {"lights": stack_of({2000: values, 2001: values[::-1].copy()})}
    floors = [Criterion("lights", 4)]
    whole = scan(stacks, floors, strip_rows=values.shape[0])
    assert same(whole, scan(stacks, floors, strip_rows=height, executor=ThreadExecutor(workers)))
    kept = np.maximum(values, values[::-1]) >= 4
    assert np.array_equal(np.argwhere(kept), np.column_stack([whole.rows, whole.columns]))


def test_dask_gives_the_same_bits() -> None:
    from distributed import LocalCluster

    values = np.random.default_rng(1).random((60, 40)).astype(np.float32)
    stacks = {"lights": stack_of({2000: values})}
    floors = [Criterion("lights", 0.7)]
    cluster = LocalCluster(
        host="127.0.0.1",
        protocol="tcp",
        n_workers=1,
        threads_per_worker=2,
        processes=False,
        dashboard_address=None,
    )
    with cluster:
        there = scan(stacks, floors, strip_rows=7, executor=DaskExecutor(cluster.scheduler_address))
    assert same(there, scan(stacks, floors, strip_rows=7))


def test_a_scheduler_that_is_not_there_is_said(english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cityebb.grids.executors.PATIENCE", "1s")
    values = np.ones((2, 2), np.uint8)
    with pytest.raises(CityebbError, match=r"127\.0\.0\.1:9"):
        scan(
            {"lights": stack_of({2000: values})},
            [Criterion("lights", 1)],
            executor=DaskExecutor("tcp://127.0.0.1:9"),
        )


def test_progress_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    values = np.ones((5, 2), np.uint8)
    scan(
        {"lights": stack_of({2000: values})},
        [Criterion("lights", 1)],
        strip_rows=2,
        progress=lambda *what: told.append(what),
    )
    assert told == [("scan", 1, 3), ("scan", 2, 3), ("scan", 3, 3)]


def test_census_counts_the_whole_grid() -> None:
    values = np.array([[0, 1, 2], [255, 4, 0]], np.uint8)
    row = scan({"lights": stack_of({2000: values}, nodata=255)}, [Criterion("lights", 3)]).census.iloc[0]
    assert (row.cells, row.valid, row.positive, row.total, row.lowest, row.highest) == (6, 5, 3, 7, 0, 4)


@settings(max_examples=60)
@given(
    hnp.arrays(
        st.sampled_from([np.float32, np.float64]),
        st.tuples(st.integers(1, 3), st.integers(1, 600)),
        elements=st.sampled_from([0.0, -0.0, 1.5, 7.0, -2.0, -9.0, np.nan, np.inf]),
        fill=st.just(0.0),
    ),
    st.sampled_from([None, 0.0, -9.0, 7.0]),
)
def test_census_equals_numpy_whatever_is_among_the_cells(values: np.ndarray, nodata: float | None) -> None:

    layer = stack_of({2000: values}, nodata=nodata).layers[0]
    marks = (np.zeros(values.shape, np.uint8), np.zeros((len(values), 3), np.uint8))
    count = _count(layer, values, np.full(len(values), 6, values.dtype), marks)
    assert np.array_equal(marks[0], (values >= 6) & (True if nodata is None else values != nodata))
    good = values[~np.isnan(values)]
    good = good if nodata is None else good[good != nodata]
    assert (count.valid, count.positive) == (good.size, (good > 0).sum())
    if good.size:
        assert count.totals.sum() == good.astype(np.float64).sum()
        assert (count.lowest, count.highest) == (good.min(), good.max())


def test_scale_and_offset_apply_before_the_floor() -> None:
    values = np.array([[0, 10, 11]], np.int16)
    cells = scan({"lights": stack_of({2000: values}, scale=0.1, offset=1.0)}, [Criterion("lights", 2.1)])
    assert cells.columns.tolist() == [2]
    assert cells.values("lights", 2000) == pytest.approx([2.1])


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int32, np.float32, np.float64])
def test_a_floor_is_reached_at_equality_in_every_type(dtype: type) -> None:
    values = np.array([[1, 2, 3]], dtype)
    assert scan({"lights": stack_of({2000: values})}, [Criterion("lights", 2)]).columns.tolist() == [1, 2]


def test_a_floor_beyond_the_type_is_never_reached() -> None:
    values = np.full((2, 2), 255, np.uint8)
    assert len(scan({"lights": stack_of({2000: values})}, [Criterion("lights", 300)])) == 0


def test_a_high_number_for_missing_cells_reaches_no_floor() -> None:
    values = np.array([[255, 3, 255, 1]], np.uint8)
    assert scan(
        {"lights": stack_of({2000: values}, nodata=255)}, [Criterion("lights", 2)]
    ).columns.tolist() == [1]


def test_counts_are_asked_for_their_density() -> None:
    values = np.array([[100.0, 400.0]], np.float32)
    stack = stack_of({2000: values}, kind="count", unit="persons", indicator="people")
    area = stack.grid.areas_km2(0, 1)[0, 0]
    cells = scan({"lights": stack}, [Criterion("lights", 300 / area)])
    assert cells.columns.tolist() == [1]


@pytest.mark.parametrize(
    ("zero", "negative", "expected"),
    [
        ("value", "zero", [5, 0, 0, np.nan]),
        ("missing", "zero", [5, np.nan, 0, np.nan]),
        ("value", "missing", [5, 0, np.nan, np.nan]),
    ],
)
def test_what_zero_and_negative_mean(zero: str, negative: str, expected: list[float]) -> None:
    other = np.full((1, 4), 9, np.float32)
    values = np.array([[5, 0, -1, -999]], np.float32)
    stack = stack_of({2000: other, 2001: values}, nodata=-999, zero=zero, negative=negative)
    cells = scan({"lights": stack}, [Criterion("lights", 2)])
    np.testing.assert_array_equal(cells.values("lights", 2001), expected)


def test_infinite_negative_and_empty_years_are_all_told_at_once(english: None) -> None:
    years = {
        2000: np.array([[1, np.inf]], np.float32),
        2001: np.array([[-1, 3]], np.float32),
        2002: np.array([[np.nan, np.nan]], np.float32),
        2003: np.array([[1, 2]], np.float32),
    }
    with pytest.raises(Faults) as told:
        scan({"lights": stack_of(years)}, [Criterion("lights", 1)])
    text = str(told.value)
    assert "2000.tif holds an infinite value at row 0, column 1" in text
    assert "2001.tif holds a negative value (-1) at row 0, column 0" in text
    assert "2002.tif" in text
    assert "2003" not in text


def test_too_many_cells_is_said_before_memory_ends(english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["cityebb.grids.scan"], "_room_for_cells", lambda _layers: 3)
    with pytest.raises(CityebbError, match=r"lights ≥ 1"):
        scan({"lights": stack_of({2000: np.ones((2, 4), np.uint8)})}, [Criterion("lights", 1)])


@settings(max_examples=30)
@given(hnp.arrays(np.uint8, (7, 12), elements=st.integers(0, 1)), st.integers(0, 11), st.sampled_from([4, 8]))
def test_regions_do_not_feel_a_shift_round_the_earth(
    values: np.ndarray, shift: int, connectivity: int
) -> None:
    def sizes(array: np.ndarray) -> list[int]:
        cells = scan({"lights": stack_of({2000: array}, world=True)}, [Criterion("lights", 1)])
        labels = label(cells, cells.values("lights", 2000) >= 1, connectivity=connectivity)
        return sorted(np.bincount(labels)[1:].tolist())

    values[0, 0] = 1
    assert sizes(values) == sizes(np.roll(values, shift, axis=1))
