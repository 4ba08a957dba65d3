"""What each column of each table holds, said once for the workbook and the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cityebb.model import TABLES
from cityebb.words import has, say

if TYPE_CHECKING:
    from cityebb.model import Column

_SHOWN = (
    "cities",
    "panel",
    "verdicts",
    "combined",
    "evidence",
    "by_rule",
    "density",
    "jobs",
    "inside",
    "calibrations",
    "proxy",
    "proxy_calls",
    "proxy_points",
    "reliability",
    "summary",
    "sensitivity",
    "robustness",
    "effects",
    "windows",
    "watch",
    "watch_counts",
    "policy",
    "gainers",
    "balance",
    "ranking",
    "breaks",
)
_SHOWN_OF_UNITS = (
    "city_and_parts",
    "counties_found",
    "decomposition",
    "audit",
    "members",
    "crosswalk",
    "ledger",
    "guesses",
    "unused",
    "trial",
)


class Entry(NamedTuple):
    """One column: its table, name, unit and meaning."""

    table: str
    column: str
    unit: str
    meaning: str


def entries(language: str, *, units: bool = False) -> list[Entry]:
    """Return every column of the published tables with its meaning, each column told once.

    A column that several tables share is listed under the first that has it.
    """
    told: dict[str, Entry] = {}
    for name in (*_SHOWN, *(_SHOWN_OF_UNITS if units else ())):
        for column in TABLES[name].columns:
            if column.name not in told and column.kind != "geometry":
                meaning = _meaning(column, language, units=units)
                told[column.name] = Entry(name, column.name, unit_word(column.unit, language), meaning)
    return list(told.values())


def _meaning(column: Column, language: str, *, units: bool) -> str:
    """Say what a column holds; some hold another thing where cities are administrative units."""
    key = f"publish.meaning_units.{column.name}"
    return say(key, language) if units and has(key, language) else column.meaning(language)


def heading(column: str, language: str) -> str:
    """Return the short heading of a column; a name that is no column of ours is returned as it is."""
    key = f"publish.heading.{column}"
    return say(key, language) if has(key, language) else column


def unit_of(column: str, table: str | None = None) -> str | None:
    """Return the declared unit of a column, if it has one.

    Tables of cities and of units share names: ``after`` has the unit of what is compared in
    ``decomposition``, and none that is declared in ``verdicts``. The column of ``table`` counts where it is
    told, else the first of that name.

    Examples
    --------
    >>> unit_of("after"), unit_of("after", "decomposition")
    (None, 'compared')
    """
    order = ([TABLES[table]] if table in TABLES else []) + list(TABLES.values())
    for declared in (found for one in order for found in one.columns):
        if declared.name == column:
            return declared.unit
    return None


def unit_word(unit: str | None, language: str) -> str:
    """Say a unit: ``share`` and ``year`` are words, ``km²`` is a sign."""
    if not unit:
        return ""
    key = f"publish.unit.{unit}"
    return say(key, language) if has(key, language) else unit
