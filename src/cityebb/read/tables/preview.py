"""What was understood of a table, short enough to be looked over before it is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cityebb.read.tables.reading import read_table

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from cityebb.model import Note
    from cityebb.read.tables.parameters import TableParameters


@dataclass(frozen=True)
class Preview:
    """A table in short.

    Parameters
    ----------
    guesses
        ``model.GUESSES``: what each column was taken for.
    series
        One row an indicator, concept, grade, unit and year: how many ``units``, how many of them ``missing``,
        and the ``total`` of the others, to be held against a known one.
    sample
        The first figures, ``model.COUNTS``.
    unused
        One row a ``reason`` (a key of the catalogue): ``count``, and the ``row`` and ``text`` of the first.
    notes
        What a reader must know.
    """

    guesses: pd.DataFrame
    series: pd.DataFrame
    sample: pd.DataFrame
    unused: pd.DataFrame
    notes: tuple[Note, ...]


def preview(path: Path | str, parameters: TableParameters | None = None, *, rows: int = 5) -> Preview:
    r"""Return in short what is understood of a table.

    Parameters
    ----------
    path
        CSV, TSV, Excel, Parquet or DuckDB.
    parameters
        What is known of it; default: everything is found out.
    rows
        How many figures to show.

    Raises
    ------
    CityebbError, Faults
        As :func:`cityebb.read.tables.read_table` does.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "yearbook.csv"
    >>> _ = path.write_text("地区,2020年常住人口(万人)\n甲市,123.4\n乙市,…\n", encoding="utf-8")
    >>> preview(path).series[["units", "missing", "total"]].values.tolist()
    [[2.0, 1.0, 1234000.0]]
    """
    read = read_table(path, parameters)
    keys = ["indicator", "concept", "grade", "unit", "year"]
    series = (
        read.counts.assign(missing=read.counts["value"].isna())
        .groupby(keys, as_index=False)
        .agg(units=("unit_id", "nunique"), missing=("missing", "sum"), total=("value", _total))
    )
    unused = (
        read.unused.groupby("reason", as_index=False, sort=False)
        .agg(count=("row", "size"), row=("row", "first"), text=("text", "first"))
        .sort_values("count", ascending=False, kind="stable", ignore_index=True)
    )
    return Preview(read.guesses, series, read.counts.head(rows), unused, read.notes)


def _total(values: pd.Series) -> float:
    """Return the sum of the figures there are; missing where there is none."""
    return float(values.sum(min_count=1))
