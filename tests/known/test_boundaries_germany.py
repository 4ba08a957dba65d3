"""Germany: official weights on the registers give the units of the later register and all their people."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cityebb.harmonise.ledger import apply_crosswalk, chain
from cityebb.read import read_ledger

pytestmark = pytest.mark.data("boundaries_germany")


@pytest.fixture(scope="module")
def register(data):
    whole = pd.read_parquet(data / "boundaries_germany/population_by_municipality_1983_2024.parquet")

    def of(year, *, districts=False):
        rows = whole[
            (whole["population_date"] == f"31.12.{year}") & (whole["boundary_date"].str[-4:] <= str(year + 1))
        ]
        rows = rows[~rows["boundary_date"].eq(f"31.12.{year + 1}")].drop_duplicates("ags")
        unit = rows["ags"].str[:5] + "000" if districts else rows["ags"]
        people = rows["population"].astype(float).groupby(unit.to_numpy()).sum()
        if districts:
            people = people[people > 0]  # waters and forests of no district, where nobody lives
        return pd.DataFrame({"unit_id": people.index.astype(str), "value": people.to_numpy()}).assign(
            name=None,
            year=year,
            vintage=str(year),
            indicator="people",
            concept="resident",
            grade="register",
            source="Gemeindeverzeichnis",
            unit="people",
            coverage=1.0,
        )

    return of


@pytest.fixture(scope="module")
def districts(data):
    found = read_ledger(data / "boundaries_germany/crosswalk_kreise_1990_2020_to_2021.csv").crosswalk
    return found[found["share_of"] == "people"]


@pytest.fixture(scope="module")
def municipalities(data):
    name = "crosswalk_gemeinden_2020_2022_to_next_year.parquet"
    return read_ledger(data / "boundaries_germany" / name)


@pytest.mark.parametrize("year", [1994, 1997, 2002, 2005, 2009, 2013, 2017])
def test_districts_of_any_year_become_those_of_2021(register, districts, year):
    before, after = register(year, districts=True), register(2021, districts=True)
    weights = districts[districts["from_vintage"] == str(year)]
    placed = apply_crosswalk(before, weights)
    assert len(placed.unassigned) == len(placed.unbalanced) == 0
    assert placed.counts["value"].sum() == pytest.approx(before["value"].sum(), rel=1e-9)
    found = placed.counts.set_index("unit_id")["value"]
    later = after.set_index("unit_id")["value"]
    assert set(found.index) == set(later.index)
    assert len(found) == 401 - 1
    # What is left is people: no district doubles or halves in a generation.
    change = later / found - 1
    assert change.between(-0.40, 0.40).all()
    # Under their own codes many districts have no later counterpart at all.
    lost = set(before["unit_id"]) - set(later.index)
    assert len(lost) > 40 if year < 2007 else len(lost) > 0


def test_municipalities_year_by_year(register, municipalities):
    weights = municipalities.crosswalk
    people = weights[weights["share_of"] == "people"]
    two_years = chain(
        [
            people[people["from_vintage"] == "2021"],
            people[people["from_vintage"] == "2022"],
        ]
    )
    before, after = register(2021), register(2023)
    placed = apply_crosswalk(before, two_years)
    assert placed.counts["value"].sum() == pytest.approx(83_237_124, rel=1e-9)
    found, later = (frame.set_index("unit_id")["value"] for frame in (placed.counts, after))
    both = found.index.intersection(later.index)
    assert len(both) >= 0.999 * len(later)
    change = (later[both] / found[both] - 1)[found[both] > 5000]
    assert np.nanmedian(abs(change)) < 0.02
    assert change.between(-0.15, 0.25).all()


def test_a_unit_of_nobody_that_counts_thrice_is_told(municipalities):
    told = [note for note in municipalities.notes if note.key == "read.ledger_unbalanced"]
    assert "09671456 (2020): 3" in told[0].text("en")


def test_an_incorporation_is_no_growth(register, districts):
    """Suhl grew by incorporation, Hoyerswerda's code changed four times; as districts both are followed."""
    weights = districts[(districts["from_vintage"] == "2017") & (districts["from_unit"] == "16054000")]
    assert weights["to_unit"].tolist() == ["16054000"]
    hoyerswerda = districts[(districts["from_vintage"] == "1997") & (districts["from_unit"] == "14264000")]
    assert hoyerswerda["to_unit"].tolist() == ["14625000"]


def test_the_districts_of_1990(register, districts):
    """The register of 1990 and the official weights of 1990 write Saxony-Anhalt by different codes."""
    before, weights = register(1990, districts=True), districts[districts["from_vintage"] == "1990"]
    assert (len(before), before["value"].sum()) == (543, 79_753_227)
    assert (weights["from_unit"].nunique(), weights["to_unit"].nunique()) == (543, 400)
    placed = apply_crosswalk(before, weights)
    assert len(placed.unbalanced) == 0
    # Forty districts of one state are told, each by its code, with their people.
    assert set(placed.unassigned["unit_id"].str[:2]) == {"15"}
    assert len(placed.unassigned) == 40
    assert placed.unassigned["value"].sum() == 2_873_957
    whole = placed.counts["value"].sum() + placed.unassigned["value"].sum()
    assert whole == pytest.approx(79_753_227, rel=1e-9)
    # The rest: 386 districts of 2021, and between 1990 and 1994 nobody's people jump.
    found = placed.counts.set_index("unit_id")["value"]
    later = apply_crosswalk(register(1994, districts=True), districts[districts["from_vintage"] == "1994"])
    later = later.counts.set_index("unit_id")["value"]
    assert set(later.index) - set(found.index) == {unit for unit in later.index if unit.startswith("15")}
    assert len(found) == 386
    assert (later[found.index] / found - 1).between(-0.15, 0.15).all()
    # No weight of 1990 crosses the border of Saxony-Anhalt: as a state its people are comparable.
    border = weights["from_unit"].str.startswith("15") != weights["to_unit"].str.startswith("15")
    assert not border.any()
