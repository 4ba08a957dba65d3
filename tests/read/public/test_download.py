"""Files come whole or not at all, go on where they were, and are refused when they are something else."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
from pathlib import Path

import pytest
from public_server import BRIEF, PAGE, TIFF, Served, source_at

from cityebb.model import CityebbError, Faults
from cityebb.read.public import Choice, Patience, get_files, verify_files
from cityebb.read.public import download as download_module
from cityebb.read.public.records import read_record
from cityebb.words import using

MD5 = hashlib.md5(TIFF, usedforsecurity=False).hexdigest()
SHA256 = hashlib.sha256(TIFF).hexdigest()
CHOICE = Choice(year=2020)


def fetch(source, **options):
    options.setdefault("patience", BRIEF)
    return get_files(source, CHOICE, **options)


def fault_of(source, **options) -> CityebbError:
    with pytest.raises(CityebbError) as caught:
        fetch(source, **options)
    for language in ("zh", "en"):
        with using(language):
            assert str(caught.value)  # the sentence can be said with the values given
    return caught.value


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()} if folder.exists() else set()


def test_a_file_comes_whole_with_its_record(server, tmp_path):
    server.paths["/data/2020.tif"] = Served()
    (got,) = fetch(source_at(server.base))
    assert got.how == "downloaded"
    assert got.path == tmp_path / "cache/test/2020.tif"
    assert got.path.read_bytes() == TIFF
    assert left(tmp_path) == {"2020.tif", "2020.tif.cityebb.json"}
    assert (got.record.sha256, got.record.size, got.record.against) == (SHA256, len(TIFF), "recorded")
    assert got.record.address == f"{server.base}/data/2020.tif"
    assert [note.key for note in got.notes] == ["read.public_recorded"]


def test_what_is_here_is_not_asked_for_again(server):
    server.paths["/data/2020.tif"] = Served()
    source = source_at(server.base)
    fetch(source)
    for offline in (False, True):
        (got,) = fetch(source, offline=offline)
        assert got.how == "here"
    assert len(server.asked) == 1


def test_offline_asks_nobody(server):
    server.paths["/data/2020.tif"] = Served()
    assert fault_of(source_at(server.base), offline=True).key == "read.public_offline"
    assert server.asked == []


def test_a_folder_of_ones_own_is_filled_from_the_cache(server, tmp_path):
    server.paths["/data/2020.tif"] = Served()
    source = source_at(server.base)
    fetch(source)
    (got,) = fetch(source, folder=tmp_path / "own" / "deep", offline=True)
    assert got.how == "copied"
    assert got.path.read_bytes() == TIFF
    assert verify_files([got.path])[0].state == "good"
    assert len(server.asked) == 1


def test_it_goes_on_where_it_broke_off(server):
    server.paths["/data/2020.tif"] = Served(drops=[100_000, 50_000])
    (got,) = fetch(source_at(server.base))
    assert got.path.read_bytes() == TIFF
    assert server.ranges_asked() == ["", "bytes=100000-", "bytes=150000-"]


def test_the_next_call_goes_on(server, tmp_path):
    server.paths["/data/2020.tif"] = Served(drops=[70_000, 0, 0])
    fault = fault_of(source_at(server.base))
    assert fault.key == "read.public_dropped_kept"
    assert (tmp_path / "cache/test/2020.tif.partial").stat().st_size == 70_000
    assert not (tmp_path / "cache/test/2020.tif").exists()
    server.asked.clear()
    (got,) = fetch(source_at(server.base))
    assert got.path.read_bytes() == TIFF
    assert server.ranges_asked() == ["bytes=70000-"]
    assert left(tmp_path) == {"2020.tif", "2020.tif.cityebb.json"}


def test_it_begins_anew_if_the_file_has_changed_since(server):
    changed = b"II*\x00" + b"new" * 40_000
    server.paths["/data/2020.tif"] = Served(drops=[70_000, 0, 0])
    fault_of(source_at(server.base))
    server.paths["/data/2020.tif"] = Served(body=changed, etag='"two"')
    (got,) = fetch(source_at(server.base))
    assert got.path.read_bytes() == changed


def test_it_begins_anew_if_the_changed_file_is_as_long(server):
    changed = b"II*\x00" + bytes(len(TIFF) - 4)
    server.paths["/data/2020.tif"] = Served(drops=[70_000, 0, 0])
    fault_of(source_at(server.base))
    server.paths["/data/2020.tif"] = Served(body=changed, etag='"two"')
    (got,) = fetch(source_at(server.base))
    assert got.path.read_bytes() == changed


def test_it_begins_anew_if_only_the_size_tells_that_it_changed(server):
    changed = b"II*\x00" + b"new" * 40_000
    server.paths["/data/2020.tif"] = Served(drops=[70_000, 0, 0], etag="")
    fault_of(source_at(server.base))
    server.paths["/data/2020.tif"] = Served(body=changed, etag="")
    (got,) = fetch(source_at(server.base))
    assert got.path.read_bytes() == changed


def test_a_server_without_ranges_begins_anew(server):
    server.paths["/data/2020.tif"] = Served(ranges=False, drops=[70_000])
    (got,) = fetch(source_at(server.base))
    assert got.path.read_bytes() == TIFF


def test_a_file_that_was_whole_but_unnamed_is_not_asked_for_again(server, tmp_path):
    server.paths["/data/2020.tif"] = Served(drops=[70_000, 0, 0])
    fault_of(source_at(server.base))
    (tmp_path / "cache/test/2020.tif.partial").write_bytes(TIFF)
    (got,) = fetch(source_at(server.base))
    assert got.path.read_bytes() == TIFF
    assert server.ranges_asked()[-1] == f"bytes={len(TIFF)}-"


def test_a_server_that_tells_no_length(server):
    server.paths["/data/2020.tif"] = Served(length=False)
    (got,) = fetch(source_at(server.base))
    assert got.path.read_bytes() == TIFF


def test_a_slow_server_is_asked_again_and_then_given_up(server):
    server.paths["/data/2020.tif"] = Served(wait_s=0.4)
    impatient = Patience(timeout_s=0.1, tries=2, pause_s=0.0)
    assert fault_of(source_at(server.base), patience=impatient).key == "read.public_no_network"
    assert len(server.asked) == 2


def test_a_busy_server_is_asked_again(server):
    server.paths["/data/2020.tif"] = Served(status=503, headers={"Retry-After": "0"})
    fault = fault_of(source_at(server.base))
    assert (fault.key, fault.values["status"], len(server.asked)) == ("read.public_status", 503, 3)


@pytest.mark.parametrize(
    ("status", "key"),
    [
        (404, "read.public_gone"),
        (410, "read.public_gone"),
        (403, "read.public_refused"),
        (400, "read.public_status"),
    ],
)
def test_a_status_is_told_at_once(server, status, key):
    server.paths["/data/2020.tif"] = Served(status=status)
    assert fault_of(source_at(server.base)).key == key
    assert len(server.asked) == 1


def test_nobody_there(server):
    source = source_at(server.base)
    server.stop()
    fault = fault_of(source)
    assert fault.key == "read.public_no_network"
    assert fault.values["host"] == "127.0.0.1"


def test_a_page_in_place_of_data_leaves_nothing(server, tmp_path):
    server.paths["/data/2020.tif"] = Served(body=PAGE)
    assert fault_of(source_at(server.base)).key == "read.public_page"
    assert left(tmp_path) == set()


def test_a_page_does_not_spoil_what_came_before(server, tmp_path):
    server.paths["/data/2020.tif"] = Served(drops=[70_000, 0, 0])
    fault_of(source_at(server.base))
    server.paths["/data/2020.tif"] = Served(body=PAGE, ranges=False)
    assert fault_of(source_at(server.base)).key == "read.public_page"
    assert (tmp_path / "cache/test/2020.tif.partial").stat().st_size == 70_000


@pytest.mark.parametrize("body", [b"", b"II", b"something else" * 100])
def test_what_is_no_file_of_the_format_is_refused(server, body):
    server.paths["/data/2020.tif"] = Served(body=body)
    assert fault_of(source_at(server.base)).key == "read.public_not_format"


def with_md5(base: str):
    return source_at(base, files={"md5": "{address}.md5"})


def test_a_published_checksum_is_compared(server):
    server.paths["/data/2020.tif"] = Served()
    server.paths["/data/2020.tif.md5"] = Served(body=f"{MD5}  2020.tif\n".encode())
    (got,) = fetch(with_md5(server.base))
    assert got.record.against == "published"
    assert got.record.published == ["md5", MD5, f"{server.base}/data/2020.tif.md5"]
    assert got.notes == ()


def test_a_wrong_checksum_puts_the_file_aside(server, tmp_path):
    server.paths["/data/2020.tif"] = Served()
    server.paths["/data/2020.tif.md5"] = Served(body=b"0" * 32)
    fault = fault_of(with_md5(server.base))
    assert fault.key == "read.public_checksum"
    assert fault.values["found"] == MD5
    assert left(tmp_path) == {"2020.tif.wrong"}
    server.paths["/data/2020.tif.md5"] = Served(body=MD5.encode())
    (got,) = fetch(with_md5(server.base))
    assert got.record.against == "published"
    assert server.ranges_asked()[-1] == ""  # anew, not on from the wrong one


def test_a_checksum_that_cannot_be_had_is_told(server):
    server.paths["/data/2020.tif"] = Served()
    (got,) = fetch(with_md5(server.base))
    assert got.record.against == "recorded"
    assert [note.key for note in got.notes] == ["read.public_no_checksum", "read.public_recorded"]


def test_a_mirror_is_asked_first(server):
    server.paths["/mirror/data/2020.tif"] = Served()
    (got,) = fetch(source_at(server.base), mirror=f"{server.base}/mirror/")
    assert got.record.address == f"{server.base}/mirror/data/2020.tif"


def test_the_next_address_is_asked_if_one_fails(server):
    server.paths["/data/2020.tif"] = Served()
    (got,) = fetch(source_at(server.base), mirror=f"{server.base}/mirror")
    assert [path for path, _ in server.asked] == ["/mirror/data/2020.tif", "/data/2020.tif"]
    assert got.record.address == f"{server.base}/data/2020.tif"


def test_a_mirror_of_the_source_helps_out(server):
    server.paths["/other/data/2020.tif"] = Served()
    (got,) = fetch(source_at(server.base, files={"mirrors": (f"{server.base}/other",)}))
    assert got.record.address == f"{server.base}/other/data/2020.tif"


def test_all_addresses_are_told_if_all_fail(server):
    server.paths["/mirror/data/2020.tif"] = Served(body=PAGE)
    fault = fault_of(source_at(server.base), mirror=f"{server.base}/mirror")
    assert isinstance(fault, Faults)
    assert [each.key for each in fault.faults] == ["read.public_page", "read.public_gone"]


def test_pieces_of_two_addresses_are_joined_only_under_a_checksum(server):
    server.paths["/mirror/data/2020.tif"] = Served(drops=[70_000, 0, 0])
    server.paths["/data/2020.tif"] = Served()
    fetch(source_at(server.base), mirror=f"{server.base}/mirror")
    assert server.ranges_asked()[-1] == ""


def test_pieces_are_joined_under_a_checksum(server):
    server.paths["/mirror/data/2020.tif"] = Served(drops=[70_000, 0, 0])
    server.paths["/data/2020.tif"] = Served()
    server.paths["/data/2020.tif.md5"] = Served(body=MD5.encode())
    (got,) = fetch(with_md5(server.base), mirror=f"{server.base}/mirror")
    assert server.ranges_asked()[-1] == "bytes=70000-"
    assert got.path.read_bytes() == TIFF


@pytest.mark.parametrize(
    "mirror", ["file:///etc", "ftp://example.org", "data/x", "http://me:secret@example.org", "s3://b"]
)
def test_only_the_web_is_asked(server, mirror):
    fault = fault_of(source_at(server.base), mirror=mirror)
    assert fault.key == "read.public_scheme"
    assert server.asked == []


def test_redirects_are_followed(server):
    server.paths["/data/2020.tif"] = Served(
        body=b"", status=302, ranges=False, headers={"Location": "/elsewhere/f?key=1"}
    )
    server.paths["/elsewhere/f?key=1"] = Served(drops=[70_000])
    (got,) = fetch(source_at(server.base))
    assert got.path.read_bytes() == TIFF
    assert got.record.address == f"{server.base}/data/2020.tif"
    assert server.ranges_asked()[-1] == "bytes=70000-"


@pytest.mark.parametrize("there", ["file:///etc/hostname", "ftp://127.0.0.1/x"])
def test_redirects_off_the_web_are_not_followed(server, tmp_path, there):
    server.paths["/data/2020.tif"] = Served(body=b"", status=302, ranges=False, headers={"Location": there})
    assert fault_of(source_at(server.base)).key in ("read.public_scheme", "read.public_status")
    assert left(tmp_path) == set()


def test_redirects_in_a_circle_end(server):
    server.paths["/data/2020.tif"] = Served(
        body=b"", status=302, ranges=False, headers={"Location": "/data/2020.tif"}
    )
    assert fault_of(source_at(server.base)).key == "read.public_status"


def test_a_proxy_of_the_environment_is_used(server, monkeypatch):
    monkeypatch.setenv("http_proxy", server.base)
    server.paths["http://data.invalid/data/2020.tif"] = Served()
    (got,) = fetch(source_at("http://data.invalid"))
    assert got.path.read_bytes() == TIFF


def test_a_full_disk_is_told_before_it_fills(server, tmp_path, monkeypatch):
    server.paths["/data/2020.tif"] = Served()
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    fault = fault_of(source_at(server.base), mirror=f"{server.base}/mirror")
    assert "read.public_disk_full" in {each.key for each in fault.faults}


def test_a_disk_that_fills_up_keeps_what_came(server, tmp_path, monkeypatch):
    server.paths["/data/2020.tif"] = Served()
    real = Path.open

    class Full:
        def __init__(self, stream):
            self._stream = stream

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self._stream.close()

        def write(self, block):
            if self._stream.tell() > 50_000:
                raise OSError(errno.ENOSPC, "No space left on device")
            return self._stream.write(block)

        def __getattr__(self, name):
            return getattr(self._stream, name)

    def opened(path, *arguments, **named):
        stream = real(path, *arguments, **named)
        return Full(stream) if path.name.endswith(".partial") else stream

    monkeypatch.setattr(Path, "open", opened)
    fault = fault_of(source_at(server.base, files={"mirrors": (f"{server.base}/other",)}))
    assert fault.key == "read.public_disk_full_now"
    assert len(server.asked) == 1  # another address would not help
    monkeypatch.undo()
    assert (tmp_path / "cache/test/2020.tif.partial").stat().st_size > 50_000


def test_a_folder_that_cannot_be_made(server, tmp_path):
    (tmp_path / "file").write_text("x")
    server.paths["/data/2020.tif"] = Served()
    assert (
        fault_of(source_at(server.base), folder=tmp_path / "file" / "below").key == "read.public_unwritable"
    )


def test_interrupted_and_gone_on_with(server, tmp_path):
    server.paths["/data/2020.tif"] = Served()

    def stop(stage, done, _total):
        if stage.startswith("download") and done > 60_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(source_at(server.base), progress=stop)
    size = (tmp_path / "cache/test/2020.tif.partial").stat().st_size
    assert 0 < size < len(TIFF)
    (got,) = fetch(source_at(server.base))
    assert got.path.read_bytes() == TIFF
    assert server.ranges_asked()[-1] == f"bytes={size}-"
    assert left(tmp_path) == {"2020.tif", "2020.tif.cityebb.json"}


def test_two_at_once_do_not_mix(server, tmp_path):
    server.paths["/data/2020.tif"] = Served()
    target = tmp_path / "cache/test/2020.tif"
    target.parent.mkdir(parents=True)
    with download_module._alone(target):
        assert fault_of(source_at(server.base)).key == "read.public_busy"
    (got,) = fetch(source_at(server.base))
    assert got.path.read_bytes() == TIFF


def test_a_file_put_there_by_hand_is_taken(server, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "2020.tif").write_bytes(TIFF)
    (got,) = fetch(source_at(server.base), folder=own)
    assert (got.how, got.record.address, got.record.sha256) == ("adopted", "", SHA256)
    assert server.asked == []
    (own / "2020.tif").write_bytes(PAGE)
    (own / "2020.tif.cityebb.json").unlink()
    assert fault_of(source_at(server.base), folder=own).key == "read.public_page"


def test_a_file_that_was_changed_is_not_taken_for_it(server, tmp_path):
    server.paths["/data/2020.tif"] = Served()
    (got,) = fetch(source_at(server.base))
    got.path.write_bytes(TIFF[:-1])
    assert fault_of(source_at(server.base)).key == "read.public_changed"


def test_verified(server, tmp_path):
    server.paths["/data/2020.tif"] = Served()
    (got,) = fetch(source_at(server.base))
    folder = tmp_path / "cache"
    assert [(each.state, each.against) for each in verify_files([folder])] == [("good", "recorded")]
    got.path.write_bytes(b"X" + TIFF[1:])  # as long as before
    assert [each.state for each in verify_files([folder])] == ["changed"]
    got.path.unlink()
    assert [each.state for each in verify_files([folder, tmp_path / "other.tif"])] == ["missing", "unknown"]


def test_a_record_that_cannot_be_read_is_none(server, tmp_path):
    server.paths["/data/2020.tif"] = Served()
    (got,) = fetch(source_at(server.base))
    record = tmp_path / "cache/test/2020.tif.cityebb.json"
    assert json.loads(record.read_text())["sha256"] == SHA256
    record.write_text("{")
    assert read_record(got.path) is None
    assert verify_files([got.path])[0].state == "unknown"


def test_progress_is_told(server):
    server.paths["/data/2020.tif"] = Served()
    told = []
    fetch(source_at(server.base), progress=lambda *each: told.append(each))
    stages = [stage for stage, _, _ in told]
    assert stages[0] == "download:2020.tif"
    assert ("download:2020.tif", len(TIFF), len(TIFF)) in told
    assert told[-1] == ("verify:2020.tif", len(TIFF), len(TIFF))
