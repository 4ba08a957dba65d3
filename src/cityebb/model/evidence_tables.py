"""The tables of evidence brought together: how cities are linked, what each source says, and the verdict."""

from __future__ import annotations

from cityebb.model.columns import Column, Table

_CITY = Column("city_id", "text")
_STATE = Column("state", "text")


def _share(name: str) -> Column:
    return Column(name, "number", "share", 0, 1, null=True)


def _change(name: str) -> Column:
    return Column(name, "number", "share", -1, null=True)


LINKS = Table(
    "links",
    (
        _CITY,
        Column("other_id", "text"),
        Column("linked_by", "text"),
        _share("city_share"),
        _share("other_share"),
        Column("distance_km", "number", "km", 0, null=True),
        Column("candidates", "integer", None, 1),
    ),
    key=("city_id",),
)
"""One row a city that another definition's city or unit was found for."""

EVIDENCE = Table(
    "evidence",
    (
        _CITY,
        Column("comparison", "text"),
        Column("source", "text"),
        Column("indicator", "text"),
        Column("concept", "text"),
        Column("grade", "text"),
        Column("definition", "text"),
        Column("boundary_vintage", "text"),
        Column("other_id", "text", null=True),
        Column("other_zh", "text", null=True),
        Column("other_en", "text", null=True),
        Column("linked_by", "text", null=True),
        _share("city_share"),
        _share("other_share"),
        Column("start", "text"),
        Column("end", "text"),
        Column("before", "number", null=True),
        Column("after", "number", null=True),
        _change("change"),
        _change("low"),
        _change("high"),
        _change("relative_change"),
        Column("threshold", "number", "share"),
        _STATE,
        Column("reason", "text"),
        Column("says", "text"),
        Column("role", "text"),
        Column("against", "flag"),
        Column("why", "text"),
    ),
    key=("city_id", "comparison"),
)
"""One row a city and comparison: what the source says, and what that counts for."""

COMBINED = Table(
    "combined",
    (
        _CITY,
        Column("start", "text"),
        Column("end", "text"),
        _STATE,
        Column("basis", "text"),
        Column("strength", "text"),
        Column("sources", "integer", None, 0),
        Column("agree", "integer", None, 0),
        Column("oppose", "integer", None, 0),
        Column("dissenters", "text"),
        Column("proxy_word", "text"),
        Column("ppv", "number", "share", 0, 1, null=True),
        Column("reason", "text"),
    ),
    key=("city_id",),
)
"""One row a city: the verdict of all evidence by the stated rule."""
