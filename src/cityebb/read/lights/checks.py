"""Whether numbers and units of night lights are those that their names promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.grids import decode
from cityebb.model import CityebbError, Note

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from cityebb.grids import Layer
    from cityebb.read.lights.opening import Composite

SAMPLED_ROWS = 24
"""At most so many rows of a layer are looked at."""
SAMPLED_CELLS = 20_000_000
"""And fewer, but one, where blocks are so high that more cells than this would be decoded for them."""

_SHOWN = 5
_MOST_VIEWS = 65_535  # two bytes hold them
_DN = {"dn", "digitalnumber", "digitalnumbers"}


def check_unit(name: str, unit: str | None, product: str, fault: Callable[[CityebbError], None]) -> None:
    """Hand to ``fault`` a unit that contradicts what the makers publish.

    Parameters
    ----------
    name
        Of the source.
    unit
        As the study tells it.
    product
        As the names tell it; empty where they do not.
    fault
        Takes what is wrong.

    Examples
    --------
    >>> found = []
    >>> check_unit("night", "nW/cm²/sr", "dmsp", found.append)
    >>> found[0].key
    'read.light_unit_contradicts'
    """
    if not unit or not product:
        return
    plain = "".join(unit.lower().split())
    radiance = "w" in plain and "sr" in plain
    if (plain in _DN) if product == "dmsp" else radiance:
        return
    usual = "DN" if product == "dmsp" else "nW/cm²/sr"
    fault(CityebbError("read.light_unit_contradicts", source=name, unit=unit, usual=usual))


def check_counts(
    name: str, composites: Sequence[Composite], fault: Callable[[CityebbError], None]
) -> list[Note]:
    """Look at some rows of DMSP images: digital numbers are whole, and reach more than 1.

    Parameters
    ----------
    name
        Of the source.
    composites
        Under names of raw DMSP images.
    fault
        Takes images of shares, 0 to 1.

    Returns
    -------
    list of Note
        Images with values that are not whole: resampled, or calibrated already.
    """
    broken = []
    for one in composites:
        values = sampled(one.layer)
        values = values[np.isfinite(values) & (values > 0)]
        if not values.size:
            continue
        if values.max() <= 1:
            told = {"path": one.layer.label, "value": float(values.max())}
            fault(CityebbError("read.dmsp_shares", source=name, **told))
        elif (values != np.floor(values)).any():
            broken.append(one.layer.label)
    if not broken:
        return []
    values_of = {"count": len(broken), "files": ", ".join(broken[:_SHOWN])}
    return [Note("read.dmsp_not_whole", values_of, "warning", name)]


def check_views(views: NDArray[np.float64], label: str) -> None:
    """Refuse numbers that count nothing.

    Parameters
    ----------
    views
        Of any shape; NaN is missing.
    label
        Of their file.

    Raises
    ------
    CityebbError
        If one is negative, no whole number, or more than a year's nights can give.

    Examples
    --------
    >>> check_views(np.array([0.0, 60.0, np.nan]), "cf_cvg.tif")
    """
    there = views[~np.isnan(views)]
    wrong = there[~((there >= 0) & (there == np.floor(there)) & (there <= _MOST_VIEWS))]
    if wrong.size:
        raise CityebbError("read.views_no_counts", path=label, value=float(wrong[0]))


def sampled(layer: Layer) -> NDArray[np.float64]:
    """Return some rows of a layer, evenly taken."""
    height, width = layer.grid.shape
    many = min(SAMPLED_ROWS, height, max(1, SAMPLED_CELLS // (max(1, layer.block_rows) * width)))
    rows = ((np.arange(many) + 0.5) * height / many).astype(int)
    with layer.open() as reader:
        picked = [np.array(reader.rows(int(row), int(row) + 1)) for row in rows]
    return decode(np.concatenate(picked), layer, zero="value", negative="refuse")
