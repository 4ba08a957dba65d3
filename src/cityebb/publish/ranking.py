"""Which cities are ranked: large enough for a change to mean something, and with a start to speak of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.publish.view import View

# The smallest area that is ranked is the first of these with enough cities above it, else that of a city.
_FLOORS_KM2 = (20.0, 10.0, 5.0)
_ENOUGH = 30
# A start below this share of the end may be next to nothing.
NEXT_TO_NOTHING = 0.1


@dataclass(frozen=True)
class Ranking:
    """Cities in the order of their change.

    Parameters
    ----------
    floor_km2
        The smallest area ranked.
    count
        How many cities are at least so large and have a change.
    falls, rises
        Rows of ``View.cities``, the largest change first.
    risen_from_nothing
        Rises whose start was next to nothing, the largest first; they are not among ``rises``.
    """

    floor_km2: float
    count: int
    falls: pd.DataFrame
    rises: pd.DataFrame
    risen_from_nothing: pd.DataFrame


def rank(view: View, rows: int) -> Ranking:
    """Return the largest falls and rises, at most ``rows`` of each."""
    frame = view.cities[view.cities["change"].notna()]
    if view.is_units:
        return _ranked(view, frame, rows, floor=0.0)
    of_a_city = float(view.results.definition.get("min_area_km2") or 0.0)
    enough = (floor for floor in _FLOORS_KM2 if (frame["area_km2"] >= floor).sum() >= _ENOUGH)
    floor = max(next(enough, of_a_city), of_a_city)
    return _ranked(view, frame[frame["area_km2"] >= floor], rows, floor=floor)


def _ranked(view: View, frame: pd.DataFrame, rows: int, *, floor: float) -> Ranking:
    ordered = frame.sort_values("change", kind="stable")
    risen = ordered[ordered["change"] > 0].iloc[::-1]
    apart = from_nothing(view, risen)
    return Ranking(
        floor_km2=floor,
        count=len(ordered),
        falls=ordered[ordered["change"] < 0].head(rows),
        rises=risen[~apart].head(rows),
        risen_from_nothing=risen[apart].head(rows),
    )


def from_nothing(view: View, cities: pd.DataFrame) -> pd.Series:
    """Whether the start of each city was next to nothing.

    It was where it is below a tenth of the end *and*, averaged over the city's area, below the floor that
    makes a city: the place as a whole would not have counted as one at the start. Where the compared source
    makes no city, the tenth alone decides.
    """
    small = cities["before"] < NEXT_TO_NOTHING * cities["after"]
    floor = start_floor(view)
    return small if floor is None else small & (cities["before"] / cities["area_km2"] < floor)


def start_floor(view: View) -> float | None:
    """Return the floor of the compared source, in its unit for one cell, if it has one."""
    floor = (view.results.definition.get("where") or {}).get(view.source)
    return None if floor is None else float(floor)
