"""A server on this machine that behaves as real ones do: well, slowly, badly; it stops by itself."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from cityebb.read.public import Patience, find_source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cityebb.read.public import Source

# Tests are no package: by this name they find what is here.
sys.modules["public_server"] = sys.modules[__name__]

TIFF = b"II*\x00" + bytes(range(256)) * 800
PAGE = b"<!DOCTYPE html><html><body>Please log in</body></html>" + b" " * 600
BRIEF = Patience(timeout_s=2.0, tries=3, pause_s=0.0)


@dataclass
class Served:
    """What the server has at a path, and how it gives it."""

    body: bytes = TIFF
    status: int = 200
    ranges: bool = True
    etag: str = '"one"'
    length: bool = True
    headers: dict[str, str] = field(default_factory=dict)
    drops: list[int] = field(default_factory=list)  # bytes after which an answer breaks off, one an answer
    allows: str = ""  # the one Authorization it takes
    wait_s: float = 0.0


class Server:
    """Serves ``paths`` and keeps what it was asked."""

    def __init__(self) -> None:
        self.paths: dict[str, Served] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._http.handle_error = lambda *_: None  # whoever asked has hung up
        self.port = self._http.server_address[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(5)

    def ranges_asked(self) -> list[str]:
        return [headers.get("range", "") for _, headers in self.asked]


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.asked.append((self.path, headers))
            served = server.paths.get(self.path)
            if served is None:
                self.send_error(404)
                return
            time.sleep(served.wait_s)
            if served.allows and headers.get("authorization") != served.allows:
                self.send_error(401)
                return
            _give(self, served, headers)

    return Handler


def _give(handler: BaseHTTPRequestHandler, served: Served, headers: dict[str, str]) -> None:
    start, status = 0, served.status
    asked = headers.get("range", "")
    if served.ranges and asked and headers.get("if-range", served.etag) == served.etag:
        start, status = int(asked.removeprefix("bytes=").rstrip("-")), 206
        if start >= len(served.body):
            handler.send_response(416)
            handler.send_header("Content-Range", f"bytes */{len(served.body)}")
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
    body = served.body[start:]
    handler.send_response(status)
    if status == 206:
        handler.send_header("Content-Range", f"bytes {start}-{len(served.body) - 1}/{len(served.body)}")
    if served.etag:
        handler.send_header("ETag", served.etag)
    if served.length:
        handler.send_header("Content-Length", str(len(body)))
    for name, value in served.headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    if served.drops:
        handler.wfile.write(body[: served.drops.pop(0)])
        handler.wfile.flush()
        handler.connection.close()
        return
    handler.wfile.write(body)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    running = Server()
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No account of whoever runs the tests, and a cache of our own."""
    for name in ("EOG_TOKEN", "EARTHDATA_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "no netrc"))
    monkeypatch.setenv("CITYEBB_DATA", str(tmp_path / "cache"))


def source_at(base: str, **changes: Any) -> Source:
    """Return a source whose files lie at ``base/data/YEAR.tif``."""
    files = {"address": f"{base}/data/{{year}}.tif", "years": (2020, 2021), **changes.pop("files", {})}
    like = find_source("worldpop-2000-2020")
    assert like.files is not None
    made = like.files.model_copy(update=files)
    return like.model_copy(update={"id": "test", "login": "none", "format": "tiff", "files": made, **changes})
