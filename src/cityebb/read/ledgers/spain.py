"""Spain: changes of municipalities between censuses, each told once by either party."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cityebb.model import UNUSED, Note
from cityebb.read.ledgers._frames import ledger_of, need, unused_of

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

# Kind of a row, and whether its own unit is the one before (else it is the one after).
_KINDS = {
    "EI": ("merge", True),
    "MI": ("merge", False),
    "EF": ("merge", True),
    "CF": ("merge", False),
    "CS": ("transfer", False),
    "MS": ("transfer", True),
    "ER": ("split", True),
    "MR": ("split", False),
    "ED": ("split", True),
    "CD": ("split", False),
    "EC": ("rename", True),
    "CC": ("rename", False),
    "MTd": ("transfer", True),
    "MTc": ("transfer", False),
    "MFp": ("transfer", True),
    "CFp": ("transfer", False),
    "MP": ("transfer", True),
    "CO": ("creation", False),
    "EO": ("abolition", True),
}


def read(rows: pd.DataFrame, path: Path) -> tuple[pd.DataFrame, pd.DataFrame, tuple[Note, ...]]:
    """Return the ledger, the rows not used and notes.

    A change is told twice, by the unit that gives and by the one that takes; one link is made of both.
    Segregations, divisions and exchanges have no share of people: it stays unknown. An event is dated by its
    year where one is given, else by the first census after it.

    References
    ----------
    Goerlich, F. J. and Ruiz, F. (2018), Typology and representation of alterations in territorial units,
    Journal of Official Statistics 34(1), 83-106, doi:10.1515/jos-2018-0005.
    """
    need(rows, ("codine", "censo", "tipo", "codine2"), path)
    census = rows["censo"].astype(str).str.removesuffix(".0")
    year = rows["anio"].where(rows["anio"].notna(), census) if "anio" in rows else census
    frame = rows.assign(date=year.astype(str).str.removesuffix(".0"))
    kind = frame["tipo"].map(lambda tipo: _KINDS.get(tipo, ("", True))[0])
    gives = frame["tipo"].map(lambda tipo: _KINDS.get(tipo, ("", True))[1])
    frame = frame.assign(
        kind=kind,
        before=frame["codine"].where(gives, frame["codine2"]),
        after=frame["codine2"].where(gives, frame["codine"]),
        censo=census,
    )
    unknown = frame["kind"] == ""
    used = frame[~unknown]
    unused = unused_of(path, rows[unknown], "read.unused.no_territory") if unknown.any() else UNUSED.empty()
    once = used.sort_values("date", kind="stable").drop_duplicates(["kind", "before", "after", "censo"])
    found = [_link(row) for row in once.to_dict("records")]
    doubled = len(used) - len(once)
    return ledger_of(found), unused, (Note("read.ledger_spain", {"path": path.name, "doubled": doubled}),)


def _link(row: dict[Any, Any]) -> dict[str, Any]:
    kind, before, after = row["kind"], row["before"], row["after"]
    whole = kind in ("merge", "rename")
    return {
        # The parts of one division are one event; other links stand each for itself.
        "event_id": f"{row['date']}-{kind}-{before}" + ("" if kind == "split" else f"-{after}"),
        "date": row["date"],
        "kind": kind,
        "from_unit": None if kind == "creation" else before,
        "to_unit": None if kind == "abolition" else after,
        "share": 1.0 if whole else None,
        "share_of": "people",
        "evidence": row.get("descripcion"),
        "confidence": "certain" if row.get("fuente") == "INE_alteraciones" else "likely",
    }
