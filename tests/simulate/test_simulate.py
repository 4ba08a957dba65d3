"""A simulated country keeps its promises: the truth is true, and the faults are where they were put."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from cityebb.model import CITIES, CityebbError, Faults, city_ids
from cityebb.simulate import (
    Clouds,
    Country,
    Course,
    Joint,
    Lamps,
    Recipe,
    china_like,
    match_truth,
    simulate,
)

if TYPE_CHECKING:
    from pathlib import Path

    from cityebb.grids import Grid

QUIET = Recipe(
    shape=(150, 180),
    cities=8,
    years=(2013, 2014, 2016, 2020),
    city_noise=None,
    cell_noise=0.0,
    step=None,
    lost_year=None,
    specks=20,
)


def values(country: Country, year: int) -> np.ndarray:
    layer = country.stack.layers[country.stack.years.index(year)]
    return layer.values * layer.scale


def sums(country: Country, year: int) -> np.ndarray:
    """Light times area of each town's own cells."""
    areas = np.broadcast_to(country.grid.areas_km2(0, country.grid.shape[0]), country.grid.shape)
    weights = values(country, year).astype(np.float64) * areas
    return np.bincount(country.owner.ravel(), weights.ravel(), minlength=len(country.towns) + 1)[1:]


def lit(country: Country, year: int) -> int:
    return int((values(country, year) > 0).sum())


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), migration=st.sampled_from([0.0, 0.2]))
def test_without_noise_the_light_of_every_town_changes_as_the_truth_says(seed, migration):
    country = simulate(replace(QUIET, seed=seed, migration_km=migration))
    for start, end in [(2013, 2014), (2014, 2020), (2020, 2013)]:
        seen = sums(country, end) / sums(country, start) - 1
        np.testing.assert_allclose(seen, country.change(start, end), atol=1e-6, rtol=0)


def test_any_part_of_a_town_changes_as_the_town_does():
    country = simulate(QUIET)
    for town in range(len(country.towns)):
        bright = (country.owner == town + 1) & (values(country, 2013) >= 3)
        ratio = values(country, 2020)[bright].sum() / values(country, 2013)[bright].sum()
        assert ratio - 1 == pytest.approx(country.change(2013, 2020)[town], abs=1e-5)


def test_the_centre_of_light_migrates_as_far_as_asked():
    still = simulate(QUIET)
    moving = simulate(replace(QUIET, migration_km=0.3))
    largest = still.owner == 1
    row, column = np.nonzero(largest)

    def centre(country, year):
        weights = values(country, year)[largest]
        return np.average(row, weights=weights), np.average(column, weights=weights)

    assert centre(still, 2020) == pytest.approx(centre(still, 2013), abs=1e-3)
    down, across = np.subtract(centre(moving, 2020), centre(moving, 2013))
    moved_km = np.hypot(down * 0.50, across * 0.42)
    assert 0.5 < moved_km < 2.2  # 2.1 km asked; what leaves the town's own cells is not seen


def test_the_same_recipe_gives_the_same_bits_and_another_seed_does_not():
    one, two, other = simulate(Recipe()), simulate(Recipe()), simulate(Recipe(seed=2))
    for year in Recipe().years:
        assert values(one, year).tobytes() == values(two, year).tobytes()
        assert values(one, year).tobytes() != values(other, year).tobytes()
    assert one.towns.equals(two.towns)


def test_switching_one_cause_off_leaves_the_others_as_they_were():
    whole, unlost = simulate(Recipe()), simulate(Recipe(lost_year=None))
    assert (values(whole, 2013) == values(unlost, 2013)).all()
    assert (values(whole, 2014) != values(unlost, 2014)).any()
    assert whole.towns.equals(unlost.towns)


def test_the_lost_year_has_three_tenths_fewer_lit_cells():
    whole, unlost = simulate(Recipe()), simulate(Recipe(lost_year=None))
    assert lit(whole, 2014) == pytest.approx(0.7 * lit(unlost, 2014), rel=1e-3)
    assert lit(whole, 2014) < 0.75 * lit(whole, 2013)


def test_values_are_whole_steps_in_eight_bits():
    coarse = simulate(Recipe(step=2.0))
    layer = coarse.stack.layers[0]
    assert layer.dtype == "uint8"
    assert layer.scale == 2.0
    fine = simulate(Recipe(step=None))
    difference = np.abs(values(coarse, 2013) - values(fine, 2013))
    assert 0.9 < difference.max() <= 1.0 + 1e-5


def test_a_joint_multiplies_every_later_year():
    joined = simulate(replace(QUIET, joint=Joint(2014, gain=1.5, declared=True)))
    plain = simulate(QUIET)
    assert joined.stack.joints == (2014,)
    np.testing.assert_array_equal(values(joined, 2014), values(plain, 2014))
    np.testing.assert_allclose(values(joined, 2016), 1.5 * values(plain, 2016), rtol=1e-6)
    assert simulate(replace(QUIET, joint=Joint(2014))).stack.joints == ()
    assert (joined.change(2013, 2020) == plain.change(2013, 2020)).all()


def test_new_lamps_darken_some_towns_and_change_no_truth():
    country = simulate(replace(QUIET, lamps=Lamps(2016, share=0.25, gain=0.8)))
    plain = simulate(QUIET)
    assert country.towns["lamps"].sum() == 2
    ratio = sums(country, 2020) / sums(plain, 2020)
    np.testing.assert_allclose(ratio, np.where(country.towns["lamps"], 0.8, 1.0), rtol=1e-6)
    np.testing.assert_array_equal(values(country, 2014), values(plain, 2014))
    assert (country.change(2013, 2020) == plain.change(2013, 2020)).all()


@pytest.mark.parametrize("step", [None, 1.0])
def test_clouds_leave_cells_missing_not_dark(step):
    country = simulate(replace(QUIET, step=step, clouds=Clouds((2014,), share=0.2)))
    layer = country.stack.layers[1]
    missing = np.isnan(layer.values) if step is None else layer.values == layer.nodata
    assert missing.mean() == pytest.approx(0.2, abs=0.02)
    for other in (0, 2, 3):
        stored = country.stack.layers[other].values
        assert not (np.isnan(stored) if step is None else stored == layer.nodata).any()


def test_courses_are_dealt_by_their_shares_and_turn_at_half_time():
    recipe = Recipe(
        cities=40,
        years=tuple(range(2010, 2021)),
        courses=(Course("down", 0.25, (-0.05, -0.04)), Course("back", 0.75, (-0.05, -0.05), (0.06, 0.06))),
    )
    country = simulate(recipe)
    assert country.towns["course"].value_counts().to_dict() == {"back": 30, "down": 10}
    back = (country.towns["course"] == "back").to_numpy()
    np.testing.assert_allclose(country.change(2010, 2015)[back], 0.95**5 - 1)
    np.testing.assert_allclose(country.change(2015, 2020)[back], 1.06**5 - 1)
    assert (country.change(2010, 2020)[~back] <= 0.96**10 - 1 + 1e-12).all()


def test_a_mean_of_years_is_geometric():
    country = simulate(QUIET)
    mean = np.sqrt((1 + country.change(2013, 2016)) * (1 + country.change(2013, 2020)))
    np.testing.assert_allclose(country.change(2013, (2016, 2020)), mean - 1)


def test_true_states_follow_the_threshold():
    truth = simulate(Recipe()).truth(2013, 2022, threshold=0.1)
    assert set(truth["state"]) == {"growing", "stable", "shrinking"}
    assert (truth.loc[truth["state"] == "shrinking", "change"] <= -0.1).all()
    assert (truth.loc[truth["state"] == "growing", "change"] >= 0.1).all()
    assert (truth.loc[truth["state"] == "stable", "change"].abs() < 0.1).all()


def test_sizes_are_zipf_and_towns_do_not_touch():
    country = simulate(Recipe(lost_year=None))
    area = country.towns["area_km2"]
    assert area.iloc[0] == pytest.approx(270, rel=0.35)
    assert area.iloc[29] == pytest.approx(9, rel=0.6)
    shining = np.max([values(country, year) for year in country.recipe.years], axis=0) >= 2
    regions, count = ndimage.label(shining, structure=np.ones((3, 3)))
    assert count > len(country.towns)
    for region, box in enumerate(ndimage.find_objects(regions), start=1):
        owners = np.unique(country.owner[box][regions[box] == region])
        assert (owners > 0).sum() <= 1


def test_geotiffs_hold_the_same_country(tmp_path: Path):
    country = simulate(replace(QUIET, step=2.0, clouds=Clouds((2014,))))
    paths = country.write_geotiffs(tmp_path / "grids")
    assert [path.name for path in paths] == [f"light_{year}.tif" for year in QUIET.years]
    assert sorted((tmp_path / "grids").iterdir()) == sorted(paths)
    with rasterio.open(paths[1]) as source:
        assert source.nodata == 255
        assert source.scales == (2.0,)
        assert source.crs.to_epsg() == 4326
        assert source.transform.to_gdal()[1] == country.grid.transform[0]
        np.testing.assert_array_equal(source.read(1), country.stack.layers[1].values)


def found(country: Country, rows: list[int], columns: list[int]) -> gpd.GeoDataFrame:
    longitude, latitude = country.grid.lonlat(np.array(rows), np.array(columns))
    ids = city_ids("lit", longitude, latitude)
    return gpd.GeoDataFrame({"city_id": ids, "lon": longitude, "lat": latitude}).set_index(CITIES.index)


def test_truth_is_matched_by_the_brightest_cell():
    country = simulate(Recipe(lost_year=None))
    grid: Grid = country.grid
    towns = [0, 7, 31]
    cells = [grid.cell(*country.towns.loc[town, ["lon", "lat"]]) for town in towns]
    dark = np.argwhere(country.owner == 0)[0]
    cities = found(
        country, [*(row for row, _ in cells), dark[0]], [*(column for _, column in cells), dark[1]]
    )
    truth = match_truth(cities, country, start=2013, end=2022, threshold=0.1)
    assert truth.index.tolist() == cities.index[:3].tolist()
    assert truth.index.name == "city_id"
    assert truth["town"].tolist() == towns
    np.testing.assert_array_equal(truth["change"], country.change(2013, 2022)[towns])
    assert truth["name"].iloc[0] == " ".join(country.towns.loc[0, ["name_zh", "name_en"]])


def test_nothing_found_matches_nothing():
    country = simulate(QUIET)
    assert match_truth(found(country, [], []), country, start=2013, end=2020).empty


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"years": (2013,)}, "simulate.years_not_rising"),
        ({"years": (2014, 2013)}, "simulate.years_not_rising"),
        ({"lost_year": 1999}, "simulate.year_unknown"),
        ({"clouds": Clouds((1999,))}, "simulate.year_unknown"),
        ({"cities": 0}, "simulate.sizes_wrong"),
        ({"step": 0.0}, "simulate.sizes_wrong"),
        ({"courses": (Course("half", 0.5, (0, 0)),)}, "simulate.shares_wrong"),
        ({"lamps": Lamps(2016, share=1.5)}, "simulate.shares_wrong"),
        ({"city_noise": (("5-10", 0.1),)}, "simulate.noise_wrong"),
        ({"top": 95.0}, "simulate.off_the_earth"),
        ({"left": 1000.0}, "simulate.beyond_measure"),
        ({"specks": 10**9}, "simulate.beyond_measure"),
        ({"people_per_km2": 1e300}, "simulate.beyond_measure"),
        ({"people_pace": 1e6}, "simulate.beyond_measure"),
        ({"migration_km": -5.0}, "simulate.beyond_measure"),
        ({"courses": (Course("back", 1, (0.5, -0.5)),)}, "simulate.beyond_measure"),
    ],
)
def test_a_recipe_that_contradicts_itself_is_refused(change, key, english):
    with pytest.raises(CityebbError) as caught:
        replace(QUIET, **change)
    assert caught.value.key == key
    assert "{" not in str(caught.value)


def test_several_faults_of_a_recipe_are_told_at_once():
    with pytest.raises(Faults) as caught:
        replace(QUIET, cities=0, lost_year=1999)
    assert {fault.key for fault in caught.value.faults} == {"simulate.sizes_wrong", "simulate.year_unknown"}


def test_a_full_country_says_so(english):
    with pytest.raises(CityebbError, match=r"full: \d+ of 500 towns"):
        simulate(replace(QUIET, cities=500))


def test_a_year_it_does_not_have_is_refused(english):
    with pytest.raises(CityebbError, match="no year 2015; choose one between 2013 and 2020"):
        simulate(QUIET).change(2013, 2015)


def test_a_large_country_has_all_its_towns():
    country = simulate(replace(china_like(), years=(2013, 2022), lost_year=None))
    assert len(country.towns) == 2000
    assert (country.towns["area_km2"] >= 5).sum() > 1500
