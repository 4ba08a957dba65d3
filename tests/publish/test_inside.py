"""The inside of cities: what is drawn of one, and what the report tells of all."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.collections import PatchCollection
from matplotlib.colors import to_hex
from matplotlib.patches import Circle
from matplotlib.text import Annotation, Text

from cityebb.identify.inside import city_and_parts, look_inside
from cityebb.model import InsideFound, State
from cityebb.publish.chapters import Options
from cityebb.publish.chapters.inside import inside
from cityebb.publish.figures import _style
from cityebb.publish.figures.inside import draw_inside
from cityebb.publish.report import _environment
from cityebb.publish.view import View


def town(side: int = 5, *, cells: bool = True) -> pd.DataFrame:
    """Return a town whose centre grows by a third and whose edge falls by half, more so in the west."""
    row, col = np.divmod(np.arange(side * side), side)
    centre = np.hypot(row - side // 2, col - side // 2) < 1.5
    return pd.DataFrame(
        {
            "city_id": "t",
            "part_id": [f"{n:03}" for n in range(side * side)],
            "x_km": col.astype(float),
            "y_km": -row.astype(float),
            "area_km2": 1.0,
            "before": 30.0,
            "after": np.where(centre, 40.0, 15.0 + col / 2),
            "row": row if cells else np.nan,
            "col": col if cells else np.nan,
        }
    )


def draw(parts: pd.DataFrame, language: str = "en"):
    found = look_inside(parts)
    with _style.drawing():
        figure = draw_inside(found.cities.iloc[0], parts, found.parts, language)
        figure.canvas.draw()
    return figure, found.cities.iloc[0]


def words(figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


@pytest.mark.parametrize(("language", "names"), [("en", "inner half"), ("zh", "内圈")])
def test_the_whole_stands_beside_its_halves(language, names):
    figure, city = draw(town(), language)
    told = words(figure)
    assert names in told
    for column in ("change", "core_change", "edge_change"):
        assert f"{city[column]:+.1%}".replace("-", "−") in told
    groups = [group for axes in figure.axes for group in axes.containers]
    bars = {to_hex(bar.get_facecolor()).upper() for group in groups for bar in group}
    assert {_style.COLOURS[State.SHRINKING], _style.COLOURS[State.GROWING]} <= bars


@pytest.mark.parametrize("cells", [True, False])
def test_each_part_is_drawn_in_the_colour_of_its_change(cells):
    parts = town(cells=cells)
    parts.loc[0, "after"] = np.nan
    figure, _ = draw(parts)
    collection = next(c for c in figure.axes[0].collections if isinstance(c, PatchCollection))
    faces = collection.get_facecolor()
    assert len(faces) == len(parts)
    blue_over_red = faces[:, 2] - faces[:, 0]
    assert blue_over_red[12] > 0  # grows
    assert blue_over_red[3] < 0  # falls
    assert abs(blue_over_red[0]) < 0.02  # not known: grey


def arrows(figure) -> list[Annotation]:
    return [one for one in figure.findobj(Annotation) if one.arrow_patch is not None]


def test_the_arrow_points_to_where_the_centre_moved_and_says_how_much_it_is_drawn_longer():
    figure, city = draw(town())
    (arrow,) = arrows(figure)
    step = np.array(arrow.xy) - arrow.xyann
    assert np.degrees(np.arctan2(*step)) % 360 == pytest.approx(city["shift_bearing"])
    times = int(next(text for text in words(figure) if text.startswith("drawn ×")).removeprefix("drawn ×"))
    assert np.hypot(*step) == pytest.approx(times * city["shift_km"])


def test_the_ring_holds_half_of_the_area():
    figure, city = draw(town())
    (ring,) = [patch for patch in figure.axes[0].patches if isinstance(patch, Circle)]
    assert ring.get_radius() == city["core_radius_km"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_undetermined_city_says_why_and_shows_no_centre(language):
    figure, _ = draw(town(2), language)
    assert not arrows(figure)
    assert not [patch for patch in figure.axes[0].patches if isinstance(patch, Circle)]
    assert [text for text in words(figure) if "few parts" in text or "太少" in text]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_line_leaves_the_figure(language):
    figure, _ = draw(town(), language)
    width = figure.bbox.width
    with _style.drawing():
        ends = {text.get_text(): text.get_window_extent().x1 for text in figure.texts}
    assert ends
    assert {text: end for text, end in ends.items() if end > width} == {}


def found_in(results, *, kind="cells", noise=True):
    """Return what is found inside the two cities with a section of their own, and in others of one part."""
    several = results.cities.index[:2]
    away = np.hypot(town(7)["x_km"] - 3, town(7)["y_km"] + 3)
    one = town(7).assign(after=np.where(away < 2.9, 40.0, 10.0))
    parts = pd.concat([one.assign(city_id=city) for city in several], ignore_index=True)
    seen = look_inside(parts)
    asked = {"threshold": -0.1, "alpha": 0.05, "start": [2013], "end": [2022], "noise": noise}
    if kind == "cells":
        return InsideFound(kind, seen.cities, parts, seen.parts, asked=asked)
    own = pd.DataFrame({"before": [1470.0, 2000.0], "after": [900.0, 2100.0]}, index=several)
    own["state"] = ["shrinking", "growing"]
    told = parts.assign(state=seen.parts["state"])
    asked |= {"of": "counties", "by": "code", "outside": 3, "across": 0}
    return InsideFound(kind, together=city_and_parts(own, told), asked=asked)


def chapter_of(results, found, language):
    """Return the chapter alone as text."""
    view = View(replace(results, inside=found), language)
    chapter = inside(view, Options(0, tuple(results.cities.index[:2])))
    return _environment().get_template("chapters/inside.html.j2").render(c=chapter.content, t=view.t)


@pytest.mark.parametrize(
    ("language", "words_told"),
    [
        ("en", ("2 cities, 98 cells, 2013 against 2022; 2 cities can be judged", "the inner half of 2 and")),
        ("zh", ("2 个城市，98 个像元，2013 与 2022 相比；2 个城市可以判断", "2 个内圈增加，0 个外圈增加")),
    ],
)
def test_the_chapter_tells_of_cells(results, language, words_told):
    text = chapter_of(results, found_in(results), language)
    for told in words_told:
        assert told in text
    assert text.count("<figure") == 2
    assert "{" not in re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("language", "words_told"),
    [
        (
            "en",
            ("Of 1 shrinking units, 1 have a part that grows", "differ by more than 1%", "3 parts lie in no"),
        ),
        ("zh", ("1 个收缩的单元中，1 个有增长的下级单元", "相差超过 1%", "3 个下级单元不在任何单元之内")),
    ],
)
def test_the_chapter_tells_of_units(results, language, words_told):
    units = replace(results, definition={**results.definition, "kind": "units"})
    text = chapter_of(units, found_in(results, kind="units"), language)
    for told in words_told:
        assert told in text
    assert text.count('class="badge') == 2


def test_noise_that_is_not_known_is_said(results):
    text = chapter_of(results, found_in(results, noise=False), "en")
    assert "noise passes for shrinking" in text


def test_nothing_to_tell(results):
    view = View(results, "en")
    assert inside(view, Options()) is None
    empty = inside(View(replace(results, inside=InsideFound("cells")), "en"), Options())
    assert set(empty.content) == {"empty"}


def test_many_cells_become_one_picture():
    with _style.drawing():
        figure, _ = draw(town(25))
        svg = _style.svg(figure, "many", "many")
    assert svg.count("<image") == 2  # the other is the scale of colours
    assert len(svg) < 100_000


def test_units_are_drawn_by_their_outlines():
    parts = town(3, cells=False)
    found = look_inside(parts)
    squares = shapely.box(parts["x_km"] - 0.5, parts["y_km"] - 0.5, parts["x_km"] + 0.5, parts["y_km"] + 0.5)
    with _style.drawing():
        figure = draw_inside(found.cities.iloc[0], parts, found.parts, "en", outlines=squares)
    collection = figure.axes[0].collections[0]
    assert len(collection.get_paths()) == 9
    corners = np.vstack([path.vertices for path in collection.get_paths()])
    assert corners.min(axis=0).tolist() == [-0.5, -2.5]
    assert corners.max(axis=0).tolist() == [2.5, 0.5]
