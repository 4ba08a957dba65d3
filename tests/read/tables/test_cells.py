"""One cell: what is a number, what is a gap, what is neither."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityebb.read.tables.cells import number, plain, year_in
from cityebb.read.tables.stated import factor_in


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1,234,567", 1234567),
        ("１，２３４．５", 1234.5),
        ("12 345", 12345),
        ("12\u00a0345", 12345),
        ("-3.5", -3.5),
        ("−3", -3),
        ("(12)", -12),
        ("56①", 56),
        ("56*", 56),
        ("56[1]", 56),
        ("89.13万人", 891300),
        ("12.5%", 0.125),
        (891271, 891271),
        ("1e5", 1e5),
    ],
)
def test_numbers(cell, value):
    assert number(cell) == pytest.approx(value)


@pytest.mark.parametrize(
    "cell", ["", None, "–", "—", "…", "...", "#N/A", "不详", "NA", "nan", "  ", float("nan")]
)
def test_gaps_are_missing_and_never_zero(cell):
    assert math.isnan(number(cell))


@pytest.mark.parametrize("cell", ["about 5", "鹤岗市", "1,23", "12-13", "2020年", True])
def test_what_is_no_number(cell):
    assert number(cell) is None


@given(st.integers(-(10**9), 10**9))
def test_every_way_of_writing_a_whole_number(value):
    wide = str(value).translate(str.maketrans("0123456789-", "０１２３４５６７８９－"))
    for text in (str(value), f"{value:,}", wide, f" {value} ", float(value)):
        assert number(text) == value


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2020年末常住人口", 2020),
        ("二〇二〇年", 2020),
        ("二○一○年", 2010),
        ("2020年11月1日", 2020),
        ("1 Nov 2020", 2020),
        ("第七次全国人口普查", 2020),
        ("六普人口", 2010),
        ("Pop_2000", 2000),
        ("110101", None),
        ("人口", None),
    ],
)
def test_years(text, year):
    assert year_in(text) == year


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("单位：万人", 1e4),
        ("常住人口(万人)", 1e4),
        ("地区生产总值（亿元）", 1e8),
        ("万人", 1e4),
        ("Resident population (10,000 persons)", 1e4),
        ("Unit: thousand persons", 1e3),
        ("土地面积（公顷）", 0.01),
        ("单位：万公顷", 100.0),
        ("Area (ha)", 0.01),
        ("Area (hectares)", 0.01),
        ("Area of Changsha (km²)", 1.0),
        ("Population (Changsha)", None),
        ("人口", None),
        ("人均", None),
    ],
)
def test_units(text, factor):
    assert factor_in(text) == factor


def test_blanks_in_chinese_names_mean_nothing():
    assert plain("鹤　岗　市") == plain("鹤 岗 市") == "鹤岗市"
    assert plain("New  York\n") == "New York"
