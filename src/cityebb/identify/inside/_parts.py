"""Parts of cities as sorted arrays: whatever order they came in, sums have the same bits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cityebb.grids import local_km
from cityebb.model import PARTS, CityebbError, State, gather

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

_OPTIONAL = ("noise", "row", "col")
_STATES = frozenset(state.value for state in State)


@dataclass(frozen=True)
class Parts:
    """Parts ordered by city, then by their name; arrays with one value a part.

    ``city`` counts cities from 0 on in the order of ``names``; ``order`` says where each part stood in the
    table given; ``row`` and ``col`` are ``None`` where parts are not cells of one grid; ``state`` is ``None``
    where nobody has said what became of them.
    """

    names: pd.Index
    part_id: pd.Series
    city: Integers
    order: Integers
    x: Floats
    y: Floats
    area: Floats
    before: Floats
    after: Floats
    noise: Floats
    row: Integers | None
    col: Integers | None
    state: NDArray[np.object_] | None = None

    @property
    def cities(self) -> int:
        """How many cities there are."""
        return len(self.names)

    @property
    def known(self) -> Flags:
        """Whether a part has a value at both dates."""
        return ~(np.isnan(self.before) | np.isnan(self.after))

    def total(self, values: Floats | Flags) -> Floats:
        """Add up by city; NaN adds nothing."""
        weights = np.nan_to_num(np.asarray(values, np.float64))
        added: Floats = np.bincount(self.city, weights, minlength=self.cities).astype(np.float64)
        return added

    def count(self, which: Flags) -> Integers:
        """Count by city."""
        return np.bincount(self.city[which], minlength=self.cities)


def ratio(part: Floats, whole: Floats) -> Floats:
    """Divide; NaN where there is nothing, or next to nothing, to divide by."""
    with np.errstate(over="ignore"):
        found: Floats = np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=whole > 0)
    found[np.isinf(found)] = np.nan
    return found


def change(before: Floats, after: Floats) -> Floats:
    """Return ``after / before − 1``; NaN without a baseline."""
    return ratio(after, before) - 1


def as_parts(frame: pd.DataFrame) -> Parts:
    """Check a table of parts and put it in order.

    Parameters
    ----------
    frame
        ``model.PARTS``. ``lon`` and ``lat`` (degrees) may stand in the place of ``x_km`` and ``y_km``;
        ``noise``, ``row`` and ``col`` may be left out; a column ``state`` says what became of each part.

    Raises
    ------
    CityebbError, Faults
        For what the table's declaration does not admit, an infinite number, or a part without an area.
    """
    whole = frame.assign(**{name: np.nan for name in _OPTIONAL if name not in frame})
    if whole["row"].isna().any() or whole["col"].isna().any():
        # Cells beside parts that are none: all are then taken by where they lie.
        whole = whole.assign(row=np.nan, col=np.nan)
    if "x_km" not in whole and {"lon", "lat"} <= set(whole) and "city_id" in whole:
        group = pd.factorize(whole["city_id"])[0]
        # The middle of a city must not hang on the order in which its parts come: rounded to a millimetre.
        x, y = local_km(whole["lon"], whole["lat"], group)
        whole = whole.assign(x_km=np.round(x, 6), y_km=np.round(y, 6))
    PARTS.check(whole)
    with gather() as fault:
        for name in ("x_km", "y_km", "area_km2", "before", "after", "noise"):
            endless = np.isinf(whole[name].to_numpy(np.float64))
            if endless.any():
                fault(CityebbError("identify.inside.infinite", column=name, **_example(whole, endless)))
        flat = ~(whole["area_km2"].to_numpy(np.float64) > 0)
        if flat.any():
            fault(CityebbError("identify.inside.no_area", **_example(whole, flat)))
        if "state" in whole and not whole["state"].isin(_STATES).all():
            strange = ~whole["state"].isin(_STATES).to_numpy()
            found = str(whole.loc[strange, "state"].iloc[0])
            fault(CityebbError("identify.inside.state_unknown", found=found, **_example(whole, strange)))
    return _ordered(whole)


def _example(whole: pd.DataFrame, which: Flags) -> dict[str, object]:
    first = whole.loc[which].iloc[0]
    return {"count": int(which.sum()), "part": first["part_id"], "city": first["city_id"]}


def _ordered(whole: pd.DataFrame) -> Parts:
    city, names = pd.factorize(whole["city_id"], sort=True)
    order = _order(city, whole["part_id"])

    def numbers(name: str) -> Floats:
        return whole[name].to_numpy(np.float64)[order]

    lattice = len(whole) > 0 and not (whole["row"].isna().any() or whole["col"].isna().any())
    return Parts(
        names=pd.Index(names),
        part_id=whole["part_id"].iloc[order],
        city=city[order].astype(np.int64),
        order=order,
        x=numbers("x_km"),
        y=numbers("y_km"),
        area=numbers("area_km2"),
        before=numbers("before"),
        after=numbers("after"),
        noise=numbers("noise"),
        row=whole["row"].to_numpy(np.int64)[order] if lattice else None,
        col=whole["col"].to_numpy(np.int64)[order] if lattice else None,
        state=whole["state"].to_numpy(dtype=object)[order] if "state" in whole else None,
    )


def _order(city: NDArray[np.intp], part_id: pd.Series) -> Integers:
    """Return the order by city and name; sorting millions of names is spared where they are in order."""
    order = np.argsort(city, kind="stable").astype(np.int64)
    told, at = part_id.to_numpy(dtype=object)[order], city[order]
    if bool(np.all((at[1:] > at[:-1]) | (told[1:] > told[:-1]))):
        return order
    rank = pd.factorize(part_id, sort=True)[0]
    return np.lexsort((rank, city))
