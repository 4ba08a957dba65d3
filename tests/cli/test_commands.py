"""Every command, as a person and as a machine calls it."""

from __future__ import annotations

import json
import resource
import subprocess
import sys

import pytest

from cityebb.words import LANGUAGES

COMMANDS = ("run", "check", "identify", "read", "new", "simulate", "demo", "doctor")


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
    assert "Inside: 0 cities can be judged, 3 cannot" in told.out  # 5 cells wide, and DMSP for all one knows
    assert "Reading the grids" in told.err
    again = call("run", study, "--json")
    record = json.loads(again.out)
    assert again.code == 0
    assert again.err == ""
    assert record["ran"] == []
    assert record["comparisons"]["light"]["counts"]["cities"] == 3
    assert record["comparisons"]["light"]["inside"]["reasons"] == {"identify.inside.reason.bloom": 3}
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
