"""One cell: a number with its thousands separators, full-width digits and footnote marks; or no figure."""

from __future__ import annotations

import math
import re
import unicodedata

UNCALCULATED = "=?"
"""Stands in a cell whose formula has no stored value."""

ERROR = "#REF!"
"""Stands in a cell whose formula ended in an error of any kind but "not available"."""

_ERRORS = frozenset({"#ref!", "#div/0!", "#value!", "#name?", "#num!", "#null!"})
# What stands where there is no figure. A dash or dots is a gap; it is never a zero.
_GAPS = frozenset(
    {
        "",
        "-",
        "–",
        "—",
        "――",
        "--",
        "…",
        "...",
        "……",
        "..",
        ".",
        "*",
        "/",
        "x",
        "na",
        "n/a",
        "#n/a",
        UNCALCULATED,
        *_ERRORS,
        "nan",
        "null",
        "none",
        "不详",
        "缺",
        "缺失",
        "无",
        "无数据",
        "暂无",
        "未公布",
        "未统计",
    }
)
_FOOTNOTE = re.compile(r"(?:\[\w{1,3}\]|\(注?\d{0,2}\)|[*†‡#]|注\d*)+$")
_CIRCLED = re.compile("[①-⓿❶-➓⁰¹²³⁴-⁹]+$")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[, '’]\d{3})+(?:\.\d+)?")
# Points between thousands, and the Indian way: no decimal number looks like these.
_POINTS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?")
_LAKHS = re.compile(r"[+-]?\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?")
_SPACES = re.compile(r"[\s\u00a0\u2002-\u200b\u3000]+")
_YEAR = re.compile(r"(?<!\d)(1[6-9]\d\d|20\d\d|21\d\d)(?!\d)")
_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_CHINESE_YEAR = re.compile(r"[一二][〇○零一二三四五六七八九]{3}")
FACTORS = {
    "亿": 1e8,
    "万": 1e4,
    "亿人": 1e8,
    "百万人": 1e6,
    "万人": 1e4,
    "千人": 1e3,
    "百人": 1e2,
    "萬人": 1e4,
    "人": 1.0,
    "亿元": 1e8,
    "百万元": 1e6,
    "万元": 1e4,
    "千元": 1e3,
    "元": 1.0,
    "万户": 1e4,
    "户": 1.0,
    "平方公里": 1.0,
    "平方千米": 1.0,
    "km2": 1.0,
    "sq km": 1.0,
    "square kilometres": 1.0,
    "square kilometers": 1.0,
    "公顷": 0.01,
    "千公顷": 10.0,
    "万公顷": 100.0,
    "hectares": 0.01,
    "hectare": 0.01,
    "thousand hectares": 10.0,
    "万平方米": 0.01,
    "平方米": 1e-6,
    "10,000 persons": 1e4,
    "10000 persons": 1e4,
    "thousand persons": 1e3,
    "million persons": 1e6,
    "in thousands": 1e3,
    "thousands": 1e3,
    "in millions": 1e6,
    "persons": 1.0,
}
"""How many people, yuan, households or square kilometres one of these is."""

_FACTOR = re.compile("|".join(re.escape(unit) for unit in sorted(FACTORS, key=len, reverse=True)))


# Whole numbers below this are exact in a float.
_WHOLE_BELOW = 1e15


def plain(cell: object) -> str:
    r"""Return a cell as text: full-width letters and digits made plain, blanks and line breaks taken out.

    Examples
    --------
    >>> plain("鹤　岗　市"), plain("１２３"), plain("Resident\npopulation"), plain(2010.0)
    ('鹤岗市', '123', 'Resident population', '2010')
    """
    if cell is None:
        return ""
    if isinstance(cell, float):
        if math.isnan(cell):
            return ""
        if cell.is_integer() and abs(cell) < _WHOLE_BELOW:
            return str(int(cell))
    text = unicodedata.normalize("NFKC", str(cell))
    text = _SPACES.sub(" ", text).strip()
    # Chinese names are spread with blanks to look even; words in letters need theirs.
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", text)


def is_gap(cell: object) -> bool:
    """Whether a cell says that there is no figure."""
    return plain(cell).lower() in _GAPS


def formula_fault(cell: object) -> str:
    """Say why a formula gave no figure, as the reason of an unused cell; nothing for other cells.

    Examples
    --------
    >>> formula_fault("#REF!"), formula_fault("…"), formula_fault(UNCALCULATED)
    ('read.unused.formula_error', '', 'read.unused.formula')
    """
    if not isinstance(cell, str) or cell[:1] not in "=#":
        return ""
    if cell == UNCALCULATED:
        return "read.unused.formula"
    return "read.unused.formula_error" if cell.strip().lower() in _ERRORS else ""


def number(cell: object) -> float | None:
    """Return the number in a cell; NaN for a gap, ``None`` for what is no number.

    Examples
    --------
    >>> number("1,234.5"), number("１２，３４５"), number("56.7①"), number("(12)"), number("12 345")
    (1234.5, 12345.0, 56.7, -12.0, 12345.0)
    >>> number("1.234.567"), number("12,34,567"), number("1.2万")
    (1234567.0, 1234567.0, 12000.0)
    >>> number("…"), number("about 5"), number(7)
    (nan, None, 7.0)
    """
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return float(cell)
    # A circled digit is a footnote; made plain it would be a digit of the number.
    text = plain(_CIRCLED.sub("", str(cell)) if cell is not None else None)
    if text.lower() in _GAPS:
        return math.nan
    bracketed = re.fullmatch(r"\((\d[\d,. ]*)\)", text)
    if bracketed:
        inner = number(bracketed.group(1))
        return None if inner is None else -inner
    text = _FOOTNOTE.sub("", text).strip().replace("−", "-")
    scale = 1.0
    found = _FACTOR.search(text)
    if found and found.end() == len(text):
        scale, text = FACTORS[found.group()], text[: found.start()].strip()
    if text.endswith("%"):
        scale, text = 0.01, text[:-1].strip()
    if _POINTS.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    if _GROUPED.fullmatch(text) or _LAKHS.fullmatch(text):
        text = re.sub(r"[, '’]", "", text)
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text) * scale
    return value if math.isfinite(value) else None


def scaled(value: float, cell: object, factor: float) -> float:
    """Return a figure in single people, yuan or square kilometres; a cell that names its unit wins.

    Examples
    --------
    >>> scaled(1.5, 1.5, 1e4), scaled(12000.0, "1.2万", 1e4)
    (15000.0, 12000.0)
    """
    text = plain(cell) if isinstance(cell, str) else ""
    stated = text.endswith(tuple(FACTORS))
    # Ten thousands with four decimals give whole people; the product must not be a hair off.
    return round(value if stated else value * factor, 6)


def year_in(text: str) -> int | None:
    """Return the first year in a text, also in Chinese figures and as the number of a census.

    Examples
    --------
    >>> year_in("2020年末"), year_in("二〇一〇年"), year_in("七普"), year_in("popu_2010_raw")
    (2020, 2010, 2020, 2010)
    >>> year_in("人口") is None
    True
    """
    found = _YEAR.search(text)
    if found:
        return int(found.group())
    chinese = _CHINESE_YEAR.search(text)
    if chinese:
        return int(chinese.group().translate(_CHINESE_DIGITS))
    for words, year in CENSUSES.items():
        if any(word in text for word in words):
            return year
    return None


CENSUSES = {
    ("七普", "第七次"): 2020,
    ("六普", "第六次"): 2010,
    ("五普", "第五次"): 2000,
    ("四普", "第四次"): 1990,
    ("三普", "第三次"): 1982,
}
"""The years of China's numbered censuses (National Bureau of Statistics)."""
