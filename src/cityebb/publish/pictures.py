"""The report's figures as PNG, for a README or a slide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.publish.figures import _style
from cityebb.publish.figures.map import draw_map
from cityebb.publish.figures.persistence import draw_persistence
from cityebb.publish.figures.scatter import draw_scatter
from cityebb.publish.figures.sensitivity import draw_sensitivity
from cityebb.publish.figures.series import draw_series
from cityebb.publish.figures.specifications import draw_specifications
from cityebb.publish.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from matplotlib.figure import Figure

    from cityebb.model import Results

PICTURES: dict[str, Callable[[View], Figure]] = {
    "map": draw_map,
    "specifications": draw_specifications,
    "sensitivity": draw_sensitivity,
    "persistence": draw_persistence,
    "scatter": draw_scatter,
}


def write_pictures(
    results: Results,
    folder: Path,
    language: str,
    *,
    names: Iterable[str] = ("map", "sensitivity"),
    cities: Iterable[str] = (),
    dots_per_inch: int = 150,
) -> list[Path]:
    """Write figures as ``<name>.<language>.png``, with letters from fonts that are on this machine.

    Parameters
    ----------
    results
        What the study found.
    folder
        Where to; it is made if it is not there.
    language
        ``"zh"`` or ``"en"``; Chinese needs a Chinese font here, such as Noto Sans CJK SC.
    names
        Of ``map``, ``specifications``, ``sensitivity``, ``persistence`` and ``scatter``.
    cities
        Ids of cities whose yearly values are drawn, as ``series.<city_id>.<language>.png``.
    dots_per_inch
        A figure is ten inches wide.

    Returns
    -------
    list of pathlib.Path
        What was written.

    Raises
    ------
    CityebbError
        If a file cannot be written.
    """
    view = View(results, language)
    written = []
    with _style.drawing(picture=True):
        for name in names:
            path = folder / f"{name}.{language}.png"
            written.append(_style.save_png(PICTURES[name](view), path, dots_per_inch=dots_per_inch))
        for city in cities:
            path = folder / f"series.{city}.{language}.png"
            written.append(_style.save_png(draw_series(view, city), path, dots_per_inch=dots_per_inch))
    return written
