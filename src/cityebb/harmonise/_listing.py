"""Codes of a table held against those a ledger knows, and what of the table was not used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.harmonise.placing import HALF
from cityebb.model import UNUSED, Note
from cityebb.read.units import missing_zeros

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.harmonise.changes import Changes

_SHOWN = 5
_LINKS = ("from_unit", "to_unit")


def as_coded(rows: pd.DataFrame, changes: Changes, notes: list[Note]) -> pd.DataFrame:
    """Give codes the leading zeros that a spreadsheet took from them, where the ledger has them."""
    known = [changes.ledger["from_unit"], changes.ledger["to_unit"], changes.crosswalk["from_unit"]]
    codes = {str(code) for column in known for code in column.dropna()}
    widths = {len(code) for code in codes if code.isdigit()}
    own = rows["unit_id"].astype(str)
    if len(widths) != 1 or not all(code.isdigit() for code in codes):
        return rows.assign(unit_id=own)
    width = widths.pop()
    short = own.str.isdigit() & (own.str.len() < width)
    if not short.any():
        return rows.assign(unit_id=own)
    notes.append(Note("harmonise.padded", {"count": int(own[short].nunique()), "width": width}))
    return rows.assign(unit_id=own.where(~short, own.str.zfill(width)))


def padded(counts: pd.DataFrame, changes: Changes, notes: list[Note]) -> Changes:
    """Give a ledger's codes the leading zeros that a spreadsheet took from them, where the table has them.

    Only where the table's codes are all of one number of digits, none of the short codes is in the table, and
    some are once they have their zeros.
    """
    from dataclasses import replace

    frames = {"ledger": changes.ledger, "crosswalk": changes.crosswalk}
    codes = {str(code) for frame in frames.values() for name in _LINKS for code in frame[name].dropna()}
    own = counts["unit_id"].astype(str).unique()
    whole = missing_zeros(codes, own)
    if not whole:
        return changes
    notes.append(Note("harmonise.ledger_padded", {"count": len(whole), "width": len(own[0])}))
    return replace(
        changes,
        **{
            key: frame.assign(
                **{
                    name: frame[name].astype(object).map(lambda code: whole.get(code, code))
                    for name in _LINKS
                }
            )
            for key, frame in frames.items()
        },
    )


def tell_unmet(rows: pd.DataFrame, changes: Changes, period: pd.DataFrame, notes: list[Note]) -> None:
    """Note the events of a period of whose codes none is in the table: they change nothing.

    A ledger with a list of units tells of other levels too; of such a one it is told only where no event at
    all meets the table.
    """
    own = set(rows["unit_id"].astype(str))
    meets = period["from_unit"].isin(own) | period["to_unit"].isin(own)
    by_event = meets.groupby(period["event_id"].astype(str)).any()
    unmet = by_event.index[~by_event.to_numpy(dtype=bool)]
    lists = changes.units is not None and len(changes.units) > 0
    if not len(unmet) or (lists and len(unmet) < len(by_event)):
        return
    links = period[period["event_id"].astype(str).isin(set(unmet))]
    codes = dict.fromkeys(str(code) for name in _LINKS for code in links[name].dropna())
    there = sorted(own)[:_SHOWN]
    told = {"count": len(unmet), "codes": ", ".join(list(codes)[:_SHOWN]), "there": ", ".join(there)}
    notes.append(Note("harmonise.ledger_unmet", told, "warning"))


def listed(rows: pd.DataFrame, units: pd.DataFrame, notes: list[Note]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of units that are in the list at their date, or under another code of theirs."""
    year = rows["vintage"].astype(str).str[:4].astype("int64")
    pairs = rows[["unit_id"]].assign(place=np.arange(len(rows)), when=year.to_numpy())
    met = pairs.merge(units[["unit_id", "first", "last"]], on="unit_id")
    ever = set(met["unit_id"])
    now = set(met.loc[(met["first"] <= met["when"]) & (met["when"] < met["last"]), "place"])
    inside = np.array([place in now for place in range(len(rows))], dtype=bool)
    # A code of another date may be that of a unit that the table lacks under its own: kept for that.
    later = ~inside & rows["unit_id"].isin(ever).to_numpy()
    strangers = rows[~inside & ~later]
    if len(strangers):
        shown = ", ".join(dict.fromkeys(strangers["name"].dropna().astype(str).head(_SHOWN)))
        notes.append(Note("harmonise.not_listed", {"count": strangers["unit_id"].nunique(), "units": shown}))
    return rows[inside | later], strangers


def with_strangers(unused: pd.DataFrame | None, strangers: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    told = strangers.drop_duplicates(["unit_id", "year"])
    more = pd.DataFrame(
        {
            "file": told["source"].to_numpy(),
            "sheet": None,
            "row": np.zeros(len(told), dtype=np.int64),
            "column": None,
            "text": [f"{unit} {year}" for unit, year in zip(told["unit_id"], told["year"], strict=True)],
            "reason": "harmonise.unused.not_listed",
        }
    )
    parts = [part for part in (unused, more) if part is not None and len(part)]
    return pd.concat(parts, ignore_index=True) if parts else UNUSED.empty()


def with_rest(unused: pd.DataFrame | None, rest: pd.DataFrame | None) -> pd.DataFrame | None:
    """Add what was placed nowhere to the rows that were not used."""
    import pandas as pd

    rest = None if rest is None else rest[rest["people"] >= HALF]
    if rest is None or rest.empty:
        return unused
    more = pd.DataFrame(
        {
            "file": rest["source"].to_numpy(),
            "sheet": None,
            "row": np.zeros(len(rest), dtype=np.int64),
            "column": None,
            "text": [
                f"{unit} {year}: {people:,.0f} ({share:.2%})"
                for unit, year, people, share in rest[["unit_id", "year", "people", "share"]].itertuples(
                    index=False
                )
            ],
            "reason": "harmonise.unused." + rest["reason"].astype(str),
        }
    )
    return more if unused is None else pd.concat([unused, more], ignore_index=True)
