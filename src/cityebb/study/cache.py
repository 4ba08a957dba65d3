"""What each stage made, kept under a key: whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cityebb.model import CityebbError, file_record, fingerprint, source_hash
from cityebb.words import LANGUAGES
from cityebb.words import keys as sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

STAGES = ".stages"
"""The folder inside the results that holds what the stages made."""

KEEP = 3
"""How many results of one stage are kept beside the one in use, so that a change can be taken back."""

_PARTIAL = ".partial"
_WHOLE = "whole.json"
# What an operating system says when a disk, or one's share of it, is full.
FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG)


class Store:
    """The stages' results in one folder of results.

    Parameters
    ----------
    out
        The folder of the results; made if it is not there.

    Raises
    ------
    CityebbError
        If the folder cannot be written.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self.root = out / STAGES
        try:
            with writing(out):
                self.root.mkdir(parents=True, exist_ok=True)
                probe = self.root / f"probe{_PARTIAL}"
                probe.write_bytes(b"")
                probe.unlink()
        except (OSError, ValueError) as error:  # a name too long, links in a circle, a NUL in the name
            raise not_writable(out, error) from error

    def clean(self) -> None:
        """Remove what a killed run left unfinished; call it under the lock only."""
        for left in self.root.glob(f"*{_PARTIAL}"):
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)

    def folder(self, stage: str, key: str) -> Path:
        """Return where a stage's result lies, or would lie."""
        return self.root / f"{stage}-{key}"

    def has(self, stage: str, key: str) -> bool:
        """Whether it is there; a folder without ``.partial`` in its name is whole."""
        return self.folder(stage, key).is_dir()

    def is_whole(self, stage: str, key: str) -> bool:
        """Whether every file of a result is what was written: disks err, and people try things."""
        folder = self.folder(stage, key)
        try:
            written = json.loads((folder / _WHOLE).read_text("utf-8"))
            return bool(written == _digests(folder))
        except (OSError, ValueError):
            return False

    @contextmanager
    def put(self, stage: str, key: str) -> Iterator[Path]:
        """Yield an empty folder; at the end of the block it becomes the stage's result in one step."""
        target = self.folder(stage, key)
        partial = target.with_name(target.name + _PARTIAL)
        with writing(self.out):
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            try:
                yield partial
                write_json(partial / _WHOLE, _digests(partial))
                if target.exists():
                    shutil.rmtree(target)
                partial.replace(target)
            except BaseException:
                shutil.rmtree(partial, ignore_errors=True)
                raise

    def prune(self, used: Iterable[Path]) -> None:
        """Remove results not used, but for the latest ``KEEP`` of each stage."""
        kept = {path.name for path in used}
        by_stage: dict[str, list[Path]] = {}
        for path in sorted(self.root.iterdir(), key=lambda path: -path.stat().st_mtime_ns):
            if path.is_dir() and path.name not in kept:
                by_stage.setdefault(path.name.rpartition("-")[0], []).append(path)
        for paths in by_stage.values():
            for path in paths[KEEP:]:
                shutil.rmtree(path, ignore_errors=True)

    def write_json(self, name: str, value: object) -> None:
        """Write a small record beside the stages, whole or not at all."""
        with writing(self.out):
            write_json(self.root / name, value)

    def read_json(self, name: str) -> Any:  # noqa: ANN401 - plain JSON
        """Return a small record, ``None`` where it is not there or not whole."""
        try:
            return json.loads((self.root / name).read_text("utf-8"))
        except (OSError, ValueError):
            return None


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Say in our words why a folder cannot be written."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise CityebbError("study.disk_full", path=str(folder)) from error
        if (
            isinstance(error, (PermissionError, NotADirectoryError, FileExistsError, IsADirectoryError))
            or error.errno == errno.EROFS
        ):
            raise not_writable(folder, error) from error
        raise


def not_writable(folder: Path, error: OSError | ValueError) -> CityebbError:
    """Return the fault that a folder of results cannot be written, with the system's reason in our words."""
    from cityebb.read.places import reason_of, shown

    return CityebbError("study.not_writable", path=shown(str(folder)), reason=reason_of(error))


def _digests(folder: Path) -> dict[str, str]:
    found = {}
    for path in sorted(folder.iterdir()):
        if path.name != _WHOLE:
            with path.open("rb") as stream:
                found[path.name] = hashlib.file_digest(stream, "blake2b").hexdigest()
    return found


def write_json(path: Path, value: object) -> None:
    """Write plain values as JSON, whole or not at all."""
    partial = path.with_name(path.name + _PARTIAL)
    partial.write_text(json.dumps(value, ensure_ascii=False, indent=1, default=str), "utf-8")
    partial.replace(path)


@contextmanager
def locked(store: Store) -> Iterator[None]:
    """Hold the folder of results for this process alone.

    The operating system lets the lock go when the process ends, however it ends, so a killed run
    locks nobody out.

    Raises
    ------
    CityebbError
        If another run holds it.
    """
    path = store.root / "lock"
    with writing(store.out), path.open("a+", encoding="ascii") as stream:
        if not _take(stream.fileno()):
            stream.seek(0)
            raise CityebbError("study.locked", path=str(store.out), pid=stream.read().strip() or "?")
        stream.seek(0)
        stream.truncate()
        stream.write(str(os.getpid()))
        stream.flush()
        yield


def _take(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            # The byte lies behind the text, which others must be able to read.
            os.lseek(descriptor, 1 << 20, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:  # a network disk without locks: nothing can be promised, nothing is refused
        return error.errno in (errno.ENOLCK, errno.ENOTSUP)
    return True


class Inputs:
    """The sha256 of every input, remembered by path, size and times of change."""

    _NAME = "inputs.json"

    def __init__(self, store: Store) -> None:
        self._store = store
        known = store.read_json(self._NAME)
        self._known: dict[str, dict[str, Any]] = known if isinstance(known, dict) else {}
        self._stopped = False

    def stop(self) -> None:
        """Read no further file: the run is over."""
        self._stopped = True

    def knows(self, paths: Iterable[Path]) -> bool:
        """Whether no file would have to be read."""
        return all(self._remembered(path) is not None for path in paths)

    def records(self, paths: Iterable[Path]) -> list[dict[str, Any]]:
        """Return ``file``, ``bytes`` and ``sha256`` of each file, reading only those that changed.

        Raises
        ------
        CityebbError
            If a file changes while it is read.
        """
        records = []
        for path in paths:
            if self._stopped:
                return []
            record = self._remembered(path)
            if record is None:
                before = _stamp(path)
                record = file_record(path)
                if _stamp(path) != before:
                    raise CityebbError("study.input_changed", path=str(path))
                self._known[_address(path)] = {**before, **record}
            records.append(record)
        self._store.write_json(self._NAME, self._known)
        return records

    def _remembered(self, path: Path) -> dict[str, Any] | None:
        known = self._known.get(_address(path))
        if known is None or any(known.get(name) != value for name, value in _stamp(path).items()):
            return None
        return {name: known[name] for name in ("file", "bytes", "sha256")}


def _address(path: Path) -> str:
    """Return where a file lies; bytes of a folder's name that are no text are written out."""
    return str(path.resolve()).encode("utf-8", "backslashreplace").decode()


def _stamp(path: Path) -> dict[str, int]:
    status = path.stat()
    # The time of writing can be set back, as copying does; that of the entry in the folder cannot.
    return {
        "bytes": status.st_size,
        "changed_ns": status.st_mtime_ns,
        "entry_ns": status.st_ctime_ns,
        "node": status.st_ino,
    }


@cache
def rooms_hash(*rooms: str) -> str:
    """Return a hash of the rooms' sources and of the data files they carry."""
    digest = hashlib.sha256(source_hash(*rooms).encode())
    root = Path(__file__).parent.parent
    for room in rooms:
        for path in sorted((root / room).rglob("*")):
            if path.is_file() and path.suffix not in (".py", ".pyc", ".po", ".mo"):
                digest.update(path.relative_to(root).as_posix().encode())
                digest.update(file_record(path)["sha256"].encode())
    return digest.hexdigest()[:16]


@cache
def words_hash() -> str:
    """Return a hash of every sentence in every language: a report is made of them."""
    return fingerprint({language: sentences(language) for language in LANGUAGES})
