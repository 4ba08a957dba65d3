"""Bad input gets a clear sentence in both languages, exit code 2, and nothing half-written."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cityebb.words import LANGUAGES, say, using


def missing_file(folder, small):
    for path in folder.glob("*.tif"):
        path.unlink()


def missing_year(folder, small):
    (folder / "towns.toml").write_text(
        small.STUDY.replace('unit = "DN"', 'unit = "DN"\nyears = [2013, 2014, 2099]'), "utf-8"
    )


def text_named_tif(folder, small):
    (folder / "lights_2015.tif").write_text("year,value\n2015,3\n", "utf-8")


def truncated(folder, small):
    path = folder / "lights_2015.tif"
    path.write_bytes(path.read_bytes()[:900])


def no_crs(folder, small):
    small.write_raster(folder / "lights_2015.tif", small.lights(2015), crs=None)


def other_crs(folder, small):
    from rasterio.transform import from_origin

    transform = from_origin(500_000, 5_000_000, 1000, 1000)
    small.write_raster(folder / "lights_2015.tif", small.lights(2015), crs="EPSG:32652", transform=transform)


def other_shape(folder, small):
    small.write_raster(folder / "lights_2015.tif", small.lights(2015)[:15])


def nodata_year(folder, small):
    small.write_raster(folder / "lights_2015.tif", np.full((20, 20), -1, np.float32), nodata=-1)


def negative(folder, small):
    small.write_raster(folder / "lights_2015.tif", small.lights(2015) - np.float32(1))


def infinite(folder, small):
    values = small.lights(2015)
    values[3, 3] = np.inf
    small.write_raster(folder / "lights_2015.tif", values)


def too_large(folder, small):
    values = small.lights(2015).astype(np.float64)
    values[3, 3] = np.finfo(np.float64).max  # a nodata that nobody declared
    small.write_raster(folder / "lights_2015.tif", values)


def edited(old, new):
    def edit(folder, small):
        text = small.STUDY
        assert old in text
        (folder / "towns.toml").write_text(text.replace(old, new, 1), "utf-8")

    return edit


def across_a_joint(folder, small):
    text = small.STUDY.replace('unit = "DN"', 'unit = "DN"\njoints = [2015]')
    years = 'source = "lights"\nstart = 2013\nend = 2018'
    (folder / "towns.toml").write_text(text.replace('source = "lights"', years), "utf-8")


CASES = {
    "missing file": missing_file,
    "missing year": missing_year,
    "text named tif": text_named_tif,
    "truncated": truncated,
    "no crs": no_crs,
    "other crs": other_crs,
    "other shape": other_shape,
    "all nodata": nodata_year,
    "negative": negative,
    "infinite": infinite,
    "unknown key": edited("unit =", "unti ="),
    "wrong type": edited("{ lights = 5 }", '"bright"'),
    "no version": edited("cityebb_study = 1\n", ""),
    "path outside": edited('"lights_{year}.tif"', '"../lights_{year}.tif"'),
    "absolute path": edited('"lights_{year}.tif"', f'"{os.sep}lights_{{year}}.tif"'),
    "no city": edited("lights = 5", "lights = 5000"),
    "too small": edited("{ lights = 5 }", "{ lights = 5 }\nmin_area_km2 = 4000"),
    "one year": edited('unit = "DN"', 'unit = "DN"\nyears = [2013]'),
    "no such year": edited('source = "lights"', 'source = "lights"\nstart = 1999'),
    "wrong way round": edited('source = "lights"', 'source = "lights"\nstart = 2016\nend = 2014'),
    "across a joint": across_a_joint,
    "end first": edited('source = "lights"', 'source = "lights"\nend = 2013'),
    "start last": edited('source = "lights"', 'source = "lights"\nstart = 2020'),
    "too large": too_large,
    "a name for nothing": edited('cities = "lit"', 'cities = "moonlit"'),
}
# What only decoding can tell: ``check`` cannot know it.
ONLY_BY_RUNNING = {"too large", "all nodata", "negative", "infinite", "no city", "too small"}


@pytest.mark.parametrize("case", CASES)
def test_bad_input(call, study, small, case):
    CASES[case](study.parent, small)
    sentences = {}
    for language in LANGUAGES:
        told = call("run", study, "--lang", language, "--quiet")
        assert told.code == 2, told
        assert told.out == ""
        assert "Traceback" not in told.err
        assert "Input should" not in told.err
        sentences[language] = told.err.strip()
        assert sentences[language]
    assert any("\u4e00" <= sign <= "\u9fff" for sign in sentences["zh"])
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in sentences["en"])
    record = json.loads(call("run", study, "--json").out)
    assert {"key", "values", "text"} == set(record["errors"][0])
    out = study.parent / "towns_results"
    assert not [path for path in out.rglob("*") if path.suffix in (".html", ".csv", ".partial")]
    assert not list(out.rglob("manifest.json"))
    assert (call("check", study).code == 0) == (case in ONLY_BY_RUNNING)


def test_a_folder_without_permission(call, study, tmp_path, monkeypatch):
    """Root may write everywhere, so the refusal is played."""
    closed = tmp_path / "closed"
    mkdir, access = Path.mkdir, os.access

    def refused(self, *rest, **options):
        if closed in (self, *self.parents):
            raise PermissionError(errno.EACCES, "Permission denied")
        mkdir(self, *rest, **options)

    monkeypatch.setattr(Path, "mkdir", refused)
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path and access(path, mode))
    for command in ("run", "check"):
        told = call(command, study, "--out", closed, "--json")
        assert told.code == 2
        assert [error["key"] for error in json.loads(told.out)["errors"]] == ["study.not_writable"]


def test_a_file_where_the_folder_should_be(call, study):
    (study.parent / "towns_results").write_text("in the way", "utf-8")
    for language in LANGUAGES:
        told = call("run", study, "--lang", language, "--quiet")
        assert told.code == 2
        assert "towns_results" in told.err


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
@pytest.mark.parametrize("name", ["loop", "loop/inside", "a\0b", "a" * 300])
def test_a_folder_that_cannot_be(call, study, name):
    (study.parent / "loop").symlink_to("loop")
    told = call("run", study, "--out", study.parent / name, "--json")
    assert told.code == 2
    assert [error["key"] for error in json.loads(told.out)["errors"]] == ["study.not_writable"]
    if name.startswith("loop"):
        assert call("check", study, "--out", study.parent / name).code == 2


@pytest.mark.parametrize(
    ("error", "key"),
    [(OSError(errno.ENOSPC, "No space left on device"), "cli.disk_full"), (MemoryError(), "cli.memory_full")],
)
def test_what_the_machine_lacks(call, study, monkeypatch, error, key):
    def lack(*_, **__):
        raise error

    monkeypatch.setattr("cityebb.study.check.parse_study", lack)
    monkeypatch.setattr("cityebb.cli._door.sys.stdout", sys.stdout)
    told = call("check", study)
    assert told.code == 2
    with using("zh"):
        assert say(key) in told.err


def test_signs_that_steer_a_terminal_are_not_passed_on(call, tmp_path):
    told = call("run", tmp_path / "a\x1b[31mb.toml", "--lang", "en")
    assert told.code == 2
    assert "\x1b" not in told.err
    assert "[31mb.toml" in told.err


@pytest.mark.skipif(sys.platform == "win32", reason="no such shell")
def test_closed_streams(study):
    for closed in (">&-", "2>&-"):
        command = f'"{sys.executable}" -m cityebb check "{study}" {closed}'
        assert subprocess.run(["/bin/sh", "-c", command], capture_output=True, check=False).returncode == 0
