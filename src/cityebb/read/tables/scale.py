"""Figures of one series that stand in different units: people beside ten thousands of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import CityebbError

if TYPE_CHECKING:
    import pandas as pd

# A forgotten 亿, 万, 千 or 百, and how far apart in decades the rest of the change may lie: a factor of 1.6.
# For 万 and 亿 it may be more, since nothing grows three thousandfold from one figure to the next.
_DECADES = (8, 4, 3, 2)
_NEAR = 0.2
_BEYOND = 3.5
_BETWEEN = 6
# People may grow a hundredfold in a new town, and two places may change their code: it takes more of them.
_SEVERAL, _PART = 3, 0.2
_OF_PEOPLE = ("people", "households")
# What an economy in yuan does in forty years, no single step does in ten.
_GDP_YEARS = 10


def check_scale(counts: pd.DataFrame, label: str) -> None:
    r"""Refuse a series in which some figures seem to be told in another unit than their neighbours.

    Parameters
    ----------
    counts
        ``model.COUNTS``; the same year may be told twice, as by two files.
    label
        What to call the table.

    Raises
    ------
    CityebbError
        If neighbouring figures of a unit lie 3,000 times apart or more, or those of several units 1,000 or
        100 times, while each series is of one indicator and concept.

    Notes
    -----
    Neighbouring figures :math:`a, b > 0` of a unit are taken to be told in different units if
    :math:`|\log_{10}(b / a)| \ge 3.5` (a factor of 10,000, from 6 on one of :math:`10^8`), or if
    :math:`|\,|\log_{10}(b / a)| - k| < 0.2` with :math:`k = 3` or :math:`2` and this is so for at least
    three units and a fifth of all. Nothing is guessed: who wrote the table must say.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("a", 2010, 186_000.0), ("a", 2020, 18.5), ("b", 2010, 9_000.0), ("b", 2020, 9_100.0)]
    >>> counts = pd.DataFrame(rows, columns=["unit_id", "year", "value"])
    >>> check_scale(counts.assign(indicator="people", concept="resident"), "a.csv")
    Traceback (most recent call last):
    cityebb.model.errors.CityebbError: ...
    """
    pairs = _pairs(counts)
    apart = pairs["decades"].abs()
    for decade in _DECADES:
        if decade > _BEYOND:
            off = pairs[(apart >= _BEYOND) & ((apart >= _BETWEEN) == (decade > _BETWEEN))]
        else:
            off = pairs[(apart - decade).abs() < _NEAR]
            off = off[off["indicator"].isin(_OF_PEOPLE)]
            units = off["unit_id"].nunique()
            if units < _SEVERAL or units < _PART * pairs["unit_id"].nunique():
                continue
        if len(off):
            one = off.iloc[0]
            raise CityebbError(
                "read.doubt_scale",
                path=label,
                unit=" ".join(dict.fromkeys(str(one[name]) for name in ("unit_id", "name") if one.get(name))),
                before=f"{one['before']:,.10g}",
                first=int(one["first"]),
                after=f"{one['value']:,.10g}",
                last=int(one["year"]),
                factor=f"{10**decade:,}",
                count=int(off["unit_id"].nunique()),
                units=int(pairs["unit_id"].nunique()),
            )


def _pairs(counts: pd.DataFrame) -> pd.DataFrame:
    """Return every figure with the one before it of the same unit, indicator and concept."""
    told = counts[counts["value"].gt(0) & counts["indicator"].isin([*_OF_PEOPLE, "gdp"])]
    told = told.sort_values("year", kind="stable")
    series = told.groupby(["unit_id", "indicator", "concept"], sort=False, dropna=False)
    told = told.assign(before=series["value"].shift(), first=series["year"].shift())
    told = told[told["before"].notna()]
    told = told[told["indicator"].isin(_OF_PEOPLE) | (told["year"] - told["first"] <= _GDP_YEARS)]
    return told.assign(decades=np.log10(told["value"].to_numpy() / told["before"].to_numpy()))
