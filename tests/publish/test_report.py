"""The report: well-formed, self-contained, complete in both languages, harmless whatever the data hold."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from cityebb.model import CALIBRATIONS, EFFECTS, ROBUSTNESS, SENSITIVITY, CityebbError, Results
from cityebb.publish import write_report
from cityebb.publish.chapters import Options
from cityebb.publish.chapters.cities import leading
from cityebb.publish.report import render
from cityebb.publish.view import View
from cityebb.words import LANGUAGES, keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHAPTERS = (
    "overview",
    "map",
    "sensitivity",
    "persistence",
    "sizes",
    "countries",
    "rankings",
    "cities",
    "truth",
    "comparable",
    "data",
    "method",
    "dictionary",
    "provenance",
)
HOSTILE = (
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "{x} {0} %s",
    "$\\frac{$",
    "a&b\"c'd",
    "</svg><b>",
    "\x07x",
)


@pytest.fixture(scope="module")
def pages(results: Results) -> dict[str, str]:
    return {language: render(View(results, language), Options(leading=4)) for language in LANGUAGES}


@pytest.fixture(scope="module")
def few(make_results: Callable[..., Results]) -> Results:
    return make_results(6)


def parse(page: str) -> ET.Element:
    """Return the page as XML: stricter than any browser."""
    assert page.startswith("<!DOCTYPE html>\n")
    return ET.fromstring(page.removeprefix("<!DOCTYPE html>\n"))  # noqa: S314 - our own page


def words(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def find(page: ET.Element, key: str) -> ET.Element:
    return next(section for section in page.iter("section") if section.get("id") == key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_well_formed_and_has_every_chapter(pages: dict[str, str], language: str) -> None:
    page = parse(pages[language])
    assert tuple(section.get("id") for section in page.iter("section")) == CHAPTERS
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    targets = {a.get("href", "")[1:] for a in page.iter("a") if a.get("href", "").startswith("#")}
    assert targets <= set(ids)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_loads_nothing(pages: dict[str, str], language: str) -> None:
    page = parse(pages[language])
    for element in page.iter():
        for name, value in element.attrib.items():
            if name.rpartition("}")[2] in ("src", "href", "srcset", "data", "action", "poster"):
                assert value.startswith(("#", "data:", "https://doi.org/")), (element.tag, value)
    assert "@import" not in pages[language]
    assert not re.search(r"url\((?!#)", pages[language])
    policy = next(m.get("content", "") for m in page.iter("meta") if m.get("http-equiv"))
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_missing_and_no_placeholder_is_left(pages: dict[str, str], language: str) -> None:
    text = words(parse(pages[language]).find("body") or ET.Element("body"))
    assert not re.search(
        r"\b(publish|identify|model|harmonise)\.[a-z_]+", text.replace("cityebb.publish", "")
    )
    known = set(re.findall(r"\{[a-z_]*\}", text))
    assert known <= {"{x}"}  # a column that the made-up note names
    assert "nan" not in text.lower().split()
    assert "None" not in text


def test_each_language_speaks_itself_alone(pages: dict[str, str]) -> None:
    english = words(find(parse(pages["en"]), "method"))
    chinese = words(find(parse(pages["zh"]), "method"))
    assert not re.search(r"[\u4e00-\u9fff]", english)
    assert re.search(r"[\u4e00-\u9fff]", chinese)
    assert "收缩" in chinese
    assert not re.search("衰落", pages["zh"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentence_carries_its_definition(pages: dict[str, str], results: Results, language: str) -> None:
    page = parse(pages[language])
    sentence = next(words(p) for p in page.iter("p") if p.get("id") == "sentence")
    row = results.summary[results.summary["by"] == "total"].iloc[0]
    for part in (
        str(row["cities"]),
        str(row["shrinking"]),
        str(row["undetermined"]),
        str(row["plain_down"]),
        {"zh": "lights（灯光） ≥ 2 DN", "en": "lights ≥ 2 DN"}[language],
        "2013–2015",
        "2020–2022",
        "10%",
        "90%",
        "5 km²",
        "8",
        "Chen et al. 2021",
        {"zh": "并集", "en": "union"}[language],
    ):
        assert part in sentence


def test_the_undetermined_stand_beside_every_count(pages: dict[str, str], results: Results) -> None:
    page = parse(pages["en"])
    row = results.summary[results.summary["by"] == "total"].iloc[0]
    cards = [
        words(li) for li in find(page, "overview").iter("li") if (li.get("class") or "").startswith("card")
    ]
    assert len(cards) == 4
    assert f"undetermined {row['undetermined']}" in cards[3]
    assert f"{100 * row['undetermined'] / row['cities']:.1f}%" in cards[3]


def test_hostile_names_are_only_names(make_results: Callable[..., Results]) -> None:
    base = make_results(len(HOSTILE))
    cities = base.cities.copy()
    names = [name.replace("\x07", "") for name in HOSTILE]
    cities["name_zh"] = cities["name_en"] = names
    cities["near"] = False
    sources = {"<b>lights": {**base.sources["lights"], "citation": "<img src=x onerror=alert(1)>"}}
    comparison = {**base.comparison, "source": "<b>lights"}
    panel, verdicts = base.panel.assign(source="<b>lights"), base.verdicts.assign(source="<b>lights")
    hostile = replace(
        base,
        cities=cities,
        sources=sources,
        comparison=comparison,
        panel=panel,
        verdicts=verdicts,
        title={"zh": HOSTILE[0]},
    )
    for language in LANGUAGES:
        text = render(View(hostile, language), Options(named=tuple(names)))
        page = parse(text)
        assert len(list(page.iter("script"))) == 1
        assert not list(page.iter("img"))
        assert not list(page.iter("b"))
        labels = [words(heading) for heading in find(page, "cities").iter("h3")]
        assert "<script>alert(1)</script>" in labels
        assert "{x} {0} %s" in labels


def test_a_control_character_in_a_name_does_not_break_the_page(make_results: Callable[..., Results]) -> None:
    base = make_results(3)
    cities = base.cities.copy()
    cities["name_zh"] = cities["name_en"] = ["a\x07b", "c\x00d", "e\ufffef"]
    parse(render(View(replace(base, cities=cities), "en"), Options()))


def test_no_shrinking_city_is_said(few: Results) -> None:
    verdicts = few.verdicts.assign(state="stable", plain="between", persistence="never", years_below="")
    summary = few.summary.assign(shrinking=0, growing=0, undetermined=0, stable=few.summary["cities"])
    page = parse(render(View(replace(few, verdicts=verdicts, summary=summary), "en"), Options()))
    assert "none is found to shrink" in words(page)
    assert len(list(find(page, "cities").iter("article"))) == 6


def test_no_city_at_all_is_said(few: Results) -> None:
    nothing = replace(
        few,
        cities=few.cities.iloc[:0],
        verdicts=few.verdicts.iloc[:0],
        panel=few.panel.iloc[:0],
        summary=few.summary.iloc[:0],
        sensitivity=SENSITIVITY.empty(),
        robustness=ROBUSTNESS.empty(),
        effects=EFFECTS.empty(),
        truth=None,
        context=None,
    )
    for language in LANGUAGES:
        page = parse(render(View(nothing, language), Options()))
        assert find(page, "map").find("figure") is None
    assert "No city meets the definition" in words(page)


def test_one_city_is_enough(make_results: Callable[..., Results]) -> None:
    for language in LANGUAGES:
        page = parse(render(View(make_results(1), language), Options()))
        assert len(list(find(page, "cities").iter("article"))) == 1


def test_without_sensitivity_the_report_says_so(few: Results) -> None:
    page = parse(render(View(replace(few, sensitivity=SENSITIVITY.empty()), "en"), Options()))
    assert "No other specification was tried" in words(find(page, "sensitivity"))


def test_two_years_are_enough(make_results: Callable[..., Results]) -> None:
    two = make_results(20, years=(2013, 2016))
    page = parse(render(View(two, "en"), Options(leading=2)))
    assert "Fewer than three usable years" in words(find(page, "persistence"))
    assert "The years 2013 and 2016." in words(find(page, "method"))


def test_a_city_without_a_name_is_called_by_its_place(few: Results) -> None:
    cities = few.cities.assign(name_zh=None, name_en=None)
    page = parse(render(View(replace(few, cities=cities), "en"), Options()))
    assert re.search(r"\d+\.\d+°N", words(next(find(page, "cities").iter("h3"))))


def test_a_city_dark_at_the_start_has_no_change(few: Results) -> None:
    verdicts = few.verdicts.copy()
    numbers = [
        "before",
        "change",
        "low",
        "high",
        "plain_change",
        "relative_change",
        "p",
        "q",
        "below_zero",
        "below_threshold",
        "noise",
    ]
    verdicts[numbers] = np.nan
    verdicts[["state", "plain", "persistence", "years_below"]] = [
        "undetermined",
        "no_baseline",
        "unknown",
        "",
    ]
    verdicts["reason"] = "identify.reason.no_baseline"
    page = parse(render(View(replace(few, verdicts=verdicts), "en"), Options()))
    text = words(find(page, "cities"))
    assert "zero at the start: nothing to compare with" in text
    assert "no baseline" in text
    assert "nan" not in text


def test_a_missing_verdict_is_undetermined(few: Results) -> None:
    page = parse(
        render(
            View(replace(few, verdicts=few.verdicts.iloc[1:]), "en"), Options(named=(few.cities.index[0],))
        )
    )
    article = next(find(page, "cities").iter("article"))
    assert "undetermined" in words(article)


def test_census_and_light_that_disagree_are_told_in_words(results: Results) -> None:
    view = View(results, "en")
    shrinking = view.cities.index[view.cities["state"] == "shrinking"]
    assert results.context is not None
    context = results.context.iloc[:1].assign(city_id=shrinking[0], change=0.041)
    text = render(View(replace(results, context=context), "en"), Options(leading=0, named=(shrinking[0],)))
    said = words(find(parse(text), "cities"))
    assert "its total light falls while the resident population of" in said
    assert "rises (+4.1%, 2010→2020)" in said


def test_a_census_is_cited_in_the_reader_s_language(results: Results) -> None:
    assert results.context is not None
    city = str(results.context["city_id"].iloc[0])
    for language, cited, other in (("zh", "国家统计局", "National"), ("en", "National Bureau", "国家统计局")):
        page = parse(render(View(results, language), Options(leading=0, named=(city,))))
        said = words(find(page, "cities"))
        assert cited in said
        assert other not in said


def test_leading_cities_are_the_largest_of_both_kinds_and_the_named(results: Results) -> None:
    view = View(results, "zh")
    small = view.cities.index[-1]
    chosen = leading(view, Options(leading=4, named=(small, "no such city")))
    assert chosen[0] == small
    states = view.cities.loc[chosen[1:], "state"].tolist()
    assert states == ["shrinking", "shrinking", "growing", "growing"]
    for state in ("shrinking", "growing"):
        assert view.cities.index[view.cities["state"] == state][0] in chosen
    by_name = leading(view, Options(leading=0, named=(str(view.cities["name_en"].iloc[5]),)))
    assert len(by_name) == 1


def test_equal_results_give_equal_pages(few: Results) -> None:
    assert render(View(few, "zh"), Options()) == render(View(few, "zh"), Options())


def test_a_user_s_own_figure_settings_change_nothing(few: Results, pages: dict[str, str]) -> None:
    import matplotlib as mpl

    before = render(View(few, "en"), Options())
    with mpl.rc_context({"font.size": 30, "axes.grid": True, "text.usetex": False, "svg.fonttype": "path"}):
        assert render(View(few, "en"), Options()) == before
        assert mpl.rcParams["font.size"] == 30


def test_what_each_calibration_says_stands_beside_what_stands(few: Results) -> None:
    sections = parse(render(View(few, "en"), Options())).iter("section")
    assert "calibration" not in {section.get("id") for section in sections}
    first = few.cities.index[:3]
    said = [
        ("elvidge_2014", ("shrinking", "stable", "growing")),
        ("liu_2012", ("shrinking", "growing", "undetermined")),
    ]
    rows = [
        (city, table, -0.2, -0.3, -0.1, state, state == "shrinking", table == "elvidge_2014")
        for table, states in said
        for city, state in zip(first, states, strict=True)
    ]
    names = [column.name for column in CALIBRATIONS.columns]
    told = replace(few, calibrations=CALIBRATIONS.check(pd.DataFrame(rows, columns=names)))
    for language, name in (
        ("zh", "Liu 等 2012（以 F16 2007 为准）"),
        ("en", "Liu et al. 2012 (scale of F16 2007)"),
    ):
        chapter = find(parse(render(View(told, language), Options())), "calibration")
        text = words(chapter)
        assert name in text
        # One city of three is called stable by one table and growing by the other.
        assert {"zh": "有 1 座城市（共 3 座）", "en": "In 1 of 3 cities"}[language] in text


def test_the_file_is_written_and_an_unknown_language_refused(
    few: Results, tmp_path: Path, english: None
) -> None:
    assert write_report(few, tmp_path, "zh", leading=1).name == "report.zh.html"
    with pytest.raises(CityebbError, match='"fr" is unknown'):
        write_report(few, tmp_path, "fr")


def test_many_cities_make_a_small_page(make_results: Callable[..., Results]) -> None:
    page = render(View(make_results(3000), "zh"), Options(leading=2))
    figures = re.findall(r"<svg .*?</svg>", page, flags=re.DOTALL)
    assert max(len(figure) for figure in figures) < 1_500_000
    assert len(page.encode()) < 4_000_000


def test_both_languages_have_the_same_words() -> None:
    own = {
        language: {k: v for k, v in keys(language).items() if k.startswith("publish.")}
        for language in LANGUAGES
    }
    assert set(own["zh"]) == set(own["en"])
    for key, text in own["zh"].items():
        assert set(re.findall(r"\{(\w+)", text)) == set(re.findall(r"\{(\w+)", own["en"][key])), key
