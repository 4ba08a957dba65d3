"""The check at the door finds everything at once, and the declared tables hold together."""

from __future__ import annotations

import pandas as pd
import pytest

from cityebb.model import (
    PANEL,
    TABLES,
    CityebbError,
    Column,
    Faults,
    Note,
    Table,
    city_ids,
    file_record,
    fingerprint,
    gather,
    size_class,
)

TABLE = Table(
    "people",
    (
        Column("place", "text"),
        Column("year", "integer", "year", 1000, 3000),
        Column("value", "number", "persons", 0, null=True),
        Column("good", "flag"),
    ),
    key=("place", "year"),
)
GOOD = pd.DataFrame({"place": ["a", "b"], "year": [2000, 2000], "value": [1.0, None], "good": [True, False]})


def test_a_good_table_passes_as_it_is() -> None:
    assert TABLE.check(GOOD) is GOOD


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"place": ["a", None]}, "model.value_missing"),
        ({"place": ["a", 3]}, "model.kind_wrong"),
        ({"year": [2000.5, 2001.0]}, "model.kind_wrong"),
        ({"year": [2000, 5]}, "model.range_wrong"),
        ({"value": [-1.0, 2.0]}, "model.range_wrong"),
        ({"good": [1, 0]}, "model.kind_wrong"),
        ({"place": ["a", "a"]}, "model.rows_twice"),
    ],
)
def test_each_fault_is_found(change: dict, key: str) -> None:
    with pytest.raises(CityebbError) as told:
        TABLE.check(GOOD.assign(**change))
    assert told.value.key == key


def test_all_faults_are_told_together(english: None) -> None:
    bad = GOOD.drop(columns="good").assign(year=[1, 2], value=[-1.0, -2.0])
    with pytest.raises(Faults) as told:
        TABLE.check(bad)
    assert len(told.value.faults) == 3
    assert len(str(told.value).splitlines()) == 3


def test_gather_raises_a_single_fault_as_itself() -> None:
    with pytest.raises(CityebbError) as told, gather() as fault:
        fault(CityebbError("model.column_missing", table="t", column="c"))
    assert not isinstance(told.value, Faults)


def test_gather_opens_faults_up() -> None:
    one = CityebbError("model.column_missing", table="t", column="c")
    with pytest.raises(Faults) as told, gather() as fault:  # noqa: PT012 - what is gathered is the point
        fault(Faults([one, one]))
        fault(one)
    assert told.value.faults == [one, one, one]


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_an_empty_table_passes_its_own_check(table: Table) -> None:
    assert list(table.check(table.empty()).columns) == table.names


def test_a_column_named_twice_is_a_slip_of_ours() -> None:
    with pytest.raises(ValueError, match="twice"):
        Table("t", (Column("a", "text"), Column("a", "text")), key=("a",))


def test_missing_is_not_zero_in_the_panel() -> None:
    row = {
        "city_id": ["a"],
        "year": [2000],
        "indicator": ["light_sum"],
        "source": ["lights"],
        "value": [float("nan")],
        "sd": [float("nan")],
        "coverage": [0.0],
        "unit": ["DN·km²"],
        "concept": ["radiance"],
        "grade": ["satellite"],
    }
    assert PANEL.check(pd.DataFrame(row))["value"].isna().all()


def test_a_note_survives_json_and_speaks_both_languages() -> None:
    note = Note("model.faults", {"count": 3}, "warning", "lights")
    assert Note.from_json(note.to_json()) == note
    assert note.room == "model"
    assert (note.text("en"), note.text("zh")) == ("3 faults", "3 处错误")


def test_cities_south_and_west() -> None:
    import numpy as np

    assert city_ids("d", np.array([-70.5]), np.array([-33.25])) == ["d_S33.2500W070.5000"]


def test_size_classes_begin_at_their_bound() -> None:
    assert size_class([5, 10, 20, 50, 200, 0]) == ["5-10", "10-20", "20-50", "50-200", "200+", "<5"]


def test_fingerprints(tmp_path) -> None:
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})
    path = tmp_path / "x.bin"
    path.write_bytes(b"abc")
    assert file_record(path) == {
        "file": "x.bin",
        "bytes": 3,
        "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    }
