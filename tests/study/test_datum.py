"""Studies whose boundaries a map service may have shifted."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from cityebb.harmonise.coordinates import transform_geometry
from cityebb.model import CityebbError, Faults
from cityebb.study import check_study, execute

STUDY = """cityebb_study = 1
title = "Boundaries in doubt"

[read.people]
table = {{ 2010 = "census 2010.csv", 2020 = "census 2020.csv" }}
concept = "resident"
grade = "census"

[read.map]
units = "{map}"
vintage = "2021"
outside = true
{keys}

[read.official]
units = "{official}"
vintage = "2021"
outside = true

[delineate.units]
units = "people"
outlines = "map"
country = "CN"

[identify.people]
cities = "units"
source = "people"

[publish]
formats = ["csv"]
"""


def write_people(folder, codes):
    for year, people in ((2010, 20_000), (2020, 15_000)):
        rows = pd.DataFrame({"区划代码": codes, "地区": codes, "常住人口": people})
        rows.to_csv(folder / f"census {year}.csv", index=False)


@pytest.fixture
def written(tmp_path):
    """Return a function that writes a study over twelve counties of Heilongjiang and names its keys."""
    codes = [f"2304{place:02}" for place in range(1, 13)]
    # Small and unevenly set: the shift bends within a degree, and goes up and down from one to the next.
    corners = [(129 + 1.3 * (place % 4), 45 + 1.3 * (place // 4)) for place in range(12)]
    shapes = [box(west, south, west + 0.2, south + 0.2) for west, south in corners]
    true = gpd.GeoDataFrame({"code": codes, "name": codes}, geometry=shapes, crs="EPSG:4326")
    write_people(tmp_path, codes)
    true.to_file(tmp_path / "official.gpkg")

    def write(keys="", datum="gcj02", more=""):
        transform_geometry(true, "wgs84", datum).to_file(tmp_path / "map.gpkg")
        text = STUDY.format(map="map.gpkg", official="official.gpkg", keys=keys) + more
        (tmp_path / "study.toml").write_text(text, "utf-8")
        return tmp_path / "study.toml"

    return write


def told_by(sentence):
    return dict(vars(sentence)["values"])


def faults_of(path):
    with pytest.raises(CityebbError) as caught:
        check_study(path)
    return caught.value.faults if isinstance(caught.value, Faults) else [caught.value]


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
@pytest.mark.parametrize("keys", ['datum = "auto"\nreference = "official"', 'datum = "auto"'])
def test_what_is_recognised_is_applied_and_told(written, datum, keys, one_report):
    found = execute(written(keys, datum)).main
    assert found.cities.loc["230401", "lon"] == pytest.approx(129.1, abs=1e-6)
    assert found.cities.loc["230401", "lat"] == pytest.approx(45.1, abs=1e-6)
    (note,) = [note for note in found.notes if "datum" in note.key]
    assert note.key == "harmonise.datum_recognised"
    assert told_by(note)["datum"] == {"gcj02": "GCJ-02", "bd09": "BD-09"}[datum]
    assert (told_by(note)["layer"], told_by(note)["reference"], told_by(note)["units"]) == (
        "map",
        "official",
        12,
    )


def test_a_layer_on_wgs84_stays(written):
    plan = check_study(written('datum = "auto"', "wgs84"))
    assert plan.opened.datums == {"map": "wgs84", "official": "wgs84"}
    assert [note.key for note in plan.opened.notes if "datum" in note.key] == ["harmonise.datum_confirmed"]


def test_unasked_the_shift_is_told_with_the_keys_to_write(written, one_report):
    found = execute(written()).main
    assert abs(found.cities.loc["230401", "lon"] - 129.1) > 1e-3
    (note,) = [note for note in found.notes if "datum" in note.key]
    assert (note.key, note.level) == ("harmonise.datum_suspected", "warning")
    assert 'datum = "auto", reference = "official"' in note.text("en")
    # The keys that it names mend it.
    mended = check_study(written('datum = "auto"\nreference = "official"'))
    assert not [note for note in mended.opened.notes if note.key == "harmonise.datum_suspected"]


def test_a_stated_datum_is_not_doubted(written, one_report):
    found = execute(written('datum = "gcj02"')).main
    assert [note.key for note in found.notes if "datum" in note.key] == ["study.note.datum"]


def test_another_reference_makes_the_result_anew(written, one_report):
    path = written('datum = "auto"')
    first = execute(path).main.cities.loc["230401", "lon"]
    official = gpd.read_file(path.parent / "official.gpkg")
    transform_geometry(official, "wgs84", "gcj02").to_file(path.parent / "official.gpkg")
    second = execute(path).main.cities.loc["230401", "lon"]
    assert first == pytest.approx(129.1, abs=1e-6)
    assert abs(second - 129.1) > 1e-3  # the reference now agrees with the layer as it is


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ('datum = "auto"\nreference = "offical"', "study.refers_to_nothing_near"),
        ('datum = "auto"\nreference = "people"', "study.refers_to_nothing"),
        ('datum = "auto"\nreference = "map"', "harmonise.datum_reference_unfit"),
        ('reference = "official"', "study.reference_unused"),
        ('datum = "gcj2"', "study.wrong_type"),
    ],
)
def test_faults_are_told_before_a_run_and_once(written, keys, fault):
    assert [found.key for found in faults_of(written(keys))] == [fault]


def test_without_another_layer_the_datum_is_asked_for(written):
    path = written('datum = "auto"')
    text = path.read_text("utf-8")
    path.write_text(text.replace(text[text.index("[read.official]") : text.index("[delineate")], ""), "utf-8")
    (fault,) = faults_of(path)
    assert fault.key == "harmonise.datum_no_reference"


def test_what_does_not_decide_asks_for_the_datum(written):
    path = written('datum = "auto"')
    layer = gpd.read_file(path.parent / "map.gpkg")
    layer.set_geometry(layer.translate(0.02, 0.0)).to_file(path.parent / "map.gpkg")
    (fault,) = faults_of(path)
    assert fault.key == "harmonise.datum_undecided"
    assert told_by(fault)["layer"] == "map"


@pytest.mark.data("boundaries_china")
def test_the_heilongjiang_file_is_put_back_by_the_official_map(data, tmp_path):
    folder = data / "boundaries_china"
    layer = folder / "heilongjiang_counties_cnmaps_gcj02.parquet"
    official = folder / "counties_tianditu_wgs84.parquet"
    keys = 'datum = "auto"\nreference = "official"'
    (tmp_path / "study.toml").write_text(
        STUDY.format(map=layer.as_posix(), official=official.as_posix(), keys=keys), "utf-8"
    )
    codes = gpd.read_parquet(layer)["adcode"].tolist()
    write_people(tmp_path, codes)
    outcome = execute(tmp_path / "study.toml")
    (note,) = [note for note in outcome.main.notes if "datum" in note.key]
    assert (note.key, told_by(note)["datum"], told_by(note)["units"]) == (
        "harmonise.datum_recognised",
        "GCJ-02",
        121,
    )
    assert (told_by(note)["east"], told_by(note)["north"]) == pytest.approx((559, 225), abs=1)
    assert told_by(note)["axes"] == "EPSG:32652"
    assert told_by(note)["after"] < 100 < told_by(note)["before"] / 5
    for language in ("zh", "en"):
        assert "559" in note.text(language)
        assert "+559" in outcome.reports[language].read_text("utf-8")
    # The cities of the result lie where the layer put back by hand has them.
    back = transform_geometry(gpd.read_parquet(layer).set_index("adcode"), "gcj02", "wgs84")
    back = back.geometry.to_crs("EPSG:32652")
    cities = outcome.main.cities.geometry.to_crs("EPSG:32652")
    assert set(cities.index) == set(codes)
    assert cities.symmetric_difference(back.loc[cities.index], align=False).area.max() < 1  # m²


@pytest.mark.data("boundaries_china")
def test_unasked_the_heilongjiang_file_is_suspected(data, tmp_path):
    folder = data / "boundaries_china"
    layer = folder / "heilongjiang_counties_cnmaps_gcj02.parquet"
    mapchina = folder / "counties_mapchina_2019.parquet"
    write_people(tmp_path, gpd.read_parquet(layer)["adcode"].tolist())
    path = tmp_path / "study.toml"
    path.write_text(STUDY.format(map=layer.as_posix(), official=mapchina.as_posix(), keys=""), "utf-8")
    (note,) = [note for note in check_study(path).opened.notes if "datum" in note.key]
    assert (note.key, told_by(note)["layer"], told_by(note)["key"]) == (
        "harmonise.datum_suspected",
        "map",
        "gcj02",
    )


@pytest.mark.data("boundaries_china")
def test_two_makers_who_agree_are_left_in_peace(data, tmp_path):
    folder = data / "boundaries_china"
    layers = [folder / f"counties_{name}.parquet" for name in ("mapchina_2019", "tianditu_wgs84")]
    write_people(tmp_path, ["230102", "230103"])
    path = tmp_path / "study.toml"
    path.write_text(STUDY.format(map=layers[0].as_posix(), official=layers[1].as_posix(), keys=""), "utf-8")
    assert not [note for note in check_study(path).opened.notes if "datum" in note.key]
