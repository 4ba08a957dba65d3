"""No name and no kind of thing in a folder breaks the program or makes it wait: each gets a sentence."""

from __future__ import annotations

import errno
import os
import re
import socket
import stat
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from cityebb.model import CityebbError, Faults
from cityebb.read import SourceParameters, inspect, open_stack, suggest_study
from cityebb.read.files import find_file
from cityebb.read.places import reason_of, why_not_file, why_not_folder
from cityebb.read.text import read_text
from cityebb.words import using

TABLE = "代码,地区,2010年常住人口,2020年常住人口\n230402,甲,50,40\n230403,乙,11,9\n"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="names and kinds of files of POSIX")


def says(error, key, *parts):
    assert error is not None
    assert error.key == key
    for language in ("zh", "en"):
        with using(language):
            text = str(error)
        assert len(text) < 700
        for part in parts:
            assert part in text, (language, part, text)
        assert bool(re.search("[\u4e00-\u9fff]", text)) == (language == "zh")


@pytest.fixture
def refuse(monkeypatch):
    """Let the system refuse to look at everything in a folder, as it does to others than root."""

    def refuse(closed, number=errno.EACCES):
        ask, access, scan = os.stat, os.access, os.scandir

        def stat_of(path, *rest, **more):
            if not isinstance(path, int) and closed in Path(os.fsdecode(path)).parents:
                raise OSError(number, os.strerror(number), os.fsdecode(path))
            return ask(path, *rest, **more)

        def scandir(path="."):
            if Path(os.fsdecode(path)) == closed:
                raise PermissionError(errno.EACCES, "Permission denied", os.fsdecode(path))
            return scan(path)

        monkeypatch.setattr(os, "stat", stat_of)
        monkeypatch.setattr(os, "scandir", scandir)
        monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != closed and access(path, mode))

    return refuse


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("x" * 300 + ".csv", "read.name_too_long"),
        ("x" * 5000, "read.name_too_long"),
        ("a\0b.csv", "read.name_impossible"),
        ("loop", "read.link_loop"),
        ("pipe", "read.not_a_file"),
        ("folder.xlsx", "read.folder_not_file"),
        ("b\udcff.csv", "read.name_not_unicode"),
        ("none.csv", "read.file_missing"),
        ("plain.csv/below.csv", "read.file_missing"),
        ("plain.csv", None),
    ],
)
def test_each_name_has_its_sentence(tmp_path, name, key):
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder.xlsx").mkdir()
    (tmp_path / "plain.csv").touch()
    wrong = why_not_file(tmp_path / name, name)
    if key is None:
        assert wrong is None
        assert find_file("people", name, tmp_path) == tmp_path / name
        return
    says(wrong, key, "" if len(name) > 200 or not name.isprintable() else name)
    with pytest.raises(CityebbError) as caught:
        find_file("people", name, tmp_path)
    assert caught.value.key == key


def test_folders_and_what_is_none(tmp_path):
    (tmp_path / "a.csv").touch()
    assert why_not_folder(tmp_path) is None
    for name, key in (("none", "no_folder"), ("a.csv", "file_not_folder"), ("x" * 300, "name_too_long")):
        says(why_not_folder(tmp_path / name), f"read.{key}")
        with pytest.raises(CityebbError) as caught:
            inspect(tmp_path / name)
        assert caught.value.key == f"read.{key}"


@pytest.mark.parametrize(
    ("number", "key"), [(errno.EACCES, "read.folder_forbidden"), (errno.EIO, "read.place_unreadable")]
)
def test_a_closed_folder_is_named(tmp_path, refuse, number, key):
    (tmp_path / "closed").mkdir()
    refuse(tmp_path / "closed", number)
    says(why_not_file(tmp_path / "closed/a.csv", "closed/a.csv"), key, "closed/a.csv")
    if number == errno.EACCES:
        says(why_not_file(tmp_path / "closed/a.csv", "a.csv"), key, str(tmp_path / "closed"))
    for files in ("closed/l_{year}.tif", {2013: "closed/l.tif"}, "closed/*.tif"):
        with pytest.raises(CityebbError) as caught:
            open_stack("lights", SourceParameters(files=files, indicator="light"), tmp_path)
        assert caught.value.key == key


def test_a_closed_folder_beside_data_is_told_and_the_rest_read(tmp_path, refuse):
    (tmp_path / "a.csv").write_text(TABLE, "utf-8")
    (tmp_path / "closed").mkdir()
    refuse(tmp_path / "closed")
    found = inspect(tmp_path)
    assert [table.files for table in found.units.tables] == ["a.csv"]
    assert [one.path for one in found.unread] == ["closed"]
    says(found.unread[0].reason, "read.forbidden", "closed")


@pytest.mark.parametrize(
    "name", ["x" * 300 + "_{year}.tif", "x" * 300 + "*.tif", "a\0_{year}.tif", "a\0*.tif"]
)
def test_patterns_that_cannot_be(tmp_path, name):
    with pytest.raises(CityebbError) as caught:
        open_stack("lights", SourceParameters(files=name, indicator="light"), tmp_path)
    assert not isinstance(caught.value, Faults)
    assert caught.value.key in ("read.name_too_long", "read.name_impossible")


def test_a_pattern_may_be_longer_than_the_name_of_each_file(tif, tmp_path):
    stem = "x" * (255 - len("_2013.tif"))
    tif(f"{stem}_2013.tif")
    told = SourceParameters(files=stem + "_{year}.tif", indicator="light", unit="DN")
    assert open_stack("lights", told, tmp_path).years == (2013,)


def test_what_is_no_file_is_never_opened(tmp_path):
    (tmp_path / "good.csv").write_text(TABLE, "utf-8")
    os.mkfifo(tmp_path / "a.csv")
    os.mkfifo(tmp_path / "a_2013.tif")
    (tmp_path / "c.json").symlink_to("/dev/zero")
    (tmp_path / "d.csv").symlink_to("d.csv")
    with socket.socket(socket.AF_UNIX) as server:
        before = Path.cwd()
        os.chdir(tmp_path)  # the path of a socket may be no longer than 107 bytes
        try:
            server.bind("b.zip")
        finally:
            os.chdir(before)
        found = inspect(tmp_path)
    assert [table.files for table in found.units.tables] == ["good.csv"]
    assert {one.path: one.reason.key for one in found.unread} == {
        "a.csv": "read.not_a_file",
        "a_2013.tif": "read.not_a_file",
        "b.zip": "read.not_a_file",
        "c.json": "read.not_a_file",
        "d.csv": "read.link_loop",
    }


def test_names_that_are_no_text_are_told(tmp_path):
    (tmp_path / "good.csv").write_text(TABLE, "utf-8")
    for name in (b"\xff\xfe2010.csv", "人口2010.csv".encode("gbk")):
        (tmp_path / os.fsdecode(name)).write_text(TABLE, "utf-8")
    found = inspect(tmp_path)
    assert {one.reason.key for one in found.unread} == {"read.name_not_unicode"}
    assert len(found.unread) == 2
    suggest_study(found, "zh").encode()
    for one in found.unread:
        one.path.encode()


def test_links_in_a_circle_are_walked_once(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/good.csv").write_text(TABLE, "utf-8")
    (tmp_path / "0loop").symlink_to(".", target_is_directory=True)
    (tmp_path / "a/back").symlink_to("..", target_is_directory=True)
    assert [table.files for table in inspect(tmp_path).units.tables] == ["a/good.csv"]


@pytest.mark.parametrize("name", ["l…#{x}_{year}.tif", "l*_{year}.tif", "l?_{year}.tif"])
def test_names_with_signs_of_a_pattern_are_listed_one_by_one(tif, tmp_path, name):
    for year in (2013, 2014):
        tif(name.replace("{year}", str(year)))
    study = tomllib.loads(suggest_study(inspect(tmp_path), "en"))
    files = study["read"]["lights"]["files"]
    assert files == {str(year): name.replace("{year}", str(year)) for year in (2013, 2014)}
    told = SourceParameters(
        files={int(year): path for year, path in files.items()}, indicator="light", unit="DN"
    )
    assert open_stack("lights", told, tmp_path).years == (2013, 2014)


def test_a_stack_with_signs_of_a_pattern_stands_in_a_list(tif, tmp_path):
    tif("l{x}.tif", np.ones((2, 3, 4), "uint8"))
    study = tomllib.loads(suggest_study(inspect(tmp_path), "en"))
    assert study["read"]["lights"]["files"] == ["l{x}.tif"]


def test_a_backslash_cannot_be_written_in_a_study(tif, tmp_path):
    for year in (2013, 2014):
        tif(f"l\\_{year}.tif")
        tif(f"m_{year}.tif")
    found = inspect(tmp_path)
    assert [one.files for one in found.series] == ["m_{year}.tif"]
    for one in found.unread:
        says(one.reason, "read.name_backslash", one.path)
    assert len(found.unread) == 2


@pytest.mark.parametrize(
    "number", [errno.EACCES, errno.EROFS, errno.ENAMETOOLONG, errno.EISDIR, errno.ENOENT]
)
def test_reasons_are_said_in_the_language_in_force(number):
    reason = reason_of(OSError(number, os.strerror(number)))
    for language in ("zh", "en"):
        with using(language):
            assert bool(re.fullmatch("[\u4e00-\u9fff]+", str(reason))) == (language == "zh")


def test_a_text_that_may_not_be_read_says_so(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text(TABLE, "utf-8")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(CityebbError) as caught:
        read_text(tmp_path / "a.csv")
    says(caught.value, "read.forbidden", "a.csv")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may look everywhere")
def test_a_folder_of_mode_000(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0)
    try:
        says(why_not_file(closed / "a.csv"), "read.folder_forbidden", str(closed))
        says(why_not_folder(closed), "read.forbidden", str(closed))
    finally:
        closed.chmod(stat.S_IRWXU)
