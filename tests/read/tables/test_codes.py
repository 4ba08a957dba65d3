"""Codes that say what they are, and names that may mean several."""

from __future__ import annotations

import pandas as pd
import pytest

from cityebb.read import match_names, read_code_list
from cityebb.read.tables import is_division_code, level_of, parent_of
from cityebb.read.tables.codes import PROVINCES, are_division_codes, code_text


def test_there_are_34_units_of_the_first_level():
    assert len(PROVINCES) == 34


@pytest.mark.parametrize("code", ["110000", "230404", "230404001", "230404001000", "659001", "810000"])
def test_codes(code):
    assert is_division_code(code)


@pytest.mark.parametrize("code", ["", "23", "2304", "990101", "230004", "2304040", "23040a", "２３０４０４"])
def test_no_codes(code):
    assert not is_division_code(code)


def test_what_spreadsheets_do_to_codes():
    assert [code_text(cell) for cell in (110000.0, "110000.0", " 110000", "１１００００")] == ["110000"] * 4


def test_levels_and_parents():
    assert [level_of(code) for code in ("110000", "110100", "110101", "110101001")] == [
        "province",
        "prefecture",
        "county",
        "township",
    ]
    assert parent_of("110101001") == "110101"


def test_most_codes_must_be_codes():
    assert are_division_codes(["110101"] * 8 + ["x", "y"])
    assert not are_division_codes(["110101"] * 7 + ["x", "y", "z"])
    assert not are_division_codes([])


def test_a_name_that_several_bear_is_told_apart_by_its_parent_or_not_at_all():
    known = pd.DataFrame(
        {
            "code": ["110105", "220104", "211300", "230700"],
            "name": ["朝阳区", "朝阳区", "朝阳市", "伊春市"],
            "province": ["北京市", "吉林省", "辽宁省", "黑龙江省"],
            "prefecture": ["", "长春市", "", ""],
        }
    )
    names = pd.Series(["朝阳区", "朝阳区", "伊　春", "伊春县", "月亮市"])
    found = match_names(names, known, pd.Series(["北京", "", "", "", ""]))
    assert found.codes.fillna("?").tolist() == ["110105", "?", "230700", "230700", "?"]
    assert found.ambiguous.to_numpy().tolist() == [["朝阳区", "", "110105, 220104"]]
    assert found.unknown == ["月亮市"]


@pytest.mark.data("division_codes_china")
def test_names_of_china(data):
    codes = read_code_list(data / "division_codes_china/codes_1981_2024.csv")
    now = codes[codes["last"].isna()]
    assert len(now) == 3213
    assert now["level"].value_counts().to_dict() == {"province": 34, "prefecture": 333, "county": 2846}
    found = match_names(pd.Series(["伊春市", "宜春市", "鹤岗", "朝阳区"]), now)
    assert found.codes.fillna("?").tolist()[:3] == ["230700", "360900", "230400"]
    assert len(found.ambiguous["codes"].iloc[0].split(", ")) >= 2
