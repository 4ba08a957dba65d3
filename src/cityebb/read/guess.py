"""Guess what a raster tells from its name, its unit and its numbers; a guess is always marked as one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from cityebb.read.parameters import FILE_UNIT, PRODUCTS

if TYPE_CHECKING:
    from cityebb.read.parameters import Indicator, Kind, Product

From = Literal["name", "unit", "numbers"]

_NAMES: tuple[tuple[Indicator, re.Pattern[str]], ...] = (
    ("built_up", re.compile(r"built|impervious|建成|建设用地")),
    ("people", re.compile(r"pop|people|landscan|census|人口")),
    ("light", re.compile(r"light|viirs|ntl|dmsp|vnl|night|灯光|夜光")),
)
_PRODUCTS: tuple[tuple[Product, re.Pattern[str]], ...] = (
    ("chen_2021", re.compile(r"viirs[-_ ]?like|longntl|(?:^|[-_/])chen[-_{]")),
    ("li_2020", re.compile(r"harmonized[-_]?dn|simviirs|caldmsp|(?:^|[-_/])li[-_{]")),
)
_UNITS: tuple[tuple[Indicator, re.Pattern[str]], ...] = (
    ("light", re.compile(r"nw|radiance|\bdn\b")),
    ("people", re.compile(r"person|people|inhabitant|capita|人")),
    ("built_up", re.compile(r"%|percent|share|fraction")),
)

# A dim region of an 8-bit series of the other sensor may also stay within six bits: then its name decides.
_VIIRS = re.compile(r"viirs|vnl")

DMSP_HIGHEST = 63
"""The sensor's six bits."""

FLOORS = {
    # Half of the scale: dimmer cells are mostly the glow around a town.
    "dmsp": 30.0,
    # 4 nW/cm²/sr in the 8-bit lights of China, which this floor was tried on.
    "dn": 2.0,
    "radiance": 4.0,
    # Urban clusters and the built-up share of urban centres in the Degree of Urbanisation:
    # European Union, FAO, UN-Habitat, OECD, World Bank (2021), doi:10.2785/706535.
    "people": 300.0,
    "built_up": 0.5,
}
"""Floors to begin with, in the unit of the source (counts: per km²)."""

_PERCENT = 100
_M2_PER_KM2 = 1e6


@dataclass(frozen=True)
class Guess:
    """What a series seems to tell, from what that was guessed, and a floor to begin with."""

    indicator: Indicator
    kind: Kind
    guessed_from: From
    unit: str
    floor: float
    product: Product | None = None


def guess(pattern: str, folder: str, unit: str, dtype: str, high: float) -> Guess:
    """Guess from the path, then the folder's name, then the unit, then the numbers.

    Examples
    --------
    >>> guess("GHS_POP_E{year}.tif", "data", "", "float32", 9000).indicator
    'people'
    >>> guess("a_{year}.tif", "data", "", "uint8", 255).guessed_from
    'numbers'
    """
    product = next((name for name, known in _PRODUCTS if known.search(pattern.lower())), None)
    indicator, source = _indicator(pattern, folder, unit, dtype, high, product)
    whole = np.dtype(dtype).kind in "iu"
    if indicator == "people":
        return Guess(indicator, "count", source, unit or "people", FLOORS["people"])
    if indicator == "built_up":
        if high > _PERCENT:  # square metres a cell, as GHS-BUILT-S gives them
            return Guess(indicator, "count", source, unit or "m²", FLOORS["built_up"] * _M2_PER_KM2)
        percent = "%" if high > 1 else "share"
        return Guess(indicator, "share", source, unit or percent, FLOORS["built_up"])
    floor = FLOORS["dn" if whole else "radiance"]
    if whole and high <= DMSP_HIGHEST and not _VIIRS.search(f"{folder} {pattern}".lower()):
        floor = FLOORS["dmsp"]
    known = PRODUCTS[product].unit_in(whole=whole) if product else None
    unit = unit or known or ("DN" if whole else FILE_UNIT)
    return Guess(indicator, "density", source, unit, floor, product)


def _indicator(
    pattern: str, folder: str, unit: str, dtype: str, high: float, product: Product | None
) -> tuple[Indicator, From]:
    if product is not None:
        return "light", "name"
    for text in (pattern.lower(), folder.lower()):
        for indicator, known in _NAMES:
            if known.search(text):
                return indicator, "name"
    for indicator, known in _UNITS:
        if unit and known.search(unit.lower()):
            return indicator, "unit"
    if np.dtype(dtype).kind == "f" and high <= 1:
        return "built_up", "numbers"
    eight_bits = np.dtype(dtype).itemsize == 1
    return ("people" if np.dtype(dtype).kind in "iu" and not eight_bits else "light"), "numbers"
