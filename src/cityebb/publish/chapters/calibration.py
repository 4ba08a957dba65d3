"""What each calibration of DMSP lights says, and how many agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.publish import _numbers as n
from cityebb.publish.chapters import Chapter, Options
from cityebb.publish.view import STATES

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.publish.view import View


def calibration(view: View, options: Options) -> Chapter | None:  # noqa: ARG001 - every chapter is asked the same way
    """Return one row a calibration with its states, and what stands; nothing where none was needed."""
    table = view.results.calibrations
    if table.empty:
        return None
    cities = table["city_id"].nunique()
    rows = [
        {"name": view.word("calibration", name), "of": n.count(int(part["agrees"].sum())), **_counts(part)}
        for name, part in table.groupby("calibration", sort=False)
    ]
    stands = {state.value: n.count(view.totals[state.value]) for state in STATES}
    several = table[table["state"] != "undetermined"].groupby("city_id")["state"].nunique()
    return Chapter(
        "calibration",
        {
            "lead": view.t("calibration.lead", count=len(rows), cities=n.count(cities)),
            "states": [(state.value, view.word("state", state.value)) for state in STATES],
            "rows": rows,
            "stands": stands,
            "differ": view.t("calibration.differ", count=int((several > 1).sum()), cities=cities),
            "alone": view.t("calibration.alone") if len(rows) == 1 else "",
        },
    )


def _counts(part: pd.DataFrame) -> dict[str, str]:
    return {state.value: n.count(int((part["state"] == state.value).sum())) for state in STATES}
