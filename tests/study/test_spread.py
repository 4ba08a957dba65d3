"""People spread between outlines as a study file says it: two old units, three new, and light."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from cityebb.model import CityebbError, Faults
from cityebb.study import check_study, execute, load_study

STUDY = """cityebb_study = 1
title = "Two become three"

[read.people]
table = { 2010 = "2010.csv", 2020 = "2020.csv" }
concept = "resident"
grade = "census"

[read.before]
units = "before.geojson"
vintage = "2010"
citation = "Old atlas"

[read.after]
units = "after.geojson"
vintage = "2020"

[read.night]
files = { 2012 = "light.tif" }
indicator = "light"
unit = "DN"
citation = "Night maker"

[harmonise]
outlines = ["before", "after"]

[delineate.counties]
units = "people"

[publish]
formats = ["parquet", "csv"]
"""
OLD = {"230401": ("甲县", 130, 134), "230402": ("乙县", 134, 138)}
NEW = {"230411": ("东县", 130, 132), "230412": ("中县", 132, 136), "230413": ("西县", 136, 138)}
BEFORE = {"230401": 100_000, "230402": 200_000}
AFTER = {"230411": 90_000, "230412": 60_000, "230413": 150_000}
WITH_LIGHT = 'outlines = ["before", "after"]\nspread = "night"'


def write_table(path, units, figures):
    rows = {"区划代码": list(figures), "地区": [units[code][0] for code in figures], "人口": figures.values()}
    pd.DataFrame(rows).to_csv(path, index=False)


def write_outlines(path, units):
    gpd.GeoDataFrame(
        {"code": list(units), "name": [name for name, _, _ in units.values()]},
        geometry=[box(left, 47, right, 48) for _, left, right in units.values()],
        crs="EPSG:4326",
    ).to_file(path, driver="GeoJSON")


def write_light(path, values, left=130.0):
    import rasterio
    from rasterio.transform import from_origin

    told = {"width": len(values), "height": 1, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    with rasterio.open(path, "w", driver="GTiff", transform=from_origin(left, 48, 1, 1), **told) as target:
        target.write(np.array([[values]], np.float32)[0], 1)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "study.toml").write_text(STUDY, "utf-8")
    write_table(tmp_path / "2010.csv", OLD, BEFORE)
    write_table(tmp_path / "2020.csv", NEW, AFTER)
    write_outlines(tmp_path / "before.geojson", OLD)
    write_outlines(tmp_path / "after.geojson", NEW)
    write_light(tmp_path / "light.tif", [3, 1, 0, 0, 1, 0, 0, 3])
    return tmp_path


@pytest.fixture
def run(folder):
    def judge(old="", new=""):
        text = (folder / "study.toml").read_text("utf-8")
        assert old in text
        (folder / "study.toml").write_text(text.replace(old, new, 1), "utf-8")
        return execute(folder / "study.toml")

    return judge


def before(results):
    return results.verdicts.set_index("city_id")["before"].to_dict()


def test_by_area_and_no_word_of_light(run, one_report):
    found = run().main
    assert before(found) == pytest.approx({"230411": 50_000, "230412": 150_000, "230413": 100_000}, rel=1e-6)
    # The trial shows how far off the area is: no rise or fall can be told from that.
    assert set(found.verdicts["state"]) == {"undetermined"}
    spread = found.panel[found.panel["year"] == 2010].set_index("city_id")
    # The old units go half and half: all their people are in doubt. 40, 90 and 50 thousand are put wrong.
    doubt = 1000 * np.array([50, 50 + 100, 100])
    wrong = np.sqrt((np.array([40, 90, 50]) ** 2).sum() * 1e6 / (doubt**2).sum())
    assert spread["sd"].to_numpy() == pytest.approx(wrong * doubt, rel=1e-6)
    assert (found.definition["boundaries"], found.definition["vintage"]) == ("vintage", "2020")
    assert found.panel["coverage"].min() > 1 - 1e-9
    # The map is that onto which people were spread: the second unit is twice as wide.
    assert found.cities.geometry.notna().all()
    assert found.definition["outlines"] == "after"
    assert found.cities["area_km2"].to_dict()["230412"] == pytest.approx(
        2 * found.cities["area_km2"].to_dict()["230411"], rel=1e-3
    )


def test_by_light(run, one_report):
    found = run('outlines = ["before", "after"]', WITH_LIGHT).main
    assert before(found) == pytest.approx({"230411": 100_000, "230412": 50_000, "230413": 150_000}, rel=1e-6)
    assert set(found.comparability.crosswalk["share_of"]) == {"light"}
    trial = found.comparability.trial
    off = (trial["spread_share"] - trial["counted_share"]).abs().groupby(trial["way"]).sum()
    assert off["area"] == pytest.approx((40 + 90 + 50) / 300, abs=1e-6)
    assert off["light:night:2012"] == pytest.approx((10 + 10 + 0) / 300, abs=1e-6)


def test_layers_of_a_map_service_are_put_on_wgs84_and_each_is_told(folder, run, one_report):
    from cityebb.harmonise.coordinates import transform_geometry

    for name in ("before", "after"):
        true = gpd.read_file(folder / f"{name}.geojson")
        transform_geometry(true, "wgs84", "gcj02").to_file(folder / f"{name}.geojson", driver="GeoJSON")
    text = (folder / "study.toml").read_text("utf-8")
    for year in ("2010", "2020"):
        text = text.replace(f'vintage = "{year}"', f'vintage = "{year}"\ndatum = "gcj02"')
    (folder / "study.toml").write_text(text, "utf-8")
    found = run().main
    told = {note.source for note in found.notes if note.key == "study.note.datum"}
    assert told == {"before", "after"}
    assert before(found)["230412"] == pytest.approx(150_000, rel=1e-3)


def test_a_layer_may_stand_for_another_date(run, one_report):
    text = 'outlines = { 2010 = "before", 2020 = "after" }'
    found = run('outlines = ["before", "after"]', text).main
    assert before(found)["230412"] == pytest.approx(150_000, rel=1e-6)


def test_a_second_run_does_nothing_and_another_way_all_anew(run, one_report):
    run()
    assert run().log.ran == []
    assert "comparable-counties" in run('outlines = ["before", "after"]', WITH_LIGHT).log.ran


def test_a_grid_by_which_people_are_spread_needs_no_cities_of_its_own(run, one_report):
    outcome = run()
    assert not [
        name for name in outcome.log.ran if name.startswith(("scan", "breaks", "delineate-", "measure-"))
    ]
    assert list(outcome.results) == ["counties"]


def test_grids_by_which_people_are_spread_may_lie_on_different_grids(folder, run, one_report):
    write_light(folder / "other.tif", [1, 1, 1, 1], left=131.0)
    text = '[read.other]\nfiles = { 2012 = "other.tif" }\nindicator = "light"\nunit = "DN"\n\n[harmonise]'
    found = run("[harmonise]", text).main
    assert {"light:night:2012", "light:other:2012"} <= set(found.comparability.trial["way"])


def test_a_year_that_is_dropped_is_no_weight(folder, run, one_report):
    write_light(folder / "later.tif", [1, 1, 1, 1, 1, 1, 1, 1])
    text = WITH_LIGHT.replace("\nspread", "\ndrop_years = [2012]\nspread")
    write = (
        (folder / "study.toml")
        .read_text("utf-8")
        .replace('2012 = "light.tif"', '2012 = "light.tif", 2015 = "later.tif"')
    )
    (folder / "study.toml").write_text(write, "utf-8")
    assert "light:night:2015" in set(
        run('outlines = ["before", "after"]', text).main.comparability.trial["way"]
    )


def test_a_grid_with_no_year_left_cannot_be_the_way(folder):
    text = WITH_LIGHT.replace("\nspread", "\ndrop_years = [2012]\nspread")
    (folder / "study.toml").write_text(STUDY.replace('outlines = ["before", "after"]', text, 1), "utf-8")
    with pytest.raises(CityebbError) as caught:
        check_study(folder / "study.toml")
    assert caught.value.key == "study.spread_no_year"


def test_the_source_of_a_comparison_of_units_is_their_table(folder):
    text = STUDY + "\n[identify.people]\ncities = 'counties'\n"
    (folder / "study.toml").write_text(text, "utf-8")
    assert load_study(folder / "study.toml").identify["people"].source == "people"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "zh",
            (
                "分摊方法与普查对照",
                "按面积",
                "按光滑曲面",
                "按灯光（night 2012）",
                "按栅格“night”2012 年的分布",
                "误差",
                "Night maker",
                "Old atlas",
                "边界轮廓",
                "按灯光（night 2012）的误差之和为 6.7%，按面积为 60.0%",
            ),
        ),
        (
            "en",
            (
                "Ways to spread people, tried against a count",
                "by area",
                "on a smooth surface",
                "by light (night 2012)",
                "as the grid &#34;night&#34; of 2012 is distributed",
                "Night maker",
                "Old atlas",
                "outlines",
                "The errors by light (night 2012) sum to 6.7%, by area to 60.0%",
            ),
        ),
    ],
)
def test_the_report_shows_the_trial(run, language, words):
    outcome = run('outlines = ["before", "after"]', WITH_LIGHT)
    page = outcome.reports[language].read_text("utf-8")
    assert [word for word in words if word not in page] == []
    assert re.findall(r">[^<]*\bnan\b[^<]*<", page.lower()) == []


def test_of_many_units_those_with_the_largest_errors_are_shown(folder, run):
    spans = {f"2305{place:02}": (f"第{place}区", 130 + place, 131 + place) for place in range(1, 21)}
    moved = {
        f"2306{int(code[4:]):02}": (name, left + 0.5, right + 0.5)
        for code, (name, left, right) in spans.items()
    }
    write_outlines(folder / "before.geojson", spans)
    write_outlines(folder / "after.geojson", moved)
    write_table(folder / "2010.csv", spans, dict.fromkeys(spans, 1_000))
    # All alike but two: the errors there are the largest.
    write_table(folder / "2020.csv", moved, dict.fromkeys(moved, 1_000) | {"230603": 5_000, "230607": 1})
    write_light(folder / "light.tif", [1] * 30)
    pages = run().reports
    text = pages["zh"].read_text("utf-8")
    assert "单元共 20 个，表中是按面积误差最大的 15 个。" in text
    assert "Of 20 units, the 15 with the largest errors by area are shown." in pages["en"].read_text("utf-8")
    table = text[text.index("分摊方法与普查对照") :].split("</table>")[0]
    names = re.findall(r"<th scope=\"row\">([^<]*)</th>", table)
    assert len(names) == 16  # and the sum of errors
    assert set(names[:2]) == {"第3区", "第7区"}


def test_a_mask_is_told_with_its_value(run):
    outcome = run('outlines = ["before", "after"]', WITH_LIGHT + "\nmask_above = 2")
    assert before(outcome.main) == pytest.approx(
        {"230411": 100_000, "230413": 200_000} | {"230412": 0}, abs=1
    )
    assert "按灯光掩膜（night 2012，高于 2）" in outcome.reports["zh"].read_text("utf-8")
    assert "by light, as a mask (night 2012, above 2)" in outcome.reports["en"].read_text("utf-8")


def test_with_a_ledger_its_shares_win(folder, run, one_report):
    (folder / "changes.csv").write_text(
        "event_id,date,kind,from_unit,to_unit,share,confidence\n"
        "1,2015,split,230401,230411,0.9,certain\n1,2015,split,230401,230412,0.1,certain\n"
        "2,2015,split,230402,230412,,certain\n2,2015,split,230402,230413,,certain\n",
        "utf-8",
    )
    text = '[read.changes]\nledger = "changes.csv"\n\n[harmonise]\nledger = "changes"'
    found = run("[harmonise]", text).main
    assert before(found) == pytest.approx({"230411": 90_000, "230412": 110_000, "230413": 100_000}, rel=1e-6)


def test_what_lies_outside_is_in_the_table_of_what_was_not_used(folder, run, one_report):
    write_outlines(folder / "after.geojson", NEW | {"230413": ("西县", 136, 137)})
    outcome = run()
    unused = outcome.main.comparability.unused
    rows = unused[unused["reason"] == "harmonise.unused.outside"]
    assert rows["text"].tolist() == ["230402 2010: 50,000 (25.00%)"]
    assert "落在目标轮廓之外" in outcome.reports["zh"].read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('["before", "after"]', '["befor", "after"]', "study.refers_to_nothing_near"),
        ('["before", "after"]', '["before", "people"]', "study.refers_to_nothing"),
        ('["before", "after"]', '{ 2010 = "before", 2020 = "aftr" }', "study.refers_to_nothing_near"),
        ("[delineate", 'spread = "nigth"\n[delineate', "study.refers_to_nothing_near"),
        ("[delineate", 'spread = "people"\n[delineate', "study.refers_to_nothing"),
        ("[delineate", "mask_above = 2\n[delineate", "harmonise.mask_without_grid"),
        ("[delineate", 'boundaries = "as_published"\n[delineate', "harmonise.outlines_unused"),
        ('outlines = ["before", "after"]', 'spread = "night"', "harmonise.spread_unused"),
        ('vintage = "2010"', 'vintage = "2020"', "study.outlines_of_one_date"),
        ('["before", "after"]', '{ 10 = "before" }', "study.out_of_range"),
        ('vintage = "2010"', 'vintage = "2009"', "harmonise.outlines_no_vintage"),
        ('vintage = "2020"', 'vintage = "2022"', "harmonise.outlines_no_target"),
        ('units = "after.geojson"', 'units = "atfer.geojson"', "read.file_missing"),
    ],
)
def test_faults_are_told_before_a_run(folder, old, new, key):
    text = (folder / "study.toml").read_text("utf-8")
    assert old in text
    (folder / "study.toml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(CityebbError) as caught:
        check_study(folder / "study.toml")
    faults = caught.value.faults if isinstance(caught.value, Faults) else [caught.value]
    assert key in {fault.key for fault in faults}
