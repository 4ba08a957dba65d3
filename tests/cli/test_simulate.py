"""cityebb simulate: a country on the disk, whose studies are accepted as they are."""

from __future__ import annotations

import json

import pytest

from cityebb.words import LANGUAGES

RECIPE = """seed = 4
shape = [110, 120]
cities = 5
specks = 5

[transfers]
year = 2017
share = 0.2
"""


@pytest.fixture
def recipe(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text(RECIPE, "utf-8")
    return path


def test_a_country_is_made_and_its_studies_are_accepted(call, recipe, tmp_path):
    folder = tmp_path / "country"
    told = call("simulate", recipe, "--out", folder, "--seed", 5, "--json")
    assert told.code == 0, told.err
    record = json.loads(told.out)
    assert record["ok"]
    assert record["command"] == "simulate"
    assert (record["seed"], record["towns"], record["units"], record["events"]) == (5, 5, 5, 1)
    assert all((folder / name).is_file() for name in record["files"])
    assert len([name for name in record["files"] if name.startswith("grids/")]) == 10
    for study in record["studies"]:
        checked = call("check", study, "--json")
        assert checked.code == 0, checked.out
    for name in ("README.md", "README.zh.md", "recipe.toml"):
        assert (folder / name).read_text("utf-8")
    assert "seed = 5" in (folder / "recipe.toml").read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_person_reads(call, recipe, tmp_path, language):
    told = call("simulate", recipe, "--out", tmp_path / "country", "--lang", language)
    assert told.code == 0
    assert "cityebb run" in told.out
    assert "truth_towns.csv" in told.out
    assert told.err.strip()
    quiet = call("simulate", recipe, "--out", tmp_path / "country", "--lang", language, "--quiet")
    assert quiet.err == ""


def test_the_same_recipe_gives_the_same_bits(call, recipe, tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    assert call("simulate", recipe, "--out", one).code == 0
    assert call("simulate", one / "recipe.toml", "--out", other).code == 0
    for path in one.rglob("*"):
        if path.suffix in (".tif", ".csv", ".toml"):
            assert path.read_bytes() == (other / path.relative_to(one)).read_bytes(), path.name


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (["RECIPE", "--like", "china"], "cli.simulate.one_recipe"),
        (["--seed", "-1"], "simulate.seed_wrong"),
        (["--like", "mars"], "cli.choice_wrong"),
        (["nowhere.toml"], "study.recipe.not_found"),
        (["RECIPE", "--out", "TAKEN"], "study.simulated.not_ours"),
        (["RECIPE", "--out", "RECIPE"], "study.not_writable"),
    ],
)
def test_faults(call, recipe, tmp_path, arguments, key):
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "thesis.docx").write_text("mine", "utf-8")
    typed = [str({"RECIPE": recipe, "TAKEN": taken}.get(word, word)) for word in arguments]
    if "--out" not in typed:
        typed += ["--out", str(tmp_path / "country")]
    told = call("simulate", *typed, "--json")
    assert told.code == 2
    assert [error["key"] for error in json.loads(told.out)["errors"]] == [key]
    assert not (tmp_path / "country").exists()
    assert [path.name for path in taken.iterdir()] == ["thesis.docx"]
