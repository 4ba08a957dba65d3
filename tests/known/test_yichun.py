"""Yichun 2019: seventeen districts became ten units; light says better than area where people live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from cityebb.harmonise.interpolate import area_table, interpolate, weigh
from cityebb.read import SourceParameters, open_stack, read_units

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

PREFECTURE, DAQINGSHAN = "2307", "230725"

pytestmark = pytest.mark.data("boundaries_china", "census_china", "lights_china")


def units(path: Path, unit_id: str, name: str, vintage: int) -> gpd.GeoDataFrame:
    found = read_units(path, unit_id=unit_id, name=name, vintage=vintage).units
    return found[found.index.str.startswith(PREFECTURE)]


def counted(path: Path, year: int) -> pd.Series:
    rows = pd.read_excel(path / f"county_{year}.xlsx", engine="openpyxl")
    rows = rows[[name for name in ("区划代码", "合计", "人口数_合计") if name in rows]].dropna()
    people = rows.set_index(rows.iloc[:, 0].astype(int).astype(str)).iloc[:, 1].astype(float)
    return people[people.index.str.startswith(PREFECTURE) & ~people.index.str.endswith("00")]


@pytest.fixture(scope="module")
def shares(data: Path) -> pd.DataFrame:
    """Shares of the prefecture's people by unit, in percent: by area, by light, and as counted."""
    old = units(data / "boundaries_china/counties_mapchina_2019.parquet", "Code_County", "Name_County", 2018)
    new = units(
        data / "boundaries_china/counties_tianditu_wgs84.parquet", "district_adcode", "district_name", 2022
    )
    told = SourceParameters(files="viirs_like_2013.tif", indicator="light", kind="density", unit="DN")
    light = open_stack("light", told, data / "lights_china").layers[0]
    table = area_table(old, new)
    people = counted(data / "census_china", 2010).rename("people").to_frame()
    found = {"name": new["name"]}
    for way, weights in (("area", table), ("light", weigh(table, light, share_of="light"))):
        placed = interpolate(people, weights, extensive=["people"])
        total = placed.figures["people"].sum() + placed.rest["mass"].sum()
        assert total == pytest.approx(people["people"].sum(), rel=1e-9)
        found[way] = placed.figures["people"] / placed.figures["people"].sum() * 100
    now = counted(data / "census_china", 2020)
    found["counted"] = now / now.sum() * 100
    return pd.DataFrame(found)


def test_seventeen_districts_became_ten_units(shares):
    assert len(shares) == 10
    assert shares.notna().all().all()


def test_area_misleads(shares):
    assert shares.loc[DAQINGSHAN, "name"] == "大箐山县"
    assert shares.loc[DAQINGSHAN, "area"] == pytest.approx(15.5, abs=0.05)
    assert shares.loc[DAQINGSHAN, "counted"] == pytest.approx(6.6, abs=0.05)


def test_light_halves_the_error_and_takes_a_third_off_the_sum(shares):
    errors = shares[["area", "light"]].sub(shares["counted"], axis=0).abs()
    assert errors.loc[DAQINGSHAN, "light"] <= errors.loc[DAQINGSHAN, "area"] / 2
    assert errors["light"].sum() <= errors["area"].sum() * 2 / 3
