"""Small panels that one can check in one's head."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from cityebb.identify import IdentifyParameters, identify
from cityebb.model import VERDICTS, size_class

ROOT = Path(__file__).parent.parent.parent
YEARS = tuple(range(2013, 2023))
PARAMETERS = IdentifyParameters(cities="lit", source="lights")


def make_cities(areas, *, country="CN"):
    ids = [f"c{number:04d}" for number in range(len(areas))]
    return pd.DataFrame(
        {
            "area_km2": np.asarray(areas, float),
            "size_class": size_class(areas),
            "country": country,
            "definition": "lit",
            "boundary_vintage": "union 2013|2022",
        },
        index=pd.Index(ids, name="city_id"),
    )


def make_panel(cities, values, years=YEARS, *, sd=0.0, coverage=1.0, indicator="light"):
    values = np.asarray(values, float)
    shape = values.shape
    return pd.DataFrame(
        {
            "city_id": np.repeat(cities.index.to_numpy(), len(years)),
            "year": np.tile(np.array(years, np.int64), len(cities)),
            "indicator": f"{indicator}_sum",
            "source": "lights",
            "value": values.ravel(),
            "sd": np.broadcast_to(sd, shape).ravel(),
            "coverage": np.broadcast_to(coverage, shape).ravel(),
            "unit": "DN·km²",
            "concept": "radiance",
            "grade": "satellite",
        }
    )


def judge(panel, cities, *, years=YEARS, era=YEARS, parameters=PARAMETERS, indicator="light"):
    verdicts = identify(
        panel, cities, parameters, indicator=indicator, years=years, era_years=era, specification="default"
    )
    VERDICTS.check(verdicts)
    return verdicts.set_index("city_id")


def noisy(cities, *, slope=0.0, sigma=0.05, seed=0, years=10, level=100.0):
    """Return steady courses with independent noise, shape (cities, years)."""
    rng = np.random.default_rng(seed)
    slopes = np.broadcast_to(slope, len(cities))[:, None]
    return level * np.exp(slopes * np.arange(years) + sigma * rng.normal(size=(len(cities), years)))


@pytest.fixture(scope="session")
def lab():
    """What makes small panels and judges them."""
    return SimpleNamespace(
        YEARS=YEARS,
        PARAMETERS=PARAMETERS,
        cities=make_cities,
        panel=make_panel,
        judge=judge,
        noisy=noisy,
    )


@pytest.fixture(scope="session")
def truth():
    """The benchmark that knows the truth."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        return importlib.import_module("truth")
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))
