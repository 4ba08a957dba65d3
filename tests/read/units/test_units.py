"""Boundary layers as people have them, and their faults."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
from shapely import MultiPolygon, Point, Polygon, box

from cityebb.model import CityebbError, Faults
from cityebb.read import UnitsParameters, read_units
from cityebb.words import using

if TYPE_CHECKING:
    from collections.abc import Callable

BOXES = [box(130, 47, 131, 48), box(131, 47, 132, 48)]


@pytest.fixture
def layer() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"区划代码": [230407, 230422], "名称": ["兴山区", "绥滨县"]}, geometry=BOXES, crs="EPSG:4326"
    )


@pytest.fixture
def fault() -> Callable[..., CityebbError]:
    def find(path, **told):
        with pytest.raises(CityebbError) as caught:
            read_units(path, **({"vintage": 2020} | told))
        assert path.name in str(caught.value)
        return caught.value

    return find


def write(frame, path):
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path)
    return path


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.fgb", "a.parquet"])
def test_every_form_gives_the_same(layer, tmp_path, name):
    found = read_units(write(layer, tmp_path / name), vintage=2020)
    frame = found.units
    assert sorted(frame.index) == ["230407", "230422"]
    assert frame.index.name == "unit_id"
    assert frame.loc["230407", ["name", "vintage"]].tolist() == ["兴山区", "2020"]
    assert list(frame) == ["name", "vintage", "geometry"]
    assert frame.crs == "EPSG:4326"
    assert frame.geometry["230407"].equals(BOXES[0])
    assert found.repaired.empty


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize(("encoding", "declared"), [("gbk", False), ("utf-8", False), ("gbk", True)])
def test_a_shapefile_in_the_encodings_of_china(layer, tmp_path, encoding, declared, zipped):
    folder = tmp_path / "县界"
    folder.mkdir()
    layer.columns = ["code", "name", "geometry"]
    layer.to_file(folder / "a.shp", encoding=encoding)
    # Neither the .cpg file nor the table's own mark tells the encoding.
    if not declared:
        (folder / "a.cpg").unlink()
        raw = bytearray((folder / "a.dbf").read_bytes())
        raw[29] = 0
        (folder / "a.dbf").write_bytes(raw)
    path = folder / "a.shp"
    if zipped:
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for part in folder.iterdir():
                archive.write(part, f"in/{part.name}")
    assert read_units(path, vintage=2020).units["name"].tolist() == ["兴山区", "绥滨县"]


def test_the_guess_is_shown_and_can_be_overridden(layer, tmp_path):
    path = write(layer.assign(own=["x1", "x2"]), tmp_path / "a.gpkg")
    (note,) = read_units(path, vintage=2020).notes
    assert note.values["unit_id"] == "区划代码"
    assert note.values["name"] == "名称"
    told = read_units(path, vintage=2020, unit_id="own", name="区划代码")
    assert told.units.index.tolist() == ["x1", "x2"]
    assert told.units["name"].tolist() == ["230407", "230422"]
    assert told.notes == ()


def test_the_finest_code_without_doubles_is_taken(layer, tmp_path):
    frame = layer.assign(city_adcode=230400, district_adcode=[230407, 230422]).drop(columns="区划代码")
    (note,) = read_units(write(frame, tmp_path / "a.gpkg"), vintage=2020).notes
    assert note.values["unit_id"] == "district_adcode"


@pytest.mark.parametrize(
    ("heading", "given", "expected"),
    [
        ("adcode", [23, 2304], ["230000", "230400"]),
        ("adcode", [110000.0, 120000.0], ["110000", "120000"]),
        ("AGS", [1001, 11000], ["1001", "11000"]),
        ("geoid", ["01001", "01003"], ["01001", "01003"]),
        ("code", [230407001, 230407002], ["230407001", "230407002"]),
    ],
)
def test_codes_are_text_as_their_makers_write_them(tmp_path, heading, given, expected):
    frame = gpd.GeoDataFrame({heading: given}, geometry=BOXES, crs="EPSG:4326")
    assert read_units(write(frame, tmp_path / "a.gpkg"), vintage=2020).units.index.tolist() == expected


def test_metres_become_degrees(layer, tmp_path):
    path = write(layer.to_crs("EPSG:32652"), tmp_path / "a.gpkg")
    units = read_units(path, vintage=2020).units
    assert units.crs == "EPSG:4326"
    assert units.total_bounds == pytest.approx([130, 47, 132, 48], abs=1e-6)


@pytest.mark.parametrize(
    ("real", "guess"),
    [
        ("EPSG:4326", "EPSG:4326"),
        ("EPSG:4532", "EPSG:4532"),
        ("EPSG:4500", "EPSG:4500"),
        ("EPSG:32652", "zone"),
        ("EPSG:3857", "EPSG:3857"),
    ],
)
def test_a_missing_crs_is_refused_with_a_guess(layer, tmp_path, fault, real, guess):
    frame = layer.iloc[:1].to_crs(real).set_crs(None, allow_override=True)
    path = write(frame, tmp_path / "a.parquet")
    with using("en"):
        found = fault(path)
        assert found.key == "read.units_no_crs"
        assert guess in found.values["guess"]
    assert read_units(path, vintage=2020, crs=real).units.total_bounds == pytest.approx(
        [130, 47, 131, 48], abs=1e-6
    )


def test_degrees_that_are_metres_are_refused(layer, tmp_path, fault):
    path = write(layer.to_crs("EPSG:3857").set_crs("EPSG:4326", allow_override=True), tmp_path / "a.parquet")
    found = fault(path)
    # Zone 14 of 6° begins with the same million: both are said.
    assert (found.key, found.values["guess"]) == ("read.units_wrong_crs", "EPSG:4492 / EPSG:3857")


def test_metres_that_are_degrees_are_refused(layer, tmp_path, fault):
    path = write(layer.set_crs("EPSG:3857", allow_override=True), tmp_path / "a.gpkg")
    found = fault(path)
    assert (found.key, found.values["guess"]) == ("read.units_wrong_crs", "EPSG:4326")
    assert fault(write(layer, tmp_path / "b.gpkg"), crs="EPSG:3857").key == "read.units_wrong_crs"


def test_latitude_first_is_refused(layer, tmp_path, fault):
    swapped = layer.set_geometry([box(47, 130, 48, 131), box(47, 131, 48, 132)], crs="EPSG:4326")
    with using("en"):
        found = fault(write(swapped, tmp_path / "a.gpkg"))
        assert found.key == "read.units_wrong_crs"
        assert "swap" in found.values["guess"]


def test_a_bow_tie_is_mended_and_named(layer, tmp_path):
    tie = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    path = write(layer.set_geometry([tie, BOXES[1]], crs="EPSG:4326"), tmp_path / "a.gpkg")
    found = read_units(path, vintage=2020)
    assert found.units.is_valid.all()
    assert found.repaired[["unit_id", "row"]].to_numpy().tolist() == [["230407", 1]]
    assert found.repaired["area_before"][0] == pytest.approx(0, abs=2)
    half_a_square_degree = 12309 / 2
    assert found.repaired["area_after"][0] == pytest.approx(half_a_square_degree, rel=1e-3)
    (note,) = [note for note in found.notes if note.key == "read.units_repaired"]
    assert "230407" in note.values["units"]


def test_faults_of_rows_are_told_together_with_their_numbers(tmp_path):
    frame = gpd.GeoDataFrame(
        {"code": ["a", None, "b", "b", "c"]},
        geometry=[BOXES[0], BOXES[0], BOXES[1], None, Point(1, 1)],
        crs="EPSG:4326",
    )
    with pytest.raises(Faults) as caught:
        read_units(write(frame, tmp_path / "a.parquet"), vintage=2020, unit_id="code")
    found = {fault.key.partition("units_")[2]: fault.values["rows"] for fault in caught.value.faults}
    assert {key: [part.split()[0] for part in rows.split(", ")] for key, rows in found.items()} == {
        "no_shape": ["4"],
        "no_polygon": ["5"],
        "no_code": ["2"],
        "twice": ["3", "4"],
    }


def test_an_empty_shape_is_no_shape(layer, tmp_path, fault):
    path = write(layer.set_geometry([BOXES[0], MultiPolygon()], crs="EPSG:4326"), tmp_path / "a.parquet")
    assert fault(path).key == "read.units_no_shape"


def test_a_layer_without_codes_is_refused(tmp_path, fault):
    frame = gpd.GeoDataFrame({"height": [1.5, 2.5]}, geometry=BOXES, crs="EPSG:4326")
    path = write(frame, tmp_path / "a.gpkg")
    assert fault(path).key == "read.units_no_id"
    assert fault(path, unit_id="code").key == "read.units_no_column"


def test_files_that_are_no_layers(layer, tmp_path, fault):
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    (tmp_path / "a.gpkg").write_bytes(b"not a package")
    layer.drop(columns="geometry").to_parquet(tmp_path / "a.parquet")
    write(layer.iloc[:0], tmp_path / "b.parquet")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", "x")
    assert fault(tmp_path / "gone.gpkg").key == "read.file_missing"
    assert fault(tmp_path / "a.txt").key == "read.units_form"
    assert fault(tmp_path / "a.gpkg").key == "read.units_unreadable"
    assert fault(tmp_path / "a.parquet").key == "read.units_unreadable"
    assert fault(tmp_path / "b.parquet").key == "read.units_empty"
    assert fault(tmp_path / "a.zip").key == "read.units_zip"


@pytest.mark.data("boundaries_china")
def test_the_counties_of_china(data):
    mapchina = read_units(data / "boundaries_china/counties_mapchina_2019.parquet", vintage=2019)
    assert len(mapchina.units) == 2901
    assert mapchina.notes[0].values["unit_id"] == "Code_County"
    assert mapchina.repaired["unit_id"].tolist() == ["510302"]
    tianditu = read_units(data / "boundaries_china/counties_tianditu_wgs84.parquet", vintage=2022)
    assert len(tianditu.units) == 2891
    assert tianditu.units.loc["230725", "name"] == "大箐山县"
    assert np.isfinite(tianditu.units.total_bounds).all()


@pytest.mark.parametrize("crs", ["EPSG:99999", "banana"])
def test_a_coordinate_system_that_is_none(layer, tmp_path, fault, crs):
    path = write(layer, tmp_path / "a.parquet")
    assert fault(path, crs=crs).key == "read.units_crs_unknown"


@pytest.mark.parametrize("vintage", ["banana", "in words", "20", "2020/21"])
def test_a_date_that_is_none(vintage):
    with pytest.raises(CityebbError) as caught:
        UnitsParameters(units="a.gpkg", vintage=vintage)
    assert caught.value.key == "read.units_vintage"


def test_both_columns_that_are_not_there_are_told(layer, tmp_path):
    path = write(layer, tmp_path / "a.parquet")
    with pytest.raises(Faults) as caught:
        read_units(path, vintage=2020, unit_id="nope", name="nope2")
    assert [one.values["column"] for one in caught.value.faults] == ["nope", "nope2"]


def test_the_whole_earth_is_no_unit(layer, tmp_path, fault):
    layer.geometry = [BOXES[0], box(-180, -90, 180, 90)]
    found = fault(write(layer, tmp_path / "a.parquet"))
    assert (found.key, found.values["count"]) == ("read.units_area", 1)


def test_units_of_one_polygon_are_told(layer, tmp_path):
    layer.geometry = [BOXES[0], BOXES[0].reverse()]
    (note,) = [
        one
        for one in read_units(write(layer, tmp_path / "a.parquet"), vintage=2020).notes
        if one.key == "read.units_same_shape"
    ]
    assert "230407, 230422" in str(note)


def test_a_broken_geopackage_warns_nobody(tmp_path, fault, recwarn):
    path = tmp_path / "map.gpkg"
    path.write_bytes(b"SQLite format 3\0" + b"x" * 500)
    assert fault(path).key == "read.units_unreadable"
    assert not recwarn.list
