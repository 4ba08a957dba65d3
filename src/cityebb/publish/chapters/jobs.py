"""Jobs beside residents, where a source tells both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.publish import _numbers as n
from cityebb.publish.chapters import Chapter, Options
from cityebb.publish.chapters.rankings import interval

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.publish.view import View

_QUARTERS = ("both_fall", "people_fall", "jobs_fall", "both_rise")


def jobs(view: View, options: Options) -> Chapter | None:
    """Return how people and jobs moved, and the cities whose jobs per resident moved most."""
    table = view.results.jobs
    if table.empty:
        return None
    ends = _ends(table)
    there = ends[ends["moved"].notna()]
    relative = bool(table["relative"].any())
    years = {"start": int(table["year"].min()), "end": int(table["year"].max())}
    return Chapter(
        "jobs",
        {
            "lead": view.t("jobs.lead_relative" if relative else "jobs.lead", **years),
            "missing": view.t("jobs.missing", count=n.count(len(ends) - len(there))),
            "quarters": [
                (view.t(f"jobs.{name}"), n.count(int((there["quarter"] == name).sum()))) for name in _QUARTERS
            ],
            "years": years,
            "most": view.t("jobs.most", confidence=view.confidence),
            "rows": [_row(view, row) for _, row in _most(there, options.leading).iterrows()],
        },
    )


def _ends(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row a city: both ends, and which way people and jobs moved."""
    first, last = table["year"].min(), table["year"].max()
    before = table[table["year"] == first].set_index("city_id")
    after = table[table["year"] == last].set_index("city_id")
    found: pd.DataFrame = after.assign(before=before["jobs_per_resident"])
    people, work = after["residents"] < before["residents"], after["jobs"] < before["jobs"]
    quarter = np.select([people & work, people & ~work, ~people & work], _QUARTERS[:3], default=_QUARTERS[3])
    people_change = after["residents"] / before["residents"] - 1
    jobs_change = after["jobs"] / before["jobs"] - 1
    moved = people_change + jobs_change
    return found.assign(people_change=people_change, jobs_change=jobs_change, quarter=quarter, moved=moved)


def _most(there: pd.DataFrame, leading: int) -> pd.DataFrame:
    order = there["change"].abs().sort_values(ascending=False, kind="stable").index
    most: pd.DataFrame = there.loc[order[:leading]]
    return most


def _row(view: View, row: pd.Series) -> dict[str, str]:
    return {
        "label": str(view.cities["label"].get(row.name, row.name)),
        "people": n.change(row["people_change"]),
        "jobs": n.change(row["jobs_change"]),
        "before": n.value(row["before"]),
        "after": n.value(row["jobs_per_resident"]),
        "change": n.change(row["change"]),
        "interval": interval(view, row["low"], row["high"]),
    }
