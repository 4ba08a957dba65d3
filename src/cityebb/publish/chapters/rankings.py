"""The largest falls and rises, with their intervals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from cityebb.model import State
from cityebb.publish import _numbers as n
from cityebb.publish.chapters import Chapter, Options
from cityebb.publish.figures._style import COLOURS
from cityebb.publish.ranking import rank, start_floor
from cityebb.words import say_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from cityebb.publish.view import View

_ROWS = 15
_MARK_WIDTH, _MARK_HEIGHT = 132, 14
# Marks end here; what lies beyond is drawn at the end.
_LOWEST, _HIGHEST = -0.95, 19.0


def rankings(view: View, options: Options) -> Chapter:  # noqa: ARG001 - every chapter is asked the same way
    """Return the largest falls and rises among cities large enough for a change to mean something."""
    ranking = rank(view, _ROWS)
    if not ranking.count:
        return Chapter("rankings", {"empty": view.t("empty.change")})
    parts: list[tuple[str, pd.DataFrame, str]] = [("falls", ranking.falls, ""), ("rises", ranking.rises, "")]
    if len(ranking.risen_from_nothing):
        parts.append(("from_nothing", ranking.risen_from_nothing, _why_apart(view)))
    reach = _reach(*(part for _, part, _ in parts))
    several = len(set(view.cities["country"].dropna())) > 1
    return Chapter(
        "rankings",
        {
            "lists": [
                {
                    "name": view.t(f"rankings.{name}"),
                    "note": note,
                    "rows": [
                        _row(view, row, reach, several=several)
                        for row in part.reset_index().to_dict("records")
                    ],
                }
                for name, part, note in parts
            ],
            "named": view.t(view.of_kind("column.city")),
            "size": view.t("column.after" if view.is_units else "column.area"),
            "floor": view.t(
                view.of_kind("rankings.floor"),
                area=n.plain(ranking.floor_km2),
                count=n.count(ranking.count),
                confidence=view.confidence,
            ),
        },
    )


def _why_apart(view: View) -> str:
    floor = start_floor(view)
    unit = say_unit((view.results.definition.get("units") or {}).get(view.source, ""), view.language)
    if floor is None:
        return view.t("rankings.why_apart")
    return view.t("rankings.why_apart_below", floor=f"{n.plain(floor)} {unit}".strip())


def _reach(*parts: pd.DataFrame) -> tuple[float, float]:
    """Return the shares at both ends of the marks: wide enough for every interval, within reason."""
    lows = [float(part["low"].fillna(part["change"]).min()) for part in parts if len(part)]
    highs = [float(part["high"].fillna(part["change"]).max()) for part in parts if len(part)]
    return max(_LOWEST, min([-0.1, *lows])), min(_HIGHEST, max([0.1, *highs]))


def _row(view: View, row: Mapping[Any, Any], reach: tuple[float, float], *, several: bool) -> dict[str, Any]:
    state = State(str(row["state"]))
    return {
        "id": row["city_id"],
        "label": row["label"],
        "country": view.country(row["country"]) if several else "",
        "size": n.value(row["after"] if view.is_units else row["area_km2"]),
        "size_sort": f"{row['after'] if view.is_units else row['area_km2']:.3f}",
        "change": n.change(row["change"]),
        "change_sort": f"{row['change']:.6f}",
        "interval": interval(view, row["low"], row["high"]),
        "mark": mark(
            row["low"],
            row["change"],
            row["high"],
            reach,
            COLOURS[state] if state is not State.UNDETERMINED else "#8C979A",
        ),
        "state": state.value,
        "word": state.word(view.language),
        "q": n.probability(row["q"]),
    }


def interval(view: View, low: float, high: float) -> str:
    """Say an interval of change."""
    return view.t("interval", low=n.change(low), high=n.change(high))


def mark(low: float, change: float, high: float, reach: tuple[float, float], colour: str) -> Markup:
    """Return a small drawing of a change and its interval between the shares of ``reach``, by ratio."""
    left, right = (math.log1p(end) for end in reach)

    def place(share: float) -> float:
        inside = math.log1p(min(max(share, reach[0]), reach[1]))
        return round(4 + (_MARK_WIDTH - 8) * (inside - left) / (right - left), 1)

    zero, middle = place(0), _MARK_HEIGHT / 2
    line = ""
    if low == low and high == high:  # noqa: PLR0124 - neither is NaN
        line = f'<path d="M{place(low)} {middle}H{place(high)}" stroke="{colour}" opacity=".45"/>'
    size = f'width="{_MARK_WIDTH}" height="{_MARK_HEIGHT}" viewBox="0 0 {_MARK_WIDTH} {_MARK_HEIGHT}"'
    zero_line = f'<path d="M{zero} 0V{_MARK_HEIGHT}" class="zero"/>'
    dot = f'<circle cx="{place(change)}" cy="{middle}" r="3.4" fill="{colour}"/>'
    # Only numbers and our own colours go in.
    return Markup(f'<svg class="mark" {size} aria-hidden="true">{zero_line}{line}{dot}</svg>')  # noqa: S704 - above
