"""Bring one file from one address: it goes on where it was, and appears whole or not at all."""

from __future__ import annotations

import errno
import http.client
import json
import re
import shutil
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from cityebb.model import CityebbError
from cityebb.read.public.records import PARTIAL
from cityebb.read.public.signs import HEAD_BYTES, require_sign
from cityebb.read.public.web import HitchError, PastEndError, Patience, dropped, open_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cityebb.read.public.wanted import Wanted

HERE_KEYS = (
    "read.public_disk_full",
    "read.public_disk_full_now",
    "read.public_unwritable",
    "read.public_busy",
)
"""Faults of this machine: another address does not mend them."""

_BLOCK = 1 << 16
_PARTIAL_CONTENT = 206
_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}  # Windows has no quota of that name
_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


@dataclass
class _Begun:
    """What is known of a file half brought."""

    address: str
    etag: str = ""
    modified: str = ""
    total: int | None = None


def partial_path(target: Path) -> Path:
    """Return where a file lies until it is whole."""
    return target.with_name(target.name + PARTIAL)


def bring(
    wanted: Wanted,
    address: str,
    target: Path,
    *,
    patience: Patience,
    progress: Callable[[str, int, int], None] | None = None,
) -> Path:
    """Bring a file from an address and return where it lies, whole but not yet checked.

    Parameters
    ----------
    wanted
        The file.
    address
        One of its addresses.
    target
        What it will be called; the file is brought to ``target`` with ``.partial`` after it.
    patience
        How long to wait and how often to ask.
    progress
        Is told the stage, the bytes here and the bytes there are (0 where the server does not tell).

    Raises
    ------
    CityebbError
        If it cannot be brought. What has come stays, and the next call goes on from there, unless it was no
        file of the format wanted.
    """
    partial = partial_path(target)
    failures, before = 0, -1
    while True:
        try:
            _attempt(wanted, address, partial, patience, progress)
        except HitchError as hitch:
            size = _size(partial)
            failures = failures + 1 if size <= before else 1
            before = max(before, size)
            if failures >= patience.tries:
                raise _given_up(hitch.error, partial) from hitch
            time.sleep(max(hitch.wait_s, patience.pause_s * 2 ** (failures - 1)))
        else:
            _note_path(partial).unlink(missing_ok=True)
            return partial


def _given_up(error: CityebbError, partial: Path) -> CityebbError:
    if error.key == "read.public_dropped" and _size(partial):
        return CityebbError(
            "read.public_dropped_kept", **error.values, megabytes=_size(partial) / 1e6, path=str(partial)
        )
    return error


def _attempt(
    wanted: Wanted,
    address: str,
    partial: Path,
    patience: Patience,
    progress: Callable[[str, int, int], None] | None,
) -> None:
    begun = _read_note(partial)
    offset = _size(partial) if begun is not None and _may_go_on(begun, address, wanted) else 0
    try:
        answer = open_address(
            address, login=wanted.source.login, patience=patience, headers=_headers(begun, address, offset)
        )
    except PastEndError as end:
        if offset and end.total == offset:
            return
        _forget(partial)
        raise dropped(address, "416") from end
    with answer:
        start, total = _where(answer)
        if start != offset or (begun and offset and begun.total and total and begun.total != total):
            if answer.status == _PARTIAL_CONTENT:  # not the piece asked for, or of another file
                _forget(partial)
                raise dropped(address, "206")
            start = 0
        head = _head(answer, wanted, address) if start == 0 else b""
        _room(partial, (total or 0) - start)
        note = _Begun(address, answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", ""), total)
        try:
            with partial.open("r+b" if start else "wb") as stream:
                _note_path(partial).write_text(json.dumps(asdict(note)), "utf-8")
                stream.seek(start)
                stream.truncate()
                stream.write(head)
                done = start + len(head)
                for block in _blocks(answer, address):
                    stream.write(block)
                    done += len(block)
                    if progress is not None:
                        progress(f"download:{wanted.name}", done, total or 0)
        except OSError as error:
            raise _disk(error, partial) from error
    if total is not None and done < total:
        raise dropped(address, f"{done:,} / {total:,}")


def _head(answer: Any, wanted: Wanted, address: str) -> bytes:  # noqa: ANN401 - an answer of http.client
    """Read enough to know what it is; nothing is written before."""
    head = b""
    for block in _blocks(answer, address):
        head += block
        if len(head) >= HEAD_BYTES:
            break
    require_sign(head, wanted.source.format, address=address, login=wanted.source.login)
    return head


def _blocks(answer: Any, address: str) -> Iterator[bytes]:  # noqa: ANN401 - an answer of http.client
    while True:
        try:
            block = answer.read1(_BLOCK)
        except (OSError, http.client.HTTPException) as error:
            raise dropped(address, error) from error
        if not block:
            return
        yield block


def _disk(error: OSError, partial: Path) -> CityebbError:
    if error.errno in _FULL:
        return CityebbError("read.public_disk_full_now", path=str(partial.parent))
    return CityebbError("read.public_unwritable", path=str(partial), reason=error.strerror)


def _headers(begun: _Begun | None, address: str, offset: int) -> dict[str, str]:
    if not offset:
        return {}
    headers = {"Range": f"bytes={offset}-"}
    if begun is not None and begun.address == address:
        same = begun.etag if begun.etag and not begun.etag.startswith("W/") else begun.modified
        if same:
            headers["If-Range"] = same
    return headers


def _may_go_on(begun: _Begun, address: str, wanted: Wanted) -> bool:
    # From another address only where a published checksum will tell whether the pieces belong together.
    return begun.address == address or wanted.published is not None


def _where(answer: Any) -> tuple[int, int | None]:  # noqa: ANN401 - an answer of http.client
    """Return where an answer begins and how long the whole file is."""
    told = answer.headers.get("Content-Length", "")
    if answer.status == _PARTIAL_CONTENT:
        found = _CONTENT_RANGE.match(answer.headers.get("Content-Range", ""))
        if found is None:
            return -1, None
        total = None if found[2] == "*" else int(found[2])
        return int(found[1]), total
    return 0, int(told) if told.isdecimal() else None


def _room(partial: Path, needed: int) -> None:
    free = shutil.disk_usage(partial.parent).free
    if needed > free:
        raise CityebbError(
            "read.public_disk_full", path=str(partial.parent), needed=needed / 1e9, free=free / 1e9
        )


def _size(partial: Path) -> int:
    return partial.stat().st_size if partial.exists() else 0


def _note_path(partial: Path) -> Path:
    return partial.with_name(partial.name + ".json")


def _read_note(partial: Path) -> _Begun | None:
    try:
        return _Begun(**json.loads(_note_path(partial).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _forget(partial: Path) -> None:
    partial.unlink(missing_ok=True)
    _note_path(partial).unlink(missing_ok=True)
