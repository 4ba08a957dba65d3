"""The grid of specifications: every combination, the study itself among them, each city matched."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityebb.delineate import DelineateParameters
from cityebb.identify import IdentifyParameters
from cityebb.model import DIMENSIONS, EFFECTS, ROBUSTNESS, SENSITIVITY, CityebbError
from cityebb.study import check_study, execute
from cityebb.study.specifications.answers import agreeing
from cityebb.study.specifications.grid import Levels, line_levels, make_grid, ordered, thinned
from cityebb.study.specifications.patches import Patches, answering, scaled

from .conftest import STUDY, YEARS, write_raster, write_study

COUNTS = ("cities", "shrinking", "growing", "stable", "undetermined", "plain_down", "plain_up")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return execute(write_study(tmp_path_factory.mktemp("towns"))).main


def test_every_combination_is_there_once(results):
    table = SENSITIVITY.check(results.sensitivity)
    levels = {name: table[column].nunique() for name, column in DIMENSIONS.items()}
    assert levels["epoch"] == 4
    assert levels["connectivity"] == 2
    assert levels["floor"] == 3
    assert levels["min_area"] == 2
    assert levels["end"] == len(YEARS) - 1
    assert levels["threshold"] == 4
    assert len(table) == np.prod(list(levels.values())) == 4 * 2 * 3 * 2 * 7 * 4
    assert not table.duplicated(list(DIMENSIONS.values())).any()


def test_the_default_is_the_study_itself(results):
    row = results.sensitivity[results.sensitivity["is_default"]]
    total = results.summary[results.summary["by"] == "total"].iloc[0]
    assert len(row) == 1
    assert row[list(COUNTS)].iloc[0].to_dict() == total[list(COUNTS)].to_dict()
    assert row["start"].iloc[0] == "2013–2015"
    assert row["specification"].iloc[0] == results.verdicts["specification"].iloc[0]


def test_counts_of_a_specification_add_up(results):
    table = results.sensitivity
    states = table[["shrinking", "growing", "stable", "undetermined"]].sum(axis=1)
    assert (states == table["cities"]).all()


def test_what_varies_is_said(results):
    table = results.sensitivity
    assert (table["varies"] == "default").sum() == 1
    single = table[~table["varies"].isin(["default", "several"])]
    assert single["varies"].value_counts().to_dict() == {
        "epoch": 3,
        "floor": 2,
        "connectivity": 1,
        "min_area": 1,
        "end": 6,
        "threshold": 3,
    }


def test_each_city_is_judged_in_all_of_them(results):
    table = ROBUSTNESS.check(results.robustness)
    assert table["city_id"].tolist() == results.cities.index.tolist()
    said = table[["shrinking", "growing", "stable", "undetermined", "no_city"]].sum(axis=1)
    assert (said == table["specifications"]).all()
    assert (table["specifications"] == len(results.sensitivity)).all()
    state = results.verdicts.set_index("city_id")["state"]
    falls = table[state.reindex(table["city_id"]).to_numpy() == "shrinking"].iloc[0]
    assert falls["shrinking"] > falls["growing"] == 0
    assert falls["flipped_by"] == "end"  # a fall of some per cent a year takes its time


def test_effects_are_those_of_the_table(results):
    found = EFFECTS.check(results.effects)
    table = results.sensitivity
    union = found[(found["dimension"] == "epoch") & (found["level"] == "union")].iloc[0]
    assert union["mean_shrinking"] == pytest.approx(table.loc[table["epoch"] == "union", "shrinking"].mean())
    by = found.drop_duplicates("dimension")["explains_count"]
    assert 0 < by.sum() <= 1 + 1e-9


@pytest.mark.usefixtures("quick")
def test_the_declared_levels_are_those_tried(study):
    asked = """
[identify.light.specifications]
epoch = ["union", "final"]
floor = [2]
connectivity = [8]
min_area_km2 = []
end = [2016, 2018]
threshold = [-0.1, -0.3]
"""
    study.write_text(STUDY.replace("\n[publish]", f"{asked}\n[publish]"), "utf-8")
    table = execute(study).main.sensitivity
    assert len(table) == 2 * 2 * 3 * 2
    assert sorted(table["last_year"].unique()) == [2016, 2018, 2020]
    assert sorted(table["threshold"].unique()) == [-0.3, -0.1]
    assert set(table["at_least"]) == {"lights ≥ 5 DN", "lights ≥ 10 DN"}


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("grid", "count"), [("cross", 17), ("none", 0)])
def test_one_choice_at_a_time_or_none(study, grid, count):
    asked = f'\n[identify.light.specifications]\ngrid = "{grid}"\n'
    study.write_text(STUDY.replace("\n[publish]", f"{asked}\n[publish]"), "utf-8")
    results = execute(study).main
    assert len(results.sensitivity) == count
    assert "several" not in set(results.sensitivity["varies"])
    assert len(results.robustness) == (len(results.cities) if count else 0)


@pytest.mark.usefixtures("quick")
def test_too_many_cells_are_told(study, monkeypatch):
    monkeypatch.setattr("cityebb.study.specifications.physical.MOST_CELLS", 10)
    results = execute(study).main
    assert len(results.sensitivity) == 17
    assert "study.note.specifications_cut" in {note.key for note in results.notes}


def test_an_end_beyond_the_data_is_refused(study):
    asked = "\n[identify.light.specifications]\nend = [2031]\n"
    study.write_text(STUDY.replace("\n[publish]", f"{asked}\n[publish]"), "utf-8")
    with pytest.raises(CityebbError, match="2031") as raised:
        check_study(study)
    assert raised.value.key == "study.year_not_there"


@pytest.mark.usefixtures("quick")
def test_other_definitions_at_hand_are_tried(tmp_path):
    path = write_study(tmp_path)
    people = np.zeros((20, 20), np.float32)
    people[2:7, 2:7] = 900
    for year in YEARS:
        write_raster(tmp_path / f"people_{year}.tif", people)
    more = '[read.people]\nfiles = "people_{year}.tif"\nindicator = "people"\n'
    asked = "[identify.light.specifications]\nepoch = []\nfloor = []\nconnectivity = []\nmin_area_km2 = []\n"
    text = STUDY.replace(
        "[identify.light]", "[delineate.dense]\nwhere = { people = 300 }\n\n[identify.light]"
    )
    text = text.replace('cities = "lit"\n', 'cities = "lit"\n').replace(
        "\n[publish]", f"\n{asked}\n[publish]"
    )
    path.write_text(f"{text}\n{more}", "utf-8")
    results = execute(path).results["light"]
    table = results.sensitivity[results.sensitivity["line"] == "-0.1"].set_index(["definition", "last_year"])
    assert table.loc[("lit", 2020), "cities"] == 3
    assert table.loc[("dense", 2020), "cities"] == 1
    # Only the town with people has an answer there.
    assert sorted(results.robustness["no_city"]) == [
        0,
        len(results.sensitivity) // 2,
        len(results.sensitivity) // 2,
    ]


@pytest.mark.usefixtures("quick")
def test_a_run_that_was_killed_goes_on_after_the_last_delineation(study, monkeypatch):
    from cityebb.study.specifications import physical

    whole, calls = physical.find_patches, []

    def fail_at_the_fifth(*given, **told):
        calls.append(1)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return whole(*given, **told)

    monkeypatch.setattr(physical, "find_patches", fail_at_the_fifth)
    with pytest.raises(KeyboardInterrupt):
        execute(study)
    monkeypatch.setattr(physical, "find_patches", whole)
    again = execute(study)
    assert sum(name.startswith("patches-") for name in again.log.reused) == 4
    assert sum(name.startswith("patches-") for name in again.log.ran) == 20


# Levels.


@pytest.mark.parametrize(
    ("floor", "step", "factor", "expected"),
    [
        (2, 1, 0.5, 1),
        (1, 1, 0.5, 1),
        (3, 1, 0.5, 2),
        (2, 1, 2, 4),
        (2.5, None, 0.5, 1.25),
        (300, None, 2, 600),
    ],
)
def test_a_floor_is_a_whole_number_of_steps(floor, step, factor, expected):
    rule = DelineateParameters(where={"a": floor})
    assert scaled(rule, factor, {"a": step}).where == {"a": expected}


def test_two_thresholds_of_the_study_are_one_level():
    rule = IdentifyParameters(cities="a", source="b", threshold=-0.2, plain_threshold=-0.1)
    levels, lines = line_levels(rule, "light")
    assert levels.levels[levels.own] == "own"
    assert (lines["own"].threshold, lines["own"].plain) == (-0.2, -0.1)
    assert (lines["-0.2"].threshold, lines["-0.2"].plain) == (-0.2, -0.2)


def test_years_are_thinned_to_the_number_asked():
    found = thinned(range(1950, 2020), 1987)
    assert len(found) == 10
    assert {1950, 1987, 2019} <= set(found)


@given(st.permutations(["baseline", "final", "union"]), st.permutations([2014, 2015, 2016]))
def test_the_order_of_levels_changes_nothing(epochs, ends):
    levels = {"epoch": ordered("union", epochs), "end": ordered(2015, ends)}
    grid = make_grid(levels, full=True)
    pairs = list(zip(grid.of("epoch"), grid.of("end"), grid.varies(), strict=True))
    expected = make_grid(
        {"epoch": ordered("union", ("baseline", "final")), "end": ordered(2015, (2014, 2016))}, full=True
    )
    assert pairs == list(zip(expected.of("epoch"), expected.of("end"), expected.varies(), strict=True))
    assert pairs[grid.own] == ("union", 2015, "default")


@given(st.lists(st.integers(1, 4), min_size=1, max_size=5))
def test_the_cross_is_part_of_the_full_grid(sizes):
    names = list(DIMENSIONS)[: len(sizes)]
    levels = {name: Levels(tuple(range(size)), size - 1) for name, size in zip(names, sizes, strict=True)}
    full, cross = (make_grid(levels, full=each) for each in (True, False))
    assert len(full) == np.prod(sizes)
    assert len(cross) == 1 + sum(size - 1 for size in sizes)
    assert {tuple(row) for row in cross.places} <= {tuple(row) for row in full.places}
    assert full.varies().count("default") == 1


# Matching.


def patches(pairs):
    own, patch, light = (np.array(column) for column in zip(*pairs, strict=True))
    count = int(patch.max()) + 1
    blank = np.zeros((1, count, 0))
    return Patches(
        np.ones(count),
        np.ones(count, np.int64),
        blank,
        blank,
        blank,
        own,
        patch,
        light.astype(float),
        np.ones(len(pairs)),
    )


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 5), st.integers(0, 5)), st.integers(0, 9), min_size=1, max_size=20
    )
)
def test_no_patch_answers_twice_and_each_for_the_city_it_shares_most_with(shared):
    found = patches([(own, patch, light) for (own, patch), light in sorted(shared.items())])
    answer = answering(found, np.ones(found.area_km2.size, bool), 6)
    given_answers = answer[answer >= 0]
    assert len(set(given_answers.tolist())) == len(given_answers)
    for city, patch in enumerate(answer.tolist()):
        if patch >= 0:
            best = max(light for (_, other), light in shared.items() if other == patch)
            assert shared[city, patch] == best


def test_a_patch_too_small_answers_for_nobody():
    found = patches([(0, 0, 5), (0, 1, 3)])
    assert answering(found, np.array([True, True]), 1).tolist() == [0]
    assert answering(found, np.array([False, True]), 1).tolist() == [1]
    assert answering(found, np.array([False, False]), 1).tolist() == [-1]


def test_what_two_calibrations_say_stands():
    states = np.array([[1, 1, 1, 0, 3], [1, 2, 2, 1, 3], [3, 2, 3, 0, 1], [0, 1, 1, 0, 0]], np.int8)
    plain = np.array([[0, 0, 0, 2, 0], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1]], np.int8)
    state, told = agreeing(states, plain)
    # 1 and 1; a draw of two and two; 1 and 1; only one decides; 3 and 3.
    assert state.tolist() == [1, 0, 1, 0, 3]
    assert told.tolist() == [0, 0, 0, 2, 0]


# A grid that goes round the earth.


@pytest.mark.usefixtures("quick")
def test_where_the_grid_begins_changes_nothing(tmp_path):
    from rasterio.transform import from_origin

    told = []
    for name, shift in (("one", 0), ("other", 180)):
        folder = tmp_path / name
        path = write_study(folder)
        for year in YEARS:
            noise = np.random.default_rng(year)
            values = np.zeros((20, 360), np.float32)
            values[2:7, 178:182] = 40 * np.exp(-0.09 * (year - YEARS[0])) * noise.normal(1, 0.02, (5, 4))
            values[12:15, 40:44] = 30 * noise.normal(1, 0.02, (3, 4))
            values = np.roll(values, -shift, axis=1)
            write_raster(folder / f"lights_{year}.tif", values, transform=from_origin(-180 + shift, 10, 1, 1))
        results = execute(path).main
        columns = [*COUNTS, "specification", "varies"]
        told.append((results.sensitivity[columns], results.robustness.drop(columns="city_id")))
    pd.testing.assert_frame_equal(told[0][0], told[1][0])
    order = ["shrinking", "no_city", "undetermined"]
    one, other = (table.sort_values(order, ignore_index=True) for _, table in told)
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.usefixtures("quick")
def test_declared_lamps_are_heeded_in_every_specification(study):
    (study.parent / "lamps.csv").write_text("lon,lat,first,last\n130.045,47.355,2017,2017\n", "utf-8")
    study.write_text(STUDY.replace('unit = "DN"', 'unit = "DN"\nlamps = "lamps.csv"'), "utf-8")
    results = execute(study).main
    held = results.verdicts[results.verdicts["reason"] == "identify.reason.lamps"]
    assert len(held) == 1
    row = results.sensitivity[results.sensitivity["is_default"]].iloc[0]
    total = results.summary[results.summary["by"] == "total"].iloc[0]
    assert row[list(COUNTS)].to_dict() == total[list(COUNTS)].to_dict()
    robust = results.robustness.set_index("city_id").loc[held["city_id"].iloc[0]]
    before = results.sensitivity["end"].str[-4:].astype(int) < 2017
    assert 0 < robust["shrinking"] <= before.sum()
