"""China's prefectures 2010–2020: what boundaries did, and what the harmonised file itself hides."""

from __future__ import annotations

import pandas as pd
import pytest

from cityebb.harmonise import decompose
from cityebb.harmonise.audit import (
    against_parents,
    audit,
    compare_publications,
    of_one_date,
    renamed,
    uncoded_within,
)
from cityebb.harmonise.ledger import between, check_ledger, crosswalk, shares_from_parts
from cityebb.read import TableParameters, read_ledger, read_table

pytestmark = pytest.mark.data("census_china", "division_codes_china")
FILE = "census_china/prefecture_2010_adjusted_and_raw.csv"
CORPS = "659"


@pytest.fixture(scope="module")
def table(data):
    def read(path, **more):
        told = {"concept": "resident", "grade": "census"} | more
        counts = read_table(data / path, TableParameters(table=path, **told)).counts
        return counts[(counts["indicator"] == "people") & (counts["concept"] == "resident")]

    return read


@pytest.fixture(scope="module")
def adjusted(table):
    return table(FILE, level="all")


@pytest.fixture(scope="module")
def mainland(adjusted):
    return adjusted[~adjusted["unit_id"].str[:2].isin(["81", "82"])]


@pytest.fixture(scope="module")
def raw(table):
    columns = {"popu_2010_raw_2010boundary": "people/resident/2010", "popu_2020": "people/resident/2020"}
    return table(FILE, level="all", columns=columns)


@pytest.fixture(scope="module")
def yearbook(table):
    return {year: table(f"census_china/county_{year}.xlsx", level="prefecture") for year in (2010, 2020)}


@pytest.fixture(scope="module")
def ledger(data):
    read = read_ledger(data / "division_codes_china/codes_1981_2024.csv")
    return between(check_ledger(read.ledger, strict=False).ledger, 2010, 2020)


def flips(found):
    return set(found.loc[found["flag"].isin(["artificial_shrinkage", "masked_shrinkage"]), "name"])


def test_156_of_356_shrink_on_equal_boundaries(mainland):
    wide = mainland.pivot_table(index="unit_id", columns="year", values="value").dropna()
    falls = wide[2010] - wide[2020]
    assert (len(wide), int((falls > 0).sum()), int(falls.clip(lower=0).sum())) == (356, 156, 36_583_168)
    change = wide[2020] / wide[2010] - 1
    assert change["230400"] == pytest.approx(-0.1581, abs=5e-5)  # Hegang
    assert change["230700"] == pytest.approx(-0.2345, abs=5e-5)  # Yichun


def test_four_signs_flip_with_the_bulletins_figure_on_both_sides(raw, mainland):
    found = decompose(raw, mainland, start=2010, end=2020).dropna(subset=["reported", "real"])
    assert len(found) == 321
    assert ((found["reported"] < 0).sum(), (found["real"] < 0).sum()) == (146, 148)
    assert flips(found) == {"保定市", "淮南市", "马鞍山市", "铜陵市"}
    rows = found.set_index("name")
    assert rows.loc["铜陵市", "reported_change"] == pytest.approx(0.812, abs=5e-4)
    assert rows.loc["铜陵市", "real_change"] == pytest.approx(-0.161, abs=5e-4)
    assert rows.loc[["淮南市", "铜陵市"], "flag"].tolist() == ["masked_shrinkage"] * 2
    assert rows.loc["资阳市", "reported_change"] == pytest.approx(-0.370, abs=5e-4)
    assert rows.loc["资阳市", "real_change"] == pytest.approx(-0.110, abs=5e-4)
    assert (found["territorial"] + found["real"] - found["reported"]).abs().max() == 0


def test_with_the_yearbooks_figure_bortala_replaces_baoding(raw, yearbook, mainland):
    naive = pd.concat([raw[raw["year"] == 2010], yearbook[2020]])
    found = decompose(naive, mainland, start=2010, end=2020).dropna(subset=["before_reported", "real"])
    assert len(found) == 321
    assert (found["reported"] < 0).sum() == 146
    assert flips(found) == {"博尔塔拉蒙古自治州", "淮南市", "马鞍山市", "铜陵市"}
    bortala = found.set_index("name").loc["博尔塔拉蒙古自治州"]
    assert bortala["flag"] == "artificial_shrinkage"
    assert bortala["reported_change"] == pytest.approx(-0.023, abs=5e-4)
    assert bortala["real_change"] == pytest.approx(0.100, abs=5e-4)


def test_two_publications_name_who_stands_on_other_boundaries(mainland, yearbook):
    later = compare_publications(mainland[mainland["year"] == 2020], yearbook[2020]).set_index("name")
    assert {"西安市", "咸阳市", "保定市"} <= set(later.index)
    assert later.loc["西安市", ["value", "expected"]].tolist() == [12_952_907, 12_183_280]
    assert later.loc["保定市", ["value", "expected"]].tolist() == [9_242_610, 11_544_036]
    # The corps city of Shuanghe, carved out of Bortala.
    assert later.loc["博尔塔拉蒙古自治州", "difference"] == 54_731
    earlier = compare_publications(mainland[mainland["year"] == 2010], yearbook[2010]).set_index("name")
    assert earlier.loc["合肥市", "difference"] == pytest.approx(1_754_561)
    assert earlier.loc["济南市", "difference"] == 1_298_529
    # Xianyang's base leaves Xixian out already, Xi'an's does not hold it yet: its +53 % is no growth.
    assert "咸阳市" in earlier.index
    assert "西安市" not in earlier.index


def test_abolished_prefectures_are_assigned_and_not_dropped(yearbook, ledger):
    found = of_one_date(pd.concat(yearbook.values()), 2010, 2020, ledger)
    gone = found[found["finding"] == "vanished"].set_index("name")
    assert gone.loc["巢湖市", "value"] == 3_873_102
    assert gone.loc["莱芜市", "value"] == 1_298_529
    assert all(name in gone.loc["巢湖市", "related"] for name in ("合肥市", "芜湖市", "马鞍山市"))
    assert gone.loc["莱芜市", "related"] == "济南市 (370100)"
    assert set(gone["level"]) == {"info"}  # every one of them is explained


def test_chaohus_people_go_where_its_counties_went(table, yearbook, ledger):
    """Shares by the people of the counties; Hexian went to two cities, by a share that nobody tells."""
    counties = table("census_china/county_2010.xlsx", level="county")
    own = counties[counties["unit_id"].str.startswith("3414")]
    assert own["value"].sum() == 3_873_102
    to = {"341402": "340100", "341421": "340100", "341422": "340200", "341423": "340500", "341424": "340500"}
    parts = pd.DataFrame({"unit_id": list(to), "from_unit": "341400", "to_unit": list(to.values())})
    filled = shares_from_parts(ledger[ledger["from_unit"] == "341400"], parts, own)
    assert filled["share"].sum() == pytest.approx(1)
    weights = crosswalk(filled, ["341400", "340100"], 2010, 2020)
    share = weights.set_index(["from_unit", "to_unit"])["share"]
    hefei = own.set_index("unit_id")["value"][["341402", "341421"]].sum() / 3_873_102
    assert share["341400", "340100"] == pytest.approx(hefei)


def test_the_audit_itemises_what_is_missing(adjusted):
    found = audit(adjusted, start=2010, end=2020, nation={2010: 1_332_810_869, 2020: 1_409_778_724})
    kinds = dict(iter(found.groupby("finding")))
    assert set(kinds["outside_the_mainland"]["name"]) == {"香港特别行政区", "澳门特别行政区"}
    empty = set(kinds["no_figure"]["unit_id"]) | set(kinds.get("appeared", found.iloc[:0])["unit_id"])
    assert sum(code.startswith(CORPS) for code in empty) >= 9
    assert len(kinds["nation_differs"]) == 2
    assert kinds["nation_differs"]["related"].notna().all()


def test_losing_people_and_gaining_townspeople(data):
    path = FILE
    counts = read_table(
        data / path, TableParameters(table=path, concept="resident", grade="census", level="all")
    ).counts
    wide = counts.pivot_table(index="unit_id", columns=["concept", "year"], values="value")
    wide = wide[~wide.index.str[:2].isin(["81", "82"])]
    urban, people = wide["urban_resident"], wide["resident"]
    both = urban[[2010, 2020]].notna().all(axis=1)
    town, whole = (urban[2020] - urban[2010])[both], (people[2020] - people[2010])[both]
    assert both.sum() == 333
    assert (town < 0).sum() == 25
    assert ((whole < 0) & (town > 0)).sum() == 124


def test_twenty_bases_are_suspected_without_a_ledger(raw, mainland):
    """The base of 2010 on the boundaries of 2020, held against the census, as in Dong, Du and Liu."""
    other = mainland[mainland["year"] == 2010].assign(source="bulletin")
    found = decompose(raw, raw, start=2010, end=2020, others=other).set_index("name")
    suspected = found[found["flag"] == "suspected"]
    assert (len(suspected), int(found["reported"].notna().sum())) == (20, 321)
    assert {"保定市", "淮南市", "马鞍山市", "铜陵市", "资阳市", "济南市"} <= set(suspected.index)
    assert suspected.loc["铜陵市", "evidence"].endswith("+81.2% / -16.1%")
    assert suspected.loc["资阳市", "evidence"].endswith("-37.0% / -11.0%")


@pytest.mark.parametrize(
    ("year", "rows", "people", "off_before"), [(2010, 9, 723_407, 7), (2020, 40, 3_440_373, 36)]
)
def test_people_without_a_code_are_in_the_prefecture_they_stand_under(data, year, rows, people, off_before):
    path = f"census_china/county_{year}.xlsx"
    read = read_table(data / path, TableParameters(table=path, concept="resident", grade="census"))
    counts = read.counts[(read.counts["indicator"] == "people") & (read.counts["concept"] == "resident")]
    found = uncoded_within(counts, read.totals, read.uncoded)
    assert set(found["finding"]) == {"uncoded_within"}
    assert (len(found), found["value"].sum()) == (rows, people)
    assert len(against_parents(counts, read.totals)) == off_before
    assert against_parents(counts, read.totals, within=found).empty


def test_codes_that_stand_for_another_unit(data, table):
    """Wansheng's code passed to Qijiang, Shuangqiao's to Dazu; in 2010 two of Tangshan's are swapped."""
    counts = pd.concat([table(f"census_china/county_{year}.xlsx", level="county") for year in (2010, 2020)])
    read = read_ledger(data / "division_codes_china/codes_1981_2024.csv")
    period = between(check_ledger(read.ledger, strict=False).ledger, 2010, 2020)
    found = renamed(counts, period, read.units)
    reused = found[found["finding"] == "code_reused"].set_index("unit_id")
    assert reused["name"].to_dict() == {
        "130207": "丰南区",
        "130208": "丰润区",
        "500110": "綦江区",
        "500111": "大足区",
    }
    assert reused.loc["500110", "related"] == "綦江县 (500222)"
    changed = found[found["finding"] == "name_changed"]
    # What no event and no list tells of are three slips of the pen.
    assert changed.loc[changed["level"] == "warning", "name"].tolist() == ["内丘县", "浉河区", "汨罗市"]
    assert "襄都区" in set(changed.loc[changed["level"] == "info", "name"])
