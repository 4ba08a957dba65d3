"""From cells and the meaning of their columns to tidy figures; what is not used is listed with its reason."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from cityebb.model import COUNTS, GUESSES, UNUSED, CityebbError
from cityebb.read.tables.cells import formula_fault, is_gap, number, plain, scaled, year_in
from cityebb.read.tables.codes import are_division_codes, code_text, is_division_code, level_of
from cityebb.read.tables.floor import OF_PERSONS, above_floor
from cityebb.read.tables.totals import is_footnote, is_total

if TYPE_CHECKING:
    from cityebb.read.tables.headers import Header
    from cityebb.read.tables.meaning import Meaning
    from cityebb.read.tables.opening import Sheet
    from cityebb.read.tables.parameters import TableParameters

PLACES = ["unit_id", "lon", "lat"]
UNITS = {
    "people": "people",
    "jobs": "jobs",
    "households": "households",
    "gdp": "yuan",
    "built_up_area": "km²",
    "area": "km²",
    "light": "file unit",
}
# What is told in tens of thousands for the whole of a table.
_COUNTED = frozenset({"people", "jobs", "households", "gdp"})
# More codes than this that stand for several names in one year are no codes of units.
_SHARED = 0.05
# What no office counts, whatever the table beside it is.
_SEEN = {"light": "satellite"}
_EAST, _NORTH = 180.0, 90.0
_LEVELS = ("province", "prefecture", "county", "township")


@dataclass
class Gathered:
    """Rows under way."""

    counts: list[tuple[object, ...]] = field(default_factory=list)
    totals: list[tuple[object, ...]] = field(default_factory=list)
    unused: list[tuple[object, ...]] = field(default_factory=list)
    uncoded: list[tuple[object, ...]] = field(default_factory=list)
    again: list[tuple[object, ...]] = field(default_factory=list)
    places: list[tuple[str, float, float]] = field(default_factory=list)
    negative: list[tuple[object, ...]] = field(default_factory=list)


@dataclass(frozen=True)
class Columns:
    """Which column is what; places from 0, ``point`` is longitude and latitude."""

    unit_id: int | None
    names: tuple[int, ...]
    parents: tuple[int, ...]
    year: int | None
    figures: tuple[int, ...]
    again: tuple[int, ...] = ()
    point: tuple[int, int] | None = None


def gather_sheet(  # noqa: C901 - one step a kind of row and cell
    sheet: Sheet,
    header: Header,
    columns: Columns,
    meanings: list[Meaning],
    parameters: TableParameters,
    *,
    year: int | None,
    grade: str,
    source: str,
) -> Gathered:
    """Return the figures of one sheet."""
    found = Gathered()
    wanted = _where(header, parameters, sheet)
    units = _Units(sheet, header, columns)
    last = ""
    for place in range(header.last + 1, len(sheet.rows)):
        row = sheet.rows[place]
        texts = [plain(cell) for cell in row]
        told = " ".join(text for text in texts if text)[:120]
        where = (sheet.file, sheet.name, place + 1)
        if not told:
            continue
        reason = _passed_over(texts, header, wanted) or _remark(texts)
        if reason:
            found.unused.append((*where, None, told, reason))
            continue
        unit, name = units.of(row)
        if not unit and not is_total(name):
            found.unused.append((*where, None, told, "read.unused.no_unit"))
            if not (last and name):
                continue
        uncoded = not unit and not is_total(name)
        target = found.uncoded if uncoded else found.totals if is_total(name) else found.counts
        lost = [] if uncoded else found.unused  # such a row is listed whole already
        last = unit or last
        found.places += _places(unit, row, columns.point)
        row_year = _row_year(row, columns.year) if columns.year is not None else year
        once = target is not found.counts
        for column in columns.figures if once else (*columns.figures, *columns.again):
            meaning = meanings[column]
            when = meaning.year or row_year
            cell = row[column] if column < len(row) else None
            factor = _factor(meaning, parameters, header)
            floor = parameters.floor if meaning.indicator in OF_PERSONS else None
            value, hidden = above_floor(cell, number(cell), factor, floor)
            reason = _no_figure(value, when, meaning)
            if reason or value is None or when is None:
                lost.append((*where, header.headings[column], plain(cell), reason))
                if target is found.counts and value is not None and when is not None:
                    described = _described(meaning, when, parameters, grade, source)
                    found.negative.append((unit, name or None, when, *described[:5], value, *described[5:]))
                continue
            if why := hidden or formula_fault(cell):  # a missing figure, and not one that the office left out
                lost.append((*where, header.headings[column], str(cell), why))
            value = scaled(value, cell, factor)
            if value == 0 and parameters.zero == "missing":
                value = math.nan
            again = column in columns.again
            named = f"{source}: {header.headings[column]}" if again else source
            described = _described(meaning, when, parameters, grade, named)
            (found.again if again else target).append(
                (
                    unit or (last if uncoded else name),
                    name or None,
                    when,
                    *described[:5],
                    value,
                    *described[5:],
                )
            )
    return found


def _places(unit: str, row: list[object], columns: tuple[int, int] | None) -> list[tuple[str, float, float]]:
    """Return where a row's unit lies in degrees, if the row tells it and it lies on the Earth."""
    if columns is None or not unit:
        return []
    lon, lat = (number(row[column]) if column < len(row) else None for column in columns)
    if lon is None or lat is None:
        return []
    return [(unit, lon, lat)] if abs(lon) <= _EAST and abs(lat) <= _NORTH else []  # nor where not a number


def _factor(meaning: Meaning, parameters: TableParameters, header: Header) -> float:
    """Return what a column's figures are multiplied with; ten thousands are never of light or of areas."""
    if meaning.factor is not None and not (meaning.doubt and parameters.factor):
        return meaning.factor
    if meaning.indicator not in _COUNTED:
        return 1.0
    return parameters.factor or header.factor or 1.0


def _no_figure(value: float | None, year: int | None, meaning: Meaning) -> str:
    """Say why a cell is no figure, if it is none."""
    if value is None:
        return "read.unused.no_number"
    if value < 0 and meaning.indicator in (*OF_PERSONS, "households", "area", "built_up_area"):
        return "read.unused.negative"
    return "read.unused.no_year" if year is None else ""


def _described(
    meaning: Meaning, year: int, parameters: TableParameters, grade: str, source: str
) -> tuple[object, ...]:
    """Return vintage, indicator, concept, grade and source of a figure; then its unit and coverage."""
    indicator, concept = meaning.indicator or "people", meaning.concept or "unknown"
    if indicator == "people" and concept == "unknown" and parameters.concept:
        concept = parameters.concept
    return (
        parameters.vintage or str(year),
        indicator,
        concept,
        _SEEN.get(str(meaning.indicator)) or parameters.grade or meaning.grade or grade,
        source,
        UNITS.get(indicator, "file unit"),
        1.0,
    )


def _passed_over(texts: list[str], header: Header, wanted: dict[int, str]) -> str:
    """Say why a row is passed over, if it is."""
    joined = [text for text in header.headings if text]
    same = sum(
        text in heading.split("|") for text, heading in zip(texts, header.headings, strict=False) if text
    )
    if len(joined) > 1 and same >= max(2, len([text for text in texts if text]) - 1):
        return "read.unused.repeated_heading"
    for column, value in wanted.items():
        if column < len(texts) and not fits(texts[column], value):
            return "read.unused.not_wanted"
    return ""


def fits(text: str, wanted: str) -> bool:
    """Whether a cell is what is wanted; ``*`` stands for anything.

    Examples
    --------
    >>> fits("230701", "2307*"), fits("total", "tot")
    (True, False)
    """
    if "*" not in wanted:
        return text == wanted
    return re.fullmatch(".*".join(map(re.escape, wanted.split("*"))), text) is not None


def _remark(texts: list[str]) -> str:
    return "read.unused.footnote" if is_footnote(texts) else ""


def _where(header: Header, parameters: TableParameters, sheet: Sheet) -> dict[int, str]:
    found = {}
    for heading, value in (parameters.where or {}).items():
        if heading not in header.headings:
            raise CityebbError(
                "read.table_no_column",
                path=sheet.file,
                column=heading,
                known=", ".join(text for text in header.headings if text),
            )
        found[header.headings.index(heading)] = plain(value)
    return found


def _row_year(row: list[object], column: int) -> int | None:
    cell = row[column] if column < len(row) else None
    return getattr(cell, "year", None) or year_in(plain(cell))


class _Units:
    """Tells which unit a row is about."""

    def __init__(self, sheet: Sheet, header: Header, columns: Columns) -> None:
        self.columns = columns
        body = sheet.rows[header.last + 1 :]
        self.codes_are_gb = columns.unit_id is not None and are_division_codes(
            [code_text(row[columns.unit_id]) for row in body if columns.unit_id < len(row)]
        )

        self.coded = columns.unit_id is not None and not self._shared(body)

    def _shared(self, body: list[list[object]]) -> bool:
        """Whether codes stand for several units, as where a spreadsheet rounded them: then they tell none."""
        place, names = self.columns.unit_id, self.columns.names
        if place is None or not names:
            return False
        told: dict[tuple[str, str], set[str]] = {}
        for row in body:
            if place < len(row) and names[-1] < len(row) and (code := code_text(row[place])):
                year = self.columns.year
                when = plain(row[year]) if year is not None and year < len(row) else ""
                told.setdefault((code, when), set()).add(plain(row[names[-1]]))
        several = sum(len(found) > 1 for found in told.values())
        return several > _SHARED * max(len(told), 1)

    def of(self, row: list[object]) -> tuple[str, str]:
        """Return the code (or for want of codes the name with those above it) and the name."""
        names = [plain(row[column]) for column in self.columns.names if column < len(row)]
        name = next((text for text in reversed(names) if text and not is_gap(text)), "")
        if self.coded and self.columns.unit_id is not None:
            cell = row[self.columns.unit_id] if self.columns.unit_id < len(row) else None
            code = code_text(cell)
            if is_gap(code) or (self.codes_are_gb and not is_division_code(code)):
                code = ""
            return code, name
        above = [plain(row[column]) for column in self.columns.parents if column < len(row)]
        return "/".join(text for text in (*above, name) if text) if name else "", name


def frames_of(found: Gathered) -> tuple[pd.DataFrame, ...]:
    """Return counts, totals, rows without a code, told again, places, unused rows and negatives as tables."""
    kinds = {"year": "int64", "value": "float64", "coverage": "float64"}
    counts, totals, uncoded, again, negative = (
        pd.DataFrame(rows, columns=COUNTS.names).astype(kinds)
        for rows in (found.counts, found.totals, found.uncoded, found.again, found.negative)
    )
    return (
        counts,
        totals,
        uncoded,
        again,
        pd.DataFrame(found.places, columns=PLACES).astype({"lon": "float64", "lat": "float64"}),
        pd.DataFrame(found.unused, columns=UNUSED.names).astype({"row": "int64"}),
        negative,
    )


def only_level(counts: pd.DataFrame, level: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of one level of division codes, and those of the other levels."""
    codes = counts["unit_id"].drop_duplicates()
    if level == "all" or not are_division_codes(codes.tolist()):
        return counts, counts.iloc[:0]
    levels = counts["unit_id"].map({code: level_of(code) for code in codes})
    met = [one for one in _LEVELS if (levels == one).any()]
    wanted = met[-1] if level == "finest" and met else level
    # A city without districts has no finer unit: its own row stands for it.
    keep = (levels == wanted) | (
        _childless(counts["unit_id"], levels, wanted) if level == "finest" else False
    )
    return counts[keep], counts[~keep]


def _childless(units: pd.Series, levels: pd.Series, wanted: str) -> pd.Series:
    above = set(units[levels == wanted].str[:4])
    return (levels == "prefecture") & (wanted == "county") & ~units.str[:4].isin(above)


def guesses_of(sheet: Sheet, header: Header, columns: Columns, meanings: list[Meaning]) -> pd.DataFrame:
    """Return what each column was taken for, ``model.GUESSES``."""
    roles: dict[int | None, str] = {columns.unit_id: "unit_id", columns.year: "year"}
    roles.update(dict.fromkeys(columns.names, "name"))
    roles.update(dict.fromkeys(columns.parents, "parent"))
    roles.update(dict.fromkeys(columns.again, "again"))
    roles.update(zip(columns.point or (), ("lon", "lat"), strict=False))
    rows, seen = [], set()
    for place, (heading, meaning) in enumerate(zip(header.headings, meanings, strict=True)):
        if not heading or heading in seen:
            continue
        seen.add(heading)
        used = place in columns.figures or place in columns.again
        role = roles.get(place) or ("value" if used else f"not_used_{meaning.role}")
        rows.append(
            (
                sheet.file,
                sheet.name,
                heading,
                role,
                meaning.indicator if used else None,
                meaning.concept if used else None,
                str(meaning.year or header.year or "") or None if used else None,
                f"× {meaning.factor or header.factor or 1:,.10g}" if used else None,
                meaning.certainty,
            )
        )
    return pd.DataFrame(rows, columns=GUESSES.names)
