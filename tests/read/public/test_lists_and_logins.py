"""Lists of four makers, accounts that only their own hosts see, and the first bytes of files."""

from __future__ import annotations

import hashlib
import json
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from public_server import BRIEF, PAGE, TIFF, Served, source_at

from cityebb.model import CityebbError
from cityebb.read.public import Choice, Login, cache_folder, get_files, logins
from cityebb.read.public.listing import read_list
from cityebb.read.public.logins import authorise
from cityebb.read.public.signs import has_sign, is_page, require_sign
from cityebb.read.public.wanted import is_safe_name
from cityebb.words import using

MD5 = hashlib.md5(TIFF, usedforsecurity=False).hexdigest()
CHOICE = Choice(year=2020)


def listed_source(base: str, listing: str, match: str = r"a_{year}_\w+\.tif"):
    return source_at(base, files={"address": f"{base}/list.json", "listing": listing, "match": match})


def lists(base: str) -> dict[str, object]:
    file = f"{base}/f/1"
    return {
        "figshare": {"files": [
            {"name": "readme.txt", "download_url": f"{base}/no"},
            {"name": "a_2020_x.tif", "download_url": file, "computed_md5": MD5, "size": len(TIFF)},
        ]},
        "dataverse": {"data": {"latestVersion": {"files": [
            {"dataFile": {"id": 7, "filename": "a_2020_x.tif", "md5": MD5, "filesize": len(TIFF)}},
        ]}}},
        "laads": {"content": [
            {"name": "a_2020_x.tif", "md5sum": MD5, "size": str(len(TIFF)), "downloadsLink": file},
        ]},
        "geoboundaries": {"gjDownloadURL": f"{base}/g/a_2020_x.tif"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("form", "place", "against"),
    [
        ("figshare", "/f/1", "published"),
        ("dataverse", "/api/access/datafile/7", "published"),
        ("laads", "/f/1", "published"),
        ("geoboundaries", "/g/a_2020_x.tif", "recorded"),
    ],
)
def test_a_list_is_asked_and_followed(server, form, place, against):
    server.paths["/list.json"] = Served(body=json.dumps(lists(server.base)[form]).encode())
    server.paths[place] = Served()
    source = listed_source(server.base, form)
    (got,) = get_files(source, CHOICE, patience=BRIEF)
    assert got.path.name == "a_2020_x.tif"
    assert got.path.read_bytes() == TIFF
    assert got.record.against == against
    asked = len(server.asked)
    (again,) = get_files(source, CHOICE, offline=True)
    assert (again.how, len(server.asked)) == ("here", asked)


def test_the_size_of_a_list_is_compared(server, tmp_path):
    record = lists(server.base)["figshare"]
    record["files"][1] |= {"size": 5, "computed_md5": None}
    server.paths["/list.json"] = Served(body=json.dumps(record).encode())
    server.paths["/f/1"] = Served()
    with pytest.raises(CityebbError) as caught:
        get_files(listed_source(server.base, "figshare"), CHOICE, patience=BRIEF)
    assert caught.value.key == "read.public_size"
    assert (tmp_path / "cache/test/a_2020_x.tif.wrong").exists()


@pytest.mark.parametrize("name", ["../a_2020_x.tif", "/etc/a_2020_x.tif", ".a_2020_x.tif", "b\\a_2020_x.tif"])
def test_a_name_of_a_list_cannot_lead_elsewhere(server, tmp_path, name):
    record = {"files": [{"name": name, "download_url": f"{server.base}/f/1"}]}
    server.paths["/list.json"] = Served(body=json.dumps(record).encode())
    server.paths["/f/1"] = Served()
    source = listed_source(server.base, "figshare", match=r".*a_{year}_x\.tif")
    with pytest.raises(CityebbError) as caught:
        get_files(source, CHOICE, patience=BRIEF)
    assert caught.value.key == "read.public_list_none"
    assert not list(tmp_path.rglob("*.tif"))


def test_an_address_of_a_list_must_be_on_the_web(server):
    record = {"files": [{"name": "a_2020_x.tif", "download_url": "file:///etc/hostname"}]}
    server.paths["/list.json"] = Served(body=json.dumps(record).encode())
    with pytest.raises(CityebbError) as caught:
        get_files(listed_source(server.base, "figshare"), CHOICE, patience=BRIEF)
    assert caught.value.key == "read.public_scheme"


@pytest.mark.parametrize("form", ["figshare", "dataverse", "laads", "geoboundaries"])
@pytest.mark.parametrize(
    "text", [b"", b"<html>", b"[]x", b'{"other": 1}', b'{"files": 3}', b"\xff", b"[3]", b'"x"']
)
def test_what_is_no_list_is_refused(form, text):
    with pytest.raises(CityebbError) as caught:
        read_list(form, text, "https://a.org/list.json")
    assert caught.value.key == "read.public_list_unreadable"


def test_laads_lies_beside_its_list():
    text = json.dumps([{"name": "x.h5"}]).encode()
    assert read_list("laads", text, "https://a.org/2020/001.json")[0].address == "https://a.org/2020/001/x.h5"


@given(st.text(max_size=20))
def test_a_safe_name_stays_in_its_folder(name):
    if is_safe_name(name):
        assert not set(name) & set("/\\:\0\n")
        assert name not in (".", "..")


@pytest.fixture
def account(monkeypatch):
    """EOG's account, at this machine."""
    mine = Login("EOG_TOKEN", ("127.0.0.1",), (), "https://register.example")
    monkeypatch.setitem(logins.LOGINS, "eog", mine)
    return mine


@pytest.mark.parametrize(("language", "word"), [("zh", "EOG 账户"), ("en", "an EOG account")])
def test_a_login_that_is_missing_is_told_with_how_to_give_it(server, account, language, word):
    server.paths["/data/2020.tif"] = Served(allows="Bearer secret")
    with using(language):
        with pytest.raises(CityebbError) as caught:
            get_files(source_at(server.base, login="eog"), CHOICE, patience=BRIEF)
        text = str(caught.value)
    assert caught.value.key == "read.public_login"
    assert all(part in text for part in (word, "EOG_TOKEN", account.register, "netrc", "401"))
    assert [headers.get("authorization") for _, headers in server.asked] == [None]


def test_a_page_of_a_source_with_login_is_called_a_login(server, account):
    server.paths["/data/2020.tif"] = Served(body=PAGE)
    with pytest.raises(CityebbError) as caught:
        get_files(source_at(server.base, login="eog"), CHOICE, patience=BRIEF)
    assert caught.value.key == "read.public_login_page"


def test_a_token_of_the_environment_is_sent_and_never_kept(server, account, monkeypatch, tmp_path):
    monkeypatch.setenv("EOG_TOKEN", "secret")
    server.paths["/data/2020.tif"] = Served(allows="Bearer secret")
    (got,) = get_files(source_at(server.base, login="eog"), CHOICE, patience=BRIEF)
    assert got.path.read_bytes() == TIFF
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"secret" in path.read_bytes()]


def test_a_netrc_file(server, account, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    monkeypatch.setenv("NETRC", str(netrc))
    netrc.write_text("machine 127.0.0.1 login token password secret\n")
    netrc.chmod(0o600)
    assert authorise("http://127.0.0.1:1/x", "eog") == "Bearer secret"
    netrc.write_text("machine 127.0.0.1 login me password you\n")
    assert authorise("http://127.0.0.1:1/x", "eog") == "Basic bWU6eW91"
    assert authorise("http://127.0.0.1:1/x", "none") is None
    netrc.write_text("machine 127.0.0.1 oops\n")
    with pytest.raises(CityebbError) as caught:
        authorise("http://127.0.0.1:1/x", "eog")
    assert caught.value.key == "read.public_netrc"


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("https://eogdata.mines.edu/x", True),
        ("http://eogdata.mines.edu/x", False),
        ("https://eogdata.mines.edu.evil.org/x", False),
        ("https://mirror.org/eogdata.mines.edu", False),
        ("https://ladsweb.modaps.eosdis.nasa.gov/x", False),
    ],
)
def test_a_token_goes_to_its_own_hosts_only(monkeypatch, address, sent):
    monkeypatch.setenv("EOG_TOKEN", "secret")
    assert (authorise(address, "eog") is not None) == sent


def test_a_redirect_elsewhere_does_not_take_the_token_along(server, account, monkeypatch):
    def here(_host, port, *_arguments, **_named):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setenv("EOG_TOKEN", "secret")
    monkeypatch.setattr(socket, "getaddrinfo", here)
    away = server.base.replace("127.0.0.1", "localhost")
    moved = {"Location": f"{away}/store/f"}
    server.paths["/data/2020.tif"] = Served(body=b"", status=302, ranges=False, headers=moved)
    server.paths["/store/f"] = Served()
    get_files(source_at(server.base, login="eog"), CHOICE, patience=BRIEF)
    told = {path: headers.get("authorization") for path, headers in server.asked}
    assert told == {"/data/2020.tif": "Bearer secret", "/store/f": None}


FORMS = ("gzip", "tiff", "hdf5", "zip", "geopackage", "geojson", "parquet", "osm-pbf")


@pytest.mark.parametrize("form", FORMS)
def test_a_page_has_no_sign_of_data(form):
    assert is_page(PAGE)
    assert not has_sign(PAGE, form)
    with pytest.raises(CityebbError) as caught:
        require_sign(PAGE, form, address="https://a.org", login="none")
    assert caught.value.key == "read.public_page"


@pytest.mark.parametrize(
    ("head", "form"),
    [
        (b"\x1f\x8b\x08", "gzip"),
        (b"MM\x00+", "tiff"),
        (b"\x89HDF\r\n\x1a\n", "hdf5"),
        (b"PK\x03\x04", "zip"),
        (b"SQLite format 3\x00", "geopackage"),
        (b'\xef\xbb\xbf \n{"type"', "geojson"),
        (b"PAR1", "parquet"),
        (b"\x00\x00\x00\x0e\x0a\x09OSMHeader", "osm-pbf"),
    ],
)
def test_signs(head, form):
    assert has_sign(head, form)
    assert not is_page(head)
    require_sign(head, form, address="https://a.org", login="none")
    if form not in ("gzip", "zip"):  # a TIFF may come packed
        assert [other for other in FORMS if has_sign(head, other)] == [form]


@given(st.binary(max_size=40), st.sampled_from(FORMS))
def test_no_bytes_are_both_a_page_and_data(head, form):
    assert not (is_page(head) and has_sign(head, form))


@pytest.mark.parametrize(
    "head", [b"<html>", b"\xef\xbb\xbf\n<!DOCTYPE HTML>", b'<?xml version="1.0"?>\n<html>', b"<!-- x -->"]
)
def test_pages(head):
    assert is_page(head)


def test_folders():
    assert cache_folder({"CITYEBB_DATA": "/d"}, "linux").as_posix() == "/d"
    assert cache_folder({"XDG_CACHE_HOME": "relative"}, "linux").parts[-3:] == (".cache", "cityebb", "data")
    assert cache_folder({"LOCALAPPDATA": "/l"}, "win32").as_posix() == "/l/cityebb/Cache/data"
    assert cache_folder({}, "darwin").parts[-4:] == ("Library", "Caches", "cityebb", "data")
