"""What a heading means: the words that tables of people use, in Chinese and English."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from cityebb.read.tables.cells import plain, year_in
from cityebb.read.tables.stated import factor_in, units_in

CENSUS_WORDS = re.compile(r"普查|[三四五六七]普|\bcensus\b|国勢調査", re.IGNORECASE)
SAMPLE_WORDS = re.compile(r"抽样|1%人口|\bsample\b", re.IGNORECASE)
YEARBOOK_WORDS = re.compile(r"年鉴|年末|yearbook|year-?end", re.IGNORECASE)
# What only its own units measure: people are not counted in square kilometres.
_COUNTED = frozenset({"people", "jobs", "households", "gdp", "area", "built_up_area"})
_KINDS = {"built_up_area": "area", "jobs": "people"}


@dataclass(frozen=True)
class Meaning:
    """What a heading was taken for.

    Parameters
    ----------
    role
        ``unit_id``, ``name``, ``parent``, ``year``, ``value``, ``part`` (of the people), ``ratio``, ``unit``
        (its unit counts something else), ``same`` (as one before), ``again`` (the same figure of the same
        year once more) or ``other``.
    indicator, concept
        Of a value.
    year
        That the heading names.
    factor
        That the heading's unit stands for.
    grade
        That the heading tells.
    certainty
        ``stated`` by unmistakable words, ``guessed``, or ``told`` by the study.
    doubt
        What the heading says of the unit, where this is not understood or says two things.
    """

    role: str
    indicator: str | None = None
    concept: str | None = None
    year: int | None = None
    factor: float | None = None
    grade: str | None = None
    certainty: str = "stated"
    doubt: str | None = None


def meaning_of(heading: str) -> Meaning:
    """Say what a heading means.

    Examples
    --------
    >>> found = meaning_of("年末常住人口（万人）|2020年")
    >>> found.indicator, found.concept, found.year, found.factor
    ('people', 'resident', 2020, 10000.0)
    >>> meaning_of("Registered population").concept, meaning_of("总人口").certainty, meaning_of("密度").role
    ('registered', 'guessed', 'ratio')
    >>> meaning_of("行政区划代码").role, meaning_of("地区").role, meaning_of("男").role
    ('unit_id', 'name', 'part')
    """
    text = plain(heading)
    levels = [level for level in text.split("|") if level]
    known = _words()
    if known.ratio.search(text):
        return Meaning("ratio")
    for words, role in known.roles:
        if any(words.search(level.strip()) for level in levels):
            return Meaning(role)
    if known.date.search(text):
        return Meaning("other")
    # Jobs are where people work; the employed among the residents of a place are a part of its people.
    if known.part.search(text) and not known.jobs.search(text):
        return Meaning("part")
    for words, indicator, concept in known.figures:
        if words.search(text):
            return _figure(text, indicator, concept)
    return Meaning("other", year=year_in(text), factor=factor_in(text))


def _figure(text: str, indicator: str, concept: str) -> Meaning:
    """Return the meaning of a heading of figures; one whose unit counts something else is no such figure."""
    units, unknown = units_in(text)
    kind = _KINDS.get(indicator, indicator)
    fitting = list(dict.fromkeys(unit.factor for unit in units if unit.kind in ("", kind)))
    doubt = unknown if unknown and not fitting else text if len(fitting) > 1 else None
    other = bool(units) and not fitting and indicator in _COUNTED
    return Meaning(
        "unit" if other else "value",
        indicator,
        concept,
        year_in(text),
        fitting[0] if fitting else None,
        grade_in(text),
        "guessed" if concept == "unknown" else "stated",
        doubt,
    )


@dataclass(frozen=True)
class _Words:
    """What is known of headings, compiled."""

    ratio: re.Pattern[str]
    part: re.Pattern[str]
    date: re.Pattern[str]
    jobs: re.Pattern[str]
    figures: tuple[tuple[re.Pattern[str], str, str], ...]
    roles: tuple[tuple[re.Pattern[str], str], ...]


@cache
def _words() -> _Words:
    def compiled(words: list[str]) -> re.Pattern[str]:
        return re.compile("|".join(words), re.IGNORECASE)

    data = resources.files("cityebb.read.tables").joinpath("data/headings.toml").read_text("utf-8")
    table = tomllib.loads(data)
    return _Words(
        compiled(table["ratio"]),
        compiled(table["part"]),
        compiled(table["date"]),
        compiled(table["jobs"]),
        (
            (compiled(table["jobs"]), "jobs", "workplace"),
            *((compiled(one["words"]), one["indicator"], one["concept"]) for one in table["figure"]),
        ),
        tuple((compiled(one["words"]), one["role"]) for one in table["role"]),
    )


def grade_in(text: str) -> str | None:
    """Return the grade that words tell.

    Examples
    --------
    >>> grade_in("第七次全国人口普查公报"), grade_in("2021年统计年鉴"), grade_in("人口")
    ('census', 'yearbook', None)
    """
    for words, grade in (
        (SAMPLE_WORDS, "sample_survey"),
        (CENSUS_WORDS, "census"),
        (YEARBOOK_WORDS, "yearbook"),
    ):
        if words.search(text):
            return grade
    return None


def told_meaning(told: str) -> Meaning | None:
    """Return the meaning that a study states: ``indicator``, ``indicator/concept`` or with ``/year``.

    Examples
    --------
    >>> told_meaning("people/resident/2020").year
    2020
    >>> told_meaning("people//") is None
    True
    """
    parts = [part.strip() for part in told.split("/")]
    if not 1 <= len(parts) <= 3 or not all(parts):  # noqa: PLR2004 - indicator, concept, year
        return None
    found = Meaning("value", parts[0], parts[1] if len(parts) > 1 else "unknown", certainty="told")
    if len(parts) == 3:  # noqa: PLR2004 - with a year
        return replace(found, year=int(parts[2])) if parts[2].isdigit() else None
    return found
