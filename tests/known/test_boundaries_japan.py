"""Japan 1980–2020: 3,278 municipalities become 1,741, and what their people really did."""

from __future__ import annotations

import pandas as pd
import pytest

from cityebb.harmonise.ledger import check_ledger, consistent_units, place_on_vintage, to_groups
from cityebb.harmonise.ledger.dates import between
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
    read = read_ledger(data / "census_japan/municipality_converter_jp.csv")
    toi = read.ledger[(read.ledger["from_unit"] == "01339")].iloc[0]
    assert (toi["date"], toi["to_unit"], toi["kind"]) == ("2004-12-01", "01202", "merge")
    assert toi["evidence"].startswith("2004年12月1日")
    # Kushiro on 11 October 2005, after the census: the ledger must not count it before.
    akan = read.ledger[(read.ledger["from_unit"] == "01666")].iloc[0]
    assert (akan["date"], akan["evidence"][:11]) == ("2006", "2005年10月11日")
    # Urawa became Saitama in 2001, and that took another code in 2003.
    urawa = read.ledger[read.ledger["event_id"].isin(["2005-11204", "2005-11244"])]
    assert urawa[["date", "kind", "from_unit", "to_unit"]].to_numpy().tolist() == [
        ["2001-05-01", "merge", "11204", "11244"],
        ["2003-04-01", "rename", "11244", "11100"],
    ]
    (note,) = [dict(vars(note)["values"]) for note in read.notes if note.key == "read.ledger_days"]
    assert note == {"path": "municipality_converter_jp.csv", "day": 1853, "later": 94, "census": 133}


@pytest.mark.parametrize(
    ("census", "day", "municipalities"),
    [  # Ministry of Internal Affairs and Communications: numbers of municipalities, without Tokyo's 23 wards
        (1995, "1999-03-31", 3232),
        (1995, "1999-04-01", 3229),
        (2000, "2002-04-01", 3218),
        (2000, "2003-04-01", 3190),
        (2000, "2004-04-01", 3100),
        (2000, "2005-03-31", 2521),
        (2000, "2005-04-01", 2395),
        (2005, "2007-04-01", 1804),
        (2005, "2010-03-31", 1727),
    ],
)
def test_on_any_day_there_are_as_many_as_the_ministry_counts(data, census, day, municipalities):
    read = read_ledger(data / "census_japan/municipality_converter_jp.csv")
    there = set(read.units.loc[read.units["first"] == census, "unit_id"])
    for before, after in between(read.ledger, census, day)[["from_unit", "to_unit"]].to_numpy().tolist():
        there.discard(before)
        there.add(after)
    assert len(there) - 23 == municipalities


def test_on_the_municipalities_of_2015(counts, units, ledger):
    own = [(year, unit) for year in YEARS[:-1] for unit in units[year]]
    rows = counts.set_index(["year", "unit_id"], drop=False).loc[lambda frame: frame.index.isin(own)]
    placed = place_on_vintage(rows.reset_index(drop=True), ledger, "2015")[0].counts
    assert placed["unit_id"].nunique() == 1741
    sums = placed.groupby("year")["value"].sum()
    assert sums[[1990, 1995, 2010]].tolist() == pytest.approx(
        [123_611_167, 125_570_246, 128_057_352], rel=1e-9
    )
