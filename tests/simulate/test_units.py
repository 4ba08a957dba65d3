"""The units of a simulated country: their people really move, and so do boundaries, as the ledger says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from cityebb.model import COUNTS, LEDGER, CityebbError
from cityebb.simulate import Recipe, Transfers, divide, simulate, with_every_trap

MOVED = Recipe(
    shape=(120, 150),
    cities=10,
    years=(2010, 2013, 2016, 2020),
    census=(2010, 2013, 2020),
    lost_year=None,
    specks=0,
    transfers=Transfers(2016, share=0.2, part=0.3, merged=0.1),
)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 1000), part=st.floats(0.05, 0.9))
def test_people_and_land_are_neither_made_nor_lost(seed, part):
    recipe = replace(MOVED, seed=seed, transfers=replace(MOVED.transfers, part=part))
    country = simulate(recipe)
    units, still = divide(country), divide(simulate(replace(recipe, transfers=None)))
    for year in recipe.counted:
        people = units.counts.loc[units.counts["year"] == year, "value"].sum()
        assert people == pytest.approx(still.counts.loc[still.counts["year"] == year, "value"].sum(), abs=20)
    assert len(still.ledger) == 0
    assert (still.truth["change"] == still.truth["reported_change"]).all()
    # What the ledger tells turns the figures before into those on the new boundaries.
    truth = units.truth
    before = truth["reported_start"].copy()
    for event in units.ledger.itertuples():
        given_away = event.share * truth.loc[event.from_unit, "reported_start"]
        before[event.from_unit] -= given_away
        before[event.to_unit] += given_away
    there = truth["reported_end"].notna()
    np.testing.assert_allclose(before[there], truth.loc[there, "start"], atol=2)
    assert (before[~there].abs() < 1e-9).all()


def test_tables_are_the_nouns_and_events_as_many_as_asked():
    units = divide(simulate(MOVED))
    COUNTS.check(units.counts)
    LEDGER.check(units.ledger)
    assert sorted(units.ledger["kind"]) == ["merge", "transfer", "transfer"]
    assert (units.ledger["date"] == "2016").all()
    share = units.ledger.loc[units.ledger["kind"] == "transfer", "share"]
    assert ((share >= 0.3) & (share < 0.45)).all()
    touched = [*units.ledger["from_unit"], *units.ledger["to_unit"]]
    assert len(set(touched)) == len(touched)


def test_only_censuses_after_the_event_stand_on_new_boundaries():
    units = divide(simulate(MOVED))
    assert (units.territory[2010] == units.territory[2013]).all()
    assert (units.territory[2013] != units.territory[2020]).any()
    assert units.counts.groupby("year")["unit_id"].nunique().to_dict() == {2010: 10, 2013: 10, 2020: 9}
    outlines = units.outlines(2020)
    assert outlines.geometry.is_valid.all()
    assert len(outlines) == 9
    areas = units.country.grid.transform[0] ** 2 * 120 * 150
    assert shapely.area(outlines.geometry.to_numpy()).sum() == pytest.approx(areas)


def test_people_follow_light_at_their_pace():
    units = divide(simulate(replace(MOVED, transfers=None, people_pace=1.0)))
    np.testing.assert_allclose(
        units.truth["change"], units.country.change(2010, 2020)[units.truth["town"]], atol=1e-3
    )
    slow = divide(simulate(replace(MOVED, transfers=None, people_pace=0.5)))
    np.testing.assert_allclose(
        (1 + slow.truth["change"]) ** 2, 1 + units.truth["change"].to_numpy(), rtol=1e-3
    )


def test_units_leave_the_light_as_it_is():
    plain = simulate(replace(MOVED, transfers=None))
    moved = simulate(MOVED)
    for one, other in zip(plain.stack.layers, moved.stack.layers, strict=True):
        assert np.array_equal(one.values, other.values)


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"transfers": Transfers(1999)}, {"simulate.year_unknown"}),
        ({"transfers": Transfers(2016, share=0.5, merged=0.1)}, {"simulate.shares_wrong"}),
        ({"transfers": Transfers(2016, part=1.5)}, {"simulate.shares_wrong"}),
        ({"census": (2010,)}, {"simulate.census_wrong"}),
        ({"census": (2020, 2010)}, {"simulate.census_wrong"}),
        ({"census": (2010, 2021)}, {"simulate.year_unknown"}),
        ({"people_pace": 0.0}, {"simulate.sizes_wrong"}),
        ({"rural_per_km2": -1.0}, {"simulate.sizes_wrong"}),
    ],
)
def test_recipes_that_contradict_themselves(changes, keys):
    with pytest.raises(CityebbError) as told:
        replace(MOVED, **changes)
    faults = getattr(told.value, "faults", [told.value])
    assert {fault.key for fault in faults} == keys


def test_every_trap_keeps_what_is_there():
    own = with_every_trap(MOVED)
    assert own.transfers == MOVED.transfers
    assert own.lamps is not None
    assert own.clouds is not None
    assert with_every_trap(Recipe(years=(2013, 2014))).lamps.year == 2014
