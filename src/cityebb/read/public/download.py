"""Get the files of a public source: from the cache, else from the web, checked and recorded."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from cityebb.model import CityebbError, Faults, Note, gather
from cityebb.read.places import reason_of, shown
from cityebb.read.public.folders import cache_folder
from cityebb.read.public.listing import pick_from_list, read_list
from cityebb.read.public.records import (
    PARTIAL,
    SUFFIX,
    Record,
    hash_file,
    read_record,
    record_path,
    write_record,
)
from cityebb.read.public.signs import HEAD_BYTES, require_sign
from cityebb.read.public.transfer import HERE_KEYS, bring, partial_path
from cityebb.read.public.wanted import Choice, Wanted, list_wanted
from cityebb.read.public.web import HitchError, Patience, open_address, require_http

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cityebb.read.public.source import Source

    Progress = Callable[[str, int, int], None]

Result = TypeVar("Result")

WRONG = ".wrong"
"""What is put behind the name of a file whose checksum is not the published one."""

_LONGEST_LIST = 32 << 20
_LONGEST_SUM = 4096
_MD5 = re.compile(rb"\b[0-9a-fA-F]{32}\b")


@dataclass(frozen=True)
class Fetched:
    """A file that is here.

    Parameters
    ----------
    path
        Where.
    how
        ``"downloaded"``; ``"here"``: it was here; ``"copied"``: from the cache; ``"adopted"``: it lay here
        without a record, brought by hand, and has one now.
    record
        What is known of it.
    notes
        What a reader must know.
    """

    path: Path
    how: str
    record: Record
    notes: tuple[Note, ...] = ()


def get_files(
    source: Source,
    choice: Choice | None = None,
    *,
    folder: Path | None = None,
    mirror: str | None = None,
    offline: bool = False,
    patience: Patience | None = None,
    progress: Progress | None = None,
) -> list[Fetched]:
    """Get the files of a source that a choice asks for.

    What is here already is not asked for again. What breaks off is gone on with by the next call.

    Parameters
    ----------
    source
        From :func:`find_source`.
    choice
        What is wanted of it.
    folder
        Where the files go; default: the cache (:func:`cache_folder`), in a folder of the source.
    mirror
        Beginning of an address that serves the same paths; asked first.
    offline
        Never ask the network.
    patience
        Timeouts and tries.
    progress
        Is told the stage, how much is done and how much there is.

    Returns
    -------
    list of Fetched
        One a file.

    Raises
    ------
    CityebbError
        If a file cannot be had; several faults are told together.
    """
    if mirror is not None:
        require_http(mirror)
    cache = cache_folder() / source.id
    errand = _Errand(folder or cache, cache, mirror, offline, patience or Patience(), progress)
    fetched: list[Fetched] = []
    with gather() as fault:
        for wanted in list_wanted(source, choice or Choice(), mirror=mirror):
            try:
                fetched += errand.get(wanted)
            except CityebbError as error:
                fault(error)
                if error.key in HERE_KEYS:
                    break
    return fetched


@dataclass(frozen=True)
class _Errand:
    folder: Path
    cache: Path
    mirror: str | None
    offline: bool
    patience: Patience
    progress: Progress | None

    def get(self, wanted: Wanted) -> list[Fetched]:
        here = self._find(wanted)
        if here:
            return here
        if self.offline:
            raise CityebbError(
                "read.public_offline", source=wanted.source.id, name=wanted.name, folder=str(self.folder)
            )
        if wanted.listing is None:
            return [self._download(wanted)]
        return [self._download(each) for each in self._ask_list(wanted)]

    def _find(self, wanted: Wanted) -> list[Fetched]:
        found = [self._take(path, wanted) for path in _matching(self.folder, wanted)]
        if found or self.cache == self.folder:
            return found
        return [self._copy(path) for path in _matching(self.cache, wanted) if read_record(path) is not None]

    def _take(self, path: Path, wanted: Wanted) -> Fetched:
        record = read_record(path)
        if record is None:
            with path.open("rb") as stream:
                head = stream.read(HEAD_BYTES)
            require_sign(head, wanted.source.format, address=str(path), login=wanted.source.login)
            record = self._recorded(path, path, replace(wanted, name=path.name), "")
            write_record(path, record)
            return Fetched(path, "adopted", record, (_note("read.public_adopted", wanted, name=path.name),))
        if path.stat().st_size != record.size:
            raise CityebbError(
                "read.public_changed", path=str(path), size=path.stat().st_size, expected=record.size
            )
        return Fetched(path, "here", record)

    def _copy(self, cached: Path) -> Fetched:
        path = self.folder / cached.name
        self._make_folder()
        partial = path.with_name(path.name + ".copying")
        try:
            shutil.copyfile(cached, partial)
            partial.replace(path)
            shutil.copyfile(record_path(cached), record_path(path))
        except OSError as error:
            raise CityebbError("read.public_unwritable", path=str(path), reason=error.strerror) from error
        finally:
            partial.unlink(missing_ok=True)
        record = read_record(path)
        if record is None:
            raise CityebbError("read.public_unwritable", path=str(path), reason=SUFFIX)
        return Fetched(path, "copied", record)

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as error:
            told = {"path": shown(str(self.folder)), "reason": reason_of(error)}
            raise CityebbError("read.public_unwritable", **told) from error

    def _ask_list(self, wanted: Wanted) -> list[Wanted]:
        def ask(address: str) -> list[Wanted]:
            text = self._read_small(address, wanted.source.login, _LONGEST_LIST)
            listed = read_list(str(wanted.listing), text, address)
            return pick_from_list(wanted, listed, address, self.mirror)

        return _first(wanted.addresses, ask)

    def _read_small(self, address: str, login: str, most: int) -> bytes:
        try:
            with open_address(address, login=login, patience=self.patience) as answer:
                return bytes(answer.read(most))
        except HitchError as hitch:
            raise hitch.error from hitch
        except OSError as error:
            raise CityebbError("read.public_dropped", address=address, reason=str(error)) from error

    def _download(self, wanted: Wanted) -> Fetched:
        target = self.folder / wanted.name
        if read_record(target) is not None:  # a list named what is here already
            return self._take(target, wanted)
        self._make_folder()
        with _alone(target):
            known, notes = self._with_checksum(wanted)

            def ask(address: str) -> Record:
                partial = bring(known, address, target, patience=self.patience, progress=self.progress)
                return self._finish(partial, target, known, address)

            record = _first(known.addresses, ask)
        if record.against == "recorded":
            notes = (*notes, _note("read.public_recorded", wanted, name=wanted.name))
        return Fetched(target, "downloaded", record, notes)

    def _with_checksum(self, wanted: Wanted) -> tuple[Wanted, tuple[Note, ...]]:
        """Ask for the checksum that lies beside the file, if the source publishes one."""
        if wanted.md5 is None or wanted.published is not None:
            return wanted, ()
        try:
            found = _MD5.search(self._read_small(wanted.md5, wanted.source.login, _LONGEST_SUM))
        except CityebbError:
            found = None
        if found is None:
            return wanted, (_note("read.public_no_checksum", wanted, name=wanted.name, address=wanted.md5),)
        return replace(wanted, published=("md5", found[0].decode().lower(), wanted.md5)), ()

    def _finish(self, partial: Path, target: Path, wanted: Wanted, address: str) -> Record:
        if wanted.size is not None and partial.stat().st_size != wanted.size:
            size, aside = partial.stat().st_size, _put_aside(partial, target)
            told = {"address": address, "size": size, "expected": wanted.size, "path": str(aside)}
            raise CityebbError("read.public_size", **told)
        record = self._recorded(partial, target, wanted, address)
        try:
            partial.replace(target)
            write_record(target, record)
        except OSError as error:
            raise CityebbError("read.public_unwritable", path=str(target), reason=error.strerror) from error
        return record

    def _recorded(self, path: Path, target: Path, wanted: Wanted, address: str) -> Record:
        """Return the record of a file; refuse it if its checksum is not the published one."""
        size = path.stat().st_size
        published = wanted.published
        algorithms = {"sha256"} | ({published[0]} if published else set())
        tell = self.progress
        step = None if tell is None else (lambda done: tell(f"verify:{wanted.name}", done, max(size, 1)))
        digests = hash_file(path, sorted(algorithms), step)
        if published is not None and digests[published[0]] != published[1]:
            aside = path if path == target else _put_aside(path, target)
            raise CityebbError(
                "read.public_checksum",
                address=address or str(path),
                algorithm=published[0],
                found=digests[published[0]],
                expected=published[1],
                where=published[2],
                path=str(aside),
            )
        return Record(
            source=wanted.source.id,
            choice=wanted.choice,
            address=address,
            date=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            size=size,
            sha256=digests["sha256"],
            against="recorded" if published is None else "published",
            published=None if published is None else list(published),
        )


def _first(addresses: tuple[str, ...], ask: Callable[[str], Result]) -> Result:
    """Return what the first address that answers gives; tell the faults of all if none does."""
    faults: list[CityebbError] = []
    for address in addresses:
        try:
            return ask(address)
        except CityebbError as error:
            faults += error.faults if isinstance(error, Faults) else [error]
            if error.key in HERE_KEYS:
                break
    raise faults[0] if len(faults) == 1 else Faults(faults)


def _matching(folder: Path, wanted: Wanted) -> list[Path]:
    """Return the files in a folder that are what is wanted."""
    if wanted.listing is None:
        path = folder / wanted.name
        return [path] if path.is_file() else []
    if not folder.is_dir():
        return []
    pattern = re.compile(wanted.name)
    made = (SUFFIX, PARTIAL, WRONG)
    return [
        path
        for path in sorted(folder.iterdir())
        if pattern.fullmatch(path.name)
        and not path.name.endswith(made)
        and path.is_file()
        and ((record := read_record(path)) is None or record.choice == wanted.choice)
    ]


def _put_aside(partial: Path, target: Path) -> Path:
    return partial.replace(target.with_name(target.name + WRONG))


def _note(key: str, wanted: Wanted, **values: object) -> Note:
    return Note(key, values, "info", wanted.source.id)


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Let no other process bring the same file at the same time."""
    lock = target.with_name(target.name + ".lock")
    try:
        stream = lock.open("a+b")
    except OSError as error:
        raise CityebbError("read.public_unwritable", path=str(lock), reason=error.strerror) from error
    with stream:
        try:
            _lock(stream.fileno())
            # Whoever held it may have removed it since: then this lock guards nothing.
            alone = os.fstat(stream.fileno()).st_ino == lock.stat().st_ino
        except OSError:
            alone = False
        if not alone:
            raise CityebbError("read.public_busy", path=str(partial_path(target)))
        try:
            yield
        finally:
            with suppress(OSError):  # Windows keeps what is open
                lock.unlink()
    with suppress(OSError):
        lock.unlink()


def _lock(number: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        msvcrt.locking(number, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
