"""``cityebb data``: what there is, what comes, what has changed; nothing is asked for unasked."""

from __future__ import annotations

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cityebb.words import LANGUAGES

LIGHTS = gzip.compress(b"II*\x00" + bytes(5000), mtime=0)
NAME = "VNL_v21_npp_2020_global_vcmslcfg_c202205302300.average_masked.dat.tif.gz"
PLACE = f"/nighttime_light/annual/v21/2020/{NAME}"


@pytest.fixture
def mirror(monkeypatch, tmp_path):
    """A mirror at this machine; what it was asked is in ``asked``, what it has in ``has``."""
    monkeypatch.setenv("CITYEBB_DATA", str(tmp_path / "cache"))
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "EOG_TOKEN"):
        monkeypatch.delenv(name, raising=False)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            server.asked.append(self.path)
            body = server.has.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.asked, server.has = [], {f"/m{PLACE}": LIGHTS}
    server.address = f"http://127.0.0.1:{server.server_address[1]}/m"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


def row_of(text: str, name: str) -> str:
    lines = text.splitlines()
    return lines[next(place for place, line in enumerate(lines) if line.startswith(name)) + 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_tells_licence_login_and_who_looked(call, language):
    told = call("data", "list", "--lang", language)
    assert told.code == 0
    words = {"zh": ["CC BY 4.0", "EOG 账户", "未访问"], "en": ["CC BY 4.0", "EOG account", "not visited"]}
    assert all(word in row_of(told.out, "viirs-annual") for word in words[language])
    assert {"zh": "地址未查", "en": "address unchecked"}[language] in row_of(told.out, "gadm")


def test_the_list_by_kind_and_year(call):
    told = call("data", "list", "--kind", "light", "--year", "1995", "--json")
    record = json.loads(told.out)
    assert [each["id"] for each in record["sources"]] == ["dmsp-stable-lights", "li-harmonised-lights"]
    assert [each["checked_state"] for each in record["sources"]] == ["unchecked", "read of"]
    assert call("data", "list", "--year", "1066", "--lang", "en").out == "There is no such source.\n"
    assert call("data", "list", "--kind", "weather").code == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_source_is_told_whole(call, language):
    told = call("data", "list", "viirs-annual", "--lang", language).out
    for part in ("10.3390/rs13050922", "average_masked", "github.com", 'indicator = "light"', "2012–2023"):
        assert part in told


@pytest.mark.parametrize("command", ["list", "get", "verify"])
def test_help_is_in_one_language(call, command):
    assert "用法" in call("data", command, "--help", "--lang", "zh").out
    english = call("data", command, "--help", "--lang", "en").out
    assert english.startswith("Usage")
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in english)


def test_get_and_verify(call, mirror, tmp_path):
    got = call("data", "get", "viirs-annual", "--year", "2020", "--mirror", mirror.address, "--lang", "en")
    assert got.code == 0
    path = tmp_path / "cache/viirs-annual" / NAME
    assert path.read_bytes() == LIGHTS
    assert got.out.startswith(f"{path} (")
    assert "checksum recorded at download" in got.out
    assert "not visited" in got.err
    assert "Elvidge" in got.err

    again = call("data", "get", "viirs-annual", "--year", "2020", "--offline", "--json")
    assert json.loads(again.out)["files"][0]["how"] == "here"
    assert len(mirror.asked) == 1

    good = call("data", "verify", "--lang", "en")
    assert (good.code, good.out.splitlines()[-1]) == (0, "1 file checked, all unchanged.")
    path.write_bytes(LIGHTS[:-1] + b"X")
    bad = call("data", "verify", "--lang", "en")
    assert bad.code == 2
    assert f'"{path}" is not as recorded (changed)' in bad.err
    record = json.loads(call("data", "verify", path, "--json").out)
    assert record["errors"][0]["key"] == "cli.data.not_as_recorded"


def test_several_years_into_a_folder(call, mirror, tmp_path):
    mirror.has[f"/m{PLACE}".replace("2020/", "2021/").replace("npp_2020", "npp_2021")] = LIGHTS
    own = tmp_path / "own"
    years = ("--year", "2020-2021", "--to", own, "--mirror", mirror.address, "--quiet")
    told = call("data", "get", "viirs-annual", *years)
    assert (told.code, told.err) == (0, "")
    assert len(list(own.glob("*.tif.gz"))) == 2


def test_verify_of_nothing(call, mirror, tmp_path):
    told = call("data", "verify", "--lang", "en")
    assert told.code == 0
    assert "holds no downloaded files" in told.out
    (tmp_path / "x.tif").write_bytes(b"II*\x00")
    assert call("data", "verify", tmp_path / "x.tif", "--lang", "en").code == 2
    assert mirror.asked == []


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (["get", "viirs-annual"], "read.public_needs"),
        (["get", "viirs-annual", "--year", "20x"], "cli.data.year_wrong"),
        (["get", "viirs-annual", "--year", "2020-2010"], "cli.data.year_wrong"),
        (["get", "viirs-annual", "--year", "2020", "--offline"], "read.public_offline"),
        (["get", "viirs-annual", "--year", "2020", "--mirror", "file:///"], "read.public_scheme"),
        (["get", "virs"], "read.public_unknown"),
        (["get", "landscan"], "read.public_by_hand"),
        (["lits"], "cli.unknown_command_near"),
        (["get"], "cli.argument_missing"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_faults(call, mirror, arguments, key, language):
    told = call("data", *arguments, "--json", "--lang", language)
    assert told.code == 2
    assert json.loads(told.out)["errors"][0]["key"] == key
    assert mirror.asked == []
