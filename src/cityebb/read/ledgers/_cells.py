"""The cells of a ledger of one's own: each understood, or told with its row and what stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import CONFIDENCES, EVENT_KINDS, CityebbError
from cityebb.read.ledgers._when import day_of
from cityebb.read.tables.cells import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    import pandas as pd

    Fault = Callable[[CityebbError], None]

SHARES_OF = ("people", "area", "light", "built_up", "employees")
"""What a share may be of."""

# Of these kinds the unit before goes on with what its shares leave.
_GOES_ON = ("transfer", "abolition", "creation")
_ROUNDING = 1e-6


def as_codes(column: pd.Series) -> pd.Series:
    """Return codes as text: whole numbers without decimals, full-width digits made plain.

    Examples
    --------
    >>> import pandas as pd
    >>> as_codes(pd.Series(["110106.0", "１１０１０６", " A-1 ", None, ""])).tolist()
    ['110106', '110106', 'A-1', None, None]
    """
    text = column.astype(object).where(column.notna(), "").map(plain).astype(str)
    text = text.str.replace(r"^(\d+)\.0+$", r"\1", regex=True)
    return text.astype(object).where(text != "", None)


def check_cells(frame: pd.DataFrame, path: Path, fault: Fault) -> tuple[pd.DataFrame, pd.Series]:
    """Return the ledger with its dates understood, and which rows hold; hand over every cell that cannot be.

    Parameters
    ----------
    frame
        The columns of ``model.LEDGER``, indexed by the row of the file; kinds in English, shares as numbers.
    path
        Of the file.
    fault
        Takes each fault.
    """
    told = frame["date"].astype(object).where(frame["date"].notna(), "").astype(str)
    dates = told.map(day_of)
    _each(frame, dates.isna(), "date", told, path, fault)
    sound = dates.notna()
    kinds = frame["kind"].astype(object).where(frame["kind"].notna(), "").astype(str)
    for column, text, known in (
        ("kind", kinds, EVENT_KINDS),
        ("share_of", frame["share_of"].astype(str), SHARES_OF),
        ("confidence", frame["confidence"].astype(str), CONFIDENCES),
    ):
        wrong = ~text.isin(known)
        sound &= ~wrong
        _each(frame, wrong, column, text, path, fault, known)
    event = frame["event_id"]
    _each(frame, event.isna(), "event_id", event.map(str), path, fault)
    for column, without in (("from_unit", "creation"), ("to_unit", "abolition")):
        wrong = frame[column].isna() & (kinds != without) & kinds.isin(EVENT_KINDS)
        sound &= ~wrong
        for row in frame.index[wrong]:
            values = {"path": path.name, "row": int(row), "column": column, "kind": kinds[row]}
            fault(CityebbError("read.ledger_no_unit", **values))
    shares = frame["share"].to_numpy(np.float64)
    outside = frame["share"].notna() & ~((shares >= 0) & (shares <= 1))
    _each(frame, outside, "share", frame["share"].map("{:g}".format), path, fault)
    less = frame["people"] < 0
    _each(frame, less, "people", frame["people"].map("{:g}".format), path, fault)
    found = frame.assign(date=dates.where(dates.notna(), told))
    return found, sound & ~outside & event.notna()


def _each(
    frame: pd.DataFrame,
    wrong: pd.Series,
    column: str,
    shown: pd.Series,
    path: Path,
    fault: Fault,
    known: Collection[str] = (),
) -> None:
    """Hand over a fault for each wrong cell of a column."""
    for row in frame.index[wrong]:
        values = {"path": path.name, "row": int(row), "column": column, "found": shown[row]}
        told = {"known": ", ".join(known)} if known else {}
        fault(CityebbError("read.ledger_word" if known else f"read.ledger_{column}", **values, **told))


def check_events(frame: pd.DataFrame, path: Path, fault: Fault) -> None:
    """Hand over events whose rows differ, and shares that do not add up.

    Parameters
    ----------
    frame, path, fault
        As in :func:`check_cells`; rows that hold, each link once.
    """
    for column in ("date", "kind"):
        differ = frame.groupby("event_id", sort=False)[column].nunique()
        for event in differ.index[differ > 1]:
            rows = frame[frame["event_id"] == event]
            values = {"rows": _rows(rows), "found": ", ".join(dict.fromkeys(rows[column]))}
            told = {"path": path.name, "event": str(event), "column": column, **values}
            fault(CityebbError("read.ledger_event_differs", **told))
    given = frame[frame["from_unit"].notna()]
    given = given.assign(known=given["share"].notna())
    by = given.groupby(["event_id", "from_unit", "kind"], sort=False)
    for (event, unit, kind), part in by:
        total = float(part["share"].sum())
        short = kind not in _GOES_ON and bool(part["known"].all()) and total < 1 - _ROUNDING
        if total > 1 + _ROUNDING or short:
            told = {"path": path.name, "rows": _rows(part), "event": str(event), "unit": str(unit)}
            fault(CityebbError("read.ledger_shares", total=total, **told))


def _rows(part: pd.DataFrame) -> str:
    return ", ".join(map(str, part.index.tolist()))
