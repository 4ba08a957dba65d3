"""Every kind of finding has its words in both languages, and names units, never one number alone."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import cityebb.harmonise.audit
from cityebb.harmonise.audit import audit
from cityebb.harmonise.beside import Beside
from cityebb.model import AUDIT
from cityebb.words import say

_KINDS = sorted(
    {
        kind
        for path in Path(cityebb.harmonise.audit.__file__).parent.glob("*.py")
        for kind in re.findall(r'items\(\s*"(\w+)"', path.read_text("utf-8"))
    }
    | {"vanished", "appeared"}
)


def test_all_kinds_are_found():
    assert len(_KINDS) == 20
    assert {"parent_missing", "code_reused", "uncoded_within", "one_date", "doubled"} <= set(_KINDS)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", _KINDS)
def test_every_kind_has_words(kind, language):
    assert say(f"model.finding.{kind}", language)


def table(rows, year, **more):
    frame = pd.DataFrame(
        [(unit, name, value) for unit, name, value in rows], columns=["unit_id", "name", "value"]
    )
    told = {"year": year, "vintage": str(year), "indicator": "people", "concept": "resident"}
    told |= {"grade": "census", "source": "book", "unit": "people", "coverage": 1.0}
    return frame.astype({"value": "float64"}).assign(**(told | more))


# One prefecture with everything wrong; the other is sound but for what vanishes.
_BEFORE = [("230402", "甲区", 10), ("230403", "乙区", 20), ("230404", "丙区", 31), ("230502", "丁区", 7)]
_AFTER = [("230402", "甲区", 10), ("230403", "戊区", 0), ("230405", "己区", 25), ("810000", "香港", 9)]


def test_each_item_names_a_unit_or_says_what_it_is_of():
    counts = pd.concat([table(_BEFORE, 2010), table([("230406", "庚区", 4)], 2015), table(_AFTER, 2020)])
    totals = pd.concat([table([("230400", "市", 61)], 2010), table([("230400", "市", 40)], 2020)])
    beside = Beside(
        others=table([("230402", "甲区", 12)], 2010, source="bulletin"),
        uncoded=table([("230405", "经开区", 5)], 2020),
    )
    found = audit(counts, start=2010, end=2020, totals=totals, nation={2020: 50.0}, beside=beside)
    AUDIT.check(found)
    kinds = set(found["finding"])
    assert kinds == {
        "appeared",
        "name_changed",
        "nation_differs",
        "one_date",
        "outside_the_mainland",
        "publications_differ",
        "uncoded_within",
        "vanished",
        "zero",
    }
    named = found[found["finding"] != "nation_differs"]
    assert named["unit_id"].notna().all()
    assert not found.duplicated(["finding", "unit_id", "year", "related"]).any()
    gap = found[found["finding"] == "nation_differs"].iloc[0]
    assert gap["difference"] == -6.0
    assert gap["related"] == "市 (230400): -5"
    once = found[found["finding"] == "one_date"]
    assert once[["unit_id", "year", "value"]].to_numpy().tolist() == [["230406", "2015", 4.0]]
