"""Jobs beside residents: the table of one comparison."""

from __future__ import annotations

from cityebb.model.columns import Column, Table

JOBS = Table(
    "jobs",
    (
        Column("city_id", "text"),
        Column("source", "text"),
        Column("year", "integer", "year"),
        Column("residents", "number", "people", 0, null=True),
        Column("jobs", "number", "jobs", 0, null=True),
        Column("jobs_per_resident", "number", "jobs/people", 0, null=True),
        Column("change", "number", "share", -1, null=True),
        Column("low", "number", "share", -1, null=True),
        Column("high", "number", "share", -1, null=True),
        Column("relative", "flag"),
    ),
    key=("city_id", "source", "year"),
)
