"""When an event took effect: years, months and days in one order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import NDArray

_PATTERN = r"^\s*(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?\s*$"
_MONTHS, _DAYS = 12, 31


def moments(dates: Iterable[object]) -> NDArray[np.float64]:
    """Return each date as a number that orders them; NaN where it is no date.

    A year counts as its last day, a month as its last.

    Parameters
    ----------
    dates
        ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, as text or as a whole number.

    Examples
    --------
    >>> moments(["2010", "2010-11", "2010-11-01", 2010, "autumn"]).tolist()
    [20101231.0, 20101131.0, 20101101.0, 20101231.0, nan]
    """
    import pandas as pd

    text = pd.Series(list(dates), dtype=object).astype(str)
    parts = text.str.extract(_PATTERN).astype("float64").to_numpy()
    year, month, day = parts[:, 0], parts[:, 1], parts[:, 2]
    month = np.where(np.isnan(month), _MONTHS, month)
    day = np.where(np.isnan(day), _DAYS, day)
    right = (month >= 1) & (month <= _MONTHS) & (day >= 1) & (day <= _DAYS)
    found: NDArray[np.float64] = np.where(right, year * 10_000 + month * 100 + day, np.nan)
    return found


def between(ledger: pd.DataFrame, start: object, end: object) -> pd.DataFrame:
    """Return the events after ``start`` and up to ``end``, in order of their dates.

    Parameters
    ----------
    ledger
        ``model.LEDGER``.
    start, end
        Epochs: a year, or a date as text.

    Examples
    --------
    >>> import pandas as pd
    >>> events = pd.DataFrame({"date": ["2012", "2010", "2011-05"]})
    >>> between(events, 2010, 2012)["date"].tolist()
    ['2011-05', '2012']
    """
    when = moments(ledger["date"])
    first, last = moments([start, end])
    chosen = (when > first) & (when <= last)
    order = np.argsort(when[chosen], kind="stable")
    found: pd.DataFrame = ledger[chosen].iloc[order]
    return found
