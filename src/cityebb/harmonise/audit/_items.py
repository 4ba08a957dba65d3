"""Findings as rows of ``model.AUDIT``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.model import AUDIT

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

NUMBERS = ("value", "expected", "difference")


def items(finding: str, level: str, rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Return the findings of one kind; what a row does not tell is missing."""
    import pandas as pd

    frame = pd.DataFrame([{"finding": finding, "level": level, **row} for row in rows])
    if frame.empty:
        return AUDIT.empty()
    frame = frame.reindex(columns=AUDIT.names)
    for name in NUMBERS:
        frame[name] = pd.to_numeric(frame[name]).astype("float64")
    for name in ("unit_id", "name", "year", "indicator", "related", "evidence"):
        frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    return frame


def alike(rows: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the indicators and concepts of others."""
    kinds = set(zip(counts["indicator"], counts["concept"], strict=True))
    like = [kind in kinds for kind in zip(rows["indicator"], rows["concept"], strict=True)]
    return rows[np.array(like, dtype=bool)]  # an empty list would choose columns


def wide(counts: pd.DataFrame) -> pd.DataFrame:
    """Return one row a unit and one column a year."""
    return counts.pivot_table(index="unit_id", columns="year", values="value", dropna=False, aggfunc="first")


def names_of(counts: pd.DataFrame) -> pd.Series:
    """Return the latest name of each unit."""
    ordered = counts.sort_values("year", kind="stable")
    return ordered.drop_duplicates("unit_id", keep="last").set_index("unit_id")["name"]
