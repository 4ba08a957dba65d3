"""Japan 1980–2020: 3,278 municipalities become 1,741, and what their people really did."""

from __future__ import annotations

import pandas as pd
import pytest

from cityebb.harmonise.ledger import check_ledger, consistent_units, to_groups
from cityebb.read import read_ledger

pytestmark = pytest.mark.data("census_japan")
YEARS = (1980, 1985, 1990, 1995, 2000, 2005, 2010, 2015, 2020)


@pytest.fixture(scope="module")
def counts(data):
    raw = pd.read_csv(data / "census_japan/population_by_code_1980_2020.csv")
    return pd.DataFrame(
        {
            "unit_id": raw["id_muni"].astype(str).str.zfill(5),
            "name": raw["name_muni"],
            "year": raw["year"],
            "vintage": raw["year"].astype(str),
            "value": raw["pop"].astype(float),
        }
    ).assign(
        indicator="people", concept="resident", grade="census", source="e-Stat", unit="people", coverage=1.0
    )


@pytest.fixture(scope="module")
def units(data):
    converter = pd.read_csv(data / "census_japan/municipality_converter.csv", dtype=str)
    return {year: sorted(set(converter[f"id_muni{year}"].dropna().str.zfill(5))) for year in YEARS}


@pytest.fixture(scope="module", params=["municipality_converter.csv", "municipality_converter_jp.csv"])
def ledger(data, request):
    return check_ledger(read_ledger(data / "census_japan" / request.param).ledger).ledger


@pytest.fixture(scope="module")
def wide(counts, units, ledger):
    done = to_groups(counts, consistent_units(units, ledger).members)
    return done.counts.pivot_table(index="unit_id", columns="year", values="value", dropna=False)


def test_there_are_exactly_1741_comparable_units(units, ledger):
    assert {year: len(codes) for year, codes in units.items()}[1980] == 3278
    found = consistent_units(units, ledger)
    assert found.groups == 1741
    assert len(found.unmatched) == 0
    assert found.members["group_id"].nunique() == 1741


def test_nobody_is_lost(wide):
    assert wide.sum().astype(int).to_dict() == {
        1980: 117_060_359,
        1985: 121_048_923,
        1990: 123_611_167,
        1995: 125_570_246,
        2000: 126_925_843,
        2005: 127_767_994,
        2010: 128_057_352,
        2015: 127_094_745,
        2020: 126_146_099,
    }


def test_who_grew_and_who_shrank(wide):
    assert wide.loc["16201", [1980, 2020]].tolist() == [391_554, 413_938]  # Toyama
    assert wide.loc["01209", [1980, 2010, 2020]].tolist() == [41_715, 10_922, 7_334]  # Yubari
    assert wide.loc["01209", 2020] / wide.loc["01209", 1980] - 1 == pytest.approx(-0.8242, abs=5e-5)
    assert wide.loc["40100", [1980, 2010, 2020]].tolist() == [1_065_078, 976_846, 939_029]  # Kitakyushu


def test_nobody_counted_is_not_zero(wide):
    """Miyake in 2000 and Futaba in 2020 were evacuated: no figure, and none is made up."""
    gaps = [(unit, year) for year in YEARS for unit in wide.index[wide[year].isna()]]
    assert gaps == [("13381", 2000), ("07546", 2020)]


def test_the_same_code_often_says_the_opposite(wide, counts):
    naive = counts.pivot_table(index="unit_id", columns="year", values="value").reindex(wide.index)
    real, told = wide[2020] / wide[1980] - 1, naive[2020] / naive[1980] - 1
    both = real.notna() & told.notna()
    assert ((real < 0) != (told < 0))[both].sum() == 116
    assert told["16201"] == pytest.approx(0.357, abs=5e-4)
    assert real["16201"] == pytest.approx(0.057, abs=5e-4)


def test_old_tables_under_new_codes_are_told(counts, units, ledger):
    """The list of 1980 and 1985 has Sendai under the code it took in 1989."""
    done = to_groups(counts, consistent_units(units, ledger).members)
    assert done.recoded[["unit_id", "vintage"]].to_numpy().tolist() == [["04100", "1980"], ["04100", "1985"]]
    # What is left: the nation, prefectures, their halves, rural counties, wards.
    assert {"00000", "01000", "01001", "01101"} <= set(done.left["unit_id"])


def test_the_japanese_edition_tells_the_days(data):
    ledger = read_ledger(data / "census_japan/municipality_converter_jp.csv").ledger
    toi = ledger[(ledger["from_unit"] == "01339") & (ledger["date"] == "2005")].iloc[0]
    assert (toi["to_unit"], toi["kind"]) == ("01202", "merge")
    assert toi["evidence"].startswith("2004年12月1日")
