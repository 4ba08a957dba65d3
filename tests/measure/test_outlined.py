"""Units with outlines as parts: their places, areas and neighbours."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from cityebb.identify.inside import county_patterns, look_inside
from cityebb.measure import parts_of_outlines
from cityebb.model import PARTS, CityebbError, Faults


def squares(letters: str, *, left: float = 110.0, gap: float = 0.0) -> gpd.GeoDataFrame:
    """Return squares of a tenth of a degree: S falls by half, = stays, G rises by half."""
    factor = {"S": 0.5, "=": 1.0, "G": 1.5}
    rows = letters.split()
    places = [(r, c) for r, line in enumerate(rows) for c in range(len(line))]
    shapes = [
        shapely.box(left + c / 10, 30 - r / 10, left + (c + 1) / 10 - gap, 30.1 - r / 10) for r, c in places
    ]
    told = {"city_id": "p", "part_id": [f"{r}{c}" for r, c in places], "before": 100.0}
    frame = gpd.GeoDataFrame(told, geometry=shapes, crs="EPSG:4326")
    return frame.assign(after=[100 * factor[rows[r][c]] for r, c in places])


def test_nine_squares_touch_in_twenty_places():
    parts, pairs = parts_of_outlines(squares("=== === ==="))
    # Six borders across, six down, eight corners.
    assert len(pairs) == 20
    assert not pairs.duplicated().any()
    assert list(parts.columns) == PARTS.names


def test_areas_and_places_are_those_of_the_ellipsoid():
    parts, _ = parts_of_outlines(squares("=="))
    # A tenth of a degree at 30° N: 11.085 km north, 9.641 km east.
    assert parts["area_km2"].to_numpy() == pytest.approx([106.8, 106.8], rel=0.002)
    assert np.diff(parts["x_km"]) == pytest.approx([9.641], rel=0.001)


def test_any_reference_system_gives_the_same():
    frame = squares("=S= SSS ===")
    one, other = parts_of_outlines(frame), parts_of_outlines(frame.to_crs("EPSG:3857"))
    np.testing.assert_allclose(one[0]["x_km"], other[0]["x_km"], atol=1e-3)
    np.testing.assert_allclose(one[0]["area_km2"], other[0]["area_km2"], rtol=1e-3)
    assert one[1].equals(other[1])


@pytest.mark.parametrize(("gap", "count"), [(5e-6, 1), (1e-3, 0)])
def test_what_digitising_leaves_open_is_closed(gap, count):
    assert len(parts_of_outlines(squares("==", gap=gap))[1]) == count


def test_units_of_two_cities_do_not_touch():
    frame = squares("==").assign(city_id=["a", "b"])
    assert len(parts_of_outlines(frame)[1]) == 0


def test_counties_that_share_borders_make_a_pattern():
    parts, pairs = parts_of_outlines(squares("S=S S=S"))
    assert county_patterns(parts, pairs=pairs)["county_pattern"].tolist() == ["hourglass"]
    parts, pairs = parts_of_outlines(squares("SSS S=S SSS"))
    assert county_patterns(parts, pairs=pairs)["county_pattern"].tolist() == ["ring"]


def test_a_subdistrict_within_others_is_a_hole():
    parts, pairs = parts_of_outlines(squares("==== =S== ==== ===="))
    assert look_inside(parts, pairs=pairs).cities.loc[0, "holes"] == 1


def test_what_is_missing_is_named_together():
    frame = squares("==").drop(columns="after").set_crs(None, allow_override=True)
    frame.loc[1, "geometry"] = shapely.Polygon()
    with pytest.raises(Faults) as raised:
        parts_of_outlines(frame)
    assert {fault.key for fault in raised.value.faults} == {
        "model.column_missing",
        "measure.outlines_without_crs",
        "measure.outline_missing",
    }


def test_one_fault_is_itself():
    with pytest.raises(CityebbError) as raised:
        parts_of_outlines(squares("==").drop(columns="part_id"))
    assert raised.value.key == "model.column_missing"
