"""The inside of cities in a study: from cells of grids, and from units that are parts of others."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import box

from cityebb.grids import ThreadExecutor
from cityebb.model import COUNTIES, INSIDE, PARTS, PARTS_FOUND, TOGETHER, CityebbError, Faults
from cityebb.study import check_study, execute
from cityebb.study.opening import load_and_open

from .conftest import YEARS, write_raster

SIDE = 13
STUDY = """cityebb_study = 1
title = "Towns"

[read.lights]
files = "lights_{year}.tif"
indicator = "light"
unit = "nW/cm²/sr"

[delineate.lit]
where = { lights = 5 }

[identify.light]
cities = "lit"
source = "lights"

[publish]
languages = ["en"]
formats = ["parquet", "csv"]
"""


@pytest.fixture(scope="module")
def quick():
    """Reports of one line."""

    def write(_results, folder, language, **_more):
        path = folder / f"report.{language}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("<html></html>", "utf-8")
        return path

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cityebb.publish.write_report", write, raising=False)
        yield


def lights(year, *, scale=1.0):
    """Two towns of 13 × 13 cells: one loses its edge and gains a centre, one moves eastwards."""
    noise = np.random.default_rng(year)
    step = (year - YEARS[0]) / (YEARS[-1] - YEARS[0])
    row, column = np.mgrid[:SIDE, :SIDE] - SIDE // 2
    away = np.hypot(row, column)
    edge = 40 * np.exp(-away / 20) * np.where(away < 5.5, 1 + 0.3 * step, 1 - 0.9 * step)
    east = 20 * np.exp(0.06 * column * step)
    values = np.zeros((20, 40))
    values[3 : 3 + SIDE, 3 : 3 + SIDE] = np.maximum(edge, 5.1)
    values[3 : 3 + SIDE, 23 : 23 + SIDE] = np.maximum(east, 5.1)
    return (scale * values * noise.normal(1, 0.005, values.shape)).astype(np.float32)


def write(folder, text=STUDY, *, years=YEARS, scale=1.0, **profile):
    folder.mkdir(parents=True, exist_ok=True)
    for year in years:
        write_raster(folder / f"lights_{year}.tif", lights(year, scale=scale), **profile)
    (folder / "s.toml").write_text(text, "utf-8")
    return folder / "s.toml"


@pytest.fixture(scope="module")
def outcome(tmp_path_factory, quick):
    return execute(write(tmp_path_factory.mktemp("towns")))


@pytest.fixture(scope="module")
def towns(outcome):
    west = outcome.main.cities["lon"].to_numpy() < 130.2
    table = outcome.main.inside.cities.set_index("city_id").loc[outcome.main.cities.index]
    return table[west].iloc[0], table[~west].iloc[0]


def test_a_town_falls_by_its_edge_while_its_centre_grows(towns):
    edge, _ = towns
    assert (edge["state"], edge["core_state"], edge["edge_state"]) == ("shrinking", "growing", "shrinking")
    assert edge["pattern"] == "peripheral"
    assert edge["change"] == pytest.approx(edge["after"] / edge["before"] - 1)
    assert edge["gradient_after"] > edge["gradient_before"]


def test_a_town_moves_eastwards(towns):
    _, east = towns
    assert east["shift_bearing"] == pytest.approx(90, abs=3)
    assert east["shift_km"] > 3 * east["shift_se_km"] > 0
    assert east["shift_p"] < 0.001
    assert east["shift_error_from"] == "noise"


def test_its_tables_are_written_and_the_whole_is_that_of_the_verdict(outcome):
    found, folder = outcome.main.inside, outcome.out / "identify/light"
    for table, name in ((INSIDE, "inside"), (PARTS, "parts"), (PARTS_FOUND, "parts_found")):
        table.check(pd.read_parquet(folder / f"{name}.parquet"))
    assert (folder / "inside.csv").is_file()
    assert not (folder / "parts_found.csv").exists()
    assert found.asked["noise"]
    assert (found.asked["start"], found.asked["end"]) == ([2013, 2014, 2015], [2018, 2019, 2020])
    # Verdicts compare geometric means over three years of each city, parts arithmetic ones.
    change = outcome.main.verdicts.set_index("city_id")["change"]
    np.testing.assert_allclose(
        found.cities.set_index("city_id")["change"], change.loc[found.cities["city_id"]], atol=0.01
    )


def test_blocks_and_workers_change_nothing(outcome, tmp_path, quick):
    blocks = {"tiled": True, "blockxsize": 16, "blockysize": 16}
    other = execute(write(tmp_path, **blocks), executor=ThreadExecutor(3)).main.inside
    for name in ("cities", "parts", "found"):
        pd.testing.assert_frame_equal(getattr(outcome.main.inside, name), getattr(other, name))


def test_what_is_asked_of_the_inside_alters_no_verdict(tmp_path, quick):
    path = write(tmp_path)
    first = execute(path)
    path.write_text(STUDY.replace("[publish]", "[identify.light.inside]\nthreshold = -0.5\n\n[publish]"))
    second = execute(path)
    assert "identify-light" in second.log.reused
    assert "inside-light" in second.log.ran
    assert second.main.inside.asked["threshold"] == -0.5
    shrinking = [each.main.inside.cities["shrinking_area_share"].sum() for each in (first, second)]
    assert shrinking[1] < shrinking[0]
    path.write_text(STUDY.replace('source = "lights"', 'source = "lights"\ninside = false'))
    third = execute(path)
    assert third.main.inside is None
    assert not (third.out / "identify/light/inside.parquet").exists()


def reasons(path):
    found = execute(path).main.inside
    return set(found.cities["reason"].str.rpartition(".")[2])


# A cell is 1.1 km high and 0.75 km wide, so the towns are 10 km wide and 14 high.
@pytest.mark.parametrize(
    ("read", "inside", "scale", "reason"),
    [
        ('unit = "DN"', "bloom_km = 20", 1.0, "bloom"),
        ('unit = "DN"\nproduct = "li_2020"', 'centre = "area"', 1.0, "judged"),  # wider than 7 km
        ('unit = "nW/cm²/sr"', "bloom_km = 0", 1.0, "judged"),
    ],
)
def test_how_wide_a_town_must_be(tmp_path, quick, read, inside, scale, reason):
    text = STUDY.replace('unit = "nW/cm²/sr"', read)
    text = text.replace("[publish]", f"[identify.light.inside]\n{inside}\n\n[publish]")
    if "li_2020" in read:
        text = text.replace('source = "lights"', 'source = "lights"\nstart = 2014')
    assert reasons(write(tmp_path, text, scale=scale)) == {reason}


def narrow(year, scale):
    """A town of 5 × 5 cells, about 4 km wide."""
    values = np.zeros((20, 40), np.float32)
    values[5:10, 5:10] = scale * np.random.default_rng(year).uniform(20, 30, (5, 5))
    return values


@pytest.mark.parametrize(
    ("read", "scale", "reason"),
    [
        ('unit = "DN"', 1, "bloom"),
        ('unit = "DN"', 10, "judged"),  # beyond 63 it is not DMSP
        ('unit = "nW/cm²/sr"', 1, "judged"),
        ('unit = "DN"\nproduct = "li_2020"', 10, "bloom"),
    ],
)
def test_dmsp_is_refused_for_towns_narrower_than_its_bloom(tmp_path, quick, read, scale, reason):
    text = STUDY.replace('unit = "nW/cm²/sr"', read)
    path = write(tmp_path, text, years=())
    for year in (2014, 2015, 2016):
        write_raster(tmp_path / f"lights_{year}.tif", narrow(year, scale))
    found = execute(path).main.inside
    assert set(found.cities["reason"]) == {f"identify.inside.reason.{reason}"}
    assert found.cities["change"].notna().all()  # the figures of the whole stand
    assert found.cities["core_change"].isna().all() == (reason == "bloom")


def test_the_product_is_taken_from_names(tmp_path):
    for year in (2000, 2001):
        name = f"F15{year}.v4b_web.stable_lights.avg_vis.tif"
        write_raster(tmp_path / name, np.full((20, 20), 9, np.uint8))
    text = STUDY.replace('"lights_{year}.tif"', '"F15*.tif"').replace('unit = "nW/cm²/sr"', "")
    (tmp_path / "s.toml").write_text(text, "utf-8")
    assert load_and_open(tmp_path / "s.toml")[1].products == {"lights": "dmsp"}


def test_where_lamps_were_replaced_no_part_is_said_to_shrink(tmp_path, quick, towns):
    text = STUDY.replace('indicator = "light"', 'indicator = "light"\nlamps = "lamps.csv"')
    (tmp_path / "lamps.csv").write_text("lon,lat,year\n130.095,47.305,2017\n", "utf-8")
    found = execute(write(tmp_path, text)).main.inside
    table = found.cities.set_index("city_id")
    edge, east = (table.loc[town.name] for town in towns)
    assert (edge["reason"], edge["pattern"]) == ("identify.reason.lamps", "undetermined")
    assert edge["change"] == towns[0]["change"]
    assert set(found.found.loc[found.found["city_id"] == edge.name, "state"]) == {"undetermined"}
    assert east["pattern"] == towns[1]["pattern"] != "undetermined"


@pytest.mark.parametrize(
    ("inside", "key"),
    [
        ("treshold = -0.1", "study.unknown_key_near"),
        ("threshold = 0.1", "study.out_of_range"),
        ('centre = "middle"', "study.wrong_type"),
        ("least_parts = true", "study.wrong_type"),
    ],
)
def test_faults_of_its_table_are_told_with_its_name(tmp_path, inside, key):
    path = write(tmp_path, STUDY.replace("[publish]", f"[identify.light.inside]\n{inside}\n[publish]"))
    with pytest.raises(CityebbError) as fault:
        check_study(path)
    errors = fault.value.faults if isinstance(fault.value, Faults) else [fault.value]
    assert [error.key for error in errors] == [key]
    assert "[identify.light.inside]" in str(errors[0])


def test_cells_need_no_comparison_of_parts(tmp_path):
    path = write(tmp_path, STUDY.replace('source = "lights"', 'source = "lights"\nparts = "others"'))
    with pytest.raises(Faults) as fault:
        check_study(path)
    assert {error.key for error in fault.value.faults} == {"study.parts_of_grids", "study.refers_to_nothing"}


def test_people_of_two_years_have_no_noise_and_it_is_said(tmp_path, quick):
    text = STUDY.replace('"light"\nunit = "nW/cm²/sr"', '"people"').replace(
        'source = "lights"', 'source = "lights"'
    )
    found = execute(write(tmp_path, text, years=(2013, 2020))).main.inside
    assert not found.asked["noise"]
    assert found.asked["threshold"] == pytest.approx(-0.0105)  # 0.15 % a year
    table = found.cities.set_index("city_id")
    assert set(table["reason"]) == {"identify.inside.reason.judged"}
    assert "peripheral" in set(table["pattern"])
    assert set(table["shift_error_from"]) == {"parts"}


UNITS = """cityebb_study = 1
title = "Prefectures"

[read.prefectures]
table = "prefectures.csv"
concept = "resident"
grade = "census"

[read.counties]
table = "counties.csv"
concept = "resident"
grade = "census"

[read.map]
units = "map.geojson"
vintage = "2020"
unit_id = "code"
name = "name"

[delineate.prefectures]
units = "prefectures"

[delineate.counties]
units = "counties"
outlines = "map"

[identify.cities]
cities = "prefectures"
source = "prefectures"
parts = "counties"

[identify.cities.inside]
least_parts = 3

[identify.counties]
cities = "counties"
source = "counties"

[publish]
languages = ["en"]
formats = ["parquet", "csv", "xlsx"]
"""
# Hegang falls, though its county 02 grows; the sum of Qitaihe's counties is 5 % short; one is elsewhere.
PEOPLE = {
    "230401": (40_000, 30_000),
    "230402": (30_000, 36_000),
    "230403": (30_000, 24_000),
    "230901": (50_000, 55_000),
    "230902": (45_000, 40_000),
    "110101": (10_000, 11_000),
}
OWN = {"230400": (100_000, 90_000), "230900": (100_000, 100_000), "230100": (70_000, 70_000)}


def table(rows):
    frame = pd.DataFrame({"区划代码": list(rows), "地区": [f"单元{code}" for code in rows]})
    for place, year in enumerate((2010, 2020)):
        frame[f"{year}年常住人口（人）"] = [values[place] for values in rows.values()]
    return frame


def write_units(folder, text=UNITS):
    table(OWN).to_csv(folder / "prefectures.csv", index=False, encoding="utf-8-sig")
    table(PEOPLE).to_csv(folder / "counties.csv", index=False, encoding="utf-8-sig")
    shapes = [box(130 + 0.1 * place, 47, 130.1 + 0.1 * place, 47.1) for place in range(3)]
    codes = [code for code in PEOPLE if code.startswith("2304")]
    whole = [box(130, 47, 130.3, 47.1), box(131, 47, 131.1, 47.1)]
    frame = gpd.GeoDataFrame(
        {"code": [*codes, "230400", "230900"], "name": "x"}, geometry=[*shapes, *whole], crs="EPSG:4326"
    )
    frame.to_file(folder / "map.geojson", driver="GeoJSON")
    (folder / "s.toml").write_text(text, "utf-8")
    return folder / "s.toml"


@pytest.fixture(scope="module")
def units(tmp_path_factory, quick):
    return execute(write_units(tmp_path_factory.mktemp("units")))


def test_a_prefecture_stands_beside_its_counties(units):
    found = units.results["cities"].inside
    told = TOGETHER.check(found.together).set_index("city_id")
    hegang = told.loc["230400"]
    assert (hegang["state"], hegang["growing_parts"], hegang["shrinking_parts"]) == ("shrinking", 1, 2)
    assert (hegang["change"], hegang["parts_change"]) == (pytest.approx(-0.1), pytest.approx(-0.1))
    assert (hegang["shrinking_before_share"], hegang["growing_before_share"]) == (
        pytest.approx(0.7),
        pytest.approx(0.3),
    )
    assert hegang["shrinking_area_share"] == pytest.approx(2 / 3, rel=1e-6)
    assert hegang["land_density_after"] == pytest.approx(0.9 * hegang["land_density_before"])
    assert not hegang["differs"]
    assert found.counties.set_index("city_id").loc["230400", "county_pattern"] == "hourglass"
    core = found.cities.set_index("city_id").loc["230400"]
    assert (core["reason"], core["shrinking_parts"]) == ("identify.inside.reason.judged", 2)


def test_the_counties_are_no_source_of_their_own(units):
    assert units.results["cities"].combined.empty


def test_outlines_lie_on_the_map_of_the_parts(units):
    found = units.results["cities"].inside
    assert found.outlines["part_id"].tolist() == found.parts["part_id"].tolist()
    for wkb, part in zip(found.outlines["wkb"], found.parts.itertuples(), strict=True):
        shape = shapely.from_wkb(wkb)
        assert shape.contains(shapely.Point(part.x_km, part.y_km))
        assert shape.area == pytest.approx(part.area_km2, rel=1e-3)


def test_where_figures_differ_or_outlines_are_missing_it_is_said(units):
    found = units.results["cities"].inside
    told = found.together.set_index("city_id")
    other = told.loc["230900"]
    assert (other["differs"], other["differs_before"], other["differs_after"]) == (
        True,
        pytest.approx(-0.05),
        pytest.approx(-0.05),
    )
    assert np.isnan(other["area_km2"])
    assert "230900" not in set(found.cities["city_id"])
    assert told.loc["230100", "reason"] == "identify.inside.reason.no_parts"
    assert np.isnan(told.loc["230100", "parts_before"])
    assert (found.asked["outside"], found.asked["across"]) == (1, 0)


def test_its_tables_are_written(units):
    folder = units.out / "identify/cities"
    for declared, name in ((TOGETHER, "city_and_parts"), (COUNTIES, "counties_found")):
        declared.check(pd.read_parquet(folder / f"{name}.parquet"))
        assert (folder / f"{name}.csv").is_file()


def test_parts_by_outline(tmp_path, quick, units):
    text = UNITS.replace('parts = "counties"', 'parts = "counties"\nparts_by = "outline"')
    text = text.replace('units = "prefectures"', 'units = "prefectures"\noutlines = "map"')
    found = execute(write_units(tmp_path, text)).results["cities"].inside
    same = units.results["cities"].inside.together.set_index("city_id").loc[["230400"]]
    pd.testing.assert_frame_equal(found.together.set_index("city_id").loc[["230400"]], same)
    assert found.asked["outside"] == 3  # no outline, no place


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('parts = "counties"', 'parts = "cities"', "study.refers_to_nothing"),
        ('source = "counties"', 'source = "counties"\nstart = 2010\nend = 2015', "study.parts_other_years"),
        (
            '"counties.csv"\nconcept = "resident"',
            '"counties.csv"\nconcept = "registered"',
            "study.parts_other_series",
        ),
        ('"counties.csv"', '"others.csv"', "study.no_parts_by_code"),
    ],
)
def test_parts_that_cannot_be_set_beside(tmp_path, quick, old, new, key):
    path = write_units(tmp_path, UNITS.replace(old, new, 1))
    rows = {f"35{code[2:]}": values for code, values in PEOPLE.items()}
    table(rows).to_csv(tmp_path / "others.csv", index=False, encoding="utf-8-sig")
    five = table(PEOPLE).assign(**{"2015年常住人口（人）": 30_000})
    if "registered" in new:
        registered = table(PEOPLE).rename(columns=lambda name: name.replace("常住", "户籍"))
        registered.to_csv(tmp_path / "counties.csv", index=False, encoding="utf-8-sig")
    if "2015" in new:
        five.to_csv(tmp_path / "counties.csv", index=False, encoding="utf-8-sig")
    with pytest.raises(CityebbError) as fault:
        execute(path) if "code" in key else check_study(path)
    errors = fault.value.faults if isinstance(fault.value, Faults) else [fault.value]
    assert key in {error.key.removesuffix("_near") for error in errors}
    assert all(error.text() if hasattr(error, "text") else str(error) for error in errors)
