"""The specifications: one thing varied at a time, around the study's own choice."""

from __future__ import annotations

import pandas as pd
import pytest

from cityebb.delineate import DelineateParameters
from cityebb.harmonise import Comparable
from cityebb.model import BREAKS
from cityebb.study import execute
from cityebb.study.sensitivity import scaled, specifications

pytestmark = pytest.mark.usefixtures("quick")

YEARS = (2010, 2011, 2012, 2013, 2014)


def comparable(joints: tuple[int, ...] = ()) -> Comparable:
    return Comparable("lights", YEARS, {}, joints, BREAKS.empty(), present=YEARS)


def chosen(joints: tuple[int, ...] = (), **changes: object):
    rule = DelineateParameters(where={"lights": 2}, **changes)
    return specifications(rule, (2010, 2012), comparable(joints), (2010, 2012), {"lights": 1.0})


def test_one_thing_at_a_time():
    found = chosen()
    assert [each.varies for each in found].count("default") == 1
    assert found[0].varies == "default"
    varied = {
        kind: [each for each in found if each.varies == kind]
        for kind in ("epoch", "end", "threshold", "connectivity")
    }
    assert {each.definition.epoch for each in varied["epoch"]} == {"baseline", "final", "intersection"}
    assert [each.end for each in varied["end"]] == [2011, 2013, 2014]
    assert [each.definition.where["lights"] for each in varied["threshold"]] == [1.0, 4.0]
    assert [each.definition.connectivity for each in varied["connectivity"]] == [4]
    assert len({each.name for each in found}) == len(found)


def test_cities_stay_outlined_on_the_same_years():
    assert {each.years for each in chosen()} == {(2010, 2012)}


def test_no_comparison_across_a_joint():
    assert [each.end for each in chosen((2012,)) if each.varies == "end"] == [2011]


@pytest.mark.parametrize(
    ("floor", "step", "factor", "expected"),
    [
        (2, 1, 0.5, 1),
        (1, 1, 0.5, 1),
        (3, 1, 0.5, 2),
        (2, 1, 2, 4),
        (2.5, None, 0.5, 1.25),
        (300, None, 2, 600),
    ],
)
def test_a_floor_is_a_whole_number_of_steps(floor, step, factor, expected):
    rule = DelineateParameters(where={"a": floor})
    assert scaled(rule, factor, {"a": step}).where == {"a": expected}


def test_a_floor_that_cannot_be_halved_is_not_told_twice():
    rule = DelineateParameters(where={"lights": 1})
    found = specifications(rule, (2010, 2012), comparable(), (2010, 2012), {"lights": 1.0})
    assert [each.definition.where["lights"] for each in found if each.varies == "threshold"] == [2.0]


def test_the_default_row_is_the_study_itself(study):
    results = execute(study).main
    row = results.sensitivity[results.sensitivity["is_default"]].iloc[0]
    total = results.summary[results.summary["by"] == "total"].iloc[0]
    for name in ("cities", "shrinking", "growing", "undetermined", "plain_down", "plain_up"):
        assert row[name] == total[name], name
    assert row["start"] == "2013–2015"


def test_no_city_is_a_row_of_zeros(study):
    text = study.read_text("utf-8").replace("lights = 5", "lights = 20")
    study.write_text(text, "utf-8")
    table = execute(study).main.sensitivity
    assert isinstance(table, pd.DataFrame)
    high = table[(table["varies"] == "threshold") & table["at_least"].str.contains("40")].iloc[0]
    assert high["cities"] <= table.loc[table["is_default"], "cities"].iloc[0]
