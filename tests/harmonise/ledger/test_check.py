"""What cannot be in a ledger, all of it at once."""

from __future__ import annotations

import io

import pandas as pd
import pytest

import cityebb.harmonise.ledger as ledger_package
from cityebb.harmonise.ledger import check_ledger, crosswalk
from cityebb.model import CityebbError, Faults
from cityebb.words import using

TEXTS = ("event_id", "date", "from_unit", "to_unit")
GOOD = ("0", "1999", "merge", "Y", "Z", 1)


def keys(ledger, **more):
    return sorted(
        fault.key.removeprefix("harmonise.ledger_")
        for fault in check_ledger(ledger, strict=False, **more).faults
    )


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("1", "spring 2000", "merge", "A", "B", 1)], ["date"]),
        ([("1", "2000", "fusion", "A", "B", 1)], ["kind"]),
        ([("1", "2000", "merge", "A", None, 1)], ["unit_missing"]),
        ([("1", "2000", "merge", None, "A", 1)], ["unit_missing"]),
        ([("1", "2000", "transfer", "A", "B", 1.5)], ["share_range", "shares"]),
        ([("1", "2000", "merge", "A", "B", 1), ("1", "2000", "merge", "A", "B", 1)], ["shares", "twice"]),
        ([("1", "2000", "split", "A", "A", 0.5), ("1", "2000", "split", "A", "B", 0.4)], ["shares"]),
        ([("1", "2000", "transfer", "A", "B", 0.6), ("1", "2000", "transfer", "A", "C", 0.6)], ["shares"]),
        ([("1", "2000", "merge", "A", "B", 1), ("2", "2001", "merge", "A", "C", 1)], ["ended_twice"]),
        ([("1", "2000", "merge", "A", "B", 1), ("2", "2001", "transfer", "A", "C", 0.1)], ["after_end"]),
        ([("1", "2000", "merge", "A", "B", 1), ("2", "2001", "creation", None, "B", None)], ["made_twice"]),
        ([("1", "2000", "merge", "A", "B", 1), ("2", "2000", "merge", "B", "A", 1)], ["circle"]),
    ],
)
def test_each_fault_is_told(ledger_of, rows, expected):
    found = check_ledger(ledger_of(GOOD, *rows), strict=False)
    told = sorted(fault.key.removeprefix("harmonise.ledger_") for fault in found.faults)
    assert set(expected) <= set(told)
    assert "0" in found.ledger["event_id"].tolist()
    assert set(found.refused["event_id"]) <= {"1", "2"}
    assert len(found.refused) > 0
    for language in ("zh", "en"):
        with using(language):
            assert all(str(fault) for fault in found.faults)


def test_a_sound_ledger_has_no_fault(ledger_of):
    ledger = ledger_of(
        GOOD,
        ("1", "2000-05", "split", "A", "A", 0.5),
        ("1", "2000-05", "split", "A", "B", 0.5),
        ("2", "2001", "merge", "B", "A", 1),
        ("3", "2002", "creation", None, "B", None),
        ("4", "2003", "abolition", "B", None, None),
        ("5", "2004", "transfer", "A", "Z", 0.1),
    )
    assert check_ledger(ledger).faults == ()
    assert len(check_ledger(ledger).ledger) == len(ledger)


def test_a_unit_may_be_made_again_after_its_end(ledger_of):
    ledger = ledger_of(("1", "2000", "merge", "A", "B", 1), ("2", "2005", "rename", "C", "A", 1))
    assert check_ledger(ledger).faults == ()


def test_the_example_in_the_package_holds():
    lines = [line.strip() for line in ledger_package.__doc__.splitlines() if line.count(",") == 11]
    example = pd.read_csv(io.StringIO("\n".join(lines)), dtype=dict.fromkeys(TEXTS, str))
    assert len(example) == 4
    assert check_ledger(example).faults == ()
    found = crosswalk(example, ["110", "120", "130"], 2000, 2011)
    assert found["share"].tolist() == [1, 1, 0.7, 0.3]


def test_unknown_codes(ledger_of):
    ledger = ledger_of(("1", "2000", "merge", "A", "B", 1), ("2", "2001", "merge", "Q", "B", 1))
    assert keys(ledger, units_by_epoch={1999: ["A", "B"]}) == ["unknown_unit"]


def test_all_faults_are_raised_at_once(ledger_of):
    ledger = ledger_of(("1", "x", "merge", "A", "B", 1), ("2", "2000", "y", "A", "B", 1))
    with pytest.raises(Faults) as caught:
        check_ledger(ledger)
    assert len(caught.value.faults) == 2


def test_a_column_that_is_not_there(ledger_of):
    with pytest.raises(CityebbError) as caught:
        check_ledger(ledger_of(GOOD).drop(columns="date"))
    assert caught.value.key == "model.column_missing"
