"""Real tables, read as they were published."""

from __future__ import annotations

import pytest

from cityebb.read import TableParameters, read_table


def table(data, path, **more):
    return read_table(data / path, TableParameters(table=path, **more))


@pytest.mark.data("census_china")
def test_the_counties_of_2010_and_2020(data):
    told = {"concept": "resident", "grade": "census"}
    found = {year: table(data, f"census_china/county_{year}.xlsx", **told) for year in (2010, 2020)}
    people = {
        year: read.counts[(read.counts["concept"] == "resident")].set_index("unit_id")["value"]
        for year, read in found.items()
    }
    assert people[2010]["230404"] > 0
    totals = {
        year: read.totals[read.totals["concept"] == "resident"]
        .drop_duplicates("unit_id")
        .set_index("unit_id")["value"]
        for year, read in found.items()
    }
    assert (totals[2010]["230400"], totals[2020]["230400"]) == (1_058_665, 891_271)
    assert (totals[2010]["230700"], totals[2020]["230700"]) == (1_148_126, 878_881)
    assert totals[2020]["全国"] == 1_409_778_724
    # Counties and districts alone. The rest of the nation lives in development zones and scenic areas whose
    # rows have no valid code: they are listed, warned of, and in no unit.
    assert people[2020].sum() == 1_409_778_724 - 3_440_373
    assert "read.table_no_unit" in {note.key for note in found[2020].notes if note.level == "warning"}
    assert set(found[2010].unused["reason"]) >= {"read.unused.no_unit", "read.unused.column_part"}


@pytest.mark.data("population_korea")
def test_korea_by_the_rows_wanted(data):
    found = table(
        data, "population_korea/population_2010_2020.csv", where={"class2": "total"}, concept="resident"
    )
    assert found.counts.groupby("year")["value"].sum().to_dict() == {
        2010: 56_289_417,
        2015: 57_426_195,
        2020: 58_831_942,
    }


@pytest.mark.data("municipalities_spain")
def test_spain_from_a_column_a_census(data):
    found = table(data, "municipalities_spain/population_1842_2011.csv").counts
    assert found[found["year"] == 2011]["value"].sum() == 46_816_010
    assert found[found["year"] == 2011]["value"].notna().sum() == 8_116
    assert found[found["year"] == 1857]["value"].notna().sum() == 0


@pytest.mark.data("lights_china")
def test_codes_that_a_spreadsheet_rounded_are_no_codes(data):
    found = table(data, "lights_china/city_year_metrics.csv", zero="missing", level="all").counts
    people = found[found["indicator"] == "people"]
    assert people["unit_id"].nunique() == 337
    qitaihe = people[people["name"].str.startswith("七台河") & (people["year"] == 2020)]
    assert qitaihe["value"].isna().tolist() == [True]
    assert people["value"].isna().sum() == 344 + 440


@pytest.mark.data("census_japan")
def test_japan_from_a_long_table(data):
    found = table(data, "census_japan/population_by_code_1980_2020.csv").counts
    assert found["value"].isna().sum() == 2
    assert found[(found["year"] == 1980) & (found["unit_id"] == "1209")]["value"].tolist() == [41_715]
