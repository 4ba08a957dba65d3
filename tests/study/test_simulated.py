"""What is no change makes no shrinking city: studies of simulated countries whose truth is known.

Each trap is also shown to mislead where it is not heeded, so that these tests can fail.
"""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cityebb.model import CityebbError, Faults
from cityebb.simulate import Clouds, Course, Joint, Lamps, Recipe, Transfers, with_every_trap
from cityebb.study import check_study, execute, load_recipe, recipe_text, write_country

STILL = (Course("stable", 1.0, (0.0, 0.0)),)
# Nothing changes here but what an instrument or an office does.
CALM = Recipe(
    shape=(150, 180),
    cities=12,
    specks=10,
    courses=STILL,
    city_noise=tuple((name, 0.015) for name, _ in Recipe().city_noise),
    cell_noise=0.05,
    lost_year=2020,
    lost_share=0.3,
    clouds=Clouds((2021,), 0.3),
    lamps=Lamps(2018, share=0.5, gain=0.7),
    transfers=Transfers(2018, share=0.25, part=0.3, merged=0.1),
)
NO_LEDGER = (('[harmonise]\nledger = "changes"\n', ""), ('[read.changes]\nledger = "ledger.csv"\n', ""))
BRIEF = 'formats = ["parquet"]\n'


@pytest.fixture(scope="module")
def calm(tmp_path_factory):
    folder = tmp_path_factory.mktemp("calm") / "country"
    write_country(CALM, folder)
    return folder


@pytest.fixture(scope="module")
def run():
    """Run a study of a country with some of its words changed, once; return the results."""
    found = {}

    def brief(_results, folder, language, **_):
        path = folder / f"report.{language}.html"
        path.write_text("<html></html>", "utf-8")
        return path

    def run(folder, name, *changes):
        if (folder, name, changes) not in found:
            text = (folder / f"{name}.toml").read_text("utf-8")
            for old, new in changes:
                assert old in text
                text = text.replace(old, new)
            text += BRIEF if "[publish]" in text else f"\n[publish]\n{BRIEF}"
            path = folder / f"{name}_{len(found)}.toml"
            path.write_text(text, "utf-8")
            found[folder, name, changes] = next(iter(execute(path).results.values()))
        return found[folder, name, changes]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cityebb.publish.write_report", brief, raising=False)
        yield run


def called(results, state="shrinking"):
    verdicts = results.verdicts.set_index("city_id")
    return set(verdicts.index[verdicts["state"] == state])


def test_lamps_gaps_and_lost_years_make_no_shrinking_city(calm, run):
    found = run(calm, "study")
    assert called(found) == set()
    lamps = found.verdicts["reason"] == "identify.reason.lamps"
    assert lamps.sum() >= 3
    assert (found.verdicts.loc[lamps, "state"] == "undetermined").all()
    touched = found.by_rule["city_id"].isin(found.verdicts.loc[lamps, "city_id"])
    assert not (found.by_rule.loc[touched, "state"] == "shrinking").any()
    assert found.comparison["left_out"] == {2020: "lit_cells_missing"}
    (told,) = (note.to_json()["values"] for note in found.notes if note.key == "study.note.lamps")
    assert told["rows"] == 6
    assert told["withheld"] == lamps.sum()
    # The lamps of the other cities are old, and what is stable there is found stable.
    assert called(found, "stable")


def test_undeclared_lamps_would_mislead(calm, run):
    assert len(called(run(calm, "study", ('lamps = "lamps.csv"\n', "")))) >= 3


def test_a_lost_year_that_is_kept_would_mislead(calm, run):
    kept = "[harmonise]\nkeep_years = [2020]\n\n[delineate.lit]"
    years = ("start = 2013\nend = 2022", "start = 2019\nend = 2020")
    assert len(called(run(calm, "study", ("[delineate.lit]", kept), years))) >= 3


def test_clouds_taken_for_darkness_would_mislead(calm, run):
    dark = run(calm, "study", ("end = 2022\n", "end = 2022\nmin_coverage = 0.01\n"))
    assert (dark.verdicts["change"] - run(calm, "study").verdicts["change"]).min() < -0.1


def test_boundaries_that_move_make_no_shrinking_unit(calm, run):
    found = run(calm, "units")
    assert called(found) == set()
    assert found.verdicts["change"].abs().max() < 1e-3
    shares = run(calm, "units", ('ledger = "changes"\n', 'ledger = "changes"\nboundaries = "vintage"\n'))
    assert len(shares.verdicts) > len(found.verdicts)
    assert called(shares) == set()
    assert shares.verdicts["change"].abs().max() < 1e-3


def test_without_the_ledger_boundaries_would_mislead(calm, run):
    misled = run(calm, "units", *NO_LEDGER)
    truth = pd.read_csv(calm / "truth_units.csv").set_index("unit_id")
    gave = set(truth.index[truth["event"] == "gave"])
    assert gave
    assert called(misled) == gave


def test_the_units_of_the_page_of_simulation(tmp_path, run):
    folder = tmp_path / "country"
    write_country(with_every_trap(Recipe()), folder)
    truth = pd.read_csv(folder / "truth_units.csv").set_index("unit_id")
    found = run(folder, "units").verdicts.set_index("city_id")
    np.testing.assert_allclose(found["change"], truth.loc[found.index, "group_change"], atol=1e-4)
    assert (len(found), (found["state"] == "shrinking").sum()) == (48, 13)
    assert (truth.loc[found.index[found["state"] == "shrinking"], "group_change"] < -0.0135).all()
    misled = run(folder, "units", *NO_LEDGER).verdicts.set_index("city_id")
    shrinking = truth.loc[misled.index[misled["state"] == "shrinking"]]
    assert (len(misled), len(shrinking)) == (60, 20)
    wrong = shrinking[shrinking["change"] > -0.0135]
    assert wrong["event"].tolist() == ["gave"] * 8


def test_a_recipe_survives_its_file(tmp_path):
    path = tmp_path / "recipe.toml"
    for recipe in (
        CALM,
        Recipe(),
        replace(CALM, step=None, city_noise=None, lost_year=None, unit='a\\ "b"\n'),
    ):
        path.write_text(recipe_text(recipe), "utf-8")
        assert load_recipe(path) == recipe


def test_all_faults_of_a_recipe_are_told_at_once(tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text(
        'seeed = 1\ncities = "many"\n[lamps]\nshare = nan\n[[courses]]\nname = 1\nlamp = 2\n', "utf-8"
    )
    with pytest.raises(Faults) as told:
        load_recipe(path)
    found = {(fault.key, fault.values["section"], fault.values["key"]) for fault in told.value.faults}  # noqa: PD011 - no frame
    assert found == {
        ("study.unknown_key_near", "recipe.toml", "seeed"),
        ("study.wrong_type", "recipe.toml", "cities"),
        ("study.key_missing", "lamps", "year"),
        ("study.wrong_type", "lamps", "share"),
        ("study.wrong_type", "courses", "name"),
        ("study.key_missing", "courses", "share"),
        ("study.key_missing", "courses", "yearly"),
        ("study.unknown_key", "courses", "lamp"),
    }
    path.write_text("years = [2014, 2013]\n[transfers]\nyear = 2020\nshare = 0.6\n", "utf-8")
    with pytest.raises(Faults) as told:
        load_recipe(path)
    keys = {fault.key for fault in told.value.faults}
    assert keys == {"simulate.years_not_rising", "simulate.year_unknown", "simulate.shares_wrong"}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("cities = [", "study.recipe.toml_syntax"),
        ("cities = 1\ncities = 2", "study.recipe.toml_twice"),
        ("lamps = 3", "study.not_a_plain_table"),
        ("courses = [1]", "study.not_a_plain_table"),
        ("cities = false", "study.wrong_type"),
    ],
)
def test_a_recipe_that_is_none(tmp_path, text, key):
    path = tmp_path / "recipe.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(CityebbError) as told:
        load_recipe(path)
    faults = told.value.faults if isinstance(told.value, Faults) else [told.value]
    assert [fault.key for fault in faults] == [key]
    with pytest.raises(CityebbError) as told:
        load_recipe(tmp_path / "nowhere.toml")
    assert told.value.key == "study.recipe.not_found"


SMALL = replace(CALM, shape=(100, 100), cities=4, specks=0, transfers=None, lamps=None)


def test_a_folder_is_filled_whole_and_only_if_it_is_ours(tmp_path):
    folder = tmp_path / "country"
    first = write_country(replace(SMALL, lamps=Lamps(2018, 0.5)), folder)
    assert (folder / "lamps.csv").exists()
    (folder / "study_results").mkdir()
    again = write_country(SMALL, folder)
    assert not (folder / "lamps.csv").exists()
    assert (folder / "study_results").exists()
    assert set(first.files) - set(again.files) == {"lamps.csv"}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there == {*again.files, "simulated.json"}
    assert [path.name for path in tmp_path.iterdir()] == ["country"]

    other = tmp_path / "mine"
    other.mkdir()
    (other / "study.toml").write_text("mine", "utf-8")
    with pytest.raises(CityebbError) as told:
        write_country(SMALL, other)
    assert told.value.key == "study.simulated.not_ours"
    assert (other / "study.toml").read_text("utf-8") == "mine"


def test_what_stops_halfway_leaves_nothing(tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("cityebb.study.simulated._readme", stop)
    with pytest.raises(KeyboardInterrupt):
        write_country(SMALL, tmp_path / "country")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "country/.simulated.partial").mkdir(parents=True)  # as after a power cut
    monkeypatch.undo()
    assert write_country(SMALL, tmp_path / "country").towns == 4
    assert not (tmp_path / "country/.simulated.partial").exists()


def test_a_mark_that_names_files_elsewhere_removes_none(tmp_path):
    precious = tmp_path / "precious.txt"
    precious.write_text("kept", "utf-8")
    folder = tmp_path / "country"
    folder.mkdir()
    mark = {"cityebb_simulated": 1, "files": ["../precious.txt", str(precious)]}
    (folder / "simulated.json").write_text(json.dumps(mark), "utf-8")
    write_country(SMALL, folder)
    assert precious.read_text("utf-8") == "kept"


@pytest.mark.parametrize(
    "changes",
    [
        {"step": None, "unit": 'nW "r"\\'},
        {"joint": Joint(2016, 1.4, declared=True), "lost_year": None},
        {"joint": Joint(2016, 1.4)},
        {"years": (2013, 2016), "lost_year": None, "clouds": None},
        {"transfers": Transfers(2018, share=0.0, merged=0.0), "census": (2013, 2018, 2022)},
    ],
    ids=["float", "declared joint", "joint", "two years", "no event"],
)
def test_every_kind_of_country_has_studies_that_are_accepted(tmp_path, changes):
    written = write_country(replace(SMALL, **changes), tmp_path / "country")
    for study in written.studies:
        plan = check_study(study)
        assert plan.opened.files
    stack = check_study(written.studies[0]).opened.stacks["lights"]
    assert stack.unit == changes.get("unit", "DN")
    joint = changes.get("joint")
    assert stack.joints == ((joint.year,) if joint and joint.declared else ())
