"""What is mended only where asked, and what taking together hides."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityebb.harmonise.ledger import (
    apply_crosswalk,
    consistent_units,
    crosswalk,
    hidden_people,
    joined_where_unknown,
    normalised,
    place_on_vintage,
    reverse,
)
from cityebb.words import using


def weights_of(rows):
    frame = pd.DataFrame(rows, columns=["from_unit", "to_unit", "share"])
    return frame.assign(from_vintage="2000", to_vintage="2010", share_of="people", evidence=None)


def test_only_sums_that_miss_one_are_scaled_and_a_note_says_so():
    weights = weights_of(
        [
            ("A", "A", 0.6),
            ("A", "B", 0.2),
            ("B", "B", 1.0),
            ("C", "A", 0.1),
            ("C", "C", math.nan),
            ("D", "D", 0),
        ]
    )
    found, notes = normalised(weights)
    assert found["share"].tolist() == pytest.approx([0.75, 0.25, 1, 0.1, math.nan, 0], nan_ok=True)
    assert notes[0].to_json()["values"] == {
        "count": 1,
        "least": pytest.approx(0.8),
        "most": pytest.approx(0.8),
    }
    for language in ("zh", "en"):
        with using(language):
            assert "0.8" in notes[0].text()
    assert normalised(weights_of([("A", "A", 1.0)]))[1] == ()


def test_units_between_which_nobody_knows_are_taken_together(ledger_of, counts_of):
    ledger = ledger_of(
        ("1", "2003", "transfer", "B", "A", math.nan), ("2", "2004", "transfer", "C", "D", 0.5)
    )
    weights = crosswalk(ledger, list("ABCD"), 2000, 2010)
    joined, members = joined_where_unknown(weights)
    placed = apply_crosswalk(counts_of({"A": 1, "B": 20, "C": 300, "D": 4000}, 2000), joined).counts
    assert placed.set_index("unit_id")["value"].to_dict() == {"A": 21, "C": 150, "D": 4150}
    assert members.set_index("unit_id")["group_id"].to_dict() == {"A": "A", "B": "A", "C": "C", "D": "D"}


@given(st.lists(st.tuples(st.sampled_from("ABCDE"), st.sampled_from("ABCDE")), max_size=8))
def test_nothing_is_lost_by_taking_together(ledger_of, counts_of, pairs):
    rows = [
        (f"e{place}", str(2001 + place), "transfer", one, other, math.nan)
        for place, (one, other) in enumerate(pairs)
        if one != other
    ]
    people = dict(zip("ABCDE", (1.0, 20.0, 300.0, 4000.0, 50_000.0), strict=True))
    joined, _ = joined_where_unknown(crosswalk(ledger_of(*rows), people, 2000, 2010))
    assert joined["share"].notna().all()
    assert apply_crosswalk(counts_of(people, 2000), joined).counts["value"].sum() == 54_321


def test_people_hidden_by_taking_together(ledger_of, counts_of):
    ledger = ledger_of(("1", "2003", "merge", "B", "A", 1))
    found = consistent_units({2000: list("ABCD"), 2010: list("ACD")}, ledger)
    counts = pd.concat(
        [counts_of({"A": 10, "B": 20, "C": 70, "D": math.nan}, 2000), counts_of({"A": 50, "C": 50}, 2010)]
    )
    told = hidden_people(found.members, counts).set_index("year")
    assert told["hidden_people"].tolist() == [30, 0]
    assert told["hidden_share"].tolist() == [0.3, 0]
    assert told["merged_units"].tolist() == [2, 0]
    assert told["unknown_units"].tolist() == [1, 1]
    assert told["groups"].tolist() == [3, 3]


def test_a_split_is_undone_exactly_though_its_shares_are_unknown(ledger_of, counts_of):
    ledger = ledger_of(("1", "2003", "split", "A", "A", math.nan), ("1", "2003", "split", "A", "B", math.nan))
    counts = pd.concat([counts_of({"A": math.nan}, 2000), counts_of({"A": 30, "B": 12}, 2010)])
    placed, _ = place_on_vintage(counts, ledger, 2000)
    assert placed.counts.set_index("year")["value"].to_dict() == {
        2000: pytest.approx(math.nan, nan_ok=True),
        2010: 42,
    }


def test_a_merger_cannot_be_undone_without_figures_unless_something_stands_in(ledger_of, counts_of):
    ledger = ledger_of(("1", "2003", "merge", "B", "A", 1))
    counts = pd.concat([counts_of({"A": 30, "B": math.nan}, 2000), counts_of({"A": 100}, 2010)])
    placed, _ = place_on_vintage(counts, ledger, 2000)
    assert placed.counts.loc[placed.counts["year"] == 2010, "value"].isna().tolist() == [True, True]
    area = weights_of([("A", "A", 0.8), ("A", "B", 0.2)]).assign(
        from_vintage="2010", to_vintage="2000", share_of="area"
    )
    placed, _ = place_on_vintage(counts, ledger, 2000, fallback={"2010": area})
    late = placed.counts[placed.counts["year"] == 2010]
    assert late.set_index("unit_id")["value"].to_dict() == {"A": 80, "B": 20}


def test_one_origin_is_the_whole_origin():
    back = reverse(weights_of([("A", "B", 1.0), ("C", "D", math.nan)]), pd.Series({"A": 0.0}))
    assert back["share"].tolist() == [1, 1]
