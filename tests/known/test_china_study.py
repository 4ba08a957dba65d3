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
    return study(READ + "\n".join(tables(name) for name in DEFINITIONS))


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
