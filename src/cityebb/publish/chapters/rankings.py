"""The largest falls and rises, with their intervals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from cityebb.model import State
from cityebb.publish import _numbers as n
from cityebb.publish.chapters import Chapter, Options
from cityebb.publish.figures._style import COLOURS

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.publish.view import View

_ROWS = 15
_FLOORS_KM2 = (20.0, 10.0, 5.0, 0.0)
_ENOUGH = 30
_MARK_WIDTH, _MARK_HEIGHT = 132, 14
# Marks end here; what lies beyond is drawn at the end.
_LOWEST, _HIGHEST = -0.95, 19.0


def rankings(view: View, options: Options) -> Chapter:  # noqa: ARG001 - every chapter is asked the same way
    """Return the largest falls and rises among cities large enough for a change to mean something."""
    frame = view.cities[view.cities["change"].notna()]
    if frame.empty:
        return Chapter("rankings", {"empty": view.t("empty.change")})
    floor = next((f for f in _FLOORS_KM2 if (frame["area_km2"] >= f).sum() >= _ENOUGH), 0.0)
    large = frame[frame["area_km2"] >= floor]
    ordered = large.sort_values("change", kind="stable")
    falls = ordered[ordered["change"] < 0].head(_ROWS)
    rises = ordered[ordered["change"] > 0].tail(_ROWS).iloc[::-1]
    reach = _reach(falls, rises)
    several = len(set(frame["country"].dropna())) > 1
    return Chapter(
        "rankings",
        {
            "lists": [
                {
                    "name": view.t(f"rankings.{name}"),
                    "rows": [
                        _row(view, row, reach, several=several)
                        for row in part.reset_index().to_dict("records")
                    ],
                }
                for name, part in (("falls", falls), ("rises", rises))
            ],
            "floor": view.t(
                "rankings.floor", area=n.plain(floor), count=n.count(len(large)), confidence=view.confidence
            ),
        },
    )


def _reach(*parts: pd.DataFrame) -> tuple[float, float]:
    """Return the shares at both ends of the marks: wide enough for every interval, within reason."""
    lows = [float(part["low"].fillna(part["change"]).min()) for part in parts if len(part)]
    highs = [float(part["high"].fillna(part["change"]).max()) for part in parts if len(part)]
    return max(_LOWEST, min([-0.1, *lows])), min(_HIGHEST, max([0.1, *highs]))


def _row(view: View, row: dict[str, Any], reach: tuple[float, float], *, several: bool) -> dict[str, Any]:
    state = State(str(row["state"]))
    return {
        "id": row["city_id"],
        "label": row["label"],
        "country": view.country(row["country"]) if several else "",
        "area": n.value(row["area_km2"]),
        "area_sort": f"{row['area_km2']:.3f}",
        "change": n.percent(row["change"], signed=True),
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
    return view.t("interval", low=n.percent(low, signed=True), high=n.percent(high, signed=True))


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
