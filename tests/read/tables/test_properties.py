"""What must not matter to the figures read of a table: order of rows, ways of writing, kind of file."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cityebb.read import read_table

HEADINGS = ("地区", "2010年常住人口（人）", "2020年常住人口（人）")
NAMES = ("鹤岗市", "伊春市", "铁力市", "萝北县", "绥滨县", "嘉荫县", "南岔县", "双城区")
FULL_WIDTH = str.maketrans("0123456789,.", "０１２３４５６７８９，．")

figures = st.one_of(st.integers(0, 30_000_000), st.integers(1500, 2200))


def of_one_unit(pair):
    """Let a change stay below fiftyfold: 1 person beside 10,000 would be two units in one series."""
    low, high = sorted(pair)
    return pair if low == 0 or high <= 50 * low else (high, high)


pairs = st.tuples(figures, figures).map(of_one_unit)
tables = st.dictionaries(st.sampled_from(NAMES), pairs, min_size=1)


def in_ten_thousands(value: int) -> str:
    return f"{value / 1e4:.4f}万人"


WAYS = {
    "plain": str,
    "separators": "{:,}".format,
    "full width": lambda value: f"{value:,}".translate(FULL_WIDTH),
    "ten thousands": in_ten_thousands,
    "people": "{}人".format,
    "footnote": "{}①".format,
    "decimals": "{}.0".format,
}


def frame_of(table, write=str):
    rows = [(name, *map(write, values)) for name, values in table.items()]
    return pd.DataFrame(rows, columns=list(HEADINGS))


def read(frame, kind="csv", folder=None):
    """Write a frame in some kind of file and return its figures, sorted."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(folder or scratch) / f"table.{kind}"
        if kind == "csv":
            frame.to_csv(path, index=False)
        elif kind == "xlsx":
            frame.to_excel(path, index=False, engine="openpyxl")
        elif kind == "parquet":
            frame.to_parquet(path, index=False)
        else:
            write_ods(path, frame)
        found = read_table(path)
    return found, found.counts.sort_values(["unit_id", "year"], ignore_index=True)


def write_ods(path, frame):
    """Write an OpenDocument spreadsheet: the least that the format asks for."""
    names = {"office": "office", "table": "table", "text": "text"}
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"' for name, space in names.items()
    )

    def cell(value):
        if isinstance(value, str):
            text = f"<text:p>{escape(value)}</text:p>"
            return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'

    rows = [list(frame.columns), *frame.to_numpy(dtype=object).tolist()]
    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body>'
            f'<office:spreadsheet><table:table table:name="人口">{body}</table:table></office:spreadsheet>'
            "</office:body></office:document-content>",
        )


def told(table):
    return {
        (name, year): float(value)
        for name, values in table.items()
        for year, value in zip((2010, 2020), values, strict=True)
    }


def values_of(counts):
    return dict(zip(zip(counts["unit_id"], counts["year"], strict=True), counts["value"], strict=True))


@given(tables)
@example({"鹤岗市": (2189, 1961), "伊春市": (900, 800)})
@example({"鹤岗市": (2189, 1961)})
def test_every_figure_is_read_as_it_stands(table):
    assert values_of(read(frame_of(table))[1]) == told(table)


@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_rows_is_irrelevant(table, random):
    names = list(table)
    random.shuffle(names)
    shuffled = {name: table[name] for name in names}
    pd.testing.assert_frame_equal(read(frame_of(table))[1], read(frame_of(shuffled))[1])


@given(tables, st.sampled_from(sorted(WAYS)))
def test_the_way_of_writing_is_irrelevant(table, way):
    assert values_of(read(frame_of(table, WAYS[way]))[1]) == told(table)


@given(tables, st.sampled_from(["合计", "总 计", "全省", "小计", "Total", "市区合计"]), st.integers(0, 8))
def test_totals_are_never_counted(table, word, place):
    frame = frame_of(table)
    sums = [word, *(str(sum(values[year] for values in table.values())) for year in (0, 1))]
    rows = frame.to_numpy(dtype=object).tolist()
    rows.insert(min(place, len(rows)), sums)
    found, counts = read(pd.DataFrame(rows, columns=frame.columns))
    assert values_of(counts) == told(table)
    assert len(found.totals) == 2


@pytest.mark.parametrize("kind", ["xlsx", "parquet", "ods"])
@given(table=tables)
def test_the_kind_of_file_is_irrelevant(kind, table):
    frame = frame_of(table, int)
    pd.testing.assert_frame_equal(read(frame)[1], read(frame, kind)[1])
