"""The chapter and the chart that tell whether light stands for people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cityebb.identify.proxy import Figures, Period, check_proxy, reliability_of
from cityebb.publish._numbers import MISSING
from cityebb.publish.chapters import Options
from cityebb.publish.chapters.proxy import proxy
from cityebb.publish.dictionary import entries
from cityebb.publish.figures import _style
from cityebb.publish.figures.proxy import _apart, _round, draw_proxy
from cityebb.publish.report import render
from cityebb.publish.tables import write_tables
from cityebb.publish.view import View


def check(results, *, indicator="people", concept="resident", tell=True):
    cities = results.cities
    random = np.random.default_rng(5)
    x, y = (random.normal(mean, 1, len(cities)) for mean in (8, 12))
    dx, dy = (random.normal(0, 0.2, len(cities)) for _ in "xy")
    dy = dx + 0.1 * dy if tell else dy
    dy[0] = np.nan
    light = Figures((2013, 2020), np.exp(np.column_stack([x - dx, x])), "light_sum", "lights")
    people = Figures(
        (2010, 2020), np.exp(np.column_stack([y - dy, y])), indicator, "count", concept, "census"
    )
    return check_proxy(light, people, cities, period=Period(2013, 2020, 2010), verdicts=results.verdicts)


def with_proxy(results, *checked):
    return replace(
        results,
        proxy=pd.concat([one.checks for one in checked]),
        proxy_calls=pd.concat([one.calls for one in checked]),
        proxy_points=pd.concat([one.points for one in checked]),
        reliability=reliability_of(results.verdicts, checked[0], results.cities),
    )


@pytest.fixture(scope="module")
def found(results):
    return with_proxy(results, check(results), check(results, indicator="gdp", tell=False))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_chapter_says_what_was_found(found, language):
    view = View(found, language)
    chapter = proxy(view, Options())
    people, output = chapter.content["pairs"]
    total = people["groups"][0]["rows"][0]
    assert total["cities"] == "300"
    assert float(total["change"].rstrip("%")) > 70
    assert total["word"] == view.word("identify.proxy.word", "holds")
    assert total["level"].startswith(("−", "0"))
    assert output["groups"][0]["rows"][0]["word"] == view.word("identify.proxy.word", "not_shown")
    assert people["cautions"] == [view.word("identify.proxy.caution", "periods_differ")]
    shrinking = int((found.reliability["state"] == "shrinking").sum())
    assert str(shrinking) in chapter.content["carried"]
    assert all("publish." not in str(value) for value in (chapter.content["carried"], total, people["calls"]))


def test_the_worth_of_every_way_to_call_is_told_for_all_cities(found):
    calls = proxy(View(found, "en"), Options()).content["pairs"][0]["calls"]
    of_all = [row["name"] for row in calls if not row["group"]]
    assert len(of_all) == len(set(of_all)) == 6


def test_a_single_size_is_not_told_twice_and_few_calls_have_no_ratio(found):
    all_of_them = found.proxy_calls[found.proxy_calls["by"] == "all"]
    again = all_of_them.assign(by="size_class", group="unknown")
    few = replace(found, proxy_calls=pd.concat([all_of_them, again]).assign(proxy_word="not_checked"))
    calls = proxy(View(few, "en"), Options()).content["pairs"][0]["calls"]
    assert {(row["group"], row["ratio"]) for row in calls} == {("", MISSING)}
    whole = replace(found, proxy=found.proxy.assign(slope_corrected=found.proxy["slope"]))
    assert proxy(View(whole, "en"), Options()).content["pairs"][0]["noise"] == ""


def test_registered_people_are_named_so(results):
    view = View(with_proxy(results, check(results, concept="registered")), "en")
    pair = proxy(view, Options()).content["pairs"][0]
    assert "registered" in pair["lead"]
    assert "The other figure counts registered people, not residents." in pair["cautions"]
    assert pair["groups"][0]["rows"][0]["word"] == "weak"


def test_nothing_checked_no_chapter(results):
    assert proxy(View(results, "en"), Options()) is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_stands_in_the_report(found, language):
    page = render(View(found, language), Options())
    assert 'id="proxy"' in page
    assert 'id="proxy-0-' in page
    assert 'id="proxy-1-' in page


def axes_of(view, checked):
    with _style.drawing():
        return draw_proxy(view, checked.points, checked.checks).axes


def test_both_panels_show_the_same_cities_and_a_line_each(results):
    left, right = axes_of(View(results, "en"), check(results))
    assert [len(axes.lines) for axes in (left, right)] == [2, 4]  # the line and its rim; besides, the zeros
    counts = [
        sum(len(patch.get_path().vertices) // 2 for patch in axes.patches if patch.get_zorder() % 1 < 0.05)
        for axes in (left, right)
    ]
    assert counts == [300, 299]


def test_what_was_not_checked_has_no_line(results):
    few = replace(results, cities=results.cities.iloc[:10])
    checked = check(replace(few, verdicts=results.verdicts.iloc[:0]))
    left, right = axes_of(View(results, "en"), checked)
    assert [len(axes.lines) for axes in (left, right)] == [0, 2]
    assert all("Not checked" in " ".join(text.get_text() for text in axes.texts) for axes in (left, right))


def test_no_cities_still_make_a_figure(results):
    none = replace(results, cities=results.cities.iloc[:0], verdicts=results.verdicts.iloc[:0])
    assert len(axes_of(View(results, "zh"), check_nothing(none))) == 2


def check_nothing(results):
    empty = [
        Figures((2010, 2020), np.empty((0, 2)), name, "s", "resident", "census")
        for name in ("light_sum", "people")
    ]
    return check_proxy(*empty, results.cities, period=Period(2010, 2020))


def test_words_on_an_axis_do_not_touch():
    shares = [-0.5, -0.4, -0.2, 0.0, 0.1, 0.5, 0.9]
    assert _apart(shares, np.log(0.4), np.log(1.6), 0.1) == [-0.5, -0.4, -0.2, 0.0, 0.5]
    assert _round(2.0, 5.0) == [500, 1000, 5000, 10_000, 50_000]
    assert _round(2.0, 3.0) == [200, 500]


def test_the_tables_are_written_and_their_columns_told(found, tmp_path):
    names = {path.name for path in write_tables(found, tmp_path, ["csv"])}
    assert {"proxy.csv", "proxy_calls.csv", "proxy_points.csv", "reliability.csv"} <= names
    assert {"r2_out", "ppv", "other_change", "rests_on"} <= {entry.column for entry in entries("en")}
