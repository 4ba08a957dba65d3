"""What a city is called on a map or in a table: one name each, in one language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cityebb.delineate._places import countries
from cityebb.words import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: Directions by the octant of the angle from east, counter-clockwise.
DIRECTIONS = ("east", "north_east", "north", "north_west", "west", "south_west", "south", "south_east")


def country_name(code: str, language: str) -> str:
    """Return the name of a country or territory; the code itself where it has none.

    Names are those of Unicode CLDR; Hong Kong, Macao and Taiwan are listed as regions of China.

    Parameters
    ----------
    code
        ISO 3166-1 alpha-2.
    language
        ``"zh"`` or ``"en"``.

    Examples
    --------
    >>> country_name("DE", "en"), country_name("DE", "zh")
    ('Germany', '德国')
    """
    return countries().get(code, {}).get(language, code)


def display_name(row: Mapping[str, Any], language: str, *, with_district: bool = False) -> str:
    """Return what one city is called.

    Parameters
    ----------
    row
        A row of :data:`cityebb.model.CITIES`.
    language
        ``"zh"`` or ``"en"``; a city without a Chinese name is called by its English one.
    with_district
        Whether its district stands in brackets (its country, where the district is not known).

    Returns
    -------
    str
        ``"Hegang"``, ``"near Hegang"``, or ``"47.33°N 130.28°E"`` for a city without a name.

    Examples
    --------
    >>> display_name({"name_zh": "鹤岗", "name_en": "Hegang", "near": True, "district_zh": "黑龙江"}, "zh",
    ...              with_district=True)
    '鹤岗附近（黑龙江）'
    """
    return _compose(_base(row, language), _district(row, language) if with_district else [], language)


def label_cities(frame: pd.DataFrame, language: str) -> pd.Series[str]:
    """Return what each city of a table is called, each differently.

    Where a name stands more than once the cities carry their district, those still equal the next finer
    unit, then the direction in which they lie from each other, then a number from north to south.

    Parameters
    ----------
    frame
        A table with the columns of :data:`cityebb.model.CITIES`; ``subdistrict_zh`` and ``subdistrict_en``
        are used where they are there.
    language
        ``"zh"`` or ``"en"``.

    Returns
    -------
    pandas.Series
        Labels on the index of ``frame``, no two equal.
    """
    rows: list[dict[str, Any]] = [
        {str(key): value for key, value in row.items()} for row in frame.to_dict("records")
    ]
    names = [_base(row, language) for row in rows]
    parts: list[list[str]] = [[] for _ in rows]
    labels = list(names)
    tellers: tuple[Callable[[list[dict[str, Any]]], list[list[str]]], ...] = (
        lambda group: [_district(row, language) for row in group],
        lambda group: _if_it_tells([_subdistrict(row, language) for row in group]),
        lambda group: _if_it_tells(_directions(group, language), all_differ=True),
    )
    for tell in tellers:
        for group in _equal(labels):
            _extend(group, tell([rows[i] for i in group]), names, parts, labels, language)
    while groups := _equal(labels):
        for group in groups:
            order = sorted(group, key=lambda i: (-rows[i]["lat"], rows[i]["lon"], i))
            numbers = [[str(number)] for number in range(1, len(order) + 1)]
            _extend(order, numbers, names, parts, labels, language)
    return pd.Series(labels, index=frame.index, name="label", dtype=object)


def _extend(
    group: list[int],
    added: list[list[str]],
    names: list[str],
    parts: list[list[str]],
    labels: list[str],
    language: str,
) -> None:
    for i, more in zip(group, added, strict=True):
        parts[i] += more
        labels[i] = _compose(names[i], parts[i], language)


def _equal(labels: list[str]) -> list[list[int]]:
    """Return the positions of each label that stands more than once."""
    groups: dict[str, list[int]] = {}
    for i, label in enumerate(labels):
        groups.setdefault(label, []).append(i)
    return [group for group in groups.values() if len(group) > 1]


def _base(row: Mapping[str, Any], language: str) -> str:
    name = _text(row, "name_zh" if language == "zh" else "name_en") or _text(row, "name_en")
    if name is None:
        return _coordinates(row["lat"], row["lon"], language)
    return say("delineate.name.near", language, name=name) if row.get("near") else name


def _coordinates(lat: float, lon: float, language: str) -> str:
    lat, lon = round(float(lat), 2), round(float(lon), 2)
    return say(
        "delineate.name.coordinates",
        language,
        lat=say(f"delineate.name.{'north' if lat >= 0 else 'south'}_of_equator", language, degrees=abs(lat)),
        lon=say(f"delineate.name.{'east' if lon >= 0 else 'west'}_of_greenwich", language, degrees=abs(lon)),
    )


def _district(row: Mapping[str, Any], language: str) -> list[str]:
    """Return the district in ``language``, else in English, else the country, else nothing."""
    name = _text(row, f"district_{language}") or _text(row, "district_en")
    if name is None and (code := _text(row, "country")) is not None:
        name = country_name(code, language)
    return [] if name is None else [name]


def _subdistrict(row: Mapping[str, Any], language: str) -> list[str]:
    other = {"zh": "en", "en": "zh"}[language]
    name = _text(row, f"subdistrict_{language}") or _text(row, f"subdistrict_{other}")
    return [] if name is None else [name]


def _directions(group: list[dict[str, Any]], language: str) -> list[list[str]]:
    """Return where each city lies from the middle of the group; of longitudes the shorter way round."""
    lat = np.array([row["lat"] for row in group], float)
    lon = np.array([row["lon"] for row in group], float)
    east = ((lon - lon[0] + 180) % 360 - 180) * np.cos(np.deg2rad(lat))
    angle = np.arctan2(lat - lat.mean(), east - east.mean())
    octant = np.rint(angle / (np.pi / 4)).astype(int) % len(DIRECTIONS)
    return [[say(f"delineate.name.direction_{DIRECTIONS[i]}", language)] for i in octant]


def _if_it_tells(added: list[list[str]], *, all_differ: bool = False) -> list[list[str]]:
    """Return what is to be added, or nothing where it would not tell the cities apart."""
    different = len({tuple(more) for more in added})
    return added if different == len(added) or (different > 1 and not all_differ) else [[] for _ in added]


def _compose(name: str, parts: list[str], language: str) -> str:
    if not parts:
        return name
    more = say("delineate.name.separator", language).join(parts)
    return say("delineate.name.with_more", language, name=name, more=more)


def _text(row: Mapping[str, Any], column: str) -> str | None:
    value = row.get(column)
    return value if isinstance(value, str) and value else None
