"""Sum and density: how much of a city is lit at both dates, and how brightly."""

from __future__ import annotations

from cityebb.model.columns import Column, Table

DENSITY = Table(
    "density",
    (
        Column("city_id", "text"),
        Column("source", "text"),
        Column("indicator", "text"),
        Column("start", "text"),
        Column("end", "text"),
        Column("floor", "number", None, 0),
        Column("outline_before", "number", None, 0, null=True),
        Column("outline_after", "number", None, 0, null=True),
        Column("lit_before", "number", "km²", 0, null=True),
        Column("lit_after", "number", "km²", 0, null=True),
        Column("lit_change", "number", "share", -1, null=True),
        Column("density_before", "number", None, 0, null=True),
        Column("density_after", "number", None, 0, null=True),
        Column("density_change", "number", "share", -1, null=True),
        Column("kept_change", "number", "share", -1, null=True),
        Column("edge_share", "number", "share", null=True),
    ),
    key=("city_id", "source", "indicator"),
)
