"""Which band of a file is which year."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cityebb.model import CityebbError
from cityebb.read.files import years_in

if TYPE_CHECKING:
    from cityebb.read.parameters import SourceParameters
    from cityebb.read.rasters import Facts

_SINCE = re.compile(r"(\w+)\s+since\s+(\d{1,4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_DAYS_PER_UNIT = {"second": 1 / 86400, "minute": 1 / 1440, "hour": 1 / 24, "day": 1.0}
_DAYS_PER_YEAR = {"noleap": 365, "365_day": 365, "all_leap": 366, "366_day": 366, "360_day": 360}
_MONTHS_PER_YEAR = 12
_PLAUSIBLE_YEARS = range(1000, 3000)


def year_bands(
    source: str, facts: Facts, year: int | None, parameters: SourceParameters
) -> list[tuple[int, int]]:
    """Return ``(year, band)`` pairs of one file.

    Told, in this order, by the study's ``bands``; by the file's year, if it has one band; by its time axis
    or the descriptions of its bands; by the study's ``years`` in order of bands.

    Raises
    ------
    CityebbError
        If a band does not exist, or a year cannot be told.
    """
    where = {"source": source, "path": facts.path, "count": facts.bands}
    given = parameters.bands
    if isinstance(given, dict) and (year is None or len(given) > 1):
        pairs = sorted(given.items())
    elif year is not None:
        band = given if isinstance(given, int) else (given or {}).get(year)
        if band is None and facts.bands > 1:
            raise CityebbError("read.band_needed", **where, year=year)
        pairs = [(year, band or 1)]
    else:
        pairs = _told(source, facts, parameters)
    for wanted, band in pairs:
        if band > facts.bands:
            raise CityebbError("read.band_unknown", **where, band=band, year=wanted)
    if parameters.years is None:
        return pairs
    absent = sorted(set(parameters.years) - {wanted for wanted, _ in pairs})
    if absent and year is None:
        raise CityebbError(
            "read.year_without_band",
            **where,
            years=", ".join(str(value) for value in absent),
            there=", ".join(str(value) for value, _ in pairs),
        )
    return [pair for pair in pairs if pair[0] in parameters.years]


def told_years(facts: Facts) -> list[int] | None:
    """Return the years of a file's bands as its time axis or its descriptions tell them, else ``None``."""
    axis = _time_axis(facts)
    if axis is not None:
        return axis
    described = [years_in(text) for text in facts.descriptions]
    if facts.bands and all(len(years) == 1 for years in described):
        return [years[0] for years in described]
    return None


def _told(source: str, facts: Facts, parameters: SourceParameters) -> list[tuple[int, int]]:
    where = {"source": source, "path": facts.path, "count": facts.bands}
    years = told_years(facts)
    if years is None and facts.bands == 1:
        in_name = years_in(facts.path.rsplit("/", 1)[-1])
        if len(in_name) > 1:
            raise CityebbError(
                "read.year_ambiguous",
                source=source,
                path=facts.path,
                years=", ".join(str(year) for year in in_name),
            )
        years = in_name or None
    if years is None:
        if parameters.years is None:
            raise CityebbError("read.year_unknown", **where)
        if len(parameters.years) != facts.bands:
            raise CityebbError("read.years_for_bands", **where, years=len(parameters.years))
        years = list(parameters.years)
    return [(year, band) for band, year in enumerate(years, start=1)]


def _time_axis(facts: Facts) -> list[int] | None:
    """Years along the one extra dimension of a NetCDF variable."""
    names = [key.removeprefix("NETCDF_DIM_") for key in facts.band_tags[0] if key.startswith("NETCDF_DIM_")]
    if len(names) != 1:
        return None
    name = names[0]
    values = []
    for tags in facts.band_tags:
        try:
            values.append(float(tags[f"NETCDF_DIM_{name}"]))
        except (KeyError, ValueError):
            return None
    units = facts.tags.get(f"{name}#units", "")
    calendar = facts.tags.get(f"{name}#calendar", "standard")
    years = [year_of(value, units, calendar) for value in values]
    return None if None in years else [year for year in years if year is not None]


def year_of(value: float, units: str, calendar: str = "standard") -> int | None:
    """Return the year of a point on a CF time axis; a plain year is understood too.

    Examples
    --------
    >>> year_of(366, "days since 2000-01-01"), year_of(2013, "year"), year_of(13, "years since 2000")
    (2001, 2013, 2013)
    """
    match = _SINCE.match(units.strip())
    if match is None:
        return int(value) if value == int(value) and int(value) in _PLAUSIBLE_YEARS else None
    unit = match[1].lower().rstrip("s").removeprefix("common_")
    year, month, day = int(match[2]), int(match[3] or 1), int(match[4] or 1)
    if unit == "year":
        return year + int(value + (month - 1) / _MONTHS_PER_YEAR)
    if unit == "month":
        return year + int((value + month - 1) // _MONTHS_PER_YEAR)
    days = _DAYS_PER_UNIT.get(unit)
    return None if days is None else _year_after(value * days, (year, month, day), calendar)


def _year_after(days: float, since: tuple[int, int, int], calendar: str) -> int | None:
    """Return the year that lies ``days`` after a date, in a real calendar or a model's."""
    year, month, day = since
    length = _DAYS_PER_YEAR.get(calendar.lower())
    if length is not None:
        first = (month - 1) * length / _MONTHS_PER_YEAR + day - 1
        return year + int((days + first) // length)
    try:
        return (datetime(year, month, day) + timedelta(days=days)).year  # noqa: DTZ001 - a calendar year has no zone
    except (ValueError, OverflowError):
        return None
