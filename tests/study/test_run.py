"""A study from its file to its reports: what is made, what is kept, what is redone."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cityebb.model import SENSITIVITY, VERDICTS, CityebbError
from cityebb.study import check_study, execute, run_study
from cityebb.study.cache import Store, locked
from cityebb.study.kept import load_cities, save_cities

from .conftest import STUDY, YEARS, write_raster, write_study

pytestmark = pytest.mark.usefixtures("quick")


def tables(out: Path) -> dict[str, str]:
    """Return the hash of every published table."""
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.suffix in (".parquet", ".csv") and ".stages" not in path.parts
    }


def test_three_towns(study):
    outcome = execute(study)
    results = outcome.main
    assert len(results.cities) == 3
    VERDICTS.check(results.verdicts)
    SENSITIVITY.check(results.sensitivity)
    verdicts = results.verdicts.set_index("city_id")
    north = results.cities[results.cities["lat"] > 47.3]
    falls, grows = north["lon"].idxmin(), north["lon"].idxmax()
    assert verdicts.loc[falls, "state"] == "shrinking"
    assert verdicts.loc[grows, "state"] == "growing"
    assert verdicts.loc[falls, "change"] < -0.2
    assert results.comparison["years"] == list(YEARS)
    assert results.comparison["start"] == [2013, 2014, 2015]
    out = study.parent / "towns_results"
    assert {path.name for path in out.iterdir() if path.is_file()} == {
        "manifest.json",
        "report.en.html",
        "report.zh.html",
    }
    assert {
        "delineate/lit/cities.parquet",
        "measure/lit/panel.csv",
        "identify/light/verdicts.parquet",
    } <= set(tables(out))
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert [record["file"] for record in manifest["inputs"]] == [f"lights_{year}.tif" for year in YEARS]
    assert manifest["versions"]["cityebb"]
    assert manifest["parameters"]["delineate"]["lit"]["connectivity"] == 8
    assert not list(out.rglob("*.partial"))


def test_a_second_run_does_nothing(study):
    first = execute(study)
    stamps = {path: path.stat().st_mtime_ns for path in first.out.rglob("*.*") if path.is_file()}
    second = execute(study)
    assert second.log.ran == []
    # Delineations are asked for only where the specifications are answered anew.
    asked = {name for name in first.log.ran if not name.startswith(("patches-", "specifications-"))}
    assert set(second.log.reused) == asked
    changed = {path.name for path, stamp in stamps.items() if path.stat().st_mtime_ns != stamp}
    assert changed <= {"inputs.json"}
    pd.testing.assert_frame_equal(first.main.verdicts, second.main.verdicts)


def test_only_what_rests_on_a_change_is_redone(study):
    execute(study)
    study.write_text(STUDY.replace('source = "lights"', 'source = "lights"\nalpha = 0.01'), "utf-8")
    outcome = execute(study)
    of_specifications = [
        f"{name}-light" for name in ("specifications", "sensitivity", "robustness", "effects")
    ]
    watched = ["watch-light", "ranking-light"]
    assert outcome.log.ran == ["identify-light", "summary-light", *of_specifications, *watched, "publish"]
    study.write_text(STUDY.replace("lights = 5", "lights = 6"), "utf-8")
    assert "delineate-lit" in execute(study).log.ran
    # A change taken back finds what was kept.
    study.write_text(STUDY, "utf-8")
    assert execute(study).log.ran == ["publish"]


def test_another_input_is_another_run(study):
    first = execute(study)
    other = np.zeros((20, 20), np.float32)
    other[2:7, 2:7] = 50
    write_raster(study.parent / "lights_2020.tif", other)
    second = execute(study)
    assert "scan" in second.log.ran
    assert not second.main.panel.equals(first.main.panel)


def test_a_touched_input_is_not(study):
    execute(study)
    (study.parent / "lights_2013.tif").touch()
    assert execute(study).log.ran == []


def test_force_makes_everything_again(study):
    first = execute(study)
    again = execute(study, force=True)
    assert set(again.log.ran) == set(first.log.ran)


def test_a_deleted_report_is_written_again(study):
    out = execute(study).out
    (out / "report.zh.html").unlink()
    assert execute(study).log.ran == ["publish"]
    assert (out / "report.zh.html").is_file()


def test_a_damaged_stage_is_made_again(study):
    first = execute(study)
    whole = tables(first.out)
    for stage in ("scan", "delineate"):
        for path in first.out.glob(f".stages/{stage}-*/*"):
            path.write_bytes(b"nothing")
    second = execute(study)
    assert {"scan", "delineate-lit"} <= set(second.log.ran)
    assert tables(second.out) == whole


def test_reports_no_longer_wanted_go(study):
    out = execute(study).out
    study.write_text(
        STUDY.replace('formats = ["parquet", "csv"]', 'formats = ["csv"]\nlanguages = ["zh"]'), "utf-8"
    )
    mine = out / "report.mine.html"
    mine.write_text("mine", "utf-8")
    execute(study)
    assert not (out / "report.en.html").exists()
    assert not list((out / "identify").rglob("*.parquet"))
    assert mine.exists()


def test_run_study_returns_the_first_comparison(study, tmp_path):
    results = run_study(study, out=tmp_path / "elsewhere")
    assert results.comparison["name"] == "light"
    assert (tmp_path / "elsewhere" / "report.zh.html").is_file()


def test_two_comparisons(study):
    study.write_text(
        STUDY + '\n[identify.short]\ncities = "lit"\nsource = "lights"\nstart = 2013\nend = 2016\n', "utf-8"
    )
    outcome = execute(study)
    assert list(outcome.results) == ["light", "short"]
    assert outcome.results["short"].comparison["end"] == [2016]
    assert (outcome.out / "report.zh.html").is_file()
    assert (outcome.out / "report.short.zh.html").is_file()
    assert (outcome.out / "identify" / "short" / "verdicts.csv").is_file()


def test_a_study_without_identify(study):
    study.write_text(STUDY.partition("[identify.light]")[0], "utf-8")
    assert list(execute(study).results) == ["lit"]


def test_no_city(study):
    study.write_text(STUDY.replace("lights = 5", "lights = 5000"), "utf-8")
    with pytest.raises(CityebbError) as raised:
        execute(study)
    assert raised.value.key == "study.nothing_reached"
    assert "5000" in str(raised.value)  # the study's own floor, though half of it is tried too
    text = STUDY.replace("lights = 5 }", "lights = 5 }\nmin_area_km2 = 500")
    study.write_text(text, "utf-8")
    with pytest.raises(CityebbError) as raised:
        execute(study)
    assert raised.value.key == "delineate.no_city"
    assert not list((study.parent / "towns_results").glob("report*"))


def test_two_runs_at_once(study):
    store = Store(study.parent / "towns_results")
    with locked(store), pytest.raises(CityebbError) as raised:
        execute(study)
    assert raised.value.key == "study.locked"
    assert str(raised.value.values["pid"]) == str(os.getpid())  # noqa: PD011 - no frame
    execute(study)


def test_what_a_killed_run_left_is_cleaned_away(study):
    out = study.parent / "towns_results"
    left = out / ".stages" / "scan-0123456789abcdef.partial"
    left.mkdir(parents=True)
    (left / "cells.npz").write_bytes(b"half")
    execute(study)
    assert not left.exists()


def test_a_folder_that_cannot_be_written(study, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file", "utf-8")
    for out in (blocked, blocked / "below"):
        with pytest.raises(CityebbError) as raised:
            execute(study, out=out)
        assert raised.value.key == "study.not_writable"
        with pytest.raises(CityebbError) as raised:
            check_study(study, out=out)
        assert raised.value.key == "study.not_writable"


@pytest.mark.parametrize("when", [0, 3, 6, 11])
def test_a_full_disk(study, monkeypatch, when):
    """The disk fills at the n-th file that is renamed into place: nothing half-written is visible."""
    whole = tables(execute(study, out=study.parent / "whole").out)
    out = study.parent / "full"
    left = [when]
    replace = Path.replace

    def full(self, target):
        if left[0] == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        left[0] -= 1
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(CityebbError) as raised:
            execute(study, out=out)
    assert raised.value.key.endswith("disk_full")
    assert not list(out.rglob("report*"))
    assert not [path for path in out.rglob("*.partial") if path.is_dir()]
    assert tables(execute(study, out=out).out) == whole


def test_progress_and_threads(study):
    told: list[tuple[str, int, int]] = []
    execute(study, progress=lambda *step: told.append(step))
    stages = list(dict.fromkeys(stage for stage, _, _ in told))
    for stage in ("read", "scan", "breaks", "delineate", "measure", "identify", "sensitivity", "publish"):
        assert stage in stages
    assert all(0 <= done <= total for _, done, total in told)
    assert threading.active_count() < 20


def test_the_grids_are_read_once_for_all_specifications(study, monkeypatch):
    from cityebb.grids import scan

    calls = []
    monkeypatch.setattr("cityebb.grids.scan", lambda *a, **k: calls.append(1) or scan(*a, **k))
    assert len(execute(study).main.sensitivity) >= 10
    assert calls == [1]


def test_sources_of_different_years(tmp_path):
    study = write_study(tmp_path)
    for year in (2014, 2019):
        people = np.zeros((20, 20), np.float32)
        people[2:7, 2:7] = 900
        write_raster(tmp_path / f"people_{year}.tif", people)
    study.write_text(
        STUDY.replace("{ lights = 5 }", "{ lights = 5, people = 300 }")
        + '\n[read.people]\nfiles = "people_{year}.tif"\nindicator = "people"\n',
        "utf-8",
    )
    results = execute(study).main
    assert results.definition["years"] == [2014, 2019]
    assert "study.note.outline_years" in {note.key for note in results.notes}
    assert set(results.panel["source"]) == {"lights", "people"}


@pytest.mark.parametrize("years", [(2013,), ()])
def test_too_few_years(tmp_path, years):
    study = write_study(tmp_path, years=years)
    with pytest.raises(CityebbError) as raised:
        execute(study)
    assert raised.value.key == ("study.one_year" if years else raised.value.key)
    assert not (tmp_path / "towns_results").exists()


def test_where_lower_floors_do_not_fit_in_memory_the_own_are_used(study, monkeypatch):
    from cityebb.grids import scan

    def narrow(stacks, floors, **options):
        if min(floor.at_least for floor in floors) < 5:
            raise CityebbError("grids.too_many_cells", share=0.9, floors="lights ≥ 2.5")
        return scan(stacks, floors, **options)

    monkeypatch.setattr("cityebb.grids.scan", narrow)
    results = execute(study).main
    tried = results.sensitivity.loc[results.sensitivity["varies"] == "floor", "at_least"]
    assert tried.tolist() == ["lights ≥ 10 DN"]
    assert "study.note.floors_as_they_are" in {note.key for note in results.notes}


def test_foreign_files_stay(study):
    out = study.parent / "towns_results"
    out.mkdir()
    mine = out / "download.partial"
    mine.write_text("mine", "utf-8")
    execute(study)
    assert mine.read_text("utf-8") == "mine"


@pytest.mark.data("lights_syria")
def test_a_joint_found_in_real_data_is_not_crossed(data, tmp_path):
    path = tmp_path / "syria.toml"
    path.write_text(
        "cityebb_study = 1\n[read.chen]\noutside = true\nindicator = 'light'\n"
        f"files = '{data.as_posix()}/lights_syria/chen_{{year}}.tif'\n"
        "[delineate.lit]\nwhere = { chen = 2 }\n"
        "[identify.across]\nstart = 2010\nend = 2016\n[identify.after]\nstart = 2013\nend = 2016\n",
        "utf-8",
    )
    with pytest.raises(CityebbError) as raised:
        execute(path)
    assert raised.value.key == "harmonise.crosses_joint"
    assert not list((tmp_path / "syria_results").glob(".stages/delineate-*"))
    path.write_text(path.read_text("utf-8").replace("start = 2010\n", "start = 2014\n"), "utf-8")
    found = execute(path).results["after"]
    names = found.cities.set_index("name_en", append=True).index.to_frame(index=False)
    verdicts = found.verdicts.merge(names, on="city_id")
    assert set(verdicts.loc[verdicts["name_en"].isin(["Damascus", "Homs"]), "state"]) == {"shrinking"}


def test_the_text_of_a_crs_does_not_depend_on_the_process(study, tmp_path):
    """PROJ tells EPSG:4326 with or without its ensemble of datums, as what it was asked before goes."""
    from pyproj import CRS

    folder = next(execute(study).out.glob(".stages/delineate-*"))
    cities = load_cities(folder)
    told = CRS("EPSG:4326").to_json_dict()
    ensemble = told.pop("datum_ensemble", None)
    if ensemble is None:
        told["datum"]["name"] = "World Geodetic System 1984 (another text)"
    else:
        told["datum"] = {
            "type": "GeodeticReferenceFrame",
            "name": ensemble["name"],
            "ellipsoid": ensemble["ellipsoid"],
        }
    other = replace(cities, frame=cities.frame.set_crs(CRS.from_json_dict(told), allow_override=True))
    assert other.frame.crs.to_json() != cities.frame.crs.to_json()
    save_cities(other, tmp_path)
    assert load_cities(tmp_path).frame.crs.to_json() == cities.frame.crs.to_json()
    assert cities.frame.crs == CRS(4326)


@pytest.mark.parametrize("damage", ["emptied", "cut", "exchanged", "changed in one bit", "lost"])
def test_what_is_kept_is_made_again_where_it_is_damaged(study, damage):
    first = execute(study)
    whole = tables(first.out)
    kept = sorted(path for path in (first.out / ".stages").glob("*/*") if path.name != "whole.json")
    tables_of = [path for path in kept if path.suffix == ".parquet"]
    for place, path in enumerate(kept):
        if damage == "emptied":
            path.write_bytes(b"")
        elif damage == "cut":
            path.write_bytes(path.read_bytes()[:-20])
        elif damage == "exchanged" and path in tables_of:
            path.write_bytes(tables_of[place % len(tables_of) - 1].read_bytes() + b" ")
        elif damage == "changed in one bit":
            content = bytearray(path.read_bytes())
            content[len(content) // 2] ^= 1
            path.write_bytes(content)
        elif damage == "lost":
            path.unlink()
    (first.out / "manifest.json").unlink()  # so that everything is read again
    again = execute(study)
    assert tables(again.out) == whole
    assert again.log.ran


@pytest.mark.skipif(os.name == "nt", reason="no such time")
def test_a_file_exchanged_for_one_of_the_same_size_and_time(study):
    first = execute(study)
    path = study.parent / "lights_2020.tif"
    before = path.stat()
    write_raster(path, np.full((20, 20), 30, np.float32))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert tables(first.out) != tables(execute(study).out)
