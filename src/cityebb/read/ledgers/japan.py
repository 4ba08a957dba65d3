"""Japan: Kondo's converter, a row for each municipality with its code at every census."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from cityebb.model import UNUSED, CityebbError, Note
from cityebb.read.ledgers._days import dated, moves, way
from cityebb.read.ledgers._frames import ledger_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pandas as pd

    from cityebb.read.ledgers._days import Move

_CODE = re.compile(r"id_muni(\d{4})")
_DIGITS = 5
_OPEN = 9999


def read(rows: pd.DataFrame, path: Path) -> tuple[pd.DataFrame, pd.DataFrame, tuple[Note, ...]]:
    """Return the ledger, the rows not used and notes.

    Codes are given five digits. The columns are as of 1 October of their years. An event is dated by its day
    where the Japanese edition tells it, else by the census at which it is first seen; a unit that became
    another by way of a third one between two censuses has an event for each step. What happened after
    1 October in the year of a census is not yet in that year's column, though an epoch of that year would
    hold it: it is dated by the following year, and its day is in the evidence.

    References
    ----------
    Kondo, K. (2023), Municipality-level panel data and municipal mergers in Japan, RIETI Technical Paper
    23-T-001.
    """
    years = sorted(int(match.group(1)) for name in rows if (match := _CODE.fullmatch(str(name))))
    if len(years) < 2:  # noqa: PLR2004 - a change has two ends
        raise CityebbError(
            "read.ledger_columns",
            path=path.name,
            missing="id_muni1980, …",
            there=", ".join(rows.columns[:20]),
        )
    notes = [str(name) for name in rows if str(name).startswith("note_")]
    told = rows[notes].fillna("").agg("；".join, axis=1) if notes else None
    days = {} if told is None else moves(told)
    found: list[dict[str, Any]] = []
    for before, after in pairwise(years):
        found += list(_between(rows, before, after, told, days))
    by = Counter(event.pop("dated_by") for event in found)
    values = {"path": path.name, **{name: by[name] for name in ("day", "later", "census")}}
    noted = (Note("read.ledger_japan", {"path": path.name}), Note("read.ledger_days", values))
    return ledger_of(found), UNUSED.empty(), noted


def units_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the municipalities of every census."""
    import pandas as pd

    years = sorted(int(match.group(1)) for name in rows if (match := _CODE.fullmatch(str(name))))
    parts = []
    for place, year in enumerate(years):
        last = years[place + 1] if place + 1 < len(years) else _OPEN
        there = rows[[f"id_muni{year}", f"name_muni{year}"]].set_axis(["unit_id", "name"], axis=1)
        parts.append(there[there["unit_id"].notna()].assign(first=year, last=last))
    found = pd.concat(parts, ignore_index=True)
    found["unit_id"] = found["unit_id"].map(code)
    return found.drop_duplicates(["unit_id", "first"]).reset_index(drop=True)


def code(text: object) -> str:
    """Return a municipality's code with five digits.

    Examples
    --------
    >>> code("1100"), code("13101")
    ('01100', '13101')
    """
    return str(text).removesuffix(".0").zfill(_DIGITS)


def _between(
    rows: pd.DataFrame,
    before: int,
    after: int,
    told: pd.Series | None,
    days: Mapping[str, tuple[Move, ...]],
) -> Iterator[dict[str, Any]]:
    columns = [f"id_muni{before}", f"id_muni{after}", f"name_muni{before}", f"name_muni{after}"]
    pairs = rows[columns].set_axis(["one", "other", "name", "new"], axis=1)
    if told is not None:
        pairs["evidence"] = told
    pairs = pairs[pairs["one"].notna() & pairs["other"].notna()].drop_duplicates(["one", "other"])
    pairs["parts"] = pairs.groupby("one")["other"].transform("size")
    pairs["parents"] = pairs.groupby("other")["one"].transform("size")
    same = (pairs["one"] == pairs["other"]) & (pairs["parts"] == 1) & (pairs["name"] == pairs["new"])
    kind: str
    share: float | None
    for row in pairs[~same].to_dict("records"):
        if row["parts"] > 1:
            kind, share = "split", None
        elif row["parents"] > 1:
            kind, share = "merge", 1.0
            if row["one"] == row["other"]:
                continue
        else:
            kind = "upgrade" if str(row["name"])[-1:] != str(row["new"])[-1:] else "rename"
            share = 1.0
        one, other, text = code(row["one"]), code(row["other"]), str(row.get("evidence", ""))
        path = () if kind == "split" else way(days, one, other, first=before, last=after)
        steps: list[tuple[str, str | None, Move | None]] = [(step.before, step.after, step) for step in path]
        steps = steps or [(one, other, None)]
        for place, (unit, goal, step) in enumerate(steps):
            day = None if step is None else step.day
            final = place == len(steps) - 1
            yield {
                "event_id": f"{after}-{unit}",
                "date": dated(day, first=before, last=after),
                "dated_by": "census" if day is None else "later" if day.year == before else "day",
                "kind": kind if final and len(steps) == 1 else "merge" if step and step.merger else "rename",
                "from_unit": unit,
                "from_name": row["name"] if place == 0 else None,
                "to_unit": goal,
                "to_name": row["new"] if final else None,
                "share": share,
                "share_of": "people",
                "evidence": _sentences(text if place == 0 else "", before, after, unit, step),
                "confidence": "certain",
            }


def _sentences(text: str, before: int, after: int, unit: str, last: Move | None) -> str | None:
    """Return the sentences about a unit that lie between two censuses, and the one that dates its event."""
    found = [
        sentence.strip("；、 ")
        for sentence in re.split(r"(?=\d{4}年\d{1,2}月\d{1,2}日)", text)
        if sentence[:4].isdigit() and before <= int(sentence[:4]) <= after and f"({unit})" in sentence
    ]
    if last is not None:
        found.append(last.sentence)
    return "；".join(dict.fromkeys(found)) or None
