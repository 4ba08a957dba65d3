"""The datum of several layers, as stated or as one tells of another."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cityebb.harmonise import coordinates as co
from cityebb.model import CityebbError, Faults


def towns(datum="wgs84", *, origin=(120.0, 40.0), step=1.0, codes=None, noise=0.0):
    lon, lat = np.meshgrid(origin[0] + step * np.arange(6), origin[1] + step * np.arange(5))
    rng = np.random.default_rng(3)
    points = gpd.points_from_xy(
        lon.ravel() + rng.normal(0, noise, 30), lat.ravel() + rng.normal(0, noise, 30)
    )
    index = [f"{230100 + i}" for i in range(30)] if codes is None else codes
    layer = gpd.GeoDataFrame({"name": "x"}, geometry=points, crs="EPSG:4326", index=index)
    return co.transform_geometry(layer, "wgs84", datum)


@pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09"])
@pytest.mark.parametrize("codes", [None, [f"other {i}" for i in range(30)]])
def test_auto_takes_what_the_reference_tells(datum, codes):
    layers = {"ours": towns(datum, codes=codes), "official": towns()}
    found = co.settle_datums(layers, {"ours": "auto", "official": "wgs84"}, {"ours": "official"})
    assert found.datums == {"ours": datum, "official": "wgs84"}
    assert found.recognised["ours"].matched_by == ("id" if codes is None else "nearest")
    (note,) = found.notes
    assert (note.level, note.source) == ("info", "ours")
    assert note.key == f"harmonise.datum_{'confirmed' if datum == 'wgs84' else 'recognised'}"
    assert note.values["after"] == 0
    assert (note.values["before"] == 0) == (datum == "wgs84")


def test_a_stated_reference_is_put_back_before_it_is_compared():
    layers = {"ours": towns("bd09"), "service": towns("gcj02")}
    found = co.settle_datums(layers, {"ours": "auto", "service": "gcj02"}, {"ours": "service"})
    assert found.datums == {"ours": "bd09", "service": "gcj02"}
    assert found.recognised["ours"].residual_m["bd09"] < 0.01


@settings(max_examples=25, deadline=None)
@given(st.floats(80, 118), st.floats(20, 45), st.sampled_from(["gcj02", "bd09"]))
def test_what_is_recognised_brings_the_layer_back(lon, lat, datum):
    true = towns(origin=(lon, lat))
    layers = {"ours": co.transform_geometry(true, "wgs84", datum), "official": true}
    found = co.settle_datums(layers, {"ours": "auto", "official": "wgs84"}, {"ours": "official"})
    back = co.transform_geometry(layers["ours"], found.datums["ours"], "wgs84")
    assert np.abs(back.geometry.x - true.geometry.x).max() < 1e-7
    assert np.abs(back.geometry.y - true.geometry.y).max() < 1e-7


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_a_shift_that_nobody_spoke_of_is_told_of_the_right_layer(datum):
    layers = {"ours": towns(datum), "official": towns()}
    found = co.settle_datums(layers, dict.fromkeys(layers, "wgs84"))
    assert set(found.datums.values()) == {"wgs84"}  # nothing is moved unasked
    (note,) = found.notes
    assert (note.key, note.level, note.source) == ("harmonise.datum_suspected", "warning", "ours")
    assert note.values["reference"] == "official"
    for words in ('datum = "auto"', 'reference = "official"', f'datum = "{datum}"'):
        assert words in note.text("en")
        assert words in note.text("zh")


@pytest.mark.parametrize(
    ("ours", "official"),
    [
        (towns(noise=0.001), towns()),  # drawn by different hands, some 100 m apart
        (towns("gcj02"), towns("gcj02")),  # shifted alike
        (towns("gcj02", noise=0.1), towns()),  # too far apart to tell
        (towns(origin=(2.0, 45.0)), towns(origin=(2.0, 45.0))),  # where nothing is shifted
        (towns(origin=(2.0, 45.0)), towns()),  # nothing in common but codes
        (towns("gcj02").iloc[:4], towns()),  # too few
    ],
)
def test_layers_that_agree_or_cannot_tell_are_left_in_peace(ours, official):
    found = co.settle_datums({"ours": ours, "official": official}, {"ours": "wgs84", "official": "wgs84"})
    assert found.notes == ()


def test_a_layer_is_suspected_once_by_the_reference_with_most_units():
    layers = {"ours": towns("gcj02"), "few": towns().iloc[:9], "official": towns()}
    (note,) = co.settle_datums(layers, dict.fromkeys(layers, "wgs84")).notes
    assert (note.values["layer"], note.values["reference"], note.values["units"]) == ("ours", "official", 30)


def test_a_layer_that_was_settled_serves_the_others():
    # Theirs has nothing in common with the official map; only ours, once put back, tells of it.
    layers = {"official": towns().iloc[:15], "ours": towns("gcj02"), "theirs": towns("gcj02").iloc[15:]}
    stated = {"official": "wgs84", "ours": "auto", "theirs": "wgs84"}
    found = co.settle_datums(layers, stated, {"ours": "official"})
    assert [(note.key.partition("datum_")[2], note.source) for note in found.notes] == [
        ("recognised", "ours"),
        ("suspected", "theirs"),
    ]


def test_wide_layers_are_told_in_true_east_and_north():
    wide = {
        "ours": towns("gcj02", origin=(80.0, 25.0), step=5.0),
        "official": towns(origin=(80.0, 25.0), step=5.0),
    }
    narrow = {"ours": towns("gcj02"), "official": towns()}
    told = [
        co.settle_datums(layers, {"ours": "auto", "official": "wgs84"}, {"ours": "official"}).notes[0]
        for layers in (wide, narrow)
    ]
    assert [note.values["axes"] for note in told] == ["EPSG:4326", "EPSG:32651"]


@pytest.mark.parametrize(
    ("ours", "reference", "key"),
    [
        (towns("gcj02", noise=0.02), "official", "undecided"),
        (towns().set_geometry(towns().translate(0.004, 0.0)), "official", "undecided"),
        (towns("gcj02").iloc[:4], "official", "few"),
        (towns(), None, "no_reference"),
        (towns(), "ours", "reference_unfit"),
        (towns(), "theirs", "reference_unfit"),
        (towns(), "nobody", "reference_unfit"),
    ],
)
def test_what_cannot_be_decided_asks_for_the_datum(ours, reference, key):
    layers = {"ours": ours, "official": towns(), "theirs": towns()}
    stated = {"ours": "auto", "official": "wgs84", "theirs": "auto"}
    references = {"theirs": "official"} | ({} if reference is None else {"ours": reference})
    with pytest.raises(CityebbError) as caught:
        co.settle_datums(layers, stated, references)
    assert caught.value.key == f"harmonise.datum_{key}"
    assert "datum" in str(caught.value) or "基准" in str(caught.value)
    assert caught.value.values["layer"] == "ours"


def test_every_fault_is_told():
    layers = {"a": towns(), "b": towns()}
    with pytest.raises(Faults) as caught:
        co.settle_datums(layers, {"a": "auto", "b": "auto"}, {"a": "b", "b": "a"})
    assert [fault.values["layer"] for fault in caught.value.faults] == ["a", "b"]


def test_a_chinese_datum_outside_china_is_refused():
    with pytest.raises(CityebbError) as caught:
        co.settle_datums({"spain": towns(origin=(-5.0, 38.0))}, {"spain": "bd09"})
    assert caught.value.key == "harmonise.datum_outside"
