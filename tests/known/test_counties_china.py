"""China's counties at three censuses: who fell, fell again, came back, fell newly."""

from __future__ import annotations

import pandas as pd
import pytest

from cityebb.harmonise.censuses import courses, join_censuses
from cityebb.harmonise.ledger import check_ledger
from cityebb.read import TableParameters, read_ledger, read_table, read_units

pytestmark = pytest.mark.data("boundaries_china", "census_china", "division_codes_china")


@pytest.fixture(scope="module")
def censuses(data):
    import geopandas as gpd

    layer = gpd.read_parquet(data / "boundaries_china/counties_mapchina_2019.parquet")
    code = next(name for name in layer if str(name).lower() in ("code_county", "code"))
    first = pd.DataFrame(
        {"unit_id": layer[code].astype(str).str[:6], "value": layer["Pop_2000"].astype(float)}
    )
    first = first.groupby("unit_id", as_index=False).first().assign(
        name=None, year=2000, vintage="2000", indicator="people", concept="resident", grade="census",
        source="mapchina", unit="people", coverage=1.0,
    )  # fmt: skip
    found = {2000: first}
    for year in (2010, 2020):
        path = f"census_china/county_{year}.xlsx"
        told = TableParameters(table=path, concept="resident", grade="census", level="county")
        counts = read_table(data / path, told).counts
        found[year] = counts[(counts["indicator"] == "people") & (counts["concept"] == "resident")]
    return found


def test_counties_by_code(censuses):
    found = join_censuses(censuses)
    told = courses(found.wide).value_counts()
    # 2000 stands on the boundaries of 2019: the maker's own reconciliation.
    assert len(found.wide) > 2300
    assert told.sum() == len(found.wide)
    assert set(told.index) == {"fell_throughout", "came_back", "fell_newly", "rose_throughout"}
    assert len(found.unmatched) + found.wide.size == sum(map(len, censuses.values()))
    # As found by this program; no other source is known to us.
    assert told.to_dict() == {
        "fell_newly": 785,
        "rose_throughout": 734,
        "fell_throughout": 634,
        "came_back": 296,
    }


def test_the_ledger_leaves_fewer_unmatched(censuses, data):
    ledger = check_ledger(
        read_ledger(data / "division_codes_china/codes_1981_2024.csv").ledger, strict=False
    ).ledger
    pair = {year: censuses[year] for year in (2010, 2020)}
    plain, joined = join_censuses(pair), join_censuses(pair, ledger=ledger)
    lost = [found.unmatched["value"].sum() for found in (plain, joined)]
    assert lost[1] < lost[0] / 2


def test_the_layer_can_be_read(data):
    units = read_units(data / "boundaries_china/counties_mapchina_2019.parquet", vintage="2019").units
    assert len(units) == 2901
