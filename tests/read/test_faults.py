"""Bad input: each gets a sentence that names the file and the cure, in both languages, all at once."""

from __future__ import annotations

import os
import re
import sys

import numpy as np
import pytest
import rasterio
from pydantic import ValidationError
from rasterio.transform import from_origin

from cityebb.model import CityebbError, Faults
from cityebb.read import SourceParameters, open_stack
from cityebb.words import using

SMALL = (0.1, 0, 10, 0, -0.1, 50)


def light(files, **more):
    return SourceParameters(files=files, indicator="light", **more)


def fault(parameters, folder, **more):
    """Return the one fault; it must be sayable in both languages."""
    with pytest.raises(CityebbError) as caught:
        open_stack("lights", parameters, folder, **more)
    error = caught.value
    assert not isinstance(error, Faults), str(error)
    return error


def says(error, key, *parts):
    assert error.key == key
    for language in ("zh", "en"):
        with using(language):
            text = str(error)
        for part in parts:
            assert part in text, (language, part, text)
        assert bool(re.search("[\u4e00-\u9fff]", text)) == (language == "zh")


def test_missing_file(tmp_path):
    says(fault(light("l_2013.tif"), tmp_path), "read.file_missing", "l_2013.tif")


def test_no_file_matches_names_what_is_there(tif, tmp_path):
    tif("light-2013.tif")
    error = fault(light("l_{year}.tif"), tmp_path)
    says(error, "read.nothing_matches", "l_{year}.tif", "light-2013.tif", "files")
    says(fault(light("l_*.tif"), tmp_path), "read.nothing_matches", "l_*.tif", "light-2013.tif")
    says(fault(light("no/l_{year}.tif"), tmp_path), "read.nothing_matches", "no/l_{year}.tif")


def test_a_year_missing_from_the_pattern(tif, tmp_path):
    tif("l_2013.tif")
    error = fault(light("l_{year}.tif", years=[2013, 2014, 2016]), tmp_path)
    says(error, "read.year_without_file", "2014, 2016", "l_2014.tif", "years")


def test_a_text_named_tif(tmp_path):
    (tmp_path / "l_2013.tif").write_text("<!DOCTYPE html><title>Log in</title>")
    says(fault(light("l_{year}.tif"), tmp_path), "read.is_text", "l_2013.tif", "<!DOCTYPE html>")
    (tmp_path / "l_2013.tif").write_bytes("请先登录，再下载数据".encode("gb18030"))
    assert fault(light("l_{year}.tif"), tmp_path).values["beginning"] == "请先登录，再下载数据"


def test_an_empty_file_and_a_folder(tmp_path):
    (tmp_path / "l_2013.tif").touch()
    says(fault(light("l_{year}.tif"), tmp_path), "read.empty", "l_2013.tif")
    (tmp_path / "grids").mkdir()
    says(fault(light("grids"), tmp_path), "read.is_folder", "grids/*_{year}.tif")


def test_bytes_that_are_no_raster(tmp_path):
    (tmp_path / "l_2013.tif").write_bytes(bytes(range(256)) * 8)
    says(fault(light("l_{year}.tif"), tmp_path), "read.not_raster", "l_2013.tif", "gdal_translate")


@pytest.mark.parametrize("compress", ["none", "deflate"])
@pytest.mark.parametrize("keep", [0.3, 0.6, 0.98])
def test_a_truncated_tif(tif, tmp_path, compress, keep):
    noise = np.random.default_rng(1).integers(0, 255, (256, 256), dtype="uint8")
    path = tif("l_2013.tif", noise, SMALL, compress=compress, tiled=True, blockxsize=64, blockysize=64)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * keep)])
    error = fault(light("l_{year}.tif"), tmp_path)
    assert error.key in ("read.truncated", "read.damaged", "read.rows_unreadable")
    says(error, error.key, "l_2013.tif")


def test_a_tif_that_breaks_in_the_middle_names_the_rows(tif, tmp_path):
    noise = np.random.default_rng(1).integers(0, 255, (300, 64), dtype="uint8")
    path = tif("l_2013.tif", noise, SMALL, compress="deflate", blockysize=10)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 900] = bytes(900)  # neither the first block nor the last
    path.write_bytes(content)
    stack = open_stack("lights", light("l_{year}.tif"), tmp_path)
    with stack.layers[0].open() as reader, pytest.raises(CityebbError) as caught:
        [reader.rows(first, first + 10) for first in range(0, 300, 10)]
    says(caught.value, "read.rows_unreadable", "l_2013.tif", str(caught.value.values["first"]))
    assert 0 < caught.value.values["first"] < 290


def test_a_vrt_whose_file_is_gone(tif, tmp_path):
    tif("l_2013.tif")
    (tmp_path / "all.vrt").write_text(
        '<VRTDataset rasterXSize="4" rasterYSize="3"><SRS>EPSG:4326</SRS>'
        '<GeoTransform>10, 1, 0, 50, 0, -1</GeoTransform><VRTRasterBand dataType="Byte" band="1">'
        '<SimpleSource><SourceFilename relativeToVRT="1">l_2013.tif</SourceFilename>'
        "<SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>"
    )
    assert open_stack("x", light({2013: "all.vrt"}), tmp_path).years == (2013,)
    (tmp_path / "l_2013.tif").unlink()
    says(fault(light({2013: "all.vrt"}), tmp_path), "read.rows_unreadable", "all.vrt", "l_2013.tif")
    (tmp_path / "all.vrt").write_text("<VRTDataset rasterXSize=")
    says(fault(light({2013: "all.vrt"}), tmp_path), "read.not_raster", "all.vrt")


def test_no_crs_and_its_cure(tif, tmp_path):
    tif("l_2013.tif", crs=None)
    says(fault(light("l_{year}.tif"), tmp_path), "read.no_crs", "l_2013.tif", 'crs = "EPSG:4326"')
    assert open_stack("x", light("l_{year}.tif", crs="EPSG:4326"), tmp_path).grid.crs == "EPSG:4326"
    says(fault(light("l_{year}.tif", crs="EPSG:0"), tmp_path), "read.crs_unknown", "l_2013.tif", "EPSG:0")


@pytest.mark.filterwarnings("ignore:The given matrix")
def test_no_place_on_earth(tif, tmp_path):
    tif("l_2013.tif", crs=None, transform=(1, 0, 0, 0, 1, 0))
    says(fault(light("l_{year}.tif"), tmp_path), "read.no_place", "l_2013.tif", "gdal_translate")


@pytest.mark.parametrize("transform", [(1, 0, 10, 0, 1, 50), (1, 0.1, 10, 0.1, -1, 50)])
def test_upside_down_and_rotated(tif, tmp_path, transform):
    tif("l_2013.tif", transform=transform)
    says(fault(light("l_{year}.tif"), tmp_path), "read.not_north_up", "l_2013.tif", "gdalwarp")


def test_metres_called_degrees(tif, tmp_path):
    tif("l_2013.tif", transform=(1000, 0, 944000, 0, -1000, 5414000))
    says(fault(light("l_{year}.tif"), tmp_path), "read.not_degrees", "l_2013.tif", "EPSG:4326", "gdal_edit")


def test_complex_numbers(tif, tmp_path):
    tif("l_2013.tif", np.zeros((3, 4), "complex64"))
    says(fault(light("l_{year}.tif"), tmp_path), "read.type_unusable", "l_2013.tif", "complex64")


def test_bands_that_do_not_exist_or_are_not_told(tif, tmp_path):
    cube = np.zeros((3, 3, 4), "uint8")
    tif("cube.tif", cube)
    tif("l_2013.tif", cube)
    says(fault(light("cube.tif"), tmp_path), "read.year_unknown", "cube.tif", "bands = { 2013 = 1 }")
    says(fault(light("cube.tif", years=[2013, 2014]), tmp_path), "read.years_for_bands", "cube.tif", "bands")
    says(fault(light("cube.tif", bands={2013: 4}), tmp_path), "read.band_unknown", "cube.tif", "4", "3")
    says(fault(light("l_{year}.tif"), tmp_path), "read.band_needed", "l_2013.tif", "bands = 1")
    says(fault(light("l_{year}.tif", bands=5), tmp_path), "read.band_unknown", "l_2013.tif", "5")
    tif("told.tif", cube, descriptions=["2001", "2002", "2003"])
    error = fault(light("told.tif", years=[2002, 2009]), tmp_path)
    says(error, "read.year_without_band", "told.tif", "2009", "2001, 2002, 2003")


def test_a_year_that_cannot_be_told_from_the_name(tif, tmp_path):
    tif("GHS_2020_R2023A.tif")
    tif("lights.tif")
    says(
        fault(light(["GHS_2020_R2023A.tif"]), tmp_path),
        "read.year_ambiguous",
        "GHS_2020_R2023A.tif",
        "{year}",
    )
    says(fault(light("GHS_2020_R2023A.tif"), tmp_path), "read.year_ambiguous", "2020, 2023")
    says(fault(light(["lights.tif"]), tmp_path), "read.year_unknown", "lights.tif", "years")


def test_a_year_twice(tif, tmp_path):
    tif("l_2013_a.tif")
    tif("l_2013_b.tif")
    error = fault(light("l_{year}_*.tif"), tmp_path)
    says(error, "read.year_twice", "l_2013_a.tif", "l_2013_b.tif", "2013")


def test_an_unknown_placeholder(tmp_path):
    says(fault(light("l_{YYYY}.tif"), tmp_path), "read.placeholder_unknown", "{YYYY}", "{year}")


def test_a_path_outside_the_study_is_refused_unless_the_study_says_so(tif, tmp_path):
    path = tif("data/l_2013.tif")
    study = tmp_path / "study"
    study.mkdir()
    for files in (
        "../data/l_{year}.tif",
        str(path),
        [str(path)],
        {2013: "../data/l_2013.tif"},
        "../data/*.tif",
        "..\\data\\l_2013.tif",
    ):
        error = fault(light(files), study)
        says(error, "read.path_outside", str(error.values["path"]), "data", "outside = true")
        assert open_stack("x", light(files, outside=True), study).years == (2013,)


def test_a_link_inside_the_folder_is_inside(tif, tmp_path):
    tif("data/l_2013.tif")
    study = tmp_path / "study"
    study.mkdir()
    (study / "grids").symlink_to(tmp_path / "data")
    assert open_stack("x", light("grids/l_{year}.tif"), study).years == (2013,)


@pytest.mark.parametrize(
    ("key", "odd"),
    [
        ("read.mixed_crs", {"crs": "EPSG:4258"}),
        ("read.mixed_shape", {"values": np.zeros((3, 5), "uint8")}),
        ("read.mixed_cell", {"transform": (1.001, 0, 10, 0, -1.001, 50)}),
        ("read.mixed_origin", {"transform": (1, 0, 10.5, 0, -1, 50)}),
    ],
)
def test_different_grids_inside_one_source_name_both_files_and_the_cure(tif, tmp_path, key, odd):
    tif("l_2013.tif")
    tif("l_2014.tif")
    tif("l_2015.tif", **odd)
    error = fault(light("l_{year}.tif"), tmp_path)
    says(error, key, "l_2015.tif", "l_2013.tif", '[harmonise] onto = "lights"')
    open_stack("x", light("l_{year}.tif"), tmp_path, allow_mixed=True)


def test_units_that_differ_and_a_zero_that_contradicts(tif, tmp_path):
    tif("l_2013.tif", units=["nW"])
    tif("l_2014.tif", units=["DN"])
    says(fault(light("l_{year}.tif"), tmp_path), "read.units_differ", "DN, nW", "unit =")
    error = fault(light("l_{year}.tif", unit="DN", nodata=0, zero="value"), tmp_path)
    says(error, "read.zero_contradicts", "nodata = 0", 'zero = "missing"')


def test_every_fault_is_told_at_once(tif, tmp_path):
    tif("l_2013.tif")
    tif("l_2014.tif", crs=None)
    tif("l_2015.tif", np.zeros((9, 9), "uint8"))
    (tmp_path / "l_2016.tif").write_text("hello")
    with pytest.raises(Faults) as caught:
        open_stack("x", light("l_{year}.tif", years=[2013, 2014, 2015, 2016, 2017]), tmp_path)
    assert {error.key for error in caught.value.faults} == {
        "read.year_without_file",
        "read.no_crs",
        "read.mixed_shape",
        "read.is_text",
    }
    assert len(str(caught.value).splitlines()) == 4


@pytest.mark.parametrize(
    "table",
    [
        {"files": "a.tif"},
        {"files": "a.tif", "indicator": "gdp"},
        {"files": 3, "indicator": "light"},
        {"files": "a.tif", "indicator": "light", "colour": "red"},
        {"files": "a.tif", "indicator": "light", "scale": "two"},
        {"files": "a.tif", "indicator": "light", "years": "2013"},
        {"files": "a.tif", "indicator": "light", "bands": {2013: 0}},
        {"files": "a.tif", "indicator": "light", "step": 0},
        {"files": "a.tif", "indicator": "light", "product": "someone_2020"},
    ],
)
def test_a_table_that_is_wrong_is_refused(table):
    with pytest.raises(ValidationError):
        SourceParameters(**table)


VRT = (
    '<VRTDataset rasterXSize="4" rasterYSize="3"><SRS>EPSG:4326</SRS>'
    "<GeoTransform>10,1,0,50,0,-1</GeoTransform>"
    '<VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
    '<SourceFilename relativeToVRT="{relative}">{source}</SourceFilename><SourceBand>1</SourceBand>'
    "</SimpleSource></VRTRasterBand></VRTDataset>"
)


@pytest.mark.parametrize(
    "source",
    ["http://127.0.0.1:9/a.tif", "/vsicurl/ftp://127.0.0.1:9/a.tif", "/vsis3/b/a.tif", "&lt;GDAL_WMS>x"],
)
def test_nothing_is_fetched_from_the_network(tmp_path, source):
    (tmp_path / "l_2013.vrt").write_text(VRT.format(relative=0, source=source))
    says(fault(light("l_{year}.vrt"), tmp_path), "read.remote", "l_2013.vrt")
    (tmp_path / "m_2013.vrt").write_text(VRT.format(relative=1, source="l_2013.vrt"))
    says(fault(light("m_{year}.vrt"), tmp_path), "read.remote", "m_2013.vrt")


def test_a_service_or_an_address_instead_of_a_file(tmp_path):
    (tmp_path / "l_2013.tif").write_text('<GDAL_WMS><Service name="TMS"></Service></GDAL_WMS>')
    says(fault(light("l_{year}.tif"), tmp_path), "read.remote", "l_2013.tif")
    says(fault(light("https://example.org/l_{year}.tif"), tmp_path), "read.remote", "example.org")
    says(fault(light({2013: "s3://b/l.tif"}), tmp_path), "read.remote", "s3://b/l.tif")


@pytest.mark.skipif(sys.platform == "win32", reason="no such files")
def test_a_pipe_and_a_name_that_is_no_text(tif, tmp_path):
    os.mkfifo(tmp_path / "l_2013.tif")
    says(fault(light("l_2013.tif"), tmp_path), "read.not_a_file", "l_2013.tif")
    tif("a.tif").rename(tmp_path / "m\udcff_2013.tif")
    says(fault(light("m*_{year}.tif"), tmp_path), "read.name_not_unicode", "\\udcff_2013.tif")


@pytest.mark.parametrize("files", ["", [], {}])
def test_no_file_named(tmp_path, files):
    says(fault(light(files), tmp_path), "read.files_empty", "lights")


def test_one_file_for_two_years(tif, tmp_path):
    tif("l.tif")
    error = fault(light({2013: "l.tif", 2014: "l.tif"}), tmp_path)
    says(error, "read.file_twice", "l.tif", "2013, 2014")


@pytest.mark.parametrize(("scale", "offset"), [(0, 0), (-1, 0), (np.nan, 0), (np.inf, 0), (1, np.inf)])
def test_a_scale_that_means_nothing(tif, tmp_path, scale, offset):
    tif("l_2013.tif", scales=(scale,), offsets=(offset,))
    says(fault(light("l_{year}.tif"), tmp_path), "read.scale_wrong", "l_2013.tif")
    assert open_stack("lights", light("l_{year}.tif", scale=1, offset=0), tmp_path).years == (2013,)
    with pytest.raises(ValidationError):
        light("l_{year}.tif", scale=scale, offset=offset) if scale != 1 else light("l", offset=offset)


def test_complex_whole_numbers(tmp_path):
    profile = {"driver": "GTiff", "height": 3, "width": 4, "count": 1, "dtype": "complex_int16"}
    with rasterio.open(
        tmp_path / "l_2013.tif", "w", crs="EPSG:4326", transform=from_origin(10, 50, 1, 1), **profile
    ):
        pass
    says(fault(light("l_{year}.tif"), tmp_path), "read.type_unusable", "complex_int16")


RADIANS = (
    'GEOGCS["r",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
    'PRIMEM["Greenwich",0],UNIT["radian",1]]'
)
MOON = (
    'GEOGCS["Moon 2000",DATUM["D_Moon_2000",SPHEROID["Moon_2000_IAU_IAG",1737400,0]],'
    'PRIMEM["Reference_Meridian",0],UNIT["Degree",0.0174532925199433]]'
)


@pytest.mark.parametrize(
    ("crs", "key"),
    [
        (RADIANS, "not_degrees"),
        ("EPSG:4807", "not_degrees"),
        (MOON, "not_earth"),
        ("EPSG:4978", "no_map"),
        ('LOCAL_CS["x",UNIT["m",1]]', "no_map"),
    ],
)
def test_no_map_of_the_earth(tif, tmp_path, crs, key):
    tif("l_2013.tif", crs=crs, transform=(0.001, 0, 1, 0, -0.001, 1))
    says(fault(light("l_{year}.tif"), tmp_path), f"read.crs_{key}", "l_2013.tif")


def test_off_the_earth_or_nowhere(tif, tmp_path):
    tif("l_2013.tif", crs="EPSG:32650", transform=(1000, 0, 5e9, 0, -1000, 4.5e9))
    says(fault(light("l_{year}.tif"), tmp_path), "read.off_earth", "l_2013.tif", "EPSG:32650")
    tif("m_2013.tif", transform=(1, 0, np.nan, 0, -1, 50))
    says(fault(light("m_{year}.tif"), tmp_path), "read.no_place", "m_2013.tif")
