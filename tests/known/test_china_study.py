"""Studies of the lights of China: other definitions, other years, two files only."""

from __future__ import annotations

import pytest

from cityebb.words import using

pytestmark = pytest.mark.data("lights_china")

READ = """
[read.lights]
files = "DATA/lights_china/viirs_like_{year}.tif"
indicator = "light"
unit = "DN"
outside = true
"""
COMPARE = """
[identify.{name}]
cities = "{name}"
source = "lights"
start = 2013
end = 2016
inside = false
"""
DEFINITIONS = {
    "default": "where = { lights = 2 }",
    "baseline": 'where = { lights = 2 }\nepoch = "baseline"',
    "final": 'where = { lights = 2 }\nepoch = "final"',
    "rook": "where = { lights = 2 }\nconnectivity = 4",
    "low": "where = { lights = 1 }",
    "high": "where = { lights = 4 }",
    "large": "where = { lights = 2 }\nmin_area_km2 = 10.0",
}


@pytest.fixture(scope="module")
def outcome(study):
    whole = "\n".join(tables(name) for name in DEFINITIONS)
    return study(f'{READ}{whole}\n[identify.default.specifications]\ngrid = "full"\n')


def tables(name):
    return f"[delineate.{name}]\n{DEFINITIONS[name]}\n{COMPARE.format(name=name)}"


def counts(results):
    plain = results.verdicts["plain"].value_counts()
    return len(results.cities), int(plain.get("down", 0))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("default", (2999, 934)), ("baseline", (2774, 1139)), ("final", (2716, 513)), ("rook", (3072, 966))],
)
def test_counts_are_those_known(outcome, name, expected):
    assert counts(outcome.results[name]) == expected


def test_the_main_comparison_in_full(outcome):
    results = outcome.results["default"]
    plain = results.verdicts["plain"].value_counts()
    assert (plain["down"], plain["up"], plain["no_baseline"]) == (934, 1370, 13)
    dark = results.verdicts[results.verdicts["plain"] == "no_baseline"]
    assert set(dark["state"]) == {"undetermined"}
    assert dark["change"].isna().all()
    states = results.verdicts["state"].value_counts()
    assert 0 < states["shrinking"] < 934  # not every fall is beyond the noise


def test_looser_and_stricter_rules_find_more_and_fewer(outcome):
    low, default, high, large = (
        len(outcome.results[name].cities) for name in ("low", "default", "high", "large")
    )
    assert low > default > high
    assert large == (outcome.results["default"].cities["area_km2"] >= 10).sum()


def test_2012_is_named_as_a_stranger_and_the_origins_are_noted(outcome):
    results = outcome.results["default"]
    assert results.comparison["left_out"] == {2012: "lit_cells_missing"}
    told = {note.key: note for note in results.notes}
    assert told["read.origins_differ"].values["shift"] == pytest.approx(0.22, abs=0.005)
    for language in ("zh", "en"):
        with using(language):
            assert "2012" in told["harmonise.stranger_lit_cells_missing"].text()
            assert "29%" in told["harmonise.stranger_lit_cells_missing"].text()


def test_two_files_alone_are_judged_by_borrowed_noise_and_say_so(study, outcome):
    two = study(f"{READ}years = [2013, 2016]\n{tables('default')}").main
    assert counts(two) == (2999, 934)
    assert set(two.verdicts["noise_from"]) == {"borrowed"}
    whole = outcome.results["default"]
    # Ids tell where a city lies, and two years alone have another origin: the order is the same.
    assert whole.cities["area_km2"].to_numpy() == pytest.approx(two.cities["area_km2"].to_numpy(), rel=1e-4)
    own = whole.verdicts["state"].to_numpy()
    borrowed = two.verdicts["state"].to_numpy()
    shrinking = borrowed == "shrinking"
    assert 0 < shrinking.sum() < 934
    # The noise was measured on the same lights: most verdicts agree, none turns round.
    assert (own == borrowed).mean() > 0.85
    assert not (shrinking & (own == "growing")).any()
    assert not ((own == "shrinking") & (borrowed == "growing")).any()


def test_every_specification_is_answered_and_the_study_is_one_of_them(outcome):
    results = outcome.results["default"]
    table = results.sensitivity
    drawn = ["definition", "epoch", "floor_factor", "connectivity", "min_area_km2"]
    assert len(table) == 48 * 9 * 4
    assert len(table[drawn].drop_duplicates()) == 48
    row = table[table["is_default"]].iloc[0]
    total = results.summary[results.summary["by"] == "total"].iloc[0]
    for name in ("cities", "plain_down", "plain_up", "shrinking", "growing", "stable", "undetermined"):
        assert row[name] == total[name], name
    assert table["shrinking"].quantile([0.25, 0.5, 0.75]).round().tolist() == [47, 118, 236]
    explained = results.effects.drop_duplicates("dimension").set_index("dimension")["explains_count"]
    assert explained.idxmax() == "floor"
    assert explained.sum() < 1


@pytest.mark.parametrize("name", ["baseline", "final", "rook", "high", "large"])
def test_a_specification_says_what_a_study_of_its_own_says(outcome, name):
    own = outcome.results["default"]
    change = {
        "baseline": {"epoch": "baseline"},
        "final": {"epoch": "final"},
        "rook": {"connectivity": 4.0},
        "high": {"floor_factor": 2.0},
        "large": {"min_area_km2": 10.0},
    }[name]
    table = own.sensitivity
    ((column, level),) = change.items()
    row = table[(table[column] == level) & ~table["varies"].isin(["several", "default"])].iloc[0]
    other = outcome.results[name].summary
    total = other[other["by"] == "total"].iloc[0]
    for count in ("cities", "plain_down", "plain_up", "shrinking", "growing", "stable", "undetermined"):
        assert row[count] == total[count], count


def test_each_city_is_matched_with_what_answers_for_it(outcome):
    results = outcome.results["default"]
    table = results.robustness
    assert (table["specifications"] == len(results.sensitivity)).all()
    said = table[["shrinking", "growing", "stable", "undetermined", "no_city"]].sum(axis=1)
    assert (said == table["specifications"]).all()
    # A city of 10 km² and more at the higher floor as well is one in most specifications.
    large = results.cities["area_km2"].to_numpy() > 200
    assert table.loc[large, "no_city"].median() < 0.1 * len(results.sensitivity)
    assert (table["shrinking"] > 0).sum() == 2999 - 2018
