"""What a table cannot mean is asked for; no wrong number is read in silence."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest

from cityebb.model import CityebbError, Faults
from cityebb.read import TableParameters, join_tables, read_table
from cityebb.read.tables.stated import units_in

HEAD = "区划代码,名称,2010年常住人口,2020年常住人口"
ROWS = [
    ("110101", "东城区", 919_253, 708_829),
    ("110102", "西城区", 1_243_315, 1_106_214),
    ("110105", "朝阳区", 3_545_137, 3_452_460),
    ("110106", "丰台区", 2_112_162, 2_019_764),
]


def written(tmp_path, *lines, name="t.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def rows(change=lambda place, values: values):
    return [",".join(map(str, (*row[:2], *change(place, row[2:])))) for place, row in enumerate(ROWS)]


def faults(path, year=None, **more):
    """Return what the faults of a table tell, by their keys."""
    with pytest.raises((CityebbError, Faults)) as caught:
        read_table(path, TableParameters(table=path.name, **more), year=year)
    error = caught.value
    faults = error.faults if isinstance(error, Faults) else [error]
    return {one.key: vars(one)["values"] for one in reversed(faults)}


def people(path, **more):
    return read_table(path, TableParameters(table=path.name, **more)).counts["value"].tolist()


def test_a_table_without_doubts(tmp_path):
    assert sum(people(written(tmp_path, HEAD, *rows()))) == sum(a + b for *_, a, b in ROWS)


@pytest.mark.parametrize("factor", [10_000, 1_000, 100])
def test_a_year_told_in_another_unit(tmp_path, factor):
    path = written(tmp_path, HEAD, *rows(lambda _, v: (v[0], v[1] / factor)))
    told = faults(path)["read.doubt_scale"]
    assert (told["factor"], told["count"], told["units"]) == (f"{factor:,}", 4, 4)


def test_every_other_figure_in_ten_thousands(tmp_path):
    path = written(tmp_path, HEAD, *rows(lambda place, v: (v[0], v[1] / 1e4 if place % 2 else v[1])))
    told = faults(path)["read.doubt_scale"]
    assert told["unit"] == "110102 西城区"
    assert (told["before"], told["after"]) == ("1,243,315", "110.6214")


def test_one_file_in_persons_and_one_in_ten_thousands(tmp_path):
    parts = []
    for year, scale in ((2010, 1), (2020, 1e4)):
        lines = [f"{code},{name},{(a if year == 2010 else b) / scale}" for code, name, a, b in ROWS]
        path = written(tmp_path, f"区划代码,名称,{year}年常住人口", *lines, name=f"{year}.csv")
        parts.append(read_table(path))
    with pytest.raises(CityebbError, match="10,000"):
        join_tables(parts)


def test_a_new_town_may_grow_fiftyfold(tmp_path):
    path = written(tmp_path, HEAD, *rows(), "440300,深圳市,33000,1670000")
    assert 1_670_000 in people(path)


@pytest.mark.parametrize(
    ("heading", "factor"),
    [
        ("2010 Resident population (10 000 persons)", 1e4),
        ("2010年常住人口（万人） Resident population (10 000 persons)", 1e4),
        ("2010年常住人口 万人", 1e4),
        ("2010年常住人口/万", 1e4),
        ("2010年常住人口（單位：萬人）", 1e4),
        ("2010 resident population (ten thousand)", 1e4),
        ("2010 resident population (10k)", 1e4),
        ("2010 resident population in thousands", 1e3),
        ("2010 resident population ('000)", 1e3),
        ("2010年常住人口（百万人）", 1e6),
        ("2010 resident population (million)", 1e6),
    ],
)
def test_units_of_headings(tmp_path, heading, factor):
    assert people(written(tmp_path, f'区划代码,名称,"{heading}"', "110101,东城区,12")) == [12 * factor]


@pytest.mark.parametrize("remark", ["注：人口单位为万人", "Note: unit: 10 000 persons"])
def test_units_of_remarks(tmp_path, remark):
    path = written(tmp_path, HEAD, "110101,东城区,91.9253,70.8829", remark)
    assert people(path) == [919_253, 708_829]


def test_units_that_contradict_each_other(tmp_path):
    path = written(tmp_path, "区划代码,名称,2010年常住人口（万人） Population (persons)", "110101,东城区,12")
    assert "read.doubt_unit" in faults(path)
    assert people(path, factor=1e4) == [120_000]


@pytest.mark.parametrize("title", ["单位：万人 Unit: 10 000 persons", "表1 人口（单位：万人、平方公里）"])
def test_units_of_titles(tmp_path, title):
    assert people(workbook(tmp_path, [title], *SHEET[:1], ["110101", "东城区", 91.5, 70.5])) == [
        915_000,
        705_000,
    ]


def test_a_title_whose_unit_is_not_understood(tmp_path):
    path = workbook(tmp_path, ["单位：以万计"], *SHEET[:1], ["110101", "东城区", 91.5, 70.5])
    assert faults(path)["read.doubt_unit"]["unit"] == "以万计"


def test_places_are_no_units():
    assert units_in("人口（万州区）") == ((), "")
    assert units_in("Population (2000)") == ((), "")


@pytest.mark.parametrize("unit", ["户", "人/平方公里", "%"])
def test_what_is_no_number_of_people(tmp_path, unit):
    path = written(tmp_path, f"区划代码,名称,2010年常住人口（{unit}）", "110101,东城区,12")
    assert {"read.doubt_kind", "read.table_no_figures"} & set(faults(path))


def test_shares_among_numbers(tmp_path):
    told = faults(written(tmp_path, HEAD, *rows(), "110107,石景山区,10%,20%"))["read.doubt_percent"]
    assert (told["row"], told["text"]) == (6, "10%")


def test_commas_between_thousands_without_quotes(tmp_path):
    told = faults(written(tmp_path, HEAD, "110101,A,1,234,567,1,345,678"))["read.doubt_cells"]
    assert (told["row"], told["cells"], told["headings"]) == (2, 8, 4)


def test_a_remark_with_commas_is_no_row(tmp_path):
    assert len(people(written(tmp_path, HEAD, *rows(), "注：a,b,c,d,e,f"))) == 8


@pytest.mark.parametrize("value", ["1e300", "99999999999"])
def test_more_people_than_there_are(tmp_path, value):
    assert "read.doubt_size" in faults(written(tmp_path, HEAD, *rows(), f"110107,石景山区,{value},1"))


def test_infinite_people(tmp_path):
    path = tmp_path / "t.parquet"
    frame = pd.DataFrame({"code": ["a", "b"], "name": ["A", "B"], "population 2020": [float("inf"), 5.0]})
    frame.to_parquet(path)
    assert faults(path)["read.doubt_size"]["value"] == "∞"


def test_a_factor_beyond_reason(tmp_path):
    assert "read.doubt_size" in faults(written(tmp_path, HEAD, *rows()), factor=1e300)


def test_a_year_that_the_heading_contradicts(tmp_path):
    path = written(tmp_path, HEAD, *rows())
    for told in (faults(path, 1990), faults(path, 2001)):
        assert told["read.doubt_year"]["found"] == "2010, 2020"
    assert len(read_table(path, year=2020).counts) == 8


def test_points_between_thousands(tmp_path):
    path = written(tmp_path, "code;name;population 2020", "a;A;1.234", "b;B;934")
    assert faults(path)["read.doubt_points"]["whole"] == "1234"
    whole = written(tmp_path, "code;name;population 2020", "a;A;1.234.567", "b;B;934")
    assert people(whole) == [1_234_567, 934]
    assert people(written(tmp_path, "code,name,population 2020", 'a,A,"12,34,567"')) == [1_234_567]


def test_rows_that_nobody_is_in(tmp_path):
    path = written(tmp_path, HEAD, *rows())
    assert "东城区" in faults(path, where={"名称": "海淀区"})["read.doubt_where"]["known"]
    assert faults(path, level="province")["read.doubt_level"]["known"] == "county"


def test_what_a_study_may_say(tmp_path):
    path = written(tmp_path, HEAD, *rows())
    assert "census" in faults(path, grade="nosuch")["read.doubt_grade"]["known"]
    assert "people" in faults(path, columns={"2010年常住人口": "foo"})["read.doubt_indicator"]["known"]
    assert "read.doubt_unit_id" in faults(path, unit_id="2010年常住人口")


def test_workbooks_with_cells_of_figures_only(tmp_path):
    book = openpyxl.Workbook()
    for row in (["单位：平方公里、万人"], HEAD.split(","), ["110101", "东城区", 91.5, 70.5]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    assert people(tmp_path / "t.xlsx") == [915_000, 705_000]


def workbook(tmp_path, *lines, name="t.xlsx"):
    book = openpyxl.Workbook()
    for row in lines:
        book.active.append(row)
    book.save(tmp_path / name)
    return tmp_path / name


SHEET = (HEAD.split(","), ["110101", "东城区", 919_253, 708_829], ["110102", "西城区", 1_243_315, 1_106_214])


def test_a_cell_at_the_far_end_of_a_sheet(tmp_path):
    path = workbook(tmp_path, *SHEET)
    book = openpyxl.load_workbook(path)
    book.active["XFD1048576"] = 1
    book.save(path)
    assert faults(path)["read.doubt_far_cell"]["columns"] == 16_384


def test_formulas_without_values(tmp_path):
    path = workbook(tmp_path, *SHEET, ["110105", "朝阳区", "=C2*2", "#REF!"])
    read = read_table(path)
    assert read.counts["value"].isna().sum() == 2
    assert {"read.unused.formula", "read.unused.formula_error"} <= set(read.unused["reason"])
    note = next(note for note in read.notes if note.key == "read.doubt_formula")
    assert (vars(note)["values"]["row"], vars(note)["values"]["count"]) == (4, 2)


def test_what_a_file_is_and_not_what_its_name_says(tmp_path):
    path = workbook(tmp_path, *SHEET)
    whole = path.read_bytes()
    for name, content, key in (
        ("a.csv", whole, "read.doubt_is_book"),
        ("a.xls", whole, "read.doubt_kind_name"),
        ("b.xls", b"<html><table>", "read.doubt_html"),
        ("b.xlsx", b"a,b\n1,2\n", "read.doubt_not_book"),
        ("c.xlsx", whole[:2000], "read.doubt_damaged"),
        (
            "d.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "read.doubt_password",
        ),
    ):
        (tmp_path / name).write_bytes(content)
        assert list(faults(tmp_path / name)) == [key]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_sheet_of_a_file_without_sheets(tmp_path, kind):
    path = written(tmp_path, HEAD, *rows())
    if kind == "parquet":
        pd.read_csv(path).to_parquet(tmp_path / "t.parquet")
    assert "read.doubt_no_sheets" in faults(tmp_path / f"t.{kind}", sheet="x")


@pytest.mark.parametrize("end", ["", '"'])
def test_a_quotation_mark_that_is_not_closed(tmp_path, end):
    lines = [HEAD, *rows()]
    lines[3] = '"' + lines[3]
    lines[4] += end
    assert faults(written(tmp_path, *lines))["read.doubt_quote"]["row"] == 4


def test_a_line_break_in_a_quoted_cell_is_none_of_the_rows(tmp_path):
    assert people(written(tmp_path, '代码,"地区\nRegion",2010年常住人口', "110101,东城区,12")) == [12]


@pytest.mark.parametrize(
    ("encoding", "name", "guess"),
    [("latin-1", "Köln", "latin-1"), ("shift_jis", "札幌市", "shift_jis"), ("big5", "臺北市中正區", "big5")],
)
def test_encodings_that_are_not_chinas(tmp_path, encoding, name, guess):
    path = written(tmp_path, "code,name,population 2020", f"a,{name},934", encoding=encoding)
    assert faults(path)["read.doubt_text"]["guess"] == guess
    found = read_table(path, TableParameters(table=path.name, encoding=encoding))
    assert found.counts["name"].tolist() == [name]


def test_encodings_of_china_are_read(tmp_path):
    path = written(tmp_path, HEAD, *rows(), "341600,亳州市,1,1", "410400,漯河市,1,1", encoding="gb18030")
    assert len(people(path, level="all")) == 12
    assert "read.doubt_encoding" in faults(path, encoding="nosuch")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("市区町村コード", "市区町村名"),
        ("団体コード", "団体名"),
        ("codigo", "nombre"),
        ("代码", "地区 Region"),
    ],
)
def test_headings_of_codes_and_names(tmp_path, code, name):
    read = read_table(written(tmp_path, f"{code},{name},population 2020", "011002,札幌市,934"))
    assert read.counts[["unit_id", "name"]].to_numpy().tolist() == [["011002", "札幌市"]]


def test_two_rows_of_one_name(tmp_path):
    path = written(tmp_path, "地区,2020年常住人口", "鼓楼区,5000", "台江区,7", "鼓楼区,5000")
    note = next(note for note in read_table(path).notes if note.key == "read.doubt_same_name")
    assert vars(note)["values"]["name"] == "鼓楼区"
    assert "read.doubt_same_name" not in {
        note.key for note in read_table(written(tmp_path, HEAD, *rows())).notes
    }


def test_people_with_decimals(tmp_path):
    path = written(tmp_path, HEAD, "110101,东城区,91.92,70.88")
    assert "read.doubt_fraction" in {note.key for note in read_table(path).notes}
    told = TableParameters(table="t.csv", factor=1e4)
    assert "read.doubt_fraction" not in {note.key for note in read_table(path, told).notes}


def test_a_year_of_nothing_but_zeros_is_told(tmp_path):
    path = written(tmp_path, HEAD, *rows(lambda _, values: (values[0], 0)))
    note = next(
        n for n in read_table(path, TableParameters(table=path.name)).notes if n.key.endswith("all_zero")
    )
    assert "2020" in note.text("en")
    assert 'zero = "missing"' in note.text("zh")
    one = written(
        tmp_path, HEAD, *rows(lambda place, values: (values[0], values[1] * (place > 0))), name="one.csv"
    )
    notes = read_table(one, TableParameters(table=one.name)).notes
    assert not [note for note in notes if note.key.endswith("all_zero")]
    missing = read_table(path, TableParameters(table=path.name, zero="missing"))
    assert not [note for note in missing.notes if note.key.endswith("all_zero")]
