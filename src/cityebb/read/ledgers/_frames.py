"""What the readers of all forms share."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING

from cityebb.model import LEDGER, UNUSED, CityebbError, gather
from cityebb.read.tables.cells import plain
from cityebb.read.tables.opening import open_sheets
from cityebb.read.text import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import pandas as pd


_SHOWN = 120
_WIDE = 2
_BOOKS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")


def read_rows(path: Path) -> pd.DataFrame:
    """Return a CSV, Excel or Parquet file as text, empty cells missing; the index is the row, from 1.

    Of a workbook the first sheet is read. Blank lines of a CSV file are passed over, and counted.
    """
    import pandas as pd

    suffix = path.suffix.lower()
    if suffix == ".parquet":
        frame = pd.read_parquet(path)
        frame.index = pd.RangeIndex(2, len(frame) + 2)
    elif suffix in _BOOKS:
        frame = _book(path)
    else:
        frame = _text(path)
    frame.columns = [str(name).strip() for name in frame.columns]
    return frame


def headings_of(path: Path) -> list[str]:
    """Return the headings of a CSV, Excel or Parquet file; none where a file of another kind is given."""
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        import pyarrow.parquet

        try:
            return list(map(str, pyarrow.parquet.read_schema(path).names))
        except (OSError, ValueError) as error:
            raise CityebbError("read.ledger_unreadable", path=path.name, reason=str(error)) from error
    if suffix in _BOOKS:
        return [str(name).strip() for name in _book(path).columns]
    if suffix not in (".csv", ".gz"):
        return []
    first = next((row for row in _records(read_text(path)[0], path) if row), [])
    return [cell.strip() for cell in first]


def _text(path: Path) -> pd.DataFrame:
    import pandas as pd

    text, _ = read_text(path)
    records = _records(text, path)
    if not any("".join(row).strip() for row in records):
        raise CityebbError("read.ledger_nothing", path=path.name)
    # A record is blank where its line is: those of commas alone are told as empty.
    blank = [len(row) < _WIDE and not "".join(row).strip() for row in records]
    head = next((place for place, empty in enumerate(blank) if not empty), 0)
    wide = len(records[head]) if records else 0
    _refuse_surplus(records, head, path)
    if any(len(row) > wide for row in records[head + 1 :]):  # with nothing in the cells beyond
        text = _rewritten([row[:wide] for row in records])
    try:
        frame = pd.read_csv(
            io.StringIO(text),
            sep=_separator(text),
            dtype=str,
            skiprows=head,
            skipinitialspace=True,
            skip_blank_lines=False,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise CityebbError("read.ledger_unreadable", path=path.name, reason=str(error)) from error
    frame.index = pd.RangeIndex(head + 2, len(frame) + head + 2)
    return frame.loc[[not empty for empty in blank[head + 1 :]]]  # by rows also where there are none


def _refuse_surplus(records: list[list[str]], head: int, path: Path) -> None:
    """Refuse rows with cells beyond the last heading: nobody can say which cell is one too many."""
    wide = len(records[head]) if records else 0
    with gather() as fault:
        for place, row in enumerate(records[head + 1 :], head + 2):
            if any(cell.strip() for cell in row[wide:]):
                values = {"path": path.name, "row": place, "cells": len(row), "headings": wide}
                fault(CityebbError("read.ledger_surplus", **values))


def _rewritten(records: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(row or [""] for row in records)
    return text.getvalue()


def _separator(text: str) -> str:
    """Return what stands between the headings: a semicolon or a tab where the first line has no comma."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return next((mark for mark in (",", ";", "\t") if mark in first), ",")


def _records(text: str, path: Path) -> list[list[str]]:
    """Return the records of a CSV file as they stand."""
    try:
        return list(
            csv.reader(
                io.StringIO(text, newline=""),
                delimiter=_separator(text),
                skipinitialspace=True,
                strict=text.count('"') % 2 == 1,
            )
        )
    except csv.Error as error:
        raise CityebbError("read.ledger_quote", path=path.name, row=_unclosed(text)) from error


def _unclosed(text: str) -> int:
    """Return the first line on which a quotation mark is left open."""
    lines = text.splitlines()
    return next((row for row, line in enumerate(lines, 1) if line.count('"') % 2), len(lines))


def _book(path: Path) -> pd.DataFrame:
    """Return the first sheet of a workbook, its first row with text as headings."""
    import pandas as pd

    sheet = open_sheets(path)[:1]
    rows = [[_cell(cell) for cell in row] for one in sheet for row in one.rows]
    head = next((place for place, row in enumerate(rows) if any(row)), None)
    if head is None:
        raise CityebbError("read.ledger_nothing", path=path.name)
    frame = pd.DataFrame(rows[head + 1 :], columns=[name or "" for name in rows[head]], dtype=object)
    frame.index = pd.RangeIndex(head + 2, len(frame) + head + 2)
    return frame[frame.notna().any(axis=1)]


def _cell(cell: object) -> str | None:
    """Return a cell as text: a date as YYYY-MM-DD, a whole number without decimals."""
    if isinstance(cell, dt.date):
        return cell.isoformat()[:10]
    return plain(cell) or None


def need(frame: pd.DataFrame, names: Sequence[str], path: Path) -> None:
    """Refuse a file that lacks a column."""
    missing = [name for name in names if name not in frame]
    if missing:
        raise CityebbError(
            "read.ledger_columns",
            path=path.name,
            missing=", ".join(missing),
            there=", ".join(map(str, frame.columns[:20])) or "–",
        )


def ledger_of(rows: Iterable[dict[str, object]]) -> pd.DataFrame:
    """Return ``model.LEDGER`` of rows that tell only what they know."""
    import pandas as pd

    frame = pd.DataFrame(list(rows)).reindex(columns=LEDGER.names)
    for name in ("share", "people"):
        frame[name] = pd.to_numeric(frame[name]).astype("float64")
    for name in ("event_id", "date", "kind", "confidence"):
        frame[name] = frame[name].astype(str)
    for name in ("from_unit", "from_name", "to_unit", "to_name", "share_of", "evidence"):
        frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    return frame.drop_duplicates(["event_id", "from_unit", "to_unit"]).reset_index(drop=True)


def years(rows: pd.DataFrame, column: str, path: Path) -> pd.Series:
    """Return a column of years, missing where empty.

    Raises
    ------
    CityebbError, Faults
        For every cell that is no year.
    """
    import pandas as pd

    text = rows[column].astype(object)
    found = pd.to_numeric(text.where(text.notna()), errors="coerce")
    with gather() as fault:
        for row in rows.index[text.notna() & found.isna()]:
            values = {"path": path.name, "row": int(row), "column": column, "found": str(text[row])}
            fault(CityebbError("read.ledger_number", **values))
    return found


def whole_years(rows: pd.DataFrame, column: str, path: Path) -> pd.Series:
    """Return a column of years as whole numbers.

    Raises
    ------
    CityebbError, Faults
        For every cell that is no year, empty ones too.
    """
    found = years(rows, column, path)
    wrong = found.isna() | (found % 1 != 0)
    with gather() as fault:
        for row in rows.index[wrong]:
            told = "" if found.isna()[row] else str(rows[column][row])
            values = {"path": path.name, "row": int(row), "column": column, "found": told}
            fault(CityebbError("read.ledger_number", **values))
    return found.astype("int64")


def no_units() -> pd.DataFrame:
    """Return an empty list of units."""
    import pandas as pd

    kinds = {"unit_id": "object", "name": "object", "first": "int64", "last": "int64"}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})


def unused_of(path: Path, rows: pd.DataFrame, reason: str, column: str | None = None) -> pd.DataFrame:
    """Return ``model.UNUSED`` of rows of a file that were not used for one reason."""
    import pandas as pd

    shown = [
        " ".join(str(cell) for cell in row if cell == cell)[:_SHOWN]  # noqa: PLR0124 - NaN
        for row in rows.to_numpy(dtype=object).tolist()
    ]
    return pd.DataFrame(
        {
            "file": path.name,
            "sheet": None,
            "row": rows.index.astype("int64"),
            "column": column,
            "text": shown,
            "reason": reason,
        }
    )[UNUSED.names]
