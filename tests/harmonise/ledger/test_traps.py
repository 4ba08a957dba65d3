"""Where people are easily lost, doubled or misplaced: codes that change hands, gaps, events of one day."""

from __future__ import annotations

import math
from itertools import product

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityebb.harmonise.ledger import apply_crosswalk, chain, check_ledger, crosswalk
from cityebb.model import CityebbError


def shares(weights):
    return {(row.from_unit, row.to_unit): row.share for row in weights.itertuples()}


def keys(ledger, **more):
    faults = check_ledger(ledger, strict=False, **more).faults
    return [fault.key.removeprefix("harmonise.ledger_") for fault in faults]


def test_two_units_exchange_their_codes_in_one_event(ledger_of):
    ledger = ledger_of(("1", "2001", "rename", "A", "B", 1), ("1", "2001", "rename", "B", "A", 1))
    assert shares(crosswalk(ledger, ["A", "B"], 2000, 2010)) == {("A", "B"): 1, ("B", "A"): 1}
    assert keys(ledger) == []


def test_a_code_is_free_before_another_takes_it(ledger_of):
    """On one day A becomes B and C becomes A: C's people are in A, not in B."""
    ledger = ledger_of(("1", "2001", "rename", "C", "A", 1), ("2", "2001", "rename", "A", "B", 1))
    assert shares(crosswalk(ledger, ["A", "C"], 2000, 2010)) == {("A", "B"): 1, ("C", "A"): 1}
    assert shares(crosswalk(ledger, ["C"], 2000, 2010)) == {("C", "B"): 1}


@pytest.mark.parametrize("names", [("1", "2"), ("2", "1")])
def test_a_unit_gives_before_it_ends(ledger_of, names):
    ledger = ledger_of(
        (names[0], "2001", "merge", "A", "B", 1), (names[1], "2001", "transfer", "A", "C", 0.25)
    )
    found = shares(crosswalk(ledger, ["A", "B", "C"], 2000, 2010))
    assert found == {("A", "B"): 0.75, ("A", "C"): 0.25, ("B", "B"): 1, ("C", "C"): 1}
    assert keys(ledger) == []


def test_the_unit_that_takes_may_be_listed_in_the_merger(ledger_of):
    ledger = ledger_of(("1", "2001", "merge", "A", "A", 1), ("1", "2001", "merge", "B", "A", 1))
    assert shares(crosswalk(ledger, ["A", "B"], 2000, 2010)) == {("A", "A"): 1, ("B", "A"): 1}


def test_nothing_is_left_of_shares_that_are_all(ledger_of):
    """In binary, 1 − 0.7 − 0.2 − 0.1 is not 0."""
    rows = [
        ("1", "2001", "transfer", "A", unit, share) for unit, share in (("B", 0.7), ("C", 0.2), ("D", 0.1))
    ]
    assert set(shares(crosswalk(ledger_of(*rows), ["A"], 2000, 2010))) == {("A", "B"), ("A", "C"), ("A", "D")}


def test_parts_unknown_that_come_together_again_are_known(ledger_of):
    ledger = ledger_of(("1", "2001", "transfer", "A", "B", math.nan), ("2", "2002", "merge", "B", "A", 1))
    assert shares(crosswalk(ledger, ["A", "B"], 2000, 2010)) == {("A", "A"): 1, ("B", "A"): 1}


def test_a_unit_without_a_row_is_not_zero(ledger_of, counts_of):
    weights = crosswalk(ledger_of(("1", "2001", "merge", "B", "A", 1)), ["A", "B"], 2000, 2010)
    row = apply_crosswalk(counts_of({"A": 10}, 2000), weights).counts.iloc[0]
    assert math.isnan(row["value"])
    assert row["coverage"] == 0.5


def test_what_stands_in_can_be_applied(ledger_of, counts_of):
    ledger = ledger_of(("1", "2001", "transfer", "A", "B", math.nan))
    area = pd.DataFrame({"from_unit": ["A", "A"], "to_unit": ["A", "B"], "share": [0.4, 0.6]}).assign(
        from_vintage="2000", to_vintage="2010", share_of="area", evidence=None
    )
    weights = crosswalk(ledger, ["A", "B"], 2000, 2010, fallback=area)
    placed = apply_crosswalk(counts_of({"A": 10, "B": 5}, 2000), weights).counts
    assert placed.set_index("unit_id")["value"].to_dict() == {"A": 4, "B": 11}


def test_weights_that_would_count_twice_are_refused(ledger_of, counts_of):
    one = crosswalk(ledger_of(), ["A"], 2000, 2010)
    for twice in (one.assign(to_vintage="2011"), one.assign(share_of="area", to_unit="B")):
        with pytest.raises(CityebbError) as caught:
            apply_crosswalk(counts_of({"A": 1}, 2000), pd.concat([one, twice]))
        assert caught.value.key == "harmonise.several_weights"


def test_people_of_an_ended_part_are_listed(ledger_of, counts_of):
    ledger = ledger_of(
        ("1", "2001", "split", "A", "A", 0.6),
        ("1", "2001", "split", "A", "X", 0.4),
        ("2", "2002", "abolition", "X", None, math.nan),
    )
    placed = apply_crosswalk(counts_of({"A": 10}, 2000), crosswalk(ledger, ["A"], 2000, 2010))
    assert placed.counts["value"].tolist() == [6]
    assert placed.unassigned["value"].tolist() == [pytest.approx(4)]


def test_a_unit_with_unknown_shares_is_not_called_unbalanced(ledger_of, counts_of):
    ledger = ledger_of(
        ("1", "2001", "transfer", "A", "B", 0.3), ("2", "2002", "transfer", "A", "C", math.nan)
    )
    placed = apply_crosswalk(
        counts_of({"A": 1, "B": 1, "C": 1}, 2000), crosswalk(ledger, list("ABC"), 2000, 2010)
    )
    assert len(placed.unbalanced) == len(placed.unassigned) == 0


def test_a_chain_does_not_forget_what_is_unknown():
    def step(rows, one, other):
        frame = pd.DataFrame(rows, columns=["from_unit", "to_unit", "share"])
        return frame.assign(from_vintage=one, to_vintage=other, share_of="people", evidence=None)

    first = step([("A", "B", math.nan), ("A", "C", 0.5)], "1", "2")
    then = step([("B", "D", 1.0), ("C", "D", 1.0)], "2", "3")
    assert chain([first, then])["share"].isna().tolist() == [True]


def test_the_weakest_grade_is_that_of_the_sum(ledger_of, counts_of):
    weights = crosswalk(ledger_of(("1", "2001", "merge", "B", "A", 1)), ["A", "B"], 2000, 2010)
    counts = counts_of({"A": 1, "B": 2}, 2000).assign(grade=["census", "yearbook"])
    assert apply_crosswalk(counts, weights).counts["grade"].tolist() == ["yearbook"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("1", "2001", "rename", "A", "B", 1), ("2", "2001", "rename", "B", "A", 1)], "circle"),
        ([("1", "2000", "merge", "A", "B", 1), ("2", "2001", "transfer", "A", "C", 0.1)], "after_end"),
        ([("1", "2000", "transfer", "A", "B", 1), ("2", "2000", "transfer", "A", "C", 1)], "given_twice"),
        ([("1", "2000", "merge", "A", "C", 1), ("1", "2003", "merge", "B", "C", 1)], "event_differs"),
        ([("1", "2000", "merge", "A", "C", 1), ("1", "2000", "transfer", "B", "C", 1)], "event_differs"),
    ],
)
def test_contradictions_are_told(ledger_of, rows, expected):
    assert keys(ledger_of(*rows)) == [expected]


def test_a_unit_set_up_again_under_its_old_code_is_no_contradiction(ledger_of):
    ledger = ledger_of(("1", "1857", "merge", "A", "B", 1), ("2", "1860", "transfer", "B", "A", math.nan))
    assert keys(ledger) == []


def test_what_did_not_happen_is_no_reason_against_what_did(ledger_of):
    """The second event is refused; D, which it would have made, can be created."""
    ledger = ledger_of(
        ("1", "2000", "merge", "A", "B", 1),
        ("2", "2001", "rename", "A", "D", 1),
        ("3", "2002", "creation", None, "D", None),
    )
    found = check_ledger(ledger, strict=False)
    assert found.refused["event_id"].tolist() == ["2"]
    assert check_ledger(found.ledger).faults == ()


def test_lists_of_units_say_who_lives_and_who_is_unknown(ledger_of):
    lists = {2000: ["A", "B"], 2010: ["A", "B"]}
    assert keys(ledger_of(("1", "2005", "creation", None, "B", None)), units_by_epoch=lists) == ["made_twice"]
    assert keys(ledger_of(("1", "2005", "transfer", "A", "Q", 0.1)), units_by_epoch=lists) == ["unknown_unit"]
    assert keys(ledger_of(("1", "2015", "transfer", "A", "Q", 0.1)), units_by_epoch=lists) == []
    passing = ledger_of(
        ("1", "2003", "split", "A", "A", 0.5),
        ("1", "2003", "split", "A", "Q", 0.5),
        ("2", "2007", "merge", "Q", "A", 1),
    )
    assert keys(passing, units_by_epoch=lists) == []


@st.composite
def dirty(draw):
    """Return events put together without any care."""
    codes = st.sampled_from("ABCD")
    rows = []
    for event in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(["rename", "merge", "transfer", "split", "creation", "abolition"]))
        date = str(draw(st.integers(2000, 2003)))
        before = None if kind == "creation" else draw(codes)
        after = None if kind == "abolition" else draw(codes)
        share = draw(st.sampled_from([0.3, 0.7, 1.0])) if before and after else math.nan
        rows.append((f"e{event}", date, kind, before, after, share))
        if kind == "split":
            rows.append((f"e{event}", date, kind, before, draw(codes), 1 - share))
    return rows


@given(dirty())
def test_what_is_kept_of_a_dirty_ledger_conserves_people(ledger_of, counts_of, rows):
    ledger = ledger_of(*rows)
    found = check_ledger(ledger, strict=False)
    assert len(found.ledger) + len(found.refused) == len(ledger)
    people = dict(zip("ABCD", (1.0, 20.0, 300.0, 4000.0), strict=True))
    placed = apply_crosswalk(counts_of(people, 1999), crosswalk(found.ledger, people, 1999, 2010))
    total = placed.counts["value"].sum() + placed.unassigned["value"].sum()
    assert total == pytest.approx(4321, rel=1e-9)
    assert (placed.counts["value"] >= 0).all()


@given(dirty(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(ledger_of, rows, random):
    mixed = list(rows)
    random.shuffle(mixed)
    one, other = (crosswalk(ledger_of(*each), "ABCD", 1999, 2010) for each in (rows, mixed))
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_links_told_twice_add_up_alike_in_any_order(ledger_of):
    first = ("e0", "2000", "transfer", "A", "C", 0.3)
    twice = [("e2", "2000", "split", "A", "A", 0.3), ("e2", "2000", "split", "A", "A", 0.7)]
    again = [("e5", "2000", "split", "A", "C", 0.3), ("e5", "2000", "split", "A", "C", 0.7)]
    found = [
        crosswalk(ledger_of(first, *one, *other), "ABCD", 1999, 2010)
        for one, other in product((twice, twice[::-1]), (again, again[::-1]))
    ]
    for each in found[1:]:
        pd.testing.assert_frame_equal(found[0], each, check_exact=True)
