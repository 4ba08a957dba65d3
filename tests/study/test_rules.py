"""Rules of the literature in a study: which, with which parameters, and whether the figures can answer."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from cityebb.model import CityebbError, Faults
from cityebb.study import check_study, execute
from cityebb.words import using

ASKED = """rules = [
  "long_light",
  {rule = "falling_years_running", run = 4, floor = 0.01},
  {rule = "falling_years_running", run = 2, name = "two years"},
]
"""


def asks(study, rules):
    text = study.read_text("utf-8")
    study.write_text(text.replace('source = "lights"\n', f'source = "lights"\n{rules}\n'), "utf-8")
    return study


def faults(study):
    with pytest.raises(CityebbError) as caught:
        check_study(study)
    error = caught.value
    return error.faults if isinstance(error, Faults) else [error]


def test_parameters_reach_the_verdicts_the_manifest_and_the_report(study, tmp_path):
    outcome = execute(asks(study, ASKED), out=tmp_path / "out")
    table = outcome.main.by_rule
    names = ["long_light", "falling_years_running (run = 4, floor = 0.01)", "two years"]
    assert table["rule"].drop_duplicates().tolist() == names
    written = pd.read_parquet(tmp_path / "out" / "identify" / "light" / "by_rule.parquet")
    assert written["parameters"].drop_duplicates().tolist() == ["", "run = 4, floor = 0.01", "run = 2"]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    told = manifest["parameters"]["identify"]["light"]["rules"]
    assert told[1] == {"rule": "falling_years_running", "run": 4, "floor": 0.01}
    for language, words in (("en", "Falling three years running"), ("zh", "连续三年下降")):
        page = (tmp_path / "out" / f"report.{language}.html").read_text("utf-8")
        assert f"{words} (run = 4, floor = 0.01)" in page
        assert f"two years ({words})" in page
        assert "run = 2" in page


def test_another_parameter_makes_another_table(study, tmp_path, quick):
    rule = 'rules = [{{rule = "long_light", total = {}}}]'
    first = execute(asks(study, rule.format(-0.1)), out=tmp_path / "out").main.by_rule
    again = study.read_text("utf-8").replace("total = -0.1", "total = -0.9")
    study.write_text(again, "utf-8")
    second = execute(study, out=tmp_path / "out").main.by_rule
    assert (first["state"] == "shrinking").sum() == 1
    assert (second["state"] == "shrinking").sum() == 0


def test_every_wrong_rule_is_told_at_once_with_its_section(study):
    wrong = 'rules = ["two_census", {rule = "trend", alpa = 1}, {rule = "falling_years_running", run = "4"}]'
    found = faults(asks(study, wrong))
    assert [each.key.rpartition(".")[2] for each in found] == [
        "unknown_near",
        "parameter_unknown_near",
        "not_whole",
    ]
    assert all("[identify.light]" in str(each) for each in found)


def test_check_finds_rules_that_the_figures_cannot_answer(study):
    found = faults(asks(study, 'rules = ["two_censuses", "land_light", "bbsr", "trend"]'))
    assert [each.key.rpartition(".")[2] for each in found] == ["cannot_answer", "cannot_answer", "relative"]
    with using("en"):
        assert "needs people, and the figures compared here hold only light" in str(found[0])


def test_check_says_which_rule_has_too_few_years(study):
    asks(study, 'start = 2015\nend = 2017\nrules = ["trend", "long_light"]')
    (told,) = [
        note.to_json() for note in check_study(study).opened.notes if note.key == "study.note.rule_short"
    ]
    assert (told["values"]["rule"], told["values"]["years"]) == ("trend", 3)
