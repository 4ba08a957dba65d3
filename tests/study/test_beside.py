"""Without a ledger: a base printed twice and an area that jumps reach the decomposition and the report."""

from __future__ import annotations

import pandas as pd
import pytest

from cityebb.study import execute

STUDY = """cityebb_study = 1
title = "Twelve units"

[read.people]
table = { 2010 = "book 2010.csv", 2020 = "book 2020.csv" }
concept = "resident"
grade = "census"

[read.bulletin]
table = "bulletin.csv"
concept = "resident"
grade = "census"

[read.townspeople]
table = "town.csv"
concept = "resident"
grade = "census"

[delineate.units]
units = "people"

[identify.people]
cities = "units"
source = "people"
plain_threshold = 0

[publish]
formats = ["csv"]
"""
CODES = [f"2304{place:02}" for place in range(1, 13)]
NAMES = [f"第{code[-2:]}区" for code in CODES]


def write(path, **columns):
    pd.DataFrame({"区划代码": CODES, "地区": NAMES} | columns).to_csv(path, index=False)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "study.toml").write_text(STUDY, "utf-8")
    before = [10_001 + 7 * place for place in range(12)]
    printed_again = [12_001, *before[1:]]
    after = [value + 500 for value in before]
    area, later = [100.5] * 12, [100.5] * 11 + [140.25]
    write(tmp_path / "book 2010.csv", **{"常住人口": before, "行政区域面积（公顷）": [100 * a for a in area]})
    write(
        tmp_path / "book 2020.csv",
        **{"2010年常住人口": printed_again, "2020年常住人口": after, "2020年土地面积（平方公里）": later},
    )
    write(tmp_path / "bulletin.csv", **{"2020年常住人口": [*after[:5], after[5] - 900, *after[6:]]})
    # Half of everybody: called residents by mistake, and no second publication of all residents.
    write(tmp_path / "town.csv", **{"2020年常住人口": [value // 2 for value in after]})
    return tmp_path


def test_units_are_suspected_and_said_to_be(folder, one_report):
    found = execute(folder / "study.toml").main.comparability
    rows = found.decomposition.set_index("unit_id")
    assert rows.index[rows["flag"] == "suspected"].sort_values().tolist() == ["230401", "230406", "230412"]
    assert rows.loc["230412", "evidence"] == "100.5 → 140.2 km²"
    base = rows.loc["230401", "evidence"]
    assert base == "2010: 10,001 (people) / 12,001 (book 2020.csv): +5.0% / -12.5%"
    assert "bulletin" in rows.loc["230406", "evidence"]
    # The year printed twice is counted once.
    assert rows.loc["230401", "before_reported"] == 10_001
    assert not found.counts.duplicated(["unit_id", "year"]).any()
    audit = found.audit[found.audit["finding"] == "publications_differ"]
    assert audit[["unit_id", "year", "difference"]].to_numpy().tolist() == [
        ["230401", "2010", -2000.0],
        ["230406", "2020", 900.0],
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ("疑有区划变动", "3 个单元没有变更记录", "两种公布数不一致", "140.2 km²")),
        (
            "en",
            (
                "a change of boundary is suspected",
                "suspected of 3 units",
                "two publications differ",
                "140.2 km²",
            ),
        ),
    ],
)
def test_the_report_says_so(folder, language, words):
    page = execute(folder / "study.toml").reports[language].read_text("utf-8")
    assert [word for word in words if word not in page] == []


def test_without_another_publication_nobody_is_suspected(folder, one_report):
    text = (folder / "study.toml").read_text("utf-8")
    start = text.index("[read.bulletin]")
    (folder / "study.toml").write_text(text[:start] + text[text.index("[delineate") :], "utf-8")
    write(folder / "book 2020.csv", **{"2020年常住人口": [10_501 + 7 * place for place in range(12)]})
    found = execute(folder / "study.toml").main.comparability
    assert set(found.decomposition["flag"]) == {"none"}


COUNTIES = """cityebb_study = 1
title = "Two prefectures"

[read.people]
table = { 2010 = "2010.csv", 2020 = "2020.csv" }
concept = "resident"
grade = "census"

[delineate.units]
units = "people"

[identify.people]
cities = "units"
source = "people"
plain_threshold = 0

[publish]
formats = ["csv"]
"""


@pytest.fixture
def counties(tmp_path):
    """2020: a zone without a code fills a gap, one prefecture has no row, two names are swapped."""
    (tmp_path / "study.toml").write_text(COUNTIES, "utf-8")
    before = (
        "140100,太原市,90\n140105,小店区,50\n140106,迎泽区,40\n140200,大同市,33\n140202,新荣区,30\n"
        "140203,平城区,3\n140300,阳泉市,9\n140302,城南区,4\n140303,矿北区,5\n"
    )
    after = (
        "140100,太原市,100\n140105,迎泽区,50\n140106,小店区,40\n,综改区,10\n140200,大同市,33\n140202,新荣区,30\n"
        "140203,平城区,3\n140302,城南区,4\n140303,矿北区,5\n"
    )
    for year, rows in ((2010, before), (2020, after)):
        (tmp_path / f"{year}.csv").write_text("区划代码,名称,常住人口\n" + rows, "utf-8")
    return tmp_path


def test_findings_about_codes_reach_the_tables(counties, one_report):
    found = execute(counties / "study.toml").main.comparability.audit
    rows = found[["finding", "unit_id", "year"]].to_numpy().tolist()
    assert sorted(rows) == [
        ["code_reused", "140105", "2020"],
        ["code_reused", "140106", "2020"],
        ["parent_missing", "140300", "2020"],
        ["uncoded_within", "140100", "2020"],
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "zh",
            (
                "代码改指另一单元",
                "上级单元缺行，下级单元在列",
                "阳泉市 (140300) · 2020 · 应为 9 · 城南区 (140302), 矿北区 (140303)",
                "无有效代码的行，已归入所在单元",
                "太原市 (140100) · 2020 · 10 · 综改区",
            ),
        ),
        (
            "en",
            (
                "code that stands for another unit",
                "the unit above is not listed, its parts are",
                "阳泉市 (140300) · 2020 · expected 9 · 城南区 (140302), 矿北区 (140303)",
                "row without a valid code, placed in the unit whose gap it fills",
                "太原市 (140100) · 2020 · 10 · 综改区",
            ),
        ),
    ],
)
def test_findings_about_codes_reach_the_report(counties, language, words):
    page = execute(counties / "study.toml").reports[language].read_text("utf-8")
    assert [word for word in words if word not in page] == []


@pytest.mark.parametrize(("language", "kind"), [("zh", "2015 更名"), ("en", "2015 rename")])
def test_events_are_told_in_words(counties, language, kind):
    (counties / "changes.csv").write_text(
        "事件编号,生效日期,类型,原代码,原名称,现代码,现名称\n1,2015,更名,140302,城南区,140302,城中区\n",
        "utf-8",
    )
    text = (counties / "study.toml").read_text("utf-8")
    text = text.replace(
        "[delineate",
        '[read.changes]\nledger = "changes.csv"\n\n[harmonise]\nledger = "changes"\n\n[delineate',
    )
    (counties / "study.toml").write_text(text, "utf-8")
    table = (counties / "2020.csv").read_text("utf-8").replace("城南区", "城中区")
    (counties / "2020.csv").write_text(table, "utf-8")
    page = execute(counties / "study.toml").reports[language].read_text("utf-8")
    assert f"2010–2020: 城南区 → 城中区; {kind}" in page
