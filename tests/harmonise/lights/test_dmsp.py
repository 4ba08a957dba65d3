"""DMSP calibration: the published tables, what they refuse, and two of them agreeing."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityebb.grids import ArrayLayer, Grid
from cityebb.harmonise import lights
from cityebb.harmonise.lights.dmsp import FLOWN, REFERENCES
from cityebb.model import VERDICTS, CityebbError, Faults

DN = np.arange(64.0)


@pytest.mark.parametrize(
    ("satellite", "year", "value"), [("F10", 1992, 37.552), ("F14", 1997, 40.9757), ("F15", 2000, 30.5814)]
)
def test_unit_values(satellite, year, value):
    assert lights.calibrate(30, satellite, year, "elvidge_2014").item() == pytest.approx(value, abs=1e-4)


def test_the_reference_stays_itself():
    assert lights.calibrate(DN, "F12", 1999, "elvidge_2014").tolist() == DN.tolist()
    assert lights.calibrate(DN, "F16", 2007, "liu_2012").tolist() == DN.tolist()


def test_every_curve_of_elvidge_2014_rises_and_fourteen_pass_the_brightest():
    found = [curve for (table, *_), curve in lights.curves().items() if table == "elvidge_2014"]
    assert len(found) == 33
    assert all((np.diff(curve(DN)) > 0).all() for curve in found)
    top = {(curve.satellite, curve.year): curve(63.0).item() for curve in found}
    assert sum(value > 63.4 for value in top.values()) == 14
    assert max(top, key=top.get) == ("F16", 2006)
    assert max(top.values()) == pytest.approx(65.4, abs=0.05)


@pytest.mark.parametrize("key", list(lights.curves()))
def test_zero_and_missing_stay_and_the_clip_holds(key):
    table, satellite, year = key
    values = lights.calibrate([0, np.nan, 1, 63], satellite, year, table)
    assert values[0] == 0
    assert np.isnan(values[1])
    assert values[2] >= 0
    assert table == "wu_2013" or values[3] <= 63
    floored = lights.calibrate([1, 63], satellite, year, table, floor=True)
    assert floored[0] == 0 or floored[0] > 6


def test_wu_may_exceed_the_brightest():
    assert lights.calibrate(63, "F15", 2004, "wu_2013").item() > 63


def test_zero_is_masked_before_it_could_light_the_desert():
    assert lights.curve("F18", 2010, "elvidge_2014")(0.0) == pytest.approx(2.343)
    assert lights.calibrate(0, "F18", 2010, "elvidge_2014").item() == 0


def key_of(*arguments):
    with pytest.raises(CityebbError) as error:
        lights.calibrate(10, *arguments)
    assert str(error.value)
    return error.value


@pytest.mark.parametrize(
    ("satellite", "year"),
    [*(("F16", y) for y in (2010, 2011, 2012)), *(("F18", y) for y in range(2004, 2010)), ("F11", 1995)],
)
def test_what_never_flew_is_refused_with_what_did(satellite, year):
    error = key_of(satellite, year, "elvidge_2014")
    assert error.key == "harmonise.never_flew"
    told = vars(error)["values"]
    assert all(name in told["flown"] for name in FLOWN)


def test_what_a_table_lacks_is_refused_with_those_that_have_it():
    error = key_of("F18", 2012, "liu_2012")
    told = vars(error)["values"]
    assert (error.key, told["tables"]) == ("harmonise.not_in_table", "elvidge_2014")
    assert key_of("F18", 2013, "elvidge_2014").key == "harmonise.in_no_table"
    assert key_of("F18", 2012, "nobody").key == "harmonise.table_unknown"


@pytest.mark.parametrize("value", [-1, 64, 255])
def test_what_is_no_digital_number_is_refused(value):
    with pytest.raises(CityebbError) as error:
        lights.calibrate([3, value], "F15", 2000, "elvidge_2014")
    assert error.value.key == "harmonise.not_dn"


def test_which_tables_serve_which_years():
    assert lights.tables_for([2000, 2012]) == ("elvidge_2014",)
    assert set(lights.tables_for([1994, 2007])) == set(REFERENCES)
    assert lights.tables_for([2013]) == ()


SPREAD = [
    (("F15", 2000), ("F16", 2008), 10, (-7.7, 25.2, 30.6)),
    (("F15", 2000), ("F16", 2008), 30, (-3.9, 19.4, 31.5)),
    (("F15", 2000), ("F16", 2008), 50, (-3.4, 2.3, 29.9)),
    (("F15", 2000), ("F18", 2010), 10, (None, None, 40.9)),
    (("F15", 2000), ("F18", 2010), 30, (None, None, 28.3)),
    (("F15", 2000), ("F18", 2010), 50, (None, None, 11.5)),
    (("F14", 2000), ("F15", 2000), 10, (6.2, 12.7, 11.9)),
    (("F14", 2000), ("F15", 2000), 30, (2.0, 8.8, 1.7)),
    (("F14", 2000), ("F15", 2000), 50, (1.8, 4.8, -6.5)),
    (("F15", 2004), ("F16", 2004), 10, (0.1, -13.9, -3.3)),
    (("F15", 2004), ("F16", 2004), 30, (0.6, -8.2, -7.4)),
    (("F15", 2004), ("F16", 2004), 50, (2.0, 0.2, -10.7)),
    (("F15", 2007), ("F16", 2007), 10, (3.3, 11.4, 15.5)),
    (("F15", 2007), ("F16", 2007), 30, (-1.9, 5.6, 2.8)),
    (("F15", 2007), ("F16", 2007), 50, (-2.2, 1.8, -7.9)),
]


@pytest.mark.parametrize(("before", "after", "dn", "percent"), SPREAD)
def test_how_far_the_tables_disagree_about_a_cell_that_one_calls_unchanged(before, after, dn, percent):
    truth = lights.curve(*before, "elvidge_2014")(dn).item()
    fine = np.linspace(0, 63, 630001)
    same = fine[np.searchsorted(lights.curve(*after, "elvidge_2014")(fine), truth)]
    for table, expected in zip(("elvidge_2009", "liu_2012", "wu_2013"), percent, strict=True):
        if expected is not None:
            change = lights.curve(*after, table)(same) / lights.curve(*before, table)(dn) - 1
            assert 100 * change == pytest.approx(expected, abs=0.06), table


@given(
    st.lists(st.floats(0, 63), min_size=1, max_size=20), st.lists(st.floats(0, 63), min_size=1, max_size=20)
)
def test_the_mean_lies_between_and_darkness_wins(one, other):
    size = min(len(one), len(other))
    a, b = np.array(one[:size]), np.array(other[:size])
    mean = lights.average_satellites([a, b])
    lit = (a > 0) & (b > 0)
    assert (mean[~lit] == 0).all()
    assert (mean[lit] >= np.minimum(a, b)[lit] - 1e-9).all()
    assert (mean[lit] <= np.maximum(a, b)[lit] + 1e-9).all()


def grid(shape):
    return Grid("EPSG:4326", (1 / 120, 0.0, 126.0, 0.0, -1 / 120, 48.0), shape)


def raw(true, satellite, year):
    """What a satellite would show of a light: the curve turned round, in whole numbers."""
    fine = np.linspace(0, 63, 63001)
    seen = np.rint(
        fine[np.clip(np.searchsorted(lights.curve(satellite, year, "elvidge_2014")(fine), true), 0, 63000)]
    )
    values = np.where(true == 0, 0, seen).astype(np.uint8)
    return ArrayLayer(year, grid(values.shape), "uint8", f"{satellite}{year}", 255, values=values)


SHOWN = [
    ("F10", 1992),
    ("F14", 1997),
    ("F12", 1997),
    ("F14", 2000),
    ("F15", 2000),
    ("F16", 2008),
    ("F18", 2010),
    ("F18", 2012),
]


@pytest.fixture
def country(make_country):
    """Towns that stay as they are, seen by satellites that drift."""
    light = make_country(years=range(1), cell_noise=0.0, city_noise=0.0)[0]
    return np.where(light > 8, np.clip(light, 0, 55), 0.0)


def test_stable_towns_drift_raw_and_are_flat_calibrated(country):
    layers = [(satellite, raw(country, satellite, year)) for satellite, year in SHOWN]
    raw_sums = [float(np.sum(layer.rows(0, 1000), dtype=float)) for _, layer in layers]
    assert max(raw_sums) / min(raw_sums) > 1.2
    stack = lights.calibrated_stack("dmsp", layers, "elvidge_2014")
    assert stack.years == (1992, 1997, 2000, 2008, 2010, 2012)
    sums = []
    for layer in stack.layers:
        with layer.open() as reader:
            sums.append(float(np.nansum(reader.rows(0, layer.grid.shape[0]))))
    assert max(sums) / min(sums) < 1.01
    assert sums[0] == pytest.approx(country.sum(), rel=0.01)
    assert "elvidge_2014" in " ".join(note.text("en") for note in stack.notes)


def test_layers_give_the_same_in_blocks_and_elsewhere(country):
    layers = [(satellite, raw(country, satellite, year)) for satellite, year in SHOWN[3:5]]
    layer = pickle.loads(pickle.dumps(lights.calibrated_stack("dmsp", layers, "liu_2012").layers[0]))  # noqa: S301 - ours
    assert isinstance(layer, lights.MeanLayer)
    rows = layer.grid.shape[0]
    with layer.open() as reader:
        whole = reader.rows(0, rows)
        parts = np.vstack([reader.rows(at, min(at + 7, rows)) for at in range(0, rows, 7)])
    assert np.array_equal(whole, parts, equal_nan=True)


def test_the_raw_missing_value_is_missing():
    layer = ArrayLayer(2000, grid((1, 3)), "uint8", "x", 255, values=np.array([[0, 30, 255]], np.uint8))
    with lights.calibrated_layer(layer, "F15", "elvidge_2014").open() as reader:
        assert np.allclose(reader.rows(0, 1), [[0, 30.5814, np.nan]], atol=1e-4, equal_nan=True)


def test_layers_of_two_years_are_not_averaged():
    layers = [raw(np.full((2, 2), 20.0), "F15", year) for year in (2000, 2001)]
    with pytest.raises(CityebbError) as error:
        lights.mean_layer(layers)
    assert error.value.key == "harmonise.mean_differs"


def verdicts(**states):
    rows = []
    for city, state in states.items():
        row = {column.name: "x" for column in VERDICTS.columns}
        row |= {c.name: 0.1 for c in VERDICTS.columns if c.kind == "number"}
        rows.append(row | {"city_id": city, "state": state, "reason": "identify.reason.fall", "change": -0.2})
    return pd.DataFrame(rows)


def states(agreed):
    return agreed.verdicts.set_index("city_id")[["state", "reason"]].apply(tuple, axis=1).to_dict()


def test_a_verdict_stands_only_where_two_agree():
    found = lights.agreement(
        {
            "liu_2012": verdicts(a="shrinking", b="stable", c="growing", d="undetermined", e="shrinking"),
            "elvidge_2014": verdicts(a="shrinking", b="shrinking", c="undetermined", d="undetermined"),
        }
    )
    assert states(found) == {
        "a": ("shrinking", "identify.reason.fall"),
        "b": ("undetermined", "harmonise.reason.tables_differ"),
        "c": ("undetermined", "harmonise.reason.one_table"),
        "d": ("undetermined", "identify.reason.fall"),
        "e": ("undetermined", "harmonise.reason.one_table"),
    }
    tables = found.tables.set_index("city_id")
    assert tables.loc["a", "agree"] == "elvidge_2014+liu_2012"
    assert tables.loc["a", "figures_of"] == "elvidge_2014"
    assert tables.loc["e", "figures_of"] == "liu_2012"


def test_one_table_and_the_own_calibration_are_two():
    found = lights.agreement({"elvidge_2014": verdicts(a="shrinking"), "self": verdicts(a="shrinking")})
    assert found.verdicts["state"].tolist() == ["shrinking"]


def test_one_table_alone_decides_nothing():
    found = lights.agreement({"elvidge_2014": verdicts(a="shrinking")})
    assert states(found) == {"a": ("undetermined", "harmonise.reason.one_table")}


def test_two_against_two_decide_nothing_and_two_against_one_do():
    four = {name: verdicts(a="shrinking" if i < 2 else "growing") for i, name in enumerate(REFERENCES)}
    assert lights.agreement(four).verdicts["state"].tolist() == ["undetermined"]
    four.pop("wu_2013")
    assert lights.agreement(four).verdicts["state"].tolist() == ["shrinking"]


def test_bad_verdicts_are_refused_together():
    twice = pd.concat([verdicts(a="stable"), verdicts(a="stable")])
    with pytest.raises(Faults) as error:
        lights.agreement({"mine": verdicts(a="stable"), "liu_2012": twice})
    assert [fault.key for fault in error.value.faults] == [
        "harmonise.table_unknown",
        "harmonise.verdict_twice",
    ]
    with pytest.raises(CityebbError):
        lights.agreement({})
