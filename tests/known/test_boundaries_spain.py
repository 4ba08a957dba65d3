"""Spain: 9,034 rows of changes, told by both parties, over 134 years of censuses."""

from __future__ import annotations

import pandas as pd
import pytest

from cityebb.harmonise.ledger import check_ledger, consistent_units, to_groups
from cityebb.read import read_ledger

pytestmark = pytest.mark.data("municipalities_spain")
YEARS = (1960, 1970, 1981, 1991, 2001, 2011)


@pytest.fixture(scope="module")
def read(data):
    return read_ledger(data / "municipalities_spain/boundary_events.csv")


@pytest.fixture(scope="module")
def counts(data):
    raw = pd.read_csv(data / "municipalities_spain/population_1842_2011.csv", dtype={"muni_code": str})
    long = raw.melt(["muni_code", "muni_name"], [name for name in raw if name[1:].isdigit()]).dropna()
    year = long["variable"].str[1:].astype(int)
    return pd.DataFrame(
        {
            "unit_id": long["muni_code"],
            "name": long["muni_name"],
            "year": year,
            "vintage": year.astype(str),
            "value": long["value"].astype(float),
        }
    ).assign(
        indicator="people", concept="resident", grade="census", source="INE", unit="people", coverage=1.0
    )


def comparable(counts, ledger, years):
    rows = counts[counts["year"].isin(years)]
    found = consistent_units(
        {year: rows.loc[rows["year"] == year, "unit_id"].tolist() for year in years}, ledger
    )
    return found, to_groups(rows, found.members), rows


def test_a_change_told_twice_is_one(read, data):
    raw = pd.read_csv(data / "municipalities_spain/boundary_events.csv", dtype=str)
    pairs = {("EI", "MI"), ("EF", "CF"), ("CS", "MS"), ("ER", "MR"), ("EC", "CC")}
    assert len(raw) == 9034
    kinds = read.ledger["kind"].value_counts()
    merged = sum((raw["tipo"] == one).sum() for one in ("EI", "EF"))
    # A few rows have no counterpart, so that there are some links more than either party tells.
    assert merged <= kinds["merge"] <= merged + 10
    assert len(read.unused) == (~raw["tipo"].isin({t for pair in pairs for t in pair} | KNOWN)).sum() == 15
    assert set(read.unused["reason"]) == {"read.unused.no_territory"}


KNOWN = {"CO", "EO", "ED", "CD", "MTd", "MTc", "MFp", "CFp", "MP"}


def test_two_contradictions_are_found_and_listed(read):
    found = check_ledger(read.ledger, strict=False)
    assert sorted(fault.key for fault in found.faults) == ["harmonise.ledger_ended_twice"] * 2
    assert {dict(fault.values)["unit"] for fault in found.faults} == {"465001", "22624"}


def test_half_a_century_on_equal_municipalities(read, counts):
    ledger = check_ledger(read.ledger, strict=False).ledger
    found, done, rows = comparable(counts, ledger, YEARS)
    assert found.groups == 7964
    assert len(done.left) == 0
    wide = done.counts.pivot_table(index="unit_id", columns="year", values="value", dropna=False)
    sums = rows.groupby("year")["value"].sum()
    assert wide.sum().to_dict() == sums.to_dict()
    assert sums[2011] == 46_816_010
    assert wide.loc["33037", [1960, 2011]].tolist() == [71_092, 42_425]  # Mieres, not its namesake
    # Seven units come from nowhere or go nowhere, as far as the list of changes tells.
    assert len(found.unmatched) == 7


def test_a_century_and_more(read, counts):
    ledger = check_ledger(read.ledger, strict=False).ledger
    found, done, rows = comparable(counts, ledger, (1877, 1930, 2011))
    wide = done.counts.pivot_table(index="unit_id", columns="year", values="value", dropna=False)
    assert wide.sum().to_dict() == rows.groupby("year")["value"].sum().to_dict()
    assert found.groups < 7964
    # Graus took in villages of its valley: its rise on its own code is theirs.
    assert found.members.loc[found.members["group_id"] == found.members["group_id"].mode()[0]].shape[0] > 20


def test_from_the_first_census_of_1842(read, counts):
    """170 years: every person of both ends has a place, and what nobody followed is told unit by unit."""
    ledger = check_ledger(read.ledger, strict=False).ledger
    found, done, rows = comparable(counts, ledger, (1842, 2011))
    wide = done.counts.pivot_table(index="unit_id", columns="year", values="value", dropna=False)
    assert (rows["year"].value_counts().to_dict(), found.groups) == ({1842: 11_291, 2011: 8_116}, 7_584)
    assert wide.sum().to_dict() == pytest.approx({1842: 11_776_934, 2011: 46_816_010}, rel=1e-9)
    assert len(done.left) == 0
    # 25 towns of 1842 have no figure in 2011, and no zero: of 24 the list says only that they went.
    gone = found.members[found.members["group_id"].isin(wide.index[wide[2011].isna()])]
    ended = ledger[(ledger["kind"] == "abolition") & ledger["to_unit"].isna()]
    assert len(gone) == 25
    assert set(gone["unit_id"]) - set(ended["from_unit"]) == {"44141"}
    # One went and twelve came without any event; they are told.
    told = found.unmatched.groupby("what")["unit_id"].agg(set)
    assert told["vanished"] == {"44141"}
    assert len(told["appeared"]) == 12
    # Aduna ended before 1857 and was set up again before 1860: two units of one code.
    assert {"20002", "20002#2"} <= set(found.members["group_id"])
    # Madrid with the towns it took in: its own code says 157,397 in 1842.
    assert wide.loc["28079", [1842, 2011]].tolist() == [169_328, 3_272_510]


@pytest.mark.parametrize("year", [1877, 1900, 1950, 1970, 2001])
def test_a_census_between_neither_loses_nor_adds_people(read, counts, year):
    ledger = check_ledger(read.ledger, strict=False).ledger
    found, done, rows = comparable(counts, ledger, (1842, year, 2011))
    sums = done.counts.groupby("year")["value"].sum().to_dict()
    assert sums == pytest.approx(rows.groupby("year")["value"].sum().to_dict(), rel=1e-9)
    assert found.groups <= 7_584
