"""What the readers of all forms share."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from cityebb.model import LEDGER, UNUSED, CityebbError, gather
from cityebb.read.text import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import pandas as pd


_SHOWN = 120


def read_rows(path: Path) -> pd.DataFrame:
    """Return a CSV or Parquet file as text, empty cells missing; the index is the row in the file, from 1."""
    import pandas as pd

    if path.suffix.lower() == ".parquet":
        frame = pd.read_parquet(path)
    else:
        text, _ = read_text(path)
        try:
            frame = pd.read_csv(io.StringIO(text), dtype=str, skipinitialspace=True)
        except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            raise CityebbError("read.ledger_unreadable", path=path.name, reason=str(error)) from error
    frame.columns = [str(name).strip() for name in frame.columns]
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return frame


def need(frame: pd.DataFrame, names: Sequence[str], path: Path) -> None:
    """Refuse a file that lacks a column."""
    missing = [name for name in names if name not in frame]
    if missing:
        raise CityebbError(
            "read.ledger_columns",
            path=path.name,
            missing=", ".join(missing),
            there=", ".join(map(str, frame.columns[:20])),
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
