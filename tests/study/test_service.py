"""A study of users of a map or phone service: from its table to verdicts on people and on jobs."""

from __future__ import annotations

import pandas as pd
import pytest

from cityebb.model import CityebbError, Faults
from cityebb.study import check_study, execute

STUDY = """cityebb_study = 1
title = "A service"

[read.users]
table = "users.csv"
grade = "phone"
floor = 50

{totals}

[delineate.cities]
units = "users"

[identify.people]
cities = "cities"
source = "users"
indicator = "people"
start = 2017
end = 2019
threshold = -0.05

[identify.jobs]
cities = "cities"
source = "users"
indicator = "jobs"
threshold = -0.05

[publish]
languages = ["zh", "en"]
formats = ["csv"]
"""
TABLE = """[read.official]
table = "official.csv"
grade = "register"

[harmonise]
service_totals = "official"
"""
NATION = "[harmonise]\nnation = { 2017 = 3000000, 2018 = 2970000, 2019 = 2940000 }\n"
YEARS = (2017, 2018, 2019)
# The service sees 30, 36 and 42 % of everybody: it grows by 40 %.
SEEN = dict(zip(YEARS, (0.30, 0.36, 0.42), strict=True))
CITIES = [f"23{place:02}00" for place in range(1, 16)] + [f"21{place:02}00" for place in range(1, 16)]
LOSES, SMALL = "230100", "211500"


def people(city, year):
    """The truth: one city loses 12 % in two years, and a fifth of its jobs on top; one is tiny."""
    if city == SMALL:
        return 200
    return 100_000 * (1 - 0.06 * (year - 2017)) if city == LOSES else 100_000 + int(city[2:4]) * (year - 2017)


def write(folder, text=TABLE):
    rows = []
    for city in CITIES:
        for year in YEARS:
            users = round(people(city, year) * SEEN[year])
            work = round(users * (0.5 - (0.05 * (year - 2017) if city == LOSES else 0)))
            small = city == SMALL and year != 2018
            rows.append((city, year, "<50" if small else users, "*" if city == SMALL else work))
    heads = ["code", "year", "居住人口", "岗位数"]
    pd.DataFrame(rows, columns=heads).to_csv(folder / "users.csv", index=False)
    told = [
        (region, year, sum(people(city, year) for city in CITIES if city[:2] == region[:2]))
        for region in ("230000", "210000")
        for year in YEARS
    ]
    pd.DataFrame(told, columns=["code", "year", "常住人口"]).to_csv(folder / "official.csv", index=False)
    (folder / "study.toml").write_text(STUDY.format(totals=text), "utf-8")
    return folder / "study.toml"


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    return execute(write(tmp_path_factory.mktemp("service")))


def test_the_city_shrinks_although_its_users_grow(outcome):
    found = outcome.results["people"].verdicts.set_index("city_id")
    row = found.loc[LOSES]
    assert row["change"] == pytest.approx(-0.12, abs=1e-3)
    assert row["state"] == "shrinking"
    rest = found.drop([LOSES, SMALL])
    assert set(rest["state"]) <= {"stable", "undetermined"}
    assert rest["change"].abs().max() < 1e-3
    assert set(found["concept"]) == {"resident"}


def test_what_lies_below_the_floor_is_missing(outcome):
    row = outcome.results["people"].verdicts.set_index("city_id").loc[SMALL]
    assert row["state"] == "undetermined"
    assert pd.isna(row["before"])
    note = next(note for note in outcome.results["people"].notes if note.key == "read.table_floor")
    told = dict(note.values)
    assert (told["count"], told["texts"], told["zeros"]) == (5, 5, 0)


def test_noise_is_that_of_the_sample_and_of_the_service(outcome):
    row = outcome.results["people"].verdicts.set_index("city_id").loc[CITIES[1]]
    drawn = (1 / 30_000 + 1 / 36_000 + 1 / 42_000) / 3
    assert row["noise"] == pytest.approx((0.02**2 + drawn) ** 0.5, rel=1e-4)
    assert row["noise_from"] == "grade"


def test_jobs_are_judged_apart_and_set_beside_residents(outcome):
    verdicts = outcome.results["jobs"].verdicts.set_index("city_id")
    assert verdicts.loc[LOSES, "change"] == pytest.approx(0.88 * 0.8 - 1, abs=1e-3)
    assert verdicts.loc[LOSES, "state"] == "shrinking"
    for name in ("people", "jobs"):
        table = outcome.results[name].jobs.set_index(["city_id", "year"])
        assert table.loc[(LOSES, 2017), "jobs_per_resident"] == pytest.approx(0.5, abs=1e-3)
        assert table.loc[(LOSES, 2019), "jobs_per_resident"] == pytest.approx(0.4, abs=1e-3)
        assert table.loc[(LOSES, 2019), "high"] < 0
        assert table.loc[(CITIES[1], 2019), "low"] < 0 < table.loc[(CITIES[1], 2019), "high"]
        assert table.loc[SMALL, "jobs_per_resident"].isna().all()
    keys = {note.key for note in outcome.results["people"].notes}
    assert {"harmonise.service_corrected", "harmonise.service_jobs"} <= keys


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ("岗位与居民", "居民与岗位都减")), ("en", ("Jobs and residents", "Residents and jobs fall"))],
)
def test_the_report_shows_both(outcome, language, words):
    page = outcome.reports[language].read_text("utf-8")
    assert [word for word in words if word not in page] == []
    assert any(outcome.out.rglob("jobs.csv"))


def test_without_totals_it_says_relative(tmp_path):
    found = execute(write(tmp_path, ""))
    assert set(found.results["jobs"].verdicts["indicator"]) == {"jobs_share"}
    assert found.results["jobs"].jobs["relative"].all()
    assert set(found.results["people"].verdicts["indicator"]) == {"people_share"}
    assert "harmonise.service_relative" in {note.key for note in found.results["people"].notes}
    assert "占全部用户的份额" in found.reports["zh"].read_text("utf-8")


def test_the_national_totals_of_the_study_serve_too(tmp_path):
    path = write(tmp_path, NATION)
    text = path.read_text("utf-8").replace("floor = 50", 'floor = 50\nconcept = "resident"')
    path.write_text(text.replace('["zh", "en"]', '["en"]'), "utf-8")
    for name, found in execute(path).results.items():
        assert found.verdicts.set_index("city_id").loc[LOSES, "state"] == "shrinking", name
    assert "nation_differs" not in set(found.comparability.audit["finding"])  # jobs are no people


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (TABLE.replace('totals = "official"', 'totals = "offical"'), "study.refers_to_nothing_near"),
        (TABLE.replace('"official.csv"', '"users.csv"'), "harmonise.service_too_fine"),
    ],
)
def test_what_cannot_serve_as_totals_is_refused(tmp_path, text, key):
    with pytest.raises((CityebbError, Faults)) as fault:
        check_study(write(tmp_path, text))
    faults = getattr(fault.value, "faults", [fault.value])
    assert key in {one.key for one in faults}


def test_totals_without_a_service_are_refused(tmp_path):
    path = write(tmp_path)
    path.write_text(path.read_text("utf-8").replace('"phone"\nfloor = 50', '"census"\nfloor = 50'), "utf-8")
    with pytest.raises((CityebbError, Faults)) as fault:
        check_study(path)
    faults = getattr(fault.value, "faults", [fault.value])
    assert "study.service_totals_unused" in {one.key for one in faults}
