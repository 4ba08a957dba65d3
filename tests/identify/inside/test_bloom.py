"""How wide a city is, and how wide it must be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cityebb.identify.inside._parts import as_parts
from cityebb.identify.inside.bloom import bloom_km, cell_km, width_km
from cityebb.identify.inside.neighbours import contiguous


@pytest.mark.parametrize(
    ("product", "unit", "cell", "least"),
    [
        ("dmsp", None, None, 7.0),
        ("DMSP-OLS stable lights", None, 0.5, 7.0),
        (None, "DN", None, 7.0),
        (None, "DN·km²", 0.93, 7.0),
        (None, "DN", 0.5, 0.0),
        ("viirs_like", "DN", 0.93, 0.0),
        ("vnl", "nW/cm²/sr", None, 0.0),
        ("VNP46A4", None, None, 0.0),
        (None, "people", None, 0.0),
        (None, None, None, 0.0),
    ],
)
def test_only_dmsp_blooms(product, unit, cell, least):
    assert bloom_km(product, unit, cell) == least


def test_the_size_of_cells_is_their_height(draw):
    frame = draw("==\n==").assign(x_km=[0.0, 0.3, 0.0, 0.3], y_km=[0.5, 0.5, 0.0, 0.0])
    parts = as_parts(frame)
    assert cell_km(parts, contiguous(parts)) == 0.5
    loose = as_parts(draw("==\n==", lattice=False))
    assert cell_km(loose, contiguous(loose)) is None


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
