"""Read a TOML file, and say in our words where it cannot be understood."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from cityebb.model import CityebbError

if TYPE_CHECKING:
    from pathlib import Path

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")

# What has a sentence of its own for a study file.
_OURS = {
    "read.file_missing": "study.not_found",
    "read.folder_not_file": "study.is_folder",
    "read.not_a_file": "study.not_text",
}


def read_toml(path: Path) -> dict[str, Any]:
    """Return the tables of a TOML file.

    Raises
    ------
    CityebbError
        If the file is missing, a folder, not readable, not UTF-8 (a byte-order mark is allowed), or no TOML.
    """
    from cityebb.read.places import reason_of, shown, why_not_file

    wrong = why_not_file(path)
    if wrong is not None:
        raise CityebbError(_OURS[wrong.key], path=shown(str(path))) if wrong.key in _OURS else wrong
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CityebbError("study.unreadable", path=str(path), reason=reason_of(error)) from None
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
