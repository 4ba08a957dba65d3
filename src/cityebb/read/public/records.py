"""What is written beside a downloaded file, so that it can be checked later: whence, when, its checksum."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from cityebb.model import gather
from cityebb.read.places import why_not

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

SUFFIX = ".cityebb.json"
PARTIAL = ".partial"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Record:
    """What is known of a file that lies here.

    Parameters
    ----------
    source
        Short name of the source.
    choice
        What was chosen of it.
    address
        Where it came from; empty where it was brought by hand.
    date
        When, UTC.
    size
        In bytes.
    sha256
        Of the file as it came.
    against
        ``"published"``: it agreed with a checksum published by its makers; ``"recorded"``: none was
        published, and this is what came the first time.
    published
        The published checksum, ``[algorithm, digits, where]``.
    """

    source: str
    choice: dict[str, Any]
    address: str
    date: str
    size: int
    sha256: str
    against: str
    published: list[str] | None = field(default=None)


@dataclass(frozen=True)
class Verified:
    """What a check of a file found.

    Parameters
    ----------
    path
        The file.
    state
        ``"good"``; ``"changed"``: other bytes than recorded; ``"missing"``: recorded, but gone;
        ``"unknown"``: nothing is recorded of it.
    against
        ``"published"`` or ``"recorded"``; empty where unknown.
    expected, found
        SHA-256.
    """

    path: str
    state: str
    against: str = ""
    expected: str = ""
    found: str = ""


def record_path(path: Path) -> Path:
    """Return where the record of a file lies."""
    return path.with_name(path.name + SUFFIX)


def write_record(path: Path, record: Record) -> None:
    """Write the record beside its file, whole or not at all."""
    target = record_path(path)
    partial = target.with_name(target.name + PARTIAL)
    partial.write_text(json.dumps(asdict(record), ensure_ascii=False, indent=2) + "\n", "utf-8")
    partial.replace(target)


def read_record(path: Path) -> Record | None:
    """Return the record of a file; ``None`` where there is none that can be read."""
    try:
        return Record(**json.loads(record_path(path).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def hash_file(
    path: Path, algorithms: Iterable[str], progress: Callable[[int], None] | None = None
) -> dict[str, str]:
    """Return checksums of a file, read once.

    Parameters
    ----------
    path
        The file.
    algorithms
        As in :mod:`hashlib`.
    progress
        Is told how many bytes are read.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a"
    ...     _ = path.write_bytes(b"abc")
    ...     hash_file(path, ["md5"])
    {'md5': '900150983cd24fb0d6963f7d28e17f72'}
    """
    hashes = {name: hashlib.new(name, usedforsecurity=False) for name in algorithms}
    done = 0
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            for each in hashes.values():
                each.update(block)
            done += len(block)
            if progress is not None:
                progress(done)
    return {name: each.hexdigest() for name, each in hashes.items()}


def verify_files(
    paths: Iterable[Path], progress: Callable[[str, int, int], None] | None = None
) -> list[Verified]:
    """Compare files with what was recorded when they came.

    Parameters
    ----------
    paths
        Files; folders stand for every file below them that has a record.
    progress
        Is told the stage, how much is done and how much there is.

    Returns
    -------
    list of Verified
        One a file, in the order given.

    Raises
    ------
    CityebbError, Faults
        For every path that the system refuses to look at.

    Examples
    --------
    >>> from pathlib import Path
    >>> verify_files([Path("no such folder")])
    [Verified(path='no such folder', state='unknown', against='', expected='', found='')]
    """
    with gather() as fault:
        for wrong in (why_not(path, str(path)) for path in paths):
            if wrong is not None:
                fault(wrong)
    found = []
    for path in paths:
        if path.is_dir():
            recorded = sorted(path.rglob(f"*{SUFFIX}"))
            found += [_verify(each.with_name(each.name.removesuffix(SUFFIX)), progress) for each in recorded]
        else:
            found.append(_verify(path, progress))
    return found


def _verify(path: Path, progress: Callable[[str, int, int], None] | None) -> Verified:
    record = read_record(path)
    if record is None:
        return Verified(str(path), "unknown")
    if not path.is_file():
        return Verified(str(path), "missing", record.against, record.sha256)
    size = max(path.stat().st_size, 1)
    tell = None if progress is None else (lambda done: progress(f"verify:{path.name}", done, size))
    digest = hash_file(path, ["sha256"], tell)["sha256"]
    state = "good" if digest == record.sha256 else "changed"
    return Verified(str(path), state, record.against, record.sha256, digest)
