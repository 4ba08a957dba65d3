"""Simulated towns are named, each differently, and never after a real place."""

from __future__ import annotations

import importlib.resources

import pyarrow.parquet as pq

from cityebb.simulate.names import COUNT, town_names


def test_every_name_is_its_own_in_both_languages():
    chinese, english = town_names(list(range(2 * COUNT)))
    assert len(set(chinese)) == len(set(english)) == 2 * COUNT


def test_names_follow_one_another_syllable_by_syllable():
    (first, again), (first_en, again_en) = town_names([0, COUNT])
    assert again == first + "2号"
    assert again_en == first_en + " 2"
    assert len(first) == 3


def test_no_simulated_town_bears_a_real_name():
    table = importlib.resources.files("cityebb.delineate") / "data" / "names.parquet"
    with importlib.resources.as_file(table) as path:
        columns = [name for name in pq.read_schema(path).names if name.endswith(("_zh", "_en"))]
        real = pq.read_table(path, columns=columns)
    known = {str(name).casefold() for column in real.columns for name in column.unique().to_pylist() if name}
    assert "shanghai" in known
    assert "鹤岗" in known
    for names in town_names(list(range(COUNT))):
        assert not {name.casefold() for name in names} & known
