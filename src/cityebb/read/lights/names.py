"""What the name of a file of night lights says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cityebb.model import CityebbError, gather

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SNOW_FREE_MONTHS = (5, 6, 7, 8, 9)
"""Months without snow in the north of China."""

VIEWS = ("cf_cvg", "cvg")
"""Bands that count cloud-free observations, and observations."""
_NO_LIGHT = (*VIEWS, "lit_mask")
_SATELLITES = ("F10", "F12", "F14", "F15", "F16", "F18")
_DAYS = 366

_DATES = r"(?P<first>\d{8}|\d{6}|\d{4})(?:-(?P<last>\d{8}|\d{6}))?"
_END = r"\.(?P<band>[A-Za-z][A-Za-z0-9_-]*?(?:\.masked)?)(?:\.dat)?(?:\.tif(?:f)?)?(?P<gz>\.gz)?$"
_FORMS = (
    # Annual VNL: the version stands in front (V2, V2.1, V2.2) or behind the configuration (from 2019 on too).
    re.compile(
        r"^VNL_(?:v(?P<version>\d+)_)?(?P<satellite>[a-z0-9-]+)_" + _DATES + r"_(?P<region>global)"
        r"_(?P<configuration>[a-z]+)(?:_v(?P<later>\d+))?_c(?P<made>\d+)" + _END
    ),
    # Monthly, and annual V1, in tiles or whole.
    re.compile(
        r"^SVDNB_(?P<satellite>[a-z0-9-]+)_" + _DATES + r"_(?P<region>global|\d\d[NS]\d{3}[EW])"
        r"_(?P<configuration>[a-z-]+)_v(?P<version>\d+)_c(?P<made>\d+)" + _END
    ),
    re.compile(
        r"^(?P<satellite>F\d\d)(?P<first>\d{4})\.v(?P<version>\d+[a-z]?)(?:_web)?"
        r"\.(?P<band>[A-Za-z_.]+?)(?:\.tif(?:f)?)?(?P<gz>\.gz)?$"
    ),
    re.compile(
        r"^(?P<product>V[NJ]\d*P?46A[1-4]|VJ\d46A[1-4])\.A(?P<first>\d{4})(?P<day>\d{3})\.(?P<region>h\d\dv\d\d)"
        r"\.(?P<version>\d{3})\.(?P<made>\d+)\.(?P<band>h5)$"
    ),
)
_ANNUAL_V1 = {"vcm", "vcm-ntl", "vcm-orm", "vcm-orm-ntl"}
_MONTHS = 12


@dataclass(frozen=True)
class LightFile:
    """One file, by its name.

    Parameters
    ----------
    path
        As given.
    product
        ``"dmsp"``, ``"vnl"`` (annual), ``"viirs_monthly"``, or the name of a Black Marble product.
    satellite
        ``"F15"``, ``"npp"``, ``"npp-j01"``; empty for Black Marble, whose name says it in the product.
    year
        Of the data.
    month
        1 to 12; ``None`` for a year's composite.
    band
        What it holds: ``"average_masked"``, ``"median_masked"``, ``"cf_cvg"``, ``"lit_mask"``,
        ``"avg_rade9h"``, ``"stable_lights.avg_vis"``; ``"h5"`` where one file holds all.
    version
        ``"2"``, ``"2.1"``, ``"2.2"``, ``"1"``, ``"4b"``, ``"002"``.
    configuration
        ``"vcmcfg"``, ``"vcmslcfg"`` (stray light corrected), ``"vcm-orm-ntl"``; empty for DMSP.
    region
        ``"global"``, ``"75N060E"``, ``"h28v04"``.
    made
        When it was made, digits as in the name; empty where it does not say.
    whole_year
        Whether it covers the year from January to December: VNL of 2012 may begin in April.
    """

    path: str
    product: str
    satellite: str
    year: int
    month: int | None
    band: str
    version: str
    configuration: str
    region: str
    made: str
    whole_year: bool = True

    @property
    def is_light(self) -> bool:
        """Whether it holds light, and neither counts of observations nor a mask."""
        return self.band not in _NO_LIGHT

    @property
    def is_views(self) -> bool:
        """Whether it counts observations."""
        return self.band in VIEWS

    @property
    def years(self) -> tuple[int, ...]:
        """The years it may stand for: also the next where it does not begin in January."""
        return (self.year,) if self.whole_year else (self.year, self.year + 1)

    @property
    def series(self) -> str:
        """Name of the series to which it belongs: what may be compared from year to year."""
        satellite = self.satellite if self.product == "dmsp" else ""
        configuration = self.configuration if self.product == "viirs_monthly" else ""
        version = self.version.partition(".")[0] if self.product != "dmsp" else ""
        parts = (
            self.product,
            satellite,
            f"v{version}" if version else "",
            configuration,
            self.region,
            self.band,
        )
        return " ".join(part for part in parts if part)


def parse_light_name(path: str | Path) -> LightFile:
    """Say what a file is, by its name alone.

    Raises
    ------
    CityebbError
        If the name is of none of the known forms (``read.light_name_unknown``), or of one of them and tells a
        satellite, a month or a day that there is not.

    Examples
    --------
    >>> found = parse_light_name("VNL_npp_2019_global_vcmslcfg_v2_c202102150000.average_masked.dat.tif.gz")
    >>> found.product, found.year, found.version, found.band
    ('vnl', 2019, '2', 'average_masked')
    >>> parse_light_name("F152000.v4b_web.stable_lights.avg_vis.tif").series
    'dmsp F15 stable_lights.avg_vis'
    """
    name = Path(path).name
    for form in _FORMS:
        match = form.match(name)
        if match:
            return _made_of(str(path), match.groupdict())
    raise CityebbError("read.light_name_unknown", path=name)


def series_of(files: Iterable[str | Path]) -> dict[str, tuple[LightFile, ...]]:
    """Group files into series, each in order of time.

    Parameters
    ----------
    files
        Paths or names.

    Returns
    -------
    dict
        By name of the series.

    Raises
    ------
    CityebbError
        For names of no known form, and for two files of one time in a series; all told together.

    Examples
    --------
    >>> names = ["F152001.v4b_web.stable_lights.avg_vis.tif", "F152000.v4b_web.stable_lights.avg_vis.tif"]
    >>> {name: [file.year for file in found] for name, found in series_of(names).items()}
    {'dmsp F15 stable_lights.avg_vis': [2000, 2001]}
    """
    found: dict[str, dict[tuple[int, int], LightFile]] = {}
    with gather() as fault:
        for path in files:
            try:
                file = parse_light_name(path)
            except CityebbError as error:
                fault(error)
                continue
            series = found.setdefault(file.series, {})
            time = (file.year, file.month or 0)
            if time in series:
                fault(
                    CityebbError(
                        "read.light_twice",
                        series=file.series,
                        time=f"{file.year}-{file.month:02d}" if file.month else str(file.year),
                        one=series[time].path,
                        other=file.path,
                    )
                )
            else:
                series[time] = file
    return {name: tuple(series[time] for time in sorted(series)) for name, series in sorted(found.items())}


def snow_free(
    files: Iterable[LightFile], months: tuple[int, ...] = SNOW_FREE_MONTHS
) -> tuple[LightFile, ...]:
    """Return the monthly files of months without snow; files of whole years stay.

    Examples
    --------
    >>> names = [
    ...     f"SVDNB_npp_2014{m:02d}01-2014{m:02d}28_75N060E_vcmcfg_v10_c201506171538.avg_rade9h.tif"
    ...     for m in (1, 6)
    ... ]
    >>> [file.month for file in snow_free(map(parse_light_name, names))]
    [6]
    """
    return tuple(file for file in files if file.month is None or file.month in months)


def _made_of(path: str, found: Mapping[str, str | None]) -> LightFile:
    first, last = found["first"] or "", found.get("last") or ""
    year, configuration = int((last or first)[:4]), found.get("configuration") or ""
    version, product = found.get("version") or found.get("later") or "", found.get("product") or ""
    month, whole = None, True
    if product:
        day = int(found.get("day") or 1)
        if not 1 <= day <= _DAYS:
            raise CityebbError("read.light_time_wrong", path=Path(path).name, time=f"{first}-{day:03d}")
        if product.endswith("A3"):
            month = _month(int(first), day)
    elif path and Path(path).name.startswith("SVDNB"):
        product, version = "vnl" if configuration in _ANNUAL_V1 else "viirs_monthly", version[0]
        if product == "viirs_monthly":
            year, month = int(first[:4]), int(first[4:6] or 0)
            if not 1 <= month <= _MONTHS:
                raise CityebbError("read.light_time_wrong", path=Path(path).name, time=first)
    elif Path(path).name.startswith("VNL"):
        product, version = "vnl", version if len(version) == 1 else f"{version[0]}.{version[1:]}"
        whole = len(first) == len("2012") or (first[:4], first[4:6]) == (last[:4], "01")
        if not whole:
            year = int(first[:4])
    else:
        product = "dmsp"
        if found["satellite"] not in _SATELLITES:
            told = {"satellite": found["satellite"], "known": ", ".join(_SATELLITES)}
            raise CityebbError("read.light_satellite_unknown", path=Path(path).name, **told)
    return LightFile(
        path,
        product,
        found.get("satellite") or "",
        year,
        month,
        found["band"] or "",
        version,
        configuration,
        found.get("region") or "",
        found.get("made") or "",
        whole,
    )


def _month(year: int, day: int) -> int:
    from datetime import date, timedelta

    return (date(year, 1, 1) + timedelta(days=day - 1)).month
