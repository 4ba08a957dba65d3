"""Files appear whole or not at all, and the reason is said."""

from __future__ import annotations

import errno
import os
import resource
import signal
import stat
from typing import TYPE_CHECKING

import pytest

from cityebb.model import CityebbError
from cityebb.publish import write_manifest, write_report, write_tables
from cityebb.publish._files import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cityebb.model import Results


@pytest.fixture
def full_disk() -> Iterator[None]:
    """Let no file grow beyond ten kilobytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


# What openpyxl was writing when it failed is told once more when it is swept up.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("form", ["parquet", "gpkg", "csv", "xlsx"])
def test_a_full_disk_leaves_no_broken_file(
    make_results: Callable[..., Results], tmp_path: Path, full_disk: None, form: str, english: None
) -> None:
    with pytest.raises(CityebbError, match="The disk is full"):
        write_tables(make_results(100), tmp_path, [form])
    assert [path.name for path in tmp_path.iterdir() if path.stat().st_size >= 10_000] == []
    assert list(tmp_path.glob("*.partial")) == []
    assert not (tmp_path / f"cities.{form}").exists()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_full_disk_keeps_the_report_that_was_there(
    make_results: Callable[..., Results], tmp_path: Path, full_disk: None
) -> None:
    old = tmp_path / "report.en.html"
    old.write_text("old")
    with pytest.raises(CityebbError):
        write_report(make_results(5), tmp_path, "en")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("report.en.html", "old")]


def test_a_failure_inside_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with whole(tmp_path / "a.txt") as stream:
            stream.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_file_replaces_the_older_one(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with whole(path) as stream:
        stream.write(b"new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"


@pytest.mark.parametrize(
    ("number", "key"),
    [
        (errno.ENOSPC, "publish.disk_full"),
        (errno.EDQUOT, "publish.disk_full"),
        (errno.EACCES, "publish.not_writable"),
        (errno.EROFS, "publish.not_writable"),
        (errno.EIO, "publish.cannot_write"),
    ],
)
def test_each_reason_has_its_sentence(tmp_path: Path, number: int, key: str) -> None:
    def fail() -> None:
        with whole(tmp_path / "a.txt"):
            raise OSError(number, os.strerror(number))

    with pytest.raises(CityebbError) as caught:
        fail()
    assert caught.value.key == key
    assert str(tmp_path) in str(caught.value)


def test_a_file_in_the_place_of_the_folder_is_told(
    make_results: Callable[..., Results], tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(CityebbError) as caught:
        write_manifest(make_results(3), tmp_path / "out")
    assert caught.value.key == "publish.no_folder"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to_is_told(
    make_results: Callable[..., Results], tmp_path: Path
) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(CityebbError) as caught:
        write_manifest(make_results(3), tmp_path)
    assert caught.value.key == "publish.not_writable"
