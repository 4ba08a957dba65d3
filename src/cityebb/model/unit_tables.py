"""The tables of administrative units: their counts, and the ledger of their boundaries."""

from __future__ import annotations

from cityebb.model.columns import Column, Table

EVENT_KINDS = ("rename", "upgrade", "merge", "split", "transfer", "abolition", "creation")
"""What may happen to a unit; ``docs`` and :data:`LEDGER` say what each means for its people."""

CONFIDENCES = ("certain", "likely", "guessed")
"""How well an event is attested: an official act, a compiled list, or an inference of ours."""

COMPARED_UNIT = "compared"
"""Of a column whose figures are in the unit of whatever is compared: people, yuan, households."""

_UNIT = Column("unit_id", "text")
_NAME = Column("name", "text", null=True)
_YEAR = Column("year", "integer", "year")
_VINTAGE = Column("vintage", "text")
_INDICATOR = Column("indicator", "text")
_CONCEPT = Column("concept", "text")
_GRADE = Column("grade", "text")
_SOURCE = Column("source", "text")
_EVIDENCE = Column("evidence", "text", null=True)

COUNTS = Table(
    "counts",
    (
        _UNIT,
        _NAME,
        _YEAR,
        _VINTAGE,
        _INDICATOR,
        _CONCEPT,
        _GRADE,
        _SOURCE,
        Column("value", "number", null=True),
        Column("unit", "text"),
        Column("coverage", "number", "share", 0, 1),
    ),
    key=("unit_id", "year", "vintage", "indicator", "concept", "source"),
)

LEDGER = Table(
    "ledger",
    (
        Column("event_id", "text"),
        Column("date", "text"),
        Column("kind", "text"),
        Column("from_unit", "text", null=True),
        Column("from_name", "text", null=True),
        Column("to_unit", "text", null=True),
        Column("to_name", "text", null=True),
        Column("share", "number", "share", 0, 1, null=True),
        Column("share_of", "text", null=True),
        Column("people", "number", "people", 0, null=True),
        _EVIDENCE,
        Column("confidence", "text"),
    ),
    key=("event_id", "from_unit", "to_unit"),
)

CROSSWALK = Table(
    "crosswalk",
    (
        Column("from_unit", "text"),
        Column("from_vintage", "text"),
        Column("to_unit", "text"),
        Column("to_vintage", "text"),
        Column("share", "number", "share", 0, 1, null=True),
        Column("share_of", "text"),
        _EVIDENCE,
    ),
    key=("from_unit", "from_vintage", "to_unit", "to_vintage", "share_of"),
)

MEMBERS = Table(
    "members",
    (Column("group_id", "text"), _UNIT, _NAME, _VINTAGE),
    key=("unit_id", "vintage"),
)

DECOMPOSITION = Table(
    "decomposition",
    (
        _UNIT,
        _NAME,
        _INDICATOR,
        _CONCEPT,
        Column("start", "text"),
        Column("end", "text"),
        Column("before_reported", "number", COMPARED_UNIT, 0, null=True),
        Column("before_comparable", "number", COMPARED_UNIT, 0, null=True),
        Column("after", "number", COMPARED_UNIT, 0, null=True),
        Column("reported", "number", COMPARED_UNIT, null=True),
        Column("territorial", "number", COMPARED_UNIT, null=True),
        Column("real", "number", COMPARED_UNIT, null=True),
        Column("reported_change", "number", "share", -1, null=True),
        Column("real_change", "number", "share", -1, null=True),
        Column("artificial_share", "number", "share", 0, 1, null=True),
        Column("flag", "text"),
        _EVIDENCE,
    ),
    key=("unit_id", "indicator", "concept", "start", "end"),
)

AUDIT = Table(
    "audit",
    (
        Column("finding", "text"),
        Column("level", "text"),
        Column("unit_id", "text", null=True),
        _NAME,
        Column("year", "text", null=True),
        Column("indicator", "text", null=True),
        Column("value", "number", null=True),
        Column("expected", "number", null=True),
        Column("difference", "number", null=True),
        Column("related", "text", null=True),
        _EVIDENCE,
    ),
    key=("finding", "unit_id", "year", "indicator", "related"),
)

UNUSED = Table(
    "unused",
    (
        Column("file", "text"),
        Column("sheet", "text", null=True),
        Column("row", "integer", None, 0),
        Column("column", "text", null=True),
        Column("text", "text", null=True),
        Column("reason", "text"),
    ),
    key=("file", "sheet", "row", "column", "reason"),
)

GUESSES = Table(
    "guesses",
    (
        Column("file", "text"),
        Column("sheet", "text", null=True),
        Column("column", "text"),
        Column("role", "text"),
        Column("indicator", "text", null=True),
        Column("concept", "text", null=True),
        Column("year", "text", null=True),
        Column("unit", "text", null=True),
        Column("certainty", "text"),
    ),
    key=("file", "sheet", "column"),
)

TRIAL = Table(
    "trial",
    (
        _UNIT,
        _NAME,
        Column("way", "text"),
        Column("spread_share", "number", "share", 0, 1),
        Column("counted_share", "number", "share", 0, 1),
    ),
    key=("unit_id", "way"),
)
