"""Lights of Syria and Lebanon: a war that is seen, and joints that nothing is compared across."""

from __future__ import annotations

import pytest

from cityebb.model import CityebbError
from cityebb.words import using

pytestmark = pytest.mark.data("lights_syria")

STUDY = """
[read.lights]
files = "DATA/lights_syria/{product}_{{year}}.tif"
indicator = "light"
outside = true
{more}
[delineate.lit]
where = {{ lights = {floor} }}
[identify.light]
cities = "lit"
source = "lights"
{period}
"""


def text(product, floor, start=None, end=None, more=""):
    period = f"start = {start}\nend = {end}" if start else ""
    return STUDY.format(product=product, floor=floor, period=period, more=more)


@pytest.mark.parametrize("floor", [2, 4, 6])
def test_damascus_homs_and_hama_fall_in_the_war_and_beirut_does_not(study, judged, floor):
    results = study(text("chen", floor, 2013, 2016)).main
    found = judged(results).sort_values("area_km2").groupby("name_en").tail(1).set_index("name_en")
    fallen = found.loc[["Damascus", "Homs", "Ḩamāh"]]
    assert fallen["state"].tolist() == ["shrinking"] * 3
    assert fallen["plain"].tolist() == ["down"] * 3
    assert fallen["country"].tolist() == ["SY"] * 3
    assert fallen["change"].between(-0.6, -0.3).all()
    beirut = found.loc["Beirut"]
    assert (beirut["state"], beirut["plain"], beirut["country"]) == ("undetermined", "between", "LB")
    assert beirut["change"] == pytest.approx(0.08, abs=0.01)
    # The dim light of the years made from another sensor is no business of this comparison.
    assert "harmonise.creep" not in {note.key for note in results.notes}


@pytest.mark.parametrize("floor", [2, 4, 6])
@pytest.mark.parametrize("more", ["", 'product = "chen_2021"'])
def test_a_comparison_across_the_joint_of_chen_is_refused(study, floor, more):
    with pytest.raises(CityebbError) as caught:
        study(text("chen", floor, 2010, 2016, more))
    told = {}
    for language in ("en", "zh"):
        with using(language):
            told[language] = str(caught.value)
    if more:
        assert "2012" in told["en"]
        return
    assert caught.value.key == "harmonise.crosses_joint"
    for sentence in told.values():
        assert "2012/2013" in sentence
        assert "2000–2012, 2013–2020" in sentence


@pytest.mark.parametrize(("start", "end"), [(2012, 2016), (2013, 2014), (2000, 2020)])
def test_a_comparison_across_the_joint_of_li_is_refused(study, start, end):
    with pytest.raises(CityebbError) as caught:
        study(text("li", 20, start, end))
    assert caught.value.key == "harmonise.crosses_joint"
    assert caught.value.values["joints"] == "2013/2014"


@pytest.mark.parametrize(
    ("product", "floor", "start", "end"), [("chen", 4, 2013, 2020), ("li", 20, 2014, 2020)]
)
def test_without_years_the_latest_stretch_is_compared(study, judged, product, floor, start, end):
    results = study(text(product, floor)).main
    assert (min(results.comparison["start"]), max(results.comparison["end"])) == (start, end)
    largest = judged(results).nlargest(1, "area_km2").iloc[0]
    assert largest["name_en"] == "Beirut"
    assert largest["state"] != "shrinking"
