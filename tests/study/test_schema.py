"""What a study file says, and every way in which it can say it wrong."""

from __future__ import annotations

import json
import os
import sys

import pytest

from cityebb.model import CityebbError, Faults
from cityebb.study import json_schema, load_study
from cityebb.words import using

GOOD = """cityebb_study = 1
title = "T"
[read.lights]
files = "a_{year}.tif"
indicator = "light"
[delineate.lit]
where = { lights = 2 }
[identify.light]
cities = "lit"
source = "lights"
"""


def keys_of(text: str, path, encoding: str = "utf-8") -> list[str]:
    path.write_text(text, encoding)
    try:
        load_study(path)
    except Faults as faults:
        return [fault.key for fault in faults.faults]
    except CityebbError as error:
        return [error.key]
    return []


@pytest.fixture
def path(tmp_path):
    return tmp_path / "s.toml"


def test_a_good_study(path):
    assert keys_of(GOOD, path) == []
    study = load_study(path)
    assert list(study.read) == ["lights"]
    assert study.delineate["lit"].where == {"lights": 2.0}
    assert study.identify["light"].source == "lights"
    assert study.results == path.parent / "s_results"
    assert study.title == {"zh": "T", "en": "T"}


@pytest.mark.parametrize(
    ("old", "new", "keys"),
    [
        ("cityebb_study = 1\n", "", ["study.version_missing"]),
        ("cityebb_study = 1", "cityebb_study = 2", ["study.version_unknown"]),
        ("cityebb_study = 1", 'cityebb_study = "1"', ["study.version_unknown"]),
        ("cityebb_study = 1", "cityebb_study = true", ["study.version_unknown"]),
        ('title = "T"', 'titel = "T"', ["study.unknown_top_near"]),
        ('title = "T"', "zzz = 3", ["study.unknown_top"]),
        ('title = "T"', "title = 3", ["study.title_wrong"]),
        ('title = "T"', 'title = { zh = "甲" }', []),
        ("indicator", "indicater", ["study.unknown_key_near", "study.key_missing"]),
        ('indicator = "light"', 'indicator = "lights"', ["study.wrong_type"]),
        ('indicator = "light"', 'indicator = "light"\nqqqq = 1', ["study.unknown_key"]),
        ("{ lights = 2 }", '{ lights = "two" }', ["study.wrong_type"]),
        ("{ lights = 2 }", "{ lights = -2 }", ["study.out_of_range"]),
        ("{ lights = 2 }", "3", ["study.wrong_type"]),
        ("{ lights = 2 }", "{ light = 2 }", ["study.refers_to_nothing_near"]),
        ('cities = "lit"', 'cities = "xxx"', ["study.refers_to_nothing"]),
        ('source = "lights"', 'source = "light"', ["study.refers_to_nothing_near"]),
        ("[delineate.lit]", '[delineate."../xyz"]', ["study.name_wrong", "study.refers_to_nothing"]),
        ("[delineate.lit]", "[delineate.城]", ["study.toml_syntax"]),
        ("[delineate.lit]", "[delineate.CON]", ["study.name_wrong", "study.refers_to_nothing"]),
        (
            "[delineate.lit]\nwhere = { lights = 2 }\n",
            "",
            ["study.section_missing", "study.refers_to_nothing"],
        ),
        ('files = "a_{year}.tif"', "files = 3", ["study.wrong_type"]),
    ],
)
def test_a_fault(path, old, new, keys):
    assert old in GOOD
    assert sorted(keys_of(GOOD.replace(old, new, 1), path)) == sorted(keys)


def test_all_faults_are_told_at_once_and_in_both_languages(path):
    text = GOOD.replace("cityebb_study = 1\n", "").replace("where", "were").replace('"light"', "3", 1)
    path.write_text(text + '[publish]\nlanguages = ["fr"]\nfolder = "../x"\ncities = "many"\n', "utf-8")
    with pytest.raises(Faults) as raised:
        load_study(path)
    keys = {fault.key for fault in raised.value.faults}
    assert keys >= {
        "study.version_missing",
        "study.unknown_key_near",
        "study.wrong_type",
        "study.key_missing",
    }
    for language in ("zh", "en"):
        with using(language):
            lines = str(raised.value).splitlines()
        assert len(lines) == len(raised.value.faults) >= 6
        assert not any("{" in line and "}" in line and "=" not in line for line in lines)


def test_pydantic_speaks_in_no_sentence(path):
    text = GOOD.replace("{ lights = 2 }", '"x"').replace('"light"', "3", 1) + "start = 2013.5\nalpha = 7\n"
    path.write_text(text, "utf-8")
    with pytest.raises(Faults) as raised, using("zh"):
        load_study(path)
    with using("zh"):
        told = str(raised.value)
    assert "Input should" not in told
    assert "整数" in told


def test_what_was_expected_is_said(path, english):
    path.write_text(GOOD.replace('"light"', '"moon"', 1), "utf-8")
    with pytest.raises(CityebbError, match='one of "light", "people", "built_up", but is "moon"'):
        load_study(path)


def test_a_folder_of_results_outside_is_refused(path):
    assert keys_of(GOOD + '[publish]\nfolder = "../elsewhere"\n', path) == ["study.folder_outside"]
    assert keys_of(GOOD + '[publish]\nfolder = "/tmp"\n', path) == ["study.folder_outside"]
    assert keys_of(GOOD + '[publish]\nfolder = "."\n', path) == ["study.folder_outside"]
    assert keys_of(GOOD + '[publish]\nfolder = "a/../b"\n', path) == []


def test_unnamed_tables_are_main(path):
    text = (
        'cityebb_study = 1\n[read]\nfiles = "a_{year}.tif"\nindicator = "light"\n'
        "[delineate]\nwhere = { main = 2 }\n[identify]\nstart = 2013\n"
    )
    assert keys_of(text, path) == []
    study = load_study(path)
    assert list(study.read) == list(study.delineate) == list(study.identify) == ["main"]
    assert (study.identify["main"].cities, study.identify["main"].source) == ("main", "main")


def test_a_where_alone_is_no_table_of_that_name(path):
    text = GOOD.replace("[delineate.lit]\nwhere = { lights = 2 }", "[delineate.where]\nlights = 2")
    assert keys_of(text.replace('cities = "lit"\n', ""), path) == []


def test_without_identify_every_definition_is_judged_by_its_first_source(path):
    text = GOOD.partition("[identify.light]")[0] + "[delineate.bright]\nwhere = { lights = 9 }\n"
    assert keys_of(text, path) == []
    rules = load_study(path).identify
    assert {name: (rule.cities, rule.source) for name, rule in rules.items()} == {
        "lit": ("lit", "lights"),
        "bright": ("bright", "lights"),
    }


def test_names_that_differ_in_case_only(path):
    text = GOOD + "[delineate.Lit]\nwhere = { lights = 2 }\n"
    assert keys_of(text, path) == ["study.name_twice"]


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("cityebb_study = 1\ntitle = Lights\n", "study.toml_syntax", 2),
        ("cityebb_study = 1\n[read.lights\n", "study.toml_syntax", 2),
        ("cityebb_study = 1\na = 1\na = 2\n", "study.toml_twice", 3),
        ('cityebb_study = 1\na = "open', "study.toml_syntax", 2),
    ],
)
def test_syntax(path, text, key, line):
    path.write_text(text, "utf-8")
    with pytest.raises(CityebbError) as raised:
        load_study(path)
    assert raised.value.key == key
    assert raised.value.values["line"] == line
    assert raised.value.values["column"] >= 1


def test_encodings(path):
    assert keys_of(GOOD.replace('"T"', '"城"'), path, "utf-8-sig") == []
    assert keys_of(GOOD.replace('"T"', '"城"'), path, "gbk") == ["study.not_utf8"]
    path.write_bytes(GOOD.replace("\n", "\r\n").encode())
    assert load_study(path).title["zh"] == "T"


def test_no_file(tmp_path):
    with pytest.raises(CityebbError) as raised:
        load_study(tmp_path / "no.toml")
    assert raised.value.key == "study.not_found"
    with pytest.raises(CityebbError) as raised:
        load_study(tmp_path)
    assert raised.value.key == "study.is_folder"


def test_json_schema_knows_every_key():
    schema = json_schema()
    assert set(schema["properties"]) == {
        "cityebb_study", "title", "read", "harmonise", "delineate", "identify", "publish",
    }  # fmt: skip
    kinds = schema["properties"]["delineate"]["additionalProperties"]["anyOf"]
    assert ["units" in kinds[0]["properties"], "where" in kinds[1]["properties"]] == [True, True]
    assert len(schema["properties"]["read"]["additionalProperties"]["anyOf"]) == 4
    assert json.loads(json.dumps(schema)) == schema


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("lights = 2", "lights = true"),
        ("lights = 2", 'lights = "2"'),
        ('source = "lights"', 'source = "lights"\nthreshold = "-0.2"'),
        ('source = "lights"', 'source = "lights"\nstart = "2013"'),
        ('indicator = "light"', 'indicator = "light"\nscale = true'),
        ('indicator = "light"', 'indicator = "light"\nyears = ["2013"]'),
        ('indicator = "light"', 'indicator = "light"\noutside = "no"'),
    ],
)
def test_a_flag_or_a_text_is_no_number(path, old, new):
    assert old in GOOD
    assert keys_of(GOOD.replace(old, new, 1), path) == ["study.wrong_type"]


def test_brackets_without_end(path):
    assert keys_of(f"cityebb_study = 1\nx = {'[' * 5000}", path) == ["study.toml_deep"]


def test_a_section_that_has_no_names(path):
    assert keys_of(f"publish = 1\n{GOOD}", path) == ["study.not_a_plain_table"]


@pytest.mark.skipif(sys.platform == "win32", reason="no such files")
def test_a_pipe_is_no_study(tmp_path):
    os.mkfifo(tmp_path / "s.toml")
    with pytest.raises(CityebbError) as caught:
        load_study(tmp_path / "s.toml")
    assert caught.value.key == "study.not_text"


@pytest.mark.parametrize(
    ("told", "faults"),
    [
        ('policy = "2014-07"', []),
        ("policy = 2014", []),
        ('policy = "2014-13"', ["identify.watch.policy_date"]),
        ("policy = true", ["study.wrong_type", "identify.watch.policy_date"]),
        ('years = "3"', ["study.wrong_type"]),
        ("yeers = 3", ["study.unknown_key_near"]),
    ],
)
def test_how_cities_are_watched(path, told, faults):
    assert keys_of(f"{GOOD}[identify.light.watch]\n{told}\n", path) == faults


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ('evidence = ["light", "light"]', "study.evidence_repeated"),
        ('evidence = ["light"]', "study.too_few"),
        ('cities = "lit"\nsource = "lights"\nregions = ""', "study.refers_to_nothing"),
    ],
)
def test_what_is_no_other_witness_and_no_layer(path, told, key, english):
    text = GOOD + f"\n[identify.other]\n{told}\n"
    assert keys_of(text, path) == [key]
