"""Tables: what is written is what was there, in every format."""

from __future__ import annotations

import codecs
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from geopandas.testing import assert_geodataframe_equal
from pandas.testing import assert_frame_equal

from cityebb.model import EFFECTS, ROBUSTNESS, SENSITIVITY, TABLES, CityebbError
from cityebb.publish import write_tables
from cityebb.publish._spread import published_cities
from cityebb.publish.tables import guard
from cityebb.words import has

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cityebb.model import Results

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "{x}",
    "a\x07b",
    "$x^2$",
)


@pytest.fixture(scope="module")
def small(make_results: Callable[..., Results]) -> Results:
    return make_results(12)


@pytest.fixture(scope="module")
def hostile(make_results: Callable[..., Results]) -> Results:
    results = make_results(len(HOSTILE))
    cities = results.cities.copy()
    cities["name_zh"] = cities["name_en"] = list(HOSTILE)
    return replace(results, cities=cities)


@pytest.fixture(scope="module")
def written(small: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    write_tables(small, folder)
    return folder


def test_every_file_is_named_and_none_is_left_half_done(small: Results, tmp_path: Path) -> None:
    paths = write_tables(small, tmp_path / "made" / "new")
    assert sorted(path.name for path in paths) == sorted(
        path.name for path in (tmp_path / "made" / "new").iterdir()
    )
    assert {path.suffix for path in paths} == {".parquet", ".gpkg", ".csv", ".xlsx"}


def test_geoparquet_reads_back_equal(written: Path, small: Results) -> None:
    path = written / "cities.parquet"
    back = gpd.read_parquet(path)
    assert_geodataframe_equal(back, published_cities(small), check_dtype=False)
    meta = pq.read_metadata(path).metadata[b"geo"]
    assert b'"version": "1.1.0"' in meta
    assert b'"covering"' in meta
    one = published_cities(small).geometry.iloc[0].bounds
    assert 1 <= len(gpd.read_parquet(path, bbox=one)) <= len(back)


def test_geopackage_reads_back_equal(written: Path, small: Results) -> None:
    back = gpd.read_file(written / "cities.gpkg").set_index("city_id")
    cities = published_cities(small)
    assert back.index.tolist() == cities.index.tolist()
    assert back.crs == cities.crs
    np.testing.assert_allclose(back["change"], cities["change"])
    assert (back.geom_type == "MultiPolygon").all()
    with sqlite3.connect(written / "cities.gpkg") as base:
        assert base.execute("pragma integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("name", ["panel", "verdicts", "summary", "sensitivity", "breaks"])
def test_parquet_reads_back_equal(written: Path, small: Results, name: str) -> None:
    assert_frame_equal(pd.read_parquet(written / f"{name}.parquet"), getattr(small, name), check_dtype=False)


@pytest.mark.parametrize("name", ["cities", "panel", "verdicts", "summary", "sensitivity", "breaks"])
def test_csv_begins_with_the_mark_that_excel_asks_for(written: Path, name: str) -> None:
    content = (written / f"{name}.csv").read_bytes()
    assert content.startswith(codecs.BOM_UTF8)
    assert not content.startswith(codecs.BOM_UTF8 * 2)
    assert b"\r" not in content


def test_csv_keeps_chinese_numbers_and_missing(small: Results, tmp_path: Path) -> None:
    panel = small.panel.copy()
    panel.loc[0, "value"] = np.nan
    write_tables(replace(small, panel=panel), tmp_path, ["csv"])
    back = pd.read_csv(tmp_path / "panel.csv", encoding="utf-8-sig")
    np.testing.assert_allclose(back["value"], panel["value"], rtol=1e-14)
    cities = pd.read_csv(tmp_path / "cities.csv", encoding="utf-8-sig")
    assert cities["name_zh"].tolist() == small.cities["name_zh"].tolist()


def test_no_text_of_a_csv_is_a_formula(hostile: Results, tmp_path: Path) -> None:
    write_tables(hostile, tmp_path, ["csv"])
    back = pd.read_csv(tmp_path / "cities.csv", encoding="utf-8-sig", keep_default_na=False, dtype=str)
    texts = back[["name_zh", "name_en", "label_zh", "label_en"]].to_numpy().ravel().tolist()
    assert [text for text in texts if text.startswith(("=", "+", "-", "@"))] == []
    assert "'=cmd|' /C calc'!A0" in texts
    # Numbers stay numbers, the negative ones too.
    assert pd.to_numeric(back["change"]).lt(0).any()


def test_no_text_of_the_workbook_is_a_formula(hostile: Results, tmp_path: Path) -> None:
    (path,) = write_tables(hostile, tmp_path, ["xlsx"])
    book = openpyxl.load_workbook(path)
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    names = [row[3].value for row in book.worksheets[1].iter_rows(min_row=2)]
    assert HOSTILE[0] in names
    assert "ab" in names  # what XML cannot hold is left away


def test_workbook_has_its_sheets_and_headings(written: Path, small: Results) -> None:
    book = openpyxl.load_workbook(written / "cityebb.xlsx")
    assert book.sheetnames == [
        "说明 Read me",
        "城市 Cities",
        "逐年数值 Yearly values",
        "结论 Verdicts",
        "汇总 Summary",
        "敏感性 Sensitivity",
        "各城市的稳健程度 Robustness",
        "各项选择的影响 Effects of choices",
        "数据说明 Notes",
    ]
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes is not None
        assert all(cell.font.bold for cell in sheet[1])
        assert not any(str(cell.value).startswith("publish.") for cell in sheet[1])
    cities = book["城市 Cities"]
    heads = [cell.value for cell in cities[1]]
    assert "面积\narea\n(km²)" in heads
    assert cities.max_row == len(small.cities) + 1
    change = cities.cell(2, heads.index("变化\nchange") + 1)
    assert change.value == pytest.approx(published_cities(small)["change"].iloc[0])
    assert "%" in change.number_format


def test_yearly_values_are_wide_and_missing_is_empty(small: Results, tmp_path: Path) -> None:
    panel = small.panel.copy()
    first = (
        panel["city_id"].eq(small.cities.index[0])
        & panel["year"].eq(2015)
        & panel["indicator"].eq("light_sum")
    )
    panel.loc[first, "value"] = np.nan
    (path,) = write_tables(replace(small, panel=panel), tmp_path, ["xlsx"])
    sheet = openpyxl.load_workbook(path)["逐年数值 Yearly values"]
    heads = [str(cell.value) for cell in sheet[1]]
    row = {head: cell.value for head, cell in zip(heads, sheet[3], strict=True)}
    assert row["2015"] is None
    assert row["2016"] == pytest.approx(panel[first.shift(1, fill_value=False)]["value"].iloc[0])


def test_equal_results_give_equal_bytes(small: Results, tmp_path: Path) -> None:
    once = write_tables(small, tmp_path / "a")
    again = write_tables(small, tmp_path / "b")
    assert [p.name for p in once if p.read_bytes() != (tmp_path / "b" / p.name).read_bytes()] == []
    assert len(again) == len(once)


def test_no_city_is_written_as_no_row(small: Results, tmp_path: Path) -> None:
    nothing = replace(
        small,
        cities=small.cities.iloc[:0],
        verdicts=small.verdicts.iloc[:0],
        panel=small.panel.iloc[:0],
        summary=small.summary.iloc[:0],
        sensitivity=SENSITIVITY.empty(),
        robustness=ROBUSTNESS.empty(),
        effects=EFFECTS.empty(),
    )
    paths = write_tables(nothing, tmp_path)
    assert len(paths) == 14
    assert len(gpd.read_parquet(tmp_path / "cities.parquet")) == 0
    assert len(gpd.read_file(tmp_path / "cities.gpkg")) == 0


def test_a_city_without_a_verdict_stays_in_the_table(small: Results) -> None:
    few = replace(small, verdicts=small.verdicts.iloc[1:])
    frame = published_cities(few)
    assert len(frame) == len(small.cities)
    assert frame["state"].isna().sum() == 1


def test_an_unknown_format_is_refused_before_anything_is_written(
    small: Results, tmp_path: Path, english: None
) -> None:
    with pytest.raises(CityebbError, match='"docx" is unknown; choose from parquet'):
        write_tables(small, tmp_path, ["csv", "docx"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "safe"), [("=1", "'=1"), ("a=1", "a=1"), ("", ""), (None, None), (-1.5, -1.5)]
)
def test_guard(text: object, safe: object) -> None:
    assert guard(text) == safe


@pytest.mark.parametrize("table", ["cities", "panel", "verdicts", "summary", "sensitivity", "breaks"])
def test_every_column_has_a_heading_in_both_languages(table: str) -> None:
    names = [column.name for column in TABLES[table].columns if column.kind != "geometry"]
    for language in ("zh", "en"):
        assert [name for name in names if not has(f"publish.heading.{name}", language)] == []


def test_the_country_or_territory_is_named_in_every_flat_table(small: Results, tmp_path: Path) -> None:
    codes = ["TW" if place == 0 else code for place, code in enumerate(small.cities["country"])]
    changed = replace(small, cities=small.cities.assign(country=codes))
    write_tables(changed, tmp_path, ("csv", "xlsx"))
    table = pd.read_csv(tmp_path / "cities.csv", encoding="utf-8-sig")
    assert table.loc[0, ["country_or_territory_zh", "country_or_territory_en"]].tolist() == [
        "中国台湾",
        "Taiwan, China",
    ]
    sheet = openpyxl.load_workbook(tmp_path / "cityebb.xlsx", read_only=True)["城市 Cities"]
    heads = [str(cell.value) for cell in next(iter(sheet.iter_rows(max_row=1)))]
    assert "国家或地区\ncountry or territory" in heads
    assert "国家或地区（中文）\ncountry or territory (Chinese)" in heads


def test_the_workbook_speaks_words_where_the_tables_hold_codes(small: Results, tmp_path: Path) -> None:

    (path,) = write_tables(small, tmp_path, formats=("xlsx",))
    book = openpyxl.load_workbook(path, read_only=True)
    for title in ("Cities", "Verdicts"):
        rows = next(sheet for sheet in book if title in sheet.title).iter_rows(values_only=True)
        heads = next(rows)
        column = next(place for place, head in enumerate(heads) if head and "verdict" in head)
        said = {row[column] for row in rows}
        assert said <= {"收缩 / shrinking", "增长 / growing", "平稳 / stable", "未定 / undetermined"}
        assert [head for head in heads if head and "_" in head] == []
