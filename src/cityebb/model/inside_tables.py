"""The tables of the inside of cities: their parts at two dates, and what was found of parts and cities."""

from __future__ import annotations

from cityebb.model.columns import Column, Table

_CITY = Column("city_id", "text")
_PART = Column("part_id", "text")

PARTS = Table(
    "parts",
    (
        _CITY,
        _PART,
        Column("x_km", "number", "km"),
        Column("y_km", "number", "km"),
        Column("area_km2", "number", "km²", 0),
        Column("before", "number", None, 0, null=True),
        Column("after", "number", None, 0, null=True),
        Column("noise", "number", "log", 0, null=True),
        Column("row", "integer", null=True),
        Column("col", "integer", null=True),
    ),
    key=("city_id", "part_id"),
)

PARTS_FOUND = Table(
    "parts_found",
    (
        _CITY,
        _PART,
        Column("change", "number", "share", -1, null=True),
        Column("state", "text"),
        Column("distance_km", "number", "km", 0, null=True),
        Column("inner", "number", "share", 0, 1, null=True),
        Column("patch", "integer", None, 0),
        Column("hole", "flag"),
        Column("local_i", "number", null=True),
        Column("cluster_p", "number", None, 0, 1, null=True),
        Column("cluster_q", "number", None, 0, 1, null=True),
        Column("cluster", "text"),
    ),
    key=("city_id", "part_id"),
)


def _share(name: str) -> Column:
    return Column(name, "number", "share", 0, 1, null=True)


def _change(name: str) -> Column:
    return Column(name, "number", "share", -1, null=True)


def _number(
    name: str, unit: str | None = None, low: float | None = None, high: float | None = None
) -> Column:
    return Column(name, "number", unit, low, high, null=True)


INSIDE = Table(
    "inside",
    (
        _CITY,
        Column("parts", "integer", None, 0),
        Column("known_parts", "integer", None, 0),
        Column("area_km2", "number", "km²", 0),
        Column("known_share", "number", "share", 0, 1),
        _number("width_km", "km", 0),
        _number("before", None, 0),
        _number("after", None, 0),
        _change("change"),
        _number("lost", None, 0),
        _number("gained", None, 0),
        _number("shrinking_parts", None, 0),
        _number("growing_parts", None, 0),
        _share("shrinking_area_share"),
        _share("growing_area_share"),
        _share("shrinking_before_share"),
        _share("growing_before_share"),
        _number("centre_x_km", "km"),
        _number("centre_y_km", "km"),
        _number("core_radius_km", "km", 0),
        _change("core_change"),
        _change("edge_change"),
        Column("core_state", "text"),
        Column("edge_state", "text"),
        _number("half_radius_km", "km", 0),
        _change("inner_half_change"),
        _change("outer_half_change"),
        _number("gradient_before", "1/km"),
        _number("gradient_before_se", "1/km", 0),
        _number("gradient_after", "1/km"),
        _number("gradient_after_se", "1/km", 0),
        _number("gradient_change", "1/km"),
        _number("gradient_change_se", "1/km", 0),
        _number("shift_km", "km", 0),
        _number("shift_bearing", "degree", 0, 360),
        _number("shift_se_km", "km", 0),
        _number("shift_p", None, 0, 1),
        Column("shift_error_from", "text"),
        _number("holes", None, 0),
        _share("hole_area_share"),
        Column("pattern", "text"),
        _share("shrinking_inner_share"),
        _share("one_sidedness"),
        _share("shrinking_side_share"),
        _share("largest_patch_share"),
        _share("cluster_low_area_share"),
        _share("cluster_high_area_share"),
        Column("state", "text"),
        Column("reason", "text"),
    ),
    key=("city_id",),
)

COUNTIES = Table(
    "counties_found",
    (
        _CITY,
        Column("parts", "integer", None, 0),
        Column("known_parts", "integer", None, 0),
        Column("shrinking_parts", "integer", None, 0),
        Column("county_pattern", "text"),
        Column("shrinking_blocks", "integer", None, 0),
        Column("other_blocks", "integer", None, 0),
        _number("widest_opening", "degree", 0, 360),
        Column("reason", "text"),
    ),
    key=("city_id",),
)
"""One row a prefecture: how its shrinking counties lie."""


TOGETHER = Table(
    "city_and_parts",
    (
        _CITY,
        _number("before", None, 0),
        _number("after", None, 0),
        _change("change"),
        Column("state", "text"),
        Column("parts", "integer", None, 0),
        Column("known_parts", "integer", None, 0),
        _number("parts_before", None, 0),
        _number("parts_after", None, 0),
        _change("parts_change"),
        _change("differs_before"),
        _change("differs_after"),
        Column("differs", "flag"),
        Column("shrinking_parts", "integer", None, 0),
        Column("stable_parts", "integer", None, 0),
        Column("growing_parts", "integer", None, 0),
        Column("undetermined_parts", "integer", None, 0),
        _share("shrinking_before_share"),
        _share("growing_before_share"),
        _share("shrinking_area_share"),
        _share("growing_area_share"),
        _number("area_km2", "km²", 0),
        _number("land_density_before", "1/km²", 0),
        _number("land_density_after", "1/km²", 0),
        _number("lived_density_before", "1/km²", 0),
        _number("lived_density_after", "1/km²", 0),
        Column("reason", "text"),
    ),
    key=("city_id",),
)
"""One row a city made of counted units: its own figure, and beside it what its units say together."""
