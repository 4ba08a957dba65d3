"""The least number that a publisher shows: what lies below it is missing, and never zero."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from cityebb.model import Note
from cityebb.read.tables.cells import plain, scaled

if TYPE_CHECKING:
    import pandas as pd

OF_PERSONS = ("people", "jobs")
"""The indicators that have such a floor."""

BELOW_FLOOR = "read.unused.below_floor"
"""Why a cell below it is not used."""

# "<50", "≤ 50", "under 50", "50以下", "不足50"; a star alone is what services print for "not shown".
_BELOW = re.compile(
    r"(?:<|≤|<=|＜|﹤|below|under|less than|fewer than|不足|少于|小于|低于) ?[\d,. ]+(?:人|万|千)?"
    r"|[\d,. ]+(?:人)?(?:以下|以内)|\*+|#+",
    re.IGNORECASE,
)


def above_floor(
    cell: object, value: float | None, factor: float, floor: float | None
) -> tuple[float | None, str]:
    """Return the number in a cell, missing where it lies below the floor, and then why.

    Parameters
    ----------
    cell
        As it stands in the table.
    value
        The number in it; ``None`` where it holds none.
    factor
        What numbers are multiplied with.
    floor
        In single people; ``None`` where there is none.

    Examples
    --------
    >>> above_floor("120", 120.0, 1.0, 50), above_floor("0", 0.0, 1.0, None)
    ((120.0, ''), (0.0, ''))
    >>> above_floor("<50", None, 1.0, 50), above_floor("0", 0.0, 1.0, 50)
    ((nan, 'read.unused.below_floor'), (nan, 'read.unused.below_floor'))
    """
    if floor is None:
        return value, ""
    if isinstance(cell, str) and _BELOW.fullmatch(plain(cell)):
        return math.nan, BELOW_FLOOR
    if value is None or math.isnan(value) or value < 0 or scaled(value, cell, factor) >= floor:
        return value, ""
    return math.nan, BELOW_FLOOR


def tell_floor(unused: pd.DataFrame, floor: float | None, label: str) -> list[Note]:
    """Return how many cells lie below the floor."""
    if floor is None:
        return []
    hidden = unused[unused["reason"] == BELOW_FLOOR]
    zeros = int((hidden["text"] == "0").sum())
    texts = int((~hidden["text"].astype(str).str.fullmatch(r"[\d., ]+")).sum())
    told = {"path": label, "floor": floor, "count": len(hidden), "zeros": zeros, "texts": texts}
    return [Note("read.table_floor", told, "info")]
