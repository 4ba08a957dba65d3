"""The least number that a service shows: what lies below it is missing, and never zero."""

from __future__ import annotations

import pytest

from cityebb.read import TableParameters, read_table
from cityebb.read.tables.floor import BELOW_FLOOR


def table(folder, cells, **told):
    path = folder / "users.csv"
    rows = "\n".join(f"2301{place:02},{cell}" for place, cell in enumerate(cells, 1))
    path.write_text(f"code,residents 2019\n{rows}\n", "utf-8")
    return read_table(path, TableParameters(table="users.csv", grade="phone", **told))


CELLS = ["120", "50", "49", "0", "<50", "*", "50以下", "under 50", "少于 50 人", "", "…"]


def test_what_lies_below_is_missing_and_counted(tmp_path):
    found = table(tmp_path, CELLS, floor=50)
    values = found.counts.set_index("unit_id")["value"]
    assert values.iloc[:2].tolist() == [120.0, 50.0]
    assert len(values) == len(CELLS)
    assert values.iloc[2:].isna().all()
    assert (found.unused["reason"] == BELOW_FLOOR).sum() == 7  # a gap may have any cause
    note = next(note for note in found.notes if note.key == "read.table_floor")
    assert (note.values["count"], note.values["zeros"], note.values["texts"]) == (7, 1, 5)


def test_without_a_floor_a_zero_is_a_zero_and_words_are_no_number(tmp_path):
    found = table(tmp_path, ["120", "0", "<50"])
    assert found.counts["value"].tolist() == [120.0, 0.0]
    assert "read.table_floor" not in {note.key for note in found.notes}


def test_the_floor_is_in_single_people_whatever_the_table_stands_in(tmp_path):
    found = table(tmp_path, ["0.0049", "0.005"], floor=50, factor=10_000)
    assert found.counts["value"].fillna(-1).tolist() == [-1.0, 50.0]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("岗位数（万人）", ("jobs", "workplace")),
        ("就业岗位", ("jobs", "workplace")),
        ("Jobs 2019", ("jobs", "workplace")),
        ("居住人口", ("people", "resident")),
    ],
)
def test_jobs_and_residents_are_told_by_their_headings(heading, kind):
    from cityebb.read.tables.meaning import meaning_of

    found = meaning_of(heading)
    assert (found.role, found.indicator, found.concept) == ("value", *kind)


@pytest.mark.parametrize(
    "heading", ["就业人口", "从业人员", "各种未工作人口总计", "Workers", "employed residents"]
)
def test_the_employed_among_the_residents_are_no_jobs(heading):
    from cityebb.read.tables.meaning import meaning_of

    assert meaning_of(heading).role == "part"
