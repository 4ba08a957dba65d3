"""A folder is looked at: series, guesses, what was not understood, and a study that opens."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from cityebb.model import CityebbError, Faults
from cityebb.read import SourceParameters, inspect, open_stack, suggest_study
from cityebb.read.guess import guess

from .conftest import write_tif


@pytest.mark.parametrize(
    ("pattern", "unit", "dtype", "high", "indicator", "source"),
    [
        ("viirs_like_{year}.tif", "", "uint8", 200, "light", "name"),
        ("夜间灯光_{year}.tif", "", "float32", 200, "light", "name"),
        ("GHS_POP_E{year}.tif", "", "float64", 9000, "people", "name"),
        ("人口/{year}.tif", "", "float32", 9000, "people", "name"),
        ("landscan_{year}.tif", "", "int32", 9000, "people", "name"),
        ("ghs_built_{year}.tif", "", "float32", 1, "built_up", "name"),
        ("chen_{year}.tif", "", "float32", 200, "light", "name"),
        ("x_{year}.tif", "nW/cm2/sr", "float32", 200, "light", "unit"),
        ("x_{year}.tif", "persons", "float32", 200, "people", "unit"),
        ("x_{year}.tif", "", "float32", 0.9, "built_up", "numbers"),
        ("x_{year}.tif", "", "int32", 40000, "people", "numbers"),
        ("x_{year}.tif", "", "uint8", 63, "light", "numbers"),
    ],
)
def test_guesses_say_what_they_rest_on(pattern, unit, dtype, high, indicator, source):
    found = guess(pattern, "data", unit, dtype, high)
    assert (found.indicator, found.guessed_from) == (indicator, source)


def test_floors_fit_the_scale():
    assert guess("dmsp_{year}.tif", "", "", "uint8", 63).floor == 30
    assert guess("ntl_{year}.tif", "", "", "uint8", 255).floor == 2
    assert guess("viirs_like_{year}.tif", "", "", "uint8", 43).floor == 2, (
        "a dim province is not another sensor"
    )
    assert guess("ntl_{year}.tif", "", "", "float32", 255).floor == 4
    assert guess("pop_{year}.tif", "", "", "float32", 255).floor == 300
    share, percent, metres = (guess("built_{year}.tif", "", "", "uint32", high) for high in (1, 100, 1e6))
    assert (share.kind, share.unit, share.floor) == ("share", "share", 0.5)
    assert (percent.kind, percent.unit, percent.floor) == ("share", "%", 0.5)
    assert (metres.kind, metres.unit, metres.floor) == ("count", "m²", 500_000)


def test_series_are_found_two_levels_deep_and_oddities_are_named(tif, tmp_path):
    for year in (2013, 2014, 2016):
        tif(f"lights/viirs_{year}_v2020.tif", nodata=0)
    for year in (2010, 2020):
        tif(f"a/b/population_{year}.tif", np.full((3, 4), 5000, "int32"))
    tif("a/b/c/too_deep_2013.tif")
    tif("old_results/lights_2013.tif")
    (tmp_path / "old_results/manifest.json").write_text("{}")
    tif("nowhere_2013.tif", crs=None)
    (tmp_path / "page_2013.tif").write_text("<html>")
    (tmp_path / "readme.txt").write_text("hello")
    findings = inspect(tmp_path)
    assert [(one.name, one.files, one.years) for one in findings.series] == [
        ("lights", "lights/viirs_{year}_v2020.tif", (2013, 2014, 2016)),
        ("people", "a/b/population_{year}.tif", (2010, 2020)),
    ]
    lights = findings.series[0]
    assert (lights.dtype, lights.nodata, lights.low, lights.high, lights.mixed) == ("uint8", 0, 1, 11, False)
    assert {unread.path: unread.reason.key for unread in findings.unread} == {
        "nowhere_2013.tif": "read.no_crs",
        "page_2013.tif": "read.is_text",
    }


def test_linked_folders_are_followed(tif, tmp_path):
    for year in (2013, 2016):
        tif(f"far/l_{year}.tif")
    (tmp_path / "study").mkdir()
    (tmp_path / "study/data").symlink_to(tmp_path / "far")
    (tmp_path / "study/loop").symlink_to(tmp_path / "study")
    files = [one.files for one in inspect(tmp_path / "study").series]
    assert "data/l_{year}.tif" in files


def test_two_series_of_one_kind_get_names_of_their_own(tif, tmp_path):
    for year in (2013, 2014):
        tif(f"chen_{year}.tif", np.ones((3, 4), "float32"))
        tif(f"li_{year}.tif")
    findings = inspect(tmp_path)
    assert {one.name: one.guess.product for one in findings.series} == {
        "lights_chen": "chen_2021",
        "lights_li": "li_2020",
    }


def test_bands_of_one_file(tif, tmp_path):
    cube = np.zeros((2, 3, 4), "uint8")
    tif("ntl.tif", cube, descriptions=["2013", "2014"])
    assert inspect(tmp_path).series[0].years == (2013, 2014)
    tif("ntl.tif", cube)
    series = inspect(tmp_path).series[0]
    assert (series.years, series.bands) == ((), 2)
    # years that nobody told are not made up: the study is left for a person to finish
    table = tomllib.loads(suggest_study(inspect(tmp_path), "en"))["read"]["lights"]
    with pytest.raises(CityebbError) as caught:
        open_stack("lights", SourceParameters(**table), tmp_path)
    assert caught.value.key == "read.year_unknown"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_suggested_study_is_valid_and_opens(tif, tmp_path, language):
    for year in (2013, 2016):
        tif(f"lights_{year}.tif", nodata=0)
        tif(f"pop_{year}.tif", np.full((5, 5), 9, "int32"))
        tif(f"GHS_BUILT_{year}_R2023.tif", np.full((3, 4), -1.0, "float32"))
    tif('odd "name"_2013.tif')
    (tmp_path / "broken.tif").write_text("<html>\nno")
    text = suggest_study(inspect(tmp_path), language)
    assert text.startswith("cityebb_study = 1\n")
    study = tomllib.loads(text)
    assert set(study["read"]) == {"lights", "people", "built_up"}
    for name, table in study["read"].items():
        stack = open_stack(name, SourceParameters(**table), tmp_path)
        assert stack.years == (2013, 2016)
    assert study["harmonise"] == {"onto": "lights"}
    assert study["delineate"]["lit"]["where"] == {"lights": 30}
    assert study["identify"]["people"] == {"cities": "lit", "source": "people"}
    assert study["read"]["built_up"]["negative"] == "zero"
    assert "broken.tif" in text
    assert "odd" in text
    assert ("请核对" in text) == (language == "zh")


def test_a_suggested_study_satisfies_every_room(tif, tmp_path):
    delineate = pytest.importorskip("cityebb.delineate")
    harmonise = pytest.importorskip("cityebb.harmonise")
    identify = pytest.importorskip("cityebb.identify")
    for year in (2013, 2016):
        tif(f"pop_{year}.tif", np.full((3, 4), 9, "int32"))
    study = tomllib.loads(suggest_study(inspect(tmp_path), "zh"))
    for table in study["delineate"].values():
        delineate.DelineateParameters(**table)
    for table in study["identify"].values():
        identify.IdentifyParameters(**table)
    harmonise.HarmoniseParameters(**study.get("harmonise", {}))


def test_nothing_to_make_a_study_of(tif, tmp_path):
    with pytest.raises(CityebbError) as caught:
        inspect(tmp_path / "no")
    assert caught.value.key == "read.no_folder"
    tif("mask.tif")
    with pytest.raises(CityebbError) as caught:
        suggest_study(inspect(tmp_path), "zh")
    assert caught.value.key == "read.nothing_found"
    (tmp_path / "page_2013.tif").write_text("<html>")
    with pytest.raises(Faults) as caught:
        suggest_study(inspect(tmp_path), "zh")
    assert "page_2013.tif" in str(caught.value)


@pytest.mark.data("lights_china")
@pytest.mark.data("population_europe")
@pytest.mark.data("lights_syria")
def test_real_folders_are_understood(data):
    china = inspect(data / "lights_china")
    assert [(one.files, one.years[0], one.years[-1], one.mixed) for one in china.series] == [
        ("viirs_like_{year}.tif", 2012, 2022, False)
    ]
    assert (china.series[0].guess.floor, china.unread) == (2, ())
    europe = inspect(data / "population_europe").series[0]
    assert (europe.files, europe.years, europe.guess.indicator) == (
        "population_{year}_1km.tif",
        (2006, 2011, 2018, 2021),
        "people",
    )
    assert {one.name for one in inspect(data / "lights_syria").series} == {"lights_chen", "lights_li"}


def test_counts_of_observations_stand_beside_the_light_that_they_count(tmp_path):
    for year in (2015, 2016):
        stem = f"VNL_npp_{year}_global_vcmslcfg_v2_c202102150000"
        write_tif(tmp_path / f"{stem}.average_masked.dat.tif", np.full((4, 5), 2.5, np.float32))
        write_tif(tmp_path / f"{stem}.cf_cvg.dat.tif", np.full((4, 5), 60, np.uint16))
    text = suggest_study(inspect(tmp_path), "en")
    read = tomllib.loads(text)["read"]
    assert [source["files"].split(".")[1] for source in read.values()] == ["average_masked"]
    assert [source["views"].split(".")[1] for source in read.values()] == ["cf_cvg"]
    assert all(len(name) <= 64 for name in read)
    assert text.count("cf_cvg") == 1
