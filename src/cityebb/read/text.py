"""Text files as people have them: UTF-8 with or without its mark, UTF-16, or the encodings of East Asia."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from pathlib import Path

from cityebb.model import CityebbError
from cityebb.read.places import why_not_file

ENCODINGS = ("utf-8", "gb18030")
"""What is tried, in this order, where a file does not say."""

# Two bytes of GBK; those of GB 2312, in which nearly all of Chinese is written, have a second byte above A0.
_TWO_BYTES = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_GB2312 = re.compile(rb"[\xa1-\xa9\xb0-\xf7][\xa1-\xfe]")
_COMMON = re.compile(rb"[\xa1-\xa9\xb0-\xd7][\xa1-\xfe]")
_MOSTLY, _MANY = 0.9, 0.5
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
        not (it names the first line of the second kind); if it is hardly Chinese when read as GB18030.
    """
    name = label or Path(path).name
    wrong = why_not_file(Path(path), name)
    if wrong is not None:
        raise wrong
    try:
        raw = Path(path).read_bytes()
        if Path(path).suffix.lower() == ".gz":
            raw = gzip.decompress(raw)
    except PermissionError as error:
        raise CityebbError("read.doubt_permission", path=name) from error
    except FileNotFoundError as error:
        raise CityebbError("read.file_missing", path=name) from error
    except (OSError, EOFError, zlib.error) as error:
        raise CityebbError("read.doubt_damaged", path=name) from error
    if encoding is None:
        encoding = next((named for mark, named in _MARKS if raw.startswith(mark)), None)
    if encoding is not None:
        return _decode(raw, encoding, name), encoding
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        _refuse_mixed(raw, name)
        _refuse_doubtful(raw, name)
        return _decode(raw, "gb18030", name, error), "gb18030"


def _decode(raw: bytes, encoding: str, name: str, cause: Exception | None = None) -> str:
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        raise CityebbError("read.doubt_encoding", encoding=encoding) from error
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


def _refuse_doubtful(raw: bytes, name: str) -> None:
    """Refuse a file whose bytes are not those of Chinese: of Japan, Taiwan or Latin letters."""
    pairs = _TWO_BYTES.findall(raw)
    plain = [pair for pair in pairs if _GB2312.fullmatch(pair)]
    common = [pair for pair in plain if _COMMON.fullmatch(pair)]
    if pairs and len(plain) >= _MOSTLY * len(pairs) and len(common) >= _MANY * len(pairs):
        return
    line = next((line for line in raw.split(b"\n") if _TWO_BYTES.search(line)), raw[:80])
    text = line.decode("gb18030", "replace").strip()[:40]
    raise CityebbError("read.doubt_text", path=name, text=text, guess=_likely(raw))


def _likely(raw: bytes) -> str:
    """Return the encoding that fits best."""
    high = [byte for byte in raw if byte >= 0x80]  # noqa: PLR2004 - beyond ASCII
    if not any(0x80 < byte < 0xA0 for byte in high):  # noqa: PLR2004 - no letter of Latin-1
        alone = len(re.findall(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])", raw))
        letters = sum(byte >= 0xC0 for byte in high)  # noqa: PLR2004 - letters with accents
        if alone >= _MOSTLY * len(high) and letters >= _MOSTLY * len(high):
            return "latin-1"
    for encoding, leads in (("shift_jis", range(0x81, 0xA0)), ("big5", range(0xA1, 0xFA))):
        try:
            raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if sum(byte in leads for byte in high) >= len(high) / 5:
            return encoding
    return "latin-1"


def rows_of(text: str, delimiter: str, name: str) -> list[list[str]]:
    r"""Return the cells of each row of a text.

    Raises
    ------
    CityebbError
        If a quotation mark is not closed, so that rows fall into one cell; it names the row.

    Examples
    --------
    >>> rows_of('a,"b, c"\nd,e', ",", "t.csv")
    [['a', 'b, c'], ['d', 'e']]
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    rows: list[list[str]] = []
    limit = csv.field_size_limit(max(len(text) + 1, 131072))
    try:
        for row in reader:
            rows.append(row)
            if any("\n" in cell for cell in row):
                _refuse_swallowed(row, rows, delimiter, name)
    except csv.Error as error:
        raise CityebbError("read.doubt_quote", path=name, row=reader.line_num) from error
    finally:
        csv.field_size_limit(limit)
    return rows


def _refuse_swallowed(row: list[str], rows: list[list[str]], delimiter: str, name: str) -> None:
    """Refuse a cell that holds rows: lines with as many delimiters as the rows before it."""
    usual = max((len(before) for before in rows[:-1]), default=0)
    if usual < 2:  # noqa: PLR2004 - a column alone has no delimiters
        return
    for cell in row:
        lines = [line for line in cell.splitlines()[1:] if line.count(delimiter) >= usual - 1]
        if lines and (usual > 2 or len(lines) > 1):  # noqa: PLR2004 - two columns: one comma may be prose
            raise CityebbError("read.doubt_quote", path=name, row=len(rows))
