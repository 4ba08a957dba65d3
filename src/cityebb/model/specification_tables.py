"""The tables of the specifications: every way to answer a study's question, and what each changes."""

from __future__ import annotations

from cityebb.model.columns import Column, Table

DIMENSIONS = {
    "definition": "definition",
    "epoch": "epoch",
    "floor": "floor_factor",
    "connectivity": "connectivity",
    "min_area": "min_area_km2",
    "start": "first_year",
    "end": "last_year",
    "threshold": "line",
    "calibration": "calibration",
    "boundaries": "boundaries",
}
"""What a specification chooses, in the order in which it is told, and the column that holds the choice."""

_COUNTS = ("cities", "plain_down", "plain_up", "shrinking", "growing", "stable", "undetermined")

SENSITIVITY = Table(
    "sensitivity",
    (
        Column("specification", "text"),
        Column("definition", "text"),
        Column("epoch", "text"),
        Column("floor_factor", "number", None, 0, null=True),
        Column("at_least", "text"),
        Column("connectivity", "number", None, 4, 8, null=True),
        Column("min_area_km2", "number", "km²", 0, null=True),
        Column("first_year", "integer", "year"),
        Column("last_year", "integer", "year"),
        Column("start", "text"),
        Column("end", "text"),
        Column("line", "text"),
        Column("threshold", "number", "share", -1, 0),
        Column("plain_threshold", "number", "share", -1, 0),
        Column("calibration", "text"),
        Column("boundaries", "text"),
        Column("varies", "text"),
        Column("is_default", "flag"),
        *(Column(name, "integer", None, 0) for name in _COUNTS),
    ),
    key=("specification",),
)

ROBUSTNESS = Table(
    "robustness",
    (
        Column("city_id", "text"),
        Column("specifications", "integer", None, 0),
        *(Column(name, "integer", None, 0) for name in ("shrinking", "growing", "stable", "undetermined")),
        Column("no_city", "integer", None, 0),
        Column("share_shrinking", "number", "share", 0, 1),
        Column("share_shrinking_as_city", "number", "share", 0, 1, null=True),
        Column("share_agreeing", "number", "share", 0, 1),
        Column("flipped_by", "text"),
        Column("flip", "number", "share", 0, 1),
    ),
    key=("city_id",),
)

EFFECTS = Table(
    "effects",
    (
        Column("dimension", "text"),
        Column("level", "text"),
        Column("specifications", "integer", None, 0),
        Column("mean_shrinking", "number", None, 0),
        Column("mean_share", "number", "share", 0, 1, null=True),
        Column("mean_plain", "number", None, 0),
        Column("explains_count", "number", "share", 0, 1, null=True),
        Column("explains_share", "number", "share", 0, 1, null=True),
        Column("explains_plain", "number", "share", 0, 1, null=True),
    ),
    key=("dimension", "level"),
)
