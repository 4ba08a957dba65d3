"""Lamps that were replaced, as somebody who knows declares them: a table of places and years."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cityebb.model import LAMPS, CityebbError, Faults, gather
from cityebb.read.ledgers._frames import read_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    Fault = Callable[[CityebbError], None]

HEADINGS: dict[str, tuple[str, ...]] = {
    "lon": ("lon", "longitude", "x", "经度"),
    "lat": ("lat", "latitude", "y", "纬度"),
    "city_id": ("city_id", "id", "城市编号", "编号"),
    "name": ("name", "city", "town", "名称", "城市", "城市名称"),
    "year": ("year", "年份", "年"),
    "first": ("from", "first", "起始年", "开始年份"),
    "last": ("to", "last", "终止年", "结束年份"),
    "note": ("note", "备注", "说明"),
    "source": ("source", "来源"),
}
"""What each column may be called, in small letters."""

# The first yearly night lights are of 1992; a year beyond these bounds is a slip of the pen.
FIRST, LAST = 1992, 2100
_YEAR = re.compile(r"(\d{4})(?:\.0+)?年?")
_TURN, _POLE = 180.0, 90.0
_OF_LEDGERS, _OF_LAMPS = "read.ledger_", "read.lamps_"


def read_lamps(path: Path) -> pd.DataFrame:
    r"""Return the replacements of lamps that a table declares.

    Parameters
    ----------
    path
        CSV, Excel or Parquet. Where: ``lon`` and ``lat``, or ``city_id``, or ``name``. When: ``year``, or
        ``from`` and ``to`` where it took several. ``note`` and ``source`` may be given. Headings in English
        or in Chinese (经度, 纬度, 城市编号, 名称, 年份, 起始年, 终止年, 备注, 来源).

    Returns
    -------
    DataFrame
        ``model.LAMPS``; ``row``: of the file.

    Raises
    ------
    CityebbError, Faults
        For every column not known or missing, every row without a place or a year, and every cell that is no
        place on the earth or no year from 1992 to 2100.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "lamps.csv"
    >>> _ = path.write_text("名称,起始年,终止年\n鹤岗,2015,2017年\n", "utf-8")
    >>> read_lamps(path)[["name", "first", "last"]].values.tolist()
    [['鹤岗', 2015, 2017]]
    """
    import pandas as pd

    rows = _named(_rows(path), path)
    rows = rows[rows.notna().any(axis=1)]
    found = pd.DataFrame({"row": rows.index.astype("int64")}, index=rows.index)
    with gather() as fault:
        for name, bound in (("lon", _TURN), ("lat", _POLE)):
            found[name] = _degrees(rows, name, bound, path, fault)
        for name in ("city_id", "name", "note", "source"):
            found[name] = rows.get(name)
            found[name] = found[name].astype(object).where(found[name].notna(), None)
        _check_places(found, rows, path, fault)
        years = {name: _years(rows, name, path, fault) for name in ("year", "first", "last")}
        _put_years(found, years, rows, path, fault)
    whole = found.reset_index(drop=True).astype({"first": "int64", "last": "int64"})
    return LAMPS.check(whole[LAMPS.names])


def _rows(path: Path) -> pd.DataFrame:
    """Return the file's rows as text; what is wrong with it is said of a table of lamps."""
    try:
        rows = read_rows(path)
    except CityebbError as error:
        each = error.faults if isinstance(error, Faults) else [error]
        with gather() as fault:
            for one in each:
                fault(CityebbError(one.key.replace(_OF_LEDGERS, _OF_LAMPS, 1), **one.values))
        raise
    stripped = rows.astype(object).where(rows.notna(), "").map(lambda cell: str(cell).strip())
    found: pd.DataFrame = stripped.where(stripped != "")
    return found


def _named(rows: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return the rows under our own names; refuse columns that are unknown, told twice or missing."""
    known = {heading: name for name, headings in HEADINGS.items() for heading in headings}
    named = [known.get(str(heading).lower(), "") for heading in rows.columns]
    with gather() as fault:
        for heading, name in zip(rows.columns, named, strict=True):
            if not name:
                told = ", ".join(headings[0] for headings in HEADINGS.values())
                fault(CityebbError("read.lamps_column", path=path.name, column=str(heading), known=told))
            elif named.count(name) > 1 and rows.columns[named.index(name)] == heading:
                fault(CityebbError("read.lamps_column_twice", path=path.name, column=str(heading)))
        if not ({"lon", "lat"} <= set(named) or {"city_id", "name"} & set(named)):
            fault(CityebbError("read.lamps_no_place", path=path.name))
        if not {"year", "first", "last"} & set(named):
            fault(CityebbError("read.lamps_no_year", path=path.name))
    return rows.set_axis(named, axis=1)


def _degrees(rows: pd.DataFrame, name: str, bound: float, path: Path, fault: Fault) -> pd.Series:
    import pandas as pd

    if name not in rows:
        return pd.Series(float("nan"), index=rows.index)
    text = rows[name]
    found = pd.to_numeric(text, errors="coerce").astype("float64")
    for row in rows.index[text.notna() & ~(found.abs() <= bound)]:
        told = {"path": path.name, "row": int(row), "column": name, "found": text[row]}
        fault(CityebbError("read.lamps_degree", **told, bound=f"{bound:g}"))
    return found


def _check_places(found: pd.DataFrame, rows: pd.DataFrame, path: Path, fault: Fault) -> None:
    told = {
        name: rows[name].notna() if name in rows else rows.isna().all(axis=1) & False for name in HEADINGS
    }
    half = told["lon"] != told["lat"]
    without = ~(told["lon"] | told["lat"] | told["city_id"] | told["name"])
    for row in found.index[half]:
        fault(CityebbError("read.lamps_half_place", path=path.name, row=int(row)))
    for row in found.index[without]:
        fault(CityebbError("read.lamps_row_no_place", path=path.name, row=int(row)))


def _years(rows: pd.DataFrame, name: str, path: Path, fault: Fault) -> pd.Series:
    import pandas as pd

    if name not in rows:
        return pd.Series(float("nan"), index=rows.index)
    text = rows[name]
    year = pd.to_numeric(
        text.astype(object).where(text.notna(), "").astype(str).str.extract(f"^{_YEAR.pattern}$")[0]
    ).astype("float64")
    for row in rows.index[text.notna() & ~year.between(FIRST, LAST)]:
        told = {"path": path.name, "row": int(row), "found": text[row], "first": FIRST, "last": LAST}
        fault(CityebbError("read.lamps_year", **told))
    return year


def _put_years(
    found: pd.DataFrame, years: dict[str, pd.Series], rows: pd.DataFrame, path: Path, fault: Fault
) -> None:
    """Fill in first and last year; where one of them stands alone, it is both."""
    found["first"] = years["year"].fillna(years["first"]).fillna(years["last"])
    found["last"] = years["year"].fillna(years["last"]).fillna(years["first"])
    named = [name for name in years if name in rows]
    for row in found.index[rows[named].isna().all(axis=1)]:
        fault(CityebbError("read.lamps_row_no_year", path=path.name, row=int(row)))
    both = years["year"].notna() & (years["first"].notna() | years["last"].notna())
    for row in found.index[both]:
        fault(CityebbError("read.lamps_year_and_span", path=path.name, row=int(row)))
    for row in found.index[found["first"] > found["last"]]:
        told = {"first": int(found["first"][row]), "last": int(found["last"][row])}
        fault(CityebbError("read.lamps_backwards", path=path.name, row=int(row), **told))
