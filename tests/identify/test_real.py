"""Real data: the embedded noise is what the rooms measure, and verdicts stand where a census stands too."""

from __future__ import annotations

import importlib.util
import sys

import numpy as np
import pytest

from cityebb.delineate import DelineateParameters, delineate, loosest_floors
from cityebb.grids import scan
from cityebb.identify import IdentifyParameters, borrowed_table, identify
from cityebb.measure import measure
from cityebb.read import SourceParameters, open_stack

HOUSE = __file__.rpartition("/tests/")[0]


@pytest.fixture(scope="module")
def tool():
    """The script that builds the table."""
    spec = importlib.util.spec_from_file_location("build_noise", f"{HOUSE}/tools/build_noise.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.mark.data("lights_china", "population_europe")
@pytest.mark.parametrize("place", [0, 1])
def test_the_embedded_noise_is_what_the_rooms_measure(tool, data, place):
    measured = tool.SERIES[place]
    found = {row["size_class"]: float(row["noise"]) for row in tool.rows_of(measured, data)}
    kept = {
        row.size_class: row.noise for row in borrowed_table() if row.indicator == measured.source.indicator
    }
    assert found == pytest.approx(kept, rel=0.02)


@pytest.mark.data("population_europe")
def test_cities_of_europe(data):
    source = SourceParameters(files="population_europe/population_{year}_1km.tif", indicator="people")
    stack = open_stack("people", source, data)
    definition = DelineateParameters(where={"people": 300.0}, epoch="union")
    cells = scan({"people": stack}, loosest_floors([definition]))
    cities = delineate(cells, definition, name="dense", years=(2011, 2021), named=False)
    verdicts = identify(
        measure(cells, cities, "people"),
        cities.frame,
        IdentifyParameters(cities="dense", source="people"),
        indicator="people",
        years=(2011, 2018, 2021),
        era_years=(2006, 2011, 2018, 2021),
        specification="default",
    ).set_index("city_id")
    for longitude, latitude, change, state in (
        (14.235, 51.437, -0.162, "shrinking"),  # Hoyerswerda
        (10.69, 50.61, -0.107, "shrinking"),  # Suhl
        (12.375, 51.34, 0.161, "growing"),  # Leipzig
        (11.575, 48.137, 0.083, "growing"),  # Munich
    ):
        away = np.hypot((cities.frame["lon"] - longitude) * 0.63, cities.frame["lat"] - latitude)
        city = cities.frame.loc[away.nsmallest(3).index, "area_km2"].idxmax()
        assert verdicts.loc[city, "change"] == pytest.approx(change, abs=0.001)
        assert verdicts.loc[city, "state"] == state
    # A country that was counted in one of the years only has not shrunk.
    gone = verdicts["before"].isna() ^ verdicts["after"].isna()
    assert gone.sum() > 100
    assert set(verdicts.loc[gone, "state"]) == {"undetermined"}
    assert set(verdicts.loc[gone, "plain"]) == {"no_data"}
