"""What ``[harmonise]`` says of years is done for tables too, or refused: never passed over."""

from __future__ import annotations

import pytest

from cityebb.model import CityebbError, Faults
from cityebb.study import check_study, execute
from cityebb.words import LANGUAGES, using

STUDY = """cityebb_study = 1

[read.people]
table = "people.csv"
grade = "census"

[harmonise]
{harmonise}

[delineate.units]
units = "people"

[identify.people]
cities = "units"
source = "people"

[publish]
formats = ["csv"]
"""
TABLE = """代码,地区,2000年常住人口,2010年常住人口,2020年常住人口
110101,东城区,900,1000,1100
110102,西城区,1900,2000,2100
全市,合计,2801,3000,3200
"""


@pytest.fixture
def write(tmp_path):
    def write(harmonise):
        (tmp_path / "people.csv").write_text(TABLE, "utf-8")
        (tmp_path / "study.toml").write_text(STUDY.format(harmonise=harmonise), "utf-8")
        return tmp_path / "study.toml"

    return write


@pytest.mark.parametrize(
    ("dropped", "years"), [([], (2000, 2020)), ([2000], (2010, 2020)), ([2010], (2000, 2020))]
)
def test_a_year_of_a_table_that_is_dropped_is_not_compared(write, quick, dropped, years):
    found = execute(write(f"drop_years = {dropped}")).main
    assert tuple(found.verdicts.loc[:, ["start", "end"]].iloc[0].astype(int)) == years
    assert set(found.panel["year"]) == {2000, 2010, 2020} - set(dropped)
    told = [note.values["year"] for note in found.notes if note.key == "harmonise.year_dropped"]
    assert told == dropped
    assert found.comparability is not None
    assert not set(found.comparability.audit["year"].dropna().astype(int)) & set(dropped)


@pytest.mark.parametrize(
    ("harmonise", "key"),
    [
        ("drop_years = [2000, 2010, 2020]", "study.units_no_year"),
        ("drop_years = [2000, 2010]", "study.one_year"),
        ("keep_years = [2010]", "study.only_of_grids"),
        ("cross_joints = [2010]", "study.only_of_grids"),
        ('onto = "people"', "study.onto_without_grids"),
    ],
)
def test_what_would_leave_nothing_or_do_nothing_is_a_fault(write, harmonise, key):
    path = write(harmonise)
    with pytest.raises(CityebbError) as caught:
        check_study(path)
    assert not isinstance(caught.value, Faults)
    assert caught.value.key == key
    for language in LANGUAGES:
        with using(language):
            assert str(caught.value)


def test_a_start_that_is_dropped_is_not_there(write):
    path = write("drop_years = [2010]")
    path.write_text(path.read_text("utf-8").replace('source = "people"', 'source = "people"\nstart = 2010'))
    with pytest.raises(CityebbError) as caught:
        check_study(path)
    assert (caught.value.key, caught.value.values["years"]) == ("study.year_not_there", "2000, 2020")


@pytest.mark.parametrize("nation", ["{ 2010 = -5 }", "{ 2010 = 0 }", "{ 2010 = nan }", "{ 20 = 3000 }"])
def test_a_nation_of_no_people_is_out_of_range(write, nation):
    path = write(f"nation = {nation}")
    with pytest.raises(CityebbError) as caught:
        check_study(path)
    assert not isinstance(caught.value, Faults)
    assert (caught.value.values["section"], caught.value.values["key"]) == ("harmonise", "nation")
    for language in LANGUAGES:
        with using(language):
            assert "nation" in str(caught.value)
            assert "Input should" not in str(caught.value)


@pytest.mark.parametrize(("key", "year"), [("start", 2099), ("end", 2099), ("start", 1999)])
def test_a_year_that_the_table_lacks_is_a_fault(write, key, year):
    path = write("")
    text = path.read_text("utf-8").replace('source = "people"', f'source = "people"\n{key} = {year}')
    path.write_text(text, "utf-8")
    with pytest.raises(CityebbError) as caught:
        check_study(path)
    assert (caught.value.key, caught.value.values["year"]) == ("study.year_not_there", year)


def test_a_dropped_year_that_nothing_has_is_told(write):
    for dropped, told in (("[1999, 2000]", ["1999"]), ("[2000]", [])):
        notes = check_study(write(f"drop_years = {dropped}")).opened.notes
        found = [note for note in notes if note.key == "study.note.dropped_not_there"]
        assert [note.values["years"] for note in found] == told
        assert all(note.values["there"] == "2000, 2010, 2020" for note in found)
