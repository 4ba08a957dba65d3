"""How numbers are written for people: thousands separated, a true minus, missing never zero."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MINUS = "−"
MISSING = "–"
_TINY_P = 0.001
# Above this share, +1,000 %, a change is said as a factor: percentages of next to nothing tell nothing.
FACTOR_ABOVE = 10.0


def count(number: float | None) -> str:
    """Write a whole number.

    Examples
    --------
    >>> count(2999)
    '2,999'
    >>> count(None)
    '–'
    """
    if _missing(number):
        return MISSING
    return f"{round(float(number or 0)):,}".replace("-", MINUS)


def percent(share: float | None, *, signed: bool = False) -> str:
    """Write a share as a percentage with one decimal.

    Examples
    --------
    >>> percent(0.2041), percent(-0.102, signed=True), percent(-0.0001, signed=True)
    ('20.4%', '−10.2%', '0.0%')
    """
    if _missing(share):
        return MISSING
    rounded = round(100 * float(share or 0), 1)
    if rounded == 0:
        return "0.0%"
    text = f"{abs(rounded):,.1f}%"
    return f"{MINUS if rounded < 0 else '+' if signed else ''}{text}"


def change(share: float | None) -> str:
    """Write a change as a signed percentage; above +1,000 % as the factor by which the value grew.

    Examples
    --------
    >>> change(-0.102), change(0.25), change(616.8), change(11.4)
    ('−10.2%', '+25.0%', '×618', '×12.4')
    """
    if _missing(share) or float(share or 0) <= FACTOR_ABOVE:
        return percent(share, signed=True)
    return f"×{value(1 + float(share or 0))}"


def line(share: float | None, *, signed: bool = False) -> str:
    """Write a threshold as a percentage, without zeros that nobody chose.

    Examples
    --------
    >>> line(0.10), line(0.0151)
    ('10%', '1.51%')
    """
    if _missing(share):
        return MISSING
    text = f"{round(100 * float(share or 0), 2):,.10g}%".replace("-", MINUS)
    return f"+{text}" if signed and float(share or 0) > 0 else text


def chance(share: float | None) -> str:
    """Write a probability, which is never quite nought or one.

    Examples
    --------
    >>> chance(0.9999), chance(0.42), chance(0.0)
    ('> 99.9%', '42.0%', '< 0.1%')
    """
    if _missing(share):
        return MISSING
    if float(share or 0) < _TINY_P:
        return "< 0.1%"
    return "> 99.9%" if float(share or 0) > 1 - _TINY_P else percent(share)


def value(number: float | None) -> str:
    """Write a measured value with three significant digits or more.

    Examples
    --------
    >>> value(12345.6), value(45.67), value(0.1234)
    ('12,346', '45.7', '0.123')
    """
    if _missing(number):
        return MISSING
    size = abs(float(number or 0))
    decimals = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3  # noqa: PLR2004 - digits
    text = f"{size:,.{decimals}f}"
    return MINUS + text if float(number or 0) < 0 and float(text.replace(",", "")) != 0 else text


def large(number: float | None, language: str) -> str:
    """Write a round number shortly: with 万 and 亿 in Chinese, in millions in English.

    Examples
    --------
    >>> large(200_000, "zh"), large(2_000_000, "en"), large(500, "zh"), large(1.5e9, "zh")
    ('20 万', '2M', '500', '15 亿')
    """
    if _missing(number):
        return MISSING
    size = float(number or 0)
    steps = ((1e8, " 亿"), (1e4, " 万")) if language == "zh" else ((1e9, "bn"), (1e6, "M"))
    for unit, sign in steps:
        if abs(size) >= unit:
            return f"{plain(float(f'{size / unit:.3g}'))}{sign}"
    return plain(float(f"{size:.6g}"))


def plain(number: float | None) -> str:
    """Write a parameter as it was given, without trailing zeros.

    Examples
    --------
    >>> plain(2.0), plain(0.5), plain(300)
    ('2', '0.5', '300')
    """
    if _missing(number):
        return MISSING
    return f"{float(number or 0):,.10g}".replace("-", MINUS)


def probability(p: float | None) -> str:
    """Write a p or q value.

    Examples
    --------
    >>> probability(0.00002), probability(0.0421)
    ('< 0.001', '0.042')
    """
    if _missing(p):
        return MISSING
    return "< 0.001" if float(p or 0) < _TINY_P else f"{p:.3f}"


def span(years: Iterable[int | str]) -> str:
    """Write years, joining those that follow each other.

    Examples
    --------
    >>> span([2013]), span([2013, 2014, 2015]), span([2013, 2016, 2017])
    ('2013', '2013–2015', '2013, 2016–2017')
    """
    numbers = sorted({int(year) for year in years})
    if not numbers:
        return MISSING
    cuts = [0, *(i + 1 for i, (a, b) in enumerate(pairwise(numbers)) if b != a + 1), len(numbers)]
    runs = [numbers[a:b] for a, b in pairwise(cuts)]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def degrees(longitude: float, latitude: float) -> str:
    """Write a position.

    Examples
    --------
    >>> degrees(130.279, 47.332)
    '47.33°N 130.28°E'
    """
    north = "N" if latitude >= 0 else "S"
    east = "E" if longitude >= 0 else "W"
    return f"{abs(latitude):.2f}°{north} {abs(longitude):.2f}°{east}"


def _missing(number: float | None) -> bool:
    return number is None or not math.isfinite(float(number))
