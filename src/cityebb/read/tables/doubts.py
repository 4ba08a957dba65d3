"""What a table says twice or cannot mean: asked for, never guessed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import GRADES, CityebbError, Note, gather
from cityebb.read.tables.cells import plain
from cityebb.read.tables.meaning import told_meaning
from cityebb.read.tables.stated import says_a_unit, units_in
from cityebb.read.tables.totals import starts_a_footnote

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from cityebb.read.tables.assemble import Columns
    from cityebb.read.tables.headers import Header
    from cityebb.read.tables.meaning import Meaning
    from cityebb.read.tables.opening import Sheet
    from cityebb.read.tables.parameters import TableParameters

    Fault = Callable[[CityebbError], None]

INDICATORS = ("people", "jobs", "households", "gdp", "built_up_area", "area", "light")
"""What a column may be said to hold."""

# More than all there is: people on Earth, the world's product in its smallest money, km² of the Earth.
_MOST = {"people": 1e10, "jobs": 1e10, "households": 1e10, "gdp": 1e20, "area": 5.2e8, "built_up_area": 5.2e8}
_MOST_OF_ALL = 1e20
_THREE = re.compile(r"[+-]?\d{1,3}\.\d{3}")
_LONG = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3}){2,}|\d{1,3}(?:\.\d{3})+,\d+)")
_SHOWN = 8


def check_parameters(told: TableParameters, label: str) -> None:
    """Refuse a grade and indicators that are not known.

    Raises
    ------
    CityebbError, Faults
        With those that are known.
    """
    with gather() as fault:
        if told.grade is not None and told.grade not in GRADES:
            fault(CityebbError("read.doubt_grade", path=label, grade=told.grade, known=", ".join(GRADES)))
        for heading, meaning in (told.columns or {}).items():
            stated = told_meaning(meaning)
            if stated is not None and stated.indicator not in INDICATORS:
                fault(
                    CityebbError(
                        "read.doubt_indicator",
                        path=label,
                        column=heading,
                        indicator=stated.indicator,
                        known=", ".join(INDICATORS),
                    )
                )


def check_sheet(
    sheet: Sheet, header: Header, columns: Columns, meanings: list[Meaning], told: TableParameters
) -> None:
    """Refuse headings, rows and cells that cannot mean what they would be taken for.

    Raises
    ------
    CityebbError, Faults
        Rows with more cells than headings; units that are not understood or contradict each other; shares in
        a column of counts; points that may stand for thousands; a column that is to be code and figure.
    """
    with gather() as fault:
        _rows(sheet, header, fault)
        if told.factor is None and header.factor is None and says_a_unit(header.title):
            unknown = units_in(header.title)[1]
            if unknown and any(meanings[column].factor is None for column in columns.figures):
                fault(
                    CityebbError(
                        "read.doubt_unit", path=sheet.file, column=header.title[:40], unit=unknown[:60]
                    )
                )
        for column in columns.figures:
            heading, meaning = header.headings[column], meanings[column]
            if column == columns.unit_id:
                fault(CityebbError("read.doubt_unit_id", path=sheet.file, column=heading))
            if meaning.doubt and told.factor is None:
                fault(
                    CityebbError("read.doubt_unit", path=sheet.file, column=heading, unit=meaning.doubt[:60])
                )
            cells = [
                (place + 1, plain(row[column]))
                for place, row in enumerate(sheet.rows)
                if place > header.last and column < len(row) and isinstance(row[column], str)
            ]
            _shares(sheet, heading, meaning, cells, fault)
            if (meaning.factor or told.factor or header.factor or 1.0) == 1.0:
                _points(sheet, heading, meaning, cells, fault)


def _rows(sheet: Sheet, header: Header, fault: Fault) -> None:
    """Refuse rows with more cells than there are headings: a comma between thousands, or a lost heading."""
    if sheet.encoding is None:
        return  # the cells of a workbook stand under headings, or under none
    width = len(header.headings)
    wide = [
        (place + 1, row)
        for place, row in enumerate(sheet.rows)
        if place > header.last
        and len(row) > width
        and any(cell not in (None, "") for cell in row[width:])
        and not starts_a_footnote(plain(row[0]))
    ]
    if wide:
        row, cells = wide[0]
        fault(
            CityebbError(
                "read.doubt_cells",
                path=sheet.file,
                row=row,
                cells=len(cells),
                headings=width,
                text=", ".join(plain(cell) for cell in cells)[:80],
                count=len(wide),
            )
        )


def _shares(sheet: Sheet, heading: str, meaning: Meaning, cells: list[tuple[int, str]], fault: Fault) -> None:
    if meaning.indicator == "light":
        return
    found = [(row, text) for row, text in cells if text.endswith(("%", "‰"))]
    if found:
        row, text = found[0]
        told = {"path": sheet.file, "column": heading, "row": row, "text": text, "count": len(found)}
        fault(CityebbError("read.doubt_percent", **told))


def _points(sheet: Sheet, heading: str, meaning: Meaning, cells: list[tuple[int, str]], fault: Fault) -> None:
    """Refuse people told as 1.234: with the comma of Germany or Spain these are 1,234, in English one."""
    if meaning.indicator not in ("people", "households"):
        return
    found = [(row, text) for row, text in cells if _THREE.fullmatch(text)]
    others = any(
        "." in text and not _THREE.fullmatch(text) and not _LONG.fullmatch(text) for _, text in cells
    )
    if found and not others:
        row, text = found[0]
        told = {"path": sheet.file, "column": heading, "row": row, "text": text, "count": len(found)}
        fault(CityebbError("read.doubt_points", whole=text.replace(".", ""), **told))


def check_figures(counts: pd.DataFrame, label: str) -> None:
    """Refuse figures that are infinite, or larger than all there is.

    Raises
    ------
    CityebbError
        With the first of them.

    Examples
    --------
    >>> import pandas as pd
    >>> counts = pd.DataFrame({"unit_id": ["a"], "indicator": "people", "year": 2020, "value": 9e9})
    >>> check_figures(counts, "a")
    """
    most = counts["indicator"].map(_MOST).fillna(_MOST_OF_ALL)
    wrong = counts[counts["value"].abs().to_numpy(dtype=float) > most.to_numpy(dtype=float)]
    if len(wrong):
        one = wrong.iloc[0]
        value = "∞" if np.isinf(one["value"]) else f"{one['value']:.3g}"
        raise CityebbError(
            "read.doubt_size",
            path=label,
            unit=one["unit_id"],
            year=int(one["year"]),
            value=value,
            count=len(wrong),
        )


def check_year(counts: pd.DataFrame, stated: int | None, label: str) -> None:
    """Refuse a year written in the study that none of the figures bears.

    Raises
    ------
    CityebbError
        With both.
    """
    years = sorted(set(counts["year"].tolist()))
    if stated is not None and years and stated not in years:
        found = ", ".join(map(str, years[:_SHOWN]))
        raise CityebbError("read.doubt_year", path=label, year=stated, found=found)


def check_chosen(sheet: Sheet, header: Header, told: TableParameters) -> None:
    """Refuse a choice of rows that fits none.

    Raises
    ------
    CityebbError
        With what the column does hold.
    """
    from cityebb.read.tables.assemble import fits

    for heading, value in (told.where or {}).items():
        if plain(heading) not in header.headings:
            continue  # told by another fault
        column = header.headings.index(plain(heading))
        there = dict.fromkeys(
            plain(row[column]) for row in sheet.rows[header.last + 1 :] if column < len(row)
        )
        if not any(fits(text, plain(value)) for text in there):
            known = ", ".join(text for text in list(there)[:_SHOWN] if text) or "–"
            raise CityebbError("read.doubt_where", path=sheet.file, column=heading, value=value, known=known)


def doubt_notes(
    counts: pd.DataFrame, twice: pd.DataFrame, unused: pd.DataFrame, label: str, guesses: pd.DataFrame
) -> list[Note]:
    """Return what may be wrong in a table and is no fault.

    Parameters
    ----------
    counts
        ``model.COUNTS``.
    twice, unused
        ``model.UNUSED``: rows that repeat another; all other rows and cells that were not used.
    label
        What to call the table.
    guesses
        ``model.GUESSES``: tells whether the table states a unit.
    """
    notes = []
    broken = unused[unused["reason"].isin(["read.unused.formula", "read.unused.formula_error"])]
    if len(broken):
        one = broken.iloc[0]
        told = {"row": int(one["row"]), "column": one["column"], "text": one["text"]}
        notes.append(Note("read.doubt_formula", {"path": label, "count": len(broken), **told}, "warning"))
    names = counts[counts["unit_id"] == counts["name"]]["unit_id"].astype(str).unique().tolist()
    # Where there are no codes, a unit is its name, and two units of one name cannot be told apart.
    again = twice.loc[twice["reason"] == "read.unused.repeated", "text"].astype(str)
    again = again.str.replace(r" \d{4}: .*$", "", regex=True)
    again = again[again.isin(names)]
    if len(again):
        told = {"path": label, "count": again.nunique(), "name": again.iloc[0]}
        notes.append(Note("read.doubt_same_name", told, "warning"))
    people = counts[(counts["indicator"] == "people") & counts["value"].gt(0)]
    parts = people[people["value"].mod(1) != 0]
    bare = guesses.loc[guesses["role"] == "value", "unit"].astype(str) == "× 1"
    if len(parts) * 2 > len(people) and bare.all():
        one = parts.iloc[0]
        told = {
            "unit": one["name"] or one["unit_id"],
            "year": int(one["year"]),
            "value": f"{one['value']:,.10g}",
        }
        notes.append(Note("read.doubt_fraction", {"path": label, **told}, "warning"))
    return notes + _all_zero(counts, label)


def _all_zero(counts: pd.DataFrame, label: str) -> list[Note]:
    """Tell of years in which every figure of a series is zero: they are missing rather than nothing."""
    if counts.empty:
        return []
    known = counts[counts["value"].notna()]
    series = (
        known.groupby(["indicator", "concept", "year"])["value"].agg(["size", "max", "min"]).reset_index()
    )
    zero = series[(series["size"] > 1) & (series["max"] == 0) & (series["min"] == 0)]
    return [
        Note(
            "read.doubt_all_zero",
            {
                "path": label,
                "indicator": indicator,
                "years": ", ".join(str(year) for year in sorted(rows["year"])),
            },
            "warning",
        )
        for indicator, rows in zero.groupby("indicator")
    ]
