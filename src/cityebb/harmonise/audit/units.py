"""Units that come or go, are there once only, or do not belong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.harmonise.audit._items import items, names_of, wide

if TYPE_CHECKING:
    import pandas as pd

# First two digits of what is not counted with the mainland in China's statistics (GB/T 2260).
_NOT_MAINLAND = {"71": "Taiwan", "81": "Hong Kong", "82": "Macau"}


def of_one_date(
    counts: pd.DataFrame, start: int, end: int, ledger: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Find units that have a figure at one end of a comparison only.

    Parameters
    ----------
    counts
        ``model.COUNTS`` as published.
    start, end
        The years compared.
    ledger
        ``model.LEDGER`` of the period: tells where a unit's people went to or came from.

    Returns
    -------
    DataFrame
        ``model.AUDIT``, kinds ``vanished`` and ``appeared``, and ``one_date`` of units with a figure of one
        year between only: ``value`` the figure that is there, ``related`` the units that the ledger names,
        ``evidence`` the events. What no event explains is a warning.
    """
    import pandas as pd

    table, names = wide(counts), names_of(counts)
    parts = []
    for kind, there, gone in (("vanished", start, end), ("appeared", end, start)):
        if there not in table:
            continue
        other = table[gone] if gone in table else pd.Series(np.nan, index=table.index)
        units = table.index[table[there].notna() & other.isna()]
        rows = []
        for unit in units:
            related, evidence = _in_ledger(str(unit), ledger, forwards=kind == "vanished")
            rows.append(
                {
                    "unit_id": str(unit),
                    "name": names.get(unit),
                    "year": str(there),
                    "value": float(table.loc[unit, there]),
                    "related": related,
                    "evidence": evidence,
                }
            )
        told = [row for row in rows if row["related"]]
        parts += [
            items(kind, "info", told),
            items(kind, "warning", [row for row in rows if not row["related"]]),
        ]
    once = table[table.notna().sum(axis=1) == 1]
    between = [year for year in map(int, once.columns) if start < year < end]
    parts.append(
        items(
            "one_date",
            "warning",
            [
                {"unit_id": str(unit), "name": names.get(unit), "year": str(year), "value": float(value)}
                for year in between
                for unit, value in once[year].dropna().items()
            ],
        )
    )
    return _joined(parts)


def _in_ledger(unit: str, ledger: pd.DataFrame | None, *, forwards: bool) -> tuple[str | None, str | None]:
    if ledger is None or ledger.empty:
        return None, None
    own, other = ("from_unit", "to_unit") if forwards else ("to_unit", "from_unit")
    rows = ledger[(ledger[own] == unit) & (ledger[other] != unit) & ledger[other].notna()]
    if rows.empty:
        return None, None
    names = rows[other.replace("unit", "name")].astype(object)
    names = names.where(names.notna(), "")
    related = ", ".join(f"{name} ({code})".strip() for name, code in zip(names, rows[other], strict=True))
    return related, "; ".join(dict.fromkeys(f"{row.date} {row.kind}" for row in rows.itertuples()))


def without_figure(counts: pd.DataFrame) -> pd.DataFrame:
    """Find units that a table lists and that have no figure in any year.

    Returns
    -------
    DataFrame
        ``model.AUDIT``, kind ``no_figure``.
    """
    table, names = wide(counts), names_of(counts)
    empty = table.index[table.isna().all(axis=1)]
    years = f"{table.columns.min()}–{table.columns.max()}" if len(table.columns) else None
    found = [{"unit_id": str(unit), "name": names.get(unit), "year": years} for unit in empty]
    return items("no_figure", "warning", found)


def outside_the_mainland(counts: pd.DataFrame) -> pd.DataFrame:
    """Find rows of Hong Kong, Macau and Taiwan in a table by China's division codes.

    China's national totals are of the mainland; with these rows in it a sum looks like a double count.
    """
    from cityebb.read.tables.codes import are_division_codes

    codes = counts["unit_id"].astype(str)
    if not are_division_codes(codes.drop_duplicates().tolist()):
        return items("outside_the_mainland", "warning", [])
    rows = counts[codes.str[:2].isin(_NOT_MAINLAND) & counts["value"].notna()]
    return items(
        "outside_the_mainland",
        "warning",
        [
            {"unit_id": row["unit_id"], "name": row["name"], "year": str(row["year"]), "value": row["value"]}
            for row in rows.to_dict("records")
        ],
    )


def unlisted(
    counts: pd.DataFrame, units: pd.DataFrame, year: int, *, level: str | None = None
) -> pd.DataFrame:
    """Find units that a list has in a year and that have no figure in it.

    Parameters
    ----------
    counts
        ``model.COUNTS``.
    units
        ``unit_id``, ``name``, ``first``, ``last``: who there was from ``first`` on and before ``last``.
    year
        Of the figures.
    level
        Of division codes: only units of this level are wanted.

    Returns
    -------
    DataFrame
        ``model.AUDIT``, kind ``no_figure``.
    """
    from cityebb.read.tables.codes import level_of

    rows = counts[(counts["year"] == year) & counts["value"].notna()]
    there = set(rows["unit_id"].astype(str))
    now = units[(units["first"] <= year) & (units["last"] > year)]
    if level is not None:
        now = now[now["unit_id"].map(lambda code: level_of(str(code)) == level)]
    gone = now[~now["unit_id"].isin(there)]
    return items(
        "no_figure",
        "warning",
        [
            {"unit_id": str(unit), "name": name, "year": str(year)}
            for unit, name in zip(gone["unit_id"], gone["name"], strict=True)
        ],
    )


def doubled(counts: pd.DataFrame) -> pd.DataFrame:
    """Find names that several units of one year share with the very same figure: perhaps one listed twice.

    Returns
    -------
    DataFrame
        ``model.AUDIT``, kind ``doubled``.
    """
    named = counts[counts["name"].notna() & (counts["value"] > 0)]
    again = named.duplicated(["name", "year", "value"], keep=False)
    found = []
    for key, rows in named[again].groupby(["name", "year", "value"], sort=True):
        name, year, value = key
        codes = sorted(rows["unit_id"].astype(str))
        if len(codes) > 1:
            found.append(
                {
                    "unit_id": codes[0],
                    "name": str(name),
                    "year": str(year),
                    "value": float(str(value)),
                    "related": ", ".join(codes[1:]),
                }
            )
    return items("doubled", "warning", found)


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    from cityebb.model import AUDIT

    full = [part for part in parts if len(part)]
    return pd.concat(full, ignore_index=True) if full else AUDIT.empty()
