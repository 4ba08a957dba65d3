"""Reports and tables of administrative units: with and without outlines, with and without what was done."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

from cityebb.identify import summarise
from cityebb.model import (
    BREAKS,
    CENSUS,
    COMPARABILITY_TABLES,
    COUNTS,
    EFFECTS,
    FOOTPRINTS,
    ROBUSTNESS,
    SENSITIVITY,
    TABLES,
    Comparability,
    people_class,
)
from cityebb.publish import write_report, write_tables
from cityebb.publish.chapters import Options
from cityebb.publish.chapters.comparable import comparable
from cityebb.publish.chapters.groups import sizes
from cityebb.publish.dictionary import entries, unit_of
from cityebb.publish.figures._style import drawing, svg
from cityebb.publish.figures.boundaries import flagged
from cityebb.publish.figures.map import Sizes, draw_map
from cityebb.publish.view import View
from cityebb.words import has

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cityebb.model import Results

CODES = ["230400", "340400", "652701", "130600"]
NAMES = ["鹤岗市", "淮南市", "博乐市", "=保定市"]
PUBLISHED = np.array([1_058_665.0, 2_333_896.0, 443_680.0, np.nan])
COMPARABLE = np.array([1_058_665.0, 3_342_012.0, 500_000.0, np.nan])
AFTER = np.array([891_271.0, 3_033_528.0, 420_000.0, 9_242_610.0])
FLAGS = ["none", "masked_shrinkage", "none", "none"]


def _counts() -> pd.DataFrame:
    rows = {"unit_id": CODES * 2, "name": NAMES * 2, "year": [2010] * 4 + [2020] * 4}
    told = {"indicator": "people", "concept": "resident", "grade": "census", "source": "census"}
    frame = pd.DataFrame(rows).assign(**told, value=np.r_[PUBLISHED, AFTER], unit="people", coverage=1.0)
    return frame.assign(vintage=frame["year"].astype(str))[COUNTS.names]


def _decomposition() -> pd.DataFrame:
    told: dict[str, Any] = {"unit_id": CODES, "name": NAMES, "indicator": "people", "concept": "resident"}
    told |= {"start": "2010", "end": "2020", "before_reported": PUBLISHED, "before_comparable": COMPARABLE}
    told |= {"after": AFTER, "reported": AFTER - PUBLISHED, "territorial": COMPARABLE - PUBLISHED}
    told |= {"real": AFTER - COMPARABLE, "reported_change": AFTER / PUBLISHED - 1}
    told |= {"real_change": AFTER / COMPARABLE - 1, "artificial_share": np.nan, "flag": FLAGS}
    return pd.DataFrame(told | {"evidence": [None, "2015-12 transfer: 寿县 (340123) → 340400", None, None]})


def _done() -> Comparability:
    audit = {"finding": ["parent_differs"] + ["no_figure"] * 8, "level": ["warning"] + ["info"] * 8}
    audit |= {"unit_id": [f"61000{i}" for i in range(9)], "name": "某地", "year": "2020"}
    frames: dict[str, Any] = {
        "audit": audit | {"indicator": "people", "value": [1_234_567.0] + [np.nan] * 8},
        "members": {"group_id": ["A", "A"], "unit_id": ["A", "B"], "vintage": "2010"},
        "crosswalk": {"from_unit": ["A", "A", "B", "C"], "to_unit": ["X", "Y", "Y", "Z"]}
        | {"share": [0.25, 0.75, 1.0, np.nan], "from_vintage": "2010", "to_vintage": "2020"}
        | {"share_of": "people"},
        "ledger": {"event_id": ["e1"], "date": "2015-12", "kind": "transfer", "from_unit": "341500"}
        | {"to_unit": "340400", "share": 0.18, "share_of": "people", "people": 1_008_116.0}
        | {"confidence": "certain"},
        "guesses": {"file": "a.xlsx", "column": ["常住人口", "城镇化率"], "role": ["value", "not_used_ratio"]}
        | {"indicator": "people", "concept": "resident", "unit": "万人", "certainty": "guessed"},
        "unused": {"file": "a.xlsx", "row": [3], "text": "=合计", "reason": "合计行"},
        "trial": {"unit_id": ["A", "B"] * 2, "way": ["area", "area", "light", "light"]}
        | {"spread_share": [0.2, 0.8, 0.5, 0.5], "counted_share": [0.6, 0.4] * 2},
    }
    shaped = {name: pd.DataFrame(told).reindex(columns=TABLES[name].names) for name, told in frames.items()}
    return Comparability("vintage", "2020", _counts(), decomposition=_decomposition(), **shaped)


@pytest.fixture(scope="session")
def units(make_results: Callable[..., Results]) -> Results:
    """Four units, three with an outline: one whose fall a boundary hid, one without a start."""
    base = make_results(4, years=(2013, 2014))
    boxes = [shapely.MultiPolygon([shapely.box(x, 30, x + 1, 31)]) for x in (100, 110, 120)]
    told = base.cities.drop(columns="geometry").assign(
        name_zh=NAMES, name_en=NAMES, cells=0, lon=[100.5, 110.5, 120.5, np.nan], lat=[30.5] * 3 + [np.nan]
    )
    told["area_km2"], told["country"] = [1e4] * 3 + [np.nan], "CN"
    told.index = pd.Index(CODES, name="city_id")
    change = AFTER / COMPARABLE - 1
    known = ~np.isnan(change)
    verdicts = base.verdicts.assign(
        city_id=CODES, source="census", indicator="people_sum", concept="resident", start="2010", end="2020"
    ).assign(before=COMPARABLE, after=AFTER, change=change, plain_change=change, low=change, high=change)
    verdicts["state"] = np.where(known, "shrinking", "undetermined")
    verdicts["noise_from"], verdicts["persistence"] = "grade", "never"
    panel = _counts().rename(columns={"unit_id": "city_id"}).assign(indicator="people_sum", sd=np.nan)
    source = {"indicator": "people", "unit": "people", "years": [2010, 2020], "concept": "resident"}
    return replace(
        base,
        cities=gpd.GeoDataFrame(told, geometry=[*boxes, None], crs=4326),
        panel=panel[TABLES["panel"].names],
        verdicts=verdicts,
        summary=base.summary.iloc[:0],
        sensitivity=SENSITIVITY.empty(),
        robustness=ROBUSTNESS.empty(),
        effects=EFFECTS.empty(),
        breaks=BREAKS.empty(),
        census=CENSUS.empty(),
        footprints=FOOTPRINTS.empty(),
        definition={"name": "prefectures", "kind": "units", "boundaries": "vintage", "vintage": "2020"},
        comparison=base.comparison
        | {"source": "census", "indicator": "people_sum", "start": [2010], "end": [2020], "left_out": {}},
        sources={"census": source | {"grade": "census", "citation": "NBS"}},
        notes=(),
        truth=None,
        context=None,
        comparability=_done(),
    )


@pytest.fixture(params=["whole", "without outlines", "without anything done"])
def each(units: Results, request: pytest.FixtureRequest) -> Results:
    """The units as they may come."""
    nowhere = units.cities.assign(lon=np.nan, lat=np.nan, area_km2=np.nan).set_geometry(
        gpd.GeoSeries([None] * 4, index=units.cities.index, crs=4326)
    )
    if request.param == "whole":
        return units
    if request.param == "without outlines":
        return replace(units, cities=nowhere)
    bare = Comparability("vintage", "2020", COUNTS.empty())
    return replace(units, cities=nowhere, comparability=bare)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_of_unit_results_makes_a_report(each: Results, language: str, tmp_path: Path) -> None:
    text = write_report(each, tmp_path, language).read_text(encoding="utf-8")
    assert not re.search(r"publish\.[a-z_]+\.[a-z_]+", text)
    assert 'id="comparable"' in text
    assert ('id="map"' in text) == bool(each.cities.geometry.notna().any())
    plain = re.sub(r"<(script|style|svg).*?</\1>", "", text, flags=re.DOTALL)
    assert not re.search(r">[^<]*\b(nan|None)\b[^<]*<", plain)
    assert "3,342,012" in plain


def test_every_sheet_of_units_is_headed_in_words(units: Results, tmp_path: Path) -> None:
    (path,) = write_tables(units, tmp_path, ("xlsx",))
    book = openpyxl.load_workbook(path)
    assert len(book.sheetnames) == 7 + len(COMPARABILITY_TABLES)
    heads = [str(cell.value) for sheet in book.worksheets[1:] for cell in sheet[1]]
    assert [head for head in heads if "_" in head] == []
    cells = [cell for sheet in book.worksheets[1:] for row in sheet.iter_rows(min_row=2) for cell in row]
    said = {cell.value for cell in cells}
    assert {"部分划转 / partial transfer", "被掩盖的收缩 / masked shrinkage", "=合计"} <= said
    assert "f" not in {cell.data_type for cell in cells}
    shares = [cell.number_format for cell in cells if cell.value in (0.18, 0.25)]
    assert shares == ["0.0%"] * 2  # a part of something is no change, and has no sign


@pytest.mark.parametrize("table", COMPARABILITY_TABLES)
def test_every_column_of_units_has_a_heading(table: str) -> None:
    names = TABLES[table].names
    assert [n for n in names for lang in ("zh", "en") if not has(f"publish.heading.{n}", lang)] == []


@pytest.mark.parametrize(("unit", "words"), [("people", "(人 / people)"), ("yuan", "(元 / yuan)")])
def test_figures_are_headed_with_the_unit_of_what_is_compared(
    units: Results, tmp_path: Path, unit: str, words: str
) -> None:
    changed = replace(
        units, comparison=units.comparison | {"unit": unit}, panel=units.panel.assign(unit=unit)
    )
    (path,) = write_tables(changed, tmp_path, ("xlsx",))
    book = openpyxl.load_workbook(path)
    (sheet,) = (sheet for sheet in book.worksheets if "区划与人口" in sheet.title)
    heads = {str(cell.value) for cell in sheet[1]}
    assert sum(words in head for head in heads) == 6
    for language, said in (("zh", words[1]), ("en", unit)):
        text = write_report(changed, tmp_path, language).read_text("utf-8")
        assert text.count(f"<small>{said}") == 3
        assert re.search(rf"1,064,436 {said}", text), "the territory that moved, in the same unit"


def test_people_are_a_unit_of_people_alone(results: Results, tmp_path: Path) -> None:
    assert unit_of("after", "decomposition") == "compared"
    (path,) = write_tables(results, tmp_path, ("xlsx",))
    sheets = openpyxl.load_workbook(path, read_only=True).worksheets[1:4]
    heads = [str(head) for sheet in sheets for head in next(sheet.iter_rows(max_row=1, values_only=True))]
    assert [head for head in heads if "people" in head] == []


def test_a_code_is_not_said_to_be_a_place(units: Results) -> None:
    meanings = {e.column: e.meaning for e in entries("en", units=True)}
    assert meanings["city_id"].startswith("The code")
    assert "territorial" in meanings
    assert "territorial" not in {e.column for e in entries("en")}


def test_no_outline_no_geopackage(each: Results, tmp_path: Path) -> None:
    names = {path.name for path in write_tables(each, tmp_path, ("gpkg", "csv"))}
    assert ("cities.gpkg" in names) == bool(each.cities.geometry.notna().any())
    assert {f"{name}.csv" for name in COMPARABILITY_TABLES} <= names
    back = pd.read_csv(tmp_path / "unused.csv", encoding="utf-8-sig")
    assert back["text"].tolist() in (["'=合计"], [])


def test_the_chapter_tells_what_was_done(units: Results) -> None:
    told = comparable(View(units, "en"), Options()).content
    assert [row["code"] for row in told["rows"]] == ["340400", "652701"]
    assert (told["rows"][0]["reported"], told["rows"][0]["real"]) == ("+30.0%", "−9.2%")
    assert [(f["count"], f["more"]) for f in told["audit"]] == [("1", 0), ("8", 2)]
    assert told["crosswalk"].startswith("3 units were assigned to 3 by weights: 1 to several")
    assert "25%" in told["crosswalk"]
    assert "1 with an unknown weight" in told["crosswalk"]
    assert told["trial"]["errors"] == ["80.0%", "20.0%"]
    assert "−75.0%" in told["trial"]["better"]
    assert len(told["guesses"]) == 1  # the ratio is not used


def test_units_with_a_flag_come_first() -> None:
    table = _decomposition().assign(flag=["none", "none", "artificial_shrinkage", "none"])
    assert flagged(table)["unit_id"].tolist() == ["652701", "340400"]


def test_units_are_classed_by_people_and_said_to_be(units: Results) -> None:
    classes = people_class(units.verdicts["after"])
    cities = units.cities.assign(size_class=classes)
    summary = summarise(units.verdicts, cities)
    assert classes == ["0.5M-1M", "3M-5M", "0.2M-0.5M", "5M-10M"]
    for language, first, told in (("zh", "20–50 万人", "城区常住人口"), ("en", "0.2–0.5 million", "2014")):
        view = View(replace(units, cities=cities, summary=summary), language)
        chapter = sizes(view, Options())
        assert chapter is not None
        rows = chapter.content["rows"]
        assert [row["cities"] for row in rows] == ["1"] * 4, "from small to large"
        assert rows[0]["name"] == first
        assert told in chapter.content["figure"].caption


def test_the_workbook_says_the_classes_in_words(units: Results, tmp_path: Path) -> None:
    cities = units.cities.assign(size_class=people_class(units.verdicts["after"]))
    told = replace(units, cities=cities, summary=summarise(units.verdicts, cities))
    (path,) = write_tables(told, tmp_path, ("xlsx",))
    book = openpyxl.load_workbook(path)
    for sheet in (book.worksheets[1], book.worksheets[4]):
        said = {cell.value for row in sheet.iter_rows(min_row=2) for cell in row}
        assert "20–50 万人 / 0.2–0.5 million" in said
        assert "0.2M-0.5M" not in said


def test_dots_of_units_stand_for_people(units: Results) -> None:
    view = View(units, "en")
    shown = Sizes.of(view)
    assert shown.told == (2_000_000, 200_000, 20_000)
    small, middle, large = shown.diameters(view.sizes.reindex(["652701", "230400", "340400"])).tolist()
    assert small < middle < large
    svg = write_map(view)
    assert "2M people" in svg
    assert "km²" not in svg


def test_a_unit_without_an_end_is_as_large_as_at_its_start(units: Results) -> None:
    lost = units.verdicts["city_id"] == "230400"
    verdicts = units.verdicts.assign(after=units.verdicts["after"].mask(lost))
    assert View(replace(units, verdicts=verdicts), "en").sizes["230400"] == 1_058_665


def write_map(view: View) -> str:
    with drawing():
        return svg(draw_map(view), "map", "map")


def test_two_dates_say_nothing_of_what_lasts(units: Results, tmp_path: Path) -> None:
    for years, said in (([2010, 2020], False), ([2010, 2015, 2020], True)):
        told = replace(units, comparison=units.comparison | {"years": years})
        text = write_report(told, tmp_path, "zh").read_text("utf-8")
        assert ("去向与低于界线的年份" in text) == said
        assert ('id="persistence"' in text) == said
