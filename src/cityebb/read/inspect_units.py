"""Look at a folder: tables of figures of units, ledgers of their boundaries, and boundary layers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from cityebb.model import CityebbError
from cityebb.read.ledgers import form_of, read_ledger
from cityebb.read.tables import join_tables, read_table
from cityebb.read.tables.cells import year_in
from cityebb.read.units import is_layer, read_units

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from cityebb.read.ledgers import ReadLedger
    from cityebb.read.tables import ReadTable
    from cityebb.read.units import ReadUnits

SUFFIXES = (
    *(".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".duckdb"),
    *(".parquet", ".geoparquet", ".pq", ".gpkg", ".shp", ".geojson", ".json", ".fgb", ".zip"),
)
_LOOSE = (".json", ".zip")
_SHARED = 0.5


@dataclass(frozen=True)
class FoundTable:
    """A table of figures of units, or several of one year each.

    Parameters
    ----------
    name
        A name for it in a study.
    files
        One file, or one a year.
    read
        What was understood.
    """

    name: str
    files: str | dict[int, str]
    read: ReadTable


@dataclass(frozen=True)
class FoundLedger:
    """A ledger of boundary changes."""

    name: str
    file: str
    read: ReadLedger


@dataclass(frozen=True)
class FoundLayer:
    """A boundary layer; ``vintage`` is the year that its file's name tells, if one."""

    name: str
    file: str
    read: ReadUnits
    vintage: int | None


Found = TypeVar("Found", FoundTable, FoundLedger, FoundLayer)


@dataclass(frozen=True)
class FoundUnits:
    """What of administrative units lies in a folder."""

    tables: tuple[FoundTable, ...] = ()
    ledgers: tuple[FoundLedger, ...] = ()
    layers: tuple[FoundLayer, ...] = ()

    def __bool__(self) -> bool:
        """Whether there are figures of units."""
        return bool(self.tables)


def inspect_units(paths: Sequence[tuple[str, Path]]) -> tuple[FoundUnits, list[tuple[str, CityebbError]]]:
    """Read every table, ledger and boundary layer among some files.

    Parameters
    ----------
    paths
        Files with what to call them.

    Returns
    -------
    tuple
        What was understood, and the files that were not, each with its reason.
    """
    tables: list[tuple[str, ReadTable]] = []
    ledgers: list[FoundLedger] = []
    layers: list[FoundLayer] = []
    unread: list[tuple[str, CityebbError]] = []
    for label, path in paths:
        try:
            if is_layer(path):
                layer = read_units(path, vintage=year_in(path.stem) or "-")
                layers.append(FoundLayer("", label, layer, year_in(path.stem)))
            elif form_of(path) is not None:
                ledgers.append(FoundLedger("", label, read_ledger(path)))
            elif not path.name.lower().endswith(_LOOSE) and not _is_prose(path):
                tables.append((label, read_table(path)))
        except CityebbError as error:
            unread.append((label, error))
    found = FoundUnits(
        tuple(_named("counts", _put_together(tables))),
        tuple(_named("changes", ledgers)),
        tuple(_named("boundaries", layers)),
    )
    return found, unread


def _put_together(tables: list[tuple[str, ReadTable]]) -> list[FoundTable]:
    """Put files of one year each, that tell the same of the same units, into one table."""
    heaps: list[dict[int, tuple[str, ReadTable]]] = []
    alone: list[FoundTable] = []
    for label, read in tables:
        years = read.counts["year"].unique().tolist()
        if len(years) != 1:
            alone.append(FoundTable("", label, read))
            continue
        fitting = (heap for heap in heaps if years[0] not in heap and _fits(heap, read))
        heap = next(fitting, None)
        if heap is None:
            heaps.append({years[0]: (label, read)})
        else:
            heap[years[0]] = label, read
    for heap in heaps:
        parts = dict(sorted(heap.items()))
        files: str | dict[int, str] = {year: label for year, (label, _) in parts.items()}
        if len(parts) == 1:
            files = next(label for label, _ in parts.values())
        alone.append(FoundTable("", files, join_tables([read for _, read in parts.values()])))
    return sorted(alone, key=lambda table: (-_worth(table.read), str(table.files)))


def _fits(heap: dict[int, tuple[str, ReadTable]], read: ReadTable) -> bool:
    """Whether a table tells an indicator that a heap of others tells, of half of its units."""
    _, first = next(iter(heap.values()))
    told, here = ({*one.counts["indicator"]} for one in (first, read))
    before, now = ({*one.counts["unit_id"]} for one in (first, read))
    return bool(told & here) and len(before & now) >= _SHARED * min(len(before), len(now))


def _worth(read: ReadTable) -> int:
    """Return how many figures of people a table holds; those without people come last."""
    return int((read.counts["indicator"] == "people").sum())


def _is_prose(path: Path) -> bool:
    """Whether a text file has no columns: a note beside the data, not a table."""
    if path.suffix.lower() != ".txt":
        return False
    from cityebb.read.text import read_text

    lines = [line for line in read_text(path)[0].splitlines() if line.strip()]
    return sum(bool(re.search(r"[\t,;|]", line)) for line in lines) * 2 < len(lines) or len(lines) < 2  # noqa: PLR2004 - a heading and a row


def _named(plain: str, found: Sequence[Found]) -> Iterator[Found]:
    """Give each a name: what it is, with a number where there are several."""
    for place, one in enumerate(found, 1):
        yield replace(one, name=plain if place == 1 else f"{plain}_{place}")
