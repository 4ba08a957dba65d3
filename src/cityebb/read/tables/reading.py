"""Read a table as people have it, and say what was understood."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import COUNTS, UNUSED, CityebbError, Note, gather
from cityebb.read.public.wanted import tell_years
from cityebb.read.tables.assemble import (
    PLACES,
    Columns,
    Gathered,
    frames_of,
    gather_sheet,
    guesses_of,
    only_level,
)
from cityebb.read.tables.cells import plain, year_in
from cityebb.read.tables.codes import level_of
from cityebb.read.tables.doubts import (
    check_chosen,
    check_figures,
    check_parameters,
    check_sheet,
    check_year,
    doubt_notes,
)
from cityebb.read.tables.floor import tell_floor
from cityebb.read.tables.headers import Header, find_header
from cityebb.read.tables.meaning import Meaning, grade_in, meaning_of, told_meaning
from cityebb.read.tables.opening import Sheet, open_sheets
from cityebb.read.tables.parameters import TableParameters
from cityebb.read.tables.scale import check_scale
from cityebb.read.tables.stated import factor_in
from cityebb.read.tables.totals import starts_a_footnote

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


_CONTRADICTORY = 0.1


def _no_places() -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({"unit_id": [], "lon": [], "lat": []}).astype({"unit_id": "str"})


@dataclass(frozen=True)
class ReadTable:
    """A table as read.

    Parameters
    ----------
    counts
        ``model.COUNTS``: the figures.
    totals
        ``model.COUNTS``: rows that sum others (合计, units above those wanted), kept for the audit.
    unused
        ``model.UNUSED``: every row and cell that was not used, with its reason.
    guesses
        ``model.GUESSES``: what each column was taken for.
    notes
        What a reader must know.
    uncoded
        ``model.COUNTS``: rows without a valid code, in a table by codes; ``unit_id`` is the last code above.
    others
        ``model.COUNTS``: figures told again, by a later column for the same year or by a later file, as where
        a yearbook prints an earlier year; ``source`` names the column or the file.
    places
        ``unit_id``, ``lon``, ``lat`` in degrees, where the table tells them.
    negative
        ``model.COUNTS`` of figures below zero of what is counted: none can be, so that nobody can say what
        the other figures of such a unit are worth.
    """

    counts: pd.DataFrame
    totals: pd.DataFrame
    unused: pd.DataFrame
    guesses: pd.DataFrame
    notes: tuple[Note, ...]
    uncoded: pd.DataFrame = field(default_factory=COUNTS.empty)
    others: pd.DataFrame = field(default_factory=COUNTS.empty)
    places: pd.DataFrame = field(default_factory=_no_places)
    negative: pd.DataFrame = field(default_factory=COUNTS.empty)


def read_table(
    path: Path | str,
    parameters: TableParameters | None = None,
    *,
    source: str | None = None,
    year: int | None = None,
) -> ReadTable:
    """Return the figures of one file.

    Parameters
    ----------
    path
        CSV, TSV, Excel, Parquet or DuckDB.
    parameters
        What is known of it; default: everything is found out.
    source
        Name of the source; default the file's.
    year
        Of the figures, where neither the file nor ``parameters`` tells it.

    Raises
    ------
    CityebbError, Faults
        If the file cannot be read, no headings are found, no column holds figures, a stated column is not
        there, or two rows tell the same figure of the same unit differently.

    Notes
    -----
    Figures of several concepts (resident, registered, …) are never put into one series: each keeps its own.
    A heading such as 总人口 does not say what it counts: the concept is ``"unknown"`` unless the study says.
    """
    import pandas as pd

    path = Path(path)
    told = parameters or TableParameters(table=path.name)
    check_parameters(told, path.name)
    sheets = open_sheets(path, sheet=told.sheet, encoding=told.encoding)
    named = source or path.stem
    parts = [part for sheet in sheets if (part := _read_sheet(sheet, told, named, year)) is not None]
    if not parts:
        _refuse(path, sheets, told)
    counts, totals, uncoded, again, places, unused, negative, guesses = (
        pd.concat([part[i] for part in parts], ignore_index=True) for i in range(8)
    )
    check_figures(counts, path.name)
    check_year(counts, told.year if isinstance(told.year, int) else year, path.name)
    counts, above = _of_level(counts, told.level, path.name)
    counts, twice = keep_once(counts, path.name)
    check_scale(pd.concat([counts, again]), path.name)
    against = int((twice["reason"] == "read.unused.against").sum())
    notes = [Note("read.table_against", {"path": path.name, "count": against}, "warning")] if against else []
    notes += _notes(path, counts, pd.concat([totals, above]), guesses, sheets[0].encoding)
    notes += tell_floor(unused, told.floor, path.name)
    notes += doubt_notes(counts, twice, unused, path.name, guesses)
    lost = unused[unused["reason"] == "read.unused.no_unit"]
    if len(lost):
        told_of = {"path": path.name, "count": len(lost), "example": str(lost["text"].iloc[0])[:40]}
        notes.append(Note("read.table_no_unit", told_of, "warning", named))
    if len(above):
        notes.append(
            Note("read.table_levels", {"path": path.name, "count": above["unit_id"].nunique()}, "info", named)
        )
    return ReadTable(
        counts.reset_index(drop=True),
        pd.concat([totals, above], ignore_index=True)[COUNTS.names],
        pd.concat([unused, twice], ignore_index=True)[UNUSED.names],
        guesses,
        tuple(replace(note, source=named) for note in notes),
        uncoded[COUNTS.names],
        again[again["unit_id"].isin(set(counts["unit_id"]))].reset_index(drop=True)[COUNTS.names],
        places.drop_duplicates("unit_id").reset_index(drop=True)[PLACES],
        negative[COUNTS.names],
    )


def join_tables(parts: Sequence[ReadTable]) -> ReadTable:
    """Return one table for several, as for a file a year.

    Examples
    --------
    >>> from cityebb.model import GUESSES
    >>> part = ReadTable(COUNTS.empty(), COUNTS.empty(), UNUSED.empty(), GUESSES.empty(), ())
    >>> len(join_tables([part, part]).counts)
    0
    """
    import pandas as pd

    if len(parts) == 1:
        return parts[0]
    frames = {
        name: pd.concat([getattr(part, name) for part in parts], ignore_index=True)
        for name in ("counts", "totals", "unused", "guesses", "uncoded", "others", "places", "negative")
    }
    frames["places"] = frames["places"].drop_duplicates("unit_id").reset_index(drop=True)
    # A year that an earlier file has told is another publication of it: adding both would count twice.
    again = frames["counts"].duplicated(list(COUNTS.key)).to_numpy()
    files = np.repeat([_file_of(part) for part in parts], [len(part.counts) for part in parts])
    others = frames["counts"][again].assign(source=files[again])
    frames["others"] = pd.concat([frames["others"], others], ignore_index=True)
    frames["counts"] = frames["counts"][~again].reset_index(drop=True)
    check_scale(pd.concat([frames["counts"], frames["others"]]), ", ".join(map(_file_of, parts)))
    frames["totals"] = frames["totals"].drop_duplicates(list(COUNTS.key)).reset_index(drop=True)
    return ReadTable(**frames, notes=tuple(note for part in parts for note in part.notes))


def _file_of(part: ReadTable) -> str:
    return Path(str(part.guesses["file"].iloc[0])).name if len(part.guesses) else ""


def _read_sheet(
    sheet: Sheet, told: TableParameters, source: str, year: int | None
) -> tuple[pd.DataFrame, ...] | None:
    header = find_header(sheet, told.header)
    if header is None:
        return None
    if header.factor is None:
        header = replace(header, factor=_factor_below(sheet, header))
    meanings = _meanings(header, told, sheet)
    columns = _columns(header, meanings, told, sheet)
    if not columns.figures or (columns.unit_id is None and not columns.names):
        return None
    check_sheet(sheet, header, columns, meanings, told)
    about = " ".join(filter(None, (sheet.name, Path(sheet.file).stem)))
    fixed = told.year if isinstance(told.year, int) else None
    when = fixed or year or header.year or year_in(about)
    grade = header.grade or grade_in(about) or "yearbook"
    found = gather_sheet(sheet, header, columns, meanings, told, year=when, grade=grade, source=source)
    _columns_not_used(found, sheet, header, columns, meanings)
    if not found.counts and not found.totals:
        return None
    return (*frames_of(found), guesses_of(sheet, header, columns, meanings))


def _factor_below(sheet: Sheet, header: Header) -> float | None:
    """Return the unit that a remark below the figures tells."""
    remarks = (plain(row[0]) for row in sheet.rows[header.last + 1 :] if row and isinstance(row[0], str))
    told = (
        factor_in(text) for text in remarks if starts_a_footnote(text) or text.startswith(("单位", "單位"))
    )
    return next((factor for factor in told if factor is not None), None)


def _of_level(counts: pd.DataFrame, level: str, label: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of one level, and the others; refuse a level that no row is of."""
    found, above = only_level(counts, level)
    if len(above) and not len(found):
        there = ", ".join(dict.fromkeys(above["unit_id"].map(level_of)))
        raise CityebbError("read.doubt_level", path=label, level=level, known=there)
    return found, above


def _meanings(header: Header, told: TableParameters, sheet: Sheet) -> list[Meaning]:
    found = [meaning_of(heading) for heading in header.headings]
    if {"男", "女"} & {heading.split("|")[-1] for heading in header.headings}:
        # Beside a column of men and one of women, the sum is of people.
        found = [
            Meaning("value", "people", "unknown", certainty="guessed")
            if heading.split("|")[-1] in ("合计", "总计", "计")
            else meaning
            for heading, meaning in zip(header.headings, found, strict=True)
        ]
    if told.columns is None:
        return _one_column_each(_values_of_long(header, found))
    named = {plain(heading): meaning for heading, meaning in told.columns.items()}
    with gather() as fault:
        for heading, meaning in named.items():
            if heading not in header.headings:
                fault(_no_column(heading, header, sheet))
            if told_meaning(meaning) is None:
                fault(CityebbError("read.table_meaning", path=sheet.file, column=heading, found=meaning))
    stated = {heading: told_meaning(meaning) for heading, meaning in named.items()}
    return _one_column_each(
        [
            replace(
                stated[heading] or meaning,
                year=(stated[heading] or meaning).year or meaning.year,
                factor=meaning.factor,
            )
            if heading in stated
            else (meaning if meaning.role != "value" else replace(meaning, role="other"))
            for heading, meaning in zip(header.headings, found, strict=True)
        ]
    )


def _values_of_long(header: Header, found: list[Meaning]) -> list[Meaning]:
    """Where a long table has its figures in a column called value, take that for people."""
    if any(meaning.role == "value" for meaning in found):
        return found
    bare = [heading for heading in header.headings if heading.isdigit() and year_in(heading)]
    if len(bare) > 1:  # a column a year, and nothing that says of what
        return [
            Meaning("value", "people", "unknown", year_in(heading), certainty="guessed")
            if heading in bare
            else meaning
            for heading, meaning in zip(header.headings, found, strict=True)
        ]
    return [
        Meaning("value", "people", "unknown", certainty="guessed")
        if heading.lower() in ("value", "pop", "数值", "值", "人数", "obs_value")
        else meaning
        for heading, meaning in zip(header.headings, found, strict=True)
    ]


def _one_column_each(found: list[Meaning]) -> list[Meaning]:
    """Of columns that mean the same in the same year, keep the first: the total stands before its parts.

    One that names the year itself, or is stated by the study, tells the same figure again.
    """
    taken: set[tuple[object, ...]] = set()
    kept = []
    for meaning in found:
        key = (meaning.indicator, meaning.concept, meaning.year)
        again = meaning.role == "value" and key in taken
        taken |= {key} if meaning.role == "value" else set()
        other = "again" if meaning.year is not None or meaning.certainty == "told" else "same"
        kept.append(replace(meaning, role=other) if again else meaning)
    return kept


def _no_column(heading: str, header: Header, sheet: Sheet) -> CityebbError:
    known = ", ".join(text for text in header.headings[:40] if text)
    return CityebbError("read.table_no_column", path=sheet.file, column=heading, known=known)


def _columns(header: Header, meanings: list[Meaning], told: TableParameters, sheet: Sheet) -> Columns:
    def named(heading: str | None) -> int | None:
        if heading is None:
            return None
        if plain(heading) not in header.headings:
            raise _no_column(heading, header, sheet)
        return header.headings.index(plain(heading))

    roles: dict[str, list[int]] = {}
    for place, meaning in enumerate(meanings):
        roles.setdefault(meaning.role, []).append(place)
    values = roles.get("value", [])
    unit_id, name, parent = named(told.unit_id), named(told.name), named(told.parent)
    year = named(told.year) if isinstance(told.year, str) else next(iter(roles.get("year", [])), None)
    codes = [place for place in roles.get("unit_id", []) if place not in values]
    names = (name,) if name is not None else tuple(roles.get("name", []))
    if not names and not codes and unit_id is None:
        # The first column of a yearbook's table often has no heading at all.
        names = tuple(place for place in (0,) if meanings and meanings[0].role == "other")
    return Columns(
        unit_id if unit_id is not None else _best_code(codes, header, sheet),
        names,
        (parent,) if parent is not None else tuple(roles.get("parent", [])),
        None if isinstance(told.year, int) else year,
        tuple(values),
        tuple(roles.get("again", [])),
        (roles["lon"][0], roles["lat"][0]) if "lon" in roles and "lat" in roles else None,
    )


def _best_code(codes: list[int], header: Header, sheet: Sheet) -> int | None:
    """Of several columns of codes, return the one with the most different ones."""
    if len(codes) < 2:  # noqa: PLR2004 - one or none
        return codes[0] if codes else None
    body = sheet.rows[header.last + 1 :]
    return max(
        codes, key=lambda place: (len({plain(row[place]) for row in body if place < len(row)}), -place)
    )


def _columns_not_used(
    found: Gathered, sheet: Sheet, header: Header, columns: Columns, meanings: list[Meaning]
) -> None:
    used = {columns.unit_id, columns.year, *columns.names, *columns.parents, *columns.figures, *columns.again}
    used |= set(columns.point or ())
    for place, (heading, meaning) in enumerate(zip(header.headings, meanings, strict=True)):
        if place not in used and heading:
            reason = meaning.role if meaning.role in ("part", "ratio", "same", "unit") else "other"
            found.unused.append(
                (sheet.file, sheet.name, header.first + 1, heading, None, f"read.unused.column_{reason}")
            )


def keep_once(counts: pd.DataFrame, label: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Drop rows that repeat another, and all that contradict each other: nobody can say which holds.

    Raises
    ------
    CityebbError
        If more than a tenth contradict each other: then the table was not understood.
    """
    import pandas as pd

    keys = list(COUNTS.key)
    repeated = counts.duplicated([*keys, "value"])
    rest = counts[~repeated]
    against = rest.duplicated(keys, keep=False)
    if against.sum() > _CONTRADICTORY * len(counts):
        first = rest[against].iloc[0]
        values = rest.loc[(rest[keys] == first[keys]).all(axis=1), "value"]
        raise CityebbError(
            "read.table_twice",
            path=label,
            count=int(rest.loc[against, keys].drop_duplicates().shape[0]),
            unit=first["unit_id"],
            year=int(first["year"]),
            values=", ".join(f"{value:g}" for value in values.head(4)),
        )
    told = [
        (label, None, 0, None, f"{unit} {year}: {value:g}", reason)
        for part, reason in (
            (counts[repeated], "read.unused.repeated"),
            (rest[against], "read.unused.against"),
        )
        for unit, year, value in part[["unit_id", "year", "value"]].itertuples(index=False)
    ]
    return rest[~against], pd.DataFrame(told, columns=UNUSED.names).astype({"row": "int64"})


def _notes(
    path: Path, counts: pd.DataFrame, totals: pd.DataFrame, guesses: pd.DataFrame, encoding: str | None
) -> list[Note]:
    series = counts.groupby(["indicator", "concept", "grade"])
    notes = [
        Note(
            "read.table_series",
            {
                "path": path.name,
                "indicator": indicator,
                "concept": concept,
                "grade": grade,
                "units": int(rows["unit_id"].nunique()),
                "years": tell_years(tuple(rows["year"].unique().tolist())),
                "missing": int(rows["value"].isna().sum()),
            },
        )
        for (indicator, concept, grade), rows in series
    ]
    vague = counts[(counts["indicator"] == "people") & (counts["concept"] == "unknown")]
    if len(vague):
        taken = guesses[(guesses["role"] == "value") & (guesses["concept"] == "unknown")]
        notes.append(
            Note(
                "read.table_concept",
                {"path": path.name, "columns": ", ".join(taken["column"].head(5))},
                "warning",
            )
        )
    if encoding == "gb18030":
        notes.append(Note("read.table_encoding", {"path": path.name, "encoding": "GB18030"}))
    if len(totals):
        notes.append(Note("read.table_totals", {"path": path.name, "count": len(totals)}))
    return notes


def _refuse(path: Path, sheets: list[Sheet], told: TableParameters) -> None:
    """Say what kept a file from being understood."""
    found = [(sheet, find_header(sheet, told.header)) for sheet in sheets]
    headers = [header for _, header in found if header is not None]
    for sheet, header in found:
        if header is not None:
            check_chosen(sheet, header, told)
    if not headers:
        raise CityebbError("read.table_no_header", path=path.name)
    known = ", ".join(text for text in headers[0].headings[:30] if text)
    meant = [meaning for header in headers for meaning in map(meaning_of, header.headings)]
    foreign = [heading for heading in headers[0].headings if meaning_of(heading).role == "unit"]
    if foreign and not any(meaning.role == "value" for meaning in meant):
        raise CityebbError("read.doubt_kind", path=path.name, column=foreign[0], count=len(foreign))
    if any(meaning.role == "value" for meaning in meant) and told.year is None and told.columns is None:
        dated = any(meaning.year for meaning in meant) or any(meaning.role == "year" for meaning in meant)
        if not dated and all(header.year is None for header in headers):
            raise CityebbError("read.table_no_year", path=path.name)
    raise CityebbError("read.table_no_figures", path=path.name, known=known)
