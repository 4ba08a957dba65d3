"""Dates as people write them in a ledger of their own, told as years, months and days."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_SEPARATED = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?)?")
_CHINESE = re.compile(r"(\d{4})年(?:(\d{1,2})月(?:(\d{1,2})日?)?)?")
_COMPACT = re.compile(r"([12]\d{3})(\d{2})(\d{2})")
_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?$")


def day_of(text: str) -> str | None:
    """Return a date as ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; ``None`` where it is in no calendar.

    Parameters
    ----------
    text
        A cell. A year with one number after a point (2015.8) may be a month or a part of the year: it is
        none, as is a bare number of days.

    Examples
    --------
    >>> [day_of(text) for text in ("2015年8月22日", "20150822", "2015/8/22", "2015年", "2015.0")]
    ['2015-08-22', '2015-08-22', '2015-08-22', '2015', '2015']
    >>> [day_of(text) for text in ("2015-02-30", "2015-13-45", "42238", "2015.8", "last year")]
    [None, None, None, None, None]
    """
    told = re.sub(r"\s+(?=[年月日])|(?<=[年月日])\s+", "", unicodedata.normalize("NFKC", text).strip())
    told = _MIDNIGHT.sub("", told).removesuffix(".0")
    if found := _CHINESE.fullmatch(told):
        parts = found.groups()
    elif found := _SEPARATED.fullmatch(told):
        parts = (found[1], found[3], found[4])
        if found[2] == "." and found[4] is None:
            return None
    elif found := _COMPACT.fullmatch(told):
        parts = found.groups()
    else:
        return None
    year, month, day = (int(part) if part else None for part in parts)
    try:
        date(year or 0, month or 1, day or 1)
    except ValueError:
        return None
    return "-".join([f"{year:04}", *(f"{part:02}" for part in (month, day) if part is not None)])
