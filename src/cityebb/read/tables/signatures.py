"""What a file is by its first bytes, and how large a workbook's sheets are, before a library opens it."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from cityebb.model import CityebbError
from cityebb.read.tables.cells import ERROR, UNCALCULATED

if TYPE_CHECKING:
    from pathlib import Path

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Workbooks before 1995 are a bare stream of records.
_OLD = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")
_HTML = re.compile(rb"\s*<(?:!doctype html|html|head|body|meta|table|div|\?xml[^>]*>\s*<html)", re.IGNORECASE)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ZIPPED = {".xlsx", ".xlsm", ".xlsb", ".ods"}
# Cells of the box around all cells of a sheet; a library makes room for each of them.
_MOST_CELLS = 50_000_000
_COLUMNS = re.compile(rb'<c [^>]*?\br="([A-Z]{1,3})\d')
_ROWS = re.compile(rb'<row [^>]*?\br="(\d{1,7})"')
_FORMULAS = re.compile(
    rb'<c [^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*'
    rb"<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>"
)
_ERRORS = re.compile(
    rb'<c [^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*? t="e"[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?<v>(?!#N/A)'
)


def check_signature(path: Path, *, book: bool, text: bool) -> None:
    """Refuse a file that is not what its name says.

    Raises
    ------
    CityebbError
        With what it is.
    """
    try:
        raw = path.open("rb").read(1 << 12)
    except PermissionError as error:
        raise CityebbError("read.doubt_permission", path=path.name) from error
    except OSError as error:
        raise CityebbError("read.file_missing", path=path.name) from error
    kind = _kind_of(path, raw)
    suffix = path.suffix.lower()
    if text and kind:
        raise CityebbError("read.doubt_is_book", path=path.name, kind=kind)
    if not book:
        return
    if _HTML.match(raw.removeprefix(b"\xef\xbb\xbf")):
        raise CityebbError("read.doubt_html", path=path.name)
    if raw.startswith(_OLE) and suffix in _ZIPPED and _ENCRYPTED in path.read_bytes():
        raise CityebbError("read.doubt_password", path=path.name)
    if not raw.startswith((_ZIP, _OLE, *_OLD)):
        raise CityebbError("read.doubt_not_book", path=path.name)
    if kind and kind != suffix and (kind == ".xls" or suffix == ".xls"):
        raise CityebbError("read.doubt_kind_name", path=path.name, kind=kind)


def _kind_of(path: Path, raw: bytes) -> str:
    """Return the name's end that a workbook should have; nothing for what is none."""
    if raw.startswith(_OLE):
        return ".xls"
    if not raw.startswith(_ZIP):
        return ""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return ""
    if "xl/workbook.bin" in names:
        return ".xlsb"
    if "content.xml" in names:
        return ".ods"
    return ".xlsx" if "xl/workbook.xml" in names else ""


def check_cells(path: Path) -> dict[str, list[tuple[int, int, str]]]:
    """Return by sheet the places (from 0) of formulas without a figure, and refuse sheets without end.

    Raises
    ------
    CityebbError
        If the cells of a sheet lie so far apart that no memory would hold what is between them.
    """
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        return {}
    found: dict[str, list[tuple[int, int, str]]] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for name, part in _sheets(archive):
                xml = archive.read(part)
                rows = max(map(int, set(_ROWS.findall(xml))), default=0)
                columns = max(map(column_number, set(_COLUMNS.findall(xml))), default=0)
                if rows * columns > _MOST_CELLS:
                    told = {"sheet": name, "rows": rows, "columns": columns}
                    raise CityebbError("read.doubt_far_cell", path=path.name, **told)
                found[name] = [
                    (int(row) - 1, column_number(column) - 1, text)
                    for pattern, text in ((_FORMULAS, UNCALCULATED), (_ERRORS, ERROR))
                    for column, row in pattern.findall(xml)
                ]
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise CityebbError("read.doubt_damaged", path=path.name) from error
    return found


def _sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Return the name and the part of each sheet, in the order of the workbook."""
    import html

    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    names = set(archive.namelist())
    rels = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {}
    for rel in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", rels):
        told = dict(re.findall(r'(\w+)="([^"]*)"', rel))
        target = told.get("Target", "")
        targets[told.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    found = []
    for sheet in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        told = dict(re.findall(r'((?:\w+:)?\w+)="([^"]*)"', sheet))
        link = next((value for key, value in told.items() if key.endswith(":id")), "")
        if targets.get(link) in names:
            found.append((html.unescape(told.get("name", "")), targets[link]))
    return found


def column_number(letters: bytes) -> int:
    """Return the number of a column told by letters.

    Examples
    --------
    >>> column_number(b"A"), column_number(b"XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
