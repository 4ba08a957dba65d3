"""Which column holds codes and which names, and codes as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

# From the finest level to the coarsest, then what does not tell the level.
_IDS = (
    "district_adcode", "county_adcode", "区县代码", "县代码", "code_county", "county_code", "countycode",
    "geoid", "ags", "nuts_id", "lau_id", "gid_3", "gid_2", "adm3_pcode", "adm2_pcode", "shapeid",
    "unit_id", "adcode", "gb", "pac", "行政区划代码", "区划代码", "行政代码", "编码", "代码", "code",
    "city_adcode", "市代码", "code_perfecture", "province_adcode", "省代码", "id",
)  # fmt: skip
_NAMES = (
    "district_name", "name_county", "county_name", "区县名称", "县名", "区县", "district", "county",
    "nuts_name", "lau_name", "gen", "name_3", "name_2", "adm3_en", "adm2_en", "shapename",
    "name", "名称", "地区", "地名",
    "city_name", "市", "city", "name_1", "province_name", "省", "province",
)  # fmt: skip
_CODELIKE = re.compile(r"code|代码|编码|(^|_)id$", re.IGNORECASE)
_CHINESE = re.compile(r"[\u4e00-\u9fff]|adcode|^gb$|^pac$", re.IGNORECASE)
PROVINCES = frozenset(
    (
        *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37"),
        *("41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65"),
        *("71", "81", "82"),
    )
)
"""The first two digits of a code of China."""
_DIGITS = 6


def guess_id(rows: pd.DataFrame) -> str | None:
    """Return the column that holds codes: the first known heading without doubles, else with the fewest."""
    known = _known(rows, _IDS)
    like = [str(name) for name in rows if _CODELIKE.search(str(name)) and name not in known]
    whole = [name for name in (*known, *like) if rows[name].notna().all() and rows[name].is_unique]
    if whole:
        return whole[0]
    candidates = known or like
    return max(candidates, key=lambda name: rows[name].nunique()) if candidates else None


def guess_name(rows: pd.DataFrame, unit_id: str) -> str | None:
    """Return the column that holds names, if one."""
    return next((name for name in _known(rows, _NAMES) if name != unit_id), None)


def codes(column: pd.Series, heading: str) -> tuple[pd.Series, int]:
    """Return codes as text, missing as missing, and how many were padded to six digits.

    Whole numbers lose their ``.0``; Chinese codes of provinces and prefectures, written short, get their
    zeros.

    Examples
    --------
    >>> import pandas as pd
    >>> codes(pd.Series([110000.0, 230700.0]), "代码")[0].tolist()
    ['110000', '230700']
    >>> codes(pd.Series(["23", "2307"]), "adcode")[0].tolist()
    ['230000', '230700']
    >>> codes(pd.Series([1001, 1002]), "AGS")[0].tolist()
    ['1001', '1002']
    """
    import pandas as pd

    missing = column.isna()
    if pd.api.types.is_numeric_dtype(column):
        numbers = column.to_numpy(np.float64, na_value=np.nan)
        if (numbers[~missing.to_numpy()] % 1 == 0).all():
            column = column.astype("Int64")
    text = column.astype(str).str.strip().where(~missing, "")
    missing |= text == ""
    short = text.str.fullmatch(r"\d{2}|\d{4}") & ~missing
    told = text[~missing]
    digits = bool(told.str.fullmatch(r"\d{2}|\d{4}|\d{6}").all())
    padded = short & (digits and set(told.str[:2]) <= PROVINCES and bool(_CHINESE.search(heading)))
    text = text.where(~padded, text.str.ljust(_DIGITS, "0"))
    return text.where(~missing, None), int(padded.sum())


def missing_zeros(codes: Iterable[object], known: Iterable[object]) -> dict[str, str]:
    """Return codes that lost their leading zeros in a spreadsheet, with those that others have for them.

    Only where the others are all of one number of digits, have none of the short codes, and some of them once
    their zeros are back.

    Examples
    --------
    >>> missing_zeros(["1001", "1002", "11000"], ["01001", "09162"])
    {'1001': '01001', '1002': '01002'}
    >>> missing_zeros(["1", "2"], ["001", "1"]), missing_zeros(["7"], ["001"])
    ({}, {})
    """
    there = set(map(str, known))
    widths = {len(code) for code in there}
    if len(widths) != 1 or not all(code.isdigit() for code in there):
        return {}
    width = widths.pop()
    short = {str(code) for code in codes if len(str(code)) < width and str(code).isdigit()}
    found = {code: code.zfill(width) for code in sorted(short)}
    return found if set(found.values()) & there else {}


def as_in_table(layer: Iterable[object], table: Iterable[object]) -> list[str]:
    """Return the codes of a layer as a table writes them: with zeros that it has, without those that it lost.

    Examples
    --------
    >>> as_in_table(["1001", "11000"], ["01001", "11000"]), as_in_table(["01001", "11000"], ["1001", "11000"])
    (['01001', '11000'], ['1001', '11000'])
    """
    own, codes = list(map(str, table)), list(map(str, layer))
    zeros = missing_zeros(codes, own)
    whole = [zeros.get(code, code) for code in codes]
    short = {with_zeros: code for code, with_zeros in missing_zeros(own, whole).items()}
    return [short.get(code, code) for code in whole]


def _known(rows: pd.DataFrame, headings: tuple[str, ...]) -> list[str]:
    by_heading = {str(name).strip().lower(): str(name) for name in rows}
    return [by_heading[heading] for heading in headings if heading in by_heading]
