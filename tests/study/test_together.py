"""A study of several sources: linked, laid side by side, and told in the report."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely import box

from cityebb.model import CityebbError, Faults
from cityebb.study import check_study, execute

# Of the three towns of light one falls, one grows and one stays; the counties around them tell otherwise.
PEOPLE = """code,name,year,resident population
1,West,2013,100000
1,West,2020,120000
2,East,2013,100000
2,East,2020,90000
3,South,2013,100000
3,South,2020,100500
"""
MORE = """
[read.people]
table = "people.csv"
grade = "census"

[read.counties]
units = "counties.gpkg"
vintage = "2020"

[delineate.units]
units = "people"
outlines = "counties"

[identify.people]
cities = "units"
source = "people"
"""


@pytest.fixture
def study(study):
    folder = study.parent
    (folder / "people.csv").write_text(PEOPLE, "utf-8")
    shapes = [box(130.0, 47.3, 130.1, 47.4), box(130.1, 47.3, 130.2, 47.4), box(130.0, 47.2, 130.2, 47.3)]
    gpd.GeoDataFrame(
        {"code": ["1", "2", "3"], "name": ["West", "East", "South"]}, geometry=shapes, crs=4326
    ).to_file(folder / "counties.gpkg")
    study.write_text(study.read_text("utf-8").replace("[publish]", MORE + "\n[publish]"), "utf-8")
    return study


def test_two_sources_are_brought_together_by_themselves(study):
    outcome = execute(study)
    light = outcome.results["light"]
    assert set(light.evidence["comparison"]) == {"light", "people"}
    assert len(light.combined) == len(light.cities) == 3
    people = light.evidence[light.evidence["comparison"] == "people"].set_index("other_en")
    assert set(people.index) == {"West", "East", "South"}
    assert set(people["role"]) == {"context"}
    assert set(people["linked_by"]) == {"outline"}
    states = light.verdicts.set_index("city_id")["state"]
    assert light.combined.set_index("city_id")["state"].eq(states).all()
    falls = light.combined[light.combined["state"] == "shrinking"]
    assert falls["strength"].tolist() == ["disputed"]
    assert len(outcome.results["people"].evidence) == 0
    for language, words in (("zh", "各个来源怎么说"), ("en", "What each source says")):
        assert words in outcome.reports[language].read_text("utf-8")
    assert (outcome.out / "identify/light/evidence.csv").is_file()
    assert (outcome.out / "identify/light/combined.parquet").is_file()


@pytest.mark.usefixtures("quick")
def test_units_that_are_said_to_be_the_city_decide(study):
    told = '\n[identify.together]\nevidence = ["light", "people"]\ncounts = ["people"]\n'
    study.write_text(study.read_text("utf-8") + told, "utf-8")
    light = execute(study).results["light"]
    states = light.evidence.pivot(index="city_id", columns="comparison", values="state")
    combined = light.combined.set_index("city_id")
    assert combined["state"].eq(states["people"].reindex(combined.index)).all()
    assert set(combined["basis"]) <= {"people", "none"}


@pytest.mark.usefixtures("quick")
def test_people_may_be_the_cities_and_light_the_part(study):
    told = '\n[identify.together]\nevidence = ["people", "light"]\n'
    study.write_text(study.read_text("utf-8") + told, "utf-8")
    results = execute(study).results
    assert len(results["light"].combined) == 0
    assert results["people"].combined["basis"].isin(["people", "none"]).all()
    assert (results["people"].evidence["comparison"] == "light").sum() == 3


@pytest.mark.usefixtures("quick")
def test_a_source_of_other_places_is_named(study):
    layer = study.parent / "counties.gpkg"
    counties = gpd.read_file(layer)
    counties.geometry = counties.geometry.translate(xoff=-100)
    layer.unlink()
    counties.to_file(layer)
    light = execute(study).results["light"]
    assert set(light.evidence["comparison"]) == {"light"}
    told = [note for note in light.notes if note.key == "study.note.nothing_linked"]
    assert [note.values for note in told] == [{"comparison": "people", "table": "evidence"}]


@pytest.mark.usefixtures("quick")
def test_stated_links_by_name(study):
    (study.parent / "plain.toml").write_text(study.read_text("utf-8"), "utf-8")
    (study.parent / "links.csv").write_text("city,other\nWest,South\n", "utf-8")
    told = '\n[identify.together]\nevidence = ["people", "light"]\nlinks = { light = "links.csv" }\n'
    study.write_text(study.read_text("utf-8") + told, "utf-8")
    with pytest.raises(CityebbError, match=r"links\.csv"):
        execute(study)  # no town of light is called South
    results = execute(study.parent / "plain.toml").results
    towns = results["light"].cities.index
    (study.parent / "links.csv").write_text(f"city,other\nWest,{towns[2]}\n", "utf-8")
    rows = execute(study).results["people"].evidence
    linked = rows[(rows["comparison"] == "light") & (rows["linked_by"] == "stated")]
    assert linked[["city_id", "other_id"]].to_numpy().tolist() == [["1", towns[2]]]


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ('evidence = ["light", "ligth"]', "ligth"),
        ('evidence = ["light"]', "evidence"),
        ('evidence = ["light", "people"]\ncounts = ["light"]', "counts"),
        ('evidence = ["light", "people"]\nlinks = { people = "none.csv" }', "none.csv"),
        ('evidence = ["light", "people"]\nweight = 2', "weight"),
    ],
)
def test_faults_of_a_table_of_evidence(study, told, fault):
    study.write_text(study.read_text("utf-8") + f"\n[identify.together]\n{told}\n", "utf-8")
    with pytest.raises((CityebbError, Faults), match=fault):
        check_study(study)


@pytest.mark.parametrize(("text", "fault"), [("a,b\n1,2\n", "city"), ("city,other\n1,2\n1,3\n", "1")])
def test_faults_of_links(study, text, fault):
    (study.parent / "links.csv").write_text(text, "utf-8")
    told = '\n[identify.together]\nevidence = ["light", "people"]\nlinks = { people = "links.csv" }\n'
    study.write_text(study.read_text("utf-8") + told, "utf-8")
    with pytest.raises(CityebbError, match=fault):
        check_study(study)


@pytest.mark.usefixtures("quick")
def test_a_second_run_redoes_nothing_of_it(study):
    execute(study)
    assert execute(study).log.ran == []
