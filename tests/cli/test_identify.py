"""``cityebb identify``: a table judged by rules of the literature without a study."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from cityebb.identify.rules import RULES, meaning_of, name_of
from cityebb.words import LANGUAGES

YEARS = range(2010, 2020)
# By hand: a falls every year, b rises, c goes up and down, d stays within the band.
COURSES = {
    "a": [100_000, 98_500, 97_200, 95_100, 94_300, 92_000, 91_500, 90_100, 88_700, 87_000],
    "b": [50_000, 51_200, 52_900, 53_500, 55_800, 56_700, 58_900, 60_300, 61_100, 63_000],
    "c": [30_000, 30_900, 30_100, 31_000, 30_200, 30_950, 30_150, 30_900, 30_200, 30_100],
    "d": [80_000, 80_010, 79_990, 80_020, 80_000, 79_980, 80_030, 80_010, 79_990, 80_005],
}


def tidy(path, courses=COURSES, years=YEARS):
    rows = [
        (city, f"city {city}", year, value)
        for city, values in courses.items()
        for year, value in zip(years, values, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["code", "name", "year", "resident population"])
    frame.to_csv(path, index=False)
    return path


@pytest.fixture
def table(tmp_path):
    return tidy(tmp_path / "towns.csv")


def test_a_table_is_judged_by_every_rule_that_can_answer(call, table):
    told = call("identify", table, "--grade", "census", "--json")
    assert told.code == 0, told.out
    record = json.loads(told.out)
    assert (record["indicator"], record["concept"], record["start"], record["end"]) == (
        "people",
        "resident",
        2010,
        2019,
    )
    rules = {each["rule"]: each for each in record["rules"]}
    assert rules["falling_years_running"]["counts"] == {
        "shrinking": 1,
        "growing": 1,
        "stable": 0,
        "undetermined": 2,
    }
    assert rules["falling_years_running"]["undetermined_share"] == 0.5
    assert rules["wolff_wiechmann"]["counts"]["stable"] == 2
    assert rules["wolff_wiechmann"]["parameters"]["per_year"] == -0.0015
    assert "long_light" in record["passed_over"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_counts_stand_beside_definition_source_period_threshold_and_share(call, table, language):
    told = call(
        "identify", table, "--grade=census", "--rule", "wolff_wiechmann", "--city=a", "--lang", language
    )
    assert told.code == 0
    for part in (
        "towns.csv",
        "2010",
        "2019",
        "per_year = -0.0015",
        "0.0%",
        RULES["wolff_wiechmann"].reference,
    ):
        assert part in told.out
    assert meaning_of("wolff_wiechmann", language) in told.out
    assert "−13.0%" in told.out


def test_parameters_are_set_and_shown(call, table):
    told = call(
        "identify",
        table,
        "--grade=census",
        "--rule",
        "trend",
        "--set",
        "falling_years_running.run=12",
        "--json",
    )
    rules = {each["rule"]: each for each in json.loads(told.out)["rules"]}
    assert list(rules) == ["trend", "falling_years_running (run = 12)"]
    assert rules["falling_years_running (run = 12)"]["counts"]["shrinking"] == 0


def test_several_rules_may_stand_in_one_list(call, table):
    told = call("identify", table, "--grade=census", "--rule", "trend,turns", "--json")
    assert [each["rule"] for each in json.loads(told.out)["rules"]] == ["trend", "turns"]


def test_every_rule_is_listed_in_both_languages(call):
    record = json.loads(call("identify", "--list", "--json").out)
    assert [each["rule"] for each in record["rules"]] == list(RULES)
    told = call("identify", "--list", "--lang", "zh").out
    for name, rule in RULES.items():
        for text in (name, rule.reference, *(name_of(name, each) for each in LANGUAGES)):
            assert text in told


def test_files_are_written_whole(call, table, tmp_path):
    out = tmp_path / "out"
    told = call("identify", table, "--grade=census", "--rule=trend", "--out", out)
    assert told.code == 0
    frame = pd.read_parquet(out / "by_rule.parquet")
    assert frame["name"].tolist() == ["city a", "city b", "city c", "city d"]
    written = pd.read_csv(out / "by_rule.csv", encoding="utf-8-sig")
    assert written["state"].tolist() == frame["state"].tolist()
    assert json.loads((out / "by_rule.json").read_text("utf-8"))["rules"][0]["rule"] == "trend"
    assert sorted(path.name for path in out.iterdir()) == ["by_rule.csv", "by_rule.json", "by_rule.parquet"]
    blocked = call("identify", table, "--grade=census", "--out", table)
    assert blocked.code == 2


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (["--rule", "trnd"], "identify.rules.unknown_near"),
        (["--rule", "two_censuses", "--rule", "two_censuses"], "identify.rules.twice"),
        (["--rule", "long_light"], "identify.rules.cannot_answer"),
        (["--rule", "bbsr"], "identify.rules.relative"),
        (["--set", "trend"], "cli.identify.set_wrong"),
        (["--set", "trend.alpha=7"], "identify.rules.out_of_range"),
        (["--set", "trend.alpha=0.1", "--set", "trend.alpha=0.2"], "cli.identify.set_twice"),
        (["--set", "trend.alpha=much"], "identify.rules.not_number"),
        (["--indicator", "gdp"], "identify.counts.no_such"),
        (["--concept", "registered"], "identify.counts.no_such"),
        (["--start", "2000"], "identify.counts.year_not_there"),
        (["--start", "2015", "--end", "2011"], "identify.counts.start_after_end"),
        (["--start", "2019"], "identify.counts.one_year"),
        (["--city", "nowhere"], "cli.identify.no_city"),
        (["--where", "name"], "cli.identify.where_wrong"),
        (["--factor", "-1"], "cli.value_wrong"),
    ],
)
def test_what_cannot_be_is_told(call, table, arguments, key):
    told = call("identify", table, "--grade=census", *arguments, "--json")
    assert told.code == 2
    assert [each["key"] for each in json.loads(told.out)["errors"]] == [key]


def test_without_a_table_there_is_nothing_to_judge(call, tmp_path):
    assert call("identify").code == 2
    assert call("identify", tmp_path / "nothing.csv").code == 2


def test_figures_carried_forward_are_told(call, table):
    told = call("identify", table, "--lang", "en")
    assert told.code == 0
    assert "--grade census" in told.err


def test_whom_unsaid_figures_count_can_be_said(call, tmp_path):
    frame = pd.DataFrame({"name": ["A", "B"], "2010": [100, 200], "2020": [90, 210]})
    frame.to_csv(tmp_path / "places.csv", index=False)
    told = call("identify", tmp_path / "places.csv", "--grade=census", "--concept=resident", "--json")
    assert json.loads(told.out)["concept"] == "resident"


def test_zeros_that_look_like_gaps_are_told(call, tmp_path):
    courses = {name: [0, 0, *values[2:]] for name, values in COURSES.items()}
    table = tidy(tmp_path / "towns.csv", courses)
    told = call("identify", table, "--grade=census", "--lang=en")
    assert "--zero missing" in told.err
    meant = call("identify", table, "--grade=census", "--zero=missing", "--lang=en")
    assert "--zero missing" not in meant.err
    assert "2010–2019" not in meant.out.splitlines()[0]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([-5, *COURSES["a"][1:]], "negative"),
        ([0, *COURSES["a"][1:]], "no_baseline"),
        ([90_000] * 10, "all_equal"),
        ([90_000, *[None] * 9], "one_year"),
    ],
)
def test_figures_that_cannot_be_leave_a_city_undetermined(call, tmp_path, values, reason):
    table = tidy(tmp_path / "towns.csv", COURSES | {"a": values})
    told = json.loads(call("identify", table, "--grade=census", "--city=a", "--json").out)
    rows = [row for row in told["cities"] if row["city_id"] == "a"]
    assert rows
    for row in rows:
        assert (row["state"], row["reason"]) == ("undetermined", f"identify.reason.{reason}")
        assert {row["change"], row["low"], row["high"], row["p"]} == {"nan"}


@pytest.mark.parametrize("from_on", [True, False])
def test_ten_thousands_among_ones_are_found_and_named(call, tmp_path, from_on):
    values = [
        value / 1e4 if place == 5 or (from_on and place > 5) else value
        for place, value in enumerate(COURSES["a"])
    ]
    told = call("identify", tidy(tmp_path / "towns.csv", COURSES | {"a": values}), "--json")
    (error,) = json.loads(told.out)["errors"]
    assert (told.code, error["key"], error["values"]["factor"]) == (2, "read.doubt_scale", "10,000")
    assert "city a" in error["text"]
    assert "2015" in error["text"]


def test_two_figures_of_one_year_and_a_table_without_years_are_refused(call, tmp_path):
    path = tidy(tmp_path / "towns.csv")
    with path.open("a") as stream:
        stream.write("a,city a,2015,77777\n")
    told = call("identify", path, "--grade=census", "--lang=en")
    assert "figure of" in told.err or "figures of" in told.err, "none of the two is used"
    few = tidy(tmp_path / "few.csv", {"a": COURSES["a"][:3]}, range(2010, 2013))
    with few.open("a") as stream:
        stream.write("a,city a,2011,77777\n")
    assert json.loads(call("identify", few, "--json").out)["errors"][0]["key"] == "read.table_twice"
    path.write_text("code,name,resident population\na,city a,5\n")
    assert call("identify", path).code == 2


def test_a_concept_that_there_is_not_is_taken_for_no_figures(call, tmp_path):
    table = tmp_path / "unsaid.csv"
    lines = [
        f"{1000 + city},C{city},{year},{90 + city + year % 7}" for city in range(3) for year in (2010, 2011)
    ]
    table.write_text("\n".join(["code,name,year,population", *lines]) + "\n", "utf-8")
    told = call("identify", table, "--grade=census", "--concept=nonsense", "--json")
    assert told.code == 2
    assert [each["key"] for each in json.loads(told.out)["errors"]] == ["identify.counts.no_such"]
    assert call("identify", table, "--grade=census", "--concept=resident", "--json").code == 0
