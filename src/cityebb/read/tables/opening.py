"""Open a table, whatever its format: rows of cells as they are, with where they lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cityebb.model import CityebbError
from cityebb.read.tables.signatures import check_cells, check_signature
from cityebb.read.text import read_text, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

_BOOKS = {".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"}
_TEXTS = {".csv", ".tsv", ".txt", ".gz"}
_DATABASES = {".duckdb", ".db"}
KINDS = (*sorted(_BOOKS), *sorted(_TEXTS), ".parquet", *sorted(_DATABASES))
_DELIMITERS = ",\t;|"


@dataclass(frozen=True)
class Sheet:
    """Rows of cells.

    Parameters
    ----------
    file, name
        Where they come from; ``name`` of the sheet, if the file has sheets.
    rows
        Cells as the file holds them; the first row is row 1 of the file. A merged cell stands in every cell
        that it covers.
    encoding
        Of a text file.
    """

    file: str
    name: str | None
    rows: list[list[object]]
    encoding: str | None = None


def open_sheets(path: Path, *, sheet: str | None = None, encoding: str | None = None) -> list[Sheet]:
    """Return the sheets of a file, or the one asked for.

    Raises
    ------
    CityebbError
        If the file cannot be read, is of no known kind, or has no such sheet.
    """
    suffix = path.suffix.lower()
    if suffix not in KINDS:
        raise CityebbError("read.table_kind", path=path.name, known=", ".join(KINDS))
    check_signature(path, book=suffix in _BOOKS, text=suffix in _TEXTS)
    try:
        if suffix in _BOOKS:
            found = _book(path)
        elif suffix in _DATABASES:
            found = _database(path)
        elif suffix == ".parquet":
            import pandas as pd

            found = [_frame(pd.read_parquet(path), path, None)]
        else:
            found = [_text(path, encoding)]
    except CityebbError:
        raise
    except Exception as error:  # each library has its own errors, and none of them is the reader's fault
        raise _told(path, error) from error
    if sheet is not None and all(one.name is None for one in found):
        raise CityebbError("read.doubt_no_sheets", path=path.name, sheet=sheet)
    if sheet is not None:
        found = [one for one in found if one.name == sheet] or _no_sheet(path, sheet, found)
    return found


def _told(path: Path, error: Exception) -> CityebbError:
    """Say in our own words what a library says in its."""
    if isinstance(error, PermissionError):
        return CityebbError("read.doubt_permission", path=path.name)
    if "password" in str(error).lower() or "encrypted" in str(error).lower():
        return CityebbError("read.doubt_password", path=path.name)
    return CityebbError("read.doubt_damaged", path=path.name)


def _no_sheet(path: Path, sheet: str, found: Sequence[Sheet]) -> list[Sheet]:
    raise CityebbError(
        "read.table_no_sheet", path=path.name, sheet=sheet, known=", ".join(str(one.name) for one in found)
    )


def _book(path: Path) -> list[Sheet]:
    from python_calamine import CalamineWorkbook

    formulas = check_cells(path)
    book = CalamineWorkbook.from_path(str(path))
    found = []
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        rows: list[list[object]] = [
            [None if cell == "" else cell for cell in row] for row in sheet.to_python(skip_empty_area=False)
        ]
        for (top, left), (bottom, right) in getattr(sheet, "merged_cell_ranges", None) or []:
            for row in range(top, min(bottom + 1, len(rows))):
                for column in range(left, min(right + 1, len(rows[row]))):
                    rows[row][column] = rows[top][left]
        for row, column, text in formulas.get(name, ()):
            if row < len(rows) and column < len(rows[row]) and rows[row][column] is None:
                rows[row][column] = text
        found.append(Sheet(path.name, name, rows))
    return found


def _text(path: Path, encoding: str | None) -> Sheet:
    text, used = read_text(path, encoding)
    text = text.removeprefix("\ufeff")
    delimiter = "\t" if path.suffix.lower() == ".tsv" else _delimiter(text)
    rows: list[list[object]] = [
        [cell if cell != "" else None for cell in row] for row in rows_of(text, delimiter, path.name)
    ]
    return Sheet(path.name, None, rows, used)


def _delimiter(text: str) -> str:
    """Return what separates cells: what the first lines hold most evenly."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    best, most = ",", 0.0
    for mark in _DELIMITERS:
        counts = [line.count(mark) for line in lines]
        if not counts or max(counts) == 0:
            continue
        usual = max(set(counts), key=counts.count)
        even = counts.count(usual) / len(counts) if usual else 0.0
        if even * min(usual, 3) > most:
            best, most = mark, even * min(usual, 3)
    return best


def _frame(frame: pd.DataFrame, path: Path, name: str | None) -> Sheet:
    cells = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    return Sheet(path.name, name, [list(map(str, frame.columns)), *cells])


def _database(path: Path) -> list[Sheet]:
    import duckdb

    with duckdb.connect(str(path), read_only=True) as connection:
        names = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return [
            # A name is quoted, so that whatever it holds stays a name.
            _frame(connection.execute(f"SELECT * FROM {_quoted(name)}").df(), path, name)  # noqa: S608 - see above
            for name in names
        ]


def _quoted(name: str) -> str:
    """Return a table's name as SQL takes it, whatever it holds."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
