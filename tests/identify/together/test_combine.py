"""Sources that agree, disagree and stay silent, a few rows each."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityebb.identify.together import Told, combine, evidence_of
from cityebb.identify.together.combine import Basis, Strength
from cityebb.identify.together.evidence import Role, Says
from cityebb.identify.together.why import Why
from cityebb.model import LINKS, VERDICTS
from cityebb.words import LANGUAGES

KINDS = {
    "census": ("people", "resident", "census"),
    "register": ("people", "resident", "register"),
    "phone": ("people", "resident", "phone"),
    "registered": ("people", "registered", "register"),
    "towns": ("people", "urban_resident", "census"),
    "modelled": ("people", "resident", "modelled"),
    "vague": ("people", "unknown", "census"),
    "light": ("light", "radiance", "satellite"),
    "other_light": ("light", "radiance", "satellite"),
    "gdp": ("gdp", "current_prices", "yearbook"),
}


def verdicts(kind, change, state, *, start="2010", end="2020", relative=None, city="t"):
    indicator, concept, _ = KINDS[kind]
    row = dict.fromkeys(VERDICTS.names) | {
        "city_id": city, "definition": "d", "boundary_vintage": "2020", "source": kind,
        "indicator": indicator, "concept": concept, "start": start, "end": end,
        "before": 100.0, "after": 100.0 * (1 + change), "change": change, "low": change - 0.05,
        "high": change + 0.05, "threshold": -0.1, "state": state, "reason": "r",
        "relative_change": change if relative is None else relative,
    }  # fmt: skip
    return pd.DataFrame([row])


def told(kind, change, state, *, name=None, linked=None, shares=(float("nan"), float("nan")), **rest):
    frame = pd.DataFrame({"name_zh": ["甲"], "name_en": ["A"]}, index=pd.Index(["t"], name="city_id"))
    links = None
    if linked is not None:
        row = ("t", "t", linked, *shares, float("nan"), 1)
        links = pd.DataFrame([row], columns=LINKS.names)
    return Told(name or kind, verdicts(kind, change, state, **rest), frame, KINDS[kind][2], links)


def judged(*each, **options):
    combined, evidence = combine(evidence_of(each, **options))
    return combined.iloc[0], evidence.set_index("comparison")


def test_people_come_before_light():
    verdict, rows = judged(told("light", 0.5, "growing"), told("census", -0.2, "shrinking"))
    assert (verdict["state"], verdict["basis"], verdict["strength"]) == ("shrinking", "people", "disputed")
    assert verdict["dissenters"] == "light"
    assert rows.loc["light", "why"] == "proxy"


def test_a_light_that_falls_may_be_new_lamps():
    _, rows = judged(told("census", 0.3, "growing"), told("light", -0.3, "shrinking"))
    assert rows.loc["light", "why"] == "lamps,proxy"


def test_a_light_that_rises_as_everywhere_is_said_to():
    _, rows = judged(told("census", -0.3, "shrinking"), told("light", 0.4, "growing", relative=0.0))
    assert rows.loc["light", "why"] == "brightening,proxy"


def test_light_that_rises_as_everywhere_confirms_nothing():
    verdict, _ = judged(told("census", 0.3, "growing"), told("light", 0.4, "growing", relative=0.0))
    assert verdict["strength"] == "alone"
    verdict, _ = judged(told("census", 0.3, "growing"), told("light", 0.4, "growing"))
    assert verdict["strength"] == "confirmed"


def test_light_stands_in_only_where_nobody_is_counted():
    verdict, _ = judged(told("light", -0.3, "shrinking"))
    assert (verdict["state"], verdict["basis"], verdict["strength"]) == ("shrinking", "light", "alone")
    counted, _ = judged(told("light", -0.3, "shrinking"), told("census", -0.01, "undetermined"))
    assert (counted["state"], counted["basis"]) == ("undetermined", "none")
    missing = told("census", float("nan"), "undetermined")
    assert judged(told("light", -0.3, "shrinking"), missing)[0]["state"] == "shrinking"


def test_the_better_count_decides():
    verdict, _ = judged(told("phone", 0.2, "growing"), told("census", -0.2, "shrinking"))
    assert (verdict["state"], verdict["dissenters"]) == ("shrinking", "phone")


def test_counts_of_equal_grade_that_contradict_each_other_leave_it_open():
    other = told("register", 0.2, "growing", name="other")
    other.verdicts["source"] = "other"
    verdict, rows = judged(told("register", -0.2, "shrinking"), other)
    assert (verdict["state"], verdict["basis"]) == ("undetermined", "people")
    assert verdict["reason"].endswith("contradict")
    assert rows["against"].tolist() == [False, True]


def test_one_source_over_two_periods_speaks_once():
    later = told("census", 0.2, "growing", name="later", start="2015")
    verdict, rows = judged(told("census", -0.2, "shrinking"), later)
    assert (verdict["state"], rows.loc["later", "role"]) == ("shrinking", "other_period")


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        ("registered", "beside"),
        ("towns", "beside"),
        ("gdp", "beside"),
        ("modelled", "not_trusted"),
        ("vague", "not_trusted"),
        ("light", "stands_in"),
        ("census", "counts"),
    ],
)
def test_what_a_source_counts_for(kind, role):
    verdict, rows = judged(told(kind, -0.2, "shrinking"))
    assert rows["role"].tolist() == [role]
    assert (verdict["state"] == "shrinking") == (role in ("counts", "stands_in"))


def test_what_is_not_trusted_is_still_heard():
    verdict, rows = judged(told("census", -0.2, "shrinking"), told("modelled", 0.3, "undetermined"))
    assert (verdict["strength"], verdict["oppose"]) == ("disputed", 1)
    assert rows.loc["modelled", "why"] == "carried"
    verdict, _ = judged(told("census", -0.2, "shrinking"), told("registered", -0.3, "shrinking"))
    assert verdict["strength"] == "supported"


def test_a_region_is_not_its_city_unless_it_is_said_to_be():
    region = told("census", -0.3, "shrinking", linked="outline", shares=(1.0, 0.01))
    city = told("light", 0.0, "stable")
    verdict, rows = judged(city, region)
    assert (verdict["state"], verdict["basis"]) == ("stable", "light")
    assert rows.loc["census", "role"] == "context"
    assert judged(city, region, counts=("census",))[0]["state"] == "shrinking"
    same = told("census", -0.3, "shrinking", linked="outline", shares=(0.9, 0.8))
    assert judged(city, same)[0]["state"] == "shrinking"


def test_another_period_decides_nothing():
    before = told("census", -0.3, "shrinking", start="1990", end="2000")
    verdict, rows = judged(told("light", 0.3, "growing"), before)
    assert (verdict["state"], rows.loc["census", "role"]) == ("growing", "other_period")
    assert rows.loc["census", "why"].startswith("period")
    half = told("census", -0.3, "shrinking", start="2005", end="2015")
    assert judged(told("light", 0.3, "growing"), half)[0]["state"] == "shrinking"


def test_means_of_three_years_tell_their_first_and_last_year():
    light = told("light", 0.3, "growing", start="2010–2012", end="2018–2020")
    assert judged(light, told("census", -0.3, "shrinking", start="2018", end="2022"))[0]["basis"] == "people"


def test_two_sensors_that_contradict_each_other():
    verdict, rows = judged(told("light", -0.3, "shrinking"), told("other_light", 0.3, "growing"))
    assert verdict["state"] == "undetermined"
    assert rows.loc["other_light", "why"] == "sensor"


def test_a_city_that_only_one_source_knows():
    light = told("light", -0.3, "shrinking")
    none = Told(
        "census", verdicts("census", -0.2, "shrinking", city="x"), light.cities, "census", LINKS.empty()
    )
    verdict, rows = judged(light, none)
    assert (verdict["sources"], verdict["strength"]) == (1, "alone")
    assert rows.index.tolist() == ["light"]


def test_figures_that_look_registered_decide_nothing():
    census = told("census", 0.3, "growing")
    looks = Told("census", census.verdicts, census.cities, "census", None, registered=True)
    combined, rows = combine(
        evidence_of([told("light", -0.3, "shrinking"), looks]), registered=frozenset({"census"})
    )
    assert combined["state"].tolist() == ["shrinking"]
    assert rows["why"].tolist()[1].startswith("registered")


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(KINDS)), st.sampled_from(["shrinking", "growing", "stable"])),
        min_size=2, max_size=5, unique_by=lambda pair: pair[0],
    ),
    st.randoms(),
)  # fmt: skip
def test_the_order_in_which_sources_are_named_alters_no_verdict(pairs, random):
    change = {"shrinking": -0.3, "growing": 0.3, "stable": 0.0}
    each = [told(kind, change[state], state) for kind, state in pairs]
    first = judged(*each)[0]
    random.shuffle(each)
    second = judged(*each)[0]
    for name in ("state", "basis", "strength", "sources", "agree"):
        assert first[name] == second[name]


def test_a_stable_verdict_is_disputed_by_what_moves_beyond_its_noise():
    verdict, rows = judged(told("census", 0.0, "stable"), told("register", -0.4, "shrinking"))
    assert (verdict["state"], verdict["strength"], verdict["oppose"]) == ("stable", "disputed", 1)
    assert verdict["dissenters"] == "register"
    verdict, rows = judged(told("census", 0.0, "stable"), told("light", -0.4, "shrinking"))
    assert verdict["dissenters"] == "light"
    assert "proxy" in rows.loc["light", "why"]


@pytest.mark.parametrize(
    "other",
    [
        told("register", -0.2, "undetermined"),
        told("light", 0.4, "growing", relative=0.02),
        told("gdp", 0.9, "growing"),
    ],
    ids=["within its noise", "as its whole region", "output"],
)
def test_a_stable_verdict_is_not_disputed_by_less(other):
    verdict, _ = judged(told("census", 0.0, "stable"), other)
    assert (verdict["state"], verdict["strength"], verdict["dissenters"]) == ("stable", "alone", "")


def test_counts_that_contradict_each_other_are_named_beside_a_level_light():
    light = told("light", 0.0, "stable")
    other = told("census", 0.3, "growing", name="other")
    other = replace(other, verdicts=other.verdicts.assign(source="other"))
    verdict, _ = judged(light, told("census", -0.3, "shrinking"), other)
    assert (verdict["state"], verdict["dissenters"]) == ("undetermined", "other")
    verdict, _ = judged(told("census", 0.0, "stable"), other)
    assert (verdict["state"], verdict["dissenters"]) == ("undetermined", "other")


def test_every_word_is_said():
    for kind in (Basis, Role, Says, Strength, Why):
        for language in LANGUAGES:
            assert all(member.word(language) for member in kind)


@pytest.mark.parametrize("way", ["stated", "point", "name"])
def test_a_unit_paired_with_a_city_of_cells_without_outlines_is_context(way):
    city = told("light", 0.3, "growing")
    drawn = Told("light", city.verdicts, city.cities.assign(cells=40), "satellite")
    unit = told("census", -0.3, "shrinking", linked=way)
    counted = Told("census", unit.verdicts, unit.cities.assign(cells=0), "census", unit.links)
    verdict, rows = judged(drawn, counted)
    assert (verdict["state"], verdict["strength"]) == ("growing", "disputed")
    assert rows.loc["census", "role"] == "context"
    assert judged(drawn, counted, counts=("census",))[0]["state"] == "shrinking"
    same = Told("light", city.verdicts, city.cities.assign(cells=0), "satellite")
    assert judged(same, counted)[0]["state"] == "shrinking"
