"""Every command, as a person and as a machine calls it."""

from __future__ import annotations

import json
import resource
import subprocess
import sys

import pytest

from cityebb.words import LANGUAGES

COMMANDS = ("run", "check", "read", "new", "simulate", "demo", "doctor")


@pytest.mark.parametrize("language", LANGUAGES)
def test_help(call, language):
    told = call("--lang", language, "--help")
    assert told.code == 0
    for command in COMMANDS:
        assert f"  {command} " in told.out
    assert ("用法" in told.out) == (language == "zh")
    assert ("Usage" in told.out) == (language == "en")
    assert "--json" in told.out
    # A newcomer begins with the demo; usage is in the reader's language.
    places = [
        told.out.index(f"  {command} ")
        for command in ("demo", "simulate", "new", "read", "check", "run", "doctor")
    ]
    assert places == sorted(places)
    assert ("COMMAND" in told.out) == (language == "en")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_is_in_one_language(call, command):
    chinese = call("--lang", "zh", command, "--help").out
    english = call(command, "--help", "--lang", "en").out
    assert "用法" in chinese
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in english)
    assert "Display this" not in english


def test_version(call):
    assert call("--version").out.startswith("cityebb ")


def test_help_is_quick():
    begun = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([sys.executable, "-m", "cityebb", "--help"], check=True, capture_output=True)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - begun < 1.5  # it takes 0.2 s


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (["rnu"], "cli.unknown_command_near"),
        (["xyz"], "cli.unknown_command"),
        (["run"], "cli.argument_missing"),
        (["run", "a.toml", "--outt", "b"], "cli.unknown_option_near"),
        (["run", "a.toml", "b.toml"], "cli.too_many"),
        (["run", "a.toml", "--workers", "two"], "cli.value_wrong"),
        (["run", "a.toml", "--workers", "0"], "cli.workers_wrong"),
        (["demo", "--study", "mars"], "cli.choice_wrong"),
        (["doctor", "--lang", "de"], "cli.language_wrong"),
        (["doctor", "--lang"], "cli.language_wrong"),
        (["run", "no.toml"], "study.not_found"),
        (["check", "no.toml"], "study.not_found"),
        (["new", "no_folder"], "read.no_folder"),
    ],
)
def test_what_is_typed_wrong(call, arguments, key):
    told = call(*arguments, "--json")
    record = json.loads(told.out)
    assert told.code == 2
    assert record["ok"] is False
    assert [error["key"] for error in record["errors"]] == [key]
    for language in LANGUAGES:
        told = call(*arguments, *(() if "--lang" in arguments else ("--lang", language)))
        assert told.code == 2
        assert told.out == ""
        assert len([line for line in told.err.splitlines() if not line.endswith("…")]) == 1


def test_run_and_run_again(call, study):
    told = call("run", study, "--lang", "en")
    assert told.code == 0, told.err
    assert "Of 3 cities" in told.out
    assert "lights ≥ 5 DN" in told.out
    assert "report.zh.html" in told.out
    assert "Reading the grids" in told.err
    again = call("run", study, "--json")
    record = json.loads(again.out)
    assert again.code == 0
    assert again.err == ""
    assert record["ran"] == []
    assert record["comparisons"]["light"]["counts"]["cities"] == 3
    quiet = call("run", study, "--quiet")
    assert quiet.err == ""
    assert "3 个城市" in quiet.out


def test_check(call, study):
    told = call("check", study, "--lang", "en")
    assert told.code == 0
    assert "2013–2020" in told.out
    assert "cityebb run" in told.out
    assert not (study.parent / "towns_results").exists()
    record = json.loads(call("check", study, "--json").out)
    assert record["sources"]["lights"]["years"] == list(range(2013, 2021))
    assert record["files"] == 8


def test_check_tells_every_fault_at_once(call, study):
    text = study.read_text("utf-8").replace("where", "wher").replace("cityebb_study = 1\n", "")
    study.write_text(text, "utf-8")
    (study.parent / "lights_2016.tif").write_text("not a raster", "utf-8")
    told = call("check", study, "--json")
    keys = {error["key"] for error in json.loads(told.out)["errors"]}
    assert keys >= {"study.version_missing", "study.unknown_key_near", "study.key_missing", "read.is_text"}
    assert len(call("check", study).err.splitlines()) == len(json.loads(told.out)["errors"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_new_writes_a_study_that_passes_check(call, study, tmp_path, language):
    study.unlink()
    told = call("new", tmp_path, "--lang", language)
    assert told.code == 0, told.err
    written = tmp_path / "study.toml"
    assert written.read_text("utf-8").startswith("cityebb_study = 1\n")
    assert call("check", written).code == 0
    before = written.read_bytes()
    refused = call("new", tmp_path, "--json")
    assert refused.code == 2
    assert json.loads(refused.out)["errors"][0]["key"] == "study.new.exists"
    assert written.read_bytes() == before
    assert call("new", tmp_path, "--force").code == 0


def test_new_elsewhere(call, study, tmp_path):
    study.unlink()
    written = tmp_path / "far" / "off.toml"
    assert call("new", tmp_path, "--out", written).code == 0
    told = call("check", written)
    assert told.code == 0, told.err


def test_doctor(call):
    record = json.loads(call("doctor", "--json").out)
    assert record["ok"] is True
    levels = {finding["subject"]: finding["level"] for finding in record["findings"]}
    assert levels["Python"] == "ok"
    assert set(levels.values()) <= {"ok", "advice"}
    for language in LANGUAGES:
        told = call("doctor", "--lang", language)
        assert told.code == 0
        assert "numpy" in told.out


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    from cityebb.simulate import Recipe
    from cityebb.study.embedded import run_simulated_demo

    recipe = Recipe(shape=(220, 260), cities=16, specks=30)
    return run_simulated_demo(tmp_path_factory.mktemp("simulated"), recipe=recipe)


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


def test_the_demo_ranks_and_tells_what_own_grids_add(call, tmp_path):
    told = call("demo", "--out", tmp_path / "demo", "--lang", "en")
    assert told.code == 0, told.err
    lines = told.out.splitlines()
    head = next(i for i, line in enumerate(lines) if "Largest falls among the 1,115 cities" in line)
    falls = lines[head + 1 : head + 6]
    assert [line.split()[0] for line in falls] == list("12345")
    shares = [float(line.split(" km²  −")[1].split("%")[0]) for line in falls]
    assert shares == sorted(shares, reverse=True)
    assert all("% to −" in line and line.endswith("shrinking") for line in falls)
    assert "No city is called stable" in told.out
    assert "With grids of your own it also reads" in told.out
    assert "report.light_decade.en.html (and report.light_decade.zh.html)" in told.out
    assert "cityebb new FOLDER" in told.out
    assert "--study simulated" in told.out


def test_one_city_is_spoken_of_as_one(call, study):
    text = study.read_text("utf-8")
    study.write_text(text.replace("where", "min_area_km2 = 21.02\nwhere"), "utf-8")
    assert "Of 1 city:" in call("run", study, "--lang", "en").out


def test_an_unexpected_fault_is_one_sentence(call, monkeypatch):
    def broken() -> None:
        message = "a slip"
        raise ZeroDivisionError(message)

    monkeypatch.setattr("cityebb.cli._examination.examine", broken)
    told = call("doctor", "--lang", "en")
    assert told.code == 1
    assert len(told.err.splitlines()) == 1
    assert "ZeroDivisionError: a slip" in told.err
    assert "--debug" in told.err
    assert "Traceback" in call("doctor", "--debug").err
    monkeypatch.setenv("CITYEBB_DEBUG", "1")
    assert "Traceback" in call("doctor").err
    assert json.loads(call("doctor", "--json").out)["exit"] == 1


def test_interrupted(call, monkeypatch):
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cityebb.cli._examination.examine", interrupted)
    told = call("doctor", "--lang", "en")
    assert told.code == 130
    assert "the next run goes on from here" in told.err
