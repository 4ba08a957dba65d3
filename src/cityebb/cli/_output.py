"""What a command says: data to stdout, everything else to stderr, as sentences or as JSON."""

from __future__ import annotations

import codecs
import json
import math
import sys
import unicodedata
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from cityebb.model.errors import CityebbError, Faults
from cityebb.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator

# What a Chinese Windows console (GBK) or an ASCII one cannot show, and what says the same there.
_STAND_INS = {
    "²": "2", "³": "3", "−": "-", "–": "-", "—": "-", "≥": ">=", "≤": "<=", "×": "x", "·": "-", "±": "+/-",
    "“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "→": "->", "÷": "/", "✓": "ok", "°": "deg",
}  # fmt: skip
_HANDLER = "cityebb.stand_in"


@dataclass(frozen=True)
class Output:
    """Where a command speaks.

    Parameters
    ----------
    json
        One JSON object on stdout in place of sentences.
    quiet
        Nothing but results and faults.
    """

    json: bool = False
    quiet: bool = False

    def say(self, text: str = "") -> None:
        """Say a line of the result."""
        if not self.json:
            sys.stdout.write(f"{_shown(text)}\n")

    def tell(self, text: str) -> None:
        """Say a line beside the result."""
        if not self.quiet and not self.json:
            sys.stderr.write(f"{_shown(text)}\n")

    def give(self, record: dict[str, Any]) -> None:
        """Give the result to a machine."""
        if self.json:
            _write_json({"ok": True, **record})

    def fail(self, error: CityebbError, code: int) -> int:
        """Say every fault, one line each, and return the exit code."""
        faults = error.faults if isinstance(error, Faults) else [error]
        if self.json:
            records = [{"key": each.key, "values": each.values, "text": _told(each)} for each in faults]
            _write_json({"ok": False, "exit": code, "errors": records})
            return code
        mark = say("cli.mark.stopped" if code > 2 else "cli.mark.error")  # noqa: PLR2004 - 130 is no error
        for each in faults:
            text = _shown(" ".join(_told(each).splitlines()))
            sys.stderr.write(f"{mark}{text}\n")
        return code


def _shown(text: str) -> str:
    """Return a text without signs that steer a terminal: names of files may hold them."""
    return "".join(sign if sign == "\n" or unicodedata.category(sign) != "Cc" else "\ufffd" for sign in text)


def _told(error: CityebbError) -> str:
    try:
        return str(error)
    except (KeyError, IndexError, ValueError):  # a sentence of ours is wrong: better its key than nothing
        return f"{error.key} {error.values}"


_current: ContextVar[Output | None] = ContextVar("output", default=None)


def current_output() -> Output:
    """Return where this command speaks."""
    return _current.get() or Output()


@contextmanager
def speaking_through(output: Output) -> Iterator[Output]:
    """Speak through ``output`` inside a ``with`` block."""
    token = _current.set(output)
    try:
        yield output
    finally:
        _current.reset(token)


def can_show_chinese(stream: TextIO) -> bool:
    """Whether a stream's encoding has Chinese characters."""
    try:
        "城汐".encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


@contextmanager
def make_safe() -> Iterator[None]:
    """Let stdout and stderr show what they cannot by something that says the same, never by a crash."""
    codecs.register_error(_HANDLER, _stand_in)
    before = []
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            before.append((reconfigure, getattr(stream, "errors", "strict")))
            reconfigure(errors=_HANDLER)
    try:
        yield
    finally:
        for reconfigure, errors in before:
            reconfigure(errors=errors)


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    shown = "".join(_STAND_INS.get(sign, "?") for sign in text)
    try:
        shown.encode(error.encoding)
    except UnicodeEncodeError:
        shown = "?" * len(text)
    return shown, error.end


def _write_json(record: dict[str, Any]) -> None:
    text = json.dumps(plain(record), ensure_ascii=not _is_unicode(sys.stdout), indent=2, allow_nan=False)
    sys.stdout.write(f"{text}\n")


def plain(value: object) -> object:
    """Return a value as JSON has it: what is no finite number becomes a text."""
    if isinstance(value, dict):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(part) for part in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if value is None or isinstance(value, str | bool | int):
        return value
    return plain(value.item()) if hasattr(value, "item") else str(value)


def _is_unicode(stream: TextIO) -> bool:
    return (getattr(stream, "encoding", None) or "").lower().replace("-", "").startswith("utf")
