"""Where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.publish import _numbers as n
from cityebb.publish.chapters import Chapter, Options
from cityebb.publish.chapters._chapter import picture
from cityebb.publish.figures.map import draw_map

if TYPE_CHECKING:
    from cityebb.publish.view import View


def map_chapter(view: View, options: Options) -> Chapter | None:  # noqa: ARG001 - every chapter is asked the same way
    """Return the map of all cities; nothing where none has a place."""
    if view.cities.empty:
        return Chapter("map", {"empty": view.t("empty.cities")})
    if view.placed.empty:
        return None
    caption = view.t(view.of_kind("map.caption"))
    lost = len(view.cities) - len(view.placed)
    if lost:
        caption = f"{caption} {view.t('map.no_place', count=n.count(lost))}"
    shown = picture(view, "map", draw_map, title=view.t("map.alt"), caption=caption)
    return Chapter("map", {"figure": shown})
