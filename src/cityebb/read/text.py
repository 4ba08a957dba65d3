"""Text files as people have them: UTF-8 with or without its mark, UTF-16, or the encodings of East Asia."""

from __future__ import annotations

import gzip
from pathlib import Path

from cityebb.model import CityebbError
from cityebb.read.places import why_not_file

ENCODINGS = ("utf-8", "gb18030")
"""What is tried, in this order, where a file does not say."""

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_text(path: Path, encoding: str | None = None, *, label: str | None = None) -> tuple[str, str]:
    """Return a file's text and the encoding it was in.

    Parameters
    ----------
    path
        A text file; ``.gz`` is unpacked.
    encoding
        Any that Python knows; default: the file's mark, else UTF-8, else GB18030.
    label
        What to call the file in a fault.

    Raises
    ------
    CityebbError
        If the file cannot be read; if it is in none of the encodings; if some lines are UTF-8 and others are
        not; it names the first line of the second kind.
    """
    name = label or Path(path).name
    wrong = why_not_file(Path(path), name)
    if wrong is not None:
        raise wrong
    try:
        raw = Path(path).read_bytes()
        if Path(path).suffix.lower() == ".gz":
            raw = gzip.decompress(raw)
    except (OSError, EOFError) as error:
        raise CityebbError("read.text_unreadable", path=name, reason=str(error)) from error
    if encoding is None:
        encoding = next((named for mark, named in _MARKS if raw.startswith(mark)), None)
    if encoding is not None:
        return _decode(raw, encoding, name), encoding
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        _refuse_mixed(raw, name)
        return _decode(raw, "gb18030", name, error), "gb18030"


def _decode(raw: bytes, encoding: str, name: str, cause: Exception | None = None) -> str:
    try:
        return raw.decode(encoding)
    except (UnicodeError, LookupError) as error:
        line = raw[: getattr(error, "start", 0)].count(b"\n") + 1
        raise CityebbError("read.text_encoding", path=name, encoding=encoding, line=line) from cause or error


def _refuse_mixed(raw: bytes, name: str) -> None:
    """Refuse a file of which some lines are UTF-8 beyond doubt and others are not UTF-8."""
    utf8, other = [], []
    for number, line in enumerate(raw.split(b"\n"), 1):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            other.append(number)
        else:
            utf8.append(number)
    # A line of GB18030 is valid UTF-8 by chance only when it is very short; many lines are no chance.
    if utf8 and other and len(utf8) > len(other) // 20:
        first = max(utf8[0], other[0])
        raise CityebbError(
            "read.text_mixed", path=name, line=first, utf8=len(utf8), other=len(other), example=other[0]
        )
