"""Where a number comes from: hashes of files, of parameters and of the rooms that made it."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

_CHUNK = 1 << 20


def file_record(path: Path) -> dict[str, Any]:
    """Return a file's name, size in bytes and sha256.

    Reads the whole file once.
    """
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return {"file": path.name, "bytes": path.stat().st_size, "sha256": digest.hexdigest()}


def fingerprint(value: object) -> str:
    """Return a short hash of plain JSON values; equal values give equal hashes in every process.

    Examples
    --------
    >>> fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    True
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def source_hash(*rooms: str) -> str:
    """Return a hash of the Python sources of the named rooms."""
    digest = hashlib.sha256()
    root = Path(__file__).parent.parent
    for room in rooms:
        for path in sorted((root / room).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
