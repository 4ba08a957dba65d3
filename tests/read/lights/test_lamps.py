"""A table of replaced lamps: what it may say, and every fault that it may have."""

from __future__ import annotations

import pandas as pd
import pytest

from cityebb.model import CityebbError, Faults
from cityebb.read.lights import read_lamps


def read(folder, text, name="lamps.csv"):
    path = folder / name
    path.write_text(text, "utf-8")
    return read_lamps(path)


def keys(folder, text):
    with pytest.raises(CityebbError) as told:
        read(folder, text)
    faults = told.value.faults if isinstance(told.value, Faults) else [told.value]
    return [fault.key.removeprefix("read.lamps_") for fault in faults]


def test_a_place_by_degrees_id_or_name(tmp_path):
    found = read(
        tmp_path, "lon,lat,city_id,name,year,note\n130.3,47.3,,,2015,all\n,,0012,,2016,\n,,,鹤岗,2017,\n"
    )
    assert found["row"].tolist() == [2, 3, 4]
    assert found["lon"].tolist()[0] == 130.3
    assert found["city_id"].tolist()[1] == "0012"
    assert found["name"].tolist()[2] == "鹤岗"
    assert found[["first", "last"]].to_numpy().tolist() == [[2015, 2015], [2016, 2016], [2017, 2017]]
    assert found["note"].tolist()[0] == "all"
    assert found["note"].isna().tolist() == [False, True, True]


def test_chinese_headings_and_spans(tmp_path):
    found = read(tmp_path, "经度,纬度,起始年,终止年\n130,47,2015年,2017\n131,48,,2018\n")
    assert found[["first", "last"]].to_numpy().tolist() == [[2015, 2017], [2018, 2018]]


def test_what_is_saved_in_a_chinese_system_and_blank_rows(tmp_path):
    path = tmp_path / "lamps.csv"
    path.write_bytes("名称;年份\r\n;\r\n鹤岗;2015\r\n".encode("gb18030"))
    found = read_lamps(path)
    assert found[["row", "name", "first"]].to_numpy().tolist() == [[3, "鹤岗", 2015]]


def test_headings_alone_declare_nothing(tmp_path):
    assert len(read(tmp_path, "name,year\n")) == 0


def test_a_workbook(tmp_path):
    pd.DataFrame({"name": ["鹤岗"], "year": [2016]}).to_excel(tmp_path / "lamps.xlsx", index=False)
    assert read_lamps(tmp_path / "lamps.xlsx")["first"].tolist() == [2016]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["nothing"]),
        ("name,year,colour\na,2015,white\n", ["column"]),
        ("name,city,year\na,b,2015\n", ["column_twice"]),
        ("lon,year\n130,2015\n", ["no_place"]),
        ("name\na\n", ["no_year"]),
        ("name,colour\na,2\n", ["column", "no_year"]),
        ("lon,lat,year\n230,47,2015\n130,north,2015\n", ["degree", "degree"]),
        ("lon,lat,name,year\n130,,a,2015\n", ["half_place"]),
        ("name,year,note\n,2015,x\n", ["row_no_place"]),
        ("name,year\na,15\nb,1815\nc,2015.5\nd,\n", ["year", "year", "year", "row_no_year"]),
        ("name,from,to\na,2017,2015\n", ["backwards"]),
        ("name,year,from\na,2017,2015\n", ["year_and_span"]),
        ("name,year\na,2015,x\nb,2015,y\n", ["surplus", "surplus"]),
        ('name,year\n"a,2015\n', ["quote"]),
    ],
)
def test_faults(tmp_path, text, expected):
    assert keys(tmp_path, text) == expected
