"""The table of lamps declared to have been replaced."""

from __future__ import annotations

from cityebb.model.columns import Column, Table

LAMPS = Table(
    "lamps",
    (
        Column("row", "integer", None, 0),
        Column("lon", "number", "degree", -180, 180, null=True),
        Column("lat", "number", "degree", -90, 90, null=True),
        Column("city_id", "text", null=True),
        Column("name", "text", null=True),
        Column("first", "integer", "year"),
        Column("last", "integer", "year"),
        Column("note", "text", null=True),
        Column("source", "text", null=True),
    ),
    key=("row",),
)
