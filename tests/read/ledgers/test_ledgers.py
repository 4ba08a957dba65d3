"""Ledgers in every form, and what is wrong in them."""

from __future__ import annotations

import pytest

from cityebb.model import LEDGER, CityebbError, Faults
from cityebb.read import read_ledger


def written(tmp_path, text, name="ledger.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_text(text, encoding)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_own_form_in_two_languages(tmp_path, encoding):
    english = "event_id,date,kind,from_unit,to_unit,share\n1,2010,split,A,A,60%\n"
    english += ",2010,split,A,B,0.4\n2,2011,merge,C,A,\n"
    chinese = "事件编号,生效日期,类型,原代码,现代码,比例\n1,2010,分设,A,A,60%\n"
    chinese += ",2010,分设,A,B,0.4\n2,2011,合并,C,A,\n"
    frames = [read_ledger(written(tmp_path, text, encoding=encoding)).ledger for text in (english, chinese)]
    for frame in frames:
        LEDGER.check(frame)
        assert frame["share"].tolist() == [0.6, 0.4, 1.0]
        assert frame["event_id"].tolist() == ["1", "1", "2"]
        assert frame["kind"].tolist() == ["split", "split", "merge"]


def test_a_code_list_of_china(tmp_path):
    rows = [
        "代码,一级行政区,二级行政区,名称,级别,状态,启用时间,变更/弃用时间,新代码",
        "230100,黑龙江省,哈尔滨市,哈尔滨市,地级,在用,1981,,",
        "230101,黑龙江省,哈尔滨市,甲县,县级,弃用,1981,2005,230111",
        "230111,黑龙江省,哈尔滨市,甲区,县级,在用,2005,,",
        "230102,黑龙江省,哈尔滨市,乙县,县级,弃用,1981,2010,230103",
        "230103,黑龙江省,哈尔滨市,丙县,县级,在用,1981,,",
        "230104,黑龙江省,哈尔滨市,丁县,县级,弃用,1981,2012,230103[2008];230105;230106",
        "230105,黑龙江省,哈尔滨市,戊县,县级,在用,2012,,",
        "230106,黑龙江省,哈尔滨市,己县,县级,在用,2012,,",
        "230107,黑龙江省,哈尔滨市,庚市,县级,在用,1981,,230103[2019]",
        "239900,黑龙江省,旧市,旧市,地级,弃用,1981,2011,",
        "239901,黑龙江省,旧市,旧县,县级,弃用,1981,2011,230103",
    ]
    read = read_ledger(written(tmp_path, "\n".join(rows)))
    assert read.form == "china_codes"
    told = {(row.date, row.kind, row.from_unit, row.to_unit) for row in read.ledger.itertuples()}
    assert told == {
        ("2005", "upgrade", "230101", "230111"),
        ("2010", "merge", "230102", "230103"),
        ("2008", "transfer", "230104", "230103"),
        ("2012", "split", "230104", "230105"),
        ("2012", "split", "230104", "230106"),
        ("2011", "merge", "239901", "230103"),
        ("2019", "transfer", "230107", "230103"),  # in use still, but for a part
        ("2011", "merge", "239900", "230100"),
    }
    assert read.units.set_index("unit_id").loc["230101", ["first", "last"]].tolist() == [1981, 2005]


def test_a_japanese_converter(tmp_path):
    rows = "merge_id_muni,id_muni2000,id_muni2005,name_muni2000,name_muni2005\n"
    rows += "1202,1202,1202,Hakodate-shi,Hakodate-shi\n1202,1339,1202,Toi-cho,Hakodate-shi\n"
    rows += "5,501,502,Ka-mura,Ka-cho\n"
    read = read_ledger(written(tmp_path, rows))
    told = {(row.date, row.kind, row.from_unit, row.to_unit) for row in read.ledger.itertuples()}
    assert told == {("2005", "merge", "01339", "01202"), ("2005", "upgrade", "00501", "00502")}
    assert sorted(read.units.loc[read.units["first"] == 2000, "unit_id"]) == ["00501", "01202", "01339"]


def test_spanish_events_are_told_once(tmp_path):
    rows = "codine,censo,tipo,codine2\n1,1900.0,EI,2\n2,1900.0,MI,1\n"
    rows += "3,1910.0,CS,2\n2,1910.0,MS,3\n9,1910,OAa,9\n"
    read = read_ledger(written(tmp_path, rows))
    told = [(row.date, row.kind, row.from_unit, row.to_unit) for row in read.ledger.itertuples()]
    assert sorted(told) == [("1900", "merge", "1", "2"), ("1910", "transfer", "2", "3")]
    assert read.unused["reason"].tolist() == ["read.unused.no_territory"]


def test_official_weights(tmp_path):
    rows = "from_year,from_code,to_code,share_population,share_area\n2000,01,01,0.3333,1\n"
    rows += "2000,01,02,0.6666,\n2000,03,03,0.7,1\n"
    read = read_ledger(written(tmp_path, rows, "weights_to_2005.csv"))
    people = read.crosswalk[read.crosswalk["share_of"] == "people"]
    assert people.groupby("from_unit")["share"].sum()["01"] == pytest.approx(1, abs=1e-12)
    assert set(people["to_vintage"]) == {"2005"}
    assert any(note.key == "read.ledger_unbalanced" for note in read.notes)


@pytest.mark.parametrize(
    ("text", "name", "key"),
    [
        ("a,b\n1,2\n", "x.csv", "read.ledger_columns"),
        ("event_id,date,kind,from_unit,to_unit,share\n1,2010,merge,A,B,abc\n", "x.csv", "read.ledger_number"),
        ("from_year,from_code,to_code,share_population\nx,1,2,1\n", "x_to_2005.csv", "read.ledger_number"),
        ("from_year,from_code,to_code,share_population\n2000,1,2,1\n", "x.csv", "read.ledger_to_year"),
        ("merge_id_muni,id_muni1980\n1,1\n", "x.csv", "read.ledger_columns"),
        (
            "代码,名称,级别,状态,启用时间,变更/弃用时间,新代码\n1,x,县级,弃用,abc,2010,230000\n",
            "x.csv",
            "read.ledger_number",
        ),
        ("", "x.csv", "read.ledger_nothing"),
        (
            "event_id,事件编号,date,kind,from_unit,to_unit\n1,1,2010,merge,A,B\n",
            "x.csv",
            "read.ledger_heading_twice",
        ),
    ],
)
def test_faults(tmp_path, text, name, key):
    with pytest.raises(CityebbError) as caught:
        read_ledger(written(tmp_path, text, name))
    faults = caught.value.faults if isinstance(caught.value, Faults) else [caught.value]
    assert {fault.key for fault in faults} == {key}


def test_an_unknown_form(tmp_path):
    with pytest.raises(CityebbError) as caught:
        read_ledger(written(tmp_path, "a\n1\n"), form="atlantis")
    assert caught.value.key == "read.ledger_form"


HEAD = "event_id,date,kind,from_unit,to_unit,share\n"


def test_a_link_told_twice_differently_is_a_fault_that_names_both_rows(tmp_path):
    text = HEAD + "1,2010,split,A,A,0.6\n\n1,2010,split,A,B,0.4\n1,2010,split,A,A,0.5\n1,2010,split,A,B,0.3\n"
    with pytest.raises(Faults) as caught:
        read_ledger(written(tmp_path, text))
    assert [fault.key for fault in caught.value.faults] == ["read.ledger_link_twice"] * 2
    told = [fault.args[1] for fault in caught.value.faults]
    assert [(one["row"], one["other"]) for one in told] == [(5, 2), (6, 4)]
    assert (told[0]["column"], told[0]["found"], told[0]["before"]) == ("share", "0.5", "0.6")


def test_a_link_told_twice_alike_is_used_once_and_listed(tmp_path):
    read = read_ledger(
        written(tmp_path, HEAD + "1,2010,split,A,A,0.6\n1,2010,split,A,A,60%\n1,2010,split,A,B,0.4\n")
    )
    assert read.ledger["share"].tolist() == [0.6, 0.4]
    assert read.unused[["row", "reason"]].to_numpy().tolist() == [[3, "read.unused.repeated"]]


@pytest.mark.parametrize("blank", ["\n", "\r\n", "   \n"])
def test_blank_lines_do_not_shift_the_rows(tmp_path, blank):
    text = f"{blank}{HEAD}{blank}1,2010,merge,C,A,\n{blank}{blank},,,,,\n2,2011,merge,D,A,x\n{blank}"
    with pytest.raises(CityebbError) as caught:
        read_ledger(written(tmp_path, text))
    assert (caught.value.key, caught.value.args[1]["row"]) == ("read.ledger_number", 8)
    read = read_ledger(written(tmp_path, text.replace(",x", ",")))
    assert read.unused[["row", "reason"]].to_numpy().tolist() == [[7, "read.unused.empty"]]
    assert read.ledger["from_unit"].tolist() == ["C", "D"]


def test_blank_lines_do_not_shift_the_rows_of_other_forms(tmp_path):
    text = "from_year,from_code,to_code,to_year,share_population\n\n2010,A,B,2011,1\n\n2010,C,B,2011,\n"
    assert read_ledger(written(tmp_path, text)).unused["row"].tolist() == [5]


HEADS = "event_id,date,kind,from_unit,to_unit,share,share_of,people,confidence\n"


@pytest.mark.parametrize(
    ("row", "key", "found"),
    [
        ("1,2015-02-30,merge,B,A,1,,,", "read.ledger_date", "2015-02-30"),
        ("1,2015-13-45,merge,B,A,1,,,", "read.ledger_date", "2015-13-45"),
        ("1,昨天,merge,B,A,1,,,", "read.ledger_date", "昨天"),
        ("1,42238,merge,B,A,1,,,", "read.ledger_date", "42238"),
        ("1,2015,explode,B,A,1,,,", "read.ledger_word", "explode"),
        ("1,2015,transfer,B,A,20,,,", "read.ledger_share", "20"),
        ("1,2015,transfer,B,A,-0.2,,,", "read.ledger_share", "-0.2"),
        ("1,2015,transfer,B,A,0.2,weight,,", "read.ledger_word", "weight"),
        ("1,2015,transfer,B,A,0.2,,-7,", "read.ledger_people", "-7"),
        ("1,2015,transfer,B,A,0.2,,,surely", "read.ledger_word", "surely"),
        (",2015,merge,B,A,1,,,", "read.ledger_event_id", None),
        ("1,2015,merge,,A,1,,,", "read.ledger_no_unit", None),
        ("1,2015,merge,B,,1,,,", "read.ledger_no_unit", None),
    ],
)
def test_a_cell_that_cannot_be_is_told_with_its_row(tmp_path, row, key, found):
    with pytest.raises(CityebbError) as caught:
        read_ledger(written(tmp_path, HEADS + "\n" + row + "\n"))
    assert caught.value.key == key
    assert caught.value.values["row"] == 3
    if found is not None:
        assert caught.value.values["found"] == found


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ("1,2015,split,B,A,0.8,,,\n1,2015,split,B,C,0.8,,,\n", "read.ledger_shares"),
        ("1,2015,split,B,A,0.5,,,\n1,2015,split,B,C,0.4,,,\n", "read.ledger_shares"),
        ("1,2015,split,B,A,0.5,,,\n1,2016,split,B,C,0.5,,,\n", "read.ledger_event_differs"),
    ],
)
def test_an_event_that_contradicts_itself_is_told_with_its_rows(tmp_path, rows, key):
    with pytest.raises(CityebbError) as caught:
        read_ledger(written(tmp_path, HEADS + rows))
    assert (caught.value.key, caught.value.values["rows"]) == (key, "2, 3")


@pytest.mark.parametrize("date", ["2015年8月22日", "20150822", "2015/8/22", "2015-08-22 00:00:00"])
def test_dates_and_kinds_in_words_are_understood(tmp_path, date):
    rows = f"{HEADS}1,{date},并入,110102.0,１１０１０１,,人口,,确证\n"
    found = read_ledger(written(tmp_path, rows)).ledger.iloc[0]
    assert found[["date", "kind", "from_unit", "to_unit", "share"]].tolist() == [
        "2015-08-22",
        "merge",
        "110102",
        "110101",
        1.0,
    ]


def test_cells_beyond_the_headings_are_a_fault_with_the_row(tmp_path):
    rows = "event_id,date,kind,from_unit,to_unit\n1,2015,merge,B,A\n\n2,2016,merge,D,C,1,234\n"
    with pytest.raises(CityebbError) as caught:
        read_ledger(written(tmp_path, rows))
    told = caught.value.values
    assert (caught.value.key, told["row"], told["cells"]) == ("read.ledger_surplus", 4, 7)
    assert len(read_ledger(written(tmp_path, rows.replace(",1,234", ",,"))).ledger) == 2


def test_a_quotation_mark_left_open_is_a_fault_with_the_row(tmp_path):
    rows = 'event_id,date,kind,from_unit,to_unit\n1,2015,merge,"B,A\n2,2016,merge,D,C\n'
    with pytest.raises(CityebbError) as caught:
        read_ledger(written(tmp_path, rows))
    assert (caught.value.key, caught.value.values["row"]) == ("read.ledger_quote", 2)


@pytest.mark.parametrize("mark", [";", "\t"])
def test_other_separators_are_seen(tmp_path, mark):
    rows = "event_id,date,kind,from_unit,to_unit,share\n1,2015,transfer,B,A,0.25\n".replace(",", mark)
    rows = rows.replace("0.25", "0,25")
    assert read_ledger(written(tmp_path, rows)).ledger["share"].tolist() == [0.25]


@pytest.mark.parametrize(
    ("rows", "key", "row"),
    [
        ("2000,01,01,1\n2000,01,02,-1\n", "read.ledger_share", 3),
        ("2000,01,01,1\n2000,02,02,3\n", "read.ledger_share", 3),
        ("2000,01,01,1\n2000,02,,1\n", "read.weights_no_code", 3),
        ("2000,01,01,0.5\n2000,01,01,0.5\n", "read.weights_twice", 3),
        ("2000,01,01,half\n", "read.ledger_number", 2),
        ("2000,01,01,100\n2000,02,02,60\n2000,02,03,40\n", "read.weights_per_cent", None),
    ],
)
def test_weights_that_cannot_be_are_faults(tmp_path, rows, key, row):
    text = "from_year,from_code,to_code,share_population\n" + rows
    with pytest.raises(CityebbError) as caught:
        read_ledger(written(tmp_path, text, "weights_to_2005.csv"))
    assert (caught.value.key, caught.value.values.get("row")) == (key, row)


def test_both_years_of_weights_are_told_at_once(tmp_path):
    text = "from_year,to_year,from_code,to_code,share_population\nabc,banana,1,1,1\n"
    with pytest.raises(Faults) as caught:
        read_ledger(written(tmp_path, text))
    told = [fault.values["found"] for fault in caught.value.faults]
    assert told == ["abc", "banana"]


LISTED = "代码,名称,级别,状态,启用时间,变更/弃用时间,新代码\n"


def test_years_and_codes_of_a_code_list_may_have_decimals(tmp_path):
    rows = LISTED + "110105.0,丙县,县级,弃用,1980.0,2015.0,110102\n110102,乙县,县级,在用,1980,,\n"
    read = read_ledger(written(tmp_path, rows))
    assert read.ledger[["date", "from_unit", "to_unit"]].to_numpy().tolist() == [["2015", "110105", "110102"]]
    assert read.units["unit_id"].tolist() == ["110105", "110102"]


@pytest.mark.parametrize(
    ("first", "last", "column"), [("", "2015", "启用时间"), ("1980", "2015.5", "变更/弃用时间")]
)
def test_years_of_a_code_list_that_are_none(tmp_path, first, last, column):
    with pytest.raises(CityebbError) as caught:
        read_ledger(written(tmp_path, f"{LISTED}110105,丙县,县级,弃用,{first},{last},110102\n"))
    told = caught.value.values
    assert (caught.value.key, told["row"], told["column"]) == ("read.ledger_number", 2, column)


def test_weights_with_semicolons_and_decimal_commas(tmp_path):
    text = "from_year;from_code;to_code;share_population\n2000;01;01;0,25\n2000;01;02;0,75\n"
    read = read_ledger(written(tmp_path, text, "weights_to_2005.csv"))
    assert read.crosswalk["share"].tolist() == [0.25, 0.75]
    assert read.crosswalk["from_unit"].tolist() == ["01", "01"]
