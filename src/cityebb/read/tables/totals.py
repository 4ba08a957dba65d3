"""Rows that are no unit: totals, which are kept for the audit, and footnotes."""

from __future__ import annotations

import re

_TOTALS = re.compile(
    r"(?:合\s*计|总\s*计|小\s*计|共\s*计|全国(?:合计|总计)?|全省(?:合计|总计)?|全区(?:合计)?|全市(?:合计|总计)?|全县"
    r"|.{1,8}(?:合计|总计|小计)|grand total|sub-?total|total|whole country)",
    re.IGNORECASE,
)
_FOOTNOTES = re.compile(
    r"^(?:注|说明|备注|资料来源|数据来源|来源|note|notes|source|sources|remark|\*|①|\d[.、)])", re.IGNORECASE
)
_FEW = 2


def is_total(name: str) -> bool:
    """Whether a name stands for a sum of other rows.

    Examples
    --------
    >>> is_total("合计"), is_total("全省"), is_total("Total"), is_total("鹤岗市"), is_total("市区合计")
    (True, True, True, False, True)
    """
    return _TOTALS.fullmatch(name.replace(" ", "") if not name.isascii() else name) is not None


def is_footnote(texts: list[str]) -> bool:
    """Whether a row is a remark below the table.

    Examples
    --------
    >>> is_footnote(["注：本表为常住人口。", "", ""]), is_footnote(["鹤岗市", "891271"])
    (True, False)
    """
    there = [text for text in texts if text]
    return len(set(there)) < _FEW and bool(there) and _FOOTNOTES.match(there[0]) is not None


def starts_a_footnote(text: str) -> bool:
    """Whether a text begins as a remark does.

    Examples
    --------
    >>> starts_a_footnote("注：不含1,234人"), starts_a_footnote("鹤岗市")
    (True, False)
    """
    return _FOOTNOTES.match(text) is not None
