"""The studies that come with the program: small, honest, and equal to what the grids give."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pytest

from cityebb.model import CITIES, EFFECTS, PANEL, ROBUSTNESS, SENSITIVITY, SUMMARY, VERDICTS
from cityebb.study.china import china_results, load_cities, load_facts, load_panel, short_name


@pytest.fixture(scope="module")
def found():
    return china_results()


def test_the_tables_are_what_the_model_declares(found):
    CITIES.check(load_cities())
    PANEL.check(load_panel())
    for results in found.values():
        VERDICTS.check(results.verdicts)
        SUMMARY.check(results.summary)
        SENSITIVITY.check(results.sensitivity)
        ROBUSTNESS.check(results.robustness)
        EFFECTS.check(results.effects)


def test_known_answers_of_the_plain_rule(found):
    plain = found["light"].verdicts["plain"].value_counts()
    assert len(found["light"].cities) == 2999
    assert (plain["down"], plain["up"], plain["no_baseline"]) == (934, 1370, 13)
    assert (found["light_decade"].verdicts["plain"] == "down").sum() == 573


def test_a_city_dark_in_the_baseline_grows_by_no_infinity(found):
    dark = found["light"].verdicts[found["light"].verdicts["plain"] == "no_baseline"]
    assert (dark["state"] == "undetermined").all()
    assert dark["change"].isna().all()


def test_other_choices_and_their_counts_are_there(found):
    table = found["light"].sensitivity
    ends = table[table["varies"].isin(["default", "end"])].set_index("end")["plain_down"].to_dict()
    expected = {"2014": 951, "2015": 1124, "2016": 934, "2017": 771, "2019": 639, "2022": 573}
    # From six usable years on the columns hold a window; the plain rule compares single years.
    told = {str(end).split("–")[-1]: count for end, count in ends.items()}
    assert {year: told[year] for year in expected} == expected
    epochs = table[table["varies"] == "epoch"].set_index("epoch")
    assert epochs.loc["baseline", ["cities", "plain_down"]].tolist() == [2774, 1139]
    assert epochs.loc["final", ["cities", "plain_down"]].tolist() == [2716, 513]


def test_the_year_2012_is_named_as_not_belonging(found):
    results = found["light"]
    told = results.breaks.set_index("kind")
    # Nothing else is strange, and there is no joint; from 2017 the dim background creeps up.
    assert told[["year", "evidence", "kept"]].to_dict("index") == {
        "stranger": {"year": 2012, "evidence": "lit_cells_missing", "kept": False},
        "creep": {"year": 2017, "evidence": "dim_light", "kept": True},
    }
    assert told.loc["stranger", "size"] == pytest.approx(0.29, abs=0.01)
    assert 2012 in results.comparison["left_out"]


def test_hegang_is_found_and_its_light_disagrees_with_its_census(found):
    results = found["light_decade"]
    city = results.cities[results.cities["name_zh"] == "鹤岗"]
    assert city["name_en"].tolist() == ["Hegang"]
    panel = results.panel[
        (results.panel["city_id"] == city.index[0])
        & (results.panel["indicator"] == "light_sum")
        & (results.panel["year"] >= 2013)
    ]
    assert panel.sort_values("year")["value"].round().tolist() == [
        176, 115, 97, 152, 230, 286, 234, 182, 179, 183,
    ]  # fmt: skip
    context = results.context.set_index("city_id").loc[city.index[0]]
    assert (context["before"], context["after"]) == (1058665, 891271)
    assert context["change"] == pytest.approx(-0.158118, abs=1e-6)
    assert context["level"] == "prefecture"
    verdict = results.verdicts.set_index("city_id").loc[city.index[0]]
    assert verdict["change"] > 0 > context["change"]


@pytest.mark.parametrize("name", ["上海", "北京", "天津"])
def test_great_cities_are_called_by_their_names(name):
    cities = load_cities()
    assert cities.loc[cities["name_zh"] == name, "area_km2"].max() > 500


def test_the_census_is_a_list_of_plain_facts():
    facts = load_facts()
    assert len(facts) == 356
    assert (facts["popu_2020"] < facts["popu_2010"]).sum() == 156
    assert not facts["city"].str.contains("特别行政区").any()
    matched = facts[facts["city_id"].notna()]
    assert matched["city_id"].is_unique
    names = load_cities().loc[matched["city_id"], "name_zh"].tolist()
    assert names == [short_name(unit) for unit in matched["city"]]


def test_outlines_are_valid_and_near_their_exact_areas():
    cities = load_cities()
    assert cities.geometry.is_valid.all()
    assert cities.crs.to_epsg() == 4326
    drawn = gpd.GeoSeries(cities.geometry).to_crs("ESRI:54034").area / 1e6
    assert np.median(np.abs(drawn / cities["area_km2"] - 1)) < 0.1
    assert drawn.sum() == pytest.approx(cities["area_km2"].sum(), rel=0.03)


def test_the_embedded_data_is_small_and_carries_its_credit():
    import importlib.resources

    folder = importlib.resources.files("cityebb.study") / "data"
    files = [path for path in folder.iterdir() if path.is_file()]
    assert sum(len(path.read_bytes()) for path in files) < 6e6
    assert not any(path.name.endswith((".tif", ".tiff")) for path in files)
    readme = (folder / "README.md").read_text("utf-8")
    for credit in ("10.7910/DVN/YGIVCD", "CC BY 4.0", "Chen", "National Bureau of Statistics", "GeoNames"):
        assert credit in readme
    record = json.loads((folder / "china.json").read_text("utf-8"))
    assert len(record["inputs"]) == 11
    assert all(len(file["sha256"]) == 64 for file in record["inputs"])
