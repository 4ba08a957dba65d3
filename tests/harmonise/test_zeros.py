"""Outlines whose codes lost their leading zeros, or whose table did, are those of the table all the same."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from cityebb.harmonise import Outlines
from cityebb.harmonise.placing import place_on_outlines


@pytest.mark.parametrize("table_lost", [True, False])
def test_people_are_spread_over_units_without_their_zeros(table_lost):
    whole, short = ["01001", "01002", "01003"], ["1001", "1002", "1003"]
    table, layer = (short, whole) if table_lost else (whole, short)
    old = gpd.GeoDataFrame(index=layer[:1], geometry=[box(0, 0, 4, 1)], crs="EPSG:4326")
    new = gpd.GeoDataFrame(index=layer[1:], geometry=[box(0, 0, 3, 1), box(3, 0, 4, 1)], crs="EPSG:4326")
    told = {"indicator": "people", "concept": "resident", "grade": "census", "source": "x"}
    counts = pd.DataFrame(
        {
            "unit_id": table,
            "name": table,
            "year": [2010, 2020, 2020],
            "vintage": ["2010", "2020", "2020"],
            "value": [80.0, 50.0, 40.0],
            **told,
            "unit": "people",
            "coverage": 1.0,
        }
    )
    found = place_on_outlines(counts, Outlines({"2010": old, "2020": new}), 2020, ends=(2010, 2020)).counts
    before = found[found["year"] == 2010].set_index("unit_id")["value"].round(6).to_dict()
    assert before == {table[1]: 60.0, table[2]: 20.0}
