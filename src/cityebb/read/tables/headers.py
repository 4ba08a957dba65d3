"""Find the headings of a table: titles above, one or several rows of headings, then the figures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cityebb.read.tables.cells import number, plain, year_in
from cityebb.read.tables.meaning import grade_in, meaning_of
from cityebb.read.tables.stated import factor_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cityebb.read.tables.opening import Sheet

_LOOKED_AT = 40
_YEARS = (1500, 2200)
_LEAST_TOLD = 2


@dataclass(frozen=True)
class Header:
    """What stands above the figures.

    Parameters
    ----------
    first, last
        Rows of the headings, from 0; the figures begin after ``last``.
    headings
        One a column; the levels of several rows joined by ``|``.
    title
        All text above the headings.
    year, factor, grade
        What the title tells.
    """

    first: int
    last: int
    headings: tuple[str, ...]
    title: str
    year: int | None
    factor: float | None
    grade: str | None


def find_header(sheet: Sheet, told: Sequence[int] | None = None) -> Header | None:
    """Return the headings of a sheet.

    Parameters
    ----------
    sheet
        Its cells.
    told
        Rows that hold the headings, from 1.

    Returns
    -------
    Header or None
        ``None`` where no row looks like headings with figures below it.

    Notes
    -----
    The headings are the last unbroken rows before the first row of figures. A row of figures has a number
    that is no year; rows with a single text, merged over the table or not, are titles.
    """
    rows = sheet.rows
    if told:
        first, last = min(told) - 1, max(told) - 1
    else:
        found = _last_heading(rows)
        if found is None:
            return None
        first = last = found
        while first > 0 and _is_heading(rows[first - 1]):
            first -= 1
        last = (
            next((place for place in range(first + 1, last + 1) if _is_unit(rows, first, place)), last + 1)
            - 1
        )
    if last >= len(rows):
        return None
    title = " ".join(dict.fromkeys(text for row in rows[:first] for text in map(plain, row) if text))
    headings = _joined(rows[first : last + 1])
    return Header(first, last, headings, title, year_in(title), _factor(rows[:first]), grade_in(title))


def _factor(rows: list[list[object]]) -> float | None:
    return next((f for row in rows for cell in row if (f := factor_in(plain(cell))) is not None), None)


def _last_heading(rows: list[list[object]]) -> int | None:
    """Return the row before the first row of figures."""
    for place, row in enumerate(rows[:_LOOKED_AT]):
        if place and _is_figures(row) and any(_is_heading(above) for above in rows[:place]):
            back = place - 1
            while back >= 0 and not _is_heading(rows[back]):
                back -= 1
            return back
    # Figures may all be missing in the first rows: then the row with the most known headings is taken.
    best: int | None = None
    most = _LEAST_TOLD - 1
    for place, row in enumerate(rows[:_LOOKED_AT]):
        known = sum(meaning_of(text).role != "other" for text in set(map(plain, row)) if text)
        if known > most and place + 1 < len(rows):
            best, most = place, known
    return best


def _is_figures(row: list[object]) -> bool:
    return any(_is_figure(cell) for cell in row)


def _is_figure(cell: object) -> bool:
    found = number(cell)
    if found is None or math.isnan(found):
        return False
    return not (_YEARS[0] <= found <= _YEARS[1] and found % 1 == 0)


def _is_heading(row: list[object]) -> bool:
    """Whether a row may be one of headings: at least two different texts or years, and no figure."""
    texts = {text for text in map(plain, row) if text}
    return len(texts) >= _LEAST_TOLD and not _is_figures(row)


def _is_unit(rows: list[list[object]], first: int, place: int) -> bool:
    """Whether a row that may be one of headings is a unit whose figures happen to look like years.

    Under a heading of its own stands each of these figures, and beside them a text that is no known heading:
    the name of a place of 1,980 people, or of 1,980 ten thousands.
    """
    texts = [plain(cell) for cell in rows[place]]
    above = [[plain(cell) for cell in row] for row in rows[first:place]]
    headed = [{row[column] for row in above if column < len(row)} - {""} for column in range(len(texts))]
    numbers = [column for column, text in enumerate(texts) if number(text) is not None and text]
    names = [
        text
        for column, text in enumerate(texts)
        if text and column not in numbers and text not in headed[column]
    ]
    each = [frozenset(headed[column]) for column in numbers]
    return (
        bool(numbers)
        and all(each)
        and len(set(each)) == len(each)
        and bool(names)
        and all(meaning_of(text).role == "other" for text in names)
    )


def _joined(rows: list[list[object]]) -> tuple[str, ...]:
    """Join the levels of each column; a text that stands for several columns stands at the first of them."""
    width = max(len(row) for row in rows)
    filled: list[list[str]] = []
    for place, row in enumerate(rows):
        texts = [plain(cell) for cell in row] + [""] * (width - len(row))
        if place < len(rows) - 1:  # upper rows reach over the empty cells to their right
            for column in range(1, width):
                if not texts[column] and _below(rows[place + 1 :], column) and not _above(filled, column):
                    texts[column] = texts[column - 1]
        filled.append(texts)
    columns = zip(*filled, strict=True)
    return tuple("|".join(dict.fromkeys(level for level in levels if level)) for levels in columns)


def _below(rows: list[list[object]], column: int) -> bool:
    return any(column < len(row) and plain(row[column]) for row in rows)


def _above(filled: list[list[str]], column: int) -> bool:
    """Whether a row above names this column by another word than its left neighbour."""
    return any(texts[column] and texts[column] != texts[column - 1] for texts in filled)
