"""Read a TOML file, and say in our words where it cannot be understood."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from cityebb.model import CityebbError

if TYPE_CHECKING:
    from pathlib import Path

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


def read_toml(path: Path) -> dict[str, Any]:
    """Return the tables of a TOML file.

    Raises
    ------
    CityebbError
        If the file is missing, a folder, not readable, not UTF-8 (a byte-order mark is allowed), or no TOML.
    """
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe or a device may never end
            raise CityebbError("study.not_text", path=str(path))
        raw = path.read_bytes()
    except FileNotFoundError:
        raise CityebbError("study.not_found", path=str(path)) from None
    except (IsADirectoryError, PermissionError, OSError) as error:
        key = "study.is_folder" if path.is_dir() else "study.unreadable"
        raise CityebbError(key, path=str(path), reason=error.strerror or "") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise CityebbError("study.not_utf8", path=path.name, line=line) from None
    if "\0" in text:
        raise CityebbError("study.not_text", path=path.name)
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise _syntax(str(error), text, path) from None
    except RecursionError:
        raise CityebbError("study.toml_deep", path=path.name) from None


def _syntax(message: str, text: str, path: Path) -> CityebbError:
    lines = text.splitlines() or [""]
    found = _PLACE.search(message)
    line, column = (int(found[1]), int(found[2])) if found else (len(lines), len(lines[-1]) + 1)
    shown = lines[min(line, len(lines)) - 1].strip()
    key = "study.toml_twice" if "overwrite" in message or "twice" in message else "study.toml_syntax"
    return CityebbError(key, path=path.name, line=line, column=column, text=shown)
