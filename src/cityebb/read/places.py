"""Look at a path without opening it, and say in our words why nothing can be read there."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from cityebb.model import CityebbError
from cityebb.words import say

_SHOWN = 60
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR)
_FORBIDDEN = (errno.EACCES, errno.EPERM)
_REASONS = {
    errno.EACCES: "no_permission",
    errno.EPERM: "no_permission",
    errno.ENOENT: "not_there",
    errno.ENOTDIR: "file_on_the_way",
    errno.EISDIR: "folder_there",
    errno.EEXIST: "file_on_the_way",
    errno.EROFS: "read_only",
    errno.ENAMETOOLONG: "too_long",
    errno.ELOOP: "loop",
    errno.EIO: "disk",
}


def why_not_file(path: Path, label: str | None = None) -> CityebbError | None:
    """Return what is wrong with a path that should be a file that can be read; ``None`` where nothing is.

    Never opens it: a pipe would wait for ever.

    Parameters
    ----------
    path
        Any path.
    label
        What to call it in the sentence; default the path.

    Examples
    --------
    >>> why_not_file(Path("a" * 300)).key, why_not_file(Path(".")).key
    ('read.name_too_long', 'read.folder_not_file')
    """
    label = str(path) if label is None else label
    wrong = why_not(path, label)
    if wrong is not None:
        return wrong
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - a test plays the system's refusals here
    except (FileNotFoundError, NotADirectoryError):
        return CityebbError("read.file_missing", path=shown(label))
    if stat.S_ISDIR(mode):
        return CityebbError("read.folder_not_file", path=shown(label))
    if not stat.S_ISREG(mode):
        return CityebbError("read.not_a_file", path=shown(label))
    if not os.access(path, os.R_OK):
        return CityebbError("read.forbidden", path=shown(label))
    return None


def why_not_folder(path: Path, label: str | None = None) -> CityebbError | None:
    """Return what is wrong with a path that should be a folder that can be looked into.

    Examples
    --------
    >>> why_not_folder(Path(".")) is None, why_not_folder(Path("no such folder")).key
    (True, 'read.no_folder')
    """
    label = str(path) if label is None else label
    wrong = why_not(path, label)
    if wrong is not None:
        return wrong
    if not os.path.exists(path):  # noqa: PTH110 - Path.exists raises where this does not
        return CityebbError("read.no_folder", path=shown(label))
    if not os.path.isdir(path):  # noqa: PTH112 - as above
        return CityebbError("read.file_not_folder", path=shown(label))
    if not os.access(path, os.R_OK | os.X_OK):
        return CityebbError("read.forbidden", path=shown(label))
    return None


def why_not(path: Path, label: str) -> CityebbError | None:
    """Return why the system would not even look at a path; ``None`` where it would, there or not.

    Examples
    --------
    >>> why_not(Path("not there"), "x") is None
    True
    """
    try:
        os.fspath(path).encode()
    except UnicodeEncodeError:
        return CityebbError("read.name_not_unicode", path=shown(label))
    try:
        os.stat(path)  # noqa: PTH116 - a test plays the system's refusals here
    except ValueError:
        return CityebbError("read.name_impossible", path=shown(label))
    except OSError as error:
        return None if error.errno in _NOT_THERE else _refused(error, path, label)
    return None


def _refused(error: OSError, path: Path, label: str) -> CityebbError:
    if error.errno == errno.ENAMETOOLONG:
        return CityebbError("read.name_too_long", path=shown(label), length=len(label))
    if error.errno == errno.EINVAL:  # what Windows says of signs that it keeps for itself
        return CityebbError("read.name_impossible", path=shown(label))
    if error.errno == errno.ELOOP:
        return CityebbError("read.link_loop", path=shown(label))
    if error.errno in _FORBIDDEN:
        return CityebbError("read.folder_forbidden", path=shown(label), folder=shown(str(_closed(path))))
    return CityebbError("read.place_unreadable", path=shown(label), reason=reason_of(error))


def _closed(path: Path) -> Path:
    """Return the first folder on the way that may not be entered."""
    around = [folder for folder in reversed(Path(os.path.abspath(path)).parents) if folder.name]  # noqa: PTH100 - without following links
    return next((folder for folder in around if not os.access(folder, os.X_OK)), path.parent)


@dataclass(frozen=True)
class Reason:
    """Why the system refused, said in the language in which it is shown.

    Parameters
    ----------
    key
        Of the sentence; empty where the system's own words must do.
    own
        The system's own words.
    """

    key: str
    own: str = ""

    def __str__(self) -> str:
        """Say it."""
        return say(self.key) if self.key else self.own


def reason_of(error: OSError | ValueError) -> Reason:
    """Return why the system refused.

    Examples
    --------
    >>> from cityebb.words import using
    >>> with using("en"):
    ...     print(reason_of(PermissionError(errno.EACCES, "Permission denied")))
    no permission
    """
    if isinstance(error, OSError):
        key = _REASONS.get(error.errno or 0)
        return Reason("", error.strerror or str(error)) if key is None else Reason(f"read.reason.{key}")
    return Reason("read.reason.impossible")


def shown(label: str) -> str:
    r"""Return a path as a sentence shows it: not too long, and no bytes that are no text.

    Examples
    --------
    >>> shown("a.csv"), len(shown("x" * 5000)), shown("\udcff.csv")
    ('a.csv', 61, '\\udcff.csv')
    """
    text = label.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
    return text if len(text) <= 4 * _SHOWN else f"{text[:_SHOWN]}…"
