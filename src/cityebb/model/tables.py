"""The tables that pass from room to room, each declared once."""

from __future__ import annotations

from cityebb.model.columns import Column, Table
from cityebb.model.density_tables import DENSITY
from cityebb.model.evidence_tables import COMBINED, EVIDENCE, LINKS
from cityebb.model.inside_tables import COUNTIES, INSIDE, PARTS, PARTS_FOUND, TOGETHER
from cityebb.model.proxy_tables import PROXY, PROXY_CALLS, PROXY_POINTS, RELIABILITY
from cityebb.model.service_tables import JOBS
from cityebb.model.specification_tables import EFFECTS, ROBUSTNESS, SENSITIVITY
from cityebb.model.unit_tables import (
    AUDIT,
    COUNTS,
    CROSSWALK,
    DECOMPOSITION,
    GUESSES,
    LEDGER,
    MEMBERS,
    TRIAL,
    UNUSED,
)
from cityebb.model.watch_tables import BALANCE, GAINERS, POLICY, RANKING, WATCH, WATCH_COUNTS, WINDOWS

_CITY = Column("city_id", "text")
_SOURCE = Column("source", "text")
_YEAR = Column("year", "integer", "year")
_INDICATOR = Column("indicator", "text")
_CONCEPT = Column("concept", "text")
_DEFINITION = Column("definition", "text")
_VINTAGE = Column("boundary_vintage", "text")

CITIES = Table(
    "cities",
    (
        _CITY,
        Column("name_zh", "text", null=True),
        Column("name_en", "text", null=True),
        Column("near", "flag"),
        Column("district_zh", "text", null=True),
        Column("district_en", "text", null=True),
        Column("country", "text", null=True),
        Column("lon", "number", "degree", -180, 180, null=True),
        Column("lat", "number", "degree", -90, 90, null=True),
        Column("area_km2", "number", "km²", 0, null=True),
        Column("cells", "integer", None, 0),
        Column("size_class", "text"),
        _DEFINITION,
        _VINTAGE,
        Column("geometry", "geometry", null=True),
    ),
    key=("city_id",),
    index="city_id",
)

FOOTPRINTS = Table(
    "footprints",
    (
        _CITY,
        Column("row", "integer", None, 0),
        Column("first", "integer", None, 0),
        Column("last", "integer", None, 0),
    ),
    key=("row", "first"),
)

PANEL = Table(
    "panel",
    (
        _CITY,
        _YEAR,
        _INDICATOR,
        _SOURCE,
        Column("value", "number", null=True),
        Column("sd", "number", None, 0, null=True),
        Column("coverage", "number", "share", 0, 1),
        Column("unit", "text"),
        _CONCEPT,
        Column("grade", "text"),
    ),
    key=("city_id", "year", "indicator", "source"),
)

CENSUS = Table(
    "census",
    (
        _SOURCE,
        _YEAR,
        Column("cells", "integer", None, 0),
        Column("valid", "integer", None, 0),
        Column("positive", "integer", None, 0),
        Column("total", "number"),
        Column("lowest", "number", null=True),
        Column("highest", "number", null=True),
    ),
    key=("source", "year"),
)

BREAKS = Table(
    "breaks",
    (
        _SOURCE,
        Column("kind", "text"),
        _YEAR,
        Column("evidence", "text"),
        Column("size", "number", null=True),
        Column("kept", "flag"),
    ),
    key=("source", "kind", "year"),
)

VERDICTS = Table(
    "verdicts",
    (
        _CITY,
        _DEFINITION,
        _VINTAGE,
        _SOURCE,
        _INDICATOR,
        _CONCEPT,
        Column("rule", "text"),
        Column("specification", "text"),
        Column("start", "text"),
        Column("end", "text"),
        Column("before", "number", null=True),
        Column("after", "number", null=True),
        Column("change", "number", "share", -1, null=True),
        Column("low", "number", "share", -1, null=True),
        Column("high", "number", "share", -1, null=True),
        Column("plain_change", "number", "share", -1, null=True),
        Column("relative_change", "number", "share", -1, null=True),
        Column("relative_to", "text", null=True),
        Column("threshold", "number", "share"),
        Column("noise", "number", "log", 0, null=True),
        Column("noise_from", "text"),
        Column("p", "number", None, 0, 1, null=True),
        Column("q", "number", None, 0, 1, null=True),
        Column("below_zero", "number", "share", 0, 1, null=True),
        Column("below_threshold", "number", "share", 0, 1, null=True),
        Column("state", "text"),
        Column("plain", "text"),
        Column("persistence", "text"),
        Column("years_below", "text"),
        Column("reason", "text"),
    ),
    key=("city_id", "source", "indicator", "rule", "specification"),
)

CALIBRATIONS = Table(
    "calibrations",
    (
        _CITY,
        Column("calibration", "text"),
        Column("change", "number", "share", -1, null=True),
        Column("low", "number", "share", -1, null=True),
        Column("high", "number", "share", -1, null=True),
        Column("state", "text"),
        Column("agrees", "flag"),
        Column("gives_figures", "flag"),
    ),
    key=("city_id", "calibration"),
)

BY_RULE = Table(
    "by_rule",
    (
        _CITY,
        Column("rule", "text"),
        Column("base_rule", "text"),
        Column("parameters", "text"),
        _SOURCE,
        _INDICATOR,
        _CONCEPT,
        Column("start", "text"),
        Column("end", "text"),
        Column("state", "text"),
        Column("reason", "text"),
        Column("change", "number", "share", -1, null=True),
        Column("low", "number", "share", -1, null=True),
        Column("high", "number", "share", -1, null=True),
        Column("p", "number", None, 0, 1, null=True),
        Column("detail", "text"),
    ),
    key=("city_id", "rule", "source", "indicator"),
)

SUMMARY = Table(
    "summary",
    (
        Column("by", "text"),
        Column("group", "text"),
        Column("cities", "integer", None, 0),
        Column("shrinking", "integer", None, 0),
        Column("growing", "integer", None, 0),
        Column("stable", "integer", None, 0),
        Column("undetermined", "integer", None, 0),
        Column("plain_down", "integer", None, 0),
        Column("plain_up", "integer", None, 0),
        Column("no_baseline", "integer", None, 0),
        Column("persistent", "integer", None, 0),
        Column("came_back", "integer", None, 0),
        Column("late", "integer", None, 0),
        Column("relapsed", "integer", None, 0),
        Column("median_change", "number", "share", -1, null=True),
    ),
    key=("by", "group"),
)

_ALL = (CITIES, FOOTPRINTS, PANEL, CENSUS, BREAKS, VERDICTS, BY_RULE, CALIBRATIONS, SUMMARY)
_OF_SPECIFICATIONS = (SENSITIVITY, ROBUSTNESS, EFFECTS)
_OF_UNITS = (COUNTS, LEDGER, CROSSWALK, MEMBERS, DECOMPOSITION, AUDIT, GUESSES, UNUSED, TRIAL)
_OF_SERVICES = (JOBS, DENSITY)
_OF_THE_INSIDE = (PARTS, PARTS_FOUND, INSIDE, COUNTIES, TOGETHER)
_OF_EVIDENCE = (LINKS, EVIDENCE, COMBINED)
_OF_THE_PROXY = (PROXY, PROXY_CALLS, PROXY_POINTS, RELIABILITY)
_OF_WATCHING = (WINDOWS, WATCH, WATCH_COUNTS, POLICY, GAINERS, BALANCE, RANKING)
TABLES = {
    t.name: t
    for t in (
        *_ALL,
        *_OF_SPECIFICATIONS,
        *_OF_UNITS,
        *_OF_THE_INSIDE,
        *_OF_EVIDENCE,
        *_OF_THE_PROXY,
        *_OF_SERVICES,
        *_OF_WATCHING,
    )
}
