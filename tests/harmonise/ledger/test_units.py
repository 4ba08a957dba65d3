"""The finest comparable units, on ledgers that one can draw on a napkin and on random ones."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from cityebb.harmonise.ledger import consistent_units, moments, to_groups


def groups_of(found):
    """Return the sets of (unit, vintage), whatever the groups are called."""
    keys = found.members["unit_id"] + "@" + found.members["vintage"]
    return {frozenset(part) for part in keys.groupby(found.members["group_id"]).agg(list)}


def test_dates_are_put_in_order():
    found = moments(["2009-12-31", "2009", "2010-01", "2010-1-5", "5th May", "2010-13", None])
    assert found[0] == found[1] < found[3] < found[2]
    assert np.isnan(found[4:]).all()


def test_what_exchanged_people_is_one(ledger_of):
    ledger = ledger_of(
        ("1", "2003", "merge", "B", "A", 1),
        ("2", "2004", "split", "C", "C", 0.5),
        ("2", "2004", "split", "C", "D", 0.5),
        ("3", "2005", "rename", "E", "F", 1),
    )
    found = consistent_units({2000: list("ABCE"), 2010: list("ACDF")}, ledger)
    assert groups_of(found) == {
        frozenset({"A@2000", "B@2000", "A@2010"}),
        frozenset({"C@2000", "C@2010", "D@2010"}),
        frozenset({"E@2000", "F@2010"}),
    }
    assert sorted(set(found.members["group_id"])) == ["A", "C", "F"]
    assert (found.groups, found.merged) == (3, {"2000": 2, "2010": 2})


def test_an_event_of_the_epochs_year_has_happened(ledger_of):
    ledger = ledger_of(("1", "2000", "merge", "B", "A", 1))
    assert consistent_units({2000: ["A"], 2010: ["A"]}, ledger).groups == 1
    assert len(groups_of(consistent_units({1999: ["A", "B"], 2000: ["A"]}, ledger))) == 1
    later = consistent_units({2000: ["A", "B"], 2010: ["A", "B"]}, ledger)
    assert len(groups_of(later)) == 2


def test_a_code_used_again_is_another_unit(ledger_of):
    ledger = ledger_of(
        ("1", "2003", "merge", "B", "A", 1),
        ("2", "2007", "split", "C", "C", 0.6),
        ("2", "2007", "split", "C", "B", 0.4),
    )
    found = consistent_units({2000: list("ABC"), 2005: list("AC"), 2010: list("ABC")}, ledger)
    assert groups_of(found) == {
        frozenset({"A@2000", "B@2000", "A@2005", "A@2010"}),
        frozenset({"C@2000", "C@2005", "C@2010", "B@2010"}),
    }


def test_events_of_one_day_find_what_they_need(ledger_of):
    """B is renamed to X and X merges into A, written the wrong way round, on one day."""
    ledger = ledger_of(("1", "2003-05-01", "merge", "X", "A", 1), ("2", "2003-05-01", "rename", "B", "X", 1))
    assert consistent_units({2000: ["A", "B"], 2010: ["A"]}, ledger).groups == 1


def test_what_no_event_explains_is_listed(ledger_of):
    found = consistent_units({2000: ["A", "B"], 2010: ["A", "C"]}, ledger_of())
    assert found.groups == 1
    assert found.unmatched.to_numpy().tolist() == [["B", "2000", "vanished"], ["C", "2010", "appeared"]]


def test_a_transfer_of_nothing_joins_nothing(ledger_of):
    ledger = ledger_of(("1", "2003", "transfer", "A", "B", 0))
    assert consistent_units({2000: ["A", "B"], 2010: ["A", "B"]}, ledger).groups == 2
    unknown = ledger_of(("1", "2003", "transfer", "A", "B", math.nan))
    assert consistent_units({2000: ["A", "B"], 2010: ["A", "B"]}, unknown).groups == 1


def test_figures_are_added_and_a_gap_stays_a_gap(ledger_of, counts_of):
    ledger = ledger_of(("1", "2003", "merge", "B", "A", 1))
    found = consistent_units({2000: ["A", "B", "C"], 2010: ["A", "C"]}, ledger)
    counts = pd.concat(
        [counts_of({"A": 100, "B": 50, "C": 7, "Z": 1}, 2000), counts_of({"A": 140, "C": math.nan}, 2010)]
    )
    done = to_groups(counts, found.members)
    added, left = done.counts, done.left
    wide = added.pivot_table(index="unit_id", columns="year", values="value", dropna=False)
    assert wide.loc["A"].tolist() == [150, 140]
    assert wide.loc["C", 2000] == 7
    assert math.isnan(wide.loc["C", 2010])
    assert left["unit_id"].tolist() == ["Z"]
    gap = to_groups(
        pd.concat([counts_of({"A": 100, "B": math.nan, "C": 7}, 2000), counts_of({"A": 1, "C": 1}, 2010)]),
        found.members,
    ).counts
    row = gap[(gap["unit_id"] == "A") & (gap["year"] == 2000)].iloc[0]
    assert math.isnan(row["value"])
    assert row["coverage"] == 0.5


def test_an_old_table_with_new_codes_is_understood(ledger_of, counts_of):
    """The office lists the year 2000 under the code of 2010."""
    ledger = ledger_of(("1", "2003", "rename", "A", "N", 1))
    found = consistent_units({2000: ["A", "B"], 2010: ["N", "B"]}, ledger)
    counts = pd.concat([counts_of({"N": 5, "B": 1}, 2000), counts_of({"N": 6, "B": 1}, 2010)])
    done = to_groups(counts, found.members)
    wide = done.counts.pivot_table(index="unit_id", columns="year", values="value")
    assert wide.loc["N"].tolist() == [5, 6]
    assert done.recoded.to_numpy().tolist() == [["N", "2000", "N"]]
    both = pd.concat([counts_of({"A": 4, "N": 5, "B": 1}, 2000), counts_of({"N": 6, "B": 1}, 2010)])
    assert to_groups(both, found.members).left["unit_id"].tolist() == ["N"]


@st.composite
def histories(draw):
    """Return a ledger of merges, splits and transfers that holds, with the units of three epochs."""
    alive = [f"u{place}" for place in range(draw(st.integers(3, 8)))]
    epochs, rows, fresh = {2000: list(alive)}, [], 100
    for year in range(2001, 2011):
        kind = draw(st.sampled_from(["merge", "split", "transfer", "rename", "none"]))
        if kind == "none" or len(alive) < 2:
            continue
        one, other = draw(st.permutations(alive))[:2]
        share = draw(st.integers(1, 9)) / 10
        if kind == "merge":
            rows.append((f"e{year}", str(year), kind, one, other, 1))
            alive.remove(one)
        elif kind == "transfer":
            rows.append((f"e{year}", str(year), kind, one, other, share))
        else:
            fresh += 1
            new = f"n{fresh}"
            alive.append(new)
            if kind == "split":
                rows += [
                    (f"e{year}", str(year), kind, one, one, share),
                    (f"e{year}", str(year), kind, one, new, 1 - share),
                ]
            else:
                rows.append((f"e{year}", str(year), kind, one, new, 1))
                alive.remove(one)
        if year == 2005:
            epochs[2005] = list(alive)
    epochs[2010] = list(alive)
    return rows, epochs


@given(histories(), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(ledger_of, history, random):
    rows, epochs = history
    ledger = ledger_of(*rows)
    mixed = list(range(len(rows)))
    random.shuffle(mixed)
    one, other = consistent_units(epochs, ledger), consistent_units(epochs, ledger.iloc[mixed])
    pd.testing.assert_frame_equal(one.members, other.members)


@given(histories())
def test_groups_are_what_a_plain_search_finds(ledger_of, history):
    rows, epochs = history
    found = consistent_units(epochs, ledger_of(*rows))
    assert groups_of(found) == searched(rows, epochs)
    assert len(found.unmatched) == 0


def searched(rows, epochs):
    """Spread a label over a graph of (unit, year) with every year a layer, until nothing changes."""
    years = range(2000, 2011)
    by_year: dict[int, list[tuple]] = {}
    for row in rows:
        by_year.setdefault(int(row[1]), []).append(row)
    alive = {2000: set(epochs[2000])}
    edges = []
    for year in years[1:]:
        before, events = alive[year - 1], by_year.get(year, [])
        ended = {row[3] for row in events if row[2] != "transfer"} - {row[4] for row in events}
        alive[year] = (before - ended) | {row[4] for row in events}
        moved = {row[3] for row in events if row[2] != "transfer"}
        edges += [((unit, year - 1), (unit, year)) for unit in before - moved]
        edges += [((row[3], year - 1), (row[4], year)) for row in events]
    label = {(unit, year): (unit, year) for year in years for unit in alive[year]}
    changed = True
    while changed:
        changed = False
        for one, other in edges:
            least = min(label[one], label[other])
            if label[one] != least or label[other] != least:
                label[one] = label[other] = least
                changed = True
    groups: dict[tuple, set[str]] = {}
    for epoch, units in epochs.items():
        for unit in units:
            groups.setdefault(label[unit, epoch], set()).add(f"{unit}@{epoch}")
    return {frozenset(group) for group in groups.values()}
