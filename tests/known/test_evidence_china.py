"""Where the series of agglomerations and the census of the same places disagree, and must be seen to."""

from __future__ import annotations

import pandas as pd
import pytest

from cityebb.read import TableParameters, read_table

pytestmark = pytest.mark.data("agglomerations_wup2018", "boundaries_china", "census_china", "lights_china")

DISTRICTS = {
    "鹤岗": ("230402", "230403", "230404", "230405", "230406", "230407"),
    "阜新": ("210902", "210903", "210904", "210905", "210911"),
}
STUDY = """
[read.districts]
table = "{folder}/districts.csv"
grade = "census"
outside = true

[read.wup]
table = "DATA/agglomerations_wup2018/cities_over_300k_annual.csv"
where = {{ "Country or area" = "China" }}
grade = "modelled"
factor = 1000
outside = true

[delineate.districts]
units = "districts"

[delineate.agglomerations]
units = "wup"

[identify.districts]
cities = "districts"
source = "districts"

[identify.wup]
cities = "agglomerations"
source = "wup"
start = {start}
end = 2020
rules = []

[identify.together]
evidence = ["districts", "wup"]
links = {{ wup = "{folder}/links.csv" }}
"""


@pytest.fixture(scope="module")
def folder(data, tmp_path_factory):
    """The districts of two cities at both censuses, and the agglomerations that bear their names."""
    folder = tmp_path_factory.mktemp("districts")
    rows = []
    for year in (2010, 2020):
        path = data / f"census_china/county_{year}.xlsx"
        told = TableParameters(table=path.name, concept="resident", grade="census", level="county")
        counts = read_table(path, told).counts
        people = counts[(counts["indicator"] == "people") & (counts["concept"] == "resident")]
        for city, codes in DISTRICTS.items():
            rows.append((city, year, int(people.loc[people["unit_id"].isin(codes), "value"].sum())))
    pd.DataFrame(rows, columns=["name", "year", "resident population"]).to_csv(
        folder / "districts.csv", index=False
    )
    (folder / "links.csv").write_text("city,other\n鹤岗,Hegang\n阜新,Fuxin\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def districts(study, folder):
    return study(STUDY.format(folder=folder.as_posix(), start=2000)).results["districts"]


def test_both_rise_where_the_census_falls(districts):
    changes = districts.evidence.pivot_table(index="city_id", columns="comparison", values="change")
    plain = districts.cities["name_zh"].to_dict()
    told = {plain[city]: row for city, row in changes.to_dict("index").items()}
    assert told["鹤岗"]["districts"] == pytest.approx(545_404 / 664_471 - 1, abs=1e-4)
    assert told["阜新"]["districts"] == pytest.approx(-0.029, abs=0.0005)
    assert told["鹤岗"]["wup"] > 0.05
    assert told["阜新"]["wup"] > 0.12
    rows = districts.evidence.set_index(["city_id", "comparison"])
    for city in districts.cities.index:
        row = rows.loc[(city, "wup")]
        assert (row["says"], row["role"], row["linked_by"]) == ("up", "not_trusted", "stated")
        assert row["against"]
        assert "carried" in row["why"]
    assert set(districts.combined["state"]) == {"shrinking"}
    assert set(districts.combined["strength"]) == {"disputed"}
    assert set(districts.combined["dissenters"]) == {"wup"}


PREFECTURES = """
[read.census]
table = "DATA/census_china/prefecture_2010_2020.csv"
concept = "resident"
grade = "census"
level = "prefecture"
outside = true

[read.metrics]
table = "DATA/lights_china/city_year_metrics.csv"
zero = "missing"
codes = "map"
outside = true

[read.map]
units = "DATA/boundaries_china/counties_tianditu_wgs84.parquet"
vintage = "2020"
outside = true

[delineate.prefectures]
units = "census"

[delineate.listed]
units = "metrics"

[identify.census]
cities = "prefectures"
source = "census"
indicator = "people"
concept = "resident"
rules = []

[identify.yearbook]
cities = "listed"
source = "metrics"
indicator = "people"
start = 2012
end = 2019
rules = []

[identify.light]
cities = "listed"
source = "metrics"
indicator = "light"
start = 2013
end = 2020
rules = []
"""


@pytest.fixture(scope="module")
def prefectures(study):
    return study(PREFECTURES).results["census"]


def test_a_column_that_looks_registered_does_not_pass_as_resident(prefectures):
    assert any(note.key.endswith("looks_registered") for note in prefectures.notes)
    rows = prefectures.evidence[prefectures.evidence["comparison"] == "yearbook"]
    assert len(rows) > 290
    assert not rows["role"].isin(["counts"]).any()
    against = rows[rows["against"]]
    assert against["why"].str.contains("registered").all()


def test_light_tells_prefectures_apart_and_not_their_change(prefectures):
    whole = prefectures.proxy[prefectures.proxy["by"] == "all"].set_index("proxy_kind")
    assert whole.loc["cross_section", "proxy_word"] == "holds"
    assert whole.loc["change", "proxy_word"] == "not_shown"
    assert whole.loc["cross_section", "r2_out"] > 0.6
    assert abs(whole.loc["change", "r2_out"]) < 0.05
