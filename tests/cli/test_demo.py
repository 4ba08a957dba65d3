"""The studies that come with the program, each run whole once: what they write and what the command says."""

from __future__ import annotations

import json
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from cityebb.cli import run_command
from cityebb.simulate import Recipe, match_truth, simulate
from cityebb.study import check_study, embedded, execute

SMALL = Recipe(shape=(220, 260), cities=16, specks=30)


@pytest.fixture(scope="module")
def china(tmp_path_factory):
    """What "cityebb demo" says, steps through and leaves."""
    left = SimpleNamespace(steps=[], out=tmp_path_factory.mktemp("china") / "demo")
    demo = embedded.run_china_demo

    def run(out, *, progress):
        def step(*told):
            left.steps.append(told)
            progress(*told)

        left.outcome = demo(out, progress=step)
        return left.outcome

    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as out:
        patch.setattr(embedded, "run_china_demo", run)
        with redirect_stderr(StringIO()) as err:
            left.code = run_command(["demo", "--out", str(left.out), "--lang", "en"])
    left.said, left.problem = out.getvalue(), err.getvalue()
    return left


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    out = tmp_path_factory.mktemp("simulated") / "demo"
    return embedded.run_simulated_demo(out, languages=("en",), recipe=SMALL)


def test_the_demo_ranks_and_tells_what_own_grids_add(china):
    assert china.code == 0, china.problem
    lines = china.said.splitlines()
    head = next(i for i, line in enumerate(lines) if "Largest falls among the 1,115 cities" in line)
    falls = lines[head + 1 : head + 6]
    assert [line.split()[0] for line in falls] == list("12345")
    shares = [float(line.split(" km²  −")[1].split("%")[0]) for line in falls]
    assert shares == sorted(shares, reverse=True)
    assert all("% to −" in line and line.endswith("shrinking") for line in falls)
    assert "No city is called stable" in china.said
    assert "With grids of your own it also reads" in china.said
    assert "report.light_decade.en.html (and report.light_decade.zh.html)" in china.said
    assert "cityebb new FOLDER" in china.said
    assert "--study simulated" in china.said


def test_the_demo_of_china_writes_reports_and_tables(china):
    outcome = china.outcome
    assert outcome.out == china.out
    assert outcome.study is None
    assert outcome.reports["zh"].is_file()
    names = {path.relative_to(outcome.out).as_posix() for path in outcome.out.rglob("*") if path.is_file()}
    assert {
        "report.zh.html",
        "report.light_decade.zh.html",
        "manifest.json",
        "identify/light/verdicts.parquet",
        "identify/light_decade/verdicts.parquet",
        "measure/lit/panel.parquet",
    } <= names
    assert not [name for name in names if "partial" in name]
    assert {stage for stage, _, _ in china.steps} == {"identify", "publish"}
    assert [note.key for note in outcome.main.notes][:1] == ["study.embedded.chain"]
    assert "鹤岗" in outcome.reports["zh"].read_text("utf-8")
    manifest = json.loads((outcome.out / "manifest.json").read_text("utf-8"))
    assert len(manifest["inputs"]) == 11


@pytest.mark.parametrize(
    ("language", "state", "said", "lost"),
    [
        ("en", "shrinking", "truly shrink", "the simulation spoilt 2014; left out by the program: 2014."),
        ("zh", "收缩", "真正收缩的", "模拟时故意弄坏了 2014 年；程序找出并且不采用的年份：2014。"),
    ],
)
def test_the_simulated_demo_tells_truth_beside_verdict(
    call, simulated, monkeypatch, language, state, said, lost
):
    monkeypatch.setattr("cityebb.study.embedded.run_simulated_demo", lambda *_args, **_more: simulated)
    told = call("demo", "--study", "simulated", "--lang", language)
    assert told.code == 0, told.err
    truth = simulated.main.truth.merge(simulated.main.verdicts, on="city_id", suffixes=("", "_found"))
    mine = truth[truth["state"] == "shrinking"]
    states = ("shrinking", "stable", "growing", "undetermined")
    counts = [str((mine["state_found"] == name).sum()) for name in states]
    rows = [line.split() for line in told.out.splitlines()]
    assert [state, *counts] in rows
    assert said in told.out
    assert lost in told.out
    # 2014 was spoilt: it is in no mean.
    assert "2013, 2015–2016" in told.out
    record = json.loads(call("demo", "--study", "simulated", "--json").out)
    given = record["comparisons"]["light"]["truth"]["shrinking"]
    assert [str(given[name]) for name in states] == counts


def test_the_simulated_study_sets_truth_beside_verdict(simulated):
    results = simulated.main
    truth = results.truth.set_index("city_id")
    assert {"name", "change", "state"} <= set(truth.columns)
    assert truth.index.isin(results.cities.index).all()
    assert len(truth) >= 12
    assert results.comparison["left_out"].keys() == {2014}
    verdicts = results.verdicts.set_index("city_id").loc[truth.index]
    opposite = {("shrinking", "growing"), ("growing", "shrinking")}
    assert not opposite & set(zip(truth["state"], verdicts["state"], strict=True))
    named = results.cities.loc[truth.index]
    assert (named["name_zh"] + " " + named["name_en"]).tolist() == truth["name"].tolist()
    assert len(list((simulated.out / "grids").glob("light_*.tif"))) == 10
    assert simulated.reports["en"].is_file()
    assert results.sources["lights"]["grade"] == "simulated"
    assert "satellite" not in simulated.reports["en"].read_text("utf-8")
    lost = next(note for note in results.notes if note.key == "study.embedded.lost_year")
    assert {"lost": 2014, "found": "2014"}.items() <= lost.to_json()["values"].items()


def test_the_truth_is_that_of_the_years_compared(simulated):
    results = simulated.main
    assert results.comparison["start"] == [2013, 2015, 2016]
    truth = match_truth(results.cities, simulate(SMALL), start=[2013, 2015, 2016], end=[2020, 2021, 2022])
    np.testing.assert_allclose(results.truth["change"], truth["change"])


def test_the_simulated_study_can_be_run_again_as_any_study(simulated, tmp_path):
    assert simulated.study == simulated.out / "study.toml"
    check_study(simulated.study)
    again = execute(simulated.study, out=tmp_path / "again")
    pd.testing.assert_frame_equal(again.main.verdicts, simulated.main.verdicts)
