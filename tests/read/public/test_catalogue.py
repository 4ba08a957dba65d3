"""The catalogue: every entry is whole, says honestly who looked, and gives addresses that can be asked."""

from __future__ import annotations

import datetime as dt
import re
import string
import tomllib
from urllib.parse import urlsplit

import pytest
from pydantic import ValidationError

from cityebb.model import GRADES, CityebbError
from cityebb.read import SourceParameters, UnitsParameters
from cityebb.read.public import (
    KINDS,
    LOGINS,
    Choice,
    Source,
    find_source,
    list_sources,
    list_wanted,
    tell_years,
)
from cityebb.read.public.wanted import list_variants

SOURCES = list_sources()
IDS = [source.id for source in SOURCES]
WANTED = {
    "viirs-annual", "dmsp-stable-lights", "black-marble-annual", "li-harmonised-lights", "chen-viirs-like",
    "ghsl-people", "ghsl-built", "ghsl-settlement", "ghsl-centres", "worldpop-2000-2020", "landscan",
    "gadm", "geoboundaries", "openstreetmap", "eurostat-grid",
}  # fmt: skip
CHINESE = re.compile(r"[\u4e00-\u9fff]")
BY_NAME = pytest.mark.parametrize("source", SOURCES, ids=IDS)


def choice_for(source: Source, year: int | None, **changes: str) -> Choice:
    text = source.files.address + (source.files.match or "")
    names = {name for _, name, _, _ in string.Formatter().parse(text)}
    places = {"country": "CHN", "tile": "h27v04", "region": "asia/china"}
    given = {name: value for name, value in places.items() if name in names or f"{name}_lower" in names}
    return Choice(year=year, **given, **changes)


def test_what_was_asked_for_is_there():
    assert set(IDS) >= WANTED
    assert {source.kind for source in SOURCES} == set(KINDS)


@BY_NAME
def test_both_languages_are_told(source):
    for text in (source.title, source.use, source.resolution, source.size):
        if text is not None:
            assert not CHINESE.search(text.en)
    assert CHINESE.search(source.title.zh)
    assert CHINESE.search(source.use.zh)
    assert not re.search("衰败|衰落", source.use.zh)


@BY_NAME
def test_nobody_claims_to_have_looked_who_did_not(source):
    checked = source.checked
    if checked is None:
        return
    assert not checked.visited, "who asks an address himself may say so, and changes this test"
    assert dt.date.fromisoformat(checked.date) <= dt.datetime.now(dt.UTC).date()
    assert set(checked.years) <= set(source.years())


def test_an_address_of_a_year_that_the_page_does_not_tell_is_unchecked():
    source = find_source("viirs-annual")
    assert source.checked_for(2020) is not None
    assert source.checked_for(2025) is None
    assert find_source("gadm").checked_for(None) is None


@BY_NAME
def test_every_year_and_variant_has_addresses(source):
    if source.files is None:
        with pytest.raises(CityebbError) as caught:
            list_wanted(source, Choice())
        assert caught.value.key == "read.public_by_hand"
        return
    for year in source.years() or (None,):
        found = list_wanted(source, choice_for(source, year))
        assert found
        for wanted in found:
            assert wanted.choice.get("year") == year
            assert re.fullmatch(r"[\w.+-]+", wanted.name) or (wanted.listing and re.compile(wanted.name))
            for address in wanted.addresses:
                parts = urlsplit(address)
                assert parts.scheme == "https"
                assert parts.hostname
                assert not set("{} ") & set(address)
    for variant in source.files.variants:
        year = max(source.years(), default=None)
        assert variant in str(list_wanted(source, choice_for(source, year, variant=variant))[0].addresses)


@BY_NAME
def test_a_login_has_its_hosts(source):
    if source.login in LOGINS:
        assert urlsplit(source.files.address).hostname in LOGINS[source.login].hosts
    else:
        assert source.login == ("terms" if source.files is None else "none")


@BY_NAME
def test_the_lines_for_a_study_are_such(source):
    if source.study is None:
        return
    ((name, table),) = tomllib.loads(source.study)["read"].items()
    assert name
    if "units" in table:
        UnitsParameters.model_validate(table)
        return
    told = SourceParameters.model_validate(table)
    assert told.grade is None or told.grade in GRADES
    if isinstance(told.files, str) and source.files is not None and source.files.listing is None:
        year = max(source.years())
        pattern = re.escape(told.files).replace(r"\{year\}", str(year)).replace(r"\*", ".*")
        name = list_wanted(source, choice_for(source, year))[0].name
        unpacked = name.removesuffix(".gz").replace(".zip", ".tif")
        assert re.fullmatch(pattern, unpacked)


def test_satellites_of_a_year_come_together():
    source = find_source("dmsp-stable-lights")
    assert [each.choice["variant"] for each in list_wanted(source, Choice(year=2000))] == ["F14", "F15"]
    (one,) = list_wanted(source, Choice(year=2000, variant="F15"))
    assert one.name.startswith("F152000")
    with pytest.raises(CityebbError) as caught:
        list_wanted(source, Choice(year=2000, variant="F10"))
    assert caught.value.values["known"] == "F14, F15"


def test_an_extra_file_comes_only_when_named():
    source = find_source("li-harmonised-lights")
    (usual,) = list_wanted(source, Choice(year=2013))
    (extra,) = list_wanted(source, Choice(year=2013, variant="simVIIRS"))
    assert re.fullmatch(usual.name, "Harmonized_DN_NTL_2013_calDMSP.tif")
    assert re.fullmatch(extra.name, "DN_NTL_2013_simVIIRS.tif")
    assert not re.fullmatch(extra.name, "DN_NTL_2013_simVIIRSxtif")


@pytest.mark.parametrize(
    ("name", "choice", "keys"),
    [
        ("viirs-annual", Choice(), ["needs"]),
        ("viirs-annual", Choice(year=1990), ["year"]),
        ("viirs-annual", Choice(year=2020, country="CHN"), ["unneeded"]),
        ("viirs-annual", Choice(year=2020, variant="mean"), ["variant"]),
        ("black-marble-annual", Choice(year=2020, tile="h27"), ["form"]),
        ("gadm", Choice(country="../../x"), ["form"]),
        ("gadm", Choice(year=2020, variant="x"), ["unneeded", "needs", "unneeded"]),
        ("openstreetmap", Choice(region="../etc"), ["form"]),
        ("openstreetmap", Choice(region="asia//china"), ["form"]),
    ],
)
def test_a_choice_that_does_not_fit_is_told_whole(name, choice, keys):
    with pytest.raises(CityebbError) as caught:
        list_wanted(find_source(name), choice)
    faults = getattr(caught.value, "faults", [caught.value])
    assert [fault.key for fault in faults] == [f"read.public_{key}" for key in keys]
    assert str(caught.value)


def test_unknown_names_and_kinds():
    with pytest.raises(CityebbError) as caught:
        find_source("virs annual")
    assert "viirs-annual" in caught.value.values["known"]
    with pytest.raises(CityebbError):
        list_sources(kind="weather")


def test_lists_by_kind_and_year():
    assert {source.kind for source in list_sources(kind="people")} == {"people"}
    assert "viirs-annual" not in {source.id for source in list_sources(year=2005)}
    assert list_sources(year=1066) == []


def test_a_mirror_keeps_path_and_query():
    (wanted,) = list_wanted(find_source("chen-viirs-like"), Choice(year=2001), mirror="http://m.org/d/")
    assert wanted.addresses[0].startswith("http://m.org/d/api/datasets/:persistentId/?persistentId=doi:")


@pytest.mark.parametrize(
    "wrong",
    [
        {"homepage": "http://plain.org"},
        {"surprise": 1},
        {"checked": {"date": "today", "where": "https://a.org", "visited": False}},
        {"files": {"address": "file:///etc/passwd"}},
        {"files": {"address": "https://a.org", "listing": "figshare"}},
        {"files": {"address": "https://a.org", "years": [1], "rows": [{"year": 1}]}},
    ],
)
def test_entries_are_checked(wrong):
    source = find_source("gadm").model_dump(exclude_none=True)
    Source.model_validate(source)
    with pytest.raises(ValidationError):
        Source.model_validate(source | wrong)


def test_variants_default_first():
    assert list_variants(find_source("viirs-annual").files)[0] == "average_masked"
    assert list_variants(find_source("gadm").files) == []


@pytest.mark.parametrize(
    ("years", "told"),
    [((), "–"), ((2000,), "2000"), ((2000, 2001, 2003), "2000–2001, 2003"), ((5, 4), "4–5")],
)
def test_years_are_told_shortly(years, told):
    assert tell_years(years) == told
