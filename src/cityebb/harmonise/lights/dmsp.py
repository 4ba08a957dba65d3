"""DMSP lights of several satellites on one scale, by the published tables."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import CityebbError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

BRIGHTEST = 63.0
"""Largest digital number the instrument gives."""
DIMMEST = 6.0
"""Calibrated values up to this are darkness where ``floor`` is asked for (World Bank, OpenNightLights)."""

FLOWN: dict[str, tuple[int, int]] = {
    "F10": (1992, 1994),
    "F12": (1994, 1999),
    "F14": (1997, 2003),
    "F15": (2000, 2008),
    "F16": (2004, 2009),
    "F18": (2010, 2013),
}
"""First and last year of each satellite's annual composites."""

REFERENCES: dict[str, str] = {
    "elvidge_2014": "Elvidge et al. 2014, reference F12 1999",
    "elvidge_2009": "Elvidge et al. 2009, doi:10.3390/en20300595, reference F12 1999",
    "liu_2012": "Liu et al. 2012, doi:10.1016/j.landurbplan.2012.02.013, reference F16 2007",
    "wu_2013": "Wu et al. 2013, doi:10.1080/01431161.2013.820365, reference radiance-calibrated F16 2006",
}
"""Whom to credit for each table, and the satellite-year on whose scale it puts the others."""


@dataclass(frozen=True)
class Curve:
    """What a table says of one satellite-year.

    Parameters
    ----------
    table, satellite, year
        Whose coefficients.
    coefficients
        ``(c0, c1, c2)`` of a quadratic, or ``(a, b)`` of a power.
    r2
        As printed, without a sign.
    """

    table: str
    satellite: str
    year: int
    coefficients: tuple[float, ...]
    r2: float

    def __call__(self, dn: ArrayLike) -> NDArray[np.float64]:
        """Apply it as it is, nothing masked and nothing clipped."""
        values = np.asarray(dn, np.float64)
        if self.table == "wu_2013":
            a, b = self.coefficients
            power: NDArray[np.float64] = a * (values + 1) ** b - 1
            return power
        c0, c1, c2 = self.coefficients
        quadratic: NDArray[np.float64] = c0 + c1 * values + c2 * values**2
        return quadratic


@cache
def curves() -> dict[tuple[str, str, int], Curve]:
    """Return every curve of the four tables, by table, satellite and year.

    Notes
    -----
    Defects of the tables as they circulate, mended here: satellite-years that never flew (F16 2010-2012,
    F18 2004-2009) and have copied rows are left out; so is F18 2013, for which coefficients circulate without
    a source. An R² printed as negative (Elvidge 2009, F15 2001) is given without its sign.
    2010-2012 stand in Elvidge 2014, 2010 in Wu 2013 too.

    Examples
    --------
    >>> len([key for key in curves() if key[0] == "elvidge_2014"])
    33
    """
    text = files("cityebb.harmonise.lights").joinpath("data/dmsp_tables.csv").read_text("utf-8")
    found = {}
    for row in csv.DictReader(text.splitlines()):
        key = (row["table"], row["satellite"], int(row["year"]))
        numbers = tuple(float(row[name]) for name in ("c0", "c1", "c2") if row[name])
        found[key] = Curve(*key, numbers, float(row["r2"]))
    return found


def curve(satellite: str, year: int, table: str) -> Curve:
    """Return the curve of a satellite-year.

    Raises
    ------
    CityebbError
        For an unknown table; a satellite-year that never flew, with those that did; one that the table does
        not have, with the tables that do.

    Examples
    --------
    >>> curve("F12", 1999, "elvidge_2014").coefficients
    (0.0, 1.0, 0.0)
    """
    if table not in REFERENCES:
        raise CityebbError("harmonise.table_unknown", found=table, known=", ".join(REFERENCES))
    first, last = FLOWN.get(satellite, (0, -1))
    if not first <= year <= last:
        told = ", ".join(f"{name} {span[0]}–{span[1]}" for name, span in FLOWN.items())
        raise CityebbError("harmonise.never_flew", satellite=satellite, year=year, flown=told)
    found = curves().get((table, satellite, year))
    if found is None:
        have = [name for name in REFERENCES if (name, satellite, year) in curves()]
        key = "harmonise.not_in_table" if have else "harmonise.in_no_table"
        raise CityebbError(key, satellite=satellite, year=year, table=table, tables=", ".join(have))
    return found


def calibrate(
    dn: ArrayLike, satellite: str, year: int, table: str, *, clip: bool = True, floor: bool = False
) -> NDArray[np.float64]:
    """Return digital numbers on the scale of a table's reference.

    Parameters
    ----------
    dn
        Digital numbers as published, 0 to 63; NaN is missing.
    satellite, year
        ``"F15"``, 2000.
    table
        ``"elvidge_2014"``, ``"elvidge_2009"``, ``"liu_2012"`` or ``"wu_2013"``.
    clip
        Whether values are kept within 0 and 63; a value of Wu 2013 may exceed 63, as this table undoes
        saturation, and is never clipped from above.
    floor
        Whether calibrated values up to 6 become darkness.

    Returns
    -------
    ndarray
        ``float64``; zero stays zero, NaN stays NaN.

    Raises
    ------
    CityebbError
        As :func:`curve`, and for numbers outside 0 to 63.

    Notes
    -----
    Zero is masked first: F18 2010 would turn it into 2.343 and light the desert. Then
    ``DN' = c0 + c1 DN + c2 DN²`` (Elvidge; Liu) or ``DN' = a (DN + 1)^b - 1`` (Wu), then the clip. There is
    no rule that light may not fall from year to year: it is customary, and makes every decline impossible.

    References
    ----------
    Elvidge, C. D. et al. (2014), National trends in satellite-observed lighting: 1992-2012, in Global urban
    monitoring and assessment through earth observation.
    Liu, Z. et al. (2012), doi:10.1016/j.landurbplan.2012.02.013.
    Wu, J. et al. (2013), doi:10.1080/01431161.2013.820365.

    Examples
    --------
    >>> calibrate([0, 30], "F10", 1992, "elvidge_2014").round(3).tolist()
    [0.0, 37.552]
    """
    return apply_curve(dn, curve(satellite, year, table), clip=clip, floor=floor)


def apply_curve(
    dn: ArrayLike, found: Curve, *, clip: bool = True, floor: bool = False
) -> NDArray[np.float64]:
    """Apply a curve with its masks; see :func:`calibrate`."""
    values = np.asarray(dn, np.float64)
    wrong = (values < 0) | (values > BRIGHTEST)
    if wrong.any():
        raise CityebbError(
            "harmonise.not_dn", satellite=found.satellite, year=found.year, value=float(values[wrong].flat[0])
        )
    result = found(values)
    if clip:
        result = np.clip(result, 0.0, np.inf if found.table == "wu_2013" else BRIGHTEST)
    if floor:
        result = np.where(result <= DIMMEST, 0.0, result)
    return np.where(values == 0, 0.0, np.where(np.isnan(values), np.nan, result))


def average_satellites(calibrated: Sequence[ArrayLike]) -> NDArray[np.float64]:
    """Return the mean of calibrated values of the same year, of cells lit in all.

    Parameters
    ----------
    calibrated
        One array a satellite, of equal shape.

    Returns
    -------
    ndarray
        Zero where any satellite saw darkness, NaN where any saw nothing.

    Examples
    --------
    >>> average_satellites([[10.0, 10.0, float("nan")], [20.0, 0.0, 5.0]]).tolist()
    [15.0, 0.0, nan]
    """
    values = np.stack([np.asarray(one, np.float64) for one in calibrated])
    lit = (values > 0).all(axis=0)
    missing = np.isnan(values).any(axis=0)
    mean: NDArray[np.float64] = values.mean(axis=0)
    return np.where(missing, np.nan, np.where(lit, mean, 0.0))


def satellites(year: int, table: str | None = None) -> tuple[str, ...]:
    """Return the satellites that flew in a year; with a table, those of them that it has.

    Examples
    --------
    >>> satellites(2008), satellites(2008, "elvidge_2014")
    (('F15', 'F16'), ('F16',))
    """
    flew = [name for name, (first, last) in FLOWN.items() if first <= year <= last]
    return tuple(name for name in flew if table is None or (table, name, year) in curves())


def tables_for(years: Iterable[int]) -> tuple[str, ...]:
    """Return the tables that have at least one satellite in each of the years.

    Examples
    --------
    >>> tables_for([2000, 2012])
    ('elvidge_2014',)
    >>> tables_for([2000, 2010])
    ('elvidge_2014', 'wu_2013')
    """
    wanted = list(years)
    return tuple(table for table in REFERENCES if all(satellites(year, table) for year in wanted))
