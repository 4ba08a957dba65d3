"""Black Marble tiles, written here in the form in which they are published."""

from __future__ import annotations

import pickle

import h5py
import numpy as np
import pytest

from cityebb.model import CityebbError
from cityebb.read.lights import black_marble_layer, mosaic

FIELDS = "HDFEOS/GRIDS/VIIRS_Grid_DNB_2d/Data Fields"
CORNER = (
    np.array([[100, 65535, 5], [20, 30, 40]], np.uint16),
    np.array([[0, 255, 0], [1, 2, 0]], np.uint8),
    np.array([[9, 65535, 4], [3, 0, 12]], np.uint16),
)


def write(
    folder,
    tile="h28v04",
    *,
    year=2019,
    cells=2400,
    attributes=None,
    names=("", "_Quality", "_Num"),
    fields=FIELDS,
):
    path = folder / f"VNP46A4.A{year}001.{tile}.002.2025000000000.h5"
    with h5py.File(path, "w") as file:
        group = file.create_group(fields)
        for end, corner, empty in zip(names, CORNER, (0, 0, 9), strict=False):
            values = np.full((cells, cells), empty, corner.dtype)
            values[:2, :3] = corner
            stored = group.create_dataset(
                f"AllAngle_Composite_Snow_Free{end}", data=values, chunks=(cells, cells), compression="gzip"
            )
            if end == "":
                stored.attrs.update({"_FillValue": np.uint16(65535), "scale_factor": [0.1], "offset": [0.0]})
                stored.attrs.update(attributes or {})
            if end == "_Num":
                stored.attrs["_FillValue"] = np.uint16(65535)
    return path


def read(layer, first=0, stop=2):
    with layer.open() as reader:
        return reader.rows(first, stop)


def same(found, expected):
    return np.allclose(found[:2, :3], expected, equal_nan=True)


def test_only_good_cells_by_default(tmp_path):
    layer = black_marble_layer(write(tmp_path))
    assert same(read(layer), [[10, np.nan, 0.5], [np.nan, np.nan, 4]])
    assert layer.year == 2019


def test_poor_and_filled_cells_if_asked(tmp_path):
    path = write(tmp_path)
    assert same(read(black_marble_layer(path, accept=(0, 1))), [[10, np.nan, 0.5], [2, np.nan, 4]])
    assert same(read(black_marble_layer(path, accept=(0, 1, 2))), [[10, np.nan, 0.5], [2, 3, 4]])


def test_cells_seldom_seen_are_missing_if_asked(tmp_path):
    layer = black_marble_layer(write(tmp_path), fewest=5)
    assert same(read(layer), [[10, np.nan, np.nan], [np.nan, np.nan, 4]])


def test_scale_and_offset_are_those_of_the_file(tmp_path):
    layer = black_marble_layer(write(tmp_path, attributes={"scale_factor": [1.0], "offset": [-1.0]}))
    assert same(read(layer), [[99, np.nan, 4], [np.nan, np.nan, 39]])


def test_groups_of_the_first_collection_are_found(tmp_path):
    layer = black_marble_layer(write(tmp_path, fields="HDFEOS/GRIDS/VNP_Grid_DNB/Data Fields"))
    assert same(read(layer), [[10, np.nan, 0.5], [np.nan, np.nan, 4]])


@pytest.mark.parametrize(
    ("tile", "corner"), [("h05v03", (-130, 60)), ("h28v04", (100, 50)), ("h00v00", (-180, 90))]
)
def test_the_grid_comes_from_the_tile(tmp_path, tile, corner):
    grid = black_marble_layer(write(tmp_path, tile)).grid
    assert grid.transform == (10 / 2400, 0.0, corner[0], 0.0, -10 / 2400, corner[1])
    assert grid.shape == (2400, 2400)


def test_blocks_give_the_same_elsewhere(tmp_path):
    layer = pickle.loads(pickle.dumps(black_marble_layer(write(tmp_path))))  # noqa: S301 - ours
    assert np.array_equal(
        read(layer, 0, 2), np.vstack([read(layer, 0, 1), read(layer, 1, 2)]), equal_nan=True
    )


def test_tiles_lie_side_by_side_and_what_is_not_there_is_missing(tmp_path):
    tiles = [black_marble_layer(write(tmp_path, tile)) for tile in ("h28v04", "h29v05")]
    whole = mosaic(tiles)
    assert whole.grid.shape == (4800, 4800)
    assert whole.grid.transform[2] == 100
    assert whole.grid.transform[5] == 50
    rows = read(whole, 2399, 2402)
    assert np.isnan(rows[0, 2400:]).all()
    assert np.isnan(rows[1:, :2400]).all()
    assert rows[0, 5] == 0
    assert rows[1, 2400] == 10


def test_tiles_that_do_not_fit_are_refused(tmp_path):
    one, other = black_marble_layer(write(tmp_path)), black_marble_layer(write(tmp_path, "h29v04", year=2020))
    for tiles, key in (((one, other), "differs"), ((one, one), "twice"), ((), "empty")):
        with pytest.raises(CityebbError) as error:
            mosaic(tiles)
        assert error.value.key == f"read.mosaic_{key}"


@pytest.mark.parametrize(
    ("change", "options", "key"),
    [
        ({"cells": 24}, {}, "read.tile_size"),
        ({"names": ("",)}, {}, "read.no_composite"),
        ({}, {"snow": "covered"}, "read.no_composite"),
    ],
)
def test_other_files_are_refused(tmp_path, change, options, key):
    with pytest.raises(CityebbError) as error:
        black_marble_layer(write(tmp_path, **change), **options)
    assert error.value.key == key


def test_a_login_page_is_no_tile(tmp_path):
    path = tmp_path / "VNP46A4.A2019001.h28v04.002.2025000000000.h5"
    path.write_text("<html>login</html>")
    with pytest.raises(CityebbError) as error:
        black_marble_layer(path)
    assert error.value.key == "read.not_hdf5"


def test_a_daily_tile_is_no_composite():
    with pytest.raises(CityebbError) as error:
        black_marble_layer("VNP46A2.A2019001.h28v04.002.2025000000000.h5")
    assert error.value.key == "read.not_black_marble"


@pytest.mark.parametrize("attributes", [{"_FillValue": "x"}, {"scale_factor": []}, {"scale_factor": [0.0]}])
def test_an_attribute_that_is_no_number_is_told(tmp_path, attributes):
    with pytest.raises(CityebbError) as error:
        black_marble_layer(write(tmp_path, attributes=attributes))
    assert error.value.key == "read.tile_attribute"
    assert error.value.values["attribute"] in attributes


def test_a_dataset_of_texts_is_told(tmp_path):
    path = write(tmp_path, names=("_Quality",))
    with h5py.File(path, "a") as file:
        text = np.full((2400, 2400), b"a")
        file[FIELDS].create_dataset("AllAngle_Composite_Snow_Free", data=text, compression="gzip")
        del file[FIELDS]["AllAngle_Composite_Snow_Free_Quality"]
        values = np.zeros((2400, 2400), np.uint8)
        file[FIELDS].create_dataset("AllAngle_Composite_Snow_Free_Quality", data=values, compression="gzip")
    with pytest.raises(CityebbError) as error:
        black_marble_layer(path)
    assert error.value.key == "read.tile_type"


def test_a_damaged_block_is_told_where_it_is_read(tmp_path):
    path = write(tmp_path)
    layer = black_marble_layer(path)
    with h5py.File(path, "r") as file:
        block = file[layer.dataset].id.get_chunk_info(0)
    content = bytearray(path.read_bytes())
    content[block.byte_offset + 8 : block.byte_offset + 60] = b"U" * 52
    path.write_bytes(bytes(content))
    with pytest.raises(CityebbError) as error:
        read(layer)
    assert error.value.key == "read.tile_damaged"


def test_there_is_no_tile_beyond_the_earth(tmp_path):
    with pytest.raises(CityebbError) as error:
        black_marble_layer(write(tmp_path, tile="h99v99"))
    assert error.value.key == "read.tile_nowhere"


def test_a_fill_that_the_type_cannot_hold_is_nowhere(tmp_path):
    layer = black_marble_layer(write(tmp_path, attributes={"_FillValue": 65535 + 101}))
    assert read(layer)[0, 0] == 10
