"""``cityebb read``: a table looked over, and a study made of it that runs."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "yearbook.csv"
    rows = "".join(f"{230400 + place},甲{place}市,{100 + place},{90 + place}\n" for place in range(1, 9))
    path.write_text(
        f"区划代码,地区,2010年普查常住人口（万人）,2020年普查常住人口（万人）\n{rows},合计,1,2\n", "gb18030"
    )
    return path


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_table_is_looked_over(call, table, language):
    told = call("read", table, "--lang", language)
    assert told.code == 0
    assert "8,360,000" in told.out.replace("8,360,000", "8,360,000")
    assert ("合计 8,360,000" if language == "zh" else "8,360,000 in all") in told.out


def test_as_json(call, table):
    told = call("read", table, "--json")
    record = json.loads(told.out)
    assert [row["units"] for row in record["series"]] == [8, 8]
    assert {row["concept"] for row in record["series"]} == {"resident"}


def test_the_study_it_writes_runs(call, table, tmp_path):
    study = tmp_path / "study.toml"
    assert call("read", table, "--study", study).code == 0
    assert call("check", study).code == 0
    told = call("run", study, "--json")
    assert told.code == 0
    counts = json.loads(told.out)["comparisons"]["people"]["counts"]
    assert (counts["cities"], counts["shrinking"], counts["plain_down"]) == (8, 8, 0)
    again = call("read", table, "--study", study)
    assert again.code != 0


def test_figures_of_one_year_make_no_study(call, tmp_path):
    path = tmp_path / "2020.csv"
    path.write_text("code,name,resident population 2020\n1,A,5000\n2,B,7000\n", "utf-8")
    told = call("read", path, "--study", tmp_path / "s.toml")
    assert told.code != 0
    assert "2020" in told.err
    assert not (tmp_path / "s.toml").exists()


def test_the_study_compares_residents_of_several_years_whatever_comes_first(call, tmp_path):
    path = tmp_path / "book.csv"
    rows = [
        f"{110101 + place},{name},{300 + place},{90000 + place},{80000 + place}"
        for place, name in enumerate("ABC")
    ]
    head = "code,name,households 2020,resident population 2010,resident population 2020"
    path.write_text("\n".join([head, *rows]), "utf-8")
    study = tmp_path / "s.toml"
    assert call("read", path, "--grade", "census", "--study", study).code == 0
    assert 'concept = "resident"' in study.read_text("utf-8")
    assert call("run", study).code == 0


def test_why_all_are_undetermined_is_said_with_what_to_write(call, tmp_path):
    path = tmp_path / "book.csv"
    rows = [f"{110101 + place},{name},{90000 + place},{60000 + place}" for place, name in enumerate("ABC")]
    path.write_text(
        "\n".join(["code,name,resident population 2010,resident population 2020", *rows]), "utf-8"
    )
    study = tmp_path / "s.toml"
    assert call("read", path, "--grade", "yearbook", "--study", study).code == 0
    assert 'grade = "census"' in call("run", study).out


def test_faults(call, tmp_path):
    assert call("read", tmp_path / "nothing.csv").code != 0
    path = tmp_path / "a.docx"
    path.write_bytes(b"x")
    assert call("read", path).code != 0


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "8 个单元中：收缩 8"), ("en", "Of 8 units: 8 shrinking")]
)
def test_a_folder_with_a_table_gives_a_study_that_runs_and_speaks_of_units(call, table, language, said):
    folder = table.parent
    told = call("new", folder, "--lang", language)
    assert told.code == 0
    assert "counts" in told.out
    told = call("run", folder / "study.toml", "--lang", language)
    assert told.code == 0
    assert said in told.out
    assert ("城市中" if language == "zh" else "8 cities") not in told.out
