"""How the counts move when a choice changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.publish import _numbers as n
from cityebb.publish.chapters import Chapter, Options
from cityebb.publish.chapters._chapter import picture
from cityebb.publish.figures.sensitivity import draw_sensitivity, grouped

if TYPE_CHECKING:
    from cityebb.publish.view import View


def sensitivity(view: View, options: Options) -> Chapter | None:  # noqa: ARG001 - every chapter is asked the same way
    """Return the chart and table of every specification, or say that none was tried."""
    table = view.results.sensitivity
    if table.empty:
        return None if view.is_units else Chapter("sensitivity", {"empty": view.t("empty.sensitivity")})
    shown = picture(
        view,
        "sensitivity",
        draw_sensitivity,
        title=view.t("sensitivity.alt"),
        caption=view.t("sensitivity.caption"),
    )
    groups = [
        {"name": name, "rows": [_row(label, row) for label, row in lines]} for name, lines in grouped(view)
    ]
    return Chapter("sensitivity", {"figure": shown, "groups": groups, "range": _range(view)})


def _row(label: str, row: dict[str, object]) -> dict[str, object]:
    counts = {
        name: float(str(row[name]))
        for name in ("cities", "plain_down", "plain_up", "shrinking", "growing", "undetermined")
    }
    cities = counts["cities"]
    shares = {
        f"{name}_share": n.percent(counts[name] / cities if cities else None)
        for name in ("plain_down", "shrinking", "undetermined")
    }
    return {
        "label": label,
        "default": bool(row["is_default"]),
        **{k: n.count(v) for k, v in counts.items()},
        **shares,
    }


def _range(view: View) -> str:
    table = view.results.sensitivity
    table = table[table["cities"] > 0]
    if len(table) < 2:  # noqa: PLR2004 - a range needs two
        return ""
    shares = {name: table[name] / table["cities"] for name in ("plain_down", "shrinking")}
    return view.t(
        "sensitivity.range",
        count=n.count(len(table)),
        least=n.count(table["shrinking"].min()),
        most=n.count(table["shrinking"].max()),
        least_share=n.percent(shares["shrinking"].min()),
        most_share=n.percent(shares["shrinking"].max()),
        plain_least=n.count(table["plain_down"].min()),
        plain_most=n.count(table["plain_down"].max()),
        plain_least_share=n.percent(shares["plain_down"].min()),
        plain_most_share=n.percent(shares["plain_down"].max()),
    )
