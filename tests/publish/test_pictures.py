"""Pictures: the figures look as they did when somebody last looked at them.

The pictures on file are small and grey, and without letters, which every version of the plotting library
paints in its own way. They are compared after blurring, so that an edge may move by a hair, but no part may
be lost, moved or recoloured. To renew them after looking at what changed:
``CITYEBB_RENEW_PICTURES=1 pytest tests/publish/test_pictures.py``.
"""

from __future__ import annotations

import os
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from PIL import Image, ImageFilter

from cityebb.model import COUNTS, Comparability
from cityebb.publish import write_pictures
from cityebb.publish.figures import _style
from cityebb.publish.figures.boundaries import draw_boundaries
from cityebb.publish.figures.groups import draw_groups
from cityebb.publish.figures.map import draw_map
from cityebb.publish.figures.outline import draw_outline
from cityebb.publish.figures.persistence import draw_persistence
from cityebb.publish.figures.scatter import draw_scatter
from cityebb.publish.figures.sensitivity import draw_sensitivity
from cityebb.publish.figures.series import draw_series
from cityebb.publish.figures.specifications import draw_specifications
from cityebb.publish.figures.watch import draw_watch
from cityebb.publish.view import View

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from cityebb.model import Results

pytestmark = pytest.mark.picture

BASELINE = Path(__file__).parent / "baseline"
# Mean and largest difference of grey (0 to 255) after blurring that count as the same picture.
MEAN_MOST, LARGEST_MOST = 1.5, 40
DOTS_PER_INCH = 48


def _city(view: View, state: str) -> str:
    return str(view.cities.index[view.cities["state"] == state][0])


def _boundaries(view: View) -> Figure:
    """Draw four units: a fall hidden, a fall made, a rise made, and one that only changed in size."""
    rows = [
        ("A", 100.0, 130.0, 120.0, "masked_shrinkage"),
        ("B", 100.0, 70.0, 80.0, "artificial_shrinkage"),
        ("C", 100.0, 140.0, 140.0, "artificial_growth"),
        ("D", 100.0, 95.0, 60.0, "none"),
    ]
    told = pd.DataFrame(rows, columns=["unit_id", "before_reported", "before_comparable", "after", "flag"])
    told["territorial"] = told["before_comparable"] - told["before_reported"]
    told["reported_change"] = told["after"] / told["before_reported"] - 1
    told["real_change"] = told["after"] / told["before_comparable"] - 1
    told["name"] = told["unit_id"]
    done = Comparability(boundaries="vintage", vintage="2020", counts=COUNTS.empty(), decomposition=told)
    return draw_boundaries(View(replace(view.results, comparability=done), view.language))


def _watch(view: View) -> Figure:
    """Draw four lists: a first one, some that stay, enter, return, leave, and some that nobody knows of."""
    rows = [
        (2016, 40, 0, 0, 0, 0, 40),
        (2017, 30, 8, 0, 12, 6, 22),
        (2018, 34, 6, 4, 0, 6, 24),
        (2019, 9, 1, 3, 20, 9, 5),
    ]
    names = ["year", "listed", "entered", "returned", "left", "left_open", "stays"]
    return draw_watch(view, pd.DataFrame(rows, columns=names))


FIGURES: dict[str, Callable[[View], Figure]] = {
    "map": draw_map,
    "boundaries": _boundaries,
    "sensitivity": draw_sensitivity,
    "specifications": draw_specifications,
    "persistence": draw_persistence,
    "scatter": draw_scatter,
    "watch": _watch,
    "sizes": lambda view: draw_groups(view, view.by("size_class"), view.by("size_class")["group"].tolist()),
    "series": lambda view: draw_series(view, _city(view, "shrinking")),
    "outline": lambda view: draw_outline(view, _city(view, "growing")),
}


def paint(view: View, draw: Callable[[View], Figure]) -> Image.Image:
    memory = BytesIO()
    with _style.drawing():
        figure = draw(view)
        for text in figure.findobj(Text):
            text.set_visible(False)
        figure.savefig(memory, format="png", dpi=DOTS_PER_INCH, facecolor="white")
    return Image.open(memory).convert("L")


def differences(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    blurred = [np.asarray(image.filter(ImageFilter.GaussianBlur(2)), float) for image in (one, other)]
    apart = np.abs(blurred[0] - blurred[1])
    return float(apart.mean()), float(apart.max())


@pytest.fixture(scope="module")
def view(results: Results) -> View:
    return View(results, "en")


@pytest.mark.parametrize("name", FIGURES)
def test_the_figure_looks_as_it_did(view: View, name: str) -> None:
    path = BASELINE / f"{name}.png"
    picture = paint(view, FIGURES[name])
    if os.environ.get("CITYEBB_RENEW_PICTURES") == "1":
        BASELINE.mkdir(exist_ok=True)
        picture.quantize(16).save(path, optimize=True)
    known = Image.open(path).convert("L")
    assert picture.size == known.size
    mean, largest = differences(picture, known)
    assert mean <= MEAN_MOST
    assert largest <= LARGEST_MOST


def test_a_state_that_changes_colour_is_seen(view: View) -> None:
    flipped = view.results.verdicts.assign(
        state=view.results.verdicts["state"].replace("undetermined", "growing")
    )
    other = View(replace(view.results, verdicts=flipped), "en")
    _, largest = differences(paint(view, draw_map), paint(other, draw_map))
    assert largest > LARGEST_MOST


def test_a_year_that_moves_is_seen(view: View) -> None:
    city = _city(view, "shrinking")
    panel = view.results.panel.copy()
    panel.loc[panel["city_id"].eq(city) & panel["year"].eq(2018), "value"] *= 1.5
    other = View(replace(view.results, panel=panel), "en")
    draw = FIGURES["series"]
    assert differences(paint(view, draw), paint(other, draw))[1] > LARGEST_MOST


@pytest.mark.parametrize("factor", [0.2, 0.9, 1.0, 1.5, 4.0])
@pytest.mark.parametrize("state", ["shrinking", "growing"])
def test_no_label_of_a_series_reaches_its_title(view: View, state: str, factor: float) -> None:
    city = _city(view, state)
    panel = view.results.panel.copy()
    panel.loc[panel["city_id"].eq(city) & panel["year"].eq(2012), "value"] *= factor
    other = View(replace(view.results, panel=panel), "en")
    with _style.drawing():
        figure = draw_series(other, city)
        figure.canvas.draw()
        boxes = {text.get_text(): text.get_window_extent() for text in figure.axes[0].texts}
    title = next(box for words, box in boxes.items() if words.startswith("total light"))
    assert "left out" in boxes
    assert not [words for words, box in boxes.items() if box is not title and box.overlaps(title)]


def test_every_dot_is_drawn_once(view: View) -> None:
    with _style.drawing():
        text = _style.svg(draw_map(view), "map", "map")
    box = [float(number) for number in text.split('viewBox="')[1].split('"')[0].split()]
    assert box[2] == 720  # ten inches
    moves = text.count("\nL ") + text.count("L ")
    assert moves >= 2 * len(view.cities)


def test_very_many_dots_become_one_picture(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_style, "MANY_POINTS", 100)
    for draw in (draw_map, draw_scatter):
        with _style.drawing():
            text = _style.svg(draw(view), "many", "many")
        assert text.count("<image ") == 1
        assert 'xlink:href="data:image/png;base64,' in text
        assert ">100" in text  # letters stay letters


@pytest.mark.fonts
def test_pictures_are_written_for_a_readme(results: Results, tmp_path: Path) -> None:
    city = str(results.cities.index[0])
    paths = write_pictures(
        results, tmp_path, "zh", names=("map", "scatter"), cities=(city,), dots_per_inch=40
    )
    assert [path.name for path in paths] == ["map.zh.png", "scatter.zh.png", f"series.{city}.zh.png"]
    assert all(Image.open(path).size[0] > 100 for path in paths)
    again = write_pictures(results, tmp_path / "again", "zh", names=("map",), dots_per_inch=40)
    assert again[0].read_bytes() == paths[0].read_bytes()
