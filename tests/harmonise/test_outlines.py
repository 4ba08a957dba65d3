"""People spread between outlines: two old units, three new, on strips whose shares one sees."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from cityebb.grids import ArrayLayer, Grid, Stack
from cityebb.harmonise import HarmoniseParameters, Outlines, make_counts_comparable
from cityebb.harmonise.changes import Changes
from cityebb.harmonise.placing import place_on_outlines
from cityebb.harmonise.trial import try_ways
from cityebb.model import COUNTS, CROSSWALK, LEDGER, TRIAL, CityebbError, Faults
from cityebb.words import using

OLD = {"A": (0, 4), "B": (4, 8)}
NEW = {"C": (0, 2), "D": (2, 6), "E": (6, 8)}
BEFORE, AFTER = {"A": 100.0, "B": 200.0}, {"C": 90.0, "D": 60.0, "E": 150.0}


def strips(vintage, spans, crs="EPSG:4326"):
    """Return units side by side along the equator: what they share is what their longitudes share."""
    shapes = [box(left, 0, right, 1) for left, right in spans.values()]
    return gpd.GeoDataFrame(
        {"name": [code.lower() for code in spans], "vintage": vintage},
        geometry=shapes,
        index=list(spans),
        crs=crs,
    )


def counts(years, **more):
    rows = [
        {"unit_id": unit, "name": None, "year": year, "vintage": str(year), "value": value}
        for year, values in years.items()
        for unit, value in values.items()
    ]
    told = {"indicator": "people", "concept": "resident", "grade": "census", "source": "x", "unit": "people"}
    return pd.DataFrame(rows).assign(**told, coverage=1.0, **more)[COUNTS.names]


def light(values, year=2010, **meaning):
    grid = Grid("EPSG:4326", (1.0, 0.0, 0.0, 0.0, -1.0, 1.0), (1, len(values)))
    layer = ArrayLayer(year, grid, "float64", str(year), values=np.array([values], np.float64))
    return Stack("night", "light", "density", "DN", (layer,), **meaning)


def outlines(old=None, new=None, **more):
    return Outlines({"2010": strips("2010", old or OLD), "2020": strips("2020", new or NEW)}, **more)


def events(*links):
    frame = pd.DataFrame(links, columns=["event_id", "date", "kind", "from_unit", "to_unit", "share"])
    return frame.assign(share_of="people", confidence="certain").reindex(columns=LEDGER.names)


def values(found, year=2010):
    rows = found.counts[found.counts["year"] == year]
    return rows.set_index("unit_id")["value"].to_dict()


def told_of(found, key):
    return next(note.to_json()["values"] for note in found.notes if note.key == key)


@pytest.fixture
def both():
    return counts({2010: BEFORE, 2020: AFTER})


def test_by_area_two_units_become_three(both):
    found = place_on_outlines(both, outlines(), 2020)
    assert values(found) == pytest.approx({"C": 50, "D": 150, "E": 100})
    assert values(found, 2020) == AFTER
    assert set(found.counts["vintage"]) == {"2020"}
    assert found.counts["coverage"].tolist() == [1.0] * 6
    assert found.rest.empty
    assert set(found.weights["evidence"]) == {"area"}
    CROSSWALK.check(found.weights)
    COUNTS.check(found.counts)


def test_by_light_people_go_where_it_is(both):
    night = light([3, 1, 0, 0, 1, 0, 0, 3])
    found = place_on_outlines(both, outlines(stacks={"night": night}, spread="night"), 2020)
    assert values(found) == pytest.approx({"C": 100, "D": 50, "E": 150})
    assert set(found.weights["share_of"]) == {"light"}
    assert set(found.weights["evidence"]) == {"light:night:2010"}


def test_a_mask_weighs_all_lit_cells_alike(both):
    night = light([9, 2, 2, 0, 1, 5, 5, 0])
    told = outlines(stacks={"night": night}, spread="night", above=1.0)
    # Of A's lit cells two of three lie in C; of B's one of two in E.
    assert values(place_on_outlines(both, told, 2020)) == pytest.approx(
        {"C": 200 / 3, "D": 100 / 3 + 100, "E": 100}
    )


def test_the_layer_nearest_in_time_is_taken(both):
    near, far = light([1, 0, 0, 0, 0, 0, 0, 1], 2012), light([0, 0, 1, 1, 1, 1, 0, 0], 2020)
    night = Stack("night", "light", "density", "DN", (near.layers[0], far.layers[0]))
    found = place_on_outlines(both, outlines(stacks={"night": night}, spread="night"), 2020)
    assert values(found) == pytest.approx({"C": 100, "D": 0, "E": 200})
    COUNTS.check(found.counts)
    note = told_of(found, "harmonise.spread_grid")
    assert (note["year"], note["count"], note["people"]) == (2012, 2, 300)


def test_what_negative_light_means_is_the_sources_own_word(both):
    told = outlines(stacks={"night": light([1, 1, -1, 0, 1, 1, 1, 1])}, spread="night")
    with pytest.raises(CityebbError, match="-1"):
        place_on_outlines(both, told, 2020)
    told = outlines(stacks={"night": light([1, 1, -1, 0, 1, 1, 1, 1], negative="zero")}, spread="night")
    assert values(place_on_outlines(both, told, 2020))["C"] == pytest.approx(100)


def test_back_to_an_earlier_date(both):
    found = place_on_outlines(both, outlines(), 2010)
    assert values(found, 2020) == pytest.approx({"A": 90 + 30, "B": 30 + 150})


def test_shares_of_the_ledger_win_where_it_knows_them(both):
    ledger = events(
        ("1", "2015", "split", "A", "C", 0.9),
        ("1", "2015", "split", "A", "D", 0.1),
        ("2", "2015", "split", "B", "D", np.nan),
        ("2", "2015", "split", "B", "E", np.nan),
    )
    found = place_on_outlines(both, outlines(), 2020, ledger=ledger)
    assert values(found) == pytest.approx({"C": 90, "D": 10 + 100, "E": 100})
    kinds = found.weights.groupby("from_unit")["share_of"].agg(set).to_dict()
    assert kinds == {"A": {"people"}, "B": {"area"}}
    note = told_of(found, "harmonise.spread_area")
    assert (note["count"], note["people"]) == (1, 200)


def test_what_known_shares_leave_goes_to_the_others_that_the_ledger_names(both):
    old, new = {"A": (0, 8)}, {"C": (0, 2), "D": (2, 6), "E": (6, 8)}
    ledger = events(
        ("1", "2015", "split", "A", "C", 0.7),
        ("1", "2015", "split", "A", "D", np.nan),
        ("1", "2015", "split", "A", "E", np.nan),
    )
    rows = counts({2010: {"A": 100.0}, 2020: AFTER})
    found = place_on_outlines(rows, outlines(old, new), 2020, ledger=ledger)
    assert values(found) == pytest.approx({"C": 70, "D": 20, "E": 10})


def test_a_unit_that_the_ledger_leads_nowhere_is_spread(both):
    ledger = events(("1", "2015", "split", "A", "C", 0.9), ("1", "2015", "split", "A", "D", 0.1))
    found = place_on_outlines(both, outlines(), 2020, ledger=ledger)
    assert values(found) == pytest.approx({"C": 90, "D": 110, "E": 100})


def test_a_unit_whose_outline_is_drawn_anew_keeps_its_figure():
    old, new = {"A": (0, 4), "B": (4, 8)}, {"A": (0, 4.1), "C": (4.1, 6), "D": (6, 8)}
    rows = counts({2010: BEFORE, 2020: {"A": 1.0, "C": 1.0, "D": 1.0}})
    found = place_on_outlines(rows, outlines(old, new), 2020)
    # The sliver of B that A's new drawing takes is not people that moved.
    assert values(found) == pytest.approx({"A": 100, "C": 200 * 1.9 / 3.9, "D": 200 * 2 / 3.9})
    assert told_of(found, "harmonise.spread_same")["count"] == 1
    moved = {**new, "A": (0, 5), "C": (5, 6)}
    assert values(place_on_outlines(rows, outlines(old, moved), 2020))["A"] == pytest.approx(150)


def test_what_lies_outside_is_listed_and_lowers_the_coverage_of_none(both):
    found = place_on_outlines(both, outlines(new={**NEW, "E": (6, 7)}), 2020)
    assert values(found) == pytest.approx({"C": 50, "D": 150, "E": 50})
    rest = found.rest.iloc[0]
    assert (rest["unit_id"], rest["reason"]) == ("B", "outside")
    assert (rest["share"], rest["people"]) == pytest.approx((0.25, 50))


def test_a_new_unit_that_reaches_beyond_the_old_is_covered_in_part(both):
    found = place_on_outlines(both, outlines(new={**NEW, "E": (6, 12)}), 2020)
    coverage = found.counts[found.counts["year"] == 2010].set_index("unit_id")["coverage"].to_dict()
    assert coverage == pytest.approx({"C": 1, "D": 1, "E": 1 / 3})


def test_a_missing_figure_makes_missing_what_it_covers_and_what_others_had_there_is_listed():
    rows = counts({2010: {"A": 100.0, "B": np.nan}, 2020: AFTER})
    found = place_on_outlines(rows, outlines(), 2020)
    got = values(found)
    assert got["C"] == pytest.approx(50)
    assert np.isnan([got["D"], got["E"]]).all()
    assert found.rest[["unit_id", "reason", "people"]].to_numpy().tolist() == [["A", "withheld", 50]]


def test_a_sliver_of_a_unit_without_a_figure_makes_nothing_missing():
    old = {"A": (0, 4.02), "B": (4.02, 8)}
    rows = counts({2010: {"A": np.nan, "B": 200.0}, 2020: {"C": 1.0, "D": 1.0}})
    found = place_on_outlines(rows, outlines(old, {"C": (0, 4), "D": (4, 8)}), 2020)
    assert values(found) == pytest.approx({"C": np.nan, "D": 200}, nan_ok=True)


def test_a_unit_that_the_table_does_not_list_leaves_no_partial_figure():
    rows = counts({2010: {"A": 100.0}, 2020: AFTER})
    got = values(place_on_outlines(rows, outlines(), 2020))
    assert got["C"] == pytest.approx(50)
    assert np.isnan(got["D"])


def test_a_unit_without_an_outline_is_listed(both):
    rows = counts({2010: {**BEFORE, "Z": 7.0}, 2020: AFTER})
    found = place_on_outlines(rows, outlines(), 2020)
    assert found.rest[["unit_id", "reason", "people"]].to_numpy().tolist() == [["Z", "no_polygon", 7]]


def test_years_between_without_outlines_are_left_out_and_told(both):
    rows = counts({2010: BEFORE, 2015: {"A": 1.0}, 2020: AFTER})
    found = place_on_outlines(rows, outlines(), 2020, ends=(2010, 2020))
    assert set(found.counts["year"]) == {2010, 2020}
    assert "harmonise.rest_no_layer" in {note.key for note in found.notes}


@given(
    old=st.lists(st.integers(1, 99), min_size=1, max_size=6, unique=True),
    new=st.lists(st.integers(1, 99), min_size=1, max_size=6, unique=True),
    people=st.lists(st.one_of(st.none(), st.floats(0, 1e7)), min_size=6, max_size=6),
    lit=st.lists(st.integers(0, 9), min_size=10, max_size=10),
    way=st.sampled_from(["area", "night"]),
)
@settings(max_examples=60)
def test_nobody_is_lost_and_nobody_made(old, new, people, lit, way):
    def spans(cuts, letter):
        cuts = sorted(cuts)
        return {
            f"{letter}{place}": ends
            for place, ends in enumerate(zip([0, *cuts], [*cuts, 80], strict=True))
            if ends[0] < ends[1]
        }

    before, after = spans([cut for cut in old if cut < 80], "P"), spans(new, "P")
    given_ = {unit: np.nan if value is None else value for unit, value in zip(before, people, strict=False)}
    if not given_ or not after:
        return
    grid = Grid("EPSG:4326", (10.0, 0.0, 0.0, 0.0, -1.0, 1.0), (1, 10))
    layer = ArrayLayer(2010, grid, "float64", "2010", values=np.array([lit], np.float64))
    told = outlines(
        before, after, stacks={"night": Stack("night", "light", "density", "DN", (layer,))}, spread=way
    )
    found = place_on_outlines(counts({2010: given_, 2020: dict.fromkeys(after, 1.0)}), told, 2020)
    placed = np.nansum(list(values(found).values()))
    whole = np.nansum(list(given_.values()))
    assert placed + found.rest["people"].sum() == pytest.approx(whole, rel=1e-9, abs=1e-9)


def test_every_way_is_tried_against_the_count(both):
    night = light([3, 1, 0, 0, 1, 0, 0, 3])
    told = outlines(stacks={"night": night}, spread="night", above=2.0)
    tried = try_ways(both, place_on_outlines(both, told, 2020).tables)
    trial, notes = tried.table, tried.notes
    TRIAL.check(trial)
    spread = trial.pivot_table(index="unit_id", columns="way", values="spread_share")
    assert spread["area"].tolist() == pytest.approx([50 / 300, 150 / 300, 100 / 300])
    assert spread["light:night:2010"].tolist() == pytest.approx([100 / 300, 50 / 300, 150 / 300])
    assert spread["light:night:2010:above:2"].tolist() == pytest.approx([100 / 300, 0, 200 / 300])
    assert spread["smooth"].sum() == pytest.approx(1)
    assert spread["smooth"]["E"] > spread["area"]["E"]  # denser towards the dense neighbour's far side
    assert trial.drop_duplicates("unit_id")["counted_share"].tolist() == pytest.approx([0.3, 0.2, 0.5])
    told = {note.key: note.to_json()["values"] for note in notes}
    assert set(told) == {"harmonise.trial", "harmonise.spread_error"}
    # The mask was taken: 1/3 where 0.3 were counted, 0 where 0.2, 2/3 where 0.5.
    error = told["harmonise.spread_error"]
    assert (error["median"], error["most"], error["place"]) == pytest.approx((1 / 3, 1, "d"))


def test_where_most_units_stay_only_the_others_are_tried():
    stay = {"P": (8, 9), "Q": (9, 10), "R": (10, 11), "S": (11, 12)}
    figures = dict.fromkeys(stay, 1_000.0)
    rows = counts({2010: BEFORE | figures, 2020: AFTER | figures})
    found = place_on_outlines(rows, outlines(OLD | stay, NEW | stay), 2020)
    tried = try_ways(rows, found.tables)
    trial, notes = tried.table, tried.notes
    assert set(trial["unit_id"]) == set(NEW)
    assert trial.loc[trial["way"] == "area", "spread_share"].tolist() == pytest.approx([1 / 6, 1 / 2, 1 / 3])
    assert "harmonise.trial_without_same" in {note.key for note in notes}
    few = {code: stay[code] for code in ("P", "Q")}
    rows = counts({2010: BEFORE | dict.fromkeys(few, 1.0), 2020: AFTER | dict.fromkeys(few, 1.0)})
    found = place_on_outlines(rows, outlines(OLD | few, NEW | few), 2020)
    assert set(try_ways(rows, found.tables).table["unit_id"]) == {*NEW, *few}


def test_a_way_that_cannot_be_tried_is_told_and_the_others_are(both):
    told = outlines(stacks={"night": light([-1] * 8)})
    tried = try_ways(both, place_on_outlines(both, told, 2020).tables)
    trial, notes = tried.table, tried.notes
    assert set(trial["way"]) == {"area", "smooth"}
    for language in ("zh", "en"):
        with using(language):
            assert "night" in next(note for note in notes if note.key == "harmonise.trial_impossible").text()


@pytest.mark.parametrize("years", [{2010: BEFORE}, {2020: AFTER}])
def test_without_figures_of_both_dates_nothing_is_tried(years):
    found = place_on_outlines(counts(years), outlines(), 2020)
    assert try_ways(counts(years), found.tables).table.empty


def test_where_nothing_can_be_tried_the_figures_are_called_estimates():
    rows = counts({2010: BEFORE, 2012: BEFORE}).assign(vintage="2010")
    parameters = HarmoniseParameters(outlines=("old", "new"), vintage=2020)
    found = make_counts_comparable(rows, parameters, years=(2010, 2012), outlines=outlines())
    assert "harmonise.spread_untried" in {note.key for note in found.notes}
    assert found.comparability.trial.empty
    assert found.counts.groupby("year")["value"].sum().tolist() == pytest.approx([300, 300])


def test_a_smooth_surface_serves_all_years_of_one_date():
    rows = counts({2010: BEFORE, 2012: {"A": 50.0, "B": 100.0}}).assign(vintage="2010")
    found = place_on_outlines(rows, outlines(spread="smooth"), 2020)
    assert sum(values(found, 2010).values()) == pytest.approx(300, rel=1e-9)
    assert {unit: 2 * value for unit, value in values(found, 2012).items()} == pytest.approx(
        values(found, 2010)
    )
    assert set(found.weights["share_of"]) == {"smooth"}
    CROSSWALK.check(found.weights)


def test_the_whole_says_what_was_done(both):
    parameters = HarmoniseParameters(outlines=("old", "new"))
    found = make_counts_comparable(
        both, parameters, years=(2010, 2020), outlines=outlines(new={**NEW, "E": (6, 7)})
    )
    done = found.comparability
    assert (done.boundaries, done.vintage) == ("vintage", "2020")
    assert len(done.trial)
    assert done.unused["reason"].tolist() == ["harmonise.unused.outside"]
    assert done.unused["text"].tolist() == ["B 2010: 50 (25.00%)"]
    change = done.decomposition.set_index("unit_id").loc["D"]
    assert (change["before_comparable"], change["real"]) == pytest.approx((150, -90))
    for language in ("zh", "en"):
        with using(language):
            assert all(note.text() for note in found.notes)


def test_official_weights_win_and_say_so(both):
    weights = pd.DataFrame(
        {"from_unit": ["A", "B"], "to_unit": ["C", "E"], "share": [1.0, 1.0], "from_vintage": "2010"}
    ).assign(to_vintage="2020", share_of="people", evidence=None)
    found = make_counts_comparable(
        both,
        HarmoniseParameters(outlines=("old", "new"), ledger="weights"),
        years=(2010, 2020),
        outlines=outlines(),
        changes=Changes(LEDGER.empty(), weights),
    )
    assert "harmonise.outlines_beside_weights" in {note.key for note in found.notes}
    assert len(found.comparability.trial) == 0


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ({"outlines": ["a"], "boundaries": "as_published"}, "harmonise.outlines_unused"),
        ({"outlines": ["a"], "boundaries": "consistent", "ledger": "x"}, "harmonise.outlines_unused"),
        ({"spread": "light"}, "harmonise.spread_unused"),
        ({"mask_above": 2}, "harmonise.spread_unused"),
        ({"outlines": ["a"], "mask_above": 2}, "harmonise.mask_without_grid"),
        ({"boundaries": "vintage"}, "harmonise.ledger_wanted"),
    ],
)
def test_what_contradicts_itself_is_refused(told, key):
    with pytest.raises(CityebbError) as caught:
        HarmoniseParameters(**told)
    assert caught.value.key == key


def test_outlines_put_all_on_one_date_unless_told_otherwise():
    assert HarmoniseParameters(outlines=["a"]).boundaries_of == "vintage"
    assert HarmoniseParameters(outlines=["a"], ledger="x").boundaries_of == "vintage"
    assert HarmoniseParameters(outlines={"2010": "a", "2020": "b"}).outline_names == ("a", "b")


@pytest.mark.parametrize(
    ("layers", "keys"),
    [
        ({"2020": NEW}, ["harmonise.outlines_no_vintage"]),
        ({"2010": OLD}, ["harmonise.outlines_no_target"]),
        ({}, ["harmonise.outlines_no_target", "harmonise.outlines_no_vintage"]),
        ({"2010": {"X": (0, 8)}, "2020": NEW}, ["harmonise.outlines_other_codes"]),
        ({"2010": OLD, "2020": {"X": (0, 8)}}, ["harmonise.outlines_other_codes"]),
    ],
)
def test_layers_that_lack_are_named(both, layers, keys):
    told = Outlines({vintage: strips(vintage, spans) for vintage, spans in layers.items()})
    with pytest.raises(CityebbError) as caught:
        place_on_outlines(both, told, 2020, ends=(2010, 2020))
    faults = caught.value.faults if isinstance(caught.value, Faults) else [caught.value]
    assert [fault.key for fault in faults] == keys
    for language in ("zh", "en"):
        with using(language):
            assert "2020" in str(caught.value) or "2010" in str(caught.value)


def test_a_layer_without_a_coordinate_system_is_refused(both):
    told = Outlines({"2010": strips("2010", OLD, None), "2020": strips("2020", NEW)})
    with pytest.raises(CityebbError) as caught:
        place_on_outlines(both, told, 2020)
    assert caught.value.key == "harmonise.interpolate_no_crs"
