"""Lights of Paris: a city where nothing happens, in two products that change their character."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.data("lights_paris")

STUDY = """
[read.lights]
files = "DATA/lights_paris/{product}_{{year}}.tif"
indicator = "light"
outside = true
[delineate.lit]
where = {{ lights = {floor} }}
[identify.light]
cities = "lit"
source = "lights"
"""


@pytest.mark.parametrize(
    ("product", "floor", "joint"), [("chen", 4, 2012), ("chen", 10, 2012), ("li", 30, 2013), ("li", 50, 2013)]
)
def test_nothing_is_found_but_joints(study, judged, product, floor, joint):
    results = study(STUDY.format(product=product, floor=floor)).main
    assert set(results.breaks["kind"]) == {"joint"}
    assert results.breaks["year"].max() == joint
    assert results.comparison["left_out"] == {}
    found = judged(results)
    assert found["state"].isin(["stable", "undetermined"]).all()
    assert found.loc[found["area_km2"].idxmax(), "name_en"] == "Paris"
    assert {note.key for note in results.notes if note.level == "warning"} <= {
        "read.unit_not_stated",
        "harmonise.joint_scatter",
        "harmonise.joint_repeats",
    }
