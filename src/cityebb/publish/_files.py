"""Files appear whole or not at all."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO

from cityebb.model import CityebbError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_FOLDER = {errno.ENOTDIR, errno.EEXIST, errno.EISDIR}


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """Yield a stream that becomes the file ``path`` when the block ends well, and nothing when it does not.

    Makes the folder if it is not there. What is written lies in ``<name>.partial`` in the same folder until
    it is complete and on the disk, then takes the name in one step.

    Raises
    ------
    CityebbError
        If the disk is full, the folder may not be written to, or a part of the path is no folder.
    """
    partial = path.with_name(path.name + ".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    except OSError as problem:
        raise _told(problem, path) from problem
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _told(problem: OSError, path: Path) -> CityebbError:
    if problem.errno in _FULL:
        return CityebbError("publish.disk_full", path=str(path))
    if problem.errno in _FORBIDDEN:
        return CityebbError("publish.not_writable", path=str(path.parent))
    if problem.errno in _NO_FOLDER:
        return CityebbError("publish.no_folder", path=str(path.parent))
    return CityebbError("publish.cannot_write", path=str(path), reason=problem.strerror or str(problem))
