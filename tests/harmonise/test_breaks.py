"""What is made of the years: usable ones, segments, eras, refusals; cases to check in one's head."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cityebb.harmonise import Comparable, HarmoniseParameters, find_breaks
from cityebb.model import BREAKS, CityebbError, Faults
from cityebb.words import LANGUAGES, keys, using


def comparable(years, joints=(), strangers=None, present=None):
    return Comparable(
        "lights",
        tuple(years),
        strangers or {},
        tuple(joints),
        BREAKS.empty(),
        present=tuple(present or years),
    )


def test_a_segment_holds_the_usable_years_between():
    found = comparable([2010, 2011, 2013, 2014], present=range(2010, 2015))
    assert found.segment(2010, 2013) == (2010, 2011, 2013)
    assert found.segment(2011, 2011) == (2011,)


def test_the_default_is_the_latest_stretch_with_two_years():
    assert comparable(range(2000, 2021), [2012]).default() == (2013, 2020)
    assert comparable(range(2000, 2021), [2010, 2019]).default() == (2011, 2019)
    assert comparable([2006, 2011, 2018, 2021]).default() == (2006, 2021)


def test_one_year_is_no_comparison():
    with pytest.raises(CityebbError) as caught:
        comparable([2020]).default()
    assert caught.value.key == "harmonise.no_comparison"


def test_the_same_era_is_all_years_between_the_joints():
    found = comparable(range(2008, 2018), [2010, 2013])
    assert found.same_era(2009) == (2008, 2009, 2010)
    assert found.same_era(2011) == (2011, 2012, 2013)
    assert found.same_era(2017) == (2014, 2015, 2016, 2017)
    assert found.eras == ((2008, 2009, 2010), (2011, 2012, 2013), (2014, 2015, 2016, 2017))


def test_crossing_a_joint_names_it_the_years_beside_and_what_is_possible():
    with using("en"), pytest.raises(CityebbError) as caught:
        comparable(range(2000, 2021), [2012]).segment(2010, 2016)
    assert caught.value.key == "harmonise.crosses_joint"
    sentence = str(caught.value)
    assert "2012/2013" in sentence
    assert "2000–2012" in sentence
    assert "2013–2020" in sentence


@pytest.mark.parametrize(
    ("start", "end", "key"),
    [
        (2012, 2014, "harmonise.year_unusable"),
        (2011, 2012, "harmonise.year_unusable"),
        (2011, 2030, "harmonise.year_not_there"),
        (2014, 2011, "harmonise.start_after_end"),
    ],
)
def test_refused_segments(start, end, key):
    found = comparable([2010, 2011, 2013, 2014], present=range(2010, 2015))
    with pytest.raises(CityebbError) as caught:
        found.segment(start, end)
    assert caught.value.key == key
    for language in LANGUAGES:
        with using(language):
            assert "lights" in str(caught.value)


def test_a_year_cannot_be_kept_and_dropped():
    with pytest.raises(CityebbError) as caught:
        HarmoniseParameters(keep_years=(2012, 2013), drop_years=(2012,))
    assert caught.value.key == "harmonise.keep_and_drop"


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_years_say_nothing(make_country, make_cells, count):
    found = find_breaks(make_cells(make_country(years=range(2010, 2010 + count))), "lights")
    assert found.years == tuple(range(2010, 2010 + count))
    assert (found.strangers, found.joints, len(found.frame)) == ({}, (), 0)
    assert [note.key for note in found.notes] == ["harmonise.too_few_years"] * (count > 1)


def test_a_single_cell_does_not_disturb(make_cells):
    arrays = {year: np.array([[0.0, 5.0], [0.0, 0.0]]) for year in range(2010, 2022)}
    found = find_breaks(make_cells(arrays), "lights")
    assert (found.years, found.joints) == (tuple(range(2010, 2022)), ())


def test_no_cell_reaches_the_floor(make_cells):
    arrays = {year: np.full((3, 3), 0.5) for year in range(2010, 2022)}
    found = find_breaks(make_cells(arrays), "lights")
    assert (found.years, found.joints, found.strangers) == (tuple(range(2010, 2022)), (), {})


def test_an_empty_year_is_named_unless_it_is_dropped(make_country, make_cells):
    arrays = make_country()
    arrays[2013] = arrays[2013] * 0
    arrays[2015] = arrays[2015] * 0
    cells = make_cells(arrays)
    with using("en"), pytest.raises(Faults) as caught:
        find_breaks(cells, "lights")
    assert [fault.key for fault in caught.value.faults] == ["harmonise.year_empty"] * 2
    assert "2013" in str(caught.value)
    assert "drop_years" in str(caught.value)
    found = find_breaks(cells, "lights", HarmoniseParameters(drop_years=(2013, 2015)))
    assert set(found.years) == set(range(2010, 2022)) - {2013, 2015}
    assert found.frame[["kind", "year"]].to_numpy().tolist() == [["dropped", 2013], ["dropped", 2015]]


def test_declared_joints_count_and_fall_between_present_years(make_country, make_cells):
    arrays = {year: array for year, array in make_country().items() if year != 2014}
    found = find_breaks(make_cells(arrays, joints=(2005, 2014, 2021)), "lights")
    assert found.joints == (2013,)
    assert found.frame.to_dict("records")[0]["evidence"] == "declared"
    with pytest.raises(CityebbError, match="2013/2015"):
        found.segment(2013, 2015)


def test_the_frame_is_a_table_of_breaks(make_country, make_cells):
    found = find_breaks(make_cells(make_country(), joints=(2014,)), "lights")
    BREAKS.check(found.frame)
    assert isinstance(found.frame, pd.DataFrame)


def test_every_kind_and_evidence_has_its_words():
    kinds = ("stranger", "dropped", "joint", "shared_step", "creep", "coverage", "texture")
    evidence = ("lit_cells_missing", "comes_and_goes", "study", "declared", "repeats", "scatter")
    evidence += ("unreliability", "shared_step", "dim_light", "not_covered", "odd_texture")
    for language in LANGUAGES:
        known = keys(language)
        assert {f"harmonise.kind.{kind}" for kind in kinds} <= known.keys()
        assert {f"harmonise.evidence.{name}" for name in evidence} <= known.keys()
