"""Which cities stay below the line and which come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.model import Persistence
from cityebb.publish import _numbers as n
from cityebb.publish.chapters import Chapter, Options
from cityebb.publish.chapters._chapter import picture
from cityebb.publish.figures.persistence import below_by_year, draw_persistence

if TYPE_CHECKING:
    from cityebb.publish.view import View

_TOLD = (Persistence.PERSISTENT, Persistence.CAME_BACK, Persistence.LATE, Persistence.RELAPSED)
_YEARS_NEEDED = 2


def persistence(view: View, options: Options) -> Chapter | None:  # noqa: ARG001 - every chapter is asked the same way
    """Return the chart by end year and what became of the cities that were ever below the line.

    Two dates of administrative units have no course, and no chapter.
    """
    if view.is_units and not view.has_course:
        return None
    table = below_by_year(view)
    if len(table) < _YEARS_NEEDED:
        return Chapter("persistence", {"empty": view.t("empty.persistence")})
    shown = picture(
        view,
        "persistence",
        draw_persistence,
        title=view.t("persistence.alt"),
        caption=view.t("persistence.caption", start=min(view.start), threshold=n.line(view.plain_threshold)),
    )
    fates = [
        {
            "name": fate.value,
            "word": fate.word(view.language),
            "count": n.count(view.totals[fate.value]),
            "means": view.word("identify.persistence", fate.value),
        }
        for fate in _TOLD
    ]
    return Chapter("persistence", {"figure": shown, "fates": fates})
