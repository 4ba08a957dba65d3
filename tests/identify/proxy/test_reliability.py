"""The reliability that a verdict from light carries: from the finest group with cities enough."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cityebb.identify.proxy import Figures, Holds, Period, check_proxy, reliability_of
from cityebb.model import CityebbError

PERIOD = Period(2010, 2020)


def make_country(big=100, small=30, concept="resident"):
    """Big cities: light tells who falls. Small ones: light falls in ten, whatever people do."""
    count = big + small
    cities = pd.DataFrame(
        {"size_class": ["50-200"] * big + ["5-10"] * small, "region": "r", "country": "CN"},
        index=pd.Index([f"c{number:04d}" for number in range(count)], name="city_id"),
    )
    steps = np.arange(count)
    falls = np.where(steps < big, steps % 2 == 0, steps % 3 == 0)
    dx = np.where(falls, -0.3, 0.3) + 0.001 * (steps % 7)
    dy = np.where(steps < big, np.where(falls, -0.1, 0.1), np.where(steps % 2 == 0, -0.1, 0.1))
    x = steps / 50
    light = Figures((2010, 2020), np.exp(np.column_stack([x - dx, x])), "light_sum", "lights")
    people = Figures(
        (2010, 2020), np.exp(np.column_stack([x - dy, x])), "people", "census", concept, "census"
    )
    verdicts = pd.DataFrame(
        {
            "city_id": cities.index,
            "source": "lights",
            "indicator": "light_sum",
            "state": np.where(falls, "shrinking", "growing"),
            "noise": 0.05,
        }
    )
    return cities, light, people, verdicts


def judged(verdicts, cities, light, people, **more):
    checked = check_proxy(light, people, cities, period=PERIOD, verdicts=verdicts)
    return reliability_of(verdicts, checked, cities, **more).set_index("city_id")


def test_the_finest_group_with_twenty_called_cities_speaks():
    cities, light, people, verdicts = make_country()
    found = judged(verdicts, cities, light, people)
    big = found.loc["c0000"]
    assert big[["by", "group", "rests_on", "called_by"]].tolist() == [
        "size_class",
        "50-200",
        "calls",
        "verdict",
    ]
    assert big[["cities", "called", "ppv", "base_rate"]].tolist() == [100, 50, 1.0, 0.5]
    assert big["proxy_word"] == "holds"
    # Of the thirty small ones only ten are called shrinking.
    called = found[(cities["size_class"] == "5-10").to_numpy() & (found["state"] == "shrinking").to_numpy()]
    assert set(called["by"]) == {"region"}
    assert set(called["called"]) == {60}


def test_with_no_called_cities_enough_changes_speak_and_never_say_that_it_holds():
    cities, light, people, verdicts = make_country()
    few = verdicts.copy()
    few["state"] = np.where(np.arange(len(few)) % 10 == 0, "shrinking", "stable")
    found = judged(few, cities, light, people)
    assert set(found["rests_on"]) == {"changes"}
    assert set(found.loc[found["by"] == "size_class", "proxy_word"]) == {"weak", "not_shown"}
    assert found["ppv"].isna().all()


def test_nothing_checked_nothing_carried():
    cities, light, people, verdicts = make_country(8, 8)
    verdicts["state"] = np.resize(["shrinking", "stable", "undetermined"], 16)
    found = judged(verdicts, cities, light, people)
    assert set(found["rests_on"]) == {"none"}
    assert (
        found["proxy_word"].tolist() == np.resize(["not_checked", "not_checked", "no_verdict"], 16).tolist()
    )


def test_cities_that_were_not_checked_take_the_word_of_their_group():
    cities, light, people, verdicts = make_country()
    checked = check_proxy(light, people, cities, period=PERIOD, verdicts=verdicts)
    others = pd.DataFrame(
        {"size_class": ["50-200", "200+"], "region": "elsewhere", "country": "RU"}, index=["x", "y"]
    )
    theirs = pd.DataFrame(
        {"city_id": ["x", "y"], "source": "lights", "indicator": "light_sum", "state": "shrinking"}
    )
    found = reliability_of(theirs, checked, others)
    assert found[["by", "group"]].to_numpy().tolist() == [["size_class", "50-200"], ["all", "all"]]


def test_registered_people_leave_a_label_and_no_more_than_weak():
    cities, light, people, verdicts = make_country(concept="registered")
    found = judged(verdicts, cities, light, people)
    assert set(found["caution"]) == {"registered"}
    assert set(found["concept"]) == {"registered"}
    assert "holds" not in set(found["proxy_word"])
    assert found.loc["c0000", "proxy_word"] == "weak"


def test_other_lights_and_calls_that_are_not_there_are_refused():
    cities, light, people, verdicts = make_country()
    with pytest.raises(CityebbError) as told:
        judged(verdicts, cities, light, people, called_by="guess")
    assert told.value.key == "identify.proxy.no_such_calls"
    checked = check_proxy(light, people, cities, period=PERIOD)
    with pytest.raises(CityebbError) as told:
        reliability_of(verdicts.assign(source="phones"), checked, cities)
    assert told.value.key == "identify.proxy.other_light"
    with pytest.raises(CityebbError) as told:
        reliability_of(pd.concat([verdicts, verdicts]), checked, cities)
    assert told.value.key == "model.rows_twice"


@pytest.mark.parametrize("word", Holds)
def test_every_word_is_said_in_both_languages(word):
    assert word.word("zh") != word.word("en")
