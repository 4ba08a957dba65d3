"""Files become a stack: years, bands, scale, nodata, zero, and what is noted."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from cityebb.model import CityebbError
from cityebb.read import SourceParameters, open_stack


def light(files, **more):
    return SourceParameters(files=files, indicator="light", **more)


def keys(stack):
    return [note.key for note in stack.notes]


def rows(layer, first=0, stop=None):
    with layer.open() as reader:
        return reader.rows(first, layer.grid.shape[0] if stop is None else stop)


def test_a_pattern_gives_a_layer_a_year_in_order(tif, tmp_path):
    for year in (2016, 2013, 2014):
        tif(f"lights_{year}.tif", np.full((3, 4), year - 2000, "uint8"))
    tif("lights_mean.tif")
    stack = open_stack("lights", light("lights_{year}.tif"), tmp_path)
    assert stack.years == (2013, 2014, 2016)
    assert stack.grid.shape == (3, 4)
    assert stack.grid.crs == "EPSG:4326"
    assert [int(rows(layer)[0, 0]) for layer in stack.layers] == [13, 14, 16]
    assert rows(stack.layers[0], 1, 3).shape == (2, 4)
    assert rows(stack.layers[0]).dtype == np.uint8
    assert (stack.kind, stack.unit, stack.zero, stack.step) == ("density", "DN", "value", 1.0)
    assert (stack.concept, stack.grade) == ("radiance", "satellite")
    gap = next(note for note in stack.notes if note.key == "read.gaps")
    assert gap.values == {"years": "2015", "count": 1}


@pytest.mark.parametrize(
    "files",
    [
        "l_{year:04d}_v*.tif",
        "l_*_v?.tif",
        "**/l_{year}_v*.tif",
        ["l_2014_v1.tif", "l_2013_v2.tif"],
        {2013: "l_2013_v2.tif", 2014: "l_2014_v1.tif"},
    ],
)
def test_every_way_of_naming_files_gives_the_same_years(tif, tmp_path, files):
    tif("l_2013_v2.tif")
    tif("l_2014_v1.tif")
    (tmp_path / "l_2014_v1.tif.aux.xml").write_text("<PAMDataset/>")
    stack = open_stack("lights", light(files), tmp_path)
    assert [(layer.year, layer.label) for layer in stack.layers] == [
        (2013, "l_2013_v2.tif"),
        (2014, "l_2014_v1.tif"),
    ]


def test_a_year_may_be_a_folder_too_and_brackets_are_no_wildcards(tif, tmp_path):
    tif("[a] study/2013/l_2013.tif")
    tif("[a] study/2014/l_2014.tif")
    tif("[a] study/2014/l_2015.tif")
    stack = open_stack("lights", light("[a] study/{year}/l_{year}.tif"), tmp_path)
    assert stack.years == (2013, 2014)
    assert open_stack("lights", light("2013/l_{year}.tif"), tmp_path / "[a] study").years == (2013,)


def test_years_are_a_subset_and_files_of_other_years_are_not_opened(tif, tmp_path):
    tif("l_2013.tif")
    tif("l_2014.tif")
    (tmp_path / "l_2015.tif").write_text("broken")
    assert open_stack("lights", light("l_{year}.tif", years=[2014, 2013]), tmp_path).years == (2013, 2014)


def test_bands_are_years_by_order_by_table_and_by_description(tif, tmp_path):
    cube = np.arange(3, dtype="uint8")[:, None, None] + np.zeros((3, 3, 4), "uint8")
    tif("plain.tif", cube)
    tif("told.tif", cube, descriptions=["light 2001", "light 2002", "light 2003"])
    by_order = open_stack("lights", light("plain.tif", years=[2001, 2002, 2003]), tmp_path)
    by_table = open_stack("lights", light("plain.tif", bands={2001: 1, 2003: 3}), tmp_path)
    by_description = open_stack("lights", light("told.tif", years=[2002, 2003]), tmp_path)
    assert (by_order.years, by_table.years, by_description.years) == (
        (2001, 2002, 2003),
        (2001, 2003),
        (2002, 2003),
    )
    for stack in (by_order, by_table, by_description):
        for layer in stack.layers:
            assert (rows(layer) == layer.year - 2001).all()
    assert by_order.layers[1].label == "plain.tif [2]"


def test_one_band_of_every_file(tif, tmp_path):
    cube = np.stack([np.full((3, 4), 7, "uint8"), np.full((3, 4), 9, "uint8")])
    tif("l_2013.tif", cube)
    stack = open_stack("lights", light("l_{year}.tif", bands=2), tmp_path)
    assert (rows(stack.layers[0]) == 9).all()


def test_a_vrt_stacks_files_as_bands(tif, tmp_path):
    sources = [tif(f"l_{year}.tif", np.full((3, 4), year - 2000, "uint8")) for year in (2013, 2014)]
    bands = "".join(
        f'<VRTRasterBand dataType="Byte" band="{i}"><SimpleSource><SourceFilename relativeToVRT="1">'
        f"{path.name}</SourceFilename><SourceBand>1</SourceBand></SimpleSource></VRTRasterBand>"
        for i, path in enumerate(sources, start=1)
    )
    (tmp_path / "all.vrt").write_text(
        '<VRTDataset rasterXSize="4" rasterYSize="3"><SRS>EPSG:4326</SRS>'
        f"<GeoTransform>10, 1, 0, 50, 0, -1</GeoTransform>{bands}</VRTDataset>"
    )
    stack = open_stack("lights", light("all.vrt", years=[2013, 2014]), tmp_path)
    assert [int(rows(layer)[0, 0]) for layer in stack.layers] == [13, 14]


def test_scale_offset_unit_and_nodata_come_from_the_file_unless_given(tif, tmp_path):
    tif("l_2013.tif", scales=[0.5], offsets=[1.0], units=["nW/cm2/sr"], nodata=255)
    told = open_stack("lights", light("l_{year}.tif"), tmp_path)
    layer = told.layers[0]
    assert (layer.scale, layer.offset, layer.nodata, told.unit, told.step) == (
        0.5,
        1.0,
        255,
        "nW/cm2/sr",
        0.5,
    )
    assert "read.unit_assumed" not in keys(told)
    given = open_stack(
        "lights", light("l_{year}.tif", scale=2, offset=0, unit="DN", nodata=11, step=3), tmp_path
    )
    layer = given.layers[0]
    assert (layer.scale, layer.offset, layer.nodata, given.unit, given.step) == (2, 0, 11, "DN", 3)


def test_declared_nodata_zero_gives_way_where_zero_is_dark_and_the_note_says_so(tif, tmp_path):
    tif("l_2013.tif", nodata=0)
    dark = open_stack("lights", light("l_{year}.tif"), tmp_path)
    assert dark.layers[0].nodata is None
    assert "read.zero_is_dark" in keys(dark)
    missing = open_stack("lights", light("l_{year}.tif", zero="missing"), tmp_path)
    assert missing.zero == "missing"
    assert missing.layers[0].nodata == 0
    assert "read.zero_is_missing" in keys(missing)
    # a user who writes nodata = 0 means it
    meant = open_stack("lights", light("l_{year}.tif", nodata=0), tmp_path)
    assert (meant.zero, meant.layers[0].nodata) == ("missing", 0)


def test_a_stored_zero_that_means_another_value_stays_nodata(tif, tmp_path):
    tif("l_2013.tif", nodata=0, offsets=[-5.0])
    assert open_stack("lights", light("l_{year}.tif"), tmp_path).layers[0].nodata == 0


def test_people_count_and_zero_is_left_to_whole_regions(tif, tmp_path):
    tif("p_2011.tif", np.arange(12, dtype="int32").reshape(3, 4), nodata=0)
    stack = open_stack("people", SourceParameters(files="p_{year}.tif", indicator="people"), tmp_path)
    assert (stack.kind, stack.unit, stack.step) == ("count", "people", None)
    assert (stack.zero, stack.layers[0].nodata) == ("missing_where_region_is_all_zero", None)
    assert (stack.concept, stack.grade) == ("resident", "gridded_census")
    assert "read.zero_by_region" in keys(stack)


def test_a_nodata_that_the_type_cannot_hold_is_not_used(tif, tmp_path):
    path = tif("l_2013.vrt.tif", np.full((3, 4), 55537, "uint16"))
    stack = open_stack("lights", light({2013: path.name}, nodata=-9999), tmp_path)
    assert stack.layers[0].nodata is None  # as uint16 it would have been 55537: every cell missing
    assert "read.nodata_unusable" in keys(stack)


def test_built_up_percent_becomes_a_share(tif, tmp_path):
    tif("b_2020.tif", units=["%"])
    stack = open_stack("built", SourceParameters(files="b_{year}.tif", indicator="built_up"), tmp_path)
    assert (stack.kind, stack.unit, stack.sum_unit) == ("share", "share", "km²")
    assert stack.layers[0].scale == pytest.approx(0.01)
    assert stack.step == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("more", "joints"),
    [
        ({}, ()),
        ({"product": "chen_2021"}, (2012,)),
        ({"product": "li_2020"}, (2013,)),
        ({"product": "li_2020", "joints": [2000]}, (2000,)),
        ({"product": "li_2020", "joints": []}, ()),
    ],
)
def test_known_products_carry_their_joints(tif, tmp_path, more, joints):
    tif("l_2013.tif")
    assert open_stack("lights", light("l_{year}.tif", **more), tmp_path).joints == joints


def test_origins_less_than_half_a_cell_apart_are_one_array(tif, tmp_path):
    tif("l_2012.tif", transform=(1, 0, 10, 0, -1, 50.22))
    for year in (2013, 2014):
        tif(f"l_{year}.tif")
    stack = open_stack("lights", light("l_{year}.tif"), tmp_path)
    assert {layer.grid for layer in stack.layers} == {stack.layers[1].grid}
    assert stack.grid.transform[5] == 50
    note = next(note for note in stack.notes if note.key == "read.origins_differ")
    assert note.values == {"shift": 0.22, "years": "2012", "base": 2013}


def test_mixed_grids_pass_when_they_will_be_regridded(tif, tmp_path):
    tif("l_2012.tif", transform=(2, 0, 10, 0, -2, 50))
    tif("l_2013.tif")
    tif("l_2014.tif")
    stack = open_stack("lights", light("l_{year}.tif"), tmp_path, allow_mixed=True)
    assert stack.layers[0].grid.transform[0] == 2
    assert stack.layers[1].grid.transform[0] == 1
    assert "read.mixed" in keys(stack)


def test_layers_travel_and_open_in_many_threads_at_once(tif, tmp_path):
    values = np.arange(64 * 5, dtype="int32").reshape(64, 5)
    tif("l_2013.tif", values)
    layer = pickle.loads(pickle.dumps(open_stack("x", light("l_{year}.tif"), tmp_path).layers[0]))  # noqa: S301 - our own
    with ThreadPoolExecutor(8) as pool:
        parts = list(pool.map(lambda first: rows(layer, first, first + 1), range(64)))
    assert (np.concatenate(parts) == values).all()


def test_a_file_that_changes_after_the_check_is_refused(tif, tmp_path):
    path = tif("l_2013.tif")
    layer = open_stack("lights", light("l_{year}.tif"), tmp_path).layers[0]
    tif("l_2013.tif", np.zeros((5, 5), "uint8"))
    with pytest.raises(CityebbError) as caught, layer.open():
        pass
    assert caught.value.key == "read.changed"
    path.unlink()
    with pytest.raises(CityebbError) as caught, layer.open():
        pass
    assert caught.value.key == "read.file_missing"


@pytest.mark.data("lights_china")
def test_the_lights_of_china_open_with_their_flaws_noted(data):
    stack = open_stack("lights", light("viirs_like_{year}.tif"), data / "lights_china")
    assert stack.years == tuple(range(2012, 2023))
    assert {layer.grid for layer in stack.layers} == {stack.grid}
    assert {layer.nodata for layer in stack.layers} == {None}
    assert (stack.unit, stack.step, stack.layers[0].dtype) == ("DN", 1.0, "uint8")
    notes = {note.key: note for note in stack.notes}
    assert notes["read.origins_differ"].values["shift"] == 0.22
    assert "read.zero_is_dark" in notes
    assert "0.22" in notes["read.origins_differ"].text("zh")


@pytest.mark.data("lights_syria")
@pytest.mark.data("lights_paris")
def test_two_light_products_open(data):
    for folder in ("lights_syria", "lights_paris"):
        for maker, step in (("chen", None), ("li", 1.0)):
            stack = open_stack("lights", light(f"{maker}_{{year}}.tif"), data / folder)
            assert stack.years == tuple(range(2000, 2021))
            assert stack.step == step
            assert "read.zero_is_value" in keys(stack)


@pytest.mark.data("population_europe")
def test_the_people_of_europe_open_and_add_up(data):
    parameters = SourceParameters(files="population_{year}_1km.tif", indicator="people")
    stack = open_stack("people", parameters, data / "population_europe")
    assert stack.years == (2006, 2011, 2018, 2021)
    assert stack.grid.is_equal_area
    assert int(rows(stack.layers[1]).sum(dtype="int64")) == 469_449_466


@pytest.mark.parametrize(
    ("dtype", "more", "unit", "note"),
    [
        ("uint8", {}, "DN", "read.unit_assumed"),
        ("float32", {}, "file unit", "read.unit_not_stated"),
        ("float32", {"product": "chen_2021"}, "nW/cm²/sr", None),
        ("uint8", {"product": "chen_2021"}, "DN", None),  # scaled since: not the product's own unit
        ("uint8", {"product": "li_2020"}, "DN", None),
        ("float32", {"unit": "nW/cm²/sr"}, "nW/cm²/sr", None),
    ],
)
def test_the_unit_of_light_is_never_guessed_from_real_numbers(tif, tmp_path, dtype, more, unit, note):
    tif("l_2013.tif", np.ones((3, 4), dtype))
    stack = open_stack("lights", SourceParameters(files="l_{year}.tif", indicator="light", **more), tmp_path)
    assert stack.unit == unit
    assert [said.key for said in stack.notes if said.key.startswith("read.unit")] == [note] * (
        note is not None
    )
    if note == "read.unit_not_stated":
        (said,) = (said for said in stack.notes if said.key == note)
        assert "“文件单位”" in said.text("zh")
        assert '"file unit"' in said.text("en")
