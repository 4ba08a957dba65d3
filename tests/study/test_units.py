"""Studies of administrative units: from two tables, a ledger and outlines to a report."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from cityebb.model import CityebbError, Faults
from cityebb.publish.sentence import sentence, why_few_stable
from cityebb.publish.view import View
from cityebb.study import check_study, execute

STUDY = """cityebb_study = 1
title = "Ten units"

[read.people]
table = { 2010 = "census 2010.csv", 2020 = "census 2020.csv" }
concept = "resident"
grade = "census"

[read.changes]
ledger = "changes.csv"

[read.map]
units = "units.geojson"
vintage = "2020"
unit_id = "code"
name = "name"

[harmonise]
ledger = "changes"
nation = { 2010 = 1000000, 2020 = 1000000 }

[delineate.units]
units = "people"
outlines = "map"
country = "CN"

[identify.people]
cities = "units"
source = "people"
plain_threshold = 0

[publish]
formats = ["parquet", "csv", "gpkg", "xlsx"]
"""
BEFORE = {f"2304{place:02}": 10_000.0 for place in range(1, 11)} | {"230450": 5_000.0}
# The first takes in 230450 and loses a tenth; the second loses a fifth; the rest stay or grow.
AFTER = {f"2304{place:02}": 10_000.0 for place in range(1, 11)} | {"230401": 13_500.0, "230402": 8_000.0}
AFTER |= {"230403": 12_000.0}


def write_census(path, values, **more):
    rows = pd.DataFrame({"区划代码": list(values), "地区": [f"第{code[-2:]}区" for code in values]})
    rows["人口（万人）"] = [f"{value / 1e4:.2f}" if value == value else "…" for value in values.values()]  # noqa: PLR0124 - NaN
    rows = pd.concat([rows, pd.DataFrame([{"地区": "合计", "人口（万人）": "10.5"}])])
    rows.to_csv(path, index=False, encoding="gb18030", **more)


def write_study(tmp_path):
    (tmp_path / "study.toml").write_text(STUDY, "utf-8")
    write_census(tmp_path / "census 2010.csv", BEFORE)
    write_census(tmp_path / "census 2020.csv", AFTER)
    (tmp_path / "changes.csv").write_text(
        "事件编号,生效日期,类型,原代码,原名称,现代码,现名称\n1,2015,合并,230450,第50区,230401,第01区\n",
        "utf-8-sig",
    )
    shapes = [box(130 + 0.1 * place, 47, 130.1 + 0.1 * place, 47.1) for place in range(9)]
    codes = [f"2304{place:02}" for place in range(1, 10)]
    gpd.GeoDataFrame({"code": codes, "name": codes}, geometry=shapes, crs="EPSG:4326").to_file(
        tmp_path / "units.geojson", driver="GeoJSON"
    )
    return tmp_path


@pytest.fixture
def folder(tmp_path):
    return write_study(tmp_path)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """What the study gives as it stands, with its reports in both languages."""
    return execute(write_study(tmp_path_factory.mktemp("units")) / "study.toml")


def test_ten_units(outcome):
    found = outcome.main
    states = found.verdicts.set_index("city_id")["state"]
    assert states["230401"] == "shrinking"  # 15,000 on equal territory, though its code says 10,000
    assert states["230402"] == "shrinking"
    assert states["230403"] == "growing"
    assert "230450" not in states
    row = found.summary.iloc[0]
    assert (row["cities"], row["plain_down"], row["plain_up"]) == (10, 2, 1)
    parts = found.comparability.decomposition.set_index("unit_id").loc["230401"]
    assert (parts["reported"], parts["territorial"], parts["real"]) == (3500, 5000, -1500)
    assert parts["flag"] == "masked_shrinkage"
    kinds = set(found.comparability.audit["finding"])
    assert {"nation_differs", "vanished"} <= kinds
    assert len(found.comparability.members) == 21
    assert found.cities.loc["230401", "area_km2"] > 0
    assert found.cities.geometry.isna().sum() == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "zh",
            ("做了哪些可比处理", "被掩盖的收缩", "第50区", "核对发现", "10 个行政单元", "1 个单元没有轮廓"),
        ),
        (
            "en",
            (
                "What was made comparable",
                "masked shrinkage",
                "What the audit found",
                "10 administrative units",
            ),
        ),
    ],
)
def test_the_report_says_what_was_made_comparable(outcome, language, words):
    page = outcome.reports[language].read_text("utf-8")
    assert [word for word in words if word not in page] == []
    assert re.findall(r">[^<]*\bnan\b[^<]*<", page.lower()) == []


def test_every_table_is_written(outcome):
    names = {path.name for path in outcome.out.rglob("*.csv")}
    assert {
        "decomposition.csv",
        "audit.csv",
        "members.csv",
        "ledger.csv",
        "guesses.csv",
        "unused.csv",
    } <= names
    table = pd.read_csv(next(outcome.out.rglob("decomposition.csv")), dtype={"unit_id": str})
    assert len(table) == 10
    assert any(outcome.out.rglob("*.xlsx"))
    record = json.loads((outcome.out / "manifest.json").read_text("utf-8"))
    assert len(record["inputs"]) == 4


def test_a_second_run_does_nothing_and_a_change_only_what_rests_on_it(folder, one_report):
    execute(folder / "study.toml")
    assert execute(folder / "study.toml").log.ran == []
    text = (folder / "study.toml").read_text("utf-8")
    (folder / "study.toml").write_text(
        text.replace("plain_threshold = 0", "plain_threshold = -0.15"), "utf-8"
    )
    again = execute(folder / "study.toml")
    assert again.main.summary.iloc[0]["plain_down"] == 1


def test_without_a_ledger_codes_are_compared_with_themselves(folder, one_report):
    text = (folder / "study.toml").read_text("utf-8")
    (folder / "study.toml").write_text(
        text.replace('[harmonise]\nledger = "changes"', "[harmonise]").replace('outlines = "map"\n', ""),
        "utf-8",
    )
    found = execute(folder / "study.toml").main
    states = found.verdicts.set_index("city_id")["state"]
    assert states["230401"] == "growing"
    assert states["230450"] == "undetermined"
    assert found.definition["boundaries"] == "as_published"


def test_on_one_dates_boundaries(folder, one_report):
    text = (folder / "study.toml").read_text("utf-8")
    (folder / "study.toml").write_text(
        text.replace('ledger = "changes"\nnation', 'ledger = "changes"\nboundaries = "vintage"\nnation'),
        "utf-8",
    )
    found = execute(folder / "study.toml").main
    assert found.definition["vintage"] == "2020"
    assert found.verdicts.set_index("city_id").loc["230401", "before"] == pytest.approx(15_000)


def test_outlines_of_a_map_service_are_put_on_wgs84(folder, one_report):
    from cityebb.harmonise.coordinates import transform_geometry

    true = gpd.read_file(folder / "units.geojson")
    transform_geometry(true, "wgs84", "gcj02").to_file(folder / "units.geojson", driver="GeoJSON")
    shifted = execute(folder / "study.toml", out=folder / "shifted").main
    text = (folder / "study.toml").read_text("utf-8")
    (folder / "study.toml").write_text(
        text.replace('vintage = "2020"', 'vintage = "2020"\ndatum = "gcj02"'), "utf-8"
    )
    found = execute(folder / "study.toml").main
    # Half the first box is at 130.05, 47.05; a map service draws it some 700 m off.
    assert abs(found.cities.loc["230401", "lon"] - 130.05) < 1e-6
    assert abs(shifted.cities.loc["230401", "lon"] - 130.05) > 1e-3
    assert "study.note.datum" in {note.key for note in found.notes}


def test_a_yearbook_calls_nothing(folder, one_report):
    text = (folder / "study.toml").read_text("utf-8").replace('grade = "census"', 'grade = "yearbook"')
    (folder / "study.toml").write_text(text, "utf-8")
    found = execute(folder / "study.toml").main
    assert set(found.verdicts["state"]) <= {"undetermined", "stable"}
    assert found.summary.iloc[0]["plain_down"] == 2


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('units = "people"', 'units = "peopel"', "study.refers_to_nothing_near"),
        ('ledger = "changes"\nnation', 'ledger = "change"\nnation', "study.refers_to_nothing_near"),
        ('outlines = "map"', 'outlines = "people"', "study.refers_to_nothing"),
        ("plain_threshold = 0", "start = 1999", "study.year_not_there"),
        ("plain_threshold = 0", 'concept = "registered"', "study.no_such_series"),
        ('ledger = "changes.csv"', 'ledger = "chnages.csv"', "read.file_missing"),
        ('ledger = "changes.csv"', 'ledger = "../changes.csv"', "read.path_outside"),
        ('[harmonise]\nledger = "changes"', '[harmonise]\nboundaries = "vintage"', "harmonise.ledger_wanted"),
    ],
)
def test_faults_are_told_before_a_run(folder, old, new, key):
    text = (folder / "study.toml").read_text("utf-8")
    assert old in text
    (folder / "study.toml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(CityebbError) as caught:
        check_study(folder / "study.toml")
    faults = caught.value.faults if isinstance(caught.value, Faults) else [caught.value]
    assert key in {fault.key for fault in faults}


CONTRADICTION = "2,2016,合并,230450,第50区,230402,第02区\n"


def test_events_left_out_are_listed_with_their_reason(folder, one_report):
    with (folder / "changes.csv").open("a", encoding="utf-8") as file:
        file.write(CONTRADICTION)
    outcome = execute(folder / "study.toml")
    unused = outcome.main.comparability.unused
    (row,) = unused[unused["reason"].str.startswith("harmonise.unused.ledger_")].to_dict("records")
    assert (row["file"], row["row"], row["reason"]) == (
        "changes.csv",
        2,
        "harmonise.unused.ledger_ended_twice",
    )
    assert row["text"] == "2: 2016 merge 230450 第50区 → 230402 第02区"
    assert "所终止的单元此前已经终止" in outcome.reports["zh"].read_text("utf-8")


@pytest.mark.data("division_codes_china")
def test_the_contradictions_of_chinas_code_list_are_each_listed(folder, data):
    text = (folder / "study.toml").read_text("utf-8")
    path = data / "division_codes_china/codes_1981_2024.csv"
    text = text.replace('ledger = "changes.csv"', f'ledger = "{path.as_posix()}"\noutside = true')
    (folder / "study.toml").write_text(text, "utf-8")
    outcome = execute(folder / "study.toml")
    unused = outcome.main.comparability.unused
    of_ledger = unused[unused["file"] == "codes_1981_2024.csv"]
    events = of_ledger[of_ledger["reason"].str.startswith("harmonise.unused.ledger_")]
    assert events["reason"].value_counts().to_dict() == {
        "harmonise.unused.ledger_made_twice": 12,
        "harmonise.unused.ledger_ended_twice": 3,
    }
    ids = events["text"].str.partition(":")[0]
    assert {"1985-222201", "1994-422401", "2002-452400", "2004-622600"} < set(ids)
    assert ids.is_unique
    (note,) = [note for note in outcome.main.notes if note.key == "harmonise.ledger_faults"]
    assert dict(vars(note)["values"])["count"] == len(events) == 15
    # So are the rows of the list that say nothing of a change.
    assert len(of_ledger) - len(events) == 76


def test_other_boundaries_and_thresholds_are_tried(folder):
    results = execute(folder / "study.toml").main
    table = results.sensitivity
    assert len(table) == 2 * 4
    assert set(table["boundaries"]) == {"as_published", "consistent"}
    assert set(table["line"]) == {"own", "0", "-0.05", "-0.1"}
    row = table[table["is_default"]].iloc[0]
    total = results.summary[results.summary["by"] == "total"].iloc[0]
    for name in ("cities", "shrinking", "growing", "stable", "undetermined", "plain_down", "plain_up"):
        assert row[name] == total[name], name
    robust = results.robustness.set_index("city_id")
    # The first took in a unit that did not move: only on its own boundaries of each year does it grow.
    first = robust.loc[results.cities.index[results.cities.index.str.startswith("230401")][0]]
    assert first["growing"] == 4
    assert first["flipped_by"] == "boundaries"
    assert robust.loc["230402", "shrinking"] == 8
    assert robust.loc["230402", "flipped_by"] == ""
    assert (folder / "study_results" / "identify" / "people" / "robustness.parquet").is_file()


def test_years_between_are_tried_as_starts_and_ends(folder):
    for year, change in ((2012, 1.0), (2015, 0.97), (2018, 0.99)):
        values = {code: value * change for code, value in BEFORE.items()}
        write_census(folder / f"census {year}.csv", values)
    named = ", ".join(f'{year} = "census {year}.csv"' for year in (2010, 2012, 2015, 2018, 2020))
    text = STUDY.replace('2010 = "census 2010.csv", 2020 = "census 2020.csv"', named)
    (folder / "study.toml").write_text(
        text.replace('ledger = "changes"\n', 'boundaries = "as_published"\n'), "utf-8"
    )
    table = execute(folder / "study.toml").main.sensitivity
    pairs = set(zip(table["first_year"], table["last_year"], strict=True))
    assert len(pairs) == 10
    assert all(first < last for first, last in pairs)
    assert len(table) == 10 * 4


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("grade", "start", "end", "said"),
    [
        ("census", [2011], [2018], "from 2011 to 2018"),
        ("modelled", [2011, 2012, 2013], [2016, 2017, 2018], "from 2011–2013 to 2016–2018"),
    ],
)
def test_a_comparison_of_many_years_tells_which_it_averages(tmp_path, grade, start, end, said):
    years = range(2011, 2019)
    rows = [f"{100 + unit},{year},{1000 * unit + 5 * (year % 2)}" for unit in range(1, 13) for year in years]
    (tmp_path / "people.csv").write_text("\n".join(["code,year,population", *rows]), "utf-8")
    (tmp_path / "study.toml").write_text(
        f"""cityebb_study = 1
title = "T"
[read.people]
table = "people.csv"
concept = "resident"
grade = "{grade}"
[delineate.units]
units = "people"
[identify.people]
cities = "units"
source = "people"
[publish]
languages = ["en"]
""",
        "utf-8",
    )
    found = execute(tmp_path / "study.toml").main
    assert (found.comparison["start"], found.comparison["end"]) == (start, end)
    view = View(found, "en")
    assert said in sentence(view)
    assert "their own dates (2011–2018)" in sentence(view)
    few = why_few_stable(View(replace(found, summary=found.summary.assign(stable=0)), "en"))
    assert few == "" if grade == "modelled" else "two single years" in few
