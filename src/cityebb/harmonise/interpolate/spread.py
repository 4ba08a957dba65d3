"""Figures of one set of units put on another by a table of weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import CityebbError, Note

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from cityebb.harmonise.interpolate.table import AreaTable

# Two makers draw one line some hundred metres apart: so small a part missing does not make a unit missing.
SLIVER = 0.01
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Interpolated:
    """Figures on the target units, and what did not come there.

    Parameters
    ----------
    figures
        Target units by variables; NaN where a source unit that covers more than a sliver of it is missing,
        and where nothing covers it.
    coverage
        The same shape: the share of the target unit's area that source units with a figure cover.
    rest
        ``unit_id``, ``variable``, ``reason``, ``share``, ``mass`` of extensive variables: what a source unit
        has outside all target units (``"outside"``), in target units that are missing (``"withheld"``), or
        because no polygon belongs to it (``"no_polygon"``).
    notes
        What a reader must know.
    """

    figures: pd.DataFrame
    coverage: pd.DataFrame
    rest: pd.DataFrame
    notes: tuple[Note, ...]


def interpolate(
    values: pd.DataFrame,
    table: AreaTable,
    *,
    extensive: Sequence[str] = (),
    intensive: Sequence[str] = (),
    sliver: float = SLIVER,
) -> Interpolated:
    """Put figures on the target units.

    Parameters
    ----------
    values
        Indexed by the source units' codes, one column a variable.
    table
        From :func:`area_table`, or :func:`weigh`.
    extensive
        Variables that add up: people, households, output.
    intensive
        Variables that do not: densities (with weights by area), shares and means (with the weights of what
        they are shares of).
    sliver
        A target unit is missing where source units without a figure cover more than this share of it.

    Returns
    -------
    Interpolated
        For every extensive variable, what is placed and the rest sum to the figures given (relative 1e-9).

    Notes
    -----
    Extensive: ``Y_t = Σ_s Y_s w_st / w_s``. Intensive: ``y_t = Σ_s y_s w_st / Σ_s w_st`` over source units
    with a figure; by area where a target unit has no weight. A source unit that the values leave out is
    missing, never 0.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import pandas as pd
    >>> from shapely import box
    >>> from cityebb.harmonise.interpolate import area_table
    >>> old = gpd.GeoDataFrame(index=["A", "B"], geometry=[box(0, 0, 2, 1), box(2, 0, 4, 1)], crs="EPSG:4326")
    >>> new = gpd.GeoDataFrame(index=["C", "D"], geometry=[box(0, 0, 1, 1), box(1, 0, 4, 1)], crs="EPSG:4326")
    >>> figures = pd.DataFrame({"people": [10.0, 7.0], "older": [0.3, 0.1]}, index=["A", "B"])
    >>> found = interpolate(figures, area_table(old, new), extensive=["people"], intensive=["older"])
    >>> found.figures.round(6).values.tolist()
    [[5.0, 0.3], [12.0, 0.166667]]
    """
    import pandas as pd

    names = [*extensive, *intensive]
    _check(values, names, extensive, intensive)
    given = values[names].set_axis(values.index.astype(str))
    figures = given.reindex(table.sources).to_numpy(np.float64)
    known = ~np.isnan(figures)
    filled = np.where(known, figures, 0.0)
    by_area = table.matrix(table.area)
    covered = by_area @ known.astype(np.float64) / table.target_area[:, None]
    lacking = by_area @ (~known).astype(np.float64) / table.target_area[:, None]
    withheld = (lacking > max(sliver, _ROUNDING)) | (covered <= 0)
    split = len(extensive)
    shares = table.matrix(table.share)
    placed = np.hstack([shares @ filled[:, :split], _means(table, filled[:, split:], known[:, split:])])
    placed[withheld] = np.nan
    rest = _rest(table, given, filled[:, :split], shares.T @ withheld[:, :split].astype(np.float64))
    return Interpolated(
        pd.DataFrame(placed, table.targets, names),
        pd.DataFrame(covered.clip(max=1.0), table.targets, names),
        rest,
        (*table.notes, *_notes(rest, withheld & (lacking > 0), names)),
    )


def _check(
    values: pd.DataFrame, names: list[str], extensive: Sequence[str], intensive: Sequence[str]
) -> None:
    both = sorted(set(extensive) & set(intensive))
    lost = [name for name in names if name not in values]
    if both or lost or not names:
        raise CityebbError(
            "harmonise.interpolate_variables",
            both=", ".join(both) or "-",
            lost=", ".join(lost) or "-",
            columns=", ".join(map(str, values.columns)),
        )
    twice = values.index[values.index.astype(str).duplicated()]
    if len(twice):
        units = ", ".join(map(str, twice[:5]))
        raise CityebbError("harmonise.interpolate_twice", which="values", count=len(twice), units=units)


def _means(table: AreaTable, filled: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return weighted means; a unit that fell back to area has no weight beside others that have one."""
    fell = np.isin(table.sources, table.fallen_back)[table.source]
    result = np.full((len(table.targets), filled.shape[1]), np.nan)
    for of_pieces in (np.where(fell, 0.0, table.weight), table.area):
        weights = table.matrix(of_pieces)
        below = weights @ known.astype(np.float64)
        mean = np.divide(weights @ filled, below, out=np.full(below.shape, np.nan), where=below > 0)
        result = np.where(np.isnan(result), mean, result)
    return result


def _rest(
    table: AreaTable, given: pd.DataFrame, filled: NDArray[np.float64], withheld: NDArray[np.float64]
) -> pd.DataFrame:
    """List what is placed nowhere."""
    import pandas as pd

    names = given.columns[: filled.shape[1]]
    frames = []
    outside = np.repeat(table.outside[:, None], len(names), axis=1)
    for reason, share in (("outside", outside), ("withheld", withheld)):
        unit, variable = np.nonzero((share > 0) & (filled != 0))
        frames.append(
            pd.DataFrame(
                {
                    "unit_id": table.sources[unit],
                    "variable": names[variable],
                    "reason": reason,
                    "share": share[unit, variable],
                    "mass": (filled * share)[unit, variable],
                }
            )
        )
    strange = given[~given.index.isin(table.sources)].iloc[:, : len(names)]
    unit, variable = np.nonzero(strange.notna().to_numpy())
    frames.append(
        pd.DataFrame(
            {
                "unit_id": strange.index[unit],
                "variable": names[variable],
                "reason": "no_polygon",
                "share": 1.0,
                "mass": strange.to_numpy(np.float64)[unit, variable],
            }
        )
    )
    return pd.concat(frames, ignore_index=True)


def _notes(rest: pd.DataFrame, withheld: NDArray[np.bool_], names: list[str]) -> list[Note]:
    notes = []
    for reason, key in (("outside", "outside"), ("no_polygon", "no_polygon")):
        found = rest[rest["reason"] == reason]
        if len(found):
            worst = found.sort_values("mass", ascending=False)["unit_id"].drop_duplicates()
            values = {"count": len(worst), "units": ", ".join(worst.head(5))}
            notes.append(_NOTES[key](values))
    missing = [f"{name}: {count}" for name, count in zip(names, withheld.sum(axis=0), strict=True) if count]
    if missing:
        notes.append(Note("harmonise.interpolate_withheld", {"variables": ", ".join(missing)}, "warning"))
    return notes


_NOTES = {
    "outside": lambda values: Note("harmonise.interpolate_outside", values, "warning"),
    "no_polygon": lambda values: Note("harmonise.interpolate_no_polygon", values, "warning"),
}
