"""How the counts move when one choice changes: a row for the study's own specification and each neighbour."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cityebb.model import DIMENSIONS, State
from cityebb.publish import _numbers as n
from cityebb.publish.figures._style import COLOURS, FAINT, GRID, INK, SOFT, new_figure
from cityebb.publish.figures.specifications import choices_of
from cityebb.words import say_unit

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from cityebb.publish.view import View

_WIDTH, _ROW, _GAP, _TOP, _BOTTOM = 10.0, 0.235, 0.42, 0.42, 0.5
_JOIN = re.compile(r" (and|or) ")
SEVERAL = "several"
"""In the column ``varies``: a specification that differs in more than one thing, and is not drawn here."""


def draw_sensitivity(view: View) -> Figure:
    """Draw two dots for each specification: falling by the plain rule, and judged shrinking.

    Parameters
    ----------
    view
        ``results.sensitivity``, not empty.

    Returns
    -------
    matplotlib.figure.Figure
        Ten inches wide; its height follows the number of specifications.
    """
    groups = grouped(view)
    rows = sum(len(lines) for _, lines in groups)
    height = _TOP + _BOTTOM + rows * _ROW + len(groups) * _GAP
    figure = new_figure(_WIDTH, height)
    axes = figure.add_axes((0.31, _BOTTOM / height, 0.53, 1 - (_TOP + _BOTTOM) / height))
    table = neighbours(view)
    most = float(max(table["plain_down"].max(), table["shrinking"].max(), 1))
    axes.set_xlim(0, most * 1.06)
    axes.set_ylim(-(rows * _ROW + len(groups) * _GAP), 0)
    y = 0.0
    for name, lines in groups:
        y -= _GAP
        axes.text(
            -0.02, y + 0.2, name, transform=_left(axes), ha="right", fontsize=9, color=INK, weight="bold"
        )
        for label, row in lines:
            _line(axes, view, y, label, row)
            y -= _ROW
    default = table[table["is_default"].astype(bool)]
    if len(default):
        x = float(default["shrinking"].iloc[0])
        axes.axvline(x, color=COLOURS[State.SHRINKING], linewidth=0.8, linestyle=(0, (2, 2)), zorder=1)
    axes.xaxis.set_major_formatter(lambda x, _: n.count(x))
    axes.grid(visible=True, axis="x", color=GRID, linewidth=0.7, zorder=0)
    axes.set_axisbelow(True)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(view.t("sensitivity.axis"))
    _legend(figure, view, height)
    return figure


def neighbours(view: View) -> pd.DataFrame:
    """Return the study's own specification and those that differ from it in one thing."""
    table = view.results.sensitivity
    return table[table["varies"] != SEVERAL]


def grouped(view: View) -> list[tuple[str, list[tuple[str, dict[str, object]]]]]:
    """Return the specifications by what varies, the default among each group's rows.

    Returns
    -------
    list of (group's heading, list of (label, row))
        Rows carry the columns of ``model.SENSITIVITY``.
    """
    table = neighbours(view)
    default = [row for row in _dicts(table) if row["is_default"]]
    found = []
    for choice in choices_of(view):
        own = _dicts(table[table["varies"] == choice.name])
        if own:
            column = DIMENSIONS[choice.name]
            rows = sorted(default + own, key=lambda row, c=choice, k=column: c.levels.index(row[k]))  # type: ignore[misc]
            named = dict(zip(choice.levels, choice.labels, strict=True))
            found.append(
                (view.word("choice", choice.name), [(_label(named, row, column), row) for row in rows])
            )
    if not found and default:
        found = [(view.word("choice", "default"), [(_years(row), row) for row in default])]
    return found


def _label(named: dict[object, str], row: dict[str, object], column: str) -> str:
    return _years(row) if column in ("first_year", "last_year") else named[row[column]]


def _years(row: dict[str, object]) -> str:
    return f"{row['start']} → {row['end']}"


def floors_in_words(view: View, told: str) -> str:
    """Say ``people ≥ 300 people/km² or lights ≥ 2 DN`` in words."""
    parts = _JOIN.split(told)
    for place, part in enumerate(parts):
        if place % 2:
            parts[place] = view.t(f"join.{part}")
        else:
            rule, _, unit = part.partition(" ≥ ")
            floor, _, unit = unit.partition(" ")
            parts[place] = f"{rule} ≥ {floor} {say_unit(unit, view.language)}".rstrip() if floor else part
    return "".join(parts)


def _dicts(table: object) -> list[dict[str, object]]:
    return list(table.to_dict("records"))  # type: ignore[attr-defined]


def _left(axes: Axes) -> object:
    from matplotlib.transforms import blended_transform_factory

    return blended_transform_factory(axes.transAxes, axes.transData)


def _line(axes: Axes, view: View, y: float, label: str, row: dict[str, object]) -> None:
    sure, plain = float(str(row["shrinking"])), float(str(row["plain_down"]))
    bold = "bold" if row["is_default"] else "normal"
    text = f"{label} ◂" if row["is_default"] else label
    axes.text(
        -0.02,
        y,
        text,
        transform=_left(axes),
        ha="right",
        va="center_baseline",
        fontsize=8.5,
        color=SOFT,
        weight=bold,
    )
    axes.plot([sure, plain], [y, y], color="#E4D3B2", linewidth=2.6, solid_capstyle="round", zorder=2)
    axes.plot(
        [plain],
        [y],
        "o",
        markersize=5.6,
        markerfacecolor="white",
        markeredgecolor=COLOURS[State.SHRINKING],
        zorder=3,
    )
    axes.plot(
        [sure],
        [y],
        "o",
        markersize=6.4,
        color=COLOURS[State.SHRINKING],
        markeredgecolor="white",
        zorder=4,
        clip_on=False,
    )
    numbers = view.t(
        "sensitivity.numbers",
        shrinking=n.count(sure),
        plain=n.count(plain),
        cities=n.count(float(str(row["cities"]))),
    )
    axes.text(
        1.02,
        y,
        numbers,
        transform=_left(axes),
        ha="left",
        va="center_baseline",
        fontsize=8.5,
        color=SOFT,
        weight=bold,
    )


def _legend(figure: Figure, view: View, height: float) -> None:
    axes = figure.add_axes((0.31, 1 - 0.36 / height, 0.69, 0.3 / height))
    axes.set_xlim(0, 6.9)
    axes.set_ylim(0, 1)
    axes.set_axis_off()
    colour = COLOURS[State.SHRINKING]
    axes.plot([0.06], [0.5], "o", markersize=6.4, color=colour)
    axes.text(0.18, 0.5, view.t("sensitivity.sure"), va="center_baseline", fontsize=9)
    axes.plot([2.56], [0.5], "o", markersize=5.6, markerfacecolor="white", markeredgecolor=colour)
    axes.text(2.68, 0.5, view.t("sensitivity.plain"), va="center_baseline", fontsize=9)
    axes.text(
        6.88, 0.5, view.t("sensitivity.columns"), va="center_baseline", ha="right", fontsize=8, color=FAINT
    )
