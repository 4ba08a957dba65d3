"""Where a command reads and writes: odd names, and places where nothing can be, each with a sentence."""

from __future__ import annotations

import errno
import json
import os
import re
import sys
from pathlib import Path

import pytest

from cityebb.words import LANGUAGES

TABLE = "代码,地区,2010年常住人口,2020年常住人口\n230402,甲,50,40\n230403,乙,11,9\n"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="names and kinds of files of POSIX")


@pytest.fixture
def table(tmp_path):
    (tmp_path / "people.csv").write_text(TABLE, "utf-8")
    return tmp_path / "people.csv"


def fails(call, key, *words):
    """Every language has its sentence, and the machine its key."""
    record = json.loads(call(*words, "--json").out)
    assert [error["key"] for error in record["errors"]] == [key]
    for language in LANGUAGES:
        told = call(*words, "--lang", language, "--quiet")
        assert told.code == 2
        assert len(told.err) < 1000
        assert bool(re.search("[\u4e00-\u9fff]", told.err)) == (language == "zh")
    return record["errors"][0]


@pytest.mark.parametrize("command", ["check", "run", "read", "new"])
@pytest.mark.parametrize("name", ["x" * 300, "x" * 5000, "a\0.toml", "loop"])
def test_a_name_that_cannot_be(call, tmp_path, command, name):
    (tmp_path / "loop").symlink_to("loop")
    keys = {"a\0.toml": "read.name_impossible", "loop": "read.link_loop"}
    fails(call, keys.get(name, "read.name_too_long"), command, tmp_path / name)


@pytest.mark.parametrize(
    ("where", "old"),
    [
        ("table", 'table = "people.csv"'),
        ("ledger", 'ledger = "l.csv"'),
        ("units", 'units = "u.gpkg"\nvintage = "2020"'),
        ("files", 'files = "l_{year}.tif"\nindicator = "light"'),
    ],
)
def test_a_name_in_a_study_that_cannot_be(call, table, where, old):
    study = table.parent / "study.toml"
    for name, key in (("x" * 300, "read.name_too_long"), ("a\\u0000b", "read.name_impossible")):
        told = re.sub('"[^"]+"', lambda _, name=name: f'"{name}"', old, count=1)
        sections = {"people": 'table = "people.csv"\ngrade = "census"'}
        sections |= {"people" if where == "table" else "other": told}
        text = "".join(f"\n[read.{one}]\n{lines}\n" for one, lines in sections.items())
        study.write_text(f'cityebb_study = 1\n{text}\n[delineate.units]\nunits = "people"\n', "utf-8")
        for command in ("check", "run"):
            fails(call, key, command, study)


def test_a_folder_named_as_a_table(call, table):
    (table.parent / "t.xlsx").mkdir()
    fails(call, "read.folder_not_file", "read", table.parent / "t.xlsx")
    fails(call, "read.file_missing", "read", table.parent / "u.xlsx")
    fails(call, "read.file_not_folder", "new", table)


@pytest.mark.parametrize("place", ["none/deep/s.toml", "s.toml"])
def test_read_writes_a_study_into_a_folder_to_be_made(call, table, place):
    assert call("read", table, "--study", table.parent / place, "--grade", "census").code == 0
    assert call("check", table.parent / place).code == 0


def test_studies_that_cannot_be_written(call, table):
    folder = table.parent
    (folder / "study.toml").mkdir()
    fails(call, "study.new.not_written", "read", table, "--study", table / "s.toml")
    fails(call, "study.new.not_written", "read", table, "--study", folder / ("x" * 300))
    fails(call, "cli.read.study_there", "read", table, "--study", folder / "study.toml")
    fails(call, "study.new.is_folder", "new", folder)
    fails(call, "study.new.is_folder", "new", folder, "--force")
    fails(call, "study.new.not_written", "new", folder, "--out", table / "s.toml")
    (folder / "gone").symlink_to("loop/to/nowhere")
    fails(call, "study.new.exists", "new", folder, "--out", folder / "gone")
    assert sorted(path.name for path in folder.iterdir()) == ["gone", "people.csv", "study.toml"]


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOENT])
def test_a_place_that_may_not_be_written(call, table, monkeypatch, number):
    """Root may write everywhere, so the refusal is played."""

    def refused(self, *_, **__):
        raise OSError(number, os.strerror(number), str(self))

    monkeypatch.setattr(Path, "write_text", refused)
    fails(call, "study.new.not_written", "read", table, "--study", table.parent / "s.toml")
    fails(call, "study.new.not_written", "new", table.parent)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="no /proc here")
def test_no_study_in_proc(call, table):
    fails(call, "study.new.not_written", "new", table.parent, "--out", "/proc/s.toml")
    fails(call, "study.new.not_written", "read", table, "--study", "/proc/s.toml")


@pytest.mark.parametrize("name", ["report.en.html", "manifest.json", "delineate/lit/cities.parquet"])
def test_a_folder_where_a_result_should_be(call, study, name):
    out = study.parent / "towns_results"
    (out / name).mkdir(parents=True)
    for command in ("check", "run"):
        fails(call, "study.results_in_the_way", command, study)
    assert [path for path in out.rglob("*") if path.is_file()] == []


def test_a_file_where_a_folder_of_results_should_be(call, study, quick):
    out = study.parent / "towns_results"
    out.mkdir()
    (out / "delineate").touch()
    for command in ("check", "run"):
        fails(call, "study.results_in_the_way", command, study)
    (out / "delineate").unlink()
    (out / "identify").touch()  # known only when the files are named, and before any takes its place
    fails(call, "study.results_in_the_way", "run", study)
    assert [path.name for path in out.iterdir() if not path.name.startswith(".")] == ["identify"]


def test_results_that_cannot_be_are_told_by_check(call, study):
    (study.parent / "loop").symlink_to("loop")
    for name in ("x" * 300, "a\0b", "loop/inside"):
        fails(call, "study.not_writable", "check", study, "--out", study.parent / name)


@pytest.mark.parametrize("words", [["--out", ""], ["--out="]])
def test_an_empty_value_is_no_folder(call, study, words, monkeypatch):
    monkeypatch.chdir(study.parent)
    before = sorted(study.parent.iterdir())
    assert fails(call, "cli.value_empty", "run", study, *words)["values"]["name"] == "--out"
    assert sorted(study.parent.iterdir()) == before
    fails(call, "cli.value_empty", "read", "")


def test_a_folder_whose_name_is_no_text(call, tmp_path, monkeypatch):
    folder = tmp_path / os.fsdecode(b"\xff")
    folder.mkdir()
    (folder / "people.csv").write_text(TABLE, "utf-8")
    fails(call, "read.name_not_unicode", "new", folder)
    monkeypatch.chdir(folder)
    for words in (["new", "."], ["check", "study.toml"], ["run", "study.toml"]):
        told = call(*words, "--quiet")
        assert told.code == 0, told


def test_names_given_to_data_and_demo(call, tmp_path):
    fails(call, "read.name_too_long", "data", "verify", tmp_path / ("x" * 300))
    fails(call, "study.not_writable", "demo", "--out", tmp_path / ("x" * 300))
