"""The unit that a heading, a title or a remark states: 万人, (10 000 persons), in thousands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cityebb.read.tables.cells import plain

_TRADITIONAL = str.maketrans("萬億單戶", "万亿单户")
_SCALES = {
    r"(?:100 ?million|亿)s?": 1e8,
    r"(?:10 ?million|千万)s?": 1e7,
    r"(?:billion|bn|十亿)s?": 1e9,
    r"(?:1000000|millions?|mio\.?|mn|百万)": 1e6,
    r"(?:100000|hundred thousands?|lakhs?|十万)": 1e5,
    r"(?:10000|10 ?\^ ?4|10 ?k|ten[ -]?thousands?|wan|万)": 1e4,
    r"(?:1000s?|'?000s?|10 ?\^ ?3|thousands?|tsd\.?|千)": 1e3,
    r"(?:hundreds?|百)": 1e2,
}
_NOUNS = {
    r"(?:人|persons?|people|inhabitants|residents|口|名|capita|einwohner|personas)": ("people", 1.0),
    r"(?:户|households?|家庭)": ("households", 1.0),
    r"(?:元|yuan|rmb|cny|usd|us\$|\$|eur|euros?|€|yen|jpy|円|won)": ("gdp", 1.0),
    r"(?:平方公里|平方千米|km2|km\^2|sq\.? ?km|square kilomet(?:re|er)s?)": ("area", 1.0),
    r"(?:公顷|hectares?|ha|hm2)": ("area", 0.01),
    r"(?:平方米|m2|square met(?:re|er)s?)": ("area", 1e-6),
}
_DENSITY = re.compile(r"(?:人|persons?|people|inhabitants|户|households?).{0,2}(?:/|每|per\b|a\b).*")
_PERCENT = re.compile(r"(?:%|‰|percent(?:age)?|per cent|百分比|百分点)")
_SCALE, _NOUN = "|".join(_SCALES), "|".join(_NOUNS)
_UNIT = re.compile(rf"(?:in |in units of |× ?|x ?)?(?P<scale>{_SCALE})?(?: ?of)? ?(?P<noun>{_NOUN})?")
# What stands behind the words of a heading without brackets.
_AT_END = re.compile(
    r"(?:/|(?<=[^\d.])(?= )|(?<=[\u4e00-\u9fff])(?=[亿万]|百万|千万))[ /]?"
    r"((?:in )?(?:(?:10000|ten thousand|thousand|million) (?:persons|people|inhabitants|residents)"
    r"|in (?:thousands|millions|ten thousands)|[亿万百千]+[人户元]?|thousands|millions))$"
)
_GROUPS = re.compile(r"(?<=\d)[ ,](?=000\b)")
_BRACKETS = re.compile(r"[（(\[【]\s*([^（()）\[\]【】]*)")
_SAID = re.compile(
    r"(?:单位|\bunits?\b)\s*(?:[:：]|为|是|is|are|in\b)\s*(.+?)(?=[|)）\]】]|\s*(?:单位|\bunits?\b)\s*[:：]|$)"
)
_PARTS = re.compile(r"[,，、;；|]| (?:and|und|和) ")
_SCALED = re.compile(
    r"[万亿](?![\u4e00-\u9fff])|[万亿][人户元计个]|以[万亿千]"
    r"|thousand|million|billion|lakh|'000|(?<!\d)10+00\b|10 ?[k^]"
)
# Words for people that are headings by themselves: alone they state no unit.
_HEADINGS = re.compile(r"people|inhabitants|residents|households?|einwohner|personas|capita|[名口]|家庭")


@dataclass(frozen=True)
class Unit:
    """A unit of figures.

    Parameters
    ----------
    factor
        What figures are multiplied with: for people, households and money in ones, for areas in km².
    kind
        ``people``, ``households``, ``gdp``, ``area``, ``density``, ``percent``; empty where only how many of
        them is told.
    """

    factor: float
    kind: str


def units_in(text: str) -> tuple[tuple[Unit, ...], str]:
    """Return the units that a text states, each once, and what looks like a unit and is not understood.

    Examples
    --------
    >>> units_in("常住人口（万人） Resident population (10 000 persons) 2010")
    ((Unit(factor=10000.0, kind='people'),), '')
    >>> units_in("population in thousands")[0], units_in("人口（人/平方公里）")[0]
    ((Unit(factor=1000.0, kind=''),), (Unit(factor=1.0, kind='density'),))
    >>> units_in("常住人口"), units_in("人口（以万计数）")[1]
    (((), ''), '以万计数')
    """
    low = _GROUPS.sub("", plain(text).translate(_TRADITIONAL).lower().replace("’", "'").replace("‘", "'"))
    low = re.sub(r"\bunits? of\b", "units:", low)
    found: list[Unit] = []
    unknown = ""
    for place in _places(low):
        for part in _PARTS.split(place):
            unit = _unit(part.strip(" .。"))
            if unit is not None:
                found.append(unit)
            elif _SCALED.search(part.strip()) and not unknown:
                unknown = part.strip()
    return tuple(dict.fromkeys(found)), unknown


def says_a_unit(text: str) -> bool:
    """Whether a text has the word for units before what should be one.

    Examples
    --------
    >>> says_a_unit("单位：人"), says_a_unit("各单位人口")
    (True, False)
    """
    return _SAID.search(plain(text).translate(_TRADITIONAL).lower()) is not None


def _places(text: str) -> list[str]:
    """Return where a text may state a unit."""
    places = [said.group(1).strip(" ()（）[]【】") for said in _SAID.finditer(text)]
    if not places:
        places = [said.group(1) for said in _BRACKETS.finditer(text)]
        for level in _BRACKETS.sub(" ", text).split("|"):
            clean = level.strip(" ()（）[]【】.。")
            if _unit(clean) is not None:
                places += [] if _HEADINGS.fullmatch(clean) else [clean]
            elif end := _AT_END.search(clean):
                places.append(end.group(1))
    return places


def _unit(part: str) -> Unit | None:
    if _PERCENT.fullmatch(part):
        return Unit(0.01, "percent")
    if _DENSITY.fullmatch(part):
        return Unit(1.0, "density")
    found = _UNIT.fullmatch(part)
    if not part or found is None or not (found["scale"] or found["noun"]):
        return None
    factor, kind = 1.0, ""
    if found["scale"]:
        factor = next(value for words, value in _SCALES.items() if re.fullmatch(words, found["scale"]))
    if found["noun"]:
        kind, each = next(value for words, value in _NOUNS.items() if re.fullmatch(words, found["noun"]))
        factor *= each
    return Unit(round(factor, 12), kind)


def factor_in(text: str) -> float | None:
    """Return the first unit that a text states, as a factor; nothing where it states none.

    Examples
    --------
    >>> factor_in("常住人口（万人）"), factor_in("单位：人"), factor_in("人口"), factor_in("Area (ha)")
    (10000.0, 1.0, None, 0.01)
    >>> factor_in("Unit: 10 000 persons"), factor_in("注：人口单位为万人"), factor_in("單位：平方公里、萬人")
    (10000.0, 10000.0, 10000.0)
    """
    counted = [unit for unit in units_in(text)[0] if unit.kind not in ("density", "percent")]
    # Of a title's several units, that of people or money holds for figures without one of their own.
    first = next((unit for unit in counted if unit.kind != "area"), counted[0] if counted else None)
    return None if first is None else first.factor
