"""Division codes of China (GB/T 2260): what a code says by itself, and what a list says of names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cityebb.read.tables.cells import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

PROVINCES = frozenset(
    [
        *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37"),
        *("41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64"),
        *("65", "71", "81", "82"),
    ]
)
"""First two digits of the codes of the 34 units of the first level (GB/T 2260)."""

_LENGTHS = {6: "county", 9: "township", 12: "village"}
_MOSTLY = 0.8
_ENDINGS = (
    "特别行政区",
    "维吾尔自治区",
    "壮族自治区",
    "回族自治区",
    "自治区",
    "自治州",
    "自治县",
    "自治旗",
    "地区",
    "林区",
    "矿区",
    "新区",
    "省",
    "市",
    "州",
    "盟",
    "县",
    "区",
    "旗",
)


def code_text(cell: object) -> str:
    """Return a code as text: without the decimals that a spreadsheet gave it.

    Examples
    --------
    >>> code_text(110000.0), code_text("230404 "), code_text("０１１００"), code_text(None)
    ('110000', '230404', '01100', '')
    """
    return re.sub(r"(?<=\d)\.0+$", "", plain(cell)).replace(" ", "")


def is_division_code(code: str) -> bool:
    """Whether a text can be a division code: 6, 9 or 12 digits, of a province there is, parts in order.

    Examples
    --------
    >>> is_division_code("230404"), is_division_code("230404001"), is_division_code("990000")
    (True, True, False)
    >>> is_division_code("230004"), is_division_code("23040")
    (False, False)
    """
    if len(code) not in _LENGTHS or not code.isascii() or not code.isdigit() or code[:2] not in PROVINCES:
        return False
    parts = [code[2:4], code[4:6], code[6:9], code[9:12]]
    empty = False
    for part in (part for part in parts if part):
        if empty and part.strip("0"):
            return False
        empty = empty or not part.strip("0")
    return True


def are_division_codes(codes: Sequence[str]) -> bool:
    """Whether most texts are division codes: then all are meant to be."""
    given = [code for code in codes if code]
    return bool(given) and sum(map(is_division_code, given)) >= _MOSTLY * len(given)


def level_of(code: str) -> str:
    """Return the level of a division code.

    Examples
    --------
    >>> [level_of(code) for code in ("230000", "230400", "230404", "659001", "230404001")]
    ['province', 'prefecture', 'county', 'county', 'township']
    """
    if len(code) > 6 and code[6:].strip("0"):  # noqa: PLR2004 - province, prefecture, county
        return "township"
    if not code[2:6].strip("0"):
        return "province"
    return "prefecture" if code[4:6] == "00" else "county"


def parent_of(code: str) -> str:
    """Return the code of the unit above; for a province nothing.

    Examples
    --------
    >>> parent_of("230404"), parent_of("230400"), parent_of("230000"), parent_of("659001")
    ('230400', '230000', '', '650000')
    """
    level = level_of(code)
    if level == "township":
        return code[:6]
    if level == "county":
        # Counties and cities under a province directly have 90 in the place of the prefecture.
        return code[:2] + "0000" if code[2:4] == "90" else code[:4] + "00"
    return code[:2] + "0000" if level == "prefecture" else ""


def short(name: str) -> str:
    """Return a unit's name without the word for its kind; at least two characters stay.

    Examples
    --------
    >>> short("鹤岗市"), short("铁力市"), short("杜尔伯特蒙古族自治县"), short("赵县")
    ('鹤岗', '铁力', '杜尔伯特蒙古族', '赵县')
    """
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= 2:  # noqa: PLR2004 - names have two or more
            return name.removesuffix(ending)
    return name


@dataclass(frozen=True)
class Matched:
    """Codes found for names.

    Parameters
    ----------
    codes
        One a name; missing where none or several fit.
    ambiguous
        ``name``, ``parent``, ``codes``: names that several codes fit.
    unknown
        Names that none fits.
    """

    codes: pd.Series
    ambiguous: pd.DataFrame
    unknown: list[str]


def match_names(names: pd.Series, code_list: pd.DataFrame, parents: pd.Series | None = None) -> Matched:
    """Find the codes of names in a list.

    Parameters
    ----------
    names
        As a table has them; blanks and full-width letters do not matter.
    code_list
        ``code``, ``name``, and where there are, ``province`` and ``prefecture`` (names).
    parents
        Names of the units above; a name that several units bear is told apart by them.

    Examples
    --------
    >>> import pandas as pd
    >>> known = pd.DataFrame({"code": ["230700", "360900", "410327", "510000"],
    ...     "name": ["伊春市", "宜春市", "宜阳县", "四川省"]})
    >>> found = match_names(pd.Series(["伊　春", "宜春市", "新城"]), known)
    >>> found.codes.tolist()[:2], found.unknown
    (['230700', '360900'], ['新城'])
    """
    import pandas as pd

    whole, cut = _index(code_list, "whole"), _index(code_list, "short")
    found: list[str | None] = []
    doubtful: list[tuple[str, str, str]] = []
    unknown: list[str] = []
    above = parents if parents is not None else pd.Series("", index=names.index)
    for name, parent in zip(names.map(plain), above.map(plain), strict=True):
        fitting = whole.get(name) or cut.get(short(name), [])
        if len(fitting) > 1 and parent:
            told = [entry for entry in fitting if any(short(parent) in place for place in entry[1])]
            fitting = told or fitting
        codes = sorted({entry[0] for entry in fitting})
        found.append(codes[0] if len(codes) == 1 else None)
        if len(codes) > 1:
            doubtful.append((name, parent, ", ".join(codes)))
        elif not codes:
            unknown.append(name)
    return Matched(
        pd.Series(found, index=names.index, dtype=object),
        pd.DataFrame(doubtful, columns=["name", "parent", "codes"]),
        unknown,
    )


def _index(code_list: pd.DataFrame, how: str) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    places = [column for column in ("province", "prefecture") if column in code_list]
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for row in code_list[["code", "name", *places]].astype(str).itertuples(index=False):
        name = plain(row[1])
        entry = (row[0], tuple(row[2:]))
        found.setdefault(name if how == "whole" else short(name), []).append(entry)
    return found
