"""The rules of the literature, asked of one comparison."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cityebb.identify import IdentifyParameters, judge_by_rules, rules_for
from cityebb.model import BY_RULE, CityebbError

YEARS = tuple(range(2013, 2021))
CITIES = pd.Index(["falls", "grows"])


def panel(indicator="light", source="lights", rates=(-0.08, 0.08)):
    rng = np.random.default_rng(3)
    rows = [
        (city, year, 100 * np.exp(rate * (year - 2013) + rng.normal(0, 0.005)))
        for city, rate in zip(CITIES, rates, strict=True)
        for year in YEARS
    ]
    frame = pd.DataFrame(rows, columns=["city_id", "year", "value"])
    told = {"indicator": f"{indicator}_sum", "source": source, "sd": 0.0, "coverage": 1.0}
    return frame.assign(**told, unit="DN·km²", concept="radiance", grade="satellite")


def judged(frame, **more):
    told = {"indicator": "light", "years": YEARS} | more
    return judge_by_rules(frame, CITIES, IdentifyParameters(cities="lit", source="lights"), **told)


def test_every_rule_that_light_can_answer_answers_for_every_city():
    found = BY_RULE.check(judged(panel()))
    assert set(found["rule"]) == set(rules_for(["light"], "light"))
    states = found.pivot_table(index="rule", columns="city_id", values="state", aggfunc="first")
    assert set(states["falls"]) == {"shrinking"}
    assert set(states["grows"]) == {"growing"}
    assert (found["start"].iloc[0], found["end"].iloc[0]) == ("2013", "2020")


def test_rules_of_two_indicators_take_the_other_source():
    both = pd.concat([panel(), panel("built_up", "land", (0.05, 0.05))])
    found = judged(both, rules=["land_light"]).set_index("city_id")["state"]
    assert found["falls"] == "shrinking"
    assert found["grows"] != "shrinking"


def test_what_there_is_not_is_refused():
    with pytest.raises(CityebbError) as error:
        judged(panel(), rules=["nobody"])
    assert error.value.key == "identify.rules.unknown"
    with pytest.raises(CityebbError) as error:
        judged(panel(), rules=["wolff_wiechmann"])
    assert error.value.key == "identify.rules.cannot_answer"
    assert judged(panel(), rules=[]).empty


def test_variants_are_told_apart_in_the_table_and_what_is_judged_is_named():
    asked = ["long_light", {"rule": "long_light", "total": -0.6}]
    found = BY_RULE.check(judged(panel(), rules=asked))
    falls = found[found["city_id"] == "falls"].set_index("rule")
    assert falls.index.tolist() == ["long_light", "long_light (total = -0.6)"]
    assert falls["state"].tolist() == ["shrinking", "undetermined"]
    assert falls["parameters"].tolist() == ["", "total = -0.6"]
    assert set(falls["base_rule"]) == {"long_light"}
    both = pd.concat([panel(), panel("people", "census", (0.02, 0.02))])
    rows = judged(both, rules=["wolff_wiechmann", "long_light"]).drop_duplicates("rule").set_index("rule")
    assert rows["indicator"].to_dict() == {"wolff_wiechmann": "people", "long_light": "light"}
    assert rows["source"].to_dict() == {"wolff_wiechmann": "census", "long_light": "lights"}


def test_one_year_alone_is_no_comparison():
    with pytest.raises(CityebbError) as error:
        judged(panel(), years=(2013,))
    assert error.value.key == "identify.one_year"


def test_rules_that_rank_are_not_asked_of_single_cities():
    with pytest.raises(CityebbError) as error:
        judged(panel(), rules=["bbsr"])
    assert error.value.key == "identify.rules.relative"
