"""Weights between dates: what goes in comes out, forwards, in steps and back."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityebb.harmonise.ledger import apply_crosswalk, chain, crosswalk, place_on_vintage, reverse
from cityebb.model import CityebbError


def shares(weights):
    return {(row.from_unit, row.to_unit): row.share for row in weights.itertuples()}


def test_shares_pass_on(ledger_of):
    ledger = ledger_of(
        ("1", "2001", "transfer", "A", "B", 0.2),
        ("2", "2002", "split", "B", "B", 0.5),
        ("2", "2002", "split", "B", "C", 0.5),
        ("3", "2003", "rename", "C", "D", 1),
    )
    found = shares(crosswalk(ledger, ["A", "B"], 2000, 2010))
    assert found == pytest.approx(
        {("A", "A"): 0.8, ("A", "B"): 0.1, ("A", "D"): 0.1, ("B", "B"): 0.5, ("B", "D"): 0.5}
    )


def test_the_one_part_without_a_share_takes_the_rest(ledger_of):
    ledger = ledger_of(("1", "2001", "split", "A", "A", 0.3), ("1", "2001", "split", "A", "B", math.nan))
    assert shares(crosswalk(ledger, ["A"], 2000, 2010)) == {("A", "A"): 0.3, ("A", "B"): 0.7}


def test_an_unknown_share_makes_the_figures_missing(ledger_of, counts_of):
    ledger = ledger_of(("1", "2001", "transfer", "A", "B", math.nan))
    weights = crosswalk(ledger, ["A", "B", "C"], 2000, 2010)
    placed = apply_crosswalk(counts_of({"A": 10, "B": 20, "C": 5}, 2000), weights)
    values = placed.counts.set_index("unit_id")["value"]
    assert values.isna().tolist() == [True, True, False]
    fallback = pd.DataFrame(
        {"from_unit": ["A", "A"], "to_unit": ["A", "B"], "share": [0.4, 0.6], "share_of": "area"}
    ).assign(from_vintage="2000", to_vintage="2010", evidence=None)
    mixed = crosswalk(ledger, ["A", "B", "C"], 2000, 2010, fallback=fallback)
    assert shares(mixed)["A", "B"] == 0.6
    assert set(mixed["share_of"]) == {"area", "people"}


def test_what_has_no_weight_is_listed_and_what_doubles_is_told(counts_of):
    weights = pd.DataFrame(
        {"from_unit": ["A", "A"], "to_unit": ["A", "B"], "share": [1.0, 1.0], "share_of": "people"}
    ).assign(from_vintage="1", to_vintage="2", evidence=None)
    placed = apply_crosswalk(counts_of({"A": 10, "Z": 3}, 2000), weights)
    assert placed.unassigned["unit_id"].tolist() == ["Z"]
    assert placed.unbalanced.to_numpy().tolist() == [["A", 2.0]]


def test_a_missing_figure_stays_missing(ledger_of, counts_of):
    ledger = ledger_of(("1", "2001", "merge", "B", "A", 1))
    placed = apply_crosswalk(
        counts_of({"A": 10, "B": math.nan}, 2000), crosswalk(ledger, ["A", "B"], 2000, 2010)
    )
    assert placed.counts["value"].isna().tolist() == [True]
    assert placed.counts["coverage"].tolist() == [0.5]


def test_everything_on_the_boundaries_between(ledger_of, counts_of):
    """A merger after the vintage is undone with the people of the vintage."""
    ledger = ledger_of(("1", "2001", "transfer", "A", "B", 0.5), ("2", "2011", "merge", "B", "A", 1))
    counts = pd.concat(
        [
            counts_of({"A": 100, "B": 10}, 2000),
            counts_of({"A": 30, "B": 90}, 2010),
            counts_of({"A": 240}, 2020),
        ]
    )
    placed, weights = place_on_vintage(counts, ledger, 2010)
    wide = placed.counts.pivot_table(index="unit_id", columns="year", values="value")
    assert wide.loc["A"].tolist() == [50, 30, 60]
    assert wide.loc["B"].tolist() == [60, 90, 180]
    assert set(placed.counts["name"]) == {"name A", "name B"}
    assert len(weights) == 5


def test_nothing_can_be_turned_round_without_figures(ledger_of, counts_of):
    with pytest.raises(CityebbError) as caught:
        place_on_vintage(counts_of({"A": 1}, 2020), ledger_of(), 2010)
    assert caught.value.key == "harmonise.no_figures_to_turn_round"


def test_a_chain_with_a_gap_is_refused(ledger_of):
    one = crosswalk(ledger_of(("1", "2001", "rename", "A", "B", 1)), ["A"], 2000, 2001)
    other = crosswalk(ledger_of(), ["C"], 2001, 2002)
    with pytest.raises(CityebbError) as caught:
        chain([one, other])
    assert "B" in str(caught.value)


@st.composite
def ledgers(draw):
    units = [f"u{place}" for place in range(draw(st.integers(2, 6)))]
    alive, rows = list(units), []
    for year in range(2001, 2009):
        one, other = draw(st.permutations(alive))[:2]
        share = draw(st.integers(0, 10)) / 10
        if draw(st.booleans()) and len(alive) > 2:
            rows.append((f"e{year}", str(year), "merge", one, other, 1))
            alive.remove(one)
        elif draw(st.booleans()):
            rows.append((f"e{year}", str(year), "transfer", one, other, share))
        else:
            alive.append(f"n{year}")
            rows += [
                (f"e{year}", str(year), "split", one, one, share),
                (f"e{year}", str(year), "split", one, f"n{year}", 1 - share),
            ]
    people = {unit: draw(st.integers(0, 10**6)) for unit in units}
    return rows, people


@given(ledgers())
def test_people_before_are_people_after(ledger_of, counts_of, history):
    rows, people = history
    ledger = ledger_of(*rows)
    weights = crosswalk(ledger, people, 2000, 2010)
    placed = apply_crosswalk(counts_of(people, 2000), weights)
    assert placed.counts["value"].sum() == pytest.approx(sum(people.values()), rel=1e-12)
    assert len(placed.unassigned) == len(placed.unbalanced) == 0


@given(ledgers(), st.integers(2001, 2008))
def test_two_steps_are_one(ledger_of, history, middle):
    rows, people = history
    ledger = ledger_of(*rows)
    first = crosswalk(ledger, people, 2000, middle)
    then = crosswalk(ledger, sorted(set(first["to_unit"])), middle, 2010)
    whole = crosswalk(ledger, people, 2000, 2010)
    assert shares(chain([first, then])) == pytest.approx(shares(whole))


@given(ledgers())
def test_there_and_back_is_nothing_lost(ledger_of, counts_of, history):
    rows, people = history
    weights = crosswalk(ledger_of(*rows), people, 2000, 2010)
    placed = apply_crosswalk(counts_of(people, 2000), weights).counts.assign(vintage="2010")
    back = apply_crosswalk(placed, reverse(weights, pd.Series(people, dtype=float)))
    found = back.counts.set_index("unit_id")["value"]
    known = found[found.notna()]
    assert known.to_dict() == pytest.approx({unit: people[unit] for unit in known.index}, abs=1e-6)
