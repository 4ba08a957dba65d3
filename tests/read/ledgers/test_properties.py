"""What must not matter to a ledger: order of rows, language, kind of file; written, it is read back."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityebb.model import LEDGER
from cityebb.read import read_ledger
from cityebb.read.ledgers.own import HEADINGS, KINDS

ENGLISH = {name: heading for heading, name in HEADINGS.items()}
WORDS = {kind: word for word, kind in KINDS.items()}
units = st.sampled_from(["230402", "230403", "012", "A-1", "鹤岗"])
shares = st.one_of(st.none(), st.integers(0, 10_000).map(lambda n: n / 10_000))
links = st.fixed_dictionaries(
    {
        "event_id": st.sampled_from(["1", "2", "3"]),
        "date": st.sampled_from(["2010", "2011-08", "2011-08-22"]),
        "kind": st.sampled_from(sorted(KINDS.values())),
        "from_unit": units,
        "from_name": st.one_of(st.none(), st.sampled_from(["甲县", 'B "b", c'])),
        "to_unit": units,
        "to_name": st.none(),
        "share": shares,
        "share_of": st.sampled_from(["people", "area"]),
        "people": st.one_of(st.none(), st.integers(0, 10**7).map(float)),
        "evidence": st.one_of(st.none(), st.just("gazette 12")),
        "confidence": st.sampled_from(["certain", "likely", "guessed"]),
    }
)


def sound(rows):
    """Give each event one date and one kind, and shares that it may have."""
    first = {}
    for row in rows:
        leader = first.setdefault(row["event_id"], row)
        row |= {"date": leader["date"], "kind": leader["kind"]}
        alike = [other for other in rows if other["event_id"] == row["event_id"]]
        given = sum(other["from_unit"] == row["from_unit"] for other in alike)
        row["share"] = row["share"] and row["share"] / given
        if row["kind"] not in ("transfer", "abolition", "creation"):
            row["share"] = 1 / given
    return rows


ledgers = st.lists(
    links,
    min_size=1,
    max_size=8,
    unique_by=lambda link: (link["event_id"], link["from_unit"], link["to_unit"]),
).map(sound)


def read(rows, kind="csv", encoding="utf-8"):
    """Write rows in some kind of file and return the ledger, sorted by its links."""
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"ledger.{kind}"
        if kind == "csv":
            frame.to_csv(path, index=False, encoding=encoding)
        else:
            frame.to_excel(path, index=False, engine="openpyxl")
        found = read_ledger(path)
    assert (found.form, len(found.unused)) == ("cityebb", 0)
    LEDGER.check(found.ledger)
    return found.ledger.sort_values(list(LEDGER.key), ignore_index=True)


@given(ledgers, st.randoms(use_true_random=False))
def test_the_order_of_rows_is_irrelevant(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    pd.testing.assert_frame_equal(read(rows), read(shuffled))


@given(ledgers)
def test_a_ledger_written_is_read_back(rows):
    found = read(rows)
    assert len(found) == len(rows)
    pd.testing.assert_frame_equal(read(found), found)
    by_link = {(row["event_id"], row["from_unit"], row["to_unit"]): row for row in rows}
    for one in found.to_dict("records"):
        told = by_link[one["event_id"], one["from_unit"], one["to_unit"]]
        whole = told["share"] is None and told["kind"] in ("merge", "rename", "upgrade")
        share = 1.0 if whole else told["share"]
        # Older pandas reads the last digit of a float otherwise.
        assert pd.isna(one["share"]) if share is None else one["share"] == pytest.approx(share, rel=1e-12)
        assert (one["date"], one["kind"]) == (told["date"], told["kind"])


@given(ledgers)
def test_chinese_headings_and_kinds_say_the_same(rows):
    chinese = pd.DataFrame(rows).rename(columns=ENGLISH).replace({"类型": WORDS})
    pd.testing.assert_frame_equal(read(rows), read(chinese, encoding="gb18030"))


@pytest.mark.parametrize("kind", ["xlsx"])
@given(rows=ledgers)
def test_a_workbook_says_the_same(kind, rows):
    pd.testing.assert_frame_equal(read(rows), read(rows, kind))
