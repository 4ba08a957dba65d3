"""The tables that tell whether light stands for people, or for output, in the same cities."""

from __future__ import annotations

from cityebb.model.columns import Column, Table

_PAIR = (
    Column("light_source", "text"),
    Column("light_indicator", "text"),
    Column("other_source", "text"),
    Column("other_indicator", "text"),
    Column("concept", "text"),
)
_PERIOD = (
    Column("start", "text"),
    Column("end", "text"),
    Column("other_start", "text"),
    Column("other_end", "text"),
)
_GROUP = (Column("by", "text"), Column("group", "text"))
_PAIRED = ("light_source", "light_indicator", "other_source", "other_indicator", "concept")


def _number(name: str, unit: str | None = None, low: float | None = None) -> Column:
    return Column(name, "number", unit, low, null=True)


def _share(name: str) -> Column:
    return Column(name, "number", "share", 0, 1, null=True)


def _correlation(name: str) -> Column:
    return Column(name, "number", None, -1, 1, null=True)


PROXY = Table(
    "proxy",
    (
        *_PAIR,
        Column("proxy_kind", "text"),
        *_GROUP,
        *_PERIOD,
        Column("cities", "integer", None, 0),
        _number("slope"),
        _number("slope_low"),
        _number("slope_high"),
        _number("slope_corrected"),
        _share("signal_share"),
        _correlation("r"),
        _correlation("r_low"),
        _correlation("r_high"),
        _share("r2"),
        _number("r2_out"),
        _number("r2_regions"),
        Column("regions", "integer", None, 0),
        _correlation("rank_r"),
        _correlation("rank_r_low"),
        _correlation("rank_r_high"),
        _share("same_sign"),
        _share("same_sign_low"),
        _share("same_sign_high"),
        _share("same_sign_chance"),
        _number("median_error", "share", 0),
        _number("median_error_without", "share", 0),
        Column("proxy_word", "text"),
        Column("caution", "text"),
    ),
    key=(*_PAIRED, "proxy_kind", "by", "group"),
)
"""One row a kind of comparison and group of cities: how well light tells the other figure."""

PROXY_CALLS = Table(
    "proxy_calls",
    (
        *_PAIR,
        Column("called_by", "text"),
        Column("direction", "text"),
        *_GROUP,
        *_PERIOD,
        Column("cities", "integer", None, 0),
        Column("called", "integer", None, 0),
        Column("called_rightly", "integer", None, 0),
        _share("ppv"),
        _share("ppv_low"),
        _share("ppv_high"),
        _share("base_rate"),
        _share("base_rate_low"),
        _share("base_rate_high"),
        _share("sensitivity"),
        _number("likelihood_ratio", None, 0),
        _number("likelihood_ratio_low", None, 0),
        _number("likelihood_ratio_high", None, 0),
        Column("proxy_word", "text"),
        Column("caution", "text"),
    ),
    key=(*_PAIRED, "called_by", "direction", "by", "group"),
)
"""One row a rule and group: of the cities that light calls, how many move so by the other figure."""

PROXY_POINTS = Table(
    "proxy_points",
    (
        *_PAIR,
        Column("city_id", "text"),
        _number("light_level", None, 0),
        _number("other_level", None, 0),
        Column("light_change", "number", "share", -1, null=True),
        Column("other_change", "number", "share", -1, null=True),
    ),
    key=(*_PAIRED, "city_id"),
)
"""One row a city: both figures at the end, and both changes; what the chart shows."""

RELIABILITY = Table(
    "reliability",
    (
        Column("city_id", "text"),
        Column("source", "text"),
        Column("indicator", "text"),
        Column("state", "text"),
        Column("other_source", "text"),
        Column("other_indicator", "text"),
        Column("concept", "text"),
        Column("rests_on", "text"),
        Column("called_by", "text"),
        *_GROUP,
        Column("cities", "integer", None, 0),
        Column("called", "integer", None, 0),
        _share("ppv"),
        _share("ppv_low"),
        _share("ppv_high"),
        _share("base_rate"),
        _number("likelihood_ratio", None, 0),
        Column("proxy_word", "text"),
        Column("caution", "text"),
    ),
    key=("city_id", "source", "indicator"),
)
"""One row a verdict from light: how far it has been found to stand for the other figure in such cities."""
