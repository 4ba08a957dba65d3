"""What the rules of the literature say of the same cities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.identify.rules import RULES, called, meaning_of
from cityebb.publish import _numbers as n
from cityebb.publish.chapters import Chapter, Options
from cityebb.publish.view import STATES

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.publish.view import View


def rules(view: View, options: Options) -> Chapter | None:  # noqa: ARG001 - every chapter is asked the same way
    """Return one row a rule with its states; nothing where no rule was asked."""
    table = view.results.by_rule
    if table.empty:
        return None
    rows = [_row(part, view) for _, part in table.groupby("rule", sort=False)]
    decided = table[table["state"] != "undetermined"]
    several = decided.groupby("city_id")["state"].nunique()
    return Chapter(
        "rules",
        {
            "lead": view.t("rules.lead", start=min(table["start"]), end=max(table["end"])),
            "differ": view.t(
                "rules.differ",
                count=n.count(int((several > 1).sum())),
                cities=n.count(table["city_id"].nunique()),
            ),
            "states": [(state.value, view.word("state", state.value)) for state in STATES],
            "rows": rows,
        },
    )


def _row(part: pd.DataFrame, view: View) -> dict[str, object]:
    counts = {state.value: n.count(int((part["state"] == state.value).sum())) for state in STATES}
    why = part.loc[part["state"] == "undetermined", "reason"]
    row, base, altered = (str(part[name].iloc[0]) for name in ("rule", "base_rule", "parameters"))
    return {
        "name": called(row, base, altered, view.language),
        "means": meaning_of(base, view.language),
        "altered": view.t("rules.altered", parameters=altered) if altered else "",
        "reference": RULES[base].reference,
        "why": view.t("rules.why", reason=view.reason(why.mode().iloc[0])) if len(why) else "",
        **counts,
    }
