"""The tables of watching: states by window, the watch-list of each year, and who gained what others lost."""

from __future__ import annotations

from cityebb.model.columns import Column, Table

_CITY = Column("city_id", "text")
_START = Column("start", "text")
_END = Column("end", "text")
_STATE = Column("state", "text")


def _count(name: str) -> Column:
    return Column(name, "integer", None, 0)


WINDOWS = Table(
    "windows",
    (
        _CITY,
        Column("from_year", "integer", "year"),
        Column("to_year", "integer", "year"),
        _START,
        _END,
        _STATE,
    ),
    key=("city_id", "from_year", "to_year"),
)
"""One row a city and pair of years: the verdict from the one to the other."""

WATCH = Table(
    "watch",
    (
        _CITY,
        Column("year", "integer", "year"),
        _START,
        _END,
        _STATE,
        Column("status", "text"),
        Column("listed_since", "number", "year", null=True),
        Column("times_listed", "integer", None, 0),
    ),
    key=("city_id", "year"),
)
"""One row a city and year in which it is on the watch-list or has just left it."""

WATCH_COUNTS = Table(
    "watch_counts",
    (
        Column("by", "text"),
        Column("group", "text"),
        Column("year", "integer", "year"),
        _START,
        _END,
        _count("cities"),
        _count("listed"),
        _count("entered"),
        _count("returned"),
        _count("left"),
        _count("left_open"),
        _count("growing"),
        _count("stable"),
        _count("undetermined"),
    ),
    key=("by", "group", "year"),
)
"""One row a year and group of cities: how many are on the list, who came and who went."""

POLICY = Table(
    "policy",
    (
        Column("by", "text"),
        Column("group", "text"),
        Column("side", "text"),
        _count("windows"),
        Column("listed_share", "number", "share", 0, 1, null=True),
        Column("entered_share", "number", "share", 0, 1, null=True),
        Column("left_share", "number", "share", 0, 1, null=True),
        Column("undetermined_share", "number", "share", 0, 1, null=True),
    ),
    key=("by", "group", "side"),
)
"""One row a group of cities and side of a policy's date."""

GAINERS = Table(
    "gainers",
    (
        Column("region", "text"),
        Column("side", "text"),
        Column("rank", "integer", None, 1),
        _CITY,
        Column("before", "number", null=True),
        Column("after", "number", null=True),
        Column("change", "number", "share", -1, null=True),
        Column("amount", "number"),
        Column("part", "number", "share", 0, 1),
        _STATE,
    ),
    key=("region", "side", "rank"),
)
"""The cities that gained most in a region, beside those that lost most."""

BALANCE = Table(
    "balance",
    (
        Column("region", "text"),
        _count("cities"),
        _count("known"),
        _count("gaining"),
        _count("losing"),
        Column("gained_sum", "number", None, 0),
        Column("lost_sum", "number", None, 0),
        Column("net", "number"),
        Column("largest_part", "number", "share", 0, 1, null=True),
    ),
    key=("region",),
)
"""One row a region: what its cities gained and lost together, and the largest gainer's part of the gain."""

LEAST_RANKED = 10
"""Ours: a country with fewer cities is told, and has no rank by share."""

RANKING = Table(
    "ranking",
    (
        Column("country", "text"),
        _count("cities"),
        _count("shrinking"),
        _count("growing"),
        _count("stable"),
        _count("undetermined"),
        Column("shrinking_share", "number", "share", 0, 1),
        Column("share_low", "number", "share", 0, 1),
        Column("share_high", "number", "share", 0, 1),
        Column("rank_by_number", "integer", None, 1),
        Column("rank_by_share", "number", None, 1, null=True),
    ),
    key=("country",),
)
"""Countries by the number and by the share of their cities that shrink."""
