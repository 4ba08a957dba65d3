"""Events that a check leaves out are listed, each with its reason."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from cityebb.harmonise.ledger import check, check_ledger, left_out
from cityebb.model import LEDGER, UNUSED
from cityebb.words import say


def ledger(*rows):
    names = ("event_id", "date", "kind", "from_unit", "to_unit", "share")
    frame = pd.DataFrame([dict(zip(names, row, strict=True)) for row in rows]).reindex(columns=LEDGER.names)
    frame["people"] = frame["people"].astype("float64")
    return frame.assign(confidence="certain", share_of="people")


SOUND = ("1", "2001", "merge", "A", "B", 1.0)


def test_every_event_left_out_has_its_row():
    whole = ledger(
        SOUND,
        ("2", "2005", "split", "C", "D", 0.5),
        ("2", "2005", "split", "C", "E", 0.4),
        ("3", "2004", "merge", "A", "C", 1.0),  # A ended in 2001
    )
    checked = check_ledger(whole, strict=False)
    found = left_out(whole, checked, file="changes.csv")
    assert found[["file", "row", "text", "reason"]].to_numpy().tolist() == [
        ["changes.csv", 2, "2: 2005 split C → D, C → E", "harmonise.unused.ledger_shares"],
        ["changes.csv", 4, "3: 2004 merge A → C", "harmonise.unused.ledger_ended_twice"],
    ]
    UNUSED.check(found)
    assert set(found["row"]) | {1} | {3} == {1, 2, 3, 4}  # row 3 is of the event of row 2


def test_names_and_units_that_are_none():
    whole = ledger(("1", "2001", "abolition", "A", None, 1.0), ("2", "2002", "abolition", "A", None, 1.0))
    whole["from_name"] = "Old Town"
    checked = check_ledger(whole, strict=False)
    assert left_out(whole, checked, file="x")["text"].tolist() == ["2: 2002 abolition A Old Town → –"]


def test_a_sound_ledger_leaves_nothing_out():
    whole = ledger(SOUND)
    found = left_out(whole, check_ledger(whole, strict=False), file="x")
    assert len(found) == 0
    assert found.columns.tolist() == UNUSED.names


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_fault_has_a_reason_in_words(language):
    text = Path(check.__file__).read_text("utf-8")
    keys = set(re.findall(r'"harmonise\.(ledger_\w+)"', text))
    assert len(keys) >= 14
    for key in keys:
        assert "{" not in say(f"harmonise.unused.{key}", language)
