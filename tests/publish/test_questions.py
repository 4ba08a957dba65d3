"""What a reader asks first: growth from nothing, why none is stable, what a source is, one of a kind."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from cityebb.publish.chapters import Options
from cityebb.publish.chapters.overview import headline
from cityebb.publish.ranking import rank
from cityebb.publish.report import render
from cityebb.publish.sentence import sentence, why_few_stable
from cityebb.publish.view import View

if TYPE_CHECKING:
    from collections.abc import Callable

    from cityebb.model import Results


def chapter(page: str, key: str) -> str:
    """Return the words of a chapter, without its pictures."""
    inside = page.split(f'<section id="{key}"')[1].split("</section>", maxsplit=1)[0]
    without = re.sub(r"<svg.*?</svg>", " ", inside, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", without)).split())


def _risen(results: Results, city: str, *, start: float, end: float) -> Results:
    changed = {"before": start, "after": end, "change": end / start - 1, "low": 29.26, "high": 12611.66}
    verdicts = results.verdicts.copy()
    verdicts.loc[verdicts["city_id"] == city, [*changed, "state"]] = [*changed.values(), "growing"]
    return replace(results, verdicts=verdicts)


def test_growth_from_next_to_nothing_is_a_factor_and_stands_apart(results: Results) -> None:
    city = str(View(results, "en").cities.index[3])
    area = float(results.cities.loc[city, "area_km2"])
    # The floor is 2 DN: a mean of 0.01 DN at the start is next to nothing, one of 3 DN is a city.
    for mean, apart in ((0.01, True), (3.0, False)):
        changed = _risen(results, city, start=mean * area, end=617.8 * mean * area)
        ranking = rank(View(changed, "en"), 15)
        assert (city in ranking.risen_from_nothing.index) == apart
        assert (city in ranking.rises.index) != apart
        page = render(View(changed, "en"), Options(leading=0, named=(city,)))
        told = chapter(page, "cities")
        assert "grew to 618 times its start" in told
        assert "×30.3 to ×12,613" in told
        assert ("next to nothing here (0.010 DN on average)" in told) == apart
        assert ("below the floor of a city (2 DN)" in chapter(page, "rankings")) == apart
    assert "增至 618 倍" in render(View(changed, "zh"), Options(leading=0, named=(city,)))
    assert "61,6" not in chapter(page, "rankings")


def test_why_hardly_any_city_is_stable(make_results: Callable[..., Results]) -> None:
    two = make_results(40, years=(2013, 2016))
    summary = two.summary.assign(stable=0)
    said = why_few_stable(View(replace(two, summary=summary), "en"))
    assert said.startswith("No city is called stable: that takes the whole 90% interval within ±10%, 20 ")
    assert "two single years" in said
    assert said in render(View(replace(two, summary=summary), "en"), Options(leading=1)).replace("&#39;", "'")
    assert "两个单年" in why_few_stable(View(replace(two, summary=summary), "zh"))
    ten = make_results(40)
    assert "several years" in why_few_stable(View(replace(ten, summary=ten.summary.assign(stable=1)), "en"))
    assert why_few_stable(View(replace(ten, summary=ten.summary.assign(stable=20)), "en")) == ""


def test_a_source_s_name_says_what_it_is(results: Results) -> None:
    assert View(results, "zh").named("lights") == "lights（灯光）"
    assert View(results, "en").named("lights") == "lights"
    called = replace(results, sources={"viirs": results.sources["lights"]})
    assert View(called, "en").named("viirs") == "viirs (light)"


def test_one_city_is_spoken_of_as_one(make_results: Callable[..., Results]) -> None:
    view = View(make_results(1), "en")
    assert sentence(view).startswith("Of 1 physical city (")
    assert headline(view).startswith("Of 1 city, ")
    plural = re.compile(r"\b1 (\w+ )?(cities|cells|warnings|rows)\b")
    page = chapter(render(view, Options(leading=1)), "overview")
    assert not plural.search(" ".join([sentence(view), headline(view), page]))


def test_a_citation_without_a_date_has_no_gap(results: Results) -> None:
    undated = {key: value for key, value in results.manifest.items() if key != "made"}
    page = render(View(replace(results, manifest=undated), "en"), Options(leading=0))
    assert "Computed with cityebb 0.1.0. Data: Chen" in chapter(page, "provenance")


def test_the_smallest_area_ranked_is_never_below_that_of_a_city(make_results: Callable[..., Results]) -> None:
    few = rank(View(make_results(3), "en"), 15)
    assert (few.floor_km2, few.count) == (5.0, 3)
