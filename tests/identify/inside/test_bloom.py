"""How wide a city is, and how wide it must be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cityebb.identify.inside._parts import as_parts
from cityebb.identify.inside.bloom import bloom_km, width_km


@pytest.mark.parametrize(
    ("product", "unit", "least"),
    [
        ("dmsp", None, 7.0),
        ("DMSP-OLS stable lights", None, 7.0),
        (None, "DN", 7.0),
        (None, "DN·km²", 7.0),
        ("vnl", "nW/cm²/sr", 0.0),
        ("VNP46A4", None, 0.0),
        (None, "people", 0.0),
        (None, None, 0.0),
    ],
)
def test_only_dmsp_blooms(product, unit, least):
    assert bloom_km(product, unit) == least


def town(x, y, area):
    return pd.DataFrame(
        {"city_id": "t", "part_id": [f"{n:05}" for n in range(len(x))], "x_km": x, "y_km": y}
    ).assign(area_km2=area, before=1.0, after=1.0)


def test_a_disc_is_as_wide_as_its_diameter():
    x, y = (at.ravel() for at in np.meshgrid(np.arange(-6, 6.1, 0.1), np.arange(-6, 6.1, 0.1)))
    disc = np.hypot(x, y) <= 5
    assert width_km(as_parts(town(x[disc], y[disc], 0.01)))[0] == pytest.approx(10.0, rel=0.005)


@pytest.mark.parametrize("degrees", [0, 20, 90])
def test_a_long_town_is_narrow_whichever_way_it_lies(degrees):
    turn = np.radians(degrees)
    along = np.arange(20.0)
    found = width_km(as_parts(town(along * np.cos(turn), along * np.sin(turn), 1.0)))
    # A strip of cells 1 km wide: 4 / √12.
    assert found[0] == pytest.approx(4 / np.sqrt(12))
