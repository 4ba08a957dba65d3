"""What the boundary did: each unit's published change and its change on equal boundaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.model import State
from cityebb.publish.figures._style import COLOURS, INK, RIM, SOFT, new_figure

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from cityebb.publish.view import View

_ROWS = 16
_WIDTH, _ROW, _EDGES = 10.0, 0.3, 0.66
_FLAGS = (
    "masked_shrinkage",
    "artificial_shrinkage",
    "masked_growth",
    "artificial_growth",
    "suspected",
    "none",
)


def flagged(table: pd.DataFrame) -> pd.DataFrame:
    """Return the units whose territory changed: those with a flag first, then by the people concerned."""
    moved = table[(table["territorial"].abs() > 0) | (table["flag"] == "suspected")]
    order = moved["flag"].map({flag: place for place, flag in enumerate(_FLAGS)}) >= len(_FLAGS) - 1
    found: pd.DataFrame = (
        moved.assign(order=order, size=moved["territorial"].abs())
        .sort_values(["order", "size"], ascending=[True, False], kind="stable")
        .drop(columns=["order", "size"])
    )
    return found


def draw_boundaries(view: View) -> Figure:
    """Draw a line a unit, from the published to the real change, the flagged first.

    Parameters
    ----------
    view
        Results of administrative units with a decomposition.
    """
    from matplotlib.ticker import FuncFormatter

    done = view.results.comparability
    rows = flagged(done.decomposition).head(_ROWS) if done is not None else None
    count = 0 if rows is None else len(rows)
    height = _EDGES + _ROW * max(count, 1)
    figure = new_figure(_WIDTH, height)
    axes = figure.add_axes((0.22, 0.52 / height, 0.74, 1 - _EDGES / height))
    if rows is None or not count:
        return figure
    places = range(count - 1, -1, -1)
    told, real = rows["reported_change"].to_numpy(float), rows["real_change"].to_numpy(float)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.hlines(places, told, real, color=RIM, linewidth=2.4, zorder=1)
    axes.scatter(told, places, s=34, facecolor="white", edgecolor=INK, linewidth=1.2, zorder=2)
    colours = [COLOURS[_side(value)] for value in real]
    axes.scatter(real, places, s=38, color=colours, zorder=3)
    names = [
        name if isinstance(name, str) else unit
        for name, unit in zip(rows["name"], rows["unit_id"], strict=True)
    ]
    axes.set_yticks(list(places), names)
    axes.set_ylim(-0.7, count - 0.3)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:+.0%}".replace("-", "−")))
    axes.set_xlabel(view.t("comparable.figure.axis"))
    axes.grid(axis="x", linewidth=0.5, color=SOFT, alpha=0.35)
    axes.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    return figure


def _side(change: float) -> State:
    """Return on which side of nothing a change lies."""
    return State.SHRINKING if change < 0 else State.GROWING if change > 0 else State.STABLE
